//! Snapshots: a blob as it was at a moment, told apart by that moment.

use std::fmt;

use percent_encoding::percent_decode_str;

use crate::error::{Error, ErrorCode, Result};
use crate::time::Timestamp;

/// Ticks of 100 ns in a second.
const TICKS_PER_SECOND: u64 = 10_000_000;

/// Which snapshot of a blob: the moment it was made, to the tick.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Snapshot(pub Timestamp);

impl Snapshot {
    /// Reads the value of `snapshot`. Refused: `InvalidQueryParameterValue`.
    pub fn parse(text: &str) -> Result<Self> {
        text.parse().map(Self).map_err(|_| {
            Error::blob(ErrorCode::InvalidQueryParameterValue)
                .with_detail("QueryParameterName", "snapshot")
                .with_detail("QueryParameterValue", text)
        })
    }
}

impl fmt::Display for Snapshot {
    /// With all seven digits of a second, as the service writes it.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ticks = self.0.ticks() % TICKS_PER_SECOND;
        let whole = self.0.truncated_to_second().to_string();
        write!(formatter, "{}.{ticks:07}Z", whole.trim_end_matches('Z'))
    }
}

/// What *Snapshot Blob* answers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SnapshotCreated {
    /// `x-ms-snapshot`
    pub snapshot: Snapshot,
    /// `ETag` of the blob, with quotes; when metadata was given, that of the snapshot.
    pub etag: String,
    /// `Last-Modified`, cut to the second.
    pub last_modified: Timestamp,
}

/// What becomes of snapshots when *Delete Blob* is asked for, `x-ms-delete-snapshots`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DeleteSnapshots {
    /// Nothing is said: a blob that has some is refused with `SnapshotsPresent`.
    #[default]
    Refuse,
    /// `include`: the blob and all of them.
    Include,
    /// `only`: all of them, and not the blob.
    Only,
}

/// The URL of a blob without `snapshot` in its query, and which snapshot that names.
///
/// Refused: `InvalidQueryParameterValue` when it is none.
pub fn split_snapshot(url: &str) -> Result<(String, Option<Snapshot>)> {
    let Some((path, query)) = url.split_once('?') else {
        return Ok((url.to_owned(), None));
    };
    let mut snapshot = None;
    let mut kept = Vec::new();
    for pair in query.split('&') {
        match pair.split_once('=') {
            Some((name, value)) if name.eq_ignore_ascii_case("snapshot") && snapshot.is_none() => {
                let decoded = percent_decode_str(value).decode_utf8_lossy();
                snapshot = Some(Snapshot::parse(&decoded)?);
            }
            _ => kept.push(pair),
        }
    }
    let query = kept.join("&");
    Ok(if query.is_empty() {
        (path.to_owned(), snapshot)
    } else {
        (format!("{path}?{query}"), snapshot)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_snapshot_of_a_url_is_found_and_taken_out() {
        let plain = "http://h/a/c/b?sv=1&sig=x";
        assert_eq!(split_snapshot(plain).unwrap(), (plain.to_owned(), None));
        let moment = "2025-11-20T15:00:00.0000001Z";
        let (url, found) =
            split_snapshot("http://h/a/c/b?snapshot=2025-11-20T15%3A00%3A00.0000001Z").unwrap();
        assert_eq!(
            (url.as_str(), found.unwrap().to_string().as_str()),
            ("http://h/a/c/b", moment)
        );
        assert!(split_snapshot("http://h/a/c/b?snapshot=x").is_err());
    }

    #[test]
    fn a_snapshot_has_seven_digits() {
        for text in [
            "2025-11-20T15:00:00.0000000Z",
            "2025-11-20T15:00:00.1200000Z",
            "2025-11-20T15:00:00.0000001Z",
        ] {
            assert_eq!(Snapshot::parse(text).unwrap().to_string(), text);
        }
        assert!(
            Snapshot::parse("yesterday")
                .unwrap_err()
                .is(&ErrorCode::InvalidQueryParameterValue)
        );
    }
}
