//! Samples of pools that are scaled by formulas: what is measured, and when.

use batchite_api::batch::{BatchJobState, BatchNodeState};
use batchite_api::time::{TimeSpan, Timestamp};

use super::{PoolIndex, World};
use crate::autoscale::{History, Metric, Reading, SAMPLE_PERIOD};

/// Counts of the nodes of a pool.
#[derive(Default)]
struct Nodes {
    dedicated: u32,
    low_priority: u32,
    preempted: u32,
    /// Their agent runs.
    up: u32,
    /// They can run tasks.
    usable: u32,
    slots: u32,
    used_slots: u32,
    /// Tasks and parts of tasks that run.
    runs: usize,
}

impl World {
    /// A history whose samples fall due together with those of all other pools.
    pub(super) fn new_history(&mut self) -> History {
        let history = History::new(self.config.start);
        self.scaled.samples_due = self.scaled.samples_due.min(history.due_from(self.now));
        history
    }

    /// Takes the samples that fall due before the present becomes `now`. Everything has been the same since the last
    /// thing that happened, so one look serves all of them.
    pub(super) fn take_samples(&mut self, now: Timestamp) {
        let due = self.scaled.samples_due;
        let pools: Vec<_> = self.scaled.pools.iter().copied().collect();
        for index in pools {
            let reading = self.reading(index);
            let automatic = self
                .pool_mut(index)
                .and_then(|pool| pool.scaling.automatic.as_deref_mut());
            if let Some(automatic) = automatic {
                automatic.history.record(due, now, &reading);
            }
        }
        self.scaled.samples_due = History::new(self.config.start).due_from(now);
    }

    /// Samples taken before this moment have come through.
    pub(super) fn samples_available_until(&self) -> Timestamp {
        // A sample of the present moment has not been taken yet; one exactly so old as they take has come through.
        let delay = self.config.latencies.sampling.ticks();
        self.now + TimeSpan::from_ticks(i64::from(delay > 0) - delay)
    }

    /// What a sample of a pool says that is taken now.
    pub(super) fn reading(&self, index: PoolIndex) -> Reading {
        let Some(pool) = self.pool(index) else {
            return Reading::default();
        };
        let mut nodes = Nodes::default();
        for node in pool.nodes.values().filter_map(|node| self.node(*node)) {
            nodes.dedicated += u32::from(node.dedicated);
            nodes.low_priority += u32::from(!node.dedicated);
            nodes.runs += node.runs.len();
            match node.state {
                BatchNodeState::Preempted => nodes.preempted += 1,
                BatchNodeState::Idle | BatchNodeState::Running => {
                    nodes.up += 1;
                    nodes.usable += u32::from(node.takes_tasks());
                    nodes.slots += node.slots;
                    nodes.used_slots += node.used_slots;
                }
                BatchNodeState::Offline
                | BatchNodeState::WaitingForStartTask
                | BatchNodeState::StartTaskFailed => nodes.up += 1,
                _ => {}
            }
        }
        let (mut active, mut succeeded, mut failed) = (0.0, 0.0, 0.0);
        let jobs = self.jobs_of_pool.get(&pool.id.key());
        for job in jobs.into_iter().flatten().filter_map(|job| self.job(*job)) {
            if job.model.state == BatchJobState::Active {
                active += count(job.waiting.instances());
            }
            succeeded += f64::from(job.counts.succeeded);
            failed += f64::from(job.counts.failed);
        }
        let running = count(nodes.runs as u64);
        let used = f64::from(nodes.used_slots) / f64::from(nodes.slots.max(1));
        let period = SAMPLE_PERIOD.milliseconds() / 1000;
        let seconds = i32::try_from(period).map_or(0.0, f64::from) * f64::from(nodes.up);
        Reading::default()
            .with(Metric::CpuPercent, used)
            .with(Metric::WallClockSeconds, seconds)
            .with(Metric::SampleNodeCount, f64::from(nodes.up))
            .with(Metric::ActiveTasks, active)
            .with(Metric::RunningTasks, running)
            .with(Metric::PendingTasks, active + running)
            .with(Metric::SucceededTasks, succeeded)
            .with(Metric::FailedTasks, failed)
            .with(Metric::CurrentDedicatedNodes, f64::from(nodes.dedicated))
            .with(Metric::CurrentLowPriorityNodes, f64::from(nodes.low_priority))
            .with(Metric::PreemptedNodeCount, f64::from(nodes.preempted))
            .with(Metric::UsableNodeCount, f64::from(nodes.usable))
    }

    /// Exactly the pools that say so are scaled by formulas; their samples have no gap, and none is overdue.
    pub(super) fn broken_auto_scale(&self) -> Option<String> {
        for (at, pool) in self.pools.iter().enumerate() {
            let index = PoolIndex::next(at);
            let automatic = pool.as_deref().and_then(|pool| pool.scaling.automatic.as_deref());
            if automatic.is_some() != self.scaled.pools.contains(&index) {
                return Some(format!("pool {at} is scaled by a formula on one list alone"));
            }
            let Some(pool) = pool else { continue };
            let shown = pool.model.enable_auto_scale == Some(true);
            if shown != automatic.is_some() && !pool.is_deleting() {
                return Some(format!("pool {} hides how it is scaled", pool.id));
            }
            if automatic.is_some_and(|automatic| !automatic.history.is_sound()) {
                return Some(format!("pool {} has a gap in its samples", pool.id));
            }
        }
        (self.scaled.samples_due < self.now).then(|| "samples are overdue".to_owned())
    }
}

/// A number of tasks as a double.
fn count(tasks: u64) -> f64 {
    u32::try_from(tasks).map_or(f64::MAX, f64::from)
}
