//! Tasks: running, failing, being retried, ended and scheduled.

use batchite_api::batch::{
    BatchNodeFillType, BatchNodeInfo, BatchTask, BatchTaskConstraints, BatchTaskContainerSettings,
    BatchTaskGroup, BatchTaskSchedulingPolicy, EnvironmentSetting,
};
use batchite_api::error::ErrorCode;
use batchite_api::time::TimeSpan;

use batchite_sim::config::SimConfig;
use batchite_sim::exec::simulated::SimulatedExecutor;

use crate::arms::{Arm, job, job_id, pool, refused, request, task, task_id, windows_pool};
use crate::containers::container_pool;

fn limits(retries: i32, wall_clock: Option<TimeSpan>) -> BatchTaskConstraints {
    BatchTaskConstraints {
        max_task_retry_count: Some(retries),
        max_wall_clock_time: wall_clock,
        ..BatchTaskConstraints::default()
    }
}

pub(crate) async fn every_field_of_a_successful_run_is_reported(arm: &Arm) {
    arm.ready(pool("pool", 1), "job").await;
    arm.add("job", task("Hello", "/bin/sh -c 'echo hello world; sleep 2'"))
        .await;
    let waiting = arm.task("job", "hello").await;
    assert_eq!((waiting.id.as_str(), waiting.state.as_str()), ("Hello", "active"));
    let info = waiting.execution_info.unwrap();
    assert_eq!(
        (info.retry_count, info.requeue_count, info.start_time, info.result),
        (0, 0, None, None)
    );
    let constraints = waiting.constraints.unwrap();
    assert!(constraints.max_wall_clock_time.unwrap().is_infinite());
    assert_eq!(constraints.retention_time, Some(TimeSpan::from_days(7)));
    assert_eq!(
        (constraints.max_task_retry_count, waiting.required_slots),
        (Some(0), Some(1))
    );
    let running = arm.task_in("job", "hello", "running").await;
    assert_eq!(running.execution_info.unwrap().end_time, None);
    let done = arm.task_in("job", "hello", "completed").await;
    assert_eq!(done.previous_state.unwrap().as_str(), "running");
    let info = done.execution_info.unwrap();
    assert_eq!((info.exit_code, info.failure_info), (Some(0), None));
    assert_eq!(info.result.unwrap().as_str(), "success");
    let took = info.end_time.unwrap() - info.start_time.unwrap();
    assert!(
        (TimeSpan::from_seconds(2)..TimeSpan::from_seconds(60)).contains(&took),
        "{took}"
    );
    let node = done.node_info.unwrap();
    assert_eq!(
        node.task_root_directory.as_deref(),
        Some("workitems/job/job-1/Hello")
    );
    assert_eq!(node.affinity_id, node.node_id.map(|id| format!("TVM:{id}")));
    assert_eq!(arm.stdout("job", "hello").await, "hello world\n");
    let counts = arm
        .batch
        .get_job_task_counts(&job_id("job"), &request())
        .await
        .unwrap()
        .task_counts;
    assert_eq!(
        (counts.completed, counts.succeeded, counts.active, counts.running),
        (1, 1, 0, 0)
    );
    let node = arm.nodes("pool").await.remove(0);
    assert_eq!((node.total_tasks_run, node.total_tasks_succeeded), (1, Some(1)));
    assert_eq!(node.recent_tasks[0].task_id.as_deref(), Some("Hello"));
}

pub(crate) async fn exit_codes_and_missing_programs_are_told_apart(arm: &Arm) {
    arm.ready(pool("pool", 1), "job").await;
    for (id, command_line, exit_code, code) in [
        ("exit", "/bin/sh -c 'exit 7'", Some(7), "FailureExitCode"),
        (
            "unknown",
            "/bin/sh -c no-such-command",
            Some(127),
            "FailureExitCode",
        ),
        (
            "missing",
            "no-such-program --help",
            None,
            "CommandProgramNotFound",
        ),
    ] {
        let info = arm
            .run("job", task(id, command_line))
            .await
            .execution_info
            .unwrap();
        assert_eq!((info.exit_code, info.retry_count), (exit_code, 0), "{id}");
        assert_eq!(info.result.unwrap().as_str(), "failure");
        let failure = info.failure_info.unwrap();
        assert_eq!(
            (failure.code.as_deref(), failure.category.as_str()),
            (Some(code), "UserError".to_lowercase().as_str())
        );
        assert!(!failure.details.is_empty(), "clients go through the details");
    }
}

pub(crate) async fn retries_are_counted_and_end(arm: &Arm) {
    arm.ready(pool("pool", 1), "job").await;
    let mut failing = task("failing", "/bin/sh -c 'echo run >> ../runs; exit 1'");
    failing.constraints = Some(limits(2, None));
    let info = arm.run("job", failing).await.execution_info.unwrap();
    assert_eq!(
        (info.retry_count, info.requeue_count, info.exit_code),
        (2, 0, Some(1))
    );
    assert!(info.last_retry_time.is_some());
    let mut healing = task(
        "healing",
        "/bin/sh -c 'if [ -e ../seen ]; then exit 0; fi; touch ../seen; exit 1'",
    );
    healing.constraints = Some(limits(-1, None));
    let info = arm.run("job", healing).await.execution_info.unwrap();
    assert_eq!((info.retry_count, info.exit_code), (1, Some(0)));
    assert_eq!(info.result.unwrap().as_str(), "success");
}

pub(crate) async fn a_container_is_refused_unless_the_node_may_stand_in(arm: &Arm) {
    let contained = || {
        let mut options = task("t", "/bin/sh -c 'echo on the node'");
        let image_name = "busybox".to_owned();
        options.container_settings = Some(BatchTaskContainerSettings {
            image_name,
            ..Default::default()
        });
        options
    };
    arm.ready(container_pool("pool", 1), "job").await;
    let info = arm.run("job", contained()).await.execution_info.unwrap();
    assert_eq!(
        info.failure_info.unwrap().code.as_deref(),
        Some("ContainerInvalidSettings")
    );
    let arm = arm.another_equipped(SimConfig::new(1), SimulatedExecutor::with_containers_on_node);
    arm.ready(container_pool("pool", 1), "job").await;
    arm.run("job", contained()).await;
    assert_eq!(arm.stdout("job", "t").await, "on the node\n");
}

pub(crate) async fn a_task_that_fails_for_ever_does_not_stop_the_world(arm: &Arm) {
    arm.ready(pool("pool", 1), "job").await;
    let mut hopeless = task("hopeless", "/bin/sh -c 'exit 1'");
    hopeless.constraints = Some(limits(-1, None));
    arm.add("job", hopeless).await;
    arm.clock.sleep(TimeSpan::from_minutes(1)).await;
    let waiting = arm.task("job", "hopeless").await;
    assert_ne!(waiting.state.as_str(), "completed");
    assert!(waiting.execution_info.unwrap().retry_count > 1);
    arm.batch
        .terminate_task(&job_id("job"), &task_id("hopeless"), &request())
        .await
        .unwrap();
    assert_eq!(arm.task("job", "hopeless").await.state.as_str(), "completed");
}

pub(crate) async fn a_task_that_runs_too_long_is_ended(arm: &Arm) {
    arm.ready(pool("pool", 1), "job").await;
    let mut long = task("long", "/bin/sh -c 'sleep 3600'");
    long.constraints = Some(limits(3, Some(TimeSpan::from_minutes(1))));
    let info = arm.run("job", long).await.execution_info.unwrap();
    assert_eq!(
        info.end_time.unwrap() - info.start_time.unwrap(),
        TimeSpan::from_minutes(1)
    );
    assert_eq!((info.exit_code, info.retry_count), (None, 0));
    assert_eq!(info.failure_info.unwrap().code.as_deref(), Some("TaskEnded"));
    arm.run("job", task("next", "/bin/true")).await;
}

pub(crate) async fn a_program_of_windows_that_runs_too_long_is_interrupted(arm: &Arm) {
    arm.ready(windows_pool("pool", 1), "job").await;
    let mut long = task("long", "timeout /t 3600");
    long.constraints = Some(limits(3, Some(TimeSpan::from_minutes(1))));
    let info = arm.run("job", long).await.execution_info.unwrap();
    assert_eq!((info.exit_code, info.retry_count), (Some(-1_073_741_510), 0));
    assert_eq!(info.result.unwrap().as_str(), "failure");
    assert_eq!(info.failure_info.unwrap().code.as_deref(), Some("TaskEnded"));
    // Whoever ends it by request learns of no exit code.
    arm.add("job", task("ended", "timeout /t 3600")).await;
    arm.task_in("job", "ended", "running").await;
    let (job, id) = (job_id("job"), task_id("ended"));
    arm.batch.terminate_task(&job, &id, &request()).await.unwrap();
    let info = arm.task("job", "ended").await.execution_info.unwrap();
    assert_eq!((info.exit_code, info.result.unwrap().as_str()), (None, "failure"));
}

pub(crate) async fn a_waiting_task_can_be_terminated_and_reactivated(arm: &Arm) {
    arm.batch
        .create_job(job("job", "pool"), &request())
        .await
        .unwrap();
    arm.add("job", task("t", "/bin/true")).await;
    let (job, id) = (job_id("job"), task_id("t"));
    refused(
        arm.batch.reactivate_task(&job, &id, &request()).await,
        &ErrorCode::TaskNotCompleted,
    );
    arm.batch.terminate_task(&job, &id, &request()).await.unwrap();
    let ended = arm.task("job", "t").await;
    assert_eq!(ended.state.as_str(), "completed");
    let info = ended.execution_info.unwrap();
    assert_eq!((info.start_time, info.exit_code), (None, None));
    assert!(info.end_time.is_some());
    assert_eq!(info.result.unwrap().as_str(), "failure");
    let failure = info.failure_info.unwrap();
    assert_eq!(failure.category.as_str(), "usererror");
    assert_eq!(
        (failure.code.as_deref(), failure.message.as_deref()),
        (Some("TaskEnded"), Some("Task Was Ended by User Request"))
    );
    // It tells of a node, which has no name.
    assert_eq!(ended.node_info, Some(BatchNodeInfo::default()));
    refused(
        arm.batch.terminate_task(&job, &id, &request()).await,
        &ErrorCode::TaskCompleted,
    );
    let again = arm.batch.reactivate_task(&job, &id, &request()).await.unwrap();
    assert_ne!(again.etag, ended.etag);
    let waiting = arm.task("job", "t").await;
    assert_eq!(
        (waiting.state.as_str(), waiting.previous_state.unwrap().as_str()),
        ("active", "completed")
    );
    assert_eq!(waiting.execution_info.unwrap().end_time, None);
    assert_eq!(waiting.node_info, None);
    arm.batch.create_pool(pool("pool", 1), &request()).await.unwrap();
    arm.task_in("job", "t", "completed").await;
    refused(
        arm.batch.reactivate_task(&job, &id, &request()).await,
        &ErrorCode::TaskSucceeded,
    );
}

pub(crate) async fn collections_report_each_task(arm: &Arm) {
    arm.batch
        .create_job(job("job", "pool"), &request())
        .await
        .unwrap();
    let value = vec![
        task("a", "x"),
        task("A", "x"),
        task("b c", "x"),
        task("d", " "),
        task("e", "x"),
    ];
    let results = arm
        .batch
        .create_task_collection(&job_id("job"), BatchTaskGroup { value }, &request())
        .await
        .unwrap();
    let told: Vec<_> = results
        .value
        .iter()
        .map(|item| (item.task_id.as_str(), item.status.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("a", "success"),
            ("A", "clienterror"),
            ("b c", "clienterror"),
            ("d", "clienterror"),
            ("e", "success")
        ]
    );
    let codes: Vec<_> = results
        .value
        .iter()
        .filter_map(|item| item.error.as_ref()?.code.clone())
        .collect();
    assert_eq!(
        codes,
        ["TaskExists", "InvalidPropertyValue", "MissingRequiredProperty"]
    );
    assert_eq!(
        results.value[0].etag.as_deref(),
        Some(arm.task("job", "a").await.etag.as_str())
    );
    let many = (0..101).map(|number| task(&format!("t{number}"), "x")).collect();
    let refusal = arm
        .batch
        .create_task_collection(&job_id("job"), BatchTaskGroup { value: many }, &request())
        .await;
    refused(refusal, &ErrorCode::InvalidPropertyValue);
    let huge = vec![task("huge", &"x".repeat(1_100_000))];
    let refusal = arm
        .batch
        .create_task_collection(&job_id("job"), BatchTaskGroup { value: huge }, &request())
        .await;
    assert_eq!(
        refused(refusal, &ErrorCode::RequestBodyTooLarge).detail("MaxLimit"),
        Some("1048576")
    );
    let counts = arm
        .batch
        .get_job_task_counts(&job_id("job"), &request())
        .await
        .unwrap();
    assert_eq!(counts.task_counts.active, 2);
}

/// The order tasks of the named jobs were started in.
async fn order(arm: &Arm, tasks: &[(&str, &str)]) -> Vec<String> {
    let mut started = Vec::new();
    for (job, task) in tasks {
        let info = arm.task_in(job, task, "completed").await.execution_info.unwrap();
        started.push((info.start_time.unwrap(), (*task).to_owned()));
    }
    started.sort();
    started.into_iter().map(|(_, task)| task).collect()
}

pub(crate) async fn priorities_come_before_submission_order(arm: &Arm) {
    arm.ready(pool("pool", 1), "low").await;
    arm.add("low", task("first", "/bin/sh -c 'sleep 10'")).await;
    arm.task_in("low", "first", "running").await;
    let mut urgent = job("high", "pool");
    urgent.priority = Some(500);
    arm.batch.create_job(urgent, &request()).await.unwrap();
    arm.add("low", task("second", "/bin/sh -c 'sleep 10'")).await;
    arm.add("low", task("third", "/bin/sh -c 'sleep 10'")).await;
    arm.add("high", task("urgent1", "/bin/sh -c 'sleep 10'")).await;
    arm.add("high", task("urgent2", "/bin/sh -c 'sleep 10'")).await;
    let tasks = [
        ("low", "first"),
        ("low", "second"),
        ("low", "third"),
        ("high", "urgent1"),
        ("high", "urgent2"),
    ];
    assert_eq!(
        order(arm, &tasks).await,
        ["first", "urgent1", "urgent2", "second", "third"]
    );
}

pub(crate) async fn slots_are_shared_and_never_exceeded(arm: &Arm) {
    let mut options = pool("pool", 1);
    options.task_slots_per_node = Some(4);
    arm.ready(options, "job").await;
    for (id, slots) in [("three", 3), ("two", 2), ("one", 1)] {
        let mut wide = task(id, "/bin/sh -c 'sleep 60'");
        wide.required_slots = Some(slots);
        arm.add("job", wide).await;
    }
    let mut never = task("nine", "/bin/true");
    never.required_slots = Some(9);
    arm.add("job", never).await;
    arm.task_in("job", "one", "running").await;
    // Three and one fill the node; two waits although it came before one.
    assert_eq!(arm.task("job", "three").await.state.as_str(), "running");
    assert_eq!(arm.task("job", "two").await.state.as_str(), "active");
    assert_eq!(arm.nodes("pool").await[0].running_task_slots_count, Some(4));
    let slots = arm
        .batch
        .get_job_task_counts(&job_id("job"), &request())
        .await
        .unwrap()
        .task_slot_counts;
    assert_eq!((slots.running, slots.active), (4, 11));
    arm.task_in("job", "two", "completed").await;
    assert_eq!(arm.task("job", "nine").await.state.as_str(), "active");
}

pub(crate) async fn tasks_are_spread_or_packed(arm: &Arm) {
    for (name, fill, nodes_used) in [
        ("spread", BatchNodeFillType::Spread, 2),
        ("pack", BatchNodeFillType::Pack, 1),
    ] {
        let mut options = pool(name, 2);
        options.task_slots_per_node = Some(2);
        options.task_scheduling_policy = Some(BatchTaskSchedulingPolicy {
            node_fill_type: fill,
            ..BatchTaskSchedulingPolicy::default()
        });
        arm.ready(options, name).await;
        for id in ["a", "b"] {
            arm.add(name, task(id, "/bin/sh -c 'sleep 60'")).await;
        }
        arm.task_in(name, "b", "running").await;
        let busy = arm
            .nodes(name)
            .await
            .into_iter()
            .filter(|node| node.state.as_str() == "running")
            .count();
        assert_eq!(busy, nodes_used, "{name}");
    }
}

pub(crate) async fn environment_settings_are_layered(arm: &Arm) {
    let setting = |name: &str, value: &str| EnvironmentSetting {
        name: name.to_owned(),
        value: Some(value.into()),
    };
    arm.batch.create_pool(pool("pool", 1), &request()).await.unwrap();
    let mut options = job("job", "pool");
    options.common_environment_settings = vec![setting("BOTH", "job"), setting("JOB", "job")];
    arm.batch.create_job(options, &request()).await.unwrap();
    let mut shown = task(
        "t",
        "/bin/sh -c 'echo $BOTH $JOB $OWN $AZ_BATCH_TASK_ID $AZ_BATCH_JOB_ID $AZ_BATCH_POOL_ID'",
    );
    shown.environment_settings = vec![
        setting("BOTH", "task"),
        setting("OWN", "task"),
        setting("AZ_BATCH_TASK_ID", "forged"),
    ];
    arm.run("job", shown).await;
    assert_eq!(arm.stdout("job", "t").await, "task job task t job pool\n");
    // Without a shell nothing is expanded.
    let direct = task("direct", "echo $AZ_BATCH_TASK_ID");
    let done = arm.run("job", direct).await.execution_info.unwrap();
    if done.exit_code == Some(0) {
        assert_eq!(arm.stdout("job", "direct").await, "$AZ_BATCH_TASK_ID\n");
    } else {
        assert_eq!(
            done.failure_info.unwrap().code.as_deref(),
            Some("CommandProgramNotFound")
        );
    }
}

pub(crate) async fn constraints_can_be_replaced(arm: &Arm) {
    arm.ready(pool("pool", 1), "job").await;
    arm.add("job", task("t", "/bin/sh -c 'sleep 10'")).await;
    let replacement = BatchTask {
        constraints: Some(limits(4, None)),
        ..BatchTask::default()
    };
    let id = task_id("t");
    let written = arm
        .batch
        .replace_task(&job_id("job"), &id, replacement.clone(), &request())
        .await
        .unwrap();
    let changed = arm.task("job", "t").await;
    assert_eq!(changed.etag, written.etag);
    assert_eq!(changed.constraints.unwrap().max_task_retry_count, Some(4));
    arm.task_in("job", "t", "completed").await;
    let late = arm
        .batch
        .replace_task(&job_id("job"), &id, replacement, &request())
        .await;
    refused(late, &ErrorCode::TaskCompleted);
}

pub(crate) async fn the_time_limit_in_force_is_the_last_one_given(arm: &Arm) {
    arm.ready(pool("pool", 2), "job").await;
    let minutes = |minutes| Some(TimeSpan::from_minutes(minutes));
    for (id, first, then) in [("longer", minutes(1), None), ("shorter", None, minutes(2))] {
        let mut limited = task(id, "/bin/sh -c 'sleep 300'");
        limited.constraints = Some(limits(0, first));
        arm.add("job", limited).await;
        arm.task_in("job", id, "running").await;
        let replacement = BatchTask {
            constraints: Some(limits(0, then)),
            ..BatchTask::default()
        };
        arm.batch
            .replace_task(&job_id("job"), &task_id(id), replacement, &request())
            .await
            .unwrap();
    }
    let longer = arm.task_in("job", "longer", "completed").await;
    assert_eq!(longer.execution_info.unwrap().exit_code, Some(0));
    let info = arm
        .task_in("job", "shorter", "completed")
        .await
        .execution_info
        .unwrap();
    assert_eq!(
        info.end_time.unwrap() - info.start_time.unwrap(),
        TimeSpan::from_minutes(2)
    );
    assert_eq!(info.failure_info.unwrap().code.as_deref(), Some("TaskEnded"));
}

pub(crate) async fn files_outlive_the_task_until_their_retention_time_is_over(arm: &Arm) {
    arm.ready(pool("pool", 1), "job").await;
    let mut short = task("t", "/bin/sh -c 'echo kept'");
    short.constraints = Some(BatchTaskConstraints {
        retention_time: Some(TimeSpan::from_hours(1)),
        ..BatchTaskConstraints::default()
    });
    arm.run("job", short).await;
    arm.clock.sleep(TimeSpan::from_minutes(50)).await;
    assert_eq!(arm.stdout("job", "t").await, "kept\n");
    arm.clock.sleep(TimeSpan::from_minutes(20)).await;
    let gone = arm
        .batch
        .download_task_file(&job_id("job"), &task_id("t"), "stdout.txt", None, &request())
        .await;
    refused(gone, &ErrorCode::TaskFilesCleanedup);
    arm.run("job", task("u", "/bin/true")).await;
    arm.batch
        .delete_pool(&crate::arms::pool_id("pool"), &request())
        .await
        .unwrap();
    arm.until(async || {
        arm.batch
            .get_pool(&crate::arms::pool_id("pool"), &request())
            .await
            .is_err()
    })
    .await;
    let gone = arm
        .batch
        .download_task_file(&job_id("job"), &task_id("u"), "stdout.txt", None, &request())
        .await;
    refused(gone, &ErrorCode::TaskFilesUnavailable);
}
