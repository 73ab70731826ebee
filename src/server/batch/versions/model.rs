//! Where in bodies the objects stand that versions differ in.

use batchite_api::wire::batch::BatchOperation;

/// A kind of object. Kinds no version differs in have no name here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Model {
    /// A list: its elements are in `value`.
    Pools,
    Pool,
    /// The body of a pool's PATCH, which could change less.
    PoolUpdate,
    PoolResize,
    UsageMetricsList,
    UsageMetrics,
    NodeCountsList,
    PoolNodeCounts,
    NodeCounts,
    Nodes,
    Node,
    RecentTask,
    RemoteLogin,
    Jobs,
    Job,
    JobSpecification,
    JobUpdate,
    TaskCounts,
    JobSchedules,
    JobSchedule,
    PoolInfo,
    AutoPool,
    JobManagerTask,
    JobPreparationTask,
    JobReleaseTask,
    PreparationStatuses,
    PreparationStatus,
    Tasks,
    Task,
    /// The body of a task's PUT: nothing but its constraints.
    TaskUpdate,
    TaskConstraints,
    Subtasks,
    /// How a command went: of tasks, subtasks, start, preparation and release tasks.
    Execution,
    StartTask,
    ResourceFile,
    OutputFile,
    OutputFileDestination,
    OutputFileContainer,
    UserIdentity,
    AutoUser,
    ExitConditions,
    ExitMapping,
    ExitOptions,
    MultiInstance,
    VirtualMachine,
    ImageReference,
    OsDisk,
    ManagedDisk,
    SecurityProfile,
    DataDisk,
    Network,
    PublicIpAddresses,
    SchedulingPolicy,
    Images,
    SupportedImage,
}

use Model as M;

/// Which property of which kind of object holds which kind, alone or in a list, by the names of today.
const PLACES: &[(Model, &str, Model)] = &[
    (M::Pools, "value", M::Pool),
    (M::Pool, "startTask", M::StartTask),
    (M::Pool, "virtualMachineConfiguration", M::VirtualMachine),
    (M::Pool, "networkConfiguration", M::Network),
    (M::Pool, "taskSchedulingPolicy", M::SchedulingPolicy),
    (M::PoolUpdate, "startTask", M::StartTask),
    (M::PoolUpdate, "virtualMachineConfiguration", M::VirtualMachine),
    (M::PoolUpdate, "networkConfiguration", M::Network),
    (M::PoolUpdate, "taskSchedulingPolicy", M::SchedulingPolicy),
    (M::UsageMetricsList, "value", M::UsageMetrics),
    (M::NodeCountsList, "value", M::PoolNodeCounts),
    (M::PoolNodeCounts, "dedicated", M::NodeCounts),
    (M::PoolNodeCounts, "lowPriority", M::NodeCounts),
    (M::Nodes, "value", M::Node),
    (M::Node, "startTask", M::StartTask),
    (M::Node, "startTaskInfo", M::Execution),
    (M::Node, "recentTasks", M::RecentTask),
    (M::RecentTask, "executionInfo", M::Execution),
    (M::Jobs, "value", M::Job),
    (M::Job, "jobManagerTask", M::JobManagerTask),
    (M::Job, "jobPreparationTask", M::JobPreparationTask),
    (M::Job, "jobReleaseTask", M::JobReleaseTask),
    (M::Job, "poolInfo", M::PoolInfo),
    (M::JobUpdate, "poolInfo", M::PoolInfo),
    (M::JobSpecification, "jobManagerTask", M::JobManagerTask),
    (M::JobSpecification, "jobPreparationTask", M::JobPreparationTask),
    (M::JobSpecification, "jobReleaseTask", M::JobReleaseTask),
    (M::JobSpecification, "poolInfo", M::PoolInfo),
    (M::JobSchedules, "value", M::JobSchedule),
    (M::JobSchedule, "jobSpecification", M::JobSpecification),
    (M::PoolInfo, "autoPoolSpecification", M::AutoPool),
    (M::AutoPool, "pool", M::Pool),
    (M::JobManagerTask, "resourceFiles", M::ResourceFile),
    (M::JobManagerTask, "outputFiles", M::OutputFile),
    (M::JobManagerTask, "constraints", M::TaskConstraints),
    (M::JobManagerTask, "userIdentity", M::UserIdentity),
    (M::JobPreparationTask, "resourceFiles", M::ResourceFile),
    (M::JobPreparationTask, "constraints", M::TaskConstraints),
    (M::JobPreparationTask, "userIdentity", M::UserIdentity),
    (M::JobReleaseTask, "resourceFiles", M::ResourceFile),
    (M::JobReleaseTask, "userIdentity", M::UserIdentity),
    (M::PreparationStatuses, "value", M::PreparationStatus),
    (
        M::PreparationStatus,
        "jobPreparationTaskExecutionInfo",
        M::Execution,
    ),
    (M::PreparationStatus, "jobReleaseTaskExecutionInfo", M::Execution),
    (M::Tasks, "value", M::Task),
    (M::Task, "resourceFiles", M::ResourceFile),
    (M::Task, "outputFiles", M::OutputFile),
    (M::Task, "constraints", M::TaskConstraints),
    (M::Task, "userIdentity", M::UserIdentity),
    (M::Task, "exitConditions", M::ExitConditions),
    (M::Task, "multiInstanceSettings", M::MultiInstance),
    (M::Task, "executionInfo", M::Execution),
    (M::TaskUpdate, "constraints", M::TaskConstraints),
    (M::Subtasks, "value", M::Execution),
    (M::StartTask, "resourceFiles", M::ResourceFile),
    (M::StartTask, "userIdentity", M::UserIdentity),
    (M::OutputFile, "destination", M::OutputFileDestination),
    (M::OutputFileDestination, "container", M::OutputFileContainer),
    (M::UserIdentity, "autoUser", M::AutoUser),
    (M::ExitConditions, "exitCodes", M::ExitMapping),
    (M::ExitConditions, "exitCodeRanges", M::ExitMapping),
    (M::ExitConditions, "preProcessingError", M::ExitOptions),
    (M::ExitConditions, "fileUploadError", M::ExitOptions),
    (M::ExitConditions, "default", M::ExitOptions),
    (M::ExitMapping, "exitOptions", M::ExitOptions),
    (M::MultiInstance, "commonResourceFiles", M::ResourceFile),
    (M::VirtualMachine, "imageReference", M::ImageReference),
    (M::VirtualMachine, "dataDisks", M::DataDisk),
    (M::VirtualMachine, "osDisk", M::OsDisk),
    (M::VirtualMachine, "securityProfile", M::SecurityProfile),
    (M::OsDisk, "managedDisk", M::ManagedDisk),
    (M::DataDisk, "managedDisk", M::ManagedDisk),
    (M::Network, "publicIPAddressConfiguration", M::PublicIpAddresses),
    (M::Images, "value", M::SupportedImage),
    (M::SupportedImage, "imageReference", M::ImageReference),
];

impl Model {
    /// The kind of what a property of such an object holds; `None` when no version differs in it.
    pub(super) fn of_property(self, name: &str) -> Option<Self> {
        PLACES
            .iter()
            .find(|(model, property, _)| *model == self && *property == name)
            .map(|(_, _, held)| *held)
    }

    /// The properties of such an object that hold others.
    pub(super) fn places(self) -> impl Iterator<Item = (&'static str, Self)> {
        PLACES
            .iter()
            .filter(move |(model, _, _)| *model == self)
            .map(|(_, property, held)| (*property, *held))
    }

    /// The kind of an operation's body.
    pub(super) fn of_request(operation: BatchOperation) -> Option<Self> {
        use BatchOperation as O;
        Some(match operation {
            O::CreatePool => Self::Pool,
            O::UpdatePool | O::ReplacePoolProperties => Self::PoolUpdate,
            O::ResizePool => Self::PoolResize,
            O::CreateJob => Self::Job,
            O::UpdateJob | O::ReplaceJob => Self::JobUpdate,
            O::CreateJobSchedule | O::UpdateJobSchedule | O::ReplaceJobSchedule => Self::JobSchedule,
            O::CreateTask => Self::Task,
            O::CreateTaskCollection => Self::Tasks,
            O::ReplaceTask => Self::TaskUpdate,
            _ => return None,
        })
    }

    /// The kind of an operation's answer.
    pub(super) fn of_answer(operation: BatchOperation) -> Option<Self> {
        use BatchOperation as O;
        Some(match operation {
            O::ListPools => Self::Pools,
            O::GetPool => Self::Pool,
            O::ListPoolUsageMetrics => Self::UsageMetricsList,
            O::ListPoolNodeCounts => Self::NodeCountsList,
            O::ListSupportedImages => Self::Images,
            O::ListNodes => Self::Nodes,
            O::GetNode => Self::Node,
            O::GetNodeRemoteLoginSettings => Self::RemoteLogin,
            O::ListJobs | O::ListJobsFromSchedule => Self::Jobs,
            O::GetJob => Self::Job,
            O::GetJobTaskCounts => Self::TaskCounts,
            O::ListJobPreparationAndReleaseTaskStatus => Self::PreparationStatuses,
            O::ListJobSchedules => Self::JobSchedules,
            O::GetJobSchedule => Self::JobSchedule,
            O::ListTasks => Self::Tasks,
            O::GetTask => Self::Task,
            O::ListSubtasks => Self::Subtasks,
            _ => return None,
        })
    }

    /// The kind of what an answer shows, in which `$select` and `$filter` name properties: of lists, their elements.
    pub(super) fn of_shown(operation: BatchOperation) -> Option<Self> {
        let answer = Self::of_answer(operation)?;
        Some(answer.of_property("value").unwrap_or(answer))
    }
}
