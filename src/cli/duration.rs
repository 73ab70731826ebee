//! Spans as people write them: `20m`, `1h30m`, `90s`; or in the service's own form: `PT20M`.

use batchite_api::time::TimeSpan;

/// Reads a span above zero.
pub(super) fn parse(text: &str) -> Result<TimeSpan, String> {
    let span = if text.starts_with(['P', 'p']) {
        text.to_ascii_uppercase().parse().ok()
    } else {
        sum_of_parts(text)
    };
    match span {
        Some(span) if span > TimeSpan::default() => Ok(span),
        Some(_) => Err("it must be longer than nothing".to_owned()),
        None => Err("it is no span: write 20m, 1h30m, 90s or PT20M".to_owned()),
    }
}

/// Adds up `1h30m`-like parts; each unit at most once, the longer ones first.
fn sum_of_parts(text: &str) -> Option<TimeSpan> {
    const UNITS: [(&str, i64); 5] = [
        ("d", 86_400_000),
        ("h", 3_600_000),
        ("m", 60_000),
        ("s", 1000),
        ("ms", 1),
    ];
    let mut milliseconds: i64 = 0;
    let mut units = UNITS.iter();
    let mut rest = text.trim();
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.find(|letter: char| !letter.is_ascii_digit())?;
        let number: i64 = rest[..digits].parse().ok()?;
        let after = &rest[digits..];
        let length = after
            .find(|letter: char| !letter.is_ascii_lowercase())
            .unwrap_or(after.len());
        let (name, after) = after.split_at(length);
        let (_, size) = units.find(|(unit, _)| *unit == name)?;
        milliseconds = milliseconds.checked_add(number.checked_mul(*size)?)?;
        rest = after.trim_start();
    }
    // A span is kept in ticks, ten thousand in a millisecond.
    milliseconds.checked_mul(10_000)?;
    Some(TimeSpan::from_milliseconds(milliseconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read() {
        for (text, seconds) in [
            ("20m", 1200),
            ("90s", 90),
            ("1h30m", 5400),
            ("1h 30m", 5400),
            ("1d", 86_400),
            ("PT20M", 1200),
            ("pt1h30m", 5400),
            ("2000ms", 2),
        ] {
            assert_eq!(parse(text).unwrap(), TimeSpan::from_seconds(seconds), "{text}");
        }
    }

    #[test]
    fn what_is_no_span_is_refused() {
        for text in [
            "",
            "20",
            "m",
            "20x",
            "-5m",
            "0s",
            "PT0S",
            "1.5h",
            "30m1h",
            "1m1m",
            "99999999999999d",
            "PT",
            "20m5",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
