//! How a task's end acts on its job and on the tasks that wait for it.

use serde::{Deserialize, Serialize};

use super::enums::BatchJobActionKind;
use super::enums::DependencyAction;

/// What to do for which end of a task. Looked at once no retry is left; an exact code comes before a range,
/// both before the others.
///
/// Wire model `ExitConditions`: part of `BatchTask` and of the body of `POST /jobs/{jobId}/tasks`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ExitConditions {
    /// Answers to single exit codes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub exit_codes: Vec<ExitCodeMapping>,
    /// Answers to ranges of exit codes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub exit_code_ranges: Vec<ExitCodeRangeMapping>,
    /// The answer to a failure before the command started, as a resource file that could not be had.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pre_processing_error: Option<ExitOptions>,
    /// The answer to an output file that could not be uploaded; an entry for the exit code goes first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_upload_error: Option<ExitOptions>,
    /// The answer to everything no other entry covers, except exit code 0, for which there must be an own
    /// entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<ExitOptions>,
}

/// The answer to one exit code.
///
/// Wire model `ExitCodeMapping`: part of `ExitConditions`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ExitCodeMapping {
    /// The exit code of the task's process.
    pub code: i32,
    /// What to do.
    pub exit_options: ExitOptions,
}

/// The answer to a range of exit codes.
///
/// Wire model `ExitCodeRangeMapping`: part of `ExitConditions`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ExitCodeRangeMapping {
    /// The first exit code of the range.
    pub start: i32,
    /// The last exit code of the range, itself included.
    pub end: i32,
    /// What to do.
    pub exit_options: ExitOptions,
}

/// What a task's end does to its job and to the tasks that depend on it.
///
/// Wire model `ExitOptions`: part of `ExitConditions`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ExitOptions {
    /// What happens to the job, if its `onTaskFailure` is `performexitoptionsjobaction`, else 400. Absent:
    /// `none` for exit code 0, `terminate` for any other end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_action: Option<BatchJobActionKind>,
    /// What happens to tasks that wait for this one. Absent: `satisfy` for exit code 0, `block` otherwise.
    /// Refused with 400 unless the job has `usesTaskDependencies`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dependency_action: Option<DependencyAction>,
}
