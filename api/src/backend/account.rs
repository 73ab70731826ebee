//! Operations on the account: images, node counts, applications.

use async_trait::async_trait;

use super::{ListOptions, RequestOptions};
use crate::batch::{BatchApplication, BatchPoolNodeCounts, BatchSupportedImage};
use crate::error::Result;
use crate::page::Page;

/// What an account offers and holds.
#[async_trait]
pub trait AccountOperations: Send + Sync {
    /// `GET /supportedimages`: the images pools can be made of, with the node agent each needs.
    async fn list_supported_images(&self, options: &ListOptions) -> Result<Page<BatchSupportedImage>>;

    /// `GET /nodecounts`: the nodes of every pool, counted by state.
    async fn list_pool_node_counts(&self, options: &ListOptions) -> Result<Page<BatchPoolNodeCounts>>;

    /// `GET /applications`: the applications packages of which can be deployed on nodes.
    async fn list_applications(&self, options: &ListOptions) -> Result<Page<BatchApplication>>;

    /// `GET /applications/{applicationId}`. Refused: `ApplicationNotFound`.
    async fn get_application(&self, application: &str, options: &RequestOptions) -> Result<BatchApplication>;
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<T: AccountOperations + ?Sized> AccountOperations for std::sync::Arc<T> {
    async fn list_supported_images(&self, options: &ListOptions) -> Result<Page<BatchSupportedImage>> {
        self.as_ref().list_supported_images(options).await
    }

    async fn list_pool_node_counts(&self, options: &ListOptions) -> Result<Page<BatchPoolNodeCounts>> {
        self.as_ref().list_pool_node_counts(options).await
    }

    async fn list_applications(&self, options: &ListOptions) -> Result<Page<BatchApplication>> {
        self.as_ref().list_applications(options).await
    }

    async fn get_application(&self, application: &str, options: &RequestOptions) -> Result<BatchApplication> {
        self.as_ref().get_application(application, options).await
    }
}
