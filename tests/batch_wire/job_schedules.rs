//! Every operation on job schedules, called once.

use batchite_api::backend::BatchBackend;
use batchite_api::batch::{BatchJobSchedule, BatchJobScheduleCreateOptions, BatchJobScheduleUpdateOptions};
use batchite_api::wire::batch::Parameters;
use batchite_api::wire::batch::operations::job_schedule as operations;

use crate::given::Given;
use crate::seen::{Seen, exists, json, nothing, page, tags};

pub(crate) async fn call_all(client: &dyn BatchBackend, given: &Given, seen: &mut Seen<'_>) {
    make_and_read(client, given, seen).await;
    change(client, given, seen).await;
    steer(client, given, seen).await;
}

async fn make_and_read(client: &dyn BatchBackend, given: &Given, seen: &mut Seen<'_>) {
    let options = given.request(&operations::CREATE_JOB_SCHEDULE.route);
    let answer = client
        .create_job_schedule(given.body("BatchJobScheduleCreateOptions"), &options)
        .await;
    seen.check(
        &operations::CREATE_JOB_SCHEDULE,
        (),
        given.body::<BatchJobScheduleCreateOptions>("BatchJobScheduleCreateOptions"),
        Parameters::from(&options),
        answer.map(tags),
    );

    let options = given.request(&operations::GET_JOB_SCHEDULE.route);
    let answer = client.get_job_schedule(&given.schedule, &options).await;
    seen.check(
        &operations::GET_JOB_SCHEDULE,
        (given.schedule.clone(),),
        (),
        Parameters::from(&options),
        answer.map(json),
    );

    let options = given.request(&operations::JOB_SCHEDULE_EXISTS.route);
    let answer = client.job_schedule_exists(&given.schedule, &options).await;
    seen.check(
        &operations::JOB_SCHEDULE_EXISTS,
        (given.schedule.clone(),),
        (),
        Parameters::from(&options),
        answer.map(exists),
    );

    let options = given.list(&operations::LIST_JOB_SCHEDULES.route);
    let answer = client.list_job_schedules(&options).await;
    seen.check(
        &operations::LIST_JOB_SCHEDULES,
        (),
        (),
        Parameters::from(&options),
        answer.map(page),
    );
}

async fn change(client: &dyn BatchBackend, given: &Given, seen: &mut Seen<'_>) {
    let options = given.request(&operations::UPDATE_JOB_SCHEDULE.route);
    let answer = client
        .update_job_schedule(
            &given.schedule,
            given.body("BatchJobScheduleUpdateOptions"),
            &options,
        )
        .await;
    seen.check(
        &operations::UPDATE_JOB_SCHEDULE,
        (given.schedule.clone(),),
        given.body::<BatchJobScheduleUpdateOptions>("BatchJobScheduleUpdateOptions"),
        Parameters::from(&options),
        answer.map(tags),
    );

    let options = given.request(&operations::REPLACE_JOB_SCHEDULE.route);
    let answer = client
        .replace_job_schedule(&given.schedule, given.body("BatchJobSchedule"), &options)
        .await;
    seen.check(
        &operations::REPLACE_JOB_SCHEDULE,
        (given.schedule.clone(),),
        given.body::<BatchJobSchedule>("BatchJobSchedule"),
        Parameters::from(&options),
        answer.map(tags),
    );

    let options = given.request(&operations::DELETE_JOB_SCHEDULE.route);
    let answer = client.delete_job_schedule(&given.schedule, &options).await;
    seen.check(
        &operations::DELETE_JOB_SCHEDULE,
        (given.schedule.clone(),),
        (),
        Parameters::from(&options),
        answer.map(nothing),
    );
}

async fn steer(client: &dyn BatchBackend, given: &Given, seen: &mut Seen<'_>) {
    let options = given.request(&operations::DISABLE_JOB_SCHEDULE.route);
    let answer = client.disable_job_schedule(&given.schedule, &options).await;
    seen.check(
        &operations::DISABLE_JOB_SCHEDULE,
        (given.schedule.clone(),),
        (),
        Parameters::from(&options),
        answer.map(tags),
    );

    let options = given.request(&operations::ENABLE_JOB_SCHEDULE.route);
    let answer = client.enable_job_schedule(&given.schedule, &options).await;
    seen.check(
        &operations::ENABLE_JOB_SCHEDULE,
        (given.schedule.clone(),),
        (),
        Parameters::from(&options),
        answer.map(tags),
    );

    let options = given.request(&operations::TERMINATE_JOB_SCHEDULE.route);
    let answer = client.terminate_job_schedule(&given.schedule, &options).await;
    seen.check(
        &operations::TERMINATE_JOB_SCHEDULE,
        (given.schedule.clone(),),
        (),
        Parameters::from(&options),
        answer.map(tags),
    );
}
