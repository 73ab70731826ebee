//! `exit_conditions` models.

use serde::{Deserialize, Serialize};

use super::enums::BatchJobActionKind;
use super::enums::DependencyAction;

/// `ExitConditions`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ExitConditions {
    /// `exitCodes`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub exit_codes: Vec<ExitCodeMapping>,
    /// `exitCodeRanges`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub exit_code_ranges: Vec<ExitCodeRangeMapping>,
    /// `preProcessingError`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pre_processing_error: Option<ExitOptions>,
    /// `fileUploadError`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_upload_error: Option<ExitOptions>,
    /// `default`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<ExitOptions>,
}

/// `ExitCodeMapping`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ExitCodeMapping {
    /// `code`.
    pub code: i32,
    /// `exitOptions`.
    pub exit_options: ExitOptions,
}

/// `ExitCodeRangeMapping`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ExitCodeRangeMapping {
    /// `start`.
    pub start: i32,
    /// `end`.
    pub end: i32,
    /// `exitOptions`.
    pub exit_options: ExitOptions,
}

/// `ExitOptions`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ExitOptions {
    /// `jobAction`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_action: Option<BatchJobActionKind>,
    /// `dependencyAction`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dependency_action: Option<DependencyAction>,
}
