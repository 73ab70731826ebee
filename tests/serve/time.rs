//! Time: it goes with the machine's, faster when that is wanted.

use batchite_api::backend::{PoolOperations, RequestOptions};
use batchite_api::batch::BatchTaskState;
use batchite_api::time::TimeSpan;

use crate::emulator::Emulator;
use crate::work::{add_task, await_task, make_job};

#[tokio::test]
async fn a_day_is_a_moment_when_time_goes_a_hundred_thousand_times_as_fast() {
    let emulator = Emulator::start(&["--time-scale", "100000"]);
    let batch = emulator.batch();
    make_job(&batch).await;
    add_task(&batch, "task", "sleep 86400").await;
    let task = await_task(&batch, "task", BatchTaskState::Completed).await;
    let info = task.execution_info.expect("it has run");
    assert_eq!(info.exit_code, Some(0));
    let took = info.end_time.unwrap() - info.start_time.unwrap();
    assert!(took >= TimeSpan::from_days(1), "{took}");
}

#[tokio::test]
async fn requests_dated_by_the_machine_are_taken_wherever_the_world_s_time_is() {
    let emulator = Emulator::start(&["--time-scale", "1000000"]);
    let batch = emulator.batch();
    make_job(&batch).await;
    let advanced = emulator.control("POST /_sim/advance", r#"{"by": "P30D"}"#);
    assert_eq!(advanced.status, 200, "{}", advanced.body);
    add_task(&batch, "task", "echo done").await;
    await_task(&batch, "task", BatchTaskState::Completed).await;
}

#[tokio::test]
async fn latencies_pass_in_the_world_s_time() {
    let emulator = Emulator::start(&["--latency", "azure", "--time-scale", "10000"]);
    let batch = emulator.batch();
    make_job(&batch).await;
    add_task(&batch, "task", "echo done").await;
    let task = await_task(&batch, "task", BatchTaskState::Completed).await;
    let begun = task.execution_info.unwrap().start_time.unwrap();
    // A request may take a minute of the world's time on a busy machine, so it is the pool that tells when it began.
    let pool = batch
        .get_pool(&"pool".parse().unwrap(), &RequestOptions::default())
        .await;
    let waited = begun - pool.unwrap().creation_time;
    assert!(
        waited > TimeSpan::from_minutes(2),
        "nodes take their time: {waited}"
    );
}

#[test]
fn a_scale_that_is_none_is_refused() {
    let error = crate::emulator::Place::new().refusal(&["--time-scale", "0"], 2);
    assert!(error.contains("no time scale"), "{error}");
}
