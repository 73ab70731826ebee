//! The blob client beside `object_store` and plain `reqwest`, against one local server: this project's, over the
//! simulated store.
//!
//! Every client runs in a process of its own, so that its peak memory is its own; they take turns, another one first in
//! every round, and the best of the rounds counts. All of them carry the same shared access signature. Ratios above 1 say that the client of this
//! project was faster, or took less memory. `cargo bench --features peers --bench blob_client` runs it; the feature
//! brings the peer. With `-- --quick` everything is done once or twice, to see that it works.
//!
//! Long blobs travel whole, and in pieces: as blocks and as ranges, of one size and as many at once with every client.
//! No client sends hashes or compares them.

use std::ops::Range;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use async_trait::async_trait;
use batchite::azure::{AzureBlobConnector, HttpTransport, SeededJitter, Timeouts, TransferOptions};
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

const ROUNDS: usize = 9;

const MEBIBYTE: usize = 1 << 20;

/// The bytes of a piece.
const PIECE: usize = 8 * MEBIBYTE;

/// Pieces of one blob on their way at once.
const PIECES_AT_ONCE: usize = 4;

/// How blobs travel.
#[derive(Clone, Copy)]
enum Way {
    Whole,
    /// In pieces of [`PIECE`] bytes, [`PIECES_AT_ONCE`].
    InPieces,
}

/// One kind of work: blobs of a length are put and read again.
struct Work {
    name: &'static str,
    length: usize,
    blobs: usize,
    at_once: usize,
    way: Way,
}

const WORK: [Work; 3] = [
    Work {
        name: "64 MiB",
        length: 64 * MEBIBYTE,
        blobs: 8,
        at_once: 4,
        way: Way::Whole,
    },
    Work {
        name: "64 MiB in pieces",
        length: 64 * MEBIBYTE,
        blobs: 8,
        at_once: 1,
        way: Way::InPieces,
    },
    Work {
        name: "4 KiB",
        length: 4 << 10,
        blobs: 4_000,
        at_once: 16,
        way: Way::Whole,
    },
];

/// The seconds of putting and of reading for each kind of work, then the most memory in MiB.
type Measures = [f64; 2 * WORK.len() + 1];

/// Where the memory stands.
const MEMORY: usize = 2 * WORK.len();

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
    /// The blobs travel whole with the first one, in pieces with the second.
    Batchite(Arc<dyn BlobBackend>, Arc<dyn BlobBackend>, ContainerName),
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
                let unchecked = TransferOptions::default().with_md5(false);
                let whole = connector
                    .clone()
                    .with_transfer(unchecked)
                    .account(endpoint, Access::Sas(token.to_owned()))?;
                let transfer = unchecked
                    .with_block_size(PIECE as u64)
                    .with_parallel(PIECES_AT_ONCE)
                    .with_whole_upload(0)
                    .with_whole_download(0);
                let in_pieces = connector
                    .with_transfer(transfer)
                    .account(endpoint, Access::Sas(token.to_owned()))?;
                let container = ContainerName::parse("con")?;
                Self::Batchite(Arc::new(whole), Arc::new(in_pieces), container)
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

    async fn put(&self, name: String, content: Bytes, way: Way) -> Outcome<()> {
        match (self, way) {
            (Self::Batchite(whole, in_pieces, container), _) => {
                let client = match way {
                    Way::Whole => whole,
                    Way::InPieces => in_pieces,
                };
                let options = PutBlobOptions::default();
                client
                    .put_blob(container, &BlobName::parse(&name)?, content.into(), &options)
                    .await?;
            }
            (Self::ObjectStore(store), Way::Whole) => {
                store.put(&name.into(), PutPayload::from(content)).await?;
            }
            (Self::ObjectStore(store), Way::InPieces) => {
                let mut upload = store.put_multipart(&name.into()).await?;
                let parts: Vec<_> = pieces(content.len())
                    .map(|range| upload.put_part(PutPayload::from(content.slice(range))))
                    .collect();
                let parts = stream::iter(parts).buffer_unordered(PIECES_AT_ONCE);
                parts.try_collect::<()>().await?;
                upload.complete().await?;
            }
            (Self::Reqwest(client, container, token), Way::Whole) => {
                let request = client.put(format!("{container}/{name}?{token}"));
                let request = request.header("x-ms-blob-type", "BlockBlob");
                answered(request.body(content)).await?;
            }
            (Self::Reqwest(client, container, token), Way::InPieces) => {
                let url = format!("{container}/{name}?{token}");
                // Ids of one length that need no escape.
                let id = |range: &Range<usize>| format!("{:08}", range.start / PIECE);
                let blocks = stream::iter(pieces(content.len())).map(|range| {
                    let request = client.put(format!("{url}&comp=block&blockid={}", id(&range)));
                    answered(request.body(content.slice(range)))
                });
                let sent = blocks.buffer_unordered(PIECES_AT_ONCE);
                sent.try_for_each(async |_| Ok(())).await?;
                let listed: String = pieces(content.len())
                    .map(|range| format!("<Latest>{}</Latest>", id(&range)))
                    .collect();
                let list = format!("<BlockList>{listed}</BlockList>");
                answered(client.put(format!("{url}&comp=blocklist")).body(list)).await?;
            }
        }
        Ok(())
    }

    /// Reads a blob to its end; its bytes are counted and dropped.
    async fn get(&self, name: String, expected: usize, way: Way) -> Outcome<usize> {
        let mut length = 0;
        match (self, way) {
            (Self::Batchite(whole, in_pieces, container), _) => {
                let client = match way {
                    Way::Whole => whole,
                    Way::InPieces => in_pieces,
                };
                let conditions = BlobConditions::default();
                let blob = BlobName::parse(&name)?;
                let download = client.get_blob(container, &blob, None, &conditions).await?;
                let mut body = download.body.into_stream();
                while let Some(piece) = body.try_next().await? {
                    length += piece.len();
                }
            }
            (Self::ObjectStore(store), Way::Whole) => {
                let mut body = store.get(&name.into()).await?.into_stream();
                while let Some(piece) = body.try_next().await? {
                    length += piece.len();
                }
            }
            (Self::ObjectStore(store), Way::InPieces) => {
                let path = name.into();
                let mut ranges = stream::iter(pieces(expected))
                    .map(|range| store.get_range(&path, range.start as u64..range.end as u64))
                    .buffered(PIECES_AT_ONCE);
                while let Some(piece) = ranges.try_next().await? {
                    length += piece.len();
                }
            }
            (Self::Reqwest(client, container, token), Way::Whole) => {
                let request = client.get(format!("{container}/{name}?{token}"));
                let mut body = answered(request).await?.bytes_stream();
                while let Some(piece) = body.try_next().await? {
                    length += piece.len();
                }
            }
            (Self::Reqwest(client, container, token), Way::InPieces) => {
                let url = format!("{container}/{name}?{token}");
                let mut ranges = stream::iter(pieces(expected))
                    .map(async |range| {
                        let told = format!("bytes={}-{}", range.start, range.end - 1);
                        let answer = answered(client.get(&url).header("x-ms-range", told)).await?;
                        Outcome::Ok(answer.bytes().await?)
                    })
                    .buffered(PIECES_AT_ONCE);
                while let Some(piece) = ranges.try_next().await? {
                    length += piece.len();
                }
            }
        }
        Ok(length)
    }
}

/// The pieces of so many bytes.
fn pieces(length: usize) -> impl Iterator<Item = Range<usize>> {
    (0..length)
        .step_by(PIECE)
        .map(move |start| start..length.min(start + PIECE))
}

/// The answer to a request that succeeded.
async fn answered(request: reqwest::RequestBuilder) -> Outcome<reqwest::Response> {
    let request = request.header("x-ms-version", "2024-11-04");
    Ok(request.send().await?.error_for_status()?)
}

/// The measures of a client, on one line; with at most so many blobs of each kind.
async fn measured(client: &Client, most: usize) -> Outcome<String> {
    let mut numbers = Vec::new();
    for work in WORK {
        let blobs = work.blobs.min(most);
        let content = Bytes::from(vec![7; work.length]);
        let started = Instant::now();
        stream::iter(0..blobs)
            .map(|blob| client.put(format!("b{}", blob % 16), content.clone(), work.way))
            .buffer_unordered(work.at_once)
            .try_collect::<()>()
            .await?;
        numbers.push(started.elapsed().as_secs_f64());
        let started = Instant::now();
        let read = stream::iter(0..blobs)
            .map(|blob| client.get(format!("b{}", blob % 16.min(blobs)), work.length, work.way))
            .buffer_unordered(work.at_once)
            .try_fold(0, async |sum, length| Ok(sum + length))
            .await?;
        numbers.push(started.elapsed().as_secs_f64());
        if read != work.length * blobs {
            let expected = work.length * blobs;
            return Err(format!("{read} bytes were read instead of {expected}").into());
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
async fn compare(is_quick: bool) -> Outcome<String> {
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

    let (rounds, most) = if is_quick { (1, 2) } else { (ROUNDS, usize::MAX) };
    let most = most.to_string();
    let mut best: [Measures; CLIENTS.len()] = [[f64::INFINITY; 2 * WORK.len() + 1]; CLIENTS.len()];
    for turn in 0..rounds * CLIENTS.len() {
        // The first of a round finds another machine than the last: each is the first as often as the others.
        let at = (turn + turn / CLIENTS.len()) % CLIENTS.len();
        let (client, best) = (CLIENTS[at], &mut best[at]);
        let output = tokio::process::Command::new(std::env::current_exe()?)
            .args(["--client", client, &endpoint, &token, &most])
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
    Ok(table(&best))
}

/// One row for each kind of work, and one for memory: what this project takes, and for each peer what it takes and the
/// ratio.
fn table(best: &[Measures; CLIENTS.len()]) -> String {
    let kinds = WORK
        .iter()
        .flat_map(|work| [format!("put {}", work.name), format!("get {}", work.name)])
        .chain(["peak memory".to_owned()]);
    let [own, object_store, reqwest] = CLIENTS;
    let mut lines = vec![format!(
        "{:<20} {own:>10} {object_store:>13} {:>6} {reqwest:>10} {:>6}",
        "", "ratio", "ratio"
    )];
    lines.extend(kinds.enumerate().map(|(at, kind)| {
        let [own, object_store, reqwest] = best.map(|measures| measures[at]);
        let shown = |number: f64| {
            if at == MEMORY {
                format!("{number:.0} MiB")
            } else {
                format!("{number:.3} s")
            }
        };
        format!(
            "{kind:<20} {:>10} {:>13} {:>6.2} {:>10} {:>6.2}",
            shown(own),
            shown(object_store),
            object_store / own,
            shown(reqwest),
            reqwest / own
        )
    }));
    lines.join("\n")
}

#[tokio::main]
#[expect(clippy::print_stdout, reason = "a program that says what it measured")]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--client", name, endpoint, token, most] => match Client::new(name, endpoint, token) {
            Ok(client) => measured(&client, most.parse().unwrap_or(usize::MAX)).await,
            Err(error) => Err(error),
        },
        ref others => compare(others.contains(&"--quick")).await,
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
