//! The operations on the account.

use async_trait::async_trait;
use batchite_api::backend::{AccountOperations, ListOptions, RequestOptions};
use batchite_api::batch::{BatchApplication, BatchPoolNodeCounts, BatchSupportedImage};
use batchite_api::error::Result;
use batchite_api::page::Page;

use super::SimBatch;

#[async_trait]
impl AccountOperations for SimBatch {
    async fn list_supported_images(&self, options: &ListOptions) -> Result<Page<BatchSupportedImage>> {
        self.read("list_supported_images", options)?
            .list_supported_images(options)
    }

    async fn list_pool_node_counts(&self, options: &ListOptions) -> Result<Page<BatchPoolNodeCounts>> {
        self.read("list_pool_node_counts", options)?
            .list_pool_node_counts(options)
    }

    async fn list_applications(&self, options: &ListOptions) -> Result<Page<BatchApplication>> {
        self.read("list_applications", options)?
            .list_applications(options)
    }

    async fn get_application(&self, application: &str, request: &RequestOptions) -> Result<BatchApplication> {
        self.read("get_application", request)?
            .get_application(application)
    }
}
