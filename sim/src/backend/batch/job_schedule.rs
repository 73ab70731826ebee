//! The operations on job schedules.

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
        request: &RequestOptions,
    ) -> Result<Written> {
        let entity = Entity::JobSchedule(SmolStr::new(&schedule.id));
        self.write("create_job_schedule", request, entity, |world| {
            world.create_job_schedule(schedule, request)
        })
    }

    async fn get_job_schedule(
        &self,
        schedule: &JobScheduleId,
        request: &RequestOptions,
    ) -> Result<BatchJobSchedule> {
        self.read("get_job_schedule", request)?
            .get_job_schedule(schedule, request)
    }

    async fn job_schedule_exists(&self, schedule: &JobScheduleId, request: &RequestOptions) -> Result<bool> {
        self.read("job_schedule_exists", request)?
            .job_schedule_exists(schedule, request)
    }

    async fn list_job_schedules(&self, options: &ListOptions) -> Result<Page<BatchJobSchedule>> {
        self.read("list_job_schedules", options)?
            .list_job_schedules(options)
    }

    async fn update_job_schedule(
        &self,
        schedule: &JobScheduleId,
        update: BatchJobScheduleUpdateOptions,
        request: &RequestOptions,
    ) -> Result<Written> {
        let entity = schedule_entity(schedule);
        self.write("update_job_schedule", request, entity, |world| {
            world.update_job_schedule(schedule, update, request)
        })
    }

    async fn replace_job_schedule(
        &self,
        schedule: &JobScheduleId,
        replacement: BatchJobSchedule,
        request: &RequestOptions,
    ) -> Result<Written> {
        let entity = schedule_entity(schedule);
        self.write("replace_job_schedule", request, entity, |world| {
            world.replace_job_schedule(schedule, replacement, request)
        })
    }

    async fn disable_job_schedule(
        &self,
        schedule: &JobScheduleId,
        request: &RequestOptions,
    ) -> Result<Written> {
        let entity = schedule_entity(schedule);
        self.write("disable_job_schedule", request, entity, |world| {
            world.disable_job_schedule(schedule, request)
        })
    }

    async fn enable_job_schedule(
        &self,
        schedule: &JobScheduleId,
        request: &RequestOptions,
    ) -> Result<Written> {
        let entity = schedule_entity(schedule);
        self.write("enable_job_schedule", request, entity, |world| {
            world.enable_job_schedule(schedule, request)
        })
    }

    async fn terminate_job_schedule(
        &self,
        schedule: &JobScheduleId,
        request: &RequestOptions,
    ) -> Result<Written> {
        let entity = schedule_entity(schedule);
        self.write("terminate_job_schedule", request, entity, |world| {
            world.terminate_job_schedule(schedule, request)
        })
    }

    async fn delete_job_schedule(&self, schedule: &JobScheduleId, request: &RequestOptions) -> Result<()> {
        let entity = schedule_entity(schedule);
        self.write("delete_job_schedule", request, entity, |world| {
            world.delete_job_schedule(schedule, request)
        })
    }
}
