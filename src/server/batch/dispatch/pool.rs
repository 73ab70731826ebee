//! The operations on pools.

use batchite_api::backend::RequestOptions;
use batchite_api::error::Result;
use batchite_api::wire::batch::Json;
use batchite_api::wire::batch::operations::pool as operations;

use super::{Dispatch, Done, add_tags, with_tags};

impl Dispatch<'_> {
    pub(super) async fn list_pool_usage_metrics(&self) -> Result<Done> {
        let operation = &operations::LIST_POOL_USAGE_METRICS;
        let call = self.decode(operation)?;
        let options = call.parameters.list_options();
        let period = &call.parameters.period;
        self.tell(
            operation,
            &self.backend.list_pool_usage_metrics(period, &options).await?,
        )
    }

    pub(super) async fn create_pool(&self) -> Result<Done> {
        let operation = &operations::CREATE_POOL;
        let call = self.decode(operation)?;
        let options = call.parameters.request_options();
        let id = call.body.id.clone();
        let written = self.backend.create_pool(call.body, &options).await?;
        self.tell_made(operation, &written, &id)
    }

    pub(super) async fn list_pools(&self) -> Result<Done> {
        let operation = &operations::LIST_POOLS;
        let call = self.decode(operation)?;
        let options = call.parameters.list_options();
        self.tell(operation, &self.backend.list_pools(&options).await?)
    }

    pub(super) async fn delete_pool(&self) -> Result<Done> {
        let operation = &operations::DELETE_POOL;
        let call = self.decode(operation)?;
        let (pool,) = &call.path;
        let options = call.parameters.request_options();
        self.backend.delete_pool(pool, &options).await?;
        self.tell(operation, &())
    }

    pub(super) async fn pool_exists(&self) -> Result<Done> {
        let operation = &operations::POOL_EXISTS;
        let call = self.decode(operation)?;
        let (pool,) = &call.path;
        let options = call.parameters.request_options();
        let exists = self.backend.pool_exists(pool, &options).await?;
        let mut done = self.tell(operation, &exists)?;
        if exists {
            let tags = RequestOptions {
                select: Some("eTag,lastModified".to_owned()),
                ..RequestOptions::default()
            };
            // One that went in between simply has no tag any more.
            if let Ok(found) = self.backend.get_pool(pool, &tags).await {
                add_tags(&mut done, &found.etag, found.last_modified)?;
            }
        }
        Ok(done)
    }

    pub(super) async fn get_pool(&self) -> Result<Done> {
        let operation = &operations::GET_POOL;
        let call = self.decode(operation)?;
        let (pool,) = &call.path;
        let options = with_tags(&operation.route, &call.parameters);
        self.tell(operation, &Json(self.backend.get_pool(pool, &options).await?))
    }

    pub(super) async fn update_pool(&self) -> Result<Done> {
        let operation = &operations::UPDATE_POOL;
        let call = self.decode(operation)?;
        let (pool,) = &call.path;
        let options = call.parameters.request_options();
        self.tell(
            operation,
            &self.backend.update_pool(pool, call.body, &options).await?,
        )
    }

    pub(super) async fn disable_pool_auto_scale(&self) -> Result<Done> {
        let operation = &operations::DISABLE_POOL_AUTO_SCALE;
        let call = self.decode(operation)?;
        let (pool,) = &call.path;
        let options = call.parameters.request_options();
        self.tell(
            operation,
            &self.backend.disable_pool_auto_scale(pool, &options).await?,
        )
    }

    pub(super) async fn enable_pool_auto_scale(&self) -> Result<Done> {
        let operation = &operations::ENABLE_POOL_AUTO_SCALE;
        let call = self.decode(operation)?;
        let (pool,) = &call.path;
        let options = call.parameters.request_options();
        self.tell(
            operation,
            &self
                .backend
                .enable_pool_auto_scale(pool, call.body, &options)
                .await?,
        )
    }

    pub(super) async fn evaluate_pool_auto_scale(&self) -> Result<Done> {
        let operation = &operations::EVALUATE_POOL_AUTO_SCALE;
        let call = self.decode(operation)?;
        let (pool,) = &call.path;
        let options = call.parameters.request_options();
        self.tell(
            operation,
            &Json(
                self.backend
                    .evaluate_pool_auto_scale(pool, call.body, &options)
                    .await?,
            ),
        )
    }

    pub(super) async fn resize_pool(&self) -> Result<Done> {
        let operation = &operations::RESIZE_POOL;
        let call = self.decode(operation)?;
        let (pool,) = &call.path;
        let options = call.parameters.request_options();
        self.tell(
            operation,
            &self.backend.resize_pool(pool, call.body, &options).await?,
        )
    }

    pub(super) async fn stop_pool_resize(&self) -> Result<Done> {
        let operation = &operations::STOP_POOL_RESIZE;
        let call = self.decode(operation)?;
        let (pool,) = &call.path;
        let options = call.parameters.request_options();
        self.tell(operation, &self.backend.stop_pool_resize(pool, &options).await?)
    }

    pub(super) async fn replace_pool_properties(&self) -> Result<Done> {
        let operation = &operations::REPLACE_POOL_PROPERTIES;
        let call = self.decode(operation)?;
        let (pool,) = &call.path;
        let options = call.parameters.request_options();
        self.tell(
            operation,
            &self
                .backend
                .replace_pool_properties(pool, call.body, &options)
                .await?,
        )
    }

    pub(super) async fn remove_nodes(&self) -> Result<Done> {
        let operation = &operations::REMOVE_NODES;
        let call = self.decode(operation)?;
        let (pool,) = &call.path;
        let options = call.parameters.request_options();
        self.tell(
            operation,
            &self.backend.remove_nodes(pool, call.body, &options).await?,
        )
    }
}
