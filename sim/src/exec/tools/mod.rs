//! The standard tools of a simulated node: what scripts take for granted, in its common forms.
//!
//! - `print`: echo, printf
//! - `text`: cat, head, tail, wc, seq, tee, sort
//! - `search`: grep
//! - `copy`: cp, mv
//! - `files`: rm, mkdir, rmdir, ls, touch, chmod, basename, dirname
//! - `system`: date, hostname, uname, printenv, pwd, nproc, sleep, env, timeout (of Windows)
//! - `user`: id, whoami, sudo, net (of Windows)
//! - `check`: test and `[`
//!
//! An option that is not known is refused by name; none is silently ignored.

mod check;
mod copy;
mod files;
mod options;
mod print;
mod search;
mod system;
mod text;
mod user;

use super::Platform;
use super::launch::LaunchError;
use super::process::{OutputError, Process};
use super::shell::{self, Dialect};

/// A tool that never waits. An error of its output is reported by [`run_simple`].
pub(crate) type Simple = fn(&Process) -> Result<i32, OutputError>;

/// A standard tool.
#[derive(Clone, Copy)]
pub(crate) enum Tool {
    Simple(Simple),
    /// `env`: may run another program.
    Env,
    /// `sudo`: may run another program as root.
    Sudo,
    Sleep,
    Shell(Dialect),
    /// `cmd`
    CommandPrompt,
    /// `timeout` of Windows, which only waits.
    WindowsTimeout,
}

/// The tool of a bare name. Windows names come in lower case, with or without `.exe`.
pub(crate) fn find(name: &str, platform: Platform) -> Option<Tool> {
    if platform == Platform::Windows {
        return match name.strip_suffix(".exe").unwrap_or(name) {
            "cmd" => Some(Tool::CommandPrompt),
            "timeout" => Some(Tool::WindowsTimeout),
            "hostname" => Some(Tool::Simple(system::hostname)),
            "net" => Some(Tool::Simple(user::net)),
            "whoami" => Some(Tool::Simple(user::whoami)),
            _ => None,
        };
    }
    if let Some(dialect) = Dialect::of(name) {
        return Some(Tool::Shell(dialect));
    }
    match name {
        "env" => Some(Tool::Env),
        "sudo" => Some(Tool::Sudo),
        "sleep" => Some(Tool::Sleep),
        _ => simple(name).map(Tool::Simple),
    }
}

/// The tool of a bare name on Linux, when it is one that never waits.
pub(crate) fn simple(name: &str) -> Option<Simple> {
    Some(match name {
        "[" | "test" => |process| Ok(check::test(process)),
        "basename" => files::basename,
        "cat" => text::cat,
        "chmod" => files::chmod,
        "cp" => copy::cp,
        "date" => system::date,
        "dirname" => files::dirname,
        "echo" => print::echo,
        "false" => |_| Ok(1),
        "grep" => search::grep,
        "head" => text::head,
        "hostname" => system::hostname,
        "id" => user::id,
        "ls" => files::ls,
        "mkdir" => files::mkdir,
        "mv" => copy::mv,
        "nproc" => system::nproc,
        "printenv" => system::printenv,
        "printf" => print::printf,
        "pwd" => system::pwd,
        "rm" => files::rm,
        "rmdir" => files::rmdir,
        "seq" => text::seq,
        "sort" => text::sort,
        "tail" => text::tail,
        "tee" => text::tee,
        "touch" => files::touch,
        "true" => |_| Ok(0),
        "uname" => system::uname,
        "wc" => text::wc,
        "whoami" => user::whoami,
        _ => return None,
    })
}

/// Runs a tool; an error of its standard output is said on standard error.
pub(crate) fn run_simple(tool: Simple, process: &Process) -> i32 {
    tool(process).unwrap_or_else(|error| {
        complain(process, &format!("write error: {error}"));
        1
    })
}

/// Runs a tool to its end.
pub(crate) async fn run(tool: Tool, process: Process) -> Result<i32, LaunchError> {
    match tool {
        Tool::Simple(tool) => Ok(run_simple(tool, &process)),
        Tool::Env => system::env(process).await,
        Tool::Sudo => user::sudo(process).await,
        Tool::Sleep => Ok(system::sleep(&process).await),
        Tool::Shell(dialect) => Ok(shell::run_shell(process, dialect).await),
        Tool::CommandPrompt => Ok(shell::run_command_prompt(process).await),
        Tool::WindowsTimeout => Ok(system::windows_timeout(&process).await),
    }
}

/// Writes `name: message` to standard error.
fn complain(process: &Process, message: &str) {
    let name = process.name.rsplit('/').next().unwrap_or_default();
    process.stderr.say(&format!("{name}: {message}\n"));
}
