//! id, whoami, sudo, and net (of Windows): whom a process runs as, and whether it may do what administrators may.

use std::sync::Arc;

use super::complain;
use super::system::run_program;
use crate::exec::Platform;
use crate::exec::launch::LaunchError;
use crate::exec::process::{Machine, OutputError, Process, User};

/// The group of those who may use `sudo`, as the service names it.
const ELEVATED_GROUP: (i32, &str) = (1001, "_azbatchsudogrp");

/// Where `sudo` looks for programs.
const SECURE_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// `id [-u|-un|-g|-gn|-G|-Gn]`
pub(super) fn id(process: &Process) -> Result<i32, OutputError> {
    let user = &process.machine.user;
    let (uid, gid) = user.ids;
    let mut groups = vec![(gid, user.group.as_str())];
    if user.elevated && !user.is_root() {
        groups.push(ELEVATED_GROUP);
    }
    let joined = |each: &dyn Fn(&(i32, &str)) -> String, between: &str| {
        groups.iter().map(each).collect::<Vec<_>>().join(between)
    };
    let text = match process.arguments.first().map(String::as_str) {
        None => {
            let groups = joined(&|(id, name)| format!("{id}({name})"), ",");
            format!(
                "uid={uid}({}) gid={gid}({}) groups={groups}",
                user.name, user.group
            )
        }
        Some("-u") => uid.to_string(),
        Some("-g") => gid.to_string(),
        Some("-un" | "-nu") => user.name.clone(),
        Some("-gn" | "-ng") => user.group.clone(),
        Some("-G") => joined(&|(id, _)| id.to_string(), " "),
        Some("-Gn" | "-nG") => joined(&|(_, name)| (*name).to_owned(), " "),
        Some(other) => {
            complain(process, &format!("{other} is not simulated"));
            return Ok(1);
        }
    };
    process.stdout.write_text(&format!("{text}\n"))?;
    Ok(0)
}

/// `whoami`
pub(super) fn whoami(process: &Process) -> Result<i32, OutputError> {
    let user = &process.machine.user.name;
    process.stdout.write_text(&match process.platform() {
        Platform::Linux => format!("{user}\n"),
        Platform::Windows => format!("batch\\{user}\r\n"),
    })?;
    Ok(0)
}

/// `sudo [-n] [-E] [-H] [-u root] [name=value..] program argument..`: of elevated users alone, who need no password.
pub(super) async fn sudo(mut process: Process) -> Result<i32, LaunchError> {
    let mut arguments = std::mem::take(&mut process.arguments).into_iter().peekable();
    let (mut asks, mut keeps) = (true, false);
    while let Some(option) = arguments.next_if(|argument| argument.starts_with('-')) {
        match option.as_str() {
            "-n" | "--non-interactive" => asks = false,
            "-E" | "--preserve-env" => keeps = true,
            "-H" | "--set-home" => {}
            "-u" | "--user" => match arguments.next().as_deref() {
                Some("root") => {}
                other => {
                    let name = other.unwrap_or_default();
                    complain(&process, &format!("running as user '{name}' is not simulated"));
                    return Ok(1);
                }
            },
            "--" => break,
            other => {
                complain(&process, &format!("option {other} is not simulated"));
                return Ok(1);
            }
        }
    }
    let user = &process.machine.user;
    if !user.elevated {
        if asks {
            complain(&process, "a terminal is required to read the password");
        }
        complain(&process, "a password is required");
        return Ok(1);
    }
    if arguments.peek().is_none() {
        complain(
            &process,
            "usage: sudo [-n] [-E] [-H] [-u root] program [argument]..",
        );
        return Ok(1);
    }
    become_root(&mut process, keeps);
    while let Some((variable, value)) = arguments
        .peek()
        .and_then(|argument| argument.split_once('='))
        .map(|(variable, value)| (variable.to_owned(), value.to_owned()))
    {
        process.environment.insert(variable, value);
        arguments.next();
    }
    let Some(program) = arguments.next() else {
        complain(&process, "a program to run is missing");
        return Ok(1);
    };
    process.arguments = arguments.collect();
    let missing = format!("sudo: {program}: command not found\n");
    let denied = format!("sudo: {program}: Permission denied\n");
    run_program(process, program, (1, missing), (1, denied)).await
}

/// Makes a process one of root, with its own variables or those it had.
fn become_root(process: &mut Process, keeps: bool) {
    let name = process.machine.user.name.clone();
    if !keeps {
        // As it does for most variables: AZ_BATCH_* do not come through either.
        process
            .environment
            .retain(|variable, _| matches!(variable.as_str(), "LANG" | "TERM"));
    }
    for (variable, value) in [
        ("HOME", "/root"),
        ("LOGNAME", "root"),
        ("PATH", SECURE_PATH),
        ("SUDO_USER", &name),
        ("USER", "root"),
    ] {
        process.environment.insert(variable.to_owned(), value.to_owned());
    }
    process.machine = Arc::new(Machine {
        user: User::root(),
        ..Machine::clone(&process.machine)
    });
}

/// `net session`: what scripts ask to learn whether they run elevated.
pub(super) fn net(process: &Process) -> Result<i32, OutputError> {
    let arguments: Vec<_> = process
        .arguments
        .iter()
        .map(|argument| argument.to_ascii_lowercase())
        .collect();
    if arguments != ["session"] {
        complain(process, "only net session is simulated");
        return Ok(1);
    }
    if process.machine.user.elevated {
        process
            .stdout
            .write_text("There are no entries in the list.\r\n\r\n")?;
        return Ok(0);
    }
    process
        .stderr
        .say("System error 5 has occurred.\r\n\r\nAccess is denied.\r\n\r\n");
    Ok(2)
}
