//! Options of tools: single letters, joined or not, with or without a value.

use crate::exec::process::Process;

/// What a tool was asked for.
#[derive(Debug, Default)]
pub(super) struct Options<'a> {
    given: Vec<(char, &'a str)>,
    /// What are no options.
    pub(super) operands: Vec<&'a str>,
}

impl<'a> Options<'a> {
    /// Reads the arguments of a process: letters of `flags` stand alone, those of `valued` take a value. Long names
    /// stand for a letter. The error names the option that is neither.
    pub(super) fn read(
        process: &'a Process,
        flags: &str,
        valued: &str,
        long: &[(&str, char)],
    ) -> Result<Self, String> {
        let mut options = Self::default();
        let mut arguments = process.arguments.iter().map(String::as_str);
        while let Some(argument) = arguments.next() {
            if argument == "--" {
                options.operands.extend(arguments);
                break;
            }
            if let Some(name) = argument.strip_prefix("--") {
                let letter = long.iter().find(|(known, _)| *known == name);
                let Some((_, letter)) = letter else {
                    return Err(format!("option --{name} is not simulated"));
                };
                options.given.push((*letter, ""));
                continue;
            }
            let Some(letters) = argument.strip_prefix('-').filter(|letters| !letters.is_empty()) else {
                options.operands.push(argument);
                continue;
            };
            for (at, letter) in letters.char_indices() {
                if flags.contains(letter) {
                    options.given.push((letter, ""));
                } else if valued.contains(letter) {
                    let rest = &letters[at + letter.len_utf8()..];
                    let value = if rest.is_empty() {
                        arguments.next()
                    } else {
                        Some(rest)
                    };
                    let value = value.ok_or_else(|| format!("option requires an argument -- '{letter}'"))?;
                    options.given.push((letter, value));
                    break;
                } else {
                    return Err(format!("option -{letter} is not simulated"));
                }
            }
        }
        Ok(options)
    }

    /// Whether one of these letters was given.
    pub(super) fn has(&self, letters: &str) -> bool {
        self.given.iter().any(|(letter, _)| letters.contains(*letter))
    }

    /// The value of a letter, the last one given.
    pub(super) fn value(&self, letter: char) -> Option<&'a str> {
        let mut given = self.given.iter().rev();
        given.find(|(known, _)| *known == letter).map(|(_, value)| *value)
    }
}
