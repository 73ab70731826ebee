//! Values of jobs and job schedules: states, and what happens when tasks end.

use crate::open_enum::open_enum;

open_enum! {
    /// What happens once all tasks of a job are completed: `onAllTasksComplete`. A job without tasks counts
    /// as complete.
    pub enum BatchAllTasksCompleteMode {
        /// Nothing; the job stays active.
        NoAction = "noaction",
        /// The job is terminated with reason `AllTasksComplete`.
        TerminateJob = "terminatejob",
    }
}

open_enum! {
    /// What a task's end does to its job: `jobAction` of `ExitOptions`.
    pub enum BatchJobActionKind {
        /// Nothing.
        None = "none",
        /// The job is disabled and its running tasks go back to the queue.
        Disable = "disable",
        /// The job is terminated with reason `TaskFailed`.
        Terminate = "terminate",
    }
}

open_enum! {
    /// Where a preparation task is on a node.
    pub enum BatchJobPreparationTaskState {
        /// It runs, or waits for a retry.
        Running = "running",
        /// It ended, whether it succeeded or not.
        Completed = "completed",
    }
}

open_enum! {
    /// Where a release task is on a node.
    pub enum BatchJobReleaseTaskState {
        /// It runs.
        Running = "running",
        /// It ended, whether it succeeded or not.
        Completed = "completed",
    }
}

open_enum! {
    /// Where a job schedule is in its life: `state` of `BatchJobSchedule`.
    pub enum BatchJobScheduleState {
        /// It makes jobs when they are due.
        Active = "active",
        /// It makes no more jobs: it was terminated, or the last moment or its only job is over.
        Completed = "completed",
        /// It makes no jobs until it is enabled; the job that is active goes on.
        Disabled = "disabled",
        /// It was terminated and its active job is being ended.
        Terminating = "terminating",
        /// It is being removed with its jobs.
        Deleting = "deleting",
    }
}

open_enum! {
    /// Where a job is in its life: `state` of `BatchJob`.
    pub enum BatchJobState {
        /// Its tasks are given to nodes.
        Active = "active",
        /// It was disabled and tasks still run.
        Disabling = "disabling",
        /// No task of it runs or starts; its pool may be changed.
        Disabled = "disabled",
        /// It was enabled; it is active at once.
        Enabling = "enabling",
        /// It is ending: tasks are ended and release tasks run.
        Terminating = "terminating",
        /// It has ended and takes no more tasks.
        Completed = "completed",
        /// It is being removed with its tasks.
        Deleting = "deleting",
    }
}

open_enum! {
    /// What a failed task does to its job: `onTaskFailure`.
    pub enum BatchTaskFailureMode {
        /// Nothing.
        NoAction = "noaction",
        /// What `jobAction` of the task's exit conditions says.
        PerformExitOptionsJobAction = "performexitoptionsjobaction",
    }
}

open_enum! {
    /// What becomes of the running tasks of a job that is disabled: `disableTasks`.
    pub enum DisableBatchJobOption {
        /// Ended and sent back to the queue, to run when the job is enabled.
        Requeue = "requeue",
        /// Ended for good, with failure `TaskEnded`.
        Terminate = "terminate",
        /// They run on; the job stays `disabling` until the last has ended.
        Wait = "wait",
    }
}
