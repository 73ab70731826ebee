//! Refusals on the wire: a status, `x-ms-error-code`, and for all but HEAD an XML body.

use http::HeaderMap;

use super::header::{self, ERROR_CODE, REQUEST_ID};
use crate::error::{Error, Service};
use crate::secret::redact_signatures;
use crate::time::Timestamp;

/// The bytes of a refusal that are read at most; what is longer does not come from the service.
pub const BODY_LIMIT: u64 = 64 * 1024;

/// The XML body of a refusal, in the service's layout: text, request id and time in one. Signatures are hidden.
pub fn body(error: &Error, request_id: &str, now: Timestamp) -> String {
    let message = redact_signatures(error.message());
    let message = format!("{message}\nRequestId:{request_id}\nTime:{now}");
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?><Error>");
    element(&mut xml, "Code", error.code().as_str());
    element(&mut xml, "Message", &message);
    for (key, value) in error.details() {
        // The key becomes the name of an element, which cannot be escaped.
        if key.starts_with(|first: char| first.is_ascii_alphabetic())
            && key.bytes().all(|byte| byte.is_ascii_alphanumeric())
        {
            element(&mut xml, key, value);
        }
    }
    xml.push_str("</Error>");
    xml
}

fn element(xml: &mut String, name: &str, text: &str) {
    let text = super::xml::legal(text);
    let text = quick_xml::escape::escape(&*text);
    for part in ["<", name, ">", &text, "</", name, ">"] {
        xml.push_str(part);
    }
}

/// Reads a refusal from an answer whose status is no success.
///
/// `body` may be empty (HEAD), cut off at [`BODY_LIMIT`] or no XML at all: then the code comes from
/// `x-ms-error-code`, and without one the error says what came instead. Signatures in it are hidden.
pub fn read(status: u16, headers: &HeaderMap, body: &[u8]) -> Error {
    let told = header::text(headers, &ERROR_CODE).ok().flatten();
    let elements = super::xml::elements_of("Error", body).unwrap_or_default();
    let find = |name: &str| {
        elements
            .iter()
            .find(|(given, _)| given == name)
            .map(|(_, text)| text.as_str())
    };
    let mut error = match (told.or_else(|| find("Code")), find("Message")) {
        (Some(code), message) => {
            let text = message.map_or_else(|| format!("The service refused: {code}."), bare_message);
            Error::from_wire(Service::Blob, code, status, redact_signatures(&text))
        }
        (None, _) => Error::from_wire(Service::Blob, "", status, strange(body)),
    };
    for (key, value) in &elements {
        if key != "Code" && key != "Message" {
            error = error.with_detail(key, value.as_str());
        }
    }
    match header::text(headers, &REQUEST_ID) {
        Ok(Some(id)) => error.with_request_id(id),
        _ => error,
    }
}

/// The message without the request id and time the service appends.
fn bare_message(message: &str) -> String {
    let end = message.find("\nRequestId:").unwrap_or(message.len());
    message[..end].to_owned()
}

/// What to say of an answer that is none of the service's.
fn strange(body: &[u8]) -> String {
    const SHOWN: usize = 200;
    let text = String::from_utf8_lossy(&body[..body.len().min(SHOWN)]);
    let text = redact_signatures(text.trim());
    if text.is_empty() {
        "The answer has no error code and no body. Check that the endpoint is one of Blob Storage.".to_owned()
    } else {
        format!(
            "The answer has no error code; it begins with {text:?}. Check that the endpoint is one of Blob Storage."
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorCode;

    fn told(code: &'static str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        header::set(&mut headers, &ERROR_CODE, code).unwrap();
        header::set(&mut headers, &REQUEST_ID, "r-1").unwrap();
        headers
    }

    #[test]
    fn refusals_survive_both_ways() {
        let error = Error::blob(ErrorCode::InvalidHeaderValue)
            .with_message("Line one\n<two> & \"three\" \u{1}")
            .with_detail("HeaderName", "x-ms-range")
            .with_detail("HeaderValue", "bytes=<>&");
        let text = body(&error, "r-1", Timestamp::UNIX_EPOCH);
        assert!(
            text.contains("\nRequestId:r-1\nTime:1970-01-01T00:00:00Z</Message>"),
            "{text}"
        );
        let read = read(400, &told("InvalidHeaderValue"), text.as_bytes());
        assert_eq!(read, error);
        assert_eq!(read.message(), "Line one\n<two> & \"three\" \u{FFFD}");
        assert_eq!(read.request_id(), Some("r-1"));
    }

    #[test]
    fn a_recorded_refusal_is_read() {
        let text = "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>InvalidHeaderValue</Code>\
            <Message>The value for one of the HTTP headers is not in the correct format.\n\
            RequestId:e4deb301-701e-0057-3359-977c9c000000\nTime:2022-07-14T08:15:01.5908400Z</Message>\
            <HeaderName>x-ms-range-get-content-crc64</HeaderName><HeaderValue>true</HeaderValue></Error>";
        let error = read(400, &HeaderMap::new(), text.as_bytes());
        assert!(error.is(&ErrorCode::InvalidHeaderValue));
        assert_eq!(
            error.message(),
            "The value for one of the HTTP headers is not in the correct format."
        );
        assert_eq!(error.detail("HeaderValue"), Some("true"));
    }

    #[test]
    fn the_header_is_enough() {
        for body in ["", "<Error><Code>BlobNotFo", "\u{0}\u{1}", "<html/>"] {
            let error = read(404, &told("BlobNotFound"), body.as_bytes());
            assert!(error.is(&ErrorCode::BlobNotFound), "{body:?}");
            assert_eq!(error.status(), 404);
        }
    }

    #[test]
    fn what_does_not_come_from_the_service_is_told_without_signatures() {
        let page = "<html><body>Bad gateway for /c/b?sp=r&amp;sig=c2VjcmV0</body></html>";
        let error = read(502, &HeaderMap::new(), page.as_bytes());
        assert_eq!((error.status(), error.code().as_str()), (502, ""));
        assert!(error.message().contains("Bad gateway"), "{error}");
        assert!(!error.to_string().contains("c2VjcmV0"), "{error}");
        let detail =
            "<Error><Code>X</Code><Message>sig=c2VjcmV0</Message><Detail>?sig=c2VjcmV0</Detail></Error>";
        let error = read(403, &HeaderMap::new(), detail.as_bytes());
        assert!(!format!("{error:?} {error}").contains("c2VjcmV0"), "{error:?}");
        assert!(read(500, &HeaderMap::new(), b"").message().contains("endpoint"));
        let error = Error::blob(ErrorCode::InvalidUri).with_message("h?sig=c2VjcmV0");
        assert!(!body(&error, "r-1", Timestamp::UNIX_EPOCH).contains("c2VjcmV0"));
    }
}
