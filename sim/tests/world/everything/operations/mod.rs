//! Requests, drawn: every operation that changes something, on what may be there.

mod jobs;
mod pools;
mod schedules;
mod tasks;

use batchite_api::backend::RequestOptions;
use batchite_api::batch::BatchJobTerminateOptions;
use batchite_api::error::Error;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Done;
use crate::driver::Driver;
use crate::swarm::Choices;

/// What has to succeed a few times in all histories together, so that they hold what they are said to.
pub(super) const NAMES: &[&str] = &[
    "create_pool",
    "resize_pool",
    "stop_pool_resize",
    "remove_nodes",
    "update_pool",
    "delete_pool",
    "enable_pool_auto_scale",
    "disable_pool_auto_scale",
    "reboot_node",
    "reimage_node",
    "deallocate_node",
    "start_node",
    "disable_node_scheduling",
    "enable_node_scheduling",
    "preempt_node",
    "fail_node",
    "silence_node",
    "recover_node",
    "create_job",
    "create_job with an automatic pool",
    "create_job with preparation",
    "create_job with a manager",
    "update_job",
    "replace_job",
    "disable_job",
    "enable_job",
    "terminate_job",
    "terminate_job by force",
    "delete_job",
    "delete_job by force",
    "create_job_schedule",
    "update_job_schedule",
    "disable_job_schedule",
    "enable_job_schedule",
    "terminate_job_schedule",
    "delete_job_schedule",
    "create_task",
    "create_task with instances",
    "create_task with exit conditions",
    "create_task with a range of ids",
    "create_task in a container",
    "create_task with files",
    "replace_task",
    "terminate_task",
    "reactivate_task",
    "delete_task",
];

fn read<T: DeserializeOwned>(body: &Value) -> T {
    serde_json::from_value(body.clone()).unwrap_or_else(|error| panic!("{error}: {body}"))
}

fn note<T>(done: &mut Done, name: &'static str, result: &Result<T, Error>) -> bool {
    *done.entry(name).or_default() += u32::from(result.is_ok());
    result.is_ok()
}

pub(super) fn because(reason: &str) -> BatchJobTerminateOptions {
    BatchJobTerminateOptions {
        terminate_reason: Some(reason.to_owned()),
    }
}

/// With `force` in one of so many cases.
fn forced(choices: &mut Choices, of: u64) -> RequestOptions {
    RequestOptions {
        force: choices.next(of) == 0,
        ..RequestOptions::default()
    }
}

pub(super) fn operate(driver: &mut Driver, choices: &mut Choices, done: &mut Done) {
    match choices.next(20) {
        0..4 => pools::on_a_pool(driver, choices, done),
        4..8 => pools::on_a_node(driver, choices, done),
        8..12 => jobs::on_a_job(driver, choices, done),
        12..14 => schedules::on_a_schedule(driver, choices, done),
        _ => tasks::on_a_task(driver, choices, done),
    }
}
