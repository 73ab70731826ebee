//! Real commands on this machine: an opt-in [`Executor`](batchite_sim::exec::Executor), and the time of its world.
//!
//! Whoever may add tasks runs programs as the user of this process; tasks are not protected from each other.
//! What the modules promise:
//!
//! - [`pace`]: the machine's clock as the time of a world, with the jumps of the hybrid rule; [`clock`]: sleeping on it
//! - `process`: [`ProcessExecutor`]; `shared`: its account of all runs; `run`: the life of one run
//! - `launch`, `group`, `guard`, `output`: a program in its own process group, its end, its output
//! - [`family`]: processes that left their group
//! - `engine`: commands in containers
//! - `disk`, `beneath`, `files`, `stage`, `deploy`: the directories of the nodes, and paths that stay below them
//!
//! # Where the files are
//! A directory per node below the root that the caller gives (mode 0700): `applications`, `fsmounts`, `shared`,
//! `startup`, `volatile` and `workitems/{job}/job-1/{task}` with `stdout.txt`, `stderr.txt` and the working directory
//! `wd`, as the service documents.
//!
//! # How a command runs
//! - Not under a shell. Its program is looked up on the `PATH` of the task.
//! - Without input. Standard output and error go to their files up to a limit each
//!   ([`HostOptions::output_limit`]); a last line then says where they were cut, and the program goes on.
//! - With nothing of this process's environment: what [`HostOptions::environment`] holds, `HOME` (the working
//!   directory), and the variables of the task.
//! - As the current user, whatever elevation or user the task names.
//! - In its own process group. When its first process ends, the rest of the group is killed; what a coordination command
//!   leaves running stays until its multi-instance task ends. A run that is ended gets
//!   `SIGTERM`, a grace period ([`HostOptions::grace`]), then `SIGKILL`. The next run in the same directory waits for that.
//! - A program that was ended by signal n exits with 128 + n, as a shell would say.
//!
//! # Limits
//! - A process that leaves its group (`setsid`, a daemon) is ended with its task, and that of a start task with its node,
//!   where this process adopts such ([`Family`]) and can tell whose they are; else it is neither seen nor ended.
//! - If this process is killed outright, a small shell kills the process groups that were running. A program started
//!   in the very same moment may escape it.
//! - Disks are not limited. `containerSettings` are refused, ignored, or given to docker or podman ([`Containers`]).
//! - Unix only; elsewhere [`ProcessExecutor::new`] says so.

pub mod clock;
pub mod pace;

#[cfg(unix)]
mod beneath;
#[cfg(unix)]
mod deploy;
#[cfg(unix)]
mod disk;
#[cfg(unix)]
mod engine;
#[cfg(unix)]
pub mod family;
#[cfg(unix)]
mod files;
#[cfg(unix)]
mod group;
#[cfg(unix)]
mod guard;
#[cfg(unix)]
mod launch;
#[cfg(unix)]
mod output;
#[cfg(unix)]
mod process;
#[cfg(unix)]
mod run;
#[cfg(unix)]
mod shared;
#[cfg(unix)]
mod stage;
#[cfg(not(unix))]
mod unsupported;
#[cfg(unix)]
mod upload;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

pub use clock::HostClock;
#[cfg(unix)]
pub use engine::find_engine;
#[cfg(unix)]
pub use family::Family;
pub use pace::HostPace;
#[cfg(unix)]
pub use process::{ProcessControl, ProcessExecutor};
#[cfg(not(unix))]
pub use unsupported::{ProcessControl, ProcessExecutor, find_engine};

/// Called when an outcome is ready. It must not call the executor: it may be called from within it.
pub type Waker = Arc<dyn Fn() + Send + Sync>;

/// What happens to tasks with `containerSettings`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Containers {
    /// They fail with `ContainerInvalidSettings`.
    #[default]
    Refuse,
    /// Their commands run on the host, as if they had none.
    Host,
    /// They run in the engine of [`HostOptions::engine`]; without one they fail with `ContainerInvalidSettings`.
    Engine,
}

/// How commands run on this machine.
#[derive(Debug, Clone)]
pub struct HostOptions {
    /// What happens to tasks with `containerSettings`.
    pub containers: Containers,
    /// The program of docker or podman, where containers are to run in one: see [`find_engine`].
    pub engine: Option<PathBuf>,
    /// Bytes kept of standard output, and of standard error.
    pub output_limit: u64,
    /// How long a run that is ended has between `SIGTERM` and `SIGKILL`.
    pub grace: Duration,
    /// Variables every task finds, unless its own settings say otherwise.
    pub environment: BTreeMap<String, String>,
    /// The children of this process, where it adopts what leaves the group of its task, and ends it; else such processes
    /// are neither seen nor ended.
    #[cfg(unix)]
    pub family: Option<Family>,
    /// The pace of the world, so that the times of files are the world's; else they are the machine's.
    pub pace: Option<HostPace>,
}

impl Default for HostOptions {
    fn default() -> Self {
        let path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        // Whom commands run as.
        let user = std::env::var("USER").unwrap_or_else(|_| "_azbatch".to_owned());
        let variables = [("LANG", "C.UTF-8"), ("PATH", path), ("USER", user.as_str())];
        Self {
            containers: Containers::default(),
            engine: None,
            output_limit: 64 * 1024 * 1024,
            grace: Duration::from_secs(2),
            environment: variables
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into(),
            #[cfg(unix)]
            family: None,
            pace: None,
        }
    }
}

/// Why commands cannot run on this machine.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HostError {
    /// The root directory cannot be made or opened.
    #[error("the directory {path:?} for the files of the nodes cannot be used")]
    Root {
        /// The directory.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// Another process has it.
    #[error(
        "the directory {path:?} for the files of the nodes is in use by another process: give each its own"
    )]
    RootInUse {
        /// The directory.
        path: PathBuf,
    },
    /// Others could put files into it that tasks then run.
    #[error("others may write in the directory {path:?} (mode {mode:o}): make it 0700, or give another one")]
    RootOpenToOthers {
        /// The directory.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// This system has no process groups.
    #[error("real processes are supported on Unix only; use simulated programs here")]
    Unsupported,
}
