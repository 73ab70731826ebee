//! Operations today's version has not.

use serde_json::json;

use crate::caller::{Caller, TODAY, V2016, V2024, block_on};

#[test]
fn node_agents_are_listed_with_their_images_and_in_pages() {
    block_on(async {
        let caller = Caller::new();
        let all = caller.get(V2016, "/nodeagentskus").await;
        let agents = all["value"].as_array().unwrap();
        let ubuntu = agents
            .iter()
            .find(|agent| agent["id"] == "batch.node.ubuntu 24.04")
            .expect("an agent");
        assert_eq!(ubuntu["osType"], json!("linux"));
        assert_eq!(
            ubuntu["verifiedImageReferences"][0]["publisher"],
            json!("canonical")
        );

        let filter = "/nodeagentskus?$filter=id%20eq%20'batch.node.ubuntu%2024.04'";
        let filtered = caller.get(V2016, filter).await;
        assert_eq!(filtered["value"], json!([ubuntu]));

        let mut seen = Vec::new();
        let mut target = "/nodeagentskus?maxresults=2".to_owned();
        loop {
            let page = caller.get(V2016, &target).await;
            seen.extend(page["value"].as_array().unwrap().iter().cloned());
            let Some(link) = page["odata.nextLink"].as_str() else {
                break;
            };
            let link = link.replace(&format!("&api-version={V2016}"), "");
            target = link.strip_prefix("http://localhost").unwrap().to_owned();
        }
        assert_eq!(&seen, agents);

        let answer = caller.send(TODAY, "GET", "/nodeagentskus", None).await;
        answer.must_be(400, "InvalidUri", None);
    });
}

#[test]
fn there_are_no_certificates_and_none_can_be_made() {
    block_on(async {
        let caller = Caller::new();
        for version in [V2016, V2024] {
            assert_eq!(caller.get(version, "/certificates").await["value"], json!([]));
            let one = "/certificates(thumbprintAlgorithm=sha1,thumbprint=0a1b)";
            let canceled = format!("{one}/canceldelete");
            for (method, target) in [("GET", one), ("DELETE", one), ("POST", canceled.as_str())] {
                let answer = caller.send(version, method, target, None).await;
                answer.must_be(404, "CertificateNotFound", None);
            }
            let certificate = json!({"thumbprint": "0a1b", "thumbprintAlgorithm": "sha1", "data": "AAAA"});
            let answer = caller
                .send(version, "POST", "/certificates", Some(certificate))
                .await;
            answer.must_be(501, "NotSimulated", Some("add_certificate"));
        }
        let answer = caller.send(TODAY, "GET", "/certificates", None).await;
        answer.must_be(400, "InvalidUri", None);
    });
}

#[test]
fn what_was_for_cloud_services_is_refused_on_machines_and_missing_where_they_are() {
    block_on(async {
        let caller = Caller::new();
        caller.make_pool().await;
        caller.an_hour_later().await;
        let nodes = caller.get(V2016, "/pools/p/nodes?$select=id").await;
        let node = nodes["value"][0]["id"].as_str().unwrap();
        let answer = caller
            .send(V2016, "GET", &format!("/pools/p/nodes/{node}/rdp"), None)
            .await;
        answer.must_be(409, "OperationNotValidOnNode", None);
        let answer = caller.send(V2016, "GET", "/pools/p/nodes/none/rdp", None).await;
        answer.must_be(404, "NodeNotFound", None);
        let version = json!({"targetOSVersion": "*"});
        let answer = caller
            .send(V2016, "POST", "/pools/p/upgradeos", Some(version.clone()))
            .await;
        answer.must_be(409, "OperationNotValidOnPool", None);
        let answer = caller
            .send(V2016, "POST", "/pools/none/upgradeos", Some(version))
            .await;
        answer.must_be(404, "PoolNotFound", None);
        for (target, feature) in [
            ("/lifetimejobstats", "get_all_jobs_lifetime_statistics"),
            ("/lifetimepoolstats", "get_all_pools_lifetime_statistics"),
        ] {
            let answer = caller.send(V2016, "GET", target, None).await;
            answer.must_be(501, "NotSimulated", Some(feature));
        }
    });
}
