//! Request heads become operations, or are refused: the account and containers.

use http::{HeaderMap, HeaderName, Method};

use super::decode_blob::on_blob;
use super::header::{
    self, BLOB_PUBLIC_ACCESS, BadHeader, CONTENT_TYPE, IF_MODIFIED_SINCE, LEASE_ACTION, LEASE_BREAK_PERIOD,
    LEASE_DURATION, LEASE_ID, PROPOSED_LEASE_ID,
};
use super::operation::{ContainerOperation, Operation};
use super::refuse::{self, MD5, METADATA, ON_CONTAINERS};
use super::{Query, RequestHead, Resource, batch, fields};
use crate::backend::BlobConditions;
use crate::blob::{
    ContainerName, CreateContainerOptions, FindBlobsOptions, LeaseAction, LeaseDuration, ListBlobsInclude,
    ListBlobsOptions, ListContainersOptions, PublicAccess, lease_id,
};
use crate::error::{Error, ErrorCode, Result, Service};
use crate::page::Continuation;

pub(super) fn operation_of(head: &RequestHead) -> Result<Operation> {
    let (restype, comp) = (head.query.get("restype")?, head.query.get("comp")?);
    if restype == Some("account") {
        return account_information(head, comp);
    }
    let found = match &head.resource {
        Resource::Account => match (&head.method, restype, comp) {
            (&Method::GET, None, Some("list")) => Some(Operation::ListContainers(list_containers(head)?)),
            (&Method::POST, Some("service"), Some("userdelegationkey")) => {
                Some(service(head, Operation::GetUserDelegationKey)?)
            }
            (&Method::GET, Some("service"), Some("properties")) => {
                Some(service(head, Operation::GetServiceProperties)?)
            }
            (&Method::PUT, Some("service"), Some("properties")) => {
                Some(service(head, Operation::SetServiceProperties)?)
            }
            (&Method::GET, Some("service"), Some("stats")) => {
                Some(service(head, Operation::GetServiceStatistics)?)
            }
            (&Method::GET, None, Some("blobs")) => Some(Operation::FindBlobsByTags(find_blobs(
                head,
                "Find Blobs by Tags",
            )?)),
            // Where the account is in the path, some clients take it for a container.
            (&Method::POST, None | Some("container"), Some("batch")) => Some(submit_batch(head, None)?),
            _ => None,
        },
        Resource::Container(container) if head.method == Method::POST && comp == Some("batch") => {
            Some(submit_batch(head, Some(container))?)
        }
        Resource::Container(container) => {
            on_container(head, comp)?.map(|operation| Operation::OnContainer(container.clone(), operation))
        }
        Resource::Blob(container, blob) => match restype {
            None => on_blob(head, comp)?
                .map(|operation| Operation::OnBlob(container.clone(), blob.clone(), Box::new(operation))),
            Some(_) => None,
        },
    };
    found.ok_or_else(|| refuse::operation(&head.resource, restype, comp))
}

/// An operation on the service that says all in its query and body.
fn service(head: &RequestHead, operation: Operation) -> Result<Operation> {
    let has_document = matches!(
        operation,
        Operation::SetServiceProperties | Operation::GetUserDelegationKey
    );
    let hash = if has_document { MD5 } else { &[] };
    refuse::unread_headers(&head.headers, operation.name(), &[hash])?;
    refuse::unread_parameters(&head.query, operation.name(), &[])?;
    Ok(operation)
}

/// The one operation that is asked of the account wherever the path leads.
fn account_information(head: &RequestHead, comp: Option<&str>) -> Result<Operation> {
    let name = "Get Account Information";
    if !matches!(head.method, Method::GET | Method::HEAD) || comp != Some("properties") {
        return Err(refuse::operation(&head.resource, Some("account"), comp));
    }
    refuse::unread_headers(&head.headers, name, &[])?;
    refuse::unread_parameters(&head.query, name, &[])?;
    Ok(Operation::GetAccountInformation(head.resource.clone()))
}

fn submit_batch(head: &RequestHead, container: Option<&ContainerName>) -> Result<Operation> {
    let name = "Blob Batch";
    refuse::unread_headers(&head.headers, name, &[MD5])?;
    refuse::unread_parameters(&head.query, name, &[])?;
    let boundary = batch::boundary(&head.headers)
        .ok_or_else(|| BadHeader::new(&CONTENT_TYPE, "multipart/mixed with a boundary").into_refusal())?;
    Ok(Operation::SubmitBatch {
        container: container.cloned(),
        boundary: boundary.to_owned(),
    })
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
            "snapshots" => include.snapshots = true,
            "tags" => include.tags = true,
            "copy" => include.copy = true,
            // There are none of these, so there is nothing more to show.
            "versions" | "deleted" | "deletedwithversions" | "immutabilitypolicy" | "legalhold" => {}
            "permissions" => {
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

fn find_blobs(head: &RequestHead, name: &str) -> Result<FindBlobsOptions> {
    refuse::unread_headers(&head.headers, name, &[])?;
    refuse::unread_parameters(&head.query, name, &["where", "marker", "maxresults"])?;
    let expression = head.query.get("where")?.ok_or_else(|| {
        Error::blob(ErrorCode::MissingRequiredQueryParameter).with_detail("QueryParameterName", "where")
    })?;
    Ok(FindBlobsOptions {
        expression: expression.to_owned(),
        max_results: max_results(&head.query)?,
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
    let check = |name: &str, read: &[&[&HeaderName]]| {
        refuse::unread_headers(headers, name, read)?;
        refuse::unread_parameters(&head.query, name, &[])
    };
    let operation = match (&head.method, comp) {
        (&Method::PUT, None) => {
            check("Create Container", &[&[&BLOB_PUBLIC_ACCESS], METADATA])?;
            ContainerOperation::Create(CreateContainerOptions {
                metadata: fields::read_metadata(headers)?,
                public_access: public_access(headers)?,
            })
        }
        (&Method::GET | &Method::HEAD, None) => {
            check("Get Container Properties", &[&[&LEASE_ID]])?;
            ContainerOperation::GetProperties {
                lease_id: named_lease(headers)?,
            }
        }
        (&Method::GET | &Method::HEAD, Some("acl")) => {
            check("Get Container ACL", &[&[&LEASE_ID]])?;
            ContainerOperation::GetAccessPolicy {
                lease_id: named_lease(headers)?,
            }
        }
        (&Method::PUT, Some("acl")) => {
            check("Set Container ACL", &[&[&BLOB_PUBLIC_ACCESS], ON_CONTAINERS, MD5])?;
            ContainerOperation::SetAccessPolicy {
                public_access: public_access(headers)?,
                conditions: conditions(headers)?,
            }
        }
        (&Method::DELETE, None) => {
            check("Delete Container", &[ON_CONTAINERS])?;
            ContainerOperation::Delete(conditions(headers)?)
        }
        (&Method::GET, Some("list")) => ContainerOperation::ListBlobs(list_blobs(head)?),
        (&Method::PUT, Some("metadata")) => {
            check(
                "Set Container Metadata",
                &[METADATA, &[&IF_MODIFIED_SINCE, &LEASE_ID]],
            )?;
            ContainerOperation::SetMetadata {
                metadata: fields::read_metadata(headers)?,
                conditions: conditions(headers)?,
            }
        }
        // Properties hold the metadata too.
        (&Method::GET | &Method::HEAD, Some("metadata")) => {
            check("Get Container Metadata", &[&[&LEASE_ID]])?;
            ContainerOperation::GetProperties {
                lease_id: named_lease(headers)?,
            }
        }
        (&Method::PUT, Some("lease")) => {
            check("Lease Container", &[LEASE, ON_CONTAINERS])?;
            let (action, conditions) = lease(headers)?;
            ContainerOperation::Lease { action, conditions }
        }
        (&Method::GET, Some("blobs")) => {
            ContainerOperation::FindBlobsByTags(find_blobs(head, "Find Blobs by Tags in Container")?)
        }
        _ => return Ok(None),
    };
    Ok(Some(operation))
}

/// The headers that say what becomes of a lease.
pub(super) static LEASE: &[&HeaderName] = &[
    &LEASE_ACTION,
    &LEASE_BREAK_PERIOD,
    &LEASE_DURATION,
    &LEASE_ID,
    &PROPOSED_LEASE_ID,
];

/// What becomes of a lease, and the conditions beside it. Refused: `MissingRequiredHeader`, `InvalidHeaderValue`.
pub(super) fn lease(headers: &HeaderMap) -> Result<(LeaseAction, BlobConditions)> {
    let text = |name| header::text(headers, name).map_err(BadHeader::into_refusal);
    let required = |name: &'static HeaderName| {
        text(name)?.ok_or_else(|| {
            Error::blob(ErrorCode::MissingRequiredHeader).with_detail("HeaderName", name.as_str())
        })
    };
    let id = || lease_id(LEASE_ID.as_str(), required(&LEASE_ID)?);
    let action = match required(&LEASE_ACTION)?.to_ascii_lowercase().as_str() {
        "acquire" => LeaseAction::Acquire {
            duration: LeaseDuration::parse(required(&LEASE_DURATION)?)?,
            proposed_id: text(&PROPOSED_LEASE_ID)?
                .map(|id| lease_id(PROPOSED_LEASE_ID.as_str(), id))
                .transpose()?,
        },
        "renew" => LeaseAction::Renew { id: id()? },
        "change" => LeaseAction::Change {
            id: id()?,
            proposed_id: lease_id(PROPOSED_LEASE_ID.as_str(), required(&PROPOSED_LEASE_ID)?)?,
        },
        "release" => LeaseAction::Release { id: id()? },
        "break" => LeaseAction::Break {
            period: text(&LEASE_BREAK_PERIOD)?
                .map(|text| {
                    let period = text.parse().ok().filter(|period| *period <= 60);
                    period
                        .ok_or_else(|| BadHeader::new(&LEASE_BREAK_PERIOD, "0 to 60 seconds").into_refusal())
                })
                .transpose()?,
        },
        _ => {
            let expected = "acquire, renew, change, release or break";
            return Err(BadHeader::new(&LEASE_ACTION, expected).into_refusal());
        }
    };
    let conditions = BlobConditions {
        lease_id: None,
        ..conditions(headers)?
    };
    Ok((action, conditions))
}

/// The lease a read names.
fn named_lease(headers: &HeaderMap) -> Result<Option<String>> {
    header::owned(headers, &LEASE_ID).map_err(BadHeader::into_refusal)
}

pub(super) fn conditions(headers: &HeaderMap) -> Result<BlobConditions> {
    fields::read_conditions(headers).map_err(BadHeader::into_refusal)
}

fn public_access(headers: &HeaderMap) -> Result<Option<PublicAccess>> {
    let word = header::text(headers, &BLOB_PUBLIC_ACCESS).map_err(BadHeader::into_refusal)?;
    match word.map(PublicAccess::from) {
        Some(PublicAccess::Other(_)) => {
            Err(BadHeader::new(&BLOB_PUBLIC_ACCESS, "blob or container").into_refusal())
        }
        access => Ok(access),
    }
}
