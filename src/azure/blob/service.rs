//! Blob Storage as a service: its properties, and batches, each one request that holds others.

use async_trait::async_trait;
use batchite_api::backend::BlobServiceOperations;
use batchite_api::blob::{
    BatchAction, BatchRequest, BlobServiceProperties, BlobServiceStatistics, ContainerName, CorsRule,
};
use batchite_api::error::{Error, Result, Service};
use batchite_api::wire::blob::batch::{self, BadBatch, Part};
use batchite_api::wire::blob::{BlobOperation, Operation, RequestHead, failure, xml};
use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::{HeaderValue, Request, Response};

use super::AzureBlob;
use super::operations::on_blob;
use super::payload::Payload;

/// Answers longer than this do not come from the service: 256 refusals fit.
const ANSWER_LIMIT: u64 = 32 * 1024 * 1024;

#[async_trait]
impl BlobServiceOperations for AzureBlob {
    async fn get_blob_service_properties(&self) -> Result<BlobServiceProperties> {
        let document = self.document(&Operation::GetServiceProperties).await?;
        xml::read_answered_service_properties(&document.bytes)
    }

    async fn set_blob_service_properties(&self, properties: &BlobServiceProperties) -> Result<()> {
        let body = Payload::document(xml::write_service_properties(properties)?);
        self.head(&Operation::SetServiceProperties, body).await.map(drop)
    }

    async fn get_cors_rules(&self) -> Result<Vec<CorsRule>> {
        Ok(self.get_blob_service_properties().await?.cors.unwrap_or_default())
    }

    async fn get_blob_service_statistics(&self) -> Result<BlobServiceStatistics> {
        let document = self.document(&Operation::GetServiceStatistics).await?;
        xml::read_service_statistics(&document.bytes)
    }

    async fn submit_batch(
        &self,
        container: Option<&ContainerName>,
        requests: &[BatchRequest],
    ) -> Result<Vec<Result<()>>> {
        let mut parts = Vec::with_capacity(requests.len());
        for request in requests {
            parts.push(self.part(request).await?);
        }
        let draw = || self.connector.jitter.up_to(u64::MAX);
        let boundary = format!("batch_{:016x}{:016x}", draw(), draw());
        let body = batch::write_requests(&boundary, &parts);
        let operation = Operation::SubmitBatch {
            container: container.cloned(),
            boundary,
        };
        let response = self.answered(&operation, Payload::Whole(body.into())).await?;
        let (head, body) = response.into_parts();
        let strange = || Error::protocol(Service::Blob, "The answer to the batch is none of a batch.");
        let boundary = batch::boundary(&head.headers).ok_or_else(strange)?;
        let body = body.collect(ANSWER_LIMIT).await?;
        let answers = batch::read_responses(boundary, &body).map_err(BadBatch::into_failure)?;
        outcomes(answers, requests.len())
    }
}

impl AzureBlob {
    /// A request as part of a batch, which shows by itself that it may.
    async fn part(&self, request: &BatchRequest) -> Result<Request<()>> {
        let operation = match request.action.clone() {
            BatchAction::Delete {
                snapshots,
                conditions,
            } => BlobOperation::Delete {
                snapshots,
                conditions,
            },
            BatchAction::SetTier { tier, conditions } => BlobOperation::SetTier { tier, conditions },
        };
        let by = Self {
            access: request.access.clone().unwrap_or_else(|| self.access.clone()),
            ..self.clone()
        };
        let head = RequestHead::of(&on_blob(&request.container, &request.blob, operation))?;
        let uri = by.uri(&head)?;
        let mut headers = head.headers;
        headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        by.authorize(&head.method, &uri, &mut headers).await?;
        let mut part = Request::new(());
        *part.method_mut() = head.method;
        *part.uri_mut() = uri;
        *part.headers_mut() = headers;
        Ok(part)
    }
}

/// What the answers of a batch tell of so many requests, in the order of these.
fn outcomes(answers: Vec<Part<Response<Bytes>>>, requests: usize) -> Result<Vec<Result<()>>> {
    // A batch nothing was begun of has one answer, which belongs to none of its requests.
    if let [
        Part {
            content_id: None,
            message,
        },
    ] = &answers[..]
        && !message.status().is_success()
    {
        return Err(refusal(message));
    }
    let mut outcomes: Vec<Option<Result<()>>> = (0..requests).map(|_| None).collect();
    for Part { content_id, message } in answers {
        let number = content_id.and_then(|number| number.parse::<usize>().ok());
        let Some(outcome @ None) = number.and_then(|number| outcomes.get_mut(number)) else {
            return Err(Error::protocol(
                Service::Blob,
                "The answer to the batch has a part that answers none of its requests.",
            ));
        };
        *outcome = Some(if message.status().is_success() {
            Ok(())
        } else {
            Err(refusal(&message))
        });
    }
    outcomes.into_iter().collect::<Option<Vec<_>>>().ok_or_else(|| {
        Error::protocol(
            Service::Blob,
            "The answer to the batch leaves some of its requests without an answer.",
        )
    })
}

fn refusal(answer: &Response<Bytes>) -> Error {
    failure::read(answer.status().as_u16(), answer.headers(), answer.body())
}

#[cfg(test)]
mod tests {
    use http::StatusCode;

    use super::*;

    fn answer(number: Option<&str>, status: u16) -> Part<Response<Bytes>> {
        let mut message = Response::new(Bytes::new());
        *message.status_mut() = StatusCode::from_u16(status).unwrap();
        message
            .headers_mut()
            .insert("x-ms-error-code", HeaderValue::from_static("BlobNotFound"));
        Part {
            content_id: number.map(str::to_owned),
            message,
        }
    }

    fn statuses(answers: Vec<Part<Response<Bytes>>>) -> Vec<u16> {
        let outcomes = outcomes(answers, 2).unwrap();
        let status = |outcome: Result<()>| outcome.map_or_else(|error| error.status(), |()| 0);
        outcomes.into_iter().map(status).collect()
    }

    #[test]
    fn answers_are_put_in_the_order_of_the_requests() {
        assert_eq!(
            statuses(vec![answer(Some("1"), 404), answer(Some("0"), 202)]),
            [0, 404]
        );
        let error = outcomes(vec![answer(None, 400)], 2).unwrap_err();
        assert_eq!((error.status(), error.code().as_str()), (400, "BlobNotFound"));
    }

    #[test]
    fn answers_that_fit_no_request_are_an_error() {
        for answers in [
            vec![],
            vec![answer(Some("0"), 202)],
            vec![answer(Some("0"), 202), answer(Some("0"), 202)],
            vec![answer(Some("0"), 202), answer(Some("2"), 202)],
            vec![answer(Some("0"), 202), answer(None, 404)],
            vec![answer(None, 202)],
            vec![answer(Some("0"), 202), answer(Some("x"), 202)],
        ] {
            let error = outcomes(answers, 2).unwrap_err();
            assert_eq!(error.status(), 0, "{error}");
        }
    }
}
