//! The operations on the account.

use batchite_api::error::Result;
use batchite_api::wire::batch::Json;
use batchite_api::wire::batch::operations::account as operations;

use super::{Dispatch, Done};

impl Dispatch<'_> {
    pub(super) async fn list_applications(&self) -> Result<Done> {
        let operation = &operations::LIST_APPLICATIONS;
        let options = self.decode(operation)?.parameters.list_options();
        self.tell(operation, &self.backend.list_applications(&options).await?)
    }

    pub(super) async fn get_application(&self) -> Result<Done> {
        let operation = &operations::GET_APPLICATION;
        let call = self.decode(operation)?;
        let options = call.parameters.request_options();
        let found = self.backend.get_application(&call.path.0, &options).await?;
        self.tell(operation, &Json(found))
    }

    pub(super) async fn list_supported_images(&self) -> Result<Done> {
        let operation = &operations::LIST_SUPPORTED_IMAGES;
        let options = self.decode(operation)?.parameters.list_options();
        self.tell(operation, &self.backend.list_supported_images(&options).await?)
    }

    pub(super) async fn list_pool_node_counts(&self) -> Result<Done> {
        let operation = &operations::LIST_POOL_NODE_COUNTS;
        let options = self.decode(operation)?.parameters.list_options();
        self.tell(operation, &self.backend.list_pool_node_counts(&options).await?)
    }
}
