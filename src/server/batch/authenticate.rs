//! Whether a request may: the shared key of the account, or a token.

use batchite_api::auth::shared_key::{RequestToSign, SharedKeyAuthorization, batch, query_pairs};
use batchite_api::error::{Error, ErrorCode, Result, Service};
use batchite_api::time::{TimeSpan, Timestamp};
use batchite_api::wire::batch::header::OCP_DATE;
use http::header::{AUTHORIZATION, DATE};
use http::request::Parts;

use super::ServedBatchAccount;
use crate::server::bearer::{BadToken, BearerTokens};

/// Whom tokens for the Batch service are for.
const AUDIENCES: &[&str] = &["https://batch.core.windows.net/"];

/// What a request is held against.
#[derive(Debug, Clone, Copy)]
pub(super) struct Gate<'a> {
    pub(super) account: &'a ServedBatchAccount,
    pub(super) bearer: BearerTokens,
    /// The time.
    pub(super) now: Timestamp,
    /// How far the clock of a caller may be off; none when it does not matter.
    pub(super) allowed_skew: Option<TimeSpan>,
}

impl Gate<'_> {
    /// Lets a request through that shows a credential of the account.
    ///
    /// Refused: `MissingRequiredHeader` without a credential or a date, `InvalidAuthenticationInfo` when it is
    /// malformed, `AuthenticationFailed` when it is wrong (403 for keys, 401 for tokens).
    pub(super) fn check(self, parts: &Parts) -> Result<()> {
        let given = header(parts, AUTHORIZATION.as_str())?.ok_or_else(|| missing("Authorization"))?;
        if let Some(authorization) = SharedKeyAuthorization::parse(Service::Batch, given)? {
            self.check_date(parts)?;
            return self.check_signature(parts, &authorization);
        }
        match given.trim().split_once(' ') {
            Some((scheme, token)) if scheme.eq_ignore_ascii_case("Bearer") => self
                .bearer
                .check(token.trim(), AUDIENCES, self.now)
                .map_err(refused_token),
            _ => Err(Error::batch(ErrorCode::InvalidAuthenticationInfo)),
        }
    }

    fn check_date(self, parts: &Parts) -> Result<()> {
        let name = if parts.headers.contains_key(OCP_DATE) {
            OCP_DATE
        } else {
            DATE.as_str()
        };
        let text = header(parts, name)?.ok_or_else(|| missing(OCP_DATE))?;
        let date = Timestamp::from_rfc1123(text.trim()).map_err(|_| {
            Error::batch(ErrorCode::InvalidHeaderValue)
                .with_detail("HeaderName", name)
                .with_detail("HeaderValue", text)
        })?;
        let apart = (self.now - date).ticks().saturating_abs();
        if self.allowed_skew.is_some_and(|allowed| apart > allowed.ticks()) {
            let detail = format!(
                "Request date header too old or too new: '{}'; the time here is '{}'.",
                date.to_rfc1123(),
                self.now.to_rfc1123()
            );
            return Err(Error::batch(ErrorCode::AuthenticationFailed)
                .with_detail("AuthenticationErrorDetail", detail));
        }
        Ok(())
    }

    fn check_signature(self, parts: &Parts, authorization: &SharedKeyAuthorization<'_>) -> Result<()> {
        let mut headers = Vec::with_capacity(parts.headers.len());
        for (name, value) in &parts.headers {
            // Nobody can have signed what is no text.
            let value = std::str::from_utf8(value.as_bytes()).map_err(|_| no_text(name.as_str()))?;
            headers.push((name.as_str(), value));
        }
        let query = query_pairs(parts.uri.query().unwrap_or(""));
        let request = RequestToSign {
            method: parts.method.as_str(),
            path: parts.uri.path(),
            query: &query,
            headers: &headers,
        };
        batch::verify_authorization(&self.account.name, &self.account.keys, &request, authorization)
    }
}

/// The text of a header.
fn header<'a>(parts: &'a Parts, name: &str) -> Result<Option<&'a str>> {
    parts
        .headers
        .get(name)
        .map(|value| std::str::from_utf8(value.as_bytes()).map_err(|_| no_text(name)))
        .transpose()
}

fn missing(name: &str) -> Error {
    Error::batch(ErrorCode::MissingRequiredHeader).with_detail("HeaderName", name)
}

fn no_text(name: &str) -> Error {
    Error::batch(ErrorCode::InvalidHeaderValue)
        .with_detail("HeaderName", name)
        .with_detail("Reason", "The value is not UTF-8.")
}

/// Tokens are refused with another status than keys.
fn refused_token(bad: BadToken) -> Error {
    let message = "Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly.";
    let code = ErrorCode::AuthenticationFailed;
    Error::from_wire(Service::Batch, code.as_str(), 401, message.to_owned())
        .with_detail("AuthenticationErrorDetail", bad.reason)
}
