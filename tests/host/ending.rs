//! How runs end: by themselves, by request, with the executor. Nothing of them is left in any case.

use std::time::Duration;

use batchite::host::HostOptions;
use batchite_sim::exec::{Command, Executor, Outcome};

use tokio::runtime::Runtime;

use crate::bench::{Bench, Fifo, NOW, code, in_time, runtime, shell};

fn impatient() -> Bench {
    Bench::with(HostOptions {
        grace: Duration::from_millis(50),
        ..HostOptions::default()
    })
}

fn patient() -> Bench {
    Bench::with(HostOptions {
        grace: Duration::from_mins(10),
        ..HostOptions::default()
    })
}

#[tokio::test]
async fn children_in_the_background_do_not_outlive_the_task() {
    let mut bench = Bench::new();
    let mut alive = bench.fifo("alive");
    let script = format!(
        "exec 9>{}; sleep 1000 & (trap : TERM HUP; sleep 1000) & exit 4",
        alive.path()
    );
    assert_eq!(bench.shell("t", &script).await, Outcome::Exited(4));
    alive.closed().await;
}

#[tokio::test]
async fn a_run_that_ignores_the_request_is_killed_with_its_children() {
    let mut bench = impatient();
    let mut alive = bench.fifo("alive");
    let script = format!(
        "trap \"\" TERM; exec 9>{}; (while :; do sleep 1000; done) & echo up >&9; while :; do sleep 1000; done",
        alive.path()
    );
    let run = bench.start(&shell("t", &script));
    assert_eq!(alive.line().await, "up");
    assert!(bench.executor.waits_for_real_time());
    bench.executor.end(NOW, run);
    assert!(!bench.executor.waits_for_real_time());
    alive.closed().await;
    in_time(bench.executor.control().shutdown()).await;
    assert!(bench.executor.poll(NOW).is_none(), "no outcome follows an end");
}

#[tokio::test]
async fn a_run_has_time_to_tidy_up_and_the_next_one_waits_for_it() {
    let mut bench = patient();
    let mut up = bench.fifo("up");
    let script = format!(
        "trap \"i=0; while [ \\$i -lt 20000 ]; do i=\\$((i+1)); done; echo first >> log; exit\" TERM; \
         echo up > {}; while :; do sleep 0.01; done",
        up.path()
    );
    let first = bench.start(&shell("t", &script));
    assert_eq!(up.line().await, "up");
    bench.executor.end(NOW, first);
    let second = bench.start(&shell("t", "echo second >> log"));
    let third = bench.start(&shell("t", "echo third >> log; cat log"));
    assert_eq!(bench.outcome().await, (second, Outcome::Exited(0)));
    assert_eq!(bench.outcome().await, (third, Outcome::Exited(0)));
    assert_eq!(bench.read("t", "stdout.txt"), "first\nsecond\nthird\n");
}

#[tokio::test]
async fn children_of_a_leader_that_ends_at_once_have_time_as_well() {
    let mut bench = patient();
    let mut up = bench.fifo("up");
    let script = format!(
        "(trap \"i=0; while [ \\$i -lt 20000 ]; do i=\\$((i+1)); done; echo tidy; exit\" TERM; \
         echo up > {}; while :; do sleep 0.01; done) & wait",
        up.path()
    );
    let run = bench.start(&shell("t", &script));
    assert_eq!(up.line().await, "up");
    bench.executor.end(NOW, run);
    in_time(bench.executor.control().shutdown()).await;
    assert_eq!(bench.read("t", "stdout.txt"), "tidy\n");
}

#[tokio::test]
async fn a_run_that_is_ended_before_it_began_never_begins() {
    let mut bench = patient();
    let mut up = bench.fifo("up");
    let first = bench.start(&shell("t", &format!("echo up > {}; sleep 1000", up.path())));
    let second = bench.start(&shell("t", "touch ran"));
    assert_eq!(up.line().await, "up");
    bench.executor.end(NOW, second);
    bench.executor.end(NOW, first);
    assert_eq!(bench.shell("t", "ls").await, Outcome::Exited(0));
    assert_eq!(bench.read("t", "stdout.txt"), "");
    // Unknown and finished runs are ignored.
    bench.executor.end(NOW, first);
    bench.executor.end(NOW, batchite_sim::exec::RunId(99));
}

#[tokio::test]
async fn an_outcome_that_was_not_asked_for_is_gone_with_its_run() {
    let mut bench = Bench::new();
    let run = bench.start(&shell("t", "exit 1"));
    let other = bench.start(&shell("t", "exit 2"));
    // The other run began after the outcome of the first one was ready.
    let (ended, _) = bench.outcome().await;
    assert_eq!(ended, run);
    assert_eq!(bench.outcome().await.0, other);

    let run = bench.start(&shell("t", "exit 1"));
    let other = bench.start(&shell("t", "exit 2"));
    bench.executor.end(NOW, run);
    assert_eq!(bench.outcome().await, (other, Outcome::Exited(2)));
    assert!(bench.executor.poll(NOW).is_none());
}

#[tokio::test]
async fn dropping_the_executor_kills_what_runs() {
    let mut bench = patient();
    let mut alive = bench.fifo("alive");
    let script = format!(
        "trap \"\" TERM; exec 9>{}; sleep 1000 & echo up >&9; while :; do sleep 1000; done",
        alive.path()
    );
    bench.start(&shell("t", &script));
    assert_eq!(alive.line().await, "up");
    drop(bench.executor);
    alive.closed().await;
}

/// A task that hears no request, on a runtime that goes on only when a test drives it.
fn stubborn(runtime: &Runtime) -> (Bench, Fifo) {
    runtime.block_on(async {
        let mut bench = patient();
        let mut alive = bench.fifo("alive");
        let script = format!(
            "trap \"\" TERM; exec 9>{}; echo up >&9; sleep 1000; :",
            alive.path()
        );
        bench.start(&shell("t", &script));
        assert_eq!(alive.line().await, "up");
        (bench, alive)
    })
}

#[test]
fn dropping_the_executor_kills_even_if_its_runtime_stands_still() {
    let still = runtime();
    let (bench, mut alive) = stubborn(&still);
    drop(bench.executor);
    runtime().block_on(alive.closed());
}

#[test]
fn the_end_of_the_runtime_kills_what_runs() {
    let ended = runtime();
    let (mut bench, mut alive) = stubborn(&ended);
    drop(ended);
    let (_, outcome) = bench.executor.poll(NOW).expect("it should not be lost");
    assert_eq!(code(outcome), "CommandLaunchFailed");
    runtime().block_on(alive.closed());
}

#[tokio::test]
async fn nothing_starts_after_a_shutdown() {
    let mut bench = Bench::new();
    let control = bench.executor.control();
    in_time(control.shutdown()).await;
    let outcome = bench.shell("t", "touch ran").await;
    assert_eq!(code(outcome), "CommandLaunchFailed");
    assert!(!bench.node_root().exists());
}

// Other systems have no such program.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_process_that_left_the_group_does_not_hold_the_outcome_up() {
    let mut bench = Bench::new();
    let mut gone = bench.fifo("gone");
    let lease = bench.outside().join("lease");
    // It goes when the test is over and the file with it; until then it keeps the task's output open.
    std::fs::write(&lease, "").unwrap();
    let script = format!(
        "mkfifo up; setsid sh -c \"exec 9>{}; echo up >&9; echo up > up; while [ -e {} ]; do sleep 0.1; done\" & \
         read line < up; echo out",
        gone.path(),
        lease.display(),
    );
    assert_eq!(bench.shell("t", &script).await, Outcome::Exited(0));
    assert_eq!(bench.read("t", "stdout.txt"), "out\n");
    assert_eq!(gone.line().await, "up");
    std::fs::remove_file(&lease).unwrap();
    gone.closed().await;
}

/// A coordination command, and the command that goes on in its directory.
fn coordination(script: &str) -> Command {
    Command {
        leaves_services: true,
        ..shell("t", script)
    }
}

fn primary(script: &str) -> Command {
    Command {
        continues: true,
        ..shell("t", script)
    }
}

#[tokio::test]
async fn what_coordination_leaves_running_lives_until_its_run_is_ended() {
    let mut bench = Bench::new();
    let mut alive = bench.fifo("alive");
    let script = format!(
        "exec 9>{}; mkfifo ask; (read line < ask; echo served; echo served >&9; sleep 1000) & echo up; exit 0",
        alive.path()
    );
    let run = bench.start(&coordination(&script));
    assert_eq!(bench.outcome().await, (run, Outcome::Exited(0)));
    assert!(
        !bench.executor.waits_for_real_time(),
        "nobody waits for a service"
    );
    assert_eq!(bench.read("t", "stdout.txt"), "up\n");
    let outcome = bench.run(&primary("echo primary; echo go > ask")).await;
    assert_eq!(outcome, Outcome::Exited(0));
    assert_eq!(alive.line().await, "served");
    bench.executor.end(NOW, run);
    alive.closed().await;
    in_time(bench.executor.control().shutdown()).await;
    assert_eq!(bench.read("t", "stdout.txt"), "up\nprimary\nserved\n");
}

#[tokio::test]
async fn a_coordination_that_is_run_again_waits_until_its_services_are_over() {
    let mut bench = patient();
    let mut alive = bench.fifo("alive");
    let script = format!(
        "exec 9>{}; (trap \"echo first >> log; exit\" TERM; echo up >&9; while :; do sleep 0.01; done) & \
         read line < /dev/null; exit 3",
        alive.path()
    );
    let first = bench.start(&coordination(&script));
    assert_eq!(alive.line().await, "up");
    assert_eq!(bench.outcome().await, (first, Outcome::Exited(3)));
    bench.executor.end(NOW, first);
    let second = bench.start(&coordination("echo second >> log; cat log"));
    assert_eq!(bench.outcome().await, (second, Outcome::Exited(0)));
    assert_eq!(bench.read("t", "stdout.txt"), "first\nsecond\n");
    bench.executor.end(NOW, second);
    in_time(bench.executor.control().shutdown()).await;
}

#[tokio::test]
async fn services_end_with_the_executor() {
    let mut bench = Bench::new();
    let mut alive = bench.fifo("alive");
    let script = format!("exec 9>{}; sleep 1000 & echo up >&9", alive.path());
    bench.start(&coordination(&script));
    bench.outcome().await;
    assert_eq!(alive.line().await, "up");
    drop(bench.executor);
    alive.closed().await;
}
