//! Who a request says it comes from, as an access for the backend.
//!
//! A shared-key signature covers the request itself, so it is verified here, where the request is. A shared access
//! signature covers what the backend knows best, and is handed on.

use batchite_api::auth::Access;
use batchite_api::auth::shared_key::{RequestToSign, SharedKeyAuthorization, blob, query_pairs};
use batchite_api::error::{Error, ErrorCode, Result, Service};
use batchite_api::time::{TimeSpan, Timestamp};
use batchite_api::wire::blob::RequestHead;
use batchite_api::wire::blob::header::{self, AUTHORIZATION, BadHeader, DATE, MS_DATE};
use http::{HeaderMap, Uri};

use super::ServedAccount;
use super::account::Target;
use super::bearer::{self, Bearers};

/// What is known when a request is authenticated.
#[derive(Debug, Clone, Copy)]
pub(super) struct Present<'a> {
    /// The time of the callers.
    pub(super) now: Timestamp,
    /// How far the clock of a caller may be off; none when it does not matter.
    pub(super) allowed_skew: Option<TimeSpan>,
    /// The account as the caller knows it.
    pub(super) target: Target<'a>,
}

/// The access a request shows. Without any credential it is anonymous.
///
/// Refused: `AuthenticationFailed`, `InvalidAuthenticationInfo`; `NotSimulated` for other schemes, and for bearer
/// tokens where none are accepted.
pub(super) fn access(
    uri: &Uri,
    head: &RequestHead,
    account: &ServedAccount,
    bearers: &Bearers,
    present: Present<'_>,
) -> Result<Access> {
    let given = header::text(&head.headers, &AUTHORIZATION).map_err(BadHeader::into_refusal)?;
    let Some(given) = given else {
        return Ok(head
            .query
            .signature()
            .map_or(Access::Anonymous, |token| Access::Sas(token.to_owned())));
    };
    if let Some(token) = bearer::token(given) {
        let checked = bearers.check(token, &account.name, &present.target.endpoint(), present.now);
        return checked.map(|()| Access::Entra);
    }
    let Some(authorization) = SharedKeyAuthorization::parse(Service::Blob, given)? else {
        let scheme = given.split_whitespace().next().unwrap_or("");
        return Err(Error::not_simulated(
            Service::Blob,
            &format!("authorization by {scheme}: use a shared key or a shared access signature"),
        ));
    };
    check_date(&head.headers, present)?;
    verify(uri, head, account, &authorization)?;
    let key = account
        .keys
        .first()
        .cloned()
        .ok_or_else(|| failed("The account has no key."))?;
    Ok(Access::SharedKey {
        account: account.name.clone(),
        key,
    })
}

fn check_date(headers: &HeaderMap, present: Present<'_>) -> Result<()> {
    let name = if headers.contains_key(&MS_DATE) {
        &MS_DATE
    } else {
        &DATE
    };
    let date = header::moment(headers, name)
        .ok()
        .flatten()
        .ok_or_else(|| failed("x-ms-date or Date is missing, or is not a moment in RFC 1123 form."))?;
    let apart = (present.now - date).ticks().saturating_abs();
    if present
        .allowed_skew
        .is_some_and(|allowed| apart > allowed.ticks())
    {
        return Err(failed(&format!(
            "Request date header too old or too new: '{}'; the time here is '{}'.",
            date.to_rfc1123(),
            present.now.to_rfc1123()
        )));
    }
    Ok(())
}

fn verify(
    uri: &Uri,
    head: &RequestHead,
    account: &ServedAccount,
    authorization: &SharedKeyAuthorization<'_>,
) -> Result<()> {
    let mut headers = Vec::with_capacity(head.headers.len());
    for (name, value) in &head.headers {
        // Nobody can have signed what is no text.
        let value = std::str::from_utf8(value.as_bytes())
            .map_err(|_| BadHeader::new(name, "UTF-8").into_refusal())?;
        headers.push((name.as_str(), value));
    }
    let query = query_pairs(uri.query().unwrap_or(""));
    let request = RequestToSign {
        method: head.method.as_str(),
        path: uri.path(),
        query: &query,
        headers: &headers,
    };
    blob::verify(&account.name, &account.keys, &request, authorization)
}

fn failed(detail: &str) -> Error {
    Error::blob(ErrorCode::AuthenticationFailed).with_detail("AuthenticationErrorDetail", detail)
}
