//! Canned programs: what a command line costs and how it ends, without anything being run.
//!
//! A scenario says `ffmpeg *` takes thirty seconds, give or take, and exits 0. The pattern is held against the raw
//! command line, before quotes or anything else is looked at. Such a run stages no files, makes no directory and
//! writes no output, which is why millions of them a second are possible.
//!
//! All draws are integer arithmetic, so that a seed gives the same history on every machine.

use batchite_api::time::TimeSpan;

use super::RunId;

/// How long a canned program takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// Always the same.
    Fixed(TimeSpan),
    /// Anything from `from` up to `to`, all alike.
    Uniform {
        /// The shortest.
        from: TimeSpan,
        /// The longest, not reached itself.
        to: TimeSpan,
    },
    /// Around a median with a long tail, as most real programs.
    ///
    /// The normal number behind it is the sum of twelve even ones, so it lies within six deviations.
    LogNormal {
        /// Half of the runs take less.
        median: TimeSpan,
        /// Deviation of the logarithm in thousandths: 400 for 0.4.
        sigma_thousandths: u32,
    },
}

impl Takes {
    /// One duration, never negative, from a stream of random numbers.
    pub fn draw(self, random: &mut u64) -> TimeSpan {
        match self {
            Self::Fixed(span) => span.max(TimeSpan::ZERO),
            Self::Uniform { from, to } => {
                let (from, to) = (from.max(TimeSpan::ZERO), to.max(TimeSpan::ZERO));
                let width = to.ticks().saturating_sub(from.ticks()).max(0).unsigned_abs();
                let part = (u128::from(next_random(random)) * u128::from(width)) >> 64;
                let part = i64::try_from(part).unwrap_or(i64::MAX);
                TimeSpan::from_ticks(from.ticks().saturating_add(part))
            }
            Self::LogNormal {
                median,
                sigma_thousandths,
            } => log_normal(median, sigma_thousandths, random),
        }
    }
}

/// A canned program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptedProgram {
    /// Which command lines it stands for.
    pub pattern: CommandPattern,
    /// How long it takes.
    pub takes: Takes,
    /// Its exit code.
    pub exits: i32,
}

impl ScriptedProgram {
    /// A canned program for the command lines `pattern` fits.
    pub fn new(pattern: &str, takes: Takes, exits: i32) -> Self {
        Self {
            pattern: CommandPattern::new(pattern),
            takes,
            exits,
        }
    }
}

/// A pattern over a whole command line: `*` stands for any text, `?` for one character, all else for itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandPattern {
    text: String,
    /// Bytes before the first `*` or `?`; most lines are told apart here.
    literal: usize,
}

impl CommandPattern {
    /// Reads a pattern; every text is one.
    pub fn new(pattern: &str) -> Self {
        Self {
            text: pattern.to_owned(),
            literal: pattern.find(['*', '?']).unwrap_or(pattern.len()),
        }
    }

    /// Whether the pattern fits a command line from end to end.
    pub fn fits(&self, command_line: &str) -> bool {
        let (literal, pattern) = self.text.as_bytes().split_at(self.literal);
        command_line
            .as_bytes()
            .strip_prefix(literal)
            .is_some_and(|rest| fits(pattern, rest))
    }
}

/// Whether a pattern fits, going back to the last `*` only: the time is at most the product of the lengths.
fn fits(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut back: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(b'*') => {
                if p + 1 == pattern.len() {
                    return true;
                }
                back = Some((p + 1, t));
                p += 1;
            }
            Some(b'?') => {
                t += character_length(text[t]);
                p += 1;
            }
            Some(byte) if *byte == text[t] => {
                t += 1;
                p += 1;
            }
            _ => {
                let Some((after, from)) = back else {
                    return false;
                };
                back = Some((after, from + 1));
                (p, t) = (after, from + 1);
            }
        }
    }
    pattern[p..].iter().all(|byte| *byte == b'*')
}

/// Bytes of the character that begins with this one.
fn character_length(first: u8) -> usize {
    match first {
        0xC0..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xFF => 4,
        _ => 1,
    }
}

/// Where the stream of random numbers of a run begins.
pub(crate) fn random_of_run(seed: u64, run: RunId) -> u64 {
    let mut state = seed;
    next_random(&mut state) ^ run.0.wrapping_mul(0xD605_BBB5_8C8A_BC2D)
}

/// The next number of a stream: `SplitMix64`, a few instructions and no state beyond eight bytes.
pub(crate) fn next_random(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

/// Binary logarithm of e, times 2^32.
const LOG2_E: i128 = 6_196_328_019;

/// 2^(1/2), 2^(1/4), .. 2^(1/65536), each times 2^32.
const ROOTS_OF_TWO: [u64; 16] = [
    6_074_001_000,
    5_107_605_667,
    4_683_695_048,
    4_485_121_744,
    4_389_014_833,
    4_341_736_423,
    4_318_288_544,
    4_306_612_134,
    4_300_785_774,
    4_297_875_550,
    4_296_421_177,
    4_295_694_175,
    4_295_330_720,
    4_295_149_004,
    4_295_058_149,
    4_295_012_722,
];

fn log_normal(median: TimeSpan, sigma_thousandths: u32, random: &mut u64) -> TimeSpan {
    let sum: u64 = (0..3)
        .map(|_| {
            let number = next_random(random);
            (number & 0xFFFF) + (number >> 16 & 0xFFFF) + (number >> 32 & 0xFFFF) + (number >> 48)
        })
        .sum();
    // Twelve times half of 65535 is the middle, and 65536 is one deviation.
    let deviations = i128::from(sum) - 393_210;
    let exponent = deviations * i128::from(sigma_thousandths) * LOG2_E / (1000 * 65536);
    let (whole, fraction) = (exponent >> 32, exponent & 0xFFFF_FFFF);
    let mut factor: u64 = 1 << 32;
    for (bit, root) in (16..32).rev().zip(ROOTS_OF_TWO) {
        if fraction >> bit & 1 == 1 {
            factor = u64::try_from((u128::from(factor) * u128::from(root)) >> 32).unwrap_or(u64::MAX);
        }
    }
    let scaled = u128::from(median.ticks().max(0).unsigned_abs()) * u128::from(factor);
    let shift = u32::try_from((32 - whole).clamp(0, 127)).unwrap_or(0);
    let ticks = if whole > 32 { u128::MAX } else { scaled >> shift };
    TimeSpan::from_ticks(i64::try_from(ticks).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_whole_lines() {
        for (pattern, line, fit) in [
            ("ffmpeg *", "ffmpeg -i a b", true),
            ("ffmpeg *", "ffmpeg", false),
            ("ffmpeg*", "ffmpeg", true),
            ("*", "", true),
            ("a?c", "aéc", true),
            ("a?c", "ac", false),
            ("a*b*c", "a--b--b-c", true),
            ("a*b*c", "a--b--b-", false),
            ("exact", "exact", true),
            ("exact", "exactly", false),
            ("a[b]", "a[b]", true),
        ] {
            assert_eq!(CommandPattern::new(pattern).fits(line), fit, "{pattern} {line}");
        }
        let stars = format!("{}b", "a*".repeat(2000));
        assert!(!CommandPattern::new(&stars).fits(&"a".repeat(4000)));
    }

    #[test]
    fn the_first_draws_of_seed_zero_never_change() {
        let mut random = random_of_run(0, RunId(1));
        let takes = Takes::LogNormal {
            median: TimeSpan::from_seconds(30),
            sigma_thousandths: 400,
        };
        let drawn: Vec<i64> = (0..4).map(|_| takes.draw(&mut random).ticks()).collect();
        assert_eq!(drawn, [232_604_952, 341_604_071, 329_036_589, 226_839_629]);
    }

    #[test]
    fn draws_are_distributed_as_they_say() {
        let mut random = 7;
        let second = TimeSpan::from_seconds(1).ticks();
        let takes = Takes::LogNormal {
            median: TimeSpan::from_seconds(10),
            sigma_thousandths: 693,
        };
        let mut drawn: Vec<i64> = (0..10_001).map(|_| takes.draw(&mut random).ticks()).collect();
        drawn.sort_unstable();
        // A deviation of ln 2: 68 % lie between half and twice the median.
        for (at, seconds) in [(1587, 5), (5000, 10), (8413, 20)] {
            let (expected, found) = (seconds * second, drawn[at]);
            assert!((found - expected).abs() < expected / 20, "{at}: {found}");
        }
        let takes = Takes::Uniform {
            from: TimeSpan::from_seconds(2),
            to: TimeSpan::from_seconds(4),
        };
        let drawn: Vec<i64> = (0..1000).map(|_| takes.draw(&mut random).ticks()).collect();
        assert!(drawn.iter().all(|ticks| (2 * second..4 * second).contains(ticks)));
        assert!(drawn.iter().any(|ticks| *ticks < 21 * second / 10));
        assert!(drawn.iter().any(|ticks| *ticks > 39 * second / 10));
    }

    #[test]
    fn extremes_stay_in_range() {
        let mut random = 3;
        for takes in [
            Takes::Fixed(TimeSpan::from_seconds(-5)),
            Takes::Uniform {
                from: TimeSpan::from_seconds(9),
                to: TimeSpan::from_seconds(-9),
            },
            Takes::Uniform {
                from: TimeSpan::ZERO,
                to: TimeSpan::INFINITE,
            },
            Takes::LogNormal {
                median: TimeSpan::INFINITE,
                sigma_thousandths: u32::MAX,
            },
            Takes::LogNormal {
                median: TimeSpan::from_seconds(-1),
                sigma_thousandths: 0,
            },
        ] {
            for _ in 0..1000 {
                assert!(takes.draw(&mut random) >= TimeSpan::ZERO, "{takes:?}");
            }
        }
    }
}
