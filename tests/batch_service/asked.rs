//! A served world, and requests signed or spoilt on purpose.

use std::sync::Arc;

use batchite::server::{BatchService, Handler, ServedBatchAccount};
use batchite_api::auth::AccountKey;
use batchite_api::auth::shared_key::{RequestToSign, batch, query_pairs};
use batchite_api::backend::Body;
use batchite_api::time::Clock;
use batchite_sim::Simulation;
use batchite_sim::config::SimConfig;
use http::{HeaderMap, HeaderName, HeaderValue, Request, StatusCode};
use serde_json::Value;

pub(crate) const ACCOUNT: &str = "devbatchaccount1";
pub(crate) const HOST: &str = "127.0.0.1:10100";

pub(crate) fn key() -> AccountKey {
    AccountKey::from_bytes(*b"the key of the account")
}

/// A server in front of a world of its own.
pub(crate) struct Served {
    service: BatchService,
    pub(crate) clock: Arc<dyn Clock>,
}

/// An answer, its document read.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// Status and code of a refusal.
    pub(crate) fn refusal(&self) -> (u16, String) {
        let code = self.json()["code"].as_str().unwrap().to_owned();
        (self.status.as_u16(), code)
    }

    /// One of the values of a refusal.
    pub(crate) fn value(&self, key: &str) -> Option<String> {
        let values = self.json()["values"].as_array().cloned().unwrap_or_default();
        let found = values.iter().find(|value| value["key"] == key)?;
        Some(found["value"].as_str().unwrap().to_owned())
    }
}

/// A request before it is signed.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) method: &'static str,
    pub(crate) target: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: String,
}

impl Served {
    pub(crate) fn new() -> Self {
        Self::with(|service| service)
    }

    pub(crate) fn with(adjust: impl FnOnce(BatchService) -> BatchService) -> Self {
        let simulation = Simulation::new(SimConfig::new(1), |executor| executor);
        let clock = simulation.clock();
        let account = ServedBatchAccount::new(ACCOUNT, key());
        let service = BatchService::new(simulation.batch(), Arc::clone(&clock), account);
        Self {
            service: adjust(service),
            clock,
        }
    }

    /// A request without a body, at the time of the server.
    pub(crate) fn plain(&self, method: &'static str, target: &str) -> Asked {
        Asked {
            method,
            target: target.to_owned(),
            headers: vec![
                ("host", HOST.to_owned()),
                ("ocp-date", self.clock.now().to_rfc1123()),
            ],
            body: String::new(),
        }
    }

    /// A request with a document.
    pub(crate) fn document(&self, method: &'static str, target: &str, body: &str) -> Asked {
        let mut asked = self.plain(method, target);
        asked.headers.push(("content-length", body.len().to_string()));
        asked.headers.push((
            "content-type",
            "application/json; odata=minimalmetadata; charset=utf-8".to_owned(),
        ));
        body.clone_into(&mut asked.body);
        asked
    }

    /// Signs a request and sends it.
    pub(crate) async fn ask(&self, mut asked: Asked) -> Answer {
        let authorization = asked.authorization(&key());
        asked.headers.push(("authorization", authorization));
        self.send(asked).await
    }

    /// Sends a request as it is.
    pub(crate) async fn send(&self, asked: Asked) -> Answer {
        let mut request = Request::new(Body::from(asked.body.into_bytes()));
        *request.method_mut() = asked.method.parse().unwrap();
        *request.uri_mut() = asked.target.parse().unwrap();
        for (name, value) in asked.headers {
            let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
            request.headers_mut().append(HeaderName::from_static(name), value);
        }
        let (parts, body) = self.service.handle(request).await.into_parts();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: body.collect(1 << 20).await.unwrap().to_vec(),
        }
    }

    pub(crate) async fn get(&self, target: &str) -> Answer {
        self.ask(self.plain("GET", target)).await
    }

    pub(crate) async fn get_with(&self, method: &'static str, target: &str) -> Answer {
        self.ask(self.plain(method, target)).await
    }

    pub(crate) async fn post(&self, target: &str, body: &str) -> Answer {
        self.ask(self.document("POST", target, body)).await
    }
}

impl Asked {
    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| *known != name);
        self
    }

    /// What a client signs this request with.
    pub(crate) fn authorization(&self, key: &AccountKey) -> String {
        let (path, query) = self.target.split_once('?').unwrap_or((&self.target, ""));
        let query = query_pairs(query);
        let headers: Vec<(&str, &str)> = self
            .headers
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let request = RequestToSign {
            method: self.method,
            path,
            query: &query,
            headers: &headers,
        };
        batch::authorization(ACCOUNT, key, &request)
    }
}

pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(future)
}

/// A pool without nodes.
pub(crate) const POOL: &str = r#"{"id":"Pool","vmSize":"STANDARD_D2S_V3","targetDedicatedNodes":"0",
    "virtualMachineConfiguration":{"nodeAgentSKUId":"batch.node.ubuntu 24.04","imageReference":
    {"publisher":"canonical","offer":"ubuntu-24_04-lts","sku":"server"}}}"#;

pub(crate) const JOB: &str =
    r#"{"id":"job","priority":"7","onAllTasksComplete":"noAction","poolInfo":{"poolId":"Pool"}}"#;
