//! Job schedules: a job made once or again and again.

use serde::{Deserialize, Serialize};

use super::common::BatchMetadataItem;
use super::common::EnvironmentSetting;
use super::enums::BatchAllTasksCompleteMode;
use super::enums::BatchJobScheduleState;
use super::enums::BatchTaskFailureMode;
use super::job::BatchJobConstraints;
use super::job::BatchPoolInfo;
use super::job_tasks::BatchJobManagerTask;
use super::job_tasks::BatchJobPreparationTask;
use super::job_tasks::BatchJobReleaseTask;
use super::network::BatchJobNetworkConfiguration;
use crate::time::TimeSpan;
use crate::time::Timestamp;

/// A schedule and the job it makes. A `PUT` sets `schedule`, `jobSpecification` and `metadata`; the rest is
/// read-only.
///
/// Wire model `BatchJobSchedule`: answered by `GET /jobschedules/{jobScheduleId}` and `GET /jobschedules`;
/// the body of `PUT /jobschedules/{jobScheduleId}`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchJobSchedule {
    /// The schedule's id, unique among the account's schedules and jobs without regard to case.
    pub id: String,
    /// A name for people; absent when none was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// Where the schedule itself can be had.
    pub url: String,
    /// The tag for conditional requests. It moves when a user writes the schedule, not when it makes a job.
    #[serde(rename = "eTag")]
    pub etag: String,
    /// When a user last wrote the schedule; the `eTag` is the same moment.
    pub last_modified: Timestamp,
    /// When the schedule was made.
    pub creation_time: Timestamp,
    /// Where the schedule is in its life.
    pub state: BatchJobScheduleState,
    /// When it came into that state.
    pub state_transition_time: Timestamp,
    /// The state before; absent before the first change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_state: Option<BatchJobScheduleState>,
    /// When it came into the previous state; absent before the first change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_state_transition_time: Option<Timestamp>,
    /// When jobs are made; absent in a `PUT`: one job, at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schedule: Option<BatchJobScheduleConfiguration>,
    /// What the jobs look like. A change reaches later jobs only.
    pub job_specification: BatchJobSpecification,
    /// The last job and when the next one is due.
    pub execution_info: BatchJobScheduleExecutionInfo,
    /// The owner's notes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub metadata: Vec<BatchMetadataItem>,
    /// What all jobs of the schedule have used; only with `$expand=stats`, and some 30 minutes behind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stats: Option<BatchJobScheduleStatistics>,
}

/// When a schedule makes jobs. At most one of its jobs is active at a time.
///
/// Wire model `BatchJobScheduleConfiguration`: part of `BatchJobSchedule` and the bodies that make or change
/// one.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchJobScheduleConfiguration {
    /// No job before this moment; absent: the first one at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub do_not_run_until: Option<Timestamp>,
    /// No job after this moment; then the schedule completes as soon as no job is active. Absent: without
    /// end, if it recurs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub do_not_run_after: Option<Timestamp>,
    /// How late a job may start when the one before is still active; after that the turn is skipped. At least
    /// 1 minute, else 400; absent: no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_window: Option<TimeSpan>,
    /// Time from one job's start to the next's, at least 1 minute, else 400. Absent: one job only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recurrence_interval: Option<TimeSpan>,
}

/// A schedule to be made.
///
/// Wire model `BatchJobScheduleCreateOptions`: the body of `POST /jobschedules`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchJobScheduleCreateOptions {
    /// The schedule's id: 1 to 64 letters, digits, `-` and `_`, unique without regard to case; else 409
    /// `JobScheduleExists`, or `JobWithSameIdExists`.
    pub id: String,
    /// A name for people, 1024 characters at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// When jobs are made.
    pub schedule: BatchJobScheduleConfiguration,
    /// What the jobs look like.
    pub job_specification: BatchJobSpecification,
    /// The owner's notes on the schedule; the jobs have their own.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub metadata: Vec<BatchMetadataItem>,
}

/// How a schedule came along.
///
/// Wire model `BatchJobScheduleExecutionInfo`: part of `BatchJobSchedule`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchJobScheduleExecutionInfo {
    /// When the next job is due; absent when none will be made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_run_time: Option<Timestamp>,
    /// The last job that was made; absent before the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recent_job: Option<RecentBatchJob>,
    /// When the schedule was completed; absent before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_time: Option<Timestamp>,
}

/// What the tasks of all jobs of a schedule have used together, retries included.
///
/// Wire model `BatchJobScheduleStatistics`: part of `BatchJobSchedule`, with `$expand=stats`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchJobScheduleStatistics {
    /// Where the statistics can be had.
    pub url: String,
    /// The beginning of the time covered.
    pub start_time: Timestamp,
    /// The end of the time covered.
    pub last_update_time: Timestamp,
    /// Processor time in user mode, summed over cores and nodes.
    #[serde(rename = "userCPUTime")]
    pub user_cpu_time: TimeSpan,
    /// Processor time in kernel mode, summed over cores and nodes.
    #[serde(rename = "kernelCPUTime")]
    pub kernel_cpu_time: TimeSpan,
    /// Time from each task's start to its end, or to now, summed over tasks.
    pub wall_clock_time: TimeSpan,
    /// Reads from disk.
    #[serde(rename = "readIOps", with = "super::number_text")]
    pub read_iops: u64,
    /// Writes to disk.
    #[serde(rename = "writeIOps", with = "super::number_text")]
    pub write_iops: u64,
    /// What was read from disk, in GiB.
    #[serde(rename = "readIOGiB")]
    pub read_io_gib: f64,
    /// What was written to disk, in GiB.
    #[serde(rename = "writeIOGiB")]
    pub write_io_gib: f64,
    /// Tasks that ended with exit code 0.
    #[serde(with = "super::number_text")]
    pub num_succeeded_tasks: u64,
    /// Tasks that used up their retries without exit code 0.
    #[serde(with = "super::number_text")]
    pub num_failed_tasks: u64,
    /// Retries of all tasks.
    #[serde(with = "super::number_text")]
    pub num_task_retries: u64,
    /// Time from each task's creation to its latest start, summed over tasks. The service tells it of whole accounts
    /// alone, and zero here.
    pub wait_time: TimeSpan,
}

/// Changes to a schedule. What is left out stays; what is given replaces the old value as a whole.
///
/// Wire model `BatchJobScheduleUpdateOptions`: the body of `PATCH /jobschedules/{jobScheduleId}`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchJobScheduleUpdateOptions {
    /// When jobs are made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schedule: Option<BatchJobScheduleConfiguration>,
    /// What later jobs look like; the active one stays as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_specification: Option<BatchJobSpecification>,
    /// The new notes; an empty list removes all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Vec<BatchMetadataItem>>,
}

/// What the jobs of a schedule look like; the same properties as
/// [`BatchJobCreateOptions`](super::job::BatchJobCreateOptions), without an id.
///
/// Wire model `BatchJobSpecification`: part of `BatchJobSchedule` and the bodies that make or change one.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchJobSpecification {
    /// Who goes first on a shared pool: -1000 to 1000, the highest first; absent: 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<i32>,
    /// Whether a job of higher priority may take over nodes of these; absent: `false`. For accounts that have
    /// the feature.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_task_preemption: Option<bool>,
    /// Tasks of one job that may run at once, above 0, or -1 for no limit; absent: -1. For accounts that have
    /// the feature.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_parallel_tasks: Option<i32>,
    /// A name for people, 1024 characters at most; every job gets it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// Whether tasks may wait for others; absent: `false`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uses_task_dependencies: Option<bool>,
    /// What happens once all tasks of a job are completed; absent: `noaction`. Without a job manager nobody
    /// may have added tasks yet, and a job without tasks counts as complete.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_all_tasks_complete: Option<BatchAllTasksCompleteMode>,
    /// What a failed task does to its job; absent: `noaction`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_task_failure: Option<BatchTaskFailureMode>,
    /// The network the jobs' tasks are to run in; absent: the pool's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_configuration: Option<BatchJobNetworkConfiguration>,
    /// Limits on time and retries of each job; absent: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub constraints: Option<BatchJobConstraints>,
    /// A task to start with each job, which usually adds the others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_manager_task: Option<BatchJobManagerTask>,
    /// What each node runs before a job's first task there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_preparation_task: Option<BatchJobPreparationTask>,
    /// What those nodes run when a job ends; needs a preparation task.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_release_task: Option<BatchJobReleaseTask>,
    /// Variables for every task of each job; a task's own go first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub common_environment_settings: Vec<EnvironmentSetting>,
    /// The pool to run on.
    pub pool_info: BatchPoolInfo,
    /// The owner's notes on each job.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub metadata: Vec<BatchMetadataItem>,
}

/// The last job a schedule made.
///
/// Wire model `RecentBatchJob`: part of `BatchJobScheduleExecutionInfo`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RecentBatchJob {
    /// The job's id, `{schedule}:job-{n}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Where the job itself can be had.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}
