//! What a version does not have.

use serde_json::json;

use crate::caller::{Caller, V2016, V2024, block_on};

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
