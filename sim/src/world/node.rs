//! Compute nodes: the record, its place in the pool, and what becomes of its tasks when it has to go down.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use batchite_api::batch::{BatchNodeError, BatchNodeState, BatchStartTask, BatchStartTaskInfo};
use batchite_api::error::{Error, ErrorCode, Result};
use batchite_api::ids::{NodeId, PoolId};
use batchite_api::time::{TimeSpan, Timestamp};
use smol_str::SmolStr;

use super::packages::NodePackages;
use super::{JobIndex, NodeIndex, PoolIndex, RunTarget, TaskIndex, World, states};
use crate::exec::{Platform, RunId};
use crate::trace::Entity;

/// How many ended tasks a node remembers.
pub(super) const RECENT_TASKS_MAX: usize = 10;

/// What stays known of a node after it is gone: tasks tell where they ran.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NodeIdentity {
    pub(super) pool: PoolId,
    pub(super) node: NodeId,
    pub(super) dedicated: bool,
    pub(super) platform: Platform,
    /// Its place among the nodes of the world.
    pub(super) index: NodeIndex,
    /// Which of its disks this is about, counted from 0: a node gets another one with another machine or image.
    pub(super) disk: u32,
}

impl NodeIdentity {
    pub(super) fn entity(&self) -> Entity {
        Entity::Node {
            pool: self.pool.to_smol_str(),
            node: self.node.to_smol_str(),
        }
    }
}

/// A task that occupies slots of a node.
#[derive(Debug, Clone, Copy)]
pub(super) struct NodeRun {
    pub(super) run: RunId,
    pub(super) job: JobIndex,
    pub(super) slots: u32,
    /// Whether it is the job manager task of its job.
    pub(super) manager: bool,
    /// Whether it has its node for itself.
    pub(super) exclusive: bool,
    /// The priority below which it gives way to others, if it does.
    pub(super) preemptible: Option<i32>,
}

/// What a node does when its last task has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AfterTasks {
    /// Leaves the pool.
    Leave,
    /// Restarts with its disk.
    Reboot,
    /// Restarts with an empty disk.
    Reimage,
    /// Goes offline.
    Offline,
    /// Is pre-empted for so long.
    BePreempted(TimeSpan),
    /// Is of no use any more.
    BeUnusable,
    /// Gives its machine back and keeps its place.
    Deallocate,
    /// Is not heard of any more.
    FallSilent,
    /// Gets a new operating system, which takes so long.
    UpgradeOs(TimeSpan),
}

/// What becomes of the tasks of a node that has to go down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RunningTasks {
    /// They wait again.
    Requeue,
    /// They are ended for good.
    Terminate,
    /// They run on to their end; the node takes no others.
    Complete,
    /// The same, and then the node waits until the retention times of all files of tasks on it are over.
    Retain,
    /// They are lost with their machine and wait again; nothing is counted.
    Lose,
}

/// The start task of a node, as it was when the node booted.
#[derive(Debug)]
pub(super) struct NodeStartTask {
    pub(super) specification: BatchStartTask,
    pub(super) info: BatchStartTaskInfo,
    pub(super) run: Option<RunId>,
}

/// A compute node.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) identity: Arc<NodeIdentity>,
    pub(super) pool: PoolIndex,
    /// Which node of its pool it is, counted from 1 in the order they came.
    pub(super) ordinal: u32,
    pub(super) dedicated: bool,
    pub(super) state: BatchNodeState,
    pub(super) state_transition_time: Timestamp,
    pub(super) scheduling_enabled: bool,
    pub(super) allocation_time: Timestamp,
    pub(super) last_boot_time: Option<Timestamp>,
    /// Counts what was planned for the node, so that events of an earlier plan are known as stale.
    pub(super) epoch: u32,
    /// Whether the pool's resize waits for this node to come or to go.
    pub(super) pending: bool,
    pub(super) disk_prepared: bool,
    /// Whether its cores count as used: while it has a machine.
    pub(super) counted: bool,
    pub(super) slots: u32,
    pub(super) used_slots: u32,
    /// The free slots the scheduler knows of; `None` while the node takes no tasks.
    pub(super) offered: Option<u32>,
    pub(super) runs: Vec<NodeRun>,
    /// Preparation and release tasks of jobs that run here. They take no slots.
    pub(super) job_runs: Vec<RunId>,
    /// Jobs whose preparation task has come here.
    pub(super) prepared_jobs: Vec<JobIndex>,
    pub(super) after_tasks: Option<AfterTasks>,
    /// What it was to do, and whether after its files, before a resize told it to leave.
    pub(super) overruled: Option<(AfterTasks, bool)>,
    /// Whether somebody named it to be removed.
    pub(super) removed_by_name: bool,
    /// Whether it does so only when the retention times of all files of tasks on it are over.
    pub(super) keeps_files: bool,
    /// Completed tasks whose files are on its disk.
    pub(super) kept_files: u32,
    pub(super) tasks_run: u32,
    pub(super) tasks_succeeded: u32,
    pub(super) recent: VecDeque<(JobIndex, TaskIndex)>,
    pub(super) start_task: Option<Box<NodeStartTask>>,
    /// The packages of its pool, as it was when the node booted; `None` without any.
    pub(super) packages: Option<Box<NodePackages>>,
    /// What is wrong with it.
    pub(super) errors: Vec<BatchNodeError>,
    /// Who may log in, and until when.
    pub(super) users: BTreeMap<String, Timestamp>,
}

impl Node {
    pub(super) fn takes_tasks(&self) -> bool {
        let works = matches!(self.state, BatchNodeState::Idle | BatchNodeState::Running);
        // A task that has its node for itself is the only one there.
        let taken = self.runs.first().is_some_and(|run| run.exclusive);
        works && !taken && self.scheduling_enabled && self.after_tasks.is_none()
    }

    /// Whether nothing of any job runs here.
    pub(super) fn is_free(&self) -> bool {
        self.runs.is_empty() && self.job_runs.is_empty()
    }

    /// What was on its disk is lost: tasks that ran before do not share another one with those that run from now on.
    pub(super) fn lose_disk(&mut self) {
        self.kept_files = 0;
        self.identity = Arc::new(NodeIdentity {
            pool: self.identity.pool.clone(),
            node: self.identity.node.clone(),
            disk: self.identity.disk + 1,
            ..*self.identity
        });
    }

    /// Whether the node is of a kind and not on its way out of the pool.
    pub(super) fn stays(&self, dedicated: bool) -> bool {
        self.dedicated == dedicated
            && self.state != BatchNodeState::LeavingPool
            && self.after_tasks != Some(AfterTasks::Leave)
    }
}

impl World {
    pub(super) fn find_node(&self, pool: &PoolId, node: &NodeId) -> Result<NodeIndex> {
        let pool = self.find_pool(pool)?;
        let nodes = self.pool(pool).map(|pool| &pool.nodes);
        nodes
            .and_then(|nodes| nodes.get(&node.key()).copied())
            .ok_or_else(|| Error::batch(ErrorCode::NodeNotFound))
    }

    pub(super) fn set_node_state(&mut self, node: NodeIndex, state: &BatchNodeState, cause: &'static str) {
        let now = self.now;
        let Some(record) = self.node_mut(node) else { return };
        assert!(
            states::node_may_become(&record.state, state),
            "node {} to {state}",
            record.state
        );
        let from = std::mem::replace(&mut record.state, state.clone());
        record.state_transition_time = now;
        // Between tasks its cores count as before.
        let counts = record.counted && matches!(state, BatchNodeState::Idle | BatchNodeState::Running);
        if self.trace.is_on() {
            let entity = self.node(node).map(|record| record.identity.entity());
            self.record(
                entity.unwrap_or(Entity::Account),
                from.as_str(),
                state.as_str(),
                cause,
                SmolStr::default(),
            );
        }
        if !counts {
            self.count_cores(node, state);
        }
        self.refresh_offer(node);
        if *state == BatchNodeState::Idle {
            self.run_waiting_releases(node);
        }
    }

    /// Tells the scheduler how many slots of the node are free now.
    pub(super) fn refresh_offer(&mut self, node: NodeIndex) {
        let Some(record) = self.nodes.get_mut(node.offset()).and_then(Option::as_deref_mut) else {
            return;
        };
        let free = record.takes_tasks().then(|| record.slots - record.used_slots);
        let before = std::mem::replace(&mut record.offered, free);
        let (pool, dedicated) = (record.pool, record.dedicated);
        if let Some(pool) = self.pool_mut(pool) {
            pool.free_slots.update(node.0, dedicated, before, free);
        }
        // A node that takes no tasks any more may have been what others were held back for.
        if free > before || (free.is_none() && before.is_some()) {
            self.request_schedule(pool);
        }
    }

    /// Notes whether the resize of the pool waits for this node.
    pub(super) fn set_pending(&mut self, node: NodeIndex, pending: bool) {
        let Some(record) = self.node_mut(node) else { return };
        if record.pending == pending {
            return;
        }
        record.pending = pending;
        let pool = record.pool;
        if let Some(pool) = self.pool_mut(pool) {
            pool.pending_nodes = if pending {
                pool.pending_nodes + 1
            } else {
                pool.pending_nodes - 1
            };
        }
    }

    /// Has a node do something as soon as none of its tasks runs any more.
    pub(super) fn take_down(
        &mut self,
        node: NodeIndex,
        tasks: RunningTasks,
        then: AfterTasks,
        cause: &'static str,
    ) {
        let Some(record) = self.node_mut(node) else { return };
        if then != AfterTasks::Leave {
            record.overruled = None;
        } else if record.after_tasks != Some(AfterTasks::Leave) {
            record.overruled = record.after_tasks.map(|before| (before, record.keeps_files));
        }
        record.after_tasks = Some(then);
        record.keeps_files = tasks == RunningTasks::Retain;
        let runs: Vec<RunId> = record.runs.iter().map(|run| run.run).collect();
        self.refresh_offer(node);
        if then == AfterTasks::Leave {
            self.set_pending(node, true);
        }
        for run in runs {
            match tasks {
                RunningTasks::Requeue => self.requeue_run(run, cause),
                RunningTasks::Terminate => self.terminate_run(run, cause),
                RunningTasks::Complete | RunningTasks::Retain => {}
                RunningTasks::Lose => self.send_back(run, cause),
            }
        }
        if !matches!(tasks, RunningTasks::Complete | RunningTasks::Retain) {
            self.end_job_tasks_on(node, then);
        }
        if then == AfterTasks::Leave {
            self.give_up_waiting_releases(node);
        }
        self.tasks_may_be_gone(node);
    }

    /// Ends the preparation and release tasks of a node that goes down.
    fn end_job_tasks_on(&mut self, node: NodeIndex, then: AfterTasks) {
        let runs = self.node(node).map(|record| record.job_runs.clone());
        for run in runs.unwrap_or_default() {
            match self.runs.get(&run).copied() {
                Some(RunTarget::Preparation { job, node }) => self.interrupt_preparation(job, node, run),
                Some(RunTarget::Release { job, node }) => self.interrupt_release(job, node, run, then),
                _ => {}
            }
        }
    }

    /// Goes on with what a node was to do after its tasks, when there is none left and, where it was told so, none of
    /// their files.
    pub(super) fn tasks_may_be_gone(&mut self, node: NodeIndex) {
        let Some(record) = self.node(node) else { return };
        if !record.is_free() || (record.keeps_files && self.has_kept_files(node)) {
            return;
        }
        let Some(record) = self.node_mut(node) else { return };
        let cause = if record.keeps_files {
            "retention_ended"
        } else {
            "tasks_ended"
        };
        match record.after_tasks {
            None => {}
            Some(AfterTasks::Leave) => self.leave_pool(node, cause),
            Some(AfterTasks::Reboot) => self.go_down(node, &BatchNodeState::Rebooting, cause),
            Some(AfterTasks::Reimage) => self.go_down(node, &BatchNodeState::Reimaging, cause),
            Some(AfterTasks::BePreempted(span)) => self.machine_lost(node, Some(span)),
            Some(AfterTasks::BeUnusable) => self.machine_lost(node, None),
            Some(AfterTasks::Deallocate) => self.begin_deallocation(node, cause),
            Some(AfterTasks::FallSilent) => self.fall_silent(node),
            Some(AfterTasks::UpgradeOs(takes)) => self.begin_upgrade(node, takes, cause),
            Some(AfterTasks::Offline) => {
                record.after_tasks = None;
                if record.state == BatchNodeState::Idle {
                    self.set_node_state(node, &BatchNodeState::Offline, "disable_node_scheduling");
                }
            }
        }
    }

    /// Ends the start task of a node that goes down, if it runs.
    pub(super) fn end_start_task(&mut self, node: NodeIndex) {
        let run = self
            .node_mut(node)
            .and_then(|record| record.start_task.as_mut())
            .and_then(|task| task.run.take());
        if let Some(run) = run {
            self.runs.remove(&run);
            self.work.push_back(super::Work::End { run });
        }
    }
}
