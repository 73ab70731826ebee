//! The faults a world begins with, why one is refused, and what has become of one.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Fault;

/// The faults of a world from its beginning, each of which can happen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Fault>", into = "Vec<Fault>")]
pub struct FaultPlan(Vec<Fault>);

impl FaultPlan {
    /// A plan of faults. Refused when one of them could never happen.
    pub fn new(faults: Vec<Fault>) -> Result<Self, FaultError> {
        for fault in &faults {
            fault.check()?;
        }
        Ok(Self(faults))
    }

    /// Its faults, in the order they are numbered in.
    pub fn faults(&self) -> &[Fault] {
        &self.0
    }
}

impl TryFrom<Vec<Fault>> for FaultPlan {
    type Error = FaultError;

    fn try_from(faults: Vec<Fault>) -> Result<Self, FaultError> {
        Self::new(faults)
    }
}

impl From<FaultPlan> for Vec<Fault> {
    fn from(plan: FaultPlan) -> Self {
        plan.0
    }
}

/// Why a fault cannot be injected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultError(pub(super) String);

impl fmt::Display for FaultError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for FaultError {}

/// A fault of a world, and what has become of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FaultReport {
    /// Its number, by which it is cleared.
    pub number: u32,
    /// How often it has struck.
    pub struck: u64,
    /// How often it will strike at most from now on; absent when there is no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left: Option<u32>,
    /// What goes wrong.
    pub fault: Fault,
}
