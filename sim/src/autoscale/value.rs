//! The types of the language, and their texts in results.

use batchite_api::time::{TICKS_PER_SECOND, TimeSpan, Timestamp};

use super::error::{EvaluationError, Position};
use super::number;
use super::syntax::{DeallocationOption, Member};

/// A value. Doubles are always finite.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    /// `double`.
    Number(f64),
    /// `doubleVec`.
    Vector(Vec<f64>),
    /// `string`.
    Text(String),
    /// `timestamp`.
    Moment(Timestamp),
    /// `timeinterval`.
    Interval(TimeSpan),
    /// A word of `$NodeDeallocationOption`.
    Option(DeallocationOption),
}

impl Value {
    /// The name of the type, as the service calls it.
    pub(super) const fn kind(&self) -> &'static str {
        match self {
            Self::Number(_) => "double",
            Self::Vector(_) => "doubleVec",
            Self::Text(_) => "string",
            Self::Moment(_) => "timestamp",
            Self::Interval(_) => "timeinterval",
            Self::Option(_) => "nodeDeallocationOption",
        }
    }

    /// One or zero.
    pub(super) fn truth(holds: bool) -> Self {
        Self::Number(f64::from(u8::from(holds)))
    }

    /// A result of arithmetic, which has to be a finite number.
    pub(super) fn finite(number: f64, position: Position) -> Result<Self, EvaluationError> {
        finite(number, position).map(Self::Number)
    }

    /// How many doubles it holds beyond itself.
    pub(super) fn length(&self) -> usize {
        match self {
            Self::Vector(values) => values.len(),
            _ => 0,
        }
    }

    /// The text in results.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Number(number) => number::text(*number),
            Self::Vector(values) => {
                let values: Vec<_> = values.iter().map(|value| number::text(*value)).collect();
                format!("[{}]", values.join(","))
            }
            Self::Text(text) => text.clone(),
            Self::Moment(moment) => moment_text(*moment),
            Self::Interval(span) => span.to_string(),
            Self::Option(option) => option.word().to_owned(),
        }
    }
}

/// A number, or the error that it is none.
pub(super) fn finite(number: f64, position: Position) -> Result<f64, EvaluationError> {
    if number.is_finite() {
        return Ok(number);
    }
    let reason = "the result is not a finite number";
    Err(EvaluationError::failed(position, reason))
}

/// A timestamp to the millisecond: `2016-10-13T19:18:47.805Z`.
fn moment_text(moment: Timestamp) -> String {
    let second = moment.truncated_to_second();
    let milliseconds = (moment - second).milliseconds();
    let text = second.to_string();
    format!("{}.{milliseconds:03}Z", text.trim_end_matches('Z'))
}

/// A part of a timestamp, in UTC. The day of the week is one on Mondays and zero on Sundays.
pub(super) fn member(moment: Timestamp, member: Member) -> f64 {
    // `2016-10-13T19:18:47Z`: the parts stand where they stand in every text.
    let text = moment.truncated_to_second().to_string();
    let part = |from: usize, to: usize| {
        let part = text.get(from..to).and_then(|part| part.parse::<u16>().ok());
        f64::from(part.unwrap_or(0))
    };
    match member {
        Member::Year => part(0, 4),
        Member::Month => part(5, 7),
        Member::Day => part(8, 10),
        Member::Hour => part(11, 13),
        Member::Minute => part(14, 16),
        Member::Second => part(17, 19),
        // The first day of the calendar is a Monday.
        Member::Weekday => number::from_count((moment.ticks() / (86_400 * TICKS_PER_SECOND) + 1) % 7),
    }
}

/// Reads a moment in one of the forms of W3C-DTF or in that of RFC 1123.
pub(super) fn moment(text: &str) -> Option<Timestamp> {
    let full = match text.len() {
        4 => format!("{text}-01-01"),
        7 => format!("{text}-01"),
        // Hours and minutes with an offset: the waist wants seconds.
        22 if text.is_char_boundary(16) => format!("{}:00{}", &text[..16], &text[16..]),
        _ => text.to_owned(),
    };
    full.parse().or_else(|_| Timestamp::from_rfc1123(text)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_in_every_documented_form() {
        for (text, expected) in [
            ("2016", "2016-01-01T00:00:00Z"),
            ("2016-10", "2016-10-01T00:00:00Z"),
            ("2016-10-13", "2016-10-13T00:00:00Z"),
            ("2016-10-13T19:18Z", "2016-10-13T19:18:00Z"),
            ("2016-10-13T19:18+02:00", "2016-10-13T17:18:00Z"),
            ("2016-10-13T19:18:47Z", "2016-10-13T19:18:47Z"),
            ("2016-10-13T19:18:47.5-01:00", "2016-10-13T20:18:47.5Z"),
            ("Thu, 13 Oct 2016 19:18:47 GMT", "2016-10-13T19:18:47Z"),
        ] {
            assert_eq!(
                moment(text).map(|moment| moment.to_string()).as_deref(),
                Some(expected)
            );
        }
        for text in [
            "",
            "now",
            "2016-13",
            "19:18",
            "2016-10-13T19:18:47",
            "ééééééééééé",
        ] {
            assert_eq!(moment(text), None, "{text}");
        }
    }

    #[test]
    fn weeks_begin_on_monday() {
        let weekday = |text| member(moment(text).unwrap(), Member::Weekday);
        assert!((weekday("2016-10-10") - 1.0).abs() < 0.1);
        assert!((weekday("2016-10-15T23:59:59Z") - 6.0).abs() < 0.1);
        assert!(weekday("2016-10-16").abs() < 0.1);
    }

    #[test]
    fn values_have_the_documented_texts() {
        let text = moment("2016-10-13T19:18:47.8059Z")
            .map(Value::Moment)
            .unwrap()
            .text();
        assert_eq!(text, "2016-10-13T19:18:47.805Z");
        assert_eq!(Value::Vector(vec![1.0, 2.5]).text(), "[1,2.5]");
        assert_eq!(Value::Interval(TimeSpan::from_minutes(90)).text(), "PT1H30M");
    }
}
