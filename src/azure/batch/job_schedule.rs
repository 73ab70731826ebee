//! The operations on job schedules.

use async_trait::async_trait;
use batchite_api::backend::{JobScheduleOperations, ListOptions, RequestOptions, Written};
use batchite_api::batch::{BatchJobSchedule, BatchJobScheduleCreateOptions, BatchJobScheduleUpdateOptions};
use batchite_api::error::Result;
use batchite_api::ids::JobScheduleId;
use batchite_api::page::Page;
use batchite_api::wire::batch::operations::job_schedule as operations;
use batchite_api::wire::batch::{Json, Parameters};

use super::AzureBatch;

#[async_trait]
impl JobScheduleOperations for AzureBatch {
    async fn create_job_schedule(
        &self,
        schedule: BatchJobScheduleCreateOptions,
        options: &RequestOptions,
    ) -> Result<Written> {
        let target = JobScheduleId::parse(&schedule.id).map(|id| (id,));
        self.create(
            &operations::CREATE_JOB_SCHEDULE,
            (),
            schedule,
            Parameters::from(options),
            (&operations::JOB_SCHEDULE_EXISTS, target),
        )
        .await
    }

    async fn get_job_schedule(
        &self,
        schedule: &JobScheduleId,
        options: &RequestOptions,
    ) -> Result<BatchJobSchedule> {
        self.call(
            &operations::GET_JOB_SCHEDULE,
            (schedule.clone(),),
            (),
            Parameters::from(options),
        )
        .await
        .map(|Json(answer)| answer)
    }

    async fn job_schedule_exists(&self, schedule: &JobScheduleId, options: &RequestOptions) -> Result<bool> {
        self.call(
            &operations::JOB_SCHEDULE_EXISTS,
            (schedule.clone(),),
            (),
            Parameters::from(options),
        )
        .await
    }

    async fn list_job_schedules(&self, options: &ListOptions) -> Result<Page<BatchJobSchedule>> {
        self.call(&operations::LIST_JOB_SCHEDULES, (), (), Parameters::from(options))
            .await
    }

    async fn update_job_schedule(
        &self,
        schedule: &JobScheduleId,
        update: BatchJobScheduleUpdateOptions,
        options: &RequestOptions,
    ) -> Result<Written> {
        self.call(
            &operations::UPDATE_JOB_SCHEDULE,
            (schedule.clone(),),
            update,
            Parameters::from(options),
        )
        .await
    }

    async fn replace_job_schedule(
        &self,
        schedule: &JobScheduleId,
        replacement: BatchJobSchedule,
        options: &RequestOptions,
    ) -> Result<Written> {
        self.call(
            &operations::REPLACE_JOB_SCHEDULE,
            (schedule.clone(),),
            replacement,
            Parameters::from(options),
        )
        .await
    }

    async fn disable_job_schedule(
        &self,
        schedule: &JobScheduleId,
        options: &RequestOptions,
    ) -> Result<Written> {
        self.call(
            &operations::DISABLE_JOB_SCHEDULE,
            (schedule.clone(),),
            (),
            Parameters::from(options),
        )
        .await
    }

    async fn enable_job_schedule(
        &self,
        schedule: &JobScheduleId,
        options: &RequestOptions,
    ) -> Result<Written> {
        self.call(
            &operations::ENABLE_JOB_SCHEDULE,
            (schedule.clone(),),
            (),
            Parameters::from(options),
        )
        .await
    }

    async fn terminate_job_schedule(
        &self,
        schedule: &JobScheduleId,
        options: &RequestOptions,
    ) -> Result<Written> {
        self.call(
            &operations::TERMINATE_JOB_SCHEDULE,
            (schedule.clone(),),
            (),
            Parameters::from(options),
        )
        .await
    }

    async fn delete_job_schedule(&self, schedule: &JobScheduleId, options: &RequestOptions) -> Result<()> {
        self.delete(
            &operations::DELETE_JOB_SCHEDULE,
            (schedule.clone(),),
            Parameters::from(options),
        )
        .await
    }
}
