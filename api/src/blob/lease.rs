//! Leases: a container or a blob kept for one writer.

use crate::error::{Error, ErrorCode, Result};
use crate::open_enum::open_enum;
use crate::time::Timestamp;

open_enum! {
    /// What a lease is doing.
    pub enum LeaseState {
        /// There is none.
        Available = "available",
        /// Somebody holds it.
        Leased = "leased",
        /// Its time is over; the holder may renew it until somebody else writes.
        Expired = "expired",
        /// It ends soon and cannot be taken until then.
        Breaking = "breaking",
        /// It was ended by another than its holder.
        Broken = "broken",
    }
}

open_enum! {
    /// Whether a lease ends by itself.
    pub enum LeaseDurationKind {
        /// After the seconds it was acquired for.
        Fixed = "fixed",
        /// Not before it is released or broken.
        Infinite = "infinite",
    }
}

/// What properties and lists tell of a lease.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeaseProperties {
    /// `x-ms-lease-state`
    pub state: LeaseState,
    /// `x-ms-lease-duration`, while somebody holds it.
    pub duration: Option<LeaseDurationKind>,
}

impl Default for LeaseProperties {
    /// No lease.
    fn default() -> Self {
        Self {
            state: LeaseState::Available,
            duration: None,
        }
    }
}

impl LeaseProperties {
    /// `x-ms-lease-status`: `locked` or `unlocked`.
    pub fn status(&self) -> &'static str {
        if matches!(self.state, LeaseState::Leased | LeaseState::Breaking) {
            "locked"
        } else {
            "unlocked"
        }
    }
}

/// How long a lease is acquired for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeaseDuration {
    /// 15 to 60 seconds.
    Seconds(u32),
    /// Until it is released or broken.
    Infinite,
}

impl LeaseDuration {
    /// Reads `x-ms-lease-duration`: 15 to 60, or -1. Refused: `InvalidHeaderValue`.
    pub fn parse(text: &str) -> Result<Self> {
        match text.trim().parse::<i64>() {
            Ok(-1) => Ok(Self::Infinite),
            Ok(seconds @ 15..=60) => Ok(Self::Seconds(u32::try_from(seconds).unwrap_or(60))),
            _ => Err(bad_header("x-ms-lease-duration", text, "15 to 60 seconds, or -1")),
        }
    }

    /// The value of `x-ms-lease-duration`.
    pub fn to_header(self) -> String {
        match self {
            Self::Seconds(seconds) => seconds.to_string(),
            Self::Infinite => "-1".to_owned(),
        }
    }
}

/// What *Lease Container* and *Lease Blob* do, `x-ms-lease-action`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeaseAction {
    /// `acquire`
    Acquire {
        /// `x-ms-lease-duration`
        duration: LeaseDuration,
        /// `x-ms-proposed-lease-id`: the id the lease gets; one is made when absent.
        proposed_id: Option<String>,
    },
    /// `renew`: its time starts anew.
    Renew {
        /// `x-ms-lease-id`
        id: String,
    },
    /// `change`: another id.
    Change {
        /// `x-ms-lease-id`
        id: String,
        /// `x-ms-proposed-lease-id`
        proposed_id: String,
    },
    /// `release`: at once free for others.
    Release {
        /// `x-ms-lease-id`
        id: String,
    },
    /// `break`: ends after a while, whoever holds it.
    Break {
        /// `x-ms-lease-break-period`: 0 to 60 seconds. When absent, a fixed lease keeps its time and an infinite one
        /// ends at once.
        period: Option<u32>,
    },
}

impl LeaseAction {
    /// The word of `x-ms-lease-action`.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Acquire { .. } => "acquire",
            Self::Renew { .. } => "renew",
            Self::Change { .. } => "change",
            Self::Release { .. } => "release",
            Self::Break { .. } => "break",
        }
    }
}

/// What *Lease Container* and *Lease Blob* answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LeaseOutcome {
    /// `ETag`, with quotes; a lease does not move it.
    pub etag: String,
    /// `Last-Modified`, cut to the second.
    pub last_modified: Timestamp,
    /// `x-ms-lease-id`, after acquire, renew and change.
    pub lease_id: Option<String>,
    /// `x-ms-lease-time`: seconds until a broken lease has ended.
    pub remaining: Option<u32>,
}

/// Checks the id of a lease: a GUID, in lower case without braces. Refused: `InvalidHeaderValue`.
pub fn lease_id(header: &str, text: &str) -> Result<String> {
    let bare = text
        .trim()
        .trim_start_matches(['{', '('])
        .trim_end_matches(['}', ')']);
    let digits: String = bare.chars().filter(|letter| *letter != '-').collect();
    if digits.len() != 32 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(bad_header(header, text, "a GUID"));
    }
    let digits = digits.to_ascii_lowercase();
    Ok([
        &digits[..8],
        &digits[8..12],
        &digits[12..16],
        &digits[16..20],
        &digits[20..],
    ]
    .join("-"))
}

fn bad_header(name: &str, value: &str, expected: &str) -> Error {
    Error::blob(ErrorCode::InvalidHeaderValue)
        .with_detail("HeaderName", name)
        .with_detail("HeaderValue", value)
        .with_detail("Reason", format!("expected {expected}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_guids_in_one_form() {
        let plain = "0f3ac1d2-0000-4000-8000-00000000ab01";
        for text in [
            plain,
            "{0F3AC1D2-0000-4000-8000-00000000AB01}",
            "0f3ac1d200004000800000000000ab01",
        ] {
            assert_eq!(lease_id("x-ms-lease-id", text).unwrap(), plain);
        }
        for text in [
            "",
            "x",
            "0f3ac1d2-0000-4000-8000-00000000ab0",
            "0f3ac1d2-0000-4000-8000-00000000ab0g",
        ] {
            assert!(
                lease_id("x-ms-lease-id", text)
                    .unwrap_err()
                    .is(&ErrorCode::InvalidHeaderValue)
            );
        }
    }

    #[test]
    fn durations_are_15_to_60_seconds_or_infinite() {
        assert_eq!(LeaseDuration::parse("-1").unwrap(), LeaseDuration::Infinite);
        assert_eq!(LeaseDuration::parse("15").unwrap(), LeaseDuration::Seconds(15));
        assert_eq!(LeaseDuration::parse("60").unwrap().to_header(), "60");
        for text in ["14", "61", "0", "-2", "x"] {
            assert!(
                LeaseDuration::parse(text)
                    .unwrap_err()
                    .is(&ErrorCode::InvalidHeaderValue)
            );
        }
    }
}
