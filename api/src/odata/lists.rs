//! Which properties each list may be filtered by (public page "OData filters in Batch").

use super::filter::{Comparison, FilterField};

use Comparison::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual, StartsWith};

const EQUALITY: &[Comparison] = &[Equal, NotEqual];
const ORDER: &[Comparison] = &[Equal, NotEqual, Greater, GreaterOrEqual, Less, LessOrEqual];
const TEXT: &[Comparison] = &[
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    StartsWith,
];

const fn field(name: &'static str, comparisons: &'static [Comparison]) -> FilterField {
    FilterField { name, comparisons }
}

/// The lists of the Batch service that take a `$filter`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ListKind {
    /// `GET /pools`
    Pools,
    /// `GET /pools/{poolId}/nodes`
    Nodes,
    /// `GET /jobs`
    Jobs,
    /// `GET /jobschedules/{jobScheduleId}/jobs`
    JobsOfSchedule,
    /// `GET /jobschedules`
    JobSchedules,
    /// `GET /jobs/{jobId}/tasks`
    Tasks,
    /// `GET /jobs/{jobId}/jobpreparationandreleasetaskstatus`
    JobPreparationAndReleaseTaskStatus,
    /// `GET /nodecounts` and `GET /poolusagemetrics`
    PerPool,
    /// `GET /supportedimages`
    SupportedImages,
    /// Files of a task or node.
    Files,
    /// Lists without `$filter`: applications, node extensions, subtasks.
    Unfiltered,
}

impl ListKind {
    /// The properties the list may be filtered by.
    pub const fn fields(self) -> &'static [FilterField] {
        match self {
            Self::Pools => POOLS,
            Self::Nodes => NODES,
            Self::Jobs => JOBS,
            Self::JobsOfSchedule => JOBS_OF_SCHEDULE,
            Self::JobSchedules => JOB_SCHEDULES,
            Self::Tasks => TASKS,
            Self::JobPreparationAndReleaseTaskStatus => PREPARATION,
            Self::PerPool => PER_POOL,
            Self::SupportedImages => IMAGES,
            Self::Files => FILES,
            Self::Unfiltered => &[],
        }
    }
}

const POOLS: &[FilterField] = &[
    field("id", TEXT),
    field("state", EQUALITY),
    field("allocationState", EQUALITY),
    field("stateTransitionTime", ORDER),
    field("allocationStateTransitionTime", ORDER),
    field("creationTime", ORDER),
    field("lastModified", ORDER),
    field("enableAutoScale", EQUALITY),
    field("enableInterNodeCommunication", EQUALITY),
    field("vmSize", &[Equal, NotEqual, StartsWith]),
];

const NODES: &[FilterField] = &[
    field("state", EQUALITY),
    field("stateTransitionTime", ORDER),
    field("lastBootTime", ORDER),
    field("allocationTime", ORDER),
    field("startTaskInfo/state", EQUALITY),
    field("startTaskInfo/result", EQUALITY),
    field("startTaskInfo/exitCode", ORDER),
    field("startTaskInfo/startTime", ORDER),
    field("startTaskInfo/endTime", ORDER),
];

const JOBS: &[FilterField] = &[
    field("id", TEXT),
    field("state", EQUALITY),
    field("stateTransitionTime", ORDER),
    field("creationTime", ORDER),
    field("lastModified", ORDER),
    field("executionInfo/startTime", ORDER),
    field("executionInfo/endTime", ORDER),
    field("executionInfo/poolId", TEXT),
];

const JOBS_OF_SCHEDULE: &[FilterField] = &[
    field("state", EQUALITY),
    field("stateTransitionTime", ORDER),
    field("creationTime", ORDER),
    field("lastModified", ORDER),
    field("executionInfo/startTime", ORDER),
    field("executionInfo/endTime", ORDER),
    field("executionInfo/poolId", TEXT),
];

const JOB_SCHEDULES: &[FilterField] = &[
    field("id", TEXT),
    field("state", EQUALITY),
    field("stateTransitionTime", ORDER),
    field("creationTime", ORDER),
    field("lastModified", ORDER),
    field("executionInfo/endTime", ORDER),
    field("schedule/doNotRunUntil", ORDER),
    field("schedule/doNotRunAfter", ORDER),
];

const TASKS: &[FilterField] = &[
    field("id", TEXT),
    field("state", EQUALITY),
    field("stateTransitionTime", ORDER),
    field("creationTime", ORDER),
    // The public page spells it so; the property itself is `lastModified`.
    field("lastModifiedTime", ORDER),
    field("lastModified", ORDER),
    field("executionInfo/startTime", ORDER),
    field("executionInfo/endTime", ORDER),
    field("executionInfo/exitCode", ORDER),
    field("executionInfo/result", EQUALITY),
];

const PREPARATION: &[FilterField] = &[
    field("poolId", EQUALITY),
    field("nodeId", EQUALITY),
    field("jobPreparationTaskExecutionInfo/state", EQUALITY),
    field("jobPreparationTaskExecutionInfo/startTime", ORDER),
    field("jobPreparationTaskExecutionInfo/endTime", ORDER),
    field("jobPreparationTaskExecutionInfo/exitCode", ORDER),
    field("jobPreparationTaskExecutionInfo/result", EQUALITY),
    field("jobReleaseTaskExecutionInfo/state", EQUALITY),
    field("jobReleaseTaskExecutionInfo/startTime", ORDER),
    field("jobReleaseTaskExecutionInfo/endTime", ORDER),
    field("jobReleaseTaskExecutionInfo/exitCode", ORDER),
    field("jobReleaseTaskExecutionInfo/result", EQUALITY),
];

const IMAGES: &[FilterField] = &[
    field("osType", EQUALITY),
    field("verificationType", EQUALITY),
    field("nodeAgentSKUId", EQUALITY),
];

const PER_POOL: &[FilterField] = &[field("poolId", &[Equal])];

const FILES: &[FilterField] = &[field("name", &[StartsWith])];
