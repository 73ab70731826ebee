//! The queues of pools: which jobs have waiting tasks, in the order they are served.

use std::cmp::Reverse;

use batchite_api::batch::BatchJobState;

use super::job::Job;
use super::pool::ReadyKey;
use super::{JobIndex, PoolIndex, TaskIndex, World};

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
        let record = self.job(index)?;
        let before = record.ready;
        let wanted = self.ready_place(index, record);
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

    fn ready_place(&self, index: JobIndex, record: &Job) -> Option<(PoolIndex, ReadyKey)> {
        if record.model.state != BatchJobState::Active {
            return None;
        }
        let first = record.task(TaskIndex(record.waiting.first()?))?;
        // The pool of a job in the queue is known; only a change of job or pool asks for it by name.
        let known = record
            .ready
            .map(|(pool, _)| pool)
            .filter(|pool| self.pool(*pool).is_some());
        let pool = known.or_else(|| self.pool_ids.get(&record.pool_key()).copied())?;
        if self.pool(pool)?.is_deleting() {
            return None;
        }
        let priority = Reverse(record.model.priority.unwrap_or(0));
        Some((pool, (priority, first.created, index)))
    }
}
