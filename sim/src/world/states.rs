//! Which state may follow which: one table for each machine, asserted wherever a state is set.

use batchite_api::batch::{
    AllocationState, BatchJobScheduleState, BatchJobState, BatchNodeState, BatchPoolState,
};

/// The state of a task, as small as a million of them want it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TaskPhase {
    /// Waits for a slot, for other tasks, or for its job.
    Active,
    /// Has its node and waits there for the job's preparation task.
    Preparing,
    /// Runs on a node.
    Running,
    /// Has ended for good.
    Completed,
}

impl TaskPhase {
    /// The service's word for it.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Preparing => "preparing",
            Self::Running => "running",
            Self::Completed => "completed",
        }
    }
}

/// Pools: `BatchPoolState`.
pub(super) fn pool_may_become(from: &BatchPoolState, to: &BatchPoolState) -> bool {
    matches!((from, to), (BatchPoolState::Active, BatchPoolState::Deleting))
}

/// The allocation of a pool: `AllocationState`.
pub(super) fn allocation_may_become(from: &AllocationState, to: &AllocationState) -> bool {
    use AllocationState::{Resizing, Steady, Stopping};
    matches!(
        (from, to),
        (Steady, Resizing) | (Resizing, Stopping | Steady | Resizing) | (Stopping, Steady | Resizing)
    )
}

/// Nodes: `BatchNodeState`.
pub(super) fn node_may_become(from: &BatchNodeState, to: &BatchNodeState) -> bool {
    use BatchNodeState::{
        Creating, Deallocated, Deallocating, Idle, LeavingPool, Offline, Preempted, Rebooting, Reimaging,
        Running, StartTaskFailed, Starting, Unknown, Unusable, UpgradingOs, WaitingForStartTask,
    };
    #[expect(clippy::match_same_arms, reason = "a table: one line for each state")]
    match to {
        // Any node may have to go, but none goes twice.
        LeavingPool => !matches!(from, LeavingPool),
        Creating => matches!(from, Preempted),
        Starting => matches!(
            from,
            Creating | Rebooting | Reimaging | Deallocated | Unusable | Unknown | UpgradingOs
        ),
        WaitingForStartTask => matches!(from, Starting),
        StartTaskFailed => matches!(from, WaitingForStartTask),
        Idle => matches!(from, Starting | WaitingForStartTask | Running | Offline),
        Running => matches!(from, Idle),
        Offline => matches!(from, Idle),
        Rebooting | Reimaging | Deallocating => matches!(from, Idle | StartTaskFailed),
        UpgradingOs => matches!(from, Idle),
        Deallocated => matches!(from, Deallocating),
        // Machines are taken away, fail and fall silent whatever they do; what has none cannot.
        Preempted => !matches!(
            from,
            Creating | Preempted | LeavingPool | Deallocating | Deallocated | Running
        ),
        Unusable | Unknown => !matches!(
            from,
            Creating | Preempted | LeavingPool | Deallocating | Deallocated | Running | Unusable | Unknown
        ),
        _ => false,
    }
}

/// Jobs: `BatchJobState`.
pub(super) fn job_may_become(from: &BatchJobState, to: &BatchJobState) -> bool {
    use BatchJobState::{Active, Completed, Deleting, Disabled, Disabling, Enabling, Terminating};
    match to {
        Disabling => matches!(from, Active),
        Disabled => matches!(from, Disabling),
        Enabling => matches!(from, Disabled | Disabling),
        Active => matches!(from, Enabling),
        Terminating => matches!(from, Active | Disabling | Disabled | Enabling),
        Completed => matches!(from, Terminating),
        Deleting => !matches!(from, Deleting),
        _ => false,
    }
}

/// Job schedules: `BatchJobScheduleState`.
pub(super) fn job_schedule_may_become(from: &BatchJobScheduleState, to: &BatchJobScheduleState) -> bool {
    use BatchJobScheduleState::{Active, Completed, Deleting, Disabled, Terminating};
    match to {
        Disabled => matches!(from, Active),
        Active => matches!(from, Disabled),
        Terminating => matches!(from, Active | Disabled),
        Completed => matches!(from, Active | Disabled | Terminating),
        Deleting => !matches!(from, Deleting),
        _ => false,
    }
}

/// Tasks. `reactivated` is the one way out of `Completed`.
pub(super) fn task_may_become(from: TaskPhase, to: TaskPhase, reactivated: bool) -> bool {
    use TaskPhase::{Active, Completed, Preparing, Running};
    match (from, to) {
        (Active, Preparing | Running | Completed)
        | (Preparing, Active | Running | Completed)
        | (Running, Active | Completed) => true,
        (Completed, Active) => reactivated,
        _ => false,
    }
}

/// Tasks that have lived too long: which stay what they are without a run.
pub(super) fn task_may_be_left(phase: TaskPhase) -> bool {
    matches!(phase, TaskPhase::Preparing | TaskPhase::Running)
}

/// How far a node is with the preparation task of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PreparationPhase {
    /// It has to run before the next task of the job.
    Due,
    /// It runs, or is retried.
    Running,
    /// The node is ready for tasks of the job.
    Succeeded,
    /// It failed for good.
    Failed,
}

impl PreparationPhase {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
        }
    }
}

/// Preparation tasks on a node. Only a restart of the node makes one due that has ended.
pub(super) fn preparation_may_become(from: PreparationPhase, to: PreparationPhase) -> bool {
    use PreparationPhase::{Due, Failed, Running, Succeeded};
    matches!(
        (from, to),
        (Due, Running) | (Running, Due | Succeeded | Failed) | (Succeeded | Failed, Due)
    )
}

/// How far a node that has booted is with the packages of its pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DeploymentPhase {
    /// They are being put there.
    Deploying,
    /// They are there.
    Deployed,
    /// One of them could not be put there.
    Failed,
    /// The node went down meanwhile.
    Ended,
}

impl DeploymentPhase {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Deploying => "deploying",
            Self::Deployed => "deployed",
            Self::Failed => "failed",
            Self::Ended => "ended",
        }
    }
}

/// Packages of a pool on a node. Every boot begins anew.
pub(super) fn deployment_may_become(from: DeploymentPhase, to: DeploymentPhase) -> bool {
    use DeploymentPhase::{Deployed, Deploying, Ended, Failed};
    matches!((from, to), (Deploying, Deployed | Failed | Ended))
}

/// How far a node is with the release task of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ReleasePhase {
    /// The node is down, and runs it when it is back.
    Waiting,
    /// It runs.
    Running,
    /// It ended, or was given up.
    Completed,
}

impl ReleasePhase {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Completed => "completed",
        }
    }
}

/// Release tasks on a node. A node that restarts begins again; one that is done never does.
pub(super) fn release_may_become(from: ReleasePhase, to: ReleasePhase) -> bool {
    use ReleasePhase::{Completed, Running, Waiting};
    matches!(
        (from, to),
        (Waiting, Running | Completed) | (Running, Waiting | Completed)
    )
}

/// How far a part of a multi-instance task is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SubtaskPhase {
    /// It has its node, and waits until all nodes of the task are prepared for the job.
    Preparing,
    /// It coordinates, or has done so.
    Running,
    /// It ended with its task.
    Completed,
}

impl SubtaskPhase {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Preparing => "preparing",
            Self::Running => "running",
            Self::Completed => "completed",
        }
    }
}

/// Parts of multi-instance tasks. None goes back: another run of the task has parts of its own.
pub(super) fn subtask_may_become(from: SubtaskPhase, to: SubtaskPhase) -> bool {
    use SubtaskPhase::{Completed, Preparing, Running};
    matches!(
        (from, to),
        (Preparing, Running | Completed) | (Running, Completed)
    )
}

#[cfg(test)]
mod tests;
