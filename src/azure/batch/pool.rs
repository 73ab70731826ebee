//! The operations on pools.

use async_trait::async_trait;
use batchite_api::backend::{ListOptions, PoolOperations, RequestOptions, UsagePeriod, Written};
use batchite_api::batch::{
    AutoScaleRun, BatchNodeRemoveOptions, BatchPool, BatchPoolCreateOptions, BatchPoolEnableAutoScaleOptions,
    BatchPoolEvaluateAutoScaleOptions, BatchPoolReplaceOptions, BatchPoolResizeOptions,
    BatchPoolUpdateOptions, BatchPoolUsageMetrics,
};
use batchite_api::error::Result;
use batchite_api::ids::PoolId;
use batchite_api::page::Page;
use batchite_api::wire::batch::operations::pool as operations;
use batchite_api::wire::batch::{Json, Parameters};

use super::AzureBatch;

#[async_trait]
impl PoolOperations for AzureBatch {
    async fn create_pool(&self, pool: BatchPoolCreateOptions, options: &RequestOptions) -> Result<Written> {
        let target = PoolId::parse(&pool.id).map(|id| (id,));
        self.create(
            &operations::CREATE_POOL,
            (),
            pool,
            Parameters::from(options),
            (&operations::POOL_EXISTS, target),
        )
        .await
    }

    async fn get_pool(&self, pool: &PoolId, options: &RequestOptions) -> Result<BatchPool> {
        self.call(
            &operations::GET_POOL,
            (pool.clone(),),
            (),
            Parameters::from(options),
        )
        .await
        .map(|Json(answer)| answer)
    }

    async fn pool_exists(&self, pool: &PoolId, options: &RequestOptions) -> Result<bool> {
        self.call(
            &operations::POOL_EXISTS,
            (pool.clone(),),
            (),
            Parameters::from(options),
        )
        .await
    }

    async fn list_pools(&self, options: &ListOptions) -> Result<Page<BatchPool>> {
        self.call(&operations::LIST_POOLS, (), (), Parameters::from(options))
            .await
    }

    async fn update_pool(
        &self,
        pool: &PoolId,
        update: BatchPoolUpdateOptions,
        options: &RequestOptions,
    ) -> Result<Written> {
        self.call(
            &operations::UPDATE_POOL,
            (pool.clone(),),
            update,
            Parameters::from(options),
        )
        .await
    }

    async fn replace_pool_properties(
        &self,
        pool: &PoolId,
        properties: BatchPoolReplaceOptions,
        options: &RequestOptions,
    ) -> Result<Written> {
        self.call(
            &operations::REPLACE_POOL_PROPERTIES,
            (pool.clone(),),
            properties,
            Parameters::from(options),
        )
        .await
    }

    async fn resize_pool(
        &self,
        pool: &PoolId,
        resize: BatchPoolResizeOptions,
        options: &RequestOptions,
    ) -> Result<Written> {
        self.call(
            &operations::RESIZE_POOL,
            (pool.clone(),),
            resize,
            Parameters::from(options),
        )
        .await
    }

    async fn stop_pool_resize(&self, pool: &PoolId, options: &RequestOptions) -> Result<Written> {
        self.call(
            &operations::STOP_POOL_RESIZE,
            (pool.clone(),),
            (),
            Parameters::from(options),
        )
        .await
    }

    async fn remove_nodes(
        &self,
        pool: &PoolId,
        remove: BatchNodeRemoveOptions,
        options: &RequestOptions,
    ) -> Result<Written> {
        self.call(
            &operations::REMOVE_NODES,
            (pool.clone(),),
            remove,
            Parameters::from(options),
        )
        .await
    }

    async fn delete_pool(&self, pool: &PoolId, options: &RequestOptions) -> Result<()> {
        self.delete(
            &operations::DELETE_POOL,
            (pool.clone(),),
            Parameters::from(options),
        )
        .await
    }

    async fn enable_pool_auto_scale(
        &self,
        pool: &PoolId,
        enable: BatchPoolEnableAutoScaleOptions,
        options: &RequestOptions,
    ) -> Result<Written> {
        self.call(
            &operations::ENABLE_POOL_AUTO_SCALE,
            (pool.clone(),),
            enable,
            Parameters::from(options),
        )
        .await
    }

    async fn disable_pool_auto_scale(&self, pool: &PoolId, options: &RequestOptions) -> Result<Written> {
        self.call(
            &operations::DISABLE_POOL_AUTO_SCALE,
            (pool.clone(),),
            (),
            Parameters::from(options),
        )
        .await
    }

    async fn evaluate_pool_auto_scale(
        &self,
        pool: &PoolId,
        evaluate: BatchPoolEvaluateAutoScaleOptions,
        options: &RequestOptions,
    ) -> Result<AutoScaleRun> {
        self.call(
            &operations::EVALUATE_POOL_AUTO_SCALE,
            (pool.clone(),),
            evaluate,
            Parameters::from(options),
        )
        .await
        .map(|Json(answer)| answer)
    }

    async fn list_pool_usage_metrics(
        &self,
        period: &UsagePeriod,
        options: &ListOptions,
    ) -> Result<Page<BatchPoolUsageMetrics>> {
        self.call(
            &operations::LIST_POOL_USAGE_METRICS,
            (),
            (),
            Parameters {
                period: *period,
                ..Parameters::from(options)
            },
        )
        .await
    }
}
