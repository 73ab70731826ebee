//! The operations on job schedules: none is simulated, so none is there.

use async_trait::async_trait;
use batchite_api::backend::{JobScheduleOperations, ListOptions, RequestOptions, Written};
use batchite_api::batch::{BatchJobSchedule, BatchJobScheduleCreateOptions, BatchJobScheduleUpdateOptions};
use batchite_api::error::Result;
use batchite_api::ids::JobScheduleId;
use batchite_api::page::Page;
use smol_str::SmolStr;

use super::{SimBatch, schedule_entity};
use crate::trace::Entity;

#[async_trait]
impl JobScheduleOperations for SimBatch {
    async fn create_job_schedule(
        &self,
        schedule: BatchJobScheduleCreateOptions,
        _: &RequestOptions,
    ) -> Result<Written> {
        let entity = Entity::JobSchedule(SmolStr::new(&schedule.id));
        self.write("create_job_schedule", entity, |world| {
            world.create_job_schedule(&schedule)
        })
    }

    async fn get_job_schedule(&self, _: &JobScheduleId, _: &RequestOptions) -> Result<BatchJobSchedule> {
        self.shared.enter().get_job_schedule()
    }

    async fn job_schedule_exists(&self, _: &JobScheduleId, _: &RequestOptions) -> Result<bool> {
        self.shared.enter().job_schedule_exists()
    }

    async fn list_job_schedules(&self, options: &ListOptions) -> Result<Page<BatchJobSchedule>> {
        self.shared.enter().list_job_schedules(options)
    }

    async fn update_job_schedule(
        &self,
        schedule: &JobScheduleId,
        _: BatchJobScheduleUpdateOptions,
        _: &RequestOptions,
    ) -> Result<Written> {
        let entity = schedule_entity(schedule);
        self.write("update_job_schedule", entity, |world| world.change_job_schedule())
    }

    async fn replace_job_schedule(
        &self,
        schedule: &JobScheduleId,
        _: BatchJobSchedule,
        _: &RequestOptions,
    ) -> Result<Written> {
        let entity = schedule_entity(schedule);
        self.write("replace_job_schedule", entity, |world| {
            world.change_job_schedule()
        })
    }

    async fn disable_job_schedule(&self, schedule: &JobScheduleId, _: &RequestOptions) -> Result<Written> {
        let entity = schedule_entity(schedule);
        self.write("disable_job_schedule", entity, |world| {
            world.change_job_schedule()
        })
    }

    async fn enable_job_schedule(&self, schedule: &JobScheduleId, _: &RequestOptions) -> Result<Written> {
        let entity = schedule_entity(schedule);
        self.write("enable_job_schedule", entity, |world| world.change_job_schedule())
    }

    async fn terminate_job_schedule(&self, schedule: &JobScheduleId, _: &RequestOptions) -> Result<Written> {
        let entity = schedule_entity(schedule);
        self.write("terminate_job_schedule", entity, |world| {
            world.change_job_schedule()
        })
    }

    async fn delete_job_schedule(&self, schedule: &JobScheduleId, _: &RequestOptions) -> Result<()> {
        let entity = schedule_entity(schedule);
        self.write("delete_job_schedule", entity, |world| {
            world.change_job_schedule().map(drop)
        })
    }
}
