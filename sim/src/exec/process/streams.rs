//! Standard input, output and error of a simulated process.

use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use batchite_api::time::Clock as _;
use bytes::Bytes;

use super::Life;
use crate::exec::disk::{Content, DiskError, DiskPath, NodeDisk};

/// Bytes kept between two commands of a pipeline.
pub(crate) const PIPE_LIMIT: u64 = 256 * 1024 * 1024;

/// Bytes a command substitution may give.
pub(crate) const SUBSTITUTION_LIMIT: u64 = 4 * 1024 * 1024;

/// Why bytes could not be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OutputError {
    /// The stream was closed with `>&-`.
    #[error("Bad file descriptor")]
    Closed,
    /// The disk refused.
    #[error("{0}")]
    Disk(#[from] DiskError),
    /// What is kept between the commands of a pipeline, or of a substitution, has reached its limit.
    #[error("the pipe is full: the simulation keeps {limit} bytes of it")]
    PipeFull {
        /// Bytes that are kept.
        limit: u64,
    },
    /// The run did too much without letting time pass.
    #[error("{0}")]
    Refused(String),
}

/// Where a process writes. Copies write to the same place, as copied file descriptors do.
///
/// What is written is there at once: a file can be read while the command still runs.
#[derive(Clone)]
pub struct Output {
    sink: Arc<Mutex<Sink>>,
    life: Arc<Life>,
}

enum Sink {
    Closed,
    Null,
    File {
        disk: NodeDisk,
        path: DiskPath,
    },
    /// `stdout.txt` and `stderr.txt`: a file that is kept up to a limit.
    Limited {
        disk: NodeDisk,
        path: DiskPath,
        limit: u64,
        written: u64,
    },
    Buffer {
        content: Content,
        limit: u64,
    },
}

impl Output {
    fn new(life: &Arc<Life>, sink: Sink) -> Self {
        Self {
            sink: Arc::new(Mutex::new(sink)),
            life: Arc::clone(life),
        }
    }

    pub(crate) fn null(life: &Arc<Life>) -> Self {
        Self::new(life, Sink::Null)
    }

    pub(crate) fn closed(life: &Arc<Life>) -> Self {
        Self::new(life, Sink::Closed)
    }

    /// Writes at the end of a file that is there.
    pub(crate) fn file(life: &Arc<Life>, disk: NodeDisk, path: DiskPath) -> Self {
        Self::new(life, Sink::File { disk, path })
    }

    /// Writes at the end of a file, which is kept up to `limit` bytes and then ends in a note.
    pub(crate) fn limited_file(life: &Arc<Life>, disk: NodeDisk, path: DiskPath, limit: u64) -> Self {
        Self::new(
            life,
            Sink::Limited {
                disk,
                path,
                limit,
                written: 0,
            },
        )
    }

    /// Keeps what is written, up to `limit` bytes.
    pub(crate) fn buffer(life: &Arc<Life>, limit: u64) -> Self {
        Self::new(
            life,
            Sink::Buffer {
                content: Content::new(),
                limit,
            },
        )
    }

    /// Takes what a buffer has kept.
    pub(crate) fn take_buffer(&self) -> Content {
        match &mut *self.lock() {
            Sink::Buffer { content, .. } => std::mem::take(content),
            _ => Content::new(),
        }
    }

    /// Writes bytes, all of them or, at a limit, what still fits.
    pub fn write(&self, bytes: &[u8]) -> Result<(), OutputError> {
        self.write_shared(Bytes::copy_from_slice(bytes))
    }

    /// Writes a text.
    pub fn write_text(&self, text: &str) -> Result<(), OutputError> {
        self.write(text.as_bytes())
    }

    /// Writes bytes without copying them when they are many.
    pub fn write_shared(&self, bytes: Bytes) -> Result<(), OutputError> {
        if bytes.is_empty() {
            return Ok(());
        }
        self.life
            .charge_bytes(bytes.len() as u64)
            .map_err(|exhausted| OutputError::Refused(exhausted.to_string()))?;
        self.write_uncharged(bytes)
    }

    /// Writes a message about the process itself. It is not counted as work: the last one says that there was too
    /// much. That it may not be written has nobody to be told to.
    pub(crate) fn say(&self, message: &str) {
        let _ = self.write_uncharged(Bytes::copy_from_slice(message.as_bytes()));
    }

    fn write_uncharged(&self, bytes: Bytes) -> Result<(), OutputError> {
        let now = self.life.now();
        match &mut *self.lock() {
            Sink::Closed => Err(OutputError::Closed),
            Sink::Null => Ok(()),
            Sink::File { disk, path } => Ok(disk.with(|disk| disk.append(path, &bytes, now))?),
            Sink::Limited {
                disk,
                path,
                limit,
                written,
            } => {
                let room = limit.saturating_sub(*written);
                let fits = usize::try_from(room).unwrap_or(usize::MAX).min(bytes.len());
                let truncated = fits < bytes.len();
                // What is beyond is taken and forgotten, as it is for real processes: a command does not fail for
                // having said too much.
                if *written > *limit {
                    return Ok(());
                }
                disk.with(|disk| disk.append(path, &bytes.slice(..fits), now))?;
                *written += fits as u64;
                if !truncated {
                    return Ok(());
                }
                *written = *limit + 1;
                let note = format!("\n[output truncated after {limit} bytes]\n");
                Ok(disk.with(|disk| disk.append(path, &Bytes::from(note), now))?)
            }
            Sink::Buffer { content, limit } => {
                if content.length() + bytes.len() as u64 > *limit {
                    return Err(OutputError::PipeFull { limit: *limit });
                }
                content.append(bytes);
                Ok(())
            }
        }
    }

    /// Writes all bytes of a content, sharing its pieces where that is possible.
    pub(crate) fn write_content(&self, content: &Content) -> Result<(), OutputError> {
        content.pieces().try_for_each(|piece| self.write_shared(piece))
    }

    fn lock(&self) -> MutexGuard<'_, Sink> {
        self.sink.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Output {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match &*self.lock() {
            Sink::Closed => "Closed",
            Sink::Null => "Null",
            Sink::File { .. } => "File",
            Sink::Limited { .. } => "Limited",
            Sink::Buffer { .. } => "Buffer",
        };
        write!(formatter, "Output({name})")
    }
}

/// So that `writeln!(process.stdout, ..)` works.
impl io::Write for Output {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        Self::write(self, buffer).map_err(io::Error::other)?;
        Ok(buffer.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Where a process reads from. Copies share their position, as copied file descriptors do.
///
/// The bytes are those that were there when it was opened.
#[derive(Debug, Clone, Default)]
pub struct Input(Arc<Mutex<Reading>>);

#[derive(Debug, Default)]
struct Reading {
    content: Content,
    position: u64,
}

impl Input {
    /// An input of these bytes.
    pub(crate) fn from_content(content: Content) -> Self {
        Self(Arc::new(Mutex::new(Reading { content, position: 0 })))
    }

    /// Everything that is left.
    pub fn read_all(&self) -> Bytes {
        let mut reading = self.lock();
        let rest = reading.content.read(reading.position, u64::MAX);
        reading.position = reading.content.length();
        rest
    }

    /// The next line with its end, which the last one may lack; nothing at the end.
    pub fn read_line(&self) -> Option<Bytes> {
        let mut reading = self.lock();
        let mut length = 0;
        let mut window = 256;
        let line = loop {
            let ahead = reading.content.read(reading.position, reading.position + window);
            let searched = ahead.get(length..).unwrap_or_default();
            if let Some(at) = searched.iter().position(|byte| *byte == b'\n') {
                break ahead.slice(..=length + at);
            }
            if (ahead.len() as u64) < window {
                break ahead;
            }
            length = ahead.len();
            window *= 4;
        };
        reading.position += line.len() as u64;
        (!line.is_empty()).then_some(line)
    }

    fn lock(&self) -> MutexGuard<'_, Reading> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use batchite_api::ids::NodeId;
    use batchite_api::time::Timestamp;

    use super::*;
    use crate::exec::Platform;
    use crate::exec::disk::NodeDisks;

    fn life() -> Arc<Life> {
        Arc::new(Life::new(Timestamp::UNIX_EPOCH, 0))
    }

    #[test]
    fn a_limited_file_keeps_its_beginning_and_says_so() {
        let disks = Arc::new(NodeDisks::default());
        let node = NodeId::parse("n").unwrap();
        disks
            .prepare(&node, Platform::Linux, Timestamp::UNIX_EPOCH)
            .unwrap();
        let path = DiskPath::node_root(Platform::Linux).join("stdout.txt");
        let output = Output::limited_file(
            &life(),
            NodeDisk::new(Arc::clone(&disks), node.clone()),
            path.clone(),
            10,
        );
        output.write(b"12345").unwrap();
        let copy = output.clone();
        copy.write(b"67890").unwrap();
        for _ in 0..3 {
            assert_eq!(output.write(b"more"), Ok(()));
        }
        let kept = disks.with(&node, |disk| disk.read(&path)).unwrap();
        assert_eq!(kept.to_bytes(), "1234567890\n[output truncated after 10 bytes]\n");
    }

    #[test]
    fn buffers_null_and_closed_streams() {
        let life = life();
        let mut buffer = Output::buffer(&life, 8);
        writeln!(buffer, "abc").unwrap();
        assert_eq!(
            buffer.write_text("12345"),
            Err(OutputError::PipeFull { limit: 8 })
        );
        assert_eq!(buffer.take_buffer().to_bytes(), "abc\n");
        assert_eq!(Output::null(&life).write(b"x"), Ok(()));
        assert_eq!(Output::closed(&life).write(b"x"), Err(OutputError::Closed));
    }

    #[test]
    fn lines_are_read_one_by_one_and_shared() {
        let long = "x".repeat(1000);
        let text = format!("one\n{long}\n\nlast");
        let input = Input::from_content(Content::from(Bytes::from(text)));
        let copy = input.clone();
        assert_eq!(input.read_line().unwrap(), "one\n");
        assert_eq!(copy.read_line().unwrap().len(), 1001);
        assert_eq!(input.read_line().unwrap(), "\n");
        assert_eq!(copy.read_line().unwrap(), "last");
        assert_eq!(input.read_line(), None);
        assert!(input.read_all().is_empty());
    }

    #[test]
    fn output_counts_as_work() {
        let output = Output::null(&life());
        let piece = Bytes::from(vec![0; 1 << 20]);
        let refused = (0..100_000).find_map(|_| output.write_shared(piece.clone()).err());
        assert!(matches!(refused, Some(OutputError::Refused(_))));
    }
}
