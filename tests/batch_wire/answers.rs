//! What the client makes of answers.

use batchite::azure::{AzureBatch, BatchCredential, RetryPolicy, TokenSource};
use batchite_api::backend::{
    Conditions, FileOperations, JobOperations, ListOptions, PoolOperations, RequestOptions,
};
use batchite_api::error::{Error, ErrorCode, Result, Service};
use batchite_api::secret::Secret;
use batchite_api::wire::batch::Route;
use serde_json::{Value, json};

use crate::given::Given;
use crate::play::{Play, Reply, Sent, block_on, broken, refusal, reply};
use crate::seen::{Made, call_every_operation};

/// For every operation an answer as the service gives it, from the public REST reference: status, headers, body.
const ANSWERS: &str = include_str!("answers.json");

const JSON: (&str, &str) = ("content-type", "application/json;odata=minimalmetadata");

fn name_of(sent: &Sent) -> &'static str {
    let (path, _) = sent.target.split_once('?').unwrap();
    Route::find(&sent.method, path).unwrap().0.name
}

fn documented(answers: &Value, sent: &Sent) -> Reply {
    let answer = &answers[name_of(sent)];
    let status = u16::try_from(answer["status"].as_u64().unwrap()).unwrap();
    let mut headers: Vec<(&str, &str)> = vec![("request-id", "r-1")];
    for (name, value) in answer["headers"].as_object().unwrap() {
        headers.push((name, value.as_str().unwrap()));
    }
    if answer["body"].is_null() {
        reply(status, &headers, "")
    } else {
        headers.push(JSON);
        reply(
            status,
            &headers,
            &serde_json::to_string_pretty(&answer["body"]).unwrap(),
        )
    }
}

/// Asserts that everything that was told was read. What models add by default does not count.
#[track_caller]
fn tells(read: &Value, told: &Value, place: &str) {
    match (read, told) {
        (Value::Object(read), Value::Object(told)) => {
            for (name, told) in told.iter().filter(|(name, _)| !name.starts_with("odata.")) {
                let read = read
                    .get(name)
                    .unwrap_or_else(|| panic!("{place}/{name} was lost"));
                tells(read, told, &format!("{place}/{name}"));
            }
        }
        (Value::Array(read), Value::Array(told)) => {
            assert_eq!(read.len(), told.len(), "{place}");
            read.iter()
                .zip(told)
                .for_each(|(read, told)| tells(read, told, place));
        }
        _ => assert_eq!(read, told, "{place}"),
    }
}

#[test]
fn every_operation_reads_the_documented_answer() {
    let play = Play::with(documented_answer);
    let made = block_on(call_every_operation(&play, &play.client(), &Given::usual()));
    are_read(made);
}

/// The answer the reference documents for the operation of a request.
pub(crate) fn documented_answer(sent: &Sent) -> Reply {
    documented(&serde_json::from_str(ANSWERS).unwrap(), sent)
}

/// Holds what was read against those answers.
pub(crate) fn are_read(made: Vec<Made>) {
    let answers: Value = serde_json::from_str(ANSWERS).unwrap();
    assert_eq!(made.len(), 72);
    for made in made {
        let (name, told) = (made.route.name, &answers[made.route.name]);
        let read = made.answer.unwrap_or_else(|error| panic!("{name}: {error:?}"));
        let file = json!({
            "length": 12,
            "type": "text/plain",
            "url": "https://h/jobs/j/tasks/t/files/wd/a b.txt",
            "mode": "0o100644",
        });
        match name {
            "get_task_file_properties"
            | "get_node_file_properties"
            | "download_task_file"
            | "download_node_file" => {
                assert_eq!(read, file, "{name}");
            }
            "pool_exists" | "job_schedule_exists" => assert_eq!(read, true, "{name}"),
            _ if !told["body"].is_null() => {
                tells(&read, &told["body"], name);
                let token = told["body"]
                    .get("odata.nextLink")
                    .map_or(Value::Null, |_| "WATV2:x^/=:1$1".into());
                if name.starts_with("list_") {
                    assert_eq!(read["continuation"], token, "{name}");
                }
            }
            _ if told["headers"].get("ETag").is_some() => assert_eq!(read, told["headers"], "{name}"),
            _ => assert_eq!(read, Value::Null, "{name}"),
        }
    }
}

/// A refusal the reference documents for the operation, by what it is about.
fn documented_refusal(name: &str) -> (u16, ErrorCode) {
    match name {
        "create_pool" => (409, ErrorCode::PoolExists),
        "create_job" => (409, ErrorCode::JobExists),
        "create_job_schedule" => (409, ErrorCode::JobScheduleExists),
        "create_task" => (409, ErrorCode::TaskExists),
        "create_node_user" => (409, ErrorCode::NodeUserExists),
        "get_application" => (404, ErrorCode::ApplicationNotFound),
        name if name.ends_with("_node_user") => (404, ErrorCode::NodeUserNotFound),
        name if name.contains("file") => (404, ErrorCode::FileNotFound),
        name if name.contains("schedule") && !name.contains("scheduling") => {
            (404, ErrorCode::JobScheduleNotFound)
        }
        name if name.contains("node") && name != "remove_nodes" => (404, ErrorCode::NodeNotFound),
        name if name.contains("pool") || name == "remove_nodes" => (404, ErrorCode::PoolNotFound),
        name if name.contains("task") => (404, ErrorCode::TaskNotFound),
        name if name.contains("job") => (404, ErrorCode::JobNotFound),
        _ => (403, ErrorCode::AuthenticationFailed),
    }
}

#[test]
fn every_operation_reads_a_documented_refusal() {
    let play = Play::with(refuse_as_documented);
    let made = block_on(call_every_operation(&play, &play.client(), &Given::usual()));
    are_refused(made);
}

/// A refusal the reference documents for the operation of a request.
pub(crate) fn refuse_as_documented(sent: &Sent) -> Reply {
    let (status, code) = documented_refusal(name_of(sent));
    match sent.method.as_str() {
        "HEAD" => reply(status, &[("request-id", "r-1")], ""),
        _ => refusal(status, code.as_str()),
    }
}

/// Holds what was told against those refusals.
pub(crate) fn are_refused(made: Vec<Made>) {
    assert_eq!(made.len(), 72);
    for made in made {
        let name = made.route.name;
        if ["pool_exists", "job_schedule_exists"].contains(&name) {
            assert_eq!(made.answer.unwrap(), false, "{name}");
            continue;
        }
        let (status, code) = documented_refusal(name);
        let error = made.answer.unwrap_err();
        let expected = Error::from_wire(Service::Batch, code.as_str(), status, String::new());
        assert_eq!(error, expected.with_detail("Reason", "because"), "{name}");
        assert_eq!(error.message(), "What went wrong.", "{name}");
        assert_eq!(error.request_id(), Some("r-1"), "{name}");
        assert_ne!(error.client_request_id().unwrap_or_default(), "", "{name}");
    }
}

#[test]
fn every_operation_ends_in_an_error_when_the_answer_is_none_of_the_service_s() {
    type Strange = fn() -> Reply;
    let answers: [Strange; 7] = [
        || reply(200, &[("content-type", "text/html")], "<html>sign in</html>"),
        || {
            reply(
                302,
                &[("location", "https://elsewhere.example/?sig=c2VjcmV0")],
                "",
            )
        },
        || reply(207, &[], "?"),
        || reply(502, &[], "<html>sig=c2VjcmV0</html>"),
        || reply(500, &[], &"x".repeat(1_000_000)),
        || broken(reply(400, &[JSON], "{\"code\":")),
        || Reply::Reset,
    ];
    for answer in answers {
        let play = Play::with(move |_| answer());
        let client = play.client().with_retry(RetryPolicy::NEVER);
        for made in block_on(call_every_operation(&play, &client, &Given::usual())) {
            let name = made.route.name;
            let Err(error) = made.answer else {
                // All that is told by the answer to a HEAD is its status.
                assert!(name.ends_with("_exists"), "{name}");
                continue;
            };
            assert_eq!(error.service(), Service::Batch, "{name}");
            assert_ne!(error.client_request_id().unwrap_or_default(), "", "{name}");
            assert!(error.message().len() < 1_000, "{name}");
            assert!(!format!("{error} {error:?}").contains("c2VjcmV0"), "{name}");
        }
    }
}

#[test]
fn an_entity_that_has_not_changed_is_told_as_in_every_backend() {
    let play = Play::new([reply(304, &[], "")]);
    let options = RequestOptions {
        conditions: Conditions {
            if_none_match: Some("0x1".to_owned()),
            ..Conditions::default()
        },
        ..RequestOptions::default()
    };
    let given = Given::usual();
    let error = block_on(play.client().get_pool(&given.pool, &options)).unwrap_err();
    assert!(error.is(&ErrorCode::ConditionNotMet));
    assert_eq!(error.status(), 304);
}

#[test]
fn a_list_is_read_page_by_page() {
    let page = |id: &str, next: &str| {
        let body = format!("{{\"value\":[{{\"id\":\"{id}\"}}]{next}}}");
        reply(200, &[JSON], &body)
    };
    let next =
        ",\"odata.nextLink\":\"https://other.example/jobs?api-version=2025-06-01&$skiptoken=WATV2:x^/=:1$1\"";
    let play = Play::new([page("a", next), page("b", "")]);
    let client = play.client();
    let mut options = ListOptions::filtered("state eq 'active'");
    let first = block_on(client.list_jobs(&options)).unwrap();
    options.continuation = first.continuation;
    let second = block_on(client.list_jobs(&options)).unwrap();
    assert_eq!(
        (first.items[0].id.as_str(), second.items[0].id.as_str()),
        ("a", "b")
    );
    assert_eq!(second.continuation, None);
    let sent = play.sent();
    assert_eq!(
        sent[1].target,
        "/jobs?api-version=2025-06-01&$filter=state%20eq%20%27active%27&$skiptoken=WATV2%3Ax%5E%2F%3D%3A1%241"
    );
    assert_eq!(
        sent[1].host, "acct.westeurope.batch.azure.com",
        "a link never leads elsewhere"
    );
}

const FILE: [(&str, &str); 2] = [
    ("last-modified", "Tue, 17 Oct 2023 08:48:43 GMT"),
    ("content-type", "text/plain"),
];

#[test]
fn the_length_of_a_file_is_that_of_the_whole_file() {
    let (given, plain) = (Given::usual(), RequestOptions::default());
    let download = |replies: Vec<Reply>, range| {
        let play = Play::new(replies);
        let client = play.client();
        let read = client.download_task_file(&given.job, &given.task, "wd/x", range, &plain);
        let download = block_on(read).unwrap();
        let text = block_on(download.body.collect(100)).unwrap();
        assert_eq!(text, "text");
        (download.headers.content_length, play.sent().len())
    };
    let told = |more: &[(&str, &str)]| reply(200, &[&FILE[..], more].concat(), "text");
    let length = ("content-length", "4");
    assert_eq!(download(vec![told(&[length])], None), (4, 1));
    assert_eq!(
        download(
            vec![told(&[length, ("content-range", "bytes 0-3/9")])],
            given.range
        ),
        (9, 1)
    );
    let head = || reply(200, &[&FILE[..], &[("content-length", "12")]].concat(), "");
    assert_eq!(download(vec![told(&[]), head()], None), (12, 2));
    assert_eq!(download(vec![told(&[length]), head()], given.range), (12, 2));
}

#[test]
fn a_download_that_breaks_off_ends_in_an_error_of_the_call() {
    let (given, plain) = (Given::usual(), RequestOptions::default());
    let play = Play::new([broken(reply(
        200,
        &[&FILE[..], &[("content-length", "9")]].concat(),
        "text",
    ))]);
    let client = play.client();
    let read = client.download_node_file(&given.pool, &given.node, "x", None, &plain);
    let error = block_on(block_on(read).unwrap().body.collect(100)).unwrap_err();
    assert_eq!((error.service(), error.status()), (Service::Batch, 0));
    assert_eq!(error.client_request_id(), Some("c-1"));
}

#[derive(Debug)]
struct Tokens(&'static str);

#[async_trait::async_trait]
impl TokenSource for Tokens {
    async fn token(&self, scope: &str) -> Result<Secret> {
        assert_eq!(scope, "https://batch.core.windows.net//.default");
        if self.0.is_empty() {
            return Err(Error::protocol(Service::Batch, "Log in with `az login`."));
        }
        Ok(Secret::new(self.0))
    }
}

#[test]
fn tokens_are_sent_over_https_only_and_never_shown() {
    let given = Given::usual();
    let play = Play::with(|_| refusal(404, "PoolNotFound"));
    let credential = |token| BatchCredential::Token(std::sync::Arc::new(Tokens(token)));
    let client = AzureBatch::new("https://h/", credential("jwt"), play.connection()).unwrap();
    let error = block_on(client.get_pool(&given.pool, &RequestOptions::default())).unwrap_err();
    assert!(error.is(&ErrorCode::PoolNotFound));
    assert_eq!(play.sent()[0].header("authorization"), "Bearer jwt");
    assert!(!format!("{client:?}").contains("jwt"));
    let nobody = AzureBatch::new("https://h", credential(""), play.connection()).unwrap();
    let error = block_on(nobody.get_pool(&given.pool, &RequestOptions::default())).unwrap_err();
    assert!(error.message().contains("az login"));
    assert_eq!(play.sent().len(), 1);
    let error = AzureBatch::new("http://h", credential("jwt"), play.connection()).unwrap_err();
    assert!(error.message().contains("plain HTTP"), "{error}");
}

#[test]
fn endpoints_that_are_none_are_refused() {
    let play = Play::new([]);
    for endpoint in [
        "",
        "acct",
        "ftp://h",
        "https://user@h",
        "https://h/?sig=c2VjcmV0",
        "/pools",
    ] {
        let credential = BatchCredential::Token(std::sync::Arc::new(Tokens("jwt")));
        let error = AzureBatch::new(endpoint, credential, play.connection()).unwrap_err();
        assert!(error.message().contains("URL of a Batch account"), "{error}");
        assert!(!error.message().contains("c2VjcmV0"), "{error}");
    }
}
