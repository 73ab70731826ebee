//! What operators do with which types. What is not in the documented table is an error.

use std::cmp::Ordering;

use batchite_api::time::{TimeSpan, Timestamp};

use super::error::{EvaluationError, Position};
use super::number;
use super::syntax::{BinaryOperator, UnaryOperator};
use super::value::{Value, finite};

type Result<T> = std::result::Result<T, EvaluationError>;

/// An operator before a value.
pub(super) fn unary(operator: UnaryOperator, value: &Value, position: Position) -> Result<Value> {
    match (operator, value) {
        (UnaryOperator::Negate, Value::Number(number)) => Ok(Value::Number(-number)),
        (UnaryOperator::Negate, Value::Interval(span)) => span
            .ticks()
            .checked_neg()
            .map(|ticks| Value::Interval(TimeSpan::from_ticks(ticks)))
            .ok_or_else(|| too_long(position)),
        (UnaryOperator::Not, Value::Number(number)) => Ok(Value::truth(*number == 0.0)),
        (operator, value) => {
            let symbol = match operator {
                UnaryOperator::Negate => "-",
                UnaryOperator::Not => "!",
            };
            let reason = format!("the operator {symbol} cannot be applied to {}", value.kind());
            Err(EvaluationError::failed(position, reason))
        }
    }
}

/// An operator between two values, `&&` and `||` excepted: those do not always look at their right side.
pub(super) fn binary(
    operator: BinaryOperator,
    left: &Value,
    right: &Value,
    position: Position,
) -> Result<Value> {
    use BinaryOperator::{Add, Divide, Multiply, Subtract};
    let comparison = match (left, right) {
        (Value::Number(left), Value::Number(right)) => left.partial_cmp(right),
        (Value::Text(left), Value::Text(right)) => Some(left.cmp(right)),
        (Value::Moment(left), Value::Moment(right)) => Some(left.cmp(right)),
        (Value::Interval(left), Value::Interval(right)) => Some(left.cmp(right)),
        _ => None,
    };
    if let (Some(order), Some(holds)) = (comparison, compare(operator)) {
        return Ok(Value::truth(holds(order)));
    }
    match (operator, left, right) {
        (Add | Subtract | Multiply | Divide, Value::Number(left), Value::Number(right)) => {
            arithmetic(operator, *left, *right, position).map(Value::Number)
        }
        (Add | Subtract | Multiply | Divide, Value::Vector(left), Value::Number(right)) => {
            each(left.iter().map(|left| (*left, *right)), operator, position)
        }
        (Add | Subtract | Multiply | Divide, Value::Vector(left), Value::Vector(right)) => {
            if left.len() != right.len() {
                let (left, right) = (left.len(), right.len());
                let reason = format!(
                    "the operator {} needs vectors of one length, not {left} and {right}",
                    operator.symbol()
                );
                return Err(EvaluationError::failed(position, reason));
            }
            each(
                left.iter().copied().zip(right.iter().copied()),
                operator,
                position,
            )
        }
        (Multiply, Value::Number(factor), Value::Interval(span))
        | (Multiply, Value::Interval(span), Value::Number(factor)) => {
            scaled(number::from_ticks(span.ticks()) * factor, position)
        }
        (Divide, Value::Interval(_), Value::Number(0.0)) => Err(by_zero(position)),
        (Divide, Value::Interval(span), Value::Number(divisor)) => {
            scaled(number::from_ticks(span.ticks()) / divisor, position)
        }
        (Add, Value::Interval(left), Value::Interval(right)) => {
            spans(left.ticks().checked_add(right.ticks()), position)
        }
        (Subtract, Value::Interval(left), Value::Interval(right)) => {
            spans(left.ticks().checked_sub(right.ticks()), position)
        }
        (Add, Value::Interval(span), Value::Moment(moment))
        | (Add, Value::Moment(moment), Value::Interval(span)) => later(*moment, *span, position),
        (Subtract, Value::Moment(left), Value::Moment(right)) => Ok(Value::Interval(*left - *right)),
        (operator, left, right) => {
            let reason = format!(
                "the operator {} cannot be applied to {} and {}",
                operator.symbol(),
                left.kind(),
                right.kind()
            );
            Err(EvaluationError::failed(position, reason))
        }
    }
}

fn compare(operator: BinaryOperator) -> Option<fn(Ordering) -> bool> {
    Some(match operator {
        BinaryOperator::Equal => Ordering::is_eq,
        BinaryOperator::NotEqual => Ordering::is_ne,
        BinaryOperator::Less => Ordering::is_lt,
        BinaryOperator::LessOrEqual => Ordering::is_le,
        BinaryOperator::Greater => Ordering::is_gt,
        BinaryOperator::GreaterOrEqual => Ordering::is_ge,
        _ => return None,
    })
}

fn arithmetic(operator: BinaryOperator, left: f64, right: f64, position: Position) -> Result<f64> {
    let result = match operator {
        BinaryOperator::Add => left + right,
        BinaryOperator::Subtract => left - right,
        BinaryOperator::Multiply => left * right,
        _ if right == 0.0 => return Err(by_zero(position)),
        _ => left / right,
    };
    finite(result, position)
}

fn each(
    pairs: impl Iterator<Item = (f64, f64)>,
    operator: BinaryOperator,
    position: Position,
) -> Result<Value> {
    pairs
        .map(|(left, right)| arithmetic(operator, left, right, position))
        .collect::<Result<_>>()
        .map(Value::Vector)
}

fn by_zero(position: Position) -> EvaluationError {
    EvaluationError::failed(position, "division by zero")
}

fn too_long(position: Position) -> EvaluationError {
    EvaluationError::failed(position, "the timeinterval is too long")
}

fn scaled(ticks: f64, position: Position) -> Result<Value> {
    spans(number::to_ticks(ticks), position)
}

fn spans(ticks: Option<i64>, position: Position) -> Result<Value> {
    ticks
        .map(|ticks| Value::Interval(TimeSpan::from_ticks(ticks)))
        .ok_or_else(|| too_long(position))
}

fn later(moment: Timestamp, span: TimeSpan, position: Position) -> Result<Value> {
    let ticks = moment.ticks().checked_add_signed(span.ticks());
    ticks
        .filter(|ticks| *ticks <= Timestamp::MAX.ticks())
        .map(|ticks| Value::Moment(Timestamp::from_ticks(ticks)))
        .ok_or_else(|| EvaluationError::failed(position, "the timestamp is out of the calendar"))
}
