//! How long tasks live: 180 days after its addition a task runs no more, and stays in the state it is in.
//!
//! One that waits then waits for ever. The command of one that has a node is ended and its slots are free again, but the
//! task stays `preparing` or `running` until somebody ends or deletes it, or its job ends: it is left.

use std::collections::BTreeSet;

use batchite_api::time::{TimeSpan, Timestamp};
use smol_str::SmolStr;

use super::event::Event;
use super::job::Job;
use super::states::{self, TaskPhase};
use super::task::Task;
use super::{JobIndex, TaskIndex, World};
use crate::exec::RunId;
use crate::trace::Entity;

/// How long a task lives from its addition: what has not run by then is not run any more.
const TASK_LIFETIME: TimeSpan = TimeSpan::from_days(180);

/// What a job knows about the age of its tasks.
///
/// Tasks stand in the order of their addition, so those that are too old are the first ones; one look ahead is planned for
/// all of them, and only while one has a node.
#[derive(Debug, Default)]
pub(super) struct Lifetimes {
    /// How many tasks, from the first, are too old; none of them runs.
    passed: usize,
    /// When the first of those that run becomes too old, or one that has ended since.
    due: Option<Timestamp>,
    /// The tasks that were left in the state they were in.
    left: BTreeSet<TaskIndex>,
}

impl Task {
    /// The moment from which it does not run.
    pub(super) fn outlives(&self) -> Timestamp {
        self.created + TASK_LIFETIME
    }

    /// Whether it was added too long ago to run again.
    pub(super) fn is_past_its_lifetime(&self, now: Timestamp) -> bool {
        self.outlives() <= now
    }
}

impl Job {
    /// How many tasks have a node and are not left: those that hold slots.
    pub(super) fn tasks_under_way(&self) -> u32 {
        let left = u32::try_from(self.lifetimes.left.len()).unwrap_or(u32::MAX);
        self.counts.running.saturating_sub(left)
    }

    /// Whether a task was left in the state it was in when it had lived too long.
    pub(super) fn is_left(&self, task: TaskIndex) -> bool {
        self.lifetimes.left.contains(&task)
    }

    /// A task goes on to another phase, or away: it is left no more. Whether it was.
    pub(super) fn take_up(&mut self, task: TaskIndex) -> bool {
        self.lifetimes.left.remove(&task)
    }

    /// The tasks that were left, in the order of their addition.
    pub(super) fn left_tasks(&self) -> Vec<TaskIndex> {
        self.lifetimes.left.iter().copied().collect()
    }
}

impl World {
    /// Whether a task was added too long ago to run.
    pub(super) fn is_out_of_date(&self, job: JobIndex, task: TaskIndex) -> bool {
        let task = self.job(job).and_then(|job| job.task(task));
        task.is_some_and(|task| task.is_past_its_lifetime(self.now))
    }

    /// Has a task that was added too long ago wait for nothing any more. It stays as it is, for ever active.
    pub(super) fn give_up_waiting(&mut self, job: JobIndex, task: TaskIndex) {
        let Some(record) = self.job_mut(job) else { return };
        let Some(needs) = record.task(task).map(|task| task.specification.needs()) else {
            return;
        };
        record.waiting.remove(task.0, needs);
        self.record_lifetime(job, task, TaskPhase::Active);
        self.place_job(job);
    }

    /// A task has got its node: sees to it that a look at the job is planned for the end of its life.
    pub(super) fn limit_lifetime(&mut self, job: JobIndex, task: TaskIndex) {
        let Some(record) = self.jobs.get_mut(job.offset()).and_then(Option::as_deref_mut) else {
            return;
        };
        let Some(due) = record.task(task).map(Task::outlives) else {
            return;
        };
        if record.lifetimes.due.is_none_or(|planned| planned > due) {
            record.lifetimes.due = Some(due);
            self.events.plan_recurring(due, Event::LifetimesEnded { job });
        }
    }

    /// Tasks of a job may have lived too long: ends what runs of them, and plans the next look.
    pub(super) fn lifetimes_ended(&mut self, job: JobIndex) {
        let now = self.now;
        let Some(record) = self.job_mut(job) else { return };
        // A look that was planned later than this one was planned for an earlier moment.
        if record.lifetimes.due.is_none_or(|due| due > now) {
            return;
        }
        record.lifetimes.due = None;
        let mut outlived = Vec::new();
        let mut at = record.lifetimes.passed;
        while let Some(task) = record.tasks.get(at).filter(|task| task.is_past_its_lifetime(now)) {
            outlived.extend(task.run.map(|run| (TaskIndex::next(at), run)));
            at += 1;
        }
        record.lifetimes.passed = at;
        for (task, run) in outlived {
            self.leave_task(job, task, run);
        }
        let Some(record) = self.job(job).filter(|job| job.tasks_under_way() > 0) else {
            return;
        };
        let ahead = (at..record.tasks.len()).map(TaskIndex::next);
        let mut ahead = ahead.filter(|at| record.task(*at).is_some_and(|task| task.run.is_some()));
        if let Some(next) = ahead.next() {
            self.limit_lifetime(job, next);
        }
    }

    /// Ends the run of a task that has lived too long. The task keeps its state and its node.
    fn leave_task(&mut self, job: JobIndex, task: TaskIndex, run: RunId) {
        let Some((_, _, node)) = self.end_run(run) else {
            return;
        };
        let Some(record) = self.job_mut(job) else { return };
        let Some(left) = record.tasks.get_mut(task.offset()) else {
            return;
        };
        let phase = left.phase;
        assert!(states::task_may_be_left(phase), "a task left as {phase:?}");
        left.run = None;
        record.usage.leave(left);
        record.lifetimes.left.insert(task);
        self.record_lifetime(job, task, phase);
        if let Some(node) = node {
            self.release_slots(node, run);
        }
        self.refresh_ready(job);
        self.job_tasks_may_be_gone(job);
    }

    /// Ends the tasks of a job that were left, for good.
    pub(super) fn terminate_left(&mut self, job: JobIndex, cause: &'static str) {
        let left = self.job(job).map(Job::left_tasks);
        for task in left.unwrap_or_default() {
            self.terminate_waiting(job, task, cause);
        }
    }

    fn record_lifetime(&mut self, job: JobIndex, task: TaskIndex, phase: TaskPhase) {
        if !self.trace.is_on() {
            return;
        }
        let entity = self.task_entity(job, task).unwrap_or(Entity::Account);
        let phase = phase.word();
        self.record(entity, phase, phase, "task_lifetime", SmolStr::default());
    }

    /// Exactly the tasks that have a node and no run were left, none of them too early; none runs too late, and the end of
    /// what runs is planned.
    pub(super) fn broken_lifetimes(&self) -> Option<String> {
        for job in self.jobs.iter().flatten() {
            let mut left = BTreeSet::new();
            for at in (0..job.tasks.len()).map(TaskIndex::next) {
                let Some(task) = job.task(at) else { continue };
                let under_way = matches!(task.phase, TaskPhase::Preparing | TaskPhase::Running);
                if under_way && task.run.is_none() {
                    left.insert(at);
                    if !task.is_past_its_lifetime(self.now) || task.node.is_none() {
                        return Some(format!("task {} of job {} is left too early", task.id, job.id));
                    }
                }
                let due = job.lifetimes.due;
                if task.run.is_some() && due.is_none_or(|due| due > task.outlives()) {
                    return Some(format!("nothing ends task {} of job {}", task.id, job.id));
                }
                let passed = at.offset() < job.lifetimes.passed;
                if passed && (task.run.is_some() || !task.is_past_its_lifetime(self.now)) {
                    return Some(format!("task {} of job {} is passed by", task.id, job.id));
                }
            }
            if left != job.lifetimes.left {
                return Some(format!(
                    "job {} left {left:?}, noted {:?}",
                    job.id, job.lifetimes.left
                ));
            }
        }
        None
    }
}
