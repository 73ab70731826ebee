//! Nodes that were to leave their pool once their tasks are done, and stay after all.

use std::cmp::Reverse;

use batchite_api::batch::BatchNodeState;
use smol_str::SmolStr;

use super::node::{AfterTasks, Node};
use super::{NodeIndex, PoolIndex, World};

impl Node {
    /// Whether it leaves its pool as soon as its tasks, or their files, are gone.
    pub(super) fn waits_to_leave(&self) -> bool {
        self.after_tasks == Some(AfterTasks::Leave) && self.state != BatchNodeState::LeavingPool
    }

    /// Whether a resize that wants more nodes may keep it. One that was removed by its name goes.
    fn can_be_taken_back(&self) -> bool {
        self.waits_to_leave() && !self.removed_by_name
    }
}

impl World {
    /// How sorry the pool would be to lose a node: first those that are of no use, then idle ones, then the least busy.
    /// Among equals the youngest goes first.
    pub(super) fn worth(&self, node: NodeIndex) -> (u32, usize, Reverse<NodeIndex>) {
        let Some(record) = self.node(node) else {
            return (0, 0, Reverse(node));
        };
        let usefulness = match record.state {
            BatchNodeState::StartTaskFailed
            | BatchNodeState::Unusable
            | BatchNodeState::Unknown
            | BatchNodeState::Preempted => 0,
            // The node of a job manager goes last.
            BatchNodeState::Running if record.runs.iter().any(|run| run.manager) => 4,
            BatchNodeState::Running => 3,
            BatchNodeState::Idle => 2,
            _ => 1,
        };
        (usefulness, record.runs.len(), Reverse(node))
    }

    /// Keeps nodes that wait to leave where the target has room for them: the best ones first. A pool gets no new node
    /// while it has one that would do.
    pub(super) fn take_back(&mut self, index: PoolIndex, dedicated: bool, target: u32, cause: &'static str) {
        let missing = (target as usize).saturating_sub(self.nodes_of(index, dedicated).len());
        if missing == 0 {
            return;
        }
        let mut nodes = self.all_nodes(index);
        nodes.retain(|node| {
            self.node(*node)
                .is_some_and(|node| node.dedicated == dedicated && node.can_be_taken_back())
        });
        nodes.sort_by_key(|node| Reverse(self.worth(*node)));
        for node in nodes.into_iter().take(missing) {
            self.stay(node, cause);
        }
    }

    /// Nodes that wait for their tasks, or for the files of these, before they leave do not leave any more.
    pub(super) fn give_up_leaving(&mut self, index: PoolIndex) {
        for node in self.all_nodes(index) {
            self.stay(node, "stop_pool_resize");
        }
    }

    /// A node that waits to leave does not. What it was told to do before that still holds.
    fn stay(&mut self, node: NodeIndex, cause: &'static str) {
        let waiting = self.node_mut(node).filter(|record| record.waits_to_leave());
        let Some(record) = waiting else { return };
        let overruled = record.overruled.take();
        record.after_tasks = overruled.map(|(then, _)| then);
        record.keeps_files = overruled.is_some_and(|(_, keeps_files)| keeps_files);
        record.removed_by_name = false;
        let entity = record.identity.entity();
        self.record(entity, "", "stays", cause, SmolStr::default());
        self.set_pending(node, false);
        self.refresh_offer(node);
        self.run_waiting_releases(node);
        self.tasks_may_be_gone(node);
    }

    /// No pool has more nodes that stay than it is to have, unless a resize was stopped; none lets a node go that it has
    /// room for; and a node out of scheduling goes offline or does what it was told to.
    pub(super) fn broken_staying(&self) -> Option<String> {
        for (at, pool) in self.pools.iter().enumerate() {
            let Some(pool) = pool else { continue };
            let targets = [
                pool.model.target_low_priority_nodes,
                pool.model.target_dedicated_nodes,
            ];
            for (dedicated, target) in [false, true].into_iter().zip(targets) {
                let target = target
                    .and_then(|target| usize::try_from(target).ok())
                    .unwrap_or(0);
                let stay = self.nodes_of(PoolIndex::next(at), dedicated).len();
                if stay > target && !pool.resize_stopped {
                    return Some(format!(
                        "pool {} keeps {stay} nodes for a target of {target}",
                        pool.id
                    ));
                }
                let mut nodes = pool.nodes.values().filter_map(|node| self.node(*node));
                if stay < target && nodes.any(|node| node.dedicated == dedicated && node.can_be_taken_back())
                {
                    return Some(format!("pool {} lets a node go with {stay} of {target}", pool.id));
                }
            }
        }
        let works = |node: &Node| matches!(node.state, BatchNodeState::Idle | BatchNodeState::Running);
        let mut nodes = self.nodes.iter().flatten();
        nodes
            .find(|node| !node.scheduling_enabled && works(node) && node.after_tasks.is_none())
            .map(|node| format!("node {} is out of scheduling for nothing", node.identity.node))
    }
}
