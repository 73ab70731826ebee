//! Requests about pools and their nodes.

use batchite_api::batch::BatchNodeError;
use batchite_api::ids::{NodeId, PoolId};
use batchite_api::time::TimeSpan;
use serde_json::json;

use super::{note, read};
use crate::driver::{Driver, request};
use crate::everything::documents::{self, one};
use crate::everything::{Done, pools};
use crate::swarm::Choices;

const DEALLOCATION: [&str; 4] = ["requeue", "terminate", "taskcompletion", "retaineddata"];

/// Pools that are made by name; automatic ones are met when an operation takes any pool.
fn any_pool(driver: &Driver, choices: &mut Choices) -> PoolId {
    let there = pools(driver);
    if there.is_empty() || choices.next(4) == 0 {
        return PoolId::parse(&format!("pool{}", choices.next(3))).unwrap();
    }
    there[usize::try_from(choices.next(there.len() as u64)).unwrap()].clone()
}

pub(super) fn on_a_pool(driver: &mut Driver, choices: &mut Choices, done: &mut Done) {
    let pool = any_pool(driver, choices);
    let world = &mut driver.world;
    match choices.next(12) {
        0..4 => {
            let mut body = documents::pool(choices);
            body["id"] = json!(format!("pool{}", choices.next(3)));
            note(done, "create_pool", &world.create_pool(read(&body), &request()));
        }
        4..6 => {
            let body = json!({
                "targetDedicatedNodes": choices.next(5),
                "targetLowPriorityNodes": choices.next(3),
                "resizeTimeout": format!("PT{}M", 5 + choices.next(20)),
                "nodeDeallocationOption": one(choices, &DEALLOCATION),
            });
            note(
                done,
                "resize_pool",
                &world.resize_pool(&pool, &read(&body), &request()),
            );
        }
        6 => {
            note(
                done,
                "stop_pool_resize",
                &world.stop_pool_resize(&pool, &request()),
            );
        }
        7 => {
            let body = json!({
                "startTask": documents::start_task(choices),
                "applicationPackageReferences": documents::packages(choices),
                "metadata": [{ "name": "a", "value": "b" }],
            });
            note(
                done,
                "update_pool",
                &world.update_pool(&pool, read(&body), &request()),
            );
        }
        8 => {
            let body = documents::formula(choices);
            let enabled = world.enable_pool_auto_scale(&pool, read(&body), &request());
            note(done, "enable_pool_auto_scale", &enabled);
        }
        9 | 10 => {
            let disabled = world.disable_pool_auto_scale(&pool, &request());
            note(done, "disable_pool_auto_scale", &disabled);
        }
        _ => {
            note(done, "delete_pool", &world.delete_pool(&pool, &request()));
        }
    }
}

fn any_node(driver: &Driver, choices: &mut Choices) -> Option<(PoolId, NodeId)> {
    let pool = any_pool(driver, choices);
    let nodes = driver.nodes(&pool);
    let at = usize::try_from(choices.next(nodes.len().max(1) as u64)).unwrap();
    nodes.get(at).map(|node| (pool, NodeId::parse(&node.id).unwrap()))
}

pub(super) fn on_a_node(driver: &mut Driver, choices: &mut Choices, done: &mut Done) {
    let Some((pool, node)) = any_node(driver, choices) else {
        return;
    };
    let world = &mut driver.world;
    let option = one(choices, &DEALLOCATION);
    match choices.next(14) {
        0 => {
            let body = json!({ "nodeList": [node.as_str()], "nodeDeallocationOption": option });
            note(
                done,
                "remove_nodes",
                &world.remove_nodes(&pool, &read(&body), &request()),
            );
        }
        1 => {
            let body = json!({ "nodeRebootOption": option });
            note(
                done,
                "reboot_node",
                &world.reboot_node(&pool, &node, &read(&body), &request()),
            );
        }
        2 => {
            let body = json!({ "nodeReimageOption": option });
            note(
                done,
                "reimage_node",
                &world.reimage_node(&pool, &node, &read(&body), &request()),
            );
        }
        3 | 4 => {
            let body = json!({ "nodeDeallocateOption": option });
            let deallocated = world.deallocate_node(&pool, &node, &read(&body), &request());
            note(done, "deallocate_node", &deallocated);
        }
        5 | 6 => {
            note(done, "start_node", &world.start_node(&pool, &node, &request()));
        }
        7 | 8 => {
            let body = json!({ "nodeDisableSchedulingOption": one(choices, &DEALLOCATION[..3]) });
            let disabled = world.disable_node_scheduling(&pool, &node, &read(&body), &request());
            note(done, "disable_node_scheduling", &disabled);
        }
        9 => {
            let enabled = world.enable_node_scheduling(&pool, &node, &request());
            note(done, "enable_node_scheduling", &enabled);
        }
        10 => {
            let away = (choices.next(2) == 0).then(|| TimeSpan::from_minutes(i64::from(choices.small(40))));
            note(done, "preempt_node", &world.preempt_node(&pool, &node, away));
        }
        11 => {
            let failed = world.fail_node(&pool, &node, BatchNodeError::default());
            note(done, "fail_node", &failed);
        }
        12 => {
            note(done, "silence_node", &world.silence_node(&pool, &node));
        }
        _ => {
            note(done, "recover_node", &world.recover_node(&pool, &node));
        }
    }
}
