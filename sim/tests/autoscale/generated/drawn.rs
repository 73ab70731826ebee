//! What is drawn: an expression as text, with the value it must have or the error it must end in.

use std::cmp::Ordering;

/// Choices that were made beforehand; when they have run out, every choice is the first one.
pub(super) struct Tape<'a>(std::slice::Iter<'a, u8>);

impl<'a> Tape<'a> {
    pub(super) fn new(choices: &'a [u8]) -> Self {
        Self(choices.iter())
    }

    pub(super) fn below(&mut self, count: u8) -> u8 {
        self.0.next().map_or(0, |choice| choice % count)
    }

    /// One of several.
    pub(super) fn of<T: Copy>(&mut self, all: &[T]) -> T {
        let count = u8::try_from(all.len()).expect("few");
        all[usize::from(self.below(count))]
    }
}

/// Why an evaluation has to end with an error: the first of them, from left to right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wrong {
    /// Fewer samples than asked for.
    Samples,
    /// A value that there is not.
    Value,
}

impl Wrong {
    /// The `code` of `autoScaleRun.error`.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Samples => "InsufficientSampleData",
            Self::Value => "AutoScalingFormulaEvaluationError",
        }
    }
}

/// A value, or the error instead.
pub(super) type Known<T> = Result<T, Wrong>;

/// Both values, or the error of the left one, or that of the right one.
pub(super) fn both<L, R>(left: Known<L>, right: Known<R>) -> Known<(L, R)> {
    left.and_then(|left| right.map(|right| (left, right)))
}

/// An expression as text, how tightly its outermost operator binds, and its value.
#[derive(Clone)]
pub(super) struct Drawn<T> {
    pub(super) text: String,
    level: u8,
    pub(super) value: Known<T>,
}

/// Levels: 0 for `?:`, 1 to 6 for operators, 7 for signs, 8 for what needs no brackets.
pub(super) fn drawn<T>(text: impl Into<String>, level: u8, value: Known<T>) -> Drawn<T> {
    Drawn {
        text: text.into(),
        level,
        value,
    }
}

impl<T> Drawn<T> {
    /// The text, in brackets unless it binds at least so tightly.
    pub(super) fn within(&self, level: u8) -> String {
        if self.level >= level {
            self.text.clone()
        } else {
            format!("({})", self.text)
        }
    }
}

pub(super) fn finite(number: f64) -> Known<f64> {
    if number.is_finite() {
        Ok(number)
    } else {
        Err(Wrong::Value)
    }
}

/// Whether two numbers are the same one.
pub(super) fn is(left: f64, right: f64) -> bool {
    left.partial_cmp(&right).is_some_and(Ordering::is_eq)
}

pub(super) fn truth(holds: bool) -> f64 {
    if holds { 1.0 } else { 0.0 }
}

/// An operator that compares, with what binds on its sides.
pub(super) fn comparison<T: PartialOrd>(
    tape: &mut Tape<'_>,
    left: &Drawn<T>,
    right: &Drawn<T>,
) -> Drawn<f64> {
    let (symbol, level) = tape.of(&[("<", 4), ("<=", 4), (">", 4), (">=", 4), ("==", 3), ("!=", 3)]);
    let values = match (&left.value, &right.value) {
        (Ok(left), Ok(right)) => Ok((left, right)),
        (Err(wrong), _) | (_, Err(wrong)) => Err(*wrong),
    };
    let value = values.map(|(left, right)| {
        truth(match symbol {
            "<" => left < right,
            "<=" => left <= right,
            ">" => left > right,
            ">=" => left >= right,
            "==" => left == right,
            _ => left != right,
        })
    });
    // From left to right: the right side needs brackets on the same level already.
    let text = format!("{} {symbol} {}", left.within(level), right.within(level + 1));
    drawn(text, level, value)
}

/// An operator of arithmetic between two numbers.
pub(super) fn arithmetic(symbol: &str, left: f64, right: f64) -> Known<f64> {
    finite(match symbol {
        "+" => left + right,
        "-" => left - right,
        "*" => left * right,
        _ => left / right,
    })
}

/// Operators of arithmetic, and how tightly they bind.
pub(super) const ARITHMETIC: [(&str, u8); 4] = [("+", 5), ("-", 5), ("*", 6), ("/", 6)];

/// A function by its name.
type Named = (&'static str, fn(f64) -> f64);

/// Functions of one number, or of each of several.
pub(super) const EACH: [Named; 6] = [
    ("ceil", f64::ceil),
    ("floor", f64::floor),
    ("round", f64::round),
    ("lg", f64::log2),
    ("ln", f64::ln),
    ("log", f64::log10),
];
