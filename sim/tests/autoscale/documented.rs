//! What the public article on formulas promises, formula by formula and row by row.

use batchite_api::time::TimeSpan;
use batchite_sim::autoscale::{Metric, Reading};

use crate::pool::{Pool, tasks};

const THURSDAY: &str = "2016-10-13T19:18:47.8050000Z";

fn targets(pool: &Pool, formula: &str) -> (u32, u32, &'static str) {
    let evaluation = pool.evaluate(formula);
    assert_eq!(evaluation.error, None, "{formula}");
    (
        evaluation.target_dedicated_nodes,
        evaluation.target_low_priority_nodes,
        evaluation.node_deallocation_option,
    )
}

#[test]
fn working_hours() {
    let formula = "$curTime = time();
        $workHours = $curTime.hour >= 8 && $curTime.hour < 18;
        $isWeekday = $curTime.weekday >= 1 && $curTime.weekday <= 5;
        $isWorkingWeekdayHour = $workHours && $isWeekday;
        $TargetDedicatedNodes = $isWorkingWeekdayHour ? 20:10;";
    let evening = Pool::at(THURSDAY).evaluate(formula);
    assert_eq!(
        evening.results,
        "$TargetDedicatedNodes=10;$TargetLowPriorityNodes=0;$NodeDeallocationOption=requeue;\
         $curTime=2016-10-13T19:18:47.805Z;$isWeekday=1;$isWorkingWeekdayHour=0;$workHours=0"
    );
    assert_eq!(targets(&Pool::at("2016-10-14T09:00:00Z"), formula).0, 20);
    assert_eq!(targets(&Pool::at("2016-10-15T09:00:00Z"), formula).0, 10);
    assert_eq!(targets(&Pool::at("2016-10-16T09:00:00Z"), formula).0, 10);
    // Another time zone.
    let zoned = formula.replace("time();", "time() + (-6 * TimeInterval_Hour);");
    assert_eq!(targets(&Pool::at(THURSDAY), &zoned).0, 20);
}

#[test]
fn monday() {
    let formula = "$TargetDedicatedNodes = (time().weekday == 1 ? 5:1);";
    assert_eq!(targets(&Pool::at("2016-10-10T00:00:00Z"), formula).0, 5);
    assert_eq!(targets(&Pool::at(THURSDAY), formula).0, 1);
}

#[test]
fn pending_tasks() {
    let formula = "
        startingNumberOfVMs = 1;
        maxNumberofVMs = 25;
        pendingTaskSamplePercent = $PendingTasks.GetSamplePercent(180 * TimeInterval_Second);
        pendingTaskSamples = pendingTaskSamplePercent < 70 ? startingNumberOfVMs
            : avg($PendingTasks.GetSample(180 * TimeInterval_Second));
        $TargetDedicatedNodes=min(maxNumberofVMs, pendingTaskSamples);
        $NodeDeallocationOption = taskcompletion;";
    let fresh = Pool::at(THURSDAY);
    assert_eq!(targets(&fresh, formula), (1, 0, "taskcompletion"));
    // Four of six samples are 66 percent, five are 83.
    let four = Pool::at(THURSDAY).sampled(&[tasks(8.0, 2.0); 4]);
    assert_eq!(targets(&four, formula).0, 1);
    let five = Pool::at(THURSDAY).sampled(&[tasks(8.0, 2.0); 5]);
    assert_eq!(targets(&five, formula).0, 10);
    let many = Pool::at(THURSDAY).sampled(&[tasks(800.0, 2.0); 20]);
    assert_eq!(targets(&many, formula).0, 25);
}

#[test]
fn preempted_nodes_are_replaced() {
    let formula = "
        maxNumberofVMs = 25;
        $TargetDedicatedNodes = min(maxNumberofVMs, $PreemptedNodeCount.GetSample(180 * TimeInterval_Second));
        $TargetLowPriorityNodes = min(maxNumberofVMs , maxNumberofVMs - $TargetDedicatedNodes);
        $NodeDeallocationOption = taskcompletion;";
    let sample = Reading::default().with(Metric::PreemptedNodeCount, 3.0);
    let pool = Pool::at(THURSDAY).sampled(&[sample; 6]);
    assert_eq!(targets(&pool, formula), (3, 22, "taskcompletion"));
}

#[test]
fn tasks_with_comments_and_halving() {
    let formula = "
        // Get pending tasks for the past 15 minutes.
        $samples = $PendingTasks.GetSamplePercent(TimeInterval_Minute * 15);
        // With fewer than 70 percent of the samples, the last one counts.
        $tasks = $samples < 70 ? max(0,$PendingTasks.GetSample(1))
            : max( $PendingTasks.GetSample(1), avg($PendingTasks.GetSample(TimeInterval_Minute * 15)));
        $targetVMs = $tasks > 0? $tasks:max(0, $TargetDedicatedNodes/2);
        $TargetDedicatedNodes = max(0, min($targetVMs, 20));
        $NodeDeallocationOption = taskcompletion; // the end";
    let mut idle = Pool::at(THURSDAY);
    idle.dedicated = 7;
    assert_eq!(targets(&idle, formula).0, 3);
    let busy = Pool::at(THURSDAY).sampled(&[tasks(1.0, 1.0), tasks(8.0, 1.0)]);
    assert_eq!(targets(&busy, formula).0, 9);
    let steady = Pool::at(THURSDAY).sampled(&[tasks(12.0, 0.0); 30]);
    assert_eq!(targets(&steady, formula).0, 12);
}

#[test]
fn four_tasks_a_node() {
    let formula = "
        $samples = $ActiveTasks.GetSamplePercent(TimeInterval_Minute * 15);
        $tasks = $samples < 70 ? max(0,$ActiveTasks.GetSample(1))
            : max( $ActiveTasks.GetSample(1),avg($ActiveTasks.GetSample(TimeInterval_Minute * 15)));
        $cores = $TargetDedicatedNodes * 4;
        $extraVMs = (($tasks - $cores) + 3) / 4;
        $targetVMs = ($TargetDedicatedNodes + $extraVMs);
        $TargetDedicatedNodes = max(0,min($targetVMs,3));";
    let mut pool = Pool::at(THURSDAY).sampled(&[tasks(5.0, 0.0)]);
    // (5 - 0 + 3) / 4: the fraction is cut only at the end.
    assert_eq!(targets(&pool, formula).0, 2);
    pool.dedicated = 2;
    assert_eq!(targets(&pool, formula).0, 2);
    let crowd = Pool::at(THURSDAY).sampled(&[tasks(500.0, 0.0)]);
    assert_eq!(targets(&crowd, formula).0, 3);
}

#[test]
fn an_initial_size_for_ten_minutes() {
    let formula = "
        $TargetDedicatedNodes = 4;
        lifespan         = time() - time(\"Thu, 13 Oct 2016 19:18:47 GMT\");
        span             = TimeInterval_Minute * 60;
        startup          = TimeInterval_Minute * 10;
        ratio            = 50;
        $TargetDedicatedNodes = (lifespan > startup ? (max($RunningTasks.GetSample(span, ratio),
            $ActiveTasks.GetSample(span, ratio)) == 0 ? 0 : $TargetDedicatedNodes) : 4);";
    assert_eq!(targets(&Pool::at(THURSDAY), formula).0, 4);
    let later = "2016-10-13T20:20:00Z";
    let idle = Pool::at(later).sampled(&vec![tasks(0.0, 0.0); 120]);
    assert_eq!(targets(&idle, formula).0, 0);
    let busy = Pool::at(later).sampled(&vec![tasks(0.0, 1.0); 120]);
    assert_eq!(targets(&busy, formula).0, 4);
    // Half of the samples are asked for: 59 of 120 are too few, and nothing changes.
    let mut young = Pool::at(later).sampled(&[tasks(0.0, 1.0); 59]);
    young.dedicated = 9;
    let evaluation = young.evaluate(formula);
    assert_eq!(evaluation.target_dedicated_nodes, 9);
    let error = evaluation.error.unwrap();
    assert_eq!(error.code(), "InsufficientSampleData");
    assert_eq!(
        error.message(),
        "Autoscale evaluation failed due to insufficient sample data"
    );
    assert_eq!(
        error.to_string(),
        "Line 7, Col 83: Insufficient data from data set: $RunningTasks wanted 50%, received 49%"
    );
}

#[test]
fn processor_use() {
    let formula = "
        $totalDedicatedNodes =
            (min($CPUPercent.GetSample(TimeInterval_Minute * 10)) > 0.7) ?
            ($CurrentDedicatedNodes * 1.1) : $CurrentDedicatedNodes;
        $totalDedicatedNodes =
            (avg($CPUPercent.GetSample(TimeInterval_Minute * 60)) < 0.2) ?
            ($CurrentDedicatedNodes * 0.9) : $totalDedicatedNodes;
        $TargetDedicatedNodes = min(400, $totalDedicatedNodes)";
    let with = |cpu: f64, nodes: f64| {
        let sample = Reading::default().with(Metric::CpuPercent, cpu);
        let mut pool = Pool::at(THURSDAY).sampled(&vec![sample; 120]);
        pool.present = Reading::default().with(Metric::CurrentDedicatedNodes, nodes);
        targets(&pool, formula).0
    };
    assert_eq!(
        (with(0.9, 100.0), with(0.5, 100.0), with(0.1, 100.0)),
        (110, 100, 90)
    );
    assert_eq!(with(0.9, 390.0), 400);
}

#[test]
fn the_example_of_the_rest_reference() {
    let formula = "totalNodes=($CPUPercent.GetSamplePercent(TimeInterval_Minute*0,TimeInterval_Minute*10)<0.7?5:\
        (min($CPUPercent.GetSample(TimeInterval_Minute*0, TimeInterval_Minute*10))>0.8?\
        ($CurrentDedicated*1.1):$CurrentDedicated));$TargetDedicated=min(100,totalNodes);";
    assert_eq!(
        Pool::at(THURSDAY).evaluate(formula).results,
        "$TargetDedicatedNodes=5;$TargetLowPriorityNodes=0;$NodeDeallocationOption=requeue;totalNodes=5"
    );
}

#[test]
fn the_full_name_of_a_target_wins() {
    let both = "$TargetDedicatedNodes = 3; $TargetDedicated = 5; $TargetLowPriority = 2;";
    assert_eq!(targets(&Pool::at(THURSDAY), both), (3, 2, "requeue"));
}

#[test]
fn samples_are_taken_by_number_or_by_time() {
    let samples: Vec<_> = (0..20_u32).map(|at| tasks(f64::from(at), 0.0)).collect();
    let mut pool = Pool::at(THURSDAY).sampled(&samples);
    let value = |pool: &Pool, expression: &str| pool.value(expression);
    let rows = [
        ("$ActiveTasks.GetSample(1)", "[19]"),
        ("$ActiveTasks.GetSample(3)", "[17,18,19]"),
        ("len($ActiveTasks.GetSample(TimeInterval_Minute * 10))", "20"),
        ("len($ActiveTasks.GetSample(TimeInterval_Minute * 20, 50))", "20"),
        (
            "$ActiveTasks.GetSample(1 * TimeInterval_Minute, 3 * TimeInterval_Minute)",
            "[14,15,16,17]",
        ),
        (
            "$ActiveTasks.GetSample(time() + -3 * TimeInterval_Minute, time() + -1 * TimeInterval_Minute, 75)",
            "[14,15,16,17]",
        ),
        ("$ActiveTasks.GetSamplePercent(TimeInterval_Minute * 20)", "50"),
        (
            "$ActiveTasks.GetSamplePercent(TimeInterval_Minute * 10, TimeInterval_Minute * 20)",
            "0",
        ),
        ("$ActiveTasks.GetSamplePeriod()", "PT30S"),
        ("$ActiveTasks.Count()", "20"),
        ("$ActiveTasks.HistoryBeginTime()", "2016-10-13T19:08:47.805Z"),
        ("$ActiveTasks.HistoryBeginTime().minute", "8"),
        ("sum($ActiveTasks)", "190"),
    ];
    for (expression, expected) in rows {
        assert_eq!(value(&pool, expression), expected, "{expression}");
    }
    // What has not come through yet is not there: of ten minutes the last one is missing.
    pool.delay = TimeSpan::from_minutes(1);
    assert_eq!(value(&pool, "$ActiveTasks.GetSample(1)"), "[17]");
    assert_eq!(
        value(&pool, "len($ActiveTasks.GetSample(TimeInterval_Minute * 10, 80))"),
        "18"
    );
    assert_eq!(
        value(&pool, "$ActiveTasks.GetSample(TimeInterval_Minute * 10, 95)"),
        "Line 1, Col 32: Insufficient data from data set: $ActiveTasks wanted 95%, received 90%"
    );
}

#[test]
fn a_pool_without_samples_has_a_last_one_of_nothing() {
    let fresh = Pool::at(THURSDAY);
    assert_eq!(fresh.value("max(0, $PendingTasks.GetSample(1))"), "0");
    assert_eq!(fresh.value("val($PendingTasks.GetSample(1), 0)"), "0");
    assert_eq!(
        fresh.value("$PendingTasks.GetSamplePercent(TimeInterval_Hour)"),
        "0"
    );
    assert_eq!(
        fresh.value("avg($PendingTasks.GetSample(TimeInterval_Minute))"),
        "Line 1, Col 37: Insufficient data from data set: $PendingTasks wanted 70%, received 0%"
    );
}

#[test]
fn every_row_of_the_table_of_functions() {
    let mut pool = Pool::at(THURSDAY);
    pool.slots = 4;
    let rows = [
        ("avg(1, 2, 3)", "2"),
        ("avg(vec(1, 2, 3), 7)", "3.25"),
        ("len(vec(1, 2), 3, vec())", "3"),
        ("len()", "0"),
        ("lg(8)", "3"),
        ("lg(vec(8))", "[3]"),
        ("lg(2, 4)", "[1,2]"),
        ("ln(1)", "0"),
        ("log(1000)", "3"),
        ("ln(vec(1, 1))", "[0,0]"),
        ("log(vec(1, 100))", "[0,2]"),
        ("max(3, vec(5, 4))", "5"),
        ("min(3, vec(5, 4))", "3"),
        ("norm(3, 4)", "5"),
        ("percentile(vec(30, 10, 20, 40), 50)", "20"),
        ("percentile(vec(30, 10, 20, 40), 51)", "30"),
        ("percentile(vec(30, 10, 20, 40), 0)", "10"),
        ("percentile(vec(30, 10, 20, 40), 100)", "40"),
        (
            "percentile(vec(1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25), 28)",
            "7",
        ),
        ("rand()", "0.25"),
        ("range(5, vec(2, 9))", "7"),
        ("std(2, 4, 4, 4, 5, 5, 7, 9) - 2.138 < 0.001", "1"),
        ("sum()", "0"),
        ("sum(1, vec(2, 3))", "6"),
        ("time()", "2016-10-13T19:18:47.805Z"),
        ("time(\"\")", "2016-10-13T19:18:47.805Z"),
        ("time(\"2016-10-13\").day", "13"),
        ("val(vec(5, 6, 7), 2)", "7"),
        ("ceil(1.2)", "2"),
        ("floor(vec(1.8, 0 - 1.2))", "[1,-2]"),
        ("round(2.5)", "3"),
        ("round(-2.5)", "-3"),
        ("$TaskSlotsPerNode", "4"),
    ];
    for (expression, expected) in rows {
        assert_eq!(pool.value(expression), expected, "{expression}");
    }
}

#[test]
fn every_row_of_the_table_of_operators() {
    let rows = [
        ("7 - 2 * 3 + 8 / 4", "3"),
        ("2 * TimeInterval_Hour", "PT2H"),
        ("vec(1, 2) * 3 - 1", "[2,5]"),
        ("vec(1, 2) + 3", "[4,5]"),
        ("vec(6, 8) / 2", "[3,4]"),
        ("vec(1, 2) + vec(3, 5)", "[4,7]"),
        ("vec(7, 8) - vec(3, 5)", "[4,3]"),
        ("vec(1, 2) * vec(3, 5)", "[3,10]"),
        ("vec(6, 8) / vec(2, 4)", "[3,2]"),
        ("TimeInterval_Hour * 1.5", "PT1H30M"),
        ("TimeInterval_Hour / 2", "PT30M"),
        (
            "TimeInterval_Hour - TimeInterval_Minute + TimeInterval_Second",
            "PT59M1S",
        ),
        (
            "TimeInterval_Day + time(\"2016-10-13\")",
            "2016-10-14T00:00:00.000Z",
        ),
        (
            "time(\"2016-10-13\") + TimeInterval_Week",
            "2016-10-20T00:00:00.000Z",
        ),
        ("time(\"2016-10-14\") - time(\"2016-10-13\")", "P1D"),
        ("-3 + !0 + !7 + - -2", "0"),
        ("-TimeInterval_Minute", "-PT1M"),
        ("1 < 2 && 2 <= 2 && 2 == 2 && 3 >= 2 && 3 > 2 && 3 != 2", "1"),
        ("\"a\" < \"b\" && \"b\" != \"a\"", "1"),
        (
            "\"a\" <= \"a\" && \"b\" >= \"b\" && \"b\" > \"a\" && \"a\" == \"a\"",
            "1",
        ),
        ("time() > time(\"2016\")", "1"),
        (
            "time(\"2016\") < time() && time() <= time() && time() == time()",
            "1",
        ),
        (
            "TimeInterval_Hour > TimeInterval_Minute && TimeInterval_Hour != TimeInterval_Day",
            "1",
        ),
        ("TimeInterval_Year == 365 * TimeInterval_Day", "1"),
        ("52 * TimeInterval_Week == 364 * TimeInterval_Day", "1"),
        ("24 * TimeInterval_Hour == TimeInterval_Day", "1"),
        ("60 * TimeInterval_Minute == TimeInterval_Hour", "1"),
        ("60 * TimeInterval_Second == TimeInterval_Minute", "1"),
        ("1000 * TimeInterval_Millisecond == TimeInterval_Second", "1"),
        ("1000 * TimeInterval_Microsecond == TimeInterval_Millisecond", "1"),
        ("10 * TimeInterval_100ns == TimeInterval_Microsecond", "1"),
        (
            "TimeInterval_Minute + TimeInterval_Zero == TimeInterval_Minute",
            "1",
        ),
        ("0 || 3", "1"),
        ("0.5 && 1", "1"),
        // What the left side decides, the right side is not asked.
        ("0 && 1 / 0", "0"),
        ("1 || 1 / 0", "1"),
        ("0 ? 1 : 0 ? 2 : 3", "3"),
        ("1 ? 0 ? 1 : 2 : 3", "2"),
        ("1 == 1 == 1", "1"),
        ("2 - 1 - 1", "0"),
        ("16 / 4 / 2", "2"),
    ];
    for (expression, expected) in rows {
        assert_eq!(Pool::at(THURSDAY).value(expression), expected, "{expression}");
    }
}

#[test]
fn a_moment_has_seven_parts() {
    let pool = Pool::at(THURSDAY);
    for (part, expected) in [
        ("year", "2016"),
        ("month", "10"),
        ("day", "13"),
        ("weekday", "4"),
        ("hour", "19"),
        ("minute", "18"),
        ("second", "47"),
    ] {
        assert_eq!(pool.value(&format!("time().{part}")), expected, "{part}");
    }
    // Monday is 1, and Sunday the nought before it.
    for (date, expected) in [("2016-10-10", "1"), ("2016-10-15", "6"), ("2016-10-16", "0")] {
        assert_eq!(
            pool.value(&format!("time(\"{date}\").weekday")),
            expected,
            "{date}"
        );
    }
}

#[test]
fn variables_need_no_dollar_sign_and_stop_ends() {
    let evaluation = Pool::at(THURSDAY)
        .evaluate("nodes = 1; $nodes = nodes + 1; $TargetDedicatedNodes = $nodes; stop(); $b = 3");
    assert_eq!(evaluation.target_dedicated_nodes, 2);
    assert!(
        evaluation.results.ends_with("=requeue;nodes=2"),
        "{}",
        evaluation.results
    );
    let evaluation =
        Pool::at(THURSDAY).evaluate("$TargetDedicatedNodes = 1 ? stop() : 4; $TargetDedicatedNodes = 5");
    assert_eq!((evaluation.target_dedicated_nodes, evaluation.error), (0, None));
}
