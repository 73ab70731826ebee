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
use smol_str::SmolStr;

use super::{SimBatch, job_entity};
use crate::trace::Entity;

#[async_trait]
impl JobOperations for SimBatch {
    async fn create_job(&self, job: BatchJobCreateOptions, request: &RequestOptions) -> Result<Written> {
        let entity = Entity::Job(SmolStr::new(&job.id));
        self.write("create_job", request, entity, |world| {
            world.create_job(job, request)
        })
    }

    async fn get_job(&self, job: &JobId, request: &RequestOptions) -> Result<BatchJob> {
        self.read("get_job", request)?.get_job(job, request)
    }

    async fn list_jobs(&self, options: &ListOptions) -> Result<Page<BatchJob>> {
        self.read("list_jobs", options)?.list_jobs(options)
    }

    async fn update_job(
        &self,
        job: &JobId,
        update: BatchJobUpdateOptions,
        request: &RequestOptions,
    ) -> Result<Written> {
        let entity = job_entity(job);
        self.write("update_job", request, entity, |world| {
            world.update_job(job, update, request)
        })
    }

    async fn replace_job(
        &self,
        job: &JobId,
        replacement: BatchJob,
        request: &RequestOptions,
    ) -> Result<Written> {
        let entity = job_entity(job);
        self.write("replace_job", request, entity, |world| {
            world.replace_job(job, replacement, request)
        })
    }

    async fn disable_job(
        &self,
        job: &JobId,
        disable: BatchJobDisableOptions,
        request: &RequestOptions,
    ) -> Result<Written> {
        let entity = job_entity(job);
        self.write("disable_job", request, entity, |world| {
            world.disable_job(job, &disable, request)
        })
    }

    async fn enable_job(&self, job: &JobId, request: &RequestOptions) -> Result<Written> {
        let entity = job_entity(job);
        self.write("enable_job", request, entity, |world| {
            world.enable_job(job, request)
        })
    }

    async fn terminate_job(
        &self,
        job: &JobId,
        terminate: BatchJobTerminateOptions,
        request: &RequestOptions,
    ) -> Result<Written> {
        let entity = job_entity(job);
        self.write("terminate_job", request, entity, |world| {
            world.terminate_job(job, &terminate, request)
        })
    }

    async fn delete_job(&self, job: &JobId, request: &RequestOptions) -> Result<()> {
        let entity = job_entity(job);
        self.write("delete_job", request, entity, |world| {
            world.delete_job(job, request)
        })
    }

    async fn get_job_task_counts(
        &self,
        job: &JobId,
        request: &RequestOptions,
    ) -> Result<BatchTaskCountsResult> {
        self.read("get_job_task_counts", request)?
            .get_job_task_counts(job, request)
    }

    async fn list_jobs_from_schedule(
        &self,
        schedule: &JobScheduleId,
        options: &ListOptions,
    ) -> Result<Page<BatchJob>> {
        self.read("list_jobs_from_schedule", options)?
            .list_jobs_from_schedule(schedule, options)
    }

    async fn list_job_preparation_and_release_task_status(
        &self,
        job: &JobId,
        options: &ListOptions,
    ) -> Result<Page<BatchJobPreparationAndReleaseTaskStatus>> {
        self.read("list_job_preparation_and_release_task_status", options)?
            .list_job_preparation_and_release_task_status(job, options)
    }
}
