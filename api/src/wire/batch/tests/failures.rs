//! Refusals are written and read; what is none of the service's is told as what it is.

use http::HeaderMap;

use super::super::failure;
use crate::error::{Error, ErrorCode};
use crate::time::Timestamp;

fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    pairs
        .iter()
        .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
        .collect::<Vec<(http::HeaderName, http::HeaderValue)>>()
        .into_iter()
        .collect()
}

#[test]
fn refusals_survive_both_ways() {
    let error = Error::batch(ErrorCode::InvalidPropertyValue)
        .with_detail("PropertyName", "id")
        .with_detail("Reason", "line one\nline \"two\"");
    let body = failure::body(&error, "r-1", Timestamp::UNIX_EPOCH, "https://h");
    let text = std::str::from_utf8(&body).unwrap();
    assert!(text.starts_with(
        "{\"odata.metadata\":\"https://h/$metadata#Microsoft.Azure.Batch.Protocol.Entities.Container.errors/@Element\",\
         \"code\":\"InvalidPropertyValue\""
    ));
    assert!(
        text.contains("\\nRequestId:r-1\\nTime:1970-01-01T00:00:00Z\""),
        "{text}"
    );
    let told = headers(&[("request-id", "r-1"), ("client-request-id", "c-1")]);
    let read = failure::read(400, &told, &body);
    assert_eq!(read, error);
    assert_eq!(read.message(), error.message());
    assert_eq!(
        (read.request_id(), read.client_request_id()),
        (Some("r-1"), Some("c-1"))
    );
}

#[test]
fn a_recorded_refusal_is_read() {
    let body = "{\r\n  \"odata.metadata\":\"https://h/$metadata#Microsoft.Azure.Batch.Protocol.Entities.Container.errors/@Element\",\
        \"code\":\"PoolExists\",\"message\":{\r\n    \"lang\":\"en-US\",\
        \"value\":\"The specified pool already exists.\\nRequestId:6c9b\\nTime:2024-10-24T01:15:20.9159077Z\"\r\n  }\r\n}";
    let error = failure::read(409, &HeaderMap::new(), body.as_bytes());
    assert_eq!(error, Error::batch(ErrorCode::PoolExists));
    assert_eq!(error.message(), "The specified pool already exists.");
}

#[test]
fn without_a_body_the_status_has_to_do() {
    for (status, code) in [
        (304, ErrorCode::ConditionNotMet),
        (412, ErrorCode::ConditionNotMet),
        (404, ErrorCode::ResourceNotFound),
    ] {
        let error = failure::read(status, &HeaderMap::new(), b"");
        assert!(error.is(&code));
        assert_eq!(error.status(), status);
    }
    let error = failure::read(503, &HeaderMap::new(), b"");
    assert_eq!((error.status(), error.code().as_str()), (503, ""));
}

#[test]
fn what_does_not_come_from_the_service_is_told_without_signatures() {
    for body in [
        "<html>Bad gateway for ?sig=c2VjcmV0</html>",
        "{\"code\":\"\"}",
        "{\"code\":\"Pool",
        "\u{0}",
    ] {
        let error = failure::read(502, &HeaderMap::new(), body.as_bytes());
        assert_eq!((error.status(), error.code().as_str()), (502, ""), "{body}");
        assert!(error.message().contains("endpoint"));
        assert!(!error.to_string().contains("c2VjcmV0"));
    }
    let told =
        r#"{"code":"X","message":{"value":"?sig=c2VjcmV0"},"values":[{"key":"U","value":"sig=c2VjcmV0"}]}"#;
    let error = failure::read(400, &HeaderMap::new(), told.as_bytes());
    assert!(!format!("{error} {error:?}").contains("c2VjcmV0"));
}

#[test]
fn tasks_of_a_collection_are_refused_with_the_status_of_the_code() {
    let exists = Error::batch(ErrorCode::TaskExists);
    let told = failure::model(&exists, "r", Timestamp::UNIX_EPOCH);
    assert_eq!(failure::of_task(&told), exists);
    assert_eq!(failure::of_task(&told).message(), exists.message());
}
