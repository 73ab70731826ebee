//! `node` models.

use serde::{Deserialize, Serialize};

use super::common::NameValuePair;
use super::enums::BatchNodeDeallocateOption;
use super::enums::BatchNodeDisableSchedulingOption;
use super::enums::BatchNodeRebootKind;
use super::enums::BatchNodeReimageOption;
use super::enums::BatchNodeState;
use super::enums::SchedulingState;
use super::enums::StatusLevelTypes;
use super::network::BatchNodeEndpointConfiguration;
use super::resource_file::BatchNodeIdentityReference;
use super::start_task::BatchStartTask;
use super::start_task::BatchStartTaskInfo;
use super::task::BatchTaskInfo;
use super::virtual_machine::VMExtension;
use super::virtual_machine::VirtualMachineInfo;
use crate::secret::SensitiveString;
use crate::time::Timestamp;

/// `BatchNode`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchNode {
    /// `id`.
    pub id: String,
    /// `url`.
    pub url: String,
    /// `state`.
    pub state: BatchNodeState,
    /// `schedulingState`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scheduling_state: Option<SchedulingState>,
    /// `stateTransitionTime`.
    pub state_transition_time: Timestamp,
    /// `lastBootTime`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_boot_time: Option<Timestamp>,
    /// `allocationTime`.
    pub allocation_time: Timestamp,
    /// `ipAddress`.
    pub ip_address: String,
    /// `ipv6Address`.
    pub ipv6_address: String,
    /// `affinityId`.
    pub affinity_id: String,
    /// `vmSize`.
    pub vm_size: String,
    /// `totalTasksRun`.
    pub total_tasks_run: i32,
    /// `runningTasksCount`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub running_tasks_count: Option<i32>,
    /// `runningTaskSlotsCount`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub running_task_slots_count: Option<i32>,
    /// `totalTasksSucceeded`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_tasks_succeeded: Option<i32>,
    /// `recentTasks`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub recent_tasks: Vec<BatchTaskInfo>,
    /// `startTask`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_task: Option<BatchStartTask>,
    /// `startTaskInfo`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_task_info: Option<BatchStartTaskInfo>,
    /// `errors`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<BatchNodeError>,
    /// `isDedicated`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_dedicated: Option<bool>,
    /// `endpointConfiguration`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint_configuration: Option<BatchNodeEndpointConfiguration>,
    /// `nodeAgentInfo`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_agent_info: Option<BatchNodeAgentInfo>,
    /// `virtualMachineInfo`.
    pub virtual_machine_info: VirtualMachineInfo,
}

/// `BatchNodeAgentInfo`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchNodeAgentInfo {
    /// `version`.
    pub version: String,
    /// `lastUpdateTime`.
    pub last_update_time: Timestamp,
}

/// `BatchNodeError`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchNodeError {
    /// `code`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// `message`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// `errorDetails`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub error_details: Vec<NameValuePair>,
}

/// `BatchNodeCounts`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchNodeCounts {
    /// `creating`.
    pub creating: i32,
    /// `idle`.
    pub idle: i32,
    /// `offline`.
    pub offline: i32,
    /// `preempted`.
    pub preempted: i32,
    /// `rebooting`.
    pub rebooting: i32,
    /// `reimaging`.
    pub reimaging: i32,
    /// `running`.
    pub running: i32,
    /// `starting`.
    pub starting: i32,
    /// `startTaskFailed`.
    pub start_task_failed: i32,
    /// `leavingPool`.
    pub leaving_pool: i32,
    /// `unknown`.
    pub unknown: i32,
    /// `unusable`.
    pub unusable: i32,
    /// `waitingForStartTask`.
    pub waiting_for_start_task: i32,
    /// `deallocated`.
    pub deallocated: i32,
    /// `deallocating`.
    pub deallocating: i32,
    /// `total`.
    pub total: i32,
    /// `upgradingOS`.
    #[serde(rename = "upgradingOS")]
    pub upgrading_os: i32,
}

/// `BatchPoolNodeCounts`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchPoolNodeCounts {
    /// `poolId`.
    pub pool_id: String,
    /// `dedicated`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dedicated: Option<BatchNodeCounts>,
    /// `lowPriority`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low_priority: Option<BatchNodeCounts>,
}

/// `BatchNodeRebootOptions`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchNodeRebootOptions {
    /// `nodeRebootOption`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_reboot_option: Option<BatchNodeRebootKind>,
}

/// `BatchNodeReimageOptions`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchNodeReimageOptions {
    /// `nodeReimageOption`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_reimage_option: Option<BatchNodeReimageOption>,
}

/// `BatchNodeDeallocateOptions`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchNodeDeallocateOptions {
    /// `nodeDeallocateOption`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_deallocate_option: Option<BatchNodeDeallocateOption>,
}

/// `BatchNodeDisableSchedulingOptions`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchNodeDisableSchedulingOptions {
    /// `nodeDisableSchedulingOption`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_disable_scheduling_option: Option<BatchNodeDisableSchedulingOption>,
}

/// `BatchNodeRemoteLoginSettings`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchNodeRemoteLoginSettings {
    /// `ipv6RemoteLoginIPAddress`.
    #[serde(rename = "ipv6RemoteLoginIPAddress", skip_serializing_if = "Option::is_none")]
    pub ipv6_remote_login_ip_address: Option<String>,
    /// `ipv6RemoteLoginPort`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ipv6_remote_login_port: Option<i32>,
    /// `remoteLoginIPAddress`.
    #[serde(rename = "remoteLoginIPAddress")]
    pub remote_login_ip_address: String,
    /// `remoteLoginPort`.
    pub remote_login_port: i32,
}

/// `BatchNodeVMExtension`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchNodeVMExtension {
    /// `provisioningState`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provisioning_state: Option<String>,
    /// `vmExtension`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vm_extension: Option<VMExtension>,
    /// `instanceView`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_view: Option<VMExtensionInstanceView>,
}

/// `VMExtensionInstanceView`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VMExtensionInstanceView {
    /// `name`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `statuses`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub statuses: Vec<InstanceViewStatus>,
    /// `subStatuses`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sub_statuses: Vec<InstanceViewStatus>,
}

/// `InstanceViewStatus`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct InstanceViewStatus {
    /// `code`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// `displayStatus`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_status: Option<String>,
    /// `level`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<StatusLevelTypes>,
    /// `message`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// `time`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<Timestamp>,
}

/// `UploadBatchServiceLogsOptions`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct UploadBatchServiceLogsOptions {
    /// `containerUrl`.
    pub container_url: SensitiveString,
    /// `startTime`.
    pub start_time: Timestamp,
    /// `endTime`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_time: Option<Timestamp>,
    /// `identityReference`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity_reference: Option<BatchNodeIdentityReference>,
}

/// `UploadBatchServiceLogsResult`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct UploadBatchServiceLogsResult {
    /// `virtualDirectoryName`.
    pub virtual_directory_name: String,
    /// `numberOfFilesUploaded`.
    pub number_of_files_uploaded: i32,
}
