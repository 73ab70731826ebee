//! The traits of the waist, straight onto the world: lock, call, unlock.

mod batch;
mod file;

pub use batch::SimBatch;
