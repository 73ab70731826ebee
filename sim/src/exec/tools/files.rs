//! rm, mkdir, rmdir, ls, touch, chmod, basename, dirname.

use std::fmt::Write as _;

use super::complain;
use super::options::Options;
use super::text::options;
use crate::exec::disk::{DiskEntry, DiskError};
use crate::exec::process::{OutputError, Process};

/// Counts entries a tool goes through.
pub(super) fn visit(process: &Process, entries: usize) -> Result<(), OutputError> {
    let charged = process.machine.life.charge(entries as u64);
    charged.map_err(|exhausted| OutputError::Refused(exhausted.to_string()))
}

pub(super) fn below(process: &Process, entry: &DiskEntry) -> Vec<DiskEntry> {
    let listed = process.machine.disk.with(|disk| disk.list_below(&entry.path));
    listed.unwrap_or_default()
}

/// `rm [-rRfdv] file..`
pub(super) fn rm(process: &Process) -> Result<i32, OutputError> {
    let options = match options(process, "rRfdv", "", &[("recursive", 'r'), ("force", 'f')]) {
        Ok(options) => options,
        Err(status) => return Ok(status),
    };
    let mut status = 0;
    for operand in &options.operands {
        let error = match process.entry(operand) {
            Ok(entry) if entry.path.as_str().is_empty() => {
                Some("it is dangerous to operate recursively on '/'".to_owned())
            }
            Ok(entry) if entry.is_directory && !options.has("rRd") => {
                Some(DiskError::IsDirectory.to_string())
            }
            Ok(entry) => {
                visit(process, 1 + below(process, &entry).len())?;
                let removed = process.remove(operand, options.has("rR"));
                removed.err().map(|error| error.to_string())
            }
            Err(DiskError::NotFound | DiskError::NotDirectory) if options.has("f") => None,
            Err(error) => Some(error.to_string()),
        };
        if let Some(error) = error {
            complain(process, &format!("cannot remove '{operand}': {error}"));
            status = 1;
        }
    }
    if options.operands.is_empty() && !options.has("f") {
        complain(process, "missing operand");
        status = 1;
    }
    Ok(status)
}

/// `mkdir [-pv] [-m mode] directory..`
pub(super) fn mkdir(process: &Process) -> Result<i32, OutputError> {
    let options = match options(process, "pv", "m", &[("parents", 'p')]) {
        Ok(options) => options,
        Err(status) => return Ok(status),
    };
    // Changes are those of a directory everybody may do everything with.
    let wanted = options
        .value('m')
        .map(|change| changed_mode(change, 0o777, true).ok_or(change))
        .transpose();
    let wanted = match wanted {
        Ok(wanted) => wanted,
        Err(change) => {
            complain(process, &format!("invalid mode: '{change}'"));
            return Ok(1);
        }
    };
    let mut status = 0;
    visit(process, options.operands.len())?;
    for operand in &options.operands {
        let made = process.make_directory(operand, options.has("p")).and_then(|()| {
            let Some(mode) = wanted else {
                return Ok(());
            };
            let path = process.resolve(operand)?;
            process.machine.disk.with(|disk| disk.set_mode(&path, mode))
        });
        if let Err(error) = made {
            complain(process, &format!("cannot create directory '{operand}': {error}"));
            status = 1;
        }
    }
    if options.operands.is_empty() {
        complain(process, "missing operand");
        status = 1;
    }
    Ok(status)
}

/// `rmdir directory..`
pub(super) fn rmdir(process: &Process) -> Result<i32, OutputError> {
    let mut status = 0;
    visit(process, process.arguments.len())?;
    for operand in &process.arguments {
        let removed = match process.entry(operand) {
            Ok(entry) if !entry.is_directory => Err(DiskError::NotDirectory),
            Ok(_) => process.remove(operand, false),
            Err(error) => Err(error),
        };
        if let Err(error) = removed {
            complain(process, &format!("failed to remove '{operand}': {error}"));
            status = 1;
        }
    }
    Ok(status)
}

/// `ls [-laA1dh] path..`, one name a line.
pub(super) fn ls(process: &Process) -> Result<i32, OutputError> {
    let options = match options(process, "laA1dhtrF", "", &[("all", 'a')]) {
        Ok(options) if !options.has("trF") => options,
        Ok(_) => {
            complain(process, "sorting by time and marking of kinds are not simulated");
            return Ok(2);
        }
        Err(status) => return Ok(status),
    };
    let operands: &[&str] = if options.operands.is_empty() {
        &["."]
    } else {
        &options.operands
    };
    let mut report = String::new();
    let mut status = 0;
    for (number, operand) in operands.iter().enumerate() {
        let entry = match process.entry(operand) {
            Ok(entry) => entry,
            Err(error) => {
                complain(process, &format!("cannot access '{operand}': {error}"));
                status = 2;
                continue;
            }
        };
        if !entry.is_directory || options.has("d") {
            show(&mut report, &entry, operand, Shown::of(&options));
            continue;
        }
        if operands.len() > 1 {
            let gap = if number > 0 { "\n" } else { "" };
            let _ = writeln!(report, "{gap}{operand}:");
        }
        let entries = process.list_directory(operand).unwrap_or_default();
        visit(process, entries.len())?;
        for entry in entries {
            let name = entry.path.name();
            if !name.starts_with('.') || options.has("aA") {
                show(&mut report, &entry, name, Shown::of(&options));
            }
        }
    }
    process.stdout.write_text(&report)?;
    Ok(status)
}

/// How much of an entry is shown.
#[derive(Clone, Copy, PartialEq)]
enum Shown {
    Name,
    Long,
    /// With a size for people.
    Readable,
}

impl Shown {
    fn of(options: &Options<'_>) -> Self {
        match (options.has("l"), options.has("h")) {
            (false, _) => Self::Name,
            (true, false) => Self::Long,
            (true, true) => Self::Readable,
        }
    }
}

/// A size as `512`, `1.5K` or `20M`, rounded up.
fn readable(bytes: u64) -> String {
    if bytes < 1024 {
        return bytes.to_string();
    }
    let mut unit = 1024;
    let mut letters = "KMGTPE".chars();
    let mut letter = letters.next().unwrap_or('K');
    while bytes.div_ceil(unit) >= 1024
        && let Some(next) = letters.next()
    {
        unit *= 1024;
        letter = next;
    }
    let tenths = (u128::from(bytes) * 10).div_ceil(u128::from(unit));
    if tenths < 100 {
        format!("{}.{}{letter}", tenths / 10, tenths % 10)
    } else {
        format!("{}{letter}", bytes.div_ceil(unit))
    }
}

fn show(report: &mut String, entry: &DiskEntry, name: &str, shown: Shown) {
    if shown != Shown::Name {
        let kind = if entry.is_directory { 'd' } else { '-' };
        let bits: String = (0..9)
            .rev()
            .zip("rwxrwxrwx".chars())
            .map(|(bit, letter)| if entry.mode >> bit & 1 == 1 { letter } else { '-' })
            .collect();
        let modified = entry.modified.truncated_to_second().to_string();
        let modified = modified.trim_end_matches('Z').replace('T', " ");
        let size = match shown {
            Shown::Readable => readable(entry.length),
            _ => entry.length.to_string(),
        };
        let _ = write!(report, "{kind}{bits} 1 _azbatch _azbatchgrp {size} {modified} ");
    }
    let _ = writeln!(report, "{name}");
}

/// `touch [-c] file..`
pub(super) fn touch(process: &Process) -> Result<i32, OutputError> {
    let options = match options(process, "cam", "", &[]) {
        Ok(options) => options,
        Err(status) => return Ok(status),
    };
    let mut status = 0;
    let now = process.now();
    visit(process, options.operands.len())?;
    for operand in &options.operands {
        let touched = match process.entry(operand) {
            // When a file was read is not kept.
            Ok(_) if options.has("a") && !options.has("m") => Ok(()),
            Ok(entry) => process
                .machine
                .disk
                .with(|disk| disk.set_modified(&entry.path, now)),
            Err(_) if options.has("c") => Ok(()),
            Err(_) => process.append_file(operand, bytes::Bytes::new()),
        };
        if let Err(error) = touched {
            complain(process, &format!("cannot touch '{operand}': {error}"));
            status = 1;
        }
    }
    Ok(status)
}

/// `chmod [-R] mode file..`
pub(super) fn chmod(process: &Process) -> Result<i32, OutputError> {
    let recursive = process.arguments.first().is_some_and(|argument| argument == "-R");
    let arguments = &process.arguments[usize::from(recursive)..];
    let Some((mode, files)) = arguments.split_first().filter(|(_, files)| !files.is_empty()) else {
        complain(process, "missing operand");
        return Ok(1);
    };
    if changed_mode(mode, 0, false).is_none() {
        complain(process, &format!("invalid mode: '{mode}'"));
        return Ok(1);
    }
    let mut status = 0;
    for file in files {
        let entries = process.entry(file).map(|entry| {
            let inside = if recursive && entry.is_directory {
                below(process, &entry)
            } else {
                Vec::new()
            };
            std::iter::once(entry).chain(inside).collect::<Vec<_>>()
        });
        let changed = entries.and_then(|entries| {
            entries.iter().try_for_each(|entry| {
                let mode = changed_mode(mode, entry.mode, entry.is_directory).unwrap_or(entry.mode);
                process.machine.disk.with(|disk| disk.set_mode(&entry.path, mode))
            })
        });
        if let Err(error) = changed {
            complain(process, &format!("cannot access '{file}': {error}"));
            status = 1;
        }
    }
    visit(process, files.len())?;
    Ok(status)
}

/// The mode after a change as `755` or `u+rwx,go-w`; nothing when the change makes no sense.
fn changed_mode(change: &str, mode: u32, is_directory: bool) -> Option<u32> {
    if !change.is_empty() && change.bytes().all(|byte| matches!(byte, b'0'..=b'7')) {
        return u32::from_str_radix(change, 8).ok().filter(|mode| *mode <= 0o7777);
    }
    let mut mode = mode;
    for clause in change.split(',') {
        let at = clause.find(['+', '-', '='])?;
        let (who, rest) = clause.split_at(at);
        let (operator, letters) = rest.split_at(1);
        let mut places = 0;
        for letter in who.chars() {
            places |= match letter {
                'u' => 0o700,
                'g' => 0o070,
                'o' => 0o007,
                'a' => 0o777,
                _ => return None,
            };
        }
        if who.is_empty() {
            places = 0o777;
        }
        let mut bits = 0;
        for letter in letters.chars() {
            bits |= match letter {
                'r' => 0o444,
                'w' => 0o222,
                'x' => 0o111,
                'X' if is_directory || mode & 0o111 != 0 => 0o111,
                'X' => 0,
                _ => return None,
            };
        }
        match operator {
            "+" => mode |= bits & places,
            "-" => mode &= !(bits & places),
            _ => mode = (mode & !places) | (bits & places),
        }
    }
    Some(mode)
}

/// `basename path [suffix]`
pub(super) fn basename(process: &Process) -> Result<i32, OutputError> {
    let Some(path) = process.arguments.first() else {
        complain(process, "missing operand");
        return Ok(1);
    };
    let trimmed = path.trim_end_matches('/');
    let name = trimmed.rsplit('/').next().unwrap_or_default();
    let name = if trimmed.is_empty() && !path.is_empty() {
        "/"
    } else {
        name
    };
    let suffix = process.arguments.get(1).map(String::as_str).unwrap_or_default();
    let name = name
        .strip_suffix(suffix)
        .filter(|short| !short.is_empty())
        .unwrap_or(name);
    process.stdout.write_text(&format!("{name}\n"))?;
    Ok(0)
}

/// `dirname path`
pub(super) fn dirname(process: &Process) -> Result<i32, OutputError> {
    let Some(path) = process.arguments.first() else {
        complain(process, "missing operand");
        return Ok(1);
    };
    let directory = match path.trim_end_matches('/').rsplit_once('/') {
        Some((directory, _)) => directory.trim_end_matches('/'),
        None if path.starts_with('/') => "",
        None => ".",
    };
    let directory = if directory.is_empty() { "/" } else { directory };
    process.stdout.write_text(&format!("{directory}\n"))?;
    Ok(0)
}
