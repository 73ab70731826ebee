//! The job manager task: made with its job, first of its tasks, and often the end of the job.

use batchite_api::batch::{BatchJob, BatchJobManagerTask, BatchTaskConstraints, BatchTaskCreateOptions};
use batchite_api::error::Result;
use batchite_api::ids::TaskId;
use batchite_api::time::TimeSpan;

use super::job::Job;
use super::pool::complete_user_identity;
use super::{JobIndex, TaskIndex, World, packages, task_create};
use crate::config::SimConfig;

/// Where the job manager stands in the list of its job's tasks: it was there first.
pub(super) const MANAGER: TaskIndex = TaskIndex(0);

/// The reason of a job that ended with its job manager.
const MANAGER_COMPLETE: &str = "JMComplete";

/// What is special about the job manager task of a job.
#[derive(Debug, Clone, Copy)]
pub(super) struct JobManager {
    /// It has its node for itself.
    pub(super) exclusive: bool,
    /// It keeps off nodes that can be pre-empted.
    pub(super) dedicated_only: bool,
    /// The job ends with it.
    ends_job: bool,
}

impl JobManager {
    pub(super) fn new(task: &BatchJobManagerTask) -> Self {
        Self {
            exclusive: task.run_exclusive.unwrap_or(true),
            dedicated_only: task.allow_low_priority_node == Some(false),
            ends_job: task.kill_job_on_completion.unwrap_or(true),
        }
    }
}

/// What the service accepts of a job manager task: what it accepts of a task.
pub(super) fn validate(task: &BatchJobManagerTask) -> Result<()> {
    TaskId::parse(&task.id)?;
    task_create::validate_create(&task_of(task), &BatchJob::default())
}

/// The packages of a job manager task, which are those of a task.
pub(super) fn check_packages(config: &SimConfig, task: Option<&BatchJobManagerTask>) -> Result<()> {
    let references = task.map(|task| task.application_package_references.as_slice());
    packages::check_task(config, references.unwrap_or_default())
}

/// Fills in what the service shows of a job manager task although nobody gave it. Its retries are the job's, as they
/// are now: a later change of the job does not reach it.
pub(super) fn complete(task: &mut BatchJobManagerTask, retries_of_job: Option<i32>) {
    let given = task.constraints.take().unwrap_or_default();
    task.constraints = Some(BatchTaskConstraints {
        max_wall_clock_time: Some(given.max_wall_clock_time.unwrap_or(TimeSpan::INFINITE)),
        retention_time: Some(given.retention_time.unwrap_or(TimeSpan::from_days(7))),
        max_task_retry_count: Some(given.max_task_retry_count.or(retries_of_job).unwrap_or(0)),
    });
    task.required_slots.get_or_insert(1);
    task.kill_job_on_completion.get_or_insert(true);
    task.run_exclusive.get_or_insert(true);
    task.allow_low_priority_node.get_or_insert(true);
    complete_user_identity(&mut task.user_identity);
}

/// The task a job manager is in the list of tasks.
pub(super) fn task_of(manager: &BatchJobManagerTask) -> BatchTaskCreateOptions {
    let manager = manager.clone();
    BatchTaskCreateOptions {
        id: manager.id,
        display_name: manager.display_name,
        command_line: manager.command_line,
        container_settings: manager.container_settings,
        resource_files: manager.resource_files,
        output_files: manager.output_files,
        environment_settings: manager.environment_settings,
        constraints: manager.constraints,
        required_slots: manager.required_slots,
        user_identity: manager.user_identity,
        application_package_references: manager.application_package_references,
        ..BatchTaskCreateOptions::default()
    }
}

impl Job {
    /// The job manager, and the slots it needs, while it waits for a node.
    pub(super) fn waiting_manager(&self) -> Option<(JobManager, u32)> {
        let manager = self.manager?;
        let slots = self.task(MANAGER)?.specification.required_slots;
        self.waiting
            .contains(MANAGER.0, slots)
            .then_some((manager, slots))
    }
}

impl World {
    /// Adds the job manager task of a job that has just been made and checked.
    pub(super) fn add_job_manager(&mut self, job: JobIndex) {
        let manager = self.job(job).and_then(|job| job.model.job_manager_task.as_ref());
        let Some(mut task) = manager.map(task_of) else {
            return;
        };
        self.add_task(job, &mut task)
            .expect("a job manager is checked before its job is made");
        self.refresh_ready(job);
    }

    /// Ends a job whose job manager has ended, if the job is to end with it. A job manager that is deleted leaves the
    /// job to itself.
    pub(super) fn job_manager_may_have_ended(&mut self, job: JobIndex, task: TaskIndex, cause: &'static str) {
        let manager = self.job(job).and_then(|job| job.manager);
        if task == MANAGER && cause != "delete_task" && manager.is_some_and(|manager| manager.ends_job) {
            self.end_job(job, MANAGER_COMPLETE, "job_manager_completed");
        }
    }
}
