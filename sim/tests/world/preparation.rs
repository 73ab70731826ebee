//! Jobs with preparation and release tasks, under random histories: each node is prepared before the first task of a
//! job, released once when the job ends, and no job waits for a node for ever.

use std::collections::{BTreeMap, BTreeSet};

use batchite_api::backend::ListOptions;
use batchite_api::batch::{
    BatchJobDisableOptions, BatchJobPreparationTask, BatchJobReleaseTask, BatchJobTerminateOptions,
    BatchNodeDisableSchedulingOptions, BatchNodeRebootOptions, BatchPoolResizeOptions, BatchTaskConstraints,
    DisableBatchJobOption,
};
use batchite_api::ids::{JobId, NodeId, PoolId};
use batchite_api::time::TimeSpan;
use batchite_sim::config::{Latencies, SimConfig};
use batchite_sim::exec::RunId;
use proptest::prelude::*;

use crate::driver::{Driver, job_options, pool_options, request, task_id, task_options};

#[derive(Debug, Clone)]
enum Step {
    Resize(i32),
    Reboot(usize),
    Offline(usize),
    Online(usize),
    AddTask { job: u8, task: u8, slots: i32 },
    TerminateTask { job: u8, task: u8 },
    Disable(u8, DisableBatchJobOption),
    Enable(u8),
    Terminate(u8),
    Delete(u8),
    Finish(usize, i32),
    Pass,
    Outlive,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let (job, task, node) = (0_u8..3, 0_u8..8, 0_usize..4);
    let option = prop_oneof![
        Just(DisableBatchJobOption::Requeue),
        Just(DisableBatchJobOption::Terminate),
        Just(DisableBatchJobOption::Wait)
    ];
    let step = prop_oneof![
        1 => (0..4).prop_map(Step::Resize),
        2 => node.clone().prop_map(Step::Reboot),
        1 => node.clone().prop_map(Step::Offline),
        1 => node.prop_map(Step::Online),
        6 => (job.clone(), task.clone(), 1..3).prop_map(|(job, task, slots)| Step::AddTask { job, task, slots }),
        1 => (job.clone(), task).prop_map(|(job, task)| Step::TerminateTask { job, task }),
        1 => (job.clone(), option).prop_map(|(job, option)| Step::Disable(job, option)),
        2 => job.clone().prop_map(Step::Enable),
        1 => job.clone().prop_map(Step::Terminate),
        1 => job.prop_map(Step::Delete),
        12 => (any::<usize>(), prop_oneof![3 => Just(0), 1 => Just(1)])
            .prop_map(|(choice, code)| Step::Finish(choice, code)),
        6 => Just(Step::Pass),
        1 => Just(Step::Outlive),
    ];
    prop::collection::vec(step, 1..90)
}

/// The three jobs differ in what their preparation task does to their tasks.
fn job(number: u8) -> JobId {
    JobId::parse(&format!("job{number}")).unwrap()
}

fn create_jobs(driver: &mut Driver) {
    for number in 0..3_u8 {
        let mut options = job_options(job(number).as_str(), "pool", 0);
        options.job_preparation_task = Some(BatchJobPreparationTask {
            command_line: "prepare".into(),
            wait_for_success: Some(number != 2),
            rerun_on_node_reboot_after_success: Some(number != 1),
            constraints: Some(BatchTaskConstraints {
                max_task_retry_count: Some(i32::from(number)),
                max_wall_clock_time: Some(TimeSpan::from_hours(1)),
                ..BatchTaskConstraints::default()
            }),
            ..BatchJobPreparationTask::default()
        });
        options.job_release_task = Some(BatchJobReleaseTask {
            command_line: "release".into(),
            ..BatchJobReleaseTask::default()
        });
        driver.world.create_job(options, &request()).unwrap();
    }
}

/// What is seen from outside and must never happen.
#[derive(Default)]
struct Watch {
    seen: BTreeSet<RunId>,
    /// Nodes a job was prepared on, as far as runs that ended well tell.
    prepared: BTreeSet<(NodeId, String)>,
    /// How often a release ended by itself.
    released: BTreeMap<(NodeId, String), u32>,
}

impl Watch {
    /// No task of a job that waits for its preparation task starts on a node without a good preparation before.
    fn look(&mut self, driver: &Driver) {
        for (run, (node, directory)) in &driver.live {
            if !self.seen.insert(*run) {
                continue;
            }
            let parts: Vec<&str> = directory.split('/').collect();
            let [_, job, _, task] = parts.as_slice() else {
                continue;
            };
            let key = (node.clone(), (*job).to_owned());
            match *task {
                "jobpreparation" => {}
                "jobrelease" => {
                    let ended = self.released.get(&key).copied().unwrap_or(0);
                    assert_eq!(ended, 0, "{key:?} is released twice");
                }
                _ if *job == "job2" => {}
                _ => assert!(self.prepared.contains(&key), "{key:?} is not prepared for {task}"),
            }
        }
    }

    fn finish(&mut self, driver: &mut Driver, choice: usize, code: i32) {
        let at = choice % driver.live.len().max(1);
        if let Some((node, directory)) = driver.live.values().nth(at).cloned() {
            let parts: Vec<&str> = directory.split('/').collect();
            if let [_, job, _, task] = parts.as_slice() {
                let key = (node, (*job).to_owned());
                match *task {
                    "jobpreparation" if code == 0 => drop(self.prepared.insert(key)),
                    "jobrelease" => *self.released.entry(key).or_default() += 1,
                    _ => {}
                }
            }
        }
        driver.finish(choice, code);
        self.look(driver);
    }
}

fn act(driver: &mut Driver, watch: &mut Watch, step: &Step) {
    let pool = PoolId::parse("pool").unwrap();
    let node = |driver: &Driver, at: usize| -> Option<NodeId> {
        let nodes = driver.nodes(&pool);
        nodes.get(at).map(|node| NodeId::parse(&node.id).unwrap())
    };
    match step.clone() {
        Step::Resize(nodes) => {
            let resize = BatchPoolResizeOptions {
                target_dedicated_nodes: Some(nodes),
                ..BatchPoolResizeOptions::default()
            };
            drop(driver.world.resize_pool(&pool, &resize, &request()));
        }
        Step::Reboot(at) => {
            let Some(node) = node(driver, at) else { return };
            let reboot = BatchNodeRebootOptions::default();
            if driver
                .world
                .reboot_node(&pool, &node, &reboot, &request())
                .is_ok()
            {
                // Job 1 stays prepared; the others have to be prepared again.
                watch
                    .prepared
                    .retain(|(other, job)| *other != node || job == "job1");
            }
        }
        Step::Offline(at) => {
            let Some(node) = node(driver, at) else { return };
            let disable = BatchNodeDisableSchedulingOptions::default();
            drop(
                driver
                    .world
                    .disable_node_scheduling(&pool, &node, &disable, &request()),
            );
        }
        Step::Online(at) => {
            let Some(node) = node(driver, at) else { return };
            drop(driver.world.enable_node_scheduling(&pool, &node, &request()));
        }
        Step::AddTask { job: of, task, slots } => {
            let task = task_options(&format!("t{task}"), slots, 1);
            drop(driver.world.create_task(&job(of), task, &request()));
        }
        Step::TerminateTask { job: of, task } => {
            let task = task_id(&format!("t{task}"));
            drop(driver.world.terminate_task(&job(of), &task, &request()));
        }
        Step::Disable(of, option) => {
            let disable = BatchJobDisableOptions {
                disable_tasks: option,
            };
            drop(driver.world.disable_job(&job(of), &disable, &request()));
        }
        Step::Enable(of) => drop(driver.world.enable_job(&job(of), &request())),
        Step::Terminate(of) => {
            let terminate = BatchJobTerminateOptions::default();
            drop(driver.world.terminate_job(&job(of), &terminate, &request()));
        }
        Step::Delete(of) => drop(driver.world.delete_job(&job(of), &request())),
        Step::Finish(choice, code) => return watch.finish(driver, choice, code),
        Step::Pass => drop(driver.step()),
        Step::Outlive => driver.outlive_tasks(),
    }
    driver.settle();
    watch.look(driver);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn nodes_are_prepared_before_tasks_and_released_once(steps in steps(), azure in any::<bool>()) {
        let latencies = if azure { Latencies::azure() } else { Latencies::instant() };
        let mut driver = Driver::new(SimConfig::new(3).with_latencies(latencies));
        driver.world.create_pool(pool_options("pool", 3, 2, false), &request()).unwrap();
        create_jobs(&mut driver);
        let mut watch = Watch::default();
        for step in &steps {
            act(&mut driver, &mut watch, step);
        }
        // Jobs that end come to their end although some of their nodes never answer.
        for number in 0..3 {
            let terminate = BatchJobTerminateOptions::default();
            drop(driver.world.terminate_job(&job(number), &terminate, &request()));
        }
        driver.settle();
        while driver.step() {}
        for job in driver.world.list_jobs(&ListOptions::default()).unwrap().items {
            prop_assert_eq!(job.state.as_str(), "completed");
        }
        prop_assert_eq!(driver.world.runs_under_way(), 0);
        prop_assert!(driver.live.is_empty());
    }
}
