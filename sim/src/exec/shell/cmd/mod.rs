//! An interpreter in the manner of `cmd`, for Windows nodes.
//!
//! - `parse`: from a line to commands
//! - `run`: from commands to what they do
//! - `expand`: `%VAR%` and the arguments of batch files
//! - `builtins`, `files`: what is part of the interpreter
//!
//! `%VAR%`, `&` `&&` `||` `|`, parentheses, `if`, redirections and batch files are there. Variables are expanded once
//! for a whole line, as `cmd` does: `set X=1 & echo %X%` shows what `X` was before. Not simulated, and refused:
//! `for`, `goto`, `%X:~1,2%`, delayed expansion. Commands of batch files are not echoed.

mod builtins;
mod expand;
mod files;
mod parse;
mod run;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::redirect::Streams;
use crate::exec::Platform;
use crate::exec::command_line::{split_command_line, windows_program};
use crate::exec::disk::{DiskError, DiskPath};
use crate::exec::process::{Machine, Process};

/// Longest line, as of the real one.
const LINE_LENGTH_MAX: usize = 8191;

/// The interpreter at work.
struct Prompt {
    machine: Arc<Machine>,
    variables: BTreeMap<String, String>,
    directory: DiskPath,
    streams: Streams,
    /// `%ERRORLEVEL%`
    status: i32,
    depth: u32,
    /// `%0` to `%9` of the batch file at hand.
    batch: Option<Batch>,
    /// What `setlocal` set aside, the latest last.
    locals: Vec<Local>,
    /// The directories `pushd` left, the latest last.
    directories: Vec<DiskPath>,
}

/// What `endlocal` brings back.
#[derive(Debug, Clone)]
struct Local {
    variables: BTreeMap<String, String>,
    directory: DiskPath,
}

/// The batch file that is being run.
#[derive(Debug, Clone)]
struct Batch {
    path: DiskPath,
    arguments: Vec<String>,
}

impl Prompt {
    fn of(process: &Process) -> Self {
        Self {
            machine: Arc::clone(&process.machine),
            variables: process.environment.clone(),
            directory: process.directory.clone(),
            streams: Streams::of(process),
            status: 0,
            depth: process.depth,
            batch: None,
            locals: Vec::new(),
            directories: Vec::new(),
        }
    }

    fn path(&self, text: &str) -> Result<DiskPath, DiskError> {
        DiskPath::resolve(Platform::Windows, &self.directory, &text.replace('"', ""))
    }

    fn is_file(&self, text: &str) -> bool {
        self.path(text)
            .and_then(|path| self.machine.disk.with(|disk| disk.entry(&path)))
            .is_ok_and(|entry| !entry.is_directory)
    }
}

/// The arguments of a program from the rest of its line. `cmd` gets that rest as it is: its quotes are its own.
pub(crate) fn windows_arguments(program: &str, rest: &str) -> Vec<String> {
    if is_command_prompt(program) {
        return vec![rest.trim_start().to_owned()];
    }
    let parts = split_command_line(&format!("x {rest}"), Platform::Windows);
    parts
        .map(|parts| parts.into_iter().skip(1).collect())
        .unwrap_or_default()
}

fn is_command_prompt(program: &str) -> bool {
    let base = program
        .rsplit(['\\', '/'])
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    matches!(base.as_str(), "cmd" | "cmd.exe")
}

/// Runs `cmd` with its options: `/c line`, `/k line` and those that change nothing here.
pub(crate) async fn run_command_prompt(process: Process) -> i32 {
    let mut prompt = Prompt::of(&process);
    let line = process.arguments.join(" ");
    let mut rest = line.trim_start();
    let mut strict = false;
    loop {
        let Some(letter) = rest.strip_prefix('/').and_then(|option| option.chars().next()) else {
            // Without a line it would read from a keyboard; there is none.
            return 0;
        };
        let end = match rest[1..].find([' ', '\t', '/', '"']) {
            Some(end) => end + 1,
            None => rest.len(),
        };
        match letter.to_ascii_lowercase() {
            // What follows the letter is the line, with or without a space between.
            'c' | 'k' | 'r' => {
                let line = unquoted(&prompt, rest[2..].trim_start(), strict).to_owned();
                return prompt.run_line(&line).await;
            }
            's' => strict = true,
            'q' | 'd' | 'a' | 'u' | 'e' | 'f' => {}
            other => {
                prompt.complain(&format!("cmd: /{other} is not simulated"));
                return 1;
            }
        }
        rest = rest[end..].trim_start();
    }
}

/// The line without the quotes around it, by the rule of `cmd`: they stay only around the name of a program.
fn unquoted<'a>(prompt: &Prompt, line: &'a str, strict: bool) -> &'a str {
    let Some(inner) = line.strip_prefix('"') else {
        return line;
    };
    let (program, _) = windows_program(line);
    let plain = !strict
        && line.matches('"').count() == 2
        && !program.contains(['&', '<', '>', '(', ')', '@', '^', '|'])
        && program.contains(' ')
        && prompt.is_file(program);
    match inner.rfind('"') {
        _ if plain => line,
        // What stands behind the last quote is lost with real ones only when it is white space.
        Some(last) if inner[last + 1..].trim().is_empty() => &inner[..last],
        _ => inner,
    }
}

/// Runs a batch file that was called by its path.
pub(crate) async fn run_batch_file(process: Process, text: &str) -> i32 {
    let mut prompt = Prompt::of(&process);
    let path = prompt.path(&process.name).unwrap_or_default();
    let batch = Batch {
        path,
        arguments: process.arguments.clone(),
    };
    prompt.run_batch(batch, text).await;
    prompt.status
}
