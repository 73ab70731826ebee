//! A store of a few blobs, each as a resource file could meet it.

use std::sync::Arc;

use async_trait::async_trait;
use batchite_api::auth::Access;
use batchite_api::auth::sas::UserDelegationKey;
use batchite_api::backend::{BlobBackend, BlobConnector, Body, ByteRange, Conditions, Written};
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
        _conditions: &Conditions,
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

    async fn create_container(
        &self,
        _container: &ContainerName,
        _options: &CreateContainerOptions,
    ) -> Result<Written> {
        refused()
    }

    async fn get_container_properties(&self, _container: &ContainerName) -> Result<ContainerProperties> {
        refused()
    }

    async fn get_container_access_policy(&self, _container: &ContainerName) -> Result<ContainerAccessPolicy> {
        refused()
    }

    async fn set_container_access_policy(
        &self,
        _container: &ContainerName,
        _policy: &ContainerAccessPolicy,
        _conditions: &Conditions,
    ) -> Result<Written> {
        refused()
    }

    async fn list_containers(&self, _options: &ListContainersOptions) -> Result<Page<ContainerItem>> {
        refused()
    }

    async fn delete_container(&self, _container: &ContainerName, _conditions: &Conditions) -> Result<()> {
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
    ) -> Result<BlockList> {
        refused()
    }

    async fn get_blob_properties(
        &self,
        _container: &ContainerName,
        _blob: &BlobName,
        _conditions: &Conditions,
    ) -> Result<BlobProperties> {
        refused()
    }

    async fn set_blob_metadata(
        &self,
        _container: &ContainerName,
        _blob: &BlobName,
        _metadata: &Metadata,
        _conditions: &Conditions,
    ) -> Result<Written> {
        refused()
    }

    async fn delete_blob(
        &self,
        _container: &ContainerName,
        _blob: &BlobName,
        _conditions: &Conditions,
    ) -> Result<()> {
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
        _options: &PutBlobOptions,
    ) -> Result<CopyOutcome> {
        refused()
    }
}
