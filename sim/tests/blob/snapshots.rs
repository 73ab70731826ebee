//! Snapshots, tags, tiers and append blobs.

use batchite_api::auth::sas::SasOptions;
use batchite_api::backend::{
    AppendBlobOperations, BlobBackend, BlobConditions, CopyOperations, TagOperations,
};
use batchite_api::blob::{
    AccessTier, AppendBlockOptions, BlobHeaders, BlobType, BlockId, BlockListFilter, CopyBlobOptions,
    DeleteSnapshots, FindBlobsOptions, ListBlobsInclude, ListBlobsOptions, Metadata, PutBlobOptions,
    PutBlockOptions, Snapshot, SourceOptions, Tags, blob_url,
};
use batchite_api::error::Result;
use batchite_sim::backend::SimBlob;

use crate::operations::outcome;
use crate::support::{
    ENDPOINT, Fixture, blob, container, done, etag, for_container, get, in_an_hour, letters, none, put,
};

fn snapshot(fixture: &Fixture, name: &str) -> Snapshot {
    let metadata = Metadata::new();
    let created = done(
        fixture
            .owner
            .create_snapshot(&container("input"), &blob(name), &metadata, &none()),
    );
    created.unwrap().snapshot
}

fn read(backend: &SimBlob, name: &str, snapshot: Snapshot) -> Result<String> {
    let conditions = BlobConditions::of_snapshot(snapshot);
    let download = done(backend.get_blob(&container("input"), &blob(name), None, &conditions))?;
    let bytes = done(download.body.collect(u64::MAX))?;
    Ok(String::from_utf8(bytes.to_vec()).unwrap())
}

fn delete(fixture: &Fixture, name: &str, snapshots: DeleteSnapshots, conditions: &BlobConditions) -> String {
    let (input, name) = (container("input"), blob(name));
    outcome(done(
        fixture.owner.delete_blob(&input, &name, snapshots, conditions),
    ))
}

#[test]
fn a_snapshot_stays_as_it_was() {
    let fixture = Fixture::new();
    let before = etag(&fixture, "a.txt");
    let first = snapshot(&fixture, "a.txt");
    assert_eq!(etag(&fixture, "a.txt"), before, "a snapshot moves no tag");
    fixture.put("a.txt", "second");
    let second = snapshot(&fixture, "a.txt");
    assert!(first < second);
    fixture.put("a.txt", "third");
    assert_eq!(read(&fixture.owner, "a.txt", first).unwrap(), "hello");
    assert_eq!(read(&fixture.owner, "a.txt", second).unwrap(), "second");
    let missing = Snapshot(first.0 + batchite_api::time::TimeSpan::from_hours(1));
    assert_eq!(
        outcome(read(&fixture.owner, "a.txt", missing)),
        "404 BlobNotFound"
    );
    // It can be read and not be written.
    let conditions = BlobConditions::of_snapshot(first);
    let (owner, input, a) = (&fixture.owner, container("input"), blob("a.txt"));
    let write = done(owner.set_blob_metadata(&input, &a, &Metadata::new(), &conditions));
    assert_eq!(outcome(write), "400 UnsupportedQueryParameter");
    let properties = done(owner.get_blob_properties(&input, &a, &conditions)).unwrap();
    assert_eq!((properties.content_length, properties.etag), (5, before));
    // With metadata of its own it is another version.
    let metadata = Metadata::from([("k".into(), "v".into())]);
    let own = done(owner.create_snapshot(&input, &a, &metadata, &none())).unwrap();
    assert_ne!(own.etag, etag(&fixture, "a.txt"));
    let of_own = BlobConditions::of_snapshot(own.snapshot);
    let told = done(owner.get_blob_properties(&input, &a, &of_own)).unwrap();
    assert_eq!(told.metadata, metadata);
    let wrong = BlobConditions {
        if_match: Some("\"0x1\"".into()),
        ..none()
    };
    let refused = done(owner.create_snapshot(&input, &a, &Metadata::new(), &wrong));
    assert_eq!(outcome(refused), "412 ConditionNotMet");
    let nothing = done(owner.create_snapshot(&input, &blob("none"), &Metadata::new(), &none()));
    assert_eq!(outcome(nothing), "404 BlobNotFound");
}

#[test]
fn a_blob_with_snapshots_is_deleted_when_it_is_said_what_becomes_of_them() {
    let fixture = Fixture::new();
    let first = snapshot(&fixture, "a.txt");
    let second = snapshot(&fixture, "a.txt");
    assert_eq!(
        delete(&fixture, "a.txt", DeleteSnapshots::Refuse, &none()),
        "409 SnapshotsPresent"
    );
    let one = BlobConditions::of_snapshot(first);
    assert_eq!(
        delete(&fixture, "a.txt", DeleteSnapshots::Include, &one),
        "400 InvalidHeaderValue"
    );
    assert_eq!(delete(&fixture, "a.txt", DeleteSnapshots::Refuse, &one), "ok");
    assert_eq!(
        delete(&fixture, "a.txt", DeleteSnapshots::Refuse, &one),
        "404 BlobNotFound"
    );
    assert_eq!(read(&fixture.owner, "a.txt", second).unwrap(), "hello");
    assert_eq!(delete(&fixture, "a.txt", DeleteSnapshots::Only, &none()), "ok");
    assert_eq!(outcome(read(&fixture.owner, "a.txt", second)), "404 BlobNotFound");
    assert_eq!(get(&fixture.owner, "input", "a.txt").unwrap(), "hello");
    snapshot(&fixture, "a.txt");
    assert_eq!(delete(&fixture, "a.txt", DeleteSnapshots::Include, &none()), "ok");
    assert_eq!(fixture.names(), [""; 0]);
}

/// Names and whether they are snapshots, through pages of any size.
fn listed(fixture: &Fixture, page: u32) -> Vec<(String, Option<Snapshot>)> {
    let mut options = ListBlobsOptions {
        max_results: Some(page),
        include: ListBlobsInclude {
            snapshots: true,
            ..ListBlobsInclude::default()
        },
        ..ListBlobsOptions::default()
    };
    let mut seen = Vec::new();
    for _ in 0..100 {
        let page = done(fixture.owner.list_blobs(&container("input"), &options)).unwrap();
        seen.extend(page.blobs().map(|item| (item.name.to_string(), item.snapshot)));
        options.continuation = page.continuation;
        if options.continuation.is_none() {
            return seen;
        }
    }
    panic!("the list does not end: {seen:?}")
}

#[test]
fn lists_show_snapshots_before_their_blob_in_pages_of_any_size() {
    let fixture = Fixture::new();
    fixture.put("b", "x");
    fixture.put("c", "x");
    let of_a = [snapshot(&fixture, "a.txt"), snapshot(&fixture, "a.txt")];
    let of_c = snapshot(&fixture, "c");
    let expected = vec![
        ("a.txt".to_owned(), Some(of_a[0])),
        ("a.txt".to_owned(), Some(of_a[1])),
        ("a.txt".to_owned(), None),
        ("b".to_owned(), None),
        ("c".to_owned(), Some(of_c)),
        ("c".to_owned(), None),
    ];
    for page in 1..8 {
        assert_eq!(listed(&fixture, page), expected, "pages of {page}");
    }
    assert_eq!(fixture.names(), ["a.txt", "b", "c"]);
}

fn tags(pairs: &[(&str, &str)]) -> Tags {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

fn set_tags(fixture: &Fixture, name: &str, given: &Tags, conditions: &BlobConditions) -> String {
    let (input, name) = (container("input"), blob(name));
    outcome(done(
        fixture.owner.set_blob_tags(&input, &name, given, conditions),
    ))
}

#[test]
fn tags_are_set_found_and_asked_for() {
    let fixture = Fixture::new();
    let (owner, input) = (&fixture.owner, container("input"));
    let before = etag(&fixture, "a.txt");
    let red = tags(&[("color", "red"), ("size", "1")]);
    assert_eq!(set_tags(&fixture, "a.txt", &red, &none()), "ok");
    assert_eq!(etag(&fixture, "a.txt"), before, "tags move no tag of the version");
    assert_eq!(
        done(owner.get_blob_tags(&input, &blob("a.txt"), &none())).unwrap(),
        red
    );
    assert_eq!(set_tags(&fixture, "none", &red, &none()), "404 BlobNotFound");
    assert_eq!(
        set_tags(&fixture, "a.txt", &tags(&[("ö", "x")]), &none()),
        "400 InvalidTag"
    );
    let properties = done(owner.get_blob_properties(&input, &blob("a.txt"), &none())).unwrap();
    assert_eq!(properties.tag_count, Some(2));

    let blue = PutBlobOptions {
        tags: tags(&[("color", "blue")]),
        ..PutBlobOptions::default()
    };
    put(owner, "output", "b", "x", &blue).unwrap();
    put(owner, "input", "b", "x", &blue).unwrap();
    let find = |container: Option<&str>, expression: &str, page: u32| {
        let mut options = FindBlobsOptions {
            expression: expression.to_owned(),
            max_results: Some(page),
            continuation: None,
        };
        let place = container.map(crate::support::container);
        let mut found = Vec::new();
        loop {
            let page = done(owner.find_blobs_by_tags(place.as_ref(), &options))?;
            found.extend(
                page.items
                    .iter()
                    .map(|item| format!("{}/{}", item.container.as_str(), item.name)),
            );
            options.continuation = page.continuation;
            if options.continuation.is_none() {
                return Result::Ok(found.join(" "));
            }
        }
    };
    for page in 1..4 {
        assert_eq!(
            find(None, "\"color\" >= 'a'", page).unwrap(),
            "input/a.txt input/b output/b"
        );
        assert_eq!(
            find(Some("output"), "\"color\" = 'blue'", page).unwrap(),
            "output/b"
        );
        assert_eq!(
            find(None, "@container = 'input' AND color = 'blue'", page).unwrap(),
            "input/b"
        );
    }
    assert_eq!(outcome(find(None, "color", 5)), "400 InvalidQueryParameterValue");
    assert_eq!(
        outcome(find(Some("none"), "color = 'x'", 5)),
        "404 ContainerNotFound"
    );
}

#[test]
fn tags_are_conditions_and_go_with_their_version() {
    let fixture = Fixture::new();
    let (owner, input) = (&fixture.owner, container("input"));
    let red = tags(&[("color", "red"), ("size", "1")]);
    assert_eq!(set_tags(&fixture, "a.txt", &red, &none()), "ok");
    fixture.put("b", "x");
    let only_red = BlobConditions {
        if_tags: Some("\"color\" = 'red'".into()),
        ..none()
    };
    let asked = |name: &str| outcome(done(owner.get_blob_properties(&input, &blob(name), &only_red)));
    assert_eq!(
        (asked("a.txt"), asked("b")),
        ("ok".into(), "412 ConditionNotMet".into())
    );
    let write = PutBlobOptions {
        conditions: only_red.clone(),
        ..PutBlobOptions::default()
    };
    assert_eq!(
        outcome(put(owner, "input", "b", "y", &write)),
        "412 ConditionNotMet"
    );
    assert_eq!(outcome(put(owner, "input", "a.txt", "y", &write)), "ok");
    // A blob that is replaced has the tags of the new one.
    assert_eq!(
        done(owner.get_blob_tags(&input, &blob("a.txt"), &none())).unwrap(),
        Tags::new()
    );
}

#[test]
fn tags_need_their_permission() {
    let fixture = Fixture::new();
    set_tags(&fixture, "a.txt", &tags(&[("k", "v")]), &none());
    let reader = fixture.with_token(for_container(
        "input",
        &SasOptions::new(letters("rwl"), in_an_hour()),
    ));
    let (input, a) = (container("input"), blob("a.txt"));
    let told = done(reader.get_blob_properties(&input, &a, &none())).unwrap();
    assert_eq!(told.tag_count, None);
    let refused = "403 AuthorizationPermissionMismatch";
    let conditions = BlobConditions {
        if_tags: Some("k = 'v'".into()),
        ..none()
    };
    assert_eq!(
        outcome(done(reader.get_blob_properties(&input, &a, &conditions))),
        refused
    );
    let options = PutBlobOptions {
        tags: tags(&[("k", "v")]),
        ..PutBlobOptions::default()
    };
    assert_eq!(outcome(put(&reader, "input", "b", "x", &options)), refused);
    let list = ListBlobsOptions {
        include: ListBlobsInclude {
            tags: true,
            ..ListBlobsInclude::default()
        },
        ..ListBlobsOptions::default()
    };
    assert_eq!(outcome(done(reader.list_blobs(&input, &list))), refused);
    let page = done(fixture.owner.list_blobs(&input, &list)).unwrap();
    assert_eq!(page.blobs().next().unwrap().tags, tags(&[("k", "v")]));
}

#[test]
fn an_archived_blob_is_not_read_until_it_lies_elsewhere() {
    let fixture = Fixture::new();
    let (owner, input, a) = (&fixture.owner, container("input"), blob("a.txt"));
    let tier = |tier: AccessTier| outcome(done(owner.set_blob_tier(&input, &a, &tier, &none())));
    let properties = || done(owner.get_blob_properties(&input, &a, &none())).unwrap();
    let inferred = properties().tier.unwrap();
    assert_eq!((inferred.tier, inferred.inferred), (AccessTier::Hot, true));
    let before = etag(&fixture, "a.txt");
    assert_eq!(tier(AccessTier::Archive), "ok");
    assert_eq!(etag(&fixture, "a.txt"), before);
    let archived = "409 BlobArchived";
    assert_eq!(outcome(get(owner, "input", "a.txt")), archived);
    assert_eq!(
        outcome(put(owner, "input", "a.txt", "x", &PutBlobOptions::default())),
        archived
    );
    let metadata = done(owner.set_blob_metadata(&input, &a, &Metadata::new(), &none()));
    assert_eq!(outcome(metadata), archived);
    let headers = done(owner.set_blob_properties(&input, &a, &BlobHeaders::default(), &none()));
    assert_eq!(outcome(headers), archived);
    let frozen = done(owner.create_snapshot(&input, &a, &Metadata::new(), &none()));
    assert_eq!(outcome(frozen), archived);
    let blocks = done(owner.get_block_list(&input, &a, BlockListFilter::All, &none()));
    assert_eq!(outcome(blocks), archived);
    assert_eq!(set_tags(&fixture, "a.txt", &tags(&[("k", "v")]), &none()), "ok");
    assert_eq!(tier(AccessTier::from("P10")), "400 InvalidHeaderValue");
    assert_eq!(tier(AccessTier::Cool), "ok");
    assert_eq!(get(owner, "input", "a.txt").unwrap(), "hello");
    let cool = properties().tier.unwrap();
    assert_eq!(
        (cool.tier, cool.inferred, cool.changed.is_some()),
        (AccessTier::Cool, false, true)
    );
}

#[test]
fn content_headers_are_replaced_as_a_whole() {
    let fixture = Fixture::new();
    let (owner, input, a) = (&fixture.owner, container("input"), blob("a.txt"));
    let set = |headers: &BlobHeaders| done(owner.set_blob_properties(&input, &a, headers, &none()));
    let text = BlobHeaders {
        content_type: Some("text/plain".into()),
        cache_control: Some("no-store".into()),
        ..BlobHeaders::default()
    };
    let written = set(&text).unwrap();
    assert_eq!(written.etag, etag(&fixture, "a.txt"));
    let told = || {
        done(owner.get_blob_properties(&input, &a, &none()))
            .unwrap()
            .headers
    };
    assert_eq!(told(), text);
    set(&BlobHeaders::default()).unwrap();
    assert_eq!(told().cache_control, None);
    let broken = BlobHeaders {
        content_md5: Some("x".into()),
        ..BlobHeaders::default()
    };
    assert_eq!(outcome(set(&broken)), "400 InvalidMd5");
}

fn append(
    owner: &SimBlob,
    name: &str,
    text: &'static str,
    options: &AppendBlockOptions,
) -> Result<(u64, u32)> {
    let outcome = done(owner.append_block(&container("input"), &blob(name), text.into(), options))?;
    Ok((outcome.append_offset, outcome.committed_block_count))
}

#[test]
fn an_append_blob_grows_at_its_end() {
    let fixture = Fixture::new();
    let (owner, input, log) = (&fixture.owner, container("input"), blob("log"));
    done(owner.put_append_blob(&input, &log, &PutBlobOptions::default())).unwrap();
    let plain = AppendBlockOptions::default();
    assert_eq!(append(owner, "log", "one ", &plain).unwrap(), (0, 1));
    let reader = done(owner.get_blob(&input, &log, None, &none())).unwrap();
    assert_eq!(append(owner, "log", "two ", &plain).unwrap(), (4, 2));
    assert_eq!(append(owner, "log", "three", &plain).unwrap(), (8, 3));
    assert_eq!(get(owner, "input", "log").unwrap(), "one two three");
    assert_eq!(
        done(reader.body.collect(99)).unwrap(),
        "one ",
        "who reads sees the version it asked for"
    );
    let told = done(owner.get_blob_properties(&input, &log, &none())).unwrap();
    assert_eq!(
        (told.blob_type, told.committed_block_count, told.tier),
        (BlobType::Append, Some(3), None)
    );

    let at = |position, max_size| AppendBlockOptions {
        append_position: position,
        max_size,
        ..AppendBlockOptions::default()
    };
    assert_eq!(
        outcome(append(owner, "log", "x", &at(Some(4), None))),
        "412 AppendPositionConditionNotMet"
    );
    assert_eq!(
        outcome(append(owner, "log", "x", &at(None, Some(13)))),
        "412 MaxBlobSizeConditionNotMet"
    );
    assert_eq!(
        append(owner, "log", "x", &at(Some(13), Some(14))).unwrap(),
        (13, 4)
    );
    assert_eq!(
        outcome(append(owner, "log", "", &plain)),
        "400 InvalidHeaderValue"
    );
    let wrong = AppendBlockOptions {
        transactional_md5: Some("1B2M2Y8AsgTpgAmY7PhCfg==".into()),
        ..AppendBlockOptions::default()
    };
    assert_eq!(outcome(append(owner, "log", "x", &wrong)), "400 Md5Mismatch");
    assert_eq!(outcome(append(owner, "none", "x", &plain)), "404 BlobNotFound");
    assert_eq!(
        outcome(append(owner, "a.txt", "x", &plain)),
        "409 InvalidBlobType"
    );
}

#[test]
fn an_append_blob_has_no_other_blocks_no_tier_and_can_be_sealed() {
    let fixture = Fixture::new();
    let (owner, input, log) = (&fixture.owner, container("input"), blob("log"));
    done(owner.put_append_blob(&input, &log, &PutBlobOptions::default())).unwrap();
    let plain = AppendBlockOptions::default();
    append(owner, "log", "14 bytes long.", &plain).unwrap();
    let block = done(owner.put_block(
        &input,
        &log,
        &BlockId::numbered(1),
        "x".into(),
        &PutBlockOptions::default(),
    ));
    assert_eq!(outcome(block), "409 InvalidBlobType");
    let tier = done(owner.set_blob_tier(&input, &log, &AccessTier::Cool, &none()));
    assert_eq!(outcome(tier), "409 InvalidBlobType");
    let options = PutBlobOptions {
        access_tier: Some(AccessTier::Cool),
        ..PutBlobOptions::default()
    };
    assert_eq!(
        outcome(done(owner.put_append_blob(&input, &log, &options))),
        "400 InvalidHeaderValue"
    );

    assert_eq!(
        outcome(done(owner.seal_append_blob(&input, &log, Some(1), &none()))),
        "412 AppendPositionConditionNotMet"
    );
    let sealed = done(owner.seal_append_blob(&input, &log, Some(14), &none())).unwrap();
    assert_eq!(
        done(owner.seal_append_blob(&input, &log, None, &none())).unwrap(),
        sealed
    );
    assert_eq!(outcome(append(owner, "log", "x", &plain)), "409 BlobIsSealed");
    assert_eq!(
        outcome(done(owner.seal_append_blob(
            &input,
            &blob("a.txt"),
            None,
            &none()
        ))),
        "409 InvalidBlobType"
    );
}

#[test]
fn bytes_are_taken_from_other_blobs() {
    let fixture = Fixture::new();
    let (owner, input) = (&fixture.owner, container("input"));
    let url = blob_url(ENDPOINT, &input, &blob("a.txt"), None);
    let all = SourceOptions::default();
    let middle = SourceOptions {
        range: batchite_api::backend::ByteRange::parse("bytes=1-3"),
        ..SourceOptions::default()
    };
    done(owner.put_append_blob(&input, &blob("log"), &PutBlobOptions::default())).unwrap();
    let plain = AppendBlockOptions::default();
    for source in [&all, &middle] {
        done(owner.append_block_from_url(&input, &blob("log"), &url, source, &plain)).unwrap();
    }
    assert_eq!(get(owner, "input", "log").unwrap(), "helloell");
    let id = BlockId::numbered(1);
    done(owner.put_block_from_url(&input, &blob("b"), &id, &url, &middle, None)).unwrap();
    let list = [batchite_api::blob::BlockReference::Latest(id)];
    done(owner.put_block_list(&input, &blob("b"), &list, &PutBlobOptions::default())).unwrap();
    assert_eq!(get(owner, "input", "b").unwrap(), "ell");
    done(owner.put_blob_from_url(&input, &blob("c"), &url, &all, true, &PutBlobOptions::default())).unwrap();
    assert_eq!(get(owner, "input", "c").unwrap(), "hello");

    let refusal = |options: SourceOptions, url: &str| {
        outcome(done(owner.put_blob_from_url(
            &input,
            &blob("d"),
            url,
            &options,
            true,
            &PutBlobOptions::default(),
        )))
    };
    let other = SourceOptions {
        conditions: BlobConditions {
            if_match: Some("\"0x1\"".into()),
            ..none()
        },
        ..SourceOptions::default()
    };
    assert_eq!(refusal(other, &url), "412 SourceConditionNotMet");
    let md5 = SourceOptions {
        md5: Some("1B2M2Y8AsgTpgAmY7PhCfg==".into()),
        ..SourceOptions::default()
    };
    assert_eq!(refusal(md5, &url), "400 Md5Mismatch");
    let beyond = SourceOptions {
        range: batchite_api::backend::ByteRange::parse("bytes=9-"),
        ..SourceOptions::default()
    };
    assert_eq!(refusal(beyond, &url), "416 InvalidRange");
    let missing = blob_url(ENDPOINT, &input, &blob("none"), None);
    assert_eq!(
        refusal(SourceOptions::default(), &missing),
        "404 CannotVerifyCopySource"
    );
    assert_eq!(
        refusal(SourceOptions::default(), "https://elsewhere.example/con/b"),
        "501 NotSimulated"
    );
}

#[test]
fn a_copy_leaves_its_traces_and_cannot_be_aborted_any_more() {
    let fixture = Fixture::new();
    let (owner, input) = (&fixture.owner, container("input"));
    let first = snapshot(&fixture, "a.txt");
    fixture.put("a.txt", "changed");
    // Out of its snapshot a blob comes back as it was.
    let url = format!(
        "{}?snapshot={first}",
        blob_url(ENDPOINT, &input, &blob("a.txt"), None)
    );
    let outcome_of = |options: &CopyBlobOptions| done(owner.copy_blob(&input, &blob("a.txt"), &url, options));
    let copied = outcome_of(&CopyBlobOptions::default()).unwrap();
    assert_eq!(get(owner, "input", "a.txt").unwrap(), "hello");
    assert_eq!(
        read(owner, "a.txt", first).unwrap(),
        "hello",
        "the snapshot stays"
    );
    let told = done(owner.get_blob_properties(&input, &blob("a.txt"), &none())).unwrap();
    let state = told.copy.unwrap();
    assert_eq!(
        (state.id.as_str(), state.progress.as_str()),
        (copied.copy_id.as_str(), "5/5")
    );
    assert!(!state.source.contains('?'), "{}", state.source);
    let abort = done(owner.abort_copy_blob(&input, &blob("a.txt"), &copied.copy_id, None));
    assert_eq!(outcome(abort), "409 NoPendingCopyOperation");
    let nothing = done(owner.abort_copy_blob(&input, &blob("none"), &copied.copy_id, None));
    assert_eq!(outcome(nothing), "404 BlobNotFound");
    done(owner.put_append_blob(&input, &blob("log"), &PutBlobOptions::default())).unwrap();
    let onto = done(owner.copy_blob(&input, &blob("log"), &url, &CopyBlobOptions::default()));
    assert_eq!(outcome(onto), "409 InvalidBlobType");
    fixture.put("a.txt", "again");
    let told = done(owner.get_blob_properties(&input, &blob("a.txt"), &none())).unwrap();
    assert_eq!(told.copy, None);
}
