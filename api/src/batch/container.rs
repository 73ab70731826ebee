//! Containers: what a task wants to run in, and what became of it.

use serde::{Deserialize, Serialize};

use super::enums::ContainerHostDataPath;
use super::enums::ContainerWorkingDirectory;
use super::resource_file::BatchNodeIdentityReference;
use crate::secret::Secret;

/// The container a task's command line runs in. The node's directories are mounted into it and the task's
/// variables are set.
///
/// Wire model `BatchTaskContainerSettings`: part of every task's body; only for pools with a
/// `containerConfiguration`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchTaskContainerSettings {
    /// Further options for making the container, written as for `docker create`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_run_options: Option<String>,
    /// The image, with an optional tag; without one, `latest`.
    pub image_name: String,
    /// Where a private image is kept and how to log in; absent: a public image, or a registry of the pool's
    /// own list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registry: Option<ContainerRegistryReference>,
    /// Where the command starts; absent: `taskWorkingDirectory`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub working_directory: Option<ContainerWorkingDirectory>,
    /// The node's directories that the container sees; none named: on Linux the whole root directory, on
    /// Windows the whole temporary disk.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub container_host_batch_bind_mounts: Vec<ContainerHostBatchBindMountEntry>,
}

/// The container a task ran in. Absent when the task asked for none.
///
/// Wire model `BatchTaskContainerExecutionInfo`: part of the execution information of tasks, subtasks and
/// start tasks.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchTaskContainerExecutionInfo {
    /// The id the container engine gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_id: Option<String>,
    /// The engine's word for its state, as `exited`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// What the engine said went wrong; absent when nothing did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// A private registry and how to log in: by user name and password, or by an identity of the pool.
///
/// Wire model `ContainerRegistryReference`: part of `BatchContainerConfiguration` and
/// `BatchTaskContainerSettings`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ContainerRegistryReference {
    /// The user to log in as; absent with an identity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// The user's password; never shown by the service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<Secret>,
    /// The registry's address; absent: `docker.io`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registry_server: Option<String>,
    /// The pool's identity to log in with, instead of a user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity_reference: Option<BatchNodeIdentityReference>,
}

/// A directory of the node that is mounted into the container.
///
/// Wire model `ContainerHostBatchBindMountEntry`: part of `BatchTaskContainerSettings`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ContainerHostBatchBindMountEntry {
    /// Which directory; absent: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<ContainerHostDataPath>,
    /// Whether the container may only read there; absent: `false`. Writing also needs the right on the node
    /// itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_read_only: Option<bool>,
}
