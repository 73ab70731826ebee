//! A Batch service of one tutorial: it answers as the flow needs it, holds every signature against its own
//! computation, and does the work of the tasks with nothing but the tokens they were given.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use batchite_api::auth::{Access, AccountKey};
use batchite_api::backend::{BlobConditions, BlobConnector, Body};
use batchite_api::blob::{BlobName, ContainerName, PutBlobOptions, parse_blob_url_below};
use futures_util::FutureExt;
use serde_json::{Value, json};
use wiremock::{Request, Respond, ResponseTemplate};

pub(crate) const ACCOUNT: &str = "mybatch";
pub(crate) const JOB: &str = "/jobs/RustTutorialJob";
pub(crate) const POOL: &str = "/pools/RustTutorialPool";

/// What both services were asked, in order.
pub(crate) type Log = Arc<Mutex<Vec<String>>>;

/// How the service behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    /// The tasks do their work.
    Works,
    /// There is such a pool already.
    PoolExists,
}

/// The service.
pub(crate) struct BatchService {
    pub(crate) key: AccountKey,
    /// What a token of Entra ID for it is.
    pub(crate) token: &'static str,
    pub(crate) mood: Mood,
    pub(crate) log: Log,
    /// The storage as nodes reach it.
    pub(crate) storage_endpoint: String,
    pub(crate) blobs: Arc<dyn BlobConnector>,
    pub(crate) tasks: Mutex<Vec<Value>>,
}

impl Respond for BatchService {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let path = request.url.path();
        let line = format!("{} {path}", request.method);
        self.log.lock().expect("nobody panicked").push(line.clone());
        let given = header(request, "authorization");
        if given != self.authorization(request) && given != format!("Bearer {}", self.token) {
            return refusal(403, "AuthenticationFailed");
        }
        if !request
            .url
            .query()
            .unwrap_or("")
            .contains("api-version=2025-06-01")
        {
            return refusal(400, "MissingRequiredQueryParameter");
        }
        match line.as_str() {
            "GET /supportedimages" => images(),
            "POST /pools" if self.mood == Mood::PoolExists => refusal(409, "PoolExists"),
            "POST /pools" | "POST /jobs" => written(),
            "POST /jobs/RustTutorialJob/addtaskcollection" => self.add_tasks(request),
            "GET /jobs/RustTutorialJob/tasks" => self.list_tasks(),
            "GET /pools/RustTutorialPool" => ok(&json!({
                "id": "RustTutorialPool", "state": "active", "allocationState": "steady"
            })),
            "GET /pools/RustTutorialPool/nodes" => ok(&json!({"value": [{"id": "tvm-1", "state": "idle"}]})),
            "DELETE /jobs/RustTutorialJob" | "DELETE /pools/RustTutorialPool" => ResponseTemplate::new(202),
            _ => refusal(404, "ResourceNotFound"),
        }
    }
}

impl BatchService {
    /// The header a request must carry, put together after the public page "Authenticate requests to the Azure Batch
    /// service": <https://learn.microsoft.com/rest/api/batchservice/authenticate-requests-to-the-azure-batch-service>
    fn authorization(&self, request: &Request) -> String {
        let length = match request.method.as_str() {
            "GET" => String::new(),
            _ => request.body.len().to_string(),
        };
        let mut query: Vec<(String, String)> = request.url.query_pairs().into_owned().collect();
        query.sort();
        let mut text = format!(
            "{}\n\n\n{length}\n\n{}\n\n\n\n\n\n\nocp-date:{}\n/{ACCOUNT}{}",
            request.method,
            header(request, "content-type"),
            header(request, "ocp-date"),
            request.url.path(),
        );
        for (name, value) in query {
            write!(text, "\n{name}:{value}").expect("writing to a string does not fail");
        }
        format!("SharedKey {ACCOUNT}:{}", self.key.sign(&text))
    }

    fn add_tasks(&self, request: &Request) -> ResponseTemplate {
        let group: Value = serde_json::from_slice(&request.body).expect("JSON");
        let tasks = group["value"].as_array().expect("tasks").clone();
        let result = |task: &Value| json!({"status": "Success", "taskId": task["id"]});
        let results: Vec<Value> = tasks.iter().map(result).collect();
        *self.tasks.lock().expect("nobody panicked") = tasks;
        ok(&json!({"value": results}))
    }

    /// At the first look the tasks wait; then they are done.
    fn list_tasks(&self) -> ResponseTemplate {
        let looked = self
            .log
            .lock()
            .expect("nobody panicked")
            .iter()
            .filter(|line| line.ends_with("/tasks"))
            .count();
        let tasks = self.tasks.lock().expect("nobody panicked");
        let listed = tasks.iter().map(|task| {
            if looked == 1 {
                return json!({"id": task["id"], "state": "active"});
            }
            if looked == 2 {
                self.work(task);
            }
            json!({
                "id": task["id"], "state": "completed",
                "executionInfo": {"exitCode": 0, "result": "success", "retryCount": 0, "requeueCount": 0},
                "nodeInfo": {"poolId": "RustTutorialPool", "nodeId": "tvm-1"}
            })
        });
        ok(&json!({"value": listed.collect::<Vec<_>>()}))
    }

    /// What the node and the worker do: the text is read with its token, the report written with the other one.
    fn work(&self, task: &Value) {
        let file = &task["resourceFiles"][0];
        let url = file["httpUrl"].as_str().expect("a URL");
        let url = parse_blob_url_below(&self.storage_endpoint, url)
            .expect("a URL of the storage account")
            .expect("a blob");
        let storage = self
            .blobs
            .connect(&self.storage_endpoint, url.access)
            .expect("a handle");
        let blob = url.blob.expect("a blob");
        let read = async {
            let text = storage
                .get_blob(&url.container, &blob, None, &BlobConditions::default())
                .await;
            let text = text
                .expect("the text")
                .body
                .collect(1 << 20)
                .await
                .expect("its bytes");
            let written = storage
                .put_blob(&url.container, &blob, Body::from(""), &PutBlobOptions::default())
                .await;
            assert_eq!(written.expect_err("the token is for reading").status(), 403);
            text
        };
        let text = read.now_or_never().expect("the simulated store does not wait");
        let command = task["commandLine"].as_str().expect("a command line");
        assert_eq!(argument(command, "--storageaccount"), "mystorage");
        assert_eq!(argument(command, "--blob-endpoint"), self.storage_endpoint);
        let token = argument(command, "--sastoken").trim_matches('"').to_owned();
        let storage = self
            .blobs
            .connect(&self.storage_endpoint, Access::Sas(token))
            .expect("a handle");
        let container = ContainerName::parse(argument(command, "--storagecontainer")).expect("a container");
        let name = argument(command, "--filepath").replace(".txt", "_OUTPUT.txt");
        let name = BlobName::parse(&name).expect("a name");
        let report = format!("{} bytes", text.len());
        storage
            .put_blob(
                &container,
                &name,
                Body::from(report.into_bytes()),
                &PutBlobOptions::default(),
            )
            .now_or_never()
            .expect("the simulated store does not wait")
            .expect("the report is taken");
    }
}

/// The word after an option of a command line.
fn argument<'a>(command: &'a str, option: &str) -> &'a str {
    let (_, rest) = command
        .split_once(&format!("{option} "))
        .unwrap_or_else(|| panic!("{option} is missing"));
    rest.split([' ', ';']).next().unwrap_or("")
}

fn header<'a>(request: &'a Request, name: &str) -> &'a str {
    request
        .headers
        .get(name)
        .map_or("", |value| value.to_str().expect("text"))
}

fn ok(document: &Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(document)
}

fn written() -> ResponseTemplate {
    ResponseTemplate::new(201)
        .insert_header("etag", "0x8D1")
        .insert_header("last-modified", "Thu, 20 Nov 2025 15:00:00 GMT")
}

fn refusal(status: u16, code: &str) -> ResponseTemplate {
    let document = json!({"code": code, "message": {"lang": "en-US", "value": "Refused."}});
    ResponseTemplate::new(status).set_body_json(document)
}

fn images() -> ResponseTemplate {
    ok(&json!({"value": [{
        "nodeAgentSKUId": "batch.node.ubuntu 24.04", "osType": "linux", "verificationType": "verified",
        "imageReference": {
            "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server", "version": "latest"
        }
    }]}))
}
