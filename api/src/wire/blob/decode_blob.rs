//! Request heads become operations on blobs, or are refused.

use http::{HeaderMap, HeaderName, Method};

use super::decode::{LEASE, conditions, lease};
use super::decode_copy::{abort_copy, append_block_from_url, copy, put_block_from_url};
use super::header::{
    self, ACCESS_TIER, APPEND_POSITION, BLOB_TYPE, BadHeader, CACHE_CONTROL, CONTENT_CRC64, CONTENT_ENCODING,
    CONTENT_LANGUAGE, CONTENT_MD5, CONTENT_TYPE, COPY_SOURCE, DELETE_SNAPSHOTS, LEASE_ID, MAX_SIZE, MS_RANGE,
    RANGE, RANGE_GET_CONTENT_CRC64, RANGE_GET_CONTENT_MD5, REHYDRATE_PRIORITY, TAGS,
};
use super::operation::{BlobOperation, RangeHash};
use super::refuse::{self, CONDITIONS, CONTENT_OF_THE_BLOB, MD5, METADATA, TAGS_AND_LEASE, TAGS_AND_TIER};
use super::{RequestHead, fields};
use crate::backend::ByteRange;
use crate::blob::{
    AccessTier, AppendBlockOptions, BlobType, BlockId, BlockListFilter, DeleteSnapshots, PutBlobOptions,
    PutBlockOptions,
};
use crate::error::{Error, ErrorCode, Result};

/// The parameter that names a snapshot.
const SNAPSHOT: &[&str] = &["snapshot"];

pub(super) fn on_blob(head: &RequestHead, comp: Option<&str>) -> Result<Option<BlobOperation>> {
    let from_url = head.headers.contains_key(&COPY_SOURCE);
    let operation = match (&head.method, comp) {
        (&Method::PUT, None) if from_url => copy(head)?,
        (&Method::PUT, None) => put(head)?,
        (&Method::PUT, Some("block")) if from_url => put_block_from_url(head)?,
        (&Method::PUT, Some("block")) => put_block(head)?,
        (&Method::PUT, Some("blocklist")) => put_block_list(head)?,
        (&Method::GET, Some("blocklist")) => get_block_list(head)?,
        (&Method::PUT, Some("metadata")) => set_metadata(head)?,
        (&Method::GET | &Method::HEAD, Some("metadata")) => {
            about(head, "Get Blob Metadata", &[CONDITIONS], SNAPSHOT)?;
            BlobOperation::GetMetadata(fields::read_target(&head.query, &head.headers)?)
        }
        (&Method::PUT, Some("properties")) => set_properties(head)?,
        (&Method::PUT, Some("lease")) => {
            about(head, "Lease Blob", &[LEASE, CONDITIONS], &[])?;
            let (action, conditions) = lease(&head.headers)?;
            BlobOperation::Lease { action, conditions }
        }
        (&Method::PUT, Some("snapshot")) => {
            about(head, "Snapshot Blob", &[METADATA, CONDITIONS], &[])?;
            BlobOperation::Snapshot {
                metadata: fields::read_metadata(&head.headers)?,
                conditions: conditions(&head.headers)?,
            }
        }
        (&Method::GET, Some("tags")) => {
            about(head, "Get Blob Tags", &[TAGS_AND_LEASE], SNAPSHOT)?;
            BlobOperation::GetTags(fields::read_target(&head.query, &head.headers)?)
        }
        (&Method::PUT, Some("tags")) => {
            about(head, "Set Blob Tags", &[TAGS_AND_LEASE, MD5], &[])?;
            BlobOperation::SetTags(conditions(&head.headers)?)
        }
        (&Method::PUT, Some("tier")) => set_tier(head)?,
        (&Method::PUT, Some("copy")) => abort_copy(head)?,
        (&Method::PUT, Some("appendblock")) if from_url => append_block_from_url(head)?,
        (&Method::PUT, Some("appendblock")) => {
            about(
                head,
                "Append Block",
                &[CONDITIONS, MD5, &[&MAX_SIZE, &APPEND_POSITION, &CONTENT_CRC64]],
                &[],
            )?;
            BlobOperation::AppendBlock(append_options(&head.headers)?)
        }
        (&Method::PUT, Some("seal")) => {
            about(head, "Append Blob Seal", &[CONDITIONS, &[&APPEND_POSITION]], &[])?;
            BlobOperation::Seal {
                append_position: header::number(&head.headers, &APPEND_POSITION)
                    .map_err(BadHeader::into_refusal)?,
                conditions: conditions(&head.headers)?,
            }
        }
        (&Method::GET | &Method::HEAD, None) => get(head)?,
        (&Method::DELETE, None) => delete(head)?,
        _ => return Ok(None),
    };
    Ok(Some(operation))
}

/// Refuses what an operation does not read.
pub(super) fn about(
    head: &RequestHead,
    name: &str,
    headers: &[&[&HeaderName]],
    parameters: &[&str],
) -> Result<()> {
    refuse::unread_headers(&head.headers, name, headers)?;
    refuse::unread_parameters(&head.query, name, parameters)
}

fn put(head: &RequestHead) -> Result<BlobOperation> {
    let (name, headers) = ("Put Blob", &head.headers);
    let kind = refuse::blob_type(headers)?;
    // An append blob is made without a body, and has no tier.
    let of_the_kind: &[&HeaderName] = if kind == BlobType::Block {
        &[&BLOB_TYPE, &TAGS, &ACCESS_TIER, &CONTENT_CRC64]
    } else {
        &[&BLOB_TYPE, &TAGS]
    };
    let read = &[of_the_kind, MD5, CONTENT_OF_THE_BLOB, METADATA, CONDITIONS];
    about(head, name, read, &[])?;
    let mut options = put_options(headers)?;
    // Without an `x-ms-blob-*` of its own, the blob keeps what the request says of its body.
    let kept = &mut options.headers;
    for (name, field) in [
        (&CONTENT_TYPE, &mut kept.content_type),
        (&CONTENT_ENCODING, &mut kept.content_encoding),
        (&CONTENT_LANGUAGE, &mut kept.content_language),
        (&CACHE_CONTROL, &mut kept.cache_control),
    ] {
        if field.is_none() {
            *field = header::owned(headers, name).map_err(BadHeader::into_refusal)?;
        }
    }
    Ok(if kind == BlobType::Append {
        BlobOperation::PutAppend(options)
    } else {
        BlobOperation::Put(options)
    })
}

fn put_block(head: &RequestHead) -> Result<BlobOperation> {
    about(
        head,
        "Put Block",
        &[MD5, &[&LEASE_ID, &CONTENT_CRC64]],
        &["blockid"],
    )?;
    let owned = |name| header::owned(&head.headers, name).map_err(BadHeader::into_refusal);
    Ok(BlobOperation::PutBlock {
        block: block_id(head)?,
        options: PutBlockOptions {
            transactional_md5: owned(&CONTENT_MD5)?,
            transactional_crc64: owned(&CONTENT_CRC64)?,
            lease_id: owned(&LEASE_ID)?,
        },
    })
}

/// `blockid`, which must be there.
pub(super) fn block_id(head: &RequestHead) -> Result<BlockId> {
    let block = head.query.get("blockid")?.ok_or_else(|| {
        Error::blob(ErrorCode::MissingRequiredQueryParameter).with_detail("QueryParameterName", "blockid")
    })?;
    BlockId::parse(block)
}

fn put_block_list(head: &RequestHead) -> Result<BlobOperation> {
    about(
        head,
        "Put Block List",
        &[
            MD5,
            CONTENT_OF_THE_BLOB,
            METADATA,
            CONDITIONS,
            TAGS_AND_TIER,
            &[&CONTENT_CRC64],
        ],
        &[],
    )?;
    Ok(BlobOperation::PutBlockList(put_options(&head.headers)?))
}

fn get_block_list(head: &RequestHead) -> Result<BlobOperation> {
    about(
        head,
        "Get Block List",
        &[TAGS_AND_LEASE],
        &["blocklisttype", "snapshot"],
    )?;
    let filter = match head.query.get("blocklisttype")? {
        None | Some("committed") => BlockListFilter::Committed,
        Some("uncommitted") => BlockListFilter::Uncommitted,
        Some("all") => BlockListFilter::All,
        Some(other) => return Err(refuse::unknown_value("blocklisttype", other)),
    };
    Ok(BlobOperation::GetBlockList {
        filter,
        conditions: fields::read_target(&head.query, &head.headers)?,
    })
}

fn get(head: &RequestHead) -> Result<BlobOperation> {
    let headers = &head.headers;
    let conditions = fields::read_target(&head.query, headers)?;
    if head.method == Method::HEAD {
        refuse::unread_headers(headers, "Get Blob Properties", &[CONDITIONS])?;
        refuse::features(&head.query, "Get Blob Properties")?;
        return Ok(BlobOperation::GetProperties(conditions));
    }
    refuse::unread_headers(
        headers,
        "Get Blob",
        &[
            &[&MS_RANGE, &RANGE_GET_CONTENT_MD5, &RANGE_GET_CONTENT_CRC64],
            CONDITIONS,
        ],
    )?;
    refuse::features(&head.query, "Get Blob")?;
    let name = if headers.contains_key(&MS_RANGE) {
        &MS_RANGE
    } else {
        &RANGE
    };
    let range = range(headers, name)?;
    let range_hash = range_hash(headers)?;
    if let (Some(hash), None) = (range_hash, range) {
        return Err(BadHeader::new(hash.asked_by(), "a range beside it").into_refusal());
    }
    Ok(BlobOperation::Get {
        range,
        range_hash,
        conditions,
    })
}

/// The hash of a range that is asked for. Refused: `InvalidHeaderValue` for both.
fn range_hash(headers: &HeaderMap) -> Result<Option<RangeHash>> {
    let asked = |hash: RangeHash| header::flag(headers, hash.asked_by()).map_err(BadHeader::into_refusal);
    match (asked(RangeHash::Md5)?, asked(RangeHash::Crc64)?) {
        (true, true) => {
            Err(BadHeader::new(&RANGE_GET_CONTENT_CRC64, "one hash of the range, not two").into_refusal())
        }
        (true, false) => Ok(Some(RangeHash::Md5)),
        (false, true) => Ok(Some(RangeHash::Crc64)),
        (false, false) => Ok(None),
    }
}

/// A header as one range of bytes.
pub(super) fn range(headers: &HeaderMap, name: &HeaderName) -> Result<Option<ByteRange>> {
    header::text(headers, name)
        .map_err(BadHeader::into_refusal)?
        .map(|text| {
            ByteRange::parse(text)
                .ok_or_else(|| BadHeader::new(name, "one range as bytes=0-99 or bytes=100-").into_refusal())
        })
        .transpose()
}

fn set_metadata(head: &RequestHead) -> Result<BlobOperation> {
    about(head, "Set Blob Metadata", &[METADATA, CONDITIONS], &[])?;
    Ok(BlobOperation::SetMetadata {
        metadata: fields::read_metadata(&head.headers)?,
        conditions: conditions(&head.headers)?,
    })
}

fn set_properties(head: &RequestHead) -> Result<BlobOperation> {
    about(
        head,
        "Set Blob Properties",
        &[CONTENT_OF_THE_BLOB, CONDITIONS],
        &[],
    )?;
    Ok(BlobOperation::SetProperties {
        headers: fields::OF_THE_BLOB
            .read(&head.headers)
            .map_err(BadHeader::into_refusal)?,
        conditions: conditions(&head.headers)?,
    })
}

fn set_tier(head: &RequestHead) -> Result<BlobOperation> {
    let headers = &head.headers;
    about(
        head,
        "Set Blob Tier",
        &[&[&ACCESS_TIER, &REHYDRATE_PRIORITY], TAGS_AND_LEASE],
        SNAPSHOT,
    )?;
    let text = |name| header::text(headers, name).map_err(BadHeader::into_refusal);
    if let Some(priority) = text(&REHYDRATE_PRIORITY)?
        && !["Standard", "High"]
            .iter()
            .any(|known| known.eq_ignore_ascii_case(priority))
    {
        return Err(BadHeader::new(&REHYDRATE_PRIORITY, "Standard or High").into_refusal());
    }
    Ok(BlobOperation::SetTier {
        tier: access_tier(headers)?.ok_or_else(|| {
            Error::blob(ErrorCode::MissingRequiredHeader).with_detail("HeaderName", ACCESS_TIER.as_str())
        })?,
        conditions: fields::read_target(&head.query, headers)?,
    })
}

fn delete(head: &RequestHead) -> Result<BlobOperation> {
    about(head, "Delete Blob", &[&[&DELETE_SNAPSHOTS], CONDITIONS], SNAPSHOT)?;
    let headers = &head.headers;
    let snapshots = match header::text(headers, &DELETE_SNAPSHOTS).map_err(BadHeader::into_refusal)? {
        None => DeleteSnapshots::Refuse,
        Some("include") => DeleteSnapshots::Include,
        Some("only") => DeleteSnapshots::Only,
        Some(_) => return Err(BadHeader::new(&DELETE_SNAPSHOTS, "include or only").into_refusal()),
    };
    Ok(BlobOperation::Delete {
        snapshots,
        conditions: fields::read_target(&head.query, headers)?,
    })
}

pub(super) fn append_options(headers: &HeaderMap) -> Result<AppendBlockOptions> {
    let number = |name| header::number(headers, name).map_err(BadHeader::into_refusal);
    Ok(AppendBlockOptions {
        conditions: conditions(headers)?,
        transactional_md5: header::owned(headers, &CONTENT_MD5).map_err(BadHeader::into_refusal)?,
        transactional_crc64: header::owned(headers, &CONTENT_CRC64).map_err(BadHeader::into_refusal)?,
        max_size: number(&MAX_SIZE)?,
        append_position: number(&APPEND_POSITION)?,
    })
}

pub(super) fn put_options(headers: &HeaderMap) -> Result<PutBlobOptions> {
    Ok(PutBlobOptions {
        headers: fields::OF_THE_BLOB
            .read(headers)
            .map_err(BadHeader::into_refusal)?,
        metadata: fields::read_metadata(headers)?,
        conditions: conditions(headers)?,
        transactional_md5: header::owned(headers, &CONTENT_MD5).map_err(BadHeader::into_refusal)?,
        transactional_crc64: header::owned(headers, &CONTENT_CRC64).map_err(BadHeader::into_refusal)?,
        tags: fields::read_tags(headers)?,
        access_tier: access_tier(headers)?,
    })
}

/// `x-ms-access-tier`. Refused: `InvalidHeaderValue` for a tier of page blobs, or none at all.
pub(super) fn access_tier(headers: &HeaderMap) -> Result<Option<AccessTier>> {
    let word = header::text(headers, &ACCESS_TIER).map_err(BadHeader::into_refusal)?;
    match word.map(AccessTier::from) {
        Some(AccessTier::Other(_)) => {
            Err(BadHeader::new(&ACCESS_TIER, "Hot, Cool, Cold or Archive").into_refusal())
        }
        tier => Ok(tier),
    }
}
