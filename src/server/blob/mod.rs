//! Blob Storage over HTTP: a request is decoded, handed to a backend bound to the request's own credential, and
//! what the backend says is encoded.
//!
//! - `account`: the accounts that are served, in the host or in the path
//! - `authenticate`: from a request to an access; `bearer`: tokens of Entra ID
//! - `cors`: web pages of other origins
//! - `dispatch`: from an operation to a call and back; `batch`: the same for those that hold others
//! - `hashes`: MD5 and CRC64 of bodies and ranges
//! - `received`: bodies of requests, held to their limits
//! - `answer`: what answers have in common, refusals
//! - `marker`: where lists go on
//!
//! Any `x-ms-version` is served with the newest behaviour.

mod account;
mod answer;
mod authenticate;
mod batch;
mod bearer;
mod cors;
mod dispatch;
mod hashes;
mod marker;
mod received;
mod source;

use std::fmt;
use std::io;
use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use batchite_api::auth::Access;
use batchite_api::backend::{BlobBackend, BlobConnector, Body};
use batchite_api::blob::CorsRule;
use batchite_api::error::Result;
use batchite_api::secret::Secret;
use batchite_api::time::{Clock, TimeSpan};
use batchite_api::wire::blob::header::{self, BadHeader, CONTENT_MD5};
use batchite_api::wire::blob::{BlobOperation, ContainerOperation, Operation, RequestHead};
use http::request::Parts;
use http::{HeaderMap, Method, Request, Response, StatusCode, Uri};
use tokio::net::TcpListener;

pub use account::{ServedAccount, WELL_KNOWN_ACCOUNT, WELL_KNOWN_KEY};
pub use received::BodyLimits;

use super::bearer::BearerTokens;
use super::guard::{Hosts, RequestHost};
use super::listen::{self, ServerHandle};
use super::request_id::RequestIds;
use super::{Handler, PeerAddress, Scheme, is_health_check};
use answer::{Common, Refusal};
use authenticate::Present;
use batch::Batch;
use bearer::Bearers;
use cors::Page;
use dispatch::Call;

/// Serves the accounts of a connector on a listener.
pub async fn serve_blobs(
    listener: TcpListener,
    connector: Arc<dyn BlobConnector>,
    clock: Arc<dyn Clock>,
    accounts: Vec<ServedAccount>,
) -> io::Result<ServerHandle> {
    listen::serve(listener, Arc::new(BlobService::new(connector, clock, accounts)))
}

/// Answers requests to Blob Storage, without a socket.
pub struct BlobService {
    connector: Arc<dyn BlobConnector>,
    clock: Arc<dyn Clock>,
    /// What the dates of signed requests are held against.
    callers_clock: Arc<dyn Clock>,
    accounts: Vec<ServedAccount>,
    /// Of each account the handle with its key, once there is one.
    owners: Vec<OnceLock<Arc<dyn BlobBackend>>>,
    hosts: Hosts,
    request_ids: RequestIds,
    allowed_skew: Option<TimeSpan>,
    limits: BodyLimits,
    bearers: Bearers,
}

impl BlobService {
    /// A service over a connector, whose requests may be 15 minutes off the clock.
    pub fn new(
        connector: Arc<dyn BlobConnector>,
        clock: Arc<dyn Clock>,
        accounts: Vec<ServedAccount>,
    ) -> Self {
        Self {
            connector,
            callers_clock: Arc::clone(&clock),
            clock,
            owners: accounts.iter().map(|_| OnceLock::new()).collect(),
            accounts,
            hosts: Hosts::default(),
            request_ids: RequestIds::default(),
            allowed_skew: Some(TimeSpan::from_minutes(15)),
            limits: BodyLimits::default(),
            bearers: Bearers::default(),
        }
    }

    /// Answers under further names of hosts.
    #[must_use]
    pub fn with_hosts(mut self, hosts: Hosts) -> Self {
        self.hosts = hosts;
        self
    }

    /// Takes the ids of requests from a series.
    #[must_use]
    pub fn with_request_ids(mut self, request_ids: RequestIds) -> Self {
        self.request_ids = request_ids;
        self
    }

    /// How far the date of a signed request may be off; `None` when the clock is not that of the callers.
    #[must_use]
    pub fn with_allowed_skew(mut self, allowed_skew: Option<TimeSpan>) -> Self {
        self.allowed_skew = allowed_skew;
        self
    }

    /// Holds the dates of signed requests against the clock the callers go by: where the service's own runs faster,
    /// or ahead, callers do not know. Unless set, it is the service's own.
    #[must_use]
    pub fn with_callers_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.callers_clock = clock;
        self
    }

    /// How long bodies may be.
    #[must_use]
    pub fn with_limits(mut self, limits: BodyLimits) -> Self {
        self.limits = limits;
        self
    }

    /// Takes these bearer tokens for ones of Entra ID: whoever shows one may do everything. Others are refused, and
    /// without any the scheme is.
    #[must_use]
    pub fn with_bearer_tokens(mut self, tokens: Vec<Secret>) -> Self {
        self.bearers.know(tokens);
        self
    }

    /// Takes bearer tokens for ones of Entra ID whose shape, audience (`https://storage.azure.com`, or the account) and
    /// dates are right: whoever shows one may do everything. Their signature is not looked at.
    #[must_use]
    pub fn with_bearer(mut self, accepted: BearerTokens) -> Self {
        self.bearers.accept(accepted);
        self
    }

    async fn answer(
        &self,
        mut parts: Parts,
        body: Body,
        common: &Common,
        page: &mut Option<Page>,
    ) -> Result<Response<Body>, Refusal> {
        let host = self.hosts.check_host(&parts.uri, &parts.headers)?;
        if is_health_check(&parts) {
            host.check_origin(&parts.headers)?;
            return Ok(answer::empty(StatusCode::OK, HeaderMap::new()));
        }
        let scheme = Scheme::of(&parts);
        let target = account::target(&self.accounts, scheme, &host, parts.uri.path());
        if target.is_err() {
            // No account, no rules that could let in a page of another origin.
            host.check_origin(&parts.headers)?;
        }
        let target = target?;
        let account = &self.accounts[target.account];
        if parts.method == Method::OPTIONS {
            let rules = self.cors_rules(account).await?;
            return Ok(cors::preflight(&rules, &parts.headers)?);
        }
        *page = self.page(&parts, &host, account).await?;
        let head = RequestHead::read(
            parts.method.clone(),
            target.path,
            parts.uri.query().unwrap_or(""),
            std::mem::take(&mut parts.headers),
        )?;
        let present = Present {
            now: self.callers_clock.now(),
            allowed_skew: self.allowed_skew,
            target,
        };
        let access = authenticate::access(&parts.uri, &head, account, &self.bearers, present)?;
        let mut operation = head.operation()?;
        if takes_bytes(&operation) {
            received::check_length_is_told(&head.headers)?;
        }
        let body = held_against_its_hash(&head.headers, &operation, body)?;
        if let Some(source) = operation.source_mut()
            && let Some(own) =
                source::as_the_backend_knows_it(source, scheme, &host, &self.hosts, &self.accounts)
        {
            *source = own;
        }
        let peer = peer_that_matters(&parts, &operation, &access);
        let backend = self.backend(target.account, access, peer)?;
        if let Operation::SubmitBatch { container, boundary } = &operation {
            let path = parts.uri.path();
            let batch = Batch {
                backend: &*backend,
                container: container.as_ref(),
                boundary,
                account_path: path.strip_suffix(target.path).unwrap_or(""),
                common,
                request_ids: &self.request_ids,
            };
            let authenticate = |uri: &Uri, head: &RequestHead| {
                authenticate::access(uri, head, account, &self.bearers, present)
            };
            return batch.carry_out(body, authenticate).await;
        }
        let call = Call {
            backend,
            limits: self.limits,
            target,
        };
        call.carry_out(operation, body).await
    }
}

impl BlobService {
    /// A handle on an account. With the account's key it is always the same one, and most requests ask for that.
    fn backend(
        &self,
        account: usize,
        access: Access,
        peer: Option<&PeerAddress>,
    ) -> Result<Arc<dyn BlobBackend>> {
        let endpoint = &self.accounts[account].endpoint;
        if let Some(peer) = peer {
            return self.connector.connect_from(endpoint, access, peer.0);
        }
        let has_key = matches!(access, Access::SharedKey { .. });
        if has_key && let Some(known) = self.owners[account].get() {
            return Ok(Arc::clone(known));
        }
        let made = self.connector.connect(endpoint, access)?;
        if has_key {
            return Ok(Arc::clone(self.owners[account].get_or_init(|| made)));
        }
        Ok(made)
    }

    /// The web page that asks, when one does. Refused: one of another origin no rule lets in.
    async fn page(&self, parts: &Parts, host: &RequestHost, account: &ServedAccount) -> Result<Option<Page>> {
        let Some(origin) = cors::origin(&parts.headers)? else {
            return Ok(None);
        };
        let rules = self.cors_rules(account).await?;
        let page = Page::of(&rules, origin, parts.method.as_str());
        if page.is_none() {
            host.check_origin(&parts.headers)?;
        }
        Ok(page)
    }

    /// The rules of an account for web pages of other origins, which the server reads in the account's name.
    async fn cors_rules(&self, account: &ServedAccount) -> Result<Vec<CorsRule>> {
        let Some(key) = account.keys.first() else {
            return Ok(Vec::new());
        };
        let access = Access::SharedKey {
            account: account.name.clone(),
            key: key.clone(),
        };
        let backend = self.connector.connect(&account.endpoint, access)?;
        backend.get_cors_rules().await
    }
}

#[async_trait]
impl Handler for BlobService {
    async fn handle(&self, request: Request<Body>) -> Response<Body> {
        let (parts, body) = request.into_parts();
        let common = Common::of(&parts, self.request_ids.next(), self.clock.now());
        let mut page = None;
        let outcome = self.answer(parts, body, &common, &mut page).await;
        let mut response = common.finish(outcome);
        if let Some(page) = page {
            page.write(response.headers_mut());
        }
        response
    }
}

impl fmt::Debug for BlobService {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("BlobService")
            .field("connector", &self.connector)
            .field("accounts", &self.accounts)
            .field("hosts", &self.hosts)
            .finish_non_exhaustive()
    }
}

/// Where a request came from, when that decides anything: only tokens say from where they may be used, and the requests
/// of a batch may show some.
fn peer_that_matters<'a>(
    parts: &'a Parts,
    operation: &Operation,
    access: &Access,
) -> Option<&'a PeerAddress> {
    let may_show_token =
        matches!(access, Access::Sas(_)) || matches!(operation, Operation::SubmitBatch { .. });
    parts.extensions.get::<PeerAddress>().filter(|_| may_show_token)
}

/// The body of a request, ending in a refusal where it is a document and not what its `Content-MD5` says.
fn held_against_its_hash(headers: &HeaderMap, operation: &Operation, body: Body) -> Result<Body> {
    if !is_read_as_document(operation) {
        return Ok(body);
    }
    let md5 = header::text(headers, &CONTENT_MD5).map_err(BadHeader::into_refusal)?;
    received::verified(body, md5)
}

/// Whether the body of a request says what is asked for, and its hash is told by its head alone. What stores bytes, or
/// puts them together, has a hash of its own.
fn is_read_as_document(operation: &Operation) -> bool {
    match operation {
        Operation::GetUserDelegationKey
        | Operation::SetServiceProperties
        | Operation::SubmitBatch { .. }
        | Operation::OnContainer(_, ContainerOperation::SetAccessPolicy { .. }) => true,
        Operation::OnBlob(_, _, operation) => matches!(**operation, BlobOperation::SetTags(_)),
        _ => false,
    }
}

/// Whether the body of a request is its point.
fn takes_bytes(operation: &Operation) -> bool {
    let Operation::OnBlob(_, _, operation) = operation else {
        return matches!(operation, Operation::SubmitBatch { .. });
    };
    matches!(
        **operation,
        BlobOperation::Put(_)
            | BlobOperation::PutAppend(_)
            | BlobOperation::PutBlock { .. }
            | BlobOperation::PutBlockList(_)
            | BlobOperation::AppendBlock(_)
            | BlobOperation::SetTags(_)
    )
}
