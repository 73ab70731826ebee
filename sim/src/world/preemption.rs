//! Pre-emption: tasks of a job that allows it give way to those of a job of higher priority on the same pool.
//!
//! Only when a task finds no room as it is; then as few runs as it takes on one node go back to the queue, the lowest
//! priority first and among equals the run that began last, which loses least.

use std::cmp::Reverse;

use batchite_api::batch::{BatchJobState, BatchNodeState};

use super::assign::Turn;
use super::pool::Pool;
use super::{JobIndex, NodeIndex, PoolIndex, RunTarget, TaskIndex, World};
use crate::exec::RunId;

/// Nodes that are looked at for one task. Where every run takes one slot the first one does.
const NODES_MAX: usize = 32;

/// A run that may be pre-empted, in the order runs give way: its job's priority, and when it began.
pub(super) type PreemptibleKey = (i32, Reverse<RunId>);

/// How a task that found no room as it is gets it.
#[derive(Debug)]
pub(super) enum Preemption {
    /// These runs end for it.
    Ends(Vec<RunId>),
    /// It was added too long ago to run: it needs none.
    OutOfDate(JobIndex, TaskIndex),
}

impl World {
    /// Whether a task of some job of the pool may take the place of another's.
    pub(super) fn may_preempt(&self, pool: PoolIndex) -> bool {
        let Some(pool) = self.pool(pool) else { return false };
        match (pool.preemptible.first(), pool.ready_jobs.first()) {
            (Some((lowest, _)), Some((Reverse(priority), ..))) => priority > lowest,
            _ => false,
        }
    }

    /// The runs to end so that a task that found no room fits, if that can be.
    pub(super) fn next_preemption(&self, index: PoolIndex) -> Option<Preemption> {
        let pool = self.pool(index)?;
        let (lowest, _) = pool.preemptible.first()?;
        let most = pool.free_slots.most();
        let ready = pool.ready_jobs.iter();
        for (Reverse(priority), _, job) in ready.take_while(|(Reverse(priority), ..)| priority > lowest) {
            // Room that is made behind a task that waits for several nodes would be that task's.
            if matches!(self.turn(index, pool, *job, most), Turn::HoldsBack) {
                return None;
            }
            let room = self.room_in(pool, *job, *priority);
            if room.is_some() {
                return room;
            }
        }
        None
    }

    /// The runs to end so that the next task of a job fits on some node of its pool.
    fn room_in(&self, pool: &Pool, job: JobIndex, priority: i32) -> Option<Preemption> {
        let demand = self.demand(pool, job, pool.slots_per_node)?;
        if self.is_out_of_date(job, demand.task) {
            return Some(Preemption::OutOfDate(job, demand.task));
        }
        let excluded = self.job(job)?.excluded_nodes();
        let mut nodes = Vec::new();
        for (_, Reverse(run)) in pool.preemptible.iter().take_while(|(other, _)| *other < priority) {
            let Some(node) = self.runs.get(run).map(RunTarget::node) else {
                continue;
            };
            if nodes.contains(&node) || excluded.is_some_and(|excluded| excluded.contains(node.0)) {
                continue;
            }
            if nodes.len() == NODES_MAX {
                return None;
            }
            nodes.push(node);
            let runs = self.room_on(node, priority, demand.required, demand.dedicated_only);
            if runs.is_some() {
                return runs.map(Preemption::Ends);
            }
        }
        None
    }

    /// The runs to end on a node for so many free slots, if runs of lower priority that may be ended have them.
    fn room_on(
        &self,
        node: NodeIndex,
        priority: i32,
        required: u32,
        dedicated_only: bool,
    ) -> Option<Vec<RunId>> {
        let record = self.node(node)?;
        let works = record.state == BatchNodeState::Running
            && record.scheduling_enabled
            && record.after_tasks.is_none();
        if !works || (dedicated_only && !record.dedicated) {
            return None;
        }
        let is_active =
            |job: JobIndex| self.job(job).map(|job| &job.model.state) == Some(&BatchJobState::Active);
        let mut weaker: Vec<_> = record
            .runs
            .iter()
            .filter_map(|run| {
                // A task that has its node for itself leaves all of it.
                let slots = if run.exclusive { record.slots } else { run.slots };
                Some((run.preemptible?, Reverse(run.run), slots, run.job))
            })
            .filter(|(other, _, _, job)| *other < priority && is_active(*job))
            .collect();
        weaker.sort_unstable();
        let mut free = record.offered.unwrap_or(0);
        let mut ended = Vec::new();
        for (_, Reverse(run), slots, _) in weaker {
            if free >= required {
                break;
            }
            free += slots;
            ended.push(run);
        }
        (free >= required && !ended.is_empty()).then_some(ended)
    }

    /// Notes which runs of a job may be pre-empted now, after the job was changed.
    pub(super) fn refresh_preemptible(&mut self, job: JobIndex) {
        let Some(record) = self.job(job) else { return };
        let wanted = record.preemptible_at();
        let nodes: Vec<u32> = record.nodes.iter().collect();
        for node in nodes.into_iter().map(NodeIndex) {
            let Some(record) = self.nodes.get_mut(node.offset()).and_then(Option::as_deref_mut) else {
                continue;
            };
            let pool = record.pool;
            let of_job = record.runs.iter_mut().filter(|run| run.job == job);
            let changed: Vec<_> = of_job
                .map(|run| (run.run, std::mem::replace(&mut run.preemptible, wanted)))
                .filter(|(_, before)| *before != wanted)
                .collect();
            if changed.is_empty() {
                continue;
            }
            if let Some(pool) = self.pool_mut(pool) {
                for (run, before) in changed {
                    if let Some(before) = before {
                        pool.preemptible.remove(&(before, Reverse(run)));
                    }
                    if let Some(wanted) = wanted {
                        pool.preemptible.insert((wanted, Reverse(run)));
                    }
                }
            }
            self.request_schedule(pool);
        }
    }
}
