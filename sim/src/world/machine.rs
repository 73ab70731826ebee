//! The machine behind a node: given back and started again on request, taken away, out of order, or silent.
//!
//! The first two are operations. The others nobody asks the service for: they are inputs of the world, for whoever
//! plans its faults. A node keeps its id and its place in the pool through all of it.

use batchite_api::backend::RequestOptions;
use batchite_api::batch::{
    BatchNodeDeallocateOption, BatchNodeDeallocateOptions, BatchNodeError, BatchNodeState,
};
use batchite_api::error::{Error, ErrorCode, Result};
use batchite_api::ids::{NodeId, PoolId};
use batchite_api::time::TimeSpan;

use super::event::Event;
use super::node::{AfterTasks, RunningTasks};
use super::restart::invalid_option;
use super::{NodeIndex, World};
use crate::config::Latency;
use crate::rng::Stream;

impl World {
    /// `POST /pools/{poolId}/nodes/{nodeId}/deallocate`: of idle and running nodes.
    ///
    /// Refused: `NodeBeingRebooted` and the like, by the state of the node.
    pub fn deallocate_node(
        &mut self,
        pool: &PoolId,
        node: &NodeId,
        deallocate: &BatchNodeDeallocateOptions,
        request: &RequestOptions,
    ) -> Result<()> {
        let tasks = match &deallocate.node_deallocate_option {
            None | Some(BatchNodeDeallocateOption::Requeue) => RunningTasks::Requeue,
            Some(BatchNodeDeallocateOption::Terminate) => RunningTasks::Terminate,
            Some(BatchNodeDeallocateOption::TaskCompletion) => RunningTasks::Complete,
            Some(BatchNodeDeallocateOption::RetainedData) => RunningTasks::Retain,
            Some(other) => {
                let words = "requeue, terminate, taskcompletion or retaineddata";
                return Err(invalid_option("nodeDeallocateOption", other, words));
            }
        };
        self.changeable_pool(pool, request)?;
        let node = self.find_node(pool, node)?;
        self.require_restartable(node)?;
        self.take_down(node, tasks, AfterTasks::Deallocate, "deallocate_node");
        Ok(())
    }

    /// A node without tasks gives its machine back, and with it what was on its disk.
    pub(super) fn begin_deallocation(&mut self, node: NodeIndex, cause: &'static str) {
        let epoch = self.stop_machine(node, true);
        self.set_node_state(node, &BatchNodeState::Deallocating, cause);
        self.plan_after(
            self.config.latencies.node_removal,
            Stream::Nodes,
            Event::NodeDeallocated { node, epoch },
        );
    }

    pub(super) fn node_deallocated(&mut self, node: NodeIndex, epoch: u32) {
        if self.node(node).is_some_and(|record| record.epoch == epoch) {
            self.set_node_state(node, &BatchNodeState::Deallocated, "deallocated");
        }
    }

    /// `POST /pools/{poolId}/nodes/{nodeId}/start`: of deallocated nodes. It takes no tasks while it starts.
    ///
    /// Refused: `NodeBeingStarted` and the like, by the state of the node.
    pub fn start_node(&mut self, pool: &PoolId, node: &NodeId, request: &RequestOptions) -> Result<()> {
        self.changeable_pool(pool, request)?;
        let node = self.find_node(pool, node)?;
        let Some(record) = self.node_mut(node) else {
            return Err(Error::batch(ErrorCode::NodeNotFound));
        };
        let code = match record.state {
            BatchNodeState::Deallocated => {
                record.scheduling_enabled = false;
                self.set_node_state(node, &BatchNodeState::Starting, "start_node");
                self.plan_boot(node);
                return Ok(());
            }
            BatchNodeState::Creating => ErrorCode::NodeBeingCreated,
            BatchNodeState::Starting | BatchNodeState::WaitingForStartTask => ErrorCode::NodeBeingStarted,
            BatchNodeState::Rebooting => ErrorCode::NodeBeingRebooted,
            BatchNodeState::Reimaging => ErrorCode::NodeBeingReimaged,
            BatchNodeState::Unusable => ErrorCode::NodeStateUnusable,
            _ => ErrorCode::OperationInvalidForCurrentState,
        };
        Err(Error::batch(code).with_detail("Reason", "Only a deallocated node can be started."))
    }

    /// Takes the machine of a low-priority node away, as when somebody else needs it.
    ///
    /// Its tasks wait again, which counts neither as a retry nor as a requeue; what was on its disk is lost. After
    /// `away` there is room again (absent: as long as the latency `node_return` says): the same node is created anew,
    /// boots, and runs the start task. Scheduling is enabled then.
    ///
    /// Refused: `OperationNotValidOnNode` for dedicated nodes; `NodeBeingCreated` and
    /// `OperationInvalidForCurrentState` for nodes without a machine.
    pub fn preempt_node(&mut self, pool: &PoolId, node: &NodeId, away: Option<TimeSpan>) -> Result<()> {
        let index = self.find_node(pool, node)?;
        if self.node(index).is_some_and(|record| record.dedicated) {
            let reason = "Dedicated nodes are not pre-empted.";
            return Err(Error::batch(ErrorCode::OperationNotValidOnNode).with_detail("Reason", reason));
        }
        self.require_machine(index)?;
        let Latency { least, most } = self.config.latencies.node_return;
        let away = match away {
            Some(away) => away.max(TimeSpan::ZERO),
            None => self.random.span(Stream::Nodes, least, most),
        };
        self.lose_node(index, AfterTasks::BePreempted(away), "preempted");
        Ok(())
    }

    /// Makes a node unusable, with an error that says why. Its tasks wait again; its disk stays.
    ///
    /// Refused: `NodeStateUnusable` twice; `NodeBeingCreated` and `OperationInvalidForCurrentState` for nodes without a
    /// machine.
    pub fn fail_node(&mut self, pool: &PoolId, node: &NodeId, error: BatchNodeError) -> Result<()> {
        let node = self.find_working_node(pool, node)?;
        if let Some(record) = self.node_mut(node) {
            record.errors.push(error);
        }
        self.lose_node(node, AfterTasks::BeUnusable, "failed");
        Ok(())
    }

    /// Has the service lose contact with a node: `unknown`. Its tasks wait again; its disk stays.
    ///
    /// Refused: as by [`fail_node`](Self::fail_node).
    pub fn silence_node(&mut self, pool: &PoolId, node: &NodeId) -> Result<()> {
        let node = self.find_working_node(pool, node)?;
        self.lose_node(node, AfterTasks::FallSilent, "silent");
        Ok(())
    }

    /// Has an unusable or unknown node start again, as its agent does when the cause is gone.
    ///
    /// Refused: `OperationInvalidForCurrentState` for all others.
    pub fn recover_node(&mut self, pool: &PoolId, node: &NodeId) -> Result<()> {
        let node = self.find_node(pool, node)?;
        let broken = self
            .node_mut(node)
            .filter(|record| matches!(record.state, BatchNodeState::Unusable | BatchNodeState::Unknown));
        let Some(record) = broken else {
            let reason = "Only an unusable or unknown node recovers.";
            return Err(
                Error::batch(ErrorCode::OperationInvalidForCurrentState).with_detail("Reason", reason)
            );
        };
        record.errors.clear();
        self.set_node_state(node, &BatchNodeState::Starting, "recovered");
        self.plan_boot(node);
        Ok(())
    }

    /// A node without tasks is not heard of any more; its disk stays.
    pub(super) fn fall_silent(&mut self, node: NodeIndex) {
        self.stop_machine(node, false);
        self.set_node_state(node, &BatchNodeState::Unknown, "silent");
    }

    fn find_working_node(&self, pool: &PoolId, node: &NodeId) -> Result<NodeIndex> {
        let index = self.find_node(pool, node)?;
        self.require_machine(index)?;
        match self.node(index).map(|record| &record.state) {
            Some(BatchNodeState::Unusable) => Err(Error::batch(ErrorCode::NodeStateUnusable)),
            Some(BatchNodeState::Unknown) => Err(Error::batch(ErrorCode::OperationInvalidForCurrentState)),
            _ => Ok(index),
        }
    }

    pub(super) fn require_machine(&self, node: NodeIndex) -> Result<()> {
        use BatchNodeState::{Creating, Deallocated, Deallocating, LeavingPool, Preempted};
        match self.node(node).map(|record| &record.state) {
            None => Err(Error::batch(ErrorCode::NodeNotFound)),
            Some(Creating) => Err(Error::batch(ErrorCode::NodeBeingCreated)),
            Some(Deallocated | Deallocating | LeavingPool | Preempted) => {
                Err(Error::batch(ErrorCode::OperationInvalidForCurrentState)
                    .with_detail("Reason", "The node has no machine now."))
            }
            Some(_) => Ok(()),
        }
    }
}
