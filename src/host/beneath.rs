//! Paths that stay below a directory, whatever links a task left there.
//!
//! Every step is taken from an open directory and follows no link by itself, so nothing that happens meanwhile can
//! lead a path outside.

use std::collections::VecDeque;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Component, Path};

use batchite_sim::exec::FileError;
use rustix::fs::{AtFlags, FileType, Mode, OFlags, Stat};
use rustix::io::Errno;

/// Links one path may lead through.
const LINKS_MAX: usize = 40;

/// Directories one path may be deep; each is held open while the path is walked.
pub(super) const DEPTH_MAX: usize = 200;

/// How directories are opened: they alone, and no link to one.
const DIRECTORY: OFlags = OFlags::RDONLY
    .union(OFlags::DIRECTORY)
    .union(OFlags::NOFOLLOW)
    .union(OFlags::CLOEXEC);

/// The parts of a path below a root. Refused: whatever could lead elsewhere (`..`, a leading `/`) or is no path.
pub(super) fn parts(path: &str) -> Result<Vec<&str>, FileError> {
    if path.starts_with('/') || path.contains('\0') {
        return Err(FileError::OutsideRoot);
    }
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    if parts.iter().any(|part| matches!(*part, "." | "..")) {
        return Err(FileError::OutsideRoot);
    }
    Ok(parts)
}

/// An open directory.
#[derive(Debug)]
pub(super) struct Directory(OwnedFd);

impl Directory {
    /// Opens a directory by a path that is trusted.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let descriptor = rustix::fs::open(path, DIRECTORY, Mode::empty())?;
        Ok(Self(descriptor))
    }

    /// Opens a directory in this one. A link is refused.
    pub(super) fn enter(&self, name: impl AsRef<OsStr>) -> io::Result<Self> {
        let descriptor = rustix::fs::openat(&self.0, name.as_ref(), DIRECTORY, Mode::empty())?;
        Ok(Self(descriptor))
    }

    /// Opens directories one in the other, making those that are missing. Links are refused.
    pub(super) fn make(&self, names: &[&str]) -> io::Result<Self> {
        let mut directory = Self(self.0.try_clone()?);
        for name in names {
            match rustix::fs::mkdirat(&directory.0, *name, Mode::from_raw_mode(0o755)) {
                Ok(()) | Err(Errno::EXIST) => {}
                Err(error) => return Err(error.into()),
            }
            directory = directory.enter(name)?;
        }
        Ok(directory)
    }

    /// Makes a file. What is there by that name makes way, so that nothing is written through a link, into a pipe or
    /// into a file somebody else holds open; only a directory is refused.
    pub(super) fn new_file(&self, name: &str) -> io::Result<File> {
        match self.remove_file(name.as_ref()) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            Ok(()) | Err(_) => {}
        }
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let descriptor = rustix::fs::openat(&self.0, name, flags, Mode::from_raw_mode(0o644))?;
        Ok(File::from(descriptor))
    }

    /// Opens a file to write at its end, or makes it. A link is refused, and so is anything but a file.
    pub(super) fn file_to_append(&self, name: &str) -> io::Result<File> {
        let flags = OFlags::WRONLY
            | OFlags::CREATE
            | OFlags::APPEND
            | OFlags::NOFOLLOW
            | OFlags::NONBLOCK
            | OFlags::CLOEXEC;
        let descriptor = rustix::fs::openat(&self.0, name, flags, Mode::from_raw_mode(0o644))?;
        let file = File::from(descriptor);
        if !file.metadata()?.is_file() {
            return Err(io::Error::from(io::ErrorKind::InvalidInput));
        }
        Ok(file)
    }

    /// Removes an entry that is no directory.
    pub(super) fn remove_file(&self, name: &OsStr) -> io::Result<()> {
        Ok(rustix::fs::unlinkat(&self.0, name, AtFlags::empty())?)
    }

    /// Opens a file to read it. A link is refused; a pipe without a writer does not block.
    pub(super) fn open_file(&self, name: &OsStr) -> io::Result<File> {
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NOCTTY;
        Ok(File::from(rustix::fs::openat(
            &self.0,
            name,
            flags,
            Mode::empty(),
        )?))
    }

    /// What an entry is; a link is described itself.
    pub(super) fn describe(&self, name: &OsStr) -> io::Result<Stat> {
        Ok(rustix::fs::statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW)?)
    }

    /// The names in it, in no order.
    pub(super) fn names(&self) -> io::Result<Vec<OsString>> {
        let mut names = Vec::new();
        for entry in rustix::fs::Dir::read_from(&self.0)? {
            let name = OsString::from_vec(entry?.file_name().to_bytes().to_vec());
            if name != "." && name != ".." {
                names.push(name);
            }
        }
        Ok(names)
    }

    /// The descriptor, for what only few need.
    pub(super) fn descriptor(&self) -> impl AsFd + '_ {
        &self.0
    }
}

/// Where a path led.
#[derive(Debug)]
pub(super) enum Place {
    /// The root itself.
    Root(Directory),
    /// An entry of a directory, as it was found; by then it may have changed.
    Entry {
        /// The directory it is in.
        parent: Directory,
        /// Its name there.
        name: OsString,
        /// What it is. Never a link when links were to be followed.
        stat: Stat,
    },
}

impl Place {
    /// Opens it as a directory.
    pub(super) fn enter(self) -> io::Result<Directory> {
        match self {
            Self::Root(directory) => Ok(directory),
            Self::Entry { parent, name, .. } => parent.enter(name),
        }
    }
}

/// What to do with a link that is the last part of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LastLink {
    /// Go where it leads.
    Follow,
    /// It is meant itself.
    Keep,
}

/// Walks from a root along a path, following links as long as they stay below the root.
///
/// `root_path` is the canonical path of the root: absolute links that begin with it are links below the root.
/// Refused: [`FileError::OutsideRoot`] for links and paths that lead elsewhere, [`FileError::NotFound`].
pub(super) fn resolve(root_path: &Path, path: &[&OsStr], last: LastLink) -> Result<Place, FileError> {
    let root = Directory::open(root_path).map_err(|error| file_error(&error))?;
    let mut above: Vec<(Directory, OsString, Stat)> = Vec::new();
    let mut pending: VecDeque<OsString> = path.iter().map(|part| (*part).to_owned()).collect();
    let mut links = 0;
    while let Some(part) = pending.pop_front() {
        if above.len() > DEPTH_MAX {
            return Err(FileError::Disk(format!(
                "the path is more than {DEPTH_MAX} directories deep"
            )));
        }
        if part == ".." {
            above.pop().ok_or(FileError::OutsideRoot)?;
            continue;
        }
        // The last entry found is opened only now that something is looked for in it.
        let parent = match above.last() {
            Some((directory, name, _)) => directory.enter(name),
            None => root.0.try_clone().map(Directory),
        }
        .map_err(|error| file_error(&error))?;
        let stat = parent.describe(&part).map_err(|error| file_error(&error))?;
        let is_link = FileType::from_raw_mode(stat.st_mode) == FileType::Symlink;
        if !is_link || (pending.is_empty() && last == LastLink::Keep) {
            above.push((parent, part, stat));
            continue;
        }
        links += 1;
        if links > LINKS_MAX {
            return Err(FileError::OutsideRoot);
        }
        let target = rustix::fs::readlinkat(&parent.0, &part, Vec::new())
            .map_err(|error| file_error(&error.into()))?;
        let target = Path::new(OsStr::from_bytes(target.as_bytes()));
        let below = if target.is_absolute() {
            above.clear();
            target
                .strip_prefix(root_path)
                .map_err(|_| FileError::OutsideRoot)?
        } else {
            target
        };
        for component in below.components().rev() {
            match component {
                Component::Normal(name) => pending.push_front(name.to_owned()),
                Component::ParentDir => pending.push_front(OsString::from("..")),
                Component::CurDir => {}
                Component::RootDir | Component::Prefix(_) => return Err(FileError::OutsideRoot),
            }
        }
    }
    Ok(match above.pop() {
        Some((parent, name, stat)) => Place::Entry { parent, name, stat },
        None => Place::Root(root),
    })
}

/// What an error of the disk means to a file operation. Its text names no path of this machine.
pub(super) fn file_error(error: &io::Error) -> FileError {
    match error.raw_os_error().map(Errno::from_raw_os_error) {
        Some(Errno::NOENT | Errno::NOTDIR | Errno::NAMETOOLONG) => FileError::NotFound,
        Some(Errno::LOOP) => FileError::OutsideRoot,
        Some(Errno::ISDIR) => FileError::IsDirectory,
        Some(Errno::NOTEMPTY | Errno::EXIST) => FileError::NotEmpty,
        _ => FileError::Disk(error.to_string()),
    }
}
