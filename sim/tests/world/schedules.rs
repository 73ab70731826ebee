//! Histories of job schedules with pools of their own: whatever users do to them and their jobs, the invariants hold,
//! turns are not taken twice, and every schedule with an end comes to rest.

use batchite_api::backend::ListOptions;
use batchite_api::batch::{
    BatchAutoPoolSpecification, BatchJobScheduleConfiguration, BatchJobScheduleCreateOptions,
    BatchJobScheduleUpdateOptions, BatchJobSpecification, BatchJobTerminateOptions, BatchPoolInfo,
    BatchPoolLifetimeOption, BatchPoolSpecification,
};
use batchite_api::ids::{JobId, JobScheduleId};
use batchite_api::time::TimeSpan;
use batchite_sim::config::{Latencies, SimConfig};

use crate::driver::{Driver, pool_options, request, task_options};
use crate::swarm::Choices;

fn schedule_id(choices: &mut Choices) -> JobScheduleId {
    JobScheduleId::parse(&format!("schedule{}", choices.next(2))).unwrap()
}

fn times(driver: &Driver, choices: &mut Choices) -> BatchJobScheduleConfiguration {
    let minutes =
        |choices: &mut Choices, below: u64| TimeSpan::from_minutes(1 + i64::from(choices.small(below)));
    let now = driver.world.now();
    let begin = minutes(choices, 60);
    BatchJobScheduleConfiguration {
        do_not_run_until: (choices.next(3) == 0).then(|| now + begin),
        // Always an end, so that the history has one.
        do_not_run_after: Some(now + begin + minutes(choices, 300)),
        recurrence_interval: (choices.next(4) != 0).then(|| minutes(choices, 60)),
        start_window: (choices.next(3) == 0).then(|| minutes(choices, 90)),
    }
}

fn specification(choices: &mut Choices) -> BatchJobSpecification {
    let like = pool_options("like", 1, 1, false);
    let auto = BatchAutoPoolSpecification {
        pool_lifetime_option: if choices.next(2) == 0 {
            BatchPoolLifetimeOption::Job
        } else {
            BatchPoolLifetimeOption::JobSchedule
        },
        pool: Some(BatchPoolSpecification {
            vm_size: like.vm_size,
            virtual_machine_configuration: like.virtual_machine_configuration,
            target_dedicated_nodes: Some(1),
            ..BatchPoolSpecification::default()
        }),
        ..BatchAutoPoolSpecification::default()
    };
    let named = choices.next(2) == 0;
    BatchJobSpecification {
        pool_info: BatchPoolInfo {
            pool_id: named.then(|| "shared".to_owned()),
            auto_pool_specification: (!named).then_some(auto),
        },
        ..BatchJobSpecification::default()
    }
}

fn job(driver: &Driver, schedule: &JobScheduleId, choices: &mut Choices) -> Option<JobId> {
    let jobs = driver
        .world
        .list_jobs_from_schedule(schedule, &ListOptions::default())
        .ok()?
        .items;
    let at = choices.next(jobs.len().max(1) as u64);
    let job = jobs.get(usize::try_from(at).unwrap())?;
    Some(JobId::parse(&job.id).unwrap())
}

fn act(driver: &mut Driver, choices: &mut Choices) {
    let id = schedule_id(choices);
    match choices.next(9) {
        0 | 1 => {
            let options = BatchJobScheduleCreateOptions {
                id: id.to_string(),
                schedule: times(driver, choices),
                job_specification: specification(choices),
                ..BatchJobScheduleCreateOptions::default()
            };
            drop(driver.world.create_job_schedule(options, &request()));
        }
        2 => {
            let update = BatchJobScheduleUpdateOptions {
                schedule: Some(times(driver, choices)),
                job_specification: Some(specification(choices)),
                metadata: None,
            };
            drop(driver.world.update_job_schedule(&id, update, &request()));
        }
        3 => drop(driver.world.disable_job_schedule(&id, &request())),
        4 => drop(driver.world.enable_job_schedule(&id, &request())),
        5 => drop(driver.world.terminate_job_schedule(&id, &request())),
        6 if choices.next(3) == 0 => drop(driver.world.delete_job_schedule(&id, &request())),
        7 => {
            let Some(job) = job(driver, &id, choices) else {
                return;
            };
            let end = BatchJobTerminateOptions::default();
            if choices.next(3) == 0 {
                drop(driver.world.delete_job(&job, &request()));
            } else {
                drop(driver.world.terminate_job(&job, &end, &request()));
            }
        }
        _ => {
            let Some(job) = job(driver, &id, choices) else {
                return;
            };
            drop(
                driver
                    .world
                    .create_task(&job, task_options("t", 1, 0), &request()),
            );
        }
    }
    driver.settle();
}

fn history(seed: u64) {
    let latencies = if seed.is_multiple_of(2) {
        Latencies::azure()
    } else {
        Latencies::instant()
    };
    let mut driver = Driver::new(SimConfig::new(seed).with_latencies(latencies));
    let mut choices = Choices(seed);
    drop(
        driver
            .world
            .create_pool(pool_options("shared", 1, 2, false), &request()),
    );
    for _ in 0..120 {
        match choices.next(3) {
            0 => act(&mut driver, &mut choices),
            1 => driver.finish(usize::try_from(choices.next(1000)).unwrap(), 0),
            _ => drop(driver.step()),
        }
        turns_are_taken_once(&driver);
    }
    let mut steps = 0;
    while end_jobs(&mut driver) || driver.step() || !driver.live.is_empty() {
        driver.finish(0, 0);
        steps += 1;
        assert!(steps < 20_000, "the schedules do not come to rest");
    }
    let schedules = driver.world.list_job_schedules(&ListOptions::default()).unwrap();
    for schedule in schedules.items {
        let state = schedule.state.as_str();
        assert_eq!(state, "completed", "{} has rested as {state}", schedule.id);
    }
}

/// What is active keeps its schedule waiting, so somebody has to end it; whether there was such a job.
fn end_jobs(driver: &mut Driver) -> bool {
    let mut found = false;
    for number in 0..2 {
        let id = JobScheduleId::parse(&format!("schedule{number}")).unwrap();
        let active = ListOptions::filtered("state eq 'active'");
        let Ok(jobs) = driver.world.list_jobs_from_schedule(&id, &active) else {
            continue;
        };
        for job in jobs.items {
            found = true;
            let end = BatchJobTerminateOptions::default();
            drop(
                driver
                    .world
                    .terminate_job(&job.id.parse().unwrap(), &end, &request()),
            );
        }
        driver.settle();
    }
    found
}

/// Two jobs of one schedule are never made in one moment, and the next turn lies ahead or waits for the active job.
fn turns_are_taken_once(driver: &Driver) {
    for schedule in driver
        .world
        .list_job_schedules(&ListOptions::default())
        .unwrap()
        .items
    {
        let id = JobScheduleId::parse(&schedule.id).unwrap();
        let jobs = driver
            .world
            .list_jobs_from_schedule(&id, &ListOptions::default())
            .unwrap()
            .items;
        let mut moments: Vec<_> = jobs.iter().map(|job| job.creation_time).collect();
        moments.dedup();
        assert_eq!(moments.len(), jobs.len(), "{}: {moments:?}", schedule.id);
        let waits = jobs.iter().any(|job| job.state.as_str() != "completed");
        if let Some(next) = schedule.execution_info.next_run_time
            && schedule.state.as_str() == "active"
        {
            assert!(next >= driver.world.now() || waits, "{} sleeps", schedule.id);
        }
    }
}

#[test]
fn no_seed_breaks_an_invariant_of_schedules() {
    for seed in 0..120 {
        let result = std::panic::catch_unwind(|| history(seed));
        assert!(result.is_ok(), "seed {seed} of job schedules");
    }
}
