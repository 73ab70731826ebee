//! What stands before the Batch service: the controls of the emulator, and a knock for whoever drives the world.

use std::sync::Arc;

use async_trait::async_trait;
use batchite_api::backend::Body;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use serde_json::json;

use crate::control::{Controls, PREFIX};
use crate::host::HostPace;
use crate::server::Handler;
use crate::server::guard::Hosts;

/// Hands requests to the service or to the controls, and wakes whoever drives the world after each that may have
/// changed it.
pub(super) struct Front {
    pub(super) service: Arc<dyn Handler>,
    pub(super) controls: Controls,
    pub(super) hosts: Hosts,
    pub(super) pace: HostPace,
}

#[async_trait]
impl Handler for Front {
    async fn handle(&self, request: Request<Body>) -> Response<Body> {
        let changes = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
        // When dropped, so that a client who went away meanwhile does not leave the world asleep.
        let _wake = changes.then(|| Wake(&self.pace));
        if !request.uri().path().starts_with(PREFIX) {
            return self.service.handle(request).await;
        }
        // The service does this itself.
        match self.hosts.check(request.uri(), request.headers()) {
            Ok(_) => self.controls.answer(request).await,
            Err(error) => refuse(error.status(), error.code().as_str(), error.message()),
        }
    }
}

struct Wake<'a>(&'a HostPace);

impl Drop for Wake<'_> {
    fn drop(&mut self) {
        self.0.wake();
    }
}

fn refuse(status: u16, code: &str, message: &str) -> Response<Body> {
    let text = json!({ "error": { "code": code, "message": message } }).to_string();
    let length = text.len();
    let mut response = Response::new(Body::from(text.into_bytes()));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    response
}
