//! Small shapes that many models share, and the error inside a partly failed answer.

use serde::{Deserialize, Serialize};

use crate::secret::SensitiveString;

/// A variable in the environment of a process on a node.
///
/// Wire model `EnvironmentSetting`: part of every task's body and of `commonEnvironmentSettings` of a job.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct EnvironmentSetting {
    /// The variable's name.
    pub name: String,
    /// The variable's value; absent: the empty text. `Debug` hides signatures in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<SensitiveString>,
}

/// A name and a value that explain a failure further.
///
/// Wire model `NameValuePair`: part of the error and failure models.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NameValuePair {
    /// What the value tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What there is to tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// A note the owner attaches; the service gives it no meaning.
///
/// Wire model `BatchMetadataItem`: part of pools, jobs and job schedules.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchMetadataItem {
    /// The note's name. It must not be empty, else 400 `EmptyMetadataKey`.
    pub name: String,
    /// The note's text.
    pub value: String,
}

/// Why one task of a collection was refused. Errors of whole requests have the same shape and become
/// [`Error`](crate::error::Error).
///
/// Wire model `BatchError`: in each failed item of `POST /jobs/{jobId}/addtaskcollection`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchError {
    /// The machine-readable code, as `TaskExists`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The code in words; ends with the request's id and time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<BatchErrorMessage>,
    /// What the refusal is about: property names, values, limits.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<BatchErrorDetail>,
}

/// One fact about a refusal.
///
/// Wire model `BatchErrorDetail`: part of `BatchError`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchErrorDetail {
    /// What the fact tells, as `PropertyName` or `Reason`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The fact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// A message and the language it is written in.
///
/// Wire model `BatchErrorMessage`: part of `BatchError`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchErrorMessage {
    /// The language, as `en-US`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
    /// The message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}
