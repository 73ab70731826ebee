//! The operations on the account.

use async_trait::async_trait;
use batchite_api::backend::{AccountOperations, ListOptions, RequestOptions};
use batchite_api::batch::{BatchApplication, BatchPoolNodeCounts, BatchSupportedImage};
use batchite_api::error::Result;
use batchite_api::page::Page;
use batchite_api::wire::batch::operations::account as operations;
use batchite_api::wire::batch::{Json, Parameters};

use super::AzureBatch;

#[async_trait]
impl AccountOperations for AzureBatch {
    async fn list_supported_images(&self, options: &ListOptions) -> Result<Page<BatchSupportedImage>> {
        self.call(
            &operations::LIST_SUPPORTED_IMAGES,
            (),
            (),
            Parameters::from(options),
        )
        .await
    }

    async fn list_pool_node_counts(&self, options: &ListOptions) -> Result<Page<BatchPoolNodeCounts>> {
        self.call(
            &operations::LIST_POOL_NODE_COUNTS,
            (),
            (),
            Parameters::from(options),
        )
        .await
    }

    async fn list_applications(&self, options: &ListOptions) -> Result<Page<BatchApplication>> {
        self.call(&operations::LIST_APPLICATIONS, (), (), Parameters::from(options))
            .await
    }

    async fn get_application(&self, application: &str, options: &RequestOptions) -> Result<BatchApplication> {
        self.call(
            &operations::GET_APPLICATION,
            (application.to_owned(),),
            (),
            Parameters::from(options),
        )
        .await
        .map(|Json(answer)| answer)
    }
}
