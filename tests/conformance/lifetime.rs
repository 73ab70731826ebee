//! Tasks live for 180 days from their addition. What has not completed by then stays as it is, and does not run.

use batchite_api::backend::RequestOptions;
use batchite_api::batch::{
    BatchJobDisableOptions, BatchJobPreparationTask, BatchJobTerminateOptions, BatchNodeRebootKind,
    BatchNodeRebootOptions, BatchPoolResizeOptions, BatchTaskConstraints, BatchTaskCounts,
    DisableBatchJobOption, MultiInstanceSettings,
};
use batchite_api::time::TimeSpan;

use crate::arms::{Arm, all, job, job_id, node_id, pool, pool_id, request, task, task_id};

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

/// Moves on to the first hour after the lives of tasks that are added now.
async fn outlive(arm: &Arm) {
    arm.clock.sleep(TimeSpan::from_days(180)).await;
    arm.clock.sleep(TimeSpan::from_hours(1)).await;
}

/// A command that runs for 200 days.
const ENDLESS: &str = "/bin/sh -c 'echo begun; sleep 17280000; exit 1'";

pub(crate) async fn a_run_under_way_is_ended_and_its_task_left(arm: &Arm) {
    arm.ready(pool("pool", 1), "job").await;
    let mut options = task("old", ENDLESS);
    options.constraints = Some(BatchTaskConstraints {
        max_task_retry_count: Some(-1),
        ..BatchTaskConstraints::default()
    });
    arm.add("job", options).await;
    let before = arm.task_in("job", "old", "running").await;
    arm.clock.sleep(TimeSpan::from_days(179)).await;
    arm.add("job", task("next", "/bin/true")).await;
    assert_eq!(arm.nodes("pool").await[0].running_tasks_count, Some(1));
    arm.clock.sleep(TimeSpan::from_days(1)).await;
    arm.clock.sleep(TimeSpan::from_seconds(1)).await;
    // The task is what it was, but its slot is free.
    let left = arm.task("job", "old").await;
    assert_eq!(left.state.as_str(), "running");
    assert_eq!(left.node_info, before.node_info);
    assert_eq!(left.etag, before.etag, "nobody has written");
    let execution = left.execution_info.unwrap();
    assert_eq!((execution.end_time, execution.result), (None, None));
    assert_eq!((execution.exit_code, execution.retry_count), (None, 0));
    let node = arm.nodes("pool").await.remove(0);
    assert_eq!((node.state.as_str(), node.running_tasks_count), ("idle", Some(0)));
    assert_eq!(node.running_task_slots_count, Some(0));
    arm.task_in("job", "next", "completed").await;
    let counts = batch_counts(arm).await;
    assert_eq!((counts.active, counts.running, counts.completed), (0, 1, 1));
    assert_eq!(arm.stdout("job", "old").await, "begun\n", "its files are there");
    // What the command would have ended with comes from nowhere.
    arm.clock.sleep(TimeSpan::from_days(30)).await;
    assert_eq!(arm.task("job", "old").await.state.as_str(), "running");
    // It has run for 180 days, whenever it is asked and ended.
    let expanded = RequestOptions {
        expand: Some("stats".to_owned()),
        ..request()
    };
    let ran = async || {
        let (job, task) = (job_id("job"), task_id("old"));
        let shown = arm.batch.get_task(&job, &task, &expanded).await;
        shown.unwrap().stats.unwrap().wall_clock_time
    };
    // Where time stands still, what is added has a moment of its own a few ticks ahead.
    let most = TimeSpan::from_milliseconds(180 * 86_400_000 + 1);
    assert!(ran().await <= most);
    assert!(ran().await > TimeSpan::from_days(179));
    let (id, old) = (job_id("job"), task_id("old"));
    arm.batch.terminate_task(&id, &old, &request()).await.unwrap();
    let ended = arm.task("job", "old").await;
    assert_eq!(ended.state.as_str(), "completed");
    let failure = ended.execution_info.unwrap().failure_info.unwrap();
    assert_eq!(failure.code.as_deref(), Some("TaskEnded"));
    assert!(ran().await <= most);
    arm.batch.reactivate_task(&id, &old, &request()).await.unwrap();
    arm.clock.sleep(TimeSpan::from_days(1)).await;
    assert_eq!(arm.task("job", "old").await.state.as_str(), "active");
    assert!(ran().await <= most);
}

async fn batch_counts(arm: &Arm) -> BatchTaskCounts {
    let counts = arm.batch.get_job_task_counts(&job_id("job"), &request()).await;
    counts.unwrap().task_counts
}

pub(crate) async fn each_run_ends_at_the_age_of_its_own_task(arm: &Arm) {
    arm.ready(pool("pool", 3), "job").await;
    for (id, days) in [("first", 2), ("second", 3), ("third", 0)] {
        arm.add("job", task(id, ENDLESS)).await;
        arm.clock.sleep(TimeSpan::from_days(days)).await;
    }
    let busy = async || {
        let nodes = arm.nodes("pool").await.into_iter();
        nodes.filter(|node| node.state.as_str() == "running").count()
    };
    // Five days have passed.
    arm.clock.sleep(TimeSpan::from_days(174)).await;
    arm.clock.sleep(TimeSpan::from_hours(1)).await;
    for (rests, busy_then) in [(1, 3), (1, 2), (1, 2), (2, 1), (1, 1), (5, 0)] {
        assert_eq!(busy().await, busy_then);
        arm.clock.sleep(TimeSpan::from_days(rests)).await;
    }
    assert_eq!(batch_counts(arm).await.running, 3);
}

pub(crate) async fn a_task_that_is_prepared_is_left_preparing(arm: &Arm) {
    arm.batch.create_pool(pool("pool", 1), &request()).await.unwrap();
    let mut options = job("job", "pool");
    options.job_preparation_task = Some(BatchJobPreparationTask {
        command_line: "sleep 17280000".into(),
        ..BatchJobPreparationTask::default()
    });
    arm.batch.create_job(options, &request()).await.unwrap();
    arm.add("job", task("old", "/bin/true")).await;
    arm.task_in("job", "old", "preparing").await;
    outlive(arm).await;
    arm.add("job", task("new", "/bin/true")).await;
    arm.task_in("job", "new", "preparing").await;
    let left = arm.task("job", "old").await;
    assert_eq!(left.state.as_str(), "preparing");
    assert_eq!(left.execution_info.unwrap().start_time, None);
    // Its node is ready one day, and does not run it.
    arm.clock.sleep(TimeSpan::from_days(30)).await;
    arm.task_in("job", "new", "completed").await;
    assert_eq!(arm.task("job", "old").await.state.as_str(), "preparing");
    let (id, old) = (job_id("job"), task_id("old"));
    arm.batch.delete_task(&id, &old, &request()).await.unwrap();
    assert_eq!(batch_counts(arm).await.running, 0);
}

pub(crate) async fn the_parts_of_a_task_are_ended_with_it(arm: &Arm) {
    let mut options = pool("pool", 2);
    options.enable_inter_node_communication = Some(true);
    arm.ready(options, "job").await;
    let mut several = task("several", ENDLESS);
    several.multi_instance_settings = Some(MultiInstanceSettings {
        number_of_instances: Some(2),
        coordination_command_line: "/bin/true".into(),
        ..MultiInstanceSettings::default()
    });
    arm.add("job", several).await;
    arm.task_in("job", "several", "running").await;
    outlive(arm).await;
    assert_eq!(arm.task("job", "several").await.state.as_str(), "running");
    let states = arm.nodes("pool").await.into_iter().map(|node| node.state);
    assert!(states.into_iter().all(|state| state.as_str() == "idle"));
    let parts = arm
        .batch
        .list_subtasks(&job_id("job"), &task_id("several"), &all())
        .await;
    let part = parts.unwrap().items.remove(0);
    assert_eq!(part.state.unwrap().as_str(), "completed");
    assert!(part.end_time.is_some());
}

pub(crate) async fn a_job_ends_the_tasks_it_has_left(arm: &Arm) {
    let one_at_a_time = |id: &str| {
        let mut options = job(id, "pool");
        options.max_parallel_tasks = Some(1);
        options
    };
    arm.batch.create_pool(pool("pool", 3), &request()).await.unwrap();
    let jobs = ["first", "second", "third"];
    for id in jobs {
        arm.batch.create_job(one_at_a_time(id), &request()).await.unwrap();
        arm.add(id, task("old", ENDLESS)).await;
        arm.task_in(id, "old", "running").await;
    }
    outlive(arm).await;
    for (id, option) in jobs.into_iter().zip(DisableBatchJobOption::KNOWN) {
        // It does not count among those that run at once.
        arm.run(id, task("new", "/bin/true")).await;
        assert_eq!(arm.task(id, "old").await.state.as_str(), "running");
        // Nor is it waited for, nor does it wait again.
        let disable = BatchJobDisableOptions {
            disable_tasks: option.clone(),
        };
        let disabled = arm.batch.disable_job(&job_id(id), disable, &request()).await;
        disabled.unwrap();
        arm.until(async || arm.job_state(id).await == "disabled").await;
        let terminates = *option == DisableBatchJobOption::Terminate;
        let state = if terminates { "completed" } else { "running" };
        assert_eq!(arm.task(id, "old").await.state.as_str(), state, "{option}");
    }
    for id in jobs {
        let ended = arm
            .batch
            .terminate_job(&job_id(id), BatchJobTerminateOptions::default(), &request())
            .await;
        ended.unwrap();
        arm.until(async || arm.job_state(id).await == "completed").await;
        let old = arm.task(id, "old").await;
        assert_eq!(old.state.as_str(), "completed");
        let failure = old.execution_info.unwrap().failure_info.unwrap();
        assert_eq!(failure.code.as_deref(), Some("TaskEnded"));
    }
}

pub(crate) async fn a_node_is_done_with_a_task_that_was_left(arm: &Arm) {
    arm.ready(pool("pool", 1), "job").await;
    arm.add("job", task("old", ENDLESS)).await;
    let before = arm.task_in("job", "old", "running").await;
    outlive(arm).await;
    let node = node_id(&arm.nodes("pool").await[0]);
    let reboot = BatchNodeRebootOptions {
        node_reboot_option: Some(BatchNodeRebootKind::TaskCompletion),
    };
    let rebooted = arm
        .batch
        .reboot_node(&pool_id("pool"), &node, reboot, &request())
        .await;
    rebooted.unwrap();
    arm.run("job", task("new", "/bin/true")).await;
    assert_eq!(arm.task("job", "old").await.state.as_str(), "running");
    arm.batch.delete_pool(&pool_id("pool"), &request()).await.unwrap();
    arm.until(async || !arm.batch.pool_exists(&pool_id("pool"), &request()).await.unwrap())
        .await;
    let left = arm.task("job", "old").await;
    assert_eq!(left.state.as_str(), "running");
    assert_eq!(left.node_info, before.node_info, "where it ran");
    assert_eq!(left.execution_info.unwrap().requeue_count, 0);
    arm.batch.delete_job(&job_id("job"), &request()).await.unwrap();
    arm.until(async || arm.batch.get_job(&job_id("job"), &request()).await.is_err())
        .await;
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
