//! Finding a task by its id among a million, without keeping the ids a second time.

use std::hash::{BuildHasher, Hasher};

use foldhash::fast::FixedState;
use hashbrown::HashTable;

/// Positions by id, ignoring case. It is only ever asked for one id; nothing goes through it in its own order.
#[derive(Debug, Clone)]
pub(super) struct IdIndex {
    positions: HashTable<u32>,
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
        let matches = |position: &u32| id_at(*position).eq_ignore_ascii_case(id);
        self.positions.find(hash(&self.state, id), matches).copied()
    }

    /// Adds an id that is not in the index yet.
    pub(super) fn insert<'a>(&mut self, id: &str, position: u32, id_at: impl Fn(u32) -> &'a str) {
        let state = &self.state;
        self.positions
            .insert_unique(hash(state, id), position, |position| {
                hash(state, id_at(*position))
            });
    }

    /// Removes an id.
    pub(super) fn remove<'a>(&mut self, id: &str, id_at: impl Fn(u32) -> &'a str) {
        let matches = |position: &u32| id_at(*position).eq_ignore_ascii_case(id);
        if let Ok(entry) = self.positions.find_entry(hash(&self.state, id), matches) {
            entry.remove();
        }
    }
}

/// The hash of an id in lower case, taken eight bytes at a time.
fn hash(state: &FixedState, id: &str) -> u64 {
    let mut hasher = state.build_hasher();
    for chunk in id.as_bytes().chunks(8) {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        word.make_ascii_lowercase();
        hasher.write_u64(u64::from_le_bytes(word));
    }
    hasher.finish()
}
