//! date, hostname, uname, printenv, pwd, nproc, sleep, env, timeout (of Windows).

use std::fmt::Write as _;

use batchite_api::time::{Clock as _, TICKS_PER_SECOND, TimeSpan, Timestamp};

use super::complain;
use crate::exec::Platform;
use crate::exec::environment::set_variable;
use crate::exec::launch::{LaunchError, launch};
use crate::exec::process::{OutputError, Process};

/// `date [-u] [+format]`
pub(super) fn date(process: &Process) -> Result<i32, OutputError> {
    let now = process.now();
    let mut text = None;
    for argument in &process.arguments {
        match argument.strip_prefix('+') {
            Some(format) => text = Some(formatted(format, now)),
            None if matches!(argument.as_str(), "-u" | "--utc") => {}
            None => {
                complain(process, &format!("{argument} is not simulated: use +FORMAT"));
                return Ok(1);
            }
        }
    }
    let text = text.unwrap_or_else(|| {
        Ok("%a %b %e %H:%M:%S UTC %Y".to_owned()).and_then(|format| formatted(&format, now))
    });
    match text {
        Ok(text) => {
            process.stdout.write_text(&format!("{text}\n"))?;
            Ok(0)
        }
        Err(letter) => {
            complain(process, &format!("%{letter} is not simulated"));
            Ok(1)
        }
    }
}

/// A moment by a format; the error is the letter that is not known.
fn formatted(format: &str, now: Timestamp) -> Result<String, char> {
    let iso = now.to_string();
    let rfc = now.to_rfc1123();
    let (date, time) = (&iso[..10], &iso[11..19]);
    let mut text = String::new();
    let mut characters = format.chars();
    while let Some(character) = characters.next() {
        if character != '%' {
            text.push(character);
            continue;
        }
        match characters.next().unwrap_or('%') {
            'Y' => text.push_str(&date[..4]),
            'y' => text.push_str(&date[2..4]),
            'm' => text.push_str(&date[5..7]),
            'd' => text.push_str(&date[8..]),
            'e' => text.push_str(&date[8..].replacen('0', " ", usize::from(&date[8..9] == "0"))),
            'H' => text.push_str(&time[..2]),
            'M' => text.push_str(&time[3..5]),
            'S' => text.push_str(&time[6..]),
            'F' => text.push_str(date),
            'T' => text.push_str(time),
            'R' => text.push_str(&time[..5]),
            'a' => text.push_str(&rfc[..3]),
            'b' | 'h' => text.push_str(&rfc[8..11]),
            's' => text.push_str(&now.unix_seconds().to_string()),
            'N' => {
                let _ = write!(text, "{:09}", now.ticks() % TICKS_PER_SECOND * 100);
            }
            'Z' => text.push_str("UTC"),
            'z' => text.push_str("+0000"),
            'n' => text.push('\n'),
            't' => text.push('\t'),
            '%' => text.push('%'),
            other => return Err(other),
        }
    }
    Ok(text)
}

/// `hostname`: the node's id, which is what nodes differ by.
pub(super) fn hostname(process: &Process) -> Result<i32, OutputError> {
    let name = process.variable("AZ_BATCH_NODE_ID").unwrap_or("localhost");
    let end = match process.platform() {
        Platform::Linux => "\n",
        Platform::Windows => "\r\n",
    };
    process.stdout.write_text(&format!("{name}{end}"))?;
    Ok(0)
}

/// `uname [-s|-m|-n|-a]`
pub(super) fn uname(process: &Process) -> Result<i32, OutputError> {
    let node = process.variable("AZ_BATCH_NODE_ID").unwrap_or("localhost");
    let text = match process.arguments.first().map(String::as_str) {
        None | Some("-s") => "Linux".to_owned(),
        Some("-m" | "-p" | "-i") => "x86_64".to_owned(),
        Some("-n") => node.to_owned(),
        Some("-a") => format!("Linux {node} x86_64 GNU/Linux"),
        Some(other) => {
            complain(process, &format!("{other} is not simulated"));
            return Ok(1);
        }
    };
    process.stdout.write_text(&format!("{text}\n"))?;
    Ok(0)
}

/// `nproc`
pub(super) fn nproc(process: &Process) -> Result<i32, OutputError> {
    process.stdout.write_text("1\n")?;
    Ok(0)
}

/// `pwd`
pub(super) fn pwd(process: &Process) -> Result<i32, OutputError> {
    let directory = process.working_directory();
    process.stdout.write_text(&format!("{directory}\n"))?;
    Ok(0)
}

/// `printenv [name..]`
pub(super) fn printenv(process: &Process) -> Result<i32, OutputError> {
    if process.arguments.is_empty() {
        return print_environment(process);
    }
    let mut status = 0;
    for name in &process.arguments {
        match process.variable(name) {
            Some(value) => process.stdout.write_text(&format!("{value}\n"))?,
            None => status = 1,
        }
    }
    Ok(status)
}

fn print_environment(process: &Process) -> Result<i32, OutputError> {
    let mut lines = String::new();
    for (name, value) in &process.environment {
        let _ = writeln!(lines, "{name}={value}");
    }
    process.stdout.write_text(&lines)?;
    Ok(0)
}

/// `env [-i] [-u name] [name=value..] [program argument..]`
pub(super) async fn env(mut process: Process) -> Result<i32, LaunchError> {
    let mut arguments = std::mem::take(&mut process.arguments).into_iter();
    let program = loop {
        let Some(argument) = arguments.next() else {
            return Ok(super::run_simple(print_environment, &process));
        };
        if matches!(argument.as_str(), "-i" | "-" | "--ignore-environment") {
            process.environment.clear();
        } else if argument == "-u" {
            process.environment.remove(&arguments.next().unwrap_or_default());
        } else if argument.starts_with('-') {
            complain(&process, &format!("option {argument} is not simulated"));
            return Ok(125);
        } else if let Some((name, value)) = argument.split_once('=') {
            let platform = process.platform();
            set_variable(&mut process.environment, platform, name, value);
        } else {
            break argument;
        }
    };
    process.arguments = arguments.collect();
    let missing = format!("env: '{program}': No such file or directory\n");
    let denied = format!("env: '{program}': Permission denied\n");
    run_program(process, program, (127, missing), (126, denied)).await
}

/// Runs another program in the place of a process; how it ends, and what is said, where there is none or it cannot be run.
pub(super) async fn run_program(
    mut process: Process,
    program: String,
    missing: (i32, String),
    denied: (i32, String),
) -> Result<i32, LaunchError> {
    let stderr = process.stderr.clone();
    process.name = program;
    let (code, text) = match launch(process).await {
        Err(LaunchError::Missing) => missing,
        Err(LaunchError::Denied | LaunchError::NotABinary) => denied,
        other => return other,
    };
    stderr.say(&text);
    Ok(code)
}

/// `sleep number[smhd]..`, in virtual time.
pub(super) async fn sleep(process: &Process) -> i32 {
    if process.arguments.is_empty() {
        complain(process, "missing operand");
        return 1;
    }
    let mut sum = TimeSpan::ZERO;
    for argument in &process.arguments {
        let Some(span) = span(argument) else {
            complain(process, &format!("invalid time interval '{argument}'"));
            return 1;
        };
        sum = TimeSpan::from_ticks(sum.ticks().saturating_add(span.ticks()));
    }
    process.machine.life.sleep(sum).await;
    0
}

/// `timeout /t seconds [/nobreak]`
pub(super) async fn windows_timeout(process: &Process) -> i32 {
    let mut arguments = process.arguments.iter();
    let mut seconds = None;
    while let Some(argument) = arguments.next() {
        match argument.to_ascii_lowercase().as_str() {
            "/t" => seconds = arguments.next().and_then(|text| text.parse::<i64>().ok()),
            "/nobreak" => {}
            text => seconds = text.parse::<i64>().ok(),
        }
    }
    let Some(seconds) = seconds.filter(|seconds| (0..=99_999).contains(seconds)) else {
        complain(process, "ERROR: the time must be given as /t 0 to 99999.");
        return 1;
    };
    process.machine.life.sleep(TimeSpan::from_seconds(seconds)).await;
    0
}

/// The span of a text such as `30`, `1.5`, `2m` or `infinity`.
fn span(text: &str) -> Option<TimeSpan> {
    if matches!(text, "inf" | "infinity") {
        return Some(TimeSpan::INFINITE);
    }
    let (number, unit) = match text.char_indices().next_back()? {
        (at, 's') => (&text[..at], 1),
        (at, 'm') => (&text[..at], 60),
        (at, 'h') => (&text[..at], 3600),
        (at, 'd') => (&text[..at], 86_400),
        _ => (text, 1),
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if number.is_empty() || number == "." || !digits(whole) || !digits(fraction) {
        return None;
    }
    let fraction = &fraction[..fraction.len().min(7)];
    let scale = 10_i64.pow(7 - u32::try_from(fraction.len()).ok()?);
    let ticks = fraction.parse::<i64>().unwrap_or(0) * scale;
    // More than any calendar holds is forever.
    let whole = if whole.is_empty() {
        0
    } else {
        whole.parse::<i64>().unwrap_or(i64::MAX)
    };
    Some(TimeSpan::from_ticks(
        whole
            .saturating_mul(TICKS_PER_SECOND.cast_signed())
            .saturating_add(ticks)
            .saturating_mul(unit),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_have_fractions_and_units() {
        for (text, seconds) in [
            ("30", 30.0),
            ("0.25", 0.25),
            (".5", 0.5),
            ("2m", 120.0),
            ("1.5h", 5400.0),
            ("1.", 1.0),
        ] {
            let expected = TimeSpan::from_std(std::time::Duration::from_secs_f64(seconds));
            assert_eq!(span(text), Some(expected), "{text}");
        }
        assert_eq!(span("99999999999999999999"), Some(TimeSpan::INFINITE));
        for text in ["", "x", "-1", "1x", "1.2.3", ".", "s", "é"] {
            assert_eq!(span(text), None, "{text}");
        }
    }

    #[test]
    fn dates_are_those_of_the_clock() {
        let now: Timestamp = "2025-11-05T06:07:08.5Z".parse().unwrap();
        for (format, text) in [
            ("%Y-%m-%d %H:%M:%S", "2025-11-05 06:07:08"),
            ("%F %T %e %a %b %y", "2025-11-05 06:07:08  5 Wed Nov 25"),
            ("%s.%N%%", "1762322828.500000000%"),
            ("é%", "é%"),
        ] {
            assert_eq!(formatted(format, now).unwrap(), text);
        }
        assert_eq!(formatted("%Q", now), Err('Q'));
    }
}
