//! Doubles: from and to whole numbers, and as text.

/// A count as a double. Counts of a formula stay far below 2^53.
#[expect(
    clippy::cast_precision_loss,
    reason = "what is beyond 2^53 needs no last digit"
)]
pub(super) fn from_count(count: u64) -> f64 {
    count as f64
}

/// A length as a double.
pub(super) fn from_length(length: usize) -> f64 {
    from_count(u64::try_from(length).unwrap_or(u64::MAX))
}

/// Ticks of a span as a double.
#[expect(clippy::cast_precision_loss, reason = "spans of 28 years and less are exact")]
pub(super) fn from_ticks(ticks: i64) -> f64 {
    ticks as f64
}

/// The whole number nearest to a double, unless that is out of range.
#[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
pub(super) fn to_ticks(number: f64) -> Option<i64> {
    // The largest double below 2^63.
    const MOST: f64 = 9_223_372_036_854_774_784.0;
    (number.abs() <= MOST).then(|| number.round() as i64)
}

/// A double without its fraction, unless that is negative or more than `i32` holds.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the range is checked"
)]
pub(super) fn to_nodes(number: f64) -> Option<u32> {
    let whole = number.trunc();
    (0.0..=f64::from(i32::MAX))
        .contains(&whole)
        .then_some(whole as u32)
}

/// A double without its fraction as a position; `None` when it is negative or out of any list's range.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the range is checked"
)]
pub(super) fn to_position(number: f64) -> Option<usize> {
    let whole = number.trunc();
    (0.0..=f64::from(u32::MAX))
        .contains(&whole)
        .then_some(whole as usize)
}

/// A double as results show it: the shortest text that is read as the same number; very large and very small ones
/// with an exponent.
pub(super) fn text(number: f64) -> String {
    // Negative zero is zero.
    let number = number + 0.0;
    if number == 0.0 || (1e-5..1e15).contains(&number.abs()) {
        return number.to_string();
    }
    let text = format!("{number:E}");
    match text.split_once('E') {
        Some((digits, exponent)) => match exponent.strip_prefix('-') {
            Some(exponent) => format!("{digits}E-{exponent:0>2}"),
            None => format!("{digits}E+{exponent:0>2}"),
        },
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_short_texts() {
        let texts = [
            (0.0, "0"),
            (-0.0, "0"),
            (5.0, "5"),
            (-2.5, "-2.5"),
            (0.1, "0.1"),
            (1e15, "1E+15"),
            (1.5e-7, "1.5E-07"),
            (f64::MAX, "1.7976931348623157E+308"),
        ];
        for (number, expected) in texts {
            assert_eq!(text(number), expected);
        }
    }

    #[test]
    fn fractions_are_cut_and_ranges_kept() {
        assert_eq!(to_nodes(2.9), Some(2));
        assert_eq!(to_nodes(-0.9), Some(0));
        assert_eq!(to_nodes(-1.0), None);
        assert_eq!(to_nodes(2_147_483_648.0), None);
        assert_eq!(to_ticks(1e19), None);
        assert_eq!(to_ticks(-2.4), Some(-2));
        assert_eq!(to_position(-1.0), None);
    }
}
