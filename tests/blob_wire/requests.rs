//! What the client sends, to the byte, and how it signs: against signatures made by the official Python SDK.

use batchite_api::auth::Access;
use batchite_api::backend::BlobConditions;
use batchite_api::blob::{
    BlobHeaders, BlockId, BlockReference, CreateContainerOptions, DeleteSnapshots, ListBlobsOptions,
    Metadata, PutBlobOptions,
};
use http::StatusCode;

use crate::scripted::{Scripted, answer};
use crate::support::{blob, container, owner, start};

#[tokio::test]
async fn a_put_with_a_key() {
    let script = Scripted::new([answer(StatusCode::CREATED, &[], "")]);
    let options = PutBlobOptions {
        headers: BlobHeaders {
            content_type: Some("text/plain".into()),
            ..BlobHeaders::default()
        },
        metadata: Metadata::from([("owner".into(), "me".into())]),
        conditions: BlobConditions {
            if_none_match: Some("*".into()),
            ..BlobConditions::default()
        },
        transactional_md5: Some("XUFAKrxLKna5cZ2REBfFkg==".into()),
        ..PutBlobOptions::default()
    };
    script
        .client(owner())
        .put_blob(&container("con"), &blob("dir/a b.txt"), "hello".into(), &options)
        .await
        .unwrap_err();
    assert_eq!(
        script.sent(),
        [concat!(
            "PUT http://127.0.0.1:10000/devstoreaccount1/con/dir/a%20b.txt\n",
            "accept: */*\n",
            "authorization: SharedKey devstoreaccount1:fyvtzHKW59ZGx8uaVzW67Lx0bxNW4R7BUwRt5TdKVg8=\n",
            "content-length: 5\n",
            "content-md5: XUFAKrxLKna5cZ2REBfFkg==\n",
            "host: 127.0.0.1:10000\n",
            "if-none-match: *\n",
            "user-agent: batchite/0.1.0\n",
            "x-ms-blob-content-type: text/plain\n",
            "x-ms-blob-type: BlockBlob\n",
            "x-ms-date: Thu, 20 Nov 2025 15:00:00 GMT\n",
            "x-ms-meta-owner: me\n",
            "x-ms-version: 2023-11-03\n",
            "\nhello"
        )]
    );
}

#[tokio::test]
async fn other_requests_with_a_key() {
    let script = Scripted::new([]);
    let client = script.client(owner());
    let (con, b) = (container("con"), blob("b"));
    let options = ListBlobsOptions {
        prefix: Some("a b/".into()),
        max_results: Some(5),
        ..ListBlobsOptions::default()
    };
    client.list_blobs(&con, &options).await.unwrap_err();
    let blocks = [BlockReference::Latest(BlockId::numbered(1))];
    client
        .put_block_list(&con, &b, &blocks, &PutBlobOptions::default())
        .await
        .unwrap_err();
    client
        .delete_blob(&con, &b, DeleteSnapshots::Refuse, &BlobConditions::default())
        .await
        .unwrap_err();
    client
        .create_container(&con, &CreateContainerOptions::default())
        .await
        .unwrap_err();
    let sent = script.sent();
    for (at, start, signature) in [
        (
            0,
            "GET http://127.0.0.1:10000/devstoreaccount1/con?restype=container&comp=list&prefix=a%20b%2F&maxresults=5\n",
            "4fivDH9glzQXkyheG7Kd1e3jPnRNviHeC8myGRlPNTQ=",
        ),
        (
            1,
            "PUT http://127.0.0.1:10000/devstoreaccount1/con/b?comp=blocklist\n",
            "C3+vu0wNjY/ATxYNn+nQFGPIlTKt2918H6ISBflM3lo=",
        ),
        (
            2,
            "DELETE http://127.0.0.1:10000/devstoreaccount1/con/b\n",
            "TmosYxUbp1JGe6CxGq5RJ29NFeHu7BGXNxmLoi3mEkc=",
        ),
        (
            3,
            "PUT http://127.0.0.1:10000/devstoreaccount1/con?restype=container\n",
            "UbvKzVqDv/VXzGvsnGGFSlFzxNzRufyA7Ua9xmLnje8=",
        ),
    ] {
        assert!(sent[at].starts_with(start), "{}", sent[at]);
        let authorization = format!("authorization: SharedKey devstoreaccount1:{signature}\n");
        assert!(sent[at].contains(&authorization), "{}", sent[at]);
    }
    assert!(sent[1].ends_with(
        "\n\n<?xml version=\"1.0\" encoding=\"utf-8\"?><BlockList><Latest>YmxvY2stMDAwMDAwMDAwMQ==</Latest></BlockList>"
    ));
}

#[tokio::test]
async fn a_token_stands_in_the_query_and_nothing_is_signed() {
    let script = Scripted::new([]);
    for token in ["sv=2021&sig=a%2Bb", "?sv=2021&sig=a%2Bb"] {
        let client = script.client(Access::Sas(token.into()));
        client
            .list_blobs(&container("con"), &ListBlobsOptions::default())
            .await
            .unwrap_err();
        client
            .get_blob_properties(&container("con"), &blob("b"), &BlobConditions::default())
            .await
            .unwrap_err();
    }
    let anyone = script.client(Access::Anonymous);
    anyone
        .get_blob(&container("con"), &blob("b"), None, &BlobConditions::default())
        .await
        .unwrap_err();
    let sent = script.sent();
    let account = "http://127.0.0.1:10000/devstoreaccount1";
    for (at, target) in [
        (
            0,
            format!("GET {account}/con?restype=container&comp=list&sv=2021&sig=a%2Bb"),
        ),
        (1, format!("HEAD {account}/con/b?sv=2021&sig=a%2Bb")),
        (
            2,
            format!("GET {account}/con?restype=container&comp=list&sv=2021&sig=a%2Bb"),
        ),
        (4, format!("GET {account}/con/b")),
    ] {
        assert_eq!(sent[at].lines().next(), Some(target.as_str()));
        assert!(!sent[at].contains("authorization"), "{}", sent[at]);
    }
}

#[tokio::test]
async fn what_cannot_be_sent_is_said_without_the_token() {
    let script = Scripted::new([]);
    let client = script.client(Access::Sas("sv=1&sig=c2Vj cmV0".into()));
    let error = client
        .list_blobs(&container("con"), &ListBlobsOptions::default())
        .await
        .unwrap_err();
    assert_eq!(error.status(), 0);
    assert!(
        !format!("{error} {error:?} {client:?}").contains("c2Vj"),
        "{error:?}"
    );
    let options = PutBlobOptions {
        metadata: Metadata::from([("a b".into(), "x".into())]),
        ..PutBlobOptions::default()
    };
    let error = script
        .client(owner())
        .put_blob(&container("con"), &blob("b"), "x".into(), &options)
        .await
        .unwrap_err();
    assert_eq!(error.status(), 400);
    assert_eq!(script.sent(), [""; 0]);
    for endpoint in [
        "",
        "127.0.0.1/acc",
        "ftp://h/acc",
        "http://h/acc?x=1",
        "http://u:p@h/acc",
    ] {
        let error = script
            .connector()
            .account(endpoint, Access::Anonymous)
            .unwrap_err();
        assert_eq!(error.status(), 0, "{endpoint}");
    }
    assert_eq!(script.now(), start());
}
