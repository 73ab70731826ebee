//! A fixture as it stands in its file, and how it is played.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::fs;
use std::path::PathBuf;

use batchite_api::backend::Conditions;
use batchite_api::error::Error;
use batchite_api::wire::batch::path::PathParts;
use batchite_api::wire::batch::{
    Answer, AnswerParts, Call, Operation, Parameters, RequestParts, Route, failure,
};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Where the public reference is.
const REFERENCE: &str = "https://learn.microsoft.com/rest/api/batchservice/";

/// Every file and the module that plays it.
const PLAYED: &[&[&str]] = &[
    crate::blobs::FIXTURES,
    crate::jobs::FIXTURES,
    crate::nodes::FIXTURES,
    crate::pools::FIXTURES,
    crate::tasks::FIXTURES,
];

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/wire")
}

pub(crate) struct Fixture {
    request: RequestParts,
    answer: AnswerParts,
}

fn headers(told: &Value) -> HeaderMap {
    let pairs = told.as_object().unwrap().iter().map(|(name, value)| {
        let name: HeaderName = name.parse().unwrap();
        (name, HeaderValue::from_str(value.as_str().unwrap()).unwrap())
    });
    pairs.collect()
}

fn body(told: Option<&Value>) -> Bytes {
    told.map_or_else(Bytes::new, |body| Bytes::from(body.to_string()))
}

impl Fixture {
    pub(crate) fn read(name: &str) -> Self {
        let text = fs::read_to_string(folder().join(format!("{name}.json"))).unwrap();
        let told: Value = serde_json::from_str(&text).unwrap();
        let page = told["page"].as_str().unwrap();
        assert!(page.starts_with(REFERENCE), "{name}: {page}");
        let (request, answer) = (&told["request"], &told["response"]);
        let query = request["query"].as_object().unwrap().iter();
        Self {
            request: RequestParts {
                method: request["method"].as_str().unwrap().parse::<Method>().unwrap(),
                path: request["path"].as_str().unwrap().to_owned(),
                query: query
                    .map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()))
                    .collect(),
                headers: headers(&request["headers"]),
                body: body(request.get("body")),
            },
            answer: AnswerParts {
                status: StatusCode::from_u16(answer["status"].as_u64().unwrap().try_into().unwrap()).unwrap(),
                headers: headers(&answer["headers"]),
                body: body(answer.get("body")),
            },
        }
    }

    /// Holds the request of a call against the fixture, and the fixture's request against the call.
    pub(crate) fn asks<P, B, A>(&self, operation: &Operation<P, B, A>, call: &Call<P, B>)
    where
        P: PathParts + PartialEq + Debug,
        B: Serialize + DeserializeOwned + PartialEq + Debug,
    {
        let document = |bytes: &Bytes| serde_json::from_slice::<Value>(bytes).ok();
        let query = |request: &RequestParts| request.query.iter().cloned().collect::<BTreeSet<_>>();
        let made = operation.encode(call).unwrap();
        assert_eq!(
            (&made.method, &made.path),
            (&self.request.method, &self.request.path)
        );
        assert_eq!(query(&made), query(&self.request));
        assert_eq!(made.query.len(), self.request.query.len());
        assert_eq!(made.headers, self.request.headers);
        assert_eq!(document(&made.body), document(&self.request.body));
        let (route, parts) = Route::find(&self.request.method, &self.request.path).unwrap();
        assert_eq!(route.name, operation.route.name);
        assert_eq!(&operation.decode(&parts, &self.request).unwrap(), call);
    }

    /// What the answer of success tells.
    pub(crate) fn tells<P, B, A: Answer>(&self, operation: &Operation<P, B, A>) -> A {
        let status = self.answer.status;
        assert!(
            operation.route.success.contains(&status),
            "{operation:?}: {status}"
        );
        A::read(&operation.route, &self.answer).unwrap()
    }

    /// Why the answer refuses.
    pub(crate) fn refuses(&self) -> Error {
        let answer = &self.answer;
        failure::read(answer.status.as_u16(), &answer.headers, &answer.body)
    }
}

/// A call without parameters.
pub(crate) fn call<P, B>(path: P, body: B) -> Call<P, B> {
    Call {
        path,
        body,
        parameters: Parameters::default(),
    }
}

/// A call with parameters.
pub(crate) fn call_with<P, B>(path: P, body: B, parameters: Parameters) -> Call<P, B> {
    Call {
        path,
        body,
        parameters,
    }
}

/// Conditions with a tag.
pub(crate) fn if_match(tag: &str) -> Conditions {
    Conditions {
        if_match: Some(tag.to_owned()),
        ..Conditions::default()
    }
}

#[test]
fn every_fixture_is_played() {
    let files = fs::read_dir(folder()).unwrap().map(|entry| {
        let name = entry.unwrap().file_name().into_string().unwrap();
        name.strip_suffix(".json").unwrap_or(&name).to_owned()
    });
    let played = PLAYED.iter().copied().flatten().map(|name| (*name).to_owned());
    assert_eq!(files.collect::<BTreeSet<_>>(), played.collect::<BTreeSet<_>>());
}
