//! The tasks a job brings along: its manager, and what runs on a node before and after its tasks.

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

/// A task that is made with the job and runs before its others, usually to add them. It stands in the list of
/// tasks as any other.
///
/// Wire model `BatchJobManagerTask`: part of `BatchJob`, `BatchJobSpecification` and the bodies that make a
/// job.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchJobManagerTask {
    /// The task's id: 1 to 64 letters, digits, `-` and `_`, unique in the job.
    pub id: String,
    /// A name for people, 1024 characters at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// The command, run without a shell. `Debug` hides signatures in it.
    pub command_line: SensitiveString,
    /// The container to run in; absent: directly on the node.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_settings: Option<BatchTaskContainerSettings>,
    /// Files to be there first. A list too long is refused with `RequestEntityTooLarge`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resource_files: Vec<ResourceFile>,
    /// Files to upload when it has ended.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub output_files: Vec<OutputFile>,
    /// Variables of its environment; one of the job's with the same name gives way.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub environment_settings: Vec<EnvironmentSetting>,
    /// Limits on time, retries and how long its files stay.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub constraints: Option<BatchTaskConstraints>,
    /// Slots it takes on a node; absent: 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub required_slots: Option<i32>,
    /// Whether the job is terminated when it ends; absent: `true`, with reason `JMComplete`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kill_job_on_completion: Option<bool>,
    /// The user to run as; absent: the pool's automatic user, not an administrator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_identity: Option<UserIdentity>,
    /// Whether it has its node for itself; absent: `true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run_exclusive: Option<bool>,
    /// Packages to deploy before it runs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub application_package_references: Vec<BatchApplicationPackageReference>,
    /// Whether it may run on a node that can be pre-empted; absent: `true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_low_priority_node: Option<bool>,
}

/// What a node runs before the first task of the job there. The task waits in `preparing`.
///
/// Wire model `BatchJobPreparationTask`: part of `BatchJob`, `BatchJobSpecification` and the bodies that make
/// a job.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchJobPreparationTask {
    /// Its id, unlike those of the job's tasks (409 `TaskIdSameAsJobPreparationTask`); absent:
    /// `jobpreparation`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The command, run without a shell. `Debug` hides signatures in it.
    pub command_line: SensitiveString,
    /// The container to run in; absent: directly on the node.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_settings: Option<BatchTaskContainerSettings>,
    /// Files to be there first. A list too long is refused with `RequestEntityTooLarge`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resource_files: Vec<ResourceFile>,
    /// Variables of its environment; one of the job's with the same name gives way.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub environment_settings: Vec<EnvironmentSetting>,
    /// Limits; absent: no time limit, no retry, files kept for 7 days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub constraints: Option<BatchTaskConstraints>,
    /// Whether the job's tasks wait until it succeeded on their node; absent: `true`, and a final failure
    /// sends the task back to `active`. With `false` they run alongside and its failure does not matter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wait_for_success: Option<bool>,
    /// The user to run as; absent: the pool's automatic user, not an administrator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_identity: Option<UserIdentity>,
    /// Whether it runs again after a reboot though it had succeeded; absent: `true`. After a reimage, or if
    /// it had not ended, it always does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rerun_on_node_reboot_after_success: Option<bool>,
}

/// What runs, when the job is terminated or deleted, on every node its preparation task ran on; never twice.
/// Its failure is ignored.
///
/// Wire model `BatchJobReleaseTask`: part of `BatchJob`, `BatchJobSpecification` and the bodies that make a
/// job.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchJobReleaseTask {
    /// Its id, unlike those of the job's tasks (409 `TaskIdSameAsJobReleaseTask`); absent: `jobrelease`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The command, run without a shell. `Debug` hides signatures in it.
    pub command_line: SensitiveString,
    /// The container to run in; absent: directly on the node.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_settings: Option<BatchTaskContainerSettings>,
    /// Files to be there first. A list too long is refused with `RequestEntityTooLarge`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resource_files: Vec<ResourceFile>,
    /// Variables of its environment; one of the job's with the same name gives way.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub environment_settings: Vec<EnvironmentSetting>,
    /// How long it may run on a node: 15 minutes by default and at most, else 400.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_wall_clock_time: Option<TimeSpan>,
    /// How long its files stay once it has ended; absent: 7 days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retention_time: Option<TimeSpan>,
    /// The user to run as; absent: the pool's automatic user, not an administrator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_identity: Option<UserIdentity>,
}

/// How preparation and release went on one node, which may be gone by now.
///
/// Wire model `BatchJobPreparationAndReleaseTaskStatus`: answered by `GET
/// /jobs/{jobId}/jobpreparationandreleasetaskstatus`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchJobPreparationAndReleaseTaskStatus {
    /// The node's pool.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pool_id: Option<String>,
    /// The node.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_id: Option<String>,
    /// Where the node itself can be had.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_url: Option<String>,
    /// How the preparation task is doing there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_preparation_task_execution_info: Option<BatchJobPreparationTaskExecutionInfo>,
    /// How the release task is doing there; absent before it ran.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_release_task_execution_info: Option<BatchJobReleaseTaskExecutionInfo>,
}

/// How a preparation task is doing on a node.
///
/// Wire model `BatchJobPreparationTaskExecutionInfo`: part of `BatchJobPreparationAndReleaseTaskStatus`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchJobPreparationTaskExecutionInfo {
    /// When it last started, retries and restarts of the node included.
    pub start_time: Timestamp,
    /// When it ended; absent while it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_time: Option<Timestamp>,
    /// Whether it runs or has ended.
    pub state: BatchJobPreparationTaskState,
    /// Its directory, from the node's root; with `\` on Windows nodes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_root_directory: Option<String>,
    /// Where the files below that directory can be had.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_root_directory_url: Option<String>,
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

/// How a release task is doing on a node. It is not retried.
///
/// Wire model `BatchJobReleaseTaskExecutionInfo`: part of `BatchJobPreparationAndReleaseTaskStatus`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchJobReleaseTaskExecutionInfo {
    /// When it last started, restarts of the node included.
    pub start_time: Timestamp,
    /// When it ended; absent while it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_time: Option<Timestamp>,
    /// Whether it runs or has ended.
    pub state: BatchJobReleaseTaskState,
    /// Its directory, from the node's root; with `\` on Windows nodes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_root_directory: Option<String>,
    /// Where the files below that directory can be had.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_root_directory_url: Option<String>,
    /// The code its process ended with; absent while it runs or when it never started.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<i32>,
    /// The container it ran in; absent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_info: Option<BatchTaskContainerExecutionInfo>,
    /// What went wrong; absent when nothing did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure_info: Option<BatchTaskFailureInfo>,
    /// Whether it succeeded; absent while it runs. On `failure`, `failureInfo` says why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<BatchTaskExecutionResult>,
}
