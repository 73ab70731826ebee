//! From which state a job goes where, and what is taken for granted of it.

use batchite_api::batch::{
    BatchAllTasksCompleteMode, BatchJob, BatchJobConstraints, BatchJobCreateOptions, BatchJobDisableOptions,
    BatchJobManagerTask, BatchJobPreparationTask, BatchJobTerminateOptions, BatchJobUpdateOptions,
    BatchTaskFailureMode, DisableBatchJobOption,
};
use batchite_api::error::ErrorCode;
use batchite_api::time::TimeSpan;

use crate::arms::{Arm, job, job_id, on_pool, pool, refused, request, task};

async fn shown(arm: &Arm, id: &str) -> BatchJob {
    arm.batch.get_job(&job_id(id), &request()).await.unwrap()
}

async fn disable(arm: &Arm, id: &str, option: DisableBatchJobOption) {
    let disable = BatchJobDisableOptions {
        disable_tasks: option,
    };
    arm.batch
        .disable_job(&job_id(id), disable, &request())
        .await
        .unwrap();
}

/// Takes an active job to a state.
async fn take_to(arm: &Arm, id: &str, state: &str) {
    if state != "active" {
        disable(arm, id, DisableBatchJobOption::Wait).await;
    }
    if matches!(state, "disabled" | "enabling") {
        arm.until(async || arm.job_state(id).await == "disabled").await;
    }
    if state == "enabling" {
        arm.batch.enable_job(&job_id(id), &request()).await.unwrap();
    }
    assert_eq!(arm.job_state(id).await, state);
}

async fn completed(arm: &Arm, id: &str, reason: &str) -> BatchJob {
    arm.until(async || arm.job_state(id).await == "completed").await;
    let done = shown(arm, id).await;
    let told = done.execution_info.as_ref().unwrap().terminate_reason.as_deref();
    assert_eq!(told, Some(reason), "{id}");
    done
}

pub(crate) async fn a_job_can_be_terminated_from_every_state(arm: &Arm) {
    arm.ready(pool("pool", 1), "other").await;
    for (state, at_rest) in [
        ("active", "active"),
        ("disabling", "active"),
        ("disabled", "disabled"),
        ("enabling", "disabled"),
    ] {
        arm.batch
            .create_job(job(state, "pool"), &request())
            .await
            .unwrap();
        if state == "disabling" {
            arm.add(state, task("t", "sleep 3600")).await;
            arm.task_in(state, "t", "running").await;
        }
        take_to(arm, state, state).await;
        arm.add(state, task("late", "/bin/true")).await;
        let end = BatchJobTerminateOptions {
            terminate_reason: Some("enough".to_owned()),
        };
        arm.batch
            .terminate_job(&job_id(state), end, &request())
            .await
            .unwrap();
        let terminating = shown(arm, state).await;
        assert_eq!(terminating.state.as_str(), "terminating", "from {state}");
        let previous = |job: &BatchJob| job.previous_state.as_ref().map(ToString::to_string);
        assert_eq!(previous(&terminating).as_deref(), Some(at_rest));
        let done = completed(arm, state, "enough").await;
        assert_eq!(previous(&done).as_deref(), Some(at_rest), "from {state}");
        let ended = arm.task(state, "late").await.state;
        assert_eq!(ended.as_str(), "active", "it never ran");
    }
    let info = arm.task("disabling", "t").await.execution_info.unwrap();
    assert_eq!(info.failure_info.unwrap().code.as_deref(), Some("TaskEnded"));
}

pub(crate) async fn a_job_can_be_deleted_in_every_state(arm: &Arm) {
    let states = [
        "active",
        "disabling",
        "disabled",
        "enabling",
        "terminating",
        "completed",
    ];
    for state in states {
        let id = job_id(state);
        arm.batch
            .create_job(job(state, "pool"), &request())
            .await
            .unwrap();
        if matches!(state, "terminating" | "completed") {
            let end = BatchJobTerminateOptions::default();
            arm.batch.terminate_job(&id, end, &request()).await.unwrap();
            arm.until(async || arm.job_state(state).await == state).await;
        } else {
            take_to(arm, state, state).await;
        }
        arm.batch.delete_job(&id, &request()).await.unwrap();
        assert_eq!(arm.job_state(state).await, "deleting", "from {state}");
        let gone = async || arm.batch.get_job(&id, &request()).await.is_err();
        arm.until(gone).await;
    }
}

pub(crate) async fn its_time_goes_on_while_it_is_disabled(arm: &Arm) {
    let mut options = job("job", "pool");
    options.constraints = Some(BatchJobConstraints {
        max_wall_clock_time: Some(TimeSpan::from_minutes(5)),
        ..BatchJobConstraints::default()
    });
    arm.batch.create_job(options, &request()).await.unwrap();
    arm.clock.sleep(TimeSpan::from_minutes(1)).await;
    take_to(arm, "job", "disabled").await;
    arm.clock.sleep(TimeSpan::from_minutes(3)).await;
    assert_eq!(arm.job_state("job").await, "disabled");
    let done = completed(arm, "job", "MaxWallClockTimeExpiry").await;
    let lasted = done.execution_info.unwrap().end_time.unwrap() - done.creation_time;
    assert!(
        (TimeSpan::from_minutes(5)..TimeSpan::from_seconds(302)).contains(&lasted),
        "{lasted}"
    );
}

pub(crate) async fn a_manager_keeps_its_job_from_being_complete(arm: &Arm) {
    arm.ready(pool("pool", 1), "other").await;
    let options = BatchJobCreateOptions {
        on_all_tasks_complete: Some(BatchAllTasksCompleteMode::TerminateJob),
        job_manager_task: Some(BatchJobManagerTask {
            id: "manager".to_owned(),
            command_line: "sleep 600".into(),
            kill_job_on_completion: Some(false),
            ..BatchJobManagerTask::default()
        }),
        ..job("job", "pool")
    };
    arm.batch.create_job(options, &request()).await.unwrap();
    arm.task_in("job", "manager", "running").await;
    arm.clock.sleep(TimeSpan::from_minutes(9)).await;
    assert_eq!(arm.job_state("job").await, "active");
    completed(arm, "job", "AllTasksComplete").await;
    let manager = arm.task("job", "manager").await.execution_info.unwrap();
    assert_eq!(manager.exit_code, Some(0), "it ran to its end");
}

pub(crate) async fn a_preparation_task_does_not(arm: &Arm) {
    arm.ready(pool("pool", 1), "other").await;
    let options = BatchJobCreateOptions {
        job_preparation_task: Some(BatchJobPreparationTask {
            command_line: "sleep 7200".into(),
            wait_for_success: Some(false),
            ..BatchJobPreparationTask::default()
        }),
        ..job("job", "pool")
    };
    arm.batch.create_job(options, &request()).await.unwrap();
    arm.run("job", task("t", "/bin/true")).await;
    assert_eq!(arm.nodes("pool").await[0].state.as_str(), "running");
    let ends = BatchJobUpdateOptions {
        on_all_tasks_complete: Some(BatchAllTasksCompleteMode::TerminateJob),
        ..BatchJobUpdateOptions::default()
    };
    let before = arm.clock.now();
    arm.batch
        .update_job(&job_id("job"), ends, &request())
        .await
        .unwrap();
    arm.until(async || arm.job_state("job").await != "active").await;
    assert!(arm.clock.now() - before < TimeSpan::from_minutes(5));
    completed(arm, "job", "AllTasksComplete").await;
}

pub(crate) async fn a_put_moves_a_disabled_job_alone(arm: &Arm) {
    arm.ready(pool("new", 1), "other").await;
    arm.batch.create_job(job("job", "old"), &request()).await.unwrap();
    arm.add("job", task("t", "/bin/true")).await;
    let put = async |pool: &str| {
        let replacement = BatchJob {
            pool_info: on_pool(pool),
            ..BatchJob::default()
        };
        arm.batch
            .replace_job(&job_id("job"), replacement, &request())
            .await
    };
    let refusal = refused(put("new").await, &ErrorCode::OperationInvalidForCurrentState);
    assert_eq!(refusal.status(), 409);
    put("old").await.unwrap();
    take_to(arm, "job", "disabled").await;
    put("new").await.unwrap();
    let moved = shown(arm, "job").await;
    assert_eq!(moved.pool_info.pool_id.as_deref(), Some("new"));
    arm.batch.enable_job(&job_id("job"), &request()).await.unwrap();
    let done = arm.task_in("job", "t", "completed").await;
    assert_eq!(done.node_info.unwrap().pool_id.as_deref(), Some("new"));
}

pub(crate) async fn nothing_happens_to_it_unless_it_is_said(arm: &Arm) {
    arm.ready(pool("pool", 1), "job").await;
    let made = shown(arm, "job").await;
    assert_eq!(
        (made.on_all_tasks_complete, made.on_task_failure),
        (
            Some(BatchAllTasksCompleteMode::NoAction),
            Some(BatchTaskFailureMode::NoAction)
        )
    );
    assert_eq!(
        (made.priority, made.max_parallel_tasks, made.allow_task_preemption),
        (Some(0), Some(-1), Some(false))
    );
    assert_eq!(made.uses_task_dependencies, Some(false));
    let execution = made.execution_info.unwrap();
    assert_eq!(execution.start_time, made.state_transition_time);
    assert!(execution.start_time - made.creation_time < TimeSpan::from_seconds(1));
    for command_line in ["/bin/true", "/bin/sh -c 'exit 1'"] {
        let id = if command_line == "/bin/true" {
            "good"
        } else {
            "bad"
        };
        arm.run("job", task(id, command_line)).await;
    }
    arm.clock.sleep(TimeSpan::from_hours(1)).await;
    assert_eq!(arm.job_state("job").await, "active");
    // How to disable a job has to be said.
    let unsaid = BatchJobDisableOptions {
        disable_tasks: DisableBatchJobOption::from(""),
    };
    let refusal = arm.batch.disable_job(&job_id("job"), unsaid, &request()).await;
    let refusal = refused(refusal, &ErrorCode::MissingRequiredProperty);
    assert_eq!(
        (refusal.detail("PropertyName"), refusal.status()),
        (Some("disableTasks"), 400)
    );
    let odd = BatchJobDisableOptions {
        disable_tasks: DisableBatchJobOption::from("gently"),
    };
    let refusal = arm.batch.disable_job(&job_id("job"), odd, &request()).await;
    refused(refusal, &ErrorCode::InvalidPropertyValue);
    assert_eq!(arm.job_state("job").await, "active");
}
