//! The operations on files.

use async_trait::async_trait;
use batchite_api::backend::{
    ByteRange, FileDownload, FileHeaders, FileOperations, ListOptions, RequestOptions,
};
use batchite_api::batch::BatchNodeFile;
use batchite_api::error::Result;
use batchite_api::ids::{JobId, NodeId, PoolId, TaskId};
use batchite_api::page::Page;
use batchite_api::wire::batch::operations::file;
use batchite_api::wire::batch::path::PathParts;
use batchite_api::wire::batch::{Download, Operation, Parameters};

use super::AzureBatch;

type DownloadOperation<P> = Operation<P, (), Download>;
type PropertiesOperation<P> = Operation<P, (), FileHeaders>;

/// One byte, to learn why a file cannot be had.
const FIRST_BYTE: ByteRange = ByteRange {
    first: 0,
    last: Some(0),
};

fn recursively(recursive: bool, parameters: Parameters) -> Parameters {
    Parameters {
        recursive,
        ..parameters
    }
}

impl AzureBatch {
    /// Downloads a file. Where the answer does not tell the length of the whole file, its properties are asked for.
    async fn download<P: PathParts + Clone + Send + Sync>(
        &self,
        operations: (&'static DownloadOperation<P>, &'static PropertiesOperation<P>),
        path: P,
        range: Option<ByteRange>,
        options: &RequestOptions,
    ) -> Result<FileDownload> {
        let (get, head) = operations;
        let parameters = Parameters {
            range,
            ..Parameters::from(options)
        };
        let exchanged = self.exchange(get, path.clone(), (), parameters).await;
        let exchanged = exchanged.map_err(|failure| failure.error)?;
        let mut told: Download = exchanged.read(&get.route)?;
        let whole = if range.is_some() {
            told.whole_length
        } else {
            told.length
        };
        told.headers.content_length = if let Some(length) = whole {
            length
        } else {
            let properties: FileHeaders = self.call(head, path, (), Parameters::default()).await?;
            properties.content_length
        };
        Ok(FileDownload {
            headers: told.headers,
            body: exchanged.stream,
        })
    }

    /// Asks for the properties of a file. The refusal of a HEAD has no body, so the reason is asked for with a GET.
    async fn properties<P: PathParts + Clone + Send + Sync>(
        &self,
        operations: (&'static DownloadOperation<P>, &'static PropertiesOperation<P>),
        path: P,
        options: &RequestOptions,
    ) -> Result<FileHeaders> {
        let (get, head) = operations;
        let told = self.call(head, path.clone(), (), Parameters::from(options)).await;
        let Err(error) = told else { return told };
        if !matches!(error.status(), 400..=499) {
            return Err(error);
        }
        let parameters = Parameters {
            range: Some(FIRST_BYTE),
            ..Parameters::from(options)
        };
        match self.exchange(get, path, (), parameters).await {
            // The same refusal in words; any other answer says nothing about this one.
            Err(reason) if reason.error.status() == error.status() => Err(reason.error),
            _ => Err(error),
        }
    }
}

type TaskFile = (JobId, TaskId, String);
type NodeFile = (PoolId, NodeId, String);

const TASK_FILE: (&DownloadOperation<TaskFile>, &PropertiesOperation<TaskFile>) =
    (&file::DOWNLOAD_TASK_FILE, &file::GET_TASK_FILE_PROPERTIES);
const NODE_FILE: (&DownloadOperation<NodeFile>, &PropertiesOperation<NodeFile>) =
    (&file::DOWNLOAD_NODE_FILE, &file::GET_NODE_FILE_PROPERTIES);

#[async_trait]
impl FileOperations for AzureBatch {
    async fn download_task_file(
        &self,
        job: &JobId,
        task: &TaskId,
        path: &str,
        range: Option<ByteRange>,
        options: &RequestOptions,
    ) -> Result<FileDownload> {
        let path = (job.clone(), task.clone(), path.to_owned());
        self.download(TASK_FILE, path, range, options).await
    }

    async fn get_task_file_properties(
        &self,
        job: &JobId,
        task: &TaskId,
        path: &str,
        options: &RequestOptions,
    ) -> Result<FileHeaders> {
        let path = (job.clone(), task.clone(), path.to_owned());
        self.properties(TASK_FILE, path, options).await
    }

    async fn list_task_files(
        &self,
        job: &JobId,
        task: &TaskId,
        recursive: bool,
        options: &ListOptions,
    ) -> Result<Page<BatchNodeFile>> {
        let parameters = recursively(recursive, Parameters::from(options));
        let path = (job.clone(), task.clone());
        self.call(&file::LIST_TASK_FILES, path, (), parameters).await
    }

    async fn delete_task_file(
        &self,
        job: &JobId,
        task: &TaskId,
        path: &str,
        recursive: bool,
        options: &RequestOptions,
    ) -> Result<()> {
        let parameters = recursively(recursive, Parameters::from(options));
        let path = (job.clone(), task.clone(), path.to_owned());
        self.delete(&file::DELETE_TASK_FILE, path, parameters).await
    }

    async fn download_node_file(
        &self,
        pool: &PoolId,
        node: &NodeId,
        path: &str,
        range: Option<ByteRange>,
        options: &RequestOptions,
    ) -> Result<FileDownload> {
        let path = (pool.clone(), node.clone(), path.to_owned());
        self.download(NODE_FILE, path, range, options).await
    }

    async fn get_node_file_properties(
        &self,
        pool: &PoolId,
        node: &NodeId,
        path: &str,
        options: &RequestOptions,
    ) -> Result<FileHeaders> {
        let path = (pool.clone(), node.clone(), path.to_owned());
        self.properties(NODE_FILE, path, options).await
    }

    async fn list_node_files(
        &self,
        pool: &PoolId,
        node: &NodeId,
        recursive: bool,
        options: &ListOptions,
    ) -> Result<Page<BatchNodeFile>> {
        let parameters = recursively(recursive, Parameters::from(options));
        let path = (pool.clone(), node.clone());
        self.call(&file::LIST_NODE_FILES, path, (), parameters).await
    }

    async fn delete_node_file(
        &self,
        pool: &PoolId,
        node: &NodeId,
        path: &str,
        recursive: bool,
        options: &RequestOptions,
    ) -> Result<()> {
        let parameters = recursively(recursive, Parameters::from(options));
        let path = (pool.clone(), node.clone(), path.to_owned());
        self.delete(&file::DELETE_NODE_FILE, path, parameters).await
    }
}
