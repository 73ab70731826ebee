//! The command line: reads what is wanted, composes the world it is wanted in, and says how it ended.
//!
//! - [`options`]: commands and options
//! - [`duration`]: spans as people write them
//! - [`terminal`]: the console of a person or a log
//! - [`inputs`]: the texts of the tutorial; [`clock`]: the time of this machine
//! - [`world`], [`processes`]: the composed world
//! - [`tutorial`], [`topn`]: the commands; [`program`]: the latter on simulated nodes
//! - [`interrupt`]: what Ctrl-C does to them
//!
//! Exit codes: 0 when all went well, 1 when the work failed, 2 when the wish cannot be carried out, 130 when
//! interrupted (after cleaning up).

mod clock;
mod duration;
mod inputs;
mod interrupt;
mod options;
mod processes;
mod program;
mod terminal;
mod topn;
mod tutorial;
mod world;

use std::io::Write;
use std::process::ExitCode;

use clap::{CommandFactory, Parser};
use tokio::runtime::Runtime;

use options::{Cli, Command, Later};

pub use program::TopnProgram;

/// The work failed.
const FAILED: u8 = 1;

/// The wish cannot be carried out.
const USAGE: u8 = 2;

/// Somebody pressed Ctrl-C.
const INTERRUPTED: u8 = 130;

/// Runs the command that the arguments of the process name.
pub fn main() -> ExitCode {
    match Cli::parse().command {
        Command::Tutorial(options) => tutorial::run(&options),
        Command::Topn(options) => topn::run(options),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "batchite", &mut script);
            // A reader that went away has what it wanted.
            let _ = std::io::stdout().write_all(&script);
            ExitCode::SUCCESS
        }
        Command::Serve(later) => comes_later("the command `serve`", &later),
        Command::Check(later) => comes_later("the command `check`", &later),
    }
}

fn comes_later(what: &str, _options: &Later) -> ExitCode {
    usage(&format!("{what} comes later; this version cannot do it yet"))
}

/// Says why the wish cannot be carried out.
fn usage(text: &str) -> ExitCode {
    say_error(text);
    ExitCode::from(USAGE)
}

/// What asynchronous commands run on.
///
/// One thread beside the first, so that an interruption is seen while the flow is busy.
fn runtime() -> Result<Runtime, ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build();
    runtime.map_err(|error| {
        say_error(&format!("the threads of this command cannot be started: {error}"));
        ExitCode::from(FAILED)
    })
}

/// Says what went wrong, on the error stream.
fn say_error(text: &str) {
    // Who closed the error stream does not want to know.
    let _ = writeln!(std::io::stderr(), "error: {text}");
}
