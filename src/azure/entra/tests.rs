//! The chain against answers as Entra ID and the machines of Azure give them.

use std::sync::Mutex as Lock;

use batchite_api::backend::Body;
use http::{Request, Response, StatusCode};

use super::*;

const SCOPE: &str = "https://storage.azure.com/.default";

struct At(Lock<Timestamp>);

#[async_trait]
impl Clock for At {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }

    async fn sleep(&self, _span: TimeSpan) {}
}

/// Answers every request alike, and keeps them as text.
struct Service {
    status: StatusCode,
    answer: String,
    asked: Lock<Vec<String>>,
}

#[async_trait]
impl Transport for Service {
    async fn send(&self, request: Request<Body>) -> Result<Response<Body>> {
        let (parts, body) = request.into_parts();
        let body = body.collect(10_000).await?;
        let line = format!(
            "{} {} {}",
            parts.method,
            parts.uri,
            String::from_utf8_lossy(&body)
        );
        self.asked.lock().unwrap().push(line.trim_end().to_owned());
        let mut response = Response::new(Body::from(self.answer.clone().into_bytes()));
        *response.status_mut() = self.status;
        Ok(response)
    }
}

fn service(status: StatusCode, answer: &str) -> Arc<Service> {
    Arc::new(Service {
        status,
        answer: answer.to_owned(),
        asked: Lock::default(),
    })
}

const PRINCIPAL: [(&str, &str); 3] = [
    ("AZURE_TENANT_ID", "11111111-2222-4333-8444-555555555555"),
    ("AZURE_CLIENT_ID", "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"),
    ("AZURE_CLIENT_SECRET", "hunter2"),
];

fn tokens(service: &Arc<Service>, clock: &Arc<At>, variables: &[(&str, &str)]) -> EntraTokens {
    let transport: Arc<dyn Transport> = Arc::<Service>::clone(service);
    let variable = |wanted: &str| {
        let found = variables.iter().find(|(name, _)| *name == wanted);
        found.map(|(_, value)| (*value).to_owned())
    };
    let clock: Arc<dyn Clock> = Arc::<At>::clone(clock);
    EntraTokens::from_environment(transport, clock, &variable)
}

/// The time of this machine, by which credentials count how long their tokens are good.
fn now() -> Arc<At> {
    let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
    Arc::new(At(Lock::new(Timestamp::from_unix_seconds(now))))
}

#[tokio::test]
async fn a_service_principal_is_asked_once_until_its_token_is_nearly_over() {
    let service = service(
        StatusCode::OK,
        r#"{"token_type":"Bearer","expires_in":3600,"ext_expires_in":3600,"access_token":"jwt"}"#,
    );
    let clock = now();
    let tokens = tokens(&service, &clock, &PRINCIPAL);
    for _ in 0..3 {
        assert_eq!(tokens.token(SCOPE).await.unwrap().expose(), "jwt");
    }
    assert_eq!(
        *service.asked.lock().unwrap(),
        [
            "POST https://login.microsoftonline.com/11111111-2222-4333-8444-555555555555/oauth2/v2.0/token \
          client_id=aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee&client_secret=hunter2&grant_type=client_credentials\
          &scope=https%3A%2F%2Fstorage.azure.com%2F.default"
        ]
    );
    tokens
        .token("https://batch.core.windows.net//.default")
        .await
        .unwrap();
    assert_eq!(service.asked.lock().unwrap().len(), 2, "each scope has its own");
    assert!(!format!("{tokens:?}").contains("jwt"));
}

#[tokio::test]
async fn what_is_configured_and_refused_ends_the_chain_without_showing_the_secret() {
    let service = service(
        StatusCode::UNAUTHORIZED,
        r#"{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided.","error_codes":[7000215]}"#,
    );
    let error = tokens(&service, &now(), &PRINCIPAL)
        .token(SCOPE)
        .await
        .unwrap_err();
    let text = error.message();
    assert!(
        text.contains("environment: failed") && text.contains("AADSTS7000215"),
        "{text}"
    );
    assert!(
        !text.contains("Azure CLI:") && !text.contains("hunter2"),
        "{text}"
    );
    assert_eq!(service.asked.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_workload_identity_shows_the_token_of_its_file() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("token");
    std::fs::write(&file, "federated").unwrap();
    let service = service(
        StatusCode::OK,
        r#"{"token_type":"Bearer","expires_in":3600,"ext_expires_in":3600,"access_token":"jwt"}"#,
    );
    let path = file.to_str().unwrap();
    let variables = [PRINCIPAL[0], PRINCIPAL[1], ("AZURE_FEDERATED_TOKEN_FILE", path)];
    let token = tokens(&service, &now(), &variables).token(SCOPE).await.unwrap();
    assert_eq!(token.expose(), "jwt");
    let asked = service.asked.lock().unwrap();
    assert!(asked[0].contains("client_assertion=federated"), "{asked:?}");
}

#[tokio::test]
async fn every_credential_that_was_tried_is_told() {
    let transport: Arc<dyn Transport> = service(StatusCode::BAD_REQUEST, "{}");
    let mut chain = chain::links(&client_options(transport), &|_| None);
    // The last one would ask the programs of this machine.
    chain.pop();
    let clock: Arc<dyn Clock> = now();
    let error = EntraTokens::new(chain, clock).token(SCOPE).await.unwrap_err();
    let text = error.message();
    for told in [
        "environment: not tried: AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET are not set",
        "workload identity: not tried: AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_FEDERATED_TOKEN_FILE are not set",
        "managed identity: failed",
        "az login",
    ] {
        assert!(text.contains(told), "{told:?}: {text}");
    }
}

/// Gives tokens that are good for `lasts` seconds from the clock's present; the `n`th is called so.
#[derive(Debug)]
struct Counting {
    clock: Arc<At>,
    lasts: i64,
    given: Lock<u32>,
    fails_after: u32,
}

impl fmt::Debug for At {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("At")
    }
}

#[async_trait]
impl TokenCredential for Counting {
    async fn get_token(
        &self,
        _scopes: &[&str],
        _options: Option<azure_core::credentials::TokenRequestOptions<'_>>,
    ) -> azure_core::Result<AccessToken> {
        let mut given = self.given.lock().unwrap();
        if *given == self.fails_after {
            let kind = azure_core::error::ErrorKind::Credential;
            return Err(azure_core::Error::with_message(kind, "nobody is there"));
        }
        *given += 1;
        let now = (self.clock.now() - Timestamp::from_unix_seconds(0)).milliseconds() / 1000;
        let expiry = azure_core::time::OffsetDateTime::from_unix_timestamp(now + self.lasts).unwrap();
        Ok(AccessToken::new(given.to_string(), expiry))
    }
}

#[tokio::test]
async fn tokens_are_renewed_in_good_time_and_used_up_when_that_fails() {
    let clock = Arc::new(At(Lock::new(Timestamp::from_unix_seconds(1_700_000_000))));
    let credential = Counting {
        clock: Arc::clone(&clock),
        lasts: 3600,
        given: Lock::new(0),
        fails_after: 2,
    };
    let link = Link {
        name: "counting",
        credential: Ok(Arc::new(credential)),
        is_configured: false,
    };
    let own: Arc<dyn Clock> = Arc::<At>::clone(&clock);
    let tokens = EntraTokens::new(vec![link], own);
    for (wait, expected) in [
        (0, Some("1")),
        (54, Some("1")),
        (1, Some("2")),
        (54, Some("2")),
        (5, Some("2")),
        (1, None),
    ] {
        let then = clock.now() + TimeSpan::from_minutes(wait);
        *clock.0.lock().unwrap() = then;
        let token = tokens.token(SCOPE).await;
        assert_eq!(
            token.as_ref().ok().map(Secret::expose),
            expected,
            "{wait} minutes later"
        );
    }
}
