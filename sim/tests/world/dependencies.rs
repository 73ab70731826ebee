//! Task dependencies under random histories, held against a list of what each task has seen satisfied.

use std::collections::{BTreeMap, BTreeSet};

use batchite_api::batch::{
    BatchJobCreateOptions, BatchTask, BatchTaskCreateOptions, BatchTaskDependencies, BatchTaskIdRange,
    DependencyAction, ExitConditions, ExitOptions,
};
use batchite_api::ids::{JobId, PoolId};
use batchite_sim::config::SimConfig;
use proptest::prelude::*;

use crate::driver::{Driver, job_options, pool_options, request, task_id, task_options};

#[derive(Debug, Clone)]
enum Step {
    Add {
        id: &'static str,
        ids: Vec<&'static str>,
        ranges: Vec<(i32, i32)>,
        tolerated: bool,
    },
    Finish {
        choice: usize,
        exit_code: i32,
    },
    Terminate(&'static str),
    Reactivate(&'static str),
    Delete(&'static str),
}

/// Few ids, so that they meet: numbers with and without zeros in front, words in both cases.
const IDS: [&str; 12] = ["0", "1", "2", "3", "4", "01", "002", "4x", "a", "b", "c", "-1"];

fn id() -> impl Strategy<Value = &'static str> {
    prop::sample::select(&IDS[..])
}

fn step() -> impl Strategy<Value = Step> {
    let named = prop::sample::select(&["0", "3", "A", "b", "C", "nobody", "01"][..]);
    let range = (-2..5, 0..4).prop_map(|(start, length)| (start, start + length));
    let depends_on = (
        prop::collection::vec(named, 0..4),
        prop::collection::vec(range, 0..3),
    );
    prop_oneof![
        6 => (id(), depends_on, any::<bool>())
            .prop_map(|(id, (ids, ranges), tolerated)| Step::Add { id, ids, ranges, tolerated }),
        8 => (any::<usize>(), prop_oneof![3 => Just(0), 2 => Just(1)])
            .prop_map(|(choice, exit_code)| Step::Finish { choice, exit_code }),
        1 => id().prop_map(Step::Terminate),
        2 => id().prop_map(Step::Reactivate),
        2 => id().prop_map(Step::Delete),
    ]
}

/// A task as the test remembers it.
#[derive(Debug)]
struct Known {
    ids: BTreeSet<String>,
    numbers: BTreeSet<i32>,
    tolerated: bool,
    /// What of it has been satisfied at some moment since it was added.
    seen_ids: BTreeSet<String>,
    seen_numbers: BTreeSet<i32>,
}

struct History {
    driver: Driver,
    job: JobId,
    known: BTreeMap<String, Known>,
}

impl History {
    fn new() -> Self {
        let mut driver = Driver::new(SimConfig::new(3));
        driver
            .world
            .create_pool(pool_options("pool", 2, 2, false), &request())
            .unwrap();
        let job = BatchJobCreateOptions {
            uses_task_dependencies: Some(true),
            ..job_options("job", "pool", 0)
        };
        driver.world.create_job(job, &request()).unwrap();
        driver.settle();
        Self {
            driver,
            job: JobId::parse("job").unwrap(),
            known: BTreeMap::new(),
        }
    }

    fn take(&mut self, step: Step) {
        match step {
            Step::Add {
                id,
                ids,
                ranges,
                tolerated,
            } => self.add(id, &ids, &ranges, tolerated),
            Step::Finish { choice, exit_code } => self.driver.finish(choice, exit_code),
            Step::Terminate(id) => drop(self.driver.world.terminate_task(
                &self.job,
                &task_id(id),
                &request(),
            )),
            Step::Reactivate(id) => {
                let result = self
                    .driver
                    .world
                    .reactivate_task(&self.job, &task_id(id), &request());
                if result.is_ok() {
                    self.driver
                        .reactivated
                        .insert((self.job.to_string(), id.to_owned()));
                }
            }
            Step::Delete(id) => {
                if self
                    .driver
                    .world
                    .delete_task(&self.job, &task_id(id), &request())
                    .is_ok()
                {
                    self.known.remove(id);
                }
            }
        }
        self.driver.settle();
        self.check();
    }

    fn add(&mut self, id: &'static str, ids: &[&str], ranges: &[(i32, i32)], tolerated: bool) {
        let when_failed = ExitOptions {
            dependency_action: Some(DependencyAction::Satisfy),
            ..ExitOptions::default()
        };
        let options = BatchTaskCreateOptions {
            depends_on: Some(BatchTaskDependencies {
                task_ids: ids.iter().map(|id| (*id).to_owned()).collect(),
                task_id_ranges: ranges
                    .iter()
                    .map(|(start, end)| BatchTaskIdRange {
                        start: *start,
                        end: *end,
                    })
                    .collect(),
            }),
            exit_conditions: tolerated.then(|| ExitConditions {
                default: Some(when_failed),
                ..ExitConditions::default()
            }),
            ..task_options(id, 1, 0)
        };
        let shown = options.depends_on.clone();
        if self
            .driver
            .world
            .create_task(&self.job, options, &request())
            .is_err()
        {
            return;
        }
        let task = self
            .driver
            .world
            .get_task(&self.job, &task_id(id), &request())
            .unwrap();
        assert_eq!(task.depends_on, shown);
        self.known.insert(
            id.to_owned(),
            Known {
                ids: ids.iter().map(|id| id.to_lowercase()).collect(),
                numbers: ranges.iter().flat_map(|(start, end)| *start..=*end).collect(),
                tolerated,
                seen_ids: BTreeSet::new(),
                seen_numbers: BTreeSet::new(),
            },
        );
    }

    /// Whether a task satisfies those that depend on it, judged by what is shown of it.
    fn satisfies(&self, task: &BatchTask) -> bool {
        let result = task.execution_info.as_ref().and_then(|info| info.result.as_ref());
        match result.map(ToString::to_string).as_deref() {
            Some("success") => true,
            Some(_) => self.known[&task.id].tolerated,
            None => false,
        }
    }

    fn check(&mut self) {
        let tasks = self.driver.tasks(&self.job);
        let satisfied = tasks.iter().filter(|task| self.satisfies(task));
        let ids: BTreeSet<String> = satisfied.map(|task| task.id.to_lowercase()).collect();
        let numbers: BTreeSet<i32> = ids.iter().filter_map(|id| id.parse().ok()).collect();
        for known in self.known.values_mut() {
            known.seen_ids.extend(ids.iter().cloned());
            known.seen_numbers.extend(numbers.iter().copied());
        }
        let pool = PoolId::parse("pool").unwrap();
        let room = self
            .driver
            .nodes(&pool)
            .iter()
            .any(|node| node.running_task_slots_count < Some(2));
        for task in &tasks {
            let known = &self.known[&task.id];
            if task.state.as_str() == "running" {
                assert!(
                    known.ids.is_subset(&known.seen_ids),
                    "{} runs too early: {known:?}",
                    task.id
                );
                assert!(
                    known.numbers.is_subset(&known.seen_numbers),
                    "{} runs too early: {known:?}",
                    task.id
                );
            }
            let all_satisfied = known.ids.is_subset(&ids) && known.numbers.is_subset(&numbers);
            assert!(
                !(room && all_satisfied && task.state.as_str() == "active"),
                "{} waits for nothing: {known:?}",
                task.id
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn a_task_runs_when_all_it_depends_on_is_satisfied_and_not_before(
        steps in prop::collection::vec(step(), 1..80),
    ) {
        let mut history = History::new();
        for step in steps {
            history.take(step);
        }
    }
}

/// Every task of a long chain names the one before; the last comes first, so that each waits for an id that is not
/// there. A fan waits for all of them.
#[test]
fn a_long_chain_and_a_fan_run_to_their_end() {
    const LENGTH: i32 = 3_000;
    let mut history = History::new();
    let depends_on = |ids: Vec<String>, task_id_ranges| {
        Some(BatchTaskDependencies {
            task_ids: ids,
            task_id_ranges,
        })
    };
    let world = &mut history.driver.world;
    for number in 0..20 {
        let fan = BatchTaskCreateOptions {
            depends_on: depends_on(
                Vec::new(),
                vec![BatchTaskIdRange {
                    start: number,
                    end: LENGTH,
                }],
            ),
            ..task_options(&format!("fan{number}"), 1, 0)
        };
        world.create_task(&history.job, fan, &request()).unwrap();
    }
    for number in (0..=LENGTH).rev() {
        let parent = (number > 0).then(|| (number - 1).to_string());
        let link = BatchTaskCreateOptions {
            depends_on: depends_on(parent.into_iter().collect(), Vec::new()),
            ..task_options(&number.to_string(), 1, 0)
        };
        world.create_task(&history.job, link, &request()).unwrap();
    }
    let mut order = Vec::new();
    loop {
        let now = world.now();
        world.handle_timeout(now);
        let mut quiet = true;
        while let Some(work) = world.poll_work() {
            let batchite_sim::world::Work::Start { run } = work else {
                continue;
            };
            quiet = false;
            world.start(run, |start| order.push((start.describe)().directory));
            world.handle_outcome(run, batchite_sim::exec::Outcome::Exited(0));
        }
        if quiet {
            break;
        }
    }
    let names = order.iter().filter_map(|directory| directory.rsplit('/').next());
    let chain: Vec<i32> = names.clone().filter_map(|name| name.parse().ok()).collect();
    assert_eq!(chain, (0..=LENGTH).collect::<Vec<_>>());
    let fans = names
        .skip(chain.len())
        .filter(|name| name.starts_with("fan"))
        .count();
    assert_eq!(fans, 20, "the fan comes after the whole chain");
    assert_eq!(world.broken_invariant(), None);
}
