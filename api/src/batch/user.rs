//! Users: those of a pool, those tasks run as, and those who log in on a node.

use serde::{Deserialize, Serialize};

use super::enums::AutoUserScope;
use super::enums::ElevationLevel;
use super::enums::LoginMode;
use crate::secret::Secret;
use crate::time::Timestamp;

/// A user on every node of a pool, for tasks to run as.
///
/// Wire model `UserAccount`: part of `BatchPool`, `BatchPoolSpecification` and the bodies that make or change
/// a pool.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct UserAccount {
    /// The user's name, 20 characters at most.
    pub name: String,
    /// The user's password; never shown by the service.
    #[serde(skip_serializing_if = "Secret::is_empty")]
    pub password: Secret,
    /// Whether the user is an administrator; absent: `nonadmin`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub elevation_level: Option<ElevationLevel>,
    /// What only Linux has; absent: its defaults.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub linux_user_configuration: Option<LinuxUserConfiguration>,
    /// What only Windows has; absent: its defaults.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub windows_user_configuration: Option<WindowsUserConfiguration>,
}

/// A user of a Linux node.
///
/// Wire model `LinuxUserConfiguration`: part of `UserAccount`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LinuxUserConfiguration {
    /// The user id; given together with `gid` or not at all, when the system picks both.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uid: Option<i32>,
    /// The group id; given together with `uid` or not at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gid: Option<i32>,
    /// A key with which the user goes from node to node without a password, in pools with inter-node
    /// communication; never shown by the service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ssh_private_key: Option<Secret>,
}

/// A user of a Windows node.
///
/// Wire model `WindowsUserConfiguration`: part of `UserAccount`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WindowsUserConfiguration {
    /// How the user's processes are logged in; absent: `batch`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub login_mode: Option<LoginMode>,
}

/// The user a task runs as: one of the pool's accounts or an automatic one, not both. Absent: the pool's
/// automatic user, not an administrator.
///
/// Wire model `UserIdentity`: part of every task's body and of `BatchStartTask`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct UserIdentity {
    /// The name of one of the pool's `userAccounts`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// A user the service makes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_user: Option<AutoUserSpecification>,
}

/// A user the service makes by itself.
///
/// Wire model `AutoUserSpecification`: part of `UserIdentity`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AutoUserSpecification {
    /// Whether all tasks of a node share the user; absent: `pool`, they do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<AutoUserScope>,
    /// Whether the user is an administrator; absent: `nonadmin`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub elevation_level: Option<ElevationLevel>,
}

/// Makes a user who can log in on one node, which must be idle or running.
///
/// Wire model `BatchNodeUserCreateOptions`: the body of `POST /pools/{poolId}/nodes/{nodeId}/users`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchNodeUserCreateOptions {
    /// The user's name, 20 characters at most; one that exists is refused with 409 `NodeUserExists`.
    pub name: String,
    /// Whether the user is an administrator; absent: `false`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_admin: Option<bool>,
    /// When the user is removed; absent: a day from now. Linux rounds it to a day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expiry_time: Option<Timestamp>,
    /// The password; mandatory on Windows nodes, on Linux nodes instead of a key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<Secret>,
    /// The public key to log in with, in OpenSSH form; on Linux nodes only, else 400.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ssh_public_key: Option<String>,
}

/// Changes a user of a node. What is left out goes back to its default; it is not kept.
///
/// Wire model `BatchNodeUserReplaceOptions`: the body of `PUT
/// /pools/{poolId}/nodes/{nodeId}/users/{userName}`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchNodeUserReplaceOptions {
    /// The new password; mandatory on Windows nodes, on Linux nodes instead of a key. Absent: removed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<Secret>,
    /// When the user is removed; absent: a day from now. Linux rounds it to a day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expiry_time: Option<Timestamp>,
    /// The new public key; on Linux nodes only, else 400. Absent: removed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ssh_public_key: Option<String>,
}
