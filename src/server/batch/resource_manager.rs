//! Requests for Azure Resource Manager: accounts are made there, and it is not simulated.
//!
//! A client of the management plane that was pointed here gets a refusal it can read: in the layout of Azure Resource
//! Manager, whatever the operation and without a look at its token, since that is for another audience.

use batchite_api::backend::Body;
use batchite_api::error::ErrorCode;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderValue, Response, StatusCode};
use serde_json::json;

use super::ServedBatchAccount;

/// What the paths of Azure Resource Manager begin with. No path of the Batch service does.
const BEGINNINGS: [&str; 2] = ["subscriptions", "providers"];

/// Whether a path is one of Azure Resource Manager.
pub(super) fn is_its_path(path: &str) -> bool {
    let first = path.trim_start_matches('/').split('/').next().unwrap_or("");
    BEGINNINGS
        .iter()
        .any(|beginning| first.eq_ignore_ascii_case(beginning))
}

/// 501 `NotSimulated`.
pub(super) fn refusal(account: &ServedBatchAccount) -> Response<Body> {
    let message = format!(
        "Azure Resource Manager is not simulated. Here is the Batch service of the account {}, which need not be made; \
         its key, its quotas and its application packages are given to the server when it starts.",
        account.name
    );
    let document =
        json!({"error": {"code": ErrorCode::NotSimulated.as_str(), "message": message}}).to_string();
    let mut response = Response::new(Body::from(""));
    *response.status_mut() = StatusCode::NOT_IMPLEMENTED;
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("application/json; charset=utf-8"),
    );
    headers.insert(CONTENT_LENGTH, HeaderValue::from(document.len()));
    *response.body_mut() = Body::from(document.into_bytes());
    response
}
