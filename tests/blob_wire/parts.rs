//! Snapshots, tags, tiers, append blobs, copies and the account itself, whichever way the store is reached.

use batchite_api::auth::Access;
use batchite_api::auth::sas::{Permission, Permissions, SasOptions, snapshot_token};
use batchite_api::backend::{BlobConditions, ByteRange};
use batchite_api::blob::{
    AccessTier, AppendBlockOptions, BlobHeaders, BlobType, BlockId, BlockListFilter, BlockReference,
    CopyBlobOptions, DeleteSnapshots, FindBlobsOptions, ListBlobsInclude, ListBlobsOptions, Metadata,
    PutBlobOptions, SourceOptions, Tags, blob_url,
};
use batchite_api::error::ErrorCode;
use batchite_api::time::TimeSpan;

use crate::cases::on_every_arm;
use crate::support::{ACCOUNT, Arm, blob, container, get, key, put};

on_every_arm! {
    a_snapshot_is_read_listed_and_deleted
    a_token_opens_one_snapshot
    content_headers_and_metadata_of_containers_are_replaced
    tags_are_set_and_found
    an_archived_blob_is_not_read
    an_append_blob_grows
    an_append_blob_can_be_sealed
    bytes_are_taken_from_a_url
    a_copy_leaves_its_traces
    an_account_tells_what_it_is
}

fn default<T: Default>() -> T {
    T::default()
}

async fn a_snapshot_is_read_listed_and_deleted(arm: &Arm) {
    let (owner, name) = arm.with_container().await;
    let b = blob("b");
    put(&*owner, "b", "before").await;
    let created = owner
        .create_snapshot(&name, &b, &Metadata::new(), &default())
        .await
        .unwrap();
    put(&*owner, "b", "after").await;
    let old = BlobConditions::of_snapshot(created.snapshot);
    let download = owner.get_blob(&name, &b, None, &old).await.unwrap();
    assert_eq!(download.body.collect(99).await.unwrap(), "before");
    let properties = owner.get_blob_properties(&name, &b, &old).await.unwrap();
    assert_eq!((properties.content_length, properties.etag), (6, created.etag));
    let blocks = owner
        .get_block_list(&name, &b, BlockListFilter::Committed, &old)
        .await
        .unwrap();
    assert_eq!(blocks, default());
    let include = ListBlobsInclude {
        snapshots: true,
        ..default()
    };
    let options = ListBlobsOptions { include, ..default() };
    let listed = owner.list_blobs(&name, &options).await.unwrap();
    let seen: Vec<_> = listed.blobs().map(|item| item.snapshot).collect();
    if arm.refuses_as_documented() {
        assert_eq!(seen, [Some(created.snapshot), None]);
    } else {
        // Azurite lists the blob before its snapshots.
        assert_eq!(seen, [None, Some(created.snapshot)]);
    }
    let error = owner
        .delete_blob(&name, &b, DeleteSnapshots::Refuse, &default())
        .await
        .unwrap_err();
    assert!(error.is(&ErrorCode::SnapshotsPresent), "{error}");
    let url = blob_url(&arm.endpoint, &name, &b, Some(&arm.token("con", "r")));
    let restored = owner
        .copy_blob_from_url(
            &name,
            &b,
            &format!("{url}&snapshot={}", created.snapshot),
            &default(),
        )
        .await;
    if arm.refuses_as_documented() {
        restored.unwrap();
        assert_eq!(get(&*owner, "b").await.unwrap(), "before");
    }
    owner
        .delete_blob(&name, &b, DeleteSnapshots::Refuse, &old)
        .await
        .unwrap();
    let error = owner.get_blob(&name, &b, None, &old).await.unwrap_err();
    assert!(error.is(&ErrorCode::BlobNotFound), "{error}");
    owner
        .create_snapshot(&name, &b, &Metadata::new(), &default())
        .await
        .unwrap();
    owner
        .delete_blob(&name, &b, DeleteSnapshots::Only, &default())
        .await
        .unwrap();
    owner
        .delete_blob(&name, &b, DeleteSnapshots::Include, &default())
        .await
        .unwrap();
}

async fn a_token_opens_one_snapshot(arm: &Arm) {
    let (owner, name) = arm.with_container().await;
    let b = blob("b");
    put(&*owner, "b", "first").await;
    let snapshot = async || {
        let made = owner
            .create_snapshot(&name, &b, &Metadata::new(), &default())
            .await;
        made.unwrap().snapshot
    };
    let first = snapshot().await;
    put(&*owner, "b", "second").await;
    let second = snapshot().await;
    let options = SasOptions::new(
        Permissions::of(&[Permission::Read, Permission::Delete]),
        arm.now() + TimeSpan::from_hours(1),
    );
    let token = snapshot_token(ACCOUNT, &key(), &name, &b, first, &options);
    let of = BlobConditions::of_snapshot;
    for token in [token.clone(), format!("{token}&snapshot={first}")] {
        let reader = arm.connect(Access::Sas(token));
        let download = reader.get_blob(&name, &b, None, &of(first)).await.unwrap();
        assert_eq!(download.body.collect(99).await.unwrap(), "first");
        reader.get_blob_properties(&name, &b, &of(first)).await.unwrap();
        reader
            .get_block_list(&name, &b, BlockListFilter::Committed, &of(first))
            .await
            .unwrap();
        for other in [of(second), default()] {
            let refuse = DeleteSnapshots::Refuse;
            for error in [
                reader.get_blob(&name, &b, None, &other).await.unwrap_err(),
                reader.delete_blob(&name, &b, refuse, &other).await.unwrap_err(),
            ] {
                assert_eq!(error.status(), 403, "{error}");
                // Azurite has another code for it.
                let is_documented = error.is(&ErrorCode::AuthenticationFailed);
                assert!(is_documented || !arm.refuses_as_documented(), "{error}");
            }
        }
        let error = reader.list_blobs(&name, &default()).await.unwrap_err();
        assert_eq!(error.status(), 403, "{error}");
    }
    if arm.refuses_as_documented() {
        let url = blob_url(&arm.endpoint, &name, &b, Some(&token));
        let restore = async |snapshot| {
            let source = format!("{url}&snapshot={snapshot}");
            owner
                .copy_blob_from_url(&name, &blob("restored"), &source, &default())
                .await
        };
        restore(first).await.unwrap();
        assert_eq!(get(&*owner, "restored").await.unwrap(), "first");
        let error = restore(second).await.unwrap_err();
        assert!(error.is(&ErrorCode::CannotVerifyCopySource), "{error}");
    }
    let holder = arm.connect(Access::Sas(token));
    holder
        .delete_blob(&name, &b, DeleteSnapshots::Refuse, &of(first))
        .await
        .unwrap();
    let error = owner.get_blob(&name, &b, None, &of(first)).await.unwrap_err();
    assert!(error.is(&ErrorCode::BlobNotFound), "{error}");
    assert_eq!(get(&*owner, "b").await.unwrap(), "second");
}

async fn content_headers_and_metadata_of_containers_are_replaced(arm: &Arm) {
    let (owner, name) = arm.with_container().await;
    put(&*owner, "b", "x").await;
    let headers = BlobHeaders {
        content_type: Some("text/css".into()),
        cache_control: Some("no-store".into()),
        ..default()
    };
    let written = owner
        .set_blob_properties(&name, &blob("b"), &headers, &default())
        .await
        .unwrap();
    let told = owner
        .get_blob_properties(&name, &blob("b"), &default())
        .await
        .unwrap();
    assert_eq!(
        (told.headers.content_type, told.headers.cache_control),
        (headers.content_type, headers.cache_control)
    );
    assert_eq!(told.etag, written.etag);
    let metadata = Metadata::from([("owner".into(), "me".into())]);
    let written = owner
        .set_container_metadata(&name, &metadata, &default())
        .await
        .unwrap();
    let told = owner.get_container_properties(&name, None).await.unwrap();
    assert_eq!((told.metadata, told.etag), (metadata, written.etag));
    let error = owner
        .set_container_metadata(&container("none"), &Metadata::new(), &default())
        .await
        .unwrap_err();
    assert!(error.is(&ErrorCode::ContainerNotFound), "{error}");
}

async fn tags_are_set_and_found(arm: &Arm) {
    let (owner, name) = arm.with_container().await;
    let red = Tags::from([("color".into(), "red".into()), ("a b".into(), "1/2".into())]);
    let options = PutBlobOptions {
        tags: red.clone(),
        ..default()
    };
    owner
        .put_blob(&name, &blob("b"), "x".into(), &options)
        .await
        .unwrap();
    assert_eq!(
        owner.get_blob_tags(&name, &blob("b"), &default()).await.unwrap(),
        red
    );
    let blue = Tags::from([("color".into(), "blue".into())]);
    owner
        .set_blob_tags(&name, &blob("b"), &blue, &default())
        .await
        .unwrap();
    assert_eq!(
        owner.get_blob_tags(&name, &blob("b"), &default()).await.unwrap(),
        blue
    );
    let told = owner
        .get_blob_properties(&name, &blob("b"), &default())
        .await
        .unwrap();
    assert_eq!(told.tag_count, Some(1));
    if !arm.refuses_as_documented() {
        return;
    }
    let search = FindBlobsOptions {
        expression: "\"color\" = 'blue'".into(),
        ..default()
    };
    for place in [None, Some(&name)] {
        let found = owner.find_blobs_by_tags(place, &search).await.unwrap();
        assert_eq!(found.items.len(), 1);
        assert_eq!((&found.items[0].container, &found.items[0].tags), (&name, &blue));
    }
    let only_red = BlobConditions {
        if_tags: Some("\"color\" = 'red'".into()),
        ..default()
    };
    let error = owner
        .get_blob_properties(&name, &blob("b"), &only_red)
        .await
        .unwrap_err();
    assert_eq!(error.status(), 412, "{error}");
    let include = ListBlobsInclude {
        tags: true,
        ..default()
    };
    let listed = owner
        .list_blobs(&name, &ListBlobsOptions { include, ..default() })
        .await
        .unwrap();
    assert_eq!(listed.blobs().next().unwrap().tags, blue);
    let wrong = Tags::from([("k!".into(), "v".into())]);
    let error = owner
        .set_blob_tags(&name, &blob("b"), &wrong, &default())
        .await
        .unwrap_err();
    assert!(error.is(&ErrorCode::InvalidTag), "{error}");
}

async fn an_archived_blob_is_not_read(arm: &Arm) {
    let (owner, name) = arm.with_container().await;
    put(&*owner, "b", "x").await;
    let tier = async |tier: AccessTier| owner.set_blob_tier(&name, &blob("b"), &tier, &default()).await;
    tier(AccessTier::Cool).await.unwrap();
    let told = owner
        .get_blob_properties(&name, &blob("b"), &default())
        .await
        .unwrap();
    let told = told.tier.unwrap();
    assert_eq!((told.tier, told.inferred), (AccessTier::Cool, false));
    if arm.refuses_as_documented() {
        tier(AccessTier::Archive).await.unwrap();
        let error = get(&*owner, "b").await.unwrap_err();
        assert!(error.is(&ErrorCode::BlobArchived), "{error}");
    }
}

async fn an_append_blob_grows(arm: &Arm) {
    let (owner, name) = arm.with_container().await;
    let log = blob("log");
    owner.put_append_blob(&name, &log, &default()).await.unwrap();
    for (text, position, count) in [("one ", 0, 1), ("two", 4, 2)] {
        let options = AppendBlockOptions {
            append_position: Some(position),
            max_size: Some(7),
            ..default()
        };
        let appended = owner
            .append_block(&name, &log, text.into(), &options)
            .await
            .unwrap();
        assert_eq!(
            (appended.append_offset, appended.committed_block_count),
            (position, count)
        );
    }
    assert_eq!(get(&*owner, "log").await.unwrap(), "one two");
    for (options, code) in [
        (
            AppendBlockOptions {
                append_position: Some(4),
                ..default()
            },
            ErrorCode::AppendPositionConditionNotMet,
        ),
        (
            AppendBlockOptions {
                max_size: Some(7),
                ..default()
            },
            ErrorCode::MaxBlobSizeConditionNotMet,
        ),
    ] {
        let error = owner
            .append_block(&name, &log, "x".into(), &options)
            .await
            .unwrap_err();
        assert!(error.is(&code), "{error}");
        assert_eq!(error.status(), 412);
    }
    let told = owner.get_blob_properties(&name, &log, &default()).await.unwrap();
    assert_eq!(
        (told.blob_type, told.committed_block_count),
        (BlobType::Append, Some(2))
    );
}

async fn an_append_blob_can_be_sealed(arm: &Arm) {
    if !arm.refuses_as_documented() {
        return;
    }
    let (owner, name) = arm.with_container().await;
    let log = blob("log");
    owner.put_append_blob(&name, &log, &default()).await.unwrap();
    owner
        .append_block(&name, &log, "one two".into(), &default())
        .await
        .unwrap();
    put(&*owner, "b", "x").await;
    let error = owner
        .append_block(&name, &blob("b"), "x".into(), &default())
        .await
        .unwrap_err();
    assert!(error.is(&ErrorCode::InvalidBlobType), "{error}");
    owner
        .seal_append_blob(&name, &log, Some(7), &default())
        .await
        .unwrap();
    let error = owner
        .append_block(&name, &log, "x".into(), &default())
        .await
        .unwrap_err();
    assert!(error.is(&ErrorCode::BlobIsSealed), "{error}");
    assert!(
        owner
            .get_blob_properties(&name, &log, &default())
            .await
            .unwrap()
            .is_sealed
    );
}

async fn bytes_are_taken_from_a_url(arm: &Arm) {
    if !arm.refuses_as_documented() {
        return;
    }
    let (owner, name) = arm.with_container().await;
    put(&*owner, "a", "hello").await;
    let url = blob_url(&arm.endpoint, &name, &blob("a"), Some(&arm.token("con", "r")));
    let middle = SourceOptions {
        range: ByteRange::parse("bytes=1-3"),
        ..default()
    };
    let id = BlockId::numbered(1);
    owner
        .put_block_from_url(&name, &blob("b"), &id, &url, &middle, None)
        .await
        .unwrap();
    owner
        .put_block_list(&name, &blob("b"), &[BlockReference::Latest(id)], &default())
        .await
        .unwrap();
    assert_eq!(get(&*owner, "b").await.unwrap(), "ell");
    owner
        .put_append_blob(&name, &blob("log"), &default())
        .await
        .unwrap();
    let appended = owner
        .append_block_from_url(&name, &blob("log"), &url, &middle, &default())
        .await
        .unwrap();
    assert_eq!((appended.append_offset, appended.committed_block_count), (0, 1));
    let options = PutBlobOptions::default();
    owner
        .put_blob_from_url(&name, &blob("c"), &url, &default(), true, &options)
        .await
        .unwrap();
    assert_eq!(get(&*owner, "c").await.unwrap(), "hello");
    let stale = SourceOptions {
        conditions: BlobConditions {
            if_match: Some("\"0x1\"".into()),
            ..default()
        },
        ..default()
    };
    let error = owner
        .put_blob_from_url(&name, &blob("d"), &url, &stale, true, &options)
        .await
        .unwrap_err();
    assert!(error.is(&ErrorCode::SourceConditionNotMet), "{error}");
}

async fn a_copy_leaves_its_traces(arm: &Arm) {
    let (owner, name) = arm.with_container().await;
    put(&*owner, "a", "hello").await;
    let url = blob_url(&arm.endpoint, &name, &blob("a"), Some(&arm.token("con", "r")));
    let options = CopyBlobOptions {
        metadata: Metadata::from([("k".into(), "v".into())]),
        ..default()
    };
    let copied = owner.copy_blob(&name, &blob("b"), &url, &options).await.unwrap();
    assert_eq!(copied.copy_status, "success");
    assert_eq!(get(&*owner, "b").await.unwrap(), "hello");
    let told = owner
        .get_blob_properties(&name, &blob("b"), &default())
        .await
        .unwrap();
    let state = told.copy.unwrap();
    assert_eq!(
        (state.id, state.progress.as_str()),
        (copied.copy_id.clone(), "5/5")
    );
    if arm.refuses_as_documented() {
        // Azurite shows the signature of the source.
        assert!(
            !state.source.contains("sig="),
            "the source is shown with its signature"
        );
    }
    let error = owner
        .abort_copy_blob(&name, &blob("b"), &copied.copy_id, None)
        .await
        .unwrap_err();
    assert!(error.is(&ErrorCode::NoPendingCopyOperation), "{error}");
    let include = ListBlobsInclude {
        copy: true,
        ..default()
    };
    let listed = owner
        .list_blobs(&name, &ListBlobsOptions { include, ..default() })
        .await
        .unwrap();
    let marked = listed.blobs().filter(|item| item.properties.copy.is_some());
    assert_eq!(marked.count(), 1);
}

async fn an_account_tells_what_it_is(arm: &Arm) {
    let (owner, name) = arm.with_container().await;
    let text = blob("a");
    for asked_of in [None, Some((&name, None)), Some((&name, Some(&text)))] {
        let told = owner.get_account_information(asked_of).await.unwrap();
        assert!(told.sku_name.starts_with("Standard_"), "{told:?}");
        assert_eq!(told.account_kind, "StorageV2");
        assert!(!told.is_hierarchical_namespace_enabled);
    }
    let reader = arm.connect(Access::Sas(arm.token(name.as_str(), "r")));
    reader.get_account_information(Some((&name, None))).await.unwrap();
    let error = reader.get_account_information(None).await.unwrap_err();
    assert_eq!(error.status(), 403);
    if arm.refuses_as_documented() {
        assert!(error.is(&ErrorCode::AuthenticationFailed), "{error}");
    }
}
