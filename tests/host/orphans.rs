//! What becomes of processes when the emulator is killed outright.

use std::process::{Command, Stdio};

use batchite_sim::exec::Executor;

use crate::bench::{Bench, shell};

/// Tells the second copy of this test what to do: run a script until it is killed.
const SCRIPT: &str = "BATCHITE_TEST_SCRIPT";

#[tokio::test]
async fn processes_do_not_outlive_an_emulator_that_is_killed() {
    if let Ok(script) = std::env::var(SCRIPT) {
        return emulator_to_be_killed(&script).await;
    }
    let bench = Bench::new();
    let mut alive = bench.fifo("alive");
    let script = format!(
        "exec 9>{}; trap \"\" TERM HUP; sleep 1000 & echo up >&9; while :; do sleep 1000; done",
        alive.path()
    );
    let mut emulator = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "orphans::processes_do_not_outlive_an_emulator_that_is_killed",
        ])
        .env(SCRIPT, script)
        // Its directories go with ours: nobody else will remove them.
        .env("TMPDIR", bench.outside())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    assert_eq!(alive.line().await, "up");
    emulator.kill().unwrap();
    emulator.wait().unwrap();
    alive.closed().await;
}

async fn emulator_to_be_killed(script: &str) {
    let mut bench = Bench::new();
    // Runs that are over are not killed later, when their numbers may be others'.
    for _ in 0..3 {
        bench.shell("over", "exit 0").await;
    }
    bench.start(&shell("t", script));
    let (_, outcome) = bench.outcome().await;
    panic!(
        "it should have been killed: {outcome:?} {:?}",
        bench.executor.poll_timeout()
    );
}
