//! The operations on compute nodes.

use batchite_api::error::Result;
use batchite_api::wire::batch::Json;
use batchite_api::wire::batch::operations::node as operations;

use super::{Dispatch, Done};

impl Dispatch<'_> {
    pub(super) async fn create_node_user(&self) -> Result<Done> {
        let operation = &operations::CREATE_NODE_USER;
        let call = self.decode(operation)?;
        let (pool, node) = &call.path;
        let options = call.parameters.request_options();
        let id = call.body.name.clone();
        self.backend
            .create_node_user(pool, node, call.body, &options)
            .await?;
        self.tell_made(operation, &(), &id)
    }

    pub(super) async fn delete_node_user(&self) -> Result<Done> {
        let operation = &operations::DELETE_NODE_USER;
        let call = self.decode(operation)?;
        let (pool, node, user) = &call.path;
        let options = call.parameters.request_options();
        self.backend.delete_node_user(pool, node, user, &options).await?;
        self.tell(operation, &())
    }

    pub(super) async fn replace_node_user(&self) -> Result<Done> {
        let operation = &operations::REPLACE_NODE_USER;
        let call = self.decode(operation)?;
        let (pool, node, user) = &call.path;
        let options = call.parameters.request_options();
        self.backend
            .replace_node_user(pool, node, user, call.body, &options)
            .await?;
        self.tell(operation, &())
    }

    pub(super) async fn get_node(&self) -> Result<Done> {
        let operation = &operations::GET_NODE;
        let call = self.decode(operation)?;
        let (pool, node) = &call.path;
        let options = call.parameters.request_options();
        self.tell(
            operation,
            &Json(self.backend.get_node(pool, node, &options).await?),
        )
    }

    pub(super) async fn reboot_node(&self) -> Result<Done> {
        let operation = &operations::REBOOT_NODE;
        let call = self.decode(operation)?;
        let (pool, node) = &call.path;
        let options = call.parameters.request_options();
        self.backend.reboot_node(pool, node, call.body, &options).await?;
        self.tell(operation, &())
    }

    pub(super) async fn start_node(&self) -> Result<Done> {
        let operation = &operations::START_NODE;
        let call = self.decode(operation)?;
        let (pool, node) = &call.path;
        let options = call.parameters.request_options();
        self.backend.start_node(pool, node, &options).await?;
        self.tell(operation, &())
    }

    pub(super) async fn reimage_node(&self) -> Result<Done> {
        let operation = &operations::REIMAGE_NODE;
        let call = self.decode(operation)?;
        let (pool, node) = &call.path;
        let options = call.parameters.request_options();
        self.backend.reimage_node(pool, node, call.body, &options).await?;
        self.tell(operation, &())
    }

    pub(super) async fn deallocate_node(&self) -> Result<Done> {
        let operation = &operations::DEALLOCATE_NODE;
        let call = self.decode(operation)?;
        let (pool, node) = &call.path;
        let options = call.parameters.request_options();
        self.backend
            .deallocate_node(pool, node, call.body, &options)
            .await?;
        self.tell(operation, &())
    }

    pub(super) async fn disable_node_scheduling(&self) -> Result<Done> {
        let operation = &operations::DISABLE_NODE_SCHEDULING;
        let call = self.decode(operation)?;
        let (pool, node) = &call.path;
        let options = call.parameters.request_options();
        self.backend
            .disable_node_scheduling(pool, node, call.body, &options)
            .await?;
        self.tell(operation, &())
    }

    pub(super) async fn enable_node_scheduling(&self) -> Result<Done> {
        let operation = &operations::ENABLE_NODE_SCHEDULING;
        let call = self.decode(operation)?;
        let (pool, node) = &call.path;
        let options = call.parameters.request_options();
        self.backend.enable_node_scheduling(pool, node, &options).await?;
        self.tell(operation, &())
    }

    pub(super) async fn get_node_remote_login_settings(&self) -> Result<Done> {
        let operation = &operations::GET_NODE_REMOTE_LOGIN_SETTINGS;
        let call = self.decode(operation)?;
        let (pool, node) = &call.path;
        let options = call.parameters.request_options();
        self.tell(
            operation,
            &Json(
                self.backend
                    .get_node_remote_login_settings(pool, node, &options)
                    .await?,
            ),
        )
    }

    pub(super) async fn upload_node_logs(&self) -> Result<Done> {
        let operation = &operations::UPLOAD_NODE_LOGS;
        let call = self.decode(operation)?;
        let (pool, node) = &call.path;
        let options = call.parameters.request_options();
        self.tell(
            operation,
            &Json(
                self.backend
                    .upload_node_logs(pool, node, call.body, &options)
                    .await?,
            ),
        )
    }

    pub(super) async fn list_nodes(&self) -> Result<Done> {
        let operation = &operations::LIST_NODES;
        let call = self.decode(operation)?;
        let (pool,) = &call.path;
        let options = call.parameters.list_options();
        self.tell(operation, &self.backend.list_nodes(pool, &options).await?)
    }

    pub(super) async fn get_node_extension(&self) -> Result<Done> {
        let operation = &operations::GET_NODE_EXTENSION;
        let call = self.decode(operation)?;
        let (pool, node, extension) = &call.path;
        let options = call.parameters.request_options();
        self.tell(
            operation,
            &Json(
                self.backend
                    .get_node_extension(pool, node, extension, &options)
                    .await?,
            ),
        )
    }

    pub(super) async fn list_node_extensions(&self) -> Result<Done> {
        let operation = &operations::LIST_NODE_EXTENSIONS;
        let call = self.decode(operation)?;
        let (pool, node) = &call.path;
        let options = call.parameters.list_options();
        self.tell(
            operation,
            &self.backend.list_node_extensions(pool, node, &options).await?,
        )
    }
}
