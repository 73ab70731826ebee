//! Bodies as streams of bytes: a 10 GiB blob must not need 10 GiB.

use std::fmt;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use futures_util::StreamExt;

use crate::error::{Error, Result, Service};

/// Pieces of a body as they come.
pub type ByteStream = Pin<Box<dyn Stream<Item = Result<Bytes>> + Send>>;

/// A body: a stream of bytes, and its length when it is known beforehand.
pub struct Body {
    length: Option<u64>,
    content: Content,
}

enum Content {
    /// One piece, or what is left of it: nothing. Most bodies are short, and these cost no stream of their own.
    Whole(Bytes),
    Pieces(ByteStream),
}

impl Body {
    /// A body of a length that may be known.
    pub fn from_stream(length: Option<u64>, stream: ByteStream) -> Self {
        Self {
            length,
            content: Content::Pieces(stream),
        }
    }

    /// The number of bytes it began with, when known.
    pub fn length(&self) -> Option<u64> {
        self.length
    }

    /// The stream of its pieces.
    pub fn into_stream(self) -> ByteStream {
        match self.content {
            Content::Pieces(pieces) => pieces,
            Content::Whole(_) => Box::pin(self),
        }
    }

    /// All bytes at once; an error when there are more than `limit`.
    ///
    /// A body that is one piece is handed on without being copied.
    pub async fn collect(mut self, limit: u64) -> Result<Bytes> {
        let admit = |length: u64| {
            if length <= limit {
                return Ok(());
            }
            Err(Error::protocol(
                Service::Blob,
                format!("The body has {length} bytes or more; {limit} are the limit here."),
            ))
        };
        admit(self.length.unwrap_or(0))?;
        let Some(first) = self.next().await.transpose()? else {
            return Ok(Bytes::new());
        };
        admit(first.len() as u64)?;
        let Some(second) = self.next().await.transpose()? else {
            return Ok(first);
        };
        admit(first.len() as u64 + second.len() as u64)?;
        let mut all = BytesMut::from(first);
        all.extend_from_slice(&second);
        while let Some(piece) = self.next().await.transpose()? {
            admit(all.len() as u64 + piece.len() as u64)?;
            all.extend_from_slice(&piece);
        }
        Ok(all.freeze())
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Self {
            length: Some(bytes.len() as u64),
            content: Content::Whole(bytes),
        }
    }
}

impl Stream for Body {
    type Item = Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match &mut self.content {
            Content::Pieces(pieces) => pieces.as_mut().poll_next(context),
            Content::Whole(bytes) if bytes.is_empty() => Poll::Ready(None),
            Content::Whole(bytes) => Poll::Ready(Some(Ok(mem::take(bytes)))),
        }
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Self::from(Bytes::from(bytes))
    }
}

impl From<&'static str> for Body {
    fn from(text: &'static str) -> Self {
        Self::from(Bytes::from_static(text.as_bytes()))
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Body")
            .field("length", &self.length)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use futures_util::{FutureExt, stream};

    use super::*;

    #[test]
    fn no_body_is_collected_beyond_the_limit() {
        let collect = |length: Option<u64>, pieces: &'static [&'static str], limit: u64| {
            let pieces = pieces
                .iter()
                .map(|piece| Ok(Bytes::from_static(piece.as_bytes())));
            let body = Body::from_stream(length, Box::pin(stream::iter(pieces)));
            body.collect(limit).now_or_never().unwrap()
        };
        for length in [None, Some(6)] {
            for pieces in [
                &["123456"][..],
                &["123", "456"],
                &["12", "34", "56"],
                &["1", "23456"],
            ] {
                assert_eq!(collect(length, pieces, 6).unwrap(), "123456");
                let error = collect(length, pieces, 5).unwrap_err();
                assert!(error.message().contains("5 are the limit"), "{error}");
            }
        }
        assert_eq!(collect(None, &[], 0).unwrap(), "");
    }
}
