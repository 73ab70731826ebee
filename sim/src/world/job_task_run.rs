//! The record of a preparation or release task on one node, and its place among the runs of the node.

use batchite_api::batch::{BatchNodeState, BatchTaskExecutionResult, BatchTaskFailureInfo};
use batchite_api::ids::JobId;
use batchite_api::time::{TimeSpan, Timestamp};

use super::boot::exit_code_failure;
use super::job::Job;
use super::{JobIndex, NodeIndex, RunTarget, Work, World};
use crate::exec::{Outcome, RunId};

/// Which of the two it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum JobTaskKind {
    /// Runs before the first task of the job on a node.
    Preparation,
    /// Runs when the job ends.
    Release,
}

/// How the latest run of such a task went, or goes.
#[derive(Debug, Default)]
pub(super) struct JobTaskRun {
    /// The run under way.
    pub(super) run: Option<RunId>,
    /// Which disk of the node it runs on.
    pub(super) disk: u32,
    pub(super) start_time: Option<Timestamp>,
    pub(super) end_time: Option<Timestamp>,
    pub(super) exit_code: Option<i32>,
    pub(super) failure: Option<BatchTaskFailureInfo>,
    pub(super) retry_count: i32,
    pub(super) last_retry_time: Option<Timestamp>,
}

impl JobTaskRun {
    /// A run begins; what is known of the one before is forgotten, but for the count of retries.
    pub(super) fn begin(&mut self, run: RunId, disk: u32, now: Timestamp) {
        *self = Self {
            run: Some(run),
            disk,
            start_time: Some(now),
            retry_count: self.retry_count,
            last_retry_time: self.last_retry_time,
            ..Self::default()
        };
    }

    /// The run has ended on its own, or was ended with this failure.
    pub(super) fn end(&mut self, outcome: Outcome, now: Timestamp) {
        self.run = None;
        self.end_time = Some(now);
        (self.exit_code, self.failure) = match outcome {
            Outcome::Exited(0) => (Some(0), None),
            Outcome::Exited(code) => (Some(code), Some(exit_code_failure())),
            Outcome::Failed(failure) => (None, Some(failure)),
            Outcome::UploadFailed { exit_code, failure } => (Some(exit_code), Some(failure)),
        };
    }

    /// How it went, once it has ended.
    pub(super) fn result(&self) -> Option<BatchTaskExecutionResult> {
        self.end_time.map(|_| match self.failure {
            None => BatchTaskExecutionResult::Success,
            Some(_) => BatchTaskExecutionResult::Failure,
        })
    }
}

impl Job {
    /// The id of the preparation or release task, when the job has one.
    pub(super) fn job_task_id(&self, kind: JobTaskKind) -> Option<&str> {
        match kind {
            JobTaskKind::Preparation => self.model.job_preparation_task.as_ref()?.id.as_deref(),
            JobTaskKind::Release => self.model.job_release_task.as_ref()?.id.as_deref(),
        }
    }

    /// The directory of the preparation or release task below the root of a node.
    pub(super) fn job_task_directory(&self, kind: JobTaskKind) -> Option<String> {
        let id = self.job_task_id(kind)?;
        Some(job_task_directory(&self.id, id))
    }

    pub(super) fn job_task_run(&self, node: NodeIndex, kind: JobTaskKind) -> Option<&JobTaskRun> {
        let record = self.preparation.as_deref()?.nodes.get(&node)?;
        match kind {
            JobTaskKind::Preparation => Some(&record.preparation),
            JobTaskKind::Release => record.release.as_ref().map(|release| &release.run),
        }
    }

    pub(super) fn job_task_retention(&self, kind: JobTaskKind) -> Option<TimeSpan> {
        let model = &self.model;
        match kind {
            JobTaskKind::Preparation => {
                let constraints = model.job_preparation_task.as_ref()?.constraints.as_ref()?;
                constraints.retention_time
            }
            JobTaskKind::Release => model.job_release_task.as_ref()?.retention_time,
        }
    }
}

fn job_task_directory(job: &JobId, id: &str) -> String {
    format!("{}/{id}", super::command::job_directory(job))
}

impl World {
    /// Has the executor start a preparation or release task. It takes no slot of its node.
    pub(super) fn start_job_task(&mut self, job: JobIndex, node: NodeIndex, kind: JobTaskKind) -> RunId {
        let run = self.next_run();
        let target = match kind {
            JobTaskKind::Preparation => RunTarget::Preparation { job, node },
            JobTaskKind::Release => RunTarget::Release { job, node },
        };
        self.runs.insert(run, target);
        if let Some(record) = self.node_mut(node) {
            record.job_runs.push(run);
        }
        self.start_run(run, target);
        run
    }

    /// Has the executor end such a run, and forgets it. Its node is not told yet.
    pub(super) fn end_job_task(&mut self, run: RunId) {
        if self.runs.remove(&run).is_some() {
            self.work.push_back(Work::End { run });
        }
    }

    /// A node has one run less; without any it is idle.
    pub(super) fn job_task_over(&mut self, node: NodeIndex, run: RunId) {
        let Some(record) = self.node_mut(node) else { return };
        record.job_runs.retain(|other| *other != run);
        if record.is_free() && record.state == BatchNodeState::Running {
            self.set_node_state(node, &BatchNodeState::Idle, "tasks_ended");
        }
        self.tasks_may_be_gone(node);
    }

    /// Plans the end of the files of a task that has just ended.
    pub(super) fn plan_job_task_retention(&mut self, job: JobIndex, node: NodeIndex, kind: JobTaskKind) {
        let retention = self.job(job).and_then(|job| job.job_task_retention(kind));
        if let Some(retention) = retention.filter(|span| !span.is_infinite()) {
            let at = self.now + retention;
            self.events.plan_job_task_retention(at, job, node, kind);
        }
    }

    /// The retention time of such a task is over, unless it has run again since.
    pub(super) fn job_task_retention_ended(&mut self, job: JobIndex, node: NodeIndex, kind: JobTaskKind) {
        let now = self.now;
        let Some(record) = self.job(job) else { return };
        let ended = record.job_task_run(node, kind).and_then(|run| run.end_time);
        let retention = record.job_task_retention(kind);
        let due = ended
            .zip(retention)
            .is_some_and(|(end, retention)| end + retention <= now);
        let directory = record.job_task_directory(kind).filter(|_| due);
        let at = node;
        let node = self.node(node).map(|node| node.identity.node.clone());
        if let (Some(node), Some(directory)) = (node, directory) {
            self.remove_directory(node, directory);
        }
        self.files_may_be_gone(at);
    }
}
