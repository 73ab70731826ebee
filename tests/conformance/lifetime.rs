//! Tasks live for 180 days from their addition. What has not run by then stays as it is.

use batchite_api::batch::{
    BatchJobDisableOptions, BatchPoolResizeOptions, BatchTaskConstraints, DisableBatchJobOption,
    MultiInstanceSettings,
};
use batchite_api::time::TimeSpan;

use crate::arms::{Arm, job, job_id, pool, pool_id, request, task, task_id};

async fn disable(arm: &Arm, job: &str) {
    let disable = BatchJobDisableOptions {
        disable_tasks: DisableBatchJobOption::Requeue,
    };
    let job = job_id(job);
    arm.batch.disable_job(&job, disable, &request()).await.unwrap();
}

pub(crate) async fn tasks_older_than_180_days_do_not_run(arm: &Arm) {
    let (batch, pool_id) = (&arm.batch, pool_id("pool"));
    batch.create_pool(pool("pool", 0), &request()).await.unwrap();
    batch.create_job(job("job", "pool"), &request()).await.unwrap();
    arm.add("job", task("old", "/bin/true")).await;
    arm.clock.sleep(TimeSpan::from_days(2)).await;
    arm.add("job", task("in-time", "/bin/true")).await;
    arm.clock.sleep(TimeSpan::from_days(178)).await;
    arm.clock.sleep(TimeSpan::from_seconds(1)).await;
    let resize = BatchPoolResizeOptions {
        target_dedicated_nodes: Some(1),
        ..BatchPoolResizeOptions::default()
    };
    batch.resize_pool(&pool_id, resize, &request()).await.unwrap();
    arm.task_in("job", "in-time", "completed").await;
    arm.run("job", task("new", "/bin/true")).await;
    let old = arm.task("job", "old").await;
    assert_eq!(old.state.as_str(), "active");
    let execution = old.execution_info.unwrap();
    assert_eq!((execution.start_time, execution.result), (None, None));
    let counts = batch
        .get_job_task_counts(&job_id("job"), &request())
        .await
        .unwrap();
    assert_eq!((counts.task_counts.active, counts.task_counts.succeeded), (1, 2));
    // It can still be ended, and does not run when it is made active again.
    let (id, task) = (job_id("job"), task_id("old"));
    batch.terminate_task(&id, &task, &request()).await.unwrap();
    assert_eq!(arm.task("job", "old").await.state.as_str(), "completed");
    batch.reactivate_task(&id, &task, &request()).await.unwrap();
    arm.clock.sleep(TimeSpan::from_days(1)).await;
    assert_eq!(arm.task("job", "old").await.state.as_str(), "active");
    batch.delete_task(&id, &task, &request()).await.unwrap();
}

pub(crate) async fn enabling_a_job_does_not_run_them(arm: &Arm) {
    arm.ready(pool("pool", 1), "job").await;
    disable(arm, "job").await;
    arm.until(async || arm.job_state("job").await == "disabled").await;
    arm.add("job", task("old", "/bin/true")).await;
    arm.clock.sleep(TimeSpan::from_days(181)).await;
    arm.batch.enable_job(&job_id("job"), &request()).await.unwrap();
    arm.until(async || arm.job_state("job").await == "active").await;
    arm.run("job", task("new", "/bin/true")).await;
    assert_eq!(arm.task("job", "old").await.state.as_str(), "active");
}

pub(crate) async fn they_are_not_tried_again(arm: &Arm) {
    arm.ready(pool("pool", 1), "job").await;
    let mut options = task("t", "/bin/sh -c 'sleep 15638400; exit 1'");
    options.constraints = Some(BatchTaskConstraints {
        max_task_retry_count: Some(-1),
        ..BatchTaskConstraints::default()
    });
    arm.add("job", options).await;
    arm.task_in("job", "t", "running").await;
    // What runs when its time is over runs on to its end, 181 days after it was added.
    arm.clock.sleep(TimeSpan::from_days(180)).await;
    arm.clock.sleep(TimeSpan::from_hours(1)).await;
    assert_eq!(arm.task("job", "t").await.state.as_str(), "running");
    arm.clock.sleep(TimeSpan::from_days(30)).await;
    let left = arm.task("job", "t").await;
    assert_eq!(left.state.as_str(), "active");
    assert_eq!(left.execution_info.unwrap().retry_count, 1);
}

pub(crate) async fn nobody_makes_room_for_them(arm: &Arm) {
    let mut options = pool("pool", 1);
    options.enable_inter_node_communication = Some(true);
    arm.ready(options, "job").await;
    let mut important = job("important", "pool");
    important.priority = Some(10);
    arm.batch.create_job(important, &request()).await.unwrap();
    disable(arm, "important").await;
    arm.add("important", task("old", "/bin/true")).await;
    let mut several = task("several", "/bin/true");
    several.multi_instance_settings = Some(MultiInstanceSettings {
        number_of_instances: Some(1),
        coordination_command_line: "/bin/true".into(),
        ..MultiInstanceSettings::default()
    });
    arm.add("important", several).await;
    arm.clock.sleep(TimeSpan::from_days(181)).await;
    let mut meek = job("meek", "pool");
    meek.allow_task_preemption = Some(true);
    arm.batch.create_job(meek, &request()).await.unwrap();
    arm.add("meek", task("t", "sleep 3600")).await;
    arm.task_in("meek", "t", "running").await;
    arm.batch
        .enable_job(&job_id("important"), &request())
        .await
        .unwrap();
    let ended = arm.task_in("meek", "t", "completed").await;
    assert_eq!(ended.execution_info.unwrap().requeue_count, 0);
    // Neither of them holds back what comes later.
    arm.run("meek", task("later", "/bin/true")).await;
    for id in ["old", "several"] {
        assert_eq!(arm.task("important", id).await.state.as_str(), "active");
    }
}
