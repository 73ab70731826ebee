//! The control of faults: which there are, new ones, and away with them.

use batchite_api::backend::Body;
use batchite_sim::Simulation;
use batchite_sim::fault::Fault;
use http::{Method, Response, StatusCode};
use serde::Deserialize;
use serde_json::json;

use super::answer::{Refusal, document};
use super::received::collect;

/// Faults of a world at most: each request looks at all of them.
const FAULTS_MAX: usize = 1000;

/// What is injected: a list, or one.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Injection {
    faults: Vec<Fault>,
}

/// Answers a request about all faults.
pub(super) async fn answer(
    simulation: &Simulation,
    method: &Method,
    body: Body,
) -> Result<Response<Body>, Refusal> {
    match *method {
        Method::GET => Ok(list(simulation)),
        Method::POST => {
            let bytes = collect(body).await?;
            inject(simulation, read(&bytes)?)
        }
        Method::DELETE => {
            simulation.shared().enter().clear_faults();
            Ok(list(simulation))
        }
        _ => Err(Refusal::method("GET, POST, DELETE")),
    }
}

/// Answers a request about the fault of a number.
pub(super) fn answer_one(
    simulation: &Simulation,
    method: &Method,
    number: &str,
) -> Result<Response<Body>, Refusal> {
    if *method != Method::DELETE {
        return Err(Refusal::method("DELETE"));
    }
    let cleared = number
        .parse()
        .is_ok_and(|number| simulation.shared().enter().clear_fault(number));
    if cleared {
        return Ok(list(simulation));
    }
    let message = "There is no fault of this number; `GET /_sim/faults` lists them.";
    Err(Refusal::new(StatusCode::NOT_FOUND, "UnknownFault", message))
}

fn list(simulation: &Simulation) -> Response<Body> {
    let world = simulation.shared().enter();
    document(&json!({ "faults": world.faults() }))
}

/// Reads `{"faults": [..]}` or a single fault.
fn read(bytes: &[u8]) -> Result<Vec<Fault>, Refusal> {
    let refuse = |error: serde_json::Error| {
        let example = r#"{"kind": "taskFails", "task": "task1", "exitCode": 3}"#;
        Refusal::input(format!(
            "{error}. Give a fault, as {example}, or {{\"faults\": [..]}}."
        ))
    };
    let value: serde_json::Value = serde_json::from_slice(bytes).map_err(refuse)?;
    if value.get("faults").is_some() {
        let injection: Injection = serde_json::from_value(value).map_err(refuse)?;
        return Ok(injection.faults);
    }
    serde_json::from_value(value)
        .map(|fault| vec![fault])
        .map_err(refuse)
}

/// Injects all of them, or none.
fn inject(simulation: &Simulation, faults: Vec<Fault>) -> Result<Response<Body>, Refusal> {
    for fault in &faults {
        fault.check().map_err(|error| Refusal::input(error.to_string()))?;
    }
    let mut world = simulation.shared().enter();
    if world.faults().len() + faults.len() > FAULTS_MAX {
        return Err(Refusal::input(format!(
            "A world has {FAULTS_MAX} faults at most; clear some."
        )));
    }
    let mut numbers = Vec::new();
    for fault in faults {
        let number = world.inject_fault(fault);
        numbers.push(number.map_err(|error| Refusal::input(error.to_string()))?);
    }
    Ok(document(&json!({ "injected": numbers })))
}
