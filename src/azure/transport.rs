//! The seam below the clients: a request goes in, an answer comes out.

use async_trait::async_trait;
use batchite_api::backend::Body;
use batchite_api::error::Result;
use http::{Request, Response};

/// Sends a request and gives its answer, whatever the answer's status.
///
/// # Contract
/// The target of the request is a whole URL, and its `Host` and `Content-Length` are set. Redirects are answers,
/// not orders. Errors are failures to get an answer: they have status zero and a source, and do not show the query
/// of the URL.
#[async_trait]
pub trait Transport: Send + Sync {
    /// Sends one request, once.
    async fn send(&self, request: Request<Body>) -> Result<Response<Body>>;
}
