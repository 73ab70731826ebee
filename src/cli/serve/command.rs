//! `serve -- COMMAND`: a command that runs with the environment of the accounts.

use std::ffi::OsString;
use std::io;
use std::process::ExitStatus;
use std::time::Duration;

use tokio::process::{Child, Command};

use crate::cli::interrupt::{Asked, Signals};

/// How long the command has to end once it was asked to, before it is told so again, more firmly.
const GRACE: Duration = Duration::from_secs(5);

/// Exit codes of a shell for a program that cannot be found, and for one that cannot be run.
const NOT_FOUND: u8 = 127;
const NOT_RUN: u8 = 126;

/// The command, with these variables.
pub(super) fn of(command: &[OsString], variables: &[(&'static str, String)]) -> Command {
    let (program, arguments) = command.split_first().expect("a command has a name");
    let mut command = Command::new(program);
    command
        .args(arguments)
        .envs(variables.iter().map(|(name, value)| (name, value)))
        .kill_on_drop(true);
    command
}

/// What is said of a command that cannot be run: an exit code and a text for the person.
pub(super) fn refusal(command: &[OsString], error: &io::Error) -> (u8, String) {
    let code = match error.kind() {
        io::ErrorKind::NotFound => NOT_FOUND,
        _ => NOT_RUN,
    };
    let program = command.first().map(|name| name.display().to_string());
    let program = program.unwrap_or_default();
    (code, format!("the command `{program}` cannot be run: {error}"))
}

/// Waits for the command after somebody asked this process to stop, and sees to it that it ends.
pub(super) async fn end(mut child: Child, asked: Asked, signals: &mut Signals) -> u8 {
    if asked == Asked::Terminate {
        terminate(&child);
    }
    // From a terminal it got the Ctrl-C itself, and may be about to end; it is not told twice at once.
    for _ in 0..2 {
        tokio::select! {
            status = child.wait() => return exit_code(&status),
            () = tokio::time::sleep(GRACE) => terminate(&child),
            _ = signals.next() => break,
        }
    }
    #[cfg(unix)]
    if let Some(id) = child
        .id()
        .and_then(|id| rustix::process::Pid::from_raw(id.cast_signed()))
    {
        crate::host::family::kill_tree(id);
    }
    let _ = child.start_kill();
    exit_code(&child.wait().await)
}

/// The exit code of the command, as a shell would give it: 128 + n for one that was ended by signal n.
pub(super) fn exit_code(status: &io::Result<ExitStatus>) -> u8 {
    let Ok(status) = status else {
        return crate::cli::FAILED;
    };
    #[cfg(unix)]
    let signal = std::os::unix::process::ExitStatusExt::signal(status).map(|signal| 128 + signal);
    #[cfg(not(unix))]
    let signal = None;
    let code = status.code().or(signal);
    code.and_then(|code| u8::try_from(code & 0xFF).ok())
        .unwrap_or(crate::cli::FAILED)
}

#[cfg(unix)]
fn terminate(child: &Child) {
    let id = child.id().map(u32::cast_signed);
    if let Some(id) = id.and_then(rustix::process::Pid::from_raw) {
        // One that has just ended hears nothing any more.
        let _ = rustix::process::kill_process(id, rustix::process::Signal::TERM);
    }
}

#[cfg(not(unix))]
fn terminate(_child: &Child) {}
