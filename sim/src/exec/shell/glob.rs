//! Patterns: `*`, `?`, `[a-c]`, `[!a]`, with a backslash before what is meant literally.

use crate::exec::disk::DiskPath;
use crate::exec::process::{Exhausted, Life, Machine};

/// Steps of a comparison that count as one unit of work.
const STEPS_PER_UNIT: u64 = 64;

/// A pattern taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pattern(Vec<Unit>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Unit {
    Literal(char),
    One,
    Any,
    Set {
        negated: bool,
        ranges: Vec<(char, char)>,
    },
}

impl Unit {
    fn fits(&self, character: char) -> bool {
        match self {
            Self::Literal(literal) => *literal == character,
            Self::One => true,
            Self::Any => false,
            Self::Set { negated, ranges } => {
                let within = ranges
                    .iter()
                    .any(|(first, last)| (*first..=*last).contains(&character));
                within != *negated
            }
        }
    }
}

impl Pattern {
    /// Reads a pattern; every text is one. A bracket that is not closed stands for itself.
    pub(crate) fn new(text: &str) -> Self {
        let characters: Vec<char> = text.chars().collect();
        let mut units = Vec::new();
        let mut at = 0;
        // A text full of brackets that are never closed is read once, not once for each.
        let mut closed_somewhere = true;
        while let Some(&character) = characters.get(at) {
            at += 1;
            match character {
                '*' if units.last() == Some(&Unit::Any) => {}
                '*' => units.push(Unit::Any),
                '?' => units.push(Unit::One),
                '\\' => {
                    let escaped = characters.get(at).copied().unwrap_or('\\');
                    at += 1;
                    units.push(Unit::Literal(escaped));
                }
                '[' if closed_somewhere => {
                    let (unit, length) = set(&characters[at..]).unwrap_or((Unit::Literal('['), 0));
                    closed_somewhere = length > 0;
                    units.push(unit);
                    at += length;
                }
                _ => units.push(Unit::Literal(character)),
            }
        }
        Self(units)
    }

    /// Whether the pattern fits a text from end to end.
    pub(crate) fn fits(&self, text: &str, life: &Life) -> Result<bool, Exhausted> {
        let characters: Vec<char> = text.chars().collect();
        self.fits_characters(&characters, life)
    }

    /// Whether the pattern fits, from end to end.
    pub(crate) fn fits_characters(&self, text: &[char], life: &Life) -> Result<bool, Exhausted> {
        self.compare(text, || life.charge(1))
    }

    /// Whether the pattern fits; it goes back to the last `*` only. Now and then `charge` is told, and may refuse.
    pub(crate) fn compare<E>(
        &self,
        text: &[char],
        mut charge: impl FnMut() -> Result<(), E>,
    ) -> Result<bool, E> {
        let (mut at, mut read) = (0, 0);
        let mut back: Option<(usize, usize)> = None;
        let mut steps = 0_u64;
        while read < text.len() {
            steps += 1;
            if steps.is_multiple_of(STEPS_PER_UNIT) {
                charge()?;
            }
            match self.0.get(at) {
                Some(Unit::Any) => {
                    back = Some((at + 1, read));
                    at += 1;
                }
                Some(unit) if unit.fits(text[read]) => {
                    at += 1;
                    read += 1;
                }
                _ => {
                    let Some((after, from)) = back else {
                        return Ok(false);
                    };
                    back = Some((after, from + 1));
                    (at, read) = (after, from + 1);
                }
            }
        }
        Ok(self.0[at..].iter().all(|unit| *unit == Unit::Any))
    }

    fn shows_hidden(&self) -> bool {
        self.0.first() == Some(&Unit::Literal('.'))
    }
}

/// The set after an opening bracket, and how many characters it takes.
fn set(characters: &[char]) -> Option<(Unit, usize)> {
    let negated = matches!(characters.first(), Some('!' | '^'));
    let first = usize::from(negated);
    let mut ranges = Vec::new();
    let mut at = first;
    loop {
        let character = *characters.get(at)?;
        if character == ']' && at > first {
            return Some((Unit::Set { negated, ranges }, at + 1));
        }
        if character == '/' {
            return None;
        }
        let escaped = character == '\\';
        at += usize::from(escaped);
        let from = *characters.get(at)?;
        at += 1;
        match characters.get(at..at + 2) {
            Some(['-', to]) if *to != ']' => {
                ranges.push((from, *to));
                at += 2;
            }
            _ => ranges.push((from, from)),
        }
    }
}

/// Whether an escaped text has anything of a pattern in it.
pub(crate) fn is_pattern(text: &str) -> bool {
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '*' | '?' | '[' => return true,
            '\\' => {
                characters.next();
            }
            _ => {}
        }
    }
    false
}

/// The paths an escaped pattern fits, in order; nothing when it fits none.
pub(crate) fn paths(
    machine: &Machine,
    directory: &DiskPath,
    pattern: &str,
) -> Result<Vec<String>, Exhausted> {
    let mut found = vec![String::new()];
    for (number, part) in pattern.split('/').enumerate() {
        let mut next = Vec::new();
        for base in &found {
            let base = if number == 0 {
                String::new()
            } else {
                format!("{base}/")
            };
            if part.is_empty() {
                next.push(base);
            } else if is_pattern(part) {
                names(machine, directory, &base, &Pattern::new(part), &mut next)?;
            } else {
                let path = format!("{base}{}", unescaped(part));
                if exists(machine, directory, &path) {
                    next.push(path);
                }
            }
        }
        // `a//b` and a leading slash: what was pushed ends in the slash the next part would add.
        if part.is_empty() {
            for path in &mut next {
                if path.ends_with('/') {
                    path.pop();
                }
            }
        }
        found = next;
    }
    if pattern.ends_with('/') {
        for path in &mut found {
            path.push('/');
        }
    }
    Ok(found)
}

fn names(
    machine: &Machine,
    directory: &DiskPath,
    base: &str,
    pattern: &Pattern,
    found: &mut Vec<String>,
) -> Result<(), Exhausted> {
    let place = if base.is_empty() { "." } else { base };
    let Ok(place) = DiskPath::resolve(machine.platform, directory, place) else {
        return Ok(());
    };
    let Ok(entries) = machine.disk.with(|disk| disk.list(&place)) else {
        return Ok(());
    };
    for entry in entries {
        machine.life.charge(1)?;
        let name = entry.path.name();
        let hidden = name.starts_with('.') && !pattern.shows_hidden();
        if !hidden && pattern.fits(name, &machine.life)? {
            found.push(format!("{base}{name}"));
        }
    }
    Ok(())
}

fn exists(machine: &Machine, directory: &DiskPath, path: &str) -> bool {
    DiskPath::resolve(machine.platform, directory, path)
        .and_then(|place| machine.disk.with(|disk| disk.entry(&place)))
        .is_ok()
}

/// The text an escaped pattern without `*` stands for.
pub(crate) fn unescaped(pattern: &str) -> String {
    let mut text = String::with_capacity(pattern.len());
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        if character == '\\' {
            text.extend(characters.next());
        } else {
            text.push(character);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use batchite_api::time::Timestamp;

    use super::*;

    fn fits(pattern: &str, text: &str) -> bool {
        let life = Life::new(Timestamp::UNIX_EPOCH, 0);
        Pattern::new(pattern).fits(text, &life).unwrap()
    }

    #[test]
    fn patterns_fit_whole_texts() {
        for (pattern, text, expected) in [
            ("*.txt", "a.txt", true),
            ("*.txt", "a.txt2", false),
            ("a?c", "aéc", true),
            ("[a-c]x", "bx", true),
            ("[!a-c]x", "bx", false),
            ("[]x]", "]", true),
            ("[a-]", "-", true),
            ("[abc", "[abc", true),
            ("\\*", "*", true),
            ("\\*", "x", false),
            ("**a**", "bab", true),
            ("", "", true),
        ] {
            assert_eq!(fits(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn a_costly_pattern_is_refused_rather_than_compared_for_hours() {
        let life = Life::new(Timestamp::UNIX_EPOCH, 0);
        let pattern = Pattern::new(&format!("*{}b", "a".repeat(100_000)));
        let text = "a".repeat(4_000_000);
        assert_eq!(pattern.fits(&text, &life), Err(Exhausted));
    }
}
