//! Operations on tasks.

use async_trait::async_trait;

use super::{ListOptions, RequestOptions, Written};
use crate::batch::{
    BatchCreateTaskCollectionResult, BatchSubtask, BatchTask, BatchTaskCreateOptions, BatchTaskGroup,
};
use crate::error::Result;
use crate::ids::{JobId, TaskId};
use crate::page::Page;

/// The tasks of the jobs.
#[async_trait]
pub trait TaskOperations: Send + Sync {
    /// `POST /jobs/{jobId}/tasks`. Refused: `TaskExists`, `JobCompleted`, `JobBeingTerminated`.
    async fn create_task(
        &self,
        job: &JobId,
        task: BatchTaskCreateOptions,
        options: &RequestOptions,
    ) -> Result<Written>;

    /// `POST /jobs/{jobId}/addtaskcollection`: up to 100 tasks at once; every task has its own result.
    ///
    /// A task that is refused does not keep the others out.
    async fn create_task_collection(
        &self,
        job: &JobId,
        tasks: BatchTaskGroup,
        options: &RequestOptions,
    ) -> Result<BatchCreateTaskCollectionResult>;

    /// `GET /jobs/{jobId}/tasks/{taskId}`. Refused: `JobNotFound`, `TaskNotFound`.
    async fn get_task(&self, job: &JobId, task: &TaskId, options: &RequestOptions) -> Result<BatchTask>;

    /// `GET /jobs/{jobId}/tasks`
    async fn list_tasks(&self, job: &JobId, options: &ListOptions) -> Result<Page<BatchTask>>;

    /// `PUT /jobs/{jobId}/tasks/{taskId}`: replaces the constraints, nothing else. Refused: `TaskCompleted`.
    async fn replace_task(
        &self,
        job: &JobId,
        task: &TaskId,
        replacement: BatchTask,
        options: &RequestOptions,
    ) -> Result<Written>;

    /// `POST /jobs/{jobId}/tasks/{taskId}/terminate`. Refused: `TaskCompleted`.
    async fn terminate_task(&self, job: &JobId, task: &TaskId, options: &RequestOptions) -> Result<Written>;

    /// `POST /jobs/{jobId}/tasks/{taskId}/reactivate`: a failed task waits again, its counts at zero.
    ///
    /// Refused: `TaskNotCompleted`, `TaskSucceeded`.
    async fn reactivate_task(&self, job: &JobId, task: &TaskId, options: &RequestOptions) -> Result<Written>;

    /// `DELETE /jobs/{jobId}/tasks/{taskId}`: the task and its files.
    async fn delete_task(&self, job: &JobId, task: &TaskId, options: &RequestOptions) -> Result<()>;

    /// `GET /jobs/{jobId}/tasks/{taskId}/subtasksinfo`: the subtasks of a multi-instance task; of any other, none.
    async fn list_subtasks(
        &self,
        job: &JobId,
        task: &TaskId,
        options: &ListOptions,
    ) -> Result<Page<BatchSubtask>>;
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<T: TaskOperations + ?Sized> TaskOperations for std::sync::Arc<T> {
    async fn create_task(
        &self,
        job: &JobId,
        task: BatchTaskCreateOptions,
        options: &RequestOptions,
    ) -> Result<Written> {
        self.as_ref().create_task(job, task, options).await
    }

    async fn create_task_collection(
        &self,
        job: &JobId,
        tasks: BatchTaskGroup,
        options: &RequestOptions,
    ) -> Result<BatchCreateTaskCollectionResult> {
        self.as_ref().create_task_collection(job, tasks, options).await
    }

    async fn get_task(&self, job: &JobId, task: &TaskId, options: &RequestOptions) -> Result<BatchTask> {
        self.as_ref().get_task(job, task, options).await
    }

    async fn list_tasks(&self, job: &JobId, options: &ListOptions) -> Result<Page<BatchTask>> {
        self.as_ref().list_tasks(job, options).await
    }

    async fn replace_task(
        &self,
        job: &JobId,
        task: &TaskId,
        replacement: BatchTask,
        options: &RequestOptions,
    ) -> Result<Written> {
        self.as_ref().replace_task(job, task, replacement, options).await
    }

    async fn terminate_task(&self, job: &JobId, task: &TaskId, options: &RequestOptions) -> Result<Written> {
        self.as_ref().terminate_task(job, task, options).await
    }

    async fn reactivate_task(&self, job: &JobId, task: &TaskId, options: &RequestOptions) -> Result<Written> {
        self.as_ref().reactivate_task(job, task, options).await
    }

    async fn delete_task(&self, job: &JobId, task: &TaskId, options: &RequestOptions) -> Result<()> {
        self.as_ref().delete_task(job, task, options).await
    }

    async fn list_subtasks(
        &self,
        job: &JobId,
        task: &TaskId,
        options: &ListOptions,
    ) -> Result<Page<BatchSubtask>> {
        self.as_ref().list_subtasks(job, task, options).await
    }
}
