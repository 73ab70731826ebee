//! Compute nodes: restarting, scheduling, counting.

use batchite_api::batch::{
    BatchNodeDisableSchedulingOptions, BatchNodeRebootOptions, BatchNodeReimageOptions, BatchStartTask,
};
use batchite_api::error::ErrorCode;
use batchite_sim::config::{Latencies, SimConfig};

use crate::arms::{Arm, all, node_id, pool, pool_id, refused, request, task};

pub(crate) async fn a_reboot_requeues_and_runs_the_start_task_again(arm: &Arm) {
    let mut options = pool("pool", 1);
    options.start_task = Some(BatchStartTask {
        command_line: "/bin/sh -c 'echo x >> ../../shared/starts'".into(),
        ..BatchStartTask::default()
    });
    arm.ready(options, "job").await;
    arm.add(
        "job",
        task(
            "t",
            "/bin/sh -c 'sleep 600; cat $AZ_BATCH_NODE_SHARED_DIR/starts'",
        ),
    )
    .await;
    arm.task_in("job", "t", "running").await;
    let node = arm.nodes("pool").await.remove(0);
    let reboot = || BatchNodeRebootOptions::default();
    arm.batch
        .reboot_node(&pool_id("pool"), &node_id(&node), reboot(), &request())
        .await
        .unwrap();
    let down = arm.nodes("pool").await.remove(0);
    assert_eq!(
        (down.id.as_str(), down.state.as_str()),
        (node.id.as_str(), "rebooting")
    );
    let again = arm
        .batch
        .reboot_node(&pool_id("pool"), &node_id(&node), reboot(), &request())
        .await;
    refused(again, &ErrorCode::NodeBeingRebooted);
    let done = arm.task_in("job", "t", "completed").await;
    assert_eq!(done.execution_info.unwrap().requeue_count, 1);
    assert_eq!(arm.stdout("job", "t").await, "x\nx\n");
    let up = arm.nodes("pool").await.remove(0);
    assert_eq!((up.allocation_time, up.id), (node.allocation_time, node.id));
    assert!(up.last_boot_time >= node.last_boot_time);
}

pub(crate) async fn reimage_is_refused_on_pools_of_virtual_machines(arm: &Arm) {
    arm.ready(pool("pool", 1), "job").await;
    let node = node_id(&arm.nodes("pool").await[0]);
    let reimage = BatchNodeReimageOptions::default();
    let refusal = arm
        .batch
        .reimage_node(&pool_id("pool"), &node, reimage.clone(), &request())
        .await;
    assert_eq!(
        refused(refusal, &ErrorCode::OperationNotValidOnNode).status(),
        409
    );
    // A world can be told to allow it: the disk is empty afterwards and the start task runs again.
    let arm = arm.another(SimConfig::new(1).with_reimage_allowed(true));
    let mut options = pool("pool", 1);
    options.start_task = Some(BatchStartTask {
        command_line: "/bin/sh -c 'echo x >> ../../shared/starts'".into(),
        ..BatchStartTask::default()
    });
    arm.ready(options, "job").await;
    let node = node_id(&arm.nodes("pool").await[0]);
    arm.batch
        .reimage_node(&pool_id("pool"), &node, reimage, &request())
        .await
        .unwrap();
    assert_eq!(arm.nodes("pool").await[0].state.as_str(), "reimaging");
    arm.until(async || arm.nodes("pool").await[0].state.as_str() == "idle")
        .await;
    arm.run(
        "job",
        task("t", "/bin/sh -c 'cat $AZ_BATCH_NODE_SHARED_DIR/starts'"),
    )
    .await;
    assert_eq!(arm.stdout("job", "t").await, "x\n");
}

pub(crate) async fn a_node_without_scheduling_goes_offline(arm: &Arm) {
    arm.ready(pool("pool", 1), "job").await;
    let node = node_id(&arm.nodes("pool").await[0]);
    let disable = || BatchNodeDisableSchedulingOptions::default();
    arm.batch
        .disable_node_scheduling(&pool_id("pool"), &node, disable(), &request())
        .await
        .unwrap();
    let offline = arm.nodes("pool").await.remove(0);
    assert_eq!(
        (offline.state.as_str(), offline.scheduling_state.unwrap().as_str()),
        ("offline", "disabled")
    );
    let twice = arm
        .batch
        .disable_node_scheduling(&pool_id("pool"), &node, disable(), &request())
        .await;
    refused(twice, &ErrorCode::NodeAlreadyInTargetSchedulingState);
    arm.add("job", task("t", "/bin/true")).await;
    arm.clock.sleep(batchite_api::time::TimeSpan::from_hours(1)).await;
    assert_eq!(arm.task("job", "t").await.state.as_str(), "active");
    arm.batch
        .enable_node_scheduling(&pool_id("pool"), &node, &request())
        .await
        .unwrap();
    let twice = arm
        .batch
        .enable_node_scheduling(&pool_id("pool"), &node, &request())
        .await;
    refused(twice, &ErrorCode::NodeAlreadyInTargetSchedulingState);
    arm.task_in("job", "t", "completed").await;
}

pub(crate) async fn node_counts_equal_the_nodes_listed(arm: &Arm) {
    let arm = arm.another(SimConfig::new(5).with_latencies(Latencies::azure()));
    let mut options = pool("pool", 4);
    options.target_low_priority_nodes = Some(2);
    arm.batch.create_pool(options, &request()).await.unwrap();
    for _ in 0..40 {
        let counts = arm
            .batch
            .list_pool_node_counts(&all())
            .await
            .unwrap()
            .items
            .remove(0);
        let nodes = arm.nodes("pool").await;
        let listed = |dedicated: bool, state: &str| {
            let of = nodes
                .iter()
                .filter(|node| node.is_dedicated == Some(dedicated) && node.state.as_str() == state);
            i32::try_from(of.count()).unwrap()
        };
        for (counts, dedicated) in [
            (counts.dedicated.unwrap(), true),
            (counts.low_priority.unwrap(), false),
        ] {
            assert_eq!(counts.creating, listed(dedicated, "creating"));
            assert_eq!(counts.starting, listed(dedicated, "starting"));
            assert_eq!(counts.idle, listed(dedicated, "idle"));
            assert_eq!(counts.total, if dedicated { 4 } else { 2 });
        }
        arm.clock
            .sleep(batchite_api::time::TimeSpan::from_seconds(15))
            .await;
    }
    assert!(
        arm.nodes("pool")
            .await
            .iter()
            .all(|node| node.state.as_str() == "idle")
    );
}

pub(crate) async fn a_new_node_knows_nothing_of_its_boot_yet(arm: &Arm) {
    let arm = &arm.another(SimConfig::new(1).with_latencies(Latencies::azure()));
    let mut options = pool("pool", 1);
    options.start_task = Some(BatchStartTask {
        command_line: "/bin/true".into(),
        ..BatchStartTask::default()
    });
    arm.batch.create_pool(options, &request()).await.unwrap();
    let early = arm.nodes("pool").await.remove(0);
    assert_eq!(early.state.as_str(), "creating");
    assert_eq!((early.last_boot_time, early.start_task_info), (None, None));
    assert!(early.node_agent_info.is_none());
    assert!(early.recent_tasks.is_empty());
    arm.until(async || arm.nodes("pool").await[0].state.as_str() == "idle")
        .await;
    let up = arm.nodes("pool").await.remove(0);
    assert!(up.last_boot_time.is_some_and(|boot| boot > up.allocation_time));
    assert!(up.start_task_info.is_some() && up.node_agent_info.is_some());
    assert!(up.id.ends_with("_d"), "{}", up.id);
}
