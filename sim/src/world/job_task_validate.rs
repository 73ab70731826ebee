//! What the service accepts of preparation and release tasks, and what it fills in.

use batchite_api::batch::{BatchJobCreateOptions, BatchJobPreparationTask, BatchJobReleaseTask};
use batchite_api::error::{Error, ErrorCode, Result};
use batchite_api::ids::TaskId;
use batchite_api::time::TimeSpan;

use super::container_configuration;
use super::job::Job;
use super::job_task_run::JobTaskKind;
use super::pool::complete_user_identity;
use super::release::RELEASE_TIME_MAX;
use super::validate::{self, invalid};

/// The id of a preparation task nobody named.
const PREPARATION_ID: &str = "jobpreparation";

/// The id of a release task nobody named.
const RELEASE_ID: &str = "jobrelease";

/// The preparation and release task of a new job.
///
/// Refused: a release task without a preparation task, and ids that clash with each other or the job manager's
/// (`TaskIdSameAsJobPreparationTask`, `TaskIdSameAsJobReleaseTask`).
pub(super) fn create(options: &BatchJobCreateOptions) -> Result<()> {
    let manager = options.job_manager_task.as_ref().map(|task| task.id.as_str());
    let Some(task) = &options.job_preparation_task else {
        return match &options.job_release_task {
            None => Ok(()),
            Some(_) => Err(invalid(
                "jobReleaseTask",
                "",
                "A job release task needs a job preparation task in the same job.",
            )),
        };
    };
    preparation(task)?;
    let id = task.id.as_deref().unwrap_or(PREPARATION_ID);
    if manager.is_some_and(|manager| manager.eq_ignore_ascii_case(id)) {
        return Err(Error::batch(ErrorCode::TaskIdSameAsJobPreparationTask));
    }
    let Some(task) = &options.job_release_task else {
        return Ok(());
    };
    release(task)?;
    let release = task.id.as_deref().unwrap_or(RELEASE_ID);
    if release.eq_ignore_ascii_case(id) {
        return Err(Error::batch(ErrorCode::TaskIdSameAsJobPreparationTask));
    }
    if manager.is_some_and(|manager| manager.eq_ignore_ascii_case(release)) {
        return Err(Error::batch(ErrorCode::TaskIdSameAsJobReleaseTask));
    }
    Ok(())
}

fn preparation(task: &BatchJobPreparationTask) -> Result<()> {
    task.id
        .as_deref()
        .map_or(Ok(()), |id| TaskId::parse(id).map(drop))?;
    validate::command_line(&task.command_line)?;
    validate::resource_files(&task.resource_files)?;
    validate::environment_settings(&task.environment_settings)?;
    container_configuration::settings(task.container_settings.as_ref())?;
    validate::user_identity(task.user_identity.as_ref())?;
    task.constraints
        .as_ref()
        .map_or(Ok(()), validate::task_constraints)
}

fn release(task: &BatchJobReleaseTask) -> Result<()> {
    task.id
        .as_deref()
        .map_or(Ok(()), |id| TaskId::parse(id).map(drop))?;
    validate::command_line(&task.command_line)?;
    validate::resource_files(&task.resource_files)?;
    validate::environment_settings(&task.environment_settings)?;
    container_configuration::settings(task.container_settings.as_ref())?;
    validate::user_identity(task.user_identity.as_ref())?;
    validate::positive_span("maxWallClockTime", task.max_wall_clock_time)?;
    if let Some(limit) = task.max_wall_clock_time.filter(|limit| *limit > RELEASE_TIME_MAX) {
        let reason = "A job release task may take 15 minutes at most.";
        return Err(invalid("maxWallClockTime", limit, reason));
    }
    match task.retention_time {
        Some(span) if span < TimeSpan::ZERO => Err(invalid(
            "retentionTime",
            span,
            "A retention time is not negative.",
        )),
        _ => Ok(()),
    }
}

/// Fills in what the service shows of a preparation task although nobody gave it.
pub(super) fn complete_preparation(mut task: BatchJobPreparationTask) -> BatchJobPreparationTask {
    task.id.get_or_insert_with(|| PREPARATION_ID.to_owned());
    let constraints = task.constraints.get_or_insert_default();
    constraints.max_task_retry_count.get_or_insert(0);
    constraints.max_wall_clock_time.get_or_insert(TimeSpan::INFINITE);
    constraints.retention_time.get_or_insert(TimeSpan::from_days(7));
    task.wait_for_success.get_or_insert(true);
    task.rerun_on_node_reboot_after_success.get_or_insert(true);
    complete_user_identity(&mut task.user_identity);
    task
}

/// Fills in what the service shows of a release task although nobody gave it.
pub(super) fn complete_release(mut task: BatchJobReleaseTask) -> BatchJobReleaseTask {
    task.id.get_or_insert_with(|| RELEASE_ID.to_owned());
    task.max_wall_clock_time.get_or_insert(RELEASE_TIME_MAX);
    task.retention_time.get_or_insert(TimeSpan::from_days(7));
    complete_user_identity(&mut task.user_identity);
    task
}

/// Refuses the id of a task that would share its directory with the preparation or release task of the job.
pub(super) fn task_id(job: &Job, id: &TaskId) -> Result<()> {
    if job.preparation.is_none() {
        return Ok(());
    }
    let is_same = |kind| {
        job.job_task_id(kind)
            .is_some_and(|other| other.eq_ignore_ascii_case(id.as_str()))
    };
    if is_same(JobTaskKind::Preparation) {
        return Err(Error::batch(ErrorCode::TaskIdSameAsJobPreparationTask));
    }
    if is_same(JobTaskKind::Release) {
        return Err(Error::batch(ErrorCode::TaskIdSameAsJobReleaseTask));
    }
    Ok(())
}
