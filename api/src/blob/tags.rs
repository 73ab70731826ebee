//! Tags of blobs: what they may be, and the expressions over them.

use std::collections::BTreeMap;

use super::{BlobName, ContainerName};
use crate::error::{Error, ErrorCode, Result};
use crate::page::Continuation;

/// Tags of a blob: names and values, both told apart by case.
pub type Tags = BTreeMap<String, String>;

/// Tags of a blob at most.
const TAGS_MAX: usize = 10;

/// Characters of a name at most; it has one at least.
const NAME_LENGTH_MAX: usize = 128;

/// Characters of a value at most.
const VALUE_LENGTH_MAX: usize = 256;

/// Refuses tags the service refuses: `TagsTooLarge` for more than ten, `InvalidTag` for a name of none or more than
/// 128 characters, a value of more than 256, or other characters than letters, digits, blanks and `+-./:=_`.
pub fn check_tags(tags: &Tags) -> Result<()> {
    if tags.len() > TAGS_MAX {
        return Err(Error::blob(ErrorCode::TagsTooLarge).with_detail("MaximumAllowed", TAGS_MAX.to_string()));
    }
    let is_sound = |text: &str| {
        text.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b" +-./:=_".contains(&byte))
    };
    for (name, value) in tags {
        let lengths = !name.is_empty() && name.len() <= NAME_LENGTH_MAX && value.len() <= VALUE_LENGTH_MAX;
        if !lengths || !is_sound(name) || !is_sound(value) {
            return Err(Error::blob(ErrorCode::InvalidTag).with_detail("TagName", name));
        }
    }
    Ok(())
}

/// What *Find Blobs by Tags* may carry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FindBlobsOptions {
    /// `where`: an expression as [`TagExpression::of_search`] reads it.
    pub expression: String,
    /// Entries per page, 1 to 5000; 5000 when absent.
    pub max_results: Option<u32>,
    /// `marker`
    pub continuation: Option<Continuation>,
}

/// One blob that *Find Blobs by Tags* found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundBlob {
    /// The container it is in.
    pub container: ContainerName,
    /// Its name.
    pub name: BlobName,
    /// Those of its tags the expression names.
    pub tags: Tags,
}

/// An expression over tags: comparisons of names in double quotes with values in single quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagExpression {
    /// Any of these must hold; each holds when all its comparisons do.
    alternatives: Vec<Vec<Comparison>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Comparison {
    operand: Operand,
    operator: Operator,
    value: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Operand {
    /// `@container`
    Container,
    Tag(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl TagExpression {
    /// Reads `where` of *Find Blobs by Tags*: comparisons by `=`, `<`, `<=`, `>`, `>=` joined by `AND`, the container
    /// as `@container`. Refused: `InvalidQueryParameterValue`.
    pub fn of_search(text: &str) -> Result<Self> {
        let expression = Self::parse(text).filter(|expression| {
            let [all] = &expression.alternatives[..] else {
                return false;
            };
            all.iter()
                .all(|comparison| comparison.operator != Operator::NotEqual)
        });
        expression.ok_or_else(|| {
            Error::blob(ErrorCode::InvalidQueryParameterValue)
                .with_detail("QueryParameterName", "where")
                .with_detail("QueryParameterValue", text)
                .with_detail(
                    "Reason",
                    "expected comparisons as \"name\" = 'value', joined by AND",
                )
        })
    }

    /// Reads `x-ms-if-tags`: the same with `<>` and `OR`, without the container. Refused: `InvalidHeaderValue`.
    pub fn of_condition(text: &str) -> Result<Self> {
        let expression = Self::parse(text).filter(|expression| {
            let mut all = expression.alternatives.iter().flatten();
            all.all(|comparison| comparison.operand != Operand::Container)
        });
        expression.ok_or_else(|| {
            Error::blob(ErrorCode::InvalidHeaderValue)
                .with_detail("HeaderName", "x-ms-if-tags")
                .with_detail("HeaderValue", text)
                .with_detail(
                    "Reason",
                    "expected comparisons as \"name\" = 'value', joined by AND or OR",
                )
        })
    }

    fn parse(text: &str) -> Option<Self> {
        let mut rest = text.trim_start();
        let mut alternatives = vec![Vec::new()];
        loop {
            let (comparison, after) = comparison(rest)?;
            alternatives.last_mut()?.push(comparison);
            if after.is_empty() {
                return Some(Self { alternatives });
            }
            rest = if let Some(after) = keyword(after, "AND") {
                after
            } else {
                let after = keyword(after, "OR")?;
                alternatives.push(Vec::new());
                after
            };
        }
    }

    /// Whether it holds for a blob with these tags. A tag that is not there equals nothing.
    pub fn holds(&self, container: Option<&ContainerName>, tags: &Tags) -> bool {
        let is_met = |comparison: &Comparison| {
            let actual = match &comparison.operand {
                Operand::Container => container.map(ContainerName::as_str),
                Operand::Tag(name) => tags.get(name).map(String::as_str),
            };
            let wanted = comparison.value.as_str();
            match (comparison.operator, actual) {
                (Operator::NotEqual, actual) => actual != Some(wanted),
                (_, None) => false,
                (Operator::Equal, Some(actual)) => actual == wanted,
                (Operator::Less, Some(actual)) => actual < wanted,
                (Operator::LessOrEqual, Some(actual)) => actual <= wanted,
                (Operator::Greater, Some(actual)) => actual > wanted,
                (Operator::GreaterOrEqual, Some(actual)) => actual >= wanted,
            }
        };
        self.alternatives.iter().any(|all| all.iter().all(is_met))
    }

    /// Those of the tags the expression names.
    pub fn named(&self, tags: &Tags) -> Tags {
        let comparisons = self.alternatives.iter().flatten();
        comparisons
            .filter_map(|comparison| match &comparison.operand {
                Operand::Container => None,
                Operand::Tag(name) => tags.get_key_value(name),
            })
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }
}

/// A comparison at the beginning of a text, and what follows it.
fn comparison(text: &str) -> Option<(Comparison, &str)> {
    let (operand, rest) = if let Some(rest) = text.strip_prefix("@container") {
        (Operand::Container, rest)
    } else if let Some(quoted) = text.strip_prefix('"') {
        let (name, rest) = quoted.split_once('"')?;
        (Operand::Tag(name.to_owned()), rest)
    } else {
        let end = text.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')?;
        let (name, rest) = text.split_at(end);
        (Operand::Tag(name.to_owned()), rest)
    };
    if matches!(&operand, Operand::Tag(name) if name.is_empty()) {
        return None;
    }
    let rest = rest.trim_start();
    // The longer ones first.
    let (operator, rest) = [
        ("<>", Operator::NotEqual),
        ("<=", Operator::LessOrEqual),
        (">=", Operator::GreaterOrEqual),
        ("=", Operator::Equal),
        ("<", Operator::Less),
        (">", Operator::Greater),
    ]
    .into_iter()
    .find_map(|(sign, operator)| Some((operator, rest.strip_prefix(sign)?)))?;
    let mut rest = rest.trim_start().strip_prefix('\'')?;
    let mut value = String::new();
    loop {
        let (part, after) = rest.split_once('\'')?;
        value.push_str(part);
        // A quote within a value is written twice.
        let Some(more) = after.strip_prefix('\'') else {
            let comparison = Comparison {
                operand,
                operator,
                value,
            };
            return Some((comparison, after.trim_start()));
        };
        value.push('\'');
        rest = more;
    }
}

/// What follows a word, which must stand apart.
fn keyword<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let (first, rest) = text.split_once(char::is_whitespace)?;
    first.eq_ignore_ascii_case(word).then(|| rest.trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags() -> Tags {
        Tags::from([("color".into(), "red".into()), ("size".into(), "10".into())])
    }

    #[test]
    fn conditions_are_compared_and_joined() {
        for (text, expected) in [
            ("\"color\" = 'red'", true),
            ("color='red'", true),
            ("\"color\" = 'blue'", false),
            ("\"color\" <> 'blue'", true),
            ("\"none\" <> 'blue'", true),
            ("\"none\" = ''", false),
            ("\"color\" = 'blue' OR \"size\" >= '10'", true),
            (
                "\"color\" = 'blue' AND \"size\" = '10' or \"color\" > 'a' and \"size\" < '2'",
                true,
            ),
            ("\"color\" = 'red' AND \"size\" > '10'", false),
        ] {
            let expression = TagExpression::of_condition(text).unwrap();
            assert_eq!(expression.holds(None, &tags()), expected, "{text}");
        }
        for text in [
            "",
            "\"color\"",
            "\"color\" = red",
            "\"color\" = 'red' \"size\" = '1'",
            "\"\" = 'x'",
            "@container = 'c'",
            "= 'x'",
            "\"a\" = 'x' AND",
        ] {
            assert!(
                TagExpression::of_condition(text)
                    .unwrap_err()
                    .is(&ErrorCode::InvalidHeaderValue),
                "{text}"
            );
        }
    }

    #[test]
    fn searches_know_the_container_and_no_alternatives() {
        let container = ContainerName::parse("con").unwrap();
        let search = TagExpression::of_search("@container = 'con' AND \"color\" = 'red'").unwrap();
        assert!(search.holds(Some(&container), &tags()));
        assert!(!search.holds(Some(&ContainerName::parse("other").unwrap()), &tags()));
        assert_eq!(
            search.named(&tags()),
            Tags::from([("color".into(), "red".into())])
        );
        for text in ["\"a\" = 'x' OR \"b\" = 'y'", "\"a\" <> 'x'", ""] {
            assert!(
                TagExpression::of_search(text)
                    .unwrap_err()
                    .is(&ErrorCode::InvalidQueryParameterValue)
            );
        }
    }

    #[test]
    fn tags_have_limits() {
        let tag = |name: &str, value: &str| check_tags(&Tags::from([(name.into(), value.into())]));
        assert!(tag("a +-./:=_", "").is_ok());
        for (name, value) in [
            ("", "x"),
            ("ä", "x"),
            ("a", "x!"),
            (&*"n".repeat(129), ""),
            ("n", &*"v".repeat(257)),
        ] {
            assert!(tag(name, value).unwrap_err().is(&ErrorCode::InvalidTag), "{name}");
        }
        let many: Tags = (0..11)
            .map(|number| (format!("t{number}"), String::new()))
            .collect();
        assert!(check_tags(&many).unwrap_err().is(&ErrorCode::TagsTooLarge));
    }
}
