//! The file operations: the world says where the files are, the executor has them.

use async_trait::async_trait;
use batchite_api::backend::{
    Body, ByteRange, FileDownload, FileHeaders, FileOperations, ListOptions, RequestOptions,
};
use batchite_api::batch::{BatchNodeFile, FileProperties};
use batchite_api::error::{Error, ErrorCode, Result};
use batchite_api::ids::{JobId, NodeId, PoolId, TaskId};
use batchite_api::odata::{ListKind, Value};
use batchite_api::page::{Continuation, Page};

use super::SimBatch;
use crate::exec::{FileEntry, FileError, Platform};
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
        FileError::Disk(_) => ErrorCode::IOError,
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
    format!("{}/{below}", root.url)
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
    fn download(&self, root: &FileRoot, path: &str, range: Option<ByteRange>) -> Result<FileDownload> {
        let path = below(root, path)?;
        let entry = self.files.properties(&root.node, &path).map_err(refusal)?;
        let (first, end) = match range {
            None => (0, entry.length),
            Some(range) => range
                .within(entry.length)
                .ok_or_else(|| Error::batch(ErrorCode::InvalidRange))?,
        };
        let bytes = self.files.read(&root.node, &path, first, end).map_err(refusal)?;
        Ok(FileDownload {
            headers: headers(root, &entry),
            body: Body::from(bytes),
        })
    }

    fn properties(&self, root: &FileRoot, path: &str) -> Result<FileHeaders> {
        let entry = self
            .files
            .properties(&root.node, &below(root, path)?)
            .map_err(refusal)?;
        Ok(headers(root, &entry))
    }

    fn delete(&self, root: &FileRoot, path: &str, recursive: bool) -> Result<()> {
        self.files
            .delete(&root.node, &below(root, path)?, recursive)
            .map_err(refusal)
    }

    /// Pages go on after the last name, so that files that come and go between pages disturb nothing.
    fn list(&self, root: &FileRoot, recursive: bool, options: &ListOptions) -> Result<Page<BatchNodeFile>> {
        let filter = options.filter(ListKind::Files)?;
        let size = options.page_size()?;
        let mut entries = self
            .files
            .list(&root.node, &root.directory, recursive)
            .map_err(refusal)?;
        if let Some(after) = &options.continuation {
            entries.retain(|entry| entry.path.as_str() > after.as_str());
        }
        entries.retain(|entry| {
            let name = relative_name(root, entry);
            let field = |field: &str| (field == "name").then(|| Value::Text(name.as_str().into()));
            filter.as_ref().is_none_or(|filter| filter.matches(&field))
        });
        let continuation = (entries.len() > size).then(|| Continuation::new(entries[size - 1].path.clone()));
        entries.truncate(size);
        Ok(Page {
            items: entries.iter().map(|entry| listed(root, entry)).collect(),
            continuation,
        })
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
        _request: &RequestOptions,
    ) -> Result<FileDownload> {
        let root = self.read("download_task_file")?.task_file_root(job, task)?;
        self.download(&root, path, range)
    }

    async fn get_task_file_properties(
        &self,
        job: &JobId,
        task: &TaskId,
        path: &str,
        _request: &RequestOptions,
    ) -> Result<FileHeaders> {
        let root = self.read("get_task_file_properties")?.task_file_root(job, task)?;
        self.properties(&root, path)
    }

    async fn list_task_files(
        &self,
        job: &JobId,
        task: &TaskId,
        recursive: bool,
        options: &ListOptions,
    ) -> Result<Page<BatchNodeFile>> {
        let root = self.read("list_task_files")?.task_file_root(job, task)?;
        self.list(&root, recursive, options)
    }

    async fn delete_task_file(
        &self,
        job: &JobId,
        task: &TaskId,
        path: &str,
        recursive: bool,
        _request: &RequestOptions,
    ) -> Result<()> {
        let root = self.read("delete_task_file")?.task_file_root(job, task)?;
        self.delete(&root, path, recursive)
    }

    async fn download_node_file(
        &self,
        pool: &PoolId,
        node: &NodeId,
        path: &str,
        range: Option<ByteRange>,
        _request: &RequestOptions,
    ) -> Result<FileDownload> {
        let root = self.read("download_node_file")?.node_file_root(pool, node)?;
        self.download(&root, path, range)
    }

    async fn get_node_file_properties(
        &self,
        pool: &PoolId,
        node: &NodeId,
        path: &str,
        _request: &RequestOptions,
    ) -> Result<FileHeaders> {
        let root = self
            .read("get_node_file_properties")?
            .node_file_root(pool, node)?;
        self.properties(&root, path)
    }

    async fn list_node_files(
        &self,
        pool: &PoolId,
        node: &NodeId,
        recursive: bool,
        options: &ListOptions,
    ) -> Result<Page<BatchNodeFile>> {
        let root = self.read("list_node_files")?.node_file_root(pool, node)?;
        self.list(&root, recursive, options)
    }

    async fn delete_node_file(
        &self,
        pool: &PoolId,
        node: &NodeId,
        path: &str,
        recursive: bool,
        _request: &RequestOptions,
    ) -> Result<()> {
        let root = self.read("delete_node_file")?.node_file_root(pool, node)?;
        self.delete(&root, path, recursive)
    }
}
