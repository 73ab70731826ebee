//! Requests about job schedules.

use batchite_api::ids::JobScheduleId;
use batchite_api::time::TimeSpan;
use serde_json::json;

use super::{note, read};
use crate::driver::{Driver, request};
use crate::everything::Done;
use crate::everything::documents;
use crate::swarm::Choices;

pub(super) fn on_a_schedule(driver: &mut Driver, choices: &mut Choices, done: &mut Done) {
    let id = JobScheduleId::parse(&format!("schedule{}", choices.next(2))).unwrap();
    let now = driver.world.now();
    let world = &mut driver.world;
    let mut times = documents::schedule(choices);
    times["doNotRunAfter"] =
        json!((now + TimeSpan::from_minutes(30 + i64::from(choices.small(300)))).to_string());
    match choices.next(9) {
        0..3 => {
            let body =
                json!({ "id": id.as_str(), "schedule": times, "jobSpecification": documents::job(choices) });
            let created = world.create_job_schedule(read(&body), &request());
            note(done, "create_job_schedule", &created);
        }
        3 => {
            let body = json!({ "schedule": times, "jobSpecification": documents::job(choices) });
            let updated = world.update_job_schedule(&id, read(&body), &request());
            note(done, "update_job_schedule", &updated);
        }
        4 | 5 => {
            note(
                done,
                "disable_job_schedule",
                &world.disable_job_schedule(&id, &request()),
            );
        }
        6 => {
            note(
                done,
                "enable_job_schedule",
                &world.enable_job_schedule(&id, &request()),
            );
        }
        7 => {
            let terminated = world.terminate_job_schedule(&id, &request());
            note(done, "terminate_job_schedule", &terminated);
        }
        _ => {
            note(
                done,
                "delete_job_schedule",
                &world.delete_job_schedule(&id, &request()),
            );
        }
    }
}
