//! How far each operation of the Batch service is simulated: the one table, which the conformance suite holds against
//! what the world really does.

use batchite_api::wire::batch::BatchOperation;

/// How far an operation is simulated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// It is acted upon.
    Simulated,
    /// It is answered as where there is nothing of the kind, since nothing of the kind can be made.
    Empty,
    /// It is refused with `NotSimulated`.
    Refused,
}

impl Reach {
    /// How far an operation is simulated: all of them are acted upon.
    pub const fn of(_: BatchOperation) -> Self {
        Self::Simulated
    }

    /// What tables say.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Simulated => "simulated",
            Self::Empty => "answered as where there are none",
            Self::Refused => "refused",
        }
    }
}
