//! cat, head, tail, wc, seq, tee, sort.

use std::fmt::Write as _;

use bytes::Bytes;

use super::complain;
use super::options::Options;
use crate::exec::disk::Content;
use crate::exec::process::{OutputError, Process};

/// Bytes a tool may look through for one unit of work.
const SCANNED_PER_UNIT: u64 = 1024;

/// How much more it costs to make a number than to look at one.
const SEQ_COST: u64 = 16;

/// Counts bytes that are looked through one by one.
pub(super) fn scan(process: &Process, bytes: u64) -> Result<(), OutputError> {
    let units = bytes / SCANNED_PER_UNIT;
    process
        .machine
        .life
        .charge(units)
        .map_err(|exhausted| OutputError::Refused(exhausted.to_string()))
}

/// What a tool reads: each operand with its bytes, or standard input when there are none. Those that cannot be read
/// are complained about; the second result says whether there were any.
pub(super) fn inputs<'a>(process: &Process, operands: &[&'a str]) -> (Vec<(&'a str, Content)>, bool) {
    let mut failed = false;
    let mut found = Vec::new();
    let operands = if operands.is_empty() { &["-"] } else { operands };
    for operand in operands {
        if matches!(*operand, "-" | "/dev/stdin") {
            found.push((*operand, Content::from(process.stdin.read_all())));
            continue;
        }
        match process.content(operand) {
            Ok(content) => found.push((*operand, content)),
            Err(error) => {
                complain(process, &format!("{operand}: {error}"));
                failed = true;
            }
        }
    }
    (found, failed)
}

/// The options of a tool; when one is not known, that is said and the tool ends with 2.
pub(super) fn options<'a>(
    process: &'a Process,
    flags: &str,
    valued: &str,
    long: &[(&str, char)],
) -> Result<Options<'a>, i32> {
    Options::read(process, flags, valued, long).map_err(|message| {
        complain(process, &message);
        2
    })
}

/// `cat file..`
pub(super) fn cat(process: &Process) -> Result<i32, OutputError> {
    let options = match options(process, "u", "", &[]) {
        Ok(options) => options,
        Err(status) => return Ok(status),
    };
    let (found, failed) = inputs(process, &options.operands);
    for (_, content) in found {
        process.stdout.write_content(&content)?;
    }
    Ok(i32::from(failed))
}

/// `head [-n lines | -c bytes | -lines] file..`
pub(super) fn head(process: &Process) -> Result<i32, OutputError> {
    part(process, |bytes, count, lines| {
        if !lines {
            return bytes.slice(..count.min(bytes.len()));
        }
        let end = bytes
            .iter()
            .enumerate()
            .filter(|(_, byte)| **byte == b'\n')
            .nth(count.wrapping_sub(1));
        match (count, end) {
            (0, _) => Bytes::new(),
            (_, Some((at, _))) => bytes.slice(..=at),
            (_, None) => bytes,
        }
    })
}

/// `tail [-n lines | -c bytes | -lines] file..`
pub(super) fn tail(process: &Process) -> Result<i32, OutputError> {
    part(process, |bytes, count, lines| {
        if !lines {
            return bytes.slice(bytes.len().saturating_sub(count)..);
        }
        let content = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
        let before = content
            .iter()
            .enumerate()
            .rev()
            .filter(|(_, byte)| **byte == b'\n')
            .nth(count.wrapping_sub(1));
        match (count, before) {
            (0, _) => Bytes::new(),
            (_, Some((at, _))) => bytes.slice(at + 1..),
            (_, None) => bytes,
        }
    })
}

/// Writes a part of each input; `take` gets the bytes, a count, and whether that counts lines.
fn part(process: &Process, take: fn(Bytes, usize, bool) -> Bytes) -> Result<i32, OutputError> {
    let options = match options(process, "q0123456789", "nc", &[]) {
        Ok(options) => options,
        Err(status) => return Ok(status),
    };
    let digits: String = process
        .arguments
        .first()
        .and_then(|argument| argument.strip_prefix('-'))
        .filter(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
        .unwrap_or("10")
        .to_owned();
    let (text, lines) = match (options.value('c'), options.value('n')) {
        (Some(bytes), _) => (bytes, false),
        (None, Some(lines)) => (lines, true),
        (None, None) => (digits.as_str(), true),
    };
    let digits_only = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let Some(count) = text.parse::<usize>().ok().filter(|_| digits_only) else {
        complain(
            process,
            &format!("'{text}' is no count; counting from the other end is not simulated"),
        );
        return Ok(1);
    };
    let (found, failed) = inputs(process, &options.operands);
    let many = found.len() > 1 && !options.has("q");
    for (number, (name, content)) in found.iter().enumerate() {
        if many {
            let gap = if number > 0 { "\n" } else { "" };
            process.stdout.write_text(&format!("{gap}==> {name} <==\n"))?;
        }
        scan(process, content.length())?;
        process
            .stdout
            .write_shared(take(content.to_bytes(), count, lines))?;
    }
    Ok(i32::from(failed))
}

/// `wc [-lwc] file..`
pub(super) fn wc(process: &Process) -> Result<i32, OutputError> {
    let options = match options(process, "lwcm", "", &[]) {
        Ok(options) => options,
        Err(status) => return Ok(status),
    };
    let (found, failed) = inputs(process, &options.operands);
    let all = !options.has("lwcm");
    let mut total = [0_usize; 3];
    let mut report = String::new();
    let mut line = |counts: [usize; 3], name: &str| {
        let shown: Vec<String> = counts
            .iter()
            .zip(["l", "w", "cm"])
            .filter(|(_, letters)| all || options.has(letters))
            .map(|(count, _)| count.to_string())
            .collect();
        let name = if name == "-" { "" } else { name };
        let _ = writeln!(report, "{}", format!("{} {name}", shown.join(" ")).trim_end());
    };
    for (name, content) in &found {
        scan(process, content.length())?;
        let bytes = content.to_bytes();
        let size = if options.has("m") {
            String::from_utf8_lossy(&bytes).chars().count()
        } else {
            bytes.len()
        };
        let counts = [
            bytes.split(|byte| *byte == b'\n').count() - 1,
            bytes
                .split(u8::is_ascii_whitespace)
                .filter(|word| !word.is_empty())
                .count(),
            size,
        ];
        for (sum, count) in total.iter_mut().zip(counts) {
            *sum += count;
        }
        line(counts, name);
    }
    if found.len() > 1 {
        line(total, "total");
    }
    process.stdout.write_text(&report)?;
    Ok(i32::from(failed))
}

/// `seq [first [step]] last`, whole numbers only.
pub(super) fn seq(process: &Process) -> Result<i32, OutputError> {
    let parsed: Result<Vec<i64>, _> = process.arguments.iter().map(|text| text.parse::<i64>()).collect();
    let (first, step, last) = match parsed.as_deref() {
        Ok([last]) => (1, 1, *last),
        Ok([first, last]) => (*first, 1, *last),
        Ok([first, step, last]) if *step != 0 => (*first, *step, *last),
        _ => {
            complain(process, "needs one to three whole numbers: [first [step]] last");
            return Ok(1);
        }
    };
    let mut next = Some(first);
    let mut text = String::new();
    while let Some(number) = next.filter(|number| {
        if step > 0 {
            *number <= last
        } else {
            *number >= last
        }
    }) {
        let _ = writeln!(text, "{number}");
        if text.len() >= 8 * 1024 {
            scan(process, text.len() as u64 * SEQ_COST)?;
            process.stdout.write_text(&text)?;
            text.clear();
        }
        next = number.checked_add(step);
    }
    process.stdout.write_text(&text)?;
    Ok(0)
}

/// `tee [-a] file..`
pub(super) fn tee(process: &Process) -> Result<i32, OutputError> {
    let options = match options(process, "a", "", &[]) {
        Ok(options) => options,
        Err(status) => return Ok(status),
    };
    let bytes = process.stdin.read_all();
    process.stdout.write_shared(bytes.clone())?;
    let mut status = 0;
    for file in &options.operands {
        let written = if options.has("a") {
            process.append_file(file, bytes.clone())
        } else {
            process.write_file(file, bytes.clone())
        };
        if let Err(error) = written {
            complain(process, &format!("{file}: {error}"));
            status = 1;
        }
    }
    Ok(status)
}

/// `sort [-nru] file..`, by bytes.
pub(super) fn sort(process: &Process) -> Result<i32, OutputError> {
    let options = match options(process, "nru", "", &[]) {
        Ok(options) => options,
        Err(status) => return Ok(status),
    };
    let (found, failed) = inputs(process, &options.operands);
    let mut lines: Vec<Bytes> = Vec::new();
    for (_, content) in &found {
        scan(process, content.length() * 8)?;
        let bytes = content.to_bytes();
        let whole = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
        if !bytes.is_empty() {
            let parts = whole.split(|byte| *byte == b'\n');
            lines.extend(parts.map(|line| bytes.slice_ref(line)));
        }
    }
    if options.has("n") {
        lines.sort_by(|one, other| {
            leading_number(one)
                .cmp(&leading_number(other))
                .then(one.cmp(other))
        });
    } else {
        lines.sort();
    }
    if options.has("r") {
        lines.reverse();
    }
    if options.has("u") {
        lines.dedup();
    }
    let mut text = Vec::new();
    for line in lines {
        text.extend_from_slice(&line);
        text.push(b'\n');
    }
    process.stdout.write_shared(text.into())?;
    Ok(i32::from(failed))
}

/// The whole number a line begins with; 0 when it begins with none.
fn leading_number(line: &[u8]) -> i64 {
    let text = String::from_utf8_lossy(line);
    let text = text.trim_start();
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text),
    };
    let length = digits.bytes().take_while(u8::is_ascii_digit).count();
    let number: i64 = digits[..length].parse().unwrap_or(0);
    if negative { -number } else { number }
}
