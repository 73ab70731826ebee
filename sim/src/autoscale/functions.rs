//! The functions of the language, those aside that need more than their arguments.

use super::error::{EvaluationError, Position};
use super::number;
use super::value::{Value, finite};

type Result<T> = std::result::Result<T, EvaluationError>;

/// A function by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    Avg,
    Ceil,
    Floor,
    Len,
    Lg,
    Ln,
    Log,
    Max,
    Min,
    Norm,
    Percentile,
    Rand,
    Range,
    Round,
    Std,
    Stop,
    Sum,
    Time,
    Val,
    Vec,
}

impl Function {
    pub(super) const ALL: [(&'static str, Self); 20] = [
        ("avg", Self::Avg),
        ("ceil", Self::Ceil),
        ("floor", Self::Floor),
        ("len", Self::Len),
        ("lg", Self::Lg),
        ("ln", Self::Ln),
        ("log", Self::Log),
        ("max", Self::Max),
        ("min", Self::Min),
        ("norm", Self::Norm),
        ("percentile", Self::Percentile),
        ("rand", Self::Rand),
        ("range", Self::Range),
        ("round", Self::Round),
        ("std", Self::Std),
        ("stop", Self::Stop),
        ("sum", Self::Sum),
        ("time", Self::Time),
        ("val", Self::Val),
        ("vec", Self::Vec),
    ];

    pub(super) fn named(name: &str) -> Option<Self> {
        let found = Self::ALL.iter().find(|(known, _)| *known == name);
        found.map(|(_, function)| *function)
    }

    pub(super) fn name(self) -> &'static str {
        let found = Self::ALL.iter().find(|(_, function)| *function == self);
        found.map_or("", |(name, _)| name)
    }
}

/// Calls a function of a list of doubles and vectors, which has been made one list. `is_single` says that the list was
/// one double, for the functions that then give a double.
pub(super) fn of_list(
    function: Function,
    values: Vec<f64>,
    is_single: bool,
    position: Position,
) -> Result<Value> {
    let finite = |number| Value::finite(number, position);
    match function {
        Function::Avg => finite(mean(function, &values, position)?),
        Function::Len => finite(number::from_length(values.len())),
        Function::Sum => finite(values.iter().sum()),
        Function::Norm => finite(values.iter().map(|value| value * value).sum::<f64>().sqrt()),
        Function::Max => finite(extreme(function, &values, f64::max, position)?),
        Function::Min => finite(extreme(function, &values, f64::min, position)?),
        Function::Range => {
            let most = extreme(function, &values, f64::max, position)?;
            finite(most - extreme(function, &values, f64::min, position)?)
        }
        Function::Std => finite(deviation(&values, position)?),
        Function::Vec => Ok(Value::Vector(values)),
        _ => component_wise(function, values, is_single, position),
    }
}

fn empty(function: Function, position: Position) -> EvaluationError {
    let reason = format!("{} needs at least one value", function.name());
    EvaluationError::failed(position, reason)
}

fn mean(function: Function, values: &[f64], position: Position) -> Result<f64> {
    if values.is_empty() {
        return Err(empty(function, position));
    }
    Ok(values.iter().sum::<f64>() / number::from_length(values.len()))
}

fn extreme(
    function: Function,
    values: &[f64],
    choose: fn(f64, f64) -> f64,
    position: Position,
) -> Result<f64> {
    values
        .iter()
        .copied()
        .reduce(choose)
        .ok_or_else(|| empty(function, position))
}

/// The sample standard deviation: divided by one less than there are values.
fn deviation(values: &[f64], position: Position) -> Result<f64> {
    if values.len() < 2 {
        let reason = "std needs at least two values";
        return Err(EvaluationError::failed(position, reason));
    }
    let mean = mean(Function::Std, values, position)?;
    let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
    Ok((squares / number::from_length(values.len() - 1)).sqrt())
}

fn component_wise(
    function: Function,
    mut values: Vec<f64>,
    is_single: bool,
    position: Position,
) -> Result<Value> {
    let apply: fn(f64) -> f64 = match function {
        Function::Ceil => f64::ceil,
        Function::Floor => f64::floor,
        Function::Lg => f64::log2,
        Function::Ln => f64::ln,
        Function::Log => f64::log10,
        // Halves go away from zero.
        _ => f64::round,
    };
    for value in &mut values {
        *value = finite(apply(*value), position)?;
    }
    match values.first() {
        Some(value) if is_single => Ok(Value::Number(*value)),
        _ => Ok(Value::Vector(values)),
    }
}

/// `percentile(v, p)`: the smallest element that at least `p` percent of the elements do not exceed.
pub(super) fn percentile(mut values: Vec<f64>, percent: f64, position: Position) -> Result<Value> {
    if !(0.0..=100.0).contains(&percent) {
        let reason = "a percentile is between 0 and 100";
        return Err(EvaluationError::failed(position, reason));
    }
    values.sort_by(f64::total_cmp);
    // Divided last: 28 percent of 25 are 7, and 0.28 of them a little more.
    let rank = (percent * number::from_length(values.len()) / 100.0).ceil();
    let at = number::to_position(rank).unwrap_or(0).saturating_sub(1);
    let value = values.get(at).copied();
    value
        .map(Value::Number)
        .ok_or_else(|| empty(Function::Percentile, position))
}

/// `val(v, i)`: an element, counted from zero. Of an empty vector it is zero: published formulas take the last sample as
/// `val($PendingTasks.GetSample(1), 0)`, and work on pools that have no sample yet.
pub(super) fn val(values: &[f64], at: f64, position: Position) -> Result<Value> {
    if values.is_empty() {
        return Ok(Value::Number(0.0));
    }
    let found = number::to_position(at).and_then(|at| values.get(at)).copied();
    found.map(Value::Number).ok_or_else(|| {
        let reason = format!("there is no element {} among {}", number::text(at), values.len());
        EvaluationError::failed(position, reason)
    })
}
