//! The bytes of a blob or block: few in a place of their own, many in shared pieces that are never copied.

use std::collections::TryReserveError;
use std::ops::Range;
use std::sync::Arc;

use batchite_api::backend::Body;
use bytes::Bytes;
use futures_util::stream;
use md5::{Digest, Md5};

/// Contents up to this length, in bytes, are copied instead of shared: what counts the sharers is not worth its place.
const COPIED: usize = 4096;

/// Pieces from this length on, in bytes, are kept as they come.
const KEPT_AS_IT_COMES: usize = 256 * 1024;

/// The longest piece that is made, in bytes.
const LONGEST_MADE: usize = 32 * 1024 * 1024;

/// The first piece that is made when nobody says how many bytes will come, in bytes.
const FIRST_MADE: usize = 16 * 1024;

/// Bytes in one or many pieces. Cloning and slicing share the bytes, unless they are few.
#[derive(Debug, Clone)]
pub struct Content(Pieces);

#[derive(Debug, Clone)]
enum Pieces {
    Few(Box<[u8]>),
    /// None is empty; each with the offset it ends at, so that a range is found by bisection.
    Many(Arc<Vec<(u64, Bytes)>>),
}

/// Content in the making, from pieces as they arrive.
///
/// What arrives over a connection shares its memory with the head of the request and whatever else came with it;
/// kept like that, a blob would hold several times its length. It is copied into memory of the right length.
#[derive(Debug, Default)]
pub struct Arriving {
    pieces: Vec<Bytes>,
    open: Vec<u8>,
    length: usize,
    expected: Option<usize>,
}

impl Arriving {
    /// Nothing yet; so many bytes are said to come.
    pub fn expecting(bytes: Option<u64>) -> Self {
        Self {
            expected: bytes.map(|bytes| usize::try_from(bytes).unwrap_or(usize::MAX)),
            ..Self::default()
        }
    }

    /// Takes the next piece. Fails when there is no memory for it.
    pub fn push(&mut self, piece: Bytes) -> Result<(), TryReserveError> {
        if piece.len() >= KEPT_AS_IT_COMES {
            self.close();
            self.length += piece.len();
            self.pieces.push(piece);
            return Ok(());
        }
        let mut rest: &[u8] = &piece;
        while !rest.is_empty() {
            let room = self.open.capacity() - self.open.len();
            if room == 0 {
                self.close();
                let to_come = match self.expected {
                    Some(expected) => expected.saturating_sub(self.length),
                    None => self.length.max(FIRST_MADE),
                };
                let wanted = to_come.max(rest.len()).min(LONGEST_MADE);
                self.open.try_reserve_exact(wanted)?;
                continue;
            }
            let (fitting, more) = rest.split_at(room.min(rest.len()));
            self.open.extend_from_slice(fitting);
            self.length += fitting.len();
            rest = more;
        }
        Ok(())
    }

    /// All that has arrived.
    pub fn finish(mut self) -> Content {
        if self.pieces.is_empty() && self.open.len() <= COPIED {
            return Content(Pieces::Few(self.open.into_boxed_slice()));
        }
        self.close();
        Content::from_pieces(self.pieces)
    }

    fn close(&mut self) {
        if !self.open.is_empty() {
            let mut made = std::mem::take(&mut self.open);
            made.shrink_to_fit();
            self.pieces.push(Bytes::from(made));
        }
    }
}

impl Content {
    /// Puts pieces together in their order.
    pub fn from_pieces(pieces: impl IntoIterator<Item = Bytes>) -> Self {
        let mut end = 0;
        let kept: Vec<(u64, Bytes)> = pieces
            .into_iter()
            .filter(|piece| !piece.is_empty())
            .map(|piece| {
                end += piece.len() as u64;
                (end, piece)
            })
            .collect();
        if end > COPIED as u64 {
            return Self(Pieces::Many(Arc::new(kept)));
        }
        let mut few = Vec::with_capacity(usize::try_from(end).unwrap_or(COPIED));
        for (_, piece) in &kept {
            few.extend_from_slice(piece);
        }
        Self(Pieces::Few(few.into_boxed_slice()))
    }

    /// The MD5 of all bytes.
    pub fn md5(&self) -> [u8; 16] {
        let mut md5 = Md5::new();
        for piece in self.pieces(0, self.length()) {
            md5.update(&piece);
        }
        md5.finalize().into()
    }

    /// Whether it is the same bytes in the same places as another, known without reading them; few bytes are read.
    pub fn is(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Pieces::Few(one), Pieces::Few(other)) => one == other,
            (Pieces::Many(one), Pieces::Many(other)) => {
                let place = |(end, bytes): &(u64, Bytes)| (*end, bytes.as_ptr());
                Arc::ptr_eq(one, other) || one.iter().map(place).eq(other.iter().map(place))
            }
            _ => false,
        }
    }

    /// Puts other pieces at the end, at the cost of those; unless a reader holds what there is, which is then listed anew.
    pub fn append(&mut self, other: &Self) {
        let more = other.pieces(0, other.length());
        match &mut self.0 {
            Pieces::Many(pieces) => {
                let pieces = Arc::make_mut(pieces);
                let mut end = pieces.last().map_or(0, |(end, _)| *end);
                for piece in more {
                    end += piece.len() as u64;
                    pieces.push((end, piece));
                }
            }
            Pieces::Few(few) => {
                let first = Bytes::from(std::mem::take(few));
                *self = Self::from_pieces(std::iter::once(first).chain(more));
            }
        }
    }

    /// The number of bytes.
    pub fn length(&self) -> u64 {
        match &self.0 {
            Pieces::Few(bytes) => bytes.len() as u64,
            Pieces::Many(pieces) => pieces.last().map_or(0, |(end, _)| *end),
        }
    }

    /// The pieces of the bytes from `first` to `end` (excluded); what lies outside is left out.
    pub fn pieces(&self, first: u64, end: u64) -> Vec<Bytes> {
        match &self.0 {
            Pieces::Few(bytes) => {
                let range = within(bytes.len(), 0, first, end);
                range
                    .map(|range| Bytes::copy_from_slice(&bytes[range]))
                    .into_iter()
                    .collect()
            }
            Pieces::Many(pieces) => {
                let from = pieces.partition_point(|(piece_end, _)| *piece_end <= first);
                pieces[from..]
                    .iter()
                    .map(|(piece_end, bytes)| (piece_end - bytes.len() as u64, bytes))
                    .take_while(|(start, _)| *start < end)
                    .filter_map(|(start, bytes)| {
                        let range = within(bytes.len(), start, first, end)?;
                        Some(bytes.slice(range))
                    })
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
        Self(Pieces::Few(Box::default()))
    }
}

impl From<Bytes> for Content {
    fn from(bytes: Bytes) -> Self {
        Self::from_pieces([bytes])
    }
}

/// What of a piece of so many bytes that begins at `start` lies between `first` and `end`.
fn within(length: usize, start: u64, first: u64, end: u64) -> Option<Range<usize>> {
    let place =
        |offset: u64| usize::try_from(offset.saturating_sub(start)).map_or(length, |at| at.min(length));
    let (first, end) = (place(first), place(end));
    (first < end).then_some(first..end)
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

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn what_arrives_is_kept_in_its_order(
            lengths in proptest::collection::vec(prop_oneof![0_usize..9, 4000..4200_usize, 65_000..66_000_usize, 262_000..263_000_usize], 0..8),
            is_told in any::<bool>(),
        ) {
            let whole: Vec<u8> = (0..lengths.iter().sum()).map(|at: usize| at.to_le_bytes()[0]).collect();
            let mut arriving = Arriving::expecting(is_told.then_some(whole.len() as u64));
            let mut start = 0;
            for length in lengths {
                arriving.push(Bytes::copy_from_slice(&whole[start..start + length])).unwrap();
                start += length;
            }
            let content = arriving.finish();
            prop_assert_eq!(content.pieces(0, content.length()).concat(), whole);
        }
    }

    #[test]
    fn the_same_bytes_are_known_without_reading_them() {
        let bytes = Bytes::from(vec![1; COPIED + 1]);
        let content = Content::from_pieces([bytes.clone(), bytes.clone()]);
        let ranged = |first, end| Content::from_pieces(content.pieces(first, end));
        let end = content.length();
        assert!(content.is(&content.clone()) && content.is(&ranged(0, end)));
        assert!(ranged(1, end - 1).is(&ranged(1, end - 1)));
        for other in [ranged(1, end), ranged(0, end - 1), ranged(0, 10)] {
            assert!(!content.is(&other));
        }
        // Equal bytes elsewhere are not known to be equal.
        assert!(!Content::from(bytes.clone()).is(&Content::from(Bytes::from(vec![1; COPIED + 1]))));
        assert!(ranged(0, 10).is(&Content::from(Bytes::from_static(&[1; 10]))));
    }

    #[test]
    fn bytes_are_shared_not_copied_unless_they_are_few() {
        let bytes = Bytes::from(vec![1; COPIED + 1]);
        let content = Content::from(bytes.clone());
        assert_eq!(content.pieces(1, 3)[0].as_ptr(), bytes[1..].as_ptr());
        let many = Content::from_pieces([bytes.clone(), bytes.clone()]);
        let second = bytes.len() as u64;
        assert_eq!(many.pieces(second, 2 * second)[0].as_ptr(), bytes.as_ptr());
    }
}
