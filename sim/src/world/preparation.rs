//! Job preparation tasks: what a node runs before the first task of a job there.
//!
//! A task that comes to a node the job is not prepared on keeps its slots there in `preparing`. When the preparation
//! task fails for good, the task waits again and the node takes no more tasks of this job until it restarts; it stays
//! open to those of other jobs.

use std::collections::BTreeMap;
use std::sync::Arc;

use batchite_api::batch::{BatchJobPreparationTask, BatchTaskFailureInfo};
use smol_str::SmolStr;

use super::event::Event;
use super::index_set::IndexSet;
use super::job::Job;
use super::job_task_run::{JobTaskKind, JobTaskRun};
use super::node::NodeIdentity;
use super::release::NodeRelease;
use super::states::{self, PreparationPhase, TaskPhase};
use super::task_run::ended_failure;
use super::{JobIndex, NodeIndex, RunTarget, World};
use crate::exec::{Outcome, RunId};
use crate::trace::Entity;

/// What a job with a preparation task keeps about the nodes it has come to. Nodes that are gone stay in it.
#[derive(Debug, Default)]
pub(super) struct JobPreparation {
    pub(super) nodes: BTreeMap<NodeIndex, PreparedNode>,
    /// Nodes that take no tasks of this job, since its preparation task failed there.
    pub(super) failed: IndexSet,
    /// Release tasks the end of the job waits for.
    pub(super) unreleased: u32,
}

/// A node the preparation task has come to.
#[derive(Debug)]
pub(super) struct PreparedNode {
    pub(super) identity: Arc<NodeIdentity>,
    pub(super) phase: PreparationPhase,
    pub(super) preparation: JobTaskRun,
    pub(super) release: Option<NodeRelease>,
}

/// Whether tasks wait until the preparation task has succeeded.
fn waits_for_success(task: &BatchJobPreparationTask) -> bool {
    task.wait_for_success.unwrap_or(true)
}

impl Job {
    /// Nodes that take no tasks of this job, if there are any.
    pub(super) fn excluded_nodes(&self) -> Option<&IndexSet> {
        let preparation = self.preparation.as_deref()?;
        Some(&preparation.failed).filter(|failed| !failed.is_empty())
    }
}

impl World {
    pub(super) fn prepared_node(&mut self, job: JobIndex, node: NodeIndex) -> Option<&mut PreparedNode> {
        let preparation = self.job_mut(job)?.preparation.as_deref_mut()?;
        preparation.nodes.get_mut(&node)
    }

    fn preparation_task(&self, job: JobIndex) -> Option<&BatchJobPreparationTask> {
        self.job(job)?.model.job_preparation_task.as_ref()
    }

    /// Whether tasks of a job may start on a node.
    pub(super) fn is_prepared(&self, job: JobIndex, node: NodeIndex) -> bool {
        let Some(record) = self.job(job) else { return false };
        let Some(preparation) = record.preparation.as_deref() else {
            return true;
        };
        let phase = preparation.nodes.get(&node).map(|record| record.phase);
        let task = record.model.job_preparation_task.as_ref();
        phase == Some(PreparationPhase::Succeeded) || task.is_none_or(|task| !waits_for_success(task))
    }

    /// Sees to it that a node gets prepared for a job that comes to it. Whether tasks may start there at once.
    pub(super) fn prepare_for(&mut self, job: JobIndex, node: NodeIndex) -> bool {
        let Some(preparation) = self.job_mut(job).and_then(|job| job.preparation.as_deref_mut()) else {
            return true;
        };
        match preparation.nodes.get(&node).map(|record| record.phase) {
            None => {
                let Some(record) = self.node_mut(node) else {
                    return false;
                };
                let identity = Arc::clone(&record.identity);
                record.prepared_jobs.push(job);
                if let Some(preparation) = self.job_mut(job).and_then(|job| job.preparation.as_deref_mut()) {
                    let record = PreparedNode {
                        identity,
                        phase: PreparationPhase::Due,
                        preparation: JobTaskRun::default(),
                        release: None,
                    };
                    preparation.nodes.insert(node, record);
                }
                self.begin_preparation(job, node);
            }
            Some(PreparationPhase::Due) => self.begin_preparation(job, node),
            Some(_) => {}
        }
        self.is_prepared(job, node)
    }

    fn begin_preparation(&mut self, job: JobIndex, node: NodeIndex) {
        if let Some(record) = self.prepared_node(job, node) {
            record.preparation = JobTaskRun::default();
        }
        self.set_preparation_phase(job, node, PreparationPhase::Running, "job_preparation");
        self.run_preparation(job, node);
    }

    fn run_preparation(&mut self, job: JobIndex, node: NodeIndex) {
        let now = self.now;
        let run = self.start_job_task(job, node, JobTaskKind::Preparation);
        let disk = self.node(node).map_or(0, |record| record.identity.disk);
        if let Some(record) = self.prepared_node(job, node) {
            record.preparation.begin(run, disk, now);
        }
        let constraints = self
            .preparation_task(job)
            .and_then(|task| task.constraints.as_ref());
        let limit = constraints.and_then(|constraints| constraints.max_wall_clock_time);
        if let Some(limit) = limit.filter(|limit| !limit.is_infinite()) {
            self.plan_in(limit, Event::TaskTimedOut { run });
        }
    }

    /// The preparation task of a job has ended on a node.
    pub(super) fn preparation_ended(&mut self, job: JobIndex, node: NodeIndex, run: RunId, outcome: Outcome) {
        let now = self.now;
        let constraints = self
            .preparation_task(job)
            .and_then(|task| task.constraints.as_ref());
        let retries_max = constraints
            .and_then(|constraints| constraints.max_task_retry_count)
            .unwrap_or(0);
        let Some(record) = self.prepared_node(job, node) else {
            return self.job_task_over(node, run);
        };
        let retryable = matches!(outcome, Outcome::Exited(code) if code != 0);
        if retryable && (retries_max < 0 || record.preparation.retry_count < retries_max) {
            record.preparation.retry_count += 1;
            record.preparation.last_retry_time = Some(now);
            self.run_preparation(job, node);
            return self.job_task_over(node, run);
        }
        self.conclude_preparation(job, node, run, outcome);
    }

    /// The preparation task has taken longer than it may: it has failed, and is not retried.
    pub(super) fn preparation_timed_out(&mut self, job: JobIndex, node: NodeIndex, run: RunId) {
        self.end_job_task(run);
        let reason = "The job preparation task was ended because it ran longer than its maxWallClockTime.";
        let failure = ended_failure(Some(reason));
        self.conclude_preparation(job, node, run, Outcome::Failed(failure));
    }

    fn conclude_preparation(&mut self, job: JobIndex, node: NodeIndex, run: RunId, outcome: Outcome) {
        let now = self.now;
        let succeeded = outcome == Outcome::Exited(0);
        let Some(record) = self.prepared_node(job, node) else {
            return;
        };
        record.preparation.end(outcome, now);
        self.plan_job_task_retention(job, node, JobTaskKind::Preparation);
        let phase = if succeeded {
            PreparationPhase::Succeeded
        } else {
            PreparationPhase::Failed
        };
        self.set_preparation_phase(job, node, phase, "job_preparation");
        let waiting = self.preparing_runs(job, node);
        if succeeded {
            for run in waiting {
                self.start_prepared(run);
            }
        } else if self.preparation_task(job).is_some_and(waits_for_success) {
            if let Some(preparation) = self.job_mut(job).and_then(|job| job.preparation.as_deref_mut()) {
                preparation.failed.insert(node.0);
            }
            for run in waiting {
                self.send_back(run, "job_preparation_failed");
            }
            // One node less for this job: what it held back may go ahead.
            self.refresh_ready(job);
        }
        self.job_task_over(node, run);
    }

    /// The runs of tasks that wait on a node for the preparation task of their job.
    fn preparing_runs(&self, job: JobIndex, node: NodeIndex) -> Vec<RunId> {
        let Some(record) = self.node(node) else {
            return Vec::new();
        };
        let runs = record.runs.iter().filter(|run| run.job == job).map(|run| run.run);
        runs.filter(|run| {
            let task = self.runs.get(run).and_then(RunTarget::task);
            task.and_then(|(job, task)| self.job(job)?.task(task))
                .is_some_and(|task| task.phase == TaskPhase::Preparing)
        })
        .collect()
    }

    /// Ends the preparation task of a node that goes down: it is due again when the node is back.
    pub(super) fn interrupt_preparation(&mut self, job: JobIndex, node: NodeIndex, run: RunId) {
        self.end_job_task(run);
        if let Some(record) = self.prepared_node(job, node) {
            record.preparation.run = None;
        }
        self.set_preparation_phase(job, node, PreparationPhase::Due, "node_restarts");
        self.job_task_over(node, run);
    }

    /// Ends the preparation task on a node because its job ends.
    pub(super) fn give_up_preparation(
        &mut self,
        job: JobIndex,
        node: NodeIndex,
        failure: BatchTaskFailureInfo,
    ) {
        let now = self.now;
        let Some(record) = self.prepared_node(job, node) else {
            return;
        };
        let Some(run) = record.preparation.run else { return };
        record.preparation.end(Outcome::Failed(failure), now);
        self.end_job_task(run);
        self.plan_job_task_retention(job, node, JobTaskKind::Preparation);
        self.set_preparation_phase(job, node, PreparationPhase::Failed, "job_ends");
        self.job_task_over(node, run);
    }

    /// A node restarts: what has to run there again before the next task is due. That is everything after a reimage, and
    /// everything that did not succeed; what did succeed by `rerunOnNodeRebootAfterSuccess`.
    pub(super) fn forget_preparations(&mut self, node: NodeIndex, reimaged: bool) {
        let jobs = self.node(node).map(|record| record.prepared_jobs.clone());
        for job in jobs.unwrap_or_default() {
            let task = self.preparation_task(job);
            let reruns = task.is_some_and(|task| task.rerun_on_node_reboot_after_success.unwrap_or(true));
            let Some(preparation) = self.job_mut(job).and_then(|job| job.preparation.as_deref_mut()) else {
                continue;
            };
            preparation.failed.remove(node.0);
            let forgotten = match preparation.nodes.get(&node).map(|record| record.phase) {
                Some(PreparationPhase::Succeeded) => reimaged || reruns,
                Some(PreparationPhase::Failed) => true,
                _ => false,
            };
            if forgotten {
                self.set_preparation_phase(job, node, PreparationPhase::Due, "node_restarts");
            }
        }
    }

    /// The only setter of how far a node is with a preparation task.
    fn set_preparation_phase(
        &mut self,
        job: JobIndex,
        node: NodeIndex,
        phase: PreparationPhase,
        cause: &'static str,
    ) {
        let Some(record) = self.prepared_node(job, node) else {
            return;
        };
        let from = std::mem::replace(&mut record.phase, phase);
        assert!(
            states::preparation_may_become(from, phase),
            "preparation from {from:?} to {phase:?}"
        );
        self.record_job_task(
            job,
            node,
            JobTaskKind::Preparation,
            [from.word(), phase.word()],
            cause,
        );
    }

    pub(super) fn record_job_task(
        &mut self,
        job: JobIndex,
        node: NodeIndex,
        kind: JobTaskKind,
        [from, to]: [&str; 2],
        cause: &'static str,
    ) {
        if !self.trace.is_on() {
            return;
        }
        let Some(record) = self.job(job) else { return };
        let entity = Entity::Task {
            job: record.id.to_smol_str(),
            task: SmolStr::new(record.job_task_id(kind).unwrap_or_default()),
        };
        let place = self
            .node(node)
            .map(|node| node.identity.node.to_smol_str())
            .unwrap_or_default();
        self.record(entity, from, to, cause, place);
    }
}

impl RunTarget {
    /// The node it runs on.
    pub(super) fn node(&self) -> NodeIndex {
        match *self {
            Self::Task { node, .. }
            | Self::Instance { node, .. }
            | Self::Primary { node, .. }
            | Self::StartTask { node }
            | Self::Deployment { node }
            | Self::Preparation { node, .. }
            | Self::Release { node, .. } => node,
        }
    }

    /// The task of a job this is a run of; nothing for what runs before and after tasks.
    pub(super) fn task(&self) -> Option<(JobIndex, super::TaskIndex)> {
        match *self {
            Self::Task { job, task, .. }
            | Self::Instance { job, task, .. }
            | Self::Primary { job, task, .. } => Some((job, task)),
            Self::StartTask { .. }
            | Self::Deployment { .. }
            | Self::Preparation { .. }
            | Self::Release { .. } => None,
        }
    }
}
