//! A request without what both ends add.

use std::borrow::Cow;
use std::fmt::Write as _;

use bytes::Bytes;
use http::{HeaderMap, Method};

use super::path::escaped;
use crate::auth::shared_key::query_pairs;

/// A request to the Batch service.
///
/// What is the same for all of them (`Host`, dates, authorization, lengths) is left to both ends.
#[derive(Debug, Clone, PartialEq)]
pub struct RequestParts {
    /// The method.
    pub method: Method,
    /// The path as it is on the wire, escaped.
    pub path: String,
    /// The query, decoded, in its order.
    pub query: Vec<(String, String)>,
    /// The headers.
    pub headers: HeaderMap,
    /// The body; empty when there is none.
    pub body: Bytes,
}

impl RequestParts {
    /// Path and query as they stand on the wire.
    pub fn target(&self) -> String {
        let mut text = self.path.clone();
        let pairs = self.query.iter();
        for (mark, (name, value)) in std::iter::once('?').chain(std::iter::repeat('&')).zip(pairs) {
            text.push(mark);
            push_pair(&mut text, name, value);
        }
        text
    }

    /// Reads a query as it stands on the wire.
    pub fn read_query(query: &str) -> Vec<(String, String)> {
        query_pairs(query)
            .into_iter()
            .map(|(name, value)| (Cow::into_owned(name), Cow::into_owned(value)))
            .collect()
    }

    /// The value of a query parameter; names are compared without regard to case, an empty value counts as absent.
    pub fn query(&self, name: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(given, value)| given.eq_ignore_ascii_case(name) && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }
}

/// Adds `name=value` to a query. The `$` of a name stays as the service writes it.
pub(super) fn push_pair(text: &mut String, name: &str, value: &str) {
    let bare = name.strip_prefix('$');
    if bare.is_some() {
        text.push('$');
    }
    write!(text, "{}={}", escaped(bare.unwrap_or(name)), escaped(value))
        .expect("writing to a string does not fail");
}
