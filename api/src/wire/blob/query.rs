//! The query of a URL as pairs of name and value.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::error::{Error, ErrorCode, Result};

/// Everything but RFC 3986's unreserved characters is escaped.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The names a shared access signature takes in a query.
const SIGNATURE_FIELDS: &[&str] = &[
    "rscc", "rscd", "rsce", "rscl", "rsct", "saoid", "scid", "sdd", "sduoid", "se", "ses", "si", "sig",
    "sip", "skdutid", "ske", "skoid", "sks", "skt", "sktid", "skv", "sp", "spr", "sr", "srh", "srq", "srt",
    "ss", "st", "suoid", "sv",
];

/// The pairs of a query, in their order, decoded.
///
/// Names are found without regard to case, as the service does. What belongs to a shared access signature stays
/// as it was written, since it is handed on as text.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Query {
    pairs: Vec<(String, String)>,
    signature: Option<String>,
}

impl Query {
    /// Reads the part of a URL behind `?`. Refused: `InvalidUri` when it is not UTF-8 once decoded.
    pub fn parse(text: &str) -> Result<Self> {
        let mut query = Self::default();
        let mut signature = Vec::new();
        let mut signed = false;
        for part in text.split('&').filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let (name, value) = (decoded(name)?, decoded(value)?);
            let lower = name.to_ascii_lowercase();
            if SIGNATURE_FIELDS.contains(&lower.as_str()) {
                // A token without its signature must fail as one, not pass as no token at all.
                signed |= matches!(lower.as_str(), "sig" | "sv");
                signature.push(part);
            } else {
                query.pairs.push((name, value));
            }
        }
        if signed {
            query.signature = Some(signature.join("&"));
        }
        Ok(query)
    }

    /// Adds a pair at the end.
    pub fn push(&mut self, name: &str, value: impl Into<String>) {
        self.pairs.push((name.to_owned(), value.into()));
    }

    /// Adds a pair at the end when there is a value for it.
    pub fn push_some(&mut self, name: &str, value: Option<impl Into<String>>) {
        if let Some(value) = value {
            self.push(name, value);
        }
    }

    /// The value of a name; an empty value counts as absent.
    ///
    /// Refused with `InvalidQueryParameterValue` when the name stands there several times.
    pub fn get(&self, name: &str) -> Result<Option<&str>> {
        let mut values = self
            .pairs
            .iter()
            .filter(|(given, _)| given.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str());
        let value = values.next();
        if values.next().is_some() {
            return Err(Error::blob(ErrorCode::InvalidQueryParameterValue)
                .with_detail("QueryParameterName", name)
                .with_detail("Reason", "it stands there several times"));
        }
        Ok(value.filter(|value| !value.is_empty()))
    }

    /// The pairs that are no part of a shared access signature, in their order.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The text of the shared access signature in the query, when there is a `sig` or an `sv`.
    pub fn signature(&self) -> Option<&str> {
        self.signature.as_deref()
    }

    /// The text of the pairs behind `?`, escaped, without the shared access signature.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        for (name, value) in &self.pairs {
            if !text.is_empty() {
                text.push('&');
            }
            text.extend(utf8_percent_encode(name, ESCAPED));
            text.push('=');
            text.extend(utf8_percent_encode(value, ESCAPED));
        }
        text
    }
}

impl std::fmt::Debug for Query {
    /// Without the shared access signature.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_list().entries(&self.pairs).finish()
    }
}

fn decoded(text: &str) -> Result<String> {
    let blanks = text.replace('+', " ");
    percent_decode_str(&blanks)
        .decode_utf8()
        .map(std::borrow::Cow::into_owned)
        .map_err(|_| Error::blob(ErrorCode::InvalidUri).with_message("The query is not UTF-8."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_survive_both_ways() {
        let mut query = Query::default();
        query.push("prefix", "a b/&=+é");
        query.push("comp", "list");
        assert_eq!(query.to_text(), "prefix=a%20b%2F%26%3D%2B%C3%A9&comp=list");
        assert_eq!(Query::parse(&query.to_text()).unwrap(), query);
        assert_eq!(query.get("COMP").unwrap(), Some("list"));
        assert_eq!(query.get("marker").unwrap(), None);
    }

    #[test]
    fn a_shared_access_signature_stays_as_it_was_written() {
        let query = Query::parse("restype=container&sv=2020-02-10&comp=list&sp=rl&sig=a%2Bb%3D").unwrap();
        assert_eq!(query.signature(), Some("sv=2020-02-10&sp=rl&sig=a%2Bb%3D"));
        assert_eq!(query.to_text(), "restype=container&comp=list");
        assert!(!format!("{query:?}").contains("a%2Bb"));
        assert_eq!(Query::parse("sv=1&sp=r").unwrap().signature(), Some("sv=1&sp=r"));
        assert_eq!(Query::parse("st=1&comp=list").unwrap().signature(), None);
    }

    #[test]
    fn what_is_ambiguous_or_no_text_is_refused() {
        let query = Query::parse("comp=list&Comp=acl").unwrap();
        assert!(
            query
                .get("comp")
                .unwrap_err()
                .is(&ErrorCode::InvalidQueryParameterValue)
        );
        assert!(Query::parse("prefix=%FF").unwrap_err().is(&ErrorCode::InvalidUri));
    }
}
