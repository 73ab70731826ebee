//! Finding a task by its id among a million, without keeping the ids a second time.

use std::hash::{BuildHasher, Hasher};

use foldhash::fast::FixedState;
use hashbrown::HashTable;

/// Positions by id, ignoring case. It is only ever asked for one id; nothing goes through it in its own order.
///
/// Half of each hash is kept beside its position, so that growing the table touches no task and a lookup touches the
/// one it finds.
#[derive(Debug, Clone)]
pub(super) struct IdIndex {
    positions: HashTable<(u32, u32)>,
    state: FixedState,
}

impl IdIndex {
    /// An empty index; the seed keeps outsiders from choosing ids that collide.
    pub(super) fn new(seed: u64) -> Self {
        Self {
            positions: HashTable::new(),
            state: FixedState::with_seed(seed),
        }
    }

    /// The position of an id; `id_at` gives the id at a position.
    pub(super) fn find<'a>(&self, id: &str, id_at: impl Fn(u32) -> &'a str) -> Option<u32> {
        let half = self.hash(id);
        let matches = |entry: &(u32, u32)| entry.0 == half && id_at(entry.1).eq_ignore_ascii_case(id);
        self.positions.find(spread(half), matches).map(|entry| entry.1)
    }

    /// Adds an id that is not in the index yet.
    pub(super) fn insert(&mut self, id: &str, position: u32) {
        let half = self.hash(id);
        self.positions
            .insert_unique(spread(half), (half, position), |entry| spread(entry.0));
    }

    /// Removes an id.
    pub(super) fn remove<'a>(&mut self, id: &str, id_at: impl Fn(u32) -> &'a str) {
        let half = self.hash(id);
        let matches = |entry: &(u32, u32)| entry.0 == half && id_at(entry.1).eq_ignore_ascii_case(id);
        if let Ok(entry) = self.positions.find_entry(spread(half), matches) {
            entry.remove();
        }
    }

    /// The hash of an id in lower case, taken eight bytes at a time.
    fn hash(&self, id: &str) -> u32 {
        let mut hasher = self.state.build_hasher();
        for chunk in id.as_bytes().chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            word.make_ascii_lowercase();
            hasher.write_u64(u64::from_le_bytes(word));
        }
        u32::try_from(hasher.finish() >> 32).unwrap_or(0)
    }
}

/// The table picks a bucket by the low bits of a hash and tells neighbours apart by its high ones.
fn spread(half: u32) -> u64 {
    u64::from(half) << 32 | u64::from(half)
}
