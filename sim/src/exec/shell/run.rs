//! Runs what a shell text means.

use std::fmt::Display;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use super::expand::WORD_BYTES_PER_UNIT;
use super::jobs::Job;
use super::redirect::Streams;
use super::syntax::{Command, Compound, Connective, Item, List, Pipeline, Simple};
use super::variables::Variables;
use super::{Dialect, EXIT_REFUSED, Options};
use crate::exec::disk::DiskPath;
use crate::exec::launch::{DEPTH_MAX, LaunchError, launch};
use crate::exec::process::{Input, Machine, Output, PIPE_LIMIT, Process};

/// Longest name an error message repeats.
const SHOWN_NAME_MAX: usize = 200;

/// Bytes the assignments before one command may hold.
const VALUES_LENGTH_MAX: usize = 4 * 1024 * 1024;

/// Why the commands that follow are not run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leave {
    /// The shell ends with this code.
    Exit(i32),
    /// So many loops are left.
    Break(u32),
    /// So many loops but one are left; the last goes on.
    Continue(u32),
}

/// A shell at work, or a subshell of one.
pub(crate) struct Shell {
    pub(super) machine: Arc<Machine>,
    pub(super) dialect: Dialect,
    /// `$0`
    pub(super) name: String,
    pub(super) positional: Arc<Vec<String>>,
    pub(super) variables: Variables,
    pub(super) directory: DiskPath,
    pub(super) streams: Streams,
    pub(super) options: Options,
    /// `$?`
    pub(super) status: i32,
    /// Whether the words of the command at hand ran a substitution, whose status then counts.
    pub(super) substituted: bool,
    pub(super) depth: u32,
    pub(super) line: usize,
    /// Loops around the command at hand.
    pub(super) loops: u32,
    /// Whether a failure is being looked at by `if`, `&&` and the like, so that `set -e` lets it pass.
    pub(super) unchecked: bool,
    pub(super) jobs: Vec<Job>,
}

impl Shell {
    /// Runs a list to its end; the result is the exit code of the shell.
    pub(super) async fn run_to_end(&mut self, list: &List) -> i32 {
        match self.list(list).await {
            Ok(()) => self.status,
            Err(Leave::Exit(status)) => status,
            Err(Leave::Break(_) | Leave::Continue(_)) => 0,
        }
    }

    /// Runs the items of a list; boxed, since lists hold lists.
    pub(super) fn list<'a>(
        &'a mut self,
        list: &'a List,
    ) -> Pin<Box<dyn Future<Output = Result<(), Leave>> + Send + 'a>> {
        Box::pin(async move {
            for item in &list.0 {
                if item.background {
                    self.background(item)?;
                } else {
                    self.item(item).await?;
                }
            }
            Ok(())
        })
    }

    pub(super) async fn item(&mut self, item: &Item) -> Result<(), Leave> {
        self.pipeline(&item.first, item.rest.is_empty()).await?;
        for (number, (connective, pipeline)) in item.rest.iter().enumerate() {
            if (self.status == 0) == (*connective == Connective::And) {
                self.pipeline(pipeline, number + 1 == item.rest.len()).await?;
            }
        }
        Ok(())
    }

    /// Runs a pipeline; `last` says whether its failure is the failure of its item.
    async fn pipeline(&mut self, pipeline: &Pipeline, last: bool) -> Result<(), Leave> {
        let outer = self.unchecked;
        self.unchecked |= !last || pipeline.negated;
        let result = match pipeline.commands.as_slice() {
            [command] => self.command(command).await,
            commands => self.stages(commands).await,
        };
        let checked = !self.unchecked;
        self.unchecked = outer;
        result?;
        if pipeline.negated {
            self.status = i32::from(self.status == 0);
        }
        // The commands inside a loop or a group have been looked at themselves.
        let counts = match pipeline.commands.as_slice() {
            [Command::Compound(compound, _)] => matches!(compound, Compound::Subshell(_)),
            _ => true,
        };
        if self.status != 0 && self.options.exit_on_error && checked && counts {
            return Err(Leave::Exit(self.status));
        }
        Ok(())
    }

    /// The commands of a pipeline, one after another: each reads what the one before has written.
    async fn stages(&mut self, commands: &[Command]) -> Result<(), Leave> {
        let mut input = self.streams.stdin.clone();
        let mut failed = 0;
        for (number, command) in commands.iter().enumerate() {
            let mut shell = self.subshell()?;
            let output = Output::buffer(&self.machine.life, PIPE_LIMIT);
            shell.streams.stdin = input;
            if number + 1 < commands.len() {
                shell.streams.stdout = output.clone();
            }
            self.status = match shell.command(command).await {
                Ok(()) => shell.status,
                Err(Leave::Exit(status)) => status,
                Err(_) => 0,
            };
            if self.status != 0 {
                failed = self.status;
            }
            input = Input::from_content(output.take_buffer());
        }
        if self.options.pipefail {
            self.status = failed;
        }
        Ok(())
    }

    fn command<'a>(
        &'a mut self,
        command: &'a Command,
    ) -> Pin<Box<dyn Future<Output = Result<(), Leave>> + Send + 'a>> {
        match command {
            Command::Simple(simple) => Box::pin(self.simple(simple)),
            Command::Compound(compound, redirections) => Box::pin(async move {
                self.charge(1)?;
                let Some(streams) = self.redirected(redirections).await? else {
                    return Ok(());
                };
                let outer = std::mem::replace(&mut self.streams, streams);
                self.enter()?;
                let result = self.compound(compound).await;
                self.depth -= 1;
                self.streams = outer;
                result
            }),
        }
    }

    async fn compound(&mut self, compound: &Compound) -> Result<(), Leave> {
        match compound {
            Compound::Subshell(list) => {
                let mut shell = self.subshell()?;
                self.status = shell.run_to_end(list).await;
                Ok(())
            }
            Compound::Group(list) => self.list(list).await,
            Compound::If { branches, otherwise } => {
                for (condition, then) in branches {
                    if self.condition(condition).await? {
                        return self.list(then).await;
                    }
                }
                self.status = 0;
                self.list(otherwise).await
            }
            Compound::While {
                until,
                condition,
                body,
            } => self.while_loop(*until, condition, body).await,
            Compound::For {
                variable,
                words,
                body,
            } => self.for_loop(variable, words.as_deref(), body).await,
            Compound::Case { word, arms } => self.case(word, arms).await,
        }
    }

    /// Whether a condition holds; its failure ends nothing.
    pub(super) async fn condition(&mut self, list: &List) -> Result<bool, Leave> {
        let outer = std::mem::replace(&mut self.unchecked, true);
        let result = self.list(list).await;
        self.unchecked = outer;
        result?;
        Ok(self.status == 0)
    }

    async fn simple(&mut self, simple: &Simple) -> Result<(), Leave> {
        let parts = simple.assignments.len() + simple.redirections.len() + simple.words.len() / 8;
        self.charge(1 + parts as u64)?;
        self.line = simple.line;
        self.substituted = false;
        let words = self.arguments(&simple.words).await?;
        let mut assignments = Vec::with_capacity(simple.assignments.len());
        let mut bytes = 0;
        for (name, word) in &simple.assignments {
            let value = self.text(word).await?;
            if !words.is_empty() {
                bytes += value.len();
                assignments.push((name.as_str(), value));
                if bytes > VALUES_LENGTH_MAX {
                    return Err(self.refuse("Argument list too long"));
                }
                continue;
            }
            self.trace(&[(name, value.clone())], &[]);
            self.assign(name, &value)?;
        }
        let Some(streams) = self.redirected(&simple.redirections).await? else {
            return Ok(());
        };
        self.trace(&assignments, &words);
        let Some((name, arguments)) = words.split_first() else {
            if !self.substituted {
                self.status = 0;
            }
            return Ok(());
        };
        if let Some(builtin) = super::builtins::find(name) {
            let outer = std::mem::replace(&mut self.streams, streams);
            let result = self.run_builtin(builtin, name, arguments, &assignments).await;
            // `exec > file` is how a shell changes its own streams for good.
            if !(name == "exec" && arguments.is_empty()) {
                self.streams = outer;
            }
            return result;
        }
        self.charge(self.variables.bytes() / WORD_BYTES_PER_UNIT)?;
        let process = self.process(name, arguments, &assignments, &streams);
        self.status = match launch(process).await {
            Ok(status) => status,
            Err(error) => self.not_launched(name, error, &streams)?,
        };
        Ok(())
    }

    /// A process of this shell that is not started yet.
    pub(super) fn process(
        &self,
        name: &str,
        arguments: &[String],
        assignments: &[(&str, String)],
        streams: &Streams,
    ) -> Process {
        let mut environment = self.variables.environment();
        for (name, value) in assignments {
            environment.insert((*name).to_owned(), value.clone());
        }
        Process {
            name: name.to_owned(),
            arguments: arguments.to_vec(),
            environment,
            stdin: streams.stdin.clone(),
            stdout: streams.stdout.clone(),
            stderr: streams.stderr.clone(),
            directory: self.directory.clone(),
            depth: self.depth,
            machine: Arc::clone(&self.machine),
        }
    }

    /// Says why a program did not start; the result is its exit code.
    pub(super) fn not_launched(
        &mut self,
        name: &str,
        error: LaunchError,
        streams: &Streams,
    ) -> Result<i32, Leave> {
        let shown: String = name.chars().take(SHOWN_NAME_MAX).collect();
        let (reason, status) = match (error, self.dialect) {
            (LaunchError::Missing, Dialect::Bash) if name.contains('/') => ("No such file or directory", 127),
            (LaunchError::Missing, Dialect::Bash) => ("command not found", 127),
            (LaunchError::Missing, Dialect::Sh) => ("not found", 127),
            (LaunchError::Denied, _) => ("Permission denied", 126),
            (LaunchError::NotABinary, _) => ("cannot execute binary file", 126),
            (LaunchError::TooDeep, _) => return Err(self.too_deep()),
            (LaunchError::Refused, _) => {
                return match self.machine.life.charge(1) {
                    Ok(()) => Ok(EXIT_REFUSED),
                    Err(exhausted) => Err(self.refuse(exhausted)),
                };
            }
        };
        let message = format!("{}{shown}: {reason}\n", self.prefix());
        streams.stderr.say(&message);
        Ok(status)
    }

    /// One level deeper, or the refusal that it is too deep: each level takes a part of a real stack.
    pub(super) fn enter(&mut self) -> Result<(), Leave> {
        if self.depth >= DEPTH_MAX {
            return Err(self.too_deep());
        }
        self.depth += 1;
        Ok(())
    }

    /// A copy of this shell that changes nothing in it.
    pub(super) fn subshell(&mut self) -> Result<Self, Leave> {
        if self.depth >= DEPTH_MAX {
            return Err(self.too_deep());
        }
        self.charge(1 + self.variables.bytes() / WORD_BYTES_PER_UNIT)?;
        Ok(Self {
            machine: Arc::clone(&self.machine),
            dialect: self.dialect,
            name: self.name.clone(),
            positional: Arc::clone(&self.positional),
            variables: self.variables.clone(),
            directory: self.directory.clone(),
            streams: self.streams.clone(),
            options: self.options,
            status: self.status,
            substituted: false,
            depth: self.depth + 1,
            line: self.line,
            loops: self.loops,
            unchecked: self.unchecked,
            jobs: Vec::new(),
        })
    }

    /// Sets a variable of the shell.
    pub(super) fn assign(&mut self, name: &str, value: &str) -> Result<(), Leave> {
        self.check_changes(name)?;
        if self.variables.try_set(name, value) {
            Ok(())
        } else {
            Err(self.refuse("the variables hold more than 4 MiB"))
        }
    }

    /// Ends the shell where a variable is to change that keeps its value.
    pub(super) fn check_changes(&self, name: &str) -> Result<(), Leave> {
        if self.variables.is_kept(name) {
            return Err(self.fatal(&match self.dialect {
                Dialect::Sh => format!("{name}: is read only"),
                Dialect::Bash => format!("{name}: readonly variable"),
            }));
        }
        Ok(())
    }

    pub(super) fn variable(&self, name: &str) -> Option<String> {
        self.variables.get(name).map(str::to_owned)
    }

    /// Counts work; when there was too much the shell ends.
    pub(super) fn charge(&self, units: u64) -> Result<(), Leave> {
        self.machine
            .life
            .charge(units)
            .map_err(|exhausted| self.refuse(exhausted))
    }

    /// Says that the simulation goes no further, and ends the shell.
    pub(super) fn refuse(&self, reason: impl Display) -> Leave {
        self.complain(&reason.to_string());
        Leave::Exit(EXIT_REFUSED)
    }

    /// Says what is wrong with the program, and ends the shell.
    pub(super) fn fatal(&self, reason: &str) -> Leave {
        self.complain(reason);
        Leave::Exit(2)
    }

    /// Writes a message of the shell itself to its standard error.
    pub(super) fn complain(&self, message: &str) {
        self.streams.stderr.say(&format!("{}{message}\n", self.prefix()));
    }

    pub(super) fn too_deep(&self) -> Leave {
        self.refuse(format!(
            "refused: more than {DEPTH_MAX} shells, substitutions and processes are nested in each other"
        ))
    }

    fn prefix(&self) -> String {
        match self.dialect {
            Dialect::Sh => format!("{}: {}: ", self.name, self.line),
            Dialect::Bash => format!("{}: line {}: ", self.name, self.line),
        }
    }

    /// What `set -x` shows.
    fn trace(&self, assignments: &[(&str, String)], words: &[String]) {
        if !self.options.trace || (assignments.is_empty() && words.is_empty()) {
            return;
        }
        let assignments = assignments.iter().map(|(name, value)| format!("{name}={value}"));
        let shown: Vec<String> = assignments.chain(words.iter().cloned()).collect();
        self.streams.stderr.say(&format!("+ {}\n", shown.join(" ")));
    }
}
