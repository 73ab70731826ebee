//! What a version does not have.

use serde_json::{Value, json};

use crate::caller::{Caller, TODAY, V2016, V2024, block_on};

#[test]
fn words_of_later_versions_are_refused_by_name() {
    block_on(async {
        let caller = Caller::new();
        caller.make_pool().await;
        caller
            .make(V2016, "/jobs", json!({"id": "j", "poolInfo": {"poolId": "p"}}))
            .await;
        for (version, method, target, body, name) in [
            (
                V2016,
                "POST",
                "/pools/p/resize",
                json!({"targetDedicatedNodes": 1}),
                "targetDedicatedNodes",
            ),
            (
                V2016,
                "POST",
                "/jobs/j/tasks",
                json!({"id": "t", "commandLine": "c", "userIdentity": {"username": "u"}}),
                "userIdentity",
            ),
            (
                V2024,
                "PATCH",
                "/pools/p",
                json!({"vmSize": "standard_a2"}),
                "vmSize",
            ),
        ] {
            let answer = caller.send(version, method, target, Some(body)).await;
            answer.must_be(400, "UnsupportedProperty", Some(name));
        }
        let answer = caller.send(V2024, "DELETE", "/jobs/j?force=true", None).await;
        answer.must_be(400, "UnsupportedQueryParameter", Some("force"));
    });
}

#[test]
fn what_went_since_is_not_simulated_and_changes_nothing() {
    block_on(async {
        let caller = Caller::new();
        let pool = json!({"id": "p", "vmSize": "small", "cloudServiceConfiguration": {"osFamily": "4"}});
        let answer = caller.send(V2016, "POST", "/pools", Some(pool)).await;
        answer.must_be(501, "NotSimulated", Some("cloudServiceConfiguration"));
        assert_eq!(caller.get(V2016, "/pools").await["value"], json!([]));
    });
}

#[test]
fn documents_that_are_none_are_refused_as_ever() {
    block_on(async {
        let caller = Caller::new();
        let answer = caller.send(V2016, "POST", "/pools", Some(json!([1]))).await;
        answer.must_be(400, "InvalidRequestBody", None);
        let answer = caller.send("2015-12-01.2.2", "GET", "/pools", None).await;
        answer.must_be(400, "UnsupportedRequestVersion", None);
    });
}

/// Commands get no token for the account: who asks for one is refused, in every version, and where nobody asks there is none.
#[test]
fn no_task_gets_a_token_of_the_account() {
    block_on(async {
        let caller = Caller::new();
        caller.make_pool().await;
        let task = |settings: &Value| json!({"id": "t", "commandLine": "c", "authenticationTokenSettings": settings});
        let job = |id: &str, settings: &Value| json!({"id": id, "poolInfo": {"poolId": "p"}, "jobManagerTask": task(settings)});
        let schedule = |id: &str, settings: &Value| {
            let specification = json!({"poolInfo": {"poolId": "p"}, "jobManagerTask": task(settings)});
            json!({"id": id, "schedule": {}, "jobSpecification": specification})
        };
        caller
            .make(TODAY, "/jobs", json!({"id": "j", "poolInfo": {"poolId": "p"}}))
            .await;
        let asking = json!({"access": ["job"]});
        for (target, body) in [
            ("/jobs/j/tasks", task(&asking)),
            ("/jobs/j/addtaskcollection", json!({"value": [task(&asking)]})),
            ("/jobs", job("managed", &asking)),
            ("/jobschedules", schedule("s", &asking)),
        ] {
            for version in [V2016, V2024] {
                let answer = caller.send(version, "POST", target, Some(body.clone())).await;
                answer.must_be(501, "NotSimulated", Some("authenticationTokenSettings"));
            }
            let answer = caller.send(TODAY, "POST", target, Some(body)).await;
            answer.must_be(400, "UnsupportedProperty", Some("authenticationTokenSettings"));
        }
        for list in ["/jobs/j/tasks", "/jobschedules"] {
            assert_eq!(caller.get(TODAY, list).await["value"], json!([]), "{list}");
        }

        // Settings that ask for nothing are let through, and are for nothing.
        let idle = json!({});
        let mut telling = task(&idle);
        telling["commandLine"] = json!("/bin/sh -c env");
        caller.make(V2024, "/jobs/j/tasks", telling.clone()).await;
        let mut managed = job("managed", &idle);
        managed["jobManagerTask"] = telling;
        caller.make(V2016, "/jobs", managed).await;
        caller.make(V2016, "/jobschedules", schedule("s", &idle)).await;
        caller.an_hour_later().await;
        for job in ["j", "managed"] {
            let output = format!("/jobs/{job}/tasks/t/files/stdout.txt");
            let told = caller.send(TODAY, "GET", &output, None).await;
            assert_eq!(told.status, 200, "{}", told.text);
            assert!(told.text.contains("AZ_BATCH_ACCOUNT_URL="), "{}", told.text);
            assert!(
                !told.text.contains("AZ_BATCH_AUTHENTICATION_TOKEN"),
                "{}",
                told.text
            );
        }
    });
}
