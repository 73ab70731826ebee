//! What a request asks for, typed: one variant for each operation of the backend.
//!
//! Bodies stay apart, since they are streams: the bytes of a blob or block, the XML of *Put Block List* and of
//! *Set Container ACL*.

use http::StatusCode;

use super::Resource;
use crate::backend::{ByteRange, Conditions};
use crate::blob::{
    BlobName, BlockId, BlockListFilter, ContainerName, CreateContainerOptions, ListBlobsOptions,
    ListContainersOptions, Metadata, PublicAccess, PutBlobOptions,
};
use crate::secret::SensitiveString;

/// An operation and what it is about.
#[derive(Debug, Clone, PartialEq)]
pub enum Operation {
    /// *Get User Delegation Key*; from when until when is the body.
    GetUserDelegationKey,
    /// *List Containers*
    ListContainers(ListContainersOptions),
    /// An operation on a container.
    OnContainer(ContainerName, ContainerOperation),
    /// An operation on a blob.
    OnBlob(ContainerName, BlobName, Box<BlobOperation>),
}

/// An operation on a container.
#[derive(Debug, Clone, PartialEq)]
pub enum ContainerOperation {
    /// *Create Container*
    Create(CreateContainerOptions),
    /// *Get Container Properties*
    GetProperties,
    /// *Get Container ACL*
    GetAccessPolicy,
    /// *Set Container ACL*; the stored access policies are the body.
    SetAccessPolicy {
        /// `x-ms-blob-public-access`
        public_access: Option<PublicAccess>,
        /// Conditional headers.
        conditions: Conditions,
    },
    /// *Delete Container*
    Delete(Conditions),
    /// *List Blobs*
    ListBlobs(ListBlobsOptions),
}

/// An operation on a blob.
#[derive(Debug, Clone, PartialEq)]
pub enum BlobOperation {
    /// *Put Blob* (block blob); the bytes are the body.
    Put(PutBlobOptions),
    /// *Put Block*; the bytes are the body.
    PutBlock {
        /// `blockid`
        block: BlockId,
        /// `Content-MD5` of the body, Base64.
        transactional_md5: Option<String>,
    },
    /// *Put Block List*; the list is the body, and `transactional_md5` is that of the list.
    PutBlockList(PutBlobOptions),
    /// *Get Block List*
    GetBlockList(BlockListFilter),
    /// *Get Blob*
    Get {
        /// `x-ms-range` or `Range`
        range: Option<ByteRange>,
        /// Conditional headers.
        conditions: Conditions,
    },
    /// *Get Blob Properties*
    GetProperties(Conditions),
    /// *Set Blob Metadata*
    SetMetadata {
        /// `x-ms-meta-*`
        metadata: Metadata,
        /// Conditional headers.
        conditions: Conditions,
    },
    /// *Delete Blob*
    Delete(Conditions),
    /// *Copy Blob*, *Copy Blob From URL*
    CopyFromUrl {
        /// `x-ms-copy-source`
        source: SensitiveString,
        /// Metadata and conditions; content headers come from the source.
        options: PutBlobOptions,
    },
}

impl Operation {
    /// What the operation is about.
    pub fn resource(&self) -> Resource {
        match self {
            Self::GetUserDelegationKey | Self::ListContainers(_) => Resource::Account,
            Self::OnContainer(container, _) => Resource::Container(container.clone()),
            Self::OnBlob(container, blob, _) => Resource::Blob(container.clone(), blob.clone()),
        }
    }

    /// The operation's name in the REST reference.
    pub fn name(&self) -> &'static str {
        match self {
            Self::GetUserDelegationKey => "Get User Delegation Key",
            Self::ListContainers(_) => "List Containers",
            Self::OnContainer(_, operation) => match operation {
                ContainerOperation::Create(_) => "Create Container",
                ContainerOperation::GetProperties => "Get Container Properties",
                ContainerOperation::GetAccessPolicy => "Get Container ACL",
                ContainerOperation::SetAccessPolicy { .. } => "Set Container ACL",
                ContainerOperation::Delete(_) => "Delete Container",
                ContainerOperation::ListBlobs(_) => "List Blobs",
            },
            Self::OnBlob(_, _, operation) => match &**operation {
                BlobOperation::Put(_) => "Put Blob",
                BlobOperation::PutBlock { .. } => "Put Block",
                BlobOperation::PutBlockList(_) => "Put Block List",
                BlobOperation::GetBlockList(_) => "Get Block List",
                BlobOperation::Get { .. } => "Get Blob",
                BlobOperation::GetProperties(_) => "Get Blob Properties",
                BlobOperation::SetMetadata { .. } => "Set Blob Metadata",
                BlobOperation::Delete(_) => "Delete Blob",
                BlobOperation::CopyFromUrl { .. } => "Copy Blob",
            },
        }
    }

    /// The status of an answer when all went well; *Get Blob* of a range has 206 instead.
    pub fn success(&self) -> StatusCode {
        match self {
            Self::GetUserDelegationKey | Self::ListContainers(_) => StatusCode::OK,
            Self::OnContainer(_, operation) => match operation {
                ContainerOperation::Create(_) => StatusCode::CREATED,
                ContainerOperation::Delete(_) => StatusCode::ACCEPTED,
                _ => StatusCode::OK,
            },
            Self::OnBlob(_, _, operation) => match &**operation {
                BlobOperation::Put(_) | BlobOperation::PutBlock { .. } | BlobOperation::PutBlockList(_) => {
                    StatusCode::CREATED
                }
                BlobOperation::Delete(_) | BlobOperation::CopyFromUrl { .. } => StatusCode::ACCEPTED,
                _ => StatusCode::OK,
            },
        }
    }

    /// Whether doing it twice ends as doing it once, with the same answer.
    ///
    /// A second *Create Container* would be refused though the first one succeeded, and so would a write whose
    /// condition its own first attempt has broken.
    pub fn is_repeatable(&self) -> bool {
        match self {
            Self::GetUserDelegationKey | Self::ListContainers(_) => true,
            Self::OnContainer(_, operation) => match operation {
                ContainerOperation::GetProperties
                | ContainerOperation::GetAccessPolicy
                | ContainerOperation::ListBlobs(_) => true,
                ContainerOperation::SetAccessPolicy { conditions, .. } => {
                    *conditions == Conditions::default()
                }
                ContainerOperation::Create(_) | ContainerOperation::Delete(_) => false,
            },
            Self::OnBlob(_, _, operation) => match &**operation {
                BlobOperation::Get { .. }
                | BlobOperation::GetProperties(_)
                | BlobOperation::GetBlockList(_)
                | BlobOperation::PutBlock { .. } => true,
                BlobOperation::Put(options) => options.conditions == Conditions::default(),
                BlobOperation::SetMetadata { conditions, .. } => *conditions == Conditions::default(),
                // The first attempt turns uncommitted blocks into committed ones; a copy may be a long one.
                BlobOperation::PutBlockList(_)
                | BlobOperation::Delete(_)
                | BlobOperation::CopyFromUrl { .. } => false,
            },
        }
    }
}
