//! Answers: what the backend said, as HTTP.

use batchite_api::backend::Body;
use batchite_api::error::{Error, ErrorCode, Result};
use batchite_api::secret::redact_signatures;
use batchite_api::time::Timestamp;
use batchite_api::wire::blob::header::{
    self, CLIENT_REQUEST_ID, CONTENT_LENGTH, CONTENT_TYPE, DATE, ERROR_CODE, REQUEST_ID, VERSION,
};
use batchite_api::wire::blob::{SERVICE_VERSION, failure, xml};
use http::header::{RETRY_AFTER, SERVER, WWW_AUTHENTICATE};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode};

/// A refusal, and headers beside those every refusal has.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) error: Error,
    pub(super) headers: HeaderMap,
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self {
            error,
            headers: HeaderMap::new(),
        }
    }
}

/// What every answer carries beside its own.
#[derive(Debug, Clone)]
pub(super) struct Common {
    method: Method,
    request_id: String,
    client_request_id: Option<HeaderValue>,
    version: HeaderValue,
    now: Timestamp,
}

impl Common {
    /// Takes down what the answer to a request repeats of it.
    pub(super) fn of(parts: &Parts, request_id: String, now: Timestamp) -> Self {
        Self {
            method: parts.method.clone(),
            request_id,
            client_request_id: parts.headers.get(&CLIENT_REQUEST_ID).cloned(),
            version: parts
                .headers
                .get(&VERSION)
                .cloned()
                .unwrap_or(HeaderValue::from_static(SERVICE_VERSION)),
            now,
        }
    }

    /// What the answer to a request has that stands within another: the version of that one, an id of its own.
    pub(super) fn within(&self, parts: &Parts, request_id: String) -> Self {
        Self {
            method: parts.method.clone(),
            request_id,
            client_request_id: parts.headers.get(&CLIENT_REQUEST_ID).cloned(),
            version: self.version.clone(),
            now: self.now,
        }
    }

    /// The id of the request.
    pub(super) fn request_id(&self) -> &str {
        &self.request_id
    }

    /// The answer to a request that was carried out, or the refusal.
    pub(super) fn finish(self, outcome: Result<Response<Body>, Refusal>) -> Response<Body> {
        let mut response = outcome.unwrap_or_else(|refusal| self.refuse(refusal));
        let headers = response.headers_mut();
        headers.insert(&VERSION, self.version);
        headers.insert(SERVER, HeaderValue::from_static("Batchite"));
        if let Some(id) = self.client_request_id {
            headers.insert(&CLIENT_REQUEST_ID, id);
        }
        for (name, text) in [(&REQUEST_ID, self.request_id), (&DATE, self.now.to_rfc1123())] {
            if let Ok(value) = header::value(name, text) {
                headers.insert(name, value);
            }
        }
        if self.method == Method::HEAD {
            *response.body_mut() = Body::from("");
        }
        response
    }

    fn refuse(&self, refusal: Refusal) -> Response<Body> {
        let Refusal { error, headers } = refusal;
        // What never reached the service is no refusal by it; the caller sees a server that failed.
        let error = if error.status() < 300 {
            Error::blob(ErrorCode::InternalError).with_message(redact_signatures(error.message()))
        } else {
            error
        };
        let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = with_body(status, headers, Body::from(""));
        if let Ok(code) = HeaderValue::try_from(error.code().as_str()) {
            response.headers_mut().insert(&ERROR_CODE, code);
        }
        if status == StatusCode::UNAUTHORIZED {
            let scheme = HeaderValue::from_static("SharedKey");
            response.headers_mut().insert(WWW_AUTHENTICATE, scheme);
        }
        if let Some(span) = error.retry_after() {
            let seconds = span.milliseconds().div_euclid(1000) + i64::from(span.milliseconds() % 1000 > 0);
            response
                .headers_mut()
                .insert(&RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.method != Method::HEAD && status != StatusCode::NOT_MODIFIED {
            let text = failure::body(&error, &self.request_id, self.now);
            set_document(&mut response, text);
        }
        response
    }
}

/// A head with room for what most answers have.
pub(super) fn head() -> HeaderMap {
    HeaderMap::with_capacity(20)
}

/// An answer without a body.
pub(super) fn empty(status: StatusCode, headers: HeaderMap) -> Response<Body> {
    let mut response = with_body(status, headers, Body::from(""));
    response
        .headers_mut()
        .insert(&CONTENT_LENGTH, HeaderValue::from_static("0"));
    response
}

/// An answer whose headers tell all there is to say of its body.
pub(super) fn with_body(status: StatusCode, headers: HeaderMap, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

/// An answer with a document.
pub(super) fn document(headers: HeaderMap, text: String) -> Response<Body> {
    let mut response = with_body(StatusCode::OK, headers, Body::from(""));
    set_document(&mut response, text);
    response
}

fn set_document(response: &mut Response<Body>, text: String) {
    let headers = response.headers_mut();
    headers.insert(&CONTENT_TYPE, HeaderValue::from_static(xml::CONTENT_TYPE));
    headers.insert(&CONTENT_LENGTH, HeaderValue::from(text.len()));
    *response.body_mut() = Body::from(text.into_bytes());
}
