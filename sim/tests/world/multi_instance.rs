//! Multi-instance tasks among ordinary ones, under random histories: never on fewer nodes than asked for, all parts end
//! together, and everything runs in the end.

use std::collections::BTreeMap;

use batchite_api::batch::{
    BatchJobDisableOptions, BatchNodeRebootOptions, BatchPoolResizeOptions, DisableBatchJobOption,
    MultiInstanceSettings,
};
use batchite_api::ids::{JobId, NodeId, PoolId};
use batchite_sim::config::{Latencies, SimConfig};
use proptest::prelude::*;

use crate::driver::{Driver, job_options, pool_options, request, task_id, task_options};

#[derive(Debug, Clone)]
enum Step {
    Add { job: u8, task: u8, instances: u8 },
    Terminate { job: u8, task: u8 },
    Delete { job: u8, task: u8 },
    Requeue(u8),
    Enable(u8),
    Reboot(usize),
    Resize(i32),
    Finish(usize, i32),
    Pass,
    Outlive,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let (job, task) = (0_u8..2, 0_u8..10);
    let step = prop_oneof![
        6 => (job.clone(), task.clone(), 0_u8..5)
            .prop_map(|(job, task, instances)| Step::Add { job, task, instances }),
        1 => (job.clone(), task.clone()).prop_map(|(job, task)| Step::Terminate { job, task }),
        1 => (job.clone(), task).prop_map(|(job, task)| Step::Delete { job, task }),
        1 => job.clone().prop_map(Step::Requeue),
        2 => job.prop_map(Step::Enable),
        1 => (0_usize..4).prop_map(Step::Reboot),
        1 => (2_i32..5).prop_map(Step::Resize),
        14 => (any::<usize>(), prop_oneof![4 => Just(0), 1 => Just(1)])
            .prop_map(|(choice, code)| Step::Finish(choice, code)),
        5 => Just(Step::Pass),
        1 => Just(Step::Outlive),
    ];
    prop::collection::vec(step, 1..80)
}

fn job(number: u8) -> JobId {
    JobId::parse(&format!("job{number}")).unwrap()
}

fn act(driver: &mut Driver, step: &Step) {
    let pool = PoolId::parse("pool").unwrap();
    match *step {
        Step::Add {
            job: of,
            task,
            instances,
        } => {
            // The name says how many nodes it takes; none is an ordinary task.
            let mut options = task_options(&format!("multi{instances}x{task}"), 1, 1);
            options.multi_instance_settings = (instances > 0).then(|| MultiInstanceSettings {
                number_of_instances: Some(i32::from(instances)),
                coordination_command_line: "coordinate".into(),
                ..MultiInstanceSettings::default()
            });
            drop(driver.world.create_task(&job(of), options, &request()));
        }
        Step::Terminate { job: of, task } => {
            for instances in 0..5 {
                let task = task_id(&format!("multi{instances}x{task}"));
                drop(driver.world.terminate_task(&job(of), &task, &request()));
            }
        }
        Step::Delete { job: of, task } => {
            for instances in 0..5 {
                let task = task_id(&format!("multi{instances}x{task}"));
                drop(driver.world.delete_task(&job(of), &task, &request()));
            }
        }
        Step::Requeue(of) => {
            let disable = BatchJobDisableOptions {
                disable_tasks: DisableBatchJobOption::Requeue,
            };
            drop(driver.world.disable_job(&job(of), &disable, &request()));
        }
        Step::Enable(of) => drop(driver.world.enable_job(&job(of), &request())),
        Step::Reboot(at) => {
            let nodes = driver.nodes(&pool);
            let Some(node) = nodes.get(at) else { return };
            let node = NodeId::parse(&node.id).unwrap();
            let reboot = BatchNodeRebootOptions::default();
            drop(driver.world.reboot_node(&pool, &node, &reboot, &request()));
        }
        Step::Resize(nodes) => {
            let resize = BatchPoolResizeOptions {
                target_dedicated_nodes: Some(nodes),
                ..BatchPoolResizeOptions::default()
            };
            drop(driver.world.resize_pool(&pool, &resize, &request()));
        }
        Step::Finish(choice, code) => driver.finish(choice, code),
        Step::Pass => drop(driver.step()),
        Step::Outlive => driver.outlive_tasks(),
    }
    driver.settle();
    as_many_nodes_as_asked_for(driver);
}

/// A task that runs has exactly the nodes its name asks for, and what lives of it is on different ones.
fn as_many_nodes_as_asked_for(driver: &Driver) {
    let mut taken = 0;
    for number in 0..2 {
        for task in driver.tasks(&job(number)) {
            let instances = task.id.as_bytes()["multi".len()] - b'0';
            if task.state.as_str() == "running" && !driver.is_too_old(&task) {
                taken += i32::from(instances.max(1));
            }
        }
    }
    let pool = PoolId::parse("pool").unwrap();
    let nodes = driver.nodes(&pool);
    let counted = nodes.iter().map(|node| node.running_tasks_count.unwrap());
    assert_eq!(
        counted.sum::<i32>(),
        taken,
        "nodes are taken by tasks that run, and by no others"
    );
    let mut places: BTreeMap<&NodeId, u32> = BTreeMap::new();
    for (node, _) in driver.live.values() {
        *places.entry(node).or_default() += 1;
    }
    assert!(places.values().all(|runs| *runs == 1), "one slot, one command");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn tasks_get_all_their_nodes_or_none_and_all_of_them_run(steps in steps(), azure in any::<bool>()) {
        let latencies = if azure { Latencies::azure() } else { Latencies::instant() };
        let mut driver = Driver::new(SimConfig::new(5).with_latencies(latencies));
        let mut options = pool_options("pool", 4, 1, false);
        options.enable_inter_node_communication = Some(true);
        driver.world.create_pool(options, &request()).unwrap();
        for number in 0..2 {
            let options = job_options(job(number).as_str(), "pool", i32::from(number));
            driver.world.create_job(options, &request()).unwrap();
        }
        for step in &steps {
            act(&mut driver, step);
        }
        for number in 0..2 {
            act(&mut driver, &Step::Enable(number));
        }
        while driver.step() {}
        act(&mut driver, &Step::Resize(4));
        // Whatever is there in the end has four nodes, and nothing keeps anything else from running for ever.
        let mut rounds = 0;
        while driver.step() || !driver.live.is_empty() {
            act(&mut driver, &Step::Finish(0, 0));
            rounds += 1;
            prop_assert!(rounds < 10_000, "the world does not come to rest");
        }
        for number in 0..2 {
            for task in driver.tasks(&job(number)) {
                let old = driver.is_too_old(&task);
                prop_assert!(old || task.state.as_str() == "completed", "{} is {}", task.id, task.state);
            }
        }
    }
}
