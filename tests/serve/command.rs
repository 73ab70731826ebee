//! `serve -- COMMAND`.

use std::io::{BufRead, BufReader};

use rustix::process::{Pid, Signal, kill_process};

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
