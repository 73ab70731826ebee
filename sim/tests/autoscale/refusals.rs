//! What is no formula, and what cannot be evaluated: each with its place, none with a panic.

use batchite_sim::autoscale::{EvaluationError, Formula, FormulaError};

use crate::pool::Pool;

fn syntax(formula: &str) -> String {
    match Formula::parse(formula) {
        Err(error @ FormulaError::Syntax { .. }) => error.to_string(),
        other => panic!("{formula}: {other:?}"),
    }
}

/// Texts, and what is said of them.
const NO_FORMULAS: &[(&str, &str)] = &[
    ("", "Line 1, Col 1: a formula has at least one statement"),
    (
        "  // nothing\n ;",
        "Line 2, Col 3: a formula has at least one statement",
    ),
    (
        "x = ",
        "Line 1, Col 5: a value is expected instead of the end of the formula",
    ),
    ("x = 1 y = 2", "Line 1, Col 7: \";\" is expected instead of \"y\""),
    (
        "x = (1 + 2",
        "Line 1, Col 11: \")\" is expected instead of the end of the formula",
    ),
    (
        "x = 1;\ny = 2 +* 3",
        "Line 2, Col 8: a value is expected instead of \"*\"",
    ),
    (
        "x = 1 ? 2",
        "Line 1, Col 10: \":\" is expected instead of the end of the formula",
    ),
    ("x = 5 % 2", "Line 1, Col 7: '%' has no meaning in a formula"),
    (
        "x = \"open",
        "Line 1, Col 5: a text has no closing quote in its line",
    ),
    ("x = $ + 1", "Line 1, Col 5: a name has to follow the dollar sign"),
    (
        "x = 1.",
        "Line 1, Col 5: digits have to follow the point of a number",
    ),
    (
        "x = 1e",
        "Line 1, Col 5: digits have to follow the exponent of a number",
    ),
    ("x = 1e999", "Line 1, Col 5: a number is too large"),
    (
        "x = 3x",
        "Line 1, Col 6: an operator has to stand between a number and a name",
    ),
    ("x = sqrt(2)", "Line 1, Col 5: there is no function \"sqrt\""),
    (
        "x = $ActiveTasks.Sample(2)",
        "Line 1, Col 18: a sampled variable has no method \"Sample\"",
    ),
    (
        "x = time().week",
        "Line 1, Col 12: a timestamp has no part \"week\"",
    ),
    (
        "x = time().3",
        "Line 1, Col 12: a name is expected instead of the number 3",
    ),
    (
        "x = y.Count()",
        "Line 1, Col 7: Count can be asked only of a sampled variable, as $PendingTasks",
    ),
    (
        "$CPUPercent = 1",
        "Line 1, Col 1: $CPUPercent can be read but not assigned",
    ),
    (
        "$TaskSlotsPerNode = 1",
        "Line 1, Col 1: $TaskSlotsPerNode can be read but not assigned",
    ),
    ("requeue = 1", "Line 1, Col 1: requeue is a constant"),
    (
        "x = 1; // ok\n\té = 2",
        "Line 2, Col 2: 'é' has no meaning in a formula",
    ),
];

#[test]
fn what_is_no_formula_is_refused_with_its_place() {
    for (formula, expected) in NO_FORMULAS {
        assert_eq!(syntax(formula), *expected, "{formula}");
    }
}

#[test]
fn length_statements_and_depth_are_bounded() {
    let padded = |length: usize| format!("x=1;{}", " ".repeat(length - 4));
    assert!(Formula::parse(&padded(8192)).is_ok());
    assert!(matches!(
        Formula::parse(&padded(8193)),
        Err(FormulaError::TooLong(_))
    ));
    let huge = "x = 1 + ".repeat(25_000);
    assert!(matches!(Formula::parse(&huge), Err(FormulaError::TooLong(_))));
    assert!(Formula::parse(&"x=1;".repeat(100)).is_ok());
    assert!(matches!(
        Formula::parse(&"x=1;".repeat(101)),
        Err(FormulaError::TooLong(_))
    ));
    let nested = |depth: usize| format!("x={}1{}", "(".repeat(depth), ")".repeat(depth));
    assert!(Formula::parse(&nested(63)).is_ok());
    assert_eq!(
        syntax(&nested(64)),
        "Line 1, Col 67: brackets nest deeper than 64"
    );
    assert!(syntax(&nested(4000)).ends_with("brackets nest deeper than 64"));
}

#[test]
fn long_rows_and_the_deepest_nesting_need_little_stack() {
    let pool = Pool::at("2026-01-01T00:00:00Z");
    assert_eq!(pool.value(&format!("0{}", "+1".repeat(4000))), "4000");
    assert_eq!(pool.value(&format!("{}2", "-".repeat(8000))), "2");
    assert_eq!(pool.value(&format!("{}9", "0?1:".repeat(2000))), "9");
    // Every level of operators in every bracket; the value is one and zero in turns.
    let deep = "0||1&&1==1>=1+1*(".repeat(60);
    assert_eq!(pool.value(&format!("{deep}0{}", ")".repeat(60))), "0");
    let calls = "max(0,".repeat(60);
    assert_eq!(pool.value(&format!("{calls}7{}", ")".repeat(60))), "7");
}

/// Expressions, and why they have no value.
const NO_VALUES: &[(&str, &str)] = &[
    ("1 / 0", "Line 1, Col 12: division by zero"),
    ("vec(1, 2) / vec(1, 0)", "Line 1, Col 20: division by zero"),
    ("TimeInterval_Hour / 0", "Line 1, Col 28: division by zero"),
    (
        "1e300 * 1e300",
        "Line 1, Col 16: the result is not a finite number",
    ),
    ("ln(0)", "Line 1, Col 12: the result is not a finite number"),
    ("log(0 - 1)", "Line 1, Col 13: the result is not a finite number"),
    ("nothing + 1", "Line 1, Col 10: the variable nothing has no value"),
    (
        "1 + \"a\"",
        "Line 1, Col 12: the operator + cannot be applied to double and string",
    ),
    (
        "2 * vec(1)",
        "Line 1, Col 12: the operator * cannot be applied to double and doubleVec",
    ),
    (
        "time() - TimeInterval_Hour",
        "Line 1, Col 17: the operator - cannot be applied to timestamp and timeinterval",
    ),
    (
        "vec(1, 2) + vec(1)",
        "Line 1, Col 20: the operator + needs vectors of one length, not 2 and 1",
    ),
    (
        "-\"a\"",
        "Line 1, Col 10: the operator - cannot be applied to string",
    ),
    (
        "!TimeInterval_Day",
        "Line 1, Col 10: the operator ! cannot be applied to timeinterval",
    ),
    (
        "vec(1) ? 1 : 2",
        "Line 1, Col 17: a condition of ? is a double, not a doubleVec",
    ),
    (
        "1 && time()",
        "Line 1, Col 12: a condition of && is a double, not a timestamp",
    ),
    (
        "(1).hour",
        "Line 1, Col 14: a double has no parts, as a timestamp has",
    ),
    ("avg()", "Line 1, Col 13: avg needs at least one value"),
    ("max(vec())", "Line 1, Col 13: max needs at least one value"),
    ("std(3)", "Line 1, Col 13: std needs at least two values"),
    (
        "sum(time())",
        "Line 1, Col 13: a double or a doubleVec is needed, not a timestamp",
    ),
    (
        "rand(1)",
        "Line 1, Col 14: rand takes no argument; 1 arguments are given",
    ),
    (
        "percentile(vec(1), 101)",
        "Line 1, Col 20: a percentile is between 0 and 100",
    ),
    (
        "val(vec(1, 2), 2)",
        "Line 1, Col 13: there is no element 2 among 2",
    ),
    (
        "val(vec(1, 2), 0 - 1)",
        "Line 1, Col 13: there is no element -1 among 2",
    ),
    (
        "TimeInterval_Year * 1e9",
        "Line 1, Col 28: the timeinterval is too long",
    ),
    (
        "time() + TimeInterval_Year * 9000",
        "Line 1, Col 17: the timestamp is out of the calendar",
    ),
];

#[test]
fn what_cannot_be_evaluated_says_why() {
    let pool = Pool::at("2026-01-01T00:00:00Z");
    for (expression, expected) in NO_VALUES {
        assert_eq!(pool.value(expression), *expected, "{expression}");
    }
    assert!(
        pool.value("time(\"yesterday\")")
            .contains("time reads moments as")
    );
    assert!(
        pool.value("$ActiveTasks.GetSample(\"a\")")
            .contains("is asked for with (string)")
    );
    assert!(
        pool.value("$ActiveTasks.GetSample(0 - 1)")
            .contains("is asked for with (double)")
    );
}

#[test]
fn targets_are_numbers_of_nodes() {
    let mut pool = Pool::at("2026-01-01T00:00:00Z");
    pool.dedicated = 3;
    let rows = [
        (
            "$TargetDedicatedNodes = 0 - 1",
            "Line 1, Col 1: -1 is no number of nodes",
        ),
        (
            "x=1; $TargetLowPriorityNodes = 3e9",
            "Line 1, Col 6: 3000000000 is no number of nodes",
        ),
        (
            "$TargetDedicatedNodes = vec(1)",
            "Line 1, Col 1: a double has to be assigned, not a doubleVec",
        ),
        (
            "$NodeDeallocationOption = \"requeue\"",
            "Line 1, Col 1: requeue, terminate, taskcompletion or retaineddata has to be assigned, not a string",
        ),
    ];
    for (formula, expected) in rows {
        let evaluation = pool.evaluate(formula);
        let error = evaluation.error.expect(formula);
        assert_eq!(error.to_string(), expected);
        assert_eq!(error.code(), "AutoScalingFormulaEvaluationError");
        assert_eq!(evaluation.target_dedicated_nodes, 3, "nothing changes");
    }
    // On the way a target may be anything, and the variables are told as they stood.
    assert_eq!(
        pool.evaluate("$TargetDedicatedNodes = -1; $TargetDedicatedNodes = 2")
            .error,
        None
    );
    let evaluation = pool.evaluate("a = 1; b = a / 0; c = 2");
    assert!(matches!(evaluation.error, Some(EvaluationError::Failed { .. })));
    assert_eq!(
        evaluation.results,
        "$TargetDedicatedNodes=3;$TargetLowPriorityNodes=0;$NodeDeallocationOption=requeue;a=1"
    );
}

#[test]
fn doubling_a_vector_ends_before_memory_does() {
    let pool = Pool::at("2026-01-01T00:00:00Z");
    let evaluation = pool.evaluate(&format!("v = vec(1);{}", "v = vec(v, v);".repeat(40)));
    let error = evaluation.error.unwrap().to_string();
    assert!(error.ends_with("more than 10000 values at once"), "{error}");
    assert!(evaluation.results.len() < 100_000);
}
