//! A deterministic world of Azure Batch: pools, nodes, jobs, tasks and blobs in virtual time.
//!
//! - [`config`]: latencies, quotas, accounts: everything a world is made from; [`application`]: what is put on nodes
//! - [`world`]: the only owner of state; no I/O, no clock, no entropy
//! - [`exec`]: what runs a command line
//! - [`autoscale`]: the formulas pools are scaled by
//! - [`fault`]: what goes wrong, as data
//! - [`backend`]: the traits of the waist, straight onto the world
//! - [`Simulation`]: the shell: a world, an executor, and what moves them on
//! - [`reach`]: how far each operation is simulated
//! - [`trace`]: the ordered record of everything that happened
//! - [`scenario`]: a world, what is in it and what goes wrong, as a document
//! - [`shared`]: one lock around the world, and where its time comes from
//!
//! ```
//! use batchite_api::backend::{JobOperations, PoolOperations, RequestOptions, TaskOperations};
//! use batchite_api::batch::*;
//! use batchite_api::time::{Clock, TimeSpan};
//! use batchite_sim::{Simulation, config::SimConfig};
//!
//! # pollster::block_on(async {
//! let simulation = Simulation::new(SimConfig::new(42), |executor| executor);
//! let (batch, clock, request) = (simulation.batch(), simulation.clock(), RequestOptions::default());
//! let image = BatchVmImageReference {
//!     publisher: Some("canonical".into()),
//!     offer: Some("ubuntu-24_04-lts".into()),
//!     sku: Some("server".into()),
//!     ..Default::default()
//! };
//! let machine = VirtualMachineConfiguration {
//!     image_reference: image,
//!     node_agent_sku_id: "batch.node.ubuntu 24.04".into(),
//!     ..Default::default()
//! };
//! let pool = BatchPoolCreateOptions {
//!     id: "pool".into(),
//!     vm_size: "standard_d2s_v3".into(),
//!     virtual_machine_configuration: Some(machine),
//!     target_dedicated_nodes: Some(2),
//!     ..Default::default()
//! };
//! batch.create_pool(pool, &request).await?;
//! let pool_info = BatchPoolInfo { pool_id: Some("pool".into()), ..Default::default() };
//! batch.create_job(BatchJobCreateOptions { id: "job".into(), pool_info, ..Default::default() }, &request).await?;
//! let task = BatchTaskCreateOptions {
//!     id: "task".into(),
//!     command_line: "/bin/sh -c 'echo hello; sleep 60'".into(),
//!     ..Default::default()
//! };
//! batch.create_task(&"job".parse()?, task, &request).await?;
//! clock.sleep(TimeSpan::from_minutes(2)).await; // virtual minutes
//! let done = batch.get_task(&"job".parse()?, &"task".parse()?, &request).await?;
//! assert_eq!(done.state, BatchTaskState::Completed);
//! # Ok::<(), batchite_api::error::Error>(())
//! # }).unwrap();
//! ```

pub mod application;
pub mod autoscale;
pub mod backend;
pub mod config;
pub mod exec;
pub mod fault;
pub mod reach;
mod rng;
pub mod scenario;
pub mod shared;
mod simulation;
pub mod trace;
pub mod world;

pub use simulation::Simulation;
