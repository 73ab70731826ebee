//! The contract of an executor: outcomes, order, time, ends, disks.

use std::cell::Cell;

use batchite_api::batch::{BatchErrorSourceCategory, ResourceFile};
use batchite_api::ids::NodeId;
use batchite_api::time::TimeSpan;
use batchite_sim::exec::process::Process;
use batchite_sim::exec::script::{ScriptedProgram, Takes};
use batchite_sim::exec::simulated::SimulatedExecutor;
use batchite_sim::exec::{Executor, FileError, Outcome, Platform, RunId, Start};

use crate::harness::{Done, Node, START, TASK};

fn seconds(seconds: i64) -> Takes {
    Takes::Fixed(TimeSpan::from_seconds(seconds))
}

/// The code of a failure, with its details as `name=value`.
fn failure(done: Done) -> (String, String) {
    let Outcome::Failed(failure) = done.outcome else {
        panic!("expected a failure, found {:?}", done.outcome);
    };
    let details = failure.details.iter().map(|pair| {
        format!(
            "{}={};",
            pair.name.as_deref().unwrap_or_default(),
            pair.value.as_deref().unwrap_or_default()
        )
    });
    (failure.code.unwrap_or_default(), details.collect())
}

#[test]
fn a_command_has_the_directories_and_variables_of_its_task() {
    let mut node = Node::new(Platform::Linux);
    let done = node.run(
        "/bin/sh -c 'pwd; echo $AZ_BATCH_TASK_WORKING_DIR $AZ_BATCH_NODE_SHARED_DIR $HOME $PATH; ls ..'",
    );
    let directory = format!("/mnt/batch/tasks/{TASK}");
    assert_eq!(
        done.stdout,
        format!(
            "{directory}/wd\n{directory}/wd /mnt/batch/tasks/shared {directory}/wd \
             /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\nstderr.txt\nstdout.txt\nwd\n"
        )
    );
    let listed = node.files.list(&node.id, TASK, false).unwrap();
    let names: Vec<_> = listed.iter().map(|entry| entry.path.as_str()).collect();
    assert_eq!(
        names,
        ["stderr.txt", "stdout.txt", "wd"].map(|name| format!("{TASK}/{name}"))
    );
}

#[test]
fn without_a_shell_nothing_is_expanded() {
    let mut node = Node::new(Platform::Linux);
    let done = node.run("echo $HOME && echo * | cat > f");
    assert_eq!(done.stdout, "$HOME && echo * | cat > f\n");
}

#[test]
fn programs_that_are_not_there_fail_the_launch() {
    let mut node = Node::new(Platform::Linux);
    let (code, details) = failure(node.run("nosuch --flag"));
    assert_eq!(code, "CommandProgramNotFound");
    assert!(
        details.contains("Message=The system cannot find the file specified"),
        "{details}"
    );
    let done = node.run("./nosuch");
    let Outcome::Failed(found) = &done.outcome else {
        panic!("it ran");
    };
    assert_eq!(found.category, BatchErrorSourceCategory::UserError);
    let (code, details) = failure(node.run("sh -c 'echo"));
    assert_eq!(code, "CommandLaunchFailed");
    assert!(details.contains("never closed"), "{details}");
    assert_eq!(failure(node.run("   ")).0, "CommandLaunchFailed");
    assert_eq!(failure(node.run("/tmp")).0, "CommandLaunchFailed");
}

#[test]
fn a_failed_resource_file_keeps_the_command_from_running() {
    let mut node = Node::new(Platform::Linux);
    let file = ResourceFile {
        http_url: Some("https://test.blob.core.windows.net/container/blob".into()),
        file_path: Some("../../x".to_owned()),
        ..ResourceFile::default()
    };
    let (code, details) = failure(node.run_with_files("echo ran", vec![file]));
    assert_eq!(code, "ResourceFileCreateFailed");
    assert!(details.contains("FilePath=../../x"), "{details}");
    assert_eq!(node.text(&format!("{TASK}/stdout.txt")), "");
}

#[test]
fn output_is_there_while_the_command_runs() {
    let mut node = Node::new(Platform::Linux);
    let command = node.command("sh -c 'echo one; sleep 10; echo two'");
    node.start(&command);
    assert_eq!(node.executor.poll(node.now), None);
    assert_eq!(node.text(&format!("{TASK}/stdout.txt")), "one\n");
    assert_eq!(
        node.executor.poll_timeout(),
        Some(START + TimeSpan::from_seconds(10))
    );
    assert_eq!(node.next_outcome(), Some((RunId(1), Outcome::Exited(0))));
    assert_eq!(node.text(&format!("{TASK}/stdout.txt")), "one\ntwo\n");
    assert_eq!(node.executor.poll_timeout(), None);
}

#[test]
fn an_ended_run_reports_nothing() {
    let mut node = Node::with(
        Platform::Linux,
        SimulatedExecutor::new(0, START).with_script(ScriptedProgram::new("canned *", seconds(5), 3)),
    );
    for line in ["sh -c 'echo begun; sleep 5; echo no'", "canned 2", "canned 3"] {
        let command = node.command(line);
        node.start(&command);
    }
    assert_eq!(node.executor.poll(node.now), None);
    node.executor.end(node.now, RunId(1));
    node.executor.end(node.now, RunId(2));
    node.executor.end(node.now, RunId(99));
    assert_eq!(node.next_outcome(), Some((RunId(3), Outcome::Exited(3))));
    assert_eq!(node.next_outcome(), None);
    node.executor.end(node.now, RunId(3));
    assert_eq!(node.executor.poll_timeout(), None);
    assert_eq!(node.text(&format!("{TASK}/stdout.txt")), "begun\n");
}

#[test]
fn ended_canned_runs_never_hold_up_time() {
    let executor = SimulatedExecutor::new(0, START).with_script(ScriptedProgram::new("*", seconds(5), 0));
    let mut node = Node::with(Platform::Linux, executor);
    for _ in 0..1000 {
        let command = node.command("x");
        node.start(&command);
        node.executor.end(node.now, command.run);
    }
    assert_eq!(node.executor.poll_timeout(), None);
}

#[test]
fn outcomes_come_in_order_of_time_and_start() {
    let executor = SimulatedExecutor::new(0, START)
        .with_script(ScriptedProgram::new("canned", seconds(2), 0))
        .with_program("program", |_: &mut Process| 4);
    let mut node = Node::with(Platform::Linux, executor);
    for line in ["sleep 2", "canned", "program", "sleep 1", "canned", "sleep 2"] {
        let command = node.command(line);
        node.start(&command);
    }
    let order: Vec<u64> = std::iter::from_fn(|| node.next_outcome())
        .map(|(run, _)| run.0)
        .collect();
    assert_eq!(order, [3, 4, 2, 5, 1, 6]);
}

#[test]
fn canned_programs_are_never_described() {
    let mut executor = SimulatedExecutor::new(7, START)
        .with_script(ScriptedProgram::new("ffmpeg *", seconds(30), 0))
        .with_script(ScriptedProgram::new("*", seconds(1), 9));
    let described = Cell::new(false);
    let describe = || {
        described.set(true);
        Node::new(Platform::Linux).command("x")
    };
    for (run, command_line) in [(1, "ffmpeg -i 'unbalanced"), (2, "anything")] {
        executor.start(
            START,
            Start {
                run: RunId(run),
                command_line,
                describe: &describe,
            },
        );
    }
    let later = START + TimeSpan::from_seconds(30);
    assert_eq!(executor.poll(START), None);
    assert_eq!(executor.poll(later), Some((RunId(2), Outcome::Exited(9))));
    assert_eq!(executor.poll(later), Some((RunId(1), Outcome::Exited(0))));
    assert_eq!(executor.poll(later), None);
    assert!(!described.get());
}

#[test]
fn a_shell_asks_the_scenario_for_programs_it_does_not_know() {
    let executor = SimulatedExecutor::new(7, START)
        .with_script(ScriptedProgram::new("ffmpeg *", seconds(30), 0))
        .with_script(ScriptedProgram::new("./render *", seconds(5), 2));
    let mut node = Node::with(Platform::Linux, executor);
    let done = node.run("/bin/bash -c 'ffmpeg -i \"a b\" && echo done'");
    assert_eq!(
        (done.outcome, done.stdout.as_str(), done.took),
        (Outcome::Exited(0), "done\n", TimeSpan::from_seconds(30))
    );
    assert_eq!(node.run("/bin/bash -c ffmpeg").outcome, Outcome::Exited(127));
    let done = node.run("sh -c 'echo binary > render; chmod +x render; ./render x'");
    assert_eq!(
        (done.outcome, done.took),
        (Outcome::Exited(2), TimeSpan::from_seconds(5))
    );
}

#[test]
fn two_runs_of_one_seed_are_the_same_history() {
    let history = |seed: u64| {
        let takes = Takes::LogNormal {
            median: TimeSpan::from_seconds(60),
            sigma_thousandths: 500,
        };
        let executor =
            SimulatedExecutor::new(seed, START).with_script(ScriptedProgram::new("job *", takes, 0));
        let mut node = Node::with(Platform::Linux, executor);
        let mut lines = Vec::new();
        for number in 0..200 {
            let command = match number % 3 {
                0 => node.command(&format!("job {number}")),
                1 => node.command(&format!(
                    "bash -c 'sleep $((RANDOM % 100)); job {number}; echo $RANDOM'"
                )),
                _ => node.command("sh -c 'for x in 1 2 3; do sleep 2; echo $x & done; wait; date'"),
            };
            node.start(&command);
        }
        while let Some((run, outcome)) = node.next_outcome() {
            let stdout = node.text(&format!("workitems/job/job-1/task{}/stdout.txt", run.0));
            lines.push(format!("{} {} {outcome:?} {stdout}", node.now, run.0));
        }
        lines
    };
    let first = history(1);
    assert_eq!(first.len(), 200);
    assert_eq!(first, history(1));
    assert_ne!(first, history(2));
}

#[test]
fn a_hundred_thousand_canned_runs_end_in_order() {
    let takes = Takes::Uniform {
        from: TimeSpan::from_seconds(1),
        to: TimeSpan::from_seconds(100),
    };
    let mut executor = SimulatedExecutor::new(3, START).with_script(ScriptedProgram::new("w *", takes, 0));
    for run in 0..100_000 {
        executor.start(
            START,
            Start {
                run: RunId(run),
                command_line: "w --input file.txt",
                describe: &|| panic!("a canned program is not described"),
            },
        );
    }
    let mut now = START;
    let mut ended = 0;
    while let Some(next) = executor.poll_timeout() {
        assert!(next >= now);
        now = next;
        while executor.poll(now).is_some() {
            ended += 1;
        }
    }
    assert_eq!(ended, 100_000);
    assert!(now < START + TimeSpan::from_seconds(100));
}

#[test]
fn who_sleeps_forever_waits_to_be_ended() {
    let mut node = Node::new(Platform::Linux);
    let command = node.command("sleep infinity");
    node.start(&command);
    assert_eq!(node.next_outcome(), None);
    node.executor.end(node.now, command.run);
    assert_eq!(node.run("true").outcome, Outcome::Exited(0));
}

#[test]
fn a_full_disk_is_said() {
    let executor = SimulatedExecutor::new(0, START).with_disk_capacity(100_000);
    let mut node = Node::with(Platform::Linux, executor);
    let done = node.run("sh -c 'X=0123456789; while echo $X$X$X$X$X$X$X$X >> f; do :; done; echo full'");
    assert_eq!(
        (done.outcome, done.stdout.as_str()),
        (Outcome::Exited(0), "full\n")
    );
    assert!(done.stderr.contains("No space left on device") || done.stderr.is_empty());
    let (code, _) = failure(node.run("echo"));
    assert_eq!(code, "DiskFull");
    let done = node.files.delete(&node.id, "workitems/job", true);
    assert_eq!(done, Ok(()));
    assert_eq!(node.run("echo").outcome, Outcome::Exited(0));
}

#[test]
fn nodes_come_and_go_with_their_disks() {
    let mut node = Node::new(Platform::Linux);
    node.run("sh -c 'echo x > $AZ_BATCH_NODE_SHARED_DIR/f'");
    assert_eq!(node.text("shared/f"), "x\n");
    node.executor.remove_directory(&node.id, TASK);
    assert_eq!(
        node.files.properties(&node.id, TASK).err(),
        Some(FileError::NotFound)
    );
    node.executor.remove_directory(&node.id, "../../..");
    assert_eq!(node.text("shared/f"), "x\n");
    node.executor.prepare_node(node.now, &node.id, Platform::Linux);
    assert_eq!(node.text("shared/f"), "");
    node.executor.remove_node(&node.id);
    assert_eq!(
        node.files.list(&node.id, "", false).err(),
        Some(FileError::NotFound)
    );
    assert_eq!(failure(node.run("echo")).0, "ResourceDirectoryCreateFailed");
    let other = NodeId::parse("tvmps_1_d").unwrap();
    node.executor.prepare_node(node.now, &other, Platform::Windows);
    node.id = other;
    node.platform = Platform::Windows;
    assert_eq!(node.run("hostname").outcome, Outcome::Exited(0));
}
