//! Leases of blobs and containers, whichever way the store is reached.

use batchite_api::backend::BlobConditions;
use batchite_api::blob::{
    BlockId, CopyBlobOptions, DeleteSnapshots, LeaseAction, LeaseDuration, LeaseState, Metadata,
    PutBlobOptions, PutBlockOptions, SourceOptions, blob_url,
};
use batchite_api::error::ErrorCode;

use crate::cases::on_every_arm;
use crate::support::{Arm, blob, get, put};

on_every_arm! {
    a_lease_keeps_a_blob_for_its_holder
    a_lease_is_changed_broken_and_released
    a_lease_keeps_a_container_from_being_deleted
    a_read_of_a_container_may_name_its_lease
    a_copy_may_name_the_lease_of_its_source
}

const ONE: &str = "11111111-0000-4000-8000-000000000001";
const TWO: &str = "22222222-0000-4000-8000-000000000002";

fn default<T: Default>() -> T {
    T::default()
}

fn infinite() -> LeaseAction {
    LeaseAction::Acquire {
        duration: LeaseDuration::Infinite,
        proposed_id: Some(ONE.into()),
    }
}

async fn a_lease_keeps_a_blob_for_its_holder(arm: &Arm) {
    let (owner, name) = arm.with_container().await;
    let b = blob("b");
    put(&*owner, "b", "hello").await;
    let version = owner.get_blob_properties(&name, &b, &default()).await.unwrap();
    assert_eq!(version.lease, default());
    let acquired = owner
        .lease_blob(&name, &b, &infinite(), &default())
        .await
        .unwrap();
    assert_eq!(acquired.lease_id.as_deref(), Some(ONE));
    assert_eq!(
        (acquired.etag, acquired.last_modified),
        (version.etag, version.last_modified)
    );
    let leased = owner
        .get_blob_properties(&name, &b, &default())
        .await
        .unwrap()
        .lease;
    assert_eq!((leased.state.as_str(), leased.status()), ("leased", "locked"));
    assert_eq!(leased.duration.unwrap().as_str(), "infinite");

    let other = BlobConditions::with_lease(TWO);
    for (conditions, code) in [
        (default(), ErrorCode::LeaseIdMissing),
        (other.clone(), ErrorCode::LeaseIdMismatchWithBlobOperation),
    ] {
        let error = owner
            .set_blob_metadata(&name, &b, &Metadata::new(), &conditions)
            .await
            .unwrap_err();
        assert!(error.is(&code), "{error}");
        assert_eq!(error.status(), 412);
        let options = PutBlobOptions {
            conditions,
            ..default()
        };
        let error = owner.put_blob(&name, &b, "x".into(), &options).await.unwrap_err();
        assert!(error.is(&code), "{error}");
    }
    let block = PutBlockOptions::default();
    let error = owner
        .put_block(&name, &b, &BlockId::numbered(1), "x".into(), &block)
        .await
        .unwrap_err();
    assert!(error.is(&ErrorCode::LeaseIdMissing), "{error}");
    let error = owner.get_blob(&name, &b, None, &other).await.unwrap_err();
    assert!(error.is(&ErrorCode::LeaseIdMismatchWithBlobOperation), "{error}");
    let error = owner
        .lease_blob(&name, &b, &LeaseAction::Renew { id: TWO.into() }, &default())
        .await;
    let error = error.unwrap_err();
    assert!(error.is(&ErrorCode::LeaseIdMismatchWithLeaseOperation), "{error}");
    assert_eq!(error.status(), 409);
}

async fn a_lease_is_changed_broken_and_released(arm: &Arm) {
    let (owner, name) = arm.with_container().await;
    let b = blob("b");
    put(&*owner, "b", "hello").await;
    owner
        .lease_blob(&name, &b, &infinite(), &default())
        .await
        .unwrap();
    let other = BlobConditions::with_lease(TWO);
    let change = LeaseAction::Change {
        id: ONE.into(),
        proposed_id: TWO.into(),
    };
    let changed = owner.lease_blob(&name, &b, &change, &default()).await.unwrap();
    assert_eq!(changed.lease_id.as_deref(), Some(TWO));
    let mine = PutBlobOptions {
        conditions: other.clone(),
        ..default()
    };
    owner.put_blob(&name, &b, "new".into(), &mine).await.unwrap();
    let listed = owner.list_blobs(&name, &default()).await.unwrap();
    assert_eq!(
        listed.blobs().next().unwrap().properties.lease.state,
        LeaseState::Leased
    );
    let period = LeaseAction::Break { period: Some(30) };
    let broken = owner.lease_blob(&name, &b, &period, &default()).await.unwrap();
    assert!(
        broken
            .remaining
            .is_some_and(|seconds| (29..=30).contains(&seconds)),
        "{broken:?}"
    );
    let error = owner
        .lease_blob(&name, &b, &infinite(), &default())
        .await
        .unwrap_err();
    assert!(error.is(&ErrorCode::LeaseAlreadyPresent), "{error}");
    let release = LeaseAction::Release { id: TWO.into() };
    let released = owner.lease_blob(&name, &b, &release, &default()).await.unwrap();
    assert_eq!((released.lease_id, released.remaining), (None, None));
    owner
        .delete_blob(&name, &b, DeleteSnapshots::Refuse, &default())
        .await
        .unwrap();
}

async fn a_lease_keeps_a_container_from_being_deleted(arm: &Arm) {
    let (owner, name) = arm.with_container().await;
    owner
        .lease_container(&name, &infinite(), &default())
        .await
        .unwrap();
    let properties = owner.get_container_properties(&name, None).await.unwrap();
    assert_eq!(properties.lease.status(), "locked");
    let error = owner.delete_container(&name, &default()).await.unwrap_err();
    assert!(error.is(&ErrorCode::LeaseIdMissing), "{error}");
    let error = owner
        .delete_container(&name, &BlobConditions::with_lease(TWO))
        .await
        .unwrap_err();
    assert!(
        error.is(&ErrorCode::LeaseIdMismatchWithContainerOperation),
        "{error}"
    );
    put(&*owner, "b", "x").await;
    owner
        .delete_container(&name, &BlobConditions::with_lease(ONE))
        .await
        .unwrap();
}

async fn a_read_of_a_container_may_name_its_lease(arm: &Arm) {
    if !arm.refuses_as_documented() {
        return;
    }
    let (owner, name) = arm.with_container().await;
    let read = async |lease_id| {
        let properties = owner.get_container_properties(&name, lease_id).await.err();
        let policy = owner.get_container_access_policy(&name, lease_id).await.err();
        [properties, policy]
            .map(|error| error.map_or_else(String::new, |error| error.code().as_str().to_owned()))
    };
    assert_eq!(read(None).await, ["", ""]);
    assert_eq!(
        read(Some(ONE)).await,
        ["LeaseNotPresentWithContainerOperation"; 2]
    );
    owner
        .lease_container(&name, &infinite(), &default())
        .await
        .unwrap();
    assert_eq!(read(None).await, ["", ""]);
    assert_eq!(read(Some(ONE)).await, ["", ""]);
    assert_eq!(
        read(Some(TWO)).await,
        ["LeaseIdMismatchWithContainerOperation"; 2]
    );
    assert_eq!(read(Some("x")).await, ["InvalidHeaderValue"; 2]);
}

async fn a_copy_may_name_the_lease_of_its_source(arm: &Arm) {
    if !arm.refuses_as_documented() {
        return;
    }
    let (owner, name) = arm.with_container().await;
    put(&*owner, "source", "hello").await;
    let source = blob_url(
        &arm.endpoint,
        &name,
        &blob("source"),
        Some(&arm.token("con", "r")),
    );
    let copy = async |lease_id: &str| {
        let source_options = SourceOptions {
            conditions: BlobConditions::with_lease(lease_id),
            ..default()
        };
        let options = CopyBlobOptions {
            source: source_options.clone(),
            ..default()
        };
        let copied = owner
            .copy_blob(&name, &blob("copy"), &source, &options)
            .await
            .err();
        let put = owner
            .put_blob_from_url(&name, &blob("put"), &source, &source_options, true, &default())
            .await
            .err();
        [copied, put].map(|error| error.map_or_else(String::new, |error| error.code().as_str().to_owned()))
    };
    assert_eq!(copy(ONE).await, ["LeaseNotPresentWithBlobOperation"; 2]);
    owner
        .lease_blob(&name, &blob("source"), &infinite(), &default())
        .await
        .unwrap();
    assert_eq!(copy(TWO).await, ["LeaseIdMismatchWithBlobOperation"; 2]);
    assert!(get(&*owner, "copy").await.is_err() && get(&*owner, "put").await.is_err());
    assert_eq!(copy(ONE).await, ["", ""]);
    assert_eq!(get(&*owner, "copy").await.unwrap(), "hello");
    assert_eq!(get(&*owner, "put").await.unwrap(), "hello");
}
