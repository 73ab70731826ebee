//! What is accepted of multi-instance tasks, what their commands are told, and what callers are told of their parts.

use std::fmt::Write as _;

use batchite_api::backend::ListOptions;
use batchite_api::batch::{
    BatchSubtask, BatchTaskCreateOptions, BatchTaskExecutionResult, MultiInstanceSettings,
};
use batchite_api::error::Result;
use batchite_api::ids::{JobId, NodeId, TaskId};
use batchite_api::odata::ListKind;
use batchite_api::page::Page;

use super::job::{Job, job_not_found};
use super::multi_instance::{Instance, Instances, subtask_state};
use super::paging::{continuation_offset, page};
use super::states::TaskPhase;
use super::task::Task;
use super::validate::{self, invalid};
use super::{JobIndex, NodeIndex, TaskIndex, World};
use crate::exec::Command;

/// The port the primary is named with; it belongs to the service.
const MASTER_PORT: u16 = 6000;

/// `multiInstanceSettings` of a task that is added.
pub(super) fn validate(task: &BatchTaskCreateOptions) -> Result<()> {
    let Some(settings) = &task.multi_instance_settings else {
        return Ok(());
    };
    if let Some(instances) = settings.number_of_instances.filter(|instances| *instances < 1) {
        let reason = "A multi-instance task has one instance or more.";
        return Err(invalid("numberOfInstances", instances, reason));
    }
    if settings.coordination_command_line.trim().is_empty() {
        return Err(validate::missing("coordinationCommandLine"));
    }
    validate::command_line(&settings.coordination_command_line)?;
    validate::resource_files(&settings.common_resource_files)?;
    match task.required_slots {
        Some(slots) if slots != 1 => Err(invalid(
            "requiredSlots",
            slots,
            "A multi-instance task takes nodes with one slot each.",
        )),
        _ => Ok(()),
    }
}

/// Fills in what the service shows although nobody gave it.
pub(super) fn complete(settings: Option<MultiInstanceSettings>) -> Option<MultiInstanceSettings> {
    let mut settings = settings?;
    settings.number_of_instances.get_or_insert(1);
    Some(settings)
}

impl World {
    /// `GET /jobs/{jobId}/tasks/{taskId}/subtasksinfo`: the instances of the present or last run but the primary. There are
    /// none of an ordinary task, nor of one that waits.
    pub fn list_subtasks(
        &self,
        job: &JobId,
        task: &TaskId,
        options: &ListOptions,
    ) -> Result<Page<BatchSubtask>> {
        let (index, at) = self.find_task(job, task)?;
        options.filter(ListKind::Unfiltered)?;
        let start = continuation_offset(options)?.max(1);
        let record = self.task(index, at)?;
        let job = self.job(index).ok_or_else(job_not_found)?;
        let instances = job
            .instances
            .get(&at)
            .filter(|_| record.phase != TaskPhase::Active);
        let all = instances.map_or(&[][..], |instances| instances.all.as_slice());
        let subtasks = all
            .iter()
            .enumerate()
            .skip(start)
            .map(|(at, part)| (at, (at, part)));
        page(subtasks, options, |(at, part)| {
            self.view_subtask(job, record, at, part)
        })
    }

    fn view_subtask(&self, job: &Job, task: &Task, at: usize, part: &Instance) -> BatchSubtask {
        BatchSubtask {
            id: i32::try_from(at).ok(),
            node_info: Some(self.view_node_info(job, task, &part.identity)),
            start_time: part.start_time,
            end_time: part.end_time,
            exit_code: part.exit_code,
            container_info: None,
            failure_info: part.failure.clone(),
            state: Some(subtask_state(part.phase)),
            state_transition_time: Some(part.phase_since),
            previous_state: part.previous.map(|(phase, _)| subtask_state(phase)),
            previous_state_transition_time: part.previous.map(|(_, since)| since),
            result: part.end_time.map(|_| match part.failure {
                None => BatchTaskExecutionResult::Success,
                Some(_) => BatchTaskExecutionResult::Failure,
            }),
        }
    }

    /// Which part of its task ran on a node; nothing for an ordinary task.
    pub(super) fn subtask_on(&self, job: JobIndex, task: TaskIndex, node: &NodeId) -> Option<i32> {
        let all = &self.instances(job, task)?.all;
        let at = all.iter().position(|part| part.identity.node == *node);
        at.and_then(|at| i32::try_from(at).ok())
    }

    /// The nodes that hold a directory of a task.
    pub(super) fn nodes_with_files(&self, job: JobIndex, task: TaskIndex) -> Vec<NodeId> {
        if let Some(instances) = self.instances(job, task) {
            let all = instances.all.iter();
            return all.map(|part| part.identity.node.clone()).collect();
        }
        let record = self.job(job).and_then(|job| job.task(task));
        let node = record.and_then(|task| task.node.as_ref());
        node.map(|node| node.node.clone()).into_iter().collect()
    }

    /// Makes the command of an ordinary task that of an instance: it only coordinates, on the files all have.
    pub(super) fn describe_instance(
        &self,
        job: JobIndex,
        task: TaskIndex,
        node: NodeIndex,
        command: &mut Command,
    ) {
        command.resource_files.clear();
        command.output_files.clear();
        command.leaves_services = true;
        let record = self.job(job).and_then(|job| job.task(task));
        if let Some(settings) = record.and_then(|task| task.specification.multi_instance()) {
            command
                .common_resource_files
                .clone_from(&settings.common_resource_files);
        }
        self.name_instances(job, task, node, command);
    }

    /// Makes the command of an ordinary task that of a primary: it goes on where the coordination command ended.
    pub(super) fn describe_primary(
        &self,
        job: JobIndex,
        task: TaskIndex,
        node: NodeIndex,
        command: &mut Command,
    ) {
        command.continues = true;
        self.name_instances(job, task, node, command);
    }

    fn name_instances(&self, job: JobIndex, task: TaskIndex, node: NodeIndex, command: &mut Command) {
        let Some(Instances { all, .. }) = self.instances(job, task) else {
            return;
        };
        let Some(primary) = all.first() else { return };
        let cores = self
            .node(primary.node)
            .and_then(|record| self.pool(record.pool))
            .map_or(1, |pool| pool.cores_per_node);
        let addresses: Vec<String> = all.iter().map(|part| ip_address(part.node)).collect();
        let mut ccp_nodes = all.len().to_string();
        for address in &addresses {
            // A string takes whatever is written to it.
            let _ = write!(ccp_nodes, " {address} {cores}");
        }
        let variables = [
            ("AZ_BATCH_HOST_LIST", addresses.join(",")),
            ("AZ_BATCH_NODE_LIST", addresses.join(";")),
            (
                "AZ_BATCH_MASTER_NODE",
                format!("{}:{MASTER_PORT}", ip_address(primary.node)),
            ),
            (
                "AZ_BATCH_IS_CURRENT_NODE_MASTER",
                (node == primary.node).to_string(),
            ),
            ("CCP_NODES", ccp_nodes),
        ];
        for (name, value) in variables {
            command.system_environment.insert(name.to_owned(), value);
        }
    }
}

/// The address of a node. Nodes come and go with growing positions; a private network of 2^16 addresses names them.
pub(super) fn ip_address(node: NodeIndex) -> String {
    let (high, low) = (node.0 / 250 % 250, node.0 % 250 + 4);
    format!("10.0.{high}.{low}")
}
