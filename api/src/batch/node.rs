//! Compute nodes: their state, what can be done to them, and what is installed there.

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

/// A virtual machine of a pool. All properties are read-only.
///
/// Wire model `BatchNode`: answered by `GET /pools/{poolId}/nodes/{nodeId}` and `GET /pools/{poolId}/nodes`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchNode {
    /// The node's id, unique in the pool; it stays through reboots and pre-emption.
    pub id: String,
    /// Where the node itself can be had.
    pub url: String,
    /// Where the node is in its life.
    pub state: BatchNodeState,
    /// Whether tasks may be given to it; `enabled` by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scheduling_state: Option<SchedulingState>,
    /// When it came into that state.
    pub state_transition_time: Timestamp,
    /// When its agent last started; absent before the first boot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_boot_time: Option<Timestamp>,
    /// When it came into the pool; not touched by reboots or pre-emption.
    pub allocation_time: Timestamp,
    /// Its address inside the network, for the other nodes of a pool with inter-node communication.
    pub ip_address: String,
    /// The same in IPv6; empty in a pool without.
    pub ipv6_address: String,
    /// What a task's `affinityInfo` names to wish for this node.
    pub affinity_id: String,
    /// Its size, in lower case.
    pub vm_size: String,
    /// Tasks of jobs that ran here, ended or not; start, preparation and release tasks do not count.
    pub total_tasks_run: i32,
    /// Tasks of jobs that run here now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub running_tasks_count: Option<i32>,
    /// Slots those tasks take.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub running_task_slots_count: Option<i32>,
    /// Tasks of jobs that ended here with exit code 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_tasks_succeeded: Option<i32>,
    /// The last tasks here, the latest first; absent before the first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub recent_tasks: Vec<BatchTaskInfo>,
    /// The start task it has run or runs, as the pool had it when the node booted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_task: Option<BatchStartTask>,
    /// How the start task is doing; absent before it ran.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_task_info: Option<BatchStartTaskInfo>,
    /// What is wrong with the node; empty when nothing is.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<BatchNodeError>,
    /// Whether it is dedicated; `false`: low-priority, and may be pre-empted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_dedicated: Option<bool>,
    /// How it is reached from outside; absent without such a way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint_configuration: Option<BatchNodeEndpointConfiguration>,
    /// The agent that runs tasks on it; absent before the first boot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_agent_info: Option<BatchNodeAgentInfo>,
    /// The machine it is.
    pub virtual_machine_info: VirtualMachineInfo,
}

/// The service's agent on a node.
///
/// Wire model `BatchNodeAgentInfo`: part of `BatchNode`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchNodeAgentInfo {
    /// The agent's version.
    pub version: String,
    /// When that version came to the node.
    pub last_update_time: Timestamp,
}

/// Something that is wrong with a node.
///
/// Wire model `BatchNodeError`: part of `BatchNode`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchNodeError {
    /// The machine-readable cause.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The cause in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// More about the cause, as names and values.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub error_details: Vec<NameValuePair>,
}

/// Nodes by state.
///
/// Wire model `BatchNodeCounts`: part of `BatchPoolNodeCounts`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchNodeCounts {
    /// Nodes whose machine is being made.
    pub creating: i32,
    /// Nodes ready for a task.
    pub idle: i32,
    /// Nodes that somebody took out of scheduling.
    pub offline: i32,
    /// Low-priority nodes whose machine was taken away.
    pub preempted: i32,
    /// Nodes that restart.
    pub rebooting: i32,
    /// Nodes whose disk is being written anew.
    pub reimaging: i32,
    /// Nodes with at least one task.
    pub running: i32,
    /// Nodes whose agent is starting.
    pub starting: i32,
    /// Nodes whose start task failed for good.
    pub start_task_failed: i32,
    /// Nodes on their way out.
    pub leaving_pool: i32,
    /// Nodes that no longer answer.
    pub unknown: i32,
    /// Nodes that cannot run tasks, as `errors` of each says.
    pub unusable: i32,
    /// Nodes that run the start task and wait for it.
    pub waiting_for_start_task: i32,
    /// Nodes whose machine was given back on request.
    pub deallocated: i32,
    /// Nodes whose machine is being given back.
    pub deallocating: i32,
    /// All nodes.
    pub total: i32,
    /// Nodes whose operating system is being upgraded.
    #[serde(rename = "upgradingOS")]
    pub upgrading_os: i32,
}

/// The nodes of one pool by state; they may lag behind by some seconds. Pools without nodes are listed too.
///
/// Wire model `BatchPoolNodeCounts`: answered by `GET /nodecounts`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchPoolNodeCounts {
    /// The pool.
    pub pool_id: String,
    /// Its dedicated nodes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dedicated: Option<BatchNodeCounts>,
    /// Its low-priority nodes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low_priority: Option<BatchNodeCounts>,
}

/// Restarts a node that is idle or running.
///
/// Wire model `BatchNodeRebootOptions`: the body of `POST /pools/{poolId}/nodes/{nodeId}/reboot`, which may
/// be left out.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchNodeRebootOptions {
    /// What becomes of its tasks; absent: `requeue`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_reboot_option: Option<BatchNodeRebootKind>,
}

/// Writes a node's disk anew.
///
/// Wire model `BatchNodeReimageOptions`: the body of `POST /pools/{poolId}/nodes/{nodeId}/reimage`, which may
/// be left out.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchNodeReimageOptions {
    /// What becomes of its tasks; absent: `requeue`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_reimage_option: Option<BatchNodeReimageOption>,
}

/// Gives a node's machine back, but keeps its place in the pool.
///
/// Wire model `BatchNodeDeallocateOptions`: the body of `POST /pools/{poolId}/nodes/{nodeId}/deallocate`,
/// which may be left out.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchNodeDeallocateOptions {
    /// What becomes of its tasks; absent: `requeue`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_deallocate_option: Option<BatchNodeDeallocateOption>,
}

/// Takes a node out of scheduling; then it goes `offline`. Doing so twice is refused with 409
/// `NodeAlreadyInTargetSchedulingState`.
///
/// Wire model `BatchNodeDisableSchedulingOptions`: the body of `POST
/// /pools/{poolId}/nodes/{nodeId}/disablescheduling`, which may be left out.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchNodeDisableSchedulingOptions {
    /// What becomes of its tasks; absent: `requeue`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_disable_scheduling_option: Option<BatchNodeDisableSchedulingOption>,
}

/// Where to log in on a node: SSH on Linux, RDP on Windows.
///
/// Wire model `BatchNodeRemoteLoginSettings`: answered by `GET
/// /pools/{poolId}/nodes/{nodeId}/remoteloginsettings`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchNodeRemoteLoginSettings {
    /// The IPv6 address; absent without one.
    #[serde(rename = "ipv6RemoteLoginIPAddress", skip_serializing_if = "Option::is_none")]
    pub ipv6_remote_login_ip_address: Option<String>,
    /// The port at that address; absent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ipv6_remote_login_port: Option<i32>,
    /// The public address.
    #[serde(rename = "remoteLoginIPAddress")]
    pub remote_login_ip_address: String,
    /// The port at that address.
    pub remote_login_port: i32,
}

/// An extension on a node, and how it is doing.
///
/// Wire model `BatchNodeVMExtension`: answered by `GET
/// /pools/{poolId}/nodes/{nodeId}/extensions/{extensionName}` and `GET
/// /pools/{poolId}/nodes/{nodeId}/extensions`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchNodeVMExtension {
    /// The word for how far its installation is, as `Succeeded`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provisioning_state: Option<String>,
    /// The extension as the pool asked for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vm_extension: Option<VMExtension>,
    /// What it reports.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_view: Option<VMExtensionInstanceView>,
}

/// What an extension reports.
///
/// Wire model `VMExtensionInstanceView`: part of `BatchNodeVMExtension`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VMExtensionInstanceView {
    /// The extension's name there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What it says about itself.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub statuses: Vec<InstanceViewStatus>,
    /// What it says about its parts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sub_statuses: Vec<InstanceViewStatus>,
}

/// One report of an extension.
///
/// Wire model `InstanceViewStatus`: part of `VMExtensionInstanceView`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct InstanceViewStatus {
    /// The machine-readable report.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// A short word for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_status: Option<String>,
    /// How serious it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<StatusLevelTypes>,
    /// The report in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// When it was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<Timestamp>,
}

/// Which logs of a node's agent to upload, and where to.
///
/// Wire model `UploadBatchServiceLogsOptions`: the body of `POST
/// /pools/{poolId}/nodes/{nodeId}/uploadbatchservicelogs`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct UploadBatchServiceLogsOptions {
    /// The container's URL; writable by its shared access signature or by the identity. `Debug` hides the
    /// signature.
    pub container_url: SensitiveString,
    /// The beginning of the time of interest; whole files are uploaded, so more may come.
    pub start_time: Timestamp,
    /// The end of the time of interest; absent: until now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_time: Option<Timestamp>,
    /// The pool's identity that may write there, instead of a signature.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity_reference: Option<BatchNodeIdentityReference>,
}

/// What is being uploaded; the files come after the answer.
///
/// Wire model `UploadBatchServiceLogsResult`: answered by `POST
/// /pools/{poolId}/nodes/{nodeId}/uploadbatchservicelogs`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct UploadBatchServiceLogsResult {
    /// The directory in the container, made from account, pool, node and a fresh id.
    pub virtual_directory_name: String,
    /// How many files will be there.
    pub number_of_files_uploaded: i32,
}
