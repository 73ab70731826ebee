//! Operations on blobs become request heads.

use http::Method;
use http::header::{HeaderMap, HeaderName};

use super::header::{
    self, ACCESS_TIER, APPEND_POSITION, BLOB_TYPE, CONTENT_CRC64, CONTENT_MD5, COPY_ACTION, COPY_SOURCE,
    COPY_SOURCE_PROPERTIES, DELETE_SNAPSHOTS, LEASE_ID, MAX_SIZE, MS_RANGE, REQUIRES_SYNC,
    SOURCE_CONTENT_MD5, SOURCE_RANGE,
};
use super::operation::BlobOperation;
use super::{Query, encode, fields};
use crate::blob::{
    AppendBlockOptions, BlobType, BlockListFilter, CopyBlobOptions, DeleteSnapshots, PutBlobOptions,
    SourceOptions,
};
use crate::error::Result;

pub(super) fn on_blob(
    operation: &BlobOperation,
    query: &mut Query,
    headers: &mut HeaderMap,
) -> Result<Method> {
    match operation {
        BlobOperation::Get {
            range,
            range_hash,
            conditions,
        } => {
            let range = range.map(|range| range.to_string());
            header::set_some(headers, &MS_RANGE, range)?;
            if let Some(hash) = range_hash {
                header::set(headers, hash.asked_by(), "true")?;
            }
            fields::write_target(conditions, query, headers)?;
            return Ok(Method::GET);
        }
        BlobOperation::GetProperties(conditions) => {
            fields::write_target(conditions, query, headers)?;
            return Ok(Method::HEAD);
        }
        BlobOperation::GetMetadata(conditions) => {
            query.push("comp", "metadata");
            fields::write_target(conditions, query, headers)?;
            return Ok(Method::HEAD);
        }
        BlobOperation::GetBlockList { filter, conditions } => {
            query.push("comp", "blocklist");
            query.push("blocklisttype", block_list_type(*filter));
            fields::write_target(conditions, query, headers)?;
            return Ok(Method::GET);
        }
        BlobOperation::GetTags(conditions) => {
            query.push("comp", "tags");
            fields::write_target(conditions, query, headers)?;
            return Ok(Method::GET);
        }
        BlobOperation::Delete {
            snapshots,
            conditions,
        } => {
            fields::write_target(conditions, query, headers)?;
            let word = match snapshots {
                DeleteSnapshots::Refuse => None,
                DeleteSnapshots::Include => Some("include"),
                DeleteSnapshots::Only => Some("only"),
            };
            header::set_some(headers, &DELETE_SNAPSHOTS, word)?;
            return Ok(Method::DELETE);
        }
        BlobOperation::Copy { .. }
        | BlobOperation::AbortCopy { .. }
        | BlobOperation::PutFromUrl { .. }
        | BlobOperation::PutBlockFromUrl { .. }
        | BlobOperation::AppendBlockFromUrl { .. } => from_url(operation, query, headers)?,
        _ => write(operation, query, headers)?,
    }
    Ok(Method::PUT)
}

/// What is written by a PUT from what the request carries.
fn write(operation: &BlobOperation, query: &mut Query, headers: &mut HeaderMap) -> Result<()> {
    match operation {
        BlobOperation::Put(options) => {
            header::set(headers, &BLOB_TYPE, BlobType::Block.as_str())?;
            put_options(options, headers)
        }
        BlobOperation::PutAppend(options) => {
            header::set(headers, &BLOB_TYPE, BlobType::Append.as_str())?;
            put_options(options, headers)
        }
        BlobOperation::PutBlock { block, options } => {
            query.push("comp", "block");
            query.push("blockid", block.as_str());
            header::set_some(headers, &CONTENT_MD5, options.transactional_md5.clone())?;
            header::set_some(headers, &CONTENT_CRC64, options.transactional_crc64.clone())?;
            header::set_some(headers, &LEASE_ID, options.lease_id.clone())
        }
        BlobOperation::PutBlockList(options) => {
            query.push("comp", "blocklist");
            put_options(options, headers)
        }
        BlobOperation::SetMetadata { metadata, conditions } => {
            query.push("comp", "metadata");
            fields::write_metadata(metadata, headers)?;
            fields::write_conditions(conditions, headers)
        }
        BlobOperation::SetProperties {
            headers: content,
            conditions,
        } => {
            query.push("comp", "properties");
            fields::OF_THE_BLOB.write(content, headers)?;
            fields::write_conditions(conditions, headers)
        }
        BlobOperation::Lease { action, conditions } => encode::lease(action, conditions, query, headers),
        BlobOperation::Snapshot { metadata, conditions } => {
            query.push("comp", "snapshot");
            fields::write_metadata(metadata, headers)?;
            fields::write_conditions(conditions, headers)
        }
        BlobOperation::SetTags(conditions) => {
            query.push("comp", "tags");
            fields::write_conditions(conditions, headers)
        }
        BlobOperation::SetTier { tier, conditions } => {
            query.push("comp", "tier");
            header::set(headers, &ACCESS_TIER, tier)?;
            fields::write_target(conditions, query, headers)
        }
        BlobOperation::AppendBlock(options) => {
            query.push("comp", "appendblock");
            append_options(options, headers)
        }
        BlobOperation::Seal {
            append_position,
            conditions,
        } => {
            query.push("comp", "seal");
            number(&APPEND_POSITION, *append_position, headers)?;
            fields::write_conditions(conditions, headers)
        }
        _ => unreachable!("reads and what has a source are written elsewhere"),
    }
}

/// What is written by a PUT from what a URL holds.
fn from_url(operation: &BlobOperation, query: &mut Query, headers: &mut HeaderMap) -> Result<()> {
    match operation {
        BlobOperation::Copy {
            source,
            options,
            requires_sync,
        } => {
            header::set(headers, &COPY_SOURCE, source.to_string())?;
            if *requires_sync {
                header::set(headers, &REQUIRES_SYNC, "true")?;
            }
            copy_options(options, headers)
        }
        BlobOperation::PutFromUrl {
            source,
            source_options: of_the_source,
            copy_properties,
            options,
        } => {
            header::set(headers, &BLOB_TYPE, BlobType::Block.as_str())?;
            header::set(headers, &COPY_SOURCE, source.to_string())?;
            source_options(of_the_source, headers)?;
            if !copy_properties {
                header::set(headers, &COPY_SOURCE_PROPERTIES, "false")?;
            }
            put_options(options, headers)
        }
        BlobOperation::PutBlockFromUrl {
            block,
            source,
            source_options: of_the_source,
            lease_id,
        } => {
            query.push("comp", "block");
            query.push("blockid", block.as_str());
            header::set(headers, &COPY_SOURCE, source.to_string())?;
            source_options(of_the_source, headers)?;
            header::set_some(headers, &LEASE_ID, lease_id.clone())
        }
        BlobOperation::AppendBlockFromUrl {
            source,
            source_options: of_the_source,
            options,
        } => {
            query.push("comp", "appendblock");
            header::set(headers, &COPY_SOURCE, source.to_string())?;
            source_options(of_the_source, headers)?;
            append_options(options, headers)
        }
        BlobOperation::AbortCopy { copy_id, lease_id } => {
            query.push("comp", "copy");
            query.push("copyid", copy_id.as_str());
            header::set(headers, &COPY_ACTION, "abort")?;
            header::set_some(headers, &LEASE_ID, lease_id.clone())
        }
        _ => unreachable!("what has no source is written elsewhere"),
    }
}

fn put_options(options: &PutBlobOptions, headers: &mut HeaderMap) -> Result<()> {
    fields::OF_THE_BLOB.write(&options.headers, headers)?;
    fields::write_metadata(&options.metadata, headers)?;
    fields::write_conditions(&options.conditions, headers)?;
    fields::write_tags(&options.tags, headers)?;
    header::set_some(headers, &ACCESS_TIER, options.access_tier.as_ref())?;
    header::set_some(headers, &CONTENT_MD5, options.transactional_md5.clone())?;
    header::set_some(headers, &CONTENT_CRC64, options.transactional_crc64.clone())
}

fn copy_options(options: &CopyBlobOptions, headers: &mut HeaderMap) -> Result<()> {
    fields::write_metadata(&options.metadata, headers)?;
    fields::write_tags(&options.tags, headers)?;
    header::set_some(headers, &ACCESS_TIER, options.access_tier.as_ref())?;
    fields::write_conditions(&options.conditions, headers)?;
    source_options(&options.source, headers)
}

fn source_options(options: &SourceOptions, headers: &mut HeaderMap) -> Result<()> {
    fields::OF_THE_SOURCE.write(&options.conditions, headers)?;
    header::set_some(headers, &SOURCE_CONTENT_MD5, options.md5.clone())?;
    let range = options.range.map(|range| range.to_string());
    header::set_some(headers, &SOURCE_RANGE, range)
}

fn append_options(options: &AppendBlockOptions, headers: &mut HeaderMap) -> Result<()> {
    fields::write_conditions(&options.conditions, headers)?;
    header::set_some(headers, &CONTENT_MD5, options.transactional_md5.clone())?;
    header::set_some(headers, &CONTENT_CRC64, options.transactional_crc64.clone())?;
    number(&MAX_SIZE, options.max_size, headers)?;
    number(&APPEND_POSITION, options.append_position, headers)
}

fn number(name: &HeaderName, number: Option<u64>, headers: &mut HeaderMap) -> Result<()> {
    header::set_some(headers, name, number.map(|number| number.to_string()))
}

fn block_list_type(filter: BlockListFilter) -> &'static str {
    match filter {
        BlockListFilter::Committed => "committed",
        BlockListFilter::Uncommitted => "uncommitted",
        BlockListFilter::All => "all",
    }
}
