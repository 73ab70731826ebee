//! What the models promise about their JSON.

mod drawn;
mod examples;
mod rules;
mod words;

use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Reads a model.
fn read<T: DeserializeOwned>(json: Value) -> T {
    serde_json::from_value(json).unwrap()
}

/// Reads a model from text, as the wire brings it, and writes it again.
fn rewritten<T: DeserializeOwned + Serialize>(json: &Value) -> Value {
    let model: T = serde_json::from_str(&json.to_string()).unwrap();
    serde_json::to_value(model).unwrap()
}

/// Asserts that nothing in the example is lost or changed: a misspelt property would be skipped when it is read.
#[track_caller]
fn survives<T: DeserializeOwned + Serialize + Debug>(json: &Value) {
    assert_eq!(&rewritten::<T>(json), json);
}
