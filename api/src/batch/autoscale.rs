//! `autoscale` models.

use serde::{Deserialize, Serialize};

use super::common::NameValuePair;
use crate::time::TimeSpan;
use crate::time::Timestamp;

/// `AutoScaleRun`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AutoScaleRun {
    /// `timestamp`.
    pub timestamp: Timestamp,
    /// `results`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub results: Option<String>,
    /// `error`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<AutoScaleRunError>,
}

/// `AutoScaleRunError`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AutoScaleRunError {
    /// `code`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// `message`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// `values`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<NameValuePair>,
}

/// `BatchPoolEnableAutoScaleOptions`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchPoolEnableAutoScaleOptions {
    /// `autoScaleFormula`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_scale_formula: Option<String>,
    /// `autoScaleEvaluationInterval`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_scale_evaluation_interval: Option<TimeSpan>,
}

/// `BatchPoolEvaluateAutoScaleOptions`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchPoolEvaluateAutoScaleOptions {
    /// `autoScaleFormula`.
    pub auto_scale_formula: String,
}
