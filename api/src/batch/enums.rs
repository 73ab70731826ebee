//! The enumerations of the Batch service, open to values of the future.

use crate::open_enum::open_enum;

open_enum! {
    /// `AllocationState`.
    pub enum AllocationState {
        /// `steady`.
        Steady = "steady",
        /// `resizing`.
        Resizing = "resizing",
        /// `stopping`.
        Stopping = "stopping",
    }
}

open_enum! {
    /// `AutoUserScope`.
    pub enum AutoUserScope {
        /// `task`.
        Task = "task",
        /// `pool`.
        Pool = "pool",
    }
}

open_enum! {
    /// `BatchAllTasksCompleteMode`.
    pub enum BatchAllTasksCompleteMode {
        /// `noaction`.
        NoAction = "noaction",
        /// `terminatejob`.
        TerminateJob = "terminatejob",
    }
}

open_enum! {
    /// `BatchErrorSourceCategory`.
    pub enum BatchErrorSourceCategory {
        /// `usererror`.
        UserError = "usererror",
        /// `servererror`.
        ServerError = "servererror",
    }
}

open_enum! {
    /// `BatchJobActionKind`.
    pub enum BatchJobActionKind {
        /// `none`.
        None = "none",
        /// `disable`.
        Disable = "disable",
        /// `terminate`.
        Terminate = "terminate",
    }
}

open_enum! {
    /// `BatchJobDefaultOrder`.
    pub enum BatchJobDefaultOrder {
        /// `none`.
        None = "none",
        /// `creationtime`.
        CreationTime = "creationtime",
    }
}

open_enum! {
    /// `BatchJobPreparationTaskState`.
    pub enum BatchJobPreparationTaskState {
        /// `running`.
        Running = "running",
        /// `completed`.
        Completed = "completed",
    }
}

open_enum! {
    /// `BatchJobReleaseTaskState`.
    pub enum BatchJobReleaseTaskState {
        /// `running`.
        Running = "running",
        /// `completed`.
        Completed = "completed",
    }
}

open_enum! {
    /// `BatchJobScheduleState`.
    pub enum BatchJobScheduleState {
        /// `active`.
        Active = "active",
        /// `completed`.
        Completed = "completed",
        /// `disabled`.
        Disabled = "disabled",
        /// `terminating`.
        Terminating = "terminating",
        /// `deleting`.
        Deleting = "deleting",
    }
}

open_enum! {
    /// `BatchJobState`.
    pub enum BatchJobState {
        /// `active`.
        Active = "active",
        /// `disabling`.
        Disabling = "disabling",
        /// `disabled`.
        Disabled = "disabled",
        /// `enabling`.
        Enabling = "enabling",
        /// `terminating`.
        Terminating = "terminating",
        /// `completed`.
        Completed = "completed",
        /// `deleting`.
        Deleting = "deleting",
    }
}

open_enum! {
    /// `BatchNodeDeallocateOption`.
    pub enum BatchNodeDeallocateOption {
        /// `requeue`.
        Requeue = "requeue",
        /// `terminate`.
        Terminate = "terminate",
        /// `taskcompletion`.
        TaskCompletion = "taskcompletion",
        /// `retaineddata`.
        RetainedData = "retaineddata",
    }
}

open_enum! {
    /// `BatchNodeDeallocationOption`.
    pub enum BatchNodeDeallocationOption {
        /// `requeue`.
        Requeue = "requeue",
        /// `terminate`.
        Terminate = "terminate",
        /// `taskcompletion`.
        TaskCompletion = "taskcompletion",
        /// `retaineddata`.
        RetainedData = "retaineddata",
    }
}

open_enum! {
    /// `BatchNodeDisableSchedulingOption`.
    pub enum BatchNodeDisableSchedulingOption {
        /// `requeue`.
        Requeue = "requeue",
        /// `terminate`.
        Terminate = "terminate",
        /// `taskcompletion`.
        TaskCompletion = "taskcompletion",
    }
}

open_enum! {
    /// `BatchNodeFillType`.
    pub enum BatchNodeFillType {
        /// `spread`.
        Spread = "spread",
        /// `pack`.
        Pack = "pack",
    }
}

open_enum! {
    /// `BatchNodePlacementPolicyType`.
    pub enum BatchNodePlacementPolicyType {
        /// `regional`.
        Regional = "regional",
        /// `zonal`.
        Zonal = "zonal",
    }
}

open_enum! {
    /// `BatchNodeRebootKind`.
    pub enum BatchNodeRebootKind {
        /// `requeue`.
        Requeue = "requeue",
        /// `terminate`.
        Terminate = "terminate",
        /// `taskcompletion`.
        TaskCompletion = "taskcompletion",
        /// `retaineddata`.
        RetainedData = "retaineddata",
    }
}

open_enum! {
    /// `BatchNodeReimageOption`.
    pub enum BatchNodeReimageOption {
        /// `requeue`.
        Requeue = "requeue",
        /// `terminate`.
        Terminate = "terminate",
        /// `taskcompletion`.
        TaskCompletion = "taskcompletion",
        /// `retaineddata`.
        RetainedData = "retaineddata",
    }
}

open_enum! {
    /// `BatchNodeState`.
    pub enum BatchNodeState {
        /// `idle`.
        Idle = "idle",
        /// `rebooting`.
        Rebooting = "rebooting",
        /// `reimaging`.
        Reimaging = "reimaging",
        /// `running`.
        Running = "running",
        /// `unusable`.
        Unusable = "unusable",
        /// `creating`.
        Creating = "creating",
        /// `starting`.
        Starting = "starting",
        /// `waitingforstarttask`.
        WaitingForStartTask = "waitingforstarttask",
        /// `starttaskfailed`.
        StartTaskFailed = "starttaskfailed",
        /// `unknown`.
        Unknown = "unknown",
        /// `leavingpool`.
        LeavingPool = "leavingpool",
        /// `offline`.
        Offline = "offline",
        /// `preempted`.
        Preempted = "preempted",
        /// `upgradingos`.
        UpgradingOs = "upgradingos",
        /// `deallocated`.
        Deallocated = "deallocated",
        /// `deallocating`.
        Deallocating = "deallocating",
    }
}

open_enum! {
    /// `BatchPoolIdentityType`.
    pub enum BatchPoolIdentityType {
        /// `UserAssigned`.
        UserAssigned = "UserAssigned",
        /// `None`.
        None = "None",
    }
}

open_enum! {
    /// `BatchPoolLifetimeOption`.
    pub enum BatchPoolLifetimeOption {
        /// `jobschedule`.
        JobSchedule = "jobschedule",
        /// `job`.
        Job = "job",
    }
}

open_enum! {
    /// `BatchPoolState`.
    pub enum BatchPoolState {
        /// `active`.
        Active = "active",
        /// `deleting`.
        Deleting = "deleting",
    }
}

open_enum! {
    /// `BatchStartTaskState`.
    pub enum BatchStartTaskState {
        /// `running`.
        Running = "running",
        /// `completed`.
        Completed = "completed",
    }
}

open_enum! {
    /// `BatchSubtaskState`.
    pub enum BatchSubtaskState {
        /// `preparing`.
        Preparing = "preparing",
        /// `running`.
        Running = "running",
        /// `completed`.
        Completed = "completed",
    }
}

open_enum! {
    /// `BatchTaskAddStatus`.
    pub enum BatchTaskAddStatus {
        /// `success`.
        Success = "success",
        /// `clienterror`.
        ClientError = "clienterror",
        /// `servererror`.
        ServerError = "servererror",
    }
}

open_enum! {
    /// `BatchTaskExecutionResult`.
    pub enum BatchTaskExecutionResult {
        /// `success`.
        Success = "success",
        /// `failure`.
        Failure = "failure",
    }
}

open_enum! {
    /// `BatchTaskFailureMode`.
    pub enum BatchTaskFailureMode {
        /// `noaction`.
        NoAction = "noaction",
        /// `performexitoptionsjobaction`.
        PerformExitOptionsJobAction = "performexitoptionsjobaction",
    }
}

open_enum! {
    /// `BatchTaskState`.
    pub enum BatchTaskState {
        /// `active`.
        Active = "active",
        /// `preparing`.
        Preparing = "preparing",
        /// `running`.
        Running = "running",
        /// `completed`.
        Completed = "completed",
    }
}

open_enum! {
    /// `CachingType`.
    pub enum CachingType {
        /// `none`.
        None = "none",
        /// `readonly`.
        ReadOnly = "readonly",
        /// `readwrite`.
        ReadWrite = "readwrite",
    }
}

open_enum! {
    /// `ContainerHostDataPath`.
    pub enum ContainerHostDataPath {
        /// `Shared`.
        Shared = "Shared",
        /// `Startup`.
        Startup = "Startup",
        /// `VfsMounts`.
        VfsMounts = "VfsMounts",
        /// `Task`.
        Task = "Task",
        /// `JobPrep`.
        JobPrep = "JobPrep",
        /// `Applications`.
        Applications = "Applications",
    }
}

open_enum! {
    /// `ContainerType`.
    pub enum ContainerType {
        /// `dockerCompatible`.
        DockerCompatible = "dockerCompatible",
        /// `criCompatible`.
        CriCompatible = "criCompatible",
    }
}

open_enum! {
    /// `ContainerWorkingDirectory`.
    pub enum ContainerWorkingDirectory {
        /// `taskWorkingDirectory`.
        TaskWorkingDirectory = "taskWorkingDirectory",
        /// `containerImageDefault`.
        ContainerImageDefault = "containerImageDefault",
    }
}

open_enum! {
    /// `DependencyAction`.
    pub enum DependencyAction {
        /// `satisfy`.
        Satisfy = "satisfy",
        /// `block`.
        Block = "block",
    }
}

open_enum! {
    /// `DiffDiskPlacement`.
    pub enum DiffDiskPlacement {
        /// `cachedisk`.
        CacheDisk = "cachedisk",
    }
}

open_enum! {
    /// `DisableBatchJobOption`.
    pub enum DisableBatchJobOption {
        /// `requeue`.
        Requeue = "requeue",
        /// `terminate`.
        Terminate = "terminate",
        /// `wait`.
        Wait = "wait",
    }
}

open_enum! {
    /// `DiskEncryptionTarget`.
    pub enum DiskEncryptionTarget {
        /// `osdisk`.
        OsDisk = "osdisk",
        /// `temporarydisk`.
        TemporaryDisk = "temporarydisk",
    }
}

open_enum! {
    /// `DynamicVNetAssignmentScope`.
    pub enum DynamicVNetAssignmentScope {
        /// `none`.
        None = "none",
        /// `job`.
        Job = "job",
    }
}

open_enum! {
    /// `ElevationLevel`.
    pub enum ElevationLevel {
        /// `nonadmin`.
        NonAdmin = "nonadmin",
        /// `admin`.
        Admin = "admin",
    }
}

open_enum! {
    /// `HostEndpointSettingsModeTypes`.
    pub enum HostEndpointSettingsModeTypes {
        /// `Audit`.
        Audit = "Audit",
        /// `Enforce`.
        Enforce = "Enforce",
    }
}

open_enum! {
    /// `IPFamily`.
    pub enum IPFamily {
        /// `IPv4`.
        Ipv4 = "IPv4",
        /// `IPv6`.
        Ipv6 = "IPv6",
    }
}

open_enum! {
    /// `ImageVerificationType`.
    pub enum ImageVerificationType {
        /// `verified`.
        Verified = "verified",
        /// `unverified`.
        Unverified = "unverified",
    }
}

open_enum! {
    /// `InboundEndpointProtocol`.
    pub enum InboundEndpointProtocol {
        /// `tcp`.
        Tcp = "tcp",
        /// `udp`.
        Udp = "udp",
    }
}

open_enum! {
    /// `IpAddressProvisioningType`.
    pub enum IpAddressProvisioningType {
        /// `batchmanaged`.
        BatchManaged = "batchmanaged",
        /// `usermanaged`.
        UserManaged = "usermanaged",
        /// `nopublicipaddresses`.
        NoPublicIpAddresses = "nopublicipaddresses",
    }
}

open_enum! {
    /// `LoginMode`.
    pub enum LoginMode {
        /// `batch`.
        Batch = "batch",
        /// `interactive`.
        Interactive = "interactive",
    }
}

open_enum! {
    /// `NetworkSecurityGroupRuleAccess`.
    pub enum NetworkSecurityGroupRuleAccess {
        /// `allow`.
        Allow = "allow",
        /// `deny`.
        Deny = "deny",
    }
}

open_enum! {
    /// `OSType`.
    pub enum OSType {
        /// `linux`.
        Linux = "linux",
        /// `windows`.
        Windows = "windows",
    }
}

open_enum! {
    /// `OutputFileUploadCondition`.
    pub enum OutputFileUploadCondition {
        /// `tasksuccess`.
        TaskSuccess = "tasksuccess",
        /// `taskfailure`.
        TaskFailure = "taskfailure",
        /// `taskcompletion`.
        TaskCompletion = "taskcompletion",
    }
}

open_enum! {
    /// `SchedulingState`.
    pub enum SchedulingState {
        /// `enabled`.
        Enabled = "enabled",
        /// `disabled`.
        Disabled = "disabled",
    }
}

open_enum! {
    /// `SecurityEncryptionTypes`.
    pub enum SecurityEncryptionTypes {
        /// `DiskWithVMGuestState`.
        DiskWithVmGuestState = "DiskWithVMGuestState",
        /// `NonPersistedTPM`.
        NonPersistedTpm = "NonPersistedTPM",
        /// `VMGuestStateOnly`.
        VmGuestStateOnly = "VMGuestStateOnly",
    }
}

open_enum! {
    /// `SecurityTypes`.
    pub enum SecurityTypes {
        /// `trustedLaunch`.
        TrustedLaunch = "trustedLaunch",
        /// `confidentialvm`.
        ConfidentialVm = "confidentialvm",
    }
}

open_enum! {
    /// `StatusLevelTypes`.
    pub enum StatusLevelTypes {
        /// `Error`.
        Error = "Error",
        /// `Info`.
        Info = "Info",
        /// `Warning`.
        Warning = "Warning",
    }
}

open_enum! {
    /// `StorageAccountType`.
    pub enum StorageAccountType {
        /// `standard_lrs`.
        StandardLrs = "standard_lrs",
        /// `premium_lrs`.
        PremiumLrs = "premium_lrs",
        /// `standardssd_lrs`.
        StandardSsdlrs = "standardssd_lrs",
    }
}

open_enum! {
    /// `UpgradeMode`.
    pub enum UpgradeMode {
        /// `automatic`.
        Automatic = "automatic",
        /// `manual`.
        Manual = "manual",
        /// `rolling`.
        Rolling = "rolling",
    }
}
