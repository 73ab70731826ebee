//! Tasks and what they need.

use super::{Draw, Drawn, drawn};
use crate::batch::*;

drawn! {
    BatchTask {
        id, display_name, url, etag, last_modified, creation_time, exit_conditions, state,
        state_transition_time, previous_state, previous_state_transition_time, command_line,
        container_settings, resource_files, output_files, environment_settings, affinity_info, constraints,
        required_slots, user_identity, execution_info, node_info, multi_instance_settings, stats, depends_on,
        application_package_references,
    }
    BatchTaskCreateOptions {
        id, display_name, exit_conditions, command_line, container_settings, resource_files, output_files,
        environment_settings, affinity_info, constraints, required_slots, user_identity,
        multi_instance_settings, depends_on, application_package_references,
    }
    BatchTaskConstraints { max_wall_clock_time, retention_time, max_task_retry_count }
    BatchAffinityInfo { affinity_id }
    MultiInstanceSettings { number_of_instances, coordination_command_line, common_resource_files }
    BatchTaskDependencies { task_ids, task_id_ranges }
    BatchTaskIdRange { start, end }
    BatchTaskExecutionInfo {
        start_time, end_time, exit_code, container_info, failure_info, retry_count, last_retry_time,
        requeue_count, last_requeue_time, result,
    }
    BatchTaskFailureInfo { category, code, message, details }
    BatchNodeInfo { affinity_id, node_url, pool_id, node_id, task_root_directory, task_root_directory_url }
    BatchTaskInfo { task_url, job_id, task_id, subtask_id, task_state, execution_info }
    BatchTaskStatistics {
        url, start_time, last_update_time, user_cpu_time, kernel_cpu_time, wall_clock_time, read_iops,
        write_iops, read_io_gib, write_io_gib, wait_time,
    }
    BatchSubtask {
        id, node_info, start_time, end_time, exit_code, container_info, failure_info, state,
        state_transition_time, previous_state, previous_state_transition_time, result,
    }
    BatchTaskGroup { value }
    BatchCreateTaskCollectionResult { value }
    BatchTaskCreateResult { status, task_id, etag, last_modified, location, error }
    ExitConditions { exit_codes, exit_code_ranges, pre_processing_error, file_upload_error, default }
    ExitCodeMapping { code, exit_options }
    ExitCodeRangeMapping { start, end, exit_options }
    ExitOptions { job_action, dependency_action }
    BatchTaskContainerSettings {
        container_run_options, image_name, registry, working_directory, container_host_batch_bind_mounts,
    }
    BatchTaskContainerExecutionInfo { container_id, state, error }
    ContainerRegistryReference { username, password, registry_server, identity_reference }
    ContainerHostBatchBindMountEntry { source, is_read_only }
    ResourceFile {
        auto_storage_container_name, storage_container_url, http_url, blob_prefix, file_path, file_mode,
        identity_reference,
    }
    BatchNodeIdentityReference { resource_id }
    OutputFile { file_pattern, destination, upload_options }
    OutputFileDestination { container }
    OutputFileBlobContainerDestination { path, container_url, identity_reference, upload_headers }
    OutputFileUploadConfiguration { upload_condition }
    OutputFileUploadHeader { name, value }
    BatchTaskCountsResult { task_counts, task_slot_counts }
    BatchTaskCounts { active, running, completed, succeeded, failed }
    BatchTaskSlotCounts { active, running, completed, succeeded, failed }
}
