//! `resource_file` models.

use serde::{Deserialize, Serialize};

use super::enums::OutputFileUploadCondition;
use crate::secret::SensitiveString;

/// `ResourceFile`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ResourceFile {
    /// `autoStorageContainerName`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_storage_container_name: Option<String>,
    /// `storageContainerUrl`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage_container_url: Option<SensitiveString>,
    /// `httpUrl`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http_url: Option<SensitiveString>,
    /// `blobPrefix`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blob_prefix: Option<String>,
    /// `filePath`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_path: Option<String>,
    /// `fileMode`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_mode: Option<String>,
    /// `identityReference`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity_reference: Option<BatchNodeIdentityReference>,
}

/// `BatchNodeIdentityReference`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchNodeIdentityReference {
    /// `resourceId`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_id: Option<String>,
}

/// `OutputFile`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OutputFile {
    /// `filePattern`.
    pub file_pattern: String,
    /// `destination`.
    pub destination: OutputFileDestination,
    /// `uploadOptions`.
    pub upload_options: OutputFileUploadConfiguration,
}

/// `OutputFileDestination`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OutputFileDestination {
    /// `container`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container: Option<OutputFileBlobContainerDestination>,
}

/// `OutputFileBlobContainerDestination`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OutputFileBlobContainerDestination {
    /// `path`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// `containerUrl`.
    pub container_url: SensitiveString,
    /// `identityReference`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity_reference: Option<BatchNodeIdentityReference>,
    /// `uploadHeaders`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub upload_headers: Vec<OutputFileUploadHeader>,
}

/// `OutputFileUploadConfiguration`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OutputFileUploadConfiguration {
    /// `uploadCondition`.
    pub upload_condition: OutputFileUploadCondition,
}

/// `OutputFileUploadHeader`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OutputFileUploadHeader {
    /// `name`.
    pub name: String,
    /// `value`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}
