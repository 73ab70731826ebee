//! A client that costs as little as can be: one socket, requests that lie ready, answers read and dropped.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::Outcome;

/// A connection that stays open.
pub(crate) struct Connection {
    stream: TcpStream,
    /// What has been read and not used.
    read: Vec<u8>,
}

impl Connection {
    pub(crate) async fn open(authority: &str) -> Outcome<Self> {
        let stream = TcpStream::connect(authority).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            read: Vec::with_capacity(64 * 1024),
        })
    }

    /// Sends a request and reads its answer whole: its status, and its body when it is to be kept.
    pub(crate) async fn exchange(&mut self, request: &[u8], keep: bool) -> Outcome<(u16, Vec<u8>)> {
        self.stream.write_all(request).await?;
        let end = loop {
            if let Some(at) = self.read.windows(4).position(|window| window == b"\r\n\r\n") {
                break at + 4;
            }
            self.fill().await?;
        };
        let head = String::from_utf8_lossy(&self.read[..end]).to_ascii_lowercase();
        self.read.drain(..end);
        let status = head
            .get(9..12)
            .and_then(|status| status.parse().ok())
            .ok_or("an answer without a status")?;
        let value = |name: &str| {
            head.lines()
                .find_map(|line| line.strip_prefix(name))
                .map(str::trim)
        };
        let mut body = Vec::new();
        if let Some(length) = value("content-length:") {
            self.take(length.parse()?, keep, &mut body).await?;
        } else if value("transfer-encoding:").is_some_and(|coding| coding.ends_with("chunked")) {
            self.chunks(keep, &mut body).await?;
        }
        Ok((status, body))
    }

    async fn chunks(&mut self, keep: bool, body: &mut Vec<u8>) -> Outcome<()> {
        loop {
            let end = loop {
                if let Some(at) = self.read.windows(2).position(|window| window == b"\r\n") {
                    break at;
                }
                self.fill().await?;
            };
            let size = usize::from_str_radix(std::str::from_utf8(&self.read[..end])?.trim(), 16)?;
            self.read.drain(..end + 2);
            self.take(size, keep, body).await?;
            self.take(2, false, &mut Vec::new()).await?;
            if size == 0 {
                return Ok(());
            }
        }
    }

    async fn take(&mut self, mut left: usize, keep: bool, body: &mut Vec<u8>) -> Outcome<()> {
        while left > 0 {
            if self.read.is_empty() {
                self.fill().await?;
            }
            let piece = left.min(self.read.len());
            if keep {
                body.extend_from_slice(&self.read[..piece]);
            }
            if piece == self.read.len() {
                self.read.clear();
            } else {
                self.read.drain(..piece);
            }
            left -= piece;
        }
        Ok(())
    }

    async fn fill(&mut self) -> Outcome<()> {
        self.read.reserve(64 * 1024);
        match self.stream.read_buf(&mut self.read).await? {
            0 => Err("the server closed the connection".into()),
            _ => Ok(()),
        }
    }
}
