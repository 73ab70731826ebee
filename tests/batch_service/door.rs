//! Who is let in: shared keys, dates, tokens, hosts.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use batchite::server::BearerTokens;
use batchite_api::auth::AccountKey;
use batchite_api::time::TimeSpan;

use crate::asked::{HOST, JOB, Served, block_on, key};

const POOLS: &str = "/pools?api-version=2025-06-01";

#[test]
fn a_request_without_a_credential_or_a_date_misses_a_header() {
    block_on(async {
        let served = Served::new();
        let bare = served.send(served.plain("GET", POOLS)).await;
        assert_eq!(bare.refusal(), (400, "MissingRequiredHeader".to_owned()));
        assert_eq!(bare.value("HeaderName").as_deref(), Some("Authorization"));
        let undated = served.plain("GET", POOLS).without("ocp-date");
        let undated = served.ask(undated).await;
        assert_eq!(undated.refusal(), (400, "MissingRequiredHeader".to_owned()));
        assert_eq!(undated.value("HeaderName").as_deref(), Some("ocp-date"));
        let strange = served.plain("GET", POOLS).without("ocp-date");
        let strange = served.ask(strange.header("ocp-date", "yesterday")).await;
        assert_eq!(strange.refusal(), (400, "InvalidHeaderValue".to_owned()));
        for scheme in ["SharedKey", "SharedKey x", "Basic eA=="] {
            let asked = served.plain("GET", POOLS).header("authorization", scheme);
            let answer = served.send(asked).await;
            assert_eq!(
                answer.refusal(),
                (400, "InvalidAuthenticationInfo".to_owned()),
                "{scheme}"
            );
        }
    });
}

#[test]
fn a_wrong_signature_shows_what_was_signed_and_no_key() {
    block_on(async {
        let served = Served::new();
        let asked = served.plain("GET", POOLS);
        let other = AccountKey::from_bytes(*b"another key");
        let authorization = asked.authorization(&other);
        let answer = served
            .send(asked.clone().header("authorization", &authorization))
            .await;
        assert_eq!(answer.refusal(), (403, "AuthenticationFailed".to_owned()));
        let detail = answer.value("AuthenticationErrorDetail").unwrap();
        assert!(
            detail.contains("/devbatchaccount1/pools\napi-version:2025-06-01"),
            "{detail}"
        );
        let signature = authorization.split_once(':').unwrap().1;
        let text = String::from_utf8(answer.body).unwrap();
        assert!(!text.contains(signature) && !text.contains(&key().expose_base64()));
        let foreign = asked.authorization(&key()).replace("devbatchaccount1", "other");
        let answer = served.send(asked.header("authorization", &foreign)).await;
        assert_eq!(answer.status, 403);
    });
}

#[test]
fn lengths_are_signed_as_they_are_sent() {
    block_on(async {
        let served = Served::new();
        served.post("/jobs?api-version=2025-06-01", JOB).await;
        for (method, target) in [
            ("POST", "/jobs/job/terminate?api-version=2025-06-01"),
            ("DELETE", "/jobs/job?api-version=2025-06-01"),
        ] {
            let with = served.plain(method, target).header("content-length", "0");
            let answer = served.ask(with).await;
            assert_ne!(answer.status, 403, "{method}");
            let answer = served.ask(served.plain(method, target)).await;
            assert_ne!(answer.status, 403, "{method}");
        }
        // A Content-Type may be signed where there is no content.
        let typed = served
            .plain("GET", POOLS)
            .header("content-type", "application/json");
        assert_eq!(served.ask(typed).await.status, 200);
    });
}

#[test]
fn dates_may_be_a_quarter_of_an_hour_off() {
    block_on(async {
        let served = Served::new();
        let dated = |minutes| {
            let date = served.clock.now() + TimeSpan::from_minutes(minutes);
            let asked = served.plain("GET", POOLS).without("ocp-date");
            asked.header("date", &date.to_rfc1123())
        };
        assert_eq!(served.ask(dated(15)).await.status, 200);
        let late = served.ask(dated(16)).await;
        assert_eq!(late.refusal(), (403, "AuthenticationFailed".to_owned()));
        assert!(
            late.value("AuthenticationErrorDetail")
                .unwrap()
                .contains("too old or too new")
        );
        let patient = Served::with(|service| service.with_allowed_skew(None));
        let asked = patient.plain("GET", POOLS).without("ocp-date");
        let asked = asked.header("ocp-date", "Thu, 20 Nov 2025 15:00:00 GMT");
        assert_eq!(patient.ask(asked).await.status, 200);
    });
}

#[test]
fn tokens_pass_only_where_the_server_was_told_so() {
    block_on(async {
        let token = |served: &Served, audience: &str| {
            let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
            let expires = served.clock.now().unix_seconds() + 600;
            let claims = format!("{{\"aud\":\"{audience}\",\"exp\":{expires}}}");
            format!("Bearer {}.{}.{}", part("{}"), part(&claims), part("x"))
        };
        let ours = "https://batch.core.windows.net/";
        let open = Served::with(|service| service.with_bearer(BearerTokens::Basic));
        for (served, audience, status) in [
            (&open, ours, 200),
            (&open, "https://batch.core.windows.net", 401),
            (&Served::new(), ours, 401),
        ] {
            let asked = served.plain("GET", POOLS);
            let answer = served
                .send(asked.header("authorization", &token(served, audience)))
                .await;
            assert_eq!(answer.status, status, "{audience}");
            if status == 401 {
                assert_eq!(answer.refusal().1, "AuthenticationFailed");
                assert!(answer.header("www-authenticate").is_some());
            }
        }
    });
}

#[test]
fn foreign_hosts_are_refused_and_health_needs_no_credential() {
    block_on(async {
        let served = Served::new();
        let asked = served.plain("GET", POOLS).without("host");
        let answer = served.ask(asked.header("host", "example.com")).await;
        assert_eq!(answer.status, 400);
        let asked = served.plain("GET", POOLS).header("origin", "https://example.com");
        assert_eq!(served.ask(asked).await.status, 403);
        let asked = served.plain("GET", "/healthz");
        assert_eq!(served.send(asked).await.status, 200);
        assert!(HOST.starts_with("127."));
    });
}
