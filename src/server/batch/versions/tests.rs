//! Bodies of old versions against those of today, written out.

use batchite_api::error::{Error, ErrorCode};
use serde_json::{Value, json};

use super::ApiVersion;
use super::body::{age, new_path, renew};
use super::change::Change;
use super::model::Model;
use super::table::ROWS;

const V2016: &str = "2016-07-01.3.1";

const WITHOUT_END: &str = "P10675199DT2H48M5.4775807S";

fn version(text: &str) -> ApiVersion {
    ApiVersion::parse(text).unwrap()
}

fn renewed(at: &str, model: Model, body: Value) -> Result<Value, Error> {
    let Value::Object(mut object) = body else {
        panic!("a body is an object")
    };
    renew(&mut object, model, version(at)).map(|()| Value::Object(object))
}

fn aged(at: &str, model: Model, body: Value) -> Value {
    let Value::Object(mut object) = body else {
        panic!("a body is an object")
    };
    age(&mut object, model, version(at), &|_| true);
    Value::Object(object)
}

/// The user an old command ran as.
fn own(level: &str) -> Value {
    json!({"autoUser": {"scope": "task", "elevationLevel": level}})
}

#[test]
fn requests_of_2016_for_pools_and_tasks_say_the_same_today() {
    let cases = [
        (
            Model::Pool,
            json!({
                "id": "p", "vmSize": "standard_a1", "targetDedicated": 2, "maxTasksPerNode": 4,
                "certificateReferences": [],
                "startTask": {
                    "commandLine": "c", "runElevated": true,
                    "resourceFiles": [{"blobSource": "https://h/c/b?sig=x", "filePath": "b"}]
                }
            }),
            json!({
                "id": "p", "vmSize": "standard_a1", "targetDedicatedNodes": 2, "taskSlotsPerNode": 4,
                "startTask": {
                    "commandLine": "c", "userIdentity": own("admin"), "waitForSuccess": false,
                    "resourceFiles": [{"httpUrl": "https://h/c/b?sig=x", "filePath": "b"}]
                }
            }),
        ),
        (
            Model::PoolUpdate,
            json!({"startTask": {"commandLine": "c", "waitForSuccess": true}, "certificateReferences": []}),
            json!({"startTask": {"commandLine": "c", "waitForSuccess": true, "userIdentity": own("nonadmin")}}),
        ),
        (
            Model::PoolResize,
            json!({"targetDedicated": 3, "resizeTimeout": "PT10M"}),
            json!({"targetDedicatedNodes": 3, "resizeTimeout": "PT10M"}),
        ),
        (
            Model::Tasks,
            json!({"value": [{
                "id": "t", "commandLine": "c", "runElevated": "true",
                "constraints": {"maxTaskRetryCount": 2},
                "exitConditions": {
                    "schedulingError": {"jobAction": "terminate"},
                    "exitCodes": [{"code": 1, "exitOptions": {"jobAction": "none"}}]
                },
                "multiInstanceSettings": {
                    "numberOfInstances": 2, "commonResourceFiles": [{"blobSource": "u", "filePath": "f"}]
                }
            }]}),
            json!({"value": [{
                "id": "t", "commandLine": "c", "userIdentity": own("admin"),
                "constraints": {"maxTaskRetryCount": 2, "retentionTime": WITHOUT_END},
                "exitConditions": {
                    "preProcessingError": {"jobAction": "terminate"},
                    "exitCodes": [{"code": 1, "exitOptions": {"jobAction": "none"}}]
                },
                "multiInstanceSettings": {
                    "numberOfInstances": 2, "coordinationCommandLine": "",
                    "commonResourceFiles": [{"httpUrl": "u", "filePath": "f"}]
                }
            }]}),
        ),
        (
            Model::TaskUpdate,
            json!({}),
            json!({"constraints": {"retentionTime": WITHOUT_END}}),
        ),
    ];
    for (model, old, new) in cases {
        assert_eq!(renewed(V2016, model, old).unwrap(), new, "{model:?}");
    }
}

#[test]
fn requests_of_2016_for_jobs_say_the_same_today() {
    let cases = [
        (
            Model::Job,
            json!({
                "id": "j", "onAllTasksComplete": "noAction",
                "jobManagerTask": {"id": "m", "commandLine": "c", "constraints": {"retentionTime": "PT1H"}},
                "jobPreparationTask": {"commandLine": "c", "runElevated": true},
                "jobReleaseTask": {"commandLine": "c"},
                "poolInfo": {"autoPoolSpecification": {
                    "poolLifetimeOption": "job",
                    "pool": {"vmSize": "small", "targetDedicated": 1, "maxTasksPerNode": 2}
                }}
            }),
            json!({
                "id": "j", "onAllTasksComplete": "noAction",
                "jobManagerTask": {
                    "id": "m", "commandLine": "c", "constraints": {"retentionTime": "PT1H"},
                    "userIdentity": own("nonadmin")
                },
                "jobPreparationTask": {
                    "commandLine": "c", "constraints": {"retentionTime": WITHOUT_END}, "userIdentity": own("admin")
                },
                "jobReleaseTask": {
                    "commandLine": "c", "retentionTime": WITHOUT_END, "userIdentity": own("nonadmin")
                },
                "poolInfo": {"autoPoolSpecification": {
                    "poolLifetimeOption": "job",
                    "pool": {"vmSize": "small", "targetDedicatedNodes": 1, "taskSlotsPerNode": 2}
                }}
            }),
        ),
        (
            Model::JobSchedule,
            json!({"jobSpecification": {"jobReleaseTask": {"commandLine": "c", "runElevated": true}}}),
            json!({"jobSpecification": {"jobReleaseTask": {
                "commandLine": "c", "retentionTime": WITHOUT_END, "userIdentity": own("admin")
            }}}),
        ),
    ];
    for (model, old, new) in cases {
        assert_eq!(renewed(V2016, model, old).unwrap(), new, "{model:?}");
    }
}

#[test]
fn answers_on_pools_and_nodes_are_told_in_the_words_of_2016() {
    let cases = [
        (
            Model::Pools,
            json!({"value": [{
                "id": "p", "currentDedicatedNodes": 1, "currentLowPriorityNodes": 3,
                "targetDedicatedNodes": 2, "targetLowPriorityNodes": 3, "taskSlotsPerNode": 4,
                "resizeErrors": [{"code": "AllocationTimedOut"}, {"code": "Another"}],
                "startTask": {
                    "commandLine": "c", "userIdentity": {"autoUser": {"elevationLevel": "admin", "scope": "pool"}},
                    "resourceFiles": [{"httpUrl": "u", "filePath": "f"}, {"storageContainerUrl": "s"}]
                }
            }]}),
            json!({"value": [{
                "id": "p", "currentDedicated": 1, "targetDedicated": 2, "maxTasksPerNode": 4,
                "resizeError": {"code": "AllocationTimedOut"}, "certificateReferences": [],
                "startTask": {
                    "commandLine": "c", "runElevated": true,
                    "resourceFiles": [{"blobSource": "u", "filePath": "f"}]
                }
            }]}),
        ),
        (
            Model::Nodes,
            json!({"value": [
                {"id": "a", "state": "deallocating", "isDedicated": true, "runningTaskSlotsCount": 1},
                {"id": "b", "state": "upgradingos"},
                {"id": "c", "state": "preempted"},
                {
                    "id": "d", "state": "idle", "startTaskInfo": {"state": "completed", "result": "success"},
                    "recentTasks": [{"taskState": "completed", "executionInfo": {"result": "success"}}]
                }
            ]}),
            json!({"value": [
                {"id": "a", "state": "offline", "certificateReferences": []},
                {"id": "b", "state": "rebooting", "certificateReferences": []},
                {"id": "c", "state": "unusable", "certificateReferences": []},
                {
                    "id": "d", "state": "idle", "startTaskInfo": {"state": "completed"},
                    "recentTasks": [{"taskState": "completed", "executionInfo": {}}], "certificateReferences": []
                }
            ]}),
        ),
    ];
    for (model, new, old) in cases {
        assert_eq!(aged(V2016, model, new), old, "{model:?}");
    }
}

#[test]
fn answers_on_jobs_and_tasks_are_told_in_the_words_of_2016() {
    let failure = json!({"category": "usererror", "code": "FailureExitCode", "details": []});
    let cases = [
        (
            Model::Task,
            json!({
                "id": "t", "userIdentity": {"username": "u"}, "requiredSlots": 1,
                "executionInfo": {"exitCode": 1, "result": "failure", "failureInfo": failure},
                "exitConditions": {"preProcessingError": {"jobAction": "none", "dependencyAction": "block"}}
            }),
            json!({
                "id": "t", "runElevated": false,
                "executionInfo": {"exitCode": 1, "schedulingError": failure},
                "exitConditions": {"schedulingError": {"jobAction": "none"}}
            }),
        ),
        (
            // The error of a job has had its name ever since.
            Model::Job,
            json!({
                "id": "j", "executionInfo": {"schedulingError": {"code": "AutoPoolFailed"}},
                "maxParallelTasks": -1, "allowTaskPreemption": false,
                "jobPreparationTask": {"commandLine": "c"}
            }),
            json!({
                "id": "j", "executionInfo": {"schedulingError": {"code": "AutoPoolFailed"}},
                "jobPreparationTask": {"commandLine": "c", "runElevated": false}
            }),
        ),
        (
            Model::PreparationStatuses,
            json!({"value": [{"jobReleaseTaskExecutionInfo": {"failureInfo": failure, "containerInfo": {}}}]}),
            json!({"value": [{"jobReleaseTaskExecutionInfo": {"schedulingError": failure}}]}),
        ),
        (
            Model::Subtasks,
            json!({"value": [{"id": 1, "failureInfo": failure, "result": "failure"}]}),
            json!({"value": [{"id": 1, "schedulingError": failure}]}),
        ),
        (
            Model::UsageMetricsList,
            json!({"value": [{"poolId": "p"}]}),
            json!({"value": [{"poolId": "p", "dataIngressGiB": 0, "dataEgressGiB": 0}]}),
        ),
    ];
    for (model, new, old) in cases {
        assert_eq!(aged(V2016, model, new), old, "{model:?}");
    }
}

#[test]
fn versions_in_between_get_what_they_had() {
    let counts = json!({
        "odata.metadata": "u/$metadata#taskcountsresult/@Element",
        "taskCounts": {"active": 1, "running": 2}, "taskSlotCounts": {"active": 9}
    });
    for (at, told) in [
        (
            "2017-06-01.5.1",
            json!({
                "odata.metadata": "u/$metadata#taskcounts/@Element",
                "active": 1, "running": 2, "validationStatus": "validated"
            }),
        ),
        (
            "2019-08-01.10.0",
            json!({"odata.metadata": "u/$metadata#taskcounts/@Element", "active": 1, "running": 2}),
        ),
        ("2020-09-01.12.0", counts.clone()),
    ] {
        assert_eq!(aged(at, Model::TaskCounts, counts.clone()), told, "{at}");
    }

    let task = json!({"commandLine": "c", "userIdentity": {"autoUser": {"elevationLevel": "admin"}}});
    assert_eq!(
        renewed("2018-12-01.8.0", Model::StartTask, task.clone()).unwrap(),
        json!({"commandLine": "c", "userIdentity": own("admin"), "waitForSuccess": false})
    );
    assert_eq!(
        renewed("2019-08-01.10.0", Model::StartTask, task.clone()).unwrap(),
        task
    );

    let disk = json!({"dataDisks": [{"lun": 0, "diskSizeGB": 5, "storageAccountType": "premium_lrs"}]});
    let moved = json!({"dataDisks": [{"lun": 0, "diskSizeGB": 5, "managedDisk": {"storageAccountType": "premium_lrs"}}]});
    assert_eq!(
        renewed("2024-02-01.19.0", Model::VirtualMachine, disk.clone()).unwrap(),
        moved
    );
    assert_eq!(aged("2024-02-01.19.0", Model::VirtualMachine, moved), disk);
}

#[test]
fn what_a_version_does_not_have_is_refused() {
    for (at, model, body, name) in [
        (
            V2016,
            Model::Pool,
            json!({"targetDedicatedNodes": 1}),
            "targetDedicatedNodes",
        ),
        (
            V2016,
            Model::Pool,
            json!({"targetLowPriorityNodes": 1}),
            "targetLowPriorityNodes",
        ),
        (
            V2016,
            Model::Task,
            json!({"userIdentity": {"username": "u"}}),
            "userIdentity",
        ),
        (
            V2016,
            Model::Task,
            json!({"resourceFiles": [{"httpUrl": "u"}]}),
            "httpUrl",
        ),
        (
            "2020-09-01.12.0",
            Model::Job,
            json!({"maxParallelTasks": 1}),
            "maxParallelTasks",
        ),
        (
            "2024-02-01.19.0",
            Model::PoolUpdate,
            json!({"vmSize": "small"}),
            "vmSize",
        ),
    ] {
        let error = renewed(at, model, body).unwrap_err();
        assert!(error.is(&ErrorCode::UnsupportedProperty), "{error}");
        assert_eq!(error.detail("PropertyName"), Some(name));
    }
    let error = renewed(V2016, Model::Task, json!({"runElevated": 5})).unwrap_err();
    assert!(error.is(&ErrorCode::InvalidPropertyValue), "{error}");
}

#[test]
fn what_went_since_is_refused_by_name_when_it_asks_for_something() {
    let certificate = json!([{"thumbprint": "0a", "thumbprintAlgorithm": "sha1"}]);
    for (model, name, asking, idle) in [
        (
            Model::Pool,
            "cloudServiceConfiguration",
            json!({"osFamily": "4"}),
            json!(null),
        ),
        (
            Model::Pool,
            "certificateReferences",
            certificate.clone(),
            json!([]),
        ),
        (Model::PoolUpdate, "certificateReferences", certificate, json!([])),
        (
            Model::Pool,
            "targetNodeCommunicationMode",
            json!("classic"),
            json!("Default"),
        ),
        (
            Model::PoolUpdate,
            "targetNodeCommunicationMode",
            json!("classic"),
            json!("simplified"),
        ),
        (Model::Pool, "resourceTags", json!({"a": "b"}), json!({})),
        (Model::Pool, "applicationLicenses", json!(["maya"]), json!([])),
        (
            Model::Task,
            "authenticationTokenSettings",
            json!({"access": ["job"]}),
            json!({}),
        ),
    ] {
        let at = "2024-02-01.19.0";
        let error = renewed(at, model, json!({name: asking})).unwrap_err();
        assert!(error.is(&ErrorCode::NotSimulated), "{error}");
        assert_eq!(error.detail("Feature"), Some(name));
        assert_eq!(
            renewed(at, model, json!({name: idle})).unwrap(),
            json!({}),
            "{name}"
        );
    }
}

#[test]
fn pools_show_how_their_nodes_communicate_in_the_versions_that_tell() {
    let shown = |at: &str| aged(at, Model::Pool, json!({"id": "p"}))["currentNodeCommunicationMode"].clone();
    assert_eq!(shown("2024-07-01.20.0"), "simplified");
    assert_eq!(shown("2022-10-01.16.0"), "simplified");
    assert_eq!(shown("2022-01-01.15.0"), json!(null));
    assert_eq!(shown("2025-06-01"), json!(null));
    let asked = json!({"targetNodeCommunicationMode": "default"});
    let error = renewed("2022-01-01.15.0", Model::Pool, asked).unwrap_err();
    assert!(error.is(&ErrorCode::UnsupportedProperty), "{error}");
}

#[test]
fn names_of_properties_change_in_queries() {
    for (model, old, new) in [
        (Model::Pool, "targetDedicated", "targetDedicatedNodes"),
        (Model::Pool, "resizeError", "resizeErrors"),
        (Model::Pool, "maxTasksPerNode", "taskSlotsPerNode"),
        (Model::Task, "runElevated", "userIdentity"),
        (
            Model::Task,
            "executionInfo/schedulingError/code",
            "executionInfo/failureInfo/code",
        ),
        (
            Model::Job,
            "executionInfo/schedulingError",
            "executionInfo/schedulingError",
        ),
        (Model::Job, "id", "id"),
    ] {
        assert_eq!(new_path(old, model, version(V2016)), new);
        // A link to a further page carries the names of today.
        assert_eq!(new_path(new, model, version(V2016)), new);
    }
}

#[test]
fn a_selection_gets_no_more_than_it_asked_for() {
    let shown = |name: &str| name == "id";
    let Value::Object(mut pools) = json!({"value": [{"id": "p", "startTask": {"commandLine": "c"}}]}) else {
        unreachable!()
    };
    age(&mut pools, Model::Pools, version(V2016), &shown);
    assert_eq!(
        Value::Object(pools),
        json!({"value": [{"id": "p", "startTask": {"commandLine": "c", "runElevated": false}}]})
    );
    let Value::Object(mut task) = json!({"id": "t"}) else {
        unreachable!()
    };
    age(&mut task, Model::Task, version(V2016), &shown);
    assert_eq!(Value::Object(task), json!({"id": "t"}));
}

#[test]
fn every_row_concerns_only_the_versions_before_it() {
    for row in ROWS {
        assert!(ApiVersion::OLDEST < row.since && row.since <= ApiVersion::NEWEST);
        let (new, old) = match row.change {
            Change::Came(names) => (names[0], None),
            Change::Renamed { old, new } => (new, Some(old)),
            _ => continue,
        };
        let body = json!({new: "value"});
        let Value::Object(mut today) = body.clone() else {
            unreachable!()
        };
        row.change.age(&mut today, &|_| true);
        assert_eq!(today.get(new), None);
        assert_eq!(old.is_some(), today.contains_key(old.unwrap_or("")), "{new}");
        let mut unchanged = body.as_object().cloned().unwrap();
        age(&mut unchanged, row.model, row.since, &|_| true);
        assert!(unchanged.contains_key(new), "{new} is there since its version");
    }
}
