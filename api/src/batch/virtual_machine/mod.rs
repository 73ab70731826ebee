//! The machines of a pool: what they are made from.

mod disk;
mod security;
mod upgrade;

pub use disk::*;
pub use security::*;
pub use upgrade::*;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::container::ContainerRegistryReference;
use super::enums::BatchNodePlacementPolicyType;
use super::enums::ContainerType;
use super::enums::ImageVerificationType;
use super::enums::OSType;
use crate::secret::Secret;
use crate::time::Timestamp;

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
    pub protected_settings: Option<BTreeMap<String, Secret>>,
    /// Extensions to install before it, by name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub provision_after_extensions: Vec<String>,
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
