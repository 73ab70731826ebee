//! MD5 and CRC64 of bodies and ranges: compared, repeated, told, refused; and headers of answers only callers on the wire see.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use batchite_api::blob::Crc64;
use md5::{Digest, Md5};

use crate::edges::{readable, send, send_signed, store};
use crate::support::{ACCOUNT, ENDPOINT, key, start, token};

/// Of `123456789`, by the catalogues of checksums.
const CRC64: &str = "iJh5CoYUi64=";

/// Of the same.
const MD5: &str = "JfnnlDI7RTiF9RgfG2JNCw==";

/// A write to the blob `b`.
fn write(query: &str, headers: &str) -> String {
    format!(
        "PUT /{ACCOUNT}/con/b?{query}{}\ncontent-length: 9{headers}",
        token("con", "racwdl")
    )
}

#[tokio::test]
async fn bodies_are_held_against_the_hashes_of_their_requests_which_answers_repeat() {
    let service = store().await.service();
    let crc64 = |text: &str| format!("\nx-ms-content-crc64: {text}");
    for (query, kind) in [
        ("", "\nx-ms-blob-type: BlockBlob"),
        ("comp=block&blockid=QUFBQQ%3D%3D&", ""),
    ] {
        let put = |headers: String| write(query, &format!("{kind}{headers}"));
        let answer = send(&service, &put(crc64(CRC64)), "123456789").await;
        assert_eq!((answer.status, answer.header("x-ms-content-crc64")), (201, CRC64));
        let md5 = format!("\ncontent-md5: {MD5}");
        let answer = send(&service, &put(md5.clone()), "123456789").await;
        assert_eq!((answer.status, answer.header("content-md5")), (201, MD5));
        let answer = send(&service, &put(crc64(CRC64)), "123456780").await;
        answer.is(400, "Crc64Mismatch");
        assert!(
            answer
                .text
                .contains("<UserSpecifiedCrc>iJh5CoYUi64=</UserSpecifiedCrc>"),
            "{}",
            answer.text
        );
        for wrong in ["AAAA", "?", MD5] {
            send(&service, &put(crc64(wrong)), "123456789")
                .await
                .is(400, "InvalidHeaderValue");
        }
        send(&service, &put(md5 + &crc64(CRC64)), "123456789")
            .await
            .is(400, "InvalidHeaderValue");
    }
}

#[tokio::test]
async fn a_list_of_blocks_is_held_against_its_own() {
    let service = store().await.service();
    send(
        &service,
        &write("comp=block&blockid=QUFBQQ%3D%3D&", ""),
        "123456789",
    )
    .await;
    let list = "<BlockList><Latest>QUFBQQ==</Latest></BlockList>";
    let commit = |headers: &str| {
        let query = format!("comp=blocklist&{}", token("con", "racwdl"));
        format!(
            "PUT /{ACCOUNT}/con/b?{query}\ncontent-length: {}{headers}",
            list.len()
        )
    };
    let answer = send(&service, &commit("\nx-ms-content-crc64: iJh5CoYUi64="), list).await;
    answer.is(400, "Crc64Mismatch");
    let right = Crc64::of(list.as_bytes()).to_text();
    let answer = send(&service, &commit(&format!("\nx-ms-content-crc64: {right}")), list).await;
    assert_eq!(
        (answer.status, answer.header("x-ms-content-crc64")),
        (201, &*right)
    );
}

#[tokio::test]
async fn appended_blocks_are_held_against_theirs() {
    let service = store().await.service();
    let made = format!(
        "PUT /{ACCOUNT}/con/log?{}\ncontent-length: 0\nx-ms-blob-type: AppendBlob",
        token("con", "racwdl")
    );
    assert_eq!(send(&service, &made, "").await.status, 201);
    let append = format!(
        "PUT /{ACCOUNT}/con/log?comp=appendblock&{}\ncontent-length: 9\nx-ms-content-crc64: {CRC64}",
        token("con", "racwdl")
    );
    let answer = send(&service, &append, "123456789").await;
    assert_eq!((answer.status, answer.header("x-ms-content-crc64")), (201, CRC64));
    send(&service, &append, "123456780")
        .await
        .is(400, "Crc64Mismatch");
}

#[tokio::test]
async fn ranges_tell_the_hash_that_was_asked_for() {
    let service = store().await.service();
    let crc64 = "\nx-ms-range-get-content-crc64: true";
    let md5 = "\nx-ms-range-get-content-md5: true";
    let range = "\nx-ms-range: bytes=1-3";
    let answer = send(&service, &readable(&format!("{range}{crc64}")), "").await;
    assert_eq!((answer.status, answer.text.as_str()), (206, "ell"));
    assert_eq!(answer.header("x-ms-content-crc64"), Crc64::of(b"ell").to_text());
    let answer = send(&service, &readable(&format!("{range}{md5}")), "").await;
    assert_eq!(
        (answer.status, answer.header("content-md5")),
        (206, "MSMFnByBZHF4BTn2trc43A==")
    );
    let answer = send(&service, &readable(range), "").await;
    assert_eq!(
        (answer.header("content-md5"), answer.header("x-ms-content-crc64")),
        ("", "")
    );
    for wrong in [crc64.to_owned(), md5.to_owned(), format!("{range}{crc64}{md5}")] {
        send(&service, &readable(&wrong), "")
            .await
            .is(400, "InvalidHeaderValue");
    }
}

/// 4 MiB are the most the service computes a hash of.
#[tokio::test]
async fn a_longer_range_tells_no_hash() {
    const LENGTH: usize = 4 * 1024 * 1024 + 1;
    let service = store().await.service();
    let body: &'static str = "x".repeat(LENGTH).leak();
    let head = format!(
        "PUT /{ACCOUNT}/con/a?{}\ncontent-length: {LENGTH}\nx-ms-blob-type: BlockBlob",
        token("con", "racwdl")
    );
    assert_eq!(send(&service, &head, body).await.status, 201);
    let asked = |last: usize| {
        readable(&format!(
            "\nx-ms-range: bytes=0-{last}\nx-ms-range-get-content-crc64: true"
        ))
    };
    send(&service, &asked(LENGTH - 1), "")
        .await
        .is(400, "InvalidHeaderValue");
    let response = send(&service, &asked(9), "").await;
    assert_eq!(
        response.header("x-ms-content-crc64"),
        Crc64::of(b"xxxxxxxxxx").to_text()
    );
}

#[tokio::test]
async fn deletes_say_that_they_are_for_good() {
    let service = store().await.service();
    let head = format!("DELETE /{ACCOUNT}/con/a?{}", token("con", "racwdl"));
    let answer = send(&service, &head, "").await;
    assert_eq!(
        (answer.status, answer.header("x-ms-delete-type-permanent")),
        (202, "true")
    );
}

#[tokio::test]
async fn access_policies_come_with_the_version_of_their_container() {
    let service = store().await.service();
    let ask = async |query: &str| {
        let head =
            format!("GET /{ACCOUNT}/con?restype=container{query}\nx-ms-date: Thu, 20 Nov 2025 15:00:00 GMT");
        send_signed(&service, &head, "", &key()).await
    };
    let (policies, properties) = (ask("&comp=acl").await, ask("").await);
    assert_eq!(
        (policies.status, properties.status),
        (200, 200),
        "{}",
        policies.text
    );
    assert!(policies.header("etag").starts_with("\"0x"));
    for name in ["etag", "last-modified"] {
        assert_eq!(policies.header(name), properties.header(name));
    }
}

#[tokio::test]
async fn a_blob_put_as_a_whole_has_its_md5_and_one_made_of_blocks_has_none() {
    let service = store().await.service();
    let get = format!("HEAD /{ACCOUNT}/con/b?{}", token("con", "racwdl"));
    let put = write("", "\nx-ms-blob-type: BlockBlob");
    // Nobody told it, and the answer does.
    let answer = send(&service, &put, "123456789").await;
    assert_eq!((answer.status, answer.header("content-md5")), (201, MD5));
    let answer = send(&service, &get, "").await;
    assert_eq!(answer.header("content-md5"), MD5);
    let from = format!(
        "\nx-ms-blob-type: BlockBlob\nx-ms-copy-source: {ENDPOINT}/con/b?{}",
        token("con", "racwdl")
    );
    let copied = send(
        &service,
        &write("", &from).replace("content-length: 9", "content-length: 0"),
        "",
    )
    .await;
    assert_eq!((copied.status, copied.header("content-md5")), (201, MD5));
    let block = write("comp=block&blockid=QUFBQQ%3D%3D&", "");
    assert_eq!(send(&service, &block, "123456789").await.status, 201);
    // One block, three times.
    let list = "<BlockList><Latest>QUFBQQ==</Latest><Latest>QUFBQQ==</Latest><Uncommitted>QUFBQQ==</Uncommitted></BlockList>";
    let commit =
        write("comp=blocklist&", "").replace("content-length: 9", &format!("content-length: {}", list.len()));
    assert_eq!(send(&service, &commit, list).await.status, 201);
    let answer = send(&service, &get, "").await;
    assert_eq!(answer.header("content-md5"), "");
    let whole = send(&service, &get.replace("HEAD", "GET"), "").await;
    assert_eq!(whole.text, "123456789".repeat(3));
}

#[tokio::test]
async fn documents_are_held_against_their_md5_and_elsewhere_it_is_refused() {
    let service = store().await.service();
    let put = format!("PUT /{ACCOUNT}/con/b?comp=tags&{}", token("con", "racwdlt"));
    let blob = write("", "\nx-ms-blob-type: BlockBlob");
    assert_eq!(send(&service, &blob, "123456789").await.status, 201);
    let tags = "<Tags><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tags>";
    let md5 = STANDARD.encode(Md5::digest(tags));
    let head = |md5: &str| format!("{put}\ncontent-length: {}\ncontent-md5: {md5}", tags.len());
    send(&service, &head(MD5), tags).await.is(400, "Md5Mismatch");
    send(&service, &head("?"), tags).await.is(400, "InvalidMd5");
    assert_eq!(send(&service, &head(&md5), tags).await.status, 204);

    let rules = "<SignedIdentifiers></SignedIdentifiers>";
    let head = |md5: &str| {
        let target = format!("PUT /{ACCOUNT}/con?restype=container&comp=acl");
        let date = start().to_rfc1123();
        format!(
            "{target}\nx-ms-date: {date}\ncontent-length: {}\ncontent-md5: {md5}",
            rules.len()
        )
    };
    let refused = send_signed(&service, &head(MD5), rules, &key()).await;
    refused.is(400, "Md5Mismatch");
    let md5 = STANDARD.encode(Md5::digest(rules));
    let answer = send_signed(&service, &head(&md5), rules, &key()).await;
    assert_eq!(answer.status, 200, "{}", answer.text);

    let get = format!("GET /{ACCOUNT}/con/b?{}\ncontent-md5: {MD5}", token("con", "r"));
    let answer = send(&service, &get, "").await;
    answer.is(501, "NotSimulated");
    assert!(answer.text.contains("content-md5"), "{}", answer.text);
}
