//! Conditional headers held against an entity of the Batch service.

use batchite_api::backend::Conditions;
use batchite_api::backend::options::ConditionOutcome;
use batchite_api::error::{Error, ErrorCode, Result, Service};
use batchite_api::time::Timestamp;

/// Lets a write go on, or refuses it with 412 `ConditionNotMet`.
pub(super) fn check_write(conditions: &Conditions, modified: Timestamp) -> Result<()> {
    match conditions.evaluate(Some((&modified.etag(), modified))) {
        ConditionOutcome::Met => Ok(()),
        ConditionOutcome::Failed | ConditionOutcome::NotModified => {
            Err(Error::batch(ErrorCode::ConditionNotMet))
        }
    }
}

/// Lets a read go on, or refuses it with 412, or with 304 where the caller knows this version already.
pub(crate) fn check_read(conditions: &Conditions, modified: Timestamp) -> Result<()> {
    match conditions.evaluate(Some((&modified.etag(), modified))) {
        ConditionOutcome::Met => Ok(()),
        ConditionOutcome::Failed => Err(Error::batch(ErrorCode::ConditionNotMet)),
        ConditionOutcome::NotModified => {
            let message = "The condition specified using HTTP conditional header(s) is not met.";
            Err(Error::from_wire(
                Service::Batch,
                ErrorCode::ConditionNotMet.as_str(),
                304,
                message.to_owned(),
            ))
        }
    }
}
