//! Applications the account offers, and the packages of them that pools and tasks ask for.

use serde::{Deserialize, Serialize};

/// An application of the account: a name under which versioned packages are kept.
///
/// Wire model `BatchApplication`: answered by `GET /applications/{applicationId}` and `GET /applications`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchApplication {
    /// The application's name, unique in the account.
    pub id: String,
    /// The name shown to people.
    pub display_name: String,
    /// The versions there are packages of; empty when nothing was uploaded yet.
    pub versions: Vec<String>,
}

/// A package to be deployed on a node before work starts there.
///
/// Wire model `BatchApplicationPackageReference`: part of `BatchPool`, `BatchTask`, `BatchJobManagerTask` and
/// the bodies that make them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchApplicationPackageReference {
    /// The application the package belongs to.
    pub application_id: String,
    /// The version to deploy; absent: the application's default version. Without a default the call is
    /// refused with 409 `InvalidApplicationPackageReferences`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}
