//! Job release tasks: what runs, when a job ends, on every node its preparation task came to. Never twice.
//!
//! A node that is down runs it when it is back. A node that leaves the pool is given up, and so is every node once the
//! time of the release task is over: the job then ends without.

use batchite_api::batch::BatchNodeState;
use batchite_api::time::TimeSpan;

use super::event::Event;
use super::job_task_run::{JobTaskKind, JobTaskRun};
use super::node::AfterTasks;
use super::states::{self, ReleasePhase};
use super::task_run::ended_failure;
use super::{JobIndex, NodeIndex, World};
use crate::exec::{Outcome, RunId};

/// The longest a release task may take, and how long it may when nobody says so.
pub(super) const RELEASE_TIME_MAX: TimeSpan = TimeSpan::from_minutes(15);

/// The release task of a job on one node.
#[derive(Debug)]
pub(super) struct NodeRelease {
    pub(super) phase: ReleasePhase,
    pub(super) run: JobTaskRun,
}

impl World {
    fn node_release(&mut self, job: JobIndex, node: NodeIndex) -> Option<&mut NodeRelease> {
        self.prepared_node(job, node)?.release.as_mut()
    }

    /// A job ends: ends what prepares nodes for it and begins its release tasks.
    pub(super) fn begin_release(&mut self, job: JobIndex) {
        let Some(preparation) = self.job(job).and_then(|job| job.preparation.as_deref()) else {
            return;
        };
        let nodes: Vec<NodeIndex> = preparation.nodes.keys().copied().collect();
        for node in &nodes {
            self.give_up_preparation(job, *node, ended_failure(None));
        }
        let task = self.job(job).and_then(|job| job.model.job_release_task.as_ref());
        let Some(task) = task else { return };
        let limit = task.max_wall_clock_time.unwrap_or(RELEASE_TIME_MAX);
        for node in nodes {
            self.plan_release(job, node);
        }
        let unreleased = self
            .job(job)
            .and_then(|job| job.preparation.as_deref())
            .map_or(0, |preparation| preparation.unreleased);
        if unreleased > 0 {
            self.plan_in(limit, Event::ReleaseTimedOut { job });
        }
    }

    fn plan_release(&mut self, job: JobIndex, node: NodeIndex) {
        let is_there = self.node(node).is_some_and(|record| {
            record.state != BatchNodeState::LeavingPool && record.after_tasks != Some(AfterTasks::Leave)
        });
        let Some(preparation) = self.job_mut(job).and_then(|job| job.preparation.as_deref_mut()) else {
            return;
        };
        let Some(record) = preparation.nodes.get_mut(&node) else {
            return;
        };
        if !is_there || record.release.is_some() {
            return;
        }
        record.release = Some(NodeRelease {
            phase: ReleasePhase::Waiting,
            run: JobTaskRun::default(),
        });
        preparation.unreleased += 1;
        self.releases_waiting.insert((node, job));
        self.run_release(job, node);
    }

    /// A node works again: runs what waited for it.
    pub(super) fn run_waiting_releases(&mut self, node: NodeIndex) {
        if self.releases_waiting.is_empty() {
            return;
        }
        for job in self.waiting_releases(node) {
            self.run_release(job, node);
        }
    }

    fn waiting_releases(&self, node: NodeIndex) -> Vec<JobIndex> {
        let all = (node, JobIndex(0))..=(node, JobIndex(u32::MAX));
        self.releases_waiting.range(all).map(|(_, job)| *job).collect()
    }

    /// Runs the release task on a node that works; on any other it waits.
    fn run_release(&mut self, job: JobIndex, node: NodeIndex) {
        let now = self.now;
        let Some(record) = self.node(node) else { return };
        let disk = record.identity.disk;
        let was_idle = record.state == BatchNodeState::Idle;
        let works = was_idle || record.state == BatchNodeState::Running;
        if !works || record.after_tasks.is_some() {
            return;
        }
        self.releases_waiting.remove(&(node, job));
        let run = self.start_job_task(job, node, JobTaskKind::Release);
        if was_idle {
            self.set_node_state(node, &BatchNodeState::Running, "job_release");
        }
        self.set_release_phase(job, node, ReleasePhase::Running, "job_release");
        if let Some(release) = self.node_release(job, node) {
            release.run.begin(run, disk, now);
        }
    }

    /// The release task of a job has ended on a node. How does not matter to the job.
    pub(super) fn release_ended(&mut self, job: JobIndex, node: NodeIndex, run: RunId, outcome: Outcome) {
        self.conclude_release(job, node, Some(outcome), "exited");
        self.job_task_over(node, run);
    }

    /// Ends a release task that runs or waits.
    fn give_up_release(&mut self, job: JobIndex, node: NodeIndex, reason: &str, cause: &'static str) {
        let Some(release) = self.node_release(job, node) else {
            return;
        };
        let run = release.run.run;
        match release.phase {
            ReleasePhase::Completed => return,
            ReleasePhase::Waiting => {
                self.releases_waiting.remove(&(node, job));
            }
            ReleasePhase::Running => {}
        }
        let outcome = run.map(|_| Outcome::Failed(ended_failure(Some(reason))));
        if let Some(run) = run {
            self.end_job_task(run);
        }
        self.conclude_release(job, node, outcome, cause);
        if let Some(run) = run {
            self.job_task_over(node, run);
        }
    }

    fn conclude_release(
        &mut self,
        job: JobIndex,
        node: NodeIndex,
        outcome: Option<Outcome>,
        cause: &'static str,
    ) {
        let now = self.now;
        let Some(release) = self.node_release(job, node) else {
            return;
        };
        if let Some(outcome) = outcome {
            release.run.end(outcome, now);
            self.plan_job_task_retention(job, node, JobTaskKind::Release);
        }
        self.set_release_phase(job, node, ReleasePhase::Completed, cause);
        if let Some(preparation) = self.job_mut(job).and_then(|job| job.preparation.as_deref_mut()) {
            preparation.unreleased -= 1;
        }
        self.job_tasks_may_be_gone(job);
    }

    /// A node goes down while a release task runs there.
    pub(super) fn interrupt_release(&mut self, job: JobIndex, node: NodeIndex, run: RunId, then: AfterTasks) {
        match then {
            AfterTasks::Leave | AfterTasks::BeUnusable => {
                let reason = "The node leaves the pool.";
                self.give_up_release(job, node, reason, "node_leaves");
            }
            AfterTasks::Reboot
            | AfterTasks::Reimage
            | AfterTasks::BePreempted(_)
            | AfterTasks::Deallocate
            | AfterTasks::FallSilent
            | AfterTasks::UpgradeOs(_) => {
                self.end_job_task(run);
                if let Some(release) = self.node_release(job, node) {
                    release.run.run = None;
                }
                self.releases_waiting.insert((node, job));
                self.set_release_phase(job, node, ReleasePhase::Waiting, "node_restarts");
                self.job_task_over(node, run);
            }
            // It is no task of the kind that scheduling is about; the node goes offline afterwards.
            AfterTasks::Offline => {}
        }
    }

    /// A node that leaves does not come back to what waits for it.
    pub(super) fn give_up_waiting_releases(&mut self, node: NodeIndex) {
        for job in self.waiting_releases(node) {
            self.give_up_release(job, node, "The node leaves the pool.", "node_leaves");
        }
    }

    /// The time for releasing the nodes of a job is over.
    pub(super) fn release_timed_out(&mut self, job: JobIndex) {
        let reason = "The job release task was ended because it ran longer than its maxWallClockTime.";
        self.give_up_releases(job, reason, "release_time_limit");
    }

    /// Gives up all release tasks of a job that are not done.
    pub(super) fn give_up_releases(&mut self, job: JobIndex, reason: &str, cause: &'static str) {
        let nodes: Vec<NodeIndex> = self
            .job(job)
            .and_then(|job| job.preparation.as_deref())
            .map(|preparation| preparation.nodes.keys().copied().collect())
            .unwrap_or_default();
        for node in nodes {
            self.give_up_release(job, node, reason, cause);
        }
    }

    /// The only setter of how far a node is with a release task.
    fn set_release_phase(
        &mut self,
        job: JobIndex,
        node: NodeIndex,
        phase: ReleasePhase,
        cause: &'static str,
    ) {
        let Some(release) = self.node_release(job, node) else {
            return;
        };
        let from = std::mem::replace(&mut release.phase, phase);
        assert!(
            states::release_may_become(from, phase),
            "release from {from:?} to {phase:?}"
        );
        self.record_job_task(
            job,
            node,
            JobTaskKind::Release,
            [from.word(), phase.word()],
            cause,
        );
    }
}
