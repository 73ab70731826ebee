//! Requests about jobs.

use batchite_api::batch::DisableBatchJobOption;
use batchite_api::ids::JobId;
use serde_json::{Value, json};

use super::{because, forced, note, read};
use crate::driver::{Driver, request};
use crate::everything::Done;
use crate::everything::documents;
use crate::swarm::Choices;

/// A job that is there, of a schedule too, or the name of one that may be.
pub(super) fn any_job(driver: &Driver, choices: &mut Choices) -> JobId {
    let jobs = driver.jobs();
    if jobs.is_empty() || choices.next(5) == 0 {
        return JobId::parse(&format!("job{}", choices.next(4))).unwrap();
    }
    jobs[usize::try_from(choices.next(jobs.len() as u64)).unwrap()].clone()
}

pub(super) fn on_a_job(driver: &mut Driver, choices: &mut Choices, done: &mut Done) {
    let job = any_job(driver, choices);
    let world = &mut driver.world;
    match choices.next(14) {
        0..5 => add(driver, choices, done),
        5 | 6 => {
            let body = change(choices);
            note(
                done,
                "update_job",
                &world.update_job(&job, read(&body), &request()),
            );
        }
        7 => {
            if let Ok(mut replacement) = world.get_job(&job, &request()) {
                replacement.priority = Some(choices.small(9) - 4);
                note(
                    done,
                    "replace_job",
                    &world.replace_job(&job, replacement, &request()),
                );
            }
        }
        8 | 9 => {
            let known = DisableBatchJobOption::KNOWN;
            let option = &known[usize::try_from(choices.next(known.len() as u64)).unwrap()];
            let body = json!({ "disableTasks": option.as_str() });
            note(
                done,
                "disable_job",
                &world.disable_job(&job, &read(&body), &request()),
            );
        }
        10 | 11 => {
            note(done, "enable_job", &world.enable_job(&job, &request()));
        }
        12 => {
            let options = forced(choices, 4);
            let name = if options.force {
                "terminate_job by force"
            } else {
                "terminate_job"
            };
            note(
                done,
                name,
                &world.terminate_job(&job, &because("enough"), &options),
            );
        }
        _ => {
            let options = forced(choices, 4);
            let name = if options.force {
                "delete_job by force"
            } else {
                "delete_job"
            };
            note(done, name, &world.delete_job(&job, &options));
        }
    }
}

fn add(driver: &mut Driver, choices: &mut Choices, done: &mut Done) {
    let mut body = documents::job(choices);
    body["id"] = json!(format!("job{}", choices.next(4)));
    if !note(
        done,
        "create_job",
        &driver.world.create_job(read(&body), &request()),
    ) {
        return;
    }
    for (name, held) in [
        (
            "create_job with an automatic pool",
            &body["poolInfo"]["autoPoolSpecification"],
        ),
        ("create_job with preparation", &body["jobPreparationTask"]),
        ("create_job with a manager", &body["jobManagerTask"]),
    ] {
        *done.entry(name).or_default() += u32::from(!held.is_null());
    }
}

/// Properties that a change of a job knows; the pool, which only a disabled one may leave, in every third.
fn change(choices: &mut Choices) -> Value {
    let mut body = documents::job(choices);
    let move_away = choices.next(3) == 0;
    if let Some(properties) = body.as_object_mut() {
        properties.retain(|name, _| {
            matches!(
                name.as_str(),
                "priority"
                    | "allowTaskPreemption"
                    | "constraints"
                    | "maxParallelTasks"
                    | "onAllTasksComplete"
            ) || (move_away && name == "poolInfo")
        });
    }
    body
}
