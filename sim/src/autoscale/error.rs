//! What is wrong with a formula, and where.

use std::fmt;

use super::metric::Metric;

/// A place in a formula. Lines and columns count from one; a call stands at its parenthesis, an operator at itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The line.
    pub line: u32,
    /// The character in the line.
    pub column: u32,
}

impl fmt::Display for Position {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Line {}, Col {}", self.line, self.column)
    }
}

/// A text that is no formula. Refused with 400 before anything else happens.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormulaError {
    /// `AutoScalingFormulaTooLong`: too many characters or statements.
    #[error("{0}")]
    TooLong(String),
    /// `AutoScalingFormulaSyntaxError`.
    #[error("{position}: {reason}")]
    Syntax {
        /// Where.
        position: Position,
        /// What, and what was expected.
        reason: String,
    },
}

/// Why an evaluation ended without targets. The pool keeps those it has.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum EvaluationError {
    /// `InsufficientSampleData`: fewer samples than asked for.
    #[error("{position}: Insufficient data from data set: {metric} wanted {wanted}%, received {received}%")]
    InsufficientSampleData {
        /// Where.
        position: Position,
        /// Of which variable.
        metric: Metric,
        /// The percentage asked for.
        wanted: f64,
        /// The percentage there is.
        received: f64,
    },
    /// `AutoScalingFormulaEvaluationError`: types that do not fit, a division by zero, a variable without a value.
    #[error("{position}: {reason}")]
    Failed {
        /// Where.
        position: Position,
        /// What.
        reason: String,
    },
}

impl EvaluationError {
    pub(super) fn failed(position: Position, reason: impl Into<String>) -> Self {
        let reason = reason.into();
        Self::Failed { position, reason }
    }

    /// The `code` of `autoScaleRun.error`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::InsufficientSampleData { .. } => "InsufficientSampleData",
            Self::Failed { .. } => "AutoScalingFormulaEvaluationError",
        }
    }

    /// The `message` of `autoScaleRun.error`. What is wrong and where stands in its values: see `Display`.
    pub fn message(&self) -> &'static str {
        match self {
            Self::InsufficientSampleData { .. } => {
                "Autoscale evaluation failed due to insufficient sample data"
            }
            Self::Failed { .. } => "Autoscale evaluation failed due to an error in the formula",
        }
    }
}
