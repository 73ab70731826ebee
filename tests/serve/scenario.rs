//! A world that begins with a scenario.

use std::fs;

use batchite_api::backend::{ListOptions, NodeOperations, PoolOperations, RequestOptions};
use batchite_api::batch::BatchTaskState;

use crate::emulator::{Emulator, Place};
use crate::work::{add_task, await_task};

const SCENARIO: &str = r#"
about = "What a task does takes an hour, and the account has few cores"
seed = 7
quotas = { pools = 1, dedicatedCores = 2 }
programs = [{ command = "render *", takes = "PT1H", exits = 3 }]
faults = [{ kind = "requestRefused", operation = "delete_pool", code = "ServerBusy", times = 1000 }]

[[pools]]
id = "pool"
vmSize = "standard_d2s_v3"
targetDedicatedNodes = 2
virtualMachineConfiguration = { nodeAgentSKUId = "batch.node.ubuntu 24.04", imageReference = { publisher = "canonical", offer = "ubuntu-24_04-lts", sku = "server" } }

[[jobs]]
id = "job"
poolInfo = { poolId = "pool" }

[[tasks]]
job = "job"
id = "given"
commandLine = "render scene"
"#;

#[tokio::test]
async fn what_a_scenario_says_is_there_when_the_emulator_is_ready() {
    let place = Place::new();
    let path = place.path("scenario.toml");
    fs::write(&path, SCENARIO).expect("a scenario");
    let path = path.to_string_lossy().into_owned();
    let arguments = [
        "--scenario",
        path.as_str(),
        "--execution",
        "simulated",
        "--time-scale",
        "100000",
    ];
    let emulator = Emulator::start_in(place, &arguments);
    assert_eq!(emulator.control("GET /_sim/state", "").json()["seed"], 7);
    let batch = emulator.batch();
    let request = RequestOptions::default();
    let pool = "pool".parse().expect("an id");
    // Its pool has as many nodes as its quotas allow.
    let shown = batch.get_pool(&pool, &request).await.expect("the pool");
    assert_eq!(shown.target_dedicated_nodes, Some(2));
    let nodes = batch.list_nodes(&pool, &ListOptions::default()).await;
    assert_eq!(nodes.expect("the nodes").items.len(), 1);
    // Its programs run in its tasks and in those of callers.
    for id in ["given", "added"] {
        if id == "added" {
            add_task(&batch, id, "render another").await;
        }
        let done = await_task(&batch, id, BatchTaskState::Completed).await;
        assert_eq!(done.execution_info.expect("it has run").exit_code, Some(3));
    }
    // Its faults strike whoever asks.
    let refused = emulator.control("GET /_sim/faults", "");
    assert!(refused.body.contains("delete_pool"), "{}", refused.body);
}

#[tokio::test]
async fn options_go_before_a_scenario() {
    let place = Place::new();
    let path = place.path("scenario.toml");
    // With these latencies no node would be there for minutes.
    fs::write(
        &path,
        SCENARIO.replace("seed = 7", "seed = 7\nlatency = \"azure\""),
    )
    .expect("a scenario");
    let path = path.to_string_lossy().into_owned();
    let arguments = [
        "--scenario",
        path.as_str(),
        "--seed",
        "5",
        "--latency",
        "instant",
        "--dedicated-core-quota",
        "4",
    ];
    let emulator = Emulator::start_in(place, &arguments);
    assert_eq!(emulator.control("GET /_sim/state", "").json()["seed"], 5);
    let batch = emulator.batch();
    let pool = "pool".parse().expect("an id");
    let nodes = batch.list_nodes(&pool, &ListOptions::default()).await;
    let states = nodes.expect("the nodes").items.into_iter().map(|node| node.state);
    assert_eq!(states.collect::<Vec<_>>().len(), 2);
}

#[test]
fn a_scenario_that_is_none_ends_the_emulator_with_its_place() {
    for (text, complaint) in [
        ("quotas = { nodes = 1 }", "nodes"),
        ("[[jobs]]\nid = \"job\"", "job"),
    ] {
        let place = Place::new();
        let path = place.path("scenario.toml");
        fs::write(&path, text).expect("a scenario");
        let path = path.to_string_lossy().into_owned();
        let error = place.refusal(&["--scenario", path.as_str()], 2);
        assert!(error.contains(complaint), "{error}");
    }
}
