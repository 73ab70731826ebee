//! The names of the headers, and their values as text.
//!
//! A value is UTF-8 here. The service documents ASCII; anything above it travels as it is.

use http::header::{HeaderMap, HeaderName, HeaderValue};

use crate::error::{Error, ErrorCode, Result, Service};
use crate::time::Timestamp;

/// `Accept-Ranges`: `bytes` on blobs.
pub const ACCEPT_RANGES: &str = "accept-ranges";
/// `Authorization`
pub const AUTHORIZATION: &str = "authorization";
/// `Cache-Control`
pub const CACHE_CONTROL: &str = "cache-control";
/// `Content-Disposition`
pub const CONTENT_DISPOSITION: &str = "content-disposition";
/// `Content-Encoding`
pub const CONTENT_ENCODING: &str = "content-encoding";
/// `Content-Language`
pub const CONTENT_LANGUAGE: &str = "content-language";
/// `Content-Length`
pub const CONTENT_LENGTH: &str = "content-length";
/// `x-ms-content-crc64`: of a body, Base64 of eight bytes.
pub const CONTENT_CRC64: &str = "x-ms-content-crc64";
/// `Content-MD5`
pub const CONTENT_MD5: &str = "content-md5";
/// `Content-Range`: which bytes of how many the body holds.
pub const CONTENT_RANGE: &str = "content-range";
/// `Content-Type`
pub const CONTENT_TYPE: &str = "content-type";
/// `Date`
pub const DATE: &str = "date";
/// `ETag`
pub const ETAG: &str = "etag";
/// `If-Match`
pub const IF_MATCH: &str = "if-match";
/// `If-Modified-Since`
pub const IF_MODIFIED_SINCE: &str = "if-modified-since";
/// `If-None-Match`
pub const IF_NONE_MATCH: &str = "if-none-match";
/// `If-Unmodified-Since`
pub const IF_UNMODIFIED_SINCE: &str = "if-unmodified-since";
/// `Last-Modified`
pub const LAST_MODIFIED: &str = "last-modified";
/// `Range`
pub const RANGE: &str = "range";
/// `Retry-After`: seconds to wait before the next attempt.
pub const RETRY_AFTER: &str = "retry-after";
/// `x-ms-blob-cache-control`
pub const BLOB_CACHE_CONTROL: &str = "x-ms-blob-cache-control";
/// `x-ms-blob-content-disposition`
pub const BLOB_CONTENT_DISPOSITION: &str = "x-ms-blob-content-disposition";
/// `x-ms-blob-content-encoding`
pub const BLOB_CONTENT_ENCODING: &str = "x-ms-blob-content-encoding";
/// `x-ms-blob-content-language`
pub const BLOB_CONTENT_LANGUAGE: &str = "x-ms-blob-content-language";
/// `x-ms-blob-content-md5`
pub const BLOB_CONTENT_MD5: &str = "x-ms-blob-content-md5";
/// `x-ms-blob-content-type`
pub const BLOB_CONTENT_TYPE: &str = "x-ms-blob-content-type";
/// `x-ms-blob-public-access`
pub const BLOB_PUBLIC_ACCESS: &str = "x-ms-blob-public-access";
/// `x-ms-blob-type`
pub const BLOB_TYPE: &str = "x-ms-blob-type";
/// `x-ms-client-request-id`: echoed.
pub const CLIENT_REQUEST_ID: &str = "x-ms-client-request-id";
/// `x-ms-copy-id`
pub const COPY_ID: &str = "x-ms-copy-id";
/// `x-ms-copy-source`: the URL a blob is copied from, with the access it carries.
pub const COPY_SOURCE: &str = "x-ms-copy-source";
/// `x-ms-copy-status`
pub const COPY_STATUS: &str = "x-ms-copy-status";
/// `x-ms-creation-time`
pub const CREATION_TIME: &str = "x-ms-creation-time";
/// `x-ms-delete-snapshots`
pub const DELETE_SNAPSHOTS: &str = "x-ms-delete-snapshots";
/// `x-ms-delete-type-permanent`: nothing is left that could be restored.
pub const DELETE_TYPE_PERMANENT: &str = "x-ms-delete-type-permanent";
/// `x-ms-error-code`: the code of a refusal; all that a refused HEAD request gets.
pub const ERROR_CODE: &str = "x-ms-error-code";
/// `x-ms-has-immutability-policy`
pub const HAS_IMMUTABILITY_POLICY: &str = "x-ms-has-immutability-policy";
/// `x-ms-has-legal-hold`
pub const HAS_LEGAL_HOLD: &str = "x-ms-has-legal-hold";
/// `x-ms-lease-state`
pub const LEASE_STATE: &str = "x-ms-lease-state";
/// `x-ms-lease-status`
pub const LEASE_STATUS: &str = "x-ms-lease-status";
/// `x-ms-meta-`, before the name of a pair.
pub const METADATA_PREFIX: &str = "x-ms-meta-";
/// `x-ms-date`: replaces `Date`, which many clients cannot set.
pub const MS_DATE: &str = "x-ms-date";
/// `x-ms-range`: replaces `Range`.
pub const MS_RANGE: &str = "x-ms-range";
/// `x-ms-request-id`
pub const REQUEST_ID: &str = "x-ms-request-id";
/// `x-ms-request-server-encrypted`, on answers to writes.
pub const REQUEST_SERVER_ENCRYPTED: &str = "x-ms-request-server-encrypted";
/// `x-ms-requires-sync`: the copy is complete when the answer comes.
pub const REQUIRES_SYNC: &str = "x-ms-requires-sync";
/// `x-ms-sku-name`
pub const SKU_NAME: &str = "x-ms-sku-name";
/// `x-ms-account-kind`
pub const ACCOUNT_KIND: &str = "x-ms-account-kind";
/// `x-ms-is-hns-enabled`
pub const IS_HNS_ENABLED: &str = "x-ms-is-hns-enabled";
/// `x-ms-server-encrypted`, on answers to reads.
pub const SERVER_ENCRYPTED: &str = "x-ms-server-encrypted";
/// `x-ms-access-tier`
pub const ACCESS_TIER: &str = "x-ms-access-tier";
/// `x-ms-access-tier-change-time`
pub const ACCESS_TIER_CHANGE_TIME: &str = "x-ms-access-tier-change-time";
/// `x-ms-access-tier-inferred`
pub const ACCESS_TIER_INFERRED: &str = "x-ms-access-tier-inferred";
/// `x-ms-blob-append-offset`: where an appended block begins.
pub const APPEND_OFFSET: &str = "x-ms-blob-append-offset";
/// `x-ms-blob-committed-block-count`
pub const COMMITTED_BLOCK_COUNT: &str = "x-ms-blob-committed-block-count";
/// `x-ms-blob-condition-appendpos`: the bytes a blob must have before a block is appended.
pub const APPEND_POSITION: &str = "x-ms-blob-condition-appendpos";
/// `x-ms-blob-condition-maxsize`: the most bytes a blob may have afterwards.
pub const MAX_SIZE: &str = "x-ms-blob-condition-maxsize";
/// `x-ms-blob-sealed`: nothing can be appended any more.
pub const BLOB_SEALED: &str = "x-ms-blob-sealed";
/// `x-ms-copy-action`: `abort`.
pub const COPY_ACTION: &str = "x-ms-copy-action";
/// `x-ms-copy-completion-time`
pub const COPY_COMPLETION_TIME: &str = "x-ms-copy-completion-time";
/// `x-ms-copy-progress`
pub const COPY_PROGRESS: &str = "x-ms-copy-progress";
/// `x-ms-copy-source-blob-properties`: whether content headers come from the source.
pub const COPY_SOURCE_PROPERTIES: &str = "x-ms-copy-source-blob-properties";
/// `x-ms-if-tags`: an expression over tags.
pub const IF_TAGS: &str = "x-ms-if-tags";
/// `x-ms-lease-action`
pub const LEASE_ACTION: &str = "x-ms-lease-action";
/// `x-ms-lease-break-period`: seconds.
pub const LEASE_BREAK_PERIOD: &str = "x-ms-lease-break-period";
/// `x-ms-lease-duration`: seconds or -1 in requests, `fixed` or `infinite` in answers.
pub const LEASE_DURATION: &str = "x-ms-lease-duration";
/// `x-ms-lease-id`
pub const LEASE_ID: &str = "x-ms-lease-id";
/// `x-ms-lease-time`: seconds.
pub const LEASE_TIME: &str = "x-ms-lease-time";
/// `x-ms-proposed-lease-id`
pub const PROPOSED_LEASE_ID: &str = "x-ms-proposed-lease-id";
/// `x-ms-range-get-content-crc64`: whether the answer tells the CRC64 of the range.
pub const RANGE_GET_CONTENT_CRC64: &str = "x-ms-range-get-content-crc64";
/// `x-ms-range-get-content-md5`: whether the answer tells the MD5 of the range.
pub const RANGE_GET_CONTENT_MD5: &str = "x-ms-range-get-content-md5";
/// `x-ms-rehydrate-priority`
pub const REHYDRATE_PRIORITY: &str = "x-ms-rehydrate-priority";
/// `x-ms-snapshot`
pub const SNAPSHOT: &str = "x-ms-snapshot";
/// `x-ms-source-content-md5`
pub const SOURCE_CONTENT_MD5: &str = "x-ms-source-content-md5";
/// `x-ms-source-if-match`
pub const SOURCE_IF_MATCH: &str = "x-ms-source-if-match";
/// `x-ms-source-if-modified-since`
pub const SOURCE_IF_MODIFIED_SINCE: &str = "x-ms-source-if-modified-since";
/// `x-ms-source-if-none-match`
pub const SOURCE_IF_NONE_MATCH: &str = "x-ms-source-if-none-match";
/// `x-ms-source-if-tags`
pub const SOURCE_IF_TAGS: &str = "x-ms-source-if-tags";
/// `x-ms-source-if-unmodified-since`
pub const SOURCE_IF_UNMODIFIED_SINCE: &str = "x-ms-source-if-unmodified-since";
/// `x-ms-source-lease-id`
pub const SOURCE_LEASE_ID: &str = "x-ms-source-lease-id";
/// `x-ms-source-range`
pub const SOURCE_RANGE: &str = "x-ms-source-range";
/// `x-ms-tag-count`
pub const TAG_COUNT: &str = "x-ms-tag-count";
/// `x-ms-tags`: pairs as in a query.
pub const TAGS: &str = "x-ms-tags";
/// `x-ms-version`
pub const VERSION: &str = "x-ms-version";

/// A header that does not say what it should.
///
/// Its value is not kept: it may be a secret, and it may be long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadHeader {
    name: String,
    expected: &'static str,
}

impl BadHeader {
    /// A header that was expected to be something else.
    pub fn new(name: &str, expected: &'static str) -> Self {
        Self {
            name: name.to_owned(),
            expected,
        }
    }

    /// The refusal when a request has such a header.
    pub fn into_refusal(self) -> Error {
        Error::blob(ErrorCode::InvalidHeaderValue)
            .with_detail("HeaderName", self.name)
            .with_detail("Reason", format!("expected {}", self.expected))
    }

    /// The failure when an answer has such a header, or lacks it.
    pub fn into_failure(self) -> Error {
        Error::protocol(
            Service::Blob,
            format!(
                "The header {} of the answer is missing or wrong; expected {}.",
                self.name, self.expected
            ),
        )
    }
}

/// The text of a header.
pub fn text<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, BadHeader> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(BadHeader::new(name, "the header once, not several times"));
    }
    std::str::from_utf8(value.as_bytes())
        .map(Some)
        .map_err(|_| BadHeader::new(name, "UTF-8"))
}

/// The text of a header, for the caller to keep; an empty one counts as absent.
pub fn owned(headers: &HeaderMap, name: &str) -> Result<Option<String>, BadHeader> {
    Ok(text(headers, name)?
        .filter(|text| !text.is_empty())
        .map(str::to_owned))
}

/// The text of a header that must be there.
pub fn required<'a>(headers: &'a HeaderMap, name: &str) -> Result<&'a str, BadHeader> {
    text(headers, name)?.ok_or_else(|| BadHeader::new(name, "the header, which is missing"))
}

/// A header as a moment, in RFC 1123 form.
pub fn moment(headers: &HeaderMap, name: &str) -> Result<Option<Timestamp>, BadHeader> {
    text(headers, name)?
        .map(|text| {
            Timestamp::from_rfc1123(text)
                .map_err(|_| BadHeader::new(name, "a moment as Thu, 20 Nov 2025 15:00:00 GMT"))
        })
        .transpose()
}

/// A header as a number.
pub fn number(headers: &HeaderMap, name: &str) -> Result<Option<u64>, BadHeader> {
    text(headers, name)?
        .map(|text| text.parse().map_err(|_| BadHeader::new(name, "a number")))
        .transpose()
}

/// A header as `true` or `false`; absent is false.
pub fn flag(headers: &HeaderMap, name: &str) -> Result<bool, BadHeader> {
    match text(headers, name)? {
        None => Ok(false),
        Some(text) if text.eq_ignore_ascii_case("true") => Ok(true),
        Some(text) if text.eq_ignore_ascii_case("false") => Ok(false),
        Some(_) => Err(BadHeader::new(name, "true or false")),
    }
}

/// Sets a header; one that was there is replaced.
///
/// Refused with `InvalidHeaderValue` when the text has line breaks or other control characters.
pub fn set(headers: &mut HeaderMap, name: &'static str, text: &str) -> Result<()> {
    let value = value(name, text)?;
    headers.insert(HeaderName::from_static(name), value);
    Ok(())
}

/// Sets a header when there is a text for it.
pub fn set_some(headers: &mut HeaderMap, name: &'static str, text: Option<&str>) -> Result<()> {
    text.map_or(Ok(()), |text| set(headers, name, text))
}

/// The value of a header.
///
/// Refused with `InvalidHeaderValue` when the text has line breaks or other control characters.
pub fn value(name: &str, text: &str) -> Result<HeaderValue> {
    HeaderValue::from_bytes(text.as_bytes())
        .map_err(|_| BadHeader::new(name, "a text without control characters").into_refusal())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_break_never_becomes_a_header() {
        let mut headers = HeaderMap::new();
        let error = set(&mut headers, CONTENT_TYPE, "text/plain\r\nx-ms-evil: 1").unwrap_err();
        assert!(error.is(&ErrorCode::InvalidHeaderValue));
        assert_eq!(error.detail("HeaderName"), Some(CONTENT_TYPE));
        assert!(headers.is_empty());
    }

    #[test]
    fn values_are_utf_8_and_stand_once() {
        let mut headers = HeaderMap::new();
        set(&mut headers, CONTENT_DISPOSITION, "attachment; filename=é").unwrap();
        assert_eq!(
            text(&headers, CONTENT_DISPOSITION),
            Ok(Some("attachment; filename=é"))
        );
        headers.append(CONTENT_DISPOSITION, HeaderValue::from_static("inline"));
        assert!(text(&headers, CONTENT_DISPOSITION).is_err());
        headers.insert(CONTENT_TYPE, HeaderValue::from_bytes(b"\xff").unwrap());
        assert!(text(&headers, CONTENT_TYPE).is_err());
    }

    #[test]
    fn moments_numbers_and_flags_are_checked() {
        let mut headers = HeaderMap::new();
        set(&mut headers, LAST_MODIFIED, "yesterday").unwrap();
        set(&mut headers, CONTENT_LENGTH, "-1").unwrap();
        set(&mut headers, REQUIRES_SYNC, "perhaps").unwrap();
        assert!(moment(&headers, LAST_MODIFIED).is_err());
        assert!(number(&headers, CONTENT_LENGTH).is_err());
        assert!(flag(&headers, REQUIRES_SYNC).is_err());
        assert_eq!(flag(&headers, HAS_LEGAL_HOLD), Ok(false));
    }
}
