//! A client of some version: requests as texts, answers as JSON.

use std::sync::Arc;

use batchite::server::Handler;
use batchite::server::batch::{
    BatchService, ServedBatchAccount, WELL_KNOWN_BATCH_ACCOUNT, WELL_KNOWN_BATCH_KEY,
};
use batchite_api::auth::AccountKey;
use batchite_api::auth::shared_key::{RequestToSign, batch, query_pairs};
use batchite_api::backend::Body;
use batchite_api::time::{Clock, TimeSpan};
use batchite_sim::Simulation;
use batchite_sim::config::SimConfig;
use futures_util::TryStreamExt;
use http::Request;
use serde_json::{Value, json};

/// The oldest version, that of azure-batch 1.1.0.
pub(crate) const V2016: &str = "2016-07-01.3.1";

/// The version before today's, that of azure-batch 14.2.
pub(crate) const V2024: &str = "2024-02-01.19.0";

/// Today's version.
pub(crate) const TODAY: &str = "2025-06-01";

/// A server over a world of its own.
pub(crate) struct Caller {
    service: BatchService,
    clock: Arc<dyn Clock>,
    key: AccountKey,
}

/// An answer: its status, and its document where it has one.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
    pub(crate) text: String,
}

impl Caller {
    pub(crate) fn new() -> Self {
        let simulation = Simulation::new(SimConfig::new(1), |executor| executor);
        let key = AccountKey::from_base64(WELL_KNOWN_BATCH_KEY).expect("a sound request and answer");
        let account = ServedBatchAccount::new(WELL_KNOWN_BATCH_ACCOUNT, key.clone());
        Self {
            service: BatchService::new(simulation.batch(), simulation.clock(), account),
            clock: simulation.clock(),
            key,
        }
    }

    /// Sends a request of a version; `target` is its path, with a query or without.
    pub(crate) async fn send(
        &self,
        version: &str,
        method: &str,
        target: &str,
        body: Option<Value>,
    ) -> Answer {
        let mark = if target.contains('?') { '&' } else { '?' };
        let target = format!("{target}{mark}api-version={version}");
        let body = body.map_or_else(Vec::new, |body| {
            serde_json::to_vec(&body).expect("a sound request and answer")
        });
        let date = self.clock.now().to_rfc1123();
        let length = body.len().to_string();
        let mut headers = vec![
            ("host", "localhost"),
            ("ocp-date", date.as_str()),
            (
                "content-type",
                "application/json; odata=minimalmetadata; charset=utf-8",
            ),
        ];
        if method != "GET" {
            headers.push(("content-length", length.as_str()));
        }
        let (path, query) = target.split_once('?').expect("a sound request and answer");
        let authorization = batch::authorization(
            WELL_KNOWN_BATCH_ACCOUNT,
            &self.key,
            &RequestToSign {
                method,
                path,
                query: &query_pairs(query),
                headers: &headers,
            },
        );
        let mut request = Request::builder().method(method).uri(&target);
        for (name, value) in &headers {
            request = request.header(*name, *value);
        }
        let request = request
            .header("authorization", authorization)
            .body(Body::from(body))
            .expect("a sound request and answer");
        let response = self.service.handle(request).await;
        let status = response.status().as_u16();
        let pieces: Vec<bytes::Bytes> = response
            .into_body()
            .into_stream()
            .try_collect()
            .await
            .expect("a sound request and answer");
        let text = String::from_utf8(pieces.concat()).expect("a sound request and answer");
        Answer {
            status,
            body: serde_json::from_str(&text).unwrap_or(Value::Null),
            text,
        }
    }

    /// Gets a document.
    pub(crate) async fn get(&self, version: &str, target: &str) -> Value {
        let answer = self.send(version, "GET", target, None).await;
        assert_eq!(answer.status, 200, "{target}: {}", answer.text);
        answer.body
    }

    /// Makes something, which must be made.
    pub(crate) async fn make(&self, version: &str, target: &str, body: Value) {
        let answer = self.send(version, "POST", target, Some(body)).await;
        assert_eq!(answer.status, 201, "{target}: {}", answer.text);
    }

    /// Makes a pool as the oldest version does.
    pub(crate) async fn make_pool(&self) {
        let pool = json!({
            "id": "p", "vmSize": "standard_a1", "targetDedicated": 1,
            "virtualMachineConfiguration": {
                "imageReference": {"publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server"},
                "nodeAgentSKUId": "batch.node.ubuntu 24.04"
            },
            "startTask": {"commandLine": "/bin/sh -c 'exit 0'", "runElevated": true}
        });
        self.make(V2016, "/pools", pool).await;
    }

    /// Lets an hour pass.
    pub(crate) async fn an_hour_later(&self) {
        self.clock.sleep(TimeSpan::from_minutes(60)).await;
    }
}

impl Answer {
    /// The refusal must have this status and code, and a detail with this value if one is named.
    pub(crate) fn must_be(&self, status: u16, code: &str, detail: Option<&str>) {
        assert_eq!(
            (self.status, self.body["code"].as_str()),
            (status, Some(code)),
            "{}",
            self.text
        );
        if let Some(detail) = detail {
            let values = self.body["values"].as_array().expect("details");
            assert!(
                values.iter().any(|value| value["value"] == detail),
                "{}",
                self.text
            );
        }
    }
}

pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime")
        .block_on(future)
}
