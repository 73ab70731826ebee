//! Where there is nothing to show: no job schedules, no subtasks, no preparation tasks.

use batchite_api::batch::{BatchJobSchedule, BatchJobScheduleUpdateOptions};
use batchite_api::error::ErrorCode;
use batchite_api::ids::JobScheduleId;

use crate::arms::{Arm, all, job, job_id, refused, request, task, task_id};

fn schedule_id() -> JobScheduleId {
    JobScheduleId::parse("nightly").expect("an id")
}

pub(crate) async fn there_are_no_job_schedules(arm: &Arm) {
    let (id, batch) = (schedule_id(), &arm.batch);
    let gone = &ErrorCode::JobScheduleNotFound;
    assert_eq!(batch.list_job_schedules(&all()).await.unwrap().items, []);
    assert!(!batch.job_schedule_exists(&id, &request()).await.unwrap());
    refused(batch.get_job_schedule(&id, &request()).await, gone);
    refused(batch.list_jobs_from_schedule(&id, &all()).await, gone);
    let update = BatchJobScheduleUpdateOptions::default();
    refused(batch.update_job_schedule(&id, update, &request()).await, gone);
    let replacement = BatchJobSchedule::default();
    refused(
        batch.replace_job_schedule(&id, replacement, &request()).await,
        gone,
    );
    refused(batch.disable_job_schedule(&id, &request()).await, gone);
    refused(batch.enable_job_schedule(&id, &request()).await, gone);
    refused(batch.terminate_job_schedule(&id, &request()).await, gone);
    refused(batch.delete_job_schedule(&id, &request()).await, gone);
}

pub(crate) async fn ordinary_jobs_and_tasks_have_no_more_to_show(arm: &Arm) {
    let batch = &arm.batch;
    batch.create_job(job("job", "pool"), &request()).await.unwrap();
    arm.add("job", task("t", "/bin/true")).await;
    let (job, missing) = (job_id("job"), job_id("none"));
    let none = batch.list_subtasks(&job, &task_id("t"), &all()).await.unwrap();
    assert_eq!(none.items, []);
    let refusal = batch.list_subtasks(&job, &task_id("none"), &all()).await;
    refused(refusal, &ErrorCode::TaskNotFound);
    let refusal = batch.list_subtasks(&missing, &task_id("t"), &all()).await;
    refused(refusal, &ErrorCode::JobNotFound);
    let refusal = batch
        .list_job_preparation_and_release_task_status(&job, &all())
        .await;
    refused(refusal, &ErrorCode::JobPreparationTaskNotSpecified);
    let refusal = batch
        .list_job_preparation_and_release_task_status(&missing, &all())
        .await;
    refused(refusal, &ErrorCode::JobNotFound);
}
