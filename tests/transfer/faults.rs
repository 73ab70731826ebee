//! What a network or something that is not the service may do, over sockets: each ends, in time, in an error that
//! says what happened, or in the bytes that were asked for.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use batchite_api::backend::{BlobConditions, Body};
use batchite_api::blob::{ListBlobsOptions, PutBlobOptions};
use batchite_api::error::Error;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::service::{blob, container, over_sockets};

const HEAD: &str = "ETag: \"0x1\"\r\nLast-Modified: Thu, 20 Nov 2025 15:00:00 GMT\r\n";

/// What a connection does after the head of a request, and how often that happened.
struct Server {
    address: SocketAddr,
    asked: Arc<AtomicUsize>,
}

/// Answers the n-th request with the n-th text, the last one again and again, then closes or keeps quiet.
async fn server(texts: Vec<String>, stalls: bool) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    tokio::spawn(async move {
        let mut kept = Vec::new();
        while let Ok((mut stream, _)) = listener.accept().await {
            read_head(&mut stream).await;
            let at = count.fetch_add(1, Ordering::SeqCst);
            let text = &texts[at.min(texts.len() - 1)];
            let _ = stream.write_all(text.as_bytes()).await;
            if stalls {
                kept.push(stream);
            }
        }
    });
    Server { address, asked }
}

async fn read_head(stream: &mut TcpStream) {
    let (mut head, mut buffer) = (Vec::new(), [0; 4096]);
    while !head.windows(4).any(|window| window == b"\r\n\r\n") {
        match stream.read(&mut buffer).await {
            Ok(read) if read > 0 => head.extend_from_slice(&buffer[..read]),
            _ => return,
        }
    }
}

async fn get(server: &Server) -> Result<String, Error> {
    let client = over_sockets(server.address);
    let download = client
        .get_blob(&container(), &blob(), None, &BlobConditions::default())
        .await?;
    let bytes = download.body.collect(1_000_000).await?;
    Ok(String::from_utf8(bytes.to_vec()).unwrap())
}

async fn list(server: &Server) -> Error {
    over_sockets(server.address)
        .list_blobs(&container(), &ListBlobsOptions::default())
        .await
        .unwrap_err()
}

fn whole(length: usize, body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\n{HEAD}Content-Length: {length}\r\n\r\n{body}")
}

fn part(range: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 206 Partial Content\r\n{HEAD}Content-Range: bytes {range}\r\nContent-Length: {length}\r\n\r\n{body}"
    )
}

fn document(body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nContent-Length: {length}\r\n\r\n{body}")
}

#[tokio::test]
async fn a_connection_that_breaks_in_a_body_is_made_again() {
    let server = server(vec![whole(10, "01234"), part("5-9/10", "56789")], false).await;
    assert_eq!(get(&server).await.unwrap(), "0123456789");
    assert_eq!(server.asked.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_body_that_stalls_is_asked_for_again_and_then_left() {
    let stalling = server(vec![whole(10, "01234"), part("5-9/10", "56789")], true).await;
    assert_eq!(get(&stalling).await.unwrap(), "0123456789");
    let stalling = server(vec![whole(10, "01234"), part("5-9/10", "")], true).await;
    let error = get(&stalling).await.unwrap_err();
    assert_eq!(error.status(), 0, "{error}");
    let stalling = server(vec![String::new()], true).await;
    let error = get(&stalling).await.unwrap_err();
    assert!(error.message().contains("in time"), "{error}");
    assert_eq!(stalling.asked.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_range_that_was_not_asked_for_is_not_taken() {
    for wrong in [part("4-8/10", "45678"), whole(10, "0123456789")] {
        let server = server(vec![whole(10, "01234"), wrong], false).await;
        let error = get(&server).await.unwrap_err();
        assert!(error.message().contains("Bytes 5 to 10"), "{error}");
        assert_eq!(server.asked.load(Ordering::SeqCst), 2);
    }
    let other = part("5-9/10", "56789").replace("0x1", "0x2");
    let server = server(vec![whole(10, "01234"), other], false).await;
    let error = get(&server).await.unwrap_err();
    assert!(error.message().contains("0x2"), "{error}");
}

#[tokio::test]
async fn documents_that_are_none_are_told() {
    for body in [
        "",
        "<EnumerationResults><Blobs><Blob><Name>a</Na",
        "{}",
        "\u{0}\u{1}",
    ] {
        let error = list(&server(vec![document(body)], false).await).await;
        assert_eq!(error.status(), 0, "{body:?}: {error}");
    }
    let html = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>";
    let error = list(&server(vec![html.into()], false).await).await;
    assert!(error.message().contains("instead of XML"), "{error}");
}

#[tokio::test]
async fn storms_redirects_and_floods_end() {
    let storm =
        "HTTP/1.1 503 Busy\r\nRetry-After: 2\r\nx-ms-error-code: ServerBusy\r\nContent-Length: 0\r\n\r\n";
    let storming = server(vec![storm.into()], false).await;
    assert_eq!(list(&storming).await.status(), 503);
    assert_eq!(storming.asked.load(Ordering::SeqCst), 2);

    let elsewhere = server(vec![whole(1, "x")], false).await;
    let location = elsewhere.address;
    let moved =
        format!("HTTP/1.1 302 Found\r\nLocation: http://{location}/con/b\r\nContent-Length: 0\r\n\r\n");
    let error = get(&server(vec![moved], false).await).await.unwrap_err();
    assert_eq!(error.status(), 302, "{error}");
    assert_eq!(elsewhere.asked.load(Ordering::SeqCst), 0);

    let flood = format!(
        "HTTP/1.1 400 Bad Request\r\nContent-Length: 4000000000\r\n\r\n{}",
        "x".repeat(2_000_000)
    );
    let error = list(&server(vec![flood], true).await).await;
    assert_eq!(error.status(), 400, "{error}");
    assert!(error.message().len() < 10_000);
}

#[tokio::test]
async fn an_upload_nobody_reads_is_left() {
    let quiet = server(vec![String::new()], true).await;
    let body = Body::from(vec![7; 32 * 1024 * 1024]);
    let error = over_sockets(quiet.address)
        .put_blob(&container(), &blob(), body, &PutBlobOptions::default())
        .await
        .unwrap_err();
    assert_eq!(error.status(), 0, "{error}");
    assert_eq!(quiet.asked.load(Ordering::SeqCst), 2);
}
