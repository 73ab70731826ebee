//! A simulated store, three ways to reach it, and another emulator.

use std::net::SocketAddr;
use std::sync::Arc;

use async_trait::async_trait;
use batchite::azure::{AzureBlobConnector, HttpTransport, RetryPolicy, SeededJitter, Timeouts, Transport};
use batchite::host::pace::system_now;
use batchite::server::{BlobService, Handler, ServedAccount, ServerHandle, serve};
use batchite_api::auth::sas::{Permissions, SasKind, SasOptions, SignedResource, container_token};
use batchite_api::auth::{Access, AccountKey};
use batchite_api::backend::{BlobBackend, BlobConditions, BlobConnector, BlobListStreams, Body};
use batchite_api::blob::{
    BlobName, ContainerName, CreateContainerOptions, ListBlobsEntry, ListBlobsOptions, ListContainersOptions,
    PutBlobOptions,
};
use batchite_api::error::Result;
use batchite_api::time::{Clock, TimeSpan, Timestamp};
use batchite_sim::backend::SimBlobConnector;
use batchite_sim::config::SimConfig;
use batchite_sim::fault::FaultPlan;
use batchite_sim::shared::{Shared, VirtualTime};
use batchite_sim::world::World;
use batchite_sim::world::store::StorageAccount;
use futures_util::TryStreamExt;
use http::{Request, Response};
use tokio::net::TcpListener;
use tokio::sync::{Mutex, MutexGuard};

/// Where the world knows its account.
pub(crate) const ENDPOINT: &str = "http://127.0.0.1:10000/devstoreaccount1";

pub(crate) const ACCOUNT: &str = "devstoreaccount1";

pub(crate) fn key() -> AccountKey {
    StorageAccount::default().key
}

pub(crate) fn owner() -> Access {
    Access::SharedKey {
        account: ACCOUNT.into(),
        key: key(),
    }
}

pub(crate) fn start() -> Timestamp {
    "2025-11-20T15:00:00Z".parse().unwrap()
}

pub(crate) fn container(name: &str) -> ContainerName {
    ContainerName::parse(name).unwrap()
}

pub(crate) fn blob(name: &str) -> BlobName {
    BlobName::parse(name).unwrap()
}

/// A token for a container, good for an hour.
pub(crate) fn token(container_name: &str, letters: &str) -> String {
    token_from(start(), container_name, letters)
}

fn token_from(now: Timestamp, container_name: &str, letters: &str) -> String {
    let permissions =
        Permissions::from_letters(SasKind::Service(SignedResource::Container), letters).unwrap();
    let options = SasOptions::new(permissions, now + TimeSpan::from_hours(1));
    container_token(ACCOUNT, &key(), &container(container_name), &options)
}

/// A world with one storage account.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    shared: Arc<Shared>,
}

impl Store {
    pub(crate) fn new() -> Self {
        Self::with_faults(FaultPlan::default())
    }

    /// In which something goes wrong.
    pub(crate) fn with_faults(faults: FaultPlan) -> Self {
        let world = World::new(SimConfig::new(0).with_start(start()).with_faults(faults));
        Self {
            shared: Arc::new(Shared::new(world, Box::new(VirtualTime))),
        }
    }

    /// The causes of what happened since the last call.
    pub(crate) fn trace(&self) -> Vec<String> {
        let mut world = self.shared.enter();
        let records = world.trace_mut().take();
        records.map(|record| record.cause.to_string()).collect()
    }

    pub(crate) fn connector(&self) -> Arc<dyn BlobConnector> {
        Arc::new(SimBlobConnector::new(Arc::clone(&self.shared)))
    }

    pub(crate) fn clock(&self) -> Arc<dyn Clock> {
        Arc::new(StoreClock(Arc::clone(&self.shared)))
    }

    pub(crate) fn service(&self) -> BlobService {
        let account = ServedAccount {
            name: ACCOUNT.into(),
            keys: vec![key()],
            endpoint: ENDPOINT.into(),
        };
        BlobService::new(self.connector(), self.clock(), vec![account])
    }

    /// A client over any transport, which makes every request once.
    pub(crate) fn client(&self, transport: Arc<dyn Transport>) -> AzureBlobConnector {
        AzureBlobConnector::new(transport, self.clock(), Arc::new(SeededJitter::new(0)))
            .with_retry(RetryPolicy::NEVER)
    }
}

/// The time of the world; a sleep moves it on.
struct StoreClock(Arc<Shared>);

#[async_trait]
impl Clock for StoreClock {
    fn now(&self) -> Timestamp {
        self.0.enter().now()
    }

    async fn sleep(&self, span: TimeSpan) {
        let mut world = self.0.enter();
        let then = world.now() + span;
        world.observe(then);
    }
}

/// The time of this machine, which moves by itself.
struct MachineClock;

#[async_trait]
impl Clock for MachineClock {
    fn now(&self) -> Timestamp {
        system_now()
    }

    async fn sleep(&self, span: TimeSpan) {
        unreachable!("requests are made once, and nothing waits {span:?}");
    }
}

/// The client's requests handed to the server as they are.
pub(crate) struct InMemory<H>(pub(crate) H);

#[async_trait]
impl<H: Handler> Transport for InMemory<H> {
    async fn send(&self, request: Request<Body>) -> Result<Response<Body>> {
        Ok(self.0.handle(request).await)
    }
}

/// One way to reach a store.
pub(crate) struct Arm {
    clock: Arc<dyn Clock>,
    /// Whether time is the test's to move.
    is_simulated: bool,
    pub(crate) connector: Arc<dyn BlobConnector>,
    /// The URL of the account on this arm.
    pub(crate) endpoint: String,
    /// Keeps the server running.
    _server: Option<ServerHandle>,
    /// Keeps other tests out of a store they share.
    _alone: Option<MutexGuard<'static, ()>>,
}

impl Arm {
    /// Straight onto the store.
    pub(crate) fn direct() -> Self {
        let store = Store::new();
        Self {
            connector: store.connector(),
            clock: store.clock(),
            is_simulated: true,
            endpoint: ENDPOINT.into(),
            _server: None,
            _alone: None,
        }
    }

    /// Client and server, without a socket between them.
    pub(crate) fn memory() -> Self {
        let store = Store::new();
        let client = store.client(Arc::new(InMemory(store.service())));
        Self {
            connector: Arc::new(client),
            clock: store.clock(),
            is_simulated: true,
            endpoint: ENDPOINT.into(),
            _server: None,
            _alone: None,
        }
    }

    /// Client and server over the loopback interface.
    pub(crate) async fn socket() -> Self {
        let store = Store::new();
        let server = listen(Arc::new(store.service())).await;
        let client = store.client(Arc::new(HttpTransport::new(Timeouts::default()).unwrap()));
        Self {
            connector: Arc::new(client),
            clock: store.clock(),
            is_simulated: true,
            endpoint: format!("http://{}/{ACCOUNT}", server.address()),
            _server: Some(server),
            _alone: None,
        }
    }

    /// The client, and an emulator that others made: only where its endpoint is given, and emptied for each test.
    pub(crate) async fn azurite() -> Option<Self> {
        static ALONE: Mutex<()> = Mutex::const_new(());
        let Ok(endpoint) = std::env::var("BATCHITE_AZURITE_ENDPOINT") else {
            println!(
                "skipped: BATCHITE_AZURITE_ENDPOINT is not set; tests/clients/azurite.sh starts Azurite"
            );
            return None;
        };
        let alone = ALONE.lock().await;
        let transport = Arc::new(HttpTransport::new(Timeouts::default()).unwrap());
        let clock: Arc<dyn Clock> = Arc::new(MachineClock);
        let client = AzureBlobConnector::new(transport, Arc::clone(&clock), Arc::new(SeededJitter::new(0)))
            .with_retry(RetryPolicy::NEVER);
        let arm = Self {
            clock,
            is_simulated: false,
            connector: Arc::new(client),
            endpoint: endpoint.trim_end_matches('/').to_owned(),
            _server: None,
            _alone: Some(alone),
        };
        let owner = arm.owner();
        let left: Vec<_> = owner
            .list_containers_stream(&ListContainersOptions::default())
            .try_collect()
            .await
            .unwrap();
        for item in left {
            owner
                .delete_container(&item.name, &BlobConditions::default())
                .await
                .unwrap();
        }
        Some(arm)
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now().truncated_to_second()
    }

    /// Whether a service that lives in the time of this arm may call this moment now.
    pub(crate) fn is_now(&self, moment: Timestamp) -> bool {
        let tolerance = if self.is_simulated { 0 } else { 60_000 };
        (self.now() - moment).milliseconds().abs() <= tolerance
    }

    /// Whether the arm refuses with the codes the service documents. Azurite has some of its own, and lets some pass.
    pub(crate) fn refuses_as_documented(&self) -> bool {
        self.is_simulated
    }

    /// Lets time pass, where that can be done without waiting for it.
    pub(crate) async fn passes(&self, span: TimeSpan) -> bool {
        if self.is_simulated {
            self.clock.sleep(span).await;
        }
        self.is_simulated
    }

    /// A token for a container, good for an hour.
    pub(crate) fn token(&self, container_name: &str, letters: &str) -> String {
        token_from(self.now(), container_name, letters)
    }

    pub(crate) fn connect(&self, access: Access) -> Arc<dyn BlobBackend> {
        self.connector.connect(&self.endpoint, access).unwrap()
    }

    pub(crate) fn owner(&self) -> Arc<dyn BlobBackend> {
        self.connect(owner())
    }

    /// The owner, and a container `con`.
    pub(crate) async fn with_container(&self) -> (Arc<dyn BlobBackend>, ContainerName) {
        let (owner, name) = (self.owner(), container("con"));
        owner
            .create_container(&name, &CreateContainerOptions::default())
            .await
            .unwrap();
        (owner, name)
    }
}

pub(crate) async fn listen(handler: Arc<dyn Handler>) -> ServerHandle {
    let address: SocketAddr = "127.0.0.1:0".parse().unwrap();
    serve(TcpListener::bind(address).await.unwrap(), handler).unwrap()
}

pub(crate) async fn put(backend: &dyn BlobBackend, name: &str, text: &'static str) {
    backend
        .put_blob(
            &container("con"),
            &blob(name),
            text.into(),
            &PutBlobOptions::default(),
        )
        .await
        .unwrap();
}

pub(crate) async fn get(backend: &dyn BlobBackend, name: &str) -> Result<String> {
    let download = backend
        .get_blob(&container("con"), &blob(name), None, &BlobConditions::default())
        .await?;
    let bytes = download.body.collect(u64::MAX).await?;
    Ok(String::from_utf8(bytes.to_vec()).unwrap())
}

/// Names and prefixes of every page of a list of `con`.
pub(crate) async fn names(backend: &dyn BlobBackend, options: &ListBlobsOptions) -> Result<Vec<String>> {
    let (mut names, mut options) = (Vec::new(), options.clone());
    loop {
        let page = backend.list_blobs(&container("con"), &options).await?;
        names.extend(page.entries.iter().map(|entry| match entry {
            ListBlobsEntry::Blob(item) => item.name.to_string(),
            ListBlobsEntry::Prefix(prefix) => format!("[{prefix}]"),
        }));
        options.continuation = page.continuation;
        if options.continuation.is_none() {
            return Ok(names);
        }
    }
}
