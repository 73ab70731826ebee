//! What tasks have used: told of tasks, jobs and job schedules with `$expand=stats`.
//!
//! The world knows how long tasks ran, how long they waited and how they ended. Of processor time and of reading and
//! writing it knows nothing, and says zero.

use std::collections::BTreeMap;

use batchite_api::batch::{BatchJobScheduleStatistics, BatchJobStatistics, BatchTaskStatistics};
use batchite_api::time::{TimeSpan, Timestamp};

use super::job::Job;
use super::job_schedule::JobSchedule;
use super::states::TaskPhase;
use super::task::Task;
use super::{TaskIndex, World};

/// What the tasks of a job have used together. Every run of every task counts, those of deleted ones too.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct TaskUsage {
    /// Ticks of the runs that are over.
    ended: i128,
    /// Tasks that run.
    running: u32,
    /// The moments they began at, in ticks, summed.
    running_since: i128,
    succeeded: u64,
    failed: u64,
    retries: u64,
}

impl TaskUsage {
    /// A task runs no more.
    fn end_run(&mut self, task: &Task, now: Timestamp) {
        if task.phase == TaskPhase::Running {
            self.running -= 1;
            self.running_since -= i128::from(task.phase_since.ticks());
            self.ended += i128::from(ran_until(task, now).ticks());
        }
    }

    /// A task goes over into another phase, which it does not show yet.
    fn note(&mut self, phase: TaskPhase, succeeded: bool, cause: &'static str, now: Timestamp) {
        match phase {
            TaskPhase::Running => {
                self.running += 1;
                self.running_since += i128::from(now.ticks());
            }
            TaskPhase::Active if cause == "retry" => self.retries += 1,
            // A task that is deleted while it runs has neither succeeded nor failed.
            TaskPhase::Completed if cause == "delete_task" => {}
            TaskPhase::Completed if succeeded => self.succeeded += 1,
            TaskPhase::Completed => self.failed += 1,
            TaskPhase::Active | TaskPhase::Preparing => {}
        }
    }

    /// Adds what another job has used.
    pub(super) fn add(&mut self, other: &Self) {
        self.ended += other.ended;
        self.running += other.running;
        self.running_since += other.running_since;
        self.succeeded += other.succeeded;
        self.failed += other.failed;
        self.retries += other.retries;
    }

    fn wall_clock_time(&self, now: Timestamp) -> TimeSpan {
        let running = i128::from(now.ticks()) * i128::from(self.running) - self.running_since;
        TimeSpan::from_ticks(i64::try_from(self.ended + running).unwrap_or(i64::MAX))
    }
}

/// What the tasks of a job have used, and what single ones had used before their latest run.
#[derive(Debug, Default)]
pub(super) struct JobUsage {
    pub(super) totals: TaskUsage,
    /// Of tasks that ran more than once, or wait to.
    earlier_runs: BTreeMap<TaskIndex, TimeSpan>,
}

impl JobUsage {
    /// A task runs no more, if it did. What was left had its end before.
    pub(super) fn end_run(&mut self, task: &Task, now: Timestamp) {
        self.totals.end_run(task, now);
    }

    /// A task is left: it runs no more, although its phase does not show it.
    pub(super) fn leave(&mut self, task: &Task) {
        self.totals.end_run(task, task.outlives());
    }

    /// A task goes from one phase to another, which it does not show yet.
    pub(super) fn note(
        &mut self,
        at: TaskIndex,
        task: &Task,
        (phase, succeeded): (TaskPhase, Option<bool>),
        cause: &'static str,
        now: Timestamp,
    ) {
        self.totals.note(phase, succeeded == Some(true), cause, now);
        if phase == TaskPhase::Active && has_run(task) {
            let earlier = self.earlier_runs.entry(at).or_insert(TimeSpan::ZERO);
            let sum = earlier.ticks().saturating_add(ran(task, now).ticks());
            *earlier = TimeSpan::from_ticks(sum);
        }
    }

    /// A task is deleted: only what it has used stays.
    pub(super) fn forget(&mut self, at: TaskIndex) {
        self.earlier_runs.remove(&at);
    }

    /// What a task has used; nothing while it has never run.
    fn task(&self, at: TaskIndex, task: &Task, now: Timestamp) -> Option<(TimeSpan, TimeSpan)> {
        let earlier = self.earlier_runs.get(&at).copied();
        let latest = task.start_time.or_else(|| {
            // It ran and waits again: when it came into its previous state is when it last began.
            let previous = (task.previous == Some(TaskPhase::Running)).then_some(task.previous_since);
            earlier.and(previous)
        });
        if earlier.is_none() && latest.is_none() {
            return None;
        }
        let ran = ran(task, now).ticks();
        let wall_clock = ran.saturating_add(earlier.unwrap_or(TimeSpan::ZERO).ticks());
        let wait = latest.map_or(TimeSpan::ZERO, |latest| latest - task.created);
        Some((TimeSpan::from_ticks(wall_clock), wait.max(TimeSpan::ZERO)))
    }
}

/// Whether a task runs, or is completed and ran before.
fn has_run(task: &Task) -> bool {
    task.phase == TaskPhase::Running
        || (task.phase == TaskPhase::Completed && task.previous == Some(TaskPhase::Running))
}

/// How long the run of a task took, or has taken; none when it waits.
fn ran(task: &Task, now: Timestamp) -> TimeSpan {
    match (task.phase, task.previous) {
        (TaskPhase::Running, _) => ran_until(task, now),
        (TaskPhase::Completed, Some(TaskPhase::Running)) => {
            let end = task.phase_since.min(task.outlives());
            (end - task.previous_since).max(TimeSpan::ZERO)
        }
        _ => TimeSpan::ZERO,
    }
}

/// How long a task had run at a moment. None runs beyond its lifetime.
fn ran_until(task: &Task, moment: Timestamp) -> TimeSpan {
    let end = moment.min(task.outlives());
    (end - task.phase_since).max(TimeSpan::ZERO)
}

impl World {
    /// Whether there are statistics yet of what was made at a moment.
    pub(super) fn has_statistics(&self, created: Timestamp) -> bool {
        // A write moves its stamp on where time stands still.
        self.now.max(created) - created >= self.config.latencies.statistics
    }

    pub(super) fn task_statistics(
        &self,
        job: &Job,
        at: TaskIndex,
        task: &Task,
    ) -> Option<BatchTaskStatistics> {
        if !self.has_statistics(task.created) {
            return None;
        }
        let (wall_clock_time, wait_time) = job.usage.task(at, task, self.now)?;
        Some(BatchTaskStatistics {
            url: self.task_url(&job.id, &task.id),
            start_time: task.created,
            last_update_time: self.now.max(task.created),
            wall_clock_time,
            wait_time,
            ..BatchTaskStatistics::default()
        })
    }

    pub(super) fn job_statistics(&self, job: &Job) -> Option<BatchJobStatistics> {
        let created = job.model.creation_time;
        self.has_statistics(created).then(|| BatchJobStatistics {
            url: job.model.url.clone(),
            start_time: created,
            last_update_time: self.now.max(created),
            wall_clock_time: job.usage.totals.wall_clock_time(self.now),
            num_succeeded_tasks: job.usage.totals.succeeded,
            num_failed_tasks: job.usage.totals.failed,
            num_task_retries: job.usage.totals.retries,
            ..BatchJobStatistics::default()
        })
    }

    pub(super) fn job_schedule_statistics(
        &self,
        schedule: &JobSchedule,
    ) -> Option<BatchJobScheduleStatistics> {
        let created = schedule.model.creation_time;
        let mut usage = schedule.usage_of_gone_jobs;
        for job in schedule.jobs.iter().filter_map(|job| self.job(*job)) {
            usage.add(&job.usage.totals);
        }
        self.has_statistics(created).then(|| BatchJobScheduleStatistics {
            url: schedule.model.url.clone(),
            start_time: created,
            last_update_time: self.now.max(created),
            wall_clock_time: usage.wall_clock_time(self.now),
            num_succeeded_tasks: usage.succeeded,
            num_failed_tasks: usage.failed,
            num_task_retries: usage.retries,
            ..BatchJobScheduleStatistics::default()
        })
    }

    /// What a job has used is what its running tasks say, and no less than what the tasks it has say.
    pub(super) fn broken_usage_of_tasks(&self) -> Option<String> {
        for job in self.jobs.iter().flatten() {
            let (mut running, mut since, mut told) = (0, 0, 0);
            for at in (0..job.tasks.len()).map(TaskIndex::next) {
                let Some(task) = job.task(at) else { continue };
                if task.phase == TaskPhase::Running && !job.is_left(at) {
                    running += 1;
                    since += i128::from(task.phase_since.ticks());
                }
                let usage = job.usage.task(at, task, self.now);
                told += usage.map_or(0, |(wall_clock, _)| i128::from(wall_clock.ticks()));
            }
            let noted = &job.usage.totals;
            if (noted.running, noted.running_since) != (running, since) {
                return Some(format!(
                    "job {} has {running} running tasks, noted {noted:?}",
                    job.id
                ));
            }
            if told > i128::from(noted.wall_clock_time(self.now).ticks()) {
                return Some(format!("the tasks of job {} ran longer than it says", job.id));
            }
        }
        None
    }
}
