//! The queues of pools: which jobs have waiting tasks, in the order they are served.

use std::cmp::Reverse;

use batchite_api::batch::BatchJobState;

use super::job::Job;
use super::pool::ReadyKey;
use super::{JobIndex, PoolIndex, World};

impl Job {
    /// `priority`
    pub(super) fn priority(&self) -> i32 {
        self.model.priority.unwrap_or(0)
    }

    /// Whether there is a limit to the tasks that run at once: `maxParallelTasks`.
    pub(super) fn is_limited(&self) -> bool {
        self.model.max_parallel_tasks.is_some_and(|max| max > 0)
    }

    /// Whether as many tasks run as may at once.
    fn is_full(&self) -> bool {
        let max = self
            .model
            .max_parallel_tasks
            .and_then(|max| u32::try_from(max).ok());
        max.is_some_and(|max| self.tasks_under_way() >= max)
    }

    /// The priority below which its runs give way to others: `allowTaskPreemption`.
    pub(super) fn preemptible_at(&self) -> Option<i32> {
        (self.model.allow_task_preemption == Some(true)).then(|| self.priority())
    }
}

impl World {
    /// As [`Self::place_job`], and has the pool looked at: there may be a task more, or another one in front.
    pub(super) fn refresh_ready(&mut self, index: JobIndex) {
        let before = self.job(index).and_then(|job| job.ready).map(|(pool, _)| pool);
        // A job that has left the queue may have held back others.
        if let Some(pool) = self.place_job(index).or(before) {
            self.request_schedule(pool);
        }
    }

    /// Puts a job into the queue of its pool, takes it out, or moves it there, by what is true now. The pool it
    /// stands in the queue of.
    pub(super) fn place_job(&mut self, index: JobIndex) -> Option<PoolIndex> {
        let before = self.job(index)?.ready;
        if before.is_none() {
            // Whoever comes anew has its turn after the others.
            self.pass_turn(index);
        }
        let wanted = self.ready_place(index);
        if wanted != before {
            if let Some((pool, key)) = before
                && let Some(pool) = self.pool_mut(pool)
            {
                pool.ready_jobs.remove(&key);
            }
            if let Some((pool, key)) = wanted
                && let Some(pool) = self.pool_mut(pool)
            {
                pool.ready_jobs.insert(key);
            }
            self.job_mut(index)?.ready = wanted;
        }
        wanted.map(|(pool, _)| pool)
    }

    /// Has a job wait for its turn until all others of its priority have had theirs.
    pub(super) fn pass_turn(&mut self, index: JobIndex) {
        self.turns += 1;
        let turn = self.turns;
        if let Some(job) = self.job_mut(index) {
            job.turn = turn;
        }
    }

    /// Where a job should stand in the queue of its pool, by what is true now.
    pub(super) fn ready_place(&self, index: JobIndex) -> Option<(PoolIndex, ReadyKey)> {
        let record = self.job(index)?;
        if record.model.state != BatchJobState::Active || record.waiting.len() == 0 || record.is_full() {
            return None;
        }
        // The pool of a job in the queue is known; only a change of job or pool asks for it by name.
        let known = record
            .ready
            .map(|(pool, _)| pool)
            .filter(|pool| self.pool(*pool).is_some());
        let pool = known.or_else(|| self.pool_ids.get(&record.pool_key()).copied())?;
        let of_pool = self.pool(pool)?;
        if of_pool.is_deleting() {
            return None;
        }
        let order = if of_pool.serves_by_age() {
            record.model.creation_time.ticks()
        } else {
            record.turn
        };
        Some((pool, (Reverse(record.priority()), order, index)))
    }
}
