//! Faults for many seeds, drawn.

use batchite_api::time::TimeSpan;

use super::{Fault, Probability, minute, ten_minutes};
use crate::rng::{Stream, Streams};

impl Fault {
    /// Faults drawn for a seed: some kinds of those of nodes, tasks and allocation, each more or less often, so that many
    /// seeds meet many mixtures.
    pub fn swarm(seed: u64) -> Vec<Self> {
        let mut random = Streams::new(seed);
        let mut draw = |below: u64| u32::try_from(random.next(Stream::Swarm) % below).unwrap_or(0);
        let mut faults = Vec::new();
        for kind in 0..9 {
            if draw(2) == 0 {
                continue;
            }
            let probability = Some(Probability::from_millionths(10_000 * (1 + draw(30))));
            let span = TimeSpan::from_seconds(i64::from(1 + draw(120)));
            let allocated = if kind == 5 { draw(3) } else { 0 };
            faults.push(Self::of_kind(kind, probability, span, allocated));
        }
        faults
    }

    /// One of the kinds a swarm has, for everything it may befall.
    fn of_kind(kind: u32, probability: Option<Probability>, span: TimeSpan, allocated: u32) -> Self {
        let (pool, node, job, task, times) = (None, None, None, None, None);
        match kind {
            0 => Self::StartTaskFails {
                pool,
                node,
                exit_code: 1,
                times,
                probability,
            },
            1 => Self::TaskFails {
                job,
                task,
                exit_code: 1,
                times,
                probability,
            },
            2 => Self::TaskKilled {
                job,
                task,
                after: span,
                exit_code: 137,
                times,
                probability,
            },
            3 => Self::NodePreempted {
                pool,
                node,
                after: minute(),
                restored_after: span,
                probability,
            },
            4 => Self::NodeUnusable {
                pool,
                node,
                after: ten_minutes(),
                probability,
            },
            5 => Self::AllocationFails {
                pool,
                allocated,
                times,
                probability,
            },
            6 => Self::ApplicationPackageFails {
                application: None,
                pool,
                node,
                times,
                probability,
            },
            7 => Self::LaunchFails {
                pool,
                job,
                task,
                times,
                probability,
            },
            _ => Self::OperatingSystemUpgraded {
                pool,
                node,
                after: minute(),
                takes: span,
                probability,
            },
        }
    }
}
