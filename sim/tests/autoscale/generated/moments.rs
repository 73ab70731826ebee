//! Moments and spans, in ticks of 100 ns, by a calendar of this test's own.

use batchite_api::time::Timestamp;

use super::drawn::{Drawn, Known, Tape, Wrong, both, comparison, drawn};
use super::vectors::SAMPLES;

const SECOND: i64 = 10_000_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// Days from the first one of the year 1 to the first one of 1970.
const DAYS_TO_1970: i64 = 719_162;

/// The present of the pool, as it is written and as it is counted.
pub(super) const NOW: &str = "2024-02-29T12:34:56Z";

fn now() -> i64 {
    ticks_of((2024, 2, 29), (12, 34, 56))
}

const SPANS: [(&str, i64); 10] = [
    ("TimeInterval_Zero", 0),
    ("TimeInterval_100ns", 1),
    ("TimeInterval_Microsecond", 10),
    ("TimeInterval_Millisecond", 10_000),
    ("TimeInterval_Second", SECOND),
    ("TimeInterval_Minute", MINUTE),
    ("TimeInterval_Hour", HOUR),
    ("TimeInterval_Day", DAY),
    ("TimeInterval_Week", 7 * DAY),
    ("TimeInterval_Year", 365 * DAY),
];

type Date = (i64, i64, i64);

/// Moments as they can be written, with their dates and times.
const WRITTEN: [(&str, Date, Date); 6] = [
    ("2024-02-28", (2024, 2, 28), (0, 0, 0)),
    ("1999-12-31T23:59:59Z", (1999, 12, 31), (23, 59, 59)),
    ("2000-03", (2000, 3, 1), (0, 0, 0)),
    ("1900", (1900, 1, 1), (0, 0, 0)),
    ("2016-10-13T19:18+02:00", (2016, 10, 13), (17, 18, 0)),
    ("Thu, 13 Oct 2016 19:18:47 GMT", (2016, 10, 13), (19, 18, 47)),
];

/// Days since the first one of 1970, counted in years that begin in March, so that leap days come last.
fn days_of((year, month, day): Date) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

fn ticks_of(date: Date, (hour, minute, second): Date) -> i64 {
    (days_of(date) + DAYS_TO_1970) * DAY + hour * HOUR + minute * MINUTE + second * SECOND
}

/// A part of a moment: found by trying dates, not by taking the count of days apart.
fn part(ticks: i64, name: &str) -> i64 {
    let days = ticks.div_euclid(DAY) - DAYS_TO_1970;
    let date = || {
        // Not too late: before 1970 years count as short ones, later as long ones.
        let mut year = 1970 + days.div_euclid(if days < 0 { 365 } else { 366 });
        while days_of((year + 1, 1, 1)) <= days {
            year += 1;
        }
        let mut month = 1;
        while month < 12 && days_of((year, month + 1, 1)) <= days {
            month += 1;
        }
        (year, month, days - days_of((year, month, 1)) + 1)
    };
    match name {
        "year" => date().0,
        "month" => date().1,
        "day" => date().2,
        // The first day of 1970 was a Thursday; Sundays are 0.
        "weekday" => (days + 4).rem_euclid(7),
        "hour" => ticks.rem_euclid(DAY) / HOUR,
        "minute" => ticks.rem_euclid(HOUR) / MINUTE,
        _ => ticks.rem_euclid(MINUTE) / SECOND,
    }
}

#[expect(clippy::cast_precision_loss, reason = "spans are scaled as doubles")]
fn real(ticks: i64) -> f64 {
    ticks as f64
}

#[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
fn whole(ticks: f64) -> Known<i64> {
    // The largest double that a count of ticks holds.
    if ticks.abs() <= 9_223_372_036_854_774_784.0 {
        Ok(ticks.round() as i64)
    } else {
        Err(Wrong::Value)
    }
}

fn span(tape: &mut Tape<'_>, depth: u8) -> Drawn<i64> {
    let choice = tape.below(if depth == 0 { 2 } else { 9 });
    let number = f64::from(tape.below(40)) / 4.0;
    match choice {
        0 => {
            let (name, ticks) = tape.of(&SPANS);
            drawn(name, 8, Ok(ticks))
        }
        1 => drawn("$ActiveTasks.GetSamplePeriod()", 8, Ok(30 * SECOND)),
        2 | 3 => {
            let (left, right) = (span(tape, depth - 1), span(tape, depth - 1));
            let sum = choice == 2;
            let value = both(left.value, right.value).and_then(|(l, r)| {
                let ticks = if sum { l.checked_add(r) } else { l.checked_sub(r) };
                ticks.ok_or(Wrong::Value)
            });
            let symbol = if sum { "+" } else { "-" };
            drawn(
                format!("{} {symbol} {}", left.within(5), right.within(6)),
                5,
                value,
            )
        }
        4 => {
            let inner = span(tape, depth - 1);
            let value = inner
                .value
                .and_then(|ticks| ticks.checked_neg().ok_or(Wrong::Value));
            drawn(format!("-{}", inner.within(7)), 7, value)
        }
        5 => {
            let inner = span(tape, depth - 1);
            let value = inner.value.and_then(|ticks| whole(real(ticks) * number));
            drawn(format!("{number} * {}", inner.within(7)), 6, value)
        }
        6 => {
            let inner = span(tape, depth - 1);
            let value = inner.value.and_then(|ticks| whole(real(ticks) * number));
            drawn(format!("{} * {number}", inner.within(6)), 6, value)
        }
        7 => {
            let inner = span(tape, depth - 1);
            let value = inner.value.and_then(|ticks| {
                if number == 0.0 {
                    Err(Wrong::Value)
                } else {
                    whole(real(ticks) / number)
                }
            });
            drawn(format!("{} / {number}", inner.within(6)), 6, value)
        }
        _ => {
            let (left, right) = (moment(tape, depth - 1), moment(tape, depth - 1));
            let value = both(left.value, right.value).map(|(l, r)| l - r);
            drawn(format!("{} - {}", left.within(5), right.within(6)), 5, value)
        }
    }
}

fn moment(tape: &mut Tape<'_>, depth: u8) -> Drawn<i64> {
    match tape.below(if depth == 0 { 4 } else { 6 }) {
        0 => drawn("time()", 8, Ok(now())),
        1 => drawn("time(\"\")", 8, Ok(now())),
        2 => {
            let (text, date, time) = tape.of(&WRITTEN);
            drawn(format!("time(\"{text}\")"), 8, Ok(ticks_of(date, time)))
        }
        3 => drawn(
            "$ActiveTasks.HistoryBeginTime()",
            8,
            Ok(now() - SAMPLES * 30 * SECOND),
        ),
        at => {
            let (moment, span) = (moment(tape, depth - 1), span(tape, depth - 1));
            let first = at == 4;
            // The one on the left is evaluated before the other.
            let values = if first {
                both(moment.value, span.value)
            } else {
                both(span.value, moment.value).map(|(span, moment)| (moment, span))
            };
            let last = i64::try_from(Timestamp::MAX.ticks()).expect("the calendar's end");
            let value = values.and_then(|(moment, span)| {
                let ticks = moment.checked_add(span);
                ticks
                    .filter(|ticks| (0..=last).contains(ticks))
                    .ok_or(Wrong::Value)
            });
            let text = if first {
                format!("{} + {}", moment.within(5), span.within(6))
            } else {
                format!("{} + {}", span.within(5), moment.within(6))
            };
            drawn(text, 5, value)
        }
    }
}

/// A number that is made of moments, spans or strings: a comparison, or a part of a moment.
pub(super) fn number(tape: &mut Tape<'_>, depth: u8) -> Drawn<f64> {
    match tape.below(4) {
        0 => {
            let (left, right) = (span(tape, depth), span(tape, depth));
            comparison(tape, &left, &right)
        }
        1 => {
            let (left, right) = (moment(tape, depth), moment(tape, depth));
            comparison(tape, &left, &right)
        }
        2 => {
            let mut string = || {
                let text = tape.of(&["", "a", "b", "ab", "B"]);
                drawn(format!("\"{text}\""), 8, Ok(text))
            };
            let (left, right) = (string(), string());
            comparison(tape, &left, &right)
        }
        _ => {
            let moment = moment(tape, depth);
            let name = tape.of(&["year", "month", "day", "weekday", "hour", "minute", "second"]);
            let value = moment.value.map(|ticks| real(part(ticks, name)));
            drawn(format!("{}.{name}", moment.within(8)), 8, value)
        }
    }
}

#[test]
fn the_calendar_of_this_test_knows_some_days() {
    let parts =
        |ticks| ["year", "month", "day", "weekday", "hour", "minute", "second"].map(|name| part(ticks, name));
    assert_eq!(parts(0), [1, 1, 1, 1, 0, 0, 0]);
    assert_eq!(parts(now()), [2024, 2, 29, 4, 12, 34, 56]);
    assert_eq!(
        parts(ticks_of((9999, 12, 31), (23, 59, 59))),
        [9999, 12, 31, 5, 23, 59, 59]
    );
}
