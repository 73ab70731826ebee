//! Bodies of requests, drawn: each property that changes what happens is there now and then.

use serde_json::{Value, json};

use crate::swarm::{Choices, FORMULAS};

/// Adds a property in one of so many cases.
fn now_and_then(
    body: &mut Value,
    choices: &mut Choices,
    of: u64,
    name: &str,
    value: impl FnOnce(&mut Choices) -> Value,
) {
    if choices.next(of) == 0 {
        body[name] = value(choices);
    }
}

/// One of several.
pub(super) fn one<T: Copy>(choices: &mut Choices, all: &[T]) -> T {
    all[usize::try_from(choices.next(all.len() as u64)).unwrap()]
}

fn minutes(choices: &mut Choices, from: u64, below: u64) -> Value {
    json!(format!("PT{}M", from + choices.next(below)))
}

pub(super) fn formula(choices: &mut Choices) -> Value {
    json!({
        "autoScaleFormula": one(choices, &FORMULAS),
        "autoScaleEvaluationInterval": minutes(choices, 5, 10),
    })
}

pub(super) fn packages(_: &mut Choices) -> Value {
    json!([{ "applicationId": "tool", "version": "1" }])
}

fn user(choices: &mut Choices) -> Value {
    match choices.next(3) {
        0 => json!({ "username": "adm" }),
        1 => json!({ "username": "nobody" }),
        _ => json!({ "autoUser": { "scope": "task", "elevationLevel": "admin" } }),
    }
}

pub(super) fn start_task(choices: &mut Choices) -> Value {
    let mut task = json!({
        "commandLine": "prepare",
        "waitForSuccess": choices.next(4) != 0,
        "maxTaskRetryCount": choices.small(4) - 1,
    });
    now_and_then(&mut task, choices, 8, "userIdentity", user);
    task
}

/// What pools have beside their id: of a pool that is made, or of one that comes with a job.
pub(super) fn pool(choices: &mut Choices) -> Value {
    let mut pool = json!({
        "vmSize": one(choices, &["standard_d2s_v3", "standard_d4s_v3"]),
        "virtualMachineConfiguration": {
            "imageReference": { "publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
            "nodeAgentSKUId": "batch.node.ubuntu 24.04",
        },
        "taskSlotsPerNode": 1 + choices.next(4),
        "taskSchedulingPolicy": {
            "nodeFillType": one(choices, &["spread", "pack"]),
            "jobDefaultOrder": one(choices, &["none", "creationtime"]),
        },
    });
    if choices.next(4) == 0 {
        pool["enableAutoScale"] = json!(true);
        let formula = formula(choices);
        for (name, value) in formula.as_object().unwrap() {
            pool[name] = value.clone();
        }
    } else {
        pool["targetDedicatedNodes"] = json!(choices.next(5));
        pool["targetLowPriorityNodes"] = json!(choices.next(3));
        now_and_then(&mut pool, choices, 4, "resizeTimeout", |choices| {
            minutes(choices, 5, 20)
        });
    }
    now_and_then(&mut pool, choices, 2, "startTask", start_task);
    now_and_then(&mut pool, choices, 4, "applicationPackageReferences", packages);
    now_and_then(
        &mut pool,
        choices,
        2,
        "userAccounts",
        |_| json!([{ "name": "adm", "password": "a long one", "elevationLevel": "admin" }]),
    );
    if choices.next(3) == 0 {
        pool["enableInterNodeCommunication"] = json!(true);
        pool["taskSlotsPerNode"] = json!(1);
    }
    if choices.next(8) == 0 {
        pool["virtualMachineConfiguration"]["containerConfiguration"] = json!({ "type": "dockerCompatible" });
    }
    now_and_then(
        &mut pool,
        choices,
        6,
        "mountConfiguration",
        |_| json!([{ "nfsMountConfiguration": { "source": "10.0.0.4:/share", "relativeMountPath": "share" } }]),
    );
    pool
}

fn pool_info(choices: &mut Choices) -> Value {
    if choices.next(5) != 0 {
        return json!({ "poolId": format!("pool{}", choices.next(3)) });
    }
    let mut pool = pool(choices);
    // Small ones, since they come and go.
    if pool.get("targetDedicatedNodes").is_some() {
        pool["targetDedicatedNodes"] = json!(1);
    }
    json!({ "autoPoolSpecification": {
        "poolLifetimeOption": one(choices, &["job", "jobschedule"]),
        "keepAlive": choices.next(4) == 0,
        "pool": pool,
    } })
}

fn constraints(choices: &mut Choices) -> Value {
    let mut constraints = json!({ "maxTaskRetryCount": choices.small(4) - 1 });
    now_and_then(&mut constraints, choices, 4, "maxWallClockTime", |choices| {
        minutes(choices, 1, 90)
    });
    constraints
}

/// What jobs have beside their id: of a job that is added, or of those of a schedule.
pub(super) fn job(choices: &mut Choices) -> Value {
    let mut job = json!({
        "poolInfo": pool_info(choices),
        "priority": choices.small(5) - 2,
        "usesTaskDependencies": choices.next(2) == 0,
        "allowTaskPreemption": choices.next(2) == 0,
    });
    now_and_then(&mut job, choices, 3, "constraints", constraints);
    now_and_then(&mut job, choices, 4, "maxParallelTasks", |choices| {
        json!(one(choices, &[-1, 1, 2]))
    });
    now_and_then(&mut job, choices, 4, "onAllTasksComplete", |_| {
        json!("terminatejob")
    });
    now_and_then(&mut job, choices, 3, "onTaskFailure", |_| {
        json!("performexitoptionsjobaction")
    });
    if choices.next(3) == 0 {
        let mut preparation = json!({
            "commandLine": "prepare",
            "waitForSuccess": choices.next(3) != 0,
            "rerunOnNodeRebootAfterSuccess": choices.next(2) == 0,
        });
        now_and_then(&mut preparation, choices, 3, "constraints", constraints);
        job["jobPreparationTask"] = preparation;
        now_and_then(
            &mut job,
            choices,
            2,
            "jobReleaseTask",
            |choices| json!({ "commandLine": "release", "maxWallClockTime": minutes(choices, 1, 9) }),
        );
    }
    now_and_then(&mut job, choices, 5, "jobManagerTask", |choices| {
        json!({
            "id": "manager",
            "commandLine": "manage",
            "killJobOnCompletion": choices.next(3) == 0,
            "runExclusive": choices.next(2) == 0,
            "allowLowPriorityNode": choices.next(2) == 0,
        })
    });
    job
}

pub(super) fn schedule(choices: &mut Choices) -> Value {
    let mut schedule = json!({ "recurrenceInterval": minutes(choices, 1, 90) });
    now_and_then(&mut schedule, choices, 3, "startWindow", |choices| {
        minutes(choices, 1, 90)
    });
    schedule
}

fn exit_options(choices: &mut Choices) -> Value {
    let mut options = json!({});
    now_and_then(&mut options, choices, 2, "jobAction", |choices| {
        json!(one(choices, &["none", "disable", "terminate"]))
    });
    now_and_then(&mut options, choices, 2, "dependencyAction", |choices| {
        json!(one(choices, &["satisfy", "block"]))
    });
    options
}

/// How many kinds of tasks there are: of one instance, and of several.
pub(super) fn task_name(choices: &mut Choices) -> String {
    let number = choices.next(24);
    if number >= 20 {
        format!("multi{number}")
    } else {
        number.to_string()
    }
}

pub(super) fn task(choices: &mut Choices, id: &str) -> Value {
    let mut task = json!({ "id": id, "commandLine": "work", "requiredSlots": 1 + choices.next(3) / 2 });
    now_and_then(&mut task, choices, 2, "constraints", |choices| {
        let mut constraints = constraints(choices);
        now_and_then(&mut constraints, choices, 2, "retentionTime", |choices| {
            minutes(choices, 1, 600)
        });
        constraints
    });
    now_and_then(&mut task, choices, 3, "dependsOn", |choices| {
        let start = choices.next(20);
        if choices.next(2) == 0 {
            json!({ "taskIdRanges": [{ "start": start, "end": start + choices.next(3) }] })
        } else {
            json!({ "taskIds": [start.to_string()] })
        }
    });
    now_and_then(&mut task, choices, 4, "exitConditions", |choices| {
        json!({
            "exitCodes": [{ "code": 1, "exitOptions": exit_options(choices) }],
            "exitCodeRanges": [{ "start": 2, "end": 9, "exitOptions": exit_options(choices) }],
            "preProcessingError": exit_options(choices),
            "fileUploadError": exit_options(choices),
            "default": exit_options(choices),
        })
    });
    now_and_then(&mut task, choices, 8, "userIdentity", user);
    now_and_then(&mut task, choices, 8, "applicationPackageReferences", packages);
    now_and_then(
        &mut task,
        choices,
        8,
        "containerSettings",
        |_| json!({ "imageName": "ubuntu" }),
    );
    now_and_then(
        &mut task,
        choices,
        6,
        "resourceFiles",
        |_| json!([{ "httpUrl": "http://127.0.0.1:10000/devstoreaccount1/input/a", "filePath": "a" }]),
    );
    now_and_then(&mut task, choices, 6, "outputFiles", |choices| {
        json!([{
            "filePattern": "../std*.txt",
            "destination": { "container": { "containerUrl": "http://127.0.0.1:10000/devstoreaccount1/output" } },
            "uploadOptions": { "uploadCondition": one(choices, &["tasksuccess", "taskfailure", "taskcompletion"]) },
        }])
    });
    if id.starts_with("multi") {
        task["requiredSlots"] = json!(1);
        task["multiInstanceSettings"] = json!({
            "numberOfInstances": 1 + choices.next(3),
            "coordinationCommandLine": "coordinate",
        });
    }
    task
}
