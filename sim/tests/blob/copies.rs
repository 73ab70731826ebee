//! Copies within the world.

use batchite_api::auth::Access;
use batchite_api::auth::sas::SasOptions;
use batchite_api::backend::{BlobBackend, BlobConditions};
use batchite_api::blob::{
    BlobHeaders, BlockId, BlockListFilter, BlockReference, CopyBlobOptions, Metadata, PutBlobOptions,
    PutBlockOptions, blob_url,
};
use batchite_api::error::Result;
use batchite_api::time::TimeSpan;
use batchite_sim::backend::SimBlob;

use crate::operations::outcome;
use crate::support::{
    ENDPOINT, Fixture, blob, container, done, for_container, get, in_an_hour, letters, put, refusal,
};

fn copy(backend: &SimBlob, source: &str, options: &CopyBlobOptions) -> Result<String> {
    done(backend.copy_blob_from_url(&container("output"), &blob("copy"), source, options)).map(|outcome| {
        assert_eq!(outcome.copy_status, "success");
        outcome.copy_id
    })
}

fn source(name: &str, token: Option<&str>) -> String {
    blob_url(ENDPOINT, &container("input"), &blob(name), token)
}

#[test]
fn a_copy_has_content_headers_metadata_and_blocks_of_its_source() {
    let fixture = Fixture::new();
    let options = PutBlobOptions {
        headers: BlobHeaders {
            content_type: Some("text/plain".into()),
            ..BlobHeaders::default()
        },
        metadata: Metadata::from([("k".into(), "v".into())]),
        ..PutBlobOptions::default()
    };
    let (input, name, id) = (container("input"), blob("../ü b"), BlockId::numbered(1));
    done(
        fixture
            .owner
            .put_block(&input, &name, &id, "hello".into(), &PutBlockOptions::default()),
    )
    .unwrap();
    done(
        fixture
            .owner
            .put_block_list(&input, &name, &[BlockReference::Latest(id)], &options),
    )
    .unwrap();
    let first = copy(
        &fixture.owner,
        &source("../ü b", None),
        &CopyBlobOptions::default(),
    )
    .unwrap();
    assert_eq!(first.len(), 36);
    assert_eq!(get(&fixture.owner, "output", "copy").unwrap(), "hello");
    let properties = || {
        done(fixture.owner.get_blob_properties(
            &container("output"),
            &blob("copy"),
            &BlobConditions::default(),
        ))
        .unwrap()
    };
    assert_eq!(properties().headers.content_type.as_deref(), Some("text/plain"));
    assert_eq!(properties().metadata, options.metadata);
    let blocks = done(fixture.owner.get_block_list(
        &container("output"),
        &blob("copy"),
        BlockListFilter::All,
        &BlobConditions::default(),
    ))
    .unwrap();
    assert_eq!(blocks.committed.len(), 1);
    let own = CopyBlobOptions {
        metadata: Metadata::from([("other".into(), "w".into())]),
        ..CopyBlobOptions::default()
    };
    let second = copy(&fixture.owner, &source("../ü b", None), &own).unwrap();
    assert_ne!(first, second);
    assert_eq!(properties().metadata, own.metadata);
    // A blob can be copied onto itself.
    let onto_itself = blob_url(ENDPOINT, &container("output"), &blob("copy"), None);
    copy(&fixture.owner, &onto_itself, &CopyBlobOptions::default()).unwrap();
    assert_eq!(get(&fixture.owner, "output", "copy").unwrap(), "hello");
}

#[test]
fn a_source_is_read_with_the_token_of_its_url() {
    let fixture = Fixture::new();
    let writer = fixture.with_token(for_container(
        "output",
        &SasOptions::new(letters("w"), in_an_hour()),
    ));
    let options = CopyBlobOptions::default();
    let readable = for_container("input", &SasOptions::new(letters("r"), in_an_hour()));
    let listable = for_container("input", &SasOptions::new(letters("l"), in_an_hour()));
    for (name, token, expected) in [
        ("a.txt", Some(readable.as_str()), "ok"),
        ("a.txt", Some(listable.as_str()), "403 CannotVerifyCopySource"),
        ("a.txt", Some("sig=x"), "403 CannotVerifyCopySource"),
        ("a.txt", None, "404 CannotVerifyCopySource"),
        ("missing", Some(readable.as_str()), "404 CannotVerifyCopySource"),
    ] {
        let url = source(name, token);
        assert_eq!(
            outcome(copy(&writer, &url, &options)),
            expected,
            "{name} {token:?}"
        );
    }
    fixture.wait(TimeSpan::from_hours(1));
    let expired = source("a.txt", Some(&readable));
    assert_eq!(
        outcome(copy(&fixture.owner, &expired, &options)),
        "403 CannotVerifyCopySource"
    );
}

#[test]
fn a_source_elsewhere_or_nowhere_is_refused_by_name() {
    let fixture = Fixture::new();
    let options = CopyBlobOptions::default();
    let elsewhere = "https://acct.blob.core.windows.net/input/a.txt?sig=topsecret";
    let error = copy(&fixture.owner, elsewhere, &options).unwrap_err();
    assert_eq!(refusal(&error), "501 NotSimulated");
    assert!(
        error.to_string().contains("acct.blob.core.windows.net"),
        "{error}"
    );
    assert!(!format!("{error:?}").contains("topsecret"));
    for wrong in ["", "nonsense", &format!("{ENDPOINT}/input")] {
        assert_eq!(
            outcome(copy(&fixture.owner, wrong, &options)),
            "400 RequestUrlFailedToParse",
            "{wrong}"
        );
    }
    // Who may not write hears nothing of the source.
    let public = fixture.connect(Access::Anonymous);
    assert_eq!(
        outcome(copy(&public, elsewhere, &options)),
        "401 NoAuthenticationInformation"
    );
}

#[test]
fn the_destination_is_guarded_as_any_other() {
    let fixture = Fixture::new();
    put(
        &fixture.owner,
        "output",
        "copy",
        "old",
        &PutBlobOptions::default(),
    )
    .unwrap();
    let only_new = CopyBlobOptions {
        conditions: BlobConditions {
            if_none_match: Some("*".into()),
            ..BlobConditions::default()
        },
        ..CopyBlobOptions::default()
    };
    assert_eq!(
        outcome(copy(&fixture.owner, &source("a.txt", None), &only_new)),
        "409 BlobAlreadyExists"
    );
    let readable = for_container("input", &SasOptions::new(letters("r"), in_an_hour()));
    let creator = fixture.with_token(for_container(
        "output",
        &SasOptions::new(letters("c"), in_an_hour()),
    ));
    let url = source("a.txt", Some(&readable));
    assert_eq!(
        outcome(copy(&creator, &url, &CopyBlobOptions::default())),
        "403 UnauthorizedBlobOverwrite"
    );
    assert_eq!(get(&fixture.owner, "output", "copy").unwrap(), "old");
}
