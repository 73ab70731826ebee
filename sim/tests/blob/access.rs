//! Tokens: every rule refused once, through the handle a worker holds.

use batchite_api::auth::Access;
use batchite_api::auth::sas::{IpRange, Permissions, RequestProtocol, SasOptions, SasProtocol};
use batchite_api::backend::{BlobBackend, BlobConditions, BlobConnector};
use batchite_api::blob::{AccessPolicy, ContainerAccessPolicy, ListBlobsOptions, StoredAccessPolicy};
use batchite_api::time::TimeSpan;
use batchite_sim::backend::SimBlobConnector;

use crate::support::{
    ENDPOINT, Fixture, address, blob, container, done, for_blob, for_container, get, in_an_hour, key,
    letters, names, start,
};

use crate::operations::{copy_to_new, outcome, put_new};

/// A name, a change of the options of a token, and the answer.
type Rule = (&'static str, fn(&mut SasOptions), &'static str);

/// What a token that may read is changed by, and how it is then answered from this machine over plain HTTP.
const RULES: &[Rule] = &[
    ("good", |_| (), "ok"),
    ("begins now", |options| options.start = Some(start()), "ok"),
    (
        "begins in a second",
        |options| options.start = Some(start() + TimeSpan::from_seconds(1)),
        "403 AuthenticationFailed",
    ),
    (
        "ends now",
        |options| options.expiry = Some(start()),
        "403 AuthenticationFailed",
    ),
    (
        "no expiry",
        |options| options.expiry = None,
        "403 AuthenticationFailed",
    ),
    (
        "no permissions",
        |options| options.permissions = None,
        "403 AuthenticationFailed",
    ),
    (
        "empty permissions",
        |options| options.permissions = Some(Permissions::NONE),
        "403 AuthenticationFailed",
    ),
    (
        "unknown policy",
        |options| options.policy = Some("p".into()),
        "403 AuthenticationFailed",
    ),
    (
        "from here",
        |options| options.ip = Some(IpRange::single([127, 0, 0, 1].into())),
        "ok",
    ),
    (
        "from elsewhere",
        |options| options.ip = Some(IpRange::single([10, 0, 0, 1].into())),
        "403 AuthorizationSourceIPMismatch",
    ),
    (
        "https only",
        |options| options.protocol = Some(SasProtocol::HttpsOnly),
        "403 AuthorizationProtocolMismatch",
    ),
    (
        "any protocol",
        |options| options.protocol = Some(SasProtocol::HttpsAndHttp),
        "ok",
    ),
    (
        "too old",
        |options| options.version = "2012-02-12".into(),
        "403 AuthenticationFailed",
    ),
];

#[test]
fn each_rule_of_a_token_is_held_against_the_request() {
    let fixture = Fixture::new();
    for (rule, change, expected) in RULES {
        let mut options = SasOptions::new(letters("r"), in_an_hour());
        change(&mut options);
        for token in [
            for_blob("input", "a.txt", &options),
            for_container("input", &options),
        ] {
            let read = get(&fixture.with_token(token), "input", "a.txt");
            assert_eq!(outcome(read), *expected, "{rule}");
        }
    }
}

#[test]
fn places_and_protocols_are_those_of_the_handle() {
    let fixture = Fixture::new();
    let mut options = SasOptions::new(letters("r"), in_an_hour());
    options.ip = Some(IpRange::between([10, 0, 0, 1].into(), [10, 0, 0, 3].into()));
    options.protocol = Some(SasProtocol::HttpsOnly);
    for (source, protocol, expected) in [
        ("10.0.0.2", RequestProtocol::Https, "ok"),
        (
            "10.0.0.4",
            RequestProtocol::Https,
            "403 AuthorizationSourceIPMismatch",
        ),
        (
            "10.0.0.2",
            RequestProtocol::Http,
            "403 AuthorizationProtocolMismatch",
        ),
    ] {
        let token = for_blob("input", "a.txt", &options);
        let backend = fixture.with_token(token).coming_from(address(source), protocol);
        assert_eq!(
            outcome(get(&backend, "input", "a.txt")),
            expected,
            "{source} {protocol:?}"
        );
    }
}

#[test]
fn a_token_ends_while_its_holder_waits() {
    let fixture = Fixture::new();
    let backend = fixture.with_token(for_container(
        "input",
        &SasOptions::new(letters("r"), in_an_hour()),
    ));
    fixture.wait(TimeSpan::from_minutes(59));
    assert_eq!(outcome(get(&backend, "input", "a.txt")), "ok");
    fixture.wait(TimeSpan::from_minutes(1));
    assert_eq!(
        outcome(get(&backend, "input", "a.txt")),
        "403 AuthenticationFailed"
    );
}

#[test]
fn a_changed_token_opens_nothing() {
    let fixture = Fixture::new();
    let mut options = SasOptions::new(letters("r"), in_an_hour());
    options.start = Some(start());
    let good = for_container("input", &options);
    let read = |token: String| outcome(get(&fixture.with_token(token), "input", "a.txt"));
    assert_eq!(read(good.clone()), "ok");
    for (from, to) in [
        ("sp=r", "sp=racwdl"),
        ("sr=c", "sr=b"),
        ("st=2025-11-20T15", "st=2025-11-20T14"),
        ("se=2025-11-20T16", "se=2026-11-20T16"),
        ("sv=2022", "sv=2023"),
        ("sig=", "sip=127.0.0.1&sig="),
        ("sig=", "spr=https%2Chttp&sig="),
        ("sig=", "rsct=text&sig="),
        ("sig=", "ses=scope&sig="),
        ("sig=", "sig=A"),
    ] {
        assert!(good.contains(from), "{from}");
        assert_eq!(
            read(good.replacen(from, to, 1)),
            "403 AuthenticationFailed",
            "{to}"
        );
    }
    for (at, letter) in good
        .char_indices()
        .skip(good.find("sig=").unwrap() + 4)
        .filter(|(_, c)| c.is_alphabetic())
    {
        let swapped = if letter.is_lowercase() {
            letter.to_ascii_uppercase()
        } else {
            letter.to_ascii_lowercase()
        };
        let mut changed = good.clone();
        changed.replace_range(at..=at, &swapped.to_string());
        if good[at.saturating_sub(2)..at].contains('%') {
            // Percent-encoding knows no case.
            continue;
        }
        assert_eq!(read(changed), "403 AuthenticationFailed", "{at}");
    }
}

#[test]
fn a_stored_policy_can_be_changed_and_revoked() {
    let fixture = Fixture::new();
    let set = |policies: Vec<StoredAccessPolicy>| {
        let policy = ContainerAccessPolicy {
            public_access: None,
            policies,
        };
        let conditions = BlobConditions::default();
        done(
            fixture
                .owner
                .set_container_access_policy(&container("input"), &policy, &conditions),
        )
        .unwrap();
    };
    let policy = |permissions: &str| StoredAccessPolicy {
        id: "reader".into(),
        policy: AccessPolicy {
            start: None,
            expiry: Some(in_an_hour()),
            permissions: Some(permissions.into()),
        },
    };
    let backend = fixture.with_token(for_container("input", &SasOptions::of_policy("reader")));
    let read = || outcome(get(&backend, "input", "a.txt"));
    assert_eq!(read(), "403 AuthenticationFailed");
    set(vec![policy("rl")]);
    assert_eq!(read(), "ok");
    set(vec![policy("l")]);
    assert_eq!(read(), "403 AuthorizationPermissionMismatch");
    set(vec![policy("r")]);
    assert_eq!(read(), "ok");
    let mut both = SasOptions::of_policy("reader");
    both.expiry = Some(in_an_hour());
    let backend_with_both = fixture.with_token(for_container("input", &both));
    assert_eq!(
        outcome(get(&backend_with_both, "input", "a.txt")),
        "403 AuthenticationFailed"
    );
    set(vec![]);
    assert_eq!(read(), "403 AuthenticationFailed");
    set(vec![policy("r")]);
    fixture.wait(TimeSpan::from_hours(1));
    assert_eq!(read(), "403 AuthenticationFailed");
}

#[test]
fn a_token_replaces_headers_of_answers() {
    let fixture = Fixture::new();
    let mut options = SasOptions::new(letters("r"), in_an_hour());
    options.response_headers.content_type = Some("text/html".into());
    options.response_headers.content_disposition = Some("attachment".into());
    let backend = fixture.with_token(for_blob("input", "a.txt", &options));
    let conditions = BlobConditions::default();
    let properties =
        done(backend.get_blob_properties(&container("input"), &blob("a.txt"), &conditions)).unwrap();
    assert_eq!(properties.headers.content_type.as_deref(), Some("text/html"));
    let download = done(backend.get_blob(&container("input"), &blob("a.txt"), None, &conditions)).unwrap();
    assert_eq!(
        download.properties.headers.content_disposition.as_deref(),
        Some("attachment")
    );
    let own = done(
        fixture
            .owner
            .get_blob_properties(&container("input"), &blob("a.txt"), &conditions),
    )
    .unwrap();
    assert_eq!(
        own.headers.content_type.as_deref(),
        Some("application/octet-stream")
    );
}

#[test]
fn refusals_and_changes_stand_in_the_trace_and_secrets_do_not() {
    let fixture = Fixture::new();
    fixture.trace();
    let token = for_container("input", &SasOptions::new(letters("r"), in_an_hour()));
    let backend = fixture.with_token(token.clone());
    get(&backend, "input", "a.txt").unwrap();
    put_new(&backend).unwrap_err();
    copy_to_new(&fixture.owner).unwrap();
    names(&fixture.owner, "input", &ListBlobsOptions::default()).unwrap();
    let lines = {
        let mut world = fixture.shared.enter();
        let records: Vec<_> = world
            .trace_mut()
            .records()
            .map(|record| format!("{} {}", record.cause, record.to))
            .collect();
        assert_eq!(
            records,
            [
                "get_blob ok",
                "put_blob AuthorizationPermissionMismatch",
                "copy_blob ok"
            ]
        );
        world.trace_mut().take_lines()
    };
    let signature = token.split("sig=").nth(1).unwrap().to_owned();
    for text in [
        lines,
        format!("{backend:?}"),
        format!("{:?}", fixture.owner),
        format!("{:?}", fixture.shared),
    ] {
        assert!(!text.contains("sig=") && !text.contains(&signature), "{text}");
        assert!(!text.contains(&key().expose_base64()), "{text}");
    }
}

#[test]
fn an_unknown_endpoint_and_a_malformed_token_are_clear_errors() {
    let fixture = Fixture::new();
    let connector = SimBlobConnector::new(std::sync::Arc::clone(&fixture.shared));
    let error = connector
        .connect("https://acct.blob.core.windows.net/", Access::Anonymous)
        .unwrap_err();
    assert!(
        error.to_string().contains("acct.blob.core.windows.net"),
        "{error}"
    );
    assert!(error.to_string().contains(ENDPOINT), "{error}");
    assert!(
        connector
            .connect(&format!("{ENDPOINT}/"), Access::Anonymous)
            .is_ok()
    );
    for (token, expected) in [
        ("", "403 AuthenticationFailed"),
        ("sv=2020-12-06&sr=c&sp=r&sig=x", "403 AuthenticationFailed"),
        (
            "sv=2020-12-06&sr=c&sp=r&se=2030-01-01&skoid=1&sig=x",
            "403 AuthenticationFailed",
        ),
        ("sv=2020-12-06&sr=d&sp=r&sig=x", "501 NotSimulated"),
    ] {
        let backend = fixture.with_token(token);
        assert_eq!(outcome(get(&backend, "input", "a.txt")), expected, "{token}");
    }
}
