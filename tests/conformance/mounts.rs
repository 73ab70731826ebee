//! File systems of pools: checked, kept and shown; nothing is mounted.

use batchite_api::batch::{
    AzureBlobFileSystemConfiguration, AzureFileShareConfiguration, BatchNodeIdentityReference,
    BatchPoolCreateOptions, BatchPoolUpdateOptions, CifsMountConfiguration, MountConfiguration,
    NfsMountConfiguration,
};
use batchite_api::error::ErrorCode;
use batchite_api::secret::Secret;

use crate::arms::{Arm, pool, pool_id, refused, request, task, windows_pool};

const KEY: &str = "c2VjcmV0";

fn blobs(path: &str) -> AzureBlobFileSystemConfiguration {
    AzureBlobFileSystemConfiguration {
        account_name: "devstoreaccount1".to_owned(),
        container_name: "data".to_owned(),
        account_key: Some(KEY.into()),
        relative_mount_path: path.to_owned(),
        ..AzureBlobFileSystemConfiguration::default()
    }
}

fn of_blobs(blobs: AzureBlobFileSystemConfiguration) -> MountConfiguration {
    MountConfiguration {
        azure_blob_file_system_configuration: Some(blobs),
        ..MountConfiguration::default()
    }
}

fn of_share(path: &str) -> MountConfiguration {
    MountConfiguration {
        azure_file_share_configuration: Some(AzureFileShareConfiguration {
            account_name: "files".to_owned(),
            account_key: KEY.into(),
            azure_file_url: "https://files.file.core.windows.net/share".to_owned(),
            relative_mount_path: path.to_owned(),
            mount_options: None,
        }),
        ..MountConfiguration::default()
    }
}

fn of_cifs(path: &str) -> MountConfiguration {
    MountConfiguration {
        cifs_mount_configuration: Some(CifsMountConfiguration {
            username: "user".to_owned(),
            source: "//server/share".to_owned(),
            relative_mount_path: path.to_owned(),
            mount_options: Some("vers=3.0".to_owned()),
            password: KEY.into(),
        }),
        ..MountConfiguration::default()
    }
}

pub(crate) fn of_nfs(path: &str) -> MountConfiguration {
    MountConfiguration {
        nfs_mount_configuration: Some(NfsMountConfiguration {
            source: "server:/export".to_owned(),
            relative_mount_path: path.to_owned(),
            mount_options: None,
        }),
        ..MountConfiguration::default()
    }
}

fn with(mounts: Vec<MountConfiguration>) -> BatchPoolCreateOptions {
    BatchPoolCreateOptions {
        mount_configuration: mounts,
        ..pool("pool", 0)
    }
}

pub(crate) async fn mounts_are_shown_without_their_secrets(arm: &Arm) {
    let batch = &arm.batch;
    let mut by_identity = blobs("identified");
    by_identity.account_key = None;
    by_identity.identity_reference = Some(BatchNodeIdentityReference {
        resource_id: Some("/subscriptions/s/identities/i".to_owned()),
    });
    let mounts = vec![
        of_blobs(blobs("blobs")),
        of_share("share"),
        of_cifs("cifs"),
        of_nfs("deep/nfs"),
        of_blobs(by_identity),
    ];
    let mut shown = mounts.clone();
    if let Some(blobs) = &mut shown[0].azure_blob_file_system_configuration {
        blobs.account_key = None;
    }
    if let Some(share) = &mut shown[1].azure_file_share_configuration {
        share.account_key = Secret::default();
    }
    if let Some(cifs) = &mut shown[2].cifs_mount_configuration {
        cifs.password = Secret::default();
    }
    batch.create_pool(with(mounts), &request()).await.unwrap();
    assert_eq!(arm.pool("pool").await.mount_configuration, shown);
    arm.until(async || arm.pool("pool").await.allocation_state.unwrap().as_str() == "steady")
        .await;
    let update = |mounts| BatchPoolUpdateOptions {
        mount_configuration: Some(mounts),
        ..BatchPoolUpdateOptions::default()
    };
    let id = pool_id("pool");
    let refusal = batch
        .update_pool(&id, update(vec![of_nfs("a"), of_nfs("A")]), &request())
        .await;
    refused(refusal, &ErrorCode::InvalidPropertyValue);
    assert_eq!(arm.pool("pool").await.mount_configuration, shown);
    batch
        .update_pool(&id, update(vec![of_nfs("only")]), &request())
        .await
        .unwrap();
    assert_eq!(arm.pool("pool").await.mount_configuration, [of_nfs("only")]);
}

pub(crate) async fn tasks_are_told_the_place_of_mounts_and_find_nothing(arm: &Arm) {
    let options = BatchPoolCreateOptions {
        target_dedicated_nodes: Some(1),
        ..with(vec![of_blobs(blobs("blobs"))])
    };
    arm.ready(options, "job").await;
    arm.run("job", task("told", "/bin/sh -c 'echo $AZ_BATCH_NODE_MOUNTS_DIR'"))
        .await;
    let told = arm.stdout("job", "told").await;
    arm.run(
        "job",
        task("root", "/bin/sh -c 'echo $AZ_BATCH_NODE_ROOT_DIR/fsmounts'"),
    )
    .await;
    assert_eq!(told, arm.stdout("job", "root").await);
    // A task that looks for its file system is told that there is none, rather than finding it empty.
    let looking = task(
        "looking",
        "/bin/sh -c 'ls $AZ_BATCH_NODE_MOUNTS_DIR; cat $AZ_BATCH_NODE_MOUNTS_DIR/blobs/x'",
    );
    let info = arm.run("job", looking).await.execution_info.unwrap();
    assert_eq!(info.exit_code, Some(1));
    assert_eq!(arm.stdout("job", "looking").await, "");
}

pub(crate) async fn wrong_mounts_are_refused(arm: &Arm) {
    let batch = &arm.batch;
    let eleven = (0..11).map(|at| of_nfs(&format!("m{at}"))).collect();
    let both = MountConfiguration {
        nfs_mount_configuration: of_nfs("a").nfs_mount_configuration,
        ..of_share("a")
    };
    let changed = |change: fn(&mut AzureBlobFileSystemConfiguration)| {
        let mut mount = blobs("a");
        change(&mut mount);
        vec![of_blobs(mount)]
    };
    let mut addressed = of_share("a");
    if let Some(share) = &mut addressed.azure_file_share_configuration {
        share.azure_file_url = "files.file.core.windows.net/share".to_owned();
    }
    let invalid: Vec<(Vec<MountConfiguration>, &str)> = vec![
        (eleven, "mountConfiguration"),
        (vec![both], "mountConfiguration"),
        (vec![MountConfiguration::default()], "mountConfiguration"),
        (vec![of_nfs("a"), of_cifs("./a")], "relativeMountPath"),
        (vec![of_nfs("a"), of_cifs("a/")], "relativeMountPath"),
        (vec![of_nfs("../a")], "relativeMountPath"),
        (vec![of_nfs("/a")], "relativeMountPath"),
        (vec![of_nfs("a\\..\\..\\b")], "relativeMountPath"),
        (vec![of_nfs("/")], "relativeMountPath"),
        (vec![addressed], "azureFileUrl"),
        (
            changed(|blobs| blobs.account_name = "No".to_owned()),
            "accountName",
        ),
        (
            changed(|blobs| blobs.container_name = "No".to_owned()),
            "containerName",
        ),
        (
            changed(|blobs| blobs.account_key = None),
            "azureBlobFileSystemConfiguration",
        ),
        (
            changed(|blobs| blobs.sas_key = Some(KEY.into())),
            "azureBlobFileSystemConfiguration",
        ),
    ];
    for (mounts, property) in invalid {
        let refusal = batch.create_pool(with(mounts), &request()).await;
        let refusal = refused(refusal, &ErrorCode::InvalidPropertyValue);
        assert_eq!(refusal.detail("PropertyName"), Some(property));
        assert!(!format!("{refusal:?}").contains(KEY));
    }
}

pub(crate) async fn mounts_have_to_be_complete(arm: &Arm) {
    let batch = &arm.batch;
    let mut without_password = of_cifs("a");
    if let Some(cifs) = &mut without_password.cifs_mount_configuration {
        cifs.password = Secret::default();
    }
    let mut without_source = of_nfs("a");
    if let Some(nfs) = &mut without_source.nfs_mount_configuration {
        nfs.source.clear();
    }
    for (mount, property) in [
        (without_password, "password"),
        (without_source, "source"),
        (of_nfs(""), "relativeMountPath"),
    ] {
        let refusal = batch.create_pool(with(vec![mount]), &request()).await;
        let refusal = refused(refusal, &ErrorCode::MissingRequiredProperty);
        assert_eq!(refusal.detail("PropertyName"), Some(property));
    }
}

pub(crate) async fn windows_mounts_shares_of_azure_files_alone(arm: &Arm) {
    let batch = &arm.batch;
    let on_windows = |mount| BatchPoolCreateOptions {
        mount_configuration: vec![mount],
        ..windows_pool("windows", 0)
    };
    for mount in [of_blobs(blobs("a")), of_nfs("a"), of_cifs("a")] {
        let refusal = batch.create_pool(on_windows(mount), &request()).await;
        refused(refusal, &ErrorCode::InvalidPropertyValue);
    }
    batch
        .create_pool(on_windows(of_share("S")), &request())
        .await
        .unwrap();
}
