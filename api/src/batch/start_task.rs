//! `start_task` models.

use serde::{Deserialize, Serialize};

use super::common::EnvironmentSetting;
use super::container::BatchTaskContainerExecutionInfo;
use super::container::BatchTaskContainerSettings;
use super::enums::BatchStartTaskState;
use super::enums::BatchTaskExecutionResult;
use super::resource_file::ResourceFile;
use super::task::BatchTaskFailureInfo;
use super::user::UserIdentity;
use crate::secret::SensitiveString;
use crate::time::Timestamp;

/// `BatchStartTask`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchStartTask {
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
    /// `userIdentity`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_identity: Option<UserIdentity>,
    /// `maxTaskRetryCount`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_task_retry_count: Option<i32>,
    /// `waitForSuccess`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wait_for_success: Option<bool>,
}

/// `BatchStartTaskInfo`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchStartTaskInfo {
    /// `state`.
    pub state: BatchStartTaskState,
    /// `startTime`.
    pub start_time: Timestamp,
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
    /// `result`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<BatchTaskExecutionResult>,
}
