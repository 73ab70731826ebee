//! `application` models.

use serde::{Deserialize, Serialize};

/// `BatchApplication`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchApplication {
    /// `id`.
    pub id: String,
    /// `displayName`.
    pub display_name: String,
    /// `versions`.
    pub versions: Vec<String>,
}

/// `BatchApplicationPackageReference`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchApplicationPackageReference {
    /// `applicationId`.
    pub application_id: String,
    /// `version`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}
