//! Operations on job schedules.

use async_trait::async_trait;

use super::{ListOptions, RequestOptions, Written};
use crate::batch::{BatchJobSchedule, BatchJobScheduleCreateOptions, BatchJobScheduleUpdateOptions};
use crate::error::Result;
use crate::ids::JobScheduleId;
use crate::page::Page;

/// The job schedules of an account.
#[async_trait]
pub trait JobScheduleOperations: Send + Sync {
    /// `POST /jobschedules`: makes a schedule; its jobs come when it says so.
    ///
    /// Refused: `JobScheduleExists`, `JobWithSameIdExists`, `ActiveJobAndScheduleQuotaReached`, `InvalidPropertyValue`.
    async fn create_job_schedule(
        &self,
        schedule: BatchJobScheduleCreateOptions,
        options: &RequestOptions,
    ) -> Result<Written>;

    /// `GET /jobschedules/{jobScheduleId}`. Refused: `JobScheduleNotFound`.
    async fn get_job_schedule(
        &self,
        schedule: &JobScheduleId,
        options: &RequestOptions,
    ) -> Result<BatchJobSchedule>;

    /// `HEAD /jobschedules/{jobScheduleId}`: whether there is such a schedule.
    async fn job_schedule_exists(&self, schedule: &JobScheduleId, options: &RequestOptions) -> Result<bool>;

    /// `GET /jobschedules`
    async fn list_job_schedules(&self, options: &ListOptions) -> Result<Page<BatchJobSchedule>>;

    /// `PATCH /jobschedules/{jobScheduleId}`: changes what is given; a job that is active keeps what it was made with.
    async fn update_job_schedule(
        &self,
        schedule: &JobScheduleId,
        update: BatchJobScheduleUpdateOptions,
        options: &RequestOptions,
    ) -> Result<Written>;

    /// `PUT /jobschedules/{jobScheduleId}`: replaces all changeable properties; those not given go back to their default.
    async fn replace_job_schedule(
        &self,
        schedule: &JobScheduleId,
        replacement: BatchJobSchedule,
        options: &RequestOptions,
    ) -> Result<Written>;

    /// `POST /jobschedules/{jobScheduleId}/disable`: no further job is made. Refused: `JobScheduleCompleted`.
    async fn disable_job_schedule(
        &self,
        schedule: &JobScheduleId,
        options: &RequestOptions,
    ) -> Result<Written>;

    /// `POST /jobschedules/{jobScheduleId}/enable`
    async fn enable_job_schedule(
        &self,
        schedule: &JobScheduleId,
        options: &RequestOptions,
    ) -> Result<Written>;

    /// `POST /jobschedules/{jobScheduleId}/terminate`: the schedule and its active job end.
    async fn terminate_job_schedule(
        &self,
        schedule: &JobScheduleId,
        options: &RequestOptions,
    ) -> Result<Written>;

    /// `DELETE /jobschedules/{jobScheduleId}`: the schedule goes with all its jobs.
    async fn delete_job_schedule(&self, schedule: &JobScheduleId, options: &RequestOptions) -> Result<()>;
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<T: JobScheduleOperations + ?Sized> JobScheduleOperations for std::sync::Arc<T> {
    async fn create_job_schedule(
        &self,
        schedule: BatchJobScheduleCreateOptions,
        options: &RequestOptions,
    ) -> Result<Written> {
        self.as_ref().create_job_schedule(schedule, options).await
    }

    async fn get_job_schedule(
        &self,
        schedule: &JobScheduleId,
        options: &RequestOptions,
    ) -> Result<BatchJobSchedule> {
        self.as_ref().get_job_schedule(schedule, options).await
    }

    async fn job_schedule_exists(&self, schedule: &JobScheduleId, options: &RequestOptions) -> Result<bool> {
        self.as_ref().job_schedule_exists(schedule, options).await
    }

    async fn list_job_schedules(&self, options: &ListOptions) -> Result<Page<BatchJobSchedule>> {
        self.as_ref().list_job_schedules(options).await
    }

    async fn update_job_schedule(
        &self,
        schedule: &JobScheduleId,
        update: BatchJobScheduleUpdateOptions,
        options: &RequestOptions,
    ) -> Result<Written> {
        self.as_ref().update_job_schedule(schedule, update, options).await
    }

    async fn replace_job_schedule(
        &self,
        schedule: &JobScheduleId,
        replacement: BatchJobSchedule,
        options: &RequestOptions,
    ) -> Result<Written> {
        self.as_ref()
            .replace_job_schedule(schedule, replacement, options)
            .await
    }

    async fn disable_job_schedule(
        &self,
        schedule: &JobScheduleId,
        options: &RequestOptions,
    ) -> Result<Written> {
        self.as_ref().disable_job_schedule(schedule, options).await
    }

    async fn enable_job_schedule(
        &self,
        schedule: &JobScheduleId,
        options: &RequestOptions,
    ) -> Result<Written> {
        self.as_ref().enable_job_schedule(schedule, options).await
    }

    async fn terminate_job_schedule(
        &self,
        schedule: &JobScheduleId,
        options: &RequestOptions,
    ) -> Result<Written> {
        self.as_ref().terminate_job_schedule(schedule, options).await
    }

    async fn delete_job_schedule(&self, schedule: &JobScheduleId, options: &RequestOptions) -> Result<()> {
        self.as_ref().delete_job_schedule(schedule, options).await
    }
}
