//! The service as a whole: batches in the trace, and properties that a reset forgets.

use batchite_api::auth::Access;
use batchite_api::auth::sas::SasOptions;
use batchite_api::backend::{BlobConditions, BlobServiceOperations};
use batchite_api::blob::{BatchAction, BatchRequest, BlobServiceProperties, CorsRule, DeleteSnapshots};

use crate::support::{Fixture, blob, container, done, for_container, in_an_hour, letters};

fn delete(name: &str, access: Option<Access>) -> BatchRequest {
    BatchRequest {
        container: container("input"),
        blob: blob(name),
        action: BatchAction::Delete {
            snapshots: DeleteSnapshots::Refuse,
            conditions: BlobConditions::default(),
        },
        access,
    }
}

#[test]
fn a_batch_and_each_of_its_requests_stand_in_the_trace() {
    let fixture = Fixture::new();
    let reader = for_container("input", &SasOptions::new(letters("r"), in_an_hour()));
    fixture.trace();
    let requests = [
        delete("a.txt", Some(Access::Sas(reader))),
        delete("none", None),
        delete("a.txt", None),
    ];
    done(fixture.owner.submit_batch(None, &requests)).unwrap();
    done(fixture.owner.submit_batch(None, &[])).unwrap_err();
    let told = fixture.trace();
    let told: Vec<String> = told
        .iter()
        .map(|record| format!("{} {}", record.cause, record.to))
        .collect();
    assert_eq!(
        told,
        [
            "submit_batch ok",
            "delete_blob AuthorizationPermissionMismatch",
            "delete_blob BlobNotFound",
            "delete_blob ok",
            "submit_batch InvalidInput",
        ]
    );
}

#[test]
fn properties_end_with_the_world() {
    let fixture = Fixture::new();
    let rules = BlobServiceProperties {
        cors: Some(vec![CorsRule {
            allowed_origins: "*".into(),
            allowed_methods: "GET".into(),
            ..CorsRule::default()
        }]),
        ..BlobServiceProperties::default()
    };
    done(fixture.owner.set_blob_service_properties(&rules)).unwrap();
    let told = || done(fixture.owner.get_blob_service_properties()).unwrap();
    assert_eq!(told().cors, rules.cors);
    fixture.shared.enter().reset();
    assert_eq!(told(), BlobServiceProperties::of_a_new_account());
}
