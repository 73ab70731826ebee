//! Parts of [`super::BlobBackend`], one subject a trait: leases, tags, append blobs, copies.

use async_trait::async_trait;

use super::{BlobConditions, Body, Written};
use crate::blob::{
    AppendBlockOptions, AppendOutcome, BlobName, BlockId, ContainerName, CopyBlobOptions, CopyOutcome,
    FindBlobsOptions, FoundBlob, LeaseAction, LeaseOutcome, PutBlobOptions, SourceOptions, Tags,
};
use crate::error::Result;
use crate::page::Page;

/// Leases of containers and blobs.
#[async_trait]
pub trait LeaseOperations {
    /// *Lease Container*. A lease protects the container from deletion, not the blobs in it.
    ///
    /// Refused: `LeaseAlreadyPresent`, `LeaseNotPresentWithLeaseOperation`, `LeaseIdMismatchWithLeaseOperation`,
    /// `LeaseIsBreakingAndCannotBeAcquired` and its like.
    async fn lease_container(
        &self,
        container: &ContainerName,
        action: &LeaseAction,
        conditions: &BlobConditions,
    ) -> Result<LeaseOutcome>;

    /// *Lease Blob*: until it ends, writes need its id. Refused as *Lease Container* is.
    async fn lease_blob(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        action: &LeaseAction,
        conditions: &BlobConditions,
    ) -> Result<LeaseOutcome>;
}

/// Tags of blobs.
#[async_trait]
pub trait TagOperations {
    /// *Get Blob Tags*
    async fn get_blob_tags(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        conditions: &BlobConditions,
    ) -> Result<Tags>;

    /// *Set Blob Tags*: replaces all of them. Neither ETag nor modification time move.
    ///
    /// Refused: `InvalidTag`, `TagsTooLarge`.
    async fn set_blob_tags(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        tags: &Tags,
        conditions: &BlobConditions,
    ) -> Result<()>;

    /// *Find Blobs by Tags*, in the account or in one container, in order of container and name.
    async fn find_blobs_by_tags(
        &self,
        container: Option<&ContainerName>,
        options: &FindBlobsOptions,
    ) -> Result<Page<FoundBlob>>;
}

/// Append blobs.
#[async_trait]
pub trait AppendBlobOperations {
    /// *Put Blob* (append blob): makes an empty one, or replaces a blob by it.
    async fn put_append_blob(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        options: &PutBlobOptions,
    ) -> Result<Written>;

    /// *Append Block*. Refused: `AppendPositionConditionNotMet`, `MaxBlobSizeConditionNotMet`,
    /// `BlockCountExceedsLimit`, `BlobIsSealed`, `InvalidBlobType`.
    async fn append_block(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        body: Body,
        options: &AppendBlockOptions,
    ) -> Result<AppendOutcome>;

    /// *Append Block From URL*: the block is read from a URL, which carries its own access.
    async fn append_block_from_url(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        source: &str,
        source_options: &SourceOptions,
        options: &AppendBlockOptions,
    ) -> Result<AppendOutcome>;

    /// *Append Blob Seal*: nothing can be appended any more. `append_position` is the length it must have.
    async fn seal_append_blob(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        append_position: Option<u64>,
        conditions: &BlobConditions,
    ) -> Result<Written>;
}

/// Copies beside *Copy Blob From URL*.
#[async_trait]
pub trait CopyOperations {
    /// *Copy Blob* from a URL, which carries its own access. The service may still be at it when it returns.
    async fn copy_blob(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        source: &str,
        options: &CopyBlobOptions,
    ) -> Result<CopyOutcome>;

    /// *Abort Copy Blob*. Refused: `NoPendingCopyOperation`.
    async fn abort_copy_blob(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        copy_id: &str,
        lease_id: Option<&str>,
    ) -> Result<()>;

    /// *Put Blob From URL*: a block blob whose bytes are read from a URL. Content headers that are not given come
    /// from the source, when `copy_properties` says so; metadata never does.
    async fn put_blob_from_url(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        source: &str,
        source_options: &SourceOptions,
        copy_properties: bool,
        options: &PutBlobOptions,
    ) -> Result<Written>;

    /// *Put Block From URL*: a block whose bytes are read from a URL, all or a range of them.
    async fn put_block_from_url(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        block: &BlockId,
        source: &str,
        source_options: &SourceOptions,
        lease_id: Option<&str>,
    ) -> Result<()>;
}
