//! Containers: creation, properties, access policies, lists, deletion.

use batchite_api::auth::Access;
use batchite_api::backend::{BlobBackend, BlobBackendExt, BlobConditions};
use batchite_api::blob::{
    ContainerAccessPolicy, CreateContainerOptions, ListContainersOptions, Metadata, PublicAccess,
    StoredAccessPolicy,
};
use batchite_api::time::TimeSpan;
use batchite_sim::world::access::Caller;
use batchite_sim::world::store::{BlobStore, StorageAccount, StoreConfig};

use crate::operations::outcome;
use crate::support::{Fixture, blob, container, done, get, start};

fn create(fixture: &Fixture, name: &str, options: &CreateContainerOptions) -> String {
    outcome(done(fixture.owner.create_container(&container(name), options)))
}

#[test]
fn a_container_is_made_once_and_shows_what_it_was_given() {
    let fixture = Fixture::new();
    let options = CreateContainerOptions {
        metadata: Metadata::from([("k".into(), "v".into())]),
        public_access: Some(PublicAccess::Blob),
    };
    assert_eq!(create(&fixture, "new", &options), "ok");
    assert_eq!(create(&fixture, "new", &options), "409 ContainerAlreadyExists");
    assert!(!done(fixture.owner.create_container_if_missing(&container("new"))).unwrap());
    assert!(done(fixture.owner.create_container_if_missing(&container("newer"))).unwrap());
    let properties = done(fixture.owner.get_container_properties(&container("new"), None)).unwrap();
    assert_eq!(properties.metadata, options.metadata);
    assert_eq!(properties.public_access, options.public_access);
    assert_eq!(properties.last_modified, start());
    assert!(properties.etag.starts_with("\"0x"));
    let missing = done(
        fixture
            .owner
            .get_container_properties(&container("missing"), None),
    );
    assert_eq!(outcome(missing), "404 ContainerNotFound");
    let malformed = CreateContainerOptions {
        metadata: Metadata::from([("a-b".into(), "v".into())]),
        public_access: None,
    };
    assert_eq!(create(&fixture, "bad", &malformed), "400 InvalidMetadata");
    let unknown = CreateContainerOptions {
        public_access: Some(PublicAccess::from("everything")),
        ..CreateContainerOptions::default()
    };
    assert_eq!(create(&fixture, "bad", &unknown), "400 InvalidHeaderValue");
}

#[test]
fn blobs_do_not_move_the_tag_of_their_container_and_policies_do() {
    let fixture = Fixture::new();
    let tag = || {
        done(fixture.owner.get_container_properties(&container("input"), None))
            .unwrap()
            .etag
    };
    let before = tag();
    fixture.put("b", "x");
    assert_eq!(tag(), before);
    let policy = ContainerAccessPolicy::default();
    let set = |conditions: &BlobConditions| {
        outcome(done(fixture.owner.set_container_access_policy(
            &container("input"),
            &policy,
            conditions,
        )))
    };
    let matching = BlobConditions {
        if_match: Some(before.clone()),
        ..BlobConditions::default()
    };
    assert_eq!(set(&matching), "ok");
    assert_ne!(tag(), before);
    assert_eq!(set(&matching), "412 ConditionNotMet");
    let delete = done(fixture.owner.delete_container(&container("input"), &matching));
    assert_eq!(outcome(delete), "412 ConditionNotMet");
}

#[test]
fn stored_policies_have_rules_and_come_back() {
    let fixture = Fixture::new();
    let policies = |ids: &[&str]| ContainerAccessPolicy {
        public_access: Some(PublicAccess::Container),
        policies: ids
            .iter()
            .map(|id| StoredAccessPolicy {
                id: (*id).into(),
                ..StoredAccessPolicy::default()
            })
            .collect(),
    };
    let set = |policy: &ContainerAccessPolicy| {
        let conditions = BlobConditions::default();
        outcome(done(fixture.owner.set_container_access_policy(
            &container("input"),
            policy,
            &conditions,
        )))
    };
    let five = policies(&["1", "2", "3", "4", "5"]);
    assert_eq!(set(&five), "ok");
    let long = "x".repeat(65);
    for wrong in [&["1", "2", "3", "4", "5", "6"][..], &["1", "1"], &[""], &[&long]] {
        assert_eq!(set(&policies(wrong)), "400 InvalidXmlDocument", "{wrong:?}");
    }
    assert_eq!(
        done(
            fixture
                .owner
                .get_container_access_policy(&container("input"), None)
        )
        .unwrap(),
        five
    );
    let unknown = ContainerAccessPolicy {
        public_access: Some(PublicAccess::from("x")),
        policies: vec![],
    };
    assert_eq!(set(&unknown), "400 InvalidHeaderValue");
}

#[test]
fn containers_are_listed_in_order_by_pages() {
    let fixture = Fixture::new();
    for name in ["zzz", "input-2"] {
        create(&fixture, name, &CreateContainerOptions::default());
    }
    let list = |prefix: &str, page: Option<u32>| {
        let mut names = Vec::new();
        let mut options = ListContainersOptions {
            prefix: Some(prefix.into()),
            max_results: page,
            ..ListContainersOptions::default()
        };
        loop {
            let page = done(fixture.owner.list_containers(&options)).unwrap();
            names.extend(page.items.iter().map(|item| item.name.to_string()));
            options.continuation = page.continuation;
            if options.continuation.is_none() {
                return names;
            }
        }
    };
    for page in [None, Some(1), Some(3), Some(4), Some(9999)] {
        assert_eq!(list("", page), ["input", "input-2", "output", "zzz"]);
        assert_eq!(list("input", page), ["input", "input-2"]);
        assert!(list("p", page).is_empty());
    }
    let none = ListContainersOptions {
        max_results: Some(0),
        ..ListContainersOptions::default()
    };
    assert_eq!(
        outcome(done(fixture.owner.list_containers(&none))),
        "400 OutOfRangeQueryParameterValue"
    );
}

#[test]
fn a_deleted_container_takes_its_blobs_with_it() {
    let fixture = Fixture::new();
    let delete = || {
        outcome(done(
            fixture
                .owner
                .delete_container(&container("input"), &BlobConditions::default()),
        ))
    };
    assert_eq!(delete(), "ok");
    assert_eq!(delete(), "404 ContainerNotFound");
    assert_eq!(
        outcome(get(&fixture.owner, "input", "a.txt")),
        "404 ContainerNotFound"
    );
    assert_eq!(
        create(&fixture, "input", &CreateContainerOptions::default()),
        "ok"
    );
    assert!(fixture.names().is_empty());
    let conditions = BlobConditions::default();
    let gone = done(
        fixture
            .owner
            .get_blob_properties(&container("input"), &blob("a.txt"), &conditions),
    );
    assert_eq!(outcome(gone), "404 BlobNotFound");
}

#[test]
fn the_name_of_a_deleted_container_may_take_its_time() {
    let mut store = BlobStore::new(StoreConfig {
        container_deletion: TimeSpan::from_seconds(30),
        ..StoreConfig::default()
    });
    let account = StorageAccount::default();
    let access = Access::SharedKey {
        account: account.name.clone(),
        key: account.key.clone(),
    };
    let caller = Caller::new(account.name.clone(), access);
    store.add_account(account);
    let name = container("input");
    let mut create = |seconds, expected: &str| {
        let now = start() + TimeSpan::from_seconds(seconds);
        let created = store.create_container(now, &caller, &name, &CreateContainerOptions::default());
        assert_eq!(outcome(created), expected);
        if expected == "ok" {
            store
                .delete_container(now, &caller, &name, &BlobConditions::default())
                .unwrap();
            let gone = store.get_container_properties(now, &caller, &name, None);
            assert_eq!(outcome(gone), "404 ContainerNotFound");
        }
    };
    create(0, "ok");
    create(29, "409 ContainerBeingDeleted");
    create(30, "ok");
    create(31, "409 ContainerBeingDeleted");
}
