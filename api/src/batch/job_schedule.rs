//! `job_schedule` models.

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

/// `BatchJobSchedule`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchJobSchedule {
    /// `id`.
    pub id: String,
    /// `displayName`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// `url`.
    pub url: String,
    /// `eTag`.
    #[serde(rename = "eTag")]
    pub etag: String,
    /// `lastModified`.
    pub last_modified: Timestamp,
    /// `creationTime`.
    pub creation_time: Timestamp,
    /// `state`.
    pub state: BatchJobScheduleState,
    /// `stateTransitionTime`.
    pub state_transition_time: Timestamp,
    /// `previousState`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_state: Option<BatchJobScheduleState>,
    /// `previousStateTransitionTime`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_state_transition_time: Option<Timestamp>,
    /// `schedule`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schedule: Option<BatchJobScheduleConfiguration>,
    /// `jobSpecification`.
    pub job_specification: BatchJobSpecification,
    /// `executionInfo`.
    pub execution_info: BatchJobScheduleExecutionInfo,
    /// `metadata`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub metadata: Vec<BatchMetadataItem>,
    /// `stats`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stats: Option<BatchJobScheduleStatistics>,
}

/// `BatchJobScheduleConfiguration`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchJobScheduleConfiguration {
    /// `doNotRunUntil`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub do_not_run_until: Option<Timestamp>,
    /// `doNotRunAfter`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub do_not_run_after: Option<Timestamp>,
    /// `startWindow`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_window: Option<TimeSpan>,
    /// `recurrenceInterval`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recurrence_interval: Option<TimeSpan>,
}

/// `BatchJobScheduleCreateOptions`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchJobScheduleCreateOptions {
    /// `id`.
    pub id: String,
    /// `displayName`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// `schedule`.
    pub schedule: BatchJobScheduleConfiguration,
    /// `jobSpecification`.
    pub job_specification: BatchJobSpecification,
    /// `metadata`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub metadata: Vec<BatchMetadataItem>,
}

/// `BatchJobScheduleExecutionInfo`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchJobScheduleExecutionInfo {
    /// `nextRunTime`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_run_time: Option<Timestamp>,
    /// `recentJob`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recent_job: Option<RecentBatchJob>,
    /// `endTime`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_time: Option<Timestamp>,
}

/// `BatchJobScheduleStatistics`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchJobScheduleStatistics {
    /// `url`.
    pub url: String,
    /// `startTime`.
    pub start_time: Timestamp,
    /// `lastUpdateTime`.
    pub last_update_time: Timestamp,
    /// `userCPUTime`.
    #[serde(rename = "userCPUTime")]
    pub user_cpu_time: TimeSpan,
    /// `kernelCPUTime`.
    #[serde(rename = "kernelCPUTime")]
    pub kernel_cpu_time: TimeSpan,
    /// `wallClockTime`.
    pub wall_clock_time: TimeSpan,
    /// `readIOps`.
    #[serde(rename = "readIOps", with = "super::number_text")]
    pub read_iops: u64,
    /// `writeIOps`.
    #[serde(rename = "writeIOps", with = "super::number_text")]
    pub write_iops: u64,
    /// `readIOGiB`.
    #[serde(rename = "readIOGiB")]
    pub read_io_gib: f64,
    /// `writeIOGiB`.
    #[serde(rename = "writeIOGiB")]
    pub write_io_gib: f64,
    /// `numSucceededTasks`.
    #[serde(with = "super::number_text")]
    pub num_succeeded_tasks: u64,
    /// `numFailedTasks`.
    #[serde(with = "super::number_text")]
    pub num_failed_tasks: u64,
    /// `numTaskRetries`.
    #[serde(with = "super::number_text")]
    pub num_task_retries: u64,
    /// `waitTime`.
    pub wait_time: TimeSpan,
}

/// `BatchJobScheduleUpdateOptions`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchJobScheduleUpdateOptions {
    /// `schedule`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schedule: Option<BatchJobScheduleConfiguration>,
    /// `jobSpecification`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_specification: Option<BatchJobSpecification>,
    /// `metadata`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Vec<BatchMetadataItem>>,
}

/// `BatchJobSpecification`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchJobSpecification {
    /// `priority`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<i32>,
    /// `allowTaskPreemption`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_task_preemption: Option<bool>,
    /// `maxParallelTasks`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_parallel_tasks: Option<i32>,
    /// `displayName`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// `usesTaskDependencies`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uses_task_dependencies: Option<bool>,
    /// `onAllTasksComplete`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_all_tasks_complete: Option<BatchAllTasksCompleteMode>,
    /// `onTaskFailure`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_task_failure: Option<BatchTaskFailureMode>,
    /// `networkConfiguration`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_configuration: Option<BatchJobNetworkConfiguration>,
    /// `constraints`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub constraints: Option<BatchJobConstraints>,
    /// `jobManagerTask`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_manager_task: Option<BatchJobManagerTask>,
    /// `jobPreparationTask`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_preparation_task: Option<BatchJobPreparationTask>,
    /// `jobReleaseTask`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_release_task: Option<BatchJobReleaseTask>,
    /// `commonEnvironmentSettings`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub common_environment_settings: Vec<EnvironmentSetting>,
    /// `poolInfo`.
    pub pool_info: BatchPoolInfo,
    /// `metadata`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub metadata: Vec<BatchMetadataItem>,
}

/// `RecentBatchJob`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RecentBatchJob {
    /// `id`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// `url`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}
