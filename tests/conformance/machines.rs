//! The machines behind nodes: deallocated and started, pre-empted, out of order.

use batchite_api::backend::ListOptions;
use batchite_api::batch::{
    BatchNode, BatchNodeDeallocateOption, BatchNodeDeallocateOptions, BatchNodeError, BatchNodeRebootOptions,
    BatchPoolCreateOptions, BatchStartTask, SchedulingState,
};
use batchite_api::error::ErrorCode;
use batchite_api::ids::NodeId;
use batchite_api::time::TimeSpan;
use batchite_sim::config::{Latencies, Latency, SimConfig};

use crate::arms::{Arm, all, node_id, pool, pool_id, refused, request, resize_to, task};
use crate::autoscale::{scaled, value};

/// A pool whose nodes count their starts in a file of theirs.
fn counting(dedicated: i32, low_priority: i32) -> BatchPoolCreateOptions {
    BatchPoolCreateOptions {
        target_low_priority_nodes: Some(low_priority),
        start_task: Some(BatchStartTask {
            command_line: "/bin/sh -c 'echo x >> ../../shared/starts'".into(),
            ..BatchStartTask::default()
        }),
        ..pool("pool", dedicated)
    }
}

const COUNT_STARTS: &str = "/bin/sh -c 'sleep 600; cat $AZ_BATCH_NODE_SHARED_DIR/starts'";

fn deallocation(option: BatchNodeDeallocateOption) -> BatchNodeDeallocateOptions {
    BatchNodeDeallocateOptions {
        node_deallocate_option: Some(option),
    }
}

async fn deallocate(arm: &Arm, node: &NodeId, options: BatchNodeDeallocateOptions) {
    arm.batch
        .deallocate_node(&pool_id("pool"), node, options, &request())
        .await
        .expect("a deallocation");
}

async fn the_node(arm: &Arm) -> BatchNode {
    arm.nodes("pool").await.remove(0)
}

async fn state(arm: &Arm) -> String {
    the_node(arm).await.state.to_string()
}

pub(crate) async fn a_deallocated_node_keeps_its_place_and_starts_again(arm: &Arm) {
    arm.ready(counting(1, 0), "job").await;
    arm.add("job", task("t", COUNT_STARTS)).await;
    arm.task_in("job", "t", "running").await;
    let node = the_node(arm).await;
    let id = node_id(&node);
    deallocate(arm, &id, BatchNodeDeallocateOptions::default()).await;
    assert_eq!(state(arm).await, "deallocating");
    let waiting = arm.task("job", "t").await;
    assert_eq!(waiting.state.as_str(), "active");
    assert_eq!(waiting.execution_info.unwrap().requeue_count, 1);
    arm.until(async || state(arm).await == "deallocated").await;
    let down = arm.pool("pool").await;
    assert_eq!(
        (down.current_dedicated_nodes, down.target_dedicated_nodes),
        (1, Some(1))
    );
    let counts = arm
        .batch
        .list_pool_node_counts(&all())
        .await
        .unwrap()
        .items
        .remove(0);
    assert_eq!(counts.dedicated.unwrap().deallocated, 1);
    // It has no files, and nothing runs there, however long one waits.
    let files = arm
        .batch
        .list_node_files(&pool_id("pool"), &id, false, &ListOptions::default())
        .await;
    refused(files, &ErrorCode::OperationInvalidForCurrentState);
    arm.clock.sleep(TimeSpan::from_hours(5)).await;
    assert_eq!(state(arm).await, "deallocated");
    assert_eq!(arm.task("job", "t").await.state.as_str(), "active");

    arm.batch
        .start_node(&pool_id("pool"), &id, &request())
        .await
        .unwrap();
    let starting = the_node(arm).await;
    assert_eq!(
        (starting.state.as_str(), starting.scheduling_state),
        ("starting", Some(SchedulingState::Disabled))
    );
    let again = arm.batch.start_node(&pool_id("pool"), &id, &request()).await;
    refused(again, &ErrorCode::NodeBeingStarted);
    arm.task_in("job", "t", "completed").await;
    // The disk was empty, so the start task has counted one start only.
    assert_eq!(arm.stdout("job", "t").await, "x\n");
    let up = the_node(arm).await;
    assert_eq!(up.scheduling_state, Some(SchedulingState::Enabled));
    assert_eq!((up.id, up.allocation_time), (node.id, node.allocation_time));
}

pub(crate) async fn what_runs_on_a_deallocated_node_is_up_to_the_option(arm: &Arm) {
    arm.ready(pool("pool", 1), "job").await;
    let id = node_id(&the_node(arm).await);
    arm.add("job", task("ended", "sleep 600")).await;
    arm.task_in("job", "ended", "running").await;
    deallocate(arm, &id, deallocation(BatchNodeDeallocateOption::Terminate)).await;
    let ended = arm
        .task_in("job", "ended", "completed")
        .await
        .execution_info
        .unwrap();
    assert_eq!(ended.failure_info.unwrap().code.as_deref(), Some("TaskEnded"));
    arm.until(async || state(arm).await == "deallocated").await;
    arm.batch
        .start_node(&pool_id("pool"), &id, &request())
        .await
        .unwrap();
    arm.until(async || state(arm).await == "idle").await;

    arm.add("job", task("awaited", "sleep 600")).await;
    arm.task_in("job", "awaited", "running").await;
    deallocate(arm, &id, deallocation(BatchNodeDeallocateOption::TaskCompletion)).await;
    arm.add("job", task("later", "sleep 1")).await;
    assert_eq!(state(arm).await, "running");
    let awaited = arm
        .task_in("job", "awaited", "completed")
        .await
        .execution_info
        .unwrap();
    assert_eq!(awaited.exit_code, Some(0));
    arm.until(async || state(arm).await == "deallocated").await;
    assert_eq!(arm.task("job", "later").await.state.as_str(), "active");
    // A deallocated node can be removed like any other.
    arm.batch.delete_pool(&pool_id("pool"), &request()).await.unwrap();
    arm.until(async || !arm.batch.pool_exists(&pool_id("pool"), &request()).await.unwrap())
        .await;
}

pub(crate) async fn machines_are_handled_in_the_right_state_only(arm: &Arm) {
    arm.ready(pool("pool", 1), "job").await;
    let (pool, batch) = (pool_id("pool"), &arm.batch);
    let id = node_id(&the_node(arm).await);
    let wrong = &ErrorCode::OperationInvalidForCurrentState;
    refused(batch.start_node(&pool, &id, &request()).await, wrong);
    let strange = deallocation(BatchNodeDeallocateOption::from("gently"));
    let refusal = batch.deallocate_node(&pool, &id, strange, &request()).await;
    let refusal = refused(refusal, &ErrorCode::InvalidPropertyValue);
    assert_eq!(refusal.detail("PropertyName"), Some("nodeDeallocateOption"));
    let missing = NodeId::parse("none").unwrap();
    refused(
        batch.start_node(&pool, &missing, &request()).await,
        &ErrorCode::NodeNotFound,
    );
    refused(
        batch.start_node(&pool_id("none"), &id, &request()).await,
        &ErrorCode::PoolNotFound,
    );
    let plain = BatchNodeDeallocateOptions::default;
    let refusal = batch.deallocate_node(&pool, &missing, plain(), &request()).await;
    refused(refusal, &ErrorCode::NodeNotFound);

    // Every state on the way has its refusal; with latencies they last long enough to be met.
    let arm = &arm.another(SimConfig::new(1).with_latencies(Latencies::azure()));
    let batch = &arm.batch;
    batch
        .create_pool(crate::arms::pool("pool", 1), &request())
        .await
        .unwrap();
    let id = node_id(&the_node(arm).await);
    let refusal = batch.deallocate_node(&pool, &id, plain(), &request()).await;
    refused(refusal, &ErrorCode::NodeBeingCreated);
    refused(
        batch.start_node(&pool, &id, &request()).await,
        &ErrorCode::NodeBeingCreated,
    );
    arm.until(async || state(arm).await == "starting").await;
    let refusal = batch.deallocate_node(&pool, &id, plain(), &request()).await;
    refused(refusal, &ErrorCode::NodeBeingStarted);
    arm.until(async || state(arm).await == "idle").await;
    let reboot = BatchNodeRebootOptions::default;
    batch.reboot_node(&pool, &id, reboot(), &request()).await.unwrap();
    refused(
        batch.start_node(&pool, &id, &request()).await,
        &ErrorCode::NodeBeingRebooted,
    );
    arm.until(async || state(arm).await == "idle").await;
    deallocate(arm, &id, plain()).await;
    refused(batch.start_node(&pool, &id, &request()).await, wrong);
    refused(
        batch.deallocate_node(&pool, &id, plain(), &request()).await,
        wrong,
    );
    refused(batch.reboot_node(&pool, &id, reboot(), &request()).await, wrong);
    arm.until(async || state(arm).await == "deallocated").await;
    refused(
        batch.deallocate_node(&pool, &id, plain(), &request()).await,
        wrong,
    );
}

pub(crate) async fn a_preempted_node_comes_back_as_itself(arm: &Arm) {
    let arm = &arm.another(SimConfig::new(3));
    arm.ready(counting(0, 1), "job").await;
    arm.until(async || {
        arm.nodes("pool")
            .await
            .iter()
            .any(|node| node.state.as_str() == "idle")
    })
    .await;
    arm.add("job", task("t", COUNT_STARTS)).await;
    arm.task_in("job", "t", "running").await;
    let before = the_node(arm).await;
    assert!(before.id.ends_with("_p"), "{}", before.id);
    let id = node_id(&before);
    let preempt = |away| {
        arm.simulation
            .shared()
            .enter()
            .preempt_node(&pool_id("pool"), &id, away)
    };
    preempt(Some(TimeSpan::from_minutes(20))).unwrap();
    let gone = the_node(arm).await;
    assert_eq!((gone.state.as_str(), &gone.id), ("preempted", &before.id));
    // The task waits again as if it had never run: neither a retry nor a requeue.
    let waiting = arm.task("job", "t").await;
    assert_eq!(waiting.state.as_str(), "active");
    let execution = waiting.execution_info.unwrap();
    assert_eq!((execution.retry_count, execution.requeue_count), (0, 0));
    let counts = arm
        .batch
        .list_pool_node_counts(&all())
        .await
        .unwrap()
        .items
        .remove(0);
    let counts = counts.low_priority.unwrap();
    assert_eq!((counts.preempted, counts.total), (1, 1));
    let pool = arm.pool("pool").await;
    assert_eq!(pool.current_low_priority_nodes, 1);
    assert_eq!(pool.allocation_state.unwrap().as_str(), "steady");
    refused(preempt(None), &ErrorCode::OperationInvalidForCurrentState);
    arm.clock.sleep(TimeSpan::from_minutes(19)).await;
    assert_eq!(state(arm).await, "preempted");
    let done = arm.task_in("job", "t", "completed").await;
    assert_eq!(done.execution_info.unwrap().requeue_count, 0);
    // It starts on an empty disk.
    assert_eq!(arm.stdout("job", "t").await, "x\n");
    let back = the_node(arm).await;
    assert_eq!(
        (&back.id, back.allocation_time),
        (&before.id, before.allocation_time)
    );
    assert!(back.last_boot_time > before.last_boot_time);
}

pub(crate) async fn preemption_takes_the_latency_of_the_world_and_spares_dedicated_nodes(arm: &Arm) {
    let latencies = Latencies {
        node_return: Latency::fixed(TimeSpan::from_minutes(7)),
        ..Latencies::instant()
    };
    let arm = &arm.another(SimConfig::new(4).with_latencies(latencies));
    arm.batch.create_pool(counting(1, 1), &request()).await.unwrap();
    arm.until(async || {
        arm.nodes("pool")
            .await
            .iter()
            .all(|node| node.state.as_str() == "idle")
    })
    .await;
    let nodes = arm.nodes("pool").await;
    for node in &nodes {
        let result = arm
            .simulation
            .shared()
            .enter()
            .preempt_node(&pool_id("pool"), &node_id(node), None);
        if node.is_dedicated == Some(true) {
            refused(result, &ErrorCode::OperationNotValidOnNode);
        } else {
            result.unwrap();
        }
    }
    let preempted = async || {
        let filter = ListOptions::filtered("state eq 'preempted'");
        arm.batch
            .list_nodes(&pool_id("pool"), &filter)
            .await
            .unwrap()
            .items
            .len()
    };
    arm.clock.sleep(TimeSpan::from_seconds(419)).await;
    assert_eq!(preempted().await, 1);
    arm.clock.sleep(TimeSpan::from_seconds(1)).await;
    assert_eq!(preempted().await, 0);
    // A pool that shrinks gives up pre-empted nodes like any other.
    let low = nodes
        .iter()
        .find(|node| node.is_dedicated == Some(false))
        .unwrap();
    arm.simulation
        .shared()
        .enter()
        .preempt_node(&pool_id("pool"), &node_id(low), Some(TimeSpan::from_hours(9)))
        .unwrap();
    let resize = batchite_api::batch::BatchPoolResizeOptions {
        target_low_priority_nodes: Some(0),
        ..Default::default()
    };
    arm.batch
        .resize_pool(&pool_id("pool"), resize, &request())
        .await
        .unwrap();
    arm.until(async || arm.nodes("pool").await.len() == 1).await;
    arm.clock.sleep(TimeSpan::from_hours(10)).await;
    assert_eq!(arm.nodes("pool").await.len(), 1);
}

pub(crate) async fn broken_nodes_say_why_and_recover(arm: &Arm) {
    let arm = &arm.another(SimConfig::new(5));
    arm.ready(counting(1, 0), "job").await;
    arm.add("job", task("t", COUNT_STARTS)).await;
    arm.task_in("job", "t", "running").await;
    let (pool, id) = (pool_id("pool"), node_id(&the_node(arm).await));
    let error = BatchNodeError {
        code: Some("NodeAgentUnresponsive".to_owned()),
        message: Some("The agent does not answer.".to_owned()),
        ..BatchNodeError::default()
    };
    let world = || arm.simulation.shared().enter();
    world().fail_node(&pool, &id, error.clone()).unwrap();
    let broken = the_node(arm).await;
    assert_eq!(
        (broken.state.as_str(), &broken.errors),
        ("unusable", &vec![error.clone()])
    );
    let waiting = arm.task("job", "t").await;
    assert_eq!(waiting.state.as_str(), "active");
    assert_eq!(waiting.execution_info.unwrap().requeue_count, 0);
    let reboot = arm
        .batch
        .reboot_node(&pool, &id, BatchNodeRebootOptions::default(), &request())
        .await;
    refused(reboot, &ErrorCode::NodeStateUnusable);
    refused(
        world().fail_node(&pool, &id, error),
        &ErrorCode::NodeStateUnusable,
    );
    arm.clock.sleep(TimeSpan::from_hours(3)).await;
    assert_eq!(state(arm).await, "unusable");
    world().recover_node(&pool, &id).unwrap();
    arm.task_in("job", "t", "running").await;
    assert_eq!(the_node(arm).await.errors, []);
    world().silence_node(&pool, &id).unwrap();
    assert_eq!(state(arm).await, "unknown");
    assert_eq!(arm.task("job", "t").await.state.as_str(), "active");
    world().recover_node(&pool, &id).unwrap();
    refused(
        world().recover_node(&pool, &id),
        &ErrorCode::OperationInvalidForCurrentState,
    );
    arm.task_in("job", "t", "completed").await;
    // The disk has stayed: three starts are counted.
    assert_eq!(arm.stdout("job", "t").await, "x\nx\nx\n");
}

pub(crate) async fn useless_nodes_go_first(arm: &Arm) {
    let arm = &arm.another(SimConfig::new(6));
    let (id, batch) = (pool_id("pool"), &arm.batch);
    batch.create_pool(counting(3, 3), &request()).await.unwrap();
    arm.all_nodes("pool", "idle").await;
    arm.steady("pool").await;
    let nodes = arm.nodes("pool").await;
    let of = |dedicated: bool| {
        let of = nodes
            .iter()
            .filter(move |node| node.is_dedicated == Some(dedicated));
        of.map(node_id)
    };
    // The oldest of each kind: among equals the latest goes first.
    let (broken, away) = (of(true).next().unwrap(), of(false).next().unwrap());
    let world = || arm.simulation.shared().enter();
    world()
        .fail_node(&id, &broken, BatchNodeError::default())
        .unwrap();
    let hours = Some(TimeSpan::from_hours(9));
    world().preempt_node(&id, &away, hours).unwrap();
    let resize = batchite_api::batch::BatchPoolResizeOptions {
        target_low_priority_nodes: Some(2),
        ..resize_to(2)
    };
    batch.resize_pool(&id, resize, &request()).await.unwrap();
    arm.steady("pool").await;
    let left: Vec<_> = arm.nodes("pool").await.iter().map(node_id).collect();
    let useful = nodes.iter().map(node_id);
    let useful: Vec<_> = useful.filter(|node| *node != broken && *node != away).collect();
    assert_eq!(left, useful);
    arm.all_nodes("pool", "idle").await;
}

pub(crate) async fn formulas_count_preempted_nodes_among_the_current_ones(arm: &Arm) {
    let arm = &arm.another(SimConfig::new(7));
    let text = "$TargetLowPriorityNodes = 3;";
    arm.batch.create_pool(scaled(text), &request()).await.unwrap();
    arm.steady("pool").await;
    arm.all_nodes("pool", "idle").await;
    let away = node_id(&the_node(arm).await);
    arm.simulation
        .shared()
        .enter()
        .preempt_node(&pool_id("pool"), &away, Some(TimeSpan::from_hours(9)))
        .unwrap();
    arm.clock.sleep(TimeSpan::from_minutes(2)).await;
    for (expression, expected) in [
        ("$CurrentLowPriorityNodes", "3"),
        ("$CurrentLowPriorityNodes.GetSample(1)", "[3]"),
        ("$PreemptedNodeCount.GetSample(1)", "[1]"),
        ("$UsableNodeCount.GetSample(1)", "[2]"),
        ("$CurrentDedicatedNodes.GetSample(1)", "[0]"),
    ] {
        assert_eq!(value(arm, expression).await, expected, "{expression}");
    }
}
