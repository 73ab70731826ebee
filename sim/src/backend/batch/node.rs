//! The operations on nodes.

use std::sync::Arc;

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

use super::logs::put_logs;
use super::{SimBatch, node_entity};
use crate::backend::SimBlobConnector;

#[async_trait]
impl NodeOperations for SimBatch {
    async fn get_node(&self, pool: &PoolId, node: &NodeId, request: &RequestOptions) -> Result<BatchNode> {
        self.read("get_node", request)?.get_node(pool, node, request)
    }

    async fn list_nodes(&self, pool: &PoolId, options: &ListOptions) -> Result<Page<BatchNode>> {
        self.read("list_nodes", options)?.list_nodes(pool, options)
    }

    async fn reboot_node(
        &self,
        pool: &PoolId,
        node: &NodeId,
        reboot: BatchNodeRebootOptions,
        request: &RequestOptions,
    ) -> Result<()> {
        let entity = node_entity(pool, node);
        self.write("reboot_node", request, entity, |world| {
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
        self.write("reimage_node", request, entity, |world| {
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
        self.write("disable_node_scheduling", request, entity, |world| {
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
        self.write("enable_node_scheduling", request, entity, |world| {
            world.enable_node_scheduling(pool, node, request)
        })
    }

    async fn start_node(&self, pool: &PoolId, node: &NodeId, request: &RequestOptions) -> Result<()> {
        let entity = node_entity(pool, node);
        self.write("start_node", request, entity, |world| {
            world.start_node(pool, node, request)
        })
    }

    async fn deallocate_node(
        &self,
        pool: &PoolId,
        node: &NodeId,
        deallocate: BatchNodeDeallocateOptions,
        request: &RequestOptions,
    ) -> Result<()> {
        let entity = node_entity(pool, node);
        self.write("deallocate_node", request, entity, |world| {
            world.deallocate_node(pool, node, &deallocate, request)
        })
    }

    async fn create_node_user(
        &self,
        pool: &PoolId,
        node: &NodeId,
        user: BatchNodeUserCreateOptions,
        request: &RequestOptions,
    ) -> Result<()> {
        let entity = node_entity(pool, node);
        self.write("create_node_user", request, entity, |world| {
            world.create_node_user(pool, node, &user)
        })
    }

    async fn replace_node_user(
        &self,
        pool: &PoolId,
        node: &NodeId,
        user_name: &str,
        replacement: BatchNodeUserReplaceOptions,
        request: &RequestOptions,
    ) -> Result<()> {
        let entity = node_entity(pool, node);
        self.write("replace_node_user", request, entity, |world| {
            world.replace_node_user(pool, node, user_name, &replacement)
        })
    }

    async fn delete_node_user(
        &self,
        pool: &PoolId,
        node: &NodeId,
        user_name: &str,
        request: &RequestOptions,
    ) -> Result<()> {
        let entity = node_entity(pool, node);
        self.write("delete_node_user", request, entity, |world| {
            world.delete_node_user(pool, node, user_name)
        })
    }

    async fn get_node_remote_login_settings(
        &self,
        pool: &PoolId,
        node: &NodeId,
        request: &RequestOptions,
    ) -> Result<BatchNodeRemoteLoginSettings> {
        self.read("get_node_remote_login_settings", request)?
            .get_node_remote_login_settings(pool, node)
    }

    async fn upload_node_logs(
        &self,
        pool: &PoolId,
        node: &NodeId,
        upload: UploadBatchServiceLogsOptions,
        request: &RequestOptions,
    ) -> Result<UploadBatchServiceLogsResult> {
        let entity = node_entity(pool, node);
        let logs = self.write("upload_node_logs", request, entity, |world| {
            world.node_logs(pool, node, &upload)
        })?;
        let result = UploadBatchServiceLogsResult {
            virtual_directory_name: logs.directory.clone(),
            number_of_files_uploaded: i32::try_from(logs.files.len()).unwrap_or(i32::MAX),
        };
        let connector = SimBlobConnector::new(Arc::clone(&self.shared));
        put_logs(&connector, upload.container_url.as_str(), logs).await?;
        Ok(result)
    }

    async fn get_node_extension(
        &self,
        pool: &PoolId,
        node: &NodeId,
        extension: &str,
        request: &RequestOptions,
    ) -> Result<BatchNodeVMExtension> {
        self.read("get_node_extension", request)?
            .get_node_extension(pool, node, extension, request)
    }

    async fn list_node_extensions(
        &self,
        pool: &PoolId,
        node: &NodeId,
        options: &ListOptions,
    ) -> Result<Page<BatchNodeVMExtension>> {
        self.read("list_node_extensions", options)?
            .list_node_extensions(pool, node, options)
    }
}
