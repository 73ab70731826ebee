//! Pools and what their nodes are made from.

use super::{Draw, Drawn, drawn};
use crate::batch::*;

drawn! {
    BatchPool {
        id, display_name, url, etag, last_modified, creation_time, state, state_transition_time,
        allocation_state, allocation_state_transition_time, vm_size, virtual_machine_configuration,
        resize_timeout, resize_errors, current_dedicated_nodes, current_low_priority_nodes,
        target_dedicated_nodes, target_low_priority_nodes, enable_auto_scale, auto_scale_formula,
        auto_scale_evaluation_interval, auto_scale_run, enable_inter_node_communication,
        network_configuration, start_task, application_package_references, task_slots_per_node,
        task_scheduling_policy, user_accounts, metadata, stats, mount_configuration, identity, upgrade_policy,
    }
    BatchPoolCreateOptions {
        id, display_name, vm_size, virtual_machine_configuration, resize_timeout, target_dedicated_nodes,
        target_low_priority_nodes, enable_auto_scale, auto_scale_formula, auto_scale_evaluation_interval,
        enable_inter_node_communication, network_configuration, start_task, application_package_references,
        task_slots_per_node, task_scheduling_policy, user_accounts, metadata, mount_configuration,
        upgrade_policy,
    }
    BatchPoolUpdateOptions {
        display_name, vm_size, enable_inter_node_communication, start_task, application_package_references,
        metadata, virtual_machine_configuration, task_slots_per_node, task_scheduling_policy,
        network_configuration, user_accounts, mount_configuration, upgrade_policy,
    }
    BatchPoolReplaceOptions { start_task, application_package_references, metadata }
    BatchTaskSchedulingPolicy { job_default_order, node_fill_type }
    BatchPoolIdentity { r#type, user_assigned_identities }
    BatchUserAssignedIdentity { resource_id, client_id, principal_id }
    BatchPoolIdentityReference { resource_id }
    BatchPoolResizeOptions {
        target_dedicated_nodes, target_low_priority_nodes, resize_timeout, node_deallocation_option,
    }
    BatchNodeRemoveOptions { node_list, resize_timeout, node_deallocation_option }
    ResizeError { code, message, values }
    BatchPoolStatistics { url, start_time, last_update_time, usage_stats, resource_stats }
    BatchPoolUsageStatistics { start_time, last_update_time, dedicated_core_time }
    BatchPoolResourceStatistics {
        start_time, last_update_time, avg_cpu_percentage, avg_memory_gi_b, peak_memory_gi_b, avg_disk_gi_b,
        peak_disk_gi_b, disk_read_iops, disk_write_iops, disk_read_gi_b, disk_write_gi_b, network_read_gi_b,
        network_write_gi_b,
    }
    BatchPoolUsageMetrics { pool_id, start_time, end_time, vm_size, total_core_hours }
    AutoScaleRun { timestamp, results, error }
    AutoScaleRunError { code, message, values }
    BatchPoolEnableAutoScaleOptions { auto_scale_formula, auto_scale_evaluation_interval }
    BatchPoolEvaluateAutoScaleOptions { auto_scale_formula }
    MountConfiguration {
        azure_blob_file_system_configuration, nfs_mount_configuration, cifs_mount_configuration,
        azure_file_share_configuration,
    }
    AzureBlobFileSystemConfiguration {
        account_name, container_name, account_key, sas_key, blobfuse_options, relative_mount_path,
        identity_reference,
    }
    AzureFileShareConfiguration {
        account_name, account_key, azure_file_url, relative_mount_path, mount_options,
    }
    CifsMountConfiguration { username, source, relative_mount_path, mount_options, password }
    NfsMountConfiguration { source, relative_mount_path, mount_options }
    NetworkConfiguration {
        subnet_id, dynamic_vnet_assignment_scope, endpoint_configuration, public_ip_address_configuration,
        enable_accelerated_networking,
    }
    BatchPoolEndpointConfiguration { inbound_nat_pools }
    BatchInboundNatPool {
        name, protocol, backend_port, frontend_port_range_start, frontend_port_range_end,
        network_security_group_rules,
    }
    NetworkSecurityGroupRule { priority, access, source_address_prefix, source_port_ranges }
    BatchPublicIpAddressConfiguration { provision, ip_families, ip_address_ids, ip_tags }
    IPTag { ip_tag_type, tag }
    BatchNodeEndpointConfiguration { inbound_endpoints }
    InboundEndpoint { name, protocol, public_ip_address, public_fqdn, frontend_port, backend_port }
    BatchJobNetworkConfiguration { subnet_id, skip_withdraw_from_vnet }
    VirtualMachineConfiguration {
        image_reference, node_agent_sku_id, windows_configuration, data_disks, license_type,
        container_configuration, disk_encryption_configuration, node_placement_configuration, extensions,
        os_disk, security_profile, service_artifact_reference,
    }
    BatchVmImageReference {
        publisher, offer, sku, version, virtual_machine_image_id, exact_version, shared_gallery_image_id,
        community_gallery_image_id,
    }
    WindowsConfiguration { enable_automatic_updates }
    BatchContainerConfiguration { r#type, container_image_names, container_registries }
    BatchNodePlacementConfiguration { policy }
    VMExtension {
        name, publisher, r#type, type_handler_version, auto_upgrade_minor_version, enable_automatic_upgrade,
        settings, protected_settings, provision_after_extensions,
    }
    ServiceArtifactReference { id }
    VirtualMachineInfo { image_reference, scale_set_vm_resource_id }
    BatchSupportedImage {
        node_agent_sku_id, image_reference, os_type, capabilities, batch_support_end_of_life,
        verification_type,
    }
    DataDisk { lun, caching, disk_size_gb, managed_disk }
    DiskEncryptionConfiguration { customer_managed_key, targets }
    DiskEncryptionSetParameters { id }
    DiskCustomerManagedKey { identity_reference, key_url, rotation_to_latest_key_version_enabled }
    BatchOsDisk { ephemeral_os_disk_settings, caching, disk_size_gb, managed_disk, write_accelerator_enabled }
    BatchDiffDiskSettings { placement }
    ManagedDisk { disk_encryption_set, storage_account_type, security_profile }
    BatchVmDiskSecurityProfile { security_encryption_type }
    SecurityProfile { encryption_at_host, proxy_agent_settings, security_type, uefi_settings }
    BatchUefiSettings { secure_boot_enabled, v_tpm_enabled }
    ProxyAgentSettings { enabled, imds, wire_server }
    HostEndpointSettings { in_vm_access_control_profile_reference_id, mode }
    UpgradePolicy { mode, automatic_os_upgrade_policy, rolling_upgrade_policy }
    AutomaticOsUpgradePolicy {
        disable_automatic_rollback, enable_automatic_os_upgrade, use_rolling_upgrade_policy,
        os_rolling_upgrade_deferral,
    }
    RollingUpgradePolicy {
        enable_cross_zone_upgrade, max_batch_instance_percent, max_unhealthy_instance_percent,
        max_unhealthy_upgraded_instance_percent, pause_time_between_batches, prioritize_unhealthy_instances,
        rollback_failed_instances_on_policy_breach,
    }
}
