//! How a task is doing: its runs, its node, its failures, what it has used.

use serde::{Deserialize, Serialize};

use crate::batch::common::NameValuePair;
use crate::batch::container::BatchTaskContainerExecutionInfo;
use crate::batch::enums::BatchErrorSourceCategory;
use crate::batch::enums::BatchSubtaskState;
use crate::batch::enums::BatchTaskExecutionResult;
use crate::batch::enums::BatchTaskState;
use crate::time::TimeSpan;
use crate::time::Timestamp;

/// How a task is doing. Reactivating it clears all but the two counts, which become 0.
///
/// Wire model `BatchTaskExecutionInfo`: part of `BatchTask` and of `BatchTaskInfo`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchTaskExecutionInfo {
    /// When its latest run began; absent before the first, and when it was ended while waiting.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_time: Option<Timestamp>,
    /// When it was completed; absent before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_time: Option<Timestamp>,
    /// The code its process ended with; absent when it did not start or still runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<i32>,
    /// The container it ran in; absent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_info: Option<BatchTaskContainerExecutionInfo>,
    /// What went wrong; absent when nothing did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure_info: Option<BatchTaskFailureInfo>,
    /// Runs after a nonzero exit code. Runs after a requeue or a lost node do not count.
    pub retry_count: i32,
    /// When it was last retried; absent without retries.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_retry_time: Option<Timestamp>,
    /// How often it went back to the queue because somebody removed its node or disabled its job.
    pub requeue_count: i32,
    /// When it last went back to the queue; absent when it never did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_requeue_time: Option<Timestamp>,
    /// Whether it succeeded; absent before it is completed. On `failure`, `failureInfo` says why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<BatchTaskExecutionResult>,
}

/// Why a task failed.
///
/// Wire model `BatchTaskFailureInfo`: part of the execution information of tasks, subtasks and start tasks.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchTaskFailureInfo {
    /// Whose mistake it was.
    pub category: BatchErrorSourceCategory,
    /// The machine-readable cause, as `FailureExitCode`, `CommandProgramNotFound`, `BlobNotFound` or
    /// `TaskEnded`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The cause in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// More about the cause, as names and values.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<NameValuePair>,
}

/// The node a task runs or ran on. Empty for a task that was ended while waiting.
///
/// Wire model `BatchNodeInfo`: part of `BatchTask` and `BatchSubtask`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchNodeInfo {
    /// What another task's `affinityInfo` may name to come to the same node.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub affinity_id: Option<String>,
    /// Where the node itself can be had.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_url: Option<String>,
    /// The node's pool.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pool_id: Option<String>,
    /// The node.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_id: Option<String>,
    /// The task's directory, from the node's root; with `\` on Windows nodes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_root_directory: Option<String>,
    /// Where the files below that directory can be had.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_root_directory_url: Option<String>,
}

/// A task that ran on a node.
///
/// Wire model `BatchTaskInfo`: part of `BatchNode`, in `recentTasks`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchTaskInfo {
    /// Where the task itself can be had.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_url: Option<String>,
    /// The task's job.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_id: Option<String>,
    /// The task.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_id: Option<String>,
    /// Which part of a multi-instance task it was, 0 for the primary; absent for an ordinary task.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subtask_id: Option<i32>,
    /// Where the task is in its life.
    pub task_state: BatchTaskState,
    /// How it is doing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub execution_info: Option<BatchTaskExecutionInfo>,
}

/// What a task has used, retries included.
///
/// Wire model `BatchTaskStatistics`: part of `BatchTask`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchTaskStatistics {
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
    /// Time from its start to its end, or to now, summed over runs.
    pub wall_clock_time: TimeSpan,
    /// Reads from disk.
    #[serde(rename = "readIOps", with = "crate::batch::number_text")]
    pub read_iops: u64,
    /// Writes to disk.
    #[serde(rename = "writeIOps", with = "crate::batch::number_text")]
    pub write_iops: u64,
    /// What was read from disk, in GiB.
    #[serde(rename = "readIOGiB")]
    pub read_io_gib: f64,
    /// What was written to disk, in GiB.
    #[serde(rename = "writeIOGiB")]
    pub write_io_gib: f64,
    /// Time from its creation to its latest start.
    pub wait_time: TimeSpan,
}

/// A part of a multi-instance task, the primary excepted.
///
/// Wire model `BatchSubtask`: answered by `GET /jobs/{jobId}/tasks/{taskId}/subtasksinfo`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchSubtask {
    /// Which part it is, from 1; the primary is 0 and not listed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<i32>,
    /// Where it runs or ran.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_info: Option<BatchNodeInfo>,
    /// When its latest run began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_time: Option<Timestamp>,
    /// When it ended; absent before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_time: Option<Timestamp>,
    /// The code its process ended with; absent when it did not start or still runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<i32>,
    /// The container it ran in; absent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_info: Option<BatchTaskContainerExecutionInfo>,
    /// What went wrong; absent when nothing did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure_info: Option<BatchTaskFailureInfo>,
    /// Where the subtask is in its life.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<BatchSubtaskState>,
    /// When it came into that state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state_transition_time: Option<Timestamp>,
    /// The state before; absent before the first change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_state: Option<BatchSubtaskState>,
    /// When it came into the previous state; absent before the first change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_state_transition_time: Option<Timestamp>,
    /// Whether it succeeded; absent before it ended. On `failure`, `failureInfo` says why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<BatchTaskExecutionResult>,
}
