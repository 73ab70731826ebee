//! Copies: what is copied, from where and on what terms.

use super::{AccessTier, Metadata, Tags};
use crate::backend::{BlobConditions, ByteRange};

/// What a request says of the blob it copies from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceOptions {
    /// `x-ms-source-if-*` and `x-ms-source-lease-id`.
    pub conditions: BlobConditions,
    /// `x-ms-source-content-md5` of what is copied, Base64; the service compares.
    pub md5: Option<String>,
    /// `x-ms-source-range`, of blocks only; all of it when absent.
    pub range: Option<ByteRange>,
}

/// What *Copy Blob* and *Copy Blob From URL* may carry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CopyBlobOptions {
    /// `x-ms-meta-*`; the source's when there is none.
    pub metadata: Metadata,
    /// `x-ms-tags`
    pub tags: Tags,
    /// `x-ms-access-tier`
    pub access_tier: Option<AccessTier>,
    /// Conditions on the blob that may be there, and its lease.
    pub conditions: BlobConditions,
    /// What is said of the source.
    pub source: SourceOptions,
}
