//! The clock of a world whose commands are real processes: whoever sleeps on it moves the world on.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use batchite_api::time::{Clock, TimeSpan, Timestamp};

use super::HostPace;

/// A world with its executor, as its clock has to move it. Its present comes from the [`HostPace`] of the clock.
pub trait Driven: Send + Sync {
    /// The present of the world.
    fn now(&self) -> Timestamp;

    /// Does everything that is due at the present moment, and what follows from it at once.
    fn settle(&self);

    /// When something is due next, if anything is.
    fn next_time(&self) -> Option<Timestamp>;

    /// Whether commands are under way whose end only real time brings.
    fn waits_for_real_time(&self) -> bool;
}

/// A [`Clock`] that follows the hybrid rule: see [`pace`](super::pace).
///
/// Several may sleep on it at once, each until its own moment.
#[derive(Clone)]
pub struct HostClock {
    world: Arc<dyn Driven>,
    pace: HostPace,
}

impl HostClock {
    /// A clock for a world that goes at this pace. The executor of the world must wake the pace
    /// ([`HostPace::waker`]).
    pub fn new(world: Arc<dyn Driven>, pace: HostPace) -> Self {
        Self { world, pace }
    }

    /// Moves the world on in real time, with no jumps, for as long as it is polled: for worlds that strangers watch.
    ///
    /// Whoever changes the world from outside has to wake the pace ([`HostPace::wake`]): what is due next may have
    /// changed.
    pub async fn drive(&self) {
        loop {
            let seen = self.pace.events();
            self.world.settle();
            self.pace.wait(self.world.next_time(), seen).await;
        }
    }
}

impl HostClock {
    /// Moves the world on to a moment at once, event by event, whatever runs meanwhile: real processes do not go faster.
    pub async fn advance_to(&self, target: Timestamp) {
        loop {
            self.world.settle();
            match self.world.next_time() {
                Some(next) if next <= target => self.pace.jump_to(next),
                _ => break,
            }
            // A long way has many events, and others have something to do as well.
            tokio::task::yield_now().await;
        }
        self.pace.jump_to(target);
        self.world.settle();
    }
}

#[async_trait]
impl Clock for HostClock {
    fn now(&self) -> Timestamp {
        self.world.now()
    }

    async fn sleep(&self, span: TimeSpan) {
        if span <= TimeSpan::ZERO {
            return;
        }
        let until = self.world.now() + span;
        loop {
            let seen = self.pace.events();
            self.world.settle();
            if self.world.now() >= until {
                return;
            }
            let next = self.world.next_time().map_or(until, |next| next.min(until));
            if self.world.waits_for_real_time() {
                self.pace.wait(Some(next), seen).await;
            } else {
                self.pace.jump_to(next);
                // A long sleep has many events, and others have something to do as well.
                tokio::task::yield_now().await;
            }
        }
    }
}

impl fmt::Debug for HostClock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("HostClock")
            .field("pace", &self.pace)
            .finish_non_exhaustive()
    }
}

impl Driven for batchite_sim::Simulation {
    fn now(&self) -> Timestamp {
        Self::now(self)
    }

    fn settle(&self) {
        Self::settle(self);
    }

    fn next_time(&self) -> Option<Timestamp> {
        Self::next_time(self)
    }

    fn waits_for_real_time(&self) -> bool {
        Self::waits_for_real_time(self)
    }
}
