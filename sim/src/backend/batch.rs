//! `BatchBackend` on the world: lock, call, unlock; a refused write leaves a record.

use std::sync::Arc;

use async_trait::async_trait;
use batchite_api::backend::{
    AccountOperations, JobOperations, ListOptions, NodeOperations, PoolOperations, RequestOptions,
    TaskOperations, Written,
};
use batchite_api::batch::{
    BatchCreateTaskCollectionResult, BatchJob, BatchJobCreateOptions, BatchJobDisableOptions,
    BatchJobTerminateOptions, BatchJobUpdateOptions, BatchNode, BatchNodeDisableSchedulingOptions,
    BatchNodeRebootOptions, BatchNodeReimageOptions, BatchNodeRemoveOptions, BatchPool,
    BatchPoolCreateOptions, BatchPoolNodeCounts, BatchPoolReplaceOptions, BatchPoolResizeOptions,
    BatchPoolUpdateOptions, BatchSupportedImage, BatchTask, BatchTaskCountsResult, BatchTaskCreateOptions,
    BatchTaskGroup,
};
use batchite_api::error::Result;
use batchite_api::ids::{JobId, NodeId, PoolId, TaskId};
use batchite_api::page::Page;
use smol_str::SmolStr;

use crate::exec::NodeFiles;
use crate::shared::Shared;
use crate::trace::Entity;
use crate::world::World;

/// The Batch account of a simulated world.
#[derive(Debug)]
pub struct SimBatch {
    pub(super) shared: Arc<Shared>,
    pub(super) files: Arc<dyn NodeFiles>,
}

impl SimBatch {
    pub(crate) fn new(shared: Arc<Shared>, files: Arc<dyn NodeFiles>) -> Self {
        Self { shared, files }
    }

    /// A write: when it is refused, the trace says so. What it changes is recorded by the world itself.
    pub(super) fn write<T>(
        &self,
        operation: &'static str,
        entity: Entity,
        call: impl FnOnce(&mut World) -> Result<T>,
    ) -> Result<T> {
        let mut world = self.shared.enter();
        let result = call(&mut world);
        if let Err(error) = &result {
            let now = world.now();
            world
                .trace_mut()
                .request(now, entity, operation, error.code().as_str());
        }
        result
    }
}

fn pool_entity(pool: &PoolId) -> Entity {
    Entity::Pool(pool.to_smol_str())
}

fn node_entity(pool: &PoolId, node: &NodeId) -> Entity {
    Entity::Node {
        pool: pool.to_smol_str(),
        node: node.to_smol_str(),
    }
}

fn job_entity(job: &JobId) -> Entity {
    Entity::Job(job.to_smol_str())
}

fn task_entity(job: &JobId, task: &TaskId) -> Entity {
    Entity::Task {
        job: job.to_smol_str(),
        task: task.to_smol_str(),
    }
}

#[async_trait]
impl AccountOperations for SimBatch {
    async fn list_supported_images(&self, options: &ListOptions) -> Result<Page<BatchSupportedImage>> {
        self.shared.enter().list_supported_images(options)
    }

    async fn list_pool_node_counts(&self, options: &ListOptions) -> Result<Page<BatchPoolNodeCounts>> {
        self.shared.enter().list_pool_node_counts(options)
    }
}

#[async_trait]
impl PoolOperations for SimBatch {
    async fn create_pool(&self, pool: BatchPoolCreateOptions, request: &RequestOptions) -> Result<Written> {
        let entity = Entity::Pool(SmolStr::new(&pool.id));
        self.write("create_pool", entity, |world| world.create_pool(pool, request))
    }

    async fn get_pool(&self, pool: &PoolId, request: &RequestOptions) -> Result<BatchPool> {
        self.shared.enter().get_pool(pool, request)
    }

    async fn pool_exists(&self, pool: &PoolId, request: &RequestOptions) -> Result<bool> {
        self.shared.enter().pool_exists(pool, request)
    }

    async fn list_pools(&self, options: &ListOptions) -> Result<Page<BatchPool>> {
        self.shared.enter().list_pools(options)
    }

    async fn update_pool(
        &self,
        pool: &PoolId,
        update: BatchPoolUpdateOptions,
        request: &RequestOptions,
    ) -> Result<Written> {
        let entity = pool_entity(pool);
        self.write("update_pool", entity, |world| {
            world.update_pool(pool, update, request)
        })
    }

    async fn replace_pool_properties(
        &self,
        pool: &PoolId,
        properties: BatchPoolReplaceOptions,
        request: &RequestOptions,
    ) -> Result<Written> {
        let entity = pool_entity(pool);
        self.write("replace_pool_properties", entity, |world| {
            world.replace_pool_properties(pool, properties, request)
        })
    }

    async fn resize_pool(
        &self,
        pool: &PoolId,
        resize: BatchPoolResizeOptions,
        request: &RequestOptions,
    ) -> Result<Written> {
        let entity = pool_entity(pool);
        self.write("resize_pool", entity, |world| {
            world.resize_pool(pool, &resize, request)
        })
    }

    async fn stop_pool_resize(&self, pool: &PoolId, request: &RequestOptions) -> Result<Written> {
        let entity = pool_entity(pool);
        self.write("stop_pool_resize", entity, |world| {
            world.stop_pool_resize(pool, request)
        })
    }

    async fn remove_nodes(
        &self,
        pool: &PoolId,
        remove: BatchNodeRemoveOptions,
        request: &RequestOptions,
    ) -> Result<Written> {
        let entity = pool_entity(pool);
        self.write("remove_nodes", entity, |world| {
            world.remove_nodes(pool, &remove, request)
        })
    }

    async fn delete_pool(&self, pool: &PoolId, request: &RequestOptions) -> Result<()> {
        let entity = pool_entity(pool);
        self.write("delete_pool", entity, |world| world.delete_pool(pool, request))
    }
}

#[async_trait]
impl NodeOperations for SimBatch {
    async fn get_node(&self, pool: &PoolId, node: &NodeId, request: &RequestOptions) -> Result<BatchNode> {
        self.shared.enter().get_node(pool, node, request)
    }

    async fn list_nodes(&self, pool: &PoolId, options: &ListOptions) -> Result<Page<BatchNode>> {
        self.shared.enter().list_nodes(pool, options)
    }

    async fn reboot_node(
        &self,
        pool: &PoolId,
        node: &NodeId,
        reboot: BatchNodeRebootOptions,
        request: &RequestOptions,
    ) -> Result<()> {
        let entity = node_entity(pool, node);
        self.write("reboot_node", entity, |world| {
            world.reboot_node(pool, node, &reboot, request)
        })
    }

    async fn reimage_node(
        &self,
        pool: &PoolId,
        node: &NodeId,
        reimage: BatchNodeReimageOptions,
        request: &RequestOptions,
    ) -> Result<()> {
        let entity = node_entity(pool, node);
        self.write("reimage_node", entity, |world| {
            world.reimage_node(pool, node, &reimage, request)
        })
    }

    async fn disable_node_scheduling(
        &self,
        pool: &PoolId,
        node: &NodeId,
        disable: BatchNodeDisableSchedulingOptions,
        request: &RequestOptions,
    ) -> Result<()> {
        let entity = node_entity(pool, node);
        self.write("disable_node_scheduling", entity, |world| {
            world.disable_node_scheduling(pool, node, &disable, request)
        })
    }

    async fn enable_node_scheduling(
        &self,
        pool: &PoolId,
        node: &NodeId,
        request: &RequestOptions,
    ) -> Result<()> {
        let entity = node_entity(pool, node);
        self.write("enable_node_scheduling", entity, |world| {
            world.enable_node_scheduling(pool, node, request)
        })
    }
}

#[async_trait]
impl JobOperations for SimBatch {
    async fn create_job(&self, job: BatchJobCreateOptions, request: &RequestOptions) -> Result<Written> {
        let entity = Entity::Job(SmolStr::new(&job.id));
        self.write("create_job", entity, |world| world.create_job(job, request))
    }

    async fn get_job(&self, job: &JobId, request: &RequestOptions) -> Result<BatchJob> {
        self.shared.enter().get_job(job, request)
    }

    async fn list_jobs(&self, options: &ListOptions) -> Result<Page<BatchJob>> {
        self.shared.enter().list_jobs(options)
    }

    async fn update_job(
        &self,
        job: &JobId,
        update: BatchJobUpdateOptions,
        request: &RequestOptions,
    ) -> Result<Written> {
        let entity = job_entity(job);
        self.write("update_job", entity, |world| {
            world.update_job(job, update, request)
        })
    }

    async fn replace_job(
        &self,
        job: &JobId,
        replacement: BatchJob,
        request: &RequestOptions,
    ) -> Result<Written> {
        let entity = job_entity(job);
        self.write("replace_job", entity, |world| {
            world.replace_job(job, replacement, request)
        })
    }

    async fn disable_job(
        &self,
        job: &JobId,
        disable: BatchJobDisableOptions,
        request: &RequestOptions,
    ) -> Result<Written> {
        let entity = job_entity(job);
        self.write("disable_job", entity, |world| {
            world.disable_job(job, &disable, request)
        })
    }

    async fn enable_job(&self, job: &JobId, request: &RequestOptions) -> Result<Written> {
        let entity = job_entity(job);
        self.write("enable_job", entity, |world| world.enable_job(job, request))
    }

    async fn terminate_job(
        &self,
        job: &JobId,
        terminate: BatchJobTerminateOptions,
        request: &RequestOptions,
    ) -> Result<Written> {
        let entity = job_entity(job);
        self.write("terminate_job", entity, |world| {
            world.terminate_job(job, &terminate, request)
        })
    }

    async fn delete_job(&self, job: &JobId, request: &RequestOptions) -> Result<()> {
        let entity = job_entity(job);
        self.write("delete_job", entity, |world| world.delete_job(job, request))
    }

    async fn get_job_task_counts(
        &self,
        job: &JobId,
        request: &RequestOptions,
    ) -> Result<BatchTaskCountsResult> {
        self.shared.enter().get_job_task_counts(job, request)
    }
}

#[async_trait]
impl TaskOperations for SimBatch {
    async fn create_task(
        &self,
        job: &JobId,
        task: BatchTaskCreateOptions,
        request: &RequestOptions,
    ) -> Result<Written> {
        let entity = Entity::Task {
            job: job.to_smol_str(),
            task: SmolStr::new(&task.id),
        };
        self.write("create_task", entity, |world| {
            world.create_task(job, task, request)
        })
    }

    async fn create_task_collection(
        &self,
        job: &JobId,
        tasks: BatchTaskGroup,
        request: &RequestOptions,
    ) -> Result<BatchCreateTaskCollectionResult> {
        let entity = job_entity(job);
        self.write("create_task_collection", entity, |world| {
            world.create_task_collection(job, tasks, request)
        })
    }

    async fn get_task(&self, job: &JobId, task: &TaskId, request: &RequestOptions) -> Result<BatchTask> {
        self.shared.enter().get_task(job, task, request)
    }

    async fn list_tasks(&self, job: &JobId, options: &ListOptions) -> Result<Page<BatchTask>> {
        self.shared.enter().list_tasks(job, options)
    }

    async fn replace_task(
        &self,
        job: &JobId,
        task: &TaskId,
        replacement: BatchTask,
        request: &RequestOptions,
    ) -> Result<Written> {
        let entity = task_entity(job, task);
        self.write("replace_task", entity, |world| {
            world.replace_task(job, task, replacement, request)
        })
    }

    async fn terminate_task(&self, job: &JobId, task: &TaskId, request: &RequestOptions) -> Result<Written> {
        let entity = task_entity(job, task);
        self.write("terminate_task", entity, |world| {
            world.terminate_task(job, task, request)
        })
    }

    async fn reactivate_task(&self, job: &JobId, task: &TaskId, request: &RequestOptions) -> Result<Written> {
        let entity = task_entity(job, task);
        self.write("reactivate_task", entity, |world| {
            world.reactivate_task(job, task, request)
        })
    }

    async fn delete_task(&self, job: &JobId, task: &TaskId, request: &RequestOptions) -> Result<()> {
        let entity = task_entity(job, task);
        self.write("delete_task", entity, |world| {
            world.delete_task(job, task, request)
        })
    }
}
