//! Batchite: Azure Batch on your own machine.
