//! URLs of containers and blobs: taken apart and put together.
//!
//! They are not read by a general URL parser: that would resolve `..` in a path, and `../x` is a legal name.

use std::net::{Ipv4Addr, Ipv6Addr};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::{BlobName, ContainerName};
use crate::auth::Access;
use crate::error::{Error, ErrorCode, Result};
use crate::secret::redact_signatures;

/// Unreserved characters stay as they are in a path; slashes are dealt with by themselves.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'$');

/// A URL of a container or blob, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlobUrl {
    /// The URL of the account, without a trailing slash.
    pub endpoint: String,
    /// The account's name, when the URL shows it.
    pub account: Option<String>,
    /// The container.
    pub container: ContainerName,
    /// The blob; none when the URL is that of a container.
    pub blob: Option<BlobName>,
    /// The token in the query, or nothing at all.
    pub access: Access,
}

/// Takes the URL of a container or blob apart.
///
/// The account is in the host (`https://{account}.blob.core.windows.net/{container}/{blob}`), or, when the host is
/// an IP address or a name without a dot such as `localhost`, the first segment of the path
/// (`http://127.0.0.1:10000/{account}/{container}/{blob}`).
/// Refused: `RequestUrlFailedToParse` for what is no such URL, and what the names refuse. Use
/// [`parse_blob_url_below`] when the endpoint is known.
pub fn parse_blob_url(url: &str) -> Result<BlobUrl> {
    let (origin, path, query) = split(url)?;
    let host = host(origin);
    if is_host_style(host) {
        let account = host.split_once(".blob.").map(|(account, _)| account.to_owned());
        return finish(url, origin.to_owned(), account, path, query);
    }
    let (account, rest) = path.split_once('/').unwrap_or((path, ""));
    if account.is_empty() {
        return Err(refused(
            url,
            "it has no account: http://127.0.0.1:10000/{account}/{container}/{blob}",
        ));
    }
    let account = decoded(url, account)?;
    finish(url, format!("{origin}/{account}"), Some(account), rest, query)
}

/// The endpoint [`parse_blob_url`] would find, whatever follows it: that the account is nobody's is worth more to know
/// than that what follows is no name.
///
/// Refused: `RequestUrlFailedToParse` for what is no URL of HTTP.
pub fn blob_endpoint(url: &str) -> Result<String> {
    let (origin, path, _) = split(url)?;
    let account = path.split('/').next().unwrap_or_default();
    if account.is_empty() || is_host_style(host(origin)) {
        return Ok(origin.to_owned());
    }
    Ok(format!("{origin}/{}", decoded(url, account)?))
}

/// Takes a URL apart whose endpoint (without a trailing slash) is known; `None` when it is not below that endpoint.
pub fn parse_blob_url_below(endpoint: &str, url: &str) -> Option<Result<BlobUrl>> {
    let endpoint = endpoint.trim_end_matches('/');
    let (start, rest) = url.split_at_checked(endpoint.len())?;
    if !start.eq_ignore_ascii_case(endpoint) {
        return None;
    }
    let rest = rest.strip_prefix('/')?;
    let (path, query) = path_and_query(rest);
    let account = endpoint.rsplit_once('/').map(|(_, last)| {
        let name = last.split_once(".blob.").map_or(last, |(account, _)| account);
        name.to_owned()
    });
    Some(finish(url, endpoint.to_owned(), account, path, query))
}

/// The URL of a blob below an endpoint, its name percent-encoded, with a token when there is one.
pub fn blob_url(endpoint: &str, container: &ContainerName, blob: &BlobName, token: Option<&str>) -> String {
    let mut url = format!("{}/{container}/", endpoint.trim_end_matches('/'));
    push_encoded(&mut url, blob.as_str());
    push_token(&mut url, token);
    url
}

/// The URL of a container below an endpoint, with a token when there is one.
pub fn container_url(endpoint: &str, container: &ContainerName, token: Option<&str>) -> String {
    let mut url = format!("{}/{container}", endpoint.trim_end_matches('/'));
    push_token(&mut url, token);
    url
}

/// Slashes stay readable, unless a segment is `.` or `..`: then they are encoded too, since HTTP libraries would
/// otherwise resolve such segments and ask for another blob.
fn push_encoded(url: &mut String, name: &str) {
    let has_dot_segment = name.split('/').any(|segment| matches!(segment, "." | ".."));
    let slash = if has_dot_segment { "%2F" } else { "/" };
    for (at, segment) in name.split('/').enumerate() {
        if at > 0 {
            url.push_str(slash);
        }
        url.extend(utf8_percent_encode(segment, SEGMENT));
    }
}

/// A path as it stands in a URL: its parts percent-encoded, the slashes between them readable.
pub fn encoded_path(path: &str) -> String {
    let mut encoded = String::with_capacity(path.len());
    push_encoded(&mut encoded, path);
    encoded
}

fn push_token(url: &mut String, token: Option<&str>) {
    if let Some(token) = token
        .map(|token| token.trim_start_matches('?'))
        .filter(|token| !token.is_empty())
    {
        url.push('?');
        url.push_str(token);
    }
}

fn finish(url: &str, endpoint: String, account: Option<String>, path: &str, query: &str) -> Result<BlobUrl> {
    let (container, blob) = path.split_once('/').unwrap_or((path, ""));
    if container.is_empty() {
        return Err(refused(url, "it names no container"));
    }
    let container = ContainerName::parse(&decoded(url, container)?)?;
    let blob = match blob {
        "" => None,
        blob => Some(BlobName::parse(&decoded(url, blob)?)?),
    };
    for name in ["snapshot", "versionid"] {
        if query.split('&').any(|pair| pair.split('=').next() == Some(name)) {
            return Err(refused(url, "snapshots and versions are not simulated"));
        }
    }
    let has_signature = query.split('&').any(|pair| pair.starts_with("sig="));
    Ok(BlobUrl {
        endpoint,
        account,
        container,
        blob,
        access: if has_signature {
            Access::Sas(query.to_owned())
        } else {
            Access::Anonymous
        },
    })
}

/// Scheme and authority; path without its first slash; query.
fn split(url: &str) -> Result<(&str, &str, &str)> {
    let scheme = url.find("://").map_or("", |end| &url[..end]);
    if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
        return Err(refused(url, "it begins with neither http:// nor https://"));
    }
    let start = scheme.len() + 3;
    let end = url[start..]
        .find(['/', '?', '#'])
        .map_or(url.len(), |at| start + at);
    let authority = &url[start..end];
    if authority.is_empty() || authority.contains(['@', ' ', '\\']) {
        return Err(refused(url, "its host is missing or malformed"));
    }
    let rest = &url[end..];
    let (path, query) = path_and_query(rest.strip_prefix('/').unwrap_or(rest));
    Ok((&url[..end], path, query))
}

fn path_and_query(text: &str) -> (&str, &str) {
    let text = text.split_once('#').map_or(text, |(before, _)| before);
    text.split_once('?').unwrap_or((text, ""))
}

/// The host of an origin, without port and brackets.
fn host(origin: &str) -> &str {
    let authority = origin
        .split_once("://")
        .map_or(origin, |(_, authority)| authority);
    match authority.strip_prefix('[') {
        Some(rest) => rest.split_once(']').map_or(rest, |(host, _)| host),
        None => authority.split_once(':').map_or(authority, |(host, _)| host),
    }
}

fn is_host_style(host: &str) -> bool {
    host.contains('.') && host.parse::<Ipv4Addr>().is_err() && host.parse::<Ipv6Addr>().is_err()
}

fn decoded(url: &str, text: &str) -> Result<String> {
    percent_decode_str(text)
        .decode_utf8()
        .map(std::borrow::Cow::into_owned)
        .map_err(|_| refused(url, "its percent-encoding is not UTF-8"))
}

fn refused(url: &str, why: &str) -> Error {
    Error::blob(ErrorCode::RequestUrlFailedToParse).with_message(format!(
        "{:?} is not the URL of a container or blob: {why}.",
        redact_signatures(url)
    ))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parts(url: &str) -> (String, Option<String>, String, Option<String>, Access) {
        let parsed = parse_blob_url(url).unwrap();
        (
            parsed.endpoint,
            parsed.account,
            parsed.container.to_string(),
            parsed.blob.map(|blob| blob.to_string()),
            parsed.access,
        )
    }

    fn expected(
        endpoint: &str,
        account: Option<&str>,
        container: &str,
        blob: Option<&str>,
        access: Access,
    ) -> (String, Option<String>, String, Option<String>, Access) {
        (
            endpoint.into(),
            account.map(str::to_owned),
            container.into(),
            blob.map(str::to_owned),
            access,
        )
    }

    #[test]
    fn both_styles_are_understood() {
        assert_eq!(
            parts("https://acct.blob.core.windows.net/input/dir/a%20b.txt?sv=1&sig=x%2B"),
            expected(
                "https://acct.blob.core.windows.net",
                Some("acct"),
                "input",
                Some("dir/a b.txt"),
                Access::Sas("sv=1&sig=x%2B".into())
            )
        );
        for origin in [
            "http://127.0.0.1:10000",
            "http://localhost",
            "http://[::1]:1",
            "HTTP://azurite:10000",
        ] {
            assert_eq!(
                parts(&format!(
                    "{origin}/devstoreaccount1/output/%C3%A9?timeout=3#fragment"
                )),
                expected(
                    &format!("{origin}/devstoreaccount1"),
                    Some("devstoreaccount1"),
                    "output",
                    Some("é"),
                    Access::Anonymous
                )
            );
        }
        assert_eq!(
            parts("https://store.example.com/output/"),
            expected(
                "https://store.example.com",
                None,
                "output",
                None,
                Access::Anonymous
            )
        );
    }

    #[test]
    fn a_known_endpoint_decides() {
        let endpoint = "http://store.example.com:10000/devstoreaccount1";
        let url = format!("{endpoint}/input/x?sig=a");
        let parsed = parse_blob_url_below(endpoint, &url).unwrap().unwrap();
        assert_eq!(
            (parsed.endpoint.as_str(), parsed.container.as_str()),
            (endpoint, "input")
        );
        assert_eq!(parsed.account.as_deref(), Some("devstoreaccount1"));
        for other in [
            "http://store.example.com:10000/devstoreaccount12/input/x",
            "http://store.example.com:10000",
            "http://elsewhere/devstoreaccount1/input/x",
        ] {
            assert!(parse_blob_url_below(endpoint, other).is_none(), "{other}");
        }
    }

    #[test]
    fn what_is_no_blob_url_is_refused_without_showing_its_signature() {
        for (url, code) in [
            ("", ErrorCode::RequestUrlFailedToParse),
            ("ftp://h/c/b?sig=topsecret", ErrorCode::RequestUrlFailedToParse),
            ("https:///c/b", ErrorCode::RequestUrlFailedToParse),
            (
                "https://user@acct.blob.core.windows.net/c",
                ErrorCode::RequestUrlFailedToParse,
            ),
            (
                "https://acct.blob.core.windows.net/?sig=topsecret",
                ErrorCode::RequestUrlFailedToParse,
            ),
            ("http://127.0.0.1:10000/", ErrorCode::RequestUrlFailedToParse),
            ("http://127.0.0.1:10000/acct", ErrorCode::RequestUrlFailedToParse),
            (
                "http://127.0.0.1:10000/acct/input/%FF",
                ErrorCode::RequestUrlFailedToParse,
            ),
            (
                "http://127.0.0.1/acct/input/x?snapshot=1",
                ErrorCode::RequestUrlFailedToParse,
            ),
            (
                "http://127.0.0.1:10000/acct/UPPER/x",
                ErrorCode::InvalidResourceName,
            ),
        ] {
            let error = parse_blob_url(url).unwrap_err();
            assert!(error.is(&code), "{url}: {error}");
            assert!(!error.to_string().contains("topsecret"));
        }
    }

    #[test]
    fn dots_are_kept_from_being_resolved() {
        let container = ContainerName::parse("input").unwrap();
        let url = |name: &str| blob_url("http://h/a", &container, &BlobName::parse(name).unwrap(), None);
        assert_eq!(url("dir/a b.txt"), "http://h/a/input/dir/a%20b.txt");
        assert_eq!(url("../x"), "http://h/a/input/..%2Fx");
        assert_eq!(url("a//b"), "http://h/a/input/a//b");
        assert_eq!(
            container_url("http://h/a/", &container, Some("?sig=x")),
            "http://h/a/input?sig=x"
        );
        for name in ["../x", "a/../../b", "./a", "a//b", "..\\x", "a?b#c%2F"] {
            let resolved = ::url::Url::parse(&url(name)).unwrap();
            let parsed = parse_blob_url(resolved.as_str()).unwrap();
            assert_eq!(parsed.blob.unwrap().as_str(), name);
        }
    }

    proptest! {
        #[test]
        fn any_name_survives(name in "\\PC{1,80}", token in proptest::option::of("sv=1&sig=[a-zA-Z0-9]{1,9}")) {
            let container = ContainerName::parse("input").unwrap();
            let blob = BlobName::parse(&name).unwrap();
            for endpoint in ["https://acct.blob.core.windows.net", "http://127.0.0.1:10000/acct"] {
                let url = blob_url(endpoint, &container, &blob, token.as_deref());
                let parsed = parse_blob_url(&url).unwrap();
                prop_assert_eq!(parsed.endpoint.as_str(), endpoint);
                prop_assert_eq!(parsed.account.as_deref(), Some("acct"));
                prop_assert_eq!(&parsed.container, &container);
                prop_assert_eq!(parsed.blob.as_ref(), Some(&blob));
                let expected = token.clone().map_or(Access::Anonymous, Access::Sas);
                prop_assert_eq!(parsed.access, expected);
                prop_assert_eq!(parse_blob_url_below(endpoint, &url).unwrap().unwrap().blob, Some(blob.clone()));
            }
        }

        #[test]
        fn no_text_makes_the_parser_panic(url in "\\PC{0,60}") {
            let _ = parse_blob_url(&url);
            let _ = parse_blob_url_below("http://h/a", &url);
        }
    }
}
