//! A Batch account alone, as variables name it.

use std::fmt;
use std::sync::Arc;

use batchite_api::time::Clock;

use super::settings::BatchSettings;
use super::{connection, credential, entra_tokens, error_text, jitter, transport};
use crate::azure::{AzureBatch, PlainHttp};
use crate::cli::clock::SystemClock;

/// A Batch account, ready to be worked with.
pub struct BatchAccount {
    /// Its client.
    pub batch: AzureBatch,
    /// The time of this machine, by which the service is waited for.
    pub clock: Arc<dyn Clock>,
}

impl fmt::Debug for BatchAccount {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("BatchAccount");
        shown.field("batch", &self.batch).finish_non_exhaustive()
    }
}

/// Connects to the Batch account that variables name: those of `tutorial --backend azure`, of which the ones of storage
/// are not needed. Nothing is sent yet. `variable` gives the value of one by its name, as the environment does.
///
/// The error is a text for the person: everything that is missing, and what is given. It shows no value.
pub fn batch_account(variable: &dyn Fn(&str) -> Option<String>) -> Result<BatchAccount, String> {
    let settings = BatchSettings::of_variables(variable)?;
    let transport = transport(PlainHttp::Loopback)?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let connection = connection(&transport, &clock, &jitter()?);
    let tokens = Arc::new(entra_tokens(&clock, variable)?);
    let credential = credential(settings.key, &tokens);
    let batch = AzureBatch::new(&settings.endpoint, credential, connection).map_err(error_text)?;
    Ok(BatchAccount { batch, clock })
}
