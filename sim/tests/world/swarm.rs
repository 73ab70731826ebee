//! Thousands of small histories with latencies, each from a seed; a failing one names its seed.

use batchite_api::batch::{
    BatchApplicationPackageReference, BatchJobCreateOptions, BatchJobDisableOptions, BatchJobManagerTask,
    BatchJobState, BatchJobTerminateOptions, BatchJobUpdateOptions, BatchNodeDeallocateOption,
    BatchNodeDeallocateOptions, BatchNodeDeallocationOption, BatchNodeDisableSchedulingOption,
    BatchNodeDisableSchedulingOptions, BatchNodeError, BatchNodeRebootKind, BatchNodeRebootOptions,
    BatchNodeRemoveOptions, BatchNodeState, BatchPoolCreateOptions, BatchPoolEnableAutoScaleOptions,
    BatchPoolResizeOptions, BatchTaskCreateOptions, BatchTaskDependencies, BatchTaskFailureMode,
    BatchTaskGroup, BatchTaskState, DisableBatchJobOption, UserIdentity,
};
use batchite_api::ids::{JobId, NodeId, PoolId};
use batchite_api::time::TimeSpan;
use batchite_sim::application::{Application, ApplicationPackage, Applications};
use batchite_sim::config::{Latencies, SimConfig};
use batchite_sim::fault::{Fault, FaultPlan, Probability};

use crate::driver::{Driver, job_options, pool_options, request, task_id, task_options, upgrade_policy};

/// Choices of one history: splitmix64, enough for a test.
pub(crate) struct Choices(pub(crate) u64);

impl Choices {
    pub(crate) fn next(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % below
    }

    pub(crate) fn small(&mut self, below: u64) -> i32 {
        i32::try_from(self.next(below)).unwrap()
    }
}

fn pool(choices: &mut Choices) -> PoolId {
    PoolId::parse(&format!("pool{}", choices.next(2))).unwrap()
}

fn job(choices: &mut Choices) -> JobId {
    JobId::parse(&format!("job{}", choices.next(3))).unwrap()
}

fn node(driver: &Driver, pool: &PoolId, choices: &mut Choices) -> Option<NodeId> {
    let nodes = driver.nodes(pool);
    let at = choices.next(nodes.len().max(1) as u64);
    nodes
        .get(usize::try_from(at).unwrap())
        .map(|node| node.id.parse().unwrap())
}

fn deallocation(choices: &mut Choices) -> Option<BatchNodeDeallocationOption> {
    [
        None,
        Some(BatchNodeDeallocationOption::Requeue),
        Some(BatchNodeDeallocationOption::Terminate),
        Some(BatchNodeDeallocationOption::TaskCompletion),
        Some(BatchNodeDeallocationOption::RetainedData),
    ][usize::try_from(choices.next(5)).unwrap()]
    .clone()
}

/// Does something that may be refused; the refusal is not the point, what holds afterwards is.
fn act(driver: &mut Driver, choices: &mut Choices) {
    match choices.next(20) {
        0..6 => act_on_a_pool(driver, choices),
        6..10 => act_on_a_node(driver, choices),
        10..16 => act_on_a_job(driver, choices),
        _ => act_on_tasks(driver, choices),
    }
    driver.settle();
}

fn act_on_a_pool(driver: &mut Driver, choices: &mut Choices) {
    let pool = pool(choices);
    match choices.next(8) {
        6 | 7 => act_on_scaling(driver, choices, &pool),
        0 | 1 => {
            let (nodes, slots) = (choices.small(5), 1 + choices.small(3));
            let options = BatchPoolCreateOptions {
                application_package_references: packages(choices),
                upgrade_policy: (choices.next(2) == 0).then(|| upgrade_policy(choices.next(2) == 0)),
                ..pool_options(pool.as_str(), nodes, slots, choices.next(2) == 0)
            };
            drop(driver.world.create_pool(options, &request()));
        }
        2 | 3 => {
            let resize = BatchPoolResizeOptions {
                target_dedicated_nodes: Some(choices.small(5)),
                target_low_priority_nodes: Some(choices.small(3)),
                node_deallocation_option: deallocation(choices),
                ..BatchPoolResizeOptions::default()
            };
            drop(driver.world.resize_pool(&pool, &resize, &request()));
        }
        4 => drop(driver.world.stop_pool_resize(&pool, &request())),
        _ => drop(driver.world.delete_pool(&pool, &request())),
    }
}

/// Formulas that grow, shrink, follow the tasks, toss a coin, or fail.
pub(crate) const FORMULAS: [&str; 7] = [
    "$TargetDedicatedNodes = 3; $NodeDeallocationOption = taskcompletion;",
    "$TargetDedicatedNodes = 1; $TargetLowPriorityNodes = 1; $NodeDeallocationOption = terminate;",
    "$TargetDedicatedNodes = min(4, $PendingTasks.GetSample(1));",
    "$TargetDedicatedNodes = 4 * rand(); $TargetLowPriorityNodes = 2 * rand();",
    "$TargetLowPriorityNodes = avg($RunningTasks.GetSample(TimeInterval_Minute * 10));",
    "$TargetDedicatedNodes = 1 / 0;",
    "$TargetDedicatedNodes = 2 * rand(); $NodeDeallocationOption = retaineddata;",
];

fn act_on_scaling(driver: &mut Driver, choices: &mut Choices, pool: &PoolId) {
    let formula = FORMULAS[usize::try_from(choices.next(FORMULAS.len() as u64)).unwrap()].to_owned();
    match choices.next(4) {
        0 => {
            let options = BatchPoolCreateOptions {
                target_dedicated_nodes: None,
                enable_auto_scale: Some(true),
                auto_scale_formula: Some(formula),
                auto_scale_evaluation_interval: Some(TimeSpan::from_minutes(5)),
                ..pool_options(pool.as_str(), 0, 1 + choices.small(3), false)
            };
            drop(driver.world.create_pool(options, &request()));
        }
        1 | 2 => {
            let enable = BatchPoolEnableAutoScaleOptions {
                auto_scale_formula: Some(formula),
                auto_scale_evaluation_interval: Some(TimeSpan::from_minutes(
                    5 + choices.next(9).cast_signed(),
                )),
            };
            drop(driver.world.enable_pool_auto_scale(pool, enable, &request()));
        }
        _ => drop(driver.world.disable_pool_auto_scale(pool, &request())),
    }
}

fn act_on_a_node(driver: &mut Driver, choices: &mut Choices) {
    let pool = pool(choices);
    let Some(node) = node(driver, &pool, choices) else {
        return;
    };
    match choices.next(8) {
        4..8 => befall(driver, choices, &pool, &node),
        0 => {
            let remove = BatchNodeRemoveOptions {
                node_list: vec![node.to_string()],
                node_deallocation_option: deallocation(choices),
                ..BatchNodeRemoveOptions::default()
            };
            drop(driver.world.remove_nodes(&pool, &remove, &request()));
        }
        1 => {
            let known = BatchNodeRebootKind::KNOWN;
            let option = known[usize::try_from(choices.next(known.len() as u64)).unwrap()].clone();
            let reboot = BatchNodeRebootOptions {
                node_reboot_option: Some(option),
            };
            drop(driver.world.reboot_node(&pool, &node, &reboot, &request()));
        }
        2 => {
            let known = BatchNodeDisableSchedulingOption::KNOWN;
            let option = known[usize::try_from(choices.next(known.len() as u64)).unwrap()].clone();
            let disable = BatchNodeDisableSchedulingOptions {
                node_disable_scheduling_option: Some(option),
            };
            drop(
                driver
                    .world
                    .disable_node_scheduling(&pool, &node, &disable, &request()),
            );
        }
        _ => drop(driver.world.enable_node_scheduling(&pool, &node, &request())),
    }
}

fn limit(choices: &mut Choices) -> Option<i32> {
    [None, None, Some(-1), Some(1), Some(2)][usize::try_from(choices.next(5)).unwrap()]
}

/// Gives a job what jobs may have beside tasks.
fn equip(options: BatchJobCreateOptions, choices: &mut Choices) -> BatchJobCreateOptions {
    let manager = BatchJobManagerTask {
        id: "manager".to_owned(),
        command_line: "manage".into(),
        kill_job_on_completion: Some(choices.next(4) == 0),
        run_exclusive: Some(choices.next(2) == 0),
        allow_low_priority_node: Some(choices.next(2) == 0),
        ..BatchJobManagerTask::default()
    };
    let acts = BatchTaskFailureMode::PerformExitOptionsJobAction;
    BatchJobCreateOptions {
        job_manager_task: (choices.next(4) == 0).then_some(manager),
        on_task_failure: (choices.next(4) == 0).then_some(acts),
        uses_task_dependencies: Some(choices.next(2) == 0),
        allow_task_preemption: Some(choices.next(2) == 0),
        max_parallel_tasks: limit(choices),
        ..options
    }
}

/// Liveness: a task that waits for no other one has been run where nodes are idle.
fn nothing_waits_for_nothing(driver: &Driver) {
    for id in driver.jobs() {
        let job = driver.world.get_job(&id, &request()).unwrap();
        let pool = PoolId::parse(job.pool_info.pool_id.as_deref().unwrap()).unwrap();
        let idle = driver
            .nodes(&pool)
            .iter()
            .any(|node| node.state == BatchNodeState::Idle);
        // A manager may want another node than there is, and then nobody of its job runs.
        if !idle || job.state != BatchJobState::Active || job.job_manager_task.is_some() {
            continue;
        }
        let waits = driver
            .tasks(&id)
            .into_iter()
            .filter(|task| task.state == BatchTaskState::Active && task.depends_on.is_none())
            .find(|task| !driver.is_too_old(task));
        assert_eq!(
            waits.map(|task| task.id),
            None,
            "a task of {id} waits for nothing"
        );
    }
}

/// What is done to the machine behind a node, and what may befall it.
fn befall(driver: &mut Driver, choices: &mut Choices, pool: &PoolId, node: &NodeId) {
    let known = BatchNodeDeallocateOption::KNOWN;
    let world = &mut driver.world;
    match choices.next(7) {
        0 => {
            let option = &known[usize::try_from(choices.next(known.len() as u64)).unwrap()];
            let deallocate = BatchNodeDeallocateOptions {
                node_deallocate_option: Some(option.clone()),
            };
            drop(world.deallocate_node(pool, node, &deallocate, &request()));
        }
        1 => drop(world.start_node(pool, node, &request())),
        2 | 3 => {
            let away = (choices.next(2) == 0).then(|| TimeSpan::from_minutes(choices.next(40).cast_signed()));
            drop(world.preempt_node(pool, node, away));
        }
        4 => drop(world.fail_node(pool, node, BatchNodeError::default())),
        5 => drop(world.silence_node(pool, node)),
        _ => drop(world.recover_node(pool, node)),
    }
}

fn act_on_a_job(driver: &mut Driver, choices: &mut Choices) {
    let (pool, job) = (pool(choices), job(choices));
    match choices.next(8) {
        0 | 1 => {
            let options = job_options(job.as_str(), pool.as_str(), choices.small(3));
            drop(driver.world.create_job(equip(options, choices), &request()));
        }
        6 | 7 => {
            let update = BatchJobUpdateOptions {
                priority: (choices.next(2) == 0).then(|| choices.small(3)),
                allow_task_preemption: (choices.next(2) == 0).then(|| choices.next(2) == 0),
                max_parallel_tasks: limit(choices),
                ..BatchJobUpdateOptions::default()
            };
            drop(driver.world.update_job(&job, update, &request()));
        }
        2 => {
            let known = DisableBatchJobOption::KNOWN;
            let option = known[usize::try_from(choices.next(known.len() as u64)).unwrap()].clone();
            let disable = BatchJobDisableOptions {
                disable_tasks: option,
            };
            drop(driver.world.disable_job(&job, &disable, &request()));
        }
        3 => drop(driver.world.enable_job(&job, &request())),
        4 => drop(
            driver
                .world
                .terminate_job(&job, &BatchJobTerminateOptions::default(), &request()),
        ),
        _ => drop(driver.world.delete_job(&job, &request())),
    }
}

fn act_on_tasks(driver: &mut Driver, choices: &mut Choices) {
    let job = job(choices);
    if choices.next(4) == 0 {
        let task = task_id(&format!("t{}", choices.next(30)));
        drop(driver.world.delete_task(&job, &task, &request()));
        return;
    }
    let first = choices.next(30);
    let tasks = (first..first + 5).map(|task| {
        let parent = (choices.next(3) == 0).then(|| format!("t{}", choices.next(30)));
        BatchTaskCreateOptions {
            depends_on: parent.map(|parent| BatchTaskDependencies {
                task_ids: vec![parent],
                ..BatchTaskDependencies::default()
            }),
            application_package_references: packages(choices),
            user_identity: (choices.next(8) == 0).then(|| UserIdentity {
                username: Some("nobody".to_owned()),
                auto_user: None,
            }),
            ..task_options(&format!("t{task}"), 1, choices.small(3) - 1)
        }
    });
    let group = BatchTaskGroup {
        value: tasks.collect(),
    };
    drop(driver.world.create_task_collection(&job, group, &request()));
}

pub(crate) fn come_to_rest(driver: &mut Driver) {
    let mut steps = 0;
    while driver.step() || !driver.live.is_empty() {
        driver.finish(0, 0);
        steps += 1;
        assert!(steps < 20_000, "the world does not come to rest");
    }
}

/// An application with one package.
pub(crate) fn applications() -> Applications {
    let tool = Application::new("tool").and_then(|tool| tool.with_package("1", ApplicationPackage::new()));
    tool.and_then(|tool| Applications::new().with(tool)).unwrap()
}

/// What a pool or a task asks for: mostly nothing.
fn packages(choices: &mut Choices) -> Vec<BatchApplicationPackageReference> {
    let reference = BatchApplicationPackageReference {
        application_id: "tool".to_owned(),
        version: Some("1".to_owned()),
    };
    vec![reference; usize::from(choices.next(4) == 0)]
}

/// In every third history packages fail now and then, in every fifth launches do, and in every seventh nodes are upgraded.
fn faults(seed: u64) -> FaultPlan {
    let probability = Some(Probability::from_millionths(200_000));
    let packages = Fault::ApplicationPackageFails {
        application: None,
        pool: None,
        node: None,
        times: None,
        probability,
    };
    let launches = Fault::LaunchFails {
        pool: None,
        job: None,
        task: None,
        times: None,
        probability,
    };
    let upgrades = Fault::OperatingSystemUpgraded {
        pool: None,
        node: None,
        after: TimeSpan::from_minutes(7),
        takes: TimeSpan::from_minutes(5),
        probability,
    };
    let mut faults = vec![packages; usize::from(seed.is_multiple_of(3))];
    faults.extend(vec![launches; usize::from(seed.is_multiple_of(5))]);
    faults.extend(vec![upgrades; usize::from(seed.is_multiple_of(7))]);
    FaultPlan::new(faults).unwrap()
}

fn history(seed: u64) {
    let latencies = if seed.is_multiple_of(2) {
        Latencies::azure()
    } else {
        Latencies::instant()
    };
    let config = SimConfig::new(seed)
        .with_latencies(latencies)
        .with_applications(applications())
        .with_faults(faults(seed))
        .with_dedicated_core_quota(Some(20));
    let mut driver = Driver::new(config);
    let mut choices = Choices(seed);
    for step in 0..120 {
        if step == 60 && seed.is_multiple_of(8) {
            // What waits then is too old to run, and what runs is ended.
            driver.outlive_tasks();
        }
        match choices.next(4) {
            0 => act(&mut driver, &mut choices),
            2 => driver.pass(),
            1 => {
                let choice = usize::try_from(choices.next(1000)).unwrap();
                driver.finish(choice, i32::from(choices.next(4) == 0));
            }
            _ => drop(driver.step()),
        }
    }
    // Every history comes to rest: nothing is planned for ever, but for the evaluations of formulas.
    for pool in ["pool0", "pool1"] {
        let pool = PoolId::parse(pool).unwrap();
        drop(driver.world.disable_pool_auto_scale(&pool, &request()));
    }
    come_to_rest(&mut driver);
    // Nodes that wait for the files of tasks go on when these are gone, and with them all retention times end.
    let end = driver.world.now() + TimeSpan::from_days(30);
    while driver.world.poll_timeout().is_some_and(|next| next < end) {
        driver.world.observe(driver.world.now() + TimeSpan::from_days(8));
        driver.settle();
        come_to_rest(&mut driver);
    }
    nothing_waits_for_nothing(&driver);
    assert_eq!(driver.world.runs_under_way(), 0, "what was begun has ended");
}

#[test]
fn no_seed_breaks_an_invariant() {
    let first: u64 = std::option_env!("BATCHITE_SEED")
        .and_then(|seed| seed.parse().ok())
        .unwrap_or(0);
    for seed in first..first + 400 {
        let result = std::panic::catch_unwind(|| history(seed));
        assert!(
            result.is_ok(),
            "BATCHITE_SEED={seed} cargo test -p batchite-sim --test world swarm"
        );
    }
}
