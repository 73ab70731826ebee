//! Job schedules: when they make jobs, and how they end.

use batchite_api::backend::{ListOptions, RequestOptions};
use batchite_api::batch::{
    BatchAllTasksCompleteMode, BatchJobCreateOptions, BatchJobManagerTask, BatchJobPreparationTask,
    BatchJobReleaseTask, BatchJobSchedule, BatchJobScheduleConfiguration, BatchJobScheduleCreateOptions,
    BatchJobScheduleUpdateOptions, BatchJobSpecification, BatchJobTerminateOptions, BatchMetadataItem,
    BatchPoolInfo,
};
use batchite_api::error::ErrorCode;
use batchite_api::ids::JobScheduleId;
use batchite_api::time::{TimeSpan, Timestamp};

use crate::account::Account;
use crate::arms::{Arm, all, job, job_id, on_pool, pool, refused, request};
use crate::jobs::workitems;

pub(crate) fn id() -> JobScheduleId {
    JobScheduleId::parse("nightly").expect("an id")
}

pub(crate) fn hourly() -> BatchJobScheduleConfiguration {
    BatchJobScheduleConfiguration {
        recurrence_interval: Some(TimeSpan::from_hours(1)),
        ..BatchJobScheduleConfiguration::default()
    }
}

pub(crate) fn schedule(times: BatchJobScheduleConfiguration) -> BatchJobScheduleCreateOptions {
    BatchJobScheduleCreateOptions {
        id: "nightly".to_owned(),
        schedule: times,
        job_specification: BatchJobSpecification {
            priority: Some(7),
            pool_info: on_pool("pool"),
            ..BatchJobSpecification::default()
        },
        ..BatchJobScheduleCreateOptions::default()
    }
}

/// A schedule whose jobs have no tasks and end at once.
fn brief(times: BatchJobScheduleConfiguration) -> BatchJobScheduleCreateOptions {
    let mut options = schedule(times);
    options.job_specification.on_all_tasks_complete = Some(BatchAllTasksCompleteMode::TerminateJob);
    options
}

pub(crate) async fn make(arm: &Arm, options: BatchJobScheduleCreateOptions) {
    arm.batch
        .create_job_schedule(options, &request())
        .await
        .expect("a schedule");
}

pub(crate) async fn shown(arm: &Arm) -> BatchJobSchedule {
    arm.batch
        .get_job_schedule(&id(), &request())
        .await
        .expect("the schedule")
}

pub(crate) async fn jobs(arm: &Arm) -> Vec<(String, String)> {
    let page = arm
        .batch
        .list_jobs_from_schedule(&id(), &all())
        .await
        .expect("the jobs");
    page.items
        .into_iter()
        .map(|job| (job.id, job.state.to_string()))
        .collect()
}

async fn states(arm: &Arm) -> Vec<String> {
    jobs(arm).await.into_iter().map(|(_, state)| state).collect()
}

async fn end_active_job(arm: &Arm, number: usize) {
    let name = format!("nightly:job-{number}");
    let job = job_id(&name);
    arm.batch
        .terminate_job(&job, BatchJobTerminateOptions::default(), &request())
        .await
        .expect("the end of the job");
    arm.until(async || arm.job_state(&name).await == "completed")
        .await;
}

pub(crate) async fn wait(arm: &Arm, minutes: i64) {
    arm.clock.sleep(TimeSpan::from_minutes(minutes)).await;
}

pub(crate) async fn the_first_job_comes_at_once_and_the_next_after_the_interval(arm: &Arm) {
    make(arm, schedule(hourly())).await;
    let made = shown(arm).await;
    assert_eq!(made.state.as_str(), "active");
    let info = &made.execution_info;
    assert_eq!(
        info.next_run_time,
        Some(made.creation_time + TimeSpan::from_hours(1))
    );
    let recent = info.recent_job.clone().expect("a job");
    assert_eq!(recent.id.as_deref(), Some("nightly:job-1"));
    assert!(recent.url.expect("a URL").ends_with("/jobs/nightly:job-1"));
    let first = arm
        .batch
        .get_job(&job_id("nightly:job-1"), &request())
        .await
        .unwrap();
    assert_eq!((first.priority, first.state.as_str()), (Some(7), "active"));
    assert_eq!(first.execution_info.unwrap().pool_id.as_deref(), Some("pool"));
    end_active_job(arm, 1).await;
    wait(arm, 59).await;
    assert_eq!(jobs(arm).await.len(), 1);
    wait(arm, 2).await;
    assert_eq!(states(arm).await, ["completed", "active"]);
    let next = shown(arm).await.execution_info.next_run_time;
    assert_eq!(next, Some(made.creation_time + TimeSpan::from_hours(2)));
}

pub(crate) async fn a_job_of_a_schedule_runs_tasks_in_a_directory_of_its_own(arm: &Arm) {
    arm.ready(pool("pool", 1), "other").await;
    make(arm, schedule(hourly())).await;
    let command = "/bin/sh -c 'echo $AZ_BATCH_JOB_ID; pwd'";
    let done = arm.run("nightly:job-1", crate::arms::task("t", command)).await;
    let output = arm.stdout("nightly:job-1", "t").await;
    assert!(output.starts_with("nightly:job-1\n"), "{output}");
    assert!(
        output.trim_end().ends_with("workitems/nightly/job-1/t/wd"),
        "{output}"
    );
    let place = done.node_info.expect("a node").task_root_directory.unwrap();
    assert_eq!(place, "workitems/nightly/job-1/t");
}

pub(crate) async fn no_job_comes_before_its_time(arm: &Arm) {
    let begin = arm.clock.now() + TimeSpan::from_minutes(30);
    let times = BatchJobScheduleConfiguration {
        do_not_run_until: Some(begin),
        ..hourly()
    };
    make(arm, schedule(times)).await;
    assert_eq!(shown(arm).await.execution_info.next_run_time, Some(begin));
    assert_eq!(jobs(arm).await, []);
    wait(arm, 31).await;
    assert_eq!(states(arm).await, ["active"]);
}

pub(crate) async fn one_job_is_active_at_a_time(arm: &Arm) {
    make(arm, schedule(hourly())).await;
    wait(arm, 150).await;
    assert_eq!(states(arm).await, ["active"]);
    // The turns at 60 and 120 minutes have come due; one job is made for them.
    end_active_job(arm, 1).await;
    arm.until(async || jobs(arm).await.len() == 2).await;
    let shown = shown(arm).await;
    assert_eq!(
        shown.execution_info.next_run_time,
        Some(shown.creation_time + TimeSpan::from_hours(3))
    );
}

pub(crate) async fn a_turn_is_missed_when_its_window_is_over(arm: &Arm) {
    let times = BatchJobScheduleConfiguration {
        start_window: Some(TimeSpan::from_minutes(10)),
        ..hourly()
    };
    make(arm, schedule(times)).await;
    wait(arm, 75).await;
    end_active_job(arm, 1).await;
    wait(arm, 30).await;
    assert_eq!(states(arm).await, ["completed"]);
    wait(arm, 20).await;
    assert_eq!(states(arm).await, ["completed", "active"]);
}

pub(crate) async fn a_window_longer_than_the_interval_never_ends(arm: &Arm) {
    let times = BatchJobScheduleConfiguration {
        start_window: Some(TimeSpan::from_hours(2)),
        ..hourly()
    };
    make(arm, schedule(times)).await;
    // The turn at one hour would have been missed at three.
    wait(arm, 200).await;
    assert_eq!(states(arm).await, ["active"]);
    end_active_job(arm, 1).await;
    arm.until(async || jobs(arm).await.len() == 2).await;
}

pub(crate) async fn a_schedule_without_recurrence_makes_one_job_and_completes(arm: &Arm) {
    make(arm, brief(BatchJobScheduleConfiguration::default())).await;
    assert_eq!(shown(arm).await.execution_info.next_run_time, None);
    arm.until(async || shown(arm).await.state.as_str() == "completed")
        .await;
    assert_eq!(
        jobs(arm).await,
        [("nightly:job-1".to_owned(), "completed".to_owned())]
    );
    let ended = shown(arm).await;
    assert!(ended.execution_info.end_time.is_some());
    assert_eq!(ended.previous_state.unwrap().as_str(), "active");
    let code = &ErrorCode::JobScheduleCompleted;
    refused(arm.batch.disable_job_schedule(&id(), &request()).await, code);
    refused(arm.batch.enable_job_schedule(&id(), &request()).await, code);
    refused(arm.batch.terminate_job_schedule(&id(), &request()).await, code);
    let update = BatchJobScheduleUpdateOptions::default();
    refused(
        arm.batch.update_job_schedule(&id(), update, &request()).await,
        code,
    );
}

pub(crate) async fn a_schedule_completes_after_its_last_moment(arm: &Arm) {
    let times = BatchJobScheduleConfiguration {
        do_not_run_after: Some(arm.clock.now() + TimeSpan::from_minutes(90)),
        ..hourly()
    };
    make(arm, brief(times)).await;
    wait(arm, 80).await;
    let shown_before = shown(arm).await;
    assert_eq!(shown_before.state.as_str(), "active");
    assert_eq!(shown_before.execution_info.next_run_time, None);
    wait(arm, 20).await;
    assert_eq!(shown(arm).await.state.as_str(), "completed");
    assert_eq!(states(arm).await, ["completed", "completed"]);
}

pub(crate) async fn a_disabled_schedule_makes_no_jobs_until_it_is_enabled(arm: &Arm) {
    make(arm, brief(hourly())).await;
    let before = shown(arm).await.etag;
    arm.batch.disable_job_schedule(&id(), &request()).await.unwrap();
    let disabled = shown(arm).await;
    assert_eq!(disabled.state.as_str(), "disabled");
    assert_ne!(disabled.etag, before, "a user wrote the schedule");
    refused(
        arm.batch.disable_job_schedule(&id(), &request()).await,
        &ErrorCode::JobScheduleDisabled,
    );
    wait(arm, 130).await;
    assert_eq!(jobs(arm).await.len(), 1);
    arm.batch.enable_job_schedule(&id(), &request()).await.unwrap();
    arm.until(async || jobs(arm).await.len() == 2).await;
    assert_eq!(shown(arm).await.state.as_str(), "active");
}

pub(crate) async fn terminating_a_schedule_ends_its_active_job(arm: &Arm) {
    make(arm, schedule(hourly())).await;
    arm.batch.terminate_job_schedule(&id(), &request()).await.unwrap();
    arm.until(async || shown(arm).await.state.as_str() == "completed")
        .await;
    let ended = arm
        .batch
        .get_job(&job_id("nightly:job-1"), &request())
        .await
        .unwrap();
    let info = ended.execution_info.unwrap();
    assert_eq!(ended.state.as_str(), "completed");
    assert_eq!(info.terminate_reason.as_deref(), Some("TerminateWorkitem"));
    wait(arm, 180).await;
    assert_eq!(jobs(arm).await.len(), 1, "no job comes after the end");
}

/// A schedule, and its name, that others cannot have made.
fn own(account: &Account, times: BatchJobScheduleConfiguration) -> (String, BatchJobScheduleCreateOptions) {
    let name = account.name("nightly");
    let mut options = schedule(times);
    options.id.clone_from(&name);
    options.job_specification.pool_info.pool_id = Some(account.name("pool"));
    (name, options)
}

/// The name of a schedule as a job might have it, in another case.
fn job_named_as(account: &Account, schedule: &str) -> BatchJobCreateOptions {
    job(&schedule.to_uppercase(), &account.name("pool"))
}

pub(crate) async fn deleting_a_schedule_takes_its_jobs_along(account: &Account) {
    let batch = &account.batch;
    let (name, options) = own(account, hourly());
    let id = JobScheduleId::parse(&name).unwrap();
    batch.create_job_schedule(options, &request()).await.unwrap();
    assert!(batch.job_schedule_exists(&id, &request()).await.unwrap());
    batch.delete_job_schedule(&id, &request()).await.unwrap();
    account
        .until(async || !batch.job_schedule_exists(&id, &request()).await.unwrap())
        .await;
    let job = batch.get_job(&job_id(&format!("{name}:job-1")), &request()).await;
    refused(job, &ErrorCode::JobNotFound);
    // The name is free again, for a job too.
    batch
        .create_job(job_named_as(account, &name), &request())
        .await
        .unwrap();
}

pub(crate) async fn what_its_jobs_left_on_nodes_goes_with_them(arm: &Arm) {
    let only = arm.batch.create_pool(pool("pool", 1), &request()).await;
    only.unwrap();
    make(arm, schedule(hourly())).await;
    arm.run("nightly:job-1", crate::arms::task("t", "/bin/true"))
        .await;
    let ended = arm
        .batch
        .terminate_job(
            &job_id("nightly:job-1"),
            BatchJobTerminateOptions::default(),
            &request(),
        )
        .await;
    ended.unwrap();
    wait(arm, 61).await;
    arm.run("nightly:job-2", crate::arms::task("t", "/bin/true"))
        .await;
    let deleted = arm.batch.delete_job(&job_id("nightly:job-1"), &request()).await;
    deleted.unwrap();
    arm.until(async || jobs(arm).await.len() == 1).await;
    let left = workitems(arm).await;
    assert!(
        left.contains(&"workitems/nightly/job-2/t/stdout.txt".to_owned()),
        "{left:?}"
    );
    assert!(left.iter().all(|name| !name.contains("job-1")), "{left:?}");
    arm.batch.delete_job_schedule(&id(), &request()).await.unwrap();
    arm.until(async || !arm.batch.job_schedule_exists(&id(), &request()).await.unwrap())
        .await;
    assert_eq!(workitems(arm).await, Vec::<String>::new());
}

pub(crate) async fn deleting_the_active_job_lets_the_next_one_come(arm: &Arm) {
    make(arm, schedule(hourly())).await;
    arm.batch
        .delete_job(&job_id("nightly:job-1"), &request())
        .await
        .unwrap();
    wait(arm, 61).await;
    assert_eq!(
        jobs(arm).await,
        [("nightly:job-2".to_owned(), "active".to_owned())]
    );
}

pub(crate) async fn changes_reach_later_jobs_only(arm: &Arm) {
    make(arm, schedule(hourly())).await;
    let specification = BatchJobSpecification {
        priority: Some(99),
        ..schedule(hourly()).job_specification
    };
    let update = BatchJobScheduleUpdateOptions {
        job_specification: Some(specification.clone()),
        metadata: Some(vec![BatchMetadataItem {
            name: "owner".to_owned(),
            value: "night shift".to_owned(),
        }]),
        ..BatchJobScheduleUpdateOptions::default()
    };
    arm.batch
        .update_job_schedule(&id(), update, &request())
        .await
        .unwrap();
    let priority = async |name: &str| {
        let job = arm.batch.get_job(&job_id(name), &request()).await.unwrap();
        job.priority
    };
    assert_eq!(priority("nightly:job-1").await, Some(7));
    end_active_job(arm, 1).await;
    wait(arm, 61).await;
    assert_eq!(priority("nightly:job-2").await, Some(99));
    assert_eq!(shown(arm).await.metadata.len(), 1);
    // A replacement puts back what it does not name, and new times count from the last turn.
    let replacement = BatchJobSchedule {
        schedule: Some(BatchJobScheduleConfiguration {
            recurrence_interval: Some(TimeSpan::from_hours(5)),
            ..BatchJobScheduleConfiguration::default()
        }),
        job_specification: specification,
        ..BatchJobSchedule::default()
    };
    arm.batch
        .replace_job_schedule(&id(), replacement, &request())
        .await
        .unwrap();
    let replaced = shown(arm).await;
    assert_eq!(replaced.metadata, []);
    assert_eq!(
        replaced.execution_info.next_run_time,
        Some(replaced.creation_time + TimeSpan::from_hours(6))
    );
}

pub(crate) async fn wrong_schedules_are_refused(account: &Account) {
    let minute = TimeSpan::from_seconds(59);
    let past = Timestamp::from_unix_seconds(1_000_000_000);
    let now = account.now();
    let wrong = [
        BatchJobScheduleConfiguration {
            recurrence_interval: Some(minute),
            ..BatchJobScheduleConfiguration::default()
        },
        BatchJobScheduleConfiguration {
            start_window: Some(minute),
            ..hourly()
        },
        BatchJobScheduleConfiguration {
            do_not_run_after: Some(past),
            ..hourly()
        },
        BatchJobScheduleConfiguration {
            do_not_run_until: Some(now + TimeSpan::from_hours(2)),
            do_not_run_after: Some(now + TimeSpan::from_hours(1)),
            ..hourly()
        },
    ];
    let invalid = &ErrorCode::InvalidPropertyValue;
    for times in wrong {
        refusal(account, own(account, times).1, invalid).await;
    }
    let (name, mut options) = own(account, hourly());
    options.job_specification.priority = Some(1001);
    refusal(account, options, invalid).await;
    let (_, mut options) = own(account, hourly());
    options.job_specification.pool_info = BatchPoolInfo::default();
    refusal(account, options, &ErrorCode::MissingRequiredProperty).await;
    let (_, mut options) = own(account, hourly());
    options.id = "a b".to_owned();
    refusal(account, options, invalid).await;
    let batch = &account.batch;
    let (_, options) = own(account, hourly());
    batch.create_job_schedule(options, &request()).await.unwrap();
    refusal(account, own(account, hourly()).1, &ErrorCode::JobScheduleExists).await;
    let named = batch.create_job(job_named_as(account, &name), &request()).await;
    refused(named, &ErrorCode::JobScheduleWithSameIdExists);
    let weekly = account.name("weekly");
    let made = batch
        .create_job(job(&weekly, &account.name("pool")), &request())
        .await;
    made.unwrap();
    let (_, mut options) = own(account, hourly());
    options.id = weekly.to_uppercase();
    refusal(account, options, &ErrorCode::JobWithSameIdExists).await;
}

async fn refusal(account: &Account, options: BatchJobScheduleCreateOptions, code: &ErrorCode) {
    let made = account.batch.create_job_schedule(options, &request()).await;
    refused(made, code);
}

pub(crate) async fn schedules_are_listed_filtered_and_guarded_by_tags(arm: &Arm) {
    make(arm, schedule(hourly())).await;
    let mut other = schedule(BatchJobScheduleConfiguration::default());
    other.id = "once".to_owned();
    make(arm, other).await;
    let names = async |options: ListOptions| {
        let page = arm.batch.list_job_schedules(&options).await.unwrap();
        page.items.into_iter().map(|item| item.id).collect::<Vec<_>>()
    };
    assert_eq!(names(all()).await, ["nightly", "once"]);
    assert_eq!(
        names(ListOptions::filtered("startswith(id, 'on')")).await,
        ["once"]
    );
    let paged = ListOptions {
        max_results: Some(1),
        ..all()
    };
    let first = arm.batch.list_job_schedules(&paged).await.unwrap();
    let rest = ListOptions {
        continuation: first.continuation,
        ..all()
    };
    assert_eq!(names(rest).await, ["once"]);
    let active = ListOptions::filtered("state eq 'completed'");
    let page = arm.batch.list_jobs_from_schedule(&id(), &active).await.unwrap();
    assert_eq!(page.items, []);
    let stale = RequestOptions {
        conditions: batchite_api::backend::Conditions {
            if_match: Some("0x1".to_owned()),
            ..Default::default()
        },
        ..request()
    };
    let code = &ErrorCode::ConditionNotMet;
    refused(arm.batch.disable_job_schedule(&id(), &stale).await, code);
    refused(arm.batch.delete_job_schedule(&id(), &stale).await, code);
    let selected = RequestOptions {
        select: Some("id,state".to_owned()),
        ..request()
    };
    let few = arm.batch.get_job_schedule(&id(), &selected).await.unwrap();
    assert_eq!((few.id.as_str(), few.url.as_str()), ("nightly", ""));
}

pub(crate) async fn jobs_of_a_schedule_are_prepared_managed_and_released(arm: &Arm) {
    arm.ready(pool("pool", 1), "other").await;
    let mut options = schedule(hourly());
    let specification = &mut options.job_specification;
    specification.job_preparation_task = Some(BatchJobPreparationTask {
        command_line: "/bin/sh -c 'echo $AZ_BATCH_JOB_ID > data'".into(),
        ..BatchJobPreparationTask::default()
    });
    specification.job_manager_task = Some(BatchJobManagerTask {
        id: "manager".to_owned(),
        command_line: "/bin/sh -c 'cat $AZ_BATCH_JOB_PREP_DIR/wd/data'".into(),
        ..BatchJobManagerTask::default()
    });
    specification.job_release_task = Some(BatchJobReleaseTask {
        command_line: "/bin/sh -c 'cat $AZ_BATCH_JOB_PREP_DIR/wd/data >> $AZ_BATCH_NODE_SHARED_DIR/released'"
            .into(),
        ..BatchJobReleaseTask::default()
    });
    make(arm, options).await;
    for number in 1..=2 {
        let name = format!("nightly:job-{number}");
        arm.until(async || {
            jobs(arm)
                .await
                .iter()
                .any(|job| *job == (name.clone(), "completed".to_owned()))
        })
        .await;
        assert_eq!(arm.stdout(&name, "manager").await, format!("{name}\n"));
        let job = arm.batch.get_job(&job_id(&name), &request()).await.unwrap();
        let reason = job.execution_info.unwrap().terminate_reason;
        assert_eq!(reason.as_deref(), Some("JMComplete"));
        let status = arm
            .batch
            .list_job_preparation_and_release_task_status(&job_id(&name), &all())
            .await
            .unwrap()
            .items;
        let released = status[0].job_release_task_execution_info.clone().unwrap();
        assert_eq!((status.len(), released.exit_code), (1, Some(0)));
    }
    arm.run(
        "other",
        crate::arms::task("t", "/bin/sh -c 'cat $AZ_BATCH_NODE_SHARED_DIR/released'"),
    )
    .await;
    assert_eq!(arm.stdout("other", "t").await, "nightly:job-1\nnightly:job-2\n");
}
