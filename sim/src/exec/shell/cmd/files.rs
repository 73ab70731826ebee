//! copy, move, ren, del, mkdir, rmdir, dir and type.

use std::fmt::Write as _;

use batchite_api::time::Clock as _;

use super::Prompt;
use super::run::windows_message;
use crate::exec::Platform;
use crate::exec::disk::{DiskEntry, DiskError};
use crate::exec::shell::glob::{Pattern, is_pattern};

impl Prompt {
    pub(super) fn show_files(&self, words: &[String]) -> Result<(), String> {
        let entries = self.existing(words)?;
        for entry in entries {
            let content = self
                .machine
                .disk
                .with(|disk| disk.read(&entry.path))
                .map_err(windows_message)?;
            let written = self.streams.stdout.write_content(&content);
            written.map_err(|error| error.to_string())?;
        }
        Ok(())
    }

    pub(super) fn copy_files(&self, words: &[String]) -> Result<(), String> {
        let words = operands(words, &["/y", "/-y", "/b", "/a", "/v", "/z"])?;
        let [source, rest @ ..] = words.as_slice() else {
            return Err("The syntax of the command is incorrect.".to_owned());
        };
        let target = rest.first().copied().unwrap_or(".");
        if source.contains('+') || rest.len() > 1 {
            return Err("joining files with copy is not simulated".to_owned());
        }
        let entries = self.existing(&[(*source).to_owned()])?;
        let place = self.path(target).map_err(windows_message)?;
        let into = self
            .machine
            .disk
            .with(|disk| disk.entry(&place))
            .is_ok_and(|entry| entry.is_directory);
        let now = self.machine.life.now();
        let mut copied = 0;
        for entry in entries.iter().filter(|entry| !entry.is_directory) {
            let to = if into {
                place.join(entry.path.name())
            } else {
                place.clone()
            };
            if to == entry.path {
                return Err("The file cannot be copied onto itself.".to_owned());
            }
            let done = self
                .machine
                .disk
                .with(|disk| disk.copy(&entry.path, &to, false, now));
            done.map_err(windows_message)?;
            copied += 1;
        }
        self.print(&format!("        {copied} file(s) copied."))
    }

    pub(super) fn move_file(&self, words: &[String]) -> Result<(), String> {
        let words = operands(words, &["/y", "/-y"])?;
        let [source, target] = words.as_slice() else {
            return Err("The syntax of the command is incorrect.".to_owned());
        };
        let place = self.path(target).map_err(windows_message)?;
        let into = self
            .machine
            .disk
            .with(|disk| disk.entry(&place))
            .is_ok_and(|entry| entry.is_directory);
        let now = self.machine.life.now();
        for entry in self.existing(&[(*source).to_owned()])? {
            let to = if into {
                place.join(entry.path.name())
            } else {
                place.clone()
            };
            let done = self.machine.disk.with(|disk| disk.rename(&entry.path, &to, now));
            done.map_err(windows_message)?;
        }
        Ok(())
    }

    pub(super) fn rename(&self, words: &[String]) -> Result<(), String> {
        let [source, target] = words else {
            return Err("The syntax of the command is incorrect.".to_owned());
        };
        let from = self.path(source).map_err(windows_message)?;
        let to = from.parent().unwrap_or_default().join(&target.replace('"', ""));
        let to = self
            .path(&to.display(Platform::Windows))
            .map_err(windows_message)?;
        let now = self.machine.life.now();
        let renamed = self.machine.disk.with(|disk| match disk.entry(&to) {
            Ok(_) => Err(DiskError::Exists),
            Err(_) => disk.rename(&from, &to, now),
        });
        renamed.map_err(windows_message)
    }

    pub(super) fn delete(&self, words: &[String]) -> Result<(), String> {
        let words = operands(words, &["/q", "/f", "/p"])?;
        let now = self.machine.life.now();
        for word in words {
            let entries = self.matching(word);
            if entries.is_empty() {
                self.complain(&format!("Could Not Find {word}"));
            }
            for entry in entries.iter().filter(|entry| !entry.is_directory) {
                let removed = self
                    .machine
                    .disk
                    .with(|disk| disk.remove(&entry.path, false, now));
                removed.map_err(windows_message)?;
            }
        }
        Ok(())
    }

    pub(super) fn make_directories(&self, words: &[String]) -> Result<(), String> {
        let now = self.machine.life.now();
        for word in words {
            let made = self.path(word).and_then(|path| {
                self.machine.disk.with(|disk| match disk.entry(&path) {
                    Ok(_) => Err(DiskError::Exists),
                    Err(_) => disk.make_directory(&path, true, now),
                })
            });
            made.map_err(|error| match error {
                DiskError::Exists => format!("A subdirectory or file {word} already exists."),
                other => windows_message(other),
            })?;
        }
        Ok(())
    }

    pub(super) fn remove_directories(&self, words: &[String]) -> Result<(), String> {
        let recursive = words.iter().any(|word| word.eq_ignore_ascii_case("/s"));
        let now = self.machine.life.now();
        for word in operands(words, &["/s", "/q"])? {
            let removed = self.path(word).and_then(|path| {
                self.machine.disk.with(|disk| {
                    if !disk.entry(&path)?.is_directory {
                        return Err(DiskError::NotDirectory);
                    }
                    disk.remove(&path, recursive, now)
                })
            });
            removed.map_err(windows_message)?;
        }
        Ok(())
    }

    pub(super) fn directory_list(&self, words: &[String]) -> Result<(), String> {
        let bare = words.iter().any(|word| word.eq_ignore_ascii_case("/b"));
        let operands = operands(words, &["/b", "/a", "/w", "/o", "/n"])?;
        let place = operands.first().copied().unwrap_or(".");
        let mut entries = self.matching(place);
        if entries.is_empty() {
            return Err("File Not Found".to_owned());
        }
        if let [only] = entries.as_slice()
            && only.is_directory
            && !place.contains(['*', '?'])
        {
            let listed = self.machine.disk.with(|disk| disk.list(&only.path));
            entries = listed.map_err(windows_message)?;
        }
        let mut report = String::new();
        for entry in &entries {
            if !bare {
                let modified = entry.modified.truncated_to_second().to_string();
                let kind = if entry.is_directory { "<DIR>" } else { "" };
                let _ = write!(
                    report,
                    "{}  {kind:5} {:>14} ",
                    &modified[..16].replace('T', "  "),
                    entry.length
                );
            }
            let _ = write!(report, "{}\r\n", entry.path.name());
        }
        let written = self.streams.stdout.write_text(&report);
        written.map_err(|error| error.to_string())
    }

    /// The entries words stand for; the error says that there are none.
    fn existing(&self, words: &[String]) -> Result<Vec<DiskEntry>, String> {
        if words.is_empty() {
            return Err("The syntax of the command is incorrect.".to_owned());
        }
        let mut found = Vec::new();
        for word in words {
            let entries = self.matching(word);
            if entries.is_empty() {
                return Err("The system cannot find the file specified.".to_owned());
            }
            found.extend(entries);
        }
        Ok(found)
    }

    /// The entries a path stands for, with `*` and `?` in its last part.
    pub(super) fn matching(&self, text: &str) -> Vec<DiskEntry> {
        let text = text.replace('"', "");
        if !text.contains(['*', '?']) {
            let found = self
                .path(&text)
                .and_then(|path| self.machine.disk.with(|disk| disk.entry(&path)));
            return found.into_iter().collect();
        }
        let (directory, pattern) = match text.rfind(['\\', '/']) {
            Some(at) => text.split_at(at + 1),
            None => (".", text.as_str()),
        };
        let escaped = pattern.to_lowercase().replace('[', "\\[");
        // `*.*` means every name, with a dot in it or not.
        let escaped = if escaped == "*.*" { "*".to_owned() } else { escaped };
        if !is_pattern(&escaped) {
            return Vec::new();
        }
        let pattern = Pattern::new(&escaped);
        let listed = self
            .path(directory)
            .and_then(|path| self.machine.disk.with(|disk| disk.list(&path)));
        let life = &self.machine.life;
        let mut entries = listed.unwrap_or_default();
        if life.charge(entries.len() as u64).is_err() {
            return Vec::new();
        }
        entries.retain(|entry| {
            pattern
                .fits(&entry.path.name().to_lowercase(), life)
                .unwrap_or(false)
        });
        entries
    }
}

/// What are no options; an option that is not known is refused.
fn operands<'a>(words: &'a [String], known: &[&str]) -> Result<Vec<&'a str>, String> {
    let mut operands = Vec::new();
    for word in words {
        if !word.starts_with('/') {
            operands.push(word.as_str());
        } else if !known.iter().any(|option| option.eq_ignore_ascii_case(word)) {
            return Err(format!("the option {word} is not simulated"));
        }
    }
    Ok(operands)
}
