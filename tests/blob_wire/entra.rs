//! Tokens of Microsoft Entra ID between client and server, and the keys they get.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use batchite::azure::TokenSource;
use batchite::server::BearerTokens;
use batchite_api::auth::Access;
use batchite_api::auth::sas::{Permission, Permissions, SasOptions, delegated_blob_token};
use batchite_api::backend::BlobBackend;
use batchite_api::blob::CreateContainerOptions;
use batchite_api::error::{Error, ErrorCode, Result, Service};
use batchite_api::secret::Secret;
use batchite_api::time::{TimeSpan, Timestamp};
use http::StatusCode;

use crate::scripted::{Scripted, answer};
use crate::support::{ACCOUNT, ENDPOINT, InMemory, Store, blob, container, get, owner, put, start};

const TOKEN: &str = "eyJhbGciOiJub25lIn0.hunter2";

/// Gives out one token, and counts how often it is asked.
#[derive(Default)]
struct Tokens {
    asked: AtomicU32,
    is_refused: bool,
}

#[async_trait]
impl TokenSource for Tokens {
    async fn token(&self, scope: &str) -> Result<Secret> {
        assert_eq!(scope, "https://storage.azure.com/.default");
        self.asked.fetch_add(1, Ordering::Relaxed);
        if self.is_refused {
            return Err(Error::protocol(Service::Batch, "No credential was found."));
        }
        Ok(TOKEN.into())
    }
}

/// A client with tokens, and a server that knows these.
fn user(store: &Store, known: &[&str]) -> Arc<dyn BlobBackend> {
    let known = known.iter().map(|token| Secret::from(*token)).collect();
    let service = store.service().with_bearer_tokens(known);
    let connector = store.client(Arc::new(InMemory(service)));
    let connector = connector.with_tokens(Arc::new(Tokens::default()));
    Arc::new(connector.account(ENDPOINT, Access::Entra).unwrap())
}

#[tokio::test]
async fn a_user_writes_reads_and_signs_without_a_key() {
    let store = Store::new();
    let user = user(&store, &["another", TOKEN]);
    let options = CreateContainerOptions::default();
    user.create_container(&container("con"), &options).await.unwrap();
    put(&*user, "b", "hello").await;
    assert_eq!(get(&*user, "b").await.unwrap(), "hello");
    let (from, until) = (start(), start() + TimeSpan::from_hours(1));
    let key = user.get_user_delegation_key(from, until).await.unwrap();
    assert_eq!((key.start, key.expiry), (from, until));
    let options = SasOptions::new(Permissions::of(&[Permission::Read]), until);
    let token = delegated_blob_token(ACCOUNT, &key, &container("con"), &blob("b"), &options);
    let client = store.client(Arc::new(InMemory(store.service())));
    let reader = client.account(ENDPOINT, Access::Sas(token)).unwrap();
    assert_eq!(get(&reader, "b").await.unwrap(), "hello");
    let error = get(&reader, "c").await.unwrap_err();
    assert!(error.is(&ErrorCode::AuthenticationFailed), "{error}");
}

#[tokio::test]
async fn the_server_takes_only_tokens_it_was_given() {
    let store = Store::new();
    for (known, status, code) in [
        (&[][..], 501, ErrorCode::NotSimulated),
        (&["another"], 403, ErrorCode::AuthenticationFailed),
    ] {
        let error = get(&*user(&store, known), "b").await.unwrap_err();
        assert_eq!((error.status(), error.code()), (status, &code), "{error}");
        assert!(!format!("{error:?} {error}").contains("hunter2"));
    }
}

/// A token as Entra ID would issue it, signed by nobody.
fn issued(audience: &str, expires: i64) -> String {
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let seconds = (start() - Timestamp::UNIX_EPOCH).milliseconds() / 1000 + expires;
    let claims = format!(
        "{{\"aud\":\"{audience}\",\"exp\":{seconds},\"nbf\":{}}}",
        seconds - 3600
    );
    format!("{}.{}.{}", part("{\"alg\":\"RS256\"}"), part(&claims), part("x"))
}

/// Shows one token.
struct Shown(String);

#[async_trait]
impl TokenSource for Shown {
    async fn token(&self, _scope: &str) -> Result<Secret> {
        Ok(self.0.as_str().into())
    }
}

/// A client that shows a token to a server that accepts those that look right.
fn showing(store: &Store, token: String) -> Arc<dyn BlobBackend> {
    let service = store.service().with_bearer(BearerTokens::Basic);
    let connector = store.client(Arc::new(InMemory(service)));
    let connector = connector.with_tokens(Arc::new(Shown(token)));
    Arc::new(connector.account(ENDPOINT, Access::Entra).unwrap())
}

#[tokio::test]
async fn tokens_that_look_right_open_the_account() {
    let store = Store::new();
    let user = showing(&store, issued("https://storage.azure.com", 60));
    let options = CreateContainerOptions::default();
    user.create_container(&container("con"), &options).await.unwrap();
    put(&*user, "b", "hello").await;
    let until = start() + TimeSpan::from_hours(1);
    let key = user.get_user_delegation_key(start(), until).await.unwrap();
    let options = SasOptions::new(Permissions::of(&[Permission::Read]), until);
    let token = delegated_blob_token(ACCOUNT, &key, &container("con"), &blob("b"), &options);
    let client = store.client(Arc::new(InMemory(store.service())));
    let reader = client.account(ENDPOINT, Access::Sas(token)).unwrap();
    assert_eq!(get(&reader, "b").await.unwrap(), "hello");
    for audience in [
        "https://storage.azure.com/",
        "https://devstoreaccount1.blob.core.windows.net",
        ENDPOINT,
    ] {
        let user = showing(&store, issued(audience, 60));
        assert_eq!(get(&*user, "b").await.unwrap(), "hello");
    }
}

#[tokio::test]
async fn tokens_that_do_not_are_refused_with_the_reason() {
    let store = Store::new();
    for (token, reason) in [
        (issued("https://batch.core.windows.net/", 60), "wrong audience"),
        (issued("https://storage.azure.com", -600), "expired"),
        (issued("https://storage.azure.com", 7200), "not yet valid"),
        (TOKEN.to_owned(), "no JSON Web Token"),
    ] {
        let error = get(&*showing(&store, token.clone()), "b").await.unwrap_err();
        assert!(error.is(&ErrorCode::InvalidAuthenticationInfo), "{error}");
        assert_eq!(error.status(), 401);
        let detail = error.detail("AuthenticationErrorDetail").unwrap_or_default();
        assert!(detail.contains(reason), "{detail}");
        assert!(!format!("{error:?}").contains(&token));
    }
}

#[tokio::test]
async fn keys_and_signatures_get_no_delegation_key() {
    let store = Store::new();
    let client = store.client(Arc::new(InMemory(store.service())));
    for (access, code) in [
        (owner(), ErrorCode::AuthenticationFailed),
        (Access::Anonymous, ErrorCode::NoAuthenticationInformation),
    ] {
        let backend = client.account(ENDPOINT, access).unwrap();
        let error = backend
            .get_user_delegation_key(start(), start() + TimeSpan::from_hours(1))
            .await
            .unwrap_err();
        assert!(error.is(&code), "{error}");
    }
    let user = user(&store, &[TOKEN]);
    let error = user
        .get_user_delegation_key(start(), start() + TimeSpan::from_days(8))
        .await
        .unwrap_err();
    assert!(error.is(&ErrorCode::InvalidXmlNodeValue), "{error}");
}

#[tokio::test]
async fn the_request_for_a_key_to_the_byte() {
    let script = Scripted::new([answer(StatusCode::FORBIDDEN, &[], "")]);
    let connector = script.connector().with_tokens(Arc::new(Tokens::default()));
    let user = connector.account(ENDPOINT, Access::Entra).unwrap();
    user.get_user_delegation_key(start(), start() + TimeSpan::from_hours(1))
        .await
        .unwrap_err();
    assert_eq!(
        script.sent(),
        [concat!(
            "POST http://127.0.0.1:10000/devstoreaccount1?restype=service&comp=userdelegationkey\n",
            "accept: */*\n",
            "authorization: Bearer eyJhbGciOiJub25lIn0.hunter2\n",
            "content-length: 129\n",
            "content-type: application/xml\n",
            "host: 127.0.0.1:10000\n",
            "user-agent: batchite/0.1.0\n",
            "x-ms-version: 2023-11-03\n",
            "\n<?xml version=\"1.0\" encoding=\"utf-8\"?>",
            "<KeyInfo><Start>2025-11-20T15:00:00Z</Start><Expiry>2025-11-20T16:00:00Z</Expiry></KeyInfo>"
        )]
    );
}

#[tokio::test]
async fn without_tokens_nothing_is_sent() {
    let script = Scripted::new([]);
    let refusing = Arc::new(Tokens {
        is_refused: true,
        ..Tokens::default()
    });
    for (connector, told) in [
        (script.connector(), "token source"),
        (script.connector().with_tokens(refusing), "No credential"),
    ] {
        let user = connector.account(ENDPOINT, Access::Entra).unwrap();
        let error = get(&user, "b").await.unwrap_err();
        assert!(error.message().contains(told), "{error}");
        assert_eq!((error.service(), error.status()), (Service::Blob, 0));
    }
    assert!(script.sent().is_empty());
}
