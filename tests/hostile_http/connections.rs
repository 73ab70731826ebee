//! Connections: many, silent, and busy.

use batchite::server::ListenOptions;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::server::{both, impatient, read_to_end};

/// Connections that do nothing.
const IDLE: usize = 1000;

/// Makes room for both ends of all connections, as far as this process may.
fn places() -> usize {
    use rustix::process::{Resource, getrlimit, setrlimit};

    let mut limit = getrlimit(Resource::Nofile);
    let wanted = 2 * IDLE as u64 + 500;
    if limit.current.is_some_and(|current| current < wanted) {
        limit.current = Some(limit.maximum.map_or(wanted, |maximum| maximum.min(wanted)));
        let _ = setrlimit(Resource::Nofile, limit);
    }
    let allowed = getrlimit(Resource::Nofile).current.unwrap_or(wanted);
    IDLE.min(usize::try_from(allowed.saturating_sub(400) / 2).unwrap_or(IDLE))
}

#[tokio::test]
async fn a_thousand_idle_connections_leave_room_for_a_good_one() {
    let places = places();
    for target in both(&ListenOptions::default()).await {
        let mut idle: Vec<TcpStream> = Vec::with_capacity(places);
        for number in 0..places {
            let mut stream = target.connect().await;
            // Some have begun a request, most have not.
            if number % 10 == 0 {
                stream.write_all(b"GET /heal").await.expect("it reads");
            }
            idle.push(stream);
        }
        target.lives().await;
        drop(idle);
        target.lives().await;
    }
}

#[tokio::test]
async fn who_waits_for_a_place_gets_it_when_the_idle_have_lost_theirs() {
    let options = ListenOptions {
        connections: 3,
        ..impatient()
    };
    for target in both(&options).await {
        let mut idle = Vec::new();
        for _ in 0..9 {
            idle.push(target.connect().await);
        }
        target.lives().await;
    }
}

#[tokio::test]
async fn requests_in_one_go_are_answered_in_their_order() {
    const REQUESTS: usize = 100;
    for target in both(&ListenOptions::default()).await {
        let mut requests = String::new();
        for number in 0..REQUESTS {
            let path = if number % 2 == 0 {
                "/healthz"
            } else {
                "/nothing/here"
            };
            let last = if number + 1 == REQUESTS {
                "Connection: close\r\n"
            } else {
                ""
            };
            requests.extend(["GET ", path, " HTTP/1.1\r\nHost: localhost\r\n", last, "\r\n"]);
        }
        let answer = target.send(requests.as_bytes()).await;
        let text = String::from_utf8_lossy(&answer);
        let statuses: Vec<&str> = text
            .split("HTTP/1.1 ")
            .skip(1)
            .map(|answer| &answer[..3])
            .collect();
        assert_eq!(statuses.len(), REQUESTS, "{}", target.name);
        for (number, status) in statuses.iter().enumerate() {
            let is_good = *status == "200";
            assert_eq!(is_good, number % 2 == 0, "{}: {number}: {status}", target.name);
        }
        target.lives().await;
    }
}

#[tokio::test]
async fn who_asks_and_never_reads_harms_nobody() {
    for target in both(&ListenOptions::default()).await {
        let mut stream = target.connect().await;
        let request = b"GET /nothing/here HTTP/1.1\r\nHost: localhost\r\n\r\n";
        let many = request.repeat(10_000);
        let write = stream.write_all(&many);
        // It stops taking requests when its answers go nowhere: then this waits, and the server does something else.
        tokio::select! {
            _ = write => {}
            () = target.lives() => {}
        }
        target.lives().await;
    }
}

#[tokio::test]
async fn a_connection_closed_in_the_middle_of_an_answer_harms_nobody() {
    for target in both(&ListenOptions::default()).await {
        for _ in 0..50 {
            let mut stream = target.connect().await;
            stream
                .write_all(b"GET /nothing/here HTTP/1.1\r\nHost: localhost\r\n\r\n")
                .await
                .expect("it reads");
            let mut byte = [0];
            stream.read_exact(&mut byte).await.expect("an answer begins");
            stream.set_zero_linger().expect("a reset");
        }
        let mut stream = target.connect().await;
        stream.shutdown().await.expect("an end");
        assert!(read_to_end(&mut stream).await.is_empty());
        target.lives().await;
    }
}
