//! Batchite: Azure Batch on your own machine.

pub mod azure;
pub mod server;
