//! A transport with a network behind it.

use std::time::Duration;

use async_trait::async_trait;
use batchite_api::backend::Body;
use batchite_api::error::{Error, Result, Service};
use futures_util::StreamExt;
use http::{Request, Response, Uri};
use reqwest::redirect::Policy;

use super::Transport;

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

/// Sends requests over HTTP/1.1, keeping connections open. Proxies of the environment are not used.
#[derive(Debug, Clone)]
pub struct HttpTransport {
    client: reqwest::Client,
}

impl HttpTransport {
    /// A transport with its own connections.
    pub fn new(timeouts: Timeouts) -> Result<Self> {
        let client = reqwest::Client::builder()
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .connect_timeout(timeouts.connect)
            .read_timeout(timeouts.read)
            .timeout(timeouts.total)
            .build()
            .map_err(|error| {
                Error::transport(
                    Service::Blob,
                    "The HTTP client cannot be set up.",
                    error.without_url(),
                )
            })?;
        Ok(Self { client })
    }
}

#[async_trait]
impl Transport for HttpTransport {
    async fn send(&self, request: Request<Body>) -> Result<Response<Body>> {
        let (parts, body) = request.into_parts();
        let place = place(&parts.uri);
        let mut outgoing = reqwest::Request::new(parts.method, target(&parts.uri)?);
        *outgoing.headers_mut() = parts.headers;
        if body.length() != Some(0) {
            *outgoing.body_mut() = Some(reqwest::Body::wrap_stream(body.into_stream()));
        }
        let answer = self
            .client
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
fn target(uri: &Uri) -> Result<reqwest::Url> {
    let refused = |why: &str| {
        Err(Error::protocol(
            Service::Blob,
            format!("The request to {} cannot be sent: {why}.", place(uri)),
        ))
    };
    if uri.scheme_str() != Some("http") {
        return refused("only http:// is supported");
    }
    match reqwest::Url::parse(&uri.to_string()) {
        Ok(url) if url.path() == uri.path() => Ok(url),
        Ok(_) => refused("its path has a segment . or .. that would be resolved"),
        Err(_) => refused("its URL is malformed"),
    }
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

    #[test]
    fn targets_that_would_be_resolved_are_refused() {
        for uri in ["http://h/c/..", "http://h/c/%2e%2e/x", "http://h/c/./x"] {
            let error = target(&uri.parse().unwrap()).unwrap_err();
            assert_eq!(error.status(), 0, "{uri}");
        }
        for uri in ["http://h:1/acc/c/..%2Fx?sig=a%2Bb", "http://h/acc?comp=list"] {
            assert_eq!(target(&uri.parse().unwrap()).unwrap().as_str(), uri);
        }
        let error = target(&"https://h/c/b?sig=secret".parse().unwrap()).unwrap_err();
        assert!(error.message().contains("http://"), "{error}");
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}
