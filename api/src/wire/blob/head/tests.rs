//! Every operation as an exact head, there and back; and what a head is refused for.

use http::header::{HeaderName, HeaderValue};

use super::*;
use crate::backend::{BlobConditions, ByteRange};
use crate::blob::{
    BlobHeaders, BlobName, BlockId, BlockListFilter, ContainerName, CreateContainerOptions, ListBlobsInclude,
    ListBlobsOptions, ListContainersOptions, Metadata, PublicAccess, PutBlobOptions, PutBlockOptions,
};
use crate::error::{Error, ErrorCode};
use crate::page::Continuation;
use crate::time::Timestamp;
use crate::wire::blob::{BlobOperation, ContainerOperation, RangeHash};

pub(super) fn on_container(operation: ContainerOperation) -> Operation {
    Operation::OnContainer(ContainerName::parse("con").unwrap(), operation)
}

pub(super) fn on_blob(operation: BlobOperation) -> Operation {
    Operation::OnBlob(
        ContainerName::parse("con").unwrap(),
        BlobName::parse("dir/a b.txt").unwrap(),
        Box::new(operation),
    )
}

pub(super) fn conditions() -> BlobConditions {
    BlobConditions {
        if_match: Some("\"0x8D\"".into()),
        if_none_match: None,
        if_modified_since: None,
        if_unmodified_since: Some(Timestamp::from_unix_seconds(1_700_000_000)),
        ..BlobConditions::default()
    }
}

pub(super) const CONDITIONS: &str =
    "if-match: \"0x8D\"\nif-unmodified-since: Tue, 14 Nov 2023 22:13:20 GMT\n";

pub(super) fn metadata() -> Metadata {
    Metadata::from([("owner".into(), "me".into())])
}

pub(super) fn put_options() -> PutBlobOptions {
    PutBlobOptions {
        headers: BlobHeaders {
            content_type: Some("text/plain".into()),
            content_encoding: Some("gzip".into()),
            content_language: Some("de".into()),
            content_disposition: Some("inline".into()),
            cache_control: Some("no-store".into()),
            content_md5: Some("1B2M2Y8AsgTpgAmY7PhCfg==".into()),
        },
        metadata: metadata(),
        conditions: conditions(),
        transactional_md5: Some("1B2M2Y8AsgTpgAmY7PhCfg==".into()),
        ..PutBlobOptions::default()
    }
}

/// A lease.
pub(super) const LEASE: &str = "0f3ac1d2-0000-4000-8000-00000000ab01";

pub(super) const PUT_OPTIONS: &str = "content-md5: 1B2M2Y8AsgTpgAmY7PhCfg==\n\
    if-match: \"0x8D\"\n\
    if-unmodified-since: Tue, 14 Nov 2023 22:13:20 GMT\n\
    x-ms-blob-cache-control: no-store\n\
    x-ms-blob-content-disposition: inline\n\
    x-ms-blob-content-encoding: gzip\n\
    x-ms-blob-content-language: de\n\
    x-ms-blob-content-md5: 1B2M2Y8AsgTpgAmY7PhCfg==\n\
    x-ms-blob-content-type: text/plain\n";

/// A head as text: method, path and query, then the headers in order of their names.
fn shown(head: &RequestHead) -> String {
    let mut headers: Vec<String> = head
        .headers
        .iter()
        .map(|(name, value)| format!("{name}: {}\n", value.to_str().unwrap()))
        .collect();
    headers.sort();
    let (path, query) = (head.resource.to_path(), head.query.to_text());
    format!("{} {path}?{query}\n{}", head.method, headers.concat())
}

#[track_caller]
pub(super) fn check(operation: &Operation, expected: &str) {
    let head = RequestHead::of(operation).unwrap();
    assert_eq!(shown(&head), expected);
    let read = RequestHead::read(
        head.method.clone(),
        &head.resource.to_path(),
        &head.query.to_text(),
        head.headers.clone(),
    )
    .unwrap();
    assert_eq!(read, head);
    assert_eq!(read.operation().unwrap(), *operation);
}

#[test]
fn user_delegation_keys() {
    check(
        &Operation::GetUserDelegationKey,
        "POST ?restype=service&comp=userdelegationkey\n",
    );
    let head = RequestHead::read(
        Method::GET,
        "",
        "restype=service&comp=userdelegationkey",
        HeaderMap::new(),
    );
    let error = head.unwrap().operation().unwrap_err();
    assert!(error.is(&ErrorCode::UnsupportedHttpVerb), "{error}");
}

#[test]
fn the_service() {
    check(
        &Operation::GetServiceProperties,
        "GET ?restype=service&comp=properties\n",
    );
    check(
        &Operation::SetServiceProperties,
        "PUT ?restype=service&comp=properties\n",
    );
    check(
        &Operation::GetServiceStatistics,
        "GET ?restype=service&comp=stats\n",
    );
    for text in [
        "POST ?restype=service&comp=properties",
        "PUT ?restype=service&comp=stats",
        "OPTIONS /con/b",
    ] {
        refused(text, &ErrorCode::UnsupportedHttpVerb, "", "");
    }
    let header = "GET ?restype=service&comp=stats\nif-match: *";
    let feature = "the header if-match of Get Blob Service Stats";
    refused(header, &ErrorCode::NotSimulated, "Feature", feature);
}

#[test]
fn batches() {
    let boundary = "batch_1".to_owned();
    let batch = |container| Operation::SubmitBatch {
        container,
        boundary: boundary.clone(),
    };
    let content_type = "content-type: multipart/mixed; boundary=batch_1\n";
    check(&batch(None), &format!("POST ?comp=batch\n{content_type}"));
    let container = ContainerName::parse("con").unwrap();
    check(
        &batch(Some(container)),
        &format!("POST /con?restype=container&comp=batch\n{content_type}"),
    );
    for text in [
        "POST ?comp=batch",
        "POST /con?restype=container&comp=batch\ncontent-type: application/xml",
    ] {
        refused(text, &ErrorCode::InvalidHeaderValue, "HeaderName", "content-type");
    }
    let of_a_client = "POST ?restype=container&comp=batch\ncontent-type: multipart/mixed; boundary=batch_1";
    assert_eq!(read(of_a_client).unwrap(), batch(None));
    refused("GET ?comp=batch", &ErrorCode::UnsupportedHttpVerb, "", "");
}

#[test]
fn account_information() {
    let container = ContainerName::parse("con").unwrap();
    let blob = BlobName::parse("dir/b").unwrap();
    for (resource, path) in [
        (Resource::Account, ""),
        (Resource::Container(container.clone()), "/con"),
        (Resource::Blob(container, blob), "/con/dir/b"),
    ] {
        check(
            &Operation::GetAccountInformation(resource.clone()),
            &format!("GET {path}?restype=account&comp=properties\n"),
        );
        let read = |method, query| RequestHead::read(method, path, query, HeaderMap::new()).unwrap();
        let head = read(Method::HEAD, "restype=account&comp=properties");
        assert_eq!(
            head.operation().unwrap(),
            Operation::GetAccountInformation(resource)
        );
        for (method, query, code) in [
            (
                Method::PUT,
                "restype=account&comp=properties",
                ErrorCode::UnsupportedHttpVerb,
            ),
            (
                Method::GET,
                "restype=account&comp=list",
                ErrorCode::InvalidQueryParameterValue,
            ),
            (
                Method::GET,
                "restype=account",
                ErrorCode::InvalidQueryParameterValue,
            ),
            (
                Method::GET,
                "restype=account&comp=properties&prefix=a",
                ErrorCode::UnsupportedQueryParameter,
            ),
        ] {
            let error = read(method, query).operation().unwrap_err();
            assert!(error.is(&code), "{path} {query}: {error}");
        }
    }
    let slash = RequestHead::read(
        Method::GET,
        "/con/",
        "restype=account&comp=properties",
        HeaderMap::new(),
    );
    let container = ContainerName::parse("con").unwrap();
    assert_eq!(slash.unwrap().resource, Resource::Container(container));
}

#[test]
fn lists() {
    check(
        &Operation::ListContainers(ListContainersOptions::default()),
        "GET ?comp=list\n",
    );
    check(
        &Operation::ListContainers(ListContainersOptions {
            prefix: Some("a&b".into()),
            max_results: Some(7),
            include_metadata: true,
            continuation: Some(Continuation::new("1!x=")),
        }),
        "GET ?comp=list&prefix=a%26b&marker=1%21x%3D&maxresults=7&include=metadata\n",
    );
    check(
        &on_container(ContainerOperation::ListBlobs(ListBlobsOptions::default())),
        "GET /con?restype=container&comp=list\n",
    );
    check(
        &on_container(ContainerOperation::ListBlobs(ListBlobsOptions {
            prefix: Some("p q".into()),
            delimiter: Some("/".into()),
            max_results: Some(1),
            include: ListBlobsInclude {
                metadata: true,
                uncommitted_blobs: true,
                snapshots: true,
                tags: true,
                copy: true,
            },
            continuation: Some(Continuation::new("m")),
        })),
        "GET /con?restype=container&comp=list&prefix=p%20q&delimiter=%2F&marker=m&maxresults=1\
         &include=metadata%2Cuncommittedblobs%2Csnapshots%2Ctags%2Ccopy\n",
    );
}

#[test]
fn containers() {
    check(
        &on_container(ContainerOperation::Create(CreateContainerOptions {
            metadata: metadata(),
            public_access: Some(PublicAccess::Container),
        })),
        "PUT /con?restype=container\nx-ms-blob-public-access: container\nx-ms-meta-owner: me\n",
    );
    let lease_id = Some(LEASE.to_owned());
    let lease = format!("x-ms-lease-id: {LEASE}\n");
    check(
        &on_container(ContainerOperation::GetProperties {
            lease_id: lease_id.clone(),
        }),
        &format!("GET /con?restype=container\n{lease}"),
    );
    check(
        &on_container(ContainerOperation::GetAccessPolicy { lease_id }),
        &format!("GET /con?restype=container&comp=acl\n{lease}"),
    );
    check(
        &on_container(ContainerOperation::GetProperties { lease_id: None }),
        "GET /con?restype=container\n",
    );
    check(
        &on_container(ContainerOperation::GetAccessPolicy { lease_id: None }),
        "GET /con?restype=container&comp=acl\n",
    );
    check(
        &on_container(ContainerOperation::SetAccessPolicy {
            public_access: Some(PublicAccess::Blob),
            conditions: conditions(),
        }),
        &format!("PUT /con?restype=container&comp=acl\n{CONDITIONS}x-ms-blob-public-access: blob\n"),
    );
    check(
        &on_container(ContainerOperation::Delete(conditions())),
        &format!("DELETE /con?restype=container\n{CONDITIONS}"),
    );
}

#[test]
fn writes_of_blobs() {
    check(
        &on_blob(BlobOperation::Put(PutBlobOptions::default())),
        "PUT /con/dir/a%20b.txt?\nx-ms-blob-type: BlockBlob\n",
    );
    check(
        &on_blob(BlobOperation::Put(put_options())),
        &format!("PUT /con/dir/a%20b.txt?\n{PUT_OPTIONS}x-ms-blob-type: BlockBlob\nx-ms-meta-owner: me\n"),
    );
    check(
        &on_blob(BlobOperation::PutBlock {
            block: BlockId::numbered(1),
            options: PutBlockOptions {
                transactional_md5: Some("1B2M2Y8AsgTpgAmY7PhCfg==".into()),
                transactional_crc64: None,
                lease_id: Some(LEASE.into()),
            },
        }),
        "PUT /con/dir/a%20b.txt?comp=block&blockid=YmxvY2stMDAwMDAwMDAwMQ%3D%3D\n\
         content-md5: 1B2M2Y8AsgTpgAmY7PhCfg==\nx-ms-lease-id: 0f3ac1d2-0000-4000-8000-00000000ab01\n",
    );
    check(
        &on_blob(BlobOperation::PutBlock {
            block: BlockId::numbered(1),
            options: PutBlockOptions {
                transactional_crc64: Some("iJh5CoYUi64=".into()),
                ..PutBlockOptions::default()
            },
        }),
        "PUT /con/dir/a%20b.txt?comp=block&blockid=YmxvY2stMDAwMDAwMDAwMQ%3D%3D\n\
         x-ms-content-crc64: iJh5CoYUi64=\n",
    );
    let checked = PutBlobOptions {
        transactional_crc64: Some("iJh5CoYUi64=".into()),
        ..PutBlobOptions::default()
    };
    check(
        &on_blob(BlobOperation::Put(checked.clone())),
        "PUT /con/dir/a%20b.txt?\nx-ms-blob-type: BlockBlob\nx-ms-content-crc64: iJh5CoYUi64=\n",
    );
    check(
        &on_blob(BlobOperation::PutBlockList(checked)),
        "PUT /con/dir/a%20b.txt?comp=blocklist\nx-ms-content-crc64: iJh5CoYUi64=\n",
    );
    check(
        &on_blob(BlobOperation::PutBlockList(put_options())),
        &format!("PUT /con/dir/a%20b.txt?comp=blocklist\n{PUT_OPTIONS}x-ms-meta-owner: me\n"),
    );
    check(
        &on_blob(BlobOperation::SetMetadata {
            metadata: metadata(),
            conditions: conditions(),
        }),
        &format!("PUT /con/dir/a%20b.txt?comp=metadata\n{CONDITIONS}x-ms-meta-owner: me\n"),
    );
}

#[test]
fn reads_of_blobs() {
    check(
        &on_blob(BlobOperation::Get {
            range: Some(ByteRange {
                first: 2,
                last: Some(9),
            }),
            range_hash: None,
            conditions: conditions(),
        }),
        &format!("GET /con/dir/a%20b.txt?\n{CONDITIONS}x-ms-range: bytes=2-9\n"),
    );
    for hash in [RangeHash::Md5, RangeHash::Crc64] {
        let range = ByteRange { first: 2, last: None };
        check(
            &on_blob(BlobOperation::Get {
                range: Some(range),
                range_hash: Some(hash),
                conditions: BlobConditions::default(),
            }),
            &format!(
                "GET /con/dir/a%20b.txt?\n{}: true\nx-ms-range: bytes=2-\n",
                hash.asked_by()
            ),
        );
    }
    check(
        &on_blob(BlobOperation::GetProperties(conditions())),
        &format!("HEAD /con/dir/a%20b.txt?\n{CONDITIONS}"),
    );
    for (filter, word) in [
        (BlockListFilter::Committed, "committed"),
        (BlockListFilter::Uncommitted, "uncommitted"),
        (BlockListFilter::All, "all"),
    ] {
        check(
            &on_blob(BlobOperation::GetBlockList {
                filter,
                conditions: BlobConditions::default(),
            }),
            &format!("GET /con/dir/a%20b.txt?comp=blocklist&blocklisttype={word}\n"),
        );
    }
}

/// Reads `METHOD path?query` and the headers behind it, one a line.
fn read(text: &str) -> Result<Operation> {
    let mut lines = text.lines();
    let (method, target) = lines.next().unwrap().split_once(' ').unwrap();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let headers = lines
        .map(|line| {
            let (name, value) = line.split_once(": ").unwrap();
            (
                HeaderName::try_from(name).unwrap(),
                HeaderValue::from_str(value).unwrap(),
            )
        })
        .collect();
    RequestHead::read(method.parse().unwrap(), path, query, headers)?.operation()
}

fn read_on_blob(text: &str) -> BlobOperation {
    match read(text).unwrap() {
        Operation::OnBlob(_, _, operation) => *operation,
        other => panic!("{other:?} is not on a blob"),
    }
}

#[test]
fn what_clients_write_in_other_ways_is_read() {
    let put = "PUT /con/b?timeout=30\nx-ms-blob-type: BlockBlob\nContent-Type: text/css\nx-ms-version: 2026-10-06\n\
        x-ms-date: x\nx-ms-client-request-id: 1\nUser-Agent: x";
    let BlobOperation::Put(options) = read_on_blob(put) else {
        panic!("not Put Blob");
    };
    assert_eq!(options.headers.content_type.as_deref(), Some("text/css"));
    for (text, range) in [
        ("GET /con/b?v=2\nRange: bytes=0-1", Some((0, Some(1)))),
        (
            "GET /con/b\nRange: bytes=0-1\nx-ms-range: bytes=5-",
            Some((5, None)),
        ),
        ("GET /con/b?sv=1&sig=x&sp=r", None),
    ] {
        let BlobOperation::Get { range: read, .. } = read_on_blob(text) else {
            panic!("not Get Blob");
        };
        assert_eq!(read.map(|range| (range.first, range.last)), range, "{text}");
    }
    for text in [
        "GET /con?restype=container&comp=list&include=snapshots,metadata,deleted,&prefix=&marker=",
        "GET /con?COMP=list&ResType=container",
        "HEAD /con?restype=container",
        "DELETE /con/b\nx-ms-delete-snapshots: include",
        "PUT /con/b\nx-ms-copy-source: http://h/b\nx-ms-requires-sync: false",
    ] {
        read(text).unwrap();
    }
}

#[track_caller]
pub(super) fn refused(text: &str, code: &ErrorCode, detail: &str, value: &str) {
    let error: Error = read(text).unwrap_err();
    assert!(error.is(code), "{text}: {error}");
    if !detail.is_empty() {
        assert_eq!(error.detail(detail), Some(value), "{text}: {error}");
    }
}

#[test]
fn what_is_not_simulated_is_refused_by_name() {
    for (text, feature) in [
        ("PUT /con/b?comp=page", "Put Page"),
        ("PUT /con/b\nx-ms-blob-type: PageBlob", "page blobs"),
        (
            "HEAD /con/b?VersionId=1",
            "blob versions (VersionId of Get Blob Properties)",
        ),
        (
            "GET /con?restype=container\nIf-Match: *",
            "the header if-match of Get Container Properties",
        ),
        (
            "PUT /con/b\nx-ms-blob-type: AppendBlob\nx-ms-access-tier: Cool",
            "the header x-ms-access-tier of Put Blob",
        ),
        (
            "PUT /con/b\nx-ms-copy-source: http://h/b\nx-ms-copy-source-authorization: Bearer x",
            "the header x-ms-copy-source-authorization of Copy Blob",
        ),
        (
            "PUT /con/b\nx-ms-blob-type: AppendBlob\nx-ms-copy-source: http://h/b",
            "Put Blob From URL of other kinds than block blobs",
        ),
        (
            "PUT /con?restype=container&comp=lease\nx-ms-lease-action: break\nx-ms-if-tags: a='b'",
            "the header x-ms-if-tags of Lease Container",
        ),
    ] {
        refused(text, &ErrorCode::NotSimulated, "Feature", feature);
    }
}

#[test]
fn headers_that_are_wrong_are_refused() {
    for (text, code, detail, value) in [
        (
            "PUT /con/b",
            ErrorCode::MissingRequiredHeader,
            "HeaderName",
            "x-ms-blob-type",
        ),
        (
            "PUT /con/b\nx-ms-blob-type: Blob",
            ErrorCode::InvalidHeaderValue,
            "HeaderName",
            "x-ms-blob-type",
        ),
        (
            "PUT /con/b?comp=block",
            ErrorCode::MissingRequiredQueryParameter,
            "QueryParameterName",
            "blockid",
        ),
        (
            "PUT /con/b?comp=block&blockid=%3F",
            ErrorCode::InvalidBlockId,
            "",
            "",
        ),
        (
            "GET /con/b?comp=blocklist&blocklisttype=some",
            ErrorCode::InvalidQueryParameterValue,
            "QueryParameterValue",
            "some",
        ),
        (
            "GET /con/b\nRange: bytes=5-2",
            ErrorCode::InvalidHeaderValue,
            "HeaderName",
            "range",
        ),
        (
            "GET /con/b\nx-ms-range: bytes=0-1,3-4",
            ErrorCode::InvalidHeaderValue,
            "HeaderName",
            "x-ms-range",
        ),
        (
            "GET /con/b\nIf-Modified-Since: now",
            ErrorCode::InvalidHeaderValue,
            "HeaderName",
            "if-modified-since",
        ),
        (
            "PUT /con?restype=container\nx-ms-blob-public-access: all",
            ErrorCode::InvalidHeaderValue,
            "",
            "",
        ),
        (
            "PUT /con?restype=container\nx-ms-meta-a-b: x",
            ErrorCode::InvalidMetadata,
            "",
            "",
        ),
    ] {
        refused(text, &code, detail, value);
    }
}

#[test]
fn parameters_and_paths_that_are_wrong_are_refused() {
    for (text, code, detail, value) in [
        (
            "GET /con?restype=container&comp=list&maxresults=-1",
            ErrorCode::InvalidQueryParameterValue,
            "QueryParameterName",
            "maxresults",
        ),
        (
            "GET /con?restype=container&comp=list&include=all",
            ErrorCode::InvalidQueryParameterValue,
            "QueryParameterValue",
            "all",
        ),
        (
            "GET /con?restype=container&comp=list&after=x",
            ErrorCode::UnsupportedQueryParameter,
            "QueryParameterName",
            "after",
        ),
        (
            "GET /con/b?comp=nothing",
            ErrorCode::InvalidQueryParameterValue,
            "QueryParameterName",
            "comp",
        ),
        (
            "GET /?restype=directory&comp=list",
            ErrorCode::InvalidQueryParameterValue,
            "QueryParameterName",
            "restype",
        ),
        (
            "GET /",
            ErrorCode::MissingRequiredQueryParameter,
            "QueryParameterName",
            "comp",
        ),
        ("POST /con/b", ErrorCode::UnsupportedHttpVerb, "", ""),
        ("DELETE /?comp=list", ErrorCode::UnsupportedHttpVerb, "", ""),
        (
            "GET /con/b?comp=list&comp=acl",
            ErrorCode::InvalidQueryParameterValue,
            "",
            "",
        ),
        (
            "PUT /Con?restype=container",
            ErrorCode::InvalidResourceName,
            "",
            "",
        ),
    ] {
        refused(text, &code, detail, value);
    }
}
