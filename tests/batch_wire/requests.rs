//! What the client sends.

use std::fmt::Write as _;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use batchite_api::backend::{ByteRange, Conditions, UsagePeriod};
use batchite_api::ids::{JobId, JobScheduleId, NodeId, PoolId, TaskId};
use batchite_api::page::Continuation;
use batchite_api::time::Timestamp;
use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::percent_decode_str;
use proptest::option::of;
use proptest::prelude::*;
use serde_json::Value;
use sha2::Sha256;

use crate::given::Given;
use crate::play::{ACCOUNT, KEY, Play, Sent, block_on, refusal};
use crate::seen::{Made, call_every_operation};

/// `name method target [header: value]... body`, one operation a line.
const EXPECTED: &str = include_str!("requests.txt");

/// Headers that only some requests have.
const OWN_HEADERS: [&str; 5] = [
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-unmodified-since",
    "ocp-range",
];

fn line(name: &str, sent: &Sent) -> String {
    let mut line = format!("{name} {}", sent.line());
    for header in OWN_HEADERS {
        if sent.headers.contains_key(header) {
            write!(line, " [{header}: {}]", sent.header(header)).unwrap();
        }
    }
    if !sent.body.is_empty() {
        // A map of serde_json is sorted by name, as the expected bodies are.
        let body: Value = serde_json::from_slice(&sent.body).unwrap();
        write!(line, " {body}").unwrap();
    }
    line
}

#[test]
fn every_operation_sends_the_documented_request() {
    let play = Play::with(|_| refusal(400, "InvalidInput"));
    let made = block_on(call_every_operation(&play, &play.client(), &Given::usual()));
    are_documented(&made);
}

/// Holds the requests of all operations against the table.
pub(crate) fn are_documented(made: &[Made]) {
    let mut found: Vec<String> = made
        .iter()
        .map(|made| line(made.route.name, &made.sent))
        .collect();
    let mut expected: Vec<&str> = EXPECTED.lines().filter(|line| !line.starts_with('#')).collect();
    found.sort_unstable();
    expected.sort_unstable();
    for (found, expected) in found.iter().zip(&expected) {
        assert_eq!(found, expected);
    }
    assert_eq!((found.len(), expected.len()), (72, 72));
}

#[test]
fn every_request_has_the_common_headers_and_a_signature() {
    let play = Play::with(|_| refusal(400, "InvalidInput"));
    let made = block_on(call_every_operation(&play, &play.client(), &Given::usual()));
    are_whole(&made, "acct.westeurope.batch.azure.com");
    for made in made {
        let authorization = made.sent.headers.get("authorization").unwrap();
        assert!(authorization.is_sensitive(), "{}", made.route.name);
    }
}

/// Holds the headers all requests have against the rules, and their signatures against the public document.
pub(crate) fn are_whole(made: &[Made], host: &str) {
    for made in made {
        let (sent, name) = (&made.sent, made.route.name);
        assert_eq!(sent.host, host, "{name}");
        assert_eq!(sent.header("host"), sent.host, "{name}");
        assert_eq!(sent.header("ocp-date"), "Thu, 20 Nov 2025 15:00:00 GMT", "{name}");
        assert!(sent.header("client-request-id").starts_with("c-"), "{name}");
        assert_eq!(sent.header("return-client-request-id"), "true", "{name}");
        assert!(sent.header("user-agent").starts_with("batchite/"), "{name}");
        let is_download = name.starts_with("download_");
        let accept = if is_download {
            "application/octet-stream"
        } else {
            "application/json"
        };
        assert_eq!(sent.header("accept"), accept, "{name}");
        let reads = ["GET", "HEAD"].contains(&sent.method.as_str());
        let length = if reads {
            String::new()
        } else {
            sent.body.len().to_string()
        };
        assert_eq!(sent.header("content-length"), length, "{name}");
        let json = "application/json; odata=minimalmetadata";
        let kind = if sent.body.is_empty() { "" } else { json };
        assert_eq!(sent.header("content-type"), kind, "{name}");
        assert_eq!(sent.header("authorization"), authorization(sent), "{name}");
    }
}

/// The signature by the text of the public document, with nothing of the client's.
fn authorization(sent: &Sent) -> String {
    let (path, query) = sent.target.split_once('?').unwrap();
    let mut text = format!("{}\n\n\n{}\n\n", sent.method, sent.header("content-length"));
    for header in [
        "content-type",
        "date",
        "if-modified-since",
        "if-match",
        "if-none-match",
        "if-unmodified-since",
        "range",
    ] {
        text += sent.header(header);
        text += "\n";
    }
    let mut ocp: Vec<&str> = sent
        .headers
        .keys()
        .map(http::HeaderName::as_str)
        .filter(|name| name.starts_with("ocp-"))
        .collect();
    ocp.sort_unstable();
    for name in ocp {
        writeln!(text, "{name}:{}", sent.header(name)).unwrap();
    }
    write!(text, "/{ACCOUNT}{path}").unwrap();
    let decoded = |text: &str| percent_decode_str(text).decode_utf8().unwrap().into_owned();
    let mut pairs: Vec<(String, String)> = query
        .split('&')
        .map(|pair| pair.split_once('=').unwrap())
        .map(|(name, value)| (decoded(name), decoded(value)))
        .collect();
    pairs.sort();
    for (name, value) in pairs {
        write!(text, "\n{name}:{value}").unwrap();
    }
    let mut mac = Hmac::<Sha256>::new_from_slice(&STANDARD.decode(KEY).unwrap()).unwrap();
    mac.update(text.as_bytes());
    format!(
        "SharedKey {ACCOUNT}:{}",
        STANDARD.encode(mac.finalize().into_bytes())
    )
}

fn moment() -> impl Strategy<Value = Timestamp> {
    (0..=Timestamp::MAX.ticks()).prop_map(Timestamp::from_ticks)
}

fn second() -> impl Strategy<Value = Timestamp> {
    moment().prop_map(Timestamp::truncated_to_second)
}

prop_compose! {
    fn conditions()(
        if_match in of("0x[0-9A-F]{1,16}|\\*"),
        if_none_match in of("0x[0-9A-F]{1,16}|\\*"),
        if_modified_since in of(second()),
        if_unmodified_since in of(second()),
    ) -> Conditions {
        Conditions { if_match, if_none_match, if_modified_since, if_unmodified_since }
    }
}

prop_compose! {
    fn range()(first in any::<u32>(), length in of(any::<u32>())) -> ByteRange {
        let first = u64::from(first);
        ByteRange { first, last: length.map(|length| first + u64::from(length)) }
    }
}

prop_compose! {
    fn given()(
        ids in ("[A-Za-z0-9_-]{1,64}", "[a-zA-Z0-9_.-]{1,64}", "[a-z]{1,9}(:job-[0-9]{1,5})?", "[A-Z0-9]{1,64}", "[a-z-]{1,64}"),
        text in "\\PC{1,40}",
        number in any::<i32>(),
        flag in any::<bool>(),
        max_results in of(any::<u32>()),
        continuation in of("[^h]\\PC{0,40}".prop_map(Continuation::new)),
        range in of(range()),
        period in (of(moment()), of(moment())),
        conditions in conditions(),
        client_request_id in of("[0-9a-f-]{1,36}"),
    ) -> Given {
        let (pool, node, job, task, schedule) = ids;
        Given {
            pool: PoolId::parse(&pool).unwrap(),
            node: NodeId::parse(&node).unwrap(),
            job: JobId::parse(&job).unwrap(),
            task: TaskId::parse(&task).unwrap(),
            schedule: JobScheduleId::parse(&schedule).unwrap(),
            text,
            number,
            flag,
            max_results,
            continuation,
            range,
            period: UsagePeriod { start: period.0, end: period.1 },
            conditions,
            client_request_id,
            out_of_place: None,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// [`Seen::check`](crate::seen::Seen::check) decodes every request and compares it with the call behind it.
    #[test]
    fn every_request_says_what_the_call_said(given in given()) {
        let play = Play::with(|_| refusal(400, "InvalidInput"));
        let made = block_on(call_every_operation(&play, &play.client(), &given));
        prop_assert_eq!(made.len(), 72);
        for made in made {
            prop_assert_eq!(made.sent.header("authorization"), authorization(&made.sent));
        }
    }
}
