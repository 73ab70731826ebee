//! Request heads with a source become operations: copies, and writes whose bytes are read from a URL.

use http::{HeaderMap, HeaderName};

use super::decode::conditions;
use super::decode_blob::{about, access_tier, append_options, block_id, put_options, range};
use super::header::{
    self, APPEND_POSITION, BLOB_TYPE, BadHeader, CONTENT_MD5, COPY_ACTION, COPY_SOURCE,
    COPY_SOURCE_PROPERTIES, LEASE_ID, MAX_SIZE, REQUIRES_SYNC, SOURCE_CONTENT_MD5, SOURCE_LEASE_ID,
    SOURCE_RANGE,
};
use super::operation::BlobOperation;
use super::refuse::{self, CONDITIONS, CONTENT_OF_THE_BLOB, METADATA, SOURCE, TAGS_AND_TIER};
use super::{RequestHead, fields};
use crate::blob::{BlobType, CopyBlobOptions, SourceOptions};
use crate::error::{Error, Result, Service};
use crate::secret::SensitiveString;

/// *Copy Blob*, *Copy Blob From URL* or *Put Blob From URL*.
pub(super) fn copy(head: &RequestHead) -> Result<BlobOperation> {
    let headers = &head.headers;
    if headers.contains_key(&BLOB_TYPE) {
        return put_from_url(head);
    }
    let requires_sync = header::flag(headers, &REQUIRES_SYNC).map_err(BadHeader::into_refusal)?;
    let (name, of_the_source): (_, &[&HeaderName]) = if requires_sync {
        ("Copy Blob From URL", &[&SOURCE_CONTENT_MD5])
    } else {
        ("Copy Blob", &[&SOURCE_LEASE_ID])
    };
    let own = &[&COPY_SOURCE, &REQUIRES_SYNC];
    about(
        head,
        name,
        &[own, of_the_source, SOURCE, METADATA, CONDITIONS, TAGS_AND_TIER],
        &[],
    )?;
    Ok(BlobOperation::Copy {
        source: source(headers)?,
        options: CopyBlobOptions {
            metadata: fields::read_metadata(headers)?,
            tags: fields::read_tags(headers)?,
            access_tier: access_tier(headers)?,
            conditions: conditions(headers)?,
            source: source_options(headers)?,
        },
        requires_sync,
    })
}

fn put_from_url(head: &RequestHead) -> Result<BlobOperation> {
    let (name, headers) = ("Put Blob From URL", &head.headers);
    if refuse::blob_type(headers)? != BlobType::Block {
        return Err(Error::not_simulated(
            Service::Blob,
            "Put Blob From URL of other kinds than block blobs",
        ));
    }
    let own = &[
        &COPY_SOURCE,
        &BLOB_TYPE,
        &COPY_SOURCE_PROPERTIES,
        &SOURCE_CONTENT_MD5,
        &SOURCE_LEASE_ID,
    ];
    about(
        head,
        name,
        &[
            own,
            SOURCE,
            CONTENT_OF_THE_BLOB,
            METADATA,
            CONDITIONS,
            TAGS_AND_TIER,
        ],
        &[],
    )?;
    let copy_properties = !headers.contains_key(&COPY_SOURCE_PROPERTIES)
        || header::flag(headers, &COPY_SOURCE_PROPERTIES).map_err(BadHeader::into_refusal)?;
    Ok(BlobOperation::PutFromUrl {
        source: source(headers)?,
        source_options: source_options(headers)?,
        copy_properties,
        options: put_options(headers)?,
    })
}

pub(super) fn put_block_from_url(head: &RequestHead) -> Result<BlobOperation> {
    let (name, headers) = ("Put Block From URL", &head.headers);
    let own = &[&COPY_SOURCE, &SOURCE_RANGE, &SOURCE_CONTENT_MD5, &LEASE_ID];
    about(head, name, &[own, SOURCE], &["blockid"])?;
    Ok(BlobOperation::PutBlockFromUrl {
        block: block_id(head)?,
        source: source(headers)?,
        source_options: source_options(headers)?,
        lease_id: header::owned(headers, &LEASE_ID).map_err(BadHeader::into_refusal)?,
    })
}

pub(super) fn append_block_from_url(head: &RequestHead) -> Result<BlobOperation> {
    let (name, headers) = ("Append Block From URL", &head.headers);
    let own = &[
        &COPY_SOURCE,
        &SOURCE_RANGE,
        &SOURCE_CONTENT_MD5,
        &MAX_SIZE,
        &APPEND_POSITION,
        // Known, and refused below with what to say in its place.
        &CONTENT_MD5,
    ];
    about(head, name, &[own, SOURCE, CONDITIONS], &[])?;
    if headers.contains_key(&CONTENT_MD5) {
        return Err(BadHeader::new(&CONTENT_MD5, "x-ms-source-content-md5 in its place").into_refusal());
    }
    Ok(BlobOperation::AppendBlockFromUrl {
        source: source(headers)?,
        source_options: source_options(headers)?,
        options: append_options(headers)?,
    })
}

pub(super) fn abort_copy(head: &RequestHead) -> Result<BlobOperation> {
    let headers = &head.headers;
    about(
        head,
        "Abort Copy Blob",
        &[&[&COPY_ACTION, &LEASE_ID]],
        &["copyid"],
    )?;
    let action = header::required(headers, &COPY_ACTION).map_err(BadHeader::into_refusal)?;
    if !action.eq_ignore_ascii_case("abort") {
        return Err(BadHeader::new(&COPY_ACTION, "abort").into_refusal());
    }
    Ok(BlobOperation::AbortCopy {
        copy_id: head.query.get("copyid")?.unwrap_or("").to_owned(),
        lease_id: header::owned(headers, &LEASE_ID).map_err(BadHeader::into_refusal)?,
    })
}

fn source(headers: &HeaderMap) -> Result<SensitiveString> {
    let source = header::required(headers, &COPY_SOURCE).map_err(BadHeader::into_refusal)?;
    Ok(source.into())
}

fn source_options(headers: &HeaderMap) -> Result<SourceOptions> {
    Ok(SourceOptions {
        conditions: fields::OF_THE_SOURCE
            .read(headers)
            .map_err(BadHeader::into_refusal)?,
        md5: header::owned(headers, &SOURCE_CONTENT_MD5).map_err(BadHeader::into_refusal)?,
        range: range(headers, &SOURCE_RANGE)?,
    })
}
