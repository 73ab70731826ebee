//! Operating systems of nodes that the platform upgrades, where their pools ask for it.

use batchite_api::batch::{
    AutomaticOsUpgradePolicy, BatchNodeRebootOptions, BatchNodeRemoveOptions, BatchPoolCreateOptions,
    BatchStartTask, UpgradeMode, UpgradePolicy,
};
use batchite_api::error::ErrorCode;
use batchite_api::time::TimeSpan;
use serde_json::json;

use crate::arms::{Arm, all, job, node_id, pool, pool_id, refused, request, task};
use crate::faults::inject;

/// A pool whose nodes follow new images by themselves.
fn upgraded_pool(nodes: i32, deferral: bool) -> BatchPoolCreateOptions {
    BatchPoolCreateOptions {
        upgrade_policy: Some(UpgradePolicy {
            mode: UpgradeMode::Automatic,
            automatic_os_upgrade_policy: Some(AutomaticOsUpgradePolicy {
                enable_automatic_os_upgrade: Some(true),
                os_rolling_upgrade_deferral: Some(deferral),
                ..AutomaticOsUpgradePolicy::default()
            }),
            rolling_upgrade_policy: None,
        }),
        ..pool("pool", nodes)
    }
}

async fn state(arm: &Arm) -> String {
    arm.nodes("pool").await[0].state.to_string()
}

fn struck(arm: &Arm) -> u64 {
    let shared = arm.simulation.shared();
    let world = shared.enter();
    world.faults().iter().map(|fault| fault.struck).sum()
}

pub(crate) async fn a_node_is_upgraded_and_starts_again(arm: &Arm) {
    let mut options = upgraded_pool(2, false);
    options.start_task = Some(BatchStartTask {
        command_line: "/bin/sh -c 'echo started'".into(),
        ..BatchStartTask::default()
    });
    arm.ready(options, "job").await;
    arm.run("job", task("before", "/bin/sh -c 'echo kept'")).await;
    let before = arm.nodes("pool").await;
    inject(
        arm,
        json!({"kind": "operatingSystemUpgraded", "pool": "po*", "node": 1, "takes": "PT5M"}),
    );
    arm.until(async || {
        arm.nodes("pool")
            .await
            .iter()
            .any(|node| node.state.as_str() == "upgradingos")
    })
    .await;
    let counts = arm.batch.list_pool_node_counts(&all()).await.unwrap().items;
    let dedicated = counts[0].dedicated.clone().unwrap();
    assert_eq!(
        (dedicated.upgrading_os, dedicated.idle, dedicated.total),
        (1, 1, 2)
    );
    let upgraded = arm.nodes("pool").await;
    let at = upgraded
        .iter()
        .position(|node| node.state.as_str() == "upgradingos");
    let (before, upgraded) = (&before[at.unwrap()], &upgraded[at.unwrap()]);
    // What is being upgraded cannot be asked for anything else.
    let node = node_id(upgraded);
    let reboot = BatchNodeRebootOptions::default();
    let refusal = arm
        .batch
        .reboot_node(&pool_id("pool"), &node, reboot, &request())
        .await;
    refused(refusal, &ErrorCode::OperationInvalidForCurrentState);
    arm.clock.sleep(TimeSpan::from_minutes(6)).await;
    let after = arm.nodes("pool").await.swap_remove(at.unwrap());
    assert_eq!((after.state.as_str(), &after.id), ("idle", &before.id));
    assert_eq!(after.allocation_time, before.allocation_time);
    let booted = after.last_boot_time.unwrap() - before.last_boot_time.unwrap();
    assert!(booted >= TimeSpan::from_minutes(5));
    let started = |node: &batchite_api::batch::BatchNode| node.start_task_info.as_ref().unwrap().start_time;
    assert!(started(&after) > started(before), "the start task has run again");
    assert_eq!(arm.stdout("job", "before").await, "kept\n", "its disk has stayed");
    assert_eq!(struck(arm), 1);
}

pub(crate) async fn tasks_of_a_node_that_is_upgraded_wait_again(arm: &Arm) {
    arm.ready(upgraded_pool(1, false), "job").await;
    arm.add("job", task("t", "sleep 600")).await;
    arm.task_in("job", "t", "running").await;
    inject(arm, json!({"kind": "operatingSystemUpgraded"}));
    arm.until(async || state(arm).await == "upgradingos").await;
    assert_eq!(arm.task("job", "t").await.state.as_str(), "active");
    arm.clock.sleep(TimeSpan::from_minutes(10)).await;
    assert_eq!(arm.task("job", "t").await.state.as_str(), "running");
    let info = arm.task_in("job", "t", "completed").await.execution_info.unwrap();
    assert_eq!(
        (info.exit_code, info.retry_count, info.requeue_count),
        (Some(0), 0, 0)
    );
}

pub(crate) async fn a_deferred_upgrade_waits_for_the_tasks_of_its_node(arm: &Arm) {
    arm.ready(upgraded_pool(1, true), "job").await;
    arm.add("job", task("t", "sleep 600")).await;
    arm.task_in("job", "t", "running").await;
    inject(arm, json!({"kind": "operatingSystemUpgraded", "after": "PT1M"}));
    arm.clock.sleep(TimeSpan::from_minutes(2)).await;
    arm.add("job", task("next", "/bin/true")).await;
    assert_eq!((state(arm).await.as_str(), struck(arm)), ("running", 1));
    // It takes no more tasks, and nothing else can be asked of it.
    let node = node_id(&arm.nodes("pool").await[0]);
    let reboot = BatchNodeRebootOptions::default();
    let refusal = arm
        .batch
        .reboot_node(&pool_id("pool"), &node, reboot, &request())
        .await;
    refused(refusal, &ErrorCode::OperationInvalidForCurrentState);
    let info = arm.task_in("job", "t", "completed").await.execution_info.unwrap();
    assert_eq!((info.exit_code, info.requeue_count), (Some(0), 0));
    assert_eq!(state(arm).await, "upgradingos");
    assert_eq!(arm.task("job", "next").await.state.as_str(), "active");
    arm.task_in("job", "next", "completed").await;
    assert_eq!(state(arm).await, "idle");
}

pub(crate) async fn an_idle_node_is_not_deferred_and_may_be_removed(arm: &Arm) {
    arm.ready(upgraded_pool(1, true), "job").await;
    inject(arm, json!({"kind": "operatingSystemUpgraded"}));
    arm.until(async || state(arm).await == "upgradingos").await;
    let remove = BatchNodeRemoveOptions {
        node_list: vec![arm.nodes("pool").await[0].id.clone()],
        ..BatchNodeRemoveOptions::default()
    };
    let removed = arm.batch.remove_nodes(&pool_id("pool"), remove, &request()).await;
    removed.unwrap();
    arm.until(async || arm.nodes("pool").await.is_empty()).await;
    arm.clock.sleep(TimeSpan::from_minutes(20)).await;
    assert!(arm.nodes("pool").await.is_empty(), "it does not come back");
}

pub(crate) async fn pools_that_do_not_ask_for_it_are_not_upgraded(arm: &Arm) {
    let with = |id: &str, change: &dyn Fn(&mut BatchPoolCreateOptions)| {
        let mut options = upgraded_pool(1, false);
        id.clone_into(&mut options.id);
        change(&mut options);
        options
    };
    let policy = |options: &mut BatchPoolCreateOptions| options.upgrade_policy.take().unwrap();
    for options in [
        with("none", &|options| options.upgrade_policy = None),
        with("manual", &|options| {
            let policy = policy(options);
            options.upgrade_policy = Some(UpgradePolicy {
                mode: UpgradeMode::Manual,
                ..policy
            });
        }),
        with("off", &|options| {
            let mut policy = policy(options);
            policy.automatic_os_upgrade_policy = None;
            options.upgrade_policy = Some(policy);
        }),
        with("fixed", &|options| {
            let machine = options.virtual_machine_configuration.as_mut().unwrap();
            machine.image_reference.version = Some("24.04.202501010".to_owned());
        }),
    ] {
        let id = options.id.clone();
        arm.batch.create_pool(options, &request()).await.unwrap();
        arm.until(async || {
            arm.nodes(&id)
                .await
                .iter()
                .all(|node| node.state.as_str() == "idle")
        })
        .await;
    }
    arm.batch
        .create_job(job("job", "none"), &request())
        .await
        .unwrap();
    inject(arm, json!({"kind": "operatingSystemUpgraded"}));
    inject(
        arm,
        json!({"kind": "operatingSystemUpgraded", "after": "PT10S", "probability": 1}),
    );
    arm.clock.sleep(TimeSpan::from_minutes(2)).await;
    for pool in ["none", "manual", "off", "fixed"] {
        assert_eq!(arm.nodes(pool).await[0].state.as_str(), "idle", "{pool}");
    }
    assert_eq!(struck(arm), 0);
    // One that asks is, even among them.
    let mut options = upgraded_pool(1, false);
    "latest".clone_into(
        options
            .virtual_machine_configuration
            .as_mut()
            .unwrap()
            .image_reference
            .version
            .get_or_insert_default(),
    );
    arm.batch.create_pool(options, &request()).await.unwrap();
    arm.until(async || state(arm).await == "upgradingos").await;
}
