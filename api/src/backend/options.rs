//! What every request may carry, and what an answer to a write tells.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, ErrorCode, Result};
use crate::odata::{Filter, ListKind, Select};
use crate::page::Continuation;
use crate::time::Timestamp;

/// The conditional headers of a request.
///
/// An ETag protects what users write, not what the scheduler does: it does not move with the state of an entity.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Conditions {
    /// `If-Match`: a tag, with or without quotes, or `*`.
    pub if_match: Option<String>,
    /// `If-None-Match`: a tag, with or without quotes, or `*`.
    pub if_none_match: Option<String>,
    /// `If-Modified-Since`, to the second.
    pub if_modified_since: Option<Timestamp>,
    /// `If-Unmodified-Since`, to the second.
    pub if_unmodified_since: Option<Timestamp>,
}

/// What an entity has to say when conditions are held against it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConditionOutcome {
    /// The request may go on.
    Met,
    /// A condition that protects a write failed: 412.
    Failed,
    /// A condition of a reader says "nothing new": 304 on reads, 412 on writes.
    NotModified,
}

impl Conditions {
    /// Holds the conditions against an entity; `None` stands for an entity that does not exist.
    pub fn evaluate(&self, entity: Option<(&str, Timestamp)>) -> ConditionOutcome {
        let matches =
            |wanted: &str, tag: &str| wanted == "*" || wanted.trim_matches('"') == tag.trim_matches('"');
        let tag_is = |wanted: &str| entity.is_some_and(|(tag, _)| matches(wanted, tag));
        let modified = entity.map(|(_, modified)| modified.truncated_to_second());
        if self.if_match.as_deref().is_some_and(|wanted| !tag_is(wanted)) {
            return ConditionOutcome::Failed;
        }
        if let (Some(limit), Some(modified)) = (self.if_unmodified_since, modified)
            && modified > limit
        {
            return ConditionOutcome::Failed;
        }
        if self.if_none_match.as_deref().is_some_and(tag_is) {
            return ConditionOutcome::NotModified;
        }
        if let (Some(limit), Some(modified)) = (self.if_modified_since, modified)
            && modified <= limit
        {
            return ConditionOutcome::NotModified;
        }
        ConditionOutcome::Met
    }
}

/// What every Batch request may carry beside its body.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RequestOptions {
    /// Conditional headers.
    pub conditions: Conditions,
    /// `client-request-id`: the caller's own id for the request, a GUID.
    pub client_request_id: Option<String>,
    /// `$select`: the wanted properties of an answer, separated by commas.
    pub select: Option<String>,
    /// `$expand`: only `stats` exists.
    pub expand: Option<String>,
    /// `force`: deletes and terminations that do not wait for the nodes.
    pub force: bool,
}

impl RequestOptions {
    /// The selection, when there is one.
    pub fn select(&self) -> Result<Option<Select>> {
        self.select.as_deref().map(Select::parse).transpose()
    }

    /// An entity cut down to what is selected; the whole of it where nothing is.
    pub fn selected<T: Serialize + DeserializeOwned>(&self, entity: T) -> Result<T> {
        match self.select()? {
            None => Ok(entity),
            Some(select) => select.apply(&entity),
        }
    }

    /// Whether statistics are wanted. Refused with `InvalidQueryParameterValue`: any other word.
    pub fn expands_stats(&self) -> Result<bool> {
        expands_stats(self.expand.as_deref())
    }
}

fn expands_stats(expand: Option<&str>) -> Result<bool> {
    match expand.map(str::trim) {
        None | Some("") => Ok(false),
        Some("stats") => Ok(true),
        Some(other) => Err(Error::batch(ErrorCode::InvalidQueryParameterValue)
            .with_detail("QueryParameterName", "$expand")
            .with_detail("QueryParameterValue", other)
            .with_detail("Reason", "Only stats can be expanded.")),
    }
}

/// What a list request may carry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListOptions {
    /// `$filter`, in the grammar of [`crate::odata`].
    pub filter: Option<String>,
    /// `$select`
    pub select: Option<String>,
    /// `$expand`: only `stats` exists.
    pub expand: Option<String>,
    /// `maxresults`: entries per page, 1 to 1000; 1000 when absent.
    pub max_results: Option<u32>,
    /// Where to go on; the first page when absent.
    pub continuation: Option<Continuation>,
    /// `client-request-id`
    pub client_request_id: Option<String>,
}

impl ListOptions {
    /// A list narrowed by a filter.
    pub fn filtered(filter: impl Into<String>) -> Self {
        Self {
            filter: Some(filter.into()),
            ..Self::default()
        }
    }

    /// The filter read for the given list.
    pub fn filter(&self, kind: ListKind) -> Result<Option<Filter>> {
        self.filter
            .as_deref()
            .map(|text| Filter::parse(text, kind.fields()))
            .transpose()
    }

    /// The selection, when there is one.
    pub fn select(&self) -> Result<Option<Select>> {
        self.select.as_deref().map(Select::parse).transpose()
    }

    /// Whether statistics are wanted. Refused with `InvalidQueryParameterValue`: any other word.
    pub fn expands_stats(&self) -> Result<bool> {
        expands_stats(self.expand.as_deref())
    }

    /// Entries per page.
    ///
    /// Refused with `OutOfRangeQueryParameterValue` outside 1 to 1000.
    pub fn page_size(&self) -> Result<usize> {
        match self.max_results {
            None => Ok(1000),
            Some(wanted @ 1..=1000) => Ok(wanted as usize),
            Some(wanted) => Err(Error::batch(ErrorCode::OutOfRangeQueryParameterValue)
                .with_detail("QueryParameterName", "maxresults")
                .with_detail("QueryParameterValue", wanted.to_string())
                .with_detail("MinimumAllowed", "1")
                .with_detail("MaximumAllowed", "1000")),
        }
    }
}

/// The headers that answer a write: which version of the entity there is now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// `ETag`, without quotes for Batch, with quotes for Blob Storage.
    pub etag: String,
    /// `Last-Modified`, cut to the second.
    pub last_modified: Timestamp,
    /// `Content-MD5`: what Blob Storage found the bytes of *Put Blob* and *Put Blob From URL* to have. Absent after other
    /// writes, and where the blob travelled in pieces.
    pub content_md5: Option<[u8; 16]>,
}

/// A range of bytes, `bytes=first-last` with both ends included; without `last` it runs to the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByteRange {
    /// First byte, counted from zero.
    pub first: u64,
    /// Last byte, included.
    pub last: Option<u64>,
}

impl ByteRange {
    /// The bytes of this range in an entity of `length` bytes, as start and end (excluded).
    ///
    /// `None` when nothing of it lies inside: the service answers 416.
    pub fn within(self, length: u64) -> Option<(u64, u64)> {
        let end = self
            .last
            .map_or(length, |last| last.saturating_add(1).min(length));
        (self.first < end).then_some((self.first, end))
    }

    /// Reads `bytes=first-last` or `bytes=first-`.
    pub fn parse(text: &str) -> Option<Self> {
        let (first, last) = text.trim().strip_prefix("bytes=")?.split_once('-')?;
        let last = if last.is_empty() {
            None
        } else {
            Some(last.parse().ok()?)
        };
        let first = first.parse().ok()?;
        last.is_none_or(|last: u64| last >= first)
            .then_some(Self { first, last })
    }
}

impl std::fmt::Display for ByteRange {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "bytes={}-", self.first)?;
        self.last.map_or(Ok(()), |last| write!(formatter, "{last}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_compare_tags_with_and_without_quotes() {
        let moment = Timestamp::from_unix_seconds(1_000);
        let with_match = |tag: &str| Conditions {
            if_match: Some(tag.into()),
            ..Conditions::default()
        };
        assert_eq!(
            with_match("\"0x1\"").evaluate(Some(("0x1", moment))),
            ConditionOutcome::Met
        );
        assert_eq!(
            with_match("*").evaluate(Some(("0x1", moment))),
            ConditionOutcome::Met
        );
        assert_eq!(
            with_match("0x2").evaluate(Some(("0x1", moment))),
            ConditionOutcome::Failed
        );
        assert_eq!(with_match("*").evaluate(None), ConditionOutcome::Failed);
        let none = Conditions {
            if_none_match: Some("*".into()),
            ..Conditions::default()
        };
        assert_eq!(none.evaluate(None), ConditionOutcome::Met);
        assert_eq!(
            none.evaluate(Some(("0x1", moment))),
            ConditionOutcome::NotModified
        );
        let since = Conditions {
            if_modified_since: Some(moment),
            ..Conditions::default()
        };
        assert_eq!(
            since.evaluate(Some(("0x1", moment))),
            ConditionOutcome::NotModified
        );
        let until = Conditions {
            if_unmodified_since: Some(moment),
            ..Conditions::default()
        };
        assert_eq!(
            until.evaluate(Some(("0x1", Timestamp::from_unix_seconds(1_001)))),
            ConditionOutcome::Failed
        );
    }

    #[test]
    fn ranges_are_clamped_and_refused() {
        assert_eq!(
            ByteRange::parse("bytes=2-5").and_then(|range| range.within(4)),
            Some((2, 4))
        );
        assert_eq!(
            ByteRange::parse("bytes=4-").and_then(|range| range.within(4)),
            None
        );
        assert_eq!(
            ByteRange::parse("bytes=0-0").and_then(|range| range.within(0)),
            None
        );
        for text in [
            "bytes=5-2",
            "bytes=-5",
            "2-5",
            "bytes=a-b",
            "bytes=0-99999999999999999999",
        ] {
            assert_eq!(ByteRange::parse(text), None, "{text}");
        }
    }
}
