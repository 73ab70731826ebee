//! Refusals: one case for each rule, with the code and the details the service gives.

use batchite_api::backend::ListOptions;
use batchite_api::batch::{
    BatchJobConstraints, BatchMetadataItem, BatchNodeRemoveOptions, BatchPoolCreateOptions,
    BatchPoolResizeOptions, BatchStartTask, BatchTaskConstraints, BatchTaskCreateOptions,
    BatchTaskDependencies, EnvironmentSetting, ResourceFile, UserIdentity,
};
use batchite_api::error::{Error, ErrorCode};
use batchite_api::ids::{NodeId, PoolId};
use batchite_api::time::TimeSpan;
use batchite_sim::config::{Quotas, SimConfig};

use crate::account::Account;
use crate::arms::{
    Arm, all, job, job_id, node_id, pool, pool_id, refused, request, resize_to, task, task_id,
};

/// Changes one thing about a good pool, job or task, and expects a property to be named in the refusal.
type Spoil<T> = (&'static str, fn(&mut T));

fn named(error: &Error) -> Option<&str> {
    error.detail("PropertyName").or_else(|| error.detail("Feature"))
}

pub(crate) async fn ids_and_values_out_of_range_are_refused(arm: &Arm) {
    let pools: &[Spoil<BatchPoolCreateOptions>] = &[
        ("id", |pool| pool.id = "a b".to_owned()),
        ("id", |pool| pool.id = "x".repeat(65)),
        ("id", |pool| pool.id = String::new()),
        ("vmSize", |pool| pool.vm_size = "gigantic".to_owned()),
        ("taskSlotsPerNode", |pool| pool.task_slots_per_node = Some(0)),
        ("taskSlotsPerNode", |pool| pool.task_slots_per_node = Some(9)),
        ("targetDedicatedNodes", |pool| {
            pool.target_dedicated_nodes = Some(-1);
        }),
        ("targetLowPriorityNodes", |pool| {
            pool.target_low_priority_nodes = Some(-1);
        }),
        ("resizeTimeout", |pool| {
            pool.resize_timeout = Some(TimeSpan::from_minutes(4));
        }),
        ("displayName", |pool| pool.display_name = Some("x".repeat(1025))),
        ("autoScaleFormula", |pool| {
            pool.auto_scale_formula = Some("$TargetDedicatedNodes=1".to_owned());
        }),
        ("imageReference", |pool| {
            pool.virtual_machine_configuration
                .as_mut()
                .unwrap()
                .image_reference
                .sku = Some("none".to_owned());
        }),
        ("nodeAgentSKUId", |pool| {
            pool.virtual_machine_configuration
                .as_mut()
                .unwrap()
                .node_agent_sku_id = "batch.node.debian 12".into();
        }),
        ("nodeAgentSKUId", |pool| {
            pool.virtual_machine_configuration
                .as_mut()
                .unwrap()
                .node_agent_sku_id = "batch.node.beos".into();
        }),
        ("maxTaskRetryCount", |pool| {
            pool.start_task = Some(BatchStartTask {
                command_line: "x".into(),
                max_task_retry_count: Some(-2),
                ..BatchStartTask::default()
            });
        }),
    ];
    for (property, spoil) in pools {
        let mut options = pool("pool", 0);
        spoil(&mut options);
        let error = refused(
            arm.batch.create_pool(options, &request()).await,
            &ErrorCode::InvalidPropertyValue,
        );
        assert_eq!((named(&error), error.status()), (Some(*property), 400));
        assert!(error.detail("Reason").is_some(), "{error}");
        let value = error.detail("PropertyValue").unwrap_or_default();
        assert!(!value.contains("Some("), "{value}");
    }
    assert_eq!(
        arm.batch.list_pools(&all()).await.unwrap().items.len(),
        0,
        "what is refused leaves nothing behind"
    );
    jobs_out_of_range(arm).await;
    tasks_out_of_range(arm).await;
    missing_and_empty(arm).await;
}

async fn jobs_out_of_range(arm: &Arm) {
    let cases = [
        ("a/b", 0, 0),
        ("nightly:job-1", 0, 0),
        ("job", 1001, 0),
        ("job", -1001, 0),
        ("job", 0, -2),
    ];
    for (id, priority, retries) in cases {
        let mut options = job(id, "pool");
        options.priority = Some(priority);
        options.constraints = Some(BatchJobConstraints {
            max_task_retry_count: Some(retries),
            ..BatchJobConstraints::default()
        });
        refused(
            arm.batch.create_job(options, &request()).await,
            &ErrorCode::InvalidPropertyValue,
        );
    }
    refused(
        arm.batch.create_job(job("job", "no pool"), &request()).await,
        &ErrorCode::InvalidPropertyValue,
    );
}

async fn tasks_out_of_range(arm: &Arm) {
    arm.batch
        .create_job(job("job", "pool"), &request())
        .await
        .unwrap();
    let tasks: &[Spoil<BatchTaskCreateOptions>] = &[
        ("id", |task| task.id = "a.b".to_owned()),
        ("commandLine", |task| task.command_line = "a\0b".into()),
        ("requiredSlots", |task| task.required_slots = Some(0)),
        ("requiredSlots", |task| task.required_slots = Some(257)),
        ("maxTaskRetryCount", |task| {
            task.constraints = Some(BatchTaskConstraints {
                max_task_retry_count: Some(-5),
                ..BatchTaskConstraints::default()
            });
        }),
        ("maxWallClockTime", |task| {
            task.constraints = Some(BatchTaskConstraints {
                max_wall_clock_time: Some(TimeSpan::ZERO),
                ..BatchTaskConstraints::default()
            });
        }),
        ("retentionTime", |task| {
            task.constraints = Some(BatchTaskConstraints {
                retention_time: Some(TimeSpan::from_seconds(-1)),
                ..BatchTaskConstraints::default()
            });
        }),
        ("environmentSettings", |task| {
            task.environment_settings = vec![EnvironmentSetting {
                name: "A=B".to_owned(),
                value: None,
            }];
        }),
        ("resourceFiles", |task| {
            task.resource_files = vec![ResourceFile::default()];
        }),
        ("resourceFiles", |task| {
            task.resource_files = vec![ResourceFile {
                http_url: Some("http://h/c/b".into()),
                storage_container_url: Some("http://h/c".into()),
                ..ResourceFile::default()
            }];
        }),
        ("userIdentity", |task| {
            task.user_identity = Some(UserIdentity::default());
        }),
    ];
    for (property, spoil) in tasks {
        let mut options = task("t", "/bin/true");
        spoil(&mut options);
        let result = arm.batch.create_task(&job_id("job"), options, &request()).await;
        assert_eq!(
            named(&refused(result, &ErrorCode::InvalidPropertyValue)),
            Some(*property)
        );
    }
}

async fn missing_and_empty(arm: &Arm) {
    let missing = &ErrorCode::MissingRequiredProperty;
    let mut options = pool("pool", 0);
    options.vm_size = String::new();
    assert_eq!(
        named(&refused(
            arm.batch.create_pool(options, &request()).await,
            missing
        )),
        Some("vmSize")
    );
    let mut options = pool("pool", 0);
    options.virtual_machine_configuration = None;
    let error = refused(arm.batch.create_pool(options, &request()).await, missing);
    assert_eq!(named(&error), Some("virtualMachineConfiguration"));
    let mut options = pool("pool", 0);
    options.start_task = Some(BatchStartTask::default());
    assert_eq!(
        named(&refused(
            arm.batch.create_pool(options, &request()).await,
            missing
        )),
        Some("commandLine")
    );
    let mut options = pool("pool", 0);
    options.metadata = vec![BatchMetadataItem::default()];
    refused(
        arm.batch.create_pool(options, &request()).await,
        &ErrorCode::EmptyMetadataKey,
    );
    let mut options = job("other", "pool");
    options.pool_info.pool_id = None;
    assert_eq!(
        named(&refused(arm.batch.create_job(options, &request()).await, missing)),
        Some("poolInfo.poolId")
    );
    let result = arm
        .batch
        .create_task(&job_id("job"), task("t", ""), &request())
        .await;
    assert_eq!(named(&refused(result, missing)), Some("commandLine"));
    let mut options = task("t", "x");
    options.resource_files = vec![ResourceFile {
        http_url: Some("http://h/c/b".into()),
        ..ResourceFile::default()
    }];
    let result = arm.batch.create_task(&job_id("job"), options, &request()).await;
    assert_eq!(named(&refused(result, missing)), Some("filePath"));
}

pub(crate) async fn what_is_not_there_is_not_found(account: &Account) {
    let batch = &account.batch;
    let name = account.name("none");
    let (pool_name, job_name) = (pool_id(&name), job_id(&name));
    let node = NodeId::parse("tvmps_0_d").unwrap();
    let code = &ErrorCode::PoolNotFound;
    refused(batch.get_pool(&pool_name, &request()).await, code);
    refused(batch.delete_pool(&pool_name, &request()).await, code);
    refused(batch.list_nodes(&pool_name, &all()).await, code);
    refused(batch.get_node(&pool_name, &node, &request()).await, code);
    let code = &ErrorCode::JobNotFound;
    refused(batch.get_job(&job_name, &request()).await, code);
    refused(batch.list_tasks(&job_name, &all()).await, code);
    refused(batch.get_job_task_counts(&job_name, &request()).await, code);
    let orphan = batch.create_task(&job_name, task("t", "x"), &request()).await;
    assert_eq!(refused(orphan, code).status(), 404);
    refused(batch.get_task(&job_name, &task_id("t"), &request()).await, code);
}

pub(crate) async fn parts_that_are_not_there_are_not_found(arm: &Arm) {
    let node = &NodeId::parse("tvmps_0_d").unwrap();
    arm.ready(pool("pool", 1), "job").await;
    refused(
        arm.batch
            .get_task(&job_id("job"), &task_id("t"), &request())
            .await,
        &ErrorCode::TaskNotFound,
    );
    refused(
        arm.batch
            .delete_task(&job_id("job"), &task_id("t"), &request())
            .await,
        &ErrorCode::TaskNotFound,
    );
    refused(
        arm.batch.get_node(&pool_id("pool"), node, &request()).await,
        &ErrorCode::NodeNotFound,
    );
    let remove = BatchNodeRemoveOptions {
        node_list: vec![node.to_string()],
        ..BatchNodeRemoveOptions::default()
    };
    refused(
        arm.batch.remove_nodes(&pool_id("pool"), remove, &request()).await,
        &ErrorCode::NodeNotFound,
    );
    arm.add("job", task("t", "/bin/true")).await;
    let early = arm
        .batch
        .download_task_file(&job_id("job"), &task_id("t"), "stdout.txt", None, &request())
        .await;
    refused(early, &ErrorCode::TaskFilesUnavailable);
    arm.task_in("job", "t", "completed").await;
    let absent = arm
        .batch
        .download_task_file(&job_id("job"), &task_id("t"), "absent.txt", None, &request())
        .await;
    refused(absent, &ErrorCode::FileNotFound);
}

pub(crate) async fn what_exists_cannot_be_made_again(account: &Account) {
    let batch = &account.batch;
    let (pool_name, job_name) = (account.name("pool"), account.name("job"));
    let made = batch.create_pool(pool(&pool_name, 0), &request()).await;
    made.expect("a pool");
    let made = batch.create_job(job(&job_name, &pool_name), &request()).await;
    made.expect("a job");
    let id = job_id(&job_name);
    let made = batch.create_task(&id, task("t", "/bin/true"), &request()).await;
    made.expect("a task");
    // An id is the same whatever its case.
    let twice = batch
        .create_pool(pool(&pool_name.to_uppercase(), 0), &request())
        .await;
    assert_eq!(refused(twice, &ErrorCode::PoolExists).status(), 409);
    let twice = job(&job_name.to_uppercase(), &pool_name);
    let twice = batch.create_job(twice, &request()).await;
    assert_eq!(refused(twice, &ErrorCode::JobExists).status(), 409);
    let twice = batch.create_task(&id, task("T", "/bin/true"), &request()).await;
    assert_eq!(
        refused(twice, &ErrorCode::TaskExists).message(),
        "The specified task already exists."
    );
}

pub(crate) async fn wrong_states_are_refused_by_name(arm: &Arm) {
    arm.batch.create_pool(pool("pool", 2), &request()).await.unwrap();
    let resize = resize_to(1);
    let early = arm.batch.resize_pool(&pool_id("pool"), resize, &request()).await;
    assert_eq!(refused(early, &ErrorCode::PoolBeingResized).status(), 409);
    let node = node_id(&arm.nodes("pool").await[0]);
    let reboot = batchite_api::batch::BatchNodeRebootOptions::default();
    refused(
        arm.batch
            .reboot_node(&pool_id("pool"), &node, reboot, &request())
            .await,
        &ErrorCode::NodeBeingCreated,
    );
    let files = arm
        .batch
        .list_node_files(&pool_id("pool"), &node, false, &all())
        .await;
    refused(files, &ErrorCode::NodeBeingCreated);
    arm.until(async || arm.pool("pool").await.allocation_state.unwrap().as_str() == "steady")
        .await;
    let stop = arm.batch.stop_pool_resize(&pool_id("pool"), &request()).await;
    refused(stop, &ErrorCode::OperationInvalidForCurrentState);
    let nothing = arm
        .batch
        .resize_pool(&pool_id("pool"), BatchPoolResizeOptions::default(), &request())
        .await;
    refused(nothing, &ErrorCode::MissingRequiredProperty);
    let update = batchite_api::batch::BatchPoolUpdateOptions {
        vm_size: Some("standard_d4s_v3".to_owned()),
        ..Default::default()
    };
    let full = arm.batch.update_pool(&pool_id("pool"), update, &request()).await;
    assert_eq!(
        named(&refused(full, &ErrorCode::OperationInvalidForCurrentState)),
        Some("vmSize")
    );
}

pub(crate) async fn what_is_not_simulated_is_refused_by_name(arm: &Arm) {
    arm.batch
        .create_job(job("job", "pool"), &request())
        .await
        .unwrap();
    let mut options = task("t", "x");
    options.depends_on = Some(BatchTaskDependencies::default());
    let result = arm.batch.create_task(&job_id("job"), options, &request()).await;
    assert_eq!(
        named(&refused(result, &ErrorCode::UnsupportedProperty)),
        Some("dependsOn")
    );
}

pub(crate) async fn queries_are_checked(account: &Account) {
    for (filter, max_results, code) in [
        (Some("name eq 'x'"), None, ErrorCode::InvalidQueryParameterValue),
        (Some("id eq"), None, ErrorCode::InvalidQueryParameterValue),
        (None, Some(0), ErrorCode::OutOfRangeQueryParameterValue),
        (None, Some(1001), ErrorCode::OutOfRangeQueryParameterValue),
    ] {
        let options = ListOptions {
            filter: filter.map(str::to_owned),
            max_results,
            ..ListOptions::default()
        };
        refused(account.batch.list_pools(&options).await, &code);
    }
    let options = ListOptions {
        select: Some(" , ".to_owned()),
        ..ListOptions::default()
    };
    account
        .batch
        .create_pool(pool(&account.name("pool"), 0), &request())
        .await
        .unwrap();
    refused(
        account.batch.list_pools(&options).await,
        &ErrorCode::InvalidQueryParameterValue,
    );
    assert!(PoolId::parse("no/pool").is_err());
}

pub(crate) async fn quotas_refuse_at_the_call(arm: &Arm) {
    let quotas = Quotas {
        pools: Some(1),
        active_jobs: Some(1),
        ..Quotas::default()
    };
    let arm = arm.another(SimConfig::new(1).with_quotas(quotas));
    arm.batch.create_pool(pool("a", 0), &request()).await.unwrap();
    refused(
        arm.batch.create_pool(pool("b", 0), &request()).await,
        &ErrorCode::PoolQuotaReached,
    );
    arm.batch.create_job(job("a", "a"), &request()).await.unwrap();
    refused(
        arm.batch.create_job(job("b", "a"), &request()).await,
        &ErrorCode::ActiveJobAndScheduleQuotaReached,
    );
    arm.batch
        .terminate_job(
            &job_id("a"),
            batchite_api::batch::BatchJobTerminateOptions::default(),
            &request(),
        )
        .await
        .unwrap();
    arm.until(async || arm.job_state("a").await == "completed").await;
    arm.batch.create_job(job("b", "a"), &request()).await.unwrap();
    // A completed job counts no more, nor once it is deleted, and one that is deleted without completing does not.
    arm.batch.delete_job(&job_id("a"), &request()).await.unwrap();
    refused(
        arm.batch.create_job(job("c", "a"), &request()).await,
        &ErrorCode::ActiveJobAndScheduleQuotaReached,
    );
    arm.batch.delete_job(&job_id("b"), &request()).await.unwrap();
    arm.until(async || arm.batch.list_jobs(&all()).await.unwrap().items.is_empty())
        .await;
    arm.batch.create_job(job("c", "a"), &request()).await.unwrap();
}
