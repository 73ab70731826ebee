//! Requests that are refused before a backend sees them.

use batchite::server::batch::DocumentLimits;

use crate::asked::{JOB, POOL, Served, block_on};

#[test]
fn targets_and_methods_nobody_knows_are_refused() {
    block_on(async {
        let served = Served::new();
        for (method, target, status, code) in [
            ("GET", "/nothing?api-version=2025-06-01", 400, "InvalidUri"),
            ("GET", "/pools/?api-version=2025-06-01", 400, "InvalidUri"),
            ("GET", "/pools/%ff?api-version=2025-06-01", 400, "InvalidUri"),
            ("PUT", "/pools?api-version=2025-06-01", 405, "UnsupportedHttpVerb"),
            ("GET", "/pools", 400, "MissingRequiredQueryParameter"),
            ("GET", "/pools?api-version=", 400, "MissingRequiredQueryParameter"),
            (
                "GET",
                "/pools?api-version=soon",
                400,
                "InvalidQueryParameterValue",
            ),
            (
                "GET",
                "/pools?api-version=2015-12-01.2.2",
                400,
                "UnsupportedRequestVersion",
            ),
            (
                "GET",
                "/pools?api-version=2025-06-01&x=1",
                400,
                "UnsupportedQueryParameter",
            ),
            (
                "GET",
                "/pools?api-version=2025-06-01&maxresults=x",
                400,
                "InvalidQueryParameterValue",
            ),
            (
                "GET",
                "/pools?api-version=2025-06-01&maxresults=1001",
                400,
                "OutOfRangeQueryParameterValue",
            ),
            (
                "GET",
                "/pools?api-version=2025-06-01&$filter=vmSize%20eq%201%20or",
                400,
                "InvalidQueryParameterValue",
            ),
            (
                "GET",
                "/pools/a%20b?api-version=2025-06-01",
                400,
                "InvalidPropertyValue",
            ),
        ] {
            let answer = served.get_with(method, target).await;
            assert_eq!(answer.refusal(), (status, code.to_owned()), "{target}");
        }
        let newer = served.get("/pools?API-Version=2031-01-01&TIMEOUT=30").await;
        assert_eq!(newer.status, 200, "newer versions get the newest behaviour");
        let allow = served.get_with("PUT", "/pools?api-version=2025-06-01").await;
        assert_eq!(allow.header("allow"), Some("GET, POST"));
    });
}

#[test]
fn refusals_have_the_service_s_layout() {
    block_on(async {
        let served = Served::new();
        let answer = served.get("/pools/none?api-version=2025-06-01").await;
        assert_eq!(answer.refusal(), (404, "PoolNotFound".to_owned()));
        let told = answer.json();
        assert_eq!(
            told["odata.metadata"],
            "http://127.0.0.1:10100/$metadata#Microsoft.Azure.Batch.Protocol.Entities.Container.errors/@Element"
        );
        let id = answer.header("request-id").unwrap();
        let text = told["message"]["value"].as_str().unwrap();
        let beginning = format!("The specified pool does not exist.\nRequestId:{id}\nTime:");
        assert!(text.starts_with(&beginning), "{text}");
        assert!(told.get("values").is_none());
        let length = answer.body.len().to_string();
        assert_eq!(answer.header("content-length"), Some(length.as_str()));
        let head = served
            .get_with("HEAD", "/pools/none?api-version=2025-06-01")
            .await;
        assert_eq!((head.status.as_u16(), head.body.len()), (404, 0));
    });
}

#[test]
fn documents_are_needed_whole_and_not_too_long() {
    block_on(async {
        let served = Served::with(|service| service.with_limits(DocumentLimits { document: 64 }));
        let target = "/jobs?api-version=2025-06-01";
        let untold = served.document("POST", target, "{}").without("content-length");
        let answer = served.ask(untold).await;
        assert_eq!(answer.refusal(), (411, "MissingContentLengthHeader".to_owned()));
        let answer = served.post(target, JOB).await;
        assert_eq!(answer.refusal(), (413, "RequestBodyTooLarge".to_owned()));
        assert_eq!(answer.value("MaxLimit").as_deref(), Some("64"));
        for body in ["[]", "{", "null", "\u{0}"] {
            let answer = served.post(target, body).await;
            assert_eq!(answer.refusal(), (400, "InvalidRequestBody".to_owned()), "{body}");
        }
    });
}

#[test]
fn what_is_told_to_a_new_job_alone_cannot_be_changed() {
    block_on(async {
        let served = Served::new();
        served.post("/jobs?api-version=2025-06-01", JOB).await;
        let change = r#"{"onTaskFailure": "noaction"}"#;
        let request = served.document("PATCH", "/jobs/job?api-version=2025-06-01", change);
        let answer = served.ask(request).await;
        assert_eq!(answer.refusal(), (400, "UnsupportedProperty".to_owned()));
        assert_eq!(answer.value("PropertyName").as_deref(), Some("onTaskFailure"));
    });
}

#[test]
fn properties_nobody_knows_are_refused_by_name_and_change_nothing() {
    block_on(async {
        let served = Served::new();
        let target = "/pools?api-version=2025-06-01";
        let misspelt = POOL.replace("\"vmSize\"", "\"vmsize\"");
        let answer = served.post(target, &misspelt).await;
        assert_eq!(answer.refusal(), (400, "UnsupportedProperty".to_owned()));
        assert_eq!(answer.value("PropertyName").as_deref(), Some("vmsize"));
        let wrong = POOL.replace("\"0\"", "\"none\"");
        let answer = served.post(target, &wrong).await;
        assert_eq!(answer.refusal(), (400, "InvalidPropertyValue".to_owned()));
        assert_eq!(
            (
                answer.value("PropertyName").as_deref(),
                answer.value("PropertyValue").as_deref()
            ),
            (Some("targetDedicatedNodes"), Some("none"))
        );
        let none = served.get("/pools?api-version=2025-06-01").await.json();
        assert_eq!(none["value"].as_array().unwrap().len(), 0);
    });
}
