//! The body of a request, held to its limits while it streams.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use batchite_api::backend::Body;
use batchite_api::error::{Error, ErrorCode, Result};
use batchite_api::wire::blob::header::CONTENT_LENGTH;
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::HeaderMap;
use http::header::TRANSFER_ENCODING;
use md5::{Digest, Md5};

/// How long bodies may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BodyLimits {
    /// *Put Blob*, in bytes.
    pub blob: u64,
    /// *Put Block*, in bytes.
    pub block: u64,
    /// Documents: *Put Block List* and *Set Container ACL*, in bytes.
    pub document: u64,
}

impl Default for BodyLimits {
    /// The service's own: 5,000 MiB, 4,000 MiB, and room for a list of 50,000 blocks.
    fn default() -> Self {
        const MIB: u64 = 1024 * 1024;
        Self {
            blob: 5_000 * MIB,
            block: 4_000 * MIB,
            document: 8 * MIB,
        }
    }
}

/// Refuses a write that does not say how long its body is: `MissingContentLengthHeader`.
///
/// Without this, a client that forgot its body would make an empty blob.
pub(super) fn check_length_is_told(headers: &HeaderMap) -> Result<()> {
    if headers.contains_key(&CONTENT_LENGTH) || headers.contains_key(TRANSFER_ENCODING) {
        Ok(())
    } else {
        Err(Error::blob(ErrorCode::MissingContentLengthHeader))
    }
}

/// A body that ends in `RequestBodyTooLarge` once it has more than `limit` bytes; at once when it says so itself.
pub(super) fn limited(body: Body, limit: u64) -> Result<Body> {
    let length = body.length();
    if length.is_some_and(|length| length > limit) {
        return Err(too_large(limit));
    }
    if length.is_some() {
        // HTTP itself holds a body to the length it announces.
        return Ok(body);
    }
    let pieces = body.into_stream().scan(0_u64, move |read, piece| {
        let piece = piece.and_then(|piece| {
            *read += piece.len() as u64;
            if *read > limit {
                Err(too_large(limit))
            } else {
                Ok(piece)
            }
        });
        std::future::ready(Some(piece))
    });
    Ok(Body::from_stream(None, Box::pin(pieces)))
}

fn too_large(limit: u64) -> Error {
    Error::blob(ErrorCode::RequestBodyTooLarge).with_detail("MaxLimit", limit.to_string())
}

/// A whole document.
pub(super) async fn document(body: Body, limit: u64, md5: Option<&str>) -> Result<Bytes> {
    verified(limited(body, limit)?, md5)?.collect(limit).await
}

/// A body that ends in `Md5Mismatch` when it is not what its `Content-MD5` (Base64) says.
///
/// Refused: `InvalidMd5` when that is not Base64 of 16 bytes.
pub(super) fn verified(body: Body, md5: Option<&str>) -> Result<Body> {
    let Some(md5) = md5 else {
        return Ok(body);
    };
    if STANDARD.decode(md5).map_or(0, |bytes| bytes.len()) != 16 {
        return Err(Error::blob(ErrorCode::InvalidMd5));
    }
    let given = md5.to_owned();
    let length = body.length();
    let pieces = body.into_stream().map(Some).chain(stream::iter([None]));
    let pieces = pieces.scan(Md5::new(), move |hash, piece| {
        let next = match piece {
            Some(Ok(piece)) => {
                hash.update(&piece);
                Some(Ok(piece))
            }
            Some(Err(error)) => Some(Err(error)),
            None => {
                let computed = STANDARD.encode(hash.clone().finalize());
                (computed != given).then(|| Err(md5_mismatch(&given, computed)))
            }
        };
        std::future::ready(next)
    });
    Ok(Body::from_stream(length, Box::pin(pieces)))
}

fn md5_mismatch(given: &str, computed: String) -> Error {
    Error::blob(ErrorCode::Md5Mismatch)
        .with_detail("UserSpecifiedMd5", given)
        .with_detail("ServerCalculatedMd5", computed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unknown_length(pieces: &[&'static str]) -> Body {
        let pieces: Vec<_> = pieces
            .iter()
            .map(|piece| Ok(Bytes::from_static(piece.as_bytes())))
            .collect();
        Body::from_stream(None, Box::pin(stream::iter(pieces)))
    }

    #[tokio::test]
    async fn bodies_over_the_limit_are_refused_known_or_not() {
        let error = limited(Body::from("12345"), 4).unwrap_err();
        assert!(error.is(&ErrorCode::RequestBodyTooLarge));
        let body = limited(unknown_length(&["12", "345"]), 4).unwrap();
        assert_eq!(
            body.collect(100).await.unwrap_err().code(),
            &ErrorCode::RequestBodyTooLarge
        );
        let body = limited(unknown_length(&["12", "34"]), 4).unwrap();
        assert_eq!(body.collect(100).await.unwrap(), "1234");
    }

    #[tokio::test]
    async fn a_wrong_md5_ends_the_body_in_an_error() {
        let right = "gdyb21LQTcIANtvYMT7QVQ==";
        let body = verified(unknown_length(&["12", "34"]), Some(right)).unwrap();
        assert_eq!(body.collect(100).await.unwrap(), "1234");
        let error = document(Body::from("4321"), 100, Some(right)).await.unwrap_err();
        assert!(error.is(&ErrorCode::Md5Mismatch));
        for md5 in ["", "?", "AAAA"] {
            let error = verified(Body::from("1234"), Some(md5)).unwrap_err();
            assert!(error.is(&ErrorCode::InvalidMd5), "{md5}");
        }
    }
}
