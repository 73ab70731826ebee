//! Jobs and job schedules.

use batchite_api::backend::Conditions;
use batchite_api::batch::*;
use batchite_api::ids::{JobId, JobScheduleId};
use batchite_api::time::TimeSpan;
use batchite_api::wire::batch::Parameters;
use batchite_api::wire::batch::operations::{job, job_schedule};

use crate::fixture::{Fixture, call, call_with};

pub(crate) const FIXTURES: &[&str] = &[
    "create_job",
    "create_job_schedule",
    "get_job_schedule",
    "get_job_task_counts",
    "terminate_job",
];

fn path() -> (JobId,) {
    (JobId::parse("texts-7").unwrap(),)
}

fn pool() -> BatchPoolInfo {
    BatchPoolInfo {
        pool_id: Some("Wordcount_2".to_owned()),
        ..Default::default()
    }
}

#[test]
fn a_job_is_created() {
    let fixture = Fixture::read("create_job");
    let body = BatchJobCreateOptions {
        id: "texts-7".to_owned(),
        uses_task_dependencies: Some(true),
        priority: Some(250),
        constraints: Some(BatchJobConstraints {
            max_wall_clock_time: Some(TimeSpan::from_minutes(8 * 60)),
            max_task_retry_count: Some(-1),
        }),
        job_preparation_task: Some(BatchJobPreparationTask {
            command_line: "/bin/sh -c 'mkdir -p out'".into(),
            wait_for_success: Some(true),
            ..Default::default()
        }),
        job_release_task: Some(BatchJobReleaseTask {
            command_line: "/bin/sh -c 'rm -r out'".into(),
            max_wall_clock_time: Some(TimeSpan::from_minutes(5)),
            ..Default::default()
        }),
        pool_info: pool(),
        on_all_tasks_complete: Some(BatchAllTasksCompleteMode::NoAction),
        on_task_failure: Some(BatchTaskFailureMode::PerformExitOptionsJobAction),
        ..Default::default()
    };
    fixture.asks(&job::CREATE_JOB, &call((), body));
    assert_eq!(fixture.tells(&job::CREATE_JOB).etag, "0x8DE2F9B3C1A4400");
}

#[test]
fn a_job_is_terminated_by_force() {
    let fixture = Fixture::read("terminate_job");
    let body = BatchJobTerminateOptions {
        terminate_reason: Some("All texts are counted".to_owned()),
    };
    let parameters = Parameters {
        force: true,
        ..Parameters::default()
    };
    fixture.asks(&job::TERMINATE_JOB, &call_with(path(), body, parameters));
    assert_eq!(fixture.tells(&job::TERMINATE_JOB).etag, "0x8DE2F9B3C1A4400");
}

#[test]
fn tasks_and_slots_are_counted_apart() {
    let fixture = Fixture::read("get_job_task_counts");
    fixture.asks(&job::GET_JOB_TASK_COUNTS, &call(path(), ()));
    let counts = fixture.tells(&job::GET_JOB_TASK_COUNTS).0;
    assert_eq!(
        (counts.task_counts.active, counts.task_slot_counts.active),
        (6, 12)
    );
    assert_eq!(
        (counts.task_counts.failed, counts.task_slot_counts.failed),
        (2, 3)
    );
}

#[test]
fn a_schedule_is_created() {
    let fixture = Fixture::read("create_job_schedule");
    let body = BatchJobScheduleCreateOptions {
        id: "nightly-texts".to_owned(),
        schedule: BatchJobScheduleConfiguration {
            do_not_run_until: Some("2025-12-01T01:00:00Z".parse().unwrap()),
            start_window: Some(TimeSpan::from_minutes(45)),
            recurrence_interval: Some(TimeSpan::from_minutes(24 * 60)),
            ..Default::default()
        },
        job_specification: BatchJobSpecification {
            priority: Some(-5),
            pool_info: pool(),
            ..Default::default()
        },
        ..Default::default()
    };
    fixture.asks(&job_schedule::CREATE_JOB_SCHEDULE, &call((), body));
    fixture.tells(&job_schedule::CREATE_JOB_SCHEDULE);
}

#[test]
fn a_schedule_is_shown_if_it_has_changed() {
    let fixture = Fixture::read("get_job_schedule");
    let parameters = Parameters {
        conditions: Conditions {
            if_none_match: Some("0x8DE2F9B3C1A43FF".to_owned()),
            ..Conditions::default()
        },
        ..Parameters::default()
    };
    let path = (JobScheduleId::parse("nightly-texts").unwrap(),);
    fixture.asks(&job_schedule::GET_JOB_SCHEDULE, &call_with(path, (), parameters));
    let shown = fixture.tells(&job_schedule::GET_JOB_SCHEDULE).0;
    assert_eq!(shown.state, BatchJobScheduleState::Active);
    let execution = shown.execution_info;
    assert_eq!(
        execution.next_run_time,
        Some("2025-12-03T01:00:00Z".parse().unwrap())
    );
    assert_eq!(
        execution.recent_job.unwrap().id.as_deref(),
        Some("nightly-texts:job-2")
    );
}
