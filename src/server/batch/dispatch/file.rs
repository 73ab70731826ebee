//! The operations on files.

use batchite_api::backend::FileDownload;
use batchite_api::error::Result;
use batchite_api::wire::batch::operations::file as operations;
use batchite_api::wire::batch::{Download, Operation};

use super::{Dispatch, Done};

impl Dispatch<'_> {
    pub(super) async fn delete_task_file(&self) -> Result<Done> {
        let operation = &operations::DELETE_TASK_FILE;
        let call = self.decode(operation)?;
        let (job, task, path) = &call.path;
        let (recursive, options) = (call.parameters.recursive, call.parameters.request_options());
        self.backend
            .delete_task_file(job, task, path, recursive, &options)
            .await?;
        self.tell(operation, &())
    }

    pub(super) async fn download_task_file(&self) -> Result<Done> {
        let operation = &operations::DOWNLOAD_TASK_FILE;
        let call = self.decode(operation)?;
        let (job, task, path) = &call.path;
        let (range, options) = (call.parameters.range, call.parameters.request_options());
        let file = self
            .backend
            .download_task_file(job, task, path, range, &options)
            .await?;
        self.send(operation, file)
    }

    pub(super) async fn get_task_file_properties(&self) -> Result<Done> {
        let operation = &operations::GET_TASK_FILE_PROPERTIES;
        let call = self.decode(operation)?;
        let (job, task, path) = &call.path;
        let options = call.parameters.request_options();
        let found = self
            .backend
            .get_task_file_properties(job, task, path, &options)
            .await?;
        self.tell(operation, &found)
    }

    pub(super) async fn list_task_files(&self) -> Result<Done> {
        let operation = &operations::LIST_TASK_FILES;
        let call = self.decode(operation)?;
        let (job, task) = &call.path;
        let (recursive, options) = (call.parameters.recursive, call.parameters.list_options());
        let page = self
            .backend
            .list_task_files(job, task, recursive, &options)
            .await?;
        self.tell(operation, &page)
    }

    pub(super) async fn delete_node_file(&self) -> Result<Done> {
        let operation = &operations::DELETE_NODE_FILE;
        let call = self.decode(operation)?;
        let (pool, node, path) = &call.path;
        let (recursive, options) = (call.parameters.recursive, call.parameters.request_options());
        self.backend
            .delete_node_file(pool, node, path, recursive, &options)
            .await?;
        self.tell(operation, &())
    }

    pub(super) async fn download_node_file(&self) -> Result<Done> {
        let operation = &operations::DOWNLOAD_NODE_FILE;
        let call = self.decode(operation)?;
        let (pool, node, path) = &call.path;
        let (range, options) = (call.parameters.range, call.parameters.request_options());
        let file = self
            .backend
            .download_node_file(pool, node, path, range, &options)
            .await?;
        self.send(operation, file)
    }

    pub(super) async fn get_node_file_properties(&self) -> Result<Done> {
        let operation = &operations::GET_NODE_FILE_PROPERTIES;
        let call = self.decode(operation)?;
        let (pool, node, path) = &call.path;
        let options = call.parameters.request_options();
        let found = self
            .backend
            .get_node_file_properties(pool, node, path, &options)
            .await?;
        self.tell(operation, &found)
    }

    pub(super) async fn list_node_files(&self) -> Result<Done> {
        let operation = &operations::LIST_NODE_FILES;
        let call = self.decode(operation)?;
        let (pool, node) = &call.path;
        let (recursive, options) = (call.parameters.recursive, call.parameters.list_options());
        let page = self
            .backend
            .list_node_files(pool, node, recursive, &options)
            .await?;
        self.tell(operation, &page)
    }

    /// The answer to a download: the head, and the bytes as they come.
    fn send<P, B>(&self, operation: &Operation<P, B, Download>, file: FileDownload) -> Result<Done> {
        let head = Download {
            length: file.body.length(),
            whole_length: Some(file.headers.content_length),
            headers: file.headers,
        };
        let mut done = self.tell(operation, &head)?;
        done.file = Some(file.body);
        Ok(done)
    }
}
