//! The operations on the account.

use http::{Method, StatusCode};

use crate::batch::{BatchApplication, BatchPoolNodeCounts, BatchSupportedImage};
use crate::page::Page;
use crate::wire::batch::answer::Json;
use crate::wire::batch::operation::{BatchOperation, Operation};
use crate::wire::batch::route::{BodyRule, FILTERED, PAGED, Route};

/// `GET /applications`
pub static LIST_APPLICATIONS: Operation<(), (), Page<BatchApplication>> = Operation::new(Route {
    operation: BatchOperation::ListApplications,
    name: "list_applications",
    method: Method::GET,
    path: "/applications",
    success: &[StatusCode::OK],
    parameters: PAGED,
    body: BodyRule::None,
    headers: &[],
    metadata: "applications",
});

/// `GET /applications/{applicationId}`
pub static GET_APPLICATION: Operation<(String,), (), Json<BatchApplication>> = Operation::new(Route {
    operation: BatchOperation::GetApplication,
    name: "get_application",
    method: Method::GET,
    path: "/applications/{applicationId}",
    success: &[StatusCode::OK],
    parameters: &[],
    body: BodyRule::None,
    headers: &[],
    metadata: "applications/@Element",
});

/// `GET /supportedimages`
pub static LIST_SUPPORTED_IMAGES: Operation<(), (), Page<BatchSupportedImage>> = Operation::new(Route {
    operation: BatchOperation::ListSupportedImages,
    name: "list_supported_images",
    method: Method::GET,
    path: "/supportedimages",
    success: &[StatusCode::OK],
    parameters: FILTERED,
    body: BodyRule::None,
    headers: &[],
    metadata: "supportedimages",
});

/// `GET /nodecounts`
pub static LIST_POOL_NODE_COUNTS: Operation<(), (), Page<BatchPoolNodeCounts>> = Operation::new(Route {
    operation: BatchOperation::ListPoolNodeCounts,
    name: "list_pool_node_counts",
    method: Method::GET,
    path: "/nodecounts",
    success: &[StatusCode::OK],
    parameters: FILTERED,
    body: BodyRule::None,
    headers: &[],
    metadata: "poolnodecounts",
});
