//! Operations on compute nodes.

use async_trait::async_trait;

use super::{ListOptions, RequestOptions};
use crate::batch::{
    BatchNode, BatchNodeDeallocateOptions, BatchNodeDisableSchedulingOptions, BatchNodeRebootOptions,
    BatchNodeReimageOptions, BatchNodeRemoteLoginSettings, BatchNodeUserCreateOptions,
    BatchNodeUserReplaceOptions, BatchNodeVMExtension, UploadBatchServiceLogsOptions,
    UploadBatchServiceLogsResult,
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

    /// `POST /pools/{poolId}/nodes/{nodeId}/start`: a deallocated node comes back.
    async fn start_node(&self, pool: &PoolId, node: &NodeId, options: &RequestOptions) -> Result<()>;

    /// `POST /pools/{poolId}/nodes/{nodeId}/deallocate`: the machine goes, the node keeps its place and its id.
    async fn deallocate_node(
        &self,
        pool: &PoolId,
        node: &NodeId,
        deallocate: BatchNodeDeallocateOptions,
        options: &RequestOptions,
    ) -> Result<()>;

    /// `POST /pools/{poolId}/nodes/{nodeId}/users`: a user who can log in on the node. Refused: `NodeUserExists`.
    async fn create_node_user(
        &self,
        pool: &PoolId,
        node: &NodeId,
        user: BatchNodeUserCreateOptions,
        options: &RequestOptions,
    ) -> Result<()>;

    /// `PUT /pools/{poolId}/nodes/{nodeId}/users/{userName}`: what is left out goes back to its default.
    ///
    /// Refused: `NodeUserNotFound`.
    async fn replace_node_user(
        &self,
        pool: &PoolId,
        node: &NodeId,
        user_name: &str,
        replacement: BatchNodeUserReplaceOptions,
        options: &RequestOptions,
    ) -> Result<()>;

    /// `DELETE /pools/{poolId}/nodes/{nodeId}/users/{userName}`. Refused: `NodeUserNotFound`.
    async fn delete_node_user(
        &self,
        pool: &PoolId,
        node: &NodeId,
        user_name: &str,
        options: &RequestOptions,
    ) -> Result<()>;

    /// `GET /pools/{poolId}/nodes/{nodeId}/remoteloginsettings`: where the node can be logged in to.
    async fn get_node_remote_login_settings(
        &self,
        pool: &PoolId,
        node: &NodeId,
        options: &RequestOptions,
    ) -> Result<BatchNodeRemoteLoginSettings>;

    /// `POST /pools/{poolId}/nodes/{nodeId}/uploadbatchservicelogs`: sends the service's logs to a container.
    async fn upload_node_logs(
        &self,
        pool: &PoolId,
        node: &NodeId,
        upload: UploadBatchServiceLogsOptions,
        options: &RequestOptions,
    ) -> Result<UploadBatchServiceLogsResult>;

    /// `GET /pools/{poolId}/nodes/{nodeId}/extensions/{extensionName}`
    async fn get_node_extension(
        &self,
        pool: &PoolId,
        node: &NodeId,
        extension: &str,
        options: &RequestOptions,
    ) -> Result<BatchNodeVMExtension>;

    /// `GET /pools/{poolId}/nodes/{nodeId}/extensions`: the extensions of the virtual machine.
    async fn list_node_extensions(
        &self,
        pool: &PoolId,
        node: &NodeId,
        options: &ListOptions,
    ) -> Result<Page<BatchNodeVMExtension>>;
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

    async fn start_node(&self, pool: &PoolId, node: &NodeId, options: &RequestOptions) -> Result<()> {
        self.as_ref().start_node(pool, node, options).await
    }

    async fn deallocate_node(
        &self,
        pool: &PoolId,
        node: &NodeId,
        deallocate: BatchNodeDeallocateOptions,
        options: &RequestOptions,
    ) -> Result<()> {
        self.as_ref()
            .deallocate_node(pool, node, deallocate, options)
            .await
    }

    async fn create_node_user(
        &self,
        pool: &PoolId,
        node: &NodeId,
        user: BatchNodeUserCreateOptions,
        options: &RequestOptions,
    ) -> Result<()> {
        self.as_ref().create_node_user(pool, node, user, options).await
    }

    async fn replace_node_user(
        &self,
        pool: &PoolId,
        node: &NodeId,
        user_name: &str,
        replacement: BatchNodeUserReplaceOptions,
        options: &RequestOptions,
    ) -> Result<()> {
        self.as_ref()
            .replace_node_user(pool, node, user_name, replacement, options)
            .await
    }

    async fn delete_node_user(
        &self,
        pool: &PoolId,
        node: &NodeId,
        user_name: &str,
        options: &RequestOptions,
    ) -> Result<()> {
        self.as_ref()
            .delete_node_user(pool, node, user_name, options)
            .await
    }

    async fn get_node_remote_login_settings(
        &self,
        pool: &PoolId,
        node: &NodeId,
        options: &RequestOptions,
    ) -> Result<BatchNodeRemoteLoginSettings> {
        self.as_ref()
            .get_node_remote_login_settings(pool, node, options)
            .await
    }

    async fn upload_node_logs(
        &self,
        pool: &PoolId,
        node: &NodeId,
        upload: UploadBatchServiceLogsOptions,
        options: &RequestOptions,
    ) -> Result<UploadBatchServiceLogsResult> {
        self.as_ref().upload_node_logs(pool, node, upload, options).await
    }

    async fn get_node_extension(
        &self,
        pool: &PoolId,
        node: &NodeId,
        extension: &str,
        options: &RequestOptions,
    ) -> Result<BatchNodeVMExtension> {
        self.as_ref()
            .get_node_extension(pool, node, extension, options)
            .await
    }

    async fn list_node_extensions(
        &self,
        pool: &PoolId,
        node: &NodeId,
        options: &ListOptions,
    ) -> Result<Page<BatchNodeVMExtension>> {
        self.as_ref().list_node_extensions(pool, node, options).await
    }
}
