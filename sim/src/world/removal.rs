//! Nodes and pools on their way out.

use batchite_api::backend::{RequestOptions, Written};
use batchite_api::batch::{AllocationState, BatchNodeRemoveOptions, BatchNodeState, BatchPoolState};
use batchite_api::error::{Error, ErrorCode, Result};
use batchite_api::ids::{NodeId, PoolId};
use batchite_api::time::TimeSpan;

use smol_str::SmolStr;

use super::event::Event;
use super::node::{AfterTasks, RunningTasks};
use super::resize::running_tasks;
use super::validate::{self, invalid, missing};
use super::{NodeIndex, PoolIndex, Work, World, written};
use crate::rng::Stream;

/// Most nodes one request may remove.
const REMOVE_NODES_MAX: usize = 100;

impl World {
    /// `POST /pools/{poolId}/removenodes`
    pub fn remove_nodes(
        &mut self,
        pool: &PoolId,
        remove: &BatchNodeRemoveOptions,
        request: &RequestOptions,
    ) -> Result<Written> {
        let index = self.changeable_pool(pool, request)?;
        let tasks = running_tasks(remove.node_deallocation_option.as_ref())?;
        validate::resize_timeout(remove.resize_timeout)?;
        if remove.node_list.is_empty() {
            return Err(missing("nodeList"));
        }
        if remove.node_list.len() > REMOVE_NODES_MAX {
            let reason = format!("At most {REMOVE_NODES_MAX} nodes can be removed at once.");
            return Err(invalid("nodeList", remove.node_list.len(), reason));
        }
        let mut nodes = Vec::new();
        for id in &remove.node_list {
            let node = self.find_node(pool, &NodeId::parse(id)?)?;
            if !nodes.contains(&node) {
                nodes.push(node);
            }
        }
        self.require_steady(index)?;
        let modified = self.touch_pool(index);
        // Nodes on their way out since an earlier resize are counted out of the target already.
        let leaving = |dedicated: bool, world: &Self| {
            let of_kind = nodes
                .iter()
                .filter(|node| world.node(**node).is_some_and(|node| node.stays(dedicated)));
            u32::try_from(of_kind.count()).unwrap_or(u32::MAX)
        };
        let (dedicated, low_priority) = (leaving(true, self), leaving(false, self));
        let Some(record) = self.pool_mut(index) else {
            return Err(Error::batch(ErrorCode::PoolNotFound));
        };
        record.model.resize_timeout = Some(remove.resize_timeout.unwrap_or(TimeSpan::from_minutes(15)));
        let target = |count: Option<i32>| u32::try_from(count.unwrap_or(0)).unwrap_or(0);
        let dedicated = target(record.model.target_dedicated_nodes).saturating_sub(dedicated);
        let low_priority = target(record.model.target_low_priority_nodes).saturating_sub(low_priority);
        for node in &nodes {
            if let Some(record) = self.node_mut(*node) {
                record.removed_by_name = true;
            }
            self.take_down(*node, tasks, AfterTasks::Leave, "remove_nodes");
        }
        self.begin_resize(index, dedicated, low_priority, "remove_nodes");
        self.limit_resize(index);
        Ok(written(modified))
    }

    /// `DELETE /pools/{poolId}`
    pub fn delete_pool(&mut self, pool: &PoolId, request: &RequestOptions) -> Result<()> {
        let index = self.changeable_pool(pool, request)?;
        self.begin_pool_deletion(index, "delete_pool");
        Ok(())
    }

    /// Begins to delete a pool, with its nodes.
    pub(super) fn begin_pool_deletion(&mut self, index: PoolIndex, cause: &'static str) {
        self.set_pool_state(index, &BatchPoolState::Deleting, cause);
        let key = self.pool(index).map(|pool| pool.id.key()).unwrap_or_default();
        for job in self.jobs_of_pool.get(&key).cloned().unwrap_or_default() {
            self.refresh_ready(job);
        }
        if self
            .pool(index)
            .is_some_and(|pool| *pool.allocation() == AllocationState::Steady)
        {
            self.set_allocation_state(index, &AllocationState::Resizing, cause);
        }
        self.end_auto_scale(index);
        let Some(record) = self.pool_mut(index) else {
            return;
        };
        record.model.target_dedicated_nodes = Some(0);
        record.model.target_low_priority_nodes = Some(0);
        record.resize_errors.clear();
        record.resize_epoch += 1;
        record.resize_settled = false;
        let epoch = record.resize_epoch;
        let nodes: Vec<NodeIndex> = record.nodes.values().copied().collect();
        for node in nodes {
            self.take_down(node, RunningTasks::Requeue, AfterTasks::Leave, cause);
        }
        self.plan_after(
            self.config.latencies.settling,
            Stream::Service,
            Event::ResizeSettled { pool: index, epoch },
        );
    }

    /// A node without tasks begins to leave. It runs nothing from here on.
    pub(super) fn leave_pool(&mut self, node: NodeIndex, cause: &'static str) {
        let Some(record) = self.node_mut(node) else { return };
        if record.state == BatchNodeState::LeavingPool {
            return;
        }
        record.epoch += 1;
        let epoch = record.epoch;
        self.end_deployment(node);
        self.end_start_task(node);
        self.set_node_state(node, &BatchNodeState::LeavingPool, cause);
        self.plan_after(
            self.config.latencies.node_removal,
            Stream::Nodes,
            Event::NodeGone { node, epoch },
        );
    }

    pub(super) fn node_gone(&mut self, node: NodeIndex, epoch: u32) {
        if self.node(node).is_none_or(|record| record.epoch != epoch) {
            return;
        }
        self.set_pending(node, false);
        self.set_counted(node, false);
        let Some(record) = self.nodes.get_mut(node.offset()).and_then(Option::take) else {
            return;
        };
        let identity = &record.identity;
        self.record(
            identity.entity(),
            record.state.as_str(),
            "",
            "node_gone",
            SmolStr::default(),
        );
        self.work.push_back(Work::RemoveNode {
            node: identity.node.clone(),
        });
        if let Some(pool) = self.pool_mut(record.pool) {
            pool.nodes.remove(&identity.node.key());
            let cores = pool.cores_per_node;
            self.cores_in_use[usize::from(record.dedicated)] -= cores;
        }
        self.resize_may_be_over(record.pool);
        self.pool_may_be_gone(record.pool);
    }

    /// Removes a pool that is being deleted and has no nodes left.
    pub(super) fn pool_may_be_gone(&mut self, index: PoolIndex) {
        let gone = self
            .pool(index)
            .is_some_and(|pool| pool.is_deleting() && pool.resize_settled && pool.nodes.is_empty());
        if !gone {
            return;
        }
        let Some(pool) = self.pools.get_mut(index.offset()).and_then(Option::take) else {
            return;
        };
        self.pool_ids.remove(&pool.id.key());
        let now = self.now;
        if let Some(usage) = self.usage_of(index) {
            usage.end(now);
        }
        self.record(
            pool.entity(),
            pool.model.state.as_str(),
            "",
            "pool_gone",
            SmolStr::default(),
        );
        // Jobs that name the pool wait for another one of this id.
        for job in self.jobs_of_pool.get(&pool.id.key()).cloned().unwrap_or_default() {
            self.refresh_ready(job);
        }
    }
}
