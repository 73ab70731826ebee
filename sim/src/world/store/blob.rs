//! Blobs as a whole: put, get, properties, metadata.

use std::collections::btree_map::Entry;

use batchite_api::auth::sas::{Grant, Permission, ResponseHeaders};
use batchite_api::backend::{BlobConditions, ByteRange, Written};
use batchite_api::blob::{
    BlobHeaders, BlobName, BlobProperties, ContainerName, Metadata, PutBlobOptions, check_tags,
};
use batchite_api::error::{Error, ErrorCode, Result};
use batchite_api::time::Timestamp;

use super::super::access::{Caller, Operation};
use super::container::Container;
use super::content::Content;
use super::description::Description;
use super::extras::{self, Extras};
use super::lease::{self, Leased};
use super::rules::{self, Stamps};
use super::{BlobStore, StoreConfig};

/// A blob; a block blob is a committed one.
#[derive(Debug)]
pub(super) struct Blob {
    pub(super) content: Content,
    /// When it was last written; its ETag.
    pub(super) modified: Timestamp,
    pub(super) created: Timestamp,
    pub(super) description: Description,
    /// What few blobs have.
    pub(super) extras: Option<Box<Extras>>,
}

/// A body on its way into the store, read to its end before the world is entered.
#[derive(Debug, Clone)]
pub struct Upload {
    /// The bytes.
    pub content: Content,
    /// Their MD5: to keep, of a whole blob; to compare with the one the caller gave.
    pub md5: Option<[u8; 16]>,
    /// Their CRC64, when the caller gave one to compare with.
    pub crc64: Option<u64>,
}

impl From<Content> for Upload {
    fn from(content: Content) -> Self {
        Self {
            content,
            md5: None,
            crc64: None,
        }
    }
}

/// A blob on its way out of the store.
#[derive(Debug, Clone)]
pub struct BlobRead {
    /// What describes the blob.
    pub properties: BlobProperties,
    /// First byte and end (excluded) of what was asked for.
    pub range: (u64, u64),
    /// The bytes of the whole blob, shared.
    pub content: Content,
}

impl Blob {
    /// What describes the blob to a caller; how many tags it has only to one who may know.
    pub(super) fn properties(&self, now: Timestamp, shown: Shown) -> BlobProperties {
        let properties = BlobProperties {
            etag: rules::etag(self.modified),
            last_modified: self.modified.truncated_to_second(),
            creation_time: self.created.truncated_to_second(),
            content_length: self.content.length(),
            headers: self.description.headers(),
            metadata: self.shown_metadata(shown.metadata),
            tier: self.tier(),
            ..BlobProperties::default()
        };
        let Some(extras) = self.extras.as_deref() else {
            return properties;
        };
        let tag_count = u32::try_from(extras.tags.len()).unwrap_or(u32::MAX);
        BlobProperties {
            blob_type: self.kind(),
            lease: lease::properties(extras.lease.as_ref(), now),
            copy: extras.copy.clone().filter(|_| shown.copy),
            tag_count: (shown.tag_count && tag_count > 0).then_some(tag_count),
            committed_block_count: extras.appended.map(|appended| appended.blocks),
            is_sealed: extras.appended.is_some_and(|appended| appended.is_sealed),
            ..properties
        }
    }
}

/// What of a blob is shown beside what always is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shown {
    pub(super) metadata: bool,
    pub(super) copy: bool,
    pub(super) tag_count: bool,
}

impl Shown {
    /// Everything a caller may know.
    pub(super) fn all(grant: &Grant) -> Self {
        Self {
            metadata: true,
            copy: true,
            tag_count: grant.allows(Permission::Tags),
        }
    }
}

impl Container {
    /// The blob, or `BlobNotFound`.
    pub(super) fn blob(&self, name: &BlobName) -> Result<&Blob> {
        self.blobs
            .get(name)
            .ok_or_else(|| Error::blob(ErrorCode::BlobNotFound))
    }

    /// The blob, to change it, or `BlobNotFound`.
    pub(super) fn blob_mut(&mut self, name: &BlobName) -> Result<&mut Blob> {
        self.blobs
            .get_mut(name)
            .ok_or_else(|| Error::blob(ErrorCode::BlobNotFound))
    }

    /// Refuses to write a blob whose conditions fail or that somebody's lease keeps, or one that is there with a permission to create only.
    ///
    /// Conditions come first: who creates only if the blob is new learns that it is not.
    pub(super) fn check_overwrite(
        &self,
        name: &BlobName,
        conditions: &BlobConditions,
        grant: &Grant,
        now: Timestamp,
    ) -> Result<()> {
        let existing = self.blobs.get(name);
        let modified = existing.map(|blob| blob.modified);
        rules::check_write(conditions, modified, ErrorCode::BlobAlreadyExists)?;
        extras::check_tags(conditions, existing.and_then(Blob::tags), grant)?;
        let lease = existing.and_then(Blob::lease);
        Leased::Blob.check_write(lease, conditions.lease_id.as_deref(), now)?;
        let Some(existing) = existing else {
            return Ok(());
        };
        if !grant.allows(Permission::Write) {
            return Err(Error::blob(ErrorCode::UnauthorizedBlobOverwrite));
        }
        existing.check_online()
    }

    /// Makes or replaces a blob and drops the blocks that waited for it. A replaced blob keeps its
    /// creation time, its lease and its snapshots.
    pub(super) fn write(
        &mut self,
        now: Timestamp,
        stamps: &mut Stamps,
        name: &BlobName,
        make: impl FnOnce(Timestamp) -> Blob,
    ) -> Written {
        let modified = stamps.next(now);
        let mut blob = make(modified);
        match self.blobs.entry(name.clone()) {
            Entry::Vacant(place) => {
                place.insert(blob);
            }
            Entry::Occupied(mut existing) => {
                blob.succeed(existing.get_mut(), now);
                existing.insert(blob);
            }
        }
        self.staged.remove(name);
        rules::written(modified)
    }
}

impl BlobStore {
    /// *Put Blob*: makes or replaces a blob as a whole.
    ///
    /// Refused: `BlobAlreadyExists` and `ConditionNotMet` by conditions, `UnauthorizedBlobOverwrite`, `Md5Mismatch`,
    /// `Crc64Mismatch`, `RequestBodyTooLarge`, and metadata that is malformed.
    pub fn put_blob(
        &mut self,
        now: Timestamp,
        caller: &Caller,
        container: &ContainerName,
        name: &BlobName,
        upload: Upload,
        options: &PutBlobOptions,
    ) -> Result<Written> {
        let opened = self.open(now, caller, Operation::PutBlob, container, Some(name))?;
        check_length(upload.content.length(), opened.config.blob_bytes_max)?;
        rules::check_metadata(&options.metadata)?;
        check_tags(&options.tags)?;
        opened.check_new_tags(&options.tags)?;
        rules::check_body(
            options.transactional_md5.as_deref(),
            options.transactional_crc64.as_deref(),
            &upload,
        )?;
        rules::check_md5(options.headers.content_md5.as_deref(), upload.md5)?;
        opened
            .container
            .check_overwrite(name, &options.conditions, &opened.grant, now)?;
        let description = Description::new(&options.headers, &options.metadata, upload.md5)?;
        let written = opened.container.write(now, opened.stamps, name, |modified| Blob {
            content: upload.content,
            modified,
            created: modified,
            description,
            extras: Extras::given(&options.tags, options.access_tier.as_ref()),
        });
        Ok(Written {
            content_md5: upload.md5,
            ..written
        })
    }

    /// *Get Blob*, whole or a range. Refused: `BlobNotFound`, `InvalidRange`, `BlobArchived`, and by
    /// conditions.
    ///
    /// A token may replace headers of the answer.
    pub fn get_blob(
        &mut self,
        now: Timestamp,
        caller: &Caller,
        container: &ContainerName,
        name: &BlobName,
        range: Option<ByteRange>,
        conditions: &BlobConditions,
    ) -> Result<BlobRead> {
        let opened = self.open_version(
            now,
            caller,
            Operation::GetBlob,
            container,
            Some(name),
            conditions.snapshot,
        )?;
        let blob = opened.container.version(name, conditions.snapshot)?;
        blob.check_read(conditions, &opened.grant, now)?;
        blob.check_online()?;
        let length = blob.content.length();
        let range = match range {
            None => (0, length),
            Some(range) => range
                .within(length)
                .ok_or_else(|| Error::blob(ErrorCode::InvalidRange))?,
        };
        let mut properties = blob.properties(now, Shown::all(&opened.grant));
        replace_headers(&mut properties.headers, opened.grant.response_headers);
        Ok(BlobRead {
            properties,
            range,
            content: blob.content.clone(),
        })
    }

    /// *Get Blob Properties*. Refused: `BlobNotFound`, and by conditions.
    pub fn get_blob_properties(
        &mut self,
        now: Timestamp,
        caller: &Caller,
        container: &ContainerName,
        name: &BlobName,
        conditions: &BlobConditions,
    ) -> Result<BlobProperties> {
        let opened = self.open_version(
            now,
            caller,
            Operation::GetBlobProperties,
            container,
            Some(name),
            conditions.snapshot,
        )?;
        let blob = opened.container.version(name, conditions.snapshot)?;
        blob.check_read(conditions, &opened.grant, now)?;
        let mut properties = blob.properties(now, Shown::all(&opened.grant));
        replace_headers(&mut properties.headers, opened.grant.response_headers);
        Ok(properties)
    }

    /// *Set Blob Metadata*: replaces all pairs; the ETag moves.
    pub fn set_blob_metadata(
        &mut self,
        now: Timestamp,
        caller: &Caller,
        container: &ContainerName,
        name: &BlobName,
        metadata: &Metadata,
        conditions: &BlobConditions,
    ) -> Result<Written> {
        let opened = self.open(now, caller, Operation::SetBlobMetadata, container, Some(name))?;
        rules::check_metadata(metadata)?;
        let blob = opened.container.blob_mut(name)?;
        blob.check_write(conditions, &opened.grant, now)?;
        blob.check_online()?;
        blob.description.set_metadata(metadata);
        blob.touch(opened.stamps.next(now), now);
        Ok(rules::written(blob.modified))
    }

    /// *Set Blob Properties*: replaces all content headers; the ETag moves.
    ///
    /// Refused: `BlobNotFound`, `BlobArchived`, `InvalidMd5`, by conditions and by a lease.
    pub fn set_blob_properties(
        &mut self,
        now: Timestamp,
        caller: &Caller,
        container: &ContainerName,
        name: &BlobName,
        headers: &BlobHeaders,
        conditions: &BlobConditions,
    ) -> Result<Written> {
        let opened = self.open(now, caller, Operation::SetBlobProperties, container, Some(name))?;
        let blob = opened.container.blob_mut(name)?;
        blob.check_write(conditions, &opened.grant, now)?;
        blob.check_online()?;
        // An MD5 is kept as it is given: no operation reads the whole blob to compare.
        blob.description.set_headers(headers)?;
        blob.touch(opened.stamps.next(now), now);
        Ok(rules::written(blob.modified))
    }
}

impl StoreConfig {
    /// Refuses a body that is too long for an operation, with `RequestBodyTooLarge`.
    pub(crate) fn too_large(limit: u64) -> Error {
        Error::blob(ErrorCode::RequestBodyTooLarge).with_detail("MaxLimit", limit.to_string())
    }
}

pub(super) fn check_length(length: u64, limit: u64) -> Result<()> {
    if length > limit {
        return Err(StoreConfig::too_large(limit));
    }
    Ok(())
}

/// Puts the headers a token names in the place of the blob's own.
fn replace_headers(headers: &mut BlobHeaders, replacement: ResponseHeaders) {
    for (header, replacement) in [
        (&mut headers.cache_control, replacement.cache_control),
        (&mut headers.content_disposition, replacement.content_disposition),
        (&mut headers.content_encoding, replacement.content_encoding),
        (&mut headers.content_language, replacement.content_language),
        (&mut headers.content_type, replacement.content_type),
    ] {
        if replacement.is_some() {
            *header = replacement;
        }
    }
}
