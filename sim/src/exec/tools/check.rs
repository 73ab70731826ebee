//! test and `[`.

use super::complain;
use crate::exec::process::Process;

/// How deep parentheses may be nested.
const DEPTH_MAX: u32 = 20;

/// `test expression` and `[ expression ]`: 0 when it holds, 1 when not, 2 when it is none.
pub(super) fn test(process: &Process) -> i32 {
    let mut words: Vec<&str> = process.arguments.iter().map(String::as_str).collect();
    if process.name.ends_with('[') && words.pop() != Some("]") {
        complain(process, "missing ]");
        return 2;
    }
    let mut expression = Expression {
        process,
        words: &words,
        depth: 0,
    };
    let value = expression
        .either()
        .and_then(|value| match expression.words.first() {
            None => Ok(value),
            Some(word) => Err(format!("{word}: unexpected operator")),
        });
    match value {
        Ok(value) => i32::from(!value),
        Err(message) => {
            complain(process, &message);
            2
        }
    }
}

struct Expression<'a> {
    process: &'a Process,
    words: &'a [&'a str],
    depth: u32,
}

impl Expression<'_> {
    fn either(&mut self) -> Result<bool, String> {
        if self.words.is_empty() {
            return Ok(false);
        }
        let mut value = self.both()?;
        while self.take("-o") {
            value |= self.both()?;
        }
        Ok(value)
    }

    fn both(&mut self) -> Result<bool, String> {
        let mut value = self.negated()?;
        while self.take("-a") {
            value &= self.negated()?;
        }
        Ok(value)
    }

    fn negated(&mut self) -> Result<bool, String> {
        let mut negated = false;
        // A lone `!` is a text like any other, and so is one with an operator behind it.
        while self.words.len() > 1 && self.words[0] == "!" && !is_binary(self.words.get(1)) {
            self.words = &self.words[1..];
            negated = !negated;
        }
        Ok(self.primary()? != negated)
    }

    fn primary(&mut self) -> Result<bool, String> {
        match self.words {
            [left, operator, right, rest @ ..] if is_binary(Some(operator)) => {
                self.words = rest;
                self.binary(left, operator, right)
            }
            ["(", rest @ ..] if !rest.is_empty() => {
                if self.depth >= DEPTH_MAX {
                    return Err(format!("nested more than {DEPTH_MAX} deep"));
                }
                self.depth += 1;
                self.words = rest;
                let value = self.either()?;
                self.depth -= 1;
                if self.take(")") {
                    Ok(value)
                } else {
                    Err("missing )".to_owned())
                }
            }
            [operator, operand, rest @ ..] if is_unary(operator) => {
                self.words = rest;
                Ok(self.unary(operator, operand))
            }
            [word, rest @ ..] => {
                self.words = rest;
                Ok(!word.is_empty())
            }
            [] => Err("argument expected".to_owned()),
        }
    }

    fn unary(&self, operator: &str, operand: &str) -> bool {
        let process = self.process;
        let device = process.is_null_device(operand);
        let entry = process.entry(operand);
        match operator {
            "-z" => operand.is_empty(),
            "-n" => !operand.is_empty(),
            "-e" | "-r" | "-w" => device || entry.is_ok(),
            "-f" => entry.is_ok_and(|entry| !entry.is_directory),
            "-d" => entry.is_ok_and(|entry| entry.is_directory),
            "-s" => entry.is_ok_and(|entry| entry.is_directory || entry.length > 0),
            "-x" => entry.is_ok_and(|entry| entry.is_directory || entry.is_executable()),
            "-c" => device,
            // There are no links and no terminals.
            _ => false,
        }
    }

    fn binary(&self, left: &str, operator: &str, right: &str) -> Result<bool, String> {
        let modified = |path| self.process.entry(path).ok().map(|entry| entry.modified);
        Ok(match operator {
            "=" | "==" => left == right,
            "!=" => left != right,
            "<" => left < right,
            ">" => left > right,
            "-nt" => modified(left) > modified(right),
            "-ot" => modified(left) < modified(right),
            _ => {
                let (left, right) = (number(left)?, number(right)?);
                match operator {
                    "-eq" => left == right,
                    "-ne" => left != right,
                    "-lt" => left < right,
                    "-le" => left <= right,
                    "-gt" => left > right,
                    _ => left >= right,
                }
            }
        })
    }

    fn take(&mut self, word: &str) -> bool {
        let found = self.words.first() == Some(&word);
        if found {
            self.words = &self.words[1..];
        }
        found
    }
}

fn is_unary(word: &str) -> bool {
    matches!(
        word,
        "-z" | "-n"
            | "-e"
            | "-f"
            | "-d"
            | "-r"
            | "-w"
            | "-x"
            | "-s"
            | "-L"
            | "-h"
            | "-t"
            | "-c"
            | "-b"
            | "-p"
            | "-S"
    )
}

fn is_binary(word: Option<&&str>) -> bool {
    word.is_some_and(|word| {
        matches!(
            *word,
            "=" | "==" | "!=" | "<" | ">" | "-eq" | "-ne" | "-lt" | "-le" | "-gt" | "-ge" | "-nt" | "-ot"
        )
    })
}

fn number(text: &str) -> Result<i64, String> {
    text.trim().parse().map_err(|_| {
        let shown: String = text.chars().take(60).collect();
        format!("Illegal number: {shown}")
    })
}
