//! The allocation of a pool: growing within the quota, shrinking, stopping, running out of time.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use batchite_api::backend::{RequestOptions, Written};
use batchite_api::batch::{
    AllocationState, BatchNodeDeallocationOption, BatchNodeState, BatchPoolResizeOptions, NameValuePair,
    ResizeError,
};
use batchite_api::error::{Error, ErrorCode, Result};
use batchite_api::ids::{NodeId, PoolId};
use batchite_api::time::TimeSpan;

use smol_str::SmolStr;

use super::event::Event;
use super::node::{AfterTasks, Node, NodeIdentity, RunningTasks};
use super::validate::{self, invalid, missing};
use super::{NodeIndex, PoolIndex, World, condition, written};
use crate::rng::Stream;

/// `nodeDeallocationOption`; requeue when absent.
pub(super) fn running_tasks(option: Option<&BatchNodeDeallocationOption>) -> Result<RunningTasks> {
    match option {
        None | Some(BatchNodeDeallocationOption::Requeue) => Ok(RunningTasks::Requeue),
        Some(BatchNodeDeallocationOption::Terminate) => Ok(RunningTasks::Terminate),
        Some(BatchNodeDeallocationOption::TaskCompletion) => Ok(RunningTasks::Complete),
        Some(BatchNodeDeallocationOption::RetainedData) => Ok(RunningTasks::Retain),
        Some(other) => Err(invalid(
            "nodeDeallocationOption",
            other,
            "The option is requeue, terminate, taskcompletion or retaineddata.",
        )),
    }
}

impl World {
    /// `POST /pools/{poolId}/resize`
    pub fn resize_pool(
        &mut self,
        pool: &PoolId,
        resize: &BatchPoolResizeOptions,
        request: &RequestOptions,
    ) -> Result<Written> {
        let index = self.changeable_pool(pool, request)?;
        self.require_manual_scaling(index)?;
        if resize.target_dedicated_nodes.is_none() && resize.target_low_priority_nodes.is_none() {
            return Err(missing("targetDedicatedNodes"));
        }
        let tasks = running_tasks(resize.node_deallocation_option.as_ref())?;
        validate::resize_timeout(resize.resize_timeout)?;
        let model = self.pool(index).map(|pool| &pool.model);
        let (dedicated_now, low_priority_now) = model.map_or((None, None), |model| {
            (model.target_dedicated_nodes, model.target_low_priority_nodes)
        });
        let dedicated = validate::node_count(
            "targetDedicatedNodes",
            resize.target_dedicated_nodes.or(dedicated_now),
        )?;
        let low_priority = validate::node_count(
            "targetLowPriorityNodes",
            resize.target_low_priority_nodes.or(low_priority_now),
        )?;
        self.require_steady(index)?;
        let modified = self.touch_pool(index);
        if let Some(pool) = self.pool_mut(index) {
            pool.model.resize_timeout = Some(resize.resize_timeout.unwrap_or(TimeSpan::from_minutes(15)));
            pool.resize_stopped = false;
        }
        self.begin_resize(index, dedicated, low_priority, "resize_pool");
        self.shrink(index, true, dedicated, tasks, "resize_pool");
        self.shrink(index, false, low_priority, tasks, "resize_pool");
        self.limit_resize(index);
        Ok(written(modified))
    }

    /// `POST /pools/{poolId}/stopresize`
    pub fn stop_pool_resize(&mut self, pool: &PoolId, request: &RequestOptions) -> Result<Written> {
        let index = self.changeable_pool(pool, request)?;
        let record = self
            .pool(index)
            .ok_or_else(|| Error::batch(ErrorCode::PoolNotFound))?;
        if *record.allocation() != AllocationState::Resizing {
            return Err(Error::batch(ErrorCode::OperationInvalidForCurrentState)
                .with_detail("Reason", "The pool is not being resized."));
        }
        // The version of the pool does not move: a recorded quirk of the service.
        let modified = record.model.last_modified;
        self.set_allocation_state(index, &AllocationState::Stopping, "stop_pool_resize");
        if let Some(pool) = self.pool_mut(index) {
            pool.resize_stopped = true;
        }
        self.give_up_creating(index);
        self.give_up_leaving(index);
        self.add_resize_error(
            index,
            "ResizeStopped",
            "Desired number of nodes could not be allocated as the resize operation was stopped by user",
        );
        self.settle_resize(index);
        Ok(written(modified))
    }

    /// Sets the targets, keeps nodes that were to leave, and has new ones allocated. Nodes beyond the targets are the caller's to remove.
    pub(super) fn begin_resize(
        &mut self,
        index: PoolIndex,
        dedicated: u32,
        low_priority: u32,
        cause: &'static str,
    ) {
        self.set_allocation_state(index, &AllocationState::Resizing, cause);
        let Some(pool) = self.pool_mut(index) else { return };
        pool.resize_errors.clear();
        pool.model.target_dedicated_nodes = i32::try_from(dedicated).ok();
        pool.model.target_low_priority_nodes = i32::try_from(low_priority).ok();
        self.settle_resize(index);
        for (of_dedicated, target) in [(true, dedicated), (false, low_priority)] {
            self.take_back(index, of_dedicated, target, cause);
            self.grow(index, of_dedicated, target);
        }
    }

    /// Plans the end of a resize that has nodes to wait for.
    pub(super) fn limit_resize(&mut self, index: PoolIndex) {
        let Some(pool) = self.pool(index).filter(|pool| pool.pending_nodes > 0) else {
            return;
        };
        let timeout = pool.model.resize_timeout.unwrap_or(TimeSpan::from_minutes(15));
        let epoch = pool.resize_epoch;
        self.plan_in(timeout, Event::ResizeTimedOut { pool: index, epoch });
    }

    /// Plans the moment from which the resize may be over.
    fn settle_resize(&mut self, index: PoolIndex) {
        let Some(pool) = self.pool_mut(index) else { return };
        pool.resize_epoch += 1;
        pool.resize_settled = false;
        let epoch = pool.resize_epoch;
        self.plan_after(
            self.config.latencies.settling,
            Stream::Service,
            Event::ResizeSettled { pool: index, epoch },
        );
    }

    pub(super) fn nodes_of(&self, index: PoolIndex, dedicated: bool) -> Vec<NodeIndex> {
        let nodes = self
            .pool(index)
            .map(|pool| pool.nodes.values().copied())
            .into_iter()
            .flatten();
        nodes
            .filter(|node| self.node(*node).is_some_and(|node| node.stays(dedicated)))
            .collect()
    }

    fn grow(&mut self, index: PoolIndex, dedicated: bool, target: u32) {
        let present = u32::try_from(self.nodes_of(index, dedicated).len()).unwrap_or(u32::MAX);
        let wanted = target.saturating_sub(present);
        let Some(cores) = self.pool(index).map(|pool| pool.cores_per_node) else {
            return;
        };
        let quota = if dedicated {
            self.config.quotas.dedicated_cores
        } else {
            self.config.quotas.low_priority_cores
        };
        let in_use = self.cores_in_use[usize::from(dedicated)];
        let affordable = quota.map_or(wanted, |quota| {
            wanted.min(quota.saturating_sub(in_use) / cores.max(1))
        });
        let (created, too_large) = self.fitting_nodes(index, dedicated, affordable);
        let allocated = self.meet_allocation(index, created);
        for _ in 0..allocated {
            self.create_node(index, dedicated);
        }
        if affordable < wanted {
            let kind = if dedicated { "dedicated" } else { "low-priority" };
            self.add_resize_error(
                index,
                "AccountCoreQuotaReached",
                &format!("The specified account has reached core quota for {kind} nodes"),
            );
        }
        if allocated < created {
            let message = "Desired number of nodes could not be allocated";
            self.add_resize_error(index, "AllocationFailed", message);
        }
        if let Some(message) = too_large {
            self.add_resize_error(index, "AllocationFailed", &message);
        }
    }

    fn create_node(&mut self, index: PoolIndex, dedicated: bool) {
        let id = format!(
            "tvmps_{}_{}",
            self.random.hex(Stream::Ids, 4),
            if dedicated { 'd' } else { 'p' }
        );
        let id = NodeId::parse(&id).expect("hex digits and underscores make a node id");
        let node = NodeIndex::next(self.nodes.len());
        let now = self.now;
        let Some(pool) = self.pool_mut(index) else { return };
        let identity = Arc::new(NodeIdentity {
            pool: pool.id.clone(),
            node: id.clone(),
            dedicated,
            platform: pool.platform,
            index: node,
            disk: 0,
        });
        pool.nodes.insert(id.key(), node);
        pool.nodes_created += 1;
        let ordinal = pool.nodes_created;
        let (slots, cores) = (pool.slots_per_node, pool.cores_per_node);
        let entity = identity.entity();
        self.cores_in_use[usize::from(dedicated)] += cores;
        self.nodes.push(Some(Box::new(Node {
            identity,
            pool: index,
            ordinal,
            dedicated,
            state: BatchNodeState::Creating,
            state_transition_time: now,
            scheduling_enabled: true,
            allocation_time: now,
            last_boot_time: None,
            epoch: 0,
            pending: false,
            disk_prepared: false,
            counted: false,
            slots,
            used_slots: 0,
            offered: None,
            runs: Vec::new(),
            job_runs: Vec::new(),
            prepared_jobs: Vec::new(),
            after_tasks: None,
            overruled: None,
            removed_by_name: false,
            keeps_files: false,
            kept_files: 0,
            tasks_run: 0,
            tasks_succeeded: 0,
            recent: VecDeque::new(),
            start_task: None,
            packages: None,
            errors: Vec::new(),
            users: BTreeMap::new(),
        })));
        self.record(entity, "", "creating", "allocation", SmolStr::default());
        self.set_pending(node, true);
        self.plan_after(
            self.config.latencies.node_allocation,
            Stream::Nodes,
            Event::NodeAllocated { node, epoch: 0 },
        );
    }

    /// Removes nodes beyond the target, those of the least worth first.
    pub(super) fn shrink(
        &mut self,
        index: PoolIndex,
        dedicated: bool,
        target: u32,
        tasks: RunningTasks,
        cause: &'static str,
    ) {
        let mut nodes = self.nodes_of(index, dedicated);
        let excess = nodes.len().saturating_sub(target as usize);
        if excess == 0 {
            return;
        }
        nodes.sort_by_key(|node| self.worth(*node));
        for node in nodes.into_iter().take(excess) {
            self.take_down(node, tasks, AfterTasks::Leave, cause);
        }
    }

    pub(super) fn add_resize_error(&mut self, index: PoolIndex, code: &str, message: &str) {
        let Some(pool) = self.pool_mut(index) else { return };
        let values = vec![NameValuePair {
            name: Some("Pool".to_owned()),
            value: Some(pool.id.to_string()),
        }];
        pool.resize_errors.push(ResizeError {
            code: Some(code.to_owned()),
            message: Some(message.to_owned()),
            values,
        });
        let entity = pool.entity();
        self.record(entity, "", code, "resize_error", SmolStr::default());
    }

    /// Nodes that are not there yet are not waited for any longer. One that comes back after a pre-emption never was.
    fn give_up_creating(&mut self, index: PoolIndex) -> bool {
        let nodes = self.all_nodes(index);
        let creating = |node: &NodeIndex| {
            self.node(*node)
                .is_some_and(|node| node.state == BatchNodeState::Creating && node.pending)
        };
        let given_up: Vec<_> = nodes.into_iter().filter(creating).collect();
        for node in &given_up {
            self.take_down(*node, RunningTasks::Requeue, AfterTasks::Leave, "resize_given_up");
        }
        !given_up.is_empty()
    }

    pub(super) fn all_nodes(&self, index: PoolIndex) -> Vec<NodeIndex> {
        let pool = self.pool(index);
        pool.map(|pool| pool.nodes.values().copied().collect())
            .unwrap_or_default()
    }

    pub(super) fn resize_settled(&mut self, index: PoolIndex, epoch: u32) {
        if let Some(pool) = self.pool_mut(index)
            && pool.resize_epoch == epoch
        {
            pool.resize_settled = true;
            self.resize_may_be_over(index);
            self.pool_may_be_gone(index);
        }
    }

    pub(super) fn resize_timed_out(&mut self, index: PoolIndex, epoch: u32) {
        let Some(pool) = self.pool(index) else { return };
        if pool.resize_epoch != epoch || *pool.allocation() != AllocationState::Resizing {
            return;
        }
        if self.give_up_creating(index) {
            self.add_resize_error(
                index,
                "AllocationTimedout",
                "Desired number of nodes could not be allocated as the resize timeout was reached",
            );
        }
        // What has not left by now leaves later, and no other resize waits for it.
        for node in self.all_nodes(index) {
            self.set_pending(node, false);
        }
        self.set_allocation_state(index, &AllocationState::Steady, "resize_timeout");
    }

    /// Ends the resize when no node has to come or go any more.
    pub(super) fn resize_may_be_over(&mut self, index: PoolIndex) {
        let Some(pool) = self.pool(index) else { return };
        let resizing = matches!(
            pool.allocation(),
            AllocationState::Resizing | AllocationState::Stopping
        );
        if resizing && pool.resize_settled && pool.pending_nodes == 0 && !pool.is_deleting() {
            self.set_allocation_state(index, &AllocationState::Steady, "resize_done");
        }
    }

    pub(super) fn require_steady(&self, index: PoolIndex) -> Result<()> {
        match self.pool(index).map(super::pool::Pool::allocation) {
            Some(AllocationState::Steady) => Ok(()),
            _ => Err(Error::batch(ErrorCode::PoolBeingResized)),
        }
    }

    /// A pool that a write with these conditions may change.
    pub(super) fn changeable_pool(&self, pool: &PoolId, request: &RequestOptions) -> Result<PoolIndex> {
        let index = self.find_pool(pool)?;
        let record = self
            .pool(index)
            .ok_or_else(|| Error::batch(ErrorCode::PoolNotFound))?;
        if record.is_deleting() {
            return Err(Error::batch(ErrorCode::PoolBeingDeleted));
        }
        condition::check_write(&request.conditions, record.model.last_modified)?;
        Ok(index)
    }

    /// A new version of a pool.
    pub(super) fn touch_pool(&mut self, index: PoolIndex) -> batchite_api::time::Timestamp {
        let modified = self.stamp();
        if let Some(pool) = self.pool_mut(index) {
            pool.model.last_modified = modified;
            pool.model.etag = modified.etag();
        }
        modified
    }
}
