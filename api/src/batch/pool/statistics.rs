//! What a pool has used.

use serde::{Deserialize, Serialize};

use crate::time::TimeSpan;
use crate::time::Timestamp;

/// What a pool has used over its life.
///
/// Wire model `BatchPoolStatistics`: part of `BatchPool`, with `$expand=stats`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchPoolStatistics {
    /// Where the statistics can be had.
    pub url: String,
    /// The beginning of the time covered.
    pub start_time: Timestamp,
    /// The end of the time covered.
    pub last_update_time: Timestamp,
    /// What is charged for: core time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage_stats: Option<BatchPoolUsageStatistics>,
    /// What the nodes were busy with; absent before anything was measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_stats: Option<BatchPoolResourceStatistics>,
}

/// The core time of a pool.
///
/// Wire model `BatchPoolUsageStatistics`: part of `BatchPoolStatistics`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchPoolUsageStatistics {
    /// The beginning of the time covered.
    pub start_time: Timestamp,
    /// The end of the time covered.
    pub last_update_time: Timestamp,
    /// Time each core of each dedicated node was there, summed.
    pub dedicated_core_time: TimeSpan,
}

/// What the nodes of a pool were busy with.
///
/// Wire model `BatchPoolResourceStatistics`: part of `BatchPoolStatistics`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchPoolResourceStatistics {
    /// The beginning of the time covered.
    pub start_time: Timestamp,
    /// The end of the time covered.
    pub last_update_time: Timestamp,
    /// Processor use in percent of a node, averaged over nodes and time.
    #[serde(rename = "avgCPUPercentage")]
    pub avg_cpu_percentage: f64,
    /// Memory use in GiB, averaged over nodes and time.
    pub avg_memory_gi_b: f64,
    /// The highest memory use in GiB of any node.
    pub peak_memory_gi_b: f64,
    /// Disk space used in GiB, averaged over nodes and time.
    pub avg_disk_gi_b: f64,
    /// The most disk space used in GiB on any node.
    pub peak_disk_gi_b: f64,
    /// Reads from disk, of all nodes.
    #[serde(rename = "diskReadIOps", with = "crate::batch::number_text")]
    pub disk_read_iops: u64,
    /// Writes to disk, of all nodes.
    #[serde(rename = "diskWriteIOps", with = "crate::batch::number_text")]
    pub disk_write_iops: u64,
    /// What all nodes read from disk, in GiB.
    pub disk_read_gi_b: f64,
    /// What all nodes wrote to disk, in GiB.
    pub disk_write_gi_b: f64,
    /// What all nodes received, in GiB.
    pub network_read_gi_b: f64,
    /// What all nodes sent, in GiB.
    pub network_write_gi_b: f64,
}

/// What one pool used in one interval of time.
///
/// Wire model `BatchPoolUsageMetrics`: answered by `GET /poolusagemetrics`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchPoolUsageMetrics {
    /// The pool.
    pub pool_id: String,
    /// The beginning of the interval.
    pub start_time: Timestamp,
    /// The end of the interval.
    pub end_time: Timestamp,
    /// The size of its nodes.
    pub vm_size: String,
    /// Hours of all cores in the interval.
    pub total_core_hours: f64,
}
