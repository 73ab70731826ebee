//! A server over the simulated store with a flaw that a test describes, and clients that reach it.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use batchite::azure::{
    AzureBlobConnector, HttpTransport, RetryPolicy, SeededJitter, Timeouts, TransferOptions, Transport,
};
use batchite::server::{BlobService, Handler, ServedAccount};
use batchite_api::auth::Access;
use batchite_api::backend::{BlobBackend, Body};
use batchite_api::blob::{BlobName, ContainerName, CreateContainerOptions};
use batchite_api::error::{Error, Result, Service};
use batchite_api::time::{Clock, TimeSpan, Timestamp};
use batchite_sim::backend::SimBlobConnector;
use batchite_sim::config::SimConfig;
use batchite_sim::shared::{Shared, VirtualTime};
use batchite_sim::world::World;
use batchite_sim::world::store::StorageAccount;
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::{Method, Request, Response};
use tokio::sync::Notify;

const ENDPOINT: &str = "http://127.0.0.1:10000/devstoreaccount1";

/// The headers of a request that are noted.
const TOLD: [&str; 6] = [
    "x-ms-range",
    "range",
    "if-match",
    "content-md5",
    "x-ms-content-crc64",
    "x-ms-range-get-content-crc64",
];

pub(crate) fn container() -> ContainerName {
    ContainerName::parse("con").unwrap()
}

pub(crate) fn blob() -> BlobName {
    BlobName::parse("b").unwrap()
}

/// Bytes that differ from place to place.
pub(crate) fn content(length: usize) -> Bytes {
    (0..length)
        .map(|at| u8::try_from((at * 31 + at / 251) % 256).unwrap())
        .collect()
}

/// A body of pieces that are not as long as anything else.
pub(crate) fn pieces(content: &Bytes, length: Option<u64>) -> Body {
    let pieces: Vec<_> = content.chunks(7).map(Bytes::copy_from_slice).map(Ok).collect();
    Body::from_stream(length, Box::pin(stream::iter(pieces)))
}

pub(crate) fn reset() -> Error {
    let cause = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
    Error::transport(Service::Blob, "The connection broke.", cause)
}

/// The time of the world; a sleep moves it on.
struct WorldClock(Arc<Shared>);

#[async_trait]
impl Clock for WorldClock {
    fn now(&self) -> Timestamp {
        self.0.enter().now()
    }

    async fn sleep(&self, span: TimeSpan) {
        let mut world = self.0.enter();
        let then = world.now() + span;
        world.observe(then);
    }
}

/// What happens to the next download.
pub(crate) enum Flaw {
    /// Nothing.
    None,
    /// Its body breaks off after so many bytes.
    BreaksAfter(usize),
    /// Its first byte is another one.
    Damaged,
    /// The connection breaks before there is an answer.
    Reset,
    /// Another answer comes instead.
    Instead(Box<Response<Body>>),
}

/// A store behind a transport that counts what passes, and spoils downloads as it is told.
pub(crate) struct Spoiled {
    shared: Arc<Shared>,
    service: BlobService,
    flaws: Mutex<VecDeque<Flaw>>,
    /// Method, query and the headers that tell ranges, versions and hashes.
    seen: Mutex<Vec<String>>,
    running: AtomicUsize,
    most_running: AtomicUsize,
    /// Where set, answers wait until so many requests have come.
    gate: Option<(usize, Notify)>,
}

impl Spoiled {
    pub(crate) fn new(flaws: impl IntoIterator<Item = Flaw>) -> Self {
        let start = "2025-11-20T15:00:00Z".parse().unwrap();
        let world = World::new(SimConfig::new(0).with_start(start));
        let shared = Arc::new(Shared::new(world, Box::new(VirtualTime)));
        let account = ServedAccount {
            name: "devstoreaccount1".into(),
            keys: vec![StorageAccount::default().key],
            endpoint: ENDPOINT.into(),
        };
        let connector = Arc::new(SimBlobConnector::new(Arc::clone(&shared)));
        let clock = Arc::new(WorldClock(Arc::clone(&shared)));
        Self {
            service: BlobService::new(connector, clock, vec![account]),
            shared,
            flaws: Mutex::new(flaws.into_iter().collect()),
            seen: Mutex::default(),
            running: AtomicUsize::new(0),
            most_running: AtomicUsize::new(0),
            gate: None,
        }
    }

    /// Blocks and ranges are answered only when this many of them have come.
    pub(crate) fn answering_together(mut self, requests: usize) -> Self {
        self.gate = Some((requests, Notify::new()));
        self
    }

    /// What was asked for, without the making of the container.
    pub(crate) fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }

    pub(crate) fn most_running(&self) -> usize {
        self.most_running.load(Ordering::SeqCst)
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.shared.enter().now()
    }

    async fn wait_for_others(&self, running: usize) {
        let Some((wanted, all_here)) = &self.gate else {
            return;
        };
        if running >= *wanted {
            all_here.notify_waiters();
        } else {
            all_here.notified().await;
        }
    }
}

#[async_trait]
impl Transport for Spoiled {
    async fn send(&self, request: Request<Body>) -> Result<Response<Body>> {
        let is_download = request.method() == Method::GET;
        let query = request.uri().query().unwrap_or("").to_owned();
        if !query.contains("restype=container") {
            let mut line = format!("{} {query}", request.method());
            for name in TOLD {
                if let Some(value) = request.headers().get(name) {
                    line.extend([" ", name, ": ", value.to_str().unwrap()]);
                }
            }
            self.seen.lock().unwrap().push(line);
        }
        let is_piece = query.contains("comp=block&") || query.ends_with("comp=block") || is_download;
        let running = self.running.fetch_add(1, Ordering::SeqCst) + 1;
        if is_piece {
            self.most_running.fetch_max(running, Ordering::SeqCst);
            self.wait_for_others(running).await;
        }
        let answer = self.service.handle(request).await;
        self.running.fetch_sub(1, Ordering::SeqCst);
        let flaw = is_download
            .then(|| self.flaws.lock().unwrap().pop_front())
            .flatten();
        match flaw.unwrap_or(Flaw::None) {
            Flaw::None => Ok(answer),
            Flaw::Reset => Err(reset()),
            Flaw::Instead(other) => Ok(*other),
            Flaw::Damaged => {
                let (parts, body) = answer.into_parts();
                let mut all = body.collect(u64::MAX).await?.to_vec();
                all[0] ^= 1;
                Ok(Response::from_parts(parts, Body::from(all)))
            }
            Flaw::BreaksAfter(bytes) => {
                let (parts, body) = answer.into_parts();
                let all = body.collect(u64::MAX).await?;
                let pieces = stream::iter([Ok(all.slice(..bytes))]).chain(stream::iter([Err(reset())]));
                Ok(Response::from_parts(
                    parts,
                    Body::from_stream(Some(all.len() as u64), Box::pin(pieces)),
                ))
            }
        }
    }
}

/// Pieces of 100 bytes, three at once; up to 150 bytes a body travels whole.
pub(crate) fn small_pieces() -> TransferOptions {
    TransferOptions::default()
        .with_block_size(100)
        .with_parallel(3)
        .with_whole_upload(150)
        .with_whole_download(150)
}

/// A client of the account's owner; its container is there.
pub(crate) async fn owner(service: &Arc<Spoiled>, transfer: TransferOptions) -> Arc<dyn BlobBackend> {
    let clock = Arc::new(WorldClock(Arc::clone(&service.shared)));
    let transport = Arc::clone(service) as Arc<dyn Transport>;
    let connector = AzureBlobConnector::new(transport, clock, Arc::new(SeededJitter::new(1)))
        .with_retry(RetryPolicy::default())
        .with_transfer(transfer);
    let access = Access::SharedKey {
        account: "devstoreaccount1".into(),
        key: StorageAccount::default().key,
    };
    let client = connector.account(ENDPOINT, access).unwrap();
    client
        .create_container(&container(), &CreateContainerOptions::default())
        .await
        .unwrap();
    Arc::new(client)
}

/// A client over sockets that waits no longer than it must, and tries twice.
pub(crate) fn over_sockets(address: std::net::SocketAddr) -> Arc<dyn BlobBackend> {
    let timeouts = Timeouts {
        connect: Duration::from_secs(5),
        read: Duration::from_millis(50),
        total: Duration::from_secs(5),
    };
    let world = World::new(SimConfig::new(0));
    let clock = Arc::new(WorldClock(Arc::new(Shared::new(world, Box::new(VirtualTime)))));
    let transport = Arc::new(HttpTransport::new(timeouts).unwrap());
    let connector =
        AzureBlobConnector::new(transport, clock, Arc::new(SeededJitter::new(1))).with_retry(RetryPolicy {
            attempts: 2,
            ..RetryPolicy::default()
        });
    let endpoint = format!("http://{address}/devstoreaccount1");
    Arc::new(connector.account(&endpoint, Access::Anonymous).unwrap())
}
