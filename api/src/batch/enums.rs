//! The enumerations of the Batch service, open to values of the future.

use crate::open_enum::open_enum;

open_enum! {
    /// Whether nodes of a pool are being added or removed: `allocationState` of `BatchPool`.
    pub enum AllocationState {
        /// The pool has the nodes it is going to have for now; a resize may begin.
        Steady = "steady",
        /// Nodes are being added or removed; another resize is refused with 409 `PoolBeingResized`.
        Resizing = "resizing",
        /// A resize was stopped and settles.
        Stopping = "stopping",
    }
}

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
    /// Whose mistake a failure was: `category` of a task's failure or a job's scheduling error.
    pub enum BatchErrorSourceCategory {
        /// The user's: a wrong command, a missing blob.
        UserError = "usererror",
        /// The service's.
        ServerError = "servererror",
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
    /// Which of several jobs with the same priority gets free slots: `jobDefaultOrder` of
    /// `BatchTaskSchedulingPolicy`.
    pub enum BatchJobDefaultOrder {
        /// All of them alike.
        None = "none",
        /// The one that was made first.
        CreationTime = "creationtime",
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
    /// In which order the slots of a pool fill up: `nodeFillType` of `BatchTaskSchedulingPolicy`.
    pub enum BatchNodeFillType {
        /// Evenly over all nodes. The default.
        Spread = "spread",
        /// One node after the other.
        Pack = "pack",
    }
}

open_enum! {
    /// How the nodes of a pool spread over a region: `policy` of `BatchNodePlacementConfiguration`.
    pub enum BatchNodePlacementPolicyType {
        /// In one zone. The default.
        Regional = "regional",
        /// Over all zones, as evenly as possible.
        Zonal = "zonal",
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
    /// Whether a pool has managed identities: `type` of `BatchPoolIdentity`.
    pub enum BatchPoolIdentityType {
        /// It has those that are listed.
        UserAssigned = "UserAssigned",
        /// It has none.
        None = "None",
    }
}

open_enum! {
    /// How long an automatic pool lives: `poolLifetimeOption` of `BatchAutoPoolSpecification`.
    pub enum BatchPoolLifetimeOption {
        /// As long as the schedule; its jobs share the pool. Only for jobs of a schedule.
        JobSchedule = "jobschedule",
        /// As long as its job.
        Job = "job",
    }
}

open_enum! {
    /// Whether a pool is there: `state` of `BatchPool`.
    pub enum BatchPoolState {
        /// It is there and can run tasks.
        Active = "active",
        /// It is being removed; changes are refused with 409 `PoolBeingDeleted`.
        Deleting = "deleting",
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
    /// What a failed task does to its job: `onTaskFailure`.
    pub enum BatchTaskFailureMode {
        /// Nothing.
        NoAction = "noaction",
        /// What `jobAction` of the task's exit conditions says.
        PerformExitOptionsJobAction = "performexitoptionsjobaction",
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
    /// What the host caches of a disk: `caching` of `DataDisk` and `BatchOsDisk`.
    pub enum CachingType {
        /// Nothing.
        None = "none",
        /// Reads.
        ReadOnly = "readonly",
        /// Reads and writes.
        ReadWrite = "readwrite",
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
    /// The kind of container engine on a pool's nodes: `type` of `BatchContainerConfiguration`.
    pub enum ContainerType {
        /// One that works as Docker does.
        DockerCompatible = "dockerCompatible",
        /// One that keeps to the Container Runtime Interface.
        CriCompatible = "criCompatible",
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
    /// Where a system disk on the host is kept: `placement` of `BatchDiffDiskSettings`.
    pub enum DiffDiskPlacement {
        /// In the host's cache.
        CacheDisk = "cachedisk",
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

open_enum! {
    /// A disk that is encrypted: `targets` of `DiskEncryptionConfiguration`.
    pub enum DiskEncryptionTarget {
        /// The system disk; on Windows nodes only.
        OsDisk = "osdisk",
        /// The temporary disk.
        TemporaryDisk = "temporarydisk",
    }
}

open_enum! {
    /// Whether jobs may bring their own subnet: `dynamicVNetAssignmentScope` of `NetworkConfiguration`.
    pub enum DynamicVNetAssignmentScope {
        /// They may not. The default.
        None = "none",
        /// They may; for accounts that have the feature.
        Job = "job",
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
    /// How an endpoint of the platform is guarded: `mode` of `HostEndpointSettings`.
    pub enum HostEndpointSettingsModeTypes {
        /// Forbidden requests are let through and written down.
        Audit = "Audit",
        /// Forbidden requests are refused.
        Enforce = "Enforce",
    }
}

open_enum! {
    /// A family of public addresses: `ipFamilies` of `BatchPublicIpAddressConfiguration`.
    pub enum IPFamily {
        /// Addresses of 32 bits.
        Ipv4 = "IPv4",
        /// Addresses of 128 bits.
        Ipv6 = "IPv6",
    }
}

open_enum! {
    /// Whether the service has tested an image with its agent: `verificationType` of `BatchSupportedImage`.
    pub enum ImageVerificationType {
        /// It has, and supports the pair.
        Verified = "verified",
        /// It has not; the pair may work.
        Unverified = "unverified",
    }
}

open_enum! {
    /// The protocol of a port that can be reached from outside.
    pub enum InboundEndpointProtocol {
        /// TCP.
        Tcp = "tcp",
        /// UDP.
        Udp = "udp",
    }
}

open_enum! {
    /// Who provides the public addresses of a pool: `provision` of `BatchPublicIpAddressConfiguration`.
    pub enum IpAddressProvisioningType {
        /// The service, as many as it needs. The default.
        BatchManaged = "batchmanaged",
        /// The owner, in `ipAddressIds`.
        UserManaged = "usermanaged",
        /// Nobody: the nodes have none.
        NoPublicIpAddresses = "nopublicipaddresses",
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
    /// Whether a rule lets through: `access` of `NetworkSecurityGroupRule`.
    pub enum NetworkSecurityGroupRuleAccess {
        /// It does.
        Allow = "allow",
        /// It does not.
        Deny = "deny",
    }
}

open_enum! {
    /// The operating system of an image: `osType` of `BatchSupportedImage`.
    pub enum OSType {
        /// Linux.
        Linux = "linux",
        /// Windows.
        Windows = "windows",
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
    /// What is encrypted on a confidential machine: `securityEncryptionType` of `BatchVmDiskSecurityProfile`.
    pub enum SecurityEncryptionTypes {
        /// The disk, and the machine's firmware state.
        DiskWithVmGuestState = "DiskWithVMGuestState",
        /// The firmware state, which is not kept.
        NonPersistedTpm = "NonPersistedTPM",
        /// The firmware state alone.
        VmGuestStateOnly = "VMGuestStateOnly",
    }
}

open_enum! {
    /// A machine that proves what it runs: `securityType` of `SecurityProfile`.
    pub enum SecurityTypes {
        /// One that guards its start.
        TrustedLaunch = "trustedLaunch",
        /// One whose memory its host cannot read.
        ConfidentialVm = "confidentialvm",
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

open_enum! {
    /// How fast and durable a disk is: `storageAccountType` of `ManagedDisk`.
    pub enum StorageAccountType {
        /// Hard disks, three copies in one place.
        StandardLrs = "standard_lrs",
        /// Fast solid-state disks, three copies in one place.
        PremiumLrs = "premium_lrs",
        /// Solid-state disks, three copies in one place.
        StandardSsdlrs = "standardssd_lrs",
    }
}

open_enum! {
    /// How the machines of a pool are upgraded: `mode` of `UpgradePolicy`.
    pub enum UpgradeMode {
        /// All at once, by the platform.
        Automatic = "automatic",
        /// When the owner does it.
        Manual = "manual",
        /// A share at a time, by the platform.
        Rolling = "rolling",
    }
}
