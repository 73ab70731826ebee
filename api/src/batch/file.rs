//! `file` models.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// `BatchNodeFile`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchNodeFile {
    /// `name`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `url`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// `isDirectory`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_directory: Option<bool>,
    /// `properties`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub properties: Option<FileProperties>,
}

/// `FileProperties`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct FileProperties {
    /// `creationTime`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub creation_time: Option<Timestamp>,
    /// `lastModified`.
    pub last_modified: Timestamp,
    /// `contentLength`.
    #[serde(with = "super::number_text")]
    pub content_length: u64,
    /// `contentType`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// `fileMode`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_mode: Option<String>,
}
