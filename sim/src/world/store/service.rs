//! What an account is told of Blob Storage as a service, and tells again.

use batchite_api::blob::{BlobServiceProperties, BlobServiceStatistics};
use batchite_api::error::{Error, ErrorCode, Result, Service};
use batchite_api::time::Timestamp;

use super::super::access::{Caller, Operation, Target, authorize};
use super::BlobStore;

impl BlobStore {
    /// *Get Blob Service Properties*
    pub fn get_service_properties(&self, now: Timestamp, caller: &Caller) -> Result<BlobServiceProperties> {
        let account = self.account(caller)?;
        let target = Target::of_account(&account.keys);
        authorize(now, caller, Operation::GetServiceProperties, &target)?;
        Ok(account.properties.clone())
    }

    /// *Set Blob Service Properties*: what is absent stays. Rules of other origins count at once; logs and metrics are
    /// kept in mind and never written.
    ///
    /// Refused as [`BlobServiceProperties::check`] says; `NotSimulated` for soft delete and static websites.
    pub fn set_service_properties(
        &mut self,
        now: Timestamp,
        caller: &Caller,
        properties: &BlobServiceProperties,
    ) -> Result<()> {
        let account = self.account(caller)?;
        let target = Target::of_account(&account.keys);
        authorize(now, caller, Operation::SetServiceProperties, &target)?;
        properties.check()?;
        for (is_enabled, name) in [
            (
                properties
                    .delete_retention_policy
                    .as_ref()
                    .is_some_and(|policy| policy.enabled),
                "DeleteRetentionPolicy: deleted blobs are gone",
            ),
            (
                properties
                    .static_website
                    .as_ref()
                    .is_some_and(|website| website.enabled),
                "StaticWebsite",
            ),
        ] {
            if is_enabled {
                return Err(Error::not_simulated(Service::Blob, name));
            }
        }
        if let Some(account) = self.accounts.get_mut(caller.account()) {
            account.properties.set(properties);
        }
        Ok(())
    }

    /// *Get Blob Service Stats*. Accounts have one place only, and the first one does not tell: always refused, with
    /// `InvalidQueryParameterValue`.
    pub fn get_service_statistics(&self, now: Timestamp, caller: &Caller) -> Result<BlobServiceStatistics> {
        let account = self.account(caller)?;
        let target = Target::of_account(&account.keys);
        authorize(now, caller, Operation::GetServiceStatistics, &target)?;
        Err(Error::blob(ErrorCode::InvalidQueryParameterValue)
            .with_detail("QueryParameterName", "comp")
            .with_detail("QueryParameterValue", "stats")
            .with_detail(
                "Reason",
                "only the secondary location of an account tells statistics",
            ))
    }
}
