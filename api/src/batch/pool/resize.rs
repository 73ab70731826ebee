//! How a pool grows and shrinks.

use serde::{Deserialize, Serialize};

use crate::batch::common::NameValuePair;
use crate::batch::enums::BatchNodeDeallocationOption;
use crate::time::TimeSpan;

/// New targets for a pool, of which at least one is given. Refused with 409 unless the allocation is steady
/// and no formula sets the targets.
///
/// Wire model `BatchPoolResizeOptions`: the body of `POST /pools/{poolId}/resize`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchPoolResizeOptions {
    /// Dedicated nodes wanted; absent: as before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_dedicated_nodes: Option<i32>,
    /// Low-priority nodes wanted; absent: as before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_low_priority_nodes: Option<i32>,
    /// How long it may take: 15 minutes by default, 5 at least (400). Then it stops with
    /// `AllocationTimedout`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resize_timeout: Option<TimeSpan>,
    /// What becomes of tasks on nodes that are removed; absent: `requeue`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_deallocation_option: Option<BatchNodeDeallocationOption>,
}

/// Nodes to take out of a pool, which lowers its targets. Refused with 409 unless the allocation is steady.
///
/// Wire model `BatchNodeRemoveOptions`: the body of `POST /pools/{poolId}/removenodes`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchNodeRemoveOptions {
    /// The nodes' ids, 1 to 100.
    pub node_list: Vec<String>,
    /// How long it may take: 15 minutes by default, 5 at least (400).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resize_timeout: Option<TimeSpan>,
    /// What becomes of their tasks; absent: `requeue`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_deallocation_option: Option<BatchNodeDeallocationOption>,
}

/// Why a resize missed its targets. The service does not try again by itself.
///
/// Wire model `ResizeError`: part of `BatchPool`, in `resizeErrors`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ResizeError {
    /// The machine-readable cause, as `AccountCoreQuotaReached`, `AllocationTimedout` or `ResizeStopped`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The cause in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// More about the cause, as names and values.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<NameValuePair>,
}
