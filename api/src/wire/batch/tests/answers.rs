//! Answers are written and read; those that break the protocol fail.

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};

use super::super::answer::Asked;
use super::super::operations::{account, file, job, pool};
use super::super::{Answer, AnswerParts, Download, Json, RequestParts, Route};
use crate::backend::{FileHeaders, Written};
use crate::batch::{BatchApplication, BatchPool};
use crate::page::{Continuation, Page};
use crate::time::Timestamp;

const ENDPOINT: &str = "https://acct.westeurope.batch.azure.com";

fn request(target: &str) -> RequestParts {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    RequestParts {
        method: Method::GET,
        path: path.to_owned(),
        query: RequestParts::read_query(query),
        headers: HeaderMap::new(),
        body: Bytes::new(),
    }
}

fn written<A: Answer>(route: &Route, answer: &A, request: &RequestParts) -> AnswerParts {
    let asked = Asked {
        endpoint: ENDPOINT,
        request,
    };
    answer.write(route, asked).unwrap()
}

fn text(answer: &AnswerParts) -> &str {
    std::str::from_utf8(&answer.body).unwrap()
}

#[test]
fn pages_go_on_at_the_token_of_their_link() {
    let route = &account::LIST_APPLICATIONS.route;
    let page = Page {
        items: vec![BatchApplication {
            id: "app".to_owned(),
            ..BatchApplication::default()
        }],
        continuation: Some(Continuation::new("WATV2:a^b/c=:1$1")),
    };
    let asked = request("/applications?api-version=2025-06-01&maxresults=1&$skiptoken=before");
    let answer = written(route, &page, &asked);
    assert_eq!(
        text(&answer),
        r#"{"odata.metadata":"https://acct.westeurope.batch.azure.com/$metadata#applications","value":[{"id":"app","displayName":"","versions":[]}],"odata.nextLink":"https://acct.westeurope.batch.azure.com/applications?api-version=2025-06-01&maxresults=1&$skiptoken=WATV2%3Aa%5Eb%2Fc%3D%3A1%241"}"#
    );
    assert_eq!(Page::read(route, &answer).unwrap(), page);
    let last = Page::<BatchApplication>::default();
    let answer = written(route, &last, &asked);
    assert!(!text(&answer).contains("nextLink"));
    assert_eq!(Page::read(route, &answer).unwrap(), last);
}

#[test]
fn links_are_read_as_the_service_writes_them() {
    let read = |link: &str| {
        let mut answer = written(
            &pool::LIST_POOLS.route,
            &Page::<BatchPool>::default(),
            &request("/pools"),
        );
        let body = format!("{{\"value\":[],\"odata.nextLink\":\"{link}\"}}");
        answer.body = Bytes::from(body);
        let page: Page<BatchPool> = Page::read(&pool::LIST_POOLS.route, &answer).unwrap();
        page.continuation.map(|token| token.as_str().to_owned())
    };
    let recorded = "https://h/pools?api-version=2023-05-01.17.0&$skiptoken=WATV2:pool^/=:1$1";
    assert_eq!(read(recorded).as_deref(), Some("WATV2:pool^/=:1$1"));
    assert_eq!(
        read("https://h/pools?marker=1").as_deref(),
        Some("https://h/pools?marker=1")
    );
    assert_eq!(read(""), None);
}

#[test]
fn documents_carry_the_tags_of_their_entity() {
    let entity = BatchPool {
        id: "p".to_owned(),
        etag: "0x8DBCEEDDE3E0ACE".to_owned(),
        last_modified: "2023-10-17T08:48:43.423611Z".parse().unwrap(),
        ..BatchPool::default()
    };
    let answer = written(&pool::GET_POOL.route, &Json(entity.clone()), &request("/pools/p"));
    assert!(text(&answer).starts_with(
        r#"{"odata.metadata":"https://acct.westeurope.batch.azure.com/$metadata#pools/@Element","id":"p""#
    ));
    assert_eq!(answer.headers.get("etag").unwrap(), "0x8DBCEEDDE3E0ACE");
    assert_eq!(
        answer.headers.get("last-modified").unwrap(),
        "Tue, 17 Oct 2023 08:48:43 GMT"
    );
    assert_eq!(
        Json::read(&pool::GET_POOL.route, &answer).unwrap(),
        Json(entity.clone())
    );
    let tags = Written::read(&pool::GET_POOL.route, &answer).unwrap();
    assert_eq!(tags.etag, entity.etag);
    assert_eq!(tags.last_modified, entity.last_modified.truncated_to_second());
}

#[test]
fn writes_and_existence_are_told_by_the_head() {
    let tags = Written {
        etag: "0x1".to_owned(),
        last_modified: Timestamp::from_unix_seconds(1_700_000_000),
        content_md5: None,
    };
    let answer = written(&pool::CREATE_POOL.route, &tags, &request("/pools"));
    assert_eq!((answer.status, answer.body.len()), (StatusCode::CREATED, 0));
    assert_eq!(Written::read(&pool::CREATE_POOL.route, &answer).unwrap(), tags);
    let done = written(&job::DELETE_JOB.route, &(), &request("/jobs/j"));
    assert_eq!(done.status, StatusCode::ACCEPTED);
    assert_eq!(
        Written::read(&pool::CREATE_POOL.route, &done)
            .unwrap_err()
            .status(),
        0
    );
    for exists in [true, false] {
        let answer = written(&pool::POOL_EXISTS.route, &exists, &request("/pools/p"));
        assert_eq!(bool::read(&pool::POOL_EXISTS.route, &answer).unwrap(), exists);
    }
}

#[test]
fn files_are_described_by_headers() {
    let described = FileHeaders {
        content_length: 12,
        content_type: "text/plain".to_owned(),
        last_modified: Timestamp::from_unix_seconds(1_700_000_000),
        creation_time: Some(Timestamp::from_unix_seconds(1_600_000_000)),
        is_directory: false,
        mode: Some("0o100644".to_owned()),
        url: "https://h/jobs/j/tasks/t/files/wd/a b.txt".to_owned(),
    };
    let route = &file::GET_TASK_FILE_PROPERTIES.route;
    let answer = written(route, &described, &request("/jobs/j/tasks/t/files/wd%2Fa"));
    let url = answer.headers.get("ocp-batch-file-url").unwrap();
    assert_eq!(
        url,
        "https%3A%2F%2Fh%2Fjobs%2Fj%2Ftasks%2Ft%2Ffiles%2Fwd%2Fa%20b.txt"
    );
    assert_eq!(answer.headers.get("ocp-batch-file-isdirectory").unwrap(), "False");
    assert_eq!(FileHeaders::read(route, &answer).unwrap(), described);

    let route = &file::DOWNLOAD_TASK_FILE.route;
    let mut asked = request("/jobs/j/tasks/t/files/wd%2Fa");
    asked.headers.insert("ocp-range", "bytes=8-99".parse().unwrap());
    let download = Download {
        headers: FileHeaders {
            content_length: 4,
            ..described
        },
        length: Some(4),
        whole_length: Some(12),
    };
    let answer = written(route, &download, &asked);
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.headers.get("content-range").unwrap(), "bytes 8-11/12");
    assert_eq!(Download::read(route, &answer).unwrap(), download);
}

#[test]
fn what_is_no_answer_of_the_service_fails_and_says_why() {
    let route = &pool::GET_POOL.route;
    let good = written(route, &Json(BatchPool::default()), &request("/pools/p"));
    let strange = [
        ("content-type", "text/html", "<html/>", "text/html"),
        ("content-type", "application/json", "{\"id\":", "cannot be read"),
        ("content-type", "application/json", "[]", "no object"),
    ];
    for (name, value, body, said) in strange {
        let mut answer = good.clone();
        answer.headers.insert(name, value.parse().unwrap());
        answer.body = Bytes::from_static(body.as_bytes());
        let error = Json::<BatchPool>::read(route, &answer).unwrap_err();
        assert_eq!(error.status(), 0);
        assert!(
            error.message().contains(said) && error.message().contains("endpoint"),
            "{error}"
        );
    }
    let mut headers = HeaderMap::new();
    headers.insert("content-length", "twelve".parse().unwrap());
    let answer = AnswerParts {
        status: StatusCode::OK,
        headers,
        body: Bytes::new(),
    };
    assert!(FileHeaders::read(&file::GET_NODE_FILE_PROPERTIES.route, &answer).is_err());
}

#[test]
fn only_what_was_selected_is_written() {
    let pool = BatchPool {
        id: "p".to_owned(),
        etag: "0x1".to_owned(),
        state: crate::batch::BatchPoolState::Active,
        ..BatchPool::default()
    };
    let asked = request("/pools/p?api-version=2025-06-01&$select=id,%20State");
    let answer = written(&pool::GET_POOL.route, &Json(pool.clone()), &asked);
    let metadata = "https://acct.westeurope.batch.azure.com/$metadata#pools/@Element";
    assert_eq!(
        text(&answer),
        format!(r#"{{"odata.metadata":"{metadata}","id":"p","state":"active"}}"#)
    );
    // The headers tell the version all the same.
    assert_eq!(answer.headers.get("etag").unwrap(), "0x1");

    let page = Page {
        items: vec![pool],
        continuation: None,
    };
    let asked = request("/pools?api-version=2025-06-01&$select=id");
    let answer = written(&pool::LIST_POOLS.route, &page, &asked);
    assert!(text(&answer).ends_with(r#"$metadata#pools","value":[{"id":"p"}]}"#));
}
