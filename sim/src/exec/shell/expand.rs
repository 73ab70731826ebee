//! From words as written to the arguments they stand for: parameters, substitutions, splitting, patterns.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use super::glob::{self, Pattern};
use super::run::{Leave, Shell};
use super::syntax::{List, Operation, Piece, Word};
use super::{Dialect, arithmetic, braces, fields::Fields, parser};
use crate::exec::process::{Output, SUBSTITUTION_LIMIT};

/// Bytes of words that count as one unit of work.
pub(super) const WORD_BYTES_PER_UNIT: u64 = 256;

/// Bytes all words of a command may expand to.
const ARGUMENTS_LENGTH_MAX: u64 = 8 * 1024 * 1024;

/// Longest text that is held against file names.
const GLOB_LENGTH_MAX: usize = 64 * 1024;

/// What separates words unless `IFS` says otherwise.
const SEPARATORS: &str = " \t\n";

/// Characters of `IFS` that are looked at: each is held against each character of a word.
const SEPARATORS_MAX: usize = 32;

/// The value of a parameter.
enum Value {
    One(String),
    /// `$@` and `$*`
    Many(Arc<Vec<String>>),
}

impl Shell {
    /// The arguments words stand for, after splitting and patterns.
    pub(super) async fn arguments(&mut self, words: &[Word]) -> Result<Vec<String>, Leave> {
        let mut arguments: Vec<String> = Vec::with_capacity(words.len());
        let mut bytes = 0;
        let declares = words
            .first()
            .and_then(Word::plain)
            .is_some_and(|name| matches!(name, "export" | "readonly"));
        for word in words {
            if let Some(text) = word.plain()
                && !text.contains(['*', '?', '[', '~'])
            {
                self.charge(text.len() as u64 / WORD_BYTES_PER_UNIT)?;
                if self.dialect == Dialect::Bash && text.contains('{') {
                    let expanded = braces::expanded(text);
                    let (texts, steps) = expanded.ok_or_else(|| self.refuse("Argument list too long"))?;
                    self.charge((texts.len() + steps / 64) as u64)?;
                    arguments.extend(texts);
                } else {
                    arguments.push(text.to_owned());
                }
                continue;
            }
            // What is assigned is not split: `export A=$B` sets A to all of B.
            if declares && let Some((name, value)) = parser::assignment(word) {
                let value = self.text(&value).await?;
                bytes += value.len() as u64;
                arguments.push(format!("{name}={value}"));
                continue;
            }
            let mut fields = Fields::default();
            self.expand(word, &mut fields, Context::ARGUMENT).await?;
            bytes += fields.bytes();
            if bytes > ARGUMENTS_LENGTH_MAX {
                return Err(self.refuse("Argument list too long"));
            }
            for field in fields.finish() {
                if !glob::is_pattern(&field.pattern) || field.pattern.len() > GLOB_LENGTH_MAX {
                    arguments.push(field.text);
                    continue;
                }
                let found = glob::paths(&self.machine, &self.directory, &field.pattern);
                let found = found.map_err(|exhausted| self.refuse(exhausted))?;
                if found.is_empty() {
                    arguments.push(field.text);
                }
                arguments.extend(found);
            }
        }
        Ok(arguments)
    }

    /// The text a word stands for, neither split nor matched.
    pub(super) async fn text(&mut self, word: &Word) -> Result<String, Leave> {
        if let Some(text) = word.plain()
            && !text.starts_with('~')
        {
            self.charge(text.len() as u64 / WORD_BYTES_PER_UNIT)?;
            return Ok(text.to_owned());
        }
        let mut fields = Fields::default();
        self.expand(word, &mut fields, Context::TEXT).await?;
        let texts: Vec<String> = fields.finish().into_iter().map(|field| field.text).collect();
        Ok(texts.join(" "))
    }

    /// The pattern a word stands for.
    pub(super) async fn pattern(&mut self, word: &Word) -> Result<Pattern, Leave> {
        let mut fields = Fields::default();
        self.expand(word, &mut fields, Context::TEXT).await?;
        let texts: Vec<String> = fields.finish().into_iter().map(|field| field.pattern).collect();
        Ok(Pattern::new(&texts.join(" ")))
    }

    fn expand<'a>(
        &'a mut self,
        word: &'a Word,
        fields: &'a mut Fields,
        context: Context,
    ) -> Pin<Box<dyn Future<Output = Result<(), Leave>> + Send + 'a>> {
        Box::pin(async move {
            self.enter()?;
            let before = fields.bytes();
            for (number, piece) in word.0.iter().enumerate() {
                match piece {
                    Piece::Text { text, quoted } => {
                        let quoted = *quoted || context.quoted;
                        let mut text = text.as_str();
                        if number == 0
                            && !quoted
                            && let Some(rest) = text.strip_prefix('~')
                            && (rest.is_empty() || rest.starts_with('/'))
                        {
                            fields.push(&self.variable("HOME").unwrap_or_default(), true);
                            text = rest;
                        }
                        fields.push(text, quoted);
                    }
                    Piece::Parameter {
                        name,
                        operation,
                        quoted,
                    } => {
                        let context = context.with_quotes(*quoted);
                        self.parameter(name, operation, fields, context).await?;
                    }
                    Piece::Command { list, quoted } => {
                        let text = self.substitution(list).await?;
                        self.put(fields, &text, context.with_quotes(*quoted));
                    }
                    Piece::Arithmetic { expression, quoted } => {
                        let expression = self.text_of_expression(expression).await?;
                        let number = match arithmetic::evaluate(&expression, &|name| self.variables.get(name))
                        {
                            Ok(number) => number,
                            Err(message) => return Err(self.fatal(&message)),
                        };
                        self.put(fields, &number.to_string(), context.with_quotes(*quoted));
                    }
                }
                self.check_size(fields)?;
            }
            self.depth -= 1;
            let pieces = word.0.len() as u64 / 8;
            self.charge(pieces + (fields.bytes() - before) / WORD_BYTES_PER_UNIT)
        })
    }

    /// Everything in an expression is expanded as if quoted.
    async fn text_of_expression(&mut self, expression: &Word) -> Result<String, Leave> {
        let mut fields = Fields::default();
        self.expand(expression, &mut fields, Context::TEXT.with_quotes(true))
            .await?;
        Ok(fields.finish().into_iter().map(|field| field.text).collect())
    }

    async fn parameter(
        &mut self,
        name: &str,
        operation: &Operation,
        fields: &mut Fields,
        context: Context,
    ) -> Result<(), Leave> {
        let value = self.value(name);
        if let Some(Value::One(text)) = &value {
            self.charge(text.len() as u64 / WORD_BYTES_PER_UNIT)?;
        }
        let missing = |if_empty: bool| match &value {
            None => true,
            Some(Value::One(text)) => if_empty && text.is_empty(),
            Some(Value::Many(texts)) => texts.is_empty() || (if_empty && texts.iter().all(String::is_empty)),
        };
        match operation {
            Operation::Default { word, if_empty } if missing(*if_empty) => {
                return self.expand(word, fields, context).await;
            }
            Operation::Alternative { if_empty, .. } if missing(*if_empty) => return Ok(()),
            Operation::Alternative { word, .. } => return self.expand(word, fields, context).await,
            Operation::Assign { word, if_empty } if missing(*if_empty) => {
                let text = self.text(word).await?;
                self.assign(name, &text)?;
                self.put(fields, &text, context);
                return Ok(());
            }
            Operation::Require { word, if_empty } if missing(*if_empty) => {
                let text = self.text(word).await?;
                let reason = if text.is_empty() {
                    "parameter not set"
                } else {
                    &text
                };
                return Err(self.fatal(&format!("{name}: {reason}")));
            }
            Operation::Length => {
                let length = match &value {
                    Some(Value::One(text)) => text.chars().count(),
                    Some(Value::Many(texts)) => texts.len(),
                    None => 0,
                };
                self.put(fields, &length.to_string(), context);
                return Ok(());
            }
            _ => {}
        }
        let value = match value {
            None if self.options.refuse_unset && matches!(operation, Operation::Value) => {
                return Err(self.fatal(&format!("{name}: parameter not set")));
            }
            None => Value::One(String::new()),
            Some(value) => value,
        };
        if let (
            Value::One(text),
            Operation::Trim {
                pattern,
                suffix,
                longest,
            },
        ) = (&value, operation)
        {
            let pattern = self.pattern(pattern).await?;
            let text = self.trimmed(text, &pattern, *suffix, *longest)?;
            self.put(fields, &text, context);
        } else {
            self.put_value(name, &value, fields, context);
        }
        Ok(())
    }

    /// Puts a value into the fields; `$@` makes a field of each argument, `"$*"` one of all.
    fn put_value(&self, name: &str, value: &Value, fields: &mut Fields, context: Context) {
        match value {
            Value::One(text) => self.put(fields, text, context),
            Value::Many(texts) if name == "*" && context.quoted => {
                let separator = self.separators().chars().next();
                let joined = texts.join(&separator.map(String::from).unwrap_or_default());
                fields.push(&joined, true);
            }
            Value::Many(texts) => {
                for (number, text) in texts.iter().enumerate() {
                    if number > 0 {
                        fields.separate();
                    }
                    self.put(fields, text, context);
                }
            }
        }
    }

    /// Puts an expanded text into the fields: whole when quoted, split otherwise.
    fn put(&self, fields: &mut Fields, text: &str, context: Context) {
        if context.quoted {
            fields.push(text, true);
        } else if context.split {
            fields.push_split(text, &self.separators());
        } else {
            fields.push(text, false);
        }
    }

    pub(super) fn separators(&self) -> String {
        let separators = self.variables.get("IFS").unwrap_or(SEPARATORS);
        separators.chars().take(SEPARATORS_MAX).collect()
    }

    fn value(&self, name: &str) -> Option<Value> {
        let one = |text: String| Some(Value::One(text));
        match name {
            "@" | "*" => Some(Value::Many(Arc::clone(&self.positional))),
            "#" => one(self.positional.len().to_string()),
            "?" => one(self.status.to_string()),
            "$" => one(PROCESS_ID.to_owned()),
            "!" => self.jobs.last().map(|job| Value::One(job.id.to_string())),
            "-" => one(self.options.letters()),
            "0" => one(self.name.clone()),
            "RANDOM" => one((self.machine.life.random() % 32768).to_string()),
            _ => match name.parse::<usize>() {
                Ok(number) => number
                    .checked_sub(1)
                    .and_then(|at| self.positional.get(at))
                    .cloned()
                    .map(Value::One),
                Err(_) => self.variable(name).map(Value::One),
            },
        }
    }

    /// What commands write to standard output, without the line ends at its end.
    async fn substitution(&mut self, list: &List) -> Result<String, Leave> {
        let mut shell = self.subshell()?;
        let output = Output::buffer(&self.machine.life, SUBSTITUTION_LIMIT);
        shell.streams.stdout = output.clone();
        self.status = shell.run_to_end(list).await;
        self.substituted = true;
        let bytes = output.take_buffer().to_bytes();
        let text = String::from_utf8_lossy(&bytes).replace('\0', "");
        Ok(text.trim_end_matches('\n').to_owned())
    }

    /// The text without the shortest or longest beginning or end a pattern fits.
    fn trimmed(&self, text: &str, pattern: &Pattern, suffix: bool, longest: bool) -> Result<String, Leave> {
        let characters: Vec<char> = text.chars().collect();
        let length = characters.len();
        for step in 0..=length {
            let size = if longest { length - step } else { step };
            self.charge(1 + size as u64 / WORD_BYTES_PER_UNIT)?;
            let part = if suffix {
                &characters[length - size..]
            } else {
                &characters[..size]
            };
            let fits = pattern.fits_characters(part, &self.machine.life);
            if fits.map_err(|exhausted| self.refuse(exhausted))? {
                let kept = if suffix {
                    &characters[..length - size]
                } else {
                    &characters[size..]
                };
                return Ok(kept.iter().collect());
            }
        }
        Ok(text.to_owned())
    }

    fn check_size(&self, fields: &Fields) -> Result<(), Leave> {
        if fields.is_too_long() {
            return Err(self.refuse(format!(
                "a word is longer than {} bytes after expansion",
                Fields::LENGTH_MAX
            )));
        }
        Ok(())
    }
}

/// What `$$` is: real numbers would differ from run to run.
const PROCESS_ID: &str = "100";

/// In which surroundings a word is expanded.
#[derive(Debug, Clone, Copy)]
struct Context {
    /// Whether unquoted results are split into fields.
    split: bool,
    /// Whether everything counts as quoted.
    quoted: bool,
}

impl Context {
    const ARGUMENT: Self = Self {
        split: true,
        quoted: false,
    };
    const TEXT: Self = Self {
        split: false,
        quoted: false,
    };

    fn with_quotes(self, quoted: bool) -> Self {
        Self {
            quoted: self.quoted || quoted,
            ..self
        }
    }
}
