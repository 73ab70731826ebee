//! cp and mv.

use super::complain;
use super::files::{below, visit};
use super::options::Options;
use super::text::options;
use crate::exec::disk::{Content, DiskEntry, DiskError, DiskPath, FILE_MODE};
use crate::exec::process::{OutputError, Process};

/// Sources and target of `cp` and `mv`; a status when there are too few, or the target is no directory for many.
fn sources<'a>(process: &Process, options: &Options<'a>) -> Result<(Vec<&'a str>, &'a str, bool), i32> {
    let Some((target, sources)) = options
        .operands
        .split_last()
        .filter(|(_, sources)| !sources.is_empty())
    else {
        complain(process, "missing file operand");
        return Err(1);
    };
    let into = process.entry(target).is_ok_and(|entry| entry.is_directory);
    if !into
        && (sources.len() > 1 || target.ends_with('/'))
        && sources.iter().any(|source| !is_directory(process, source))
    {
        complain(process, &format!("target '{target}': No such directory"));
        return Err(1);
    }
    Ok((sources.to_vec(), target, into))
}

fn is_directory(process: &Process, path: &str) -> bool {
    process.entry(path).is_ok_and(|entry| entry.is_directory)
}

/// Where a source goes: to the target itself, or into it under its own name. `dir/.` means what is in it.
fn destination(process: &Process, source: &str, target: &str, into: bool) -> Result<DiskPath, DiskError> {
    let place = process.resolve(target)?;
    let contents = source == "." || source.ends_with("/.");
    if into && !contents {
        Ok(place.join(process.resolve(source)?.name()))
    } else {
        Ok(place)
    }
}

/// `cp [-rRapfv] source.. target`
pub(super) fn cp(process: &Process) -> Result<i32, OutputError> {
    let long = [
        ("recursive", 'r'),
        ("preserve", 'p'),
        ("force", 'f'),
        ("archive", 'a'),
        ("verbose", 'v'),
    ];
    let options = match options(process, "rRapfv", "", &long) {
        Ok(options) => options,
        Err(status) => return Ok(status),
    };
    let (sources, target, into) = match sources(process, &options) {
        Ok(found) => found,
        Err(status) => return Ok(status),
    };
    let mut status = 0;
    for source in sources {
        let entry = process.entry(source);
        let message = match &entry {
            _ if process.is_null_device(source) => process
                .write_content(target, Content::new(), Some(FILE_MODE))
                .err()
                .map(|error| format!("cannot create '{target}': {error}")),
            Err(error) => Some(format!("cannot stat '{source}': {error}")),
            Ok(entry) if entry.is_directory && !options.has("rRa") => {
                Some(format!("-r not specified; omitting directory '{source}'"))
            }
            Ok(_) if process.is_null_device(target) => None,
            Ok(entry) => {
                visit(
                    process,
                    1 + if entry.is_directory {
                        below(process, entry).len()
                    } else {
                        0
                    },
                )?;
                copy(process, (source, entry), (target, into), options.has("pa"))
            }
        };
        if let Some(message) = message {
            complain(process, &message);
            status = 1;
        } else if options.has("v") {
            process
                .stdout
                .write_text(&format!("'{source}' -> '{target}'\n"))?;
        }
    }
    Ok(status)
}

/// Copies one source; the message says why it could not be.
fn copy(process: &Process, from: (&str, &DiskEntry), to: (&str, bool), preserve: bool) -> Option<String> {
    let (source, entry) = from;
    let (target, into) = to;
    let place = match destination(process, source, target, into) {
        Ok(place) if place == entry.path => {
            return Some(format!("'{source}' and '{target}' are the same file"));
        }
        Ok(place) => place,
        Err(error) => return Some(format!("cannot create '{target}': {error}")),
    };
    let now = process.now();
    let copied = process
        .machine
        .disk
        .with(|disk| disk.copy(&entry.path, &place, preserve, now));
    let error = copied.err()?;
    Some(match error {
        DiskError::IntoItself => format!("cannot copy a directory, '{source}', into itself, '{target}'"),
        error => format!("cannot create '{target}': {error}"),
    })
}

/// `mv [-fnv] source.. target`
pub(super) fn mv(process: &Process) -> Result<i32, OutputError> {
    let options = match options(process, "fv", "", &[("force", 'f'), ("verbose", 'v')]) {
        Ok(options) => options,
        Err(status) => return Ok(status),
    };
    let (sources, target, into) = match sources(process, &options) {
        Ok(found) => found,
        Err(status) => return Ok(status),
    };
    let mut status = 0;
    for source in sources {
        let now = process.now();
        if let Ok(entry) = process.entry(source) {
            visit(process, 1 + below(process, &entry).len())?;
        }
        let moved = process.resolve(source).and_then(|from| {
            let to = destination(process, source, target, into)?;
            process.machine.disk.with(|disk| disk.rename(&from, &to, now))
        });
        if let Err(error) = moved {
            complain(process, &format!("cannot move '{source}' to '{target}': {error}"));
            status = 1;
        }
    }
    Ok(status)
}
