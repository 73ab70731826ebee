//! Lists of blobs: prefixes, virtual directories, pages.

use batchite_api::backend::BlobBackend;
use batchite_api::blob::{
    DeleteSnapshots, ListBlobsEntry, ListBlobsInclude, ListBlobsOptions, Metadata, PutBlobOptions,
};
use batchite_api::page::Continuation;
use proptest::prelude::*;

use crate::support::{Fixture, blob, container, done, names, put, refusal};

fn options(prefix: &str, delimiter: &str, page: u32) -> ListBlobsOptions {
    ListBlobsOptions {
        prefix: Some(prefix.into()),
        delimiter: Some(delimiter.into()),
        max_results: Some(page),
        ..ListBlobsOptions::default()
    }
}

fn tree() -> Fixture {
    let fixture = Fixture::new();
    for name in ["b/1", "b/2", "b/c/3", "b0", "c//x", "c/y", "d"] {
        fixture.put(name, "x");
    }
    fixture
}

#[test]
fn prefixes_and_directories_are_shown_in_order() {
    let fixture = tree();
    for (prefix, delimiter, expected) in [
        (
            "",
            "",
            &["a.txt", "b/1", "b/2", "b/c/3", "b0", "c//x", "c/y", "d"][..],
        ),
        ("", "/", &["a.txt", "b/", "b0", "c/", "d"]),
        ("b", "/", &["b/", "b0"]),
        ("b/", "/", &["b/1", "b/2", "b/c/"]),
        ("b/", "", &["b/1", "b/2", "b/c/3"]),
        ("c/", "/", &["c//", "c/y"]),
        ("", "c/", &["a.txt", "b/1", "b/2", "b/c/", "b0", "c/", "d"]),
        ("nothing", "/", &[]),
        ("\u{10FFFF}", "/", &[]),
    ] {
        for page in [1, 2, 3, 5000] {
            let got = names(&fixture.owner, "input", &options(prefix, delimiter, page)).unwrap();
            assert_eq!(got, expected, "{prefix:?} {delimiter:?} {page}");
        }
    }
}

#[test]
fn pages_have_the_length_asked_for_and_say_where_to_go_on() {
    let fixture = tree();
    let page =
        |options: &ListBlobsOptions| done(fixture.owner.list_blobs(&container("input"), options)).unwrap();
    let first = page(&options("", "/", 2));
    assert_eq!(first.entries.len(), 2);
    assert!(first.continuation.is_some());
    let whole = page(&options("", "/", 5));
    assert_eq!((whole.entries.len(), whole.continuation), (5, None));
    assert_eq!(page(&options("", "", 100_000)).entries.len(), 8);
    // What is deleted between two pages is not shown; what is added behind is.
    let conditions = batchite_api::backend::BlobConditions::default();
    done(fixture.owner.delete_blob(
        &container("input"),
        &blob("b0"),
        DeleteSnapshots::Refuse,
        &conditions,
    ))
    .unwrap();
    fixture.put("z", "x");
    let mut rest = options("", "/", 5000);
    rest.continuation = first.continuation;
    assert_eq!(names(&fixture.owner, "input", &rest).unwrap(), ["c/", "d", "z"]);
}

#[test]
fn malformed_pages_are_refused() {
    let fixture = tree();
    let list = |options: &ListBlobsOptions| {
        refusal(&done(fixture.owner.list_blobs(&container("input"), options)).unwrap_err())
    };
    assert_eq!(list(&options("", "", 0)), "400 OutOfRangeQueryParameterValue");
    let mut forged = options("", "", 1);
    forged.continuation = Some(Continuation::new("no marker"));
    assert_eq!(list(&forged), "400 InvalidQueryParameterValue");
}

#[test]
fn metadata_is_shown_when_asked_for() {
    let fixture = Fixture::new();
    let put_options = PutBlobOptions {
        metadata: Metadata::from([("k".into(), "v".into())]),
        ..PutBlobOptions::default()
    };
    put(&fixture.owner, "input", "m", "hello", &put_options).unwrap();
    for asked in [false, true] {
        let options = ListBlobsOptions {
            prefix: Some("m".into()),
            include: ListBlobsInclude {
                metadata: asked,
                ..ListBlobsInclude::default()
            },
            ..ListBlobsOptions::default()
        };
        let page = done(fixture.owner.list_blobs(&container("input"), &options)).unwrap();
        let [ListBlobsEntry::Blob(item)] = page.entries.as_slice() else {
            panic!("{page:?}")
        };
        assert_eq!(item.properties.metadata.len(), usize::from(asked));
        assert_eq!(item.properties.content_length, 5);
    }
}

/// What a list must show, the slow way.
fn reference(all: &[String], prefix: &str, delimiter: &str) -> Vec<String> {
    let mut shown: Vec<String> = Vec::new();
    for name in all.iter().filter(|name| name.starts_with(prefix)) {
        let at = (!delimiter.is_empty())
            .then(|| name[prefix.len()..].find(delimiter))
            .flatten();
        let entry = at.map_or(name.as_str(), |at| &name[..prefix.len() + at + delimiter.len()]);
        // A directory is one entry wherever its blobs stand.
        if at.is_none() || shown.last().map(String::as_str) != Some(entry) {
            shown.push(entry.to_owned());
        }
    }
    shown
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_list_is_what_a_scan_would_show(
        names_put in proptest::collection::btree_set("[ab/\u{10FFFF}]{1,6}", 0..20),
        prefix in "[ab/]{0,3}",
        delimiter in proptest::sample::select(vec!["", "/", "//", "b", "\u{10FFFF}"]),
        page in 1_u32..6,
    ) {
        let fixture = Fixture::empty();
        done(fixture.owner.create_container(&container("input"), &batchite_api::blob::CreateContainerOptions::default()))
            .unwrap();
        for name in &names_put {
            fixture.put(name, "");
        }
        let all: Vec<String> = names_put.into_iter().collect();
        let got = names(&fixture.owner, "input", &options(&prefix, delimiter, page)).unwrap();
        prop_assert_eq!(got, reference(&all, &prefix, delimiter));
    }
}
