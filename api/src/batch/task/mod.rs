//! Tasks: a command line, what it needs and when it may run.

mod collection;
mod execution;

pub use collection::*;
pub use execution::*;

use serde::{Deserialize, Serialize};

use super::application::BatchApplicationPackageReference;
use super::common::EnvironmentSetting;
use super::container::BatchTaskContainerSettings;
use super::enums::BatchTaskState;
use super::exit_conditions::ExitConditions;
use super::resource_file::OutputFile;
use super::resource_file::ResourceFile;
use super::user::UserIdentity;
use crate::secret::SensitiveString;
use crate::time::TimeSpan;
use crate::time::Timestamp;

/// A task. A `PUT` sets `constraints` alone, back to the defaults when left out; the rest is read-only.
///
/// Wire model `BatchTask`: answered by `GET /jobs/{jobId}/tasks/{taskId}` and `GET /jobs/{jobId}/tasks`; the
/// body of `PUT /jobs/{jobId}/tasks/{taskId}`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchTask {
    /// The task's id, unique in the job without regard to case.
    pub id: String,
    /// A name for people; absent when none was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// Where the task itself can be had.
    pub url: String,
    /// The tag for conditional requests. It moves when a user writes, terminates or reactivates the task, not
    /// when it runs.
    #[serde(rename = "eTag")]
    pub etag: String,
    /// When a user last wrote the task; the `eTag` is the same moment.
    pub last_modified: Timestamp,
    /// When the task was added. It can run for 180 days from then.
    pub creation_time: Timestamp,
    /// What its end does to the job and to tasks that wait for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit_conditions: Option<ExitConditions>,
    /// Where the task is in its life.
    pub state: BatchTaskState,
    /// When it came into that state.
    pub state_transition_time: Timestamp,
    /// The state before; absent while the task has been nothing but active.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_state: Option<BatchTaskState>,
    /// When it came into the previous state; absent as that one is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_state_transition_time: Option<Timestamp>,
    /// The command, run without a shell: no variables, pipes or wildcards unless it starts one. `Debug` hides
    /// signatures in it.
    pub command_line: SensitiveString,
    /// The container to run in; absent: directly on the node.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_settings: Option<BatchTaskContainerSettings>,
    /// Files that are there before the command starts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resource_files: Vec<ResourceFile>,
    /// Files to upload when it has ended.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub output_files: Vec<OutputFile>,
    /// Variables of its environment; one of the job's with the same name gives way.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub environment_settings: Vec<EnvironmentSetting>,
    /// A wish where to run; absent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub affinity_info: Option<BatchAffinityInfo>,
    /// Limits on time, retries and how long its files stay. The service fills in what was left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub constraints: Option<BatchTaskConstraints>,
    /// Slots it takes on a node; absent: 1. Not for multi-instance tasks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub required_slots: Option<i32>,
    /// The user it runs as; absent: the pool's automatic user, not an administrator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_identity: Option<UserIdentity>,
    /// How it is doing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub execution_info: Option<BatchTaskExecutionInfo>,
    /// Where it runs or ran; absent before it was given to a node.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_info: Option<BatchNodeInfo>,
    /// How it spreads over several nodes; absent for a task on one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub multi_instance_settings: Option<MultiInstanceSettings>,
    /// What the task has used; absent until the service has gathered it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stats: Option<BatchTaskStatistics>,
    /// The tasks it waits for; absent when it waits for none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub depends_on: Option<BatchTaskDependencies>,
    /// Packages deployed before it runs, on top of the pool's.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub application_package_references: Vec<BatchApplicationPackageReference>,
}

/// A task to be added to a job.
///
/// Wire model `BatchTaskCreateOptions`: the body of `POST /jobs/{jobId}/tasks`; part of `BatchTaskGroup`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchTaskCreateOptions {
    /// The task's id: 1 to 64 letters, digits, `-` and `_`, unique in the job without regard to case; else
    /// 409 `TaskExists`.
    pub id: String,
    /// A name for people, 1024 characters at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// What its end does to the job and to tasks that wait for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit_conditions: Option<ExitConditions>,
    /// The command, run without a shell: no variables, pipes or wildcards unless it starts one. `Debug` hides
    /// signatures in it.
    pub command_line: SensitiveString,
    /// The container to run in; absent: directly on the node.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_settings: Option<BatchTaskContainerSettings>,
    /// Files to be there first; for a multi-instance task, on the primary's node only. A list too long is
    /// refused with `RequestEntityTooLarge`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resource_files: Vec<ResourceFile>,
    /// Files to upload when it has ended; of a multi-instance task, the primary's only.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub output_files: Vec<OutputFile>,
    /// Variables of its environment; one of the job's with the same name gives way.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub environment_settings: Vec<EnvironmentSetting>,
    /// A wish where to run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub affinity_info: Option<BatchAffinityInfo>,
    /// Limits; absent: the job's retries, no time limit, files kept for 7 days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub constraints: Option<BatchTaskConstraints>,
    /// Slots it takes on a node; absent: 1. Must be left out for multi-instance tasks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub required_slots: Option<i32>,
    /// The user to run as; absent: the pool's automatic user, not an administrator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_identity: Option<UserIdentity>,
    /// How to spread over several nodes; absent: it runs on one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub multi_instance_settings: Option<MultiInstanceSettings>,
    /// The tasks to wait for; refused unless the job has `usesTaskDependencies`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub depends_on: Option<BatchTaskDependencies>,
    /// Packages to deploy before it runs; one that is already on the node is not deployed again.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub application_package_references: Vec<BatchApplicationPackageReference>,
}

/// Limits of a task.
///
/// Wire model `BatchTaskConstraints`: part of `BatchTask`, `BatchJobManagerTask`, `BatchJobPreparationTask`
/// and the bodies that make or change them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchTaskConstraints {
    /// How long one run may take, counted anew for each; then it is ended. Absent: no limit, which the
    /// service shows as [`TimeSpan::INFINITE`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_wall_clock_time: Option<TimeSpan>,
    /// How long its directory stays on the node once it has ended, if node and job are there so long; absent:
    /// 7 days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retention_time: Option<TimeSpan>,
    /// Retries after nonzero exit codes, so there is one run more; absent: the job's, else 0; -1 without end.
    /// Failures of files are not retried.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_task_retry_count: Option<i32>,
}

/// A wish where a task shall run. If the node is full or gone, the task runs elsewhere.
///
/// Wire model `BatchAffinityInfo`: part of `BatchTask` and of the body that adds it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchAffinityInfo {
    /// The `affinityId` of a node, or of the node a task ran on.
    pub affinity_id: String,
}

/// A task that takes several nodes at once, as MPI programs do. The pool needs inter-node communication and
/// one slot per node, else the task waits for ever.
///
/// Wire model `MultiInstanceSettings`: part of `BatchTask` and of the body that adds it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct MultiInstanceSettings {
    /// How many nodes; absent: 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number_of_instances: Option<i32>,
    /// The command each node runs first, which must return before the primary runs the task's own; typically
    /// it starts a service. `Debug` hides signatures in it.
    pub coordination_command_line: SensitiveString,
    /// Files for every node, put into `AZ_BATCH_TASK_SHARED_DIR` first. A list too long is refused with
    /// `RequestEntityTooLarge`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub common_resource_files: Vec<ResourceFile>,
}

/// The tasks a task waits for: all named, whether they are there yet or not.
///
/// Wire model `BatchTaskDependencies`: part of `BatchTask` and of the body that adds it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchTaskDependencies {
    /// Ids of tasks, 64,000 characters in all, else 400 `TaskDependencyListTooLong`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub task_ids: Vec<String>,
    /// Ranges of tasks whose ids are whole numbers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub task_id_ranges: Vec<BatchTaskIdRange>,
}

/// A range of tasks whose ids are whole numbers; leading zeros do not matter (`4` is also `04`). All must
/// succeed, so all must be there.
///
/// Wire model `BatchTaskIdRange`: part of `BatchTaskDependencies`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchTaskIdRange {
    /// The first id of the range.
    pub start: i32,
    /// The last id of the range, itself included.
    pub end: i32,
}
