//! The tutorial of the client against the emulator: real sockets, and real processes if wanted.

use std::fs;
use std::process::Output;

use crate::emulator::{Emulator, assert_code, text};

fn tutorial(emulator: &Emulator) -> Output {
    let output = emulator
        .client(&[
            "tutorial",
            "--backend",
            "azure",
            "--yes",
            "--output-dir",
            "results",
        ])
        .output()
        .expect("the command runs");
    assert_code(&output, 0);
    output
}

fn check_results(emulator: &Emulator) {
    let results = emulator.place.path("results");
    let words = fs::read_to_string(results.join("taskdata1_OUTPUT.txt")).expect("an output");
    let rule = "-".repeat(30);
    assert!(
        words.starts_with(&format!(
            "Word\tCount\n{rule}\nthe:\t37\nand:\t17\nI:\t15\n{rule}"
        )),
        "{words}"
    );
    assert_eq!(fs::read_dir(results).expect("the results").count(), 3);
    let state = emulator.control("GET /_sim/state", "").json();
    assert_eq!(state["world"]["jobs"], serde_json::json!({}), "it cleaned up");
}

#[test]
fn the_tutorial_runs_through_with_simulated_commands() {
    let emulator = Emulator::start(&["--time-scale", "10"]);
    tutorial(&emulator);
    check_results(&emulator);
}

#[test]
fn the_tutorial_runs_through_with_real_processes() {
    let emulator = Emulator::start(&["--execution", "process"]);
    let output = tutorial(&emulator);
    assert!(text(&output.stdout).contains("Download complete!"));
    check_results(&emulator);
}
