//! The operations of containers and block blobs.

use async_trait::async_trait;
use batchite_api::auth::sas::UserDelegationKey;
use batchite_api::backend::{BlobBackend, BlobConditions, Body, ByteRange, Written};
use batchite_api::blob::{
    AccessTier, AccountInformation, BlobDownload, BlobHeaders, BlobName, BlobProperties, BlockId, BlockList,
    BlockListFilter, BlockReference, ContainerAccessPolicy, ContainerItem, ContainerName,
    ContainerProperties, CopyBlobOptions, CopyOutcome, CreateContainerOptions, DeleteSnapshots,
    ListBlobsOptions, ListBlobsPage, ListContainersOptions, Metadata, PutBlobOptions, PutBlockOptions,
    SnapshotCreated,
};
use batchite_api::error::Result;
use batchite_api::page::Page;
use batchite_api::time::Timestamp;

use super::body::{Hashes, read, tear};
use super::{SimBlob, of_blob, of_container};
use crate::trace::Entity;
use crate::world::access::Operation;
use crate::world::store::FromUrl;

#[async_trait]
impl BlobBackend for SimBlob {
    fn endpoint(&self) -> &str {
        &self.endpoint
    }

    async fn get_user_delegation_key(
        &self,
        start: Timestamp,
        expiry: Timestamp,
    ) -> Result<UserDelegationKey> {
        self.run(
            Operation::GetUserDelegationKey,
            || Entity::Account,
            |store, now, caller| store.get_user_delegation_key(now, caller, start, expiry),
        )
    }

    async fn get_account_information(
        &self,
        asked_of: Option<(&ContainerName, Option<&BlobName>)>,
    ) -> Result<AccountInformation> {
        let (operation, entity) = match asked_of {
            None => (Operation::GetAccountInformation, Entity::Account),
            Some((container, None)) => (
                Operation::GetAccountInformationOfContainer,
                of_container(container)(),
            ),
            Some((container, Some(blob))) => {
                (Operation::GetAccountInformationOfBlob, of_blob(container, blob)())
            }
        };
        self.run(
            operation,
            || entity.clone(),
            |store, now, caller| store.get_account_information(now, caller, operation, asked_of),
        )
    }

    async fn create_container(
        &self,
        container: &ContainerName,
        options: &CreateContainerOptions,
    ) -> Result<Written> {
        self.run(
            Operation::CreateContainer,
            of_container(container),
            |store, now, caller| store.create_container(now, caller, container, options),
        )
    }

    async fn get_container_properties(
        &self,
        container: &ContainerName,
        lease_id: Option<&str>,
    ) -> Result<ContainerProperties> {
        self.run(
            Operation::GetContainerProperties,
            of_container(container),
            |store, now, caller| store.get_container_properties(now, caller, container, lease_id),
        )
    }

    async fn set_container_metadata(
        &self,
        container: &ContainerName,
        metadata: &Metadata,
        conditions: &BlobConditions,
    ) -> Result<Written> {
        self.run(
            Operation::SetContainerMetadata,
            of_container(container),
            |store, now, caller| store.set_container_metadata(now, caller, container, metadata, conditions),
        )
    }

    async fn get_container_access_policy(
        &self,
        container: &ContainerName,
        lease_id: Option<&str>,
    ) -> Result<ContainerAccessPolicy> {
        self.run(
            Operation::GetContainerAccessPolicy,
            of_container(container),
            |store, now, caller| store.get_container_access_policy(now, caller, container, lease_id),
        )
    }

    async fn set_container_access_policy(
        &self,
        container: &ContainerName,
        policy: &ContainerAccessPolicy,
        conditions: &BlobConditions,
    ) -> Result<Written> {
        self.run(
            Operation::SetContainerAccessPolicy,
            of_container(container),
            |store, now, caller| {
                store.set_container_access_policy(now, caller, container, policy, conditions)
            },
        )
    }

    async fn list_containers(&self, options: &ListContainersOptions) -> Result<Page<ContainerItem>> {
        self.run(
            Operation::ListContainers,
            || Entity::Account,
            |store, now, caller| store.list_containers(now, caller, options),
        )
    }

    async fn delete_container(&self, container: &ContainerName, conditions: &BlobConditions) -> Result<()> {
        self.run(
            Operation::DeleteContainer,
            of_container(container),
            |store, now, caller| store.delete_container(now, caller, container, conditions),
        )
    }

    async fn put_blob(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        body: Body,
        options: &PutBlobOptions,
    ) -> Result<Written> {
        let hashes = Hashes {
            // The service keeps it with the blob, whether the caller told one or not.
            md5: true,
            crc64: options.transactional_crc64.is_some(),
        };
        self.refuse_early(Operation::PutBlob, container, blob, &body)?;
        let upload = read(body, self.config.blob_bytes_max, hashes).await;
        self.run(
            Operation::PutBlob,
            of_blob(container, blob),
            |store, now, caller| store.put_blob(now, caller, container, blob, upload?, options),
        )
    }

    async fn put_block(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        block: &BlockId,
        body: Body,
        options: &PutBlockOptions,
    ) -> Result<()> {
        self.refuse_early(Operation::PutBlock, container, blob, &body)?;
        let hashes = Hashes {
            md5: options.transactional_md5.is_some(),
            crc64: options.transactional_crc64.is_some(),
        };
        let upload = read(body, self.config.block_bytes_max, hashes).await;
        self.run(
            Operation::PutBlock,
            of_blob(container, blob),
            |store, now, caller| store.put_block(now, caller, container, blob, block, upload?, options),
        )
    }

    async fn put_block_list(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        blocks: &[BlockReference],
        options: &PutBlobOptions,
    ) -> Result<Written> {
        self.run(
            Operation::PutBlockList,
            of_blob(container, blob),
            |store, now, caller| store.put_block_list(now, caller, container, blob, blocks, options),
        )
    }

    async fn get_block_list(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        filter: BlockListFilter,
        conditions: &BlobConditions,
    ) -> Result<BlockList> {
        self.run(
            Operation::GetBlockList,
            of_blob(container, blob),
            |store, now, caller| store.get_block_list(now, caller, container, blob, filter, conditions),
        )
    }

    async fn get_blob(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        range: Option<ByteRange>,
        conditions: &BlobConditions,
    ) -> Result<BlobDownload> {
        let (read, torn) = self.run_then(
            Operation::GetBlob,
            of_blob(container, blob),
            |store, now, caller| store.get_blob(now, caller, container, blob, range, conditions),
            |world, read| (read, world.meet_download(container.as_str(), blob.as_str())),
        )?;
        let mut body = read.content.body(read.range.0, read.range.1);
        if let Some(bytes) = torn {
            body = tear(body, bytes);
        }
        Ok(BlobDownload {
            body,
            properties: read.properties,
            range: read.range,
        })
    }

    async fn get_blob_properties(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        conditions: &BlobConditions,
    ) -> Result<BlobProperties> {
        self.run(
            Operation::GetBlobProperties,
            of_blob(container, blob),
            |store, now, caller| store.get_blob_properties(now, caller, container, blob, conditions),
        )
    }

    async fn set_blob_metadata(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        metadata: &Metadata,
        conditions: &BlobConditions,
    ) -> Result<Written> {
        self.run(
            Operation::SetBlobMetadata,
            of_blob(container, blob),
            |store, now, caller| store.set_blob_metadata(now, caller, container, blob, metadata, conditions),
        )
    }

    async fn set_blob_properties(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        headers: &BlobHeaders,
        conditions: &BlobConditions,
    ) -> Result<Written> {
        self.run(
            Operation::SetBlobProperties,
            of_blob(container, blob),
            |store, now, caller| store.set_blob_properties(now, caller, container, blob, headers, conditions),
        )
    }

    async fn set_blob_tier(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        tier: &AccessTier,
        conditions: &BlobConditions,
    ) -> Result<()> {
        self.run(
            Operation::SetBlobTier,
            of_blob(container, blob),
            |store, now, caller| store.set_blob_tier(now, caller, container, blob, tier, conditions),
        )
    }

    async fn create_snapshot(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        metadata: &Metadata,
        conditions: &BlobConditions,
    ) -> Result<SnapshotCreated> {
        self.run(
            Operation::SnapshotBlob,
            of_blob(container, blob),
            |store, now, caller| store.create_snapshot(now, caller, container, blob, metadata, conditions),
        )
    }

    async fn delete_blob(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        snapshots: DeleteSnapshots,
        conditions: &BlobConditions,
    ) -> Result<()> {
        self.run(
            Operation::DeleteBlob,
            of_blob(container, blob),
            |store, now, caller| store.delete_blob(now, caller, container, blob, snapshots, conditions),
        )
    }

    async fn list_blobs(
        &self,
        container: &ContainerName,
        options: &ListBlobsOptions,
    ) -> Result<ListBlobsPage> {
        self.run(
            Operation::ListBlobs,
            of_container(container),
            |store, now, caller| store.list_blobs(now, caller, container, options),
        )
    }

    async fn copy_blob_from_url(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        source: &str,
        options: &CopyBlobOptions,
    ) -> Result<CopyOutcome> {
        let asked = FromUrl {
            operation: Operation::CopyBlob,
            container,
            blob,
            url: source,
            source: &options.source,
            kept: None,
        };
        self.run_from_url(asked, |store, now, caller| {
            store.copy_blob(now, caller, container, blob, source, options, true)
        })
    }
}
