//! The operations on pools.

use http::{Method, StatusCode};

use crate::backend::Written;
use crate::batch::{
    AutoScaleRun, BatchNodeRemoveOptions, BatchPool, BatchPoolCreateOptions, BatchPoolEnableAutoScaleOptions,
    BatchPoolEvaluateAutoScaleOptions, BatchPoolReplaceOptions, BatchPoolResizeOptions,
    BatchPoolUpdateOptions, BatchPoolUsageMetrics,
};
use crate::ids::PoolId;
use crate::page::Page;
use crate::wire::batch::answer::Json;
use crate::wire::batch::operation::{BatchOperation, Operation};
use crate::wire::batch::route::{AnswerHeader, BodyRule, CONDITIONAL, ENTITY, EXPANDED, Parameter, Route};

/// `GET /poolusagemetrics`
pub static LIST_POOL_USAGE_METRICS: Operation<(), (), Page<BatchPoolUsageMetrics>> = Operation::new(Route {
    operation: BatchOperation::ListPoolUsageMetrics,
    name: "list_pool_usage_metrics",
    method: Method::GET,
    path: "/poolusagemetrics",
    success: &[StatusCode::OK],
    parameters: &[
        Parameter::SkipToken,
        Parameter::MaxResults,
        Parameter::Filter,
        Parameter::StartTime,
        Parameter::EndTime,
    ],
    body: BodyRule::None,
    headers: &[],
    metadata: "poolusagemetrics",
});

/// `POST /pools`
pub static CREATE_POOL: Operation<(), BatchPoolCreateOptions, Written> = Operation::new(Route {
    operation: BatchOperation::CreatePool,
    name: "create_pool",
    method: Method::POST,
    path: "/pools",
    success: &[StatusCode::CREATED],
    parameters: &[],
    body: BodyRule::Required,
    headers: &[AnswerHeader::Tags, AnswerHeader::Target, AnswerHeader::Location],
    metadata: "",
});

/// `GET /pools`
pub static LIST_POOLS: Operation<(), (), Page<BatchPool>> = Operation::new(Route {
    operation: BatchOperation::ListPools,
    name: "list_pools",
    method: Method::GET,
    path: "/pools",
    success: &[StatusCode::OK],
    parameters: EXPANDED,
    body: BodyRule::None,
    headers: &[],
    metadata: "pools",
});

/// `DELETE /pools/{poolId}`
pub static DELETE_POOL: Operation<(PoolId,), (), ()> = Operation::new(Route {
    operation: BatchOperation::DeletePool,
    name: "delete_pool",
    method: Method::DELETE,
    path: "/pools/{poolId}",
    success: &[StatusCode::ACCEPTED],
    parameters: CONDITIONAL,
    body: BodyRule::None,
    headers: &[],
    metadata: "",
});

/// `HEAD /pools/{poolId}`
pub static POOL_EXISTS: Operation<(PoolId,), (), bool> = Operation::new(Route {
    operation: BatchOperation::PoolExists,
    name: "pool_exists",
    method: Method::HEAD,
    path: "/pools/{poolId}",
    success: &[StatusCode::OK, StatusCode::NOT_FOUND],
    parameters: CONDITIONAL,
    body: BodyRule::None,
    headers: &[AnswerHeader::Tags],
    metadata: "",
});

/// `GET /pools/{poolId}`
pub static GET_POOL: Operation<(PoolId,), (), Json<BatchPool>> = Operation::new(Route {
    operation: BatchOperation::GetPool,
    name: "get_pool",
    method: Method::GET,
    path: "/pools/{poolId}",
    success: &[StatusCode::OK],
    parameters: ENTITY,
    body: BodyRule::None,
    headers: &[AnswerHeader::Tags],
    metadata: "pools/@Element",
});

/// `PATCH /pools/{poolId}`
pub static UPDATE_POOL: Operation<(PoolId,), BatchPoolUpdateOptions, Written> = Operation::new(Route {
    operation: BatchOperation::UpdatePool,
    name: "update_pool",
    method: Method::PATCH,
    path: "/pools/{poolId}",
    success: &[StatusCode::OK],
    parameters: CONDITIONAL,
    body: BodyRule::Required,
    headers: &[AnswerHeader::Tags, AnswerHeader::Target],
    metadata: "",
});

/// `POST /pools/{poolId}/disableautoscale`
pub static DISABLE_POOL_AUTO_SCALE: Operation<(PoolId,), (), Written> = Operation::new(Route {
    operation: BatchOperation::DisablePoolAutoScale,
    name: "disable_pool_auto_scale",
    method: Method::POST,
    path: "/pools/{poolId}/disableautoscale",
    success: &[StatusCode::OK],
    parameters: &[],
    body: BodyRule::None,
    headers: &[AnswerHeader::Tags, AnswerHeader::Target],
    metadata: "",
});

/// `POST /pools/{poolId}/enableautoscale`
pub static ENABLE_POOL_AUTO_SCALE: Operation<(PoolId,), BatchPoolEnableAutoScaleOptions, Written> =
    Operation::new(Route {
        operation: BatchOperation::EnablePoolAutoScale,
        name: "enable_pool_auto_scale",
        method: Method::POST,
        path: "/pools/{poolId}/enableautoscale",
        success: &[StatusCode::OK],
        parameters: CONDITIONAL,
        body: BodyRule::Required,
        headers: &[AnswerHeader::Tags, AnswerHeader::Target],
        metadata: "",
    });

/// `POST /pools/{poolId}/evaluateautoscale`
pub static EVALUATE_POOL_AUTO_SCALE: Operation<
    (PoolId,),
    BatchPoolEvaluateAutoScaleOptions,
    Json<AutoScaleRun>,
> = Operation::new(Route {
    operation: BatchOperation::EvaluatePoolAutoScale,
    name: "evaluate_pool_auto_scale",
    method: Method::POST,
    path: "/pools/{poolId}/evaluateautoscale",
    success: &[StatusCode::OK],
    parameters: &[],
    body: BodyRule::Required,
    headers: &[],
    metadata: "Microsoft.Azure.Batch.Protocol.Entities.AutoScaleRun",
});

/// `POST /pools/{poolId}/resize`
pub static RESIZE_POOL: Operation<(PoolId,), BatchPoolResizeOptions, Written> = Operation::new(Route {
    operation: BatchOperation::ResizePool,
    name: "resize_pool",
    method: Method::POST,
    path: "/pools/{poolId}/resize",
    success: &[StatusCode::ACCEPTED],
    parameters: CONDITIONAL,
    body: BodyRule::Required,
    headers: &[AnswerHeader::Tags, AnswerHeader::Target],
    metadata: "",
});

/// `POST /pools/{poolId}/stopresize`
pub static STOP_POOL_RESIZE: Operation<(PoolId,), (), Written> = Operation::new(Route {
    operation: BatchOperation::StopPoolResize,
    name: "stop_pool_resize",
    method: Method::POST,
    path: "/pools/{poolId}/stopresize",
    success: &[StatusCode::ACCEPTED],
    parameters: CONDITIONAL,
    body: BodyRule::None,
    headers: &[AnswerHeader::Tags, AnswerHeader::Target],
    metadata: "",
});

/// `POST /pools/{poolId}/updateproperties`
pub static REPLACE_POOL_PROPERTIES: Operation<(PoolId,), BatchPoolReplaceOptions, Written> =
    Operation::new(Route {
        operation: BatchOperation::ReplacePoolProperties,
        name: "replace_pool_properties",
        method: Method::POST,
        path: "/pools/{poolId}/updateproperties",
        success: &[StatusCode::NO_CONTENT],
        parameters: &[],
        body: BodyRule::Required,
        headers: &[AnswerHeader::Tags, AnswerHeader::Target],
        metadata: "",
    });

/// `POST /pools/{poolId}/removenodes`
pub static REMOVE_NODES: Operation<(PoolId,), BatchNodeRemoveOptions, Written> = Operation::new(Route {
    operation: BatchOperation::RemoveNodes,
    name: "remove_nodes",
    method: Method::POST,
    path: "/pools/{poolId}/removenodes",
    success: &[StatusCode::ACCEPTED],
    parameters: CONDITIONAL,
    body: BodyRule::Required,
    headers: &[AnswerHeader::Tags, AnswerHeader::Target],
    metadata: "",
});
