//! The controls of an emulator, below `/_sim/`: what onlookers ask and testers turn. No service has these routes.
//!
//! | request | what it does |
//! |---|---|
//! | `GET /_sim/state` | what there is in the world, in numbers |
//! | `GET /_sim/trace?after=N&count=M` | the record of what happened after record N, as lines of JSON |
//! | `POST /_sim/advance` | moves time on, by `{"by": "PT1H"}` or to `{"to": "2026-01-01T00:00:00Z"}` |
//! | `POST /_sim/reset` | empties the world; accounts, keys and time stay |
//! | `GET /_sim/faults` | the faults there are, and how often each has struck |
//! | `POST /_sim/faults` | injects faults: one, or a list of them |
//! | `DELETE /_sim/faults`, `DELETE /_sim/faults/N` | clears all faults, or one |
//!
//! Whoever holds the key of the Batch account may use them, as `Authorization: Bearer KEY`: that is the one credential
//! everybody has who was given the emulator, and no web page can send it.
//!
//! - `answer`: answers and refusals; `received`: what requests bring; `faults`: the control of faults

mod answer;
mod faults;
mod received;

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use batchite_api::auth::AccountKey;
use batchite_api::backend::Body;
use batchite_api::time::Timestamp;
use batchite_sim::Simulation;
use http::header::AUTHORIZATION;
use http::request::Parts;
use http::{Method, Request, Response, StatusCode};
use serde_json::{Map, Value, json};

use answer::{Refusal, document, lines};
use received::{Advance, TraceQuery};

/// Where the controls are.
pub const PREFIX: &str = "/_sim/";

/// Moves the time of a world on.
#[async_trait]
pub trait WorldTime: Send + Sync {
    /// Moves the world on to a moment, event by event, faster than time goes.
    async fn advance_to(&self, target: Timestamp);
}

/// The controls of one world.
pub struct Controls {
    simulation: Arc<Simulation>,
    time: Arc<dyn WorldTime>,
    key: AccountKey,
    /// What there is to say of the emulator beside its world.
    facts: Map<String, Value>,
}

impl Controls {
    /// Controls for whoever holds the key.
    pub fn new(simulation: Arc<Simulation>, time: Arc<dyn WorldTime>, key: AccountKey) -> Self {
        Self {
            simulation,
            time,
            key,
            facts: Map::new(),
        }
    }

    /// Says one thing more in the state of the world.
    #[must_use]
    pub fn with_fact(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.facts.insert(name.to_owned(), value.into());
        self
    }

    /// Answers a request below [`PREFIX`]. Its host and origin have been checked.
    pub async fn answer(&self, request: Request<Body>) -> Response<Body> {
        let (parts, body) = request.into_parts();
        let answered = match self.check_key(&parts) {
            Ok(()) => self.carry_out(&parts, body).await,
            Err(refusal) => Err(refusal),
        };
        answered.unwrap_or_else(Refusal::into_response)
    }

    async fn carry_out(&self, parts: &Parts, body: Body) -> Result<Response<Body>, Refusal> {
        let control = parts.uri.path().strip_prefix(PREFIX).unwrap_or_default();
        match (control, &parts.method) {
            ("state", &Method::GET) => Ok(self.state()),
            ("trace", &Method::GET) => self.trace(parts.uri.query().unwrap_or_default()),
            ("advance", &Method::POST) => self.advance(body).await,
            ("reset", &Method::POST) => Ok(self.reset()),
            ("faults", method) => faults::answer(&self.simulation, method, body).await,
            ("state" | "trace", _) => Err(Refusal::method("GET")),
            ("advance" | "reset", _) => Err(Refusal::method("POST")),
            _ => match control.strip_prefix("faults/") {
                Some(number) => faults::answer_one(&self.simulation, &parts.method, number),
                None => Err(Refusal::new(
                    StatusCode::NOT_FOUND,
                    "UnknownControl",
                    "The controls are state, trace, advance, reset and faults.",
                )),
            },
        }
    }

    fn state(&self) -> Response<Body> {
        let summary = self.simulation.shared().enter().summary();
        let mut state = self.facts.clone();
        state.insert("world".to_owned(), json!(summary));
        document(&Value::Object(state))
    }

    fn trace(&self, query: &str) -> Result<Response<Body>, Refusal> {
        let query = TraceQuery::read(query)?;
        // Copied while the world is locked, written when it is not.
        let records = {
            let world = self.simulation.shared().enter();
            world.trace().numbered_after(query.after, query.count)
        };
        let mut text = String::new();
        for (number, record) in records {
            record.write_line(number, &mut text);
        }
        Ok(lines(text))
    }

    async fn advance(&self, body: Body) -> Result<Response<Body>, Refusal> {
        let now = self.simulation.now();
        let target = Advance::read(body).await?.target(now)?;
        self.time.advance_to(target).await;
        Ok(document(&json!({ "now": self.simulation.now() })))
    }

    fn reset(&self) -> Response<Body> {
        self.simulation.reset();
        document(&json!({ "now": self.simulation.now() }))
    }

    fn check_key(&self, parts: &Parts) -> Result<(), Refusal> {
        let given = parts.headers.get(AUTHORIZATION);
        let given = given.and_then(|given| given.to_str().ok());
        let key = given.and_then(|given| {
            let (scheme, key) = given.trim().split_once(' ')?;
            let is_bearer = scheme.eq_ignore_ascii_case("Bearer");
            is_bearer
                .then(|| AccountKey::from_base64(key.trim()).ok())
                .flatten()
        });
        // Signatures are compared in constant time; keys need not be compared at all.
        let text = "the controls";
        match key {
            Some(key) if self.key.verify(text, &key.sign(text)) => Ok(()),
            _ => Err(Refusal::new(
                StatusCode::UNAUTHORIZED,
                "KeyNeeded",
                "The controls need the key of the Batch account: Authorization: Bearer KEY.",
            )),
        }
    }
}

impl fmt::Debug for Controls {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Controls")
            .field("facts", &self.facts)
            .finish_non_exhaustive()
    }
}
