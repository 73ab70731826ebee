//! Bodies on their way out and in.

use batchite_api::backend::Body;
use batchite_api::backend::body::ByteStream;
use batchite_api::error::{Error, Result, Service};
use bytes::Bytes;
use futures_util::{StreamExt, stream};

/// The body of a request.
#[derive(Debug)]
pub(super) enum Payload {
    /// All of it, which can be sent as often as need be.
    Whole(Bytes),
    /// A stream of known length, which can be sent once.
    Once {
        /// Its length in bytes.
        length: u64,
        /// The stream; gone once it has been sent.
        body: Option<Body>,
    },
}

impl Payload {
    /// No body.
    pub(super) const fn none() -> Self {
        Self::Whole(Bytes::new())
    }

    /// A document.
    pub(super) fn document(text: String) -> Self {
        Self::Whole(Bytes::from(text))
    }

    /// A body of known length. One that is a single piece of bytes can be sent again.
    pub(super) async fn of(body: Body, length: u64) -> Result<Self> {
        if length == 0 {
            return Ok(Self::none());
        }
        let mut pieces = body.into_stream();
        match pieces.next().await.transpose()? {
            Some(first) if first.len() as u64 == length => Ok(Self::Whole(first)),
            Some(first) => {
                let pieces = stream::iter([Ok(first)]).chain(pieces);
                Ok(Self::Once {
                    length,
                    body: Some(exactly(length, Box::pin(pieces))),
                })
            }
            None => Err(wrong_length(length, 0)),
        }
    }

    /// Its length in bytes.
    pub(super) fn length(&self) -> u64 {
        match self {
            Self::Whole(bytes) => bytes.len() as u64,
            Self::Once { length, .. } => *length,
        }
    }

    /// Whether it can be sent (again).
    pub(super) fn is_there(&self) -> bool {
        !matches!(self, Self::Once { body: None, .. })
    }

    /// The body to send.
    pub(super) fn take(&mut self) -> Result<Body> {
        match self {
            Self::Whole(bytes) => Ok(Body::from(bytes.clone())),
            Self::Once { body, .. } => body.take().ok_or_else(|| {
                Error::protocol(Service::Blob, "The body has been sent and cannot be sent again.")
            }),
        }
    }
}

/// A body that ends in an error unless it has exactly `length` bytes.
pub(super) fn exactly(length: u64, pieces: ByteStream) -> Body {
    let pieces = pieces
        .map(Some)
        .chain(stream::iter([None]))
        .scan(0_u64, move |read, piece| {
            let next = match piece {
                Some(Ok(piece)) => {
                    *read = read.saturating_add(piece.len() as u64);
                    if *read > length {
                        Some(Err(wrong_length(length, *read)))
                    } else {
                        Some(Ok(piece))
                    }
                }
                Some(Err(error)) => {
                    // The end says nothing more about a body that broke.
                    *read = length;
                    Some(Err(error))
                }
                None if *read < length => Some(Err(wrong_length(length, *read))),
                None => None,
            };
            std::future::ready(next)
        });
    Body::from_stream(Some(length), Box::pin(pieces))
}

fn wrong_length(expected: u64, found: u64) -> Error {
    Error::transport(
        Service::Blob,
        format!("The body should have {expected} bytes, and it ended or went on at {found}."),
        std::io::Error::from(std::io::ErrorKind::UnexpectedEof),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(pieces: &[&'static str]) -> ByteStream {
        let pieces: Vec<_> = pieces
            .iter()
            .map(|piece| Ok(Bytes::from_static(piece.as_bytes())))
            .collect();
        Box::pin(stream::iter(pieces))
    }

    #[tokio::test]
    async fn one_piece_can_be_sent_again_and_several_cannot() {
        let mut payload = Payload::of(Body::from("abc"), 3).await.unwrap();
        for _ in 0..2 {
            assert!(payload.is_there());
            assert_eq!(payload.take().unwrap().collect(9).await.unwrap(), "abc");
        }
        let body = Body::from_stream(Some(3), pieces(&["a", "bc"]));
        let mut payload = Payload::of(body, 3).await.unwrap();
        assert_eq!(payload.length(), 3);
        assert_eq!(payload.take().unwrap().collect(9).await.unwrap(), "abc");
        assert!(!payload.is_there());
        assert!(payload.take().is_err());
    }

    #[tokio::test]
    async fn a_body_of_another_length_ends_in_an_error() {
        for (length, given) in [(3, &["a", "b"][..]), (3, &["ab", "cd"]), (1, &[])] {
            let error = exactly(length, pieces(given)).collect(9).await.unwrap_err();
            assert_eq!(error.status(), 0, "{given:?}");
        }
        assert_eq!(exactly(0, pieces(&[])).collect(9).await.unwrap(), "");
        assert!(
            Payload::of(Body::from_stream(Some(2), pieces(&[])), 2)
                .await
                .is_err()
        );
    }
}
