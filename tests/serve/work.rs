//! A pool, a job and tasks of an emulator, over HTTP.

use batchite::azure::AzureBatch;
use batchite_api::backend::{JobOperations, ListOptions, PoolOperations, RequestOptions, TaskOperations};
use batchite_api::batch::{
    BatchJobCreateOptions, BatchPoolCreateOptions, BatchPoolInfo, BatchStartTask, BatchTask,
    BatchTaskCreateOptions, BatchTaskState, BatchVmImageReference, VirtualMachineConfiguration,
};

/// A pool of one node with a job on it.
pub(crate) async fn make_job(batch: &AzureBatch) {
    make_job_after(batch, None).await;
}

/// The same, on a node with a start task.
pub(crate) async fn make_job_after(batch: &AzureBatch, start_task: Option<&str>) {
    let request = RequestOptions::default();
    let pool = BatchPoolCreateOptions {
        id: "pool".into(),
        vm_size: "standard_d2s_v3".into(),
        virtual_machine_configuration: Some(VirtualMachineConfiguration {
            image_reference: BatchVmImageReference {
                publisher: Some("canonical".into()),
                offer: Some("ubuntu-24_04-lts".into()),
                sku: Some("server".into()),
                ..BatchVmImageReference::default()
            },
            node_agent_sku_id: "batch.node.ubuntu 24.04".into(),
            ..VirtualMachineConfiguration::default()
        }),
        target_dedicated_nodes: Some(1),
        start_task: start_task.map(|line| BatchStartTask {
            command_line: line.into(),
            ..BatchStartTask::default()
        }),
        ..BatchPoolCreateOptions::default()
    };
    batch.create_pool(pool, &request).await.expect("a pool");
    let job = BatchJobCreateOptions {
        id: "job".into(),
        pool_info: BatchPoolInfo {
            pool_id: Some("pool".into()),
            ..BatchPoolInfo::default()
        },
        ..BatchJobCreateOptions::default()
    };
    batch.create_job(job, &request).await.expect("a job");
}

/// Adds a task.
pub(crate) async fn add_task(batch: &AzureBatch, id: &str, command_line: &str) {
    let task = BatchTaskCreateOptions {
        id: id.into(),
        command_line: command_line.into(),
        ..BatchTaskCreateOptions::default()
    };
    let job = "job".parse().expect("an id");
    batch
        .create_task(&job, task, &RequestOptions::default())
        .await
        .expect("a task");
}

/// Asks until the task is in this state.
pub(crate) async fn await_task(batch: &AzureBatch, id: &str, state: BatchTaskState) -> BatchTask {
    let (job, id) = ("job".parse().expect("an id"), id.parse().expect("an id"));
    loop {
        let task = batch
            .get_task(&job, &id, &RequestOptions::default())
            .await
            .expect("a task");
        if task.state == state {
            return task;
        }
        tokio::task::yield_now().await;
    }
}

/// How many pools there are.
pub(crate) async fn count_pools(batch: &AzureBatch) -> usize {
    batch
        .list_pools(&ListOptions::default())
        .await
        .expect("a list")
        .items
        .len()
}
