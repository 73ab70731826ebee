//! The files of the nodes, as the file operations see them.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use batchite_api::ids::NodeId;
use batchite_api::time::{TICKS_PER_SECOND, Timestamp};
use batchite_sim::exec::{FileEntry, FileError, NodeFiles, OpenFile};
use bytes::Bytes;
use futures_util::future::BoxFuture;
use rustix::fs::{FileType, Stat};
use tokio::runtime::Handle;

use super::beneath::{DEPTH_MAX, Directory, LastLink, Place, file_error, parts, resolve};
use super::disk::Disk;
use super::pace::HostPace;

/// Bytes of a file that are in memory at once.
const PIECE_MAX: usize = 4 * 1024 * 1024;

/// Takes away for good what was set aside, without making the caller wait.
pub(super) type Remover = Arc<dyn Fn(std::path::PathBuf) + Send + Sync>;

/// [`NodeFiles`] over real directories.
///
/// A link that leads to something below the root of the node counts as what it leads to. Any other link is listed as
/// the small file it is, can be deleted, and is refused with [`FileError::OutsideRoot`] when it is to be followed.
/// Names that are not UTF-8 are listed with U+FFFD in them and cannot be asked for.
pub(super) struct HostFiles {
    pub(super) disk: Arc<Disk>,
    pub(super) pace: Option<HostPace>,
    pub(super) remover: Remover,
    /// Has the threads that wait for the disk.
    pub(super) runtime: Handle,
}

impl HostFiles {
    fn place(&self, node: &NodeId, path: &[&OsStr], last: LastLink) -> Result<Place, FileError> {
        resolve(&self.disk.node_root(node)?, path, last)
    }

    /// An entry of a directory, and whether it is a directory to look into.
    fn entry(&self, node: &NodeId, path: &[OsString], parent: &Directory) -> Option<(FileEntry, bool)> {
        let name = path.last()?;
        // What vanished since the names were read is left out.
        let own = parent.describe(name).ok()?;
        let own_type = FileType::from_raw_mode(own.st_mode);
        let mut born = born(parent, name);
        let mut shown = own;
        if own_type == FileType::Symlink {
            let path: Vec<&OsStr> = path.iter().map(OsString::as_os_str).collect();
            if let Ok(Place::Entry { parent, name, stat }) = self.place(node, &path, LastLink::Follow) {
                born = self::born(&parent, &name);
                shown = stat;
            }
        }
        let entry = self.describe(joined(path), &shown, born);
        Some((entry, own_type == FileType::Directory))
    }

    fn describe(&self, path: String, stat: &Stat, born: Option<Timestamp>) -> FileEntry {
        let is_directory = FileType::from_raw_mode(stat.st_mode) == FileType::Directory;
        let modified = moment(stat.st_mtime, stat.st_mtime_nsec);
        FileEntry {
            path,
            is_directory,
            length: if is_directory {
                0
            } else {
                u64::try_from(stat.st_size).unwrap_or(0)
            },
            modified: self.in_world(modified),
            created: self.in_world(born.unwrap_or(modified).min(modified)),
            mode: Some(unsigned(stat.st_mode)),
        }
    }

    /// Files are stamped with the machine's time, which need not be the world's.
    fn in_world(&self, stamp: Timestamp) -> Timestamp {
        self.pace
            .as_ref()
            .map_or(stamp, |pace| pace.moment_of_stamp(stamp))
    }
}

impl NodeFiles for HostFiles {
    fn list(&self, node: &NodeId, directory: &str, recursive: bool) -> Result<Vec<FileEntry>, FileError> {
        let top: Vec<OsString> = parts(directory)?.into_iter().map(OsString::from).collect();
        let mut entries = Vec::new();
        let mut pending = vec![top.clone()];
        while let Some(path) = pending.pop() {
            let is_top = path.len() == top.len();
            let last = if is_top { LastLink::Follow } else { LastLink::Keep };
            let names: Vec<&OsStr> = path.iter().map(OsString::as_os_str).collect();
            let opened = self
                .place(node, &names, last)
                .and_then(|place| place.enter().map_err(|error| file_error(&error)))
                .and_then(|directory| {
                    Ok((directory.names().map_err(|error| file_error(&error))?, directory))
                });
            let (names, parent) = match opened {
                Ok(opened) => opened,
                Err(error) if is_top => return Err(error),
                // It vanished, or a task closed it; the rest is shown.
                Err(_) => continue,
            };
            for name in names {
                let mut path = path.clone();
                path.push(name);
                let Some((entry, is_own_directory)) = self.entry(node, &path, &parent) else {
                    continue;
                };
                entries.push(entry);
                if recursive && is_own_directory && path.len() < DEPTH_MAX {
                    pending.push(path);
                }
            }
        }
        entries.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(entries)
    }

    fn properties(&self, node: &NodeId, path: &str) -> Result<FileEntry, FileError> {
        let parts = parts(path)?;
        let names: Vec<&OsStr> = parts.iter().map(AsRef::as_ref).collect();
        match self.place(node, &names, LastLink::Follow)? {
            Place::Entry { parent, name, stat } => {
                Ok(self.describe(parts.join("/"), &stat, born(&parent, &name)))
            }
            Place::Root(directory) => {
                let stat =
                    rustix::fs::fstat(directory.descriptor()).map_err(|error| file_error(&error.into()))?;
                Ok(self.describe(String::new(), &stat, None))
            }
        }
    }

    fn open(&self, node: &NodeId, path: &str) -> Result<Arc<dyn OpenFile>, FileError> {
        let parts = parts(path)?;
        let names: Vec<&OsStr> = parts.iter().map(AsRef::as_ref).collect();
        let (parent, name) = match self.place(node, &names, LastLink::Follow)? {
            Place::Root(_) => return Err(FileError::IsDirectory),
            Place::Entry { parent, name, .. } => (parent, name),
        };
        let failed = |error: std::io::Error| file_error(&error);
        let file = parent.open_file(&name).map_err(failed)?;
        let metadata = file.metadata().map_err(failed)?;
        if metadata.is_dir() {
            return Err(FileError::IsDirectory);
        }
        if !metadata.is_file() {
            return Err(FileError::Disk("this is no regular file".to_owned()));
        }
        Ok(Arc::new(HostFile(file)))
    }

    /// Every command here has made its own.
    fn make_outputs(&self, _node: &NodeId, _directory: &str, _begun: Timestamp) {}

    fn delete(&self, node: &NodeId, path: &str, recursive: bool) -> Result<(), FileError> {
        let parts = parts(path)?;
        let names: Vec<&OsStr> = parts.iter().map(AsRef::as_ref).collect();
        let Place::Entry { parent, name, stat } = self.place(node, &names, LastLink::Keep)? else {
            return Err(FileError::OutsideRoot);
        };
        let is_directory = FileType::from_raw_mode(stat.st_mode) == FileType::Directory;
        if is_directory && recursive {
            (self.remover)(self.disk.set_aside(&parent, &name)?);
            return Ok(());
        }
        let flags = if is_directory {
            rustix::fs::AtFlags::REMOVEDIR
        } else {
            rustix::fs::AtFlags::empty()
        };
        rustix::fs::unlinkat(parent.descriptor(), &name, flags).map_err(|error| file_error(&error.into()))
    }

    /// Disks may be slow and directories large, so threads that nobody else needs do it.
    fn aside(&self, work: Box<dyn FnOnce() + Send>) -> BoxFuture<'static, ()> {
        let done = self.runtime.spawn_blocking(work);
        Box::pin(async move {
            // Work that a runtime gave up, as it ends, leaves nothing, and that says it.
            let _ = done.await;
        })
    }
}

/// A file of a node that is being read.
#[derive(Debug)]
struct HostFile(File);

impl OpenFile for HostFile {
    /// What is asked for may be larger than memory, so it comes in pieces.
    fn read(&self, first: u64, end: u64) -> Result<Bytes, FileError> {
        let length = self.0.metadata().map_err(|error| file_error(&error))?.len();
        let wanted = end.min(length).saturating_sub(first);
        let size = usize::try_from(wanted).map_or(PIECE_MAX, |wanted| wanted.min(PIECE_MAX));
        let mut bytes = vec![0; size];
        let mut filled = 0;
        while filled < bytes.len() {
            match self.0.read_at(&mut bytes[filled..], first + filled as u64) {
                // The file became shorter meanwhile.
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(file_error(&error)),
            }
        }
        bytes.truncate(filled);
        Ok(Bytes::from(bytes))
    }
}

impl fmt::Debug for HostFiles {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("HostFiles")
            .field("disk", &self.disk)
            .finish_non_exhaustive()
    }
}

fn joined(path: &[OsString]) -> String {
    let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/")
}

/// When an entry was made, where the system knows.
#[cfg(target_os = "linux")]
fn born(parent: &Directory, name: &OsStr) -> Option<Timestamp> {
    use rustix::fs::{AtFlags, StatxFlags, statx};

    let flags = AtFlags::SYMLINK_NOFOLLOW;
    let answer = statx(parent.descriptor(), name, flags, StatxFlags::BTIME).ok()?;
    let known = StatxFlags::from_bits_retain(answer.stx_mask).contains(StatxFlags::BTIME);
    known.then(|| moment(answer.stx_btime.tv_sec, answer.stx_btime.tv_nsec))
}

#[cfg(not(target_os = "linux"))]
fn born(_parent: &Directory, _name: &OsStr) -> Option<Timestamp> {
    None
}

/// A time stamp of the disk. The types differ from system to system.
fn moment(seconds: impl TryInto<u64>, nanoseconds: impl TryInto<u64>) -> Timestamp {
    let seconds = seconds.try_into().unwrap_or(0);
    let ticks = nanoseconds.try_into().unwrap_or(0) / 100;
    let since = seconds.saturating_mul(TICKS_PER_SECOND).saturating_add(ticks);
    let moment = Timestamp::UNIX_EPOCH.ticks().saturating_add(since);
    Timestamp::from_ticks(moment).min(Timestamp::MAX)
}

/// The type of modes differs from system to system.
fn unsigned(mode: impl Into<u32>) -> u32 {
    mode.into()
}
