//! The Batch service over HTTP: a `BatchBackend` whose every call is a request.
//!
//! - `client`: requests are signed, sent, repeated where that is safe, and their answers read
//! - `repeat`: which requests may be repeated, and what a refusal means after a repetition
//! - `account`, `pool`, `node`, `job`, `job_schedule`, `task`, `file`: the operations of the traits

mod account;
mod client;
mod file;
mod job;
mod job_schedule;
mod node;
mod pool;
mod repeat;
mod task;

use std::fmt;
use std::sync::Arc;

use batchite_api::auth::AccountKey;
use batchite_api::error::{Error, Result, Service};
use batchite_api::secret::redact_signatures;
use batchite_api::time::Clock;
use http::Uri;

use super::http_transport::is_loopback;
use super::{Jitter, RequestIds, RetryPolicy, TokenSource, Transport};

/// How calls show that they may.
#[derive(Clone)]
pub enum BatchCredential {
    /// With the account's name and key.
    SharedKey {
        /// The name of the account.
        account: String,
        /// Its key.
        key: AccountKey,
    },
    /// With tokens of Microsoft Entra ID.
    Token(Arc<dyn TokenSource>),
}

impl fmt::Debug for BatchCredential {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SharedKey { account, .. } => write!(formatter, "SharedKey({account})"),
            Self::Token(_) => formatter.write_str("Token"),
        }
    }
}

/// A Batch account that is reached over a transport.
#[derive(Clone)]
pub struct AzureBatch {
    endpoint: String,
    credential: BatchCredential,
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    retry: RetryPolicy,
    jitter: Arc<dyn Jitter>,
    request_ids: Arc<dyn RequestIds>,
}

/// What an account is reached with. The clock dates signed requests and waits between attempts.
#[derive(Clone)]
pub struct BatchConnection {
    /// Sends requests.
    pub transport: Arc<dyn Transport>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The randomness in waits.
    pub jitter: Arc<dyn Jitter>,
    /// The ids of requests whose caller gave none.
    pub request_ids: Arc<dyn RequestIds>,
}

impl fmt::Debug for BatchConnection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("BatchConnection").finish_non_exhaustive()
    }
}

impl AzureBatch {
    /// The account at `endpoint`, as `https://{account}.{region}.batch.azure.com`. Requests are repeated as
    /// [`RetryPolicy::default`] says.
    ///
    /// An endpoint that is no such URL is an error; tokens over plain HTTP are one too, but to this machine, since
    /// anybody on the way could read them.
    pub fn new(endpoint: &str, credential: BatchCredential, connection: BatchConnection) -> Result<Self> {
        let endpoint = endpoint.trim_end_matches('/');
        let failed = |why: &str| {
            let shown = redact_signatures(endpoint);
            Err(Error::protocol(Service::Batch, format!("{shown:?} {why}")))
        };
        let uri = endpoint.parse::<Uri>().ok().filter(|uri| {
            matches!(uri.scheme_str(), Some("http" | "https"))
                && uri.query().is_none()
                && uri
                    .authority()
                    .is_some_and(|authority| !authority.as_str().contains('@'))
        });
        let Some(uri) = uri else {
            return failed(
                "is not the URL of a Batch account, as https://{account}.{region}.batch.azure.com or \
                 http://127.0.0.1:10100.",
            );
        };
        if matches!(credential, BatchCredential::Token(_))
            && uri.scheme_str() != Some("https")
            && !is_loopback(&uri)
        {
            return failed("is plain HTTP, over which no token is sent. Use https:// or the account's key.");
        }
        Ok(Self {
            endpoint: endpoint.to_owned(),
            credential,
            transport: connection.transport,
            clock: connection.clock,
            retry: RetryPolicy::default(),
            jitter: connection.jitter,
            request_ids: connection.request_ids,
        })
    }

    /// Repeats requests in another way.
    #[must_use]
    pub fn with_retry(mut self, retry: RetryPolicy) -> Self {
        self.retry = retry;
        self
    }

    /// The URL of the account.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }
}

impl fmt::Debug for AzureBatch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("AzureBatch")
            .field("endpoint", &self.endpoint)
            .field("credential", &self.credential)
            .field("retry", &self.retry)
            .finish_non_exhaustive()
    }
}
