//! Rust functions as programs: how they are found, and what they get.

use std::future::{pending, poll_fn};
use std::sync::Arc;
use std::task::Poll;

use async_trait::async_trait;
use batchite_api::auth::Access;
use batchite_api::backend::{BlobConditions, Body};
use batchite_api::batch::ResourceFile;
use batchite_api::blob::{BlobName, ContainerName, PutBlobOptions};
use batchite_api::time::TimeSpan;
use batchite_sim::exec::process::Process;
use batchite_sim::exec::program::Program;
use batchite_sim::exec::simulated::SimulatedExecutor;
use batchite_sim::exec::{Outcome, Platform};

use crate::blobs::{Account, ENDPOINT};
use crate::harness::{Node, START, TASK, connected};

fn executor() -> SimulatedExecutor {
    SimulatedExecutor::new(0, START)
}

/// Prints what it was called with.
fn show(process: &mut Process) -> i32 {
    let line = format!("{} {:?}\n", process.name, process.arguments);
    i32::from(process.stdout.write_text(&line).is_err())
}

/// A blob from the test account that is staged as an executable.
fn staged(path: &str) -> ResourceFile {
    ResourceFile {
        http_url: Some(format!("{ENDPOINT}/application/worker").into()),
        file_path: Some(path.to_owned()),
        ..ResourceFile::default()
    }
}

#[test]
fn a_program_is_found_by_name_and_as_an_uploaded_file() {
    let account = Account::with(&[("application", "worker", "\u{7f}ELF")]);
    let mut node = connected(executor().with_program("worker", show), Arc::new(account));
    for (line, shown) in [
        ("worker a 'b c'", "worker [\"a\", \"b c\"]\n"),
        ("/usr/local/bin/worker", "/usr/local/bin/worker []\n"),
        ("./bin/worker x", "./bin/worker [\"x\"]\n"),
        ("/bin/sh -c 'worker $GREETING'", "worker [\"hello\", \"you\"]\n"),
        (
            "/bin/sh -c 'cp -p bin/worker $AZ_BATCH_NODE_SHARED_DIR; $AZ_BATCH_NODE_SHARED_DIR/worker'",
            "/mnt/batch/tasks/shared/worker []\n",
        ),
    ] {
        let done = node.run_with_files(line, vec![staged("bin/worker")]);
        assert_eq!(done.outcome, Outcome::Exited(0), "{line}: {}", done.stderr);
        assert_eq!(done.stdout, shown);
    }
    let done = node.run("/opt/worker");
    assert!(matches!(done.outcome, Outcome::Failed(_)), "{:?}", done.outcome);
}

#[test]
fn a_file_that_may_not_be_executed_does_not_start() {
    let account = Account::with(&[("application", "worker", "x")]);
    let mut node = connected(executor().with_program("worker", show), Arc::new(account));
    let mut file = staged("worker");
    file.file_mode = Some("0644".to_owned());
    let done = node.run_with_files("./worker", vec![file]);
    let Outcome::Failed(failure) = done.outcome else {
        panic!("it ran");
    };
    assert_eq!(failure.code.as_deref(), Some("CommandLaunchFailed"));
    let done = node.run_with_files("./other", vec![staged("other")]);
    let Outcome::Failed(failure) = done.outcome else {
        panic!("it ran");
    };
    assert!(
        failure.details[0]
            .value
            .as_deref()
            .unwrap()
            .contains("cannot execute binary file")
    );
}

#[test]
fn windows_names_ignore_case_and_ending() {
    let executor = executor().with_program("Worker", show);
    let mut node = Node::with(Platform::Windows, executor);
    for line in ["worker.exe", "WORKER", "worker"] {
        assert_eq!(node.run(line).outcome, Outcome::Exited(0), "{line}");
    }
}

#[test]
fn interpreters_run_scripts_that_name_them() {
    let executor = executor().with_program("python3", show);
    let mut node = Node::with(Platform::Linux, executor);
    let done = node.run("sh -c 'printf \"#!/usr/bin/env python3\\n\" > s.py; chmod +x s.py; ./s.py a'");
    assert_eq!(done.stdout, "python3 [\"./s.py\", \"a\"]\n");
}

/// Reads a file, counts its lines, keeps the result and uploads it.
struct Count;

#[async_trait]
impl Program for Count {
    async fn run(&self, process: &mut Process) -> i32 {
        let [file, token] = process.arguments.as_slice() else {
            return 2;
        };
        let Ok(bytes) = process.read_file(file) else {
            return 3;
        };
        let report = format!(
            "{} {}",
            bytes.split(|byte| *byte == b'\n').count(),
            process.working_directory()
        );
        process.clock().sleep(TimeSpan::from_seconds(7)).await;
        if process.write_file("out.txt", report.clone()).is_err() {
            return 4;
        }
        let Ok(account) = process.blobs().connect(ENDPOINT, Access::Sas(token.clone())) else {
            return 5;
        };
        let (Ok(container), Ok(blob)) = (ContainerName::parse("output"), BlobName::parse("out.txt")) else {
            return 6;
        };
        let put = account
            .put_blob(
                &container,
                &blob,
                Body::from(report.into_bytes()),
                &PutBlobOptions::default(),
            )
            .await;
        let read = account
            .get_blob(&container, &blob, None, &BlobConditions::default())
            .await;
        if put.is_ok() && read.is_ok() { 0 } else { 7 }
    }
}

#[test]
fn a_program_reads_writes_sleeps_and_uploads() {
    let account = Account::with(&[("input", "a.txt", "1\n2\n3")]);
    let mut node = connected(executor().with_program("count", Count), Arc::new(account.clone()));
    let input = ResourceFile {
        http_url: Some(format!("{ENDPOINT}/input/a.txt").into()),
        file_path: Some("a.txt".to_owned()),
        ..ResourceFile::default()
    };
    let done = node.run_with_files("count a.txt sig=good", vec![input.clone()]);
    assert_eq!(done.outcome, Outcome::Exited(0));
    assert_eq!(done.took, TimeSpan::from_seconds(7));
    let expected = format!("3 /mnt/batch/tasks/{TASK}/wd");
    assert_eq!(node.text(&format!("{TASK}/wd/out.txt")), expected);
    assert_eq!(account.text("output", "out.txt"), Some(expected));
    let done = node.run_with_files("count a.txt sig=bad", vec![input]);
    assert_eq!(done.outcome, Outcome::Exited(7));
}

#[test]
fn without_a_connector_blobs_are_out_of_reach() {
    let mut node = Node::with(Platform::Linux, executor().with_program("count", Count));
    let slot = node.executor.connector_slot();
    let line = "sh -c 'echo > a.txt; count a.txt sig=good'";
    assert_eq!(node.run(line).outcome, Outcome::Exited(5));
    slot.set(Arc::new(Account::default()));
    assert_eq!(node.run(line).outcome, Outcome::Exited(0));
}

struct Waits;

#[async_trait]
impl Program for Waits {
    async fn run(&self, _: &mut Process) -> i32 {
        pending().await
    }
}

struct WakesItself(u32);

#[async_trait]
impl Program for WakesItself {
    async fn run(&self, _: &mut Process) -> i32 {
        let mut left = self.0;
        poll_fn(|context| {
            context.waker().wake_by_ref();
            left = left.saturating_sub(1);
            if left == 0 { Poll::Ready(0) } else { Poll::Pending }
        })
        .await
    }
}

#[test]
fn who_waits_for_something_outside_the_simulation_is_ended() {
    let executor = executor()
        .with_program("waits", Waits)
        .with_program("spins", WakesItself(u32::MAX))
        .with_program("yields", WakesItself(3));
    let mut node = Node::with(Platform::Linux, executor);
    let done = node.run("waits");
    assert_eq!(done.outcome, Outcome::Exited(70));
    assert!(done.stderr.contains("outside the simulation"), "{}", done.stderr);
    assert_eq!(node.run("spins").outcome, Outcome::Exited(70));
    assert_eq!(node.run("yields").outcome, Outcome::Exited(0));
}

#[test]
fn what_was_left_in_the_background_ends_with_the_task() {
    let mut node = Node::new(Platform::Linux);
    let done = node.run("sh -c '(sleep 50; echo late > $AZ_BATCH_NODE_SHARED_DIR/late) & echo early'");
    assert_eq!((done.took, done.stdout.as_str()), (TimeSpan::ZERO, "early\n"));
    assert_eq!(node.run("sleep 100").outcome, Outcome::Exited(0));
    assert_eq!(node.text("shared/late"), "");
}
