//! The versions callers speak, and their translation into the one the world knows.
//!
//! A request is translated before its operation is looked for, and its answer after that was written. The newest
//! version and those to come are served as they are. The differences are a table: a new version gets its rows there.
//!
//! - `table`: every difference, with the version it came in
//! - `change`: what can differ, and how one form is made into the other
//! - `model`: where in bodies the objects stand that differ
//! - `body`, `query`: whole bodies and `$select`, `$filter`, after the table
//! - `translation`: one request and its answer
//! - `operations`, `node_agents`: what older versions had and today's has not

mod body;
mod change;
mod model;
mod node_agents;
mod operations;
mod query;
mod table;
#[cfg(test)]
mod tests;
mod translation;

use std::fmt;

use batchite_api::error::{Error, ErrorCode, Result};
use batchite_api::odata::invalid_query;
use batchite_api::wire::batch::RequestParts;

pub(super) use translation::Translation;

/// An `api-version`: a date, until 2025 followed by a number, as `2024-07-01.20.0`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ApiVersion {
    year: u16,
    month: u8,
    day: u8,
    number: Option<(u16, u16)>,
}

impl ApiVersion {
    /// The oldest version that is served.
    pub const OLDEST: Self = Self::numbered(2016, 7, 1, 3, 1);

    /// The version the world speaks. Newer ones get the same.
    pub const NEWEST: Self = Self {
        year: 2025,
        month: 6,
        day: 1,
        number: None,
    };

    /// A version with a number.
    pub const fn numbered(year: u16, month: u8, day: u8, major: u16, minor: u16) -> Self {
        Self {
            year,
            month,
            day,
            number: Some((major, minor)),
        }
    }

    /// Reads a version; `None` when the text is none.
    pub fn parse(text: &str) -> Option<Self> {
        let (date, number) = text
            .split_once('.')
            .map_or((text, None), |(date, number)| (date, Some(number)));
        let mut parts = date.split('-');
        let mut part = |length: usize| {
            let part = parts.next().filter(|part| part.len() == length)?;
            part.bytes().all(|byte| byte.is_ascii_digit()).then_some(part)
        };
        let (year, month, day) = (part(4)?, part(2)?, part(2)?);
        if parts.next().is_some() {
            return None;
        }
        let digits = |text: &str| {
            let sound = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            sound.then(|| text.parse::<u16>().ok()).flatten()
        };
        let number = match number.map(|number| number.split_once('.')) {
            None => None,
            Some(Some((major, minor))) => Some((digits(major)?, digits(minor)?)),
            Some(None) => return None,
        };
        let read = Self {
            year: year.parse().ok()?,
            month: month.parse().ok()?,
            day: day.parse().ok()?,
            number,
        };
        ((1..=12).contains(&read.month) && (1..=31).contains(&read.day)).then_some(read)
    }

    /// The version of a request.
    ///
    /// Refused: `MissingRequiredQueryParameter` without one, `InvalidQueryParameterValue` when it is malformed,
    /// `UnsupportedRequestVersion` when it is older than [`ApiVersion::OLDEST`].
    pub fn of(request: &RequestParts) -> Result<Self> {
        let text = request.query("api-version").ok_or_else(|| {
            Error::batch(ErrorCode::MissingRequiredQueryParameter)
                .with_detail("QueryParameterName", "api-version")
        })?;
        let version = Self::parse(text)
            .ok_or_else(|| invalid_query("api-version", text, "Expected a version as 2025-06-01."))?;
        if version < Self::OLDEST {
            let reason = format!("{version} is not served; {} is the oldest one.", Self::OLDEST);
            return Err(Error::batch(ErrorCode::UnsupportedRequestVersion).with_detail("Reason", reason));
        }
        Ok(version)
    }
}

impl fmt::Display for ApiVersion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}-{:02}-{:02}", self.year, self.month, self.day)?;
        self.number
            .map_or(Ok(()), |(major, minor)| write!(formatter, ".{major}.{minor}"))
    }
}

#[cfg(test)]
mod version_tests {
    use super::*;

    #[test]
    fn versions_are_ordered_by_date_and_number() {
        let texts = [
            "2015-12-01.2.2",
            "2016-07-01.3.1",
            "2017-06-01.5.1",
            "2024-07-01.20.0",
            "2025-06-01",
            "2031-01-01",
        ];
        let versions: Vec<_> = texts
            .iter()
            .map(|text| ApiVersion::parse(text).unwrap())
            .collect();
        assert!(versions.is_sorted());
        assert_eq!(
            (versions[1], versions[4]),
            (ApiVersion::OLDEST, ApiVersion::NEWEST)
        );
        for (text, version) in texts.iter().zip(&versions) {
            assert_eq!(&version.to_string(), text);
        }
    }

    #[test]
    fn what_is_no_version_is_none() {
        for text in [
            "",
            "latest",
            "2025",
            "2025-06",
            "2025-6-1",
            "2025-13-01",
            "2025-06-00",
            "2025-06-01.",
            "2025-06-01.1",
            "2025-06-01.1.",
            "2025-06-01.a.b",
            "2025-06-01.1.0.0",
            "2025-06-01-preview",
            "+025-06-01",
        ] {
            assert_eq!(ApiVersion::parse(text), None, "{text}");
        }
    }
}
