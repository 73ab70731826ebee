//! Real accounts, put together from settings.
//!
//! - [`settings`]: which accounts, from variables and a file; `connection_string`: storage accounts in one line
//! - [`file`]: the file; `worker_file`: whether nodes can run the worker

mod connection_string;
mod file;
mod settings;
mod worker_file;

use std::path::Path;
use std::sync::Arc;

use batchite_api::error::Error;
use batchite_api::time::Clock;

use crate::azure::http_transport::is_loopback;
use crate::azure::{
    AzureBatch, AzureBlobConnector, BatchConnection, BatchCredential, HttpTransport, Jitter, PlainHttp,
    RandomRequestIds, SeededJitter, Timeouts, Transport,
};
use crate::tutorial::StorageAccount;

use super::clock::SystemClock;
use settings::AzureSettings;

pub(super) use worker_file::check as check_worker;

/// The two accounts, ready to be worked with.
pub(super) struct Accounts {
    pub(super) batch: AzureBatch,
    pub(super) blobs: AzureBlobConnector,
    pub(super) storage: StorageAccount,
}

/// Reads the settings and makes the clients; sends nothing.
///
/// The error is a text for the person; so are the warnings, which `warn` gets.
pub(super) fn connect(
    config: Option<&Path>,
    plain_http: PlainHttp,
    warn: &mut dyn FnMut(&str),
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
    let connection = BatchConnection {
        transport: Arc::clone(&transport),
        clock: Arc::clone(&clock),
        jitter: Arc::clone(&jitter),
        request_ids: Arc::new(RandomRequestIds::new(Arc::clone(&jitter))),
    };
    let credential = BatchCredential::SharedKey {
        account: settings.batch.account,
        key: settings.batch.key,
    };
    let batch = AzureBatch::new(&settings.batch.endpoint, credential, connection).map_err(error_text)?;
    Ok(Accounts {
        batch,
        blobs: AzureBlobConnector::new(transport, clock, jitter),
        storage: settings.storage,
    })
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
