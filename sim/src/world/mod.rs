//! The only owner of state: pools, nodes, jobs, tasks and blobs. It does no I/O, reads no clock and no entropy.

use batchite_api::time::Timestamp;

use crate::trace::Trace;

/// The whole simulated world.
#[derive(Debug)]
pub struct World {
    now: Timestamp,
    trace: Trace,
}

impl World {
    /// The moment the world has reached.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Takes note of the present; time never goes back. Nothing happens yet.
    pub fn observe(&mut self, now: Timestamp) {
        self.now = self.now.max(now);
    }

    /// The record of everything that happened.
    pub fn trace_mut(&mut self) -> &mut Trace {
        &mut self.trace
    }
}
