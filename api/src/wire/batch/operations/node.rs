//! The operations on nodes.

use http::{Method, StatusCode};

use crate::batch::{
    BatchNode, BatchNodeDeallocateOptions, BatchNodeDisableSchedulingOptions, BatchNodeRebootOptions,
    BatchNodeReimageOptions, BatchNodeRemoteLoginSettings, BatchNodeUserCreateOptions,
    BatchNodeUserReplaceOptions, BatchNodeVMExtension, UploadBatchServiceLogsOptions,
    UploadBatchServiceLogsResult,
};
use crate::ids::{NodeId, PoolId};
use crate::page::Page;
use crate::wire::batch::answer::Json;
use crate::wire::batch::operation::{BatchOperation, Operation};
use crate::wire::batch::route::{AnswerHeader, BodyRule, Parameter, Route, SELECTED};

/// `POST /pools/{poolId}/nodes/{nodeId}/users`
pub static CREATE_NODE_USER: Operation<(PoolId, NodeId), BatchNodeUserCreateOptions, ()> =
    Operation::new(Route {
        operation: BatchOperation::CreateNodeUser,
        name: "create_node_user",
        method: Method::POST,
        path: "/pools/{poolId}/nodes/{nodeId}/users",
        success: &[StatusCode::CREATED],
        parameters: &[],
        body: BodyRule::Required,
        headers: &[AnswerHeader::Target, AnswerHeader::Location],
        metadata: "",
    });

/// `DELETE /pools/{poolId}/nodes/{nodeId}/users/{userName}`
pub static DELETE_NODE_USER: Operation<(PoolId, NodeId, String), (), ()> = Operation::new(Route {
    operation: BatchOperation::DeleteNodeUser,
    name: "delete_node_user",
    method: Method::DELETE,
    path: "/pools/{poolId}/nodes/{nodeId}/users/{userName}",
    success: &[StatusCode::OK],
    parameters: &[],
    body: BodyRule::None,
    headers: &[],
    metadata: "",
});

/// `PUT /pools/{poolId}/nodes/{nodeId}/users/{userName}`
pub static REPLACE_NODE_USER: Operation<(PoolId, NodeId, String), BatchNodeUserReplaceOptions, ()> =
    Operation::new(Route {
        operation: BatchOperation::ReplaceNodeUser,
        name: "replace_node_user",
        method: Method::PUT,
        path: "/pools/{poolId}/nodes/{nodeId}/users/{userName}",
        success: &[StatusCode::OK],
        parameters: &[],
        body: BodyRule::Required,
        headers: &[AnswerHeader::Target],
        metadata: "",
    });

/// `GET /pools/{poolId}/nodes/{nodeId}`
pub static GET_NODE: Operation<(PoolId, NodeId), (), Json<BatchNode>> = Operation::new(Route {
    operation: BatchOperation::GetNode,
    name: "get_node",
    method: Method::GET,
    path: "/pools/{poolId}/nodes/{nodeId}",
    success: &[StatusCode::OK],
    parameters: &[Parameter::Select],
    body: BodyRule::None,
    headers: &[],
    metadata: "nodes/@Element",
});

/// `POST /pools/{poolId}/nodes/{nodeId}/reboot`
pub static REBOOT_NODE: Operation<(PoolId, NodeId), BatchNodeRebootOptions, ()> = Operation::new(Route {
    operation: BatchOperation::RebootNode,
    name: "reboot_node",
    method: Method::POST,
    path: "/pools/{poolId}/nodes/{nodeId}/reboot",
    success: &[StatusCode::ACCEPTED],
    parameters: &[],
    body: BodyRule::Optional,
    headers: &[AnswerHeader::Target],
    metadata: "",
});

/// `POST /pools/{poolId}/nodes/{nodeId}/start`
pub static START_NODE: Operation<(PoolId, NodeId), (), ()> = Operation::new(Route {
    operation: BatchOperation::StartNode,
    name: "start_node",
    method: Method::POST,
    path: "/pools/{poolId}/nodes/{nodeId}/start",
    success: &[StatusCode::ACCEPTED],
    parameters: &[],
    body: BodyRule::None,
    headers: &[AnswerHeader::Target],
    metadata: "",
});

/// `POST /pools/{poolId}/nodes/{nodeId}/reimage`
pub static REIMAGE_NODE: Operation<(PoolId, NodeId), BatchNodeReimageOptions, ()> = Operation::new(Route {
    operation: BatchOperation::ReimageNode,
    name: "reimage_node",
    method: Method::POST,
    path: "/pools/{poolId}/nodes/{nodeId}/reimage",
    success: &[StatusCode::ACCEPTED],
    parameters: &[],
    body: BodyRule::Optional,
    headers: &[AnswerHeader::Target],
    metadata: "",
});

/// `POST /pools/{poolId}/nodes/{nodeId}/deallocate`
pub static DEALLOCATE_NODE: Operation<(PoolId, NodeId), BatchNodeDeallocateOptions, ()> =
    Operation::new(Route {
        operation: BatchOperation::DeallocateNode,
        name: "deallocate_node",
        method: Method::POST,
        path: "/pools/{poolId}/nodes/{nodeId}/deallocate",
        success: &[StatusCode::ACCEPTED],
        parameters: &[],
        body: BodyRule::Optional,
        headers: &[AnswerHeader::Target],
        metadata: "",
    });

/// `POST /pools/{poolId}/nodes/{nodeId}/disablescheduling`
pub static DISABLE_NODE_SCHEDULING: Operation<(PoolId, NodeId), BatchNodeDisableSchedulingOptions, ()> =
    Operation::new(Route {
        operation: BatchOperation::DisableNodeScheduling,
        name: "disable_node_scheduling",
        method: Method::POST,
        path: "/pools/{poolId}/nodes/{nodeId}/disablescheduling",
        success: &[StatusCode::OK],
        parameters: &[],
        body: BodyRule::Optional,
        headers: &[AnswerHeader::Target],
        metadata: "",
    });

/// `POST /pools/{poolId}/nodes/{nodeId}/enablescheduling`
pub static ENABLE_NODE_SCHEDULING: Operation<(PoolId, NodeId), (), ()> = Operation::new(Route {
    operation: BatchOperation::EnableNodeScheduling,
    name: "enable_node_scheduling",
    method: Method::POST,
    path: "/pools/{poolId}/nodes/{nodeId}/enablescheduling",
    success: &[StatusCode::OK],
    parameters: &[],
    body: BodyRule::None,
    headers: &[AnswerHeader::Target],
    metadata: "",
});

/// `GET /pools/{poolId}/nodes/{nodeId}/remoteloginsettings`
pub static GET_NODE_REMOTE_LOGIN_SETTINGS: Operation<
    (PoolId, NodeId),
    (),
    Json<BatchNodeRemoteLoginSettings>,
> = Operation::new(Route {
    operation: BatchOperation::GetNodeRemoteLoginSettings,
    name: "get_node_remote_login_settings",
    method: Method::GET,
    path: "/pools/{poolId}/nodes/{nodeId}/remoteloginsettings",
    success: &[StatusCode::OK],
    parameters: &[],
    body: BodyRule::None,
    headers: &[],
    metadata: "remoteloginsettings/@Element",
});

/// `POST /pools/{poolId}/nodes/{nodeId}/uploadbatchservicelogs`
pub static UPLOAD_NODE_LOGS: Operation<
    (PoolId, NodeId),
    UploadBatchServiceLogsOptions,
    Json<UploadBatchServiceLogsResult>,
> = Operation::new(Route {
    operation: BatchOperation::UploadNodeLogs,
    name: "upload_node_logs",
    method: Method::POST,
    path: "/pools/{poolId}/nodes/{nodeId}/uploadbatchservicelogs",
    success: &[StatusCode::OK],
    parameters: &[],
    body: BodyRule::Required,
    headers: &[],
    metadata: "Microsoft.Azure.Batch.Protocol.Entities.UploadBatchServiceLogsResult",
});

/// `GET /pools/{poolId}/nodes`
pub static LIST_NODES: Operation<(PoolId,), (), Page<BatchNode>> = Operation::new(Route {
    operation: BatchOperation::ListNodes,
    name: "list_nodes",
    method: Method::GET,
    path: "/pools/{poolId}/nodes",
    success: &[StatusCode::OK],
    parameters: SELECTED,
    body: BodyRule::None,
    headers: &[],
    metadata: "nodes",
});

/// `GET /pools/{poolId}/nodes/{nodeId}/extensions/{extensionName}`
pub static GET_NODE_EXTENSION: Operation<(PoolId, NodeId, String), (), Json<BatchNodeVMExtension>> =
    Operation::new(Route {
        operation: BatchOperation::GetNodeExtension,
        name: "get_node_extension",
        method: Method::GET,
        path: "/pools/{poolId}/nodes/{nodeId}/extensions/{extensionName}",
        success: &[StatusCode::OK],
        parameters: &[Parameter::Select],
        body: BodyRule::None,
        headers: &[],
        metadata: "extensions/@Element",
    });

/// `GET /pools/{poolId}/nodes/{nodeId}/extensions`
pub static LIST_NODE_EXTENSIONS: Operation<(PoolId, NodeId), (), Page<BatchNodeVMExtension>> =
    Operation::new(Route {
        operation: BatchOperation::ListNodeExtensions,
        name: "list_node_extensions",
        method: Method::GET,
        path: "/pools/{poolId}/nodes/{nodeId}/extensions",
        success: &[StatusCode::OK],
        parameters: &[Parameter::SkipToken, Parameter::MaxResults, Parameter::Select],
        body: BodyRule::None,
        headers: &[],
        metadata: "extensions",
    });
