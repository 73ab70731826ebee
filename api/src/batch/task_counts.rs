//! `task_counts` models.

use serde::{Deserialize, Serialize};

/// `BatchTaskCountsResult`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchTaskCountsResult {
    /// `taskCounts`.
    pub task_counts: BatchTaskCounts,
    /// `taskSlotCounts`.
    pub task_slot_counts: BatchTaskSlotCounts,
}

/// `BatchTaskCounts`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchTaskCounts {
    /// `active`.
    pub active: i32,
    /// `running`.
    pub running: i32,
    /// `completed`.
    pub completed: i32,
    /// `succeeded`.
    pub succeeded: i32,
    /// `failed`.
    pub failed: i32,
}

/// `BatchTaskSlotCounts`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchTaskSlotCounts {
    /// `active`.
    pub active: i32,
    /// `running`.
    pub running: i32,
    /// `completed`.
    pub completed: i32,
    /// `succeeded`.
    pub succeeded: i32,
    /// `failed`.
    pub failed: i32,
}
