//! Patterns of output files: which files of a node one stands for.

use std::convert::Infallible;

use batchite_api::ids::NodeId;

use crate::exec::environment::environment;
use crate::exec::shell::glob::Pattern;
use crate::exec::{Command, FileError, NodeFiles, Platform};

/// A pattern taken apart: a directory that is certain, and what is looked for below it.
#[derive(Debug)]
pub(super) struct FilePattern {
    platform: Platform,
    /// Below the root of the node.
    directory: Vec<String>,
    rest: Vec<Part>,
}

#[derive(Debug)]
enum Part {
    /// `**`: any number of directories, none among them.
    Directories,
    /// One name, in capitals or not on Windows.
    Name { pattern: Pattern, shows_hidden: bool },
}

/// A file that a pattern stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// Where it is, below the root of the node.
    pub(super) path: String,
    /// Its path below what is certain of the pattern.
    pub(super) name: String,
    /// Its bytes.
    pub(super) length: u64,
}

impl FilePattern {
    /// Reads a pattern; `root` is what the node calls its root directory. The error says what is wrong with it.
    pub(super) fn new(text: &str, command: &Command, root: &str) -> Result<Self, String> {
        let platform = command.platform;
        let expanded = expanded(text, command, root);
        let path = below_root(&expanded, command, root)?;
        let (mut directory, mut rest) = (Vec::new(), Vec::new());
        for part in path.split('/').filter(|part| !matches!(*part, "" | ".")) {
            match part {
                ".." if !rest.is_empty() => return Err("`..` cannot follow a wildcard.".to_owned()),
                ".." => {
                    if directory.pop().is_none() {
                        return Err(outside_root());
                    }
                }
                "**" => rest.push(Part::Directories),
                _ if rest.is_empty() && !has_wildcard(part) => directory.push(part.to_owned()),
                _ => rest.push(Part::name(part, platform)),
            }
        }
        Ok(Self {
            platform,
            directory,
            rest,
        })
    }

    /// Whether it may stand for several files.
    pub(super) fn has_wildcard(&self) -> bool {
        !self.rest.is_empty()
    }

    /// The files it stands for, in order of their paths. There may be none.
    pub(super) fn find(&self, files: &dyn NodeFiles, node: &NodeId) -> Result<Vec<Found>, FileError> {
        let place = self.directory.join("/");
        if self.rest.is_empty() {
            return match files.properties(node, &place) {
                Ok(entry) if !entry.is_directory => Ok(vec![Found {
                    name: self.directory.last().cloned().unwrap_or_default(),
                    path: place,
                    length: entry.length,
                }]),
                Ok(_) | Err(FileError::NotFound) => Ok(Vec::new()),
                Err(error) => Err(error),
            };
        }
        let is_deep = self.rest.len() > 1 || matches!(self.rest.first(), Some(Part::Directories));
        let entries = match files.list(node, &place, is_deep) {
            Ok(entries) => entries,
            Err(FileError::NotFound) => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let skipped = if place.is_empty() { 0 } else { place.len() + 1 };
        let found = entries.into_iter().filter(|entry| !entry.is_directory);
        let found = found.filter_map(|entry| {
            let name = entry.path.get(skipped..)?.to_owned();
            let names: Vec<&str> = name.split('/').collect();
            // A link that leads nowhere has a name and is no file.
            let is_there = || files.properties(node, &entry.path) != Err(FileError::NotFound);
            (self.fits(&names) && is_there()).then_some(Found {
                path: entry.path,
                name,
                length: entry.length,
            })
        });
        Ok(found.collect())
    }

    /// Whether the wildcards fit the names from the first to the last: all places that can be reached are kept, so
    /// that no pattern takes longer than its length times that of the path.
    fn fits(&self, names: &[&str]) -> bool {
        let mut reached = vec![false; names.len() + 1];
        reached[0] = true;
        for part in &self.rest {
            let mut next = vec![false; names.len() + 1];
            for at in (0..reached.len()).filter(|at| reached[*at]) {
                match part {
                    Part::Directories => {
                        let passed = names[at..].iter().take_while(|name| !name.starts_with('.'));
                        next[at..=at + passed.count()].fill(true);
                    }
                    Part::Name { .. } => {
                        if names.get(at).is_some_and(|name| part.fits(name, self.platform)) {
                            next[at + 1] = true;
                        }
                    }
                }
            }
            reached = next;
        }
        reached[names.len()]
    }
}

impl Part {
    fn name(text: &str, platform: Platform) -> Self {
        // A backslash is a character like others: what is meant literally stands in brackets.
        let text = text.replace('\\', "\\\\");
        Self::Name {
            shows_hidden: text.starts_with('.'),
            pattern: Pattern::new(&in_one_case(text, platform)),
        }
    }

    fn fits(&self, name: &str, platform: Platform) -> bool {
        let Self::Name {
            pattern,
            shows_hidden,
        } = self
        else {
            return false;
        };
        if name.starts_with('.') && !shows_hidden {
            return false;
        }
        let characters: Vec<char> = in_one_case(name.to_owned(), platform).chars().collect();
        let Ok(fits) = pattern.compare(&characters, || Ok::<_, Infallible>(()));
        fits
    }
}

fn in_one_case(text: String, platform: Platform) -> String {
    match platform {
        Platform::Linux => text,
        Platform::Windows => text.to_lowercase(),
    }
}

fn has_wildcard(part: &str) -> bool {
    part.contains(['*', '?', '['])
}

fn outside_root() -> String {
    "Output files outside the root directory of the node are not simulated.".to_owned()
}

/// The pattern from the root of the node on, with `/`.
fn below_root(text: &str, command: &Command, root: &str) -> Result<String, String> {
    let (text, root) = match command.platform {
        Platform::Linux => (text.to_owned(), root.to_owned()),
        Platform::Windows => (text.replace('\\', "/"), root.replace('\\', "/")),
    };
    let has_drive = command.platform == Platform::Windows && text.as_bytes().get(1) == Some(&b':');
    if !text.starts_with('/') && !has_drive {
        return Ok(format!("{}/wd/{text}", command.directory));
    }
    let root = root.trim_end_matches('/');
    let is_root = |start: &str| match command.platform {
        Platform::Linux => start == root,
        Platform::Windows => start.eq_ignore_ascii_case(root),
    };
    match (text.get(..root.len()), text.get(root.len()..)) {
        (Some(start), Some(rest)) if is_root(start) && rest.starts_with('/') => Ok(rest.to_owned()),
        _ => Err(outside_root()),
    }
}

/// The text with its variables replaced: `$NAME` and `${NAME}` on Linux, `%NAME%` on Windows. As in their shells a
/// variable nobody has set is nothing on Linux, and stays as it stands on Windows.
fn expanded(text: &str, command: &Command, root: &str) -> String {
    let sign = match command.platform {
        Platform::Linux => '$',
        Platform::Windows => '%',
    };
    if !text.contains(sign) {
        return text.to_owned();
    }
    let variables = environment(command, root);
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(sign) {
        result.push_str(before);
        rest = after;
        if command.platform == Platform::Windows {
            let value = after.split_once('%').and_then(|(name, after)| {
                let value = variables.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
                value.map(|(_, value)| (value, after))
            });
            match value {
                Some((value, after)) => {
                    result.push_str(value);
                    rest = after;
                }
                None => result.push(sign),
            }
            continue;
        }
        let in_braces = after.strip_prefix('{').and_then(|after| after.split_once('}'));
        let (name, after) = in_braces.unwrap_or_else(|| {
            let of_name = |character: char| character.is_ascii_alphanumeric() || character == '_';
            let end = after.find(|character| !of_name(character)).unwrap_or(after.len());
            after.split_at(end)
        });
        if name.is_empty() {
            result.push(sign);
        }
        result.push_str(variables.get(name).map_or("", String::as_str));
        rest = after;
    }
    result.push_str(rest);
    result
}
