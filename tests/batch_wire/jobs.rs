//! Every operation on jobs, called once.

use batchite_api::backend::BatchBackend;
use batchite_api::batch::{
    BatchJob, BatchJobCreateOptions, BatchJobDisableOptions, BatchJobTerminateOptions, BatchJobUpdateOptions,
};
use batchite_api::wire::batch::Parameters;
use batchite_api::wire::batch::operations::job as operations;

use crate::given::Given;
use crate::seen::{Seen, json, nothing, page, tags};

pub(crate) async fn call_all(client: &dyn BatchBackend, given: &Given, seen: &mut Seen<'_>) {
    make_and_read(client, given, seen).await;
    change(client, given, seen).await;
    steer(client, given, seen).await;
    count(client, given, seen).await;
}

async fn make_and_read(client: &dyn BatchBackend, given: &Given, seen: &mut Seen<'_>) {
    let options = given.request(&operations::CREATE_JOB.route);
    let answer = client
        .create_job(given.body("BatchJobCreateOptions"), &options)
        .await;
    seen.check(
        &operations::CREATE_JOB,
        (),
        given.body::<BatchJobCreateOptions>("BatchJobCreateOptions"),
        Parameters::from(&options),
        answer.map(tags),
    );

    let options = given.request(&operations::GET_JOB.route);
    let answer = client.get_job(&given.job, &options).await;
    seen.check(
        &operations::GET_JOB,
        (given.job.clone(),),
        (),
        Parameters::from(&options),
        answer.map(json),
    );

    let options = given.list(&operations::LIST_JOBS.route);
    let answer = client.list_jobs(&options).await;
    seen.check(
        &operations::LIST_JOBS,
        (),
        (),
        Parameters::from(&options),
        answer.map(page),
    );

    let options = given.list(&operations::LIST_JOBS_FROM_SCHEDULE.route);
    let answer = client.list_jobs_from_schedule(&given.schedule, &options).await;
    seen.check(
        &operations::LIST_JOBS_FROM_SCHEDULE,
        (given.schedule.clone(),),
        (),
        Parameters::from(&options),
        answer.map(page),
    );
}

async fn change(client: &dyn BatchBackend, given: &Given, seen: &mut Seen<'_>) {
    let options = given.request(&operations::UPDATE_JOB.route);
    let answer = client
        .update_job(&given.job, given.body("BatchJobUpdateOptions"), &options)
        .await;
    seen.check(
        &operations::UPDATE_JOB,
        (given.job.clone(),),
        given.body::<BatchJobUpdateOptions>("BatchJobUpdateOptions"),
        Parameters::from(&options),
        answer.map(tags),
    );

    let options = given.request(&operations::REPLACE_JOB.route);
    let answer = client
        .replace_job(&given.job, given.body("BatchJob"), &options)
        .await;
    seen.check(
        &operations::REPLACE_JOB,
        (given.job.clone(),),
        given.body::<BatchJob>("BatchJob"),
        Parameters::from(&options),
        answer.map(tags),
    );

    let options = given.request(&operations::DELETE_JOB.route);
    let answer = client.delete_job(&given.job, &options).await;
    seen.check(
        &operations::DELETE_JOB,
        (given.job.clone(),),
        (),
        Parameters::from(&options),
        answer.map(nothing),
    );
}

async fn steer(client: &dyn BatchBackend, given: &Given, seen: &mut Seen<'_>) {
    let options = given.request(&operations::DISABLE_JOB.route);
    let answer = client
        .disable_job(&given.job, given.body("BatchJobDisableOptions"), &options)
        .await;
    seen.check(
        &operations::DISABLE_JOB,
        (given.job.clone(),),
        given.body::<BatchJobDisableOptions>("BatchJobDisableOptions"),
        Parameters::from(&options),
        answer.map(tags),
    );

    let options = given.request(&operations::ENABLE_JOB.route);
    let answer = client.enable_job(&given.job, &options).await;
    seen.check(
        &operations::ENABLE_JOB,
        (given.job.clone(),),
        (),
        Parameters::from(&options),
        answer.map(tags),
    );

    let options = given.request(&operations::TERMINATE_JOB.route);
    let answer = client
        .terminate_job(&given.job, given.body("BatchJobTerminateOptions"), &options)
        .await;
    seen.check(
        &operations::TERMINATE_JOB,
        (given.job.clone(),),
        given.body::<BatchJobTerminateOptions>("BatchJobTerminateOptions"),
        Parameters::from(&options),
        answer.map(tags),
    );
}

async fn count(client: &dyn BatchBackend, given: &Given, seen: &mut Seen<'_>) {
    let options = given.request(&operations::GET_JOB_TASK_COUNTS.route);
    let answer = client.get_job_task_counts(&given.job, &options).await;
    seen.check(
        &operations::GET_JOB_TASK_COUNTS,
        (given.job.clone(),),
        (),
        Parameters::from(&options),
        answer.map(json),
    );

    let options = given.list(&operations::LIST_JOB_PREPARATION_AND_RELEASE_TASK_STATUS.route);
    let answer = client
        .list_job_preparation_and_release_task_status(&given.job, &options)
        .await;
    seen.check(
        &operations::LIST_JOB_PREPARATION_AND_RELEASE_TASK_STATUS,
        (given.job.clone(),),
        (),
        Parameters::from(&options),
        answer.map(page),
    );
}
