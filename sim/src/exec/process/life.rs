//! What all processes of one run share: the time they see, what they wait for, and how much they may do without
//! waiting.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use async_trait::async_trait;
use batchite_api::time::{Clock, TICKS_PER_SECOND, TimeSpan, Timestamp};

/// Units of work a run may do at once; each second of virtual time allows as many again.
///
/// Starting a command or going through a loop once is one unit, and so is every [`BYTES_PER_UNIT`] moved. Without it
/// `while true; do :; done` would stop the world, and so would a loop that sleeps a millionth of a second.
pub(crate) const WORK_MAX: u64 = 1_000_000;

/// Bytes that count as one unit of work.
pub(crate) const BYTES_PER_UNIT: u64 = 16 * 1024;

/// A future of a run that goes on beside its main program.
pub(crate) type Background = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The run has used up its work without letting time pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "refused: more than {WORK_MAX} steps without letting time pass; a simulated command must end or sleep, so put a \
     sleep into its loop"
)]
pub(crate) struct Exhausted;

/// Processes of a run that may go on beside its main program.
const BACKGROUND_MAX: usize = 100;

/// The run has started more than it may in the background.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("refused: more than {BACKGROUND_MAX} processes of a task in the background")]
pub(crate) struct TooManyProcesses;

/// What all processes of one run share.
pub(crate) struct Life {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    now: Timestamp,
    work: u64,
    timers: Vec<Timer>,
    next_timer: u64,
    background: Vec<Background>,
    in_background: usize,
    random: u64,
}

struct Timer {
    id: u64,
    due: Timestamp,
    waker: Waker,
}

impl Life {
    /// A life that begins at `now`; `random` seeds the numbers its programs draw.
    pub(crate) fn new(now: Timestamp, random: u64) -> Self {
        Self {
            state: Mutex::new(State {
                now,
                random,
                ..State::default()
            }),
        }
    }

    /// Moves the time and wakes what is due.
    pub(crate) fn advance(&self, now: Timestamp) {
        let due: Vec<Timer> = {
            let mut state = self.lock();
            let passed = (now - state.now).ticks().max(0).unsigned_abs();
            let allowed = u128::from(passed) * u128::from(WORK_MAX) / u128::from(TICKS_PER_SECOND);
            state.work = state
                .work
                .saturating_sub(u64::try_from(allowed).unwrap_or(u64::MAX));
            state.now = state.now.max(now);
            state.timers.extract_if(.., |timer| timer.due <= now).collect()
        };
        for timer in due {
            timer.waker.wake();
        }
    }

    /// The earliest moment anything of this run waits for.
    pub(crate) fn next_due(&self) -> Option<Timestamp> {
        self.lock().timers.iter().map(|timer| timer.due).min()
    }

    /// Counts units of work.
    pub(crate) fn charge(&self, units: u64) -> Result<(), Exhausted> {
        let mut state = self.lock();
        state.work = state.work.saturating_add(units);
        if state.work > WORK_MAX {
            Err(Exhausted)
        } else {
            Ok(())
        }
    }

    /// Counts bytes that were moved.
    pub(crate) fn charge_bytes(&self, bytes: u64) -> Result<(), Exhausted> {
        self.charge(bytes.div_ceil(BYTES_PER_UNIT))
    }

    /// Lets a future go on beside the main program; it ends with it at the latest.
    pub(crate) fn spawn(&self, background: Background) -> Result<(), TooManyProcesses> {
        let mut state = self.lock();
        if state.in_background >= BACKGROUND_MAX {
            return Err(TooManyProcesses);
        }
        state.in_background += 1;
        state.background.push(background);
        Ok(())
    }

    /// Notes that a spawned future has ended.
    pub(crate) fn background_ended(&self) {
        self.lock().in_background -= 1;
    }

    /// The futures spawned since they were last taken.
    pub(crate) fn take_background(&self) -> Vec<Background> {
        std::mem::take(&mut self.lock().background)
    }

    /// The next number of this run's own stream.
    pub(crate) fn random(&self) -> u64 {
        crate::exec::script::next_random(&mut self.lock().random)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Life {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.lock();
        formatter
            .debug_struct("Life")
            .field("now", &state.now)
            .field("work", &state.work)
            .field("timers", &state.timers.len())
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl Clock for Life {
    fn now(&self) -> Timestamp {
        self.lock().now
    }

    async fn sleep(&self, span: TimeSpan) {
        let due = self.now() + span;
        Sleep {
            life: self,
            due,
            timer: None,
        }
        .await;
    }
}

/// Waits until the run's time has come to `due`.
struct Sleep<'a> {
    life: &'a Life,
    due: Timestamp,
    timer: Option<u64>,
}

impl Future for Sleep<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let life = self.life;
        let mut state = life.lock();
        if let Some(id) = self.timer {
            state.timers.retain(|timer| timer.id != id);
        }
        if state.now >= self.due {
            drop(state);
            self.timer = None;
            return Poll::Ready(());
        }
        let id = state.next_timer;
        state.next_timer += 1;
        state.timers.push(Timer {
            id,
            due: self.due,
            waker: context.waker().clone(),
        });
        drop(state);
        self.timer = Some(id);
        Poll::Pending
    }
}

impl Drop for Sleep<'_> {
    fn drop(&mut self) {
        if let Some(id) = self.timer {
            self.life.lock().timers.retain(|timer| timer.id != id);
        }
    }
}
