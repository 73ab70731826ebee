//! One process group: its signals, and how to see that it is over.
//!
//! The number of a group belongs to it as long as its leader has not been waited for. So the end of the leader is
//! watched without waiting for it, the rest of the group is killed, and only then the number is given up.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustix::io::Errno;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions};
use tokio::signal::unix::{Signal as Signals, SignalKind, signal};

use super::guard::Guard;

/// How often to look whether a killed group is gone.
const GONE_INTERVAL: Duration = Duration::from_millis(5);

/// How often to look at most. What is killed runs no more; only a system that nobody tidies keeps its remains.
const GONE_LOOKS_MAX: usize = 200;

/// A process group of ours.
#[derive(Debug)]
pub(super) struct Group {
    leader: Pid,
    guard: Arc<Guard>,
    /// Whether the number is still the group's.
    held: Mutex<bool>,
}

impl Group {
    /// The group a new process leads.
    pub(super) fn new(leader: Pid, guard: Arc<Guard>) -> Self {
        guard.add(leader);
        Self {
            leader,
            guard,
            held: Mutex::new(true),
        }
    }

    /// Sends all processes of the group a signal.
    pub(super) fn signal(&self, signal: Signal) {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if *held {
            send(self.leader, signal);
        }
    }

    /// Kills what is left of the group and gives its number up.
    pub(super) fn kill(&self) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if std::mem::replace(&mut *held, false) {
            send(self.leader, Signal::KILL);
            self.guard.remove(self.leader);
        }
    }

    /// Waits until the leader has ended. `children` must have been made before the leader was.
    pub(super) async fn leader_ended(&self, children: &mut Signals) {
        while !has_ended(self.leader) {
            // It is closed only when the runtime stops, and then this is never polled again.
            if children.recv().await.is_none() {
                std::future::pending::<()>().await;
            }
        }
    }

    /// The exit code of the leader, which has ended and has not been waited for.
    pub(super) fn leader_exit_code(&self) -> i32 {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        let status = rustix::process::waitid(WaitId::Pid(self.leader), options);
        let Ok(Some(status)) = status else { return -1 };
        let by_signal = status.terminating_signal().map(|signal| 128 + signal);
        status.exit_status().or(by_signal).unwrap_or(-1)
    }

    /// The number of the group, and of its leader.
    pub(super) fn leader(&self) -> Pid {
        self.leader
    }

    /// Waits until no process of a killed group is left; its leader must have been waited for.
    pub(super) async fn gone(&self) {
        for _ in 0..GONE_LOOKS_MAX {
            if rustix::process::test_kill_process_group(self.leader).is_err() {
                return;
            }
            tokio::time::sleep(GONE_INTERVAL).await;
        }
        tracing::debug!("a killed process group has left remains that nobody waits for");
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Tells when a process that this one started may have ended.
pub(super) fn children() -> std::io::Result<Signals> {
    signal(SignalKind::child())
}

fn send(group: Pid, signal: Signal) {
    match rustix::process::kill_process_group(group, signal) {
        // Not every system counts a process nobody has waited for as one that can be signalled.
        Ok(()) | Err(Errno::SRCH | Errno::PERM) => {}
        Err(error) => tracing::warn!(%error, "a process group could not be signalled"),
    }
}

/// Whether a child has ended, without waiting for it: that would give its number away.
fn has_ended(child: Pid) -> bool {
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    loop {
        match rustix::process::waitid(WaitId::Pid(child), options) {
            Ok(status) => return status.is_some(),
            Err(Errno::INTR) => {}
            // Somebody else has waited for it.
            Err(_) => return true,
        }
    }
}
