//! User delegation keys: who gets them, for how long, and what their tokens open.

use batchite_api::auth::Access;
use batchite_api::auth::sas::{
    Permission, Permissions, SasOptions, UserDelegationKey, delegated_blob_token, delegated_container_token,
};
use batchite_api::backend::BlobBackend;
use batchite_api::blob::PutBlobOptions;
use batchite_api::error::{ErrorCode, Result};
use batchite_api::time::TimeSpan;

use crate::support::{Fixture, blob, container, done, get, in_an_hour, letters, none, put, refusal, start};

const ACCOUNT: &str = "devstoreaccount1";

fn key(backend: &dyn BlobBackend, from: TimeSpan, until: TimeSpan) -> Result<UserDelegationKey> {
    done(backend.get_user_delegation_key(start() + from, start() + until))
}

/// The text of a blob, or how it was refused.
fn outcome(result: Result<String>) -> String {
    result.unwrap_or_else(|error| refusal(&error))
}

fn hours(hours: i64) -> TimeSpan {
    TimeSpan::from_hours(hours)
}

#[test]
fn only_tokens_of_entra_id_get_a_key() {
    let fixture = Fixture::new();
    let user = fixture.connect(Access::Entra);
    let issued = key(&user, hours(-1), hours(2)).unwrap();
    assert_eq!(
        (issued.start, issued.expiry),
        (start() + hours(-1), start() + hours(2))
    );
    assert_eq!(issued.service, "b");
    assert_eq!(
        key(&user, hours(-1), hours(2)).unwrap(),
        issued,
        "nothing is drawn"
    );
    assert_ne!(key(&user, hours(-1), hours(3)).unwrap().value, issued.value);
    let options = SasOptions::new(Permissions::of(&[Permission::Read]), in_an_hour());
    let token = delegated_container_token(ACCOUNT, &issued, &container("input"), &options);
    for backend in [&fixture.owner, &fixture.with_token(token)] {
        let error = key(backend, hours(0), hours(1)).unwrap_err();
        assert!(error.is(&ErrorCode::AuthenticationFailed), "{error}");
        assert_eq!(
            error.detail("AuthenticationErrorDetail"),
            Some("Only authentication scheme Bearer is supported")
        );
    }
    let error = key(&fixture.connect(Access::Anonymous), hours(0), hours(1)).unwrap_err();
    assert!(error.is(&ErrorCode::NoAuthenticationInformation), "{error}");
}

#[test]
fn a_key_is_valid_within_seven_days() {
    let fixture = Fixture::new();
    let user = fixture.connect(Access::Entra);
    key(&user, hours(0), hours(7 * 24)).unwrap();
    for (from, until, name) in [
        (0, 7 * 24 + 1, "Expiry"),
        (2, 1, "Expiry"),
        (1, 1, "Expiry"),
        (-3, -1, "Expiry"),
        (-3, 0, "Expiry"),
        (7 * 24 + 1, 7 * 24 + 2, "Start"),
    ] {
        let error = key(&user, hours(from), hours(until)).unwrap_err();
        assert!(
            error.is(&ErrorCode::InvalidXmlNodeValue),
            "{from} {until}: {error}"
        );
        assert_eq!(error.status(), 400);
        assert_eq!(error.detail("XmlNodeName"), Some(name), "{from} {until}");
    }
}

#[test]
fn its_tokens_open_what_they_name_while_the_key_lasts() {
    let fixture = Fixture::new();
    let user = fixture.connect(Access::Entra);
    let issued = key(&user, hours(0), hours(1)).unwrap();
    let options = SasOptions::new(Permissions::of(&[Permission::Read]), start() + hours(5));
    let token = delegated_blob_token(ACCOUNT, &issued, &container("input"), &blob("a.txt"), &options);
    let reader = fixture.with_token(token);
    assert_eq!(outcome(get(&reader, "input", "a.txt")), "hello");
    assert_eq!(
        outcome(get(&reader, "input", "b.txt")),
        "403 AuthenticationFailed"
    );
    let options = SasOptions::new(letters("w"), start() + hours(5));
    let token = delegated_container_token(ACCOUNT, &issued, &container("output"), &options);
    let writer = fixture.with_token(token);
    put(&writer, "output", "b.txt", "made", &PutBlobOptions::default()).unwrap();
    assert_eq!(
        outcome(get(&writer, "output", "b.txt")),
        "403 AuthorizationPermissionMismatch"
    );
    fixture.wait(hours(1));
    for backend in [&reader, &writer] {
        assert_eq!(
            outcome(get(backend, "input", "a.txt")),
            "403 AuthenticationFailed"
        );
    }
}

#[test]
fn a_user_may_do_everything() {
    let fixture = Fixture::new();
    let user = fixture.connect(Access::Entra);
    put(&user, "input", "b.txt", "mine", &PutBlobOptions::default()).unwrap();
    assert_eq!(outcome(get(&user, "input", "b.txt")), "mine");
    done(user.get_container_access_policy(&container("input"), None)).unwrap();
    done(user.delete_container(&container("input"), &none())).unwrap();
}
