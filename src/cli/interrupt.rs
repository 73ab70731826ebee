//! Ctrl-C: once to stop and clean up, twice to be gone at once.

use std::io;

use crate::tutorial::Interrupt;

/// Listens from now on. The first interruption throws the switch; the second ends the process where it stands.
pub(super) fn listen(interrupt: Interrupt) -> io::Result<()> {
    let mut signals = Signals::new()?;
    tokio::spawn(async move {
        signals.next().await;
        interrupt.raise();
        signals.next().await;
        super::say_error("interrupted again: stopping without cleaning up");
        std::process::exit(i32::from(super::INTERRUPTED));
    });
    Ok(())
}

/// What somebody asks of this process by a signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// Ctrl-C: where it comes from a terminal, all that runs there got it too.
    Interrupt,
    /// To end, as from a service manager: nobody else got it.
    Terminate,
}

#[cfg(unix)]
pub(super) struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    /// Listens from now on: the signals do not end the process any more.
    pub(super) fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};

        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// The next one.
    pub(super) async fn next(&mut self) -> Asked {
        tokio::select! {
            _ = self.interrupt.recv() => Asked::Interrupt,
            _ = self.terminate.recv() => Asked::Terminate,
        }
    }
}

#[cfg(not(unix))]
pub(super) struct Signals;

#[cfg(not(unix))]
impl Signals {
    /// Listens from now on: the signals do not end the process any more.
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self)
    }

    /// The next one.
    pub(super) async fn next(&mut self) -> Asked {
        // Without a listener nobody can interrupt; then there is nothing to wait for.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        Asked::Interrupt
    }
}
