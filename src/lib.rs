//! Batchite: Azure Batch on your own machine.

pub mod host;
