//! What the end of a task does to its job.

use batchite_api::batch::{
    BatchJobActionKind, BatchJobCreateOptions, BatchTaskConstraints, BatchTaskCreateOptions,
    BatchTaskFailureMode, ExitCodeMapping, ExitCodeRangeMapping, ExitConditions, ExitOptions, ResourceFile,
};
use batchite_api::error::ErrorCode;
use batchite_api::time::TimeSpan;

use crate::arms::{Arm, job, job_id, pool, refused, request, task, task_id};
use crate::output_files::lost_output;

fn acting_job(id: &str) -> BatchJobCreateOptions {
    BatchJobCreateOptions {
        on_task_failure: Some(BatchTaskFailureMode::PerformExitOptionsJobAction),
        ..job(id, "pool")
    }
}

fn act(action: BatchJobActionKind) -> ExitOptions {
    ExitOptions {
        job_action: Some(action),
        ..ExitOptions::default()
    }
}

fn code(code: i32, action: BatchJobActionKind) -> ExitConditions {
    ExitConditions {
        exit_codes: vec![ExitCodeMapping {
            code,
            exit_options: act(action),
        }],
        ..ExitConditions::default()
    }
}

fn exits(status: i32, conditions: ExitConditions) -> BatchTaskCreateOptions {
    BatchTaskCreateOptions {
        exit_conditions: Some(conditions),
        ..task("t", &format!("/bin/sh -c 'exit {status}'"))
    }
}

/// The state a job comes to rest in, and the reason of its end.
async fn rests(arm: &Arm, id: &str) -> (String, Option<String>) {
    let moving = ["disabling", "terminating", "enabling"];
    arm.clock.sleep(TimeSpan::from_minutes(1)).await;
    arm.until(async || !moving.contains(&arm.job_state(id).await.as_str()))
        .await;
    let job = arm.batch.get_job(&job_id(id), &request()).await.unwrap();
    let reason = job.execution_info.unwrap().terminate_reason;
    (job.state.to_string(), reason)
}

pub(crate) async fn a_failed_task_ends_its_job(arm: &Arm) {
    arm.ready(pool("pool", 2), "calm").await;
    arm.batch.create_job(acting_job("job"), &request()).await.unwrap();
    arm.add("job", task("long", "/bin/sh -c 'sleep 7200'")).await;
    arm.task_in("job", "long", "running").await;
    arm.run("job", task("good", "/bin/true")).await;
    assert_eq!(rests(arm, "job").await.0, "active");
    arm.add("job", task("bad", "/bin/sh -c 'exit 9'")).await;
    arm.add("job", task("never", "/bin/true")).await;
    assert_eq!(
        rests(arm, "job").await,
        ("completed".to_owned(), Some("TaskFailed".to_owned()))
    );
    let bad = arm.task("job", "bad").await.execution_info.unwrap();
    assert_eq!(bad.exit_code, Some(9), "what the task did is what it says");
    let long = arm.task("job", "long").await.execution_info.unwrap();
    assert_eq!(long.failure_info.unwrap().code.as_deref(), Some("TaskEnded"));
    assert_eq!(arm.task("job", "never").await.state.as_str(), "active");
    // Jobs that were not told to act do not.
    arm.run("calm", task("bad", "/bin/sh -c 'exit 9'")).await;
    assert_eq!(rests(arm, "calm").await, ("active".to_owned(), None));
}

pub(crate) async fn the_first_entry_that_fits_decides(arm: &Arm) {
    use BatchJobActionKind::{Disable, None as Nothing, Terminate};
    arm.ready(pool("pool", 1), "other").await;
    let range = |start, end, action| ExitCodeRangeMapping {
        start,
        end,
        exit_options: act(action),
    };
    let all = |codes: ExitConditions| ExitConditions {
        exit_code_ranges: vec![range(2, 5, Disable), range(-10, 10, Nothing)],
        pre_processing_error: Some(act(Disable)),
        default: Some(act(Terminate)),
        ..codes
    };
    let missing_file = |conditions| BatchTaskCreateOptions {
        resource_files: vec![ResourceFile {
            http_url: Some("http://127.0.0.1:1/nobody/nothing".into()),
            file_path: Some("file".to_owned()),
            ..ResourceFile::default()
        }],
        ..exits(0, conditions)
    };
    let missing_program = |conditions| BatchTaskCreateOptions {
        exit_conditions: Some(conditions),
        ..task("t", "no-such-program")
    };
    let default = |action| ExitConditions {
        default: Some(act(action)),
        ..ExitConditions::default()
    };
    for (name, task, state) in [
        ("code", exits(3, all(code(3, Terminate))), "completed"),
        ("range", exits(5, all(code(3, Terminate))), "disabled"),
        ("overlap", exits(6, all(code(3, Terminate))), "active"),
        ("default", exits(11, all(code(3, Nothing))), "completed"),
        ("success", exits(0, default(Terminate)), "active"),
        ("named-success", exits(0, code(0, Disable)), "disabled"),
        ("file", missing_file(all(code(0, Terminate))), "disabled"),
        ("file-by-default", missing_file(default(Nothing)), "active"),
        ("program", missing_program(all(code(127, Nothing))), "disabled"),
        ("nothing-said", exits(1, code(2, Nothing)), "completed"),
    ] {
        arm.batch.create_job(acting_job(name), &request()).await.unwrap();
        arm.add(name, task).await;
        assert_eq!(rests(arm, name).await.0, state, "{name}");
        let task = arm.task(name, "t").await;
        assert_eq!(task.state.as_str(), "completed", "{name}");
    }
}

pub(crate) async fn a_task_that_is_ended_counts_as_failed(arm: &Arm) {
    arm.ready(pool("pool", 1), "other").await;
    for (name, conditions, state) in [
        ("ended", None, "completed"),
        (
            "tolerated",
            Some(ExitConditions {
                pre_processing_error: Some(act(BatchJobActionKind::Terminate)),
                default: Some(act(BatchJobActionKind::None)),
                ..ExitConditions::default()
            }),
            "active",
        ),
    ] {
        arm.batch.create_job(acting_job(name), &request()).await.unwrap();
        let mut long = task("t", "/bin/sh -c 'sleep 7200'");
        long.exit_conditions = conditions;
        arm.add(name, long).await;
        arm.task_in(name, "t", "running").await;
        arm.batch
            .terminate_task(&job_id(name), &task_id("t"), &request())
            .await
            .unwrap();
        assert_eq!(rests(arm, name).await.0, state, "{name}");
    }
    // One that is deleted is not there to have failed.
    arm.batch
        .create_job(acting_job("deleted"), &request())
        .await
        .unwrap();
    arm.add("deleted", task("t", "/bin/sh -c 'sleep 7200'")).await;
    arm.task_in("deleted", "t", "running").await;
    arm.batch
        .delete_task(&job_id("deleted"), &task_id("t"), &request())
        .await
        .unwrap();
    assert_eq!(rests(arm, "deleted").await.0, "active");
}

pub(crate) async fn a_job_action_comes_after_the_last_retry(arm: &Arm) {
    arm.ready(pool("pool", 1), "other").await;
    arm.batch.create_job(acting_job("job"), &request()).await.unwrap();
    let mut options = exits(1, code(1, BatchJobActionKind::Disable));
    options.constraints = Some(BatchTaskConstraints {
        max_task_retry_count: Some(3),
        ..BatchTaskConstraints::default()
    });
    arm.add("job", options).await;
    assert_eq!(rests(arm, "job").await.0, "disabled");
    let info = arm.task("job", "t").await.execution_info.unwrap();
    assert_eq!((info.retry_count, info.exit_code), (3, Some(1)));
}

pub(crate) async fn disabling_by_a_task_requeues_the_others(arm: &Arm) {
    arm.ready(pool("pool", 2), "other").await;
    arm.batch.create_job(acting_job("job"), &request()).await.unwrap();
    arm.add("job", task("long", "/bin/sh -c 'sleep 7200'")).await;
    arm.task_in("job", "long", "running").await;
    arm.add("job", exits(1, code(1, BatchJobActionKind::Disable)))
        .await;
    assert_eq!(rests(arm, "job").await, ("disabled".to_owned(), None));
    let long = arm.task("job", "long").await;
    assert_eq!(
        (long.state.as_str(), long.execution_info.unwrap().requeue_count),
        ("active", 1)
    );
    arm.batch.enable_job(&job_id("job"), &request()).await.unwrap();
    arm.task_in("job", "long", "running").await;
}

pub(crate) async fn exit_conditions_are_checked(arm: &Arm) {
    arm.batch
        .create_job(acting_job("acts"), &request())
        .await
        .unwrap();
    arm.batch
        .create_job(job("calm", "pool"), &request())
        .await
        .unwrap();
    let shown = arm.batch.get_job(&job_id("acts"), &request()).await.unwrap();
    assert_eq!(
        shown.on_task_failure,
        Some(BatchTaskFailureMode::PerformExitOptionsJobAction)
    );
    let backwards = ExitConditions {
        exit_code_ranges: vec![ExitCodeRangeMapping {
            start: 2,
            end: 1,
            ..ExitCodeRangeMapping::default()
        }],
        ..ExitConditions::default()
    };
    for (job, conditions, property) in [
        ("calm", code(1, BatchJobActionKind::None), "jobAction"),
        ("acts", code(1, BatchJobActionKind::from("explode")), "jobAction"),
        ("acts", backwards, "exitConditions.exitCodeRanges"),
    ] {
        let result = arm
            .batch
            .create_task(&job_id(job), exits(0, conditions), &request())
            .await;
        let error = refused(result, &ErrorCode::InvalidPropertyValue);
        assert_eq!(error.detail("PropertyName"), Some(property));
    }
    let mut unknown = acting_job("unknown");
    unknown.on_task_failure = Some(BatchTaskFailureMode::from("panic"));
    let error = refused(
        arm.batch.create_job(unknown, &request()).await,
        &ErrorCode::InvalidPropertyValue,
    );
    assert_eq!(error.detail("PropertyName"), Some("onTaskFailure"));
}

pub(crate) async fn a_failed_upload_has_exit_options_of_its_own(arm: &Arm) {
    arm.ready(pool("pool", 1), "calm").await;
    let upload_error = |action| ExitConditions {
        file_upload_error: Some(act(action)),
        ..ExitConditions::default()
    };
    // The exit code itself comes first, where an entry names it.
    let both = ExitConditions {
        exit_codes: code(0, BatchJobActionKind::None).exit_codes,
        ..upload_error(BatchJobActionKind::Terminate)
    };
    let by_default = ExitConditions {
        default: Some(act(BatchJobActionKind::None)),
        ..ExitConditions::default()
    };
    for (id, conditions, state) in [
        ("disables", upload_error(BatchJobActionKind::Disable), "disabled"),
        ("spares", upload_error(BatchJobActionKind::None), "active"),
        ("terminates", ExitConditions::default(), "completed"),
        ("default", by_default, "active"),
        ("code", both, "active"),
    ] {
        arm.batch.create_job(acting_job(id), &request()).await.unwrap();
        let mut options = exits(0, conditions);
        options.output_files = vec![lost_output(arm)];
        let info = arm.run(id, options).await.execution_info.unwrap();
        assert_eq!((info.exit_code, info.retry_count), (Some(0), 0), "{id}");
        let failure = info.failure_info.unwrap();
        assert_eq!(failure.code.as_deref(), Some("FileUploadContainerNotFound"));
        assert_eq!(rests(arm, id).await.0, state, "{id}");
    }
}
