//! Which blob a request means beyond its name, and on what terms.

use super::Conditions;
use super::options::ConditionOutcome;
use crate::blob::{Snapshot, TagExpression, Tags};
use crate::error::Result;
use crate::time::Timestamp;

/// The conditional headers of a request to Blob Storage, the lease it holds and the snapshot it is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BlobConditions {
    /// `If-Match`: a tag, with or without quotes, or `*`.
    pub if_match: Option<String>,
    /// `If-None-Match`: a tag, with or without quotes, or `*`.
    pub if_none_match: Option<String>,
    /// `If-Modified-Since`, to the second.
    pub if_modified_since: Option<Timestamp>,
    /// `If-Unmodified-Since`, to the second.
    pub if_unmodified_since: Option<Timestamp>,
    /// `x-ms-if-tags`: an expression over the tags of the blob, as [`TagExpression`] reads it. Needs the permission
    /// for tags.
    pub if_tags: Option<String>,
    /// `x-ms-lease-id`: the lease the caller holds. Writes to what is leased need it.
    pub lease_id: Option<String>,
    /// `snapshot`: the request is about this snapshot of the blob. Only what leaves the blob as it is takes one.
    pub snapshot: Option<Snapshot>,
}

impl BlobConditions {
    /// A request by the holder of a lease.
    pub fn with_lease(id: impl Into<String>) -> Self {
        Self {
            lease_id: Some(id.into()),
            ..Self::default()
        }
    }

    /// A request about a snapshot.
    pub fn of_snapshot(snapshot: Snapshot) -> Self {
        Self {
            snapshot: Some(snapshot),
            ..Self::default()
        }
    }

    /// Holds the conditional headers of HTTP against an entity; `None` stands for an entity that does not exist.
    pub fn evaluate(&self, entity: Option<(&str, Timestamp)>) -> ConditionOutcome {
        let headers = Conditions {
            if_match: self.if_match.clone(),
            if_none_match: self.if_none_match.clone(),
            if_modified_since: self.if_modified_since,
            if_unmodified_since: self.if_unmodified_since,
        };
        headers.evaluate(entity)
    }

    /// Whether there are conditional headers of HTTP.
    pub fn has_headers(&self) -> bool {
        self.if_match.is_some()
            || self.if_none_match.is_some()
            || self.if_modified_since.is_some()
            || self.if_unmodified_since.is_some()
    }

    /// Whether the tags of a blob are as the request wants them. Refused: `InvalidHeaderValue` for an expression
    /// that is none.
    pub fn tags_match(&self, tags: &Tags) -> Result<bool> {
        let Some(expression) = &self.if_tags else {
            return Ok(true);
        };
        Ok(TagExpression::of_condition(expression)?.holds(None, tags))
    }
}
