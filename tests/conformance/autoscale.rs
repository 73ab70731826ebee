//! Automatic scaling: formulas on pools, their samples, their evaluations, and who may do what when.

use batchite_api::backend::{Conditions, RequestOptions};
use batchite_api::batch::{
    AutoScaleRun, BatchJobCreateOptions, BatchNodeRemoveOptions, BatchPoolCreateOptions,
    BatchPoolEnableAutoScaleOptions, BatchPoolEvaluateAutoScaleOptions, BatchTaskCreateOptions,
    BatchTaskDependencies, MultiInstanceSettings,
};
use batchite_api::error::{ErrorCode, Result};
use batchite_api::time::TimeSpan;
use batchite_sim::config::{Latencies, Latency, SimConfig};

use crate::arms::{Arm, job, pool, pool_id, refused, request, resize_to, task};

/// A pool under a formula.
pub(crate) fn scaled(formula: &str) -> BatchPoolCreateOptions {
    BatchPoolCreateOptions {
        target_dedicated_nodes: None,
        enable_auto_scale: Some(true),
        auto_scale_formula: Some(formula.to_owned()),
        ..pool("pool", 0)
    }
}

pub(crate) fn formula(text: &str) -> BatchPoolEnableAutoScaleOptions {
    BatchPoolEnableAutoScaleOptions {
        auto_scale_formula: Some(text.to_owned()),
        ..BatchPoolEnableAutoScaleOptions::default()
    }
}

fn interval(minutes: i64) -> BatchPoolEnableAutoScaleOptions {
    BatchPoolEnableAutoScaleOptions {
        auto_scale_evaluation_interval: Some(TimeSpan::from_minutes(minutes)),
        ..BatchPoolEnableAutoScaleOptions::default()
    }
}

async fn steady(arm: &Arm) {
    arm.until(async || arm.pool("pool").await.allocation_state.unwrap().as_str() == "steady")
        .await;
}

async fn create(arm: &Arm, options: BatchPoolCreateOptions) {
    arm.batch.create_pool(options, &request()).await.unwrap();
    steady(arm).await;
}

async fn enable(arm: &Arm, options: BatchPoolEnableAutoScaleOptions) {
    let result = arm
        .batch
        .enable_pool_auto_scale(&pool_id("pool"), options, &request())
        .await;
    result.unwrap();
}

async fn evaluate(arm: &Arm, text: &str) -> Result<AutoScaleRun> {
    let evaluate = BatchPoolEvaluateAutoScaleOptions {
        auto_scale_formula: text.to_owned(),
    };
    arm.batch
        .evaluate_pool_auto_scale(&pool_id("pool"), evaluate, &request())
        .await
}

/// The value of an expression on the pool, as results show it.
pub(crate) async fn value(arm: &Arm, expression: &str) -> String {
    let run = evaluate(arm, &format!("result = {expression}")).await.unwrap();
    assert_eq!(run.error, None, "{expression}");
    let results = run.results.unwrap();
    results.split_once(";result=").unwrap().1.to_owned()
}

/// Targets, and nodes there are.
async fn size(arm: &Arm) -> (Option<i32>, i32) {
    let pool = arm.pool("pool").await;
    (pool.target_dedicated_nodes, pool.current_dedicated_nodes)
}

pub(crate) async fn a_new_pool_has_the_size_its_formula_says(arm: &Arm) {
    let text = "$TargetDedicatedNodes = 2; $TargetLowPriorityNodes = 1;";
    arm.batch.create_pool(scaled(text), &request()).await.unwrap();
    let fresh = arm.pool("pool").await;
    assert_eq!(fresh.enable_auto_scale, Some(true));
    assert_eq!(fresh.auto_scale_formula.as_deref(), Some(text));
    assert_eq!(
        fresh.auto_scale_evaluation_interval,
        Some(TimeSpan::from_minutes(15))
    );
    assert_eq!(
        (fresh.target_dedicated_nodes, fresh.target_low_priority_nodes),
        (Some(2), Some(1))
    );
    assert_eq!(fresh.allocation_state.unwrap().as_str(), "resizing");
    let run = fresh.auto_scale_run.unwrap();
    assert_eq!((run.timestamp, run.error), (fresh.last_modified, None));
    assert_eq!(
        run.results.as_deref(),
        Some("$TargetDedicatedNodes=2;$TargetLowPriorityNodes=1;$NodeDeallocationOption=requeue")
    );
    steady(arm).await;
    let steady = arm.pool("pool").await;
    assert_eq!(
        (steady.current_dedicated_nodes, steady.current_low_priority_nodes),
        (2, 1)
    );
}

pub(crate) async fn enabling_evaluates_at_once(arm: &Arm) {
    create(arm, pool("pool", 1)).await;
    let before = arm.pool("pool").await;
    assert_eq!(before.enable_auto_scale, Some(false));
    let results = "$TargetDedicatedNodes=0;$TargetLowPriorityNodes=0;$NodeDeallocationOption=requeue";
    enable(arm, formula("$TargetDedicatedNodes=0")).await;
    let enabled = arm.pool("pool").await;
    let run = enabled.auto_scale_run.unwrap();
    assert_eq!(run.timestamp, enabled.last_modified);
    assert_eq!(run.results.as_deref(), Some(results));
    assert_ne!(enabled.etag, before.etag);
    assert_eq!(enabled.allocation_state.unwrap().as_str(), "resizing");
    steady(arm).await;
    assert_eq!(size(arm).await, (Some(0), 0));
    // Disabled, it keeps its targets and tells of formulas no more.
    let disabled = arm
        .batch
        .disable_pool_auto_scale(&pool_id("pool"), &request())
        .await;
    assert_ne!(disabled.unwrap().etag, enabled.etag);
    let disabled = arm.pool("pool").await;
    assert_eq!(disabled.enable_auto_scale, Some(false));
    assert_eq!(
        (
            disabled.auto_scale_formula,
            disabled.auto_scale_evaluation_interval
        ),
        (None, None)
    );
    assert_eq!(
        (disabled.auto_scale_run, disabled.target_dedicated_nodes),
        (None, Some(0))
    );
}

pub(crate) async fn a_pool_follows_its_tasks(arm: &Arm) {
    let text = "$TargetDedicatedNodes = min(3, max(0, $PendingTasks.GetSample(1)));
        $NodeDeallocationOption = taskcompletion;";
    let options = BatchPoolCreateOptions {
        auto_scale_evaluation_interval: Some(TimeSpan::from_minutes(5)),
        ..scaled(text)
    };
    arm.ready(options, "job").await;
    steady(arm).await;
    let etag = arm.pool("pool").await.etag;
    assert_eq!(size(arm).await, (Some(0), 0));
    for number in 0..4 {
        arm.add("job", task(&format!("t{number}"), "/bin/sh -c 'sleep 420'"))
            .await;
    }
    assert_eq!(value(arm, "$PendingTasks").await, "4");
    arm.until(async || size(arm).await.1 == 3).await;
    for number in 0..4 {
        let done = arm.task_in("job", &format!("t{number}"), "completed").await;
        let info = done.execution_info.unwrap();
        // The node of a task that runs is not taken away from it.
        assert_eq!((info.exit_code, info.requeue_count), (Some(0), 0));
    }
    assert_eq!(value(arm, "$SucceededTasks").await, "4");
    arm.until(async || size(arm).await == (Some(0), 0)).await;
    assert_eq!(arm.pool("pool").await.etag, etag, "evaluations are no writes");
}

/// A task on so many nodes at once.
fn on_nodes(id: &str, instances: i32, command: &str) -> BatchTaskCreateOptions {
    BatchTaskCreateOptions {
        multi_instance_settings: Some(MultiInstanceSettings {
            number_of_instances: Some(instances),
            coordination_command_line: "/bin/true".into(),
            ..MultiInstanceSettings::default()
        }),
        ..task(id, command)
    }
}

pub(crate) async fn tasks_count_that_could_run_and_instances_each(arm: &Arm) {
    let options = BatchPoolCreateOptions {
        auto_scale_evaluation_interval: Some(TimeSpan::from_minutes(5)),
        enable_inter_node_communication: Some(true),
        ..scaled("$TargetDedicatedNodes = min(10, max(0, $PendingTasks.GetSample(1)));")
    };
    create(arm, options).await;
    let job = BatchJobCreateOptions {
        uses_task_dependencies: Some(true),
        ..job("job", "pool")
    };
    arm.batch.create_job(job, &request()).await.unwrap();
    arm.add("job", task("ready", "sleep 60")).await;
    let dependent = BatchTaskCreateOptions {
        depends_on: Some(BatchTaskDependencies {
            task_ids: vec!["ready".to_owned()],
            ..BatchTaskDependencies::default()
        }),
        ..task("dependent", "sleep 60")
    };
    arm.add("job", dependent).await;
    arm.add("job", on_nodes("four", 4, "sleep 1200")).await;
    assert_eq!(value(arm, "$ActiveTasks").await, "5");
    arm.task_in("job", "four", "running").await;
    assert_eq!(size(arm).await, (Some(5), 5));
    // It counts as much while it runs, so the pool does not shrink beneath it.
    arm.task_in("job", "dependent", "completed").await;
    assert_eq!(value(arm, "$RunningTasks").await, "4");
    assert_eq!(
        value(arm, "$PendingTasks - $ActiveTasks - $RunningTasks").await,
        "0"
    );
    let done = arm.task_in("job", "four", "completed").await;
    let info = done.execution_info.unwrap();
    assert_eq!((info.exit_code, info.requeue_count), (Some(0), 0));
}

pub(crate) async fn what_nothing_measures_has_no_samples(arm: &Arm) {
    create(arm, scaled("$TargetDedicatedNodes = 1")).await;
    arm.clock.sleep(TimeSpan::from_minutes(10)).await;
    for name in [
        "$MemoryBytes",
        "$DiskBytes",
        "$DiskReadBytes",
        "$DiskWriteBytes",
        "$DiskReadOps",
        "$DiskWriteOps",
        "$NetworkInBytes",
        "$NetworkOutBytes",
    ] {
        for (method, expected) in [
            ("Count()", "0"),
            ("GetSample(1)", "[]"),
            ("GetSamplePercent(TimeInterval_Minute * 5)", "0"),
            ("GetSamplePeriod()", "PT30S"),
        ] {
            assert_eq!(
                value(arm, &format!("{name}.{method}")).await,
                expected,
                "{name}.{method}"
            );
        }
        for expression in ["", ".GetSample(TimeInterval_Minute * 5)", ".HistoryBeginTime()"] {
            let run = evaluate(arm, &format!("x = {name}{expression};")).await.unwrap();
            let error = run.error.expect("nothing to go by");
            assert_eq!(
                error.code.as_deref(),
                Some("InsufficientSampleData"),
                "{name}{expression}"
            );
        }
    }
    // A pool keeps its size by such a formula.
    arm.clock.sleep(TimeSpan::from_seconds(30)).await;
    enable(arm, formula("$TargetDedicatedNodes = 3 + $MemoryBytes;")).await;
    assert_eq!(size(arm).await, (Some(1), 1));
}

/// The ids of the nodes of the pool.
async fn ids(arm: &Arm) -> Vec<String> {
    let nodes = arm.nodes("pool").await.into_iter();
    nodes.map(|node| node.id).collect()
}

pub(crate) async fn a_formula_that_changes_its_mind_keeps_its_nodes(arm: &Arm) {
    for option in ["taskcompletion", "retaineddata"] {
        let arm = &arm.another(SimConfig::new(1));
        let text = format!(
            "$TargetDedicatedNodes = time().minute < 30 ? 2 : 0; $NodeDeallocationOption = {option};"
        );
        let options = BatchPoolCreateOptions {
            auto_scale_evaluation_interval: Some(TimeSpan::from_minutes(5)),
            ..scaled(&text)
        };
        create(arm, options).await;
        arm.until(async || size(arm).await == (Some(2), 2)).await;
        arm.batch
            .create_job(job("job", "pool"), &request())
            .await
            .unwrap();
        for id in ["a", "b"] {
            arm.add("job", task(id, "sleep 20000")).await;
            arm.task_in("job", id, "running").await;
        }
        let nodes = ids(arm).await;
        let mut targets = Vec::new();
        for _ in 0..24 {
            arm.clock.sleep(TimeSpan::from_minutes(10)).await;
            targets.extend(size(arm).await.0);
            assert_eq!(ids(arm).await, nodes, "with {option}");
        }
        assert!(targets.contains(&0) && targets.contains(&2), "{targets:?}");
        for id in ["a", "b"] {
            let info = arm.task("job", id).await.execution_info.unwrap();
            assert_eq!((info.requeue_count, info.end_time), (0, None));
        }
        // A pool that has what it wants is not being resized, although it was to shrink.
        arm.until(async || size(arm).await.0 == Some(2)).await;
        steady(arm).await;
        assert_eq!(size(arm).await, (Some(2), 2));
    }
}

pub(crate) async fn samples_come_every_thirty_seconds(arm: &Arm) {
    create(arm, scaled("$TargetDedicatedNodes = 2")).await;
    let before = value(arm, "$CurrentDedicatedNodes.Count()")
        .await
        .parse::<u32>()
        .unwrap();
    arm.clock.sleep(TimeSpan::from_minutes(10)).await;
    let after = value(arm, "$CurrentDedicatedNodes.Count()")
        .await
        .parse::<u32>()
        .unwrap();
    assert_eq!(after - before, 20);
    let rows = [
        (
            "$CurrentDedicatedNodes.GetSamplePercent(TimeInterval_Minute * 5)",
            "100",
        ),
        (
            "$CurrentDedicatedNodes.GetSample(TimeInterval_Minute * 2)",
            "[2,2,2,2]",
        ),
        ("$CurrentDedicatedNodes.GetSamplePeriod()", "PT30S"),
        ("$SampleNodeCount.GetSample(1)", "[2]"),
        ("$UsableNodeCount.GetSample(1)", "[2]"),
        ("$PreemptedNodeCount.GetSample(1)", "[0]"),
        ("$WallClockSeconds.GetSample(1)", "[60]"),
        ("$CPUPercent.GetSample(1)", "[0]"),
        ("$TaskSlotsPerNode", "1"),
    ];
    for (expression, expected) in rows {
        assert_eq!(value(arm, expression).await, expected, "{expression}");
    }
    // Nothing came of all that.
    assert_eq!(size(arm).await, (Some(2), 2));
}

pub(crate) async fn a_formula_that_fails_changes_nothing(arm: &Arm) {
    create(arm, pool("pool", 2)).await;
    enable(arm, formula("$TargetDedicatedNodes = 5;\nx = 1 / 0;")).await;
    let after = arm.pool("pool").await;
    let run = after.auto_scale_run.unwrap();
    let error = run.error.unwrap();
    assert_eq!(error.code.as_deref(), Some("AutoScalingFormulaEvaluationError"));
    let detail = error.values[0].value.as_deref();
    assert_eq!(detail, Some("Line 2, Col 7: division by zero"));
    assert_eq!(after.allocation_state.unwrap().as_str(), "steady");
    assert_eq!(size(arm).await, (Some(2), 2));
    // What a formula that is tried fails with is an answer too.
    let run = evaluate(arm, "$something_useless").await.unwrap();
    assert_eq!(
        run.error.unwrap().code.as_deref(),
        Some("AutoScalingFormulaEvaluationError")
    );
    assert_eq!(
        run.results.as_deref(),
        Some("$TargetDedicatedNodes=2;$TargetLowPriorityNodes=0;$NodeDeallocationOption=requeue")
    );
    let run = evaluate(arm, "x = avg($RunningTasks.GetSample(TimeInterval_Hour, 70))")
        .await
        .unwrap();
    let error = run.error.unwrap();
    assert_eq!(error.code.as_deref(), Some("InsufficientSampleData"));
    assert_eq!(
        error.message.as_deref(),
        Some("Autoscale evaluation failed due to insufficient sample data")
    );
    assert_eq!(
        error.values[0].value.as_deref(),
        Some("Line 1, Col 32: Insufficient data from data set: $RunningTasks wanted 70%, received 0%")
    );
}

/// Formulas that are refused, whoever asks; with the code, and what the refusal names.
fn bad_formulas() -> Vec<(String, ErrorCode, &'static str)> {
    let too_long = ErrorCode::AutoScalingFormulaTooLong;
    let syntax = ErrorCode::AutoScalingFormulaSyntaxError;
    let row = |text: &str, code: &ErrorCode, named| (text.to_owned(), code.clone(), named);
    vec![
        row(
            &"x = 1 + ".repeat(25_000),
            &too_long,
            "A formula has at most 8192 characters.",
        ),
        row(
            &"x=1;".repeat(101),
            &too_long,
            "A formula has at most 100 statements.",
        ),
        row(
            "$TargetDedicatedNodes = ",
            &syntax,
            "Line 1, Col 25: a value is expected instead of the end of the formula",
        ),
        row(
            &format!("x={}1", "(".repeat(5000)),
            &syntax,
            "Line 1, Col 67: brackets nest deeper than 64",
        ),
        row(
            "$PendingTasks = 3",
            &syntax,
            "Line 1, Col 1: $PendingTasks can be read but not assigned",
        ),
    ]
}

pub(crate) async fn a_formula_is_checked_before_it_is_taken(arm: &Arm) {
    create(arm, scaled("$TargetDedicatedNodes = 1")).await;
    arm.clock.sleep(TimeSpan::from_seconds(60)).await;
    let before = arm.pool("pool").await;
    for (text, code, reason) in bad_formulas() {
        let created = BatchPoolCreateOptions {
            id: "other".to_owned(),
            ..scaled(&text)
        };
        let error = refused(arm.batch.create_pool(created, &request()).await, &code);
        assert_eq!(error.detail("Reason"), Some(reason));
        let id = pool_id("pool");
        let enabled = arm
            .batch
            .enable_pool_auto_scale(&id, formula(&text), &request())
            .await;
        assert_eq!(refused(enabled, &code).detail("Reason"), Some(reason));
        assert_eq!(
            refused(evaluate(arm, &text).await, &code).detail("Reason"),
            Some(reason)
        );
    }
    let none = evaluate(arm, "").await;
    refused(none, &ErrorCode::MissingRequiredProperty);
    assert_eq!(arm.pool("pool").await, before);
    assert!(
        !arm.batch
            .pool_exists(&pool_id("other"), &request())
            .await
            .unwrap()
    );
}

pub(crate) async fn settings_have_to_fit_together(arm: &Arm) {
    let settings = &ErrorCode::InvalidAutoScalingSettings;
    let mut options = scaled("$TargetDedicatedNodes = 1");
    options.auto_scale_formula = None;
    let error = refused(arm.batch.create_pool(options, &request()).await, settings);
    assert_eq!(error.detail("PropertyName"), Some("autoScaleFormula"));
    let mut options = scaled("$TargetDedicatedNodes = 1");
    options.target_dedicated_nodes = Some(1);
    let error = refused(arm.batch.create_pool(options, &request()).await, settings);
    assert_eq!(
        (error.detail("PropertyName"), error.status()),
        (Some("targetDedicatedNodes"), 400)
    );
    let mut options = scaled("$TargetDedicatedNodes = 1");
    options.target_low_priority_nodes = Some(0);
    let error = refused(arm.batch.create_pool(options, &request()).await, settings);
    assert_eq!(error.detail("PropertyName"), Some("targetLowPriorityNodes"));
    let (id, out_of_range) = (pool_id("pool"), &ErrorCode::InvalidPropertyValue);
    create(arm, pool("pool", 1)).await;
    for minutes in [4, 0, -10, 168 * 60 + 1] {
        let options = BatchPoolCreateOptions {
            id: "other".to_owned(),
            auto_scale_evaluation_interval: Some(TimeSpan::from_minutes(minutes)),
            ..scaled("$TargetDedicatedNodes = 1")
        };
        let error = refused(arm.batch.create_pool(options, &request()).await, out_of_range);
        assert_eq!(error.detail("PropertyName"), Some("autoScaleEvaluationInterval"));
        let options = BatchPoolEnableAutoScaleOptions {
            auto_scale_formula: Some("$TargetDedicatedNodes = 1".to_owned()),
            ..interval(minutes)
        };
        let enabled = arm.batch.enable_pool_auto_scale(&id, options, &request()).await;
        refused(enabled, out_of_range);
    }
    // Without a formula before, there has to be one in the request.
    let enabled = arm
        .batch
        .enable_pool_auto_scale(&id, interval(10), &request())
        .await;
    refused(enabled, settings);
    enable(arm, formula("$TargetDedicatedNodes = 1")).await;
    let nothing = BatchPoolEnableAutoScaleOptions::default();
    let enabled = arm.batch.enable_pool_auto_scale(&id, nothing, &request()).await;
    refused(enabled, settings);
}

pub(crate) async fn operations_are_refused_in_the_wrong_state(arm: &Arm) {
    let (id, missing, batch) = (pool_id("pool"), pool_id("none"), &arm.batch);
    let wrong_state = &ErrorCode::OperationInvalidForCurrentState;
    let text = "$TargetDedicatedNodes = 1";
    batch.create_pool(pool("pool", 1), &request()).await.unwrap();
    // The new pool is still being resized.
    let result = batch.enable_pool_auto_scale(&id, formula(text), &request()).await;
    refused(result, &ErrorCode::PoolBeingResized);
    steady(arm).await;
    refused(evaluate(arm, text).await, wrong_state);
    batch.disable_pool_auto_scale(&id, &request()).await.unwrap();
    enable(arm, formula(text)).await;
    let resize = resize_to(3);
    let error = refused(
        batch.resize_pool(&id, resize.clone(), &request()).await,
        wrong_state,
    );
    assert_eq!(error.status(), 409);
    let other_version = RequestOptions {
        conditions: Conditions {
            if_match: Some("0x1".to_owned()),
            ..Conditions::default()
        },
        ..RequestOptions::default()
    };
    let result = batch
        .enable_pool_auto_scale(&id, formula(text), &other_version)
        .await;
    refused(result, &ErrorCode::ConditionNotMet);
    let gone = &ErrorCode::PoolNotFound;
    let result = batch
        .enable_pool_auto_scale(&missing, formula(text), &request())
        .await;
    refused(result, gone);
    refused(batch.disable_pool_auto_scale(&missing, &request()).await, gone);
    let options = BatchPoolEvaluateAutoScaleOptions {
        auto_scale_formula: text.to_owned(),
    };
    let result = batch
        .evaluate_pool_auto_scale(&missing, options, &request())
        .await;
    refused(result, gone);
    // Disabled, the pool is resized again.
    batch.disable_pool_auto_scale(&id, &request()).await.unwrap();
    batch.resize_pool(&id, resize, &request()).await.unwrap();
    steady(arm).await;
    assert_eq!(size(arm).await, (Some(3), 3));
}

pub(crate) async fn enabling_again_within_half_a_minute_is_refused(arm: &Arm) {
    create(arm, pool("pool", 1)).await;
    enable(arm, formula("$TargetDedicatedNodes = 1")).await;
    arm.clock.sleep(TimeSpan::from_seconds(29)).await;
    let (id, again) = (pool_id("pool"), formula("$TargetDedicatedNodes = 2"));
    let result = arm
        .batch
        .enable_pool_auto_scale(&id, again.clone(), &request())
        .await;
    let error = refused(result, &ErrorCode::TooManyEnableAutoScaleRequests);
    assert_eq!(error.status(), 503);
    assert_eq!(size(arm).await.0, Some(1));
    arm.clock.sleep(TimeSpan::from_seconds(1)).await;
    enable(arm, again).await;
    assert_eq!(size(arm).await.0, Some(2));
}

pub(crate) async fn a_new_interval_begins_a_new_schedule(arm: &Arm) {
    create(arm, pool("pool", 1)).await;
    enable(arm, formula("$TargetDedicatedNodes = 1")).await;
    let evaluated = async || arm.pool("pool").await.auto_scale_run.unwrap().timestamp;
    let first = evaluated().await;
    arm.clock.sleep(TimeSpan::from_minutes(10)).await;
    assert_eq!(evaluated().await, first);
    enable(arm, interval(20)).await;
    let second = evaluated().await;
    assert!(second - first >= TimeSpan::from_minutes(10));
    arm.clock.sleep(TimeSpan::from_minutes(19)).await;
    assert_eq!(evaluated().await, second, "the first schedule is gone");
    arm.clock.sleep(TimeSpan::from_minutes(2)).await;
    let third = evaluated().await;
    assert!(third > second);
    let pool = arm.pool("pool").await;
    assert_eq!(
        pool.auto_scale_formula.as_deref(),
        Some("$TargetDedicatedNodes = 1")
    );
    // A new formula alone keeps the schedule: the next evaluation is twenty minutes after the last planned one.
    enable(arm, formula("$TargetDedicatedNodes = 2")).await;
    assert_eq!(size(arm).await.0, Some(2));
    let fourth = evaluated().await;
    arm.clock.sleep(TimeSpan::from_minutes(20)).await;
    let fifth = evaluated().await;
    assert!(fifth > fourth && fifth - fourth < TimeSpan::from_minutes(20));
}

pub(crate) async fn a_new_target_supersedes_the_resize_under_way(arm: &Arm) {
    // Machines take longer than the next evaluation.
    let latencies = Latencies {
        node_allocation: Latency::fixed(TimeSpan::from_minutes(20)),
        ..Latencies::azure()
    };
    let arm = &arm.another(SimConfig::new(1).with_latencies(latencies));
    let options = BatchPoolCreateOptions {
        auto_scale_evaluation_interval: Some(TimeSpan::from_minutes(5)),
        ..scaled("$TargetDedicatedNodes = time().minute < 4 ? 5 : 1;")
    };
    arm.batch.create_pool(options, &request()).await.unwrap();
    arm.clock.sleep(TimeSpan::from_minutes(4)).await;
    assert_eq!(size(arm).await, (Some(5), 5));
    arm.clock.sleep(TimeSpan::from_minutes(2)).await;
    let pool = arm.pool("pool").await;
    assert_eq!(pool.target_dedicated_nodes, Some(1));
    assert_eq!(pool.allocation_state.unwrap().as_str(), "resizing");
    steady(arm).await;
    assert_eq!(size(arm).await, (Some(1), 1));
}

pub(crate) async fn samples_take_a_minute_to_come_through(arm: &Arm) {
    let arm = &arm.another(SimConfig::new(1).with_latencies(Latencies::azure()));
    create(arm, scaled("$TargetDedicatedNodes = 1")).await;
    arm.clock.sleep(TimeSpan::from_minutes(30)).await;
    let percent = value(arm, "$PendingTasks.GetSamplePercent(TimeInterval_Minute * 10)").await;
    assert_eq!(percent, "90");
    let last_minute = value(arm, "$PendingTasks.GetSamplePercent(TimeInterval_Second * 59)").await;
    assert_eq!(last_minute, "0");
}

pub(crate) async fn nodes_taken_away_are_replaced_at_the_next_evaluation(arm: &Arm) {
    create(arm, scaled("$TargetDedicatedNodes = 2")).await;
    let remove = BatchNodeRemoveOptions {
        node_list: vec![arm.nodes("pool").await[0].id.clone()],
        ..BatchNodeRemoveOptions::default()
    };
    arm.batch
        .remove_nodes(&pool_id("pool"), remove, &request())
        .await
        .unwrap();
    steady(arm).await;
    assert_eq!(size(arm).await, (Some(1), 1));
    arm.clock.sleep(TimeSpan::from_minutes(15)).await;
    assert_eq!(size(arm).await, (Some(2), 2));
}

pub(crate) async fn a_month_is_slept_through(arm: &Arm) {
    create(arm, scaled("$TargetDedicatedNodes = rand() < 0.5 ? 1 : 2")).await;
    let start = arm.clock.now();
    arm.clock.sleep(TimeSpan::from_days(30)).await;
    let run = arm.pool("pool").await.auto_scale_run.unwrap();
    assert!(run.timestamp - start > TimeSpan::from_days(29));
    // A day of samples is kept.
    assert_eq!(value(arm, "$PendingTasks.Count()").await, "2880");
    arm.batch.delete_pool(&pool_id("pool"), &request()).await.unwrap();
    arm.until(async || !arm.batch.pool_exists(&pool_id("pool"), &request()).await.unwrap())
        .await;
}
