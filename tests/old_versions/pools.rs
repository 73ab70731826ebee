//! Pools and nodes.

use serde_json::json;

use crate::caller::{Caller, TODAY, V2016, V2024, block_on};

#[test]
fn a_pool_of_2016_reads_the_same_in_every_version() {
    block_on(async {
        let caller = Caller::new();
        caller.make_pool().await;
        caller.an_hour_later().await;

        let old = caller.get(V2016, "/pools/p").await;
        assert_eq!(
            (
                &old["targetDedicated"],
                &old["currentDedicated"],
                &old["maxTasksPerNode"]
            ),
            (&json!(1), &json!(1), &json!(1))
        );
        assert_eq!(old["certificateReferences"], json!([]));
        assert_eq!(old["startTask"]["runElevated"], json!(true));
        assert_eq!(old["startTask"]["waitForSuccess"], json!(false));
        for name in [
            "targetDedicatedNodes",
            "currentLowPriorityNodes",
            "taskSlotsPerNode",
        ] {
            assert!(old.get(name).is_none(), "{name}");
        }

        let new = caller.get(TODAY, "/pools/p").await;
        assert_eq!(
            (&new["targetDedicatedNodes"], &new["currentDedicatedNodes"]),
            (&json!(1), &json!(1))
        );
        assert_eq!(
            new["startTask"]["userIdentity"]["autoUser"]["elevationLevel"],
            json!("admin")
        );
        assert!(new.get("certificateReferences").is_none() && new.get("targetDedicated").is_none());

        let between = caller.get(V2024, "/pools/p").await;
        assert_eq!(between["targetDedicatedNodes"], json!(1));
        assert_eq!(between["certificateReferences"], json!([]));
    });
}

#[test]
fn the_document_begins_with_its_metadata() {
    block_on(async {
        let caller = Caller::new();
        let answer = caller.send(V2016, "GET", "/pools", None).await;
        assert!(answer.text.starts_with("{\"odata.metadata\":"), "{}", answer.text);
    });
}

#[test]
fn selections_and_links_use_the_names_of_their_version() {
    block_on(async {
        let caller = Caller::new();
        caller.make_pool().await;
        let selected = caller.get(V2016, "/pools?$select=id,%20targetDedicated").await;
        assert_eq!(selected["value"], json!([{"id": "p", "targetDedicated": 1}]));
        let filtered = caller
            .get(V2016, "/pools?$filter=id%20eq%20'targetDedicated'")
            .await;
        assert_eq!(filtered["value"], json!([]));

        caller
            .make(V2016, "/jobs", json!({"id": "j", "poolInfo": {"poolId": "p"}}))
            .await;
        for id in ["a", "b"] {
            let task = json!({"id": id, "commandLine": "true", "runElevated": id == "a"});
            caller.make(V2016, "/jobs/j/tasks", task).await;
        }
        let first = caller
            .get(V2016, "/jobs/j/tasks?$select=id,runElevated&maxresults=1")
            .await;
        assert_eq!(first["value"], json!([{"id": "a", "runElevated": true}]));
        let link = first["odata.nextLink"].as_str().expect("a link");
        let target = link.strip_prefix("http://localhost").expect("our own host");
        let target = target.replace(&format!("&api-version={V2016}"), "");
        let second = caller.get(V2016, &target).await;
        assert_eq!(second["value"], json!([{"id": "b", "runElevated": false}]));
    });
}

#[test]
fn a_pool_is_resized_and_changed_in_the_words_of_2016() {
    block_on(async {
        let caller = Caller::new();
        caller.make_pool().await;
        caller.an_hour_later().await;
        let resize = json!({"targetDedicated": 2});
        let answer = caller.send(V2016, "POST", "/pools/p/resize", Some(resize)).await;
        assert_eq!(answer.status, 202, "{}", answer.text);
        caller.an_hour_later().await;
        assert_eq!(caller.get(V2016, "/pools/p").await["currentDedicated"], json!(2));
        let nodes = caller.get(V2016, "/pools/p/nodes").await;
        let node = &nodes["value"][0];
        assert_eq!(
            (&node["state"], &node["certificateReferences"]),
            (&json!("idle"), &json!([]))
        );
        assert!(node.get("isDedicated").is_none(), "{node}");

        let patch = json!({"certificateReferences": [], "metadata": [{"name": "a", "value": "b"}]});
        let answer = caller.send(V2016, "PATCH", "/pools/p", Some(patch.clone())).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let answer = caller.send(TODAY, "PATCH", "/pools/p", Some(patch)).await;
        answer.must_be(400, "UnsupportedProperty", Some("certificateReferences"));
        let replaced =
            json!({"certificateReferences": [], "applicationPackageReferences": [], "metadata": []});
        let answer = caller
            .send(V2016, "POST", "/pools/p/updateproperties", Some(replaced))
            .await;
        assert_eq!(answer.status, 204, "{}", answer.text);
    });
}

#[test]
fn usage_tells_old_versions_of_the_data_it_was_told_with() {
    block_on(async {
        let caller = Caller::new();
        caller.make_pool().await;
        for _ in 0..4 {
            caller.an_hour_later().await;
        }
        // The names of the parameters have been written in three ways.
        let (old, new) = (
            "/poolusagemetrics?starttime=2026-01-01T00:00:00Z&endtime=2026-01-01T01:00:00Z",
            "/poolusagemetrics?startTime=2026-01-01T00:00:00Z&endtime=2026-01-01T01:00:00Z",
        );
        let intervals = ["2026-01-01T00:00:00Z", "2026-01-01T00:30:00Z"];
        let told = caller.get(V2016, old).await["value"].clone();
        for (entry, start) in told.as_array().expect("a list").iter().zip(intervals) {
            assert_eq!(
                (&entry["startTime"], &entry["totalCoreHours"], &entry["vmSize"]),
                (&json!(start), &json!(0.5), &json!("standard_a1"))
            );
            assert_eq!(
                (&entry["dataIngressGiB"], &entry["dataEgressGiB"]),
                (&json!(0), &json!(0))
            );
        }
        let today = caller.get(TODAY, new).await["value"].clone();
        assert_eq!(today.as_array().map(Vec::len), Some(2));
        assert!(today[0].get("dataIngressGiB").is_none());
        let stats = &caller.get(V2016, "/pools/p?$expand=stats").await["stats"];
        assert_eq!(stats["usageStats"]["dedicatedCoreTime"], json!("PT4H"));
    });
}
