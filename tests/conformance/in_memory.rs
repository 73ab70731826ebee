//! A client and a server without a network between them: requests are handed over, and written down.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use batchite::azure::{
    AzureBatch, AzureBlobConnector, BatchConnection, BatchCredential, Jitter, RandomRequestIds, RetryPolicy,
    SeededJitter, Transport,
};
use batchite::server::{BatchService, BlobService, Handler, ServedAccount, ServedBatchAccount};
use batchite_api::auth::AccountKey;
use batchite_api::backend::{BatchBackend, BlobConnector, Body};
use batchite_api::error::Result;
use batchite_api::time::Clock;
use batchite_api::wire::batch::{BatchOperation, Route};
use batchite_sim::Simulation;
use batchite_sim::config::SimConfig;
use http::header::CONTENT_LENGTH;
use http::{HeaderMap, Method, Request, Response, StatusCode, Uri};

/// How often each operation was answered with each status.
pub(crate) type Answers = Arc<Mutex<BTreeMap<(BatchOperation, u16), usize>>>;

/// Hands requests to the server their URL names.
struct InMemory {
    batch: (String, Arc<dyn Handler>),
    blobs: (String, Arc<dyn Handler>),
    answers: Answers,
}

#[async_trait]
impl Transport for InMemory {
    async fn send(&self, request: Request<Body>) -> Result<Response<Body>> {
        let (mut parts, body) = request.into_parts();
        let authority = parts.uri.authority().expect("a whole URL").to_string();
        let is_batch = authority == self.batch.0;
        assert!(
            is_batch || authority == self.blobs.0,
            "nobody listens at {authority}"
        );
        check_length("request", &parts.headers, &body);
        // A server sees the path and the query.
        let target = parts.uri.path_and_query().expect("a path").clone();
        parts.uri = Uri::from(target);
        let method = parts.method.clone();
        let operation = Route::find(&method, parts.uri.path()).map(|(route, _)| route.operation);
        let handler = if is_batch { &self.batch.1 } else { &self.blobs.1 };
        let response = handler.handle(Request::from_parts(parts, body)).await;
        let has_body = method != Method::HEAD && response.status() != StatusCode::NOT_MODIFIED;
        if has_body {
            check_length("answer", response.headers(), response.body());
        }
        if is_batch && let Ok(operation) = operation {
            let mut answers = self.answers.lock().expect("no case panicked");
            *answers
                .entry((operation, response.status().as_u16()))
                .or_default() += 1;
        }
        Ok(response)
    }
}

/// HTTP would cut or hang where the length that is told is not that of the body.
fn check_length(what: &str, headers: &HeaderMap, body: &Body) {
    let told = headers.get(CONTENT_LENGTH).map(|told| {
        let text = told.to_str().expect("a number");
        text.parse::<u64>().expect("a number")
    });
    if let (Some(told), Some(length)) = (told, body.length()) {
        assert_eq!(told, length, "the length of a body of the {what}");
    }
}

/// The host and port of a URL.
fn authority(endpoint: &str) -> String {
    let uri: Uri = endpoint.parse().expect("a URL");
    uri.authority().expect("a host").to_string()
}

/// A world behind servers, seen through clients.
pub(crate) fn through_http(
    simulation: &Arc<Simulation>,
    config: &SimConfig,
    answers: Answers,
) -> (Arc<dyn BatchBackend>, Arc<dyn BlobConnector>) {
    let clock = simulation.clock();
    let key = AccountKey::from_bytes(*b"the key of an account that is not there");
    let account = ServedBatchAccount::new(config.batch_account.clone(), key.clone());
    let storage = &config.storage_account;
    let served = ServedAccount {
        name: storage.name.clone(),
        keys: vec![storage.key.clone()],
        endpoint: storage.endpoint.clone(),
    };
    let batch = BatchService::new(simulation.batch(), Arc::clone(&clock), account);
    let blobs = BlobService::new(simulation.blobs(), Arc::clone(&clock), vec![served]);
    let transport: Arc<dyn Transport> = Arc::new(InMemory {
        batch: (authority(&config.batch_endpoint), Arc::new(batch)),
        blobs: (authority(&storage.endpoint), Arc::new(blobs)),
        answers,
    });
    let credential = BatchCredential::SharedKey {
        account: config.batch_account.clone(),
        key,
    };
    let client = client(&config.batch_endpoint, credential, Arc::clone(&transport), &clock);
    let connector = AzureBlobConnector::new(transport, clock, Arc::new(SeededJitter::new(2)));
    (Arc::new(client), Arc::new(connector))
}

fn client(
    endpoint: &str,
    credential: BatchCredential,
    transport: Arc<dyn Transport>,
    clock: &Arc<dyn Clock>,
) -> AzureBatch {
    let jitter: Arc<dyn Jitter> = Arc::new(SeededJitter::new(1));
    let connection = BatchConnection {
        transport,
        clock: Arc::clone(clock),
        jitter: Arc::clone(&jitter),
        request_ids: Arc::new(RandomRequestIds::new(jitter)),
    };
    // What the service would rather have tried again later is told, as on the other arm.
    AzureBatch::new(endpoint, credential, connection)
        .expect("an account")
        .with_retry(RetryPolicy::NEVER)
}
