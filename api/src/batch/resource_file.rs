//! Files that come to a task before it runs, and files that leave it afterwards.

use serde::{Deserialize, Serialize};

use super::enums::OutputFileUploadCondition;
use crate::secret::SensitiveString;

/// Files to be on the node before the command starts. Exactly one source is set: `autoStorageContainerName`,
/// `storageContainerUrl` or `httpUrl`, else 400.
///
/// Wire model `ResourceFile`: part of every task's body.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ResourceFile {
    /// A container of the storage account that is linked to the Batch account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_storage_container_name: Option<String>,
    /// A container's URL; readable and listable by its shared access signature, by the identity, or by
    /// everyone. `Debug` hides the signature.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage_container_url: Option<SensitiveString>,
    /// One file's URL; opened as a container's is. `Debug` hides the signature.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http_url: Option<SensitiveString>,
    /// Only blobs whose names begin so; for the two container sources, absent: all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blob_prefix: Option<String>,
    /// Where the files go, below the task's working directory and never outside. With `httpUrl` it is
    /// mandatory and names the file; otherwise a directory, below which the blobs keep their own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_path: Option<String>,
    /// Permissions in octal, on Linux nodes only; absent: `0770`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_mode: Option<String>,
    /// The pool's identity that may read the source, instead of a signature.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity_reference: Option<BatchNodeIdentityReference>,
}

/// An identity of the pool, used by its nodes to open something.
///
/// Wire model `BatchNodeIdentityReference`: part of resource files, output files, registries, mounts and log
/// uploads.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchNodeIdentityReference {
    /// The identity's resource id in Azure Resource Manager.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_id: Option<String>,
}

/// Files to be uploaded once the task's process has ended and before the task counts as completed.
///
/// Wire model `OutputFile`: part of `BatchTask`, `BatchJobManagerTask` and the bodies that make them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OutputFile {
    /// Which files: relative to the working directory or absolute, with `*`, `**`, `?`, `[a-c]` and `[!a]`. A
    /// leading dot must be written out. That nothing matches is no error.
    pub file_pattern: String,
    /// Where they go.
    pub destination: OutputFileDestination,
    /// When they go.
    pub upload_options: OutputFileUploadConfiguration,
}

/// Where output files go; a blob container is the only kind there is.
///
/// Wire model `OutputFileDestination`: part of `OutputFile`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OutputFileDestination {
    /// The container.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container: Option<OutputFileBlobContainerDestination>,
}

/// A place in a blob container.
///
/// Wire model `OutputFileBlobContainerDestination`: part of `OutputFileDestination`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OutputFileBlobContainerDestination {
    /// A blob's name when the pattern has no wildcard, a directory to put the files below when it has one;
    /// absent: the container's root.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The container's URL; writable by its shared access signature or by the identity. `Debug` hides the
    /// signature.
    pub container_url: SensitiveString,
    /// The pool's identity that may write there, instead of a signature.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity_reference: Option<BatchNodeIdentityReference>,
    /// Headers to send with each upload, as `Content-Type`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub upload_headers: Vec<OutputFileUploadHeader>,
}

/// When output files are uploaded.
///
/// Wire model `OutputFileUploadConfiguration`: part of `OutputFile`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OutputFileUploadConfiguration {
    /// After which ends of the task; absent: after all.
    pub upload_condition: OutputFileUploadCondition,
}

/// A header of the upload, from those Put Blob takes.
///
/// Wire model `OutputFileUploadHeader`: part of `OutputFileBlobContainerDestination`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OutputFileUploadHeader {
    /// The header's name, in any case.
    pub name: String,
    /// The header's value; absent: empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}
