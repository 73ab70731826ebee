//! The shared-key signature of Azure Batch, after "Authenticate requests to the Azure Batch service".

use std::borrow::Cow;

use super::{RequestToSign, SharedKeyAuthorization, check};
use crate::auth::AccountKey;
use crate::error::{Result, Service};

/// The text a request is signed over: the form current SDKs sign.
pub fn string_to_sign(account: &str, request: &RequestToSign<'_>) -> String {
    let mut text = opening_lines(request, signed_length(request));
    push_resource(&mut text, account, request.path, &sdk_query(request));
    text
}

/// The value of the `Authorization` header.
pub fn authorization(account: &str, key: &AccountKey, request: &RequestToSign<'_>) -> String {
    format!(
        "SharedKey {account}:{}",
        key.sign(&string_to_sign(account, request))
    )
}

/// Checks an `Authorization` header: the account it names, and its signature as [`verify`] does.
pub fn verify_authorization(
    account: &str,
    keys: &[AccountKey],
    request: &RequestToSign<'_>,
    authorization: &SharedKeyAuthorization<'_>,
) -> Result<()> {
    let keys = if authorization.account == account {
        keys
    } else {
        &[]
    };
    verify(account, keys, request, authorization.signature)
}

/// Checks a signature against every form of the text that is in use.
///
/// SDK generations differ in three points the documents leave open: whether `%2F` and `%5C` of the path are turned
/// into `/` first, whether the names of query parameters are put in lower case and repeated values joined, and
/// whether a length that is not sent is signed as zero. Refused: `AuthenticationFailed`, with the text the service
/// used in the details.
pub fn verify(
    account: &str,
    keys: &[AccountKey],
    request: &RequestToSign<'_>,
    signature: &str,
) -> Result<()> {
    let slashed = with_slashes(request.path);
    let lengths = [signed_length(request), request.header("content-length")];
    let queries: [QueryOf; 2] = [sdk_query, documented_query];
    let paths = [request.path, &slashed];
    let texts = lengths.into_iter().flat_map(|length| {
        queries.into_iter().flat_map(move |query| {
            let text = move |path| {
                let mut text = opening_lines(request, length);
                push_resource(&mut text, account, path, &query(request));
                text
            };
            paths.into_iter().map(text)
        })
    });
    check(Service::Batch, keys, request, signature, texts)
}

/// The length as SDKs sign it: zero where a body may be and none is, nothing where there is never one.
fn signed_length<'a>(request: &'a RequestToSign<'_>) -> &'a str {
    match (request.method, request.header("content-length")) {
        ("GET" | "HEAD", "" | "0") => "",
        (_, "") => "0",
        (_, length) => length,
    }
}

/// Everything that stands before the resource.
fn opening_lines(request: &RequestToSign<'_>, content_length: &str) -> String {
    let mut headers = request.headers_with_prefix("ocp-");
    headers.sort();
    let date = match request.header("ocp-date") {
        "" => request.header("date"),
        _ => "",
    };
    let mut text = request.standard_lines(content_length, date);
    for (name, value) in headers {
        text.push_str(&name);
        text.push(':');
        text.push_str(value);
        text.push('\n');
    }
    text
}

type Query<'a> = Vec<(Cow<'a, str>, Cow<'a, str>)>;

/// One way to write the query of a request.
type QueryOf = for<'a> fn(&RequestToSign<'a>) -> Query<'a>;

/// The query as the SDKs sign it: names as they are, the first of repeated values, none that is empty.
fn sdk_query<'a>(request: &RequestToSign<'a>) -> Query<'a> {
    let mut pairs: Query<'a> = Vec::new();
    for (name, value) in request.query {
        if !value.is_empty() && pairs.iter().all(|(known, _)| known != name) {
            pairs.push((name.clone(), value.clone()));
        }
    }
    pairs.sort();
    pairs
}

/// The query as the document has it: names in lower case, repeated values sorted and joined.
fn documented_query<'a>(request: &RequestToSign<'a>) -> Query<'a> {
    let mut pairs = super::blob::canonical_query(request);
    pairs.retain(|(_, value)| !value.is_empty());
    pairs
}

/// The path with its encoded slashes and backslashes made plain slashes, as the oldest SDKs sign it.
fn with_slashes(path: &str) -> Cow<'_, str> {
    if !path.contains('%') {
        return Cow::Borrowed(path);
    }
    let slashed = path.replace("%2F", "/").replace("%2f", "/");
    Cow::Owned(slashed.replace("%5C", "/").replace("%5c", "/"))
}

fn push_resource(text: &mut String, account: &str, path: &str, query: &Query<'_>) {
    text.push('/');
    text.push_str(account);
    text.push_str(path);
    for (name, value) in query {
        text.push('\n');
        text.push_str(name);
        text.push(':');
        text.push_str(value);
    }
}

#[cfg(test)]
mod tests {
    use super::super::query_pairs;
    use super::*;
    use crate::error::ErrorCode;

    const DATE: (&str, &str) = ("ocp-date", "Thu, 20 Nov 2025 15:00:00 GMT");

    fn key() -> AccountKey {
        AccountKey::from_base64("a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=").unwrap()
    }

    /// Method, target, further headers, signature made by an SDK's own signer.
    type Vector<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)], &'a str);

    const CURRENT: &[Vector<'static>] = &[
        (
            "GET",
            "/pools?api-version=2025-06-01&maxresults=10",
            &[],
            "7g/R4xLlgpVMpFGBYEmVnY1nx57SSc9h20a3QoPD44E=",
        ),
        (
            "POST",
            "/pools?api-version=2025-06-01",
            &[
                ("Content-Type", "application/json; odata=minimalmetadata"),
                ("Content-Length", "26"),
            ],
            "zsJgrURG6VjEScLuLUxzP0eQsL3in1NVGimEeeSgxBo=",
        ),
        (
            "DELETE",
            "/jobs/j1?api-version=2025-06-01&force=true",
            &[("Content-Length", "0")],
            "4UA14RExMaij8dPHbDZVu0ckkytEqWe9d3WCZ9wSAbo=",
        ),
        (
            "GET",
            "/jobs/j/tasks/t/files/wd%2Fa%20b.txt?api-version=2025-06-01",
            &[("ocp-range", "bytes=0-3")],
            "DnmQBOZ+dv+YU07MOXyv4yWZXrGV5aL03P6K9/k6/8Q=",
        ),
        (
            "PATCH",
            "/jobs/j?api-version=2016-07-01.3.1&timeout=30",
            &[
                ("If-Match", "0x1"),
                (
                    "Content-Type",
                    "application/json; odata=minimalmetadata; charset=utf-8",
                ),
                ("Content-Length", "15"),
            ],
            "tZgawFGhDjxCWu+cONNj7D0H2CfkCjtVLC2BRdtRE/c=",
        ),
    ];

    fn with_request<T>(vector: &Vector<'_>, run: impl FnOnce(&RequestToSign<'_>) -> T) -> T {
        let (path, query) = vector.1.split_once('?').unwrap_or((vector.1, ""));
        let query = query_pairs(query);
        let mut headers = vector.2.to_vec();
        headers.push(DATE);
        run(&RequestToSign {
            method: vector.0,
            path,
            query: &query,
            headers: &headers,
        })
    }

    #[test]
    fn signatures_are_those_of_the_sdks() {
        for vector in CURRENT {
            with_request(vector, |request| {
                assert_eq!(
                    authorization("acct", &key(), request),
                    format!("SharedKey acct:{}", vector.3)
                );
                verify("acct", &[key()], request, vector.3).unwrap();
            });
        }
    }

    #[test]
    fn the_oldest_sdk_signs_another_path() {
        let mut vector = CURRENT[3];
        vector.3 = "5ER/ZCO3GVa182FK0iGcMeZp+OWX0f2KVb8t7Go2X1Q=";
        with_request(&vector, |request| {
            verify("acct", &[key()], request, vector.3).unwrap();
        });
    }

    #[test]
    fn names_in_lower_case_are_accepted_as_the_document_has_them() {
        let vector = ("GET", "/pools?timeOut=30&api-version=x", &[][..], "");
        let signature = with_request(&("GET", "/pools?timeout=30&api-version=x", &[], ""), |request| {
            key().sign(&string_to_sign("acct", request))
        });
        with_request(&vector, |request| {
            verify("acct", &[key()], request, &signature).unwrap();
        });
    }

    #[test]
    fn a_length_that_is_not_sent_may_be_signed_as_zero_or_as_nothing() {
        let mut vector = CURRENT[2];
        vector.2 = &[];
        with_request(&vector, |request| {
            verify("acct", &[key()], request, vector.3).unwrap();
            let text = string_to_sign("acct", request);
            let text = text.replacen("DELETE\n\n\n0\n", "DELETE\n\n\n\n", 1);
            verify("acct", &[key()], request, &key().sign(&text)).unwrap();
        });
        // A length that is sent is signed as it is.
        with_request(&CURRENT[1], |request| {
            let text = string_to_sign("acct", request).replacen("\n26\n", "\n\n", 1);
            assert!(verify("acct", &[key()], request, &key().sign(&text)).is_err());
        });
    }

    #[test]
    fn a_header_is_checked_with_the_account_it_names() {
        use super::super::SharedKeyAuthorization;
        let header = |account: &str| format!("SharedKey {account}:{}", CURRENT[0].3);
        with_request(&CURRENT[0], |request| {
            for (account, accepted) in [("acct", true), ("other", false), ("ACCT", false)] {
                let header = header(account);
                let given = SharedKeyAuthorization::parse(Service::Batch, &header)
                    .unwrap()
                    .unwrap();
                let checked = verify_authorization("acct", &[key()], request, &given);
                assert_eq!(checked.is_ok(), accepted, "{account}");
            }
        });
    }

    #[test]
    fn whatever_is_signed_may_not_change() {
        let good = CURRENT[1];
        let changed: &[Vector<'_>] = &[
            ("PUT", good.1, good.2, good.3),
            ("POST", "/jobs?api-version=2025-06-01", good.2, good.3),
            ("POST", "/pools?api-version=2025-06-02", good.2, good.3),
            ("POST", "/pools?api-version=2025-06-01&x=1", good.2, good.3),
            (
                "POST",
                good.1,
                &[("Content-Type", "text/plain"), ("Content-Length", "26")],
                good.3,
            ),
            ("POST", good.1, &[good.2[0], ("Content-Length", "27")], good.3),
            ("POST", good.1, &[good.2[0], good.2[1], ("ocp-x", "1")], good.3),
            ("POST", good.1, &[good.2[0], good.2[1], ("If-Match", "1")], good.3),
        ];
        for vector in changed {
            with_request(vector, |request| {
                let error = verify("acct", &[key()], request, vector.3).unwrap_err();
                assert!(error.is(&ErrorCode::AuthenticationFailed), "{vector:?}");
                assert_eq!(error.status(), 403);
                assert!(!error.to_string().contains(vector.3));
            });
        }
        with_request(&good, |request| {
            let other = AccountKey::from_bytes(*b"another key");
            assert!(verify("acct", std::slice::from_ref(&other), request, good.3).is_err());
            assert!(verify("other", &[key()], request, good.3).is_err());
            assert!(verify("acct", &[], request, good.3).is_err());
            assert!(verify("acct", &[key()], request, "not Base64!").is_err());
            verify("acct", &[other, key()], request, good.3).unwrap();
        });
    }
}
