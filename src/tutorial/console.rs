//! Where the flow speaks, and how it is told to stop.

use std::fmt;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;

use async_trait::async_trait;
use futures_util::future::{Either, select};
use tokio::sync::watch;

use super::error::TutorialError;

/// The person in front of the flow, or the log behind it.
#[async_trait]
pub trait Console: Send + Sync {
    /// A line of the flow's account of itself.
    fn line(&mut self, text: &str);

    /// Begins a line that [`progress`](Self::progress) may make longer.
    fn begin_progress(&mut self, text: &str);

    /// A dot, for those who watch.
    fn progress(&mut self);

    /// Ends the line of dots.
    fn end_progress(&mut self);

    /// Something the flow can live with. May come in the middle of a line of dots.
    fn warning(&mut self, text: &str);

    /// Something that makes the flow fail.
    fn error(&mut self, text: &str);

    /// Asks a question that is answered with yes or no.
    async fn confirm(&mut self, question: &str) -> bool;
}

/// A switch that asks the flow to stop and clean up. Clones share it.
#[derive(Clone)]
pub struct Interrupt(Arc<watch::Sender<bool>>);

impl Interrupt {
    /// A switch that is not thrown.
    pub fn new() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }

    /// Throws it.
    pub fn raise(&self) {
        self.0.send_replace(true);
    }

    /// Whether it was thrown.
    pub fn is_raised(&self) -> bool {
        *self.0.borrow()
    }

    /// Works until it is thrown.
    pub(super) async fn guard<F: Future>(&self, work: F) -> Result<F::Output, TutorialError> {
        let mut raised = self.0.subscribe();
        let raised = pin!(raised.wait_for(|raised| *raised));
        match select(raised, pin!(work)).await {
            Either::Left(_) => Err(TutorialError::Interrupted),
            Either::Right((output, _)) => Ok(output),
        }
    }

    /// An error once it was thrown: for places between two requests.
    pub(super) fn check(&self) -> Result<(), TutorialError> {
        if self.is_raised() {
            Err(TutorialError::Interrupted)
        } else {
            Ok(())
        }
    }
}

impl Default for Interrupt {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Interrupt {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_tuple("Interrupt")
            .field(&self.is_raised())
            .finish()
    }
}
