//! Start tasks: what they prepare, and how they fail.

use batchite_api::batch::{
    BatchNodeRebootOptions, BatchPoolReplaceOptions, BatchPoolUpdateOptions, BatchStartTask,
    EnvironmentSetting, ResourceFile,
};
use batchite_api::time::TimeSpan;

use crate::arms::{Arm, node_id, pool, pool_id, request, task};

fn start_task(command_line: &str) -> BatchStartTask {
    BatchStartTask {
        command_line: command_line.into(),
        ..BatchStartTask::default()
    }
}

pub(crate) async fn it_prepares_the_node_for_its_tasks(arm: &Arm) {
    let mut options = pool("pool", 2);
    options.start_task = Some(BatchStartTask {
        environment_settings: vec![EnvironmentSetting {
            name: "WHO".to_owned(),
            value: Some("start task".into()),
        }],
        ..start_task("/bin/sh -c 'echo \"$WHO on $AZ_BATCH_NODE_ID\" > $AZ_BATCH_NODE_SHARED_DIR/who; env'")
    });
    arm.ready(options, "job").await;
    let done = arm
        .run("job", task("t", "/bin/sh -c 'cat $AZ_BATCH_NODE_SHARED_DIR/who'"))
        .await;
    let node = done.node_info.unwrap().node_id.unwrap();
    assert_eq!(arm.stdout("job", "t").await, format!("start task on {node}\n"));
    let info = arm.nodes("pool").await.remove(0).start_task_info.unwrap();
    assert_eq!(
        (info.state.as_str(), info.exit_code, info.retry_count),
        ("completed", Some(0), 0)
    );
    assert_eq!(info.result.unwrap().as_str(), "success");
    let node = arm.nodes("pool").await.remove(0);
    let id = node_id(&node);
    let pool = pool_id("pool");
    let output = arm
        .batch
        .download_node_file(&pool, &id, "startup/stdout.txt", None, &request())
        .await;
    let environment = output.unwrap().body.collect(1 << 20).await.unwrap();
    let environment = String::from_utf8(environment.to_vec()).unwrap();
    assert!(environment.contains("AZ_BATCH_POOL_ID=pool\n"), "{environment}");
    assert!(
        !environment.contains("AZ_BATCH_TASK_ID="),
        "a start task is no task of a job"
    );
}

pub(crate) async fn a_failing_one_is_retried_and_then_keeps_tasks_away(arm: &Arm) {
    let mut options = pool("pool", 1);
    options.start_task = Some(BatchStartTask {
        max_task_retry_count: Some(2),
        ..start_task("/bin/sh -c 'echo cannot prepare >&2; exit 3'")
    });
    arm.batch.create_pool(options, &request()).await.unwrap();
    arm.until(async || arm.nodes("pool").await[0].state.as_str() == "starttaskfailed")
        .await;
    let info = arm.nodes("pool").await.remove(0).start_task_info.unwrap();
    assert_eq!((info.exit_code, info.retry_count), (Some(3), 2));
    assert!(info.last_retry_time.is_some());
    assert_eq!(info.result.unwrap().as_str(), "failure");
    assert_eq!(
        info.failure_info.unwrap().code.as_deref(),
        Some("FailureExitCode")
    );
    arm.batch
        .create_job(crate::arms::job("job", "pool"), &request())
        .await
        .unwrap();
    arm.add("job", task("t", "/bin/true")).await;
    arm.clock.sleep(TimeSpan::from_hours(1)).await;
    assert_eq!(arm.task("job", "t").await.state.as_str(), "active");
}

pub(crate) async fn without_waiting_for_success_tasks_run_all_the_same(arm: &Arm) {
    let mut options = pool("pool", 1);
    options.start_task = Some(BatchStartTask {
        wait_for_success: Some(false),
        ..start_task("/bin/sh -c 'sleep 60; exit 1'")
    });
    arm.ready(options, "job").await;
    arm.run("job", task("t", "/bin/true")).await;
    let running = arm.nodes("pool").await.remove(0).start_task_info.unwrap();
    assert_eq!(running.state.as_str(), "running");
    arm.clock.sleep(TimeSpan::from_minutes(2)).await;
    let node = arm.nodes("pool").await.remove(0);
    assert_eq!(node.state.as_str(), "idle");
    assert_eq!(node.start_task_info.unwrap().result.unwrap().as_str(), "failure");
}

pub(crate) async fn a_missing_resource_file_fails_it(arm: &Arm) {
    let mut options = pool("pool", 1);
    options.start_task = Some(BatchStartTask {
        max_task_retry_count: Some(5),
        resource_files: vec![ResourceFile {
            http_url: Some("http://127.0.0.1:10000/devstoreaccount1/nowhere/file?sv=2021-12-02&sig=x".into()),
            file_path: Some("file".to_owned()),
            ..ResourceFile::default()
        }],
        ..start_task("/bin/true")
    });
    arm.batch.create_pool(options, &request()).await.unwrap();
    arm.until(async || arm.nodes("pool").await[0].state.as_str() == "starttaskfailed")
        .await;
    let info = arm.nodes("pool").await.remove(0).start_task_info.unwrap();
    // What fails before the command is not retried.
    assert_eq!((info.exit_code, info.retry_count), (None, 0));
    let failure = info.failure_info.unwrap();
    assert_eq!(failure.code.as_deref(), Some("BlobAccessDenied"));
    let shown = format!("{failure:?}");
    assert!(!shown.contains("sig=x"), "{shown}");
}

pub(crate) async fn nodes_wait_for_it(arm: &Arm) {
    let mut options = pool("pool", 1);
    options.start_task = Some(start_task("/bin/sh -c 'sleep 60'"));
    arm.batch.create_pool(options, &request()).await.unwrap();
    arm.batch
        .create_job(crate::arms::job("job", "pool"), &request())
        .await
        .unwrap();
    arm.add("job", task("t", "/bin/true")).await;
    arm.all_nodes("pool", "waitingforstarttask").await;
    let info = arm.nodes("pool").await.remove(0).start_task_info.unwrap();
    assert_eq!((info.state.as_str(), info.end_time), ("running", None));
    arm.clock.sleep(TimeSpan::from_seconds(55)).await;
    assert_eq!(arm.nodes("pool").await[0].state.as_str(), "waitingforstarttask");
    assert_eq!(arm.task("job", "t").await.state.as_str(), "active");
    let done = arm.task_in("job", "t", "completed").await;
    let info = arm.nodes("pool").await.remove(0).start_task_info.unwrap();
    assert!(done.execution_info.unwrap().start_time >= info.end_time);
}

pub(crate) async fn one_without_a_limit_is_tried_until_it_succeeds(arm: &Arm) {
    let mut options = pool("pool", 1);
    options.start_task = Some(BatchStartTask {
        max_task_retry_count: Some(-1),
        ..start_task(
            "/bin/sh -c 'cd $AZ_BATCH_NODE_SHARED_DIR; if [ -e b ]; then echo ready; exit 0; fi; \
             if [ -e a ]; then touch b; fi; touch a; exit 1'",
        )
    });
    arm.ready(options, "job").await;
    let node = arm.nodes("pool").await.remove(0);
    let info = node.start_task_info.clone().unwrap();
    assert_eq!((info.retry_count, info.exit_code), (2, Some(0)));
    assert_eq!(
        (info.result.unwrap().as_str(), info.failure_info),
        ("success", None)
    );
    assert!(
        info.last_retry_time
            .is_some_and(|retried| info.start_time >= retried)
    );
    // Its files stay as long as the node, whatever the retention time of tasks.
    arm.clock.sleep(TimeSpan::from_days(30)).await;
    let path = "startup/stdout.txt";
    let file = arm
        .batch
        .download_node_file(&pool_id("pool"), &node_id(&node), path, None, &request())
        .await;
    let bytes = file.unwrap().body.collect(100).await.unwrap();
    assert!(bytes.ends_with(b"ready\n"), "{bytes:?}");
}

pub(crate) async fn a_change_reaches_a_node_at_its_next_boot(arm: &Arm) {
    let leaves = |mark: &str| {
        let command_line = format!("/bin/sh -c 'echo {mark} >> $AZ_BATCH_NODE_SHARED_DIR/marks'");
        Some(start_task(&command_line))
    };
    let mut options = pool("pool", 1);
    options.start_task = leaves("old");
    arm.ready(options, "job").await;
    let (batch, id) = (&arm.batch, pool_id("pool"));
    let before = arm.nodes("pool").await.remove(0);
    let node = node_id(&before);
    let marks = async |task_name: &str| {
        let read = "/bin/sh -c 'cat $AZ_BATCH_NODE_SHARED_DIR/marks'";
        arm.run("job", task(task_name, read)).await;
        arm.stdout("job", task_name).await
    };
    let reboot = async || {
        let reboot = BatchNodeRebootOptions::default();
        batch.reboot_node(&id, &node, reboot, &request()).await.unwrap();
        arm.all_nodes("pool", "idle").await;
    };
    let change = BatchPoolUpdateOptions {
        start_task: leaves("new"),
        ..BatchPoolUpdateOptions::default()
    };
    batch.update_pool(&id, change, &request()).await.unwrap();
    let shown = arm.pool("pool").await.start_task.unwrap();
    assert!(shown.command_line.as_str().contains("new"));
    // The node is as it was, however long one waits.
    arm.clock.sleep(TimeSpan::from_hours(1)).await;
    assert_eq!(marks("first").await, "old\n");
    let after = arm.nodes("pool").await.remove(0);
    assert_eq!(
        (after.last_boot_time, after.start_task_info),
        (before.last_boot_time, before.start_task_info)
    );
    reboot().await;
    assert_eq!(marks("second").await, "old\nnew\n");
    // Taken away, it is run no more.
    let nothing = BatchPoolReplaceOptions::default();
    batch
        .replace_pool_properties(&id, nothing, &request())
        .await
        .unwrap();
    reboot().await;
    assert_eq!(marks("third").await, "old\nnew\n");
    assert_eq!(arm.nodes("pool").await[0].start_task_info, None);
}
