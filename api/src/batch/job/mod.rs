//! Jobs: what they are made of, how they are changed, what became of them.

mod auto_pool;

pub use auto_pool::*;

use serde::{Deserialize, Serialize};

use super::common::BatchMetadataItem;
use super::common::EnvironmentSetting;
use super::common::NameValuePair;
use super::enums::BatchAllTasksCompleteMode;
use super::enums::BatchErrorSourceCategory;
use super::enums::BatchJobState;
use super::enums::BatchTaskFailureMode;
use super::enums::DisableBatchJobOption;
use super::job_tasks::BatchJobManagerTask;
use super::job_tasks::BatchJobPreparationTask;
use super::job_tasks::BatchJobReleaseTask;
use super::network::BatchJobNetworkConfiguration;
use crate::time::TimeSpan;
use crate::time::Timestamp;

/// A job: tasks that belong together, and the pool they run on. A `PUT` sets `priority`,
/// `allowTaskPreemption`, `maxParallelTasks`, `constraints`, `poolInfo`, `onAllTasksComplete` and `metadata`,
/// each back to its default when left out; the rest is read-only.
///
/// Wire model `BatchJob`: answered by `GET /jobs/{jobId}`, `GET /jobs` and `GET
/// /jobschedules/{jobScheduleId}/jobs`; the body of `PUT /jobs/{jobId}`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchJob {
    /// The job's id, unique in the account without regard to case; `{schedule}:job-{n}` for a job of a
    /// schedule.
    pub id: String,
    /// A name for people; absent when none was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// Whether tasks may wait for others; fixed when the job is made, absent: `false`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uses_task_dependencies: Option<bool>,
    /// Where the job itself can be had.
    pub url: String,
    /// The tag for conditional requests. It moves when a user writes the job, not when its tasks run.
    #[serde(rename = "eTag")]
    pub etag: String,
    /// When a user last wrote the job; the `eTag` is the same moment.
    pub last_modified: Timestamp,
    /// When the job was made.
    pub creation_time: Timestamp,
    /// Where the job is in its life.
    pub state: BatchJobState,
    /// When it came into that state.
    pub state_transition_time: Timestamp,
    /// The last state it rested in: after `disabling` and `disabled` it reads `active`. Absent before the
    /// first change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_state: Option<BatchJobState>,
    /// When it came into the previous state; absent before the first change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_state_transition_time: Option<Timestamp>,
    /// Who goes first on a shared pool: -1000 to 1000, the highest first; 0 by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<i32>,
    /// Whether a job of higher priority may take over nodes of this one; for accounts that have the feature.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_task_preemption: Option<bool>,
    /// Tasks that may run at once, above 0, or -1 for no limit (the default); for accounts that have the
    /// feature.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_parallel_tasks: Option<i32>,
    /// Limits on time and retries. The service fills in what was left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub constraints: Option<BatchJobConstraints>,
    /// The task that was started with the job; absent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_manager_task: Option<BatchJobManagerTask>,
    /// What a node runs before the job's first task there; absent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_preparation_task: Option<BatchJobPreparationTask>,
    /// What those nodes run when the job ends; absent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_release_task: Option<BatchJobReleaseTask>,
    /// Variables for every task of the job; a task's own go first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub common_environment_settings: Vec<EnvironmentSetting>,
    /// The pool the job runs on. Another one may be set only while the job is disabled.
    pub pool_info: BatchPoolInfo,
    /// What happens once all tasks are completed; absent: `noaction`. `terminatejob` cannot be taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_all_tasks_complete: Option<BatchAllTasksCompleteMode>,
    /// What a failed task does to the job; fixed when the job is made, absent: `noaction`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_task_failure: Option<BatchTaskFailureMode>,
    /// The network the job's tasks run in; absent: the pool's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_configuration: Option<BatchJobNetworkConfiguration>,
    /// The owner's notes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub metadata: Vec<BatchMetadataItem>,
    /// When it began and ended, on which pool, and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub execution_info: Option<BatchJobExecutionInfo>,
    /// What the job has used; only with `$expand=stats`, and some 30 minutes behind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stats: Option<BatchJobStatistics>,
}

/// A job to be made. Its pool need not exist yet; no task runs until it does.
///
/// Wire model `BatchJobCreateOptions`: the body of `POST /jobs`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchJobCreateOptions {
    /// The job's id: 1 to 64 letters, digits, `-` and `_`, unique in the account without regard to case; else
    /// 409 `JobExists`, or `JobScheduleWithSameIdExists`.
    pub id: String,
    /// A name for people, 1024 characters at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// Whether tasks may wait for others; absent: `false`. Cannot be changed later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uses_task_dependencies: Option<bool>,
    /// Who goes first on a shared pool: -1000 to 1000, the highest first; absent: 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<i32>,
    /// Whether a job of higher priority may take over nodes of this one; absent: `false`. For accounts that
    /// have the feature.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_task_preemption: Option<bool>,
    /// Tasks that may run at once, above 0, or -1 for no limit; absent: -1. For accounts that have the
    /// feature.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_parallel_tasks: Option<i32>,
    /// Limits on time and retries; absent: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub constraints: Option<BatchJobConstraints>,
    /// A task to start with the job, which usually adds the others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_manager_task: Option<BatchJobManagerTask>,
    /// What each node runs before the job's first task there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_preparation_task: Option<BatchJobPreparationTask>,
    /// What those nodes run when the job ends; needs a preparation task.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_release_task: Option<BatchJobReleaseTask>,
    /// Variables for every task of the job; a task's own go first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub common_environment_settings: Vec<EnvironmentSetting>,
    /// The pool to run on.
    pub pool_info: BatchPoolInfo,
    /// What happens once all tasks are completed; absent: `noaction`. A job without tasks counts as complete,
    /// so `terminatejob` is best set once they are added.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_all_tasks_complete: Option<BatchAllTasksCompleteMode>,
    /// What a failed task does to the job; absent: `noaction`. Cannot be changed later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_task_failure: Option<BatchTaskFailureMode>,
    /// The network the job's tasks are to run in; absent: the pool's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_configuration: Option<BatchJobNetworkConfiguration>,
    /// The owner's notes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub metadata: Vec<BatchMetadataItem>,
}

/// Changes to a job. What is left out stays; what is given replaces the old value as a whole.
///
/// Wire model `BatchJobUpdateOptions`: the body of `PATCH /jobs/{jobId}`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchJobUpdateOptions {
    /// The new priority, -1000 to 1000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<i32>,
    /// Whether a job of higher priority may take over nodes of this one; for accounts that have the feature.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_task_preemption: Option<bool>,
    /// Tasks that may run at once, above 0, or -1 for no limit; for accounts that have the feature.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_parallel_tasks: Option<i32>,
    /// The new limits. A limit left out inside goes back to its default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub constraints: Option<BatchJobConstraints>,
    /// Another pool, taken only while the job is disabled. Of an automatic pool only `keepAlive` may change,
    /// and only if it lives as long as the job.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pool_info: Option<BatchPoolInfo>,
    /// What happens once all tasks are completed. Going back from `terminatejob` to `noaction` is refused
    /// with 400.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_all_tasks_complete: Option<BatchAllTasksCompleteMode>,
    /// The new notes; an empty list removes all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Vec<BatchMetadataItem>>,
    /// The network the job's tasks run in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_configuration: Option<BatchJobNetworkConfiguration>,
}

/// Limits of a job.
///
/// Wire model `BatchJobConstraints`: part of `BatchJob`, `BatchJobSpecification` and the bodies that make or
/// change a job.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchJobConstraints {
    /// How long the job may live, counted from its creation; then it is terminated with reason
    /// `MaxWallClockTimeExpiry`. Absent: no limit, which the service shows as [`TimeSpan::INFINITE`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_wall_clock_time: Option<TimeSpan>,
    /// Retries a task of the job gets after nonzero exit codes unless it says otherwise: 0 by default, -1
    /// without end. Taken over by a task when it is added; a later change does not reach it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_task_retry_count: Option<i32>,
}

/// How a job came along.
///
/// Wire model `BatchJobExecutionInfo`: part of `BatchJob`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchJobExecutionInfo {
    /// When the job began, which is when it was made.
    pub start_time: Timestamp,
    /// When the job was completed; absent before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_time: Option<Timestamp>,
    /// The pool the job really runs on, for automatic pools too; absent when it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pool_id: Option<String>,
    /// Why the job could not be started; absent when it could.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scheduling_error: Option<BatchJobSchedulingError>,
    /// Why the job ends: what the caller of terminate said, or one of `UserTerminate`, `JMComplete`,
    /// `MaxWallClockTimeExpiry`, `TerminateWorkitem`, `AllTasksComplete`, `TaskFailed`. Present from
    /// `terminating` on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terminate_reason: Option<String>,
}

/// Why the service could not start a job, mostly because of its automatic pool. The job is then completed.
///
/// Wire model `BatchJobSchedulingError`: part of `BatchJobExecutionInfo`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchJobSchedulingError {
    /// Whose mistake it was.
    pub category: BatchErrorSourceCategory,
    /// The machine-readable cause, as `AutoPoolCreationFailedWithQuotaReached`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The cause in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// More about the cause, as names and values.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<NameValuePair>,
}

/// Stops a job from starting tasks.
///
/// Wire model `BatchJobDisableOptions`: the body of `POST /jobs/{jobId}/disable`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchJobDisableOptions {
    /// What becomes of the tasks that run.
    pub disable_tasks: DisableBatchJobOption,
}

/// Ends a job.
///
/// Wire model `BatchJobTerminateOptions`: the body of `POST /jobs/{jobId}/terminate`, which may be left out.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchJobTerminateOptions {
    /// What `executionInfo` shall say as reason; absent: `UserTerminate`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terminate_reason: Option<String>,
}

/// What all tasks of a job have used together, retries included.
///
/// Wire model `BatchJobStatistics`: part of `BatchJob`, with `$expand=stats`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchJobStatistics {
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
