//! The files of nodes: what an executor shows of them, and how they are read without holding anybody up.

use std::fmt::Debug;
use std::sync::{Arc, Mutex, PoisonError};

use batchite_api::backend::Body;
use batchite_api::error::Error;
use batchite_api::ids::NodeId;
use batchite_api::time::Timestamp;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::stream;

/// Bytes that are read of a file at once, whatever its length.
const PIECE: u64 = 4 * 1024 * 1024;

/// A file or directory on a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileEntry {
    /// Its path below the root of the node, with `/`.
    pub path: String,
    /// Whether it is a directory.
    pub is_directory: bool,
    /// Its bytes; zero for directories.
    pub length: u64,
    /// When it was last written.
    pub modified: Timestamp,
    /// When it was made.
    pub created: Timestamp,
    /// Its Unix mode with the file type bits, on Linux nodes.
    pub mode: Option<u32>,
}

/// Why a file operation failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// There is no such file or directory, or no such node.
    #[error("there is no such file or directory")]
    NotFound,
    /// A directory was asked for its bytes.
    #[error("this is a directory")]
    IsDirectory,
    /// A directory with entries was to be deleted without `recursive`.
    #[error("the directory is not empty")]
    NotEmpty,
    /// The path would leave the root of the node, or is no path.
    #[error("the path is not below its root")]
    OutsideRoot,
    /// The file ended before the bytes that were promised.
    #[error("the file became shorter while it was read")]
    BecameShorter,
    /// The disk refused.
    #[error("{0}")]
    Disk(String),
}

/// A file that was opened. It can be read to its end although its name is taken away meanwhile.
pub trait OpenFile: Debug + Send + Sync {
    /// Bytes from `first` on, none from `end` on. May be fewer than there are; nothing only at the end of the file.
    fn read(&self, first: u64, end: u64) -> Result<Bytes, FileError>;
}

/// The files of the nodes, read by the file operations while commands may be running.
///
/// The calls may wait for a disk. Who must not wait makes them within [`aside`](Self::aside).
pub trait NodeFiles: Debug + Send + Sync {
    /// The entries of a directory in order of their paths: one level, or all below it.
    fn list(&self, node: &NodeId, directory: &str, recursive: bool) -> Result<Vec<FileEntry>, FileError>;

    /// One entry.
    fn properties(&self, node: &NodeId, path: &str) -> Result<FileEntry, FileError>;

    /// Opens a file to be read.
    fn open(&self, node: &NodeId, path: &str) -> Result<Arc<dyn OpenFile>, FileError>;

    /// Deletes a file, or a directory; one with entries only with `recursive`.
    fn delete(&self, node: &NodeId, path: &str, recursive: bool) -> Result<(), FileError>;

    /// Makes the directory of a task that began at `begun`, with its empty output, if there is none: a canned program writes
    /// nothing, and what every task has is made for it when somebody looks. A disk that is full has none of it.
    fn make_outputs(&self, node: &NodeId, directory: &str, begun: Timestamp);

    /// Does work that calls the other methods where waiting disturbs nobody. The work is done when the future is.
    fn aside(&self, work: Box<dyn FnOnce() + Send>) -> BoxFuture<'static, ()>;
}

/// What `act` finds out about files, without the caller's thread waiting for a disk.
pub(crate) async fn aside<T: Send + 'static>(
    files: &Arc<dyn NodeFiles>,
    act: impl FnOnce(&dyn NodeFiles) -> Result<T, FileError> + Send + 'static,
) -> Result<T, FileError> {
    let found = Arc::new(Mutex::new(None));
    let (kept, within) = (Arc::clone(&found), Arc::clone(files));
    let work = Box::new(move || {
        let result = act(&*within);
        *kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
    });
    files.aside(work).await;
    let found = found.lock().unwrap_or_else(PoisonError::into_inner).take();
    found.unwrap_or_else(|| Err(FileError::Disk("the work was given up".to_owned())))
}

/// Bytes `first..end` of a file, read piece by piece as they are wanted; `refusal` is what a failure becomes.
pub(crate) fn body(
    files: &Arc<dyn NodeFiles>,
    file: &Arc<dyn OpenFile>,
    (first, end): (u64, u64),
    refusal: fn(FileError) -> Error,
) -> Body {
    let (files, file) = (Arc::clone(files), Arc::clone(file));
    let pieces = stream::unfold(Some(first), move |at| {
        let (files, file) = (Arc::clone(&files), Arc::clone(&file));
        async move {
            let at = at.filter(|at| *at < end)?;
            let piece = aside(&files, move |_| {
                let piece = file.read(at, end.min(at.saturating_add(PIECE)))?;
                if piece.is_empty() {
                    return Err(FileError::BecameShorter);
                }
                Ok(piece)
            });
            Some(match piece.await {
                Ok(piece) => {
                    let next = at + piece.len() as u64;
                    (Ok(piece), Some(next))
                }
                Err(error) => (Err(refusal(error)), None),
            })
        }
    });
    Body::from_stream(Some(end.saturating_sub(first)), Box::pin(pieces))
}
