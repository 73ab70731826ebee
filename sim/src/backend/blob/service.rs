//! Blob Storage as a service, straight onto the world: its properties, and batches of requests.

use async_trait::async_trait;
use batchite_api::backend::{BlobBackend, BlobServiceOperations};
use batchite_api::blob::{
    BatchAction, BatchRequest, BlobServiceProperties, BlobServiceStatistics, ContainerName, CorsRule,
};
use batchite_api::error::Result;
use smol_str::SmolStr;

use super::SimBlob;
use crate::trace::Entity;
use crate::world::access::Operation;

#[async_trait]
impl BlobServiceOperations for SimBlob {
    async fn get_blob_service_properties(&self) -> Result<BlobServiceProperties> {
        self.run(
            Operation::GetServiceProperties,
            || Entity::Account,
            |store, now, caller| store.get_service_properties(now, caller),
        )
    }

    async fn set_blob_service_properties(&self, properties: &BlobServiceProperties) -> Result<()> {
        self.run(
            Operation::SetServiceProperties,
            || Entity::Account,
            |store, now, caller| store.set_service_properties(now, caller, properties),
        )
    }

    async fn get_cors_rules(&self) -> Result<Vec<CorsRule>> {
        let properties = self.peek(|store, now, caller| store.get_service_properties(now, caller))?;
        Ok(properties.cors.unwrap_or_default())
    }

    async fn get_blob_service_statistics(&self) -> Result<BlobServiceStatistics> {
        self.run(
            Operation::GetServiceStatistics,
            || Entity::Account,
            |store, now, caller| store.get_service_statistics(now, caller),
        )
    }

    async fn submit_batch(
        &self,
        container: Option<&ContainerName>,
        requests: &[BatchRequest],
    ) -> Result<Vec<Result<()>>> {
        let (operation, entity) = match container {
            None => (Operation::SubmitBatch, Entity::Account),
            Some(container) => (
                Operation::SubmitContainerBatch,
                Entity::Container(SmolStr::from(container)),
            ),
        };
        self.run(
            operation,
            || entity.clone(),
            |store, now, caller| store.begin_batch(now, caller, container, requests),
        )?;
        let mut outcomes = Vec::with_capacity(requests.len());
        for request in requests {
            let by = request
                .access
                .clone()
                .map_or_else(|| self.clone(), |access| self.with_access(access));
            let BatchRequest { container, blob, .. } = request;
            outcomes.push(match &request.action {
                BatchAction::Delete {
                    snapshots,
                    conditions,
                } => by.delete_blob(container, blob, *snapshots, conditions).await,
                BatchAction::SetTier { tier, conditions } => {
                    by.set_blob_tier(container, blob, tier, conditions).await
                }
            });
        }
        Ok(outcomes)
    }
}
