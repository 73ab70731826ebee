//! Blobs: properties, uploads, downloads, lists.

use std::collections::BTreeMap;

use super::{AccessTier, BlobName, BlobType, CopyState, LeaseProperties, Snapshot, Tags, TierProperties};
use crate::backend::{BlobConditions, Body};
use crate::page::Continuation;
use crate::time::Timestamp;

/// Pairs of name and value a caller may attach; names are compared without regard to case.
pub type Metadata = BTreeMap<String, String>;

/// The content headers a blob keeps and gives back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BlobHeaders {
    /// `Content-Type`; `application/octet-stream` when absent.
    pub content_type: Option<String>,
    /// `Content-Encoding`
    pub content_encoding: Option<String>,
    /// `Content-Language`
    pub content_language: Option<String>,
    /// `Content-Disposition`
    pub content_disposition: Option<String>,
    /// `Cache-Control`
    pub cache_control: Option<String>,
    /// `Content-MD5` of the whole blob, Base64.
    pub content_md5: Option<String>,
}

/// What *Put Blob*, *Put Block List* and *Copy Blob* may carry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PutBlobOptions {
    /// `x-ms-blob-content-*`
    pub headers: BlobHeaders,
    /// `x-ms-meta-*`
    pub metadata: Metadata,
    /// Conditions on the blob that may be there; `If-None-Match: *` makes only new ones.
    pub conditions: BlobConditions,
    /// `Content-MD5` of the body in transit, Base64; the service compares.
    pub transactional_md5: Option<String>,
    /// `x-ms-content-crc64` of the body in transit, Base64; the service compares. Not beside an MD5.
    pub transactional_crc64: Option<String>,
    /// `x-ms-tags`
    pub tags: Tags,
    /// `x-ms-access-tier`; the account's when absent.
    pub access_tier: Option<AccessTier>,
}

/// What *Get Blob Properties* answers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BlobProperties {
    /// `ETag`, with quotes.
    pub etag: String,
    /// `Last-Modified`, cut to the second.
    pub last_modified: Timestamp,
    /// `x-ms-creation-time`, cut to the second.
    pub creation_time: Timestamp,
    /// Bytes of the whole blob.
    pub content_length: u64,
    /// The content headers.
    pub headers: BlobHeaders,
    /// `x-ms-meta-*`
    pub metadata: Metadata,
    /// `x-ms-blob-type`
    pub blob_type: BlobType,
    /// The lease on it; snapshots have none.
    pub lease: LeaseProperties,
    /// The tier it lies in; append blobs lie in none.
    pub tier: Option<TierProperties>,
    /// What a copy into it left behind.
    pub copy: Option<Box<CopyState>>,
    /// `x-ms-tag-count`; absent when there are none, or the caller may not know.
    pub tag_count: Option<u32>,
    /// `x-ms-blob-committed-block-count`, of append blobs.
    pub committed_block_count: Option<u32>,
    /// `x-ms-blob-sealed`, of append blobs: nothing can be appended any more.
    pub is_sealed: bool,
}

/// A blob on its way to the caller.
#[derive(Debug)]
pub struct BlobDownload {
    /// What describes the blob; `content_length` is that of the whole blob.
    pub properties: BlobProperties,
    /// First byte and end (excluded) of what the body holds.
    pub range: (u64, u64),
    /// The bytes asked for.
    pub body: Body,
}

/// What a list shows beside names and properties.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a word of its own on the wire"
)]
pub struct ListBlobsInclude {
    /// `include=metadata`
    pub metadata: bool,
    /// `include=uncommittedblobs`: blobs of which only blocks have been put.
    pub uncommitted_blobs: bool,
    /// `include=snapshots`: each before the blob it is of, the oldest first.
    pub snapshots: bool,
    /// `include=tags`
    pub tags: bool,
    /// `include=copy`
    pub copy: bool,
}

/// What *List Blobs* may carry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListBlobsOptions {
    /// Only names that begin so.
    pub prefix: Option<String>,
    /// Names that share what stands before it are shown as one virtual directory.
    pub delimiter: Option<String>,
    /// Entries per page, 1 to 5000; 5000 when absent.
    pub max_results: Option<u32>,
    /// What to show beside names and properties.
    pub include: ListBlobsInclude,
    /// `marker`
    pub continuation: Option<Continuation>,
}

/// One blob of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlobItem {
    /// Its name.
    pub name: BlobName,
    /// The snapshot, when it is one.
    pub snapshot: Option<Snapshot>,
    /// Its properties; metadata and what a copy left behind only when asked for.
    pub properties: BlobProperties,
    /// Its tags, when asked for.
    pub tags: Tags,
}

/// One entry of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListBlobsEntry {
    /// A blob.
    Blob(Box<BlobItem>),
    /// A virtual directory: a prefix that ends with the delimiter.
    Prefix(String),
}

/// One page of *List Blobs*, blobs and virtual directories together in order of their names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListBlobsPage {
    /// The entries.
    pub entries: Vec<ListBlobsEntry>,
    /// Where the next page begins.
    pub continuation: Option<Continuation>,
}

impl ListBlobsPage {
    /// The blobs among the entries.
    pub fn blobs(&self) -> impl Iterator<Item = &BlobItem> {
        self.entries.iter().filter_map(|entry| match entry {
            ListBlobsEntry::Blob(blob) => Some(&**blob),
            ListBlobsEntry::Prefix(_) => None,
        })
    }
}

/// What *Copy Blob* answers; the copy is complete when it returns.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CopyOutcome {
    /// `ETag`, with quotes.
    pub etag: String,
    /// `Last-Modified`, cut to the second.
    pub last_modified: Timestamp,
    /// `x-ms-copy-id`
    pub copy_id: String,
    /// `x-ms-copy-status`, as `success`.
    pub copy_status: String,
}
