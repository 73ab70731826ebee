//! The traits of the waist, straight onto the world: lock, call, unlock.

mod batch;
mod blob;
mod blob_parts;
mod blob_service;
mod file;

pub use batch::SimBatch;
pub use blob::{SimBlob, SimBlobConnector};
