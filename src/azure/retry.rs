//! Which failures are worth another attempt, and when it is made.

use std::error::Error as _;
use std::fmt::Debug;
use std::sync::atomic::{AtomicU64, Ordering};

use batchite_api::error::{Error, ErrorCode};
use batchite_api::time::{TimeSpan, Timestamp};
use batchite_api::wire::blob::header::{self, RETRY_AFTER};
use http::HeaderMap;

/// Random numbers, from wherever the program gets its randomness.
pub trait Jitter: Debug + Send + Sync {
    /// A number from zero to `bound`, both included.
    fn up_to(&self, bound: u64) -> u64;
}

/// Numbers that follow from a seed.
#[derive(Debug)]
pub struct SeededJitter(AtomicU64);

impl SeededJitter {
    /// The numbers of a seed. Clients that shall not retry in step need different ones.
    pub fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }
}

impl Jitter for SeededJitter {
    fn up_to(&self, bound: u64) -> u64 {
        // SplitMix64: one addition a number, which is what an atomic can do.
        const STEP: u64 = 0x9E37_79B9_7F4A_7C15;
        let mut word = self.0.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        word ^= word >> 31;
        let range = u128::from(bound) + 1;
        u64::try_from((u128::from(word) * range) >> 64).unwrap_or(bound)
    }
}

/// How often and how patiently a request is repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Attempts in all, the first one included.
    pub attempts: u32,
    /// The wait after the first attempt; it doubles with each further one.
    pub first_wait: TimeSpan,
    /// The longest wait of this client's own. A service may ask for more.
    pub longest_wait: TimeSpan,
    /// No attempt begins later than this after the first one.
    pub deadline: TimeSpan,
}

impl Default for RetryPolicy {
    /// Four attempts within five minutes.
    fn default() -> Self {
        Self {
            attempts: 4,
            first_wait: TimeSpan::from_milliseconds(500),
            longest_wait: TimeSpan::from_seconds(30),
            deadline: TimeSpan::from_minutes(5),
        }
    }
}

impl RetryPolicy {
    /// Every request is made once.
    pub const NEVER: Self = Self {
        attempts: 1,
        first_wait: TimeSpan::ZERO,
        longest_wait: TimeSpan::ZERO,
        deadline: TimeSpan::ZERO,
    };

    /// How long to wait before the next attempt; `None` when there is none.
    ///
    /// `made` counts the attempts so far and `started` is when the first one began.
    pub fn next(
        &self,
        made: u32,
        started: Timestamp,
        now: Timestamp,
        asked: Option<TimeSpan>,
        jitter: &dyn Jitter,
    ) -> Option<TimeSpan> {
        if made >= self.attempts {
            return None;
        }
        // Half of a wait is certain and half is drawn, so that clients that failed together come back apart.
        let doublings = made.saturating_sub(1).min(32);
        let full = self
            .first_wait
            .ticks()
            .saturating_mul(1 << doublings)
            .clamp(0, self.longest_wait.ticks().max(0));
        let half = full / 2;
        let drawn = jitter.up_to((full - half).unsigned_abs());
        let own = TimeSpan::from_ticks(half.saturating_add(i64::try_from(drawn).unwrap_or(0)));
        let wait = asked.map_or(own, |asked| asked.max(own));
        (now + wait <= started + self.deadline).then_some(wait)
    }
}

/// Whether a failed request may be made again.
///
/// One that is repeatable may after failures that pass: a broken connection, a server in trouble. Any other only
/// when the service said that it did nothing.
pub fn is_worth_another_attempt(error: &Error, repeatable: bool) -> bool {
    if error.is(&ErrorCode::ServerBusy) {
        return true;
    }
    let passes = match error.status() {
        // Without a cause it was not the network: the request or the answer made no sense, and will not.
        0 => error.source().is_some(),
        408 | 429 | 500 | 502 | 503 | 504 => true,
        _ => false,
    };
    repeatable && passes
}

/// How long the service asks to wait: `Retry-After`, in seconds or as a moment.
pub fn asked_wait(headers: &HeaderMap, now: Timestamp) -> Option<TimeSpan> {
    let text = header::text(headers, &RETRY_AFTER).ok()??.trim();
    if let Ok(seconds) = text.parse::<u32>() {
        return Some(TimeSpan::from_seconds(i64::from(seconds)));
    }
    let moment = Timestamp::from_rfc1123(text).ok()?;
    Some((moment - now).max(TimeSpan::ZERO))
}

#[cfg(test)]
mod tests {
    use batchite_api::error::Service;

    use super::*;

    #[derive(Debug)]
    struct Fixed(bool);

    impl Jitter for Fixed {
        fn up_to(&self, bound: u64) -> u64 {
            if self.0 { bound } else { 0 }
        }
    }

    const START: Timestamp = Timestamp::from_unix_seconds(1_000);

    fn wait(made: u32, jitter: bool, asked: Option<i64>) -> Option<i64> {
        let policy = RetryPolicy {
            attempts: 9,
            ..RetryPolicy::default()
        };
        let asked = asked.map(TimeSpan::from_seconds);
        policy
            .next(made, START, START, asked, &Fixed(jitter))
            .map(TimeSpan::milliseconds)
    }

    #[test]
    fn waits_double_up_to_a_limit_and_half_of_them_is_drawn() {
        assert_eq!(
            (wait(1, false, None), wait(1, true, None)),
            (Some(250), Some(500))
        );
        assert_eq!(
            (wait(3, false, None), wait(3, true, None)),
            (Some(1_000), Some(2_000))
        );
        assert_eq!(
            (wait(8, false, None), wait(8, true, None)),
            (Some(15_000), Some(30_000))
        );
    }

    #[test]
    fn attempts_and_time_are_limited() {
        assert_eq!(wait(9, false, None), None);
        assert_eq!(wait(1, false, Some(7)), Some(7_000));
        assert_eq!(wait(1, false, Some(301)), None, "longer than the deadline");
        let policy = RetryPolicy::default();
        let late = START + TimeSpan::from_minutes(5);
        assert_eq!(policy.next(1, START, late, None, &Fixed(false)), None);
        assert_eq!(
            RetryPolicy::NEVER.next(1, START, START, None, &Fixed(false)),
            None
        );
    }

    #[test]
    fn only_what_passes_is_repeated() {
        let broken = Error::transport(Service::Blob, "x", std::io::Error::other("reset"));
        let nonsense = Error::protocol(Service::Blob, "x");
        let status = |status| Error::from_wire(Service::Blob, "X", status, String::new());
        for (error, repeatable, otherwise) in [
            (broken, true, false),
            (nonsense, false, false),
            (Error::blob(ErrorCode::ServerBusy), true, true),
            (status(500), true, false),
            (status(503), true, false),
            (status(429), true, false),
            (status(501), false, false),
            (status(404), false, false),
            (status(409), false, false),
        ] {
            assert_eq!(is_worth_another_attempt(&error, true), repeatable, "{error:?}");
            assert_eq!(is_worth_another_attempt(&error, false), otherwise, "{error:?}");
        }
    }

    #[test]
    fn the_service_s_wish_is_read_in_both_forms() {
        let asked = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(&RETRY_AFTER, text.parse().unwrap());
            asked_wait(&headers, START)
        };
        assert_eq!(asked("3"), Some(TimeSpan::from_seconds(3)));
        assert_eq!(
            asked("Thu, 01 Jan 1970 00:16:45 GMT"),
            Some(TimeSpan::from_seconds(5))
        );
        assert_eq!(asked("Thu, 01 Jan 1970 00:00:00 GMT"), Some(TimeSpan::ZERO));
        assert_eq!(asked("soon"), None);
        assert_eq!(asked_wait(&HeaderMap::new(), START), None);
    }

    #[test]
    fn drawn_numbers_stay_in_their_bounds_and_differ() {
        let jitter = SeededJitter::new(1);
        let drawn: Vec<u64> = (0..100).map(|_| jitter.up_to(9)).collect();
        assert!((0..=9).all(|number| drawn.contains(&number)), "{drawn:?}");
        assert_eq!(jitter.up_to(0), 0);
        let again = SeededJitter::new(1);
        assert_eq!(drawn, (0..100).map(|_| again.up_to(9)).collect::<Vec<_>>());
    }
}
