//! Documents: JSON and XML that is none, or is meant to hurt.

use batchite::server::ListenOptions;

use crate::server::both;

#[tokio::test]
async fn json_that_is_none_or_too_deep_is_refused() {
    let [batch, _] = both(&ListenOptions::default()).await;
    let deep = |begin: &str, end: &str, depth: usize| {
        format!("{{\"id\": {}1{}}}", begin.repeat(depth), end.repeat(depth)).into_bytes()
    };
    let documents: Vec<(&str, Vec<u8>)> = vec![
        ("nothing", vec![]),
        ("a brace", b"{".to_vec()),
        ("a list", b"[]".to_vec()),
        ("a number", b"1".to_vec()),
        ("null", b"null".to_vec()),
        ("a text that does not end", br#"{"id": "job"#.to_vec()),
        ("bytes that are no text", b"{\"id\": \"\xff\xfe\"}".to_vec()),
        ("half a pair of surrogates", br#"{"id": "\ud800"}"#.to_vec()),
        (
            "UTF-16",
            "{\"id\": \"job\"}"
                .encode_utf16()
                .flat_map(u16::to_le_bytes)
                .collect(),
        ),
        ("rubbish behind the end", br#"{"id": "job"} {}"#.to_vec()),
        (
            "a number beyond all numbers",
            br#"{"id": "job", "priority": 1e999999}"#.to_vec(),
        ),
        ("lists in lists", deep("[", "]", 100_000)),
        ("objects in objects", deep("{\"a\":", "}", 100_000)),
        ("a wrong type", br#"{"id": {"a": []}, "poolInfo": 7}"#.to_vec()),
        (
            "an unknown property",
            br#"{"id": "job", "poolInfo": {}, "__proto__": {}}"#.to_vec(),
        ),
        (
            "a zero in an id",
            br#"{"id": "a\u0000b", "poolInfo": {"poolId": "p"}}"#.to_vec(),
        ),
        (
            "a path for an id",
            br#"{"id": "../../x", "poolInfo": {"poolId": "p"}}"#.to_vec(),
        ),
        ("XML", b"<?xml version=\"1.0\"?><a/>".to_vec()),
    ];
    for (what, document) in documents {
        let answer = batch.send_document(&document).await;
        batch.check_refused(what, &answer);
        assert!(!answer.is_empty(), "{what}: it is told what is wrong");
        batch.lives().await;
    }
}

#[tokio::test]
async fn xml_that_is_none_or_too_deep_is_refused() {
    let [_, blob] = both(&ListenOptions::default()).await;
    let list = |inside: &str| format!("<BlockList>{inside}</BlockList>").into_bytes();
    let bomb = "<?xml version=\"1.0\"?><!DOCTYPE b [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">\
                <!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\">]><BlockList><Latest>&c;</Latest></BlockList>";
    let outside = "<?xml version=\"1.0\"?><!DOCTYPE b [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>\
                   <BlockList><Latest>&a;</Latest></BlockList>";
    let documents: Vec<(&str, Vec<u8>)> = vec![
        ("nothing", vec![]),
        ("an opening", b"<BlockList>".to_vec()),
        ("a closing", b"</BlockList>".to_vec()),
        ("another closing", b"<BlockList></BlobList>".to_vec()),
        ("another document", b"<SignedIdentifiers/>".to_vec()),
        (
            "bytes that are no text",
            b"<BlockList><Latest>\xff\xfe</Latest></BlockList>".to_vec(),
        ),
        (
            "elements in elements",
            list(&format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000))),
        ),
        ("an unknown element", list("<Newest>QUFB</Newest>")),
        ("a block id that is no Base64", list("<Latest>%%%</Latest>")),
        ("a block that is not there", list("<Latest>QUFB</Latest>")),
        ("entities that multiply", bomb.as_bytes().to_vec()),
        ("an entity from outside", outside.as_bytes().to_vec()),
        ("JSON", b"{\"BlockList\": []}".to_vec()),
    ];
    for (what, document) in documents {
        let answer = blob.send_document(&document).await;
        blob.check_refused(what, &answer);
        assert!(!answer.is_empty(), "{what}: it is told what is wrong");
        let text = String::from_utf8_lossy(&answer);
        assert!(!text.contains("root:"), "{what}: {text}");
        blob.lives().await;
    }
}
