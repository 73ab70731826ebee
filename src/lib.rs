//! Batchite: Azure Batch on your own machine.
//!
//! - [`azure`]: clients of the services over REST, behind the traits of the waist
//! - [`cli`]: the command line, and the only place where worlds are put together
//! - [`control`]: the controls of an emulator: state, trace, time
//! - [`host`]: real processes as an executor, the machine's clock as the time of a world
//! - [`server`]: HTTP in front of any backend
//! - [`topn`]: the tutorial's worker: the most frequent words of a text
//! - [`tutorial`]: the tutorial's flow, over any backend
//! - [`worker`]: the word counter joined with a blob handle

pub mod azure;
pub mod cli;
pub mod control;
pub mod host;
pub mod server;
pub mod topn;
pub mod tutorial;
pub mod worker;

/// What the README shows is what compiles: its examples are tests of the documentation.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
