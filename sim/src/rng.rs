//! Randomness: one seed, and a stream for each purpose, so that more draws in one do not shift another.
//!
//! The only file that names a generator. `ChaCha8` gives the same numbers on every machine and in every version.

use std::collections::BTreeMap;

use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

use batchite_api::time::TimeSpan;

/// What a stream of random numbers is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stream {
    /// Ids of nodes and requests.
    Ids,
    /// How long nodes take to be allocated and to boot.
    Nodes,
    /// How long the service takes to act.
    Service,
    /// `rand()` in the formulas of pools.
    Formulas,
    /// `rand()` in formulas that are only tried.
    FormulaTrials,
    /// Ids of pools that come with a job.
    AutoPools,
    /// Which faults strike.
    Faults,
    /// Which faults a seed has.
    Swarm,
}

/// The named streams of one seed.
#[derive(Debug)]
pub(crate) struct Streams {
    seed: u64,
    streams: BTreeMap<Stream, ChaCha8Rng>,
}

impl Streams {
    /// The streams of a seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            seed,
            streams: BTreeMap::new(),
        }
    }

    /// The next number of a stream.
    pub(crate) fn next(&mut self, stream: Stream) -> u64 {
        let seed = self.seed;
        let generator = self.streams.entry(stream).or_insert_with(|| {
            let mut generator = ChaCha8Rng::seed_from_u64(seed);
            generator.set_stream(stream as u64 + 1);
            generator
        });
        generator.next_u64()
    }

    /// The next number of a stream from zero to below one.
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit into a double")]
    pub(crate) fn fraction(&mut self, stream: Stream) -> f64 {
        (self.next(stream) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A span between both ends, drawn in whole ticks.
    pub(crate) fn span(&mut self, stream: Stream, least: TimeSpan, most: TimeSpan) -> TimeSpan {
        let width = most.ticks().saturating_sub(least.ticks());
        if width <= 0 {
            return least;
        }
        // The bias of the remainder is below one in a million million for spans of days.
        let drawn = self.next(stream) % (width.unsigned_abs() + 1);
        TimeSpan::from_ticks(least.ticks().saturating_add_unsigned(drawn))
    }

    /// Lower-case hex digits, sixteen for each draw.
    pub(crate) fn hex(&mut self, stream: Stream, draws: usize) -> String {
        use std::fmt::Write as _;
        let mut text = String::with_capacity(draws * 16);
        for _ in 0..draws {
            write!(text, "{:016x}", self.next(stream)).expect("writing to a string does not fail");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_draws_of_seed_zero_stay_what_they_are() {
        let mut streams = Streams::new(0);
        let first: Vec<u64> = (0..2).map(|_| streams.next(Stream::Ids)).collect();
        let mut again = Streams::new(0);
        for _ in 0..9 {
            again.next(Stream::Nodes);
        }
        assert_eq!(first, (0..2).map(|_| again.next(Stream::Ids)).collect::<Vec<_>>());
        assert_ne!(first[0], Streams::new(1).next(Stream::Ids));
        assert_eq!(first, [13_937_087_304_575_520_531, 13_615_851_043_850_391_654]);
    }
}
