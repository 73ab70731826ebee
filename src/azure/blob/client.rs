//! One call: the request is made, signed, sent, repeated where that is safe, and its answer read.

use batchite_api::auth::shared_key::{RequestToSign, blob, query_pairs};
use batchite_api::auth::{Access, AccountKey};
use batchite_api::backend::Body;
use batchite_api::error::{Error, Result, Service};
use batchite_api::time::TimeSpan;
use batchite_api::wire::blob::header::{self, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, MS_DATE, VERSION};
use batchite_api::wire::blob::{
    BlobOperation, ContainerOperation, Operation, RequestHead, SERVICE_VERSION, failure, xml,
};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use http::header::{ACCEPT, HOST, USER_AGENT};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Uri};

use super::AzureBlob;
use super::payload::Payload;
use crate::azure::retry;

/// Documents longer than this do not come from the service: 5,000 entries with all their metadata fit.
const DOCUMENT_LIMIT: u64 = 128 * 1024 * 1024;

/// A document the service answered with.
pub(super) struct Document {
    pub(super) headers: HeaderMap,
    pub(super) bytes: Bytes,
}

/// A failed attempt, and how long the service asked to wait.
pub(super) struct Failed {
    pub(super) error: Error,
    pub(super) asked: Option<TimeSpan>,
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self { error, asked: None }
    }
}

impl AzureBlob {
    /// The answer to an operation, its body still to come.
    pub(super) async fn stream(&self, operation: &Operation) -> Result<Response<Body>> {
        let mut payload = Payload::none();
        self.repeat(operation, &mut payload, Wanted::Stream).await
    }

    /// The same, asked for once: the caller knows when to ask again.
    pub(super) async fn stream_once(&self, operation: &Operation) -> Result<Response<Body>, Failed> {
        self.attempt(operation, &mut Payload::none(), Wanted::Stream)
            .await
    }

    /// The headers of the answer to an operation that has no body.
    pub(super) async fn head(&self, operation: &Operation, mut payload: Payload) -> Result<HeaderMap> {
        let response = self.repeat(operation, &mut payload, Wanted::Head).await?;
        Ok(response.into_parts().0.headers)
    }

    /// The answer to an operation that sends something, its body still to come.
    pub(super) async fn answered(
        &self,
        operation: &Operation,
        mut payload: Payload,
    ) -> Result<Response<Body>> {
        self.repeat(operation, &mut payload, Wanted::Stream).await
    }

    /// The document an operation answers with.
    pub(super) async fn document(&self, operation: &Operation) -> Result<Document> {
        self.answered_document(operation, Payload::none()).await
    }

    /// The document an operation that sends one answers with.
    pub(super) async fn answered_document(
        &self,
        operation: &Operation,
        mut payload: Payload,
    ) -> Result<Document> {
        let response = self.repeat(operation, &mut payload, Wanted::Document).await?;
        let (parts, body) = response.into_parts();
        Ok(Document {
            headers: parts.headers,
            bytes: body.collect(DOCUMENT_LIMIT).await?,
        })
    }

    async fn repeat(
        &self,
        operation: &Operation,
        payload: &mut Payload,
        wanted: Wanted,
    ) -> Result<Response<Body>> {
        let connector = &self.connector;
        let started = connector.clock.now();
        let mut made = 0;
        loop {
            made += 1;
            let failed = match self.attempt(operation, payload, wanted).await {
                Ok(response) => return Ok(response),
                Err(failed) => failed,
            };
            let again = payload.is_there()
                && retry::is_worth_another_attempt(&failed.error, operation.is_repeatable());
            let now = connector.clock.now();
            let wait = again
                .then(|| {
                    connector
                        .retry
                        .next(made, started, now, failed.asked, &*connector.jitter)
                })
                .flatten();
            match wait {
                Some(wait) => connector.clock.sleep(wait).await,
                None => return Err(failed.error),
            }
        }
    }

    async fn attempt(
        &self,
        operation: &Operation,
        payload: &mut Payload,
        wanted: Wanted,
    ) -> Result<Response<Body>, Failed> {
        let request = self.request(operation, payload).await?;
        let method = request.method().clone();
        let response = self.connector.transport.send(request).await?;
        let status = response.status();
        if !is_success(operation, status) {
            return Err(self.refusal(operation, response, &method).await);
        }
        let (parts, body) = response.into_parts();
        let body = match wanted {
            Wanted::Stream => body,
            Wanted::Head => Body::from(""),
            Wanted::Document => {
                check_is_document(operation, &parts.headers)?;
                // A document is taken whole within the attempt, so that one that breaks off is asked for again.
                Body::from(body.collect(DOCUMENT_LIMIT).await?)
            }
        };
        Ok(Response::from_parts(parts, body))
    }

    async fn refusal(&self, operation: &Operation, response: Response<Body>, method: &Method) -> Failed {
        let (parts, body) = response.into_parts();
        if parts.status.is_success() {
            return Failed::from(Error::protocol(
                Service::Blob,
                format!(
                    "{} was answered with status {}, which is none of its own.",
                    operation.name(),
                    parts.status.as_u16()
                ),
            ));
        }
        let asked = retry::asked_wait(&parts.headers, self.connector.clock.now());
        let body = if *method == Method::HEAD {
            Bytes::new()
        } else {
            beginning(body).await
        };
        Failed {
            error: failure::read(parts.status.as_u16(), &parts.headers, &body),
            asked,
        }
    }

    /// The request for an operation, with everything it needs to be sent.
    async fn request(&self, operation: &Operation, payload: &mut Payload) -> Result<Request<Body>> {
        let head = RequestHead::of(operation)?;
        let uri = self.uri(&head)?;
        let mut headers = head.headers;
        header::set(&mut headers, &VERSION, SERVICE_VERSION)?;
        headers.insert(ACCEPT, HeaderValue::from_static("*/*"));
        headers.insert(
            USER_AGENT,
            HeaderValue::from_static(concat!("batchite/", env!("CARGO_PKG_VERSION"))),
        );
        if let Some(authority) = uri.authority() {
            headers.insert(HOST, header::value(&HOST, authority.to_string())?);
        }
        if matches!(head.method, Method::PUT | Method::POST) {
            headers.insert(&CONTENT_LENGTH, HeaderValue::from(payload.length()));
        }
        if sends_document(operation) {
            headers.insert(&CONTENT_TYPE, HeaderValue::from_static(xml::CONTENT_TYPE));
        }
        self.authorize(&head.method, &uri, &mut headers).await?;
        let mut request = Request::new(payload.take()?);
        *request.method_mut() = head.method;
        *request.uri_mut() = uri;
        *request.headers_mut() = headers;
        Ok(request)
    }

    pub(super) fn uri(&self, head: &RequestHead) -> Result<Uri> {
        let mut url = format!("{}{}", self.endpoint, head.resource.to_path());
        let mut query = head.query.to_text();
        if let Access::Sas(token) = &self.access {
            if !query.is_empty() {
                query.push('&');
            }
            // What a request is about it says itself; some write it into the token too.
            let fields = token.trim_start_matches('?').split('&');
            let fields: Vec<&str> = fields.filter(|field| !field.starts_with("snapshot=")).collect();
            query.push_str(&fields.join("&"));
        }
        if !query.is_empty() {
            url.push('?');
            url.push_str(&query);
        }
        url.parse().map_err(|_| {
            // The cause would show the token.
            Error::protocol(
                Service::Blob,
                format!(
                    "The URL of {} below {} is malformed; check the shared access signature.",
                    head.resource.to_path(),
                    self.endpoint
                ),
            )
        })
    }

    pub(super) async fn authorize(&self, method: &Method, uri: &Uri, headers: &mut HeaderMap) -> Result<()> {
        let authorization = match &self.access {
            Access::Anonymous | Access::Sas(_) => return Ok(()),
            Access::SharedKey { account, key } => self.signature(account, key, method, uri, headers)?,
            Access::Entra => {
                let token = self.connector.token().await?;
                format!("Bearer {}", token.expose())
            }
        };
        let mut value = header::value(&AUTHORIZATION, authorization)?;
        value.set_sensitive(true);
        headers.insert(&AUTHORIZATION, value);
        Ok(())
    }

    /// Dates a request and signs it with an account's key.
    fn signature(
        &self,
        account: &str,
        key: &AccountKey,
        method: &Method,
        uri: &Uri,
        headers: &mut HeaderMap,
    ) -> Result<String> {
        header::set(headers, &MS_DATE, self.connector.clock.now().to_rfc1123())?;
        let signed: Vec<(&str, &str)> = headers
            .iter()
            .filter_map(|(name, value)| Some((name.as_str(), std::str::from_utf8(value.as_bytes()).ok()?)))
            .collect();
        let query = query_pairs(uri.query().unwrap_or(""));
        let request = RequestToSign {
            method: method.as_str(),
            path: uri.path(),
            query: &query,
            headers: &signed,
        };
        Ok(blob::authorization(account, key, &request))
    }
}

/// What of an answer is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Head,
    Document,
    Stream,
}

fn is_success(operation: &Operation, status: StatusCode) -> bool {
    let other = match operation {
        Operation::OnBlob(_, _, operation) => match **operation {
            BlobOperation::Get { .. } => Some(StatusCode::PARTIAL_CONTENT),
            // Out of the archive it takes a while.
            BlobOperation::SetTier { .. } => Some(StatusCode::ACCEPTED),
            _ => None,
        },
        _ => None,
    };
    status == operation.success() || Some(status) == other
}

/// Whether the body of a request is XML.
fn sends_document(operation: &Operation) -> bool {
    match operation {
        Operation::OnContainer(_, operation) => {
            matches!(operation, ContainerOperation::SetAccessPolicy { .. })
        }
        Operation::OnBlob(_, _, operation) => matches!(
            **operation,
            BlobOperation::PutBlockList(_) | BlobOperation::SetTags(_)
        ),
        Operation::GetUserDelegationKey | Operation::SetServiceProperties => true,
        Operation::GetAccountInformation(_)
        | Operation::GetServiceProperties
        | Operation::GetServiceStatistics
        | Operation::ListContainers(_)
        | Operation::FindBlobsByTags(_)
        | Operation::SubmitBatch { .. } => false,
    }
}

fn check_is_document(operation: &Operation, headers: &HeaderMap) -> Result<()> {
    let kind = header::text(headers, &CONTENT_TYPE).ok().flatten().unwrap_or("");
    let media_type = kind.split(';').next().unwrap_or("").trim();
    if matches!(media_type, "application/xml" | "text/xml") {
        return Ok(());
    }
    Err(Error::protocol(
        Service::Blob,
        format!(
            "{} was answered with {media_type:?} instead of XML. Check that the endpoint is one of Blob Storage.",
            operation.name()
        ),
    ))
}

/// The first bytes of a body, as many as a refusal has; what comes of one that breaks off.
async fn beginning(body: Body) -> Bytes {
    let limit = usize::try_from(failure::BODY_LIMIT).unwrap_or(usize::MAX);
    let mut pieces = body.into_stream();
    let mut read = BytesMut::new();
    while read.len() < limit {
        match pieces.next().await {
            Some(Ok(piece)) => read.extend_from_slice(&piece[..piece.len().min(limit - read.len())]),
            Some(Err(_)) | None => break,
        }
    }
    read.freeze()
}
