//! The operations on jobs.

use batchite_api::error::Result;
use batchite_api::wire::batch::Json;
use batchite_api::wire::batch::operations::job as operations;

use super::{Dispatch, Done, with_tags};

impl Dispatch<'_> {
    pub(super) async fn delete_job(&self) -> Result<Done> {
        let operation = &operations::DELETE_JOB;
        let call = self.decode(operation)?;
        let (job,) = &call.path;
        let options = call.parameters.request_options();
        self.backend.delete_job(job, &options).await?;
        self.tell(operation, &())
    }

    pub(super) async fn get_job(&self) -> Result<Done> {
        let operation = &operations::GET_JOB;
        let call = self.decode(operation)?;
        let (job,) = &call.path;
        let options = with_tags(&operation.route, &call.parameters);
        self.tell(operation, &Json(self.backend.get_job(job, &options).await?))
    }

    pub(super) async fn update_job(&self) -> Result<Done> {
        let operation = &operations::UPDATE_JOB;
        let call = self.decode(operation)?;
        let (job,) = &call.path;
        let options = call.parameters.request_options();
        self.tell(
            operation,
            &self.backend.update_job(job, call.body, &options).await?,
        )
    }

    pub(super) async fn replace_job(&self) -> Result<Done> {
        let operation = &operations::REPLACE_JOB;
        let call = self.decode(operation)?;
        let (job,) = &call.path;
        let options = call.parameters.request_options();
        self.tell(
            operation,
            &self.backend.replace_job(job, call.body, &options).await?,
        )
    }

    pub(super) async fn disable_job(&self) -> Result<Done> {
        let operation = &operations::DISABLE_JOB;
        let call = self.decode(operation)?;
        let (job,) = &call.path;
        let options = call.parameters.request_options();
        self.tell(
            operation,
            &self.backend.disable_job(job, call.body, &options).await?,
        )
    }

    pub(super) async fn enable_job(&self) -> Result<Done> {
        let operation = &operations::ENABLE_JOB;
        let call = self.decode(operation)?;
        let (job,) = &call.path;
        let options = call.parameters.request_options();
        self.tell(operation, &self.backend.enable_job(job, &options).await?)
    }

    pub(super) async fn terminate_job(&self) -> Result<Done> {
        let operation = &operations::TERMINATE_JOB;
        let call = self.decode(operation)?;
        let (job,) = &call.path;
        let options = call.parameters.request_options();
        self.tell(
            operation,
            &self.backend.terminate_job(job, call.body, &options).await?,
        )
    }

    pub(super) async fn create_job(&self) -> Result<Done> {
        let operation = &operations::CREATE_JOB;
        let call = self.decode(operation)?;
        let options = call.parameters.request_options();
        let id = call.body.id.clone();
        let written = self.backend.create_job(call.body, &options).await?;
        self.tell_made(operation, &written, &id)
    }

    pub(super) async fn list_jobs(&self) -> Result<Done> {
        let operation = &operations::LIST_JOBS;
        let call = self.decode(operation)?;
        let options = call.parameters.list_options();
        self.tell(operation, &self.backend.list_jobs(&options).await?)
    }

    pub(super) async fn list_jobs_from_schedule(&self) -> Result<Done> {
        let operation = &operations::LIST_JOBS_FROM_SCHEDULE;
        let call = self.decode(operation)?;
        let (schedule,) = &call.path;
        let options = call.parameters.list_options();
        self.tell(
            operation,
            &self.backend.list_jobs_from_schedule(schedule, &options).await?,
        )
    }

    pub(super) async fn list_job_preparation_and_release_task_status(&self) -> Result<Done> {
        let operation = &operations::LIST_JOB_PREPARATION_AND_RELEASE_TASK_STATUS;
        let call = self.decode(operation)?;
        let (job,) = &call.path;
        let options = call.parameters.list_options();
        self.tell(
            operation,
            &self
                .backend
                .list_job_preparation_and_release_task_status(job, &options)
                .await?,
        )
    }

    pub(super) async fn get_job_task_counts(&self) -> Result<Done> {
        let operation = &operations::GET_JOB_TASK_COUNTS;
        let call = self.decode(operation)?;
        let (job,) = &call.path;
        let options = call.parameters.request_options();
        self.tell(
            operation,
            &Json(self.backend.get_job_task_counts(job, &options).await?),
        )
    }
}
