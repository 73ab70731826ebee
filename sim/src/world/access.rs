//! Who may do what: one table of operations and the permissions they need, and the only place that verifies tokens.

use std::net::{IpAddr, Ipv4Addr};

use batchite_api::auth::sas::{
    Grant, Need, Permission, Permissions, RequestProtocol, ResourceType, ResponseHeaders, SasRequest,
    SasToken,
};
use batchite_api::auth::{Access, AccountKey};
use batchite_api::blob::{BlobName, ContainerName, PublicAccess, Snapshot, StoredAccessPolicy};
use batchite_api::error::{Error, ErrorCode, Result};
use batchite_api::time::Timestamp;

/// An operation of Blob Storage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// *Get User Delegation Key*
    GetUserDelegationKey,
    /// *Get Account Information*, asked of the account.
    GetAccountInformation,
    /// *Get Account Information*, asked of a container.
    GetAccountInformationOfContainer,
    /// *Get Account Information*, asked of a blob.
    GetAccountInformationOfBlob,
    /// *Get Blob Service Properties*
    GetServiceProperties,
    /// *Set Blob Service Properties*
    SetServiceProperties,
    /// *Get Blob Service Stats*
    GetServiceStatistics,
    /// *Blob Batch* of the account; what it holds are operations of their own.
    SubmitBatch,
    /// *Blob Batch* within a container.
    SubmitContainerBatch,
    /// *List Containers*
    ListContainers,
    /// *Create Container*
    CreateContainer,
    /// *Get Container Properties*
    GetContainerProperties,
    /// *Get Container ACL*
    GetContainerAccessPolicy,
    /// *Set Container ACL*
    SetContainerAccessPolicy,
    /// *Delete Container*
    DeleteContainer,
    /// *List Blobs*
    ListBlobs,
    /// *Put Blob*
    PutBlob,
    /// *Put Block*
    PutBlock,
    /// *Put Block List*
    PutBlockList,
    /// *Get Block List*
    GetBlockList,
    /// *Get Blob*
    GetBlob,
    /// *Get Blob Properties*
    GetBlobProperties,
    /// *Set Blob Metadata*
    SetBlobMetadata,
    /// *Delete Blob*
    DeleteBlob,
    /// *Copy Blob*, its destination; its source needs what *Get Blob* needs.
    CopyBlob,
    /// *Abort Copy Blob*
    AbortCopyBlob,
    /// *Set Container Metadata*
    SetContainerMetadata,
    /// *Lease Container*, all but break.
    LeaseContainer,
    /// *Lease Container*, break.
    BreakContainerLease,
    /// *Lease Blob*, all but break.
    LeaseBlob,
    /// *Lease Blob*, break.
    BreakBlobLease,
    /// *Set Blob Properties*
    SetBlobProperties,
    /// *Snapshot Blob*
    SnapshotBlob,
    /// *Get Blob Tags*
    GetBlobTags,
    /// *Set Blob Tags*
    SetBlobTags,
    /// *Set Blob Tier*
    SetBlobTier,
    /// *Find Blobs by Tags*
    FindBlobsByTags,
    /// *Find Blobs by Tags in Container*
    FindBlobsInContainer,
    /// *Append Block*
    AppendBlock,
    /// *Append Blob Seal*
    SealAppendBlob,
}

/// What an operation does to the store.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Effect {
    /// It tells what there is.
    Tells,
    /// It hands out the bytes of a blob, or a key.
    HandsOut,
    /// It changes something.
    Changes,
}

/// What a container must show the public before an operation needs no credential.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Public {
    /// It is never enough.
    Never,
    /// Its blobs.
    Blobs,
    /// Itself.
    Container,
}

/// One row of the table: the name in the trace and what is needed.
struct Rule {
    name: &'static str,
    effect: Effect,
    public: Public,
    resource_type: ResourceType,
    permissions: Permissions,
}

const NEVER: Permissions = Permissions::NONE;
const READ: Permissions = Permissions::of(&[Permission::Read]);
const WRITE: Permissions = Permissions::of(&[Permission::Write]);
/// Overwriting takes `w`; the store sees to that, since only it knows whether the blob is there.
const CREATE_OR_WRITE: Permissions = Permissions::of(&[Permission::Create, Permission::Write]);
const DELETE: Permissions = Permissions::of(&[Permission::Delete]);
const LIST: Permissions = Permissions::of(&[Permission::List]);
const WRITE_OR_DELETE: Permissions = Permissions::of(&[Permission::Write, Permission::Delete]);
const ADD_OR_WRITE: Permissions = Permissions::of(&[Permission::Add, Permission::Write]);
const TAGS: Permissions = Permissions::of(&[Permission::Tags]);
const FIND: Permissions = Permissions::of(&[Permission::FindByTags]);

/// What the key of an account permits; any one of these is enough to ask about the account, or to send a batch.
const EVERYTHING: Permissions = Permissions::of(&[
    Permission::Read,
    Permission::Add,
    Permission::Create,
    Permission::Write,
    Permission::Delete,
    Permission::List,
    Permission::Tags,
    Permission::FindByTags,
]);

impl Operation {
    /// The table, after "Create an account SAS" and "Create a service SAS".
    const fn rule(self) -> Rule {
        use Effect::{Changes, HandsOut, Tells};
        use Public::{Blobs, Never};
        use ResourceType::{Container, Object, Service};
        let (name, effect, public, resource_type, permissions) = match self {
            Self::GetUserDelegationKey => ("get_user_delegation_key", HandsOut, Never, Service, NEVER),
            Self::GetAccountInformation => ("get_account_information", Tells, Never, Service, EVERYTHING),
            Self::GetAccountInformationOfContainer => {
                ("get_account_information", Tells, Never, Container, EVERYTHING)
            }
            Self::GetAccountInformationOfBlob => {
                ("get_account_information", Tells, Never, Object, EVERYTHING)
            }
            Self::GetServiceProperties => ("get_blob_service_properties", Tells, Never, Service, READ),
            Self::SetServiceProperties => ("set_blob_service_properties", Changes, Never, Service, WRITE),
            Self::GetServiceStatistics => ("get_blob_service_statistics", Tells, Never, Service, READ),
            Self::SubmitBatch => ("submit_batch", Changes, Never, Service, EVERYTHING),
            Self::SubmitContainerBatch => ("submit_batch", Changes, Never, Container, EVERYTHING),
            Self::ListContainers => ("list_containers", Tells, Never, Service, LIST),
            Self::CreateContainer => ("create_container", Changes, Never, Container, CREATE_OR_WRITE),
            Self::GetContainerProperties => (
                "get_container_properties",
                Tells,
                Public::Container,
                Container,
                READ,
            ),
            Self::GetContainerAccessPolicy => ("get_container_acl", Tells, Never, Container, NEVER),
            Self::SetContainerAccessPolicy => ("set_container_acl", Changes, Never, Container, NEVER),
            Self::DeleteContainer => ("delete_container", Changes, Never, Container, DELETE),
            Self::ListBlobs => ("list_blobs", Tells, Public::Container, Container, LIST),
            Self::PutBlob => ("put_blob", Changes, Never, Object, CREATE_OR_WRITE),
            Self::PutBlock => ("put_block", Changes, Never, Object, WRITE),
            Self::PutBlockList => ("put_block_list", Changes, Never, Object, WRITE),
            Self::GetBlockList => ("get_block_list", Tells, Blobs, Object, READ),
            Self::GetBlob => ("get_blob", HandsOut, Blobs, Object, READ),
            Self::GetBlobProperties => ("get_blob_properties", Tells, Blobs, Object, READ),
            Self::SetBlobMetadata => ("set_blob_metadata", Changes, Never, Object, WRITE),
            Self::DeleteBlob => ("delete_blob", Changes, Never, Object, DELETE),
            Self::CopyBlob => ("copy_blob", Changes, Never, Object, CREATE_OR_WRITE),
            Self::AbortCopyBlob => ("abort_copy_blob", Changes, Never, Object, WRITE),
            Self::SetContainerMetadata => ("set_container_metadata", Changes, Never, Container, WRITE),
            Self::LeaseContainer => ("lease_container", Changes, Never, Container, WRITE),
            Self::BreakContainerLease => ("lease_container", Changes, Never, Container, WRITE_OR_DELETE),
            Self::LeaseBlob => ("lease_blob", Changes, Never, Object, WRITE),
            Self::BreakBlobLease => ("lease_blob", Changes, Never, Object, WRITE_OR_DELETE),
            Self::SetBlobProperties => ("set_blob_properties", Changes, Never, Object, WRITE),
            Self::SnapshotBlob => ("snapshot_blob", Changes, Never, Object, CREATE_OR_WRITE),
            Self::GetBlobTags => ("get_blob_tags", Tells, Never, Object, TAGS),
            Self::SetBlobTags => ("set_blob_tags", Changes, Never, Object, TAGS),
            Self::SetBlobTier => ("set_blob_tier", Changes, Never, Object, WRITE),
            Self::FindBlobsByTags => ("find_blobs_by_tags", Tells, Never, Service, FIND),
            Self::FindBlobsInContainer => ("find_blobs_by_tags", Tells, Never, Container, FIND),
            Self::AppendBlock => ("append_block", Changes, Never, Object, ADD_OR_WRITE),
            Self::SealAppendBlob => ("seal_append_blob", Changes, Never, Object, ADD_OR_WRITE),
        };
        Rule {
            name,
            effect,
            public,
            resource_type,
            permissions,
        }
    }

    /// The name that stands in the trace.
    pub const fn name(self) -> &'static str {
        self.rule().name
    }

    /// Whether a success stands in the trace: changes, and reads of content. Refusals always do.
    pub fn is_recorded(self) -> bool {
        self.rule().effect != Effect::Tells
    }

    /// Whether it leaves everything as it is.
    pub fn is_read(self) -> bool {
        self.rule().effect != Effect::Changes
    }

    /// What it needs of a token. Tokens of a container or blob reach blobs and their list, never the container.
    fn need(self) -> Need {
        let rule = self.rule();
        Need {
            // What a batch works on its requests tell.
            resource_type: (!self.is_batch()).then_some(rule.resource_type),
            permissions: rule.permissions,
            service_token: rule.resource_type == ResourceType::Object
                || matches!(
                    self,
                    Self::ListBlobs
                        | Self::FindBlobsInContainer
                        | Self::GetAccountInformationOfContainer
                        | Self::SubmitContainerBatch
                ),
        }
    }

    fn is_batch(self) -> bool {
        matches!(self, Self::SubmitBatch | Self::SubmitContainerBatch)
    }

    /// Whether the public may do it in a container that shows so much.
    fn is_public_in(self, access: Option<&PublicAccess>) -> bool {
        match self.rule().public {
            Public::Never => false,
            Public::Blobs => matches!(access, Some(PublicAccess::Blob | PublicAccess::Container)),
            Public::Container => matches!(access, Some(PublicAccess::Container)),
        }
    }
}

/// The object id of the one user Entra ID has in a simulated world.
pub(super) const USER: &str = "5e1f0000-0000-4000-8000-000000000001";

/// The tenant of that user.
pub(super) const TENANT: &str = "7e4a0000-0000-4000-8000-000000000001";

/// Who asks, of which account, from where. `Debug` shows neither key nor signature.
#[derive(Debug, Clone)]
pub struct Caller {
    account: String,
    credential: Credential,
    source_ip: IpAddr,
    protocol: RequestProtocol,
}

/// An access, made ready to be checked many times.
#[derive(Debug, Clone)]
enum Credential {
    Anonymous,
    Entra,
    SharedKey {
        account: String,
        key: AccountKey,
    },
    /// A malformed token is refused when it is used, as on the wire.
    Sas(Result<Box<SasToken>>),
}

impl Caller {
    /// Somebody who asks the account `account` with an access, from this machine over plain HTTP.
    pub fn new(account: impl Into<String>, access: Access) -> Self {
        Self {
            account: account.into(),
            credential: match access {
                Access::Anonymous => Credential::Anonymous,
                Access::Entra => Credential::Entra,
                Access::SharedKey { account, key } => Credential::SharedKey { account, key },
                Access::Sas(token) => Credential::Sas(SasToken::parse(&token).map(Box::new)),
            },
            source_ip: IpAddr::V4(Ipv4Addr::LOCALHOST),
            protocol: RequestProtocol::Http,
        }
    }

    /// The same caller, from elsewhere.
    #[must_use]
    pub fn with_source_ip(mut self, source_ip: IpAddr) -> Self {
        self.source_ip = source_ip;
        self
    }

    /// The same caller, over another protocol.
    #[must_use]
    pub fn with_protocol(mut self, protocol: RequestProtocol) -> Self {
        self.protocol = protocol;
        self
    }

    /// The same caller, with another access to the account.
    #[must_use]
    pub fn with_access(&self, access: Access) -> Self {
        Self {
            source_ip: self.source_ip,
            protocol: self.protocol,
            ..Self::new(self.account.clone(), access)
        }
    }

    /// The account that is asked.
    pub fn account(&self) -> &str {
        &self.account
    }

    /// The same place with another access to a possibly different account, as when a copy reads its source.
    pub(super) fn reading(&self, account: &str, access: Access) -> Self {
        // Within one account the key that signs a copy is good for its source too.
        let own_key = self.account == account && matches!(self.credential, Credential::SharedKey { .. });
        if own_key && access == Access::Anonymous {
            return self.clone();
        }
        Self {
            source_ip: self.source_ip,
            protocol: self.protocol,
            ..Self::new(account, access)
        }
    }
}

/// What an operation is asked of, as the store knows it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Target<'a> {
    pub(super) keys: &'a [AccountKey],
    pub(super) container: Option<&'a ContainerName>,
    pub(super) blob: Option<&'a BlobName>,
    /// The snapshot of the blob it is about.
    pub(super) snapshot: Option<Snapshot>,
    /// What the container shows the public; nothing when it is not there.
    pub(super) public_access: Option<&'a PublicAccess>,
    /// The container's stored access policies.
    pub(super) policies: &'a [StoredAccessPolicy],
}

impl<'a> Target<'a> {
    /// An account as a whole.
    pub(super) const fn of_account(keys: &'a [AccountKey]) -> Self {
        Self {
            keys,
            container: None,
            blob: None,
            snapshot: None,
            public_access: None,
            policies: &[],
        }
    }
}

/// Says what a caller is granted, or refuses as the service does.
///
/// The one user Entra ID has here may do everything, as an owner of the data may, and is the only one to get user
/// delegation keys. A key that is not the account's: 403 `AuthenticationFailed`. Without a credential, where the container is not
/// public: reads 404 `ResourceNotFound` (whether there is anything stays hidden), writes and lists of containers
/// 401 `NoAuthenticationInformation`. Tokens: see [`SasToken::verify`].
pub(super) fn authorize(
    now: Timestamp,
    caller: &Caller,
    operation: Operation,
    target: &Target<'_>,
) -> Result<Grant> {
    let need = operation.need();
    let is_entra = matches!(caller.credential, Credential::Entra | Credential::Anonymous);
    if operation == Operation::GetUserDelegationKey && !is_entra {
        return Err(Error::blob(ErrorCode::AuthenticationFailed).with_detail(
            "AuthenticationErrorDetail",
            "Only authentication scheme Bearer is supported",
        ));
    }
    match &caller.credential {
        Credential::Entra => Ok(granted(EVERYTHING)),
        Credential::SharedKey { account, key } => {
            if *account == caller.account && target.keys.contains(key) {
                return Ok(granted(EVERYTHING));
            }
            Err(Error::blob(ErrorCode::AuthenticationFailed).with_detail(
                "AuthenticationErrorDetail",
                "The MAC signature found in the HTTP request is not the same as any computed signature.",
            ))
        }
        Credential::Anonymous if operation.is_public_in(target.public_access) => Ok(granted(READ)),
        Credential::Anonymous if operation.is_read() && target.container.is_some() => {
            Err(Error::blob(ErrorCode::ResourceNotFound))
        }
        Credential::Anonymous => Err(Error::blob(ErrorCode::NoAuthenticationInformation)),
        Credential::Sas(Err(error)) => Err(error.clone()),
        Credential::Sas(Ok(token)) => token.verify(&SasRequest {
            account: &caller.account,
            container: target.container,
            blob: target.blob,
            snapshot: target.snapshot,
            keys: target.keys,
            policies: target.policies,
            now,
            source_ip: caller.source_ip,
            protocol: caller.protocol,
            need,
        }),
    }
}

fn granted(permissions: Permissions) -> Grant {
    Grant {
        permissions,
        response_headers: ResponseHeaders::default(),
    }
}
