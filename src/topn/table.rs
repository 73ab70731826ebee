//! The words met so far, each stored and counted once.
//!
//! The words lie end to end in one arena, so meeting a known word allocates nothing and a new one seldom. The
//! standard map cannot look into an arena for its keys, so it maps the *hash* of a word to the place of its
//! count, and words of equal hash are chained. The first eight bytes of a word, which for most words is all
//! of it, are kept beside its count: comparing two words is then mostly comparing two numbers.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, BuildHasherDefault, Hasher};

use super::count::WordCount;

/// How many bytes of a word are kept beside its count.
pub(super) const HEAD_BYTES: usize = 8;

/// Words and their counts. The memory needed grows with the number and length of the *different* words.
#[derive(Debug)]
pub(super) struct WordTable {
    /// All words, end to end, in the order of their first appearance.
    arena: Vec<u8>,
    /// What is known of each word, in the same order.
    entries: Vec<Entry>,
    /// From the hash of a word to the entry that was made last of those with this hash.
    entry_by_hash: HashMap<u64, usize, BuildHasherDefault<HashedAlready>>,
    seeds: [u64; 2],
}

/// One word and how often it was met.
#[derive(Debug)]
struct Entry {
    /// The first eight bytes of the word as a number; a shorter word is filled up with zeros.
    head: u64,
    /// Where the word begins in the arena.
    start: usize,
    /// The length of the word in bytes.
    length: usize,
    /// How often the word was met.
    count: u64,
    /// Another entry whose word has the same hash.
    next: Option<usize>,
}

impl WordTable {
    /// An empty table.
    ///
    /// Its hash is seeded at random, lest a text be made on purpose whose words all have the same hash. What
    /// comes out of the table does not depend on the seeds.
    pub(super) fn new() -> Self {
        let random = RandomState::new();
        Self::with_seeds([random.hash_one(0), random.hash_one(1)])
    }

    fn with_seeds(seeds: [u64; 2]) -> Self {
        Self {
            arena: Vec::new(),
            entries: Vec::new(),
            entry_by_hash: HashMap::default(),
            seeds,
        }
    }

    /// Counts the word `text[start..end]` once more; it must not be empty.
    ///
    /// `text` must go on for [`HEAD_BYTES`] from `start`, whatever is there: the head is then read in one go.
    #[inline]
    pub(super) fn add(&mut self, text: &[u8], start: usize, end: usize) {
        let word = &text[start..end];
        let head = keep(number_at(text, start), word.len());
        let hash = self.hash(head, word);
        let first = self.entry_by_hash.get(&hash).copied();
        let mut next = first;
        while let Some(index) = next {
            let entry = &mut self.entries[index];
            if entry.head == head && entry.length == word.len() {
                let known = &self.arena[entry.start..entry.start + entry.length];
                if word.len() <= HEAD_BYTES || known[HEAD_BYTES..] == word[HEAD_BYTES..] {
                    entry.count += 1;
                    return;
                }
            }
            next = entry.next;
        }
        self.entry_by_hash.insert(hash, self.entries.len());
        self.entries.push(Entry {
            head,
            start: self.arena.len(),
            length: word.len(),
            count: 1,
            next: first,
        });
        self.arena.extend_from_slice(word);
    }

    /// The `number` most frequent words; equally frequent ones in the order of their first appearance.
    pub(super) fn into_top(mut self, number: usize) -> Vec<WordCount> {
        // A new word is stored behind all others, so `start` tells the order of first appearance.
        let rank = |entry: &Entry| (Reverse(entry.count), entry.start);
        if number < self.entries.len() {
            // There may be millions of words: only those asked for are sorted.
            self.entries.select_nth_unstable_by_key(number, rank);
            self.entries.truncate(number);
        }
        self.entries.sort_unstable_by_key(rank);
        let word_count = |entry: &Entry| WordCount {
            word: self.arena[entry.start..entry.start + entry.length].to_vec(),
            count: entry.count,
        };
        self.entries.iter().map(word_count).collect()
    }

    /// The hash of a word whose `head` is at hand.
    #[inline]
    fn hash(&self, head: u64, word: &[u8]) -> u64 {
        let [seed, other_seed] = self.seeds;
        let mut hash = fold(head ^ seed, word.len() as u64 ^ other_seed);
        if word.len() > HEAD_BYTES {
            let last = word.len() - HEAD_BYTES;
            for start in (HEAD_BYTES..last).step_by(HEAD_BYTES) {
                hash = fold(hash ^ number_at(word, start), other_seed);
            }
            // The last eight bytes, some of which may have been taken before: that does no harm.
            hash = fold(hash ^ number_at(word, last), other_seed);
        }
        hash
    }
}

/// The hasher of keys that are hashes themselves.
#[derive(Debug, Default)]
struct HashedAlready(u64);

impl Hasher for HashedAlready {
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(self.0.rotate_left(8) ^ u64::from(byte));
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// Mixes two numbers into one: the low half of their product and the high one.
#[inline]
fn fold(left: u64, right: u64) -> u64 {
    let (low, high) = left.carrying_mul(right, 0);
    low ^ high
}

/// The eight bytes of `text` from `start` on as a number, the first byte being the lowest.
#[inline]
pub(super) fn number_at(text: &[u8], start: usize) -> u64 {
    let bytes = text[start..].first_chunk().expect("there are eight bytes");
    u64::from_le_bytes(*bytes)
}

/// The head without what is behind a word of this length.
#[inline]
fn keep(head: u64, length: usize) -> u64 {
    let unwanted = HEAD_BYTES - length.min(HEAD_BYTES);
    head & (u64::MAX >> (8 * unwanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table_of(seeds: [u64; 2], words: &[&str]) -> WordTable {
        let mut table = WordTable::with_seeds(seeds);
        for word in words {
            let text = format!("{word}........");
            table.add(text.as_bytes(), 0, word.len());
        }
        table
    }

    fn top(table: WordTable, number: usize) -> Vec<(String, u64)> {
        let words = table.into_top(number);
        words
            .iter()
            .map(|word| (word.text().into_owned(), word.count))
            .collect()
    }

    #[test]
    fn words_of_equal_hash_are_counted_apart() {
        let words = [
            "lighthouses",
            "lighthouse1",
            "passengers",
            "lighthouses",
            "passengers",
            "lighthouses",
        ];
        // With these seeds all words longer than a head have the hash zero.
        let table = table_of([0, 0], &words);
        assert_eq!(table.entry_by_hash.len(), 1);
        let expected = [("lighthouses", 3), ("passengers", 2), ("lighthouse1", 1)];
        assert_eq!(
            top(table, 9),
            expected.map(|(word, count)| (word.to_owned(), count))
        );
    }

    #[test]
    fn zeros_that_fill_a_head_are_not_zeros_of_the_word() {
        // With these seeds the first three words have the same hash.
        let table = table_of(
            [u64::from(b'a'), 2],
            &["a", "a\0", "a\0\0\0\0\0\0\0", "a\0\0\0\0\0\0\0\0", "a"],
        );
        let counts: Vec<u64> = top(table, 9).into_iter().map(|(_, count)| count).collect();
        assert_eq!(counts, [2, 1, 1, 1]);
    }

    #[test]
    fn what_lies_behind_a_word_does_not_matter() {
        let mut table = WordTable::new();
        for text in [b"sea-gull.", b"sea....//", b"sea\0\0\0\0\0\0"] {
            table.add(text, 0, 3);
        }
        assert_eq!(top(table, 9), [("sea".to_owned(), 3)]);
    }

    #[test]
    fn the_seeds_do_not_show() {
        let words: Vec<String> = (0..3000)
            .map(|number| format!("w{}", number * number % 997))
            .collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let expected = top(table_of([3, 4], &words), 100);
        assert_eq!(expected.len(), 100);
        for _ in 0..3 {
            let random = WordTable::new().seeds;
            assert_eq!(top(table_of(random, &words), 100), expected);
        }
    }

    #[test]
    fn the_words_asked_for_are_the_first_of_all() {
        let words: Vec<String> = (0..2000)
            .map(|number| format!("w{}", number * number % 997))
            .collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let all = top(table_of([5, 6], &words), usize::MAX);
        for number in [0, 1, 2, all.len() - 1, all.len(), all.len() + 1] {
            let some = top(table_of([5, 6], &words), number);
            assert_eq!(some, all[..number.min(all.len())]);
        }
    }
}
