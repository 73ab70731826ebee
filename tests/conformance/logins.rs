//! Who may log in on a node and where, what is installed there, and the log of its agent.

use batchite_api::auth::Access;
use batchite_api::auth::sas::{self, Permission, Permissions, SasOptions};
use batchite_api::backend::{BlobBackendExt, BlobConditions, ListOptions};
use batchite_api::batch::{
    BatchNodeDeallocateOptions, BatchNodeUserCreateOptions, BatchNodeUserReplaceOptions,
    BatchPoolCreateOptions, UploadBatchServiceLogsOptions, VMExtension,
};
use batchite_api::blob::{ContainerName, ListBlobsOptions, container_url};
use batchite_api::error::ErrorCode;
use batchite_api::ids::NodeId;
use batchite_api::secret::Secret;
use batchite_api::time::TimeSpan;
use batchite_sim::config::{Latencies, SimConfig};

use crate::arms::{Arm, all, node_id, pool, pool_id, refused, request, task, windows_pool};

const KEY: &str = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQ== me@home";

fn user(name: &str) -> BatchNodeUserCreateOptions {
    BatchNodeUserCreateOptions {
        name: name.to_owned(),
        password: Some(Secret::new("not for the trace")),
        ..BatchNodeUserCreateOptions::default()
    }
}

async fn the_node(arm: &Arm) -> NodeId {
    node_id(&arm.nodes("pool").await[0])
}

/// Makes a user; the refusal has to be about the property.
async fn wrong(arm: &Arm, node: &NodeId, user: BatchNodeUserCreateOptions, code: &ErrorCode, property: &str) {
    let refusal = arm
        .batch
        .create_node_user(&pool_id("pool"), node, user, &request())
        .await;
    assert_eq!(refused(refusal, code).detail("PropertyName"), Some(property));
}

pub(crate) async fn users_of_a_node_are_made_changed_and_deleted(arm: &Arm) {
    arm.ready(pool("pool", 1), "job").await;
    let (id, batch, node) = (pool_id("pool"), &arm.batch, the_node(arm).await);
    let create = async |name| batch.create_node_user(&id, &node, user(name), &request()).await;
    let delete = async |name| batch.delete_node_user(&id, &node, name, &request()).await;
    let by_key = BatchNodeUserReplaceOptions {
        ssh_public_key: Some(KEY.to_owned()),
        ..BatchNodeUserReplaceOptions::default()
    };
    let replace = async |name| {
        batch
            .replace_node_user(&id, &node, name, by_key.clone(), &request())
            .await
    };
    refused(replace("me").await, &ErrorCode::NodeUserNotFound);
    refused(delete("me").await, &ErrorCode::NodeUserNotFound);
    create("me").await.unwrap();
    refused(create("me").await, &ErrorCode::NodeUserExists);
    // Linux tells upper case from lower case.
    create("Me").await.unwrap();
    replace("me").await.unwrap();
    delete("me").await.unwrap();
    refused(delete("me").await, &ErrorCode::NodeUserNotFound);
    // A day later, to the end of that day, a user is gone by itself.
    arm.clock.sleep(TimeSpan::from_hours(23)).await;
    refused(create("Me").await, &ErrorCode::NodeUserExists);
    arm.clock.sleep(TimeSpan::from_hours(25)).await;
    refused(replace("Me").await, &ErrorCode::NodeUserNotFound);
    create("Me").await.unwrap();
}

pub(crate) async fn wrong_users_are_refused(arm: &Arm) {
    arm.ready(pool("pool", 1), "job").await;
    let node = the_node(arm).await;
    let (bad, missing) = (
        &ErrorCode::InvalidPropertyValue,
        &ErrorCode::MissingRequiredProperty,
    );
    wrong(arm, &node, user(""), missing, "name").await;
    wrong(arm, &node, user("a-name-of-21-letters-"), bad, "name").await;
    wrong(arm, &node, user("a name"), bad, "name").await;
    let without = BatchNodeUserCreateOptions {
        password: None,
        ..user("me")
    };
    wrong(arm, &node, without.clone(), missing, "password").await;
    let odd_key = BatchNodeUserCreateOptions {
        ssh_public_key: Some("my key".to_owned()),
        ..without.clone()
    };
    wrong(arm, &node, odd_key, bad, "sshPublicKey").await;
    let past = BatchNodeUserCreateOptions {
        expiry_time: Some(arm.clock.now()),
        ..user("me")
    };
    wrong(arm, &node, past, bad, "expiryTime").await;
    let nowhere = NodeId::parse("none").unwrap();
    let refusal = arm
        .batch
        .create_node_user(&pool_id("pool"), &nowhere, user("me"), &request())
        .await;
    refused(refusal, &ErrorCode::NodeNotFound);
    // Only while the node is idle or running, and what was made goes with its disk.
    let make = async || {
        arm.batch
            .create_node_user(&pool_id("pool"), &node, user("me"), &request())
            .await
    };
    make().await.unwrap();
    let deallocate = BatchNodeDeallocateOptions::default();
    arm.batch
        .deallocate_node(&pool_id("pool"), &node, deallocate, &request())
        .await
        .unwrap();
    refused(make().await, &ErrorCode::OperationInvalidForCurrentState);
    arm.until(async || arm.nodes("pool").await[0].state.as_str() == "deallocated")
        .await;
    arm.batch
        .start_node(&pool_id("pool"), &node, &request())
        .await
        .unwrap();
    refused(make().await, &ErrorCode::NodeBeingStarted);
    arm.until(async || arm.nodes("pool").await[0].state.as_str() == "idle")
        .await;
    make().await.unwrap();
}

pub(crate) async fn users_of_windows_nodes_have_passwords(arm: &Arm) {
    arm.ready(windows_pool("pool", 1), "job").await;
    let node = the_node(arm).await;
    let by_key = BatchNodeUserCreateOptions {
        ssh_public_key: Some(KEY.to_owned()),
        ..user("me")
    };
    wrong(
        arm,
        &node,
        by_key,
        &ErrorCode::InvalidPropertyValue,
        "sshPublicKey",
    )
    .await;
    let make = async |name| {
        arm.batch
            .create_node_user(&pool_id("pool"), &node, user(name), &request())
            .await
    };
    make("me").await.unwrap();
    refused(make("ME").await, &ErrorCode::NodeUserExists);
}

pub(crate) async fn every_node_has_its_own_place_to_log_in(arm: &Arm) {
    arm.ready(pool("pool", 3), "job").await;
    let mut places = std::collections::BTreeSet::new();
    for node in arm.nodes("pool").await {
        let settings = async || {
            arm.batch
                .get_node_remote_login_settings(&pool_id("pool"), &node_id(&node), &request())
                .await
                .unwrap()
        };
        let place = settings().await;
        assert_eq!(place, settings().await);
        assert!((50_000..55_000).contains(&place.remote_login_port));
        places.insert((place.remote_login_ip_address, place.remote_login_port));
    }
    assert_eq!(places.len(), 3);
    let arm = &arm.another(SimConfig::new(1).with_latencies(Latencies::azure()));
    arm.batch.create_pool(pool("pool", 1), &request()).await.unwrap();
    let creating = arm
        .batch
        .get_node_remote_login_settings(&pool_id("pool"), &the_node(arm).await, &request())
        .await;
    refused(creating, &ErrorCode::NodeBeingCreated);
}

fn extension(name: &str) -> VMExtension {
    VMExtension {
        name: name.to_owned(),
        publisher: "Microsoft.Azure.Monitor".to_owned(),
        r#type: "AzureMonitorLinuxAgent".to_owned(),
        protected_settings: Some([("key".to_owned(), "hidden".into())].into()),
        ..VMExtension::default()
    }
}

fn with_extensions(extensions: Vec<VMExtension>) -> BatchPoolCreateOptions {
    let mut options = pool("pool", 1);
    if let Some(machine) = &mut options.virtual_machine_configuration {
        machine.extensions = extensions;
    }
    options
}

pub(crate) async fn extensions_of_the_pool_are_on_its_nodes(arm: &Arm) {
    arm.ready(
        with_extensions(vec![extension("first"), extension("second")]),
        "job",
    )
    .await;
    let (id, node) = (pool_id("pool"), the_node(arm).await);
    let one_a_page = ListOptions {
        max_results: Some(1),
        ..all()
    };
    let page = arm
        .batch
        .list_node_extensions(&id, &node, &one_a_page)
        .await
        .unwrap();
    assert_eq!((page.items.len(), page.continuation.is_some()), (1, true));
    let second = arm
        .batch
        .get_node_extension(&id, &node, "second", &request())
        .await
        .unwrap();
    assert_eq!(second.provisioning_state.as_deref(), Some("Succeeded"));
    let shown = second.vm_extension.unwrap();
    assert_eq!((shown.name.as_str(), shown.protected_settings), ("second", None));
    assert_eq!(second.instance_view.unwrap().statuses.len(), 1);
    let machine = arm.pool("pool").await.virtual_machine_configuration.unwrap();
    assert_eq!(machine.extensions[0].protected_settings, None);
    let missing = arm
        .batch
        .get_node_extension(&id, &node, "third", &request())
        .await;
    refused(missing, &ErrorCode::ResourceNotFound);
}

pub(crate) async fn wrong_extensions_are_refused(arm: &Arm) {
    let unnamed = extension("");
    let after = VMExtension {
        provision_after_extensions: vec!["nobody".to_owned()],
        ..extension("one")
    };
    let cases = [
        (vec![unnamed], ErrorCode::MissingRequiredProperty, "name"),
        (
            vec![extension("one"), extension("one")],
            ErrorCode::InvalidPropertyValue,
            "extensions",
        ),
        (
            vec![after],
            ErrorCode::InvalidPropertyValue,
            "provisionAfterExtensions",
        ),
    ];
    for (extensions, code, property) in cases {
        let made = arm
            .batch
            .create_pool(with_extensions(extensions), &request())
            .await;
        assert_eq!(refused(made, &code).detail("PropertyName"), Some(property));
    }
}

fn logs() -> ContainerName {
    ContainerName::parse("logs").unwrap()
}

/// The URL of the container with a token for it.
fn url(arm: &Arm, permission: Permission) -> String {
    let account = &arm.storage;
    let options = SasOptions::new(
        Permissions::of(&[permission]),
        arm.clock.now() + TimeSpan::from_hours(1),
    );
    let token = sas::container_token(&account.name, &account.key, &logs(), &options);
    container_url(&account.endpoint, &logs(), Some(&token))
}

/// Whether a directory of logs is named as the service names that of a node.
#[track_caller]
fn is_of_node(directory: &str, node: &str) {
    let parts: Vec<&str> = directory.split('/').collect();
    let ["pool", node_of_logs, _] = parts[1..] else {
        panic!("{directory}");
    };
    assert_eq!(node_of_logs, node);
    let account = parts[0]
        .strip_prefix("batch-")
        .expect("the directory of the account");
    let is_hex = |digit: char| digit.is_ascii_digit() || ('A'..='F').contains(&digit);
    assert!(account.len() == 16 && account.chars().all(is_hex), "{directory}");
}

pub(crate) async fn the_log_of_a_node_goes_to_a_container(arm: &Arm) {
    arm.ready(pool("pool", 1), "job").await;
    arm.run("job", task("t", "/bin/true")).await;
    let (id, node) = (pool_id("pool"), the_node(arm).await);
    let account = &arm.storage;
    let access = Access::SharedKey {
        account: account.name.clone(),
        key: account.key.clone(),
    };
    let handle = arm.blobs.connect(&account.endpoint, access).unwrap();
    handle.create_container_if_missing(&logs()).await.unwrap();
    let beginning = arm.nodes("pool").await[0].allocation_time;
    let asked = |url: String| UploadBatchServiceLogsOptions {
        container_url: url.into(),
        start_time: beginning,
        ..UploadBatchServiceLogsOptions::default()
    };
    let upload = async |options| arm.batch.upload_node_logs(&id, &node, options, &request()).await;
    let result = upload(asked(url(arm, Permission::Write))).await.unwrap();
    assert_eq!(result.number_of_files_uploaded, 1);
    is_of_node(&result.virtual_directory_name, node.as_str());
    let listed = handle
        .list_blobs(&logs(), &ListBlobsOptions::default())
        .await
        .unwrap();
    let blobs: Vec<_> = listed.blobs().map(|blob| blob.name.clone()).collect();
    assert_eq!(blobs.len(), 1);
    assert!(blobs[0].as_str().starts_with(&result.virtual_directory_name));
    let log = handle
        .get_blob(&logs(), &blobs[0], None, &BlobConditions::default())
        .await
        .unwrap();
    let log = String::from_utf8(log.body.collect(1 << 20).await.unwrap().to_vec()).unwrap();
    assert!(
        log.contains("node: starting -> idle") && log.contains("task job/t"),
        "{log}"
    );
    // A second upload has a directory of its own.
    let again = upload(asked(url(arm, Permission::Write))).await.unwrap();
    assert_ne!(again.virtual_directory_name, result.virtual_directory_name);

    let bad = &ErrorCode::InvalidPropertyValue;
    let refusal = refused(upload(asked(url(arm, Permission::Read))).await, bad);
    assert_eq!(refusal.detail("PropertyName"), Some("containerUrl"));
    assert!(
        refusal
            .detail("Reason")
            .unwrap()
            .contains("AuthorizationPermissionMismatch")
    );
    refused(upload(asked("not a URL".to_owned())).await, bad);
    refused(
        upload(asked(String::new())).await,
        &ErrorCode::MissingRequiredProperty,
    );
    let backwards = UploadBatchServiceLogsOptions {
        end_time: Some(batchite_api::time::Timestamp::UNIX_EPOCH),
        ..asked(url(arm, Permission::Write))
    };
    assert_eq!(
        refused(upload(backwards).await, bad).detail("PropertyName"),
        Some("endTime")
    );
    let mut without_start = asked(url(arm, Permission::Write));
    without_start.start_time = batchite_api::time::Timestamp::default();
    refused(upload(without_start).await, &ErrorCode::MissingRequiredProperty);
}
