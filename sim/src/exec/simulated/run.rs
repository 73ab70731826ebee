//! One run as futures: the main program, and what it started in the background.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use batchite_api::time::Timestamp;

use super::command::{Surroundings, run_command, stderr_of};
use crate::exec::process::{Background, Life, Output};
use crate::exec::{Command, Outcome};

/// Exit code of a run the simulation cannot carry further.
const EXIT_STUCK: i32 = 70;

/// Times a run may wake itself without letting time pass.
const WAKES_MAX: u32 = 10_000;

/// What became of a run when it was let go on.
pub(super) enum Step {
    Ended(Outcome),
    WaitsUntil(Timestamp),
}

/// A run under way.
pub(super) struct Run {
    /// Where it stands in the queue of what is due.
    pub(super) due: Option<(Timestamp, u64)>,
    life: Arc<Life>,
    main: Pin<Box<dyn Future<Output = Outcome> + Send>>,
    background: Vec<Background>,
    woken: Arc<Woken>,
    stderr: Output,
}

impl Run {
    pub(super) fn new(now: Timestamp, random: u64, command: Command, surroundings: Surroundings) -> Self {
        let life = Arc::new(Life::new(now, random));
        let stderr = stderr_of(&life, &command, &surroundings);
        Self {
            due: None,
            main: Box::pin(run_command(
                Arc::clone(&life),
                command,
                surroundings,
                stderr.clone(),
            )),
            life,
            background: Vec::new(),
            woken: Arc::default(),
            stderr,
        }
    }

    /// Polls until everything waits or the main program has ended; with it ends what is in the background.
    pub(super) fn step(&mut self, now: Timestamp) -> Step {
        self.life.advance(now);
        let waker = Waker::from(Arc::clone(&self.woken));
        let mut context = Context::from_waker(&waker);
        for _ in 0..WAKES_MAX {
            self.woken.0.store(false, Ordering::Relaxed);
            if let Poll::Ready(outcome) = self.main.as_mut().poll(&mut context) {
                return Step::Ended(outcome);
            }
            let spawned = self.life.take_background();
            let any_spawned = !spawned.is_empty();
            self.background.extend(spawned);
            self.background.retain_mut(|process| {
                let ended = process.as_mut().poll(&mut context).is_ready();
                if ended {
                    self.life.background_ended();
                }
                !ended
            });
            if any_spawned || self.woken.0.load(Ordering::Relaxed) {
                continue;
            }
            return match self.life.next_due() {
                Some(due) => Step::WaitsUntil(due),
                None => self.stuck("waited for something outside the simulation"),
            };
        }
        self.stuck("woke itself again and again without letting time pass")
    }

    fn stuck(&self, what: &str) -> Step {
        self.stderr.say(&format!(
            "batchite: the program {what}; nothing here would ever end that. Programs wait on their clock and on \
             blobs only.\n"
        ));
        Step::Ended(Outcome::Exited(EXIT_STUCK))
    }
}

/// Notes that a future wants to be polled again at once.
#[derive(Debug, Default)]
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}
