//! Leases, tags, append blobs and copies, each one a request and the reading of its answer.

use async_trait::async_trait;
use batchite_api::backend::{
    AppendBlobOperations, BlobConditions, Body, CopyOperations, LeaseOperations, TagOperations, Written,
};
use batchite_api::blob::{
    AppendBlockOptions, AppendOutcome, BlobName, BlockId, ContainerName, CopyBlobOptions, CopyOutcome,
    FindBlobsOptions, FoundBlob, LeaseAction, LeaseOutcome, PutBlobOptions, SourceOptions, Tags,
};
use batchite_api::error::{Error, ErrorCode, Result};
use batchite_api::page::Page;
use batchite_api::wire::blob::{BlobOperation, ContainerOperation, Operation, answer, xml};

use super::AzureBlob;
use super::operations::{on_blob, on_container};
use super::payload::Payload;

/// Refuses conditional headers of HTTP where an operation has none, as the service does, with `UnsupportedHeader`.
pub(super) fn refuse_http_conditions(conditions: &BlobConditions) -> Result<()> {
    if conditions.has_headers() {
        return Err(Error::blob(ErrorCode::UnsupportedHeader));
    }
    Ok(())
}

#[async_trait]
impl LeaseOperations for AzureBlob {
    async fn lease_container(
        &self,
        container: &ContainerName,
        action: &LeaseAction,
        conditions: &BlobConditions,
    ) -> Result<LeaseOutcome> {
        let operation = ContainerOperation::Lease {
            action: action.clone(),
            conditions: conditions.clone(),
        };
        let operation = on_container(container, operation);
        answer::read_leased(&self.head(&operation, Payload::none()).await?)
    }

    async fn lease_blob(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        action: &LeaseAction,
        conditions: &BlobConditions,
    ) -> Result<LeaseOutcome> {
        let operation = BlobOperation::Lease {
            action: action.clone(),
            conditions: conditions.clone(),
        };
        let operation = on_blob(container, blob, operation);
        answer::read_leased(&self.head(&operation, Payload::none()).await?)
    }
}

#[async_trait]
impl TagOperations for AzureBlob {
    async fn get_blob_tags(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        conditions: &BlobConditions,
    ) -> Result<Tags> {
        refuse_http_conditions(conditions)?;
        let operation = on_blob(container, blob, BlobOperation::GetTags(conditions.clone()));
        xml::read_answered_tags(&self.document(&operation).await?.bytes)
    }

    async fn set_blob_tags(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        tags: &Tags,
        conditions: &BlobConditions,
    ) -> Result<()> {
        refuse_http_conditions(conditions)?;
        let operation = on_blob(container, blob, BlobOperation::SetTags(conditions.clone()));
        let body = Payload::document(xml::write_tags(tags)?);
        self.head(&operation, body).await.map(drop)
    }

    async fn find_blobs_by_tags(
        &self,
        container: Option<&ContainerName>,
        options: &FindBlobsOptions,
    ) -> Result<Page<FoundBlob>> {
        let operation = match container {
            None => Operation::FindBlobsByTags(options.clone()),
            Some(container) => on_container(container, ContainerOperation::FindBlobsByTags(options.clone())),
        };
        xml::read_found_blobs(&self.document(&operation).await?.bytes)
    }
}

#[async_trait]
impl AppendBlobOperations for AzureBlob {
    async fn put_append_blob(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        options: &PutBlobOptions,
    ) -> Result<Written> {
        let operation = on_blob(container, blob, BlobOperation::PutAppend(options.clone()));
        answer::read_written(&self.head(&operation, Payload::none()).await?)
    }

    async fn append_block(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        body: Body,
        options: &AppendBlockOptions,
    ) -> Result<AppendOutcome> {
        let payload = super::upload::block_of(body).await?;
        let operation = on_blob(container, blob, BlobOperation::AppendBlock(options.clone()));
        answer::read_appended(&self.head(&operation, payload).await?)
    }

    async fn append_block_from_url(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        source: &str,
        source_options: &SourceOptions,
        options: &AppendBlockOptions,
    ) -> Result<AppendOutcome> {
        let operation = BlobOperation::AppendBlockFromUrl {
            source: source.into(),
            source_options: source_options.clone(),
            options: options.clone(),
        };
        let operation = on_blob(container, blob, operation);
        answer::read_appended(&self.head(&operation, Payload::none()).await?)
    }

    async fn seal_append_blob(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        append_position: Option<u64>,
        conditions: &BlobConditions,
    ) -> Result<Written> {
        let operation = BlobOperation::Seal {
            append_position,
            conditions: conditions.clone(),
        };
        let operation = on_blob(container, blob, operation);
        answer::read_written(&self.head(&operation, Payload::none()).await?)
    }
}

#[async_trait]
impl CopyOperations for AzureBlob {
    async fn copy_blob(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        source: &str,
        options: &CopyBlobOptions,
    ) -> Result<CopyOutcome> {
        let operation = BlobOperation::Copy {
            source: source.into(),
            options: options.clone(),
            requires_sync: false,
        };
        let operation = on_blob(container, blob, operation);
        answer::read_copy(&self.head(&operation, Payload::none()).await?)
    }

    async fn abort_copy_blob(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        copy_id: &str,
        lease_id: Option<&str>,
    ) -> Result<()> {
        let operation = BlobOperation::AbortCopy {
            copy_id: copy_id.to_owned(),
            lease_id: lease_id.map(str::to_owned),
        };
        let operation = on_blob(container, blob, operation);
        self.head(&operation, Payload::none()).await.map(drop)
    }

    async fn put_blob_from_url(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        source: &str,
        source_options: &SourceOptions,
        copy_properties: bool,
        options: &PutBlobOptions,
    ) -> Result<Written> {
        let operation = BlobOperation::PutFromUrl {
            source: source.into(),
            source_options: source_options.clone(),
            copy_properties,
            options: options.clone(),
        };
        let operation = on_blob(container, blob, operation);
        answer::read_put(&self.head(&operation, Payload::none()).await?)
    }

    async fn put_block_from_url(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        block: &BlockId,
        source: &str,
        source_options: &SourceOptions,
        lease_id: Option<&str>,
    ) -> Result<()> {
        let operation = BlobOperation::PutBlockFromUrl {
            block: block.clone(),
            source: source.into(),
            source_options: source_options.clone(),
            lease_id: lease_id.map(str::to_owned),
        };
        let operation = on_blob(container, blob, operation);
        self.head(&operation, Payload::none()).await.map(drop)
    }
}
