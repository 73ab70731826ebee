//! The world as a state machine, held against a reference that knows which ids exist and which jobs live.

use std::collections::{BTreeMap, BTreeSet};

use batchite_api::batch::{
    BatchJobDisableOptions, BatchJobTerminateOptions, BatchNodeRebootOptions, BatchPoolResizeOptions,
    BatchTaskGroup, DisableBatchJobOption,
};
use batchite_api::error::{ErrorCode, Result};
use batchite_api::ids::{JobId, PoolId};
use batchite_sim::config::SimConfig;
use proptest::prelude::*;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};

use crate::driver::{Driver, job_options, pool_options, request, task_id, task_options};

#[derive(Debug, Clone)]
pub(crate) enum Transition {
    CreatePool {
        pool: u8,
        nodes: i32,
        slots: i32,
        start_task: bool,
    },
    ResizePool {
        pool: u8,
        nodes: i32,
    },
    DeletePool {
        pool: u8,
    },
    RebootNode {
        pool: u8,
        node: usize,
    },
    CreateJob {
        job: u8,
        pool: u8,
        priority: i32,
    },
    AddTasks {
        job: u8,
        first: u8,
        count: u8,
        slots: i32,
        retries: i32,
    },
    DisableJob {
        job: u8,
        option: DisableBatchJobOption,
    },
    EnableJob {
        job: u8,
    },
    TerminateJob {
        job: u8,
    },
    DeleteJob {
        job: u8,
    },
    TerminateTask {
        job: u8,
        task: u8,
    },
    ReactivateTask {
        job: u8,
        task: u8,
    },
    DeleteTask {
        job: u8,
        task: u8,
    },
    Finish {
        choice: usize,
        exit_code: i32,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum JobLife {
    Lives,
    Ended,
}

/// What is known for certain without looking at the world.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reference {
    pools: BTreeSet<u8>,
    jobs: BTreeMap<u8, JobLife>,
    tasks: BTreeSet<(u8, u8)>,
    /// The refusal the last transition has to meet, known before it changed anything.
    refusal: Option<ErrorCode>,
    /// Tasks there were before the last transition.
    tasks_before: BTreeSet<(u8, u8)>,
}

fn options() -> impl Strategy<Value = DisableBatchJobOption> {
    prop_oneof![
        Just(DisableBatchJobOption::Requeue),
        Just(DisableBatchJobOption::Terminate)
    ]
}

impl ReferenceStateMachine for Reference {
    type State = Self;
    type Transition = Transition;

    fn init_state() -> BoxedStrategy<Self> {
        Just(Self::default()).boxed()
    }

    fn transitions(_state: &Self) -> BoxedStrategy<Transition> {
        use Transition as T;
        let (pool, job, task) = (0_u8..2, 0_u8..3, 0_u8..12);
        prop_oneof![
            3 => (pool.clone(), 0..4, 1..4, any::<bool>())
                .prop_map(|(pool, nodes, slots, start_task)| T::CreatePool { pool, nodes, slots, start_task }),
            2 => (pool.clone(), 0..5).prop_map(|(pool, nodes)| T::ResizePool { pool, nodes }),
            1 => pool.clone().prop_map(|pool| T::DeletePool { pool }),
            1 => (pool.clone(), 0_usize..4).prop_map(|(pool, node)| T::RebootNode { pool, node }),
            3 => (job.clone(), pool, -2..3).prop_map(|(job, pool, priority)| T::CreateJob { job, pool, priority }),
            6 => (job.clone(), task.clone(), 1_u8..6, 1..3, -1..3)
                .prop_map(|(job, first, count, slots, retries)| T::AddTasks { job, first, count, slots, retries }),
            1 => (job.clone(), options()).prop_map(|(job, option)| T::DisableJob { job, option }),
            2 => job.clone().prop_map(|job| T::EnableJob { job }),
            1 => job.clone().prop_map(|job| T::TerminateJob { job }),
            1 => job.clone().prop_map(|job| T::DeleteJob { job }),
            1 => (job.clone(), task.clone()).prop_map(|(job, task)| T::TerminateTask { job, task }),
            2 => (job.clone(), task.clone()).prop_map(|(job, task)| T::ReactivateTask { job, task }),
            1 => (job, task).prop_map(|(job, task)| T::DeleteTask { job, task }),
            12 => (any::<usize>(), prop_oneof![3 => Just(0), 1 => Just(1)])
                .prop_map(|(choice, exit_code)| T::Finish { choice, exit_code }),
        ]
        .boxed()
    }

    fn apply(mut state: Self, transition: &Transition) -> Self {
        state.refusal = state.predict(transition);
        state.tasks_before.clone_from(&state.tasks);
        match *transition {
            Transition::CreatePool { pool, .. } => {
                state.pools.insert(pool);
            }
            Transition::DeletePool { pool } => {
                state.pools.remove(&pool);
            }
            Transition::CreateJob { job, .. } => {
                state.jobs.entry(job).or_insert(JobLife::Lives);
            }
            Transition::TerminateJob { job } => {
                if let Some(life) = state.jobs.get_mut(&job) {
                    *life = JobLife::Ended;
                }
            }
            Transition::DeleteJob { job } => {
                state.jobs.remove(&job);
                state.tasks.retain(|task| task.0 != job);
            }
            Transition::AddTasks {
                job, first, count, ..
            } if state.jobs.get(&job) == Some(&JobLife::Lives) => {
                state.tasks.extend((first..first + count).map(|task| (job, task)));
            }
            Transition::DeleteTask { job, task } => {
                state.tasks.remove(&(job, task));
            }
            _ => {}
        }
        state
    }
}

struct WorldTest;

fn pool_id(pool: u8) -> PoolId {
    PoolId::parse(&format!("pool{pool}")).unwrap()
}

fn job_id(job: u8) -> JobId {
    JobId::parse(&format!("job{job}")).unwrap()
}

/// Compares an answer with the refusal the reference expects, if it expects one.
fn expect<T: std::fmt::Debug>(result: Result<T>, refusal: Option<&ErrorCode>) {
    match (result, refusal) {
        (Ok(_), None) => {}
        (Err(error), Some(code)) => assert_eq!(error.code(), code),
        (result, refusal) => panic!("{result:?} instead of {refusal:?}"),
    }
}

impl Reference {
    fn predict(&self, transition: &Transition) -> Option<ErrorCode> {
        use Transition as T;
        match *transition {
            T::CreatePool { pool, .. } => self.pools.contains(&pool).then_some(ErrorCode::PoolExists),
            T::ResizePool { pool, .. } | T::DeletePool { pool } => self.missing_pool(pool),
            T::CreateJob { job, .. } => self.jobs.contains_key(&job).then_some(ErrorCode::JobExists),
            T::DisableJob { job, .. }
            | T::EnableJob { job }
            | T::TerminateJob { job }
            | T::AddTasks { job, .. } => self.ended_job(job),
            T::DeleteJob { job } => self.missing_job(job),
            T::TerminateTask { job, task }
            | T::ReactivateTask { job, task }
            | T::DeleteTask { job, task } => self.missing_task(job, task),
            T::RebootNode { .. } | T::Finish { .. } => None,
        }
    }

    fn missing_pool(&self, pool: u8) -> Option<ErrorCode> {
        (!self.pools.contains(&pool)).then_some(ErrorCode::PoolNotFound)
    }

    fn missing_job(&self, job: u8) -> Option<ErrorCode> {
        (!self.jobs.contains_key(&job)).then_some(ErrorCode::JobNotFound)
    }

    fn ended_job(&self, job: u8) -> Option<ErrorCode> {
        let ended = self.jobs.get(&job) == Some(&JobLife::Ended);
        self.missing_job(job)
            .or_else(|| ended.then_some(ErrorCode::JobCompleted))
    }

    fn missing_task(&self, job: u8, task: u8) -> Option<ErrorCode> {
        let missing = !self.tasks.contains(&(job, task));
        self.missing_job(job)
            .or_else(|| missing.then_some(ErrorCode::TaskNotFound))
    }
}

impl WorldTest {
    fn change_pool(driver: &mut Driver, reference: &Reference, transition: &Transition) {
        match *transition {
            Transition::CreatePool {
                pool,
                nodes,
                slots,
                start_task,
            } => {
                let options = pool_options(pool_id(pool).as_str(), nodes, slots, start_task);
                expect(
                    driver.world.create_pool(options, &request()),
                    reference.refusal.as_ref(),
                );
            }
            Transition::ResizePool { pool, nodes } => {
                let resize = BatchPoolResizeOptions {
                    target_dedicated_nodes: Some(nodes),
                    ..BatchPoolResizeOptions::default()
                };
                let result = driver.world.resize_pool(&pool_id(pool), &resize, &request());
                expect(result, reference.refusal.as_ref());
            }
            Transition::DeletePool { pool } => {
                expect(
                    driver.world.delete_pool(&pool_id(pool), &request()),
                    reference.refusal.as_ref(),
                );
            }
            Transition::RebootNode { pool, node } => {
                let nodes = driver.nodes(&pool_id(pool));
                let Some(node) = nodes.get(node) else { return };
                let id = node.id.parse().unwrap();
                let waiting = node.state.as_str() == "waitingforstarttask";
                let refusal = waiting.then_some(ErrorCode::NodeBeingStarted);
                let reboot = BatchNodeRebootOptions::default();
                expect(
                    driver.world.reboot_node(&pool_id(pool), &id, &reboot, &request()),
                    refusal.as_ref(),
                );
            }
            _ => unreachable!(),
        }
    }

    fn change_job(driver: &mut Driver, reference: &Reference, transition: &Transition) {
        match transition.clone() {
            Transition::CreateJob { job, pool, priority } => {
                let options = job_options(job_id(job).as_str(), pool_id(pool).as_str(), priority);
                expect(
                    driver.world.create_job(options, &request()),
                    reference.refusal.as_ref(),
                );
            }
            Transition::DisableJob { job, option } => {
                let disable = BatchJobDisableOptions {
                    disable_tasks: option,
                };
                expect(
                    driver.world.disable_job(&job_id(job), &disable, &request()),
                    reference.refusal.as_ref(),
                );
            }
            Transition::EnableJob { job } => {
                expect(
                    driver.world.enable_job(&job_id(job), &request()),
                    reference.refusal.as_ref(),
                );
            }
            Transition::TerminateJob { job } => {
                let terminate = BatchJobTerminateOptions::default();
                expect(
                    driver.world.terminate_job(&job_id(job), &terminate, &request()),
                    reference.refusal.as_ref(),
                );
            }
            Transition::DeleteJob { job } => {
                expect(
                    driver.world.delete_job(&job_id(job), &request()),
                    reference.refusal.as_ref(),
                );
            }
            _ => unreachable!(),
        }
    }

    fn change_task(driver: &mut Driver, reference: &Reference, transition: &Transition) {
        match *transition {
            Transition::AddTasks {
                job,
                first,
                count,
                slots,
                retries,
            } => {
                let tasks =
                    (first..first + count).map(|task| task_options(&format!("Task{task}"), slots, retries));
                let group = BatchTaskGroup {
                    value: tasks.collect(),
                };
                let result = driver
                    .world
                    .create_task_collection(&job_id(job), group, &request());
                if let Ok(result) = &result {
                    for (item, task) in result.value.iter().zip(first..) {
                        let exists = reference.tasks_before.contains(&(job, task));
                        let code = item.error.as_ref().and_then(|error| error.code.as_deref());
                        assert_eq!(code, exists.then_some("TaskExists"));
                    }
                }
                expect(result, reference.refusal.as_ref());
            }
            Transition::TerminateTask { job, task } => {
                let id = task_id(&format!("TASK{task}"));
                let result = driver.world.terminate_task(&job_id(job), &id, &request());
                if reference.refusal.is_some() {
                    expect(result, reference.refusal.as_ref());
                } else if let Err(error) = result {
                    assert_eq!(*error.code(), ErrorCode::TaskCompleted);
                }
            }
            Transition::ReactivateTask { job, task } => {
                let id = task_id(&format!("task{task}"));
                let result = driver.world.reactivate_task(&job_id(job), &id, &request());
                if result.is_ok() {
                    driver
                        .reactivated
                        .insert((job_id(job).to_string(), format!("Task{task}")));
                }
                if reference.refusal.is_some() {
                    expect(result, reference.refusal.as_ref());
                } else if let Err(error) = result {
                    let known = [
                        ErrorCode::TaskNotCompleted,
                        ErrorCode::TaskSucceeded,
                        ErrorCode::JobCompleted,
                    ];
                    assert!(known.contains(error.code()), "{error}");
                }
            }
            Transition::DeleteTask { job, task } => {
                let id = task_id(&format!("task{task}"));
                let result = driver.world.delete_task(&job_id(job), &id, &request());
                expect(result, reference.refusal.as_ref());
            }
            Transition::Finish { choice, exit_code } => driver.finish(choice, exit_code),
            _ => unreachable!(),
        }
    }

    /// Liveness: with every command ending well, every task of a living job on a pool with idle nodes is run.
    fn drain(driver: &mut Driver) {
        for job in driver.jobs() {
            // Jobs that have ended stay so; disabled ones go on.
            let _ended = driver.world.enable_job(&job, &request());
        }
        driver.settle();
        let mut rounds = 0;
        while !driver.live.is_empty() {
            driver.finish(0, 0);
            rounds += 1;
            assert!(rounds < 10_000, "the world does not come to rest");
        }
        for job in driver.jobs() {
            let model = driver.world.get_job(&job, &request()).unwrap();
            let pool = PoolId::parse(model.pool_info.pool_id.as_deref().unwrap()).unwrap();
            let slots = driver
                .world
                .get_pool(&pool, &request())
                .map_or(0, |pool| pool.task_slots_per_node.unwrap());
            let idle = driver
                .nodes(&pool)
                .iter()
                .any(|node| node.state.as_str() == "idle");
            if idle && model.state.as_str() == "active" {
                let waiting = driver
                    .tasks(&job)
                    .into_iter()
                    .find(|task| task.state.as_str() == "active" && task.required_slots.unwrap() <= slots);
                assert_eq!(
                    waiting.map(|task| task.id),
                    None,
                    "a task waits although a node is idle"
                );
            }
        }
    }
}

impl StateMachineTest for WorldTest {
    type SystemUnderTest = Driver;
    type Reference = Reference;

    fn init_test(_state: &Reference) -> Driver {
        Driver::new(SimConfig::new(7))
    }

    fn apply(mut driver: Driver, after: &Reference, transition: Transition) -> Driver {
        use Transition as T;
        match transition {
            T::CreatePool { .. } | T::ResizePool { .. } | T::DeletePool { .. } | T::RebootNode { .. } => {
                Self::change_pool(&mut driver, after, &transition);
            }
            T::CreateJob { .. }
            | T::DisableJob { .. }
            | T::EnableJob { .. }
            | T::TerminateJob { .. }
            | T::DeleteJob { .. } => Self::change_job(&mut driver, after, &transition),
            _ => Self::change_task(&mut driver, after, &transition),
        }
        driver.settle();
        driver
    }

    fn teardown(mut driver: Driver, _state: Reference) {
        Self::drain(&mut driver);
    }
}

prop_state_machine! {
    #![proptest_config(ProptestConfig { cases: 192, ..ProptestConfig::default() })]

    #[test]
    fn the_world_agrees_with_its_reference(sequential 1..80 => WorldTest);
}
