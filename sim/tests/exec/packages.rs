//! Application packages on simulated disks: shared, put there once, and whole or not at all.

use batchite_api::ids::NodeId;
use batchite_sim::application::ApplicationPackage;
use batchite_sim::exec::package::{Deployment, PackagePlacement};
use batchite_sim::exec::simulated::SimulatedExecutor;
use batchite_sim::exec::{Executor, FileError, Outcome, Platform, RunId};
use bytes::Bytes;

use crate::harness::{Node, START};

fn placement(version: &str, files: &[(&str, Bytes)]) -> PackagePlacement {
    let mut package = ApplicationPackage::new();
    for (path, content) in files {
        package.add_file(path, 0o755, content.clone()).unwrap();
    }
    PackagePlacement {
        application: "tool".to_owned(),
        version: version.to_owned(),
        package,
    }
}

fn deploy(node: &mut Node, on: &NodeId, packages: Vec<PackagePlacement>) -> Outcome {
    let deployment = Deployment {
        run: RunId(900),
        node: on.clone(),
        platform: node.platform,
        packages,
    };
    node.executor.deploy(node.now, deployment);
    let (run, outcome) = node.next_outcome().expect("an outcome");
    assert_eq!(run, RunId(900));
    outcome
}

/// The code of a failure.
fn code(outcome: Outcome) -> String {
    match outcome {
        Outcome::Failed(failure) => failure.code.unwrap_or_default(),
        other => panic!("expected a failure, found {other:?}"),
    }
}

#[test]
fn all_nodes_share_the_bytes_of_a_package() {
    let mut node = Node::new(Platform::Linux);
    let other = NodeId::parse("tvmps_1_d").unwrap();
    node.executor.prepare_node(START, &other, Platform::Linux);
    let content = Bytes::from(vec![7; 100_000]);
    let package = placement("1", &[("data", content.clone())]);
    for on in [node.id.clone(), other] {
        assert_eq!(deploy(&mut node, &on, vec![package.clone()]), Outcome::Exited(0));
        let read = node.bytes(&on, "applications/tool/1/data").unwrap();
        assert_eq!((read.as_ptr(), read.len()), (content.as_ptr(), content.len()));
    }
}

#[test]
fn what_does_not_fit_leaves_nothing() {
    let executor = SimulatedExecutor::new(0, START).with_disk_capacity(200_000);
    let mut node = Node::with(Platform::Linux, executor);
    let on = node.id.clone();
    let (small, large) = (Bytes::from_static(b"x"), Bytes::from(vec![0; 300_000]));
    let first = placement("1", &[("a", small.clone())]);
    let second = placement("2", &[("a", small.clone()), ("b", large)]);
    let failed = deploy(&mut node, &on, vec![first, second]);
    assert_eq!(code(failed), "ApplicationPackageError");
    let found = |version: &str| {
        let path = format!("applications/tool/{version}");
        node.files.properties(&on, &path).map(|entry| entry.is_directory)
    };
    assert_eq!((found("1"), found("2")), (Ok(true), Err(FileError::NotFound)));
    let smaller = placement("2", &[("a", small)]);
    assert_eq!(deploy(&mut node, &on, vec![smaller]), Outcome::Exited(0));
}

#[test]
fn a_name_the_platform_does_not_take_fails_it() {
    let files = [("what?", Bytes::from_static(b"x"))];
    for (platform, taken) in [(Platform::Linux, true), (Platform::Windows, false)] {
        let mut node = Node::new(platform);
        let on = node.id.clone();
        let outcome = deploy(&mut node, &on, vec![placement("1", &files)]);
        if taken {
            assert_eq!(outcome, Outcome::Exited(0));
        } else {
            assert_eq!(code(outcome), "ApplicationPackageError");
        }
    }
}

#[test]
fn what_is_there_is_not_touched_and_what_was_ended_is_not_told() {
    let mut node = Node::new(Platform::Linux);
    let on = node.id.clone();
    let old = placement("1", &[("a", Bytes::from_static(b"old"))]);
    assert_eq!(deploy(&mut node, &on, vec![old]), Outcome::Exited(0));
    let mut command = node.command("cat ../../../../../applications/tool/1/a");
    command.application_packages = vec![placement("1", &[("a", Bytes::from_static(b"new"))])];
    assert_eq!(node.run_command(&command).stdout, "old");
    let deployment = Deployment {
        run: RunId(901),
        node: on,
        platform: Platform::Linux,
        packages: Vec::new(),
    };
    node.executor.deploy(node.now, deployment);
    node.executor.end(node.now, RunId(901));
    assert_eq!((node.next_outcome(), node.executor.poll_timeout()), (None, None));
}
