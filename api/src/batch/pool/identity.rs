//! The managed identities of a pool.

use serde::{Deserialize, Serialize};

use crate::batch::enums::BatchPoolIdentityType;

/// The managed identities the nodes of a pool can use.
///
/// Wire model `BatchPoolIdentity`: part of `BatchPool`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchPoolIdentity {
    /// Whether there are any.
    pub r#type: BatchPoolIdentityType,
    /// The identities; empty for type `None`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub user_assigned_identities: Vec<BatchUserAssignedIdentity>,
}

/// A managed identity assigned by its owner.
///
/// Wire model `BatchUserAssignedIdentity`: part of `BatchPoolIdentity`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchUserAssignedIdentity {
    /// Its resource id in Azure Resource Manager.
    pub resource_id: String,
    /// The client id tokens are asked for with; read-only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// The principal that rights are given to; read-only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub principal_id: Option<String>,
}

/// An identity of the pool that opens its disk keys.
///
/// Wire model `BatchPoolIdentityReference`: part of `DiskCustomerManagedKey`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchPoolIdentityReference {
    /// The identity's resource id in Azure Resource Manager.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_id: Option<String>,
}
