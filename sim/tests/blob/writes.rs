//! Put, get, conditions, ranges, metadata, blocks.

use batchite_api::auth::Access;
use batchite_api::auth::sas::SasOptions;
use batchite_api::backend::{BlobBackend, Body, ByteRange, Conditions};
use batchite_api::blob::{
    BlobHeaders, BlockId, BlockListFilter, BlockReference, CreateContainerOptions, ListBlobsOptions,
    Metadata, PutBlobOptions,
};
use batchite_api::error::Result;
use batchite_api::time::TimeSpan;
use batchite_sim::world::access::Caller;
use batchite_sim::world::store::{BlobStore, Content, StorageAccount, StoreConfig, Upload};
use bytes::Bytes;
use futures_util::stream;

use crate::support::{
    Fixture, blob, container, done, for_container, get, in_an_hour, letters, names, put, refusal, start,
};

fn none() -> Conditions {
    Conditions::default()
}

fn etag(fixture: &Fixture, name: &str) -> String {
    done(
        fixture
            .owner
            .get_blob_properties(&container("input"), &blob(name), &none()),
    )
    .unwrap()
    .etag
}

fn outcome<T>(result: Result<T>) -> String {
    result.map_or_else(|error| refusal(&error), |_| "ok".into())
}

#[test]
fn a_blob_comes_back_as_it_was_put() {
    let fixture = Fixture::new();
    let options = PutBlobOptions {
        headers: BlobHeaders {
            content_type: Some("text/plain".into()),
            content_encoding: Some("gzip".into()),
            content_language: Some("de".into()),
            content_disposition: Some("inline".into()),
            cache_control: Some("no-cache".into()),
            content_md5: Some("XUFAKrxLKna5cZ2REBfFkg==".into()),
        },
        metadata: Metadata::from([("Key".into(), "value".into())]),
        ..PutBlobOptions::default()
    };
    let tag = put(&fixture.owner, "input", "b", "hello", &options).unwrap();
    let download = done(
        fixture
            .owner
            .get_blob(&container("input"), &blob("b"), None, &none()),
    )
    .unwrap();
    assert_eq!(download.properties.etag, tag);
    assert!(tag.starts_with("\"0x8D") && tag.ends_with('"'), "{tag}");
    assert_eq!(download.properties.headers, options.headers);
    assert_eq!(download.properties.metadata, options.metadata);
    assert_eq!(download.properties.content_length, 5);
    assert_eq!(download.properties.creation_time, start());
    assert_eq!(download.range, (0, 5));
    assert_eq!(download.body.length(), Some(5));
    assert_eq!(done(download.body.collect(5)).unwrap(), "hello");
}

#[test]
fn bodies_are_shared_not_copied() {
    let fixture = Fixture::new();
    let bytes = Bytes::from(vec![7; 1000]);
    let body = Body::from(bytes.clone());
    done(
        fixture
            .owner
            .put_blob(&container("input"), &blob("b"), body, &PutBlobOptions::default()),
    )
    .unwrap();
    let range = ByteRange {
        first: 10,
        last: Some(19),
    };
    let download = done(
        fixture
            .owner
            .get_blob(&container("input"), &blob("b"), Some(range), &none()),
    )
    .unwrap();
    let got = done(download.body.collect(10)).unwrap();
    assert_eq!(got.as_ptr(), bytes[10..].as_ptr());
}

#[test]
fn hostile_names_and_empty_blobs_are_ordinary() {
    let fixture = Fixture::empty();
    let options = CreateContainerOptions::default();
    done(fixture.owner.create_container(&container("input"), &options)).unwrap();
    let long = "é".repeat(1024);
    let hostile = [
        "../x",
        "a//b",
        "/",
        " ",
        "\u{10FFFF}",
        "a\u{0}b",
        "naïve 日本語",
        ".",
        long.as_str(),
    ];
    for name in hostile {
        fixture.put(name, "");
        assert_eq!(get(&fixture.owner, "input", name).unwrap(), "", "{name:?}");
        let range = ByteRange { first: 0, last: None };
        let ranged = done(
            fixture
                .owner
                .get_blob(&container("input"), &blob(name), Some(range), &none()),
        );
        assert_eq!(outcome(ranged), "416 InvalidRange");
    }
    let mut sorted: Vec<String> = hostile.iter().map(ToString::to_string).collect();
    sorted.sort();
    assert_eq!(fixture.names(), sorted);
    for name in hostile {
        done(
            fixture
                .owner
                .delete_blob(&container("input"), &blob(name), &none()),
        )
        .unwrap();
    }
    assert!(fixture.names().is_empty());
}

#[test]
fn every_write_has_its_own_tag_even_when_time_stands_still() {
    let fixture = Fixture::new();
    let mut tags: Vec<String> = (0..5)
        .map(|_| {
            fixture.put("a.txt", "x");
            etag(&fixture, "a.txt")
        })
        .collect();
    let sorted = tags.clone();
    tags.sort();
    tags.dedup();
    assert_eq!(tags, sorted);
}

#[test]
fn a_replaced_blob_keeps_only_its_creation_time() {
    let fixture = Fixture::new();
    let metadata = Metadata::from([("k".into(), "v".into())]);
    done(
        fixture
            .owner
            .set_blob_metadata(&container("input"), &blob("a.txt"), &metadata, &none()),
    )
    .unwrap();
    fixture.wait(TimeSpan::from_seconds(90));
    fixture.put("a.txt", "new");
    let properties = done(
        fixture
            .owner
            .get_blob_properties(&container("input"), &blob("a.txt"), &none()),
    )
    .unwrap();
    assert_eq!(properties.creation_time, start());
    assert_eq!(properties.last_modified, start() + TimeSpan::from_seconds(90));
    assert!(properties.metadata.is_empty());
}

#[test]
fn conditions_guard_reads_and_writes() {
    let fixture = Fixture::new();
    let tag = etag(&fixture, "a.txt");
    let matching = |tag: &str| Conditions {
        if_match: Some(tag.into()),
        ..none()
    };
    let none_matching = |tag: &str| Conditions {
        if_none_match: Some(tag.into()),
        ..none()
    };
    let since = |seconds| Conditions {
        if_modified_since: Some(start() + TimeSpan::from_seconds(seconds)),
        ..none()
    };
    let until = |seconds| Conditions {
        if_unmodified_since: Some(start() + TimeSpan::from_seconds(seconds)),
        ..none()
    };
    let read = |conditions: &Conditions| {
        let get = outcome(done(fixture.owner.get_blob(
            &container("input"),
            &blob("a.txt"),
            None,
            conditions,
        )));
        let head = done(
            fixture
                .owner
                .get_blob_properties(&container("input"), &blob("a.txt"), conditions),
        );
        assert_eq!(get, outcome(head));
        get
    };
    for (conditions, expected) in [
        (matching(&tag), "ok"),
        (matching(tag.trim_matches('"')), "ok"),
        (matching("*"), "ok"),
        (matching("\"0x1\""), "412 ConditionNotMet"),
        (none_matching(&tag), "304 ConditionNotMet"),
        (none_matching("*"), "304 ConditionNotMet"),
        (none_matching("\"0x1\""), "ok"),
        (since(0), "304 ConditionNotMet"),
        (since(-1), "ok"),
        (until(0), "ok"),
        (until(-1), "412 ConditionNotMet"),
    ] {
        assert_eq!(read(&conditions), expected, "{conditions:?}");
    }
    let write = |name: &str, conditions: Conditions| {
        outcome(put(
            &fixture.owner,
            "input",
            name,
            "x",
            &PutBlobOptions {
                conditions,
                ..PutBlobOptions::default()
            },
        ))
    };
    for (name, conditions, expected) in [
        ("a.txt", none_matching("*"), "409 BlobAlreadyExists"),
        ("a.txt", none_matching(&tag), "412 ConditionNotMet"),
        ("a.txt", matching("\"0x1\""), "412 ConditionNotMet"),
        ("a.txt", since(0), "412 ConditionNotMet"),
        ("a.txt", until(-1), "412 ConditionNotMet"),
        ("new", matching("*"), "412 ConditionNotMet"),
        ("new", none_matching("*"), "ok"),
        ("a.txt", matching(&tag), "ok"),
        ("a.txt", matching(&tag), "412 ConditionNotMet"),
    ] {
        assert_eq!(write(name, conditions.clone()), expected, "{name} {conditions:?}");
    }
    let delete = |conditions: &Conditions| {
        outcome(done(fixture.owner.delete_blob(
            &container("input"),
            &blob("a.txt"),
            conditions,
        )))
    };
    assert_eq!(delete(&matching(&tag)), "412 ConditionNotMet");
    let metadata = done(fixture.owner.set_blob_metadata(
        &container("input"),
        &blob("a.txt"),
        &Metadata::new(),
        &matching(&tag),
    ));
    assert_eq!(outcome(metadata), "412 ConditionNotMet");
    assert_eq!(delete(&matching(&etag(&fixture, "a.txt"))), "ok");
    assert_eq!(delete(&none()), "404 BlobNotFound");
}

#[test]
fn who_creates_only_if_new_learns_that_it_is_not() {
    let fixture = Fixture::new();
    let backend = fixture.with_token(for_container(
        "input",
        &SasOptions::new(letters("c"), in_an_hour()),
    ));
    let only_new = PutBlobOptions {
        conditions: Conditions {
            if_none_match: Some("*".into()),
            ..none()
        },
        ..PutBlobOptions::default()
    };
    assert_eq!(
        outcome(put(&backend, "input", "a.txt", "x", &only_new)),
        "409 BlobAlreadyExists"
    );
    assert_eq!(outcome(put(&backend, "input", "b.txt", "x", &only_new)), "ok");
}

#[test]
fn ranges_are_cut_to_the_blob() {
    let fixture = Fixture::new();
    let read = |first, last| {
        let range = Some(ByteRange { first, last });
        done(
            fixture
                .owner
                .get_blob(&container("input"), &blob("a.txt"), range, &none()),
        )
        .map(|download| {
            let range = download.range;
            assert_eq!(download.properties.content_length, 5);
            (range, done(download.body.collect(5)).unwrap())
        })
    };
    assert_eq!(read(1, Some(2)).unwrap(), ((1, 3), Bytes::from("el")));
    assert_eq!(read(3, None).unwrap(), ((3, 5), Bytes::from("lo")));
    assert_eq!(read(0, Some(99)).unwrap(), ((0, 5), Bytes::from("hello")));
    assert_eq!(outcome(read(5, None)), "416 InvalidRange");
    assert_eq!(outcome(read(u64::MAX, Some(u64::MAX))), "416 InvalidRange");
}

#[test]
fn md5_values_are_compared_and_kept() {
    let fixture = Fixture::new();
    let with = |transactional: Option<&str>, kept: Option<&str>| PutBlobOptions {
        transactional_md5: transactional.map(str::to_owned),
        headers: BlobHeaders {
            content_md5: kept.map(str::to_owned),
            ..BlobHeaders::default()
        },
        ..PutBlobOptions::default()
    };
    let good = "XUFAKrxLKna5cZ2REBfFkg==";
    let bad = "AAAAAAAAAAAAAAAAAAAAAA==";
    let stored = || {
        let properties = done(
            fixture
                .owner
                .get_blob_properties(&container("input"), &blob("m"), &none()),
        );
        properties.unwrap().headers.content_md5
    };
    for (options, expected, kept) in [
        (with(None, None), "ok", None),
        (with(Some(good), None), "ok", Some(good)),
        (with(None, Some(good)), "ok", Some(good)),
        (with(Some(bad), None), "400 Md5Mismatch", Some(good)),
        (with(None, Some(bad)), "400 Md5Mismatch", Some(good)),
        (with(Some("short"), None), "400 InvalidMd5", Some(good)),
        (with(None, Some("AAAA")), "400 InvalidMd5", Some(good)),
    ] {
        assert_eq!(
            outcome(put(&fixture.owner, "input", "m", "hello", &options)),
            expected,
            "{options:?}"
        );
        assert_eq!(stored().as_deref(), kept);
    }
}

#[test]
fn metadata_has_rules() {
    let fixture = Fixture::new();
    let set = |pairs: &[(&str, &str)]| {
        let metadata: Metadata = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let set = done(fixture.owner.set_blob_metadata(
            &container("input"),
            &blob("a.txt"),
            &metadata,
            &none(),
        ));
        let options = PutBlobOptions {
            metadata,
            ..PutBlobOptions::default()
        };
        let put = outcome(put(&fixture.owner, "input", "a.txt", "hello", &options));
        assert_eq!(outcome(set), put);
        put
    };
    let half = "x".repeat(4095);
    for (pairs, expected) in [
        (&[("a_1", "v"), ("_b", "")][..], "ok"),
        (&[("a", &half), ("b", &half)], "ok"),
        (&[("a", &half), ("bc", &half)], "400 MetadataTooLarge"),
        (&[("", "v")], "400 EmptyMetadataKey"),
        (&[("1a", "v")], "400 InvalidMetadata"),
        (&[("a-b", "v")], "400 InvalidMetadata"),
        (&[("ä", "v")], "400 InvalidMetadata"),
        (&[("a", "v\r\nx-ms-evil: 1")], "400 InvalidMetadata"),
        (&[("Name", "v"), ("name", "w")], "400 InvalidMetadata"),
    ] {
        assert_eq!(set(pairs), expected, "{pairs:?}");
    }
    let before = etag(&fixture, "a.txt");
    set(&[("k", "v")]);
    assert_ne!(etag(&fixture, "a.txt"), before);
    let missing = done(fixture.owner.set_blob_metadata(
        &container("input"),
        &blob("no"),
        &Metadata::new(),
        &none(),
    ));
    assert_eq!(outcome(missing), "404 BlobNotFound");
}

fn id(number: u32) -> BlockId {
    BlockId::numbered(number)
}

fn stage(fixture: &Fixture, name: &str, number: u32, text: &'static str) {
    done(
        fixture
            .owner
            .put_block(&container("input"), &blob(name), &id(number), text.into()),
    )
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
        done(
            fixture
                .owner
                .get_block_list(&container("input"), &blob(name), filter),
        )
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
    done(
        fixture
            .owner
            .delete_blob(&container("input"), &blob("a.txt"), &none()),
    )
    .unwrap();
    assert_eq!(names(&fixture.owner, "input", &options).unwrap(), ["a", "b"]);
    assert_eq!(
        outcome(done(fixture.owner.delete_blob(
            &container("input"),
            &blob("a"),
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
        )))
    };
    assert_eq!(put("b", &other, "x"), "400 InvalidBlobOrBlock");
    assert_eq!(put("c", &other, "x"), "ok");
    assert_eq!(put("b", &id(2), ""), "400 InvalidHeaderValue");
}

#[test]
fn a_torn_body_stores_nothing() {
    let fixture = Fixture::new();
    let pieces = |text: &'static str| Box::pin(stream::iter([Ok(Bytes::from(text))]));
    for declared in [4, 6] {
        let body = Body::from_stream(Some(declared), pieces("hello"));
        let options = PutBlobOptions::default();
        let error = done(
            fixture
                .owner
                .put_blob(&container("input"), &blob("b"), body, &options),
        )
        .unwrap_err();
        assert_eq!(error.status(), 0);
        assert!(error.to_string().contains("Nothing was stored"), "{error}");
    }
    assert_eq!(fixture.names(), ["a.txt"]);
    let body = Body::from_stream(None, pieces("hello"));
    done(
        fixture
            .owner
            .put_blob(&container("input"), &blob("b"), body, &PutBlobOptions::default()),
    )
    .unwrap();
    assert_eq!(get(&fixture.owner, "input", "b").unwrap(), "hello");
}

#[test]
fn a_long_body_is_not_read_for_who_may_not_store_it() {
    let fixture = Fixture::new();
    let backend = fixture.with_token(for_container(
        "input",
        &SasOptions::new(letters("r"), in_an_hour()),
    ));
    let never =
        stream::poll_fn(|_| -> std::task::Poll<Option<Result<Bytes>>> { panic!("the body was read") });
    let body = Body::from_stream(None, Box::pin(never));
    let put = done(backend.put_blob(&container("input"), &blob("b"), body, &PutBlobOptions::default()));
    assert_eq!(outcome(put), "403 AuthorizationPermissionMismatch");
    let too_long = Body::from_stream(Some(u64::MAX), Box::pin(stream::empty()));
    let put = done(fixture.owner.put_blob(
        &container("input"),
        &blob("b"),
        too_long,
        &PutBlobOptions::default(),
    ));
    assert_eq!(outcome(put), "413 RequestBodyTooLarge");
}

#[test]
fn what_is_in_no_container_is_refused() {
    let fixture = Fixture::new();
    let options = PutBlobOptions::default();
    assert_eq!(
        outcome(put(&fixture.owner, "missing", "b", "x", &options)),
        "404 ContainerNotFound"
    );
    assert_eq!(
        outcome(get(&fixture.owner, "missing", "b")),
        "404 ContainerNotFound"
    );
    assert_eq!(outcome(get(&fixture.owner, "input", "b")), "404 BlobNotFound");
    assert_eq!(outcome(get(&fixture.owner, "input", "A.TXT")), "404 BlobNotFound");
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
        outcome(store.put_block(now, &caller, &input, &name, &id(number), text(body)))
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
            block_bytes_max: 4_194_304_000,
            committed_blocks_max: 50_000,
            uncommitted_blocks_max: 100_000,
            container_deletion: TimeSpan::ZERO,
        }
    );
}
