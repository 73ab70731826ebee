//! Processes that come to this one when their parents have ended: they are waited for, and ended with their task.
//!
//! A process that leaves the group of its task (`setsid`, a daemon) is none of those a group is signalled by. On Linux
//! this process is made the one such orphans come to. What they belong to is told by their environment: a process whose
//! parents have cleared it, or that runs as another user, cannot be told apart and stays.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions};
use tokio::process::{Child, Command};

use super::group::children;

/// How often to look whether what was killed is gone.
const INTERVAL: Duration = Duration::from_millis(5);

/// How often to look at most. A process that waits for a disk dies when that has answered.
const LOOKS_MAX: usize = 200;

/// The children of this process: those it has started, and all others, which it has adopted.
#[derive(Debug, Clone)]
pub struct Family {
    /// The children this process has started. Somebody waits for each of them.
    started: Arc<Mutex<HashSet<Pid>>>,
}

/// What tells of a process where it belongs: a variable it was started with.
#[derive(Debug, Clone)]
pub(super) enum Mark {
    /// It runs for the task with this working directory.
    Task(String),
    /// It runs on the node with this root.
    Node(String),
    /// It runs on some node whose root is below this directory.
    Any(String),
}

impl Mark {
    fn is_on(&self, environment: &[u8]) -> bool {
        let (name, value) = match self {
            Self::Task(directory) => ("AZ_BATCH_TASK_WORKING_DIR", directory),
            Self::Node(root) | Self::Any(root) => ("AZ_BATCH_NODE_ROOT_DIR", root),
        };
        environment.split(|byte| *byte == 0).any(|variable| {
            let given = variable
                .strip_prefix(name.as_bytes())
                .and_then(|rest| rest.strip_prefix(b"="));
            match (self, given) {
                (_, None) => false,
                (Self::Any(_), Some(given)) => given
                    .strip_prefix(value.as_bytes())
                    .is_some_and(|rest| rest.starts_with(b"/")),
                (_, Some(given)) => given == value.as_bytes(),
            }
        })
    }
}

impl Family {
    /// Makes this process the one that orphans of its children come to, and waits for those that end, for as long as
    /// the runtime lives whose context this needs.
    ///
    /// Elsewhere than on Linux nobody comes, unless this is the first process of its system.
    pub fn adopt() -> io::Result<Self> {
        #[cfg(target_os = "linux")]
        rustix::process::set_child_subreaper(Some(rustix::process::getpid()))?;
        let family = Self {
            started: Arc::default(),
        };
        let mut ended = children()?;
        let reaper = family.clone();
        tokio::spawn(async move {
            while ended.recv().await.is_some() {
                adopted(&reaper.lock());
            }
        });
        Ok(family)
    }

    /// Starts a child of this process's own.
    pub fn start(&self, command: &mut Command) -> io::Result<Child> {
        // Nobody looks while it is there and not noted.
        let mut started = self.lock();
        let child = command.spawn()?;
        started.extend(child.id().and_then(|id| Pid::from_raw(id.cast_signed())));
        Ok(child)
    }

    /// A child of this process's own has been waited for; its number may soon be another's.
    pub fn forget(&self, child: Pid) {
        self.lock().remove(&child);
    }

    /// Kills the processes that have the mark, and waits until they are gone.
    pub(super) async fn end(&self, mark: &Mark) {
        for _ in 0..LOOKS_MAX {
            if !self.kill(mark) {
                return;
            }
            tokio::time::sleep(INTERVAL).await;
        }
        tracing::debug!("a process that left the group of its task does not die");
    }

    /// Kills the adopted processes that have the mark; whether there are any. What they started comes here when they
    /// are gone.
    fn kill(&self, mark: &Mark) -> bool {
        let started = self.lock();
        let mut any = false;
        for process in adopted(&started) {
            let environment = fs::read(format!("/proc/{}/environ", process.as_raw_nonzero()));
            if environment.is_ok_and(|environment| mark.is_on(&environment)) {
                any = true;
                // Nobody but this process waits for it, so its number is its own.
                let _ = rustix::process::kill_process(process, Signal::KILL);
            }
        }
        any
    }

    fn lock(&self) -> MutexGuard<'_, HashSet<Pid>> {
        self.started.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The children of this process that it has not started, and that live. Those that have ended are waited for.
fn adopted(started: &HashSet<Pid>) -> Vec<Pid> {
    let children = children_of(rustix::process::getpid());
    let adopted = children.into_iter().filter(|child| !started.contains(child));
    adopted.filter(|child| !has_been_waited_for(*child)).collect()
}

/// Starts a child, as one of the family if there is one.
pub(super) fn spawn(family: Option<&Family>, command: &mut Command) -> io::Result<Child> {
    match family {
        Some(family) => family.start(command),
        None => command.spawn(),
    }
}

/// Kills a child of this process with everything it started, as far as its parents live.
pub fn kill_tree(root: Pid) {
    let mut found = vec![root];
    let mut next = 0;
    while let Some(process) = found.get(next) {
        found.extend(children_of(*process));
        next += 1;
    }
    for process in found {
        // One that has ended meanwhile is not missed.
        let _ = rustix::process::kill_process(process, Signal::KILL);
    }
}

/// The children of a process; none where the system does not tell.
fn children_of(process: Pid) -> Vec<Pid> {
    let threads = format!("/proc/{}/task", process.as_raw_nonzero());
    let Ok(threads) = Path::new(&threads).read_dir() else {
        return Vec::new();
    };
    let lists = threads.filter_map(|thread| fs::read_to_string(thread.ok()?.path().join("children")).ok());
    let mut children = Vec::new();
    for list in lists {
        let numbers = list.split_whitespace().filter_map(|number| number.parse().ok());
        children.extend(numbers.filter_map(Pid::from_raw));
    }
    children
}

/// Waits for a child if it has ended; whether it is gone.
fn has_been_waited_for(child: Pid) -> bool {
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG;
    !matches!(rustix::process::waitid(WaitId::Pid(child), options), Ok(None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_the_value_of_a_variable_and_nothing_like_it() {
        let environment = b"A=1\0AZ_BATCH_TASK_WORKING_DIR=/n/a/wd\0AZ_BATCH_NODE_ROOT_DIR=/n/a\0";
        for (mark, is_on) in [
            (Mark::Task("/n/a/wd".to_owned()), true),
            (Mark::Task("/n/a".to_owned()), false),
            (Mark::Node("/n/a".to_owned()), true),
            (Mark::Node("/n".to_owned()), false),
            (Mark::Any("/n".to_owned()), true),
            (Mark::Any("/n/a".to_owned()), false),
            (Mark::Any("/".to_owned()), false),
        ] {
            assert_eq!(mark.is_on(environment), is_on, "{mark:?}");
        }
        assert!(!Mark::Task("/n".to_owned()).is_on(b""));
        assert!(!Mark::Task("/n".to_owned()).is_on(b"XAZ_BATCH_TASK_WORKING_DIR=/n\0"));
    }
}
