//! Batchite: Azure Batch on your own machine.
//!
//! - [`azure`]: clients of the services over REST, behind the traits of the waist
//! - [`host`]: real processes as an executor, the machine's clock as the time of a world
//! - [`server`]: HTTP in front of any backend
//! - [`topn`]: the tutorial's worker: the most frequent words of a text
//! - [`tutorial`]: the tutorial's flow, over any backend

pub mod azure;
pub mod host;
pub mod server;
pub mod topn;
pub mod tutorial;
