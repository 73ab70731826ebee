//! The operations on nodes.

use async_trait::async_trait;
use batchite_api::backend::{ListOptions, NodeOperations, RequestOptions};
use batchite_api::batch::{
    BatchNode, BatchNodeDeallocateOptions, BatchNodeDisableSchedulingOptions, BatchNodeRebootOptions,
    BatchNodeReimageOptions, BatchNodeRemoteLoginSettings, BatchNodeUserCreateOptions,
    BatchNodeUserReplaceOptions, BatchNodeVMExtension, UploadBatchServiceLogsOptions,
    UploadBatchServiceLogsResult,
};
use batchite_api::error::Result;
use batchite_api::ids::{NodeId, PoolId};
use batchite_api::page::Page;

use super::{SimBatch, node_entity};

#[async_trait]
impl NodeOperations for SimBatch {
    async fn get_node(&self, pool: &PoolId, node: &NodeId, request: &RequestOptions) -> Result<BatchNode> {
        self.read("get_node")?.get_node(pool, node, request)
    }

    async fn list_nodes(&self, pool: &PoolId, options: &ListOptions) -> Result<Page<BatchNode>> {
        self.read("list_nodes")?.list_nodes(pool, options)
    }

    async fn reboot_node(
        &self,
        pool: &PoolId,
        node: &NodeId,
        reboot: BatchNodeRebootOptions,
        request: &RequestOptions,
    ) -> Result<()> {
        let entity = node_entity(pool, node);
        self.write("reboot_node", entity, |world| {
            world.reboot_node(pool, node, &reboot, request)
        })
    }

    async fn reimage_node(
        &self,
        pool: &PoolId,
        node: &NodeId,
        reimage: BatchNodeReimageOptions,
        request: &RequestOptions,
    ) -> Result<()> {
        let entity = node_entity(pool, node);
        self.write("reimage_node", entity, |world| {
            world.reimage_node(pool, node, &reimage, request)
        })
    }

    async fn disable_node_scheduling(
        &self,
        pool: &PoolId,
        node: &NodeId,
        disable: BatchNodeDisableSchedulingOptions,
        request: &RequestOptions,
    ) -> Result<()> {
        let entity = node_entity(pool, node);
        self.write("disable_node_scheduling", entity, |world| {
            world.disable_node_scheduling(pool, node, &disable, request)
        })
    }

    async fn enable_node_scheduling(
        &self,
        pool: &PoolId,
        node: &NodeId,
        request: &RequestOptions,
    ) -> Result<()> {
        let entity = node_entity(pool, node);
        self.write("enable_node_scheduling", entity, |world| {
            world.enable_node_scheduling(pool, node, request)
        })
    }

    async fn start_node(&self, pool: &PoolId, node: &NodeId, _: &RequestOptions) -> Result<()> {
        let entity = node_entity(pool, node);
        self.write("start_node", entity, |world| {
            world.change_machine(pool, node, "start_node")
        })
    }

    async fn deallocate_node(
        &self,
        pool: &PoolId,
        node: &NodeId,
        _: BatchNodeDeallocateOptions,
        _: &RequestOptions,
    ) -> Result<()> {
        let entity = node_entity(pool, node);
        self.write("deallocate_node", entity, |world| {
            world.change_machine(pool, node, "deallocate_node")
        })
    }

    async fn create_node_user(
        &self,
        pool: &PoolId,
        node: &NodeId,
        _: BatchNodeUserCreateOptions,
        _: &RequestOptions,
    ) -> Result<()> {
        let entity = node_entity(pool, node);
        self.write("create_node_user", entity, |world| {
            world.create_node_user(pool, node)
        })
    }

    async fn replace_node_user(
        &self,
        pool: &PoolId,
        node: &NodeId,
        _: &str,
        _: BatchNodeUserReplaceOptions,
        _: &RequestOptions,
    ) -> Result<()> {
        let entity = node_entity(pool, node);
        self.write("replace_node_user", entity, |world| {
            world.find_node_user(pool, node)
        })
    }

    async fn delete_node_user(
        &self,
        pool: &PoolId,
        node: &NodeId,
        _: &str,
        _: &RequestOptions,
    ) -> Result<()> {
        let entity = node_entity(pool, node);
        self.write("delete_node_user", entity, |world| {
            world.find_node_user(pool, node)
        })
    }

    async fn get_node_remote_login_settings(
        &self,
        pool: &PoolId,
        node: &NodeId,
        _: &RequestOptions,
    ) -> Result<BatchNodeRemoteLoginSettings> {
        self.read("get_node_remote_login_settings")?
            .get_node_remote_login_settings(pool, node)
    }

    async fn upload_node_logs(
        &self,
        pool: &PoolId,
        node: &NodeId,
        _: UploadBatchServiceLogsOptions,
        _: &RequestOptions,
    ) -> Result<UploadBatchServiceLogsResult> {
        let entity = node_entity(pool, node);
        self.write("upload_node_logs", entity, |world| {
            world.upload_node_logs(pool, node)
        })
    }

    async fn get_node_extension(
        &self,
        pool: &PoolId,
        node: &NodeId,
        _: &str,
        _: &RequestOptions,
    ) -> Result<BatchNodeVMExtension> {
        self.read("get_node_extension")?.get_node_extension(pool, node)
    }

    async fn list_node_extensions(
        &self,
        pool: &PoolId,
        node: &NodeId,
        options: &ListOptions,
    ) -> Result<Page<BatchNodeVMExtension>> {
        self.read("list_node_extensions")?
            .list_node_extensions(pool, node, options)
    }
}
