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
use smol_str::SmolStr;

use super::{SimBatch, pool_entity};
use crate::trace::Entity;

#[async_trait]
impl PoolOperations for SimBatch {
    async fn create_pool(&self, pool: BatchPoolCreateOptions, request: &RequestOptions) -> Result<Written> {
        let entity = Entity::Pool(SmolStr::new(&pool.id));
        self.write("create_pool", request, entity, |world| {
            world.create_pool(pool, request)
        })
    }

    async fn get_pool(&self, pool: &PoolId, request: &RequestOptions) -> Result<BatchPool> {
        self.read("get_pool", request)?.get_pool(pool, request)
    }

    async fn pool_exists(&self, pool: &PoolId, request: &RequestOptions) -> Result<bool> {
        self.read("pool_exists", request)?.pool_exists(pool, request)
    }

    async fn list_pools(&self, options: &ListOptions) -> Result<Page<BatchPool>> {
        self.read("list_pools", options)?.list_pools(options)
    }

    async fn update_pool(
        &self,
        pool: &PoolId,
        update: BatchPoolUpdateOptions,
        request: &RequestOptions,
    ) -> Result<Written> {
        let entity = pool_entity(pool);
        self.write("update_pool", request, entity, |world| {
            world.update_pool(pool, update, request)
        })
    }

    async fn replace_pool_properties(
        &self,
        pool: &PoolId,
        properties: BatchPoolReplaceOptions,
        request: &RequestOptions,
    ) -> Result<Written> {
        let entity = pool_entity(pool);
        self.write("replace_pool_properties", request, entity, |world| {
            world.replace_pool_properties(pool, properties, request)
        })
    }

    async fn resize_pool(
        &self,
        pool: &PoolId,
        resize: BatchPoolResizeOptions,
        request: &RequestOptions,
    ) -> Result<Written> {
        let entity = pool_entity(pool);
        self.write("resize_pool", request, entity, |world| {
            world.resize_pool(pool, &resize, request)
        })
    }

    async fn stop_pool_resize(&self, pool: &PoolId, request: &RequestOptions) -> Result<Written> {
        let entity = pool_entity(pool);
        self.write("stop_pool_resize", request, entity, |world| {
            world.stop_pool_resize(pool, request)
        })
    }

    async fn remove_nodes(
        &self,
        pool: &PoolId,
        remove: BatchNodeRemoveOptions,
        request: &RequestOptions,
    ) -> Result<Written> {
        let entity = pool_entity(pool);
        self.write("remove_nodes", request, entity, |world| {
            world.remove_nodes(pool, &remove, request)
        })
    }

    async fn delete_pool(&self, pool: &PoolId, request: &RequestOptions) -> Result<()> {
        let entity = pool_entity(pool);
        self.write("delete_pool", request, entity, |world| {
            world.delete_pool(pool, request)
        })
    }

    async fn enable_pool_auto_scale(
        &self,
        pool: &PoolId,
        enable: BatchPoolEnableAutoScaleOptions,
        request: &RequestOptions,
    ) -> Result<Written> {
        let entity = pool_entity(pool);
        self.write("enable_pool_auto_scale", request, entity, |world| {
            world.enable_pool_auto_scale(pool, enable, request)
        })
    }

    async fn disable_pool_auto_scale(&self, pool: &PoolId, request: &RequestOptions) -> Result<Written> {
        let entity = pool_entity(pool);
        self.write("disable_pool_auto_scale", request, entity, |world| {
            world.disable_pool_auto_scale(pool, request)
        })
    }

    async fn evaluate_pool_auto_scale(
        &self,
        pool: &PoolId,
        evaluate: BatchPoolEvaluateAutoScaleOptions,
        request: &RequestOptions,
    ) -> Result<AutoScaleRun> {
        self.read("evaluate_pool_auto_scale", request)?
            .evaluate_pool_auto_scale(pool, &evaluate)
    }

    async fn list_pool_usage_metrics(
        &self,
        period: &UsagePeriod,
        options: &ListOptions,
    ) -> Result<Page<BatchPoolUsageMetrics>> {
        self.read("list_pool_usage_metrics", options)?
            .list_pool_usage_metrics(period, options)
    }
}
