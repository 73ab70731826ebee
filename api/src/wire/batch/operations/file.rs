//! The operations on files.

use http::{Method, StatusCode};

use crate::backend::FileHeaders;
use crate::batch::BatchNodeFile;
use crate::ids::{JobId, NodeId, PoolId, TaskId};
use crate::page::Page;
use crate::wire::batch::answer::Download;
use crate::wire::batch::operation::{BatchOperation, Operation};
use crate::wire::batch::route::{BodyRule, Parameter, Route};

/// `DELETE /jobs/{jobId}/tasks/{taskId}/files/{filePath}`
pub static DELETE_TASK_FILE: Operation<(JobId, TaskId, String), (), ()> = Operation::new(Route {
    operation: BatchOperation::DeleteTaskFile,
    name: "delete_task_file",
    method: Method::DELETE,
    path: "/jobs/{jobId}/tasks/{taskId}/files/{filePath}",
    success: &[StatusCode::OK],
    parameters: &[Parameter::Recursive],
    body: BodyRule::None,
    headers: &[],
    metadata: "",
});

/// `GET /jobs/{jobId}/tasks/{taskId}/files/{filePath}`
pub static DOWNLOAD_TASK_FILE: Operation<(JobId, TaskId, String), (), Download> = Operation::new(Route {
    operation: BatchOperation::DownloadTaskFile,
    name: "download_task_file",
    method: Method::GET,
    path: "/jobs/{jobId}/tasks/{taskId}/files/{filePath}",
    success: &[StatusCode::OK],
    parameters: &[
        Parameter::IfModifiedSince,
        Parameter::IfUnmodifiedSince,
        Parameter::Range,
    ],
    body: BodyRule::None,
    headers: &[],
    metadata: "",
});

/// `HEAD /jobs/{jobId}/tasks/{taskId}/files/{filePath}`
pub static GET_TASK_FILE_PROPERTIES: Operation<(JobId, TaskId, String), (), FileHeaders> =
    Operation::new(Route {
        operation: BatchOperation::GetTaskFileProperties,
        name: "get_task_file_properties",
        method: Method::HEAD,
        path: "/jobs/{jobId}/tasks/{taskId}/files/{filePath}",
        success: &[StatusCode::OK],
        parameters: &[Parameter::IfModifiedSince, Parameter::IfUnmodifiedSince],
        body: BodyRule::None,
        headers: &[],
        metadata: "",
    });

/// `GET /jobs/{jobId}/tasks/{taskId}/files`
pub static LIST_TASK_FILES: Operation<(JobId, TaskId), (), Page<BatchNodeFile>> = Operation::new(Route {
    operation: BatchOperation::ListTaskFiles,
    name: "list_task_files",
    method: Method::GET,
    path: "/jobs/{jobId}/tasks/{taskId}/files",
    success: &[StatusCode::OK],
    parameters: &[
        Parameter::SkipToken,
        Parameter::MaxResults,
        Parameter::Filter,
        Parameter::Recursive,
    ],
    body: BodyRule::None,
    headers: &[],
    metadata: "files",
});

/// `DELETE /pools/{poolId}/nodes/{nodeId}/files/{filePath}`
pub static DELETE_NODE_FILE: Operation<(PoolId, NodeId, String), (), ()> = Operation::new(Route {
    operation: BatchOperation::DeleteNodeFile,
    name: "delete_node_file",
    method: Method::DELETE,
    path: "/pools/{poolId}/nodes/{nodeId}/files/{filePath}",
    success: &[StatusCode::OK],
    parameters: &[Parameter::Recursive],
    body: BodyRule::None,
    headers: &[],
    metadata: "",
});

/// `GET /pools/{poolId}/nodes/{nodeId}/files/{filePath}`
pub static DOWNLOAD_NODE_FILE: Operation<(PoolId, NodeId, String), (), Download> = Operation::new(Route {
    operation: BatchOperation::DownloadNodeFile,
    name: "download_node_file",
    method: Method::GET,
    path: "/pools/{poolId}/nodes/{nodeId}/files/{filePath}",
    success: &[StatusCode::OK],
    parameters: &[
        Parameter::IfModifiedSince,
        Parameter::IfUnmodifiedSince,
        Parameter::Range,
    ],
    body: BodyRule::None,
    headers: &[],
    metadata: "",
});

/// `HEAD /pools/{poolId}/nodes/{nodeId}/files/{filePath}`
pub static GET_NODE_FILE_PROPERTIES: Operation<(PoolId, NodeId, String), (), FileHeaders> =
    Operation::new(Route {
        operation: BatchOperation::GetNodeFileProperties,
        name: "get_node_file_properties",
        method: Method::HEAD,
        path: "/pools/{poolId}/nodes/{nodeId}/files/{filePath}",
        success: &[StatusCode::OK],
        parameters: &[Parameter::IfModifiedSince, Parameter::IfUnmodifiedSince],
        body: BodyRule::None,
        headers: &[],
        metadata: "",
    });

/// `GET /pools/{poolId}/nodes/{nodeId}/files`
pub static LIST_NODE_FILES: Operation<(PoolId, NodeId), (), Page<BatchNodeFile>> = Operation::new(Route {
    operation: BatchOperation::ListNodeFiles,
    name: "list_node_files",
    method: Method::GET,
    path: "/pools/{poolId}/nodes/{nodeId}/files",
    success: &[StatusCode::OK],
    parameters: &[
        Parameter::SkipToken,
        Parameter::MaxResults,
        Parameter::Filter,
        Parameter::Recursive,
    ],
    body: BodyRule::None,
    headers: &[],
    metadata: "files",
});
