//! How the nodes of pools come, where they take their time.

use batchite_api::time::TimeSpan;
use batchite_sim::config::{Latencies, Latency, SimConfig};

use crate::arms::{Arm, job, pool, request, task};
use crate::autoscale::scaled;

pub(crate) async fn a_pool_without_nodes_resizes_too(arm: &Arm) {
    let arm = &arm.another(SimConfig::new(1).with_latencies(Latencies::azure()));
    arm.batch.create_pool(pool("pool", 0), &request()).await.unwrap();
    let fresh = arm.pool("pool").await;
    assert_eq!(fresh.state.as_str(), "active");
    assert_eq!(fresh.allocation_state.unwrap().as_str(), "resizing");
    let before = arm.clock.now();
    arm.steady("pool").await;
    let lasted = arm.clock.now() - before;
    assert!(
        (TimeSpan::from_seconds(1)..=TimeSpan::from_seconds(40)).contains(&lasted),
        "{lasted}"
    );
    let steady = arm.pool("pool").await;
    assert_eq!(
        (steady.etag, steady.last_modified),
        (fresh.etag, fresh.last_modified)
    );
    assert_eq!(
        (steady.current_dedicated_nodes, steady.current_low_priority_nodes),
        (0, 0)
    );
    assert_eq!(steady.resize_errors, []);
}

pub(crate) async fn tasks_run_before_their_pool_is_steady(arm: &Arm) {
    let latencies = Latencies {
        node_allocation: Latency::seconds(60, 600),
        ..Latencies::instant()
    };
    let arm = &arm.another(SimConfig::new(1).with_latencies(latencies));
    arm.batch.create_pool(pool("pool", 5), &request()).await.unwrap();
    arm.batch
        .create_job(job("job", "pool"), &request())
        .await
        .unwrap();
    arm.add("job", task("t", "/bin/sh -c 'sleep 5'")).await;
    arm.task_in("job", "t", "running").await;
    let resizing = arm.pool("pool").await.allocation_state.unwrap();
    assert_eq!(resizing.as_str(), "resizing");
    let nodes = arm.nodes("pool").await;
    let creating = nodes.iter().filter(|node| node.state.as_str() == "creating");
    assert_eq!(creating.count(), 4);
    arm.task_in("job", "t", "completed").await;
    let resizing = arm.pool("pool").await.allocation_state.unwrap();
    assert_eq!(resizing.as_str(), "resizing");
    arm.steady("pool").await;
    assert_eq!(arm.pool("pool").await.current_dedicated_nodes, 5);
}

pub(crate) async fn a_resize_by_formula_has_all_the_time(arm: &Arm) {
    let latencies = Latencies {
        node_allocation: Latency::fixed(TimeSpan::from_minutes(40)),
        ..Latencies::instant()
    };
    let arm = &arm.another(SimConfig::new(2).with_latencies(latencies));
    let formula = "$TargetDedicatedNodes = 2;";
    arm.batch.create_pool(scaled(formula), &request()).await.unwrap();
    let begun = arm.clock.now();
    arm.steady("pool").await;
    let steady = arm.pool("pool").await;
    assert_eq!(
        (steady.current_dedicated_nodes, steady.resize_errors),
        (2, Vec::new())
    );
    let lasted = arm.clock.now() - begun;
    assert!((TimeSpan::from_minutes(40)..=TimeSpan::from_seconds(2401)).contains(&lasted));
}
