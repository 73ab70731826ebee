//! The methods of sampled variables.

use batchite_api::time::Timestamp;

use super::error::{EvaluationError, Position};
use super::evaluate::Inputs;
use super::history::SAMPLE_PERIOD;
use super::metric::Metric;
use super::number;
use super::value::Value;

type Result<T> = std::result::Result<T, EvaluationError>;

/// The percentage of samples that has to be there when a formula does not say. Messages of the service show it.
const PERCENT_DEFAULT: f64 = 70.0;

/// A method by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    GetSample,
    GetSamplePeriod,
    Count,
    HistoryBeginTime,
    GetSamplePercent,
}

impl Method {
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "GetSample" => Self::GetSample,
            "GetSamplePeriod" => Self::GetSamplePeriod,
            "Count" => Self::Count,
            "HistoryBeginTime" => Self::HistoryBeginTime,
            "GetSamplePercent" => Self::GetSamplePercent,
            _ => return None,
        })
    }

    const fn forms(self) -> &'static str {
        match self {
            Self::GetSample => {
                "GetSample(count), GetSample(start [, percent]) or GetSample(start, end [, percent]), \
                 where start and end are timestamps or timeintervals"
            }
            Self::GetSamplePeriod => "GetSamplePeriod()",
            Self::Count => "Count()",
            Self::HistoryBeginTime => "HistoryBeginTime()",
            Self::GetSamplePercent => {
                "GetSamplePercent(start [, end]), where start and end are timestamps or timeintervals"
            }
        }
    }
}

/// The moments a formula asks for, and the samples in between.
struct Window {
    from: Timestamp,
    to: Timestamp,
    available: u64,
    possible: u64,
}

impl Window {
    /// From one moment on and before another, in whatever order they are given; a timeinterval is so long ago.
    fn new(inputs: &Inputs<'_>, metric: Metric, start: &Value, end: Option<&Value>) -> Option<Self> {
        let moment = |value: &Value| match value {
            Value::Moment(moment) => Some(*moment),
            Value::Interval(span) => {
                let ticks = inputs
                    .now
                    .ticks()
                    .saturating_add_signed(span.ticks().saturating_neg());
                Some(Timestamp::from_ticks(ticks.min(Timestamp::MAX.ticks())))
            }
            _ => None,
        };
        let start = moment(start)?;
        let end = end.map_or(Some(inputs.now), moment)?;
        let (from, to) = (start.min(end), start.max(end));
        Some(Self {
            from,
            to,
            available: inputs.count(metric, from, to),
            possible: inputs.history.possible(from, to),
        })
    }

    /// The percentage of the samples that could be there. A window too short for a sample has none.
    fn percent(&self) -> f64 {
        if self.possible == 0 {
            return 0.0;
        }
        number::from_count(self.available) * 100.0 / number::from_count(self.possible)
    }
}

/// Calls a method.
pub(super) fn call(
    inputs: &Inputs<'_>,
    metric: Metric,
    method: Method,
    arguments: &[Value],
    position: Position,
) -> Result<Value> {
    let wrong = || {
        let kinds: Vec<_> = arguments.iter().map(Value::kind).collect();
        let given = kinds.join(", ");
        let reason = format!("{metric}.{} is asked for with ({given})", method.forms());
        EvaluationError::failed(position, reason)
    };
    match (method, arguments) {
        (Method::GetSamplePeriod, []) => Ok(Value::Interval(SAMPLE_PERIOD)),
        (Method::Count, []) => {
            let available = inputs.count(metric, Timestamp::from_ticks(0), Timestamp::MAX);
            Ok(Value::Number(number::from_count(available)))
        }
        (Method::HistoryBeginTime, []) => {
            let begin = inputs.samples_begin(metric);
            begin
                .map(Value::Moment)
                .ok_or_else(|| insufficient(metric, 100.0, 0.0, position))
        }
        (Method::GetSamplePercent, [start]) => {
            let window = Window::new(inputs, metric, start, None).ok_or_else(wrong)?;
            Ok(Value::Number(window.percent()))
        }
        (Method::GetSamplePercent, [start, end]) => {
            let window = Window::new(inputs, metric, start, Some(end)).ok_or_else(wrong)?;
            Ok(Value::Number(window.percent()))
        }
        (Method::GetSample, [Value::Number(count)]) => {
            let count = number::to_position(*count).ok_or_else(wrong)?;
            let mut values = inputs.samples(metric, Timestamp::from_ticks(0), Timestamp::MAX);
            values.drain(..values.len().saturating_sub(count));
            Ok(Value::Vector(values))
        }
        (Method::GetSample, [start, rest @ ..]) => {
            let (end, percent) = match rest {
                [] => (None, PERCENT_DEFAULT),
                [Value::Number(percent)] => (None, *percent),
                [end] => (Some(end), PERCENT_DEFAULT),
                [end, Value::Number(percent)] => (Some(end), *percent),
                _ => return Err(wrong()),
            };
            let window = Window::new(inputs, metric, start, end).ok_or_else(wrong)?;
            if window.percent() < percent {
                return Err(insufficient(metric, percent, window.percent(), position));
            }
            Ok(Value::Vector(inputs.samples(metric, window.from, window.to)))
        }
        _ => Err(wrong()),
    }
}

pub(super) fn insufficient(
    metric: Metric,
    wanted: f64,
    received: f64,
    position: Position,
) -> EvaluationError {
    EvaluationError::InsufficientSampleData {
        position,
        metric,
        wanted,
        received: received.floor(),
    }
}
