//! Commands that end in `&`: they go on beside the shell, in the same virtual time.

use std::future::poll_fn;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Poll, Waker};

use super::run::{Leave, Shell};
use super::syntax::{Item, List};
use crate::exec::process::Input;

/// A command in the background.
#[derive(Debug, Clone)]
pub(super) struct Job {
    /// What `$!` shows.
    pub(super) id: u32,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    status: Option<i32>,
    waiting: Option<Waker>,
}

impl Job {
    /// Waits for its exit code.
    pub(super) async fn ended(&self) -> i32 {
        poll_fn(|context| {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(status) = state.status {
                return Poll::Ready(status);
            }
            state.waiting = Some(context.waker().clone());
            Poll::Pending
        })
        .await
    }

    fn end(&self, status: i32) {
        let waiting = {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            state.status = Some(status);
            state.waiting.take()
        };
        if let Some(waker) = waiting {
            waker.wake();
        }
    }
}

/// Numbers of background jobs begin after that of the shell.
const FIRST_JOB: u32 = 101;

impl Shell {
    /// Starts a command in the background. It ends with the run at the latest: the service leaves nothing running.
    pub(super) fn background(&mut self, item: &Item) -> Result<(), Leave> {
        let mut shell = self.subshell()?;
        shell.streams.stdin = Input::default();
        let list = List(vec![Item {
            background: false,
            ..item.clone()
        }]);
        let job = Job {
            id: FIRST_JOB + u32::try_from(self.jobs.len()).unwrap_or(0),
            state: Arc::default(),
        };
        let ended = job.clone();
        let spawned = self.machine.life.spawn(Box::pin(async move {
            let status = shell.run_to_end(&list).await;
            ended.end(status);
        }));
        spawned.map_err(|too_many| self.refuse(too_many))?;
        self.jobs.push(job);
        self.status = 0;
        Ok(())
    }
}
