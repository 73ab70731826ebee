//! Jobs: their states, and what they do to their tasks.

use batchite_api::batch::{
    BatchAllTasksCompleteMode, BatchJobConstraints, BatchJobDisableOptions, BatchJobTerminateOptions,
    BatchJobUpdateOptions, DisableBatchJobOption,
};
use batchite_api::error::ErrorCode;
use batchite_api::time::TimeSpan;

use crate::account::Account;
use crate::arms::{Arm, all, job, job_id, node_id, on_pool, pool, pool_id, refused, request, task, task_id};

fn disable(option: DisableBatchJobOption) -> BatchJobDisableOptions {
    BatchJobDisableOptions {
        disable_tasks: option,
    }
}

fn terminate() -> BatchJobTerminateOptions {
    BatchJobTerminateOptions::default()
}

pub(crate) async fn a_job_goes_through_its_states(arm: &Arm) {
    arm.batch
        .create_job(job("Job", "pool"), &request())
        .await
        .unwrap();
    let fresh = arm.batch.get_job(&job_id("job"), &request()).await.unwrap();
    assert_eq!(
        (fresh.id.as_str(), fresh.state.as_str(), fresh.priority),
        ("Job", "active", Some(0))
    );
    let constraints = fresh.constraints.unwrap();
    assert!(constraints.max_wall_clock_time.unwrap().is_infinite());
    assert_eq!(constraints.max_task_retry_count, Some(0));
    let execution = fresh.execution_info.unwrap();
    assert_eq!(
        (execution.pool_id.as_deref(), execution.end_time),
        (Some("pool"), None)
    );
    let first = arm
        .batch
        .disable_job(&job_id("job"), disable(DisableBatchJobOption::Wait), &request())
        .await
        .unwrap();
    assert_ne!(first.etag, fresh.etag);
    assert_eq!(arm.job_state("job").await, "disabling");
    arm.until(async || arm.job_state("job").await == "disabled").await;
    arm.batch.enable_job(&job_id("job"), &request()).await.unwrap();
    arm.until(async || arm.job_state("job").await == "active").await;
    // A reason without a word is none.
    let other = job("other", "pool");
    arm.batch.create_job(other, &request()).await.unwrap();
    let silent = BatchJobTerminateOptions {
        terminate_reason: Some(String::new()),
    };
    arm.batch
        .terminate_job(&job_id("other"), silent, &request())
        .await
        .unwrap();
    let other = arm.batch.get_job(&job_id("other"), &request()).await.unwrap();
    let reason = other.execution_info.unwrap().terminate_reason;
    assert_eq!(reason.as_deref(), Some("UserTerminate"));
    let reason = BatchJobTerminateOptions {
        terminate_reason: Some("enough".to_owned()),
    };
    arm.batch
        .terminate_job(&job_id("job"), reason, &request())
        .await
        .unwrap();
    let terminating = arm.batch.get_job(&job_id("job"), &request()).await.unwrap();
    assert_eq!(terminating.state.as_str(), "terminating");
    assert_eq!(
        terminating.execution_info.unwrap().terminate_reason.as_deref(),
        Some("enough")
    );
    arm.until(async || arm.job_state("job").await == "completed")
        .await;
    let done = arm.batch.get_job(&job_id("job"), &request()).await.unwrap();
    assert!(done.execution_info.unwrap().end_time.is_some());
    assert_eq!(
        done.etag, terminating.etag,
        "what the service does by itself moves no tag"
    );
}

pub(crate) async fn previous_states_are_resting_states(account: &Account) {
    let name = account.name("job");
    let id = job_id(&name);
    let pool = account.name("pool");
    account
        .batch
        .create_job(job(&name, &pool), &request())
        .await
        .unwrap();
    let previous = async || {
        let job = account.batch.get_job(&id, &request()).await.unwrap();
        job.previous_state.map(|state| state.to_string())
    };
    assert_eq!(previous().await, None);
    account
        .batch
        .disable_job(&id, disable(DisableBatchJobOption::Requeue), &request())
        .await
        .unwrap();
    account
        .until(async || account.job_state(&name).await == "disabled")
        .await;
    assert_eq!(previous().await.as_deref(), Some("active"));
    account.batch.enable_job(&id, &request()).await.unwrap();
    account
        .until(async || account.job_state(&name).await == "active")
        .await;
    assert_eq!(previous().await.as_deref(), Some("disabled"));
    account
        .batch
        .terminate_job(&id, terminate(), &request())
        .await
        .unwrap();
    account
        .until(async || account.job_state(&name).await == "completed")
        .await;
    assert_eq!(previous().await.as_deref(), Some("active"));
}

pub(crate) async fn disabling_requeues_or_ends_running_tasks(arm: &Arm) {
    arm.ready(pool("pool", 1), "requeue").await;
    arm.batch
        .create_job(job("terminate", "pool"), &request())
        .await
        .unwrap();
    arm.batch
        .create_job(job("wait", "pool"), &request())
        .await
        .unwrap();
    for (name, option, state, requeued) in [
        ("requeue", DisableBatchJobOption::Requeue, "active", 1),
        ("terminate", DisableBatchJobOption::Terminate, "completed", 0),
        ("wait", DisableBatchJobOption::Wait, "running", 0),
    ] {
        arm.add(name, task("t", "/bin/sh -c 'sleep 600'")).await;
        arm.task_in(name, "t", "running").await;
        arm.batch
            .disable_job(&job_id(name), disable(option), &request())
            .await
            .unwrap();
        let after = arm.task(name, "t").await;
        let info = after.execution_info.unwrap();
        assert_eq!(
            (after.state.as_str(), info.requeue_count, info.retry_count),
            (state, requeued, 0),
            "{name}"
        );
        if name == "wait" {
            arm.clock.sleep(TimeSpan::from_seconds(30)).await;
            assert_eq!(
                arm.job_state(name).await,
                "disabling",
                "it waits for its running task"
            );
        }
        arm.until(async || arm.job_state(name).await == "disabled").await;
    }
    assert_eq!(arm.task("wait", "t").await.state.as_str(), "completed");
    let ended = arm.task("terminate", "t").await.execution_info.unwrap();
    assert_eq!(ended.failure_info.unwrap().code.as_deref(), Some("TaskEnded"));
    arm.batch
        .enable_job(&job_id("requeue"), &request())
        .await
        .unwrap();
    arm.task_in("requeue", "t", "completed").await;
}

pub(crate) async fn terminating_leaves_waiting_tasks_active(arm: &Arm) {
    arm.ready(pool("pool", 1), "job").await;
    arm.add("job", task("first", "/bin/sh -c 'sleep 600'")).await;
    arm.add("job", task("second", "/bin/true")).await;
    arm.task_in("job", "first", "running").await;
    arm.batch
        .terminate_job(&job_id("job"), terminate(), &request())
        .await
        .unwrap();
    arm.until(async || arm.job_state("job").await == "completed")
        .await;
    let ended = arm.task("job", "first").await;
    assert_eq!(ended.state.as_str(), "completed");
    assert_eq!(ended.execution_info.unwrap().result.unwrap().as_str(), "failure");
    assert_eq!(arm.task("job", "second").await.state.as_str(), "active");
    refused(
        arm.batch
            .terminate_job(&job_id("job"), terminate(), &request())
            .await,
        &ErrorCode::JobCompleted,
    );
    refused(
        arm.batch.enable_job(&job_id("job"), &request()).await,
        &ErrorCode::JobCompleted,
    );
    let late = arm
        .batch
        .create_task(&job_id("job"), task("late", "/bin/true"), &request())
        .await;
    refused(late, &ErrorCode::JobCompleted);
}

pub(crate) async fn a_job_can_end_with_its_tasks(arm: &Arm) {
    arm.ready(pool("pool", 1), "job").await;
    arm.add("job", task("t", "/bin/sh -c 'sleep 5'")).await;
    let with = |mode| BatchJobUpdateOptions {
        on_all_tasks_complete: Some(mode),
        ..BatchJobUpdateOptions::default()
    };
    let ends = with(BatchAllTasksCompleteMode::TerminateJob);
    arm.batch
        .update_job(&job_id("job"), ends, &request())
        .await
        .unwrap();
    let back = arm
        .batch
        .update_job(
            &job_id("job"),
            with(BatchAllTasksCompleteMode::NoAction),
            &request(),
        )
        .await;
    assert_eq!(
        refused(back, &ErrorCode::InvalidPropertyValue).detail("PropertyName"),
        Some("onAllTasksComplete")
    );
    arm.until(async || arm.job_state("job").await == "completed")
        .await;
    let done = arm.batch.get_job(&job_id("job"), &request()).await.unwrap();
    assert_eq!(
        done.execution_info.unwrap().terminate_reason.as_deref(),
        Some("AllTasksComplete")
    );
    assert_eq!(
        arm.task("job", "t").await.execution_info.unwrap().exit_code,
        Some(0)
    );
    // A job without tasks counts as complete, but not at once.
    let mut empty = job("empty", "pool");
    empty.on_all_tasks_complete = Some(BatchAllTasksCompleteMode::TerminateJob);
    arm.batch.create_job(empty, &request()).await.unwrap();
    assert_eq!(arm.job_state("empty").await, "active");
    arm.until(async || arm.job_state("empty").await == "completed")
        .await;
}

pub(crate) async fn a_job_can_run_out_of_time(arm: &Arm) {
    arm.ready(pool("pool", 1), "other").await;
    let mut options = job("job", "pool");
    options.constraints = Some(BatchJobConstraints {
        max_wall_clock_time: Some(TimeSpan::from_minutes(5)),
        ..BatchJobConstraints::default()
    });
    arm.batch.create_job(options, &request()).await.unwrap();
    arm.add("job", task("t", "/bin/sh -c 'sleep 3600'")).await;
    arm.clock.sleep(TimeSpan::from_minutes(4)).await;
    assert_eq!(arm.job_state("job").await, "active");
    arm.clock.sleep(TimeSpan::from_minutes(2)).await;
    let done = arm.batch.get_job(&job_id("job"), &request()).await.unwrap();
    assert_eq!(done.state.as_str(), "completed");
    assert_eq!(
        done.execution_info.unwrap().terminate_reason.as_deref(),
        Some("MaxWallClockTimeExpiry")
    );
    assert_eq!(
        arm.task("job", "t")
            .await
            .execution_info
            .unwrap()
            .failure_info
            .unwrap()
            .code
            .as_deref(),
        Some("TaskEnded")
    );
}

pub(crate) async fn a_disabled_job_can_be_moved_to_another_pool(arm: &Arm) {
    arm.ready(pool("new", 1), "busy").await;
    arm.batch.create_job(job("job", "old"), &request()).await.unwrap();
    arm.add("job", task("t", "/bin/true")).await;
    let elsewhere = || BatchJobUpdateOptions {
        pool_info: Some(on_pool("new")),
        ..BatchJobUpdateOptions::default()
    };
    let active = arm
        .batch
        .update_job(&job_id("job"), elsewhere(), &request())
        .await;
    refused(active, &ErrorCode::OperationInvalidForCurrentState);
    arm.batch
        .disable_job(
            &job_id("job"),
            disable(DisableBatchJobOption::Requeue),
            &request(),
        )
        .await
        .unwrap();
    arm.until(async || arm.job_state("job").await == "disabled").await;
    arm.batch
        .update_job(&job_id("job"), elsewhere(), &request())
        .await
        .unwrap();
    arm.batch.enable_job(&job_id("job"), &request()).await.unwrap();
    let done = arm.task_in("job", "t", "completed").await;
    assert_eq!(done.node_info.unwrap().pool_id.as_deref(), Some("new"));
}

/// What the only node keeps of jobs.
pub(crate) async fn workitems(arm: &Arm) -> Vec<String> {
    let node = node_id(&arm.nodes("pool").await[0]);
    let files = arm
        .batch
        .list_node_files(&pool_id("pool"), &node, true, &all())
        .await;
    let names = files.unwrap().items.into_iter().filter_map(|file| file.name);
    names.filter(|name| name.starts_with("workitems/")).collect()
}

pub(crate) async fn deleting_a_job_takes_its_tasks_along(arm: &Arm) {
    arm.ready(pool("pool", 1), "job").await;
    arm.add("job", task("t", "/bin/sh -c 'sleep 600'")).await;
    arm.task_in("job", "t", "running").await;
    arm.batch.delete_job(&job_id("job"), &request()).await.unwrap();
    assert_eq!(arm.job_state("job").await, "deleting");
    refused(
        arm.batch.delete_job(&job_id("job"), &request()).await,
        &ErrorCode::JobBeingDeleted,
    );
    arm.until(async || arm.batch.get_job(&job_id("job"), &request()).await.is_err())
        .await;
    refused(
        arm.batch
            .get_task(&job_id("job"), &task_id("t"), &request())
            .await,
        &ErrorCode::JobNotFound,
    );
    assert_eq!(arm.batch.list_jobs(&all()).await.unwrap().items.len(), 0);
    assert_eq!(workitems(arm).await, Vec::<String>::new());
    arm.until(async || arm.nodes("pool").await[0].state.as_str() == "idle")
        .await;
    // The id is free again.
    arm.batch
        .create_job(job("JOB", "pool"), &request())
        .await
        .unwrap();
    arm.run("job", task("t", "/bin/true")).await;
}

pub(crate) async fn what_ends_refuses_by_name(arm: &Arm) {
    let batch = &arm.batch;
    let disabling = || disable(DisableBatchJobOption::Wait);
    for (id, deletes, code) in [
        ("ends", false, ErrorCode::JobBeingTerminated),
        ("goes", true, ErrorCode::JobBeingDeleted),
    ] {
        batch.create_job(job(id, "pool"), &request()).await.unwrap();
        let name = job_id(id);
        if deletes {
            batch.delete_job(&name, &request()).await.unwrap();
        } else {
            batch.terminate_job(&name, terminate(), &request()).await.unwrap();
        }
        refused(batch.disable_job(&name, disabling(), &request()).await, &code);
        refused(batch.enable_job(&name, &request()).await, &code);
        refused(batch.terminate_job(&name, terminate(), &request()).await, &code);
        let late = batch.create_task(&name, task("t", "/bin/true"), &request()).await;
        refused(late, &code);
    }
    arm.until(async || arm.job_state("ends").await == "completed")
        .await;
    let name = job_id("ends");
    let ended = batch.get_job(&name, &request()).await.unwrap();
    let reason = ended.execution_info.unwrap().terminate_reason;
    assert_eq!(reason.as_deref(), Some("UserTerminate"));
    let refusal = batch.disable_job(&name, disabling(), &request()).await;
    refused(refusal, &ErrorCode::JobCompleted);
    // What runs keeps a job disabling; it can be enabled all the same.
    arm.ready(pool("pool", 1), "job").await;
    arm.add("job", task("t", "sleep 600")).await;
    arm.task_in("job", "t", "running").await;
    let name = job_id("job");
    batch.disable_job(&name, disabling(), &request()).await.unwrap();
    arm.clock.sleep(TimeSpan::from_minutes(1)).await;
    assert_eq!(arm.job_state("job").await, "disabling");
    batch.enable_job(&name, &request()).await.unwrap();
    arm.until(async || arm.job_state("job").await == "active").await;
    assert_eq!(arm.task("job", "t").await.state.as_str(), "running");
}
