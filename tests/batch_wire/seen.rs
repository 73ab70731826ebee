//! What came of a call: its request, decoded and held against the call, and its answer as JSON.

use std::fmt::Debug;

use batchite_api::backend::{BatchBackend, FileDownload, FileHeaders, Written};
use batchite_api::error::Result;
use batchite_api::page::Page;
use batchite_api::wire::batch::path::PathParts;
use batchite_api::wire::batch::{Call, Operation, Parameters, RequestParts, Route};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json as value};

use crate::given::Given;
use crate::play::{Play, Sent};

/// One call that was made.
pub(crate) struct Made {
    pub(crate) route: &'static Route,
    /// Its first request.
    pub(crate) sent: Sent,
    pub(crate) answer: Result<Value>,
}

/// What came of one call.
pub(crate) type Told = (&'static Route, Result<Value>);

/// Checks calls as they are made on a play; without one, keeps what came of them.
pub(crate) struct Seen<'a> {
    play: Option<&'a Play>,
    known: usize,
    pub(crate) made: Vec<Made>,
    told: Vec<Told>,
}

impl Seen<'_> {
    /// Holds the request that was sent against the call that was made.
    pub(crate) fn check<P, B, A>(
        &mut self,
        operation: &'static Operation<P, B, A>,
        path: P,
        body: B,
        parameters: Parameters,
        answer: Result<Value>,
    ) where
        P: PathParts + PartialEq + Debug,
        B: Serialize + DeserializeOwned + PartialEq + Debug,
    {
        let mut call = Call {
            path,
            body,
            parameters,
        };
        let Some(play) = self.play else {
            self.told.push((&operation.route, answer));
            return;
        };
        let sent = play.sent();
        let first = sent
            .get(self.known)
            .unwrap_or_else(|| panic!("{operation:?} sent nothing: {answer:?}"));
        self.known = sent.len();
        // Who gives no id gets one.
        call.parameters
            .client_request_id
            .get_or_insert_with(|| first.header("client-request-id").to_owned());
        let (path, query) = first.target.split_once('?').unwrap();
        let (route, parts) = Route::find(&first.method, path).unwrap();
        assert_eq!(route.name, operation.route.name);
        let request = RequestParts {
            method: first.method.clone(),
            path: path.to_owned(),
            query: RequestParts::read_query(query),
            headers: first.headers.clone(),
            body: first.body.clone(),
        };
        assert_eq!(operation.decode(&parts, &request).unwrap(), call, "{operation:?}");
        self.made.push(Made {
            route: &operation.route,
            sent: first.clone(),
            answer,
        });
    }
}

/// Calls every operation once, on a client whose requests the play gets.
pub(crate) async fn call_every_operation(play: &Play, client: &dyn BatchBackend, given: &Given) -> Vec<Made> {
    let mut seen = Seen {
        play: Some(play),
        known: 0,
        made: Vec::new(),
        told: Vec::new(),
    };
    call_all(client, given, &mut seen).await;
    seen.made
}

/// Calls every operation once, whoever answers.
pub(crate) async fn ask_every_operation(backend: &dyn BatchBackend, given: &Given) -> Vec<Told> {
    let mut seen = Seen {
        play: None,
        known: 0,
        made: Vec::new(),
        told: Vec::new(),
    };
    call_all(backend, given, &mut seen).await;
    seen.told
}

async fn call_all(client: &dyn BatchBackend, given: &Given, seen: &mut Seen<'_>) {
    crate::accounts::call_all(client, given, seen).await;
    crate::pools::call_all(client, given, seen).await;
    crate::nodes::call_all(client, given, seen).await;
    crate::jobs::call_all(client, given, seen).await;
    crate::job_schedules::call_all(client, given, seen).await;
    crate::tasks::call_all(client, given, seen).await;
    crate::files::call_all(client, given, seen).await;
}

pub(crate) fn json<T: Serialize>(model: T) -> Value {
    serde_json::to_value(model).unwrap()
}

pub(crate) fn page<T: Serialize>(page: Page<T>) -> Value {
    let token = page.continuation.map(|token| token.as_str().to_owned());
    value!({ "value": page.items, "continuation": token })
}

pub(crate) fn tags(
    Written {
        etag, last_modified, ..
    }: Written,
) -> Value {
    value!({ "ETag": etag, "Last-Modified": last_modified.to_rfc1123() })
}

pub(crate) fn nothing((): ()) -> Value {
    Value::Null
}

pub(crate) fn exists(exists: bool) -> Value {
    exists.into()
}

pub(crate) fn file(file: FileHeaders) -> Value {
    let FileHeaders {
        content_type,
        url,
        mode,
        ..
    } = file;
    value!({ "length": file.content_length, "type": content_type, "url": url, "mode": mode })
}

pub(crate) fn download(download: FileDownload) -> Value {
    file(download.headers)
}
