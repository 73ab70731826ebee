//! Rebooting, reimaging, and taking nodes out of scheduling.

use batchite_api::backend::RequestOptions;
use batchite_api::batch::{
    BatchNodeDisableSchedulingOption, BatchNodeDisableSchedulingOptions, BatchNodeRebootKind,
    BatchNodeRebootOptions, BatchNodeReimageOption, BatchNodeReimageOptions, BatchNodeState,
};
use batchite_api::error::{Error, ErrorCode, Result};
use batchite_api::ids::{NodeId, PoolId};

use super::event::Event;
use super::node::{AfterTasks, RunningTasks};
use super::validate::invalid;
use super::{NodeIndex, Work, World};
use crate::rng::Stream;

pub(super) fn invalid_option(property: &str, value: impl ToString, words: &str) -> Error {
    invalid(property, value, format!("The option is {words}."))
}

impl World {
    /// `POST /pools/{poolId}/nodes/{nodeId}/reboot`
    pub fn reboot_node(
        &mut self,
        pool: &PoolId,
        node: &NodeId,
        reboot: &BatchNodeRebootOptions,
        request: &RequestOptions,
    ) -> Result<()> {
        let tasks = match &reboot.node_reboot_option {
            None | Some(BatchNodeRebootKind::Requeue) => RunningTasks::Requeue,
            Some(BatchNodeRebootKind::Terminate) => RunningTasks::Terminate,
            Some(BatchNodeRebootKind::TaskCompletion) => RunningTasks::Complete,
            Some(BatchNodeRebootKind::RetainedData) => RunningTasks::Retain,
            Some(other) => {
                let words = "requeue, terminate, taskcompletion or retaineddata";
                return Err(invalid_option("nodeRebootOption", other, words));
            }
        };
        self.changeable_pool(pool, request)?;
        let node = self.find_node(pool, node)?;
        self.require_restartable(node)?;
        self.take_down(node, tasks, AfterTasks::Reboot, "reboot_node");
        Ok(())
    }

    /// `POST /pools/{poolId}/nodes/{nodeId}/reimage`
    pub fn reimage_node(
        &mut self,
        pool: &PoolId,
        node: &NodeId,
        reimage: &BatchNodeReimageOptions,
        request: &RequestOptions,
    ) -> Result<()> {
        let tasks = match &reimage.node_reimage_option {
            None | Some(BatchNodeReimageOption::Requeue) => RunningTasks::Requeue,
            Some(BatchNodeReimageOption::Terminate) => RunningTasks::Terminate,
            Some(BatchNodeReimageOption::TaskCompletion) => RunningTasks::Complete,
            Some(BatchNodeReimageOption::RetainedData) => RunningTasks::Retain,
            Some(other) => {
                let words = "requeue, terminate, taskcompletion or retaineddata";
                return Err(invalid_option("nodeReimageOption", other, words));
            }
        };
        self.changeable_pool(pool, request)?;
        let node = self.find_node(pool, node)?;
        if !self.config.reimage_allowed {
            let reason = "Nodes of pools with a virtual machine configuration cannot be reimaged.";
            return Err(Error::batch(ErrorCode::OperationNotValidOnNode).with_detail("Reason", reason));
        }
        self.require_restartable(node)?;
        self.take_down(node, tasks, AfterTasks::Reimage, "reimage_node");
        Ok(())
    }

    /// Nodes that are idle or running can be restarted or deallocated; so can those whose start task failed, for which
    /// a reboot is the public advice.
    pub(super) fn require_restartable(&self, node: NodeIndex) -> Result<()> {
        let Some(record) = self.node(node) else {
            return Err(Error::batch(ErrorCode::NodeNotFound));
        };
        let code = match record.state {
            BatchNodeState::Idle | BatchNodeState::Running | BatchNodeState::StartTaskFailed
                if record.after_tasks.is_none() =>
            {
                return Ok(());
            }
            BatchNodeState::Rebooting => ErrorCode::NodeBeingRebooted,
            BatchNodeState::Reimaging => ErrorCode::NodeBeingReimaged,
            BatchNodeState::Creating => ErrorCode::NodeBeingCreated,
            BatchNodeState::Starting | BatchNodeState::WaitingForStartTask => ErrorCode::NodeBeingStarted,
            BatchNodeState::Unusable => ErrorCode::NodeStateUnusable,
            _ => match record.after_tasks {
                Some(AfterTasks::Reboot) => ErrorCode::NodeBeingRebooted,
                Some(AfterTasks::Reimage) => ErrorCode::NodeBeingReimaged,
                _ => ErrorCode::OperationInvalidForCurrentState,
            },
        };
        Err(Error::batch(code))
    }

    /// A node without tasks goes down to come up again.
    pub(super) fn go_down(&mut self, node: NodeIndex, state: &BatchNodeState, cause: &'static str) {
        let epoch = self.stop_machine(node, *state == BatchNodeState::Reimaging);
        self.set_node_state(node, state, cause);
        self.plan_after(
            self.config.latencies.node_reboot,
            Stream::Nodes,
            Event::NodeRestarted { node, epoch },
        );
    }

    /// Ends what a node without tasks of jobs still does. The epoch that belongs to what is planned for it next.
    pub(super) fn stop_machine(&mut self, node: NodeIndex, disk_is_lost: bool) -> u32 {
        self.end_deployment(node);
        self.end_start_task(node);
        let Some(record) = self.node_mut(node) else {
            return 0;
        };
        record.after_tasks = None;
        record.overruled = None;
        record.keeps_files = false;
        record.start_task = None;
        record.epoch += 1;
        let epoch = record.epoch;
        if disk_is_lost && std::mem::replace(&mut record.disk_prepared, false) {
            // Its users are known to the disk alone.
            record.users.clear();
            record.lose_disk();
            let id = record.identity.node.clone();
            self.work.push_back(Work::RemoveNode { node: id });
        }
        self.forget_preparations(node, disk_is_lost);
        epoch
    }

    pub(super) fn node_restarted(&mut self, node: NodeIndex, epoch: u32) {
        if self.node(node).is_some_and(|record| record.epoch == epoch) {
            self.set_node_state(node, &BatchNodeState::Starting, "restarted");
            self.plan_boot(node);
        }
    }

    /// `POST /pools/{poolId}/nodes/{nodeId}/disablescheduling`
    pub fn disable_node_scheduling(
        &mut self,
        pool: &PoolId,
        node: &NodeId,
        disable: &BatchNodeDisableSchedulingOptions,
        request: &RequestOptions,
    ) -> Result<()> {
        let tasks = match &disable.node_disable_scheduling_option {
            None | Some(BatchNodeDisableSchedulingOption::Requeue) => RunningTasks::Requeue,
            Some(BatchNodeDisableSchedulingOption::Terminate) => RunningTasks::Terminate,
            Some(BatchNodeDisableSchedulingOption::TaskCompletion) => RunningTasks::Complete,
            Some(other) => {
                return Err(invalid_option(
                    "nodeDisableSchedulingOption",
                    other,
                    "requeue, terminate or taskcompletion",
                ));
            }
        };
        self.changeable_pool(pool, request)?;
        let node = self.find_node(pool, node)?;
        let Some(record) = self.node(node) else {
            return Err(Error::batch(ErrorCode::NodeNotFound));
        };
        if !record.scheduling_enabled {
            return Err(Error::batch(ErrorCode::NodeAlreadyInTargetSchedulingState));
        }
        let works = matches!(record.state, BatchNodeState::Idle | BatchNodeState::Running);
        if !works || record.after_tasks.is_some() {
            return Err(
                Error::batch(ErrorCode::OperationInvalidForCurrentState).with_detail(
                    "Reason",
                    "Scheduling can be disabled on nodes that are idle or running.",
                ),
            );
        }
        if let Some(record) = self.node_mut(node) {
            record.scheduling_enabled = false;
        }
        self.take_down(node, tasks, AfterTasks::Offline, "disable_node_scheduling");
        Ok(())
    }

    /// `POST /pools/{poolId}/nodes/{nodeId}/enablescheduling`
    pub fn enable_node_scheduling(
        &mut self,
        pool: &PoolId,
        node: &NodeId,
        request: &RequestOptions,
    ) -> Result<()> {
        self.changeable_pool(pool, request)?;
        let node = self.find_node(pool, node)?;
        let Some(record) = self.node_mut(node) else {
            return Err(Error::batch(ErrorCode::NodeNotFound));
        };
        if record.scheduling_enabled {
            return Err(Error::batch(ErrorCode::NodeAlreadyInTargetSchedulingState));
        }
        record.scheduling_enabled = true;
        if record.after_tasks == Some(AfterTasks::Offline) {
            record.after_tasks = None;
        }
        if matches!(record.overruled, Some((AfterTasks::Offline, _))) {
            record.overruled = None;
        }
        if record.state == BatchNodeState::Offline {
            self.set_node_state(node, &BatchNodeState::Idle, "enable_node_scheduling");
        } else {
            self.refresh_offer(node);
            self.run_waiting_releases(node);
        }
        Ok(())
    }
}
