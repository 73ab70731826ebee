//! Long blobs come as ranges, several at once and in order; what breaks off goes on where it was, in the same version.

use std::sync::Arc;

use batchite_api::backend::{BlobBackend, BlobConditions, ByteRange};
use batchite_api::blob::{BlobDownload, BlobHeaders, PutBlobOptions, PutBlockOptions};
use batchite_api::error::{Error, ErrorCode};
use bytes::Bytes;
use futures_util::StreamExt;

use crate::service::{Flaw, Spoiled, blob, container, content, owner, small_pieces};

async fn put(client: &dyn BlobBackend, content: Bytes) {
    client
        .put_blob(&container(), &blob(), content.into(), &PutBlobOptions::default())
        .await
        .unwrap();
}

async fn get(client: &dyn BlobBackend, range: Option<ByteRange>) -> Result<BlobDownload, Error> {
    client
        .get_blob(&container(), &blob(), range, &BlobConditions::default())
        .await
}

/// The whole blob, as far as it comes, and the requests for it.
async fn read(flaws: Vec<Flaw>, length: usize) -> (Result<Bytes, Error>, Vec<String>) {
    let service = Arc::new(Spoiled::new(flaws));
    let client = owner(&service, small_pieces()).await;
    put(&*client, content(length)).await;
    let sent = service.seen().len();
    let body = get(&*client, None).await.unwrap().body;
    assert_eq!(body.length(), Some(length as u64));
    (body.collect(u64::MAX).await, service.seen().split_off(sent))
}

#[tokio::test]
async fn blobs_and_ranges_of_every_length_come_in_order() {
    for length in [0, 1, 150, 151, 200, 201, 1_000, 1_234] {
        let (found, sent) = read(Vec::new(), length).await;
        assert_eq!(found.unwrap(), content(length), "{length}");
        assert_eq!(sent.len(), if length <= 150 { 1 } else { length.div_ceil(100) });
        assert!(!sent[0].contains("range"), "{sent:?}");
        assert!(
            sent[1..].iter().all(|line| line.contains("if-match: \"0x")),
            "{sent:?}"
        );
    }
    let service = Arc::new(Spoiled::new([]));
    let client = owner(&service, small_pieces()).await;
    put(&*client, content(1_000)).await;
    for (first, last) in [(10, None), (10, Some(409)), (999, None), (0, Some(5_000))] {
        let download = get(&*client, Some(ByteRange { first, last })).await.unwrap();
        let (start, end) = download.range;
        assert_eq!(
            (start, end),
            (first, last.map_or(1_000, |last| 1_000.min(last + 1)))
        );
        let range = usize::try_from(start).unwrap()..usize::try_from(end).unwrap();
        assert_eq!(
            download.body.collect(u64::MAX).await.unwrap(),
            content(1_000).slice(range)
        );
    }
}

#[tokio::test]
async fn as_many_ranges_travel_at_once_as_were_asked_for() {
    let service = Arc::new(Spoiled::new([]));
    let client = owner(&service, small_pieces()).await;
    put(&*client, content(1_000)).await;
    let before = service.seen().len();
    let mut body = get(&*client, None).await.unwrap().body.into_stream();
    assert_eq!(
        service.seen().len() - before,
        1,
        "nothing more before the body is read"
    );
    body.next().await.unwrap().unwrap();
    // The first range came with the answer; two more are on their way, and the one that took its place.
    assert!(service.seen().len() - before <= 4, "{:?}", service.seen());
    drop(body);
}

#[tokio::test]
async fn a_stream_that_breaks_goes_on_at_its_byte() {
    let flaws = vec![Flaw::BreaksAfter(40), Flaw::Reset, Flaw::BreaksAfter(0)];
    let (found, sent) = read(flaws, 120).await;
    assert_eq!(found.unwrap(), content(120));
    assert_eq!(sent.len(), 4);
    for line in &sent[1..] {
        assert!(
            line.contains("range: bytes=40-119") && line.contains("if-match"),
            "{line}"
        );
    }
}

#[tokio::test]
async fn ranges_that_break_go_on_at_their_bytes() {
    let flaws = vec![
        Flaw::BreaksAfter(30),
        Flaw::None,
        Flaw::BreaksAfter(20),
        Flaw::Reset,
    ];
    let (found, sent) = read(flaws, 1_000).await;
    assert_eq!(found.unwrap(), content(1_000));
    assert_eq!(sent.len(), 13, "{sent:?}");
}

#[tokio::test]
async fn attempts_end_although_every_one_brings_a_byte() {
    let flaws = (0..1_000).map(|_| Flaw::BreaksAfter(1)).collect();
    let (found, sent) = read(flaws, 120).await;
    assert_eq!(found.unwrap_err().message(), "The connection broke.");
    assert_eq!(sent.len(), 4);
}

#[tokio::test]
async fn a_blob_that_was_replaced_meanwhile_is_not_mixed() {
    for length in [120, 1_000] {
        let service = Arc::new(Spoiled::new([Flaw::BreaksAfter(10)]));
        let client = owner(&service, small_pieces()).await;
        put(&*client, content(length)).await;
        let body = get(&*client, None).await.unwrap().body;
        put(&*client, Bytes::from(vec![1; length])).await;
        let error = body.collect(u64::MAX).await.unwrap_err();
        assert!(error.is(&ErrorCode::ConditionNotMet), "{length}: {error}");
        assert_eq!(error.status(), 412);
    }
}

#[tokio::test]
async fn the_service_is_given_the_time_it_asks_for_while_it_is_busy() {
    let busy = |wait| {
        let mut response = http::Response::new(batchite_api::backend::Body::from(""));
        *response.status_mut() = http::StatusCode::SERVICE_UNAVAILABLE;
        let headers = response.headers_mut();
        headers.insert("x-ms-error-code", http::HeaderValue::from_static("ServerBusy"));
        headers.insert("retry-after", http::HeaderValue::from_static(wait));
        Flaw::Instead(Box::new(response))
    };
    let run = async |flaws: Vec<Flaw>| {
        let service = Arc::new(Spoiled::new(flaws));
        let client = owner(&service, small_pieces()).await;
        put(&*client, content(120)).await;
        let before = service.now();
        let found = get(&*client, None).await.unwrap().body.collect(u64::MAX).await;
        (found, service.now() - before)
    };
    let (found, took) = run(vec![Flaw::BreaksAfter(9), busy("7"), busy("11")]).await;
    assert_eq!(found.unwrap(), content(120));
    assert!((18_000..=20_000).contains(&took.milliseconds()), "{took:?}");
    let (found, _) = run(vec![Flaw::BreaksAfter(9), busy("1"), busy("1"), busy("1")]).await;
    assert!(found.unwrap_err().is(&ErrorCode::ServerBusy));
    let (found, took) = run(vec![Flaw::BreaksAfter(9), busy("3600")]).await;
    assert!(found.unwrap_err().is(&ErrorCode::ServerBusy));
    assert!(took.milliseconds() < 60_000, "{took:?}");
}

#[tokio::test]
async fn a_blob_is_held_against_its_md5_when_it_comes_as_a_whole() {
    for (length, checked) in [(5, true), (5, false), (1_000, true)] {
        let service = Arc::new(Spoiled::new([]));
        let client = owner(&service, small_pieces().with_md5(checked)).await;
        let options = PutBlobOptions {
            headers: BlobHeaders {
                content_md5: Some("XUFAKrxLKna5cZ2REBfFkg==".into()),
                ..BlobHeaders::default()
            },
            ..PutBlobOptions::default()
        };
        // Blocks are not compared with the header of the blob, so that it may be wrong.
        let given = content(length);
        let id = batchite_api::blob::BlockId::numbered(0);
        client
            .put_block(
                &container(),
                &blob(),
                &id,
                given.clone().into(),
                &PutBlockOptions::default(),
            )
            .await
            .unwrap();
        let list = [batchite_api::blob::BlockReference::Latest(id)];
        client
            .put_block_list(&container(), &blob(), &list, &options)
            .await
            .unwrap();
        let found = get(&*client, None).await.unwrap().body.collect(u64::MAX).await;
        if checked {
            assert!(found.unwrap_err().message().contains("Content-MD5"), "{length}");
        } else {
            assert_eq!(found.unwrap(), given);
        }
        let part = Some(ByteRange {
            first: 1,
            last: Some(3),
        });
        let part = get(&*client, part).await.unwrap().body.collect(u64::MAX).await;
        assert_eq!(part.unwrap(), given.slice(1..4));
    }
}

#[tokio::test]
async fn ranges_come_with_their_crc64_when_told_and_a_damaged_one_comes_again() {
    let read = async |flaws: Vec<Flaw>, crc64: bool| {
        let service = Arc::new(Spoiled::new(flaws));
        let client = owner(&service, small_pieces().with_crc64(crc64)).await;
        put(&*client, content(1_000)).await;
        let before = service.seen().len();
        let found = get(&*client, None).await.unwrap().body.collect(u64::MAX).await;
        (found, service.seen().split_off(before))
    };
    let (found, sent) = read(vec![Flaw::None, Flaw::None, Flaw::Damaged], true).await;
    assert_eq!(found.unwrap(), content(1_000));
    assert_eq!(sent.len(), 1 + 10 + 1, "{sent:?}");
    for line in &sent[1..] {
        assert!(line.contains("x-ms-range-get-content-crc64: true"), "{line}");
    }
    let always = (0..100).map(|number| if number == 0 { Flaw::None } else { Flaw::Damaged });
    let (found, _) = read(always.collect(), true).await;
    let error = found.unwrap_err();
    assert!(error.message().contains("came damaged"), "{error}");
    let (found, sent) = read(vec![Flaw::None, Flaw::Damaged], false).await;
    assert_ne!(found.unwrap(), content(1_000));
    assert!(!sent.concat().contains("crc64"), "{sent:?}");
}
