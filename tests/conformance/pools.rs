//! Pools: allocation, resizing, changing, deleting.

use batchite_api::backend::{Conditions, ListOptions, RequestOptions};
use batchite_api::batch::{
    BatchMetadataItem, BatchNode, BatchNodeDeallocationOption, BatchNodeFillType, BatchNodeRemoveOptions,
    BatchPoolReplaceOptions, BatchPoolUpdateOptions, BatchStartTask, BatchTaskSchedulingPolicy,
};
use batchite_api::error::ErrorCode;
use batchite_sim::config::{Latencies, Quotas, SimConfig};

use crate::account::Account;
use crate::arms::{Arm, all, job, node_id, pool, pool_id, refused, request, resize_to, task};

pub(crate) async fn a_new_pool_resizes_then_is_steady_with_idle_nodes(arm: &Arm) {
    arm.batch.create_pool(pool("Pool", 3), &request()).await.unwrap();
    let fresh = arm.pool("pool").await;
    assert_eq!((fresh.id.as_str(), fresh.state.as_str()), ("Pool", "active"));
    assert_eq!(fresh.allocation_state.unwrap().as_str(), "resizing");
    arm.until(async || arm.pool("pool").await.allocation_state.unwrap().as_str() == "steady")
        .await;
    let steady = arm.pool("pool").await;
    assert_eq!(steady.etag, fresh.etag);
    assert_eq!(
        (steady.current_dedicated_nodes, steady.target_dedicated_nodes),
        (3, Some(3))
    );
    assert_eq!(steady.vm_size, "standard_d2s_v3");
    assert_eq!(steady.resize_timeout.unwrap().to_string(), "PT15M");
    assert_eq!(
        steady.task_scheduling_policy.unwrap().node_fill_type.as_str(),
        "spread"
    );
    arm.until(async || {
        arm.nodes("pool")
            .await
            .iter()
            .all(|node| node.state.as_str() == "idle")
    })
    .await;
    for node in arm.nodes("pool").await {
        assert!(
            node.id.starts_with("tvmps_") && node.id.ends_with("_d"),
            "{}",
            node.id
        );
        assert_eq!(node.affinity_id, format!("TVM:{}", node.id));
        assert!(node.last_boot_time >= Some(node.allocation_time));
        assert_eq!(node.start_task_info, None);
    }
    assert!(arm.batch.pool_exists(&pool_id("POOL"), &request()).await.unwrap());
    assert!(
        !arm.batch
            .pool_exists(&pool_id("other"), &request())
            .await
            .unwrap()
    );
}

pub(crate) async fn lists_are_filtered_selected_and_paged(arm: &Arm) {
    for number in 0..5 {
        arm.batch
            .create_pool(pool(&format!("pool{number}"), number), &request())
            .await
            .unwrap();
    }
    let mut options = ListOptions {
        max_results: Some(2),
        ..ListOptions::default()
    };
    let mut sizes = Vec::new();
    let mut ids = Vec::new();
    loop {
        let page = arm.batch.list_pools(&options).await.unwrap();
        sizes.push(page.items.len());
        ids.extend(page.items.into_iter().map(|pool| pool.id));
        match page.continuation {
            Some(continuation) => options.continuation = Some(continuation),
            None => break,
        }
    }
    assert_eq!(sizes, [2, 2, 1]);
    assert_eq!(ids, ["pool0", "pool1", "pool2", "pool3", "pool4"]);
    let filtered = ListOptions {
        filter: Some("startswith(id,'pool') and id ge 'pool3'".to_owned()),
        select: Some("id, state".to_owned()),
        ..ListOptions::default()
    };
    let page = arm.batch.list_pools(&filtered).await.unwrap();
    assert_eq!(page.items.len(), 2);
    assert_eq!(page.items[0].id, "pool3");
    assert_eq!(page.items[0].state.as_str(), "active");
    assert_eq!(
        (page.items[0].vm_size.as_str(), page.items[0].etag.as_str()),
        ("", "")
    );
}

pub(crate) async fn only_what_users_write_moves_the_etag(arm: &Arm) {
    arm.ready(pool("pool", 1), "job").await;
    arm.until(async || arm.pool("pool").await.allocation_state.unwrap().as_str() == "steady")
        .await;
    let before = arm.pool("pool").await.etag;
    let resized = arm
        .batch
        .resize_pool(&pool_id("pool"), resize_to(2), &request())
        .await
        .unwrap();
    assert_ne!(resized.etag, before);
    let stopped = arm
        .batch
        .stop_pool_resize(&pool_id("pool"), &request())
        .await
        .unwrap();
    assert_eq!(stopped.etag, resized.etag);
    arm.add("job", task("t", "/bin/true")).await;
    let added = arm.task("job", "t").await.etag;
    assert_eq!(arm.task_in("job", "t", "completed").await.etag, added);
}

pub(crate) async fn conditions_protect_writes_and_save_reads(account: &Account) {
    let name = account.name("pool");
    let id = pool_id(&name);
    let first = account
        .batch
        .create_pool(pool(&name, 0), &request())
        .await
        .unwrap();
    let patch = || BatchPoolUpdateOptions {
        metadata: Some(Vec::new()),
        ..BatchPoolUpdateOptions::default()
    };
    let matching = |tag: &str| RequestOptions {
        conditions: Conditions {
            if_match: Some(tag.to_owned()),
            ..Conditions::default()
        },
        ..RequestOptions::default()
    };
    let second = account
        .batch
        .update_pool(&id, patch(), &matching(&first.etag))
        .await
        .unwrap();
    assert_ne!(first.etag, second.etag, "two writes of one moment have two tags");
    let stale = account
        .batch
        .update_pool(&id, patch(), &matching(&first.etag))
        .await;
    assert_eq!(refused(stale, &ErrorCode::ConditionNotMet).status(), 412);
    let known = RequestOptions {
        conditions: Conditions {
            if_none_match: Some(second.etag),
            ..Conditions::default()
        },
        ..RequestOptions::default()
    };
    let unchanged = account.batch.get_pool(&id, &known).await;
    assert_eq!(refused(unchanged, &ErrorCode::ConditionNotMet).status(), 304);
}

pub(crate) async fn patch_keeps_and_updateproperties_removes(account: &Account) {
    let name = account.name("pool");
    let id = pool_id(&name);
    let item = BatchMetadataItem {
        name: "team".to_owned(),
        value: "blue".to_owned(),
    };
    let options = batchite_api::batch::BatchPoolCreateOptions {
        metadata: vec![item],
        ..pool(&name, 0)
    };
    account.batch.create_pool(options, &request()).await.unwrap();
    let start_task = || {
        Some(BatchStartTask {
            command_line: "/bin/true".into(),
            ..BatchStartTask::default()
        })
    };
    let patch = BatchPoolUpdateOptions {
        start_task: start_task(),
        ..BatchPoolUpdateOptions::default()
    };
    account.batch.update_pool(&id, patch, &request()).await.unwrap();
    let patched = account.pool(&name).await;
    assert_eq!(patched.metadata.len(), 1);
    assert_eq!(patched.start_task.unwrap().wait_for_success, Some(true));
    let replace = BatchPoolReplaceOptions::default();
    account
        .batch
        .replace_pool_properties(&id, replace, &request())
        .await
        .unwrap();
    let replaced = account.pool(&name).await;
    assert_eq!((replaced.start_task, replaced.metadata.len()), (None, 0));
}

pub(crate) async fn shrinking_prefers_idle_nodes(arm: &Arm) {
    arm.ready(pool("pool", 3), "job").await;
    arm.add("job", task("long", "/bin/sh -c 'sleep 3600'")).await;
    let busy = arm
        .task_in("job", "long", "running")
        .await
        .node_info
        .unwrap()
        .node_id;
    arm.until(async || arm.pool("pool").await.allocation_state.unwrap().as_str() == "steady")
        .await;
    arm.batch
        .resize_pool(&pool_id("pool"), resize_to(1), &request())
        .await
        .unwrap();
    arm.until(async || arm.pool("pool").await.allocation_state.unwrap().as_str() == "steady")
        .await;
    let left: Vec<_> = arm
        .nodes("pool")
        .await
        .into_iter()
        .map(|node| Some(node.id))
        .collect();
    assert_eq!(left, [busy]);
    assert_eq!(
        arm.task("job", "long")
            .await
            .execution_info
            .unwrap()
            .requeue_count,
        0
    );
}

pub(crate) async fn stopping_a_resize_keeps_the_nodes_there_are(arm: &Arm) {
    let arm = arm.another(SimConfig::new(3).with_latencies(Latencies::azure()));
    arm.batch.create_pool(pool("pool", 5), &request()).await.unwrap();
    arm.until(async || {
        arm.nodes("pool")
            .await
            .iter()
            .any(|node| node.state.as_str() != "creating")
    })
    .await;
    arm.batch
        .stop_pool_resize(&pool_id("pool"), &request())
        .await
        .unwrap();
    assert_eq!(
        arm.pool("pool").await.allocation_state.unwrap().as_str(),
        "stopping"
    );
    arm.until(async || arm.pool("pool").await.allocation_state.unwrap().as_str() == "steady")
        .await;
    let stopped = arm.pool("pool").await;
    assert_eq!(stopped.resize_errors[0].code.as_deref(), Some("ResizeStopped"));
    assert!(
        (1..5).contains(&stopped.current_dedicated_nodes),
        "{}",
        stopped.current_dedicated_nodes
    );
    assert_eq!(stopped.target_dedicated_nodes, Some(5));
}

pub(crate) async fn named_nodes_are_removed(arm: &Arm) {
    arm.ready(pool("pool", 3), "job").await;
    arm.until(async || arm.pool("pool").await.allocation_state.unwrap().as_str() == "steady")
        .await;
    let nodes = arm.nodes("pool").await;
    let remove = BatchNodeRemoveOptions {
        node_list: vec![nodes[1].id.clone()],
        ..BatchNodeRemoveOptions::default()
    };
    arm.batch
        .remove_nodes(&pool_id("pool"), remove, &request())
        .await
        .unwrap();
    arm.until(async || arm.nodes("pool").await.len() == 2).await;
    assert_eq!(arm.pool("pool").await.target_dedicated_nodes, Some(2));
    let gone = arm
        .batch
        .get_node(&pool_id("pool"), &node_id(&nodes[1]), &request())
        .await;
    refused(gone, &ErrorCode::NodeNotFound);
}

pub(crate) async fn a_node_is_counted_out_of_the_target_once(arm: &Arm) {
    arm.ready(pool("pool", 2), "job").await;
    arm.add("job", task("t", "/bin/sh -c 'sleep 3600'")).await;
    let node = arm.task_in("job", "t", "running").await.node_info.unwrap();
    let remove = || BatchNodeRemoveOptions {
        node_list: vec![node.node_id.clone().unwrap()],
        node_deallocation_option: Some(BatchNodeDeallocationOption::TaskCompletion),
        ..BatchNodeRemoveOptions::default()
    };
    // The first removal runs out of time while the task runs; the second is of a node that is leaving.
    for _ in 0..2 {
        arm.until(async || arm.pool("pool").await.allocation_state.unwrap().as_str() == "steady")
            .await;
        arm.batch
            .remove_nodes(&pool_id("pool"), remove(), &request())
            .await
            .unwrap();
        assert_eq!(arm.pool("pool").await.target_dedicated_nodes, Some(1));
    }
    arm.until(async || arm.nodes("pool").await.len() == 1).await;
}

pub(crate) async fn a_refused_patch_changes_nothing(arm: &Arm) {
    let mut options = pool("pool", 0);
    options.task_slots_per_node = Some(2);
    arm.batch.create_pool(options, &request()).await.unwrap();
    let before = arm.pool("pool").await;
    let mut machine = before.virtual_machine_configuration.clone().unwrap();
    machine.node_agent_sku_id = "batch.node.beos".to_owned();
    let update = BatchPoolUpdateOptions {
        task_scheduling_policy: Some(BatchTaskSchedulingPolicy {
            node_fill_type: BatchNodeFillType::Pack,
            ..BatchTaskSchedulingPolicy::default()
        }),
        virtual_machine_configuration: Some(machine),
        ..BatchPoolUpdateOptions::default()
    };
    let refusal = arm.batch.update_pool(&pool_id("pool"), update, &request()).await;
    refused(refusal, &ErrorCode::InvalidPropertyValue);
    arm.until(async || arm.pool("pool").await.allocation_state.unwrap().as_str() == "steady")
        .await;
    assert_eq!(arm.pool("pool").await.etag, before.etag);
    // Still spread: two tasks of one slot go to two nodes.
    arm.batch
        .resize_pool(&pool_id("pool"), resize_to(2), &request())
        .await
        .unwrap();
    arm.until(async || {
        arm.nodes("pool")
            .await
            .iter()
            .filter(|node| node.state.as_str() == "idle")
            .count()
            == 2
    })
    .await;
    arm.batch
        .create_job(job("job", "pool"), &request())
        .await
        .unwrap();
    let mut nodes = Vec::new();
    for id in ["a", "b"] {
        arm.add("job", task(id, "/bin/sh -c 'sleep 60'")).await;
        nodes.push(arm.task_in("job", id, "running").await.node_info.unwrap().node_id);
    }
    assert_ne!(nodes[0], nodes[1]);
}

pub(crate) async fn pages_of_nodes_go_on_when_nodes_leave(arm: &Arm) {
    arm.ready(pool("pool", 6), "job").await;
    arm.until(async || arm.pool("pool").await.allocation_state.unwrap().as_str() == "steady")
        .await;
    let nodes = arm.nodes("pool").await;
    let mut options = ListOptions {
        max_results: Some(2),
        ..ListOptions::default()
    };
    let first = arm.batch.list_nodes(&pool_id("pool"), &options).await.unwrap();
    let remove = BatchNodeRemoveOptions {
        node_list: nodes[..3].iter().map(|node| node.id.clone()).collect(),
        ..BatchNodeRemoveOptions::default()
    };
    arm.batch
        .remove_nodes(&pool_id("pool"), remove, &request())
        .await
        .unwrap();
    arm.until(async || arm.nodes("pool").await.len() == 3).await;
    options.continuation = first.continuation;
    let second = arm.batch.list_nodes(&pool_id("pool"), &options).await.unwrap();
    let ids = |nodes: &[BatchNode]| nodes.iter().map(|node| node.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&second.items), ids(&nodes[3..5]));
}

pub(crate) async fn a_pool_has_no_more_nodes_than_the_world_has_memory_for(arm: &Arm) {
    let mut config = SimConfig::new(1).with_quotas(Quotas {
        dedicated_cores: None,
        ..Quotas::default()
    });
    config.nodes_per_pool_max = 3;
    let arm = arm.another(config);
    arm.batch
        .create_pool(pool("pool", i32::MAX), &request())
        .await
        .unwrap();
    arm.until(async || arm.pool("pool").await.allocation_state.unwrap().as_str() == "steady")
        .await;
    let steady = arm.pool("pool").await;
    assert_eq!(
        (steady.current_dedicated_nodes, steady.target_dedicated_nodes),
        (3, Some(i32::MAX))
    );
    assert_eq!(steady.resize_errors[0].code.as_deref(), Some("AllocationFailed"));
}

pub(crate) async fn the_core_quota_shows_as_a_resize_error(arm: &Arm) {
    let arm = arm.another(SimConfig::new(1).with_dedicated_core_quota(Some(5)));
    arm.batch.create_pool(pool("pool", 4), &request()).await.unwrap();
    assert_eq!(
        arm.pool("pool").await.resize_errors,
        [],
        "errors show only once the pool is steady"
    );
    arm.until(async || arm.pool("pool").await.allocation_state.unwrap().as_str() == "steady")
        .await;
    let steady = arm.pool("pool").await;
    assert_eq!(
        (steady.current_dedicated_nodes, steady.target_dedicated_nodes),
        (2, Some(4))
    );
    assert_eq!(
        steady.resize_errors[0].code.as_deref(),
        Some("AccountCoreQuotaReached")
    );
    arm.batch
        .resize_pool(&pool_id("pool"), resize_to(1), &request())
        .await
        .unwrap();
    arm.until(async || arm.pool("pool").await.allocation_state.unwrap().as_str() == "steady")
        .await;
    assert_eq!(arm.pool("pool").await.resize_errors, []);
}

pub(crate) async fn a_deleted_pool_gives_its_tasks_back(arm: &Arm) {
    arm.ready(pool("pool", 1), "job").await;
    arm.add("job", task("t", "/bin/sh -c 'sleep 60'")).await;
    arm.task_in("job", "t", "running").await;
    arm.batch.delete_pool(&pool_id("pool"), &request()).await.unwrap();
    assert_eq!(arm.pool("pool").await.state.as_str(), "deleting");
    refused(
        arm.batch.delete_pool(&pool_id("pool"), &request()).await,
        &ErrorCode::PoolBeingDeleted,
    );
    refused(
        arm.batch
            .resize_pool(&pool_id("pool"), resize_to(1), &request())
            .await,
        &ErrorCode::PoolBeingDeleted,
    );
    let waiting = arm.task("job", "t").await;
    assert_eq!(waiting.state.as_str(), "active");
    assert_eq!(waiting.execution_info.unwrap().requeue_count, 1);
    arm.until(async || !arm.batch.pool_exists(&pool_id("pool"), &request()).await.unwrap())
        .await;
    // Another pool of the id takes the job's tasks up.
    arm.batch.create_pool(pool("pool", 1), &request()).await.unwrap();
    assert_eq!(
        arm.task_in("job", "t", "completed")
            .await
            .execution_info
            .unwrap()
            .exit_code,
        Some(0)
    );
    assert_eq!(arm.batch.list_pools(&all()).await.unwrap().items.len(), 1);
}
