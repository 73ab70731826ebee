//! What becomes of processes when the emulator is killed outright.

use std::process::{Command, Stdio};

use crate::bench::{Bench, shell};

/// Tells the second copy of this test which two scripts to run until it is killed.
const SCRIPTS: [&str; 2] = ["BATCHITE_TEST_SCRIPT_1", "BATCHITE_TEST_SCRIPT_2"];

#[tokio::test]
async fn processes_do_not_outlive_an_emulator_that_is_killed() {
    if let [Ok(first), Ok(second)] = SCRIPTS.map(std::env::var) {
        return emulator_to_be_killed(&first, &second).await;
    }
    let bench = Bench::new();
    let mut alive = bench.fifo("alive");
    let mut next = bench.fifo("next");
    let first = format!(
        "exec 9>{}; trap \"\" TERM HUP; sleep 1000 & echo up >&9; while :; do sleep 1000; done",
        alive.path()
    );
    let second = format!("echo up > {}", next.path());
    let mut emulator = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "orphans::processes_do_not_outlive_an_emulator_that_is_killed",
        ])
        .env(SCRIPTS[0], first)
        .env(SCRIPTS[1], second)
        // Its directories go with ours: nobody else will remove them.
        .env("TMPDIR", bench.outside())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    // The emulator began the second task after it was done with the start of the first one.
    assert_eq!(next.line().await, "up");
    assert_eq!(alive.line().await, "up");
    emulator.kill().unwrap();
    emulator.wait().unwrap();
    alive.closed().await;
}

/// On a runtime of one thread, so that one start follows the other.
async fn emulator_to_be_killed(first: &str, second: &str) {
    let mut bench = Bench::new();
    // Runs that are over are not killed later, when their numbers may be others'.
    for _ in 0..3 {
        bench.shell("over", "exit 0").await;
    }
    bench.start(&shell("first", first));
    bench.start(&shell("second", second));
    bench.outcome().await;
    let (_, outcome) = bench.outcome().await;
    panic!("it should have been killed: {outcome:?}");
}
