//! The pool a job runs on: one that is there, or one made for it.

use serde::{Deserialize, Serialize};

use crate::batch::application::BatchApplicationPackageReference;
use crate::batch::common::BatchMetadataItem;
use crate::batch::enums::BatchPoolLifetimeOption;
use crate::batch::mount::MountConfiguration;
use crate::batch::network::NetworkConfiguration;
use crate::batch::pool::BatchTaskSchedulingPolicy;
use crate::batch::start_task::BatchStartTask;
use crate::batch::user::UserAccount;
use crate::batch::virtual_machine::UpgradePolicy;
use crate::batch::virtual_machine::VirtualMachineConfiguration;
use crate::time::TimeSpan;

/// The pool a job runs on: one that is there, or one made for it. Exactly one of the two is set.
///
/// Wire model `BatchPoolInfo`: part of `BatchJob`, `BatchJobSpecification` and the bodies that make or change
/// a job.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchPoolInfo {
    /// The id of a pool. It need not exist when the job is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pool_id: Option<String>,
    /// How to make a pool when the job is ready to start.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_pool_specification: Option<BatchAutoPoolSpecification>,
}

/// A pool the service makes for a job or a schedule, and removes afterwards.
///
/// Wire model `BatchAutoPoolSpecification`: part of `BatchPoolInfo`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchAutoPoolSpecification {
    /// What the pool's id begins with, 20 characters at most; the service adds a GUID. Absent: the GUID
    /// alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_pool_id_prefix: Option<String>,
    /// Whether the pool serves one job or all jobs of a schedule.
    pub pool_lifetime_option: BatchPoolLifetimeOption,
    /// Whether the pool stays when its life would end; absent: `false`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep_alive: Option<bool>,
    /// What the pool looks like.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pool: Option<BatchPoolSpecification>,
}

/// What an automatic pool looks like; the same properties as
/// [`BatchPoolCreateOptions`](crate::batch::BatchPoolCreateOptions), without an id.
///
/// Wire model `BatchPoolSpecification`: part of `BatchAutoPoolSpecification`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchPoolSpecification {
    /// A name for people, 1024 characters at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// The size of its nodes, as `standard_a1_v2`; the service shows it in lower case.
    pub vm_size: String,
    /// Image and disks of its nodes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub virtual_machine_configuration: Option<VirtualMachineConfiguration>,
    /// Slots for tasks on a node: 1 by default, four times its cores and 256 at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_slots_per_node: Option<i32>,
    /// How tasks are spread over nodes; absent: evenly.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_scheduling_policy: Option<BatchTaskSchedulingPolicy>,
    /// How long allocating nodes may take: 15 minutes by default, 5 at least (400). Not for pools under a
    /// formula.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resize_timeout: Option<TimeSpan>,
    /// Dedicated nodes wanted; absent: 0. Not for pools under a formula.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_dedicated_nodes: Option<i32>,
    /// Low-priority nodes wanted; absent: 0. Not for pools under a formula.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_low_priority_nodes: Option<i32>,
    /// Whether a formula sets the targets; absent: `false`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_auto_scale: Option<bool>,
    /// The formula; mandatory if and only if `enableAutoScale` is true.
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
    /// Users to make on each node.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub user_accounts: Vec<UserAccount>,
    /// The owner's notes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub metadata: Vec<BatchMetadataItem>,
    /// File systems to mount on each node.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mount_configuration: Vec<MountConfiguration>,
    /// How the nodes' operating systems are kept up to date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upgrade_policy: Option<UpgradePolicy>,
}
