//! Leases, tags, append blobs and copies, straight onto the world.

use async_trait::async_trait;
use batchite_api::backend::{
    AppendBlobOperations, BlobConditions, Body, CopyOperations, LeaseOperations, TagOperations, Written,
};
use batchite_api::blob::{
    AppendBlockOptions, AppendOutcome, BlobName, BlockId, ContainerName, CopyBlobOptions, CopyOutcome,
    FindBlobsOptions, FoundBlob, LeaseAction, LeaseOutcome, PutBlobOptions, SourceOptions, Tags,
};
use batchite_api::error::Result;
use batchite_api::page::Page;
use smol_str::SmolStr;

use super::body::{Hashes, read};
use super::{SimBlob, of_blob, of_container};
use crate::trace::Entity;
use crate::world::access::Operation;
use crate::world::store::{FromUrl, lease};

#[async_trait]
impl LeaseOperations for SimBlob {
    async fn lease_container(
        &self,
        container: &ContainerName,
        action: &LeaseAction,
        conditions: &BlobConditions,
    ) -> Result<LeaseOutcome> {
        self.run(
            lease::container_operation(action),
            of_container(container),
            |store, now, caller| store.lease_container(now, caller, container, action, conditions),
        )
    }

    async fn lease_blob(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        action: &LeaseAction,
        conditions: &BlobConditions,
    ) -> Result<LeaseOutcome> {
        self.run(
            lease::blob_operation(action),
            of_blob(container, blob),
            |store, now, caller| store.lease_blob(now, caller, container, blob, action, conditions),
        )
    }
}

#[async_trait]
impl TagOperations for SimBlob {
    async fn get_blob_tags(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        conditions: &BlobConditions,
    ) -> Result<Tags> {
        self.run(
            Operation::GetBlobTags,
            of_blob(container, blob),
            |store, now, caller| store.get_blob_tags(now, caller, container, blob, conditions),
        )
    }

    async fn set_blob_tags(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        tags: &Tags,
        conditions: &BlobConditions,
    ) -> Result<()> {
        self.run(
            Operation::SetBlobTags,
            of_blob(container, blob),
            |store, now, caller| store.set_blob_tags(now, caller, container, blob, tags, conditions),
        )
    }

    async fn find_blobs_by_tags(
        &self,
        container: Option<&ContainerName>,
        options: &FindBlobsOptions,
    ) -> Result<Page<FoundBlob>> {
        self.run(
            Operation::FindBlobsByTags,
            || match container {
                Some(container) => Entity::Container(SmolStr::from(container)),
                None => Entity::Account,
            },
            |store, now, caller| store.find_blobs_by_tags(now, caller, container, options),
        )
    }
}

#[async_trait]
impl AppendBlobOperations for SimBlob {
    async fn put_append_blob(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        options: &PutBlobOptions,
    ) -> Result<Written> {
        self.run(
            Operation::PutBlob,
            of_blob(container, blob),
            |store, now, caller| store.put_append_blob(now, caller, container, blob, options),
        )
    }

    async fn append_block(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        body: Body,
        options: &AppendBlockOptions,
    ) -> Result<AppendOutcome> {
        self.refuse_early(Operation::AppendBlock, container, blob, &body)?;
        let hashes = Hashes {
            md5: options.transactional_md5.is_some(),
            crc64: options.transactional_crc64.is_some(),
        };
        let upload = read(body, self.config.append_block_bytes_max, hashes).await;
        self.run(
            Operation::AppendBlock,
            of_blob(container, blob),
            |store, now, caller| store.append_block(now, caller, container, blob, &upload?, options),
        )
    }

    async fn append_block_from_url(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        source: &str,
        source_options: &SourceOptions,
        options: &AppendBlockOptions,
    ) -> Result<AppendOutcome> {
        let asked = FromUrl {
            operation: Operation::AppendBlock,
            container,
            blob,
            url: source,
            source: source_options,
            kept: None,
        };
        self.run_from_url(asked, |store, now, caller| {
            store.append_block_from_url(now, caller, container, blob, source, source_options, options)
        })
    }

    async fn seal_append_blob(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        append_position: Option<u64>,
        conditions: &BlobConditions,
    ) -> Result<Written> {
        self.run(
            Operation::SealAppendBlob,
            of_blob(container, blob),
            |store, now, caller| {
                store.seal_append_blob(now, caller, container, blob, append_position, conditions)
            },
        )
    }
}

#[async_trait]
impl CopyOperations for SimBlob {
    async fn copy_blob(
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
            store.copy_blob(now, caller, container, blob, source, options, false)
        })
    }

    async fn abort_copy_blob(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        _copy_id: &str,
        lease_id: Option<&str>,
    ) -> Result<()> {
        self.run(
            Operation::AbortCopyBlob,
            of_blob(container, blob),
            |store, now, caller| store.abort_copy_blob(now, caller, container, blob, lease_id),
        )
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
        let asked = FromUrl {
            operation: Operation::PutBlob,
            container,
            blob,
            url: source,
            source: source_options,
            kept: Some(options.headers.content_md5.is_some()),
        };
        self.run_from_url(asked, |store, now, caller| {
            store.put_blob_from_url(
                now,
                caller,
                container,
                blob,
                source,
                source_options,
                copy_properties,
                options,
            )
        })
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
        let asked = FromUrl {
            operation: Operation::PutBlock,
            container,
            blob,
            url: source,
            source: source_options,
            kept: None,
        };
        self.run_from_url(asked, |store, now, caller| {
            store.put_block_from_url(
                now,
                caller,
                container,
                blob,
                block,
                source,
                source_options,
                lease_id,
            )
        })
    }
}
