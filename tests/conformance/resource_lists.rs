//! Lists of resource files that are too long, wherever there are any; bodies that are too long are something else.

use batchite_api::batch::{
    BatchAutoPoolSpecification, BatchJobCreateOptions, BatchJobManagerTask, BatchJobPreparationTask,
    BatchJobReleaseTask, BatchJobScheduleConfiguration, BatchJobScheduleCreateOptions,
    BatchJobScheduleUpdateOptions, BatchJobSpecification, BatchPoolInfo, BatchPoolLifetimeOption,
    BatchPoolReplaceOptions, BatchPoolSpecification, BatchPoolUpdateOptions, BatchStartTask,
    BatchTaskCreateOptions, BatchTaskGroup, MultiInstanceSettings, ResourceFile,
};
use batchite_api::error::{ErrorCode, Result};
use batchite_api::ids::JobScheduleId;
use batchite_sim::config::{Quotas, SimConfig};

use crate::arms::{Arm, job, job_id, pool, pool_id, refused, request, task};

/// Files by URLs; each takes more than a hundred bytes of its list, and fewer than two hundred.
fn files(number: usize) -> Vec<ResourceFile> {
    let file = |at| ResourceFile {
        http_url: Some(format!("https://account.blob.example.org/container/{at:0>40}").into()),
        file_path: Some(format!("input/{at}")),
        ..ResourceFile::default()
    };
    (0..number).map(file).collect()
}

/// What may not have more than two thousand bytes.
const TOO_MANY: usize = 20;

fn limited(arm: &Arm) -> Arm {
    let quotas = Quotas {
        resource_file_list_bytes: Some(2000),
        ..Quotas::default()
    };
    arm.another(SimConfig::new(1).with_quotas(quotas))
}

#[track_caller]
fn too_long<T: std::fmt::Debug>(result: Result<T>, property: &str) {
    let error = refused(result, &ErrorCode::RequestEntityTooLarge);
    assert_eq!(error.status(), 413);
    assert_eq!(error.detail("PropertyName"), Some(property));
    assert_eq!(error.detail("MaxLimit"), Some("2000"));
}

fn start_task(number: usize) -> BatchStartTask {
    BatchStartTask {
        command_line: "/bin/true".into(),
        resource_files: files(number),
        ..BatchStartTask::default()
    }
}

fn with_files(id: &str, number: usize) -> BatchTaskCreateOptions {
    BatchTaskCreateOptions {
        resource_files: files(number),
        ..task(id, "/bin/true")
    }
}

fn with_common_files(id: &str, number: usize) -> BatchTaskCreateOptions {
    BatchTaskCreateOptions {
        multi_instance_settings: Some(MultiInstanceSettings {
            coordination_command_line: "/bin/true".into(),
            common_resource_files: files(number),
            ..MultiInstanceSettings::default()
        }),
        ..task(id, "/bin/true")
    }
}

pub(crate) async fn a_start_task_is_refused_with_a_list_that_is_too_long(arm: &Arm) {
    let arm = limited(arm);
    let (batch, id) = (&arm.batch, pool_id("pool"));
    let mut options = pool("pool", 0);
    options.start_task = Some(start_task(TOO_MANY));
    too_long(batch.create_pool(options, &request()).await, "resourceFiles");
    let mut options = pool("pool", 0);
    options.start_task = Some(start_task(5));
    batch.create_pool(options, &request()).await.unwrap();
    let update = |number| BatchPoolUpdateOptions {
        start_task: Some(start_task(number)),
        ..BatchPoolUpdateOptions::default()
    };
    too_long(
        batch.update_pool(&id, update(TOO_MANY), &request()).await,
        "resourceFiles",
    );
    batch.update_pool(&id, update(6), &request()).await.unwrap();
    let replacement = BatchPoolReplaceOptions {
        start_task: Some(start_task(TOO_MANY)),
        ..BatchPoolReplaceOptions::default()
    };
    let refusal = batch.replace_pool_properties(&id, replacement, &request()).await;
    too_long(refusal, "resourceFiles");
    let kept = arm.pool("pool").await.start_task.unwrap();
    assert_eq!(kept.resource_files.len(), 6, "a refusal changes nothing");
}

pub(crate) async fn a_task_is_refused_with_a_list_that_is_too_long(arm: &Arm) {
    let arm = limited(arm);
    let (batch, id) = (&arm.batch, job_id("job"));
    batch.create_job(job("job", "pool"), &request()).await.unwrap();
    let refusal = batch
        .create_task(&id, with_files("t", TOO_MANY), &request())
        .await;
    too_long(refusal, "resourceFiles");
    let refusal = batch
        .create_task(&id, with_common_files("t", TOO_MANY), &request())
        .await;
    too_long(refusal, "commonResourceFiles");
    // Of several tasks the others are added. Each list counts for itself.
    let mut both = with_common_files("both", 9);
    both.resource_files = files(9);
    let group = BatchTaskGroup {
        value: vec![with_files("few", 9), with_files("many", TOO_MANY), both],
    };
    let results = batch
        .create_task_collection(&id, group, &request())
        .await
        .unwrap();
    let codes = results.value.iter().map(|result| {
        let error = result.error.as_ref();
        error.and_then(|error| error.code.as_deref())
    });
    let codes: Vec<Option<&str>> = codes.collect();
    assert_eq!(codes, [None, Some("RequestEntityTooLarge"), None]);
}

fn equipped(change: impl FnOnce(&mut BatchJobCreateOptions)) -> BatchJobCreateOptions {
    let mut options = job("job", "pool");
    change(&mut options);
    options
}

fn preparation(number: usize) -> BatchJobPreparationTask {
    BatchJobPreparationTask {
        command_line: "/bin/true".into(),
        resource_files: files(number),
        ..BatchJobPreparationTask::default()
    }
}

pub(crate) async fn the_tasks_of_a_job_are_refused_with_lists_that_are_too_long(arm: &Arm) {
    let arm = limited(arm);
    let like = pool("like", 0);
    let own_pool = BatchPoolInfo {
        pool_id: None,
        auto_pool_specification: Some(BatchAutoPoolSpecification {
            pool_lifetime_option: BatchPoolLifetimeOption::Job,
            pool: Some(BatchPoolSpecification {
                vm_size: like.vm_size,
                virtual_machine_configuration: like.virtual_machine_configuration,
                start_task: Some(start_task(TOO_MANY)),
                ..BatchPoolSpecification::default()
            }),
            ..BatchAutoPoolSpecification::default()
        }),
    };
    for options in [
        equipped(|options| {
            options.job_manager_task = Some(BatchJobManagerTask {
                id: "manager".to_owned(),
                command_line: "/bin/true".into(),
                resource_files: files(TOO_MANY),
                ..BatchJobManagerTask::default()
            });
        }),
        equipped(|options| options.job_preparation_task = Some(preparation(TOO_MANY))),
        equipped(|options| {
            options.job_preparation_task = Some(preparation(1));
            options.job_release_task = Some(BatchJobReleaseTask {
                command_line: "/bin/true".into(),
                resource_files: files(TOO_MANY),
                ..BatchJobReleaseTask::default()
            });
        }),
        equipped(|options| options.pool_info = own_pool),
    ] {
        too_long(arm.batch.create_job(options, &request()).await, "resourceFiles");
    }
    let options = equipped(|options| options.job_preparation_task = Some(preparation(9)));
    arm.batch.create_job(options, &request()).await.unwrap();
}

pub(crate) async fn a_job_schedule_is_refused_with_a_list_that_is_too_long(arm: &Arm) {
    let arm = limited(arm);
    let specification = |number| BatchJobSpecification {
        pool_info: job("job", "pool").pool_info,
        job_preparation_task: Some(preparation(number)),
        ..BatchJobSpecification::default()
    };
    let schedule = |number| BatchJobScheduleCreateOptions {
        id: "schedule".to_owned(),
        schedule: BatchJobScheduleConfiguration::default(),
        job_specification: specification(number),
        ..BatchJobScheduleCreateOptions::default()
    };
    let refusal = arm
        .batch
        .create_job_schedule(schedule(TOO_MANY), &request())
        .await;
    too_long(refusal, "resourceFiles");
    let made = arm.batch.create_job_schedule(schedule(9), &request()).await;
    made.unwrap();
    let update = BatchJobScheduleUpdateOptions {
        job_specification: Some(specification(TOO_MANY)),
        ..BatchJobScheduleUpdateOptions::default()
    };
    let id = JobScheduleId::parse("schedule").unwrap();
    let refusal = arm.batch.update_job_schedule(&id, update, &request()).await;
    too_long(refusal, "resourceFiles");
}

pub(crate) async fn a_list_that_is_too_long_is_no_body_that_is_too_long(arm: &Arm) {
    let (batch, id) = (&arm.batch, job_id("job"));
    batch.create_job(job("job", "pool"), &request()).await.unwrap();
    let one = |task| BatchTaskGroup { value: vec![task] };
    // By default a list has half of what a body has.
    let results = batch
        .create_task_collection(&id, one(with_files("few", 3000)), &request())
        .await;
    assert_eq!(results.unwrap().value[0].error, None);
    let results = batch
        .create_task_collection(&id, one(with_files("list", 5000)), &request())
        .await;
    let error = results.unwrap().value.remove(0).error.unwrap();
    assert_eq!(error.code.as_deref(), Some("RequestEntityTooLarge"));
    let refusal = batch
        .create_task_collection(&id, one(with_files("body", 12_000)), &request())
        .await;
    let error = refused(refusal, &ErrorCode::RequestBodyTooLarge);
    assert_eq!(error.detail("MaxLimit"), Some("1048576"));
    let refusal = batch.create_task(&id, with_files("list", 5000), &request()).await;
    let error = refused(refusal, &ErrorCode::RequestEntityTooLarge);
    assert_eq!(error.detail("MaxLimit"), Some("524288"));
}
