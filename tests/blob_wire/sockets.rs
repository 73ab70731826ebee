//! What only sockets can do: be refused, break, stall, be flooded, and close.

use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use batchite::azure::{HttpTransport, Timeouts};
use batchite::server::Handler;
use batchite_api::auth::Access;
use batchite_api::backend::{BlobBackend, BlobConditions, Body};
use batchite_api::blob::{CreateContainerOptions, DeleteSnapshots, PutBlobOptions};
use batchite_api::error::{Error, ErrorCode};
use bytes::Bytes;
use futures_util::stream;
use http::{Request, Response};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

use crate::support::{ACCOUNT, Store, blob, container, get, listen, owner, put, token};

fn client(address: std::net::SocketAddr, access: Access, timeouts: Timeouts) -> Arc<dyn BlobBackend> {
    let transport = Arc::new(HttpTransport::new(timeouts).unwrap());
    let endpoint = format!("http://{address}/{ACCOUNT}");
    Arc::new(Store::new().client(transport).account(&endpoint, access).unwrap())
}

/// Accepts one connection, reads a little, writes an answer and closes.
async fn answering(text: &'static str) -> std::net::SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut head = [0; 4096];
        let _ = stream.read(&mut head).await;
        let _ = stream.write_all(text.as_bytes()).await;
    });
    address
}

async fn failure(address: std::net::SocketAddr) -> Error {
    let access = Access::Sas("sv=1&sig=c2VjcmV0".into());
    let client = client(address, access, Timeouts::default());
    let error = get(&*client, "a").await.unwrap_err();
    let mut shown = format!("{error} {error:?}");
    let mut cause = error.source();
    while let Some(inner) = cause {
        shown = format!("{shown} {inner} {inner:?}");
        cause = inner.source();
    }
    assert!(!shown.contains("c2VjcmV0"), "{shown}");
    assert_eq!(error.status(), 0, "{shown}");
    assert!(error.source().is_some(), "{shown}");
    assert!(error.message().contains(&address.to_string()), "{shown}");
    error
}

#[tokio::test]
async fn connections_that_fail_are_errors_with_a_cause() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    assert!(failure(address).await.message().contains("No connection"));
    for text in [
        "",
        "nonsense\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Le",
        "HTTP/1.1 200 OK\r\nETag: \"0x1\"\r\nLast-Modified: Thu, 20 Nov 2025 15:00:00 GMT\r\n\
         Content-Length: 5\r\n\r\nhel",
    ] {
        failure(answering(text).await).await;
    }
}

#[tokio::test]
async fn a_server_that_stalls_is_left() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let timeouts = Timeouts {
        read: Duration::from_millis(20),
        ..Timeouts::default()
    };
    let client = client(address, Access::Anonymous, timeouts);
    let error = get(&*client, "a").await.unwrap_err();
    assert!(error.message().contains("in time"), "{error}");
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let elsewhere = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let text = format!(
        "HTTP/1.1 307 Temporary Redirect\r\nLocation: http://{}/\r\nContent-Length: 0\r\n\r\n",
        elsewhere.local_addr().unwrap()
    );
    let client = client(answering(text.leak()).await, owner(), Timeouts::default());
    let error = get(&*client, "a").await.unwrap_err();
    assert_eq!(error.status(), 307, "{error}");
}

/// 48 MiB: more than any socket buffers.
fn large() -> (Vec<Bytes>, u64) {
    (vec![Bytes::from(vec![7; 1024 * 1024]); 48], 48 * 1024 * 1024)
}

#[tokio::test]
async fn a_refused_upload_is_told_why() {
    let store = Store::new();
    let server = listen(Arc::new(store.service())).await;
    let client = |access| client(server.address(), access, Timeouts::default());
    client(owner())
        .create_container(&container("con"), &CreateContainerOptions::default())
        .await
        .unwrap();
    let reader = client(Access::Sas(token("con", "r")));
    for _ in 0..3 {
        let (pieces, length) = large();
        let body = Body::from_stream(Some(length), Box::pin(stream::iter(pieces.into_iter().map(Ok))));
        let error = reader
            .put_blob(&container("con"), &blob("b"), body, &PutBlobOptions::default())
            .await
            .unwrap_err();
        assert!(error.is(&ErrorCode::AuthorizationPermissionMismatch), "{error}");
    }
}

#[tokio::test]
async fn a_client_that_writes_everything_first_finds_the_refusal_and_its_connection() {
    let store = Store::new();
    let server = listen(Arc::new(store.service())).await;
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    let (pieces, length) = large();
    let head = format!(
        "PUT /{ACCOUNT}/con/b HTTP/1.1\r\nHost: localhost\r\nx-ms-blob-type: PageBlob\r\n\
         Content-Length: {length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    for piece in pieces {
        stream.write_all(&piece).await.unwrap();
    }
    let first = read_answer(&mut stream).await;
    assert!(first.starts_with("HTTP/1.1 501 "), "{first}");
    stream
        .write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .await
        .unwrap();
    let second = read_answer(&mut stream).await;
    assert!(second.starts_with("HTTP/1.1 200 "), "{second}");
}

/// One answer, up to the end of its body.
async fn read_answer(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut text = Vec::new();
    loop {
        let mut buffer = [0; 4096];
        let read = stream.read(&mut buffer).await.unwrap();
        text.extend_from_slice(&buffer[..read]);
        let shown = String::from_utf8_lossy(&text);
        if let Some((head, body)) = shown.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "))
                .map_or(0, |length| length.parse().unwrap());
            if body.len() >= length {
                return shown.into_owned();
            }
        }
        assert_ne!(read, 0, "closed after {shown:?}");
    }
}

#[tokio::test]
async fn heads_have_limits() {
    let server = listen(Arc::new(Store::new().service())).await;
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    let head = format!(
        "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: {}\r\n\r\n",
        "x".repeat(1_000_000)
    );
    let (mut reading, mut writing) = stream.split();
    // The server need not read it all.
    let (_, answer) = tokio::join!(writing.write_all(head.as_bytes()), read_answer(&mut reading));
    assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
    let address = server.address();
    assert!(address.ip().is_loopback() && address.port() != 0);
}

/// Answers when it is told to.
#[derive(Default)]
struct Slow {
    asked: Notify,
    go_on: Notify,
}

#[async_trait]
impl Handler for Slow {
    async fn handle(&self, _: Request<Body>) -> Response<Body> {
        self.asked.notify_one();
        self.go_on.notified().await;
        Response::new(Body::from("done"))
    }
}

const ASK: &[u8] = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

#[tokio::test]
async fn a_shutdown_lets_requests_finish() {
    let slow = Arc::new(Slow::default());
    let server = listen(Arc::clone(&slow) as Arc<dyn Handler>).await;
    let address = server.address();
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(ASK).await.unwrap();
    slow.asked.notified().await;
    let stopping = tokio::spawn(server.shutdown(Duration::from_mins(1)));
    while TcpStream::connect(address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    slow.go_on.notify_one();
    let answer = read_answer(&mut stream).await;
    assert!(answer.ends_with("done"), "{answer}");
    stopping.await.unwrap();
}

#[tokio::test]
async fn a_shutdown_ends_and_a_dropped_server_is_gone() {
    let slow = Arc::new(Slow::default());
    for by_drop in [false, true] {
        let server = listen(Arc::clone(&slow) as Arc<dyn Handler>).await;
        let address = server.address();
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(ASK).await.unwrap();
        slow.asked.notified().await;
        if by_drop {
            drop(server);
        } else {
            server.shutdown(Duration::from_millis(1)).await;
        }
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest).await;
        assert_eq!(rest, b"");
        assert!(TcpStream::connect(address).await.is_err());
    }
}

#[tokio::test]
async fn many_requests_share_connections() {
    let store = Store::new();
    let server = listen(Arc::new(store.service())).await;
    let client = client(server.address(), owner(), Timeouts::default());
    client
        .create_container(&container("con"), &CreateContainerOptions::default())
        .await
        .unwrap();
    put(&*client, "a", "hello").await;
    let reads = (0..64).map(|_| get(&*client, "a"));
    for read in futures_util::future::join_all(reads).await {
        assert_eq!(read.unwrap(), "hello");
    }
    let missing = client
        .delete_blob(
            &container("con"),
            &blob("b"),
            DeleteSnapshots::Refuse,
            &BlobConditions::default(),
        )
        .await;
    assert!(missing.unwrap_err().is(&ErrorCode::BlobNotFound));
}
