//! A typed `$filter`, and whether an entity passes it.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::{invalid_query, parse};
use crate::error::Result;
use crate::time::Timestamp;

/// The longest filter, in bytes: every entity of a list is held against the whole of it.
const LENGTH_MAX: usize = 16 * 1024;

/// What an entity answers when a filter asks for one of its properties.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    /// A text or a word of an enumeration; words compare without regard to case.
    Text(Cow<'a, str>),
    /// A moment.
    Moment(Timestamp),
    /// A whole number.
    Number(i64),
    /// Yes or no.
    Boolean(bool),
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Value::Text(Cow::Borrowed(text))
    }
}

/// A literal of a filter.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// `'text'`
    Text(String),
    /// `datetime'2011-10-08T22:50:00Z'`
    Moment(Timestamp),
    /// `42`
    Number(i64),
    /// `true`
    Boolean(bool),
}

/// How a property is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `eq`
    Equal,
    /// `ne`
    NotEqual,
    /// `gt`
    Greater,
    /// `ge`
    GreaterOrEqual,
    /// `lt`
    Less,
    /// `le`
    LessOrEqual,
    /// `startswith(property,'text')`
    StartsWith,
}

/// A property a list may be filtered by, and the comparisons it takes.
#[derive(Debug, Clone, Copy)]
pub struct FilterField {
    /// The property as the filter spells it, nested ones with `/`.
    pub name: &'static str,
    /// The comparisons the service takes for it.
    pub comparisons: &'static [Comparison],
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    Compare {
        field: &'static str,
        comparison: Comparison,
        literal: Literal,
    },
    /// All of them.
    And(Vec<Self>),
    /// One of them.
    Or(Vec<Self>),
}

/// A `$filter` that was read and found to ask only for what its list can be filtered by.
#[derive(Debug, Clone, PartialEq)]
pub struct Filter {
    root: Node,
}

impl Filter {
    /// Reads the text of `$filter` for a list with these fields.
    ///
    /// Refused with `InvalidQueryParameterValue`: syntax errors, properties the list cannot be filtered by,
    /// comparisons a property does not take, and expressions that are nested too deeply or longer than 16 KiB.
    pub fn parse(text: &str, fields: &'static [FilterField]) -> Result<Self> {
        if text.len() > LENGTH_MAX {
            let shown: String = text.chars().take(100).collect();
            let reason = format!("A filter has {LENGTH_MAX} bytes at most.");
            return Err(invalid_query("$filter", &format!("{shown}..."), &reason));
        }
        let root = parse::parse(text, fields).map_err(|reason| invalid_query("$filter", text, &reason))?;
        Ok(Self { root })
    }

    /// Whether an entity passes; `field` gives its properties. An absent property passes no comparison but `ne`.
    pub fn matches<'a>(&self, field: &dyn Fn(&str) -> Option<Value<'a>>) -> bool {
        matches(&self.root, field)
    }
}

fn matches<'a>(node: &Node, field: &dyn Fn(&str) -> Option<Value<'a>>) -> bool {
    match node {
        Node::And(nodes) => nodes.iter().all(|node| matches(node, field)),
        Node::Or(nodes) => nodes.iter().any(|node| matches(node, field)),
        Node::Compare {
            field: name,
            comparison,
            literal,
        } => match field(name) {
            None => *comparison == Comparison::NotEqual,
            Some(value) => compare(&value, *comparison, literal),
        },
    }
}

fn compare(value: &Value<'_>, comparison: Comparison, literal: &Literal) -> bool {
    let ordering = match (value, literal) {
        (Value::Text(text), Literal::Text(wanted)) => {
            let (text, wanted) = (text.as_bytes(), wanted.as_bytes());
            if comparison == Comparison::StartsWith {
                let start = text.get(..wanted.len());
                return start.is_some_and(|start| start.eq_ignore_ascii_case(wanted));
            }
            compare_ignoring_case(text, wanted)
        }
        (Value::Moment(moment), Literal::Moment(wanted)) => moment.cmp(wanted),
        (Value::Number(number), Literal::Number(wanted)) => number.cmp(wanted),
        (Value::Boolean(answer), Literal::Boolean(wanted)) => answer.cmp(wanted),
        _ => return comparison == Comparison::NotEqual,
    };
    match comparison {
        Comparison::Equal => ordering == Ordering::Equal,
        Comparison::NotEqual => ordering != Ordering::Equal,
        Comparison::Greater => ordering == Ordering::Greater,
        Comparison::GreaterOrEqual => ordering != Ordering::Less,
        Comparison::Less => ordering == Ordering::Less,
        Comparison::LessOrEqual => ordering != Ordering::Greater,
        Comparison::StartsWith => false,
    }
}

/// The order of two texts in small letters, without making them.
pub(crate) fn compare_ignoring_case(one: &[u8], other: &[u8]) -> Ordering {
    let small = |byte: &u8| byte.to_ascii_lowercase();
    one.iter().map(small).cmp(other.iter().map(small))
}

#[cfg(test)]
mod tests {
    use super::super::ListKind;
    use super::*;
    use crate::error::ErrorCode;

    fn task(name: &str) -> Option<Value<'static>> {
        match name {
            "id" => Some("topNtask12".into()),
            "state" => Some("completed".into()),
            "executionInfo/exitCode" => Some(Value::Number(127)),
            "creationTime" => Some(Value::Moment("2025-11-20T15:00:00Z".parse().unwrap())),
            _ => None,
        }
    }

    #[test]
    fn filters_select_what_they_say() {
        for (text, expected) in [
            ("id eq 'TOPNTASK12'", true),
            ("startswith(id, 'topN')", true),
            ("startswith(id,'x') or state eq 'completed'", true),
            ("state eq 'completed' and executionInfo/exitCode eq 0", false),
            (
                "executionInfo/exitCode gt 100 and (state eq 'active' or state ne 'running')",
                true,
            ),
            ("creationTime lt datetime'2025-11-20T15:00:00.0000001Z'", true),
            ("creationTime ge datetime'2025-11-21'", false),
            ("executionInfo/endTime gt datetime'2000-01-01T00:00:00Z'", false),
            ("executionInfo/result ne 'success'", true),
            ("id eq 'it''s'", false),
            ("startswith(id,'TOPNTASK12')", true),
            ("startswith(id,'topNtask123')", false),
            (
                "state eq 'COMPLETED' and state eq 'completed' and state ne 'active'",
                true,
            ),
            ("id eq 'a' or id eq 'b' or id eq 'topntask12' or id eq 'c'", true),
            // `and` binds tighter than `or`.
            ("state eq 'completed' or id eq 'a' and id eq 'b'", true),
        ] {
            let filter = Filter::parse(text, ListKind::Tasks.fields()).unwrap();
            assert_eq!(filter.matches(&task), expected, "{text}");
        }
    }

    #[test]
    fn long_filters_are_read_and_longer_ones_refused() {
        let of_terms = |count: usize| vec!["id eq 'a'"; count].join(" or ");
        let filter = Filter::parse(&of_terms(1_000), ListKind::Tasks.fields()).unwrap();
        assert!(!filter.matches(&task));
        let error = Filter::parse(&of_terms(100_000), ListKind::Tasks.fields()).unwrap_err();
        assert!(error.is(&ErrorCode::InvalidQueryParameterValue));
        assert!(error.detail("QueryParameterValue").unwrap().len() < 200);
    }

    #[test]
    fn texts_have_the_order_they_have_in_small_letters() {
        let texts = ["", "a", "A", "ab", "aB", "B", "b_", "[", "Ä", "ä", "z9"];
        for one in texts {
            for other in texts {
                let expected = one.to_ascii_lowercase().cmp(&other.to_ascii_lowercase());
                let order = compare_ignoring_case(one.as_bytes(), other.as_bytes());
                assert_eq!(order, expected, "{one} {other}");
            }
        }
    }

    #[test]
    fn what_a_list_cannot_be_filtered_by_is_refused() {
        let deep = format!("{}id eq 'a'{}", "(".repeat(200), ")".repeat(200));
        for text in [
            "",
            "id",
            "id eq",
            "id eq 'a",
            "id eq 'a' and",
            "id like 'a'",
            "commandLine eq 'a'",
            "state gt 'active'",
            "startswith(state,'a')",
            "(id eq 'a'",
            "id eq 'a' id eq 'b'",
            "id eq 5x",
            "executionInfo/exitCode eq 99999999999999999999",
            "creationTime eq datetime'never'",
            deep.as_str(),
        ] {
            let error = Filter::parse(text, ListKind::Tasks.fields()).unwrap_err();
            assert!(error.is(&ErrorCode::InvalidQueryParameterValue), "{text}");
            assert_eq!(error.detail("QueryParameterName"), Some("$filter"));
        }
    }
}
