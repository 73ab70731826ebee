//! Operations become request heads.

use http::Method;
use http::header::HeaderMap;

use super::header::{self, BLOB_PUBLIC_ACCESS, BLOB_TYPE, CONTENT_MD5, COPY_SOURCE, MS_RANGE, REQUIRES_SYNC};
use super::operation::{BlobOperation, ContainerOperation, Operation};
use super::{Query, RequestHead, fields};
use crate::blob::{
    BlobHeaders, BlockListFilter, ListBlobsOptions, ListContainersOptions, PublicAccess, PutBlobOptions,
};
use crate::error::{Error, Result, Service};
use crate::page::Continuation;

pub(super) fn head_of(operation: &Operation) -> Result<RequestHead> {
    let mut query = Query::default();
    let mut headers = HeaderMap::new();
    let method = match operation {
        Operation::GetUserDelegationKey => {
            query.push("restype", "service");
            query.push("comp", "userdelegationkey");
            Method::POST
        }
        Operation::ListContainers(options) => {
            list_containers(options, &mut query);
            Method::GET
        }
        Operation::OnContainer(_, operation) => {
            query.push("restype", "container");
            on_container(operation, &mut query, &mut headers)?
        }
        Operation::OnBlob(_, _, operation) => on_blob(operation, &mut query, &mut headers)?,
    };
    Ok(RequestHead {
        method,
        resource: operation.resource(),
        query,
        headers,
    })
}

fn list_containers(options: &ListContainersOptions, query: &mut Query) {
    query.push("comp", "list");
    query.push_some("prefix", options.prefix.as_deref());
    query.push_some("marker", options.continuation.as_ref().map(Continuation::as_str));
    query.push_some("maxresults", options.max_results.map(|number| number.to_string()));
    query.push_some("include", options.include_metadata.then_some("metadata"));
}

fn list_blobs(options: &ListBlobsOptions, query: &mut Query) {
    query.push("comp", "list");
    query.push_some("prefix", options.prefix.as_deref());
    query.push_some("delimiter", options.delimiter.as_deref());
    query.push_some("marker", options.continuation.as_ref().map(Continuation::as_str));
    query.push_some("maxresults", options.max_results.map(|number| number.to_string()));
    let included: Vec<&str> = [
        (options.include.metadata, "metadata"),
        (options.include.uncommitted_blobs, "uncommittedblobs"),
    ]
    .into_iter()
    .filter_map(|(wanted, word)| wanted.then_some(word))
    .collect();
    query.push_some("include", (!included.is_empty()).then(|| included.join(",")));
}

fn on_container(
    operation: &ContainerOperation,
    query: &mut Query,
    headers: &mut HeaderMap,
) -> Result<Method> {
    let public = |access: &Option<PublicAccess>, headers: &mut HeaderMap| {
        let word = access.as_ref().map(PublicAccess::as_str);
        header::set_some(headers, BLOB_PUBLIC_ACCESS, word)
    };
    match operation {
        ContainerOperation::Create(options) => {
            fields::write_metadata(&options.metadata, headers)?;
            public(&options.public_access, headers)?;
            Ok(Method::PUT)
        }
        ContainerOperation::GetProperties => Ok(Method::GET),
        ContainerOperation::GetAccessPolicy => {
            query.push("comp", "acl");
            Ok(Method::GET)
        }
        ContainerOperation::SetAccessPolicy {
            public_access,
            conditions,
        } => {
            query.push("comp", "acl");
            public(public_access, headers)?;
            fields::write_conditions(conditions, headers)?;
            Ok(Method::PUT)
        }
        ContainerOperation::Delete(conditions) => {
            fields::write_conditions(conditions, headers)?;
            Ok(Method::DELETE)
        }
        ContainerOperation::ListBlobs(options) => {
            list_blobs(options, query);
            Ok(Method::GET)
        }
    }
}

fn on_blob(operation: &BlobOperation, query: &mut Query, headers: &mut HeaderMap) -> Result<Method> {
    match operation {
        BlobOperation::Put(options) => {
            header::set(headers, BLOB_TYPE, "BlockBlob")?;
            write_put_options(options, headers)?;
            Ok(Method::PUT)
        }
        BlobOperation::PutBlock {
            block,
            transactional_md5,
        } => {
            query.push("comp", "block");
            query.push("blockid", block.as_str());
            header::set_some(headers, CONTENT_MD5, transactional_md5.as_deref())?;
            Ok(Method::PUT)
        }
        BlobOperation::PutBlockList(options) => {
            query.push("comp", "blocklist");
            write_put_options(options, headers)?;
            Ok(Method::PUT)
        }
        BlobOperation::GetBlockList(filter) => {
            query.push("comp", "blocklist");
            query.push("blocklisttype", block_list_type(*filter));
            Ok(Method::GET)
        }
        BlobOperation::Get { range, conditions } => {
            let range = range.map(|range| range.to_string());
            header::set_some(headers, MS_RANGE, range.as_deref())?;
            fields::write_conditions(conditions, headers)?;
            Ok(Method::GET)
        }
        BlobOperation::GetProperties(conditions) => {
            fields::write_conditions(conditions, headers)?;
            Ok(Method::HEAD)
        }
        BlobOperation::SetMetadata { metadata, conditions } => {
            query.push("comp", "metadata");
            fields::write_metadata(metadata, headers)?;
            fields::write_conditions(conditions, headers)?;
            Ok(Method::PUT)
        }
        BlobOperation::Delete(conditions) => {
            fields::write_conditions(conditions, headers)?;
            Ok(Method::DELETE)
        }
        BlobOperation::CopyFromUrl { source, options } => {
            if options.headers != BlobHeaders::default() || options.transactional_md5.is_some() {
                return Err(Error::protocol(
                    Service::Blob,
                    "A copy takes its content headers from its source; they cannot be given.",
                ));
            }
            header::set(headers, COPY_SOURCE, source)?;
            header::set(headers, REQUIRES_SYNC, "true")?;
            write_put_options(options, headers)?;
            Ok(Method::PUT)
        }
    }
}

fn write_put_options(options: &PutBlobOptions, headers: &mut HeaderMap) -> Result<()> {
    fields::OF_THE_BLOB.write(&options.headers, headers)?;
    fields::write_metadata(&options.metadata, headers)?;
    fields::write_conditions(&options.conditions, headers)?;
    header::set_some(headers, CONTENT_MD5, options.transactional_md5.as_deref())
}

pub(super) fn block_list_type(filter: BlockListFilter) -> &'static str {
    match filter {
        BlockListFilter::Committed => "committed",
        BlockListFilter::Uncommitted => "uncommitted",
        BlockListFilter::All => "all",
    }
}
