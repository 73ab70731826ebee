//! A span of time, in ticks of 100 nanoseconds, with the ISO 8601 text of the service.

use std::fmt;
use std::ops::{Add, Neg, Sub};
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{ParseTimeError, TICKS_PER_SECOND};

const SECOND: i64 = TICKS_PER_SECOND.cast_signed();
const MICROSECOND: i64 = SECOND / 1_000_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// A span of time in ticks of 100 nanoseconds.
///
/// [`TimeSpan::INFINITE`] is what the service shows for a limit nobody set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeSpan(i64);

impl TimeSpan {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// The service's word for "no limit": `P10675199DT2H48M5.4775807S`.
    pub const INFINITE: Self = Self(i64::MAX);

    /// From ticks of 100 nanoseconds.
    pub const fn from_ticks(ticks: i64) -> Self {
        Self(ticks)
    }

    /// From milliseconds.
    pub const fn from_milliseconds(milliseconds: i64) -> Self {
        Self(milliseconds.saturating_mul(SECOND / 1000))
    }

    /// From seconds.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(SECOND))
    }

    /// From minutes.
    pub const fn from_minutes(minutes: i64) -> Self {
        Self(minutes.saturating_mul(MINUTE))
    }

    /// From hours.
    pub const fn from_hours(hours: i64) -> Self {
        Self(hours.saturating_mul(HOUR))
    }

    /// From days.
    pub const fn from_days(days: i64) -> Self {
        Self(days.saturating_mul(DAY))
    }

    /// Ticks of 100 nanoseconds.
    pub const fn ticks(self) -> i64 {
        self.0
    }

    /// Whole milliseconds.
    pub const fn milliseconds(self) -> i64 {
        self.0 / (SECOND / 1000)
    }

    /// Whether this is the service's "no limit".
    pub const fn is_infinite(self) -> bool {
        self.0 == i64::MAX
    }

    /// The same span for a runtime; negative spans become zero.
    pub fn to_std(self) -> Duration {
        let ticks = self.0.max(0).unsigned_abs();
        Duration::new(
            ticks / TICKS_PER_SECOND,
            u32::try_from(ticks % TICKS_PER_SECOND * 100).unwrap_or(0),
        )
    }

    /// From a span of the standard library; too long ones become [`TimeSpan::INFINITE`].
    pub fn from_std(duration: Duration) -> Self {
        i64::try_from(duration.as_nanos() / 100).map_or(Self::INFINITE, Self)
    }

    fn parse(text: &str) -> Option<Self> {
        let (negative, rest) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let rest = rest.strip_prefix('P')?;
        let (date, time) = rest
            .split_once('T')
            .map_or((rest, None), |(date, time)| (date, Some(time)));
        if time == Some("") || (date.is_empty() && time.is_none()) {
            return None;
        }
        // A year counts 365 days and a month 30, as in the service's own normalisation.
        let date_units = [('Y', 365 * DAY), ('M', 30 * DAY), ('W', 7 * DAY), ('D', DAY)];
        let days = sum_of_units(date, &date_units)?;
        let time = sum_of_units(time.unwrap_or(""), &[('H', HOUR), ('M', MINUTE), ('S', SECOND)])?;
        let ticks = match days.checked_add(time) {
            Some(ticks) => ticks,
            // Clients that count microseconds send the span without end rounded up.
            None if days.wrapping_add(time) - i64::MIN < MICROSECOND => i64::MAX,
            None => return None,
        };
        Some(Self(if negative { -ticks } else { ticks }))
    }
}

/// Adds up `12DT..`-like parts; each unit at most once, in the order given.
fn sum_of_units(mut text: &str, units: &[(char, i64)]) -> Option<i64> {
    let mut sum: i64 = 0;
    for &(letter, size) in units {
        let Some((number, rest)) = text.split_once(letter) else {
            continue;
        };
        sum = sum.checked_add(scaled(number, size)?)?;
        text = rest;
    }
    text.is_empty().then_some(sum)
}

/// `number * size` with the fraction the number may have; digits beyond a tick are cut.
fn scaled(number: &str, size: i64) -> Option<i64> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(fraction) {
        return None;
    }
    let fraction = &fraction[..fraction.len().min(9)];
    let divisor = 10_i128.pow(u32::try_from(fraction.len()).ok()?);
    let part = fraction.parse::<i128>().ok()? * i128::from(size) / divisor;
    whole
        .parse::<i64>()
        .ok()?
        .checked_mul(size)?
        .checked_add(i64::try_from(part).ok()?)
}

impl fmt::Display for TimeSpan {
    /// The normal form of the service: days, hours, minutes, seconds; `PT0S` for nothing.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return formatter.write_str("PT0S");
        }
        let ticks = self.0.unsigned_abs();
        let (day, hour, minute) = (DAY.unsigned_abs(), HOUR.unsigned_abs(), MINUTE.unsigned_abs());
        formatter.write_str(if self.0 < 0 { "-P" } else { "P" })?;
        if ticks >= day {
            write!(formatter, "{}D", ticks / day)?;
        }
        if ticks.is_multiple_of(day) {
            return Ok(());
        }
        formatter.write_str("T")?;
        for (letter, amount) in [('H', ticks % day / hour), ('M', ticks % hour / minute)] {
            if amount != 0 {
                write!(formatter, "{amount}{letter}")?;
            }
        }
        let seconds = ticks % minute;
        if seconds == 0 {
            return Ok(());
        }
        write!(formatter, "{}", seconds / TICKS_PER_SECOND)?;
        if !seconds.is_multiple_of(TICKS_PER_SECOND) {
            let digits = format!("{:07}", seconds % TICKS_PER_SECOND);
            write!(formatter, ".{}", digits.trim_end_matches('0'))?;
        }
        formatter.write_str("S")
    }
}

impl FromStr for TimeSpan {
    type Err = ParseTimeError;

    fn from_str(text: &str) -> Result<Self, ParseTimeError> {
        Self::parse(text).ok_or_else(|| ParseTimeError {
            text: text.to_owned(),
            expected: "a span in ISO 8601 form, as PT1H30M or P7D",
        })
    }
}

impl Add for TimeSpan {
    type Output = Self;

    /// Stays at the longest span where it would be longer.
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for TimeSpan {
    type Output = Self;

    /// Stays at the longest span, or the longest one back, where it would be longer.
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Neg for TimeSpan {
    type Output = Self;

    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl Serialize for TimeSpan {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TimeSpan {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_come_back_in_the_service_s_normal_form() {
        for (given, normal) in [
            ("PT06M00S", "PT6M"),
            ("PT01H00M00S", "PT1H"),
            ("P3Y6M4DT12H30M5S", "P1279DT12H30M5S"),
            ("P1DT02H03M04.5S", "P1DT2H3M4.5S"),
            ("P1DT5M", "P1DT5M"),
            ("PT0S", "PT0S"),
            ("P7D", "P7D"),
            ("P10675199DT2H48M5.4775807S", "P10675199DT2H48M5.4775807S"),
            // What is read and written again by a client that counts microseconds.
            ("P10675199DT2H48M5.477581S", "P10675199DT2H48M5.4775807S"),
        ] {
            assert_eq!(given.parse::<TimeSpan>().unwrap().to_string(), normal);
        }
        assert!(
            "P10675199DT2H48M5.4775807S"
                .parse::<TimeSpan>()
                .unwrap()
                .is_infinite()
        );
    }

    #[test]
    fn sums_and_differences_stay_within_what_there_is() {
        let (second, minute) = (TimeSpan::from_seconds(1), TimeSpan::from_minutes(1));
        assert_eq!(minute + second, TimeSpan::from_seconds(61));
        assert_eq!(second - minute, TimeSpan::from_seconds(-59));
        assert_eq!(-(second - minute), TimeSpan::from_seconds(59));
        assert_eq!(TimeSpan::INFINITE + second, TimeSpan::INFINITE);
        let least = TimeSpan::from_ticks(i64::MIN);
        assert_eq!((least - second, -least), (least, TimeSpan::INFINITE));
    }

    #[test]
    fn what_is_no_span_is_refused() {
        for text in [
            "",
            "P",
            "PT",
            "5M",
            "PT5",
            "PT5X",
            "PT-5M",
            "P99999999999D",
            "PT1S1M",
            "PT.5S",
        ] {
            assert!(text.parse::<TimeSpan>().is_err(), "{text}");
        }
    }
}
