//! Requests about tasks.

use batchite_api::backend::ListOptions;
use batchite_api::batch::{BatchTask, BatchTaskConstraints};
use batchite_api::ids::{JobId, TaskId};
use batchite_api::time::TimeSpan;

use super::jobs::any_job;
use super::{note, read};
use crate::driver::{Driver, request};
use crate::everything::Done;
use crate::everything::documents;
use crate::swarm::Choices;

/// A task that is there in a state, by its listed name.
fn task_in(driver: &Driver, job: &JobId, filter: &str, choices: &mut Choices) -> Option<TaskId> {
    let tasks = driver
        .world
        .list_tasks(job, &ListOptions::filtered(filter))
        .ok()?
        .items;
    let at = usize::try_from(choices.next(tasks.len().max(1) as u64)).unwrap();
    tasks.get(at).map(|task| TaskId::parse(&task.id).unwrap())
}

pub(super) fn on_a_task(driver: &mut Driver, choices: &mut Choices, done: &mut Done) {
    let job = any_job(driver, choices);
    match choices.next(12) {
        0..8 => add(driver, &job, choices, done),
        8 => {
            let Some(task) = task_in(driver, &job, "state ne 'completed'", choices) else {
                return;
            };
            let replacement = BatchTask {
                constraints: Some(BatchTaskConstraints {
                    // More than any had: what has been tried again stays within it.
                    max_task_retry_count: Some(choices.small(3) + 4),
                    max_wall_clock_time: Some(TimeSpan::from_minutes(1 + i64::from(choices.small(60)))),
                    retention_time: None,
                }),
                ..BatchTask::default()
            };
            let replaced = driver.world.replace_task(&job, &task, replacement, &request());
            note(done, "replace_task", &replaced);
        }
        9 => {
            let Some(task) = task_in(driver, &job, "state ne 'completed'", choices) else {
                return;
            };
            note(
                done,
                "terminate_task",
                &driver.world.terminate_task(&job, &task, &request()),
            );
        }
        10 => {
            let failed = "state eq 'completed' and executionInfo/result eq 'failure'";
            let Some(task) = task_in(driver, &job, failed, choices) else {
                return;
            };
            let reactivated = driver.world.reactivate_task(&job, &task, &request());
            if note(done, "reactivate_task", &reactivated) {
                driver.reactivated.insert((job.to_string(), task.to_string()));
            }
        }
        _ => {
            let task = task_in(
                driver,
                &job,
                "state eq 'completed' or state eq 'running'",
                choices,
            );
            let Some(task) = task else { return };
            note(
                done,
                "delete_task",
                &driver.world.delete_task(&job, &task, &request()),
            );
        }
    }
}

fn add(driver: &mut Driver, job: &JobId, choices: &mut Choices, done: &mut Done) {
    let id = documents::task_name(choices);
    let body = documents::task(choices, &id);
    let created = driver.world.create_task(job, read(&body), &request());
    if !note(done, "create_task", &created) {
        return;
    }
    let is_there = |name: &str| !body[name].is_null();
    for (name, held) in [
        ("create_task with instances", is_there("multiInstanceSettings")),
        ("create_task with exit conditions", is_there("exitConditions")),
        (
            "create_task with a range of ids",
            !body["dependsOn"]["taskIdRanges"].is_null(),
        ),
        ("create_task in a container", is_there("containerSettings")),
        (
            "create_task with files",
            is_there("outputFiles") && is_there("resourceFiles"),
        ),
    ] {
        *done.entry(name).or_default() += u32::from(held);
    }
}
