//! Jobs and tasks.

use serde_json::json;

use crate::caller::{Caller, TODAY, V2016, V2024, block_on};

const WITHOUT_END: &str = "P10675199DT2H48M5.4775807S";

#[test]
fn a_task_of_2016_runs_and_tells_of_its_failure() {
    block_on(async {
        let caller = Caller::new();
        caller.make_pool().await;
        let job = json!({"id": "j", "poolInfo": {"poolId": "p"}, "onAllTasksComplete": "noAction"});
        caller.make(V2016, "/jobs", job).await;
        let tasks = json!({"value": [
            {"id": "bad", "commandLine": "/bin/sh -c 'exit 3'"},
            {"id": "good", "commandLine": "/bin/sh -c 'exit 0'", "runElevated": true}
        ]});
        let added = caller
            .send(V2016, "POST", "/jobs/j/addtaskcollection", Some(tasks))
            .await;
        assert_eq!(
            added.body["value"][0]["status"],
            json!("success"),
            "{}",
            added.text
        );
        caller.an_hour_later().await;

        let bad = caller.get(V2016, "/jobs/j/tasks/bad").await;
        let info = &bad["executionInfo"];
        assert_eq!(info["schedulingError"]["code"], json!("FailureExitCode"));
        assert!(
            info.get("failureInfo").is_none() && info.get("result").is_none(),
            "{info}"
        );
        assert_eq!(bad["runElevated"], json!(false));
        assert_eq!(bad["constraints"]["retentionTime"], json!(WITHOUT_END));
        let good = caller.get(V2016, "/jobs/j/tasks/good").await;
        assert_eq!(good["runElevated"], json!(true));
        assert!(good["executionInfo"].get("schedulingError").is_none());

        // The same in the words of today.
        let bad = caller.get(TODAY, "/jobs/j/tasks/bad").await;
        assert_eq!(
            bad["executionInfo"]["failureInfo"]["code"],
            json!("FailureExitCode")
        );
        assert_eq!(bad["constraints"]["retentionTime"], json!(WITHOUT_END));
        let task = json!({"id": "new", "commandLine": "true"});
        caller.make(TODAY, "/jobs/j/tasks", task).await;
        let new = caller.get(TODAY, "/jobs/j/tasks/new").await;
        assert_eq!(new["constraints"]["retentionTime"], json!("P7D"));
    });
}

#[test]
fn counts_of_tasks_come_alone_in_versions_without_slots() {
    block_on(async {
        let caller = Caller::new();
        caller.make_pool().await;
        caller
            .make(V2016, "/jobs", json!({"id": "j", "poolInfo": {"poolId": "p"}}))
            .await;
        let old = caller.get("2019-08-01.10.0", "/jobs/j/taskcounts").await;
        assert_eq!(old["active"], json!(0), "{old}");
        assert!(old.get("taskCounts").is_none());
        assert!(old.get("validationStatus").is_none());
        // Before that, whether they have been checked came with them.
        let older = caller.get("2018-03-01.6.1", "/jobs/j/taskcounts").await;
        assert_eq!(
            (&older["active"], &older["validationStatus"]),
            (&json!(0), &json!("validated")),
            "{older}"
        );
        let newer = caller.get("2018-08-01.7.0", "/jobs/j/taskcounts").await;
        assert!(newer.get("validationStatus").is_none(), "{newer}");
        let new = caller.get(V2024, "/jobs/j/taskcounts").await;
        assert_eq!(new["taskCounts"]["active"], json!(0), "{new}");
    });
}

#[test]
fn a_put_keeps_what_its_version_does_not_know_of() {
    block_on(async {
        let caller = Caller::new();
        caller.make_pool().await;
        let job = json!({"id": "j", "poolInfo": {"poolId": "p"}, "priority": 3, "maxParallelTasks": 5});
        caller.make(TODAY, "/jobs", job).await;
        let put = json!({"poolInfo": {"poolId": "p"}, "priority": 7});
        for (version, kept) in [(V2016, 5), (V2024, -1)] {
            let answer = caller.send(version, "PUT", "/jobs/j", Some(put.clone())).await;
            assert_eq!(answer.status, 200, "{}", answer.text);
            let job = caller.get(TODAY, "/jobs/j").await;
            assert_eq!(
                (&job["priority"], &job["maxParallelTasks"]),
                (&json!(7), &json!(kept)),
                "{version}"
            );
        }
        let answer = caller.send(V2016, "PUT", "/jobs/none", Some(put)).await;
        answer.must_be(404, "JobNotFound", None);
    });
}
