//! What there is in a world, in numbers: for onlookers, not for the service.

use std::collections::BTreeMap;

use batchite_api::time::Timestamp;
use serde::Serialize;

use super::World;

/// What there is in a world. Counting takes as long as there are nodes, jobs and blobs; tasks are counted already.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WorldSummary {
    /// The present of the world.
    pub now: Timestamp,
    /// When something happens next by itself; absent when nothing does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_event: Option<Timestamp>,
    /// How many pools there are.
    pub pools: usize,
    /// Nodes by state, in the service's words.
    pub nodes: BTreeMap<String, usize>,
    /// Jobs by state, in the service's words.
    pub jobs: BTreeMap<String, usize>,
    /// The tasks of all jobs.
    pub tasks: TaskTotals,
    /// Commands that were started and have not ended, start tasks among them.
    pub commands: usize,
    /// Containers of all storage accounts.
    pub containers: usize,
    /// Blobs in them.
    pub blobs: usize,
    /// Bytes in these.
    pub blob_bytes: u64,
}

/// How many tasks there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskTotals {
    /// Waiting.
    pub active: u64,
    /// On a node.
    pub running: u64,
    /// Completed with success.
    pub succeeded: u64,
    /// Completed with failure.
    pub failed: u64,
}

impl World {
    /// What there is, in numbers.
    pub fn summary(&self) -> WorldSummary {
        let mut tasks = TaskTotals::default();
        for job in self.jobs.iter().flatten() {
            tasks.active += u64::from(job.counts.active);
            tasks.running += u64::from(job.counts.running);
            tasks.succeeded += u64::from(job.counts.succeeded);
            tasks.failed += u64::from(job.counts.failed);
        }
        let (containers, blobs, blob_bytes) = self.store.totals();
        WorldSummary {
            now: self.now,
            next_event: self.poll_timeout(),
            pools: self.pools.iter().flatten().count(),
            nodes: count(self.nodes.iter().flatten().map(|node| node.state.as_str())),
            jobs: count(self.jobs.iter().flatten().map(|job| job.model.state.as_str())),
            tasks,
            commands: self.runs.len(),
            containers,
            blobs,
            blob_bytes,
        }
    }
}

fn count<'a>(states: impl Iterator<Item = &'a str>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for state in states {
        match counts.get_mut(state) {
            Some(count) => *count += 1,
            None => {
                counts.insert(state.to_owned(), 1);
            }
        }
    }
    counts
}
