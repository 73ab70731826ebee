//! Bodies as streams of bytes: a 10 GiB blob must not need 10 GiB.

use std::fmt;
use std::pin::Pin;

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use futures_util::{StreamExt, stream};

use crate::error::{Error, Result, Service};

/// Pieces of a body as they come.
pub type ByteStream = Pin<Box<dyn Stream<Item = Result<Bytes>> + Send>>;

/// A body: a stream of bytes, and its length when it is known beforehand.
pub struct Body {
    length: Option<u64>,
    stream: ByteStream,
}

impl Body {
    /// A body of a length that may be known.
    pub fn from_stream(length: Option<u64>, stream: ByteStream) -> Self {
        Self { length, stream }
    }

    /// The number of bytes, when known.
    pub fn length(&self) -> Option<u64> {
        self.length
    }

    /// The stream of its pieces.
    pub fn into_stream(self) -> ByteStream {
        self.stream
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
        let Some(first) = self.stream.next().await.transpose()? else {
            return Ok(Bytes::new());
        };
        admit(first.len() as u64)?;
        let Some(second) = self.stream.next().await.transpose()? else {
            return Ok(first);
        };
        admit(first.len() as u64 + second.len() as u64)?;
        let mut all = BytesMut::from(first);
        all.extend_from_slice(&second);
        while let Some(piece) = self.stream.next().await.transpose()? {
            admit(all.len() as u64 + piece.len() as u64)?;
            all.extend_from_slice(&piece);
        }
        Ok(all.freeze())
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        let length = Some(bytes.len() as u64);
        let pieces = (!bytes.is_empty()).then_some(Ok(bytes));
        Self {
            length,
            stream: Box::pin(stream::iter(pieces)),
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
    use futures_util::FutureExt;

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
