//! Put, get, ranges, MD5 values, metadata.

use batchite_api::auth::sas::SasOptions;
use batchite_api::backend::{BlobBackend, Body, ByteRange};
use batchite_api::blob::{BlobHeaders, CreateContainerOptions, DeleteSnapshots, Metadata, PutBlobOptions};
use batchite_api::error::Result;
use batchite_api::time::TimeSpan;
use bytes::Bytes;
use futures_util::stream;

use crate::support::{
    Fixture, blob, container, done, etag, for_container, get, in_an_hour, letters, none, put, start,
};

use crate::operations::outcome;

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
fn long_bodies_are_shared_not_copied() {
    let fixture = Fixture::new();
    let bytes = Bytes::from(vec![7; 300_000]);
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
                .delete_blob(&container("input"), &blob(name), DeleteSnapshots::Refuse, &none()),
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
        (with(None, None), "ok", Some(good)),
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
        let record = fixture.trace().pop().unwrap();
        assert_eq!((record.cause, record.to.as_str()), ("put_blob", "broken request"));
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
