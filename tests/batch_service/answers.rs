//! What answers carry: statuses, headers, documents, links.

use batchite_api::time::TimeSpan;

use crate::asked::{HOST, JOB, POOL, Served, block_on};

#[test]
fn every_answer_has_the_common_headers() {
    block_on(async {
        let served = Served::new();
        for target in [
            "/pools?api-version=2025-06-01",
            "/pools/none?api-version=2025-06-01",
        ] {
            let asked = served.plain("GET", target);
            let named = asked.clone().header("client-request-id", "my-id");
            let silent = served.ask(named.clone()).await;
            assert_eq!(silent.header("dataserviceversion"), Some("3.0"));
            assert_eq!(
                silent.header("date"),
                Some(served.clock.now().to_rfc1123().as_str())
            );
            assert_eq!(
                silent.header("content-type"),
                Some("application/json;odata=minimalmetadata")
            );
            assert_eq!(silent.header("client-request-id"), None, "only if asked for");
            let first = silent.header("request-id").unwrap().to_owned();
            let wanted = served.ask(named.header("return-client-request-id", "True")).await;
            assert_eq!(wanted.header("client-request-id"), Some("my-id"));
            assert_ne!(wanted.header("request-id"), Some(first.as_str()));
        }
    });
}

#[test]
fn creations_say_where_and_which_version() {
    block_on(async {
        let served = Served::new();
        let made = served.post("/pools?api-version=2025-06-01", POOL).await;
        assert_eq!(made.status, 201, "{made:?}");
        let url = format!("http://{HOST}/pools/Pool");
        assert_eq!(made.header("location"), Some(url.as_str()));
        assert_eq!(made.header("dataserviceid"), Some(url.as_str()));
        assert!(made.body.is_empty() && made.header("content-type").is_none());
        let tag = made.header("etag").unwrap();
        assert!(tag.starts_with("0x"), "without quotes: {tag}");
        for (method, target) in [
            ("GET", "/pools/pool?api-version=2025-06-01"),
            ("GET", "/pools/POOL?api-version=2025-06-01&$select=id"),
            ("HEAD", "/pools/pool?api-version=2025-06-01"),
        ] {
            let found = served.ask(served.plain(method, target)).await;
            assert_eq!(
                (found.status.as_u16(), found.header("etag")),
                (200, Some(tag)),
                "{target}"
            );
            assert_eq!(found.header("last-modified"), made.header("last-modified"));
            assert_eq!(found.header("dataserviceid"), None);
        }
        let found = served.get("/pools/pool?api-version=2025-06-01&$select=id").await;
        let keys: Vec<String> = found.json().as_object().unwrap().keys().cloned().collect();
        assert_eq!(keys, ["id", "odata.metadata"]);
    });
}

#[test]
fn actions_answer_with_their_documented_status() {
    block_on(async {
        let served = Served::new();
        served.post("/pools?api-version=2025-06-01", POOL).await;
        served.post("/jobs?api-version=2025-06-01", JOB).await;
        let task = r#"{"id":"t","commandLine":"true"}"#;
        let collection = r#"{"value":[{"id":"t","commandLine":"x"},{"id":"u","commandLine":"x"}]}"#;
        for (method, path, body, status, tagged) in [
            ("PATCH", "/pools/pool", r#"{"metadata":[]}"#, 200, true),
            (
                "POST",
                "/pools/pool/resize",
                r#"{"targetDedicatedNodes":0}"#,
                202,
                true,
            ),
            (
                "POST",
                "/pools/pool/updateproperties",
                r#"{"metadata":[],"applicationPackageReferences":[]}"#,
                204,
                true,
            ),
            ("POST", "/jobs/job/tasks", task, 201, true),
            ("POST", "/jobs/job/addtaskcollection", collection, 200, false),
            (
                "POST",
                "/jobs/job/disable",
                r#"{"disableTasks":"wait"}"#,
                202,
                true,
            ),
            ("POST", "/jobs/job/enable", "", 202, true),
            ("POST", "/jobs/job/tasks/t/terminate", "", 204, true),
            ("POST", "/jobs/job/terminate", "", 202, true),
            ("DELETE", "/jobs/job/tasks/t", "", 200, false),
            ("DELETE", "/jobs/job", "", 202, false),
            ("DELETE", "/pools/pool", "", 202, false),
        ] {
            let target = format!("{path}?api-version=2025-06-01&timeOut=30");
            let asked = if body.is_empty() {
                served.plain(method, &target)
            } else {
                served.document(method, &target, body)
            };
            let answer = served.ask(asked).await;
            // What was begun may end before the next action.
            served.clock.sleep(TimeSpan::from_seconds(1)).await;
            assert_eq!(answer.status.as_u16(), status, "{path}");
            assert_eq!(answer.header("etag").is_some(), tagged, "{path}");
            assert_eq!(answer.header("dataserviceid").is_some(), tagged, "{path}");
        }
    });
}

#[test]
fn refused_tasks_of_a_collection_are_signed_in_lower_case() {
    block_on(async {
        let served = Served::new();
        served.post("/jobs?api-version=2025-06-01", JOB).await;
        let twice = r#"{"value":[{"id":"t","commandLine":"x"},{"id":"T","commandLine":"x"}]}"#;
        let answer = served
            .post("/jobs/job/addtaskcollection?api-version=2025-06-01", twice)
            .await;
        let results = answer.json()["value"].clone();
        assert_eq!(results[0]["status"], "success");
        assert_eq!(results[1]["status"], "clienterror");
        assert_eq!(results[1]["error"]["code"], "TaskExists");
        let text = results[1]["error"]["message"]["value"].as_str().unwrap();
        let id = answer.header("request-id").unwrap();
        assert!(text.contains(&format!("\nRequestId:{id}\nTime:")), "{text}");
    });
}

#[test]
fn lists_go_on_at_links_to_the_host_the_client_used() {
    block_on(async {
        let served = Served::new();
        for id in ["a", "b", "c"] {
            let job = JOB.replace("\"job\"", &format!("\"{id}\""));
            assert_eq!(
                served.post("/jobs?api-version=2025-06-01", &job).await.status,
                201
            );
        }
        let mut target =
            "/jobs?api-version=2025-06-01&maxresults=2&$filter=startswith(id,'a')+or+id%20ge%20'b'"
                .to_owned();
        let mut ids = Vec::new();
        for _ in 0..4 {
            let page = served.get(&target).await.json();
            for job in page["value"].as_array().unwrap() {
                ids.push(job["id"].as_str().unwrap().to_owned());
            }
            let Some(link) = page["odata.nextLink"].as_str() else {
                break;
            };
            assert!(
                link.contains("maxresults=2") && link.contains("$filter="),
                "{link}"
            );
            target = link.strip_prefix(&format!("http://{HOST}")).unwrap().to_owned();
        }
        ids.sort();
        assert_eq!(ids, ["a", "b", "c"]);
    });
}

#[test]
fn conditions_may_be_quoted_or_not() {
    block_on(async {
        let served = Served::new();
        let made = served.post("/pools?api-version=2025-06-01", POOL).await;
        let tag = made.header("etag").unwrap();
        let target = "/pools/pool?api-version=2025-06-01";
        for (name, value, status) in [
            ("if-match", tag.to_owned(), 200),
            ("if-match", format!("\"{tag}\""), 200),
            ("if-match", "\"0x1\"".to_owned(), 412),
            ("if-none-match", format!("\"{tag}\""), 304),
            ("if-none-match", "0x1".to_owned(), 200),
        ] {
            let answer = served.ask(served.plain("GET", target).header(name, &value)).await;
            assert_eq!(answer.status.as_u16(), status, "{name}: {value}");
            assert!(status != 304 || answer.body.is_empty());
        }
    });
}
