//! What few blobs have: a lease, snapshots, tags, a tier of their own, blocks, a copy's traces.

use std::collections::BTreeMap;

use batchite_api::auth::sas::{Grant, Permission};
use batchite_api::backend::BlobConditions;
use batchite_api::blob::{AccessTier, BlobType, Block, CopyState, Metadata, Snapshot, Tags, TierProperties};
use batchite_api::error::{Error, ErrorCode, Result};
use batchite_api::time::Timestamp;

use super::blob::Blob;
use super::lease::{Lease, Leased};
use super::rules;

/// What few blobs have, apart so that the others do not pay for it.
#[derive(Debug, Default)]
pub(super) struct Extras {
    pub(super) lease: Option<Lease>,
    /// The blob as it was, by the moment.
    pub(super) snapshots: BTreeMap<Snapshot, Blob>,
    pub(super) tags: Tags,
    /// The tier somebody has set, and when it was last changed.
    pub(super) tier: Option<(AccessTier, Option<Timestamp>)>,
    pub(super) copy: Option<Box<CopyState>>,
    /// The blocks it was made of; none when it was put as a whole.
    pub(super) blocks: Box<[Block]>,
    /// Of append blobs: how many blocks it has.
    pub(super) appended: Option<Appended>,
}

/// The end of an append blob.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Appended {
    pub(super) blocks: u32,
    pub(super) is_sealed: bool,
}

impl Extras {
    /// What a new blob is given; nothing when it is given nothing.
    pub(super) fn given(tags: &Tags, tier: Option<&AccessTier>) -> Option<Box<Self>> {
        (!tags.is_empty() || tier.is_some()).then(|| {
            Box::new(Self {
                tags: tags.clone(),
                tier: tier.map(|tier| (tier.clone(), None)),
                ..Self::default()
            })
        })
    }
}

impl Blob {
    /// What few blobs have, made when it is not there.
    pub(super) fn extras_mut(&mut self) -> &mut Extras {
        self.extras.get_or_insert_default()
    }

    pub(super) fn lease(&self) -> Option<&Lease> {
        self.extras.as_ref()?.lease.as_ref()
    }

    pub(super) fn tags(&self) -> Option<&Tags> {
        self.extras.as_ref().map(|extras| &extras.tags)
    }

    /// The blocks it was made of.
    pub(super) fn blocks(&self) -> &[Block] {
        self.extras.as_ref().map_or(&[], |extras| &extras.blocks)
    }

    pub(super) fn appended(&self) -> Option<Appended> {
        self.extras.as_ref()?.appended
    }

    pub(super) fn kind(&self) -> BlobType {
        if self.appended().is_some() {
            BlobType::Append
        } else {
            BlobType::Block
        }
    }

    /// Refuses an operation on another kind of blob, with `InvalidBlobType`.
    pub(super) fn check_kind(&self, wanted: BlobType) -> Result<()> {
        if self.kind() == wanted {
            return Ok(());
        }
        Err(Error::blob(ErrorCode::InvalidBlobType))
    }

    /// The tier it lies in; append blobs lie in none.
    pub(super) fn tier(&self) -> Option<TierProperties> {
        if self.kind() == BlobType::Append {
            return None;
        }
        let own = self.extras.as_ref().and_then(|extras| extras.tier.as_ref());
        Some(match own {
            None => TierProperties {
                tier: AccessTier::Hot,
                inferred: true,
                changed: None,
            },
            Some((tier, changed)) => TierProperties {
                tier: tier.clone(),
                inferred: false,
                changed: changed.map(Timestamp::truncated_to_second),
            },
        })
    }

    /// Refuses what an archived blob does not let happen, with `BlobArchived`.
    pub(super) fn check_online(&self) -> Result<()> {
        let tier = self.extras.as_ref().and_then(|extras| extras.tier.as_ref());
        match tier {
            Some((AccessTier::Archive, _)) => Err(Error::blob(ErrorCode::BlobArchived)),
            _ => Ok(()),
        }
    }

    /// Refuses a request whose condition on tags fails, with `ConditionNotMet`, or that may not ask for tags.
    pub(super) fn check_tags(&self, conditions: &BlobConditions, grant: &Grant) -> Result<()> {
        check_tags(conditions, self.tags(), grant)
    }

    /// Refuses a read whose conditions fail, or that names another lease than there is.
    pub(super) fn check_read(
        &self,
        conditions: &BlobConditions,
        grant: &Grant,
        now: Timestamp,
    ) -> Result<()> {
        rules::check_read(conditions, self.modified)?;
        self.check_tags(conditions, grant)?;
        Leased::Blob.check_read(self.lease(), conditions.lease_id.as_deref(), now)
    }

    /// Refuses a write whose conditions fail, or that somebody's lease forbids.
    pub(super) fn check_write(
        &self,
        conditions: &BlobConditions,
        grant: &Grant,
        now: Timestamp,
    ) -> Result<()> {
        rules::check_write(conditions, Some(self.modified), ErrorCode::ConditionNotMet)?;
        self.check_tags(conditions, grant)?;
        Leased::Blob.check_write(self.lease(), conditions.lease_id.as_deref(), now)
    }

    /// Marks a change. A lease that has ended cannot be renewed any more after it.
    pub(super) fn touch(&mut self, modified: Timestamp, now: Timestamp) {
        self.modified = modified;
        self.drop_ended_lease(now);
    }

    fn drop_ended_lease(&mut self, now: Timestamp) {
        if let Some(extras) = &mut self.extras
            && extras.lease.as_ref().is_some_and(|lease| !lease.is_locked(now))
        {
            extras.lease = None;
        }
    }

    /// Takes over what stays when a blob is replaced: when it was made, the lease on it, its snapshots.
    pub(super) fn succeed(&mut self, replaced: &mut Self, now: Timestamp) {
        self.created = replaced.created;
        replaced.drop_ended_lease(now);
        if let Some(old) = replaced.extras.take()
            && (old.lease.is_some() || !old.snapshots.is_empty())
        {
            let extras = self.extras_mut();
            extras.lease = old.lease;
            extras.snapshots = old.snapshots;
        }
    }

    /// The blob as it is, for a snapshot or a copy: without its lease and its snapshots.
    pub(super) fn frozen(&self) -> Self {
        let extras = self.extras.as_ref().map(|extras| {
            Box::new(Extras {
                lease: None,
                snapshots: BTreeMap::new(),
                tags: extras.tags.clone(),
                tier: extras.tier.clone(),
                copy: extras.copy.clone(),
                blocks: extras.blocks.clone(),
                appended: extras.appended,
            })
        });
        Self {
            content: self.content.clone(),
            modified: self.modified,
            created: self.created,
            description: self.description.clone(),
            extras,
        }
    }

    /// The metadata, when it is shown.
    pub(super) fn shown_metadata(&self, shown: bool) -> Metadata {
        if shown {
            self.description.metadata().clone()
        } else {
            Metadata::new()
        }
    }
}

/// Refuses a request whose condition on tags fails; a blob that is not there has none.
pub(super) fn check_tags(conditions: &BlobConditions, tags: Option<&Tags>, grant: &Grant) -> Result<()> {
    if conditions.if_tags.is_none() {
        return Ok(());
    }
    if !grant.allows(Permission::Tags) {
        return Err(Error::blob(ErrorCode::AuthorizationPermissionMismatch));
    }
    if conditions.tags_match(tags.unwrap_or(&Tags::new()))? {
        return Ok(());
    }
    Err(Error::blob(ErrorCode::ConditionNotMet))
}
