//! Who may do what: every rule of a token refused once, every permission against every operation.

use batchite_api::auth::sas::{
    AccountSasOptions, IpRange, Permissions, RequestProtocol, ResourceType, SasOptions, SasProtocol,
};
use batchite_api::auth::{Access, AccountKey};
use batchite_api::backend::{BlobBackend, BlobConnector, Conditions};
use batchite_api::blob::{
    AccessPolicy, BlockId, BlockListFilter, BlockReference, ContainerAccessPolicy, CreateContainerOptions,
    ListBlobsOptions, ListContainersOptions, Metadata, PublicAccess, PutBlobOptions, StoredAccessPolicy,
    blob_url,
};
use batchite_api::error::Result;
use batchite_api::time::TimeSpan;
use batchite_sim::backend::{SimBlob, SimBlobConnector};
use proptest::prelude::*;

use crate::support::{
    ENDPOINT, Fixture, address, blob, container, done, for_account, for_blob, for_container, get, in_an_hour,
    key, letters, names, put, refusal, start,
};

/// An operation on `input/a.txt` or on its container, and the letters of which any one lets it pass.
struct Case {
    name: &'static str,
    run: fn(&SimBlob) -> Result<()>,
    /// Of a token for the container.
    container_letters: &'static str,
    /// Of a token for the blob.
    blob_letters: &'static str,
    /// Of a token for the account, and the kind of resource.
    account_letters: (&'static str, ResourceType),
    /// How a token for the container is refused when letters would not help.
    never: Option<&'static str>,
}

fn put_new(backend: &SimBlob) -> Result<()> {
    put(backend, "input", "new.txt", "x", &PutBlobOptions::default()).map(drop)
}

fn put_existing(backend: &SimBlob) -> Result<()> {
    put(backend, "input", "a.txt", "x", &PutBlobOptions::default()).map(drop)
}

fn copy_to_new(backend: &SimBlob) -> Result<()> {
    let readable = for_container("input", &SasOptions::new(letters("r"), in_an_hour()));
    let source = blob_url(ENDPOINT, &container("input"), &blob("a.txt"), Some(&readable));
    let options = PutBlobOptions::default();
    done(backend.copy_blob_from_url(&container("input"), &blob("new.txt"), &source, &options)).map(drop)
}

const OBJECT: ResourceType = ResourceType::Object;
const CONTAINER: ResourceType = ResourceType::Container;
const FAILURE: Option<&str> = Some("403 AuthorizationFailure");

/// What the documents say, written down a second time so that the table in the simulator can be wrong.
const CASES: &[Case] = &[
    Case {
        name: "get_blob",
        run: |backend| get(backend, "input", "a.txt").map(drop),
        container_letters: "r",
        blob_letters: "r",
        account_letters: ("r", OBJECT),
        never: None,
    },
    Case {
        name: "get_blob_properties",
        run: |backend| {
            done(backend.get_blob_properties(&container("input"), &blob("a.txt"), &Conditions::default()))
                .map(drop)
        },
        container_letters: "r",
        blob_letters: "r",
        account_letters: ("r", OBJECT),
        never: None,
    },
    Case {
        name: "get_block_list",
        run: |backend| {
            done(backend.get_block_list(&container("input"), &blob("a.txt"), BlockListFilter::All)).map(drop)
        },
        container_letters: "r",
        blob_letters: "r",
        account_letters: ("r", OBJECT),
        never: None,
    },
    Case {
        name: "put_blob",
        run: put_new,
        container_letters: "cw",
        blob_letters: "",
        account_letters: ("cw", OBJECT),
        never: None,
    },
    Case {
        name: "put_blob",
        run: put_existing,
        container_letters: "w",
        blob_letters: "w",
        account_letters: ("w", OBJECT),
        never: None,
    },
    Case {
        name: "copy_blob",
        run: copy_to_new,
        container_letters: "cw",
        blob_letters: "",
        account_letters: ("cw", OBJECT),
        never: None,
    },
    Case {
        name: "put_block",
        run: |backend| {
            done(backend.put_block(
                &container("input"),
                &blob("a.txt"),
                &BlockId::numbered(1),
                "x".into(),
            ))
        },
        container_letters: "w",
        blob_letters: "w",
        account_letters: ("w", OBJECT),
        never: None,
    },
    Case {
        name: "put_block_list",
        run: |backend| {
            let options = PutBlobOptions::default();
            done(backend.put_block_list(&container("input"), &blob("a.txt"), &[], &options)).map(drop)
        },
        container_letters: "w",
        blob_letters: "w",
        account_letters: ("w", OBJECT),
        never: None,
    },
    Case {
        name: "set_blob_metadata",
        run: |backend| {
            let (name, metadata) = (blob("a.txt"), Metadata::new());
            done(backend.set_blob_metadata(&container("input"), &name, &metadata, &Conditions::default()))
                .map(drop)
        },
        container_letters: "w",
        blob_letters: "w",
        account_letters: ("w", OBJECT),
        never: None,
    },
    Case {
        name: "delete_blob",
        run: |backend| done(backend.delete_blob(&container("input"), &blob("a.txt"), &Conditions::default())),
        container_letters: "d",
        blob_letters: "d",
        account_letters: ("d", OBJECT),
        never: None,
    },
    Case {
        name: "list_blobs",
        run: |backend| names(backend, "input", &ListBlobsOptions::default()).map(drop),
        container_letters: "l",
        blob_letters: "",
        account_letters: ("l", CONTAINER),
        never: None,
    },
    Case {
        name: "get_container_properties",
        run: |backend| done(backend.get_container_properties(&container("input"))).map(drop),
        container_letters: "",
        blob_letters: "",
        account_letters: ("r", CONTAINER),
        never: FAILURE,
    },
    Case {
        name: "delete_container",
        run: |backend| done(backend.delete_container(&container("input"), &Conditions::default())),
        container_letters: "",
        blob_letters: "",
        account_letters: ("d", CONTAINER),
        never: FAILURE,
    },
    Case {
        name: "get_container_acl",
        run: |backend| done(backend.get_container_access_policy(&container("input"))).map(drop),
        container_letters: "",
        blob_letters: "",
        account_letters: ("", CONTAINER),
        never: FAILURE,
    },
    Case {
        name: "set_container_acl",
        run: |backend| {
            let (policy, conditions) = (ContainerAccessPolicy::default(), Conditions::default());
            done(backend.set_container_access_policy(&container("input"), &policy, &conditions)).map(drop)
        },
        container_letters: "",
        blob_letters: "",
        account_letters: ("", CONTAINER),
        never: FAILURE,
    },
];

const ALL_LETTERS: &str = "racwdxyltfmeopi";

/// `Ok` when a letter suffices, else the refusal it must meet.
fn expected(allowed: &str, letter: char, run: fn(&SimBlob) -> Result<()>, never: Option<&str>) -> String {
    if allowed.contains(letter) {
        return "ok".into();
    }
    let overwrites = std::ptr::fn_addr_eq(run, put_existing as fn(&SimBlob) -> Result<()>);
    match never {
        Some(refusal) => refusal.into(),
        // Who may create is let in, and stopped where a blob is found.
        None if letter == 'c' && overwrites => "403 UnauthorizedBlobOverwrite".into(),
        None => "403 AuthorizationPermissionMismatch".into(),
    }
}

fn outcome(result: Result<()>) -> String {
    result.map_or_else(|error| refusal(&error), |()| "ok".into())
}

#[test]
fn a_container_token_needs_the_letter_of_each_operation() {
    for case in CASES {
        for letter in ALL_LETTERS.chars() {
            let fixture = Fixture::new();
            let options = SasOptions::new(letters(&letter.to_string()), in_an_hour());
            let backend = fixture.with_token(for_container("input", &options));
            let expected = expected(case.container_letters, letter, case.run, case.never);
            assert_eq!(
                outcome((case.run)(&backend)),
                expected,
                "{} with {letter}",
                case.name
            );
            let elsewhere = fixture.with_token(for_container("output", &options));
            assert_eq!(
                outcome((case.run)(&elsewhere)),
                "403 AuthenticationFailed",
                "{}",
                case.name
            );
        }
    }
}

#[test]
fn a_blob_token_needs_the_letter_and_the_blob() {
    for case in CASES {
        for letter in ALL_LETTERS.chars().filter(|letter| !"lf".contains(*letter)) {
            let fixture = Fixture::new();
            let options = SasOptions::new(letters(&letter.to_string()), in_an_hour());
            let backend = fixture.with_token(for_blob("input", "a.txt", &options));
            let expected = if case.blob_letters.is_empty() {
                // Another blob, or the container: the signature does not cover it.
                "403 AuthenticationFailed".into()
            } else {
                expected(case.blob_letters, letter, case.run, None)
            };
            assert_eq!(
                outcome((case.run)(&backend)),
                expected,
                "{} with {letter}",
                case.name
            );
        }
    }
}

#[test]
fn an_account_token_needs_the_letter_the_service_and_the_resource_type() {
    let kinds = [
        ResourceType::Service,
        ResourceType::Container,
        ResourceType::Object,
    ];
    for case in CASES {
        let (allowed, kind) = case.account_letters;
        for letter in "racwdxyltfi".chars() {
            let fixture = Fixture::new();
            let mut options = AccountSasOptions::new([kind], letters(&letter.to_string()), in_an_hour());
            let never = allowed.is_empty().then_some("403 AuthorizationFailure");
            let expected = expected(allowed, letter, case.run, never);
            let backend = fixture.with_token(for_account(&options));
            assert_eq!(
                outcome((case.run)(&backend)),
                expected,
                "{} with {letter}",
                case.name
            );

            let fixture = Fixture::new();
            options.resource_types = kinds.into_iter().filter(|other| *other != kind).collect();
            let backend = fixture.with_token(for_account(&options));
            let wrong = "403 AuthorizationResourceTypeMismatch";
            assert_eq!(
                outcome((case.run)(&backend)),
                wrong,
                "{} with {letter}",
                case.name
            );
            options.resource_types = kinds.into();
            options.services = "qt".into();
            let backend = fixture.with_token(for_account(&options));
            assert_eq!(
                outcome((case.run)(&backend)),
                "403 AuthorizationServiceMismatch",
                "{}",
                case.name
            );
        }
    }
}

#[test]
fn only_the_account_lists_and_makes_containers() {
    let fixture = Fixture::new();
    let list = |backend: &SimBlob| done(backend.list_containers(&ListContainersOptions::default())).map(drop);
    let create = |backend: &SimBlob, name: &str| {
        done(backend.create_container(&container(name), &CreateContainerOptions::default())).map(drop)
    };
    let everything = letters(ALL_LETTERS);
    let of_container = fixture.with_token(for_container("input", &SasOptions::new(everything, in_an_hour())));
    assert_eq!(outcome(list(&of_container)), "403 AuthenticationFailed");
    assert_eq!(
        outcome(create(&of_container, "input")),
        "403 AuthorizationFailure"
    );
    let account = |kind, permissions| {
        fixture.with_token(for_account(&AccountSasOptions::new(
            [kind],
            permissions,
            in_an_hour(),
        )))
    };
    assert_eq!(outcome(list(&account(ResourceType::Service, letters("l")))), "ok");
    assert_eq!(
        outcome(list(&account(ResourceType::Service, letters("r")))),
        "403 AuthorizationPermissionMismatch"
    );
    assert_eq!(
        outcome(list(&account(ResourceType::Container, letters("l")))),
        "403 AuthorizationResourceTypeMismatch"
    );
    for (name, permissions, expected) in [
        ("one", "c", "ok"),
        ("two", "w", "ok"),
        ("three", "r", "403 AuthorizationPermissionMismatch"),
        ("input", "c", "409 ContainerAlreadyExists"),
    ] {
        let backend = account(ResourceType::Container, letters(permissions));
        assert_eq!(outcome(create(&backend, name)), expected, "{name}");
    }
}

#[test]
fn times_places_and_protocols_are_held_against_the_request() {
    let fixture = Fixture::new();
    let read = |options: &SasOptions| {
        outcome(
            get(
                &fixture.with_token(for_blob("input", "a.txt", options)),
                "input",
                "a.txt",
            )
            .map(drop),
        )
    };
    let options = |change: fn(&mut SasOptions)| {
        let mut options = SasOptions::new(letters("r"), in_an_hour());
        change(&mut options);
        options
    };
    for (rule, change, expected) in [
        ("good", (|_| ()) as fn(&mut SasOptions), "ok"),
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
            "here",
            |options| options.ip = Some(IpRange::single([127, 0, 0, 1].into())),
            "ok",
        ),
        (
            "elsewhere",
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
    ] {
        assert_eq!(read(&options(change)), expected, "{rule}");
    }
    let guarded = options(|options| {
        options.ip = Some(IpRange::between([10, 0, 0, 1].into(), [10, 0, 0, 3].into()));
        options.protocol = Some(SasProtocol::HttpsOnly);
    });
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
        let backend = fixture
            .with_token(for_blob("input", "a.txt", &guarded))
            .coming_from(address(source), protocol);
        assert_eq!(
            outcome(get(&backend, "input", "a.txt").map(drop)),
            expected,
            "{source} {protocol:?}"
        );
    }
    let backend = fixture.with_token(for_blob("input", "a.txt", &options(|_| ())));
    fixture.wait(TimeSpan::from_hours(1));
    assert_eq!(
        outcome(get(&backend, "input", "a.txt").map(drop)),
        "403 AuthenticationFailed"
    );
}

#[test]
fn a_changed_token_opens_nothing() {
    let fixture = Fixture::new();
    let mut options = SasOptions::new(letters("r"), in_an_hour());
    options.start = Some(start());
    let good = for_container("input", &options);
    let read = |token: String| outcome(get(&fixture.with_token(token), "input", "a.txt").map(drop));
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
        let conditions = Conditions::default();
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
    let read = || outcome(get(&backend, "input", "a.txt").map(drop));
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
        outcome(get(&backend_with_both, "input", "a.txt").map(drop)),
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
    let conditions = Conditions::default();
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
fn a_key_must_be_that_of_the_account() {
    let fixture = Fixture::new();
    for (account, key, expected) in [
        ("devstoreaccount1", key(), "ok"),
        (
            "devstoreaccount1",
            AccountKey::from_bytes(*b"other"),
            "403 AuthenticationFailed",
        ),
        ("other", key(), "403 AuthenticationFailed"),
    ] {
        let backend = fixture.connect(Access::SharedKey {
            account: account.into(),
            key,
        });
        for case in CASES {
            let fixture_outcome = outcome((case.run)(&backend));
            if expected != "ok" {
                assert_eq!(fixture_outcome, expected, "{}", case.name);
            }
        }
    }
    for case in CASES {
        assert_eq!(outcome((case.run)(&Fixture::new().owner)), "ok", "{}", case.name);
    }
}

#[test]
fn the_public_sees_what_a_container_shows() {
    for (access, readable, listable) in [
        (None, false, false),
        (Some(PublicAccess::Blob), true, false),
        (Some(PublicAccess::Container), true, true),
    ] {
        let fixture = Fixture::new();
        let policy = ContainerAccessPolicy {
            public_access: access,
            policies: vec![],
        };
        let conditions = Conditions::default();
        done(
            fixture
                .owner
                .set_container_access_policy(&container("input"), &policy, &conditions),
        )
        .unwrap();
        let public = fixture.connect(Access::Anonymous);
        for case in CASES {
            let allowed = match case.name {
                "get_blob" | "get_blob_properties" | "get_block_list" => readable,
                "list_blobs" | "get_container_properties" => listable,
                _ => false,
            };
            let reads = case.name.starts_with("get") || case.name.starts_with("list");
            let expected = match (allowed, reads) {
                (true, _) => "ok",
                (false, true) => "404 ResourceNotFound",
                (false, false) => "401 NoAuthenticationInformation",
            };
            assert_eq!(outcome((case.run)(&public)), expected, "{}", case.name);
        }
        assert_eq!(
            outcome(get(&public, "missing", "a.txt").map(drop)),
            "404 ResourceNotFound"
        );
        let listed = done(public.list_containers(&ListContainersOptions::default())).map(drop);
        assert_eq!(outcome(listed), "401 NoAuthenticationInformation");
    }
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
            .iter()
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
            "501 NotSimulated",
        ),
    ] {
        let backend = fixture.with_token(token);
        assert_eq!(
            outcome(get(&backend, "input", "a.txt").map(drop)),
            expected,
            "{token}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Without the permission nothing is read and nothing changes; with it the operation works.
    #[test]
    fn a_token_does_what_it_says_and_nothing_else(
        granted in proptest::sample::subsequence(ALL_LETTERS.chars().collect::<Vec<_>>(), 1..15),
        case in 0..CASES.len(),
    ) {
        let case = &CASES[case];
        let fixture = Fixture::new();
        let granted: String = granted.into_iter().collect();
        let options = SasOptions::new(letters(&granted), in_an_hour());
        let backend = fixture.with_token(for_container("input", &options));
        let allowed = case.container_letters.chars().any(|letter| granted.contains(letter));
        prop_assert_eq!((case.run)(&backend).is_ok(), allowed, "{} with {}", case.name, granted);
        if !allowed {
            prop_assert_eq!(fixture.names(), ["a.txt"]);
            prop_assert_eq!(get(&fixture.owner, "input", "a.txt").unwrap(), "hello");
        }
    }
}
