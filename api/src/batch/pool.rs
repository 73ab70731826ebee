//! `pool` models.

use serde::{Deserialize, Serialize};

use super::application::BatchApplicationPackageReference;
use super::autoscale::AutoScaleRun;
use super::common::BatchMetadataItem;
use super::common::NameValuePair;
use super::enums::AllocationState;
use super::enums::BatchJobDefaultOrder;
use super::enums::BatchNodeDeallocationOption;
use super::enums::BatchNodeFillType;
use super::enums::BatchPoolIdentityType;
use super::enums::BatchPoolState;
use super::mount::MountConfiguration;
use super::network::NetworkConfiguration;
use super::start_task::BatchStartTask;
use super::user::UserAccount;
use super::virtual_machine::UpgradePolicy;
use super::virtual_machine::VirtualMachineConfiguration;
use crate::time::TimeSpan;
use crate::time::Timestamp;

/// `BatchPool`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchPool {
    /// `id`.
    pub id: String,
    /// `displayName`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// `url`.
    pub url: String,
    /// `eTag`.
    #[serde(rename = "eTag")]
    pub etag: String,
    /// `lastModified`.
    pub last_modified: Timestamp,
    /// `creationTime`.
    pub creation_time: Timestamp,
    /// `state`.
    pub state: BatchPoolState,
    /// `stateTransitionTime`.
    pub state_transition_time: Timestamp,
    /// `allocationState`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allocation_state: Option<AllocationState>,
    /// `allocationStateTransitionTime`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allocation_state_transition_time: Option<Timestamp>,
    /// `vmSize`.
    pub vm_size: String,
    /// `virtualMachineConfiguration`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub virtual_machine_configuration: Option<VirtualMachineConfiguration>,
    /// `resizeTimeout`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resize_timeout: Option<TimeSpan>,
    /// `resizeErrors`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resize_errors: Vec<ResizeError>,
    /// `currentDedicatedNodes`.
    pub current_dedicated_nodes: i32,
    /// `currentLowPriorityNodes`.
    pub current_low_priority_nodes: i32,
    /// `targetDedicatedNodes`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_dedicated_nodes: Option<i32>,
    /// `targetLowPriorityNodes`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_low_priority_nodes: Option<i32>,
    /// `enableAutoScale`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_auto_scale: Option<bool>,
    /// `autoScaleFormula`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_scale_formula: Option<String>,
    /// `autoScaleEvaluationInterval`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_scale_evaluation_interval: Option<TimeSpan>,
    /// `autoScaleRun`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_scale_run: Option<AutoScaleRun>,
    /// `enableInterNodeCommunication`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_inter_node_communication: Option<bool>,
    /// `networkConfiguration`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_configuration: Option<NetworkConfiguration>,
    /// `startTask`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_task: Option<BatchStartTask>,
    /// `applicationPackageReferences`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub application_package_references: Vec<BatchApplicationPackageReference>,
    /// `taskSlotsPerNode`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_slots_per_node: Option<i32>,
    /// `taskSchedulingPolicy`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_scheduling_policy: Option<BatchTaskSchedulingPolicy>,
    /// `userAccounts`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub user_accounts: Vec<UserAccount>,
    /// `metadata`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub metadata: Vec<BatchMetadataItem>,
    /// `stats`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stats: Option<BatchPoolStatistics>,
    /// `mountConfiguration`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mount_configuration: Vec<MountConfiguration>,
    /// `identity`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity: Option<BatchPoolIdentity>,
    /// `upgradePolicy`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upgrade_policy: Option<UpgradePolicy>,
}

/// `BatchPoolCreateOptions`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchPoolCreateOptions {
    /// `id`.
    pub id: String,
    /// `displayName`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// `vmSize`.
    pub vm_size: String,
    /// `virtualMachineConfiguration`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub virtual_machine_configuration: Option<VirtualMachineConfiguration>,
    /// `resizeTimeout`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resize_timeout: Option<TimeSpan>,
    /// `targetDedicatedNodes`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_dedicated_nodes: Option<i32>,
    /// `targetLowPriorityNodes`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_low_priority_nodes: Option<i32>,
    /// `enableAutoScale`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_auto_scale: Option<bool>,
    /// `autoScaleFormula`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_scale_formula: Option<String>,
    /// `autoScaleEvaluationInterval`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_scale_evaluation_interval: Option<TimeSpan>,
    /// `enableInterNodeCommunication`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_inter_node_communication: Option<bool>,
    /// `networkConfiguration`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_configuration: Option<NetworkConfiguration>,
    /// `startTask`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_task: Option<BatchStartTask>,
    /// `applicationPackageReferences`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub application_package_references: Vec<BatchApplicationPackageReference>,
    /// `taskSlotsPerNode`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_slots_per_node: Option<i32>,
    /// `taskSchedulingPolicy`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_scheduling_policy: Option<BatchTaskSchedulingPolicy>,
    /// `userAccounts`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub user_accounts: Vec<UserAccount>,
    /// `metadata`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub metadata: Vec<BatchMetadataItem>,
    /// `mountConfiguration`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mount_configuration: Vec<MountConfiguration>,
    /// `upgradePolicy`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upgrade_policy: Option<UpgradePolicy>,
}

/// `BatchPoolUpdateOptions`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchPoolUpdateOptions {
    /// `displayName`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// `vmSize`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vm_size: Option<String>,
    /// `enableInterNodeCommunication`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_inter_node_communication: Option<bool>,
    /// `startTask`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_task: Option<BatchStartTask>,
    /// `applicationPackageReferences`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application_package_references: Option<Vec<BatchApplicationPackageReference>>,
    /// `metadata`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Vec<BatchMetadataItem>>,
    /// `virtualMachineConfiguration`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub virtual_machine_configuration: Option<VirtualMachineConfiguration>,
    /// `taskSlotsPerNode`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_slots_per_node: Option<i32>,
    /// `taskSchedulingPolicy`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_scheduling_policy: Option<BatchTaskSchedulingPolicy>,
    /// `networkConfiguration`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_configuration: Option<NetworkConfiguration>,
    /// `userAccounts`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_accounts: Option<Vec<UserAccount>>,
    /// `mountConfiguration`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mount_configuration: Option<Vec<MountConfiguration>>,
    /// `upgradePolicy`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upgrade_policy: Option<UpgradePolicy>,
}

/// `BatchPoolReplaceOptions`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchPoolReplaceOptions {
    /// `startTask`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_task: Option<BatchStartTask>,
    /// `applicationPackageReferences`.
    pub application_package_references: Vec<BatchApplicationPackageReference>,
    /// `metadata`.
    pub metadata: Vec<BatchMetadataItem>,
}

/// `BatchPoolResizeOptions`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchPoolResizeOptions {
    /// `targetDedicatedNodes`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_dedicated_nodes: Option<i32>,
    /// `targetLowPriorityNodes`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_low_priority_nodes: Option<i32>,
    /// `resizeTimeout`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resize_timeout: Option<TimeSpan>,
    /// `nodeDeallocationOption`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_deallocation_option: Option<BatchNodeDeallocationOption>,
}

/// `BatchNodeRemoveOptions`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchNodeRemoveOptions {
    /// `nodeList`.
    pub node_list: Vec<String>,
    /// `resizeTimeout`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resize_timeout: Option<TimeSpan>,
    /// `nodeDeallocationOption`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_deallocation_option: Option<BatchNodeDeallocationOption>,
}

/// `ResizeError`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ResizeError {
    /// `code`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// `message`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// `values`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<NameValuePair>,
}

/// `BatchTaskSchedulingPolicy`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchTaskSchedulingPolicy {
    /// `jobDefaultOrder`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_default_order: Option<BatchJobDefaultOrder>,
    /// `nodeFillType`.
    pub node_fill_type: BatchNodeFillType,
}

/// `BatchPoolStatistics`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchPoolStatistics {
    /// `url`.
    pub url: String,
    /// `startTime`.
    pub start_time: Timestamp,
    /// `lastUpdateTime`.
    pub last_update_time: Timestamp,
    /// `usageStats`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage_stats: Option<BatchPoolUsageStatistics>,
    /// `resourceStats`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_stats: Option<BatchPoolResourceStatistics>,
}

/// `BatchPoolUsageStatistics`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchPoolUsageStatistics {
    /// `startTime`.
    pub start_time: Timestamp,
    /// `lastUpdateTime`.
    pub last_update_time: Timestamp,
    /// `dedicatedCoreTime`.
    pub dedicated_core_time: TimeSpan,
}

/// `BatchPoolResourceStatistics`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchPoolResourceStatistics {
    /// `startTime`.
    pub start_time: Timestamp,
    /// `lastUpdateTime`.
    pub last_update_time: Timestamp,
    /// `avgCPUPercentage`.
    #[serde(rename = "avgCPUPercentage")]
    pub avg_cpu_percentage: f64,
    /// `avgMemoryGiB`.
    pub avg_memory_gi_b: f64,
    /// `peakMemoryGiB`.
    pub peak_memory_gi_b: f64,
    /// `avgDiskGiB`.
    pub avg_disk_gi_b: f64,
    /// `peakDiskGiB`.
    pub peak_disk_gi_b: f64,
    /// `diskReadIOps`.
    #[serde(rename = "diskReadIOps", with = "super::number_text")]
    pub disk_read_iops: u64,
    /// `diskWriteIOps`.
    #[serde(rename = "diskWriteIOps", with = "super::number_text")]
    pub disk_write_iops: u64,
    /// `diskReadGiB`.
    pub disk_read_gi_b: f64,
    /// `diskWriteGiB`.
    pub disk_write_gi_b: f64,
    /// `networkReadGiB`.
    pub network_read_gi_b: f64,
    /// `networkWriteGiB`.
    pub network_write_gi_b: f64,
}

/// `BatchPoolUsageMetrics`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchPoolUsageMetrics {
    /// `poolId`.
    pub pool_id: String,
    /// `startTime`.
    pub start_time: Timestamp,
    /// `endTime`.
    pub end_time: Timestamp,
    /// `vmSize`.
    pub vm_size: String,
    /// `totalCoreHours`.
    pub total_core_hours: f64,
}

/// `BatchPoolIdentity`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchPoolIdentity {
    /// `type`.
    pub r#type: BatchPoolIdentityType,
    /// `userAssignedIdentities`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub user_assigned_identities: Vec<BatchUserAssignedIdentity>,
}

/// `BatchUserAssignedIdentity`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchUserAssignedIdentity {
    /// `resourceId`.
    pub resource_id: String,
    /// `clientId`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// `principalId`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub principal_id: Option<String>,
}

/// `BatchPoolIdentityReference`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchPoolIdentityReference {
    /// `resourceId`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_id: Option<String>,
}
