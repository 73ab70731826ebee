//! The translation of one request, and later of its answer.

use batchite_api::backend::{BatchBackend, RequestOptions};
use batchite_api::error::{Error, ErrorCode, Result};
use batchite_api::ids::JobId;
use batchite_api::odata::Select;
use batchite_api::wire::batch::answer::Asked;
use batchite_api::wire::batch::{AnswerParts, BatchOperation, RequestParts, Route};
use bytes::Bytes;
use http::StatusCode;
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Value, json};

use super::ApiVersion;
use super::body::{age, new_path, renew};
use super::change::Object;
use super::model::Model;
use super::{operations, query};

/// The first version whose deletions and terminations can be forced.
const FORCE: ApiVersion = ApiVersion::numbered(2024, 7, 1, 20, 0);

/// The properties of a job that versions before did not have, each with the first version that has it, and of which
/// a PUT of theirs says nothing.
const NEW_IN_JOBS: [(&str, ApiVersion); 2] = [
    ("maxParallelTasks", ApiVersion::numbered(2021, 6, 1, 14, 0)),
    ("allowTaskPreemption", ApiVersion::numbered(2022, 1, 1, 15, 0)),
];

/// How one request, and later its answer, is translated.
#[derive(Debug)]
pub(in super::super) struct Translation {
    version: ApiVersion,
    /// The operation; `None` when nothing is translated.
    operation: Option<BatchOperation>,
    /// The properties the caller wants, by their names of today; empty for all.
    selected: Vec<String>,
}

impl Translation {
    /// Translates a request into the newest version, query and document, and keeps what its answer depends on.
    ///
    /// Refused: what is wrong with the version, as [`ApiVersion::of`] says; `UnsupportedProperty` and
    /// `UnsupportedQueryParameter` for what the version does not have; `NotSimulated` for what went since.
    pub(in super::super) fn of(mut request: RequestParts) -> Result<(Self, RequestParts)> {
        let version = ApiVersion::of(&request)?;
        let mut translation = Self {
            version,
            operation: None,
            selected: Vec::new(),
        };
        // What no operation has is refused where operations are looked for.
        if version < ApiVersion::NEWEST
            && let Ok((route, _)) = Route::find(&request.method, &request.path)
        {
            translation.operation = Some(route.operation);
            translation.renew_query(route.operation, &mut request)?;
            renew_body(route.operation, version, &mut request)?;
        }
        Ok((translation, request))
    }

    /// Carries out an operation that today's version has not; `None` when the request is for none of them.
    pub(in super::super) async fn carry_out_old(
        &self,
        backend: &dyn BatchBackend,
        asked: Asked<'_>,
    ) -> Result<Option<AnswerParts>> {
        operations::carry_out(backend, self.version, asked).await
    }

    /// Adds to a translated request what its version cannot say and today's must: a PUT of a job keeps what the
    /// version does not know of.
    pub(in super::super) async fn complete(
        &self,
        backend: &dyn BatchBackend,
        request: &mut RequestParts,
    ) -> Result<()> {
        if self.operation != Some(BatchOperation::ReplaceJob) {
            return Ok(());
        }
        let (_, ids) = Route::find(&request.method, &request.path)?;
        let (Some(id), Some(mut document)) = (ids.first(), object_of(&request.body)) else {
            return Ok(());
        };
        let job = backend
            .get_job(&JobId::parse(id)?, &RequestOptions::default())
            .await?;
        let stored = json!({
            "maxParallelTasks": job.max_parallel_tasks,
            "allowTaskPreemption": job.allow_task_preemption,
        });
        for (name, since) in NEW_IN_JOBS {
            if self.version < since && !stored[name].is_null() {
                document.insert(name.to_owned(), stored[name].clone());
            }
        }
        request.body = written(&document);
        Ok(())
    }

    /// Translates an answer of success into the version of its request.
    pub(in super::super) fn answer(&self, mut answer: AnswerParts) -> AnswerParts {
        let Some(model) = self.operation.and_then(Model::of_answer) else {
            return answer;
        };
        if answer.status == StatusCode::OK
            && let Some(mut document) = object_of(&answer.body)
        {
            let shown = |name: &str| {
                self.selected.is_empty()
                    || self
                        .selected
                        .iter()
                        .any(|wanted| wanted.eq_ignore_ascii_case(name))
            };
            age(&mut document, model, self.version, &shown);
            answer.body = written(&document);
        }
        answer
    }

    fn renew_query(&mut self, operation: BatchOperation, request: &mut RequestParts) -> Result<()> {
        let model = Model::of_shown(operation);
        let version = self.version;
        for (name, value) in &mut request.query {
            let lower = name.to_ascii_lowercase();
            if lower == "force" && version < FORCE {
                return Err(Error::batch(ErrorCode::UnsupportedQueryParameter)
                    .with_detail("QueryParameterName", name.as_str()));
            }
            let Some(model) = model else { continue };
            let rename = |name: &str| new_path(name, model, version);
            match lower.as_str() {
                "$filter" => *value = query::filter(value, &rename),
                "$select" => {
                    *value = query::select(value, &rename);
                    // A selection of nothing is refused where it is read.
                    if Select::parse(value).is_ok() {
                        self.selected = value.split(',').map(str::to_owned).collect();
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }
}

fn renew_body(operation: BatchOperation, version: ApiVersion, request: &mut RequestParts) -> Result<()> {
    if let Some(model) = Model::of_request(operation)
        // What is no document is refused where it is read.
        && let Some(mut document) = object_of(&request.body)
    {
        renew(&mut document, model, version)?;
        request.body = written(&document);
    }
    Ok(())
}

fn object_of(body: &[u8]) -> Option<Object> {
    match serde_json::from_slice(body) {
        Ok(Value::Object(object)) => Some(object),
        _ => None,
    }
}

/// A document as bytes, `odata.metadata` first as the service has it.
fn written(document: &Object) -> Bytes {
    struct Ordered<'a>(&'a Object);

    impl Serialize for Ordered<'_> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            const FIRST: &str = "odata.metadata";
            let mut map = serializer.serialize_map(Some(self.0.len()))?;
            if let Some(value) = self.0.get(FIRST) {
                map.serialize_entry(FIRST, value)?;
            }
            for (name, value) in self.0.iter().filter(|(name, _)| *name != FIRST) {
                map.serialize_entry(name, value)?;
            }
            map.end()
        }
    }

    Bytes::from(serde_json::to_vec(&Ordered(document)).expect("a document that was read can be written"))
}
