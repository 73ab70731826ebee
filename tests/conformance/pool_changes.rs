//! Changes of pools: which are taken when, and with what bounds.

use batchite_api::batch::{
    BatchNodeDisableSchedulingOptions, BatchNodeFillType, BatchNodeRebootOptions, BatchNodeRemoveOptions,
    BatchPool, BatchPoolEvaluateAutoScaleOptions, BatchPoolReplaceOptions, BatchPoolResizeOptions,
    BatchPoolUpdateOptions, BatchTaskSchedulingPolicy, UpgradeMode, UpgradePolicy,
};
use batchite_api::error::ErrorCode;
use batchite_api::time::TimeSpan;
use batchite_sim::config::{Latencies, SimConfig};

use crate::arms::{Arm, node_id, pool, pool_id, refused, request, resize_to, windows_pool};
use crate::autoscale::formula;
use crate::mounts::of_nfs;
use crate::recorded_properties::{network, port};
use crate::user_accounts::account;

fn without(nodes: Vec<String>) -> BatchNodeRemoveOptions {
    BatchNodeRemoveOptions {
        node_list: nodes,
        ..BatchNodeRemoveOptions::default()
    }
}

pub(crate) async fn a_pool_that_is_deleted_takes_no_changes(arm: &Arm) {
    for while_resizing in [true, false] {
        let arm = &arm.another(SimConfig::new(1).with_latencies(Latencies::azure()));
        let (batch, id) = (&arm.batch, pool_id("pool"));
        let mut options = pool("pool", 2);
        options.target_low_priority_nodes = Some(1);
        batch.create_pool(options, &request()).await.unwrap();
        if !while_resizing {
            arm.all_nodes("pool", "idle").await;
            arm.steady("pool").await;
        }
        batch.delete_pool(&id, &request()).await.unwrap();
        let gone = arm.pool("pool").await;
        assert_eq!(gone.state.as_str(), "deleting");
        assert_eq!(gone.allocation_state.as_ref().unwrap().as_str(), "resizing");
        assert_eq!(
            (gone.target_dedicated_nodes, gone.target_low_priority_nodes),
            (Some(0), Some(0))
        );
        let nodes = arm.nodes("pool").await;
        assert!(nodes.iter().all(|node| node.state.as_str() == "leavingpool"));
        let node = node_id(&nodes[0]);
        let code = &ErrorCode::PoolBeingDeleted;
        let update = BatchPoolUpdateOptions::default();
        refused(batch.update_pool(&id, update, &request()).await, code);
        let replace = BatchPoolReplaceOptions::default();
        refused(
            batch.replace_pool_properties(&id, replace, &request()).await,
            code,
        );
        refused(batch.resize_pool(&id, resize_to(5), &request()).await, code);
        refused(batch.stop_pool_resize(&id, &request()).await, code);
        let remove = without(vec![node.to_string()]);
        refused(batch.remove_nodes(&id, remove, &request()).await, code);
        let enable = formula("$TargetDedicatedNodes = 1");
        refused(batch.enable_pool_auto_scale(&id, enable, &request()).await, code);
        refused(batch.disable_pool_auto_scale(&id, &request()).await, code);
        let evaluate = BatchPoolEvaluateAutoScaleOptions {
            auto_scale_formula: "$TargetDedicatedNodes = 1".to_owned(),
        };
        refused(
            batch.evaluate_pool_auto_scale(&id, evaluate, &request()).await,
            code,
        );
        let reboot = BatchNodeRebootOptions::default();
        refused(batch.reboot_node(&id, &node, reboot, &request()).await, code);
        let disable = BatchNodeDisableSchedulingOptions::default();
        let refusal = batch
            .disable_node_scheduling(&id, &node, disable, &request())
            .await;
        refused(refusal, code);
        refused(batch.delete_pool(&id, &request()).await, code);
        assert_eq!(arm.pool("pool").await, gone);
        arm.until(async || !batch.pool_exists(&id, &request()).await.unwrap())
            .await;
    }
}

/// A property, a change of it, and whether a pool shows that change.
type Change = (
    &'static str,
    fn(&mut BatchPoolUpdateOptions),
    fn(&BatchPool) -> bool,
);

const OF_EMPTY_POOLS: [Change; 10] = [
    (
        "displayName",
        |update| update.display_name = Some("another".to_owned()),
        |pool| pool.display_name.as_deref() == Some("another"),
    ),
    (
        "vmSize",
        |update| update.vm_size = Some("standard_d4s_v3".to_owned()),
        |pool| pool.vm_size == "standard_d4s_v3",
    ),
    (
        "taskSlotsPerNode",
        |update| update.task_slots_per_node = Some(3),
        |pool| pool.task_slots_per_node == Some(3),
    ),
    (
        "taskSchedulingPolicy",
        |update| {
            update.task_scheduling_policy = Some(BatchTaskSchedulingPolicy {
                node_fill_type: BatchNodeFillType::Pack,
                ..BatchTaskSchedulingPolicy::default()
            });
        },
        |pool| {
            let policy = pool.task_scheduling_policy.as_ref();
            policy.is_some_and(|policy| policy.node_fill_type == BatchNodeFillType::Pack)
        },
    ),
    (
        "enableInterNodeCommunication",
        |update| update.enable_inter_node_communication = Some(true),
        |pool| pool.enable_inter_node_communication == Some(true),
    ),
    (
        "networkConfiguration",
        |update| update.network_configuration = Some(network(vec![port("web", 80, 15_000)])),
        |pool| pool.network_configuration == Some(network(vec![port("web", 80, 15_000)])),
    ),
    (
        "userAccounts",
        |update| update.user_accounts = Some(vec![account("alice")]),
        |pool| pool.user_accounts.iter().any(|account| account.name == "alice"),
    ),
    (
        "mountConfiguration",
        |update| update.mount_configuration = Some(vec![of_nfs("data")]),
        |pool| pool.mount_configuration == [of_nfs("data")],
    ),
    (
        "upgradePolicy",
        |update| {
            update.upgrade_policy = Some(UpgradePolicy {
                mode: UpgradeMode::Manual,
                ..UpgradePolicy::default()
            });
        },
        |pool| {
            let policy = pool.upgrade_policy.as_ref();
            policy.is_some_and(|policy| policy.mode == UpgradeMode::Manual)
        },
    ),
    // The last, since accounts and mounts are those of Linux.
    (
        "virtualMachineConfiguration",
        |update| {
            let mut machine = windows_pool("pool", 0).virtual_machine_configuration;
            if let Some(machine) = &mut machine {
                machine.license_type = Some("Windows_Server".to_owned());
            }
            update.virtual_machine_configuration = machine;
            update.mount_configuration = Some(Vec::new());
        },
        |pool| {
            let machine = pool.virtual_machine_configuration.as_ref();
            machine.is_some_and(|machine| machine.license_type.as_deref() == Some("Windows_Server"))
        },
    ),
];

pub(crate) async fn only_an_empty_pool_changes_its_kind(arm: &Arm) {
    let (batch, full, empty) = (&arm.batch, pool_id("full"), pool_id("empty"));
    arm.ready(pool("full", 1), "job").await;
    arm.steady("full").await;
    batch.create_pool(pool("empty", 0), &request()).await.unwrap();
    let before = arm.pool("full").await;
    for (property, change, is_shown) in OF_EMPTY_POOLS {
        let mut update = BatchPoolUpdateOptions::default();
        change(&mut update);
        let refusal = batch.update_pool(&full, update.clone(), &request()).await;
        let refusal = refused(refusal, &ErrorCode::OperationInvalidForCurrentState);
        assert_eq!(refusal.status(), 409, "{property}");
        if update.mount_configuration != Some(Vec::new()) {
            assert_eq!(refusal.detail("PropertyName"), Some(property));
        }
        assert!(!is_shown(&arm.pool("empty").await), "{property}");
        let changed = batch.update_pool(&empty, update, &request()).await;
        assert!(changed.is_ok(), "{property}: {changed:?}");
        assert!(is_shown(&arm.pool("empty").await), "{property}");
    }
    assert_eq!(arm.pool("full").await, before);
}

pub(crate) async fn resizes_and_removals_have_bounds(arm: &Arm) {
    arm.ready(pool("pool", 2), "job").await;
    arm.steady("pool").await;
    let (batch, id) = (&arm.batch, pool_id("pool"));
    let before = arm.nodes("pool").await;
    let short = Some(TimeSpan::from_seconds(299));
    let resize = |timeout| BatchPoolResizeOptions {
        resize_timeout: timeout,
        ..resize_to(1)
    };
    let remove = |timeout| BatchNodeRemoveOptions {
        resize_timeout: timeout,
        ..without(vec![before[0].id.clone()])
    };
    let invalid = &ErrorCode::InvalidPropertyValue;
    let refusal = refused(batch.resize_pool(&id, resize(short), &request()).await, invalid);
    assert_eq!(
        (refusal.detail("PropertyName"), refusal.status()),
        (Some("resizeTimeout"), 400)
    );
    let refusal = refused(batch.remove_nodes(&id, remove(short), &request()).await, invalid);
    assert_eq!(refusal.detail("PropertyName"), Some("resizeTimeout"));
    let nothing = batch.remove_nodes(&id, without(Vec::new()), &request()).await;
    let nothing = refused(nothing, &ErrorCode::MissingRequiredProperty);
    assert_eq!(
        (nothing.detail("PropertyName"), nothing.status()),
        (Some("nodeList"), 400)
    );
    assert_eq!(arm.nodes("pool").await, before);
    let shortest = Some(TimeSpan::from_minutes(5));
    batch
        .remove_nodes(&id, remove(shortest), &request())
        .await
        .unwrap();
    assert_eq!(arm.pool("pool").await.resize_timeout, shortest);
    // The pool has to be steady for the next one.
    let early = batch.remove_nodes(&id, remove(None), &request()).await;
    assert_eq!(refused(early, &ErrorCode::PoolBeingResized).status(), 409);
    arm.steady("pool").await;
    batch
        .resize_pool(&id, resize(shortest), &request())
        .await
        .unwrap();
    arm.steady("pool").await;
    // Nothing said is a quarter of an hour.
    batch.resize_pool(&id, resize(None), &request()).await.unwrap();
    let shown = arm.pool("pool").await.resize_timeout;
    assert_eq!(shown, Some(TimeSpan::from_minutes(15)));
}
