//! Operations on the account: images and node counts.

use async_trait::async_trait;

use super::ListOptions;
use crate::batch::{BatchPoolNodeCounts, BatchSupportedImage};
use crate::error::Result;
use crate::page::Page;

/// What an account offers and holds.
#[async_trait]
pub trait AccountOperations: Send + Sync {
    /// `GET /supportedimages`: the images pools can be made of, with the node agent each needs.
    async fn list_supported_images(&self, options: &ListOptions) -> Result<Page<BatchSupportedImage>>;

    /// `GET /nodecounts`: the nodes of every pool, counted by state.
    async fn list_pool_node_counts(&self, options: &ListOptions) -> Result<Page<BatchPoolNodeCounts>>;
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
}
