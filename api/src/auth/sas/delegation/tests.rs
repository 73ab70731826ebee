//! Tokens of the official SDK signed with a user delegation key, tokens of our own, and every rule refused once.

use std::net::{IpAddr, Ipv4Addr};

use super::*;
use crate::auth::sas::{
    Grant, Need, Permission, Permissions, RequestProtocol, ResourceType, SasOptions, SasRequest, SasToken,
    delegated_blob_token, delegated_container_token, delegated_snapshot_token,
};
use crate::blob::{BlobName, ContainerName, Snapshot};
use crate::error::ErrorCode;

/// Made by azure-storage-blob 12.1.0, 12.8.1, 12.26.0 and 12.31.1 (Python), for the blob `input/dir/a b.txt`.
const FOR_A_BLOB: [&str; 4] = [
    "se=2025-11-21T15%3A00%3A00Z&sp=r&sv=2019-02-02&sr=b&skoid=11111111-2222-4333-8444-555555555555&sktid=aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee&skt=2025-11-20T14%3A00%3A00Z&ske=2025-11-22T14%3A00%3A00Z&sks=b&skv=2022-11-02&sig=TmXwyCYI60ARs3Jb7b57JxGOCPM051IEZdG0nc19zRU%3D",
    "se=2025-11-21T15%3A00%3A00Z&sp=rt&sv=2020-06-12&sr=b&skoid=11111111-2222-4333-8444-555555555555&sktid=aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee&skt=2025-11-20T14%3A00%3A00Z&ske=2025-11-22T14%3A00%3A00Z&sks=b&skv=2022-11-02&sig=vvHHc5T8mtoqwHp5PTCIgPTnBnDMKigyd%2BLVasyDQQM%3D",
    "se=2025-11-21T15%3A00%3A00Z&sp=r&sv=2025-07-05&sr=b&skoid=11111111-2222-4333-8444-555555555555&sktid=aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee&skt=2025-11-20T14%3A00%3A00Z&ske=2025-11-22T14%3A00%3A00Z&sks=b&skv=2022-11-02&sig=l/HNQcApzJf1Q7rAzJvpTD6nHuIkbq5RYG0hILSurvI%3D",
    "se=2025-11-21T15%3A00%3A00Z&sp=r&sv=2026-10-06&sr=b&skoid=11111111-2222-4333-8444-555555555555&sktid=aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee&skt=2025-11-20T14%3A00%3A00Z&ske=2025-11-22T14%3A00%3A00Z&sks=b&skv=2022-11-02&sig=s9NJtmyzptJn7BkfIXSgPN8dj%2B8iMDumdjWP0qxMQKs%3D",
];

/// For writing to and listing the container `input`.
const FOR_A_CONTAINER: &str = "st=2025-11-20T15%3A00%3A00Z&se=2025-11-21T15%3A00%3A00Z&sp=wl&sip=10.0.0.1&spr=https&sv=2026-10-06&sr=c&rsct=text/plain&skoid=11111111-2222-4333-8444-555555555555&sktid=aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee&skt=2025-11-20T14%3A00%3A00Z&ske=2025-11-22T14%3A00%3A00Z&sks=b&skv=2022-11-02&sig=U27Yk1BbOWP9cwQJP0bZOhT4adMEULSZXsUBJU%2BdKIQ%3D";

fn account_key() -> AccountKey {
    AccountKey::from_base64("a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=").unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn key() -> UserDelegationKey {
    UserDelegationKey::issued(
        &account_key(),
        "11111111-2222-4333-8444-555555555555",
        "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee",
        at("2025-11-20T14:00:00Z"),
        at("2025-11-22T14:00:00Z"),
    )
}

fn container() -> ContainerName {
    ContainerName::parse("input").unwrap()
}

fn blob() -> BlobName {
    BlobName::parse("dir/a b.txt").unwrap()
}

fn ask_at(now: &str, token: &str, permission: Permission) -> Result<Grant> {
    SasToken::parse(token)?.verify(&SasRequest {
        account: "acct",
        container: Some(&container()),
        blob: Some(&blob()),
        snapshot: None,
        keys: &[AccountKey::from_bytes("another key"), account_key()],
        policies: &[],
        now: at(now),
        source_ip: IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1)),
        protocol: RequestProtocol::Https,
        need: Need {
            resource_type: Some(ResourceType::Object),
            permissions: Permissions::of(&[permission]),
            service_token: true,
        },
    })
}

fn ask(token: &str, permission: Permission) -> Result<Grant> {
    ask_at("2025-11-20T16:00:00Z", token, permission)
}

#[track_caller]
fn assert_refused(outcome: Result<Grant>, detail: &str) {
    let error = outcome.unwrap_err();
    assert!(error.is(&ErrorCode::AuthenticationFailed), "{error}");
    let given = error.detail("AuthenticationErrorDetail").unwrap_or_default();
    assert!(given.contains(detail), "{given}");
}

#[test]
fn a_token_for_a_snapshot_is_signed_in_the_name_of_a_user() {
    let snapshot = Snapshot::parse("2025-11-20T15:00:00.1234567Z").unwrap();
    let options = SasOptions::new(Permissions::of(&[Permission::Read]), at("2025-11-21T15:00:00Z"));
    let token = delegated_snapshot_token("acct", &key(), &container(), &blob(), snapshot, &options);
    let token = SasToken::parse(&token).unwrap();
    assert!(token.is_delegated());
    let ask = |snapshot| {
        token.verify(&SasRequest {
            account: "acct",
            container: Some(&container()),
            blob: Some(&blob()),
            snapshot,
            keys: &[account_key()],
            policies: &[],
            now: at("2025-11-20T16:00:00Z"),
            source_ip: IpAddr::V4(Ipv4Addr::LOCALHOST),
            protocol: RequestProtocol::Https,
            need: Need {
                resource_type: Some(ResourceType::Object),
                permissions: Permissions::of(&[Permission::Read]),
                service_token: true,
            },
        })
    };
    ask(Some(snapshot)).unwrap();
    assert_refused(ask(None), "Signature did not match");
    assert_refused(
        ask(Some(Snapshot(at("2025-11-20T15:00:00Z")))),
        "Signature did not match",
    );
}

#[test]
fn tokens_of_the_sdk_are_verified() {
    for token in FOR_A_BLOB {
        ask(token, Permission::Read).unwrap_or_else(|error| panic!("{token}: {error}"));
        assert!(SasToken::parse(token).unwrap().is_delegated());
    }
    let grant = ask(FOR_A_CONTAINER, Permission::Write).unwrap();
    assert_eq!(grant.response_headers.content_type.as_deref(), Some("text/plain"));
    let error = ask(FOR_A_CONTAINER, Permission::Read).unwrap_err();
    assert!(error.is(&ErrorCode::AuthorizationPermissionMismatch), "{error}");
}

#[test]
fn tokens_are_made_as_the_sdk_makes_them() {
    let options = SasOptions {
        version: "2026-10-06".to_owned(),
        ..SasOptions::new(Permissions::of(&[Permission::Read]), at("2025-11-21T15:00:00Z"))
    };
    let made = delegated_blob_token("acct", &key(), &container(), &blob(), &options);
    assert_eq!(
        SasToken::parse(&made).unwrap(),
        SasToken::parse(FOR_A_BLOB[3]).unwrap()
    );
    let options = SasOptions {
        policy: Some("ignored".to_owned()),
        ..SasOptions::new(Permissions::of(&[Permission::Write]), at("2025-11-21T15:00:00Z"))
    };
    let made = delegated_container_token("acct", &key(), &container(), &options);
    ask(&made, Permission::Write).unwrap();
    assert!(!format!("{:?}", key()).contains(&key().value.expose_base64()));
}

#[test]
fn a_changed_field_is_a_wrong_signature() {
    let token = FOR_A_BLOB[3];
    for (field, changed) in [
        ("skoid=1", "skoid=2"),
        ("sktid=a", "sktid=b"),
        ("skt=2025-11-20T14", "skt=2025-11-20T13"),
        ("ske=2025-11-22", "ske=2025-11-23"),
        ("skv=2022-11-02", "skv=2023-11-03"),
        ("sp=r", "sp=rw"),
        ("sv=2026-10-06", "sv=2025-07-05&scid=1"),
    ] {
        let changed = token.replacen(field, changed, 1);
        assert_ne!(changed, token);
        assert_refused(ask(&changed, Permission::Read), "Signature did not match");
    }
}

#[test]
fn a_token_is_valid_no_longer_than_its_key() {
    let options = SasOptions::new(Permissions::of(&[Permission::Read]), at("2025-12-31T00:00:00Z"));
    let token = delegated_blob_token("acct", &key(), &container(), &blob(), &options);
    for now in ["2025-11-20T14:00:00Z", "2025-11-22T13:59:59Z"] {
        ask_at(now, &token, Permission::Read).unwrap();
    }
    for now in ["2025-11-20T13:59:59Z", "2025-11-22T14:00:00Z"] {
        assert_refused(ask_at(now, &token, Permission::Read), "Signature not valid");
    }
}

#[test]
fn what_is_half_a_delegation_is_refused_by_field() {
    let token = FOR_A_BLOB[3];
    for name in KEY_FIELDS {
        let without: Vec<&str> = token
            .split('&')
            .filter(|pair| pair.split('=').next() != Some(name))
            .collect();
        assert_refused(
            ask(&without.join("&"), Permission::Read),
            &format!("{name} is mandatory"),
        );
    }
    for (change, detail) in [
        (("sks=b", "sks=q"), "sks"),
        (("skt=2025-11-20T14%3A00%3A00Z", "skt=soon"), "skt"),
        (("ske=2025-11-22T14%3A00%3A00Z", "ske=late"), "ske"),
        (("sv=2026-10-06", "sv=2017-11-09"), "2018-11-09"),
        (("sr=b", "sr=b&si=policy"), "stored access policy"),
        (("sr=b", "ss=b&srt=o"), "skoid"),
    ] {
        let changed = token.replacen(change.0, change.1, 1);
        assert_refused(ask(&changed, Permission::Read), detail);
    }
    for name in NARROWING {
        let error = ask(&format!("{token}&{name}=1"), Permission::Read).unwrap_err();
        assert!(error.is(&ErrorCode::NotSimulated), "{name}: {error}");
        let feature = error.detail("Feature").unwrap_or_default();
        assert!(feature.starts_with(name), "{error}");
    }
}
