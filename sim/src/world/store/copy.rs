//! *Copy Blob* within the world: the copy shares the bytes of its source.

use batchite_api::auth::Access;
use batchite_api::blob::{
    BlobName, BlobUrl, ContainerName, CopyOutcome, PutBlobOptions, parse_blob_url, parse_blob_url_below,
};
use batchite_api::error::{Error, ErrorCode, Result, Service};
use batchite_api::time::Timestamp;

use super::super::access::{Caller, Operation};
use super::blob::Blob;
use super::{BlobStore, rules};

/// A blob of this world that a URL names, and the access the URL carries.
struct CopySource {
    account: String,
    container: ContainerName,
    blob: BlobName,
    access: Access,
}

impl BlobStore {
    /// The blob a URL names.
    fn find_source(&self, url: &str) -> Result<CopySource> {
        let found = self.accounts().find_map(|account| {
            let below = |endpoint: &str| parse_blob_url_below(endpoint, url);
            account
                .endpoints()
                .find_map(below)
                .map(|parsed| (account.name.clone(), parsed))
        });
        let Some((account, parsed)) = found else {
            let BlobUrl { endpoint, .. } = parse_blob_url(url)?;
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
            access,
        })
    }

    /// *Copy Blob*; it is complete when it returns.
    ///
    /// Content headers and blocks are the source's; metadata too, unless some is given. A source that cannot be read
    /// is refused with `CannotVerifyCopySource` and the status reading it would have; one that is in no account of
    /// this world with `NotSimulated`, naming its host; the destination as *Put Blob* is.
    pub fn copy_blob(
        &mut self,
        now: Timestamp,
        caller: &Caller,
        container: &ContainerName,
        name: &BlobName,
        source: &str,
        options: &PutBlobOptions,
    ) -> Result<CopyOutcome> {
        // Who may not write here learns nothing about the source.
        self.open(now, caller, Operation::CopyBlob, container, Some(name))?;
        let source = self.find_source(source)?;
        rules::check_metadata(&options.metadata)?;
        let reader = caller.reading(&source.account, source.access.clone());
        let read = self
            .open(
                now,
                &reader,
                Operation::GetBlob,
                &source.container,
                Some(&source.blob),
            )
            .and_then(|opened| {
                let blob = opened.container.blob(&source.blob)?;
                Ok((
                    blob.content.clone(),
                    blob.headers.clone(),
                    blob.metadata.clone(),
                    blob.blocks.clone(),
                ))
            });
        let (content, headers, metadata, blocks) = read.map_err(|error| unreadable(&error))?;
        let opened = self.open(now, caller, Operation::CopyBlob, container, Some(name))?;
        opened
            .container
            .check_overwrite(name, &options.conditions, &opened.grant)?;
        let mut stamp = now;
        let written = opened.container.write(now, opened.stamps, name, |modified| {
            stamp = modified;
            Blob {
                content,
                modified,
                created: modified,
                headers,
                metadata: if options.metadata.is_empty() {
                    metadata
                } else {
                    options.metadata.clone()
                },
                blocks,
            }
        });
        Ok(CopyOutcome {
            etag: written.etag,
            last_modified: written.last_modified,
            copy_id: copy_id(stamp),
            copy_status: "success".to_owned(),
        })
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

/// A GUID no other copy of this world has, since no two writes have one stamp.
fn copy_id(stamp: Timestamp) -> String {
    let ticks = stamp.ticks();
    format!(
        "{:08x}-{:04x}-4000-8000-{:012x}",
        ticks >> 32,
        ticks >> 16 & 0xFFFF,
        ticks & 0xFFFF_FFFF
    )
}
