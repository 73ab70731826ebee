//! Long bodies go up as blocks, several at once, and become the blob only when all of them are there.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use batchite_api::backend::{BlobBackend, BlobConditions, Body};
use batchite_api::blob::{Crc64, PutBlobOptions};
use batchite_api::error::ErrorCode;
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use md5::{Digest, Md5};

use crate::service::{Spoiled, blob, container, content, owner, pieces, reset, small_pieces};

async fn stored(client: &dyn BlobBackend) -> Bytes {
    let download = client
        .get_blob(&container(), &blob(), None, &BlobConditions::default())
        .await
        .unwrap();
    download.body.collect(u64::MAX).await.unwrap()
}

async fn is_missing(client: &dyn BlobBackend) -> bool {
    let found = client
        .get_blob_properties(&container(), &blob(), &BlobConditions::default())
        .await;
    found.is_err_and(|error| error.is(&ErrorCode::BlobNotFound))
}

#[tokio::test]
async fn bodies_of_every_length_arrive() {
    for length in [0, 1, 99, 100, 101, 150, 151, 199, 200, 201, 1_000, 1_234] {
        for known in [true, false] {
            let service = Arc::new(Spoiled::new([]));
            let client = owner(&service, small_pieces()).await;
            let given = content(length);
            let body = pieces(&given, known.then_some(length as u64));
            client
                .put_blob(&container(), &blob(), body, &PutBlobOptions::default())
                .await
                .unwrap();
            let sent = service.seen();
            let blocks = sent
                .iter()
                .filter(|line| line.contains("comp=block&") || line.contains("content-md5"))
                .count();
            let in_one = length <= if known { 150 } else { 100 };
            let expected = if in_one { 0 } else { length.div_ceil(100) };
            assert_eq!(blocks, expected, "{length} {known}: {sent:?}");
            assert_eq!(sent.len(), if in_one { 1 } else { expected + 1 }, "{sent:?}");
            assert_eq!(stored(&*client).await, given, "{length} {known}");
        }
    }
}

#[tokio::test]
async fn as_many_blocks_travel_at_once_as_were_asked_for_and_no_more() {
    // The service answers the first three together or not at all.
    let service = Arc::new(Spoiled::new([]).answering_together(3));
    let client = owner(&service, small_pieces().with_whole_download(u64::MAX)).await;
    let given = content(300);
    let body = pieces(&given, Some(300));
    client
        .put_blob(&container(), &blob(), body, &PutBlobOptions::default())
        .await
        .unwrap();
    assert_eq!(service.most_running(), 3);

    let service = Arc::new(Spoiled::new([]));
    let client = owner(&service, small_pieces().with_parallel(1)).await;
    client
        .put_blob(
            &container(),
            &blob(),
            pieces(&given, None),
            &PutBlobOptions::default(),
        )
        .await
        .unwrap();
    assert_eq!(service.most_running(), 1);
    assert_eq!(stored(&*client).await, given);
}

#[tokio::test]
async fn blocks_carry_their_md5_unless_told_otherwise() {
    let given = content(250);
    for checked in [true, false] {
        let service = Arc::new(Spoiled::new([]));
        let client = owner(&service, small_pieces().with_md5(checked)).await;
        client
            .put_blob(
                &container(),
                &blob(),
                given.clone().into(),
                &PutBlobOptions::default(),
            )
            .await
            .unwrap();
        let sent = service.seen().concat();
        for block in given.chunks(100) {
            let md5 = format!("content-md5: {}", STANDARD.encode(Md5::digest(block)));
            assert_eq!(sent.contains(&md5), checked, "{sent}");
        }
    }
}

#[tokio::test]
async fn two_uploads_of_one_blob_do_not_mix() {
    let service = Arc::new(Spoiled::new([]));
    let client = owner(&service, small_pieces()).await;
    let (one, two) = (content(500), Bytes::from(vec![7; 500]));
    let (name, target, options) = (container(), blob(), PutBlobOptions::default());
    let put = |body: &Bytes| client.put_blob(&name, &target, pieces(body, None), &options);
    // The first list drops the blocks of the other upload, as the service does.
    let outcomes = futures_util::future::join(put(&one), put(&two)).await;
    let found = stored(&*client).await;
    assert!(found == one || found == two);
    for outcome in [outcomes.0, outcomes.1] {
        assert!(outcome.is_ok() || outcome.unwrap_err().is(&ErrorCode::InvalidBlockList));
    }
}

#[tokio::test]
async fn what_breaks_off_or_is_not_what_was_said_is_no_blob() {
    let service = Arc::new(Spoiled::new([]));
    let client = owner(&service, small_pieces()).await;
    let put = async |body: Body, md5: Option<&str>| {
        let options = PutBlobOptions {
            transactional_md5: md5.map(str::to_owned),
            ..PutBlobOptions::default()
        };
        client
            .put_blob(&container(), &blob(), body, &options)
            .await
            .unwrap_err()
    };
    let broken = stream::iter([Ok(content(350))]).chain(stream::iter([Err(reset())]));
    let error = put(Body::from_stream(None, Box::pin(broken)), None).await;
    assert_eq!(error.message(), "The connection broke.");
    for said in [399, 401] {
        let error = put(pieces(&content(400), Some(said)), None).await;
        assert!(error.message().contains(&format!("{said} bytes")), "{error}");
    }
    let error = put(pieces(&content(400), None), Some("XUFAKrxLKna5cZ2REBfFkg==")).await;
    assert!(error.is(&ErrorCode::Md5Mismatch), "{error}");
    assert!(is_missing(&*client).await);
}

#[tokio::test]
async fn blocks_carry_their_crc64_in_place_of_their_md5_when_told() {
    let service = Arc::new(Spoiled::new([]));
    let client = owner(&service, small_pieces().with_crc64(true)).await;
    let given = content(250);
    let put = async |crc64: String| {
        let options = PutBlobOptions {
            transactional_crc64: Some(crc64),
            ..PutBlobOptions::default()
        };
        client
            .put_blob(&container(), &blob(), given.clone().into(), &options)
            .await
    };
    let error = put(Crc64::of(b"something else").to_text()).await.unwrap_err();
    assert!(error.is(&ErrorCode::Crc64Mismatch), "{error}");
    assert!(is_missing(&*client).await);
    let before = service.seen().len();
    put(Crc64::of(&given).to_text()).await.unwrap();
    let sent = service.seen().split_off(before).concat();
    for block in given.chunks(100) {
        let crc64 = format!("x-ms-content-crc64: {}", Crc64::of(block).to_text());
        assert!(sent.contains(&crc64), "{sent}");
    }
    assert!(!sent.contains("content-md5"), "{sent}");
    assert_eq!(stored(&*client).await, given);
}
