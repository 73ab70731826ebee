//! What the service accepts of a job.

use batchite_api::batch::{
    BatchAllTasksCompleteMode, BatchJobConstraints, BatchJobCreateOptions, BatchJobNetworkConfiguration,
    BatchTaskFailureMode,
};
use batchite_api::error::Result;
use batchite_api::time::TimeSpan;

use super::validate::{self, invalid, missing};
use super::{job_manager, job_task_validate};

pub(super) fn priority(priority: Option<i32>) -> Result<()> {
    match priority {
        Some(priority) if !(-1000..=1000).contains(&priority) => Err(invalid(
            "priority",
            priority,
            "The priority of a job is -1000 to 1000.",
        )),
        _ => Ok(()),
    }
}

pub(super) fn constraints(constraints: &BatchJobConstraints) -> Result<()> {
    validate::retry_count(constraints.max_task_retry_count)?;
    validate::positive_span("maxWallClockTime", constraints.max_wall_clock_time)
}

/// Fills in what the service shows of constraints nobody gave.
pub(super) fn complete_constraints(constraints: Option<BatchJobConstraints>) -> BatchJobConstraints {
    let given = constraints.unwrap_or_default();
    BatchJobConstraints {
        max_wall_clock_time: Some(given.max_wall_clock_time.unwrap_or(TimeSpan::INFINITE)),
        max_task_retry_count: Some(given.max_task_retry_count.unwrap_or(0)),
    }
}

pub(super) fn all_tasks_complete(mode: Option<&BatchAllTasksCompleteMode>) -> Result<()> {
    match mode {
        Some(other) if !other.is_known() => Err(invalid(
            "onAllTasksComplete",
            other,
            "The mode is noaction or terminatejob.",
        )),
        _ => Ok(()),
    }
}

fn task_failure(mode: Option<&BatchTaskFailureMode>) -> Result<()> {
    match mode {
        Some(other) if !other.is_known() => Err(invalid(
            "onTaskFailure",
            other,
            "The mode is noaction or performexitoptionsjobaction.",
        )),
        _ => Ok(()),
    }
}

pub(super) fn parallel(max: Option<i32>) -> Result<()> {
    match max {
        Some(max) if max != -1 && max < 1 => Err(invalid(
            "maxParallelTasks",
            max,
            "The number of tasks that may run at once is -1 (no limit), 1 or more.",
        )),
        _ => Ok(()),
    }
}

/// `networkConfiguration`: the resource id of a subnet. It is recorded; nodes have no network to move to.
pub(super) fn network(network: Option<&BatchJobNetworkConfiguration>) -> Result<()> {
    let Some(network) = network else { return Ok(()) };
    if network.subnet_id.is_empty() {
        return Err(missing("networkConfiguration.subnetId"));
    }
    let id = network.subnet_id.to_ascii_lowercase();
    if !id.starts_with("/subscriptions/") || !id.contains("/virtualnetworks/") || !id.contains("/subnets/") {
        let reason = "It is a resource id: /subscriptions/.../virtualNetworks/.../subnets/...";
        return Err(invalid(
            "networkConfiguration.subnetId",
            &network.subnet_id,
            reason,
        ));
    }
    Ok(())
}

pub(super) fn create(options: &BatchJobCreateOptions) -> Result<()> {
    validate::display_name(options.display_name.as_deref())?;
    priority(options.priority)?;
    validate::metadata(&options.metadata)?;
    validate::environment_settings(&options.common_environment_settings)?;
    options.constraints.as_ref().map_or(Ok(()), constraints)?;
    all_tasks_complete(options.on_all_tasks_complete.as_ref())?;
    task_failure(options.on_task_failure.as_ref())?;
    parallel(options.max_parallel_tasks)?;
    network(options.network_configuration.as_ref())?;
    options
        .job_manager_task
        .as_ref()
        .map_or(Ok(()), job_manager::validate)?;
    job_task_validate::create(options)
}
