//! A small world with one storage account, and handles on it.

use std::net::IpAddr;
use std::sync::Arc;

use batchite_api::auth::sas::{
    AccountSasOptions, Permissions, SasKind, SasOptions, SignedResource, account_token, blob_token,
    container_token,
};
use batchite_api::auth::{Access, AccountKey};
use batchite_api::backend::{BlobBackend, BlobConditions};
use batchite_api::blob::{
    BlobName, ContainerName, CreateContainerOptions, ListBlobsEntry, ListBlobsOptions, PutBlobOptions,
};
use batchite_api::error::{Error, Result};
use batchite_api::time::{TimeSpan, Timestamp};
use batchite_sim::backend::{SimBlob, SimBlobConnector};
use batchite_sim::config::SimConfig;
use batchite_sim::shared::{Shared, VirtualTime};
use batchite_sim::trace::Record;
use batchite_sim::world::World;
use batchite_sim::world::store::StorageAccount;
use futures_util::FutureExt;

/// Where the world's account is reached.
pub(crate) const ENDPOINT: &str = "http://127.0.0.1:10000/devstoreaccount1";

/// The simulator answers at once; whoever would have to wait for it has found a bug.
pub(crate) fn done<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().expect("the simulator never waits")
}

pub(crate) fn start() -> Timestamp {
    "2025-11-20T15:00:00Z".parse().unwrap()
}

pub(crate) fn in_an_hour() -> Timestamp {
    start() + TimeSpan::from_hours(1)
}

pub(crate) fn container(name: &str) -> ContainerName {
    ContainerName::parse(name).unwrap()
}

pub(crate) fn blob(name: &str) -> BlobName {
    BlobName::parse(name).unwrap()
}

/// Reads the letters of a container's token.
pub(crate) fn letters(text: &str) -> Permissions {
    Permissions::from_letters(SasKind::Service(SignedResource::Container), text).unwrap()
}

/// The world with the containers `input` and `output`, and `a.txt` in the former.
pub(crate) struct Fixture {
    pub(crate) shared: Arc<Shared>,
    pub(crate) owner: SimBlob,
}

impl Fixture {
    /// A world without containers.
    pub(crate) fn empty() -> Self {
        let world = World::new(SimConfig::new(0).with_start(start()));
        let shared = Arc::new(Shared::new(world, Box::new(VirtualTime)));
        let account = StorageAccount::default();
        let access = Access::SharedKey {
            account: account.name,
            key: account.key,
        };
        let owner = SimBlobConnector::new(Arc::clone(&shared))
            .connect_sim(ENDPOINT, access)
            .unwrap();
        Self { shared, owner }
    }

    pub(crate) fn new() -> Self {
        let fixture = Self::empty();
        for name in ["input", "output"] {
            done(
                fixture
                    .owner
                    .create_container(&container(name), &CreateContainerOptions::default()),
            )
            .unwrap();
        }
        fixture.put("a.txt", "hello");
        fixture
    }

    pub(crate) fn connect(&self, access: Access) -> SimBlob {
        SimBlobConnector::new(Arc::clone(&self.shared))
            .connect_sim(ENDPOINT, access)
            .unwrap()
    }

    pub(crate) fn with_token(&self, token: impl Into<String>) -> SimBlob {
        self.connect(Access::Sas(token.into()))
    }

    /// The owner puts a blob into `input`.
    pub(crate) fn put(&self, name: &str, text: &'static str) {
        put(&self.owner, "input", name, text, &PutBlobOptions::default()).unwrap();
    }

    /// Moves the world on.
    pub(crate) fn wait(&self, span: TimeSpan) {
        let mut world = self.shared.enter();
        let then = world.now() + span;
        world.observe(then);
    }

    /// What happened since the last call.
    pub(crate) fn trace(&self) -> Vec<Record> {
        self.shared.enter().trace_mut().take().collect()
    }

    /// Names in `input`, as its owner sees them.
    pub(crate) fn names(&self) -> Vec<String> {
        names(&self.owner, "input", &ListBlobsOptions::default()).unwrap()
    }
}

pub(crate) fn key() -> AccountKey {
    StorageAccount::default().key
}

pub(crate) fn for_blob(container_name: &str, blob_name: &str, options: &SasOptions) -> String {
    blob_token(
        "devstoreaccount1",
        &key(),
        &container(container_name),
        &blob(blob_name),
        options,
    )
}

pub(crate) fn for_container(name: &str, options: &SasOptions) -> String {
    container_token("devstoreaccount1", &key(), &container(name), options)
}

pub(crate) fn for_account(options: &AccountSasOptions) -> String {
    account_token("devstoreaccount1", &key(), options)
}

pub(crate) fn put(
    backend: &SimBlob,
    container_name: &str,
    name: &str,
    text: &'static str,
    options: &PutBlobOptions,
) -> Result<String> {
    let written = done(backend.put_blob(&container(container_name), &blob(name), text.into(), options))?;
    Ok(written.etag)
}

pub(crate) fn get(backend: &SimBlob, container_name: &str, name: &str) -> Result<String> {
    let download = done(backend.get_blob(
        &container(container_name),
        &blob(name),
        None,
        &BlobConditions::default(),
    ))?;
    let bytes = done(download.body.collect(u64::MAX))?;
    Ok(String::from_utf8(bytes.to_vec()).unwrap())
}

pub(crate) fn names(
    backend: &SimBlob,
    container_name: &str,
    options: &ListBlobsOptions,
) -> Result<Vec<String>> {
    let mut names = Vec::new();
    let mut options = options.clone();
    for _ in 0..1000 {
        let page = done(backend.list_blobs(&container(container_name), &options))?;
        names.extend(page.entries.iter().map(|entry| match entry {
            ListBlobsEntry::Blob(item) => item.name.to_string(),
            ListBlobsEntry::Prefix(prefix) => prefix.clone(),
        }));
        options.continuation = page.continuation;
        if options.continuation.is_none() {
            return Ok(names);
        }
    }
    panic!("the list does not end: {names:?}")
}

/// No conditions at all.
pub(crate) fn none() -> BlobConditions {
    BlobConditions::default()
}

/// The tag of a blob in `input`.
pub(crate) fn etag(fixture: &Fixture, name: &str) -> String {
    let owner = &fixture.owner;
    let properties = done(owner.get_blob_properties(&container("input"), &blob(name), &none()));
    properties.unwrap().etag
}

/// Code and status in one text, to compare refusals by.
pub(crate) fn refusal(error: &Error) -> String {
    format!("{} {}", error.status(), error.code())
}

pub(crate) fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}
