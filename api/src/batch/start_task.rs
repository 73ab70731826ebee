//! What runs on every node when it joins its pool or comes back, and how that went.

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

/// What a node runs when it joins the pool and after every restart. A change reaches a node at its next
/// start.
///
/// Wire model `BatchStartTask`: part of `BatchPool`, `BatchNode` and the bodies that make or change a pool.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchStartTask {
    /// The command, run without a shell. `Debug` hides signatures in it.
    pub command_line: SensitiveString,
    /// The container to run in; absent: directly on the node.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_settings: Option<BatchTaskContainerSettings>,
    /// Files to be there first. A list too long is refused with `RequestEntityTooLarge`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resource_files: Vec<ResourceFile>,
    /// Variables of its environment.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub environment_settings: Vec<EnvironmentSetting>,
    /// The user to run as; absent: the pool's automatic user, not an administrator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_identity: Option<UserIdentity>,
    /// Retries after a nonzero exit code: 0 by default, -1 without end. There is no time limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_task_retry_count: Option<i32>,
    /// Whether the node runs no tasks until this succeeded; absent: `true`, and a final failure leaves the
    /// node in `starttaskfailed`. With `false`, tasks run at once and a failure does not matter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wait_for_success: Option<bool>,
}

/// How the start task is doing on a node.
///
/// Wire model `BatchStartTaskInfo`: part of `BatchNode`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchStartTaskInfo {
    /// Whether it runs or has ended.
    pub state: BatchStartTaskState,
    /// When it last started, retries and restarts of the node included.
    pub start_time: Timestamp,
    /// When it ended; absent while it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_time: Option<Timestamp>,
    /// The code its process ended with; absent while it runs or when it never started.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<i32>,
    /// The container it ran in; absent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_info: Option<BatchTaskContainerExecutionInfo>,
    /// What went wrong; absent when nothing did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure_info: Option<BatchTaskFailureInfo>,
    /// Retries so far, all after nonzero exit codes.
    pub retry_count: i32,
    /// When it was last retried; absent without retries.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_retry_time: Option<Timestamp>,
    /// Whether it succeeded; absent while it runs. On `failure`, `failureInfo` says why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<BatchTaskExecutionResult>,
}
