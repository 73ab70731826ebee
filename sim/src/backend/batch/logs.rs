//! Uploading the log of a node's agent to the container a request names.

use batchite_api::backend::{BlobConnector, Body};
use batchite_api::blob::{BlobName, PutBlobOptions, parse_blob_url};
use batchite_api::error::{Error, ErrorCode, Result};

use crate::world::node_lookup::NodeLogs;

/// Puts logs into a container, by the token in its URL.
///
/// The service answers before it uploads, and a container that cannot be written stays a riddle. Here the refusal
/// says so.
pub(super) async fn put_logs(connector: &dyn BlobConnector, url: &str, logs: NodeLogs) -> Result<()> {
    let place = parse_blob_url(url).map_err(|error| unwritable(&error))?;
    if place.blob.is_some() {
        return Err(refused("The URL names a blob; it has to be that of a container."));
    }
    let account = connector
        .connect(&place.endpoint, place.access)
        .map_err(|error| unwritable(&error))?;
    for (name, text) in logs.files {
        let blob =
            BlobName::parse(&format!("{}/{name}", logs.directory)).map_err(|error| unwritable(&error))?;
        let body = Body::from(text.into_bytes());
        account
            .put_blob(&place.container, &blob, body, &PutBlobOptions::default())
            .await
            .map_err(|error| unwritable(&error))?;
    }
    Ok(())
}

fn unwritable(error: &Error) -> Error {
    let code = error.code();
    refused(&format!(
        "The logs cannot be put there: {}: {}",
        code.as_str(),
        error.message()
    ))
}

fn refused(reason: &str) -> Error {
    Error::batch(ErrorCode::InvalidPropertyValue)
        .with_detail("PropertyName", "containerUrl")
        .with_detail("Reason", reason)
}
