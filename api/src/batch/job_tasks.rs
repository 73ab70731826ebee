//! `job_tasks` models.

use serde::{Deserialize, Serialize};

use super::application::BatchApplicationPackageReference;
use super::common::EnvironmentSetting;
use super::container::BatchTaskContainerExecutionInfo;
use super::container::BatchTaskContainerSettings;
use super::enums::BatchJobPreparationTaskState;
use super::enums::BatchJobReleaseTaskState;
use super::enums::BatchTaskExecutionResult;
use super::resource_file::OutputFile;
use super::resource_file::ResourceFile;
use super::task::BatchTaskConstraints;
use super::task::BatchTaskFailureInfo;
use super::user::UserIdentity;
use crate::secret::SensitiveString;
use crate::time::TimeSpan;
use crate::time::Timestamp;

/// `BatchJobManagerTask`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchJobManagerTask {
    /// `id`.
    pub id: String,
    /// `displayName`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
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
    /// `constraints`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub constraints: Option<BatchTaskConstraints>,
    /// `requiredSlots`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub required_slots: Option<i32>,
    /// `killJobOnCompletion`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kill_job_on_completion: Option<bool>,
    /// `userIdentity`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_identity: Option<UserIdentity>,
    /// `runExclusive`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run_exclusive: Option<bool>,
    /// `applicationPackageReferences`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub application_package_references: Vec<BatchApplicationPackageReference>,
    /// `allowLowPriorityNode`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_low_priority_node: Option<bool>,
}

/// `BatchJobPreparationTask`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchJobPreparationTask {
    /// `id`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// `commandLine`.
    pub command_line: SensitiveString,
    /// `containerSettings`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_settings: Option<BatchTaskContainerSettings>,
    /// `resourceFiles`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resource_files: Vec<ResourceFile>,
    /// `environmentSettings`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub environment_settings: Vec<EnvironmentSetting>,
    /// `constraints`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub constraints: Option<BatchTaskConstraints>,
    /// `waitForSuccess`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wait_for_success: Option<bool>,
    /// `userIdentity`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_identity: Option<UserIdentity>,
    /// `rerunOnNodeRebootAfterSuccess`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rerun_on_node_reboot_after_success: Option<bool>,
}

/// `BatchJobReleaseTask`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchJobReleaseTask {
    /// `id`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// `commandLine`.
    pub command_line: SensitiveString,
    /// `containerSettings`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_settings: Option<BatchTaskContainerSettings>,
    /// `resourceFiles`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resource_files: Vec<ResourceFile>,
    /// `environmentSettings`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub environment_settings: Vec<EnvironmentSetting>,
    /// `maxWallClockTime`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_wall_clock_time: Option<TimeSpan>,
    /// `retentionTime`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retention_time: Option<TimeSpan>,
    /// `userIdentity`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_identity: Option<UserIdentity>,
}

/// `BatchJobPreparationAndReleaseTaskStatus`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchJobPreparationAndReleaseTaskStatus {
    /// `poolId`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pool_id: Option<String>,
    /// `nodeId`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_id: Option<String>,
    /// `nodeUrl`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_url: Option<String>,
    /// `jobPreparationTaskExecutionInfo`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_preparation_task_execution_info: Option<BatchJobPreparationTaskExecutionInfo>,
    /// `jobReleaseTaskExecutionInfo`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_release_task_execution_info: Option<BatchJobReleaseTaskExecutionInfo>,
}

/// `BatchJobPreparationTaskExecutionInfo`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchJobPreparationTaskExecutionInfo {
    /// `startTime`.
    pub start_time: Timestamp,
    /// `endTime`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_time: Option<Timestamp>,
    /// `state`.
    pub state: BatchJobPreparationTaskState,
    /// `taskRootDirectory`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_root_directory: Option<String>,
    /// `taskRootDirectoryUrl`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_root_directory_url: Option<String>,
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
    /// `result`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<BatchTaskExecutionResult>,
}

/// `BatchJobReleaseTaskExecutionInfo`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchJobReleaseTaskExecutionInfo {
    /// `startTime`.
    pub start_time: Timestamp,
    /// `endTime`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_time: Option<Timestamp>,
    /// `state`.
    pub state: BatchJobReleaseTaskState,
    /// `taskRootDirectory`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_root_directory: Option<String>,
    /// `taskRootDirectoryUrl`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_root_directory_url: Option<String>,
    /// `exitCode`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<i32>,
    /// `containerInfo`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_info: Option<BatchTaskContainerExecutionInfo>,
    /// `failureInfo`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure_info: Option<BatchTaskFailureInfo>,
    /// `result`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<BatchTaskExecutionResult>,
}
