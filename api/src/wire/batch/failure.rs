//! Refusals on the wire: a status and, for all but HEAD, a JSON body.

use bytes::Bytes;
use http::HeaderMap;
use serde::Serialize;

use super::header::{self, CLIENT_REQUEST_ID, REQUEST_ID};
use crate::batch::{BatchError, BatchErrorDetail, BatchErrorMessage};
use crate::error::{Error, ErrorCode, Service};
use crate::secret::redact_signatures;
use crate::time::Timestamp;

/// The bytes of a refusal that are read at most; what is longer does not come from the service.
pub const BODY_LIMIT: usize = 64 * 1024;

/// What follows `$metadata#` in refusals.
const METADATA: &str = "Microsoft.Azure.Batch.Protocol.Entities.Container.errors/@Element";

#[derive(Serialize)]
struct Body<'a> {
    #[serde(rename = "odata.metadata")]
    metadata: String,
    #[serde(flatten)]
    error: &'a BatchError,
}

/// The JSON body of a refusal, in the service's layout.
pub fn body(error: &Error, request_id: &str, now: Timestamp, endpoint: &str) -> Bytes {
    let body = Body {
        metadata: format!("{endpoint}/$metadata#{METADATA}"),
        error: &model(error, request_id, now),
    };
    Bytes::from(serde_json::to_vec(&body).expect("texts can be written as JSON"))
}

/// A refusal as the service writes it, of a request or of a task in a collection: text, request id and time in one.
pub fn model(error: &Error, request_id: &str, now: Timestamp) -> BatchError {
    let detail = |(key, value): &(String, String)| BatchErrorDetail {
        key: Some(key.clone()),
        value: Some(value.clone()),
    };
    BatchError {
        code: Some(error.code().as_str().to_owned()),
        message: Some(BatchErrorMessage {
            lang: Some("en-US".to_owned()),
            value: Some(signed(error.message(), request_id, now)),
        }),
        values: error.details().iter().map(detail).collect(),
    }
}

/// What begins the end the service gives to its texts.
pub const SIGNATURE: &str = "\nRequestId:";

/// A text with the id of the request and the time, as the service ends its texts.
pub fn signed(text: &str, request_id: &str, now: Timestamp) -> String {
    format!("{text}{SIGNATURE}{request_id}\nTime:{now}")
}

/// Reads a refusal from an answer whose status is no success.
///
/// `body` may be empty (HEAD, 304), cut off at [`BODY_LIMIT`] or no JSON at all: then status and headers have to do,
/// and the error says what came instead. Signatures in it are hidden.
pub fn read(status: u16, headers: &HeaderMap, body: &[u8]) -> Error {
    let told = serde_json::from_slice::<BatchError>(body)
        .ok()
        .filter(|told| told.code.as_deref().is_some_and(|code| !code.is_empty()));
    let mut error = match &told {
        Some(told) => of_model(told, status),
        None if body.is_empty() => bare(status),
        None => Error::from_wire(Service::Batch, "", status, strange(body)),
    };
    if let Ok(Some(id)) = header::text(headers, REQUEST_ID) {
        error = error.with_request_id(id);
    }
    match header::text(headers, CLIENT_REQUEST_ID) {
        Ok(Some(id)) => error.with_client_request_id(id),
        _ => error,
    }
}

/// The refusal of one task of a collection. Its status is that of the code's table.
pub fn of_task(told: &BatchError) -> Error {
    let code = ErrorCode::from(told.code.as_deref().unwrap_or_default());
    of_model(told, Error::batch(code).status())
}

fn of_model(told: &BatchError, status: u16) -> Error {
    let code = told.code.as_deref().unwrap_or_default();
    let message = told.message.as_ref().and_then(|message| message.value.as_deref());
    let text = message.map_or_else(|| format!("The service refused: {code}."), bare_message);
    let mut error = Error::from_wire(Service::Batch, code, status, redact_signatures(&text));
    for detail in &told.values {
        let (key, value) = (detail.key.as_deref(), detail.value.as_deref());
        error = error.with_detail(key.unwrap_or_default(), value.unwrap_or_default());
    }
    error
}

/// A refusal without a body, by its status: of HEAD, or 304.
fn bare(status: u16) -> Error {
    let code = match status {
        304 | 412 => ErrorCode::ConditionNotMet,
        404 => ErrorCode::ResourceNotFound,
        _ => {
            let message = format!("The service answered with status {status} and without a body.");
            return Error::from_wire(Service::Batch, "", status, message);
        }
    };
    let message = Error::batch(code.clone()).message().to_owned();
    Error::from_wire(Service::Batch, code.as_str(), status, message)
}

/// The message without the request id and time the service appends.
fn bare_message(message: &str) -> String {
    let end = message.find(SIGNATURE).unwrap_or(message.len());
    message[..end].trim_end_matches('\r').to_owned()
}

/// What to say of an answer that is none of the service's.
fn strange(body: &[u8]) -> String {
    const SHOWN: usize = 200;
    let text = String::from_utf8_lossy(&body[..body.len().min(SHOWN)]);
    format!(
        "The answer has no error code; it begins with {:?}. Check that the endpoint is that of a Batch account.",
        redact_signatures(text.trim())
    )
}
