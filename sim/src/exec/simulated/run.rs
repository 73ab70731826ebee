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
    /// The main program, until it has ended.
    main: Option<Pin<Box<dyn Future<Output = Outcome> + Send>>>,
    /// Whether what is in the background goes on when the main program has ended.
    leaves_services: bool,
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
            leaves_services: command.leaves_services,
            main: Some(Box::pin(run_command(
                Arc::clone(&life),
                command,
                surroundings,
                stderr.clone(),
            ))),
            life,
            background: Vec::new(),
            woken: Arc::default(),
            stderr,
        }
    }

    /// Whether something is left of it after its outcome.
    pub(super) fn goes_on(&self) -> bool {
        self.leaves_services && !self.background.is_empty()
    }

    /// Polls until everything waits or the main program has ended; with it ends what is in the background, unless it
    /// [`goes_on`](Self::goes_on).
    pub(super) fn step(&mut self, now: Timestamp) -> Step {
        self.life.advance(now);
        let waker = Waker::from(Arc::clone(&self.woken));
        let mut context = Context::from_waker(&waker);
        for _ in 0..WAKES_MAX {
            self.woken.0.store(false, Ordering::Relaxed);
            if let Some(main) = &mut self.main
                && let Poll::Ready(outcome) = main.as_mut().poll(&mut context)
            {
                self.main = None;
                self.background.extend(self.life.take_background());
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
                None if self.main.is_none() => Step::WaitsUntil(Timestamp::MAX),
                None => self.stuck("waited for something outside the simulation"),
            };
        }
        self.stuck("woke itself again and again without letting time pass")
    }

    fn stuck(&mut self, what: &str) -> Step {
        self.stderr.say(&format!(
            "batchite: the program {what}; nothing here would ever end that. Programs wait on their clock and on \
             blobs only.\n"
        ));
        if self.main.is_none() {
            // Its outcome is told, and nothing of it goes on.
            self.background.clear();
            return Step::WaitsUntil(Timestamp::MAX);
        }
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
