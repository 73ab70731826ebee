//! The root directory of all nodes on this machine, and the directories of each node in it.

use std::fs::{DirBuilder, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use batchite_api::ids::NodeId;
use batchite_sim::exec::FileError;
use rustix::fs::{AtFlags, FlockOperation, Mode};
use rustix::io::Errno;

use super::HostError;
use super::beneath::{Directory, LastLink, Place, file_error, parts, resolve};

/// What every node has below its root.
const LAYOUT: [&str; 6] = [
    "applications",
    "fsmounts",
    "shared",
    "startup",
    "volatile",
    "workitems",
];

/// Where things go that are no longer there, until they are really removed. No node can have this name.
const REMOVED: &str = "~removed";

/// Where packages are written before they are moved to their place. No node can have this name either.
const COMING: &str = "~coming";

/// The root directory, held by this process alone.
#[derive(Debug)]
pub(super) struct Disk {
    root: PathBuf,
    /// Keeps the lock on the root.
    handle: Directory,
    removed_count: AtomicU64,
}

impl Disk {
    /// Takes a directory as root, making it (mode 0700) if it is missing.
    pub(super) fn open(path: &Path) -> Result<Self, HostError> {
        let unusable = |source| HostError::Root {
            path: path.to_owned(),
            source,
        };
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(path)
            .map_err(unusable)?;
        let root = path.canonicalize().map_err(unusable)?;
        if root.to_str().is_none() {
            // Tasks are told their paths in variables that hold text.
            return Err(unusable(io::Error::other("its path is not UTF-8")));
        }
        let mode = root.metadata().map_err(unusable)?.mode() & 0o777;
        if mode & 0o022 != 0 {
            return Err(HostError::RootOpenToOthers {
                path: path.to_owned(),
                mode,
            });
        }
        let handle = Directory::open(&root).map_err(unusable)?;
        let locked = rustix::fs::flock(handle.descriptor(), FlockOperation::NonBlockingLockExclusive);
        // Any other error: a file system without locks is no reason to refuse to work.
        if locked == Err(Errno::WOULDBLOCK) {
            return Err(HostError::RootInUse {
                path: path.to_owned(),
            });
        }
        handle.make(&[REMOVED]).map_err(unusable)?;
        let disk = Self {
            root,
            handle,
            removed_count: AtomicU64::new(0),
        };
        disk.set_unfinished_aside().map_err(unusable)?;
        Ok(disk)
    }

    /// What an earlier process was killed over is not there for this one: it counts its runs anew.
    fn set_unfinished_aside(&self) -> io::Result<()> {
        let coming = self.coming()?;
        for name in coming.names()? {
            self.set_aside(&coming, &name).map_err(io::Error::other)?;
        }
        Ok(())
    }

    /// The directory for what is being written and is not whole yet. It lies beside the nodes, on the same file system.
    pub(super) fn coming(&self) -> io::Result<Directory> {
        self.handle.make(&[COMING])
    }

    /// Where the things are that an earlier process did not come round to removing.
    pub(super) fn leftovers(&self) -> Vec<PathBuf> {
        let removed = self.root.join(REMOVED);
        let names = self.handle.enter(REMOVED).and_then(|directory| directory.names());
        names
            .unwrap_or_default()
            .iter()
            .map(|name| removed.join(name))
            .collect()
    }

    /// The path of the root directory, as tasks are told it.
    pub(super) fn root_text(&self) -> String {
        self.root.to_string_lossy().into_owned()
    }

    /// The root of a node. Node ids are compared without regard to case, names of directories are not.
    pub(super) fn node_root(&self, node: &NodeId) -> Result<PathBuf, FileError> {
        Ok(self.root.join(node_name(node)?))
    }

    /// Gives a node a new disk. What was on the old one is set aside; where, is returned.
    pub(super) fn new_node(&self, node: &NodeId) -> Result<Option<PathBuf>, FileError> {
        let old = self.set_node_aside(node)?;
        self.open_node(node)?;
        Ok(old)
    }

    /// The root of a node, with all directories every node has.
    pub(super) fn open_node(&self, node: &NodeId) -> Result<Directory, FileError> {
        let name = node_name(node)?;
        let failed = |error: io::Error| file_error(&error);
        let directory = self.handle.make(&[&name]).map_err(failed)?;
        rustix::fs::fchmod(directory.descriptor(), Mode::RWXU).map_err(|error| file_error(&error.into()))?;
        for name in LAYOUT {
            directory.make(&[name]).map_err(failed)?;
        }
        Ok(directory)
    }

    /// Takes a node's disk away; at once for whoever looks. The caller removes what is returned.
    pub(super) fn set_node_aside(&self, node: &NodeId) -> Result<Option<PathBuf>, FileError> {
        let name = node_name(node)?;
        match self.handle.describe(name.as_ref()) {
            Ok(_) => self.set_aside(&self.handle, name.as_ref()).map(Some),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(file_error(&error)),
        }
    }

    /// Takes a directory of a node away, as [`set_node_aside`](Self::set_node_aside) does with the whole disk.
    pub(super) fn set_directory_aside(
        &self,
        node: &NodeId,
        path: &str,
    ) -> Result<Option<PathBuf>, FileError> {
        let parts = parts(path)?;
        let parts: Vec<_> = parts.iter().map(AsRef::as_ref).collect();
        match resolve(&self.node_root(node)?, &parts, LastLink::Keep) {
            Ok(Place::Entry { parent, name, .. }) => self.set_aside(&parent, &name).map(Some),
            Ok(Place::Root(_)) => Err(FileError::OutsideRoot),
            Err(FileError::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Moves an entry of a directory out of sight.
    pub(super) fn set_aside(&self, parent: &Directory, name: &std::ffi::OsStr) -> Result<PathBuf, FileError> {
        let removed = self.handle.make(&[REMOVED]).map_err(|error| file_error(&error))?;
        // A directory can only be moved by who may write in it, and a task may have made it read-only.
        if parent.describe(name).is_ok_and(|stat| is_directory(&stat)) {
            // If it fails, moving fails as well and says why.
            let _ = rustix::fs::chmodat(parent.descriptor(), name, Mode::RWXU, AtFlags::empty());
        }
        loop {
            // A process that held this root before may have left the same number behind.
            let number = self.removed_count.fetch_add(1, Ordering::Relaxed).to_string();
            if removed.describe(number.as_ref()).is_ok() {
                continue;
            }
            return match rustix::fs::renameat(parent.descriptor(), name, removed.descriptor(), &number) {
                Ok(()) => Ok(self.root.join(REMOVED).join(number)),
                Err(error) => Err(file_error(&error.into())),
            };
        }
    }
}

/// Removes what was set aside. A failure leaves it for the next start of the emulator.
pub(super) fn remove_for_good(path: &Path) {
    let result = match path.symlink_metadata() {
        Ok(metadata) if metadata.is_dir() => remove_tree(path),
        Ok(_) => std::fs::remove_file(path),
        Err(error) => Err(error),
    };
    if let Err(error) = result
        && error.kind() != io::ErrorKind::NotFound
    {
        tracing::warn!(%error, "files of a removed node or task could not be removed");
    }
}

fn remove_tree(path: &Path) -> io::Result<()> {
    match std::fs::remove_dir_all(path) {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            open_up(path)?;
            std::fs::remove_dir_all(path)
        }
        result => result,
    }
}

/// Makes all directories below one writable: what is in a read-only directory cannot be removed.
fn open_up(path: &Path) -> io::Result<()> {
    let mut pending = vec![path.to_owned()];
    while let Some(directory) = pending.pop() {
        std::fs::set_permissions(&directory, Permissions::from_mode(0o700))?;
        for entry in directory.read_dir()? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                pending.push(entry.path());
            }
        }
    }
    Ok(())
}

fn is_directory(stat: &rustix::fs::Stat) -> bool {
    rustix::fs::FileType::from_raw_mode(stat.st_mode) == rustix::fs::FileType::Directory
}

/// The name of a node's directory. An id may be made of dots, a name of a directory must not.
fn node_name(node: &NodeId) -> Result<String, FileError> {
    let name = node.key().to_string();
    match name.as_str() {
        "." | ".." => Err(FileError::OutsideRoot),
        _ => Ok(name),
    }
}
