//! The heads of answers, each written by the server and read by the client.
//!
//! What every answer has (`x-ms-request-id`, `x-ms-version`, `Date`) is the server's own affair. Readers refuse an
//! answer that lacks what the service always sends: it does not come from Blob Storage.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderName, StatusCode};

use super::fields::{self, OF_THE_BODY};
use super::header::{
    self, ACCEPT_RANGES, ACCOUNT_KIND, APPEND_OFFSET, BLOB_CONTENT_MD5, BLOB_PUBLIC_ACCESS, BadHeader,
    COMMITTED_BLOCK_COUNT, CONTENT_CRC64, CONTENT_LENGTH, CONTENT_MD5, CONTENT_RANGE, COPY_ID, COPY_STATUS,
    CREATION_TIME, DELETE_TYPE_PERMANENT, ETAG, HAS_IMMUTABILITY_POLICY, HAS_LEGAL_HOLD, IS_HNS_ENABLED,
    LAST_MODIFIED, LEASE_ID, LEASE_TIME, REQUEST_SERVER_ENCRYPTED, SERVER_ENCRYPTED, SKU_NAME, SNAPSHOT,
};
use super::state;
use crate::backend::Written;
use crate::blob::{
    AccountInformation, AppendOutcome, BlobProperties, ContainerProperties, CopyOutcome, Crc64, LeaseOutcome,
    PublicAccess, Snapshot, SnapshotCreated,
};
use crate::error::{Error, Result, Service};
use crate::time::Timestamp;

/// Writes what an account says of itself.
pub fn write_account_information(information: &AccountInformation, headers: &mut HeaderMap) -> Result<()> {
    header::set(headers, &SKU_NAME, information.sku_name.clone())?;
    header::set(headers, &ACCOUNT_KIND, information.account_kind.clone())?;
    let is_enabled = information.is_hierarchical_namespace_enabled.to_string();
    header::set(headers, &IS_HNS_ENABLED, is_enabled)
}

/// Reads what an account says of itself.
pub fn read_account_information(headers: &HeaderMap) -> Result<AccountInformation> {
    let read = || {
        Ok(AccountInformation {
            sku_name: header::required(headers, &SKU_NAME)?.to_owned(),
            account_kind: header::required(headers, &ACCOUNT_KIND)?.to_owned(),
            is_hierarchical_namespace_enabled: header::flag(headers, &IS_HNS_ENABLED)?,
        })
    };
    read().map_err(BadHeader::into_failure)
}

/// Writes the version an entity has after a write.
pub fn write_written(written: &Written, headers: &mut HeaderMap) -> Result<()> {
    header::set(headers, &ETAG, fields::quoted(&written.etag))?;
    header::set(headers, &LAST_MODIFIED, written.last_modified.to_rfc1123())?;
    match written.content_md5 {
        Some(md5) => header::set(headers, &CONTENT_MD5, STANDARD.encode(md5)),
        None => Ok(()),
    }
}

/// Reads the answer to *Put Blob*, which tells the MD5 of its body.
pub fn read_put(headers: &HeaderMap) -> Result<Written> {
    let read = |text: &str| {
        let md5 = STANDARD.decode(text).ok().and_then(|md5| md5.try_into().ok());
        md5.ok_or_else(|| BadHeader::new(&CONTENT_MD5, "Base64 of 16 bytes").into_failure())
    };
    let given = header::text(headers, &CONTENT_MD5).map_err(BadHeader::into_failure)?;
    Ok(Written {
        content_md5: given.map(read).transpose()?,
        ..read_written(headers)?
    })
}

/// Reads the version an entity has after a write.
pub fn read_written(headers: &HeaderMap) -> Result<Written> {
    Ok(Written {
        etag: header::required(headers, &ETAG)
            .map_err(BadHeader::into_failure)?
            .to_owned(),
        last_modified: required_moment(headers, &LAST_MODIFIED)?,
        content_md5: None,
    })
}

/// Says that what was written is encrypted at rest, as the service says of every blob.
pub fn write_encrypted(headers: &mut HeaderMap) -> Result<()> {
    header::set(headers, &REQUEST_SERVER_ENCRYPTED, "true")
}

/// Writes the properties of a container.
pub fn write_container_properties(properties: &ContainerProperties, headers: &mut HeaderMap) -> Result<()> {
    write_version(&properties.etag, properties.last_modified, headers)?;
    fields::write_metadata(&properties.metadata, headers)?;
    write_public_access(properties.public_access.as_ref(), headers)?;
    state::write_lease(&properties.lease, headers)?;
    header::set(
        headers,
        &HAS_IMMUTABILITY_POLICY,
        boolean(properties.has_immutability_policy),
    )?;
    header::set(headers, &HAS_LEGAL_HOLD, boolean(properties.has_legal_hold))
}

/// Reads the properties of a container.
pub fn read_container_properties(headers: &HeaderMap) -> Result<ContainerProperties> {
    let written = read_written(headers)?;
    let flag = |name| header::flag(headers, name).map_err(BadHeader::into_failure);
    Ok(ContainerProperties {
        etag: written.etag,
        last_modified: written.last_modified,
        public_access: read_public_access(headers)?,
        metadata: fields::read_metadata(headers)?,
        has_immutability_policy: flag(&HAS_IMMUTABILITY_POLICY)?,
        has_legal_hold: flag(&HAS_LEGAL_HOLD)?,
        lease: state::read_lease(headers).map_err(BadHeader::into_failure)?,
    })
}

/// Writes what anonymous callers may read.
pub fn write_public_access(access: Option<&PublicAccess>, headers: &mut HeaderMap) -> Result<()> {
    header::set_some(headers, &BLOB_PUBLIC_ACCESS, access)
}

/// Reads what anonymous callers may read.
pub fn read_public_access(headers: &HeaderMap) -> Result<Option<PublicAccess>> {
    let word = header::text(headers, &BLOB_PUBLIC_ACCESS).map_err(BadHeader::into_failure)?;
    Ok(word.map(PublicAccess::from))
}

/// Writes the properties of a blob, as *Get Blob Properties* answers them.
pub fn write_blob_properties(properties: &BlobProperties, headers: &mut HeaderMap) -> Result<()> {
    write_version(&properties.etag, properties.last_modified, headers)?;
    header::set(headers, &CREATION_TIME, properties.creation_time.to_rfc1123())?;
    header::set(headers, &CONTENT_LENGTH, properties.content_length.to_string())?;
    OF_THE_BODY.write(&properties.headers, headers)?;
    if properties.headers.content_type.is_none() {
        header::set(headers, &header::CONTENT_TYPE, "application/octet-stream")?;
    }
    fields::write_metadata(&properties.metadata, headers)?;
    header::set(headers, &ACCEPT_RANGES, "bytes")?;
    header::set(headers, &SERVER_ENCRYPTED, "true")?;
    state::write(properties, headers)
}

/// Writes what *Get Blob Metadata* answers: of the properties, version and metadata only.
pub fn write_blob_metadata(properties: &BlobProperties, headers: &mut HeaderMap) -> Result<()> {
    write_version(&properties.etag, properties.last_modified, headers)?;
    fields::write_metadata(&properties.metadata, headers)
}

/// Reads the properties of a blob, as *Get Blob Properties* answers them.
pub fn read_blob_properties(headers: &HeaderMap) -> Result<BlobProperties> {
    let length = header::number(headers, &CONTENT_LENGTH)
        .and_then(|length| length.ok_or_else(|| BadHeader::new(&CONTENT_LENGTH, "a number")))
        .map_err(BadHeader::into_failure)?;
    read_properties_of_length(headers, length)
}

/// Writes the head of a download: `range` is the first byte and the end (excluded) of the body, which is the whole
/// blob unless the request `asked_for_range`. Gives the status.
pub fn write_download(
    properties: &BlobProperties,
    range: (u64, u64),
    asked_for_range: bool,
    headers: &mut HeaderMap,
) -> Result<StatusCode> {
    write_blob_properties(properties, headers)?;
    if !asked_for_range {
        return Ok(StatusCode::OK);
    }
    let (first, end) = range;
    header::set(headers, &CONTENT_LENGTH, end.saturating_sub(first).to_string())?;
    let text = format!(
        "bytes {first}-{}/{}",
        end.saturating_sub(1),
        properties.content_length
    );
    header::set(headers, &CONTENT_RANGE, text)?;
    // `Content-MD5` would be that of the body, which nobody has computed.
    if let Some(whole) = headers.remove(&CONTENT_MD5) {
        headers.insert(&BLOB_CONTENT_MD5, whole);
    }
    Ok(StatusCode::PARTIAL_CONTENT)
}

/// Writes how long a blob is of which a range was asked for that it does not have.
pub fn write_unsatisfied_range(content_length: u64, headers: &mut HeaderMap) -> Result<()> {
    header::set(headers, &CONTENT_RANGE, format!("bytes */{content_length}"))
}

/// Reads the head of a download: the properties of the blob, and first byte and end (excluded) of the body.
pub fn read_download(status: StatusCode, headers: &HeaderMap) -> Result<(BlobProperties, (u64, u64))> {
    if status != StatusCode::PARTIAL_CONTENT {
        let properties = read_blob_properties(headers)?;
        let length = properties.content_length;
        return Ok((properties, (0, length)));
    }
    let (first, end, whole) = header::required(headers, &CONTENT_RANGE)
        .and_then(|text| {
            content_range(text).ok_or_else(|| BadHeader::new(&CONTENT_RANGE, "a range as bytes 0-99/200"))
        })
        .map_err(BadHeader::into_failure)?;
    let mut properties = read_properties_of_length(headers, whole)?;
    properties.headers.content_md5 =
        header::owned(headers, &BLOB_CONTENT_MD5).map_err(BadHeader::into_failure)?;
    Ok((properties, (first, end)))
}

/// Reads `bytes first-last/whole` as first byte, end (excluded) and length of the whole.
fn content_range(text: &str) -> Option<(u64, u64, u64)> {
    let (range, whole) = text.strip_prefix("bytes ")?.split_once('/')?;
    let (first, last) = range.split_once('-')?;
    let (first, last, whole): (u64, u64, u64) =
        (first.parse().ok()?, last.parse().ok()?, whole.parse().ok()?);
    (first <= last && last < whole).then(|| (first, last + 1, whole))
}

/// Reads the CRC64 of the body, where the answer tells it.
pub fn read_content_crc64(headers: &HeaderMap) -> Result<Option<u64>> {
    header::text(headers, &CONTENT_CRC64)
        .and_then(|text| {
            text.map(|text| {
                Crc64::parse(text).ok_or_else(|| BadHeader::new(&CONTENT_CRC64, "Base64 of 8 bytes"))
            })
            .transpose()
        })
        .map_err(BadHeader::into_failure)
}

/// Says that nothing is left of what was deleted.
pub fn write_deleted_for_good(headers: &mut HeaderMap) -> Result<()> {
    header::set(headers, &DELETE_TYPE_PERMANENT, "true")
}

/// Writes the outcome of a copy.
pub fn write_copy(outcome: &CopyOutcome, headers: &mut HeaderMap) -> Result<()> {
    write_version(&outcome.etag, outcome.last_modified, headers)?;
    header::set(headers, &COPY_ID, outcome.copy_id.clone())?;
    header::set(headers, &COPY_STATUS, outcome.copy_status.clone())
}

/// Reads the outcome of a copy.
pub fn read_copy(headers: &HeaderMap) -> Result<CopyOutcome> {
    let written = read_written(headers)?;
    let text = |name| {
        header::required(headers, name)
            .map(str::to_owned)
            .map_err(BadHeader::into_failure)
    };
    Ok(CopyOutcome {
        etag: written.etag,
        last_modified: written.last_modified,
        copy_id: text(&COPY_ID)?,
        copy_status: text(&COPY_STATUS)?,
    })
}

/// Reads the outcome of a copy, which has to be complete.
pub fn read_complete_copy(headers: &HeaderMap) -> Result<CopyOutcome> {
    let outcome = read_copy(headers)?;
    if outcome.copy_status == "success" {
        return Ok(outcome);
    }
    Err(Error::protocol(
        Service::Blob,
        format!(
            "The copy {} is {} though it was asked for at once.",
            outcome.copy_id, outcome.copy_status
        ),
    ))
}

/// Writes what became of a lease.
pub fn write_leased(outcome: &LeaseOutcome, headers: &mut HeaderMap) -> Result<()> {
    write_version(&outcome.etag, outcome.last_modified, headers)?;
    header::set_some(headers, &LEASE_ID, outcome.lease_id.clone())?;
    let remaining = outcome.remaining.map(|seconds| seconds.to_string());
    header::set_some(headers, &LEASE_TIME, remaining)
}

/// Reads what became of a lease.
pub fn read_leased(headers: &HeaderMap) -> Result<LeaseOutcome> {
    let written = read_written(headers)?;
    let remaining = header::number(headers, &LEASE_TIME).map_err(BadHeader::into_failure)?;
    Ok(LeaseOutcome {
        etag: written.etag,
        last_modified: written.last_modified,
        lease_id: header::owned(headers, &LEASE_ID).map_err(BadHeader::into_failure)?,
        remaining: remaining.map(|seconds| u32::try_from(seconds).unwrap_or(u32::MAX)),
    })
}

/// Writes which snapshot was made.
pub fn write_snapshot(created: &SnapshotCreated, headers: &mut HeaderMap) -> Result<()> {
    write_version(&created.etag, created.last_modified, headers)?;
    header::set(headers, &SNAPSHOT, created.snapshot.to_string())
}

/// Reads which snapshot was made.
pub fn read_snapshot(headers: &HeaderMap) -> Result<SnapshotCreated> {
    let written = read_written(headers)?;
    let snapshot = header::required(headers, &SNAPSHOT).and_then(|text| {
        Snapshot::parse(text).map_err(|_| BadHeader::new(&SNAPSHOT, "the moment of a snapshot"))
    });
    Ok(SnapshotCreated {
        snapshot: snapshot.map_err(BadHeader::into_failure)?,
        etag: written.etag,
        last_modified: written.last_modified,
    })
}

/// Writes where a block was appended.
pub fn write_appended(outcome: &AppendOutcome, headers: &mut HeaderMap) -> Result<()> {
    write_version(&outcome.etag, outcome.last_modified, headers)?;
    header::set(headers, &APPEND_OFFSET, outcome.append_offset.to_string())?;
    let count = outcome.committed_block_count.to_string();
    header::set(headers, &COMMITTED_BLOCK_COUNT, count)?;
    write_encrypted(headers)
}

/// Says that an append blob is sealed.
pub fn write_sealed(headers: &mut HeaderMap) -> Result<()> {
    header::set(headers, &header::BLOB_SEALED, "true")
}

/// Reads where a block was appended.
pub fn read_appended(headers: &HeaderMap) -> Result<AppendOutcome> {
    let written = read_written(headers)?;
    let number = |name| {
        header::number(headers, name)
            .and_then(|number| number.ok_or_else(|| BadHeader::new(name, "a number")))
            .map_err(BadHeader::into_failure)
    };
    Ok(AppendOutcome {
        etag: written.etag,
        last_modified: written.last_modified,
        append_offset: number(&APPEND_OFFSET)?,
        committed_block_count: u32::try_from(number(&COMMITTED_BLOCK_COUNT)?).unwrap_or(u32::MAX),
    })
}

fn read_properties_of_length(headers: &HeaderMap, content_length: u64) -> Result<BlobProperties> {
    let written = read_written(headers)?;
    let created = header::moment(headers, &CREATION_TIME).map_err(BadHeader::into_failure)?;
    Ok(BlobProperties {
        etag: written.etag,
        last_modified: written.last_modified,
        // Versions of the service before 2017-11-09 do not tell.
        creation_time: created.unwrap_or(written.last_modified),
        content_length,
        headers: OF_THE_BODY.read(headers).map_err(BadHeader::into_failure)?,
        metadata: fields::read_metadata(headers)?,
        ..state::read(headers).map_err(BadHeader::into_failure)?
    })
}

fn write_version(etag: &str, last_modified: Timestamp, headers: &mut HeaderMap) -> Result<()> {
    header::set(headers, &ETAG, fields::quoted(etag))?;
    header::set(headers, &LAST_MODIFIED, last_modified.to_rfc1123())
}

fn required_moment(headers: &HeaderMap, name: &HeaderName) -> Result<Timestamp> {
    header::moment(headers, name)
        .and_then(|moment| moment.ok_or_else(|| BadHeader::new(name, "a moment")))
        .map_err(BadHeader::into_failure)
}

fn boolean(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blob::{
        AccessTier, BlobHeaders, BlobType, CopyState, LeaseDurationKind, LeaseProperties, LeaseState,
        Metadata, TierProperties,
    };

    fn properties() -> BlobProperties {
        BlobProperties {
            etag: "\"0x8D\"".into(),
            last_modified: Timestamp::from_unix_seconds(1_700_000_001),
            creation_time: Timestamp::from_unix_seconds(1_700_000_000),
            content_length: 10,
            headers: BlobHeaders {
                content_type: Some("text/plain".into()),
                content_encoding: Some("gzip".into()),
                content_language: Some("de".into()),
                content_disposition: Some("inline".into()),
                cache_control: Some("no-store".into()),
                content_md5: Some("1B2M2Y8AsgTpgAmY7PhCfg==".into()),
            },
            metadata: Metadata::from([("owner".into(), "me".into())]),
            blob_type: BlobType::Append,
            lease: LeaseProperties {
                state: LeaseState::Leased,
                duration: Some(LeaseDurationKind::Fixed),
            },
            tier: Some(TierProperties {
                tier: AccessTier::Cool,
                inferred: false,
                changed: Some(Timestamp::from_unix_seconds(1_700_000_000)),
            }),
            copy: Some(Box::new(CopyState {
                id: "1".into(),
                source: "http://h/c/b".into(),
                status: "success".into(),
                progress: "10/10".into(),
                completed: Timestamp::from_unix_seconds(1_700_000_000),
            })),
            tag_count: Some(2),
            committed_block_count: Some(3),
            is_sealed: true,
        }
    }

    #[test]
    fn the_answer_to_a_put_tells_the_md5_of_its_body() {
        let written = Written {
            etag: "\"0x1\"".to_owned(),
            last_modified: Timestamp::from_unix_seconds(1_700_000_000),
            content_md5: Some([7; 16]),
        };
        let mut headers = HeaderMap::new();
        write_written(&written, &mut headers).unwrap();
        assert_eq!(read_put(&headers).unwrap(), written);
        assert_eq!(read_written(&headers).unwrap().content_md5, None);
        headers.insert(&CONTENT_MD5, http::HeaderValue::from_static("AAAA"));
        assert_eq!(read_put(&headers).unwrap_err().status(), 0);
        headers.remove(&CONTENT_MD5);
        assert_eq!(read_put(&headers).unwrap().content_md5, None);
    }

    #[test]
    fn properties_and_downloads_survive_both_ways() {
        let mut headers = HeaderMap::new();
        write_blob_properties(&properties(), &mut headers).unwrap();
        assert_eq!(read_blob_properties(&headers).unwrap(), properties());

        let mut headers = HeaderMap::new();
        let status = write_download(&properties(), (0, 10), false, &mut headers).unwrap();
        assert_eq!(status, StatusCode::OK);
        assert_eq!(read_download(status, &headers).unwrap(), (properties(), (0, 10)));

        let mut headers = HeaderMap::new();
        let status = write_download(&properties(), (2, 5), true, &mut headers).unwrap();
        assert_eq!(status, StatusCode::PARTIAL_CONTENT);
        assert_eq!(headers[&CONTENT_RANGE], "bytes 2-4/10");
        assert_eq!(headers[&CONTENT_LENGTH], "3");
        assert!(!headers.contains_key(&CONTENT_MD5));
        assert_eq!(read_download(status, &headers).unwrap(), (properties(), (2, 5)));
    }

    #[test]
    fn containers_survive_both_ways() {
        let properties = ContainerProperties {
            etag: "\"0x8D\"".into(),
            last_modified: Timestamp::from_unix_seconds(1_700_000_000),
            public_access: Some(PublicAccess::Blob),
            metadata: Metadata::from([("owner".into(), "me".into())]),
            has_immutability_policy: false,
            has_legal_hold: true,
            lease: LeaseProperties {
                state: LeaseState::Breaking,
                duration: None,
            },
        };
        let mut headers = HeaderMap::new();
        write_container_properties(&properties, &mut headers).unwrap();
        assert_eq!(read_container_properties(&headers).unwrap(), properties);
    }

    #[test]
    fn answers_that_lack_what_the_service_always_sends_are_failures() {
        assert_eq!(read_written(&HeaderMap::new()).unwrap_err().status(), 0);
        let mut headers = HeaderMap::new();
        write_blob_properties(&properties(), &mut headers).unwrap();
        for range in [
            "bytes 5-2/10",
            "bytes 0-10/10",
            "bytes */10",
            "0-1/2",
            "bytes 0-18446744073709551615/1",
        ] {
            headers.insert(&CONTENT_RANGE, range.parse().unwrap());
            let error = read_download(StatusCode::PARTIAL_CONTENT, &headers).unwrap_err();
            assert_eq!(error.status(), 0, "{range}");
        }
        headers.remove(&CONTENT_LENGTH);
        assert!(read_blob_properties(&headers).is_err());
    }

    #[test]
    fn leases_snapshots_and_appended_blocks_survive_both_ways() {
        let (etag, last_modified) = ("\"0x8D\"".to_owned(), Timestamp::from_unix_seconds(1_700_000_000));
        let leased = LeaseOutcome {
            etag: etag.clone(),
            last_modified,
            lease_id: Some("id".into()),
            remaining: Some(5),
        };
        let mut headers = HeaderMap::new();
        write_leased(&leased, &mut headers).unwrap();
        assert_eq!(read_leased(&headers).unwrap(), leased);
        let created = SnapshotCreated {
            snapshot: Snapshot(last_modified),
            etag: etag.clone(),
            last_modified,
        };
        write_snapshot(&created, &mut headers).unwrap();
        assert_eq!(read_snapshot(&headers).unwrap(), created);
        let appended = AppendOutcome {
            etag,
            last_modified,
            append_offset: 7,
            committed_block_count: 2,
        };
        write_appended(&appended, &mut headers).unwrap();
        assert_eq!(read_appended(&headers).unwrap(), appended);
    }

    #[test]
    fn a_copy_that_is_not_complete_is_a_failure() {
        let mut outcome = CopyOutcome {
            etag: "\"0x8D\"".into(),
            last_modified: Timestamp::from_unix_seconds(1_700_000_000),
            copy_id: "id".into(),
            copy_status: "success".into(),
        };
        let mut headers = HeaderMap::new();
        write_copy(&outcome, &mut headers).unwrap();
        assert_eq!(read_complete_copy(&headers).unwrap(), outcome);
        outcome.copy_status = "pending".into();
        write_copy(&outcome, &mut headers).unwrap();
        assert_eq!(read_copy(&headers).unwrap(), outcome);
        assert_eq!(read_complete_copy(&headers).unwrap_err().status(), 0);
    }
}
