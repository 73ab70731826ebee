//! From an allocated machine to an idle node: booting and the start task.

use batchite_api::batch::{
    BatchErrorSourceCategory, BatchNodeState, BatchStartTaskInfo, BatchStartTaskState,
    BatchTaskExecutionResult, BatchTaskFailureInfo, NameValuePair,
};

use smol_str::SmolStr;

use super::event::Event;
use super::node::NodeStartTask;
use super::{NodeIndex, RunTarget, Work, World};
use crate::exec::Outcome;
use crate::rng::Stream;

/// What a task or start task that ended with another exit code than zero says about it.
pub(super) fn exit_code_failure() -> BatchTaskFailureInfo {
    let pair = |name: &str, value: &str| NameValuePair {
        name: Some(name.to_owned()),
        value: Some(value.to_owned()),
    };
    BatchTaskFailureInfo {
        category: BatchErrorSourceCategory::UserError,
        code: Some("FailureExitCode".to_owned()),
        message: Some("The task exited with an exit code representing a failure".to_owned()),
        details: vec![
            pair("Message", "The task process exited with an unexpected exit code"),
            pair("AdditionalErrorCode", "FailureExitCode"),
        ],
    }
}

impl World {
    pub(super) fn node_allocated(&mut self, node: NodeIndex, epoch: u32) {
        if self.node(node).is_none_or(|record| record.epoch != epoch) {
            return;
        }
        self.set_node_state(node, &BatchNodeState::Starting, "allocated");
        self.set_pending(node, false);
        self.plan_boot(node);
        if let Some(pool) = self.node(node).map(|record| record.pool) {
            self.resize_may_be_over(pool);
        }
    }

    pub(super) fn plan_boot(&mut self, node: NodeIndex) {
        let Some(record) = self.node_mut(node) else { return };
        record.epoch += 1;
        let epoch = record.epoch;
        self.plan_after(
            self.config.latencies.node_boot,
            Stream::Nodes,
            Event::NodeBooted { node, epoch },
        );
    }

    pub(super) fn node_booted(&mut self, node: NodeIndex, epoch: u32) {
        let now = self.now;
        let Some(record) = self.node_mut(node).filter(|record| record.epoch == epoch) else {
            return;
        };
        record.last_boot_time = Some(now);
        // A node that was deallocated takes tasks again from here on.
        record.scheduling_enabled = true;
        let (pool, identity) = (record.pool, std::sync::Arc::clone(&record.identity));
        if !std::mem::replace(&mut record.disk_prepared, true) {
            self.work.push_back(Work::PrepareNode {
                node: identity.node.clone(),
                platform: identity.platform,
            });
        }
        if !self.begin_deployment(node, pool) {
            self.begin_start_task(node);
        }
    }

    /// The agent of a node runs and has everything the pool wants there: its start task is next.
    pub(super) fn begin_start_task(&mut self, node: NodeIndex) {
        let now = self.now;
        let Some(pool) = self.node(node).map(|record| record.pool) else {
            return;
        };
        let Some(specification) = self.pool(pool).and_then(|pool| pool.model.start_task.clone()) else {
            if let Some(record) = self.node_mut(node) {
                record.start_task = None;
            }
            self.set_node_state(node, &BatchNodeState::Idle, "booted");
            return;
        };
        let waits = specification.wait_for_success.unwrap_or(true);
        let state = if waits {
            BatchNodeState::WaitingForStartTask
        } else {
            BatchNodeState::Idle
        };
        self.set_node_state(node, &state, "booted");
        if let Some(record) = self.node_mut(node) {
            let info = BatchStartTaskInfo {
                start_time: now,
                ..BatchStartTaskInfo::default()
            };
            record.start_task = Some(Box::new(NodeStartTask {
                specification,
                info,
                run: None,
            }));
        }
        self.run_start_task(node);
    }

    fn run_start_task(&mut self, node: NodeIndex) {
        let run = self.next_run();
        let now = self.now;
        let Some(task) = self.node_mut(node).and_then(|record| record.start_task.as_mut()) else {
            return;
        };
        task.run = Some(run);
        task.info.state = BatchStartTaskState::Running;
        task.info.start_time = now;
        task.info.end_time = None;
        task.info.exit_code = None;
        task.info.result = None;
        task.info.failure_info = None;
        self.runs.insert(run, RunTarget::StartTask { node });
        self.start_run(run, RunTarget::StartTask { node });
        self.record_start_task(node, "", "running", "start_task");
    }

    fn record_start_task(&mut self, node: NodeIndex, from: &str, to: &str, detail: &str) {
        if let Some(entity) = self.node(node).map(|record| record.identity.entity()) {
            self.record(entity, from, to, "start_task", SmolStr::new(detail));
        }
    }

    /// The start task of a node has ended.
    pub(super) fn start_task_ended(&mut self, node: NodeIndex, outcome: Outcome) {
        let now = self.now;
        let Some(task) = self.node_mut(node).and_then(|record| record.start_task.as_mut()) else {
            return;
        };
        task.run = None;
        let retries_max = task.specification.max_task_retry_count.unwrap_or(0);
        let retryable = matches!(outcome, Outcome::Exited(code) if code != 0);
        if retryable && (retries_max < 0 || task.info.retry_count < retries_max) {
            task.info.retry_count += 1;
            task.info.last_retry_time = Some(now);
            self.record_start_task(node, "running", "retrying", "");
            self.run_start_task(node);
            return;
        }
        let waits = task.specification.wait_for_success.unwrap_or(true);
        task.info.state = BatchStartTaskState::Completed;
        task.info.end_time = Some(now);
        let (exit_code, failure) = match outcome {
            Outcome::Exited(0) => (Some(0), None),
            Outcome::Exited(code) => (Some(code), Some(exit_code_failure())),
            Outcome::Failed(failure) => (None, Some(failure)),
            Outcome::UploadFailed { exit_code, failure } => (Some(exit_code), Some(failure)),
        };
        let succeeded = failure.is_none();
        task.info.exit_code = exit_code;
        task.info.failure_info = failure;
        let result = if succeeded {
            BatchTaskExecutionResult::Success
        } else {
            BatchTaskExecutionResult::Failure
        };
        let word = result.to_string();
        task.info.result = Some(result);
        self.record_start_task(node, "running", "completed", &word);
        if waits {
            let state = if succeeded {
                BatchNodeState::Idle
            } else {
                BatchNodeState::StartTaskFailed
            };
            self.set_node_state(node, &state, "start_task");
        }
    }
}
