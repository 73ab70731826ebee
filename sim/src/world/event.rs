//! What is going to happen, in order of time and, within one moment, of having been planned.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use batchite_api::time::Timestamp;

use super::job_task_run::JobTaskKind;
use super::{JobIndex, JobScheduleIndex, NodeIndex, PoolIndex, TaskIndex};
use crate::exec::RunId;

/// Something the world does by itself when its time has come.
///
/// Events name what they are about by index and, where that may have changed meanwhile, by the epoch they were
/// planned in; a stale event does nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Event {
    /// A node's machine is there.
    NodeAllocated { node: NodeIndex, epoch: u32 },
    /// A node's agent runs.
    NodeBooted { node: NodeIndex, epoch: u32 },
    /// A node has gone down for a reboot, a reimage or an upgrade, and comes up again.
    NodeRestarted { node: NodeIndex, epoch: u32 },
    /// There is a machine again for a node that was pre-empted.
    NodeRestored { node: NodeIndex, epoch: u32 },
    /// The moment of a fault of nodes has come.
    FaultDue { fault: u32 },
    /// A fault kills a run.
    TaskKilled { run: RunId, fault: u32 },
    /// A run whose launch has failed is launched again; `launch` counts from 1.
    LaunchDue { run: RunId, launch: u8 },
    /// A fault keeps an application package off the node of a run.
    DeploymentFailed { run: RunId },
    /// A node has given its machine back.
    NodeDeallocated { node: NodeIndex, epoch: u32 },
    /// A node is gone.
    NodeGone { node: NodeIndex, epoch: u32 },
    /// A resize has been going on long enough to settle.
    ResizeSettled { pool: PoolIndex, epoch: u32 },
    /// A resize has run out of time.
    ResizeTimedOut { pool: PoolIndex, epoch: u32 },
    /// Waiting tasks and free slots of a pool are matched.
    Schedule { pool: PoolIndex },
    /// A job leaves its transitional state when nothing runs any more.
    JobSettled { job: JobIndex, epoch: u32 },
    /// A job has run out of time.
    JobTimedOut { job: JobIndex },
    /// All tasks of a job may be complete.
    JobTasksChecked { job: JobIndex },
    /// A run has run out of time.
    TaskTimedOut { run: RunId },
    /// Tasks of a job may have lived too long.
    LifetimesEnded { job: JobIndex },
    /// A run turns out to be one its node cannot start.
    RunRefused { run: RunId },
    /// The release tasks of a job have run out of time.
    ReleaseTimedOut { job: JobIndex },
    /// The formula of a pool is evaluated again.
    AutoScale { pool: PoolIndex, epoch: u32 },
    /// A turn of a job schedule has come.
    JobScheduleDue { schedule: JobScheduleIndex, epoch: u32 },
    /// A job schedule leaves its transitional state when no job is left to wait for.
    JobScheduleSettled { schedule: JobScheduleIndex, epoch: u32 },
}

/// The planned events.
///
/// Ends of retention times are kept apart: there is one for every completed task, days ahead, and they would make
/// every operation on the near ones slower. So are those that come back for ever, and the ends of the lives of tasks months
/// ahead: a world in which nothing else is left to happen is at rest.
#[derive(Debug, Default)]
pub(super) struct EventQueue {
    near: BinaryHeap<Reverse<(Timestamp, u64, Event)>>,
    retention: BinaryHeap<Reverse<(Timestamp, JobIndex, TaskIndex)>>,
    job_task_retention: BinaryHeap<Reverse<(Timestamp, JobIndex, NodeIndex, JobTaskKind)>>,
    recurring: BinaryHeap<Reverse<(Timestamp, u64, Event)>>,
    planned: u64,
}

impl EventQueue {
    /// Plans an event. Events of one moment happen in the order they were planned in.
    pub(super) fn plan(&mut self, at: Timestamp, event: Event) {
        self.planned += 1;
        self.near.push(Reverse((at, self.planned, event)));
    }

    /// Plans an event that plans its next occurrence when it happens, as long as there is need of one.
    pub(super) fn plan_recurring(&mut self, at: Timestamp, event: Event) {
        self.planned += 1;
        self.recurring.push(Reverse((at, self.planned, event)));
    }

    /// Plans the end of a completed task's retention time.
    pub(super) fn plan_retention(&mut self, at: Timestamp, job: JobIndex, task: TaskIndex) {
        self.retention.push(Reverse((at, job, task)));
    }

    /// Plans the end of the retention time of a preparation or release task.
    pub(super) fn plan_job_task_retention(
        &mut self,
        at: Timestamp,
        job: JobIndex,
        node: NodeIndex,
        kind: JobTaskKind,
    ) {
        self.job_task_retention.push(Reverse((at, job, node, kind)));
    }

    /// When the next event happens.
    pub(super) fn next_time(&self) -> Option<Timestamp> {
        let near = self.near.peek().map(|Reverse((at, ..))| *at);
        let retention = self.retention.peek().map(|Reverse((at, ..))| *at);
        let job_tasks = self.job_task_retention.peek().map(|Reverse((at, ..))| *at);
        let recurring = self.recurring.peek().map(|Reverse((at, ..))| *at);
        let all = near
            .into_iter()
            .chain(retention)
            .chain(job_tasks)
            .chain(recurring);
        all.min()
    }

    /// When the next event happens that neither ends a retention time nor comes back for ever.
    pub(super) fn next_near_time(&self) -> Option<Timestamp> {
        self.near.peek().map(|Reverse((at, ..))| *at)
    }

    /// The next event that is due.
    pub(super) fn pop_due(&mut self, now: Timestamp) -> Option<Event> {
        let Reverse((at, ..)) = self.near.peek()?;
        if *at > now {
            return None;
        }
        self.near.pop().map(|Reverse((_, _, event))| event)
    }

    /// The next recurring event that is due.
    pub(super) fn pop_recurring_due(&mut self, now: Timestamp) -> Option<Event> {
        let Reverse((at, ..)) = self.recurring.peek()?;
        if *at > now {
            return None;
        }
        self.recurring.pop().map(|Reverse((_, _, event))| event)
    }

    /// The next task whose retention time is over.
    pub(super) fn pop_retention_due(&mut self, now: Timestamp) -> Option<(JobIndex, TaskIndex)> {
        let Reverse((at, ..)) = self.retention.peek()?;
        if *at > now {
            return None;
        }
        self.retention.pop().map(|Reverse((_, job, task))| (job, task))
    }

    /// The next preparation or release task whose retention time is over.
    pub(super) fn pop_job_task_retention_due(
        &mut self,
        now: Timestamp,
    ) -> Option<(JobIndex, NodeIndex, JobTaskKind)> {
        let Reverse((at, ..)) = self.job_task_retention.peek()?;
        if *at > now {
            return None;
        }
        let next = self.job_task_retention.pop();
        next.map(|Reverse((_, job, node, kind))| (job, node, kind))
    }
}
