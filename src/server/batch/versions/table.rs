//! The differences between the versions of the service, each with the version it came in.

use serde_json::{Value, json};

use super::ApiVersion;
use super::change::{Change, Neutral, own_user};
use super::model::Model;

use Change as C;
use Model as M;

/// A difference in one kind of object.
pub(super) struct Row {
    /// The kind of object.
    pub(super) model: Model,
    /// The first version that has it: it concerns requests and answers of older ones.
    pub(super) since: ApiVersion,
    /// What it is.
    pub(super) change: Change,
}

const fn row(model: Model, since: ApiVersion, change: Change) -> Row {
    Row { model, since, change }
}

/// User identities take the place of `runElevated`. What came at an unknown time between this version and today
/// stands here too.
const V2017_01: ApiVersion = ApiVersion::numbered(2017, 1, 1, 4, 0);
/// Low-priority nodes, output files, results of tasks.
const V2017_05: ApiVersion = ApiVersion::numbered(2017, 5, 1, 5, 0);
/// Inbound endpoints.
const V2017_06: ApiVersion = ApiVersion::numbered(2017, 6, 1, 5, 1);
/// Containers.
const V2017_09: ApiVersion = ApiVersion::numbered(2017, 9, 1, 6, 0);
/// Node agents are told; disks are cached.
const V2018_08: ApiVersion = ApiVersion::numbered(2018, 8, 1, 7, 0);
/// Resource files from containers; files of tasks are kept a week.
const V2018_12: ApiVersion = ApiVersion::numbered(2018, 12, 1, 8, 0);
/// Nodes wait for their start task; automatic users are the pool's.
const V2019_08: ApiVersion = ApiVersion::numbered(2019, 8, 1, 10, 0);
/// Slots.
const V2020_09: ApiVersion = ApiVersion::numbered(2020, 9, 1, 12, 0);
/// Identities, extensions, parallel tasks of a job.
const V2021_06: ApiVersion = ApiVersion::numbered(2021, 6, 1, 14, 0);
/// Preemption, headers of uploads.
const V2022_01: ApiVersion = ApiVersion::numbered(2022, 1, 1, 15, 0);
/// Two ways for nodes to speak to the service.
const V2022_10: ApiVersion = ApiVersion::numbered(2022, 10, 1, 16, 0);
/// Accelerated networking.
const V2023_05: ApiVersion = ApiVersion::numbered(2023, 5, 1, 17, 0);
/// Security profiles.
const V2023_11: ApiVersion = ApiVersion::numbered(2023, 11, 1, 18, 0);
/// Upgrade policies.
const V2024_02: ApiVersion = ApiVersion::numbered(2024, 2, 1, 19, 0);
/// Wide updates of pools, deallocated nodes.
const V2024_07: ApiVersion = ApiVersion::numbered(2024, 7, 1, 20, 0);
/// Certificates, tags of resources and tokens of tasks went.
const V2025_06: ApiVersion = ApiVersion::NEWEST;

fn nothing() -> Value {
    Value::Null
}

fn empty_list() -> Value {
    json!([])
}

fn empty_object() -> Value {
    json!({})
}

fn no() -> Value {
    json!(false)
}

fn zero() -> Value {
    json!(0)
}

/// The time span that stands for "without end".
fn without_end() -> Value {
    json!("P10675199DT2H48M5.4775807S")
}

fn own_ordinary_user() -> Value {
    own_user("nonadmin")
}

fn task_scope() -> Value {
    json!("task")
}

fn no_caching() -> Value {
    json!("none")
}

fn validated() -> Value {
    json!("validated")
}

fn simplified() -> Value {
    json!("simplified")
}

fn no_command() -> Value {
    json!("")
}

const fn went(name: &'static str, neutral: Neutral, shown: fn() -> Value) -> Change {
    C::Went { name, neutral, shown }
}

const fn renamed(old: &'static str, new: &'static str) -> Change {
    C::Renamed { old, new }
}

const fn default(name: &'static str, old: fn() -> Value) -> Change {
    C::Default { name, old }
}

const fn word(name: &'static str, new: &'static str, old: &'static str) -> Change {
    C::Word { name, new, old }
}

const WIDE_UPDATE: Change = C::Came(&[
    "displayName",
    "vmSize",
    "enableInterNodeCommunication",
    "virtualMachineConfiguration",
    "taskSlotsPerNode",
    "taskSchedulingPolicy",
    "networkConfiguration",
    "userAccounts",
    "mountConfiguration",
    "upgradePolicy",
]);

/// Nodes speak to the service in the newer way, which is what `default` comes to; nothing else differs here.
const COMMUNICATION: Change = went(
    "targetNodeCommunicationMode",
    Neutral::Words(&["default", "simplified"]),
    nothing,
);

/// How nodes speak to the service, as pools showed it while there were two ways.
const COMMUNICATION_NOW: Change = went("currentNodeCommunicationMode", Neutral::Absent, simplified);

/// Every difference, the newest first: a request of an old version goes through them from its end, an answer from
/// its beginning.
pub(super) static ROWS: &[Row] = &[
    // 2025-06-01
    row(
        M::Pool,
        V2025_06,
        went("certificateReferences", Neutral::Empty, empty_list),
    ),
    row(
        M::PoolUpdate,
        V2025_06,
        went("certificateReferences", Neutral::Empty, nothing),
    ),
    row(
        M::Node,
        V2025_06,
        went("certificateReferences", Neutral::Absent, empty_list),
    ),
    row(M::Pool, V2025_06, COMMUNICATION),
    row(M::PoolUpdate, V2025_06, COMMUNICATION),
    row(M::Pool, V2025_06, COMMUNICATION_NOW),
    row(M::Pool, V2025_06, went("resourceTags", Neutral::Empty, nothing)),
    row(
        M::PoolUpdate,
        V2025_06,
        went("resourceTags", Neutral::Empty, nothing),
    ),
    row(
        M::Task,
        V2025_06,
        went("authenticationTokenSettings", Neutral::Empty, nothing),
    ),
    row(
        M::JobManagerTask,
        V2025_06,
        went("authenticationTokenSettings", Neutral::Empty, nothing),
    ),
    row(M::Node, V2025_06, C::Came(&["ipv6Address"])),
    row(
        M::RemoteLogin,
        V2025_06,
        C::Came(&["ipv6RemoteLoginIPAddress", "ipv6RemoteLoginPort"]),
    ),
    row(M::SchedulingPolicy, V2025_06, C::Came(&["jobDefaultOrder"])),
    row(M::PublicIpAddresses, V2025_06, C::Came(&["ipFamilies", "ipTags"])),
    row(M::SecurityProfile, V2025_06, C::Came(&["proxyAgentSettings"])),
    row(M::ManagedDisk, V2025_06, C::Came(&["diskEncryptionSet"])),
    // 2024-07-01.20.0
    row(M::PoolUpdate, V2024_07, WIDE_UPDATE),
    row(
        M::Pool,
        V2024_07,
        went("cloudServiceConfiguration", Neutral::Absent, nothing),
    ),
    row(
        M::Pool,
        V2024_07,
        went("applicationLicenses", Neutral::Empty, nothing),
    ),
    row(
        M::DataDisk,
        V2024_07,
        C::Moved {
            name: "storageAccountType",
            into: "managedDisk",
        },
    ),
    row(M::NodeCounts, V2024_07, C::Came(&["deallocated", "deallocating"])),
    row(M::Node, V2024_07, word("state", "deallocated", "offline")),
    row(M::Node, V2024_07, word("state", "deallocating", "offline")),
    row(
        M::ImageReference,
        V2024_07,
        C::Came(&["sharedGalleryImageId", "communityGalleryImageId"]),
    ),
    // 2024-02-01.19.0
    row(M::Pool, V2024_02, C::Came(&["upgradePolicy"])),
    row(M::Node, V2024_02, word("state", "upgradingos", "rebooting")),
    row(M::NodeCounts, V2024_02, C::Came(&["upgradingOS"])),
    // 2023-11-01.18.0
    row(
        M::VirtualMachine,
        V2023_11,
        C::Came(&["securityProfile", "serviceArtifactReference"]),
    ),
    // 2023-05-01.17.0
    row(M::Network, V2023_05, C::Came(&["enableAcceleratedNetworking"])),
    // 2022-10-01.16.0
    row(M::Pool, V2022_10, C::Came(&["targetNodeCommunicationMode"])),
    row(M::PoolUpdate, V2022_10, C::Came(&["targetNodeCommunicationMode"])),
    row(M::Pool, V2022_10, C::Came(&["currentNodeCommunicationMode"])),
    // 2022-01-01.15.0
    row(M::Job, V2022_01, C::Came(&["allowTaskPreemption"])),
    row(M::JobSpecification, V2022_01, C::Came(&["allowTaskPreemption"])),
    row(M::JobUpdate, V2022_01, C::Came(&["allowTaskPreemption"])),
    row(M::OutputFileContainer, V2022_01, C::Came(&["uploadHeaders"])),
    // 2021-06-01.14.0
    row(M::Pool, V2021_06, C::Came(&["identity"])),
    row(M::Node, V2021_06, C::Came(&["virtualMachineInfo"])),
    row(M::Job, V2021_06, C::Came(&["maxParallelTasks"])),
    row(M::JobSpecification, V2021_06, C::Came(&["maxParallelTasks"])),
    row(M::JobUpdate, V2021_06, C::Came(&["maxParallelTasks"])),
    row(M::ResourceFile, V2021_06, C::Came(&["identityReference"])),
    row(M::OutputFileContainer, V2021_06, C::Came(&["identityReference"])),
    row(
        M::VirtualMachine,
        V2021_06,
        C::Came(&["nodePlacementConfiguration", "extensions", "osDisk"]),
    ),
    // 2020-09-01.12.0
    row(M::Pool, V2020_09, renamed("maxTasksPerNode", "taskSlotsPerNode")),
    row(M::Task, V2020_09, C::Came(&["requiredSlots"])),
    row(M::JobManagerTask, V2020_09, C::Came(&["requiredSlots"])),
    row(M::Node, V2020_09, C::Came(&["runningTaskSlotsCount"])),
    row(M::TaskCounts, V2020_09, C::Counts),
    // 2019-08-01.10.0
    row(M::StartTask, V2019_08, default("waitForSuccess", no)),
    row(M::AutoUser, V2019_08, default("scope", task_scope)),
    row(M::StartTask, V2019_08, default("userIdentity", own_ordinary_user)),
    row(M::Task, V2019_08, default("userIdentity", own_ordinary_user)),
    row(
        M::JobManagerTask,
        V2019_08,
        default("userIdentity", own_ordinary_user),
    ),
    row(
        M::JobPreparationTask,
        V2019_08,
        default("userIdentity", own_ordinary_user),
    ),
    row(
        M::JobReleaseTask,
        V2019_08,
        default("userIdentity", own_ordinary_user),
    ),
    row(M::Pool, V2019_08, C::Came(&["mountConfiguration"])),
    row(M::Network, V2019_08, C::Came(&["publicIPAddressConfiguration"])),
    // 2018-12-01.8.0
    row(M::ResourceFile, V2018_12, renamed("blobSource", "httpUrl")),
    row(M::ResourceFile, V2018_12, C::Needs("httpUrl")),
    row(
        M::ResourceFile,
        V2018_12,
        C::Came(&["autoStorageContainerName", "storageContainerUrl", "blobPrefix"]),
    ),
    row(
        M::TaskConstraints,
        V2018_12,
        default("retentionTime", without_end),
    ),
    row(M::Task, V2018_12, default("constraints", empty_object)),
    row(M::TaskUpdate, V2018_12, default("constraints", empty_object)),
    row(M::JobManagerTask, V2018_12, default("constraints", empty_object)),
    row(
        M::JobPreparationTask,
        V2018_12,
        default("constraints", empty_object),
    ),
    row(M::JobReleaseTask, V2018_12, default("retentionTime", without_end)),
    row(
        M::UsageMetrics,
        V2018_12,
        went("dataIngressGiB", Neutral::Absent, zero),
    ),
    row(
        M::UsageMetrics,
        V2018_12,
        went("dataEgressGiB", Neutral::Absent, zero),
    ),
    // 2018-08-01.7.0
    row(M::Node, V2018_08, C::Came(&["nodeAgentInfo"])),
    row(M::DataDisk, V2018_08, default("caching", no_caching)),
    row(
        M::TaskCounts,
        V2018_08,
        went("validationStatus", Neutral::Absent, validated),
    ),
    // 2017-09-01.6.0
    row(M::VirtualMachine, V2017_09, C::Came(&["containerConfiguration"])),
    row(M::Task, V2017_09, C::Came(&["containerSettings"])),
    row(M::StartTask, V2017_09, C::Came(&["containerSettings"])),
    row(M::JobManagerTask, V2017_09, C::Came(&["containerSettings"])),
    row(M::JobPreparationTask, V2017_09, C::Came(&["containerSettings"])),
    row(M::JobReleaseTask, V2017_09, C::Came(&["containerSettings"])),
    row(M::Execution, V2017_09, C::Came(&["containerInfo"])),
    row(
        M::MultiInstance,
        V2017_09,
        default("coordinationCommandLine", no_command),
    ),
    // 2017-06-01.5.1
    row(M::Network, V2017_06, C::Came(&["endpointConfiguration"])),
    row(M::Node, V2017_06, C::Came(&["endpointConfiguration"])),
    // 2017-05-01.5.0
    row(
        M::Pool,
        V2017_05,
        renamed("targetDedicated", "targetDedicatedNodes"),
    ),
    row(
        M::Pool,
        V2017_05,
        renamed("currentDedicated", "currentDedicatedNodes"),
    ),
    row(
        M::Pool,
        V2017_05,
        C::Came(&["targetLowPriorityNodes", "currentLowPriorityNodes"]),
    ),
    row(
        M::Pool,
        V2017_05,
        C::Gathered {
            old: "resizeError",
            new: "resizeErrors",
        },
    ),
    row(
        M::PoolResize,
        V2017_05,
        renamed("targetDedicated", "targetDedicatedNodes"),
    ),
    row(M::PoolResize, V2017_05, C::Came(&["targetLowPriorityNodes"])),
    row(M::Execution, V2017_05, renamed("schedulingError", "failureInfo")),
    row(M::Execution, V2017_05, C::Came(&["result"])),
    row(
        M::ExitConditions,
        V2017_05,
        renamed("schedulingError", "preProcessingError"),
    ),
    row(M::ExitConditions, V2017_05, C::Came(&["fileUploadError"])),
    row(M::Task, V2017_05, C::Came(&["outputFiles"])),
    row(
        M::JobManagerTask,
        V2017_05,
        C::Came(&["outputFiles", "allowLowPriorityNode"]),
    ),
    row(M::Node, V2017_05, C::Came(&["isDedicated"])),
    row(M::Node, V2017_05, word("state", "preempted", "unusable")),
    row(M::ImageReference, V2017_05, C::Came(&["virtualMachineImageId"])),
    // 2017-01-01.4.0
    row(M::StartTask, V2017_01, C::Elevation),
    row(M::Task, V2017_01, C::Elevation),
    row(M::JobManagerTask, V2017_01, C::Elevation),
    row(M::JobPreparationTask, V2017_01, C::Elevation),
    row(M::JobReleaseTask, V2017_01, C::Elevation),
    row(M::Pool, V2017_01, C::Came(&["userAccounts"])),
    row(M::ExitOptions, V2017_01, C::Came(&["dependencyAction"])),
    row(M::Job, V2017_01, C::Came(&["networkConfiguration"])),
    row(
        M::JobSpecification,
        V2017_01,
        C::Came(&["networkConfiguration", "onAllTasksComplete", "onTaskFailure"]),
    ),
    row(M::JobUpdate, V2017_01, C::Came(&["networkConfiguration"])),
    row(M::ImageReference, V2017_01, C::Came(&["exactVersion"])),
    row(M::Network, V2017_01, C::Came(&["dynamicVNetAssignmentScope"])),
    row(
        M::VirtualMachine,
        V2017_01,
        C::Came(&["dataDisks", "licenseType", "diskEncryptionConfiguration"]),
    ),
];
