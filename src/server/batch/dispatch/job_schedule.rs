//! The operations on job schedules.

use batchite_api::backend::RequestOptions;
use batchite_api::error::Result;
use batchite_api::wire::batch::Json;
use batchite_api::wire::batch::operations::job_schedule as operations;

use super::{Dispatch, Done, add_tags, with_tags};

impl Dispatch<'_> {
    pub(super) async fn job_schedule_exists(&self) -> Result<Done> {
        let operation = &operations::JOB_SCHEDULE_EXISTS;
        let call = self.decode(operation)?;
        let (schedule,) = &call.path;
        let options = call.parameters.request_options();
        let exists = self.backend.job_schedule_exists(schedule, &options).await?;
        let mut done = self.tell(operation, &exists)?;
        if exists {
            let tags = RequestOptions {
                select: Some("eTag,lastModified".to_owned()),
                ..RequestOptions::default()
            };
            // One that went in between simply has no tag any more.
            if let Ok(found) = self.backend.get_job_schedule(schedule, &tags).await {
                add_tags(&mut done, &found.etag, found.last_modified)?;
            }
        }
        Ok(done)
    }

    pub(super) async fn delete_job_schedule(&self) -> Result<Done> {
        let operation = &operations::DELETE_JOB_SCHEDULE;
        let call = self.decode(operation)?;
        let (schedule,) = &call.path;
        let options = call.parameters.request_options();
        self.backend.delete_job_schedule(schedule, &options).await?;
        self.tell(operation, &())
    }

    pub(super) async fn get_job_schedule(&self) -> Result<Done> {
        let operation = &operations::GET_JOB_SCHEDULE;
        let call = self.decode(operation)?;
        let (schedule,) = &call.path;
        let options = with_tags(&operation.route, &call.parameters);
        self.tell(
            operation,
            &Json(self.backend.get_job_schedule(schedule, &options).await?),
        )
    }

    pub(super) async fn update_job_schedule(&self) -> Result<Done> {
        let operation = &operations::UPDATE_JOB_SCHEDULE;
        let call = self.decode(operation)?;
        let (schedule,) = &call.path;
        let options = call.parameters.request_options();
        self.tell(
            operation,
            &self
                .backend
                .update_job_schedule(schedule, call.body, &options)
                .await?,
        )
    }

    pub(super) async fn replace_job_schedule(&self) -> Result<Done> {
        let operation = &operations::REPLACE_JOB_SCHEDULE;
        let call = self.decode(operation)?;
        let (schedule,) = &call.path;
        let options = call.parameters.request_options();
        self.tell(
            operation,
            &self
                .backend
                .replace_job_schedule(schedule, call.body, &options)
                .await?,
        )
    }

    pub(super) async fn disable_job_schedule(&self) -> Result<Done> {
        let operation = &operations::DISABLE_JOB_SCHEDULE;
        let call = self.decode(operation)?;
        let (schedule,) = &call.path;
        let options = call.parameters.request_options();
        self.tell(
            operation,
            &self.backend.disable_job_schedule(schedule, &options).await?,
        )
    }

    pub(super) async fn enable_job_schedule(&self) -> Result<Done> {
        let operation = &operations::ENABLE_JOB_SCHEDULE;
        let call = self.decode(operation)?;
        let (schedule,) = &call.path;
        let options = call.parameters.request_options();
        self.tell(
            operation,
            &self.backend.enable_job_schedule(schedule, &options).await?,
        )
    }

    pub(super) async fn terminate_job_schedule(&self) -> Result<Done> {
        let operation = &operations::TERMINATE_JOB_SCHEDULE;
        let call = self.decode(operation)?;
        let (schedule,) = &call.path;
        let options = call.parameters.request_options();
        self.tell(
            operation,
            &self.backend.terminate_job_schedule(schedule, &options).await?,
        )
    }

    pub(super) async fn create_job_schedule(&self) -> Result<Done> {
        let operation = &operations::CREATE_JOB_SCHEDULE;
        let call = self.decode(operation)?;
        let options = call.parameters.request_options();
        let id = call.body.id.clone();
        let written = self.backend.create_job_schedule(call.body, &options).await?;
        self.tell_made(operation, &written, &id)
    }

    pub(super) async fn list_job_schedules(&self) -> Result<Done> {
        let operation = &operations::LIST_JOB_SCHEDULES;
        let call = self.decode(operation)?;
        let options = call.parameters.list_options();
        self.tell(operation, &self.backend.list_job_schedules(&options).await?)
    }
}
