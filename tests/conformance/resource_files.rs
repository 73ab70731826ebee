//! Resource files: fetched with the token they carry, put where they belong, or the end of the task.

use std::sync::Arc;

use batchite_api::auth::Access;
use batchite_api::auth::sas::{self, Permission, Permissions, SasOptions};
use batchite_api::backend::{BlobBackend, BlobBackendExt, Body};
use batchite_api::batch::{
    BatchStartTask, BatchTask, BatchTaskConstraints, BatchTaskCreateOptions, ResourceFile,
};
use batchite_api::blob::{
    BlobName, ContainerName, CopyBlobOptions, DeleteSnapshots, PutBlobOptions, blob_url, container_url,
};
use batchite_api::error::ErrorCode;
use batchite_api::time::TimeSpan;

use crate::arms::{Arm, job_id, pool, refused, request, task};

fn container() -> ContainerName {
    ContainerName::parse("input").unwrap()
}

fn name(text: &str) -> BlobName {
    BlobName::parse(text).unwrap()
}

pub(crate) async fn upload(arm: &Arm, blobs: &[(&str, &'static str)]) -> Arc<dyn BlobBackend> {
    let account = &arm.storage;
    let access = Access::SharedKey {
        account: account.name.clone(),
        key: account.key.clone(),
    };
    let handle = arm.blobs.connect(&account.endpoint, access).unwrap();
    handle.create_container_if_missing(&container()).await.unwrap();
    for (blob, text) in blobs {
        let body = Body::from(*text);
        handle
            .put_blob(&container(), &name(blob), body, &PutBlobOptions::default())
            .await
            .unwrap();
    }
    handle
}

fn token_options(arm: &Arm, permission: Permission, life: TimeSpan) -> SasOptions {
    SasOptions::new(Permissions::of(&[permission]), arm.clock.now() + life)
}

/// A file by the URL of one blob with a token that reads it.
pub(crate) fn by_url(arm: &Arm, blob: &str, path: &str, life: TimeSpan) -> ResourceFile {
    let options = token_options(arm, Permission::Read, life);
    let account = &arm.storage;
    let token = sas::blob_token(&account.name, &account.key, &container(), &name(blob), &options);
    let url = blob_url(&account.endpoint, &container(), &name(blob), Some(&token));
    ResourceFile {
        http_url: Some(url.into()),
        file_path: Some(path.to_owned()),
        ..ResourceFile::default()
    }
}

fn with_files(id: &str, command_line: &str, files: Vec<ResourceFile>) -> BatchTaskCreateOptions {
    BatchTaskCreateOptions {
        resource_files: files,
        ..task(id, command_line)
    }
}

/// The code of a failure, which has details and shows no signature.
fn failure_code(task: BatchTask) -> String {
    let info = task.execution_info.unwrap();
    assert_eq!(
        (info.exit_code, info.retry_count),
        (None, 0),
        "what fails before the command is not retried"
    );
    let failure = info.failure_info.unwrap();
    assert!(!failure.details.is_empty());
    let shown = format!("{failure:?}");
    assert!(
        !shown.contains("sig=") || shown.contains("sig=REDACTED"),
        "{shown}"
    );
    failure.code.unwrap()
}

pub(crate) async fn they_are_there_before_the_command_and_can_be_run(arm: &Arm) {
    upload(
        arm,
        &[("tool.sh", "#!/bin/sh\necho ran with $1\n"), ("empty", "")],
    )
    .await;
    arm.ready(pool("pool", 1), "job").await;
    let hour = TimeSpan::from_hours(1);
    let files = vec![
        by_url(arm, "tool.sh", "bin/tool.sh", hour),
        by_url(arm, "empty", "empty", hour),
    ];
    let done = arm
        .run(
            "job",
            with_files("t", "/bin/sh -c 'bin/tool.sh care; cat empty'", files),
        )
        .await;
    assert_eq!(done.execution_info.unwrap().exit_code, Some(0));
    assert_eq!(arm.stdout("job", "t").await, "ran with care\n");
}

pub(crate) async fn a_container_keeps_its_directories(arm: &Arm) {
    upload(
        arm,
        &[("a/one.txt", "1"), ("a/b/two.txt", "2"), ("other.txt", "3")],
    )
    .await;
    arm.ready(pool("pool", 1), "job").await;
    let account = &arm.storage;
    let permissions = Permissions::of(&[Permission::Read, Permission::List]);
    let options = SasOptions::new(permissions, arm.clock.now() + TimeSpan::from_hours(1));
    let token = sas::container_token(&account.name, &account.key, &container(), &options);
    let file = ResourceFile {
        storage_container_url: Some(container_url(&account.endpoint, &container(), Some(&token)).into()),
        blob_prefix: Some("a/".to_owned()),
        file_path: Some("texts".to_owned()),
        ..ResourceFile::default()
    };
    let done = arm
        .run(
            "job",
            with_files(
                "t",
                "/bin/sh -c 'cat texts/a/one.txt texts/a/b/two.txt; ls'",
                vec![file],
            ),
        )
        .await;
    assert_eq!(done.execution_info.unwrap().exit_code, Some(0));
    assert_eq!(arm.stdout("job", "t").await, "12texts\n");
}

pub(crate) async fn a_path_out_of_the_working_directory_fails_the_task(arm: &Arm) {
    upload(arm, &[("x", "text")]).await;
    arm.ready(pool("pool", 1), "job").await;
    for (id, path) in [("up", "../../x"), ("absolute", "/etc/x"), ("hidden", "a/../../x")] {
        let files = vec![by_url(arm, "x", path, TimeSpan::from_hours(1))];
        let done = arm.run("job", with_files(id, "/bin/true", files)).await;
        assert_eq!(failure_code(done), "ResourceFileCreateFailed", "{path}");
    }
}

pub(crate) async fn a_token_that_has_expired_fails_the_task(arm: &Arm) {
    upload(arm, &[("x", "text")]).await;
    arm.ready(pool("pool", 1), "job").await;
    arm.add("job", task("before", "/bin/sh -c 'sleep 600'")).await;
    let files = vec![by_url(arm, "x", "x", TimeSpan::from_minutes(5))];
    let late = arm.run("job", with_files("late", "/bin/true", files)).await;
    let failure = late.execution_info.clone().unwrap().failure_info.unwrap();
    let reason = failure
        .details
        .iter()
        .find(|detail| detail.name.as_deref() == Some("AuthenticationErrorDetail"));
    let reason = reason.unwrap().value.as_deref().unwrap();
    assert!(reason.starts_with("Signed expiry time ["), "{reason}");
    assert_eq!(failure_code(late), "BlobAccessDenied");
}

pub(crate) async fn a_blob_that_is_not_there_fails_the_task(arm: &Arm) {
    let handle = upload(arm, &[("x", "text")]).await;
    arm.ready(pool("pool", 1), "job").await;
    let files = vec![by_url(arm, "absent", "absent", TimeSpan::from_hours(1))];
    let mut options = with_files("absent", "/bin/true", files);
    options.constraints = Some(BatchTaskConstraints {
        max_task_retry_count: Some(3),
        ..BatchTaskConstraints::default()
    });
    assert_eq!(failure_code(arm.run("job", options).await), "BlobNotFound");
    // The files are fetched anew for every run: what was deleted meanwhile is missed.
    let files = vec![by_url(arm, "x", "x", TimeSpan::from_hours(1))];
    handle
        .delete_blob(
            &container(),
            &name("x"),
            DeleteSnapshots::Refuse,
            &batchite_api::backend::BlobConditions::default(),
        )
        .await
        .unwrap();
    assert_eq!(
        failure_code(arm.run("job", with_files("deleted", "/bin/true", files)).await),
        "BlobNotFound"
    );
}

fn of_own_storage(container: &str, prefix: Option<&str>) -> ResourceFile {
    ResourceFile {
        auto_storage_container_name: Some(container.to_owned()),
        blob_prefix: prefix.map(str::to_owned),
        file_path: Some("own".to_owned()),
        ..ResourceFile::default()
    }
}

pub(crate) async fn the_account_s_own_storage_needs_no_token(arm: &Arm) {
    upload(arm, &[("a/one.txt", "1"), ("a/two.txt", "2"), ("b.txt", "3")]).await;
    let mut options = pool("pool", 1);
    options.start_task = Some(BatchStartTask {
        command_line: "/bin/sh -c 'cp -r own $AZ_BATCH_NODE_SHARED_DIR'".into(),
        resource_files: vec![of_own_storage("input", None)],
        ..BatchStartTask::default()
    });
    arm.ready(options, "job").await;
    let command =
        "/bin/sh -c 'cat own/a/one.txt own/a/two.txt; ls own; cat $AZ_BATCH_NODE_SHARED_DIR/own/b.txt'";
    let files = vec![of_own_storage("input", Some("a/"))];
    let done = arm.run("job", with_files("t", command, files)).await;
    assert_eq!(done.execution_info.unwrap().exit_code, Some(0));
    assert_eq!(arm.stdout("job", "t").await, "12a\n3");
    assert_eq!(
        done.resource_files[0].auto_storage_container_name.as_deref(),
        Some("input")
    );
}

pub(crate) async fn a_container_that_is_not_there_fails_the_task(arm: &Arm) {
    arm.ready(pool("pool", 1), "job").await;
    let files = vec![of_own_storage("nowhere", None)];
    let done = arm.run("job", with_files("t", "/bin/true", files)).await;
    assert_eq!(failure_code(done), "ResourceContainerNotFound");
    // Exactly one source, and a name that a container can have.
    let two = ResourceFile {
        http_url: Some("https://account/input/x".into()),
        ..of_own_storage("input", None)
    };
    for file in [two, of_own_storage("No Name", None), of_own_storage("..", None)] {
        let options = with_files("wrong", "/bin/true", vec![file]);
        let refusal = arm.batch.create_task(&job_id("job"), options, &request()).await;
        refused(refusal, &ErrorCode::InvalidPropertyValue);
    }
}

pub(crate) async fn they_are_fetched_for_every_run(arm: &Arm) {
    upload(arm, &[("words", "first ")]).await;
    arm.ready(pool("pool", 1), "job").await;
    let mut options = with_files(
        "t",
        "/bin/sh -c 'cat words >> ../seen; sleep 600; exit 1'",
        vec![by_url(arm, "words", "words", TimeSpan::from_hours(1))],
    );
    options.constraints = Some(BatchTaskConstraints {
        max_task_retry_count: Some(1),
        ..BatchTaskConstraints::default()
    });
    arm.add("job", options).await;
    arm.task_in("job", "t", "running").await;
    arm.clock.sleep(TimeSpan::from_minutes(1)).await;
    upload(arm, &[("words", "second")]).await;
    let info = arm.task_in("job", "t", "completed").await.execution_info.unwrap();
    assert_eq!(info.retry_count, 1);
    assert_eq!(arm.file("job", "t", "seen").await, "first second");
}

pub(crate) async fn only_storage_of_the_world_is_read(arm: &Arm) {
    upload(arm, &[("x", "text")]).await;
    arm.ready(pool("pool", 1), "job").await;
    for (id, url) in [
        ("path", "https://example.com/Some_Path/data.csv?v=1"),
        ("file", "https://example.com/data.csv"),
        ("host", "https://example.com/"),
        ("account", "https://other.blob.core.windows.net/Not_A_Container/x"),
    ] {
        let file = ResourceFile {
            http_url: Some(url.into()),
            file_path: Some("x".to_owned()),
            ..ResourceFile::default()
        };
        let done = arm.run("job", with_files(id, "/bin/true", vec![file])).await;
        let failure = done.execution_info.clone().unwrap().failure_info.unwrap();
        let told = failure.details.iter().any(|detail| {
            let value = detail.value.as_deref().unwrap_or_default();
            value.contains("is no storage account of this world. Known: ")
        });
        assert!(told, "{failure:?}");
        assert_eq!(failure_code(done), "BlobDownloadMiscError");
    }
    let store = upload(arm, &[]).await;
    let copied = store
        .copy_blob_from_url(
            &container(),
            &name("copy"),
            "https://example.com/Some_Path/data.csv",
            &CopyBlobOptions::default(),
        )
        .await;
    let refusal = refused(copied, &ErrorCode::NotSimulated);
    let named = refusal.detail("Feature").unwrap_or_default();
    assert!(named.contains("is no storage account of this world"), "{refusal}");
}
