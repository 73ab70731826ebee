//! `virtual_machine` models.

use serde::{Deserialize, Serialize};

use super::container::ContainerRegistryReference;
use super::enums::BatchNodePlacementPolicyType;
use super::enums::CachingType;
use super::enums::ContainerType;
use super::enums::DiffDiskPlacement;
use super::enums::DiskEncryptionTarget;
use super::enums::HostEndpointSettingsModeTypes;
use super::enums::ImageVerificationType;
use super::enums::OSType;
use super::enums::SecurityEncryptionTypes;
use super::enums::SecurityTypes;
use super::enums::StorageAccountType;
use super::enums::UpgradeMode;
use super::pool::BatchPoolIdentityReference;
use crate::time::TimeSpan;
use crate::time::Timestamp;
use std::collections::BTreeMap;

/// `VirtualMachineConfiguration`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VirtualMachineConfiguration {
    /// `imageReference`.
    pub image_reference: BatchVmImageReference,
    /// `nodeAgentSKUId`.
    #[serde(rename = "nodeAgentSKUId")]
    pub node_agent_sku_id: String,
    /// `windowsConfiguration`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub windows_configuration: Option<WindowsConfiguration>,
    /// `dataDisks`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub data_disks: Vec<DataDisk>,
    /// `licenseType`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub license_type: Option<String>,
    /// `containerConfiguration`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_configuration: Option<BatchContainerConfiguration>,
    /// `diskEncryptionConfiguration`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disk_encryption_configuration: Option<DiskEncryptionConfiguration>,
    /// `nodePlacementConfiguration`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_placement_configuration: Option<BatchNodePlacementConfiguration>,
    /// `extensions`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub extensions: Vec<VMExtension>,
    /// `osDisk`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub os_disk: Option<BatchOsDisk>,
    /// `securityProfile`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub security_profile: Option<SecurityProfile>,
    /// `serviceArtifactReference`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_artifact_reference: Option<ServiceArtifactReference>,
}

/// `BatchVmImageReference`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchVmImageReference {
    /// `publisher`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publisher: Option<String>,
    /// `offer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offer: Option<String>,
    /// `sku`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sku: Option<String>,
    /// `version`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// `virtualMachineImageId`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub virtual_machine_image_id: Option<String>,
    /// `exactVersion`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exact_version: Option<String>,
    /// `sharedGalleryImageId`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shared_gallery_image_id: Option<String>,
    /// `communityGalleryImageId`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub community_gallery_image_id: Option<String>,
}

/// `WindowsConfiguration`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WindowsConfiguration {
    /// `enableAutomaticUpdates`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_automatic_updates: Option<bool>,
}

/// `DataDisk`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DataDisk {
    /// `lun`.
    pub lun: i32,
    /// `caching`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caching: Option<CachingType>,
    /// `diskSizeGB`.
    #[serde(rename = "diskSizeGB")]
    pub disk_size_gb: i32,
    /// `managedDisk`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub managed_disk: Option<ManagedDisk>,
}

/// `BatchContainerConfiguration`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchContainerConfiguration {
    /// `type`.
    pub r#type: ContainerType,
    /// `containerImageNames`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub container_image_names: Vec<String>,
    /// `containerRegistries`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub container_registries: Vec<ContainerRegistryReference>,
}

/// `DiskEncryptionConfiguration`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DiskEncryptionConfiguration {
    /// `customerManagedKey`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_managed_key: Option<DiskCustomerManagedKey>,
    /// `targets`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<DiskEncryptionTarget>,
}

/// `DiskEncryptionSetParameters`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DiskEncryptionSetParameters {
    /// `id`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

/// `DiskCustomerManagedKey`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DiskCustomerManagedKey {
    /// `identityReference`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity_reference: Option<BatchPoolIdentityReference>,
    /// `keyUrl`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_url: Option<String>,
    /// `rotationToLatestKeyVersionEnabled`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rotation_to_latest_key_version_enabled: Option<bool>,
}

/// `BatchNodePlacementConfiguration`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchNodePlacementConfiguration {
    /// `policy`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<BatchNodePlacementPolicyType>,
}

/// `VMExtension`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VMExtension {
    /// `name`.
    pub name: String,
    /// `publisher`.
    pub publisher: String,
    /// `type`.
    pub r#type: String,
    /// `typeHandlerVersion`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub type_handler_version: Option<String>,
    /// `autoUpgradeMinorVersion`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_upgrade_minor_version: Option<bool>,
    /// `enableAutomaticUpgrade`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_automatic_upgrade: Option<bool>,
    /// `settings`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settings: Option<BTreeMap<String, String>>,
    /// `protectedSettings`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protected_settings: Option<BTreeMap<String, String>>,
    /// `provisionAfterExtensions`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub provision_after_extensions: Vec<String>,
}

/// `BatchOsDisk`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchOsDisk {
    /// `ephemeralOSDiskSettings`.
    #[serde(rename = "ephemeralOSDiskSettings", skip_serializing_if = "Option::is_none")]
    pub ephemeral_os_disk_settings: Option<BatchDiffDiskSettings>,
    /// `caching`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caching: Option<CachingType>,
    /// `diskSizeGB`.
    #[serde(rename = "diskSizeGB", skip_serializing_if = "Option::is_none")]
    pub disk_size_gb: Option<i32>,
    /// `managedDisk`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub managed_disk: Option<ManagedDisk>,
    /// `writeAcceleratorEnabled`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub write_accelerator_enabled: Option<bool>,
}

/// `BatchDiffDiskSettings`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchDiffDiskSettings {
    /// `placement`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub placement: Option<DiffDiskPlacement>,
}

/// `ManagedDisk`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ManagedDisk {
    /// `diskEncryptionSet`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disk_encryption_set: Option<DiskEncryptionSetParameters>,
    /// `storageAccountType`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage_account_type: Option<StorageAccountType>,
    /// `securityProfile`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub security_profile: Option<BatchVmDiskSecurityProfile>,
}

/// `BatchVmDiskSecurityProfile`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchVmDiskSecurityProfile {
    /// `securityEncryptionType`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub security_encryption_type: Option<SecurityEncryptionTypes>,
}

/// `SecurityProfile`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SecurityProfile {
    /// `encryptionAtHost`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encryption_at_host: Option<bool>,
    /// `proxyAgentSettings`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proxy_agent_settings: Option<ProxyAgentSettings>,
    /// `securityType`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub security_type: Option<SecurityTypes>,
    /// `uefiSettings`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uefi_settings: Option<BatchUefiSettings>,
}

/// `BatchUefiSettings`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchUefiSettings {
    /// `secureBootEnabled`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secure_boot_enabled: Option<bool>,
    /// `vTpmEnabled`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub v_tpm_enabled: Option<bool>,
}

/// `ProxyAgentSettings`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ProxyAgentSettings {
    /// `enabled`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// `imds`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub imds: Option<HostEndpointSettings>,
    /// `wireServer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wire_server: Option<HostEndpointSettings>,
}

/// `HostEndpointSettings`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct HostEndpointSettings {
    /// `inVMAccessControlProfileReferenceId`.
    #[serde(
        rename = "inVMAccessControlProfileReferenceId",
        skip_serializing_if = "Option::is_none"
    )]
    pub in_vm_access_control_profile_reference_id: Option<String>,
    /// `mode`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<HostEndpointSettingsModeTypes>,
}

/// `ServiceArtifactReference`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ServiceArtifactReference {
    /// `id`.
    pub id: String,
}

/// `VirtualMachineInfo`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VirtualMachineInfo {
    /// `imageReference`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_reference: Option<BatchVmImageReference>,
    /// `scaleSetVmResourceId`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scale_set_vm_resource_id: Option<String>,
}

/// `UpgradePolicy`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct UpgradePolicy {
    /// `mode`.
    pub mode: UpgradeMode,
    /// `automaticOSUpgradePolicy`.
    #[serde(rename = "automaticOSUpgradePolicy", skip_serializing_if = "Option::is_none")]
    pub automatic_os_upgrade_policy: Option<AutomaticOsUpgradePolicy>,
    /// `rollingUpgradePolicy`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rolling_upgrade_policy: Option<RollingUpgradePolicy>,
}

/// `AutomaticOsUpgradePolicy`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AutomaticOsUpgradePolicy {
    /// `disableAutomaticRollback`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disable_automatic_rollback: Option<bool>,
    /// `enableAutomaticOSUpgrade`.
    #[serde(rename = "enableAutomaticOSUpgrade", skip_serializing_if = "Option::is_none")]
    pub enable_automatic_os_upgrade: Option<bool>,
    /// `useRollingUpgradePolicy`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub use_rolling_upgrade_policy: Option<bool>,
    /// `osRollingUpgradeDeferral`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub os_rolling_upgrade_deferral: Option<bool>,
}

/// `RollingUpgradePolicy`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RollingUpgradePolicy {
    /// `enableCrossZoneUpgrade`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_cross_zone_upgrade: Option<bool>,
    /// `maxBatchInstancePercent`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_batch_instance_percent: Option<i32>,
    /// `maxUnhealthyInstancePercent`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_unhealthy_instance_percent: Option<i32>,
    /// `maxUnhealthyUpgradedInstancePercent`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_unhealthy_upgraded_instance_percent: Option<i32>,
    /// `pauseTimeBetweenBatches`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pause_time_between_batches: Option<TimeSpan>,
    /// `prioritizeUnhealthyInstances`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prioritize_unhealthy_instances: Option<bool>,
    /// `rollbackFailedInstancesOnPolicyBreach`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rollback_failed_instances_on_policy_breach: Option<bool>,
}

/// `BatchSupportedImage`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchSupportedImage {
    /// `nodeAgentSKUId`.
    #[serde(rename = "nodeAgentSKUId")]
    pub node_agent_sku_id: String,
    /// `imageReference`.
    pub image_reference: BatchVmImageReference,
    /// `osType`.
    pub os_type: OSType,
    /// `capabilities`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub capabilities: Vec<String>,
    /// `batchSupportEndOfLife`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub batch_support_end_of_life: Option<Timestamp>,
    /// `verificationType`.
    pub verification_type: ImageVerificationType,
}
