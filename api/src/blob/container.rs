//! Containers: properties, public access, stored access policies, lists.

use super::{LeaseProperties, Metadata};
use crate::open_enum::open_enum;
use crate::page::Continuation;
use crate::time::Timestamp;

open_enum! {
    /// What anonymous callers may read; absent means nothing.
    pub enum PublicAccess {
        /// Blobs, when their name is known.
        Blob = "blob",
        /// Blobs, and the list of them.
        Container = "container",
    }
}

/// What *Create Container* may carry.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CreateContainerOptions {
    /// `x-ms-meta-*`
    pub metadata: Metadata,
    /// `x-ms-blob-public-access`
    pub public_access: Option<PublicAccess>,
}

/// What *Get Container Properties* answers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ContainerProperties {
    /// `ETag`, with quotes.
    pub etag: String,
    /// `Last-Modified`, cut to the second.
    pub last_modified: Timestamp,
    /// `x-ms-blob-public-access`
    pub public_access: Option<PublicAccess>,
    /// `x-ms-meta-*`
    pub metadata: Metadata,
    /// `x-ms-has-immutability-policy`
    pub has_immutability_policy: bool,
    /// `x-ms-has-legal-hold`
    pub has_legal_hold: bool,
    /// The lease on it.
    pub lease: LeaseProperties,
}

/// One entry of *List Containers*.
#[derive(Debug, Clone, PartialEq)]
pub struct ContainerItem {
    /// Its name.
    pub name: super::ContainerName,
    /// Its properties; metadata only when asked for.
    pub properties: ContainerProperties,
}

/// What *List Containers* may carry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListContainersOptions {
    /// Only names that begin so.
    pub prefix: Option<String>,
    /// Entries per page, 1 to 5000; 5000 when absent.
    pub max_results: Option<u32>,
    /// Whether to list metadata, `include=metadata`.
    pub include_metadata: bool,
    /// `marker`
    pub continuation: Option<Continuation>,
}

/// Public access and stored access policies of a container.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ContainerAccessPolicy {
    /// What anonymous callers may read.
    pub public_access: Option<PublicAccess>,
    /// The stored access policies, five at most.
    pub policies: Vec<StoredAccessPolicy>,
}

/// A policy a shared access signature may refer to by its id (`si`), so that it can be revoked.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StoredAccessPolicy {
    /// Its id, 1 to 64 characters.
    pub id: String,
    /// What it grants and when.
    pub policy: AccessPolicy,
}

/// Times and permissions of a stored access policy; what is absent the token must give.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AccessPolicy {
    /// Not valid before.
    pub start: Option<Timestamp>,
    /// Not valid from then on.
    pub expiry: Option<Timestamp>,
    /// Letters as in a token's `sp`.
    pub permissions: Option<String>,
}
