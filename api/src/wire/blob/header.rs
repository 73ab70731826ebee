//! The names of the headers, and their values as text.
//!
//! A value is UTF-8 here. The service documents ASCII; anything above it travels as it is.

use std::borrow::Cow;

use bytes::Bytes;
use http::header::{HeaderMap, HeaderName, HeaderValue};

use crate::error::{Error, ErrorCode, Result, Service};
use crate::time::Timestamp;

/// `Accept-Ranges`: `bytes` on blobs.
pub static ACCEPT_RANGES: HeaderName = HeaderName::from_static("accept-ranges");
/// `Authorization`
pub static AUTHORIZATION: HeaderName = HeaderName::from_static("authorization");
/// `Cache-Control`
pub static CACHE_CONTROL: HeaderName = HeaderName::from_static("cache-control");
/// `Content-Disposition`
pub static CONTENT_DISPOSITION: HeaderName = HeaderName::from_static("content-disposition");
/// `Content-Encoding`
pub static CONTENT_ENCODING: HeaderName = HeaderName::from_static("content-encoding");
/// `Content-Language`
pub static CONTENT_LANGUAGE: HeaderName = HeaderName::from_static("content-language");
/// `Content-Length`
pub static CONTENT_LENGTH: HeaderName = HeaderName::from_static("content-length");
/// `x-ms-content-crc64`: of a body, Base64 of eight bytes.
pub static CONTENT_CRC64: HeaderName = HeaderName::from_static("x-ms-content-crc64");
/// `Content-MD5`
pub static CONTENT_MD5: HeaderName = HeaderName::from_static("content-md5");
/// `Content-Range`: which bytes of how many the body holds.
pub static CONTENT_RANGE: HeaderName = HeaderName::from_static("content-range");
/// `Content-Type`
pub static CONTENT_TYPE: HeaderName = HeaderName::from_static("content-type");
/// `Date`
pub static DATE: HeaderName = HeaderName::from_static("date");
/// `ETag`
pub static ETAG: HeaderName = HeaderName::from_static("etag");
/// `If-Match`
pub static IF_MATCH: HeaderName = HeaderName::from_static("if-match");
/// `If-Modified-Since`
pub static IF_MODIFIED_SINCE: HeaderName = HeaderName::from_static("if-modified-since");
/// `If-None-Match`
pub static IF_NONE_MATCH: HeaderName = HeaderName::from_static("if-none-match");
/// `If-Unmodified-Since`
pub static IF_UNMODIFIED_SINCE: HeaderName = HeaderName::from_static("if-unmodified-since");
/// `Last-Modified`
pub static LAST_MODIFIED: HeaderName = HeaderName::from_static("last-modified");
/// `Range`
pub static RANGE: HeaderName = HeaderName::from_static("range");
/// `Retry-After`: seconds to wait before the next attempt.
pub static RETRY_AFTER: HeaderName = HeaderName::from_static("retry-after");
/// `x-ms-blob-cache-control`
pub static BLOB_CACHE_CONTROL: HeaderName = HeaderName::from_static("x-ms-blob-cache-control");
/// `x-ms-blob-content-disposition`
pub static BLOB_CONTENT_DISPOSITION: HeaderName = HeaderName::from_static("x-ms-blob-content-disposition");
/// `x-ms-blob-content-encoding`
pub static BLOB_CONTENT_ENCODING: HeaderName = HeaderName::from_static("x-ms-blob-content-encoding");
/// `x-ms-blob-content-language`
pub static BLOB_CONTENT_LANGUAGE: HeaderName = HeaderName::from_static("x-ms-blob-content-language");
/// `x-ms-blob-content-md5`
pub static BLOB_CONTENT_MD5: HeaderName = HeaderName::from_static("x-ms-blob-content-md5");
/// `x-ms-blob-content-type`
pub static BLOB_CONTENT_TYPE: HeaderName = HeaderName::from_static("x-ms-blob-content-type");
/// `x-ms-blob-public-access`
pub static BLOB_PUBLIC_ACCESS: HeaderName = HeaderName::from_static("x-ms-blob-public-access");
/// `x-ms-blob-type`
pub static BLOB_TYPE: HeaderName = HeaderName::from_static("x-ms-blob-type");
/// `x-ms-client-request-id`: echoed.
pub static CLIENT_REQUEST_ID: HeaderName = HeaderName::from_static("x-ms-client-request-id");
/// `x-ms-return-client-request-id`: whether the id of the caller is to be echoed, which it always is.
pub static RETURN_CLIENT_REQUEST_ID: HeaderName = HeaderName::from_static("x-ms-return-client-request-id");
/// `x-ms-useragent`: stands in for `User-Agent` where a client cannot set that.
pub static USER_AGENT: HeaderName = HeaderName::from_static("x-ms-useragent");
/// `x-ms-copy-id`
pub static COPY_ID: HeaderName = HeaderName::from_static("x-ms-copy-id");
/// `x-ms-copy-source`: the URL a blob is copied from, with the access it carries.
pub static COPY_SOURCE: HeaderName = HeaderName::from_static("x-ms-copy-source");
/// `x-ms-copy-status`
pub static COPY_STATUS: HeaderName = HeaderName::from_static("x-ms-copy-status");
/// `x-ms-creation-time`
pub static CREATION_TIME: HeaderName = HeaderName::from_static("x-ms-creation-time");
/// `x-ms-delete-snapshots`
pub static DELETE_SNAPSHOTS: HeaderName = HeaderName::from_static("x-ms-delete-snapshots");
/// `x-ms-delete-type-permanent`: nothing is left that could be restored.
pub static DELETE_TYPE_PERMANENT: HeaderName = HeaderName::from_static("x-ms-delete-type-permanent");
/// `x-ms-error-code`: the code of a refusal; all that a refused HEAD request gets.
pub static ERROR_CODE: HeaderName = HeaderName::from_static("x-ms-error-code");
/// `x-ms-has-immutability-policy`
pub static HAS_IMMUTABILITY_POLICY: HeaderName = HeaderName::from_static("x-ms-has-immutability-policy");
/// `x-ms-has-legal-hold`
pub static HAS_LEGAL_HOLD: HeaderName = HeaderName::from_static("x-ms-has-legal-hold");
/// `x-ms-lease-state`
pub static LEASE_STATE: HeaderName = HeaderName::from_static("x-ms-lease-state");
/// `x-ms-lease-status`
pub static LEASE_STATUS: HeaderName = HeaderName::from_static("x-ms-lease-status");
/// `x-ms-meta-`, before the name of a pair.
pub const METADATA_PREFIX: &str = "x-ms-meta-";
/// `x-ms-date`: replaces `Date`, which many clients cannot set.
pub static MS_DATE: HeaderName = HeaderName::from_static("x-ms-date");
/// `x-ms-range`: replaces `Range`.
pub static MS_RANGE: HeaderName = HeaderName::from_static("x-ms-range");
/// `x-ms-request-id`
pub static REQUEST_ID: HeaderName = HeaderName::from_static("x-ms-request-id");
/// `x-ms-request-server-encrypted`, on answers to writes.
pub static REQUEST_SERVER_ENCRYPTED: HeaderName = HeaderName::from_static("x-ms-request-server-encrypted");
/// `x-ms-requires-sync`: the copy is complete when the answer comes.
pub static REQUIRES_SYNC: HeaderName = HeaderName::from_static("x-ms-requires-sync");
/// `x-ms-sku-name`
pub static SKU_NAME: HeaderName = HeaderName::from_static("x-ms-sku-name");
/// `x-ms-account-kind`
pub static ACCOUNT_KIND: HeaderName = HeaderName::from_static("x-ms-account-kind");
/// `x-ms-is-hns-enabled`
pub static IS_HNS_ENABLED: HeaderName = HeaderName::from_static("x-ms-is-hns-enabled");
/// `x-ms-server-encrypted`, on answers to reads.
pub static SERVER_ENCRYPTED: HeaderName = HeaderName::from_static("x-ms-server-encrypted");
/// `x-ms-access-tier`
pub static ACCESS_TIER: HeaderName = HeaderName::from_static("x-ms-access-tier");
/// `x-ms-access-tier-change-time`
pub static ACCESS_TIER_CHANGE_TIME: HeaderName = HeaderName::from_static("x-ms-access-tier-change-time");
/// `x-ms-access-tier-inferred`
pub static ACCESS_TIER_INFERRED: HeaderName = HeaderName::from_static("x-ms-access-tier-inferred");
/// `x-ms-blob-append-offset`: where an appended block begins.
pub static APPEND_OFFSET: HeaderName = HeaderName::from_static("x-ms-blob-append-offset");
/// `x-ms-blob-committed-block-count`
pub static COMMITTED_BLOCK_COUNT: HeaderName = HeaderName::from_static("x-ms-blob-committed-block-count");
/// `x-ms-blob-condition-appendpos`: the bytes a blob must have before a block is appended.
pub static APPEND_POSITION: HeaderName = HeaderName::from_static("x-ms-blob-condition-appendpos");
/// `x-ms-blob-condition-maxsize`: the most bytes a blob may have afterwards.
pub static MAX_SIZE: HeaderName = HeaderName::from_static("x-ms-blob-condition-maxsize");
/// `x-ms-blob-sealed`: nothing can be appended any more.
pub static BLOB_SEALED: HeaderName = HeaderName::from_static("x-ms-blob-sealed");
/// `x-ms-copy-action`: `abort`.
pub static COPY_ACTION: HeaderName = HeaderName::from_static("x-ms-copy-action");
/// `x-ms-copy-completion-time`
pub static COPY_COMPLETION_TIME: HeaderName = HeaderName::from_static("x-ms-copy-completion-time");
/// `x-ms-copy-progress`
pub static COPY_PROGRESS: HeaderName = HeaderName::from_static("x-ms-copy-progress");
/// `x-ms-copy-source-blob-properties`: whether content headers come from the source.
pub static COPY_SOURCE_PROPERTIES: HeaderName = HeaderName::from_static("x-ms-copy-source-blob-properties");
/// `x-ms-if-tags`: an expression over tags.
pub static IF_TAGS: HeaderName = HeaderName::from_static("x-ms-if-tags");
/// `x-ms-lease-action`
pub static LEASE_ACTION: HeaderName = HeaderName::from_static("x-ms-lease-action");
/// `x-ms-lease-break-period`: seconds.
pub static LEASE_BREAK_PERIOD: HeaderName = HeaderName::from_static("x-ms-lease-break-period");
/// `x-ms-lease-duration`: seconds or -1 in requests, `fixed` or `infinite` in answers.
pub static LEASE_DURATION: HeaderName = HeaderName::from_static("x-ms-lease-duration");
/// `x-ms-lease-id`
pub static LEASE_ID: HeaderName = HeaderName::from_static("x-ms-lease-id");
/// `x-ms-lease-time`: seconds.
pub static LEASE_TIME: HeaderName = HeaderName::from_static("x-ms-lease-time");
/// `x-ms-proposed-lease-id`
pub static PROPOSED_LEASE_ID: HeaderName = HeaderName::from_static("x-ms-proposed-lease-id");
/// `x-ms-range-get-content-crc64`: whether the answer tells the CRC64 of the range.
pub static RANGE_GET_CONTENT_CRC64: HeaderName = HeaderName::from_static("x-ms-range-get-content-crc64");
/// `x-ms-range-get-content-md5`: whether the answer tells the MD5 of the range.
pub static RANGE_GET_CONTENT_MD5: HeaderName = HeaderName::from_static("x-ms-range-get-content-md5");
/// `x-ms-rehydrate-priority`
pub static REHYDRATE_PRIORITY: HeaderName = HeaderName::from_static("x-ms-rehydrate-priority");
/// `x-ms-snapshot`
pub static SNAPSHOT: HeaderName = HeaderName::from_static("x-ms-snapshot");
/// `x-ms-source-content-md5`
pub static SOURCE_CONTENT_MD5: HeaderName = HeaderName::from_static("x-ms-source-content-md5");
/// `x-ms-source-if-match`
pub static SOURCE_IF_MATCH: HeaderName = HeaderName::from_static("x-ms-source-if-match");
/// `x-ms-source-if-modified-since`
pub static SOURCE_IF_MODIFIED_SINCE: HeaderName = HeaderName::from_static("x-ms-source-if-modified-since");
/// `x-ms-source-if-none-match`
pub static SOURCE_IF_NONE_MATCH: HeaderName = HeaderName::from_static("x-ms-source-if-none-match");
/// `x-ms-source-if-tags`
pub static SOURCE_IF_TAGS: HeaderName = HeaderName::from_static("x-ms-source-if-tags");
/// `x-ms-source-if-unmodified-since`
pub static SOURCE_IF_UNMODIFIED_SINCE: HeaderName =
    HeaderName::from_static("x-ms-source-if-unmodified-since");
/// `x-ms-source-lease-id`
pub static SOURCE_LEASE_ID: HeaderName = HeaderName::from_static("x-ms-source-lease-id");
/// `x-ms-source-range`
pub static SOURCE_RANGE: HeaderName = HeaderName::from_static("x-ms-source-range");
/// `x-ms-tag-count`
pub static TAG_COUNT: HeaderName = HeaderName::from_static("x-ms-tag-count");
/// `x-ms-tags`: pairs as in a query.
pub static TAGS: HeaderName = HeaderName::from_static("x-ms-tags");
/// `x-ms-version`
pub static VERSION: HeaderName = HeaderName::from_static("x-ms-version");

/// A header that does not say what it should.
///
/// Its value is not kept: it may be a secret, and it may be long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadHeader {
    name: HeaderName,
    expected: &'static str,
}

impl BadHeader {
    /// A header that was expected to be something else.
    pub fn new(name: &HeaderName, expected: &'static str) -> Self {
        Self {
            name: name.clone(),
            expected,
        }
    }

    /// The refusal when a request has such a header.
    pub fn into_refusal(self) -> Error {
        Error::blob(ErrorCode::InvalidHeaderValue)
            .with_detail("HeaderName", self.name.as_str())
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
pub fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, BadHeader> {
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
pub fn owned(headers: &HeaderMap, name: &HeaderName) -> Result<Option<String>, BadHeader> {
    Ok(text(headers, name)?
        .filter(|text| !text.is_empty())
        .map(str::to_owned))
}

/// The text of a header that must be there.
pub fn required<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<&'a str, BadHeader> {
    text(headers, name)?.ok_or_else(|| BadHeader::new(name, "the header, which is missing"))
}

/// A header as a moment, in RFC 1123 form.
pub fn moment(headers: &HeaderMap, name: &HeaderName) -> Result<Option<Timestamp>, BadHeader> {
    text(headers, name)?
        .map(|text| {
            Timestamp::from_rfc1123(text)
                .map_err(|_| BadHeader::new(name, "a moment as Thu, 20 Nov 2025 15:00:00 GMT"))
        })
        .transpose()
}

/// A header as a number.
pub fn number(headers: &HeaderMap, name: &HeaderName) -> Result<Option<u64>, BadHeader> {
    text(headers, name)?
        .map(|text| text.parse().map_err(|_| BadHeader::new(name, "a number")))
        .transpose()
}

/// A header as `true` or `false`; absent is false.
pub fn flag(headers: &HeaderMap, name: &HeaderName) -> Result<bool, BadHeader> {
    match text(headers, name)? {
        None => Ok(false),
        Some(text) if text.eq_ignore_ascii_case("true") => Ok(true),
        Some(text) if text.eq_ignore_ascii_case("false") => Ok(false),
        Some(_) => Err(BadHeader::new(name, "true or false")),
    }
}

/// Sets a header; one that was there is replaced. A text that is handed over, or stands in the program, is not copied.
///
/// Refused with `InvalidHeaderValue` when the text has line breaks or other control characters.
pub fn set(headers: &mut HeaderMap, name: &HeaderName, text: impl Into<Cow<'static, str>>) -> Result<()> {
    let value = value(name, text)?;
    headers.insert(name, value);
    Ok(())
}

/// Sets a header when there is a text for it.
pub fn set_some(
    headers: &mut HeaderMap,
    name: &HeaderName,
    text: Option<impl Into<Cow<'static, str>>>,
) -> Result<()> {
    text.map_or(Ok(()), |text| set(headers, name, text))
}

/// The value of a header.
///
/// Refused with `InvalidHeaderValue` when the text has line breaks or other control characters.
pub fn value(name: &HeaderName, text: impl Into<Cow<'static, str>>) -> Result<HeaderValue> {
    let bytes = match text.into() {
        Cow::Borrowed(text) => Bytes::from_static(text.as_bytes()),
        Cow::Owned(text) => Bytes::from(text),
    };
    HeaderValue::from_maybe_shared(bytes)
        .map_err(|_| BadHeader::new(name, "a text without control characters").into_refusal())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_break_never_becomes_a_header() {
        let mut headers = HeaderMap::new();
        let error = set(&mut headers, &CONTENT_TYPE, "text/plain\r\nx-ms-evil: 1").unwrap_err();
        assert!(error.is(&ErrorCode::InvalidHeaderValue));
        assert_eq!(error.detail("HeaderName"), Some(CONTENT_TYPE.as_str()));
        assert!(headers.is_empty());
    }

    #[test]
    fn values_are_utf_8_and_stand_once() {
        let mut headers = HeaderMap::new();
        set(&mut headers, &CONTENT_DISPOSITION, "attachment; filename=é").unwrap();
        assert_eq!(
            text(&headers, &CONTENT_DISPOSITION),
            Ok(Some("attachment; filename=é"))
        );
        headers.append(&CONTENT_DISPOSITION, HeaderValue::from_static("inline"));
        assert!(text(&headers, &CONTENT_DISPOSITION).is_err());
        headers.insert(&CONTENT_TYPE, HeaderValue::from_bytes(b"\xff").unwrap());
        assert!(text(&headers, &CONTENT_TYPE).is_err());
    }

    #[test]
    fn moments_numbers_and_flags_are_checked() {
        let mut headers = HeaderMap::new();
        set(&mut headers, &LAST_MODIFIED, "yesterday").unwrap();
        set(&mut headers, &CONTENT_LENGTH, "-1").unwrap();
        set(&mut headers, &REQUIRES_SYNC, "perhaps").unwrap();
        assert!(moment(&headers, &LAST_MODIFIED).is_err());
        assert!(number(&headers, &CONTENT_LENGTH).is_err());
        assert!(flag(&headers, &REQUIRES_SYNC).is_err());
        assert_eq!(flag(&headers, &HAS_LEGAL_HOLD), Ok(false));
    }
}
