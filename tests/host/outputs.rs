//! Output files of real processes: found below the root of the node, uploaded before the run counts as ended.

use std::sync::Arc;

use batchite::host::HostOptions;
use batchite_api::auth::Access;
use batchite_api::auth::sas::{self, Permission, Permissions, SasOptions};
use batchite_api::backend::{BlobBackend, BlobBackendExt as _, BlobConditions};
use batchite_api::batch::{
    OutputFile, OutputFileBlobContainerDestination, OutputFileDestination, OutputFileUploadCondition,
    OutputFileUploadConfiguration,
};
use batchite_api::blob::{BlobName, ContainerName, container_url};
use batchite_api::time::TimeSpan;
use batchite_sim::Simulation;
use batchite_sim::config::SimConfig;
use batchite_sim::exec::{Command, Outcome};

use crate::bench::{Bench, code, shell};

fn container() -> ContainerName {
    ContainerName::parse("output").unwrap()
}

/// A bench beside a storage account, a handle on the account, and the URL of a container that can be written to.
async fn bench() -> (Bench, Arc<dyn BlobBackend>, String) {
    let config = SimConfig::new(1);
    let (account, start) = (config.storage_account.clone(), config.start);
    let blobs = Simulation::new(config, |executor| executor).blobs();
    let access = Access::SharedKey {
        account: account.name.clone(),
        key: account.key.clone(),
    };
    let store = blobs.connect(&account.endpoint, access).unwrap();
    store.create_container_if_missing(&container()).await.unwrap();
    let options = SasOptions::new(
        Permissions::of(&[Permission::Write]),
        start + TimeSpan::from_hours(1),
    );
    let token = sas::container_token(&account.name, &account.key, &container(), &options);
    let url = container_url(&account.endpoint, &container(), Some(&token));
    (Bench::with_blobs(HostOptions::default(), blobs), store, url)
}

fn task(script: &str, patterns: &[&str], url: &str) -> Command {
    let output = |pattern: &&str| OutputFile {
        file_pattern: (*pattern).to_owned(),
        destination: OutputFileDestination {
            container: Some(OutputFileBlobContainerDestination {
                path: Some("kept".to_owned()),
                container_url: url.into(),
                ..OutputFileBlobContainerDestination::default()
            }),
        },
        upload_options: OutputFileUploadConfiguration {
            upload_condition: OutputFileUploadCondition::TaskCompletion,
        },
    };
    Command {
        output_files: patterns.iter().map(output).collect(),
        ..shell("t", script)
    }
}

async fn text(store: &Arc<dyn BlobBackend>, blob: &str) -> Vec<u8> {
    let name = BlobName::parse(blob).unwrap();
    let download = store
        .get_blob(&container(), &name, None, &BlobConditions::default())
        .await
        .unwrap();
    download.body.collect(u64::MAX).await.unwrap().to_vec()
}

#[tokio::test]
async fn files_are_uploaded_when_the_program_has_ended() {
    let (mut bench, store, url) = bench().await;
    let script =
        "mkdir -p a/b; echo deep > a/b/x.txt; head -c 5000000 /dev/zero > large.bin; echo said; exit 3";
    let patterns = ["**/*.txt", "*.bin", "$AZ_BATCH_TASK_DIR/std*.txt"];
    let outcome = bench.run(&task(script, &patterns, &url)).await;
    assert_eq!(outcome, Outcome::Exited(3));
    assert_eq!(text(&store, "kept/a/b/x.txt").await, b"deep\n");
    assert_eq!(text(&store, "kept/large.bin").await, vec![0; 5_000_000]);
    assert_eq!(text(&store, "kept/stdout.txt").await, b"said\n");
    let log = bench.read("t", "fileuploadout.txt");
    assert!(log.contains("large.bin") && !log.contains("sig="), "{log}");
    assert_eq!(bench.read("t", "fileuploaderr.txt"), "");
}

#[tokio::test]
async fn a_link_that_leads_nowhere_is_no_file() {
    let (mut bench, store, url) = bench().await;
    let script = "echo a > a.txt; ln -s nowhere n.txt; echo z > z.txt";
    let outcome = bench.run(&task(script, &["**/*.txt"], &url)).await;
    assert_eq!(outcome, Outcome::Exited(0));
    assert_eq!(text(&store, "kept/a.txt").await, b"a\n");
    assert_eq!(text(&store, "kept/z.txt").await, b"z\n");
    assert_eq!(bench.read("t", "fileuploaderr.txt"), "");
}

#[tokio::test]
async fn what_lies_outside_is_not_uploaded() {
    let (mut bench, _, url) = bench().await;
    let secret = bench.outside().join("secret");
    std::fs::write(&secret, "secret").unwrap();
    let link = format!("ln -s {} link", secret.display());
    for (script, pattern) in [
        ("true", secret.to_str().unwrap()),
        ("true", "../../../../../../../secret"),
        (link.as_str(), "link"),
        ("rm -f link; ln -s /dev other", "other/null"),
    ] {
        let outcome = bench.run(&task(script, &[pattern], &url)).await;
        assert!(
            matches!(outcome, Outcome::UploadFailed { exit_code: 0, .. }),
            "{pattern}"
        );
        assert_eq!(code(outcome), "FileUploadMiscError", "{pattern}");
    }
}
