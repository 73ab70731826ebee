//! The operations on jobs.

use async_trait::async_trait;
use batchite_api::backend::{JobOperations, ListOptions, RequestOptions, Written};
use batchite_api::batch::{
    BatchJob, BatchJobCreateOptions, BatchJobDisableOptions, BatchJobPreparationAndReleaseTaskStatus,
    BatchJobTerminateOptions, BatchJobUpdateOptions, BatchTaskCountsResult,
};
use batchite_api::error::Result;
use batchite_api::ids::{JobId, JobScheduleId};
use batchite_api::page::Page;
use batchite_api::wire::batch::operations::job as operations;
use batchite_api::wire::batch::{Json, Parameters};

use super::AzureBatch;

#[async_trait]
impl JobOperations for AzureBatch {
    async fn create_job(&self, job: BatchJobCreateOptions, options: &RequestOptions) -> Result<Written> {
        let target = JobId::parse(&job.id).map(|id| (id,));
        self.create(
            &operations::CREATE_JOB,
            (),
            job,
            Parameters::from(options),
            (&operations::GET_JOB, target),
        )
        .await
    }

    async fn get_job(&self, job: &JobId, options: &RequestOptions) -> Result<BatchJob> {
        self.call(
            &operations::GET_JOB,
            (job.clone(),),
            (),
            Parameters::from(options),
        )
        .await
        .map(|Json(answer)| answer)
    }

    async fn list_jobs(&self, options: &ListOptions) -> Result<Page<BatchJob>> {
        self.call(&operations::LIST_JOBS, (), (), Parameters::from(options))
            .await
    }

    async fn update_job(
        &self,
        job: &JobId,
        update: BatchJobUpdateOptions,
        options: &RequestOptions,
    ) -> Result<Written> {
        self.call(
            &operations::UPDATE_JOB,
            (job.clone(),),
            update,
            Parameters::from(options),
        )
        .await
    }

    async fn replace_job(
        &self,
        job: &JobId,
        replacement: BatchJob,
        options: &RequestOptions,
    ) -> Result<Written> {
        self.call(
            &operations::REPLACE_JOB,
            (job.clone(),),
            replacement,
            Parameters::from(options),
        )
        .await
    }

    async fn disable_job(
        &self,
        job: &JobId,
        disable: BatchJobDisableOptions,
        options: &RequestOptions,
    ) -> Result<Written> {
        self.call(
            &operations::DISABLE_JOB,
            (job.clone(),),
            disable,
            Parameters::from(options),
        )
        .await
    }

    async fn enable_job(&self, job: &JobId, options: &RequestOptions) -> Result<Written> {
        self.call(
            &operations::ENABLE_JOB,
            (job.clone(),),
            (),
            Parameters::from(options),
        )
        .await
    }

    async fn terminate_job(
        &self,
        job: &JobId,
        terminate: BatchJobTerminateOptions,
        options: &RequestOptions,
    ) -> Result<Written> {
        self.call(
            &operations::TERMINATE_JOB,
            (job.clone(),),
            terminate,
            Parameters::from(options),
        )
        .await
    }

    async fn delete_job(&self, job: &JobId, options: &RequestOptions) -> Result<()> {
        self.delete(&operations::DELETE_JOB, (job.clone(),), Parameters::from(options))
            .await
    }

    async fn get_job_task_counts(
        &self,
        job: &JobId,
        options: &RequestOptions,
    ) -> Result<BatchTaskCountsResult> {
        self.call(
            &operations::GET_JOB_TASK_COUNTS,
            (job.clone(),),
            (),
            Parameters::from(options),
        )
        .await
        .map(|Json(answer)| answer)
    }

    async fn list_jobs_from_schedule(
        &self,
        schedule: &JobScheduleId,
        options: &ListOptions,
    ) -> Result<Page<BatchJob>> {
        self.call(
            &operations::LIST_JOBS_FROM_SCHEDULE,
            (schedule.clone(),),
            (),
            Parameters::from(options),
        )
        .await
    }

    async fn list_job_preparation_and_release_task_status(
        &self,
        job: &JobId,
        options: &ListOptions,
    ) -> Result<Page<BatchJobPreparationAndReleaseTaskStatus>> {
        self.call(
            &operations::LIST_JOB_PREPARATION_AND_RELEASE_TASK_STATUS,
            (job.clone(),),
            (),
            Parameters::from(options),
        )
        .await
    }
}
