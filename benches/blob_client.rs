//! The blob client beside `object_store` and plain `reqwest`, against one local server: this project's, over the
//! simulated store.
//!
//! Every client runs in a process of its own, so that its peak memory is its own; they take turns, and the best of
//! the rounds counts. All of them carry the same shared access signature. Ratios above 1 say that the client of this
//! project was faster. `cargo bench --features peers --bench blob_client` runs it; the feature brings the peer.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use async_trait::async_trait;
use batchite::azure::{AzureBlobConnector, HttpTransport, SeededJitter, Timeouts};
use batchite::server::{BlobService, ServedAccount, serve};
use batchite_api::auth::Access;
use batchite_api::auth::sas::{Permissions, SasKind, SasOptions, SignedResource, container_token};
use batchite_api::backend::{BlobBackend, BlobConditions, BlobConnector};
use batchite_api::blob::{BlobName, ContainerName, CreateContainerOptions, PutBlobOptions};
use batchite_api::time::{Clock, TimeSpan, Timestamp};
use batchite_sim::backend::SimBlobConnector;
use batchite_sim::config::SimConfig;
use batchite_sim::shared::{Shared, VirtualTime};
use batchite_sim::world::World;
use batchite_sim::world::store::StorageAccount;
use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};
use object_store::azure::{AzureConfigKey, MicrosoftAzureBuilder};
use object_store::{ClientOptions, ObjectStore, ObjectStoreExt, PutPayload};

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

const ACCOUNT: &str = "devstoreaccount1";

const CLIENTS: [&str; 3] = ["batchite", "object_store", "reqwest"];

const ROUNDS: usize = 3;

/// The names of a length, its bytes, how many blobs of it travel in a round, and how many at once.
const WORK: [(&str, usize, usize, usize); 2] = [("64 MiB", 64 << 20, 8, 4), ("4 KiB", 4 << 10, 4_000, 16)];

/// Time stands still, so that the token of this run stays good.
struct Still(Timestamp);

#[async_trait]
impl Clock for Still {
    fn now(&self) -> Timestamp {
        self.0
    }

    async fn sleep(&self, span: TimeSpan) {
        tokio::time::sleep(span.to_std()).await;
    }
}

/// A client and what it is given.
enum Client {
    Batchite(Arc<dyn BlobBackend>, ContainerName),
    ObjectStore(Box<dyn ObjectStore>),
    Reqwest(reqwest::Client, String, String),
}

impl Client {
    fn new(name: &str, endpoint: &str, token: &str) -> Outcome<Self> {
        Ok(match name {
            "batchite" => {
                let transport = Arc::new(HttpTransport::new(Timeouts::default())?);
                let clock = Arc::new(Still(Timestamp::from_unix_seconds(0)));
                let connector = AzureBlobConnector::new(transport, clock, Arc::new(SeededJitter::new(0)));
                let client = connector.account(endpoint, Access::Sas(token.to_owned()))?;
                Self::Batchite(Arc::new(client), ContainerName::parse("con")?)
            }
            "object_store" => Self::ObjectStore(Box::new(
                MicrosoftAzureBuilder::new()
                    .with_account(ACCOUNT)
                    .with_container_name("con")
                    .with_endpoint(endpoint.to_owned())
                    .with_config(AzureConfigKey::SasKey, token)
                    .with_client_options(ClientOptions::new().with_allow_http(true))
                    .build()?,
            )),
            _ => {
                let client = reqwest::Client::builder().no_proxy().build()?;
                Self::Reqwest(client, format!("{endpoint}/con"), token.to_owned())
            }
        })
    }

    async fn put(&self, name: String, content: Bytes) -> Outcome<()> {
        match self {
            Self::Batchite(client, container) => {
                let options = PutBlobOptions::default();
                client
                    .put_blob(container, &BlobName::parse(&name)?, content.into(), &options)
                    .await?;
            }
            Self::ObjectStore(store) => {
                store.put(&name.into(), PutPayload::from(content)).await?;
            }
            Self::Reqwest(client, container, token) => {
                let request = client.put(format!("{container}/{name}?{token}"));
                let request = request
                    .header("x-ms-version", "2024-11-04")
                    .header("x-ms-blob-type", "BlockBlob");
                request.body(content).send().await?.error_for_status()?;
            }
        }
        Ok(())
    }

    /// Reads a blob to its end; its bytes are counted and dropped.
    async fn get(&self, name: String) -> Outcome<usize> {
        let mut length = 0;
        match self {
            Self::Batchite(client, container) => {
                let conditions = BlobConditions::default();
                let blob = BlobName::parse(&name)?;
                let download = client.get_blob(container, &blob, None, &conditions).await?;
                let mut body = download.body.into_stream();
                while let Some(piece) = body.try_next().await? {
                    length += piece.len();
                }
            }
            Self::ObjectStore(store) => {
                let mut body = store.get(&name.into()).await?.into_stream();
                while let Some(piece) = body.try_next().await? {
                    length += piece.len();
                }
            }
            Self::Reqwest(client, container, token) => {
                let request = client.get(format!("{container}/{name}?{token}"));
                let request = request.header("x-ms-version", "2024-11-04");
                let mut body = request.send().await?.error_for_status()?.bytes_stream();
                while let Some(piece) = body.try_next().await? {
                    length += piece.len();
                }
            }
        }
        Ok(length)
    }
}

/// The seconds of each kind of work, put and get, and the most memory in MiB; on one line.
async fn measured(client: &Client) -> Outcome<String> {
    let mut numbers = Vec::new();
    for (_, length, blobs, at_once) in WORK {
        let content = Bytes::from(vec![7; length]);
        let started = Instant::now();
        stream::iter(0..blobs)
            .map(|blob| client.put(format!("b{}", blob % 16), content.clone()))
            .buffer_unordered(at_once)
            .try_collect::<()>()
            .await?;
        numbers.push(started.elapsed().as_secs_f64());
        let started = Instant::now();
        let read = stream::iter(0..blobs)
            .map(|blob| client.get(format!("b{}", blob % 16.min(blobs))))
            .buffer_unordered(at_once)
            .try_fold(0, async |sum, length| Ok(sum + length))
            .await?;
        numbers.push(started.elapsed().as_secs_f64());
        if read != length * blobs {
            return Err(format!("{read} bytes were read instead of {}", length * blobs).into());
        }
    }
    numbers.push(peak_mebibytes());
    let words: Vec<String> = numbers.iter().map(f64::to_string).collect();
    Ok(words.join(" "))
}

/// The most memory this process has had; zero where the system does not tell.
fn peak_mebibytes() -> f64 {
    std::fs::read_to_string("/proc/self/status")
        .ok()
        .and_then(|status| {
            let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
            line.trim().strip_suffix("kB")?.trim().parse::<f64>().ok()
        })
        .map_or(0.0, |kibibytes| kibibytes / 1024.0)
}

/// Starts the server, lets every client take its turns, and prints how they compare.
async fn compare() -> Outcome<String> {
    let account = StorageAccount::default();
    let start: Timestamp = "2025-11-20T15:00:00Z".parse()?;
    let world = World::new(SimConfig::new(0).with_start(start));
    let store = SimBlobConnector::new(Arc::new(Shared::new(world, Box::new(VirtualTime))));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let endpoint = format!("http://{}/{ACCOUNT}", listener.local_addr()?);
    let served = ServedAccount {
        name: ACCOUNT.into(),
        keys: vec![account.key.clone()],
        endpoint: "http://127.0.0.1:10000/devstoreaccount1".into(),
    };
    let container = ContainerName::parse("con")?;
    let access = Access::SharedKey {
        account: ACCOUNT.into(),
        key: account.key.clone(),
    };
    store
        .connect(&served.endpoint, access)?
        .create_container(&container, &CreateContainerOptions::default())
        .await?;
    let service = BlobService::new(Arc::new(store), Arc::new(Still(start)), vec![served]);
    let _server = serve(listener, Arc::new(service))?;
    let permissions = Permissions::from_letters(SasKind::Service(SignedResource::Container), "rcwl")
        .ok_or("these letters are no permissions")?;
    let options = SasOptions::new(permissions, start + TimeSpan::from_hours(1));
    let token = container_token(ACCOUNT, &account.key, &container, &options);

    let mut best = [[f64::INFINITY; 5]; CLIENTS.len()];
    for _ in 0..ROUNDS {
        for (client, best) in CLIENTS.iter().zip(&mut best) {
            let output = tokio::process::Command::new(std::env::current_exe()?)
                .args(["--client", client, &endpoint, &token])
                .output()
                .await?;
            let text = String::from_utf8(output.stdout)?;
            let numbers: Vec<f64> = text
                .split_whitespace()
                .filter_map(|word| word.parse().ok())
                .collect();
            if !output.status.success() || numbers.len() != best.len() {
                return Err(format!("{client}: {text}").into());
            }
            for (best, number) in best.iter_mut().zip(numbers) {
                *best = best.min(number);
            }
        }
    }
    Ok(table(&best))
}

fn table(best: &[[f64; 5]; CLIENTS.len()]) -> String {
    let kinds = WORK
        .iter()
        .flat_map(|(length, ..)| [format!("put {length}"), format!("get {length}")]);
    let mut lines: Vec<String> = kinds
        .enumerate()
        .map(|(at, kind)| {
            let [own, object_store, reqwest] = best.map(|numbers| numbers[at]);
            format!(
                "{kind:<11} {own:.3} s; object_store {object_store:.3} s, ratio {:.2}; reqwest {reqwest:.3} s, \
                 ratio {:.2}",
                object_store / own,
                reqwest / own
            )
        })
        .collect();
    let [own, object_store, reqwest] = best.map(|numbers| numbers[4]);
    lines.push(format!(
        "peak memory {own:.0} MiB; object_store {object_store:.0} MiB; reqwest {reqwest:.0} MiB"
    ));
    lines.join("\n")
}

#[tokio::main]
#[expect(clippy::print_stdout, reason = "a program that says what it measured")]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--client", name, endpoint, token] => match Client::new(name, endpoint, token) {
            Ok(client) => measured(&client).await,
            Err(error) => Err(error),
        },
        _ => compare().await,
    };
    match outcome {
        Ok(text) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            println!("blob_client: {error}");
            ExitCode::FAILURE
        }
    }
}
