//! The file operations: the world says where the files are, the executor has them.

use async_trait::async_trait;
use batchite_api::backend::{
    ByteRange, FileDownload, FileHeaders, FileOperations, ListOptions, RequestOptions,
};
use batchite_api::batch::{BatchNodeFile, FileProperties};
use batchite_api::blob::encoded_path;
use batchite_api::error::{Error, ErrorCode, Result};
use batchite_api::ids::{JobId, NodeId, PoolId, TaskId};
use batchite_api::odata::{ListKind, Value};
use batchite_api::page::{Continuation, Page};

use super::SimBatch;
use crate::exec::{FileEntry, FileError, NodeFiles, Platform, aside, body};
use crate::world::condition::check_read;
use crate::world::files::FileRoot;

/// The path of a file below the root of its node; `\` counts as `/` on Windows.
///
/// Refused with `InvalidUri`: paths that are absolute, or leave the directory they are asked for in.
fn below(root: &FileRoot, path: &str) -> Result<String> {
    let path = match root.platform {
        Platform::Windows => path.replace('\\', "/"),
        Platform::Linux => path.to_owned(),
    };
    let parts: Vec<&str> = path
        .split('/')
        .filter(|part| !part.is_empty() && *part != ".")
        .collect();
    let leaves = path.starts_with('/') || path.contains('\0') || parts.contains(&"..");
    let drive = root.platform == Platform::Windows && path.contains(':');
    if leaves || drive || parts.is_empty() {
        return Err(Error::batch(ErrorCode::InvalidUri).with_detail(
            "Reason",
            "The path of a file is relative and stays below the directory of its task or node.",
        ));
    }
    let directory = (!root.directory.is_empty()).then_some(root.directory.as_str());
    Ok(directory.into_iter().chain(parts).collect::<Vec<_>>().join("/"))
}

/// The refusal behind a failed file operation.
#[expect(clippy::needless_pass_by_value, reason = "it is handed to `map_err`")]
fn refusal(error: FileError) -> Error {
    let code = match &error {
        FileError::NotFound => ErrorCode::FileNotFound,
        FileError::OutsideRoot => ErrorCode::InvalidUri,
        FileError::IsDirectory | FileError::NotEmpty => ErrorCode::OperationInvalidForCurrentState,
        FileError::BecameShorter | FileError::Disk(_) => ErrorCode::IOError,
    };
    Error::batch(code).with_detail("Reason", format!("The operation on the file failed: {error}."))
}

fn content_type(path: &str) -> &'static str {
    let extension = path
        .rsplit('/')
        .next()
        .and_then(|name| name.rsplit_once('.'))
        .map(|(_, extension)| extension);
    match extension.map(str::to_ascii_lowercase).as_deref() {
        Some("txt" | "log") => "text/plain",
        Some("json") => "application/json",
        Some("xml") => "application/xml",
        _ => "application/octet-stream",
    }
}

/// The name a file is listed under: relative to its root, spelled as the platform does.
fn relative_name(root: &FileRoot, entry: &FileEntry) -> String {
    let below = entry
        .path
        .strip_prefix(&root.directory)
        .unwrap_or(&entry.path)
        .trim_start_matches('/');
    match root.platform {
        Platform::Linux => below.to_owned(),
        Platform::Windows => below.replace('/', "\\"),
    }
}

fn url_of(root: &FileRoot, entry: &FileEntry) -> String {
    let below = entry
        .path
        .strip_prefix(&root.directory)
        .unwrap_or(&entry.path)
        .trim_start_matches('/');
    format!("{}/{}", root.url, encoded_path(below))
}

fn mode_text(entry: &FileEntry) -> Option<String> {
    entry.mode.map(|mode| format!("0o{mode:o}"))
}

fn headers(root: &FileRoot, entry: &FileEntry) -> FileHeaders {
    FileHeaders {
        content_length: entry.length,
        content_type: content_type(&entry.path).to_owned(),
        last_modified: entry.modified.truncated_to_second(),
        creation_time: (root.platform == Platform::Windows).then(|| entry.created.truncated_to_second()),
        is_directory: entry.is_directory,
        mode: mode_text(entry),
        url: url_of(root, entry),
    }
}

fn listed(root: &FileRoot, entry: &FileEntry) -> BatchNodeFile {
    let properties = (!entry.is_directory).then(|| FileProperties {
        creation_time: (root.platform == Platform::Windows).then_some(entry.created),
        last_modified: entry.modified,
        content_length: entry.length,
        content_type: Some(content_type(&entry.path).to_owned()),
        file_mode: mode_text(entry),
    });
    BatchNodeFile {
        name: Some(relative_name(root, entry)),
        url: Some(url_of(root, entry)),
        is_directory: Some(entry.is_directory),
        properties,
    }
}

impl SimBatch {
    /// The directory of a task, with what every task has that has begun.
    fn with_outputs(&self, root: FileRoot) -> FileRoot {
        if let Some(begun) = root.begun {
            self.files.make_outputs(&root.node, &root.directory, begun);
        }
        root
    }

    /// What `act` finds out about the file at `path`; its failure as the refusal it is.
    async fn of_file<T: Send + 'static>(
        &self,
        root: &FileRoot,
        path: &str,
        act: impl FnOnce(&dyn NodeFiles, &NodeId, &str) -> Result<T, FileError> + Send + 'static,
    ) -> Result<T> {
        let (node, path) = (root.node.clone(), below(root, path)?);
        aside(&self.files, move |files| act(files, &node, &path))
            .await
            .map_err(refusal)
    }

    async fn download(
        &self,
        root: FileRoot,
        path: &str,
        range: Option<ByteRange>,
        request: &RequestOptions,
    ) -> Result<FileDownload> {
        let opened = self.of_file(&root, path, |files, node, path| {
            Ok((files.properties(node, path)?, files.open(node, path)?))
        });
        let (entry, file) = opened.await?;
        check_read(&request.conditions, entry.modified)?;
        let bytes = match range {
            None => (0, entry.length),
            Some(range) => range
                .within(entry.length)
                .ok_or_else(|| Error::batch(ErrorCode::InvalidRange))?,
        };
        Ok(FileDownload {
            headers: headers(&root, &entry),
            body: body(&self.files, &file, bytes, refusal),
        })
    }

    async fn properties(&self, root: FileRoot, path: &str, request: &RequestOptions) -> Result<FileHeaders> {
        let entry = self
            .of_file(&root, path, |files, node, path| files.properties(node, path))
            .await?;
        check_read(&request.conditions, entry.modified)?;
        Ok(headers(&root, &entry))
    }

    async fn delete(&self, root: FileRoot, path: &str, recursive: bool) -> Result<()> {
        self.of_file(&root, path, move |files, node, path| {
            files.delete(node, path, recursive)
        })
        .await
    }

    /// Pages go on after the last name, so that files that come and go between pages disturb nothing.
    async fn list(
        &self,
        root: FileRoot,
        recursive: bool,
        options: &ListOptions,
    ) -> Result<Page<BatchNodeFile>> {
        let filter = options.filter(ListKind::Files)?;
        let size = options.page_size()?;
        let after = options.continuation.clone();
        let page = aside(&self.files, move |files| {
            let mut entries = files.list(&root.node, &root.directory, recursive)?;
            entries.retain(|entry| {
                let is_new = after
                    .as_ref()
                    .is_none_or(|after| entry.path.as_str() > after.as_str());
                is_new
                    && filter.as_ref().is_none_or(|filter| {
                        let name = relative_name(&root, entry);
                        filter.matches(&|field| (field == "name").then(|| Value::Text(name.as_str().into())))
                    })
            });
            let continuation =
                (entries.len() > size).then(|| Continuation::new(entries[size - 1].path.clone()));
            entries.truncate(size);
            Ok(Page {
                items: entries.iter().map(|entry| listed(&root, entry)).collect(),
                continuation,
            })
        });
        page.await.map_err(refusal)
    }
}

#[async_trait]
impl FileOperations for SimBatch {
    async fn download_task_file(
        &self,
        job: &JobId,
        task: &TaskId,
        path: &str,
        range: Option<ByteRange>,
        request: &RequestOptions,
    ) -> Result<FileDownload> {
        let root = self
            .read("download_task_file", request)?
            .task_file_root(job, task)?;
        let root = self.with_outputs(root);
        self.download(root, path, range, request).await
    }

    async fn get_task_file_properties(
        &self,
        job: &JobId,
        task: &TaskId,
        path: &str,
        request: &RequestOptions,
    ) -> Result<FileHeaders> {
        let root = self
            .read("get_task_file_properties", request)?
            .task_file_root(job, task)?;
        let root = self.with_outputs(root);
        self.properties(root, path, request).await
    }

    async fn list_task_files(
        &self,
        job: &JobId,
        task: &TaskId,
        recursive: bool,
        options: &ListOptions,
    ) -> Result<Page<BatchNodeFile>> {
        let root = self.read("list_task_files", options)?.task_file_root(job, task)?;
        let root = self.with_outputs(root);
        self.list(root, recursive, options).await
    }

    async fn delete_task_file(
        &self,
        job: &JobId,
        task: &TaskId,
        path: &str,
        recursive: bool,
        request: &RequestOptions,
    ) -> Result<()> {
        let root = self
            .read("delete_task_file", request)?
            .task_file_root(job, task)?;
        let root = self.with_outputs(root);
        self.delete(root, path, recursive).await
    }

    async fn download_node_file(
        &self,
        pool: &PoolId,
        node: &NodeId,
        path: &str,
        range: Option<ByteRange>,
        request: &RequestOptions,
    ) -> Result<FileDownload> {
        let root = self
            .read("download_node_file", request)?
            .node_file_root(pool, node)?;
        self.download(root, path, range, request).await
    }

    async fn get_node_file_properties(
        &self,
        pool: &PoolId,
        node: &NodeId,
        path: &str,
        request: &RequestOptions,
    ) -> Result<FileHeaders> {
        let root = self
            .read("get_node_file_properties", request)?
            .node_file_root(pool, node)?;
        self.properties(root, path, request).await
    }

    async fn list_node_files(
        &self,
        pool: &PoolId,
        node: &NodeId,
        recursive: bool,
        options: &ListOptions,
    ) -> Result<Page<BatchNodeFile>> {
        let root = self
            .read("list_node_files", options)?
            .node_file_root(pool, node)?;
        self.list(root, recursive, options).await
    }

    async fn delete_node_file(
        &self,
        pool: &PoolId,
        node: &NodeId,
        path: &str,
        recursive: bool,
        request: &RequestOptions,
    ) -> Result<()> {
        let root = self
            .read("delete_node_file", request)?
            .node_file_root(pool, node)?;
        self.delete(root, path, recursive).await
    }
}
