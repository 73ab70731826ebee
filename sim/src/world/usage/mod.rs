//! What pools have used: core time over their lives, and in intervals of half an hour.
//!
//! Cores count while their node has a machine: from the moment it is there until the node is gone, deallocated or
//! pre-empted. Between two changes nothing changes, so intervals need no events: a change closes those that ended
//! since the one before, and equal ones in a row are kept as one.
//!
//! - `pool_usage`: what one pool uses and has used
//! - `list`: the list of it

mod list;
mod pool_usage;

use batchite_api::batch::{BatchNodeState, BatchPoolStatistics, BatchPoolUsageStatistics};
use batchite_api::time::{TimeSpan, Timestamp};

pub(super) use pool_usage::PoolUsage;

use super::pool::Pool;
use super::{NodeIndex, PoolIndex, World};

/// The length of an interval.
const INTERVAL: TimeSpan = TimeSpan::from_minutes(30);

/// The number of the interval a moment lies in.
fn interval_of(moment: Timestamp) -> u64 {
    moment.ticks() / INTERVAL.ticks().unsigned_abs()
}

fn start_of(interval: u64) -> Timestamp {
    Timestamp::from_ticks(interval.saturating_mul(INTERVAL.ticks().unsigned_abs()))
}

/// Cores of both kinds of nodes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Cores {
    dedicated: u64,
    all: u64,
}

impl World {
    /// What a pool has used over its life.
    pub(super) fn pool_statistics(&self, index: PoolIndex, pool: &Pool) -> Option<BatchPoolStatistics> {
        let usage = self.usage.get(index.offset())?;
        let (start_time, last_update_time) =
            (pool.model.creation_time, self.now.max(pool.model.creation_time));
        Some(BatchPoolStatistics {
            url: pool.model.url.clone(),
            start_time,
            last_update_time,
            usage_stats: Some(BatchPoolUsageStatistics {
                start_time,
                last_update_time,
                dedicated_core_time: usage.dedicated_core_time(self.now),
            }),
            resource_stats: None,
        })
    }

    /// The usage of a pool that there is.
    pub(super) fn usage_of(&mut self, pool: PoolIndex) -> Option<&mut PoolUsage> {
        self.usage.get_mut(pool.offset())
    }

    /// Counts the cores of a node that came into a state, or stops counting them.
    pub(super) fn count_cores(&mut self, node: NodeIndex, state: &BatchNodeState) {
        let has_machine = match state {
            BatchNodeState::Creating | BatchNodeState::Preempted | BatchNodeState::Deallocated => false,
            // A node may leave that never had one.
            BatchNodeState::LeavingPool => return,
            _ => true,
        };
        self.set_counted(node, has_machine);
    }

    /// Notes whether the cores of a node count.
    pub(super) fn set_counted(&mut self, node: NodeIndex, counted: bool) {
        let now = self.now;
        let Some(record) = self.node_mut(node).filter(|record| record.counted != counted) else {
            return;
        };
        record.counted = counted;
        let (pool, dedicated) = (record.pool, record.dedicated);
        let cores = self.pool(pool).map_or(0, |pool| pool.cores_per_node);
        if let Some(usage) = self.usage_of(pool) {
            usage.change(now, cores, dedicated, counted);
        }
    }

    /// The cores counted are those of the nodes that have a machine.
    pub(super) fn broken_usage(&self) -> Option<String> {
        if self.usage.len() != self.pools.len() {
            return Some("the usage of some pool is not noted".to_owned());
        }
        self.pools.iter().zip(&self.usage).find_map(|(pool, usage)| {
            let cores = pool.as_deref().map(|pool| self.counted_cores(pool));
            usage.broken(cores)
        })
    }

    /// The cores of the nodes of a pool that count.
    fn counted_cores(&self, pool: &Pool) -> Cores {
        let mut cores = Cores::default();
        let nodes = pool.nodes.values().filter_map(|node| self.node(*node));
        for node in nodes.filter(|node| node.counted) {
            let of_node = u64::from(pool.cores_per_node);
            cores.all += of_node;
            cores.dedicated += if node.dedicated { of_node } else { 0 };
        }
        cores
    }
}
