//! Operations on pools.

use async_trait::async_trait;

use super::{ListOptions, RequestOptions, Written};
use crate::batch::{
    AutoScaleRun, BatchNodeRemoveOptions, BatchPool, BatchPoolCreateOptions, BatchPoolEnableAutoScaleOptions,
    BatchPoolEvaluateAutoScaleOptions, BatchPoolReplaceOptions, BatchPoolResizeOptions,
    BatchPoolUpdateOptions, BatchPoolUsageMetrics,
};
use crate::error::Result;
use crate::ids::PoolId;
use crate::page::Page;
use crate::time::Timestamp;

/// The period metrics are asked for; the service rounds it to its own intervals of half an hour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct UsagePeriod {
    /// `startTime`: the beginning; absent: that of the last interval there are metrics of.
    pub start: Option<Timestamp>,
    /// `endtime`: the end; absent: that of the last interval there are metrics of.
    pub end: Option<Timestamp>,
}

/// The pools of an account.
#[async_trait]
pub trait PoolOperations: Send + Sync {
    /// `POST /pools`: makes a pool; its nodes come over time.
    ///
    /// Refused: `PoolExists`, `InvalidPropertyValue`, `MissingRequiredProperty`, `PoolQuotaReached`.
    async fn create_pool(&self, pool: BatchPoolCreateOptions, options: &RequestOptions) -> Result<Written>;

    /// `GET /pools/{poolId}`. Refused: `PoolNotFound`.
    async fn get_pool(&self, pool: &PoolId, options: &RequestOptions) -> Result<BatchPool>;

    /// `HEAD /pools/{poolId}`: whether there is such a pool.
    async fn pool_exists(&self, pool: &PoolId, options: &RequestOptions) -> Result<bool>;

    /// `GET /pools`
    async fn list_pools(&self, options: &ListOptions) -> Result<Page<BatchPool>>;

    /// `PATCH /pools/{poolId}`: changes the properties that are given, leaves the others.
    ///
    /// Refused: `PoolNotFound`, `PoolBeingDeleted`, `ConditionNotMet`.
    async fn update_pool(
        &self,
        pool: &PoolId,
        update: BatchPoolUpdateOptions,
        options: &RequestOptions,
    ) -> Result<Written>;

    /// `POST /pools/{poolId}/updateproperties`: replaces the changeable properties; those not given are removed.
    async fn replace_pool_properties(
        &self,
        pool: &PoolId,
        properties: BatchPoolReplaceOptions,
        options: &RequestOptions,
    ) -> Result<Written>;

    /// `POST /pools/{poolId}/resize`: sets new targets; the nodes follow over time.
    ///
    /// Refused: `PoolBeingResized` unless the allocation is steady.
    async fn resize_pool(
        &self,
        pool: &PoolId,
        resize: BatchPoolResizeOptions,
        options: &RequestOptions,
    ) -> Result<Written>;

    /// `POST /pools/{poolId}/stopresize`: keeps the nodes there are; the targets are not restored.
    async fn stop_pool_resize(&self, pool: &PoolId, options: &RequestOptions) -> Result<Written>;

    /// `POST /pools/{poolId}/removenodes`: removes up to 100 named nodes.
    async fn remove_nodes(
        &self,
        pool: &PoolId,
        remove: BatchNodeRemoveOptions,
        options: &RequestOptions,
    ) -> Result<Written>;

    /// `DELETE /pools/{poolId}`: running tasks are requeued, the nodes go, then the pool.
    async fn delete_pool(&self, pool: &PoolId, options: &RequestOptions) -> Result<()>;

    /// `POST /pools/{poolId}/enableautoscale`: a formula sets the targets from now on.
    ///
    /// Refused: `InvalidAutoScalingSettings`, `PoolBeingResized`, `TooManyEnableAutoScaleRequests` within 30 s.
    async fn enable_pool_auto_scale(
        &self,
        pool: &PoolId,
        enable: BatchPoolEnableAutoScaleOptions,
        options: &RequestOptions,
    ) -> Result<Written>;

    /// `POST /pools/{poolId}/disableautoscale`: the targets stay as they are.
    async fn disable_pool_auto_scale(&self, pool: &PoolId, options: &RequestOptions) -> Result<Written>;

    /// `POST /pools/{poolId}/evaluateautoscale`: what a formula would do now; nothing is applied.
    async fn evaluate_pool_auto_scale(
        &self,
        pool: &PoolId,
        evaluate: BatchPoolEvaluateAutoScaleOptions,
        options: &RequestOptions,
    ) -> Result<AutoScaleRun>;

    /// `GET /poolusagemetrics`: what every pool used, in intervals within a period.
    async fn list_pool_usage_metrics(
        &self,
        period: &UsagePeriod,
        options: &ListOptions,
    ) -> Result<Page<BatchPoolUsageMetrics>>;
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<T: PoolOperations + ?Sized> PoolOperations for std::sync::Arc<T> {
    async fn create_pool(&self, pool: BatchPoolCreateOptions, options: &RequestOptions) -> Result<Written> {
        self.as_ref().create_pool(pool, options).await
    }

    async fn get_pool(&self, pool: &PoolId, options: &RequestOptions) -> Result<BatchPool> {
        self.as_ref().get_pool(pool, options).await
    }

    async fn pool_exists(&self, pool: &PoolId, options: &RequestOptions) -> Result<bool> {
        self.as_ref().pool_exists(pool, options).await
    }

    async fn list_pools(&self, options: &ListOptions) -> Result<Page<BatchPool>> {
        self.as_ref().list_pools(options).await
    }

    async fn update_pool(
        &self,
        pool: &PoolId,
        update: BatchPoolUpdateOptions,
        options: &RequestOptions,
    ) -> Result<Written> {
        self.as_ref().update_pool(pool, update, options).await
    }

    async fn replace_pool_properties(
        &self,
        pool: &PoolId,
        properties: BatchPoolReplaceOptions,
        options: &RequestOptions,
    ) -> Result<Written> {
        self.as_ref()
            .replace_pool_properties(pool, properties, options)
            .await
    }

    async fn resize_pool(
        &self,
        pool: &PoolId,
        resize: BatchPoolResizeOptions,
        options: &RequestOptions,
    ) -> Result<Written> {
        self.as_ref().resize_pool(pool, resize, options).await
    }

    async fn stop_pool_resize(&self, pool: &PoolId, options: &RequestOptions) -> Result<Written> {
        self.as_ref().stop_pool_resize(pool, options).await
    }

    async fn remove_nodes(
        &self,
        pool: &PoolId,
        remove: BatchNodeRemoveOptions,
        options: &RequestOptions,
    ) -> Result<Written> {
        self.as_ref().remove_nodes(pool, remove, options).await
    }

    async fn delete_pool(&self, pool: &PoolId, options: &RequestOptions) -> Result<()> {
        self.as_ref().delete_pool(pool, options).await
    }

    async fn enable_pool_auto_scale(
        &self,
        pool: &PoolId,
        enable: BatchPoolEnableAutoScaleOptions,
        options: &RequestOptions,
    ) -> Result<Written> {
        self.as_ref().enable_pool_auto_scale(pool, enable, options).await
    }

    async fn disable_pool_auto_scale(&self, pool: &PoolId, options: &RequestOptions) -> Result<Written> {
        self.as_ref().disable_pool_auto_scale(pool, options).await
    }

    async fn evaluate_pool_auto_scale(
        &self,
        pool: &PoolId,
        evaluate: BatchPoolEvaluateAutoScaleOptions,
        options: &RequestOptions,
    ) -> Result<AutoScaleRun> {
        self.as_ref()
            .evaluate_pool_auto_scale(pool, evaluate, options)
            .await
    }

    async fn list_pool_usage_metrics(
        &self,
        period: &UsagePeriod,
        options: &ListOptions,
    ) -> Result<Page<BatchPoolUsageMetrics>> {
        self.as_ref().list_pool_usage_metrics(period, options).await
    }
}
