//! grep, with patterns of characters, sets and repetitions.

use std::fmt::Write as _;

use super::complain;
use super::text::{inputs, options, scan};
use crate::exec::process::{OutputError, Process};

/// `grep [-FEivcnqlhHs] [-e] pattern file..`
///
/// Patterns know `.`, `[..]`, `*`, `^`, `$` and backslashes, with `-E` also `+` and `?`. Groups and alternatives are
/// not simulated.
pub(super) fn grep(process: &Process) -> Result<i32, OutputError> {
    let options = match options(process, "FEivcnqlhHs", "e", &[]) {
        Ok(options) => options,
        Err(status) => return Ok(status),
    };
    let mut operands = options.operands.as_slice();
    let Some(text) = options.value('e').or_else(|| {
        let (first, rest) = operands.split_first()?;
        operands = rest;
        Some(*first)
    }) else {
        complain(process, "needs a pattern");
        return Ok(2);
    };
    let kind = match (options.has("F"), options.has("E")) {
        (true, _) => Kind::Fixed,
        (false, true) => Kind::Extended,
        _ => Kind::Basic,
    };
    let pattern = match Pattern::read(text, kind, options.has("i")) {
        Ok(pattern) => pattern,
        Err(message) => {
            complain(process, &message);
            return Ok(2);
        }
    };
    let (found, failed) = inputs(process, operands);
    let named = (found.len() > 1 || options.has("H")) && !options.has("h");
    let mut any = false;
    for (name, content) in &found {
        let cost = 1 + pattern.units.len() as u64;
        scan(process, content.length().saturating_mul(cost))?;
        let prefix = if named { format!("{name}:") } else { String::new() };
        let bytes = content.to_bytes();
        let text = String::from_utf8_lossy(&bytes);
        let mut report = String::new();
        let mut count = 0_u64;
        for (number, line) in text.lines().enumerate() {
            if pattern.is_in(line) == options.has("v") {
                continue;
            }
            count += 1;
            if !options.has("cql") {
                let place = if options.has("n") {
                    format!("{}:", number + 1)
                } else {
                    String::new()
                };
                let _ = writeln!(report, "{prefix}{place}{line}");
            }
        }
        any |= count > 0;
        if options.has("c") {
            report = format!("{prefix}{count}\n");
        } else if options.has("l") && count > 0 {
            report = format!("{name}\n");
        }
        if !options.has("q") {
            process.stdout.write_text(&report)?;
        }
    }
    Ok(match (failed && !options.has("s"), any) {
        (true, false) => 2,
        (_, found) => i32::from(!found),
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Fixed,
    Basic,
    Extended,
}

/// A pattern as a row of units, each one character with its repetition.
#[derive(Debug)]
struct Pattern {
    units: Vec<Unit>,
    at_start: bool,
    at_end: bool,
    ignore_case: bool,
}

#[derive(Debug)]
struct Unit {
    characters: Characters,
    /// Whether it may be left out, and whether it may come again.
    optional: bool,
    repeated: bool,
}

#[derive(Debug)]
enum Characters {
    One(char),
    Any,
    Set {
        negated: bool,
        ranges: Vec<(char, char)>,
    },
}

impl Pattern {
    fn read(text: &str, kind: Kind, ignore_case: bool) -> Result<Self, String> {
        let text = if ignore_case {
            text.to_lowercase()
        } else {
            text.to_owned()
        };
        let mut pattern = Self {
            units: Vec::new(),
            at_start: false,
            at_end: false,
            ignore_case,
        };
        let mut rest = text.as_str();
        if kind != Kind::Fixed {
            if let Some(after) = rest.strip_prefix('^') {
                pattern.at_start = true;
                rest = after;
            }
            if let Some(before) = rest.strip_suffix('$').filter(|before| !before.ends_with('\\')) {
                pattern.at_end = true;
                rest = before;
            }
        }
        let mut characters = rest.chars();
        while let Some(character) = characters.next() {
            let unit = match (character, kind) {
                (_, Kind::Fixed) => Characters::One(character),
                ('.', _) => Characters::Any,
                ('\\', _) => match characters.next() {
                    Some(escaped @ ('(' | ')' | '|' | '{' | '+' | '?')) if kind == Kind::Basic => {
                        return Err(format!("\\{escaped} in a pattern is not simulated"));
                    }
                    Some(escaped) => Characters::One(escaped),
                    None => return Err("Trailing backslash".to_owned()),
                },
                ('[', _) => set(&mut characters)?,
                ('(' | ')' | '|' | '{', Kind::Extended) => {
                    return Err(format!("{character} in a pattern is not simulated"));
                }
                ('*', _) => {
                    pattern.repeat(true, true);
                    continue;
                }
                ('+', Kind::Extended) => {
                    pattern.repeat(false, true);
                    continue;
                }
                ('?', Kind::Extended) => {
                    pattern.repeat(true, false);
                    continue;
                }
                _ => Characters::One(character),
            };
            pattern.units.push(Unit {
                characters: unit,
                optional: false,
                repeated: false,
            });
        }
        Ok(pattern)
    }

    fn repeat(&mut self, optional: bool, repeated: bool) {
        match self.units.last_mut() {
            Some(unit) => {
                unit.optional |= optional;
                unit.repeated |= repeated;
            }
            // A repetition of nothing is the character itself.
            None => self.units.push(Unit {
                characters: Characters::One('*'),
                optional: false,
                repeated: false,
            }),
        }
    }

    /// Whether the pattern is somewhere in a line: all ways are followed at once, so none is followed twice.
    fn is_in(&self, line: &str) -> bool {
        let lowered = self.ignore_case.then(|| line.to_lowercase());
        let line = lowered.as_deref().unwrap_or(line);
        let end = self.units.len();
        let mut states = vec![false; end + 1];
        self.enter(&mut states, 0);
        if states[end] && (!self.at_end || line.is_empty()) {
            return true;
        }
        for (at, character) in line.char_indices() {
            let mut next = vec![false; end + 1];
            for (number, unit) in self.units.iter().enumerate() {
                if states[number] && unit.fits(character) {
                    self.enter(&mut next, number + 1);
                    if unit.repeated {
                        next[number] = true;
                    }
                }
            }
            if !self.at_start {
                self.enter(&mut next, 0);
            }
            states = next;
            let last = at + character.len_utf8() == line.len();
            if states[end] && (!self.at_end || last) {
                return true;
            }
        }
        false
    }

    /// Marks a state and those that follow when units are left out.
    fn enter(&self, states: &mut [bool], from: usize) {
        let mut units = self.units[from..].iter();
        for state in &mut states[from..] {
            *state = true;
            if !units.next().is_some_and(|unit| unit.optional) {
                return;
            }
        }
    }
}

impl Unit {
    fn fits(&self, character: char) -> bool {
        match &self.characters {
            Characters::One(one) => *one == character,
            Characters::Any => true,
            Characters::Set { negated, ranges } => {
                ranges
                    .iter()
                    .any(|(first, last)| (*first..=*last).contains(&character))
                    != *negated
            }
        }
    }
}

fn set(characters: &mut std::str::Chars<'_>) -> Result<Characters, String> {
    let missing = || "Unmatched [".to_owned();
    let mut ranges: Vec<(char, char)> = Vec::new();
    let mut next = characters.next().ok_or_else(missing)?;
    let negated = next == '^';
    if negated {
        next = characters.next().ok_or_else(missing)?;
    }
    loop {
        let mut ahead = characters.clone();
        match (ahead.next(), ahead.next()) {
            (Some('-'), Some(last)) if last != ']' => {
                ranges.push((next, last));
                *characters = ahead;
            }
            _ => ranges.push((next, next)),
        }
        next = characters.next().ok_or_else(missing)?;
        if next == ']' {
            return Ok(Characters::Set { negated, ranges });
        }
    }
}
