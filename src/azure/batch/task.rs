//! The operations on tasks.

use async_trait::async_trait;
use batchite_api::backend::{ListOptions, RequestOptions, TaskOperations, Written};
use batchite_api::batch::{
    BatchCreateTaskCollectionResult, BatchSubtask, BatchTask, BatchTaskAddStatus, BatchTaskCreateOptions,
    BatchTaskCreateResult, BatchTaskGroup,
};
use batchite_api::error::{ErrorCode, Result};
use batchite_api::ids::{JobId, TaskId};
use batchite_api::page::Page;
use batchite_api::wire::batch::operations::task as operations;
use batchite_api::wire::batch::{Json, Parameters, failure};

use super::AzureBatch;

/// After a repetition, a task that is there was added by an earlier attempt. Its tag is not known.
fn settle(result: &mut BatchTaskCreateResult) {
    let is_there = result
        .error
        .as_ref()
        .is_some_and(|error| failure::of_task(error).is(&ErrorCode::TaskExists));
    if is_there {
        result.status = BatchTaskAddStatus::Success;
        result.error = None;
    }
}

#[async_trait]
impl TaskOperations for AzureBatch {
    async fn create_task(
        &self,
        job: &JobId,
        task: BatchTaskCreateOptions,
        options: &RequestOptions,
    ) -> Result<Written> {
        let target = TaskId::parse(&task.id).map(|id| (job.clone(), id));
        self.create(
            &operations::CREATE_TASK,
            (job.clone(),),
            task,
            Parameters::from(options),
            (&operations::GET_TASK, target),
        )
        .await
    }

    async fn create_task_collection(
        &self,
        job: &JobId,
        tasks: BatchTaskGroup,
        options: &RequestOptions,
    ) -> Result<BatchCreateTaskCollectionResult> {
        let operation = &operations::CREATE_TASK_COLLECTION;
        let exchanged = self
            .exchange(operation, (job.clone(),), tasks, Parameters::from(options))
            .await;
        let exchanged = exchanged.map_err(|failure| failure.error)?;
        let Json(mut results): Json<BatchCreateTaskCollectionResult> = exchanged.read(&operation.route)?;
        if exchanged.repeated {
            results.value.iter_mut().for_each(settle);
        }
        Ok(results)
    }

    async fn get_task(&self, job: &JobId, task: &TaskId, options: &RequestOptions) -> Result<BatchTask> {
        self.call(
            &operations::GET_TASK,
            (job.clone(), task.clone()),
            (),
            Parameters::from(options),
        )
        .await
        .map(|Json(answer)| answer)
    }

    async fn list_tasks(&self, job: &JobId, options: &ListOptions) -> Result<Page<BatchTask>> {
        self.call(
            &operations::LIST_TASKS,
            (job.clone(),),
            (),
            Parameters::from(options),
        )
        .await
    }

    async fn replace_task(
        &self,
        job: &JobId,
        task: &TaskId,
        replacement: BatchTask,
        options: &RequestOptions,
    ) -> Result<Written> {
        self.call(
            &operations::REPLACE_TASK,
            (job.clone(), task.clone()),
            replacement,
            Parameters::from(options),
        )
        .await
    }

    async fn terminate_task(&self, job: &JobId, task: &TaskId, options: &RequestOptions) -> Result<Written> {
        self.call(
            &operations::TERMINATE_TASK,
            (job.clone(), task.clone()),
            (),
            Parameters::from(options),
        )
        .await
    }

    async fn reactivate_task(&self, job: &JobId, task: &TaskId, options: &RequestOptions) -> Result<Written> {
        self.call(
            &operations::REACTIVATE_TASK,
            (job.clone(), task.clone()),
            (),
            Parameters::from(options),
        )
        .await
    }

    async fn delete_task(&self, job: &JobId, task: &TaskId, options: &RequestOptions) -> Result<()> {
        self.delete(
            &operations::DELETE_TASK,
            (job.clone(), task.clone()),
            Parameters::from(options),
        )
        .await
    }

    async fn list_subtasks(
        &self,
        job: &JobId,
        task: &TaskId,
        options: &ListOptions,
    ) -> Result<Page<BatchSubtask>> {
        self.call(
            &operations::LIST_SUBTASKS,
            (job.clone(), task.clone()),
            (),
            Parameters::from(options),
        )
        .await
    }
}
