//! Puts 256 MiB into the account at `BATCHITE_AZURITE_ENDPOINT`, gets them back, compares, and fails when that took
//! more memory than it may: a body must not need its own length.
//!
//! With the argument `known` the length of the body is known beforehand.
//!
//! The endpoint is one of an emulator with the well-known account; `tests/clients/azurite.sh` starts one.

use std::process::ExitCode;
use std::sync::Arc;

use async_trait::async_trait;
use batchite::azure::{AzureBlobConnector, HttpTransport, SeededJitter, Timeouts};
use batchite::host::pace::system_now;
use batchite_api::auth::Access;
use batchite_api::backend::{BlobBackend, BlobBackendExt, BlobConditions, Body};
use batchite_api::blob::{BlobName, ContainerName, PutBlobOptions};
use batchite_api::error::{Error, Result, Service};
use batchite_api::time::{Clock, TimeSpan, Timestamp};
use batchite_sim::world::store::StorageAccount;
use bytes::Bytes;
use futures_util::{TryStreamExt, stream};
use md5::{Digest, Md5};

const MEBIBYTE: usize = 1024 * 1024;

const LENGTH: usize = 256 * MEBIBYTE;

const PIECE: usize = 256 * 1024;

/// The most memory this process may ever have had, in bytes.
const LIMIT: usize = 64 * MEBIBYTE;

/// The time of this machine.
struct MachineClock;

#[async_trait]
impl Clock for MachineClock {
    fn now(&self) -> Timestamp {
        system_now()
    }

    async fn sleep(&self, span: TimeSpan) {
        tokio::time::sleep(span.to_std()).await;
    }
}

/// The pieces of the blob, made as they are asked for.
fn pieces() -> impl Iterator<Item = Bytes> + Send {
    (0..LENGTH / PIECE).map(|number| {
        let number = number.to_le_bytes();
        number.iter().copied().cycle().take(PIECE).collect()
    })
}

/// The most memory this process has had, in bytes; where the system tells.
fn peak() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: usize = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

async fn transfer(client: &dyn BlobBackend, length: Option<u64>) -> Result<()> {
    let (container, blob) = (ContainerName::parse("memory")?, BlobName::parse("large")?);
    client.create_container_if_missing(&container).await?;
    let body = Body::from_stream(length, Box::pin(stream::iter(pieces().map(Ok))));
    client
        .put_blob(&container, &blob, body, &PutBlobOptions::default())
        .await?;
    let download = client
        .get_blob(&container, &blob, None, &BlobConditions::default())
        .await?;
    let mut found = Md5::new();
    let mut body = download.body.into_stream();
    while let Some(piece) = body.try_next().await? {
        found.update(&piece);
    }
    let mut given = Md5::new();
    pieces().for_each(|piece| given.update(&piece));
    if found.finalize() != given.finalize() {
        return Err(Error::protocol(Service::Blob, "The blob came back changed."));
    }
    client
        .delete_container(&container, &BlobConditions::default())
        .await
}

fn client(endpoint: &str) -> Result<Arc<dyn BlobBackend>> {
    let transport = Arc::new(HttpTransport::new(Timeouts::default())?);
    let connector =
        AzureBlobConnector::new(transport, Arc::new(MachineClock), Arc::new(SeededJitter::new(0)));
    let access = Access::SharedKey {
        account: "devstoreaccount1".into(),
        key: StorageAccount::default().key,
    };
    Ok(Arc::new(connector.account(endpoint, access)?))
}

#[tokio::main]
#[expect(clippy::print_stdout, reason = "a program that says what it measured")]
async fn main() -> ExitCode {
    let Ok(endpoint) = std::env::var("BATCHITE_AZURITE_ENDPOINT") else {
        println!("blob_memory: SKIPPED, BATCHITE_AZURITE_ENDPOINT is not set");
        return ExitCode::SUCCESS;
    };
    let length = std::env::args()
        .any(|argument| argument == "known")
        .then_some(LENGTH as u64);
    let before = peak().unwrap_or(0);
    let outcome = match client(&endpoint) {
        Ok(client) => transfer(&*client, length).await,
        Err(error) => Err(error),
    };
    if let Err(error) = outcome {
        println!("blob_memory: {error}");
        return ExitCode::FAILURE;
    }
    let Some(peak) = peak() else {
        println!("blob_memory: transferred; this system does not tell how much memory that took");
        return ExitCode::SUCCESS;
    };
    println!(
        "blob_memory: {} MiB up and down; at most {} MiB of memory, {} before",
        LENGTH / MEBIBYTE,
        peak / MEBIBYTE,
        before / MEBIBYTE
    );
    if peak < LIMIT {
        ExitCode::SUCCESS
    } else {
        println!("blob_memory: that is more than {} MiB", LIMIT / MEBIBYTE);
        ExitCode::FAILURE
    }
}
