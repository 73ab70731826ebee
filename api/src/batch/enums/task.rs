//! Values of tasks: states, results, users, files and containers.

use crate::open_enum::open_enum;

open_enum! {
    /// How far an automatic user reaches: `scope` of `AutoUserSpecification`.
    pub enum AutoUserScope {
        /// Every task has a user of its own.
        Task = "task",
        /// All tasks on a node share one user, the same on every node of the pool.
        Pool = "pool",
    }
}

open_enum! {
    /// Whose mistake a failure was: `category` of a task's failure or a job's scheduling error.
    pub enum BatchErrorSourceCategory {
        /// The user's: a wrong command, a missing blob.
        UserError = "usererror",
        /// The service's.
        ServerError = "servererror",
    }
}

open_enum! {
    /// Where a part of a multi-instance task is: `state` of `BatchSubtask`.
    pub enum BatchSubtaskState {
        /// It has a node and waits for its files or the coordination command.
        Preparing = "preparing",
        /// It runs.
        Running = "running",
        /// It ended, whether it succeeded or not.
        Completed = "completed",
    }
}

open_enum! {
    /// What became of one task of a collection: `status` of `BatchTaskCreateResult`.
    pub enum BatchTaskAddStatus {
        /// It was added.
        Success = "success",
        /// It was refused and would be again, if it stays as it is.
        ClientError = "clienterror",
        /// It was not added, but may be at another try.
        ServerError = "servererror",
    }
}

open_enum! {
    /// Whether a task succeeded: `result` of its execution information.
    pub enum BatchTaskExecutionResult {
        /// It ended with exit code 0 and its files went well.
        Success = "success",
        /// Anything else; `failureInfo` says what.
        Failure = "failure",
    }
}

open_enum! {
    /// Where a task is in its life: `state` of `BatchTask`.
    pub enum BatchTaskState {
        /// It waits: for a slot, for its dependencies, or for its job to be enabled.
        Active = "active",
        /// It has a node and waits for the job's preparation task there.
        Preparing = "preparing",
        /// It has a node: files are fetched, or its command runs.
        Running = "running",
        /// It ended, whether it succeeded or not.
        Completed = "completed",
    }
}

open_enum! {
    /// A directory of a node that a container may see: `source` of `ContainerHostBatchBindMountEntry`.
    pub enum ContainerHostDataPath {
        /// What all tasks of a node share: `AZ_BATCH_NODE_SHARED_DIR`.
        Shared = "Shared",
        /// The start task's: `AZ_BATCH_NODE_STARTUP_DIR`.
        Startup = "Startup",
        /// The file systems mounted: `AZ_BATCH_NODE_MOUNTS_DIR`.
        VfsMounts = "VfsMounts",
        /// The task's own: `AZ_BATCH_TASK_DIR`.
        Task = "Task",
        /// The preparation task's: `AZ_BATCH_JOB_PREP_DIR`.
        JobPrep = "JobPrep",
        /// The application packages: `applications` below `AZ_BATCH_NODE_ROOT_DIR`.
        Applications = "Applications",
    }
}

open_enum! {
    /// Where a command starts in its container: `workingDirectory` of `BatchTaskContainerSettings`.
    pub enum ContainerWorkingDirectory {
        /// In the task's working directory, where its resource files are. The default.
        TaskWorkingDirectory = "taskWorkingDirectory",
        /// In the directory the image names; resource files are elsewhere.
        ContainerImageDefault = "containerImageDefault",
    }
}

open_enum! {
    /// What a task's end does to the tasks that wait for it: `dependencyAction` of `ExitOptions`.
    pub enum DependencyAction {
        /// They need not wait for it any more.
        Satisfy = "satisfy",
        /// They go on waiting, until it is run again and succeeds.
        Block = "block",
    }
}

open_enum! {
    /// Whether a user is an administrator: `elevationLevel`.
    pub enum ElevationLevel {
        /// An ordinary user. The default.
        NonAdmin = "nonadmin",
        /// An administrator, or a user who may use `sudo` without a password.
        Admin = "admin",
    }
}

open_enum! {
    /// How a user's processes are logged in on Windows: `loginMode` of `WindowsUserConfiguration`.
    pub enum LoginMode {
        /// As a batch job, which suits long work in parallel. The default.
        Batch = "batch",
        /// As a person at the desk; an administrator's programs must then ask for their rights.
        Interactive = "interactive",
    }
}

open_enum! {
    /// After which ends of a task its files are uploaded: `uploadCondition` of
    /// `OutputFileUploadConfiguration`.
    pub enum OutputFileUploadCondition {
        /// After exit code 0 only.
        TaskSuccess = "tasksuccess",
        /// After any other exit code only.
        TaskFailure = "taskfailure",
        /// After every end. The default.
        TaskCompletion = "taskcompletion",
    }
}
