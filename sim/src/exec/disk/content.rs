//! The bytes of a file: large pieces are shared, small ones are gathered.

use bytes::{Bytes, BytesMut};

/// Pieces of at least this many bytes are kept as they come, without being copied.
const SHARED_PIECE: usize = 4 * 1024;

/// Gathered small pieces become a shared one at this size.
const GATHERED_PIECE: usize = 64 * 1024;

/// The bytes of a file, appendable, cheap to copy.
///
/// A blob that is staged on a thousand nodes is kept once: its pieces are counted references.
#[derive(Debug, Default)]
pub struct Content {
    /// Each piece with the offset of its end.
    pieces: Vec<(u64, Bytes)>,
    tail: BytesMut,
}

impl Content {
    /// No bytes.
    pub fn new() -> Self {
        Self::default()
    }

    /// The number of bytes.
    pub fn length(&self) -> u64 {
        self.pieces_end() + self.tail.len() as u64
    }

    /// Whether there are no bytes.
    pub fn is_empty(&self) -> bool {
        self.length() == 0
    }

    /// Adds bytes at the end, sharing them when they are many.
    pub fn append(&mut self, bytes: Bytes) {
        if bytes.len() < SHARED_PIECE {
            self.append_slice(&bytes);
        } else {
            self.gather();
            self.push(bytes);
        }
    }

    /// Adds a copy of bytes at the end.
    pub fn append_slice(&mut self, bytes: &[u8]) {
        self.tail.extend_from_slice(bytes);
        if self.tail.len() >= GATHERED_PIECE {
            self.gather();
        }
    }

    /// Adds all bytes of another content at the end, sharing its pieces.
    pub fn append_content(&mut self, other: &Self) {
        for (_, piece) in &other.pieces {
            self.append(piece.clone());
        }
        self.append_slice(&other.tail);
    }

    /// Bytes `first..end`; what lies beyond the end is left out.
    pub fn read(&self, first: u64, end: u64) -> Bytes {
        let end = end.min(self.length());
        if first >= end {
            return Bytes::new();
        }
        let from = self.pieces.partition_point(|(piece_end, _)| *piece_end <= first);
        if let Some((piece_end, piece)) = self.pieces.get(from)
            && end <= *piece_end
        {
            let start = piece_end - piece.len() as u64;
            return piece.slice(index(first - start)..index(end - start));
        }
        let mut copy = BytesMut::with_capacity(index(end - first));
        for (piece_end, piece) in &self.pieces[from..] {
            copy_part(&mut copy, piece, piece_end - piece.len() as u64, first, end);
        }
        copy_part(&mut copy, &self.tail, self.pieces_end(), first, end);
        copy.freeze()
    }

    /// All bytes.
    pub fn to_bytes(&self) -> Bytes {
        self.read(0, self.length())
    }

    /// The bytes piece by piece, in order; all but the last are shared.
    pub fn pieces(&self) -> impl Iterator<Item = Bytes> {
        let tail = (!self.tail.is_empty()).then(|| Bytes::copy_from_slice(&self.tail));
        self.pieces.iter().map(|(_, piece)| piece.clone()).chain(tail)
    }

    fn pieces_end(&self) -> u64 {
        self.pieces.last().map_or(0, |(end, _)| *end)
    }

    fn gather(&mut self) {
        if !self.tail.is_empty() {
            let tail = self.tail.split().freeze();
            self.push(tail);
        }
    }

    fn push(&mut self, bytes: Bytes) {
        let end = self.pieces_end() + bytes.len() as u64;
        self.pieces.push((end, bytes));
    }
}

impl Clone for Content {
    fn clone(&self) -> Self {
        Self {
            pieces: self.pieces.clone(),
            tail: self.tail.clone(),
        }
    }
}

impl From<Bytes> for Content {
    fn from(bytes: Bytes) -> Self {
        let mut content = Self::new();
        content.append(bytes);
        content
    }
}

/// Copies what of `piece`, which begins at `start`, lies in `first..end`.
fn copy_part(copy: &mut BytesMut, piece: &[u8], start: u64, first: u64, end: u64) {
    let piece_end = start + piece.len() as u64;
    let (from, to) = (first.max(start), end.min(piece_end));
    if from < to {
        copy.extend_from_slice(&piece[index(from - start)..index(to - start)]);
    }
}

/// An offset within memory; contents are in memory, so it always fits.
fn index(offset: u64) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_range_reads_as_of_one_piece() {
        let mut content = Content::new();
        let mut plain = Vec::new();
        for (number, length) in [(1, 10), (2, 5000), (3, 100), (4, 70_000), (5, 3), (6, 4096)] {
            let piece = vec![number; length];
            plain.extend_from_slice(&piece);
            content.append(Bytes::from(piece));
        }
        assert_eq!(content.length(), plain.len() as u64);
        assert_eq!(content.to_bytes(), plain);
        for (first, end) in [
            (0, 10),
            (5, 15),
            (9, 5011),
            (5200, 75_000),
            (79_000, u64::MAX),
            (3, 3),
            (9, 2),
        ] {
            let (from, to) = (index(first).min(plain.len()), index(end).min(plain.len()));
            let expected = plain.get(from..to).unwrap_or_default();
            assert_eq!(content.read(first, end), expected, "{first}..{end}");
        }
    }

    #[test]
    fn large_pieces_are_shared_and_copies_part_ways() {
        let piece = Bytes::from(vec![7; 10_000]);
        let mut content = Content::from(piece.clone());
        let copy = content.clone();
        content.append_slice(b"more");
        assert_eq!(copy.to_bytes().as_ptr(), piece.as_ptr());
        assert_eq!((copy.length(), content.length()), (10_000, 10_004));
    }
}
