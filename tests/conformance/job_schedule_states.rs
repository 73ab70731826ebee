//! Job schedules beside their jobs: what goes on, what counts, and what is refused on the way out.

use batchite_api::batch::{BatchJobSchedule, BatchJobScheduleConfiguration, BatchJobScheduleUpdateOptions};
use batchite_api::error::ErrorCode;
use batchite_api::time::TimeSpan;
use batchite_sim::config::{Latencies, Quotas, SimConfig};

use crate::arms::{Arm, job, job_id, pool, refused, request, task};
use crate::job_schedules::{hourly, id, jobs, make, schedule, shown, wait};

async fn completed(arm: &Arm) {
    arm.until(async || shown(arm).await.state.as_str() == "completed")
        .await;
}

pub(crate) async fn the_job_of_a_disabled_schedule_goes_on(arm: &Arm) {
    arm.ready(pool("pool", 1), "other").await;
    make(arm, schedule(hourly())).await;
    let name = "nightly:job-1";
    arm.add(name, task("t", "sleep 7200")).await;
    arm.task_in(name, "t", "running").await;
    arm.batch.disable_job_schedule(&id(), &request()).await.unwrap();
    wait(arm, 90).await;
    let active = vec![(name.to_owned(), "active".to_owned())];
    assert_eq!(jobs(arm).await, active);
    assert_eq!(arm.task(name, "t").await.state.as_str(), "running");
    // It takes tasks and runs them.
    arm.add(name, task("later", "/bin/true")).await;
    let done = arm.task_in(name, "later", "completed").await;
    assert_eq!(done.execution_info.unwrap().exit_code, Some(0));
    assert_eq!(jobs(arm).await, active);
    assert_eq!(shown(arm).await.state.as_str(), "disabled");
}

pub(crate) async fn a_disabled_schedule_can_be_terminated(arm: &Arm) {
    make(arm, schedule(hourly())).await;
    arm.batch.disable_job_schedule(&id(), &request()).await.unwrap();
    arm.batch.terminate_job_schedule(&id(), &request()).await.unwrap();
    completed(arm).await;
    let ended = arm
        .batch
        .get_job(&job_id("nightly:job-1"), &request())
        .await
        .unwrap();
    assert_eq!(ended.state.as_str(), "completed");
    let reason = ended.execution_info.unwrap().terminate_reason;
    assert_eq!(reason.as_deref(), Some("TerminateWorkitem"));
}

pub(crate) async fn active_schedules_count_for_the_quota_of_jobs(arm: &Arm) {
    let quotas = |active_jobs| {
        SimConfig::new(1).with_quotas(Quotas {
            active_jobs: Some(active_jobs),
            ..Quotas::default()
        })
    };
    let arm = &arm.another(quotas(2));
    // One that has no job yet.
    let later = BatchJobScheduleConfiguration {
        do_not_run_until: Some(arm.clock.now() + TimeSpan::from_days(1)),
        ..hourly()
    };
    make(arm, schedule(later)).await;
    assert_eq!(jobs(arm).await, []);
    let batch = &arm.batch;
    batch.create_job(job("a", "pool"), &request()).await.unwrap();
    let full = &ErrorCode::ActiveJobAndScheduleQuotaReached;
    let refusal = batch.create_job(job("b", "pool"), &request()).await;
    assert_eq!(refused(refusal, full).status(), 409);
    let mut other = schedule(hourly());
    other.id = "other".to_owned();
    refused(batch.create_job_schedule(other.clone(), &request()).await, full);
    // A disabled one counts still, a completed one does not.
    batch.disable_job_schedule(&id(), &request()).await.unwrap();
    refused(batch.create_job(job("b", "pool"), &request()).await, full);
    batch.terminate_job_schedule(&id(), &request()).await.unwrap();
    completed(arm).await;
    batch.create_job(job("b", "pool"), &request()).await.unwrap();
    refused(batch.create_job_schedule(other.clone(), &request()).await, full);
    // Nor does it once it is deleted, and room is made by what is deleted without completing.
    batch.delete_job_schedule(&id(), &request()).await.unwrap();
    arm.until(async || !batch.job_schedule_exists(&id(), &request()).await.unwrap())
        .await;
    refused(batch.create_job_schedule(other.clone(), &request()).await, full);
    batch.delete_job(&job_id("a"), &request()).await.unwrap();
    arm.until(async || batch.get_job(&job_id("a"), &request()).await.is_err())
        .await;
    batch.create_job_schedule(other, &request()).await.unwrap();
}

pub(crate) async fn what_ends_or_goes_refuses_by_name(arm: &Arm) {
    let arm = &arm.another(SimConfig::new(1).with_latencies(Latencies::azure()));
    make(arm, schedule(hourly())).await;
    let batch = &arm.batch;
    let change = async |code: &ErrorCode| {
        let update = BatchJobScheduleUpdateOptions {
            schedule: Some(hourly()),
            ..BatchJobScheduleUpdateOptions::default()
        };
        let replacement = BatchJobSchedule {
            schedule: Some(hourly()),
            job_specification: schedule(hourly()).job_specification,
            ..BatchJobSchedule::default()
        };
        let before = shown(arm).await;
        for refusal in [
            batch.update_job_schedule(&id(), update, &request()).await,
            batch.replace_job_schedule(&id(), replacement, &request()).await,
            batch.disable_job_schedule(&id(), &request()).await,
            batch.enable_job_schedule(&id(), &request()).await,
            batch.terminate_job_schedule(&id(), &request()).await,
        ] {
            assert_eq!(refused(refusal, code).status(), 409);
        }
        assert_eq!(shown(arm).await, before);
    };
    batch.terminate_job_schedule(&id(), &request()).await.unwrap();
    assert_eq!(shown(arm).await.state.as_str(), "terminating");
    change(&ErrorCode::JobScheduleBeingTerminated).await;
    batch.delete_job_schedule(&id(), &request()).await.unwrap();
    assert_eq!(shown(arm).await.state.as_str(), "deleting");
    change(&ErrorCode::JobScheduleBeingDeleted).await;
    let again = batch.delete_job_schedule(&id(), &request()).await;
    refused(again, &ErrorCode::JobScheduleBeingDeleted);
    let taken = batch.create_job_schedule(schedule(hourly()), &request()).await;
    refused(taken, &ErrorCode::JobScheduleExists);
}
