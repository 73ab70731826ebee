//! `%VAR%` and the arguments of batch files.

use batchite_api::time::Clock as _;

use super::{Batch, LINE_LENGTH_MAX, Prompt};
use crate::exec::Platform;

impl Prompt {
    /// The line with its variables replaced. In a batch file unknown ones vanish, elsewhere they stay as written.
    pub(super) fn expand(&self, line: &str) -> Result<String, String> {
        let mut text = String::with_capacity(line.len());
        let mut rest = line;
        while let Some(at) = rest.find('%') {
            text.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            if let Some(batch) = &self.batch {
                if let Some(after) = rest.strip_prefix('%') {
                    text.push('%');
                    rest = after;
                    continue;
                }
                if let Some((value, length)) = argument(batch, rest) {
                    text.push_str(&value);
                    rest = &rest[length..];
                    continue;
                }
            }
            let name = rest.split('%').next().filter(|name| name.len() < rest.len());
            let name = name.filter(|name| !name.is_empty() && !name.contains(['\n', '"', '&', '|']));
            let Some(name) = name else {
                text.push('%');
                continue;
            };
            if let Some((plain, _)) = name.split_once(':')
                && self.variable(plain).is_some()
            {
                return Err(format!("%{name}%: parts of variables are not simulated"));
            }
            match self.variable(name) {
                Some(value) => text.push_str(&value),
                None if self.batch.is_some() => {}
                None => {
                    text.push('%');
                    continue;
                }
            }
            rest = &rest[name.len() + 1..];
            if text.len() > LINE_LENGTH_MAX {
                break;
            }
        }
        text.push_str(rest);
        if text.len() > LINE_LENGTH_MAX {
            return Err("The command line is too long.".to_owned());
        }
        Ok(text)
    }

    /// A variable, or one of those that are made up as they are asked for.
    pub(super) fn variable(&self, name: &str) -> Option<String> {
        let found = self
            .variables
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name));
        if let Some((_, value)) = found {
            return Some(value.clone());
        }
        match name.to_ascii_lowercase().as_str() {
            "errorlevel" => Some(self.status.to_string()),
            "cd" => Some(self.directory.display(Platform::Windows)),
            "random" => Some((self.machine.life.random() % 32768).to_string()),
            "date" => self.machine.life.now().to_string().get(..10).map(str::to_owned),
            "time" => self.machine.life.now().to_string().get(11..19).map(str::to_owned),
            _ => None,
        }
    }
}

/// What `%1`, `%*`, `%~1` and `%~dp0` stand for, and how long that is after the percent sign.
fn argument(batch: &Batch, rest: &str) -> Option<(String, usize)> {
    let own = batch.path.display(Platform::Windows);
    if let Some(length) = ["~dp0", "~DP0"]
        .iter()
        .find(|form| rest.starts_with(**form))
        .map(|form| form.len())
    {
        let directory = own.rsplit_once('\\').map_or("", |(directory, _)| directory);
        return Some((format!("{directory}\\"), length));
    }
    if rest.starts_with('*') {
        return Some((batch.arguments.join(" "), 1));
    }
    let (tilde, digits) = match rest.strip_prefix('~') {
        Some(digits) => (1, digits),
        None => (0, rest),
    };
    let digit = digits.chars().next()?.to_digit(10)?;
    let value = match digit.checked_sub(1) {
        None => own,
        Some(at) => batch
            .arguments
            .get(usize::try_from(at).ok()?)
            .cloned()
            .unwrap_or_default(),
    };
    Some((value, tilde + 1))
}
