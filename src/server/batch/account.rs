//! The account that is served.

use batchite_api::auth::AccountKey;

/// The name of the account where none is chosen.
pub const WELL_KNOWN_BATCH_ACCOUNT: &str = "devbatchaccount1";

/// Its key: the one emulators of Blob Storage have, printed in the public documentation. It protects nothing.
pub const WELL_KNOWN_BATCH_KEY: &str = crate::server::blob::WELL_KNOWN_KEY;

/// A Batch account that is served.
#[derive(Debug, Clone)]
pub struct ServedBatchAccount {
    /// Its name.
    pub name: String,
    /// Its keys; requests may be signed with any.
    pub keys: Vec<AccountKey>,
}

impl ServedBatchAccount {
    /// An account with one key.
    pub fn new(name: impl Into<String>, key: AccountKey) -> Self {
        Self {
            name: name.into(),
            keys: vec![key],
        }
    }

    /// Whether one of its keys is the one everybody knows.
    pub fn has_well_known_key(&self) -> bool {
        self.keys
            .iter()
            .any(|key| key.expose_base64() == WELL_KNOWN_BATCH_KEY)
    }
}
