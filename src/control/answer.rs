//! Answers of the controls, refusals among them.

use batchite_api::backend::Body;
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, WWW_AUTHENTICATE};
use http::{HeaderValue, Response, StatusCode};
use serde_json::{Value, json};

/// Why a control was not carried out.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    code: &'static str,
    message: String,
    /// The method a control has instead.
    allowed: Option<&'static str>,
}

impl Refusal {
    /// A refusal with a word for machines and a sentence for people.
    pub(super) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            allowed: None,
        }
    }

    /// The control is there, and is asked for by another method.
    pub(super) fn method(allowed: &'static str) -> Self {
        Self {
            allowed: Some(allowed),
            ..Self::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "MethodNotAllowed",
                format!("This control takes {allowed}."),
            )
        }
    }

    /// What a request brings makes no sense.
    pub(super) fn input(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "InvalidInput", message)
    }

    pub(super) fn into_response(self) -> Response<Body> {
        let mut response = document(&json!({ "error": { "code": self.code, "message": self.message } }));
        *response.status_mut() = self.status;
        if let Some(allowed) = self.allowed {
            let allowed = HeaderValue::from_static(allowed);
            response.headers_mut().insert(ALLOW, allowed);
        }
        if self.status == StatusCode::UNAUTHORIZED {
            let scheme = HeaderValue::from_static("Bearer");
            response.headers_mut().insert(WWW_AUTHENTICATE, scheme);
        }
        response
    }
}

/// A document of JSON.
pub(super) fn document(value: &Value) -> Response<Body> {
    text("application/json", format!("{value:#}\n"))
}

/// Lines of JSON.
pub(super) fn lines(lines: String) -> Response<Body> {
    text("application/x-ndjson", lines)
}

fn text(content_type: &'static str, text: String) -> Response<Body> {
    let length = text.len();
    let mut response = Response::new(Body::from(text.into_bytes()));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
