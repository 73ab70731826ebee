//! Calls become requests and come back; what is wrong is refused.

use bytes::Bytes;
use http::{HeaderMap, Method};

use super::super::operations::{file, job, pool, task};
use super::super::{Call, Operation, Parameters, RequestParts, Route};
use crate::backend::{ByteRange, Conditions, ListOptions, RequestOptions, UsagePeriod};
use crate::batch::{BatchJob, BatchJobTerminateOptions, BatchPoolResizeOptions, BatchTask};
use crate::error::ErrorCode;
use crate::ids::{JobId, PoolId, TaskId};
use crate::page::Continuation;
use crate::time::Timestamp;

fn pool_id() -> (PoolId,) {
    (PoolId::parse("p").unwrap(),)
}

fn call<P, B>(path: P, body: B, parameters: Parameters) -> Call<P, B> {
    Call {
        path,
        body,
        parameters,
    }
}

fn request(method: Method, target: &str, body: &'static str) -> RequestParts {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    RequestParts {
        method,
        path: path.to_owned(),
        query: RequestParts::read_query(query),
        headers: HeaderMap::new(),
        body: Bytes::from_static(body.as_bytes()),
    }
}

#[track_caller]
fn comes_back<P, B, A>(operation: &Operation<P, B, A>, call: &Call<P, B>) -> RequestParts
where
    P: super::super::path::PathParts + PartialEq + std::fmt::Debug,
    B: serde::Serialize + serde::de::DeserializeOwned + PartialEq + std::fmt::Debug,
{
    let request = operation.encode(call).unwrap();
    let (route, parts) = Route::find(&request.method, &request.path).unwrap();
    assert_eq!(route.operation, operation.route.operation);
    let mut read = request.clone();
    let target = request.target();
    read.query = RequestParts::read_query(target.split_once('?').map_or("", |(_, query)| query));
    assert_eq!(&operation.decode(&parts, &read).unwrap(), call);
    request
}

#[test]
fn everything_a_request_may_carry_comes_back() {
    let moment = Timestamp::from_unix_seconds(1_700_000_000);
    let options = RequestOptions {
        conditions: Conditions {
            if_match: Some("0x8DC4F0B3BB056EC".to_owned()),
            if_none_match: Some("*".to_owned()),
            if_modified_since: Some(moment),
            if_unmodified_since: Some(moment),
        },
        client_request_id: Some("5c1d-1".to_owned()),
        select: Some("id, state".to_owned()),
        expand: Some("stats".to_owned()),
        force: false,
    };
    let written = comes_back(&pool::GET_POOL, &call(pool_id(), (), Parameters::from(&options)));
    assert_eq!(
        written.target(),
        "/pools/p?api-version=2025-06-01&$select=id%2C%20state&$expand=stats"
    );
    let header = |name: &str| written.headers.get(name).unwrap().to_str().unwrap().to_owned();
    assert_eq!(header("if-match"), "\"0x8DC4F0B3BB056EC\"");
    assert_eq!(header("if-none-match"), "*");
    assert_eq!(header("if-modified-since"), "Tue, 14 Nov 2023 22:13:20 GMT");
    assert_eq!(
        (header("client-request-id"), header("return-client-request-id")),
        ("5c1d-1".into(), "true".into())
    );

    let list = ListOptions {
        filter: Some("startswith(id,'a&b+c') and state eq 'active'".to_owned()),
        max_results: Some(7),
        continuation: Some(Continuation::new("WATV2:^/=:1$1 &+%#é")),
        ..ListOptions::default()
    };
    comes_back(&pool::LIST_POOLS, &call((), (), Parameters::from(&list)));
    assert_eq!(Parameters::from(&list).list_options(), list);
    assert_eq!(Parameters::from(&options).request_options(), options);

    let period = Parameters {
        period: UsagePeriod {
            start: Some(moment),
            end: Some(Timestamp::from_ticks(moment.ticks() + 1)),
        },
        ..Parameters::default()
    };
    comes_back(&pool::LIST_POOL_USAGE_METRICS, &call((), (), period));
}

#[test]
fn paths_are_escaped() {
    let path = (
        JobId::parse("nightly:job-1").unwrap(),
        TaskId::parse("t").unwrap(),
        "wd/a b%+é?#.txt".to_owned(),
    );
    let parameters = Parameters {
        range: Some(ByteRange { first: 3, last: None }),
        ..Parameters::default()
    };
    let request = comes_back(&file::DOWNLOAD_TASK_FILE, &call(path, (), parameters));
    assert_eq!(
        request.path,
        "/jobs/nightly%3Ajob-1/tasks/t/files/wd%2Fa%20b%25%2B%C3%A9%3F%23.txt"
    );
    assert_eq!(request.headers.get("ocp-range").unwrap(), "bytes=3-");
}

#[test]
fn bodies_are_left_out_only_where_they_say_nothing() {
    let job = (JobId::parse("j").unwrap(),);
    let nothing = call(
        job.clone(),
        BatchJobTerminateOptions::default(),
        Parameters::default(),
    );
    let request = comes_back(&job::TERMINATE_JOB, &nothing);
    assert!(request.body.is_empty() && request.headers.is_empty());
    let resize = call(
        pool_id(),
        BatchPoolResizeOptions::default(),
        Parameters::default(),
    );
    let request = comes_back(&pool::RESIZE_POOL, &resize);
    assert_eq!(request.body, "{}");
    assert_eq!(
        request.headers.get("content-type").unwrap(),
        "application/json; odata=minimalmetadata"
    );
}

#[test]
fn what_the_service_makes_is_not_sent_back_to_it() {
    let path = (JobId::parse("j").unwrap(),);
    let entity = BatchJob {
        id: "j".to_owned(),
        url: "https://h/jobs/j".to_owned(),
        priority: Some(5),
        ..BatchJob::default()
    };
    let request = job::REPLACE_JOB
        .encode(&call(path.clone(), entity, Parameters::default()))
        .unwrap();
    assert_eq!(request.body, r#"{"poolInfo":{},"priority":5}"#);
    let task = BatchTask {
        id: "t".to_owned(),
        ..BatchTask::default()
    };
    let path = (path.0, TaskId::parse("t").unwrap());
    let request = task::REPLACE_TASK
        .encode(&call(path, task, Parameters::default()))
        .unwrap();
    assert_eq!(request.body, "{}");
}

#[test]
fn what_has_no_place_in_a_request_is_not_dropped() {
    let forced = Parameters {
        force: true,
        ..Parameters::default()
    };
    let error = pool::DELETE_POOL
        .encode(&call(pool_id(), (), forced))
        .unwrap_err();
    assert_eq!(
        (error.status(), error.message()),
        (0, "delete_pool takes no force; leave it out.")
    );
    let evil = Parameters {
        client_request_id: Some("a\nb".to_owned()),
        ..Parameters::default()
    };
    let error = pool::GET_POOL.encode(&call(pool_id(), (), evil)).unwrap_err();
    assert!(error.is(&ErrorCode::InvalidHeaderValue));
}

#[test]
fn a_list_goes_on_at_a_link_of_its_own_only() {
    let at = |link: &str| {
        let parameters = Parameters {
            filter: Some("ignored, since the link has its own".to_owned()),
            continuation: Some(Continuation::new(link)),
            ..Parameters::default()
        };
        pool::LIST_POOLS.encode(&call((), (), parameters))
    };
    let link = "https://elsewhere.example/pools?api-version=2020-01-01&marker=a%26b&%24filter=x";
    assert_eq!(
        at(link).unwrap().target(),
        "/pools?api-version=2025-06-01&marker=a%26b&$filter=x"
    );
    assert_eq!(
        at("https://elsewhere.example/jobs?marker=a")
            .unwrap_err()
            .status(),
        0
    );
}

#[test]
fn strange_requests_are_refused_with_what_is_strange() {
    let get = |target: &str| {
        let request = request(Method::GET, target, "");
        pool::GET_POOL.decode(&["p".to_owned()], &request).unwrap_err()
    };
    let error = get("/pools/p");
    assert!(error.is(&ErrorCode::MissingRequiredQueryParameter));
    let error = get("/pools/p?api-version=x&$filter=id");
    assert!(error.is(&ErrorCode::UnsupportedQueryParameter));
    assert_eq!(error.detail("QueryParameterName"), Some("$filter"));
    let error = get("/pools/p?api-version=x&$select=id&$SELECT=id");
    assert!(error.is(&ErrorCode::InvalidQueryParameterValue));
    let list = request(Method::GET, "/pools?api-version=x&timeout=30&maxresults=many", "");
    let error = pool::LIST_POOLS.decode(&[], &list).unwrap_err();
    assert_eq!(error.detail("QueryParameterValue"), Some("many"));

    let mut conditional = request(Method::GET, "/pools?api-version=x", "");
    conditional.headers.insert("if-match", "0x1".parse().unwrap());
    let error = pool::LIST_POOLS.decode(&[], &conditional).unwrap_err();
    assert!(error.is(&ErrorCode::UnsupportedHeader));
    conditional.headers.clear();
    conditional
        .headers
        .insert("if-modified-since", "yesterday".parse().unwrap());
    let error = pool::GET_POOL
        .decode(&["p".to_owned()], &conditional)
        .unwrap_err();
    assert!(error.is(&ErrorCode::InvalidHeaderValue));

    conditional.headers.clear();
    for tag in ["0x1", "0x2"] {
        conditional.headers.append("if-match", tag.parse().unwrap());
    }
    let error = pool::GET_POOL
        .decode(&["p".to_owned()], &conditional)
        .unwrap_err();
    assert!(error.is(&ErrorCode::InvalidHeaderValue));
    assert_eq!(error.detail("Reason"), Some("It is given more than once."));

    for body in ["x", "{}", "null", " ", r#"{"targetDedicatedNodes":1}"#] {
        let stop = request(Method::POST, "/pools/p/stopresize?api-version=x", body);
        let error = pool::STOP_POOL_RESIZE
            .decode(&["p".to_owned()], &stop)
            .unwrap_err();
        assert!(error.is(&ErrorCode::InvalidRequestBody), "{body}");
        let reason = "stop_pool_resize takes no body; leave it out.";
        assert_eq!(error.detail("Reason"), Some(reason));
    }

    for body in ["", "{", "[]", "7"] {
        let resize = request(Method::POST, "/pools/p/resize?api-version=x", body);
        let error = pool::RESIZE_POOL.decode(&["p".to_owned()], &resize).unwrap_err();
        assert!(error.is(&ErrorCode::InvalidRequestBody), "{body}");
    }
    let body = r#"{"targetDedicatedNodes":"many"}"#;
    let resize = request(Method::POST, "/pools/p/resize?api-version=x", body);
    let error = pool::RESIZE_POOL.decode(&["p".to_owned()], &resize).unwrap_err();
    assert!(error.is(&ErrorCode::InvalidPropertyValue));
    assert_eq!(error.detail("PropertyName"), Some("targetDedicatedNodes"));
    let error = pool::GET_POOL
        .decode(
            &["a b".to_owned()],
            &request(Method::GET, "/pools/a%20b?api-version=x", ""),
        )
        .unwrap_err();
    assert!(error.is(&ErrorCode::InvalidPropertyValue));
}
