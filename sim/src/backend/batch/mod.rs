//! `BatchBackend` on the world: lock, call, unlock; a refused write leaves a record. One resource a file.

mod account;
mod job;
mod job_schedule;
mod logs;
mod node;
mod pool;
mod task;

use std::sync::{Arc, MutexGuard};

use batchite_api::backend::RequestOptions;
use batchite_api::error::{Result, Service};
use batchite_api::ids::{JobId, JobScheduleId, NodeId, PoolId, TaskId};
use batchite_api::wire::batch::{Parameters, Route};

use crate::exec::NodeFiles;
use crate::shared::Shared;
use crate::trace::Entity;
use crate::world::{RequestFault, World, reply_lost};

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
        options: &RequestOptions,
        entity: Entity,
        call: impl FnOnce(&mut World) -> Result<T>,
    ) -> Result<T> {
        check(operation, options)?;
        let mut world = self.shared.enter();
        let fault = world.meet_request(Service::Batch, operation, &entity);
        let lost = matches!(fault, Some(RequestFault::ReplyLost));
        let result = match fault {
            Some(RequestFault::Refused(error)) => Err(error),
            _ => call(&mut world),
        };
        if let Err(error) = &result {
            let now = world.now();
            world
                .trace_mut()
                .request(now, entity, operation, error.code().as_str());
        }
        if lost {
            return Err(reply_lost(Service::Batch));
        }
        result
    }
}

impl SimBatch {
    /// Enters the world for a read, unless a fault keeps the request from being answered.
    pub(super) fn read<'a, O>(&self, operation: &'static str, options: &'a O) -> Result<MutexGuard<'_, World>>
    where
        Parameters: From<&'a O>,
    {
        check(operation, options)?;
        let mut world = self.shared.enter();
        match world.meet_request(Service::Batch, operation, &Entity::Account) {
            Some(RequestFault::Refused(error)) => Err(error),
            Some(RequestFault::ReplyLost) => Err(reply_lost(Service::Batch)),
            None => Ok(world),
        }
    }
}

/// Refuses options an operation has no place for, as a client does before it asks: nobody would heed them.
fn check<'a, O>(operation: &str, options: &'a O) -> Result<()>
where
    Parameters: From<&'a O>,
{
    let given = Parameters {
        client_request_id: None,
        ..Parameters::from(options)
    };
    if given == Parameters::default() {
        return Ok(());
    }
    Route::named(operation).map_or(Ok(()), |route| given.check(route))
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

fn schedule_entity(schedule: &JobScheduleId) -> Entity {
    Entity::JobSchedule(schedule.to_smol_str())
}
