//! `network` models.

use serde::{Deserialize, Serialize};

use super::enums::DynamicVNetAssignmentScope;
use super::enums::IPFamily;
use super::enums::InboundEndpointProtocol;
use super::enums::IpAddressProvisioningType;
use super::enums::NetworkSecurityGroupRuleAccess;

/// `NetworkConfiguration`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NetworkConfiguration {
    /// `subnetId`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subnet_id: Option<String>,
    /// `dynamicVNetAssignmentScope`.
    #[serde(
        rename = "dynamicVNetAssignmentScope",
        skip_serializing_if = "Option::is_none"
    )]
    pub dynamic_vnet_assignment_scope: Option<DynamicVNetAssignmentScope>,
    /// `endpointConfiguration`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint_configuration: Option<BatchPoolEndpointConfiguration>,
    /// `publicIPAddressConfiguration`.
    #[serde(
        rename = "publicIPAddressConfiguration",
        skip_serializing_if = "Option::is_none"
    )]
    pub public_ip_address_configuration: Option<BatchPublicIpAddressConfiguration>,
    /// `enableAcceleratedNetworking`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_accelerated_networking: Option<bool>,
}

/// `BatchPoolEndpointConfiguration`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchPoolEndpointConfiguration {
    /// `inboundNATPools`.
    #[serde(rename = "inboundNATPools")]
    pub inbound_nat_pools: Vec<BatchInboundNatPool>,
}

/// `BatchInboundNatPool`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchInboundNatPool {
    /// `name`.
    pub name: String,
    /// `protocol`.
    pub protocol: InboundEndpointProtocol,
    /// `backendPort`.
    pub backend_port: i32,
    /// `frontendPortRangeStart`.
    pub frontend_port_range_start: i32,
    /// `frontendPortRangeEnd`.
    pub frontend_port_range_end: i32,
    /// `networkSecurityGroupRules`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub network_security_group_rules: Vec<NetworkSecurityGroupRule>,
}

/// `NetworkSecurityGroupRule`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NetworkSecurityGroupRule {
    /// `priority`.
    pub priority: i32,
    /// `access`.
    pub access: NetworkSecurityGroupRuleAccess,
    /// `sourceAddressPrefix`.
    pub source_address_prefix: String,
    /// `sourcePortRanges`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub source_port_ranges: Vec<String>,
}

/// `BatchPublicIpAddressConfiguration`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchPublicIpAddressConfiguration {
    /// `provision`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provision: Option<IpAddressProvisioningType>,
    /// `ipFamilies`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ip_families: Vec<IPFamily>,
    /// `ipAddressIds`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ip_address_ids: Vec<String>,
    /// `ipTags`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ip_tags: Vec<IPTag>,
}

/// `IPTag`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct IPTag {
    /// `ipTagType`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip_tag_type: Option<String>,
    /// `tag`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
}

/// `BatchNodeEndpointConfiguration`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchNodeEndpointConfiguration {
    /// `inboundEndpoints`.
    pub inbound_endpoints: Vec<InboundEndpoint>,
}

/// `InboundEndpoint`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct InboundEndpoint {
    /// `name`.
    pub name: String,
    /// `protocol`.
    pub protocol: InboundEndpointProtocol,
    /// `publicIPAddress`.
    #[serde(rename = "publicIPAddress")]
    pub public_ip_address: String,
    /// `publicFQDN`.
    #[serde(rename = "publicFQDN")]
    pub public_fqdn: String,
    /// `frontendPort`.
    pub frontend_port: i32,
    /// `backendPort`.
    pub backend_port: i32,
}

/// `BatchJobNetworkConfiguration`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchJobNetworkConfiguration {
    /// `subnetId`.
    pub subnet_id: String,
    /// `skipWithdrawFromVNet`.
    #[serde(rename = "skipWithdrawFromVNet", skip_serializing_if = "Option::is_none")]
    pub skip_withdraw_from_vnet: Option<bool>,
}
