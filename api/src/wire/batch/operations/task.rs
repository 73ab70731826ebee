//! The operations on tasks.

use http::{Method, StatusCode};

use crate::backend::Written;
use crate::batch::{
    BatchCreateTaskCollectionResult, BatchSubtask, BatchTask, BatchTaskCreateOptions, BatchTaskGroup,
};
use crate::ids::{JobId, TaskId};
use crate::page::Page;
use crate::wire::batch::answer::Json;
use crate::wire::batch::operation::{BatchOperation, Operation};
use crate::wire::batch::route::{AnswerHeader, BodyRule, CONDITIONAL, ENTITY, EXPANDED, Parameter, Route};

/// `POST /jobs/{jobId}/tasks`
pub static CREATE_TASK: Operation<(JobId,), BatchTaskCreateOptions, Written> = Operation::new(Route {
    operation: BatchOperation::CreateTask,
    name: "create_task",
    method: Method::POST,
    path: "/jobs/{jobId}/tasks",
    success: &[StatusCode::CREATED],
    parameters: &[],
    body: BodyRule::Required,
    headers: &[AnswerHeader::Tags, AnswerHeader::Target, AnswerHeader::Location],
    metadata: "",
});

/// `GET /jobs/{jobId}/tasks`
pub static LIST_TASKS: Operation<(JobId,), (), Page<BatchTask>> = Operation::new(Route {
    operation: BatchOperation::ListTasks,
    name: "list_tasks",
    method: Method::GET,
    path: "/jobs/{jobId}/tasks",
    success: &[StatusCode::OK],
    parameters: EXPANDED,
    body: BodyRule::None,
    headers: &[],
    metadata: "tasks",
});

/// `POST /jobs/{jobId}/addtaskcollection`
pub static CREATE_TASK_COLLECTION: Operation<
    (JobId,),
    BatchTaskGroup,
    Json<BatchCreateTaskCollectionResult>,
> = Operation::new(Route {
    operation: BatchOperation::CreateTaskCollection,
    name: "create_task_collection",
    method: Method::POST,
    path: "/jobs/{jobId}/addtaskcollection",
    success: &[StatusCode::OK],
    parameters: &[],
    body: BodyRule::Required,
    headers: &[],
    metadata: "taskaddresult",
});

/// `DELETE /jobs/{jobId}/tasks/{taskId}`
pub static DELETE_TASK: Operation<(JobId, TaskId), (), ()> = Operation::new(Route {
    operation: BatchOperation::DeleteTask,
    name: "delete_task",
    method: Method::DELETE,
    path: "/jobs/{jobId}/tasks/{taskId}",
    success: &[StatusCode::OK],
    parameters: CONDITIONAL,
    body: BodyRule::None,
    headers: &[],
    metadata: "",
});

/// `GET /jobs/{jobId}/tasks/{taskId}`
pub static GET_TASK: Operation<(JobId, TaskId), (), Json<BatchTask>> = Operation::new(Route {
    operation: BatchOperation::GetTask,
    name: "get_task",
    method: Method::GET,
    path: "/jobs/{jobId}/tasks/{taskId}",
    success: &[StatusCode::OK],
    parameters: ENTITY,
    body: BodyRule::None,
    headers: &[AnswerHeader::Tags],
    metadata: "tasks/@Element",
});

/// `PUT /jobs/{jobId}/tasks/{taskId}`
pub static REPLACE_TASK: Operation<(JobId, TaskId), BatchTask, Written> = Operation::new(Route {
    operation: BatchOperation::ReplaceTask,
    name: "replace_task",
    method: Method::PUT,
    path: "/jobs/{jobId}/tasks/{taskId}",
    success: &[StatusCode::OK],
    parameters: CONDITIONAL,
    body: BodyRule::Only(&["constraints"]),
    headers: &[AnswerHeader::Tags, AnswerHeader::Target],
    metadata: "",
});

/// `GET /jobs/{jobId}/tasks/{taskId}/subtasksinfo`
pub static LIST_SUBTASKS: Operation<(JobId, TaskId), (), Page<BatchSubtask>> = Operation::new(Route {
    operation: BatchOperation::ListSubtasks,
    name: "list_subtasks",
    method: Method::GET,
    path: "/jobs/{jobId}/tasks/{taskId}/subtasksinfo",
    success: &[StatusCode::OK],
    parameters: &[Parameter::SkipToken, Parameter::Select],
    body: BodyRule::None,
    headers: &[],
    metadata: "subtaskinfo",
});

/// `POST /jobs/{jobId}/tasks/{taskId}/terminate`
pub static TERMINATE_TASK: Operation<(JobId, TaskId), (), Written> = Operation::new(Route {
    operation: BatchOperation::TerminateTask,
    name: "terminate_task",
    method: Method::POST,
    path: "/jobs/{jobId}/tasks/{taskId}/terminate",
    success: &[StatusCode::NO_CONTENT],
    parameters: CONDITIONAL,
    body: BodyRule::None,
    headers: &[AnswerHeader::Tags, AnswerHeader::Target],
    metadata: "",
});

/// `POST /jobs/{jobId}/tasks/{taskId}/reactivate`
pub static REACTIVATE_TASK: Operation<(JobId, TaskId), (), Written> = Operation::new(Route {
    operation: BatchOperation::ReactivateTask,
    name: "reactivate_task",
    method: Method::POST,
    path: "/jobs/{jobId}/tasks/{taskId}/reactivate",
    success: &[StatusCode::NO_CONTENT],
    parameters: CONDITIONAL,
    body: BodyRule::None,
    headers: &[AnswerHeader::Tags],
    metadata: "",
});
