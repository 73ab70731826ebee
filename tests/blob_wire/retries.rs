//! Requests are repeated where that is safe, when the service wants it, and on the clock they were given.

use std::sync::Arc;

use batchite::azure::RetryPolicy;
use batchite_api::backend::{BlobBackend, BlobConditions, Body};
use batchite_api::blob::{CreateContainerOptions, ListBlobsOptions, PutBlobOptions};
use batchite_api::error::{Error, ErrorCode};
use batchite_api::time::TimeSpan;
use bytes::Bytes;
use futures_util::stream;
use http::StatusCode;

use crate::scripted::{Answer, Scripted, answer, broken};
use crate::support::{ENDPOINT, blob, container, owner, start};

const WRITTEN: &[(&str, &str)] = &[
    ("etag", "\"0x1\""),
    ("last-modified", "Thu, 20 Nov 2025 15:00:00 GMT"),
];

fn created() -> Answer {
    answer(StatusCode::CREATED, WRITTEN, "")
}

fn busy(wait: &str) -> Answer {
    let headers = [("x-ms-error-code", "ServerBusy"), ("retry-after", wait)];
    answer(StatusCode::SERVICE_UNAVAILABLE, &headers, "")
}

fn failed() -> Answer {
    answer(
        StatusCode::INTERNAL_SERVER_ERROR,
        &[("x-ms-error-code", "InternalError")],
        "",
    )
}

/// A client that repeats, over a script.
fn client(script: &Scripted) -> Arc<dyn BlobBackend> {
    let connector = script.connector().with_retry(RetryPolicy::default());
    Arc::new(connector.account(ENDPOINT, owner()).unwrap())
}

async fn put(script: &Scripted, body: Body, options: &PutBlobOptions) -> Result<(), Error> {
    client(script)
        .put_blob(&container("con"), &blob("b"), body, options)
        .await
        .map(drop)
}

#[tokio::test]
async fn the_service_is_given_the_time_it_asks_for() {
    let script = Scripted::new([busy("7"), created()]);
    put(&script, "x".into(), &PutBlobOptions::default())
        .await
        .unwrap();
    assert_eq!(script.now() - start(), TimeSpan::from_seconds(7));
    let sent = script.sent();
    assert_eq!(sent.len(), 2);
    // Dated and signed anew: the first signature is of an older date.
    assert!(sent[0].contains("x-ms-date: Thu, 20 Nov 2025 15:00:00 GMT"));
    assert!(sent[1].contains("x-ms-date: Thu, 20 Nov 2025 15:00:07 GMT"));
    assert!(sent.iter().all(|text| text.ends_with("\n\nx")));
    let signature = |text: &str| {
        text.lines()
            .find(|line| line.starts_with("authorization"))
            .map(str::to_owned)
    };
    assert_ne!(signature(&sent[0]), signature(&sent[1]));
}

#[tokio::test]
async fn failures_that_pass_are_survived_and_others_are_not() {
    let script = Scripted::new([Answer::Reset, failed(), created()]);
    put(&script, "x".into(), &PutBlobOptions::default())
        .await
        .unwrap();
    assert_eq!(script.sent().len(), 3);
    assert!(script.now() > start());

    let refused = || {
        answer(
            StatusCode::CONFLICT,
            &[("x-ms-error-code", "LeaseAlreadyPresent")],
            "",
        )
    };
    let script = Scripted::new([refused(), created()]);
    let error = put(&script, "x".into(), &PutBlobOptions::default())
        .await
        .unwrap_err();
    assert_eq!(error.status(), 409);
    assert_eq!(script.sent().len(), 1);
}

#[tokio::test]
async fn attempts_are_limited() {
    let script = Scripted::new([failed(), failed(), failed(), failed(), created()]);
    let error = put(&script, "x".into(), &PutBlobOptions::default())
        .await
        .unwrap_err();
    assert!(error.is(&ErrorCode::InternalError));
    assert_eq!(script.sent().len(), 4);
    let script = Scripted::new([busy("3600"), created()]);
    let error = put(&script, "x".into(), &PutBlobOptions::default())
        .await
        .unwrap_err();
    assert!(error.is(&ErrorCode::ServerBusy));
    assert_eq!((script.sent().len(), script.now()), (1, start()));
}

#[tokio::test]
async fn what_may_have_happened_is_not_done_twice() {
    let script = Scripted::new([Answer::Reset, created()]);
    let error = client(&script)
        .create_container(&container("con"), &CreateContainerOptions::default())
        .await
        .unwrap_err();
    assert_eq!(error.status(), 0);
    assert_eq!(script.sent().len(), 1);

    let only_new = PutBlobOptions {
        conditions: BlobConditions {
            if_none_match: Some("*".into()),
            ..BlobConditions::default()
        },
        ..PutBlobOptions::default()
    };
    let script = Scripted::new([Answer::Reset, created()]);
    put(&script, "x".into(), &only_new).await.unwrap_err();
    assert_eq!(script.sent().len(), 1);
    // A busy server has done nothing.
    let script = Scripted::new([busy("1"), created()]);
    put(&script, "x".into(), &only_new).await.unwrap();
}

#[tokio::test]
async fn a_stream_is_sent_once() {
    let body = || {
        let pieces = ["x", "y"].map(|text| Ok(Bytes::from_static(text.as_bytes())));
        Body::from_stream(Some(2), Box::pin(stream::iter(pieces)))
    };
    let script = Scripted::new([busy("1"), created()]);
    let error = put(&script, body(), &PutBlobOptions::default())
        .await
        .unwrap_err();
    assert!(error.is(&ErrorCode::ServerBusy));
    assert_eq!(script.sent().len(), 1);
}

#[tokio::test]
async fn a_document_that_breaks_off_is_asked_for_again() {
    let xml = [("content-type", "application/xml")];
    let whole = "<EnumerationResults><Blobs/></EnumerationResults>";
    let script = Scripted::new([
        broken(StatusCode::OK, &xml, "<EnumerationResults>"),
        answer(StatusCode::OK, &xml, whole),
    ]);
    let page = client(&script)
        .list_blobs(&container("con"), &ListBlobsOptions::default())
        .await
        .unwrap();
    assert_eq!(page.entries, []);
    assert_eq!(script.sent().len(), 2);
}
