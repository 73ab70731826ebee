//! Blob Storage: every fixture played at the client, and all of them replayed at the server as one story.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::Arc;

use async_trait::async_trait;
use batchite::azure::{AzureBlobConnector, SeededJitter, TokenSource, Transport};
use batchite::server::{BlobService, Handler, ServedAccount};
use batchite_api::auth::shared_key::{RequestToSign, blob as signer, query_pairs};
use batchite_api::auth::{Access, AccountKey};
use batchite_api::backend::{BlobBackend, BlobConditions, Body, ByteRange, Written};
use batchite_api::blob::*;
use batchite_api::error::{Error, ErrorCode, Result, Service};
use batchite_api::secret::Secret;
use batchite_api::time::{Clock, TimeSpan, Timestamp};
use batchite_sim::backend::SimBlobConnector;
use batchite_sim::config::SimConfig;
use batchite_sim::shared::{Shared, VirtualTime};
use batchite_sim::world::World;
use batchite_sim::world::store::StorageAccount;
use futures_util::FutureExt;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode};
use serde_json::Value;

/// In the order of the story.
pub(crate) const FIXTURES: &[&str] = &[
    "blob_create_container",
    "blob_get_container_properties",
    "blob_set_container_acl",
    "blob_get_container_acl",
    "blob_list_containers",
    "blob_put_blob",
    "blob_put_block",
    "blob_get_block_list",
    "blob_put_block_list",
    "blob_get_blob",
    "blob_get_blob_range",
    "blob_get_blob_properties",
    "blob_set_blob_metadata",
    "blob_list_blobs",
    "blob_copy_blob",
    "blob_delete_blob",
    "blob_not_found",
    "blob_get_user_delegation_key",
    "blob_delete_container",
];

const REFERENCE: &str = "https://learn.microsoft.com/rest/api/storageservices/";
const ENDPOINT: &str = "https://lab.blob.core.windows.net";
const TOKEN: &str = "token";
const MD5: &str = "kAFQmDzST7DWlj99KOF/cg==";

/// Headers both ends add to every request; the tests of the client check them.
const COMMON: [&str; 7] = [
    "accept",
    "authorization",
    "content-length",
    "host",
    "user-agent",
    "x-ms-date",
    "x-ms-version",
];

/// What the service tells and the simulator has not: directories, which the story does not lead to.
const LEFT_OUT: [&str; 1] = ["<BlobPrefix>"];

#[derive(Clone)]
struct Fixture {
    name: &'static str,
    request: Value,
    answer: Value,
}

impl Fixture {
    fn read(name: &'static str) -> Self {
        let path = format!("{}/fixtures/wire/{name}.json", env!("CARGO_MANIFEST_DIR"));
        let told: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        let page = told["page"].as_str().unwrap();
        assert!(page.starts_with(REFERENCE), "{name}: {page}");
        Self {
            name,
            request: told["request"].clone(),
            answer: told["response"].clone(),
        }
    }

    fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.answer["status"].as_u64().unwrap().try_into().unwrap()).unwrap()
    }

    /// The path below the account, and the query.
    fn target(&self) -> String {
        let pairs: Vec<String> = texts(&self.request["query"])
            .into_iter()
            .map(|(name, value)| format!("{name}={}", value.replace('=', "%3D")))
            .collect();
        let path = text(&self.request["path"]);
        if pairs.is_empty() {
            return path.to_owned();
        }
        format!("{path}?{}", pairs.join("&"))
    }

    /// Asserts that a request is the one of the page.
    fn is_asked_by(&self, request: &Request<Body>) {
        let name = self.name;
        assert_eq!(request.method().as_str(), text(&self.request["method"]), "{name}");
        let path = request.uri().path();
        assert_eq!(
            path.strip_suffix('/').unwrap_or(path),
            text(&self.request["path"]),
            "{name}"
        );
        let query: BTreeMap<String, String> = query_pairs(request.uri().query().unwrap_or(""))
            .into_iter()
            .map(|(name, value)| (name.to_string(), value.to_string()))
            .collect();
        assert_eq!(query, texts(&self.request["query"]), "{name}");
        let own: BTreeMap<String, String> = request
            .headers()
            .iter()
            .filter(|(name, _)| !COMMON.contains(&name.as_str()))
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
            .collect();
        assert_eq!(own, lower(texts(&self.request["headers"])), "{name}");
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn texts(value: &Value) -> BTreeMap<String, String> {
    let pairs = value.as_object().unwrap().iter();
    pairs
        .map(|(name, value)| (name.clone(), text(value).to_owned()))
        .collect()
}

fn lower(pairs: BTreeMap<String, String>) -> BTreeMap<String, String> {
    pairs
        .into_iter()
        .map(|(name, value)| (name.to_ascii_lowercase(), value))
        .collect()
}

fn headers(pairs: BTreeMap<String, String>) -> HeaderMap {
    let pairs = pairs.into_iter().map(|(name, value)| {
        let name: HeaderName = name.parse().unwrap();
        (name, HeaderValue::from_str(&value).unwrap())
    });
    pairs.collect()
}

/// The service of one page.
#[async_trait]
impl Transport for Fixture {
    async fn send(&self, request: Request<Body>) -> Result<Response<Body>> {
        self.is_asked_by(&request);
        let is_head = request.method() == http::Method::HEAD;
        let body = request.into_body().collect(10_000).await?;
        assert_eq!(body, text(&self.request["text"]), "{}", self.name);
        let answered = if is_head { "" } else { text(&self.answer["text"]) };
        let mut response = Response::new(Body::from(answered.as_bytes().to_vec()));
        *response.status_mut() = self.status();
        *response.headers_mut() = headers(texts(&self.answer["headers"]));
        Ok(response)
    }
}

struct Still;

#[async_trait]
impl Clock for Still {
    fn now(&self) -> Timestamp {
        "2025-11-20T15:00:00Z".parse().unwrap()
    }

    async fn sleep(&self, span: TimeSpan) {
        unreachable!("nothing is repeated, and nothing waits {span:?}");
    }
}

struct Token;

#[async_trait]
impl TokenSource for Token {
    async fn token(&self, _scope: &str) -> Result<Secret> {
        Ok(TOKEN.into())
    }
}

fn key() -> AccountKey {
    AccountKey::from_bytes("the key of the account")
}

fn shared_key() -> Access {
    Access::SharedKey {
        account: "lab".to_owned(),
        key: key(),
    }
}

/// A client of the service of one page.
fn client(name: &'static str, access: Access) -> impl BlobBackend {
    let transport = Arc::new(Fixture::read(name));
    let connector = AzureBlobConnector::new(transport, Arc::new(Still), Arc::new(SeededJitter::new(0)));
    let connector = connector.with_tokens(Arc::new(Token));
    connector.account(ENDPOINT, access).unwrap()
}

fn owner(name: &'static str) -> impl BlobBackend {
    client(name, shared_key())
}

fn done<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().expect("nothing waits")
}

fn texts_container() -> ContainerName {
    ContainerName::parse("texts").unwrap()
}

fn blob(name: &str) -> BlobName {
    BlobName::parse(name).unwrap()
}

fn pair(name: &str, value: &str) -> Metadata {
    Metadata::from([(name.to_owned(), value.to_owned())])
}

fn none() -> BlobConditions {
    BlobConditions::default()
}

fn is_written(written: &Written) {
    assert_eq!(written.etag, "\"0x8DE2F9B3C1A4400\"");
    assert_eq!(written.last_modified, "2025-11-20T15:04:05Z".parse().unwrap());
}

#[test]
fn containers_at_the_client() {
    let container = texts_container();
    let options = CreateContainerOptions {
        metadata: pair("purpose", "words"),
        public_access: Some(PublicAccess::Container),
    };
    is_written(&done(owner("blob_create_container").create_container(&container, &options)).unwrap());
    let properties =
        done(owner("blob_get_container_properties").get_container_properties(&container, None)).unwrap();
    assert_eq!(properties.metadata, pair("purpose", "words"));
    assert_eq!(properties.public_access, Some(PublicAccess::Container));
    let policy = ContainerAccessPolicy {
        public_access: Some(PublicAccess::Blob),
        policies: vec![StoredAccessPolicy {
            id: "upload".to_owned(),
            policy: AccessPolicy {
                start: Some("2025-11-20T00:00:00Z".parse().unwrap()),
                expiry: Some("2025-11-27T00:00:00Z".parse().unwrap()),
                permissions: Some("rw".to_owned()),
            },
        }],
    };
    let set = owner("blob_set_container_acl");
    is_written(&done(set.set_container_access_policy(&container, &policy, &none())).unwrap());
    let found = done(owner("blob_get_container_acl").get_container_access_policy(&container, None)).unwrap();
    assert_eq!(found, policy);
    let options = ListContainersOptions {
        prefix: Some("te".to_owned()),
        max_results: Some(1),
        include_metadata: true,
        ..ListContainersOptions::default()
    };
    let page = done(owner("blob_list_containers").list_containers(&options)).unwrap();
    assert_eq!(page.items[0].name, container);
    assert_eq!(page.items[0].properties.metadata, pair("purpose", "words"));
    assert_eq!(page.continuation.unwrap().as_str(), "/lab/texts2");
    done(owner("blob_delete_container").delete_container(&container, &none())).unwrap();
}

#[test]
fn writes_at_the_client() {
    let (container, name) = (texts_container(), blob("in/a b.txt"));
    let plain = BlobHeaders {
        content_type: Some("text/plain".to_owned()),
        ..BlobHeaders::default()
    };
    let options = PutBlobOptions {
        headers: plain.clone(),
        metadata: pair("lines", "1"),
        transactional_md5: Some(MD5.to_owned()),
        ..PutBlobOptions::default()
    };
    is_written(&done(owner("blob_put_blob").put_blob(&container, &name, "abc".into(), &options)).unwrap());
    let (cut, block) = (blob("in/c.txt"), BlockId::parse("QUFBQQ==").unwrap());
    done(owner("blob_put_block").put_block(
        &container,
        &cut,
        &block,
        "one ".into(),
        &PutBlockOptions::default(),
    ))
    .unwrap();
    let list =
        done(owner("blob_get_block_list").get_block_list(&container, &cut, BlockListFilter::All, &none()))
            .unwrap();
    assert!(list.committed.is_empty());
    assert_eq!(
        (list.uncommitted[0].id.as_str(), list.uncommitted[0].size),
        ("QUFBQQ==", 4)
    );
    let options = PutBlobOptions {
        headers: plain,
        ..PutBlobOptions::default()
    };
    let blocks = [BlockReference::Latest(block)];
    let commit = owner("blob_put_block_list");
    is_written(&done(commit.put_block_list(&container, &cut, &blocks, &options)).unwrap());
    let set = owner("blob_set_blob_metadata");
    is_written(&done(set.set_blob_metadata(&container, &name, &pair("lines", "2"), &none())).unwrap());
    let source = format!("{ENDPOINT}/texts/in/c.txt");
    let (client, copy, plain) = (
        owner("blob_copy_blob"),
        blob("copy.txt"),
        CopyBlobOptions::default(),
    );
    let copied = done(client.copy_blob_from_url(&container, &copy, &source, &plain)).unwrap();
    assert_eq!(copied.copy_id, "1f812371-a41d-49e6-b123-f4b542e851c5");
    let any = BlobConditions {
        if_match: Some("*".to_owned()),
        ..none()
    };
    done(owner("blob_delete_blob").delete_blob(&container, &blob("copy.txt"), DeleteSnapshots::Refuse, &any))
        .unwrap();
}

#[test]
fn reads_at_the_client() {
    let (container, name) = (texts_container(), blob("in/a b.txt"));
    let newer = BlobConditions {
        if_none_match: Some("\"0x8DE2F9B3C1A4000\"".to_owned()),
        ..none()
    };
    let whole = done(owner("blob_get_blob").get_blob(&container, &name, None, &newer)).unwrap();
    assert_eq!(whole.properties.headers.content_md5.as_deref(), Some(MD5));
    assert_eq!(done(whole.body.collect(9)).unwrap(), "abc");
    let range = ByteRange {
        first: 1,
        last: Some(1),
    };
    let part = done(owner("blob_get_blob_range").get_blob(&container, &name, Some(range), &none())).unwrap();
    assert_eq!((part.range, part.properties.content_length), ((1, 2), 3));
    assert_eq!(done(part.body.collect(9)).unwrap(), "b");
    let told =
        done(owner("blob_get_blob_properties").get_blob_properties(&container, &name, &none())).unwrap();
    assert_eq!(told.metadata, pair("lines", "1"));
    assert_eq!(
        (told.content_length, told.headers.content_md5.as_deref()),
        (3, Some(MD5))
    );
    let options = ListBlobsOptions {
        prefix: Some("in/".to_owned()),
        delimiter: Some("/".to_owned()),
        include: ListBlobsInclude {
            metadata: true,
            ..ListBlobsInclude::default()
        },
        ..ListBlobsOptions::default()
    };
    let page = done(owner("blob_list_blobs").list_blobs(&container, &options)).unwrap();
    let [ListBlobsEntry::Blob(item), ListBlobsEntry::Prefix(prefix)] = &page.entries[..] else {
        panic!("{page:?}");
    };
    assert_eq!((item.name.as_str(), prefix.as_str()), ("in/a b.txt", "in/sub/"));
    assert!(page.continuation.is_none());
    let lost = owner("blob_not_found");
    let error = done(lost.get_blob(&container, &blob("nobody"), None, &none())).unwrap_err();
    assert!(
        error.is(&ErrorCode::BlobNotFound) && error.status() == 404,
        "{error}"
    );
    assert_eq!(error, Error::blob(ErrorCode::BlobNotFound));
    assert_eq!(error.service(), Service::Blob);
}

#[test]
fn user_delegation_keys_at_the_client() {
    let user = client("blob_get_user_delegation_key", Access::Entra);
    let start: Timestamp = "2025-11-20T15:00:00Z".parse().unwrap();
    let key = done(user.get_user_delegation_key(start, start + TimeSpan::from_hours(2))).unwrap();
    assert_eq!(key.object_id, "11111111-2222-4333-8444-555555555555");
    assert_eq!((key.service.as_str(), key.version.as_str()), ("b", "2023-11-03"));
    assert_eq!(
        key.value.expose_base64(),
        "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s="
    );
}

/// The server of the project over a simulated account.
fn server() -> BlobService {
    let mut account = StorageAccount::new("lab", key());
    ENDPOINT.clone_into(&mut account.endpoint);
    let config = SimConfig::new(0)
        .with_start(Still.now())
        .with_storage_account(account);
    let shared = Arc::new(Shared::new(World::new(config), Box::new(VirtualTime)));
    let served = ServedAccount {
        name: "lab".to_owned(),
        keys: vec![key()],
        endpoint: ENDPOINT.to_owned(),
    };
    BlobService::new(
        Arc::new(SimBlobConnector::new(shared)),
        Arc::new(Still),
        vec![served],
    )
    .with_bearer_tokens(vec![TOKEN.into()])
}

/// The request of a page, as somebody who may sends it.
fn request(fixture: &Fixture) -> Request<Body> {
    let body = text(&fixture.request["text"]).to_owned();
    let mut all = headers(texts(&fixture.request["headers"]));
    all.insert("host", HeaderValue::from_static("127.0.0.1:10000"));
    all.insert("x-ms-version", HeaderValue::from_static("2023-11-03"));
    all.insert(
        "x-ms-date",
        HeaderValue::from_str(&Still.now().to_rfc1123()).unwrap(),
    );
    all.insert("content-length", HeaderValue::from(body.len()));
    let mut request = Request::new(Body::from(body.into_bytes()));
    *request.method_mut() = text(&fixture.request["method"]).parse().unwrap();
    *request.uri_mut() = format!("/lab{}", fixture.target()).parse().unwrap();
    *request.headers_mut() = all;
    let authorization = if fixture.name == "blob_get_user_delegation_key" {
        format!("Bearer {TOKEN}")
    } else {
        let signed: Vec<(&str, &str)> = request
            .headers()
            .iter()
            .map(|(name, value)| (name.as_str(), value.to_str().unwrap()))
            .collect();
        let query = query_pairs(request.uri().query().unwrap_or(""));
        let to_sign = RequestToSign {
            method: request.method().as_str(),
            path: request.uri().path(),
            query: &query,
            headers: &signed,
        };
        signer::authorization("lab", &key(), &to_sign)
    };
    let authorization = HeaderValue::from_str(&authorization).unwrap();
    request.headers_mut().insert("authorization", authorization);
    request
}

/// The names of the elements of a document.
fn elements(document: &str) -> BTreeSet<String> {
    let tags = document.split('<').skip(1);
    let names = tags.filter(|tag| !tag.starts_with(['/', '?']));
    names
        .map(|tag| format!("<{}>", tag.split([' ', '>', '/']).next().unwrap()))
        .collect()
}

#[test]
fn the_server_answers_as_the_pages_say() {
    let server = server();
    let mut left_out = Vec::new();
    for name in FIXTURES {
        let fixture = Fixture::read(name);
        let answer = done(server.handle(request(&fixture)));
        let (parts, body) = answer.into_parts();
        let body = done(body.collect(100_000)).unwrap();
        let body = std::str::from_utf8(&body).unwrap();
        assert_eq!(parts.status, fixture.status(), "{name}: {body}");
        for (header, told) in lower(texts(&fixture.answer["headers"])) {
            let Some(given) = parts.headers.get(&header) else {
                left_out.push(format!("{name} {header}"));
                continue;
            };
            let follows_from_the_request = header.starts_with("x-ms-meta-")
                || header.starts_with("x-ms-blob-")
                || header.starts_with("content-")
                || ["x-ms-error-code", "x-ms-copy-status", "x-ms-server-encrypted"]
                    .contains(&header.as_str());
            if follows_from_the_request {
                assert_eq!(given.to_str().unwrap(), told, "{name}: {header}");
            }
        }
        let told = elements(text(&fixture.answer["text"]));
        let missing: Vec<_> = told.difference(&elements(body)).cloned().collect();
        let unexpected: Vec<_> = missing
            .iter()
            .filter(|element| !LEFT_OUT.contains(&element.as_str()))
            .collect();
        assert!(unexpected.is_empty(), "{name}: {unexpected:?} in {body}");
        if !told.contains("<BlockList>") && !told.contains("<Blobs>") && !body.starts_with('<') {
            assert_eq!(body, text(&fixture.answer["text"]), "{name}");
        }
    }
    assert_eq!(left_out, [""; 0]);
}
