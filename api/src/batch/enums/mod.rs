//! The enumerations of the Batch service, one resource a file, open to values of the future.

mod job;
mod network;
mod node;
mod pool;
mod task;
mod virtual_machine;

pub use job::*;
pub use network::*;
pub use node::*;
pub use pool::*;
pub use task::*;
pub use virtual_machine::*;
