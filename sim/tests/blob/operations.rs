//! The operations on blobs and containers, and the permissions the documents say they need.

use batchite_api::auth::sas::{ResourceType, SasOptions};
use batchite_api::backend::{BlobBackend, BlobConditions, LeaseOperations, TagOperations};
use batchite_api::blob::{
    AccessTier, BlobHeaders, BlockId, BlockListFilter, ContainerAccessPolicy, CopyBlobOptions,
    DeleteSnapshots, FindBlobsOptions, LeaseAction, LeaseDuration, ListBlobsOptions, Metadata,
    PutBlobOptions, PutBlockOptions, Tags, blob_url,
};
use batchite_api::error::Result;
use batchite_sim::backend::SimBlob;

use crate::support::{
    ENDPOINT, blob, container, done, for_container, get, in_an_hour, letters, names, put, refusal,
};

/// An operation on `input/a.txt` or on its container, and the letters of which any one lets it pass.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) run: fn(&SimBlob) -> Result<()>,
    /// Of a token for the container.
    pub(crate) container_letters: &'static str,
    /// Of a token for the blob.
    pub(crate) blob_letters: &'static str,
    /// Of a token for the account, and the kind of resource.
    pub(crate) account_letters: (&'static str, ResourceType),
    /// Whether it replaces a blob that is there.
    pub(crate) overwrites: bool,
    /// How a token for the container is refused when letters would not help.
    pub(crate) never: Option<&'static str>,
}

pub(crate) fn put_new(backend: &SimBlob) -> Result<()> {
    put(backend, "input", "new.txt", "x", &PutBlobOptions::default()).map(drop)
}

pub(crate) fn put_existing(backend: &SimBlob) -> Result<()> {
    put(backend, "input", "a.txt", "x", &PutBlobOptions::default()).map(drop)
}

pub(crate) fn copy_to_new(backend: &SimBlob) -> Result<()> {
    let readable = for_container("input", &SasOptions::new(letters("r"), in_an_hour()));
    let source = blob_url(ENDPOINT, &container("input"), &blob("a.txt"), Some(&readable));
    let options = CopyBlobOptions::default();
    done(backend.copy_blob_from_url(&container("input"), &blob("new.txt"), &source, &options)).map(drop)
}

fn acquire() -> LeaseAction {
    LeaseAction::Acquire {
        duration: LeaseDuration::Infinite,
        proposed_id: None,
    }
}

fn find_in_container(backend: &SimBlob) -> Result<()> {
    let options = FindBlobsOptions {
        expression: "\"k\" = 'v'".to_owned(),
        ..FindBlobsOptions::default()
    };
    done(backend.find_blobs_by_tags(Some(&container("input")), &options)).map(drop)
}

pub(crate) const OBJECT: ResourceType = ResourceType::Object;
pub(crate) const CONTAINER: ResourceType = ResourceType::Container;
pub(crate) const FAILURE: Option<&str> = Some("403 AuthorizationFailure");

/// What the documents say, written down a second time so that the table in the simulator can be wrong.
pub(crate) const CASES: &[Case] = &[
    Case {
        name: "get_blob",
        run: |backend| get(backend, "input", "a.txt").map(drop),
        container_letters: "r",
        blob_letters: "r",
        account_letters: ("r", OBJECT),
        overwrites: false,
        never: None,
    },
    Case {
        name: "get_blob_properties",
        run: |backend| {
            done(backend.get_blob_properties(&container("input"), &blob("a.txt"), &BlobConditions::default()))
                .map(drop)
        },
        container_letters: "r",
        blob_letters: "r",
        account_letters: ("r", OBJECT),
        overwrites: false,
        never: None,
    },
    Case {
        name: "get_block_list",
        run: |backend| {
            done(backend.get_block_list(
                &container("input"),
                &blob("a.txt"),
                BlockListFilter::All,
                &BlobConditions::default(),
            ))
            .map(drop)
        },
        container_letters: "r",
        blob_letters: "r",
        account_letters: ("r", OBJECT),
        overwrites: false,
        never: None,
    },
    Case {
        name: "put_blob",
        run: put_new,
        container_letters: "cw",
        blob_letters: "",
        account_letters: ("cw", OBJECT),
        overwrites: false,
        never: None,
    },
    Case {
        name: "put_blob",
        run: put_existing,
        container_letters: "w",
        blob_letters: "w",
        account_letters: ("w", OBJECT),
        overwrites: true,
        never: None,
    },
    Case {
        name: "copy_blob",
        run: copy_to_new,
        container_letters: "cw",
        blob_letters: "",
        account_letters: ("cw", OBJECT),
        overwrites: false,
        never: None,
    },
    Case {
        name: "put_block",
        run: |backend| {
            done(backend.put_block(
                &container("input"),
                &blob("a.txt"),
                &BlockId::numbered(1),
                "x".into(),
                &PutBlockOptions::default(),
            ))
        },
        container_letters: "w",
        blob_letters: "w",
        account_letters: ("w", OBJECT),
        overwrites: false,
        never: None,
    },
    Case {
        name: "put_block_list",
        run: |backend| {
            let options = PutBlobOptions::default();
            done(backend.put_block_list(&container("input"), &blob("a.txt"), &[], &options)).map(drop)
        },
        container_letters: "w",
        blob_letters: "w",
        account_letters: ("w", OBJECT),
        overwrites: false,
        never: None,
    },
    Case {
        name: "set_blob_metadata",
        run: |backend| {
            let (name, metadata) = (blob("a.txt"), Metadata::new());
            done(backend.set_blob_metadata(&container("input"), &name, &metadata, &BlobConditions::default()))
                .map(drop)
        },
        container_letters: "w",
        blob_letters: "w",
        account_letters: ("w", OBJECT),
        overwrites: false,
        never: None,
    },
    Case {
        name: "delete_blob",
        run: |backend| {
            done(backend.delete_blob(
                &container("input"),
                &blob("a.txt"),
                DeleteSnapshots::Refuse,
                &BlobConditions::default(),
            ))
        },
        container_letters: "d",
        blob_letters: "d",
        account_letters: ("d", OBJECT),
        overwrites: false,
        never: None,
    },
    Case {
        name: "list_blobs",
        run: |backend| names(backend, "input", &ListBlobsOptions::default()).map(drop),
        container_letters: "l",
        blob_letters: "",
        account_letters: ("l", CONTAINER),
        overwrites: false,
        never: None,
    },
    Case {
        name: "get_container_properties",
        run: |backend| done(backend.get_container_properties(&container("input"), None)).map(drop),
        container_letters: "",
        blob_letters: "",
        account_letters: ("r", CONTAINER),
        overwrites: false,
        never: FAILURE,
    },
    Case {
        name: "delete_container",
        run: |backend| done(backend.delete_container(&container("input"), &BlobConditions::default())),
        container_letters: "",
        blob_letters: "",
        account_letters: ("d", CONTAINER),
        overwrites: false,
        never: FAILURE,
    },
    Case {
        name: "get_container_acl",
        run: |backend| done(backend.get_container_access_policy(&container("input"), None)).map(drop),
        container_letters: "",
        blob_letters: "",
        account_letters: ("", CONTAINER),
        overwrites: false,
        never: FAILURE,
    },
    Case {
        name: "set_container_acl",
        run: |backend| {
            let (policy, conditions) = (ContainerAccessPolicy::default(), BlobConditions::default());
            done(backend.set_container_access_policy(&container("input"), &policy, &conditions)).map(drop)
        },
        container_letters: "",
        blob_letters: "",
        account_letters: ("", CONTAINER),
        overwrites: false,
        never: FAILURE,
    },
    Case {
        name: "lease_blob",
        run: |backend| {
            done(backend.lease_blob(
                &container("input"),
                &blob("a.txt"),
                &acquire(),
                &BlobConditions::default(),
            ))
            .map(drop)
        },
        container_letters: "w",
        blob_letters: "w",
        account_letters: ("w", OBJECT),
        overwrites: false,
        never: None,
    },
    Case {
        name: "snapshot_blob",
        run: |backend| {
            done(backend.create_snapshot(
                &container("input"),
                &blob("a.txt"),
                &Metadata::new(),
                &BlobConditions::default(),
            ))
            .map(drop)
        },
        container_letters: "cw",
        blob_letters: "cw",
        account_letters: ("cw", OBJECT),
        overwrites: false,
        never: None,
    },
    Case {
        name: "set_blob_properties",
        run: |backend| {
            done(backend.set_blob_properties(
                &container("input"),
                &blob("a.txt"),
                &BlobHeaders::default(),
                &BlobConditions::default(),
            ))
            .map(drop)
        },
        container_letters: "w",
        blob_letters: "w",
        account_letters: ("w", OBJECT),
        overwrites: false,
        never: None,
    },
    Case {
        name: "get_blob_tags",
        run: |backend| {
            done(backend.get_blob_tags(&container("input"), &blob("a.txt"), &BlobConditions::default()))
                .map(drop)
        },
        container_letters: "t",
        blob_letters: "t",
        account_letters: ("t", OBJECT),
        overwrites: false,
        never: None,
    },
    Case {
        name: "set_blob_tags",
        run: |backend| {
            done(backend.set_blob_tags(
                &container("input"),
                &blob("a.txt"),
                &Tags::new(),
                &BlobConditions::default(),
            ))
        },
        container_letters: "t",
        blob_letters: "t",
        account_letters: ("t", OBJECT),
        overwrites: false,
        never: None,
    },
    Case {
        name: "set_blob_tier",
        run: |backend| {
            done(backend.set_blob_tier(
                &container("input"),
                &blob("a.txt"),
                &AccessTier::Cool,
                &BlobConditions::default(),
            ))
        },
        container_letters: "w",
        blob_letters: "w",
        account_letters: ("w", OBJECT),
        overwrites: false,
        never: None,
    },
    Case {
        name: "find_blobs_by_tags",
        run: |backend| find_in_container(backend),
        container_letters: "f",
        blob_letters: "",
        account_letters: ("f", CONTAINER),
        overwrites: false,
        never: None,
    },
    Case {
        name: "lease_container",
        run: |backend| {
            done(backend.lease_container(&container("input"), &acquire(), &BlobConditions::default()))
                .map(drop)
        },
        container_letters: "",
        blob_letters: "",
        account_letters: ("w", CONTAINER),
        overwrites: false,
        never: FAILURE,
    },
    Case {
        name: "set_container_metadata",
        run: |backend| {
            done(backend.set_container_metadata(
                &container("input"),
                &Metadata::new(),
                &BlobConditions::default(),
            ))
            .map(drop)
        },
        container_letters: "",
        blob_letters: "",
        account_letters: ("w", CONTAINER),
        overwrites: false,
        never: FAILURE,
    },
];

pub(crate) const ALL_LETTERS: &str = "racwdxyltfmeopi";

/// `ok`, or status and code of the refusal.
pub(crate) fn outcome<T>(result: Result<T>) -> String {
    result.map_or_else(|error| refusal(&error), |_| "ok".into())
}
