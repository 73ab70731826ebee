//! The Batch service over HTTP, in front of any `BatchBackend`.
//!
//! A request is authenticated, translated into the newest version, read with the wire's description of its
//! operation, and handed to the backend; what the backend says goes back the same way.
//!
//! - `account`: the account that is served
//! - `authenticate`: shared keys and tokens
//! - `resource_manager`: what is asked of Azure Resource Manager, which is not here
//! - `received`: the documents of requests, held to their limit
//! - `versions`: the versions callers speak
//! - `dispatch`: from an operation to a call and back, one resource a file
//! - `answer`: what answers have in common, refusals

mod account;
mod answer;
mod authenticate;
mod dispatch;
mod received;
mod resource_manager;
mod versions;

use std::fmt;
use std::io;
use std::sync::Arc;

use async_trait::async_trait;
use batchite_api::backend::{BatchBackend, Body};
use batchite_api::error::{Result, Service};
use batchite_api::time::{Clock, TimeSpan};
use batchite_api::wire::batch::answer::Asked;
use batchite_api::wire::batch::{RequestParts, Route};
use http::request::Parts;
use http::{Request, Response};
use tokio::net::TcpListener;

pub use account::{ServedBatchAccount, WELL_KNOWN_BATCH_ACCOUNT, WELL_KNOWN_BATCH_KEY};
pub use received::DocumentLimits;
pub use versions::ApiVersion;

use super::bearer::BearerTokens;
use super::guard::{Hosts, RequestHost};
use super::listen::{self, ServerHandle};
use super::request_id::RequestIds;
use super::{Handler, Scheme, is_health_check};
use answer::Common;
use authenticate::Gate;
use dispatch::Dispatch;
use versions::Translation;

/// Serves an account on a listener. Must be called within a Tokio runtime.
pub fn serve_batch(
    listener: TcpListener,
    backend: Arc<dyn BatchBackend>,
    clock: Arc<dyn Clock>,
    account: ServedBatchAccount,
) -> io::Result<ServerHandle> {
    listen::serve(listener, Arc::new(BatchService::new(backend, clock, account)))
}

/// Answers requests to the Batch service, without a socket.
pub struct BatchService {
    backend: Arc<dyn BatchBackend>,
    clock: Arc<dyn Clock>,
    /// What the dates of signed requests and tokens are held against.
    callers_clock: Arc<dyn Clock>,
    account: ServedBatchAccount,
    hosts: Hosts,
    request_ids: RequestIds,
    allowed_skew: Option<TimeSpan>,
    limits: DocumentLimits,
    bearer: BearerTokens,
}

impl BatchService {
    /// A service over a backend, whose requests may be 15 minutes off the clock and are signed with a key.
    pub fn new(backend: Arc<dyn BatchBackend>, clock: Arc<dyn Clock>, account: ServedBatchAccount) -> Self {
        Self {
            backend,
            callers_clock: Arc::clone(&clock),
            clock,
            account,
            hosts: Hosts::default(),
            request_ids: RequestIds::default(),
            allowed_skew: Some(TimeSpan::from_minutes(15)),
            limits: DocumentLimits::default(),
            bearer: BearerTokens::default(),
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

    /// Holds the dates of signed requests, and tokens, against the clock the callers go by: where the service's own runs
    /// faster, or ahead, callers do not know. Unless set, it is the service's own.
    #[must_use]
    pub fn with_callers_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.callers_clock = clock;
        self
    }

    /// How long documents may be.
    #[must_use]
    pub fn with_limits(mut self, limits: DocumentLimits) -> Self {
        self.limits = limits;
        self
    }

    /// Which bearer tokens are accepted; none by default.
    #[must_use]
    pub fn with_bearer(mut self, bearer: BearerTokens) -> Self {
        self.bearer = bearer;
        self
    }

    async fn answer(
        &self,
        parts: &Parts,
        body: Body,
        endpoint: &str,
        common: &Common,
    ) -> Result<Response<Body>> {
        let gate = Gate {
            account: &self.account,
            bearer: self.bearer,
            now: self.callers_clock.now(),
            allowed_skew: self.allowed_skew,
        };
        gate.check(parts)?;
        let request = RequestParts {
            method: parts.method.clone(),
            path: parts.uri.path().to_owned(),
            query: RequestParts::read_query(parts.uri.query().unwrap_or("")),
            headers: parts.headers.clone(),
            body: received::document(body, self.limits).await?,
        };
        let (translation, mut request) = Translation::of(request)?;
        let asked = Asked {
            endpoint,
            request: &request,
        };
        if let Some(told) = translation.carry_out_old(&*self.backend, asked).await? {
            return Ok(answer::success(told, None));
        }
        translation.complete(&*self.backend, &mut request).await?;
        let (route, ids) = Route::find(&request.method, &request.path)?;
        received::check_length_is_told(route, &request.headers)?;
        let dispatch = Dispatch {
            backend: &*self.backend,
            request: &request,
            ids: &ids,
            endpoint,
            request_id: common.request_id(),
            now: self.clock.now(),
        };
        let done = dispatch.carry_out(route.operation).await?;
        Ok(answer::success(translation.answer(done.parts), done.file))
    }

    /// The URL of the account as the caller spells it.
    fn endpoint(parts: &Parts, host: &RequestHost) -> String {
        format!("{}://{}", Scheme::of(parts).as_str(), host.authority())
    }
}

#[async_trait]
impl Handler for BatchService {
    async fn handle(&self, request: Request<Body>) -> Response<Body> {
        let (parts, body) = request.into_parts();
        let common = Common::of(&parts, self.request_ids.next(), self.clock.now());
        let host = match self.hosts.check(&parts.uri, &parts.headers) {
            Ok(host) => host,
            Err(error) => return common.finish(Err(error.with_service(Service::Batch)), ""),
        };
        let endpoint = Self::endpoint(&parts, &host);
        if is_health_check(&parts) {
            return common.finish(Ok(Response::new(Body::from(""))), &endpoint);
        }
        if resource_manager::is_its_path(parts.uri.path()) {
            return common.finish(Ok(resource_manager::refusal(&self.account)), &endpoint);
        }
        let outcome = self.answer(&parts, body, &endpoint, &common).await;
        common.finish(outcome, &endpoint)
    }
}

impl fmt::Debug for BatchService {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("BatchService")
            .field("account", &self.account)
            .field("hosts", &self.hosts)
            .field("bearer", &self.bearer)
            .finish_non_exhaustive()
    }
}
