//! The operations on tasks.

use async_trait::async_trait;
use batchite_api::backend::{ListOptions, RequestOptions, TaskOperations, Written};
use batchite_api::batch::{
    BatchCreateTaskCollectionResult, BatchSubtask, BatchTask, BatchTaskCreateOptions, BatchTaskGroup,
};
use batchite_api::error::Result;
use batchite_api::ids::{JobId, TaskId};
use batchite_api::page::Page;
use smol_str::SmolStr;

use super::{SimBatch, job_entity, task_entity};
use crate::trace::Entity;

#[async_trait]
impl TaskOperations for SimBatch {
    async fn create_task(
        &self,
        job: &JobId,
        task: BatchTaskCreateOptions,
        request: &RequestOptions,
    ) -> Result<Written> {
        let entity = Entity::Task {
            job: job.to_smol_str(),
            task: SmolStr::new(&task.id),
        };
        self.write("create_task", request, entity, |world| {
            world.create_task(job, task, request)
        })
    }

    async fn create_task_collection(
        &self,
        job: &JobId,
        tasks: BatchTaskGroup,
        request: &RequestOptions,
    ) -> Result<BatchCreateTaskCollectionResult> {
        let entity = job_entity(job);
        self.write("create_task_collection", request, entity, |world| {
            world.create_task_collection(job, tasks, request)
        })
    }

    async fn get_task(&self, job: &JobId, task: &TaskId, request: &RequestOptions) -> Result<BatchTask> {
        self.read("get_task", request)?.get_task(job, task, request)
    }

    async fn list_tasks(&self, job: &JobId, options: &ListOptions) -> Result<Page<BatchTask>> {
        self.read("list_tasks", options)?.list_tasks(job, options)
    }

    async fn replace_task(
        &self,
        job: &JobId,
        task: &TaskId,
        replacement: BatchTask,
        request: &RequestOptions,
    ) -> Result<Written> {
        let entity = task_entity(job, task);
        self.write("replace_task", request, entity, |world| {
            world.replace_task(job, task, replacement, request)
        })
    }

    async fn terminate_task(&self, job: &JobId, task: &TaskId, request: &RequestOptions) -> Result<Written> {
        let entity = task_entity(job, task);
        self.write("terminate_task", request, entity, |world| {
            world.terminate_task(job, task, request)
        })
    }

    async fn reactivate_task(&self, job: &JobId, task: &TaskId, request: &RequestOptions) -> Result<Written> {
        let entity = task_entity(job, task);
        self.write("reactivate_task", request, entity, |world| {
            world.reactivate_task(job, task, request)
        })
    }

    async fn delete_task(&self, job: &JobId, task: &TaskId, request: &RequestOptions) -> Result<()> {
        let entity = task_entity(job, task);
        self.write("delete_task", request, entity, |world| {
            world.delete_task(job, task, request)
        })
    }

    async fn list_subtasks(
        &self,
        job: &JobId,
        task: &TaskId,
        options: &ListOptions,
    ) -> Result<Page<BatchSubtask>> {
        self.read("list_subtasks", options)?
            .list_subtasks(job, task, options)
    }
}
