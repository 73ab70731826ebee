//! Sockets: where the server listens, its connections, and how it stops.

use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::{JoinHandle, JoinSet};

use super::body::{self, Outgoing};
use super::tls::Tls;
use super::{Handler, PeerAddress, Scheme};

/// The head of a request in bytes. The service takes 8 KiB of metadata and 8 KiB of a URL.
const HEAD_BYTES: usize = 64 * 1024;

/// How long to wait when no connection can be accepted, as with too many open files.
const ACCEPT_PAUSE: Duration = Duration::from_millis(20);

/// How a server treats its connections.
#[derive(Debug, Clone)]
pub struct ListenOptions {
    /// Speaks TLS, with this certificate.
    pub tls: Option<Tls>,
    /// Connections at one time; further ones wait to be accepted.
    pub connections: usize,
    /// How long a connection may take to send a head, how long it may be idle, and how long a TLS handshake may take.
    pub head_timeout: Duration,
    /// How long the body of a request may pause. Who is slower is answered with 408, and loses the connection.
    pub body_timeout: Duration,
}

impl Default for ListenOptions {
    /// Plain HTTP, 1024 connections, five minutes idle (longer than clients keep theirs), a minute between pieces.
    fn default() -> Self {
        Self {
            tls: None,
            connections: 1024,
            head_timeout: Duration::from_mins(5),
            body_timeout: Duration::from_mins(1),
        }
    }
}

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
    serve_with(listener, handler, ListenOptions::default())
}

/// As [`serve`], with connections treated as the options say.
pub fn serve_with(
    listener: TcpListener,
    handler: Arc<dyn Handler>,
    options: ListenOptions,
) -> io::Result<ServerHandle> {
    let address = listener.local_addr()?;
    let (stop, stopping) = watch::channel(false);
    let places = Arc::new(Semaphore::new(options.connections));
    let server = Server {
        handler,
        options: Arc::new(options),
        stopping,
    };
    let task = tokio::spawn(accept(listener, server, places));
    Ok(ServerHandle { address, stop, task })
}

/// What every connection needs.
#[derive(Clone)]
struct Server {
    handler: Arc<dyn Handler>,
    options: Arc<ListenOptions>,
    stopping: watch::Receiver<bool>,
}

async fn accept(listener: TcpListener, mut server: Server, places: Arc<Semaphore>) {
    let mut connections = JoinSet::new();
    loop {
        let next = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            _ = server.stopping.wait_for(|stop| *stop) => break,
            _ = connections.join_next(), if !connections.is_empty() => continue,
            accepted = next => accepted,
        };
        let Ok(place) = place else { break };
        match accepted {
            Ok((stream, peer)) => {
                connections.spawn(server.clone().connection(stream, peer.ip(), place));
            }
            // Too many open files, or a client that gave up: neither ends the server.
            Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

impl Server {
    async fn connection(mut self, stream: TcpStream, peer: IpAddr, _place: OwnedSemaphorePermit) {
        // Small answers must not wait for one another; a socket that cannot do this still works.
        let _ = stream.set_nodelay(true);
        let Some(tls) = self.options.tls.clone() else {
            return self.talk(stream, peer).await;
        };
        let handshake = tokio::time::timeout(self.options.head_timeout, tls.accept(stream));
        let stream = tokio::select! {
            stream = handshake => stream,
            _ = self.stopping.wait_for(|stop| *stop) => return,
        };
        // Who speaks no TLS, or not to us, concerns nobody but himself.
        if let Ok(Ok(stream)) = stream {
            Box::pin(self.talk(stream, peer)).await;
        }
    }

    async fn talk(mut self, stream: impl AsyncRead + AsyncWrite + Unpin, peer: IpAddr) {
        let (handler, body_timeout) = (self.handler, self.options.body_timeout);
        // Plain HTTP is what a request is taken for that does not say.
        let told = self.options.tls.as_ref().map(|_| Scheme::Https);
        // So it is with the address of this machine.
        let peer = Some(PeerAddress(peer)).filter(|peer| peer.0 != Ipv4Addr::LOCALHOST);
        let service = service_fn(move |request: http::Request<Incoming>| {
            let handler = Arc::clone(&handler);
            async move {
                let (parts, body) = request.into_parts();
                let waits = parts.headers.contains_key(http::header::EXPECT);
                let body = body::incoming(body, !waits, body_timeout);
                let mut request = http::Request::from_parts(parts, body);
                if let Some(scheme) = told {
                    request.extensions_mut().insert(scheme);
                }
                if let Some(peer) = peer {
                    request.extensions_mut().insert(peer);
                }
                Ok::<_, Infallible>(handler.handle(request).await.map(Outgoing::new))
            }
        });
        let serving = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.options.head_timeout)
            .max_buf_size(HEAD_BYTES)
            // The date is the clock's, which need not be the machine's.
            .auto_date_header(false)
            .serve_connection(TokioIo::new(stream), service);
        let mut serving = pin!(serving);
        // A connection that breaks concerns nobody but its client.
        tokio::select! {
            _ = serving.as_mut() => return,
            _ = self.stopping.wait_for(|stop| *stop) => {}
        }
        serving.as_mut().graceful_shutdown();
        let _ = serving.await;
    }
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
