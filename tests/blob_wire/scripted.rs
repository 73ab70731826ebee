//! A transport that notes what it is given and answers as it was told to.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use batchite::azure::{AzureBlobConnector, Transport};
use batchite_api::auth::Access;
use batchite_api::backend::{BlobBackend, Body};
use batchite_api::error::{Error, Result, Service};
use batchite_api::time::Timestamp;
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::header::{HeaderName, HeaderValue};
use http::{Request, Response, StatusCode};

use crate::support::{ENDPOINT, Store};

/// What the next request gets.
pub(crate) enum Answer {
    /// An answer.
    Response(Box<Response<Body>>),
    /// A connection that breaks before there is one.
    Reset,
}

/// An answer with headers and a body.
pub(crate) fn answer(status: StatusCode, headers: &[(&'static str, &str)], body: &'static str) -> Answer {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    for (name, value) in headers {
        response.headers_mut().insert(
            HeaderName::from_static(name),
            HeaderValue::from_str(value).unwrap(),
        );
    }
    Answer::Response(Box::new(response))
}

/// The same, with a body that breaks off after its text.
pub(crate) fn broken(status: StatusCode, headers: &[(&'static str, &str)], body: &'static str) -> Answer {
    let pieces =
        stream::iter([Ok(Bytes::from_static(body.as_bytes()))]).chain(stream::once(async { Err(reset()) }));
    match answer(status, headers, "") {
        Answer::Response(response) => {
            let broken = response.map(|_| Body::from_stream(None, Box::pin(pieces)));
            Answer::Response(Box::new(broken))
        }
        Answer::Reset => Answer::Reset,
    }
}

fn reset() -> Error {
    let cause = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
    Error::transport(Service::Blob, "The connection broke.", cause)
}

/// See the module.
#[derive(Clone)]
pub(crate) struct Scripted {
    store: Store,
    play: Arc<Play>,
}

struct Play {
    answers: Mutex<VecDeque<Answer>>,
    sent: Mutex<Vec<String>>,
}

impl Scripted {
    /// Answers in this order; every further request finds a broken connection.
    pub(crate) fn new(answers: impl IntoIterator<Item = Answer>) -> Self {
        Self {
            store: Store::new(),
            play: Arc::new(Play {
                answers: Mutex::new(answers.into_iter().collect()),
                sent: Mutex::default(),
            }),
        }
    }

    pub(crate) fn connector(&self) -> AzureBlobConnector {
        let play: Arc<Play> = Arc::clone(&self.play);
        self.store.client(play)
    }

    pub(crate) fn client(&self, access: Access) -> Arc<dyn BlobBackend> {
        Arc::new(self.connector().account(ENDPOINT, access).unwrap())
    }

    /// The requests so far: method and URL, headers in order of their names, body.
    pub(crate) fn sent(&self) -> Vec<String> {
        self.play.sent.lock().unwrap().clone()
    }

    /// The time on the client's clock.
    pub(crate) fn now(&self) -> Timestamp {
        self.store.clock().now()
    }
}

#[async_trait]
impl Transport for Play {
    async fn send(&self, request: Request<Body>) -> Result<Response<Body>> {
        let (parts, body) = request.into_parts();
        let mut headers: Vec<String> = parts
            .headers
            .iter()
            .map(|(name, value)| format!("{name}: {}\n", value.to_str().unwrap()))
            .collect();
        headers.sort();
        let body = body.collect(1_000_000).await?;
        let text = format!(
            "{} {}\n{}\n{}",
            parts.method,
            parts.uri,
            headers.concat(),
            String::from_utf8_lossy(&body)
        );
        self.sent.lock().unwrap().push(text);
        let next = self.answers.lock().unwrap().pop_front();
        match next {
            Some(Answer::Response(response)) => Ok(*response),
            Some(Answer::Reset) | None => Err(reset()),
        }
    }
}
