//! Formulas drawn from a tape of choices. Whoever draws an expression computes its value as he prints it, so the value
//! owes nothing to a lexer, a parser or a tree.

use std::cmp::Ordering;
use std::fmt::Write as _;

use batchite_api::time::{TimeSpan, Timestamp};
use batchite_sim::autoscale::{Formula, Metric};
use proptest::prelude::*;

use crate::pool::{Pool, tasks};

/// Samples in the history of the pool; the k-th has `k * 7 % 11` active tasks.
const SAMPLES: i64 = 40;

const MINUTE: i64 = 600_000_000;

/// Choices that were made beforehand; when they have run out, every choice is the first one.
struct Tape<'a>(std::slice::Iter<'a, u8>);

impl Tape<'_> {
    fn below(&mut self, count: u8) -> u8 {
        self.0.next().map_or(0, |choice| choice % count)
    }
}

/// A value, or nothing where the evaluation has to end with an error.
type Known<T> = Option<T>;

/// An expression as text, how tightly its outermost operator binds, and its value.
#[derive(Clone)]
struct Drawn<T> {
    text: String,
    level: u8,
    value: Known<T>,
}

/// Levels: 0 for `?:`, 1 to 6 for operators, 7 for signs, 8 for what needs no brackets.
fn drawn<T>(text: impl Into<String>, level: u8, value: Known<T>) -> Drawn<T> {
    Drawn {
        text: text.into(),
        level,
        value,
    }
}

impl<T> Drawn<T> {
    /// The text, in brackets unless it binds at least so tightly.
    fn within(&self, level: u8) -> String {
        if self.level >= level {
            self.text.clone()
        } else {
            format!("({})", self.text)
        }
    }
}

fn finite(number: f64) -> Known<f64> {
    number.is_finite().then_some(number)
}

/// Whether two numbers are the same one.
fn is(left: f64, right: f64) -> bool {
    left.partial_cmp(&right).is_some_and(Ordering::is_eq)
}

fn truth(holds: bool) -> f64 {
    if holds { 1.0 } else { 0.0 }
}

/// The user's variables so far.
#[derive(Default)]
struct Scope {
    numbers: Vec<f64>,
    vectors: Vec<Vec<f64>>,
}

impl Scope {
    fn number(&self, tape: &mut Tape<'_>, depth: u8) -> Drawn<f64> {
        if depth == 0 {
            return self.leaf(tape);
        }
        match tape.below(12) {
            0 => self.leaf(tape),
            1..=3 => self.arithmetic(tape, depth),
            4 => self.logic(tape, depth),
            5 => {
                let inner = self.number(tape, depth - 1);
                if tape.below(2) == 0 {
                    drawn(
                        format!("-{}", inner.within(7)),
                        7,
                        inner.value.map(|value| -value),
                    )
                } else {
                    let value = inner.value.map(|value| truth(value == 0.0));
                    drawn(format!("!{}", inner.within(7)), 7, value)
                }
            }
            6 => {
                let (condition, yes, no) = (
                    self.number(tape, depth - 1),
                    self.number(tape, depth - 1),
                    self.number(tape, depth - 1),
                );
                let text = format!("{} ? {} : {}", condition.within(1), yes.text, no.text);
                let value = condition
                    .value
                    .and_then(|holds| if holds == 0.0 { no.value } else { yes.value });
                drawn(text, 0, value)
            }
            7 => Self::of_spans(tape, depth),
            8 => {
                let (vector, at) = (self.vector(tape, depth - 1), tape.below(4));
                let text = format!("val({}, {at})", vector.text);
                let value = vector.value.and_then(|values| {
                    let empty = values.is_empty().then_some(0.0);
                    empty.or_else(|| values.into_iter().nth(usize::from(at)))
                });
                drawn(text, 8, value)
            }
            _ => self.of_list(tape, depth),
        }
    }

    fn leaf(&self, tape: &mut Tape<'_>) -> Drawn<f64> {
        let choice = tape.below(8);
        if choice < 2 && !self.numbers.is_empty() {
            let at = usize::from(tape.below(200)) % self.numbers.len();
            let sign = if tape.below(2) == 0 { "$" } else { "" };
            return drawn(format!("{sign}n{at}"), 8, Some(self.numbers[at]));
        }
        match choice {
            2 => drawn("$ActiveTasks.Count()", 8, Some(40.0)),
            3 => drawn("$TaskSlotsPerNode", 8, Some(4.0)),
            4 => drawn("$RunningTasks + 0", 5, Some(17.0)),
            _ => {
                let number = f64::from(tape.below(40)) / 4.0;
                drawn(number.to_string(), 8, Some(number))
            }
        }
    }

    fn arithmetic(&self, tape: &mut Tape<'_>, depth: u8) -> Drawn<f64> {
        let (left, right) = (self.number(tape, depth - 1), self.number(tape, depth - 1));
        let both = left.value.zip(right.value);
        let (symbol, level, value) = match tape.below(10) {
            0 => ("+", 5, both.and_then(|(l, r)| finite(l + r))),
            1 => ("-", 5, both.and_then(|(l, r)| finite(l - r))),
            2 => ("*", 6, both.and_then(|(l, r)| finite(l * r))),
            3 => ("/", 6, both.and_then(|(l, r)| finite(l / r))),
            4 => ("<", 4, both.map(|(l, r)| truth(l < r))),
            5 => ("<=", 4, both.map(|(l, r)| truth(l <= r))),
            6 => (">", 4, both.map(|(l, r)| truth(l > r))),
            7 => (">=", 4, both.map(|(l, r)| truth(l >= r))),
            8 => ("==", 3, both.map(|(l, r)| truth(is(l, r)))),
            _ => ("!=", 3, both.map(|(l, r)| truth(!is(l, r)))),
        };
        // From left to right: the right side needs brackets on the same level already.
        let text = format!("{} {symbol} {}", left.within(level), right.within(level + 1));
        drawn(text, level, value)
    }

    fn logic(&self, tape: &mut Tape<'_>, depth: u8) -> Drawn<f64> {
        let (left, right) = (self.number(tape, depth - 1), self.number(tape, depth - 1));
        let right_holds = right.value.map(|value| truth(value != 0.0));
        let (symbol, level, value) = if tape.below(2) == 0 {
            let value = left
                .value
                .and_then(|l| if l == 0.0 { Some(0.0) } else { right_holds });
            ("&&", 2, value)
        } else {
            let value = left
                .value
                .and_then(|l| if l == 0.0 { right_holds } else { Some(1.0) });
            ("||", 1, value)
        };
        let text = format!("{} {symbol} {}", left.within(level), right.within(level + 1));
        drawn(text, level, value)
    }

    /// A function of a list of numbers and vectors.
    fn of_list(&self, tape: &mut Tape<'_>, depth: u8) -> Drawn<f64> {
        let mut texts = Vec::new();
        let mut values = Some(Vec::new());
        for _ in 0..=tape.below(3) {
            let (text, more) = if tape.below(2) == 0 {
                let number = self.number(tape, depth - 1);
                (number.text, number.value.map(|value| vec![value]))
            } else {
                let vector = self.vector(tape, depth - 1);
                (vector.text, vector.value)
            };
            texts.push(text);
            values = values.zip(more).map(|(mut all, more)| {
                all.extend(more);
                all
            });
        }
        let length = |values: &[f64]| f64::from(u32::try_from(values.len()).unwrap());
        let (name, value) = match tape.below(7) {
            0 => ("sum", values.and_then(|v| finite(v.iter().sum()))),
            1 => ("len", values.map(|v| length(&v))),
            2 => ("max", values.and_then(|v| v.into_iter().max_by(f64::total_cmp))),
            3 => ("min", values.and_then(|v| v.into_iter().min_by(f64::total_cmp))),
            4 => (
                "avg",
                values.and_then(|v| finite(v.iter().sum::<f64>() / length(&v))),
            ),
            5 => (
                "norm",
                values.and_then(|v| finite(v.iter().map(|x| x * x).sum::<f64>().sqrt())),
            ),
            _ => {
                let range = |mut v: Vec<f64>| {
                    v.sort_by(f64::total_cmp);
                    finite(v.last()? - v.first()?)
                };
                ("range", values.and_then(range))
            }
        };
        drawn(format!("{name}({})", texts.join(", ")), 8, value)
    }

    fn vector(&self, tape: &mut Tape<'_>, depth: u8) -> Drawn<Vec<f64>> {
        match tape.below(if depth == 0 { 4 } else { 7 }) {
            0 => {
                let numbers: Vec<_> = (0..tape.below(4)).map(|_| self.leaf(tape)).collect();
                let texts: Vec<_> = numbers.iter().map(|number| number.text.clone()).collect();
                let values = numbers.iter().map(|number| number.value).collect();
                drawn(format!("vec({})", texts.join(",")), 8, values)
            }
            1 if !self.vectors.is_empty() => {
                let at = usize::from(tape.below(200)) % self.vectors.len();
                drawn(format!("v{at}"), 8, Some(self.vectors[at].clone()))
            }
            1 | 2 => {
                let count = i64::from(tape.below(60));
                let values = (0..SAMPLES)
                    .filter(|k| *k >= SAMPLES - count)
                    .map(active)
                    .collect();
                drawn(format!("$ActiveTasks.GetSample({count})"), 8, Some(values))
            }
            3 => samples_by_time(tape),
            4 => {
                let (vector, number) = (self.vector(tape, depth - 1), self.number(tape, depth - 1));
                let text = format!("{} / {}", vector.within(6), number.within(7));
                let value = vector.value.zip(number.value);
                let value = value.and_then(|(v, n)| v.into_iter().map(|x| finite(x / n)).collect());
                drawn(text, 6, value)
            }
            5 => {
                let (left, right) = (self.vector(tape, depth - 1), self.vector(tape, depth - 1));
                let text = format!("{} - {}", left.within(5), right.within(6));
                let value = left.value.zip(right.value).and_then(|(l, r)| {
                    let fit = l.len() == r.len();
                    fit.then(|| l.iter().zip(&r).map(|(l, r)| finite(l - r)).collect::<Known<_>>())?
                });
                drawn(text, 5, value)
            }
            _ => {
                let vector = self.vector(tape, depth - 1);
                // One double would give a double.
                let value = vector.value.map(|v| v.into_iter().map(f64::floor).collect());
                drawn(format!("floor(vec({}))", vector.text), 8, value)
            }
        }
    }

    /// A comparison of spans, or a part of a moment.
    fn of_spans(tape: &mut Tape<'_>, depth: u8) -> Drawn<f64> {
        let (left, right) = (span(tape, depth - 1), span(tape, depth - 1));
        let both = left.value.zip(right.value);
        match tape.below(3) {
            0 => {
                let text = format!("{} < {}", left.within(4), right.within(5));
                drawn(text, 4, both.map(|(l, r)| truth(l < r)))
            }
            1 => {
                let text = format!("{} == {}", left.within(3), right.within(4));
                drawn(text, 3, both.map(|(l, r)| truth(l == r)))
            }
            _ => {
                let text = format!("(time(\"2024-02-28\") + {}).minute", left.within(6));
                // From midnight on: what is before it counts back from the hour.
                let value = left.value.map(|ticks| ticks.rem_euclid(60 * MINUTE) / MINUTE);
                let value = value.map(|minute| f64::from(i32::try_from(minute).unwrap()));
                drawn(text, 8, value)
            }
        }
    }
}

fn span(tape: &mut Tape<'_>, depth: u8) -> Drawn<i64> {
    match tape.below(if depth == 0 { 2 } else { 4 }) {
        0 => drawn("TimeInterval_Minute", 8, Some(MINUTE)),
        1 => drawn("TimeInterval_Hour", 8, Some(60 * MINUTE)),
        2 => {
            let (left, right) = (span(tape, depth - 1), span(tape, depth - 1));
            let value = left.value.zip(right.value).map(|(l, r)| l - r);
            drawn(format!("{} - {}", left.within(5), right.within(6)), 5, value)
        }
        _ => {
            let (span, factor) = (span(tape, depth - 1), i64::from(tape.below(9)));
            let value = span.value.map(|ticks| ticks * factor);
            drawn(format!("{} * {factor}", span.within(6)), 6, value)
        }
    }
}

fn active(k: i64) -> f64 {
    f64::from(i32::try_from(k * 7 % 11).unwrap())
}

/// Samples between two moments, by looking at every moment a sample could have been taken at.
fn samples_by_time(tape: &mut Tape<'_>) -> Drawn<Vec<f64>> {
    let (start, end, percent) = (tape.below(30), tape.below(30), tape.below(101));
    let text = format!(
        "$ActiveTasks.GetSample({start} * TimeInterval_Minute, {end} * TimeInterval_Minute, {percent})"
    );
    // The present is the moment after the last sample; two samples a minute.
    let (from, to) = (
        SAMPLES - 2 * i64::from(start.max(end)),
        SAMPLES - 2 * i64::from(start.min(end)),
    );
    let possible = to - from;
    let values: Vec<f64> = (from..to).filter(|k| *k >= 0).map(active).collect();
    let there = i64::try_from(values.len()).unwrap();
    let enough = if possible == 0 {
        percent == 0
    } else {
        there * 100 >= i64::from(percent) * possible
    };
    drawn(text, 8, enough.then_some(values))
}

fn pool() -> Pool {
    let samples: Vec<_> = (0..SAMPLES).map(|k| tasks(active(k), 0.0)).collect();
    let mut pool = Pool::at("2024-02-29T12:34:56Z").sampled(&samples);
    pool.slots = 4;
    pool.present = tasks(0.0, 17.0).with(Metric::UsableNodeCount, 3.0);
    pool
}

/// Draws statements until one has no value; the formula, and what it has to say.
fn formula(choices: &[u8]) -> (String, Known<Vec<(String, String)>>) {
    let mut tape = Tape(choices.iter());
    let mut scope = Scope::default();
    let mut text = String::new();
    let mut values = Vec::new();
    for _ in 0..=tape.below(6) {
        if tape.below(4) == 0 {
            let vector = scope.vector(&mut tape, 3);
            let name = format!("v{}", scope.vectors.len());
            writeln!(text, "{name} = {};", vector.text).unwrap();
            let Some(vector) = vector.value else {
                return (text, None);
            };
            let shown: Vec<_> = vector.iter().map(|value| shown(*value)).collect();
            values.push((name, format!("[{}]", shown.join(","))));
            scope.vectors.push(vector);
        } else {
            let number = scope.number(&mut tape, 5);
            let name = format!("n{}", scope.numbers.len());
            writeln!(text, "{name} = {}; // {}", number.text, scope.numbers.len()).unwrap();
            let Some(number) = number.value else {
                return (text, None);
            };
            values.push((name, shown(number)));
            scope.numbers.push(number);
        }
    }
    values.sort();
    (text, Some(values))
}

/// Numbers are compared as numbers: how very large ones are written is another test's matter.
fn shown(number: f64) -> String {
    (number + 0.0).to_string()
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
        let (text, expected) = formula(&choices);
        prop_assume!(text.len() <= 8192);
        let evaluation = pool().evaluate(&text);
        match expected {
            None => prop_assert!(evaluation.error.is_some(), "{text}\n{}", evaluation.results),
            Some(expected) => {
                prop_assert_eq!(&evaluation.error, &None, "{}", text);
                let found = evaluation.results.split(';').skip(3);
                let found: Vec<_> = found.map(|pair| pair.split_once('=').unwrap()).collect();
                prop_assert_eq!(found.len(), expected.len());
                for ((name, value), (expected_name, expected)) in found.into_iter().zip(&expected) {
                    prop_assert_eq!(name, expected_name);
                    prop_assert!(same(value, expected), "{name} is {value}, not {expected}: {text}");
                }
            }
        }
    }

}

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
