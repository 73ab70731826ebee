//! Jobs, the tasks they bring along, and jobs that recur.

use super::{Draw, Drawn, drawn};
use crate::batch::*;

drawn! {
    BatchJob {
        id, display_name, uses_task_dependencies, url, etag, last_modified, creation_time, state,
        state_transition_time, previous_state, previous_state_transition_time, priority,
        allow_task_preemption, max_parallel_tasks, constraints, job_manager_task, job_preparation_task,
        job_release_task, common_environment_settings, pool_info, on_all_tasks_complete, on_task_failure,
        network_configuration, metadata, execution_info, stats,
    }
    BatchJobCreateOptions {
        id, display_name, uses_task_dependencies, priority, allow_task_preemption, max_parallel_tasks,
        constraints, job_manager_task, job_preparation_task, job_release_task, common_environment_settings,
        pool_info, on_all_tasks_complete, on_task_failure, network_configuration, metadata,
    }
    BatchJobUpdateOptions {
        priority, allow_task_preemption, max_parallel_tasks, constraints, pool_info, on_all_tasks_complete,
        metadata, network_configuration,
    }
    BatchJobConstraints { max_wall_clock_time, max_task_retry_count }
    BatchJobExecutionInfo { start_time, end_time, pool_id, scheduling_error, terminate_reason }
    BatchJobSchedulingError { category, code, message, details }
    BatchJobDisableOptions { disable_tasks }
    BatchJobTerminateOptions { terminate_reason }
    BatchJobStatistics {
        url, start_time, last_update_time, user_cpu_time, kernel_cpu_time, wall_clock_time, read_iops,
        write_iops, read_io_gib, write_io_gib, num_succeeded_tasks, num_failed_tasks, num_task_retries,
        wait_time,
    }
    BatchPoolInfo { pool_id, auto_pool_specification }
    BatchAutoPoolSpecification { auto_pool_id_prefix, pool_lifetime_option, keep_alive, pool }
    BatchPoolSpecification {
        display_name, vm_size, virtual_machine_configuration, task_slots_per_node, task_scheduling_policy,
        resize_timeout, target_dedicated_nodes, target_low_priority_nodes, enable_auto_scale,
        auto_scale_formula, auto_scale_evaluation_interval, enable_inter_node_communication,
        network_configuration, start_task, application_package_references, user_accounts, metadata,
        mount_configuration, upgrade_policy,
    }
    BatchJobManagerTask {
        id, display_name, command_line, container_settings, resource_files, output_files,
        environment_settings, constraints, required_slots, kill_job_on_completion, user_identity,
        run_exclusive, application_package_references, allow_low_priority_node,
    }
    BatchJobPreparationTask {
        id, command_line, container_settings, resource_files, environment_settings, constraints,
        wait_for_success, user_identity, rerun_on_node_reboot_after_success,
    }
    BatchJobReleaseTask {
        id, command_line, container_settings, resource_files, environment_settings, max_wall_clock_time,
        retention_time, user_identity,
    }
    BatchJobPreparationAndReleaseTaskStatus {
        pool_id, node_id, node_url, job_preparation_task_execution_info, job_release_task_execution_info,
    }
    BatchJobPreparationTaskExecutionInfo {
        start_time, end_time, state, task_root_directory, task_root_directory_url, exit_code, container_info,
        failure_info, retry_count, last_retry_time, result,
    }
    BatchJobReleaseTaskExecutionInfo {
        start_time, end_time, state, task_root_directory, task_root_directory_url, exit_code, container_info,
        failure_info, result,
    }
    BatchJobSchedule {
        id, display_name, url, etag, last_modified, creation_time, state, state_transition_time,
        previous_state, previous_state_transition_time, schedule, job_specification, execution_info, metadata,
        stats,
    }
    BatchJobScheduleConfiguration { do_not_run_until, do_not_run_after, start_window, recurrence_interval }
    BatchJobScheduleCreateOptions { id, display_name, schedule, job_specification, metadata }
    BatchJobScheduleExecutionInfo { next_run_time, recent_job, end_time }
    BatchJobScheduleStatistics {
        url, start_time, last_update_time, user_cpu_time, kernel_cpu_time, wall_clock_time, read_iops,
        write_iops, read_io_gib, write_io_gib, num_succeeded_tasks, num_failed_tasks, num_task_retries,
        wait_time,
    }
    BatchJobScheduleUpdateOptions { schedule, job_specification, metadata }
    BatchJobSpecification {
        priority, allow_task_preemption, max_parallel_tasks, display_name, uses_task_dependencies,
        on_all_tasks_complete, on_task_failure, network_configuration, constraints, job_manager_task,
        job_preparation_task, job_release_task, common_environment_settings, pool_info, metadata,
    }
    RecentBatchJob { id, url }
}
