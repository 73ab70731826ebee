//! Moments, spans and the clock everything asks for the time.
//!
//! The unit is the service's own: a tick of 100 nanoseconds since the year 1. An ETag is the tick count of the
//! last modification, so anything coarser would give two writes of one millisecond the same tag.

mod span;
mod timestamp;

pub use span::TimeSpan;
pub use timestamp::Timestamp;

use async_trait::async_trait;

/// Ticks in one second.
pub const TICKS_PER_SECOND: u64 = 10_000_000;

/// A text that is not a moment or a span.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not {expected}")]
pub struct ParseTimeError {
    /// What was given.
    pub text: String,
    /// What was expected, with an example.
    pub expected: &'static str,
}

/// The time as one world sees it.
///
/// # Contract
/// `now` never goes back. `sleep` returns when at least `span` has passed on this clock; in a simulated world
/// that is what makes the world go on. Flows never call a runtime's sleep.
#[async_trait]
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Timestamp;

    /// Waits for a span; a span of zero or less returns at once.
    async fn sleep(&self, span: TimeSpan);
}
