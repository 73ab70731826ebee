//! Matching waiting tasks with free slots, pool by pool.

use std::cmp::Reverse;
use std::ops::Bound;
use std::sync::Arc;

use batchite_api::batch::BatchNodeState;
use smol_str::SmolStr;

use super::event::Event;
use super::index_set::IndexSet;
use super::job::Job;
use super::job_manager::{JobManager, MANAGER};
use super::node::NodeRun;
use super::pool::{Pool, ReadyKey};
use super::preemption::Preemption;
use super::states::{self, TaskPhase};
use super::task::TaskFiles;
use super::{JobIndex, NodeIndex, PoolIndex, RunTarget, TaskIndex, World};
use crate::exec::RunId;
use crate::rng::Stream;
use crate::trace::{Entity, Record};

/// Where a task goes.
#[derive(Debug)]
pub(super) enum Place {
    /// An ordinary task has one node.
    Node(NodeIndex),
    /// A multi-instance task has several; the first is the primary's.
    Nodes(Vec<NodeIndex>),
    /// A task that was added too long ago is not run any more.
    Nowhere,
}

/// What becomes of a job in the queue of its pool.
pub(super) enum Turn {
    Goes(TaskIndex, Place),
    HoldsBack,
    Passes,
}

impl Pool {
    /// Whether tasks may take several nodes here: those speak to each other, and each is taken whole.
    fn takes_instances(&self) -> bool {
        self.slots_per_node == 1 && self.model.enable_inter_node_communication == Some(true)
    }
}

/// What a task needs of a node.
#[derive(Debug, Clone, Copy)]
pub(super) struct Demand {
    pub(super) task: TaskIndex,
    /// Slots that have to be free.
    pub(super) required: u32,
    /// Whether a node that can be pre-empted does not do.
    pub(super) dedicated_only: bool,
}

impl Demand {
    /// The node of a pool the task goes to, if one has room that its job may use.
    fn pick(&self, pool: &Pool, excluded: Option<&IndexSet>) -> Option<NodeIndex> {
        let (slots, policy, dedicated) = (&pool.free_slots, pool.fill_policy, self.dedicated_only);
        let node = match excluded {
            None => slots.pick(self.required, policy, dedicated),
            Some(excluded) => slots.pick_but(self.required, policy, dedicated, excluded),
        };
        node.map(NodeIndex)
    }
}

impl World {
    /// Plans a look at a pool that has both tasks and slots; one look serves all that ask before it.
    pub(super) fn request_schedule(&mut self, index: PoolIndex) {
        let Some(pool) = self.pool(index) else { return };
        if pool.schedule_planned || pool.ready_jobs.is_empty() {
            return;
        }
        if pool.free_slots.most() == 0 && !self.may_preempt(index) {
            return;
        }
        if let Some(pool) = self.pool_mut(index) {
            pool.schedule_planned = true;
        }
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
        loop {
            // Slots only get fewer here, so a job none of whose tasks fits is not looked at a second time.
            let mut from = Bound::Unbounded;
            while let Some((key, task, place)) = self.next_assignment(index, from) {
                match place {
                    Place::Node(node) => self.assign(key.2, task, node),
                    Place::Nodes(nodes) => self.assign_instances(key.2, task, &nodes),
                    Place::Nowhere => self.give_up_waiting(key.2, task),
                }
                from = Bound::Included(key);
            }
            // The task that takes the room is of higher priority, so this ends.
            match self.next_preemption(index) {
                None => return,
                Some(Preemption::OutOfDate(job, task)) => self.give_up_waiting(job, task),
                Some(Preemption::Ends(runs)) => {
                    for run in runs {
                        self.requeue_run(run, "task_preemption");
                    }
                }
            }
        }
    }

    /// What the next task of a job that takes one node needs, if that is no more than `most` free slots. Before its job
    /// manager has been given to a node, no other task of a job is.
    pub(super) fn demand(&self, pool: &Pool, job: JobIndex, most: u32) -> Option<Demand> {
        let record = self.job(job)?;
        if let Some((manager, slots)) = record.waiting_manager() {
            let required = if manager.exclusive {
                slots.max(pool.slots_per_node)
            } else {
                slots
            };
            return (required <= most).then_some(Demand {
                task: MANAGER,
                required,
                dedicated_only: manager.dedicated_only,
            });
        }
        let (task, required) = record.waiting.first_within(most)?;
        Some(Demand {
            task: TaskIndex(task),
            required,
            dedicated_only: false,
        })
    }

    /// The first job in the queue, from a place on, that has a task which fits somewhere; that task, and where it goes.
    ///
    /// A multi-instance task whose turn it is and for which too few nodes are free holds back all behind it until there
    /// are enough: nodes that fall free stay free for it. It does so only while the pool has as many nodes as it needs that
    /// take tasks at all.
    pub(super) fn next_assignment(
        &self,
        index: PoolIndex,
        from: Bound<ReadyKey>,
    ) -> Option<(ReadyKey, TaskIndex, Place)> {
        let pool = self.pool(index)?;
        let most = pool.free_slots.most();
        if most == 0 {
            return None;
        }
        for key in pool.ready_jobs.range((from, Bound::Unbounded)) {
            match self.turn(index, pool, key.2, most) {
                Turn::Goes(task, place) => return Some((*key, task, place)),
                Turn::HoldsBack => return None,
                Turn::Passes => {}
            }
        }
        None
    }

    /// What becomes of a job whose turn it is, in a pool with at most so many slots free on a node.
    pub(super) fn turn(&self, index: PoolIndex, pool: &Pool, job: JobIndex, most: u32) -> Turn {
        let Some(record) = self.job(job) else {
            return Turn::Passes;
        };
        let excluded = record.excluded_nodes();
        let most = excluded.map_or(most, |excluded| pool.free_slots.most_but(excluded));
        let single = self.demand(pool, job, most);
        if record.waiting.any_needs_nodes() && pool.takes_instances() && record.waiting_manager().is_none() {
            let closed = |node: &u32| {
                self.node(NodeIndex(*node))
                    .is_some_and(|node| node.pool == index && node.offered.is_some())
            };
            let closed = excluded.map_or(0, |excluded| excluded.iter().filter(closed).count());
            let usable = pool.free_slots.nodes() - closed;
            if let Some((task, needed)) = record.waiting.first_within_nodes(usable)
                && single.is_none_or(|single| task < single.task.0)
            {
                if self.is_out_of_date(job, TaskIndex(task)) {
                    return Turn::Goes(TaskIndex(task), Place::Nowhere);
                }
                return match pool.free_slots.free_nodes(needed, excluded) {
                    Some(nodes) => {
                        let nodes = nodes.into_iter().map(NodeIndex).collect();
                        Turn::Goes(TaskIndex(task), Place::Nodes(nodes))
                    }
                    None => Turn::HoldsBack,
                };
            }
        }
        let Some(demand) = single else {
            return Turn::Passes;
        };
        if self.is_out_of_date(job, demand.task) {
            return Turn::Goes(demand.task, Place::Nowhere);
        }
        let wished = self.wished_node(index, job, demand.task, demand.required);
        let wished = wished.filter(|node| excluded.is_none_or(|excluded| !excluded.contains(node.0)));
        match wished.or_else(|| demand.pick(pool, excluded)) {
            Some(node) => Turn::Goes(demand.task, Place::Node(node)),
            None => Turn::Passes,
        }
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
        let (needs, slots) = (
            assigned.specification.needs(),
            assigned.specification.required_slots,
        );
        if starts {
            assigned.start_time = Some(now);
            assigned.files = TaskFiles::Present;
        }
        assigned.node = Some(Arc::clone(&identity));
        assigned.run = Some(run);
        record.waiting.remove(task.0, needs);
        let manager = record.manager.filter(|_| task == MANAGER);
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
        let target = RunTarget::Task { job, task, node };
        self.runs.insert(run, target);
        if starts {
            self.limit_run(job, task);
        }
        self.limit_lifetime(job, task);
        self.occupy(node, run, job, slots, manager);
        if starts {
            self.start_run(run, target);
        }
        self.pass_turn(job);
        self.place_job(job);
    }

    /// Has a run take slots of a node.
    pub(super) fn occupy(
        &mut self,
        node: NodeIndex,
        run: RunId,
        job: JobIndex,
        slots: u32,
        manager: Option<JobManager>,
    ) {
        let preemptible = self.job(job).and_then(Job::preemptible_at);
        let Some(record) = self.node_mut(node) else { return };
        record.runs.push(NodeRun {
            run,
            job,
            slots,
            manager: manager.is_some(),
            exclusive: manager.is_some_and(|manager| manager.exclusive),
            preemptible,
        });
        record.used_slots += slots;
        let was_idle = record.state == BatchNodeState::Idle;
        let pool = record.pool;
        if let Some(priority) = preemptible
            && let Some(pool) = self.pool_mut(pool)
        {
            pool.preemptible.insert((priority, Reverse(run)));
        }
        if was_idle {
            self.set_node_state(node, &BatchNodeState::Running, "assigned");
        } else {
            self.refresh_offer(node);
        }
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
        let left = record.take_up(task);
        let Some(changed) = record.tasks.get_mut(task.offset()) else {
            return;
        };
        let from = changed.phase;
        let reactivated = cause == "reactivate_task";
        assert!(
            states::task_may_become(from, phase, reactivated),
            "task from {from:?} to {phase:?}"
        );
        if !left {
            record.usage.end_run(changed, now);
        }
        record.usage.note(task, changed, (phase, succeeded), cause, now);
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
