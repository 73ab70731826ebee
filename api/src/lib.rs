//! The waist of Batchite: everything a program needs to speak to Azure Batch and Blob Storage, and nothing that
//! decides which world answers. No runtime, no clock, no entropy, no sockets.
//!
//! - [`backend`]: the traits `BatchBackend` and `BlobBackend`, and what their requests carry
//! - [`batch`]: the models of the Batch service, one REST resource a file
//! - [`blob`]: the models of Blob Storage
//! - [`auth`]: shared-key signatures and shared access signatures as pure functions
//! - [`error`]: one error for both worlds, and the table of codes
//! - [`ids`]: identifiers, parsed once
//! - [`odata`]: `$filter` and `$select`
//! - [`page`]: pages and where they go on
//! - [`secret`]: texts that stay out of logs
//! - [`time`]: moments, spans, and the `Clock`
//! - [`wire`]: requests, answers and bodies as HTTP carries them

pub mod auth;
pub mod backend;
pub mod batch;
pub mod blob;
pub mod error;
pub mod ids;
pub mod odata;
mod open_enum;
pub mod page;
pub mod secret;
pub mod time;
pub mod wire;
