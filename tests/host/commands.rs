//! How a command runs: its output, its exit code, its environment, and why it may not run at all.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;

use batchite::host::{Containers, HostOptions};
use batchite_api::batch::{BatchTaskContainerSettings, EnvironmentSetting};
use batchite_sim::exec::{Command, Executor, Outcome};

use crate::bench::{Bench, NOW, code, command, failure, reason, shell};

#[tokio::test]
async fn output_goes_to_its_files() {
    let mut bench = Bench::new();
    let outcome = bench.shell("t", "echo hello; echo oops >&2; pwd").await;
    assert_eq!(outcome, Outcome::Exited(0));
    let working_directory = bench.node_root().join("workitems/job/job-1/t/wd");
    assert_eq!(
        bench.read("t", "stdout.txt"),
        format!("hello\n{}\n", working_directory.display())
    );
    assert_eq!(bench.read("t", "stderr.txt"), "oops\n");
    assert!(!bench.executor.waits_for_real_time());
    assert!(bench.executor.poll(NOW).is_none());
}

#[tokio::test]
async fn no_shell_looks_at_the_command_line() {
    let mut bench = Bench::new();
    bench.run(&command("t", "echo $HOME && exit 3")).await;
    assert_eq!(bench.read("t", "stdout.txt"), "$HOME && exit 3\n");
}

#[tokio::test]
async fn exit_codes_are_the_programs() {
    let mut bench = Bench::new();
    for number in [0, 1, 3, 127, 255] {
        let outcome = bench.shell("t", &format!("exit {number}")).await;
        assert_eq!(outcome, Outcome::Exited(number));
    }
    assert_eq!(bench.shell("t", "kill -KILL $$").await, Outcome::Exited(137));
    assert_eq!(bench.shell("t", "kill -TERM $$").await, Outcome::Exited(143));
    assert_eq!(bench.shell("t", "nosuchcommand").await, Outcome::Exited(127));
}

#[tokio::test]
async fn nothing_is_read_and_nothing_waits_for_input() {
    let mut bench = Bench::new();
    assert_eq!(bench.run(&command("t", "cat")).await, Outcome::Exited(0));
    assert_eq!(bench.read("t", "stdout.txt"), "");
}

#[tokio::test]
async fn the_environment_holds_what_was_given_and_nothing_else() {
    let mut bench = Bench::new();
    let setting = |name: &str, value: &str| EnvironmentSetting {
        name: name.to_owned(),
        value: Some(value.into()),
    };
    let outcome = bench
        .run(&Command {
            system_environment: [("AZ_BATCH_TASK_ID".to_owned(), "t".to_owned())].into(),
            environment_settings: vec![setting("COLOUR", "blue"), setting("AZ_BATCH_TASK_ID", "x")],
            ..command("t", "env")
        })
        .await;
    assert_eq!(outcome, Outcome::Exited(0));
    let output = bench.read("t", "stdout.txt");
    let names: BTreeSet<&str> = output
        .lines()
        .filter_map(|line| line.split_once('='))
        .map(|(name, _)| name)
        .filter(|name| !name.starts_with("AZ_BATCH_"))
        .collect();
    // The test itself runs with far more than that.
    assert!(std::env::vars_os().count() > names.len());
    assert_eq!(names, BTreeSet::from(["COLOUR", "HOME", "LANG", "PATH", "USER"]));
    let root = bench.node_root();
    for line in [
        format!("HOME={}/workitems/job/job-1/t/wd", root.display()),
        format!("AZ_BATCH_NODE_SHARED_DIR={}/shared", root.display()),
        "AZ_BATCH_TASK_ID=t".to_owned(),
        "COLOUR=blue".to_owned(),
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin".to_owned(),
    ] {
        assert!(output.lines().any(|other| other == line), "{line}\n{output}");
    }
}

#[tokio::test]
async fn a_program_that_is_not_there_is_named() {
    let mut bench = Bench::new();
    for line in ["nosuchprogram --flag", "./nosuch", "/nosuch/program"] {
        let outcome = bench.run(&command("t", line)).await;
        assert_eq!(code(outcome), "CommandProgramNotFound", "{line}");
    }
    // It runs no shell, so the path is the task's own.
    let outcome = bench
        .run(&Command {
            environment_settings: vec![EnvironmentSetting {
                name: "PATH".to_owned(),
                value: Some("/nosuch".into()),
            }],
            ..command("t", "env")
        })
        .await;
    assert_eq!(code(outcome), "CommandProgramNotFound");
}

#[tokio::test]
async fn a_program_that_cannot_be_run_is_refused_with_the_reason() {
    let mut bench = Bench::new();
    let make = |name: &str, content: &[u8], mode: u32| {
        let path = bench.outside().join(name);
        std::fs::write(&path, content).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let plain = make("plain", b"#!/bin/sh\n", 0o644);
    let broken = make("broken", b"\x7fELF, but not really", 0o755);
    let orphan = make("orphan", b"#!/nosuch/interpreter\n", 0o755);
    let directory = bench.outside().to_str().unwrap().to_owned();
    for (line, expected) in [
        (&plain, "ermission denied"),
        (&broken, "xec format"),
        (&orphan, "interpreter"),
        (&directory, "ermission denied"),
        (&"echo \"open".to_owned(), ""),
        (&"\"\" x".to_owned(), ""),
    ] {
        let outcome = bench.run(&command("t", line)).await;
        assert_eq!(code(outcome.clone()), "CommandLaunchFailed", "{line}");
        let reason = reason(outcome);
        assert!(reason.contains(expected), "{line}: {reason}");
    }
}

#[tokio::test]
async fn a_script_in_the_working_directory_runs_by_its_path() {
    let mut bench = Bench::new();
    let script = "echo \"#!/bin/sh\" > tool; echo \"echo \\$0 \\$1\" >> tool; chmod 755 tool";
    assert_eq!(bench.shell("t", script).await, Outcome::Exited(0));
    assert_eq!(bench.run(&command("t", "./tool hello")).await, Outcome::Exited(0));
    assert!(bench.read("t", "stdout.txt").ends_with("/tool hello\n"));
}

#[tokio::test]
async fn output_beyond_the_limit_is_thrown_away_and_the_task_goes_on() {
    let mut bench = Bench::new();
    let script = "head -c 100000000 /dev/zero; echo done >&2";
    assert_eq!(bench.shell("t", script).await, Outcome::Exited(0));
    let limit = HostOptions::default().output_limit;
    let output = bench.read("t", "stdout.txt");
    let line = format!("\n[output truncated after {limit} bytes]\n");
    assert_eq!(output.len() as u64, limit + line.len() as u64);
    assert!(output.ends_with(&line));
    assert_eq!(bench.read("t", "stderr.txt"), "done\n");
}

#[tokio::test]
async fn container_settings_are_refused_unless_the_host_may_do() {
    let task = || Command {
        container_settings: Some(BatchTaskContainerSettings {
            image_name: "ubuntu".to_owned(),
            ..BatchTaskContainerSettings::default()
        }),
        ..shell("t", "echo ran")
    };
    for containers in [Containers::Refuse, Containers::Engine] {
        let mut bench = Bench::with(HostOptions {
            containers,
            ..HostOptions::default()
        });
        let failure = failure(bench.run(&task()).await);
        assert_eq!(failure.code.as_deref(), Some("ContainerInvalidSettings"));
        let details = format!("{:?}", failure.details);
        assert!(details.contains("ubuntu"), "{details}");
        assert_eq!(
            details.contains("neither docker nor podman"),
            containers == Containers::Engine
        );
        assert!(!bench.node_root().join("workitems/job").exists());
    }
    let mut bench = Bench::with(HostOptions {
        containers: Containers::Host,
        ..HostOptions::default()
    });
    assert_eq!(bench.run(&task()).await, Outcome::Exited(0));
    assert_eq!(bench.read("t", "stdout.txt"), "ran\n");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_runs_at_once_each_have_their_own_outcome() {
    let mut bench = Bench::new();
    let mut expected = std::collections::BTreeMap::new();
    for number in 0..40 {
        let task = format!("t{number}");
        let run = bench.start(&shell(&task, &format!("echo {number}; exit {number}")));
        expected.insert(run, Outcome::Exited(number));
    }
    assert!(bench.executor.waits_for_real_time());
    assert_eq!(bench.executor.poll_timeout(), None);
    for _ in 0..40 {
        let (run, outcome) = bench.outcome().await;
        assert_eq!(expected.remove(&run), Some(outcome));
    }
    assert!(!bench.executor.waits_for_real_time());
    for number in 0..40 {
        assert_eq!(
            bench.read(&format!("t{number}"), "stdout.txt"),
            format!("{number}\n")
        );
    }
}
