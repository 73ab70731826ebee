//! Vectors: lists, samples, and what operators and functions make of them.

use super::drawn::{ARITHMETIC, Drawn, EACH, Known, Tape, Wrong, arithmetic, both, drawn, finite};
use super::numbers::Scope;

/// Samples in the history of the pool; the k-th has `k * 7 % 11` active tasks.
pub(super) const SAMPLES: i64 = 40;

/// The percentage that has to be there where a formula says nothing.
const PERCENT: u8 = 70;

/// The active tasks of a sample.
pub(super) fn active(k: i64) -> f64 {
    f64::from(i32::try_from(k * 7 % 11).expect("a small number"))
}

/// The numbers of samples between two moments some minutes ago, and how many there could be: two a minute, the present
/// is the moment after the last one.
fn window(start: u8, end: u8) -> (std::ops::Range<i64>, i64) {
    let (from, to) = (
        SAMPLES - 2 * i64::from(start.max(end)),
        SAMPLES - 2 * i64::from(start.min(end)),
    );
    (from.max(0)..to.max(0), to - from)
}

/// The percentage of the samples that could be there.
pub(super) fn percent(start: u8, end: u8) -> f64 {
    let (there, possible) = window(start, end);
    let real = |count: i64| f64::from(i32::try_from(count).expect("a small number"));
    if possible == 0 {
        0.0
    } else {
        real(there.end - there.start) * 100.0 / real(possible)
    }
}

/// Samples between two moments, with or without a percentage, and where the second moment may be the present.
fn by_time(tape: &mut Tape<'_>) -> Drawn<Vec<f64>> {
    let (start, end, percent) = (tape.below(30), tape.below(30), tape.below(101));
    let minutes = |count: u8| format!("{count} * TimeInterval_Minute");
    let (arguments, end, percent) = match tape.below(4) {
        0 => (minutes(start), 0, PERCENT),
        1 => (format!("{}, {percent}", minutes(start)), 0, percent),
        2 => (format!("{}, {}", minutes(start), minutes(end)), end, PERCENT),
        _ => (
            format!("{}, {}, {percent}", minutes(start), minutes(end)),
            end,
            percent,
        ),
    };
    let (there, possible) = window(start, end);
    let enough = if possible == 0 {
        percent == 0
    } else {
        (there.end - there.start) * 100 >= i64::from(percent) * possible
    };
    let value = if enough {
        Ok(there.map(active).collect())
    } else {
        Err(Wrong::Samples)
    };
    drawn(format!("$ActiveTasks.GetSample({arguments})"), 8, value)
}

impl Scope {
    pub(super) fn vector(&self, tape: &mut Tape<'_>, depth: u8) -> Drawn<Vec<f64>> {
        match tape.below(if depth == 0 { 5 } else { 9 }) {
            0 => {
                let numbers: Vec<_> = (0..tape.below(4)).map(|_| self.leaf(tape)).collect();
                let texts: Vec<_> = numbers.iter().map(|number| number.text.clone()).collect();
                let values = numbers.into_iter().map(|number| number.value).collect();
                drawn(format!("vec({})", texts.join(",")), 8, values)
            }
            1 if !self.vectors.is_empty() => {
                let at = usize::from(tape.below(200)) % self.vectors.len();
                let sign = tape.of(&["$", ""]);
                drawn(format!("{sign}v{at}"), 8, Ok(self.vectors[at].clone()))
            }
            1 | 2 => {
                let count = i64::from(tape.below(60));
                let values = ((SAMPLES - count).max(0)..SAMPLES).map(active).collect();
                drawn(format!("$ActiveTasks.GetSample({count})"), 8, Ok(values))
            }
            3 => by_time(tape),
            4 => {
                let values = (0..SAMPLES).map(active).collect();
                drawn("vec($ActiveTasks)", 8, Ok(values))
            }
            5 => {
                let (vector, number) = (self.vector(tape, depth - 1), self.number(tape, depth - 1));
                let (symbol, level) = tape.of(&ARITHMETIC);
                let text = format!("{} {symbol} {}", vector.within(level), number.within(level + 1));
                let value = both(vector.value, number.value)
                    .and_then(|(v, n)| v.into_iter().map(|x| arithmetic(symbol, x, n)).collect());
                drawn(text, level, value)
            }
            6 => {
                let left = self.vector(tape, depth - 1);
                // Two that are drawn for themselves seldom are of one length.
                let right = match tape.below(3) {
                    0 => self.vector(tape, depth - 1),
                    _ => left.clone(),
                };
                let (symbol, level) = tape.of(&ARITHMETIC);
                let text = format!("{} {symbol} {}", left.within(level), right.within(level + 1));
                let value = both(left.value, right.value).and_then(|(l, r)| {
                    if l.len() != r.len() {
                        return Err(Wrong::Value);
                    }
                    l.iter()
                        .zip(&r)
                        .map(|(l, r)| arithmetic(symbol, *l, *r))
                        .collect()
                });
                drawn(text, level, value)
            }
            _ => {
                let vector = self.vector(tape, depth - 1);
                let (name, apply) = tape.of(&EACH);
                let value = vector
                    .value
                    .and_then(|v| v.into_iter().map(|x| finite(apply(x))).collect());
                drawn(format!("{name}({})", vector.text), 8, value)
            }
        }
    }

    /// A list of numbers, vectors and sampled variables, as functions take them.
    fn list(&self, tape: &mut Tape<'_>, depth: u8) -> (String, Known<Vec<f64>>) {
        let mut texts = Vec::new();
        let mut values = Ok(Vec::new());
        for _ in 0..=tape.below(3) {
            let (text, more) = match tape.below(5) {
                0 | 1 => {
                    let number = self.number(tape, depth - 1);
                    (number.text, number.value.map(|value| vec![value]))
                }
                2 | 3 => {
                    let vector = self.vector(tape, depth - 1);
                    (vector.text, vector.value)
                }
                _ => ("$ActiveTasks".to_owned(), Ok((0..SAMPLES).map(active).collect())),
            };
            texts.push(text);
            values = both(values, more).map(|(mut all, more): (Vec<f64>, Vec<f64>)| {
                all.extend(more);
                all
            });
        }
        (texts.join(", "), values)
    }

    /// A function of a list that gives one number.
    pub(super) fn of_list(&self, tape: &mut Tape<'_>, depth: u8) -> Drawn<f64> {
        let (text, values) = self.list(tape, depth);
        let length = |values: &[f64]| f64::from(u32::try_from(values.len()).expect("few"));
        let name = tape.of(&["sum", "len", "max", "min", "avg", "norm", "range", "std"]);
        let value = values.and_then(|mut v| match name {
            "sum" => finite(v.iter().sum()),
            "len" => Ok(length(&v)),
            "norm" => finite(v.iter().map(|x| x * x).sum::<f64>().sqrt()),
            _ if v.is_empty() => Err(Wrong::Value),
            "avg" => finite(v.iter().sum::<f64>() / length(&v)),
            "std" if v.len() == 1 => Err(Wrong::Value),
            "std" => {
                let mean = finite(v.iter().sum::<f64>() / length(&v))?;
                let squares: f64 = v.iter().map(|x| (x - mean) * (x - mean)).sum();
                finite((squares / (length(&v) - 1.0)).sqrt())
            }
            name => {
                v.sort_by(f64::total_cmp);
                let (least, most) = (v[0], v[v.len() - 1]);
                finite(match name {
                    "max" => most,
                    "min" => least,
                    _ => most - least,
                })
            }
        });
        drawn(format!("{name}({text})"), 8, value)
    }

    /// An element of a vector, by its place or by its rank.
    pub(super) fn element(&self, tape: &mut Tape<'_>, depth: u8) -> Drawn<f64> {
        let vector = self.vector(tape, depth - 1);
        if tape.below(2) == 0 {
            let at = tape.below(4);
            let text = format!("val({}, {at})", vector.text);
            let value = vector.value.and_then(|values| {
                let empty = values.is_empty().then_some(0.0);
                empty
                    .or_else(|| values.into_iter().nth(usize::from(at)))
                    .ok_or(Wrong::Value)
            });
            return drawn(text, 8, value);
        }
        let percent = tape.below(108);
        let text = format!("percentile({}, {percent})", vector.text);
        let value = vector.value.and_then(|values| {
            // The smallest one that at least so many percent do not exceed.
            let reached = |element: &f64| {
                let up_to = values.iter().filter(|value| *value <= element).count();
                up_to * 100 >= usize::from(percent) * values.len()
            };
            let found = values.iter().copied().filter(reached).min_by(f64::total_cmp);
            found.filter(|_| percent <= 100).ok_or(Wrong::Value)
        });
        drawn(text, 8, value)
    }
}
