//! What the store accepts: metadata, MD5 values, conditions, page sizes, and the marks it puts on what it writes.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use batchite_api::backend::options::ConditionOutcome;
use batchite_api::backend::{BlobConditions, Written};
use batchite_api::blob::{Crc64, Metadata};
use batchite_api::error::{Error, ErrorCode, Result, Service};
use batchite_api::page::Continuation;
use batchite_api::time::{TimeSpan, Timestamp};

use super::blob::Upload;
use super::content::Content;

/// Names and values of metadata together may have this many bytes.
const METADATA_BYTES_MAX: usize = 8 * 1024;

/// Entries per page at most, and when nothing is said.
const PAGE_SIZE_MAX: u32 = 5000;

/// Clocks the store may have been read by, each with stamps of its own. It divides the ticks of a second, so that a
/// stamp stays in the second it is of.
const CLOCKS: u64 = 16;

/// Makes the moments writes are marked with: never the same twice, so that no two versions share an ETag.
///
/// A clock that goes wrong by a fault and is put right again goes back, and what is written then has to show the right
/// time. So each clock has stamps of its own: those whose ticks leave its number when divided by [`CLOCKS`]. A clock by
/// itself never goes back, so its stamps grow.
#[derive(Debug, Default)]
pub(super) struct Stamps {
    /// How far each clock is ahead, and its last stamp. The first one is right; the last one serves all that come after it.
    clocks: Vec<(TimeSpan, Timestamp)>,
    /// Which of them is read.
    read: usize,
}

impl Stamps {
    /// The clock is ahead by so much from now on.
    pub(super) fn follow(&mut self, ahead: TimeSpan) {
        if self.clocks.is_empty() {
            self.clocks.push((TimeSpan::ZERO, Timestamp::default()));
        }
        let known = self.clocks.iter().position(|(other, _)| *other == ahead);
        self.read = known.unwrap_or_else(|| {
            if (self.clocks.len() as u64) < CLOCKS {
                self.clocks.push((ahead, Timestamp::default()));
            }
            self.clocks.len() - 1
        });
    }

    /// A moment of this microsecond or so, or the first one after the last stamp if that is later.
    pub(super) fn next(&mut self, now: Timestamp) -> Timestamp {
        if self.clocks.is_empty() {
            self.follow(TimeSpan::ZERO);
        }
        let last = &mut self.clocks[self.read].1;
        let ticks = now.ticks().max(last.ticks().saturating_add(CLOCKS));
        *last = Timestamp::from_ticks(ticks - ticks % CLOCKS + self.read as u64);
        *last
    }
}

/// The ETag of a version, with the quotes Blob Storage gives it.
pub(super) fn etag(stamp: Timestamp) -> String {
    stamp.quoted_etag()
}

/// The headers that answer a write.
pub(super) fn written(stamp: Timestamp) -> Written {
    Written {
        etag: etag(stamp),
        last_modified: stamp.truncated_to_second(),
        content_md5: None,
    }
}

/// A GUID no other stamp of this world gives, for leases and copies.
pub(super) fn guid(stamp: Timestamp) -> String {
    let ticks = stamp.ticks();
    format!(
        "{:08x}-{:04x}-4000-8000-{:012x}",
        ticks >> 32,
        ticks >> 16 & 0xFFFF,
        ticks & 0xFFFF_FFFF
    )
}

/// Refuses conditional headers of HTTP where an operation has none, with `UnsupportedHeader`.
pub(super) fn refuse_http_conditions(conditions: &BlobConditions) -> Result<()> {
    if conditions.has_headers() {
        return Err(Error::blob(ErrorCode::UnsupportedHeader));
    }
    Ok(())
}

/// Refuses a block without bytes, with `InvalidHeaderValue`.
pub(super) fn check_filled(content: &Content) -> Result<()> {
    if content.length() > 0 {
        return Ok(());
    }
    Err(Error::blob(ErrorCode::InvalidHeaderValue)
        .with_detail("HeaderName", "Content-Length")
        .with_detail("HeaderValue", "0"))
}

/// Refuses a write whose conditions fail, or that is about a snapshot; `exists` is the code for `If-None-Match: *` on what is there.
pub(super) fn check_write(
    conditions: &BlobConditions,
    existing: Option<Timestamp>,
    exists: ErrorCode,
) -> Result<()> {
    if conditions.snapshot.is_some() {
        return Err(
            Error::blob(ErrorCode::UnsupportedQueryParameter).with_detail("QueryParameterName", "snapshot")
        );
    }
    let outcome = evaluate(conditions, existing);
    let only_if_new = conditions.if_none_match.as_deref() == Some("*");
    match outcome {
        ConditionOutcome::Met => Ok(()),
        ConditionOutcome::NotModified if only_if_new => Err(Error::blob(exists)),
        ConditionOutcome::Failed | ConditionOutcome::NotModified => {
            Err(Error::blob(ErrorCode::ConditionNotMet))
        }
    }
}

/// Refuses a read whose conditions fail: 412, or 304 when there is nothing new.
pub(super) fn check_read(conditions: &BlobConditions, existing: Timestamp) -> Result<()> {
    match evaluate(conditions, Some(existing)) {
        ConditionOutcome::Met => Ok(()),
        ConditionOutcome::Failed => Err(Error::blob(ErrorCode::ConditionNotMet)),
        ConditionOutcome::NotModified => Err(Error::from_wire(
            Service::Blob,
            ErrorCode::ConditionNotMet.as_str(),
            304,
            "The condition specified using HTTP conditional header(s) is not met.".to_owned(),
        )),
    }
}

fn evaluate(conditions: &BlobConditions, existing: Option<Timestamp>) -> ConditionOutcome {
    // Most requests have no conditions; they do not pay for the text of a tag.
    if !conditions.has_headers() {
        return ConditionOutcome::Met;
    }
    let tag = existing.map(etag).unwrap_or_default();
    conditions.evaluate(existing.map(|modified| (tag.as_str(), modified)))
}

/// Refuses metadata the service refuses: names must be identifiers, values visible ASCII, 8 KiB in all.
pub(super) fn check_metadata(metadata: &Metadata) -> Result<()> {
    let mut bytes = 0;
    let mut names: Vec<String> = Vec::with_capacity(metadata.len());
    for (name, value) in metadata {
        if name.is_empty() {
            return Err(Error::blob(ErrorCode::EmptyMetadataKey));
        }
        let starts_well = !name.starts_with(|first: char| first.is_ascii_digit());
        let is_identifier = name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        let is_visible = value.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        let lower = name.to_ascii_lowercase();
        if !starts_well || !is_identifier || !is_visible || names.contains(&lower) {
            return Err(Error::blob(ErrorCode::InvalidMetadata).with_detail("MetadataName", name));
        }
        names.push(lower);
        bytes += name.len() + value.len();
    }
    if bytes > METADATA_BYTES_MAX {
        return Err(Error::blob(ErrorCode::MetadataTooLarge));
    }
    Ok(())
}

/// Reads an MD5 value. Refused with `InvalidMd5` unless it is Base64 of 16 bytes.
pub(super) fn read_md5(text: &str) -> Result<[u8; 16]> {
    STANDARD
        .decode(text)
        .ok()
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or_else(|| Error::blob(ErrorCode::InvalidMd5))
}

/// Refuses a value the bytes do not have, with `Md5Mismatch`.
pub(super) fn check_md5(given: Option<&str>, computed: Option<[u8; 16]>) -> Result<()> {
    let Some(given) = given else { return Ok(()) };
    let wanted = read_md5(given)?;
    match computed {
        Some(computed) if computed != wanted => Err(Error::blob(ErrorCode::Md5Mismatch)
            .with_detail("UserSpecifiedMd5", given)
            .with_detail("ServerCalculatedMd5", STANDARD.encode(computed))),
        _ => Ok(()),
    }
}

/// Refuses a body that is not what the request says of it: `Md5Mismatch`, `Crc64Mismatch`; `InvalidHeaderValue` for what
/// is no CRC64, and for one beside an MD5.
pub(super) fn check_body(md5: Option<&str>, crc64: Option<&str>, upload: &Upload) -> Result<()> {
    check_md5(md5, upload.md5)?;
    let Some(given) = crc64 else { return Ok(()) };
    let refused = |reason| {
        Error::blob(ErrorCode::InvalidHeaderValue)
            .with_detail("HeaderName", "x-ms-content-crc64")
            .with_detail("Reason", reason)
    };
    if md5.is_some() {
        return Err(refused("expected one hash of the body, not two"));
    }
    let wanted = Crc64::parse(given).ok_or_else(|| refused("expected Base64 of 8 bytes"))?;
    match upload.crc64 {
        Some(computed) if computed != wanted => Err(Error::blob(ErrorCode::Crc64Mismatch)
            .with_detail("UserSpecifiedCrc", given)
            .with_detail("ServerCalculatedCrc", Crc64::text(computed))),
        _ => Ok(()),
    }
}

/// Entries per page. Refused with `OutOfRangeQueryParameterValue` when none are wanted.
pub(super) fn page_size(max_results: Option<u32>) -> Result<usize> {
    match max_results {
        Some(0) => Err(Error::blob(ErrorCode::OutOfRangeQueryParameterValue)
            .with_detail("QueryParameterName", "maxresults")
            .with_detail("QueryParameterValue", "0")
            .with_detail("MinimumAllowed", "1")
            .with_detail("MaximumAllowed", PAGE_SIZE_MAX.to_string())),
        wanted => Ok(wanted.unwrap_or(PAGE_SIZE_MAX).min(PAGE_SIZE_MAX) as usize),
    }
}

/// A marker: the first name that was not shown, encoded so that any name survives in a query and in XML.
pub(super) fn marker(name: &str) -> Continuation {
    Continuation::new(STANDARD.encode(name))
}

/// The name a page begins at. Refused with `InvalidQueryParameterValue` when the marker is none of ours.
pub(super) fn read_marker(continuation: Option<&Continuation>) -> Result<Option<String>> {
    let Some(continuation) = continuation.filter(|marker| !marker.as_str().is_empty()) else {
        return Ok(None);
    };
    STANDARD
        .decode(continuation.as_str())
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .map(Some)
        .ok_or_else(|| {
            Error::blob(ErrorCode::InvalidQueryParameterValue).with_detail("QueryParameterName", "marker")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_are_of_their_second_and_none_is_given_twice() {
        let start: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let hours = TimeSpan::from_hours;
        let mut stamps = Stamps::default();
        let mut given = std::collections::BTreeSet::new();
        // Clocks that go wrong, and right again, while the time of the world goes on.
        for (minute, ahead) in [0, 23, 0, -1, 23, 0, -1].into_iter().enumerate() {
            let now = start + TimeSpan::from_minutes(i64::try_from(minute).unwrap()) + hours(ahead);
            stamps.follow(hours(ahead));
            for _ in 0..1000 {
                let stamp = stamps.next(now);
                assert!(given.insert(stamp), "{stamp}");
                assert_eq!(stamp.truncated_to_second(), now.truncated_to_second());
            }
        }
        // The same moments come again for a clock that was put back to where others have been.
        for ahead in [0, 23, -1] {
            stamps.follow(hours(ahead) - TimeSpan::from_minutes(3));
            for minute in 0..7 {
                let stamp = stamps.next(start + TimeSpan::from_minutes(minute) + hours(ahead));
                assert!(given.insert(stamp), "{stamp}");
            }
        }
    }
}
