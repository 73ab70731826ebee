//! The storage operations, straight onto the world: read the body, lock, call, unlock.
//!
//! - `operations`: those of containers and block blobs
//! - `parts`: leases, tags, append blobs and copies
//! - `service`: the service's properties, and batches
//! - `body`: bodies read to their end, and torn ones

mod body;
mod operations;
mod parts;
mod service;

use std::net::IpAddr;
use std::sync::Arc;

use batchite_api::auth::Access;
use batchite_api::auth::sas::RequestProtocol;
use batchite_api::backend::{BlobBackend, BlobConnector, Body};
use batchite_api::blob::{BlobName, ContainerName};
use batchite_api::error::{Error, Result, Service};
use batchite_api::secret::redact_signatures;
use batchite_api::time::Timestamp;
use smol_str::SmolStr;

use crate::shared::Shared;
use crate::trace::Entity;
use crate::world::access::{Caller, Operation};
use crate::world::store::{BlobStore, FromUrl, StoreConfig};
use crate::world::{RequestFault, World, reply_lost};

/// Bodies up to this length are read before anybody asks whether they may be stored.
const SMALL_BODY: u64 = 1024 * 1024;

/// A storage account of a simulated world, seen with one access.
///
/// Every change, every read of content and every refusal stands in the world's trace.
#[derive(Debug, Clone)]
pub struct SimBlob {
    shared: Arc<Shared>,
    endpoint: String,
    config: StoreConfig,
    caller: Caller,
}

/// Makes handles on the storage accounts of a simulated world.
#[derive(Debug, Clone)]
pub struct SimBlobConnector {
    shared: Arc<Shared>,
}

impl SimBlobConnector {
    /// A connector into a world.
    pub fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// A handle whose requests come from this machine, over what the URL says: `https` or plain HTTP.
    ///
    /// Refused when no account of the world is reached at `endpoint`. A token is looked at only when it is used.
    pub fn connect_sim(&self, endpoint: &str, access: Access) -> Result<SimBlob> {
        let mut world = self.shared.enter();
        let (_, store, _) = world.store_and_trace();
        let Some(account) = store.account_at(endpoint) else {
            let known: Vec<&str> = store
                .accounts()
                .map(|account| account.endpoint.as_str())
                .collect();
            return Err(Error::protocol(
                Service::Blob,
                format!(
                    "{} is no storage account of this world. Known: {}.",
                    redact_signatures(endpoint),
                    known.join(", ")
                ),
            ));
        };
        let is_encrypted = endpoint
            .get(..8)
            .is_some_and(|scheme| scheme.eq_ignore_ascii_case("https://"));
        let protocol = if is_encrypted {
            RequestProtocol::Https
        } else {
            RequestProtocol::Http
        };
        Ok(SimBlob {
            caller: Caller::new(account.name.clone(), access).with_protocol(protocol),
            config: store.config(),
            endpoint: endpoint.trim_end_matches('/').to_owned(),
            shared: Arc::clone(&self.shared),
        })
    }
}

impl BlobConnector for SimBlobConnector {
    fn connect(&self, endpoint: &str, access: Access) -> Result<Arc<dyn BlobBackend>> {
        Ok(Arc::new(self.connect_sim(endpoint, access)?))
    }

    fn connect_from(&self, endpoint: &str, access: Access, source: IpAddr) -> Result<Arc<dyn BlobBackend>> {
        let mut handle = self.connect_sim(endpoint, access)?;
        handle.caller = handle.caller.with_source_ip(source);
        Ok(Arc::new(handle))
    }
}

impl SimBlob {
    /// The same handle with another access.
    fn with_access(&self, access: Access) -> Self {
        Self {
            caller: self.caller.with_access(access),
            ..self.clone()
        }
    }

    /// The same handle, its requests coming from another place or over another protocol; tokens may forbid either.
    #[must_use]
    pub fn coming_from(mut self, source_ip: IpAddr, protocol: RequestProtocol) -> Self {
        self.caller = self.caller.with_source_ip(source_ip).with_protocol(protocol);
        self
    }

    /// Enters the world for one operation and notes in the trace what came of it.
    fn run<T>(
        &self,
        operation: Operation,
        entity: impl Fn() -> Entity,
        act: impl FnOnce(&mut BlobStore, Timestamp, &Caller) -> Result<T>,
    ) -> Result<T> {
        self.run_then(operation, entity, act, |_, done| done)
    }

    /// The same, with something to do before the world is left.
    fn run_then<T, U>(
        &self,
        operation: Operation,
        entity: impl Fn() -> Entity,
        act: impl FnOnce(&mut BlobStore, Timestamp, &Caller) -> Result<T>,
        then: impl FnOnce(&mut World, T) -> U,
    ) -> Result<U> {
        let mut world = self.shared.enter();
        // Hardly a world has faults, and naming an entity for them costs something.
        let faulty = world.has_faults();
        let fault = faulty
            .then(|| world.meet_request(Service::Blob, operation.name(), &entity()))
            .flatten();
        if faulty {
            world.meet_clock_skew(operation.name(), &entity);
        }
        let skew = world.clock_skew();
        let (now, store, trace) = world.store_and_trace();
        store.follow_clock(skew);
        let there = now.saturating_add(skew);
        let lost = matches!(fault, Some(RequestFault::ReplyLost));
        let result = match fault {
            Some(RequestFault::Refused(error)) => Err(error),
            _ => act(store, there, &self.caller),
        };
        if trace.is_on() {
            match &result {
                Ok(_) if operation.is_recorded() => trace.request(now, entity(), operation.name(), "ok"),
                Ok(_) => {}
                Err(error) => trace.request(now, entity(), operation.name(), word_of(error)),
            }
        }
        if lost {
            return Err(reply_lost(Service::Blob));
        }
        result.map(|done| then(&mut world, done))
    }

    /// The same for an operation that reads its bytes from a URL. What takes long to hash is hashed before: meanwhile the
    /// world is not held.
    fn run_from_url<T>(
        &self,
        asked: FromUrl<'_>,
        act: impl FnOnce(&mut BlobStore, Timestamp, &Caller) -> Result<T>,
    ) -> Result<T> {
        let content = self.peek(|store, now, caller| store.content_to_hash(now, caller, asked));
        let hashed = content.map(|content| {
            let md5 = content.md5();
            (content, md5)
        });
        self.run(
            asked.operation,
            of_blob(asked.container, asked.blob),
            |store, now, caller| store.knowing(hashed, |store| act(store, now, caller)),
        )
    }

    /// Looks into the store for what is no request: nothing strikes it, and no trace tells of it.
    fn peek<T>(&self, look: impl FnOnce(&mut BlobStore, Timestamp, &Caller) -> T) -> T {
        let mut world = self.shared.enter();
        let skew = world.clock_skew();
        let (now, store, _) = world.store_and_trace();
        look(store, now.saturating_add(skew), &self.caller)
    }

    /// Does not read a long body for a caller who may not store it.
    fn refuse_early(
        &self,
        operation: Operation,
        container: &ContainerName,
        blob: &BlobName,
        body: &Body,
    ) -> Result<()> {
        if body.length().is_some_and(|length| length <= SMALL_BODY) {
            return Ok(());
        }
        let mut world = self.shared.enter();
        let skew = world.clock_skew();
        let (now, store, trace) = world.store_and_trace();
        let allowed = store.check_access(now.saturating_add(skew), &self.caller, operation, container, blob);
        if let Err(error) = &allowed {
            let entity = of_blob(container, blob)();
            trace.request(now, entity, operation.name(), word_of(error));
        }
        allowed
    }
}

/// What the trace says of a refusal: the service's code, or that the request itself was broken.
fn word_of(error: &Error) -> &str {
    if error.status() == 0 {
        return "broken request";
    }
    error.code().as_str()
}

fn of_container(container: &ContainerName) -> impl Fn() -> Entity {
    move || Entity::Container(SmolStr::from(container))
}

fn of_blob(container: &ContainerName, blob: &BlobName) -> impl Fn() -> Entity {
    move || Entity::Blob {
        container: SmolStr::from(container),
        blob: SmolStr::from(blob),
    }
}
