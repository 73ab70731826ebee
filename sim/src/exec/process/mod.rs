//! A process of a simulated node: what a program gets and what it may touch.
//!
//! - [`Process`]: arguments, environment, streams, files, clock and blobs
//! - [`Input`], [`Output`]: its streams
//! - `Life`: what all processes of one run share

mod life;
mod streams;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use batchite_api::backend::BlobConnector;
use batchite_api::batch::ElevationLevel;
use batchite_api::time::{Clock, Timestamp};
use bytes::Bytes;

pub(crate) use life::{Background, Exhausted, Life};
pub use streams::{Input, Output, OutputError};
pub(crate) use streams::{PIPE_LIMIT, SUBSTITUTION_LIMIT};

use super::disk::{Content, DiskEntry, DiskError, DiskPath, NodeDisk};
use super::launch::Programs;
use super::{Command, Platform};

/// Whom a process runs as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct User {
    pub(crate) name: String,
    /// The uid, and the gid with the name of its group.
    pub(crate) ids: (i32, i32),
    pub(crate) group: String,
    /// Whether it may do what administrators may.
    pub(crate) elevated: bool,
}

/// The automatic user tasks run as, and its group, as the service names them on Linux.
const AUTOMATIC: (&str, &str) = ("_azbatch", "_azbatchgrp");

impl User {
    /// The user a command is described with.
    pub(crate) fn of(command: &Command) -> Self {
        let name = command.user_name.as_deref().unwrap_or(AUTOMATIC.0);
        let group = command.user_ids.map_or(AUTOMATIC.1, |_| name);
        Self {
            name: name.to_owned(),
            ids: command.user_ids.unwrap_or((1000, 1000)),
            group: group.to_owned(),
            elevated: command.elevation_level == ElevationLevel::Admin,
        }
    }

    /// Who may do everything on Linux.
    pub(crate) fn root() -> Self {
        Self {
            name: "root".to_owned(),
            ids: (0, 0),
            group: "root".to_owned(),
            elevated: true,
        }
    }

    pub(crate) fn is_root(&self) -> bool {
        self.ids.0 == 0
    }
}

/// What all processes of one run stand on.
#[derive(Clone)]
pub(crate) struct Machine {
    pub(crate) platform: Platform,
    /// Whom its processes run as.
    pub(crate) user: User,
    pub(crate) disk: NodeDisk,
    pub(crate) life: Arc<Life>,
    pub(crate) blobs: Arc<dyn BlobConnector>,
    pub(crate) programs: Arc<Programs>,
}

/// A process of a simulated node.
pub struct Process {
    /// What it was called by: the first part of its command line.
    pub name: String,
    /// Its arguments, without the name.
    pub arguments: Vec<String>,
    /// Its environment.
    pub environment: BTreeMap<String, String>,
    /// Standard input.
    pub stdin: Input,
    /// Standard output.
    pub stdout: Output,
    /// Standard error.
    pub stderr: Output,
    pub(crate) directory: DiskPath,
    /// How many processes, subshells and substitutions it is nested in.
    pub(crate) depth: u32,
    pub(crate) machine: Arc<Machine>,
}

impl Process {
    /// What kind of machine it runs on.
    pub fn platform(&self) -> Platform {
        self.machine.platform
    }

    /// The time of its world; sleeping on it lets virtual time pass.
    pub fn clock(&self) -> Arc<dyn Clock> {
        Arc::<Life>::clone(&self.machine.life)
    }

    /// Makes handles on storage accounts, each bound to the access it is made with.
    pub fn blobs(&self) -> Arc<dyn BlobConnector> {
        Arc::clone(&self.machine.blobs)
    }

    /// A variable of the environment; on Windows without regard to case.
    pub fn variable(&self, name: &str) -> Option<&str> {
        if let Some(value) = self.environment.get(name) {
            return Some(value);
        }
        let windows = self.platform() == Platform::Windows;
        let mut pairs = self.environment.iter().filter(|_| windows);
        pairs
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The working directory as its platform writes it.
    pub fn working_directory(&self) -> String {
        self.directory.display(self.platform())
    }

    /// All bytes of a file. Relative paths begin at the working directory.
    pub fn read_file(&self, path: &str) -> Result<Bytes, DiskError> {
        self.content(path).map(|content| content.to_bytes())
    }

    /// Makes a file or replaces its bytes.
    pub fn write_file(&self, path: &str, bytes: impl Into<Bytes>) -> Result<(), DiskError> {
        self.write_content(path, Content::from(bytes.into()), None)
    }

    /// Adds bytes at the end of a file, which is made when it is not there.
    pub fn append_file(&self, path: &str, bytes: impl Into<Bytes>) -> Result<(), DiskError> {
        if self.is_null_device(path) {
            return Ok(());
        }
        let (path, bytes, now) = (self.resolve(path)?, bytes.into(), self.now());
        self.machine.disk.with(|disk| disk.append(&path, &bytes, now))
    }

    /// A file or directory.
    pub fn entry(&self, path: &str) -> Result<DiskEntry, DiskError> {
        let path = self.resolve(path)?;
        self.machine.disk.with(|disk| disk.entry(&path))
    }

    /// Whether there is a file or directory.
    pub fn exists(&self, path: &str) -> bool {
        self.entry(path).is_ok()
    }

    /// The entries of a directory in order of their names.
    pub fn list_directory(&self, path: &str) -> Result<Vec<DiskEntry>, DiskError> {
        let path = self.resolve(path)?;
        self.machine.disk.with(|disk| disk.list(&path))
    }

    /// Makes a directory; with `parents` those above it too, and one that is there already is no error.
    pub fn make_directory(&self, path: &str, parents: bool) -> Result<(), DiskError> {
        let (path, now) = (self.resolve(path)?, self.now());
        self.machine
            .disk
            .with(|disk| disk.make_directory(&path, parents, now))
    }

    /// Removes a file or an empty directory; with `recursive` one with everything in it.
    pub fn remove(&self, path: &str, recursive: bool) -> Result<(), DiskError> {
        let (path, now) = (self.resolve(path)?, self.now());
        self.machine.disk.with(|disk| disk.remove(&path, recursive, now))
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.machine.life.now()
    }

    pub(crate) fn resolve(&self, path: &str) -> Result<DiskPath, DiskError> {
        DiskPath::resolve(self.platform(), &self.directory, path)
    }

    pub(crate) fn is_null_device(&self, path: &str) -> bool {
        is_null_device(self.platform(), path)
    }

    /// The bytes of a file, shared.
    pub(crate) fn content(&self, path: &str) -> Result<Content, DiskError> {
        if self.is_null_device(path) {
            return Ok(Content::new());
        }
        let path = self.resolve(path)?;
        self.machine.disk.with(|disk| disk.read(&path))
    }

    pub(crate) fn write_content(
        &self,
        path: &str,
        content: Content,
        mode: Option<u32>,
    ) -> Result<(), DiskError> {
        if self.is_null_device(path) {
            return Ok(());
        }
        let (path, now) = (self.resolve(path)?, self.now());
        self.machine
            .disk
            .with(|disk| disk.write(&path, content, mode, now))
    }
}

impl fmt::Debug for Process {
    /// Without arguments and environment: both may carry tokens.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Process")
            .field("name", &self.name)
            .field("directory", &self.directory)
            .finish_non_exhaustive()
    }
}

/// Whether a path names what swallows everything.
pub(crate) fn is_null_device(platform: Platform, path: &str) -> bool {
    match platform {
        Platform::Linux => path == "/dev/null",
        Platform::Windows => path.eq_ignore_ascii_case("nul"),
    }
}
