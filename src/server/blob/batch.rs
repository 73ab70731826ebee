//! Batches: a request that holds others, each of which shows by itself that it may.
//!
//! The backend carries a batch out; what reaches it are the requests that could be read. An answer of a batch has the
//! status 202 whatever became of its requests. A batch that is refused for what it holds, and not for who sends it, has
//! it too: the refusal is then the only part of the answer, and has no number.

use batchite_api::auth::Access;
use batchite_api::backend::{BlobBackend, Body};
use batchite_api::blob::{
    BatchAction, BatchKind, BatchRequest, ContainerName, check_batch, check_batch_count,
};
use batchite_api::error::{Error, ErrorCode, Result};
use batchite_api::wire::blob::batch::{self, BODY_MAX, BadBatch, Part};
use batchite_api::wire::blob::header::{CONTENT_LENGTH, CONTENT_TYPE};
use batchite_api::wire::blob::{
    BlobOperation, Operation, RequestHead, Resource, answer as wire, failure, header,
};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Uri};

use super::answer::{self, Common, Refusal};
use super::received;
use crate::server::request_id::RequestIds;

/// Bytes of one answer within a batch at most: those of a refusal.
const PART_MAX: u64 = failure::BODY_LIMIT;

/// What a batch is carried out with.
pub(super) struct Batch<'a> {
    pub(super) backend: &'a dyn BlobBackend,
    /// The container, when the batch is one for a container.
    pub(super) container: Option<&'a ContainerName>,
    /// What stands between its parts.
    pub(super) boundary: &'a str,
    /// The path of the account, empty where the host names it.
    pub(super) account_path: &'a str,
    /// What the answer to the batch has.
    pub(super) common: &'a Common,
    pub(super) request_ids: &'a RequestIds,
}

/// A request of a batch, its head read.
struct Asked {
    parts: Parts,
    /// The head and what is asked for, when it is any of what a batch may hold.
    head: Result<(RequestHead, BatchKind)>,
    number: String,
}

impl Batch<'_> {
    /// Carries the batch out; `authenticate` tells the access a request within it shows.
    pub(super) async fn carry_out(
        &self,
        body: Body,
        authenticate: impl Fn(&Uri, &RequestHead) -> Result<Access>,
    ) -> Result<Response<Body>, Refusal> {
        let body = received::document(body, BODY_MAX, None).await?;
        let asked = match self.read(&body) {
            Ok(asked) => asked,
            Err(refusal) => {
                self.check_access().await?;
                return Ok(self.refuse(refusal).await?);
            }
        };
        let mut requests = Vec::with_capacity(asked.len());
        let mut refused = Vec::with_capacity(asked.len());
        for Asked { parts, head, .. } in &asked {
            let read = head
                .as_ref()
                .map_err(Clone::clone)
                .and_then(|(head, _)| request(head, authenticate(&parts.uri, head)?));
            match read {
                Ok(request) => {
                    requests.push(request);
                    refused.push(None);
                }
                Err(error) => refused.push(Some(error)),
            }
        }
        let outcomes = if requests.is_empty() {
            self.check_access().await?;
            Vec::new()
        } else {
            self.backend.submit_batch(self.container, &requests).await?
        };
        let mut carried_out = requests.iter().zip(outcomes);
        let mut answers = Vec::with_capacity(asked.len());
        for (Asked { parts, number, .. }, refused) in asked.iter().zip(refused) {
            let outcome = match refused {
                Some(error) => Err(error),
                None => carried_out
                    .next()
                    .ok_or_else(|| Error::blob(ErrorCode::InternalError))
                    .and_then(|(request, outcome)| outcome.and_then(|()| success(&request.action))),
            };
            let common = self.common.within(parts, self.request_ids.next());
            answers.push(Part {
                content_id: Some(number.clone()),
                message: common.finish(outcome.map_err(Refusal::from)),
            });
        }
        Ok(self.answer(answers).await?)
    }

    /// Reads the requests. Refused: what makes the batch as a whole one nothing is begun of.
    fn read(&self, body: &[u8]) -> Result<Vec<Asked>> {
        let parts = batch::read_requests(self.boundary, body).map_err(BadBatch::into_refusal)?;
        check_batch_count(parts.len())?;
        let asked: Vec<Asked> = parts
            .into_iter()
            .enumerate()
            .map(|(at, part)| self.asked(at, part))
            .collect::<Result<_>>()?;
        let kinds = asked.iter().filter_map(|asked| {
            let (head, kind) = asked.head.as_ref().ok()?;
            match &head.resource {
                Resource::Blob(container, _) => Some((*kind, container)),
                _ => None,
            }
        });
        check_batch(self.container, kinds)?;
        Ok(asked)
    }

    fn asked(&self, at: usize, part: Part<Request<()>>) -> Result<Asked> {
        let (parts, ()) = part.message.into_parts();
        let path = parts.uri.path();
        // Clients write the path below the host or, some of them, below the account.
        let below = path
            .strip_prefix(self.account_path)
            .filter(|below| below.starts_with('/'))
            .unwrap_or(path);
        let query = parts.uri.query().unwrap_or("");
        let head = RequestHead::read(parts.method.clone(), below, query, parts.headers.clone());
        let head = match head {
            Ok(head) => {
                let kind = kind_of(&head)?;
                Ok((head, kind))
            }
            Err(error) => Err(error),
        };
        Ok(Asked {
            parts,
            head,
            number: part.content_id.unwrap_or_else(|| at.to_string()),
        })
    }

    /// Asks the backend whether who sends the batch may send any.
    async fn check_access(&self) -> Result<()> {
        match self.backend.submit_batch(self.container, &[]).await {
            // An empty batch is refused for being empty once its sender is let in.
            Err(error) if !error.is(&ErrorCode::InvalidInput) => Err(error),
            _ => Ok(()),
        }
    }

    async fn refuse(&self, error: Error) -> Result<Response<Body>> {
        let answer = Part {
            content_id: None,
            message: self.common.clone().finish(Err(error.into())),
        };
        self.answer(vec![answer]).await
    }

    async fn answer(&self, answers: Vec<Part<Response<Body>>>) -> Result<Response<Body>> {
        let mut whole = Vec::with_capacity(answers.len());
        for Part { content_id, message } in answers {
            let (head, body) = message.into_parts();
            whole.push(Part {
                content_id,
                message: Response::from_parts(head, body.collect(PART_MAX).await?),
            });
        }
        let boundary = format!("batchresponse_{}", self.common.request_id());
        let body = batch::write_responses(&boundary, &whole);
        let mut headers = HeaderMap::new();
        header::set(&mut headers, &CONTENT_TYPE, batch::content_type(&boundary))?;
        headers.insert(&CONTENT_LENGTH, HeaderValue::from(body.len()));
        Ok(answer::with_body(StatusCode::ACCEPTED, headers, Body::from(body)))
    }
}

/// What a request of a batch asks for. Refused: what none may.
fn kind_of(head: &RequestHead) -> Result<BatchKind> {
    let comp = head.query.get("comp")?;
    match (&head.method, comp, &head.resource) {
        (&Method::DELETE, None, Resource::Blob(..)) => Ok(BatchKind::Delete),
        (&Method::PUT, Some("tier"), Resource::Blob(..)) => Ok(BatchKind::SetTier),
        _ => Err(Error::blob(ErrorCode::InvalidInput).with_detail(
            "Reason",
            "A batch holds requests of Delete Blob or Set Blob Tier.",
        )),
    }
}

fn request(head: &RequestHead, access: Access) -> Result<BatchRequest> {
    let Operation::OnBlob(container, blob, operation) = head.operation()? else {
        return Err(Error::blob(ErrorCode::InvalidInput));
    };
    let action = match *operation {
        BlobOperation::Delete {
            snapshots,
            conditions,
        } => BatchAction::Delete {
            snapshots,
            conditions,
        },
        BlobOperation::SetTier { tier, conditions } => BatchAction::SetTier { tier, conditions },
        _ => return Err(Error::blob(ErrorCode::InvalidInput)),
    };
    Ok(BatchRequest {
        container,
        blob,
        action,
        access: Some(access),
    })
}

/// The answer to a request that was carried out.
fn success(action: &BatchAction) -> Result<Response<Body>> {
    let mut headers = HeaderMap::new();
    let status = match action {
        BatchAction::Delete { .. } => {
            wire::write_deleted_for_good(&mut headers)?;
            StatusCode::ACCEPTED
        }
        BatchAction::SetTier { .. } => StatusCode::OK,
    };
    Ok(answer::empty(status, headers))
}
