//! The wire, described once for both its ends: the client writes what the server reads, and the other way round.
//!
//! Pure shapes and texts. Who sends, signs, listens or answers lives elsewhere.
//!
//! - [`batch`]: the Batch service
//! - [`blob`]: Blob Storage

pub mod batch;
pub mod blob;
