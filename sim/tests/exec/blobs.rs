//! A storage account in a map, for the tests of what reads and writes blobs from a node.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

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
    BlobDownload, BlobItem, BlobName, BlobProperties, BlockId, BlockList, BlockListFilter, BlockReference,
    ContainerAccessPolicy, ContainerItem, ContainerName, ContainerProperties, CopyOutcome,
    CreateContainerOptions, ListBlobsEntry, ListBlobsOptions, ListBlobsPage, ListContainersOptions, Metadata,
    PutBlobOptions,
};
use batchite_api::error::{Error, ErrorCode, Result, Service};
use batchite_api::page::{Continuation, Page};
use batchite_api::time::Timestamp;
use bytes::Bytes;

/// The endpoint the account answers at.
pub(crate) const ENDPOINT: &str = "https://test.blob.core.windows.net";

/// Blobs by container and name. A token must hold the word `good`; blobs called `torn` break off.
#[derive(Debug, Clone, Default)]
pub(crate) struct Account(Arc<Mutex<BTreeMap<(String, String), Bytes>>>);

impl Account {
    pub(crate) fn with(blobs: &[(&str, &str, &str)]) -> Self {
        let account = Self::default();
        for (container, name, text) in blobs {
            account.put(container, name, Bytes::copy_from_slice(text.as_bytes()));
        }
        account
    }

    pub(crate) fn put(&self, container: &str, name: &str, bytes: Bytes) {
        let key = (container.to_owned(), name.to_owned());
        self.0
            .lock()
            .expect("no test panics while holding it")
            .insert(key, bytes);
    }

    pub(crate) fn text(&self, container: &str, name: &str) -> Option<String> {
        let key = (container.to_owned(), name.to_owned());
        let blobs = self.0.lock().expect("no test panics while holding it");
        blobs
            .get(&key)
            .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
    }

    fn get(&self, container: &ContainerName, blob: &BlobName) -> Result<Bytes> {
        let blobs = self.0.lock().expect("no test panics while holding it");
        if !blobs.keys().any(|(name, _)| name == container.as_str()) {
            return Err(Error::blob(ErrorCode::ContainerNotFound));
        }
        let key = (container.to_string(), blob.to_string());
        blobs
            .get(&key)
            .cloned()
            .ok_or_else(|| Error::blob(ErrorCode::BlobNotFound))
    }
}

impl BlobConnector for Account {
    fn connect(&self, endpoint: &str, access: Access) -> Result<Arc<dyn BlobBackend>> {
        if endpoint != ENDPOINT {
            return Err(Error::protocol(
                Service::Blob,
                format!("{endpoint} is not reached from here"),
            ));
        }
        Ok(Arc::new(Handle {
            account: self.clone(),
            access,
        }))
    }

    fn connect_from(&self, endpoint: &str, access: Access, _source: IpAddr) -> Result<Arc<dyn BlobBackend>> {
        self.connect(endpoint, access)
    }
}

#[derive(Debug)]
struct Handle {
    account: Account,
    access: Access,
}

impl Handle {
    fn check(&self) -> Result<()> {
        match &self.access {
            Access::Sas(token) if !token.contains("good") => {
                Err(Error::blob(ErrorCode::AuthorizationPermissionMismatch))
            }
            _ => Ok(()),
        }
    }
}

fn unused<T>() -> Result<T> {
    Err(Error::not_simulated(Service::Blob, "this test account"))
}

#[async_trait]
impl BlobBackend for Handle {
    fn endpoint(&self) -> &str {
        ENDPOINT
    }

    async fn get_user_delegation_key(&self, _: Timestamp, _: Timestamp) -> Result<UserDelegationKey> {
        unused()
    }

    async fn get_account_information(
        &self,
        _: Option<(&ContainerName, Option<&BlobName>)>,
    ) -> Result<AccountInformation> {
        unused()
    }

    async fn create_container(&self, _: &ContainerName, _: &CreateContainerOptions) -> Result<Written> {
        unused()
    }

    async fn get_container_properties(
        &self,
        _: &ContainerName,
        _: Option<&str>,
    ) -> Result<ContainerProperties> {
        unused()
    }

    async fn get_container_access_policy(
        &self,
        _: &ContainerName,
        _: Option<&str>,
    ) -> Result<ContainerAccessPolicy> {
        unused()
    }

    async fn set_container_access_policy(
        &self,
        _: &ContainerName,
        _: &ContainerAccessPolicy,
        _: &BlobConditions,
    ) -> Result<Written> {
        unused()
    }

    async fn list_containers(&self, _: &ListContainersOptions) -> Result<Page<ContainerItem>> {
        unused()
    }

    async fn delete_container(&self, _: &ContainerName, _: &BlobConditions) -> Result<()> {
        unused()
    }

    async fn put_blob(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        body: Body,
        _: &PutBlobOptions,
    ) -> Result<Written> {
        self.check()?;
        let bytes = body.collect(1 << 30).await?;
        self.account.put(container.as_str(), blob.as_str(), bytes);
        Ok(Written::default())
    }

    async fn put_block(
        &self,
        _: &ContainerName,
        _: &BlobName,
        _: &BlockId,
        _: Body,
        _: &PutBlockOptions,
    ) -> Result<()> {
        unused()
    }

    async fn put_block_list(
        &self,
        _: &ContainerName,
        _: &BlobName,
        _: &[BlockReference],
        _: &PutBlobOptions,
    ) -> Result<Written> {
        unused()
    }

    async fn get_block_list(
        &self,
        _: &ContainerName,
        _: &BlobName,
        _: BlockListFilter,
        _: &BlobConditions,
    ) -> Result<BlockList> {
        unused()
    }

    async fn get_blob(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        _: Option<ByteRange>,
        _: &BlobConditions,
    ) -> Result<BlobDownload> {
        self.check()?;
        let bytes = self.account.get(container, blob)?;
        let length = bytes.len() as u64;
        let body = if blob.as_str() == "torn" {
            Body::from_stream(Some(length + 1), Body::from(bytes).into_stream())
        } else {
            Body::from(bytes)
        };
        Ok(BlobDownload {
            properties: BlobProperties::default(),
            range: (0, length),
            body,
        })
    }

    async fn get_blob_properties(
        &self,
        _: &ContainerName,
        _: &BlobName,
        _: &BlobConditions,
    ) -> Result<BlobProperties> {
        unused()
    }

    async fn set_blob_metadata(
        &self,
        _: &ContainerName,
        _: &BlobName,
        _: &Metadata,
        _: &BlobConditions,
    ) -> Result<Written> {
        unused()
    }

    async fn delete_blob(
        &self,
        _: &ContainerName,
        _: &BlobName,
        _: DeleteSnapshots,
        _: &BlobConditions,
    ) -> Result<()> {
        unused()
    }

    async fn set_container_metadata(
        &self,
        _: &ContainerName,
        _: &Metadata,
        _: &BlobConditions,
    ) -> Result<Written> {
        unused()
    }

    async fn set_blob_properties(
        &self,
        _: &ContainerName,
        _: &BlobName,
        _: &BlobHeaders,
        _: &BlobConditions,
    ) -> Result<Written> {
        unused()
    }

    async fn set_blob_tier(
        &self,
        _: &ContainerName,
        _: &BlobName,
        _: &AccessTier,
        _: &BlobConditions,
    ) -> Result<()> {
        unused()
    }

    async fn create_snapshot(
        &self,
        _: &ContainerName,
        _: &BlobName,
        _: &Metadata,
        _: &BlobConditions,
    ) -> Result<SnapshotCreated> {
        unused()
    }

    /// Pages of two, so that whoever lists must go on.
    async fn list_blobs(
        &self,
        container: &ContainerName,
        options: &ListBlobsOptions,
    ) -> Result<ListBlobsPage> {
        self.check()?;
        let blobs = self.account.0.lock().expect("no test panics while holding it");
        let mut names: Vec<&String> = blobs
            .keys()
            .filter(|(name, _)| name == container.as_str())
            .map(|(_, name)| name)
            .collect();
        if names.is_empty() {
            return Err(Error::blob(ErrorCode::ContainerNotFound));
        }
        let prefix = options.prefix.as_deref().unwrap_or_default();
        let after = options.continuation.as_ref().map_or("", Continuation::as_str);
        names.retain(|name| name.starts_with(prefix) && name.as_str() > after);
        let more = names.len() > 2;
        names.truncate(2);
        Ok(ListBlobsPage {
            continuation: names
                .last()
                .filter(|_| more)
                .map(|name| Continuation::new(name.as_str())),
            entries: names
                .iter()
                .map(|name| {
                    ListBlobsEntry::Blob(Box::new(BlobItem {
                        name: BlobName::parse(name).expect("it was put by that name"),
                        snapshot: None,
                        tags: Tags::new(),
                        properties: BlobProperties::default(),
                    }))
                })
                .collect(),
        })
    }

    async fn copy_blob_from_url(
        &self,
        _: &ContainerName,
        _: &BlobName,
        _: &str,
        _: &CopyBlobOptions,
    ) -> Result<CopyOutcome> {
        unused()
    }
}

#[async_trait]
impl BlobServiceOperations for Handle {
    async fn get_blob_service_properties(&self) -> Result<BlobServiceProperties> {
        unused()
    }

    async fn set_blob_service_properties(&self, _: &BlobServiceProperties) -> Result<()> {
        unused()
    }

    async fn get_cors_rules(&self) -> Result<Vec<CorsRule>> {
        unused()
    }

    async fn get_blob_service_statistics(&self) -> Result<BlobServiceStatistics> {
        unused()
    }

    async fn submit_batch(&self, _: Option<&ContainerName>, _: &[BatchRequest]) -> Result<Vec<Result<()>>> {
        unused()
    }
}

#[async_trait]
impl LeaseOperations for Handle {
    async fn lease_container(
        &self,
        _: &ContainerName,
        _: &LeaseAction,
        _: &BlobConditions,
    ) -> Result<LeaseOutcome> {
        unused()
    }

    async fn lease_blob(
        &self,
        _: &ContainerName,
        _: &BlobName,
        _: &LeaseAction,
        _: &BlobConditions,
    ) -> Result<LeaseOutcome> {
        unused()
    }
}

#[async_trait]
impl TagOperations for Handle {
    async fn get_blob_tags(&self, _: &ContainerName, _: &BlobName, _: &BlobConditions) -> Result<Tags> {
        unused()
    }

    async fn set_blob_tags(
        &self,
        _: &ContainerName,
        _: &BlobName,
        _: &Tags,
        _: &BlobConditions,
    ) -> Result<()> {
        unused()
    }

    async fn find_blobs_by_tags(
        &self,
        _: Option<&ContainerName>,
        _: &FindBlobsOptions,
    ) -> Result<Page<FoundBlob>> {
        unused()
    }
}

#[async_trait]
impl AppendBlobOperations for Handle {
    async fn put_append_blob(&self, _: &ContainerName, _: &BlobName, _: &PutBlobOptions) -> Result<Written> {
        unused()
    }

    async fn append_block(
        &self,
        _: &ContainerName,
        _: &BlobName,
        _: Body,
        _: &AppendBlockOptions,
    ) -> Result<AppendOutcome> {
        unused()
    }

    async fn append_block_from_url(
        &self,
        _: &ContainerName,
        _: &BlobName,
        _: &str,
        _: &SourceOptions,
        _: &AppendBlockOptions,
    ) -> Result<AppendOutcome> {
        unused()
    }

    async fn seal_append_blob(
        &self,
        _: &ContainerName,
        _: &BlobName,
        _: Option<u64>,
        _: &BlobConditions,
    ) -> Result<Written> {
        unused()
    }
}

#[async_trait]
impl CopyOperations for Handle {
    async fn copy_blob(
        &self,
        _: &ContainerName,
        _: &BlobName,
        _: &str,
        _: &CopyBlobOptions,
    ) -> Result<CopyOutcome> {
        unused()
    }

    async fn abort_copy_blob(&self, _: &ContainerName, _: &BlobName, _: &str, _: Option<&str>) -> Result<()> {
        unused()
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
        unused()
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
        unused()
    }
}
