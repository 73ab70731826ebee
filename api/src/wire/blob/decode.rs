//! Request heads become operations, or are refused.

use http::{HeaderMap, Method};

use super::header::{
    self, BLOB_PUBLIC_ACCESS, BLOB_TYPE, BadHeader, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LANGUAGE,
    CONTENT_MD5, CONTENT_TYPE, COPY_SOURCE, DELETE_SNAPSHOTS, MS_RANGE, RANGE, REQUIRES_SYNC,
};
use super::operation::{BlobOperation, ContainerOperation, Operation};
use super::refuse::{self, CONDITIONS, CONTENT_OF_THE_BLOB, METADATA};
use super::{Query, RequestHead, Resource, fields};
use crate::backend::{ByteRange, Conditions};
use crate::blob::{
    BlobHeaders, BlockId, BlockListFilter, CreateContainerOptions, ListBlobsInclude, ListBlobsOptions,
    ListContainersOptions, PublicAccess, PutBlobOptions,
};
use crate::error::{Error, ErrorCode, Result, Service};
use crate::page::Continuation;

pub(super) fn operation_of(head: &RequestHead) -> Result<Operation> {
    let (restype, comp) = (head.query.get("restype")?, head.query.get("comp")?);
    let found = match &head.resource {
        Resource::Account => match (&head.method, restype, comp) {
            (&Method::GET, None, Some("list")) => Some(Operation::ListContainers(list_containers(head)?)),
            (&Method::POST, Some("service"), Some("userdelegationkey")) => {
                refuse::unread_headers(&head.headers, "Get User Delegation Key", &[])?;
                refuse::unread_parameters(&head.query, "Get User Delegation Key", &[])?;
                Some(Operation::GetUserDelegationKey)
            }
            _ => None,
        },
        Resource::Container(container) => {
            on_container(head, comp)?.map(|operation| Operation::OnContainer(container.clone(), operation))
        }
        Resource::Blob(container, blob) => match restype {
            None => on_blob(head, comp)?
                .map(|operation| Operation::OnBlob(container.clone(), blob.clone(), Box::new(operation))),
            Some(_) => None,
        },
    };
    found.ok_or_else(|| refuse::operation(&head.method, &head.resource, restype, comp))
}

fn list_containers(head: &RequestHead) -> Result<ListContainersOptions> {
    let name = "List Containers";
    refuse::unread_headers(&head.headers, name, &[])?;
    refuse::unread_parameters(&head.query, name, &["prefix", "marker", "maxresults", "include"])?;
    let mut include_metadata = false;
    for word in words(head.query.get("include")?) {
        match word {
            "metadata" => include_metadata = true,
            // Nothing is ever soft-deleted, so there is nothing more to show.
            "deleted" => {}
            "system" => {
                return Err(Error::not_simulated(
                    Service::Blob,
                    "include=system of List Containers",
                ));
            }
            other => return Err(refuse::unknown_value("include", other)),
        }
    }
    Ok(ListContainersOptions {
        prefix: head.query.get("prefix")?.map(str::to_owned),
        max_results: max_results(&head.query)?,
        include_metadata,
        continuation: head.query.get("marker")?.map(Continuation::new),
    })
}

fn list_blobs(head: &RequestHead) -> Result<ListBlobsOptions> {
    let name = "List Blobs";
    refuse::unread_headers(&head.headers, name, &[])?;
    refuse::unread_parameters(
        &head.query,
        name,
        &["prefix", "delimiter", "marker", "maxresults", "include"],
    )?;
    let mut include = ListBlobsInclude::default();
    for word in words(head.query.get("include")?) {
        match word {
            "metadata" => include.metadata = true,
            "uncommittedblobs" => include.uncommitted_blobs = true,
            // There are none of these, so there is nothing more to show.
            "snapshots"
            | "versions"
            | "deleted"
            | "deletedwithversions"
            | "tags"
            | "immutabilitypolicy"
            | "legalhold" => {}
            "copy" | "permissions" => {
                return Err(Error::not_simulated(
                    Service::Blob,
                    &format!("include={word} of List Blobs"),
                ));
            }
            other => return Err(refuse::unknown_value("include", other)),
        }
    }
    Ok(ListBlobsOptions {
        prefix: head.query.get("prefix")?.map(str::to_owned),
        delimiter: head.query.get("delimiter")?.map(str::to_owned),
        max_results: max_results(&head.query)?,
        include,
        continuation: head.query.get("marker")?.map(Continuation::new),
    })
}

fn words(list: Option<&str>) -> impl Iterator<Item = &str> {
    list.unwrap_or("")
        .split(',')
        .map(str::trim)
        .filter(|word| !word.is_empty())
}

fn max_results(query: &Query) -> Result<Option<u32>> {
    query
        .get("maxresults")?
        .map(|text| {
            text.parse()
                .map_err(|_| refuse::unknown_value("maxresults", text))
        })
        .transpose()
}

fn on_container(head: &RequestHead, comp: Option<&str>) -> Result<Option<ContainerOperation>> {
    let headers = &head.headers;
    let check = |name: &str, read: &[&[&str]]| {
        refuse::unread_headers(headers, name, read)?;
        refuse::unread_parameters(&head.query, name, &[])
    };
    let operation = match (&head.method, comp) {
        (&Method::PUT, None) => {
            check("Create Container", &[&[BLOB_PUBLIC_ACCESS], METADATA])?;
            ContainerOperation::Create(CreateContainerOptions {
                metadata: fields::read_metadata(headers)?,
                public_access: public_access(headers)?,
            })
        }
        (&Method::GET | &Method::HEAD, None) => {
            check("Get Container Properties", &[])?;
            ContainerOperation::GetProperties
        }
        (&Method::GET | &Method::HEAD, Some("acl")) => {
            check("Get Container ACL", &[])?;
            ContainerOperation::GetAccessPolicy
        }
        (&Method::PUT, Some("acl")) => {
            check("Set Container ACL", &[&[BLOB_PUBLIC_ACCESS], CONDITIONS])?;
            ContainerOperation::SetAccessPolicy {
                public_access: public_access(headers)?,
                conditions: conditions(headers)?,
            }
        }
        (&Method::DELETE, None) => {
            check("Delete Container", &[CONDITIONS])?;
            ContainerOperation::Delete(conditions(headers)?)
        }
        (&Method::GET, Some("list")) => ContainerOperation::ListBlobs(list_blobs(head)?),
        _ => return Ok(None),
    };
    Ok(Some(operation))
}

fn on_blob(head: &RequestHead, comp: Option<&str>) -> Result<Option<BlobOperation>> {
    let operation = match (&head.method, comp) {
        (&Method::PUT, None) if head.headers.contains_key(COPY_SOURCE) => copy(head)?,
        (&Method::PUT, None) => put(head)?,
        (&Method::PUT, Some("block")) => put_block(head)?,
        (&Method::PUT, Some("blocklist")) => put_block_list(head)?,
        (&Method::GET, Some("blocklist")) => get_block_list(head)?,
        (&Method::PUT, Some("metadata")) => set_metadata(head)?,
        (&Method::GET | &Method::HEAD, None) => get(head)?,
        (&Method::DELETE, None) => delete(head)?,
        _ => return Ok(None),
    };
    Ok(Some(operation))
}

fn put(head: &RequestHead) -> Result<BlobOperation> {
    let (name, headers) = ("Put Blob", &head.headers);
    refuse::other_blob_types(headers)?;
    refuse::unread_headers(
        headers,
        name,
        &[&[BLOB_TYPE], CONTENT_OF_THE_BLOB, METADATA, CONDITIONS],
    )?;
    refuse::unread_parameters(&head.query, name, &[])?;
    let mut options = put_options(headers)?;
    // Without an `x-ms-blob-*` of its own, the blob keeps what the request says of its body.
    let kept = &mut options.headers;
    for (name, field) in [
        (CONTENT_TYPE, &mut kept.content_type),
        (CONTENT_ENCODING, &mut kept.content_encoding),
        (CONTENT_LANGUAGE, &mut kept.content_language),
        (CACHE_CONTROL, &mut kept.cache_control),
    ] {
        if field.is_none() {
            *field = header::owned(headers, name).map_err(BadHeader::into_refusal)?;
        }
    }
    Ok(BlobOperation::Put(options))
}

fn put_block(head: &RequestHead) -> Result<BlobOperation> {
    let name = "Put Block";
    refuse::unread_headers(&head.headers, name, &[])?;
    refuse::unread_parameters(&head.query, name, &["blockid"])?;
    let block = head.query.get("blockid")?.ok_or_else(|| {
        Error::blob(ErrorCode::MissingRequiredQueryParameter).with_detail("QueryParameterName", "blockid")
    })?;
    Ok(BlobOperation::PutBlock {
        block: BlockId::parse(block)?,
        transactional_md5: header::owned(&head.headers, CONTENT_MD5).map_err(BadHeader::into_refusal)?,
    })
}

fn put_block_list(head: &RequestHead) -> Result<BlobOperation> {
    let name = "Put Block List";
    refuse::unread_headers(&head.headers, name, &[CONTENT_OF_THE_BLOB, METADATA, CONDITIONS])?;
    refuse::unread_parameters(&head.query, name, &[])?;
    Ok(BlobOperation::PutBlockList(put_options(&head.headers)?))
}

fn get_block_list(head: &RequestHead) -> Result<BlobOperation> {
    let name = "Get Block List";
    refuse::unread_headers(&head.headers, name, &[])?;
    refuse::unread_parameters(&head.query, name, &["blocklisttype"])?;
    let filter = match head.query.get("blocklisttype")? {
        None | Some("committed") => BlockListFilter::Committed,
        Some("uncommitted") => BlockListFilter::Uncommitted,
        Some("all") => BlockListFilter::All,
        Some(other) => return Err(refuse::unknown_value("blocklisttype", other)),
    };
    Ok(BlobOperation::GetBlockList(filter))
}

fn get(head: &RequestHead) -> Result<BlobOperation> {
    let headers = &head.headers;
    if head.method == Method::HEAD {
        refuse::unread_headers(headers, "Get Blob Properties", &[CONDITIONS])?;
        refuse::features(&head.query, "Get Blob Properties")?;
        return Ok(BlobOperation::GetProperties(conditions(headers)?));
    }
    refuse::unread_headers(headers, "Get Blob", &[&[MS_RANGE], CONDITIONS])?;
    refuse::features(&head.query, "Get Blob")?;
    let name = if headers.contains_key(MS_RANGE) {
        MS_RANGE
    } else {
        RANGE
    };
    let range = header::text(headers, name)
        .map_err(BadHeader::into_refusal)?
        .map(|text| {
            ByteRange::parse(text)
                .ok_or_else(|| BadHeader::new(name, "one range as bytes=0-99 or bytes=100-").into_refusal())
        })
        .transpose()?;
    Ok(BlobOperation::Get {
        range,
        conditions: conditions(headers)?,
    })
}

fn set_metadata(head: &RequestHead) -> Result<BlobOperation> {
    let name = "Set Blob Metadata";
    refuse::unread_headers(&head.headers, name, &[METADATA, CONDITIONS])?;
    refuse::unread_parameters(&head.query, name, &[])?;
    Ok(BlobOperation::SetMetadata {
        metadata: fields::read_metadata(&head.headers)?,
        conditions: conditions(&head.headers)?,
    })
}

fn delete(head: &RequestHead) -> Result<BlobOperation> {
    let (name, headers) = ("Delete Blob", &head.headers);
    refuse::unread_headers(headers, name, &[&[DELETE_SNAPSHOTS], CONDITIONS])?;
    refuse::unread_parameters(&head.query, name, &[])?;
    // A blob never has snapshots: with them is as without them, and only them would be something else.
    match header::text(headers, DELETE_SNAPSHOTS).map_err(BadHeader::into_refusal)? {
        None | Some("include") => Ok(BlobOperation::Delete(conditions(headers)?)),
        Some("only") => Err(Error::not_simulated(Service::Blob, "deletes of snapshots alone")),
        Some(_) => Err(BadHeader::new(DELETE_SNAPSHOTS, "include or only").into_refusal()),
    }
}

fn copy(head: &RequestHead) -> Result<BlobOperation> {
    let (name, headers) = ("Copy Blob", &head.headers);
    if headers.contains_key(BLOB_TYPE) {
        return Err(Error::not_simulated(Service::Blob, "Put Blob From URL"));
    }
    refuse::unread_headers(
        headers,
        name,
        &[&[COPY_SOURCE, REQUIRES_SYNC], METADATA, CONDITIONS],
    )?;
    refuse::unread_parameters(&head.query, name, &[])?;
    header::flag(headers, REQUIRES_SYNC).map_err(BadHeader::into_refusal)?;
    let source = header::required(headers, COPY_SOURCE).map_err(BadHeader::into_refusal)?;
    Ok(BlobOperation::CopyFromUrl {
        source: source.into(),
        options: PutBlobOptions {
            headers: BlobHeaders::default(),
            metadata: fields::read_metadata(headers)?,
            conditions: conditions(headers)?,
            transactional_md5: None,
        },
    })
}

fn put_options(headers: &HeaderMap) -> Result<PutBlobOptions> {
    Ok(PutBlobOptions {
        headers: fields::OF_THE_BLOB
            .read(headers)
            .map_err(BadHeader::into_refusal)?,
        metadata: fields::read_metadata(headers)?,
        conditions: conditions(headers)?,
        transactional_md5: header::owned(headers, CONTENT_MD5).map_err(BadHeader::into_refusal)?,
    })
}

fn conditions(headers: &HeaderMap) -> Result<Conditions> {
    fields::read_conditions(headers).map_err(BadHeader::into_refusal)
}

fn public_access(headers: &HeaderMap) -> Result<Option<PublicAccess>> {
    let word = header::text(headers, BLOB_PUBLIC_ACCESS).map_err(BadHeader::into_refusal)?;
    match word.map(PublicAccess::from) {
        Some(PublicAccess::Other(_)) => {
            Err(BadHeader::new(BLOB_PUBLIC_ACCESS, "blob or container").into_refusal())
        }
        access => Ok(access),
    }
}
