//! Networks of pools, nodes and jobs: subnets, ports, addresses.

use serde::{Deserialize, Serialize};

use super::enums::DynamicVNetAssignmentScope;
use super::enums::IPFamily;
use super::enums::InboundEndpointProtocol;
use super::enums::IpAddressProvisioningType;
use super::enums::NetworkSecurityGroupRuleAccess;

/// How the nodes of a pool are connected.
///
/// Wire model `NetworkConfiguration`: part of `BatchPool`, `BatchPoolSpecification` and the bodies that make
/// or change a pool.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NetworkConfiguration {
    /// The subnet they join, by its resource id, in the account's region and with room for all of them;
    /// absent: the service's own network.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subnet_id: Option<String>,
    /// Whether jobs may bring their own subnet; absent: `none`.
    #[serde(
        rename = "dynamicVNetAssignmentScope",
        skip_serializing_if = "Option::is_none"
    )]
    pub dynamic_vnet_assignment_scope: Option<DynamicVNetAssignmentScope>,
    /// Ports that can be reached from outside.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint_configuration: Option<BatchPoolEndpointConfiguration>,
    /// Public addresses; absent: the service picks them.
    #[serde(
        rename = "publicIPAddressConfiguration",
        skip_serializing_if = "Option::is_none"
    )]
    pub public_ip_address_configuration: Option<BatchPublicIpAddressConfiguration>,
    /// Whether network traffic goes past the host; absent: `false`. For sizes that support it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_accelerated_networking: Option<bool>,
}

/// Ports of a pool's nodes that can be reached from outside.
///
/// Wire model `BatchPoolEndpointConfiguration`: part of `NetworkConfiguration`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchPoolEndpointConfiguration {
    /// One entry a port on the nodes, 5 at most, else 400. Not without public addresses.
    #[serde(rename = "inboundNATPools")]
    pub inbound_nat_pools: Vec<BatchInboundNatPool>,
}

/// A port of every node, reached by a port of a shared public address each.
///
/// Wire model `BatchInboundNatPool`: part of `BatchPoolEndpointConfiguration`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchInboundNatPool {
    /// Its name, unique in the pool: up to 77 letters, digits, `_`, `.` and `-`; a letter or digit first; a
    /// letter, digit or `_` last. Else 400.
    pub name: String,
    /// The protocol of the port.
    pub protocol: InboundEndpointProtocol,
    /// The port on the node: 1 to 65535, unique in the pool; 29876 and 29877 are reserved. Else 400.
    pub backend_port: i32,
    /// The first port outside: 1 to 65534, outside 50000 to 55000 and other ranges of the pool. Else 400.
    pub frontend_port_range_start: i32,
    /// The last port outside, by the same rules; a range has at least 40 ports.
    pub frontend_port_range_end: i32,
    /// Who may reach the port; absent: everybody. At most 25 rules in all entries of a pool, else 400.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub network_security_group_rules: Vec<NetworkSecurityGroupRule>,
}

/// Lets somebody through to a port, or does not.
///
/// Wire model `NetworkSecurityGroupRule`: part of `BatchInboundNatPool`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NetworkSecurityGroupRule {
    /// Where it stands among the rules, the lowest first: 150 to 4096, unique in its entry, else 400.
    pub priority: i32,
    /// Whether to let through.
    pub access: NetworkSecurityGroupRuleAccess,
    /// From where: an address, a subnet as `192.168.1.0/24`, a service tag or `*`. Else 400.
    pub source_address_prefix: String,
    /// From which ports: numbers, ranges as `100-200`, or `*`; absent: `*`. Else 400.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub source_port_ranges: Vec<String>,
}

/// The public addresses of a pool.
///
/// Wire model `BatchPublicIpAddressConfiguration`: part of `NetworkConfiguration`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchPublicIpAddressConfiguration {
    /// Who provides them; absent: `batchmanaged`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provision: Option<IpAddressProvisioningType>,
    /// Which families to provide; absent: IPv4 alone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ip_families: Vec<IPFamily>,
    /// Addresses the owner provides, by resource id, for `usermanaged`; each serves 100 nodes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ip_address_ids: Vec<String>,
    /// Tags of addresses the service makes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ip_tags: Vec<IPTag>,
}

/// A tag of a public address.
///
/// Wire model `IPTag`: part of `BatchPublicIpAddressConfiguration`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct IPTag {
    /// The kind of tag, as `FirstPartyUsage`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip_tag_type: Option<String>,
    /// The tag's value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
}

/// How a node is reached from outside.
///
/// Wire model `BatchNodeEndpointConfiguration`: part of `BatchNode`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchNodeEndpointConfiguration {
    /// One entry a port.
    pub inbound_endpoints: Vec<InboundEndpoint>,
}

/// A port of a node, and where it is reached.
///
/// Wire model `InboundEndpoint`: part of `BatchNodeEndpointConfiguration`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct InboundEndpoint {
    /// The name of the pool's entry with the node's number.
    pub name: String,
    /// The protocol of the port.
    pub protocol: InboundEndpointProtocol,
    /// The public address.
    #[serde(rename = "publicIPAddress")]
    pub public_ip_address: String,
    /// The public name.
    #[serde(rename = "publicFQDN")]
    pub public_fqdn: String,
    /// The port at that address.
    pub frontend_port: i32,
    /// The port on the node.
    pub backend_port: i32,
}

/// The subnet a job's tasks run in, for pools whose `dynamicVNetAssignmentScope` is `job`. For accounts that
/// have the feature.
///
/// Wire model `BatchJobNetworkConfiguration`: part of `BatchJob`, `BatchJobSpecification` and the bodies that
/// make or change a job.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchJobNetworkConfiguration {
    /// The subnet, by its resource id, with room for the nodes that run the job.
    pub subnet_id: String,
    /// Whether nodes stay in the subnet when the job ends; absent: `false`.
    #[serde(rename = "skipWithdrawFromVNet", skip_serializing_if = "Option::is_none")]
    pub skip_withdraw_from_vnet: Option<bool>,
}
