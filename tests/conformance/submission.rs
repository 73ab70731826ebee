//! Many tasks at once.

use batchite_api::backend::{SubmitOptions, submit_tasks};
use batchite_api::batch::BatchTaskCreateOptions;
use batchite_api::error::ErrorCode;

use crate::arms::{Arm, all, job, job_id, pool, request, task};

fn many(number: usize) -> Vec<BatchTaskCreateOptions> {
    (0..number)
        .map(|at| task(&format!("t{at}"), "/bin/true"))
        .collect()
}

pub(crate) async fn many_tasks_are_added_and_each_refusal_is_told(arm: &Arm) {
    let options = SubmitOptions::default();
    let batch = &arm.batch;
    batch.create_job(job("job", "pool"), &request()).await.unwrap();
    arm.add("job", task("t7", "/bin/true")).await;
    let mut tasks = many(350);
    tasks[300].command_line = "".into();
    let report = submit_tasks(batch, &*arm.clock, &job_id("job"), tasks, &options).await;
    assert_eq!(report.added, 348);
    let refused: Vec<(&str, &ErrorCode)> = report
        .refused
        .iter()
        .map(|refused| (refused.task.id.as_str(), refused.error.code()))
        .collect();
    assert_eq!(
        refused,
        [
            ("t7", &ErrorCode::TaskExists),
            ("t300", &ErrorCode::MissingRequiredProperty)
        ]
    );
    let listed = batch.list_tasks(&job_id("job"), &all()).await.unwrap();
    assert_eq!(listed.items.len(), 349);
}

pub(crate) async fn without_a_job_nothing_is_added(arm: &Arm) {
    let options = SubmitOptions::default();
    let report = submit_tasks(&arm.batch, &*arm.clock, &job_id("none"), many(350), &options).await;
    assert_eq!((report.added, report.left.len()), (0, 350));
    assert!(report.into_result().unwrap_err().is(&ErrorCode::JobNotFound));
}

pub(crate) async fn a_job_takes_thousands_of_tasks(arm: &Arm) {
    const TASKS: usize = 5000;
    let options = SubmitOptions::default();
    arm.ready(pool("pool", 4), "job").await;
    let id = job_id("job");
    let report = submit_tasks(&arm.batch, &*arm.clock, &id, many(TASKS), &options).await;
    assert_eq!((report.added, report.refused.len()), (TASKS, 0));
    let counts = async || {
        let counts = arm.batch.get_job_task_counts(&id, &request()).await;
        counts.unwrap().task_counts
    };
    arm.until(async || counts().await.completed == 5000).await;
    assert_eq!(counts().await.succeeded, 5000);
    // All of them are listed, page by page, and each can be found.
    let (mut listed, mut options) = (0, all());
    loop {
        let page = arm.batch.list_tasks(&id, &options).await.unwrap();
        listed += page.items.len();
        match page.continuation {
            Some(continuation) => options.continuation = Some(continuation),
            None => break,
        }
    }
    assert_eq!(listed, TASKS);
    assert_eq!(arm.task("job", "t4999").await.state.as_str(), "completed");
}
