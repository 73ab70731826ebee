//! Properties of pools that are checked, kept and shown, and not acted on.

use batchite_api::batch::{
    BatchInboundNatPool, BatchNodePlacementConfiguration, BatchNodePlacementPolicyType, BatchOsDisk,
    BatchPoolCreateOptions, BatchPoolEndpointConfiguration, BatchPoolUpdateOptions,
    BatchPublicIpAddressConfiguration, DataDisk, DiskEncryptionConfiguration, DiskEncryptionTarget,
    InboundEndpointProtocol, IpAddressProvisioningType, NetworkConfiguration, NetworkSecurityGroupRule,
    NetworkSecurityGroupRuleAccess, RollingUpgradePolicy, SecurityProfile, SecurityTypes, UpgradeMode,
    UpgradePolicy, VirtualMachineConfiguration, WindowsConfiguration,
};
use batchite_api::error::ErrorCode;

use crate::arms::{Arm, pool, pool_id, refused, request};

pub(crate) fn port(name: &str, backend: i32, first: i32) -> BatchInboundNatPool {
    BatchInboundNatPool {
        name: name.to_owned(),
        protocol: InboundEndpointProtocol::Tcp,
        backend_port: backend,
        frontend_port_range_start: first,
        frontend_port_range_end: first + 99,
        network_security_group_rules: vec![NetworkSecurityGroupRule {
            priority: 150,
            access: NetworkSecurityGroupRuleAccess::Allow,
            source_address_prefix: "*".to_owned(),
            source_port_ranges: vec!["100-200".to_owned(), "*".to_owned()],
        }],
    }
}

pub(crate) fn network(ports: Vec<BatchInboundNatPool>) -> NetworkConfiguration {
    NetworkConfiguration {
        endpoint_configuration: Some(BatchPoolEndpointConfiguration {
            inbound_nat_pools: ports,
        }),
        ..NetworkConfiguration::default()
    }
}

fn with_machine(change: impl FnOnce(&mut VirtualMachineConfiguration)) -> BatchPoolCreateOptions {
    let mut options = pool("pool", 0);
    if let Some(machine) = &mut options.virtual_machine_configuration {
        change(machine);
    }
    options
}

async fn wrong(arm: &Arm, options: BatchPoolCreateOptions, property: &str) {
    let made = arm.batch.create_pool(options, &request()).await;
    let refusal = refused(made, &ErrorCode::InvalidPropertyValue);
    assert_eq!(refusal.detail("PropertyName"), Some(property));
    assert_eq!(refusal.status(), 400);
}

pub(crate) async fn what_is_not_acted_on_is_kept_and_shown(arm: &Arm) {
    let mut options = with_machine(|machine| {
        machine.data_disks = vec![DataDisk {
            lun: 1,
            disk_size_gb: 64,
            ..DataDisk::default()
        }];
        machine.os_disk = Some(BatchOsDisk {
            disk_size_gb: Some(100),
            ..BatchOsDisk::default()
        });
        machine.node_placement_configuration = Some(BatchNodePlacementConfiguration {
            policy: Some(BatchNodePlacementPolicyType::Zonal),
        });
        machine.security_profile = Some(SecurityProfile {
            security_type: Some(SecurityTypes::TrustedLaunch),
            ..SecurityProfile::default()
        });
    });
    options.network_configuration = Some(network(vec![port("ssh", 22, 15_000), port("web", 80, 15_100)]));
    options.upgrade_policy = Some(UpgradePolicy {
        mode: UpgradeMode::Rolling,
        rolling_upgrade_policy: Some(RollingUpgradePolicy {
            enable_cross_zone_upgrade: Some(true),
            max_batch_instance_percent: Some(20),
            max_unhealthy_instance_percent: Some(20),
            ..RollingUpgradePolicy::default()
        }),
        ..UpgradePolicy::default()
    });
    arm.batch.create_pool(options.clone(), &request()).await.unwrap();
    let shown = arm.pool("pool").await;
    assert_eq!(
        shown.virtual_machine_configuration,
        options.virtual_machine_configuration
    );
    assert_eq!(shown.network_configuration, options.network_configuration);
    assert_eq!(shown.upgrade_policy, options.upgrade_policy);
    // An empty pool can be given others.
    arm.until(async || arm.pool("pool").await.allocation_state.unwrap().as_str() == "steady")
        .await;
    let update = BatchPoolUpdateOptions {
        network_configuration: Some(network(vec![port("only", 443, 16_000)])),
        upgrade_policy: Some(UpgradePolicy {
            mode: UpgradeMode::Manual,
            ..UpgradePolicy::default()
        }),
        ..BatchPoolUpdateOptions::default()
    };
    arm.batch
        .update_pool(&pool_id("pool"), update.clone(), &request())
        .await
        .unwrap();
    let shown = arm.pool("pool").await;
    assert_eq!(shown.network_configuration, update.network_configuration);
    assert_eq!(shown.upgrade_policy, update.upgrade_policy);
    assert_eq!(
        shown.virtual_machine_configuration,
        options.virtual_machine_configuration
    );
    let bad = BatchPoolUpdateOptions {
        network_configuration: Some(network(vec![port("only", 29_876, 16_000)])),
        ..BatchPoolUpdateOptions::default()
    };
    let refusal = arm.batch.update_pool(&pool_id("pool"), bad, &request()).await;
    refused(refusal, &ErrorCode::InvalidPropertyValue);
}

pub(crate) async fn wrong_networks_are_refused(arm: &Arm) {
    let with = |network: NetworkConfiguration| BatchPoolCreateOptions {
        network_configuration: Some(network),
        ..pool("pool", 0)
    };
    let ports = |ports: Vec<BatchInboundNatPool>| with(network(ports));
    let six = (0..6).map(|at| port(&format!("p{at}"), 100 + at, 1000 + 100 * at));
    wrong(arm, ports(six.collect()), "inboundNATPools").await;
    wrong(arm, ports(vec![port("-p", 1, 1)]), "name").await;
    wrong(arm, ports(vec![port("p", 1, 1), port("P", 2, 200)]), "name").await;
    wrong(arm, ports(vec![port("p", 0, 1)]), "backendPort").await;
    wrong(arm, ports(vec![port("p", 29_877, 1)]), "backendPort").await;
    wrong(
        arm,
        ports(vec![port("p", 1, 1), port("q", 1, 200)]),
        "backendPort",
    )
    .await;
    wrong(arm, ports(vec![port("p", 1, 49_950)]), "frontendPortRangeStart").await;
    let overlapping = vec![port("p", 1, 1), port("q", 2, 50)];
    wrong(arm, ports(overlapping), "frontendPortRangeStart").await;
    let narrow = BatchInboundNatPool {
        frontend_port_range_end: 38,
        ..port("p", 1, 1)
    };
    wrong(arm, ports(vec![narrow]), "frontendPortRangeEnd").await;
    let long = "p".repeat(78);
    wrong(arm, ports(vec![port(&long, 1, 1)]), "name").await;
    for (property, change) in [
        (
            "priority",
            (|rule: &mut NetworkSecurityGroupRule| rule.priority = 149) as fn(&mut NetworkSecurityGroupRule),
        ),
        ("priority", |rule: &mut NetworkSecurityGroupRule| {
            rule.priority = 4097;
        }),
        ("access", |rule: &mut NetworkSecurityGroupRule| {
            rule.access = NetworkSecurityGroupRuleAccess::from("perhaps");
        }),
        ("sourcePortRanges", |rule: &mut NetworkSecurityGroupRule| {
            rule.source_port_ranges = vec!["9-1".to_owned()];
        }),
    ] {
        let mut changed = port("p", 1, 1);
        change(&mut changed.network_security_group_rules[0]);
        wrong(arm, ports(vec![changed]), property).await;
    }
    let mut many = port("p", 1, 1);
    let rule = many.network_security_group_rules[0].clone();
    many.network_security_group_rules = vec![rule; 26];
    wrong(arm, ports(vec![many]), "networkSecurityGroupRules").await;
    wrong_addresses(arm).await;
}

async fn wrong_addresses(arm: &Arm) {
    let with = |network: NetworkConfiguration| BatchPoolCreateOptions {
        network_configuration: Some(network),
        ..pool("pool", 0)
    };
    let subnet = NetworkConfiguration {
        subnet_id: Some("my-subnet".to_owned()),
        ..NetworkConfiguration::default()
    };
    wrong(arm, with(subnet), "subnetId").await;
    let addresses = |provision| {
        Some(BatchPublicIpAddressConfiguration {
            provision: Some(provision),
            ..BatchPublicIpAddressConfiguration::default()
        })
    };
    let without_ids = NetworkConfiguration {
        public_ip_address_configuration: addresses(IpAddressProvisioningType::UserManaged),
        ..NetworkConfiguration::default()
    };
    wrong(arm, with(without_ids), "ipAddressIds").await;
    let closed = NetworkConfiguration {
        public_ip_address_configuration: addresses(IpAddressProvisioningType::NoPublicIpAddresses),
        ..network(vec![port("p", 1, 1)])
    };
    wrong(arm, with(closed), "endpointConfiguration").await;
}

pub(crate) async fn networks_on_their_bounds_are_taken(arm: &Arm) {
    let mut widest = port(&"p".repeat(77), 1, 1);
    let mut last = widest.network_security_group_rules[0].clone();
    last.priority = 4096;
    widest.network_security_group_rules.push(last);
    widest.frontend_port_range_end = 40;
    let options = BatchPoolCreateOptions {
        network_configuration: Some(network(vec![widest])),
        ..pool("pool", 0)
    };
    let made = arm.batch.create_pool(options, &request()).await;
    assert!(made.is_ok(), "{made:?}");
}

pub(crate) async fn wrong_disks_and_policies_are_refused(arm: &Arm) {
    let disk = |lun, disk_size_gb| DataDisk {
        lun,
        disk_size_gb,
        ..DataDisk::default()
    };
    for (disks, property) in [
        (vec![disk(64, 1)], "lun"),
        (vec![disk(1, 1), disk(1, 1)], "lun"),
        (vec![disk(0, 0)], "diskSizeGB"),
    ] {
        wrong(arm, with_machine(|machine| machine.data_disks = disks), property).await;
    }
    let windows =
        with_machine(|machine| machine.windows_configuration = Some(WindowsConfiguration::default()));
    wrong(arm, windows, "windowsConfiguration").await;
    let encrypted = with_machine(|machine| {
        machine.disk_encryption_configuration = Some(DiskEncryptionConfiguration {
            targets: vec![DiskEncryptionTarget::OsDisk],
            ..DiskEncryptionConfiguration::default()
        });
    });
    wrong(arm, encrypted, "targets").await;
    let odd = with_machine(|machine| {
        machine.security_profile = Some(SecurityProfile {
            security_type: Some(SecurityTypes::from("padlock")),
            ..SecurityProfile::default()
        });
    });
    wrong(arm, odd, "securityType").await;
    let upgrading = |mode: &str, rolling: RollingUpgradePolicy| BatchPoolCreateOptions {
        upgrade_policy: Some(UpgradePolicy {
            mode: UpgradeMode::from(mode),
            rolling_upgrade_policy: Some(rolling),
            ..UpgradePolicy::default()
        }),
        ..pool("pool", 0)
    };
    let percents = |batch, unhealthy| RollingUpgradePolicy {
        max_batch_instance_percent: Some(batch),
        max_unhealthy_instance_percent: Some(unhealthy),
        ..RollingUpgradePolicy::default()
    };
    wrong(arm, upgrading("sometimes", percents(5, 5)), "mode").await;
    wrong(
        arm,
        upgrading("rolling", percents(4, 5)),
        "maxBatchInstancePercent",
    )
    .await;
    wrong(
        arm,
        upgrading("rolling", percents(20, 10)),
        "maxUnhealthyInstancePercent",
    )
    .await;
    let across = RollingUpgradePolicy {
        enable_cross_zone_upgrade: Some(true),
        ..RollingUpgradePolicy::default()
    };
    wrong(arm, upgrading("rolling", across), "enableCrossZoneUpgrade").await;
}
