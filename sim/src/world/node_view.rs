//! What a caller is told about nodes.

use std::ops::Bound;

use batchite_api::backend::{ListOptions, RequestOptions};
use batchite_api::batch::{
    BatchNode, BatchNodeAgentInfo, BatchNodeCounts, BatchNodeState, BatchPoolNodeCounts, BatchTaskInfo,
    SchedulingState, VirtualMachineInfo,
};
use batchite_api::error::{Error, ErrorCode, Result};
use batchite_api::ids::{NodeId, PoolId};
use batchite_api::odata::{ListKind, Value};
use batchite_api::page::Page;

use super::node::Node;
use super::paging::{continuation_offset, foreign_continuation, page};
use super::pool::Pool;
use super::subtasks::ip_address;
use super::{NodeIndex, World, condition};

/// The version of the node agent nodes report.
const NODE_AGENT_VERSION: &str = "1.11.0";

impl World {
    /// `GET /pools/{poolId}/nodes/{nodeId}`
    pub fn get_node(&self, pool: &PoolId, node: &NodeId, request: &RequestOptions) -> Result<BatchNode> {
        let index = self.find_node(pool, node)?;
        let record = self
            .node(index)
            .ok_or_else(|| Error::batch(ErrorCode::NodeNotFound))?;
        condition::check_read(&request.conditions, record.state_transition_time)?;
        request.selected(self.view_node(index, record))
    }

    /// `GET /pools/{poolId}/nodes`
    pub fn list_nodes(&self, pool: &PoolId, options: &ListOptions) -> Result<Page<BatchNode>> {
        let pool = self.find_pool(pool)?;
        let filter = options.filter(ListKind::Nodes)?;
        // Pages go on at an id, so that nodes that come and go between pages disturb nothing.
        let start = match &options.continuation {
            None => Bound::Unbounded,
            Some(token) => match NodeId::parse(token.as_str()) {
                Ok(id) => Bound::Included(id.key()),
                Err(_) => return Err(foreign_continuation(token)),
            },
        };
        let nodes = self
            .pool(pool)
            .map(|pool| pool.nodes.range((start, Bound::Unbounded)))
            .into_iter()
            .flatten();
        let records = nodes.filter_map(|(id, index)| Some((id, (*index, self.node(*index)?))));
        let passing = records.filter(|(_, (_, node))| {
            filter
                .as_ref()
                .is_none_or(|filter| filter.matches(&|name| node_field(node, name)))
        });
        page(passing, options, |(index, node)| self.view_node(index, node))
    }

    /// `GET /nodecounts`
    pub fn list_pool_node_counts(&self, options: &ListOptions) -> Result<Page<BatchPoolNodeCounts>> {
        let filter = options.filter(ListKind::PerPool)?;
        let start = continuation_offset(options)?;
        let pools = (start..self.pools.len()).filter_map(|at| Some((at, self.pools[at].as_deref()?)));
        let field = |pool: &Pool, name: &str| -> Option<Value<'static>> {
            (name == "poolId").then(|| Value::Text(pool.id.to_string().into()))
        };
        let passing = pools.filter(|(_, pool)| {
            filter
                .as_ref()
                .is_none_or(|filter| filter.matches(&|name| field(pool, name)))
        });
        page(passing, options, |pool| self.count_nodes(pool))
    }

    fn count_nodes(&self, pool: &Pool) -> BatchPoolNodeCounts {
        let mut counts = [BatchNodeCounts::default(), BatchNodeCounts::default()];
        for node in pool.nodes.values().filter_map(|node| self.node(*node)) {
            let counts = &mut counts[usize::from(node.dedicated)];
            counts.total += 1;
            let of_state = match node.state {
                BatchNodeState::Creating => &mut counts.creating,
                BatchNodeState::Idle => &mut counts.idle,
                BatchNodeState::Offline => &mut counts.offline,
                BatchNodeState::Preempted => &mut counts.preempted,
                BatchNodeState::Rebooting => &mut counts.rebooting,
                BatchNodeState::Reimaging => &mut counts.reimaging,
                BatchNodeState::Running => &mut counts.running,
                BatchNodeState::Starting => &mut counts.starting,
                BatchNodeState::StartTaskFailed => &mut counts.start_task_failed,
                BatchNodeState::LeavingPool => &mut counts.leaving_pool,
                BatchNodeState::Unusable => &mut counts.unusable,
                BatchNodeState::WaitingForStartTask => &mut counts.waiting_for_start_task,
                BatchNodeState::Deallocated => &mut counts.deallocated,
                BatchNodeState::Deallocating => &mut counts.deallocating,
                BatchNodeState::UpgradingOs => &mut counts.upgrading_os,
                _ => &mut counts.unknown,
            };
            *of_state += 1;
        }
        let [low_priority, dedicated] = counts;
        BatchPoolNodeCounts {
            pool_id: pool.id.to_string(),
            dedicated: Some(dedicated),
            low_priority: Some(low_priority),
        }
    }

    pub(super) fn node_url(&self, pool: &PoolId, node: &NodeId) -> String {
        format!("{}/pools/{pool}/nodes/{node}", self.config.batch_endpoint)
    }

    fn view_node(&self, index: NodeIndex, node: &Node) -> BatchNode {
        let identity = &node.identity;
        let pool = self.pool(node.pool);
        let start_task = node.start_task.as_deref();
        let scheduling = if node.scheduling_enabled {
            SchedulingState::Enabled
        } else {
            SchedulingState::Disabled
        };
        BatchNode {
            id: identity.node.to_string(),
            url: self.node_url(&identity.pool, &identity.node),
            state: node.state.clone(),
            scheduling_state: Some(scheduling),
            state_transition_time: node.state_transition_time,
            last_boot_time: node.last_boot_time,
            allocation_time: node.allocation_time,
            ip_address: ip_address(index),
            affinity_id: format!("TVM:{}", identity.node),
            vm_size: pool.map(|pool| pool.model.vm_size.clone()).unwrap_or_default(),
            total_tasks_run: count(node.tasks_run),
            running_tasks_count: i32::try_from(node.runs.len()).ok(),
            running_task_slots_count: Some(count(node.used_slots)),
            total_tasks_succeeded: Some(count(node.tasks_succeeded)),
            recent_tasks: self.view_recent_tasks(node),
            start_task: start_task.map(|task| task.specification.clone()),
            start_task_info: start_task.map(|task| task.info.clone()),
            errors: node.errors.clone(),
            is_dedicated: Some(node.dedicated),
            node_agent_info: node.last_boot_time.map(|last_update_time| BatchNodeAgentInfo {
                version: NODE_AGENT_VERSION.to_owned(),
                last_update_time,
            }),
            virtual_machine_info: VirtualMachineInfo {
                image_reference: pool
                    .and_then(|pool| pool.model.virtual_machine_configuration.as_ref())
                    .map(|configuration| configuration.image_reference.clone()),
                ..VirtualMachineInfo::default()
            },
            ..BatchNode::default()
        }
    }

    fn view_recent_tasks(&self, node: &Node) -> Vec<BatchTaskInfo> {
        let recent = node.recent.iter().rev();
        recent
            .filter_map(|&(job_at, at)| {
                let record = self.job(job_at)?;
                let task = record.task(at)?;
                Some(BatchTaskInfo {
                    task_url: Some(self.task_url(&record.id, &task.id)),
                    job_id: Some(record.id.to_string()),
                    task_id: Some(task.id.to_string()),
                    subtask_id: self.subtask_on(job_at, at, &node.identity.node),
                    task_state: task.state(),
                    execution_info: Some(task.execution_info()),
                })
            })
            .collect()
    }
}

fn count(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

fn node_field<'a>(node: &'a Node, name: &str) -> Option<Value<'a>> {
    let info = node.start_task.as_deref().map(|task| &task.info);
    Some(match name {
        "state" => node.state.as_str().into(),
        "stateTransitionTime" => Value::Moment(node.state_transition_time),
        "lastBootTime" => Value::Moment(node.last_boot_time?),
        "allocationTime" => Value::Moment(node.allocation_time),
        "startTaskInfo/state" => info?.state.as_str().into(),
        "startTaskInfo/result" => info?.result.as_ref()?.as_str().into(),
        "startTaskInfo/exitCode" => Value::Number(i64::from(info?.exit_code?)),
        "startTaskInfo/startTime" => Value::Moment(info?.start_time),
        "startTaskInfo/endTime" => Value::Moment(info?.end_time?),
        _ => return None,
    })
}
