//! Rules for web pages of other origins (CORS): what they allow, and the limits of their texts.

use super::service::{bad_node, missing_node};
use crate::error::{Error, ErrorCode, Result};

/// Rules an account has at most.
const RULES_MAX: usize = 5;

/// Bytes all texts of all rules have at most.
const BYTES_MAX: usize = 2 * 1024;

/// Origins, or names of headers, in a list at most.
const ENTRIES_MAX: usize = 64;

/// Beginnings of names of headers (`x-ms-meta-*`) in a list at most.
const PREFIXES_MAX: usize = 2;

/// Characters of an origin or name at most.
const ENTRY_LENGTH_MAX: usize = 256;

/// The methods a rule may allow.
const METHODS: [&str; 8] = [
    "DELETE", "GET", "HEAD", "MERGE", "OPTIONS", "PATCH", "POST", "PUT",
];

/// A rule that lets web pages of other origins in. Its lists are texts with commas, as they are on the wire.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CorsRule {
    /// `AllowedOrigins`: where the pages come from, as `https://example.org`; `*` for anywhere.
    pub allowed_origins: String,
    /// `AllowedMethods`: what they may do.
    pub allowed_methods: String,
    /// `AllowedHeaders`: the headers they may send. One that ends with `*` stands for all that begin so.
    pub allowed_headers: String,
    /// `ExposedHeaders`: the headers of answers they may read, in the same form.
    pub exposed_headers: String,
    /// `MaxAgeInSeconds`: how long a browser may remember what it was allowed.
    pub max_age_in_seconds: u32,
}

impl CorsRule {
    /// Whether pages of anywhere are meant.
    pub fn is_for_all(&self) -> bool {
        self.allowed_origins.trim() == "*"
    }

    /// Whether a page of this origin may use this method. Origins are compared as they are, case and all.
    pub fn allows(&self, origin: &str, method: &str) -> bool {
        let is_its_origin = self.is_for_all() || entries(&self.allowed_origins).any(|known| known == origin);
        is_its_origin && entries(&self.allowed_methods).any(|known| known.eq_ignore_ascii_case(method))
    }

    /// Whether a page may send these headers, a text with commas.
    pub fn allows_headers(&self, names: &str) -> bool {
        entries(names).all(|name| entries(&self.allowed_headers).any(|known| covers(known, name)))
    }

    /// Which of the headers of an answer a page may read.
    pub fn exposes<'a>(&self, names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
        names
            .filter(|name| entries(&self.exposed_headers).any(|known| covers(known, name)))
            .collect()
    }
}

/// The rule that lets a page of an origin use a method, and send these headers when it asks before: the first one.
pub fn cors_rule_for<'a>(
    rules: &'a [CorsRule],
    origin: &str,
    method: &str,
    headers: Option<&str>,
) -> Option<&'a CorsRule> {
    rules
        .iter()
        .find(|rule| rule.allows(origin, method) && headers.is_none_or(|names| rule.allows_headers(names)))
}

/// Refuses rules the service refuses: `InvalidXmlDocument` for too many of them or too much text, `InvalidXmlNodeValue`
/// and `MissingRequiredXmlNode` for what one says.
pub(super) fn check_cors_rules(rules: &[CorsRule]) -> Result<()> {
    let refused =
        |reason: String| Err(Error::blob(ErrorCode::InvalidXmlDocument).with_detail("Reason", reason));
    if rules.len() > RULES_MAX {
        return refused(format!(
            "There may be {RULES_MAX} CORS rules at most; {} were given.",
            rules.len()
        ));
    }
    let texts = rules.iter().flat_map(|rule| {
        [
            &rule.allowed_origins,
            &rule.allowed_methods,
            &rule.allowed_headers,
            &rule.exposed_headers,
        ]
    });
    let bytes: usize = texts.map(String::len).sum();
    if bytes > BYTES_MAX {
        return refused(format!(
            "The CORS rules have {bytes} bytes of text, of {BYTES_MAX} they may have."
        ));
    }
    rules.iter().try_for_each(check_rule)
}

fn check_rule(rule: &CorsRule) -> Result<()> {
    check_list("AllowedOrigins", &rule.allowed_origins)?;
    check_list("AllowedHeaders", &rule.allowed_headers)?;
    check_list("ExposedHeaders", &rule.exposed_headers)?;
    for (name, list) in [
        ("AllowedOrigins", &rule.allowed_origins),
        ("AllowedMethods", &rule.allowed_methods),
    ] {
        if entries(list).next().is_none() {
            return Err(missing_node(name));
        }
    }
    match entries(&rule.allowed_methods).find(|method| !METHODS.contains(method)) {
        Some(method) => Err(bad_node("AllowedMethods", method)),
        None => Ok(()),
    }
}

fn check_list(name: &'static str, list: &str) -> Result<()> {
    let (mut literal, mut prefixes) = (0, 0);
    for entry in entries(list) {
        let is_prefix = name != "AllowedOrigins" && entry.len() > 1 && entry.ends_with('*');
        if is_prefix {
            prefixes += 1;
        } else {
            literal += 1;
        }
        if entry.chars().count() > ENTRY_LENGTH_MAX {
            return Err(bad_node(name, entry));
        }
    }
    if literal > ENTRIES_MAX || prefixes > PREFIXES_MAX {
        return Err(bad_node(name, list));
    }
    Ok(())
}

/// The entries of a list, without blanks around them.
fn entries(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').map(str::trim).filter(|entry| !entry.is_empty())
}

/// Whether an entry, which may end with `*`, means a header.
fn covers(entry: &str, name: &str) -> bool {
    match entry.strip_suffix('*') {
        Some(prefix) => name
            .get(..prefix.len())
            .is_some_and(|beginning| beginning.eq_ignore_ascii_case(prefix)),
        None => entry.eq_ignore_ascii_case(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule() -> CorsRule {
        CorsRule {
            allowed_origins: "https://one.example, http://two.example:8080".into(),
            allowed_methods: "GET,PUT".into(),
            allowed_headers: "x-ms-meta-a*,Content-Type".into(),
            exposed_headers: "x-ms-*, ETag".into(),
            max_age_in_seconds: 60,
        }
    }

    #[test]
    fn origins_and_methods_are_matched() {
        for (origin, method, expected) in [
            ("https://one.example", "GET", true),
            ("http://two.example:8080", "put", true),
            ("https://One.example", "GET", false),
            ("http://one.example", "GET", false),
            ("https://one.example:443", "GET", false),
            ("https://one.example.org", "GET", false),
            ("null", "GET", false),
            ("*", "GET", false),
            ("https://one.example", "DELETE", false),
        ] {
            assert_eq!(rule().allows(origin, method), expected, "{origin} {method}");
        }
        let all = CorsRule {
            allowed_origins: "*".into(),
            ..rule()
        };
        assert!(all.allows("https://else.example", "GET") && !all.allows("https://else.example", "POST"));
    }

    #[test]
    fn headers_are_matched_with_their_beginnings() {
        for (names, expected) in [
            ("", true),
            ("X-Ms-Meta-Abc, content-type", true),
            ("x-ms-meta-a", true),
            ("x-ms-meta-b", false),
            ("content-type,x-ms-date", false),
            ("content-typ", false),
            ("é", false),
        ] {
            assert_eq!(rule().allows_headers(names), expected, "{names}");
        }
        let nothing = CorsRule::default();
        assert!(nothing.allows_headers("") && !nothing.allows_headers("a"));
        let exposed = rule().exposes(["etag", "date", "x-ms-version"].into_iter());
        assert_eq!(exposed, ["etag", "x-ms-version"]);
    }

    #[test]
    fn the_first_rule_that_fits_is_taken() {
        let narrow = CorsRule {
            allowed_headers: String::new(),
            ..rule()
        };
        let rules = [narrow, rule()];
        let found = |headers| cors_rule_for(&rules, "https://one.example", "GET", headers);
        assert_eq!(found(None), Some(&rules[0]));
        assert_eq!(found(Some("content-type")), Some(&rules[1]));
        assert_eq!(found(Some("x-ms-date")), None);
    }

    #[test]
    fn rules_beyond_the_limits_are_refused() {
        check_cors_rules(&vec![rule(); 5]).unwrap();
        let with = |change: &dyn Fn(&mut CorsRule)| {
            let mut rule = rule();
            change(&mut rule);
            vec![rule]
        };
        let long = "a".repeat(257);
        for (rules, code) in [
            (vec![rule(); 6], ErrorCode::InvalidXmlDocument),
            (
                with(&|rule| rule.allowed_headers = "a".repeat(2048)),
                ErrorCode::InvalidXmlDocument,
            ),
            (
                with(&|rule| rule.allowed_origins.clear()),
                ErrorCode::MissingRequiredXmlNode,
            ),
            (
                with(&|rule| rule.allowed_methods = " ,".into()),
                ErrorCode::MissingRequiredXmlNode,
            ),
            (
                with(&|rule| rule.allowed_methods = "GET,TRACE".into()),
                ErrorCode::InvalidXmlNodeValue,
            ),
            (
                with(&|rule| rule.allowed_origins.clone_from(&long)),
                ErrorCode::InvalidXmlNodeValue,
            ),
            (
                with(&|rule| rule.exposed_headers = "a,".repeat(65)),
                ErrorCode::InvalidXmlNodeValue,
            ),
            (
                with(&|rule| rule.allowed_headers = "a*,b*,c*".into()),
                ErrorCode::InvalidXmlNodeValue,
            ),
        ] {
            let error = check_cors_rules(&rules).unwrap_err();
            assert_eq!(error.code(), &code, "{rules:?}");
        }
    }
}
