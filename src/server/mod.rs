//! The emulator's front: HTTP in, calls to a backend, HTTP out.
//!
//! What answers a request is a [`Handler`], which needs no socket. [`listen`] puts one behind a TCP listener.
//!
//! - [`blob`]: Blob Storage, over any `BlobConnector`
//! - [`guard`]: which hosts and origins a request may name
//! - [`listen`]: sockets, connections, shutdown
//! - [`request_id`]: the ids of requests

pub mod blob;
mod body;
pub mod guard;
pub mod listen;
pub mod request_id;

use std::net::SocketAddr;

use async_trait::async_trait;
use batchite_api::backend::Body;
use http::{Request, Response};

pub use blob::{BlobService, ServedAccount, serve_blobs};
pub use listen::{Exposure, ServerHandle, serve};

/// Answers requests. A refusal is an answer too.
#[async_trait]
pub trait Handler: Send + Sync + 'static {
    /// Answers one request. Its extensions may hold the [`PeerAddress`].
    async fn handle(&self, request: Request<Body>) -> Response<Body>;
}

/// Where a request came from, as an extension of the request.
///
/// Blob handles are made from an endpoint and an access alone, so the address does not reach the check of a
/// token's `sip`: the backend takes every caller for one on the loopback interface, which is where the emulator
/// listens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PeerAddress(pub SocketAddr);
