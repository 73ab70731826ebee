//! What is asked of Azure Resource Manager, where accounts are made.

use serde_json::json;

use crate::asked::{ACCOUNT, Served, block_on};

const PROVIDER: &str =
    "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/g/providers/Microsoft.Batch";

#[test]
fn accounts_are_not_made_here_and_the_refusal_says_so_in_its_own_layout() {
    block_on(async {
        let served = Served::new();
        let accounts = format!("{PROVIDER}/batchAccounts");
        for (method, target, body) in [
            (
                "PUT",
                format!("{accounts}/second?api-version=2024-07-01"),
                r#"{"location":"westeurope"}"#,
            ),
            ("GET", format!("{accounts}/second?api-version=2024-07-01"), ""),
            ("GET", format!("{accounts}?api-version=2024-07-01"), ""),
            ("PATCH", format!("{accounts}/second?api-version=2024-07-01"), "{}"),
            ("DELETE", format!("{accounts}/second?api-version=2024-07-01"), ""),
            (
                "POST",
                format!("{accounts}/{ACCOUNT}/listKeys?api-version=2024-07-01"),
                "",
            ),
            (
                "PUT",
                format!("{accounts}/{ACCOUNT}/pools/p?api-version=2024-07-01"),
                "{}",
            ),
            (
                "PUT",
                format!("{accounts}/{ACCOUNT}/applications/blender?api-version=2024-07-01"),
                "{}",
            ),
            (
                "PUT",
                format!("{accounts}/{ACCOUNT}/applications/blender/versions/4?api-version=2024-07-01"),
                "",
            ),
            (
                "GET",
                "/Subscriptions/0/providers/Microsoft.Batch/locations/westeurope/quotas".to_owned(),
                "",
            ),
            ("GET", "/providers/Microsoft.Batch/operations".to_owned(), ""),
        ] {
            // Its tokens are for another audience than ours; nobody looks at them.
            let asked = served.document(method, &target, body);
            for asked in [asked.clone(), asked.header("authorization", "Bearer e30.e30.x")] {
                let answer = served.send(asked).await;
                assert_eq!(answer.status, 501, "{method} {target}");
                assert_eq!(
                    answer.header("content-type"),
                    Some("application/json; charset=utf-8")
                );
                let told = answer.json();
                let message = told["error"]["message"].as_str().unwrap();
                assert_eq!(
                    told,
                    json!({"error": {"code": "NotSimulated", "message": message}})
                );
                assert!(message.contains("Azure Resource Manager"), "{message}");
                assert!(message.contains(ACCOUNT), "{message}");
            }
        }
        let head = served.send(served.plain("HEAD", PROVIDER)).await;
        assert_eq!((head.status.as_u16(), head.body.len()), (501, 0));
    });
}

#[test]
fn only_whole_first_parts_of_paths_are_its_own() {
    block_on(async {
        let served = Served::new();
        let pool = served.get("/pools/subscriptions?api-version=2025-06-01").await;
        assert_eq!(pool.refusal(), (404, "PoolNotFound".to_owned()));
        let other = served.get("/subscriptionsandmore?api-version=2025-06-01").await;
        assert_eq!(other.refusal(), (400, "InvalidUri".to_owned()));
        let foreign = served.plain("GET", PROVIDER).without("host");
        let foreign = served.send(foreign.header("host", "example.com")).await;
        assert_eq!(foreign.status, 400, "hosts are looked at first");
    });
}
