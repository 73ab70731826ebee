//! The state of a blob in the head of an answer: kind, lease, tier, tags, what a copy left behind.

use http::HeaderMap;

use super::header::{
    self, ACCESS_TIER, ACCESS_TIER_CHANGE_TIME, ACCESS_TIER_INFERRED, BLOB_SEALED, BLOB_TYPE, BadHeader,
    COMMITTED_BLOCK_COUNT, COPY_COMPLETION_TIME, COPY_ID, COPY_PROGRESS, COPY_SOURCE, COPY_STATUS,
    LEASE_DURATION, LEASE_STATE, LEASE_STATUS, TAG_COUNT,
};
use crate::blob::{
    AccessTier, BlobProperties, BlobType, CopyState, LeaseDurationKind, LeaseProperties, LeaseState,
    TierProperties,
};
use crate::error::Result;
use crate::time::Timestamp;

/// Writes the state of a lease.
pub(super) fn write_lease(lease: &LeaseProperties, headers: &mut HeaderMap) -> Result<()> {
    header::set(headers, &LEASE_STATUS, lease.status())?;
    header::set(headers, &LEASE_STATE, &lease.state)?;
    let duration = lease.duration.as_ref();
    header::set_some(headers, &LEASE_DURATION, duration)
}

/// Reads the state of a lease; none when nothing is told.
pub(super) fn read_lease(headers: &HeaderMap) -> Result<LeaseProperties, BadHeader> {
    Ok(LeaseProperties {
        state: header::text(headers, &LEASE_STATE)?.map_or(LeaseState::Available, LeaseState::from),
        duration: header::text(headers, &LEASE_DURATION)?.map(LeaseDurationKind::from),
    })
}

/// Writes the state of a blob.
pub(super) fn write(properties: &BlobProperties, headers: &mut HeaderMap) -> Result<()> {
    header::set(headers, &BLOB_TYPE, properties.blob_type.as_str())?;
    write_lease(&properties.lease, headers)?;
    if let Some(tier) = &properties.tier {
        header::set(headers, &ACCESS_TIER, &tier.tier)?;
        if tier.inferred {
            header::set(headers, &ACCESS_TIER_INFERRED, "true")?;
        }
        let changed = tier.changed.map(Timestamp::to_rfc1123);
        header::set_some(headers, &ACCESS_TIER_CHANGE_TIME, changed)?;
    }
    if let Some(copy) = &properties.copy {
        header::set(headers, &COPY_ID, copy.id.clone())?;
        header::set(headers, &COPY_SOURCE, copy.source.clone())?;
        header::set(headers, &COPY_STATUS, copy.status.clone())?;
        header::set(headers, &COPY_PROGRESS, copy.progress.clone())?;
        header::set(headers, &COPY_COMPLETION_TIME, copy.completed.to_rfc1123())?;
    }
    let tags = properties.tag_count.map(|count| count.to_string());
    header::set_some(headers, &TAG_COUNT, tags)?;
    let blocks = properties.committed_block_count.map(|count| count.to_string());
    header::set_some(headers, &COMMITTED_BLOCK_COUNT, blocks)?;
    if properties.is_sealed {
        header::set(headers, &BLOB_SEALED, "true")?;
    }
    Ok(())
}

/// Reads the state of a blob; everything else is left as it is by default.
pub(super) fn read(headers: &HeaderMap) -> Result<BlobProperties, BadHeader> {
    let owned = |name| header::owned(headers, name);
    let count = |name| -> Result<Option<u32>, BadHeader> {
        let number = header::number(headers, name)?;
        Ok(number.map(|number| u32::try_from(number).unwrap_or(u32::MAX)))
    };
    let blob_type = match header::text(headers, &BLOB_TYPE)? {
        None => BlobType::Block,
        Some(word) => BlobType::parse(word).ok_or_else(|| BadHeader::new(&BLOB_TYPE, "a kind of blob"))?,
    };
    let tier = match header::text(headers, &ACCESS_TIER)?.map(AccessTier::from) {
        None => None,
        Some(tier) => Some(TierProperties {
            tier,
            inferred: header::flag(headers, &ACCESS_TIER_INFERRED)?,
            changed: header::moment(headers, &ACCESS_TIER_CHANGE_TIME)?,
        }),
    };
    let copy = match owned(&COPY_ID)? {
        None => None,
        Some(id) => Some(Box::new(CopyState {
            id,
            source: owned(&COPY_SOURCE)?.unwrap_or_default(),
            status: owned(&COPY_STATUS)?.unwrap_or_default(),
            progress: owned(&COPY_PROGRESS)?.unwrap_or_default(),
            completed: header::moment(headers, &COPY_COMPLETION_TIME)?.unwrap_or_default(),
        })),
    };
    Ok(BlobProperties {
        blob_type,
        lease: read_lease(headers)?,
        tier,
        copy,
        tag_count: count(&TAG_COUNT)?,
        committed_block_count: count(&COMMITTED_BLOCK_COUNT)?,
        is_sealed: header::flag(headers, &BLOB_SEALED)?,
        ..BlobProperties::default()
    })
}
