//! Who may do what: every permission against every operation, keys, and the public.

use batchite_api::auth::sas::{AccountSasOptions, ResourceType, SasOptions};
use batchite_api::auth::{Access, AccountKey};
use batchite_api::backend::{BlobBackend, BlobConditions};
use batchite_api::blob::{
    ContainerAccessPolicy, CreateContainerOptions, ListContainersOptions, PublicAccess,
};
use batchite_sim::backend::SimBlob;
use proptest::prelude::*;

use crate::support::{
    Fixture, container, done, for_account, for_blob, for_container, get, in_an_hour, key, letters,
};

use crate::operations::{ALL_LETTERS, CASES, Case, outcome};

/// `ok` when a letter suffices, else the refusal it must meet.
fn expected(allowed: &str, letter: char, case: &Case, never: Option<&str>) -> String {
    let refused = "403 AuthorizationPermissionMismatch";
    match never {
        _ if allowed.contains(letter) => "ok".into(),
        Some(refusal) => refusal.into(),
        // Who may create is let in, and stopped where a blob is found.
        None if letter == 'c' && case.overwrites => "403 UnauthorizedBlobOverwrite".into(),
        None => refused.into(),
    }
}

#[test]
fn a_container_token_needs_the_letter_of_each_operation() {
    for case in CASES {
        for letter in ALL_LETTERS.chars() {
            let fixture = Fixture::new();
            let options = SasOptions::new(letters(&letter.to_string()), in_an_hour());
            let backend = fixture.with_token(for_container("input", &options));
            let expected = expected(case.container_letters, letter, case, case.never);
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
                expected(case.blob_letters, letter, case, None)
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
            let expected = expected(allowed, letter, case, never);
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
fn a_key_must_be_that_of_the_account() {
    for (account, key) in [
        ("devstoreaccount1", AccountKey::from_bytes(*b"other")),
        ("other", key()),
    ] {
        let account = account.to_owned();
        let backend = Fixture::new().connect(Access::SharedKey { account, key });
        for case in CASES {
            assert_eq!(
                outcome((case.run)(&backend)),
                "403 AuthenticationFailed",
                "{}",
                case.name
            );
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
        let conditions = BlobConditions::default();
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
            let reads = ["get", "list", "find"]
                .iter()
                .any(|verb| case.name.starts_with(verb));
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
