//! Snapshots, and what is deleted with them.

use batchite_api::backend::BlobConditions;
use batchite_api::blob::{BlobName, ContainerName, DeleteSnapshots, Metadata, Snapshot, SnapshotCreated};
use batchite_api::error::{Error, ErrorCode, Result};
use batchite_api::time::Timestamp;

use super::super::access::{Caller, Operation};
use super::blob::Blob;
use super::container::Container;
use super::{BlobStore, rules};

impl Container {
    /// The blob, or the snapshot of it that is meant; `BlobNotFound` when it is not there.
    pub(super) fn version(&self, name: &BlobName, snapshot: Option<Snapshot>) -> Result<&Blob> {
        let blob = self.blob(name)?;
        let Some(snapshot) = snapshot else {
            return Ok(blob);
        };
        let extras = blob.extras.as_ref();
        extras
            .and_then(|extras| extras.snapshots.get(&snapshot))
            .ok_or_else(|| Error::blob(ErrorCode::BlobNotFound))
    }

    /// The same, to change what may change of a snapshot too.
    pub(super) fn version_mut(&mut self, name: &BlobName, snapshot: Option<Snapshot>) -> Result<&mut Blob> {
        let blob = self.blob_mut(name)?;
        let Some(snapshot) = snapshot else {
            return Ok(blob);
        };
        let extras = blob.extras.as_mut();
        extras
            .and_then(|extras| extras.snapshots.get_mut(&snapshot))
            .ok_or_else(|| Error::blob(ErrorCode::BlobNotFound))
    }
}

impl BlobStore {
    /// *Snapshot Blob*. Refused: `BlobNotFound`, `BlobArchived`, by conditions, and metadata that is malformed.
    pub fn create_snapshot(
        &mut self,
        now: Timestamp,
        caller: &Caller,
        container: &ContainerName,
        name: &BlobName,
        metadata: &Metadata,
        conditions: &BlobConditions,
    ) -> Result<SnapshotCreated> {
        let opened = self.open(now, caller, Operation::SnapshotBlob, container, Some(name))?;
        rules::check_metadata(metadata)?;
        let blob = opened.container.blob_mut(name)?;
        // A snapshot leaves the blob as it is, so a lease does not forbid it; but what is named must be there.
        rules::check_write(conditions, Some(blob.modified), ErrorCode::ConditionNotMet)?;
        let lease = super::lease::Leased::Blob;
        blob.check_tags(conditions, &opened.grant)?;
        lease.check_read(blob.lease(), conditions.lease_id.as_deref(), now)?;
        blob.check_online()?;
        let stamp = opened.stamps.next(now);
        let mut frozen = blob.frozen();
        if !metadata.is_empty() {
            frozen.description.set_metadata(metadata);
            frozen.modified = stamp;
        }
        let written = rules::written(frozen.modified);
        let snapshot = Snapshot(stamp);
        blob.extras_mut().snapshots.insert(snapshot, frozen);
        Ok(SnapshotCreated {
            snapshot,
            etag: written.etag,
            last_modified: written.last_modified,
        })
    }

    /// *Delete Blob*, with the blocks that waited for it, or its snapshots, or one of them.
    ///
    /// Refused: `BlobNotFound`, `SnapshotsPresent`, by conditions and by a lease.
    pub fn delete_blob(
        &mut self,
        now: Timestamp,
        caller: &Caller,
        container: &ContainerName,
        name: &BlobName,
        snapshots: DeleteSnapshots,
        conditions: &BlobConditions,
    ) -> Result<()> {
        let opened = self.open_version(
            now,
            caller,
            Operation::DeleteBlob,
            container,
            Some(name),
            conditions.snapshot,
        )?;
        let container = opened.container;
        if let Some(snapshot) = conditions.snapshot {
            if snapshots != DeleteSnapshots::Refuse {
                return Err(Error::blob(ErrorCode::InvalidHeaderValue)
                    .with_detail("HeaderName", "x-ms-delete-snapshots")
                    .with_detail("Reason", "a snapshot has none"));
            }
            let version = container.version(name, Some(snapshot))?;
            let of_the_snapshot = BlobConditions {
                snapshot: None,
                ..conditions.clone()
            };
            version.check_write(&of_the_snapshot, &opened.grant, now)?;
            container.blob_mut(name)?.extras_mut().snapshots.remove(&snapshot);
            return Ok(());
        }
        let blob = container.blob_mut(name)?;
        blob.check_write(conditions, &opened.grant, now)?;
        let has_some = blob
            .extras
            .as_ref()
            .is_some_and(|extras| !extras.snapshots.is_empty());
        match snapshots {
            DeleteSnapshots::Refuse if has_some => return Err(Error::blob(ErrorCode::SnapshotsPresent)),
            DeleteSnapshots::Only => {
                if has_some {
                    blob.extras_mut().snapshots.clear();
                }
                return Ok(());
            }
            DeleteSnapshots::Refuse | DeleteSnapshots::Include => {}
        }
        container.blobs.remove(name);
        container.staged.remove(name);
        Ok(())
    }
}
