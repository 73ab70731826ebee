//! Operations on the files of tasks and of compute nodes.

use async_trait::async_trait;

use super::{Body, ByteRange, ListOptions, RequestOptions};
use crate::batch::BatchNodeFile;
use crate::error::Result;
use crate::ids::{JobId, NodeId, PoolId, TaskId};
use crate::page::Page;
use crate::time::Timestamp;

/// The headers that describe a file on a node.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileHeaders {
    /// `Content-Length`: bytes of the whole file.
    pub content_length: u64,
    /// `Content-Type`, by the kind of file.
    pub content_type: String,
    /// `Last-Modified`, cut to the second.
    pub last_modified: Timestamp,
    /// `ocp-creation-time`: Windows nodes only.
    pub creation_time: Option<Timestamp>,
    /// `ocp-batch-file-isdirectory`
    pub is_directory: bool,
    /// `ocp-batch-file-mode`, as `0o100644`: Linux nodes only.
    pub mode: Option<String>,
    /// `ocp-batch-file-url`
    pub url: String,
}

/// A file on its way to the caller.
#[derive(Debug)]
pub struct FileDownload {
    /// What describes the file.
    pub headers: FileHeaders,
    /// The bytes asked for.
    pub body: Body,
}

/// Files on compute nodes: below the task directory, or below the root of the node.
///
/// Paths are relative with `/` between the parts; a path that would leave its root is refused.
#[async_trait]
pub trait FileOperations: Send + Sync {
    /// `GET /jobs/{jobId}/tasks/{taskId}/files/{filePath}`
    ///
    /// Refused: `FileNotFound`, `TaskFilesUnavailable`, `TaskFilesCleanedup`, `InvalidRange`.
    async fn download_task_file(
        &self,
        job: &JobId,
        task: &TaskId,
        path: &str,
        range: Option<ByteRange>,
        options: &RequestOptions,
    ) -> Result<FileDownload>;

    /// `HEAD /jobs/{jobId}/tasks/{taskId}/files/{filePath}`
    async fn get_task_file_properties(
        &self,
        job: &JobId,
        task: &TaskId,
        path: &str,
        options: &RequestOptions,
    ) -> Result<FileHeaders>;

    /// `GET /jobs/{jobId}/tasks/{taskId}/files`: one level, or all with `recursive`.
    async fn list_task_files(
        &self,
        job: &JobId,
        task: &TaskId,
        recursive: bool,
        options: &ListOptions,
    ) -> Result<Page<BatchNodeFile>>;

    /// `DELETE /jobs/{jobId}/tasks/{taskId}/files/{filePath}`: a directory with files in it only with `recursive`.
    async fn delete_task_file(
        &self,
        job: &JobId,
        task: &TaskId,
        path: &str,
        recursive: bool,
        options: &RequestOptions,
    ) -> Result<()>;

    /// `GET /pools/{poolId}/nodes/{nodeId}/files/{filePath}`
    async fn download_node_file(
        &self,
        pool: &PoolId,
        node: &NodeId,
        path: &str,
        range: Option<ByteRange>,
        options: &RequestOptions,
    ) -> Result<FileDownload>;

    /// `HEAD /pools/{poolId}/nodes/{nodeId}/files/{filePath}`
    async fn get_node_file_properties(
        &self,
        pool: &PoolId,
        node: &NodeId,
        path: &str,
        options: &RequestOptions,
    ) -> Result<FileHeaders>;

    /// `GET /pools/{poolId}/nodes/{nodeId}/files`
    async fn list_node_files(
        &self,
        pool: &PoolId,
        node: &NodeId,
        recursive: bool,
        options: &ListOptions,
    ) -> Result<Page<BatchNodeFile>>;

    /// `DELETE /pools/{poolId}/nodes/{nodeId}/files/{filePath}`
    async fn delete_node_file(
        &self,
        pool: &PoolId,
        node: &NodeId,
        path: &str,
        recursive: bool,
        options: &RequestOptions,
    ) -> Result<()>;
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<T: FileOperations + ?Sized> FileOperations for std::sync::Arc<T> {
    async fn download_task_file(
        &self,
        job: &JobId,
        task: &TaskId,
        path: &str,
        range: Option<ByteRange>,
        options: &RequestOptions,
    ) -> Result<FileDownload> {
        self.as_ref()
            .download_task_file(job, task, path, range, options)
            .await
    }

    async fn get_task_file_properties(
        &self,
        job: &JobId,
        task: &TaskId,
        path: &str,
        options: &RequestOptions,
    ) -> Result<FileHeaders> {
        self.as_ref()
            .get_task_file_properties(job, task, path, options)
            .await
    }

    async fn list_task_files(
        &self,
        job: &JobId,
        task: &TaskId,
        recursive: bool,
        options: &ListOptions,
    ) -> Result<Page<BatchNodeFile>> {
        self.as_ref().list_task_files(job, task, recursive, options).await
    }

    async fn delete_task_file(
        &self,
        job: &JobId,
        task: &TaskId,
        path: &str,
        recursive: bool,
        options: &RequestOptions,
    ) -> Result<()> {
        self.as_ref()
            .delete_task_file(job, task, path, recursive, options)
            .await
    }

    async fn download_node_file(
        &self,
        pool: &PoolId,
        node: &NodeId,
        path: &str,
        range: Option<ByteRange>,
        options: &RequestOptions,
    ) -> Result<FileDownload> {
        self.as_ref()
            .download_node_file(pool, node, path, range, options)
            .await
    }

    async fn get_node_file_properties(
        &self,
        pool: &PoolId,
        node: &NodeId,
        path: &str,
        options: &RequestOptions,
    ) -> Result<FileHeaders> {
        self.as_ref()
            .get_node_file_properties(pool, node, path, options)
            .await
    }

    async fn list_node_files(
        &self,
        pool: &PoolId,
        node: &NodeId,
        recursive: bool,
        options: &ListOptions,
    ) -> Result<Page<BatchNodeFile>> {
        self.as_ref()
            .list_node_files(pool, node, recursive, options)
            .await
    }

    async fn delete_node_file(
        &self,
        pool: &PoolId,
        node: &NodeId,
        path: &str,
        recursive: bool,
        options: &RequestOptions,
    ) -> Result<()> {
        self.as_ref()
            .delete_node_file(pool, node, path, recursive, options)
            .await
    }
}
