//! Properties of pools that are checked as the service checks them, kept and shown, and not acted on: what they ask
//! for is done by networks and machines that a simulated world does not have.

use std::collections::BTreeSet;

use batchite_api::batch::{
    BatchInboundNatPool, BatchNodePlacementPolicyType, BatchOsDisk, CachingType, DataDisk, DiffDiskPlacement,
    DiskEncryptionTarget, DynamicVNetAssignmentScope, InboundEndpointProtocol, IpAddressProvisioningType,
    ManagedDisk, NetworkConfiguration, NetworkSecurityGroupRuleAccess, RollingUpgradePolicy, SecurityTypes,
    StorageAccountType, UpgradeMode, UpgradePolicy, VMExtension, VirtualMachineConfiguration,
};
use batchite_api::error::Result;

use super::validate::{invalid, known, missing};
use crate::exec::Platform;

/// The properties of pools that are kept and shown and that nothing in a simulated world follows from.
pub const RECORDED_ONLY: &[&str] = &[
    "enableInterNodeCommunication",
    "mountConfiguration",
    "networkConfiguration",
    "upgradePolicy.automaticOSUpgradePolicy.disableAutomaticRollback",
    "upgradePolicy.automaticOSUpgradePolicy.useRollingUpgradePolicy",
    "upgradePolicy.rollingUpgradePolicy",
    "virtualMachineConfiguration.containerConfiguration.containerImageNames",
    "virtualMachineConfiguration.containerConfiguration.containerRegistries",
    "virtualMachineConfiguration.dataDisks",
    "virtualMachineConfiguration.diskEncryptionConfiguration",
    "virtualMachineConfiguration.extensions",
    "virtualMachineConfiguration.licenseType",
    "virtualMachineConfiguration.nodePlacementConfiguration",
    "virtualMachineConfiguration.osDisk",
    "virtualMachineConfiguration.securityProfile",
    "virtualMachineConfiguration.serviceArtifactReference",
    "virtualMachineConfiguration.windowsConfiguration",
];

const NAT_POOLS_MAX: usize = 5;
const NAT_POOL_NAME_LENGTH_MAX: usize = 77;
const SECURITY_RULES_MAX: usize = 25;
const FRONTEND_PORTS_MIN: i32 = 40;
/// Ports of the nodes that belong to the service.
const BACKEND_PORTS_RESERVED: [i32; 2] = [29_876, 29_877];
/// Ports outside that belong to the service.
const FRONTEND_PORTS_RESERVED: (i32, i32) = (50_000, 55_000);

/// Refuses a number outside its range.
fn within(property: &str, number: i32, least: i32, most: i32) -> Result<()> {
    if (least..=most).contains(&number) {
        return Ok(());
    }
    Err(invalid(
        property,
        number,
        format!("The value is {least} to {most}."),
    ))
}

/// `networkConfiguration`
pub(super) fn network(network: Option<&NetworkConfiguration>) -> Result<()> {
    let Some(network) = network else { return Ok(()) };
    known(
        "dynamicVNetAssignmentScope",
        network.dynamic_vnet_assignment_scope.as_ref(),
        DynamicVNetAssignmentScope::KNOWN,
    )?;
    if let Some(subnet) = &network.subnet_id {
        let lower = subnet.to_ascii_lowercase();
        if !lower.starts_with("/subscriptions/") || !lower.contains("/subnets/") {
            let reason = "A subnet is named by its resource id: /subscriptions/{id}/.../subnets/{name}.";
            return Err(invalid("subnetId", subnet, reason));
        }
    }
    let addresses = network.public_ip_address_configuration.as_ref();
    let provision = addresses.and_then(|addresses| addresses.provision.as_ref());
    known("provision", provision, IpAddressProvisioningType::KNOWN)?;
    let given = addresses.is_some_and(|addresses| !addresses.ip_address_ids.is_empty());
    if given != (provision == Some(&IpAddressProvisioningType::UserManaged)) {
        let reason = "Addresses are given with, and only with, the provision usermanaged.";
        return Err(invalid("ipAddressIds", "", reason));
    }
    let Some(endpoints) = &network.endpoint_configuration else {
        return Ok(());
    };
    if provision == Some(&IpAddressProvisioningType::NoPublicIpAddresses) {
        let reason = "Ports cannot be reached from outside without public IP addresses.";
        return Err(invalid("endpointConfiguration", "", reason));
    }
    nat_pools(&endpoints.inbound_nat_pools)
}

fn nat_pools(pools: &[BatchInboundNatPool]) -> Result<()> {
    if pools.is_empty() {
        return Err(missing("inboundNATPools"));
    }
    if pools.len() > NAT_POOLS_MAX {
        let reason = format!("At most {NAT_POOLS_MAX} inbound NAT pools are allowed.");
        return Err(invalid("inboundNATPools", pools.len(), reason));
    }
    let rules: usize = pools
        .iter()
        .map(|pool| pool.network_security_group_rules.len())
        .sum();
    if rules > SECURITY_RULES_MAX {
        let reason = format!("At most {SECURITY_RULES_MAX} rules are allowed in all NAT pools together.");
        return Err(invalid("networkSecurityGroupRules", rules, reason));
    }
    for (at, pool) in pools.iter().enumerate() {
        nat_pool(pool)?;
        for other in pools.get(..at).unwrap_or_default() {
            if other.name.eq_ignore_ascii_case(&pool.name) {
                return Err(invalid("name", &pool.name, "The names of NAT pools are unique."));
            }
            if other.backend_port == pool.backend_port {
                return Err(invalid(
                    "backendPort",
                    pool.backend_port,
                    "The backend ports of NAT pools are unique.",
                ));
            }
            if pool.frontend_port_range_start <= other.frontend_port_range_end
                && other.frontend_port_range_start <= pool.frontend_port_range_end
            {
                return Err(invalid(
                    "frontendPortRangeStart",
                    pool.frontend_port_range_start,
                    "The ranges of NAT pools do not overlap.",
                ));
            }
        }
    }
    Ok(())
}

fn nat_pool(pool: &BatchInboundNatPool) -> Result<()> {
    let name = pool.name.as_str();
    let middle = |letter: char| letter.is_ascii_alphanumeric() || "_.-".contains(letter);
    let well_named = name.len() <= NAT_POOL_NAME_LENGTH_MAX
        && name.starts_with(|letter: char| letter.is_ascii_alphanumeric())
        && name.ends_with(|letter: char| letter.is_ascii_alphanumeric() || letter == '_')
        && name.chars().all(middle);
    if !well_named {
        let reason = "A name has up to 77 letters, digits, '_', '.' and '-'; it begins with a letter or digit and ends \
                      with one or '_'.";
        return Err(invalid("name", name, reason));
    }
    known("protocol", Some(&pool.protocol), InboundEndpointProtocol::KNOWN)?;
    within("backendPort", pool.backend_port, 1, 65_535)?;
    if BACKEND_PORTS_RESERVED.contains(&pool.backend_port) {
        let reason = "The ports 29876 and 29877 are reserved.";
        return Err(invalid("backendPort", pool.backend_port, reason));
    }
    let (start, end) = (pool.frontend_port_range_start, pool.frontend_port_range_end);
    within("frontendPortRangeStart", start, 1, 65_534)?;
    within("frontendPortRangeEnd", end, 1, 65_534)?;
    if end - start + 1 < FRONTEND_PORTS_MIN {
        let reason = format!("A range has at least {FRONTEND_PORTS_MIN} ports.");
        return Err(invalid("frontendPortRangeEnd", end, reason));
    }
    if start <= FRONTEND_PORTS_RESERVED.1 && end >= FRONTEND_PORTS_RESERVED.0 {
        let reason = "The ports 50000 to 55000 are reserved.";
        return Err(invalid("frontendPortRangeStart", start, reason));
    }
    let mut priorities = BTreeSet::new();
    for rule in &pool.network_security_group_rules {
        within("priority", rule.priority, 150, 4096)?;
        if !priorities.insert(rule.priority) {
            let reason = "The priorities of the rules of a NAT pool are unique.";
            return Err(invalid("priority", rule.priority, reason));
        }
        known(
            "access",
            Some(&rule.access),
            NetworkSecurityGroupRuleAccess::KNOWN,
        )?;
        if rule.source_address_prefix.is_empty() {
            return Err(missing("sourceAddressPrefix"));
        }
        if let Some(range) = rule.source_port_ranges.iter().find(|range| !is_port_range(range)) {
            let reason = "Source ports are a number, a range such as 100-200, or *.";
            return Err(invalid("sourcePortRanges", range, reason));
        }
    }
    Ok(())
}

fn is_port_range(text: &str) -> bool {
    let port = |text: &str| text.parse::<u16>().ok();
    match text.split_once('-') {
        Some((first, last)) => port(first)
            .zip(port(last))
            .is_some_and(|(first, last)| first <= last),
        None => text == "*" || port(text).is_some(),
    }
}

/// What belongs to `virtualMachineConfiguration` beside image and agent.
pub(super) fn machine(configuration: &VirtualMachineConfiguration, platform: Platform) -> Result<()> {
    if platform == Platform::Linux && configuration.windows_configuration.is_some() {
        let reason = "Settings of Windows do not go with an image of Linux.";
        return Err(invalid("windowsConfiguration", "", reason));
    }
    data_disks(&configuration.data_disks)?;
    if let Some(disk) = &configuration.os_disk {
        os_disk(disk)?;
    }
    let targets = configuration.disk_encryption_configuration.as_ref();
    for target in targets.map_or(&[][..], |encryption| encryption.targets.as_slice()) {
        known("targets", Some(target), DiskEncryptionTarget::KNOWN)?;
        if platform == Platform::Linux && *target == DiskEncryptionTarget::OsDisk {
            let reason = "On Linux the temporary disk alone can be encrypted.";
            return Err(invalid("targets", target, reason));
        }
    }
    let placement = configuration.node_placement_configuration.as_ref();
    known(
        "policy",
        placement.and_then(|placement| placement.policy.as_ref()),
        BatchNodePlacementPolicyType::KNOWN,
    )?;
    if let Some(profile) = &configuration.security_profile {
        known(
            "securityType",
            profile.security_type.as_ref(),
            SecurityTypes::KNOWN,
        )?;
        if profile.uefi_settings.is_some() && profile.security_type.is_none() {
            return Err(missing("securityType"));
        }
    }
    if let Some(reference) = &configuration.service_artifact_reference
        && reference.id.is_empty()
    {
        return Err(missing("serviceArtifactReference"));
    }
    extensions(&configuration.extensions)
}

fn data_disks(disks: &[DataDisk]) -> Result<()> {
    let mut numbers = BTreeSet::new();
    for disk in disks {
        within("lun", disk.lun, 0, 63)?;
        if !numbers.insert(disk.lun) {
            return Err(invalid(
                "lun",
                disk.lun,
                "Every data disk has a number of its own.",
            ));
        }
        disk_size(Some(disk.disk_size_gb))?;
        known("caching", disk.caching.as_ref(), CachingType::KNOWN)?;
        managed_disk(disk.managed_disk.as_ref())?;
    }
    Ok(())
}

fn os_disk(disk: &BatchOsDisk) -> Result<()> {
    disk_size(disk.disk_size_gb)?;
    known("caching", disk.caching.as_ref(), CachingType::KNOWN)?;
    let ephemeral = disk.ephemeral_os_disk_settings.as_ref();
    known(
        "placement",
        ephemeral.and_then(|settings| settings.placement.as_ref()),
        DiffDiskPlacement::KNOWN,
    )?;
    managed_disk(disk.managed_disk.as_ref())
}

fn disk_size(size: Option<i32>) -> Result<()> {
    match size {
        Some(size) if size < 1 => Err(invalid("diskSizeGB", size, "A disk has at least 1 GB.")),
        _ => Ok(()),
    }
}

fn managed_disk(disk: Option<&ManagedDisk>) -> Result<()> {
    known(
        "storageAccountType",
        disk.and_then(|disk| disk.storage_account_type.as_ref()),
        StorageAccountType::KNOWN,
    )
}

fn extensions(extensions: &[VMExtension]) -> Result<()> {
    let mut names = BTreeSet::new();
    for extension in extensions {
        let texts = [
            ("name", &extension.name),
            ("publisher", &extension.publisher),
            ("type", &extension.r#type),
        ];
        if let Some((property, _)) = texts.into_iter().find(|(_, text)| text.is_empty()) {
            return Err(missing(property));
        }
        if !names.insert(extension.name.as_str()) {
            return Err(invalid(
                "extensions",
                &extension.name,
                "The names of extensions are unique.",
            ));
        }
    }
    for extension in extensions {
        let unknown = extension
            .provision_after_extensions
            .iter()
            .find(|name| **name == extension.name || !names.contains(name.as_str()));
        if let Some(name) = unknown {
            return Err(invalid(
                "provisionAfterExtensions",
                name,
                "An extension comes after others of the pool.",
            ));
        }
    }
    Ok(())
}

/// `upgradePolicy`
pub(super) fn upgrade_policy(
    policy: Option<&UpgradePolicy>,
    machine: Option<&VirtualMachineConfiguration>,
) -> Result<()> {
    let Some(policy) = policy else { return Ok(()) };
    if policy.mode.as_str().is_empty() {
        return Err(missing("mode"));
    }
    known("mode", Some(&policy.mode), UpgradeMode::KNOWN)?;
    let automatic = policy
        .automatic_os_upgrade_policy
        .as_ref()
        .is_some_and(|policy| policy.enable_automatic_os_upgrade == Some(true));
    let updates = machine
        .and_then(|machine| machine.windows_configuration.as_ref()?.enable_automatic_updates)
        == Some(true);
    if automatic && updates {
        let reason = "Automatic upgrades do not go with enableAutomaticUpdates of Windows.";
        return Err(invalid("enableAutomaticOSUpgrade", true, reason));
    }
    let zonal = machine.and_then(|machine| machine.node_placement_configuration.as_ref()?.policy.as_ref())
        == Some(&BatchNodePlacementPolicyType::Zonal);
    policy
        .rolling_upgrade_policy
        .as_ref()
        .map_or(Ok(()), |rolling| rolling_upgrades(rolling, zonal))
}

fn rolling_upgrades(policy: &RollingUpgradePolicy, zonal: bool) -> Result<()> {
    if policy.enable_cross_zone_upgrade == Some(true) && !zonal {
        let reason = "Upgrades reach into several zones only where the placement of nodes is zonal.";
        return Err(invalid("enableCrossZoneUpgrade", true, reason));
    }
    for (property, percent, least) in [
        ("maxBatchInstancePercent", policy.max_batch_instance_percent, 5),
        (
            "maxUnhealthyInstancePercent",
            policy.max_unhealthy_instance_percent,
            5,
        ),
        (
            "maxUnhealthyUpgradedInstancePercent",
            policy.max_unhealthy_upgraded_instance_percent,
            0,
        ),
    ] {
        percent.map_or(Ok(()), |percent| within(property, percent, least, 100))?;
    }
    match (
        policy.max_batch_instance_percent,
        policy.max_unhealthy_instance_percent,
    ) {
        (Some(batch), Some(unhealthy)) if unhealthy < batch => Err(invalid(
            "maxUnhealthyInstancePercent",
            unhealthy,
            "The value is not below maxBatchInstancePercent.",
        )),
        _ => Ok(()),
    }
}
