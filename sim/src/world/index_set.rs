//! A set of small numbers with a fast smallest element.
//!
//! Scheduling puts every waiting task and every node with free slots into such sets and takes the smallest out
//! again. A tree of 64-bit words does that in a handful of instructions for a million members, where a balanced tree
//! costs a cache miss or two for each level.

/// A set of `u32`, kept as a tree of words: a bit of a level says whether the word below it is not empty.
#[derive(Debug, Clone, Default)]
pub(super) struct IndexSet {
    levels: Vec<Vec<u64>>,
    length: usize,
}

impl IndexSet {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.length
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Whether a number is a member.
    pub(super) fn contains(&self, member: u32) -> bool {
        let (word, bit) = split(member as usize);
        self.levels
            .first()
            .and_then(|level| level.get(word))
            .is_some_and(|word| word & bit != 0)
    }

    /// Adds a number; whether it was not a member before.
    pub(super) fn insert(&mut self, member: u32) -> bool {
        self.grow(member as usize);
        let mut position = member as usize;
        for level in 0..self.levels.len() {
            let (word, bit) = split(position);
            let before = self.levels[level][word];
            self.levels[level][word] = before | bit;
            if level == 0 && before & bit != 0 {
                return false;
            }
            if before != 0 {
                break;
            }
            position = word;
        }
        self.length += 1;
        true
    }

    /// Removes a number; whether it was a member.
    pub(super) fn remove(&mut self, member: u32) -> bool {
        if !self.contains(member) {
            return false;
        }
        let mut position = member as usize;
        for level in &mut self.levels {
            let (word, bit) = split(position);
            level[word] &= !bit;
            if level[word] != 0 {
                break;
            }
            position = word;
        }
        self.length -= 1;
        true
    }

    /// The smallest member.
    pub(super) fn first(&self) -> Option<u32> {
        if self.length == 0 {
            return None;
        }
        let mut position = 0;
        for level in self.levels.iter().rev() {
            position = position * 64 + level[position].trailing_zeros() as usize;
        }
        u32::try_from(position).ok()
    }

    /// All members in ascending order.
    pub(super) fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        let words = self.levels.first().map_or(&[][..], Vec::as_slice);
        words.iter().enumerate().flat_map(|(at, word)| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                let bit = (rest != 0).then(|| rest.trailing_zeros())?;
                rest &= rest - 1;
                u32::try_from(at).ok().map(|at| at * 64 + bit)
            })
        })
    }

    /// Makes room for a position on every level; the top level is always a single word.
    fn grow(&mut self, position: usize) {
        if self.levels.is_empty() {
            self.levels.push(vec![0]);
        }
        let mut index = position / 64;
        let mut level = 0;
        loop {
            let words = &mut self.levels[level];
            if words.len() <= index {
                words.resize(index + 1, 0);
            }
            if words.len() == 1 {
                return;
            }
            level += 1;
            index /= 64;
            if self.levels.len() == level {
                // The level below may have had members when it was still the top.
                let below = &self.levels[level - 1];
                let words = below.chunks(64).map(|chunk| {
                    chunk
                        .iter()
                        .enumerate()
                        .fold(0, |bits, (at, word)| bits | (u64::from(*word != 0) << at))
                });
                let words = words.collect();
                self.levels.push(words);
            }
        }
    }
}

fn split(position: usize) -> (usize, u64) {
    (position / 64, 1 << (position % 64))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn behaves_like_a_set(steps in prop::collection::vec((any::<bool>(), prop_oneof![0_u32..200, 0_u32..300_000]), 0..400)) {
            let mut set = IndexSet::default();
            let mut model = BTreeSet::new();
            for (insert, member) in steps {
                if insert {
                    prop_assert_eq!(set.insert(member), model.insert(member));
                } else {
                    prop_assert_eq!(set.remove(member), model.remove(&member));
                }
                prop_assert_eq!(set.first(), model.first().copied());
                prop_assert_eq!(set.contains(member), model.contains(&member));
            }
            let model_is_empty = model.is_empty();
            prop_assert_eq!(set.iter().collect::<Vec<_>>(), model.into_iter().collect::<Vec<_>>());
            prop_assert_eq!(set.is_empty(), model_is_empty);
        }
    }
}
