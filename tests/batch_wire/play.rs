//! A transport that notes what it is given and answers as it was told to, and a client on it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use batchite::azure::{
    AzureBatch, BatchConnection, BatchCredential, HttpTransport, Jitter, RequestIds, Timeouts, Transport,
};
use batchite_api::auth::AccountKey;
use batchite_api::backend::Body;
use batchite_api::error::{Error, Result, Service};
use batchite_api::time::{Clock, TimeSpan, Timestamp};
use bytes::Bytes;
use futures_util::{FutureExt, StreamExt, stream};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Respond, ResponseTemplate};

pub(crate) const ENDPOINT: &str = "https://acct.westeurope.batch.azure.com";
pub(crate) const ACCOUNT: &str = "acct";
pub(crate) const KEY: &str = "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=";

/// A request that was sent.
#[derive(Debug, Clone)]
pub(crate) struct Sent {
    pub(crate) method: Method,
    /// Path and query.
    pub(crate) target: String,
    pub(crate) host: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Sent {
    /// A header; the empty text when it is absent.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Method and target.
    pub(crate) fn line(&self) -> String {
        format!("{} {}", self.method, self.target)
    }
}

/// What a request gets.
pub(crate) enum Reply {
    Answer(Response<Body>),
    /// A connection that breaks before there is an answer.
    Reset,
}

pub(crate) fn reply(status: u16, headers: &[(&str, &str)], body: &str) -> Reply {
    let mut response = Response::new(Body::from(body.as_bytes().to_vec()));
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    for (name, value) in headers {
        response.headers_mut().append(
            HeaderName::from_bytes(name.as_bytes()).unwrap(),
            HeaderValue::from_str(value).unwrap(),
        );
    }
    Reply::Answer(response)
}

/// A refusal in the service's form.
pub(crate) fn refusal(status: u16, code: &str) -> Reply {
    let body = format!(
        "{{\"odata.metadata\":\"x\",\"code\":\"{code}\",\"message\":{{\"lang\":\"en-US\",\
         \"value\":\"What went wrong.\\nRequestId:r-1\\nTime:2025-11-20T15:00:00Z\"}},\
         \"values\":[{{\"key\":\"Reason\",\"value\":\"because\"}}]}}"
    );
    let kind = ("content-type", "application/json;odata=minimalmetadata");
    reply(status, &[kind, ("request-id", "r-1")], &body)
}

/// The same answer with a body that breaks off after its text.
pub(crate) fn broken(reply: Reply) -> Reply {
    match reply {
        Reply::Answer(response) => {
            let pieces = |body: Body| body.into_stream().chain(stream::once(async { Err(reset()) }));
            Reply::Answer(response.map(|body| Body::from_stream(None, Box::pin(pieces(body)))))
        }
        Reply::Reset => Reply::Reset,
    }
}

fn reset() -> Error {
    let cause = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
    Error::transport(Service::Blob, "The connection broke.", cause)
}

type Script = Box<dyn FnMut(&Sent) -> Reply + Send>;

struct Stage {
    script: Mutex<Script>,
    sent: Mutex<Vec<Sent>>,
}

#[async_trait]
impl Transport for Stage {
    async fn send(&self, request: Request<Body>) -> Result<Response<Body>> {
        let (parts, body) = request.into_parts();
        let sent = Sent {
            method: parts.method,
            target: parts.uri.path_and_query().unwrap().to_string(),
            host: parts.uri.authority().unwrap().to_string(),
            headers: parts.headers,
            body: body.collect(10_000_000).await?,
        };
        let reply = (self.script.lock().unwrap())(&sent);
        self.sent.lock().unwrap().push(sent);
        match reply {
            Reply::Answer(response) => Ok(response),
            Reply::Reset => Err(reset()),
        }
    }
}

fn credential() -> BatchCredential {
    BatchCredential::SharedKey {
        account: ACCOUNT.to_owned(),
        key: AccountKey::from_base64(KEY).unwrap(),
    }
}

/// Answers requests as wiremock has read them from a socket.
struct Arrived(Arc<Stage>);

impl Respond for Arrived {
    fn respond(&self, request: &wiremock::Request) -> ResponseTemplate {
        let (path, query) = (request.url.path(), request.url.query());
        let host = request.headers.get("host").unwrap().to_str().unwrap();
        let sent = Sent {
            method: request.method.clone(),
            target: query.map_or_else(|| path.to_owned(), |query| format!("{path}?{query}")),
            host: host.to_owned(),
            headers: request.headers.clone(),
            body: Bytes::from(request.body.clone()),
        };
        let reply = (self.0.script.lock().unwrap())(&sent);
        self.0.sent.lock().unwrap().push(sent);
        let Reply::Answer(response) = reply else {
            panic!("wiremock has no connection to break");
        };
        let (parts, body) = response.into_parts();
        let body = body.collect(10_000_000).now_or_never().unwrap().unwrap();
        let answer = ResponseTemplate::new(parts.status).set_body_bytes(body);
        answer.append_headers(parts.headers.iter())
    }
}

/// A clock whose sleeps are over at once.
#[derive(Debug)]
struct Quick(Mutex<Timestamp>);

#[async_trait]
impl Clock for Quick {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }

    async fn sleep(&self, span: TimeSpan) {
        let mut now = self.0.lock().unwrap();
        *now = *now + span;
    }
}

#[derive(Debug)]
struct Longest;

impl Jitter for Longest {
    fn up_to(&self, bound: u64) -> u64 {
        bound
    }
}

#[derive(Debug, Default)]
struct Counted(Mutex<u32>);

impl RequestIds for Counted {
    fn next(&self) -> String {
        let mut count = self.0.lock().unwrap();
        *count += 1;
        format!("c-{count}")
    }
}

/// See the module.
pub(crate) struct Play {
    stage: Arc<Stage>,
    clock: Arc<Quick>,
}

impl Play {
    /// Answers every request as the script says.
    pub(crate) fn with(script: impl FnMut(&Sent) -> Reply + Send + 'static) -> Self {
        Self {
            stage: Arc::new(Stage {
                script: Mutex::new(Box::new(script)),
                sent: Mutex::default(),
            }),
            clock: Arc::new(Quick(Mutex::new("2025-11-20T15:00:00Z".parse().unwrap()))),
        }
    }

    /// Answers in this order; every further request finds a broken connection.
    pub(crate) fn new(replies: impl IntoIterator<Item = Reply>) -> Self {
        let mut replies: VecDeque<Reply> = replies.into_iter().collect();
        Self::with(move |_| replies.pop_front().unwrap_or(Reply::Reset))
    }

    pub(crate) fn connection(&self) -> BatchConnection {
        let (transport, clock) = (Arc::clone(&self.stage), Arc::clone(&self.clock));
        BatchConnection {
            transport,
            clock,
            jitter: Arc::new(Longest),
            request_ids: Arc::new(Counted::default()),
        }
    }

    pub(crate) fn client(&self) -> AzureBatch {
        AzureBatch::new(ENDPOINT, credential(), self.connection()).unwrap()
    }

    /// A client whose requests go over a socket to wiremock, which lets the script answer what has arrived.
    pub(crate) async fn client_over_a_socket(&self) -> (AzureBatch, MockServer) {
        let server = MockServer::start().await;
        let responder = Arrived(Arc::clone(&self.stage));
        Mock::given(any()).respond_with(responder).mount(&server).await;
        let connection = BatchConnection {
            transport: Arc::new(HttpTransport::new(Timeouts::default()).unwrap()),
            ..self.connection()
        };
        let client = AzureBatch::new(&server.uri(), credential(), connection).unwrap();
        (client, server)
    }

    /// The requests so far.
    pub(crate) fn sent(&self) -> Vec<Sent> {
        self.stage.sent.lock().unwrap().clone()
    }

    /// The time on the client's clock since the beginning.
    pub(crate) fn elapsed(&self) -> TimeSpan {
        self.clock.now() - "2025-11-20T15:00:00Z".parse::<Timestamp>().unwrap()
    }
}

pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}
