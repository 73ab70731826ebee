//! Matching waiting tasks with free slots, pool by pool.

use std::ops::Bound;
use std::sync::Arc;

use batchite_api::batch::BatchNodeState;
use smol_str::SmolStr;

use super::event::Event;
use super::node::NodeRun;
use super::pool::ReadyKey;
use super::states::{self, TaskPhase};
use super::task::TaskFiles;
use super::{JobIndex, NodeIndex, PoolIndex, RunTarget, TaskIndex, Work, World};
use crate::rng::Stream;
use crate::trace::{Entity, Record};

impl World {
    /// Plans a look at a pool that has both tasks and slots; one look serves all that ask before it.
    pub(super) fn request_schedule(&mut self, index: PoolIndex) {
        let Some(pool) = self.pool_mut(index) else { return };
        if pool.schedule_planned || pool.ready_jobs.is_empty() || pool.free_slots.most() == 0 {
            return;
        }
        pool.schedule_planned = true;
        self.plan_after(
            self.config.latencies.scheduling,
            Stream::Service,
            Event::Schedule { pool: index },
        );
    }

    /// Assigns tasks until slots or fitting tasks run out.
    pub(super) fn schedule(&mut self, index: PoolIndex) {
        if let Some(pool) = self.pool_mut(index) {
            pool.schedule_planned = false;
        }
        // Slots only get fewer here, so a job none of whose tasks fits is not looked at a second time.
        let mut from = Bound::Unbounded;
        while let Some((key, task, node)) = self.next_assignment(index, from) {
            self.assign(key.2, task, node);
            from = Bound::Included(key);
        }
    }

    /// The first job in the queue, from a place on, that has a task which fits somewhere; that task, and the node it
    /// goes to.
    pub(super) fn next_assignment(
        &self,
        index: PoolIndex,
        from: Bound<ReadyKey>,
    ) -> Option<(ReadyKey, TaskIndex, NodeIndex)> {
        let pool = self.pool(index)?;
        let most = pool.free_slots.most();
        if most == 0 {
            return None;
        }
        pool.ready_jobs.range((from, Bound::Unbounded)).find_map(|key| {
            let (_, _, job) = key;
            let record = self.job(*job)?;
            let excluded = record.excluded_nodes();
            let most = excluded.map_or(most, |excluded| pool.free_slots.most_but(excluded));
            let (task, required) = record.waiting.first_within(most)?;
            let task = TaskIndex(task);
            let wished = self.wished_node(index, *job, task, required);
            let wished = wished.filter(|node| excluded.is_none_or(|excluded| !excluded.contains(node.0)));
            let pick = || match excluded {
                None => pool.free_slots.pick(required, pool.fill_policy),
                Some(excluded) => pool.free_slots.pick_but(required, pool.fill_policy, excluded),
            };
            let node = wished.or_else(|| pick().map(NodeIndex))?;
            Some((*key, task, node))
        })
    }

    /// The node a task would like, if that has room: `affinityInfo` is a soft wish.
    fn wished_node(
        &self,
        pool: PoolIndex,
        job: JobIndex,
        task: TaskIndex,
        required: u32,
    ) -> Option<NodeIndex> {
        let extras = self.job(job)?.task(task)?.specification.extras.as_deref()?;
        let wish = extras.affinity_info.as_ref()?.affinity_id.strip_prefix("TVM:")?;
        let node = *self.pool(pool)?.nodes.get(wish.to_ascii_lowercase().as_str())?;
        self.node(node)?
            .offered
            .filter(|free| *free >= required)
            .map(|_| node)
    }

    fn assign(&mut self, job: JobIndex, task: TaskIndex, node: NodeIndex) {
        let starts = self.prepare_for(job, node);
        let run = self.next_run();
        let now = self.now;
        let Some(identity) = self.node(node).map(|record| Arc::clone(&record.identity)) else {
            return;
        };
        let Some(record) = self.job_mut(job) else { return };
        record.nodes.insert(node.0);
        let Some(assigned) = record.tasks.get_mut(task.offset()) else {
            return;
        };
        let slots = assigned.specification.required_slots;
        if starts {
            assigned.start_time = Some(now);
            assigned.files = TaskFiles::Present;
        }
        assigned.node = Some(Arc::clone(&identity));
        assigned.run = Some(run);
        record.waiting.remove(task.0, slots);
        self.set_task_phase(
            job,
            task,
            if starts {
                TaskPhase::Running
            } else {
                TaskPhase::Preparing
            },
            None,
            "assigned",
            identity.node.to_smol_str(),
        );
        self.runs.insert(run, RunTarget::Task { job, task, node });
        if starts {
            self.limit_run(job, task);
        }
        let Some(record) = self.node_mut(node) else { return };
        record.runs.push(NodeRun { run, job, slots });
        record.used_slots += slots;
        let was_idle = record.state == BatchNodeState::Idle;
        if was_idle {
            self.set_node_state(node, &BatchNodeState::Running, "assigned");
        } else {
            self.refresh_offer(node);
        }
        if starts {
            self.work.push_back(Work::Start { run });
        }
        self.place_job(job);
    }

    /// The only setter of a task's phase. Counts, history and trace follow.
    pub(super) fn set_task_phase(
        &mut self,
        job: JobIndex,
        task: TaskIndex,
        phase: TaskPhase,
        succeeded: Option<bool>,
        cause: &'static str,
        note: SmolStr,
    ) {
        let now = self.now;
        let Some(record) = self.jobs.get_mut(job.offset()).and_then(Option::as_deref_mut) else {
            return;
        };
        let Some(changed) = record.tasks.get_mut(task.offset()) else {
            return;
        };
        let from = changed.phase;
        let reactivated = cause == "reactivate_task";
        assert!(
            states::task_may_become(from, phase, reactivated),
            "task from {from:?} to {phase:?}"
        );
        let slots = changed.specification.required_slots;
        record.counts.subtract(from, changed.succeeded, slots);
        record.counts.add(phase, succeeded, slots);
        changed.succeeded = succeeded;
        changed.phase = phase;
        changed.previous = Some(from);
        changed.previous_since = changed.phase_since;
        changed.phase_since = now;
        if self.trace.is_on() {
            let entity = Entity::Task {
                job: record.id.to_smol_str(),
                task: changed.id.to_smol_str(),
            };
            let (from, to) = (
                SmolStr::new_static(from.word()),
                SmolStr::new_static(phase.word()),
            );
            self.trace.push(Record {
                time: now,
                entity,
                from,
                to,
                cause,
                note,
            });
        }
    }
}
