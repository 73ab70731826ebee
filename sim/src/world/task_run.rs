//! How runs of tasks end: on their own, by request, by time, or with their node.

use std::cmp::Reverse;

use batchite_api::batch::{BatchErrorSourceCategory, BatchNodeState, BatchTaskFailureInfo, NameValuePair};
use smol_str::{SmolStr, format_smolstr};

use super::boot::exit_code_failure;
use super::event::Event;
use super::exit_conditions::TASK_ENDED;
use super::node::RECENT_TASKS_MAX;
use super::states::TaskPhase;
use super::task::TaskFiles;
use super::{JobIndex, NodeIndex, RunTarget, TaskIndex, Work, World};
use crate::exec::{Outcome, Platform, RunId};

/// How programs end on Windows that are interrupted because their time is over (`0xC000013A`).
const INTERRUPTED_ON_WINDOWS: i32 = -1_073_741_510;

/// What a task that was ended by somebody says about it.
pub(super) fn ended_failure(reason: Option<&str>) -> BatchTaskFailureInfo {
    let details = reason.map(|reason| NameValuePair {
        name: Some("Message".to_owned()),
        value: Some(reason.to_owned()),
    });
    BatchTaskFailureInfo {
        category: BatchErrorSourceCategory::UserError,
        code: Some(TASK_ENDED.to_owned()),
        message: Some("Task Was Ended by User Request".to_owned()),
        details: details.into_iter().collect(),
    }
}

impl World {
    /// Takes in how a run ended. Runs the world has ended itself are not known any more and are ignored.
    pub fn handle_outcome(&mut self, run: RunId, outcome: Outcome) {
        let outcome = self.meet_outcome(run, outcome);
        match self.runs.remove(&run) {
            None => {}
            Some(RunTarget::StartTask { node }) => self.start_task_ended(node, outcome),
            Some(RunTarget::Deployment { node }) => self.deployment_ended(node, outcome),
            Some(RunTarget::Task { job, task, node }) => {
                self.count_run(node, job, task, &outcome);
                self.task_ended(job, task, outcome);
                self.release_slots(node, run);
                self.job_tasks_may_be_gone(job);
            }
            Some(target @ RunTarget::Instance { job, task, node }) => {
                // It holds its slot beyond the command.
                self.runs.insert(run, target);
                self.coordination_ended(job, task, node, outcome);
            }
            Some(RunTarget::Primary { job, task, .. }) => self.instances_ended(job, task, None, outcome),
            Some(RunTarget::Preparation { job, node }) => self.preparation_ended(job, node, run, outcome),
            Some(RunTarget::Release { job, node }) => self.release_ended(job, node, run, outcome),
        }
    }

    pub(super) fn count_run(&mut self, node: NodeIndex, job: JobIndex, task: TaskIndex, outcome: &Outcome) {
        let Some(record) = self.node_mut(node) else { return };
        record.tasks_run = record.tasks_run.saturating_add(1);
        if *outcome == Outcome::Exited(0) {
            record.tasks_succeeded = record.tasks_succeeded.saturating_add(1);
        }
        if record.recent.len() == RECENT_TASKS_MAX {
            record.recent.pop_front();
        }
        record.recent.push_back((job, task));
    }

    pub(super) fn task_ended(&mut self, job: JobIndex, task: TaskIndex, outcome: Outcome) {
        let now = self.now;
        match outcome {
            Outcome::Exited(0) => self.complete_task(job, task, Some(0), None, "exited"),
            Outcome::Failed(failure) => self.complete_task(job, task, None, Some(failure), "failed"),
            Outcome::UploadFailed { exit_code, failure } => {
                self.complete_task(job, task, Some(exit_code), Some(failure), "upload_failed");
            }
            Outcome::Exited(code) => {
                let Some(record) = self.job_mut(job).and_then(|job| job.task_mut(task)) else {
                    return;
                };
                let retries_max = record.specification.max_task_retry_count;
                let retry = u32::try_from(retries_max).map_or(true, |max| record.retry_count < max);
                if !retry {
                    self.complete_task(job, task, Some(code), Some(exit_code_failure()), "exited");
                    return;
                }
                record.clear_run();
                record.retry_count += 1;
                record.last_retry_time = Some(now);
                self.wait_again(job, task, "retry", format_smolstr!("exit code {code}"));
            }
        }
    }

    /// Puts a task that ran back among the waiting ones, in its old place.
    fn wait_again(&mut self, job: JobIndex, task: TaskIndex, cause: &'static str, note: SmolStr) {
        self.set_task_phase(job, task, TaskPhase::Active, None, cause, note);
        if let Some(record) = self.job_mut(job) {
            record.enqueue(task);
        }
        self.refresh_ready(job);
    }

    /// Ends a task for good.
    pub(super) fn complete_task(
        &mut self,
        job: JobIndex,
        task: TaskIndex,
        exit_code: Option<i32>,
        failure: Option<BatchTaskFailureInfo>,
        cause: &'static str,
    ) {
        let now = self.now;
        let Some(record) = self.job_mut(job) else { return };
        let limited = record.is_limited();
        let Some(ended) = record.tasks.get_mut(task.offset()) else {
            return;
        };
        let needs = ended.specification.needs();
        let waited = ended.phase == TaskPhase::Active;
        let retention = (ended.files == TaskFiles::Present).then_some(ended.specification.retention_time);
        let note = match (&failure, exit_code) {
            (Some(failure), None) => SmolStr::new(failure.code.as_deref().unwrap_or("")),
            (_, Some(code)) => format_smolstr!("exit code {code}"),
            (None, None) => SmolStr::default(),
        };
        let succeeded = failure.is_none();
        ended.end_time = Some(now);
        ended.exit_code = exit_code;
        ended.failure = failure.map(Box::new);
        ended.run = None;
        if waited {
            record.waiting.remove(task.0, needs);
        }
        self.set_task_phase(job, task, TaskPhase::Completed, Some(succeeded), cause, note);
        if let Some(retention) = retention {
            self.files_are_kept(job, task);
            if !retention.is_infinite() {
                self.events.plan_retention(now + retention, job, task);
            }
        }
        if waited || limited {
            self.refresh_ready(job);
        }
        if cause != "delete_task" {
            self.release_dependents(job, task);
        }
        self.check_tasks_later(job);
        self.job_manager_may_have_ended(job, task, cause);
        self.act_on_exit(job, task, cause);
    }

    /// Frees what a run occupied on its node.
    pub(super) fn release_slots(&mut self, node: NodeIndex, run: RunId) {
        let Some(record) = self.node_mut(node) else { return };
        let Some(at) = record.runs.iter().position(|other| other.run == run) else {
            return;
        };
        let ended = record.runs.swap_remove(at);
        record.used_slots -= ended.slots;
        let pool = record.pool;
        if let Some(priority) = ended.preemptible
            && let Some(pool) = self.pool_mut(pool)
        {
            pool.preemptible.remove(&(priority, Reverse(run)));
        }
        let Some(record) = self.node(node) else { return };
        if record.is_free() && record.state == BatchNodeState::Running {
            self.set_node_state(node, &BatchNodeState::Idle, "tasks_ended");
            self.tasks_may_be_gone(node);
        } else {
            self.refresh_offer(node);
        }
    }

    /// Ends a run of a task by request of a user; the task waits again. No retry is counted.
    pub(super) fn requeue_run(&mut self, run: RunId, cause: &'static str) {
        let now = self.now;
        let Some((job, task, node)) = self.end_run(run) else {
            return;
        };
        if let Some(record) = self.job_mut(job).and_then(|job| job.task_mut(task)) {
            record.clear_run();
            record.requeue_count += 1;
            record.last_requeue_time = Some(now);
        }
        self.wait_again(job, task, cause, SmolStr::default());
        if let Some(node) = node {
            self.release_slots(node, run);
        }
        self.job_tasks_may_be_gone(job);
    }

    /// Takes a task off a node where it cannot start, or that is lost. It waits again; neither a retry nor a requeue is
    /// counted.
    pub(super) fn send_back(&mut self, run: RunId, cause: &'static str) {
        let Some((job, task, node)) = self.end_run(run) else {
            return;
        };
        if let Some(record) = self.job_mut(job).and_then(|job| job.task_mut(task)) {
            record.clear_run();
        }
        self.wait_again(job, task, cause, SmolStr::default());
        if let Some(node) = node {
            self.release_slots(node, run);
        }
        self.job_tasks_may_be_gone(job);
    }

    /// Starts a task whose node is prepared now.
    pub(super) fn start_prepared(&mut self, run: RunId) {
        let now = self.now;
        let (target, job, task) = match self.runs.get(&run).copied() {
            Some(target @ RunTarget::Task { job, task, .. }) => (target, job, task),
            Some(RunTarget::Instance { job, task, .. }) => return self.start_prepared_instances(job, task),
            _ => return,
        };
        if let Some(record) = self.job_mut(job).and_then(|job| job.task_mut(task)) {
            record.start_time = Some(now);
            record.files = TaskFiles::Present;
        }
        self.set_task_phase(
            job,
            task,
            TaskPhase::Running,
            None,
            "prepared",
            SmolStr::default(),
        );
        self.limit_run(job, task);
        self.start_run(run, target);
    }

    /// Ends a run of a task for good.
    pub(super) fn terminate_run(&mut self, run: RunId, cause: &'static str) {
        let Some((job, task, node)) = self.end_run(run) else {
            return;
        };
        self.complete_task(job, task, None, Some(ended_failure(None)), cause);
        if let Some(node) = node {
            self.release_slots(node, run);
        }
        self.job_tasks_may_be_gone(job);
    }

    /// Ends a task that waits.
    pub(super) fn terminate_waiting(&mut self, job: JobIndex, task: TaskIndex, cause: &'static str) {
        self.complete_task(job, task, None, Some(ended_failure(None)), cause);
    }

    /// Plans the end of a run whose time is limited.
    pub(super) fn limit_run(&mut self, job: JobIndex, task: TaskIndex) {
        let Some(record) = self.job(job).and_then(|job| job.task(task)) else {
            return;
        };
        if let (Some(run), Some(due)) = (record.run, record.due()) {
            self.events.plan(due.max(self.now), Event::TaskTimedOut { run });
        }
    }

    /// A run may have lasted as long as it may.
    pub(super) fn run_timed_out(&mut self, run: RunId) {
        match self.runs.get(&run) {
            Some(&(RunTarget::Task { job, task, .. } | RunTarget::Instance { job, task, .. })) => {
                self.task_timed_out(run, job, task);
            }
            Some(&RunTarget::Preparation { job, node }) => self.preparation_timed_out(job, node, run),
            _ => {}
        }
    }

    fn task_timed_out(&mut self, run: RunId, job: JobIndex, task: TaskIndex) {
        // The limit may have been changed since; what counts is the one in force.
        let due = self.job(job).and_then(|job| job.task(task)?.due());
        if due.is_none_or(|due| due > self.now) {
            return;
        }
        let record = self.job(job).and_then(|job| job.task(task));
        let platform = record
            .and_then(|task| task.node.as_deref())
            .map(|node| node.platform);
        let exit_code = (platform == Some(Platform::Windows)).then_some(INTERRUPTED_ON_WINDOWS);
        let Some((job, task, node)) = self.end_run(run) else {
            return;
        };
        let reason = "The task was ended because it ran longer than its maxWallClockTime.";
        self.complete_task(
            job,
            task,
            exit_code,
            Some(ended_failure(Some(reason))),
            "task_time_limit",
        );
        if let Some(node) = node {
            self.release_slots(node, run);
        }
        self.job_tasks_may_be_gone(job);
    }

    /// Has the executor end the run of a task, and forgets it: which task it is, and the node whose slots are to be
    /// freed. The nodes of a multi-instance task are freed already.
    pub(super) fn end_run(&mut self, run: RunId) -> Option<(JobIndex, TaskIndex, Option<NodeIndex>)> {
        match *self.runs.get(&run)? {
            RunTarget::Task { job, task, node } => {
                self.runs.remove(&run);
                self.work.push_back(Work::End { run });
                Some((job, task, Some(node)))
            }
            RunTarget::Instance { job, task, .. } => {
                self.dissolve(job, task);
                Some((job, task, None))
            }
            _ => None,
        }
    }

    /// The retention time of a task is over, unless it has run again since.
    pub(super) fn retention_ended(&mut self, job: JobIndex, task: TaskIndex) {
        let now = self.now;
        let Some(directory) = self.task_directory(job, task) else {
            return;
        };
        let Some(record) = self.job_mut(job).and_then(|job| job.task_mut(task)) else {
            return;
        };
        let due = record
            .end_time
            .is_some_and(|end| end + record.specification.retention_time <= now);
        if !due || record.phase != TaskPhase::Completed || record.files != TaskFiles::Present {
            return;
        }
        self.files_are_forgotten(job, task);
        if let Some(record) = self.job_mut(job).and_then(|job| job.task_mut(task)) {
            record.files = TaskFiles::CleanedUp;
        }
        for node in self.nodes_with_files(job, task) {
            self.remove_directory(node, directory.clone());
        }
    }
}
