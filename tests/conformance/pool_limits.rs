//! How large pools can be, and resizes that do not get there.

use batchite_api::batch::{
    BatchNodeRemoveOptions, BatchPoolCreateOptions, BatchPoolEnableAutoScaleOptions, BatchPoolResizeOptions,
    BatchPublicIpAddressConfiguration, BatchVmImageReference, IpAddressProvisioningType,
    NetworkConfiguration,
};
use batchite_api::time::TimeSpan;
use batchite_sim::config::{Latencies, Latency, Quotas, SimConfig};

use crate::arms::{Arm, pool, pool_id, request, resize_to, task};

/// The errors of the last resize, once the pool is steady, and the nodes it has.
async fn settled(arm: &Arm, id: &str) -> (Vec<String>, i32, i32) {
    arm.until(async || arm.pool(id).await.allocation_state.unwrap().as_str() == "steady")
        .await;
    let pool = arm.pool(id).await;
    let codes = pool.resize_errors.iter().filter_map(|error| error.code.clone());
    (
        codes.collect(),
        pool.current_dedicated_nodes,
        pool.current_low_priority_nodes,
    )
}

fn failed(dedicated: i32, low_priority: i32) -> (Vec<String>, i32, i32) {
    (vec!["AllocationFailed".to_owned()], dedicated, low_priority)
}

fn with_cores(quotas: Quotas) -> SimConfig {
    SimConfig::new(1).with_quotas(Quotas {
        dedicated_cores: None,
        low_priority_cores: None,
        ..quotas
    })
}

pub(crate) async fn a_pool_whose_nodes_communicate_has_at_most_a_hundred(arm: &Arm) {
    let arm = &arm.another(with_cores(Quotas::default()));
    let communicating = |id: &str, nodes| BatchPoolCreateOptions {
        enable_inter_node_communication: Some(true),
        target_low_priority_nodes: Some(3),
        ..pool(id, nodes)
    };
    let batch = &arm.batch;
    batch
        .create_pool(communicating("pool", 98), &request())
        .await
        .unwrap();
    assert_eq!(settled(arm, "pool").await, failed(98, 2));
    // Another pool may have more.
    batch.create_pool(pool("other", 101), &request()).await.unwrap();
    assert_eq!(settled(arm, "other").await, (Vec::new(), 101, 0));
    // Formulas meet the same bound.
    let enable = BatchPoolEnableAutoScaleOptions {
        auto_scale_formula: Some("$TargetDedicatedNodes = 200; $TargetLowPriorityNodes = 0;".to_owned()),
        ..BatchPoolEnableAutoScaleOptions::default()
    };
    let id = pool_id("pool");
    batch
        .enable_pool_auto_scale(&id, enable, &request())
        .await
        .unwrap();
    let (codes, ..) = settled(arm, "pool").await;
    assert_eq!(codes, ["AllocationFailed"]);
    // The bound is configuration.
    let arm = &arm.another(with_cores(Quotas {
        nodes_per_communicating_pool: Some(1),
        ..Quotas::default()
    }));
    let two = communicating("pool", 2);
    arm.batch.create_pool(two, &request()).await.unwrap();
    let (codes, dedicated, low_priority) = settled(arm, "pool").await;
    assert_eq!((codes.len(), dedicated, low_priority), (2, 1, 0));
}

pub(crate) async fn every_address_of_the_owner_serves_a_hundred_nodes(arm: &Arm) {
    let arm = &arm.another(with_cores(Quotas::default()));
    let addresses = vec!["/subscriptions/s/addresses/a".to_owned()];
    let options = BatchPoolCreateOptions {
        network_configuration: Some(NetworkConfiguration {
            public_ip_address_configuration: Some(BatchPublicIpAddressConfiguration {
                provision: Some(IpAddressProvisioningType::UserManaged),
                ip_address_ids: addresses,
                ..BatchPublicIpAddressConfiguration::default()
            }),
            ..NetworkConfiguration::default()
        }),
        ..pool("pool", 101)
    };
    arm.batch.create_pool(options, &request()).await.unwrap();
    assert_eq!(settled(arm, "pool").await, failed(100, 0));
}

pub(crate) async fn managed_images_bound_pools(arm: &Arm) {
    let arm = &arm.another(with_cores(Quotas {
        dedicated_nodes_per_managed_image: Some(3),
        low_priority_nodes_per_managed_image: Some(2),
        ..Quotas::default()
    }));
    let from = |id: &str, image: &str| {
        let mut options = pool(id, 4);
        options.target_low_priority_nodes = Some(2);
        if let Some(machine) = &mut options.virtual_machine_configuration {
            machine.image_reference = BatchVmImageReference {
                virtual_machine_image_id: Some(image.to_owned()),
                ..BatchVmImageReference::default()
            };
        }
        options
    };
    let managed = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/images/mine";
    let shared = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/galleries/g/images/mine";
    for (id, image, expected) in [
        ("managed", managed, failed(3, 2)),
        ("shared", shared, (Vec::new(), 4, 2)),
    ] {
        arm.batch.create_pool(from(id, image), &request()).await.unwrap();
        assert_eq!(settled(arm, id).await, expected, "{image}");
    }
}

pub(crate) async fn a_resize_that_runs_out_of_time_says_so(arm: &Arm) {
    let latencies = Latencies {
        node_allocation: Latency::seconds(60, 1800),
        ..Latencies::instant()
    };
    let arm = &arm.another(SimConfig::new(2).with_latencies(latencies));
    let options = BatchPoolCreateOptions {
        resize_timeout: Some(TimeSpan::from_minutes(10)),
        ..pool("pool", 20)
    };
    arm.batch.create_pool(options, &request()).await.unwrap();
    let begun = arm.clock.now();
    let (codes, dedicated, _) = settled(arm, "pool").await;
    let lasted = arm.clock.now() - begun;
    assert!((TimeSpan::from_minutes(10)..=TimeSpan::from_seconds(601)).contains(&lasted));
    assert_eq!(codes, ["AllocationTimedout"]);
    assert!((1..20).contains(&dedicated), "{dedicated} nodes came in time");
    let shown = arm.pool("pool").await;
    assert_eq!(shown.target_dedicated_nodes, Some(20));
    assert!(
        shown.resize_errors[0]
            .message
            .as_ref()
            .is_some_and(|text| !text.is_empty())
    );
    // What came in time works; nothing is tried again by itself.
    arm.batch
        .create_job(crate::arms::job("job", "pool"), &request())
        .await
        .unwrap();
    arm.run("job", task("t", "/bin/true")).await;
    arm.clock.sleep(TimeSpan::from_hours(2)).await;
    assert_eq!(arm.pool("pool").await.current_dedicated_nodes, dedicated);
    // The next resize begins without the errors of the one before.
    let resize = resize_to(0);
    let id = pool_id("pool");
    arm.batch.resize_pool(&id, resize, &request()).await.unwrap();
    assert_eq!(settled(arm, "pool").await, (Vec::new(), 0, 0));
}

pub(crate) async fn nodes_that_do_not_leave_in_time_leave_later(arm: &Arm) {
    arm.ready(pool("pool", 1), "job").await;
    arm.add("job", task("t", "sleep 7200")).await;
    arm.task_in("job", "t", "running").await;
    let resize = BatchPoolResizeOptions {
        resize_timeout: Some(TimeSpan::from_minutes(5)),
        node_deallocation_option: Some("taskcompletion".into()),
        ..resize_to(0)
    };
    let id = pool_id("pool");
    arm.batch.resize_pool(&id, resize, &request()).await.unwrap();
    assert_eq!(settled(arm, "pool").await, (Vec::new(), 1, 0));
    // The next resize does not wait for it.
    let begun = arm.clock.now();
    arm.batch.resize_pool(&id, to(0), &request()).await.unwrap();
    assert_eq!(settled(arm, "pool").await, (Vec::new(), 1, 0));
    assert!(arm.clock.now() - begun < TimeSpan::from_minutes(1));
    let done = arm.task_in("job", "t", "completed").await;
    assert_eq!(done.execution_info.unwrap().exit_code, Some(0));
    arm.until(async || arm.nodes("pool").await.is_empty()).await;
}

/// To so many nodes, with the tasks of others run to their end.
fn to(nodes: i32) -> BatchPoolResizeOptions {
    BatchPoolResizeOptions {
        target_dedicated_nodes: Some(nodes),
        resize_timeout: Some(TimeSpan::from_minutes(5)),
        node_deallocation_option: Some("taskcompletion".into()),
        ..BatchPoolResizeOptions::default()
    }
}

pub(crate) async fn a_resize_keeps_nodes_that_were_to_leave(arm: &Arm) {
    arm.ready(pool("pool", 3), "job").await;
    for id in ["a", "b", "c"] {
        arm.add("job", task(id, "sleep 7200")).await;
        arm.task_in("job", id, "running").await;
    }
    let id = pool_id("pool");
    let names = async || -> Vec<String> {
        let nodes = arm.nodes("pool").await.into_iter();
        nodes.map(|node| node.id).collect()
    };
    let before = names().await;
    arm.batch.resize_pool(&id, to(0), &request()).await.unwrap();
    assert_eq!(settled(arm, "pool").await, (Vec::new(), 3, 0));
    // Two of them stay, with what runs there, and no new one comes.
    arm.batch.resize_pool(&id, to(2), &request()).await.unwrap();
    assert_eq!(settled(arm, "pool").await, (Vec::new(), 3, 0));
    assert_eq!(names().await, before);
    for id in ["a", "b", "c"] {
        let done = arm.task_in("job", id, "completed").await.execution_info.unwrap();
        assert_eq!((done.exit_code, done.requeue_count), (Some(0), 0));
    }
    arm.clock.sleep(TimeSpan::from_minutes(10)).await;
    let left = names().await;
    assert_eq!(left.len(), 2);
    assert!(left.iter().all(|node| before.contains(node)));
    arm.run("job", task("later", "/bin/true")).await;
    // What was asked to go by its name goes, whatever the next resize wants.
    arm.add("job", task("d", "sleep 7200")).await;
    arm.task_in("job", "d", "running").await;
    let busy = arm.task("job", "d").await.node_info.unwrap().node_id.unwrap();
    let remove = BatchNodeRemoveOptions {
        node_list: vec![busy.clone()],
        resize_timeout: Some(TimeSpan::from_minutes(5)),
        node_deallocation_option: Some("taskcompletion".into()),
    };
    arm.batch.remove_nodes(&id, remove, &request()).await.unwrap();
    assert_eq!(settled(arm, "pool").await, (Vec::new(), 2, 0));
    arm.batch.resize_pool(&id, to(2), &request()).await.unwrap();
    assert_eq!(settled(arm, "pool").await, (Vec::new(), 3, 0));
    arm.task_in("job", "d", "completed").await;
    arm.until(async || names().await.len() == 2).await;
    assert!(!names().await.contains(&busy));
}

pub(crate) async fn low_priority_cores_have_a_quota_of_their_own(arm: &Arm) {
    let arm = &arm.another(SimConfig::new(1).with_quotas(Quotas {
        dedicated_cores: Some(4),
        low_priority_cores: Some(6),
        ..Quotas::default()
    }));
    let options = BatchPoolCreateOptions {
        target_low_priority_nodes: Some(4),
        ..pool("pool", 2)
    };
    arm.batch.create_pool(options, &request()).await.unwrap();
    let (codes, dedicated, low_priority) = settled(arm, "pool").await;
    assert_eq!(codes, ["AccountCoreQuotaReached"]);
    assert_eq!((dedicated, low_priority), (2, 3));
}

pub(crate) async fn a_stopped_resize_lets_nodes_stay_that_have_not_left(arm: &Arm) {
    for option in ["taskcompletion", "retaineddata"] {
        let arm = &arm.another(SimConfig::new(1));
        arm.ready(pool("pool", 1), "job").await;
        arm.add("job", task("t", "sleep 600")).await;
        arm.task_in("job", "t", "running").await;
        let id = pool_id("pool");
        let resize = BatchPoolResizeOptions {
            node_deallocation_option: Some(option.into()),
            ..resize_to(0)
        };
        arm.batch.resize_pool(&id, resize, &request()).await.unwrap();
        arm.batch.stop_pool_resize(&id, &request()).await.unwrap();
        let (codes, dedicated, _) = settled(arm, "pool").await;
        assert_eq!((codes, dedicated), (vec!["ResizeStopped".to_owned()], 1));
        assert_eq!(arm.pool("pool").await.target_dedicated_nodes, Some(0));
        arm.task_in("job", "t", "completed").await;
        arm.clock.sleep(TimeSpan::from_days(8)).await;
        // It works on.
        arm.run("job", task("later", "/bin/true")).await;
        assert_eq!(arm.nodes("pool").await[0].state.as_str(), "idle");
    }
}
