//! Nodes, what they run when they join, the files on them, and what several resources share.

use super::{Draw, Drawn, drawn};
use crate::batch::*;

drawn! {
    BatchNode {
        id, url, state, scheduling_state, state_transition_time, last_boot_time, allocation_time, ip_address,
        ipv6_address, affinity_id, vm_size, total_tasks_run, running_tasks_count, running_task_slots_count,
        total_tasks_succeeded, recent_tasks, start_task, start_task_info, errors, is_dedicated,
        endpoint_configuration, node_agent_info, virtual_machine_info,
    }
    BatchNodeAgentInfo { version, last_update_time }
    BatchNodeError { code, message, error_details }
    BatchNodeCounts {
        creating, idle, offline, preempted, rebooting, reimaging, running, starting, start_task_failed,
        leaving_pool, unknown, unusable, waiting_for_start_task, deallocated, deallocating, total,
        upgrading_os,
    }
    BatchPoolNodeCounts { pool_id, dedicated, low_priority }
    BatchNodeRebootOptions { node_reboot_option }
    BatchNodeReimageOptions { node_reimage_option }
    BatchNodeDeallocateOptions { node_deallocate_option }
    BatchNodeDisableSchedulingOptions { node_disable_scheduling_option }
    BatchNodeRemoteLoginSettings {
        ipv6_remote_login_ip_address, ipv6_remote_login_port, remote_login_ip_address, remote_login_port,
    }
    BatchNodeVMExtension { provisioning_state, vm_extension, instance_view }
    VMExtensionInstanceView { name, statuses, sub_statuses }
    InstanceViewStatus { code, display_status, level, message, time }
    UploadBatchServiceLogsOptions { container_url, start_time, end_time, identity_reference }
    UploadBatchServiceLogsResult { virtual_directory_name, number_of_files_uploaded }
    BatchStartTask {
        command_line, container_settings, resource_files, environment_settings, user_identity,
        max_task_retry_count, wait_for_success,
    }
    BatchStartTaskInfo {
        state, start_time, end_time, exit_code, container_info, failure_info, retry_count, last_retry_time,
        result,
    }
    BatchNodeFile { name, url, is_directory, properties }
    FileProperties { creation_time, last_modified, content_length, content_type, file_mode }
    UserAccount { name, password, elevation_level, linux_user_configuration, windows_user_configuration }
    LinuxUserConfiguration { uid, gid, ssh_private_key }
    WindowsUserConfiguration { login_mode }
    UserIdentity { username, auto_user }
    AutoUserSpecification { scope, elevation_level }
    BatchNodeUserCreateOptions { name, is_admin, expiry_time, password, ssh_public_key }
    BatchNodeUserReplaceOptions { password, expiry_time, ssh_public_key }
    BatchApplication { id, display_name, versions }
    BatchApplicationPackageReference { application_id, version }
    EnvironmentSetting { name, value }
    NameValuePair { name, value }
    BatchMetadataItem { name, value }
    BatchError { code, message, values }
    BatchErrorDetail { key, value }
    BatchErrorMessage { lang, value }
}
