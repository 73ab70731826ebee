//! Everything at once: pools of every kind, formulas, spot nodes, jobs with managers, preparation and release, automatic
//! pools, schedules, tasks that depend, span nodes and end in every way, and faults, in histories drawn from seeds.
//!
//! What is drawn may be refused; that is not the point here. The invariants hold after every event, everything that has
//! an end comes to it, and what the histories are said to hold was done, not only tried.

mod documents;
mod operations;

use std::collections::BTreeMap;

use batchite_api::backend::ListOptions;
use batchite_api::ids::{JobId, PoolId};
use batchite_api::time::TimeSpan;
use batchite_sim::config::{Latencies, Quotas, SimConfig};
use batchite_sim::fault::{Fault, FaultPlan};

use crate::driver::{Driver, request};
use crate::swarm::{Choices, applications, come_to_rest};

/// How often each operation succeeded, over all histories.
type Done = BTreeMap<&'static str, u32>;

fn config(seed: u64) -> SimConfig {
    let latencies = if seed.is_multiple_of(2) {
        Latencies::azure()
    } else {
        Latencies::instant()
    };
    SimConfig::new(seed)
        .with_latencies(latencies)
        .with_applications(applications())
        .with_reimage_allowed(true)
        .with_faults(FaultPlan::new(Fault::swarm(seed)).unwrap())
        .with_quotas(Quotas {
            pools: Some(6),
            active_jobs: Some(8),
            dedicated_cores: Some(40),
            low_priority_cores: Some(16),
            ..Quotas::default()
        })
}

fn history(seed: u64, done: &mut Done) {
    let mut driver = Driver::new(config(seed));
    let mut choices = Choices(seed);
    for step in 0..200 {
        match choices.next(4) {
            0 | 1 => {
                operations::operate(&mut driver, &mut choices, done);
                driver.settle();
            }
            2 => {
                let choice = usize::try_from(choices.next(1000)).unwrap();
                driver.finish(choice, choices.small(4) % 3);
            }
            _ if step % 9 == 0 => driver.pass(),
            _ => drop(driver.step()),
        }
    }
    wind_down(&mut driver);
}

/// Ends what has no end of its own, and waits for the rest.
fn wind_down(driver: &mut Driver) {
    clear_faults_of_nodes(driver);
    for pool in pools(driver) {
        drop(driver.world.disable_pool_auto_scale(&pool, &request()));
    }
    let schedules = driver.world.list_job_schedules(&ListOptions::default()).unwrap();
    for schedule in schedules.items {
        drop(
            driver
                .world
                .terminate_job_schedule(&schedule.id.parse().unwrap(), &request()),
        );
    }
    driver.settle();
    come_to_rest(driver);
    for job in driver.jobs() {
        drop(
            driver
                .world
                .terminate_job(&job, &operations::because("over"), &request()),
        );
    }
    driver.settle();
    come_to_rest(driver);
    // Nodes that wait for the files of tasks go when the last retention time is over.
    let end = driver.world.now() + TimeSpan::from_days(40);
    while driver.world.poll_timeout().is_some_and(|next| next < end) {
        driver.world.observe(driver.world.now() + TimeSpan::from_days(9));
        driver.settle();
        come_to_rest(driver);
    }
    everything_has_ended(driver);
    for job in driver.jobs() {
        drop(driver.world.delete_job(&job, &request()));
    }
    for pool in pools(driver) {
        drop(driver.world.delete_pool(&pool, &request()));
    }
    driver.settle();
    come_to_rest(driver);
    assert_eq!(driver.jobs(), Vec::<JobId>::new(), "jobs that are deleted go");
    assert_eq!(pools(driver), Vec::<PoolId>::new(), "pools that are deleted go");
}

/// Those that strike again and again by themselves; what waits to be launched again goes on doing so.
fn clear_faults_of_nodes(driver: &mut Driver) {
    let numbers: Vec<u32> = driver
        .world
        .faults()
        .iter()
        .filter(|report| !matches!(report.fault, Fault::LaunchFails { .. }))
        .map(|report| report.number)
        .collect();
    for number in numbers {
        driver.world.clear_fault(number);
    }
}

fn pools(driver: &Driver) -> Vec<PoolId> {
    let pools = driver.world.list_pools(&ListOptions::default()).unwrap().items;
    pools
        .iter()
        .map(|pool| PoolId::parse(&pool.id).unwrap())
        .collect()
}

fn everything_has_ended(driver: &Driver) {
    for id in driver.jobs() {
        let job = driver.world.get_job(&id, &request()).unwrap();
        assert_eq!(job.state.as_str(), "completed", "{id}");
        // What never ran stays active, as the service leaves it.
        for task in driver.tasks(&id) {
            let state = task.state.as_str();
            assert!(
                matches!(state, "active" | "completed"),
                "task {} of {id} is {state}",
                task.id
            );
        }
    }
    for pool in driver.world.list_pools(&ListOptions::default()).unwrap().items {
        assert_eq!(
            pool.allocation_state
                .as_ref()
                .map(batchite_api::batch::AllocationState::as_str),
            Some("steady"),
            "{}",
            pool.id
        );
        for node in driver.nodes(&PoolId::parse(&pool.id).unwrap()) {
            assert_ne!(node.state.as_str(), "leavingpool", "{}", node.id);
            assert_eq!(node.running_tasks_count, Some(0), "{}", node.id);
        }
    }
    assert_eq!(driver.world.runs_under_way(), 0, "what was begun has ended");
}

#[test]
fn no_seed_breaks_an_invariant_with_everything_on() {
    let first: u64 = std::option_env!("BATCHITE_SEED")
        .and_then(|seed| seed.parse().ok())
        .unwrap_or(0);
    let mut done = Done::new();
    for seed in first..first + 160 {
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| history(seed, &mut done)));
        assert!(
            result.is_ok(),
            "BATCHITE_SEED={seed} cargo test -p batchite-sim --test world everything"
        );
    }
    for name in operations::NAMES {
        let times = done.get(name).copied().unwrap_or(0);
        assert!(times >= 2, "{name} succeeded {times} times in 160 histories");
    }
}
