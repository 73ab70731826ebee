//! Names of headers, and their values as text.

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::error::{Error, ErrorCode, Result, Service};
use crate::time::Timestamp;

/// `client-request-id`: the caller's own id for a request.
pub const CLIENT_REQUEST_ID: &str = "client-request-id";
/// `return-client-request-id`: `true` when the answer shall repeat the caller's id.
pub const RETURN_CLIENT_REQUEST_ID: &str = "return-client-request-id";
/// `request-id`: the service's id for a request.
pub const REQUEST_ID: &str = "request-id";
/// `ocp-date`: when a request was signed; it stands in for `Date`.
pub const OCP_DATE: &str = "ocp-date";
/// `ocp-range`: the wanted bytes of a file.
pub const OCP_RANGE: &str = "ocp-range";
/// `ocp-creation-time`: when a file was made.
pub const OCP_CREATION_TIME: &str = "ocp-creation-time";
/// `ocp-batch-file-isdirectory`: `True` or `False`.
pub const FILE_IS_DIRECTORY: &str = "ocp-batch-file-isdirectory";
/// `ocp-batch-file-mode`: the mode of a file, as `0o100644`.
pub const FILE_MODE: &str = "ocp-batch-file-mode";
/// `ocp-batch-file-url`: where a file is, percent-encoded.
pub const FILE_URL: &str = "ocp-batch-file-url";

/// The text of a header of an answer. Those that are no text fail.
pub fn text<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>> {
    headers
        .get(name)
        .map(|value| std::str::from_utf8(value.as_bytes()).map_err(|_| malformed(name, "UTF-8")))
        .transpose()
}

/// The text of a header an answer must have.
pub fn required<'a>(headers: &'a HeaderMap, name: &str) -> Result<&'a str> {
    text(headers, name)?.ok_or_else(|| malformed(name, "the header, which is missing"))
}

/// A header of an answer as a moment, in RFC 1123 form.
pub fn moment(headers: &HeaderMap, name: &str) -> Result<Option<Timestamp>> {
    text(headers, name)?
        .map(|text| {
            Timestamp::from_rfc1123(text)
                .map_err(|_| malformed(name, "a moment as Thu, 20 Nov 2025 15:00:00 GMT"))
        })
        .transpose()
}

/// The failure of an answer with such a header, or without it.
pub fn malformed(name: &str, expected: &str) -> Error {
    Error::protocol(
        Service::Batch,
        format!("The header {name} of the answer is missing or wrong; expected {expected}."),
    )
}

/// Sets a header; one that was there is replaced.
///
/// Refused with `InvalidHeaderValue` when the text has line breaks or other control characters.
pub fn set(headers: &mut HeaderMap, name: &'static str, text: &str) -> Result<()> {
    let value = value(name, text)?;
    headers.insert(HeaderName::from_static(name), value);
    Ok(())
}

/// The value of a header.
///
/// Refused with `InvalidHeaderValue` when the text has line breaks or other control characters.
pub fn value(name: &str, text: &str) -> Result<HeaderValue> {
    HeaderValue::from_bytes(text.as_bytes()).map_err(|_| {
        Error::batch(ErrorCode::InvalidHeaderValue)
            .with_detail("HeaderName", name)
            .with_detail("Reason", "expected a text without control characters")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_break_never_becomes_a_header() {
        let mut headers = HeaderMap::new();
        let error = set(&mut headers, CLIENT_REQUEST_ID, "a\r\nocp-date: b").unwrap_err();
        assert!(error.is(&ErrorCode::InvalidHeaderValue));
        assert_eq!(error.detail("HeaderName"), Some(CLIENT_REQUEST_ID));
        assert!(headers.is_empty());
    }

    #[test]
    fn answers_with_strange_headers_fail() {
        let mut headers = HeaderMap::new();
        headers.insert("etag", HeaderValue::from_bytes(b"\xff").unwrap());
        set(&mut headers, "last-modified", "yesterday").unwrap();
        assert_eq!(text(&headers, "etag").unwrap_err().status(), 0);
        assert!(moment(&headers, "last-modified").is_err());
        assert!(
            required(&headers, "location")
                .unwrap_err()
                .message()
                .contains("location")
        );
    }
}
