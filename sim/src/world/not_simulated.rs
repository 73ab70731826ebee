//! Operations the world does not act on yet. Each answers what the service documents as far as that can be told
//! without simulating anything, and is refused by its name beyond that.

use batchite_api::backend::ListOptions;
use batchite_api::batch::{
    BatchApplication, BatchNodeRemoteLoginSettings, BatchNodeVMExtension, BatchPoolUsageMetrics,
    UploadBatchServiceLogsResult,
};
use batchite_api::error::{Error, ErrorCode, Result, Service};
use batchite_api::ids::{NodeId, PoolId};
use batchite_api::odata::ListKind;
use batchite_api::page::Page;

use super::World;
use super::pool::continuation_offset;

fn not_simulated(operation: &str) -> Error {
    Error::not_simulated(Service::Batch, operation)
}

/// A list with nothing in it; what is asked of it is still checked.
fn nothing<T>(options: &ListOptions, kind: ListKind) -> Result<Page<T>> {
    options.filter(kind)?;
    options.select()?;
    options.page_size()?;
    continuation_offset(options)?;
    Ok(Page::default())
}

impl World {
    /// `GET /applications`: there are none.
    pub fn list_applications(&self, options: &ListOptions) -> Result<Page<BatchApplication>> {
        nothing(options, ListKind::Unfiltered)
    }

    /// `GET /applications/{applicationId}`
    pub fn get_application(&self) -> Result<BatchApplication> {
        Err(Error::batch(ErrorCode::ApplicationNotFound))
    }

    /// `GET /poolusagemetrics`
    pub fn list_pool_usage_metrics(&self, options: &ListOptions) -> Result<Page<BatchPoolUsageMetrics>> {
        nothing::<BatchPoolUsageMetrics>(options, ListKind::PerPool)?;
        Err(not_simulated("list_pool_usage_metrics"))
    }

    /// `POST /pools/{poolId}/nodes/{nodeId}/start` and `.../deallocate`
    pub fn change_machine(&self, pool: &PoolId, node: &NodeId, operation: &'static str) -> Result<()> {
        self.find_node(pool, node)?;
        Err(not_simulated(operation))
    }

    /// `POST /pools/{poolId}/nodes/{nodeId}/users`
    pub fn create_node_user(&self, pool: &PoolId, node: &NodeId) -> Result<()> {
        self.find_node(pool, node)?;
        Err(not_simulated("create_node_user"))
    }

    /// `PUT` and `DELETE` of `/pools/{poolId}/nodes/{nodeId}/users/{userName}`: nobody was made, so nobody is there.
    pub fn find_node_user(&self, pool: &PoolId, node: &NodeId) -> Result<()> {
        self.find_node(pool, node)?;
        Err(Error::batch(ErrorCode::NodeUserNotFound))
    }

    /// `GET /pools/{poolId}/nodes/{nodeId}/remoteloginsettings`
    pub fn get_node_remote_login_settings(
        &self,
        pool: &PoolId,
        node: &NodeId,
    ) -> Result<BatchNodeRemoteLoginSettings> {
        self.find_node(pool, node)?;
        Err(not_simulated("get_node_remote_login_settings"))
    }

    /// `POST /pools/{poolId}/nodes/{nodeId}/uploadbatchservicelogs`
    pub fn upload_node_logs(&self, pool: &PoolId, node: &NodeId) -> Result<UploadBatchServiceLogsResult> {
        self.find_node(pool, node)?;
        Err(not_simulated("upload_node_logs"))
    }

    /// `GET /pools/{poolId}/nodes/{nodeId}/extensions/{extensionName}`: pools with extensions are refused.
    pub fn get_node_extension(&self, pool: &PoolId, node: &NodeId) -> Result<BatchNodeVMExtension> {
        self.find_node(pool, node)?;
        Err(Error::batch(ErrorCode::ResourceNotFound))
    }

    /// `GET /pools/{poolId}/nodes/{nodeId}/extensions`
    pub fn list_node_extensions(
        &self,
        pool: &PoolId,
        node: &NodeId,
        options: &ListOptions,
    ) -> Result<Page<BatchNodeVMExtension>> {
        self.find_node(pool, node)?;
        nothing(options, ListKind::Unfiltered)
    }
}
