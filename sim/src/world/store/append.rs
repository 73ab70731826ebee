//! Append blobs: made empty, grown at their end, sealed.

use batchite_api::backend::{BlobConditions, Written};
use batchite_api::blob::{
    AppendBlockOptions, AppendOutcome, BlobName, BlobType, ContainerName, PutBlobOptions, SourceOptions,
    check_tags,
};
use batchite_api::error::{Error, ErrorCode, Result};
use batchite_api::time::Timestamp;

use super::super::access::{Caller, Operation};
use super::blob::{Blob, Upload, check_length};
use super::content::Content;
use super::description::Description;
use super::extras::{Appended, Extras};
use super::{BlobStore, rules};

impl BlobStore {
    /// *Put Blob* (append blob): an empty one. Refused as [`BlobStore::put_blob`] is.
    pub fn put_append_blob(
        &mut self,
        now: Timestamp,
        caller: &Caller,
        container: &ContainerName,
        name: &BlobName,
        options: &PutBlobOptions,
    ) -> Result<Written> {
        let opened = self.open(now, caller, Operation::PutBlob, container, Some(name))?;
        rules::check_metadata(&options.metadata)?;
        check_tags(&options.tags)?;
        opened.check_new_tags(&options.tags)?;
        if options.access_tier.is_some() {
            return Err(Error::blob(ErrorCode::InvalidHeaderValue)
                .with_detail("HeaderName", "x-ms-access-tier")
                .with_detail("Reason", "append blobs lie in no tier"));
        }
        opened
            .container
            .check_overwrite(name, &options.conditions, &opened.grant, now)?;
        let description = Description::new(&options.headers, &options.metadata, None)?;
        let mut extras = Extras::given(&options.tags, None).unwrap_or_default();
        extras.appended = Some(Appended::default());
        Ok(opened.container.write(now, opened.stamps, name, |modified| Blob {
            content: Content::default(),
            modified,
            created: modified,
            description,
            extras: Some(extras),
        }))
    }

    /// *Append Block*. Refused: `BlobNotFound`, `InvalidBlobType`, `BlobIsSealed`, `AppendPositionConditionNotMet`,
    /// `MaxBlobSizeConditionNotMet`, `BlockCountExceedsLimit`, `InvalidHeaderValue` for a block without bytes,
    /// `RequestBodyTooLarge`, `Md5Mismatch`, `Crc64Mismatch`, by conditions and by a lease.
    pub fn append_block(
        &mut self,
        now: Timestamp,
        caller: &Caller,
        container: &ContainerName,
        name: &BlobName,
        upload: &Upload,
        options: &AppendBlockOptions,
    ) -> Result<AppendOutcome> {
        let opened = self.open(now, caller, Operation::AppendBlock, container, Some(name))?;
        rules::check_filled(&upload.content)?;
        check_length(upload.content.length(), opened.config.append_block_bytes_max)?;
        rules::check_body(
            options.transactional_md5.as_deref(),
            options.transactional_crc64.as_deref(),
            upload,
        )?;
        let blob = opened.container.blob_mut(name)?;
        blob.check_write(&options.conditions, &opened.grant, now)?;
        let appended = growing(blob)?;
        let offset = blob.content.length();
        if options.append_position.is_some_and(|position| position != offset) {
            return Err(Error::blob(ErrorCode::AppendPositionConditionNotMet));
        }
        let length = offset.saturating_add(upload.content.length());
        if options.max_size.is_some_and(|limit| length > limit) {
            return Err(Error::blob(ErrorCode::MaxBlobSizeConditionNotMet));
        }
        if appended.blocks as usize >= opened.config.committed_blocks_max {
            return Err(
                Error::blob(ErrorCode::BlockCountExceedsLimit).with_message(format!(
                    "The committed block count cannot exceed the maximum limit of {} blocks.",
                    opened.config.committed_blocks_max
                )),
            );
        }
        let blocks = appended.blocks + 1;
        blob.content.append(&upload.content);
        blob.extras_mut().appended = Some(Appended {
            blocks,
            is_sealed: false,
        });
        blob.touch(opened.stamps.next(now), now);
        let written = rules::written(blob.modified);
        Ok(AppendOutcome {
            etag: written.etag,
            last_modified: written.last_modified,
            append_offset: offset,
            committed_block_count: blocks,
        })
    }

    /// *Append Block From URL*: refused as [`BlobStore::append_block`] is, and as a copy is for its source.
    #[expect(clippy::too_many_arguments, reason = "the request says so much")]
    pub fn append_block_from_url(
        &mut self,
        now: Timestamp,
        caller: &Caller,
        container: &ContainerName,
        name: &BlobName,
        source: &str,
        source_options: &SourceOptions,
        options: &AppendBlockOptions,
    ) -> Result<AppendOutcome> {
        self.check_access(now, caller, Operation::AppendBlock, container, name)?;
        let read = self.read_source(now, caller, source, source_options)?;
        self.append_block(now, caller, container, name, &read.content.into(), options)
    }

    /// *Append Blob Seal*: nothing can be appended any more; sealing twice is as sealing once.
    ///
    /// Refused: `BlobNotFound`, `InvalidBlobType`, `AppendPositionConditionNotMet`, by conditions and by a lease.
    pub fn seal_append_blob(
        &mut self,
        now: Timestamp,
        caller: &Caller,
        container: &ContainerName,
        name: &BlobName,
        append_position: Option<u64>,
        conditions: &BlobConditions,
    ) -> Result<Written> {
        let opened = self.open(now, caller, Operation::SealAppendBlob, container, Some(name))?;
        let blob = opened.container.blob_mut(name)?;
        blob.check_write(conditions, &opened.grant, now)?;
        blob.check_kind(BlobType::Append)?;
        if append_position.is_some_and(|position| position != blob.content.length()) {
            return Err(Error::blob(ErrorCode::AppendPositionConditionNotMet));
        }
        let appended = blob.appended().unwrap_or_default();
        if !appended.is_sealed {
            blob.extras_mut().appended = Some(Appended {
                is_sealed: true,
                ..appended
            });
            blob.touch(opened.stamps.next(now), now);
        }
        Ok(rules::written(blob.modified))
    }
}

/// An append blob that is not sealed.
fn growing(blob: &Blob) -> Result<Appended> {
    blob.check_kind(BlobType::Append)?;
    let appended = blob.appended().unwrap_or_default();
    if appended.is_sealed {
        return Err(Error::blob(ErrorCode::BlobIsSealed));
    }
    Ok(appended)
}
