//! What a request asks for, typed: one variant for each operation of the backend.
//!
//! Bodies stay apart, since they are streams: the bytes of a blob or block, and the documents of *Put Block List*,
//! *Set Container ACL* and *Set Blob Tags*.

use http::{HeaderName, StatusCode};

use super::Resource;
use super::header::{RANGE_GET_CONTENT_CRC64, RANGE_GET_CONTENT_MD5};
use crate::backend::{BlobConditions, ByteRange};
use crate::blob::{
    AccessTier, AppendBlockOptions, BlobHeaders, BlobName, BlockId, BlockListFilter, ContainerName,
    CopyBlobOptions, CreateContainerOptions, DeleteSnapshots, FindBlobsOptions, LeaseAction,
    ListBlobsOptions, ListContainersOptions, Metadata, PublicAccess, PutBlobOptions, PutBlockOptions,
    SourceOptions,
};
use crate::secret::SensitiveString;

/// An operation and what it is about.
#[derive(Debug, Clone, PartialEq)]
pub enum Operation {
    /// *Get User Delegation Key*; from when until when is the body.
    GetUserDelegationKey,
    /// *Get Account Information*, asked of the account, a container or a blob.
    GetAccountInformation(Resource),
    /// *Get Blob Service Properties*
    GetServiceProperties,
    /// *Set Blob Service Properties*; the properties are the body.
    SetServiceProperties,
    /// *Get Blob Service Stats*
    GetServiceStatistics,
    /// *List Containers*
    ListContainers(ListContainersOptions),
    /// *Find Blobs by Tags*, in all containers.
    FindBlobsByTags(FindBlobsOptions),
    /// *Blob Batch*, of the account or within a container; the requests are the body.
    SubmitBatch {
        /// The container, when the batch is one for a container.
        container: Option<ContainerName>,
        /// What stands between the requests, out of `Content-Type`.
        boundary: String,
    },
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
    GetProperties {
        /// `x-ms-lease-id`
        lease_id: Option<String>,
    },
    /// *Get Container ACL*
    GetAccessPolicy {
        /// `x-ms-lease-id`
        lease_id: Option<String>,
    },
    /// *Set Container ACL*; the stored access policies are the body.
    SetAccessPolicy {
        /// `x-ms-blob-public-access`
        public_access: Option<PublicAccess>,
        /// Conditional headers.
        conditions: BlobConditions,
    },
    /// *Delete Container*
    Delete(BlobConditions),
    /// *List Blobs*
    ListBlobs(ListBlobsOptions),
    /// *Set Container Metadata*
    SetMetadata {
        /// `x-ms-meta-*`
        metadata: Metadata,
        /// `If-Modified-Since` and the lease.
        conditions: BlobConditions,
    },
    /// *Lease Container*
    Lease {
        /// `x-ms-lease-action` and what belongs to it.
        action: LeaseAction,
        /// Conditional headers.
        conditions: BlobConditions,
    },
    /// *Find Blobs by Tags in Container*
    FindBlobsByTags(FindBlobsOptions),
}

/// An operation on a blob.
#[derive(Debug, Clone, PartialEq)]
pub enum BlobOperation {
    /// *Put Blob* (block blob); the bytes are the body.
    Put(PutBlobOptions),
    /// *Put Blob* (append blob)
    PutAppend(PutBlobOptions),
    /// *Put Blob From URL*
    PutFromUrl {
        /// `x-ms-copy-source`
        source: SensitiveString,
        /// What is said of the source.
        source_options: SourceOptions,
        /// `x-ms-copy-source-blob-properties`: whether content headers that are not given come from the source.
        copy_properties: bool,
        /// What is said of the blob.
        options: PutBlobOptions,
    },
    /// *Put Block*; the bytes are the body.
    PutBlock {
        /// `blockid`
        block: BlockId,
        /// The hash of the body and the lease.
        options: PutBlockOptions,
    },
    /// *Put Block From URL*
    PutBlockFromUrl {
        /// `blockid`
        block: BlockId,
        /// `x-ms-copy-source`
        source: SensitiveString,
        /// What is said of the source.
        source_options: SourceOptions,
        /// `x-ms-lease-id`
        lease_id: Option<String>,
    },
    /// *Put Block List*; the list is the body, and the transactional hashes are those of the list.
    PutBlockList(PutBlobOptions),
    /// *Get Block List*
    GetBlockList {
        /// `blocklisttype`
        filter: BlockListFilter,
        /// Tags, lease and snapshot.
        conditions: BlobConditions,
    },
    /// *Get Blob*
    Get {
        /// `x-ms-range` or `Range`
        range: Option<ByteRange>,
        /// The hash of the range the answer tells; of 4 MiB at most.
        range_hash: Option<RangeHash>,
        /// Conditional headers.
        conditions: BlobConditions,
    },
    /// *Get Blob Properties*
    GetProperties(BlobConditions),
    /// *Get Blob Metadata*: properties without most of them.
    GetMetadata(BlobConditions),
    /// *Set Blob Metadata*
    SetMetadata {
        /// `x-ms-meta-*`
        metadata: Metadata,
        /// Conditional headers.
        conditions: BlobConditions,
    },
    /// *Set Blob Properties*
    SetProperties {
        /// `x-ms-blob-content-*`
        headers: BlobHeaders,
        /// Conditional headers.
        conditions: BlobConditions,
    },
    /// *Lease Blob*
    Lease {
        /// `x-ms-lease-action` and what belongs to it.
        action: LeaseAction,
        /// Conditional headers.
        conditions: BlobConditions,
    },
    /// *Snapshot Blob*
    Snapshot {
        /// `x-ms-meta-*`
        metadata: Metadata,
        /// Conditional headers.
        conditions: BlobConditions,
    },
    /// *Get Blob Tags*
    GetTags(BlobConditions),
    /// *Set Blob Tags*; the tags are the body.
    SetTags(BlobConditions),
    /// *Set Blob Tier*
    SetTier {
        /// `x-ms-access-tier`
        tier: AccessTier,
        /// Tags, lease and snapshot.
        conditions: BlobConditions,
    },
    /// *Append Block*; the bytes are the body.
    AppendBlock(AppendBlockOptions),
    /// *Append Block From URL*
    AppendBlockFromUrl {
        /// `x-ms-copy-source`
        source: SensitiveString,
        /// What is said of the source.
        source_options: SourceOptions,
        /// What is said of the blob.
        options: AppendBlockOptions,
    },
    /// *Append Blob Seal*
    Seal {
        /// `x-ms-blob-condition-appendpos`
        append_position: Option<u64>,
        /// Conditional headers.
        conditions: BlobConditions,
    },
    /// *Delete Blob*
    Delete {
        /// `x-ms-delete-snapshots`
        snapshots: DeleteSnapshots,
        /// Conditional headers.
        conditions: BlobConditions,
    },
    /// *Copy Blob*, *Copy Blob From URL*
    Copy {
        /// `x-ms-copy-source`
        source: SensitiveString,
        /// Metadata and conditions; content headers come from the source.
        options: CopyBlobOptions,
        /// `x-ms-requires-sync`: *Copy Blob From URL*, complete when it is answered.
        requires_sync: bool,
    },
    /// *Abort Copy Blob*
    AbortCopy {
        /// `copyid`
        copy_id: String,
        /// `x-ms-lease-id`
        lease_id: Option<String>,
    },
}

/// A hash the answer to *Get Blob* tells of a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RangeHash {
    /// `x-ms-range-get-content-md5`, told as `Content-MD5`.
    Md5,
    /// `x-ms-range-get-content-crc64`, told as `x-ms-content-crc64`.
    Crc64,
}

impl RangeHash {
    /// The header that asks for it.
    pub fn asked_by(self) -> &'static HeaderName {
        match self {
            Self::Md5 => &RANGE_GET_CONTENT_MD5,
            Self::Crc64 => &RANGE_GET_CONTENT_CRC64,
        }
    }
}

/// Whether a request whose answer was lost may be made again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Repeat {
    /// Doing it twice ends as doing it once, with the same answer.
    Safe,
    /// So it does when it has no conditions.
    Unconditional,
    /// It does not.
    Never,
}

impl Operation {
    /// What the operation is about.
    pub fn resource(&self) -> Resource {
        match self {
            Self::GetUserDelegationKey
            | Self::GetServiceProperties
            | Self::SetServiceProperties
            | Self::GetServiceStatistics
            | Self::ListContainers(_)
            | Self::FindBlobsByTags(_) => Resource::Account,
            Self::GetAccountInformation(resource) => resource.clone(),
            Self::SubmitBatch { container, .. } => {
                container.clone().map_or(Resource::Account, Resource::Container)
            }
            Self::OnContainer(container, _) => Resource::Container(container.clone()),
            Self::OnBlob(container, blob, _) => Resource::Blob(container.clone(), blob.clone()),
        }
    }

    /// The URL the operation reads bytes from, when it does.
    pub fn source_mut(&mut self) -> Option<&mut SensitiveString> {
        let Self::OnBlob(_, _, operation) = self else {
            return None;
        };
        match &mut **operation {
            BlobOperation::Copy { source, .. }
            | BlobOperation::PutFromUrl { source, .. }
            | BlobOperation::PutBlockFromUrl { source, .. }
            | BlobOperation::AppendBlockFromUrl { source, .. } => Some(source),
            _ => None,
        }
    }

    /// The operation's name in the REST reference.
    pub fn name(&self) -> &'static str {
        self.row().0
    }

    /// The status of an answer when all went well; *Get Blob* of a range has 206 instead.
    pub fn success(&self) -> StatusCode {
        self.row().1
    }

    /// Whether doing it twice ends as doing it once, with the same answer.
    ///
    /// A second *Create Container* would be refused though the first one succeeded, and so would a write whose
    /// condition its own first attempt has broken.
    pub fn is_repeatable(&self) -> bool {
        let conditions = match self {
            Self::OnContainer(
                _,
                ContainerOperation::SetAccessPolicy { conditions, .. }
                | ContainerOperation::SetMetadata { conditions, .. },
            ) => Some(conditions),
            Self::OnBlob(_, _, operation) => match &**operation {
                BlobOperation::Put(options) => Some(&options.conditions),
                BlobOperation::SetMetadata { conditions, .. }
                | BlobOperation::SetProperties { conditions, .. } => Some(conditions),
                _ => None,
            },
            _ => None,
        };
        match self.row().2 {
            Repeat::Safe => true,
            Repeat::Unconditional => {
                conditions.is_some_and(|conditions| !conditions.has_headers() && conditions.if_tags.is_none())
            }
            Repeat::Never => false,
        }
    }

    /// Name, status of success, and whether it may be done again.
    fn row(&self) -> (&'static str, StatusCode, Repeat) {
        use Repeat::{Never, Safe, Unconditional};
        const OK: StatusCode = StatusCode::OK;
        const CREATED: StatusCode = StatusCode::CREATED;
        const ACCEPTED: StatusCode = StatusCode::ACCEPTED;
        match self {
            Self::GetUserDelegationKey => ("Get User Delegation Key", OK, Safe),
            Self::GetAccountInformation(_) => ("Get Account Information", OK, Safe),
            Self::GetServiceProperties => ("Get Blob Service Properties", OK, Safe),
            Self::SetServiceProperties => ("Set Blob Service Properties", ACCEPTED, Safe),
            Self::GetServiceStatistics => ("Get Blob Service Stats", OK, Safe),
            Self::ListContainers(_) => ("List Containers", OK, Safe),
            Self::FindBlobsByTags(_) => ("Find Blobs by Tags", OK, Safe),
            // Whether it may be done again depends on what it holds.
            Self::SubmitBatch { .. } => ("Blob Batch", ACCEPTED, Never),
            Self::OnContainer(_, operation) => match operation {
                ContainerOperation::Create(_) => ("Create Container", CREATED, Never),
                ContainerOperation::GetProperties { .. } => ("Get Container Properties", OK, Safe),
                ContainerOperation::GetAccessPolicy { .. } => ("Get Container ACL", OK, Safe),
                ContainerOperation::SetAccessPolicy { .. } => ("Set Container ACL", OK, Unconditional),
                ContainerOperation::Delete(_) => ("Delete Container", ACCEPTED, Never),
                ContainerOperation::ListBlobs(_) => ("List Blobs", OK, Safe),
                ContainerOperation::SetMetadata { .. } => ("Set Container Metadata", OK, Unconditional),
                ContainerOperation::Lease { action, .. } => ("Lease Container", lease_success(action), Never),
                ContainerOperation::FindBlobsByTags(_) => ("Find Blobs by Tags in Container", OK, Safe),
            },
            Self::OnBlob(_, _, operation) => match &**operation {
                BlobOperation::Put(_) => ("Put Blob", CREATED, Unconditional),
                BlobOperation::PutAppend(_) => ("Put Blob", CREATED, Never),
                BlobOperation::PutFromUrl { .. } => ("Put Blob From URL", CREATED, Never),
                BlobOperation::PutBlock { .. } => ("Put Block", CREATED, Safe),
                BlobOperation::PutBlockFromUrl { .. } => ("Put Block From URL", CREATED, Safe),
                // The first attempt turns uncommitted blocks into committed ones.
                BlobOperation::PutBlockList(_) => ("Put Block List", CREATED, Never),
                BlobOperation::GetBlockList { .. } => ("Get Block List", OK, Safe),
                BlobOperation::Get { .. } => ("Get Blob", OK, Safe),
                BlobOperation::GetProperties(_) => ("Get Blob Properties", OK, Safe),
                BlobOperation::GetMetadata(_) => ("Get Blob Metadata", OK, Safe),
                BlobOperation::SetMetadata { .. } => ("Set Blob Metadata", OK, Unconditional),
                BlobOperation::SetProperties { .. } => ("Set Blob Properties", OK, Unconditional),
                BlobOperation::Lease { action, .. } => ("Lease Blob", lease_success(action), Never),
                BlobOperation::Snapshot { .. } => ("Snapshot Blob", CREATED, Never),
                BlobOperation::GetTags(_) => ("Get Blob Tags", OK, Safe),
                BlobOperation::SetTags(_) => ("Set Blob Tags", StatusCode::NO_CONTENT, Safe),
                BlobOperation::SetTier { .. } => ("Set Blob Tier", OK, Safe),
                BlobOperation::AppendBlock(_) => ("Append Block", CREATED, Never),
                BlobOperation::AppendBlockFromUrl { .. } => ("Append Block From URL", CREATED, Never),
                BlobOperation::Seal { .. } => ("Append Blob Seal", OK, Never),
                BlobOperation::Delete { .. } => ("Delete Blob", ACCEPTED, Never),
                // A copy may be a long one.
                BlobOperation::Copy { .. } => ("Copy Blob", ACCEPTED, Never),
                BlobOperation::AbortCopy { .. } => ("Abort Copy Blob", StatusCode::NO_CONTENT, Never),
            },
        }
    }
}

fn lease_success(action: &LeaseAction) -> StatusCode {
    match action {
        LeaseAction::Acquire { .. } => StatusCode::CREATED,
        LeaseAction::Break { .. } => StatusCode::ACCEPTED,
        LeaseAction::Renew { .. } | LeaseAction::Change { .. } | LeaseAction::Release { .. } => {
            StatusCode::OK
        }
    }
}
