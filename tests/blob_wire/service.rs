//! The service as a whole, whichever way the store is reached; and what web pages of other origins may do.

use batchite::server::BlobService;
use batchite_api::auth::Access;
use batchite_api::auth::sas::{AccountSasOptions, Permission, Permissions, ResourceType, account_token};
use batchite_api::backend::BlobBackend;
use batchite_api::blob::{
    AnalyticsLogging, AnalyticsMetrics, BlobServiceProperties, CorsRule, RetentionPolicy, StaticWebsite,
};
use batchite_api::error::ErrorCode;
use batchite_api::time::TimeSpan;
use batchite_sim::fault::{Fault, FaultPlan, RefusalCode};

use crate::cases::on_every_arm;
use crate::edges::{Answer, filled, readable, send, send_signed, store};
use crate::support::{ACCOUNT, Arm, ENDPOINT, Store, key, owner};

on_every_arm! {
    properties_are_set_and_told
    properties_that_are_wrong_change_nothing
    only_who_may_sets_properties
    the_first_place_tells_no_statistics
}

fn default<T: Default>() -> T {
    T::default()
}

fn rule(origins: &str) -> CorsRule {
    CorsRule {
        allowed_origins: origins.into(),
        allowed_methods: "GET,PUT".into(),
        allowed_headers: "x-ms-*,content-type".into(),
        exposed_headers: "x-ms-meta-*,ETag".into(),
        max_age_in_seconds: 200,
    }
}

fn rules(rules: impl IntoIterator<Item = CorsRule>) -> BlobServiceProperties {
    BlobServiceProperties {
        cors: Some(rules.into_iter().collect()),
        ..default()
    }
}

async fn properties_are_set_and_told(arm: &Arm) {
    let owner = arm.owner();
    if arm.refuses_as_documented() {
        assert_eq!(
            owner.get_blob_service_properties().await.unwrap(),
            BlobServiceProperties::of_a_new_account()
        );
    }
    let days = RetentionPolicy {
        enabled: true,
        days: Some(7),
        allow_permanent_delete: None,
    };
    let all = BlobServiceProperties {
        logging: Some(AnalyticsLogging {
            write: true,
            retention_policy: days.clone(),
            ..default()
        }),
        hour_metrics: Some(AnalyticsMetrics {
            enabled: true,
            include_apis: Some(false),
            retention_policy: days,
            ..default()
        }),
        default_service_version: Some("2019-12-12".into()),
        ..rules([rule("https://one.example,http://two.example:8080"), rule("*")])
    };
    owner.set_blob_service_properties(&all).await.unwrap();
    let told = owner.get_blob_service_properties().await.unwrap();
    assert_eq!(
        (
            &told.logging,
            &told.hour_metrics,
            &told.cors,
            &told.default_service_version
        ),
        (
            &all.logging,
            &all.hour_metrics,
            &all.cors,
            &all.default_service_version
        )
    );
    owner.set_blob_service_properties(&rules([])).await.unwrap();
    let after = owner.get_blob_service_properties().await.unwrap();
    let expected = BlobServiceProperties {
        cors: Some(Vec::new()),
        ..told
    };
    assert_eq!(after, expected, "what was not said stays");
}

async fn properties_that_are_wrong_change_nothing(arm: &Arm) {
    if !arm.refuses_as_documented() {
        return;
    }
    let owner = arm.owner();
    owner
        .set_blob_service_properties(&rules([rule("*")]))
        .await
        .unwrap();
    let before = owner.get_blob_service_properties().await.unwrap();
    let soft_delete = RetentionPolicy {
        enabled: true,
        days: Some(1),
        allow_permanent_delete: None,
    };
    let website = StaticWebsite {
        enabled: true,
        ..default()
    };
    let without_days = RetentionPolicy {
        days: None,
        ..soft_delete.clone()
    };
    let trace = CorsRule {
        allowed_methods: "TRACE".into(),
        ..rule("*")
    };
    for (properties, status, code) in [
        (rules(vec![rule("*"); 6]), 400, ErrorCode::InvalidXmlDocument),
        (rules([trace]), 400, ErrorCode::InvalidXmlNodeValue),
        (rules([rule("")]), 400, ErrorCode::MissingRequiredXmlNode),
        (
            BlobServiceProperties {
                minute_metrics: Some(AnalyticsMetrics {
                    retention_policy: without_days,
                    ..default()
                }),
                ..rules([])
            },
            400,
            ErrorCode::MissingRequiredXmlNode,
        ),
        (
            BlobServiceProperties {
                delete_retention_policy: Some(soft_delete),
                ..rules([])
            },
            501,
            ErrorCode::NotSimulated,
        ),
        (
            BlobServiceProperties {
                static_website: Some(website),
                ..rules([])
            },
            501,
            ErrorCode::NotSimulated,
        ),
    ] {
        let error = owner.set_blob_service_properties(&properties).await.unwrap_err();
        assert_eq!((error.status(), error.code()), (status, &code), "{error}");
    }
    assert_eq!(owner.get_blob_service_properties().await.unwrap(), before);
}

async fn only_who_may_sets_properties(arm: &Arm) {
    let account_access = |kind, permission| {
        let options = AccountSasOptions::new(
            [kind],
            Permissions::of(&[permission]),
            arm.now() + TimeSpan::from_hours(1),
        );
        Access::Sas(account_token(ACCOUNT, &key(), &options))
    };
    let reader = arm.connect(account_access(ResourceType::Service, Permission::Read));
    let writer = arm.connect(account_access(ResourceType::Service, Permission::Write));
    let nothing = BlobServiceProperties {
        cors: Some(Vec::new()),
        ..default()
    };
    reader.get_blob_service_properties().await.unwrap();
    writer.set_blob_service_properties(&nothing).await.unwrap();
    let attempts = |backend: std::sync::Arc<dyn BlobBackend>| {
        let nothing = nothing.clone();
        async move {
            let get = backend.get_blob_service_properties().await.err();
            let set = backend.set_blob_service_properties(&nothing).await.err();
            [get, set].map(|error| error.map_or_else(String::new, |error| error.code().as_str().to_owned()))
        }
    };
    let permission = "AuthorizationPermissionMismatch";
    assert_eq!(attempts(reader).await, ["", permission]);
    assert_eq!(attempts(writer).await, [permission, ""]);
    let object = arm.connect(account_access(ResourceType::Object, Permission::Read));
    assert_eq!(attempts(object).await, ["AuthorizationResourceTypeMismatch"; 2]);
    if arm.refuses_as_documented() {
        let of_a_container = arm.connect(Access::Sas(arm.token("con", "rw")));
        assert_eq!(attempts(of_a_container).await, ["AuthenticationFailed"; 2]);
        let nobody = arm.connect(Access::Anonymous);
        assert_eq!(attempts(nobody).await, ["NoAuthenticationInformation"; 2]);
    }
}

async fn the_first_place_tells_no_statistics(arm: &Arm) {
    let error = arm.owner().get_blob_service_statistics().await.unwrap_err();
    assert_eq!(error.status(), 400, "{error}");
    if arm.refuses_as_documented() {
        assert!(error.is(&ErrorCode::InvalidQueryParameterValue), "{error}");
        assert_eq!(error.detail("QueryParameterValue"), Some("stats"));
    }
}

/// A store whose account has rules, and its service.
async fn with_rules(set: &[CorsRule]) -> (Store, BlobService) {
    set_in(store().await, set).await
}

async fn set_in(store: Store, set: &[CorsRule]) -> (Store, BlobService) {
    let backend = store.connector().connect(ENDPOINT, owner()).unwrap();
    backend
        .set_blob_service_properties(&rules(set.iter().cloned()))
        .await
        .unwrap();
    let service = store.service();
    (store, service)
}

async fn preflight(service: &BlobService, headers: &str) -> Answer {
    // What is asked for need not be there, and nobody says who asks.
    send(
        service,
        &format!("OPTIONS /{ACCOUNT}/nowhere/b?comp=tags{headers}"),
        "",
    )
    .await
}

const PUT: &str = "\norigin: https://one.example\naccess-control-request-method: PUT";

#[tokio::test]
async fn a_page_asks_before() {
    let (_store, service) = with_rules(&[rule("https://one.example"), rule("https://two.example")]).await;
    let names = "X-Ms-Blob-Type,content-type";
    let answer = preflight(
        &service,
        &format!("{PUT}\naccess-control-request-headers: {names}"),
    )
    .await;
    assert_eq!((answer.status, answer.text.as_str()), (200, ""));
    for (name, value) in [
        ("access-control-allow-origin", "https://one.example"),
        ("access-control-allow-methods", "PUT"),
        ("access-control-allow-headers", names),
        ("access-control-max-age", "200"),
        ("access-control-allow-credentials", "true"),
        ("vary", "Origin"),
        ("content-length", "0"),
    ] {
        assert_eq!(answer.header(name), value, "{name}");
    }
    assert!(!answer.header("x-ms-request-id").is_empty());
    let answer = preflight(&service, PUT).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("access-control-allow-headers"), "");
}

/// Rules are no request of their own: no fault is used up by them, and the trace tells of what was asked alone.
#[tokio::test]
async fn rules_are_read_past_faults_and_trace() {
    let refused = Fault::RequestRefused {
        operation: Some("get_blob_service_properties".into()),
        code: RefusalCode::ServerBusy,
        retry_after: None,
        times: Some(1),
        probability: None,
    };
    let faults = FaultPlan::new(vec![refused]).unwrap();
    let store = filled(Store::with_faults(faults)).await;
    let (store, service) = set_in(store, &[rule("https://one.example")]).await;
    store.trace();
    assert_eq!(preflight(&service, PUT).await.status, 200);
    let answer = send(&service, &readable("\norigin: https://one.example"), "").await;
    assert_eq!((answer.status, answer.text.as_str()), (200, "hello"));
    let foreign = send(&service, &readable("\norigin: https://two.example"), "").await;
    assert_eq!(foreign.status, 403);
    assert_eq!(store.trace(), ["get_blob"]);
    let asked = store.connector().connect(ENDPOINT, owner()).unwrap();
    let refusal = asked.get_blob_service_properties().await.unwrap_err();
    assert!(refusal.is(&ErrorCode::ServerBusy), "{refusal}");
    asked.get_blob_service_properties().await.unwrap();
}

#[tokio::test]
async fn what_no_rule_allows_is_refused_before() {
    let (_store, service) = with_rules(&[rule("https://one.example")]).await;
    for headers in [
        PUT.replace("one", "three"),
        PUT.replace("https", "http"),
        PUT.replace("PUT", "DELETE"),
        format!("{PUT}\naccess-control-request-headers: authorization"),
    ] {
        let answer = preflight(&service, &headers).await;
        answer.is(403, "CorsPreflightFailure");
        assert_eq!(answer.header("access-control-allow-origin"), "", "{headers}");
    }
    let without_rules = store().await.service();
    preflight(&without_rules, PUT)
        .await
        .is(403, "CorsPreflightFailure");
    for headers in [
        "",
        "\norigin: https://one.example",
        "\naccess-control-request-method: PUT",
    ] {
        preflight(&service, headers).await.is(400, "InvalidHeaderValue");
    }
    let foreign = format!("{PUT}\nhost: example.com");
    assert_eq!(preflight(&service, &foreign).await.status, 400);
    let answer = send(&service, &format!("OPTIONS /nobody/con/b{PUT}"), "").await;
    // No account, no rules.
    answer.is(403, "AuthorizationFailure");
}

#[tokio::test]
async fn answers_tell_a_page_what_it_may_read() {
    let (_store, service) = with_rules(&[rule("https://one.example")]).await;
    let head = format!(
        "PUT /{ACCOUNT}/con/a?comp=metadata\nx-ms-date: Thu, 20 Nov 2025 15:00:00 GMT\nx-ms-meta-mood: good\n\
         origin: https://one.example"
    );
    assert_eq!(send_signed(&service, &head, "", &key()).await.status, 200);
    let answer = send(&service, &readable("\norigin: https://one.example"), "").await;
    assert_eq!((answer.status, answer.text.as_str()), (200, "hello"));
    for (name, value) in [
        ("access-control-allow-origin", "https://one.example"),
        ("access-control-allow-credentials", "true"),
        ("vary", "Origin"),
    ] {
        assert_eq!(answer.header(name), value, "{name}");
    }
    let mut exposed: Vec<&str> = answer
        .header("access-control-expose-headers")
        .split(',')
        .collect();
    exposed.sort_unstable();
    assert_eq!(exposed, ["etag", "x-ms-meta-mood"]);
    // A refusal is for the page too.
    let missing = readable("\norigin: https://one.example").replace("con/a", "con/none");
    let answer = send(&service, &missing, "").await;
    answer.is(404, "BlobNotFound");
    assert_eq!(
        answer.header("access-control-allow-origin"),
        "https://one.example"
    );
    let answer = send(&service, &readable(""), "").await;
    assert_eq!(answer.header("access-control-allow-origin"), "");
}

#[tokio::test]
async fn a_rule_for_all_names_nobody() {
    let (_store, service) = with_rules(&[rule("*")]).await;
    for answer in [
        send(&service, &readable("\norigin: null"), "").await,
        preflight(&service, PUT).await,
    ] {
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        assert_eq!(answer.header("access-control-allow-credentials"), "");
        assert_eq!(answer.header("vary"), "");
    }
}

#[tokio::test]
async fn a_page_no_rule_lets_in_is_refused() {
    let (_store, service) = with_rules(&[rule("https://one.example")]).await;
    for headers in [
        "\norigin: https://three.example",
        "\norigin: https://one.example\norigin: https://three.example",
    ] {
        let answer = send(&service, &readable(headers), "").await;
        answer.is(403, "AuthorizationFailure");
        assert_eq!(answer.header("access-control-allow-origin"), "");
    }
    let head = readable("\norigin: https://one.example").replace("GET", "HEAD");
    assert_eq!(
        send(&service, &head, "").await.status,
        403,
        "a rule is for methods"
    );
    let own = readable("\norigin: http://127.0.0.1:10000");
    assert_eq!(send(&service, &own, "").await.status, 200);
    let health = send(&service, "GET /healthz\norigin: https://one.example", "").await;
    assert_eq!(health.status, 403, "rules are those of an account");
}
