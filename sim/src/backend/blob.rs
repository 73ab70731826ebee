//! The storage operations, straight onto the world: read the body, lock, call, unlock.

use std::net::IpAddr;
use std::sync::Arc;

use async_trait::async_trait;
use batchite_api::auth::Access;
use batchite_api::auth::sas::{RequestProtocol, UserDelegationKey};
use batchite_api::backend::{BlobBackend, BlobConditions, BlobConnector, Body, ByteRange, Written};
use batchite_api::blob::{
    AccessTier, AccountInformation, BlobDownload, BlobHeaders, BlobName, BlobProperties, BlockId, BlockList,
    BlockListFilter, BlockReference, ContainerAccessPolicy, ContainerItem, ContainerName,
    ContainerProperties, CopyBlobOptions, CopyOutcome, Crc64, CreateContainerOptions, DeleteSnapshots,
    ListBlobsOptions, ListBlobsPage, ListContainersOptions, Metadata, PutBlobOptions, PutBlockOptions,
    SnapshotCreated,
};
use batchite_api::error::{Error, ErrorCode, Result, Service};
use batchite_api::page::Page;
use batchite_api::secret::redact_signatures;
use batchite_api::time::Timestamp;
use futures_util::StreamExt;
use md5::{Digest, Md5};
use smol_str::SmolStr;

use crate::shared::Shared;
use crate::trace::Entity;
use crate::world::access::{Caller, Operation};
use crate::world::store::{Arriving, BlobStore, StoreConfig, Upload};
use crate::world::{RequestFault, World, reply_lost};

/// A storage account of a simulated world, seen with one access.
///
/// Every change, every read of content and every refusal stands in the world's trace.
#[derive(Debug, Clone)]
pub struct SimBlob {
    shared: Arc<Shared>,
    endpoint: String,
    pub(super) config: StoreConfig,
    caller: Caller,
}

/// Makes handles on the storage accounts of a simulated world.
#[derive(Debug, Clone)]
pub struct SimBlobConnector {
    shared: Arc<Shared>,
}

impl SimBlobConnector {
    /// A connector into a world.
    pub fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// A handle whose requests come from this machine, over what the URL says: `https` or plain HTTP.
    ///
    /// Refused when no account of the world is reached at `endpoint`. A token is looked at only when it is used.
    pub fn connect_sim(&self, endpoint: &str, access: Access) -> Result<SimBlob> {
        let mut world = self.shared.enter();
        let (_, store, _) = world.store_and_trace();
        let Some(account) = store.account_at(endpoint) else {
            let known: Vec<&str> = store
                .accounts()
                .map(|account| account.endpoint.as_str())
                .collect();
            return Err(Error::protocol(
                Service::Blob,
                format!(
                    "{} is no storage account of this world. Known: {}.",
                    redact_signatures(endpoint),
                    known.join(", ")
                ),
            ));
        };
        let is_encrypted = endpoint
            .get(..8)
            .is_some_and(|scheme| scheme.eq_ignore_ascii_case("https://"));
        let protocol = if is_encrypted {
            RequestProtocol::Https
        } else {
            RequestProtocol::Http
        };
        Ok(SimBlob {
            caller: Caller::new(account.name.clone(), access).with_protocol(protocol),
            config: store.config(),
            endpoint: endpoint.trim_end_matches('/').to_owned(),
            shared: Arc::clone(&self.shared),
        })
    }
}

impl BlobConnector for SimBlobConnector {
    fn connect(&self, endpoint: &str, access: Access) -> Result<Arc<dyn BlobBackend>> {
        Ok(Arc::new(self.connect_sim(endpoint, access)?))
    }
}

impl SimBlob {
    /// The same handle with another access.
    pub(super) fn with_access(&self, access: Access) -> Self {
        Self {
            caller: self.caller.with_access(access),
            ..self.clone()
        }
    }

    /// The same handle, its requests coming from another place or over another protocol; tokens may forbid either.
    #[must_use]
    pub fn coming_from(mut self, source_ip: IpAddr, protocol: RequestProtocol) -> Self {
        self.caller = self.caller.with_source_ip(source_ip).with_protocol(protocol);
        self
    }

    /// Enters the world for one operation and notes in the trace what came of it.
    pub(super) fn run<T>(
        &self,
        operation: Operation,
        entity: impl Fn() -> Entity,
        act: impl FnOnce(&mut BlobStore, Timestamp, &Caller) -> Result<T>,
    ) -> Result<T> {
        self.run_then(operation, entity, act, |_, done| done)
    }

    /// The same, with something to do before the world is left.
    fn run_then<T, U>(
        &self,
        operation: Operation,
        entity: impl Fn() -> Entity,
        act: impl FnOnce(&mut BlobStore, Timestamp, &Caller) -> Result<T>,
        then: impl FnOnce(&mut World, T) -> U,
    ) -> Result<U> {
        let mut world = self.shared.enter();
        // Hardly a world has faults, and naming an entity for them costs something.
        let faulty = world.has_faults();
        let fault = faulty
            .then(|| world.meet_request(Service::Blob, operation.name(), &entity()))
            .flatten();
        let skew = world.clock_skew();
        let (now, store, trace) = world.store_and_trace();
        let there = now.saturating_add(skew);
        let lost = matches!(fault, Some(RequestFault::ReplyLost));
        let result = match fault {
            Some(RequestFault::Refused(error)) => Err(error),
            _ => act(store, there, &self.caller),
        };
        if trace.is_on() {
            match &result {
                Ok(_) if operation.is_recorded() => trace.request(now, entity(), operation.name(), "ok"),
                Ok(_) => {}
                Err(error) => trace.request(now, entity(), operation.name(), word_of(error)),
            }
        }
        if lost {
            return Err(reply_lost(Service::Blob));
        }
        result.map(|done| then(&mut world, done))
    }

    /// Does not read a long body for a caller who may not store it.
    pub(super) fn refuse_early(
        &self,
        operation: Operation,
        container: &ContainerName,
        blob: &BlobName,
        body: &Body,
    ) -> Result<()> {
        if body.length().is_some_and(|length| length <= SMALL_BODY) {
            return Ok(());
        }
        let mut world = self.shared.enter();
        let skew = world.clock_skew();
        let (now, store, trace) = world.store_and_trace();
        let allowed = store.check_access(now.saturating_add(skew), &self.caller, operation, container, blob);
        if let Err(error) = &allowed {
            let entity = of_blob(container, blob)();
            trace.request(now, entity, operation.name(), word_of(error));
        }
        allowed
    }
}

/// What the trace says of a refusal: the service's code, or that the request itself was broken.
fn word_of(error: &Error) -> &str {
    if error.status() == 0 {
        return "broken request";
    }
    error.code().as_str()
}

pub(super) fn of_container(container: &ContainerName) -> impl Fn() -> Entity {
    move || Entity::Container(SmolStr::from(container))
}

pub(super) fn of_blob(container: &ContainerName, blob: &BlobName) -> impl Fn() -> Entity {
    move || Entity::Blob {
        container: SmolStr::from(container),
        blob: SmolStr::from(blob),
    }
}

/// A body that breaks off after so many bytes, though it says it has them all.
fn tear(body: Body, bytes: u64) -> Body {
    let length = body.length();
    let mut left = usize::try_from(bytes).unwrap_or(usize::MAX);
    let whole = body.into_stream().map(move |piece| {
        let mut piece = piece?;
        piece.truncate(left);
        left -= piece.len();
        Ok(piece)
    });
    let whole = whole.take_while(|piece| std::future::ready(!matches!(piece, Ok(piece) if piece.is_empty())));
    let broken = futures_util::stream::iter([Err(reply_lost(Service::Blob))]);
    Body::from_stream(length, Box::pin(whole.chain(broken)))
}

/// Bodies up to this length are read before anybody asks whether they may be stored.
const SMALL_BODY: u64 = 1024 * 1024;

/// The hashes of a body that somebody will compare, or that are kept; no other is computed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hashes {
    pub(super) md5: bool,
    pub(super) crc64: bool,
}

/// Reads a body to its end.
///
/// Refused: `RequestBodyTooLarge`, as soon as that is known; a body that is shorter or longer than it said; one there
/// is no memory for.
pub(super) async fn read(body: Body, limit: u64, hashes: Hashes) -> Result<Upload> {
    let declared = body.length();
    if declared.is_some_and(|length| length > limit) {
        return Err(StoreConfig::too_large(limit));
    }
    let mut stream = body.into_stream();
    let mut arriving = Arriving::expecting(declared);
    let mut length = 0;
    let mut md5 = hashes.md5.then(Md5::new);
    let mut crc64 = hashes.crc64.then(Crc64::default);
    while let Some(piece) = stream.next().await.transpose()? {
        length += piece.len() as u64;
        if length > limit {
            return Err(StoreConfig::too_large(limit));
        }
        if let Some(md5) = &mut md5 {
            md5.update(&piece);
        }
        if let Some(crc64) = &mut crc64 {
            crc64.update(&piece);
        }
        arriving.push(piece).map_err(|_| {
            let message =
                format!("There is no memory for a body of {length} bytes or more. Nothing was stored.");
            Error::blob(ErrorCode::InternalError).with_message(message)
        })?;
    }
    if let Some(declared) = declared.filter(|declared| *declared != length) {
        return Err(Error::protocol(
            Service::Blob,
            format!("The body was said to have {declared} bytes and had {length}. Nothing was stored."),
        ));
    }
    Ok(Upload {
        content: arriving.finish(),
        md5: md5.map(|md5| md5.finalize().into()),
        crc64: crc64.map(|crc64| crc64.value()),
    })
}

#[async_trait]
impl BlobBackend for SimBlob {
    fn endpoint(&self) -> &str {
        &self.endpoint
    }

    async fn get_user_delegation_key(
        &self,
        start: Timestamp,
        expiry: Timestamp,
    ) -> Result<UserDelegationKey> {
        self.run(
            Operation::GetUserDelegationKey,
            || Entity::Account,
            |store, now, caller| store.get_user_delegation_key(now, caller, start, expiry),
        )
    }

    async fn get_account_information(
        &self,
        asked_of: Option<(&ContainerName, Option<&BlobName>)>,
    ) -> Result<AccountInformation> {
        let (operation, entity) = match asked_of {
            None => (Operation::GetAccountInformation, Entity::Account),
            Some((container, None)) => (
                Operation::GetAccountInformationOfContainer,
                of_container(container)(),
            ),
            Some((container, Some(blob))) => {
                (Operation::GetAccountInformationOfBlob, of_blob(container, blob)())
            }
        };
        self.run(
            operation,
            || entity.clone(),
            |store, now, caller| store.get_account_information(now, caller, operation, asked_of),
        )
    }

    async fn create_container(
        &self,
        container: &ContainerName,
        options: &CreateContainerOptions,
    ) -> Result<Written> {
        self.run(
            Operation::CreateContainer,
            of_container(container),
            |store, now, caller| store.create_container(now, caller, container, options),
        )
    }

    async fn get_container_properties(
        &self,
        container: &ContainerName,
        lease_id: Option<&str>,
    ) -> Result<ContainerProperties> {
        self.run(
            Operation::GetContainerProperties,
            of_container(container),
            |store, now, caller| store.get_container_properties(now, caller, container, lease_id),
        )
    }

    async fn set_container_metadata(
        &self,
        container: &ContainerName,
        metadata: &Metadata,
        conditions: &BlobConditions,
    ) -> Result<Written> {
        self.run(
            Operation::SetContainerMetadata,
            of_container(container),
            |store, now, caller| store.set_container_metadata(now, caller, container, metadata, conditions),
        )
    }

    async fn get_container_access_policy(
        &self,
        container: &ContainerName,
        lease_id: Option<&str>,
    ) -> Result<ContainerAccessPolicy> {
        self.run(
            Operation::GetContainerAccessPolicy,
            of_container(container),
            |store, now, caller| store.get_container_access_policy(now, caller, container, lease_id),
        )
    }

    async fn set_container_access_policy(
        &self,
        container: &ContainerName,
        policy: &ContainerAccessPolicy,
        conditions: &BlobConditions,
    ) -> Result<Written> {
        self.run(
            Operation::SetContainerAccessPolicy,
            of_container(container),
            |store, now, caller| {
                store.set_container_access_policy(now, caller, container, policy, conditions)
            },
        )
    }

    async fn list_containers(&self, options: &ListContainersOptions) -> Result<Page<ContainerItem>> {
        self.run(
            Operation::ListContainers,
            || Entity::Account,
            |store, now, caller| store.list_containers(now, caller, options),
        )
    }

    async fn delete_container(&self, container: &ContainerName, conditions: &BlobConditions) -> Result<()> {
        self.run(
            Operation::DeleteContainer,
            of_container(container),
            |store, now, caller| store.delete_container(now, caller, container, conditions),
        )
    }

    async fn put_blob(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        body: Body,
        options: &PutBlobOptions,
    ) -> Result<Written> {
        let hashes = Hashes {
            // The service keeps it with the blob, whether the caller told one or not.
            md5: true,
            crc64: options.transactional_crc64.is_some(),
        };
        self.refuse_early(Operation::PutBlob, container, blob, &body)?;
        let upload = read(body, self.config.blob_bytes_max, hashes).await;
        self.run(
            Operation::PutBlob,
            of_blob(container, blob),
            |store, now, caller| store.put_blob(now, caller, container, blob, upload?, options),
        )
    }

    async fn put_block(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        block: &BlockId,
        body: Body,
        options: &PutBlockOptions,
    ) -> Result<()> {
        self.refuse_early(Operation::PutBlock, container, blob, &body)?;
        let hashes = Hashes {
            md5: options.transactional_md5.is_some(),
            crc64: options.transactional_crc64.is_some(),
        };
        let upload = read(body, self.config.block_bytes_max, hashes).await;
        self.run(
            Operation::PutBlock,
            of_blob(container, blob),
            |store, now, caller| store.put_block(now, caller, container, blob, block, upload?, options),
        )
    }

    async fn put_block_list(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        blocks: &[BlockReference],
        options: &PutBlobOptions,
    ) -> Result<Written> {
        self.run(
            Operation::PutBlockList,
            of_blob(container, blob),
            |store, now, caller| store.put_block_list(now, caller, container, blob, blocks, options),
        )
    }

    async fn get_block_list(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        filter: BlockListFilter,
        conditions: &BlobConditions,
    ) -> Result<BlockList> {
        self.run(
            Operation::GetBlockList,
            of_blob(container, blob),
            |store, now, caller| store.get_block_list(now, caller, container, blob, filter, conditions),
        )
    }

    async fn get_blob(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        range: Option<ByteRange>,
        conditions: &BlobConditions,
    ) -> Result<BlobDownload> {
        let (read, torn) = self.run_then(
            Operation::GetBlob,
            of_blob(container, blob),
            |store, now, caller| store.get_blob(now, caller, container, blob, range, conditions),
            |world, read| (read, world.meet_download(container.as_str(), blob.as_str())),
        )?;
        let mut body = read.content.body(read.range.0, read.range.1);
        if let Some(bytes) = torn {
            body = tear(body, bytes);
        }
        Ok(BlobDownload {
            body,
            properties: read.properties,
            range: read.range,
        })
    }

    async fn get_blob_properties(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        conditions: &BlobConditions,
    ) -> Result<BlobProperties> {
        self.run(
            Operation::GetBlobProperties,
            of_blob(container, blob),
            |store, now, caller| store.get_blob_properties(now, caller, container, blob, conditions),
        )
    }

    async fn set_blob_metadata(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        metadata: &Metadata,
        conditions: &BlobConditions,
    ) -> Result<Written> {
        self.run(
            Operation::SetBlobMetadata,
            of_blob(container, blob),
            |store, now, caller| store.set_blob_metadata(now, caller, container, blob, metadata, conditions),
        )
    }

    async fn set_blob_properties(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        headers: &BlobHeaders,
        conditions: &BlobConditions,
    ) -> Result<Written> {
        self.run(
            Operation::SetBlobProperties,
            of_blob(container, blob),
            |store, now, caller| store.set_blob_properties(now, caller, container, blob, headers, conditions),
        )
    }

    async fn set_blob_tier(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        tier: &AccessTier,
        conditions: &BlobConditions,
    ) -> Result<()> {
        self.run(
            Operation::SetBlobTier,
            of_blob(container, blob),
            |store, now, caller| store.set_blob_tier(now, caller, container, blob, tier, conditions),
        )
    }

    async fn create_snapshot(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        metadata: &Metadata,
        conditions: &BlobConditions,
    ) -> Result<SnapshotCreated> {
        self.run(
            Operation::SnapshotBlob,
            of_blob(container, blob),
            |store, now, caller| store.create_snapshot(now, caller, container, blob, metadata, conditions),
        )
    }

    async fn delete_blob(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        snapshots: DeleteSnapshots,
        conditions: &BlobConditions,
    ) -> Result<()> {
        self.run(
            Operation::DeleteBlob,
            of_blob(container, blob),
            |store, now, caller| store.delete_blob(now, caller, container, blob, snapshots, conditions),
        )
    }

    async fn list_blobs(
        &self,
        container: &ContainerName,
        options: &ListBlobsOptions,
    ) -> Result<ListBlobsPage> {
        self.run(
            Operation::ListBlobs,
            of_container(container),
            |store, now, caller| store.list_blobs(now, caller, container, options),
        )
    }

    async fn copy_blob_from_url(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        source: &str,
        options: &CopyBlobOptions,
    ) -> Result<CopyOutcome> {
        self.run(
            Operation::CopyBlob,
            of_blob(container, blob),
            |store, now, caller| store.copy_blob(now, caller, container, blob, source, options, true),
        )
    }
}
