//! How the machines of a pool are kept up to date.

use serde::{Deserialize, Serialize};

use crate::batch::enums::UpgradeMode;
use crate::time::TimeSpan;

/// How the operating systems of a pool's nodes are kept up to date.
///
/// Wire model `UpgradePolicy`: part of `BatchPool`, `BatchPoolSpecification` and the bodies that make or
/// change a pool.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct UpgradePolicy {
    /// Whether by itself, in turns, or not.
    pub mode: UpgradeMode,
    /// Settings of upgrades that happen by themselves.
    #[serde(rename = "automaticOSUpgradePolicy", skip_serializing_if = "Option::is_none")]
    pub automatic_os_upgrade_policy: Option<AutomaticOsUpgradePolicy>,
    /// Settings of upgrades in turns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rolling_upgrade_policy: Option<RollingUpgradePolicy>,
}

/// Upgrades that happen by themselves when the publisher has a new image.
///
/// Wire model `AutomaticOsUpgradePolicy`: part of `UpgradePolicy`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AutomaticOsUpgradePolicy {
    /// Whether a failed upgrade is not undone; absent: `false`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disable_automatic_rollback: Option<bool>,
    /// Whether they happen; absent: `false`. Not together with `enableAutomaticUpdates` of Windows.
    #[serde(rename = "enableAutomaticOSUpgrade", skip_serializing_if = "Option::is_none")]
    pub enable_automatic_os_upgrade: Option<bool>,
    /// Whether they keep to `rollingUpgradePolicy`; absent: `false`, the platform's own turns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub use_rolling_upgrade_policy: Option<bool>,
    /// Whether they wait while a node runs tasks; absent: `false`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub os_rolling_upgrade_deferral: Option<bool>,
}

/// Upgrades in turns, a share of the nodes at a time.
///
/// Wire model `RollingUpgradePolicy`: part of `UpgradePolicy`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RollingUpgradePolicy {
    /// Whether one turn may reach into several zones; only for zonal placement.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_cross_zone_upgrade: Option<bool>,
    /// Nodes of one turn in percent, 5 to 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_batch_instance_percent: Option<i32>,
    /// Unhealthy nodes at which upgrading stops, in percent of all: 5 to 100, not below
    /// `maxBatchInstancePercent`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_unhealthy_instance_percent: Option<i32>,
    /// Unhealthy nodes at which upgrading stops, in percent of those upgraded: 0 to 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_unhealthy_upgraded_instance_percent: Option<i32>,
    /// Time between two turns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pause_time_between_batches: Option<TimeSpan>,
    /// Whether unhealthy nodes go first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prioritize_unhealthy_instances: Option<bool>,
    /// Whether failed nodes go back to the old image when upgrading stops.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rollback_failed_instances_on_policy_breach: Option<bool>,
}
