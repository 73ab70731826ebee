//! Values of networks: protocols, addresses, rules.

use crate::open_enum::open_enum;

open_enum! {
    /// Whether jobs may bring their own subnet: `dynamicVNetAssignmentScope` of `NetworkConfiguration`.
    pub enum DynamicVNetAssignmentScope {
        /// They may not. The default.
        None = "none",
        /// They may; for accounts that have the feature.
        Job = "job",
    }
}

open_enum! {
    /// A family of public addresses: `ipFamilies` of `BatchPublicIpAddressConfiguration`.
    pub enum IPFamily {
        /// Addresses of 32 bits.
        Ipv4 = "IPv4",
        /// Addresses of 128 bits.
        Ipv6 = "IPv6",
    }
}

open_enum! {
    /// The protocol of a port that can be reached from outside.
    pub enum InboundEndpointProtocol {
        /// TCP.
        Tcp = "tcp",
        /// UDP.
        Udp = "udp",
    }
}

open_enum! {
    /// Who provides the public addresses of a pool: `provision` of `BatchPublicIpAddressConfiguration`.
    pub enum IpAddressProvisioningType {
        /// The service, as many as it needs. The default.
        BatchManaged = "batchmanaged",
        /// The owner, in `ipAddressIds`.
        UserManaged = "usermanaged",
        /// Nobody: the nodes have none.
        NoPublicIpAddresses = "nopublicipaddresses",
    }
}

open_enum! {
    /// Whether a rule lets through: `access` of `NetworkSecurityGroupRule`.
    pub enum NetworkSecurityGroupRuleAccess {
        /// It does.
        Allow = "allow",
        /// It does not.
        Deny = "deny",
    }
}
