//! The files of tasks and nodes.

use batchite_api::backend::{ByteRange, Conditions, ListOptions, RequestOptions};
use batchite_api::error::{ErrorCode, Result};
use batchite_api::time::TimeSpan;
use batchite_sim::config::SimConfig;
use batchite_sim::exec::script::{ScriptedProgram, Takes};

use crate::arms::{Arm, all, job_id, node_id, pool, pool_id, refused, request, task, task_id, windows_pool};

pub(crate) async fn task_files_can_be_listed_read_and_deleted(arm: &Arm) {
    arm.ready(pool("pool", 1), "job").await;
    arm.run(
        "job",
        task(
            "t",
            "/bin/sh -c 'mkdir -p out/deep; echo data > out/deep/a.txt; echo oops >&2'",
        ),
    )
    .await;
    let (job, id) = (job_id("job"), task_id("t"));
    let names = async |recursive: bool, options: &ListOptions| {
        let page = arm
            .batch
            .list_task_files(&job, &id, recursive, options)
            .await
            .unwrap();
        page.items
            .into_iter()
            .map(|file| file.name.unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(false, &all()).await, ["stderr.txt", "stdout.txt", "wd"]);
    let recursive = names(true, &all()).await;
    assert!(
        recursive.contains(&"wd/out/deep/a.txt".to_owned()),
        "{recursive:?}"
    );
    assert_eq!(
        names(true, &ListOptions::filtered("startswith(name,'std')")).await,
        ["stderr.txt", "stdout.txt"]
    );
    assert_eq!(arm.file("job", "t", "wd/out/deep/a.txt").await, "data\n");
    assert_eq!(arm.file("job", "t", "stderr.txt").await, "oops\n");
    let headers = arm
        .batch
        .get_task_file_properties(&job, &id, "wd/out/deep/a.txt", &request())
        .await
        .unwrap();
    assert_eq!((headers.content_length, headers.is_directory), (5, false));
    assert_eq!(headers.content_type, "text/plain");
    assert!(headers.mode.unwrap().starts_with("0o100"));
    let full = arm
        .batch
        .delete_task_file(&job, &id, "wd/out", false, &request())
        .await;
    refused(full, &ErrorCode::OperationInvalidForCurrentState);
    arm.batch
        .delete_task_file(&job, &id, "wd/out", true, &request())
        .await
        .unwrap();
    let gone = arm
        .batch
        .download_task_file(&job, &id, "wd/out/deep/a.txt", None, &request())
        .await;
    refused(gone, &ErrorCode::FileNotFound);
    let directory = arm
        .batch
        .download_task_file(&job, &id, "wd", None, &request())
        .await;
    refused(directory, &ErrorCode::OperationInvalidForCurrentState);
}

pub(crate) async fn ranges_are_clamped_or_refused(arm: &Arm) {
    arm.ready(pool("pool", 1), "job").await;
    arm.run("job", task("t", "/bin/sh -c 'echo 0123456789'")).await;
    for (first, last, expected) in [
        (0, Some(3), Some("0123")),
        (8, Some(99), Some("89\n")),
        (4, None, Some("456789\n")),
        (11, None, None),
    ] {
        let range = Some(ByteRange { first, last });
        let download = arm
            .batch
            .download_task_file(&job_id("job"), &task_id("t"), "stdout.txt", range, &request())
            .await;
        match expected {
            Some(expected) => {
                let bytes = download.unwrap().body.collect(100).await.unwrap();
                assert_eq!(bytes, expected.as_bytes());
            }
            None => assert_eq!(refused(download, &ErrorCode::InvalidRange).status(), 416),
        }
    }
}

pub(crate) async fn paths_stay_below_their_root(arm: &Arm) {
    arm.ready(pool("pool", 1), "job").await;
    arm.run("job", task("t", "/bin/true")).await;
    for path in [
        "../other/stdout.txt",
        "wd/../../x",
        "/etc/passwd",
        "..",
        "",
        "a\0b",
    ] {
        let download = arm
            .batch
            .download_task_file(&job_id("job"), &task_id("t"), path, None, &request())
            .await;
        refused(download, &ErrorCode::InvalidUri);
        let delete = arm
            .batch
            .delete_task_file(&job_id("job"), &task_id("t"), path, true, &request())
            .await;
        refused(delete, &ErrorCode::InvalidUri);
    }
}

pub(crate) async fn node_files_show_the_documented_directories(arm: &Arm) {
    arm.ready(pool("linux", 1), "job").await;
    arm.run("job", task("t", "/bin/sh -c 'echo hello'")).await;
    let node = node_id(&arm.nodes("linux").await[0]);
    let listed = arm
        .batch
        .list_node_files(&pool_id("linux"), &node, false, &all())
        .await
        .unwrap();
    let names: Vec<_> = listed
        .items
        .iter()
        .map(|file| file.name.as_deref().unwrap())
        .collect();
    assert_eq!(
        names,
        [
            "applications",
            "fsmounts",
            "shared",
            "startup",
            "volatile",
            "workitems"
        ]
    );
    assert!(
        listed
            .items
            .iter()
            .all(|file| file.is_directory == Some(true) && file.properties.is_none())
    );
    let path = "workitems/job/job-1/t/stdout.txt";
    let download = arm
        .batch
        .download_node_file(&pool_id("linux"), &node, path, None, &request())
        .await
        .unwrap();
    assert_eq!(download.body.collect(100).await.unwrap(), "hello\n");
    arm.ready(windows_pool("windows", 1), "wjob").await;
    let done = arm.run("wjob", task("w", "cmd /c \"echo hello world\"")).await;
    assert_eq!(done.execution_info.unwrap().exit_code, Some(0));
    assert_eq!(
        done.node_info.unwrap().task_root_directory.as_deref(),
        Some("workitems\\wjob\\job-1\\w")
    );
    assert_eq!(arm.stdout("wjob", "w").await, "hello world\r\n");
}

pub(crate) async fn large_output_is_cut_with_a_note(arm: &Arm) {
    arm.ready(pool("pool", 1), "job").await;
    let done = arm
        .run(
            "job",
            task(
                "t",
                "/bin/sh -c 'seq 1 500000 > f; for i in $(seq 1 31); do cat f; done'",
            ),
        )
        .await;
    let errors = arm.file("job", "t", "stderr.txt").await;
    assert_eq!(done.execution_info.unwrap().exit_code, Some(0), "{errors}");
    let headers = arm
        .batch
        .get_task_file_properties(&job_id("job"), &task_id("t"), "stdout.txt", &request())
        .await;
    let length = headers.unwrap().content_length;
    assert!(length < 100_000_000, "{length}");
    let tail = Some(ByteRange {
        first: length - 60,
        last: None,
    });
    let download = arm
        .batch
        .download_task_file(&job_id("job"), &task_id("t"), "stdout.txt", tail, &request())
        .await;
    let tail = download.unwrap().body.collect(100).await.unwrap();
    assert!(
        String::from_utf8_lossy(&tail).contains("[output truncated after"),
        "{tail:?}"
    );
}

/// The four reads of a file: of a task and of a node, its bytes and its headers.
async fn read_file(arm: &Arm, conditions: Conditions) -> [Result<()>; 4] {
    let (job, task, pool) = (job_id("job"), task_id("t"), pool_id("pool"));
    let node = node_id(&arm.nodes("pool").await[0]);
    let on_node = "workitems/job/job-1/t/stdout.txt";
    let request = RequestOptions {
        conditions,
        ..RequestOptions::default()
    };
    let batch = &arm.batch;
    let downloads = [
        batch
            .download_task_file(&job, &task, "stdout.txt", None, &request)
            .await,
        batch
            .download_node_file(&pool, &node, on_node, None, &request)
            .await,
    ];
    let properties = [
        batch
            .get_task_file_properties(&job, &task, "stdout.txt", &request)
            .await,
        batch
            .get_node_file_properties(&pool, &node, on_node, &request)
            .await,
    ];
    let [one, two] = downloads.map(|download| download.map(|_| ()));
    let [three, four] = properties.map(|properties| properties.map(|_| ()));
    [one, two, three, four]
}

pub(crate) async fn reads_of_files_hold_their_conditions(arm: &Arm) {
    arm.ready(pool("pool", 1), "job").await;
    arm.run("job", task("t", "/bin/sh -c 'echo hello'")).await;
    let properties = arm
        .batch
        .get_task_file_properties(&job_id("job"), &task_id("t"), "stdout.txt", &request())
        .await;
    let modified = properties.unwrap().last_modified;
    let before = modified - TimeSpan::from_seconds(1);
    let since = |moment| Conditions {
        if_modified_since: Some(moment),
        ..Conditions::default()
    };
    let until = |moment| Conditions {
        if_unmodified_since: Some(moment),
        ..Conditions::default()
    };
    for conditions in [since(before), until(modified)] {
        for read in read_file(arm, conditions.clone()).await {
            assert_eq!(read.map_err(|error| error.to_string()), Ok(()), "{conditions:?}");
        }
    }
    for read in read_file(arm, since(modified)).await {
        assert_eq!(read.unwrap_err().status(), 304);
    }
    for read in read_file(arm, until(before)).await {
        assert_eq!(refused(read, &ErrorCode::ConditionNotMet).status(), 412);
    }
}

pub(crate) async fn canned_programs_leave_their_empty_output(arm: &Arm) {
    let arm = arm.another_equipped(SimConfig::new(1), |executor| {
        executor.with_script(ScriptedProgram::new(
            "render *",
            Takes::Fixed(TimeSpan::from_minutes(5)),
            3,
        ))
    });
    arm.ready(pool("pool", 1), "job").await;
    let done = arm.run("job", task("t", "render scene")).await;
    let info = done.execution_info.unwrap();
    assert_eq!(info.exit_code, Some(3));
    assert_eq!(arm.stdout("job", "t").await, "");
    assert_eq!(arm.file("job", "t", "stderr.txt").await, "");
    let (job, id) = (job_id("job"), task_id("t"));
    let headers = arm
        .batch
        .get_task_file_properties(&job, &id, "stderr.txt", &request())
        .await
        .unwrap();
    assert_eq!(
        headers.last_modified,
        info.start_time.unwrap().truncated_to_second()
    );
    let listed = arm.batch.list_task_files(&job, &id, false, &all()).await.unwrap();
    let names: Vec<_> = listed.items.into_iter().filter_map(|file| file.name).collect();
    assert_eq!(names, ["stderr.txt", "stdout.txt", "wd"]);
    // What somebody has deleted does not come back.
    arm.batch
        .delete_task_file(&job, &id, "stdout.txt", false, &request())
        .await
        .unwrap();
    let gone = arm
        .batch
        .get_task_file_properties(&job, &id, "stdout.txt", &request())
        .await;
    refused(gone, &ErrorCode::FileNotFound);
}

pub(crate) async fn urls_of_files_are_encoded(arm: &Arm) {
    arm.ready(pool("pool", 1), "job").await;
    arm.run("job", task("t", "/bin/sh -c 'echo x > \"a b#c.txt\"'"))
        .await;
    let (job, id) = (job_id("job"), task_id("t"));
    let listed = arm.batch.list_task_files(&job, &id, true, &all()).await.unwrap();
    let file = listed
        .items
        .into_iter()
        .find(|file| file.name.as_deref() == Some("wd/a b#c.txt"))
        .unwrap();
    let url = file.url.unwrap();
    assert!(url.ends_with("/files/wd/a%20b%23c.txt"), "{url}");
    let headers = arm
        .batch
        .get_task_file_properties(&job, &id, "wd/a b#c.txt", &request())
        .await;
    assert_eq!(headers.unwrap().url, url);
}
