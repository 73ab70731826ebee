//! What a caller of the trait may rely on, whichever way the store is reached.

use batchite_api::auth::Access;
use batchite_api::backend::{BlobBackend, BlobConditions, Body, ByteRange};
use batchite_api::blob::{
    AccessPolicy, BlobHeaders, BlobProperties, BlockId, BlockListFilter, BlockReference,
    ContainerAccessPolicy, ContainerName, CreateContainerOptions, DeleteSnapshots, ListBlobsInclude,
    ListBlobsOptions, ListContainersOptions, Metadata, PublicAccess, PutBlobOptions, PutBlockOptions,
    StoredAccessPolicy, blob_url,
};
use batchite_api::error::ErrorCode;
use batchite_api::time::TimeSpan;
use bytes::Bytes;
use futures_util::stream;

use crate::support::{Arm, blob, container, get, names, put};

/// Makes a test of every case on every arm.
macro_rules! on_every_arm {
    ($($case:ident)+) => {
        mod direct {
            $(#[tokio::test]
            async fn $case() {
                super::$case(&crate::support::Arm::direct()).await;
            })+
        }

        mod memory {
            $(#[tokio::test]
            async fn $case() {
                super::$case(&crate::support::Arm::memory()).await;
            })+
        }

        mod socket {
            $(#[tokio::test]
            async fn $case() {
                super::$case(&crate::support::Arm::socket().await).await;
            })+
        }

        mod azurite {
            $(#[tokio::test]
            async fn $case() {
                if let Some(arm) = crate::support::Arm::azurite().await {
                    super::$case(&arm).await;
                }
            })+
        }
    };
}

pub(crate) use on_every_arm;

on_every_arm! {
    a_container_is_made_read_listed_and_deleted
    public_access_and_policies_are_kept
    a_blob_comes_back_with_everything_it_was_put_with
    ranges_are_cut_and_refused
    conditions_hold_and_fail
    any_name_is_a_name
    blocks_are_put_listed_and_committed
    lists_are_cut_into_pages_and_directories
    metadata_is_replaced_as_a_whole
    copies_are_complete
    a_token_opens_what_it_names_and_no_more
    nobody_reads_what_is_not_public
    a_wrong_md5_leaves_nothing_behind
    bodies_of_unknown_length_are_stored
    large_bodies_come_back_whole
}

fn metadata() -> Metadata {
    Metadata::from([("owner".into(), "a b".into()), ("n2".into(), "<&>".into())])
}

fn default<T: Default>() -> T {
    T::default()
}

async fn a_container_is_made_read_listed_and_deleted(arm: &Arm) {
    let owner = arm.owner();
    assert_eq!(owner.endpoint(), arm.endpoint);
    let name = container("one-1");
    let options = CreateContainerOptions {
        metadata: metadata(),
        public_access: Some(PublicAccess::Blob),
    };
    let written = owner.create_container(&name, &options).await.unwrap();
    assert!(written.etag.starts_with('"'), "{}", written.etag);
    assert!(arm.is_now(written.last_modified));
    let error = owner.create_container(&name, &default()).await.unwrap_err();
    assert!(error.is(&ErrorCode::ContainerAlreadyExists), "{error}");
    assert_eq!(error.status(), 409);

    let properties = owner.get_container_properties(&name, None).await.unwrap();
    assert_eq!(properties.etag, written.etag);
    assert_eq!(properties.metadata, metadata());
    assert_eq!(properties.public_access, Some(PublicAccess::Blob));

    for other in ["one-2", "two"] {
        owner
            .create_container(&container(other), &default())
            .await
            .unwrap();
    }
    let mut options = ListContainersOptions {
        prefix: Some("one".into()),
        max_results: Some(1),
        include_metadata: true,
        continuation: None,
    };
    let first = owner.list_containers(&options).await.unwrap();
    assert_eq!(first.items[0].name, name);
    assert_eq!(first.items[0].properties, properties);
    options.continuation = first.continuation;
    assert!(options.continuation.is_some());
    let second = owner.list_containers(&options).await.unwrap();
    assert_eq!(second.items.len(), 1);
    assert_eq!(second.items[0].name, container("one-2"));

    owner.delete_container(&name, &default()).await.unwrap();
    for error in [
        owner.delete_container(&name, &default()).await.unwrap_err(),
        owner.get_container_properties(&name, None).await.unwrap_err(),
        owner.list_blobs(&name, &default()).await.unwrap_err(),
    ] {
        assert!(error.is(&ErrorCode::ContainerNotFound), "{error}");
    }
}

async fn public_access_and_policies_are_kept(arm: &Arm) {
    let (owner, name) = arm.with_container().await;
    assert_eq!(
        owner.get_container_access_policy(&name, None).await.unwrap(),
        ContainerAccessPolicy::default()
    );
    let stored = |id: &str| StoredAccessPolicy {
        id: id.into(),
        policy: AccessPolicy {
            start: Some(arm.now()),
            expiry: Some(arm.now() + TimeSpan::from_days(1)),
            permissions: Some("rl".into()),
        },
    };
    let policy = ContainerAccessPolicy {
        public_access: Some(PublicAccess::Container),
        policies: vec![stored("first & <second>"), stored("b")],
    };
    owner
        .set_container_access_policy(&name, &policy, &default())
        .await
        .unwrap();
    assert_eq!(
        owner.get_container_access_policy(&name, None).await.unwrap(),
        policy
    );
    let six = ContainerAccessPolicy {
        public_access: None,
        policies: ["a", "b", "c", "d", "e", "f"].map(stored).to_vec(),
    };
    let outcome = owner.set_container_access_policy(&name, &six, &default()).await;
    if arm.refuses_as_documented() {
        let error = outcome.unwrap_err();
        assert_eq!(error.status(), 400, "{error}");
    }
}

async fn a_blob_comes_back_with_everything_it_was_put_with(arm: &Arm) {
    let (owner, name) = arm.with_container().await;
    let options = PutBlobOptions {
        headers: BlobHeaders {
            content_type: Some("text/plain; charset=utf-8".into()),
            content_encoding: Some("identity".into()),
            content_language: Some("de".into()),
            content_disposition: Some("attachment; filename=\"x.txt\"".into()),
            cache_control: Some("no-store".into()),
            content_md5: Some("XUFAKrxLKna5cZ2REBfFkg==".into()),
        },
        metadata: metadata(),
        transactional_md5: Some("XUFAKrxLKna5cZ2REBfFkg==".into()),
        ..default()
    };
    let target = blob("dir/hello.txt");
    let written = owner
        .put_blob(&name, &target, "hello".into(), &options)
        .await
        .unwrap();
    let properties = owner
        .get_blob_properties(&name, &target, &default())
        .await
        .unwrap();
    assert_eq!(properties.etag, written.etag);
    assert_eq!(properties.last_modified, written.last_modified);
    assert!(arm.is_now(properties.creation_time));
    assert_eq!(properties.content_length, 5);
    assert_eq!(properties.headers, options.headers);
    assert_eq!(properties.metadata, metadata());
    let download = owner.get_blob(&name, &target, None, &default()).await.unwrap();
    // Azurite tells the tier of a blob only where its properties are asked for.
    let told = BlobProperties {
        tier: properties.tier.filter(|_| arm.refuses_as_documented()),
        ..properties
    };
    assert_eq!(download.properties, told);
    assert_eq!((download.range, download.body.length()), ((0, 5), Some(5)));
    assert_eq!(download.body.collect(5).await.unwrap(), "hello");

    an_empty_one_comes_back_too(&*owner, &name).await;
    owner
        .delete_blob(&name, &target, DeleteSnapshots::Refuse, &default())
        .await
        .unwrap();
    for error in [
        owner
            .get_blob(&name, &target, None, &default())
            .await
            .unwrap_err(),
        owner
            .delete_blob(&name, &target, DeleteSnapshots::Refuse, &default())
            .await
            .unwrap_err(),
        owner
            .get_blob_properties(&name, &target, &default())
            .await
            .unwrap_err(),
    ] {
        assert!(error.is(&ErrorCode::BlobNotFound), "{error}");
        assert_eq!(error.status(), 404);
    }
    let nowhere = owner
        .put_blob(&container("nowhere"), &target, "x".into(), &default())
        .await;
    assert!(nowhere.unwrap_err().is(&ErrorCode::ContainerNotFound));
}

async fn an_empty_one_comes_back_too(owner: &dyn BlobBackend, name: &ContainerName) {
    put(owner, "empty", "").await;
    assert_eq!(get(owner, "empty").await.unwrap(), "");
    let empty = owner
        .get_blob_properties(name, &blob("empty"), &default())
        .await
        .unwrap();
    assert_eq!(
        empty.headers.content_type.as_deref(),
        Some("application/octet-stream")
    );
}

async fn ranges_are_cut_and_refused(arm: &Arm) {
    let (owner, name) = arm.with_container().await;
    put(&*owner, "digits", "0123456789").await;
    put(&*owner, "empty", "").await;
    let target = blob("digits");
    for (first, last, range, text) in [
        (0, Some(0), (0, 1), "0"),
        (2, Some(4), (2, 5), "234"),
        (7, None, (7, 10), "789"),
        (8, Some(99), (8, 10), "89"),
        (0, None, (0, 10), "0123456789"),
    ] {
        let asked = Some(ByteRange { first, last });
        let download = owner.get_blob(&name, &target, asked, &default()).await.unwrap();
        assert_eq!(download.range, range);
        assert_eq!(download.properties.content_length, 10);
        assert_eq!(download.body.collect(10).await.unwrap(), text);
    }
    for (target, first) in [("digits", 10), ("empty", 0)] {
        let asked = Some(ByteRange { first, last: None });
        let error = owner
            .get_blob(&name, &blob(target), asked, &default())
            .await
            .unwrap_err();
        // Azurite gives part of an answer that has no bytes.
        if arm.refuses_as_documented() {
            assert!(error.is(&ErrorCode::InvalidRange), "{error}");
            assert_eq!(error.status(), 416);
        }
    }
}

async fn conditions_hold_and_fail(arm: &Arm) {
    let (owner, name) = arm.with_container().await;
    let target = blob("b");
    let only_new = PutBlobOptions {
        conditions: BlobConditions {
            if_none_match: Some("*".into()),
            ..BlobConditions::default()
        },
        ..PutBlobOptions::default()
    };
    let written = owner
        .put_blob(&name, &target, "one".into(), &only_new)
        .await
        .unwrap();
    let error = owner
        .put_blob(&name, &target, "two".into(), &only_new)
        .await
        .unwrap_err();
    assert_eq!(
        (error.code(), error.status()),
        (&ErrorCode::BlobAlreadyExists, 409)
    );

    let matching = |tag: &str| BlobConditions {
        if_match: Some(tag.into()),
        ..BlobConditions::default()
    };
    let unchanged = BlobConditions {
        if_none_match: Some(written.etag.clone()),
        ..BlobConditions::default()
    };
    let since = BlobConditions {
        if_modified_since: Some(written.last_modified),
        ..BlobConditions::default()
    };
    let error = owner
        .get_blob(&name, &target, None, &matching("0x1"))
        .await
        .unwrap_err();
    assert_eq!((error.code(), error.status()), (&ErrorCode::ConditionNotMet, 412));
    for conditions in [&unchanged, &since] {
        let read = owner
            .get_blob(&name, &target, None, conditions)
            .await
            .unwrap_err();
        let asked = owner
            .get_blob_properties(&name, &target, conditions)
            .await
            .unwrap_err();
        assert_eq!(read.status(), 304, "{read}");
        assert_eq!(read, asked);
        assert!(read.is(&ErrorCode::ConditionNotMet));
    }
    let error = owner
        .delete_blob(&name, &target, DeleteSnapshots::Refuse, &matching("\"0x1\""))
        .await
        .unwrap_err();
    assert_eq!(error.status(), 412);
    owner
        .delete_blob(&name, &target, DeleteSnapshots::Refuse, &matching(&written.etag))
        .await
        .unwrap();
}

async fn any_name_is_a_name(arm: &Arm) {
    let (owner, name) = arm.with_container().await;
    let given = [
        "../x",
        "a b",
        "a%20b",
        "a&b=c",
        "a+b",
        "a//b",
        "a/./b",
        "a/b",
        "a?b#c",
        "é/ß",
        "trail/",
        "~$!'()*;,@",
    ];
    for text in given {
        put(&*owner, text, "x").await;
        assert_eq!(get(&*owner, text).await.unwrap(), "x", "{text}");
        let properties = owner
            .get_blob_properties(&name, &blob(text), &default())
            .await
            .unwrap();
        assert_eq!(properties.content_length, 1, "{text}");
    }
    let mut expected: Vec<String> = given.map(str::to_owned).to_vec();
    expected.sort();
    assert_eq!(names(&*owner, &default()).await.unwrap(), expected);
    let prefixed = ListBlobsOptions {
        prefix: Some("a&".into()),
        ..ListBlobsOptions::default()
    };
    assert_eq!(names(&*owner, &prefixed).await.unwrap(), ["a&b=c"]);
}

async fn blocks_are_put_listed_and_committed(arm: &Arm) {
    let (owner, name) = arm.with_container().await;
    let target = blob("b");
    let ids = [1, 2, 3].map(BlockId::numbered);
    for (id, text) in ids.iter().zip(["one", "two", "three"]) {
        owner
            .put_block(&name, &target, id, text.into(), &PutBlockOptions::default())
            .await
            .unwrap();
    }
    let list = owner
        .get_block_list(&name, &target, BlockListFilter::All, &BlobConditions::default())
        .await
        .unwrap();
    assert_eq!((list.committed.len(), list.uncommitted.len()), (0, 3));
    assert_eq!(list.uncommitted[2].size, 5);
    let blocks = [
        BlockReference::Latest(ids[1].clone()),
        BlockReference::Uncommitted(ids[0].clone()),
        BlockReference::Latest(ids[1].clone()),
    ];
    let options = PutBlobOptions {
        headers: BlobHeaders {
            content_type: Some("text/css".into()),
            ..BlobHeaders::default()
        },
        metadata: metadata(),
        ..PutBlobOptions::default()
    };
    let written = owner
        .put_block_list(&name, &target, &blocks, &options)
        .await
        .unwrap();
    assert_eq!(get(&*owner, "b").await.unwrap(), "twoonetwo");
    let properties = owner
        .get_blob_properties(&name, &target, &default())
        .await
        .unwrap();
    assert_eq!(properties.etag, written.etag);
    assert_eq!(properties.headers.content_type.as_deref(), Some("text/css"));
    assert_eq!(properties.metadata, metadata());
    let list = owner
        .get_block_list(
            &name,
            &target,
            BlockListFilter::Committed,
            &BlobConditions::default(),
        )
        .await
        .unwrap();
    let committed: Vec<_> = list.committed.iter().map(|block| &block.id).collect();
    assert_eq!(committed, [&ids[1], &ids[0], &ids[1]]);

    let missing = [BlockReference::Latest(BlockId::numbered(9))];
    let error = owner
        .put_block_list(&name, &target, &missing, &default())
        .await
        .unwrap_err();
    assert!(error.is(&ErrorCode::InvalidBlockList), "{error}");
    assert_eq!(get(&*owner, "b").await.unwrap(), "twoonetwo");
}

async fn lists_are_cut_into_pages_and_directories(arm: &Arm) {
    let (owner, name) = arm.with_container().await;
    for text in ["a/1", "a/2", "b", "c/1", "d&<"] {
        put(&*owner, text, "x").await;
    }
    owner
        .put_block(
            &name,
            &blob("unfinished"),
            &BlockId::numbered(1),
            "x".into(),
            &PutBlockOptions::default(),
        )
        .await
        .unwrap();
    let options = ListBlobsOptions {
        max_results: Some(2),
        ..ListBlobsOptions::default()
    };
    let first = owner.list_blobs(&name, &options).await.unwrap();
    assert_eq!(first.entries.len(), 2);
    assert!(first.continuation.is_some());
    assert_eq!(
        names(&*owner, &options).await.unwrap(),
        ["a/1", "a/2", "b", "c/1", "d&<"]
    );
    let directories = ListBlobsOptions {
        delimiter: Some("/".into()),
        max_results: Some(1),
        ..ListBlobsOptions::default()
    };
    assert_eq!(
        names(&*owner, &directories).await.unwrap(),
        ["[a/]", "b", "[c/]", "d&<"]
    );
    let below = ListBlobsOptions {
        prefix: Some("a/".into()),
        ..directories
    };
    assert_eq!(names(&*owner, &below).await.unwrap(), ["a/1", "a/2"]);
    let unfinished = ListBlobsOptions {
        prefix: Some("u".into()),
        include: ListBlobsInclude {
            metadata: false,
            uncommitted_blobs: true,
            ..ListBlobsInclude::default()
        },
        ..ListBlobsOptions::default()
    };
    assert_eq!(names(&*owner, &unfinished).await.unwrap(), ["unfinished"]);
    let page = owner
        .list_blobs(&name, &ListBlobsOptions::default())
        .await
        .unwrap();
    let listed = page.blobs().next().unwrap();
    let asked = owner
        .get_blob_properties(&name, &listed.name, &default())
        .await
        .unwrap();
    assert_eq!(listed.properties, asked);
    let too_many = ListBlobsOptions {
        max_results: Some(0),
        ..ListBlobsOptions::default()
    };
    assert_eq!(
        owner.list_blobs(&name, &too_many).await.unwrap_err().status(),
        400
    );
}

async fn metadata_is_replaced_as_a_whole(arm: &Arm) {
    let (owner, name) = arm.with_container().await;
    put(&*owner, "b", "x").await;
    let target = blob("b");
    owner
        .set_blob_metadata(&name, &target, &metadata(), &default())
        .await
        .unwrap();
    let listed = ListBlobsOptions {
        include: ListBlobsInclude {
            metadata: true,
            uncommitted_blobs: false,
            ..ListBlobsInclude::default()
        },
        ..ListBlobsOptions::default()
    };
    let page = owner.list_blobs(&name, &listed).await.unwrap();
    assert_eq!(page.blobs().next().unwrap().properties.metadata, metadata());
    let other = Metadata::from([("k".into(), "v".into())]);
    let written = owner
        .set_blob_metadata(&name, &target, &other, &default())
        .await
        .unwrap();
    let properties = owner
        .get_blob_properties(&name, &target, &default())
        .await
        .unwrap();
    assert_eq!(properties.metadata, other);
    assert_eq!(properties.etag, written.etag);
    let bad = Metadata::from([("no name".into(), "v".into())]);
    let error = owner
        .set_blob_metadata(&name, &target, &bad, &default())
        .await
        .unwrap_err();
    assert!(error.is(&ErrorCode::InvalidMetadata), "{error}");
}

async fn copies_are_complete(arm: &Arm) {
    let (owner, name) = arm.with_container().await;
    put(&*owner, "dir/a b", "x").await;
    let readable = arm.token("con", "r");
    let source = blob_url(&arm.endpoint, &name, &blob("dir/a b"), Some(&readable));
    let outcome = owner
        .copy_blob_from_url(&name, &blob("copy"), &source, &default())
        .await
        .unwrap();
    assert_eq!(outcome.copy_status, "success");
    assert!(!outcome.copy_id.is_empty());
    assert_eq!(get(&*owner, "copy").await.unwrap(), "x");
    let missing = blob_url(&arm.endpoint, &name, &blob("missing"), Some(&readable));
    let error = owner
        .copy_blob_from_url(&name, &blob("copy"), &missing, &default())
        .await
        .unwrap_err();
    assert_eq!(error.status(), 404, "{error}");
    if arm.refuses_as_documented() {
        assert!(error.is(&ErrorCode::CannotVerifyCopySource), "{error}");
    }
}

async fn a_token_opens_what_it_names_and_no_more(arm: &Arm) {
    let (owner, name) = arm.with_container().await;
    put(&*owner, "a", "x").await;
    owner
        .create_container(&container("other"), &default())
        .await
        .unwrap();
    let reader = arm.connect(Access::Sas(arm.token("con", "rl")));
    assert_eq!(get(&*reader, "a").await.unwrap(), "x");
    assert_eq!(names(&*reader, &default()).await.unwrap(), ["a"]);
    let error = reader
        .put_blob(&name, &blob("b"), "x".into(), &default())
        .await
        .unwrap_err();
    assert!(error.is(&ErrorCode::AuthorizationPermissionMismatch), "{error}");
    let error = reader
        .list_blobs(&container("other"), &default())
        .await
        .unwrap_err();
    assert_eq!(error.status(), 403, "{error}");
    if arm.refuses_as_documented() {
        assert!(error.is(&ErrorCode::AuthenticationFailed), "{error}");
    }

    let writer = arm.connect(Access::Sas(arm.token("con", "cw")));
    writer
        .put_blob(&name, &blob("b"), "y".into(), &default())
        .await
        .unwrap();
    assert_eq!(get(&*writer, "b").await.unwrap_err().status(), 403);
    let mut forged = arm.token("con", "rl");
    forged = forged.replace("sp=rl", "sp=rlw");
    let error = get(&*arm.connect(Access::Sas(forged)), "a").await.unwrap_err();
    assert_eq!(error.status(), 403, "{error}");
    if arm.refuses_as_documented() {
        assert!(error.is(&ErrorCode::AuthenticationFailed), "{error}");
    }

    if !arm.passes(TimeSpan::from_hours(2)).await {
        return;
    }
    let error = get(&*reader, "a").await.unwrap_err();
    assert_eq!(
        (error.status(), error.code()),
        (403, &ErrorCode::AuthenticationFailed)
    );
    assert!(
        !format!("{error} {error:?} {reader:?}").contains("sig=%"),
        "{error:?}"
    );
}

async fn nobody_reads_what_is_not_public(arm: &Arm) {
    let (owner, name) = arm.with_container().await;
    put(&*owner, "a", "x").await;
    let anyone = arm.connect(Access::Anonymous);
    let error = get(&*anyone, "a").await.unwrap_err();
    assert!(error.status() >= 400, "{error}");
    let public = ContainerAccessPolicy {
        public_access: Some(PublicAccess::Blob),
        policies: Vec::new(),
    };
    owner
        .set_container_access_policy(&name, &public, &default())
        .await
        .unwrap();
    assert_eq!(get(&*anyone, "a").await.unwrap(), "x");
    assert!(names(&*anyone, &default()).await.is_err());
    assert!(
        anyone
            .put_blob(&name, &blob("b"), "x".into(), &default())
            .await
            .is_err()
    );
}

async fn a_wrong_md5_leaves_nothing_behind(arm: &Arm) {
    let (owner, name) = arm.with_container().await;
    let options = PutBlobOptions {
        transactional_md5: Some("XUFAKrxLKna5cZ2REBfFkg==".into()),
        ..default()
    };
    let error = owner
        .put_blob(&name, &blob("b"), "hallo".into(), &options)
        .await
        .unwrap_err();
    assert!(error.is(&ErrorCode::Md5Mismatch), "{error}");
    assert!(error.detail("ServerCalculatedMd5").is_some(), "{error}");
    assert_eq!(names(&*owner, &default()).await.unwrap(), [""; 0]);
}

fn pieces_of(count: usize, size: usize) -> (Vec<Bytes>, u64) {
    let pieces: Vec<Bytes> = (0..count)
        .map(|at| Bytes::from(vec![u8::try_from(at % 251).unwrap(); size]))
        .collect();
    (pieces, (count * size) as u64)
}

async fn bodies_of_unknown_length_are_stored(arm: &Arm) {
    let (owner, name) = arm.with_container().await;
    for count in [0, 1, 3, 40] {
        let (pieces, length) = pieces_of(count, 500_000);
        let stream = stream::iter(pieces.clone().into_iter().map(Ok));
        let body = Body::from_stream(None, Box::pin(stream));
        owner.put_blob(&name, &blob("b"), body, &default()).await.unwrap();
        let download = owner.get_blob(&name, &blob("b"), None, &default()).await.unwrap();
        assert_eq!(download.properties.content_length, length);
        assert_eq!(download.body.collect(length).await.unwrap(), pieces.concat());
    }
}

async fn large_bodies_come_back_whole(arm: &Arm) {
    let (owner, name) = arm.with_container().await;
    let (pieces, length) = pieces_of(48, 1_000_003);
    let body = Body::from_stream(
        Some(length),
        Box::pin(stream::iter(pieces.clone().into_iter().map(Ok))),
    );
    owner.put_blob(&name, &blob("b"), body, &default()).await.unwrap();
    let asked = Some(ByteRange { first: 1, last: None });
    let download = owner
        .get_blob(&name, &blob("b"), asked, &default())
        .await
        .unwrap();
    assert_eq!(download.range, (1, length));
    let read = download.body.collect(length).await.unwrap();
    assert!(read == pieces.concat()[1..]);
}
