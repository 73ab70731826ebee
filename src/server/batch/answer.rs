//! Answers: what the backend said, as HTTP.

use batchite_api::backend::Body;
use batchite_api::error::{Error, ErrorCode, Result};
use batchite_api::secret::redact_signatures;
use batchite_api::time::Timestamp;
use batchite_api::wire::batch::header::{CLIENT_REQUEST_ID, REQUEST_ID, RETURN_CLIENT_REQUEST_ID};
use batchite_api::wire::batch::{AnswerParts, Route, answer, failure};
use bytes::Bytes;
use http::header::{
    ALLOW, CONTENT_LENGTH, CONTENT_TYPE, DATE, RETRY_AFTER, SERVER, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS,
};
use http::request::Parts;
use http::{HeaderName, HeaderValue, Method, Response, StatusCode};

/// `DataServiceVersion`: the version of OData, the same for all of the service's own versions.
const DATA_SERVICE_VERSION: HeaderName = HeaderName::from_static("dataserviceversion");

/// What every answer carries beside its own.
#[derive(Debug, Clone)]
pub(super) struct Common {
    method: Method,
    path: String,
    request_id: String,
    /// Only where the caller wants it back.
    client_request_id: Option<HeaderValue>,
    now: Timestamp,
}

impl Common {
    /// Takes down what the answer to a request repeats of it.
    pub(super) fn of(parts: &Parts, request_id: String, now: Timestamp) -> Self {
        let wanted = parts.headers.get(RETURN_CLIENT_REQUEST_ID);
        let wanted = wanted.is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"true"));
        Self {
            method: parts.method.clone(),
            path: parts.uri.path().to_owned(),
            request_id,
            client_request_id: parts.headers.get(CLIENT_REQUEST_ID).filter(|_| wanted).cloned(),
            now,
        }
    }

    /// The id of the request.
    pub(super) fn request_id(&self) -> &str {
        &self.request_id
    }

    /// The answer to a request that was carried out, or the refusal.
    pub(super) fn finish(&self, outcome: Result<Response<Body>>, endpoint: &str) -> Response<Body> {
        let mut response = outcome.unwrap_or_else(|error| self.refuse(error, endpoint));
        let headers = response.headers_mut();
        headers.insert(DATA_SERVICE_VERSION, HeaderValue::from_static("3.0"));
        headers.insert(SERVER, HeaderValue::from_static("Batchite"));
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        if let Some(id) = &self.client_request_id {
            headers.insert(CLIENT_REQUEST_ID, id.clone());
        }
        for (name, text) in [
            (HeaderName::from_static(REQUEST_ID), &self.request_id),
            (DATE, &self.now.to_rfc1123()),
        ] {
            if let Ok(value) = HeaderValue::try_from(text) {
                headers.insert(name, value);
            }
        }
        if self.method == Method::HEAD {
            *response.body_mut() = Body::from("");
        }
        response
    }

    fn refuse(&self, error: Error, endpoint: &str) -> Response<Body> {
        // What never reached the service is no refusal by it; the caller sees a server that failed.
        let error = if error.status() < 300 {
            Error::batch(ErrorCode::InternalError).with_message(redact_signatures(error.message()))
        } else {
            error
        };
        let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = Response::new(Body::from(""));
        *response.status_mut() = status;
        if status == StatusCode::UNAUTHORIZED {
            let scheme = HeaderValue::from_static("Bearer");
            response.headers_mut().insert(WWW_AUTHENTICATE, scheme);
        }
        if let Some(span) = error.retry_after() {
            let seconds = span.milliseconds().div_euclid(1000) + i64::from(span.milliseconds() % 1000 > 0);
            response
                .headers_mut()
                .insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if status == StatusCode::METHOD_NOT_ALLOWED {
            let methods = Route::methods(&self.path);
            let methods: Vec<&str> = methods.into_iter().map(Method::as_str).collect();
            if let Ok(methods) = HeaderValue::try_from(methods.join(", ")) {
                response.headers_mut().insert(ALLOW, methods);
            }
        }
        if self.method != Method::HEAD && status != StatusCode::NOT_MODIFIED {
            let text = failure::body(&error, &self.request_id, self.now, endpoint);
            set_document(&mut response, text);
        }
        response
    }
}

/// An answer of success. A file's bytes follow its head.
pub(super) fn success(parts: AnswerParts, file: Option<Body>) -> Response<Body> {
    let mut response = Response::new(Body::from(""));
    *response.status_mut() = parts.status;
    *response.headers_mut() = parts.headers;
    let headers = response.headers_mut();
    if let Some(file) = file {
        *response.body_mut() = file;
    } else {
        if parts.status != StatusCode::NO_CONTENT && !headers.contains_key(CONTENT_LENGTH) {
            headers.insert(CONTENT_LENGTH, HeaderValue::from(parts.body.len()));
        }
        *response.body_mut() = Body::from(parts.body);
    }
    response
}

fn set_document(response: &mut Response<Body>, text: Bytes) {
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static(answer::CONTENT_TYPE_OF_ANSWERS),
    );
    headers.insert(CONTENT_LENGTH, HeaderValue::from(text.len()));
    *response.body_mut() = Body::from(text);
}
