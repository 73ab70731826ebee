//! Commands that are part of the shell, since they change it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::expand::WORD_BYTES_PER_UNIT;
use super::run::{Leave, Shell};
use super::syntax::List;
use super::{Dialect, lexer, parser};
use crate::exec::launch;
use crate::exec::process::Process;
use crate::exec::tools;

/// A command that is part of the shell.
#[derive(Clone, Copy)]
pub(super) enum Builtin {
    /// One that needs the shell.
    Own,
    /// A standard tool every shell has built in; it needs no environment.
    Tool(tools::Simple),
}

const OWN: [&str; 24] = [
    ":", ".", "break", "cd", "command", "continue", "eval", "exec", "exit", "export", "false", "read",
    "readonly", "return", "set", "shift", "source", "trap", "true", "type", "ulimit", "umask", "unset",
    "wait",
];

/// The builtin of a name.
pub(super) fn find(name: &str) -> Option<Builtin> {
    if OWN.contains(&name) {
        return Some(Builtin::Own);
    }
    match name {
        "echo" | "printf" | "pwd" | "test" | "[" => tools::simple(name).map(Builtin::Tool),
        _ => None,
    }
}

impl Shell {
    /// Runs a builtin on the shell's streams, which are those of the command.
    pub(super) async fn run_builtin(
        &mut self,
        builtin: Builtin,
        name: &str,
        arguments: &[String],
        assignments: &[(&str, String)],
    ) -> Result<(), Leave> {
        if let Builtin::Tool(tool) = builtin {
            let process = Process {
                name: name.to_owned(),
                arguments: arguments.to_vec(),
                environment: BTreeMap::new(),
                stdin: self.streams.stdin.clone(),
                stdout: self.streams.stdout.clone(),
                stderr: self.streams.stderr.clone(),
                directory: self.directory.clone(),
                depth: self.depth,
                machine: Arc::clone(&self.machine),
            };
            self.status = tools::run_simple(tool, &process);
            return Ok(());
        }
        // `IFS=, read a b` changes the variable for the command only.
        let mut before = Vec::new();
        for (name, value) in assignments {
            before.push((*name, self.variable(name)));
            self.assign(name, value)?;
        }
        let result = self.run_own(name, arguments).await;
        for (name, value) in before {
            match value {
                Some(value) => self.assign(name, &value)?,
                None => self.variables.unset(name),
            }
        }
        self.status = result?;
        Ok(())
    }

    async fn run_own(&mut self, name: &str, arguments: &[String]) -> Result<i32, Leave> {
        let first = arguments.first().map(String::as_str);
        match name {
            // Modes of new files are fixed, so a mask changes nothing.
            ":" | "true" | "umask" => Ok(0),
            "false" => Ok(1),
            "cd" => Ok(self.change_directory(first)),
            "exit" | "return" => Err(self.exit(name, first)),
            "break" | "continue" => self.leave_loop(name, first),
            "export" | "readonly" => self.mark(name, arguments),
            "unset" => self.unset(arguments),
            "set" => {
                self.charge(self.variables.bytes() / WORD_BYTES_PER_UNIT)?;
                Ok(self.set(arguments))
            }
            "shift" => {
                self.charge(self.positional.len() as u64 / 16)?;
                Ok(self.shift(first))
            }
            "read" => self.read(arguments),
            "wait" => Ok(self.wait(arguments).await),
            "eval" => self.eval(&arguments.join(" ")).await,
            "." | "source" => self.source(first).await,
            "exec" => self.exec(arguments).await,
            "command" | "type" => self.find_command(name, arguments).await,
            _ => {
                self.complain(&format!("{name}: not simulated"));
                Ok(1)
            }
        }
    }

    fn change_directory(&mut self, target: Option<&str>) -> i32 {
        let shown = match target {
            Some("-") => self.variable("OLDPWD"),
            Some(target) => Some(target.to_owned()),
            None => self.variable("HOME"),
        };
        let target = shown.unwrap_or_default();
        let entry = self
            .path(&target)
            .and_then(|path| self.machine.disk.with(|disk| disk.entry(&path)));
        let reason = match entry {
            Ok(entry) if entry.is_directory => {
                let platform = self.machine.platform;
                let old = self.directory.display(platform);
                self.directory = entry.path;
                let new = self.directory.display(platform);
                // Two short texts; there is room for them or the shell is about to end anyway.
                let _ = self.variables.try_set("OLDPWD", &old) && self.variables.try_set("PWD", &new);
                return 0;
            }
            Ok(_) => "Not a directory".to_owned(),
            Err(error) => error.to_string(),
        };
        self.complain(&format!("cd: {target}: {reason}"));
        match self.dialect {
            Dialect::Sh => 2,
            Dialect::Bash => 1,
        }
    }

    fn exit(&mut self, name: &str, code: Option<&str>) -> Leave {
        match code.map(str::parse::<i32>) {
            None => Leave::Exit(self.status),
            Some(Ok(code)) => Leave::Exit(code & 0xFF),
            Some(Err(_)) => {
                self.complain(&format!("{name}: Illegal number: {}", code.unwrap_or_default()));
                Leave::Exit(2)
            }
        }
    }

    fn leave_loop(&mut self, name: &str, count: Option<&str>) -> Result<i32, Leave> {
        let Ok(count) = count.unwrap_or("1").parse::<u32>() else {
            return Err(self.fatal(&format!("{name}: Illegal number: {}", count.unwrap_or_default())));
        };
        let count = count.clamp(1, self.loops.max(1));
        match (self.loops, name) {
            (0, _) => Ok(0),
            (_, "break") => Err(Leave::Break(count)),
            _ => Err(Leave::Continue(count)),
        }
    }

    /// `export` and `readonly`: sets variables, and gives them to programs or keeps their values.
    fn mark(&mut self, how: &str, arguments: &[String]) -> Result<i32, Leave> {
        self.charge(self.variables.bytes() / WORD_BYTES_PER_UNIT)?;
        if arguments.is_empty() || arguments[0] == "-p" {
            let lines: Vec<String> = if how == "export" {
                let exported = self.variables.environment().into_iter();
                exported
                    .map(|(name, value)| format!("export {name}='{value}'\n"))
                    .collect()
            } else {
                let value = |value: Option<&str>| value.map_or(String::new(), |value| format!("='{value}'"));
                let kept = self.variables.kept();
                kept.map(|(name, found)| format!("readonly {name}{}\n", value(found)))
                    .collect()
            };
            for line in lines {
                let _ = self.streams.stdout.write_text(&line);
            }
            return Ok(0);
        }
        for argument in arguments {
            let (name, value) = match argument.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (argument.as_str(), None),
            };
            if !lexer::is_name(name) {
                return Err(self.fatal(&format!("{how}: {name}: bad variable name")));
            }
            if let Some(value) = value {
                self.assign(name, value)?;
            }
            if how == "export" {
                self.variables.export(name);
            } else {
                self.variables.keep(name);
            }
        }
        Ok(0)
    }

    fn unset(&mut self, arguments: &[String]) -> Result<i32, Leave> {
        let names = match arguments.first().map(String::as_str) {
            Some("-v") => &arguments[1..],
            Some(option) if option.starts_with('-') => {
                self.complain(&format!("unset: {option}: not simulated"));
                return Ok(2);
            }
            _ => arguments,
        };
        for name in names {
            self.check_changes(name)?;
            self.variables.unset(name);
        }
        Ok(0)
    }

    fn set(&mut self, arguments: &[String]) -> i32 {
        if arguments.is_empty() {
            for (name, value) in self.variables.all() {
                let _ = self.streams.stdout.write_text(&format!("{name}='{value}'\n"));
            }
            return 0;
        }
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            let on = argument.starts_with('-');
            if argument == "--" {
                self.positional = Arc::new(rest.cloned().collect());
                return 0;
            }
            if !on && !argument.starts_with('+') {
                self.positional = Arc::new(std::iter::once(argument).chain(rest).cloned().collect());
                return 0;
            }
            for letter in argument.chars().skip(1) {
                let known = if letter == 'o' {
                    let name = rest.next().map(String::as_str).unwrap_or_default();
                    self.options.set_name(name, on)
                } else {
                    self.options.set_letter(letter, on)
                };
                if !known {
                    self.complain(&format!("set: Illegal option {argument}"));
                    return 2;
                }
            }
        }
        0
    }

    fn shift(&mut self, count: Option<&str>) -> i32 {
        match count.unwrap_or("1").parse::<usize>() {
            Ok(count) if count <= self.positional.len() => {
                self.positional = Arc::new(self.positional[count..].to_vec());
                0
            }
            _ => {
                self.complain("shift: can't shift that many");
                2
            }
        }
    }

    /// Reads a line into variables; the last one gets the rest.
    fn read(&mut self, arguments: &[String]) -> Result<i32, Leave> {
        let mut raw = false;
        let mut names = arguments;
        while let Some((option, rest)) = names.split_first().filter(|(first, _)| first.starts_with('-')) {
            names = rest;
            match option.as_str() {
                "--" => break,
                "-r" => raw = true,
                // A prompt is for a terminal, and there is none.
                "-p" => names = names.get(1..).unwrap_or_default(),
                _ => {
                    self.complain(&format!("read: {option}: not simulated"));
                    return Ok(2);
                }
            }
        }
        let reply = ["REPLY".to_owned()];
        if names.is_empty() {
            match self.dialect {
                Dialect::Bash => names = &reply,
                Dialect::Sh => {
                    self.complain("read: arg count");
                    return Ok(2);
                }
            }
        }
        if let Some(wrong) = names.iter().find(|name| !lexer::is_name(name)) {
            return Err(self.fatal(&format!("read: {wrong}: bad variable name")));
        }
        let Some(line) = self.streams.stdin.read_line() else {
            for name in names {
                self.assign(name, "")?;
            }
            return Ok(1);
        };
        self.charge(line.len() as u64 / 256)?;
        let text = String::from_utf8_lossy(&line);
        let complete = text.ends_with('\n');
        let mut text = text.trim_end_matches('\n').to_owned();
        if !raw {
            text = text.replace('\\', "");
        }
        let separators = self.separators();
        let spaces: Vec<char> = separators.chars().filter(char::is_ascii_whitespace).collect();
        let mut rest = text.trim_matches(spaces.as_slice());
        for (number, name) in names.iter().enumerate() {
            let end = rest.find(|character| separators.contains(character));
            let value = match end {
                Some(end) if number + 1 < names.len() => {
                    let value = &rest[..end];
                    let mut after = rest[end..].trim_start_matches(spaces.as_slice());
                    if let Some(separator) = after.chars().next()
                        && separators.contains(separator)
                    {
                        after = after[separator.len_utf8()..].trim_start_matches(spaces.as_slice());
                    }
                    rest = after;
                    value
                }
                _ => std::mem::take(&mut rest),
            };
            self.assign(name, value)?;
        }
        Ok(i32::from(!complete))
    }

    async fn wait(&mut self, arguments: &[String]) -> i32 {
        if arguments.is_empty() {
            for job in std::mem::take(&mut self.jobs) {
                job.ended().await;
            }
            return 0;
        }
        let mut status = 127;
        for argument in arguments {
            let job = self
                .jobs
                .iter()
                .find(|job| job.id.to_string() == *argument)
                .cloned();
            status = match job {
                Some(job) => job.ended().await,
                None => 127,
            };
        }
        status
    }

    async fn eval(&mut self, text: &str) -> Result<i32, Leave> {
        let list = self.parsed(text)?;
        self.nested(&list).await
    }

    async fn source(&mut self, file: Option<&str>) -> Result<i32, Leave> {
        let file = file.unwrap_or_default();
        let content = self
            .path(file)
            .and_then(|path| self.machine.disk.with(|disk| disk.read(&path)));
        match content {
            Ok(content) => {
                let bytes = content.to_bytes();
                let list = self.parsed(&String::from_utf8_lossy(&bytes))?;
                self.nested(&list).await
            }
            Err(error) => Err(self.fatal(&format!(".: cannot open {file}: {error}"))),
        }
    }

    fn parsed(&mut self, text: &str) -> Result<List, Leave> {
        self.charge(text.len() as u64 / super::TEXT_BYTES_PER_UNIT)?;
        parser::parse(text).map_err(|error| self.fatal(&format!("Syntax error: {}", error.message)))
    }

    /// Runs a list of another text in this shell, one level deeper.
    async fn nested(&mut self, list: &List) -> Result<i32, Leave> {
        self.enter()?;
        self.status = 0;
        let result = self.list(list).await;
        self.depth -= 1;
        result.map(|()| self.status)
    }

    async fn exec(&mut self, arguments: &[String]) -> Result<i32, Leave> {
        let Some((name, arguments)) = arguments.split_first() else {
            return Ok(0);
        };
        let streams = self.streams.clone();
        let process = self.process(name, arguments, &[], &streams);
        match launch::launch(process).await {
            Ok(status) => Err(Leave::Exit(status)),
            Err(error) => Err(Leave::Exit(self.not_launched(name, error, &streams)?)),
        }
    }

    /// `command -v name`, `type name`, and `command name` itself.
    async fn find_command(&mut self, how: &str, arguments: &[String]) -> Result<i32, Leave> {
        let asks = how == "type" || arguments.first().is_some_and(|argument| argument == "-v");
        let words: Vec<&String> = arguments.iter().filter(|word| !word.starts_with('-')).collect();
        let Some(name) = words.first() else {
            return Ok(0);
        };
        let streams = self.streams.clone();
        if !asks {
            let rest: Vec<String> = words[1..].iter().map(|word| (*word).clone()).collect();
            let process = self.process(name, &rest, &[], &streams);
            return match launch::launch(process).await {
                Ok(status) => Ok(status),
                Err(error) => self.not_launched(name, error, &streams),
            };
        }
        let shown = if find(name).is_some() {
            Some((*name).clone())
        } else {
            launch::place(&self.process(name, &[], &[], &streams))
        };
        match shown {
            Some(shown) if how == "type" => {
                let _ = streams.stdout.write_text(&format!("{name} is {shown}\n"));
                Ok(0)
            }
            Some(shown) => {
                let _ = streams.stdout.write_text(&format!("{shown}\n"));
                Ok(0)
            }
            None => Ok(127),
        }
    }
}
