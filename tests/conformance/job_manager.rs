//! The job manager task: first of its job, and often its end.

use batchite_api::batch::{
    BatchJobConstraints, BatchJobCreateOptions, BatchJobManagerTask, BatchJobUpdateOptions,
    BatchNodeRebootOptions, BatchPoolCreateOptions,
};
use batchite_api::error::ErrorCode;
use batchite_api::time::TimeSpan;

use crate::arms::{
    Arm, all, job, job_id, node_id, pool, pool_id, refused, request, resize_to, task, task_id,
};
use crate::output_files::{lost_output, output, text};
use crate::resource_files::upload;

fn manager(command_line: &str) -> BatchJobManagerTask {
    BatchJobManagerTask {
        id: "Manager".to_owned(),
        command_line: command_line.into(),
        ..BatchJobManagerTask::default()
    }
}

fn managed(id: &str, task: BatchJobManagerTask) -> BatchJobCreateOptions {
    BatchJobCreateOptions {
        job_manager_task: Some(task),
        ..job(id, "pool")
    }
}

/// A manager that leaves the job to itself when it has ended.
fn lasting(command_line: &str) -> BatchJobManagerTask {
    BatchJobManagerTask {
        kill_job_on_completion: Some(false),
        ..manager(command_line)
    }
}

fn slots(count: i32, nodes: i32) -> BatchPoolCreateOptions {
    BatchPoolCreateOptions {
        task_slots_per_node: Some(count),
        ..pool("pool", nodes)
    }
}

pub(crate) async fn it_is_the_first_task_of_its_job(arm: &Arm) {
    arm.ready(pool("pool", 1), "busy").await;
    arm.add("busy", task("t", "/bin/sh -c 'sleep 60'")).await;
    arm.task_in("busy", "t", "running").await;
    arm.batch
        .create_job(managed("job", lasting("/bin/sh -c 'sleep 30'")), &request())
        .await
        .unwrap();
    for id in ["a", "b"] {
        arm.add("job", task(id, "/bin/true")).await;
    }
    let tasks = arm.batch.list_tasks(&job_id("job"), &all()).await.unwrap().items;
    let ids: Vec<_> = tasks.iter().map(|task| task.id.as_str()).collect();
    assert_eq!(ids, ["Manager", "a", "b"], "it stands in the list as any other");
    let ended = async |id: &str| {
        let info = arm.task_in("job", id, "completed").await.execution_info.unwrap();
        (info.start_time.unwrap(), info.end_time.unwrap())
    };
    let (first, second) = (ended("manager").await, ended("a").await);
    assert!(second.0 >= first.1);
    arm.task_in("job", "b", "completed").await;
    assert_eq!(arm.job_state("job").await, "active");
    let shown = arm.batch.get_job(&job_id("job"), &request()).await.unwrap();
    let shown = shown.job_manager_task.unwrap();
    assert_eq!(
        (
            shown.kill_job_on_completion,
            shown.run_exclusive,
            shown.allow_low_priority_node,
            shown.required_slots
        ),
        (Some(false), Some(true), Some(true), Some(1))
    );
    let counts = arm
        .batch
        .get_job_task_counts(&job_id("job"), &request())
        .await
        .unwrap();
    assert_eq!(counts.task_counts.completed, 3, "it counts as any other");
    let again = arm
        .batch
        .create_task(&job_id("job"), task("MANAGER", "/bin/true"), &request())
        .await;
    refused(again, &ErrorCode::TaskExists);
}

pub(crate) async fn its_end_is_the_end_of_its_job(arm: &Arm) {
    arm.ready(pool("pool", 3), "other").await;
    for (name, command_line) in [
        ("success", "/bin/sh -c 'sleep 30'"),
        ("failure", "/bin/sh -c 'sleep 30; exit 1'"),
    ] {
        arm.batch
            .create_job(managed(name, manager(command_line)), &request())
            .await
            .unwrap();
        arm.add(name, task("long", "/bin/sh -c 'sleep 7200'")).await;
        arm.task_in(name, "long", "running").await;
        arm.until(async || arm.job_state(name).await == "completed").await;
        let done = arm.batch.get_job(&job_id(name), &request()).await.unwrap();
        assert_eq!(
            done.execution_info.unwrap().terminate_reason.as_deref(),
            Some("JMComplete")
        );
        let long = arm.task(name, "long").await.execution_info.unwrap();
        assert_eq!(long.failure_info.unwrap().code.as_deref(), Some("TaskEnded"));
    }
    // It ends with it even when somebody else ends it, but not when it is taken away.
    for (name, state) in [("terminated", "completed"), ("deleted", "active")] {
        arm.batch
            .create_job(managed(name, manager("/bin/sh -c 'sleep 7200'")), &request())
            .await
            .unwrap();
        arm.task_in(name, "manager", "running").await;
        let (job, task) = (job_id(name), task_id("manager"));
        if state == "active" {
            arm.batch.delete_task(&job, &task, &request()).await.unwrap();
        } else {
            arm.batch.terminate_task(&job, &task, &request()).await.unwrap();
        }
        arm.clock.sleep(TimeSpan::from_minutes(1)).await;
        assert_eq!(arm.job_state(name).await, state);
    }
}

pub(crate) async fn it_has_its_node_for_itself_unless_told_otherwise(arm: &Arm) {
    arm.ready(slots(4, 1), "other").await;
    arm.batch
        .create_job(managed("alone", manager("/bin/sh -c 'sleep 600'")), &request())
        .await
        .unwrap();
    arm.task_in("alone", "manager", "running").await;
    arm.add("other", task("t", "/bin/sh -c 'sleep 3600'")).await;
    arm.clock.sleep(TimeSpan::from_minutes(5)).await;
    assert_eq!(arm.task("other", "t").await.state.as_str(), "active");
    let node = arm.nodes("pool").await.remove(0);
    assert_eq!(
        (node.running_tasks_count, node.running_task_slots_count),
        (Some(1), Some(1))
    );
    arm.task_in("other", "t", "running").await;
    assert_eq!(arm.job_state("alone").await, "completed");
    // With a task on the node there is no room for a manager that wants it all.
    let sociable = BatchJobManagerTask {
        run_exclusive: Some(false),
        ..manager("/bin/sh -c 'sleep 60'")
    };
    arm.batch
        .create_job(managed("second", manager("/bin/true")), &request())
        .await
        .unwrap();
    arm.batch
        .create_job(managed("sociable", sociable), &request())
        .await
        .unwrap();
    arm.task_in("sociable", "manager", "running").await;
    assert_eq!(arm.task("second", "manager").await.state.as_str(), "active");
    arm.task_in("second", "manager", "completed").await;
}

pub(crate) async fn it_can_keep_off_nodes_that_may_be_taken_away(arm: &Arm) {
    let mut options = slots(2, 0);
    options.target_low_priority_nodes = Some(2);
    arm.batch.create_pool(options, &request()).await.unwrap();
    let choosy = BatchJobManagerTask {
        allow_low_priority_node: Some(false),
        run_exclusive: Some(false),
        ..lasting("/bin/true")
    };
    arm.batch
        .create_job(managed("job", choosy), &request())
        .await
        .unwrap();
    arm.batch
        .create_job(managed("easy", lasting("/bin/true")), &request())
        .await
        .unwrap();
    arm.add("job", task("t", "/bin/true")).await;
    arm.task_in("easy", "manager", "completed").await;
    arm.clock.sleep(TimeSpan::from_hours(1)).await;
    assert_eq!(arm.task("job", "manager").await.state.as_str(), "active");
    assert_eq!(
        arm.task("job", "t").await.state.as_str(),
        "active",
        "nobody overtakes the manager"
    );
    let resize = resize_to(1);
    arm.batch
        .resize_pool(&pool_id("pool"), resize, &request())
        .await
        .unwrap();
    let done = arm.task_in("job", "manager", "completed").await;
    let node = done.node_info.unwrap().node_id.unwrap();
    let nodes = arm.nodes("pool").await;
    let node = nodes.iter().find(|other| other.id == node).unwrap();
    assert_eq!(node.is_dedicated, Some(true));
    arm.task_in("job", "t", "completed").await;
}

pub(crate) async fn it_is_first_again_after_a_restart(arm: &Arm) {
    arm.ready(pool("pool", 1), "other").await;
    arm.batch
        .create_job(managed("job", lasting("/bin/sh -c 'sleep 600'")), &request())
        .await
        .unwrap();
    arm.task_in("job", "manager", "running").await;
    arm.add("job", task("t", "/bin/true")).await;
    let node = node_id(&arm.nodes("pool").await[0]);
    arm.batch
        .reboot_node(
            &pool_id("pool"),
            &node,
            BatchNodeRebootOptions::default(),
            &request(),
        )
        .await
        .unwrap();
    let again = arm.task_in("job", "manager", "running").await;
    assert_eq!(again.execution_info.unwrap().requeue_count, 1);
    assert_eq!(arm.task("job", "t").await.state.as_str(), "active");
    arm.task_in("job", "t", "completed").await;
}

pub(crate) async fn its_node_is_the_last_to_go(arm: &Arm) {
    arm.ready(pool("pool", 4), "other").await;
    for id in ["a", "b"] {
        arm.add("other", task(id, "/bin/sh -c 'sleep 7200'")).await;
        arm.task_in("other", id, "running").await;
    }
    arm.batch
        .create_job(managed("job", manager("/bin/sh -c 'sleep 7200'")), &request())
        .await
        .unwrap();
    let running = arm.task_in("job", "manager", "running").await;
    arm.add("other", task("c", "/bin/sh -c 'sleep 7200'")).await;
    arm.task_in("other", "c", "running").await;
    let resize = resize_to(1);
    arm.batch
        .resize_pool(&pool_id("pool"), resize, &request())
        .await
        .unwrap();
    arm.until(async || arm.nodes("pool").await.len() == 1).await;
    assert_eq!(
        Some(arm.nodes("pool").await.remove(0).id),
        running.node_info.unwrap().node_id
    );
    assert_eq!(arm.task("job", "manager").await.state.as_str(), "running");
}

pub(crate) async fn its_retries_are_those_of_the_job_when_that_was_made(arm: &Arm) {
    arm.ready(pool("pool", 1), "other").await;
    let mut options = managed("job", lasting("/bin/sh -c 'sleep 60; exit 1'"));
    options.constraints = Some(BatchJobConstraints {
        max_task_retry_count: Some(2),
        ..BatchJobConstraints::default()
    });
    arm.batch.create_job(options, &request()).await.unwrap();
    let update = BatchJobUpdateOptions {
        constraints: Some(BatchJobConstraints {
            max_wall_clock_time: Some(TimeSpan::from_days(1)),
            ..BatchJobConstraints::default()
        }),
        ..BatchJobUpdateOptions::default()
    };
    arm.batch
        .update_job(&job_id("job"), update, &request())
        .await
        .unwrap();
    let job = arm.batch.get_job(&job_id("job"), &request()).await.unwrap();
    // The constraints of a job are replaced as a whole.
    assert_eq!(job.constraints.unwrap().max_task_retry_count, Some(0));
    let shown = job.job_manager_task.unwrap().constraints.unwrap();
    assert_eq!(shown.max_task_retry_count, Some(2));
    let done = arm.task_in("job", "manager", "completed").await;
    assert_eq!(done.execution_info.unwrap().retry_count, 2);
    let later = arm.run("job", task("t", "/bin/sh -c 'exit 1'")).await;
    assert_eq!(later.execution_info.unwrap().retry_count, 0);
}

pub(crate) async fn job_managers_are_checked(arm: &Arm) {
    for (spoilt, code) in [
        (
            BatchJobManagerTask {
                id: "no id".to_owned(),
                ..manager("x")
            },
            ErrorCode::InvalidPropertyValue,
        ),
        (manager(" "), ErrorCode::MissingRequiredProperty),
        (
            BatchJobManagerTask {
                required_slots: Some(0),
                ..manager("x")
            },
            ErrorCode::InvalidPropertyValue,
        ),
    ] {
        let result = arm.batch.create_job(managed("job", spoilt), &request()).await;
        refused(result, &code);
        refused(
            arm.batch.get_job(&job_id("job"), &request()).await,
            &ErrorCode::JobNotFound,
        );
    }
}

pub(crate) async fn its_output_files_are_uploaded_before_its_job_ends(arm: &Arm) {
    let store = upload(arm, &[]).await;
    arm.ready(pool("pool", 1), "other").await;
    let uploading = |file| BatchJobManagerTask {
        output_files: vec![file],
        ..manager("/bin/sh -c 'echo managed'")
    };
    let file = output(arm, "../stdout.txt", Some("manager.txt"));
    let options = managed("job", uploading(file));
    arm.batch.create_job(options, &request()).await.unwrap();
    arm.until(async || arm.job_state("job").await == "completed")
        .await;
    assert_eq!(text(&store, "manager.txt").await, "managed\n");
    // An upload that fails is the failure of the manager, and its end is still the end of its job.
    let options = managed("lost", uploading(lost_output(arm)));
    arm.batch.create_job(options, &request()).await.unwrap();
    arm.until(async || arm.job_state("lost").await == "completed")
        .await;
    let info = arm.task("lost", "Manager").await.execution_info.unwrap();
    let failure = info.failure_info.unwrap();
    assert_eq!(failure.code.as_deref(), Some("FileUploadContainerNotFound"));
    let job = arm.batch.get_job(&job_id("lost"), &request()).await.unwrap();
    let reason = job.execution_info.unwrap().terminate_reason;
    assert_eq!(reason.as_deref(), Some("JMComplete"));
}
