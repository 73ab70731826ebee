//! What the service accepts of output files.

use batchite_api::batch::OutputFile;
use batchite_api::error::{Error, Result, Service};

use super::validate::{invalid, missing};
use crate::exec::upload::upload_options;

/// `outputFiles`: a pattern, a container, a known condition and headers that describe a blob.
pub(super) fn validate(files: &[OutputFile]) -> Result<()> {
    files.iter().try_for_each(validate_one)
}

fn validate_one(file: &OutputFile) -> Result<()> {
    if file.file_pattern.is_empty() {
        return Err(missing("filePattern"));
    }
    if file.file_pattern.contains('\0') {
        let reason = "A pattern has no zero character in it.";
        return Err(invalid("filePattern", &file.file_pattern, reason));
    }
    let container = file.destination.container.as_ref();
    let container = container.ok_or_else(|| missing("container"))?;
    if container.container_url.is_empty() {
        return Err(missing("containerUrl"));
    }
    let condition = &file.upload_options.upload_condition;
    if condition.as_str().is_empty() {
        return Err(missing("uploadCondition"));
    }
    if !condition.is_known() {
        let reason = "The condition is tasksuccess, taskfailure or taskcompletion.";
        return Err(invalid("uploadCondition", condition, reason));
    }
    for header in &container.upload_headers {
        let value = header.value.as_deref().unwrap_or_default();
        if !header.name.is_ascii() || header.name.is_empty() || value.contains(char::is_control) {
            let reason = "A header has a name of ASCII characters and a value without control characters.";
            return Err(invalid("uploadHeaders", &header.name, reason));
        }
    }
    upload_options(&container.upload_headers)
        .map(drop)
        .map_err(|name| Error::not_simulated(Service::Batch, &format!("uploadHeaders {name}")))
}
