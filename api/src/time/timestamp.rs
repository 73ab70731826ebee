//! A moment, in ticks of 100 nanoseconds.

use std::fmt;
use std::ops::{Add, Sub};
use std::str::FromStr;

use jiff::SignedDuration;
use jiff::civil::DateTime;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{ParseTimeError, TICKS_PER_SECOND, TimeSpan};

/// Ticks between the year 1 and 1970.
const UNIX_EPOCH_TICKS: u64 = 621_355_968_000_000_000;

/// Where the ticks begin.
const YEAR_ONE: DateTime = DateTime::constant(1, 1, 1, 0, 0, 0, 0);

/// Where texts are counted from.
const YEAR_1970: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);

const MONTHS: [&[u8; 3]; 12] = [
    b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec",
];

/// From Monday on.
const WEEKDAYS: [&[u8; 3]; 7] = [b"Mon", b"Tue", b"Wed", b"Thu", b"Fri", b"Sat", b"Sun"];

/// A moment in UTC: ticks of 100 nanoseconds since 0001-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(u64);

impl Timestamp {
    /// 1970-01-01T00:00:00Z.
    pub const UNIX_EPOCH: Self = Self(UNIX_EPOCH_TICKS);

    /// The last moment that has a text: the end of the year 9999.
    pub const MAX: Self = Self(3_155_378_975_999_999_999);

    /// From ticks since the year 1.
    pub const fn from_ticks(ticks: u64) -> Self {
        Self(ticks)
    }

    /// Ticks since the year 1.
    pub const fn ticks(self) -> u64 {
        self.0
    }

    /// From whole seconds since 1970; [`Timestamp::MAX`] where that is beyond the calendar.
    pub const fn from_unix_seconds(seconds: u64) -> Self {
        let ticks = UNIX_EPOCH_TICKS.saturating_add(seconds.saturating_mul(TICKS_PER_SECOND));
        if ticks > Self::MAX.0 {
            Self::MAX
        } else {
            Self(ticks)
        }
    }

    /// Whole seconds since 1970; zero for anything earlier.
    pub const fn unix_seconds(self) -> u64 {
        self.0.saturating_sub(UNIX_EPOCH_TICKS) / TICKS_PER_SECOND
    }

    /// The tag of an entity last modified at this moment, as the service makes it: `0x` and the ticks in hex.
    pub fn etag(self) -> String {
        let mut text = Digits::default();
        text.hex(self.0).to_text()
    }

    /// The same in quotes, as Blob Storage and HTTP write it.
    pub fn quoted_etag(self) -> String {
        let mut text = Digits::default();
        text.push(b"\"").hex(self.0).push(b"\"").to_text()
    }

    /// The moment cut to the second, as HTTP headers carry it.
    #[must_use]
    pub const fn truncated_to_second(self) -> Self {
        Self(self.0 - self.0 % TICKS_PER_SECOND)
    }

    /// This moment later by `span`; stays at [`Timestamp::MAX`] or at zero where it would leave the calendar.
    #[must_use]
    pub fn saturating_add(self, span: TimeSpan) -> Self {
        Self(self.0.saturating_add_signed(span.ticks()).min(Self::MAX.0))
    }

    /// The RFC 1123 text of HTTP headers: `Thu, 20 Nov 2025 15:00:00 GMT`.
    pub fn to_rfc1123(self) -> String {
        rfc1123(self.civil()).to_text()
    }

    /// Reads the RFC 1123 text of HTTP headers.
    pub fn from_rfc1123(text: &str) -> Result<Self, ParseTimeError> {
        if let Some(moment) = Self::from_usual_rfc1123(text) {
            return Ok(moment);
        }
        jiff::fmt::rfc2822::DateTimeParser::new()
            .parse_timestamp(text)
            .ok()
            .and_then(Self::from_jiff)
            .ok_or_else(|| ParseTimeError {
                text: text.to_owned(),
                expected: "a moment in RFC 1123 form, as Thu, 20 Nov 2025 15:00:00 GMT",
            })
    }

    /// Reads the one form HTTP wants, at a fraction of what the many others cost; none for those.
    fn from_usual_rfc1123(text: &str) -> Option<Self> {
        let number = |from: usize, to: usize| text.get(from..to)?.parse::<i16>().ok();
        let small = |from: usize, to: usize| i8::try_from(number(from, to)?).ok();
        let month = text.get(8..11)?.as_bytes();
        let month = MONTHS.iter().position(|known| *known == month)?;
        let time = DateTime::new(
            number(12, 16)?,
            i8::try_from(month).ok()? + 1,
            small(5, 7)?,
            small(17, 19)?,
            small(20, 22)?,
            small(23, 25)?,
            0,
        )
        .ok()?;
        // Whatever else it says, it says nothing else when it is written back.
        let is_same = rfc1123(time).as_bytes() == text.as_bytes();
        is_same.then(|| Self::from_civil(time)).flatten()
    }

    fn from_jiff(moment: jiff::Timestamp) -> Option<Self> {
        let ticks = moment.as_nanosecond().div_euclid(100) + i128::from(UNIX_EPOCH_TICKS);
        u64::try_from(ticks).ok().map(Self)
    }

    /// Civil arithmetic, since the library's own timestamps end two hours before the calendar does.
    fn from_civil(time: DateTime) -> Option<Self> {
        let ticks = time.duration_since(YEAR_ONE).as_nanos().div_euclid(100);
        u64::try_from(ticks).ok().map(Self)
    }

    fn civil(self) -> DateTime {
        // From 1970, since the library's durations are too short to reach from the year 1 beyond 8030.
        let ticks = self.0.min(Self::MAX.0).cast_signed() - UNIX_EPOCH_TICKS.cast_signed();
        let per_second = TICKS_PER_SECOND.cast_signed();
        let since = SignedDuration::new(
            ticks / per_second,
            i32::try_from(ticks % per_second * 100).unwrap_or(0),
        );
        YEAR_1970.saturating_add(since)
    }
}

impl fmt::Display for Timestamp {
    /// The service's ISO 8601 text: up to seven digits of fraction, trailing zeros cut.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = self.civil();
        let mut text = Digits::default();
        text.digits(time.year().into(), 4);
        text.push(b"-").digits(time.month().into(), 2);
        text.push(b"-").digits(time.day().into(), 2);
        text.push(b"T").time_of_day(time);
        let mut fraction = self.0.min(Self::MAX.0) % TICKS_PER_SECOND;
        let mut digits = FRACTION_DIGITS;
        if fraction != 0 {
            while fraction.is_multiple_of(10) {
                fraction /= 10;
                digits -= 1;
            }
            text.push(b".").digits(fraction.cast_signed(), digits);
        }
        formatter.write_str(text.push(b"Z").as_str())
    }
}

/// How many digits a second has behind the point.
const FRACTION_DIGITS: usize = 7;

/// The text of a moment in the making: these are written into every answer and every entry of a list, and formatting
/// machinery costs several times as much.
#[derive(Default)]
struct Digits {
    bytes: [u8; 32],
    length: usize,
}

impl Digits {
    /// ASCII whose length is known beforehand, so that it costs a move or two.
    fn push<const LENGTH: usize>(&mut self, text: &[u8; LENGTH]) -> &mut Self {
        let end = self.length + LENGTH;
        self.bytes[self.length..end].copy_from_slice(text);
        self.length = end;
        self
    }

    /// A number that is not negative, with zeros in front up to `width`.
    fn digits(&mut self, number: i64, width: usize) -> &mut Self {
        let mut rest = number.unsigned_abs();
        let end = self.length + width;
        for byte in self.bytes[self.length..end].iter_mut().rev() {
            *byte = b'0' + u8::try_from(rest % 10).unwrap_or(0);
            rest /= 10;
        }
        self.length = end;
        self
    }

    fn time_of_day(&mut self, time: DateTime) -> &mut Self {
        self.digits(time.hour().into(), 2).push(b":");
        self.digits(time.minute().into(), 2).push(b":");
        self.digits(time.second().into(), 2)
    }

    /// `0x` and a number in hex, without zeros in front.
    fn hex(&mut self, number: u64) -> &mut Self {
        self.push(b"0x");
        let digits = (64 - number.leading_zeros()).div_ceil(4).max(1);
        for digit in (0..digits).rev() {
            self.push(&[b"0123456789ABCDEF"[(number >> (4 * digit) & 0xF) as usize]]);
        }
        self
    }

    fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }

    fn as_str(&self) -> &str {
        std::str::from_utf8(self.as_bytes()).unwrap_or("")
    }

    fn to_text(&self) -> String {
        self.as_str().to_owned()
    }
}

/// The RFC 1123 text of HTTP headers.
fn rfc1123(time: DateTime) -> Digits {
    let weekday = WEEKDAYS[usize::from(time.weekday().to_monday_zero_offset().unsigned_abs())];
    let month = MONTHS[usize::from(time.month().unsigned_abs()) - 1];
    let mut text = Digits::default();
    text.push(weekday).push(b", ").digits(time.day().into(), 2);
    text.push(b" ")
        .push(month)
        .push(b" ")
        .digits(time.year().into(), 4);
    text.push(b" ").time_of_day(time).push(b" GMT");
    text
}

impl FromStr for Timestamp {
    type Err = ParseTimeError;

    /// Reads ISO 8601 with a zone, and the shorter forms a SAS may carry: a date, or a time without seconds.
    fn from_str(text: &str) -> Result<Self, ParseTimeError> {
        let full = match text.len() {
            10 => format!("{text}T00:00:00Z"),
            17 if text.ends_with('Z') => format!("{}:00Z", &text[..16]),
            _ => text.to_owned(),
        };
        let moment = match full.strip_suffix(['Z', 'z']) {
            Some(civil) if full.as_bytes().get(10) == Some(&b'T') => {
                civil.parse().ok().and_then(Self::from_civil)
            }
            _ => full.parse().ok().and_then(Self::from_jiff),
        };
        moment.ok_or_else(|| ParseTimeError {
            text: text.to_owned(),
            expected: "a moment in ISO 8601 form, as 2025-11-20T15:00:00Z",
        })
    }
}

impl Add<TimeSpan> for Timestamp {
    type Output = Self;

    fn add(self, span: TimeSpan) -> Self {
        self.saturating_add(span)
    }
}

impl Sub<TimeSpan> for Timestamp {
    type Output = Self;

    fn sub(self, span: TimeSpan) -> Self {
        // Turning the sign first would lose a tick of the longest span.
        let ticks = span.ticks();
        let moved = if ticks < 0 {
            self.0.saturating_add(ticks.unsigned_abs())
        } else {
            self.0.saturating_sub(ticks.unsigned_abs())
        };
        Self(moved.min(Self::MAX.0))
    }
}

impl Sub for Timestamp {
    type Output = TimeSpan;

    fn sub(self, earlier: Self) -> TimeSpan {
        TimeSpan::from_ticks(self.0.cast_signed().wrapping_sub(earlier.0.cast_signed()))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_etag_is_the_tick_count_the_service_shows() {
        let modified: Timestamp = "2023-10-17T08:48:43.423611Z".parse().unwrap();
        assert_eq!(modified.etag(), "0x8DBCEEDDE3E0ACE");
        let modified: Timestamp = "2016-04-22T00:32:47.8107909Z".parse().unwrap();
        assert_eq!(modified.etag(), "0x8D36A45A1235905");
        assert_eq!(modified.quoted_etag(), "\"0x8D36A45A1235905\"");
        assert_eq!(Timestamp::from_ticks(0).etag(), "0x0");
        assert_eq!(
            Timestamp::from_ticks(u64::MAX).quoted_etag(),
            "\"0xFFFFFFFFFFFFFFFF\""
        );
    }

    #[test]
    fn texts_survive_both_ways() {
        for text in [
            "2023-06-28T15:07:28.1053667Z",
            "0001-01-01T00:00:00Z",
            "1969-12-31T23:59:59.9999999Z",
            "8030-01-18T00:00:00Z",
            "8500-02-28T12:30:00.5Z",
            "9999-12-31T23:59:59.9999999Z",
        ] {
            assert_eq!(text.parse::<Timestamp>().unwrap().to_string(), text);
        }
        let moment: Timestamp = "2025-11-20T15:00:00Z".parse().unwrap();
        assert_eq!(moment.to_rfc1123(), "Thu, 20 Nov 2025 15:00:00 GMT");
        assert_eq!(
            Timestamp::from_rfc1123("Thu, 20 Nov 2025 15:00:00 GMT").unwrap(),
            moment
        );
        assert_eq!("2025-11-20T15:00Z".parse::<Timestamp>().unwrap(), moment);
        assert_eq!(
            "2025-11-20".parse::<Timestamp>().unwrap().to_string(),
            "2025-11-20T00:00:00Z"
        );
    }

    #[test]
    fn no_moment_is_beyond_the_calendar() {
        assert_eq!(Timestamp::from_unix_seconds(u64::MAX), Timestamp::MAX);
        assert_eq!(
            Timestamp::from_unix_seconds(u64::MAX / TICKS_PER_SECOND),
            Timestamp::MAX
        );
        assert_eq!(
            Timestamp::from_unix_seconds(253_402_300_799).to_string(),
            "9999-12-31T23:59:59Z"
        );
        let moment = Timestamp::from_unix_seconds(100);
        assert_eq!(
            moment - TimeSpan::from_seconds(40),
            Timestamp::from_unix_seconds(60)
        );
        assert_eq!(
            moment - TimeSpan::from_seconds(-40),
            Timestamp::from_unix_seconds(140)
        );
        assert_eq!(moment - TimeSpan::INFINITE, Timestamp::from_ticks(0));
        assert_eq!(moment - TimeSpan::from_ticks(i64::MIN), Timestamp::MAX);
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for text in [
            "",
            "yesterday",
            "2025-13-01T00:00:00Z",
            "2025-11-20T15:00:00",
            "é25-11-2015:00Z",
        ] {
            assert!(text.parse::<Timestamp>().is_err(), "{text}");
        }
        assert!(Timestamp::from_rfc1123("2025-11-20T15:00:00Z").is_err());
    }
}
