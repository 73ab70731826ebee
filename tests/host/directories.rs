//! The directories of nodes and tasks, and what a task cannot do with them.

use std::net::IpAddr;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::sync::Arc;

use batchite::host::{HostError, HostOptions, ProcessExecutor};
use batchite_api::auth::Access;
use batchite_api::backend::{BlobBackend, BlobConnector};
use batchite_api::error::{Error, ErrorCode, Result};
use batchite_api::ids::NodeId;
use batchite_sim::exec::{Command, Executor, FileError, Outcome, Platform};
use tokio::runtime::Handle;

use crate::bench::{Bench, NOW, code, command, in_time, node, shell};

#[tokio::test]
async fn a_prepared_node_has_the_documented_directories() {
    let mut bench = Bench::new();
    bench.executor.prepare_node(NOW, &node(), Platform::Linux);
    let entries = bench.executor.files().list(&node(), "", true).unwrap();
    let paths: Vec<&str> = entries.iter().map(|entry| entry.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "applications",
            "fsmounts",
            "shared",
            "startup",
            "volatile",
            "workitems"
        ]
    );
    assert!(entries.iter().all(|entry| entry.is_directory));
    let mode = bench.node_root().metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    let mode = bench
        .node_root()
        .parent()
        .unwrap()
        .metadata()
        .unwrap()
        .permissions();
    assert_eq!(mode.mode() & 0o777, 0o700);
}

#[tokio::test]
async fn what_is_shared_stays_until_the_node_has_a_new_disk() {
    let mut bench = Bench::new();
    bench.executor.prepare_node(NOW, &node(), Platform::Linux);
    bench
        .shell("t", "echo kept > $AZ_BATCH_NODE_SHARED_DIR/file")
        .await;
    bench.shell("u", "cat $AZ_BATCH_NODE_SHARED_DIR/file").await;
    assert_eq!(bench.read("u", "stdout.txt"), "kept\n");
    bench.executor.prepare_node(NOW, &node(), Platform::Linux);
    let entries = bench.executor.files().list(&node(), "shared", true).unwrap();
    assert_eq!(entries, []);
    in_time(bench.executor.control().shutdown()).await;
    assert_eq!(bench.removed(), 0);
}

#[tokio::test]
async fn a_removed_node_is_gone_with_what_ran_on_it() {
    let mut bench = Bench::new();
    let mut alive = bench.fifo("alive");
    let script = format!(
        "trap \"\" TERM; exec 9>{}; echo up >&9; sleep 1000; :",
        alive.path()
    );
    bench.start(&shell("t", &script));
    assert_eq!(alive.line().await, "up");
    bench.executor.remove_node(&node());
    assert!(!bench.node_root().exists());
    let listed = bench.executor.files().list(&node(), "", false);
    assert_eq!(listed, Err(FileError::NotFound));
    alive.closed().await;
    in_time(bench.executor.control().shutdown()).await;
    assert!(bench.executor.poll(NOW).is_none());
    assert!(!bench.node_root().exists());
}

#[tokio::test]
async fn a_removed_directory_is_gone_whatever_is_in_it() {
    let mut bench = Bench::new();
    let script = "mkdir -p a/b; touch a/b/c; chmod 500 a/b; chmod 0 a; chmod 500 .";
    bench.shell("t", script).await;
    bench.shell("other", "echo here").await;
    bench.executor.remove_directory(&node(), "workitems/job/job-1/t");
    let files = bench.executor.files();
    assert_eq!(
        files.properties(&node(), "workitems/job/job-1/t"),
        Err(FileError::NotFound)
    );
    assert_eq!(bench.read("other", "stdout.txt"), "here\n");
    // What is not there, and what is no directory of a node, changes nothing.
    bench.executor.remove_directory(&node(), "workitems/job/job-1/t");
    bench.executor.remove_directory(&node(), "../..");
    bench.executor.remove_directory(&node(), "");
    assert_eq!(bench.read("other", "stdout.txt"), "here\n");
    in_time(bench.executor.control().shutdown()).await;
    assert_eq!(bench.removed(), 0);
}

#[tokio::test]
async fn names_that_lead_elsewhere_are_refused() {
    let mut bench = Bench::new();
    for directory in [
        "../elsewhere",
        "/tmp/elsewhere",
        "workitems/../../x",
        "",
        "a/./b",
        "a\0b",
    ] {
        let outcome = bench
            .run(&Command {
                directory: directory.to_owned(),
                ..command("t", "env")
            })
            .await;
        assert_eq!(code(outcome), "ResourceDirectoryCreateFailed", "{directory:?}");
    }
    for name in [".", ".."] {
        let node = NodeId::parse(name).unwrap();
        let outcome = bench
            .run(&Command {
                node: node.clone(),
                ..command("t", "env")
            })
            .await;
        assert_eq!(code(outcome), "ResourceDirectoryCreateFailed", "{name:?}");
        bench.executor.remove_node(&node);
        let listed = bench.executor.files().list(&node, "", false);
        assert_eq!(listed, Err(FileError::OutsideRoot));
    }
    assert!(!bench.outside().join("elsewhere").exists());
    assert!(bench.outside().join("nodes").exists());
}

#[tokio::test]
async fn links_left_by_an_earlier_run_are_not_written_through() {
    let mut bench = Bench::new();
    let outside = bench.outside().join("outside");
    std::fs::write(&outside, "untouched").unwrap();
    let script = format!(
        "cd ..; rm stdout.txt stderr.txt; ln -s {0} stdout.txt; ln {0} stderr.txt",
        outside.display()
    );
    assert_eq!(bench.shell("t", &script).await, Outcome::Exited(0));
    assert_eq!(
        bench.shell("t", "echo out; echo err >&2").await,
        Outcome::Exited(0)
    );
    assert_eq!(std::fs::read_to_string(&outside).unwrap(), "untouched");
    assert_eq!(bench.read("t", "stdout.txt"), "out\n");
    assert_eq!(bench.read("t", "stderr.txt"), "err\n");

    // A pipe nobody reads would block who opens it.
    bench.shell("t", "cd ..; rm stdout.txt; mkfifo stdout.txt").await;
    assert_eq!(bench.shell("t", "echo out").await, Outcome::Exited(0));

    let elsewhere = bench.outside().join("elsewhere");
    std::fs::create_dir(&elsewhere).unwrap();
    let script = format!("cd ..; rm -r wd; ln -s {} wd", elsewhere.display());
    assert_eq!(bench.shell("t", &script).await, Outcome::Exited(0));
    let outcome = bench.shell("t", "touch ran").await;
    assert_eq!(code(outcome), "ResourceDirectoryCreateFailed");
    assert_eq!(elsewhere.read_dir().unwrap().count(), 0);
}

#[derive(Debug)]
struct Unused;

impl BlobConnector for Unused {
    fn connect(&self, _endpoint: &str, _access: Access) -> Result<Arc<dyn BlobBackend>> {
        Err(Error::blob(ErrorCode::ResourceNotFound))
    }

    fn connect_from(&self, endpoint: &str, access: Access, _source: IpAddr) -> Result<Arc<dyn BlobBackend>> {
        self.connect(endpoint, access)
    }
}

#[tokio::test]
async fn a_root_that_is_not_ours_alone_is_refused() {
    let bench = Bench::new();
    let open = |path: &std::path::Path| {
        ProcessExecutor::new(
            Handle::current(),
            path,
            Arc::new(Unused),
            Arc::new(|| {}),
            HostOptions::default(),
        )
    };
    let in_use = open(&bench.outside().join("nodes")).unwrap_err();
    assert!(matches!(in_use, HostError::RootInUse { .. }), "{in_use}");

    let shared = bench.outside().join("shared");
    std::fs::create_dir(&shared).unwrap();
    std::fs::set_permissions(&shared, std::fs::Permissions::from_mode(0o777)).unwrap();
    let refused = open(&shared).unwrap_err();
    assert!(refused.to_string().contains("0700"), "{refused}");
    let link = bench.outside().join("link");
    symlink(&shared, &link).unwrap();
    assert!(matches!(
        open(&link).unwrap_err(),
        HostError::RootOpenToOthers { .. }
    ));

    let file = bench.outside().join("file");
    std::fs::write(&file, "").unwrap();
    assert!(matches!(open(&file).unwrap_err(), HostError::Root { .. }));
    assert!(open(&bench.outside().join("a/b/c")).is_ok());
}
