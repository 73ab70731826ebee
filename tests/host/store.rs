//! A store of a few blobs, each as a resource file could meet it.

use std::net::IpAddr;
use std::sync::Arc;

use async_trait::async_trait;
use batchite_api::auth::Access;
use batchite_api::auth::sas::UserDelegationKey;
use batchite_api::backend::{
    AppendBlobOperations, BlobServiceOperations, CopyOperations, LeaseOperations, TagOperations,
};
use batchite_api::backend::{BlobBackend, BlobConditions, BlobConnector, Body, ByteRange, Written};
use batchite_api::blob::{
    AccessTier, AccountInformation, AppendBlockOptions, AppendOutcome, BatchRequest, BlobHeaders,
    BlobServiceProperties, BlobServiceStatistics, CopyBlobOptions, CorsRule, DeleteSnapshots,
    FindBlobsOptions, FoundBlob, LeaseAction, LeaseOutcome, PutBlockOptions, SnapshotCreated, SourceOptions,
    Tags,
};
use batchite_api::blob::{
    BlobDownload, BlobName, BlobProperties, BlockId, BlockList, BlockListFilter, BlockReference,
    ContainerAccessPolicy, ContainerItem, ContainerName, ContainerProperties, CopyOutcome,
    CreateContainerOptions, ListBlobsOptions, ListBlobsPage, ListContainersOptions, Metadata, PutBlobOptions,
};
use batchite_api::error::{Error, ErrorCode, Result};
use batchite_api::page::Page;
use batchite_api::time::Timestamp;
use bytes::Bytes;
use futures_util::{StreamExt, stream};

/// Serves blobs by their names: `pieces` in three pieces, `torn` breaking off, `endless` never ending.
#[derive(Debug)]
pub(crate) struct Store;

impl BlobConnector for Store {
    fn connect(&self, _endpoint: &str, _access: Access) -> Result<Arc<dyn BlobBackend>> {
        Ok(Arc::new(Self))
    }

    fn connect_from(&self, endpoint: &str, access: Access, _source: IpAddr) -> Result<Arc<dyn BlobBackend>> {
        self.connect(endpoint, access)
    }
}

/// Resource files only read.
fn refused<T>() -> Result<T> {
    Err(Error::blob(ErrorCode::AuthorizationPermissionMismatch))
}

#[async_trait]
impl BlobBackend for Store {
    fn endpoint(&self) -> &'static str {
        "http://store/account"
    }

    async fn get_blob(
        &self,
        _container: &ContainerName,
        blob: &BlobName,
        _range: Option<ByteRange>,
        _conditions: &BlobConditions,
    ) -> Result<BlobDownload> {
        let pieces = || stream::iter(["one ", "two ", "three"].map(|piece| Ok(Bytes::from(piece))));
        let torn = Error::blob(ErrorCode::InternalError);
        let body = match blob.as_str() {
            "pieces" => Body::from_stream(None, Box::pin(pieces())),
            "torn" => Body::from_stream(None, Box::pin(pieces().chain(stream::iter([Err(torn)])))),
            "endless" => Body::from_stream(None, Box::pin(pieces().chain(stream::pending()))),
            _ => return Err(Error::blob(ErrorCode::BlobNotFound)),
        };
        Ok(BlobDownload {
            properties: BlobProperties::default(),
            range: (0, 13),
            body,
        })
    }

    async fn get_user_delegation_key(
        &self,
        _start: Timestamp,
        _expiry: Timestamp,
    ) -> Result<UserDelegationKey> {
        refused()
    }

    async fn get_account_information(
        &self,
        _: Option<(&ContainerName, Option<&BlobName>)>,
    ) -> Result<AccountInformation> {
        refused()
    }

    async fn create_container(
        &self,
        _container: &ContainerName,
        _options: &CreateContainerOptions,
    ) -> Result<Written> {
        refused()
    }

    async fn get_container_properties(
        &self,
        _: &ContainerName,
        _: Option<&str>,
    ) -> Result<ContainerProperties> {
        refused()
    }

    async fn get_container_access_policy(
        &self,
        _: &ContainerName,
        _: Option<&str>,
    ) -> Result<ContainerAccessPolicy> {
        refused()
    }

    async fn set_container_access_policy(
        &self,
        _container: &ContainerName,
        _policy: &ContainerAccessPolicy,
        _conditions: &BlobConditions,
    ) -> Result<Written> {
        refused()
    }

    async fn list_containers(&self, _options: &ListContainersOptions) -> Result<Page<ContainerItem>> {
        refused()
    }

    async fn delete_container(&self, _container: &ContainerName, _conditions: &BlobConditions) -> Result<()> {
        refused()
    }

    async fn put_blob(
        &self,
        _container: &ContainerName,
        _blob: &BlobName,
        _body: Body,
        _options: &PutBlobOptions,
    ) -> Result<Written> {
        refused()
    }

    async fn put_block(
        &self,
        _container: &ContainerName,
        _blob: &BlobName,
        _block: &BlockId,
        _body: Body,
        _: &PutBlockOptions,
    ) -> Result<()> {
        refused()
    }

    async fn put_block_list(
        &self,
        _container: &ContainerName,
        _blob: &BlobName,
        _blocks: &[BlockReference],
        _options: &PutBlobOptions,
    ) -> Result<Written> {
        refused()
    }

    async fn get_block_list(
        &self,
        _container: &ContainerName,
        _blob: &BlobName,
        _filter: BlockListFilter,
        _: &BlobConditions,
    ) -> Result<BlockList> {
        refused()
    }

    async fn get_blob_properties(
        &self,
        _container: &ContainerName,
        _blob: &BlobName,
        _conditions: &BlobConditions,
    ) -> Result<BlobProperties> {
        refused()
    }

    async fn set_blob_metadata(
        &self,
        _container: &ContainerName,
        _blob: &BlobName,
        _metadata: &Metadata,
        _conditions: &BlobConditions,
    ) -> Result<Written> {
        refused()
    }

    async fn delete_blob(
        &self,
        _container: &ContainerName,
        _blob: &BlobName,
        _: DeleteSnapshots,
        _conditions: &BlobConditions,
    ) -> Result<()> {
        refused()
    }

    async fn set_container_metadata(
        &self,
        _: &ContainerName,
        _: &Metadata,
        _: &BlobConditions,
    ) -> Result<Written> {
        refused()
    }

    async fn set_blob_properties(
        &self,
        _: &ContainerName,
        _: &BlobName,
        _: &BlobHeaders,
        _: &BlobConditions,
    ) -> Result<Written> {
        refused()
    }

    async fn set_blob_tier(
        &self,
        _: &ContainerName,
        _: &BlobName,
        _: &AccessTier,
        _: &BlobConditions,
    ) -> Result<()> {
        refused()
    }

    async fn create_snapshot(
        &self,
        _: &ContainerName,
        _: &BlobName,
        _: &Metadata,
        _: &BlobConditions,
    ) -> Result<SnapshotCreated> {
        refused()
    }

    async fn list_blobs(
        &self,
        _container: &ContainerName,
        _options: &ListBlobsOptions,
    ) -> Result<ListBlobsPage> {
        refused()
    }

    async fn copy_blob_from_url(
        &self,
        _container: &ContainerName,
        _blob: &BlobName,
        _source: &str,
        _options: &CopyBlobOptions,
    ) -> Result<CopyOutcome> {
        refused()
    }
}

#[async_trait]
impl BlobServiceOperations for Store {
    async fn get_blob_service_properties(&self) -> Result<BlobServiceProperties> {
        refused()
    }

    async fn set_blob_service_properties(&self, _: &BlobServiceProperties) -> Result<()> {
        refused()
    }

    async fn get_cors_rules(&self) -> Result<Vec<CorsRule>> {
        refused()
    }

    async fn get_blob_service_statistics(&self) -> Result<BlobServiceStatistics> {
        refused()
    }

    async fn submit_batch(&self, _: Option<&ContainerName>, _: &[BatchRequest]) -> Result<Vec<Result<()>>> {
        refused()
    }
}

#[async_trait]
impl LeaseOperations for Store {
    async fn lease_container(
        &self,
        _: &ContainerName,
        _: &LeaseAction,
        _: &BlobConditions,
    ) -> Result<LeaseOutcome> {
        refused()
    }

    async fn lease_blob(
        &self,
        _: &ContainerName,
        _: &BlobName,
        _: &LeaseAction,
        _: &BlobConditions,
    ) -> Result<LeaseOutcome> {
        refused()
    }
}

#[async_trait]
impl TagOperations for Store {
    async fn get_blob_tags(&self, _: &ContainerName, _: &BlobName, _: &BlobConditions) -> Result<Tags> {
        refused()
    }

    async fn set_blob_tags(
        &self,
        _: &ContainerName,
        _: &BlobName,
        _: &Tags,
        _: &BlobConditions,
    ) -> Result<()> {
        refused()
    }

    async fn find_blobs_by_tags(
        &self,
        _: Option<&ContainerName>,
        _: &FindBlobsOptions,
    ) -> Result<Page<FoundBlob>> {
        refused()
    }
}

#[async_trait]
impl AppendBlobOperations for Store {
    async fn put_append_blob(&self, _: &ContainerName, _: &BlobName, _: &PutBlobOptions) -> Result<Written> {
        refused()
    }

    async fn append_block(
        &self,
        _: &ContainerName,
        _: &BlobName,
        _: Body,
        _: &AppendBlockOptions,
    ) -> Result<AppendOutcome> {
        refused()
    }

    async fn append_block_from_url(
        &self,
        _: &ContainerName,
        _: &BlobName,
        _: &str,
        _: &SourceOptions,
        _: &AppendBlockOptions,
    ) -> Result<AppendOutcome> {
        refused()
    }

    async fn seal_append_blob(
        &self,
        _: &ContainerName,
        _: &BlobName,
        _: Option<u64>,
        _: &BlobConditions,
    ) -> Result<Written> {
        refused()
    }
}

#[async_trait]
impl CopyOperations for Store {
    async fn copy_blob(
        &self,
        _: &ContainerName,
        _: &BlobName,
        _: &str,
        _: &CopyBlobOptions,
    ) -> Result<CopyOutcome> {
        refused()
    }

    async fn abort_copy_blob(&self, _: &ContainerName, _: &BlobName, _: &str, _: Option<&str>) -> Result<()> {
        refused()
    }

    async fn put_blob_from_url(
        &self,
        _: &ContainerName,
        _: &BlobName,
        _: &str,
        _: &SourceOptions,
        _: bool,
        _: &PutBlobOptions,
    ) -> Result<Written> {
        refused()
    }

    async fn put_block_from_url(
        &self,
        _: &ContainerName,
        _: &BlobName,
        _: &BlockId,
        _: &str,
        _: &SourceOptions,
        _: Option<&str>,
    ) -> Result<()> {
        refused()
    }
}
