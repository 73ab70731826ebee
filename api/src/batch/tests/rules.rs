//! Rules that hold for all models: absent, unknown, normalised, secret.

use serde_json::json;

use super::{read, rewritten};
use crate::batch::*;
use crate::time::TimeSpan;

#[test]
fn absent_properties_are_left_out() {
    let task = BatchTaskCreateOptions {
        id: "t".to_owned(),
        command_line: "true".into(),
        ..Default::default()
    };
    assert_eq!(
        serde_json::to_value(task).unwrap(),
        json!({ "id": "t", "commandLine": "true" })
    );
    assert_eq!(
        serde_json::to_value(BatchPoolUpdateOptions::default()).unwrap(),
        json!({})
    );
}

#[test]
fn a_change_tells_removing_all_from_leaving_alone() {
    let update: BatchPoolUpdateOptions = read(json!({ "metadata": [] }));
    assert_eq!(update.metadata.as_deref(), Some(&[][..]));
    assert_eq!(update.user_accounts, None);
    assert_eq!(serde_json::to_value(update).unwrap(), json!({ "metadata": [] }));
}

#[test]
fn null_reads_as_absent() {
    let task: BatchTask = read(json!({ "id": "t", "displayName": null, "requiredSlots": null }));
    assert_eq!((task.display_name, task.required_slots), (None, None));
}

#[test]
fn properties_nobody_knows_are_skipped() {
    let job =
        json!({ "odata.metadata": "https://h/$metadata#jobs/@Element", "id": "j", "mood": { "is": "good" } });
    assert_eq!(read::<BatchJob>(job).id, "j");
}

#[test]
fn a_property_of_the_wrong_kind_is_refused() {
    for (property, value) in [
        ("id", json!(7)),
        ("priority", json!("high")),
        ("priority", json!(1.5)),
        ("priority", json!(3_000_000_000_u32)),
        ("usesTaskDependencies", json!("yes")),
        ("metadata", json!({ "name": "a" })),
        ("creationTime", json!("yesterday")),
        ("constraints", json!({ "maxWallClockTime": "5 minutes" })),
    ] {
        let job = json!({ property: value });
        assert!(serde_json::from_value::<BatchJob>(job.clone()).is_err(), "{job}");
    }
}

#[test]
fn durations_come_back_in_the_normal_form() {
    for (given, normal) in [
        ("PT06M00S", "PT6M"),
        ("PT90M", "PT1H30M"),
        ("P1W", "P7D"),
        ("PT0.5S", "PT0.5S"),
        ("P10675199DT2H48M5.4775807S", "P10675199DT2H48M5.4775807S"),
    ] {
        let constraints = json!({ "maxWallClockTime": given });
        assert_eq!(
            rewritten::<BatchTaskConstraints>(&constraints),
            json!({ "maxWallClockTime": normal })
        );
    }
    let unlimited: BatchJobConstraints = read(json!({ "maxWallClockTime": "P10675199DT2H48M5.4775807S" }));
    assert_eq!(unlimited.max_wall_clock_time, Some(TimeSpan::INFINITE));
}

#[test]
fn moments_lose_their_trailing_zeros() {
    let code = json!({ "code": "a", "time": "2025-06-01T08:00:00.1230000Z" });
    assert_eq!(
        rewritten::<InstanceViewStatus>(&code),
        json!({ "code": "a", "time": "2025-06-01T08:00:00.123Z" })
    );
}

#[test]
fn sizes_are_read_as_text_and_as_number_and_written_as_text() {
    let file = |length| json!({ "lastModified": "2025-06-01T08:00:00Z", "contentLength": length });
    for length in [json!("18446744073709551615"), json!(u64::MAX)] {
        assert_eq!(read::<FileProperties>(file(length)).content_length, u64::MAX);
    }
    assert_eq!(rewritten::<FileProperties>(&file(json!(12))), file(json!("12")));
    for length in [
        json!("-1"),
        json!(-1),
        json!(""),
        json!("12 bytes"),
        json!(1.5),
        json!(null),
    ] {
        let json = file(length);
        assert!(
            serde_json::from_value::<FileProperties>(json.clone()).is_err(),
            "{json}"
        );
    }
}

#[test]
fn secrets_and_signatures_stay_out_of_debug() {
    let pool: BatchPoolCreateOptions = read(json!({
        "id": "p",
        "userAccounts": [{ "name": "u", "password": "hush-1", "linuxUserConfiguration": { "sshPrivateKey": "hush-2" } }],
        "mountConfiguration": [
            { "azureBlobFileSystemConfiguration": { "accountKey": "hush-3", "sasKey": "hush-4" } },
            { "azureFileShareConfiguration": { "accountKey": "hush-5" } },
            { "cifsMountConfiguration": { "password": "hush-6" } },
        ],
        "virtualMachineConfiguration": {
            "containerConfiguration": { "containerRegistries": [{ "password": "hush-7" }] },
        },
        "startTask": {
            "commandLine": "get 'https://h/c?sig=hush-8'",
            "resourceFiles": [
                { "httpUrl": "https://h/c/b?sp=r&sig=hush-9" },
                { "storageContainerUrl": "https://h/c?sig=hush-10&sp=r" },
            ],
            "environmentSettings": [{ "name": "SAS", "value": "sv=1&sig=hush-11" }],
        },
    }));
    let shown = format!("{pool:?}");
    assert!(!shown.contains("hush"), "{shown}");
    let written = serde_json::to_string(&pool).unwrap();
    for number in 1..=11 {
        assert!(
            written.contains(&format!("hush-{number}")),
            "the wire carries secret {number}"
        );
    }
}
