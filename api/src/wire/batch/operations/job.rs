//! The operations on jobs.

use http::{Method, StatusCode};

use crate::backend::Written;
use crate::batch::{
    BatchJob, BatchJobCreateOptions, BatchJobDisableOptions, BatchJobPreparationAndReleaseTaskStatus,
    BatchJobTerminateOptions, BatchJobUpdateOptions, BatchTaskCountsResult,
};
use crate::ids::{JobId, JobScheduleId};
use crate::page::Page;
use crate::wire::batch::answer::Json;
use crate::wire::batch::operation::{BatchOperation, Operation};
use crate::wire::batch::route::{
    AnswerHeader, BodyRule, CONDITIONAL, ENTITY, EXPANDED, FORCED, Route, SELECTED,
};

/// `DELETE /jobs/{jobId}`
pub static DELETE_JOB: Operation<(JobId,), (), ()> = Operation::new(Route {
    operation: BatchOperation::DeleteJob,
    name: "delete_job",
    method: Method::DELETE,
    path: "/jobs/{jobId}",
    success: &[StatusCode::ACCEPTED],
    parameters: FORCED,
    body: BodyRule::None,
    headers: &[],
    metadata: "",
});

/// `GET /jobs/{jobId}`
pub static GET_JOB: Operation<(JobId,), (), Json<BatchJob>> = Operation::new(Route {
    operation: BatchOperation::GetJob,
    name: "get_job",
    method: Method::GET,
    path: "/jobs/{jobId}",
    success: &[StatusCode::OK],
    parameters: ENTITY,
    body: BodyRule::None,
    headers: &[AnswerHeader::Tags],
    metadata: "jobs/@Element",
});

/// `PATCH /jobs/{jobId}`
pub static UPDATE_JOB: Operation<(JobId,), BatchJobUpdateOptions, Written> = Operation::new(Route {
    operation: BatchOperation::UpdateJob,
    name: "update_job",
    method: Method::PATCH,
    path: "/jobs/{jobId}",
    success: &[StatusCode::OK],
    parameters: CONDITIONAL,
    body: BodyRule::Required,
    headers: &[AnswerHeader::Tags, AnswerHeader::Target],
    metadata: "",
});

/// `PUT /jobs/{jobId}`
pub static REPLACE_JOB: Operation<(JobId,), BatchJob, Written> = Operation::new(Route {
    operation: BatchOperation::ReplaceJob,
    name: "replace_job",
    method: Method::PUT,
    path: "/jobs/{jobId}",
    success: &[StatusCode::OK],
    parameters: CONDITIONAL,
    body: BodyRule::Only(&[
        "allowTaskPreemption",
        "constraints",
        "maxParallelTasks",
        "metadata",
        "onAllTasksComplete",
        "poolInfo",
        "priority",
    ]),
    headers: &[AnswerHeader::Tags, AnswerHeader::Target],
    metadata: "",
});

/// `POST /jobs/{jobId}/disable`
pub static DISABLE_JOB: Operation<(JobId,), BatchJobDisableOptions, Written> = Operation::new(Route {
    operation: BatchOperation::DisableJob,
    name: "disable_job",
    method: Method::POST,
    path: "/jobs/{jobId}/disable",
    success: &[StatusCode::ACCEPTED],
    parameters: CONDITIONAL,
    body: BodyRule::Required,
    headers: &[AnswerHeader::Tags, AnswerHeader::Target],
    metadata: "",
});

/// `POST /jobs/{jobId}/enable`
pub static ENABLE_JOB: Operation<(JobId,), (), Written> = Operation::new(Route {
    operation: BatchOperation::EnableJob,
    name: "enable_job",
    method: Method::POST,
    path: "/jobs/{jobId}/enable",
    success: &[StatusCode::ACCEPTED],
    parameters: CONDITIONAL,
    body: BodyRule::None,
    headers: &[AnswerHeader::Tags, AnswerHeader::Target],
    metadata: "",
});

/// `POST /jobs/{jobId}/terminate`
pub static TERMINATE_JOB: Operation<(JobId,), BatchJobTerminateOptions, Written> = Operation::new(Route {
    operation: BatchOperation::TerminateJob,
    name: "terminate_job",
    method: Method::POST,
    path: "/jobs/{jobId}/terminate",
    success: &[StatusCode::ACCEPTED],
    parameters: FORCED,
    body: BodyRule::Optional,
    headers: &[AnswerHeader::Tags, AnswerHeader::Target],
    metadata: "",
});

/// `POST /jobs`
pub static CREATE_JOB: Operation<(), BatchJobCreateOptions, Written> = Operation::new(Route {
    operation: BatchOperation::CreateJob,
    name: "create_job",
    method: Method::POST,
    path: "/jobs",
    success: &[StatusCode::CREATED],
    parameters: &[],
    body: BodyRule::Required,
    headers: &[AnswerHeader::Tags, AnswerHeader::Target, AnswerHeader::Location],
    metadata: "",
});

/// `GET /jobs`
pub static LIST_JOBS: Operation<(), (), Page<BatchJob>> = Operation::new(Route {
    operation: BatchOperation::ListJobs,
    name: "list_jobs",
    method: Method::GET,
    path: "/jobs",
    success: &[StatusCode::OK],
    parameters: EXPANDED,
    body: BodyRule::None,
    headers: &[],
    metadata: "jobs",
});

/// `GET /jobschedules/{jobScheduleId}/jobs`
pub static LIST_JOBS_FROM_SCHEDULE: Operation<(JobScheduleId,), (), Page<BatchJob>> = Operation::new(Route {
    operation: BatchOperation::ListJobsFromSchedule,
    name: "list_jobs_from_schedule",
    method: Method::GET,
    path: "/jobschedules/{jobScheduleId}/jobs",
    success: &[StatusCode::OK],
    parameters: EXPANDED,
    body: BodyRule::None,
    headers: &[],
    metadata: "jobs",
});

/// `GET /jobs/{jobId}/jobpreparationandreleasetaskstatus`
pub static LIST_JOB_PREPARATION_AND_RELEASE_TASK_STATUS: Operation<
    (JobId,),
    (),
    Page<BatchJobPreparationAndReleaseTaskStatus>,
> = Operation::new(Route {
    operation: BatchOperation::ListJobPreparationAndReleaseTaskStatus,
    name: "list_job_preparation_and_release_task_status",
    method: Method::GET,
    path: "/jobs/{jobId}/jobpreparationandreleasetaskstatus",
    success: &[StatusCode::OK],
    parameters: SELECTED,
    body: BodyRule::None,
    headers: &[],
    metadata: "jobpreparationandreleasetaskstatuslist",
});

/// `GET /jobs/{jobId}/taskcounts`
pub static GET_JOB_TASK_COUNTS: Operation<(JobId,), (), Json<BatchTaskCountsResult>> =
    Operation::new(Route {
        operation: BatchOperation::GetJobTaskCounts,
        name: "get_job_task_counts",
        method: Method::GET,
        path: "/jobs/{jobId}/taskcounts",
        success: &[StatusCode::OK],
        parameters: &[],
        body: BodyRule::None,
        headers: &[],
        metadata: "taskcountsresult/@Element",
    });
