//! Web pages of other origins: what a browser hears before it lets one ask, and what an answer tells it.

use batchite_api::backend::Body;
use batchite_api::blob::{CorsRule, cors_rule_for};
use batchite_api::error::{Error, ErrorCode, Result};
use batchite_api::wire::blob::header::{self, BadHeader};
use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, HeaderName, ORIGIN, VARY,
};
use http::{HeaderMap, HeaderValue, Response, StatusCode};

use super::answer;

/// A web page that asks, and the rule that lets it.
#[derive(Debug)]
pub(super) struct Page {
    origin: String,
    rule: CorsRule,
}

/// The origin of the page that asks; none when it is no page.
pub(super) fn origin(headers: &HeaderMap) -> Result<Option<&str>> {
    header::text(headers, &ORIGIN).map_err(BadHeader::into_refusal)
}

/// The answer to *Preflight Blob Request*, which needs no credential.
///
/// Refused: `InvalidHeaderValue` for one that does not say who wants to do what; `CorsPreflightFailure` where no rule
/// allows it.
pub(super) fn preflight(rules: &[CorsRule], headers: &HeaderMap) -> Result<Response<Body>> {
    let asked = |name: &HeaderName| {
        let text = header::text(headers, name).map_err(BadHeader::into_refusal)?;
        text.ok_or_else(|| {
            Error::blob(ErrorCode::InvalidHeaderValue)
                .with_message("A required CORS header is not present.")
                .with_detail("HeaderName", name.as_str())
        })
    };
    let (origin, method) = (asked(&ORIGIN)?, asked(&ACCESS_CONTROL_REQUEST_METHOD)?);
    let names = header::text(headers, &ACCESS_CONTROL_REQUEST_HEADERS);
    let names = names.map_err(BadHeader::into_refusal)?;
    let rule = cors_rule_for(rules, origin, method, names).ok_or_else(|| {
        Error::blob(ErrorCode::CorsPreflightFailure)
            .with_detail("MessageDetails", "No CORS rules matches this request")
    })?;
    let mut answered = HeaderMap::new();
    write_origin(rule, origin, &mut answered);
    insert(&mut answered, ACCESS_CONTROL_ALLOW_METHODS, method);
    if let Some(names) = names {
        insert(&mut answered, ACCESS_CONTROL_ALLOW_HEADERS, names);
    }
    answered.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from(rule.max_age_in_seconds));
    Ok(answer::empty(StatusCode::OK, answered))
}

impl Page {
    /// A page of an origin, when a rule lets it use a method.
    pub(super) fn of(rules: &[CorsRule], origin: &str, method: &str) -> Option<Self> {
        cors_rule_for(rules, origin, method, None).map(|rule| Self {
            origin: origin.to_owned(),
            rule: rule.clone(),
        })
    }

    /// Tells the browser that the page may read an answer, and which of its headers.
    pub(super) fn write(&self, headers: &mut HeaderMap) {
        let names = headers.keys().map(HeaderName::as_str);
        let exposed = self.rule.exposes(names).join(",");
        if !exposed.is_empty() {
            insert(headers, ACCESS_CONTROL_EXPOSE_HEADERS, &exposed);
        }
        write_origin(&self.rule, &self.origin, headers);
    }
}

/// A rule for all says so, and lets no credentials of the browser pass; any other one names the page.
fn write_origin(rule: &CorsRule, origin: &str, headers: &mut HeaderMap) {
    if rule.is_for_all() {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        return;
    }
    insert(headers, ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(VARY, HeaderValue::from_static("Origin"));
    headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
}

/// Sets a header to a text that came as one.
fn insert(headers: &mut HeaderMap, name: HeaderName, text: &str) {
    if let Ok(value) = HeaderValue::try_from(text) {
        headers.insert(name, value);
    }
}
