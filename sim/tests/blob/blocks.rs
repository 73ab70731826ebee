//! Blocks: put one by one, made a blob by a list; and the limits of the store.

use batchite_api::auth::Access;
use batchite_api::backend::{BlobBackend, BlobConditions, ByteRange};
use batchite_api::blob::{
    BlockId, BlockListFilter, BlockReference, CreateContainerOptions, DeleteSnapshots, ListBlobsOptions,
    PutBlobOptions, PutBlockOptions,
};
use batchite_api::error::Result;
use batchite_api::time::TimeSpan;
use batchite_sim::world::access::Caller;
use batchite_sim::world::store::{BlobStore, Content, StorageAccount, StoreConfig, Upload};
use bytes::Bytes;

use crate::support::{Fixture, blob, container, done, get, names, none, start};

use crate::operations::outcome;

fn id(number: u32) -> BlockId {
    BlockId::numbered(number)
}

fn stage(fixture: &Fixture, name: &str, number: u32, text: &'static str) {
    done(fixture.owner.put_block(
        &container("input"),
        &blob(name),
        &id(number),
        text.into(),
        &PutBlockOptions::default(),
    ))
    .unwrap();
}

fn commit(fixture: &Fixture, name: &str, blocks: &[BlockReference]) -> Result<()> {
    let options = PutBlobOptions::default();
    done(
        fixture
            .owner
            .put_block_list(&container("input"), &blob(name), blocks, &options),
    )
    .map(drop)
}

#[test]
fn blocks_become_a_blob_when_they_are_listed() {
    use BlockReference::{Committed, Latest, Uncommitted};
    let fixture = Fixture::new();
    stage(&fixture, "b", 1, "one ");
    stage(&fixture, "b", 2, "two ");
    assert_eq!(outcome(get(&fixture.owner, "input", "b")), "404 BlobNotFound");
    assert_eq!(fixture.names(), ["a.txt"]);
    commit(&fixture, "b", &[Uncommitted(id(2)), Latest(id(1)), Latest(id(2))]).unwrap();
    assert_eq!(get(&fixture.owner, "input", "b").unwrap(), "two one two ");
    let range = Some(ByteRange {
        first: 2,
        last: Some(6),
    });
    let download = done(
        fixture
            .owner
            .get_blob(&container("input"), &blob("b"), range, &none()),
    )
    .unwrap();
    assert_eq!(done(download.body.collect(5)).unwrap(), "o one");

    stage(&fixture, "b", 1, "ONE ");
    stage(&fixture, "b", 3, "three");
    assert_eq!(get(&fixture.owner, "input", "b").unwrap(), "two one two ");
    commit(&fixture, "b", &[Committed(id(1)), Latest(id(1)), Latest(id(2))]).unwrap();
    assert_eq!(get(&fixture.owner, "input", "b").unwrap(), "one ONE two ");
    // What was not listed is gone.
    assert_eq!(
        outcome(commit(&fixture, "b", &[Latest(id(3))])),
        "400 InvalidBlockList"
    );
    for wrong in [Uncommitted(id(1)), Committed(id(3)), Latest(id(9))] {
        assert_eq!(outcome(commit(&fixture, "b", &[wrong])), "400 InvalidBlockList");
    }
    assert_eq!(get(&fixture.owner, "input", "b").unwrap(), "one ONE two ");
    commit(&fixture, "b", &[]).unwrap();
    assert_eq!(get(&fixture.owner, "input", "b").unwrap(), "");
}

#[test]
fn block_lists_show_what_is_committed_and_what_waits() {
    let fixture = Fixture::new();
    let list = |name: &str, filter| {
        done(fixture.owner.get_block_list(
            &container("input"),
            &blob(name),
            filter,
            &BlobConditions::default(),
        ))
        .map(|list| {
            let shown = |blocks: Vec<batchite_api::blob::Block>| {
                blocks
                    .into_iter()
                    .map(|block| (block.id, block.size))
                    .collect::<Vec<_>>()
            };
            (shown(list.committed), shown(list.uncommitted))
        })
    };
    assert_eq!(outcome(list("b", BlockListFilter::All)), "404 BlobNotFound");
    stage(&fixture, "b", 2, "22");
    stage(&fixture, "b", 1, "1");
    assert_eq!(
        list("b", BlockListFilter::All).unwrap(),
        (vec![], vec![(id(1), 1), (id(2), 2)])
    );
    commit(
        &fixture,
        "b",
        &[BlockReference::Latest(id(2)), BlockReference::Latest(id(1))],
    )
    .unwrap();
    stage(&fixture, "b", 3, "333");
    let committed = vec![(id(2), 2), (id(1), 1)];
    assert_eq!(
        list("b", BlockListFilter::All).unwrap(),
        (committed.clone(), vec![(id(3), 3)])
    );
    assert_eq!(
        list("b", BlockListFilter::Committed).unwrap(),
        (committed, vec![])
    );
    assert_eq!(
        list("b", BlockListFilter::Uncommitted).unwrap(),
        (vec![], vec![(id(3), 3)])
    );
    fixture.put("b", "whole");
    assert_eq!(list("b", BlockListFilter::All).unwrap(), (vec![], vec![]));
}

#[test]
fn uncommitted_blobs_are_listed_only_when_asked_for() {
    let fixture = Fixture::new();
    stage(&fixture, "a", 1, "x");
    stage(&fixture, "a.txt", 1, "x");
    stage(&fixture, "b", 1, "x");
    let mut options = ListBlobsOptions {
        max_results: Some(1),
        ..ListBlobsOptions::default()
    };
    assert_eq!(names(&fixture.owner, "input", &options).unwrap(), ["a.txt"]);
    options.include.uncommitted_blobs = true;
    assert_eq!(
        names(&fixture.owner, "input", &options).unwrap(),
        ["a", "a.txt", "b"]
    );
    done(fixture.owner.delete_blob(
        &container("input"),
        &blob("a.txt"),
        DeleteSnapshots::Refuse,
        &none(),
    ))
    .unwrap();
    assert_eq!(names(&fixture.owner, "input", &options).unwrap(), ["a", "b"]);
    assert_eq!(
        outcome(done(fixture.owner.delete_blob(
            &container("input"),
            &blob("a"),
            DeleteSnapshots::Refuse,
            &none()
        ))),
        "404 BlobNotFound"
    );
}

#[test]
fn block_ids_of_one_blob_have_one_length() {
    let fixture = Fixture::new();
    stage(&fixture, "b", 1, "x");
    let other = BlockId::parse("AAAA").unwrap();
    let put = |name: &str, block: &BlockId, text: &'static str| {
        outcome(done(fixture.owner.put_block(
            &container("input"),
            &blob(name),
            block,
            text.into(),
            &PutBlockOptions::default(),
        )))
    };
    assert_eq!(put("b", &other, "x"), "400 InvalidBlobOrBlock");
    assert_eq!(put("c", &other, "x"), "ok");
    assert_eq!(put("b", &id(2), ""), "400 InvalidHeaderValue");
}

/// Limits that are gigabytes and hundred thousands, made small.
#[test]
fn limits_are_kept() {
    let mut store = BlobStore::new(StoreConfig {
        blob_bytes_max: 4,
        block_bytes_max: 3,
        committed_blocks_max: 2,
        uncommitted_blocks_max: 2,
        ..StoreConfig::default()
    });
    let account = StorageAccount::default();
    let access = Access::SharedKey {
        account: account.name.clone(),
        key: account.key.clone(),
    };
    let caller = Caller::new(account.name.clone(), access);
    store.add_account(account);
    let (input, name, now) = (container("input"), blob("b"), start());
    store
        .create_container(now, &caller, &input, &CreateContainerOptions::default())
        .unwrap();
    let options = PutBlobOptions::default();
    let text = |text: &'static str| Content::from(Bytes::from(text));
    let put = |store: &mut BlobStore, body| {
        outcome(store.put_blob(now, &caller, &input, &name, Upload::from(text(body)), &options))
    };
    assert_eq!(put(&mut store, "1234"), "ok");
    assert_eq!(put(&mut store, "12345"), "413 RequestBodyTooLarge");
    let block = |store: &mut BlobStore, number, body| {
        let options = PutBlockOptions::default();
        outcome(store.put_block(
            now,
            &caller,
            &input,
            &name,
            &id(number),
            text(body).into(),
            &options,
        ))
    };
    assert_eq!(block(&mut store, 1, "1234"), "413 RequestBodyTooLarge");
    assert_eq!(block(&mut store, 1, "123"), "ok");
    assert_eq!(block(&mut store, 2, "123"), "ok");
    assert_eq!(block(&mut store, 3, "123"), "409 BlockCountExceedsLimit");
    assert_eq!(block(&mut store, 2, "12"), "ok");
    let list = |store: &mut BlobStore, count| {
        let blocks = vec![BlockReference::Latest(id(1)); count];
        outcome(store.put_block_list(now, &caller, &input, &name, &blocks, &options))
    };
    assert_eq!(list(&mut store, 3), "400 BlockListTooLong");
    assert_eq!(list(&mut store, 2), "ok");
    assert_eq!(
        StoreConfig::default(),
        StoreConfig {
            blob_bytes_max: 5_242_880_000,
            append_block_bytes_max: 104_857_600,
            copy_bytes_max: 268_435_456,
            block_bytes_max: 4_194_304_000,
            committed_blocks_max: 50_000,
            uncommitted_blocks_max: 100_000,
            container_deletion: TimeSpan::ZERO,
        }
    );
}
