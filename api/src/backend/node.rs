//! Operations on compute nodes.

use async_trait::async_trait;

use super::{ListOptions, RequestOptions};
use crate::batch::{
    BatchNode, BatchNodeDisableSchedulingOptions, BatchNodeRebootOptions, BatchNodeReimageOptions,
};
use crate::error::Result;
use crate::ids::{NodeId, PoolId};
use crate::page::Page;

/// The compute nodes of the pools.
#[async_trait]
pub trait NodeOperations: Send + Sync {
    /// `GET /pools/{poolId}/nodes/{nodeId}`. Refused: `PoolNotFound`, `NodeNotFound`.
    async fn get_node(&self, pool: &PoolId, node: &NodeId, options: &RequestOptions) -> Result<BatchNode>;

    /// `GET /pools/{poolId}/nodes`
    async fn list_nodes(&self, pool: &PoolId, options: &ListOptions) -> Result<Page<BatchNode>>;

    /// `POST /pools/{poolId}/nodes/{nodeId}/reboot`: only idle and running nodes.
    ///
    /// Refused: `NodeBeingRebooted`, `NodeBeingCreated`, `NodeStateUnusable` and the like, by the state of the node.
    async fn reboot_node(
        &self,
        pool: &PoolId,
        node: &NodeId,
        reboot: BatchNodeRebootOptions,
        options: &RequestOptions,
    ) -> Result<()>;

    /// `POST /pools/{poolId}/nodes/{nodeId}/reimage`: as a reboot, with an empty disk afterwards.
    async fn reimage_node(
        &self,
        pool: &PoolId,
        node: &NodeId,
        reimage: BatchNodeReimageOptions,
        options: &RequestOptions,
    ) -> Result<()>;

    /// `POST /pools/{poolId}/nodes/{nodeId}/disablescheduling`: no new tasks; what runs is treated as the option says.
    ///
    /// Refused: `NodeAlreadyInTargetSchedulingState`.
    async fn disable_node_scheduling(
        &self,
        pool: &PoolId,
        node: &NodeId,
        disable: BatchNodeDisableSchedulingOptions,
        options: &RequestOptions,
    ) -> Result<()>;

    /// `POST /pools/{poolId}/nodes/{nodeId}/enablescheduling`
    async fn enable_node_scheduling(
        &self,
        pool: &PoolId,
        node: &NodeId,
        options: &RequestOptions,
    ) -> Result<()>;
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<T: NodeOperations + ?Sized> NodeOperations for std::sync::Arc<T> {
    async fn get_node(&self, pool: &PoolId, node: &NodeId, options: &RequestOptions) -> Result<BatchNode> {
        self.as_ref().get_node(pool, node, options).await
    }

    async fn list_nodes(&self, pool: &PoolId, options: &ListOptions) -> Result<Page<BatchNode>> {
        self.as_ref().list_nodes(pool, options).await
    }

    async fn reboot_node(
        &self,
        pool: &PoolId,
        node: &NodeId,
        reboot: BatchNodeRebootOptions,
        options: &RequestOptions,
    ) -> Result<()> {
        self.as_ref().reboot_node(pool, node, reboot, options).await
    }

    async fn reimage_node(
        &self,
        pool: &PoolId,
        node: &NodeId,
        reimage: BatchNodeReimageOptions,
        options: &RequestOptions,
    ) -> Result<()> {
        self.as_ref().reimage_node(pool, node, reimage, options).await
    }

    async fn disable_node_scheduling(
        &self,
        pool: &PoolId,
        node: &NodeId,
        disable: BatchNodeDisableSchedulingOptions,
        options: &RequestOptions,
    ) -> Result<()> {
        self.as_ref()
            .disable_node_scheduling(pool, node, disable, options)
            .await
    }

    async fn enable_node_scheduling(
        &self,
        pool: &PoolId,
        node: &NodeId,
        options: &RequestOptions,
    ) -> Result<()> {
        self.as_ref().enable_node_scheduling(pool, node, options).await
    }
}
