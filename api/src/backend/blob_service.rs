//! The part of [`super::BlobBackend`] that is asked of the service as a whole: its properties, and batches of requests.

use async_trait::async_trait;

use crate::blob::{BatchRequest, BlobServiceProperties, BlobServiceStatistics, ContainerName, CorsRule};
use crate::error::Result;

/// Blob Storage as a service.
#[async_trait]
pub trait BlobServiceOperations {
    /// *Get Blob Service Properties*
    async fn get_blob_service_properties(&self) -> Result<BlobServiceProperties>;

    /// *Set Blob Service Properties*: what is absent stays as it is.
    ///
    /// Refused: `InvalidXmlDocument`, `InvalidXmlNodeValue`, `MissingRequiredXmlNode`; by a simulated account soft delete
    /// and static websites, with `NotSimulated`.
    async fn set_blob_service_properties(&self, properties: &BlobServiceProperties) -> Result<()>;

    /// The rules of the account for web pages of other origins.
    ///
    /// No operation of the service: a server asks this of an account it serves, in the account's name, before it answers
    /// a page. It is neither in a trace nor struck by faults.
    async fn get_cors_rules(&self) -> Result<Vec<CorsRule>>;

    /// *Get Blob Service Stats*: how far the copies in the second place of the account are. The endpoint is that of the
    /// second place; others refuse with `InvalidQueryParameterValue`.
    async fn get_blob_service_statistics(&self) -> Result<BlobServiceStatistics>;

    /// *Blob Batch*: up to 256 requests of one kind in one, of the account or within a container. Each shows its own
    /// access, or that of the batch, and is carried out or refused by itself.
    ///
    /// The outcomes are in the order of the requests. Refused as a whole: `InvalidInput` for a batch that is empty or
    /// reaches beyond its container, `ExceedsMaxBatchRequestCount`, `AllBatchSubRequestsShouldBeSameApi`, and for an
    /// access that opens nothing of the account, or of the container.
    async fn submit_batch(
        &self,
        container: Option<&ContainerName>,
        requests: &[BatchRequest],
    ) -> Result<Vec<Result<()>>>;
}
