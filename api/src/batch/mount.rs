//! File systems that every node of a pool mounts when it joins.

use serde::{Deserialize, Serialize};

use super::resource_file::BatchNodeIdentityReference;
use crate::secret::Secret;

/// One file system to mount; exactly one of the four kinds is set.
///
/// Wire model `MountConfiguration`: part of `BatchPool`, `BatchPoolSpecification` and the bodies that make or
/// change a pool.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct MountConfiguration {
    /// A container of Blob Storage, through blobfuse.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub azure_blob_file_system_configuration: Option<AzureBlobFileSystemConfiguration>,
    /// A directory of an NFS server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nfs_mount_configuration: Option<NfsMountConfiguration>,
    /// A share of a CIFS server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cifs_mount_configuration: Option<CifsMountConfiguration>,
    /// A share of Azure Files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub azure_file_share_configuration: Option<AzureFileShareConfiguration>,
}

/// A blob container as a directory. Exactly one of account key, shared access signature and identity opens
/// it.
///
/// Wire model `AzureBlobFileSystemConfiguration`: part of `MountConfiguration`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AzureBlobFileSystemConfiguration {
    /// The storage account.
    pub account_name: String,
    /// The container.
    pub container_name: String,
    /// The account's key; never shown by the service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_key: Option<Secret>,
    /// A shared access signature; never shown by the service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sas_key: Option<Secret>,
    /// Further options for mounting, as blobfuse takes them; Linux only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blobfuse_options: Option<String>,
    /// Where it appears, below `AZ_BATCH_NODE_MOUNTS_DIR`.
    pub relative_mount_path: String,
    /// The pool's identity that may read the container.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity_reference: Option<BatchNodeIdentityReference>,
}

/// A share of Azure Files as a directory.
///
/// Wire model `AzureFileShareConfiguration`: part of `MountConfiguration`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AzureFileShareConfiguration {
    /// The storage account.
    pub account_name: String,
    /// The account's key; never shown by the service.
    #[serde(skip_serializing_if = "Secret::is_empty")]
    pub account_key: Secret,
    /// The share's address, as `https://{account}.file.core.windows.net/{share}`.
    pub azure_file_url: String,
    /// Where it appears, below `AZ_BATCH_NODE_MOUNTS_DIR`.
    pub relative_mount_path: String,
    /// Further options: of `net use` on Windows, of `mount` on Linux.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mount_options: Option<String>,
}

/// A share of a CIFS server as a directory.
///
/// Wire model `CifsMountConfiguration`: part of `MountConfiguration`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CifsMountConfiguration {
    /// The user to log in as.
    pub username: String,
    /// The share's address.
    pub source: String,
    /// Where it appears, below `AZ_BATCH_NODE_MOUNTS_DIR`.
    pub relative_mount_path: String,
    /// Further options: of `net use` on Windows, of `mount` on Linux.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mount_options: Option<String>,
    /// The user's password; never shown by the service.
    #[serde(skip_serializing_if = "Secret::is_empty")]
    pub password: Secret,
}

/// A directory of an NFS server.
///
/// Wire model `NfsMountConfiguration`: part of `MountConfiguration`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NfsMountConfiguration {
    /// The server and the directory it exports.
    pub source: String,
    /// Where it appears, below `AZ_BATCH_NODE_MOUNTS_DIR`.
    pub relative_mount_path: String,
    /// Further options: of `net use` on Windows, of `mount` on Linux.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mount_options: Option<String>,
}
