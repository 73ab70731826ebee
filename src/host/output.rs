//! Standard output and error of a task: copied to its files up to a limit.

use std::fs::File;
use std::os::fd::AsFd;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::sync::{mpsc, oneshot};

/// Bytes copied at once; a pipe holds no more.
const PIECE: usize = 64 * 1024;

/// Answers by being dropped, when all that had been written when it was asked is in the file.
pub(super) type Ask = oneshot::Sender<()>;

/// Copies a stream to a file until it ends. Beyond `limit` bytes it is read on, so that the program neither stops nor
/// dies, and thrown away; a last line of the file says so.
pub(super) async fn copy(
    mut from: impl AsyncRead + AsFd + Unpin,
    to: File,
    limit: u64,
    mut asked: mpsc::UnboundedReceiver<Ask>,
) {
    let mut asks = Vec::new();
    let mut to = Some(tokio::fs::File::from_std(to));
    let mut buffer = vec![0; PIECE];
    let mut room = limit;
    let mut last = b'\n';
    loop {
        if !asks.is_empty() && nothing_waits(&from) {
            if let Some(file) = &mut to {
                complain(file.flush().await);
            }
            asks.clear();
        }
        let read = tokio::select! {
            biased;
            read = from.read(&mut buffer) => read,
            Some(ask) = asked.recv() => {
                asks.push(ask);
                continue;
            }
        };
        let piece = match read {
            Ok(0) => break,
            Ok(count) => &buffer[..count],
            Err(error) => {
                tracing::warn!(%error, "the output of a task could not be read");
                break;
            }
        };
        let Some(file) = &mut to else {
            continue;
        };
        let kept = usize::try_from(room).map_or(piece.len(), |room| room.min(piece.len()));
        let mut result = file.write_all(&piece[..kept]).await;
        room -= kept as u64;
        last = piece[..kept].last().copied().unwrap_or(last);
        let is_over = kept < piece.len();
        if is_over && result.is_ok() {
            let line_end = if last == b'\n' { "" } else { "\n" };
            let line = format!("{line_end}[output truncated after {limit} bytes]\n");
            result = file.write_all(line.as_bytes()).await;
        }
        // What the file does once it is dropped is nobody's to hear of, so it is finished here.
        if is_over && result.is_ok() {
            result = file.flush().await;
        }
        if is_over || result.is_err() {
            to = None;
        }
        complain(result);
    }
    if let Some(mut file) = to {
        complain(file.flush().await);
    }
}

/// Whether the pipe is empty at the moment.
fn nothing_waits(pipe: &impl AsFd) -> bool {
    rustix::io::ioctl_fionread(pipe).map_or(true, |bytes| bytes == 0)
}

fn complain(result: std::io::Result<()>) {
    if let Err(error) = result {
        tracing::warn!(%error, "the output of a task could not be kept");
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Seek};

    use super::*;

    async fn copied(text: &str, limit: u64) -> String {
        let mut file = tempfile::tempfile().unwrap();
        let (mut writer, reader) = tokio::net::unix::pipe::pipe().unwrap();
        let (_ask, asked) = mpsc::unbounded_channel();
        let write = async {
            writer.write_all(text.as_bytes()).await.unwrap();
            drop(writer);
        };
        tokio::join!(write, copy(reader, file.try_clone().unwrap(), limit, asked));
        file.rewind().unwrap();
        let mut kept = String::new();
        file.read_to_string(&mut kept).unwrap();
        kept
    }

    #[tokio::test]
    async fn who_asks_hears_when_the_file_has_what_was_written() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let (mut writer, reader) = tokio::net::unix::pipe::pipe().unwrap();
        let (ask, asked) = mpsc::unbounded_channel();
        let copy = tokio::spawn(copy(reader, file.reopen().unwrap(), 100, asked));
        for expected in ["one\n", "one\none\n"] {
            writer.write_all(b"one\n").await.unwrap();
            let (sender, answer) = oneshot::channel();
            ask.send(sender).unwrap();
            let _ = answer.await;
            assert_eq!(std::fs::read_to_string(file.path()).unwrap(), expected);
        }
        drop(writer);
        copy.await.unwrap();
    }

    #[tokio::test]
    async fn what_fits_is_kept_as_it_is() {
        assert_eq!(copied("12345", 5).await, "12345");
        assert_eq!(copied("", 0).await, "");
    }

    #[tokio::test]
    async fn what_does_not_fit_is_cut_with_a_line_that_says_so() {
        assert_eq!(
            copied("123456", 5).await,
            "12345\n[output truncated after 5 bytes]\n"
        );
        assert_eq!(
            copied("1234\n6789\n", 5).await,
            "1234\n[output truncated after 5 bytes]\n"
        );
        assert_eq!(copied("1", 0).await, "[output truncated after 0 bytes]\n");
        let long = "x".repeat(3 * PIECE);
        let kept = copied(&long, PIECE as u64).await;
        assert_eq!(
            kept,
            format!("{}\n[output truncated after {PIECE} bytes]\n", &long[..PIECE])
        );
    }
}
