//! `mount` models.

use serde::{Deserialize, Serialize};

use super::resource_file::BatchNodeIdentityReference;
use crate::secret::Secret;

/// `MountConfiguration`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct MountConfiguration {
    /// `azureBlobFileSystemConfiguration`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub azure_blob_file_system_configuration: Option<AzureBlobFileSystemConfiguration>,
    /// `nfsMountConfiguration`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nfs_mount_configuration: Option<NfsMountConfiguration>,
    /// `cifsMountConfiguration`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cifs_mount_configuration: Option<CifsMountConfiguration>,
    /// `azureFileShareConfiguration`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub azure_file_share_configuration: Option<AzureFileShareConfiguration>,
}

/// `AzureBlobFileSystemConfiguration`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AzureBlobFileSystemConfiguration {
    /// `accountName`.
    pub account_name: String,
    /// `containerName`.
    pub container_name: String,
    /// `accountKey`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_key: Option<Secret>,
    /// `sasKey`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sas_key: Option<Secret>,
    /// `blobfuseOptions`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blobfuse_options: Option<String>,
    /// `relativeMountPath`.
    pub relative_mount_path: String,
    /// `identityReference`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity_reference: Option<BatchNodeIdentityReference>,
}

/// `AzureFileShareConfiguration`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AzureFileShareConfiguration {
    /// `accountName`.
    pub account_name: String,
    /// `accountKey`.
    pub account_key: Secret,
    /// `azureFileUrl`.
    pub azure_file_url: String,
    /// `relativeMountPath`.
    pub relative_mount_path: String,
    /// `mountOptions`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mount_options: Option<String>,
}

/// `CifsMountConfiguration`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CifsMountConfiguration {
    /// `username`.
    pub username: String,
    /// `source`.
    pub source: String,
    /// `relativeMountPath`.
    pub relative_mount_path: String,
    /// `mountOptions`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mount_options: Option<String>,
    /// `password`.
    pub password: Secret,
}

/// `NfsMountConfiguration`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NfsMountConfiguration {
    /// `source`.
    pub source: String,
    /// `relativeMountPath`.
    pub relative_mount_path: String,
    /// `mountOptions`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mount_options: Option<String>,
}
