//! From a command line to a running process.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use batchite_api::batch::BatchTaskFailureInfo;
use batchite_sim::exec::Platform;
use batchite_sim::exec::command_line::split_command_line;
use batchite_sim::exec::failure::{command_launch_failed, command_program_not_found};
use tokio::process::{Child, Command};

use super::family::{self, Family};

/// A program, its arguments and all that surrounds it. Not to be shown: both may carry signatures.
pub(super) struct Launch {
    /// The file of the program.
    program: PathBuf,
    /// The parts of the command line, the program's name first.
    parts: Vec<String>,
    environment: BTreeMap<String, String>,
    working_directory: PathBuf,
}

impl Launch {
    /// Splits the command line and looks for its program, on the task's own `PATH` and in its working directory.
    pub(super) fn new(
        command_line: &str,
        platform: Platform,
        environment: BTreeMap<String, String>,
        working_directory: PathBuf,
    ) -> Result<Self, BatchTaskFailureInfo> {
        let parts = split_command_line(command_line, platform)
            .map_err(|error| command_launch_failed(&error.to_string()))?;
        let Some(name) = parts.first() else {
            return Err(command_launch_failed("the command line is empty"));
        };
        let search = environment.get("PATH").map_or("", String::as_str);
        let program = find_program(name, search, &working_directory)?;
        Ok(Self {
            program,
            parts,
            environment,
            working_directory,
        })
    }

    /// A program with its words, the environment and the directory it is to have, all of it settled.
    pub(super) fn of(
        program: PathBuf,
        parts: Vec<String>,
        environment: BTreeMap<String, String>,
        working_directory: PathBuf,
    ) -> Self {
        Self {
            program,
            parts,
            environment,
            working_directory,
        }
    }

    /// Starts the program as the leader of its own process group, without input, its output in pipes.
    pub(super) fn spawn(&self, family: Option<&Family>) -> Result<Child, BatchTaskFailureInfo> {
        let mut command = Command::new(&self.program);
        command
            .arg0(&self.parts[0])
            .args(&self.parts[1..])
            .env_clear()
            .envs(&self.environment)
            .current_dir(&self.working_directory)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0);
        family::spawn(family, &mut command).map_err(|error| {
            let reason = match error.kind() {
                // The program is there: this is about what its first line names.
                std::io::ErrorKind::NotFound => "the interpreter of the program cannot be found".to_owned(),
                _ => error.to_string(),
            };
            command_launch_failed(&reason)
        })
    }
}

/// Finds a program as a shell would: a name with a slash is a path, any other is looked up.
fn find_program(name: &str, search: &str, working_directory: &Path) -> Result<PathBuf, BatchTaskFailureInfo> {
    let mut refused = None;
    let candidates: Vec<PathBuf> = if name.contains('/') {
        vec![working_directory.join(name)]
    } else if name.is_empty() {
        Vec::new()
    } else {
        let directories = search.split(':');
        directories
            .map(|directory| working_directory.join(directory).join(name))
            .collect()
    };
    for candidate in candidates {
        match is_program(&candidate) {
            Ok(()) => return Ok(candidate),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => refused = refused.or(Some(error)),
        }
    }
    Err(match refused {
        Some(error) => command_launch_failed(&format!("{name}: {error}")),
        None => command_program_not_found(name),
    })
}

/// Whether a file is there and may be run.
pub(super) fn is_program(path: &Path) -> std::io::Result<()> {
    match path.metadata() {
        Ok(metadata) if metadata.is_file() => Ok(rustix::fs::access(path, rustix::fs::Access::EXEC_OK)?),
        Ok(_) => Err(std::io::Error::from(std::io::ErrorKind::PermissionDenied)),
        Err(error) if error.kind() == std::io::ErrorKind::NotADirectory => {
            Err(std::io::Error::from(std::io::ErrorKind::NotFound))
        }
        Err(error) => Err(error),
    }
}
