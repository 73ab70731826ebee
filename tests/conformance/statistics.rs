//! What tasks, jobs, job schedules and pools have used: `$expand=stats`, and the usage of pools in half hours.

use batchite_api::backend::{ListOptions, RequestOptions, UsagePeriod};
use batchite_api::batch::{
    BatchJobStatistics, BatchNodeDeallocateOptions, BatchPoolUsageMetrics, BatchTaskConstraints,
    BatchTaskCreateOptions, BatchTaskStatistics,
};
use batchite_api::error::ErrorCode;
use batchite_api::ids::JobScheduleId;
use batchite_api::page::Continuation;
use batchite_api::time::{TimeSpan, Timestamp};
use batchite_sim::config::{Latencies, SimConfig};

use crate::arms::{
    Arm, all, hourly_jobs, job, job_id, node_id, on_pool, pool, pool_id, refused, request, resize_to, task,
    task_id,
};

fn expanded() -> RequestOptions {
    RequestOptions {
        expand: Some("stats".to_owned()),
        ..request()
    }
}

fn expanded_list() -> ListOptions {
    ListOptions {
        expand: Some("stats".to_owned()),
        ..all()
    }
}

fn retried(id: &str, command_line: &str, retries: i32) -> BatchTaskCreateOptions {
    BatchTaskCreateOptions {
        constraints: Some(BatchTaskConstraints {
            max_task_retry_count: Some(retries),
            ..BatchTaskConstraints::default()
        }),
        ..task(id, command_line)
    }
}

async fn task_stats(arm: &Arm, id: &str) -> Option<BatchTaskStatistics> {
    let task = arm
        .batch
        .get_task(&job_id("job"), &task_id(id), &expanded())
        .await;
    task.unwrap().stats
}

async fn job_stats(arm: &Arm, id: &str) -> BatchJobStatistics {
    let job = arm.batch.get_job(&job_id(id), &expanded()).await;
    job.unwrap().stats.expect("statistics")
}

async fn sleep_until(arm: &Arm, moment: Timestamp) {
    arm.clock.sleep(moment - arm.clock.now()).await;
}

/// How long a command takes to be launched.
const LAUNCH: TimeSpan = TimeSpan::from_milliseconds(10);

fn times(span: TimeSpan, count: i64) -> TimeSpan {
    TimeSpan::from_ticks(span.ticks() * count)
}

pub(crate) async fn a_task_tells_how_long_it_ran_and_waited(arm: &Arm) {
    arm.ready(pool("pool", 1), "job").await;
    arm.add("job", retried("bad", "/bin/sh -c 'sleep 10; exit 1'", 2))
        .await;
    arm.add("job", task("next", "/bin/sh -c 'sleep 60'")).await;
    assert_eq!(task_stats(arm, "next").await, None, "it has not run yet");
    arm.task_in("job", "bad", "completed").await;
    let run = TimeSpan::from_ticks(TimeSpan::from_seconds(10).ticks() + LAUNCH.ticks());
    let stats = task_stats(arm, "bad").await.unwrap();
    assert_eq!(stats.wall_clock_time, times(run, 3), "retries are counted in");
    let bad = arm.task("job", "bad").await;
    assert_eq!(bad.stats, None, "only who asks is told");
    let start = bad.execution_info.unwrap().start_time.unwrap();
    assert_eq!(stats.wait_time, start - bad.creation_time);
    assert_eq!(
        (stats.url.as_str(), stats.start_time),
        (bad.url.as_str(), bad.creation_time)
    );
    assert_eq!((stats.user_cpu_time, stats.write_iops), (TimeSpan::ZERO, 0));
    // While it runs, it is told up to now.
    let begun = arm.task_in("job", "next", "running").await;
    let begun = begun.execution_info.unwrap().start_time.unwrap();
    sleep_until(arm, begun + TimeSpan::from_seconds(42)).await;
    let stats = task_stats(arm, "next").await.unwrap();
    assert_eq!(stats.wall_clock_time, TimeSpan::from_seconds(42));
    assert_eq!(stats.last_update_time, arm.clock.now());
    let options = ListOptions {
        select: Some("id,stats".to_owned()),
        ..expanded_list()
    };
    let listed = arm
        .batch
        .list_tasks(&job_id("job"), &options)
        .await
        .unwrap()
        .items;
    let told: Vec<_> = listed.iter().map(|task| task.stats.is_some()).collect();
    assert_eq!(told, [true, true]);
    assert_eq!(listed[1].stats.as_ref(), Some(&stats));
}

pub(crate) async fn a_job_sums_up_its_tasks(arm: &Arm) {
    arm.ready(pool("pool", 3), "job").await;
    arm.run("job", task("good", "/bin/sh -c 'sleep 30'")).await;
    arm.run("job", retried("bad", "/bin/sh -c 'sleep 10; exit 1'", 1))
        .await;
    arm.run("job", task("gone", "/bin/sh -c 'sleep 20'")).await;
    arm.batch
        .delete_task(&job_id("job"), &task_id("gone"), &request())
        .await
        .unwrap();
    let stats = job_stats(arm, "job").await;
    assert_eq!(
        (
            stats.num_succeeded_tasks,
            stats.num_failed_tasks,
            stats.num_task_retries
        ),
        (2, 1, 1)
    );
    let runs = TimeSpan::from_ticks(TimeSpan::from_seconds(30 + 2 * 10 + 20).ticks() + 4 * LAUNCH.ticks());
    assert_eq!(stats.wall_clock_time, runs);
    // The service tells this of whole accounts alone.
    assert_eq!(stats.wait_time, TimeSpan::ZERO);
    // A task that is deleted while it runs has ended neither way, and its time counts; one that runs counts up to now.
    arm.add("job", task("long", "/bin/sh -c 'sleep 3600'")).await;
    arm.add("job", task("longer", "/bin/sh -c 'sleep 3600'")).await;
    let begun = arm.task_in("job", "longer", "running").await;
    let begun = begun.execution_info.unwrap().start_time.unwrap();
    sleep_until(arm, begun + TimeSpan::from_seconds(100)).await;
    arm.batch
        .delete_task(&job_id("job"), &task_id("long"), &request())
        .await
        .unwrap();
    sleep_until(arm, begun + TimeSpan::from_seconds(150)).await;
    let stats = job_stats(arm, "job").await;
    assert_eq!((stats.num_succeeded_tasks, stats.num_failed_tasks), (2, 1));
    let more = TimeSpan::from_seconds(250).ticks();
    assert_eq!(stats.wall_clock_time, TimeSpan::from_ticks(runs.ticks() + more));
    // What was reactivated has run as long as before, and counts again when it ends.
    arm.batch
        .reactivate_task(&job_id("job"), &task_id("bad"), &request())
        .await
        .unwrap();
    arm.task_in("job", "bad", "completed").await;
    let stats = job_stats(arm, "job").await;
    assert_eq!((stats.num_failed_tasks, stats.num_task_retries), (2, 2));
    let run = TimeSpan::from_ticks(TimeSpan::from_seconds(10).ticks() + LAUNCH.ticks());
    assert_eq!(
        task_stats(arm, "bad").await.unwrap().wall_clock_time,
        times(run, 4)
    );
    let listed = arm.batch.list_jobs(&expanded_list()).await.unwrap().items;
    assert_eq!(listed[0].stats.as_ref(), Some(&stats));
}

pub(crate) async fn a_schedule_sums_up_its_jobs(arm: &Arm) {
    arm.ready(pool("pool", 2), "other").await;
    let options = hourly_jobs("nightly", on_pool("pool"));
    arm.batch.create_job_schedule(options, &request()).await.unwrap();
    arm.run("nightly:job-1", task("t", "/bin/sh -c 'sleep 30'")).await;
    arm.batch
        .delete_job(&job_id("nightly:job-1"), &request())
        .await
        .unwrap();
    let second = job_id("nightly:job-2");
    arm.until(async || arm.batch.get_job(&second, &request()).await.is_ok())
        .await;
    arm.run("nightly:job-2", task("t", "/bin/sh -c 'sleep 5; exit 2'"))
        .await;
    arm.run("other", task("t", "/bin/sh -c 'sleep 1000'")).await;
    let id = JobScheduleId::parse("nightly").unwrap();
    let schedule = arm.batch.get_job_schedule(&id, &expanded()).await.unwrap();
    let stats = schedule.stats.clone().unwrap();
    assert_eq!(
        (
            stats.num_succeeded_tasks,
            stats.num_failed_tasks,
            stats.num_task_retries
        ),
        (1, 1, 0)
    );
    let runs = TimeSpan::from_ticks(TimeSpan::from_seconds(35).ticks() + 2 * LAUNCH.ticks());
    assert_eq!(stats.wall_clock_time, runs);
    let listed = arm
        .batch
        .list_job_schedules(&expanded_list())
        .await
        .unwrap()
        .items;
    assert_eq!(listed, [schedule]);
    let jobs = arm
        .batch
        .list_jobs_from_schedule(&id, &expanded_list())
        .await
        .unwrap();
    assert_eq!(jobs.items[0].stats.as_ref().unwrap().num_failed_tasks, 1);
    let plain = arm.batch.get_job_schedule(&id, &request()).await.unwrap();
    assert_eq!(plain.stats, None);
}

pub(crate) async fn a_pool_tells_its_core_time(arm: &Arm) {
    let begin = arm.clock.now();
    let mut options = pool("pool", 2);
    options.target_low_priority_nodes = Some(3);
    arm.batch.create_pool(options, &request()).await.unwrap();
    sleep_until(arm, begin + TimeSpan::from_hours(1)).await;
    let told = async || {
        let pool = arm.batch.get_pool(&pool_id("pool"), &expanded()).await.unwrap();
        let stats = pool.stats.expect("statistics");
        assert_eq!(stats.resource_stats, None, "nodes are not measured");
        let usage = stats.usage_stats.expect("usage");
        assert_eq!(usage.last_update_time, arm.clock.now());
        usage.dedicated_core_time
    };
    assert_eq!(told().await, TimeSpan::from_hours(4), "two nodes of two cores");
    let resize = resize_to(1);
    arm.batch
        .resize_pool(&pool_id("pool"), resize, &request())
        .await
        .unwrap();
    sleep_until(arm, begin + TimeSpan::from_hours(2)).await;
    assert_eq!(told().await, TimeSpan::from_hours(6));
    assert_eq!(arm.pool("pool").await.stats, None);
    let listed = arm.batch.list_pools(&expanded_list()).await.unwrap().items;
    assert!(listed[0].stats.is_some());
}

pub(crate) async fn they_come_half_an_hour_late_in_a_world_like_the_cloud(arm: &Arm) {
    let arm = arm.another(SimConfig::new(1).with_latencies(Latencies::azure()));
    let begin = arm.clock.now();
    arm.batch.create_pool(pool("pool", 0), &request()).await.unwrap();
    arm.batch
        .create_job(job("job", "pool"), &request())
        .await
        .unwrap();
    let there = async || {
        let pool = arm.batch.get_pool(&pool_id("pool"), &expanded()).await.unwrap();
        let job = arm.batch.get_job(&job_id("job"), &expanded()).await.unwrap();
        (pool.stats.is_some(), job.stats.is_some())
    };
    assert_eq!(there().await, (false, false));
    sleep_until(&arm, begin + TimeSpan::from_minutes(29)).await;
    assert_eq!(there().await, (false, false));
    sleep_until(&arm, begin + TimeSpan::from_minutes(31)).await;
    assert_eq!(there().await, (true, true));
}

pub(crate) async fn only_statistics_are_expanded(arm: &Arm) {
    arm.batch.create_pool(pool("pool", 0), &request()).await.unwrap();
    arm.batch
        .create_job(job("job", "pool"), &request())
        .await
        .unwrap();
    arm.add("job", task("t", "x")).await;
    let (one, list) = (
        RequestOptions {
            expand: Some("nodes".to_owned()),
            ..request()
        },
        ListOptions {
            expand: Some("nodes".to_owned()),
            ..all()
        },
    );
    let (batch, wrong) = (&arm.batch, &ErrorCode::InvalidQueryParameterValue);
    refused(batch.get_pool(&pool_id("pool"), &one).await, wrong);
    refused(batch.get_job(&job_id("job"), &one).await, wrong);
    refused(batch.get_task(&job_id("job"), &task_id("t"), &one).await, wrong);
    refused(batch.list_pools(&list).await, wrong);
    refused(batch.list_jobs(&list).await, wrong);
    refused(batch.list_tasks(&job_id("job"), &list).await, wrong);
    refused(batch.list_job_schedules(&list).await, wrong);
}

/// The usage as (minutes from a moment to the start of the interval, pool, core hours).
fn told(usage: &[BatchPoolUsageMetrics], begin: Timestamp) -> Vec<(i64, &str, f64)> {
    let entries = usage.iter().map(|entry| {
        assert_eq!(entry.end_time - entry.start_time, TimeSpan::from_minutes(30));
        let minutes = (entry.start_time - begin).milliseconds() / 60_000;
        (minutes, entry.pool_id.as_str(), entry.total_core_hours)
    });
    entries.collect()
}

async fn usage(arm: &Arm, period: UsagePeriod, options: &ListOptions) -> Vec<BatchPoolUsageMetrics> {
    let page = arm.batch.list_pool_usage_metrics(&period, options).await.unwrap();
    assert_eq!(page.continuation, None);
    page.items
}

async fn in_pages_of_two(arm: &Arm, begin: Timestamp) -> Vec<BatchPoolUsageMetrics> {
    let mut options = ListOptions {
        max_results: Some(2),
        ..all()
    };
    let period = UsagePeriod {
        start: Some(begin),
        end: None,
    };
    let mut paged = Vec::new();
    loop {
        let page = arm
            .batch
            .list_pool_usage_metrics(&period, &options)
            .await
            .unwrap();
        assert!(page.items.len() <= 2);
        paged.extend(page.items);
        options.continuation = page.continuation;
        if options.continuation.is_none() {
            break;
        }
    }
    paged
}

pub(crate) async fn the_usage_of_pools_is_told_in_half_hours(arm: &Arm) {
    let begin = arm.clock.now();
    arm.batch.create_pool(pool("pool", 2), &request()).await.unwrap();
    let mut other = pool("other", 0);
    other.target_low_priority_nodes = Some(1);
    arm.batch.create_pool(other, &request()).await.unwrap();
    sleep_until(arm, begin + TimeSpan::from_minutes(45)).await;
    let resize = resize_to(0);
    let id = pool_id("pool");
    arm.batch.resize_pool(&id, resize, &request()).await.unwrap();
    sleep_until(arm, begin + TimeSpan::from_minutes(75)).await;
    arm.batch.delete_pool(&id, &request()).await.unwrap();
    // Nothing is old enough yet.
    assert_eq!(usage(arm, UsagePeriod::default(), &all()).await, []);
    sleep_until(arm, begin + TimeSpan::from_hours(4)).await;
    let period = UsagePeriod {
        start: Some(begin),
        end: Some(begin + TimeSpan::from_hours(2)),
    };
    let whole = usage(arm, period, &all()).await;
    assert_eq!(
        told(&whole, begin),
        [
            (0, "pool", 2.0),
            (0, "other", 1.0),
            (30, "pool", 1.0),
            (30, "other", 1.0),
            (60, "pool", 0.0),
            (60, "other", 1.0),
            (90, "other", 1.0),
        ]
    );
    assert_eq!(whole[0].vm_size, "standard_d2s_v3");
    let filter = ListOptions::filtered("poolId eq 'pool'");
    let of_pool = usage(arm, period, &filter).await;
    assert_eq!(
        told(&of_pool, begin),
        [(0, "pool", 2.0), (30, "pool", 1.0), (60, "pool", 0.0)]
    );
    // Without a period there is the last interval that is old enough.
    let last = usage(arm, UsagePeriod::default(), &all()).await;
    assert_eq!(told(&last, begin), [(90, "other", 1.0)]);
    // A period is rounded to whole intervals.
    let period = UsagePeriod {
        start: Some(begin + TimeSpan::from_minutes(40)),
        end: Some(begin + TimeSpan::from_minutes(70)),
    };
    assert_eq!(usage(arm, period, &all()).await, whole[2..6]);
    assert_eq!(in_pages_of_two(arm, begin).await, whole);
}

pub(crate) async fn a_node_without_a_machine_uses_nothing(arm: &Arm) {
    let begin = arm.clock.now();
    arm.ready(pool("pool", 1), "job").await;
    sleep_until(arm, begin + TimeSpan::from_minutes(15)).await;
    let node = node_id(&arm.nodes("pool").await[0]);
    arm.batch
        .deallocate_node(
            &pool_id("pool"),
            &node,
            BatchNodeDeallocateOptions::default(),
            &request(),
        )
        .await
        .unwrap();
    sleep_until(arm, begin + TimeSpan::from_minutes(75)).await;
    arm.batch
        .start_node(&pool_id("pool"), &node, &request())
        .await
        .unwrap();
    sleep_until(arm, begin + TimeSpan::from_hours(5)).await;
    let period = UsagePeriod {
        start: Some(begin),
        end: Some(begin + TimeSpan::from_hours(2)),
    };
    let found = usage(arm, period, &all()).await;
    let hours: Vec<f64> = found.iter().map(|entry| entry.total_core_hours).collect();
    assert_eq!(hours, [0.5, 0.0, 0.5, 1.0]);
}

pub(crate) async fn periods_of_usage_are_checked(arm: &Arm) {
    arm.batch.create_pool(pool("pool", 0), &request()).await.unwrap();
    arm.clock.sleep(TimeSpan::from_hours(10)).await;
    let ago = |minutes: i64| Some(arm.clock.now() + TimeSpan::from_minutes(-minutes));
    let late = &ErrorCode::OutOfRangeQueryParameterValue;
    let wrong = &ErrorCode::InvalidQueryParameterValue;
    for (start, end, code, name) in [
        (ago(149), None, late, "startTime"),
        (ago(600), ago(119), late, "endtime"),
        (ago(300), ago(300), wrong, "endtime"),
        (ago(300), ago(400), wrong, "endtime"),
    ] {
        let period = UsagePeriod { start, end };
        let refusal = arm.batch.list_pool_usage_metrics(&period, &all()).await;
        let error = refused(refusal, code);
        assert_eq!(
            (error.status(), error.detail("QueryParameterName")),
            (400, Some(name))
        );
    }
    let period = UsagePeriod {
        start: ago(150),
        end: ago(120),
    };
    assert_eq!(usage(arm, period, &all()).await.len(), 1);
    for options in [
        ListOptions::filtered("vmSize eq 'x'"),
        ListOptions::filtered("poolId ne 'x'"),
        ListOptions {
            continuation: Some(Continuation::new("1.x")),
            ..all()
        },
    ] {
        let refusal = arm.batch.list_pool_usage_metrics(&period, &options).await;
        refused(refusal, wrong);
    }
}

pub(crate) async fn a_list_of_usage_ends_with_the_usage_whatever_the_token_says(arm: &Arm) {
    let begin = arm.clock.now();
    arm.batch.create_pool(pool("pool", 1), &request()).await.unwrap();
    sleep_until(arm, begin + TimeSpan::from_hours(4)).await;
    let forged = |options: ListOptions| ListOptions {
        continuation: Some(Continuation::new(format!("0.0.{}", u64::MAX))),
        ..options
    };
    let period = UsagePeriod {
        start: Some(begin),
        end: None,
    };
    let whole = usage(arm, period, &all()).await;
    assert_eq!(whole.len(), 4);
    assert_eq!(usage(arm, period, &forged(all())).await, whole);
    // None passes: the list is at its end without going through all time.
    let filtered = forged(ListOptions::filtered("poolId eq 'x'"));
    assert_eq!(usage(arm, period, &filtered).await, []);
    let beyond = ListOptions {
        continuation: Some(Continuation::new(format!("{0}.{0}.{0}", u64::MAX))),
        ..all()
    };
    assert_eq!(usage(arm, period, &beyond).await, []);
}

pub(crate) async fn ages_without_usage_are_stepped_over(arm: &Arm) {
    let begin = arm.clock.now();
    let id = pool_id("early");
    arm.batch.create_pool(pool("early", 0), &request()).await.unwrap();
    arm.batch.delete_pool(&id, &request()).await.unwrap();
    let ages = TimeSpan::from_days(365 * 7_000);
    sleep_until(arm, begin + ages).await;
    arm.batch.create_pool(pool("late", 0), &request()).await.unwrap();
    sleep_until(arm, begin + ages + TimeSpan::from_hours(3)).await;
    let period = UsagePeriod {
        start: Some(begin),
        end: None,
    };
    let whole = usage(arm, period, &all()).await;
    let pools: Vec<&str> = whole.iter().map(|entry| entry.pool_id.as_str()).collect();
    assert_eq!(pools, ["early", "late", "late"]);
    let early = ListOptions::filtered("poolId eq 'early'");
    assert_eq!(usage(arm, period, &early).await, whole[..1]);
    assert_eq!(in_pages_of_two(arm, begin).await, whole);
}
