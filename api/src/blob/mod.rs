//! The models of Blob Storage.

mod account;
mod append_blob;
mod batch;
mod block;
mod block_blob;
mod container;
mod copy;
mod cors;
mod crc64;
mod kind;
mod lease;
mod name;
mod service;
mod snapshot;
mod tags;
mod url;

pub use account::AccountInformation;
pub use append_blob::{AppendBlockOptions, AppendOutcome};
pub use batch::{BATCH_REQUESTS_MAX, BatchAction, BatchKind, BatchRequest, check_batch, check_batch_count};
pub use block::{Block, BlockId, BlockList, BlockListFilter, BlockReference, PutBlockOptions};
pub use block_blob::{
    BlobDownload, BlobHeaders, BlobItem, BlobProperties, CopyOutcome, ListBlobsEntry, ListBlobsInclude,
    ListBlobsOptions, ListBlobsPage, Metadata, PutBlobOptions,
};
pub use container::{
    AccessPolicy, ContainerAccessPolicy, ContainerItem, ContainerProperties, CreateContainerOptions,
    ListContainersOptions, PublicAccess, StoredAccessPolicy,
};
pub use copy::{CopyBlobOptions, SourceOptions};
pub use cors::{CorsRule, cors_rule_for};
pub use crc64::Crc64;
pub use kind::{AccessTier, BlobType, CopyState, TierProperties};
pub use lease::{
    LeaseAction, LeaseDuration, LeaseDurationKind, LeaseOutcome, LeaseProperties, LeaseState, lease_id,
};
pub use name::{BlobName, ContainerName};
pub use service::{
    AnalyticsLogging, AnalyticsMetrics, BlobServiceProperties, BlobServiceStatistics, GeoReplicationStatus,
    RetentionPolicy, StaticWebsite,
};
pub use snapshot::{DeleteSnapshots, Snapshot, SnapshotCreated, split_snapshot};
pub use tags::{FindBlobsOptions, FoundBlob, TagExpression, Tags, check_tags};
pub use url::{
    BlobUrl, blob_endpoint, blob_url, container_url, encoded_path, parse_blob_url, parse_blob_url_below,
};
