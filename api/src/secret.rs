//! Texts that must not show up in logs: whole secrets, and texts that may carry a signature.

use std::fmt;
use std::ops::Deref;

use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

/// A password or key. `Debug` shows only that there is one; the text is asked for with [`Secret::expose`].
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Keeps a text as a secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Whether there is nothing to hide: it was left out, as the service leaves out what it never shows.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text itself. Every call is a place to look at when secrets leak.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl PartialEq for Secret {
    /// In a time that tells nothing but the lengths.
    fn eq(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl Eq for Secret {}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(..)")
    }
}

/// A command line, URL or setting that may carry a shared access signature.
///
/// It reads as a string; `Debug` hides the value of every `sig=` in it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SensitiveString(String);

impl SensitiveString {
    /// The text as it is.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Gives the text back.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl Deref for SensitiveString {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl From<&str> for SensitiveString {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for SensitiveString {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for SensitiveString {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?}", redact_signatures(&self.0))
    }
}

/// The text with the value of every `sig=` parameter replaced by `REDACTED`.
///
/// For everything that is shown to a person or kept: messages, logs, traces.
pub fn redact_signatures(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = find_signature(rest) {
        shown.push_str(&rest[..at]);
        shown.push_str("REDACTED");
        let end = rest[at..]
            .find(['&', ' ', '"', '\'', '\n', '\r', '\t', ';', '<', '>'])
            .map_or(rest.len(), |n| at + n);
        rest = &rest[end..];
    }
    shown.push_str(rest);
    shown
}

/// Where the value of the next `sig=` begins.
fn find_signature(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    (0..bytes.len().saturating_sub(3)).find_map(|at| {
        let starts = bytes[at..at + 4].eq_ignore_ascii_case(b"sig=");
        let alone = at == 0 || !bytes[at - 1].is_ascii_alphanumeric();
        (starts && alone).then_some(at + 4)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_hides_signatures_and_secrets() {
        let url = SensitiveString::from("https://h/c/b?sv=2020&sig=abc%2Bdef%3D&sp=r");
        assert_eq!(format!("{url:?}"), "\"https://h/c/b?sv=2020&sig=REDACTED&sp=r\"");
        assert_eq!(url.as_str(), "https://h/c/b?sv=2020&sig=abc%2Bdef%3D&sp=r");
        assert_eq!(format!("{:?}", Secret::new("hunter2")), "Secret(..)");
    }

    #[test]
    fn secrets_are_equal_when_their_texts_are() {
        for (one, other) in [
            ("", ""),
            ("a", "a"),
            ("a", "b"),
            ("a", "ab"),
            ("ab", "a"),
            ("", "a"),
        ] {
            assert_eq!(
                Secret::new(one) == Secret::new(other),
                one == other,
                "{one} {other}"
            );
        }
    }

    #[test]
    fn every_signature_of_a_command_line_is_hidden() {
        let shown = redact_signatures("work --in \"h?SIG=one\" --out 'h?sp=w&sig=two' --design=x");
        assert_eq!(
            shown,
            "work --in \"h?SIG=REDACTED\" --out 'h?sp=w&sig=REDACTED' --design=x"
        );
    }
}
