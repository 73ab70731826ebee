//! `batchite topn` as a program of the simulated world.

use std::path::Path;

use async_trait::async_trait;
use batchite_sim::exec::process::Process;
use batchite_sim::exec::program::Program;
use bytes::{Buf, Bytes, buf};
use clap::{Args, Command, FromArgMatches};

use crate::topn::worker::{Identity, WorkerArguments};
use crate::worker::{TopnOptions, WorkerFiles, run};

/// The command `topn` of an executable, as `batchite topn` is on a real node.
///
/// It is to be installed under the base name of the executable that is uploaded.
#[derive(Debug, Clone, Copy, Default)]
pub struct TopnProgram;

#[async_trait]
impl Program for TopnProgram {
    async fn run(&self, process: &mut Process) -> i32 {
        let arguments = match arguments(process) {
            Ok(arguments) => arguments,
            Err(error) => {
                // As the real command does: usage errors end with 2, the help that was asked for with 0.
                let stream = if error.use_stderr() {
                    &process.stderr
                } else {
                    &process.stdout
                };
                let _ = stream.write_text(&error.render().to_string());
                return error.exit_code();
            }
        };
        let identity = Identity::from_environment(|name| process.variable(name).map(str::to_owned));
        let blobs = process.blobs();
        let mut files = NodeFiles(process);
        match run(&arguments, &identity, &mut files, &*blobs).await {
            Ok(()) => 0,
            Err(text) => {
                let _ = process.stderr.write_text(&format!("error: {text}\n"));
                1
            }
        }
    }
}

/// Reads the command line. Variables of the machine the simulation runs on have no say on a simulated node.
fn arguments(process: &Process) -> Result<WorkerArguments, clap::Error> {
    let topn =
        TopnOptions::augment_args(Command::new("topn")).mut_args(|argument| argument.env(None::<&str>));
    let command = Command::new("batchite")
        .subcommand_required(true)
        .subcommand(topn);
    let words = std::iter::once(&process.name).chain(&process.arguments);
    let matches = command.try_get_matches_from(words)?;
    let (_, topn) = matches.subcommand().expect("a subcommand is required");
    TopnOptions::from_arg_matches(topn).map(WorkerArguments::from)
}

/// The disk of the node a process runs on.
struct NodeFiles<'a>(&'a mut Process);

impl WorkerFiles for NodeFiles<'_> {
    type Reader = buf::Reader<Bytes>;

    fn open(&mut self, path: &Path) -> Result<Self::Reader, String> {
        let name = path.to_string_lossy();
        match self.0.read_file(&name) {
            Ok(bytes) => Ok(bytes.reader()),
            Err(error) => Err(format!("`{name}` cannot be opened: {error}")),
        }
    }

    fn write(&mut self, path: &Path, bytes: Bytes) -> Result<(), String> {
        let name = path.to_string_lossy();
        self.0
            .write_file(&name, bytes)
            .map_err(|error| format!("`{name}` cannot be written: {error}"))
    }

    fn say(&mut self, line: &str) -> Result<(), String> {
        self.0
            .stdout
            .write_text(&format!("{line}\n"))
            .map_err(|error| format!("the output cannot be written: {error}"))
    }
}
