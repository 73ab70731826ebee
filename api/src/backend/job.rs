//! Operations on jobs.

use async_trait::async_trait;

use super::{ListOptions, RequestOptions, Written};
use crate::batch::{
    BatchJob, BatchJobCreateOptions, BatchJobDisableOptions, BatchJobPreparationAndReleaseTaskStatus,
    BatchJobTerminateOptions, BatchJobUpdateOptions, BatchTaskCountsResult,
};
use crate::error::Result;
use crate::ids::{JobId, JobScheduleId};
use crate::page::Page;

/// The jobs of an account.
#[async_trait]
pub trait JobOperations: Send + Sync {
    /// `POST /jobs`: makes a job. The pool it names need not exist yet.
    ///
    /// Refused: `JobExists`, `JobScheduleWithSameIdExists`, `ActiveJobAndScheduleQuotaReached`, `InvalidPropertyValue`.
    async fn create_job(&self, job: BatchJobCreateOptions, options: &RequestOptions) -> Result<Written>;

    /// `GET /jobs/{jobId}`. Refused: `JobNotFound`.
    async fn get_job(&self, job: &JobId, options: &RequestOptions) -> Result<BatchJob>;

    /// `GET /jobs`
    async fn list_jobs(&self, options: &ListOptions) -> Result<Page<BatchJob>>;

    /// `PATCH /jobs/{jobId}`: changes the properties that are given. A given object replaces the whole object.
    async fn update_job(
        &self,
        job: &JobId,
        update: BatchJobUpdateOptions,
        options: &RequestOptions,
    ) -> Result<Written>;

    /// `PUT /jobs/{jobId}`: replaces all changeable properties; those not given go back to their default.
    async fn replace_job(
        &self,
        job: &JobId,
        replacement: BatchJob,
        options: &RequestOptions,
    ) -> Result<Written>;

    /// `POST /jobs/{jobId}/disable`: its tasks are no longer run. Refused: `JobCompleted`, `JobBeingTerminated`.
    async fn disable_job(
        &self,
        job: &JobId,
        disable: BatchJobDisableOptions,
        options: &RequestOptions,
    ) -> Result<Written>;

    /// `POST /jobs/{jobId}/enable`
    async fn enable_job(&self, job: &JobId, options: &RequestOptions) -> Result<Written>;

    /// `POST /jobs/{jobId}/terminate`: running tasks are ended, waiting ones stay active and are never run.
    async fn terminate_job(
        &self,
        job: &JobId,
        terminate: BatchJobTerminateOptions,
        options: &RequestOptions,
    ) -> Result<Written>;

    /// `DELETE /jobs/{jobId}`: the job goes with all its tasks and their files.
    async fn delete_job(&self, job: &JobId, options: &RequestOptions) -> Result<()>;

    /// `GET /jobs/{jobId}/taskcounts`: tasks and task slots by state.
    async fn get_job_task_counts(
        &self,
        job: &JobId,
        options: &RequestOptions,
    ) -> Result<BatchTaskCountsResult>;

    /// `GET /jobschedules/{jobScheduleId}/jobs`: the jobs a schedule made. Refused: `JobScheduleNotFound`.
    async fn list_jobs_from_schedule(
        &self,
        schedule: &JobScheduleId,
        options: &ListOptions,
    ) -> Result<Page<BatchJob>>;

    /// `GET /jobs/{jobId}/jobpreparationandreleasetaskstatus`: how these tasks fare, node by node.
    ///
    /// Refused: `JobPreparationTaskNotSpecified`.
    async fn list_job_preparation_and_release_task_status(
        &self,
        job: &JobId,
        options: &ListOptions,
    ) -> Result<Page<BatchJobPreparationAndReleaseTaskStatus>>;
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<T: JobOperations + ?Sized> JobOperations for std::sync::Arc<T> {
    async fn create_job(&self, job: BatchJobCreateOptions, options: &RequestOptions) -> Result<Written> {
        self.as_ref().create_job(job, options).await
    }

    async fn get_job(&self, job: &JobId, options: &RequestOptions) -> Result<BatchJob> {
        self.as_ref().get_job(job, options).await
    }

    async fn list_jobs(&self, options: &ListOptions) -> Result<Page<BatchJob>> {
        self.as_ref().list_jobs(options).await
    }

    async fn update_job(
        &self,
        job: &JobId,
        update: BatchJobUpdateOptions,
        options: &RequestOptions,
    ) -> Result<Written> {
        self.as_ref().update_job(job, update, options).await
    }

    async fn replace_job(
        &self,
        job: &JobId,
        replacement: BatchJob,
        options: &RequestOptions,
    ) -> Result<Written> {
        self.as_ref().replace_job(job, replacement, options).await
    }

    async fn disable_job(
        &self,
        job: &JobId,
        disable: BatchJobDisableOptions,
        options: &RequestOptions,
    ) -> Result<Written> {
        self.as_ref().disable_job(job, disable, options).await
    }

    async fn enable_job(&self, job: &JobId, options: &RequestOptions) -> Result<Written> {
        self.as_ref().enable_job(job, options).await
    }

    async fn terminate_job(
        &self,
        job: &JobId,
        terminate: BatchJobTerminateOptions,
        options: &RequestOptions,
    ) -> Result<Written> {
        self.as_ref().terminate_job(job, terminate, options).await
    }

    async fn delete_job(&self, job: &JobId, options: &RequestOptions) -> Result<()> {
        self.as_ref().delete_job(job, options).await
    }

    async fn get_job_task_counts(
        &self,
        job: &JobId,
        options: &RequestOptions,
    ) -> Result<BatchTaskCountsResult> {
        self.as_ref().get_job_task_counts(job, options).await
    }

    async fn list_jobs_from_schedule(
        &self,
        schedule: &JobScheduleId,
        options: &ListOptions,
    ) -> Result<Page<BatchJob>> {
        self.as_ref().list_jobs_from_schedule(schedule, options).await
    }

    async fn list_job_preparation_and_release_task_status(
        &self,
        job: &JobId,
        options: &ListOptions,
    ) -> Result<Page<BatchJobPreparationAndReleaseTaskStatus>> {
        self.as_ref()
            .list_job_preparation_and_release_task_status(job, options)
            .await
    }
}
