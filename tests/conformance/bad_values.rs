//! Values that make no sense, refused wherever they can stand, with the name of the property.

use batchite_api::batch::{
    AutoUserSpecification, BatchJobCreateOptions, BatchJobManagerTask, BatchJobPreparationTask,
    BatchJobReleaseTask, BatchPoolCreateOptions, BatchStartTask, BatchTaskContainerSettings,
    BatchTaskCreateOptions, ContainerHostBatchBindMountEntry, ResourceFile, UserIdentity,
};
use batchite_api::error::{Error, ErrorCode, Result};

use crate::arms::{Arm, job, job_id, pool, refused, request, task};

/// What every command a node runs may ask for.
#[derive(Debug, Clone, Default)]
struct Asked {
    user_identity: Option<UserIdentity>,
    container_settings: Option<BatchTaskContainerSettings>,
    resource_files: Vec<ResourceFile>,
}

/// Where commands are asked for.
const PLACES: [&str; 5] = ["task", "start", "preparation", "release", "manager"];

async fn create_job(arm: &Arm, options: BatchJobCreateOptions) -> Result<()> {
    arm.batch.create_job(options, &request()).await.map(drop)
}

/// Asks for a command in one of the places.
async fn ask(arm: &Arm, place: &str, asked: Asked) -> Result<()> {
    if !matches!(place, "task" | "start") {
        return create_job(arm, job_asking(place, asked)).await;
    }
    let Asked {
        user_identity,
        container_settings,
        resource_files,
    } = asked;
    if place == "task" {
        let options = BatchTaskCreateOptions {
            user_identity,
            container_settings,
            resource_files,
            ..task("t", "/bin/true")
        };
        let created = arm.batch.create_task(&job_id("job"), options, &request()).await;
        return created.map(drop);
    }
    let options = BatchPoolCreateOptions {
        start_task: Some(BatchStartTask {
            command_line: "/bin/true".into(),
            user_identity,
            container_settings,
            resource_files,
            ..BatchStartTask::default()
        }),
        ..pool("new", 0)
    };
    arm.batch.create_pool(options, &request()).await.map(drop)
}

/// A job with such a command beside its tasks.
fn job_asking(place: &str, asked: Asked) -> BatchJobCreateOptions {
    let Asked {
        user_identity,
        container_settings,
        resource_files,
    } = asked;
    let command_line = "/bin/true".into();
    let mut options = job("new", "pool");
    match place {
        "manager" => {
            options.job_manager_task = Some(BatchJobManagerTask {
                id: "m".to_owned(),
                command_line,
                user_identity,
                container_settings,
                resource_files,
                ..BatchJobManagerTask::default()
            });
        }
        "preparation" => {
            options.job_preparation_task = Some(BatchJobPreparationTask {
                command_line,
                user_identity,
                container_settings,
                resource_files,
                ..BatchJobPreparationTask::default()
            });
        }
        _ => {
            options.job_preparation_task = Some(BatchJobPreparationTask {
                command_line: "/bin/true".into(),
                ..BatchJobPreparationTask::default()
            });
            options.job_release_task = Some(BatchJobReleaseTask {
                command_line,
                user_identity,
                container_settings,
                resource_files,
                ..BatchJobReleaseTask::default()
            });
        }
    }
    options
}

/// Refusals that name the property and the value, in every place.
async fn refused_everywhere(arm: &Arm, asked: &Asked, property: &str, value: &str) {
    for place in PLACES {
        let error: Error = refused(
            ask(arm, place, asked.clone()).await,
            &ErrorCode::InvalidPropertyValue,
        );
        assert_eq!(error.status(), 400);
        assert_eq!(
            (error.detail("PropertyName"), error.detail("PropertyValue")),
            (Some(property), Some(value)),
            "{place}"
        );
        assert!(error.detail("Reason").is_some(), "{place}");
    }
}

pub(crate) async fn words_of_identities_are_known_ones(arm: &Arm) {
    create_job(arm, job("job", "pool")).await.unwrap();
    let automatic = |specification| Asked {
        user_identity: Some(UserIdentity {
            auto_user: Some(specification),
            ..UserIdentity::default()
        }),
        ..Asked::default()
    };
    let scope = AutoUserSpecification {
        scope: Some("galaxy".into()),
        ..AutoUserSpecification::default()
    };
    refused_everywhere(arm, &automatic(scope), "scope", "galaxy").await;
    let level = AutoUserSpecification {
        elevation_level: Some("root".into()),
        ..AutoUserSpecification::default()
    };
    refused_everywhere(arm, &automatic(level), "elevationLevel", "root").await;
}

pub(crate) async fn words_of_containers_are_known_ones(arm: &Arm) {
    create_job(arm, job("job", "pool")).await.unwrap();
    let contained = |settings| Asked {
        container_settings: Some(BatchTaskContainerSettings {
            image_name: "ubuntu".to_owned(),
            ..settings
        }),
        ..Asked::default()
    };
    let nowhere = BatchTaskContainerSettings {
        working_directory: Some("nowhere".into()),
        ..BatchTaskContainerSettings::default()
    };
    refused_everywhere(arm, &contained(nowhere), "workingDirectory", "nowhere").await;
    let moon = BatchTaskContainerSettings {
        container_host_batch_bind_mounts: vec![ContainerHostBatchBindMountEntry {
            source: Some("Moon".into()),
            is_read_only: None,
        }],
        ..BatchTaskContainerSettings::default()
    };
    refused_everywhere(arm, &contained(moon), "source", "Moon").await;
}

pub(crate) async fn urls_and_modes_of_files_have_to_be_some(arm: &Arm) {
    create_job(arm, job("job", "pool")).await.unwrap();
    let with = |file: ResourceFile| Asked {
        resource_files: vec![file],
        ..Asked::default()
    };
    let file = |url: &str| ResourceFile {
        http_url: Some(url.into()),
        file_path: Some("x".to_owned()),
        ..ResourceFile::default()
    };
    refused_everywhere(arm, &with(file("")), "httpUrl", "").await;
    let container = ResourceFile {
        storage_container_url: Some(" ".into()),
        ..ResourceFile::default()
    };
    refused_everywhere(arm, &with(container), "storageContainerUrl", "").await;
    for mode in ["rwx", "9999", "", "17777", "0o770"] {
        let file = ResourceFile {
            file_mode: Some(mode.to_owned()),
            ..file("https://example.com/x")
        };
        refused_everywhere(arm, &with(file), "fileMode", mode).await;
    }
    let good = ResourceFile {
        file_mode: Some("4755".to_owned()),
        ..file("https://example.com/x")
    };
    for place in PLACES {
        let taken = ask(arm, place, with(good.clone())).await;
        assert!(taken.is_ok(), "{place}: {taken:?}");
        arm.batch.delete_job(&job_id("new"), &request()).await.ok();
        let gone = async || arm.batch.get_job(&job_id("new"), &request()).await.is_err();
        arm.until(gone).await;
    }
}
