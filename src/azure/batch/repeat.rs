//! Which requests may be repeated, and what a refusal means after a repetition.
//!
//! A request whose answer is lost may have been acted upon. Repeating it is safe where a second time changes nothing,
//! or where the service tells that the first one was; all others are repeated only when the service said that it
//! did nothing.

use batchite_api::error::{Error, ErrorCode};
use batchite_api::wire::batch::{BatchOperation, Parameters, Route};
use http::Method;

use crate::azure::retry;

/// Whether a second time changes nothing.
pub(super) fn is_repeatable(route: &Route, parameters: &Parameters) -> bool {
    let conditions = &parameters.conditions;
    match route.method {
        Method::GET | Method::HEAD | Method::DELETE => true,
        // After a write that came through, its own condition fails: the caller would be told that somebody else wrote.
        Method::PUT | Method::PATCH => {
            conditions.if_match.is_none() && conditions.if_unmodified_since.is_none()
        }
        _ => matches!(
            route.operation,
            BatchOperation::CreateJob
                | BatchOperation::CreateJobSchedule
                | BatchOperation::CreateNodeUser
                | BatchOperation::CreatePool
                | BatchOperation::CreateTask
                | BatchOperation::CreateTaskCollection
                | BatchOperation::EvaluatePoolAutoScale
                | BatchOperation::ReplacePoolProperties
        ),
    }
}

/// Whether the service said that it did nothing.
pub(super) fn was_not_acted_upon(error: &Error) -> bool {
    error.status() == 429 || error.is(&ErrorCode::ServerBusy)
}

/// Whether a failed request is made again.
pub(super) fn is_worth_another_attempt(error: &Error, repeatable: bool) -> bool {
    was_not_acted_upon(error) || retry::is_worth_another_attempt(error, repeatable)
}

/// Whether the refusal of a repeated DELETE tells that an earlier attempt came through.
pub(super) fn is_gone(error: &Error) -> bool {
    let on_its_way = [
        ErrorCode::JobBeingDeleted,
        ErrorCode::JobScheduleBeingDeleted,
        ErrorCode::PoolBeingDeleted,
    ];
    error.status() == 404 || on_its_way.iter().any(|code| error.is(code))
}

/// Whether the refusal of a repeated creation tells that an earlier attempt came through.
pub(super) fn is_there(error: &Error) -> bool {
    let exists = [
        ErrorCode::JobExists,
        ErrorCode::JobScheduleExists,
        ErrorCode::NodeUserExists,
        ErrorCode::PoolExists,
        ErrorCode::TaskExists,
    ];
    exists.iter().any(|code| error.is(code))
}
