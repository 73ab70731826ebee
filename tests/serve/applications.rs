//! Application packages of a folder, offered by an emulator and run by its tasks.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use batchite::azure::AzureBatch;
use batchite_api::backend::{AccountOperations, FileOperations, ListOptions, RequestOptions, TaskOperations};
use batchite_api::batch::{BatchApplicationPackageReference, BatchTaskCreateOptions, BatchTaskState};

use crate::emulator::{Emulator, Place};
use crate::work::{await_task, make_job};

fn place() -> Place {
    let place = Place::new();
    let version = place.path("packages/tool/1.0");
    fs::create_dir_all(&version).expect("a folder");
    let program = version.join("run.sh");
    fs::write(&program, "#!/bin/sh\necho packed\n").expect("a program");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("a mode");
    fs::write(place.path("packages/tool/default"), "1.0\n").expect("a default");
    place
}

async fn run(batch: &AzureBatch) -> String {
    let listed = batch
        .list_applications(&ListOptions::default())
        .await
        .expect("a list");
    let ids: Vec<_> = listed.items.iter().map(|application| &application.id).collect();
    assert_eq!(ids, ["tool"]);
    make_job(batch).await;
    let task = BatchTaskCreateOptions {
        id: "t".into(),
        command_line: "/bin/sh -c '$AZ_BATCH_APP_PACKAGE_tool/run.sh'".into(),
        application_package_references: vec![BatchApplicationPackageReference {
            application_id: "tool".into(),
            version: None,
        }],
        ..BatchTaskCreateOptions::default()
    };
    let (request, job) = (RequestOptions::default(), "job".parse().expect("an id"));
    batch.create_task(&job, task, &request).await.expect("a task");
    let done = await_task(batch, "t", BatchTaskState::Completed).await;
    let info = done.execution_info.expect("its end");
    assert_eq!(info.exit_code, Some(0), "{:?}", info.failure_info);
    let id = "t".parse().expect("an id");
    let output = batch
        .download_task_file(&job, &id, "stdout.txt", None, &request)
        .await;
    let output = output
        .expect("its output")
        .body
        .collect(1 << 20)
        .await
        .expect("its bytes");
    String::from_utf8_lossy(&output).into_owned()
}

#[tokio::test]
async fn they_run_on_simulated_nodes_and_as_real_processes() {
    for execution in ["simulated", "process"] {
        let emulator = Emulator::start_in(place(), &["--applications", "packages", "--execution", execution]);
        assert_eq!(run(&emulator.batch()).await, "packed\n", "{execution}");
    }
}

#[test]
fn a_folder_that_cannot_be_used_is_refused_with_its_place() {
    let place = place();
    fs::write(place.path("packages/tool/2.0.zip"), "no archive").expect("a file");
    let said = place.refusal(&["--applications", "packages"], 2);
    assert!(said.contains("packages/tool/2.0.zip"), "{said}");
    fs::remove_file(place.path("packages/tool/2.0.zip")).expect("the file");
    fs::write(place.path("scenario.toml"), "[[applications]]\nid = \"tool\"\n").expect("a scenario");
    let both = ["--applications", "packages", "--scenario", "scenario.toml"];
    let said = place.refusal(&both, 2);
    assert!(said.contains("leave `--applications` out"), "{said}");
    let said = place.refusal(&["--applications", "nowhere"], 2);
    assert!(said.contains("nowhere"), "{said}");
}
