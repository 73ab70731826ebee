//! Values of nodes: states, and what happens to tasks when a node is taken away.

use crate::open_enum::open_enum;

open_enum! {
    /// What becomes of the tasks on a node that is deallocated: `nodeDeallocateOption`.
    pub enum BatchNodeDeallocateOption {
        /// Ended and sent back to the queue, to run elsewhere; the node goes at once. The default.
        Requeue = "requeue",
        /// Ended for good, with failure `TaskEnded`; the node goes at once.
        Terminate = "terminate",
        /// They run on and no others start; the node goes when the last has ended.
        TaskCompletion = "taskcompletion",
        /// As `taskcompletion`, then the node waits until no task's files need to be kept. Deprecated by the
        /// service.
        RetainedData = "retaineddata",
    }
}

open_enum! {
    /// What becomes of the tasks on nodes that leave their pool: `nodeDeallocationOption` of a resize or a
    /// removal.
    pub enum BatchNodeDeallocationOption {
        /// Ended and sent back to the queue, to run elsewhere; the node goes at once. The default.
        Requeue = "requeue",
        /// Ended for good, with failure `TaskEnded`; the node goes at once.
        Terminate = "terminate",
        /// They run on and no others start; the node goes when the last has ended.
        TaskCompletion = "taskcompletion",
        /// As `taskcompletion`, then the node waits until no task's files need to be kept. Deprecated by the
        /// service.
        RetainedData = "retaineddata",
    }
}

open_enum! {
    /// What becomes of the tasks on a node that is taken out of scheduling: `nodeDisableSchedulingOption`.
    pub enum BatchNodeDisableSchedulingOption {
        /// Ended and sent back to the queue, to run elsewhere. The default.
        Requeue = "requeue",
        /// Ended for good, with failure `TaskEnded`.
        Terminate = "terminate",
        /// They run on and no others start; the node is offline when the last has ended.
        TaskCompletion = "taskcompletion",
    }
}

open_enum! {
    /// What becomes of the tasks on a node that reboots: `nodeRebootOption`.
    pub enum BatchNodeRebootKind {
        /// Ended and sent back to the queue, to run elsewhere; the node restarts at once. The default.
        Requeue = "requeue",
        /// Ended for good, with failure `TaskEnded`; the node restarts at once.
        Terminate = "terminate",
        /// They run on and no others start; the node restarts when the last has ended.
        TaskCompletion = "taskcompletion",
        /// As `taskcompletion`, then the node waits until no task's files need to be kept. Deprecated by the
        /// service.
        RetainedData = "retaineddata",
    }
}

open_enum! {
    /// What becomes of the tasks on a node that is reimaged: `nodeReimageOption`.
    pub enum BatchNodeReimageOption {
        /// Ended and sent back to the queue, to run elsewhere; the node is reimaged at once. The default.
        Requeue = "requeue",
        /// Ended for good, with failure `TaskEnded`; the node is reimaged at once.
        Terminate = "terminate",
        /// They run on and no others start; the node is reimaged when the last has ended.
        TaskCompletion = "taskcompletion",
        /// As `taskcompletion`, then the node waits until no task's files need to be kept. Deprecated by the
        /// service.
        RetainedData = "retaineddata",
    }
}

open_enum! {
    /// Where a node is in its life: `state` of `BatchNode`.
    pub enum BatchNodeState {
        /// It is ready and runs no task.
        Idle = "idle",
        /// It restarts on request.
        Rebooting = "rebooting",
        /// Its disk is being written anew.
        Reimaging = "reimaging",
        /// It runs at least one task of a job.
        Running = "running",
        /// It cannot run tasks; its `errors` say why.
        Unusable = "unusable",
        /// Its machine is there, the service's agent not yet.
        Creating = "creating",
        /// The agent is starting.
        Starting = "starting",
        /// The start task runs and the node waits for it.
        WaitingForStartTask = "waitingforstarttask",
        /// The start task failed for good; no tasks come here.
        StartTaskFailed = "starttaskfailed",
        /// The service has lost contact with it.
        Unknown = "unknown",
        /// It is being removed.
        LeavingPool = "leavingpool",
        /// Somebody took it out of scheduling.
        Offline = "offline",
        /// A low-priority node whose machine was taken away; it returns under the same id when there is room.
        Preempted = "preempted",
        /// Its operating system is being upgraded.
        UpgradingOs = "upgradingos",
        /// Its machine was given back on request; it can be started again.
        Deallocated = "deallocated",
        /// Its machine is being given back.
        Deallocating = "deallocating",
    }
}

open_enum! {
    /// Where the start task is on a node.
    pub enum BatchStartTaskState {
        /// It runs, or waits for a retry.
        Running = "running",
        /// It ended, whether it succeeded or not.
        Completed = "completed",
    }
}

open_enum! {
    /// Whether tasks may be given to a node: `schedulingState` of `BatchNode`.
    pub enum SchedulingState {
        /// They may. The default.
        Enabled = "enabled",
        /// They may not; those that run may go on.
        Disabled = "disabled",
    }
}

open_enum! {
    /// How serious a report of an extension is: `level` of `InstanceViewStatus`.
    pub enum StatusLevelTypes {
        /// Something failed.
        Error = "Error",
        /// All is well.
        Info = "Info",
        /// Something may become a problem.
        Warning = "Warning",
    }
}
