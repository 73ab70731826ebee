//! The states of nodes, one after the other, where everything takes the time it takes in the cloud.

use batchite_api::batch::{
    BatchNodeDeallocateOptions, BatchNodeDisableSchedulingOptions, BatchNodeError, BatchNodeRebootOptions,
    BatchNodeReimageOptions, BatchNodeRemoveOptions, BatchPoolCreateOptions, BatchStartTask,
};
use batchite_api::error::ErrorCode;
use batchite_api::ids::NodeId;
use batchite_api::time::TimeSpan;
use batchite_sim::config::{Latencies, SimConfig};

use crate::arms::{Arm, all, node_id, pool, pool_id, refused, request, task};
use crate::scheduling::at;

/// A world as slow as the cloud, whose nodes can be reimaged too.
fn slow() -> SimConfig {
    SimConfig::new(1)
        .with_latencies(Latencies::azure())
        .with_reimage_allowed(true)
}

fn preparing(id: &str, command_line: &str) -> BatchPoolCreateOptions {
    BatchPoolCreateOptions {
        start_task: Some(BatchStartTask {
            command_line: command_line.into(),
            ..BatchStartTask::default()
        }),
        ..pool(id, 0)
    }
}

/// The states the only node of the pool goes through, from its present one to `last`.
async fn way_to(arm: &Arm, last: &str) -> Vec<String> {
    let mut way: Vec<String> = Vec::new();
    let state = async || arm.nodes("pool").await[0].state.to_string();
    while way.last().is_none_or(|state| state != last) {
        let now = state().await;
        if way.last() != Some(&now) {
            way.push(now);
        }
        assert!(way.len() < 9, "{way:?}");
        arm.clock.sleep(TimeSpan::from_seconds(1)).await;
    }
    way
}

pub(crate) async fn every_way_to_idle_leads_through_the_start_task(arm: &Arm) {
    let arm = &arm.another(slow());
    let (batch, id) = (&arm.batch, pool_id("pool"));
    let options = BatchPoolCreateOptions {
        target_low_priority_nodes: Some(1),
        ..preparing("pool", "sleep 60")
    };
    batch.create_pool(options, &request()).await.unwrap();
    assert_eq!(
        way_to(arm, "idle").await,
        ["creating", "starting", "waitingforstarttask", "idle"]
    );
    let node = node_id(&arm.nodes("pool").await[0]);
    let reboot = BatchNodeRebootOptions::default();
    batch.reboot_node(&id, &node, reboot, &request()).await.unwrap();
    assert_eq!(
        way_to(arm, "idle").await,
        ["rebooting", "starting", "waitingforstarttask", "idle"]
    );
    let reimage = BatchNodeReimageOptions::default;
    batch
        .reimage_node(&id, &node, reimage(), &request())
        .await
        .unwrap();
    assert_eq!(
        way_to(arm, "idle").await,
        ["reimaging", "starting", "waitingforstarttask", "idle"]
    );
    let deallocate = BatchNodeDeallocateOptions::default;
    batch
        .deallocate_node(&id, &node, deallocate(), &request())
        .await
        .unwrap();
    assert_eq!(way_to(arm, "deallocated").await, ["deallocating", "deallocated"]);
    batch.start_node(&id, &node, &request()).await.unwrap();
    assert_eq!(
        way_to(arm, "idle").await,
        ["starting", "waitingforstarttask", "idle"]
    );
    arm.simulation
        .shared()
        .enter()
        .preempt_node(&id, &node, None)
        .unwrap();
    assert_eq!(
        way_to(arm, "idle").await,
        ["preempted", "creating", "starting", "waitingforstarttask", "idle"]
    );
    // What is reimaged refuses by name what would restart it.
    batch
        .reimage_node(&id, &node, reimage(), &request())
        .await
        .unwrap();
    let code = &ErrorCode::NodeBeingReimaged;
    let again = batch.reimage_node(&id, &node, reimage(), &request()).await;
    assert_eq!(refused(again, code).status(), 409);
    let reboot = BatchNodeRebootOptions::default();
    refused(batch.reboot_node(&id, &node, reboot, &request()).await, code);
    let refusal = batch.deallocate_node(&id, &node, deallocate(), &request()).await;
    refused(refusal, code);
    way_to(arm, "idle").await;
    let remove = BatchNodeRemoveOptions {
        node_list: vec![node.to_string()],
        ..BatchNodeRemoveOptions::default()
    };
    batch.remove_nodes(&id, remove, &request()).await.unwrap();
    assert_eq!(arm.nodes("pool").await[0].state.as_str(), "leavingpool");
    arm.until(async || arm.nodes("pool").await.is_empty()).await;
}

/// Pools of nodes that are low-priority, that fail, that wait, and of none.
async fn make_other_pools(arm: &Arm) {
    let batch = &arm.batch;
    let low_priority = BatchPoolCreateOptions {
        target_low_priority_nodes: Some(2),
        ..pool("low", 0)
    };
    batch.create_pool(low_priority, &request()).await.unwrap();
    let failing = BatchPoolCreateOptions {
        target_dedicated_nodes: Some(1),
        target_low_priority_nodes: Some(1),
        ..preparing("failing", "/bin/sh -c 'exit 1'")
    };
    batch.create_pool(failing, &request()).await.unwrap();
    let waiting = BatchPoolCreateOptions {
        target_dedicated_nodes: Some(1),
        target_low_priority_nodes: Some(2),
        ..preparing("waiting", "sleep 86400")
    };
    batch.create_pool(waiting, &request()).await.unwrap();
    batch.create_pool(pool("empty", 0), &request()).await.unwrap();
    arm.all_nodes("failing", "starttaskfailed").await;
    arm.all_nodes("waiting", "waitingforstarttask").await;
}

/// Ten nodes in as many states; what was just asked for is not over before time goes on.
async fn make_a_zoo(arm: &Arm) {
    let (batch, id) = (&arm.batch, pool_id("pool"));
    arm.ready(pool("pool", 10), "job").await;
    arm.steady("pool").await;
    let nodes: Vec<NodeId> = arm.nodes("pool").await.iter().map(node_id).collect();
    let deallocate = BatchNodeDeallocateOptions::default;
    for node in &nodes[..2] {
        batch
            .deallocate_node(&id, node, deallocate(), &request())
            .await
            .unwrap();
    }
    make_other_pools(arm).await;
    let mut running = task("t", "sleep 3600");
    running.affinity_info = Some(at(nodes[9].as_str()));
    arm.add("job", running).await;
    arm.task_in("job", "t", "running").await;
    let low = node_id(&arm.nodes("low").await[0]);
    let world = || arm.simulation.shared().enter();
    let away = Some(TimeSpan::from_hours(9));
    world().preempt_node(&pool_id("low"), &low, away).unwrap();
    // From here on no time passes.
    batch.start_node(&id, &nodes[1], &request()).await.unwrap();
    batch
        .deallocate_node(&id, &nodes[2], deallocate(), &request())
        .await
        .unwrap();
    let reboot = BatchNodeRebootOptions::default();
    batch
        .reboot_node(&id, &nodes[3], reboot, &request())
        .await
        .unwrap();
    let reimage = BatchNodeReimageOptions::default();
    batch
        .reimage_node(&id, &nodes[4], reimage, &request())
        .await
        .unwrap();
    let disable = BatchNodeDisableSchedulingOptions::default();
    batch
        .disable_node_scheduling(&id, &nodes[5], disable, &request())
        .await
        .unwrap();
    world()
        .fail_node(&id, &nodes[6], BatchNodeError::default())
        .unwrap();
    world().silence_node(&id, &nodes[7]).unwrap();
    let remove = BatchNodeRemoveOptions {
        node_list: vec![nodes[8].to_string()],
        ..BatchNodeRemoveOptions::default()
    };
    batch.remove_nodes(&id, remove, &request()).await.unwrap();
    batch.create_pool(pool("fresh", 3), &request()).await.unwrap();
}

pub(crate) async fn counts_name_every_pool_and_every_state(arm: &Arm) {
    let arm = &arm.another(SimConfig::new(1).with_reimage_allowed(true));
    make_a_zoo(arm).await;
    let counts = arm.batch.list_pool_node_counts(&all()).await.unwrap().items;
    let names: Vec<&str> = counts.iter().map(|counts| counts.pool_id.as_str()).collect();
    assert_eq!(names, ["pool", "low", "failing", "waiting", "empty", "fresh"]);
    let mut met = std::collections::BTreeSet::new();
    for counts in counts {
        let nodes = arm.nodes(&counts.pool_id).await;
        met.extend(nodes.iter().map(|node| node.state.to_string()));
        for (counts, dedicated) in [
            (counts.dedicated.unwrap(), true),
            (counts.low_priority.unwrap(), false),
        ] {
            let listed = |state: &str| {
                let of = nodes.iter().filter(|node| node.is_dedicated == Some(dedicated));
                i32::try_from(of.filter(|node| node.state.as_str() == state).count()).unwrap()
            };
            let told = [
                ("creating", counts.creating),
                ("starting", counts.starting),
                ("waitingforstarttask", counts.waiting_for_start_task),
                ("starttaskfailed", counts.start_task_failed),
                ("idle", counts.idle),
                ("running", counts.running),
                ("rebooting", counts.rebooting),
                ("reimaging", counts.reimaging),
                ("deallocating", counts.deallocating),
                ("deallocated", counts.deallocated),
                ("offline", counts.offline),
                ("preempted", counts.preempted),
                ("unusable", counts.unusable),
                ("unknown", counts.unknown),
                ("leavingpool", counts.leaving_pool),
                ("upgradingos", counts.upgrading_os),
            ];
            for (state, count) in told {
                assert_eq!(count, listed(state), "{state}");
            }
            assert_eq!(counts.total, told.iter().map(|(_, count)| count).sum::<i32>());
        }
    }
    assert_eq!(met.len(), 15, "all states but that of an upgrade: {met:?}");
}

pub(crate) async fn a_node_remembers_its_latest_tasks(arm: &Arm) {
    arm.ready(pool("pool", 1), "job").await;
    for id in ["first", "second"] {
        arm.run("job", task(id, "/bin/true")).await;
    }
    let node = arm.nodes("pool").await.remove(0);
    let recent: Vec<_> = node
        .recent_tasks
        .iter()
        .map(|task| task.task_id.as_deref())
        .collect();
    assert_eq!(recent, [Some("second"), Some("first")]);
    let digits = node
        .id
        .strip_prefix("tvmps_")
        .and_then(|id| id.strip_suffix("_d"));
    let digits = digits.expect("an id of a dedicated node");
    assert_eq!(digits.len(), 64);
    assert!(
        digits
            .bytes()
            .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)),
        "{digits}"
    );
}
