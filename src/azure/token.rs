//! Bearer tokens, from wherever the program gets them.

use async_trait::async_trait;
use batchite_api::error::Result;
use batchite_api::secret::Secret;

/// The scope of tokens for Azure Batch. The audience ends in a slash, hence the two.
pub const BATCH_SCOPE: &str = "https://batch.core.windows.net//.default";

/// The scope of tokens for Azure Storage.
pub const STORAGE_SCOPE: &str = "https://storage.azure.com/.default";

/// Gives out tokens of Microsoft Entra ID.
///
/// # Contract
/// A token is good for at least some minutes; keeping one until it expires is the source's matter. Errors say how to
/// get credentials and never show one.
#[async_trait]
pub trait TokenSource: Send + Sync {
    /// A token for a scope.
    async fn token(&self, scope: &str) -> Result<Secret>;
}
