//! Operations become calls to a backend, and what it says becomes an answer.

use std::sync::Arc;

use batchite_api::backend::{BlobBackend, BlobConditions, Body, ByteRange, Written};
use batchite_api::blob::{
    BlobName, ContainerAccessPolicy, ContainerName, CopyBlobOptions, CopyOutcome, FindBlobsOptions,
    ListBlobsOptions, ListContainersOptions, PutBlobOptions,
};
use batchite_api::error::{Error, ErrorCode, Result};
use batchite_api::wire::blob::{BlobOperation, ContainerOperation, Operation, Resource, answer as wire, xml};
use http::{HeaderMap, Response, StatusCode};

use super::account::Target;
use super::answer::{self, Refusal};
use super::hashes;
use super::marker;
use super::received::{self, BodyLimits};

/// What an operation is carried out with.
pub(super) struct Call<'a> {
    pub(super) backend: Arc<dyn BlobBackend>,
    pub(super) limits: BodyLimits,
    /// The account as the caller knows it.
    pub(super) target: Target<'a>,
}

impl Call<'_> {
    /// Carries out an operation.
    pub(super) async fn carry_out(
        &self,
        operation: Operation,
        body: Body,
    ) -> Result<Response<Body>, Refusal> {
        let status = operation.success();
        match operation {
            Operation::GetUserDelegationKey => Ok(self.get_user_delegation_key(body).await?),
            Operation::GetAccountInformation(resource) => {
                Ok(self.get_account_information(&resource, status).await?)
            }
            Operation::GetServiceProperties => Ok(self.get_service_properties().await?),
            Operation::SetServiceProperties => Ok(self.set_service_properties(body, status).await?),
            Operation::GetServiceStatistics => Ok(self.get_service_statistics().await?),
            Operation::ListContainers(options) => Ok(self.list_containers(options).await?),
            Operation::FindBlobsByTags(options) => Ok(self.find_blobs(None, options).await?),
            Operation::SubmitBatch { .. } => unreachable!("batches are carried out elsewhere"),
            Operation::OnContainer(container, operation) => {
                Ok(self.on_container(&container, operation, body, status).await?)
            }
            Operation::OnBlob(container, blob, operation) => {
                self.on_blob(&container, &blob, &operation, body, status).await
            }
        }
    }

    async fn get_user_delegation_key(&self, body: Body) -> Result<Response<Body>> {
        let document = received::document(body, self.limits.document, None).await?;
        let (start, expiry) = xml::read_key_info(&document)?;
        let key = self.backend.get_user_delegation_key(start, expiry).await?;
        let text = xml::write_user_delegation_key(&key)?;
        Ok(answer::document(answer::head(), text))
    }

    async fn get_account_information(
        &self,
        resource: &Resource,
        status: StatusCode,
    ) -> Result<Response<Body>> {
        let asked_of = match resource {
            Resource::Account => None,
            Resource::Container(container) => Some((container, None)),
            Resource::Blob(container, blob) => Some((container, Some(blob))),
        };
        let information = self.backend.get_account_information(asked_of).await?;
        let mut headers = answer::head();
        wire::write_account_information(&information, &mut headers)?;
        Ok(answer::empty(status, headers))
    }

    async fn get_service_properties(&self) -> Result<Response<Body>> {
        let properties = self.backend.get_blob_service_properties().await?;
        let text = xml::write_service_properties(&properties)?;
        Ok(answer::document(answer::head(), text))
    }

    async fn set_service_properties(&self, body: Body, status: StatusCode) -> Result<Response<Body>> {
        let document = received::document(body, self.limits.document, None).await?;
        let properties = xml::read_service_properties(&document)?;
        self.backend.set_blob_service_properties(&properties).await?;
        Ok(answer::empty(status, answer::head()))
    }

    async fn get_service_statistics(&self) -> Result<Response<Body>> {
        let statistics = self.backend.get_blob_service_statistics().await?;
        let text = xml::write_service_statistics(&statistics)?;
        Ok(answer::document(answer::head(), text))
    }

    async fn list_containers(&self, options: ListContainersOptions) -> Result<Response<Body>> {
        let asked = ListContainersOptions {
            continuation: options.continuation.as_ref().map(marker::unwrap).transpose()?,
            ..options.clone()
        };
        let mut page = self.backend.list_containers(&asked).await?;
        page.continuation = page.continuation.as_ref().map(marker::wrap);
        let text = xml::write_containers(&self.target.endpoint(), &options, &page)?;
        Ok(answer::document(answer::head(), text))
    }

    async fn list_blobs(
        &self,
        container: &ContainerName,
        options: ListBlobsOptions,
    ) -> Result<Response<Body>> {
        let asked = ListBlobsOptions {
            continuation: options.continuation.as_ref().map(marker::unwrap).transpose()?,
            ..options.clone()
        };
        let mut page = self.backend.list_blobs(container, &asked).await?;
        page.continuation = page.continuation.as_ref().map(marker::wrap);
        let text = xml::write_blobs(&self.target.endpoint(), container, &options, &page)?;
        Ok(answer::document(answer::head(), text))
    }

    async fn find_blobs(
        &self,
        container: Option<&ContainerName>,
        options: FindBlobsOptions,
    ) -> Result<Response<Body>> {
        let asked = FindBlobsOptions {
            continuation: options.continuation.as_ref().map(marker::unwrap).transpose()?,
            ..options.clone()
        };
        let mut page = self.backend.find_blobs_by_tags(container, &asked).await?;
        page.continuation = page.continuation.as_ref().map(marker::wrap);
        let text = xml::write_found_blobs(&self.target.endpoint(), &options, &page)?;
        Ok(answer::document(answer::head(), text))
    }

    async fn on_container(
        &self,
        container: &ContainerName,
        operation: ContainerOperation,
        body: Body,
        status: StatusCode,
    ) -> Result<Response<Body>> {
        let backend = &self.backend;
        let mut headers = answer::head();
        match operation {
            ContainerOperation::Create(options) => {
                let written = backend.create_container(container, &options).await?;
                wire::write_written(&written, &mut headers)?;
            }
            ContainerOperation::GetProperties { lease_id } => {
                let properties = backend
                    .get_container_properties(container, lease_id.as_deref())
                    .await?;
                wire::write_container_properties(&properties, &mut headers)?;
            }
            ContainerOperation::GetAccessPolicy { lease_id } => {
                let lease_id = lease_id.as_deref();
                // The version first: should somebody write in between, it is too old, and a write that relies on it fails.
                let properties = backend.get_container_properties(container, lease_id).await?;
                let policy = backend.get_container_access_policy(container, lease_id).await?;
                let version = Written {
                    etag: properties.etag,
                    last_modified: properties.last_modified,
                    content_md5: None,
                };
                wire::write_written(&version, &mut headers)?;
                wire::write_public_access(policy.public_access.as_ref(), &mut headers)?;
                let text = xml::write_access_policies(&policy.policies)?;
                return Ok(answer::document(headers, text));
            }
            ContainerOperation::SetAccessPolicy {
                public_access,
                conditions,
            } => {
                let document = received::document(body, self.limits.document, None).await?;
                let policy = ContainerAccessPolicy {
                    public_access,
                    policies: xml::read_access_policies(&document)?,
                };
                let written = backend
                    .set_container_access_policy(container, &policy, &conditions)
                    .await?;
                wire::write_written(&written, &mut headers)?;
            }
            ContainerOperation::Delete(conditions) => {
                backend.delete_container(container, &conditions).await?;
            }
            ContainerOperation::ListBlobs(options) => return self.list_blobs(container, options).await,
            ContainerOperation::SetMetadata { metadata, conditions } => {
                let written = backend
                    .set_container_metadata(container, &metadata, &conditions)
                    .await?;
                wire::write_written(&written, &mut headers)?;
            }
            ContainerOperation::Lease { action, conditions } => {
                let outcome = backend.lease_container(container, &action, &conditions).await?;
                wire::write_leased(&outcome, &mut headers)?;
            }
            ContainerOperation::FindBlobsByTags(options) => {
                return self.find_blobs(Some(container), options).await;
            }
        }
        Ok(answer::empty(status, headers))
    }

    async fn on_blob(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        operation: &BlobOperation,
        body: Body,
        status: StatusCode,
    ) -> Result<Response<Body>, Refusal> {
        let backend = &self.backend;
        let mut headers = answer::head();
        match operation {
            BlobOperation::Get {
                range,
                range_hash,
                conditions,
            } => {
                let answer = self
                    .get_blob(container, blob, *range, conditions, headers)
                    .await?;
                return hashes::told(answer, *range_hash).await;
            }
            BlobOperation::GetProperties(conditions) => {
                let properties = backend.get_blob_properties(container, blob, conditions).await?;
                wire::write_blob_properties(&properties, &mut headers)?;
                return Ok(answer::with_body(status, headers, Body::from("")));
            }
            BlobOperation::GetMetadata(conditions) => {
                let properties = backend.get_blob_properties(container, blob, conditions).await?;
                wire::write_blob_metadata(&properties, &mut headers)?;
            }
            BlobOperation::GetBlockList { filter, conditions } => {
                let list = backend
                    .get_block_list(container, blob, *filter, conditions)
                    .await?;
                return Ok(answer::document(headers, xml::write_block_list(&list, *filter)?));
            }
            BlobOperation::GetTags(conditions) => {
                let tags = backend.get_blob_tags(container, blob, conditions).await?;
                return Ok(answer::document(headers, xml::write_tags(&tags)?));
            }
            BlobOperation::Delete {
                snapshots,
                conditions,
            } => {
                backend
                    .delete_blob(container, blob, *snapshots, conditions)
                    .await?;
                wire::write_deleted_for_good(&mut headers)?;
            }
            BlobOperation::Lease { action, conditions } => {
                let outcome = backend.lease_blob(container, blob, action, conditions).await?;
                wire::write_leased(&outcome, &mut headers)?;
            }
            BlobOperation::Snapshot { metadata, conditions } => {
                let created = backend
                    .create_snapshot(container, blob, metadata, conditions)
                    .await?;
                wire::write_snapshot(&created, &mut headers)?;
                wire::write_encrypted(&mut headers)?;
            }
            from_url @ (BlobOperation::Copy { .. }
            | BlobOperation::AbortCopy { .. }
            | BlobOperation::PutFromUrl { .. }
            | BlobOperation::PutBlockFromUrl { .. }
            | BlobOperation::AppendBlockFromUrl { .. }) => {
                self.write_from_url(container, blob, from_url, &mut headers)
                    .await?;
            }
            write => self.write(container, blob, write, body, &mut headers).await?,
        }
        Ok(answer::empty(status, headers))
    }

    /// What is written from the body of the request or its head.
    async fn write(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        operation: &BlobOperation,
        body: Body,
        headers: &mut HeaderMap,
    ) -> Result<()> {
        let backend = &self.backend;
        match operation {
            BlobOperation::SetTags(conditions) => {
                let document = received::document(body, self.limits.document, None).await?;
                let tags = xml::read_tags(&document)?;
                backend.set_blob_tags(container, blob, &tags, conditions).await
            }
            BlobOperation::SetTier { tier, conditions } => {
                backend.set_blob_tier(container, blob, tier, conditions).await
            }
            operation => {
                let given = hashes::Given::by(operation);
                self.write_version(container, blob, operation, body, headers)
                    .await?;
                given.write(headers)
            }
        }
    }

    /// The writes that make another version of a blob, or bytes of the next one.
    async fn write_version(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        operation: &BlobOperation,
        body: Body,
        headers: &mut HeaderMap,
    ) -> Result<()> {
        let backend = &self.backend;
        let written = match operation {
            BlobOperation::Put(options) => {
                let body = received::limited(body, self.limits.blob)?;
                backend.put_blob(container, blob, body, options).await?
            }
            BlobOperation::PutAppend(options) => {
                if body.length() != Some(0) {
                    return Err(Error::blob(ErrorCode::InvalidHeaderValue)
                        .with_detail("HeaderName", "Content-Length")
                        .with_detail("Reason", "an append blob is made empty"));
                }
                backend.put_append_blob(container, blob, options).await?
            }
            BlobOperation::PutBlock { block, options } => {
                let body = received::limited(body, self.limits.block)?;
                backend.put_block(container, blob, block, body, options).await?;
                return wire::write_encrypted(headers);
            }
            BlobOperation::PutBlockList(options) => {
                self.put_block_list(container, blob, options, body).await?
            }
            BlobOperation::AppendBlock(options) => {
                let body = received::limited(body, self.limits.block)?;
                let outcome = backend.append_block(container, blob, body, options).await?;
                return wire::write_appended(&outcome, headers);
            }
            BlobOperation::Seal {
                append_position,
                conditions,
            } => {
                let written = backend
                    .seal_append_blob(container, blob, *append_position, conditions)
                    .await?;
                wire::write_written(&written, headers)?;
                return wire::write_sealed(headers);
            }
            BlobOperation::SetMetadata { metadata, conditions } => {
                backend
                    .set_blob_metadata(container, blob, metadata, conditions)
                    .await?
            }
            BlobOperation::SetProperties {
                headers: content,
                conditions,
            } => {
                let written = backend
                    .set_blob_properties(container, blob, content, conditions)
                    .await?;
                return wire::write_written(&written, headers);
            }
            _ => unreachable!("everything else is carried out elsewhere"),
        };
        wire::write_written(&written, headers)?;
        wire::write_encrypted(headers)
    }

    /// What is written from what a URL holds.
    async fn write_from_url(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        operation: &BlobOperation,
        headers: &mut HeaderMap,
    ) -> Result<()> {
        let backend = &self.backend;
        match operation {
            BlobOperation::Copy {
                source,
                options,
                requires_sync,
            } => {
                let outcome = self
                    .copy(container, blob, source, options, *requires_sync)
                    .await?;
                wire::write_copy(&outcome, headers)
            }
            BlobOperation::AbortCopy { copy_id, lease_id } => {
                backend
                    .abort_copy_blob(container, blob, copy_id, lease_id.as_deref())
                    .await
            }
            BlobOperation::PutFromUrl {
                source,
                source_options,
                copy_properties,
                options,
            } => {
                let written = backend
                    .put_blob_from_url(container, blob, source, source_options, *copy_properties, options)
                    .await?;
                wire::write_written(&written, headers)?;
                wire::write_encrypted(headers)
            }
            BlobOperation::PutBlockFromUrl {
                block,
                source,
                source_options,
                lease_id,
            } => {
                backend
                    .put_block_from_url(
                        container,
                        blob,
                        block,
                        source,
                        source_options,
                        lease_id.as_deref(),
                    )
                    .await?;
                wire::write_encrypted(headers)
            }
            BlobOperation::AppendBlockFromUrl {
                source,
                source_options,
                options,
            } => {
                let outcome = backend
                    .append_block_from_url(container, blob, source, source_options, options)
                    .await?;
                wire::write_appended(&outcome, headers)
            }
            _ => unreachable!("what has no source is carried out elsewhere"),
        }
    }

    async fn copy(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        source: &str,
        options: &CopyBlobOptions,
        requires_sync: bool,
    ) -> Result<CopyOutcome> {
        let backend = &self.backend;
        if requires_sync {
            backend.copy_blob_from_url(container, blob, source, options).await
        } else {
            backend.copy_blob(container, blob, source, options).await
        }
    }

    async fn put_block_list(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        options: &PutBlobOptions,
        body: Body,
    ) -> Result<Written> {
        // The hash is that of the list, so it is held against the list here and does not reach the blob.
        let md5 = options.transactional_md5.as_deref();
        let document = received::document(body, self.limits.document, md5).await?;
        hashes::check_crc64(&document, md5, options.transactional_crc64.as_deref())?;
        let blocks = xml::read_block_references(&document)?;
        let options = PutBlobOptions {
            transactional_md5: None,
            transactional_crc64: None,
            ..options.clone()
        };
        self.backend
            .put_block_list(container, blob, &blocks, &options)
            .await
    }

    async fn get_blob(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        range: Option<ByteRange>,
        conditions: &BlobConditions,
        mut headers: HeaderMap,
    ) -> Result<Response<Body>, Refusal> {
        match self.backend.get_blob(container, blob, range, conditions).await {
            Ok(download) => {
                let status = wire::write_download(
                    &download.properties,
                    download.range,
                    range.is_some(),
                    &mut headers,
                )?;
                Ok(answer::with_body(status, headers, download.body))
            }
            Err(error) if error.is(&ErrorCode::InvalidRange) => {
                // Clients learn from this header that an empty blob is empty.
                let whole = BlobConditions {
                    snapshot: conditions.snapshot,
                    ..BlobConditions::default()
                };
                if let Ok(properties) = self.backend.get_blob_properties(container, blob, &whole).await {
                    wire::write_unsatisfied_range(properties.content_length, &mut headers)?;
                }
                Err(Refusal { error, headers })
            }
            Err(error) => Err(error.into()),
        }
    }
}
