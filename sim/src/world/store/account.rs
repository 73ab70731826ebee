//! A storage account of the world: its name, keys and where it is reached.

use batchite_api::auth::AccountKey;

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
