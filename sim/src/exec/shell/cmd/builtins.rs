//! What is part of the interpreter.

use std::num::IntErrorKind;

use super::run::{BYTES_PER_UNIT, Leave};
use super::{Local, Prompt};
use crate::exec::Platform;
use crate::exec::environment::set_variable;
use crate::exec::shell::arithmetic;

/// Variables a command may look through for one unit of work.
const VARIABLES_PER_UNIT: usize = 16;

/// `setlocal` within one another, as of the real one.
const LOCALS_MAX: usize = 32;

/// Names of what is part of the interpreter.
const BUILTINS: [&str; 33] = [
    "break", "call", "cd", "chdir", "cls", "color", "copy", "del", "dir", "echo", "endlocal", "erase",
    "exit", "for", "goto", "md", "mkdir", "move", "path", "pause", "popd", "pushd", "rd", "rem", "ren",
    "rename", "rmdir", "set", "setlocal", "shift", "title", "type", "ver",
];

/// The builtin a command begins with, and what follows its name.
pub(super) fn find(text: &str) -> Option<(&'static str, &str)> {
    let length = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (name, rest) = text.split_at(length);
    let found = BUILTINS.iter().find(|known| known.eq_ignore_ascii_case(name))?;
    let separated =
        rest.is_empty() || rest.starts_with([' ', '\t', '/', '\\', '.', ',', ';', '=', '(', ':', '"']);
    separated.then_some((found, rest))
}

impl Prompt {
    /// Runs a builtin; its code is that of the command.
    pub(super) async fn builtin(&mut self, name: &str, rest: &str) -> Result<(), Leave> {
        let words = words(rest);
        let result = match name {
            "echo" => self.echo(rest),
            "call" => {
                let text = rest.trim_start();
                if text.starts_with(':') {
                    Err("call :label is not simulated".to_owned())
                } else if find(text).is_some() {
                    return self.command(text).await;
                } else {
                    return Box::pin(self.external(text, true)).await;
                }
            }
            "exit" => {
                let batch_only = words.first().is_some_and(|word| word.eq_ignore_ascii_case("/b"));
                let code = words.get(usize::from(batch_only));
                self.status = code.map_or(self.status, |code| exit_code(code.as_ref()));
                return Err(if batch_only { Leave::Batch } else { Leave::All });
            }
            "set" => {
                self.charge(self.variables.len() / VARIABLES_PER_UNIT)?;
                self.set(rest)
            }
            "cd" | "chdir" => self.change_directory(&words),
            "pushd" => self.push_directory(&words),
            "popd" => self.pop_directory(),
            "setlocal" => {
                let bytes: usize = self.variables.values().map(String::len).sum();
                self.charge(1 + bytes / BYTES_PER_UNIT)?;
                self.set_local(&words)
            }
            "endlocal" => {
                self.end_local();
                Ok(())
            }
            "type" => self.show_files(&words),
            "copy" => self.copy_files(&words),
            "move" => self.move_file(&words),
            "ren" | "rename" => self.rename(&words),
            "del" | "erase" => self.delete(&words),
            "mkdir" | "md" => self.make_directories(&words),
            "rmdir" | "rd" => self.remove_directories(&words),
            "dir" => self.directory_list(&words),
            "ver" => self.print("Microsoft Windows [simulated]"),
            "path" => self.path_of_programs(rest.trim()),
            "for" | "goto" | "shift" | "pause" => Err(format!("{name} is not simulated")),
            // `rem`, `cls`, `title` and the like change nothing here.
            _ => Ok(()),
        };
        self.status = match result {
            Ok(()) => 0,
            Err(message) => {
                self.complain(&message);
                1
            }
        };
        Ok(())
    }

    pub(super) fn print(&self, line: &str) -> Result<(), String> {
        let written = self.streams.stdout.write_text(&format!("{line}\r\n"));
        written.map_err(|error| error.to_string())
    }

    fn echo(&self, rest: &str) -> Result<(), String> {
        let words = rest.trim();
        match words.to_ascii_lowercase().as_str() {
            "" => self.print("ECHO is off."),
            "on" | "off" => Ok(()),
            "." | ":" | "(" | "/" | "\\" | "," | ";" | "=" => self.print(""),
            _ => self.print(rest.get(1..).unwrap_or_default()),
        }
    }

    fn set(&mut self, rest: &str) -> Result<(), String> {
        let text = rest.trim_start();
        if let Some(expression) = strip_option(text, "/a") {
            return self.set_number(expression.trim().trim_matches('"'));
        }
        if strip_option(text, "/p").is_some() {
            return Err("set /p is not simulated: nobody sits at a keyboard".to_owned());
        }
        // Quotes around the whole assignment are no part of it.
        let text = match text.strip_prefix('"') {
            Some(inner) => inner.rsplit_once('"').map_or(inner, |(inner, _)| inner),
            None => text,
        };
        let Some((name, value)) = text.split_once('=') else {
            return self.show_variables(text.trim());
        };
        if name.is_empty() {
            return Err("The syntax of the command is incorrect.".to_owned());
        }
        self.assign(name, value);
        Ok(())
    }

    fn assign(&mut self, name: &str, value: &str) {
        if value.is_empty() {
            self.variables
                .retain(|known, _| !known.eq_ignore_ascii_case(name));
        } else {
            set_variable(&mut self.variables, Platform::Windows, name, value);
        }
    }

    fn set_number(&mut self, expression: &str) -> Result<(), String> {
        let (name, expression) = match expression.split_once('=') {
            Some((name, expression)) if !name.ends_with(['!', '<', '>', '=']) => (name.trim(), expression),
            _ => ("", expression),
        };
        let (name, expression) = match name.strip_suffix(['+', '-', '*', '/']) {
            Some(plain) => (plain, format!("{name}({expression})")),
            None => (name, expression.to_owned()),
        };
        let variables = &self.variables;
        let number = arithmetic::evaluate(&expression, &|name| {
            let found = variables
                .iter()
                .find(|(known, _)| known.eq_ignore_ascii_case(name));
            found.map(|(_, value)| value.as_str())
        })?;
        if name.is_empty() {
            let written = self.streams.stdout.write_text(&number.to_string());
            return written.map_err(|error| error.to_string());
        }
        self.assign(name, &number.to_string());
        Ok(())
    }

    fn show_variables(&self, prefix: &str) -> Result<(), String> {
        let mut found = false;
        for (name, value) in &self.variables {
            let start = name.get(..prefix.len()).unwrap_or_default();
            if start.eq_ignore_ascii_case(prefix) {
                found = true;
                self.print(&format!("{name}={value}"))?;
            }
        }
        if found || prefix.is_empty() {
            Ok(())
        } else {
            Err(format!("Environment variable {prefix} not defined"))
        }
    }

    fn change_directory(&mut self, words: &[String]) -> Result<(), String> {
        let words: Vec<&String> = words
            .iter()
            .filter(|word| !word.eq_ignore_ascii_case("/d"))
            .collect();
        let Some(target) = words.first() else {
            return self.print(&self.directory.display(Platform::Windows));
        };
        let entry = self
            .path(target)
            .and_then(|path| self.machine.disk.with(|disk| disk.entry(&path)));
        match entry {
            Ok(entry) if entry.is_directory => {
                self.directory = entry.path;
                Ok(())
            }
            _ => Err("The system cannot find the path specified.".to_owned()),
        }
    }
}

impl Prompt {
    /// `path` shows where programs are looked for, `path ;` forgets it, `path text` sets it.
    fn path_of_programs(&mut self, text: &str) -> Result<(), String> {
        if text.is_empty() {
            return self.print(&format!("PATH={}", self.variable("PATH").unwrap_or_default()));
        }
        let value = text.strip_prefix('=').unwrap_or(text).trim();
        self.assign("PATH", if value == ";" { "" } else { value });
        Ok(())
    }

    /// Sets the variables and the directory aside, for `endlocal` or the end of the batch file. Elsewhere than in one it
    /// does nothing, as with the real one.
    fn set_local(&mut self, words: &[String]) -> Result<(), String> {
        for word in words {
            match word.to_ascii_lowercase().as_str() {
                "enableextensions" | "disabledelayedexpansion" => {}
                other => return Err(format!("setlocal {other} is not simulated")),
            }
        }
        if self.batch.is_none() {
            return Ok(());
        }
        if self.locals.len() >= LOCALS_MAX {
            return Err("Maximum setlocal recursion level reached.".to_owned());
        }
        self.locals.push(Local {
            variables: self.variables.clone(),
            directory: self.directory.clone(),
        });
        Ok(())
    }

    fn end_local(&mut self) {
        if let Some(local) = self.locals.pop() {
            self.bring_back(local);
        }
    }

    pub(super) fn bring_back(&mut self, local: Local) {
        self.variables = local.variables;
        self.directory = local.directory;
    }

    /// `pushd` without a directory lists those that were left.
    fn push_directory(&mut self, words: &[String]) -> Result<(), String> {
        if words.is_empty() {
            let shown = self.directories.iter().rev();
            return shown
                .map(|directory| directory.display(Platform::Windows))
                .try_for_each(|directory| self.print(&directory));
        }
        let left = self.directory.clone();
        self.change_directory(words)?;
        self.directories.push(left);
        Ok(())
    }

    fn pop_directory(&mut self) -> Result<(), String> {
        let last = self.directories.pop();
        let last = last.ok_or("The directory stack is empty.")?;
        self.change_directory(&[last.display(Platform::Windows)])
    }
}

/// The words of a command, with quotes around them taken away. White space, commas and equals signs separate them.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let (mut quoted, mut any) = (false, false);
    for character in text.chars() {
        match character {
            '"' => {
                quoted = !quoted;
                any = true;
            }
            ' ' | '\t' | ',' | ';' | '=' if !quoted => {
                if any {
                    words.push(std::mem::take(&mut word));
                }
                any = false;
            }
            // `dir/b` and `rd/s/q` need no space before an option.
            '/' if !quoted && any && word.starts_with('/') => {
                words.push(std::mem::replace(&mut word, "/".to_owned()));
            }
            _ => {
                word.push(character);
                any = true;
            }
        }
    }
    if any {
        words.push(word);
    }
    words
}

/// What follows an option, in any case.
fn strip_option<'a>(text: &'a str, option: &str) -> Option<&'a str> {
    let (start, rest) = text.split_at_checked(option.len())?;
    start.eq_ignore_ascii_case(option).then_some(rest)
}

/// The exit code a word stands for: the nearest one there is, and zero for what is no number.
fn exit_code(word: &str) -> i32 {
    match word.parse() {
        Ok(code) => code,
        Err(error) => match error.kind() {
            IntErrorKind::PosOverflow => i32::MAX,
            IntErrorKind::NegOverflow => i32::MIN,
            _ => 0,
        },
    }
}
