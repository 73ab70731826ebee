//! `task` models.

use serde::{Deserialize, Serialize};

use super::application::BatchApplicationPackageReference;
use super::common::BatchError;
use super::common::EnvironmentSetting;
use super::common::NameValuePair;
use super::container::BatchTaskContainerExecutionInfo;
use super::container::BatchTaskContainerSettings;
use super::enums::BatchErrorSourceCategory;
use super::enums::BatchSubtaskState;
use super::enums::BatchTaskAddStatus;
use super::enums::BatchTaskExecutionResult;
use super::enums::BatchTaskState;
use super::exit_conditions::ExitConditions;
use super::resource_file::OutputFile;
use super::resource_file::ResourceFile;
use super::user::UserIdentity;
use crate::secret::SensitiveString;
use crate::time::TimeSpan;
use crate::time::Timestamp;

/// `BatchTask`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchTask {
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
    /// `exitConditions`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit_conditions: Option<ExitConditions>,
    /// `state`.
    pub state: BatchTaskState,
    /// `stateTransitionTime`.
    pub state_transition_time: Timestamp,
    /// `previousState`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_state: Option<BatchTaskState>,
    /// `previousStateTransitionTime`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_state_transition_time: Option<Timestamp>,
    /// `commandLine`.
    pub command_line: SensitiveString,
    /// `containerSettings`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_settings: Option<BatchTaskContainerSettings>,
    /// `resourceFiles`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resource_files: Vec<ResourceFile>,
    /// `outputFiles`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub output_files: Vec<OutputFile>,
    /// `environmentSettings`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub environment_settings: Vec<EnvironmentSetting>,
    /// `affinityInfo`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub affinity_info: Option<BatchAffinityInfo>,
    /// `constraints`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub constraints: Option<BatchTaskConstraints>,
    /// `requiredSlots`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub required_slots: Option<i32>,
    /// `userIdentity`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_identity: Option<UserIdentity>,
    /// `executionInfo`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub execution_info: Option<BatchTaskExecutionInfo>,
    /// `nodeInfo`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_info: Option<BatchNodeInfo>,
    /// `multiInstanceSettings`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub multi_instance_settings: Option<MultiInstanceSettings>,
    /// `stats`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stats: Option<BatchTaskStatistics>,
    /// `dependsOn`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub depends_on: Option<BatchTaskDependencies>,
    /// `applicationPackageReferences`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub application_package_references: Vec<BatchApplicationPackageReference>,
}

/// `BatchTaskCreateOptions`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchTaskCreateOptions {
    /// `id`.
    pub id: String,
    /// `displayName`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// `exitConditions`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit_conditions: Option<ExitConditions>,
    /// `commandLine`.
    pub command_line: SensitiveString,
    /// `containerSettings`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_settings: Option<BatchTaskContainerSettings>,
    /// `resourceFiles`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resource_files: Vec<ResourceFile>,
    /// `outputFiles`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub output_files: Vec<OutputFile>,
    /// `environmentSettings`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub environment_settings: Vec<EnvironmentSetting>,
    /// `affinityInfo`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub affinity_info: Option<BatchAffinityInfo>,
    /// `constraints`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub constraints: Option<BatchTaskConstraints>,
    /// `requiredSlots`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub required_slots: Option<i32>,
    /// `userIdentity`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_identity: Option<UserIdentity>,
    /// `multiInstanceSettings`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub multi_instance_settings: Option<MultiInstanceSettings>,
    /// `dependsOn`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub depends_on: Option<BatchTaskDependencies>,
    /// `applicationPackageReferences`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub application_package_references: Vec<BatchApplicationPackageReference>,
}

/// `BatchTaskGroup`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchTaskGroup {
    /// `value`.
    pub value: Vec<BatchTaskCreateOptions>,
}

/// `BatchTaskConstraints`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchTaskConstraints {
    /// `maxWallClockTime`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_wall_clock_time: Option<TimeSpan>,
    /// `retentionTime`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retention_time: Option<TimeSpan>,
    /// `maxTaskRetryCount`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_task_retry_count: Option<i32>,
}

/// `BatchTaskExecutionInfo`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchTaskExecutionInfo {
    /// `startTime`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_time: Option<Timestamp>,
    /// `endTime`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_time: Option<Timestamp>,
    /// `exitCode`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<i32>,
    /// `containerInfo`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_info: Option<BatchTaskContainerExecutionInfo>,
    /// `failureInfo`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure_info: Option<BatchTaskFailureInfo>,
    /// `retryCount`.
    pub retry_count: i32,
    /// `lastRetryTime`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_retry_time: Option<Timestamp>,
    /// `requeueCount`.
    pub requeue_count: i32,
    /// `lastRequeueTime`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_requeue_time: Option<Timestamp>,
    /// `result`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<BatchTaskExecutionResult>,
}

/// `BatchTaskFailureInfo`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchTaskFailureInfo {
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

/// `BatchNodeInfo`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchNodeInfo {
    /// `affinityId`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub affinity_id: Option<String>,
    /// `nodeUrl`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_url: Option<String>,
    /// `poolId`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pool_id: Option<String>,
    /// `nodeId`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_id: Option<String>,
    /// `taskRootDirectory`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_root_directory: Option<String>,
    /// `taskRootDirectoryUrl`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_root_directory_url: Option<String>,
}

/// `BatchAffinityInfo`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchAffinityInfo {
    /// `affinityId`.
    pub affinity_id: String,
}

/// `BatchTaskInfo`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchTaskInfo {
    /// `taskUrl`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_url: Option<String>,
    /// `jobId`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_id: Option<String>,
    /// `taskId`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_id: Option<String>,
    /// `subtaskId`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subtask_id: Option<i32>,
    /// `taskState`.
    pub task_state: BatchTaskState,
    /// `executionInfo`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub execution_info: Option<BatchTaskExecutionInfo>,
}

/// `BatchTaskStatistics`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchTaskStatistics {
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
    /// `waitTime`.
    pub wait_time: TimeSpan,
}

/// `BatchSubtask`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchSubtask {
    /// `id`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<i32>,
    /// `nodeInfo`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_info: Option<BatchNodeInfo>,
    /// `startTime`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_time: Option<Timestamp>,
    /// `endTime`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_time: Option<Timestamp>,
    /// `exitCode`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<i32>,
    /// `containerInfo`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_info: Option<BatchTaskContainerExecutionInfo>,
    /// `failureInfo`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure_info: Option<BatchTaskFailureInfo>,
    /// `state`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<BatchSubtaskState>,
    /// `stateTransitionTime`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state_transition_time: Option<Timestamp>,
    /// `previousState`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_state: Option<BatchSubtaskState>,
    /// `previousStateTransitionTime`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_state_transition_time: Option<Timestamp>,
    /// `result`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<BatchTaskExecutionResult>,
}

/// `MultiInstanceSettings`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct MultiInstanceSettings {
    /// `numberOfInstances`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number_of_instances: Option<i32>,
    /// `coordinationCommandLine`.
    pub coordination_command_line: SensitiveString,
    /// `commonResourceFiles`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub common_resource_files: Vec<ResourceFile>,
}

/// `BatchTaskDependencies`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchTaskDependencies {
    /// `taskIds`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub task_ids: Vec<String>,
    /// `taskIdRanges`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub task_id_ranges: Vec<BatchTaskIdRange>,
}

/// `BatchTaskIdRange`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchTaskIdRange {
    /// `start`.
    pub start: i32,
    /// `end`.
    pub end: i32,
}

/// `BatchCreateTaskCollectionResult`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchCreateTaskCollectionResult {
    /// `value`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub value: Vec<BatchTaskCreateResult>,
}

/// `BatchTaskCreateResult`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchTaskCreateResult {
    /// `status`.
    pub status: BatchTaskAddStatus,
    /// `taskId`.
    pub task_id: String,
    /// `eTag`.
    #[serde(rename = "eTag", skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// `lastModified`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_modified: Option<Timestamp>,
    /// `location`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// `error`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<BatchError>,
}
