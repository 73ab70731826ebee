//! What the end of a task does to its job and to the tasks that depend on it.

use batchite_api::batch::{
    BatchJobActionKind, BatchJobState, BatchTaskFailureMode, DependencyAction, DisableBatchJobOption,
    ExitConditions, ExitOptions,
};
use batchite_api::error::Result;

use super::states::TaskPhase;
use super::task::Task;
use super::validate::invalid;
use super::{JobIndex, TaskIndex, World};

/// The reason of a job that a task has ended.
const TASK_FAILED: &str = "TaskFailed";

/// What every code of a failed upload begins with.
const FILE_UPLOAD: &str = "FileUpload";

/// The code of tasks that somebody or a limit has ended.
pub(super) const TASK_ENDED: &str = "TaskEnded";

/// `exitConditions`: ranges that are some, words that are known, actions their job takes.
pub(super) fn validate(
    conditions: Option<&ExitConditions>,
    uses_dependencies: bool,
    acts_on_job: bool,
) -> Result<()> {
    let Some(conditions) = conditions else {
        return Ok(());
    };
    for range in &conditions.exit_code_ranges {
        if range.start > range.end {
            let value = format!("{} to {}", range.start, range.end);
            let reason = "A range does not end before it starts.";
            return Err(invalid("exitConditions.exitCodeRanges", value, reason));
        }
    }
    for options in every_option(conditions) {
        if let Some(action) = &options.job_action {
            if !action.is_known() {
                let reason = "The action is none, disable or terminate.";
                return Err(invalid("jobAction", action, reason));
            }
            if !acts_on_job {
                let reason = "A jobAction needs a job whose onTaskFailure is performexitoptionsjobaction.";
                return Err(invalid("jobAction", action, reason));
            }
        }
        if let Some(action) = &options.dependency_action {
            if !action.is_known() {
                let reason = "The action is satisfy or block.";
                return Err(invalid("dependencyAction", action, reason));
            }
            if !uses_dependencies {
                let reason = "A dependencyAction needs a job with usesTaskDependencies.";
                return Err(invalid("dependencyAction", action, reason));
            }
        }
    }
    Ok(())
}

fn every_option(conditions: &ExitConditions) -> impl Iterator<Item = &ExitOptions> {
    let codes = conditions.exit_codes.iter().map(|entry| &entry.exit_options);
    let ranges = conditions
        .exit_code_ranges
        .iter()
        .map(|entry| &entry.exit_options);
    let others = [
        &conditions.pre_processing_error,
        &conditions.file_upload_error,
        &conditions.default,
    ];
    codes.chain(ranges).chain(others.into_iter().flatten())
}

/// The answer to the end of a task: of the exit code, of a range of codes, of what else went wrong, or the default.
/// Exit code 0 has none unless it is named.
fn exit_options(task: &Task) -> Option<&ExitOptions> {
    let extras = task.specification.extras.as_deref()?;
    let conditions = extras.exit_conditions.as_ref()?;
    if let Some(code) = task.exit_code {
        let single = conditions.exit_codes.iter().find(|entry| entry.code == code);
        let mut ranges = conditions.exit_code_ranges.iter();
        let named = single.map(|entry| &entry.exit_options).or_else(|| {
            ranges
                .find(|entry| (entry.start..=entry.end).contains(&code))
                .map(|entry| &entry.exit_options)
        });
        if named.is_some() {
            return named;
        }
    }
    let failure = task.failure.as_deref()?.code.as_deref().unwrap_or("");
    let special = if failure.starts_with(FILE_UPLOAD) {
        conditions.file_upload_error.as_ref()
    } else if task.exit_code.is_none() && failure != TASK_ENDED {
        conditions.pre_processing_error.as_ref()
    } else {
        None
    };
    special.or(conditions.default.as_ref())
}

/// Whether tasks that depend on this one need not wait for it any more.
pub(super) fn satisfies_dependents(task: &Task) -> bool {
    if task.phase != TaskPhase::Completed {
        return false;
    }
    let action = exit_options(task).and_then(|options| options.dependency_action.as_ref());
    match action {
        Some(action) => *action == DependencyAction::Satisfy,
        None => task.succeeded == Some(true),
    }
}

impl World {
    /// Does to a job what the exit conditions of a task that has ended ask for.
    pub(super) fn act_on_exit(&mut self, job: JobIndex, task: TaskIndex, cause: &'static str) {
        let Some(record) = self.job(job) else { return };
        let acts = record.model.on_task_failure == Some(BatchTaskFailureMode::PerformExitOptionsJobAction);
        // What was done to the job, or a task that is not there any more, says nothing about how the task did.
        if !acts || matches!(cause, "disable_job" | "delete_task") {
            return;
        }
        let Some(ended) = record.task(task) else { return };
        let asked = exit_options(ended).and_then(|options| options.job_action.clone());
        let default = if ended.succeeded == Some(true) {
            BatchJobActionKind::None
        } else {
            BatchJobActionKind::Terminate
        };
        match asked.unwrap_or(default) {
            BatchJobActionKind::Terminate => self.end_job(job, TASK_FAILED, "task_failed"),
            BatchJobActionKind::Disable if record.model.state == BatchJobState::Active => {
                self.begin_disabling(job, &DisableBatchJobOption::Requeue, "task_failed");
            }
            _ => {}
        }
    }
}
