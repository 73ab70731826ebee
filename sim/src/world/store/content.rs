//! The bytes of a blob or block: shared pieces that are never copied.

use std::sync::Arc;

use batchite_api::backend::Body;
use bytes::Bytes;
use futures_util::stream;

/// Bytes in one or many pieces. Cloning and slicing share the bytes.
#[derive(Debug, Clone)]
pub struct Content(Pieces);

#[derive(Debug, Clone)]
enum Pieces {
    One(Bytes),
    /// None is empty; each with the offset it ends at, so that a range is found by bisection.
    Many(Arc<Vec<(u64, Bytes)>>),
}

impl Content {
    /// Puts pieces together in their order.
    pub fn from_pieces(pieces: impl IntoIterator<Item = Bytes>) -> Self {
        let mut end = 0;
        let mut kept: Vec<(u64, Bytes)> = pieces
            .into_iter()
            .filter(|piece| !piece.is_empty())
            .map(|piece| {
                end += piece.len() as u64;
                (end, piece)
            })
            .collect();
        match kept.len() {
            0 => Self::default(),
            1 => Self(Pieces::One(kept.swap_remove(0).1)),
            _ => Self(Pieces::Many(Arc::new(kept))),
        }
    }

    /// Puts other pieces at the end, at the cost of those; unless a reader holds what there is, which is then listed anew.
    pub fn append(&mut self, other: &Self) {
        let mut end = self.length();
        let more: Vec<Bytes> = other.pieces(0, other.length());
        match &mut self.0 {
            Pieces::Many(pieces) => {
                let pieces = Arc::make_mut(pieces);
                for piece in more {
                    end += piece.len() as u64;
                    pieces.push((end, piece));
                }
            }
            Pieces::One(first) => {
                let first = std::mem::take(first);
                *self = Self::from_pieces(std::iter::once(first).chain(more));
            }
        }
    }

    /// The number of bytes.
    pub fn length(&self) -> u64 {
        match &self.0 {
            Pieces::One(bytes) => bytes.len() as u64,
            Pieces::Many(pieces) => pieces.last().map_or(0, |(end, _)| *end),
        }
    }

    /// The pieces of the bytes from `first` to `end` (excluded); what lies outside is left out.
    pub fn pieces(&self, first: u64, end: u64) -> Vec<Bytes> {
        match &self.0 {
            Pieces::One(bytes) => cut(bytes, 0, first, end).into_iter().collect(),
            Pieces::Many(pieces) => {
                let from = pieces.partition_point(|(piece_end, _)| *piece_end <= first);
                pieces[from..]
                    .iter()
                    .map(|(piece_end, bytes)| (piece_end - bytes.len() as u64, bytes))
                    .take_while(|(start, _)| *start < end)
                    .filter_map(|(start, bytes)| cut(bytes, start, first, end))
                    .collect()
            }
        }
    }

    /// The bytes from `first` to `end` (excluded) on their way to a caller.
    pub fn body(&self, first: u64, end: u64) -> Body {
        let mut pieces = self.pieces(first, end);
        if pieces.len() < 2 {
            return Body::from(pieces.pop().unwrap_or_default());
        }
        let length = end.min(self.length()).saturating_sub(first);
        Body::from_stream(Some(length), Box::pin(stream::iter(pieces.into_iter().map(Ok))))
    }
}

impl Default for Content {
    fn default() -> Self {
        Self(Pieces::One(Bytes::new()))
    }
}

impl From<Bytes> for Content {
    fn from(bytes: Bytes) -> Self {
        Self(Pieces::One(bytes))
    }
}

/// What of a piece that begins at `start` lies between `first` and `end`.
fn cut(bytes: &Bytes, start: u64, first: u64, end: u64) -> Option<Bytes> {
    let place = |offset: u64| {
        usize::try_from(offset.saturating_sub(start)).map_or(bytes.len(), |at| at.min(bytes.len()))
    };
    let (first, end) = (place(first), place(end));
    (first < end).then(|| bytes.slice(first..end))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn ranges_are_those_of_the_bytes_put_together(
            pieces in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..5), 0..8),
            first in 0_u64..40,
            length in 0_u64..40,
        ) {
            let whole: Vec<u8> = pieces.concat();
            let content = Content::from_pieces(pieces.into_iter().map(Bytes::from));
            prop_assert_eq!(content.length(), whole.len() as u64);
            let end = first + length;
            let clamp = |offset: u64| usize::try_from(offset).unwrap().min(whole.len());
            let expected = &whole[clamp(first)..clamp(end)];
            let got = content.pieces(first, end);
            prop_assert!(got.iter().all(|piece| !piece.is_empty()));
            prop_assert_eq!(got.concat(), expected);
            prop_assert_eq!(content.body(first, end).length(), Some(expected.len() as u64));
        }
    }

    #[test]
    fn bytes_are_shared_not_copied() {
        let bytes = Bytes::from(vec![1, 2, 3, 4]);
        let content = Content::from(bytes.clone());
        assert_eq!(content.pieces(1, 3)[0].as_ptr(), bytes[1..].as_ptr());
        let many = Content::from_pieces([bytes.clone(), bytes.clone()]);
        assert_eq!(many.pieces(4, 8)[0].as_ptr(), bytes.as_ptr());
    }
}
