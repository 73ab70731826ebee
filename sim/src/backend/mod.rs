//! The traits of the waist, straight onto the world: lock, call, unlock.

mod batch;
mod blob;
mod file;

pub use batch::SimBatch;
pub use blob::{SimBlob, SimBlobConnector};
