//! Automatic scaling: the formula of a pool, and how its last evaluation went.

use serde::{Deserialize, Serialize};

use super::common::NameValuePair;
use crate::time::TimeSpan;
use crate::time::Timestamp;

/// How one evaluation of a formula went.
///
/// Wire model `AutoScaleRun`: answered by `POST /pools/{poolId}/evaluateautoscale`; part of `BatchPool`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AutoScaleRun {
    /// When the formula was evaluated.
    pub timestamp: Timestamp,
    /// The variables as `$variable=value` pairs between semicolons: the targets, `$NodeDeallocationOption`, then those of
    /// the formula. When the evaluation failed, as they stood then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub results: Option<String>,
    /// Why the evaluation failed; absent when it succeeded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<AutoScaleRunError>,
}

/// Why a formula could not be evaluated; the pool keeps its targets.
///
/// Wire model `AutoScaleRunError`: part of `AutoScaleRun`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AutoScaleRunError {
    /// The machine-readable cause.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The cause in words, with the place in the formula where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// More about the cause, as names and values.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<NameValuePair>,
}

/// Puts a pool under a formula, or changes formula or interval of a pool that is under one.
///
/// Wire model `BatchPoolEnableAutoScaleOptions`: the body of `POST /pools/{poolId}/enableautoscale`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchPoolEnableAutoScaleOptions {
    /// The formula for the targets, 8 KiB at most; checked before it is taken, else 400. Absent: the pool
    /// keeps its formula, so it must have one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_scale_formula: Option<String>,
    /// Time between two evaluations: 5 minutes to 168 hours, else 400; 15 minutes by default. Absent: the
    /// pool keeps its interval.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_scale_evaluation_interval: Option<TimeSpan>,
}

/// Tries a formula on a pool without applying what comes out. The pool must be under automatic scaling.
///
/// Wire model `BatchPoolEvaluateAutoScaleOptions`: the body of `POST /pools/{poolId}/evaluateautoscale`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchPoolEvaluateAutoScaleOptions {
    /// The formula to try.
    pub auto_scale_formula: String,
}
