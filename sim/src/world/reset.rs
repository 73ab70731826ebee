//! Back to an empty world, without giving up its accounts, its time, or any number that others may still hold.

use smol_str::SmolStr;

use super::{Work, World};
use crate::exec::RunId;
use crate::trace::Entity;

impl World {
    /// Empties the world at its present moment. What the executor still has of it is to be ended and removed: that is the
    /// work there is afterwards.
    ///
    /// Runs and records of the trace are numbered on, so that nothing of before is taken for something of after.
    pub fn reset(&mut self) {
        let mut config = self.config.clone();
        config.start = self.now;
        let mut fresh = Self::new(config);
        fresh.runs_begun = self.runs_begun;
        fresh.last_stamp = self.last_stamp;
        fresh.trace = std::mem::take(&mut self.trace);
        for account in self.store.accounts() {
            fresh.store.add_account(account.clone());
        }
        // The map is hashed: in order, they are ended the same way each time.
        let mut runs: Vec<RunId> = self.runs.keys().copied().collect();
        runs.sort_unstable();
        fresh.work.extend(runs.into_iter().map(|run| Work::End { run }));
        // Nodes that were thrown away a moment ago and whose disks are still there.
        let gone = self.work.drain(..);
        let gone = gone.filter(|work| matches!(work, Work::RemoveNode { .. }));
        fresh.work.extend(gone);
        let nodes = self.nodes.iter().flatten();
        fresh.work.extend(nodes.map(|node| Work::RemoveNode {
            node: node.identity.node.clone(),
        }));
        *self = fresh;
        self.record(Entity::Account, "", "empty", "reset", SmolStr::default());
    }
}
