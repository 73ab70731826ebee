//! Tokens of the official SDKs verified, every rule refused once, and tokens of our own for any options.

use std::net::{IpAddr, Ipv4Addr};

use proptest::prelude::*;

use super::*;
use crate::auth::AccountKey;
use crate::blob::{AccessPolicy, BlobName, ContainerName, Snapshot, StoredAccessPolicy};
use crate::error::ErrorCode;
use crate::time::{TimeSpan, Timestamp};

const READ: Permissions = Permissions::of(&[Permission::Read]);
const WRITE: Permissions = Permissions::of(&[Permission::Write]);
const LIST: Permissions = Permissions::of(&[Permission::List]);

fn key() -> AccountKey {
    AccountKey::from_base64("a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=").unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A request that owns what [`SasRequest`] borrows.
#[derive(Clone)]
struct Asked {
    account: &'static str,
    container: Option<ContainerName>,
    blob: Option<BlobName>,
    snapshot: Option<Snapshot>,
    keys: Vec<AccountKey>,
    policies: Vec<StoredAccessPolicy>,
    now: Timestamp,
    source_ip: IpAddr,
    protocol: RequestProtocol,
    need: Need,
}

impl Asked {
    fn blob(container: &str, blob: &str, permissions: Permissions) -> Self {
        Self {
            account: "acct",
            container: Some(ContainerName::parse(container).unwrap()),
            blob: Some(BlobName::parse(blob).unwrap()),
            snapshot: None,
            keys: vec![key()],
            policies: Vec::new(),
            now: at("2025-11-20T16:00:00Z"),
            source_ip: IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1)),
            protocol: RequestProtocol::Https,
            need: Need {
                resource_type: Some(ResourceType::Object),
                permissions,
                service_token: true,
            },
        }
    }

    fn container(container: &str, permissions: Permissions) -> Self {
        let mut asked = Self::blob(container, "x", permissions);
        asked.blob = None;
        asked.need.resource_type = Some(ResourceType::Container);
        asked
    }

    fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    fn ask(&self, token: &str) -> crate::error::Result<Grant> {
        SasToken::parse(token)?.verify(&SasRequest {
            account: self.account,
            container: self.container.as_ref(),
            blob: self.blob.as_ref(),
            snapshot: self.snapshot,
            keys: &self.keys,
            policies: &self.policies,
            now: self.now,
            source_ip: self.source_ip,
            protocol: self.protocol,
            need: self.need,
        })
    }

    fn refused(&self, token: &str, code: &ErrorCode, detail: &str) {
        let error = self.ask(token).unwrap_err();
        assert!(error.is(code), "{token}: {error}");
        assert_eq!(error.status(), 403, "{token}");
        let given = error.detail("AuthenticationErrorDetail").unwrap_or_default();
        assert!(given.contains(detail), "{token}: {given}");
    }
}

/// Made by azure-storage 0.33.0 and azure-storage-blob 12.1.0, 12.8.1, 12.31.1 (Python).
const FOR_A_BLOB: &[&str] = &[
    "se=2025-11-21T15%3A00%3A00Z&sp=r&sv=2015-07-08&sr=b&sig=UwllqAgq%2BG38FY5MPfGRKd5Q1yjVJGwKzKVn4WEg3SE%3D",
    "se=2025-11-21T15%3A00%3A00Z&sp=r&sv=2019-02-02&sr=b&sig=MaLuNddvh1a5soFciB4DtELOHdswOkrIUYfIt/rfzwc%3D",
    "se=2025-11-21T15%3A00%3A00Z&sp=r&sv=2020-06-12&sr=b&sig=Lk2X743KfUTlrD2r/e1EegJUjZRUNtysj8aPdasO1yk%3D",
    "se=2025-11-21T15%3A00%3A00Z&sp=r&sv=2026-10-06&sr=b&sig=/mN0I2179zzHRs7u6H5yV%2B3Fz0wTRjIf6SHsSDBfjCo%3D",
];

/// With every field there is, for the blob `é ü.txt`.
const WITH_EVERYTHING: &[&str] = &[
    "st=2025-11-20T15%3A00%3A00Z&se=2025-11-21T15%3A00%3A00Z&sp=racwd&sip=10.0.0.1-10.0.0.9&spr=https&sv=2019-02-02&sr=b&rscc=no-cache&rscd=attachment%3B%20filename%3D%22x%20y%22&rsce=gzip&rscl=de-AT&rsct=text/plain%3B%20charset%3Dutf-8&sig=iU2YDbw5I1gMSIiztBtzc9AtC5zLCP/XZEQR8nzA7n0%3D",
    "st=2025-11-20T15%3A00%3A00Z&se=2025-11-21T15%3A00%3A00Z&sp=racwd&sip=10.0.0.1-10.0.0.9&spr=https&sv=2026-10-06&sr=b&rscc=no-cache&rscd=attachment%3B%20filename%3D%22x%20y%22&rsce=gzip&rscl=de-AT&rsct=text/plain%3B%20charset%3Dutf-8&sig=ZPFDsErXGcLRLag%2B55WvF0EcwaYVVnL/%2B5zG2Ej2V0g%3D",
];

const FOR_A_CONTAINER: &str = "se=2025-11-21T15%3A00%3A00Z&sp=rl&spr=https%2Chttp&sv=2026-10-06&sr=c&sig=iicJxj/wIYF0cRt/IS7Ri5nHqXjFwiDo97gfIvg9FWw%3D";
const OLD_FOR_WRITING: &str = "st=2025-11-20&se=2025-11-21T15%3A00%3A00Z&sp=w&sip=10.0.0.1&spr=https&sv=2015-07-08&sr=c&rsct=text/plain&sig=Q4p5bUJ3ECihZwuP3T5AUqpQQUpFmJBKRA9smxWwx%2BA%3D";
const WITH_SCOPE: &str = "se=2025-11-21T15%3A00%3A00Z&sp=w&sv=2026-10-06&sr=c&ses=scope1&sig=Mv6ym5LuF%2BIN52/j3vahoquD5rodQUyYyRnaCAJcVd4%3D";
const OF_POLICY: &str = "sv=2026-10-06&si=write-only&sr=c&sig=wAUqQ/lC5NZNWS/qcAJAcbFxiQiGChBfnFBl69Td4fc%3D";

const FOR_AN_ACCOUNT: &[&str] = &[
    "se=2025-11-21T15%3A00%3A00Z&sp=rw&sv=2015-07-08&ss=b&srt=co&sig=4yzCiVGxrWQuuK59RrB%2BVHwgSyBpshk8P/WZIbZFovM%3D",
    "st=2025-11-20T15%3A00%3A00Z&se=2025-11-21T15%3A00%3A00Z&sp=rwdlac&sip=10.0.0.1&spr=https&sv=2020-06-12&ss=b&srt=sco&sig=/78IUsekHSKV3u2rO7WZ/58lxEX/W8TshLOGlrXo6dk%3D",
    "st=2025-11-20T15%3A00%3A00Z&se=2025-11-21T15%3A00%3A00Z&sp=rwdlac&sip=10.0.0.1&spr=https&sv=2026-10-06&ss=b&srt=sco&sig=qgzueN/f%2BUFhCGYrrUgWLSbtOVrfD32n3YDOoDBP2xs%3D",
    "se=2025-11-21T15%3A00%3A00Z&sp=r&sv=2026-10-06&ss=b&srt=o&ses=scope1&sig=2Hu%2BjBjaa/1wKRaE0XlrvJYeNAWrmxqU%2BmvvzkMTHQo%3D",
];

fn write_only_policy() -> StoredAccessPolicy {
    StoredAccessPolicy {
        id: "write-only".into(),
        policy: AccessPolicy {
            start: None,
            expiry: Some(at("2025-11-21T00:00:00Z")),
            permissions: Some("w".into()),
        },
    }
}

/// For the snapshot of `dir/a b.txt` made at [`SNAPSHOT`] (azure-storage-blob 12.31.1).
const FOR_A_SNAPSHOT: &str =
    "se=2025-11-21T15%3A00%3A00Z&sp=r&sv=2026-10-06&sr=bs&sig=XZxpW6j9fb4kDrAswCucl6GMPq1O62RQrrcJKfJNu04%3D";
const SNAPSHOT: &str = "2025-11-20T15:00:00.1234567Z";

#[test]
fn a_token_for_a_snapshot_is_good_for_that_one_only() {
    let snapshot = |text: &str| Some(Snapshot::parse(text).unwrap());
    let right = Asked::blob("input", "dir/a b.txt", READ).with(|asked| asked.snapshot = snapshot(SNAPSHOT));
    right.ask(FOR_A_SNAPSHOT).unwrap();
    for wrong in [
        right.clone().with(|asked| asked.snapshot = None),
        right
            .clone()
            .with(|asked| asked.snapshot = snapshot("2025-11-20T15:00:00.1234568Z")),
        right
            .clone()
            .with(|asked| asked.blob = Some(BlobName::parse("other").unwrap())),
        right.clone().with(|asked| asked.blob = None),
    ] {
        wrong.refused(
            FOR_A_SNAPSHOT,
            &ErrorCode::AuthenticationFailed,
            "Signature did not match",
        );
    }
    let writing = right.clone().with(|asked| asked.need.permissions = WRITE);
    writing.refused(FOR_A_SNAPSHOT, &ErrorCode::AuthorizationPermissionMismatch, "");
    // The token of a blob is good for its snapshots too.
    right.ask(FOR_A_BLOB[3]).unwrap();
    let old = FOR_A_SNAPSHOT.replace("2026-10-06", "2018-03-28");
    right.refused(&old, &ErrorCode::AuthenticationFailed, "sr=bs needs an sv");
    let listing = FOR_A_SNAPSHOT.replace("sp=r", "sp=l");
    right.refused(&listing, &ErrorCode::AuthenticationFailed, "sp");
    let options = SasOptions::new(READ, at("2025-11-21T15:00:00Z"));
    let (container, blob) = (right.container.clone().unwrap(), right.blob.clone().unwrap());
    let made = snapshot_token(
        "acct",
        &key(),
        &container,
        &blob,
        right.snapshot.unwrap(),
        &options,
    );
    right.ask(&made).unwrap();
    assert!(!made.contains("snapshot"), "the URL names it: {made}");
    // Others repeat it in the token; what counts is what the request is about.
    right
        .ask(&format!("{made}&snapshot=2001-01-01T00:00:00.0000000Z"))
        .unwrap();
}

/// Every token above with a request it is good for.
fn known_answers() -> Vec<(&'static str, Asked)> {
    let mut all = Vec::new();
    all.extend(
        FOR_A_BLOB
            .iter()
            .map(|token| (*token, Asked::blob("input", "dir/a b.txt", READ))),
    );
    all.extend(
        WITH_EVERYTHING
            .iter()
            .map(|token| (*token, Asked::blob("input", "é ü.txt", WRITE))),
    );
    all.extend(
        FOR_AN_ACCOUNT
            .iter()
            .map(|token| (*token, Asked::blob("any", "x", READ))),
    );
    all.push((FOR_A_CONTAINER, Asked::container("output", LIST)));
    all.push((FOR_A_CONTAINER, Asked::blob("output", "x", READ)));
    all.push((OLD_FOR_WRITING, Asked::blob("output", "x", WRITE)));
    all.push((WITH_SCOPE, Asked::blob("output", "x", WRITE)));
    let with_policy =
        Asked::blob("output", "x", WRITE).with(|asked| asked.policies = vec![write_only_policy()]);
    all.push((OF_POLICY, with_policy));
    all
}

#[test]
fn tokens_of_the_sdks_are_verified() {
    for (token, asked) in known_answers() {
        asked
            .ask(token)
            .unwrap_or_else(|error| panic!("{token}: {error}"));
        let parsed = SasToken::parse(token).unwrap();
        asked.ask(&parsed.to_query()).unwrap();
        assert_eq!(
            SasToken::parse(&format!("?{token}&restype=container")).unwrap(),
            parsed
        );
    }
    let grant = known_answers()[4].1.ask(WITH_EVERYTHING[0]).unwrap();
    assert_eq!(
        grant.response_headers.content_disposition.as_deref(),
        Some("attachment; filename=\"x y\"")
    );
    assert!(grant.allows(Permission::Delete) && !grant.allows(Permission::List));
}

#[test]
fn tokens_are_made_as_the_sdk_makes_them() {
    let container = ContainerName::parse("input").unwrap();
    let expiry = at("2025-11-21T15:00:00Z");
    let signature = |token: &str| token.split("sig=").nth(1).unwrap().replace('/', "%2F");
    let mut options = SasOptions::new(
        Permissions::from_letters(SasKind::Service(SignedResource::Blob), "racwd").unwrap(),
        expiry,
    );
    options.version = "2026-10-06".into();
    options.start = Some(at("2025-11-20T15:00:00Z"));
    options.ip = Some(IpRange::between(
        Ipv4Addr::new(10, 0, 0, 9),
        Ipv4Addr::new(10, 0, 0, 1),
    ));
    options.protocol = Some(SasProtocol::HttpsOnly);
    options.response_headers = ResponseHeaders {
        cache_control: Some("no-cache".into()),
        content_disposition: Some("attachment; filename=\"x y\"".into()),
        content_encoding: Some("gzip".into()),
        content_language: Some("de-AT".into()),
        content_type: Some("text/plain; charset=utf-8".into()),
    };
    let blob = BlobName::parse("é ü.txt").unwrap();
    let made = blob_token("acct", &key(), &container, &blob, &options);
    assert_eq!(signature(&made), signature(WITH_EVERYTHING[1]));

    let output = ContainerName::parse("output").unwrap();
    let mut options = SasOptions::of_policy("write-only");
    options.version = "2026-10-06".into();
    let made = container_token("acct", &key(), &output, &options);
    assert_eq!(signature(&made), signature(OF_POLICY));

    let mut options = AccountSasOptions::new([ResourceType::Object], READ, expiry);
    options.version = "2026-10-06".into();
    options.encryption_scope = Some("scope1".into());
    assert_eq!(
        signature(&account_token("acct", &key(), &options)),
        signature(FOR_AN_ACCOUNT[3])
    );
}

#[test]
fn no_token_survives_a_changed_field_key_or_bit() {
    for (token, asked) in known_answers() {
        let other_key = asked
            .clone()
            .with(|asked| asked.keys = vec![AccountKey::from_bytes(*b"other")]);
        other_key.refused(token, &ErrorCode::AuthenticationFailed, "Signature did not match");
        let both = other_key.with(|asked| asked.keys.push(key()));
        both.ask(token).unwrap();
        for (at, pair) in token.split('&').enumerate() {
            for changed in changed_values(pair) {
                let pairs: Vec<&str> = token
                    .split('&')
                    .enumerate()
                    .map(|(place, pair)| if place == at { changed.as_str() } else { pair })
                    .collect();
                let changed = pairs.join("&");
                assert!(asked.ask(&changed).is_err(), "{changed}");
            }
        }
    }
}

/// The pair with the last bit of one of its characters flipped, for every character of its value; and without it.
fn changed_values(pair: &str) -> Vec<String> {
    let (name, value) = pair.split_once('=').unwrap();
    let mut changed = vec![String::new()];
    let text: Vec<char> = percent_encoding::percent_decode_str(value)
        .decode_utf8()
        .unwrap()
        .chars()
        .collect();
    // The last character of a Base64 text before its padding has bits that carry nothing; strict decoding refuses.
    for at in 0..text.len() {
        let mut flipped = text.clone();
        flipped[at] = char::from_u32(u32::from(text[at]) ^ 1).unwrap();
        let flipped: String = flipped.into_iter().collect();
        let encoded = percent_encoding::utf8_percent_encode(&flipped, percent_encoding::NON_ALPHANUMERIC);
        changed.push(format!("{name}={encoded}"));
    }
    changed
}

#[test]
fn every_rule_of_a_service_token_has_its_refusal() {
    let token = WITH_EVERYTHING[1];
    let good = Asked::blob("input", "é ü.txt", READ);
    good.ask(token).unwrap();
    let changed = |change: fn(&mut Asked)| good.clone().with(change);
    let failed = ErrorCode::AuthenticationFailed;
    changed(|asked| asked.now = at("2025-11-21T15:00:00Z")).refused(
        token,
        &failed,
        "Signature not valid in the specified time frame: Start [Thu, 20 Nov 2025 15:00:00 GMT] - Expiry [Fri, 21 Nov 2025 15:00:00 GMT] - Current [Fri, 21 Nov 2025 15:00:00 GMT]",
    );
    changed(|asked| asked.now = at("2025-11-21T14:59:59.9999999Z"))
        .ask(token)
        .unwrap();
    changed(|asked| asked.now = at("2025-11-20T14:59:59.9999999Z")).refused(token, &failed, "time frame");
    changed(|asked| asked.now = at("2025-11-20T15:00:00Z"))
        .ask(token)
        .unwrap();
    let mismatch = "Signature did not match. String to sign used was racwd\n";
    changed(|asked| asked.blob = Some(BlobName::parse("other").unwrap())).refused(token, &failed, mismatch);
    changed(|asked| asked.container = Some(ContainerName::parse("other").unwrap()))
        .refused(token, &failed, mismatch);
    changed(|asked| asked.blob = None).refused(token, &failed, mismatch);
    changed(|asked| asked.account = "other").refused(token, &failed, mismatch);
    for outside in [[10, 0, 0, 0], [10, 0, 0, 10]] {
        good.clone()
            .with(|asked| asked.source_ip = IpAddr::from(outside))
            .refused(token, &ErrorCode::AuthorizationSourceIPMismatch, "");
    }
    changed(|asked| asked.source_ip = "::1".parse().unwrap()).refused(
        token,
        &ErrorCode::AuthorizationSourceIPMismatch,
        "",
    );
    changed(|asked| asked.source_ip = "::ffff:10.0.0.9".parse().unwrap())
        .ask(token)
        .unwrap();
    changed(|asked| asked.protocol = RequestProtocol::Http).refused(
        token,
        &ErrorCode::AuthorizationProtocolMismatch,
        "",
    );
    changed(|asked| asked.need.permissions = LIST).refused(
        token,
        &ErrorCode::AuthorizationPermissionMismatch,
        "",
    );
    changed(|asked| asked.need.service_token = false).refused(token, &ErrorCode::AuthorizationFailure, "");
    changed(|asked| asked.need.permissions = Permissions::NONE).refused(
        token,
        &ErrorCode::AuthorizationFailure,
        "",
    );
}

#[test]
fn a_container_token_opens_neither_the_account_nor_another_container() {
    let account = Asked::container("output", LIST).with(|asked| asked.container = None);
    account.refused(
        FOR_A_CONTAINER,
        &ErrorCode::AuthenticationFailed,
        "/blob/acct/$root\n",
    );
    Asked::container("input", LIST).refused(
        FOR_A_CONTAINER,
        &ErrorCode::AuthenticationFailed,
        "did not match",
    );
    let no_start = Asked::container("output", LIST).with(|asked| asked.now = at("2025-11-21T15:00:01Z"));
    no_start.refused(
        FOR_A_CONTAINER,
        &ErrorCode::AuthenticationFailed,
        "Signed expiry time [Fri, 21 Nov 2025 15:00:00 GMT] must be after signed start time [Fri, 21 Nov 2025 15:00:01 GMT]",
    );
}

/// Old versions do not sign the letter of the resource.
#[test]
fn a_container_token_is_no_blob_token_for_the_container() {
    let asked = Asked::container("output", WRITE);
    asked.ask(OLD_FOR_WRITING).unwrap();
    let changed = OLD_FOR_WRITING.replace("sr=c", "sr=b");
    asked.refused(&changed, &ErrorCode::AuthenticationFailed, "did not match");
}

#[test]
fn every_rule_of_an_account_token_has_its_refusal() {
    let make = |services: &str, types: &[ResourceType]| {
        let mut options = AccountSasOptions::new(types, READ, at("2025-11-21T15:00:00Z"));
        options.services = services.into();
        account_token("acct", &key(), &options)
    };
    let asked = Asked::blob("input", "x", READ);
    let all = [
        ResourceType::Service,
        ResourceType::Container,
        ResourceType::Object,
    ];
    asked.ask(&make("qb", &all)).unwrap();
    asked.refused(&make("qtf", &all), &ErrorCode::AuthorizationServiceMismatch, "");
    asked.refused(
        &make("b", &all[..2]),
        &ErrorCode::AuthorizationResourceTypeMismatch,
        "",
    );
    let write = Asked::blob("input", "x", WRITE);
    write.refused(&make("b", &all), &ErrorCode::AuthorizationPermissionMismatch, "");
    let policies = asked
        .clone()
        .with(|asked| asked.need.permissions = Permissions::NONE);
    policies.refused(&make("b", &all), &ErrorCode::AuthorizationFailure, "");
    let other = asked.with(|asked| asked.account = "other");
    other.refused(
        &make("b", &all),
        &ErrorCode::AuthenticationFailed,
        "did not match",
    );
}

#[test]
fn stored_policies_grant_revoke_and_conflict() {
    let failed = ErrorCode::AuthenticationFailed;
    let asked = |change: fn(&mut StoredAccessPolicy)| {
        let mut policy = write_only_policy();
        change(&mut policy);
        Asked::blob("output", "x", WRITE).with(|asked| asked.policies = vec![policy])
    };
    asked(|_| ()).ask(OF_POLICY).unwrap();
    Asked::blob("output", "x", WRITE).refused(OF_POLICY, &failed, "signed identifier \"write-only\"");
    asked(|stored| stored.id = "Write-Only".into()).refused(OF_POLICY, &failed, "signed identifier");
    asked(|stored| stored.policy.expiry = Some(at("2025-11-20T16:00:00Z"))).refused(
        OF_POLICY,
        &failed,
        "must be after",
    );
    asked(|stored| stored.policy.start = Some(at("2025-11-20T16:00:01Z"))).refused(
        OF_POLICY,
        &failed,
        "time frame",
    );
    asked(|stored| stored.policy.expiry = None).refused(OF_POLICY, &failed, "se is mandatory");
    asked(|stored| stored.policy.permissions = None).refused(OF_POLICY, &failed, "sp is mandatory");
    asked(|stored| stored.policy.permissions = Some("zz".into())).refused(OF_POLICY, &failed, "malformed");
    asked(|stored| stored.policy.permissions = Some("r".into())).refused(
        OF_POLICY,
        &ErrorCode::AuthorizationPermissionMismatch,
        "",
    );

    let output = ContainerName::parse("output").unwrap();
    let both = |change: fn(&mut SasOptions)| {
        let mut options = SasOptions::of_policy("write-only");
        change(&mut options);
        container_token("acct", &key(), &output, &options)
    };
    for (token, name) in [
        (
            both(|options| options.permissions = Some(WRITE)),
            "sp is given by",
        ),
        (
            both(|options| options.expiry = Some(Timestamp::MAX)),
            "se is given by",
        ),
        (
            both(|options| options.start = Some(Timestamp::UNIX_EPOCH)),
            "st is given by",
        ),
    ] {
        asked(|stored| stored.policy.start = Some(Timestamp::UNIX_EPOCH)).refused(&token, &failed, name);
    }
    asked(|stored| stored.policy.permissions = None)
        .ask(&both(|options| options.permissions = Some(WRITE)))
        .unwrap();
}

#[test]
fn what_is_missing_or_malformed_is_refused_by_name() {
    for (token, detail) in [
        ("", "sr is mandatory"),
        ("sv=2020-12-06&sig=x", "sr is mandatory"),
        ("sr=b&sp=r&se=2025-11-21&sig=x", "sv is mandatory"),
        ("sv=2020-12-06&sr=b&sp=r&se=2025-11-21", "sig is mandatory"),
        ("sv=2020-12-06&sr=b&se=2025-11-21&sig=x", "sp is mandatory"),
        ("sv=2020-12-06&sr=b&sp=r&sig=x", "se is mandatory"),
        ("sv=2020-12-06&ss=b&sp=r&se=2025-11-21&sig=x", "srt is mandatory"),
        ("sv=2020-12-06&srt=o&sp=r&se=2025-11-21&sig=x", "ss is mandatory"),
        ("sv=2020-12-06&ss=b&srt=o&si=p&sp=r&sig=x", "se is mandatory"),
        ("sv=2020-12-06&sr=q&sp=r&se=2025-11-21&sig=x", "sr."),
        ("sv=20201206&sr=b&sp=r&se=2025-11-21&sig=x", "sv."),
        (
            "sv=2014-02-14&sr=b&sp=r&se=2025-11-21&sig=x",
            "older than 2015-04-05",
        ),
        (
            "sv=2018-11-09&sr=b&sp=r&se=2025-11-21&ses=s&sig=x",
            "ses needs an sv",
        ),
        ("sv=2020-12-06&sr=b&sp=wr&se=2025-11-21&sig=x", "sp."),
        ("sv=2020-12-06&sr=b&sp=r&se=tomorrow&sig=x", "se."),
        ("sv=2020-12-06&sr=b&sp=r&se=2025-11-21&st=now&sig=x", "st."),
        (
            "sv=2020-12-06&sr=b&sp=r&se=2025-11-21&sip=localhost&sig=x",
            "sip.",
        ),
        (
            "sv=2020-12-06&sr=b&sp=r&se=2025-11-21&sip=10.0.0.9-10.0.0.1&sig=x",
            "sip.",
        ),
        ("sv=2020-12-06&sr=b&sp=r&se=2025-11-21&spr=http&sig=x", "spr."),
        ("sv=2020-12-06&sr=b&sp=r&sp=rw&se=2025-11-21&sig=x", "sp."),
        ("sv=2020-12-06&sr=b&sp=&sp=rw&se=2025-11-21&sig=x", "sp."),
        ("sv=2020-12-06&sr=b&sp=r&se=2025-11-21&rsct=%FF&sig=x", "rsct."),
        ("sv=2020-12-06&ss=bb&srt=o&sp=r&se=2025-11-21&sig=x", "ss."),
        ("sv=2020-12-06&ss=b&srt=x&sp=r&se=2025-11-21&sig=x", "srt."),
    ] {
        let error = SasToken::parse(token).unwrap_err();
        assert!(error.is(&ErrorCode::AuthenticationFailed), "{token}: {error}");
        assert!(
            error
                .detail("AuthenticationErrorDetail")
                .unwrap()
                .contains(detail),
            "{token}: {error}"
        );
    }
    let error = SasToken::parse("sv=2020-12-06&sr=d&sp=r&sig=x").unwrap_err();
    assert!(error.is(&ErrorCode::NotSimulated), "{error}");
}

#[test]
fn debug_and_refusals_never_show_a_signature() {
    for (token, asked) in known_answers() {
        let signature = token.split("sig=").nth(1).unwrap();
        let decoded = percent_encoding::percent_decode_str(signature)
            .decode_utf8()
            .unwrap();
        let shown = format!("{:?}", SasToken::parse(token).unwrap());
        let refusal = asked.with(|asked| asked.keys.clear()).ask(token).unwrap_err();
        for text in [shown, format!("{refusal:?} {refusal}")] {
            assert!(!text.contains(signature) && !text.contains(&*decoded), "{text}");
        }
    }
}

#[test]
fn a_signature_with_a_plain_plus_sign_is_understood() {
    let token = FOR_A_BLOB[0].replace("%2B", "+").replace("%3D", "=");
    Asked::blob("input", "dir/a b.txt", READ).ask(&token).unwrap();
}

fn any_permissions() -> impl Strategy<Value = Permissions> {
    proptest::sample::subsequence("racwdxyltfmeopi".chars().collect::<Vec<_>>(), 1..15).prop_map(|letters| {
        let letters: String = letters.into_iter().collect();
        Permissions::from_letters(SasKind::Service(SignedResource::Container), &letters).unwrap()
    })
}

fn any_options() -> impl Strategy<Value = SasOptions> {
    let text = || proptest::option::of("\\PC{1,12}");
    let header = (text(), text(), text());
    (
        any_permissions(),
        proptest::option::of(0_i64..1000),
        1000_i64..2000,
        proptest::option::of((any::<u32>(), any::<u32>())),
        proptest::sample::select(vec![
            None,
            Some(SasProtocol::HttpsOnly),
            Some(SasProtocol::HttpsAndHttp),
        ]),
        header,
        proptest::sample::select(vec![
            "2015-04-05",
            "2018-11-09",
            "2020-12-06",
            VERSION,
            "2030-01-01",
        ]),
    )
        .prop_map(|(permissions, start, expiry, ip, protocol, headers, version)| {
            let mut options = SasOptions::new(permissions, epoch() + TimeSpan::from_seconds(expiry));
            options.version = version.into();
            options.start = start.map(|start| epoch() + TimeSpan::from_seconds(start));
            options.ip = ip.map(|(one, other)| IpRange::between(one.into(), other.into()));
            options.protocol = protocol;
            options.response_headers.content_type = headers.0;
            options.response_headers.content_disposition = headers.1;
            options.response_headers.cache_control = headers.2;
            options
        })
}

fn epoch() -> Timestamp {
    at("2025-11-20T15:00:00Z")
}

proptest! {
    /// The token says yes exactly where its options do.
    #[test]
    fn a_token_grants_exactly_what_it_was_made_for(
        options in any_options(),
        blob in "\\PC{1,20}",
        now in 0_i64..2500,
        source in any::<u32>(),
        https in any::<bool>(),
        needed in any_permissions(),
    ) {
        let now = epoch() + TimeSpan::from_seconds(now);
        let source_ip = IpAddr::V4(source.into());
        let protocol = if https { RequestProtocol::Https } else { RequestProtocol::Http };
        let asked = Asked::blob("input", &blob, needed).with(|asked| {
            asked.now = now;
            asked.source_ip = source_ip;
            asked.protocol = protocol;
        });
        let granted = options.permissions.unwrap();
        let good = options.start.is_none_or(|start| start <= now)
            && now < options.expiry.unwrap()
            && options.ip.is_none_or(|range| range.contains(source_ip))
            && (https || options.protocol != Some(SasProtocol::HttpsOnly));
        let container = ContainerName::parse("input").unwrap();
        let token = container_token("acct", &key(), &container, &options);
        prop_assert_eq!(asked.ask(&token).is_ok(), good && granted.intersects(needed));
        if let Ok(grant) = asked.ask(&token) {
            prop_assert_eq!(grant.permissions, granted);
            prop_assert_eq!(grant.response_headers, options.response_headers.clone());
        }
        // A blob's token has no letters for listing and finding.
        let without = granted.without(Permission::List).without(Permission::FindByTags);
        let token = blob_token("acct", &key(), &container, &BlobName::parse(&blob).unwrap(), &options);
        prop_assert_eq!(asked.ask(&token).is_ok(), good && without.intersects(needed));
        let elsewhere = asked.with(|asked| asked.blob = Some(BlobName::parse(&format!("{blob}x")).unwrap()));
        prop_assert!(elsewhere.ask(&token).is_err());
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in "\\PC{0,80}") {
        let _ = SasToken::parse(&text);
    }
}
