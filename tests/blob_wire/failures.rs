//! Answers that are wrong, late or cut off become errors that say so, never a wrong result.

use std::error::Error as _;

use batchite_api::auth::Access;
use batchite_api::backend::{BlobConditions, Body, ByteRange};
use batchite_api::blob::{CreateContainerOptions, ListBlobsOptions, PutBlobOptions};
use batchite_api::error::{Error, ErrorCode};
use batchite_api::wire::blob::failure;
use http::StatusCode;

use crate::scripted::{Answer, Scripted, answer, broken};
use crate::support::{blob, container};

const XML: &[(&str, &str)] = &[("content-type", "application/xml")];

const BLOB: &[(&str, &str)] = &[
    ("etag", "\"0x1\""),
    ("last-modified", "Thu, 20 Nov 2025 15:00:00 GMT"),
    ("content-length", "5"),
];

fn access() -> Access {
    Access::Sas("sv=1&sig=c2VjcmV0".into())
}

async fn list(given: Answer) -> Error {
    let error = Scripted::new([given])
        .client(access())
        .list_blobs(&container("con"), &ListBlobsOptions::default())
        .await
        .unwrap_err();
    assert!(!format!("{error} {error:?}").contains("c2VjcmV0"), "{error:?}");
    error
}

#[tokio::test]
async fn documents_that_are_cut_off_or_none_at_all() {
    for body in ["", "<EnumerationResults><Blobs>", "<EnumerationResults/>", "{}"] {
        let error = list(answer(StatusCode::OK, XML, body)).await;
        assert_eq!(error.status(), 0, "{body}: {error}");
        assert!(error.source().is_some(), "{body}");
    }
    let error = list(broken(StatusCode::OK, XML, "<EnumerationResults>")).await;
    assert_eq!(error.message(), "The connection broke.");
    for headers in [&[("content-type", "text/html")][..], &[]] {
        let error = list(answer(StatusCode::OK, headers, "<html>Sign in</html>")).await;
        assert!(error.message().contains("instead of XML"), "{error}");
        assert_eq!(error.status(), 0);
    }
}

#[tokio::test]
async fn refusals_are_read_whatever_they_look_like() {
    let told = &[
        ("x-ms-error-code", "ContainerNotFound"),
        ("x-ms-request-id", "r-1"),
    ];
    let error = list(answer(StatusCode::NOT_FOUND, told, "")).await;
    assert!(error.is(&ErrorCode::ContainerNotFound));
    assert_eq!((error.status(), error.request_id()), (404, Some("r-1")));
    let body = "<Error><Code>Made&amp;Up</Code><Message>No.</Message></Error>";
    let error = list(answer(StatusCode::CONFLICT, XML, body)).await;
    assert_eq!((error.status(), error.code().as_str()), (409, "Made&Up"));
    let error = list(broken(StatusCode::NOT_FOUND, told, "<Error><Co")).await;
    assert!(error.is(&ErrorCode::ContainerNotFound));
    let error = list(answer(
        StatusCode::BAD_GATEWAY,
        &[],
        "<html>/c?sig=c2VjcmV0 down</html>",
    ))
    .await;
    assert_eq!(error.status(), 502);
    assert!(error.message().contains("down"), "{error}");
    let moved = [("location", "http://elsewhere/?sig=c2VjcmV0")];
    let error = list(answer(StatusCode::TEMPORARY_REDIRECT, &moved, "")).await;
    assert_eq!(error.status(), 307);
    let error = list(answer(StatusCode::NO_CONTENT, &[], "")).await;
    assert_eq!(error.status(), 0, "a success of another operation: {error}");
}

#[tokio::test]
async fn a_huge_refusal_is_not_read_to_its_end() {
    let read = std::sync::Arc::new(std::sync::atomic::AtomicU64::new(0));
    let counted = std::sync::Arc::clone(&read);
    let pieces = futures_util::stream::repeat_with(move || {
        counted.fetch_add(1024, std::sync::atomic::Ordering::Relaxed);
        Ok(bytes::Bytes::from_static(&[b'x'; 1024]))
    });
    let mut response = http::Response::new(Body::from_stream(None, Box::pin(pieces)));
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    let error = list(Answer::Response(Box::new(response))).await;
    assert_eq!(error.status(), 500);
    assert!(error.message().len() < 1000);
    assert!(read.load(std::sync::atomic::Ordering::Relaxed) <= failure::BODY_LIMIT + 1024);
}

#[tokio::test]
async fn answers_that_lack_their_headers() {
    let client = |given| Scripted::new([given]).client(access());
    let (con, b) = (container("con"), blob("b"));
    let error = client(answer(StatusCode::CREATED, &[], ""))
        .create_container(&con, &CreateContainerOptions::default())
        .await
        .unwrap_err();
    assert!(error.message().contains("etag"), "{error}");
    let error = client(answer(StatusCode::OK, &BLOB[..2], ""))
        .get_blob_properties(&con, &b, &BlobConditions::default())
        .await
        .unwrap_err();
    assert!(error.message().contains("content-length"), "{error}");
    let error = client(answer(StatusCode::PARTIAL_CONTENT, BLOB, "hello"))
        .get_blob(&con, &b, None, &BlobConditions::default())
        .await
        .unwrap_err();
    assert!(error.message().contains("content-range"), "{error}");
    let error = client(answer(StatusCode::OK, &[], ""))
        .put_blob(&con, &b, "x".into(), &PutBlobOptions::default())
        .await
        .unwrap_err();
    assert!(error.message().contains("Put Blob"), "{error}");
}

#[tokio::test]
async fn downloads_that_are_cut_off_or_too_long() {
    for (given, text) in [
        (answer(StatusCode::OK, BLOB, "hell"), "5 bytes"),
        (answer(StatusCode::OK, BLOB, "hello!"), "5 bytes"),
        (broken(StatusCode::OK, BLOB, "he"), "The connection broke."),
        (broken(StatusCode::OK, BLOB, "hello"), "The connection broke."),
    ] {
        let download = Scripted::new([given])
            .client(access())
            .get_blob(&container("con"), &blob("b"), None, &BlobConditions::default())
            .await
            .unwrap();
        let error = download.body.collect(100).await.unwrap_err();
        assert_eq!(error.status(), 0);
        assert!(error.message().contains(text), "{error}");
        assert!(error.source().is_some());
    }
}

#[tokio::test]
async fn a_service_that_ignores_a_range_gives_the_whole() {
    let asked = Some(ByteRange {
        first: 1,
        last: Some(2),
    });
    let download = Scripted::new([answer(StatusCode::OK, BLOB, "hello")])
        .client(access())
        .get_blob(&container("con"), &blob("b"), asked, &BlobConditions::default())
        .await
        .unwrap();
    assert_eq!(download.range, (0, 5));
    assert_eq!(download.body.collect(5).await.unwrap(), "hello");
}

#[tokio::test]
async fn bodies_that_are_not_as_long_as_they_say_are_not_sent() {
    let script = Scripted::new([]);
    let short = Body::from_stream(Some(3), Box::pin(futures_util::stream::iter([])));
    let error = script
        .client(access())
        .put_blob(&container("con"), &blob("b"), short, &PutBlobOptions::default())
        .await
        .unwrap_err();
    assert!(error.message().contains("3 bytes"), "{error}");
    assert_eq!(script.sent(), [""; 0]);
}
