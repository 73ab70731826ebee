//! Runs what a line means.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use batchite_api::time::Clock as _;

use super::parse::{Condition, Node, ParseError, Redirection, Target, parse};
use super::{Batch, Prompt, windows_arguments};
use crate::exec::Platform;
use crate::exec::command_line::windows_program;
use crate::exec::disk::{Content, DiskError};
use crate::exec::launch::{DEPTH_MAX, LaunchError, launch};
use crate::exec::process::{Input, Output, PIPE_LIMIT, Process, is_null_device};
use crate::exec::shell::{EXIT_REFUSED, redirect::Streams};

/// Bytes of variables that count as one unit of work when they are copied.
pub(super) const BYTES_PER_UNIT: usize = 256;

/// The interpreter, or the batch file at hand, ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leave {
    /// `exit /b`: only the batch file.
    Batch,
    /// `exit`, and refusals.
    All,
}

pub(super) type Running<'a> = Pin<Box<dyn Future<Output = Result<(), Leave>> + Send + 'a>>;

impl Prompt {
    /// Runs a line to its end; the result is the exit code.
    pub(super) async fn run_line(&mut self, line: &str) -> i32 {
        // Whether it ended early is told by the code alone.
        let _ = self.line(line).await;
        self.status
    }

    /// Expands, reads and runs a line.
    async fn line(&mut self, line: &str) -> Result<(), Leave> {
        let looked_up = line.matches('%').count() * self.variables.len();
        self.charge(1 + looked_up / 64)?;
        let expanded = match self.expand(line) {
            Ok(expanded) => expanded,
            Err(message) => {
                self.complain(&message);
                self.status = 1;
                return Ok(());
            }
        };
        if expanded.trim().is_empty() {
            return Ok(());
        }
        self.charge(1 + expanded.len() / 16)?;
        match parse(&expanded) {
            Ok(node) => self.node(&node).await,
            Err(error) => {
                self.complain(&match error {
                    ParseError::Open => "The syntax of the command is incorrect.".to_owned(),
                    ParseError::Unexpected(message) => message,
                });
                self.status = 1;
                Ok(())
            }
        }
    }

    /// Runs the lines of a batch file; those of an open parenthesis belong together.
    pub(super) async fn run_batch(&mut self, batch: Batch, text: &str) -> Option<Leave> {
        let outer = self.batch.replace(batch);
        let outer_locals = self.locals.len();
        let mut left = None;
        let mut block = String::new();
        for line in text.lines() {
            if block.is_empty() && (line.trim_start().starts_with(':') || line.trim().is_empty()) {
                continue;
            }
            block.push_str(line);
            let open = self
                .expand(&block)
                .is_ok_and(|line| parse(&line) == Err(ParseError::Open));
            if self.charge(1 + block.len() / 16).is_err() {
                left = Some(Leave::All);
                break;
            }
            if open {
                block.push('\n');
                continue;
            }
            if let Err(leave) = self.line(&std::mem::take(&mut block)).await {
                left = Some(leave);
                break;
            }
        }
        if left.is_none() && !block.is_empty() {
            left = self.line(&block).await.err();
        }
        // What it set aside and did not bring back comes back at its end.
        let first = self.locals.drain(outer_locals..).next();
        if let Some(first) = first {
            self.bring_back(first);
        }
        self.batch = outer;
        left
    }

    fn node<'a>(&'a mut self, node: &'a Node) -> Running<'a> {
        Box::pin(async move {
            self.charge(1)?;
            match node {
                Node::Simple(text, redirections) => self.simple(text, redirections).await,
                Node::Group(inner, redirections) => {
                    let Some(streams) = self.redirected(redirections) else {
                        return Ok(());
                    };
                    self.enter()?;
                    let outer = std::mem::replace(&mut self.streams, streams);
                    let result = self.node(inner).await;
                    self.streams = outer;
                    self.depth -= 1;
                    result
                }
                Node::Sequence(nodes) => {
                    for node in nodes {
                        self.node(node).await?;
                    }
                    Ok(())
                }
                Node::Both(nodes) | Node::Either(nodes) => {
                    let both = matches!(node, Node::Both(_));
                    for (number, node) in nodes.iter().enumerate() {
                        if number > 0 && (self.status == 0) != both {
                            break;
                        }
                        self.node(node).await?;
                    }
                    Ok(())
                }
                Node::Pipeline(nodes) => self.pipeline(nodes).await,
                Node::If {
                    negated,
                    condition,
                    then,
                    otherwise,
                } => {
                    self.enter()?;
                    let result = match (self.holds(condition) != *negated, otherwise) {
                        (true, _) => self.node(then).await,
                        (false, Some(otherwise)) => self.node(otherwise).await,
                        (false, None) => Ok(()),
                    };
                    self.depth -= 1;
                    result
                }
            }
        })
    }

    /// The commands of a pipeline one after another, each in an interpreter of its own.
    async fn pipeline(&mut self, nodes: &[Node]) -> Result<(), Leave> {
        let mut input = self.streams.stdin.clone();
        for (number, node) in nodes.iter().enumerate() {
            let output = Output::buffer(&self.machine.life, PIPE_LIMIT);
            let mut streams = self.streams.clone();
            streams.stdin = input;
            if number + 1 < nodes.len() {
                streams.stdout = output.clone();
            }
            let mut prompt = self.copy(streams)?;
            // `exit` in a pipeline ends its own part only.
            let _ = prompt.node(node).await;
            self.status = prompt.status;
            input = Input::from_content(output.take_buffer());
        }
        Ok(())
    }

    /// One level deeper, or the refusal that it is too deep: each level takes a part of a real stack.
    fn enter(&mut self) -> Result<(), Leave> {
        if self.depth >= DEPTH_MAX {
            return Err(self.refuse("refused: too many commands are nested in each other"));
        }
        self.depth += 1;
        Ok(())
    }

    fn copy(&mut self, streams: Streams) -> Result<Self, Leave> {
        if self.depth >= DEPTH_MAX {
            return Err(self.refuse("refused: too many processes are nested in each other"));
        }
        let bytes: usize = self.variables.values().map(String::len).sum();
        self.charge(1 + bytes / BYTES_PER_UNIT)?;
        Ok(Self {
            machine: Arc::clone(&self.machine),
            variables: self.variables.clone(),
            directory: self.directory.clone(),
            streams,
            status: self.status,
            depth: self.depth + 1,
            batch: self.batch.clone(),
            locals: Vec::new(),
            directories: self.directories.clone(),
        })
    }

    fn holds(&self, condition: &Condition) -> bool {
        match condition {
            Condition::Exists(path) => {
                is_null_device(Platform::Windows, path) || !self.matching(path).is_empty()
            }
            Condition::Defined(name) => self.variable(name).is_some(),
            Condition::ErrorLevel(least) => self.status >= *least,
            Condition::Equal {
                left,
                right,
                ignore_case: true,
            } => left.to_lowercase() == right.to_lowercase(),
            Condition::Equal { left, right, .. } => left == right,
        }
    }

    async fn simple(&mut self, text: &str, redirections: &[Redirection]) -> Result<(), Leave> {
        let Some(streams) = self.redirected(redirections) else {
            return Ok(());
        };
        let outer = std::mem::replace(&mut self.streams, streams);
        let result = self.command(text.trim_start()).await;
        self.streams = outer;
        result
    }

    /// Runs one command: a builtin, a batch file in this interpreter, or a program.
    pub(super) fn command<'a>(&'a mut self, text: &'a str) -> Running<'a> {
        Box::pin(async move {
            if text.is_empty() {
                return Ok(());
            }
            if let Some((name, rest)) = super::builtins::find(text) {
                return self.builtin(name, rest).await;
            }
            self.external(text, false).await
        })
    }

    /// Runs a program or batch file; without `call` a batch file does not come back to the one it is named in.
    pub(super) async fn external(&mut self, text: &str, called: bool) -> Result<(), Leave> {
        let (program, rest) = windows_program(text);
        let program = program.trim_matches('"');
        if let Some(place) = self.batch_file(program) {
            return self.nested_batch(&place, rest, called).await;
        }
        let bytes: usize = self.variables.values().map(String::len).sum();
        self.charge(bytes / BYTES_PER_UNIT)?;
        let process = Process {
            name: program.to_owned(),
            arguments: windows_arguments(program, rest),
            environment: self.variables.clone(),
            stdin: self.streams.stdin.clone(),
            stdout: self.streams.stdout.clone(),
            stderr: self.streams.stderr.clone(),
            directory: self.directory.clone(),
            depth: self.depth,
            machine: Arc::clone(&self.machine),
        };
        let message = match launch(process).await {
            Ok(status) => {
                self.status = status;
                return Ok(());
            }
            Err(LaunchError::Missing) => {
                let shown: String = program.chars().take(200).collect();
                format!(
                    "'{shown}' is not recognized as an internal or external command,\r\noperable program or batch file."
                )
            }
            Err(LaunchError::Denied) => "Access is denied.".to_owned(),
            Err(LaunchError::NotABinary) => {
                format!(
                    "This version of {program} is not compatible with the version of Windows you're running."
                )
            }
            Err(LaunchError::TooDeep) => {
                return Err(self.refuse("refused: too many processes are nested in each other"));
            }
            Err(LaunchError::Refused) => return self.charge(1).and(Ok(())),
        };
        self.complain(&message);
        self.status = 1;
        Ok(())
    }

    /// The batch file a name stands for, as it is found in the working directory.
    fn batch_file(&self, program: &str) -> Option<String> {
        let lower = program.to_ascii_lowercase();
        let places = [
            program.to_owned(),
            format!("{program}.cmd"),
            format!("{program}.bat"),
        ];
        let exe = format!("{program}.exe");
        let named = [".cmd", ".bat"].iter().any(|ending| lower.ends_with(ending));
        places
            .into_iter()
            .skip(usize::from(!named))
            .find(|place| self.is_file(place))
            .filter(|_| named || !self.is_file(&exe))
    }

    async fn nested_batch(&mut self, place: &str, rest: &str, called: bool) -> Result<(), Leave> {
        let content = self
            .path(place)
            .and_then(|path| Ok((path.clone(), self.machine.disk.with(|disk| disk.read(&path))?)));
        let (path, content) = match content {
            Ok(found) => found,
            Err(error) => {
                self.complain(&error.to_string());
                self.status = 1;
                return Ok(());
            }
        };
        let text = String::from_utf8_lossy(&content.to_bytes()).into_owned();
        let inside = self.batch.is_some();
        self.enter()?;
        let batch = Batch {
            path,
            arguments: windows_arguments(place, rest),
        };
        let left = Box::pin(self.run_batch(batch, &text)).await;
        self.depth -= 1;
        match left {
            Some(Leave::All) => Err(Leave::All),
            _ if inside && !called => Err(Leave::Batch),
            _ => Ok(()),
        }
    }

    fn redirected(&mut self, redirections: &[Redirection]) -> Option<Streams> {
        let mut streams = self.streams.clone();
        for redirection in redirections {
            if let Err(error) = self.redirect(&mut streams, redirection) {
                self.complain(&windows_message(error));
                self.status = 1;
                return None;
            }
        }
        Some(streams)
    }

    fn redirect(&self, streams: &mut Streams, redirection: &Redirection) -> Result<(), DiskError> {
        let machine = &self.machine;
        let output = match &redirection.target {
            Target::Duplicate(1) => streams.stdout.clone(),
            Target::Duplicate(_) => streams.stderr.clone(),
            Target::Read(place) => {
                let content = if is_null_device(Platform::Windows, place) {
                    Content::new()
                } else {
                    let path = self.path(place)?;
                    machine.disk.with(|disk| disk.read(&path))?
                };
                streams.stdin = Input::from_content(content);
                return Ok(());
            }
            Target::Write(place) | Target::Append(place) => {
                if is_null_device(Platform::Windows, place) {
                    Output::null(&machine.life)
                } else {
                    let (path, now) = (self.path(place)?, machine.life.now());
                    machine.disk.with(|disk| match redirection.target {
                        Target::Append(_) => disk.append(&path, &bytes::Bytes::new(), now),
                        _ => disk.write(&path, Content::new(), None, now),
                    })?;
                    Output::file(&machine.life, machine.disk.clone(), path)
                }
            }
        };
        match redirection.descriptor {
            1 => streams.stdout = output,
            2 => streams.stderr = output,
            // Writing to standard input reaches nobody.
            _ => {}
        }
        Ok(())
    }

    pub(super) fn charge(&mut self, units: usize) -> Result<(), Leave> {
        let charged = self.machine.life.charge(units as u64);
        charged.map_err(|exhausted| self.refuse(&exhausted.to_string()))
    }

    fn refuse(&mut self, reason: &str) -> Leave {
        self.complain(reason);
        self.status = EXIT_REFUSED;
        Leave::All
    }

    pub(super) fn complain(&self, message: &str) {
        self.streams.stderr.say(&format!("{message}\r\n"));
    }
}

/// What Windows says to an error of the disk.
pub(super) fn windows_message(error: DiskError) -> String {
    match error {
        DiskError::NotFound => "The system cannot find the file specified.".to_owned(),
        DiskError::NotDirectory => "The system cannot find the path specified.".to_owned(),
        DiskError::IsDirectory => "Access is denied.".to_owned(),
        DiskError::Exists => "A subdirectory or file already exists.".to_owned(),
        DiskError::Full => "There is not enough space on the disk.".to_owned(),
        DiskError::InvalidName => {
            "The filename, directory name, or volume label syntax is incorrect.".to_owned()
        }
        DiskError::NotEmpty => "The directory is not empty.".to_owned(),
        other => other.to_string(),
    }
}
