//! Operations of Blob Storage, through a handle that is bound to its access.

use std::fmt::Debug;
use std::net::IpAddr;
use std::sync::Arc;

use async_trait::async_trait;

use super::{
    AppendBlobOperations, BlobConditions, BlobServiceOperations, Body, ByteRange, CopyOperations,
    LeaseOperations, TagOperations, Written,
};
use crate::auth::Access;
use crate::auth::sas::UserDelegationKey;
use crate::blob::{
    AccessTier, AccountInformation, BlobDownload, BlobHeaders, BlobName, BlobProperties, BlockId, BlockList,
    BlockListFilter, BlockReference, ContainerAccessPolicy, ContainerItem, ContainerName,
    ContainerProperties, CopyBlobOptions, CopyOutcome, CreateContainerOptions, DeleteSnapshots,
    ListBlobsOptions, ListBlobsPage, ListContainersOptions, Metadata, PutBlobOptions, PutBlockOptions,
    SnapshotCreated,
};
use crate::error::{ErrorCode, Result};
use crate::page::Page;
use crate::time::Timestamp;

/// One storage account, seen with one access: an account key, a token of Entra ID, a shared access signature, or none.
///
/// The access is fixed when the handle is made, as in every SDK. A handle made from a token holds nothing else.
#[async_trait]
pub trait BlobBackend:
    BlobServiceOperations
    + LeaseOperations
    + TagOperations
    + AppendBlobOperations
    + CopyOperations
    + Debug
    + Send
    + Sync
{
    /// The URL of the account, without a trailing slash: containers follow after `/`.
    fn endpoint(&self) -> &str;

    /// *Get User Delegation Key*: signs shared access signatures where there is no account key. Valid for seven days at
    /// most, from `start` to `expiry`.
    ///
    /// Refused: `AuthenticationFailed` for every access but a token of Entra ID, `InvalidXmlNodeValue` for times
    /// that are not within seven days.
    async fn get_user_delegation_key(&self, start: Timestamp, expiry: Timestamp)
    -> Result<UserDelegationKey>;

    /// *Get Account Information*: SKU and kind of the account, asked of the account itself or, for those whose access
    /// reaches no further, of a container or blob, which need not be there.
    async fn get_account_information(
        &self,
        asked_of: Option<(&ContainerName, Option<&BlobName>)>,
    ) -> Result<AccountInformation>;

    /// *Create Container*. Refused: `ContainerAlreadyExists`.
    async fn create_container(
        &self,
        container: &ContainerName,
        options: &CreateContainerOptions,
    ) -> Result<Written>;

    /// *Get Container Properties*, and metadata with them. Refused: `ContainerNotFound`; `LeaseIdMismatchWithContainerOperation`
    /// and its like when a lease is named and there is another one, or none.
    async fn get_container_properties(
        &self,
        container: &ContainerName,
        lease_id: Option<&str>,
    ) -> Result<ContainerProperties>;

    /// *Set Container Metadata*: replaces all pairs. Of the conditional headers it has `If-Modified-Since` only.
    async fn set_container_metadata(
        &self,
        container: &ContainerName,
        metadata: &Metadata,
        conditions: &BlobConditions,
    ) -> Result<Written>;

    /// *Get Container ACL*: public access and stored access policies. Refused by a lease as *Get Container Properties* is.
    async fn get_container_access_policy(
        &self,
        container: &ContainerName,
        lease_id: Option<&str>,
    ) -> Result<ContainerAccessPolicy>;

    /// *Set Container ACL*: replaces public access and the stored access policies, five at most.
    async fn set_container_access_policy(
        &self,
        container: &ContainerName,
        policy: &ContainerAccessPolicy,
        conditions: &BlobConditions,
    ) -> Result<Written>;

    /// *List Containers*, in order of their names.
    async fn list_containers(&self, options: &ListContainersOptions) -> Result<Page<ContainerItem>>;

    /// *Delete Container*, with everything in it.
    async fn delete_container(&self, container: &ContainerName, conditions: &BlobConditions) -> Result<()>;

    /// *Put Blob* (block blob): makes or replaces a blob as a whole.
    async fn put_blob(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        body: Body,
        options: &PutBlobOptions,
    ) -> Result<Written>;

    /// *Put Block*: keeps a block until a list commits it.
    async fn put_block(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        block: &BlockId,
        body: Body,
        options: &PutBlockOptions,
    ) -> Result<()>;

    /// *Put Block List*: makes the blob of the listed blocks. Refused: `InvalidBlockList`.
    async fn put_block_list(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        blocks: &[BlockReference],
        options: &PutBlobOptions,
    ) -> Result<Written>;

    /// *Get Block List*: committed and uncommitted blocks. It has no conditional headers of HTTP.
    async fn get_block_list(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        filter: BlockListFilter,
        conditions: &BlobConditions,
    ) -> Result<BlockList>;

    /// *Get Blob*, whole or a range. Refused: `BlobNotFound`, `InvalidRange`, `ConditionNotMet`.
    async fn get_blob(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        range: Option<ByteRange>,
        conditions: &BlobConditions,
    ) -> Result<BlobDownload>;

    /// *Get Blob Properties*
    async fn get_blob_properties(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        conditions: &BlobConditions,
    ) -> Result<BlobProperties>;

    /// *Set Blob Metadata*: replaces all pairs.
    async fn set_blob_metadata(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        metadata: &Metadata,
        conditions: &BlobConditions,
    ) -> Result<Written>;

    /// *Set Blob Properties*: replaces all content headers; one that is absent is cleared.
    async fn set_blob_properties(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        headers: &BlobHeaders,
        conditions: &BlobConditions,
    ) -> Result<Written>;

    /// *Set Blob Tier*. Neither ETag nor modification time move. It has no conditional headers of HTTP.
    async fn set_blob_tier(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        tier: &AccessTier,
        conditions: &BlobConditions,
    ) -> Result<()>;

    /// *Snapshot Blob*: keeps the blob as it is; with metadata the snapshot has it in place of the blob's.
    async fn create_snapshot(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        metadata: &Metadata,
        conditions: &BlobConditions,
    ) -> Result<SnapshotCreated>;

    /// *Delete Blob*, or a snapshot of it. Refused: `SnapshotsPresent` unless it is said what becomes of them.
    async fn delete_blob(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        snapshots: DeleteSnapshots,
        conditions: &BlobConditions,
    ) -> Result<()>;

    /// *List Blobs*, in order of their names, with a delimiter as virtual directories.
    async fn list_blobs(
        &self,
        container: &ContainerName,
        options: &ListBlobsOptions,
    ) -> Result<ListBlobsPage>;

    /// *Copy Blob From URL*: from a URL, which carries its own access; complete when it returns.
    async fn copy_blob_from_url(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        source: &str,
        options: &CopyBlobOptions,
    ) -> Result<CopyOutcome>;
}

/// Makes handles: the only place where an access and an account meet.
pub trait BlobConnector: Debug + Send + Sync {
    /// A handle on the account at `endpoint` (its URL without a trailing slash), bound to `access`.
    ///
    /// An endpoint this world does not reach is an error at the first use, or here.
    fn connect(&self, endpoint: &str, access: Access) -> Result<Arc<dyn BlobBackend>>;

    /// The same for requests somebody else makes, from `source`: where a token says from where it may be used (`sip`), it is
    /// held against that address. A world that sees for itself where requests come from goes by what it sees.
    fn connect_from(&self, endpoint: &str, access: Access, source: IpAddr) -> Result<Arc<dyn BlobBackend>>;
}

/// Conveniences over [`BlobBackend`].
#[async_trait]
pub trait BlobBackendExt {
    /// Makes a container unless it exists; whether it was made.
    async fn create_container_if_missing(&self, container: &ContainerName) -> Result<bool>;
}

#[async_trait]
impl<T: BlobBackend + ?Sized> BlobBackendExt for T {
    async fn create_container_if_missing(&self, container: &ContainerName) -> Result<bool> {
        match self
            .create_container(container, &CreateContainerOptions::default())
            .await
        {
            Ok(_) => Ok(true),
            Err(error) if error.is(&ErrorCode::ContainerAlreadyExists) => Ok(false),
            Err(error) => Err(error),
        }
    }
}
