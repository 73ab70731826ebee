//! The requests of credentials, sent by this client's own transport: one TLS, one trust, one way through proxies.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use azure_core::error::{Error as CoreError, ErrorKind};
use azure_core::http::headers::{HeaderName, HeaderValue, Headers};
use azure_core::http::{AsyncRawResponse, Body as CoreBody, ClientOptions, HttpClient, Request};
use batchite_api::backend::Body;
use http::header::{CONTENT_LENGTH, HOST};
use http::{HeaderValue as Value, Uri};

use crate::azure::Transport;

/// An answer with a token, or with why there is none, is shorter than this.
const ANSWER_LIMIT: u64 = 1024 * 1024;

/// How credentials reach Entra ID.
pub(super) fn client_options(transport: Arc<dyn Transport>) -> ClientOptions {
    let client: Arc<dyn HttpClient> = Arc::new(OwnTransport(transport));
    ClientOptions {
        transport: Some(azure_core::http::Transport::new(client)),
        ..ClientOptions::default()
    }
}

struct OwnTransport(Arc<dyn Transport>);

impl fmt::Debug for OwnTransport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("OwnTransport")
    }
}

#[async_trait]
impl HttpClient for OwnTransport {
    async fn execute_request(&self, request: &Request) -> azure_core::Result<AsyncRawResponse> {
        let CoreBody::Bytes(bytes) = request.body().clone() else {
            return Err(failed(
                "The request of a credential has a body of unknown length.",
            ));
        };
        let uri: Uri = request.url().as_str().parse().map_err(failed)?;
        let mut outgoing = http::Request::new(Body::from(bytes.clone()));
        *outgoing.method_mut() = request.method().as_str().parse().map_err(failed)?;
        for (name, value) in request.headers().iter() {
            let name: http::HeaderName = name.as_str().parse().map_err(failed)?;
            outgoing
                .headers_mut()
                .insert(name, Value::try_from(value.as_str()).map_err(failed)?);
        }
        if let Some(authority) = uri.authority() {
            let host = Value::try_from(authority.as_str()).map_err(failed)?;
            outgoing.headers_mut().insert(HOST, host);
        }
        outgoing
            .headers_mut()
            .insert(CONTENT_LENGTH, Value::from(bytes.len()));
        *outgoing.uri_mut() = uri;
        let answer = self.0.send(outgoing).await.map_err(failed)?;
        let (parts, body) = answer.into_parts();
        let body = body.collect(ANSWER_LIMIT).await.map_err(failed)?;
        let mut headers = Headers::new();
        for (name, value) in &parts.headers {
            if let Ok(value) = value.to_str() {
                headers.insert(
                    HeaderName::from(name.as_str().to_owned()),
                    HeaderValue::from(value.to_owned()),
                );
            }
        }
        Ok(AsyncRawResponse::from_bytes(
            parts.status.as_u16().into(),
            headers,
            body,
        ))
    }
}

/// A failure that is not worth another attempt: where nothing answers, the next credential is tried at once, and a
/// minute of attempts at an address that only virtual machines have would be a minute of silence.
fn failed<E>(error: E) -> CoreError
where
    E: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    CoreError::new(ErrorKind::Credential, error)
}
