//! Formulas drawn from a tape of choices. Whoever draws an expression computes its value as he prints it, so the value
//! owes nothing to a lexer, a parser or a tree; the calendar is the test's own.

mod drawn;
mod formula;
mod moments;
mod numbers;
mod vectors;

use std::collections::BTreeSet;

use batchite_api::time::{TimeSpan, Timestamp};
use batchite_sim::autoscale::{Formula, Metric};
use proptest::prelude::*;

use self::formula::{BEFORE, formula};
use self::vectors::{SAMPLES, active};
use crate::pool::{Pool, tasks};

fn pool() -> Pool {
    let samples: Vec<_> = (0..SAMPLES).map(|k| tasks(active(k), 0.0)).collect();
    let mut pool = Pool::at(moments::NOW).sampled(&samples);
    pool.slots = 4;
    [pool.dedicated, pool.low_priority] = BEFORE;
    pool.present = tasks(0.0, 17.0).with(Metric::UsableNodeCount, 3.0);
    pool
}

fn same(left: &str, right: &str) -> bool {
    let numbers = |text: &str| -> Vec<f64> {
        let inner = text.trim_matches(['[', ']']);
        let parts = inner.split(',').filter(|part| !part.is_empty());
        parts.map(|part| part.parse().unwrap()).collect()
    };
    left.starts_with('[') == right.starts_with('[') && numbers(left) == numbers(right)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, ..ProptestConfig::default() })]

    #[test]
    fn a_generated_formula_has_the_value_it_was_drawn_with(
        choices in proptest::collection::vec(any::<u8>(), 0..400),
    ) {
        let expected = formula(&choices);
        let text = expected.text;
        prop_assume!(text.len() <= 8192);
        let evaluation = pool().evaluate(&text);
        let code = evaluation.error.as_ref().map(batchite_sim::autoscale::EvaluationError::code);
        let targets = [evaluation.target_dedicated_nodes, evaluation.target_low_priority_nodes];
        match expected.outcome {
            Err(wrong) => {
                prop_assert_eq!(code, Some(wrong.code()), "{}\n{}", text, evaluation.results);
                prop_assert_eq!(targets, BEFORE, "{}", text);
            }
            Ok(expected) => {
                prop_assert_eq!(code, None, "{}", text);
                prop_assert_eq!(targets, expected.targets, "{}", text);
                prop_assert_eq!(evaluation.node_deallocation_option, expected.option);
                let mut pairs = evaluation.results.split(';').map(|pair| pair.split_once('=').unwrap());
                for told in [expected.targets[0].to_string(), expected.targets[1].to_string(), expected.option.into()] {
                    prop_assert_eq!(pairs.next().map(|(_, value)| value), Some(told.as_str()));
                }
                let found: Vec<_> = pairs.collect();
                prop_assert_eq!(found.len(), expected.variables.len());
                for ((name, value), (expected_name, expected)) in found.into_iter().zip(&expected.variables) {
                    prop_assert_eq!(name, expected_name);
                    prop_assert!(same(value, expected), "{name} is {value}, not {expected}: {text}");
                }
            }
        }
    }
}

/// A generator that never draws a word shows nothing of it, nor does one whose formulas nearly all fail.
#[test]
fn every_word_of_the_language_is_drawn() {
    let mut missing: BTreeSet<&str> = LANGUAGE.iter().copied().collect();
    let (mut state, mut with_value) = (1_u64, 0);
    for _ in 0..5_000 {
        let choices: Vec<u8> = (0..400)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                u8::try_from(state >> 56).expect("a byte")
            })
            .collect();
        let expected = formula(&choices);
        with_value += u32::from(expected.outcome.is_ok());
        missing.retain(|word| !expected.text.contains(word));
    }
    assert!(missing.is_empty(), "never drawn: {missing:?}");
    assert!(
        (2_000..4_500).contains(&with_value),
        "{with_value} of 5,000 have a value"
    );
}

/// Everything but `rand`, whose value is the world's.
const LANGUAGE: &[&str] = &[
    "avg(",
    "ceil(",
    "floor(",
    "len(",
    "lg(",
    "ln(",
    "log(",
    "max(",
    "min(",
    "norm(",
    "percentile(",
    "range(",
    "round(",
    "std(",
    "stop()",
    "sum(",
    "time()",
    "time(\"",
    "val(",
    "vec(",
    ".GetSample(",
    ".GetSamplePercent(",
    ".GetSamplePeriod()",
    ".Count()",
    ".HistoryBeginTime()",
    ".year",
    ".month",
    ".day",
    ".weekday",
    ".hour",
    ".minute",
    ".second",
    "TimeInterval_Zero",
    "TimeInterval_100ns",
    "TimeInterval_Microsecond",
    "TimeInterval_Millisecond",
    "TimeInterval_Second",
    "TimeInterval_Minute",
    "TimeInterval_Hour",
    "TimeInterval_Day",
    "TimeInterval_Week",
    "TimeInterval_Year",
    "$TargetDedicatedNodes =",
    "$TargetDedicated =",
    "$TargetLowPriorityNodes =",
    "$TargetLowPriority =",
    "$NodeDeallocationOption =",
    "taskcompletion",
    "retaineddata",
    "terminate",
    "requeue",
    "vec($ActiveTasks)",
    "\"ab\"",
    " && ",
    " || ",
    " ? ",
    " <= ",
    " >= ",
    " == ",
    " != ",
    "!",
    "-",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn no_row_of_words_ends_in_a_panic(
        words in proptest::collection::vec(proptest::sample::select(WORDS), 0..60),
    ) {
        let text = words.join(" ");
        if let Ok(formula) = Formula::parse(&text) {
            let pool = pool();
            prop_assert!(formula.metrics().len() <= Metric::ALL.len());
            let evaluation = pool.evaluate(&text);
            prop_assert!(evaluation.results.starts_with("$TargetDedicatedNodes="));
        }
    }

    #[test]
    fn no_text_ends_in_a_panic(text in "[ -~\né]{0,80}") {
        drop(Formula::parse(&text));
    }
}

const WORDS: &[&str] = &[
    "$TargetDedicatedNodes",
    "$PendingTasks",
    ".GetSample(",
    ".GetSamplePercent(",
    ".Count()",
    ".hour",
    "time()",
    "TimeInterval_Minute",
    "TimeInterval_Year",
    "x",
    "$y",
    "=",
    "=",
    ";",
    ";",
    "(",
    ")",
    ")",
    ",",
    "+",
    "-",
    "*",
    "/",
    "<",
    "==",
    "&&",
    "||",
    "!",
    "?",
    ":",
    "0",
    "1",
    "70",
    "1e300",
    "\"2020\"",
    "vec(",
    "max(",
    "val(",
    "std(",
    "percentile(",
    "stop()",
    "requeue",
    "$NodeDeallocationOption",
    "// \n",
];

#[test]
fn moments_at_both_ends_of_the_calendar_can_be_handled() {
    for now in [Timestamp::from_ticks(0), Timestamp::MAX] {
        let mut pool = pool();
        pool.now = now;
        pool.delay = TimeSpan::ZERO;
        for expression in [
            "time().year > 0",
            "$ActiveTasks.GetSamplePercent(TimeInterval_Year * 20000) >= 0",
            "$ActiveTasks.GetSamplePercent(TimeInterval_Year * -20000) >= 0",
            "len($ActiveTasks.GetSample(time(), TimeInterval_Year * 29000, 0)) >= 0",
        ] {
            assert_eq!(pool.value(expression), "1", "{expression} at {now}");
        }
    }
}
