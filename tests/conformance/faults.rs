//! Faults of requests and of the store, as callers and tasks meet them.

use batchite_api::backend::{BlobBackend, BlobConditions};
use batchite_api::batch::{
    BatchJobManagerTask, BatchTask, BatchTaskConstraints, BatchTaskDependencies, DependencyAction,
    ExitConditions, ExitOptions, MultiInstanceSettings,
};
use batchite_api::blob::{BlobName, ContainerName};
use batchite_api::error::{ErrorCode, Result};
use batchite_api::time::TimeSpan;
use serde_json::json;

use crate::arms::{Arm, job, job_id, pool, pool_id, refused, request, task};
use crate::resource_files::{by_url, upload};

pub(crate) fn inject(arm: &Arm, fault: serde_json::Value) {
    let fault = serde_json::from_value(fault).expect("a fault");
    let injected = arm.simulation.shared().enter().inject_fault(fault);
    injected.expect("a fault that can happen");
}

async fn read(store: &dyn BlobBackend, blob: &str) -> Result<String> {
    let (container, blob) = (ContainerName::parse("input")?, BlobName::parse(blob)?);
    let download = store
        .get_blob(&container, &blob, None, &BlobConditions::default())
        .await?;
    let bytes = download.body.collect(1 << 20).await?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

pub(crate) async fn what_was_asked_for_is_done_although_the_reply_is_lost(arm: &Arm) {
    inject(arm, json!({"kind": "replyLost", "operation": "create_pool"}));
    let made = arm.batch.create_pool(pool("pool", 1), &request()).await;
    made.expect_err("nobody is told");
    // The pool is there, and a second one of its name is not made.
    assert_eq!(arm.pool("pool").await.id, "pool");
    let again = arm.batch.create_pool(pool("pool", 1), &request()).await;
    refused(again, &ErrorCode::PoolExists);
    inject(arm, json!({"kind": "replyLost", "operation": "create_job"}));
    drop(arm.batch.create_job(job("job", "pool"), &request()).await);
    arm.run("job", task("t", "/bin/true")).await;
    inject(arm, json!({"kind": "replyLost", "operation": "get_pool"}));
    let found = arm.batch.get_pool(&pool_id("pool"), &request()).await;
    found.expect_err("nobody is told");
    assert_eq!(arm.pool("pool").await.id, "pool", "a fault strikes once");
    inject(arm, json!({"kind": "replyLost", "operation": "delete_pool"}));
    let deleted = arm.batch.delete_pool(&pool_id("pool"), &request()).await;
    deleted.expect_err("nobody is told");
    arm.until(async || !arm.batch.pool_exists(&pool_id("pool"), &request()).await.unwrap())
        .await;
}

pub(crate) async fn a_torn_download_fails_the_task_or_goes_on(arm: &Arm) {
    let store = upload(arm, &[("words", "one two three"), ("others", "four")]).await;
    let tear = json!({"kind": "downloadTorn", "container": "in*", "blob": "words", "bytes": 3});
    inject(arm, tear.clone());
    assert_eq!(read(&*store, "others").await.unwrap(), "four");
    // A client goes on where it broke off; who stands directly on the world is told.
    let torn = read(&*store, "words").await;
    if arm.quirks().broken_downloads_go_on {
        assert_eq!(torn.unwrap(), "one two three");
    } else {
        assert!(torn.is_err(), "{torn:?}");
    }
    assert_eq!(read(&*store, "words").await.unwrap(), "one two three");
    inject(arm, tear);
    arm.ready(pool("pool", 1), "job").await;
    let fetching = |id: &str| {
        let mut options = task(id, "cat words");
        options.resource_files = vec![by_url(arm, "words", "words", TimeSpan::from_hours(1))];
        options
    };
    let info = arm.run("job", fetching("torn")).await.execution_info.unwrap();
    let failure = info.failure_info.unwrap();
    assert_eq!(failure.code.as_deref(), Some("BlobDownloadMiscError"));
    assert_eq!((info.exit_code, info.retry_count), (None, 0));
    arm.run("job", fetching("whole")).await;
    assert_eq!(arm.stdout("job", "whole").await, "one two three");
}

pub(crate) async fn a_clock_that_goes_wrong_spoils_tokens(arm: &Arm) {
    upload(arm, &[("words", "one two three")]).await;
    arm.ready(pool("pool", 1), "job").await;
    let fetching = |id: &str| {
        let mut options = task(id, "cat words");
        options.resource_files = vec![by_url(arm, "words", "words", TimeSpan::from_hours(1))];
        options
    };
    inject(arm, json!({"kind": "clockSkew", "by": "PT2H"}));
    let info = arm.run("job", fetching("late")).await.execution_info.unwrap();
    let failure = info.failure_info.unwrap();
    assert_eq!(failure.code.as_deref(), Some("BlobAccessDenied"));
    // Two clocks that are wrong by as much in either direction are right together.
    inject(arm, json!({"kind": "clockSkew", "by": "-PT2H"}));
    arm.run("job", fetching("in-time")).await;
    assert_eq!(arm.stdout("job", "in-time").await, "one two three");
    arm.simulation.shared().enter().clear_faults();
    let mut brief = task("brief", "cat words");
    brief.resource_files = vec![by_url(arm, "words", "words", TimeSpan::from_minutes(1))];
    inject(arm, json!({"kind": "clockSkew", "by": "-PT2H"}));
    // Behind by two hours, a token is taken that has ended long since.
    arm.clock.sleep(TimeSpan::from_hours(1)).await;
    arm.run("job", brief).await;
    assert_eq!(arm.stdout("job", "brief").await, "one two three");
    arm.simulation.shared().enter().clear_faults();
    arm.run("job", fetching("right")).await;
    assert_eq!(arm.stdout("job", "right").await, "one two three");
}

/// How long the latest run of a task took.
fn took(task: &BatchTask) -> TimeSpan {
    let info = task.execution_info.as_ref().unwrap();
    info.end_time.unwrap() - info.start_time.unwrap()
}

/// The code a task failed with.
fn code(task: &BatchTask) -> Option<&str> {
    let failure = task.execution_info.as_ref().unwrap().failure_info.as_ref();
    failure.and_then(|failure| failure.code.as_deref())
}

fn struck(arm: &Arm) -> u64 {
    let shared = arm.simulation.shared();
    let world = shared.enter();
    world.faults().iter().map(|fault| fault.struck).sum()
}

pub(crate) async fn launches_are_tried_again_by_the_service(arm: &Arm) {
    arm.ready(pool("pool", 1), "job").await;
    inject(
        arm,
        json!({"kind": "launchFails", "pool": "po*", "job": "j?b", "task": "t", "times": 3}),
    );
    arm.add("job", task("t", "/bin/sh -c 'echo launched'")).await;
    // The task is what it is while the service tries, and has its node.
    arm.task_in("job", "t", "running").await;
    assert_eq!(arm.nodes("pool").await[0].running_tasks_count, Some(1));
    let done = arm.task_in("job", "t", "completed").await;
    assert!(took(&done) >= TimeSpan::from_seconds(30), "three pauses");
    assert_eq!(arm.stdout("job", "t").await, "launched\n", "its command ran once");
    let info = done.execution_info.unwrap();
    assert_eq!((info.exit_code, info.retry_count), (Some(0), 0));
    assert_eq!((info.requeue_count, struck(arm)), (0, 3));
    // Another pool, job or task is not meant.
    for other in [json!({"pool": "q*"}), json!({"job": "x"}), json!({"task": "t"})] {
        let mut fault = json!({"kind": "launchFails", "probability": 1});
        fault
            .as_object_mut()
            .unwrap()
            .extend(other.as_object().unwrap().clone());
        inject(arm, fault);
    }
    arm.run("job", task("other", "/bin/true")).await;
    assert_eq!(struck(arm), 3);
}

pub(crate) async fn launches_that_go_on_failing_fail_the_task(arm: &Arm) {
    arm.batch.create_pool(pool("pool", 1), &request()).await.unwrap();
    let mut options = job("job", "pool");
    options.uses_task_dependencies = Some(true);
    arm.batch.create_job(options, &request()).await.unwrap();
    inject(arm, json!({"kind": "launchFails", "task": "t", "times": 4}));
    let mut failing = task("t", "/bin/true");
    failing.constraints = Some(BatchTaskConstraints {
        max_task_retry_count: Some(2),
        ..BatchTaskConstraints::default()
    });
    // It failed before its command did anything.
    failing.exit_conditions = Some(ExitConditions {
        pre_processing_error: Some(ExitOptions {
            dependency_action: Some(DependencyAction::Satisfy),
            ..ExitOptions::default()
        }),
        ..ExitConditions::default()
    });
    let failed = arm.run("job", failing).await;
    assert!(took(&failed) >= TimeSpan::from_seconds(30), "four launches");
    let info = failed.execution_info.unwrap();
    assert_eq!(
        (info.exit_code, info.retry_count, info.requeue_count),
        (None, 0, 0)
    );
    let failure = info.failure_info.unwrap();
    assert_eq!(failure.code.as_deref(), Some("MaxInternalRetryCountReached"));
    assert_eq!(failure.category.as_str(), "usererror");
    let mut child = task("child", "/bin/true");
    child.depends_on = Some(BatchTaskDependencies {
        task_ids: vec!["t".to_owned()],
        ..BatchTaskDependencies::default()
    });
    arm.run("job", child).await;
    // A user may have it run again, and then it is launched anew.
    let reactivated = arm
        .batch
        .reactivate_task(&job_id("job"), &"t".parse().unwrap(), &request())
        .await;
    reactivated.unwrap();
    let done = arm.task_in("job", "t", "completed").await;
    assert_eq!(code(&done), None);
}

pub(crate) async fn a_task_ends_while_its_launch_is_tried_again(arm: &Arm) {
    arm.ready(pool("pool", 1), "job").await;
    inject(
        arm,
        json!({"kind": "launchFails", "job": "job", "probability": 1}),
    );
    let mut limited = task("limited", "/bin/true");
    limited.constraints = Some(BatchTaskConstraints {
        max_wall_clock_time: Some(TimeSpan::from_seconds(15)),
        ..BatchTaskConstraints::default()
    });
    let ended = arm.run("job", limited).await;
    assert_eq!(
        (code(&ended), took(&ended)),
        (Some("TaskEnded"), TimeSpan::from_seconds(15))
    );
    arm.add("job", task("ended", "/bin/true")).await;
    arm.task_in("job", "ended", "running").await;
    let (job, ended) = (job_id("job"), "ended".parse().unwrap());
    arm.batch.terminate_task(&job, &ended, &request()).await.unwrap();
    let struck_then = struck(arm);
    arm.clock.sleep(TimeSpan::from_minutes(2)).await;
    assert_eq!(code(&arm.task("job", "ended").await), Some("TaskEnded"));
    assert_eq!(struck(arm), struck_then, "nothing is launched any more");
    arm.simulation.shared().enter().clear_faults();
    arm.run("job", task("free", "/bin/true")).await;
}

pub(crate) async fn job_managers_and_parts_of_tasks_are_launched_again_too(arm: &Arm) {
    let mut options = pool("pool", 2);
    options.enable_inter_node_communication = Some(true);
    arm.batch.create_pool(options, &request()).await.unwrap();
    inject(arm, json!({"kind": "launchFails", "task": "manager"}));
    let mut options = job("job", "pool");
    options.job_manager_task = Some(BatchJobManagerTask {
        id: "manager".to_owned(),
        command_line: "/bin/true".into(),
        kill_job_on_completion: Some(false),
        ..BatchJobManagerTask::default()
    });
    arm.batch.create_job(options, &request()).await.unwrap();
    let manager = arm.task_in("job", "manager", "completed").await;
    assert!(took(&manager) >= TimeSpan::from_seconds(10));
    assert_eq!(code(&manager), None);
    let several = |id: &str| {
        let mut options = task(id, "/bin/true");
        options.multi_instance_settings = Some(MultiInstanceSettings {
            number_of_instances: Some(2),
            coordination_command_line: "/bin/true".into(),
            ..MultiInstanceSettings::default()
        });
        options
    };
    // One of two coordination commands, the same again, and then the command of the primary.
    inject(arm, json!({"kind": "launchFails", "task": "several", "times": 2}));
    let done = arm.run("job", several("several")).await;
    assert_eq!(code(&done), None);
    assert!(took(&done) >= TimeSpan::from_seconds(10));
    inject(
        arm,
        json!({"kind": "launchFails", "task": "never", "probability": 1}),
    );
    let failed = arm.run("job", several("never")).await;
    assert_eq!(code(&failed), Some("MaxInternalRetryCountReached"));
    assert!(
        arm.nodes("pool")
            .await
            .iter()
            .all(|node| node.running_tasks_count == Some(0))
    );
}

pub(crate) async fn a_clock_that_is_put_right_shows_the_right_time(arm: &Arm) {
    let store = upload(arm, &[("before", "1")]).await;
    let written = async |name: &str| {
        upload(arm, &[(name, "text")]).await;
        let name = BlobName::parse(name).unwrap();
        let container = ContainerName::parse("input").unwrap();
        let any = BlobConditions::default();
        let properties = store.get_blob_properties(&container, &name, &any).await.unwrap();
        (properties.etag, properties.last_modified)
    };
    let right = || arm.clock.now().truncated_to_second();
    inject(arm, json!({"kind": "clockSkew", "by": "PT23H"}));
    let (wrong, shown) = written("blob").await;
    assert_eq!(shown, right() + TimeSpan::from_hours(23));
    assert!(arm.simulation.shared().enter().faults()[0].struck > 0);
    arm.simulation.shared().enter().clear_faults();
    let (first, shown) = written("blob").await;
    assert_eq!(shown, right());
    // A clock that goes wrong again has marks it has not given yet.
    inject(arm, json!({"kind": "clockSkew", "by": "PT23H"}));
    let (again, _) = written("blob").await;
    arm.simulation.shared().enter().clear_faults();
    let (second, _) = written("blob").await;
    let mut tags = vec![wrong, first, again, second];
    tags.sort();
    tags.dedup();
    assert_eq!(tags.len(), 4, "{tags:?}");
}
