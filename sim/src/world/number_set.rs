//! A set of whole numbers that mostly follow each other, with a fast way to the next one that is missing.
//!
//! Ranges of task ids are waited for from their beginning to their end; a job whose tasks 0 to 999,999 are done is one
//! run of numbers here, not a million entries.

use std::collections::BTreeMap;

/// Numbers as runs: first to last, none touching the next.
#[derive(Debug, Default)]
pub(super) struct NumberSet {
    runs: BTreeMap<i32, i32>,
}

impl NumberSet {
    /// Whether a number is a member.
    pub(super) fn contains(&self, number: i32) -> bool {
        self.run_of(number).is_some()
    }

    /// Adds a number that is not a member.
    pub(super) fn insert(&mut self, number: i32) {
        debug_assert!(!self.contains(number), "{number} is a member already");
        let below = number.checked_sub(1).and_then(|below| self.run_of(below));
        let above = number.checked_add(1).and_then(|above| self.runs.remove(&above));
        let first = below.map_or(number, |(first, _)| first);
        self.runs.insert(first, above.unwrap_or(number));
    }

    /// Removes a number, if it is a member.
    pub(super) fn remove(&mut self, number: i32) {
        let Some((first, last)) = self.run_of(number) else {
            return;
        };
        self.runs.remove(&first);
        if first < number {
            self.runs.insert(first, number - 1);
        }
        if number < last {
            self.runs.insert(number + 1, last);
        }
    }

    /// The first number from `from` on that is not a member; it may lie beyond those there can be.
    pub(super) fn next_missing(&self, from: i32) -> i64 {
        match self.run_of(from) {
            Some((_, last)) => i64::from(last) + 1,
            None => i64::from(from),
        }
    }

    fn run_of(&self, number: i32) -> Option<(i32, i32)> {
        let (first, last) = self.runs.range(..=number).next_back()?;
        (*last >= number).then_some((*first, *last))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_ends_of_all_numbers_are_numbers_like_others() {
        let mut set = NumberSet::default();
        set.insert(i32::MAX);
        set.insert(i32::MIN);
        assert_eq!(set.next_missing(i32::MAX), i64::from(i32::MAX) + 1);
        assert_eq!(set.next_missing(i32::MIN), i64::from(i32::MIN) + 1);
        set.remove(i32::MAX);
        assert_eq!(set.next_missing(i32::MAX), i64::from(i32::MAX));
    }

    proptest! {
        #[test]
        fn it_agrees_with_an_ordinary_set(changes in prop::collection::vec((-8_i32..8, any::<bool>()), 0..60)) {
            let mut set = NumberSet::default();
            let mut model = BTreeSet::new();
            for (number, adds) in changes {
                if adds && model.insert(number) {
                    set.insert(number);
                } else if !adds {
                    model.remove(&number);
                    set.remove(number);
                }
                for from in -10..10 {
                    let missing = (from..100).find(|number| !model.contains(number)).map(i64::from);
                    prop_assert_eq!(Some(set.next_missing(from)), missing);
                    prop_assert_eq!(set.contains(from), model.contains(&from));
                }
                let touching = set.runs.iter().zip(set.runs.iter().skip(1)).any(|(run, next)| run.1 + 1 >= *next.0);
                prop_assert!(!touching, "{:?}", set.runs);
            }
        }
    }
}
