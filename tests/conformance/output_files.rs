//! Output files: what is uploaded once the program has ended, what it is called, and what becomes of the task.

use std::sync::Arc;

use batchite_api::auth::sas::{self, Permission, Permissions, SasOptions};
use batchite_api::backend::{BlobBackend, BlobConditions};
use batchite_api::batch::{
    BatchNodeIdentityReference, BatchTaskConstraints, BatchTaskCreateOptions, BatchTaskExecutionInfo,
    BatchTaskExecutionResult, OutputFile, OutputFileBlobContainerDestination, OutputFileDestination,
    OutputFileUploadCondition, OutputFileUploadConfiguration, OutputFileUploadHeader,
};
use batchite_api::blob::{BlobName, ContainerName, ListBlobsOptions, container_url};
use batchite_api::error::ErrorCode;
use batchite_api::time::TimeSpan;

use crate::arms::{Arm, job_id, pool, refused, request, task, windows_pool};
use crate::resource_files::upload;

fn container() -> ContainerName {
    ContainerName::parse("input").unwrap()
}

fn container_with(arm: &Arm, name: &str, permission: Permission) -> String {
    let account = &arm.storage;
    let container = ContainerName::parse(name).unwrap();
    let options = SasOptions::new(
        Permissions::of(&[permission]),
        arm.clock.now() + TimeSpan::from_hours(1),
    );
    let token = sas::container_token(&account.name, &account.key, &container, &options);
    container_url(&account.endpoint, &container, Some(&token))
}

/// An output file for a container that is not there.
pub(crate) fn lost_output(arm: &Arm) -> OutputFile {
    let mut file = output(arm, "../stdout.txt", Some("out"));
    if let Some(container) = &mut file.destination.container {
        container.container_url = container_with(arm, "nowhere", Permission::Write).into();
    }
    file
}

pub(crate) fn output(arm: &Arm, pattern: &str, path: Option<&str>) -> OutputFile {
    OutputFile {
        file_pattern: pattern.to_owned(),
        destination: OutputFileDestination {
            container: Some(OutputFileBlobContainerDestination {
                path: path.map(str::to_owned),
                container_url: container_with(arm, "input", Permission::Write).into(),
                ..OutputFileBlobContainerDestination::default()
            }),
        },
        upload_options: OutputFileUploadConfiguration {
            upload_condition: OutputFileUploadCondition::TaskCompletion,
        },
    }
}

fn with_outputs(id: &str, command_line: &str, files: Vec<OutputFile>) -> BatchTaskCreateOptions {
    BatchTaskCreateOptions {
        output_files: files,
        ..task(id, command_line)
    }
}

async fn names(store: &Arc<dyn BlobBackend>) -> Vec<String> {
    let page = store
        .list_blobs(&container(), &ListBlobsOptions::default())
        .await
        .unwrap();
    page.blobs().map(|blob| blob.name.to_string()).collect()
}

pub(crate) async fn text(store: &Arc<dyn BlobBackend>, blob: &str) -> String {
    let name = BlobName::parse(blob).unwrap();
    let download = store
        .get_blob(&container(), &name, None, &BlobConditions::default())
        .await
        .unwrap();
    let bytes = download.body.collect(u64::MAX).await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn failure_code(info: &BatchTaskExecutionInfo) -> &str {
    assert_eq!(info.result, Some(BatchTaskExecutionResult::Failure));
    let failure = info.failure_info.as_ref().unwrap();
    let shown = format!("{failure:?}");
    assert!(
        !shown.contains("sig=") || shown.contains("sig=REDACTED"),
        "{shown}"
    );
    failure.code.as_deref().unwrap()
}

pub(crate) async fn patterns_choose_files_and_name_blobs(arm: &Arm) {
    let store = upload(arm, &[]).await;
    arm.ready(pool("pool", 1), "job").await;
    let script = "/bin/sh -c 'mkdir -p a/b .h; echo 1 > one.txt; echo 2 > a/two.txt; echo 3 > a/b/three.txt; \
                  echo h > .hidden.txt; echo h > .h/x.txt; echo s > one.dat; echo said'";
    for (id, pattern, path, expected) in [
        ("n", "one.txt", Some("kept/first.txt"), &["kept/first.txt"][..]),
        ("r", "a/two.txt", None, &["two.txt"]),
        ("s", "../std*.txt", Some("s/"), &["s/stderr.txt", "s/stdout.txt"]),
        ("o", "*.txt", Some("o"), &["o/one.txt"]),
        (
            "d",
            "**/*.txt",
            Some("d"),
            &["d/a/b/three.txt", "d/a/two.txt", "d/one.txt"],
        ),
        ("b", "a/**/[s-u]*", Some("b"), &["b/b/three.txt", "b/two.txt"]),
        ("x", "[!a-n]?e.*", Some("x"), &["x/one.dat", "x/one.txt"]),
        ("h", ".*.txt", Some("h"), &["h/.hidden.txt"]),
        ("v", "$AZ_BATCH_TASK_DIR/stdout.txt", Some("v"), &["v"]),
        ("w", "${AZ_BATCH_TASK_WORKING_DIR}/a/*", Some("w"), &["w/two.txt"]),
        ("none", "nothing*", Some("none"), &[]),
        ("absent", "nothing", Some("absent"), &[]),
    ] {
        let before = names(&store).await;
        let outputs = vec![output(arm, pattern, path)];
        let done = arm.run("job", with_outputs(id, script, outputs.clone())).await;
        let info = done.execution_info.unwrap();
        assert_eq!(
            (info.exit_code, info.failure_info),
            (Some(0), None),
            "{pattern}: that nothing fits is no error"
        );
        assert_eq!(done.output_files, outputs, "what was given is shown");
        let mut new = names(&store).await;
        new.retain(|name| !before.contains(name));
        assert_eq!(new, expected, "{pattern}");
        let log = arm.file("job", id, "fileuploadout.txt").await;
        assert!(!log.contains("sig="), "{log}");
        assert_eq!(arm.file("job", id, "fileuploaderr.txt").await, "");
    }
    assert_eq!(text(&store, "d/a/b/three.txt").await, "3\n");
    assert_eq!(text(&store, "s/stdout.txt").await, "said\n");
}

pub(crate) async fn windows_has_its_own_patterns(arm: &Arm) {
    let store = upload(arm, &[]).await;
    arm.ready(windows_pool("pool", 1), "job").await;
    let outputs = vec![
        output(arm, "..\\STD*.txt", Some("s")),
        output(arm, "%AZ_BATCH_TASK_DIR%\\stdout.txt", Some("whole")),
    ];
    let done = arm
        .run("job", with_outputs("t", "cmd /c echo said", outputs))
        .await;
    assert_eq!(done.execution_info.unwrap().failure_info, None);
    assert_eq!(names(&store).await, ["s/stderr.txt", "s/stdout.txt", "whole"]);
}

pub(crate) async fn the_end_of_the_program_decides_and_headers_are_kept(arm: &Arm) {
    use OutputFileUploadCondition::{TaskCompletion, TaskFailure, TaskSuccess};
    let store = upload(arm, &[]).await;
    arm.ready(pool("pool", 1), "job").await;
    for (code, expected) in [(0, ["0-always", "0-success"]), (3, ["3-always", "3-failure"])] {
        let before = names(&store).await;
        let outputs = [
            ("success", TaskSuccess),
            ("failure", TaskFailure),
            ("always", TaskCompletion),
        ];
        let outputs = outputs.map(|(name, condition)| {
            let mut output = output(arm, "file", Some(&format!("{code}-{name}")));
            output.upload_options.upload_condition = condition;
            let headers = [("Content-Type", "text/x-own"), ("x-ms-meta-Made", "here")];
            output.destination.container.as_mut().unwrap().upload_headers = headers
                .map(|(name, value)| OutputFileUploadHeader {
                    name: name.to_owned(),
                    value: Some(value.to_owned()),
                })
                .into();
            output
        });
        let script = format!("/bin/sh -c 'echo x > file; exit {code}'");
        let done = arm
            .run("job", with_outputs(&format!("t{code}"), &script, outputs.into()))
            .await;
        assert_eq!(done.execution_info.unwrap().exit_code, Some(code));
        let mut new = names(&store).await;
        new.retain(|name| !before.contains(name));
        assert_eq!(new, expected);
    }
    let name = BlobName::parse("0-success").unwrap();
    let properties = store
        .get_blob_properties(&container(), &name, &BlobConditions::default())
        .await
        .unwrap();
    assert_eq!(properties.headers.content_type.as_deref(), Some("text/x-own"));
    assert_eq!(properties.metadata.get("made").map(String::as_str), Some("here"));
    // Nothing ran, so there is nothing to upload.
    let outputs = vec![output(arm, "../stdout.txt", Some("never"))];
    arm.run("job", with_outputs("missing", "no-such-program", outputs))
        .await;
    assert!(!names(&store).await.contains(&"never".to_owned()));
}

pub(crate) async fn a_failed_upload_fails_the_task_without_a_retry(arm: &Arm) {
    let store = upload(arm, &[]).await;
    arm.ready(pool("pool", 1), "job").await;
    for (id, code, url, expected) in [
        (
            "denied",
            0,
            container_with(arm, "input", Permission::Read),
            "FileUploadAccessDenied",
        ),
        (
            "absent",
            5,
            container_with(arm, "nowhere", Permission::Write),
            "FileUploadContainerNotFound",
        ),
        ("nonsense", 0, "nonsense".to_owned(), "FileUploadMiscError"),
    ] {
        let mut bad = output(arm, "../stdout.txt", None);
        bad.destination.container.as_mut().unwrap().container_url = url.into();
        let outputs = vec![bad, output(arm, "../stdout.txt", Some(id))];
        let mut options = with_outputs(id, &format!("/bin/sh -c 'echo x; exit {code}'"), outputs);
        options.constraints = Some(BatchTaskConstraints {
            max_task_retry_count: Some(3),
            ..BatchTaskConstraints::default()
        });
        let info = arm.run("job", options).await.execution_info.unwrap();
        assert_eq!(failure_code(&info), expected);
        assert_eq!((info.exit_code, info.retry_count), (Some(code), 0));
        let log = arm.file("job", id, "fileuploaderr.txt").await;
        assert!(log.contains("stdout.txt") && !log.contains("sig="), "{log}");
        assert_eq!(text(&store, id).await, "x\n", "the other entries are uploaded");
    }
    for (id, pattern) in [
        ("up", "../../../../../../x"),
        ("far", "/etc/passwd"),
        ("late", "*/../x"),
    ] {
        let outputs = vec![output(arm, pattern, None)];
        let info = arm.run("job", with_outputs(id, "/bin/true", outputs)).await;
        assert_eq!(
            failure_code(&info.execution_info.unwrap()),
            "FileUploadMiscError",
            "{pattern}"
        );
    }
}

pub(crate) async fn large_files_travel_in_blocks(arm: &Arm) {
    let store = upload(arm, &[]).await;
    arm.ready(pool("pool", 1), "job").await;
    let script = "/bin/sh -c 'printf 0123456789abcdef > a; for i in 1 2 3 4 5 6 7 8 9; do \
                  cat a a a a > b; mv b a; done; cat a a > b'";
    let outputs = vec![output(arm, "b", Some("large"))];
    let done = arm.run("job", with_outputs("t", script, outputs)).await;
    assert_eq!(done.execution_info.unwrap().failure_info, None);
    let name = BlobName::parse("large").unwrap();
    let blob = store
        .get_blob(&container(), &name, None, &BlobConditions::default())
        .await
        .unwrap();
    assert_eq!(blob.properties.content_length, 8 * 1024 * 1024);
    let bytes = blob.body.collect(u64::MAX).await.unwrap();
    assert!(bytes.chunks(16).all(|piece| piece == b"0123456789abcdef"));
}

fn header(name: &str, value: &str) -> OutputFileUploadHeader {
    OutputFileUploadHeader {
        name: name.to_owned(),
        value: Some(value.to_owned()),
    }
}

pub(crate) async fn output_files_are_checked(arm: &Arm) {
    arm.ready(pool("pool", 1), "job").await;
    let good = output(arm, "x", None);
    let place = |change: &dyn Fn(&mut OutputFileBlobContainerDestination)| {
        let mut file = good.clone();
        change(file.destination.container.as_mut().unwrap());
        file
    };
    let missing = ErrorCode::MissingRequiredProperty;
    let invalid = ErrorCode::InvalidPropertyValue;
    for (file, code, name) in [
        (output(arm, "", None), &missing, "filePattern"),
        (output(arm, "a\0", None), &invalid, "filePattern"),
        (
            OutputFile {
                destination: OutputFileDestination::default(),
                ..good.clone()
            },
            &missing,
            "container",
        ),
        (
            place(&|place| place.container_url = String::new().into()),
            &missing,
            "containerUrl",
        ),
        (
            OutputFile {
                upload_options: OutputFileUploadConfiguration::default(),
                ..good.clone()
            },
            &missing,
            "uploadCondition",
        ),
        (
            OutputFile {
                upload_options: OutputFileUploadConfiguration {
                    upload_condition: "sometimes".into(),
                },
                ..good.clone()
            },
            &invalid,
            "uploadCondition",
        ),
        (
            place(&|place| place.upload_headers = vec![header("x-ms-lease-id", "x")]),
            &ErrorCode::NotSimulated,
            "uploadHeaders x-ms-lease-id",
        ),
        (
            place(&|place| place.upload_headers = vec![header("Content-Type", "a\r\nb")]),
            &invalid,
            "uploadHeaders",
        ),
    ] {
        let options = with_outputs("t", "/bin/true", vec![file]);
        let result = arm.batch.create_task(&job_id("job"), options, &request()).await;
        let error = refused(result, code);
        let named = error.detail("PropertyName").or_else(|| error.detail("Feature"));
        assert_eq!(named, Some(name));
    }
}

pub(crate) async fn an_identity_is_kept_and_fails_the_upload(arm: &Arm) {
    upload(arm, &[]).await;
    arm.ready(pool("pool", 1), "job").await;
    let identity = BatchNodeIdentityReference {
        resource_id: Some("/subscriptions/s/identities/i".to_owned()),
    };
    let mut file = output(arm, "../stdout.txt", Some("out"));
    if let Some(container) = &mut file.destination.container {
        container.identity_reference = Some(identity);
    }
    let outputs = vec![file.clone()];
    let done = arm.run("job", with_outputs("t", "/bin/true", outputs)).await;
    assert_eq!(
        done.output_files[0]
            .destination
            .container
            .as_ref()
            .unwrap()
            .identity_reference,
        file.destination.container.unwrap().identity_reference
    );
    let info = done.execution_info.unwrap();
    assert_eq!(
        (info.exit_code, failure_code(&info)),
        (Some(0), "FileUploadMiscError")
    );
    let details = info.failure_info.unwrap().details;
    assert!(
        details.iter().any(|detail| detail
            .value
            .as_deref()
            .is_some_and(|text| text.contains("identityReference"))),
        "{details:?}"
    );
}

pub(crate) async fn every_attempt_uploads_its_own(arm: &Arm) {
    let store = upload(arm, &[]).await;
    arm.ready(pool("pool", 1), "job").await;
    let mut failing = output(arm, "runs", Some("after-failure"));
    failing.upload_options.upload_condition = OutputFileUploadCondition::TaskFailure;
    let always = output(arm, "runs", Some("after-every-run"));
    let script = "/bin/sh -c 'echo run >> ../all; cp ../all runs; test $(wc -l < runs) = 2'";
    let mut options = with_outputs("t", script, vec![failing, always]);
    options.constraints = Some(BatchTaskConstraints {
        max_task_retry_count: Some(3),
        ..BatchTaskConstraints::default()
    });
    let info = arm.run("job", options).await.execution_info.unwrap();
    assert_eq!((info.exit_code, info.retry_count), (Some(0), 1));
    assert_eq!(text(&store, "after-failure").await, "run\n");
    assert_eq!(text(&store, "after-every-run").await, "run\nrun\n");
}
