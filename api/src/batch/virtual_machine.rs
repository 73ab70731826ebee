//! The machines of a pool: image, disks, security, upgrades.

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

/// What the machines of a pool are made from.
///
/// Wire model `VirtualMachineConfiguration`: part of `BatchPool`, `BatchPoolSpecification` and the bodies
/// that make or change a pool.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VirtualMachineConfiguration {
    /// The image.
    pub image_reference: BatchVmImageReference,
    /// The build of the service's agent that fits the image, as `batch.node.ubuntu 22.04`. `GET
    /// /supportedimages` tells the pairs.
    #[serde(rename = "nodeAgentSKUId")]
    pub node_agent_sku_id: String,
    /// Settings of Windows; must be absent for a Linux image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub windows_configuration: Option<WindowsConfiguration>,
    /// Empty disks to attach; partitioning and formatting them is the owner's task.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub data_disks: Vec<DataDisk>,
    /// A licence the owner brings: `Windows_Server` or `Windows_Client`; absent: licences are part of the
    /// price.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub license_type: Option<String>,
    /// Makes the pool fit for tasks in containers; absent: it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_configuration: Option<BatchContainerConfiguration>,
    /// Which disks are encrypted; absent: as the platform does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disk_encryption_configuration: Option<DiskEncryptionConfiguration>,
    /// Over which zones the nodes spread; absent: `regional`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_placement_configuration: Option<BatchNodePlacementConfiguration>,
    /// Extensions to install on each node.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub extensions: Vec<VMExtension>,
    /// Settings of the system disk; absent: the image's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub os_disk: Option<BatchOsDisk>,
    /// Secure boot, encryption at the host, confidential machines; absent: none of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub security_profile: Option<SecurityProfile>,
    /// Keeps all machines at the same image version when `latest` is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_artifact_reference: Option<ServiceArtifactReference>,
}

/// An image: of the Marketplace by publisher, offer and SKU, or of a gallery by its id.
///
/// Wire model `BatchVmImageReference`: part of `VirtualMachineConfiguration`, `VirtualMachineInfo` and
/// `BatchSupportedImage`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchVmImageReference {
    /// The publisher in the Marketplace, as `canonical`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publisher: Option<String>,
    /// The publisher's offer, as `0001-com-ubuntu-server-jammy`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offer: Option<String>,
    /// The offer's variant, as `22_04-lts`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sku: Option<String>,
    /// The version; absent: `latest`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// An image of the owner's gallery by resource id, instead of publisher, offer and SKU.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub virtual_machine_image_id: Option<String>,
    /// The version `latest` stood for when the node was made; read-only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exact_version: Option<String>,
    /// An image of a gallery shared with the owner, instead of the others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shared_gallery_image_id: Option<String>,
    /// An image of a public gallery, instead of the others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub community_gallery_image_id: Option<String>,
}

/// Settings of Windows.
///
/// Wire model `WindowsConfiguration`: part of `VirtualMachineConfiguration`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WindowsConfiguration {
    /// Whether Windows updates itself; absent: `true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_automatic_updates: Option<bool>,
}

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

/// Makes a pool fit for tasks in containers.
///
/// Wire model `BatchContainerConfiguration`: part of `VirtualMachineConfiguration`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchContainerConfiguration {
    /// The container engine's kind.
    pub r#type: ContainerType,
    /// Images to fetch when a node joins, named as for `docker pull`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub container_image_names: Vec<String>,
    /// Private registries tasks may take images from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub container_registries: Vec<ContainerRegistryReference>,
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

/// How nodes spread over a region.
///
/// Wire model `BatchNodePlacementConfiguration`: part of `VirtualMachineConfiguration`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchNodePlacementConfiguration {
    /// Over one zone or all; absent: `regional`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<BatchNodePlacementPolicyType>,
}

/// A piece of software the platform installs on a machine.
///
/// Wire model `VMExtension`: part of `VirtualMachineConfiguration` and `BatchNodeVMExtension`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VMExtension {
    /// Its name on the machine.
    pub name: String,
    /// Who made it.
    pub publisher: String,
    /// Which of the publisher's extensions.
    pub r#type: String,
    /// Its version; absent: the newest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub type_handler_version: Option<String>,
    /// Whether a newer minor version is taken when it is installed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_upgrade_minor_version: Option<bool>,
    /// Whether the platform keeps it up to date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_automatic_upgrade: Option<bool>,
    /// What it is configured with, openly.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settings: Option<BTreeMap<String, String>>,
    /// What it is configured with in secret; never shown by the service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protected_settings: Option<BTreeMap<String, String>>,
    /// Extensions to install before it, by name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub provision_after_extensions: Vec<String>,
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

/// The security of a machine.
///
/// Wire model `SecurityProfile`: part of `VirtualMachineConfiguration`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SecurityProfile {
    /// Whether the host encrypts all disks, the temporary one included; absent: `false`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encryption_at_host: Option<bool>,
    /// Guards the platform's metadata endpoints; absent: not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proxy_agent_settings: Option<ProxyAgentSettings>,
    /// A trusted or confidential machine; absent: neither.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub security_type: Option<SecurityTypes>,
    /// Secure boot and virtual TPM; needs a `securityType`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uefi_settings: Option<BatchUefiSettings>,
}

/// The firmware of a trusted or confidential machine.
///
/// Wire model `BatchUefiSettings`: part of `SecurityProfile`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchUefiSettings {
    /// Whether only signed systems boot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secure_boot_enabled: Option<bool>,
    /// Whether there is a virtual TPM.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub v_tpm_enabled: Option<bool>,
}

/// Guards the endpoints through which a machine asks about itself.
///
/// Wire model `ProxyAgentSettings`: part of `SecurityProfile`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ProxyAgentSettings {
    /// Whether it does; absent: `false`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// The metadata service's endpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub imds: Option<HostEndpointSettings>,
    /// The platform agent's endpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wire_server: Option<HostEndpointSettings>,
}

/// How one endpoint is guarded.
///
/// Wire model `HostEndpointSettings`: part of `ProxyAgentSettings`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct HostEndpointSettings {
    /// The resource id of a profile saying who may ask, instead of a mode.
    #[serde(
        rename = "inVMAccessControlProfileReferenceId",
        skip_serializing_if = "Option::is_none"
    )]
    pub in_vm_access_control_profile_reference_id: Option<String>,
    /// Whether forbidden requests are refused or only written down.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<HostEndpointSettingsModeTypes>,
}

/// A set of image versions that belong together.
///
/// Wire model `ServiceArtifactReference`: part of `VirtualMachineConfiguration`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ServiceArtifactReference {
    /// Its resource id in Azure Resource Manager.
    pub id: String,
}

/// The machine a node is.
///
/// Wire model `VirtualMachineInfo`: part of `BatchNode`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VirtualMachineInfo {
    /// The image it was made from, with the exact version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_reference: Option<BatchVmImageReference>,
    /// Its resource id; only for accounts that allocate in the owner's subscription.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scale_set_vm_resource_id: Option<String>,
}

/// How the operating systems of a pool's nodes are kept up to date.
///
/// Wire model `UpgradePolicy`: part of `BatchPool`, `BatchPoolSpecification` and the bodies that make or
/// change a pool.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct UpgradePolicy {
    /// Whether by itself, in turns, or not.
    pub mode: UpgradeMode,
    /// Settings of upgrades that happen by themselves.
    #[serde(rename = "automaticOSUpgradePolicy", skip_serializing_if = "Option::is_none")]
    pub automatic_os_upgrade_policy: Option<AutomaticOsUpgradePolicy>,
    /// Settings of upgrades in turns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rolling_upgrade_policy: Option<RollingUpgradePolicy>,
}

/// Upgrades that happen by themselves when the publisher has a new image.
///
/// Wire model `AutomaticOsUpgradePolicy`: part of `UpgradePolicy`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AutomaticOsUpgradePolicy {
    /// Whether a failed upgrade is not undone; absent: `false`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disable_automatic_rollback: Option<bool>,
    /// Whether they happen; absent: `false`. Not together with `enableAutomaticUpdates` of Windows.
    #[serde(rename = "enableAutomaticOSUpgrade", skip_serializing_if = "Option::is_none")]
    pub enable_automatic_os_upgrade: Option<bool>,
    /// Whether they keep to `rollingUpgradePolicy`; absent: `false`, the platform's own turns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub use_rolling_upgrade_policy: Option<bool>,
    /// Whether they wait while a node runs tasks; absent: `false`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub os_rolling_upgrade_deferral: Option<bool>,
}

/// Upgrades in turns, a share of the nodes at a time.
///
/// Wire model `RollingUpgradePolicy`: part of `UpgradePolicy`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RollingUpgradePolicy {
    /// Whether one turn may reach into several zones; only for zonal placement.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_cross_zone_upgrade: Option<bool>,
    /// Nodes of one turn in percent, 5 to 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_batch_instance_percent: Option<i32>,
    /// Unhealthy nodes at which upgrading stops, in percent of all: 5 to 100, not below
    /// `maxBatchInstancePercent`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_unhealthy_instance_percent: Option<i32>,
    /// Unhealthy nodes at which upgrading stops, in percent of those upgraded: 0 to 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_unhealthy_upgraded_instance_percent: Option<i32>,
    /// Time between two turns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pause_time_between_batches: Option<TimeSpan>,
    /// Whether unhealthy nodes go first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prioritize_unhealthy_instances: Option<bool>,
    /// Whether failed nodes go back to the old image when upgrading stops.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rollback_failed_instances_on_policy_breach: Option<bool>,
}

/// An image the service knows, and the agent that fits it.
///
/// Wire model `BatchSupportedImage`: answered by `GET /supportedimages`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchSupportedImage {
    /// The build of the service's agent for it.
    #[serde(rename = "nodeAgentSKUId")]
    pub node_agent_sku_id: String,
    /// The image.
    pub image_reference: BatchVmImageReference,
    /// Its operating system.
    pub os_type: OSType,
    /// What it is fit for, as `DockerCompatible` or `NvidiaTeslaDriverInstalled`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub capabilities: Vec<String>,
    /// When the service stops making pools of it; absent: not decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub batch_support_end_of_life: Option<Timestamp>,
    /// Whether the service has tested the pair.
    pub verification_type: ImageVerificationType,
}
