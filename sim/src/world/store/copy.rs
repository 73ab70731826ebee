//! Copies within the world, and writes whose bytes are read from a URL: they share the bytes of their source.

use batchite_api::auth::Access;
use batchite_api::backend::Written;
use batchite_api::blob::{
    BlobName, BlobUrl, ContainerName, CopyBlobOptions, CopyOutcome, CopyState, PutBlobOptions, Snapshot,
    SourceOptions, blob_endpoint, check_tags, parse_blob_url_below, split_snapshot,
};
use batchite_api::error::{Error, ErrorCode, Result, Service};
use batchite_api::time::Timestamp;

use super::super::access::{Caller, Operation};
use super::blob::{Blob, Upload, check_length};
use super::content::Content;
use super::extras::{Appended, Extras};
use super::hashing::own_md5;
use super::lease::Leased;
use super::{BlobStore, rules};

/// A blob of this world that a URL names, and the access the URL carries.
struct CopySource {
    account: String,
    container: ContainerName,
    blob: BlobName,
    snapshot: Option<Snapshot>,
    access: Access,
}

impl BlobStore {
    /// The blob a URL names.
    fn find_source(&self, url: &str) -> Result<CopySource> {
        let (url, snapshot) = split_snapshot(url)?;
        let url = url.as_str();
        let found = self.accounts().find_map(|account| {
            let below = |endpoint: &str| parse_blob_url_below(endpoint, url);
            account
                .endpoints()
                .find_map(below)
                .map(|parsed| (account.name.clone(), parsed))
        });
        let Some((account, parsed)) = found else {
            let endpoint = blob_endpoint(url)?;
            return Err(Error::not_simulated(
                Service::Blob,
                &format!("copy from {endpoint}, which is no storage account of this world"),
            ));
        };
        let BlobUrl {
            container,
            blob,
            access,
            ..
        } = parsed?;
        let blob = blob.ok_or_else(|| {
            Error::blob(ErrorCode::RequestUrlFailedToParse)
                .with_message("The source of a copy must be a blob.")
        })?;
        Ok(CopySource {
            account,
            container,
            blob,
            snapshot,
            access,
        })
    }

    /// Reads what a URL names, as a caller with the access the URL carries.
    ///
    /// A source that cannot be read is refused with `CannotVerifyCopySource` and the status reading it would have, one
    /// in no account of this world with `NotSimulated`, naming its host; one whose conditions fail with
    /// `SourceConditionNotMet`, one whose bytes are not as said with `Md5Mismatch`, and one that is not under the lease that is
    /// named with `LeaseIdMismatchWithBlobOperation` and its like.
    pub(super) fn read_source(
        &mut self,
        now: Timestamp,
        caller: &Caller,
        url: &str,
        options: &SourceOptions,
    ) -> Result<Blob> {
        let blob = self.open_source(now, caller, url, options)?;
        if let Some(given) = options.md5.as_deref() {
            check_length(blob.content.length(), self.config.blob_bytes_max)?;
            rules::check_md5(Some(given), Some(self.md5_of(&blob.content)))?;
        }
        Ok(blob)
    }

    /// The same, whatever the bytes are said to be.
    pub(super) fn open_source(
        &mut self,
        now: Timestamp,
        caller: &Caller,
        url: &str,
        options: &SourceOptions,
    ) -> Result<Blob> {
        let source = self.find_source(url)?;
        let reader = caller.reading(&source.account, source.access.clone());
        let place = (&source.container, Some(&source.blob));
        let read = self.open_version(
            now,
            &reader,
            Operation::GetBlob,
            place.0,
            place.1,
            source.snapshot,
        );
        let (opened, blob, is_held) = read
            .and_then(|opened| {
                let version = opened.container.version(&source.blob, source.snapshot)?;
                let named = options.conditions.lease_id.as_deref();
                let is_held = Leased::Blob.check_read(version.lease(), named, now);
                Ok((opened.grant, version.frozen(), is_held))
            })
            .map_err(|error| unreadable(&error))?;
        is_held?;
        blob.check_online()?;
        let conditions = &options.conditions;
        let holds =
            rules::check_read(conditions, blob.modified).and_then(|()| blob.check_tags(conditions, &opened));
        if let Err(error) = holds {
            return Err(match error.code() {
                ErrorCode::ConditionNotMet => Error::blob(ErrorCode::SourceConditionNotMet),
                _ => error,
            });
        }
        let mut blob = blob;
        if let Some(range) = options.range {
            let (first, end) = range
                .within(blob.content.length())
                .ok_or_else(|| Error::blob(ErrorCode::InvalidRange))?;
            blob.content = Content::from_pieces(blob.content.pieces(first, end));
        }
        Ok(blob)
    }

    /// *Copy Blob*, and *Copy Blob From URL* (`is_sync`); either is complete when it returns.
    ///
    /// Content headers, blocks and kind are the source's; metadata too, unless some is given; tags are not. Refused as
    /// [`BlobBackend::copy_blob_from_url`] says for the source and as *Put Blob* is for the destination;
    /// `InvalidBlobType` when that is of another kind.
    ///
    /// [`BlobBackend::copy_blob_from_url`]: batchite_api::backend::BlobBackend::copy_blob_from_url
    #[expect(clippy::too_many_arguments, reason = "the request says so much")]
    pub fn copy_blob(
        &mut self,
        now: Timestamp,
        caller: &Caller,
        container: &ContainerName,
        name: &BlobName,
        url: &str,
        options: &CopyBlobOptions,
        is_sync: bool,
    ) -> Result<CopyOutcome> {
        // Who may not write here learns nothing about the source.
        self.check_access(now, caller, Operation::CopyBlob, container, name)?;
        rules::check_metadata(&options.metadata)?;
        check_tags(&options.tags)?;
        let mut copy = self.read_source(now, caller, url, &options.source)?;
        let length = copy.content.length();
        let opened = self.open(now, caller, Operation::CopyBlob, container, Some(name))?;
        opened.check_new_tags(&options.tags)?;
        if is_sync {
            check_length(length, opened.config.copy_bytes_max)?;
        }
        opened
            .container
            .check_overwrite(name, &options.conditions, &opened.grant, now)?;
        if let Some(existing) = opened.container.blobs.get(name) {
            existing.check_kind(copy.kind())?;
        }
        let mut outcome = CopyOutcome::default();
        let written = opened.container.write(now, opened.stamps, name, |modified| {
            let state = CopyState {
                id: rules::guid(modified),
                source: url.split('?').next().unwrap_or(url).to_owned(),
                status: "success".to_owned(),
                progress: format!("{length}/{length}"),
                completed: modified.truncated_to_second(),
            };
            outcome.copy_id.clone_from(&state.id);
            outcome.copy_status.clone_from(&state.status);
            (copy.modified, copy.created) = (modified, modified);
            if !options.metadata.is_empty() {
                copy.description.set_metadata(&options.metadata);
            }
            let appended = copy.appended();
            let blocks = copy.extras.take().map(|extras| extras.blocks);
            copy.extras = Some(Box::new(Extras {
                tags: options.tags.clone(),
                tier: options.access_tier.clone().map(|tier| (tier, None)),
                copy: Some(Box::new(state)),
                blocks: blocks.unwrap_or_default(),
                appended: appended.map(|appended| Appended {
                    is_sealed: false,
                    ..appended
                }),
                ..Extras::default()
            }));
            copy
        });
        Ok(CopyOutcome {
            etag: written.etag,
            last_modified: written.last_modified,
            ..outcome
        })
    }

    /// *Abort Copy Blob*. Copies are complete at once, so it is always refused with `NoPendingCopyOperation`.
    pub fn abort_copy_blob(
        &mut self,
        now: Timestamp,
        caller: &Caller,
        container: &ContainerName,
        name: &BlobName,
        lease_id: Option<&str>,
    ) -> Result<()> {
        let opened = self.open(now, caller, Operation::AbortCopyBlob, container, Some(name))?;
        let blob = opened.container.blob(name)?;
        Leased::Blob.check_write(blob.lease(), lease_id, now)?;
        Err(Error::blob(ErrorCode::NoPendingCopyOperation))
    }

    /// *Put Blob From URL*: a block blob. Refused as *Put Blob* is, and as a copy is for its source.
    #[expect(clippy::too_many_arguments, reason = "the request says so much")]
    pub fn put_blob_from_url(
        &mut self,
        now: Timestamp,
        caller: &Caller,
        container: &ContainerName,
        name: &BlobName,
        url: &str,
        source_options: &SourceOptions,
        copy_properties: bool,
        options: &PutBlobOptions,
    ) -> Result<Written> {
        self.check_access(now, caller, Operation::PutBlob, container, name)?;
        let source = self.read_source(now, caller, url, source_options)?;
        let mut options = options.clone();
        if copy_properties {
            let (given, kept) = (&mut options.headers, source.description.headers());
            for (given, kept) in [
                (&mut given.content_type, kept.content_type),
                (&mut given.content_encoding, kept.content_encoding),
                (&mut given.content_language, kept.content_language),
                (&mut given.content_disposition, kept.content_disposition),
                (&mut given.cache_control, kept.cache_control),
            ] {
                if given.is_none() {
                    *given = kept;
                }
            }
        }
        // A list of blocks can name one block often: nobody hashes what is too long to be kept.
        check_length(source.content.length(), self.config.blob_bytes_max)?;
        let is_told = options.headers.content_md5.is_some();
        let known = own_md5(&source, source_options).filter(|_| !is_told);
        let upload = Upload {
            md5: Some(known.unwrap_or_else(|| self.md5_of(&source.content))),
            ..source.content.into()
        };
        self.put_blob(now, caller, container, name, upload, &options)
    }
}

fn unreadable(error: &Error) -> Error {
    Error::from_wire(
        Service::Blob,
        ErrorCode::CannotVerifyCopySource.as_str(),
        error.status(),
        error.message().to_owned(),
    )
}
