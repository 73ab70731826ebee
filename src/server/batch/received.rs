//! The body of a request: a document, held to its limit.

use batchite_api::backend::Body;
use batchite_api::error::{Error, ErrorCode, Result, Service};
use batchite_api::wire::batch::Route;
use batchite_api::wire::batch::route::BodyRule;
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use http::HeaderMap;
use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};

/// How long the bodies of requests may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DocumentLimits {
    /// The document of a request, in bytes.
    pub document: u64,
}

impl Default for DocumentLimits {
    /// The service's own: 1 MiB.
    fn default() -> Self {
        Self {
            document: 1024 * 1024,
        }
    }
}

/// Takes a document whole.
///
/// Refused: `RequestBodyTooLarge`, before the rest is read.
pub(super) async fn document(body: Body, limits: DocumentLimits) -> Result<Bytes> {
    let limit = limits.document;
    let too_large =
        || Error::batch(ErrorCode::RequestBodyTooLarge).with_detail("MaxLimit", limit.to_string());
    if body.length().is_some_and(|length| length > limit) {
        return Err(too_large());
    }
    let mut pieces = body.into_stream();
    let mut read = BytesMut::new();
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|error| error.with_service(Service::Batch))?;
        if read.len() as u64 + piece.len() as u64 > limit {
            return Err(too_large());
        }
        read.extend_from_slice(&piece);
    }
    Ok(read.freeze())
}

/// Refuses a request that has to bring a document and does not say how long it is: `MissingContentLengthHeader`.
pub(super) fn check_length_is_told(route: &Route, headers: &HeaderMap) -> Result<()> {
    let told = headers.contains_key(CONTENT_LENGTH) || headers.contains_key(TRANSFER_ENCODING);
    if !told && matches!(route.body, BodyRule::Required | BodyRule::Only(_)) {
        return Err(Error::batch(ErrorCode::MissingContentLengthHeader));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use batchite_api::wire::batch::operations::{job, pool};
    use futures_util::stream;

    use super::*;

    #[tokio::test]
    async fn documents_over_the_limit_are_refused_known_or_not() {
        let limits = DocumentLimits { document: 4 };
        let unknown = |pieces: &'static [&'static str]| {
            let pieces = pieces
                .iter()
                .map(|piece| Ok(Bytes::from_static(piece.as_bytes())));
            Body::from_stream(None, Box::pin(stream::iter(pieces)))
        };
        for body in [Body::from("12345"), unknown(&["12", "345"])] {
            let error = document(body, limits).await.unwrap_err();
            assert!(error.is(&ErrorCode::RequestBodyTooLarge));
            assert_eq!((error.status(), error.detail("MaxLimit")), (413, Some("4")));
        }
        for body in [Body::from("1234"), unknown(&["12", "34"])] {
            assert_eq!(document(body, limits).await.unwrap(), "1234");
        }
    }

    #[test]
    fn a_length_is_needed_where_a_document_is() {
        let mut headers = HeaderMap::new();
        let error = check_length_is_told(&pool::CREATE_POOL.route, &headers).unwrap_err();
        assert_eq!(error.status(), 411);
        assert!(check_length_is_told(&job::TERMINATE_JOB.route, &headers).is_ok());
        assert!(check_length_is_told(&pool::STOP_POOL_RESIZE.route, &headers).is_ok());
        headers.insert(TRANSFER_ENCODING, http::HeaderValue::from_static("chunked"));
        assert!(check_length_is_told(&pool::CREATE_POOL.route, &headers).is_ok());
    }
}
