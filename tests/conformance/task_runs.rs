//! Runs of tasks, one after the other: what each of them has, and what is left of those before.

use batchite_api::batch::{
    BatchJobDisableOptions, BatchJobTerminateOptions, BatchTask, BatchTaskConstraints, DisableBatchJobOption,
};
use batchite_api::error::ErrorCode;
use batchite_api::time::TimeSpan;
use batchite_sim::config::{Latencies, SimConfig};

use crate::arms::{Arm, job, job_id, pool, refused, request, task, task_id};

/// Twice retried, and failed.
async fn failed(arm: &Arm, job: &str) -> BatchTask {
    let mut options = task("t", "/bin/sh -c 'sleep 40; exit 1'");
    options.constraints = Some(BatchTaskConstraints {
        max_task_retry_count: Some(2),
        max_wall_clock_time: Some(TimeSpan::from_minutes(1)),
        ..BatchTaskConstraints::default()
    });
    arm.run(job, options).await
}

pub(crate) async fn each_run_has_the_whole_time(arm: &Arm) {
    arm.ready(pool("pool", 1), "job").await;
    let info = failed(arm, "job").await.execution_info.unwrap();
    // Two minutes in all, and no run longer than one.
    assert_eq!((info.retry_count, info.exit_code), (2, Some(1)));
    let failure = info.failure_info.unwrap();
    assert_eq!(failure.code.as_deref(), Some("FailureExitCode"));
    let (start, end) = (info.start_time.unwrap(), info.end_time.unwrap());
    assert!(start >= info.last_retry_time.unwrap(), "that of the latest run");
    let last = end - start;
    assert!(
        (TimeSpan::from_seconds(40)..TimeSpan::from_seconds(45)).contains(&last),
        "{last}"
    );
}

pub(crate) async fn a_task_that_is_reactivated_begins_anew(arm: &Arm) {
    arm.ready(pool("pool", 1), "job").await;
    // A requeue is counted too, so that there is one to forget.
    let mut options = task("t", "/bin/sh -c 'sleep 40; exit 1'");
    options.constraints = Some(BatchTaskConstraints {
        max_task_retry_count: Some(2),
        ..BatchTaskConstraints::default()
    });
    arm.add("job", options).await;
    arm.task_in("job", "t", "running").await;
    let (batch, job, id) = (&arm.batch, job_id("job"), task_id("t"));
    let disable = || BatchJobDisableOptions {
        disable_tasks: DisableBatchJobOption::Requeue,
    };
    batch.disable_job(&job, disable(), &request()).await.unwrap();
    arm.until(async || arm.job_state("job").await == "disabled").await;
    batch.enable_job(&job, &request()).await.unwrap();
    let info = arm.task_in("job", "t", "completed").await.execution_info.unwrap();
    assert_eq!((info.retry_count, info.requeue_count), (2, 1));
    // It can be reactivated while its job is disabled, and waits until that is enabled.
    batch.disable_job(&job, disable(), &request()).await.unwrap();
    arm.until(async || arm.job_state("job").await == "disabled").await;
    batch.reactivate_task(&job, &id, &request()).await.unwrap();
    let waiting = arm.task("job", "t").await;
    assert_eq!(waiting.state.as_str(), "active");
    assert_eq!(waiting.previous_state.unwrap().as_str(), "completed");
    assert_eq!(waiting.node_info, None);
    let info = waiting.execution_info.unwrap();
    assert_eq!((info.retry_count, info.requeue_count), (0, 0));
    assert_eq!(
        (info.start_time, info.end_time, info.exit_code),
        (None, None, None)
    );
    assert_eq!((info.last_retry_time, info.last_requeue_time), (None, None));
    assert_eq!((info.result, info.failure_info), (None, None));
    arm.clock.sleep(TimeSpan::from_hours(1)).await;
    assert_eq!(arm.task("job", "t").await.state.as_str(), "active");
    batch.enable_job(&job, &request()).await.unwrap();
    let again = arm.task_in("job", "t", "completed").await.execution_info.unwrap();
    assert_eq!((again.retry_count, again.requeue_count), (2, 0));
}

pub(crate) async fn jobs_that_end_reactivate_no_task(arm: &Arm) {
    let arm = &arm.another(SimConfig::new(1).with_latencies(Latencies::azure()));
    let batch = &arm.batch;
    arm.ready(pool("pool", 1), "other").await;
    for (name, code) in [
        ("terminating", ErrorCode::JobBeingTerminated),
        ("completed", ErrorCode::JobCompleted),
        ("deleting", ErrorCode::JobBeingDeleted),
    ] {
        batch.create_job(job(name, "pool"), &request()).await.unwrap();
        failed(arm, name).await;
        let id = job_id(name);
        if name == "deleting" {
            batch.delete_job(&id, &request()).await.unwrap();
        } else {
            let end = BatchJobTerminateOptions::default();
            batch.terminate_job(&id, end, &request()).await.unwrap();
            arm.until(async || arm.job_state(name).await == name).await;
        }
        let before = arm.task(name, "t").await;
        let refusal = batch.reactivate_task(&id, &task_id("t"), &request()).await;
        assert_eq!(refused(refusal, &code).status(), 409);
        assert_eq!(arm.task(name, "t").await, before);
    }
}
