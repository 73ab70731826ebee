//! The operations on tasks.

use batchite_api::batch::BatchError;
use batchite_api::error::Result;
use batchite_api::wire::batch::Json;
use batchite_api::wire::batch::failure;
use batchite_api::wire::batch::operations::task as operations;

use super::{Dispatch, Done, with_tags};

impl Dispatch<'_> {
    pub(super) async fn create_task(&self) -> Result<Done> {
        let operation = &operations::CREATE_TASK;
        let call = self.decode(operation)?;
        let (job,) = &call.path;
        let options = call.parameters.request_options();
        let id = call.body.id.clone();
        let written = self.backend.create_task(job, call.body, &options).await?;
        self.tell_made(operation, &written, &id)
    }

    pub(super) async fn list_tasks(&self) -> Result<Done> {
        let operation = &operations::LIST_TASKS;
        let call = self.decode(operation)?;
        let (job,) = &call.path;
        let options = call.parameters.list_options();
        self.tell(operation, &self.backend.list_tasks(job, &options).await?)
    }

    pub(super) async fn create_task_collection(&self) -> Result<Done> {
        let operation = &operations::CREATE_TASK_COLLECTION;
        let call = self.decode(operation)?;
        let (job,) = &call.path;
        let options = call.parameters.request_options();
        let mut results = self
            .backend
            .create_task_collection(job, call.body, &options)
            .await?;
        for error in results
            .value
            .iter_mut()
            .filter_map(|result| result.error.as_mut())
        {
            self.sign(error);
        }
        self.tell(operation, &Json(results))
    }

    pub(super) async fn delete_task(&self) -> Result<Done> {
        let operation = &operations::DELETE_TASK;
        let call = self.decode(operation)?;
        let (job, task) = &call.path;
        let options = call.parameters.request_options();
        self.backend.delete_task(job, task, &options).await?;
        self.tell(operation, &())
    }

    pub(super) async fn get_task(&self) -> Result<Done> {
        let operation = &operations::GET_TASK;
        let call = self.decode(operation)?;
        let (job, task) = &call.path;
        let options = with_tags(&operation.route, &call.parameters);
        self.tell(
            operation,
            &Json(self.backend.get_task(job, task, &options).await?),
        )
    }

    pub(super) async fn replace_task(&self) -> Result<Done> {
        let operation = &operations::REPLACE_TASK;
        let call = self.decode(operation)?;
        let (job, task) = &call.path;
        let options = call.parameters.request_options();
        self.tell(
            operation,
            &self.backend.replace_task(job, task, call.body, &options).await?,
        )
    }

    pub(super) async fn list_subtasks(&self) -> Result<Done> {
        let operation = &operations::LIST_SUBTASKS;
        let call = self.decode(operation)?;
        let (job, task) = &call.path;
        let options = call.parameters.list_options();
        self.tell(operation, &self.backend.list_subtasks(job, task, &options).await?)
    }

    pub(super) async fn terminate_task(&self) -> Result<Done> {
        let operation = &operations::TERMINATE_TASK;
        let call = self.decode(operation)?;
        let (job, task) = &call.path;
        let options = call.parameters.request_options();
        self.tell(
            operation,
            &self.backend.terminate_task(job, task, &options).await?,
        )
    }

    pub(super) async fn reactivate_task(&self) -> Result<Done> {
        let operation = &operations::REACTIVATE_TASK;
        let call = self.decode(operation)?;
        let (job, task) = &call.path;
        let options = call.parameters.request_options();
        self.tell(
            operation,
            &self.backend.reactivate_task(job, task, &options).await?,
        )
    }

    /// The refusal of one task ends as those of whole requests do.
    fn sign(&self, error: &mut BatchError) {
        if let Some(text) = error.message.as_mut().and_then(|message| message.value.as_mut())
            && !text.contains(failure::SIGNATURE)
        {
            *text = failure::signed(text, self.request_id, self.now);
        }
    }
}
