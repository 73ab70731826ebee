//! `job` models.

use serde::{Deserialize, Serialize};

use super::application::BatchApplicationPackageReference;
use super::common::BatchMetadataItem;
use super::common::EnvironmentSetting;
use super::common::NameValuePair;
use super::enums::BatchAllTasksCompleteMode;
use super::enums::BatchErrorSourceCategory;
use super::enums::BatchJobState;
use super::enums::BatchPoolLifetimeOption;
use super::enums::BatchTaskFailureMode;
use super::enums::DisableBatchJobOption;
use super::job_tasks::BatchJobManagerTask;
use super::job_tasks::BatchJobPreparationTask;
use super::job_tasks::BatchJobReleaseTask;
use super::mount::MountConfiguration;
use super::network::BatchJobNetworkConfiguration;
use super::network::NetworkConfiguration;
use super::pool::BatchTaskSchedulingPolicy;
use super::start_task::BatchStartTask;
use super::user::UserAccount;
use super::virtual_machine::UpgradePolicy;
use super::virtual_machine::VirtualMachineConfiguration;
use crate::time::TimeSpan;
use crate::time::Timestamp;

/// `BatchJob`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchJob {
    /// `id`.
    pub id: String,
    /// `displayName`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// `usesTaskDependencies`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uses_task_dependencies: Option<bool>,
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
    pub state: BatchJobState,
    /// `stateTransitionTime`.
    pub state_transition_time: Timestamp,
    /// `previousState`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_state: Option<BatchJobState>,
    /// `previousStateTransitionTime`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_state_transition_time: Option<Timestamp>,
    /// `priority`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<i32>,
    /// `allowTaskPreemption`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_task_preemption: Option<bool>,
    /// `maxParallelTasks`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_parallel_tasks: Option<i32>,
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
    /// `onAllTasksComplete`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_all_tasks_complete: Option<BatchAllTasksCompleteMode>,
    /// `onTaskFailure`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_task_failure: Option<BatchTaskFailureMode>,
    /// `networkConfiguration`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_configuration: Option<BatchJobNetworkConfiguration>,
    /// `metadata`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub metadata: Vec<BatchMetadataItem>,
    /// `executionInfo`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub execution_info: Option<BatchJobExecutionInfo>,
    /// `stats`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stats: Option<BatchJobStatistics>,
}

/// `BatchJobCreateOptions`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchJobCreateOptions {
    /// `id`.
    pub id: String,
    /// `displayName`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// `usesTaskDependencies`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uses_task_dependencies: Option<bool>,
    /// `priority`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<i32>,
    /// `allowTaskPreemption`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_task_preemption: Option<bool>,
    /// `maxParallelTasks`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_parallel_tasks: Option<i32>,
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
    /// `onAllTasksComplete`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_all_tasks_complete: Option<BatchAllTasksCompleteMode>,
    /// `onTaskFailure`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_task_failure: Option<BatchTaskFailureMode>,
    /// `networkConfiguration`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_configuration: Option<BatchJobNetworkConfiguration>,
    /// `metadata`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub metadata: Vec<BatchMetadataItem>,
}

/// `BatchJobUpdateOptions`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchJobUpdateOptions {
    /// `priority`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<i32>,
    /// `allowTaskPreemption`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_task_preemption: Option<bool>,
    /// `maxParallelTasks`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_parallel_tasks: Option<i32>,
    /// `constraints`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub constraints: Option<BatchJobConstraints>,
    /// `poolInfo`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pool_info: Option<BatchPoolInfo>,
    /// `onAllTasksComplete`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_all_tasks_complete: Option<BatchAllTasksCompleteMode>,
    /// `metadata`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Vec<BatchMetadataItem>>,
    /// `networkConfiguration`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_configuration: Option<BatchJobNetworkConfiguration>,
}

/// `BatchJobConstraints`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchJobConstraints {
    /// `maxWallClockTime`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_wall_clock_time: Option<TimeSpan>,
    /// `maxTaskRetryCount`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_task_retry_count: Option<i32>,
}

/// `BatchJobExecutionInfo`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchJobExecutionInfo {
    /// `startTime`.
    pub start_time: Timestamp,
    /// `endTime`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_time: Option<Timestamp>,
    /// `poolId`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pool_id: Option<String>,
    /// `schedulingError`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scheduling_error: Option<BatchJobSchedulingError>,
    /// `terminateReason`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terminate_reason: Option<String>,
}

/// `BatchJobSchedulingError`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchJobSchedulingError {
    /// `category`.
    pub category: BatchErrorSourceCategory,
    /// `code`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// `message`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// `details`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<NameValuePair>,
}

/// `BatchPoolInfo`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchPoolInfo {
    /// `poolId`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pool_id: Option<String>,
    /// `autoPoolSpecification`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_pool_specification: Option<BatchAutoPoolSpecification>,
}

/// `BatchAutoPoolSpecification`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchAutoPoolSpecification {
    /// `autoPoolIdPrefix`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_pool_id_prefix: Option<String>,
    /// `poolLifetimeOption`.
    pub pool_lifetime_option: BatchPoolLifetimeOption,
    /// `keepAlive`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep_alive: Option<bool>,
    /// `pool`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pool: Option<BatchPoolSpecification>,
}

/// `BatchPoolSpecification`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchPoolSpecification {
    /// `displayName`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// `vmSize`.
    pub vm_size: String,
    /// `virtualMachineConfiguration`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub virtual_machine_configuration: Option<VirtualMachineConfiguration>,
    /// `taskSlotsPerNode`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_slots_per_node: Option<i32>,
    /// `taskSchedulingPolicy`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_scheduling_policy: Option<BatchTaskSchedulingPolicy>,
    /// `resizeTimeout`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resize_timeout: Option<TimeSpan>,
    /// `targetDedicatedNodes`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_dedicated_nodes: Option<i32>,
    /// `targetLowPriorityNodes`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_low_priority_nodes: Option<i32>,
    /// `enableAutoScale`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_auto_scale: Option<bool>,
    /// `autoScaleFormula`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_scale_formula: Option<String>,
    /// `autoScaleEvaluationInterval`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_scale_evaluation_interval: Option<TimeSpan>,
    /// `enableInterNodeCommunication`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_inter_node_communication: Option<bool>,
    /// `networkConfiguration`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_configuration: Option<NetworkConfiguration>,
    /// `startTask`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_task: Option<BatchStartTask>,
    /// `applicationPackageReferences`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub application_package_references: Vec<BatchApplicationPackageReference>,
    /// `userAccounts`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub user_accounts: Vec<UserAccount>,
    /// `metadata`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub metadata: Vec<BatchMetadataItem>,
    /// `mountConfiguration`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mount_configuration: Vec<MountConfiguration>,
    /// `upgradePolicy`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upgrade_policy: Option<UpgradePolicy>,
}

/// `BatchJobDisableOptions`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchJobDisableOptions {
    /// `disableTasks`.
    pub disable_tasks: DisableBatchJobOption,
}

/// `BatchJobTerminateOptions`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchJobTerminateOptions {
    /// `terminateReason`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terminate_reason: Option<String>,
}

/// `BatchJobStatistics`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchJobStatistics {
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
