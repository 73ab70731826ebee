//! Leases, snapshots, tags, tiers, append blobs and copies as exact heads, there and back; and their refusals.

use super::tests::{
    CONDITIONS, LEASE, PUT_OPTIONS, check, conditions, metadata, on_blob, on_container, put_options, refused,
};
use crate::backend::{BlobConditions, ByteRange};
use crate::blob::{
    AccessTier, AppendBlockOptions, BlobHeaders, BlockId, CopyBlobOptions, DeleteSnapshots, FindBlobsOptions,
    LeaseAction, LeaseDuration, PutBlobOptions, Snapshot, SourceOptions, Tags,
};
use crate::error::ErrorCode;
use crate::page::Continuation;
use crate::wire::blob::{BlobOperation, ContainerOperation, Operation};

const BLOB: &str = "PUT /con/dir/a%20b.txt?";

fn tags() -> Tags {
    Tags::from([("a b".into(), "1/2".into()), ("c".into(), String::new())])
}

fn snapshot() -> BlobConditions {
    BlobConditions::of_snapshot(Snapshot::parse("2025-11-20T15:00:00.0000001Z").unwrap())
}

const SNAPSHOT: &str = "snapshot=2025-11-20T15%3A00%3A00.0000001Z";

/// What may be said of a source.
fn source_options() -> SourceOptions {
    SourceOptions {
        conditions: BlobConditions {
            if_match: Some("\"0x8D\"".into()),
            ..BlobConditions::default()
        },
        md5: Some("1B2M2Y8AsgTpgAmY7PhCfg==".into()),
        range: None,
    }
}

#[test]
fn leases() {
    let lease = |action| BlobOperation::Lease {
        action,
        conditions: conditions(),
    };
    let (id, other) = (
        LEASE.to_owned(),
        "0f3ac1d2-0000-4000-8000-00000000ab02".to_owned(),
    );
    for (action, headers) in [
        (
            LeaseAction::Acquire {
                duration: LeaseDuration::Seconds(15),
                proposed_id: Some(id.clone()),
            },
            format!("x-ms-lease-action: acquire\nx-ms-lease-duration: 15\nx-ms-proposed-lease-id: {id}\n"),
        ),
        (
            LeaseAction::Acquire {
                duration: LeaseDuration::Infinite,
                proposed_id: None,
            },
            "x-ms-lease-action: acquire\nx-ms-lease-duration: -1\n".to_owned(),
        ),
        (
            LeaseAction::Renew { id: id.clone() },
            format!("x-ms-lease-action: renew\nx-ms-lease-id: {id}\n"),
        ),
        (
            LeaseAction::Change {
                id: id.clone(),
                proposed_id: other.clone(),
            },
            format!("x-ms-lease-action: change\nx-ms-lease-id: {id}\nx-ms-proposed-lease-id: {other}\n"),
        ),
        (
            LeaseAction::Release { id: id.clone() },
            format!("x-ms-lease-action: release\nx-ms-lease-id: {id}\n"),
        ),
        (
            LeaseAction::Break { period: Some(60) },
            "x-ms-lease-action: break\nx-ms-lease-break-period: 60\n".to_owned(),
        ),
        (
            LeaseAction::Break { period: None },
            "x-ms-lease-action: break\n".to_owned(),
        ),
    ] {
        check(
            &on_blob(lease(action.clone())),
            &format!("{BLOB}comp=lease\n{CONDITIONS}{headers}"),
        );
        let operation = ContainerOperation::Lease {
            action,
            conditions: conditions(),
        };
        check(
            &on_container(operation),
            &format!("PUT /con?restype=container&comp=lease\n{CONDITIONS}{headers}"),
        );
    }
}

#[test]
fn leases_that_are_wrong_are_refused() {
    for (headers, code, name) in [
        ("", ErrorCode::MissingRequiredHeader, "x-ms-lease-action"),
        (
            "x-ms-lease-action: take",
            ErrorCode::InvalidHeaderValue,
            "x-ms-lease-action",
        ),
        (
            "x-ms-lease-action: acquire",
            ErrorCode::MissingRequiredHeader,
            "x-ms-lease-duration",
        ),
        (
            "x-ms-lease-action: acquire\nx-ms-lease-duration: 14",
            ErrorCode::InvalidHeaderValue,
            "x-ms-lease-duration",
        ),
        (
            "x-ms-lease-action: acquire\nx-ms-lease-duration: 15\nx-ms-proposed-lease-id: me",
            ErrorCode::InvalidHeaderValue,
            "x-ms-proposed-lease-id",
        ),
        (
            "x-ms-lease-action: renew",
            ErrorCode::MissingRequiredHeader,
            "x-ms-lease-id",
        ),
        (
            "x-ms-lease-action: break\nx-ms-lease-break-period: 61",
            ErrorCode::InvalidHeaderValue,
            "x-ms-lease-break-period",
        ),
    ] {
        refused(
            &format!("PUT /con/b?comp=lease\n{headers}"),
            &code,
            "HeaderName",
            name,
        );
    }
}

#[test]
fn snapshots() {
    check(
        &on_blob(BlobOperation::Snapshot {
            metadata: metadata(),
            conditions: conditions(),
        }),
        &format!("{BLOB}comp=snapshot\n{CONDITIONS}x-ms-meta-owner: me\n"),
    );
    check(
        &on_blob(BlobOperation::GetProperties(snapshot())),
        &format!("HEAD /con/dir/a%20b.txt?{SNAPSHOT}\n"),
    );
    check(
        &on_blob(BlobOperation::GetMetadata(snapshot())),
        &format!("HEAD /con/dir/a%20b.txt?comp=metadata&{SNAPSHOT}\n"),
    );
    check(
        &on_blob(BlobOperation::Delete {
            snapshots: DeleteSnapshots::Refuse,
            conditions: snapshot(),
        }),
        &format!("DELETE /con/dir/a%20b.txt?{SNAPSHOT}\n"),
    );
    for (snapshots, word) in [
        (DeleteSnapshots::Include, "include"),
        (DeleteSnapshots::Only, "only"),
    ] {
        check(
            &on_blob(BlobOperation::Delete {
                snapshots,
                conditions: conditions(),
            }),
            &format!("DELETE /con/dir/a%20b.txt?\n{CONDITIONS}x-ms-delete-snapshots: {word}\n"),
        );
    }
    let write = on_blob(BlobOperation::SetMetadata {
        metadata: metadata(),
        conditions: snapshot(),
    });
    let error = super::RequestHead::of(&write).unwrap_err();
    assert!(error.is(&ErrorCode::UnsupportedQueryParameter));
    refused(
        "PUT /con/b?comp=metadata&snapshot=2025-11-20T15:00:00Z",
        &ErrorCode::UnsupportedQueryParameter,
        "QueryParameterName",
        "snapshot",
    );
    refused(
        "GET /con/b?snapshot=yesterday",
        &ErrorCode::InvalidQueryParameterValue,
        "QueryParameterValue",
        "yesterday",
    );
}

#[test]
fn tags_and_tiers() {
    let search = FindBlobsOptions {
        expression: "\"a\" = 'b'".into(),
        max_results: Some(2),
        continuation: Some(Continuation::new("m")),
    };
    check(
        &Operation::FindBlobsByTags(search.clone()),
        "GET ?comp=blobs&where=%22a%22%20%3D%20%27b%27&marker=m&maxresults=2\n",
    );
    check(
        &on_container(ContainerOperation::FindBlobsByTags(search)),
        "GET /con?restype=container&comp=blobs&where=%22a%22%20%3D%20%27b%27&marker=m&maxresults=2\n",
    );
    let held = BlobConditions {
        if_tags: Some("\"a\" = 'b'".into()),
        lease_id: Some(LEASE.into()),
        ..snapshot()
    };
    let lines = format!("x-ms-if-tags: \"a\" = 'b'\nx-ms-lease-id: {LEASE}\n");
    check(
        &on_blob(BlobOperation::GetTags(held.clone())),
        &format!("GET /con/dir/a%20b.txt?comp=tags&{SNAPSHOT}\n{lines}"),
    );
    check(
        &on_blob(BlobOperation::SetTags(BlobConditions {
            snapshot: None,
            ..held.clone()
        })),
        &format!("{BLOB}comp=tags\n{lines}"),
    );
    check(
        &on_blob(BlobOperation::SetTier {
            tier: AccessTier::Cool,
            conditions: held,
        }),
        &format!("{BLOB}comp=tier&{SNAPSHOT}\nx-ms-access-tier: Cool\n{lines}"),
    );
    check(
        &on_blob(BlobOperation::Put(PutBlobOptions {
            tags: tags(),
            access_tier: Some(AccessTier::Archive),
            ..put_options()
        })),
        &format!(
            "{BLOB}\n{}",
            sorted(&format!(
                "{PUT_OPTIONS}x-ms-access-tier: Archive\nx-ms-blob-type: BlockBlob\nx-ms-meta-owner: me\n\
                 x-ms-tags: a%20b=1%2F2&c=\n"
            ))
        ),
    );
}

#[test]
fn tags_and_tiers_that_are_wrong_are_refused() {
    refused(
        "PUT /con/b?comp=tier\nx-ms-access-tier: P10",
        &ErrorCode::InvalidHeaderValue,
        "HeaderName",
        "x-ms-access-tier",
    );
    refused(
        "PUT /con/b?comp=tier",
        &ErrorCode::MissingRequiredHeader,
        "HeaderName",
        "x-ms-access-tier",
    );
    refused(
        "PUT /con/b\nx-ms-blob-type: BlockBlob\nx-ms-tags: a=1&a=2",
        &ErrorCode::InvalidTag,
        "TagName",
        "a",
    );
    refused(
        "GET /?comp=blobs",
        &ErrorCode::MissingRequiredQueryParameter,
        "QueryParameterName",
        "where",
    );
}

/// Lines in their order, as heads are shown.
fn sorted(lines: &str) -> String {
    let mut lines: Vec<&str> = lines.split_inclusive('\n').collect();
    lines.sort_unstable();
    lines.concat()
}

#[test]
fn properties_and_metadata() {
    check(
        &on_blob(BlobOperation::SetProperties {
            headers: BlobHeaders {
                content_type: Some("text/plain".into()),
                ..BlobHeaders::default()
            },
            conditions: conditions(),
        }),
        &format!("{BLOB}comp=properties\n{CONDITIONS}x-ms-blob-content-type: text/plain\n"),
    );
    check(
        &on_container(ContainerOperation::SetMetadata {
            metadata: metadata(),
            conditions: BlobConditions::with_lease(LEASE),
        }),
        &format!("PUT /con?restype=container&comp=metadata\nx-ms-lease-id: {LEASE}\nx-ms-meta-owner: me\n"),
    );
}

#[test]
fn append_blobs() {
    check(
        &on_blob(BlobOperation::PutAppend(PutBlobOptions::default())),
        &format!("{BLOB}\nx-ms-blob-type: AppendBlob\n"),
    );
    let options = AppendBlockOptions {
        conditions: conditions(),
        transactional_md5: None,
        transactional_crc64: None,
        max_size: Some(9),
        append_position: Some(3),
    };
    let limits = "x-ms-blob-condition-appendpos: 3\nx-ms-blob-condition-maxsize: 9\n";
    check(
        &on_blob(BlobOperation::AppendBlock(options.clone())),
        &format!("{BLOB}comp=appendblock\n{CONDITIONS}{limits}"),
    );
    check(
        &on_blob(BlobOperation::AppendBlockFromUrl {
            source: "http://h/c/b".into(),
            source_options: source_options(),
            options,
        }),
        &format!(
            "{BLOB}comp=appendblock\n{CONDITIONS}{limits}x-ms-copy-source: http://h/c/b\n\
             x-ms-source-content-md5: 1B2M2Y8AsgTpgAmY7PhCfg==\nx-ms-source-if-match: \"0x8D\"\n"
        ),
    );
    check(
        &on_blob(BlobOperation::Seal {
            append_position: Some(3),
            conditions: conditions(),
        }),
        &format!("{BLOB}comp=seal\n{CONDITIONS}x-ms-blob-condition-appendpos: 3\n"),
    );
}

#[test]
fn copies() {
    let options = CopyBlobOptions {
        metadata: metadata(),
        tags: Tags::from([("k".into(), "v".into())]),
        access_tier: Some(AccessTier::Cool),
        conditions: conditions(),
        source: SourceOptions {
            md5: None,
            ..source_options()
        },
    };
    let url = "http://h/acc/con/b?sp=r&sig=x";
    for (requires_sync, line) in [(true, "x-ms-requires-sync: true\n"), (false, "")] {
        check(
            &on_blob(BlobOperation::Copy {
                source: url.into(),
                options: options.clone(),
                requires_sync,
            }),
            &format!(
                "{BLOB}\n{CONDITIONS}x-ms-access-tier: Cool\nx-ms-copy-source: {url}\nx-ms-meta-owner: me\n{line}\
                 x-ms-source-if-match: \"0x8D\"\nx-ms-tags: k=v\n"
            ),
        );
    }
    check(
        &on_blob(BlobOperation::AbortCopy {
            copy_id: LEASE.into(),
            lease_id: None,
        }),
        &format!("{BLOB}comp=copy&copyid={LEASE}\nx-ms-copy-action: abort\n"),
    );
    check(
        &on_blob(BlobOperation::PutFromUrl {
            source: url.into(),
            source_options: source_options(),
            copy_properties: false,
            options: PutBlobOptions::default(),
        }),
        &format!(
            "{BLOB}\nx-ms-blob-type: BlockBlob\nx-ms-copy-source-blob-properties: false\n\
             x-ms-copy-source: {url}\n\
             x-ms-source-content-md5: 1B2M2Y8AsgTpgAmY7PhCfg==\nx-ms-source-if-match: \"0x8D\"\n"
        ),
    );
    check(
        &on_blob(BlobOperation::PutBlockFromUrl {
            block: BlockId::numbered(1),
            source: url.into(),
            source_options: SourceOptions {
                range: Some(ByteRange {
                    first: 2,
                    last: Some(9),
                }),
                ..source_options()
            },
            lease_id: Some(LEASE.into()),
        }),
        &format!(
            "{BLOB}comp=block&blockid=YmxvY2stMDAwMDAwMDAwMQ%3D%3D\nx-ms-copy-source: {url}\n\
             x-ms-lease-id: {LEASE}\nx-ms-source-content-md5: 1B2M2Y8AsgTpgAmY7PhCfg==\n\
             x-ms-source-if-match: \"0x8D\"\nx-ms-source-range: bytes=2-9\n"
        ),
    );
    refused(
        "PUT /con/b?comp=copy&copyid=1\nx-ms-copy-action: stop",
        &ErrorCode::InvalidHeaderValue,
        "HeaderName",
        "x-ms-copy-action",
    );
}
