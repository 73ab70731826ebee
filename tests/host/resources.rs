//! Resource files on the disk: where they may go, how they arrive, what is left when they do not.

use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;

use batchite::host::HostOptions;
use batchite_api::auth::Access;
use batchite_api::batch::ResourceFile;
use batchite_sim::exec::{AutoStorage, Command, Executor, Outcome};

use crate::bench::{Bench, NOW, code, in_time, node, shell};
use crate::store::Store;

fn bench() -> Bench {
    Bench::with_blobs(HostOptions::default(), Arc::new(Store))
}

fn resource(blob: &str, path: &str, mode: Option<&str>) -> ResourceFile {
    ResourceFile {
        http_url: Some(format!("http://store/account/container/{blob}?sp=r&sig=secret").into()),
        file_path: Some(path.to_owned()),
        file_mode: mode.map(str::to_owned),
        ..ResourceFile::default()
    }
}

fn task(script: &str, resource_files: Vec<ResourceFile>) -> Command {
    Command {
        resource_files,
        ..shell("t", script)
    }
}

#[tokio::test]
async fn files_are_there_with_their_modes_before_the_program_starts() {
    let mut bench = bench();
    let files = vec![
        resource("pieces", "plain", None),
        resource("pieces", "a/b/tool", Some("0500")),
        resource("pieces", "special", Some("6750")),
    ];
    assert_eq!(
        bench.run(&task("cat a/b/tool", files.clone())).await,
        Outcome::Exited(0)
    );
    assert_eq!(bench.read("t", "stdout.txt"), "one two three");
    let working_directory = bench.node_root().join("workitems/job/job-1/t/wd");
    for (name, mode) in [("plain", 0o770), ("a/b/tool", 0o500), ("special", 0o750)] {
        let metadata = working_directory.join(name).metadata().unwrap();
        assert_eq!(metadata.permissions().mode() & 0o7777, mode, "{name}");
    }
    // They are fetched again for every run, also over a file nobody may write.
    assert_eq!(bench.run(&task("cat plain", files)).await, Outcome::Exited(0));
}

#[tokio::test]
async fn paths_that_leave_the_working_directory_fail_the_task() {
    let mut bench = bench();
    for path in [
        "../../x",
        "../stdout.txt",
        "a/../../x",
        "/tmp/x",
        "..",
        "a\0b",
        "",
    ] {
        let outcome = bench
            .run(&task("touch ran", vec![resource("pieces", path, None)]))
            .await;
        assert_eq!(code(outcome), "ResourceFileCreateFailed", "{path:?}");
    }
    let entries = bench
        .executor
        .files()
        .list(&node(), "workitems/job", true)
        .unwrap();
    let paths: Vec<&str> = entries.iter().map(|entry| entry.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "workitems/job/job-1",
            "workitems/job/job-1/t",
            "workitems/job/job-1/t/stderr.txt",
            "workitems/job/job-1/t/stdout.txt",
            "workitems/job/job-1/t/wd"
        ]
    );
}

#[tokio::test]
async fn links_left_by_an_earlier_run_are_not_followed() {
    let mut bench = bench();
    let outside = bench.outside().join("outside");
    std::fs::create_dir(&outside).unwrap();
    std::fs::write(outside.join("file"), "untouched").unwrap();
    let script = format!("ln -s {0} data; ln -s {0}/file input", outside.display());
    assert_eq!(bench.shell("t", &script).await, Outcome::Exited(0));

    let outcome = bench
        .run(&task("touch ran", vec![resource("pieces", "data/x", None)]))
        .await;
    assert_eq!(code(outcome), "ResourceFileWriteFailed");
    assert!(!outside.join("x").exists());

    let outcome = bench
        .run(&task("cat input", vec![resource("pieces", "input", None)]))
        .await;
    assert_eq!(outcome, Outcome::Exited(0));
    assert_eq!(bench.read("t", "stdout.txt"), "one two three");
    assert_eq!(
        std::fs::read_to_string(outside.join("file")).unwrap(),
        "untouched"
    );

    let outcome = bench
        .run(&task("touch ran", vec![resource("pieces", "wd", None)]))
        .await;
    assert_eq!(outcome, Outcome::Exited(0));
    bench.shell("t", "mkdir taken").await;
    let outcome = bench
        .run(&task("touch ran", vec![resource("pieces", "taken", None)]))
        .await;
    assert_eq!(code(outcome), "ResourceFileWriteFailed");
}

#[tokio::test]
async fn a_file_that_does_not_arrive_fails_the_task_and_leaves_nothing() {
    let mut bench = bench();
    for (blob, expected) in [("nosuch", "BlobNotFound"), ("torn", "BlobDownloadMiscError")] {
        let outcome = bench
            .run(&task("touch ran", vec![resource(blob, "input", None)]))
            .await;
        assert!(!format!("{outcome:?}").contains("secret"), "{outcome:?}");
        assert_eq!(code(outcome), expected);
        let files = bench.executor.files();
        let entries = files.list(&node(), "workitems/job/job-1/t/wd", true);
        assert_eq!(entries, Ok(Vec::new()));
    }
}

#[tokio::test]
async fn a_run_can_be_ended_while_its_files_arrive() {
    let mut bench = bench();
    let run = bench.start(&task("touch ran", vec![resource("endless", "input", None)]));
    // A run of another task begins after this one.
    bench.shell("other", "exit 0").await;
    assert!(bench.executor.waits_for_real_time());
    bench.executor.end(NOW, run);
    assert_eq!(bench.shell("t", "ls").await, Outcome::Exited(0));
    assert!(!bench.read("t", "stdout.txt").contains("ran"));
    in_time(bench.executor.control().shutdown()).await;
    assert!(bench.executor.poll(NOW).is_none());
}

#[tokio::test]
async fn a_primary_goes_on_where_its_coordination_ended() {
    let mut bench = bench();
    let coordination = Command {
        common_resource_files: vec![resource("pieces", "shared", None)],
        ..shell("t", "cat $AZ_BATCH_TASK_DIR/shared; echo")
    };
    assert_eq!(bench.run(&coordination).await, Outcome::Exited(0));
    let primary = Command {
        continues: true,
        ..shell("t", "echo primary; cat ../shared")
    };
    assert_eq!(bench.run(&primary).await, Outcome::Exited(0));
    let both = "one two three\nprimary\none two three";
    assert_eq!(bench.read("t", "stdout.txt"), both);
    // A link in its place would lead the output elsewhere.
    let directory = bench.node_root().join("workitems/job/job-1/t");
    let elsewhere = bench.outside().join("elsewhere");
    std::fs::remove_file(directory.join("stdout.txt")).unwrap();
    std::os::unix::fs::symlink(&elsewhere, directory.join("stdout.txt")).unwrap();
    assert_eq!(code(bench.run(&primary).await), "ResourceDirectoryCreateFailed");
    assert!(!elsewhere.exists());
}

#[tokio::test]
async fn the_account_s_own_storage_is_asked_with_its_own_access() {
    let mut bench = bench();
    let file = ResourceFile {
        auto_storage_container_name: Some("container".to_owned()),
        ..ResourceFile::default()
    };
    let without = task("touch ran", vec![file.clone()]);
    assert_eq!(code(bench.run(&without).await), "ResourceFileCreateFailed");
    let with = Command {
        auto_storage: Some(AutoStorage {
            endpoint: "http://store/account".to_owned(),
            access: Access::Anonymous,
        }),
        ..without
    };
    // This store lists nothing to anybody.
    assert_eq!(code(bench.run(&with).await), "ResourceContainerAccessDenied");
}
