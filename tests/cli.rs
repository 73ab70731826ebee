//! The binary from outside: exit codes, streams, files, signals.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// A directory to run the command in, gone afterwards.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a directory"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.path(name), bytes).expect("a file");
    }

    /// The command, with no variables of its own, its temporary files in a directory of the place.
    fn command(&self, arguments: &[&str]) -> Command {
        fs::create_dir_all(self.path("temporary")).expect("a directory");
        let mut command = Command::new(env!("CARGO_BIN_EXE_batchite"));
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("BATCHITE_") {
                command.env_remove(name);
            }
        }
        command
            .args(arguments)
            .current_dir(self.0.path())
            .env("TMPDIR", self.path("temporary"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("the command runs")
    }

    /// The words of an output, without the lines that say who counted them.
    fn words(&self, output: &str) -> String {
        let text = fs::read_to_string(self.path(output)).expect("an output");
        let (words, identity) = text.split_once("\nNode: ").expect("a whole report");
        assert!(identity.contains("\nTask: topNtask"), "{text}");
        words.to_owned()
    }

    fn is_tidy(&self) -> bool {
        fs::read_dir(self.path("temporary"))
            .expect("the directory")
            .count()
            == 0
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("text")
}

#[track_caller]
fn assert_code(output: &Output, code: i32) {
    let shown = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{shown:#?}");
}

#[test]
fn the_tutorial_runs_with_no_more_than_its_name() {
    let place = Place::new();
    let output = place.run(&["tutorial"]);
    assert_code(&output, 0);
    assert_eq!(text(&output.stderr), "");
    let lines = text(&output.stdout);
    for line in [
        "Adding 3 tasks to job [RustTutorialJob]...",
        "Monitoring all tasks for 'Completed' state, timeout in 0:20:00...",
        "  Download complete!",
        "Delete pool? [Y/n] y",
    ] {
        assert!(
            lines.lines().any(|other| other == line),
            "{line:?} is missing in {lines}"
        );
    }
    let rule = "-".repeat(30);
    assert_eq!(
        place.words("tutorial-output/taskdata1_OUTPUT.txt"),
        format!("Word\tCount\n{rule}\nthe:\t37\nand:\t17\nI:\t15\n{rule}")
    );
    assert_eq!(fs::read_dir(place.path("tutorial-output")).unwrap().count(), 3);
}

#[test]
fn texts_that_lie_here_come_before_those_built_in() {
    let place = Place::new();
    fs::create_dir(place.path("data")).unwrap();
    place.write("data/taskdata9.txt", "mine mine");
    assert_code(&place.run(&["tutorial", "--words", "1"]), 0);
    assert!(
        place
            .words("tutorial-output/taskdata9_OUTPUT.txt")
            .contains("\nmine:\t2\n")
    );
    assert_eq!(fs::read_dir(place.path("tutorial-output")).unwrap().count(), 1);
}

#[test]
fn json_is_one_document_and_nothing_else() {
    let place = Place::new();
    let output = place.run(&["tutorial", "--json", "--seed", "5", "--nodes", "1"]);
    assert_code(&output, 0);
    assert_eq!(text(&output.stderr), "", "progress is for terminals");
    let document: Value = serde_json::from_slice(&output.stdout).expect("one document");
    assert_eq!(document["success"], true);
    assert_eq!(
        (&document["backend"], &document["seed"]),
        (&"sim".into(), &5.into())
    );
    let tasks = document["tasks"].as_array().unwrap();
    assert_eq!(tasks.len(), 3);
    for task in tasks {
        assert_eq!(
            (&task["state"], &task["exitCode"]),
            (&"completed".into(), &0.into())
        );
        assert_eq!(task["nodeId"], tasks[0]["nodeId"]);
    }
    for output in document["outputs"].as_array().unwrap() {
        let length = fs::metadata(output["path"].as_str().unwrap()).unwrap().len();
        assert_eq!(output["bytes"], length);
    }
    assert!(document["elapsedReal"].as_str().unwrap().starts_with("PT"));
}

#[test]
fn json_tells_of_failures_too() {
    let place = Place::new();
    let output = place.run(&["tutorial", "--json", "--latency", "azure", "--timeout", "9s"]);
    assert_code(&output, 1);
    let document: Value = serde_json::from_slice(&output.stdout).expect("one document");
    assert_eq!(document["success"], false);
    assert_eq!(document["elapsed"], "PT9S");
    assert!(document["errors"][0].as_str().unwrap().contains("0 of 3"));
    assert!(text(&output.stderr).starts_with("error: "));
}

#[test]
fn the_tutorial_meets_the_world_of_a_scenario() {
    let place = Place::new();
    let run = |scenario: &str, more: &[&str]| {
        place.write("scenario.toml", scenario);
        let arguments = [&["tutorial", "--json", "--scenario", "scenario.toml"], more].concat();
        place.run(&arguments)
    };
    // One core is one node, whatever the tutorial asks for.
    let output = run("seed = 9\nquotas = { dedicatedCores = 1 }", &[]);
    assert_code(&output, 0);
    let document: Value = serde_json::from_slice(&output.stdout).expect("one document");
    assert_eq!(document["seed"], 9);
    let tasks = document["tasks"].as_array().unwrap();
    let first = tasks[0]["nodeId"].as_str().unwrap();
    assert!(tasks.iter().all(|task| task["nodeId"] == first), "{tasks:#?}");
    // What goes wrong there goes wrong here, and options go before the scenario.
    let faults = "seed = 9\nfaults = [{ kind = \"taskFails\", exitCode = 7, times = 1 }]";
    let output = run(faults, &["--seed", "4", "--execution", "process"]);
    assert_code(&output, 1);
    let document: Value = serde_json::from_slice(&output.stdout).expect("one document");
    assert_eq!(
        (&document["seed"], &document["success"]),
        (&4.into(), &false.into())
    );
    let failed = document["tasks"].as_array().unwrap().iter();
    assert_eq!(failed.filter(|task| task["exitCode"] == 7).count(), 1);
    let programs = "programs = [{ command = \"x\", takes = \"PT1S\" }]";
    assert_code(&run(programs, &["--execution", "process"]), 2);
    // A world that cannot be made is told.
    assert_code(&run("[[jobs]]\nid = \"job\"", &[]), 2);
}

#[test]
fn every_option_can_be_a_variable() {
    let place = Place::new();
    let output = place
        .command(&["tutorial"])
        .env("BATCHITE_JSON", "1")
        .env("BATCHITE_SEED", "77")
        .env("BATCHITE_KEEP", "false")
        .env("BATCHITE_OUTPUT_DIR", "elsewhere")
        .output()
        .unwrap();
    assert_code(&output, 0);
    let document: Value = serde_json::from_slice(&output.stdout).expect("one document");
    assert_eq!(document["seed"], 77);
    assert!(place.path("elsewhere/taskdata3_OUTPUT.txt").is_file());
}

#[test]
fn equal_seeds_write_equal_traces() {
    let place = Place::new();
    let trace = |seed: &str, file: &str| {
        let arguments = ["tutorial", "--latency", "azure", "--seed", seed, "--trace", file];
        assert_code(&place.run(&arguments), 0);
        fs::read(place.path(file)).unwrap()
    };
    let first = trace("3", "one");
    assert!(text(&first).lines().count() > 20);
    for line in text(&first).lines() {
        assert!(serde_json::from_str::<Value>(line).unwrap().is_object(), "{line}");
    }
    assert_eq!(first, trace("3", "other"));
    assert_ne!(first, trace("4", "third"));
}

#[test]
fn a_run_that_fails_leaves_its_trace() {
    let place = Place::new();
    let arguments = [
        "tutorial",
        "--latency",
        "azure",
        "--timeout",
        "PT5S",
        "--trace",
        "trace",
    ];
    assert_code(&place.run(&arguments), 1);
    assert!(text(&fs::read(place.path("trace")).unwrap()).contains("RustTutorialPool"));
}

#[test]
fn what_cannot_be_carried_out_ends_with_2_and_makes_nothing() {
    let place = Place::new();
    place.write("a.txt", "");
    for (arguments, told) in [
        (&["tutorial", "--input", "missing.txt"][..], "missing.txt"),
        (&["tutorial", "--input", "."], "a directory"),
        (
            &["tutorial", "--input", "a.txt", "--input", "./a.txt"],
            "\"a.txt\"",
        ),
        (&["tutorial", "--nodes", "0"], "--nodes"),
        (&["tutorial", "--words", "0"], "--words"),
        (&["tutorial", "--seed", "x"], "--seed"),
        (&["tutorial", "--timeout", "5"], "20m"),
        (&["tutorial", "--execution", "magic"], "simulated, process"),
        (
            &["tutorial", "--backend", "sim", "--worker", "a.txt"],
            "`--worker`",
        ),
        (&["tutorial", "--trace", "no/such/directory"], "no/such/directory"),
        (&["tutorial", "--output-dir", "a.txt"], "a.txt"),
        (
            &["tutorial", "--input", "a.txt", "--trace", "./a.txt"],
            "over the input",
        ),
        (&["check", "--seeds", "5..1"], "0..1000"),
        (&["check", "--scenario", "no/such/file"], "no/such/file"),
        (&["tutorial", "--scenario", "no/such/file"], "no/such/file"),
        (
            &["tutorial", "--backend", "azure", "--scenario", "x.toml"],
            "--scenario",
        ),
        (&["frobnicate"], "frobnicate"),
        (&["topn", "--filepath", "a.txt"], "--sastoken"),
    ] {
        let output = place.run(arguments);
        assert_code(&output, 2);
        let error = text(&output.stderr);
        assert!(error.contains(told), "{arguments:?}: {error}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
        assert!(!place.path("tutorial-output").exists(), "{arguments:?}");
    }
}

#[test]
fn an_output_does_not_replace_an_input() {
    let place = Place::new();
    place.write("a.txt", "a a");
    place.write("a_OUTPUT.txt", "precious");
    let arguments = [
        "tutorial",
        "--input",
        "a.txt",
        "--input",
        "a_OUTPUT.txt",
        "--output-dir",
        ".",
    ];
    let output = place.run(&arguments);
    assert_code(&output, 1);
    let error = text(&output.stderr);
    assert!(error.contains("is one of the inputs and stays"), "{error}");
    assert_eq!(fs::read(place.path("a_OUTPUT.txt")).unwrap(), b"precious");
    assert!(place.path("a_OUTPUT_OUTPUT.txt").exists());
}

#[test]
fn texts_that_were_made_to_break_things_are_counted_in_both_executions() {
    let place = Place::new();
    place.write("empty.txt", "");
    place.write("invalid \"$(utf-8)'.txt", b"caf\xe9 \xff caf\xe9");
    place.write("-long.txt", vec![b'x'; 1 << 20]);
    let inputs = ["empty.txt", "invalid \"$(utf-8)'.txt", "./-long.txt"];
    let mut arguments = vec!["tutorial"];
    for input in inputs {
        arguments.extend(["--input", input]);
    }
    let outputs = [
        "empty_OUTPUT.txt",
        "invalid \"$(utf-8)'_OUTPUT.txt",
        "-long_OUTPUT.txt",
    ];
    let words_by = |execution: &str| {
        let options = ["--execution", execution, "--output-dir", execution];
        let output = place.run(&[&arguments[..], &options[..]].concat());
        assert_code(&output, 0);
        outputs.map(|name| place.words(&format!("{execution}/{name}")))
    };
    let words = words_by("simulated");
    assert!(words[1].contains("\ncaf\u{fffd}:\t2\n"), "{}", words[1]);
    assert!(words[2].len() > 1 << 20);
    if cfg!(unix) {
        assert_eq!(words_by("process"), words);
        assert!(place.is_tidy(), "the directories of the nodes are left");
    }
}

#[cfg(unix)]
#[test]
fn with_processes_the_words_are_the_same() {
    let place = Place::new();
    assert_code(&place.run(&["tutorial", "--output-dir", "simulated"]), 0);
    let output = place.run(&["tutorial", "--execution", "process", "--output-dir", "process"]);
    assert_code(&output, 0);
    assert_eq!(text(&output.stderr), "");
    for number in 1..=3 {
        let words = |directory| place.words(&format!("{directory}/taskdata{number}_OUTPUT.txt"));
        assert_eq!(words("process"), words("simulated"));
    }
    assert!(place.is_tidy(), "the directories of the nodes are left");
}

/// Reads the lines of a running command until one begins so, and gives the rest to whoever wants it.
#[cfg(unix)]
fn read_until(output: &mut impl std::io::BufRead, beginning: &str) {
    let mut line = String::new();
    while !line.starts_with(beginning) {
        line.clear();
        assert_ne!(
            output.read_line(&mut line).expect("a line"),
            0,
            "{beginning:?} never came"
        );
    }
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_cleans_up_and_ends_with_130() {
    use std::io::Read;

    let place = Place::new();
    // Long enough for the signal to come while the tasks wait for their nodes or run.
    place.write("long.txt", "word ".repeat(8 << 20));
    let mut child = place
        .command(&[
            "tutorial",
            "--execution",
            "process",
            "--input",
            "long.txt",
            "--trace",
            "trace",
        ])
        .spawn()
        .unwrap();
    let mut output = std::io::BufReader::new(child.stdout.take().unwrap());
    read_until(&mut output, "Creating job");
    let process = rustix::process::Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    rustix::process::kill_process(process, rustix::process::Signal::INT).unwrap();
    let mut rest = String::new();
    output.read_to_string(&mut rest).unwrap();
    let status = child.wait_with_output().unwrap();
    assert_eq!(status.status.code(), Some(130), "{rest}");
    assert!(text(&status.stderr).contains("interrupted"));
    assert!(rest.contains("Deleting containers...") && rest.contains("Deleting pool [RustTutorialPool]..."));
    assert!(
        !rest.contains("Delete pool?") && !rest.contains("Success!"),
        "{rest}"
    );
    assert!(
        fs::read_to_string(place.path("trace"))
            .unwrap()
            .contains("\"deleting\"")
    );
    assert!(place.is_tidy(), "the directories of the nodes are left");
}

#[test]
fn who_closes_the_output_still_gets_the_files() {
    let place = Place::new();
    let mut child = place.command(&["tutorial"]).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_code(&output, 0);
    assert!(place.path("tutorial-output/taskdata1_OUTPUT.txt").is_file());
}

#[test]
fn the_worker_writes_its_report_next_to_the_text_and_hides_its_token() {
    let place = Place::new();
    place.write("text.md", "one two two");
    let output = place
        .command(&[
            "topn",
            "--filepath",
            "text.md",
            "--numwords",
            "1",
            "--storageaccount",
            "account",
        ])
        .args(["--storagecontainer", "output", "--sastoken", "sp=w&sig=hidden"])
        .args(["--blob-endpoint", "127.0.0.1:1/account"])
        .env("AZ_BATCH_TASK_ID", "task")
        .output()
        .unwrap();
    assert_code(&output, 1);
    let report = fs::read_to_string(place.path("text_OUTPUT.md")).unwrap();
    assert!(
        report.contains("two:\t2\n") && report.contains("Task: task\n"),
        "{report}"
    );
    let said = text(&output.stdout);
    assert_eq!(said, "Uploading file text_OUTPUT.md to container [output]...\n");
    let error = text(&output.stderr);
    assert!(error.starts_with("error: the upload failed: "), "{error}");
    assert!(
        error.contains("127.0.0.1:1/account") && !error.contains("hidden"),
        "{error}"
    );
}

#[test]
fn the_worker_tells_which_text_it_cannot_read() {
    let place = Place::new();
    let output = place
        .command(&[
            "topn",
            "--filepath",
            "missing.txt",
            "--numwords",
            "1",
            "--storageaccount",
            "account",
        ])
        .args(["--storagecontainer", "output"])
        .env("BATCHITE_SASTOKEN", "sp=w&sig=hidden")
        .output()
        .unwrap();
    assert_code(&output, 1);
    assert!(text(&output.stderr).contains("`missing.txt` cannot be opened"));
}

#[test]
fn help_shows_every_command_and_no_secret() {
    let place = Place::new();
    let output = place
        .command(&["topn", "--help"])
        .env("BATCHITE_SASTOKEN", "hidden")
        .output()
        .unwrap();
    assert_code(&output, 0);
    assert!(text(&output.stdout).contains("--sastoken") && !text(&output.stdout).contains("hidden"));
    for arguments in [&["--help"][..], &["completions", "bash"], &["completions", "zsh"]] {
        let output = place.run(arguments);
        assert_code(&output, 0);
        let shown = text(&output.stdout);
        for command in ["tutorial", "topn", "serve", "check", "completions"] {
            assert!(shown.contains(command), "{arguments:?} without {command}");
        }
    }
}
