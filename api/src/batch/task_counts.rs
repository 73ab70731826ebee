//! How many tasks of a job are in which state.

use serde::{Deserialize, Serialize};

/// The counts of a job's tasks, and of the slots they need. They may lag behind by some seconds.
///
/// Wire model `BatchTaskCountsResult`: answered by `GET /jobs/{jobId}/taskcounts`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchTaskCountsResult {
    /// Tasks by state.
    pub task_counts: BatchTaskCounts,
    /// The same, each task counted with its `requiredSlots`.
    pub task_slot_counts: BatchTaskSlotCounts,
}

/// Tasks by state; preparation and release tasks are not counted.
///
/// Wire model `BatchTaskCounts`: part of `BatchTaskCountsResult`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchTaskCounts {
    /// Waiting tasks, whether or not their dependencies are met.
    pub active: i32,
    /// Tasks that are on a node, those preparing included.
    pub running: i32,
    /// Ended tasks: succeeded and failed.
    pub completed: i32,
    /// Ended tasks whose result is `success`.
    pub succeeded: i32,
    /// Ended tasks whose result is `failure`.
    pub failed: i32,
}

/// Slots needed by the tasks of each state.
///
/// Wire model `BatchTaskSlotCounts`: part of `BatchTaskCountsResult`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchTaskSlotCounts {
    /// Slots that waiting tasks need.
    pub active: i32,
    /// Slots taken on nodes.
    pub running: i32,
    /// Slots that ended tasks had.
    pub completed: i32,
    /// Slots that succeeded tasks had.
    pub succeeded: i32,
    /// Slots that failed tasks had.
    pub failed: i32,
}
