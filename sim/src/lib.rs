//! A deterministic world of Azure Batch: pools, nodes, jobs, tasks and blobs in virtual time.
//!
//! - [`config`]: latencies, quotas, accounts: everything a world is made from
//! - [`world`]: the only owner of state; no I/O, no clock, no entropy
//! - [`exec`]: what runs a command line
//! - [`backend`]: the traits of the waist, straight onto the world
//! - [`Simulation`]: the shell: a world, an executor, and what moves them on
//! - [`trace`]: the ordered record of everything that happened
//! - [`shared`]: one lock around the world, and where its time comes from

pub mod backend;
pub mod config;
pub mod exec;
mod rng;
pub mod shared;
mod simulation;
pub mod trace;
pub mod world;

pub use simulation::Simulation;
