//! Leases: their states by the time of the world, and what they forbid.

use batchite_api::backend::{BlobBackend, BlobConditions, LeaseOperations};
use batchite_api::blob::{
    BlobHeaders, BlockId, BlockReference, DeleteSnapshots, LeaseAction, LeaseDuration, LeaseOutcome,
    ListBlobsOptions, ListContainersOptions, Metadata, PutBlobOptions, PutBlockOptions,
};
use batchite_api::error::Result;
use batchite_api::time::TimeSpan;
use batchite_sim::backend::SimBlob;
use proptest::prelude::*;

use crate::operations::outcome;
use crate::support::{Fixture, blob, container, done, get, none, put, refusal};

const ONE: &str = "11111111-0000-4000-8000-000000000001";
const TWO: &str = "22222222-0000-4000-8000-000000000002";

fn acquire(duration: LeaseDuration, id: &str) -> LeaseAction {
    LeaseAction::Acquire {
        duration,
        proposed_id: Some(id.to_owned()),
    }
}

fn renew(id: &str) -> LeaseAction {
    LeaseAction::Renew { id: id.to_owned() }
}

fn release(id: &str) -> LeaseAction {
    LeaseAction::Release { id: id.to_owned() }
}

fn change(id: &str, proposed: &str) -> LeaseAction {
    LeaseAction::Change {
        id: id.to_owned(),
        proposed_id: proposed.to_owned(),
    }
}

fn lease(fixture: &Fixture, action: &LeaseAction) -> Result<LeaseOutcome> {
    done(
        fixture
            .owner
            .lease_blob(&container("input"), &blob("a.txt"), action, &none()),
    )
}

/// State, status and duration, as properties tell them.
fn state(fixture: &Fixture) -> String {
    let properties = done(
        fixture
            .owner
            .get_blob_properties(&container("input"), &blob("a.txt"), &none()),
    );
    let lease = properties.unwrap().lease;
    let duration = lease.duration.as_ref().map_or("", |duration| duration.as_str());
    format!("{} {} {duration}", lease.state, lease.status())
}

fn seconds(seconds: i64) -> TimeSpan {
    TimeSpan::from_seconds(seconds)
}

const SHORT: LeaseDuration = LeaseDuration::Seconds(15);

/// A blob whose lease is in a state, under the id [`ONE`].
fn fixture_in(state: &str) -> Fixture {
    let fixture = Fixture::new();
    match state {
        "available" => {}
        "leased" => drop(lease(&fixture, &acquire(LeaseDuration::Infinite, ONE)).unwrap()),
        "expired" => {
            lease(&fixture, &acquire(SHORT, ONE)).unwrap();
            fixture.wait(seconds(15));
        }
        "breaking" => {
            lease(&fixture, &acquire(LeaseDuration::Infinite, ONE)).unwrap();
            lease(&fixture, &LeaseAction::Break { period: Some(10) }).unwrap();
        }
        "broken" => {
            lease(&fixture, &acquire(LeaseDuration::Infinite, ONE)).unwrap();
            lease(&fixture, &LeaseAction::Break { period: None }).unwrap();
        }
        other => panic!("no state {other}"),
    }
    fixture
}

/// The table of "Lease Blob": action, and what becomes of it in each state.
#[test]
fn every_action_in_every_state() {
    const MISMATCH: &str = "409 LeaseIdMismatchWithLeaseOperation";
    const NONE: &str = "409 LeaseNotPresentWithLeaseOperation";
    const PRESENT: &str = "409 LeaseAlreadyPresent";
    const NOT_ACQUIRED: &str = "409 LeaseIsBreakingAndCannotBeAcquired";
    const NOT_CHANGED: &str = "409 LeaseIsBreakingAndCannotBeChanged";
    const NOT_RENEWED: &str = "409 LeaseIsBrokenAndCannotBeRenewed";
    let states = ["available", "leased", "expired", "breaking", "broken"];
    for (action, expected) in [
        (acquire(SHORT, ONE), ["ok", "ok", "ok", NOT_ACQUIRED, "ok"]),
        (acquire(SHORT, TWO), ["ok", PRESENT, "ok", PRESENT, "ok"]),
        (renew(ONE), [MISMATCH, "ok", "ok", NOT_RENEWED, NOT_RENEWED]),
        (renew(TWO), [MISMATCH; 5]),
        (change(ONE, TWO), [NONE, "ok", NONE, NOT_CHANGED, NONE]),
        (change(TWO, ONE), [NONE, "ok", NONE, NOT_CHANGED, NONE]),
        (change(TWO, TWO), [NONE, MISMATCH, NONE, MISMATCH, NONE]),
        (release(ONE), [MISMATCH, "ok", "ok", "ok", "ok"]),
        (release(TWO), [MISMATCH; 5]),
        (
            LeaseAction::Break { period: None },
            [NONE, "ok", "ok", "ok", "ok"],
        ),
    ] {
        for (state, expected) in states.iter().zip(expected) {
            let fixture = fixture_in(state);
            assert_eq!(
                outcome(lease(&fixture, &action)),
                expected,
                "{action:?} in {state}"
            );
        }
    }
}

/// What writes and reads may, without a lease and with its id or another.
#[test]
fn a_lease_keeps_others_from_writing() {
    let free = ["available", "expired", "broken"];
    for name in ["available", "leased", "expired", "breaking", "broken"] {
        for (given, write, read) in [
            (
                None,
                if free.contains(&name) {
                    "ok"
                } else {
                    "412 LeaseIdMissing"
                },
                "ok",
            ),
            (
                Some(ONE),
                match name {
                    "available" => "412 LeaseNotPresentWithBlobOperation",
                    "expired" | "broken" => "412 LeaseLost",
                    _ => "ok",
                },
                "",
            ),
            (
                Some(TWO),
                if name == "available" {
                    "412 LeaseNotPresentWithBlobOperation"
                } else {
                    "412 LeaseIdMismatchWithBlobOperation"
                },
                "",
            ),
        ] {
            let conditions = BlobConditions {
                lease_id: given.map(str::to_owned),
                ..none()
            };
            let read = if read.is_empty() { write } else { read };
            let fixture = fixture_in(name);
            let (owner, input, a) = (&fixture.owner, container("input"), blob("a.txt"));
            let told = done(owner.get_blob_properties(&input, &a, &conditions));
            assert_eq!(outcome(told), read, "properties: {name} with {given:?}");
            let got = done(owner.get_blob(&input, &a, None, &conditions));
            assert_eq!(outcome(got), read, "get: {name} with {given:?}");
            for (what, result) in writes(name, &conditions) {
                assert_eq!(outcome(result), write, "{what}: {name} with {given:?}");
            }
        }
    }
}

/// Every write of a blob, each in a world of its own.
fn writes(state: &str, conditions: &BlobConditions) -> Vec<(&'static str, Result<()>)> {
    let options = PutBlobOptions {
        conditions: conditions.clone(),
        ..PutBlobOptions::default()
    };
    let block = PutBlockOptions {
        lease_id: conditions.lease_id.clone(),
        ..PutBlockOptions::default()
    };
    let (input, a) = (container("input"), blob("a.txt"));
    let run = |act: &dyn Fn(&SimBlob) -> Result<()>| act(&fixture_in(state).owner);
    vec![
        (
            "put",
            run(&|owner| put(owner, "input", "a.txt", "x", &options).map(drop)),
        ),
        (
            "put block",
            run(&|owner| done(owner.put_block(&input, &a, &BlockId::numbered(1), "x".into(), &block))),
        ),
        (
            "put block list",
            run(&|owner| {
                let blocks: [BlockReference; 0] = [];
                done(owner.put_block_list(&input, &a, &blocks, &options)).map(drop)
            }),
        ),
        (
            "set metadata",
            run(&|owner| done(owner.set_blob_metadata(&input, &a, &Metadata::new(), conditions)).map(drop)),
        ),
        (
            "set properties",
            run(&|owner| {
                done(owner.set_blob_properties(&input, &a, &BlobHeaders::default(), conditions)).map(drop)
            }),
        ),
        (
            "delete",
            run(&|owner| done(owner.delete_blob(&input, &a, DeleteSnapshots::Refuse, conditions))),
        ),
    ]
}

#[test]
fn time_and_breaks_end_a_lease() {
    let fixture = Fixture::new();
    let first = lease(&fixture, &acquire(SHORT, ONE)).unwrap();
    assert_eq!(first.lease_id.as_deref(), Some(ONE));
    assert_eq!(state(&fixture), "leased locked fixed");
    fixture.wait(seconds(14));
    lease(&fixture, &renew(ONE)).unwrap();
    fixture.wait(seconds(14));
    assert_eq!(state(&fixture), "leased locked fixed");
    fixture.wait(seconds(1));
    assert_eq!(state(&fixture), "expired unlocked ");
    // Nobody has written since, so its holder may go on.
    lease(&fixture, &renew(ONE)).unwrap();

    // A longer period than the lease has left is cut to that.
    let broken = lease(&fixture, &LeaseAction::Break { period: Some(60) }).unwrap();
    assert_eq!((broken.remaining, broken.lease_id), (Some(15), None));
    assert_eq!(state(&fixture), "breaking locked ");
    let again = lease(&fixture, &LeaseAction::Break { period: Some(5) }).unwrap();
    assert_eq!(again.remaining, Some(5));
    let longer = lease(&fixture, &LeaseAction::Break { period: Some(50) }).unwrap();
    assert_eq!(longer.remaining, Some(5));
    fixture.wait(seconds(5));
    assert_eq!(state(&fixture), "broken unlocked ");

    let endless = lease(
        &fixture,
        &LeaseAction::Acquire {
            duration: LeaseDuration::Infinite,
            proposed_id: None,
        },
    )
    .unwrap();
    assert_eq!(endless.lease_id.unwrap().len(), 36);
    assert_eq!(state(&fixture), "leased locked infinite");
    let at_once = lease(&fixture, &LeaseAction::Break { period: None }).unwrap();
    assert_eq!(at_once.remaining, Some(0));
    assert_eq!(state(&fixture), "broken unlocked ");
}

#[test]
fn a_write_after_its_end_takes_the_lease_away() {
    let fixture = fixture_in("expired");
    fixture.put("a.txt", "other");
    assert_eq!(state(&fixture), "available unlocked ");
    assert_eq!(
        refusal(&lease(&fixture, &renew(ONE)).unwrap_err()),
        "409 LeaseIdMismatchWithLeaseOperation"
    );
}

#[test]
fn a_replaced_blob_keeps_its_lease_and_a_lease_moves_no_tag() {
    let fixture = Fixture::new();
    let before = crate::support::etag(&fixture, "a.txt");
    let outcome = lease(&fixture, &acquire(LeaseDuration::Infinite, ONE)).unwrap();
    assert_eq!(outcome.etag, before);
    assert_eq!(crate::support::etag(&fixture, "a.txt"), before);
    let options = PutBlobOptions {
        conditions: BlobConditions::with_lease(ONE.to_uppercase()),
        ..PutBlobOptions::default()
    };
    put(&fixture.owner, "input", "a.txt", "new", &options).unwrap();
    assert_eq!(state(&fixture), "leased locked infinite");
    assert_eq!(get(&fixture.owner, "input", "a.txt").unwrap(), "new");
    let page = done(
        fixture
            .owner
            .list_blobs(&container("input"), &ListBlobsOptions::default()),
    )
    .unwrap();
    assert_eq!(
        page.blobs().next().unwrap().properties.lease.state.as_str(),
        "leased"
    );
}

#[test]
fn a_leased_container_cannot_be_deleted_by_others() {
    let fixture = Fixture::new();
    let (owner, input) = (&fixture.owner, container("input"));
    let act = |action: &LeaseAction| done(owner.lease_container(&input, action, &none()));
    act(&acquire(LeaseDuration::Infinite, ONE)).unwrap();
    let delete = |conditions: &BlobConditions| outcome(done(owner.delete_container(&input, conditions)));
    assert_eq!(delete(&none()), "412 LeaseIdMissing");
    assert_eq!(
        delete(&BlobConditions::with_lease(TWO)),
        "412 LeaseIdMismatchWithContainerOperation"
    );
    assert_eq!(
        delete(&BlobConditions::with_lease("no guid")),
        "400 InvalidHeaderValue"
    );
    // It protects the container, not what is in it.
    fixture.put("b.txt", "x");
    let metadata = Metadata::from([("k".into(), "v".into())]);
    done(owner.set_container_metadata(&input, &metadata, &none())).unwrap();
    assert_eq!(
        outcome(done(owner.set_container_metadata(
            &input,
            &metadata,
            &BlobConditions::with_lease(TWO)
        ))),
        "412 LeaseIdMismatchWithContainerOperation"
    );
    let list = done(owner.list_containers(&ListContainersOptions::default())).unwrap();
    assert_eq!(list.items[0].properties.lease.status(), "locked");
    let properties = done(owner.get_container_properties(&input, None)).unwrap();
    assert_eq!(properties.metadata, metadata);
    assert_eq!(delete(&BlobConditions::with_lease(ONE)), "ok");
    let none_there = done(owner.lease_container(&input, &renew(ONE), &none()));
    assert_eq!(outcome(none_there), "404 ContainerNotFound");
}

proptest! {
    /// Whatever happens to a lease: while it is locked nobody writes without its id, and only then.
    #[test]
    fn locked_means_locked(steps in proptest::collection::vec(0_u8..9, 1..40)) {
        let fixture = Fixture::new();
        for step in steps {
            let action = match step {
                0 => acquire(SHORT, ONE),
                1 => acquire(LeaseDuration::Infinite, TWO),
                2 => renew(ONE),
                3 => change(ONE, TWO),
                4 => release(TWO),
                5 => LeaseAction::Break { period: Some(7) },
                6 => LeaseAction::Break { period: None },
                _ => {
                    fixture.wait(seconds(4));
                    continue;
                }
            };
            // A refusal is an answer too.
            let _ = lease(&fixture, &action);
            let is_locked = state(&fixture).contains(" locked");
            let tier = batchite_api::blob::AccessTier::Cool;
            let written = done(fixture.owner.set_blob_tier(&container("input"), &blob("a.txt"), &tier, &none()));
            prop_assert_eq!(outcome(written) == "412 LeaseIdMissing", is_locked);
        }
    }
}
