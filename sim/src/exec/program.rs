//! Rust functions as programs: what a simulated node has installed.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;

use super::Platform;
use super::process::Process;

/// A program of a simulated node.
///
/// # Contract
/// It reads and writes only through its [`Process`] and waits only on what the process gives it: its clock and its
/// blobs. Anything else that waits ends the run with exit code 70, since nothing in a simulated world would wake
/// it. Dropping the future in the middle is how a run is killed.
#[async_trait]
pub trait Program: Send + Sync {
    /// Runs to the end; the result is the exit code.
    async fn run(&self, process: &mut Process) -> i32;
}

/// Functions that never wait are programs too.
#[async_trait]
impl<F> Program for F
where
    F: Fn(&mut Process) -> i32 + Send + Sync,
{
    async fn run(&self, process: &mut Process) -> i32 {
        self(process)
    }
}

/// The programs that are installed on every node, by the names they are called by.
///
/// A bare name is found as if its directory were in `PATH`; `/usr/bin/name` and the like are the same program. A
/// file on the node's disk that is called by its path runs the program of its base name: that is how a worker that
/// was uploaded as a blob comes to life.
#[derive(Clone, Default)]
pub struct ProgramRegistry {
    programs: BTreeMap<String, Arc<dyn Program>>,
}

impl ProgramRegistry {
    /// Installs a program; one of that name before is replaced. On Windows nodes `.exe` is not part of the name.
    pub fn insert(&mut self, name: &str, program: Arc<dyn Program>) {
        self.programs.insert(name.to_owned(), program);
    }

    /// The program of a name; on Windows without regard to case and a final `.exe`.
    pub fn find(&self, name: &str, platform: Platform) -> Option<Arc<dyn Program>> {
        if let Some(program) = self.programs.get(name) {
            return Some(Arc::clone(program));
        }
        if platform == Platform::Linux {
            return None;
        }
        let name = without_exe(name);
        self.programs
            .iter()
            .find(|(known, _)| without_exe(known).eq_ignore_ascii_case(name))
            .map(|(_, program)| Arc::clone(program))
    }
}

impl fmt::Debug for ProgramRegistry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.programs.keys()).finish()
    }
}

fn without_exe(name: &str) -> &str {
    match name.len().checked_sub(4).map(|at| name.split_at_checked(at)) {
        Some(Some((stem, ending))) if ending.eq_ignore_ascii_case(".exe") => stem,
        _ => name,
    }
}
