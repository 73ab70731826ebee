//! Pools that come and go with a job or a job schedule.

use batchite_api::batch::{
    BatchAutoPoolSpecification, BatchJob, BatchJobCreateOptions, BatchJobTerminateOptions,
    BatchJobUpdateOptions, BatchPoolInfo, BatchPoolLifetimeOption, BatchPoolSpecification,
};
use batchite_api::error::ErrorCode;
use batchite_api::ids::JobScheduleId;
use batchite_api::time::TimeSpan;
use batchite_sim::config::{Quotas, SimConfig};

use crate::arms::{Arm, all, hourly_jobs, job, job_id, on_pool, pool, refused, request, task};

fn specification(prefix: Option<&str>) -> BatchAutoPoolSpecification {
    let like = pool("like", 1);
    BatchAutoPoolSpecification {
        auto_pool_id_prefix: prefix.map(str::to_owned),
        pool_lifetime_option: BatchPoolLifetimeOption::Job,
        keep_alive: None,
        pool: Some(BatchPoolSpecification {
            vm_size: like.vm_size,
            virtual_machine_configuration: like.virtual_machine_configuration,
            target_dedicated_nodes: Some(1),
            ..BatchPoolSpecification::default()
        }),
    }
}

fn on(specification: BatchAutoPoolSpecification) -> BatchPoolInfo {
    BatchPoolInfo {
        pool_id: None,
        auto_pool_specification: Some(specification),
    }
}

fn job_with(id: &str, specification: BatchAutoPoolSpecification) -> BatchJobCreateOptions {
    BatchJobCreateOptions {
        pool_info: on(specification),
        ..job(id, "")
    }
}

async fn make(arm: &Arm, options: BatchJobCreateOptions) -> String {
    let id = job_id(&options.id);
    arm.batch.create_job(options, &request()).await.expect("a job");
    pool_of(&arm.batch.get_job(&id, &request()).await.unwrap())
}

fn pool_of(job: &BatchJob) -> String {
    job.execution_info.clone().unwrap().pool_id.expect("a pool")
}

async fn pools(arm: &Arm) -> Vec<String> {
    let page = arm.batch.list_pools(&all()).await.unwrap();
    page.items.into_iter().map(|pool| pool.id).collect()
}

async fn end(arm: &Arm, id: &str) {
    arm.batch
        .terminate_job(&job_id(id), BatchJobTerminateOptions::default(), &request())
        .await
        .expect("the end of the job");
    arm.until(async || arm.job_state(id).await == "completed").await;
}

pub(crate) async fn a_pool_comes_and_goes_with_its_job(arm: &Arm) {
    let made = make(arm, job_with("job", specification(Some("Nightly")))).await;
    assert!(
        made.starts_with("Nightly") && made.len() == "Nightly".len() + 36,
        "{made}"
    );
    assert_eq!(pools(arm).await, std::slice::from_ref(&made));
    let done = arm
        .run("job", task("t", "/bin/sh -c 'echo $AZ_BATCH_POOL_ID'"))
        .await;
    assert_eq!(done.node_info.unwrap().pool_id.as_deref(), Some(made.as_str()));
    let shown = arm.batch.get_job(&job_id("job"), &request()).await.unwrap();
    let kept = shown.pool_info.auto_pool_specification.unwrap();
    assert_eq!((kept.keep_alive, shown.pool_info.pool_id), (Some(false), None));
    end(arm, "job").await;
    arm.until(async || pools(arm).await.is_empty()).await;
}

pub(crate) async fn without_a_prefix_the_id_is_a_guid_in_upper_case(arm: &Arm) {
    let made = make(arm, job_with("job", specification(None))).await;
    let parts: Vec<usize> = made.split('-').map(str::len).collect();
    assert_eq!(parts, [8, 4, 4, 4, 12], "{made}");
    assert_eq!(made, made.to_ascii_uppercase());
}

pub(crate) async fn a_deleted_job_takes_its_pool_along(arm: &Arm) {
    make(arm, job_with("job", specification(None))).await;
    arm.batch.delete_job(&job_id("job"), &request()).await.unwrap();
    arm.until(async || pools(arm).await.is_empty()).await;
}

pub(crate) async fn a_pool_that_is_kept_alive_stays(arm: &Arm) {
    let made = make(arm, job_with("job", specification(None))).await;
    let keep = BatchAutoPoolSpecification {
        keep_alive: Some(true),
        ..specification(None)
    };
    let update = BatchJobUpdateOptions {
        pool_info: Some(on(keep)),
        ..BatchJobUpdateOptions::default()
    };
    arm.batch
        .update_job(&job_id("job"), update, &request())
        .await
        .unwrap();
    end(arm, "job").await;
    arm.clock.sleep(TimeSpan::from_hours(1)).await;
    assert_eq!(pools(arm).await, [made]);
}

pub(crate) async fn nothing_else_of_it_can_be_changed(arm: &Arm) {
    make(arm, job_with("job", specification(Some("one")))).await;
    for info in [on(specification(Some("two"))), on_pool("other")] {
        let update = BatchJobUpdateOptions {
            pool_info: Some(info),
            ..BatchJobUpdateOptions::default()
        };
        let changed = arm.batch.update_job(&job_id("job"), update, &request()).await;
        refused(changed, &ErrorCode::InvalidPropertyValue);
    }
    // The same again is no change.
    let same = BatchJob {
        pool_info: on(specification(Some("one"))),
        ..BatchJob::default()
    };
    arm.batch
        .replace_job(&job_id("job"), same, &request())
        .await
        .unwrap();
    arm.batch
        .create_job(job("plain", "pool"), &request())
        .await
        .unwrap();
    let update = BatchJobUpdateOptions {
        pool_info: Some(on(specification(None))),
        ..BatchJobUpdateOptions::default()
    };
    let changed = arm.batch.update_job(&job_id("plain"), update, &request()).await;
    refused(changed, &ErrorCode::InvalidPropertyValue);
}

pub(crate) async fn wrong_specifications_are_refused(arm: &Arm) {
    let shared = BatchAutoPoolSpecification {
        pool_lifetime_option: BatchPoolLifetimeOption::JobSchedule,
        ..specification(None)
    };
    let without_pool = BatchAutoPoolSpecification {
        pool: None,
        ..specification(None)
    };
    let mut wrong_size = specification(None);
    wrong_size.pool.as_mut().unwrap().vm_size = "gigantic".to_owned();
    let invalid = &ErrorCode::InvalidPropertyValue;
    for (specification, code) in [
        (specification(Some("a prefix of 21 letter")), invalid),
        (specification(Some("no blanks")), invalid),
        (shared, invalid),
        (wrong_size, invalid),
        (without_pool, &ErrorCode::MissingRequiredProperty),
    ] {
        let made = arm
            .batch
            .create_job(job_with("job", specification), &request())
            .await;
        refused(made, code);
    }
    let mut both = job_with("job", specification(None));
    both.pool_info.pool_id = Some("pool".to_owned());
    refused(arm.batch.create_job(both, &request()).await, invalid);
    assert_eq!(pools(arm).await, Vec::<String>::new());
}

pub(crate) async fn the_jobs_of_a_schedule_can_share_one(arm: &Arm) {
    let id = JobScheduleId::parse("nightly").unwrap();
    let pool_info = on(BatchAutoPoolSpecification {
        pool_lifetime_option: BatchPoolLifetimeOption::JobSchedule,
        ..specification(Some("shared"))
    });
    let options = hourly_jobs("nightly", pool_info);
    arm.batch.create_job_schedule(options, &request()).await.unwrap();
    end(arm, "nightly:job-1").await;
    arm.clock.sleep(TimeSpan::from_minutes(61)).await;
    let jobs = arm
        .batch
        .list_jobs_from_schedule(&id, &all())
        .await
        .unwrap()
        .items;
    assert_eq!(jobs.len(), 2);
    assert_eq!(pool_of(&jobs[0]), pool_of(&jobs[1]));
    assert_eq!(pools(arm).await, [pool_of(&jobs[0])]);
    // Whether it stays is not for one of them to say.
    let keep = BatchAutoPoolSpecification {
        pool_lifetime_option: BatchPoolLifetimeOption::JobSchedule,
        keep_alive: Some(true),
        ..specification(Some("shared"))
    };
    let update = BatchJobUpdateOptions {
        pool_info: Some(on(keep)),
        ..BatchJobUpdateOptions::default()
    };
    let changed = arm
        .batch
        .update_job(&job_id("nightly:job-2"), update, &request())
        .await;
    refused(changed, &ErrorCode::InvalidPropertyValue);
    arm.batch.terminate_job_schedule(&id, &request()).await.unwrap();
    arm.until(async || pools(arm).await.is_empty()).await;
}

pub(crate) async fn priority_does_not_matter_between_them(arm: &Arm) {
    for (id, priority) in [("low", -1000), ("high", 1000)] {
        let mut options = job_with(id, specification(Some(id)));
        options.priority = Some(priority);
        make(arm, options).await;
    }
    arm.add("high", task("t", "sleep 3600")).await;
    arm.task_in("high", "t", "running").await;
    let done = arm.run("low", task("t", "/bin/true")).await;
    assert_eq!(done.execution_info.unwrap().requeue_count, 0);
    assert_eq!(arm.task("high", "t").await.state.as_str(), "running");
}

pub(crate) async fn a_quota_ends_the_job_not_the_request(arm: &Arm) {
    let quotas = Quotas {
        pools: Some(1),
        ..Quotas::default()
    };
    let arm = arm.another(SimConfig::new(1).with_quotas(quotas));
    arm.batch.create_pool(pool("pool", 0), &request()).await.unwrap();
    make(&arm, job_with("job", specification(None))).await;
    arm.until(async || arm.job_state("job").await == "completed")
        .await;
    let ended = arm.batch.get_job(&job_id("job"), &request()).await.unwrap();
    let error = ended.execution_info.unwrap().scheduling_error.expect("a reason");
    assert_eq!(
        error.code.as_deref(),
        Some("AutoPoolCreationFailedWithQuotaReached")
    );
    assert_eq!(pools(&arm).await, ["pool"]);
}
