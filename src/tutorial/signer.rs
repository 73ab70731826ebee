//! What signs the tokens of the nodes: the account's key, or a key the service issued to a user of Entra ID.

use batchite_api::auth::AccountKey;
use batchite_api::auth::sas::{self, SasOptions, UserDelegationKey};
use batchite_api::backend::BlobBackend;
use batchite_api::blob::{BlobName, ContainerName};
use batchite_api::time::TimeSpan;

use super::Flow;
use super::error::TutorialError;
use super::settings::StorageCredential;

/// A key begins this long ago, since the clock of this machine may be ahead of the service's.
const BEFORE: TimeSpan = TimeSpan::from_minutes(-15);

/// How long uploads may take before the last token is made.
const WORKING_TIME: TimeSpan = TimeSpan::from_days(1);

/// The longest a key is asked for beyond that; together they are less than the service's seven days.
const LONGEST: TimeSpan = TimeSpan::from_hours(5 * 24 + 23);

/// Signs tokens for one account.
pub(super) struct Signer {
    account: String,
    with: SigningKey,
}

enum SigningKey {
    Account(AccountKey),
    Delegation(UserDelegationKey),
}

impl Signer {
    /// A token for one blob.
    pub(super) fn blob_token(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        options: &SasOptions,
    ) -> String {
        let account = &self.account;
        match &self.with {
            SigningKey::Account(key) => sas::blob_token(account, key, container, blob, options),
            SigningKey::Delegation(key) => sas::delegated_blob_token(account, key, container, blob, options),
        }
    }

    /// A token for a container.
    pub(super) fn container_token(&self, container: &ContainerName, options: &SasOptions) -> String {
        let account = &self.account;
        match &self.with {
            SigningKey::Account(key) => sas::container_token(account, key, container, options),
            SigningKey::Delegation(key) => sas::delegated_container_token(account, key, container, options),
        }
    }
}

impl Flow<'_> {
    /// What signs the tokens of this run. Without the account's key, a key is asked for that outlives them.
    pub(super) async fn signer(&self, storage: &dyn BlobBackend) -> Result<Signer, TutorialError> {
        let account = &self.settings.storage;
        let with = match &account.credential {
            StorageCredential::Key(key) => SigningKey::Account(key.clone()),
            StorageCredential::Entra => {
                let (now, lifetimes) = (self.now(), self.settings.sas_lifetimes);
                let longest = lifetimes.application.max(lifetimes.input).max(lifetimes.output);
                let expiry = now + longest.min(LONGEST) + WORKING_TIME;
                let key = storage.get_user_delegation_key(now + BEFORE, expiry).await;
                SigningKey::Delegation(key.map_err(TutorialError::request(format!(
                    "Getting a user delegation key of storage account [{}]",
                    account.name
                )))?)
            }
        };
        Ok(Signer {
            account: account.name.clone(),
            with,
        })
    }
}
