//! From the name of a program to what runs: installed programs, standard tools, files on the disk, canned programs.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use batchite_api::time::Clock as _;

use super::Platform;
use super::disk::{DiskEntry, DiskError, DiskPath};
use super::process::Process;
use super::program::{Program, ProgramRegistry};
use super::script::ScriptedProgram;
use super::shell;
use super::tools::{self, Tool};

/// Processes, subshells and substitutions that may be nested in each other: each takes a part of a real stack.
pub(crate) const DEPTH_MAX: u32 = 40;

/// Units of work the start of a process counts as.
const LAUNCH_WORK: u64 = 20;

/// Bytes of `PATH` that count as one unit of work.
const PATH_BYTES_PER_UNIT: u64 = 64;

/// Where Linux keeps what is installed. Nothing of it is on the simulated disk.
const SYSTEM_DIRECTORIES: [&str; 6] = [
    "/bin/",
    "/sbin/",
    "/usr/bin/",
    "/usr/sbin/",
    "/usr/local/bin/",
    "/usr/local/sbin/",
];

/// Endings Windows tries for a program that is named without one.
const WINDOWS_ENDINGS: [&str; 4] = ["", ".exe", ".cmd", ".bat"];

/// What nodes have beside their disks.
#[derive(Debug, Clone, Default)]
pub(crate) struct Programs {
    pub(crate) registry: ProgramRegistry,
    pub(crate) scripts: Vec<ScriptedProgram>,
}

/// Why a program does not start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LaunchError {
    /// There is no such program.
    Missing,
    /// The file may not be executed, or is a directory.
    Denied,
    /// The file is neither a program of this world nor a script.
    NotABinary,
    /// Too many processes are nested.
    TooDeep,
    /// The run did too much without letting time pass.
    Refused,
}

/// What a name turned out to be.
enum Found {
    Program(Arc<dyn Program>),
    Tool(Tool),
    Scripted(ScriptedProgram),
    /// A script for the POSIX shell.
    ShellScript(String),
    /// A batch file for `cmd`.
    BatchFile(String),
    /// A script for another program, which is called with its path.
    Interpreted(String),
}

pub(crate) type Running = Pin<Box<dyn Future<Output = Result<i32, LaunchError>> + Send>>;

/// Finds what the process is named after and runs it.
pub(crate) fn launch(mut process: Process) -> Running {
    let life = Arc::clone(&process.machine.life);
    if process.depth >= DEPTH_MAX {
        return Box::pin(std::future::ready(Err(LaunchError::TooDeep)));
    }
    let path = process.variable("PATH").map_or(0, str::len) as u64;
    if life.charge(LAUNCH_WORK + path / PATH_BYTES_PER_UNIT).is_err() {
        return Box::pin(std::future::ready(Err(LaunchError::Refused)));
    }
    let found = match find(&process) {
        Ok(found) => found,
        Err(error) => return Box::pin(std::future::ready(Err(error))),
    };
    process.depth += 1;
    Box::pin(async move {
        Ok(match found {
            Found::Program(program) => program.run(&mut process).await,
            Found::Tool(tool) => return tools::run(tool, process).await,
            Found::Scripted(script) => {
                let mut random = life.random();
                life.sleep(script.takes.draw(&mut random)).await;
                script.exits
            }
            Found::ShellScript(text) => shell::run_script(process, &text).await,
            Found::BatchFile(text) => shell::run_batch_file(process, &text).await,
            Found::Interpreted(interpreter) => {
                let script = std::mem::replace(&mut process.name, interpreter);
                process.arguments.insert(0, script);
                return launch(process).await;
            }
        })
    })
}

/// Where `command -v` says a program is; nothing when there is none.
pub(crate) fn place(process: &Process) -> Option<String> {
    find(process).ok()?;
    if process.name.contains('/') {
        return Some(process.name.clone());
    }
    let path = process.variable("PATH").unwrap_or_default();
    let on_disk = path
        .split(':')
        .map(|directory| format!("{directory}/{}", process.name))
        .find(|place| process.entry(place).is_ok_and(|entry| entry.is_executable()));
    Some(on_disk.unwrap_or_else(|| format!("/usr/bin/{}", process.name)))
}

fn find(process: &Process) -> Result<Found, LaunchError> {
    match process.platform() {
        Platform::Linux => find_linux(process),
        Platform::Windows => find_windows(process),
    }
}

fn find_linux(process: &Process) -> Result<Found, LaunchError> {
    let name = process.name.as_str();
    if !name.contains('/') {
        let path = process.variable("PATH").unwrap_or_default();
        for directory in path.split(':').filter(|directory| !directory.is_empty()) {
            let place = format!("{directory}/{name}");
            if let Ok(entry) = process.entry(&place)
                && entry.is_executable()
            {
                return file(process, &entry, name);
            }
        }
        return installed(process, name).ok_or(LaunchError::Missing);
    }
    match process.entry(name) {
        Ok(entry) if !entry.is_executable() => Err(LaunchError::Denied),
        Ok(entry) => {
            let base = entry.path.name().to_owned();
            file(process, &entry, &base)
        }
        Err(_) => SYSTEM_DIRECTORIES
            .iter()
            .find_map(|directory| name.strip_prefix(directory))
            .and_then(|base| installed(process, base))
            .ok_or(LaunchError::Missing),
    }
}

fn find_windows(process: &Process) -> Result<Found, LaunchError> {
    let name = process.name.as_str();
    let has_directory = name.contains(['/', '\\', ':']);
    let path = process.variable("PATH").unwrap_or_default();
    let directories = path.split(';').filter(|directory| !directory.is_empty());
    let places = std::iter::once(name.to_owned()).chain(
        directories
            .filter(|_| !has_directory)
            .map(|directory| format!("{directory}\\{name}")),
    );
    for place in places {
        for ending in WINDOWS_ENDINGS {
            if let Ok(entry) = process.entry(&format!("{place}{ending}"))
                && !entry.is_directory
            {
                let base = entry.path.name().to_owned();
                return file(process, &entry, &base);
            }
        }
    }
    let lower = name.to_ascii_lowercase().replace('/', "\\");
    let base = match lower.rsplit_once('\\') {
        Some((directory, base)) if directory.ends_with("\\windows\\system32") => base,
        Some(_) => return Err(LaunchError::Missing),
        None => lower.as_str(),
    };
    installed(process, base).ok_or(LaunchError::Missing)
}

/// What is installed under a bare name: programs first, then tools, then what the scenario says.
fn installed(process: &Process, name: &str) -> Option<Found> {
    let programs = &process.machine.programs;
    if let Some(program) = programs.registry.find(name, process.platform()) {
        return Some(Found::Program(program));
    }
    if let Some(tool) = tools::find(name, process.platform()) {
        return Some(Found::Tool(tool));
    }
    scripted(process).map(Found::Scripted)
}

fn scripted(process: &Process) -> Option<ScriptedProgram> {
    let scripts = &process.machine.programs.scripts;
    if scripts.is_empty() {
        return None;
    }
    let mut line = process.name.clone();
    for argument in &process.arguments {
        line.push(' ');
        line.push_str(argument);
    }
    scripts.iter().find(|script| script.pattern.fits(&line)).cloned()
}

/// What a file on the disk runs as.
fn file(process: &Process, entry: &DiskEntry, base: &str) -> Result<Found, LaunchError> {
    let programs = &process.machine.programs;
    if let Some(program) = programs.registry.find(base, process.platform()) {
        return Ok(Found::Program(program));
    }
    let text = script_text(process, &entry.path).map_err(|_| LaunchError::Denied)?;
    if process.platform() == Platform::Windows {
        let ending = base.rsplit_once('.').map_or("", |(_, ending)| ending);
        if let Some(text) = text
            && (ending.eq_ignore_ascii_case("cmd") || ending.eq_ignore_ascii_case("bat"))
        {
            return Ok(Found::BatchFile(text));
        }
    } else if let Some(text) = text
        && let Some(line) = text.strip_prefix("#!")
    {
        return interpreted(process, line.lines().next().unwrap_or_default(), &text);
    }
    scripted(process)
        .map(Found::Scripted)
        .ok_or(LaunchError::NotABinary)
}

/// The bytes of a file as text; nothing when they are none, or too many to be a script.
fn script_text(process: &Process, path: &DiskPath) -> Result<Option<String>, DiskError> {
    const SCRIPT_LENGTH_MAX: u64 = 4 * 1024 * 1024;
    let content = process.machine.disk.with(|disk| disk.read(path))?;
    if content.length() > SCRIPT_LENGTH_MAX {
        return Ok(None);
    }
    Ok(String::from_utf8(content.to_bytes().to_vec()).ok())
}

/// A script by the first line of it, without `#!`.
fn interpreted(process: &Process, line: &str, text: &str) -> Result<Found, LaunchError> {
    let mut words = line.split_whitespace();
    let mut interpreter = words.next().unwrap_or_default();
    if interpreter.ends_with("/env") {
        interpreter = words.find(|word| !word.starts_with('-')).unwrap_or_default();
    }
    let base = interpreter.rsplit('/').next().unwrap_or_default();
    if shell::Dialect::of(base).is_some() {
        return Ok(Found::ShellScript(text.to_owned()));
    }
    if process
        .machine
        .programs
        .registry
        .find(base, process.platform())
        .is_some()
    {
        return Ok(Found::Interpreted(base.to_owned()));
    }
    Err(LaunchError::NotABinary)
}
