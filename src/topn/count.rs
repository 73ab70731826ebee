//! Counts the words of a stream of any length and tells the most frequent ones.
//!
//! A word is what stands between white space, without the ASCII punctuation at both its ends; what is nothing
//! but punctuation is no word. White space is what Unicode calls `White_Space`. Upper and lower case are kept
//! apart. Input that is not valid UTF-8 is no error: a byte that belongs to no character belongs to the word
//! it stands in.

use std::borrow::Cow;
use std::io::{Error, ErrorKind, Read, Result};

use super::table::{HEAD_BYTES, WordTable, number_at};

/// The longest run of bytes without white space that is taken for a word, in bytes: 64 MiB.
///
/// No text has such words, but a binary file may, and it should fail with a message, not use up the memory.
pub const WORD_BYTES_MAX: usize = 64 << 20;

/// How much of the input is held at once, in bytes, as long as no word is longer.
const BUFFER_BYTES: usize = 256 << 10;

/// One word of a text and how often it occurs.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct WordCount {
    /// The word, as the bytes it has in the input; usually but not always UTF-8.
    pub word: Vec<u8>,
    /// How often the word occurs; at least once.
    pub count: u64,
}

impl WordCount {
    /// The word for people to read: what is not valid UTF-8 is replaced by U+FFFD.
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.word)
    }
}

/// Reads `input` to its end and returns its `number` most frequent words, the most frequent one first.
///
/// Equally frequent words come in the order of their first appearance. There are fewer than `number` if the
/// input has no more. The input is read piece by piece: the memory needed grows with the different words, not
/// with the input. It is read into a buffer of our own, so it needs no `BufReader` around it.
///
/// # Errors
///
/// Whatever `input` reports, except [`ErrorKind::Interrupted`], after which the read is tried again; and
/// [`ErrorKind::InvalidData`] for a run of more than [`WORD_BYTES_MAX`] bytes without white space.
///
/// # Examples
///
/// ```
/// # use batchite::topn::top_words;
/// let words = top_words(&b"The sea, the sea! And the sky."[..], 2)?;
/// assert_eq!((&*words[0].text(), words[0].count), ("sea", 2));
/// assert_eq!((&*words[1].text(), words[1].count), ("the", 2));
/// # std::io::Result::Ok(())
/// ```
pub fn top_words(input: impl Read, number: usize) -> Result<Vec<WordCount>> {
    Ok(count_words(input, BUFFER_BYTES, WORD_BYTES_MAX)?.into_top(number))
}

/// Counts all words of `input`, through a buffer that holds at least `buffer_bytes` of it.
fn count_words(mut input: impl Read, buffer_bytes: usize, word_bytes_max: usize) -> Result<WordTable> {
    let mut table = WordTable::new();
    let mut window = Window::new(buffer_bytes, word_bytes_max);
    while window.read(&mut input)? {
        window.count_finished_words(&mut table)?;
    }
    window.count_word(&mut table, window.start, window.filled)?;
    Ok(table)
}

/// The part of the input that is held in memory: it moves along, and begins with the word that is not
/// finished yet.
#[derive(Debug)]
struct Window {
    /// What is held of the input, then room, of which the first [`HEAD_BYTES`] are spaces after each read: so
    /// a search for white space always ends, and eight bytes may be read wherever a word begins.
    buffer: Vec<u8>,
    /// Where the unfinished word begins in the buffer.
    start: usize,
    /// Up to where the unfinished word is known to have no white space.
    scanned: usize,
    /// Up to where the buffer holds input.
    filled: usize,
    /// How many bytes of the input came before the buffer's first one.
    passed: u64,
    /// The longest word allowed, in bytes, punctuation included.
    word_bytes_max: usize,
}

impl Window {
    fn new(buffer_bytes: usize, word_bytes_max: usize) -> Self {
        Self {
            buffer: vec![b' '; buffer_bytes.max(1) + HEAD_BYTES],
            start: 0,
            scanned: 0,
            filled: 0,
            passed: 0,
            word_bytes_max,
        }
    }

    /// Reads some more of the input; false at its end.
    fn read(&mut self, input: &mut impl Read) -> Result<bool> {
        if self.filled == self.capacity() {
            self.make_room();
        }
        let capacity = self.capacity();
        let room = &mut self.buffer[self.filled..capacity];
        let length = loop {
            match input.read(room) {
                Ok(length) => break length,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        };
        self.filled += length;
        self.buffer[self.filled..][..HEAD_BYTES].fill(b' ');
        Ok(length > 0)
    }

    /// How much of the input the buffer has room for.
    fn capacity(&self) -> usize {
        self.buffer.len() - HEAD_BYTES
    }

    /// Moves the unfinished word to the front, or doubles the buffer if the word fills it: so no word is
    /// moved often, however few bytes each read gives.
    fn make_room(&mut self) {
        if self.start == 0 {
            self.buffer.resize(self.capacity() * 2 + HEAD_BYTES, b' ');
            return;
        }
        self.buffer.copy_within(self.start..self.filled, 0);
        self.passed += self.start as u64;
        self.scanned -= self.start;
        self.filled -= self.start;
        self.start = 0;
    }

    /// Counts the words that have white space behind them and moves on to the one that has none yet.
    fn count_finished_words(&mut self, table: &mut WordTable) -> Result<()> {
        loop {
            let space = find_white_space(&self.buffer, self.scanned);
            if space.start >= self.filled {
                break;
            }
            if self.start < space.start {
                self.count_word(table, self.start, space.start)?;
            }
            self.start = space.end;
            self.scanned = space.end;
        }
        // The last two bytes may be the first ones of a white space character: they are looked at again
        // later.
        self.scanned = self.filled.saturating_sub(2).max(self.start);
        self.check_length(self.start, self.scanned)
    }

    /// Counts what is in the buffer from `start` to `end`, unless it is nothing but punctuation.
    #[inline]
    fn count_word(&self, table: &mut WordTable, mut start: usize, mut end: usize) -> Result<()> {
        self.check_length(start, end)?;
        while start < end && self.buffer[start].is_ascii_punctuation() {
            start += 1;
        }
        while start < end && self.buffer[end - 1].is_ascii_punctuation() {
            end -= 1;
        }
        if start < end {
            table.add(&self.buffer, start, end);
        }
        Ok(())
    }

    /// Refuses what is too long to be a word.
    #[inline]
    fn check_length(&self, start: usize, end: usize) -> Result<()> {
        if end - start > self.word_bytes_max {
            return Err(self.too_long(start));
        }
        Ok(())
    }

    #[cold]
    fn too_long(&self, start: usize) -> Error {
        let message = format!(
            "there is no white space within {} bytes from byte {} on, so this is hardly a text; \
             give a file whose words are separated by spaces or line ends",
            self.word_bytes_max,
            self.passed + start as u64
        );
        Error::new(ErrorKind::InvalidData, message)
    }
}

/// Where a white space character begins and ends.
struct WhiteSpace {
    start: usize,
    end: usize,
}

/// Finds the first white space at or after `from`. There must be eight spaces somewhere from there on.
#[inline]
fn find_white_space(text: &[u8], from: usize) -> WhiteSpace {
    const ONES: u64 = u64::MAX / 255;
    let mut start = from;
    loop {
        // Eight bytes at a time: in `suspects` the high bit of a byte is set if the byte is below `!` or
        // above 0xA0, as is the first byte of all white space. (Bytes behind the first such one may be false
        // alarms; they are looked at only when it is their turn.)
        let bytes = number_at(text, start);
        let suspects = bytes.wrapping_sub(ONES * u64::from(b'!')) & (ONES * 0x80);
        if suspects == 0 {
            start += HEAD_BYTES;
            continue;
        }
        start += suspects.trailing_zeros() as usize / 8;
        let length = white_space_length(&text[start..]);
        if length > 0 {
            return WhiteSpace {
                start,
                end: start + length,
            };
        }
        start += 1;
    }
}

/// The length in bytes of the white space character that `text` begins with; zero if it begins with another.
///
/// No character of UTF-8 has the first byte of another one inside it, so white space can be told by its
/// bytes, wherever they stand and whether or not the bytes around them are valid.
#[inline]
fn white_space_length(text: &[u8]) -> usize {
    match text {
        [b'\t'..=b'\r' | b' ', ..] => 1,
        [0xC2, 0x85 | 0xA0, ..] => 2,
        [0xE1, 0x9A, 0x80, ..]
        | [0xE2, 0x80, 0x80..=0x8A | 0xA8 | 0xA9 | 0xAF, ..]
        | [0xE2, 0x81, 0x9F, ..]
        | [0xE3, 0x80, 0x80, ..] => 3,
        _ => 0,
    }
}

#[cfg(test)]
mod tests;
