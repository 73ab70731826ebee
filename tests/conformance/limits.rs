//! Lengths and numbers that have bounds: what lies on a bound is taken, what lies beyond is refused.

use batchite_api::batch::{
    BatchJobCreateOptions, BatchJobManagerTask, BatchJobScheduleCreateOptions, BatchPoolCreateOptions,
    BatchTaskCreateOptions,
};
use batchite_api::error::{ErrorCode, Result};

use crate::arms::{Arm, job, job_id, pool, refused, request, task};
use crate::job_schedules::{hourly, schedule};

/// Expects a result to be good, or a refusal of the property.
#[track_caller]
fn is_good<T: std::fmt::Debug>(result: Result<T>, good: bool, property: &str) {
    if good {
        assert!(result.is_ok(), "{property}: {result:?}");
    } else {
        let refusal = refused(result, &ErrorCode::InvalidPropertyValue);
        assert_eq!(
            (refusal.detail("PropertyName"), refusal.status()),
            (Some(property), 400)
        );
    }
}

pub(crate) async fn display_names_have_1024_characters_everywhere(arm: &Arm) {
    let batch = &arm.batch;
    batch.create_job(job("job", "pool"), &request()).await.unwrap();
    let property = "displayName";
    // Characters are counted, not bytes.
    for (good, character) in [(false, "x"), (true, "x"), (false, "\u{e4}"), (true, "\u{e4}")] {
        let name = || Some(character.repeat(if good { 1024 } else { 1025 }));
        let id = format!("{}{}", good, character.len());
        let options = BatchPoolCreateOptions {
            display_name: name(),
            ..pool(&id, 0)
        };
        is_good(batch.create_pool(options, &request()).await, good, property);
        let options = BatchJobCreateOptions {
            display_name: name(),
            ..job(&id, "pool")
        };
        is_good(batch.create_job(options, &request()).await, good, property);
        let options = BatchJobCreateOptions {
            job_manager_task: Some(BatchJobManagerTask {
                id: "manager".to_owned(),
                display_name: name(),
                command_line: "/bin/true".into(),
                ..BatchJobManagerTask::default()
            }),
            ..job(&format!("managed-{id}"), "pool")
        };
        is_good(batch.create_job(options, &request()).await, good, property);
        let options = BatchTaskCreateOptions {
            display_name: name(),
            ..task(&id, "/bin/true")
        };
        let made = batch.create_task(&job_id("job"), options, &request()).await;
        is_good(made, good, property);
        let options = BatchJobScheduleCreateOptions {
            id: format!("schedule-{id}"),
            display_name: name(),
            ..schedule(hourly())
        };
        is_good(
            batch.create_job_schedule(options, &request()).await,
            good,
            property,
        );
        let mut options = BatchJobScheduleCreateOptions {
            id: format!("jobs-{id}"),
            ..schedule(hourly())
        };
        options.job_specification.display_name = name();
        is_good(
            batch.create_job_schedule(options, &request()).await,
            good,
            property,
        );
    }
}

pub(crate) async fn ids_have_64_characters_everywhere(arm: &Arm) {
    let batch = &arm.batch;
    batch.create_job(job("job", "pool"), &request()).await.unwrap();
    for (good, id) in [
        (true, "x".repeat(64)),
        (false, "x".repeat(65)),
        (true, "Aa-_09".to_owned()),
        (false, "a.b".to_owned()),
        (false, "\u{e4}".to_owned()),
    ] {
        is_good(batch.create_pool(pool(&id, 0), &request()).await, good, "id");
        let made = batch
            .create_task(&job_id("job"), task(&id, "x"), &request())
            .await;
        is_good(made, good, "id");
        // Jobs and job schedules have ids of one kind.
        let other = id.replacen('x', "y", 1);
        let options = BatchJobScheduleCreateOptions {
            id: other.replacen('A', "B", 1),
            ..schedule(hourly())
        };
        is_good(batch.create_job_schedule(options, &request()).await, good, "id");
        is_good(batch.create_job(job(&id, "pool"), &request()).await, good, "id");
    }
}

pub(crate) async fn a_node_has_four_slots_a_core_and_256_at_most(arm: &Arm) {
    for (size, most) in [
        ("standard_d2s_v3", 8),
        ("standard_d16s_v3", 64),
        ("standard_d64s_v3", 256),
        ("standard_d96s_v5", 256),
    ] {
        for slots in [most, most + 1] {
            let options = BatchPoolCreateOptions {
                vm_size: size.to_owned(),
                task_slots_per_node: Some(slots),
                ..pool(&format!("{size}-{slots}"), 0)
            };
            let made = arm.batch.create_pool(options, &request()).await;
            is_good(made, slots == most, "taskSlotsPerNode");
        }
    }
}

pub(crate) async fn a_common_account_has_100_pools_300_jobs_and_500_low_priority_cores(arm: &Arm) {
    let batch = &arm.batch;
    let crowd = BatchPoolCreateOptions {
        target_low_priority_nodes: Some(251),
        ..pool("crowd", 0)
    };
    batch.create_pool(crowd, &request()).await.unwrap();
    arm.steady("crowd").await;
    let crowd = arm.pool("crowd").await;
    assert_eq!(crowd.current_low_priority_nodes, 250);
    let code = crowd.resize_errors[0].code.as_deref();
    assert_eq!(code, Some("AccountCoreQuotaReached"));
    for number in 1..100 {
        let made = batch
            .create_pool(pool(&format!("p{number}"), 0), &request())
            .await;
        made.unwrap();
    }
    let refusal = batch.create_pool(pool("beyond", 0), &request()).await;
    assert_eq!(refused(refusal, &ErrorCode::PoolQuotaReached).status(), 409);
    for number in 0..300 {
        let made = batch
            .create_job(job(&format!("j{number}"), "p1"), &request())
            .await;
        made.unwrap();
    }
    let refusal = batch.create_job(job("beyond", "p1"), &request()).await;
    refused(refusal, &ErrorCode::ActiveJobAndScheduleQuotaReached);
}
