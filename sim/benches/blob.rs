//! Storage at full speed, without sockets: small blobs in and out with a key and with a token, pages of lists, in
//! containers small and large. What a page costs must not depend on the container.
//!
//! `cargo bench -p batchite-sim --bench blob`.

use batchite_api::auth::Access;
use batchite_api::auth::sas::{Permission, Permissions, SasOptions, container_token};
use batchite_api::backend::BlobConditions;
use batchite_api::blob::{BlobName, ContainerName, CreateContainerOptions, ListBlobsOptions, PutBlobOptions};
use batchite_api::time::Timestamp;
use batchite_sim::world::access::Caller;
use batchite_sim::world::store::{BlobStore, Content, StorageAccount, StoreConfig, Upload};
use bytes::Bytes;
use divan::{Bencher, black_box};

/// Blobs that are in the container already.
const HELD: [u32; 3] = [100, 10_000, 1_000_000];

fn main() {
    divan::main();
}

struct Storage {
    store: BlobStore,
    owner: Caller,
    /// Somebody with a token of the container.
    guest: Caller,
    container: ContainerName,
    names: Vec<BlobName>,
}

impl Storage {
    fn holding(blobs: u32) -> Self {
        let mut store = BlobStore::new(StoreConfig::default());
        let account = StorageAccount::default();
        let container = ContainerName::parse("input").expect("a good name");
        let options = SasOptions::new(
            Permissions::of(&[Permission::Read, Permission::Write]),
            Timestamp::MAX,
        );
        let token = container_token(&account.name, &account.key, &container, &options);
        let key = Access::SharedKey {
            account: account.name.clone(),
            key: account.key.clone(),
        };
        let owner = Caller::new(account.name.clone(), key);
        let guest = Caller::new(account.name.clone(), Access::Sas(token));
        store.add_account(account);
        store
            .create_container(NOW, &owner, &container, &CreateContainerOptions::default())
            .expect("a new container");
        let name =
            |number| BlobName::parse(&format!("{:03}/{number:07}", number % 1000)).expect("a good name");
        let names: Vec<_> = (0..blobs).map(name).collect();
        let mut storage = Self {
            store,
            owner,
            guest,
            container,
            names,
        };
        for number in 0..storage.names.len() {
            let owner = storage.owner.clone();
            storage.put(&owner, number);
        }
        storage
    }

    fn put(&mut self, caller: &Caller, number: usize) {
        let upload = Upload::from(Content::from(Bytes::from_static(&[7; 1024])));
        let name = &self.names[number % self.names.len()];
        let options = PutBlobOptions::default();
        let written = self
            .store
            .put_blob(NOW, caller, &self.container, name, upload, &options);
        black_box(written.expect("allowed"));
    }

    fn get(&mut self, caller: &Caller, number: usize) {
        let name = &self.names[number % self.names.len()];
        let read = self.store.get_blob(
            NOW,
            caller,
            &self.container,
            name,
            None,
            &BlobConditions::default(),
        );
        let read = read.expect("allowed");
        black_box(read.content.body(read.range.0, read.range.1));
    }

    fn list(&mut self, delimiter: Option<&str>) {
        let options = ListBlobsOptions {
            delimiter: delimiter.map(str::to_owned),
            max_results: Some(100),
            ..ListBlobsOptions::default()
        };
        let page = self
            .store
            .list_blobs(NOW, &self.owner.clone(), &self.container, &options);
        black_box(page.expect("allowed"));
    }
}

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

/// Steps through the names in an order that is not theirs.
const STEP: usize = 7919;

#[divan::bench(args = HELD)]
fn put_1_kib(bencher: Bencher<'_, '_>, held: u32) {
    let mut storage = Storage::holding(held);
    let (caller, mut number) = (storage.owner.clone(), 0);
    bencher.bench_local(|| {
        number += STEP;
        storage.put(&caller, number);
    });
}

#[divan::bench(args = HELD)]
fn get_1_kib(bencher: Bencher<'_, '_>, held: u32) {
    let mut storage = Storage::holding(held);
    let (caller, mut number) = (storage.owner.clone(), 0);
    bencher.bench_local(|| {
        number += STEP;
        storage.get(&caller, number);
    });
}

#[divan::bench]
fn get_1_kib_with_a_token(bencher: Bencher<'_, '_>) {
    let mut storage = Storage::holding(10_000);
    let (caller, mut number) = (storage.guest.clone(), 0);
    bencher.bench_local(|| {
        number += STEP;
        storage.get(&caller, number);
    });
}

#[divan::bench(args = HELD)]
fn list_page_of_100(bencher: Bencher<'_, '_>, held: u32) {
    let mut storage = Storage::holding(held);
    bencher.bench_local(|| storage.list(None));
}

#[divan::bench(args = HELD)]
fn list_page_of_100_directories(bencher: Bencher<'_, '_>, held: u32) {
    let mut storage = Storage::holding(held);
    bencher.bench_local(|| storage.list(Some("/")));
}
