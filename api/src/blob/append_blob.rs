//! Append blobs: blobs that grow at their end.

use crate::backend::BlobConditions;
use crate::time::Timestamp;

/// What *Append Block* may carry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AppendBlockOptions {
    /// Conditional headers and the lease.
    pub conditions: BlobConditions,
    /// `Content-MD5` of the body in transit, Base64; the service compares.
    pub transactional_md5: Option<String>,
    /// `x-ms-content-crc64` of the body in transit, Base64; the service compares. Not beside an MD5.
    pub transactional_crc64: Option<String>,
    /// `x-ms-blob-condition-maxsize`: the most bytes the blob may have afterwards.
    pub max_size: Option<u64>,
    /// `x-ms-blob-condition-appendpos`: the bytes the blob must have before.
    pub append_position: Option<u64>,
}

/// What *Append Block* answers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AppendOutcome {
    /// `ETag`, with quotes.
    pub etag: String,
    /// `Last-Modified`, cut to the second.
    pub last_modified: Timestamp,
    /// `x-ms-blob-append-offset`: where the block begins.
    pub append_offset: u64,
    /// `x-ms-blob-committed-block-count`
    pub committed_block_count: u32,
}
