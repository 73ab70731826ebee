//! The controls below `/_sim/`.

use batchite_api::backend::{PoolOperations, RequestOptions};
use batchite_api::batch::BatchTaskState;
use batchite_api::time::{TimeSpan, Timestamp};
use serde_json::Value;

use crate::emulator::Emulator;
use crate::work::{add_task, await_task, count_pools, make_job};

#[tokio::test]
async fn the_state_tells_what_there_is() {
    let emulator = Emulator::start(&["--seed", "7"]);
    let batch = emulator.batch();
    make_job(&batch).await;
    add_task(&batch, "task", "false").await;
    await_task(&batch, "task", BatchTaskState::Completed).await;
    let state = emulator.control("GET /_sim/state", "").json();
    assert_eq!(state["seed"], 7);
    assert_eq!(state["execution"], "simulated");
    assert_eq!(state["batchEndpoint"], emulator.variable("AZURE_BATCH_ENDPOINT"));
    let world = &state["world"];
    assert_eq!(world["pools"], 1);
    assert_eq!(world["nodes"], serde_json::json!({ "idle": 1 }));
    assert_eq!(world["jobs"], serde_json::json!({ "active": 1 }));
    assert_eq!(world["tasks"]["failed"], 1);
    assert_eq!(world["commands"], 0);
}

#[tokio::test]
async fn time_moves_on_at_once_with_everything_that_happens_in_it() {
    let emulator = Emulator::start(&[]);
    let batch = emulator.batch();
    make_job(&batch).await;
    add_task(&batch, "task", "sleep 86400").await;
    await_task(&batch, "task", BatchTaskState::Running).await;
    let advanced = emulator.control("POST /_sim/advance", r#"{"by": "P2D"}"#);
    assert_eq!(advanced.status, 200, "{}", advanced.body);
    let task = await_task(&batch, "task", BatchTaskState::Completed).await;
    assert_eq!(task.execution_info.unwrap().exit_code, Some(0));
    let back = emulator.control("POST /_sim/advance", r#"{"to": "2020-01-01T00:00:00Z"}"#);
    assert_eq!(back.status, 400, "{}", back.body);
}

#[tokio::test]
async fn the_trace_goes_on_where_it_was_left() {
    let emulator = Emulator::start(&[]);
    let batch = emulator.batch();
    make_job(&batch).await;
    let first = trace(&emulator, 0);
    assert!(first.iter().any(|record| record["pool"] == "pool"), "{first:?}");
    let last = first.last().unwrap()["sequence"].as_u64().unwrap();
    add_task(&batch, "task", "true").await;
    await_task(&batch, "task", BatchTaskState::Completed).await;
    let next = trace(&emulator, last);
    let numbers: Vec<u64> = next
        .iter()
        .map(|record| record["sequence"].as_u64().unwrap())
        .collect();
    let expected: Vec<u64> = (last + 1..).take(numbers.len()).collect();
    assert_eq!(numbers, expected);
    assert!(next.iter().any(|record| record["to"] == "completed"));
}

fn trace(emulator: &Emulator, after: u64) -> Vec<Value> {
    let answer = emulator.control(&format!("GET /_sim/trace?after={after}"), "");
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(answer.head.contains("application/x-ndjson"), "{}", answer.head);
    answer
        .body
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

#[tokio::test]
async fn a_reset_leaves_an_empty_world_that_works() {
    for execution in ["simulated", "process"] {
        let emulator = Emulator::start(&["--execution", execution]);
        let batch = emulator.batch();
        make_job(&batch).await;
        add_task(&batch, "task", "sleep 1000").await;
        await_task(&batch, "task", BatchTaskState::Running).await;
        let answer = emulator.control("POST /_sim/reset", "");
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(count_pools(&batch).await, 0);
        let gone = batch
            .get_pool(&"pool".parse().unwrap(), &RequestOptions::default())
            .await;
        assert_eq!(gone.unwrap_err().status(), 404);
        let state = emulator.control("GET /_sim/state", "").json();
        assert_eq!(state["world"]["commands"], 0, "{execution}");

        make_job(&batch).await;
        add_task(&batch, "task", "true").await;
        let task = await_task(&batch, "task", BatchTaskState::Completed).await;
        assert_eq!(task.execution_info.unwrap().exit_code, Some(0), "{execution}");
    }
}

#[tokio::test]
async fn faults_are_injected_listed_and_cleared() {
    let emulator = Emulator::start(&[]);
    let batch = emulator.batch();
    make_job(&batch).await;
    let injected = emulator.control(
        "POST /_sim/faults",
        r#"{"faults": [{"kind": "taskFails", "task": "b*", "exitCode": 7},
                       {"kind": "requestRefused", "operation": "get_pool", "code": "ServerBusy", "retryAfter": "PT1S"}]}"#,
    );
    assert_eq!(
        injected.json()["injected"],
        serde_json::json!([1, 2]),
        "{}",
        injected.body
    );
    for (task, exit_code) in [("good", 0), ("bad", 7), ("better", 0)] {
        add_task(&batch, task, "true").await;
        let task = await_task(&batch, task, BatchTaskState::Completed).await;
        assert_eq!(task.execution_info.unwrap().exit_code, Some(exit_code));
    }
    // The client waits as long as it is told and asks again.
    let pool = batch
        .get_pool(&"pool".parse().unwrap(), &RequestOptions::default())
        .await;
    assert!(pool.is_ok(), "{pool:?}");
    let listed = emulator.control("GET /_sim/faults", "").json();
    assert_eq!(listed["faults"][0]["struck"], 1, "{listed}");
    assert_eq!(listed["faults"][0]["left"], 0);
    assert_eq!(listed["faults"][1]["struck"], 1);
    assert!(
        trace(&emulator, 0)
            .iter()
            .any(|record| record["cause"] == "fault")
    );
    assert_eq!(emulator.control("DELETE /_sim/faults/1", "").status, 200);
    assert_eq!(emulator.control("DELETE /_sim/faults/1", "").status, 404);
    let cleared = emulator.control("DELETE /_sim/faults", "");
    assert_eq!(cleared.json()["faults"], serde_json::json!([]));
    for body in ["", "[]", r#"{"kind": "taskFials"}"#, r#"{"faults": 1}"#] {
        let refused = emulator.control("POST /_sim/faults", body);
        assert_eq!(refused.status, 400, "{body}: {}", refused.body);
    }
    assert_eq!(emulator.control("PUT /_sim/faults", "").status, 405);
}

#[test]
fn a_clock_that_goes_wrong_is_seen_in_every_answer_of_storage() {
    let emulator = Emulator::start(&[]);
    let date = |service: &str| {
        let answer = emulator.ask(service, &["GET /devstoreaccount1/c/b HTTP/1.1"], "");
        let shown = answer.head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("date").then(|| value.trim().to_owned())
        });
        Timestamp::from_rfc1123(&shown.expect("a date")).expect("the form of dates in HTTP")
    };
    let ahead = || date("AZURE_STORAGE_BLOB_ENDPOINT") - date("AZURE_BATCH_ENDPOINT");
    let injected = emulator.control("POST /_sim/faults", r#"{"kind": "clockSkew", "by": "PT23H"}"#);
    assert_eq!(injected.status, 200, "{}", injected.body);
    // The two dates may be asked for on either side of a second.
    assert!(ahead() > TimeSpan::from_hours(22), "{:?}", ahead());
    assert_eq!(emulator.control("DELETE /_sim/faults", "").status, 200);
    assert!(ahead() < TimeSpan::from_hours(1), "{:?}", ahead());
}

#[test]
fn the_controls_need_the_key_and_their_methods() {
    let emulator = Emulator::start(&["--account-key", "aHVudGVyMmh1bnRlcjI="]);
    let batch = "AZURE_BATCH_ENDPOINT";
    for header in [
        "X-Nothing: 1",
        "Authorization: Bearer d3Jvbmc=",
        "Authorization: Basic x",
        "Authorization: Bearer",
    ] {
        let answer = emulator.ask(batch, &["GET /_sim/state HTTP/1.1", header], "");
        assert_eq!(answer.status, 401, "{header}");
        assert!(!answer.body.contains("hunter2"), "{}", answer.body);
    }
    for (request, status) in [
        ("GET /_sim/reset", 405),
        ("POST /_sim/state", 405),
        ("GET /_sim/", 404),
        ("GET /_sim/pools", 404),
        ("GET /_sim/trace?after=x", 400),
        ("POST /_sim/advance", 400),
    ] {
        let answer = emulator.control(request, "");
        assert_eq!(answer.status, status, "{request}: {}", answer.body);
        assert!(answer.json()["error"]["message"].is_string());
    }
    let long = emulator.control("POST /_sim/advance", &" ".repeat(100_000));
    assert_eq!(long.status, 413, "{}", long.body);
    let blob = emulator.ask("AZURE_STORAGE_BLOB_ENDPOINT", &["GET /_sim/state HTTP/1.1"], "");
    assert!(
        (400..500).contains(&blob.status),
        "there are none beside the blobs"
    );
}
