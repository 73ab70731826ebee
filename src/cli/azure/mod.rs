//! Real accounts, put together from settings.
//!
//! - [`settings`]: which accounts, from variables and a file; `connection_string`: storage accounts in one line
//! - `batch_account`: a Batch account alone, for tests
//! - [`file`]: the file; `worker_file`: whether nodes can run the worker

mod batch_account;
mod connection_string;
mod file;
mod settings;
mod worker_file;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use batchite_api::auth::AccountKey;
use batchite_api::error::Error;
use batchite_api::time::Clock;

use crate::azure::http_transport::is_loopback;
use crate::azure::token::{BATCH_SCOPE, STORAGE_SCOPE};
use crate::azure::{
    AzureBatch, AzureBlobConnector, BatchConnection, BatchCredential, EntraTokens, HttpTransport, Jitter,
    PlainHttp, RandomRequestIds, SeededJitter, Timeouts, TokenSource, Transport,
};
use crate::tutorial::{StorageAccount, StorageCredential};

use super::clock::SystemClock;
use settings::AzureSettings;

pub use batch_account::{BatchAccount, batch_account};
pub(super) use worker_file::check as check_worker;

/// The two accounts, ready to be worked with.
pub(super) struct Accounts {
    pub(super) batch: AzureBatch,
    pub(super) blobs: AzureBlobConnector,
    pub(super) storage: StorageAccount,
}

/// Reads the settings and makes the clients. Nothing is sent, but to get tokens where a key is not given: whoever is
/// not signed in shall know before anything is made.
///
/// The error is a text for the person; so are the warnings, which `warn` gets.
pub(super) async fn connect(
    config: Option<&Path>,
    plain_http: PlainHttp,
    warn: &mut (dyn FnMut(&str) + Send),
) -> Result<Accounts, String> {
    let given = match config {
        Some(path) => file::read(path, warn)?,
        None => settings::Given::default(),
    };
    let variable = |name: &str| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned());
    let settings = AzureSettings::resolve(&given, &variable, warn)?;
    check_endpoints(&settings, plain_http)?;
    let transport = transport(plain_http)?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let jitter = jitter()?;
    let connection = connection(&transport, &clock, &jitter);
    let tokens = Arc::new(entra_tokens(&clock, &variable)?);
    let credential = credential(settings.batch.key, &tokens);
    let mut scopes = Vec::new();
    if matches!(credential, BatchCredential::Token(_)) {
        scopes.push(BATCH_SCOPE);
    }
    if matches!(settings.storage.credential, StorageCredential::Entra) {
        scopes.push(STORAGE_SCOPE);
    }
    let batch = AzureBatch::new(&settings.batch.endpoint, credential, connection).map_err(error_text)?;
    let blobs =
        AzureBlobConnector::new(transport, clock, jitter).with_tokens(Arc::<EntraTokens>::clone(&tokens));
    for scope in scopes {
        tokens.token(scope).await.map_err(error_text)?;
    }
    Ok(Accounts {
        batch,
        blobs,
        storage: settings.storage,
    })
}

/// What the client of a Batch account works with.
fn connection(
    transport: &Arc<dyn Transport>,
    clock: &Arc<dyn Clock>,
    jitter: &Arc<dyn Jitter>,
) -> BatchConnection {
    BatchConnection {
        transport: Arc::clone(transport),
        clock: Arc::clone(clock),
        jitter: Arc::clone(jitter),
        request_ids: Arc::new(RandomRequestIds::new(Arc::clone(jitter))),
    }
}

/// The key that is given, or else tokens.
fn credential(key: Option<(String, AccountKey)>, tokens: &Arc<EntraTokens>) -> BatchCredential {
    match key {
        Some((account, key)) => BatchCredential::SharedKey { account, key },
        None => BatchCredential::Token(Arc::<EntraTokens>::clone(tokens)),
    }
}

/// Tokens of Entra ID, as the environment configures them. Makes no request.
fn entra_tokens(
    clock: &Arc<dyn Clock>,
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<EntraTokens, String> {
    let timeouts = Timeouts {
        total: Duration::from_mins(1),
        ..Timeouts::default()
    };
    let transport = HttpTransport::new(timeouts).map_err(error_text)?;
    let transport = Arc::new(transport.with_plain_http(PlainHttp::LinkLocal));
    Ok(EntraTokens::from_environment(
        transport,
        Arc::clone(clock),
        variable,
    ))
}

/// Requests over the network.
pub(super) fn transport(plain_http: PlainHttp) -> Result<Arc<dyn Transport>, String> {
    let transport = HttpTransport::new(Timeouts::default()).map_err(error_text)?;
    Ok(Arc::new(transport.with_plain_http(plain_http)))
}

/// Randomness of this machine: clients that start together must not retry together.
pub(super) fn jitter() -> Result<Arc<dyn Jitter>, String> {
    let seed = getrandom::u64().map_err(|error| format!("no random number is to be had: {error}"))?;
    Ok(Arc::new(SeededJitter::new(seed)))
}

/// Refuses what the first request, or the first node, would fail at.
fn check_endpoints(settings: &AzureSettings, plain_http: PlainHttp) -> Result<(), String> {
    let mut here = [false; 2];
    let endpoints = [&settings.batch.endpoint, &settings.storage.endpoint];
    for (is_here, endpoint) in here.iter_mut().zip(endpoints) {
        // What is no URL is refused by the client that is made of it.
        let Ok(uri) = endpoint.parse::<http::Uri>() else {
            continue;
        };
        *is_here = is_loopback(&uri);
        if uri.scheme_str() == Some("http") && !*is_here && plain_http == PlainHttp::Loopback {
            return Err(format!(
                "the endpoint {endpoint} is plain http://, over which keys and tokens can be read on the way: use \
                 https://, or `--allow-http` if that is wanted"
            ));
        }
    }
    if here == [false, true] {
        return Err(format!(
            "the storage account at {} is on this machine, where the nodes of the Batch account at {} cannot reach \
             it: give a storage account in the cloud",
            settings.storage.endpoint, settings.batch.endpoint
        ));
    }
    Ok(())
}

#[expect(clippy::needless_pass_by_value, reason = "it stands where an error is mapped")]
fn error_text(error: Error) -> String {
    error.to_string()
}
