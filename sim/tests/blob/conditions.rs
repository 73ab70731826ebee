//! Conditional reads and writes.

use batchite_api::auth::sas::SasOptions;
use batchite_api::backend::{BlobBackend, BlobConditions};
use batchite_api::blob::{DeleteSnapshots, Metadata, PutBlobOptions};
use batchite_api::time::TimeSpan;

use crate::support::{
    Fixture, blob, container, done, etag, for_container, in_an_hour, letters, none, put, start,
};

use crate::operations::outcome;

fn matching(tag: &str) -> BlobConditions {
    BlobConditions {
        if_match: Some(tag.into()),
        ..none()
    }
}

fn none_matching(tag: &str) -> BlobConditions {
    BlobConditions {
        if_none_match: Some(tag.into()),
        ..none()
    }
}

/// Modified since so many seconds after the blob was.
fn since(seconds: i64) -> BlobConditions {
    BlobConditions {
        if_modified_since: Some(start() + TimeSpan::from_seconds(seconds)),
        ..none()
    }
}

/// Not modified since so many seconds after the blob was.
fn until(seconds: i64) -> BlobConditions {
    BlobConditions {
        if_unmodified_since: Some(start() + TimeSpan::from_seconds(seconds)),
        ..none()
    }
}

#[test]
fn conditions_guard_reads() {
    let fixture = Fixture::new();
    let tag = etag(&fixture, "a.txt");
    let (owner, input, name) = (&fixture.owner, container("input"), blob("a.txt"));
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
        let get = done(owner.get_blob(&input, &name, None, &conditions));
        assert_eq!(outcome(get), expected, "{conditions:?}");
        let head = done(owner.get_blob_properties(&input, &name, &conditions));
        assert_eq!(outcome(head), expected, "{conditions:?}");
    }
}

#[test]
fn conditions_guard_writes() {
    let fixture = Fixture::new();
    let tag = etag(&fixture, "a.txt");
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
        let options = PutBlobOptions {
            conditions: conditions.clone(),
            ..PutBlobOptions::default()
        };
        let put = put(&fixture.owner, "input", name, "x", &options);
        assert_eq!(outcome(put), expected, "{name} {conditions:?}");
    }
}

#[test]
fn conditions_guard_lists_of_blocks_metadata_and_deletion() {
    let fixture = Fixture::new();
    let (owner, input, name) = (&fixture.owner, container("input"), blob("a.txt"));
    let stale = etag(&fixture, "a.txt");
    fixture.put("a.txt", "newer");
    let metadata = done(owner.set_blob_metadata(&input, &name, &Metadata::new(), &matching(&stale)));
    assert_eq!(outcome(metadata), "412 ConditionNotMet");
    for (conditions, expected) in [
        (matching(&stale), "412 ConditionNotMet"),
        (none_matching("*"), "409 BlobAlreadyExists"),
    ] {
        let options = PutBlobOptions {
            conditions,
            ..PutBlobOptions::default()
        };
        let list = done(owner.put_block_list(&input, &name, &[], &options));
        assert_eq!(outcome(list), expected);
    }
    let delete = |conditions: &BlobConditions| {
        outcome(done(owner.delete_blob(
            &input,
            &name,
            DeleteSnapshots::Refuse,
            conditions,
        )))
    };
    assert_eq!(delete(&matching(&stale)), "412 ConditionNotMet");
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
        conditions: BlobConditions {
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
