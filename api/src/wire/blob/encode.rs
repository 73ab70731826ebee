//! Operations become request heads: the account and containers.

use http::Method;
use http::header::HeaderMap;

use super::encode_blob::on_blob;
use super::header::{
    self, BLOB_PUBLIC_ACCESS, CONTENT_TYPE, LEASE_ACTION, LEASE_BREAK_PERIOD, LEASE_DURATION, LEASE_ID,
    PROPOSED_LEASE_ID,
};
use super::operation::{ContainerOperation, Operation};
use super::{Query, RequestHead, batch, fields};
use crate::backend::BlobConditions;
use crate::blob::{FindBlobsOptions, LeaseAction, ListBlobsOptions, ListContainersOptions, PublicAccess};
use crate::error::Result;
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
        Operation::GetAccountInformation(_) => {
            query.push("restype", "account");
            query.push("comp", "properties");
            Method::GET
        }
        Operation::GetServiceProperties => service("properties", &mut query, Method::GET),
        Operation::SetServiceProperties => service("properties", &mut query, Method::PUT),
        Operation::GetServiceStatistics => service("stats", &mut query, Method::GET),
        Operation::ListContainers(options) => {
            list_containers(options, &mut query);
            Method::GET
        }
        Operation::FindBlobsByTags(options) => {
            find_blobs(options, &mut query);
            Method::GET
        }
        Operation::SubmitBatch { container, boundary } => {
            query.push_some("restype", container.as_ref().map(|_| "container"));
            query.push("comp", "batch");
            header::set(&mut headers, &CONTENT_TYPE, batch::content_type(boundary))?;
            Method::POST
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

fn service(comp: &str, query: &mut Query, method: Method) -> Method {
    query.push("restype", "service");
    query.push("comp", comp);
    method
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
        (options.include.snapshots, "snapshots"),
        (options.include.tags, "tags"),
        (options.include.copy, "copy"),
    ]
    .into_iter()
    .filter_map(|(wanted, word)| wanted.then_some(word))
    .collect();
    query.push_some("include", (!included.is_empty()).then(|| included.join(",")));
}

fn find_blobs(options: &FindBlobsOptions, query: &mut Query) {
    query.push("comp", "blobs");
    query.push("where", options.expression.as_str());
    query.push_some("marker", options.continuation.as_ref().map(Continuation::as_str));
    query.push_some("maxresults", options.max_results.map(|number| number.to_string()));
}

/// Writes what becomes of a lease, and the conditions beside it.
pub(super) fn lease(
    action: &LeaseAction,
    conditions: &BlobConditions,
    query: &mut Query,
    headers: &mut HeaderMap,
) -> Result<()> {
    query.push("comp", "lease");
    fields::write_conditions(conditions, headers)?;
    header::set(headers, &LEASE_ACTION, action.word())?;
    match action {
        LeaseAction::Acquire {
            duration,
            proposed_id,
        } => {
            header::set(headers, &LEASE_DURATION, duration.to_header())?;
            header::set_some(headers, &PROPOSED_LEASE_ID, proposed_id.clone())
        }
        LeaseAction::Renew { id } | LeaseAction::Release { id } => {
            header::set(headers, &LEASE_ID, id.clone())
        }
        LeaseAction::Change { id, proposed_id } => {
            header::set(headers, &LEASE_ID, id.clone())?;
            header::set(headers, &PROPOSED_LEASE_ID, proposed_id.clone())
        }
        LeaseAction::Break { period } => {
            let period = period.map(|period| period.to_string());
            header::set_some(headers, &LEASE_BREAK_PERIOD, period)
        }
    }
}

fn on_container(
    operation: &ContainerOperation,
    query: &mut Query,
    headers: &mut HeaderMap,
) -> Result<Method> {
    let public = |access: &Option<PublicAccess>, headers: &mut HeaderMap| {
        header::set_some(headers, &BLOB_PUBLIC_ACCESS, access.as_ref())
    };
    match operation {
        ContainerOperation::Create(options) => {
            fields::write_metadata(&options.metadata, headers)?;
            public(&options.public_access, headers)?;
            Ok(Method::PUT)
        }
        ContainerOperation::GetProperties { lease_id } => {
            header::set_some(headers, &LEASE_ID, lease_id.clone())?;
            Ok(Method::GET)
        }
        ContainerOperation::GetAccessPolicy { lease_id } => {
            query.push("comp", "acl");
            header::set_some(headers, &LEASE_ID, lease_id.clone())?;
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
        ContainerOperation::SetMetadata { metadata, conditions } => {
            query.push("comp", "metadata");
            fields::write_metadata(metadata, headers)?;
            fields::write_conditions(conditions, headers)?;
            Ok(Method::PUT)
        }
        ContainerOperation::Lease { action, conditions } => {
            lease(action, conditions, query, headers)?;
            Ok(Method::PUT)
        }
        ContainerOperation::FindBlobsByTags(options) => {
            find_blobs(options, query);
            Ok(Method::GET)
        }
    }
}
