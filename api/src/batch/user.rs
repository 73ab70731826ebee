//! `user` models.

use serde::{Deserialize, Serialize};

use super::enums::AutoUserScope;
use super::enums::ElevationLevel;
use super::enums::LoginMode;
use crate::secret::Secret;
use crate::time::Timestamp;

/// `UserAccount`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct UserAccount {
    /// `name`.
    pub name: String,
    /// `password`.
    pub password: Secret,
    /// `elevationLevel`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub elevation_level: Option<ElevationLevel>,
    /// `linuxUserConfiguration`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub linux_user_configuration: Option<LinuxUserConfiguration>,
    /// `windowsUserConfiguration`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub windows_user_configuration: Option<WindowsUserConfiguration>,
}

/// `LinuxUserConfiguration`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LinuxUserConfiguration {
    /// `uid`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uid: Option<i32>,
    /// `gid`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gid: Option<i32>,
    /// `sshPrivateKey`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ssh_private_key: Option<Secret>,
}

/// `WindowsUserConfiguration`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WindowsUserConfiguration {
    /// `loginMode`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub login_mode: Option<LoginMode>,
}

/// `UserIdentity`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct UserIdentity {
    /// `username`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// `autoUser`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_user: Option<AutoUserSpecification>,
}

/// `AutoUserSpecification`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AutoUserSpecification {
    /// `scope`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<AutoUserScope>,
    /// `elevationLevel`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub elevation_level: Option<ElevationLevel>,
}

/// `BatchNodeUserCreateOptions`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchNodeUserCreateOptions {
    /// `name`.
    pub name: String,
    /// `isAdmin`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_admin: Option<bool>,
    /// `expiryTime`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expiry_time: Option<Timestamp>,
    /// `password`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<Secret>,
    /// `sshPublicKey`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ssh_public_key: Option<String>,
}

/// `BatchNodeUserReplaceOptions`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchNodeUserReplaceOptions {
    /// `password`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<Secret>,
    /// `expiryTime`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expiry_time: Option<Timestamp>,
    /// `sshPublicKey`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ssh_public_key: Option<String>,
}
