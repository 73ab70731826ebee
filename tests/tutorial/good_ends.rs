//! Runs that end well.

use batchite::tutorial::StorageCredential;
use batchite_api::batch::{BatchTaskExecutionResult, BatchTaskState};
use batchite_api::time::TimeSpan;
use batchite_sim::config::{Latencies, SimConfig};

use crate::world::{TestWorld, instant, slow, text};

#[test]
fn the_flow_tells_what_the_tutorial_tells() {
    let mut world = instant();
    let outcome = world.run();
    assert!(outcome.errors.is_empty(), "{:?}", outcome.errors);
    let directory = world.settings.output_directory.display();
    let worker = world.settings.worker.display();
    let expected = format!(
        "Sample start: 2026-01-01 00:00:00

Uploading file {worker} to container [application]...
Uploading file sea.txt (built in) to container [input]...
Uploading file sky.txt (built in) to container [input]...
Creating pool [RustTutorialPool]...
Creating job [RustTutorialJob]...
Adding 2 tasks to job [RustTutorialJob]...
Monitoring all tasks for 'Completed' state, timeout in 0:20:00...
  Success! All tasks reached the 'Completed' state within the specified timeout period.
Downloading all files from container [output]...
  Downloaded blob [sea_OUTPUT.txt] from container [output] to {directory}/sea_OUTPUT.txt
  Downloaded blob [sky_OUTPUT.txt] from container [output] to {directory}/sky_OUTPUT.txt
  Download complete!
Deleting containers...

Sample end: 2026-01-01 00:00:01
Elapsed time: 0:00:01

Delete job?
Delete pool?"
    );
    assert_eq!(world.console.lines.join("\n"), expected);
    assert_eq!(world.console.dots, 2);
    assert!(world.console.warnings.is_empty() && world.console.errors.is_empty());
    assert_eq!(world.what_is_left(), [""; 0]);
}

#[test]
fn the_outputs_hold_the_words_and_who_counted_them() {
    let mut world = instant();
    let outcome = world.run();
    assert!(outcome.report.success, "{:?}", outcome.errors);
    let output = world.output("sky_OUTPUT.txt");
    let rule = "-".repeat(30);
    let words = format!("Word\tCount\n{rule}\na:\t3\nsky:\t1\nday:\t1\n{rule}\n");
    let task = &outcome.report.tasks[1];
    let node = task.node_id.as_deref().unwrap();
    let identity = format!("Node: {node}\nTask: topNtask1\nJob:  RustTutorialJob\nPool: RustTutorialPool\n");
    assert_eq!(output, words + &identity);
    assert!(node.starts_with("tvmps_"), "{node}");
}

#[test]
fn the_report_tells_what_each_task_and_output_was() {
    let mut world = instant();
    world.settings.inputs = (0..12).map(|n| text(&format!("{n}.txt"), "one two")).collect();
    let outcome = world.run();
    let report = outcome.report;
    let ids: Vec<String> = report.tasks.iter().map(|task| task.id.clone()).collect();
    let expected: Vec<String> = (0..12).map(|n| format!("topNtask{n}")).collect();
    assert_eq!(ids, expected);
    for task in &report.tasks {
        assert_eq!(
            (task.exit_code, &task.state),
            (Some(0), &BatchTaskState::Completed)
        );
        assert_eq!(task.result, Some(BatchTaskExecutionResult::Success));
        assert!(task.start_time <= task.end_time && task.end_time.is_some());
        assert!(task.failure.is_none() && task.last_words.is_none());
    }
    assert_eq!(report.outputs.len(), 12);
    for output in &report.outputs {
        assert_eq!(std::fs::metadata(&output.path).unwrap().len(), output.bytes);
    }
    assert_eq!(report.elapsed, report.end_time - report.start_time);
}

#[test]
fn waiting_for_nodes_passes_in_virtual_time() {
    let mut world = slow();
    let outcome = world.run();
    assert!(outcome.report.success, "{:?}", outcome.errors);
    assert!(outcome.report.elapsed > TimeSpan::from_minutes(2));
    assert!(outcome.report.elapsed < TimeSpan::from_minutes(20));
    assert!(world.console.dots > 120, "{} looks", world.console.dots);
    assert_eq!(world.what_is_left(), [""; 0]);
}

#[test]
fn a_quota_of_one_node_only_makes_it_slower() {
    for latencies in [Latencies::azure(), Latencies::instant()] {
        let config = SimConfig::new(1).with_latencies(latencies);
        let mut world = TestWorld::new(config.with_dedicated_core_quota(Some(1)));
        world.settings.inputs = (0..5).map(|n| text(&format!("{n}.txt"), "one two")).collect();
        let outcome = world.run();
        assert!(outcome.report.success, "{:?}", outcome.errors);
        assert_eq!(world.outputs().len(), 5);
        let [warning] = &world.console.warnings[..] else {
            panic!("{:?}", world.console.warnings);
        };
        assert!(warning.contains("has 1 of the 2 nodes"), "{warning}");
        assert!(warning.contains("AccountCoreQuotaReached"), "{warning}");
        assert_eq!(outcome.report.warnings, world.console.warnings);
    }
}

#[test]
fn more_tasks_than_one_request_takes_are_added() {
    let mut world = instant();
    world.settings.nodes = 20;
    world.settings.inputs = (0..250).map(|n| text(&format!("{n}.txt"), "one two")).collect();
    let outcome = world.run();
    assert!(outcome.report.success, "{:?}", outcome.errors);
    assert_eq!(world.outputs().len(), 250);
}

#[test]
fn equal_seeds_give_equal_traces() {
    let trace = |seed| {
        let mut world = TestWorld::new(SimConfig::new(seed).with_latencies(Latencies::azure()));
        assert!(world.run().report.success);
        world.simulation.take_trace_lines()
    };
    let first = trace(7);
    assert!(!first.is_empty());
    assert_eq!(first, trace(7));
    assert_ne!(first, trace(8));
}

#[test]
fn no_signature_shows_anywhere() {
    let mut world = instant();
    let outcome = world.run();
    let report = serde_json::to_string(&outcome.report).unwrap();
    for shown in [
        report,
        world.console.lines.join("\n"),
        world.simulation.take_trace_lines(),
    ] {
        assert!(!shown.contains("sig="), "{shown}");
    }
    let StorageCredential::Key(key) = &world.settings.storage.credential else {
        panic!("the account has a key");
    };
    assert!(!format!("{:?}", world.settings).contains(&key.expose_base64()));
}

#[test]
fn without_the_key_of_the_account_nodes_get_tokens_signed_in_a_users_name() {
    let mut world = instant();
    world.settings.storage.credential = StorageCredential::Entra;
    let outcome = world.run();
    assert!(outcome.errors.is_empty(), "{:?}", outcome.errors);
    assert_eq!(outcome.report.tasks.len(), 2);
    let trace = world.simulation.take_trace_lines();
    let asked = trace.matches("get_user_delegation_key").count();
    assert_eq!(asked, 1, "{trace}");
}
