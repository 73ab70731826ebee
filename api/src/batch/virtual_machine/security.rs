//! The security of a machine: firmware, host encryption, guarded endpoints.

use serde::{Deserialize, Serialize};

use crate::batch::enums::HostEndpointSettingsModeTypes;
use crate::batch::enums::SecurityTypes;

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
