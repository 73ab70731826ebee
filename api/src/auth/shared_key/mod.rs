//! Shared-key signatures of requests: what is signed, how it is signed, how it is checked.
//!
//! Batch and Blob Storage sign different texts with the same HMAC. Everything here is a pure function of a request
//! as it stands on the wire; nothing looks at a clock (whether a request is too old is for the caller to say).
//!
//! - [`batch`]: the text Azure Batch signs
//! - [`blob`]: the texts Blob Storage signs, `SharedKey` and `SharedKeyLite`

use std::borrow::Cow;
use std::fmt;

use percent_encoding::percent_decode_str;

use super::AccountKey;
use crate::error::{Error, ErrorCode, Result, Service};

pub mod batch;
pub mod blob;

/// A request as it stands on the wire, borrowed for the time of signing or checking.
#[derive(Debug, Clone, Copy)]
pub struct RequestToSign<'a> {
    /// The method, in upper case.
    pub method: &'a str,
    /// The path as it is on the wire: percent-encoded, from the first `/`, without the query.
    pub path: &'a str,
    /// The query, decoded; see [`query_pairs`].
    pub query: &'a [(Cow<'a, str>, Cow<'a, str>)],
    /// The headers; names are compared without regard to case.
    pub headers: &'a [(&'a str, &'a str)],
}

impl RequestToSign<'_> {
    /// The value of a header; the empty text when it is absent.
    fn header(&self, name: &str) -> &str {
        self.headers
            .iter()
            .find(|(given, _)| given.eq_ignore_ascii_case(name))
            .map_or("", |(_, value)| value.trim())
    }

    /// Headers whose name begins with `prefix`, names in lower case, in no particular order.
    fn headers_with_prefix(&self, prefix: &str) -> Vec<(Cow<'_, str>, &str)> {
        let begins = |name: &str| {
            name.get(..prefix.len())
                .is_some_and(|begin| begin.eq_ignore_ascii_case(prefix))
        };
        let mut found = Vec::with_capacity(self.headers.len());
        for (name, value) in self.headers {
            if begins(name) {
                found.push((in_lower_case(name), value.trim()));
            }
        }
        found
    }

    /// Room for the text the request is signed over, in bytes.
    fn room(&self) -> usize {
        let headers = self.headers.iter().map(|(name, value)| name.len() + value.len());
        let query = self.query.iter().map(|(name, value)| name.len() + value.len());
        // Beside them: the method, the account, and what separates one from the other.
        128 + self.path.len() + headers.sum::<usize>() + query.sum::<usize>()
    }

    /// The lines both services begin with: the method and eleven header values.
    fn standard_lines(&self, content_length: &str, date: &str) -> String {
        let mut text = String::with_capacity(self.room());
        text.push_str(self.method);
        for value in [
            self.header("content-encoding"),
            self.header("content-language"),
            content_length,
            self.header("content-md5"),
            self.header("content-type"),
            date,
            self.header("if-modified-since"),
            self.header("if-match"),
            self.header("if-none-match"),
            self.header("if-unmodified-since"),
            self.header("range"),
        ] {
            text.push('\n');
            text.push_str(value);
        }
        text.push('\n');
        text
    }
}

/// A name in lower case; one that is so already stays as it is.
fn in_lower_case(name: &str) -> Cow<'_, str> {
    if name
        .bytes()
        .all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase())
    {
        Cow::Borrowed(name)
    } else {
        Cow::Owned(name.to_lowercase())
    }
}

/// The pairs of a query as both services sign them: percent-decoded, `+` read as a blank.
///
/// Bytes that are no UTF-8 are replaced, so that such a request fails its signature instead of being unreadable.
pub fn query_pairs(query: &str) -> Vec<(Cow<'_, str>, Cow<'_, str>)> {
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(name), decoded(value))
        })
        .collect()
}

fn decoded(text: &str) -> Cow<'_, str> {
    if text.contains('+') {
        let blanks = text.replace('+', " ");
        return Cow::Owned(percent_decode_str(&blanks).decode_utf8_lossy().into_owned());
    }
    percent_decode_str(text).decode_utf8_lossy()
}

/// Which text a signature covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SharedKeyScheme {
    /// `SharedKey`
    SharedKey,
    /// `SharedKeyLite`, of Blob Storage only.
    SharedKeyLite,
}

/// The value of an `Authorization` header that carries a shared-key signature.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SharedKeyAuthorization<'a> {
    /// Which text is signed.
    pub scheme: SharedKeyScheme,
    /// The account that claims to sign.
    pub account: &'a str,
    signature: &'a str,
}

impl<'a> SharedKeyAuthorization<'a> {
    /// Reads `SharedKey {account}:{signature}`. `None` when the header uses another scheme, as `Bearer`.
    ///
    /// Refused: `InvalidAuthenticationInfo` when the scheme is a shared key and the rest is not in that form.
    pub fn parse(service: Service, header: &'a str) -> Result<Option<Self>> {
        let header = header.trim();
        let (word, rest) = header.split_once(' ').unwrap_or((header, ""));
        let scheme = match (service, word) {
            (_, "SharedKey") => SharedKeyScheme::SharedKey,
            (Service::Blob, "SharedKeyLite") => SharedKeyScheme::SharedKeyLite,
            _ => return Ok(None),
        };
        match rest.trim().split_once(':') {
            Some((account, signature)) if !account.is_empty() && !signature.is_empty() => Ok(Some(Self {
                scheme,
                account,
                signature,
            })),
            _ => Err(refusal(service, ErrorCode::InvalidAuthenticationInfo)),
        }
    }
}

impl fmt::Debug for SharedKeyAuthorization<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SharedKeyAuthorization")
            .field("scheme", &self.scheme)
            .field("account", &self.account)
            .finish_non_exhaustive()
    }
}

fn refusal(service: Service, code: ErrorCode) -> Error {
    match service {
        Service::Batch => Error::batch(code),
        Service::Blob => Error::blob(code),
    }
}

/// Holds a signature against the texts it may cover, with each key of the account. A text is made only once those
/// before it do not fit.
///
/// Refused with `AuthenticationFailed`; the detail names the text the service used, as the service does. It leaves
/// the signature out, and the text too when the query carries a token.
fn check(
    service: Service,
    keys: &[AccountKey],
    request: &RequestToSign<'_>,
    signature: &str,
    texts: impl IntoIterator<Item = String>,
) -> Result<()> {
    let mut first = None;
    for text in texts {
        if keys.iter().any(|key| key.verify(&text, signature)) {
            return Ok(());
        }
        first.get_or_insert(text);
    }
    let carries_token = request
        .query
        .iter()
        .any(|(name, _)| name.eq_ignore_ascii_case("sig"));
    let shown = first.filter(|_| !carries_token).unwrap_or_default();
    Err(refusal(service, ErrorCode::AuthenticationFailed).with_detail(
        "AuthenticationErrorDetail",
        format!(
            "The MAC signature found in the HTTP request is not the same as any computed signature. \
                 Server used following string to sign: '{shown}'."
        ),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_is_taken_apart_and_never_shown() {
        let header = SharedKeyAuthorization::parse(Service::Blob, "SharedKey acct:c2VjcmV0")
            .unwrap()
            .unwrap();
        assert_eq!(
            (header.scheme, header.account),
            (SharedKeyScheme::SharedKey, "acct")
        );
        assert!(!format!("{header:?}").contains("c2VjcmV0"));
        let lite = SharedKeyAuthorization::parse(Service::Blob, "SharedKeyLite acct:x")
            .unwrap()
            .unwrap();
        assert_eq!(lite.scheme, SharedKeyScheme::SharedKeyLite);
        for other in ["Bearer abc", "SharedKeyLite acct:x"] {
            assert_eq!(
                SharedKeyAuthorization::parse(Service::Batch, other).unwrap(),
                None
            );
        }
    }

    #[test]
    fn a_malformed_header_is_refused() {
        for text in ["SharedKey", "SharedKey acct", "SharedKey :x", "SharedKey acct:"] {
            let error = SharedKeyAuthorization::parse(Service::Blob, text).unwrap_err();
            assert!(error.is(&ErrorCode::InvalidAuthenticationInfo), "{text}");
        }
    }

    #[test]
    fn queries_are_decoded() {
        let pairs = query_pairs("$filter=id+eq+%27a%2Bb%27&flag&x=1");
        assert_eq!(
            pairs,
            [
                ("$filter".into(), "id eq 'a+b'".into()),
                ("flag".into(), "".into()),
                ("x".into(), "1".into())
            ]
        );
    }
}
