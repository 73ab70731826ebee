//! The account of a run for machines.

use std::path::PathBuf;

use batchite_api::batch::{BatchTask, BatchTaskExecutionResult, BatchTaskFailureInfo, BatchTaskState};
use batchite_api::secret::redact_signatures;
use batchite_api::time::{TimeSpan, Timestamp};
use serde::Serialize;

use super::text::{failure_text, harmless};

/// What a run did and how it ended.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TutorialReport {
    /// Whether every task succeeded and every output is here.
    pub success: bool,
    /// The id of the pool.
    pub pool_id: String,
    /// The id of the job.
    pub job_id: String,
    /// When the run began, on the clock of its world.
    pub start_time: Timestamp,
    /// When it ended, before job and pool were deleted.
    pub end_time: Timestamp,
    /// The time between them.
    pub elapsed: TimeSpan,
    /// The tasks, in the order of their inputs; empty when the run did not get that far.
    pub tasks: Vec<TaskReport>,
    /// The files that were written.
    pub outputs: Vec<OutputReport>,
    /// What the run had to live with.
    pub warnings: Vec<String>,
    /// What made it fail.
    pub errors: Vec<String>,
}

/// One task.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskReport {
    /// Its id.
    pub id: String,
    /// Its state.
    pub state: BatchTaskState,
    /// The exit code, when a program ran to its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<i32>,
    /// Success or failure, once completed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<BatchTaskExecutionResult>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<BatchTaskFailureInfo>,
    /// The node it ran on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_id: Option<String>,
    /// When it was started.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_time: Option<Timestamp>,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_time: Option<Timestamp>,
    /// What it said last, of a task that failed: the file and its last lines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_words: Option<LastWords>,
}

/// The end of a file a command left behind.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LastWords {
    /// The file.
    pub file: String,
    /// Its last lines, made harmless for a terminal.
    pub lines: Vec<String>,
}

/// One file that was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OutputReport {
    /// The blob it came from.
    pub blob: String,
    /// Where it is.
    pub path: PathBuf,
    /// Its length.
    pub bytes: u64,
}

impl TaskReport {
    /// What the service tells of a task.
    pub(super) fn of(task: &BatchTask) -> Self {
        let execution = task.execution_info.clone().unwrap_or_default();
        Self {
            id: task.id.clone(),
            state: task.state.clone(),
            exit_code: execution.exit_code,
            result: execution.result,
            failure: execution.failure_info.map(without_signatures),
            node_id: task.node_info.as_ref().and_then(|node| node.node_id.clone()),
            start_time: execution.start_time,
            end_time: execution.end_time,
            last_words: None,
        }
    }

    /// Whether the task completed, but not well.
    pub fn is_failed(&self) -> bool {
        self.state == BatchTaskState::Completed
            && match &self.result {
                Some(result) => *result != BatchTaskExecutionResult::Success,
                None => self.failure.is_some() || self.exit_code != Some(0),
            }
    }

    /// What is to be said of a failed task, in several lines.
    pub(super) fn failure_text(&self) -> String {
        let mut text = format!(
            "[{}]: {}",
            self.id,
            outcome_text(self.exit_code, self.failure.as_ref())
        );
        if let Some(node) = &self.node_id {
            text.push_str(", on node ");
            text.push_str(&harmless(node));
        }
        if let Some(last_words) = &self.last_words {
            text.push_str(&last_words.text());
        }
        text
    }
}

impl LastWords {
    /// The lines, each on its own below what was said before.
    pub(super) fn text(&self) -> String {
        let mut text = match self.lines.len() {
            0 => format!("\n  {} is empty", self.file),
            _ => format!("\n  the end of its {}:", self.file),
        };
        for line in &self.lines {
            text.push_str("\n    ");
            text.push_str(line);
        }
        text
    }
}

/// The failure with the value of every signature hidden: URLs of blobs stand in its texts.
fn without_signatures(mut failure: BatchTaskFailureInfo) -> BatchTaskFailureInfo {
    let details = failure
        .details
        .iter_mut()
        .filter_map(|detail| detail.value.as_mut());
    for text in failure.message.iter_mut().chain(details) {
        *text = redact_signatures(text);
    }
    failure
}

/// How a command ended: its exit code, or what kept it from having one.
pub(super) fn outcome_text(exit_code: Option<i32>, failure: Option<&BatchTaskFailureInfo>) -> String {
    let mut parts = Vec::new();
    if let Some(code) = exit_code {
        parts.push(format!("exit code {code}"));
    }
    if let Some(failure) = failure {
        let code = failure.code.as_deref().unwrap_or(failure.category.as_str());
        let details = failure.details.iter().map(|detail| (&detail.name, &detail.value));
        parts.push(failure_text(code, failure.message.as_deref(), details));
    }
    if parts.is_empty() {
        parts.push("failed without an exit code".to_owned());
    }
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use batchite_api::batch::{
        BatchErrorSourceCategory, BatchNodeInfo, BatchTaskExecutionInfo, NameValuePair,
    };

    use super::*;

    fn failed(exit_code: Option<i32>, code: &str) -> BatchTask {
        BatchTask {
            id: "topNtask0".to_owned(),
            state: BatchTaskState::Completed,
            node_info: Some(BatchNodeInfo {
                node_id: Some("node".to_owned()),
                ..BatchNodeInfo::default()
            }),
            execution_info: Some(BatchTaskExecutionInfo {
                exit_code,
                result: Some(BatchTaskExecutionResult::Failure),
                failure_info: Some(BatchTaskFailureInfo {
                    category: BatchErrorSourceCategory::UserError,
                    code: Some(code.to_owned()),
                    message: Some("See https://h/c/b?sig=secret".to_owned()),
                    details: vec![NameValuePair {
                        name: Some("Key".to_owned()),
                        value: Some("a\nb".to_owned()),
                    }],
                }),
                ..BatchTaskExecutionInfo::default()
            }),
            ..BatchTask::default()
        }
    }

    #[test]
    fn a_failure_is_told_with_its_code_node_and_last_words() {
        let mut report = TaskReport::of(&failed(Some(127), "FailureExitCode"));
        assert!(report.is_failed());
        assert!(!format!("{report:?}").contains("secret"));
        report.last_words = Some(LastWords {
            file: "stderr.txt".to_owned(),
            lines: vec!["not found".to_owned()],
        });
        assert_eq!(
            report.failure_text(),
            "[topNtask0]: exit code 127, FailureExitCode: See https://h/c/b?sig=REDACTED [Key: a\\u{a}b], \
             on node node\n  the end of its stderr.txt:\n    not found"
        );
    }

    #[test]
    fn a_task_that_never_ran_is_a_failure_too() {
        assert!(TaskReport::of(&failed(None, "BlobAccessDenied")).is_failed());
    }

    #[test]
    fn what_is_not_completed_has_not_failed() {
        let mut task = failed(None, "x");
        task.state = BatchTaskState::Running;
        assert!(!TaskReport::of(&task).is_failed());
        task.state = BatchTaskState::Completed;
        task.execution_info = Some(BatchTaskExecutionInfo {
            exit_code: Some(0),
            ..BatchTaskExecutionInfo::default()
        });
        assert!(!TaskReport::of(&task).is_failed());
    }
}
