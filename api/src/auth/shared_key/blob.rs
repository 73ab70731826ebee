//! The shared-key signatures of Blob Storage, after "Authorize with Shared Key", version 2009-09-19 and later.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::{RequestToSign, SharedKeyAuthorization, SharedKeyScheme, check, in_lower_case};
use crate::auth::AccountKey;
use crate::error::{Result, Service};

/// From this version on a `Content-Length` of zero is signed as nothing.
const EMPTY_LENGTH_SINCE: &str = "2015-02-21";

/// The text a request is signed over with `SharedKey`.
pub fn string_to_sign(account: &str, request: &RequestToSign<'_>) -> String {
    shared_key_text(account, request, by_service_order)
}

/// The value of the `Authorization` header.
pub fn authorization(account: &str, key: &AccountKey, request: &RequestToSign<'_>) -> String {
    format!(
        "SharedKey {account}:{}",
        key.sign(&string_to_sign(account, request))
    )
}

/// The text a request is signed over with `SharedKeyLite`.
pub fn string_to_sign_lite(account: &str, request: &RequestToSign<'_>) -> String {
    let mut text = format!(
        "{}\n{}\n{}\n{}\n",
        request.method,
        request.header("content-md5"),
        request.header("content-type"),
        date(request),
    );
    push_headers(&mut text, request, by_service_order);
    text.push('/');
    text.push_str(account);
    text.push_str(request.path);
    if let Some((_, value)) = request.query.iter().find(|(name, _)| name == "comp") {
        text.push_str("?comp=");
        text.push_str(value);
    }
    text
}

/// Checks the signature an `Authorization` header carries for the account the request is for.
///
/// The order of the `x-ms-` headers is the service's (which passes over hyphens) or plain byte order: clients do
/// either, and most requests have the same text under both. Refused: `AuthenticationFailed`, with the text the
/// service used in the details.
pub fn verify(
    account: &str,
    keys: &[AccountKey],
    request: &RequestToSign<'_>,
    authorization: &SharedKeyAuthorization<'_>,
) -> Result<()> {
    let is_lite = authorization.scheme == SharedKeyScheme::SharedKeyLite;
    let served = || {
        if is_lite {
            string_to_sign_lite(account, request)
        } else {
            string_to_sign(account, request)
        }
    };
    let plain = || (!is_lite).then(|| shared_key_text(account, request, str::cmp));
    let texts = std::iter::once_with(served).chain(std::iter::once_with(plain).flatten());
    let keys = if authorization.account == account {
        keys
    } else {
        &[]
    };
    check(Service::Blob, keys, request, authorization.signature, texts)
}

/// Query parameters in the order of their names in lower case, repeated values sorted and joined by commas.
pub(super) fn canonical_query<'a>(request: &RequestToSign<'a>) -> Vec<(Cow<'a, str>, Cow<'a, str>)> {
    let pairs = request.query.iter();
    let mut pairs: Vec<_> = pairs
        .map(|(name, value)| (in_lower_case(name), &**value))
        .collect();
    pairs.sort_unstable();
    let mut joined: Vec<(Cow<'a, str>, Cow<'a, str>)> = Vec::with_capacity(pairs.len());
    for (name, value) in pairs {
        match joined.last_mut() {
            Some((last, values)) if *last == name => {
                let values = values.to_mut();
                values.push(',');
                values.push_str(value);
            }
            _ => joined.push((name, Cow::Borrowed(value))),
        }
    }
    joined
}

fn shared_key_text(
    account: &str,
    request: &RequestToSign<'_>,
    order: impl Fn(&str, &str) -> Ordering,
) -> String {
    let version = request.header("x-ms-version");
    let content_length = match request.header("content-length") {
        "0" if version.is_empty() || version >= EMPTY_LENGTH_SINCE => "",
        length => length,
    };
    let mut text = request.standard_lines(content_length, date(request));
    push_headers(&mut text, request, order);
    text.push('/');
    text.push_str(account);
    text.push_str(request.path);
    for (name, value) in canonical_query(request) {
        text.push('\n');
        text.push_str(&name);
        text.push(':');
        text.push_str(&value);
    }
    text
}

/// `x-ms-date` stands among the canonicalized headers and leaves the line of `Date` empty.
fn date<'a>(request: &'a RequestToSign<'_>) -> &'a str {
    match request.header("x-ms-date") {
        "" => request.header("date"),
        _ => "",
    }
}

fn push_headers(text: &mut String, request: &RequestToSign<'_>, order: impl Fn(&str, &str) -> Ordering) {
    let mut headers = request.headers_with_prefix("x-ms-");
    headers.sort_by(|(one, _), (other, _)| order(one, other));
    for (name, value) in headers {
        text.push_str(&name);
        text.push(':');
        text.push_str(value);
        text.push('\n');
    }
}

/// The order the service sorts header names in: signs, then digits, then letters, passing over hyphens; where only
/// hyphens tell names apart, the name with the earlier hyphen comes later.
fn by_service_order(one: &str, other: &str) -> Ordering {
    fn weight(byte: u8) -> (bool, u8) {
        (byte.is_ascii_alphanumeric(), byte)
    }
    fn weights(name: &str) -> impl Iterator<Item = (bool, u8)> {
        name.bytes().filter(|byte| *byte != b'-').map(weight)
    }
    let by_weights = || weights(one).cmp(weights(other));
    let differing = one.bytes().zip(other.bytes()).find(|(a, b)| a != b);
    match differing {
        Some((b'-', _)) => by_weights().then(Ordering::Greater),
        Some((_, b'-')) => by_weights().then(Ordering::Less),
        // Up to here hyphens stand in the same places, so nothing that follows can matter.
        Some((a, b)) => weight(a).cmp(&weight(b)),
        None => one.len().cmp(&other.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::query_pairs;
    use super::*;
    use crate::error::ErrorCode;

    const DATE: (&str, &str) = ("x-ms-date", "Thu, 20 Nov 2025 15:00:00 GMT");
    const VERSION: (&str, &str) = ("x-ms-version", "2021-12-02");

    fn key() -> AccountKey {
        AccountKey::from_base64("a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=").unwrap()
    }

    /// Account, method, target, headers, `Authorization`.
    type Vector<'a> = (&'a str, &'a str, &'a str, &'a [(&'a str, &'a str)], &'a str);

    /// Made by the official Python SDK's signer (azure-storage-blob 12.31.1); the last one by hand.
    const VECTORS: &[Vector<'static>] = &[
        (
            "acct",
            "GET",
            "/output?restype=container&comp=list&prefix=a%20b%2F&maxresults=10",
            &[DATE, VERSION],
            "SharedKey acct:fc+RvkFX5IZ3FBr8dLJ36F1DZivlBXQ+Et8u9mtIuJ0=",
        ),
        (
            "acct",
            "PUT",
            "/input/dir/a%20b.txt",
            &[
                DATE,
                VERSION,
                ("Content-Length", "11"),
                ("Content-Type", "text/plain"),
                ("x-ms-blob-type", "BlockBlob"),
                ("If-None-Match", "*"),
                ("x-ms-meta-b1", "one"),
                ("X-Ms-Meta-b_1", "two"),
            ],
            "SharedKey acct:b9leIm4/q5Hk/ctxWFsdhBp16BJ8zDsClMvL/Sbyonw=",
        ),
        (
            "devstoreaccount1",
            "DELETE",
            "/devstoreaccount1/input/x",
            &[DATE, VERSION, ("Content-Length", "0")],
            "SharedKey devstoreaccount1:ZW/zIWEcl6dBSEDF5mMr+Fkw89/sZ4bvr2SkADCw9k8=",
        ),
        (
            "acct",
            "GET",
            "/input/x",
            &[
                DATE,
                VERSION,
                ("x-ms-range", "bytes=0-3"),
                ("If-Match", "\"0x8D\""),
            ],
            "SharedKey acct:oQus19/COc+7qNiMM/Fl4CfoRipYeyQl/kc512CGWt8=",
        ),
        (
            "acct",
            "GET",
            "/output?restype=container&comp=list",
            &[DATE, VERSION],
            "SharedKeyLite acct:PikuMX8PmLfwjnE8vRV6GrDJHrecpmNkebUrwNNkxrQ=",
        ),
    ];

    fn with_request<T>(vector: &Vector<'_>, run: impl FnOnce(&RequestToSign<'_>) -> T) -> T {
        let (path, query) = vector.2.split_once('?').unwrap_or((vector.2, ""));
        let query = query_pairs(query);
        run(&RequestToSign {
            method: vector.1,
            path,
            query: &query,
            headers: vector.3,
        })
    }

    fn verify_vector(vector: &Vector<'_>) -> Result<()> {
        let header = SharedKeyAuthorization::parse(Service::Blob, vector.4)
            .unwrap()
            .unwrap();
        with_request(vector, |request| verify(vector.0, &[key()], request, &header))
    }

    #[test]
    fn signatures_are_those_of_the_sdk() {
        for vector in VECTORS {
            verify_vector(vector).unwrap();
            if vector.4.starts_with("SharedKey ") {
                let made = with_request(vector, |request| authorization(vector.0, &key(), request));
                assert_eq!(made, vector.4);
            }
        }
    }

    #[test]
    fn header_names_in_byte_order_are_accepted_too() {
        let vector = VECTORS[1];
        with_request(&vector, |request| {
            let plain = shared_key_text("acct", request, str::cmp);
            assert_ne!(plain, string_to_sign("acct", request));
            let header = format!("SharedKey acct:{}", key().sign(&plain));
            let header = SharedKeyAuthorization::parse(Service::Blob, &header)
                .unwrap()
                .unwrap();
            verify("acct", &[key()], request, &header).unwrap();
        });
    }

    #[test]
    fn names_are_ordered_as_the_service_does() {
        let mut names = ["x-ms-a-b", "x-ms-ab", "x-ms-a1", "x-ms-a_1", "x-ms-ab-", "x-ms-a"];
        names.sort_by(|one, other| by_service_order(one, other));
        assert_eq!(
            names,
            ["x-ms-a", "x-ms-a_1", "x-ms-a1", "x-ms-ab", "x-ms-ab-", "x-ms-a-b"]
        );
    }

    #[test]
    fn old_versions_sign_a_length_of_zero() {
        let headers = [DATE, ("x-ms-version", "2014-02-14"), ("Content-Length", "0")];
        let request = RequestToSign {
            method: "PUT",
            path: "/c",
            query: &[],
            headers: &headers,
        };
        assert!(string_to_sign("acct", &request).starts_with("PUT\n\n\n0\n"));
    }

    #[test]
    fn repeated_parameters_are_joined_in_order() {
        let query = query_pairs("Include=b&include=a&x=1");
        let request = RequestToSign {
            method: "GET",
            path: "/",
            query: &query,
            headers: &[],
        };
        assert!(string_to_sign("acct", &request).ends_with("/acct/\ninclude:a,b\nx:1"));
    }

    #[test]
    fn whatever_is_signed_may_not_change() {
        let good = VECTORS[0];
        for changed in [
            ("other", good.1, good.2, good.3, good.4),
            (good.0, "HEAD", good.2, good.3, good.4),
            (
                good.0,
                good.1,
                "/input?restype=container&comp=list&prefix=a%20b%2F&maxresults=10",
                good.3,
                good.4,
            ),
            (
                good.0,
                good.1,
                "/output?restype=container&comp=list",
                good.3,
                good.4,
            ),
            (good.0, good.1, good.2, &[DATE], good.4),
            (good.0, good.1, good.2, &[DATE, VERSION, ("Range", "x")], good.4),
            (
                good.0,
                good.1,
                good.2,
                good.3,
                "SharedKey acct:fd+RvkFX5IZ3FBr8dLJ36F1DZivlBXQ+Et8u9mtIuJ0=",
            ),
            (
                good.0,
                good.1,
                good.2,
                good.3,
                "SharedKeyLite acct:fc+RvkFX5IZ3FBr8dLJ36F1DZivlBXQ+Et8u9mtIuJ0=",
            ),
        ] {
            let error = verify_vector(&changed).unwrap_err();
            assert!(error.is(&ErrorCode::AuthenticationFailed), "{changed:?}");
            assert_eq!(error.status(), 403);
        }
    }

    #[test]
    fn a_refusal_never_shows_a_token_of_the_query() {
        let mut vector = VECTORS[0];
        vector.2 = "/output?sig=topsecret";
        let error = verify_vector(&vector).unwrap_err();
        assert!(!error.to_string().contains("topsecret"));
    }
}
