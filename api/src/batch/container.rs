//! `container` models.

use serde::{Deserialize, Serialize};

use super::enums::ContainerHostDataPath;
use super::enums::ContainerWorkingDirectory;
use super::resource_file::BatchNodeIdentityReference;
use crate::secret::Secret;

/// `BatchTaskContainerSettings`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchTaskContainerSettings {
    /// `containerRunOptions`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_run_options: Option<String>,
    /// `imageName`.
    pub image_name: String,
    /// `registry`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registry: Option<ContainerRegistryReference>,
    /// `workingDirectory`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub working_directory: Option<ContainerWorkingDirectory>,
    /// `containerHostBatchBindMounts`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub container_host_batch_bind_mounts: Vec<ContainerHostBatchBindMountEntry>,
}

/// `BatchTaskContainerExecutionInfo`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchTaskContainerExecutionInfo {
    /// `containerId`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_id: Option<String>,
    /// `state`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// `error`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// `ContainerRegistryReference`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ContainerRegistryReference {
    /// `username`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// `password`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<Secret>,
    /// `registryServer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registry_server: Option<String>,
    /// `identityReference`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity_reference: Option<BatchNodeIdentityReference>,
}

/// `ContainerHostBatchBindMountEntry`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ContainerHostBatchBindMountEntry {
    /// `source`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<ContainerHostDataPath>,
    /// `isReadOnly`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_read_only: Option<bool>,
}
