//! Moments, spans and foreign texts as people read them.

use std::fmt::Write as _;
use std::path::Path;

use batchite_api::secret::redact_signatures;
use batchite_api::time::{TimeSpan, Timestamp};

/// A moment as `2016-05-20 22:47:10`, in UTC.
pub(super) fn moment_text(moment: Timestamp) -> String {
    let text = moment.truncated_to_second().to_string();
    text.trim_end_matches('Z').replacen('T', " ", 1)
}

/// A span as `H:MM:SS`; fractions of a second are cut.
pub(super) fn clock_text(span: TimeSpan) -> String {
    let seconds = span.milliseconds().max(0) / 1000;
    format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// A path for people.
pub(super) fn path_text(path: &Path) -> String {
    harmless(&path.display().to_string())
}

/// A text from elsewhere, safe for a terminal and a log: no control characters, no signatures.
pub(super) fn harmless(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for letter in redact_signatures(text).chars() {
        if letter == '\t' || !(letter.is_control() || is_direction_mark(letter)) {
            shown.push(letter);
        } else {
            write!(shown, "{}", letter.escape_unicode()).expect("writing to a string does not fail");
        }
    }
    shown
}

/// What a service says of a failure in four of its models: a code, a message, and pairs of key and value.
pub(super) fn failure_text<'a>(
    code: &str,
    message: Option<&str>,
    values: impl IntoIterator<Item = (&'a Option<String>, &'a Option<String>)>,
) -> String {
    let mut text = code.to_owned();
    if let Some(message) = message {
        text.push_str(": ");
        text.push_str(message);
    }
    for (key, value) in values {
        let word = |word: &'a Option<String>| word.as_deref().unwrap_or_default();
        write!(text, " [{}: {}]", word(key), word(value)).expect("writing to a string does not fail");
    }
    harmless(&text)
}

/// Marks that turn the direction of a text around, so that it reads as another one.
fn is_direction_mark(letter: char) -> bool {
    matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The last lines of a file, of which `bytes` are the last part; `cut` when there is more before them.
pub(super) fn tail(bytes: &[u8], cut: bool, lines_max: usize) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let mut lines: Vec<&str> = text.lines().map(|line| line.trim_end_matches('\r')).collect();
    if cut && lines.len() > 1 {
        // Where the part begins, a line may lack its beginning.
        lines.remove(0);
    }
    let first = lines.len().saturating_sub(lines_max);
    lines[first..].iter().map(|line| harmless(line)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_shown_as_the_classic_sample_shows_them() {
        let moment = "2016-05-20T22:47:10.7Z".parse().unwrap();
        assert_eq!(moment_text(moment), "2016-05-20 22:47:10");
        assert_eq!(clock_text(TimeSpan::from_minutes(20)), "0:20:00");
        assert_eq!(clock_text(TimeSpan::from_milliseconds(362_999)), "0:06:02");
        assert_eq!(clock_text(TimeSpan::from_hours(26)), "26:00:00");
        assert_eq!(clock_text(TimeSpan::from_seconds(-5)), "0:00:00");
    }

    #[test]
    fn foreign_text_cannot_steer_a_terminal_or_leak_a_signature() {
        assert_eq!(harmless("a\u{1b}[2Jb\tc\u{202e}d"), "a\\u{1b}[2Jb\tc\\u{202e}d");
        assert_eq!(
            harmless("--sastoken \"sp=w&sig=abc\""),
            "--sastoken \"sp=w&sig=REDACTED\""
        );
        assert_eq!(harmless("naïve 文"), "naïve 文");
    }

    #[test]
    fn a_tail_has_whole_lines() {
        assert_eq!(tail(b"rest\none\r\ntwo\n", true, 5), ["one", "two"]);
        assert_eq!(tail(b"one\ntwo\nthree\n", false, 2), ["two", "three"]);
        assert_eq!(tail(b"half a line", true, 2), ["half a line"]);
        assert_eq!(tail(b"\xff", false, 2), ["\u{fffd}"]);
        assert!(tail(b"", false, 2).is_empty());
    }
}
