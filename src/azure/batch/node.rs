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
use batchite_api::wire::batch::operations::node as operations;
use batchite_api::wire::batch::{Json, Parameters};

use super::{AzureBatch, repeat};

#[async_trait]
impl NodeOperations for AzureBatch {
    async fn get_node(&self, pool: &PoolId, node: &NodeId, options: &RequestOptions) -> Result<BatchNode> {
        self.call(
            &operations::GET_NODE,
            (pool.clone(), node.clone()),
            (),
            Parameters::from(options),
        )
        .await
        .map(|Json(answer)| answer)
    }

    async fn list_nodes(&self, pool: &PoolId, options: &ListOptions) -> Result<Page<BatchNode>> {
        self.call(
            &operations::LIST_NODES,
            (pool.clone(),),
            (),
            Parameters::from(options),
        )
        .await
    }

    async fn reboot_node(
        &self,
        pool: &PoolId,
        node: &NodeId,
        reboot: BatchNodeRebootOptions,
        options: &RequestOptions,
    ) -> Result<()> {
        self.call(
            &operations::REBOOT_NODE,
            (pool.clone(), node.clone()),
            reboot,
            Parameters::from(options),
        )
        .await
    }

    async fn reimage_node(
        &self,
        pool: &PoolId,
        node: &NodeId,
        reimage: BatchNodeReimageOptions,
        options: &RequestOptions,
    ) -> Result<()> {
        self.call(
            &operations::REIMAGE_NODE,
            (pool.clone(), node.clone()),
            reimage,
            Parameters::from(options),
        )
        .await
    }

    async fn disable_node_scheduling(
        &self,
        pool: &PoolId,
        node: &NodeId,
        disable: BatchNodeDisableSchedulingOptions,
        options: &RequestOptions,
    ) -> Result<()> {
        self.call(
            &operations::DISABLE_NODE_SCHEDULING,
            (pool.clone(), node.clone()),
            disable,
            Parameters::from(options),
        )
        .await
    }

    async fn enable_node_scheduling(
        &self,
        pool: &PoolId,
        node: &NodeId,
        options: &RequestOptions,
    ) -> Result<()> {
        self.call(
            &operations::ENABLE_NODE_SCHEDULING,
            (pool.clone(), node.clone()),
            (),
            Parameters::from(options),
        )
        .await
    }

    async fn start_node(&self, pool: &PoolId, node: &NodeId, options: &RequestOptions) -> Result<()> {
        self.call(
            &operations::START_NODE,
            (pool.clone(), node.clone()),
            (),
            Parameters::from(options),
        )
        .await
    }

    async fn deallocate_node(
        &self,
        pool: &PoolId,
        node: &NodeId,
        deallocate: BatchNodeDeallocateOptions,
        options: &RequestOptions,
    ) -> Result<()> {
        self.call(
            &operations::DEALLOCATE_NODE,
            (pool.clone(), node.clone()),
            deallocate,
            Parameters::from(options),
        )
        .await
    }

    async fn create_node_user(
        &self,
        pool: &PoolId,
        node: &NodeId,
        user: BatchNodeUserCreateOptions,
        options: &RequestOptions,
    ) -> Result<()> {
        let made = self
            .exchange(
                &operations::CREATE_NODE_USER,
                (pool.clone(), node.clone()),
                user,
                Parameters::from(options),
            )
            .await;
        match made {
            Err(failure) if failure.repeated && repeat::is_there(&failure.error) => Ok(()),
            Err(failure) => Err(failure.error),
            Ok(exchanged) => exchanged.read(&operations::CREATE_NODE_USER.route),
        }
    }

    async fn replace_node_user(
        &self,
        pool: &PoolId,
        node: &NodeId,
        user_name: &str,
        replacement: BatchNodeUserReplaceOptions,
        options: &RequestOptions,
    ) -> Result<()> {
        self.call(
            &operations::REPLACE_NODE_USER,
            (pool.clone(), node.clone(), user_name.to_owned()),
            replacement,
            Parameters::from(options),
        )
        .await
    }

    async fn delete_node_user(
        &self,
        pool: &PoolId,
        node: &NodeId,
        user_name: &str,
        options: &RequestOptions,
    ) -> Result<()> {
        self.delete(
            &operations::DELETE_NODE_USER,
            (pool.clone(), node.clone(), user_name.to_owned()),
            Parameters::from(options),
        )
        .await
    }

    async fn get_node_remote_login_settings(
        &self,
        pool: &PoolId,
        node: &NodeId,
        options: &RequestOptions,
    ) -> Result<BatchNodeRemoteLoginSettings> {
        self.call(
            &operations::GET_NODE_REMOTE_LOGIN_SETTINGS,
            (pool.clone(), node.clone()),
            (),
            Parameters::from(options),
        )
        .await
        .map(|Json(answer)| answer)
    }

    async fn upload_node_logs(
        &self,
        pool: &PoolId,
        node: &NodeId,
        upload: UploadBatchServiceLogsOptions,
        options: &RequestOptions,
    ) -> Result<UploadBatchServiceLogsResult> {
        self.call(
            &operations::UPLOAD_NODE_LOGS,
            (pool.clone(), node.clone()),
            upload,
            Parameters::from(options),
        )
        .await
        .map(|Json(answer)| answer)
    }

    async fn get_node_extension(
        &self,
        pool: &PoolId,
        node: &NodeId,
        extension: &str,
        options: &RequestOptions,
    ) -> Result<BatchNodeVMExtension> {
        self.call(
            &operations::GET_NODE_EXTENSION,
            (pool.clone(), node.clone(), extension.to_owned()),
            (),
            Parameters::from(options),
        )
        .await
        .map(|Json(answer)| answer)
    }

    async fn list_node_extensions(
        &self,
        pool: &PoolId,
        node: &NodeId,
        options: &ListOptions,
    ) -> Result<Page<BatchNodeVMExtension>> {
        self.call(
            &operations::LIST_NODE_EXTENSIONS,
            (pool.clone(), node.clone()),
            (),
            Parameters::from(options),
        )
        .await
    }
}
