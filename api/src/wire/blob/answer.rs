//! The heads of answers, each written by the server and read by the client.
//!
//! What every answer has (`x-ms-request-id`, `x-ms-version`, `Date`) is the server's own affair. Readers refuse an
//! answer that lacks what the service always sends: it does not come from Blob Storage.

use http::{HeaderMap, StatusCode};

use super::fields::{self, OF_THE_BODY};
use super::header::{
    self, ACCEPT_RANGES, BLOB_CONTENT_MD5, BLOB_PUBLIC_ACCESS, BLOB_TYPE, BadHeader, CONTENT_LENGTH,
    CONTENT_MD5, CONTENT_RANGE, COPY_ID, COPY_STATUS, CREATION_TIME, ETAG, HAS_IMMUTABILITY_POLICY,
    HAS_LEGAL_HOLD, LAST_MODIFIED, LEASE_STATE, LEASE_STATUS, REQUEST_SERVER_ENCRYPTED, SERVER_ENCRYPTED,
};
use crate::backend::Written;
use crate::blob::{BlobProperties, ContainerProperties, CopyOutcome, PublicAccess};
use crate::error::{Error, Result, Service};
use crate::time::Timestamp;

/// Writes the version an entity has after a write.
pub fn write_written(written: &Written, headers: &mut HeaderMap) -> Result<()> {
    header::set(headers, ETAG, &fields::quoted(&written.etag))?;
    header::set(headers, LAST_MODIFIED, &written.last_modified.to_rfc1123())
}

/// Reads the version an entity has after a write.
pub fn read_written(headers: &HeaderMap) -> Result<Written> {
    Ok(Written {
        etag: header::required(headers, ETAG)
            .map_err(BadHeader::into_failure)?
            .to_owned(),
        last_modified: required_moment(headers, LAST_MODIFIED)?,
    })
}

/// Says that what was written is encrypted at rest, as the service says of every blob.
pub fn write_encrypted(headers: &mut HeaderMap) -> Result<()> {
    header::set(headers, REQUEST_SERVER_ENCRYPTED, "true")
}

/// Writes the properties of a container.
pub fn write_container_properties(properties: &ContainerProperties, headers: &mut HeaderMap) -> Result<()> {
    write_version(&properties.etag, properties.last_modified, headers)?;
    fields::write_metadata(&properties.metadata, headers)?;
    write_public_access(properties.public_access.as_ref(), headers)?;
    write_free_of_leases(headers)?;
    header::set(
        headers,
        HAS_IMMUTABILITY_POLICY,
        boolean(properties.has_immutability_policy),
    )?;
    header::set(headers, HAS_LEGAL_HOLD, boolean(properties.has_legal_hold))
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
        has_immutability_policy: flag(HAS_IMMUTABILITY_POLICY)?,
        has_legal_hold: flag(HAS_LEGAL_HOLD)?,
    })
}

/// Writes what anonymous callers may read.
pub fn write_public_access(access: Option<&PublicAccess>, headers: &mut HeaderMap) -> Result<()> {
    header::set_some(headers, BLOB_PUBLIC_ACCESS, access.map(PublicAccess::as_str))
}

/// Reads what anonymous callers may read.
pub fn read_public_access(headers: &HeaderMap) -> Result<Option<PublicAccess>> {
    let word = header::text(headers, BLOB_PUBLIC_ACCESS).map_err(BadHeader::into_failure)?;
    Ok(word.map(PublicAccess::from))
}

/// Writes the properties of a blob, as *Get Blob Properties* answers them.
pub fn write_blob_properties(properties: &BlobProperties, headers: &mut HeaderMap) -> Result<()> {
    write_version(&properties.etag, properties.last_modified, headers)?;
    header::set(headers, CREATION_TIME, &properties.creation_time.to_rfc1123())?;
    header::set(headers, CONTENT_LENGTH, &properties.content_length.to_string())?;
    OF_THE_BODY.write(&properties.headers, headers)?;
    if properties.headers.content_type.is_none() {
        header::set(headers, header::CONTENT_TYPE, "application/octet-stream")?;
    }
    fields::write_metadata(&properties.metadata, headers)?;
    header::set(headers, BLOB_TYPE, "BlockBlob")?;
    header::set(headers, ACCEPT_RANGES, "bytes")?;
    header::set(headers, SERVER_ENCRYPTED, "true")?;
    write_free_of_leases(headers)
}

/// Reads the properties of a blob, as *Get Blob Properties* answers them.
pub fn read_blob_properties(headers: &HeaderMap) -> Result<BlobProperties> {
    let length = header::number(headers, CONTENT_LENGTH)
        .and_then(|length| length.ok_or_else(|| BadHeader::new(CONTENT_LENGTH, "a number")))
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
    header::set(headers, CONTENT_LENGTH, &end.saturating_sub(first).to_string())?;
    let text = format!(
        "bytes {first}-{}/{}",
        end.saturating_sub(1),
        properties.content_length
    );
    header::set(headers, CONTENT_RANGE, &text)?;
    // `Content-MD5` would be that of the body, which nobody has computed.
    if let Some(whole) = headers.remove(CONTENT_MD5) {
        headers.insert(BLOB_CONTENT_MD5, whole);
    }
    Ok(StatusCode::PARTIAL_CONTENT)
}

/// Writes how long a blob is of which a range was asked for that it does not have.
pub fn write_unsatisfied_range(content_length: u64, headers: &mut HeaderMap) -> Result<()> {
    header::set(headers, CONTENT_RANGE, &format!("bytes */{content_length}"))
}

/// Reads the head of a download: the properties of the blob, and first byte and end (excluded) of the body.
pub fn read_download(status: StatusCode, headers: &HeaderMap) -> Result<(BlobProperties, (u64, u64))> {
    if status != StatusCode::PARTIAL_CONTENT {
        let properties = read_blob_properties(headers)?;
        let length = properties.content_length;
        return Ok((properties, (0, length)));
    }
    let (first, end, whole) = header::required(headers, CONTENT_RANGE)
        .and_then(|text| {
            content_range(text).ok_or_else(|| BadHeader::new(CONTENT_RANGE, "a range as bytes 0-99/200"))
        })
        .map_err(BadHeader::into_failure)?;
    let mut properties = read_properties_of_length(headers, whole)?;
    properties.headers.content_md5 =
        header::owned(headers, BLOB_CONTENT_MD5).map_err(BadHeader::into_failure)?;
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

/// Writes the outcome of a copy.
pub fn write_copy(outcome: &CopyOutcome, headers: &mut HeaderMap) -> Result<()> {
    write_version(&outcome.etag, outcome.last_modified, headers)?;
    header::set(headers, COPY_ID, &outcome.copy_id)?;
    header::set(headers, COPY_STATUS, &outcome.copy_status)
}

/// Reads the outcome of a copy, which has to be complete.
pub fn read_copy(headers: &HeaderMap) -> Result<CopyOutcome> {
    let written = read_written(headers)?;
    let text = |name| {
        header::required(headers, name)
            .map(str::to_owned)
            .map_err(BadHeader::into_failure)
    };
    let outcome = CopyOutcome {
        etag: written.etag,
        last_modified: written.last_modified,
        copy_id: text(COPY_ID)?,
        copy_status: text(COPY_STATUS)?,
    };
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

fn read_properties_of_length(headers: &HeaderMap, content_length: u64) -> Result<BlobProperties> {
    let written = read_written(headers)?;
    let created = header::moment(headers, CREATION_TIME).map_err(BadHeader::into_failure)?;
    Ok(BlobProperties {
        etag: written.etag,
        last_modified: written.last_modified,
        // Versions of the service before 2017-11-09 do not tell.
        creation_time: created.unwrap_or(written.last_modified),
        content_length,
        headers: OF_THE_BODY.read(headers).map_err(BadHeader::into_failure)?,
        metadata: fields::read_metadata(headers)?,
    })
}

fn write_version(etag: &str, last_modified: Timestamp, headers: &mut HeaderMap) -> Result<()> {
    header::set(headers, ETAG, &fields::quoted(etag))?;
    header::set(headers, LAST_MODIFIED, &last_modified.to_rfc1123())
}

fn write_free_of_leases(headers: &mut HeaderMap) -> Result<()> {
    header::set(headers, LEASE_STATUS, "unlocked")?;
    header::set(headers, LEASE_STATE, "available")
}

fn required_moment(headers: &HeaderMap, name: &str) -> Result<Timestamp> {
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
    use crate::blob::{BlobHeaders, Metadata};

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
        }
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
        assert_eq!(headers[CONTENT_RANGE], "bytes 2-4/10");
        assert_eq!(headers[CONTENT_LENGTH], "3");
        assert!(!headers.contains_key(CONTENT_MD5));
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
            headers.insert(CONTENT_RANGE, range.parse().unwrap());
            let error = read_download(StatusCode::PARTIAL_CONTENT, &headers).unwrap_err();
            assert_eq!(error.status(), 0, "{range}");
        }
        headers.remove(CONTENT_LENGTH);
        assert!(read_blob_properties(&headers).is_err());
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
        assert_eq!(read_copy(&headers).unwrap(), outcome);
        outcome.copy_status = "pending".into();
        write_copy(&outcome, &mut headers).unwrap();
        assert_eq!(read_copy(&headers).unwrap_err().status(), 0);
    }
}
