//! Sockets: where the server listens, its connections, and how it stops.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::{JoinHandle, JoinSet};

use super::body::{self, Outgoing};
use super::{Handler, PeerAddress};

/// Connections at one time; further ones wait to be accepted.
const CONNECTIONS: usize = 1024;

/// The head of a request in bytes. The service takes 8 KiB of metadata and 8 KiB of a URL.
const HEAD_BYTES: usize = 64 * 1024;

/// How long a connection may take to send a head, and how long it may be idle: longer than clients keep theirs.
const HEAD_TIMEOUT: Duration = Duration::from_mins(5);

/// Who may reach the server.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Exposure {
    /// Programs on this machine.
    #[default]
    Loopback,
    /// Whoever can reach the address: it was asked for in so many words.
    Anyone,
}

/// An address the server will not listen on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExposedAddress {
    address: SocketAddr,
}

impl std::fmt::Display for ExposedAddress {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            formatter,
            "{} can be reached from other machines, and the account key is one everybody knows. Give a key of your \
             own, or listen on a loopback address such as 127.0.0.1.",
            self.address
        )
    }
}

impl std::error::Error for ExposedAddress {}

/// Refuses an address other machines can reach while the key is one everybody knows, unless that is wanted.
pub fn check_exposure(
    address: SocketAddr,
    key_is_well_known: bool,
    exposure: Exposure,
) -> Result<(), ExposedAddress> {
    if address.ip().is_loopback() || !key_is_well_known || exposure == Exposure::Anyone {
        Ok(())
    } else {
        Err(ExposedAddress { address })
    }
}

/// A server that runs. Dropped, it stops at once; [`ServerHandle::shutdown`] lets requests under way finish.
#[derive(Debug)]
pub struct ServerHandle {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl ServerHandle {
    /// The address it really listens on, the port included.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Takes no more connections, and waits for the requests under way, at most for `grace`.
    pub async fn shutdown(mut self, grace: Duration) {
        let _ = self.stop.send(true);
        if tokio::time::timeout(grace, &mut self.task).await.is_err() {
            self.task.abort();
        }
    }
}

impl Drop for ServerHandle {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Serves a handler on a listener, which may be bound to port 0. Must be called within a Tokio runtime.
pub fn serve(listener: TcpListener, handler: Arc<dyn Handler>) -> io::Result<ServerHandle> {
    let address = listener.local_addr()?;
    let (stop, stopping) = watch::channel(false);
    let task = tokio::spawn(accept(listener, handler, stopping));
    Ok(ServerHandle { address, stop, task })
}

async fn accept(listener: TcpListener, handler: Arc<dyn Handler>, mut stopping: watch::Receiver<bool>) {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let mut connections = JoinSet::new();
    loop {
        let next = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            _ = stopping.wait_for(|stop| *stop) => break,
            _ = connections.join_next(), if !connections.is_empty() => continue,
            accepted = next => accepted,
        };
        let Ok(place) = place else { break };
        match accepted {
            Ok((stream, peer)) => {
                let handler = Arc::clone(&handler);
                connections.spawn(connection(stream, peer, handler, stopping.clone(), place));
            }
            // Too many open files, or a client that gave up: neither ends the server.
            Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    handler: Arc<dyn Handler>,
    mut stopping: watch::Receiver<bool>,
    _place: OwnedSemaphorePermit,
) {
    // Small answers must not wait for one another; a socket that cannot do this still works.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request: http::Request<Incoming>| {
        let handler = Arc::clone(&handler);
        async move {
            let (parts, body) = request.into_parts();
            let waits = parts.headers.contains_key(http::header::EXPECT);
            let mut request = http::Request::from_parts(parts, body::incoming(body, !waits));
            request.extensions_mut().insert(PeerAddress(peer));
            Ok::<_, Infallible>(handler.handle(request).await.map(Outgoing::new))
        }
    });
    let serving = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(HEAD_BYTES)
        // The date is the clock's, which need not be the machine's.
        .auto_date_header(false)
        .serve_connection(TokioIo::new(stream), service);
    let mut serving = pin!(serving);
    // A connection that breaks concerns nobody but its client.
    tokio::select! {
        _ = serving.as_mut() => return,
        _ = stopping.wait_for(|stop| *stop) => {}
    }
    serving.as_mut().graceful_shutdown();
    let _ = serving.await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_well_known_key_stays_on_this_machine() {
        let address = |text: &str| text.parse::<SocketAddr>().unwrap();
        for (text, well_known, exposure, allowed) in [
            ("127.0.0.1:0", true, Exposure::Loopback, true),
            ("[::1]:0", true, Exposure::Loopback, true),
            ("0.0.0.0:0", true, Exposure::Loopback, false),
            ("[::]:0", true, Exposure::Loopback, false),
            ("192.168.1.2:0", true, Exposure::Loopback, false),
            ("0.0.0.0:0", true, Exposure::Anyone, true),
            ("0.0.0.0:0", false, Exposure::Loopback, true),
        ] {
            let checked = check_exposure(address(text), well_known, exposure);
            assert_eq!(checked.is_ok(), allowed, "{text}");
        }
        let error = check_exposure(address("0.0.0.0:1"), true, Exposure::Loopback).unwrap_err();
        assert!(error.to_string().contains("0.0.0.0:1"));
    }
}
