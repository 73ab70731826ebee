//! A storage account of the world: its name, keys and where it is reached, and what it says of itself.

use batchite_api::auth::AccountKey;
use batchite_api::blob::{AccountInformation, BlobName, ContainerName};
use batchite_api::error::Result;
use batchite_api::time::Timestamp;

use super::super::access::{Caller, Operation, Target, authorize};
use super::BlobStore;
use super::container::Container;

/// The key every storage emulator gives its only account. It is public, so it protects nothing.
const DEVELOPMENT_KEY: &str =
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

/// A storage account: what a world is given to make one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StorageAccount {
    /// Its name.
    pub name: String,
    /// Its key.
    pub key: AccountKey,
    /// A second key, equally good, so that keys can be changed without a pause.
    pub secondary_key: Option<AccountKey>,
    /// The URL it is reached at, without a trailing slash.
    pub endpoint: String,
    /// Further URLs it is reached at, as when a server listens under several names.
    pub aliases: Vec<String>,
}

impl StorageAccount {
    /// An account with one key, reached at the emulator's usual port in path style.
    pub fn new(name: impl Into<String>, key: AccountKey) -> Self {
        let name = name.into();
        Self {
            endpoint: format!("http://127.0.0.1:10000/{name}"),
            name,
            key,
            secondary_key: None,
            aliases: Vec::new(),
        }
    }

    /// The keys a signature may be made with.
    pub(super) fn keys(&self) -> Vec<AccountKey> {
        std::iter::once(&self.key)
            .chain(&self.secondary_key)
            .cloned()
            .collect()
    }

    /// Every URL it is reached at.
    pub(super) fn endpoints(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.endpoint)
            .chain(&self.aliases)
            .map(|endpoint| endpoint.trim_end_matches('/'))
    }
}

impl Default for StorageAccount {
    /// `devstoreaccount1` with its well-known key, so that `UseDevelopmentStorage=true` works.
    fn default() -> Self {
        let key = AccountKey::from_base64(DEVELOPMENT_KEY).expect("the well-known key is Base64");
        Self::new("devstoreaccount1", key)
    }
}

impl BlobStore {
    /// *Get Account Information*, asked of the account, a container or a blob, which need not be there; `operation` says
    /// which. Every account is a general one whose copies stay in one place, without directories.
    pub fn get_account_information(
        &self,
        now: Timestamp,
        caller: &Caller,
        operation: Operation,
        asked_of: Option<(&ContainerName, Option<&BlobName>)>,
    ) -> Result<AccountInformation> {
        let account = self.account(caller)?;
        let name = asked_of.map(|(container, _)| container);
        let container = name.and_then(|name| account.containers.get(name));
        let target = Target {
            keys: &account.keys,
            container: name,
            blob: asked_of.and_then(|(_, blob)| blob),
            snapshot: None,
            public_access: container.and_then(Container::public_access),
            policies: container.map_or(&[], Container::policies),
        };
        authorize(now, caller, operation, &target)?;
        Ok(AccountInformation {
            sku_name: "Standard_LRS".into(),
            account_kind: "StorageV2".into(),
            is_hierarchical_namespace_enabled: false,
        })
    }
}
