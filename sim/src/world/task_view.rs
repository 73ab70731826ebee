//! What a caller is told about tasks.

use batchite_api::backend::{ListOptions, RequestOptions};
use batchite_api::batch::{
    BatchNodeInfo, BatchTask, BatchTaskCounts, BatchTaskCountsResult, BatchTaskSlotCounts,
};
use batchite_api::error::Result;
use batchite_api::ids::{JobId, TaskId};
use batchite_api::odata::{ListKind, Value};
use batchite_api::page::Page;

use super::job::{Job, job_not_found};
use super::node::NodeIdentity;
use super::paging::{continuation_offset, page};
use super::pool::complete_user_identity;
use super::states::TaskPhase;
use super::task::{Task, TaskExtras, state_of};
use super::{TaskIndex, World, condition, never_shown};
use crate::exec::Platform;

impl World {
    /// `GET /jobs/{jobId}/tasks/{taskId}`
    pub fn get_task(&self, job: &JobId, task: &TaskId, request: &RequestOptions) -> Result<BatchTask> {
        let (index, at) = self.find_task(job, task)?;
        let record = self.task(index, at)?;
        condition::check_read(&request.conditions, record.modified)?;
        let job = self.job(index).ok_or_else(job_not_found)?;
        request.selected(self.view_task(job, at, record, request.expands_stats()?))
    }

    /// `GET /jobs/{jobId}/tasks`
    pub fn list_tasks(&self, job: &JobId, options: &ListOptions) -> Result<Page<BatchTask>> {
        let job = self.job(self.find_job(job)?).ok_or_else(job_not_found)?;
        let filter = options.filter(ListKind::Tasks)?;
        let start = continuation_offset(options)?;
        let tasks = (start..job.tasks.len())
            .filter_map(|at| Some((at, job.tasks.get(at).filter(|task| !task.deleted)?)));
        let tasks = tasks.map(|(at, task)| (at, (TaskIndex::next(at), task)));
        let passing = tasks.filter(|(_, (_, task))| {
            filter
                .as_ref()
                .is_none_or(|filter| filter.matches(&|name| task_field(task, name)))
        });
        let stats = options.expands_stats()?;
        page(passing, options, |(at, task)| {
            self.view_task(job, at, task, stats)
        })
    }

    /// `GET /jobs/{jobId}/taskcounts`
    pub fn get_job_task_counts(
        &self,
        job: &JobId,
        _request: &RequestOptions,
    ) -> Result<BatchTaskCountsResult> {
        let counts = self.job(self.find_job(job)?).ok_or_else(job_not_found)?.counts;
        let number = |count: u32| i32::try_from(count).unwrap_or(i32::MAX);
        Ok(BatchTaskCountsResult {
            task_counts: BatchTaskCounts {
                active: number(counts.active),
                running: number(counts.running),
                completed: number(counts.succeeded + counts.failed),
                succeeded: number(counts.succeeded),
                failed: number(counts.failed),
            },
            task_slot_counts: BatchTaskSlotCounts {
                active: number(counts.active_slots),
                running: number(counts.running_slots),
                completed: number(counts.succeeded_slots.saturating_add(counts.failed_slots)),
                succeeded: number(counts.succeeded_slots),
                failed: number(counts.failed_slots),
            },
        })
    }

    pub(super) fn task_url(&self, job: &JobId, task: &TaskId) -> String {
        format!("{}/jobs/{job}/tasks/{task}", self.config.batch_endpoint)
    }

    fn view_task(&self, job: &Job, at: TaskIndex, task: &Task, stats: bool) -> BatchTask {
        let specification = &task.specification;
        let extras = specification
            .extras
            .as_deref()
            .cloned()
            .unwrap_or_else(TaskExtras::default);
        let mut container_settings = extras.container_settings;
        never_shown::hide_in_container(container_settings.as_mut());
        let mut user_identity = extras.user_identity;
        complete_user_identity(&mut user_identity);
        BatchTask {
            id: task.id.to_string(),
            display_name: extras.display_name,
            url: self.task_url(&job.id, &task.id),
            etag: task.modified.etag(),
            last_modified: task.modified,
            creation_time: task.created,
            state: task.state(),
            state_transition_time: task.phase_since,
            previous_state: task.previous.map(state_of),
            previous_state_transition_time: task.previous.map(|_| task.previous_since),
            command_line: (&*specification.command_line).into(),
            container_settings,
            resource_files: extras.resource_files,
            output_files: extras.output_files,
            environment_settings: extras.environment_settings,
            affinity_info: extras.affinity_info,
            multi_instance_settings: extras.multi_instance,
            constraints: Some(task.constraints()),
            required_slots: i32::try_from(specification.required_slots).ok(),
            user_identity,
            exit_conditions: extras.exit_conditions,
            application_package_references: extras.application_package_references,
            stats: stats.then(|| self.task_statistics(job, at, task)).flatten(),
            depends_on: job.depends_on(task),
            execution_info: Some(task.execution_info()),
            node_info: self.node_info_of(job, task),
        }
    }

    /// Where the latest run was. A task that was ended before it ran tells of a node without a name.
    fn node_info_of(&self, job: &Job, task: &Task) -> Option<BatchNodeInfo> {
        match task.node.as_deref() {
            Some(node) => Some(self.view_node_info(job, task, node)),
            None => (task.phase == TaskPhase::Completed).then(BatchNodeInfo::default),
        }
    }

    pub(super) fn view_node_info(&self, job: &Job, task: &Task, node: &NodeIdentity) -> BatchNodeInfo {
        let directory = super::command::task_directory(&job.id, &task.id);
        let url = self.node_url(&node.pool, &node.node);
        let shown = match node.platform {
            Platform::Linux => directory.clone(),
            Platform::Windows => directory.replace('/', "\\"),
        };
        BatchNodeInfo {
            affinity_id: Some(format!("TVM:{}", node.node)),
            node_url: Some(url.clone()),
            pool_id: Some(node.pool.to_string()),
            node_id: Some(node.node.to_string()),
            task_root_directory: Some(shown),
            task_root_directory_url: Some(format!("{url}/files/{directory}")),
        }
    }
}

fn task_field<'a>(task: &'a Task, name: &str) -> Option<Value<'a>> {
    Some(match name {
        "id" => task.id.as_str().into(),
        "state" => Value::Text(task.state().to_string().into()),
        "stateTransitionTime" => Value::Moment(task.phase_since),
        "creationTime" => Value::Moment(task.created),
        "lastModified" | "lastModifiedTime" => Value::Moment(task.modified),
        "executionInfo/startTime" => Value::Moment(task.start_time?),
        "executionInfo/endTime" => Value::Moment(task.end_time?),
        "executionInfo/exitCode" => Value::Number(i64::from(task.exit_code?)),
        "executionInfo/result" => if task.succeeded? { "success" } else { "failure" }.into(),
        _ => return None,
    })
}
