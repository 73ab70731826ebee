//! `serve -- COMMAND`.

use std::io::{BufRead, BufReader};

use rustix::process::{Pid, Signal, kill_process, test_kill_process};

use crate::emulator::{Place, assert_code, text};

#[test]
fn the_command_gets_the_variables_and_its_exit_code_is_the_emulator_s() {
    let place = Place::new();
    let script = "printf '%s\\n' \"$AZURE_BATCH_ENDPOINT\" \"$AZURE_STORAGE_CONNECTION_STRING\"; exit 7";
    let output = place
        .serve(&["--execution", "process", "--", "/bin/sh", "-c", script])
        .output()
        .expect("the command runs");
    assert_code(&output, 7);
    let said = text(&output.stdout);
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines.len(), 2, "the output is the command's alone: {said}");
    assert!(lines[0].starts_with("http://127.0.0.1:"));
    assert!(lines[1].contains("AccountName=devstoreaccount1;"));
    assert!(place.is_tidy());
}

#[test]
fn a_command_that_was_killed_tells_as_a_shell_would() {
    let output = Place::new()
        .serve(&["--", "/bin/sh", "-c", "kill -KILL $$"])
        .output()
        .expect("the command runs");
    assert_code(&output, 128 + 9);
}

#[test]
fn a_command_that_is_not_there_is_named() {
    let output = Place::new().serve(&["--", "no-such-program"]).output().unwrap();
    assert_code(&output, 127);
    assert!(text(&output.stderr).contains("`no-such-program` cannot be run"));
}

#[test]
fn who_stops_the_emulator_stops_the_command() {
    let place = Place::new();
    let script = "trap 'kill $!; exit 3' TERM; echo begun; while :; do sleep 1000 & wait $!; done";
    let mut child = place.serve(&["--", "/bin/sh", "-c", script]).spawn().unwrap();
    let mut begun = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut begun)
        .unwrap();
    assert_eq!(begun, "begun\n");
    kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
    assert_eq!(
        child.wait().unwrap().code(),
        Some(3),
        "it was asked, and ended in its own way"
    );
}

// Other systems do not tell whose children processes are.
#[cfg(target_os = "linux")]
#[test]
fn a_second_signal_ends_the_command_with_its_children() {
    let place = Place::new();
    let script = "trap 'echo asked' INT TERM; (trap '' INT TERM; exec sleep 1000) & echo $!; \
                  while :; do wait; done";
    let mut child = place.serve(&["--", "/bin/sh", "-c", script]).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let sleeper: i32 = lines.next().unwrap().unwrap().parse().unwrap();
    let sleeper = Pid::from_raw(sleeper).unwrap();
    test_kill_process(sleeper).expect("it runs");
    kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
    assert_eq!(lines.next().unwrap().unwrap(), "asked");
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(128 + 9));
    // Whoever holds the output of the command has gone.
    assert!(lines.next().is_none());
}
