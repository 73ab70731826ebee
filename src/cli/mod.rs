//! The command line: reads what is wanted, composes the world it is wanted in, and says how it ended.
//!
//! - `options`: commands and options; `duration`: spans as people write them
//! - `terminal`: the console of a person or a log; `interrupt`: what Ctrl-C does
//! - `tutorial`, `topn`, `serve`, `check`: the commands; `program`: the second on simulated nodes
//! - `scenario`: scenarios of files; `applications`: application packages of a folder; `world`, `processes`: worlds, put together; `azure`: real accounts, put together; `inputs`: the texts of the tutorial; `clock`: the time of this machine
//!
//! Exit codes: 0 when all went well, 1 when the work failed, 2 when the wish cannot be carried out, 130 when
//! interrupted (after cleaning up).

mod applications;
mod azure;
mod check;
mod clock;
mod duration;
mod inputs;
mod interrupt;
mod options;
mod processes;
mod program;
mod scenario;
mod serve;
mod terminal;
mod topn;
mod tutorial;
mod world;

use std::io::Write;
use std::process::ExitCode;

use clap::{CommandFactory, Parser};
use tokio::runtime::Runtime;

use options::{Cli, Command};

pub use azure::{BatchAccount, batch_account};
pub use program::TopnProgram;

/// The work failed.
const FAILED: u8 = 1;

/// The wish cannot be carried out.
const USAGE: u8 = 2;

/// Somebody pressed Ctrl-C.
const INTERRUPTED: u8 = 130;

/// Runs the command that the arguments of the process name.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return refuse(&error),
    };
    match cli.command {
        Command::Tutorial(options) => tutorial::run(&options),
        Command::Topn(options) => topn::run(options),
        Command::Serve(options) => serve::run(&options),
        Command::Check(options) => check::run(&options),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "batchite", &mut script);
            // A reader that went away has what it wanted.
            let _ = std::io::stdout().write_all(&script);
            ExitCode::SUCCESS
        }
    }
}

/// Says what is wrong with a command line, or gives the help that was asked for.
fn refuse(error: &clap::Error) -> ExitCode {
    // Who closed the stream does not want to know.
    let _ = error.print();
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(USAGE))
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

/// Says what can be lived with, on the error stream.
fn say_warning(text: &str) {
    // Who closed the error stream does not want to know.
    let _ = writeln!(std::io::stderr(), "warning: {text}");
}

/// Says what went wrong, on the error stream.
fn say_error(text: &str) {
    // Who closed the error stream does not want to know.
    let _ = writeln!(std::io::stderr(), "error: {text}");
}
