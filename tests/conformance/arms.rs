//! The arms a case can run on, and the words cases are written in.

use std::future::Future;
use std::ops::Deref;
use std::pin::Pin;
use std::sync::Arc;

use batchite_api::backend::{BatchBackend, BlobConnector, ListOptions, RequestOptions};
use batchite_api::batch::{
    BatchJobCreateOptions, BatchJobScheduleConfiguration, BatchJobScheduleCreateOptions,
    BatchJobSpecification, BatchNode, BatchPoolCreateOptions, BatchPoolInfo, BatchPoolResizeOptions,
    BatchTask, BatchTaskCreateOptions, BatchVmImageReference, VirtualMachineConfiguration,
};
use batchite_api::error::{Error, ErrorCode, Result};
use batchite_api::ids::{JobId, NodeId, PoolId, TaskId};
use batchite_api::time::{Clock, TimeSpan};
use batchite_sim::Simulation;
use batchite_sim::config::SimConfig;
use batchite_sim::exec::simulated::SimulatedExecutor;
use batchite_sim::world::store::StorageAccount;

use crate::account::Account;
use crate::in_memory::{Answers, through_http};

/// Which way a case takes to its world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The traits straight on the world.
    Sim,
    /// Client, HTTP and server in memory.
    Wire,
}

/// A backend under test.
pub(crate) struct Arm {
    kind: Kind,
    /// What was answered over HTTP, in this world and in [others](Self::another) of the same case.
    answers: Answers,
    /// The world itself, for what no request brings about.
    pub(crate) simulation: Arc<Simulation>,
    /// What portable cases make do with.
    account: Account,
    pub(crate) blobs: Arc<dyn BlobConnector>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) storage: StorageAccount,
}

/// Where arms may differ. Everything else is equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Quirks {
    /// The texts of refused tasks of a collection end in the id of the request and the time.
    pub(crate) texts_of_tasks_are_signed: bool,
    /// The client of Blob Storage goes on with a download that breaks off.
    pub(crate) broken_downloads_go_on: bool,
}

pub(crate) type Running<'a> = Pin<Box<dyn Future<Output = ()> + 'a>>;

/// A case.
pub(crate) type Case = for<'a> fn(&'a Arm) -> Running<'a>;

/// Runs a case on a world of its own, and tells what was answered over HTTP.
pub(crate) fn run(kind: Kind, case: Case) -> Answers {
    let arm = Arm::new(kind, SimConfig::new(1), Answers::default(), |executor| executor);
    block_on(case(&arm));
    arm.answers
}

/// An arm is an account with its world.
impl Deref for Arm {
    type Target = Account;

    fn deref(&self) -> &Account {
        &self.account
    }
}

impl Arm {
    /// A world of a configuration with an executor of its own, reached in one way or the other.
    pub(crate) fn new(
        kind: Kind,
        config: SimConfig,
        answers: Answers,
        equip: impl FnOnce(SimulatedExecutor) -> SimulatedExecutor,
    ) -> Self {
        let simulation = Simulation::new(config.clone(), equip);
        let (batch, blobs): (Arc<dyn BatchBackend>, _) = match kind {
            Kind::Sim => (simulation.batch(), simulation.blobs()),
            Kind::Wire => through_http(&simulation, &config, Arc::clone(&answers)),
        };
        Self {
            kind,
            answers,
            account: Account::alone(batch, simulation.clock()),
            blobs,
            clock: simulation.clock(),
            simulation,
            storage: config.storage_account,
        }
    }

    /// Another world of the same kind with a configuration of its own, for what only a world can be told.
    pub(crate) fn another(&self, config: SimConfig) -> Self {
        self.another_equipped(config, |executor| executor)
    }

    /// The same, with an executor of its own.
    pub(crate) fn another_equipped(
        &self,
        config: SimConfig,
        equip: impl FnOnce(SimulatedExecutor) -> SimulatedExecutor,
    ) -> Self {
        Self::new(self.kind, config, Arc::clone(&self.answers), equip)
    }

    /// How this arm may differ from others.
    pub(crate) fn quirks(&self) -> Quirks {
        Quirks {
            texts_of_tasks_are_signed: self.kind == Kind::Wire,
            broken_downloads_go_on: self.kind == Kind::Wire,
        }
    }
}

pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime")
        .block_on(future)
}

pub(crate) fn request() -> RequestOptions {
    RequestOptions::default()
}

pub(crate) fn all() -> ListOptions {
    ListOptions::default()
}

pub(crate) fn pool_id(text: &str) -> PoolId {
    PoolId::parse(text).expect("a pool id")
}

pub(crate) fn job_id(text: &str) -> JobId {
    JobId::parse(text).expect("a job id")
}

pub(crate) fn task_id(text: &str) -> TaskId {
    TaskId::parse(text).expect("a task id")
}

pub(crate) fn node_id(node: &BatchNode) -> NodeId {
    NodeId::parse(&node.id).expect("a node id")
}

fn machine(publisher: &str, offer: &str, sku: &str, agent: &str) -> VirtualMachineConfiguration {
    VirtualMachineConfiguration {
        image_reference: BatchVmImageReference {
            publisher: Some(publisher.to_owned()),
            offer: Some(offer.to_owned()),
            sku: Some(sku.to_owned()),
            ..BatchVmImageReference::default()
        },
        node_agent_sku_id: agent.to_owned(),
        ..VirtualMachineConfiguration::default()
    }
}

/// A pool of Linux nodes with two cores each.
pub(crate) fn pool(id: &str, nodes: i32) -> BatchPoolCreateOptions {
    BatchPoolCreateOptions {
        id: id.to_owned(),
        vm_size: "Standard_D2s_v3".to_owned(),
        virtual_machine_configuration: Some(machine(
            "canonical",
            "ubuntu-24_04-lts",
            "server",
            "batch.node.ubuntu 24.04",
        )),
        target_dedicated_nodes: Some(nodes),
        ..BatchPoolCreateOptions::default()
    }
}

/// A pool of Windows nodes.
pub(crate) fn windows_pool(id: &str, nodes: i32) -> BatchPoolCreateOptions {
    let windows = machine(
        "microsoftwindowsserver",
        "windowsserver",
        "2022-datacenter",
        "batch.node.windows amd64",
    );
    BatchPoolCreateOptions {
        virtual_machine_configuration: Some(windows),
        ..pool(id, nodes)
    }
}

/// A resize to so many dedicated nodes.
pub(crate) fn resize_to(nodes: i32) -> BatchPoolResizeOptions {
    BatchPoolResizeOptions {
        target_dedicated_nodes: Some(nodes),
        ..BatchPoolResizeOptions::default()
    }
}

/// A schedule that makes a job each hour.
pub(crate) fn hourly_jobs(id: &str, pool_info: BatchPoolInfo) -> BatchJobScheduleCreateOptions {
    BatchJobScheduleCreateOptions {
        id: id.to_owned(),
        schedule: BatchJobScheduleConfiguration {
            recurrence_interval: Some(TimeSpan::from_hours(1)),
            ..BatchJobScheduleConfiguration::default()
        },
        job_specification: BatchJobSpecification {
            pool_info,
            ..BatchJobSpecification::default()
        },
        ..BatchJobScheduleCreateOptions::default()
    }
}

/// Nodes of this pool.
pub(crate) fn on_pool(id: &str) -> BatchPoolInfo {
    BatchPoolInfo {
        pool_id: Some(id.to_owned()),
        ..BatchPoolInfo::default()
    }
}

pub(crate) fn job(id: &str, pool: &str) -> BatchJobCreateOptions {
    BatchJobCreateOptions {
        id: id.to_owned(),
        pool_info: on_pool(pool),
        ..BatchJobCreateOptions::default()
    }
}

pub(crate) fn task(id: &str, command_line: &str) -> BatchTaskCreateOptions {
    BatchTaskCreateOptions {
        id: id.to_owned(),
        command_line: command_line.into(),
        ..BatchTaskCreateOptions::default()
    }
}

/// Asserts a refusal by its code, and gives the error for a closer look.
#[track_caller]
pub(crate) fn refused<T: std::fmt::Debug>(result: Result<T>, code: &ErrorCode) -> Error {
    let error = result.expect_err("this has to be refused");
    assert!(error.is(code), "{error} instead of {code}");
    error
}

impl Arm {
    /// A pool whose nodes are all idle, and a job on it.
    pub(crate) async fn ready(&self, options: BatchPoolCreateOptions, job_name: &str) {
        let id = pool_id(&options.id);
        let wanted = options.target_dedicated_nodes.unwrap_or(0);
        self.batch.create_pool(options, &request()).await.expect("a pool");
        self.until(async || self.nodes_in(&id, "idle").await == wanted)
            .await;
        self.batch
            .create_job(job(job_name, id.as_str()), &request())
            .await
            .expect("a job");
    }

    /// Waits until a pool is steady.
    pub(crate) async fn steady(&self, pool: &str) {
        self.until(async || self.pool(pool).await.allocation_state.unwrap().as_str() == "steady")
            .await;
    }

    /// Waits until all nodes of a pool are in a state.
    pub(crate) async fn all_nodes(&self, pool: &str, state: &str) {
        self.until(async || {
            let nodes = self.nodes(pool).await;
            nodes.iter().all(|node| node.state.as_str() == state)
        })
        .await;
    }

    pub(crate) async fn add(&self, job: &str, options: BatchTaskCreateOptions) {
        self.batch
            .create_task(&job_id(job), options, &request())
            .await
            .expect("a task");
    }

    pub(crate) async fn task(&self, job: &str, task: &str) -> BatchTask {
        self.batch
            .get_task(&job_id(job), &task_id(task), &request())
            .await
            .expect("the task")
    }

    /// Waits until a task is in a state.
    pub(crate) async fn task_in(&self, job: &str, task: &str, state: &str) -> BatchTask {
        self.until(async || self.task(job, task).await.state.as_str() == state)
            .await;
        self.task(job, task).await
    }

    /// Adds a task and waits until it is completed.
    pub(crate) async fn run(&self, job: &str, options: BatchTaskCreateOptions) -> BatchTask {
        let id = options.id.clone();
        self.add(job, options).await;
        self.task_in(job, &id, "completed").await
    }

    /// What a completed task wrote to its standard output.
    pub(crate) async fn stdout(&self, job: &str, task: &str) -> String {
        self.file(job, task, "stdout.txt").await
    }

    pub(crate) async fn file(&self, job: &str, task: &str, path: &str) -> String {
        let download = self
            .batch
            .download_task_file(&job_id(job), &task_id(task), path, None, &request())
            .await;
        let bytes = download
            .expect("the file")
            .body
            .collect(1 << 30)
            .await
            .expect("its bytes");
        String::from_utf8_lossy(&bytes).into_owned()
    }

    pub(crate) async fn nodes(&self, pool: &str) -> Vec<BatchNode> {
        self.batch
            .list_nodes(&pool_id(pool), &all())
            .await
            .expect("the nodes")
            .items
    }

    async fn nodes_in(&self, pool: &PoolId, state: &str) -> i32 {
        let filter = ListOptions::filtered(format!("state eq '{state}'"));
        let nodes = self
            .batch
            .list_nodes(pool, &filter)
            .await
            .expect("the nodes")
            .items;
        i32::try_from(nodes.len()).expect("few nodes")
    }
}
