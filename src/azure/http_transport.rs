//! A transport with a network behind it.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use async_trait::async_trait;
use batchite_api::backend::Body;
use batchite_api::error::{Error, Result, Service};
use futures_util::StreamExt;
use http::{Request, Response, Uri};
use reqwest::redirect::Policy;

use super::{Transport, tls};

/// A connection to this machine or its link is there at once, or never.
const NEARBY: Duration = Duration::from_secs(2);

/// How long to wait for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// For a connection.
    pub connect: Duration,
    /// For the next bytes of an answer.
    pub read: Duration,
    /// For one attempt as a whole, the body of its answer included.
    pub total: Duration,
}

impl Default for Timeouts {
    /// Ten seconds, one minute, and one hour: the last one bounds a transfer that only trickles.
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            read: Duration::from_mins(1),
            total: Duration::from_hours(1),
        }
    }
}

/// Where requests may go without encryption.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PlainHttp {
    /// To this machine: tokens and signatures stay on it.
    #[default]
    Loopback,
    /// To this machine, and to the link-local IPv4 addresses where a cloud hands a machine its identity.
    LinkLocal,
    /// Wherever they are sent, as to an emulator in the next container. Whoever is on the way reads along.
    Anywhere,
}

/// Sends requests over HTTP/1.1, encrypted or not, keeping connections open.
///
/// The variables `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` are respected as [`HttpTransport::new`] finds
/// them. Requests to this machine itself, or to link-local addresses, go to no proxy.
#[derive(Debug, Clone)]
pub struct HttpTransport {
    /// For the world outside, by a proxy if there is one.
    client: reqwest::Client,
    /// For this machine and what is on its link.
    nearby: reqwest::Client,
    plain_http: PlainHttp,
}

impl HttpTransport {
    /// A transport with its own connections, which speaks plain HTTP to this machine only.
    pub fn new(timeouts: Timeouts) -> Result<Self> {
        let tls = tls::client_config()?;
        let builder = || {
            reqwest::Client::builder()
                .redirect(Policy::none())
                .retry(reqwest::retry::never())
                .tls_backend_preconfigured(tls.clone())
                .connect_timeout(timeouts.connect)
                .read_timeout(timeouts.read)
                .timeout(timeouts.total)
        };
        Ok(Self {
            client: builder().build().map_err(cannot_be_set_up)?,
            nearby: builder()
                .no_proxy()
                .connect_timeout(timeouts.connect.min(NEARBY))
                .build()
                .map_err(cannot_be_set_up)?,
            plain_http: PlainHttp::default(),
        })
    }

    /// Changes where requests may go without encryption.
    #[must_use]
    pub fn with_plain_http(mut self, plain_http: PlainHttp) -> Self {
        self.plain_http = plain_http;
        self
    }
}

#[async_trait]
impl Transport for HttpTransport {
    async fn send(&self, request: Request<Body>) -> Result<Response<Body>> {
        let (parts, body) = request.into_parts();
        let place = place(&parts.uri);
        let target = target(&parts.uri, self.plain_http)?;
        let client = if is_loopback(&parts.uri) || is_link_local(&parts.uri) {
            &self.nearby
        } else {
            &self.client
        };
        let mut outgoing = reqwest::Request::new(parts.method, target);
        *outgoing.headers_mut() = parts.headers;
        if body.length() != Some(0) {
            *outgoing.body_mut() = Some(reqwest::Body::wrap_stream(body.into_stream()));
        }
        let answer = client
            .execute(outgoing)
            .await
            .map_err(|error| failure(&place, error))?;
        let mut response = Response::new(());
        *response.status_mut() = answer.status();
        *response.headers_mut() = answer.headers().clone();
        let length = answer.content_length();
        let pieces = answer
            .bytes_stream()
            .map(move |piece| piece.map_err(|error| failure(&place, error)));
        Ok(response.map(|()| Body::from_stream(length, Box::pin(pieces))))
    }
}

/// The URL as the HTTP library takes it.
///
/// That library resolves `.` and `..` in paths. Names are escaped so that it finds none; where it still does, the
/// request would reach another blob, and is refused.
fn target(uri: &Uri, plain_http: PlainHttp) -> Result<reqwest::Url> {
    let refused = |why: &str| {
        Err(Error::protocol(
            Service::Blob,
            format!("The request to {} cannot be sent: {why}.", place(uri)),
        ))
    };
    match uri.scheme_str() {
        Some("https") => {}
        Some("http") if plain_http == PlainHttp::Anywhere || is_loopback(uri) => {}
        Some("http") if plain_http == PlainHttp::LinkLocal && is_link_local(uri) => {}
        Some("http") => {
            return refused(
                "plain http:// goes to this machine only, since keys and tokens could be read on the way. Use https://",
            );
        }
        _ => return refused("its URL is neither https:// nor http://"),
    }
    match reqwest::Url::parse(&uri.to_string()) {
        Ok(url) if url.path() == uri.path() => Ok(url),
        Ok(_) => refused("its path has a segment . or .. that would be resolved"),
        Err(_) => refused("its URL is malformed"),
    }
}

/// Whether a URL names this machine.
pub(crate) fn is_loopback(uri: &Uri) -> bool {
    let host = uri.host().unwrap_or("").trim_end_matches('.');
    let address = host.trim_start_matches('[').trim_end_matches(']');
    let name = host.to_ascii_lowercase();
    address
        .parse::<IpAddr>()
        .is_ok_and(|address| address.is_loopback())
        || name == "localhost"
        || name.ends_with(".localhost")
}

/// Whether a URL names an address that only this machine's link has, as 169.254.169.254.
fn is_link_local(uri: &Uri) -> bool {
    let address: Option<Ipv4Addr> = uri.host().and_then(|host| host.parse().ok());
    address.is_some_and(|address| address.is_link_local())
}

/// Host and port of a URL, which may be shown.
fn place(uri: &Uri) -> String {
    uri.authority().map_or_else(
        || "nowhere".to_owned(),
        |authority| {
            let text = authority.as_str();
            text.rsplit_once('@').map_or(text, |(_, host)| host).to_owned()
        },
    )
}

fn cannot_be_set_up(error: reqwest::Error) -> Error {
    Error::transport(
        Service::Blob,
        "The HTTP client cannot be set up.",
        error.without_url(),
    )
}

fn failure(place: &str, error: reqwest::Error) -> Error {
    let message = if error.is_connect() {
        format!("No connection to {place}.")
    } else if error.is_timeout() {
        format!("No answer from {place} in time.")
    } else if error.is_body() || error.is_decode() {
        format!("The transfer with {place} broke off.")
    } else {
        format!("The exchange with {place} failed.")
    };
    // The URL may carry a signature.
    Error::transport(Service::Blob, message, error.without_url())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(uri: &str) -> Error {
        target(&uri.parse().unwrap(), PlainHttp::Loopback).unwrap_err()
    }

    #[test]
    fn targets_that_would_be_resolved_are_refused() {
        for uri in ["https://h/c/..", "https://h/c/%2e%2e/x", "https://h/c/./x"] {
            assert_eq!(refusal(uri).status(), 0, "{uri}");
        }
        for uri in ["https://h:1/acc/c/..%2Fx?sig=a%2Bb", "https://h/acc?comp=list"] {
            let target = target(&uri.parse().unwrap(), PlainHttp::Loopback).unwrap();
            assert_eq!(target.as_str(), uri);
        }
    }

    #[test]
    fn without_encryption_nothing_leaves_this_machine_unless_told() {
        for uri in [
            "http://example.com/c/b?sig=secret",
            "http://10.0.0.1/c/b?sig=secret",
            "http://localhost.example.com/c/b?sig=secret",
            "http://127.0.0.1.example.com/c/b?sig=secret",
        ] {
            let error = refusal(uri);
            assert!(error.message().contains("https://"), "{error}");
            assert!(!error.to_string().contains("secret"), "{error}");
            assert!(
                target(&uri.parse().unwrap(), PlainHttp::Anywhere).is_ok(),
                "{uri}"
            );
        }
        for uri in [
            "http://127.0.0.1:1/a",
            "http://127.1.2.3/a",
            "http://[::1]:1/a",
            "http://LocalHost/a",
            "http://account.blob.localhost:1/a",
        ] {
            assert!(
                target(&uri.parse().unwrap(), PlainHttp::Loopback).is_ok(),
                "{uri}"
            );
        }
        let link_local = "http://169.254.169.254/metadata".parse().unwrap();
        assert!(target(&link_local, PlainHttp::Loopback).is_err());
        assert!(target(&link_local, PlainHttp::LinkLocal).is_ok());
        assert!(target(&"http://10.0.0.1/a".parse().unwrap(), PlainHttp::LinkLocal).is_err());
        assert!(refusal("ftp://127.0.0.1/a").message().contains("neither"));
    }
}
