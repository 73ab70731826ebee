//! One call: the request is made, signed, sent, repeated where that is safe, and its answer read.

use batchite_api::auth::shared_key::{RequestToSign, batch, query_pairs};
use batchite_api::backend::{Body, Written};
use batchite_api::error::{Error, Result, Service};
use batchite_api::time::TimeSpan;
use batchite_api::wire::batch::header::{self, OCP_DATE};
use batchite_api::wire::batch::path::PathParts;
use batchite_api::wire::batch::{
    Answer, AnswerParts, Call, Operation, Parameters, RequestParts, Route, failure,
};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_LENGTH, HOST, USER_AGENT};
use http::{HeaderValue, Method, Request, Response, StatusCode, Uri};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{AzureBatch, BatchCredential, repeat};
use crate::azure::retry;
use crate::azure::token::BATCH_SCOPE;

/// Documents longer than this do not come from the service: 1,000 tasks with all their settings fit.
const DOCUMENT_LIMIT: u64 = 256 * 1024 * 1024;

/// An answer of success.
pub(super) struct Exchanged {
    pub(super) answer: AnswerParts,
    /// The body of a file; empty for all other answers.
    pub(super) stream: Body,
    /// Whether an earlier attempt of the same request may have come through as well.
    pub(super) repeated: bool,
    /// The id the request carried.
    client_request_id: String,
}

/// A call that failed for good.
pub(super) struct Failure {
    pub(super) error: Error,
    /// Whether an earlier attempt of the same request may have come through.
    pub(super) repeated: bool,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self {
            error,
            repeated: false,
        }
    }
}

/// A failed attempt, and how long the service asked to wait.
struct Failed {
    error: Error,
    asked: Option<TimeSpan>,
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self { error, asked: None }
    }
}

impl AzureBatch {
    /// Calls an operation.
    pub(super) async fn call<P, B, A>(
        &self,
        operation: &'static Operation<P, B, A>,
        path: P,
        body: B,
        parameters: Parameters,
    ) -> Result<A>
    where
        P: PathParts + Send,
        B: Serialize + DeserializeOwned + Send,
        A: Answer,
    {
        let exchanged = self.exchange(operation, path, body, parameters).await;
        exchanged.map_err(|failure| failure.error)?.read(&operation.route)
    }

    /// Deletes something: one that is gone after a repetition was deleted.
    pub(super) async fn delete<P: PathParts + Send>(
        &self,
        operation: &'static Operation<P, (), ()>,
        path: P,
        parameters: Parameters,
    ) -> Result<()> {
        match self.exchange(operation, path, (), parameters).await {
            Err(failure) if failure.repeated && repeat::is_gone(&failure.error) => Ok(()),
            Err(failure) => Err(failure.error),
            Ok(exchanged) => exchanged.read(&operation.route),
        }
    }

    /// Makes an entity: one that is there after a repetition was made, and `look` asks for its tag.
    pub(super) async fn create<P, B, Q, A>(
        &self,
        operation: &'static Operation<P, B, Written>,
        path: P,
        body: B,
        parameters: Parameters,
        look: (&'static Operation<Q, (), A>, Result<Q>),
    ) -> Result<Written>
    where
        P: PathParts + Send,
        B: Serialize + DeserializeOwned + Send,
        Q: PathParts + Send,
    {
        let (read, target) = look;
        match self.exchange(operation, path, body, parameters).await {
            Ok(exchanged) => exchanged.read(&operation.route),
            Err(failure) if failure.repeated && repeat::is_there(&failure.error) => {
                let found = self.exchange(read, target?, (), Parameters::default()).await;
                found.map_err(|failure| failure.error)?.read(&read.route)
            }
            Err(failure) => Err(failure.error),
        }
    }

    /// Sends the request of a call until it is answered for good.
    pub(super) async fn exchange<P, B, A>(
        &self,
        operation: &'static Operation<P, B, A>,
        path: P,
        body: B,
        mut parameters: Parameters,
    ) -> Result<Exchanged, Failure>
    where
        P: PathParts + Send,
        B: Serialize + DeserializeOwned + Send,
    {
        let id = parameters
            .client_request_id
            .get_or_insert_with(|| self.request_ids.next())
            .clone();
        let call = Call {
            path,
            body,
            parameters,
        };
        let named = |error: Error| named(error, &id);
        let request = operation.encode(&call).map_err(named)?;
        let repeatable = repeat::is_repeatable(&operation.route, &call.parameters);
        drop(call);
        match self.repeat(&operation.route, &request, repeatable).await {
            Ok((answer, stream, repeated)) => Ok(Exchanged {
                answer,
                stream: named_stream(stream, id.clone()),
                repeated,
                client_request_id: id,
            }),
            Err(failure) => Err(Failure {
                error: named(failure.error),
                repeated: failure.repeated,
            }),
        }
    }

    async fn repeat(
        &self,
        route: &Route,
        request: &RequestParts,
        repeatable: bool,
    ) -> Result<(AnswerParts, Body, bool), Failure> {
        let started = self.clock.now();
        let mut made = 0;
        let mut repeated = false;
        loop {
            made += 1;
            let failed = match self.attempt(route, request).await {
                Ok((answer, stream)) => return Ok((answer, stream, repeated)),
                Err(failed) => failed,
            };
            let (now, error) = (self.clock.now(), failed.error);
            let wait = repeat::is_worth_another_attempt(&error, repeatable)
                .then(|| self.retry.next(made, started, now, failed.asked, &*self.jitter));
            match wait.flatten() {
                Some(wait) => {
                    repeated |= !repeat::was_not_acted_upon(&error);
                    self.clock.sleep(wait).await;
                }
                None => return Err(Failure { error, repeated }),
            }
        }
    }

    async fn attempt(&self, route: &Route, request: &RequestParts) -> Result<(AnswerParts, Body), Failed> {
        let request = self.request(route, request).await?;
        let response = self.transport.send(request).await?;
        if !route.success.contains(&response.status()) {
            return Err(self.refusal(route, response).await);
        }
        let (parts, body) = response.into_parts();
        // A document is taken whole within the attempt, so that one that breaks off is asked for again.
        let (body, stream) = if is_download(route) {
            (Bytes::new(), body)
        } else if route.method == Method::HEAD {
            (Bytes::new(), Body::from(""))
        } else {
            (body.collect(DOCUMENT_LIMIT).await?, Body::from(""))
        };
        let answer = AnswerParts {
            status: parts.status,
            headers: parts.headers,
            body,
        };
        Ok((answer, stream))
    }

    async fn refusal(&self, route: &Route, response: Response<Body>) -> Failed {
        let (parts, body) = response.into_parts();
        if parts.status.is_success() {
            return Failed::from(strange_status(route, parts.status));
        }
        let asked = retry::asked_wait(&parts.headers, self.clock.now());
        let body = if route.method == Method::HEAD {
            Bytes::new()
        } else {
            beginning(body).await
        };
        Failed {
            error: failure::read(parts.status.as_u16(), &parts.headers, &body),
            asked,
        }
    }

    /// The request as it is sent, with everything both ends add.
    async fn request(&self, route: &Route, parts: &RequestParts) -> Result<Request<Body>> {
        let url = format!("{}{}", self.endpoint, parts.target());
        let uri: Uri = url.parse().map_err(|source| {
            Error::transport(Service::Batch, format!("The URL {url:?} is malformed."), source)
        })?;
        let mut headers = parts.headers.clone();
        let accept = if is_download(route) {
            "application/octet-stream"
        } else {
            "application/json"
        };
        headers.insert(ACCEPT, HeaderValue::from_static(accept));
        headers.insert(
            USER_AGENT,
            HeaderValue::from_static(concat!("batchite/", env!("CARGO_PKG_VERSION"))),
        );
        if let Some(authority) = uri.authority() {
            headers.insert(HOST, header::value("host", authority.as_str())?);
        }
        if !matches!(parts.method, Method::GET | Method::HEAD) {
            headers.insert(CONTENT_LENGTH, HeaderValue::from(parts.body.len()));
        }
        header::set(&mut headers, OCP_DATE, &self.clock.now().to_rfc1123())?;
        let mut request = Request::new(Body::from(parts.body.clone()));
        *request.method_mut() = parts.method.clone();
        *request.uri_mut() = uri;
        *request.headers_mut() = headers;
        let authorization = match &self.credential {
            BatchCredential::SharedKey { account, key } => {
                signed(&request, |request| batch::authorization(account, key, request))
            }
            BatchCredential::Token(source) => {
                let token = source.token(BATCH_SCOPE).await?;
                format!("Bearer {}", token.expose())
            }
        };
        let mut value = header::value(AUTHORIZATION.as_str(), &authorization)?;
        value.set_sensitive(true);
        request.headers_mut().insert(AUTHORIZATION, value);
        Ok(request)
    }
}

impl Exchanged {
    /// What the answer tells.
    pub(super) fn read<A: Answer>(&self, route: &Route) -> Result<A> {
        A::read(route, &self.answer).map_err(|error| {
            let error = named(error, &self.client_request_id);
            match header::text(&self.answer.headers, header::REQUEST_ID) {
                Ok(Some(id)) => error.with_request_id(id),
                _ => error,
            }
        })
    }
}

/// The error of a call with this id.
fn named(error: Error, id: &str) -> Error {
    error.with_service(Service::Batch).with_client_request_id(id)
}

/// A body whose errors are those of a call with this id.
fn named_stream(body: Body, id: String) -> Body {
    let length = body.length();
    let pieces = body
        .into_stream()
        .map(move |piece| piece.map_err(|error| named(error, &id)));
    Body::from_stream(length, Box::pin(pieces))
}

/// Whether the answer of an operation is a file.
fn is_download(route: &Route) -> bool {
    use batchite_api::wire::batch::BatchOperation;
    matches!(
        route.operation,
        BatchOperation::DownloadNodeFile | BatchOperation::DownloadTaskFile
    )
}

fn signed(request: &Request<Body>, sign: impl FnOnce(&RequestToSign<'_>) -> String) -> String {
    let headers: Vec<(&str, &str)> = request
        .headers()
        .iter()
        .filter_map(|(name, value)| Some((name.as_str(), std::str::from_utf8(value.as_bytes()).ok()?)))
        .collect();
    let query = query_pairs(request.uri().query().unwrap_or(""));
    sign(&RequestToSign {
        method: request.method().as_str(),
        path: request.uri().path(),
        query: &query,
        headers: &headers,
    })
}

fn strange_status(route: &Route, status: StatusCode) -> Error {
    Error::protocol(
        Service::Batch,
        format!(
            "{} was answered with status {}, which is none of its own.",
            route.name,
            status.as_u16()
        ),
    )
}

/// The first bytes of a body, as many as a refusal has; what comes of one that breaks off.
async fn beginning(body: Body) -> Bytes {
    let mut pieces = body.into_stream();
    let mut read = BytesMut::new();
    while read.len() < failure::BODY_LIMIT {
        match pieces.next().await {
            Some(Ok(piece)) => {
                read.extend_from_slice(&piece[..piece.len().min(failure::BODY_LIMIT - read.len())]);
            }
            Some(Err(_)) | None => break,
        }
    }
    read.freeze()
}
