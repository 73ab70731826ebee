//! Block blobs as a whole: put, get, properties, metadata, delete.

use batchite_api::auth::sas::{Grant, Permission, ResponseHeaders};
use batchite_api::backend::{ByteRange, Conditions, Written};
use batchite_api::blob::{
    BlobHeaders, BlobName, BlobProperties, Block, ContainerName, Metadata, PutBlobOptions,
};
use batchite_api::error::{Error, ErrorCode, Result};
use batchite_api::time::Timestamp;

use super::super::access::{Caller, Operation};
use super::container::Container;
use super::content::Content;
use super::rules::{self, Stamps};
use super::{BlobStore, StoreConfig};

/// What a blob has when nobody says what it is.
const DEFAULT_CONTENT_TYPE: &str = "application/octet-stream";

/// A committed block blob.
#[derive(Debug)]
pub(super) struct Blob {
    pub(super) content: Content,
    /// When it was last written; its ETag.
    pub(super) modified: Timestamp,
    pub(super) created: Timestamp,
    pub(super) headers: BlobHeaders,
    pub(super) metadata: Metadata,
    /// The blocks it was made of; none when it was put as a whole.
    pub(super) blocks: Box<[Block]>,
}

/// A body on its way into the store, read to its end before the world is entered.
#[derive(Debug, Clone)]
pub struct Upload {
    /// The bytes.
    pub content: Content,
    /// Their MD5, when the caller gave one to compare with.
    pub md5: Option<[u8; 16]>,
}

impl From<Content> for Upload {
    fn from(content: Content) -> Self {
        Self { content, md5: None }
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
    /// What describes the blob to a caller.
    pub(super) fn properties(&self, with_metadata: bool) -> BlobProperties {
        let mut headers = self.headers.clone();
        headers
            .content_type
            .get_or_insert_with(|| DEFAULT_CONTENT_TYPE.to_owned());
        BlobProperties {
            etag: rules::etag(self.modified),
            last_modified: self.modified.truncated_to_second(),
            creation_time: self.created.truncated_to_second(),
            content_length: self.content.length(),
            headers,
            metadata: if with_metadata {
                self.metadata.clone()
            } else {
                Metadata::new()
            },
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

    /// Refuses to write a blob whose conditions fail, or one that is there with a permission to create only.
    ///
    /// Conditions come first: who creates only if the blob is new learns that it is not.
    pub(super) fn check_overwrite(
        &self,
        name: &BlobName,
        conditions: &Conditions,
        grant: &Grant,
    ) -> Result<()> {
        let existing = self.blobs.get(name).map(|blob| blob.modified);
        rules::check_write(conditions, existing, ErrorCode::BlobAlreadyExists)?;
        if existing.is_some() && !grant.allows(Permission::Write) {
            return Err(Error::blob(ErrorCode::UnauthorizedBlobOverwrite));
        }
        Ok(())
    }

    /// Makes or replaces a blob and drops the blocks that waited for it. A replaced blob keeps its creation time.
    pub(super) fn write(
        &mut self,
        now: Timestamp,
        stamps: &mut Stamps,
        name: &BlobName,
        make: impl FnOnce(Timestamp) -> Blob,
    ) -> Written {
        let modified = stamps.next(now);
        let mut blob = make(modified);
        if let Some(existing) = self.blobs.get_mut(name) {
            blob.created = existing.created;
            *existing = blob;
        } else {
            self.blobs.insert(name.clone(), blob);
        }
        self.staged.remove(name);
        rules::written(modified)
    }
}

impl BlobStore {
    /// *Put Blob*: makes or replaces a blob as a whole.
    ///
    /// Refused: `BlobAlreadyExists` and `ConditionNotMet` by conditions, `UnauthorizedBlobOverwrite`, `Md5Mismatch`,
    /// `RequestBodyTooLarge`, and metadata that is malformed.
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
        rules::check_md5(options.transactional_md5.as_deref(), upload.md5)?;
        rules::check_md5(options.headers.content_md5.as_deref(), upload.md5)?;
        opened
            .container
            .check_overwrite(name, &options.conditions, &opened.grant)?;
        let mut headers = options.headers.clone();
        if headers.content_md5.is_none() {
            headers.content_md5.clone_from(&options.transactional_md5);
        }
        Ok(opened.container.write(now, opened.stamps, name, |modified| Blob {
            content: upload.content,
            modified,
            created: modified,
            headers,
            metadata: options.metadata.clone(),
            blocks: Box::default(),
        }))
    }

    /// *Get Blob*, whole or a range. Refused: `BlobNotFound`, `InvalidRange`, and by conditions.
    ///
    /// A token may replace headers of the answer.
    pub fn get_blob(
        &mut self,
        now: Timestamp,
        caller: &Caller,
        container: &ContainerName,
        name: &BlobName,
        range: Option<ByteRange>,
        conditions: &Conditions,
    ) -> Result<BlobRead> {
        let opened = self.open(now, caller, Operation::GetBlob, container, Some(name))?;
        let blob = opened.container.blob(name)?;
        rules::check_read(conditions, blob.modified)?;
        let length = blob.content.length();
        let range = match range {
            None => (0, length),
            Some(range) => range
                .within(length)
                .ok_or_else(|| Error::blob(ErrorCode::InvalidRange))?,
        };
        let mut properties = blob.properties(true);
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
        conditions: &Conditions,
    ) -> Result<BlobProperties> {
        let opened = self.open(now, caller, Operation::GetBlobProperties, container, Some(name))?;
        let blob = opened.container.blob(name)?;
        rules::check_read(conditions, blob.modified)?;
        let mut properties = blob.properties(true);
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
        conditions: &Conditions,
    ) -> Result<Written> {
        let opened = self.open(now, caller, Operation::SetBlobMetadata, container, Some(name))?;
        rules::check_metadata(metadata)?;
        let blob = opened.container.blobs.get_mut(name);
        let blob = blob.ok_or_else(|| Error::blob(ErrorCode::BlobNotFound))?;
        rules::check_write(conditions, Some(blob.modified), ErrorCode::ConditionNotMet)?;
        blob.metadata.clone_from(metadata);
        blob.modified = opened.stamps.next(now);
        Ok(rules::written(blob.modified))
    }

    /// *Delete Blob*, with the blocks that waited for it. Refused: `BlobNotFound`, and by conditions.
    pub fn delete_blob(
        &mut self,
        now: Timestamp,
        caller: &Caller,
        container: &ContainerName,
        name: &BlobName,
        conditions: &Conditions,
    ) -> Result<()> {
        let opened = self.open(now, caller, Operation::DeleteBlob, container, Some(name))?;
        let modified = opened.container.blob(name)?.modified;
        rules::check_write(conditions, Some(modified), ErrorCode::ConditionNotMet)?;
        opened.container.blobs.remove(name);
        opened.container.staged.remove(name);
        Ok(())
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
