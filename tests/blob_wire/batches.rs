//! Batches: many requests in one, whichever way the store is reached; and what others write, request by request.

use batchite::server::BlobService;
use batchite_api::auth::Access;
use batchite_api::auth::sas::{AccountSasOptions, Permission, Permissions, ResourceType, account_token};
use batchite_api::backend::BlobConditions;
use batchite_api::blob::{
    AccessTier, BatchAction, BatchRequest, CreateContainerOptions, DeleteSnapshots, ListBlobsOptions,
    Metadata,
};
use batchite_api::error::{ErrorCode, Result};
use batchite_api::time::TimeSpan;
use http::header::CONTENT_TYPE;

use crate::cases::on_every_arm;
use crate::edges::{Answer, send, send_signed, store};
use crate::support::{ACCOUNT, Arm, blob, container, get, key, put, start, token};

on_every_arm! {
    many_blobs_are_deleted_at_once
    tiers_are_set_at_once
    every_request_shows_its_own_access
    a_batch_of_a_container_stays_in_it
    some_batches_are_not_begun_with
}

fn delete(name: &str) -> BatchRequest {
    BatchRequest {
        container: container("con"),
        blob: blob(name),
        action: BatchAction::Delete {
            snapshots: DeleteSnapshots::Refuse,
            conditions: BlobConditions::default(),
        },
        access: None,
    }
}

fn set_tier(name: &str, tier: AccessTier) -> BatchRequest {
    BatchRequest {
        action: BatchAction::SetTier {
            tier,
            conditions: BlobConditions::default(),
        },
        ..delete(name)
    }
}

/// What became of each request: `ok`, or the code of the refusal.
fn told(outcomes: &[Result<()>]) -> Vec<&str> {
    let word = |outcome| match outcome {
        &Ok(()) => "ok",
        Err(error) => batchite_api::error::Error::code(error).as_str(),
    };
    outcomes.iter().map(word).collect()
}

async fn many_blobs_are_deleted_at_once(arm: &Arm) {
    let (owner, name) = arm.with_container().await;
    for name in ["a", "b %é/c", "kept", "with-snapshot", "unmet"] {
        put(&*owner, name, "x").await;
    }
    let (snapshotted, unmet) = (blob("with-snapshot"), blob("unmet"));
    let made = owner
        .create_snapshot(&name, &snapshotted, &Metadata::new(), &BlobConditions::default())
        .await
        .unwrap();
    let with = |name, snapshots, conditions| BatchRequest {
        action: BatchAction::Delete {
            snapshots,
            conditions,
        },
        ..delete(name)
    };
    let if_another = BlobConditions {
        if_match: Some("\"0x1\"".into()),
        ..BlobConditions::default()
    };
    let requests = [
        delete("a"),
        delete("missing"),
        delete("b %é/c"),
        delete("with-snapshot"),
        with(
            "with-snapshot",
            DeleteSnapshots::Refuse,
            BlobConditions::of_snapshot(made.snapshot),
        ),
        with(
            "with-snapshot",
            DeleteSnapshots::Include,
            BlobConditions::default(),
        ),
        with("unmet", DeleteSnapshots::Refuse, if_another),
    ];
    let outcomes = owner.submit_batch(None, &requests).await.unwrap();
    // Azurite finds no snapshots from within a batch.
    let of_the_snapshot = if arm.refuses_as_documented() {
        "ok"
    } else {
        "BlobNotFound"
    };
    assert_eq!(
        told(&outcomes),
        [
            "ok",
            "BlobNotFound",
            "ok",
            "SnapshotsPresent",
            of_the_snapshot,
            "ok",
            "ConditionNotMet"
        ]
    );
    assert_eq!(outcomes[1].as_ref().unwrap_err().status(), 404);
    let left = crate::support::names(&*owner, &ListBlobsOptions::default())
        .await
        .unwrap();
    assert_eq!(left, ["kept", "unmet"]);
    owner
        .get_blob_properties(&name, &unmet, &BlobConditions::default())
        .await
        .unwrap();
}

async fn tiers_are_set_at_once(arm: &Arm) {
    let (owner, name) = arm.with_container().await;
    put(&*owner, "a", "x").await;
    put(&*owner, "b", "x").await;
    let requests = [
        set_tier("a", AccessTier::Cool),
        set_tier("b", AccessTier::Archive),
        set_tier("none", AccessTier::Cool),
    ];
    let outcomes = owner.submit_batch(Some(&name), &requests).await.unwrap();
    assert_eq!(told(&outcomes), ["ok", "ok", "BlobNotFound"]);
    for (name_of_blob, expected) in [("a", "Cool"), ("b", "Archive")] {
        let properties = owner
            .get_blob_properties(&name, &blob(name_of_blob), &BlobConditions::default())
            .await
            .unwrap();
        assert_eq!(properties.tier.unwrap().tier.as_str(), expected);
    }
}

async fn every_request_shows_its_own_access(arm: &Arm) {
    let (owner, name) = arm.with_container().await;
    for name in ["a", "b", "c"] {
        put(&*owner, name, "x").await;
    }
    let by = |access, name| BatchRequest {
        access: Some(access),
        ..delete(name)
    };
    let requests = [
        by(Access::Sas(arm.token("con", "d")), "a"),
        by(Access::Sas(arm.token("con", "rl")), "b"),
        by(Access::Sas(arm.token("other", "d")), "b"),
        by(Access::Anonymous, "b"),
        delete("c"),
    ];
    let outcomes = owner.submit_batch(None, &requests).await.unwrap();
    if arm.refuses_as_documented() {
        assert_eq!(
            told(&outcomes),
            [
                "ok",
                "AuthorizationPermissionMismatch",
                "AuthenticationFailed",
                "NoAuthenticationInformation",
                "ok"
            ]
        );
    }
    get(&*owner, "b").await.unwrap();
    // A token that may nothing but read sends a batch all the same: its requests count.
    let reader = arm.connect(Access::Sas(arm.token("con", "r")));
    let requests = [delete("b"), by(crate::support::owner(), "b")];
    let outcomes = reader.submit_batch(Some(&name), &requests).await.unwrap();
    assert_eq!(told(&outcomes), ["AuthorizationPermissionMismatch", "ok"]);
}

async fn a_batch_of_a_container_stays_in_it(arm: &Arm) {
    let (owner, name) = arm.with_container().await;
    put(&*owner, "a", "x").await;
    let other = container("other");
    owner
        .create_container(&other, &CreateContainerOptions::default())
        .await
        .unwrap();
    let beyond = [
        delete("a"),
        BatchRequest {
            container: other.clone(),
            ..delete("a")
        },
    ];
    let error = owner.submit_batch(Some(&name), &beyond).await.unwrap_err();
    assert!(error.is(&ErrorCode::InvalidInput), "{error}");
    assert_eq!(get(&*owner, "a").await.unwrap(), "x", "nothing was begun");
    let holder = arm.connect(Access::Sas(arm.token("con", "d")));
    let error = holder.submit_batch(None, &[delete("a")]).await.unwrap_err();
    assert_eq!(error.status(), 403, "{error}");
    if arm.refuses_as_documented() {
        assert!(error.is(&ErrorCode::AuthenticationFailed), "{error}");
        let error = holder
            .submit_batch(Some(&other), &[delete("a")])
            .await
            .unwrap_err();
        assert!(error.is(&ErrorCode::AuthenticationFailed), "{error}");
        let missing = container("missing");
        let error = owner
            .submit_batch(Some(&missing), &[delete("a")])
            .await
            .unwrap_err();
        assert!(error.is(&ErrorCode::ContainerNotFound), "{error}");
    }
    let outcomes = holder.submit_batch(Some(&name), &[delete("a")]).await.unwrap();
    assert_eq!(told(&outcomes), ["ok"]);
}

async fn some_batches_are_not_begun_with(arm: &Arm) {
    let (owner, _) = arm.with_container().await;
    put(&*owner, "a", "x").await;
    let many = vec![delete("a"); 257];
    let mixed = [delete("a"), set_tier("a", AccessTier::Cool)];
    for (requests, code) in [
        (&[][..], ErrorCode::InvalidInput),
        (&many, ErrorCode::ExceedsMaxBatchRequestCount),
        (&mixed, ErrorCode::AllBatchSubRequestsShouldBeSameApi),
    ] {
        let error = owner.submit_batch(None, requests).await.unwrap_err();
        assert_eq!((error.code(), error.status()), (&code, 400), "{error}");
    }
    let nobody = arm.connect(Access::Anonymous);
    let error = nobody.submit_batch(None, &[delete("a")]).await.unwrap_err();
    if arm.refuses_as_documented() {
        assert!(error.is(&ErrorCode::NoAuthenticationInformation), "{error}");
    }
    assert_eq!(get(&*owner, "a").await.unwrap(), "x");
    let outcomes = owner.submit_batch(None, &many[1..]).await.unwrap();
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    assert_eq!(outcomes.len(), 256);
}

/// The head of a batch, below the account.
fn head(rest: &str) -> String {
    format!("POST /{ACCOUNT}{rest}\nx-ms-date: Thu, 20 Nov 2025 15:00:00 GMT\nx-ms-version: 2020-04-08")
}

const TYPE: &str = "\ncontent-type: multipart/mixed; boundary=batch_1";

/// A batch of requests, each a text of its lines.
fn batch(requests: &[&str]) -> String {
    let mut body = String::new();
    for (number, request) in requests.iter().enumerate() {
        body.extend([
            "--batch_1\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\nContent-ID: ",
            &(number + 5).to_string(),
            "\r\n\r\n",
            &request.replace('\n', "\r\n"),
            "\r\n\r\n",
        ]);
    }
    body + "--batch_1--\r\n"
}

async fn submit(service: &BlobService, rest: &str, body: &str) -> Answer {
    let head = format!("{}{TYPE}\ncontent-length: {}", head(rest), body.len());
    send_signed(service, &head, body.to_owned().into_bytes(), &key()).await
}

#[tokio::test]
async fn the_answer_to_the_byte() {
    let service = store().await.service();
    let reader = token("con", "r");
    let body = batch(&[
        &format!(
            "DELETE /{ACCOUNT}/con/a?{} HTTP/1.1\nx-ms-client-request-id: mine",
            token("con", "d")
        ),
        &format!("DELETE /con/a?{reader} HTTP/1.1"),
    ]);
    let answer = submit(&service, "?comp=batch", &body).await;
    assert_eq!(answer.status, 202, "{}", answer.text);
    let boundary = "batchresponse_00000000-0000-0000-0000-000000000001";
    assert_eq!(
        answer.headers[CONTENT_TYPE],
        format!("multipart/mixed; boundary={boundary}")
    );
    assert_eq!(answer.header("content-length"), answer.text.len().to_string());
    let parts: Vec<&str> = answer.text.split(&format!("--{boundary}")).collect();
    assert_eq!((parts.len(), parts[0], parts[3]), (4, "", "--\r\n"));
    for (part, lines) in [
        (
            parts[1],
            &[
                "Content-Type: application/http",
                "Content-ID: 5",
                "HTTP/1.1 202 Accepted",
                "x-ms-delete-type-permanent: true",
                "x-ms-request-id: 00000000-0000-0000-0000-000000000002",
                "x-ms-client-request-id: mine",
                "x-ms-version: 2020-04-08",
            ][..],
        ),
        (
            parts[2],
            &[
                "Content-ID: 6",
                "HTTP/1.1 403 Forbidden",
                "x-ms-error-code: AuthorizationPermissionMismatch",
                "x-ms-request-id: 00000000-0000-0000-0000-000000000003",
                "content-type: application/xml",
            ],
        ),
    ] {
        for line in lines {
            assert!(part.contains(&format!("\r\n{line}\r\n")), "{line}: {part}");
        }
    }
    assert!(parts[2].contains("<Code>AuthorizationPermissionMismatch</Code>"));
    assert!(!answer.text.contains("sig="), "{}", answer.text);
}

/// The statuses and codes of the parts, and whether each has a number.
fn parts(answer: &Answer) -> Vec<(String, String, bool)> {
    assert_eq!(answer.status, 202, "{}", answer.text);
    let parts = answer.text.split("Content-Type: application/http\r\n").skip(1);
    parts
        .map(|part| {
            let after = |start: &str| {
                let rest = part.split(start).nth(1).unwrap_or("");
                rest.split(['\r', ' ']).next().unwrap_or("").to_owned()
            };
            (
                after("HTTP/1.1 "),
                after("x-ms-error-code: "),
                part.starts_with("Content-ID: "),
            )
        })
        .collect()
}

fn part(status: &str, code: &str, is_numbered: bool) -> (String, String, bool) {
    (status.to_owned(), code.to_owned(), is_numbered)
}

#[tokio::test]
async fn what_a_part_gets_wrong_is_its_own_affair() {
    let service = store().await.service();
    let by_token = token("con", "wd");
    let body = batch(&[
        &format!("DELETE /con/a?{by_token} HTTP/1.1\nif-match: \"0x1\""),
        &format!("DELETE /con/a?{by_token} HTTP/1.1\nx-ms-range: bytes=0-1"),
        &format!("DELETE /con/a?{by_token} HTTP/1.1\nx-ms-delete-snapshots: some"),
        "DELETE /con/a HTTP/1.1\nauthorization: SharedKey devstoreaccount1:AAAA\n\
         x-ms-date: Thu, 20 Nov 2025 15:00:00 GMT",
        "DELETE /con/a HTTP/1.1\nauthorization: SharedKey devstoreaccount1:AAAA\n\
         x-ms-date: Thu, 20 Nov 2008 15:00:00 GMT",
        "DELETE /Con/a HTTP/1.1",
        "DELETE /con/a HTTP/1.1",
    ]);
    let answer = submit(&service, "/?comp=batch", &body).await;
    assert_eq!(
        parts(&answer),
        [
            part("412", "ConditionNotMet", true),
            part("501", "NotSimulated", true),
            part("400", "InvalidHeaderValue", true),
            part("403", "AuthenticationFailed", true),
            part("403", "AuthenticationFailed", true),
            part("400", "InvalidResourceName", true),
            part("401", "NoAuthenticationInformation", true),
        ]
    );
    assert_eq!(
        send(&service, &crate::edges::readable(""), "").await.text,
        "hello"
    );
}

#[tokio::test]
async fn what_is_no_batch_is_one_refusal() {
    let service = store().await.service();
    let by_token = token("con", "wd");
    let delete = format!("DELETE /con/a?{by_token} HTTP/1.1");
    let tier = format!("PUT /con/a?comp=tier&{by_token} HTTP/1.1\nx-ms-access-tier: Cool");
    for (rest, body, code) in [
        ("?comp=batch", String::new(), "InvalidInput"),
        ("?comp=batch", batch(&[]), "InvalidInput"),
        ("?comp=batch", batch(&["GET /con/a HTTP/1.1"]), "InvalidInput"),
        (
            "?comp=batch",
            batch(&["DELETE /con?restype=container HTTP/1.1"]),
            "InvalidInput",
        ),
        (
            "?comp=batch",
            batch(&[&format!(
                "PUT /con/a?{by_token} HTTP/1.1\nx-ms-blob-type: BlockBlob"
            )]),
            "InvalidInput",
        ),
        (
            "?comp=batch",
            batch(&[&delete, &tier]),
            "AllBatchSubRequestsShouldBeSameApi",
        ),
        (
            "?comp=batch",
            batch(&vec![delete.as_str(); 257]),
            "ExceedsMaxBatchRequestCount",
        ),
        (
            "/con?restype=container&comp=batch",
            batch(&[&delete, "DELETE /other/a HTTP/1.1"]),
            "InvalidInput",
        ),
    ] {
        let answer = submit(&service, rest, &body).await;
        assert_eq!(parts(&answer), [part("400", code, false)], "{body}");
    }
    assert_eq!(
        send(&service, &crate::edges::readable(""), "").await.text,
        "hello"
    );
}

#[tokio::test]
async fn who_may_send_none_is_refused_before() {
    let service = store().await.service();
    let body = batch(&["DELETE /con/a HTTP/1.1"]);
    let length = format!("{TYPE}\ncontent-length: 1");
    for text in ["nonsense".to_owned(), body.clone(), batch(&[])] {
        let answer = send(
            &service,
            &format!("{}{length}", head("?comp=batch")),
            text.into_bytes(),
        )
        .await;
        answer.is(401, "NoAuthenticationInformation");
    }
    let service_token = token("con", "d");
    let target = format!("?comp=batch&{service_token}");
    let answer = send(
        &service,
        &format!("{}{length}", head(&target)),
        body.clone().into_bytes(),
    )
    .await;
    answer.is(403, "AuthenticationFailed");
    for kind in [
        ResourceType::Service,
        ResourceType::Container,
        ResourceType::Object,
    ] {
        let options = AccountSasOptions::new(
            [kind],
            Permissions::of(&[Permission::Read]),
            start() + TimeSpan::from_hours(1),
        );
        let target = format!("?comp=batch&{}", account_token(ACCOUNT, &key(), &options));
        let answer = send(
            &service,
            &format!("{}{length}", head(&target)),
            body.clone().into_bytes(),
        )
        .await;
        assert_eq!(parts(&answer), [part("401", "NoAuthenticationInformation", true)]);
    }
}

#[tokio::test]
async fn the_frame_of_a_batch_is_checked() {
    let service = store().await.service();
    let of_type = |kind: &str| format!("{}\ncontent-type: {kind}\ncontent-length: 1", head("?comp=batch"));
    for kind in ["application/xml", "multipart/mixed", "multipart/mixed; boundary="] {
        let answer = send_signed(&service, &of_type(kind), "x", &key()).await;
        answer.is(400, "InvalidHeaderValue");
    }
    let untold = format!("{}{TYPE}", head("?comp=batch"));
    send_signed(&service, &untold, "", &key())
        .await
        .is(411, "MissingContentLengthHeader");
    let long = vec![b'x'; 4 * 1024 * 1024 + 1];
    let head_of_long = format!("{}{TYPE}\ncontent-length: {}", head("?comp=batch"), long.len());
    send_signed(&service, &head_of_long, long, &key())
        .await
        .is(413, "RequestBodyTooLarge");
    let answer = send_signed(&service, &head("?comp=batch").replace("POST", "GET"), "", &key()).await;
    answer.is(405, "UnsupportedHttpVerb");
}
