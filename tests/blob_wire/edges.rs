//! What the server refuses or says by itself, request by request.

use batchite::server::{BlobService, Handler, PeerAddress};
use batchite_api::auth::AccountKey;
use batchite_api::auth::shared_key::{RequestToSign, blob as signer, query_pairs};
use batchite_api::backend::{BlobConditions, Body};
use batchite_api::blob::{CreateContainerOptions, PutBlobOptions};
use batchite_api::time::TimeSpan;
use http::header::{HeaderMap, HeaderName, HeaderValue};
use http::{Request, Response, StatusCode};

use crate::support::{ACCOUNT, Store, blob, container, key, owner, start, token};

const DATE: &str = "x-ms-date: Thu, 20 Nov 2025 15:00:00 GMT";

/// An answer, read to its end.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    #[track_caller]
    pub(crate) fn is(&self, status: u16, code: &str) {
        assert_eq!(
            (self.status, self.header("x-ms-error-code")),
            (status, code),
            "{}",
            self.text
        );
    }
}

/// Sends `METHOD target`, then headers one a line; the host is the emulator's unless one is given.
pub(crate) async fn send(service: &BlobService, head: &str, body: impl Into<Body>) -> Answer {
    let response = service.handle(request(head, body)).await;
    read(response).await
}

/// The same, from an address.
pub(crate) async fn send_from(service: &BlobService, peer: &str, head: &str) -> Answer {
    let mut request = request(head, "");
    let peer = PeerAddress(peer.parse().unwrap());
    request.extensions_mut().insert(peer);
    read(service.handle(request).await).await
}

async fn read(response: Response<Body>) -> Answer {
    let (parts, body) = response.into_parts();
    let bytes = body.collect(10_000_000).await.unwrap();
    Answer {
        status: parts.status.as_u16(),
        headers: parts.headers,
        text: String::from_utf8(bytes.to_vec()).unwrap(),
    }
}

fn request(head: &str, body: impl Into<Body>) -> Request<Body> {
    let mut lines = head.lines();
    let (method, target) = lines.next().unwrap().split_once(' ').unwrap();
    let mut request = Request::new(body.into());
    *request.method_mut() = method.parse().unwrap();
    *request.uri_mut() = target.parse().unwrap();
    let headers = request.headers_mut();
    headers.insert("host", HeaderValue::from_static("127.0.0.1:10000"));
    for line in lines {
        let (name, value) = line.split_once(": ").unwrap();
        headers.insert(
            HeaderName::try_from(name).unwrap(),
            HeaderValue::from_str(value).unwrap(),
        );
    }
    request
}

/// The same, signed with a key.
pub(crate) async fn send_signed(
    service: &BlobService,
    head: &str,
    body: impl Into<Body>,
    key: &AccountKey,
) -> Answer {
    let mut request = request(head, body);
    let headers: Vec<(&str, &str)> = request
        .headers()
        .iter()
        .map(|(name, value)| (name.as_str(), value.to_str().unwrap()))
        .collect();
    let query = query_pairs(request.uri().query().unwrap_or(""));
    let to_sign = RequestToSign {
        method: request.method().as_str(),
        path: request.uri().path(),
        query: &query,
        headers: &headers,
    };
    let authorization = signer::authorization(ACCOUNT, key, &to_sign);
    let value = HeaderValue::from_str(&authorization).unwrap();
    request.headers_mut().insert("authorization", value);
    read(service.handle(request).await).await
}

/// A store whose container `con` has `a` in it.
pub(crate) async fn store() -> Store {
    filled(Store::new()).await
}

/// Puts the blob `a` into a store.
pub(crate) async fn filled(store: Store) -> Store {
    let backend = store
        .connector()
        .connect(crate::support::ENDPOINT, owner())
        .unwrap();
    backend
        .create_container(&container("con"), &CreateContainerOptions::default())
        .await
        .unwrap();
    backend
        .put_blob(
            &container("con"),
            &blob("a"),
            "hello".into(),
            &PutBlobOptions::default(),
        )
        .await
        .unwrap();
    store
}

/// A request for `a` with a token.
pub(crate) fn readable(headers: &str) -> String {
    format!("GET /{ACCOUNT}/con/a?{}{headers}", token("con", "racwdl"))
}

#[tokio::test]
async fn every_answer_tells_what_it_answers() {
    let service = store().await.service();
    let answer = send(
        &service,
        &readable("\nx-ms-version: 2015-07-08\nx-ms-client-request-id: mine"),
        "",
    )
    .await;
    assert_eq!((answer.status, answer.text.as_str()), (200, "hello"));
    for (name, value) in [
        ("x-ms-request-id", "00000000-0000-0000-0000-000000000001"),
        ("x-ms-client-request-id", "mine"),
        ("x-ms-version", "2015-07-08"),
        ("date", "Thu, 20 Nov 2025 15:00:00 GMT"),
        ("content-length", "5"),
        ("content-type", "application/octet-stream"),
        ("accept-ranges", "bytes"),
        ("last-modified", "Thu, 20 Nov 2025 15:00:00 GMT"),
        ("x-ms-creation-time", "Thu, 20 Nov 2025 15:00:00 GMT"),
        ("x-ms-blob-type", "BlockBlob"),
        ("x-ms-lease-status", "unlocked"),
        ("x-ms-lease-state", "available"),
        ("x-ms-server-encrypted", "true"),
    ] {
        assert_eq!(answer.header(name), value, "{name}");
    }
    assert!(answer.header("etag").starts_with("\"0x"));
    let answer = send(&service, &format!("GET /{ACCOUNT}/con/a"), "").await;
    assert!(answer.status >= 400);
    assert_eq!(
        answer.header("x-ms-request-id"),
        "00000000-0000-0000-0000-000000000002"
    );
    assert!(
        answer
            .text
            .contains("RequestId:00000000-0000-0000-0000-000000000002\nTime:2025-11-20T15:00:00Z"),
        "{}",
        answer.text
    );
    assert_eq!(answer.header("content-type"), "application/xml");
    assert_eq!(answer.header("content-length"), answer.text.len().to_string());
}

#[tokio::test]
async fn refused_head_requests_have_only_headers() {
    let service = store().await.service();
    let target = format!("HEAD /{ACCOUNT}/con/missing?{}", token("con", "r"));
    let answer = send(&service, &target, "").await;
    answer.is(404, "BlobNotFound");
    assert_eq!(answer.text, "");
    let answer = send(&service, &readable("\nif-none-match: *"), "").await;
    answer.is(304, "ConditionNotMet");
    assert_eq!(answer.text, "");
}

#[tokio::test]
async fn foreign_hosts_and_origins_are_refused_first() {
    let service = store().await.service();
    for (header, status) in [
        ("host: example.com", 400),
        ("host: 127.0.0.1.example.com", 400),
        ("origin: https://example.com", 403),
        ("origin: null", 403),
    ] {
        for head in [
            readable(&format!("\n{header}")),
            format!("GET /healthz\n{header}"),
        ] {
            let answer = send(&service, &head, "").await;
            assert_eq!(answer.status, status, "{head}");
            assert!(!answer.text.contains("sig="), "{}", answer.text);
        }
    }
}

#[tokio::test]
async fn it_says_that_it_is_well_without_a_credential() {
    let service = Store::new().service();
    assert_eq!(send(&service, "GET /healthz", "").await.status, 200);
    assert_eq!(
        send(&service, "HEAD /healthz\nhost: localhost", "").await.status,
        200
    );
    assert_ne!(send(&service, "PUT /healthz", "").await.status, 200);
}

#[tokio::test]
async fn accounts_are_in_the_path_or_in_the_host() {
    let service = store().await.service();
    let list = "?restype=container&comp=list";
    for (target, endpoint) in [
        (
            format!("GET /{ACCOUNT}/con{list}\n{DATE}"),
            format!("http://127.0.0.1:10000/{ACCOUNT}/"),
        ),
        (
            format!("GET /con{list}\n{DATE}\nhost: {ACCOUNT}.localhost:7"),
            format!("http://{ACCOUNT}.localhost:7/"),
        ),
    ] {
        let answer = send_signed(&service, &target, "", &key()).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert!(
            answer.text.contains(&format!("ServiceEndpoint=\"{endpoint}\"")),
            "{}",
            answer.text
        );
    }
    let answer = send(&service, "GET /nobody/con/a", "").await;
    answer.is(404, "ResourceNotFound");
}

#[tokio::test]
async fn signatures_and_their_dates_are_checked() {
    let service = store().await.service();
    let signed = async |date: &str, key: &AccountKey| {
        let head = format!("GET /{ACCOUNT}/con/a\n{date}");
        send_signed(&service, &head, "", key).await
    };
    for date in [
        DATE,
        "date: Thu, 20 Nov 2025 15:15:00 GMT",
        "date: Thu, 20 Nov 2025 14:45:00 GMT",
        "x-ms-date: Thu, 20 Nov 2025 15:00:00 GMT\ndate: Thu, 20 Nov 2008 15:00:00 GMT",
    ] {
        assert_eq!(signed(date, &key()).await.status, 200, "{date}");
    }
    for date in [
        "date: Thu, 20 Nov 2025 15:15:01 GMT",
        "x-ms-date: Thu, 20 Nov 2025 14:44:59 GMT",
        "x-ms-date: yesterday",
        "accept: */*",
    ] {
        signed(date, &key()).await.is(403, "AuthenticationFailed");
    }
    let other = AccountKey::from_bytes(*b"another key");
    let answer = signed(DATE, &other).await;
    answer.is(403, "AuthenticationFailed");
    assert!(
        answer.text.contains("AuthenticationErrorDetail"),
        "{}",
        answer.text
    );
    assert!(!answer.text.contains(&key().expose_base64()));

    let head = format!("GET /{ACCOUNT}/con/a\n{DATE}");
    for (header, status, code) in [
        ("authorization: SharedKey", 400, "InvalidAuthenticationInfo"),
        ("authorization: SharedKey other:AAAA", 403, "AuthenticationFailed"),
        ("authorization: Bearer c2VjcmV0", 501, "NotSimulated"),
        ("authorization: Basic c2VjcmV0", 501, "NotSimulated"),
    ] {
        let answer = send(&service, &format!("{head}\n{header}"), "").await;
        answer.is(status, code);
        assert!(!answer.text.contains("c2VjcmV0"), "{}", answer.text);
    }
    let patient = store().await.service().with_allowed_skew(None);
    let head = format!("GET /{ACCOUNT}/con/a\nx-ms-date: Thu, 20 Nov 2008 15:00:00 GMT");
    assert_eq!(send_signed(&patient, &head, "", &key()).await.status, 200);
}

#[tokio::test]
async fn a_broken_token_is_no_anonymous_request() {
    let service = store().await.service();
    for query in [
        "sv=2021-12-02",
        "sig=AAAA",
        "sv=2021-12-02&sr=c&sp=r&sig=AAAA&se=2030-01-01",
    ] {
        let answer = send(&service, &format!("GET /{ACCOUNT}/con/a?{query}"), "").await;
        answer.is(403, "AuthenticationFailed");
    }
}

#[tokio::test]
async fn bodies_have_limits_and_tell_their_length() {
    let store = store().await;
    let service = store.service().with_limits(batchite::server::blob::BodyLimits {
        blob: 4,
        block: 4,
        document: 4,
    });
    let put = |rest: &str| format!("PUT /{ACCOUNT}/con/b?{}{rest}", token("con", "racwd"));
    let blob_head = put("\nx-ms-blob-type: BlockBlob\ncontent-length: 5");
    for head in [
        blob_head.clone(),
        put("&comp=block&blockid=AAAA\ncontent-length: 5"),
        put("&comp=blocklist\ncontent-length: 5"),
    ] {
        send(&service, &head, "12345")
            .await
            .is(413, "RequestBodyTooLarge");
    }
    for head in [
        put("\nx-ms-blob-type: BlockBlob"),
        put("&comp=block&blockid=AAAA"),
        put("&comp=blocklist"),
    ] {
        send(&service, &head, "")
            .await
            .is(411, "MissingContentLengthHeader");
    }
    let chunked = put("\nx-ms-blob-type: BlockBlob\ntransfer-encoding: chunked");
    assert_eq!(send(&service, &chunked, "1234").await.status, 201);
}

#[tokio::test]
async fn hashes_of_bodies_are_compared() {
    let service = store().await.service();
    let put = |rest: &str| format!("PUT /{ACCOUNT}/con/b?{}{rest}", token("con", "racwd"));
    let wrong = "content-md5: XUFAKrxLKna5cZ2REBfFkg==\ncontent-length: 5";
    for rest in [
        format!("&comp=block&blockid=AAAA\n{wrong}"),
        format!("&comp=blocklist\n{wrong}"),
        format!("\nx-ms-blob-type: BlockBlob\n{wrong}"),
    ] {
        send(&service, &put(&rest), "hallo").await.is(400, "Md5Mismatch");
    }
    let right = put(&format!("&comp=block&blockid=AAAA\n{wrong}"));
    assert_eq!(send(&service, &right, "hello").await.status, 201);
    let no_hash = put("&comp=block&blockid=AAAA\ncontent-md5: AAAA\ncontent-length: 1");
    send(&service, &no_hash, "x").await.is(400, "InvalidMd5");
}

#[tokio::test]
async fn what_is_not_simulated_is_named_and_nothing_changes() {
    let store = store().await;
    let service = store.service();
    let head = format!(
        "PUT /{ACCOUNT}/con/a?{}\nx-ms-blob-type: BlockBlob\nx-ms-legal-hold: true\ncontent-length: 1",
        token("con", "racwd")
    );
    let answer = send(&service, &head, "x").await;
    answer.is(501, "NotSimulated");
    assert!(
        answer
            .text
            .contains("<Feature>the header x-ms-legal-hold of Put Blob</Feature>"),
        "{}",
        answer.text
    );
    assert_eq!(send(&service, &readable(""), "").await.text, "hello");
    let head = format!("PUT /{ACCOUNT}/con/a?comp=undelete&{}", token("con", "racwd"));
    send(&service, &head, "").await.is(501, "NotSimulated");
}

#[tokio::test]
async fn a_range_that_is_not_there_tells_how_long_the_blob_is() {
    let service = store().await.service();
    let answer = send(&service, &readable("\nrange: bytes=5-"), "").await;
    answer.is(416, "InvalidRange");
    assert_eq!(answer.header("content-range"), "bytes */5");
    let answer = send(&service, &readable("\nrange: bytes=1-2"), "").await;
    assert_eq!((answer.status, answer.text.as_str()), (206, "el"));
    assert_eq!(answer.header("content-range"), "bytes 1-2/5");
}

#[tokio::test]
async fn a_copy_may_name_the_server_in_another_way() {
    let store = store().await;
    let service = store.service();
    let read = token("con", "r");
    for source in [
        format!("http://localhost:10000/{ACCOUNT}/con/a?{read}"),
        format!("http://{ACCOUNT}.localhost:10000/con/a?{read}"),
    ] {
        let head = format!(
            "PUT /{ACCOUNT}/con/copy?{}\nx-ms-copy-source: {source}",
            token("con", "racwd")
        );
        let answer = send(&service, &head, "").await;
        assert_eq!(answer.status, 202, "{}", answer.text);
        assert_eq!(answer.header("x-ms-copy-status"), "success");
    }
    let backend = store
        .connector()
        .connect(crate::support::ENDPOINT, owner())
        .unwrap();
    let copy = backend
        .get_blob_properties(&container("con"), &blob("copy"), &BlobConditions::default())
        .await
        .unwrap();
    assert_eq!(copy.content_length, 5);
}

#[tokio::test]
async fn markers_are_the_server_s_own() {
    let service = store().await.service();
    let list = format!(
        "GET /{ACCOUNT}/con?restype=container&comp=list&{}",
        token("con", "l")
    );
    let answer = send(&service, &format!("{list}&marker=a"), "").await;
    answer.is(400, "InvalidQueryParameterValue");
    assert_eq!(send(&service, &list, "").await.status, StatusCode::OK.as_u16());
}

#[tokio::test]
async fn the_clock_is_the_one_it_was_given() {
    let store = store().await;
    let service = store.service();
    store.clock().sleep(TimeSpan::from_seconds(90)).await;
    let answer = send(&service, "GET /healthz", "").await;
    let now = start() + TimeSpan::from_seconds(90);
    assert_eq!(answer.header("date"), now.to_rfc1123());
}
