//! Operations become calls to a backend, and what it says becomes an answer.

use std::sync::Arc;

use batchite_api::backend::{BlobBackend, Body, ByteRange, Conditions, Written};
use batchite_api::blob::{
    BlobName, ContainerAccessPolicy, ContainerName, ListBlobsOptions, ListContainersOptions, PutBlobOptions,
};
use batchite_api::error::{ErrorCode, Result};
use batchite_api::wire::blob::{BlobOperation, ContainerOperation, Operation, answer as wire, xml};
use http::{HeaderMap, Response, StatusCode};

use super::answer::{self, Refusal};
use super::marker;
use super::received::{self, BodyLimits};

/// What an operation is carried out with.
pub(super) struct Call {
    pub(super) backend: Arc<dyn BlobBackend>,
    pub(super) limits: BodyLimits,
    /// The URL of the account as the caller knows it.
    pub(super) endpoint: String,
}

impl Call {
    /// Carries out an operation.
    pub(super) async fn carry_out(
        &self,
        operation: Operation,
        body: Body,
    ) -> Result<Response<Body>, Refusal> {
        let status = operation.success();
        match operation {
            Operation::GetUserDelegationKey => Ok(self.get_user_delegation_key(body).await?),
            Operation::ListContainers(options) => Ok(self.list_containers(options).await?),
            Operation::OnContainer(container, operation) => {
                Ok(self.on_container(&container, operation, body, status).await?)
            }
            Operation::OnBlob(container, blob, operation) => {
                self.on_blob(&container, &blob, *operation, body, status).await
            }
        }
    }

    async fn get_user_delegation_key(&self, body: Body) -> Result<Response<Body>> {
        let document = received::document(body, self.limits.document, None).await?;
        let (start, expiry) = xml::read_key_info(&document)?;
        let key = self.backend.get_user_delegation_key(start, expiry).await?;
        let text = xml::write_user_delegation_key(&key)?;
        Ok(answer::document(HeaderMap::new(), text))
    }

    async fn list_containers(&self, options: ListContainersOptions) -> Result<Response<Body>> {
        let asked = ListContainersOptions {
            continuation: options.continuation.as_ref().map(marker::unwrap).transpose()?,
            ..options.clone()
        };
        let mut page = self.backend.list_containers(&asked).await?;
        page.continuation = page.continuation.as_ref().map(marker::wrap);
        let text = xml::write_containers(&self.endpoint, &options, &page)?;
        Ok(answer::document(HeaderMap::new(), text))
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
        let text = xml::write_blobs(&self.endpoint, container, &options, &page)?;
        Ok(answer::document(HeaderMap::new(), text))
    }

    async fn on_container(
        &self,
        container: &ContainerName,
        operation: ContainerOperation,
        body: Body,
        status: StatusCode,
    ) -> Result<Response<Body>> {
        let backend = &self.backend;
        let mut headers = HeaderMap::new();
        match operation {
            ContainerOperation::Create(options) => {
                let written = backend.create_container(container, &options).await?;
                wire::write_written(&written, &mut headers)?;
            }
            ContainerOperation::GetProperties => {
                let properties = backend.get_container_properties(container).await?;
                wire::write_container_properties(&properties, &mut headers)?;
            }
            ContainerOperation::GetAccessPolicy => {
                let policy = backend.get_container_access_policy(container).await?;
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
        }
        Ok(answer::empty(status, headers))
    }

    async fn on_blob(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        operation: BlobOperation,
        body: Body,
        status: StatusCode,
    ) -> Result<Response<Body>, Refusal> {
        let backend = &self.backend;
        let mut headers = HeaderMap::new();
        match operation {
            BlobOperation::Put(options) => {
                let body = received::limited(body, self.limits.blob)?;
                let written = backend.put_blob(container, blob, body, &options).await?;
                wire::write_written(&written, &mut headers)?;
                wire::write_encrypted(&mut headers)?;
            }
            BlobOperation::PutBlock {
                block,
                transactional_md5,
            } => {
                let body = received::limited(body, self.limits.block)?;
                let body = received::verified(body, transactional_md5.as_deref())?;
                backend.put_block(container, blob, &block, body).await?;
                wire::write_encrypted(&mut headers)?;
            }
            BlobOperation::PutBlockList(options) => {
                let written = self.put_block_list(container, blob, options, body).await?;
                wire::write_written(&written, &mut headers)?;
                wire::write_encrypted(&mut headers)?;
            }
            BlobOperation::GetBlockList(filter) => {
                let list = backend.get_block_list(container, blob, filter).await?;
                return Ok(answer::document(headers, xml::write_block_list(&list, filter)?));
            }
            BlobOperation::Get { range, conditions } => {
                return self.get_blob(container, blob, range, &conditions).await;
            }
            BlobOperation::GetProperties(conditions) => {
                let properties = backend.get_blob_properties(container, blob, &conditions).await?;
                wire::write_blob_properties(&properties, &mut headers)?;
                return Ok(answer::with_body(status, headers, Body::from("")));
            }
            BlobOperation::SetMetadata { metadata, conditions } => {
                let written = backend
                    .set_blob_metadata(container, blob, &metadata, &conditions)
                    .await?;
                wire::write_written(&written, &mut headers)?;
                wire::write_encrypted(&mut headers)?;
            }
            BlobOperation::Delete(conditions) => backend.delete_blob(container, blob, &conditions).await?,
            BlobOperation::CopyFromUrl { source, options } => {
                let outcome = backend
                    .copy_blob_from_url(container, blob, source.as_str(), &options)
                    .await?;
                wire::write_copy(&outcome, &mut headers)?;
            }
        }
        Ok(answer::empty(status, headers))
    }

    async fn put_block_list(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        options: PutBlobOptions,
        body: Body,
    ) -> Result<Written> {
        // The hash is that of the list, so it is held against the list here and does not reach the blob.
        let md5 = options.transactional_md5.as_deref();
        let document = received::document(body, self.limits.document, md5).await?;
        let blocks = xml::read_block_references(&document)?;
        let options = PutBlobOptions {
            transactional_md5: None,
            ..options
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
        conditions: &Conditions,
    ) -> Result<Response<Body>, Refusal> {
        let mut headers = HeaderMap::new();
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
                let whole = Conditions::default();
                if let Ok(properties) = self.backend.get_blob_properties(container, blob, &whole).await {
                    wire::write_unsatisfied_range(properties.content_length, &mut headers)?;
                }
                Err(Refusal { error, headers })
            }
            Err(error) => Err(error.into()),
        }
    }
}
