//! Every operation on tasks, called once.

use batchite_api::backend::BatchBackend;
use batchite_api::batch::{BatchTask, BatchTaskCreateOptions, BatchTaskGroup};
use batchite_api::wire::batch::Parameters;
use batchite_api::wire::batch::operations::task as operations;

use crate::given::Given;
use crate::seen::{Seen, json, nothing, page, tags};

pub(crate) async fn call_all(client: &dyn BatchBackend, given: &Given, seen: &mut Seen<'_>) {
    make_and_read(client, given, seen).await;
    change(client, given, seen).await;
}

async fn make_and_read(client: &dyn BatchBackend, given: &Given, seen: &mut Seen<'_>) {
    let options = given.request(&operations::CREATE_TASK.route);
    let answer = client
        .create_task(&given.job, given.body("BatchTaskCreateOptions"), &options)
        .await;
    seen.check(
        &operations::CREATE_TASK,
        (given.job.clone(),),
        given.body::<BatchTaskCreateOptions>("BatchTaskCreateOptions"),
        Parameters::from(&options),
        answer.map(tags),
    );

    let options = given.request(&operations::CREATE_TASK_COLLECTION.route);
    let answer = client
        .create_task_collection(&given.job, given.body("BatchTaskGroup"), &options)
        .await;
    seen.check(
        &operations::CREATE_TASK_COLLECTION,
        (given.job.clone(),),
        given.body::<BatchTaskGroup>("BatchTaskGroup"),
        Parameters::from(&options),
        answer.map(json),
    );

    let options = given.request(&operations::GET_TASK.route);
    let answer = client.get_task(&given.job, &given.task, &options).await;
    seen.check(
        &operations::GET_TASK,
        (given.job.clone(), given.task.clone()),
        (),
        Parameters::from(&options),
        answer.map(json),
    );

    let options = given.list(&operations::LIST_TASKS.route);
    let answer = client.list_tasks(&given.job, &options).await;
    seen.check(
        &operations::LIST_TASKS,
        (given.job.clone(),),
        (),
        Parameters::from(&options),
        answer.map(page),
    );

    let options = given.list(&operations::LIST_SUBTASKS.route);
    let answer = client.list_subtasks(&given.job, &given.task, &options).await;
    seen.check(
        &operations::LIST_SUBTASKS,
        (given.job.clone(), given.task.clone()),
        (),
        Parameters::from(&options),
        answer.map(page),
    );
}

async fn change(client: &dyn BatchBackend, given: &Given, seen: &mut Seen<'_>) {
    let options = given.request(&operations::REPLACE_TASK.route);
    let answer = client
        .replace_task(&given.job, &given.task, given.body("BatchTask"), &options)
        .await;
    seen.check(
        &operations::REPLACE_TASK,
        (given.job.clone(), given.task.clone()),
        given.body::<BatchTask>("BatchTask"),
        Parameters::from(&options),
        answer.map(tags),
    );

    let options = given.request(&operations::TERMINATE_TASK.route);
    let answer = client.terminate_task(&given.job, &given.task, &options).await;
    seen.check(
        &operations::TERMINATE_TASK,
        (given.job.clone(), given.task.clone()),
        (),
        Parameters::from(&options),
        answer.map(tags),
    );

    let options = given.request(&operations::REACTIVATE_TASK.route);
    let answer = client.reactivate_task(&given.job, &given.task, &options).await;
    seen.check(
        &operations::REACTIVATE_TASK,
        (given.job.clone(), given.task.clone()),
        (),
        Parameters::from(&options),
        answer.map(tags),
    );

    let options = given.request(&operations::DELETE_TASK.route);
    let answer = client.delete_task(&given.job, &given.task, &options).await;
    seen.check(
        &operations::DELETE_TASK,
        (given.job.clone(), given.task.clone()),
        (),
        Parameters::from(&options),
        answer.map(nothing),
    );
}
