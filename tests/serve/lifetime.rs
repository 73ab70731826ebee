//! How it stops: signals, and what is left.

use std::fs;
use std::net::TcpStream;

use batchite_api::batch::BatchTaskState;
use rustix::process::{Pid, Signal, test_kill_process};

use crate::emulator::{Emulator, Place};
use crate::work::{add_task, await_task, make_job, make_job_after};

#[test]
fn both_signals_stop_it_with_success_and_close_the_listeners() {
    for signal in [Signal::INT, Signal::TERM] {
        let emulator = Emulator::start(&["--execution", "process"]);
        let addresses = ["AZURE_BATCH_ENDPOINT", "AZURE_STORAGE_BLOB_ENDPOINT"]
            .map(|name| emulator.authority(name).to_owned());
        let stopped = emulator.stop(signal);
        assert_eq!(stopped.status.code(), Some(0), "{}", stopped.said);
        for address in addresses {
            assert!(TcpStream::connect(address).is_err());
        }
        assert!(stopped.place.is_tidy());
    }
}

#[tokio::test]
async fn the_processes_of_tasks_end_with_the_emulator_all_of_them() {
    let emulator = Emulator::start(&["--execution", "process"]);
    let batch = emulator.batch();
    make_job(&batch).await;
    let pids = emulator.place.path("pids");
    // A child and a grandchild; the file appears when both are there.
    let script = format!(
        "sleep 1000 & sh -c \"sleep 1000 & echo \\$! $! >{0}.new; mv {0}.new {0}; wait\"; wait",
        pids.display()
    );
    add_task(&batch, "task", &format!("/bin/sh -c '{script}'")).await;
    await_task(&batch, "task", BatchTaskState::Running).await;
    let pids = loop {
        if let Ok(text) = fs::read_to_string(&pids) {
            break text;
        }
        tokio::task::yield_now().await;
    };
    let pids: Vec<Pid> = pids
        .split_whitespace()
        .map(|pid| Pid::from_raw(pid.parse().unwrap()).unwrap())
        .collect();
    assert_eq!(pids.len(), 2);
    for pid in &pids {
        test_kill_process(*pid).expect("it runs");
    }
    let stopped = emulator.stop(Signal::TERM);
    assert_eq!(stopped.status.code(), Some(0), "{}", stopped.said);
    for pid in pids {
        assert!(is_over(pid), "{pid:?} still runs");
    }
    assert!(stopped.place.is_tidy());
}

/// Whether a process runs no more; what nobody has waited for yet counts as over.
fn is_over(pid: Pid) -> bool {
    let status = fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero()));
    match status {
        Ok(status) => status
            .rsplit(')')
            .next()
            .is_some_and(|rest| rest.trim_start().starts_with('Z')),
        Err(_) => test_kill_process(pid).is_err(),
    }
}

#[tokio::test]
async fn a_second_signal_does_not_wait_for_processes_that_take_their_time() {
    let emulator = Emulator::start(&["--execution", "process"]);
    let batch = emulator.batch();
    make_job(&batch).await;
    let begun = emulator.place.path("begun");
    let script = format!(
        "trap \"\" TERM; touch {}; while :; do sleep 0.1; done",
        begun.display()
    );
    add_task(&batch, "task", &format!("/bin/sh -c '{script}'")).await;
    while !begun.exists() {
        tokio::task::yield_now().await;
    }
    let pid = emulator.pid();
    rustix::process::kill_process(pid, Signal::INT).unwrap();
    // The listeners are closed once the first signal has been heard.
    while TcpStream::connect(emulator.authority("AZURE_BATCH_ENDPOINT")).is_ok() {
        tokio::task::yield_now().await;
    }
    let stopped = emulator.stop(Signal::INT);
    assert_eq!(stopped.status.code(), Some(130), "{}", stopped.said);
    assert!(stopped.said.contains("interrupted again"), "{}", stopped.said);
}

/// The number of a process that a script has written to a file.
async fn written_pid(path: &std::path::Path) -> Pid {
    loop {
        let text = fs::read_to_string(path).unwrap_or_default();
        if let Some(number) = text.strip_suffix('\n') {
            return Pid::from_raw(number.parse().expect("a number")).expect("no nought");
        }
        tokio::task::yield_now().await;
    }
}

/// A script that leaves a process behind in a session of its own, which writes its number to a file first.
#[cfg(target_os = "linux")]
fn leaving(pid: &std::path::Path) -> String {
    let pid = pid.display();
    format!(
        "setsid sh -c \"echo \\$\\$ > {pid}; exec sleep 1000\" & while ! [ -s {pid} ]; do sleep 0.01; done"
    )
}

// Other systems do not say which processes those are.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn what_leaves_the_group_of_its_task_ends_with_it() {
    let emulator = Emulator::start(&["--execution", "process"]);
    let batch = emulator.batch();
    make_job(&batch).await;
    let pid = emulator.place.path("pid");
    add_task(&batch, "task", &format!("/bin/sh -c '{}'", leaving(&pid))).await;
    await_task(&batch, "task", BatchTaskState::Completed).await;
    let pid = written_pid(&pid).await;
    // It has been waited for as well.
    assert!(test_kill_process(pid).is_err(), "{pid:?} is there");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn what_a_start_task_leaves_serves_its_node_and_ends_with_the_emulator() {
    let emulator = Emulator::start(&["--execution", "process"]);
    let batch = emulator.batch();
    let pid = emulator.place.path("pid");
    make_job_after(&batch, Some(&format!("/bin/sh -c '{}'", leaving(&pid)))).await;
    add_task(&batch, "task", "true").await;
    await_task(&batch, "task", BatchTaskState::Completed).await;
    let pid = written_pid(&pid).await;
    test_kill_process(pid).expect("it runs");
    let stopped = emulator.stop(Signal::TERM);
    assert_eq!(stopped.status.code(), Some(0), "{}", stopped.said);
    assert!(is_over(pid), "{pid:?} still runs");
    assert!(stopped.place.is_tidy());
}

#[test]
fn directories_of_emulators_that_were_killed_are_removed() {
    let place = Place::new();
    let directory = |name: String| {
        let path = place.path("temporary").join(name);
        fs::create_dir_all(path.join("node")).unwrap();
        path
    };
    // No process has the first number, and this one has the second.
    let abandoned = directory("batchite-nodes-2147483646-x".to_owned());
    let used = directory(format!("batchite-nodes-{}-x", std::process::id()));
    let other = directory("batchite-nodes-x".to_owned());
    let emulator = Emulator::start_in(place, &["--execution", "process"]);
    assert!(!abandoned.exists());
    assert!(used.exists() && other.exists());
    emulator.stop(Signal::TERM);
}
