//! What goes wrong because it was told to: what it does to nodes and tasks, and that nothing else breaks.

use batchite_api::backend::ListOptions;
use batchite_api::batch::{
    BatchNode, BatchNodeRebootOptions, BatchNodeState, BatchPoolCreateOptions, BatchPoolResizeOptions,
    BatchTask, BatchTaskGroup, BatchTaskState,
};
use batchite_api::ids::{JobId, PoolId};
use batchite_api::time::TimeSpan;
use batchite_sim::config::{Latencies, SimConfig};
use batchite_sim::fault::{Fault, FaultPlan};

use crate::driver::{Driver, job_options, pool_options, request, task_id, task_options, upgrade_policy};
use crate::swarm::Choices;

fn fault(document: &str) -> Fault {
    serde_json::from_str(document).expect(document)
}

fn pool() -> PoolId {
    "pool".parse().unwrap()
}

fn job() -> JobId {
    "job".parse().unwrap()
}

/// A world with faults from its beginning, a pool of low-priority nodes, a job, and its tasks `t0`, `t1`...
fn world(faults: &[&str], nodes: i32, tasks: u32, start_task: bool) -> Driver {
    let faults = faults.iter().map(|document| fault(document)).collect();
    let config = SimConfig::new(1).with_faults(FaultPlan::new(faults).unwrap());
    let mut driver = Driver::new(config);
    let options = BatchPoolCreateOptions {
        target_low_priority_nodes: Some(nodes),
        ..pool_options("pool", 0, 1, start_task)
    };
    driver.world.create_pool(options, &request()).unwrap();
    driver
        .world
        .create_job(job_options("job", "pool", 0), &request())
        .unwrap();
    let value = (0..tasks)
        .map(|at| task_options(&format!("t{at}"), 1, 1))
        .collect();
    if tasks > 0 {
        let group = BatchTaskGroup { value };
        driver
            .world
            .create_task_collection(&job(), group, &request())
            .unwrap();
    }
    driver.settle();
    driver
}

fn nodes(driver: &Driver) -> Vec<BatchNode> {
    driver.nodes(&pool())
}

fn task(driver: &Driver, id: &str) -> BatchTask {
    driver.world.get_task(&job(), &task_id(id), &request()).unwrap()
}

fn advance(driver: &mut Driver, seconds: i64) {
    let target = driver.world.now() + TimeSpan::from_seconds(seconds);
    while let Some(next) = driver.world.poll_timeout().filter(|next| *next <= target) {
        driver.world.observe(next);
        driver.settle();
    }
    driver.world.observe(target);
    driver.settle();
}

#[test]
fn a_pre_empted_node_comes_back_and_its_task_runs_again_uncounted() {
    let preempted = r#"{"kind":"nodePreempted","node":1,"after":"PT30S","restoredAfter":"PT5M"}"#;
    let mut driver = world(&[preempted], 1, 1, false);
    let before = nodes(&driver).remove(0);
    assert_eq!(task(&driver, "t0").state, BatchTaskState::Running);
    advance(&mut driver, 31);
    let node = nodes(&driver).remove(0);
    assert_eq!(node.state, BatchNodeState::Preempted);
    assert!(driver.live.is_empty(), "its commands are gone");
    let waiting = task(&driver, "t0");
    assert_eq!(waiting.state, BatchTaskState::Active);
    let counts = driver
        .world
        .list_pool_node_counts(&ListOptions::default())
        .unwrap();
    assert_eq!(counts.items[0].low_priority.as_ref().unwrap().preempted, 1);
    advance(&mut driver, 300);
    let node = nodes(&driver).remove(0);
    assert_eq!((node.state, &node.id), (BatchNodeState::Running, &before.id));
    assert_eq!(node.allocation_time, before.allocation_time);
    assert!(node.last_boot_time > before.last_boot_time);
    let running = task(&driver, "t0");
    let info = running.execution_info.unwrap();
    assert_eq!((info.retry_count, info.requeue_count), (0, 0));
    assert_eq!(driver.world.faults()[0].struck, 1);
}

#[test]
fn an_unusable_node_says_why_takes_nothing_and_can_be_removed() {
    let mut driver = world(&[r#"{"kind":"nodeUnusable","after":"PT30S"}"#], 1, 1, false);
    advance(&mut driver, 600);
    let node = nodes(&driver).remove(0);
    assert_eq!(node.state, BatchNodeState::Unusable);
    assert_eq!(node.errors.len(), 1);
    assert_eq!(task(&driver, "t0").state, BatchTaskState::Active);
    let id = node.id.parse().unwrap();
    let refused = driver
        .world
        .reboot_node(&pool(), &id, &BatchNodeRebootOptions::default(), &request())
        .unwrap_err();
    assert_eq!(refused.code().as_str(), "NodeStateUnusable");
    let resize = BatchPoolResizeOptions {
        target_low_priority_nodes: Some(0),
        ..BatchPoolResizeOptions::default()
    };
    driver.world.resize_pool(&pool(), &resize, &request()).unwrap();
    driver.settle();
    assert!(nodes(&driver).is_empty());
}

#[test]
fn a_killed_task_is_retried_and_a_failing_one_fails() {
    let killed = r#"{"kind":"taskKilled","task":"t0","after":"PT10S"}"#;
    let fails = r#"{"kind":"taskFails","task":"t1","exitCode":9,"times":2}"#;
    let mut driver = world(&[killed, fails], 2, 2, false);
    advance(&mut driver, 11);
    let again = task(&driver, "t0");
    let info = again.execution_info.unwrap();
    assert_eq!((again.state, info.retry_count), (BatchTaskState::Running, 1));
    while !driver.live.is_empty() {
        driver.finish(0, 0);
    }
    assert_eq!(task(&driver, "t0").execution_info.unwrap().exit_code, Some(0));
    let failed = task(&driver, "t1").execution_info.unwrap();
    assert_eq!((failed.exit_code, failed.retry_count), (Some(9), 1));
    let struck: Vec<u64> = driver.world.faults().iter().map(|fault| fault.struck).collect();
    assert_eq!(struck, [1, 2]);
}

#[test]
fn a_start_task_fails_on_the_node_that_is_named() {
    let fails = r#"{"kind":"startTaskFails","node":2,"times":2}"#;
    let mut driver = world(&[fails], 3, 0, true);
    while !driver.live.is_empty() {
        driver.finish(0, 0);
    }
    let states = nodes(&driver).into_iter().map(|node| node.state);
    let failed = states.filter(|state| *state == BatchNodeState::StartTaskFailed);
    assert_eq!(failed.count(), 1);
}

#[test]
fn an_allocation_that_fails_leaves_a_smaller_pool_and_an_error() {
    let driver = world(&[r#"{"kind":"allocationFails","allocated":2}"#], 5, 0, false);
    assert_eq!(nodes(&driver).len(), 2);
    let pool = driver.world.get_pool(&pool(), &request()).unwrap();
    assert_eq!(pool.resize_errors[0].code.as_deref(), Some("AllocationFailed"));
}

#[test]
fn what_is_cleared_does_not_happen() {
    let preempted = r#"{"kind":"nodePreempted","after":"PT30S"}"#;
    let mut driver = world(&[preempted], 1, 0, false);
    assert!(driver.world.clear_fault(1));
    assert!(!driver.world.clear_fault(1));
    advance(&mut driver, 60);
    assert_eq!(nodes(&driver)[0].state, BatchNodeState::Idle);
}

#[test]
fn equal_plans_have_equal_histories() {
    let history = || {
        let faults = [
            r#"{"kind":"nodePreempted","probability":0.3}"#,
            r#"{"kind":"taskKilled","after":"PT20S","probability":0.5}"#,
        ];
        let mut driver = world(&faults, 4, 20, false);
        for _ in 0..40 {
            advance(&mut driver, 15);
            driver.finish(0, 0);
        }
        let struck: Vec<u64> = driver.world.faults().iter().map(|fault| fault.struck).collect();
        assert!(struck.iter().all(|struck| *struck > 0), "{struck:?}");
        format!("{:?} {:?} {struck:?}", nodes(&driver), driver.tasks(&job()))
    };
    assert_eq!(history(), history());
}

#[test]
fn no_fault_breaks_an_invariant() {
    const KINDS: [&str; 12] = [
        r#"{"kind":"nodePreempted","probability":0.2,"after":"PT40S","restoredAfter":"PT1M"}"#,
        r#"{"kind":"nodePreempted","after":"PT2M"}"#,
        r#"{"kind":"nodeUnusable","after":"PT3M"}"#,
        r#"{"kind":"nodeUnusable","probability":0.05}"#,
        r#"{"kind":"taskKilled","after":"PT15S","probability":0.4}"#,
        r#"{"kind":"taskFails","probability":0.3}"#,
        r#"{"kind":"startTaskFails","probability":0.5}"#,
        r#"{"kind":"allocationFails","allocated":1,"probability":0.5}"#,
        r#"{"kind":"launchFails","probability":0.4}"#,
        r#"{"kind":"launchFails","task":"t1?","times":9}"#,
        r#"{"kind":"operatingSystemUpgraded","after":"PT50S","takes":"PT1M","probability":0.2}"#,
        r#"{"kind":"operatingSystemUpgraded","after":"PT2M","takes":"PT0S"}"#,
    ];
    for seed in 0..60 {
        let mut choices = Choices(seed);
        let mut driver = {
            let latencies = [Latencies::instant(), Latencies::azure()][usize::from(seed % 2 == 0)];
            let faults = KINDS
                .iter()
                .filter(|_| choices.next(2) == 0)
                .map(|kind| fault(kind));
            let plan = FaultPlan::new(faults.collect()).unwrap();
            Driver::new(SimConfig::new(seed).with_latencies(latencies).with_faults(plan))
        };
        let options = BatchPoolCreateOptions {
            target_low_priority_nodes: Some(2),
            upgrade_policy: Some(upgrade_policy(choices.next(2) == 0)),
            ..pool_options("pool", 1, 2, choices.next(2) == 0)
        };
        driver.world.create_pool(options, &request()).unwrap();
        driver
            .world
            .create_job(job_options("job", "pool", 0), &request())
            .unwrap();
        let value = (0..12).map(|at| task_options(&format!("t{at}"), 1, 2)).collect();
        let group = BatchTaskGroup { value };
        driver
            .world
            .create_task_collection(&job(), group, &request())
            .unwrap();
        for _ in 0..60 {
            match choices.next(4) {
                0 => driver.finish(usize::try_from(choices.next(9)).unwrap(), 0),
                1 => {
                    let resize = BatchPoolResizeOptions {
                        target_dedicated_nodes: Some(choices.small(3)),
                        target_low_priority_nodes: Some(choices.small(4)),
                        ..BatchPoolResizeOptions::default()
                    };
                    drop(driver.world.resize_pool(&pool(), &resize, &request()));
                    driver.settle();
                }
                // Settling asks for the invariants.
                _ => advance(&mut driver, 20),
            }
        }
    }
}
