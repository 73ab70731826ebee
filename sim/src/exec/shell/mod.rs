//! A small POSIX-like shell for Linux nodes, and an interpreter in the manner of `cmd` for Windows nodes.
//!
//! - `syntax`, `lexer`, `expansion`, `parser`: from text to commands
//! - `expand`, `fields`, `braces`, `glob`, `arithmetic`: from words to arguments
//! - `run`, `loops`, `redirect`, `jobs`, `variables`, `builtins`: from commands to what they do
//! - `cmd`: the other interpreter
//!
//! What a task needs is there: quoting, variables, `;` `&&` `||` `|` `&`, subshells and groups, `if`, `for`, `while`,
//! `case`, redirections, substitutions, patterns, `set -e`, `set -o pipefail`. The commands of a pipeline run one
//! after another, each on what the one before wrote. Not simulated, and refused as a syntax error: functions,
//! `[[`, here-documents, `$'..'`, arrays, descriptors above 2.

mod arithmetic;
mod braces;
mod builtins;
mod cmd;
mod expand;
mod expansion;
mod fields;
pub(super) mod glob;
mod jobs;
mod lexer;
mod loops;
mod parser;
mod redirect;
mod run;
mod syntax;
mod variables;

use std::sync::Arc;

pub(crate) use cmd::{run_batch_file, run_command_prompt, windows_arguments};

use super::process::Process;
use redirect::Streams;
use run::Shell;
use variables::Variables;

/// Exit code of a command the simulation does not carry further: `EX_SOFTWARE` of `sysexits.h`.
pub(crate) const EXIT_REFUSED: i32 = 70;

/// Bytes of program text that count as one unit of work.
const TEXT_BYTES_PER_UNIT: u64 = 16;

/// Whose messages a shell writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// `sh`, as Debian's.
    Sh,
    Bash,
}

impl Dialect {
    /// The dialect of a shell by its base name.
    pub(crate) fn of(name: &str) -> Option<Self> {
        match name {
            "sh" | "dash" => Some(Self::Sh),
            "bash" => Some(Self::Bash),
            _ => None,
        }
    }
}

/// What `set` turns on and off.
#[derive(Debug, Clone, Copy, Default)]
struct Options {
    /// `-e`
    exit_on_error: bool,
    /// `-o pipefail`
    pipefail: bool,
    /// `-u`
    refuse_unset: bool,
    /// `-x`
    trace: bool,
}

impl Options {
    /// Turns an option on or off; whether there is such an option.
    fn set_letter(&mut self, letter: char, on: bool) -> bool {
        match letter {
            'e' => self.exit_on_error = on,
            'u' => self.refuse_unset = on,
            'x' => self.trace = on,
            // These change nothing in a shell nobody sits at.
            'b' | 'h' | 'i' | 'l' | 'v' | 'B' | 'E' | 'H' | 'T' => {}
            _ => return false,
        }
        true
    }

    /// The same by the long name.
    fn set_name(&mut self, name: &str, on: bool) -> bool {
        match name {
            "errexit" => self.exit_on_error = on,
            "pipefail" => self.pipefail = on,
            "nounset" => self.refuse_unset = on,
            "xtrace" => self.trace = on,
            _ => return false,
        }
        true
    }

    /// `$-`
    fn letters(self) -> String {
        [
            (self.exit_on_error, 'e'),
            (self.refuse_unset, 'u'),
            (self.trace, 'x'),
        ]
        .into_iter()
        .filter_map(|(on, letter)| on.then_some(letter))
        .collect()
    }
}

impl Shell {
    fn of(process: &Process, dialect: Dialect) -> Self {
        Self {
            machine: Arc::clone(&process.machine),
            dialect,
            name: process.name.clone(),
            positional: Arc::default(),
            variables: Variables::from_environment(&process.environment),
            directory: process.directory.clone(),
            streams: Streams::of(process),
            options: Options::default(),
            status: 0,
            substituted: false,
            depth: process.depth,
            line: 0,
            loops: 0,
            unchecked: false,
            jobs: Vec::new(),
        }
    }

    /// Reads a text and runs it; the result is the exit code of the shell.
    async fn run_text(&mut self, text: &str) -> i32 {
        if self.charge(text.len() as u64 / TEXT_BYTES_PER_UNIT).is_err() {
            return EXIT_REFUSED;
        }
        match parser::parse(text) {
            Ok(list) => self.run_to_end(&list).await,
            Err(error) => {
                self.line = error.line;
                self.complain(&format!("Syntax error: {}", error.message));
                2
            }
        }
    }
}

/// Runs `sh`, `bash` or `dash` with the arguments of the process.
pub(crate) async fn run_shell(process: Process, dialect: Dialect) -> i32 {
    let mut shell = Shell::of(&process, dialect);
    let mut command = false;
    let mut arguments = process.arguments.iter().cloned();
    let mut operand = None;
    while let Some(argument) = arguments.next() {
        let on = argument.starts_with('-');
        if argument == "--" || argument == "-" {
            operand = arguments.next();
            break;
        }
        if matches!(
            argument.as_str(),
            "--login" | "--norc" | "--noprofile" | "--posix"
        ) {
            continue;
        }
        if !on && !argument.starts_with('+') {
            operand = Some(argument);
            break;
        }
        for letter in argument.chars().skip(1) {
            let known = match letter {
                'c' if on => {
                    command = true;
                    true
                }
                's' => true,
                'o' => {
                    let name = arguments.next().unwrap_or_default();
                    shell.options.set_name(&name, on)
                }
                _ => shell.options.set_letter(letter, on),
            };
            if !known {
                shell.complain(&format!("Illegal option {argument}"));
                return 2;
            }
        }
    }
    let text = match (command, operand) {
        (true, None) => {
            shell.complain("-c requires an argument");
            return 2;
        }
        (true, Some(text)) => {
            if let Some(name) = arguments.next() {
                shell.name = name;
            }
            text
        }
        (false, Some(file)) => {
            let Ok(bytes) = process.read_file(&file) else {
                shell.complain(&format!("cannot open {file}: No such file"));
                return 127;
            };
            shell.name = file;
            String::from_utf8_lossy(&bytes).into_owned()
        }
        (false, None) => String::from_utf8_lossy(&process.stdin.read_all()).into_owned(),
    };
    shell.positional = Arc::new(arguments.collect());
    shell.line = 1;
    shell.run_text(&text).await
}

/// Runs a script that was called by its path.
pub(crate) async fn run_script(process: Process, text: &str) -> i32 {
    let first = text.lines().next().unwrap_or_default();
    let dialect = if first.contains("bash") {
        Dialect::Bash
    } else {
        Dialect::Sh
    };
    let mut shell = Shell::of(&process, dialect);
    for option in first
        .split_whitespace()
        .skip(1)
        .filter(|word| word.starts_with('-'))
    {
        for letter in option.chars().skip(1) {
            shell.options.set_letter(letter, true);
        }
    }
    shell.positional = Arc::new(process.arguments.clone());
    shell.run_text(text).await
}
