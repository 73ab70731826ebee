//! From a run that begins to the start of its command, and launches that fail on the way.
//!
//! Launches fail only where a fault says so. The service tries again by itself: the task stays what it is, and neither a
//! retry of its own nor a requeue is counted. In the end it fails, and is not tried again.

use batchite_api::time::TimeSpan;
use smol_str::format_smolstr;

use super::event::Event;
use super::faults::fits;
use super::{JobIndex, RunTarget, TaskIndex, Work, World};
use crate::exec::failure::TaskFailureCode;
use crate::exec::{Outcome, RunId};
use crate::fault::Fault;
use crate::trace::Entity;

/// How many launches of a run there are at most: the first, and three that the service tries by itself.
const LAUNCHES_MAX: u8 = 4;

/// The time between two launches of a run.
const PAUSE: TimeSpan = TimeSpan::from_seconds(10);

impl World {
    /// Has the executor start the command of a run; `launch` counts from 1. What is no task of a job is always launched.
    pub(super) fn launch(&mut self, run: RunId, target: RunTarget, launch: u8) {
        if let Some((job, task)) = target.task() {
            if self.meet_launch(job, task, target, launch) {
                let next = launch + 1;
                let pause = if launch < LAUNCHES_MAX {
                    PAUSE
                } else {
                    TimeSpan::ZERO
                };
                self.plan_in(pause, Event::LaunchDue { run, launch: next });
                return;
            }
            if !matches!(target, RunTarget::Instance { .. }) {
                self.meet_start(run, job, task);
            }
        }
        // The primary goes on where its node has the packages already.
        let deploys = matches!(target, RunTarget::Task { .. } | RunTarget::Instance { .. });
        if !(deploys && self.meet_deployment(run)) {
            self.work.push_back(Work::Start { run });
        }
    }

    /// A run whose launch has failed is launched again, or given up, unless it has ended meanwhile.
    pub(super) fn launch_due(&mut self, run: RunId, launch: u8) {
        let Some(target) = self.runs.get(&run).copied() else {
            return;
        };
        if launch > LAUNCHES_MAX {
            let launches = LAUNCHES_MAX.to_string();
            let failure =
                TaskFailureCode::MaxInternalRetryCountReached.with_details(&[("Launches", &launches)]);
            self.handle_outcome(run, Outcome::Failed(failure));
            return;
        }
        if let Some(entity) = target.task().and_then(|(job, task)| self.task_entity(job, task)) {
            let note = format_smolstr!("launch {launch}");
            self.record(entity, "running", "running", "launch_retry", note);
        }
        self.launch(run, target, launch);
    }

    /// Whether a fault keeps the command of a task from being launched.
    fn meet_launch(&mut self, job: JobIndex, task: TaskIndex, target: RunTarget, launch: u8) -> bool {
        if !self.has_faults() {
            return false;
        }
        let node = self.node(target.node());
        let pool = node.map(|record| record.identity.pool.to_smol_str());
        let (Some(pool), Some(entity)) = (pool, self.task_entity(job, task)) else {
            return false;
        };
        let Entity::Task { job, task } = &entity else {
            return false;
        };
        let struck = self.strike(|fault| match fault {
            Fault::LaunchFails {
                pool: pools,
                job: jobs,
                task: tasks,
                ..
            } => fits(pools.as_ref(), &pool) && fits(jobs.as_ref(), job) && fits(tasks.as_ref(), task),
            _ => false,
        });
        let Some((number, fault)) = struck else {
            return false;
        };
        let what = format_smolstr!("launch {launch} of {LAUNCHES_MAX}");
        self.record_fault(entity, number, fault.kind(), &what);
        true
    }

    /// A task, for the trace.
    pub(super) fn task_entity(&self, job: JobIndex, task: TaskIndex) -> Option<Entity> {
        let record = self.job(job)?;
        Some(Entity::Task {
            job: record.id.to_smol_str(),
            task: record.task(task)?.id.to_smol_str(),
        })
    }
}
