//! Tags of blobs and the tier they lie in: what changes without a new version.

use batchite_api::backend::BlobConditions;
use batchite_api::blob::{
    AccessTier, BlobName, BlobType, ContainerName, FindBlobsOptions, FoundBlob, TagExpression, Tags,
    check_tags,
};
use batchite_api::error::{Error, ErrorCode, Result};
use batchite_api::page::Page;
use batchite_api::time::Timestamp;

use super::super::access::{Caller, Operation, Target, authorize};
use super::lease::Leased;
use super::{BlobStore, rules};

impl BlobStore {
    /// *Get Blob Tags*. Refused: `BlobNotFound`, and by conditions.
    pub fn get_blob_tags(
        &mut self,
        now: Timestamp,
        caller: &Caller,
        container: &ContainerName,
        name: &BlobName,
        conditions: &BlobConditions,
    ) -> Result<Tags> {
        let opened = self.open_version(
            now,
            caller,
            Operation::GetBlobTags,
            container,
            Some(name),
            conditions.snapshot,
        )?;
        let blob = opened.container.version(name, conditions.snapshot)?;
        rules::refuse_http_conditions(conditions)?;
        blob.check_read(conditions, &opened.grant, now)?;
        Ok(blob.tags().cloned().unwrap_or_default())
    }

    /// *Set Blob Tags*: replaces all of them. Refused: `BlobNotFound`, `InvalidTag`, `TagsTooLarge`, by conditions and
    /// by a lease.
    pub fn set_blob_tags(
        &mut self,
        now: Timestamp,
        caller: &Caller,
        container: &ContainerName,
        name: &BlobName,
        tags: &Tags,
        conditions: &BlobConditions,
    ) -> Result<()> {
        let opened = self.open(now, caller, Operation::SetBlobTags, container, Some(name))?;
        check_tags(tags)?;
        rules::refuse_http_conditions(conditions)?;
        let blob = opened.container.blob_mut(name)?;
        blob.check_write(conditions, &opened.grant, now)?;
        if !tags.is_empty() || blob.extras.is_some() {
            blob.extras_mut().tags.clone_from(tags);
        }
        Ok(())
    }

    /// *Set Blob Tier*; done at once, also out of the archive.
    ///
    /// Refused: `BlobNotFound`, `InvalidBlobType` for append blobs, by conditions and by a lease.
    pub fn set_blob_tier(
        &mut self,
        now: Timestamp,
        caller: &Caller,
        container: &ContainerName,
        name: &BlobName,
        tier: &AccessTier,
        conditions: &BlobConditions,
    ) -> Result<()> {
        let opened = self.open_version(
            now,
            caller,
            Operation::SetBlobTier,
            container,
            Some(name),
            conditions.snapshot,
        )?;
        if !tier.is_known() {
            return Err(Error::blob(ErrorCode::InvalidHeaderValue)
                .with_detail("HeaderName", "x-ms-access-tier")
                .with_detail("HeaderValue", tier.as_str()));
        }
        rules::refuse_http_conditions(conditions)?;
        let blob = opened.container.version_mut(name, conditions.snapshot)?;
        blob.check_kind(BlobType::Block)?;
        blob.check_tags(conditions, &opened.grant)?;
        Leased::Blob.check_write(blob.lease(), conditions.lease_id.as_deref(), now)?;
        blob.extras_mut().tier = Some((tier.clone(), Some(now)));
        Ok(())
    }

    /// *Find Blobs by Tags*, in the account or in one container, in order of container and name.
    ///
    /// Refused: `InvalidQueryParameterValue` for an expression that is none, or a marker no list gave.
    pub fn find_blobs_by_tags(
        &mut self,
        now: Timestamp,
        caller: &Caller,
        container: Option<&ContainerName>,
        options: &FindBlobsOptions,
    ) -> Result<Page<FoundBlob>> {
        if let Some(container) = container {
            self.open(now, caller, Operation::FindBlobsInContainer, container, None)?;
        }
        let account = self.account(caller)?;
        if container.is_none() {
            let target = Target::of_account(&account.keys);
            authorize(now, caller, Operation::FindBlobsByTags, &target)?;
        }
        let expression = TagExpression::of_search(&options.expression)?;
        let page_size = rules::page_size(options.max_results)?;
        let start = rules::read_marker(options.continuation.as_ref())?.unwrap_or_default();
        let (from_container, from_blob) = start.split_once('/').unwrap_or(("", ""));
        let mut found = account
            .containers
            .iter()
            .filter(|(name, _)| container.is_none_or(|wanted| wanted == *name))
            .filter(|(name, _)| name.as_str() >= from_container)
            .flat_map(|(name, held)| {
                let from = if name.as_str() == from_container {
                    from_blob
                } else {
                    ""
                };
                let blobs = held
                    .blobs
                    .range::<str, _>((std::ops::Bound::Included(from), std::ops::Bound::Unbounded));
                blobs.map(move |(blob, held)| (name, blob, held))
            })
            .filter_map(|(container, name, blob)| {
                let tags = blob.tags().filter(|tags| !tags.is_empty())?;
                expression
                    .holds(Some(container), tags)
                    .then_some((container, name, tags))
            });
        let items = found
            .by_ref()
            .take(page_size)
            .map(|(container, name, tags)| FoundBlob {
                container: container.clone(),
                name: name.clone(),
                tags: expression.named(tags),
            });
        let items: Vec<_> = items.collect();
        let next = found.next();
        Ok(Page {
            items,
            continuation: next.map(|(container, name, _)| {
                rules::marker(&format!("{}/{}", container.as_str(), name.as_str()))
            }),
        })
    }
}
