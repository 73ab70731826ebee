//! Tasks: the record, as small as a million of them want it.

use std::sync::Arc;

use batchite_api::batch::{
    BatchAffinityInfo, BatchApplicationPackageReference, BatchTaskConstraints, BatchTaskContainerSettings,
    BatchTaskExecutionInfo, BatchTaskExecutionResult, BatchTaskFailureInfo, BatchTaskState,
    EnvironmentSetting, ExitConditions, MultiInstanceSettings, OutputFile, ResourceFile, UserIdentity,
};
use batchite_api::ids::TaskId;
use batchite_api::time::{TimeSpan, Timestamp};

use super::node::NodeIdentity;
use super::schedule::needs_of_nodes;
use super::states::TaskPhase;
use crate::exec::RunId;

/// What a caller asked of a task. Tasks that were asked for alike share it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct TaskSpecification {
    pub(super) command_line: Box<str>,
    pub(super) max_wall_clock_time: TimeSpan,
    pub(super) retention_time: TimeSpan,
    pub(super) max_task_retry_count: i32,
    pub(super) required_slots: u32,
    /// What most tasks do without.
    pub(super) extras: Option<Box<TaskExtras>>,
}

impl TaskSpecification {
    /// Where the task waits: among those that need so many slots of one node, or so many nodes.
    pub(super) fn needs(&self) -> u32 {
        self.instances().map_or(self.required_slots, needs_of_nodes)
    }
}

/// The properties most tasks do without.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct TaskExtras {
    pub(super) display_name: Option<String>,
    pub(super) container_settings: Option<BatchTaskContainerSettings>,
    pub(super) resource_files: Vec<ResourceFile>,
    pub(super) output_files: Vec<OutputFile>,
    pub(super) environment_settings: Vec<EnvironmentSetting>,
    pub(super) affinity_info: Option<BatchAffinityInfo>,
    pub(super) user_identity: Option<UserIdentity>,
    pub(super) multi_instance: Option<MultiInstanceSettings>,
    pub(super) exit_conditions: Option<ExitConditions>,
    pub(super) application_package_references: Vec<BatchApplicationPackageReference>,
}

/// Whether the files of a task can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TaskFiles {
    /// It has never run since it was added or reactivated.
    None,
    /// They are on its node, as long as that is there.
    Present,
    /// Their retention time is over.
    CleanedUp,
}

/// A task.
#[derive(Debug)]
pub(super) struct Task {
    pub(super) id: TaskId,
    pub(super) specification: Arc<TaskSpecification>,
    pub(super) created: Timestamp,
    pub(super) modified: Timestamp,
    pub(super) phase_since: Timestamp,
    pub(super) previous_since: Timestamp,
    pub(super) start_time: Option<Timestamp>,
    pub(super) end_time: Option<Timestamp>,
    pub(super) last_retry_time: Option<Timestamp>,
    pub(super) last_requeue_time: Option<Timestamp>,
    pub(super) node: Option<Arc<NodeIdentity>>,
    pub(super) failure: Option<Box<BatchTaskFailureInfo>>,
    pub(super) run: Option<RunId>,
    pub(super) exit_code: Option<i32>,
    pub(super) retry_count: u32,
    pub(super) requeue_count: u32,
    pub(super) phase: TaskPhase,
    pub(super) previous: Option<TaskPhase>,
    /// Whether a completed task succeeded.
    pub(super) succeeded: Option<bool>,
    pub(super) files: TaskFiles,
    /// Gone: the place in the list stays, so that positions stay what they are.
    pub(super) deleted: bool,
}

impl Task {
    pub(super) fn state(&self) -> BatchTaskState {
        state_of(self.phase)
    }

    pub(super) fn constraints(&self) -> BatchTaskConstraints {
        let specification = &self.specification;
        BatchTaskConstraints {
            max_wall_clock_time: Some(specification.max_wall_clock_time),
            retention_time: Some(specification.retention_time),
            max_task_retry_count: Some(specification.max_task_retry_count),
        }
    }

    pub(super) fn execution_info(&self) -> BatchTaskExecutionInfo {
        let count = |count: u32| i32::try_from(count).unwrap_or(i32::MAX);
        BatchTaskExecutionInfo {
            start_time: self.start_time,
            end_time: self.end_time,
            exit_code: self.exit_code,
            container_info: None,
            failure_info: self.failure.as_deref().cloned(),
            retry_count: count(self.retry_count),
            last_retry_time: self.last_retry_time,
            requeue_count: count(self.requeue_count),
            last_requeue_time: self.last_requeue_time,
            result: self.succeeded.map(|succeeded| {
                if succeeded {
                    BatchTaskExecutionResult::Success
                } else {
                    BatchTaskExecutionResult::Failure
                }
            }),
        }
    }

    /// When the run under way has lasted as long as it may.
    pub(super) fn due(&self) -> Option<Timestamp> {
        let limit = self.specification.max_wall_clock_time;
        let start = self.start_time.filter(|_| !limit.is_infinite())?;
        Some(start + limit)
    }

    /// Forgets the last run, when the task is to run again.
    pub(super) fn clear_run(&mut self) {
        self.start_time = None;
        self.end_time = None;
        self.exit_code = None;
        self.failure = None;
        self.succeeded = None;
        self.node = None;
        self.run = None;
        self.files = TaskFiles::None;
    }
}

pub(super) fn state_of(phase: TaskPhase) -> BatchTaskState {
    match phase {
        TaskPhase::Active => BatchTaskState::Active,
        TaskPhase::Preparing => BatchTaskState::Preparing,
        TaskPhase::Running => BatchTaskState::Running,
        TaskPhase::Completed => BatchTaskState::Completed,
    }
}

/// Tasks and slots of a job by state, kept up to date with every change.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct TaskCounts {
    pub(super) active: u32,
    pub(super) running: u32,
    pub(super) succeeded: u32,
    pub(super) failed: u32,
    pub(super) active_slots: u32,
    pub(super) running_slots: u32,
    pub(super) succeeded_slots: u32,
    pub(super) failed_slots: u32,
}

impl TaskCounts {
    /// Adds a task of this phase and result.
    pub(super) fn add(&mut self, phase: TaskPhase, succeeded: Option<bool>, slots: u32) {
        let (tasks, sum) = self.of(phase, succeeded);
        *tasks += 1;
        *sum = sum.saturating_add(slots);
    }

    /// Takes a task of this phase and result away.
    pub(super) fn subtract(&mut self, phase: TaskPhase, succeeded: Option<bool>, slots: u32) {
        let (tasks, sum) = self.of(phase, succeeded);
        *tasks -= 1;
        *sum = sum.saturating_sub(slots);
    }

    fn of(&mut self, phase: TaskPhase, succeeded: Option<bool>) -> (&mut u32, &mut u32) {
        match (phase, succeeded) {
            (TaskPhase::Active, _) => (&mut self.active, &mut self.active_slots),
            // The service counts tasks that are prepared among the running ones.
            (TaskPhase::Preparing | TaskPhase::Running, _) => (&mut self.running, &mut self.running_slots),
            (TaskPhase::Completed, Some(true)) => (&mut self.succeeded, &mut self.succeeded_slots),
            (TaskPhase::Completed, _) => (&mut self.failed, &mut self.failed_slots),
        }
    }
}
