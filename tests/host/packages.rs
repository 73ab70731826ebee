//! Application packages on the disk: put there once and whole, for a node that boots and for a task.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;

use batchite_sim::application::ApplicationPackage;
use batchite_sim::exec::package::{Deployment, PackagePlacement};
use batchite_sim::exec::{Command, Executor, Outcome, Platform, RunId};
use bytes::Bytes;
use tempfile::TempDir;

use crate::bench::{Bench, NOW, code, in_time, node, shell};

fn placement(version: &str, text: &str) -> PackagePlacement {
    let mut package = ApplicationPackage::new()
        .with_program("bin/run", format!("#!/bin/sh\necho {text}\n"))
        .unwrap();
    package
        .add_file("read.me", 0o640, Bytes::from_static(b"text"))
        .unwrap();
    package.add_directory("logs").unwrap();
    PackagePlacement {
        application: "tool".to_owned(),
        version: version.to_owned(),
        package,
    }
}

fn deploy(bench: &mut Bench, run: u64, packages: Vec<PackagePlacement>) {
    let deployment = Deployment {
        run: RunId(run),
        node: node(),
        platform: Platform::Linux,
        packages,
    };
    bench.executor.deploy(NOW, deployment);
}

fn task(script: &str, application_packages: Vec<PackagePlacement>) -> Command {
    let mut command = shell("t", script);
    for placement in &application_packages {
        command
            .system_environment
            .insert("AZ_BATCH_APP_PACKAGE_tool".to_owned(), placement.directory());
    }
    Command {
        application_packages,
        ..command
    }
}

#[tokio::test]
async fn a_node_that_boots_gets_them_and_its_tasks_run_them() {
    let mut bench = Bench::new();
    deploy(
        &mut bench,
        900,
        vec![placement("1", "one"), placement("2", "two")],
    );
    assert_eq!(bench.outcome().await, (RunId(900), Outcome::Exited(0)));
    let root = bench.node_root().join("applications/tool");
    assert!(root.join("1/logs").is_dir());
    for (path, mode) in [("1/bin/run", 0o755), ("2/read.me", 0o640)] {
        let metadata = root.join(path).metadata().unwrap();
        assert_eq!(metadata.permissions().mode() & 0o777, mode, "{path}");
    }
    let mut command = shell("t", "$AZ_BATCH_APP_PACKAGE_tool/bin/run");
    command.system_environment.insert(
        "AZ_BATCH_APP_PACKAGE_tool".to_owned(),
        "applications/tool/2".to_owned(),
    );
    assert_eq!(bench.run(&command).await, Outcome::Exited(0));
    assert_eq!(bench.read("t", "stdout.txt"), "two\n");
    assert_eq!(bench.coming(), 0);
}

#[tokio::test]
async fn what_is_there_is_kept() {
    let mut bench = Bench::new();
    let script = "$AZ_BATCH_APP_PACKAGE_tool/bin/run; echo mark > $AZ_BATCH_APP_PACKAGE_tool/mark";
    let first = task(script, vec![placement("1", "one")]);
    assert_eq!(bench.run(&first).await, Outcome::Exited(0));
    assert_eq!(bench.read("t", "stdout.txt"), "one\n");
    let second = task(
        "cat $AZ_BATCH_APP_PACKAGE_tool/mark",
        vec![placement("1", "other")],
    );
    assert_eq!(bench.run(&second).await, Outcome::Exited(0));
    assert_eq!(bench.read("t", "stdout.txt"), "mark\n");
}

#[tokio::test]
async fn many_that_bring_the_same_one_get_along() {
    let mut bench = Bench::new();
    let mut runs: Vec<RunId> = Vec::new();
    for number in 0..8 {
        let mut command = task("$AZ_BATCH_APP_PACKAGE_tool/bin/run", vec![placement("1", "one")]);
        command.directory = format!("workitems/job/job-1/t{number}");
        runs.push(bench.start(&command));
    }
    for _ in &runs {
        let (_, outcome) = bench.outcome().await;
        assert_eq!(outcome, Outcome::Exited(0));
    }
    assert_eq!(bench.read("t7", "stdout.txt"), "one\n");
    assert_eq!(bench.coming(), 0);
}

#[tokio::test]
async fn one_that_cannot_be_put_there_fails_what_wants_it() {
    let mut bench = Bench::new();
    assert_eq!(
        bench
            .shell(
                "first",
                "rm -r ../../../../../applications; touch ../../../../../applications"
            )
            .await,
        Outcome::Exited(0)
    );
    let wanting = task("touch ran", vec![placement("1", "one")]);
    let outcome = bench.run(&wanting).await;
    assert_eq!(code(outcome), "ResourceDirectoryCreateFailed");
    // The node is made anew, and a file is in the way of the application alone.
    bench.executor.prepare_node(NOW, &node(), Platform::Linux);
    assert_eq!(
        bench
            .shell("first", "touch ../../../../../applications/tool")
            .await,
        Outcome::Exited(0)
    );
    assert_eq!(code(bench.run(&wanting).await), "ApplicationPackageError");
    deploy(&mut bench, 901, vec![placement("1", "one")]);
    let (run, outcome) = bench.outcome().await;
    assert_eq!(
        (run, code(outcome).as_str()),
        (RunId(901), "ApplicationPackageError")
    );
}

#[tokio::test]
async fn a_deployment_that_is_ended_reports_nothing() {
    let mut bench = Bench::new();
    deploy(&mut bench, 902, vec![placement("1", "one")]);
    bench.executor.end(NOW, RunId(902));
    // These are ended in the middle of a package: it has more files than are written before the test has its turn.
    let mut large = placement("2", "two");
    for number in 0..500 {
        let path = format!("files/{number}");
        let content = Bytes::from_static(b"text");
        large.package.add_file(&path, 0o640, content).unwrap();
    }
    deploy(&mut bench, 904, vec![large.clone()]);
    end_while_it_writes(&mut bench, RunId(904)).await;
    let run = bench.start(&task("touch ran", vec![large]));
    end_while_it_writes(&mut bench, run).await;
    let control = bench.executor.control();
    in_time(control.shutdown()).await;
    assert_eq!(bench.executor.poll(NOW), None);
    assert!(!bench.node_root().join("applications/tool/2").exists());
    assert_eq!(bench.coming(), 0);
    assert_eq!(bench.removed(), 0);
    // Nothing begins any more.
    deploy(&mut bench, 903, vec![placement("1", "one")]);
    assert_eq!(code(bench.outcome().await.1), "CommandLaunchFailed");
}

async fn end_while_it_writes(bench: &mut Bench, run: RunId) {
    let aside = bench.outside().join(format!("nodes/~coming/package-{}-0", run.0));
    let begins = async {
        while !aside.exists() {
            tokio::task::yield_now().await;
        }
    };
    in_time(begins).await;
    bench.executor.end(NOW, run);
}

#[tokio::test]
async fn what_a_killed_process_was_writing_is_gone_with_the_next_start() {
    let directory = TempDir::new().unwrap();
    let root = directory.path().join("nodes");
    let left = root.join("~coming/package-1-0/bin");
    std::fs::create_dir_all(&left).unwrap();
    std::fs::write(left.join("run"), "half").unwrap();
    for (path, mode) in [(&root, 0o700), (&left, 0o500)] {
        std::fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    }
    let mut bench = Bench::over(directory);
    assert_eq!(bench.coming(), 0);
    // The first run of the next process has the same number.
    let first = task("$AZ_BATCH_APP_PACKAGE_tool/bin/run", vec![placement("1", "one")]);
    assert_eq!(bench.run(&first).await, Outcome::Exited(0));
    assert_eq!(bench.read("t", "stdout.txt"), "one\n");
    in_time(bench.executor.control().shutdown()).await;
    assert_eq!((bench.coming(), bench.removed()), (0, 0));
}
