//! The models of the Batch service, as API version 2025-06-01 has them: one REST resource a file.
//!
//! Each model is what travels as JSON. A property that may be absent is an `Option` or an empty list, and is left
//! out when it is written; a property that is always there reads as its default when it is missing, and the
//! backends check what must be given. Properties nobody knows are skipped, words nobody knows are kept.
//!
//! - [`pool`], [`autoscale`], [`virtual_machine`], [`network`], [`mount`]: pools, what their nodes are made from
//! - [`node`], [`start_task`]: nodes, and what they run when they join
//! - [`job`], [`job_tasks`], [`job_schedule`]: jobs, the tasks they bring along, jobs that recur
//! - [`task`], [`exit_conditions`], [`container`], [`resource_file`], [`task_counts`]: tasks, what they need
//! - [`file`](mod@file): files on nodes
//! - [`application`], [`user`], [`common`], [`enums`]: what several of them share

pub mod application;
pub mod autoscale;
pub mod common;
pub mod container;
pub mod enums;
pub mod exit_conditions;
pub mod file;
pub mod job;
pub mod job_schedule;
pub mod job_tasks;
pub mod mount;
pub mod network;
pub mod node;
pub(crate) mod number_text;
pub mod pool;
pub mod resource_file;
pub mod start_task;
pub mod task;
pub mod task_counts;
pub mod user;
pub mod virtual_machine;

pub use application::*;
pub use autoscale::*;
pub use common::*;
pub use container::*;
pub use enums::*;
pub use exit_conditions::*;
pub use file::*;
pub use job::*;
pub use job_schedule::*;
pub use job_tasks::*;
pub use mount::*;
pub use network::*;
pub use node::*;
pub use pool::*;
pub use resource_file::*;
pub use start_task::*;
pub use task::*;
pub use task_counts::*;
pub use user::*;
pub use virtual_machine::*;

#[cfg(test)]
mod tests;
