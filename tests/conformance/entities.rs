//! Single entities, read and replaced as a whole.

use batchite_api::batch::{BatchJob, BatchJobConstraints, BatchMetadataItem};
use batchite_api::error::ErrorCode;

use crate::account::Account;
use crate::arms::{Arm, all, job, job_id, node_id, on_pool, pool, pool_id, refused, request, task};

pub(crate) async fn a_node_is_the_same_alone_and_in_the_list(arm: &Arm) {
    arm.ready(pool("pool", 2), "job").await;
    for listed in arm.nodes("pool").await {
        let node = arm
            .batch
            .get_node(&pool_id("pool"), &node_id(&listed), &request())
            .await;
        assert_eq!(node.unwrap(), listed);
    }
}

pub(crate) async fn supported_images_name_the_agent_they_need(arm: &Arm) {
    let images = arm.batch.list_supported_images(&all()).await.unwrap().items;
    let ubuntu = images
        .iter()
        .find(|image| image.image_reference.sku.as_deref() == Some("server"))
        .expect("the image of the other cases");
    assert_eq!(
        (ubuntu.node_agent_sku_id.as_str(), ubuntu.os_type.as_str()),
        ("batch.node.ubuntu 24.04", "linux")
    );
}

pub(crate) async fn replacing_a_job_takes_back_what_is_not_given(account: &Account) {
    let batch = &account.batch;
    let (name, pool) = (account.name("job"), account.name("pool"));
    let id = job_id(&name);
    let mut options = job(&name, &pool);
    options.priority = Some(7);
    options.metadata = vec![BatchMetadataItem {
        name: "owner".to_owned(),
        value: "me".to_owned(),
    }];
    let first = batch.create_job(options, &request()).await.unwrap();
    let replacement = |priority| BatchJob {
        pool_info: on_pool(&pool),
        priority,
        constraints: Some(BatchJobConstraints {
            max_task_retry_count: Some(2),
            ..BatchJobConstraints::default()
        }),
        ..BatchJob::default()
    };
    let replaced = batch
        .replace_job(&id, replacement(None), &request())
        .await
        .unwrap();
    assert_ne!(replaced.etag, first.etag);
    let found = batch.get_job(&id, &request()).await.unwrap();
    assert_eq!(
        (found.priority, found.metadata.len(), found.etag.as_str()),
        (Some(0), 0, replaced.etag.as_str())
    );
    assert_eq!(found.constraints.unwrap().max_task_retry_count, Some(2));
    let refusal = batch.replace_job(&id, replacement(Some(1001)), &request()).await;
    refused(refusal, &ErrorCode::InvalidPropertyValue);
    let missing = batch
        .replace_job(&job_id(&account.name("none")), replacement(None), &request())
        .await;
    refused(missing, &ErrorCode::JobNotFound);
}

pub(crate) async fn a_file_of_a_node_is_described_and_deleted(arm: &Arm) {
    arm.ready(pool("pool", 1), "job").await;
    arm.run("job", task("t", "/bin/sh -c 'echo hello'")).await;
    let (pool, node) = (pool_id("pool"), node_id(&arm.nodes("pool").await[0]));
    let path = "workitems/job/job-1/t/stdout.txt";
    let batch = &arm.batch;
    let found = batch
        .get_node_file_properties(&pool, &node, path, &request())
        .await
        .unwrap();
    assert_eq!(
        (found.content_length, found.is_directory, found.mode.as_deref()),
        (6, false, Some("0o100644"))
    );
    batch
        .delete_node_file(&pool, &node, path, false, &request())
        .await
        .unwrap();
    let gone = batch
        .get_node_file_properties(&pool, &node, path, &request())
        .await;
    refused(gone, &ErrorCode::FileNotFound);
    let again = batch
        .delete_node_file(&pool, &node, path, false, &request())
        .await;
    refused(again, &ErrorCode::FileNotFound);
}
