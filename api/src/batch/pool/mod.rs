//! Pools: what they are made of and how they are changed.

mod identity;
mod resize;
mod statistics;

pub use identity::*;
pub use resize::*;
pub use statistics::*;

use serde::{Deserialize, Serialize};

use super::application::BatchApplicationPackageReference;
use super::autoscale::AutoScaleRun;
use super::common::BatchMetadataItem;
use super::enums::AllocationState;
use super::enums::BatchJobDefaultOrder;
use super::enums::BatchNodeFillType;
use super::enums::BatchPoolState;
use super::mount::MountConfiguration;
use super::network::NetworkConfiguration;
use super::start_task::BatchStartTask;
use super::user::UserAccount;
use super::virtual_machine::UpgradePolicy;
use super::virtual_machine::VirtualMachineConfiguration;
use crate::time::TimeSpan;
use crate::time::Timestamp;

/// A pool: nodes of one kind on which tasks run.
///
/// Wire model `BatchPool`: answered by `GET /pools/{poolId}` and `GET /pools`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchPool {
    /// The pool's id, unique in the account without regard to case.
    pub id: String,
    /// A name for people; absent when none was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// Where the pool itself can be had.
    pub url: String,
    /// The tag for conditional requests. It moves when a user writes or resizes the pool, not when nodes come
    /// and go.
    #[serde(rename = "eTag")]
    pub etag: String,
    /// When a user last wrote or resized the pool; the `eTag` is the same moment.
    pub last_modified: Timestamp,
    /// When the pool was made.
    pub creation_time: Timestamp,
    /// Whether the pool is there or going.
    pub state: BatchPoolState,
    /// When it came into that state.
    pub state_transition_time: Timestamp,
    /// Whether nodes are being added or removed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allocation_state: Option<AllocationState>,
    /// When it came into that allocation state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allocation_state_transition_time: Option<Timestamp>,
    /// The size of its nodes, in lower case.
    pub vm_size: String,
    /// Image and disks of its nodes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub virtual_machine_configuration: Option<VirtualMachineConfiguration>,
    /// How long the last resize may take; 15 minutes by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resize_timeout: Option<TimeSpan>,
    /// Why the last resize missed its targets; shown while the allocation is steady, cleared by the next
    /// resize.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resize_errors: Vec<ResizeError>,
    /// Dedicated nodes it has.
    pub current_dedicated_nodes: i32,
    /// Low-priority nodes it has, pre-empted ones included.
    pub current_low_priority_nodes: i32,
    /// Dedicated nodes wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_dedicated_nodes: Option<i32>,
    /// Low-priority nodes wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_low_priority_nodes: Option<i32>,
    /// Whether a formula sets the targets; absent: `false`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_auto_scale: Option<bool>,
    /// The formula; only while `enableAutoScale` is true.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_scale_formula: Option<String>,
    /// Time between two evaluations; only while `enableAutoScale` is true.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_scale_evaluation_interval: Option<TimeSpan>,
    /// How the last evaluation went; only while `enableAutoScale` is true.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_scale_run: Option<AutoScaleRun>,
    /// Whether nodes can reach each other directly; absent: `false`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_inter_node_communication: Option<bool>,
    /// Subnet, ports and addresses; absent: the service's own network.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_configuration: Option<NetworkConfiguration>,
    /// What each node runs when it joins; absent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_task: Option<BatchStartTask>,
    /// Packages deployed on each node.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub application_package_references: Vec<BatchApplicationPackageReference>,
    /// Slots for tasks on a node; 1 by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_slots_per_node: Option<i32>,
    /// How tasks are spread over nodes; evenly by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_scheduling_policy: Option<BatchTaskSchedulingPolicy>,
    /// Users on each node, without their passwords.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub user_accounts: Vec<UserAccount>,
    /// The owner's notes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub metadata: Vec<BatchMetadataItem>,
    /// What the pool has used; only with `$expand=stats`, and some 30 minutes behind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stats: Option<BatchPoolStatistics>,
    /// File systems mounted on each node, without their keys.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mount_configuration: Vec<MountConfiguration>,
    /// The identities its nodes can use; set by the management interface. Absent without any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity: Option<BatchPoolIdentity>,
    /// How the nodes' operating systems are kept up to date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upgrade_policy: Option<UpgradePolicy>,
}

/// A pool to be made. The call returns before the first node is there.
///
/// Wire model `BatchPoolCreateOptions`: the body of `POST /pools`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchPoolCreateOptions {
    /// The pool's id: 1 to 64 letters, digits, `-` and `_`, unique in the account without regard to case;
    /// else 409 `PoolExists`.
    pub id: String,
    /// A name for people, 1024 characters at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// The size of its nodes, as `standard_a1_v2`; the service shows it in lower case.
    pub vm_size: String,
    /// Image and disks of its nodes; mandatory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub virtual_machine_configuration: Option<VirtualMachineConfiguration>,
    /// How long allocating nodes may take: 15 minutes by default, 5 at least (400). Not for pools under a
    /// formula.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resize_timeout: Option<TimeSpan>,
    /// Dedicated nodes wanted; absent: 0. Must be left out with `enableAutoScale`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_dedicated_nodes: Option<i32>,
    /// Low-priority nodes wanted; absent: 0. Must be left out with `enableAutoScale`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_low_priority_nodes: Option<i32>,
    /// Whether a formula sets the targets; absent: `false`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_auto_scale: Option<bool>,
    /// The formula; mandatory if and only if `enableAutoScale` is true. Checked before the pool is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_scale_formula: Option<String>,
    /// Time between two evaluations: 15 minutes by default, 5 minutes to 168 hours, else 400.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_scale_evaluation_interval: Option<TimeSpan>,
    /// Whether nodes can reach each other directly; absent: `false`. It limits how large the pool can be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_inter_node_communication: Option<bool>,
    /// Subnet, ports and addresses; absent: the service's own network.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_configuration: Option<NetworkConfiguration>,
    /// What each node runs when it joins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_task: Option<BatchStartTask>,
    /// Packages to deploy on each node, 10 at most.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub application_package_references: Vec<BatchApplicationPackageReference>,
    /// Slots for tasks on a node: 1 by default, four times its cores and 256 at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_slots_per_node: Option<i32>,
    /// How tasks are spread over nodes; absent: evenly.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_scheduling_policy: Option<BatchTaskSchedulingPolicy>,
    /// Users to make on each node.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub user_accounts: Vec<UserAccount>,
    /// The owner's notes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub metadata: Vec<BatchMetadataItem>,
    /// File systems to mount on each node, 10 at most.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mount_configuration: Vec<MountConfiguration>,
    /// How the nodes' operating systems are kept up to date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upgrade_policy: Option<UpgradePolicy>,
}

/// Changes to a pool. What is left out stays; what is given replaces the old value as a whole, and an empty
/// list removes all. Most properties may change only while the pool has no nodes, else 409.
///
/// Wire model `BatchPoolUpdateOptions`: the body of `PATCH /pools/{poolId}`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchPoolUpdateOptions {
    /// A name for people, 1024 characters at most; only while the pool has no nodes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// The size of its nodes; only while the pool has no nodes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vm_size: Option<String>,
    /// Whether nodes can reach each other directly; only while the pool has no nodes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_inter_node_communication: Option<bool>,
    /// What each node runs when it joins; at any time, and nodes follow when they next start.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_task: Option<BatchStartTask>,
    /// Packages to deploy; at any time, and nodes follow when they next start.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application_package_references: Option<Vec<BatchApplicationPackageReference>>,
    /// The owner's notes; at any time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Vec<BatchMetadataItem>>,
    /// Image and disks of its nodes; only while the pool has no nodes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub virtual_machine_configuration: Option<VirtualMachineConfiguration>,
    /// Slots for tasks on a node, four times its cores and 256 at most; only while the pool has no nodes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_slots_per_node: Option<i32>,
    /// How tasks are spread over nodes; only while the pool has no nodes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_scheduling_policy: Option<BatchTaskSchedulingPolicy>,
    /// Subnet, ports and addresses; only while the pool has no nodes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_configuration: Option<NetworkConfiguration>,
    /// Users on each node; only while the pool has no nodes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_accounts: Option<Vec<UserAccount>>,
    /// File systems to mount on each node; only while the pool has no nodes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mount_configuration: Option<Vec<MountConfiguration>>,
    /// How operating systems are kept up to date; only while the pool has no nodes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upgrade_policy: Option<UpgradePolicy>,
}

/// The changeable properties of a pool, all at once. What is left out is removed.
///
/// Wire model `BatchPoolReplaceOptions`: the body of `POST /pools/{poolId}/updateproperties`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchPoolReplaceOptions {
    /// What each node runs when it joins; absent: nothing any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_task: Option<BatchStartTask>,
    /// Packages to deploy, 10 at most; mandatory, empty for none.
    pub application_package_references: Vec<BatchApplicationPackageReference>,
    /// The owner's notes; mandatory, empty for none.
    pub metadata: Vec<BatchMetadataItem>,
}

/// How the tasks waiting for a pool are given to its nodes.
///
/// Wire model `BatchTaskSchedulingPolicy`: part of `BatchPool`, `BatchPoolSpecification` and the bodies that
/// make or change a pool.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchTaskSchedulingPolicy {
    /// Which of several jobs with the same priority goes first; absent: none of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_default_order: Option<BatchJobDefaultOrder>,
    /// Whether nodes fill evenly or one after the other; `spread` by default.
    pub node_fill_type: BatchNodeFillType,
}
