//! Blob Storage over HTTP: a `BlobBackend` whose every call is a request.
//!
//! - `client`: requests are signed, sent, repeated where that is safe, and their answers read
//! - `download`: bodies that break off and go on, and several ranges at once
//! - `operations`: the operations of the trait
//! - `options`: how long bodies are cut
//! - `parts`: the operations on leases, tags, append blobs and copies
//! - `payload`: bodies, and which of them can be sent twice
//! - `service`: the properties of the service, batches of requests
//! - `upload`: bodies too long for one request, or of unknown length

mod client;
mod download;
mod operations;
mod options;
mod parts;
mod payload;
mod service;
mod upload;

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use batchite_api::auth::Access;
use batchite_api::backend::{BlobBackend, BlobConnector};
use batchite_api::error::{Error, Result, Service};
use batchite_api::secret::{Secret, redact_signatures};
use batchite_api::time::Clock;
use http::Uri;

pub use options::TransferOptions;

use super::http_transport::is_loopback;
use super::token::STORAGE_SCOPE;
use super::{Jitter, RetryPolicy, TokenSource, Transport};

/// Makes handles on storage accounts that are reached over a transport.
#[derive(Clone)]
pub struct AzureBlobConnector {
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    retry: RetryPolicy,
    jitter: Arc<dyn Jitter>,
    transfer: TransferOptions,
    tokens: Option<Arc<dyn TokenSource>>,
}

impl AzureBlobConnector {
    /// A connector whose handles repeat requests as [`RetryPolicy::default`] says.
    ///
    /// The clock dates signed requests and waits between attempts.
    pub fn new(transport: Arc<dyn Transport>, clock: Arc<dyn Clock>, jitter: Arc<dyn Jitter>) -> Self {
        Self {
            transport,
            clock,
            retry: RetryPolicy::default(),
            jitter,
            transfer: TransferOptions::default(),
            tokens: None,
        }
    }

    /// Repeats requests in another way.
    #[must_use]
    pub fn with_retry(mut self, retry: RetryPolicy) -> Self {
        self.retry = retry;
        self
    }

    /// Where handles with [`Access::Entra`] get their tokens. Without it, their requests fail.
    #[must_use]
    pub fn with_tokens(mut self, tokens: Arc<dyn TokenSource>) -> Self {
        self.tokens = Some(tokens);
        self
    }

    async fn token(&self) -> Result<Secret> {
        let Some(tokens) = &self.tokens else {
            return Err(Error::protocol(
                Service::Blob,
                "There is nobody to get tokens of Microsoft Entra ID from: give the connector a token source.",
            ));
        };
        let token = tokens.token(STORAGE_SCOPE).await;
        token.map_err(|error| error.with_service(Service::Blob))
    }

    /// Cuts long bodies in another way.
    #[must_use]
    pub fn with_transfer(mut self, transfer: TransferOptions) -> Self {
        self.transfer = transfer;
        self
    }

    /// A handle on the account at `endpoint`.
    ///
    /// An endpoint that is no URL of an account is an error, and so is one over plain HTTP to another machine where
    /// tokens of Entra ID would be sent.
    pub fn account(&self, endpoint: &str, access: Access) -> Result<AzureBlob> {
        let endpoint = endpoint.trim_end_matches('/');
        let is_account = endpoint.parse::<Uri>().is_ok_and(|uri| {
            matches!(uri.scheme_str(), Some("http" | "https"))
                && uri.query().is_none()
                && uri
                    .authority()
                    .is_some_and(|authority| !authority.as_str().contains('@'))
        });
        if !is_account {
            return Err(Error::protocol(
                Service::Blob,
                format!(
                    "{:?} is not the URL of a storage account, as https://{{account}}.blob.core.windows.net or \
                     http://127.0.0.1:10000/{{account}}.",
                    redact_signatures(endpoint)
                ),
            ));
        }
        let is_encrypted = endpoint
            .parse::<Uri>()
            .is_ok_and(|uri| uri.scheme_str() == Some("https") || is_loopback(&uri));
        if access == Access::Entra && !is_encrypted {
            return Err(Error::protocol(
                Service::Blob,
                format!(
                    "{endpoint:?} is plain HTTP, over which no token is sent. Use https:// or the account's key."
                ),
            ));
        }
        Ok(AzureBlob {
            endpoint: endpoint.to_owned(),
            access,
            connector: self.clone(),
        })
    }
}

impl BlobConnector for AzureBlobConnector {
    fn connect(&self, endpoint: &str, access: Access) -> Result<Arc<dyn BlobBackend>> {
        Ok(Arc::new(self.account(endpoint, access)?))
    }

    /// The account sees the requests come from this machine, whoever made them.
    fn connect_from(&self, endpoint: &str, access: Access, _source: IpAddr) -> Result<Arc<dyn BlobBackend>> {
        self.connect(endpoint, access)
    }
}

impl fmt::Debug for AzureBlobConnector {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("AzureBlobConnector")
            .field("retry", &self.retry)
            .field("transfer", &self.transfer)
            .finish_non_exhaustive()
    }
}

/// A handle on one storage account with one access.
#[derive(Clone)]
pub struct AzureBlob {
    endpoint: String,
    access: Access,
    connector: AzureBlobConnector,
}

impl fmt::Debug for AzureBlob {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("AzureBlob")
            .field("endpoint", &self.endpoint)
            .field("access", &self.access)
            .finish_non_exhaustive()
    }
}
