//! The time of a world whose commands are real processes: the machine's clock, scaled, with jumps.
//!
//! # The hybrid rule
//! While no real process is in flight nothing in the world depends on real time, so a sleep jumps to the next event
//! as it does in virtual time ([`HostPace::jump_to`]). While processes run, a sleep waits in real time until its
//! deadline or until something happened, whichever is first, and looks again ([`HostPace::wait`]). [`HostClock`](super::HostClock) does that.
//!
//! This is the only file that reads the machine's clocks.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use batchite_api::time::{TimeSpan, Timestamp};
use batchite_sim::shared::TimeSource;
use tokio::sync::watch;

/// How much slower and faster than the machine a world may go.
const SCALES: std::ops::RangeInclusive<f64> = 0.001..=1_000_000.0;

/// Jumps closer together than this are kept as one.
const JUMP_RESOLUTION: Duration = Duration::from_millis(1);

/// How many jumps are remembered; they only serve to date files.
const JUMPS_KEPT: usize = 16_384;

/// How far behind the clock a file system may stamp a file.
const STAMP_LAG: Duration = Duration::from_millis(10);

/// Longest single sleep; a runtime's timer need not reach further.
const SLEEP_MAX: Duration = Duration::from_hours(1);

/// A scale no world can go at.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("{scale} is no time scale: give a number from {} to {}", SCALES.start(), SCALES.end())]
pub struct ScaleError {
    /// What was given.
    pub scale: f64,
}

/// The present of the machine, as a moment. Only for the moment a world starts at.
pub fn system_now() -> Timestamp {
    #[expect(
        clippy::disallowed_methods,
        reason = "a world that follows the machine has to start somewhere"
    )]
    let now = SystemTime::now();
    moment_of(now)
}

/// A moment of the machine's calendar; anything before 1970 becomes 1970.
fn moment_of(time: SystemTime) -> Timestamp {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Timestamp::UNIX_EPOCH + TimeSpan::from_std(since)
}

/// World time = start + elapsed real time × scale + jumps. Clones go together.
#[derive(Clone)]
pub struct HostPace(Arc<Inner>);

struct Inner {
    start: Timestamp,
    scale: f64,
    origin: Instant,
    /// What the machine's calendar showed at `origin`.
    origin_moment: Timestamp,
    jumps: Mutex<Jumps>,
    /// Counts what waiters have to look at.
    events: watch::Sender<u64>,
}

/// From `at` on, the world is ahead of scaled real time by `ahead`.
#[derive(Debug, Clone, Copy)]
struct Jump {
    at: Duration,
    ahead: TimeSpan,
}

/// All jumps so far, of which the latest are remembered one by one.
#[derive(Debug, Default)]
struct Jumps {
    latest: Vec<Jump>,
    /// How far ahead the world was after the last forgotten jump.
    forgotten: TimeSpan,
}

impl Jumps {
    /// How far ahead the world is now.
    fn ahead(&self) -> TimeSpan {
        self.latest.last().map_or(self.forgotten, |jump| jump.ahead)
    }

    /// How far ahead it was when that much real time had passed.
    fn ahead_at(&self, elapsed: Duration) -> TimeSpan {
        let after = self.latest.partition_point(|jump| jump.at <= elapsed);
        self.latest[..after]
            .last()
            .map_or(self.forgotten, |jump| jump.ahead)
    }

    fn push(&mut self, jump: Jump) {
        if let Some(last) = self.latest.last_mut()
            && jump.at.saturating_sub(last.at) < JUMP_RESOLUTION
        {
            last.ahead = jump.ahead;
            return;
        }
        if self.latest.len() >= JUMPS_KEPT {
            self.forgotten = self.latest[JUMPS_KEPT / 2 - 1].ahead;
            self.latest.drain(..JUMPS_KEPT / 2);
        }
        self.latest.push(jump);
    }
}

impl HostPace {
    /// A pace that begins now, at `start` in the world. Refused: a scale outside 0.001 to a million.
    pub fn new(start: Timestamp, scale: f64) -> Result<Self, ScaleError> {
        if !SCALES.contains(&scale) {
            return Err(ScaleError { scale });
        }
        Ok(Self(Arc::new(Inner {
            start,
            scale,
            origin: Instant::now(),
            origin_moment: system_now(),
            jumps: Mutex::new(Jumps::default()),
            events: watch::Sender::new(0),
        })))
    }

    /// The present of the world.
    pub fn present(&self) -> Timestamp {
        let jumps = self.lock();
        self.at(self.0.origin.elapsed(), jumps.ahead())
    }

    /// Moves the present to a moment at once; one that is past already changes nothing.
    pub fn jump_to(&self, moment: Timestamp) {
        {
            let mut jumps = self.lock();
            let elapsed = self.0.origin.elapsed();
            let ahead = jumps.ahead();
            let present = self.at(elapsed, ahead);
            if moment <= present {
                return;
            }
            let ahead = ahead + (moment - present);
            jumps.push(Jump { at: elapsed, ahead });
        }
        // Whoever waits in real time for a moment that is past now must look again.
        self.wake();
    }

    /// The number of things that happened so far. Take it before looking at the world, then give it to
    /// [`wait`](Self::wait): what happens in between is not missed.
    pub fn events(&self) -> u64 {
        *self.0.events.borrow()
    }

    /// Tells all waiters that something happened.
    pub fn wake(&self) {
        self.0.events.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// [`wake`](Self::wake) as the waker an executor calls when an outcome is ready.
    pub fn waker(&self) -> Arc<dyn Fn() + Send + Sync> {
        let pace = self.clone();
        Arc::new(move || pace.wake())
    }

    /// Waits in real time until the present is `until`, or until something happened since `seen` was taken,
    /// whichever is first. Without `until` only the latter ends the wait. Needs a runtime with its timer on.
    pub async fn wait(&self, until: Option<Timestamp>, seen: u64) {
        let mut events = self.0.events.subscribe();
        tokio::select! {
            // It fails only when the sender is gone, and that is ours.
            _ = events.wait_for(|count| *count != seen) => {}
            () = self.reach(until) => {}
        }
    }

    /// The moment of the world at which a file of this machine got a time stamp.
    pub fn moment_of_stamp(&self, stamp: Timestamp) -> Timestamp {
        let since = (stamp - self.0.origin_moment).to_std();
        // A file system stamps with a clock that lags, so a file written right after a jump would seem older.
        let ahead = self.lock().ahead_at(since + STAMP_LAG);
        self.at(since, ahead)
    }

    async fn reach(&self, until: Option<Timestamp>) {
        let Some(until) = until else {
            return std::future::pending().await;
        };
        loop {
            let present = self.present();
            if present >= until {
                return;
            }
            let left = (until - present).to_std().div_f64(self.0.scale);
            tokio::time::sleep(left.min(SLEEP_MAX)).await;
        }
    }

    fn at(&self, elapsed: Duration, ahead: TimeSpan) -> Timestamp {
        self.0.start + TimeSpan::from_std(elapsed.mul_f64(self.0.scale)) + ahead
    }

    fn lock(&self) -> MutexGuard<'_, Jumps> {
        self.0.jumps.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TimeSource for HostPace {
    fn now(&self, reached: Timestamp) -> Timestamp {
        self.present().max(reached)
    }
}

impl fmt::Debug for HostPace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("HostPace")
            .field("start", &self.0.start)
            .field("scale", &self.0.scale)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start() -> Timestamp {
        "2025-11-20T15:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_jump_moves_the_present_and_never_back() {
        let pace = HostPace::new(start(), 1.0).unwrap();
        let later = start() + TimeSpan::from_hours(3);
        pace.jump_to(later);
        let present = pace.present();
        assert!(present >= later && present < later + TimeSpan::from_minutes(1));
        pace.jump_to(start());
        assert!(pace.present() >= present);
        assert_eq!(pace.now(Timestamp::MAX), Timestamp::MAX);
    }

    #[test]
    fn scales_that_stop_or_turn_time_are_refused() {
        for scale in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e9] {
            let refused = HostPace::new(start(), scale).unwrap_err();
            assert!(refused.to_string().contains("0.001"), "{refused}");
        }
    }

    #[test]
    fn files_are_dated_as_the_world_was_when_they_were_written() {
        let pace = HostPace::new(start(), 1.0).unwrap();
        let before = pace.0.origin_moment;
        let stamp = before + TimeSpan::from_seconds(10);
        assert_eq!(pace.moment_of_stamp(stamp), start() + TimeSpan::from_seconds(10));
        pace.jump_to(start() + TimeSpan::from_days(1));
        let dated = pace.moment_of_stamp(stamp) - start();
        assert!(dated >= TimeSpan::from_days(1), "{dated}");
        let older = before + TimeSpan::from_seconds(-60);
        assert!(pace.moment_of_stamp(older) >= start());
    }

    #[test]
    fn many_jumps_keep_their_sum() {
        let mut jumps = Jumps::default();
        for number in 1..=40_000_u32 {
            let ahead = TimeSpan::from_seconds(i64::from(number));
            jumps.push(Jump {
                at: Duration::from_secs(u64::from(number)),
                ahead,
            });
            assert_eq!(jumps.ahead(), ahead);
        }
        assert!(jumps.latest.len() <= JUMPS_KEPT);
        let half = Duration::from_millis(39_000_500);
        assert_eq!(jumps.ahead_at(half), TimeSpan::from_seconds(39_000));
        assert_eq!(jumps.ahead_at(Duration::ZERO), jumps.forgotten);
    }

    #[tokio::test]
    async fn a_wait_ends_at_its_moment_or_when_something_happened() {
        let pace = HostPace::new(start(), 1_000_000.0).unwrap();
        let until = pace.present() + TimeSpan::from_seconds(1000);
        pace.wait(Some(until), pace.events()).await;
        assert!(pace.present() >= until);

        let seen = pace.events();
        pace.wake();
        // It happened after the look and before the wait, and is not missed.
        pace.wait(None, seen).await;
        pace.wait(Some(Timestamp::MAX), seen).await;
    }

    #[tokio::test]
    async fn a_jump_wakes_those_who_wait_in_real_time() {
        let pace = HostPace::new(start(), 1.0).unwrap();
        let until = start() + TimeSpan::from_days(300);
        let waiting = pace.wait(Some(until), pace.events());
        let jumping = async {
            tokio::task::yield_now().await;
            pace.jump_to(until);
        };
        tokio::join!(waiting, jumping);
        assert!(pace.present() >= until);
    }
}
