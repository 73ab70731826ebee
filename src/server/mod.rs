//! The emulator's front: HTTP in, calls to a backend, HTTP out.
//!
//! What answers a request is a [`Handler`], which needs no socket. [`listen`] puts one behind a TCP listener.
//!
//! - [`batch`]: the Batch service, over any `BatchBackend`
//! - [`bearer`]: bearer tokens, as far as a server without a directory can look at them
//! - [`blob`]: Blob Storage, over any `BlobConnector`
//! - [`guard`]: which hosts and origins a request may name
//! - [`listen`]: sockets, connections, shutdown
//! - [`request_id`]: the ids of requests
//! - [`tls`]: certificates and handshakes

pub mod batch;
pub mod bearer;
pub mod blob;
mod body;
pub mod guard;
pub mod listen;
pub mod request_id;
pub mod tls;

use std::net::IpAddr;

use async_trait::async_trait;
use batchite_api::backend::Body;
use http::request::Parts;
use http::{Method, Request, Response};

pub use batch::{BatchService, ServedBatchAccount};
pub use bearer::BearerTokens;
pub use blob::{BlobService, ServedAccount, serve_blobs};
pub use listen::{Exposure, ListenOptions, ServerHandle, serve, serve_with};
pub use tls::Tls;

/// Answers requests. A refusal is an answer too.
#[async_trait]
pub trait Handler: Send + Sync + 'static {
    /// Answers one request. Its extensions may hold the [`Scheme`] and the [`PeerAddress`].
    ///
    /// Where it came from is not told: blob handles are made from an endpoint and an access alone, so the backend takes
    /// every caller for one on the loopback interface, which is where the emulator listens, when it checks the `sip` of a
    /// token.
    async fn handle(&self, request: Request<Body>) -> Response<Body>;
}

/// Where a request came from, as an extension of the request. What a token says of addresses (`sip`) is held against it;
/// without it, a request comes from 127.0.0.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PeerAddress(pub IpAddr);

/// How a request came, as an extension of the request; without it, plainly. Links in answers are made of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Scheme {
    /// `http`
    #[default]
    Http,
    /// `https`
    Https,
}

impl Scheme {
    /// The scheme of a request: its extension, or that of its target where that is a whole URL.
    pub fn of(parts: &Parts) -> Self {
        let told = parts.extensions.get::<Self>().copied();
        told.unwrap_or_else(|| match parts.uri.scheme_str() {
            Some("https") => Self::Https,
            _ => Self::Http,
        })
    }

    /// The word that stands before `://`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }
}

/// Whether somebody asks if the server answers, which needs no credential.
fn is_health_check(parts: &Parts) -> bool {
    parts.uri.path() == "/healthz" && (parts.method == Method::GET || parts.method == Method::HEAD)
}
