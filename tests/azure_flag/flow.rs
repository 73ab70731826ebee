//! The tutorial from beginning to end, over HTTP, against a Batch service of the test and a simulated store.

use std::fs;
use std::process::Output;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use batchite::host::pace::system_now;
use batchite::server::{BlobService, Handler, ServedAccount, ServerHandle, serve};
use batchite_api::auth::{Access, AccountKey};
use batchite_api::backend::Body;
use batchite_api::blob::ListContainersOptions;
use batchite_sim::Simulation;
use batchite_sim::config::SimConfig;
use http::{Request, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use wiremock::matchers::{any, header, method, path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::batch::{ACCOUNT, BatchService, JOB, Log, Mood, POOL};
use crate::place::{Place, assert_code, text};

const STORAGE: &str = "mystorage";

/// What Entra ID gives out for the two services.
const BATCH_TOKEN: &str = "token.for.batch";
const STORAGE_TOKEN: &str = "token.for.storage";

/// The blob service of the project, with a log of what it was asked.
struct Recorded(BlobService, Log);

#[async_trait]
impl Handler for Recorded {
    async fn handle(&self, request: Request<Body>) -> Response<Body> {
        let line = format!("{} {}", request.method(), request.uri().path());
        let answer = self.0.handle(request).await;
        let line = format!("{line} {}", answer.status().as_u16());
        self.1.lock().expect("nobody panicked").push(line);
        answer
    }
}

/// Both accounts, on loopback ports.
struct Cloud {
    simulation: Arc<Simulation>,
    batch: MockServer,
    storage_endpoint: String,
    batch_key: AccountKey,
    storage_key: AccountKey,
    log: Log,
    _server: ServerHandle,
}

impl Cloud {
    async fn new(mood: Mood) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let storage_endpoint = format!("http://{}/{STORAGE}", listener.local_addr().expect("an address"));
        let storage_key = AccountKey::from_bytes("the key of the storage account");
        let batch_key = AccountKey::from_bytes("the key of the Batch account");
        let mut config = SimConfig::new(0).with_start(system_now());
        let mut account = config.storage_account.clone();
        STORAGE.clone_into(&mut account.name);
        account.key = storage_key.clone();
        account.endpoint.clone_from(&storage_endpoint);
        config = config.with_storage_account(account);
        let simulation = Simulation::new(config, |executor| executor);
        let account = ServedAccount {
            name: STORAGE.to_owned(),
            keys: vec![storage_key.clone()],
            endpoint: storage_endpoint.clone(),
        };
        let log: Log = Arc::default();
        let blobs = BlobService::new(simulation.blobs(), simulation.clock(), vec![account])
            .with_bearer_tokens(vec![STORAGE_TOKEN.into()]);
        let server = serve(listener, Arc::new(Recorded(blobs, Arc::clone(&log)))).expect("a server");
        let batch = MockServer::start().await;
        let service = BatchService {
            key: batch_key.clone(),
            token: BATCH_TOKEN,
            mood,
            log: Arc::clone(&log),
            storage_endpoint: storage_endpoint.clone(),
            blobs: simulation.blobs(),
            tasks: Mutex::default(),
        };
        Mock::given(any()).respond_with(service).mount(&batch).await;
        Self {
            simulation,
            batch,
            storage_endpoint,
            batch_key,
            storage_key,
            log,
            _server: server,
        }
    }

    /// Runs the tutorial on two texts, with the keys of both accounts.
    async fn run(&self, place: &Place) -> Output {
        let connection = format!(
            "AccountName={STORAGE};AccountKey={};BlobEndpoint={}",
            self.storage_key.expose_base64(),
            self.storage_endpoint
        );
        let variables = [
            ("AZURE_BATCH_ACCOUNT_NAME", ACCOUNT),
            ("AZURE_BATCH_ACCOUNT_KEY", &self.batch_key.expose_base64()),
            ("AZURE_BATCH_ENDPOINT", &self.batch.uri()),
            ("AZURE_STORAGE_CONNECTION_STRING", &connection),
        ];
        self.run_with(place, &variables).await
    }

    /// The same with these variables.
    async fn run_with(&self, place: &Place, variables: &[(&str, &str)]) -> Output {
        place.write("a.txt", "one two");
        place.write("b.txt", "three");
        // What goes to this machine must go to no proxy.
        let variables = [variables, &[("HTTP_PROXY", "http://127.0.0.1:1")]].concat();
        let options = ["--json", "--input", "a.txt", "--input", "b.txt"];
        let mut command = place.azure(&options, &variables);
        let output = tokio::task::spawn_blocking(move || command.output());
        let output = output.await.expect("no panic").expect("the command runs");
        let shown = text(&output.stdout) + &text(&output.stderr);
        for key in [&self.batch_key, &self.storage_key] {
            assert!(!shown.contains(&key.expose_base64()), "{shown}");
        }
        assert!(
            !shown.contains(BATCH_TOKEN) && !shown.contains(STORAGE_TOKEN),
            "{shown}"
        );
        output
    }

    fn log(&self) -> Vec<String> {
        self.log.lock().expect("nobody panicked").clone()
    }

    async fn containers(&self) -> usize {
        let access = Access::SharedKey {
            account: STORAGE.to_owned(),
            key: self.storage_key.clone(),
        };
        let storage = self
            .simulation
            .blobs()
            .connect(&self.storage_endpoint, access)
            .expect("a handle");
        let page = storage.list_containers(&ListContainersOptions::default()).await;
        page.expect("a list").items.len()
    }
}

fn on_storage(lines: &[&str]) -> Vec<String> {
    let whole = |line: &&str| line.replacen(" /", &format!(" /{STORAGE}/"), 1);
    lines.iter().map(whole).collect()
}

fn on_batch(lines: &[(&str, &str)]) -> Vec<String> {
    lines
        .iter()
        .map(|(method, path)| format!("{method} {path}"))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_tutorial_runs_over_http() {
    let (place, cloud) = (Place::new(), Cloud::new(Mood::Works).await);
    let output = cloud.run(&place).await;
    assert_code(&output, 0);
    assert_eq!(text(&output.stderr), "");
    let uploads = on_storage(&[
        "PUT /application 201",
        "PUT /input 201",
        "PUT /output 201",
        "PUT /application/worker 201",
        "PUT /input/a.txt 201",
        "PUT /input/b.txt 201",
    ]);
    let (tasks, nodes) = (format!("{JOB}/tasks"), format!("{POOL}/nodes"));
    let look = [("GET", tasks.as_str()), ("GET", POOL), ("GET", nodes.as_str())];
    let work = [
        &[
            ("GET", "/supportedimages"),
            ("POST", "/pools"),
            ("POST", "/jobs"),
            ("POST", "/jobs/RustTutorialJob/addtaskcollection"),
        ][..],
        &look,
        &look,
        &look[..1],
    ];
    let downloads = on_storage(&[
        "GET /output 200",
        "GET /output/a_OUTPUT.txt 200",
        "GET /output/b_OUTPUT.txt 200",
        "DELETE /application 202",
        "DELETE /input 202",
        "DELETE /output 202",
    ]);
    let end = on_batch(&[("DELETE", JOB), ("DELETE", POOL)]);
    let expected = [uploads, on_batch(&work.concat()), downloads, end].concat();
    assert_eq!(cloud.log(), expected);
    assert_eq!(cloud.containers().await, 0);
    for (name, report) in [("a_OUTPUT.txt", "7 bytes"), ("b_OUTPUT.txt", "5 bytes")] {
        let written = fs::read_to_string(place.path("tutorial-output").join(name)).unwrap();
        assert_eq!(written, report);
    }
    let document: Value = serde_json::from_slice(&output.stdout).expect("one document");
    assert_eq!(document["backend"], "azure");
    assert_eq!(
        (&document["seed"], &document["execution"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(document["success"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_run_did_not_make_stays_and_what_it_made_goes() {
    let (place, cloud) = (Place::new(), Cloud::new(Mood::PoolExists).await);
    let output = cloud.run(&place).await;
    assert_code(&output, 1);
    assert!(text(&output.stderr).contains("PoolExists (409)"));
    assert_eq!(cloud.containers().await, 0);
    let log = cloud.log();
    assert!(
        !log.iter().any(|line| line.starts_with("DELETE /pools")),
        "{log:#?}"
    );
}

/// A machine's identity, as App Service gives it out.
async fn identity() -> MockServer {
    let server = MockServer::start().await;
    for (resource, token) in [
        ("https://batch.core.windows.net/", BATCH_TOKEN),
        ("https://storage.azure.com", STORAGE_TOKEN),
    ] {
        let document = json!({
            "access_token": token, "expires_on": "4102444800", "resource": resource, "token_type": "Bearer"
        });
        Mock::given(method("GET"))
            .and(path("/identity"))
            .and(header("x-identity-header", "hunter2"))
            .and(query_param("resource", resource))
            .respond_with(ResponseTemplate::new(200).set_body_json(document))
            .expect(1)
            .mount(&server)
            .await;
    }
    server
}

#[tokio::test(flavor = "multi_thread")]
async fn without_keys_the_whole_tutorial_runs_by_entra_id() {
    let (place, cloud) = (Place::new(), Cloud::new(Mood::Works).await);
    let identity = identity().await;
    let variables = [
        ("AZURE_BATCH_ENDPOINT", cloud.batch.uri()),
        ("AZURE_STORAGE_ACCOUNT", STORAGE.to_owned()),
        ("AZURE_STORAGE_BLOB_ENDPOINT", cloud.storage_endpoint.clone()),
        ("IDENTITY_ENDPOINT", format!("{}/identity", identity.uri())),
        ("IDENTITY_HEADER", "hunter2".to_owned()),
    ];
    let variables = variables.each_ref().map(|(name, value)| (*name, value.as_str()));
    let output = cloud.run_with(&place, &variables).await;
    assert_code(&output, 0);
    let log = cloud.log();
    assert_eq!(
        log[0],
        format!("POST /{STORAGE} 200"),
        "the key for signatures comes first"
    );
    assert_eq!(
        log.iter()
            .filter(|line| line.starts_with("POST /mystorage"))
            .count(),
        1
    );
    assert_eq!(cloud.containers().await, 0);
    for (name, report) in [("a_OUTPUT.txt", "7 bytes"), ("b_OUTPUT.txt", "5 bytes")] {
        let written = fs::read_to_string(place.path("tutorial-output").join(name)).unwrap();
        assert_eq!(written, report);
    }
}
