//! The file system of a simulated node, in memory.
//!
//! - [`DiskPath`]: where something is
//! - [`Content`]: the bytes of a file
//! - [`Disk`]: the tree of one node
//! - [`NodeDisks`]: the disks of all nodes, behind one lock
//!
//! There are files and directories; no links, devices or owners. Modes are kept and shown, but only the
//! executable bit is ever looked at: every process may read and write everything on its node.

mod content;
mod nodes;
mod path;
mod tree;

pub use content::Content;
pub use nodes::{NodeDisk, NodeDisks};
pub use path::DiskPath;
pub use tree::{Disk, DiskEntry};

use super::FileError;

/// Bytes a node's disk holds unless configured otherwise: 8 GiB.
pub const DISK_CAPACITY_DEFAULT: u64 = 8 * 1024 * 1024 * 1024;

/// Mode of files a process makes.
pub const FILE_MODE: u32 = 0o644;

/// Mode of directories.
pub const DIRECTORY_MODE: u32 = 0o755;

/// Why a disk refused. The texts are those a program prints after the name of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DiskError {
    /// There is something by that name already.
    #[error("File exists")]
    Exists,
    /// The capacity is used up.
    #[error("No space left on device")]
    Full,
    /// A name has a character the platform does not allow.
    #[error("Invalid file name")]
    InvalidName,
    /// A directory was to be moved or copied into itself.
    #[error("Invalid argument")]
    IntoItself,
    /// A directory stands where a file was expected.
    #[error("Is a directory")]
    IsDirectory,
    /// A name or path is longer than 255 or 4096 bytes.
    #[error("File name too long")]
    NameTooLong,
    /// The node and its disk are gone.
    #[error("The node is gone")]
    NoNode,
    /// A file stands where a directory was expected.
    #[error("Not a directory")]
    NotDirectory,
    /// A directory has entries.
    #[error("Directory not empty")]
    NotEmpty,
    /// There is nothing by that name.
    #[error("No such file or directory")]
    NotFound,
}

impl From<DiskError> for FileError {
    fn from(error: DiskError) -> Self {
        match error {
            DiskError::IsDirectory => Self::IsDirectory,
            DiskError::NotEmpty => Self::NotEmpty,
            DiskError::NotFound | DiskError::NoNode | DiskError::NotDirectory => Self::NotFound,
            other => Self::Disk(other.to_string()),
        }
    }
}
