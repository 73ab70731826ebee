//! Files on nodes, as lists and headers describe them.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// A file or directory on a node.
///
/// Wire model `BatchNodeFile`: answered by `GET /jobs/{jobId}/tasks/{taskId}/files` and `GET
/// /pools/{poolId}/nodes/{nodeId}/files`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchNodeFile {
    /// The path, from the task's directory or the node's root; with `\` on Windows nodes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Where the file itself can be had.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Whether it is a directory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_directory: Option<bool>,
    /// Size, times and kind; absent for directories.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub properties: Option<FileProperties>,
}

/// What is known about a file without reading it.
///
/// Wire model `FileProperties`: part of `BatchNodeFile`; `HEAD` on a file says the same in headers.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct FileProperties {
    /// When the file was made; absent on Linux nodes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub creation_time: Option<Timestamp>,
    /// When the file was last written to.
    pub last_modified: Timestamp,
    /// The size in bytes.
    #[serde(with = "super::number_text")]
    pub content_length: u64,
    /// The kind of content, as `text/plain`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// Type and permissions in octal, as `0o100644`; absent on Windows nodes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_mode: Option<String>,
}
