//! The operations on job schedules.

use http::{Method, StatusCode};

use crate::backend::Written;
use crate::batch::{BatchJobSchedule, BatchJobScheduleCreateOptions, BatchJobScheduleUpdateOptions};
use crate::ids::JobScheduleId;
use crate::page::Page;
use crate::wire::batch::answer::Json;
use crate::wire::batch::operation::{BatchOperation, Operation};
use crate::wire::batch::route::{AnswerHeader, BodyRule, CONDITIONAL, ENTITY, EXPANDED, FORCED, Route};

/// `HEAD /jobschedules/{jobScheduleId}`
pub static JOB_SCHEDULE_EXISTS: Operation<(JobScheduleId,), (), bool> = Operation::new(Route {
    operation: BatchOperation::JobScheduleExists,
    name: "job_schedule_exists",
    method: Method::HEAD,
    path: "/jobschedules/{jobScheduleId}",
    success: &[StatusCode::OK, StatusCode::NOT_FOUND],
    parameters: CONDITIONAL,
    body: BodyRule::None,
    headers: &[AnswerHeader::Tags],
    metadata: "",
});

/// `DELETE /jobschedules/{jobScheduleId}`
pub static DELETE_JOB_SCHEDULE: Operation<(JobScheduleId,), (), ()> = Operation::new(Route {
    operation: BatchOperation::DeleteJobSchedule,
    name: "delete_job_schedule",
    method: Method::DELETE,
    path: "/jobschedules/{jobScheduleId}",
    success: &[StatusCode::ACCEPTED],
    parameters: FORCED,
    body: BodyRule::None,
    headers: &[],
    metadata: "",
});

/// `GET /jobschedules/{jobScheduleId}`
pub static GET_JOB_SCHEDULE: Operation<(JobScheduleId,), (), Json<BatchJobSchedule>> =
    Operation::new(Route {
        operation: BatchOperation::GetJobSchedule,
        name: "get_job_schedule",
        method: Method::GET,
        path: "/jobschedules/{jobScheduleId}",
        success: &[StatusCode::OK],
        parameters: ENTITY,
        body: BodyRule::None,
        headers: &[AnswerHeader::Tags],
        metadata: "jobschedules/@Element",
    });

/// `PATCH /jobschedules/{jobScheduleId}`
pub static UPDATE_JOB_SCHEDULE: Operation<(JobScheduleId,), BatchJobScheduleUpdateOptions, Written> =
    Operation::new(Route {
        operation: BatchOperation::UpdateJobSchedule,
        name: "update_job_schedule",
        method: Method::PATCH,
        path: "/jobschedules/{jobScheduleId}",
        success: &[StatusCode::OK],
        parameters: CONDITIONAL,
        body: BodyRule::Required,
        headers: &[AnswerHeader::Tags, AnswerHeader::Target],
        metadata: "",
    });

/// `PUT /jobschedules/{jobScheduleId}`
pub static REPLACE_JOB_SCHEDULE: Operation<(JobScheduleId,), BatchJobSchedule, Written> =
    Operation::new(Route {
        operation: BatchOperation::ReplaceJobSchedule,
        name: "replace_job_schedule",
        method: Method::PUT,
        path: "/jobschedules/{jobScheduleId}",
        success: &[StatusCode::OK],
        parameters: CONDITIONAL,
        body: BodyRule::Only(&["jobSpecification", "metadata", "schedule"]),
        headers: &[AnswerHeader::Tags, AnswerHeader::Target],
        metadata: "",
    });

/// `POST /jobschedules/{jobScheduleId}/disable`
pub static DISABLE_JOB_SCHEDULE: Operation<(JobScheduleId,), (), Written> = Operation::new(Route {
    operation: BatchOperation::DisableJobSchedule,
    name: "disable_job_schedule",
    method: Method::POST,
    path: "/jobschedules/{jobScheduleId}/disable",
    success: &[StatusCode::NO_CONTENT],
    parameters: CONDITIONAL,
    body: BodyRule::None,
    headers: &[AnswerHeader::Tags, AnswerHeader::Target],
    metadata: "",
});

/// `POST /jobschedules/{jobScheduleId}/enable`
pub static ENABLE_JOB_SCHEDULE: Operation<(JobScheduleId,), (), Written> = Operation::new(Route {
    operation: BatchOperation::EnableJobSchedule,
    name: "enable_job_schedule",
    method: Method::POST,
    path: "/jobschedules/{jobScheduleId}/enable",
    success: &[StatusCode::NO_CONTENT],
    parameters: CONDITIONAL,
    body: BodyRule::None,
    headers: &[AnswerHeader::Tags, AnswerHeader::Target],
    metadata: "",
});

/// `POST /jobschedules/{jobScheduleId}/terminate`
pub static TERMINATE_JOB_SCHEDULE: Operation<(JobScheduleId,), (), Written> = Operation::new(Route {
    operation: BatchOperation::TerminateJobSchedule,
    name: "terminate_job_schedule",
    method: Method::POST,
    path: "/jobschedules/{jobScheduleId}/terminate",
    success: &[StatusCode::ACCEPTED],
    parameters: FORCED,
    body: BodyRule::None,
    headers: &[AnswerHeader::Tags, AnswerHeader::Target],
    metadata: "",
});

/// `POST /jobschedules`
pub static CREATE_JOB_SCHEDULE: Operation<(), BatchJobScheduleCreateOptions, Written> =
    Operation::new(Route {
        operation: BatchOperation::CreateJobSchedule,
        name: "create_job_schedule",
        method: Method::POST,
        path: "/jobschedules",
        success: &[StatusCode::CREATED],
        parameters: &[],
        body: BodyRule::Required,
        headers: &[AnswerHeader::Tags, AnswerHeader::Target, AnswerHeader::Location],
        metadata: "",
    });

/// `GET /jobschedules`
pub static LIST_JOB_SCHEDULES: Operation<(), (), Page<BatchJobSchedule>> = Operation::new(Route {
    operation: BatchOperation::ListJobSchedules,
    name: "list_job_schedules",
    method: Method::GET,
    path: "/jobschedules",
    success: &[StatusCode::OK],
    parameters: EXPANDED,
    body: BodyRule::None,
    headers: &[],
    metadata: "jobschedules",
});
