//! The operations of the trait, each one a request and the reading of its answer.

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
use batchite_api::wire::blob::{BlobOperation, ContainerOperation, Operation, Resource, answer, xml};

use super::AzureBlob;
use super::payload::Payload;

pub(super) fn on_container(container: &ContainerName, operation: ContainerOperation) -> Operation {
    Operation::OnContainer(container.clone(), operation)
}

pub(super) fn on_blob(container: &ContainerName, blob: &BlobName, operation: BlobOperation) -> Operation {
    Operation::OnBlob(container.clone(), blob.clone(), Box::new(operation))
}

#[async_trait]
impl BlobBackend for AzureBlob {
    fn endpoint(&self) -> &str {
        &self.endpoint
    }

    async fn get_user_delegation_key(
        &self,
        start: Timestamp,
        expiry: Timestamp,
    ) -> Result<UserDelegationKey> {
        let body = Payload::document(xml::write_key_info(start, expiry)?);
        let document = self
            .answered_document(&Operation::GetUserDelegationKey, body)
            .await?;
        xml::read_user_delegation_key(&document.bytes)
    }

    async fn get_account_information(
        &self,
        asked_of: Option<(&ContainerName, Option<&BlobName>)>,
    ) -> Result<AccountInformation> {
        let resource = match asked_of {
            None => Resource::Account,
            Some((container, None)) => Resource::Container(container.clone()),
            Some((container, Some(blob))) => Resource::Blob(container.clone(), blob.clone()),
        };
        let operation = Operation::GetAccountInformation(resource);
        answer::read_account_information(&self.head(&operation, Payload::none()).await?)
    }

    async fn create_container(
        &self,
        container: &ContainerName,
        options: &CreateContainerOptions,
    ) -> Result<Written> {
        let operation = on_container(container, ContainerOperation::Create(options.clone()));
        answer::read_written(&self.head(&operation, Payload::none()).await?)
    }

    async fn get_container_properties(
        &self,
        container: &ContainerName,
        lease_id: Option<&str>,
    ) -> Result<ContainerProperties> {
        let lease_id = lease_id.map(str::to_owned);
        let operation = on_container(container, ContainerOperation::GetProperties { lease_id });
        answer::read_container_properties(&self.head(&operation, Payload::none()).await?)
    }

    async fn set_container_metadata(
        &self,
        container: &ContainerName,
        metadata: &Metadata,
        conditions: &BlobConditions,
    ) -> Result<Written> {
        let operation = ContainerOperation::SetMetadata {
            metadata: metadata.clone(),
            conditions: conditions.clone(),
        };
        let operation = on_container(container, operation);
        answer::read_written(&self.head(&operation, Payload::none()).await?)
    }

    async fn get_container_access_policy(
        &self,
        container: &ContainerName,
        lease_id: Option<&str>,
    ) -> Result<ContainerAccessPolicy> {
        let lease_id = lease_id.map(str::to_owned);
        let operation = on_container(container, ContainerOperation::GetAccessPolicy { lease_id });
        let document = self.document(&operation).await?;
        Ok(ContainerAccessPolicy {
            public_access: answer::read_public_access(&document.headers)?,
            policies: xml::read_answered_access_policies(&document.bytes)?,
        })
    }

    async fn set_container_access_policy(
        &self,
        container: &ContainerName,
        policy: &ContainerAccessPolicy,
        conditions: &BlobConditions,
    ) -> Result<Written> {
        let operation = on_container(
            container,
            ContainerOperation::SetAccessPolicy {
                public_access: policy.public_access.clone(),
                conditions: conditions.clone(),
            },
        );
        let body = Payload::document(xml::write_access_policies(&policy.policies)?);
        answer::read_written(&self.head(&operation, body).await?)
    }

    async fn list_containers(&self, options: &ListContainersOptions) -> Result<Page<ContainerItem>> {
        let operation = Operation::ListContainers(options.clone());
        xml::read_containers(&self.document(&operation).await?.bytes)
    }

    async fn delete_container(&self, container: &ContainerName, conditions: &BlobConditions) -> Result<()> {
        let operation = on_container(container, ContainerOperation::Delete(conditions.clone()));
        self.head(&operation, Payload::none()).await.map(drop)
    }

    async fn put_blob(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        body: Body,
        options: &PutBlobOptions,
    ) -> Result<Written> {
        self.upload(container, blob, body, options).await
    }

    async fn put_block(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        block: &BlockId,
        body: Body,
        options: &PutBlockOptions,
    ) -> Result<()> {
        let payload = super::upload::block_of(body).await?;
        self.send_block(container, blob, block, payload, options.clone())
            .await
    }

    async fn put_block_list(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        blocks: &[BlockReference],
        options: &PutBlobOptions,
    ) -> Result<Written> {
        let operation = on_blob(container, blob, BlobOperation::PutBlockList(options.clone()));
        let body = Payload::document(xml::write_block_references(blocks)?);
        answer::read_written(&self.head(&operation, body).await?)
    }

    async fn get_block_list(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        filter: BlockListFilter,
        conditions: &BlobConditions,
    ) -> Result<BlockList> {
        super::parts::refuse_http_conditions(conditions)?;
        let conditions = conditions.clone();
        let operation = on_blob(
            container,
            blob,
            BlobOperation::GetBlockList { filter, conditions },
        );
        xml::read_block_list(&self.document(&operation).await?.bytes)
    }

    async fn get_blob(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        range: Option<ByteRange>,
        conditions: &BlobConditions,
    ) -> Result<BlobDownload> {
        self.download(container, blob, range, conditions).await
    }

    async fn get_blob_properties(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        conditions: &BlobConditions,
    ) -> Result<BlobProperties> {
        let operation = on_blob(container, blob, BlobOperation::GetProperties(conditions.clone()));
        answer::read_blob_properties(&self.head(&operation, Payload::none()).await?)
    }

    async fn set_blob_metadata(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        metadata: &Metadata,
        conditions: &BlobConditions,
    ) -> Result<Written> {
        let operation = on_blob(
            container,
            blob,
            BlobOperation::SetMetadata {
                metadata: metadata.clone(),
                conditions: conditions.clone(),
            },
        );
        answer::read_written(&self.head(&operation, Payload::none()).await?)
    }

    async fn set_blob_properties(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        headers: &BlobHeaders,
        conditions: &BlobConditions,
    ) -> Result<Written> {
        let operation = BlobOperation::SetProperties {
            headers: headers.clone(),
            conditions: conditions.clone(),
        };
        let operation = on_blob(container, blob, operation);
        answer::read_written(&self.head(&operation, Payload::none()).await?)
    }

    async fn set_blob_tier(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        tier: &AccessTier,
        conditions: &BlobConditions,
    ) -> Result<()> {
        super::parts::refuse_http_conditions(conditions)?;
        let operation = BlobOperation::SetTier {
            tier: tier.clone(),
            conditions: conditions.clone(),
        };
        self.head(&on_blob(container, blob, operation), Payload::none())
            .await
            .map(drop)
    }

    async fn create_snapshot(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        metadata: &Metadata,
        conditions: &BlobConditions,
    ) -> Result<SnapshotCreated> {
        let operation = BlobOperation::Snapshot {
            metadata: metadata.clone(),
            conditions: conditions.clone(),
        };
        let operation = on_blob(container, blob, operation);
        answer::read_snapshot(&self.head(&operation, Payload::none()).await?)
    }

    async fn delete_blob(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        snapshots: DeleteSnapshots,
        conditions: &BlobConditions,
    ) -> Result<()> {
        let conditions = conditions.clone();
        let operation = on_blob(
            container,
            blob,
            BlobOperation::Delete {
                snapshots,
                conditions,
            },
        );
        self.head(&operation, Payload::none()).await.map(drop)
    }

    async fn list_blobs(
        &self,
        container: &ContainerName,
        options: &ListBlobsOptions,
    ) -> Result<ListBlobsPage> {
        let operation = on_container(container, ContainerOperation::ListBlobs(options.clone()));
        xml::read_blobs(&self.document(&operation).await?.bytes)
    }

    async fn copy_blob_from_url(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        source: &str,
        options: &CopyBlobOptions,
    ) -> Result<CopyOutcome> {
        let operation = BlobOperation::Copy {
            source: source.into(),
            options: options.clone(),
            requires_sync: true,
        };
        let operation = on_blob(container, blob, operation);
        answer::read_complete_copy(&self.head(&operation, Payload::none()).await?)
    }
}
