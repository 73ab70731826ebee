//! The disks of a machine and their encryption.

use serde::{Deserialize, Serialize};

use crate::batch::enums::CachingType;
use crate::batch::enums::DiffDiskPlacement;
use crate::batch::enums::DiskEncryptionTarget;
use crate::batch::enums::SecurityEncryptionTypes;
use crate::batch::enums::StorageAccountType;
use crate::batch::pool::BatchPoolIdentityReference;

/// An empty disk for every node.
///
/// Wire model `DataDisk`: part of `VirtualMachineConfiguration`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DataDisk {
    /// Its number on the node, 0 to 63, unlike that of the other disks.
    pub lun: i32,
    /// What the host caches; absent: `readwrite`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caching: Option<CachingType>,
    /// Its size in GB.
    #[serde(rename = "diskSizeGB")]
    pub disk_size_gb: i32,
    /// Which kind of disk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub managed_disk: Option<ManagedDisk>,
}

/// Which disks of a node are encrypted. Not for images of the owner's gallery on Linux.
///
/// Wire model `DiskEncryptionConfiguration`: part of `VirtualMachineConfiguration`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DiskEncryptionConfiguration {
    /// The owner's key; absent: one the platform manages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_managed_key: Option<DiskCustomerManagedKey>,
    /// Which disks; none named: none. On Linux `temporarydisk` alone, on Windows both.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<DiskEncryptionTarget>,
}

/// A disk encryption set of the owner.
///
/// Wire model `DiskEncryptionSetParameters`: part of `ManagedDisk`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DiskEncryptionSetParameters {
    /// Its resource id in Azure Resource Manager.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

/// The owner's key for disks, kept in a key vault.
///
/// Wire model `DiskCustomerManagedKey`: part of `DiskEncryptionConfiguration`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DiskCustomerManagedKey {
    /// The pool's identity that may open the vault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity_reference: Option<BatchPoolIdentityReference>,
    /// The key's URL, with its version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_url: Option<String>,
    /// Whether a newer version of the key is taken by itself; absent: `false`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rotation_to_latest_key_version_enabled: Option<bool>,
}

/// The system disk of every node.
///
/// Wire model `BatchOsDisk`: part of `VirtualMachineConfiguration`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchOsDisk {
    /// Keeps the disk on the host itself, where it does not outlive the machine; absent: on storage.
    #[serde(rename = "ephemeralOSDiskSettings", skip_serializing_if = "Option::is_none")]
    pub ephemeral_os_disk_settings: Option<BatchDiffDiskSettings>,
    /// What the host caches; absent: the platform's choice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caching: Option<CachingType>,
    /// Its size in GB; absent: the image's.
    #[serde(rename = "diskSizeGB", skip_serializing_if = "Option::is_none")]
    pub disk_size_gb: Option<i32>,
    /// Which kind of disk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub managed_disk: Option<ManagedDisk>,
    /// Whether writes are accelerated; absent: `false`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub write_accelerator_enabled: Option<bool>,
}

/// Where a system disk on the host is kept.
///
/// Wire model `BatchDiffDiskSettings`: part of `BatchOsDisk`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchDiffDiskSettings {
    /// Which part of the host's storage; absent: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub placement: Option<DiffDiskPlacement>,
}

/// A disk that the platform manages.
///
/// Wire model `ManagedDisk`: part of `DataDisk` and `BatchOsDisk`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ManagedDisk {
    /// The owner's set of keys for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disk_encryption_set: Option<DiskEncryptionSetParameters>,
    /// How fast and durable it is; absent: the platform's choice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage_account_type: Option<StorageAccountType>,
    /// How a confidential machine's disk is encrypted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub security_profile: Option<BatchVmDiskSecurityProfile>,
}

/// The encryption of a confidential machine's disk.
///
/// Wire model `BatchVmDiskSecurityProfile`: part of `ManagedDisk`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchVmDiskSecurityProfile {
    /// What is encrypted; mandatory for confidential machines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub security_encryption_type: Option<SecurityEncryptionTypes>,
}
