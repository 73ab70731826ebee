//! Numbers: operators, choices, variables and functions of one number.

use super::drawn::{ARITHMETIC, Drawn, EACH, Tape, arithmetic, both, comparison, drawn, finite, is, truth};
use super::moments;
use super::vectors::percent;

/// What can be asked for by name: the user's variables so far, and the targets as they stand.
#[derive(Default)]
pub(super) struct Scope {
    pub(super) numbers: Vec<f64>,
    pub(super) vectors: Vec<Vec<f64>>,
    /// Of dedicated and of low-priority nodes.
    pub(super) targets: [f64; 2],
}

/// The names of the targets: the full one and the older one, for dedicated and for low-priority nodes.
pub(super) const TARGETS: [[&str; 2]; 2] = [
    ["$TargetDedicatedNodes", "$TargetDedicated"],
    ["$TargetLowPriorityNodes", "$TargetLowPriority"],
];

impl Scope {
    pub(super) fn number(&self, tape: &mut Tape<'_>, depth: u8) -> Drawn<f64> {
        if depth == 0 {
            return self.leaf(tape);
        }
        match tape.below(16) {
            0 => self.leaf(tape),
            1..=3 => self.arithmetic(tape, depth),
            4 => {
                let (left, right) = (self.number(tape, depth - 1), self.number(tape, depth - 1));
                comparison(tape, &left, &right)
            }
            5 => self.logic(tape, depth),
            6 => self.signed(tape, depth),
            7 => self.choice(tape, depth),
            8 | 9 => moments::number(tape, depth - 1),
            10 | 11 => self.element(tape, depth),
            12 => {
                let inner = self.number(tape, depth - 1);
                let (name, apply) = tape.of(&EACH);
                let value = inner.value.and_then(|value| finite(apply(value)));
                drawn(format!("{name}({})", inner.text), 8, value)
            }
            _ => self.of_list(tape, depth),
        }
    }

    pub(super) fn leaf(&self, tape: &mut Tape<'_>) -> Drawn<f64> {
        let choice = tape.below(12);
        if choice < 2 && !self.numbers.is_empty() {
            let at = usize::from(tape.below(200)) % self.numbers.len();
            let sign = tape.of(&["$", ""]);
            return drawn(format!("{sign}n{at}"), 8, Ok(self.numbers[at]));
        }
        match choice {
            2 => drawn("$ActiveTasks.Count()", 8, Ok(40.0)),
            3 => drawn("$TaskSlotsPerNode", 8, Ok(4.0)),
            4 => drawn("$RunningTasks + 0", 5, Ok(17.0)),
            5 => {
                let (start, end) = (tape.below(30), tape.below(30));
                let text = format!(
                    "$ActiveTasks.GetSamplePercent(TimeInterval_Minute * {start}, {end} * TimeInterval_Minute)"
                );
                drawn(text, 8, Ok(percent(start, end)))
            }
            6 => {
                let start = tape.below(30);
                let text = format!("$ActiveTasks.GetSamplePercent({start} * TimeInterval_Minute)");
                drawn(text, 8, Ok(percent(start, 0)))
            }
            7 => {
                let kind = usize::from(tape.below(2));
                // Both names tell the same, whichever was assigned to.
                drawn(tape.of(&TARGETS[kind]), 8, Ok(self.targets[kind]))
            }
            _ => {
                let number = f64::from(tape.below(40)) / 4.0;
                drawn(number.to_string(), 8, Ok(number))
            }
        }
    }

    fn arithmetic(&self, tape: &mut Tape<'_>, depth: u8) -> Drawn<f64> {
        let (left, right) = (self.number(tape, depth - 1), self.number(tape, depth - 1));
        let (symbol, level) = tape.of(&ARITHMETIC);
        // From left to right: the right side needs brackets on the same level already.
        let text = format!("{} {symbol} {}", left.within(level), right.within(level + 1));
        let value = both(left.value, right.value).and_then(|(l, r)| arithmetic(symbol, l, r));
        drawn(text, level, value)
    }

    fn signed(&self, tape: &mut Tape<'_>, depth: u8) -> Drawn<f64> {
        let inner = self.number(tape, depth - 1);
        let symbol = tape.of(&["-", "!"]);
        let text = format!("{symbol}{}", inner.within(7));
        let value = inner.value.map(|value| {
            if symbol == "-" {
                -value
            } else {
                truth(is(value, 0.0))
            }
        });
        drawn(text, 7, value)
    }

    fn choice(&self, tape: &mut Tape<'_>, depth: u8) -> Drawn<f64> {
        let (condition, yes, no) = (
            self.number(tape, depth - 1),
            self.number(tape, depth - 1),
            self.number(tape, depth - 1),
        );
        let text = format!("{} ? {} : {}", condition.within(1), yes.text, no.text);
        let value = condition
            .value
            .and_then(|holds| if is(holds, 0.0) { no.value } else { yes.value });
        drawn(text, 0, value)
    }

    fn logic(&self, tape: &mut Tape<'_>, depth: u8) -> Drawn<f64> {
        let (left, right) = (self.number(tape, depth - 1), self.number(tape, depth - 1));
        let (symbol, level) = tape.of(&[("&&", 2), ("||", 1)]);
        let text = format!("{} {symbol} {}", left.within(level), right.within(level + 1));
        // What the left side decides, the right side is not asked.
        let decides = symbol == "||";
        let value = left.value.and_then(|left| {
            if is(left, 0.0) == decides {
                right.value.map(|right| truth(!is(right, 0.0)))
            } else {
                Ok(truth(decides))
            }
        });
        drawn(text, level, value)
    }
}
