//! The blobs of the world: accounts, containers, block and append blobs, their snapshots and leases.
//!
//! Every method takes the present and the caller, decides whether the caller may, and answers as the service does.
//! Nothing here does I/O, and bodies are shared, never copied: a stored blob and its readers hold the same bytes.
//!
//! Deviations from the service: changes are visible at once (the service may take 30 seconds to apply access
//! policies); a deleted container is gone at once unless [`StoreConfig::container_deletion`] says otherwise;
//! uncommitted blocks do not expire after a week; encryption scopes have no effect; a blob comes out of the archive at
//! once. There are no versions, soft deletes or page blobs.

mod account;
mod append;
mod batch;
mod blob;
mod block;
mod container;
mod content;
mod copy;
mod description;
mod extras;
mod hashing;
pub(crate) mod lease;
mod list;
mod rules;
mod service;
mod snapshot;
mod tag;

use std::collections::BTreeMap;

use batchite_api::auth::AccountKey;
use batchite_api::auth::sas::{Grant, Permission};
use batchite_api::blob::{BlobName, BlobServiceProperties, ContainerName, Snapshot, Tags};
use batchite_api::error::{Error, ErrorCode, Result};
use batchite_api::time::{TimeSpan, Timestamp};

pub use account::StorageAccount;
pub use blob::{BlobRead, Upload};
pub use content::{Arriving, Content};
pub use hashing::{FromUrl, Hashed};

use super::access::{Caller, Operation, Target, authorize};
use container::Container;
use rules::Stamps;

/// Limits and habits of the store; the defaults are the service's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoreConfig {
    /// Bytes of one *Put Blob* at most.
    pub blob_bytes_max: u64,
    /// Bytes of one block at most.
    pub block_bytes_max: u64,
    /// Bytes of one appended block at most.
    pub append_block_bytes_max: u64,
    /// Bytes of one synchronous copy at most.
    pub copy_bytes_max: u64,
    /// Blocks of a committed blob at most.
    pub committed_blocks_max: usize,
    /// Blocks put and not yet committed at most.
    pub uncommitted_blocks_max: usize,
    /// How long the name of a deleted container cannot be used again. The service takes 30 seconds or more.
    pub container_deletion: TimeSpan,
}

impl Default for StoreConfig {
    fn default() -> Self {
        const MIB: u64 = 1024 * 1024;
        Self {
            blob_bytes_max: 5000 * MIB,
            block_bytes_max: 4000 * MIB,
            append_block_bytes_max: 100 * MIB,
            copy_bytes_max: 256 * MIB,
            committed_blocks_max: 50_000,
            uncommitted_blocks_max: 100_000,
            container_deletion: TimeSpan::ZERO,
        }
    }
}

/// All storage accounts of a world and what is in them.
#[derive(Debug, Default)]
pub struct BlobStore {
    config: StoreConfig,
    accounts: BTreeMap<String, Account>,
    stamps: Stamps,
    /// Known for the time of one operation.
    hashed: Option<Hashed>,
}

#[derive(Debug)]
struct Account {
    description: StorageAccount,
    keys: Vec<AccountKey>,
    properties: BlobServiceProperties,
    containers: BTreeMap<ContainerName, Container>,
    /// Names of deleted containers and when they can be used again.
    being_deleted: BTreeMap<ContainerName, Timestamp>,
}

/// A container a caller has been let into.
struct Opened<'a> {
    container: &'a mut Container,
    grant: Grant,
    stamps: &'a mut Stamps,
    config: StoreConfig,
}

impl Opened<'_> {
    /// Refuses to give a blob tags without the permission for them, with `AuthorizationPermissionMismatch`.
    fn check_new_tags(&self, tags: &Tags) -> Result<()> {
        if tags.is_empty() || self.grant.allows(Permission::Tags) {
            return Ok(());
        }
        Err(Error::blob(ErrorCode::AuthorizationPermissionMismatch))
    }
}

impl BlobStore {
    /// A store without accounts.
    pub fn new(config: StoreConfig) -> Self {
        Self {
            config,
            ..Self::default()
        }
    }

    /// The limits and habits of the store.
    pub fn config(&self) -> StoreConfig {
        self.config
    }

    /// The clock that the presents of the next operations come from is ahead by so much.
    pub(crate) fn follow_clock(&mut self, ahead: TimeSpan) {
        self.stamps.follow(ahead);
    }

    /// Adds an account, or replaces the description of one and keeps what is in it.
    pub fn add_account(&mut self, description: StorageAccount) {
        let (keys, name) = (description.keys(), description.name.clone());
        let account = match self.accounts.remove(&name) {
            Some(known) => Account {
                description,
                keys,
                ..known
            },
            None => Account {
                description,
                keys,
                properties: BlobServiceProperties::of_a_new_account(),
                containers: BTreeMap::new(),
                being_deleted: BTreeMap::new(),
            },
        };
        self.accounts.insert(name, account);
    }

    /// The accounts of the world, in order of their names.
    pub fn accounts(&self) -> impl Iterator<Item = &StorageAccount> {
        self.accounts.values().map(|account| &account.description)
    }

    /// How many containers there are, how many blobs in them, and how many bytes these hold, copies counted each.
    pub(super) fn totals(&self) -> (usize, usize, u64) {
        let containers = || {
            self.accounts
                .values()
                .flat_map(|account| account.containers.values())
        };
        let blobs = || containers().flat_map(|container| container.blobs.values());
        let bytes = blobs().map(|blob| blob.content.length()).sum();
        (containers().count(), blobs().count(), bytes)
    }

    /// The account that is reached at a URL.
    pub fn account_at(&self, endpoint: &str) -> Option<&StorageAccount> {
        let endpoint = endpoint.trim_end_matches('/');
        self.accounts().find(|account| {
            account
                .endpoints()
                .any(|known| known.eq_ignore_ascii_case(endpoint))
        })
    }

    /// Whether a caller may do something to a blob of a container that is there: for those who would otherwise read
    /// a long body for nothing. The operation itself asks again.
    pub fn check_access(
        &mut self,
        now: Timestamp,
        caller: &Caller,
        operation: Operation,
        container: &ContainerName,
        blob: &BlobName,
    ) -> Result<()> {
        self.open(now, caller, operation, container, Some(blob)).map(drop)
    }

    fn account(&self, caller: &Caller) -> Result<&Account> {
        let account = self.accounts.get(caller.account());
        account.ok_or_else(|| Error::blob(ErrorCode::ResourceNotFound))
    }

    /// Lets a caller into a container, or refuses: see [`authorize`]; `ContainerNotFound` comes after that.
    fn open(
        &mut self,
        now: Timestamp,
        caller: &Caller,
        operation: Operation,
        name: &ContainerName,
        blob: Option<&BlobName>,
    ) -> Result<Opened<'_>> {
        self.open_version(now, caller, operation, name, blob, None)
    }

    /// The same, for an operation that may be about a snapshot of the blob.
    fn open_version(
        &mut self,
        now: Timestamp,
        caller: &Caller,
        operation: Operation,
        name: &ContainerName,
        blob: Option<&BlobName>,
        snapshot: Option<Snapshot>,
    ) -> Result<Opened<'_>> {
        let account = self
            .accounts
            .get_mut(caller.account())
            .ok_or_else(|| Error::blob(ErrorCode::ResourceNotFound))?;
        let container = account.containers.get_mut(name);
        let target = Target {
            keys: &account.keys,
            container: Some(name),
            blob,
            snapshot,
            public_access: container.as_ref().and_then(|container| container.public_access()),
            policies: container.as_ref().map_or(&[], |container| container.policies()),
        };
        let grant = authorize(now, caller, operation, &target)?;
        Ok(Opened {
            container: container.ok_or_else(|| Error::blob(ErrorCode::ContainerNotFound))?,
            grant,
            stamps: &mut self.stamps,
            config: self.config,
        })
    }
}
