//! Many tasks added in one call, and what became of each.

use serde::{Deserialize, Serialize};

use super::BatchTaskCreateOptions;
use crate::batch::common::BatchError;
use crate::batch::enums::BatchTaskAddStatus;
use crate::time::Timestamp;

/// Tasks to be added in one call, each on its own: some may be refused while others are added.
///
/// Wire model `BatchTaskGroup`: the body of `POST /jobs/{jobId}/addtaskcollection`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchTaskGroup {
    /// The tasks, 100 at most; as JSON 1 MiB at most, else 413 `RequestBodyTooLarge` and none is added.
    pub value: Vec<BatchTaskCreateOptions>,
}

/// What became of each task of a collection; 200 even if all were refused.
///
/// Wire model `BatchCreateTaskCollectionResult`: answered by `POST /jobs/{jobId}/addtaskcollection`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchCreateTaskCollectionResult {
    /// One result a task, in any order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub value: Vec<BatchTaskCreateResult>,
}

/// What became of one task of a collection.
///
/// Wire model `BatchTaskCreateResult`: part of `BatchCreateTaskCollectionResult`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchTaskCreateResult {
    /// Whether it was added, and if not, whether trying again makes sense.
    pub status: BatchTaskAddStatus,
    /// The task.
    pub task_id: String,
    /// The new task's tag; absent when it was refused.
    #[serde(rename = "eTag", skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// When the task was added; absent when it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_modified: Option<Timestamp>,
    /// Where the new task can be had; absent when it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// Why it was refused; absent when it was added.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<BatchError>,
}
