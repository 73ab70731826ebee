//! Downloads: a stream that goes on where it broke off, or several ranges at once, delivered in order.
//!
//! The first answer decides: it is an ordinary *Get Blob*, and it says how long the blob is and which version of it
//! there is. Every further request insists on that version by `If-Match`, so that no body is made of two.

use std::io;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use batchite_api::backend::body::ByteStream;
use batchite_api::backend::{BlobConditions, Body, ByteRange};
use batchite_api::blob::{BlobDownload, BlobName, ContainerName, Crc64};
use batchite_api::error::{Error, Result, Service};
use batchite_api::time::Timestamp;
use batchite_api::wire::blob::{BlobOperation, Operation, RangeHash, answer};
use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};
use md5::{Digest, Md5};

use super::AzureBlob;
use super::client::Failed;
use super::payload::exactly;
use crate::azure::retry;

/// The longest range the service tells the CRC64 of, in bytes.
const LONGEST_CHECKED: u64 = 4 * 1024 * 1024;

impl AzureBlob {
    pub(super) async fn download(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        range: Option<ByteRange>,
        conditions: &BlobConditions,
    ) -> Result<BlobDownload> {
        let operation = get(container, blob, range, None, conditions.clone());
        let (parts, body) = self.stream(&operation).await?.into_parts();
        let (properties, range) = answer::read_download(parts.status, &parts.headers)?;
        let (start, end) = range;
        let options = &self.connector.transfer;
        let source = Source {
            client: self.clone(),
            container: container.clone(),
            blob: blob.clone(),
            etag: properties.etag.clone(),
        };
        let first = exactly(end - start, body.into_stream()).into_stream();
        let pieces = if options.parallel > 1 && end - start > options.whole_download.max(options.block_size) {
            source.ranges(start, end, first)
        } else {
            source.range(start, end).begun(first).pieces()
        };
        let whole = range == (0, properties.content_length);
        let expected = properties
            .headers
            .content_md5
            .clone()
            .filter(|_| whole && options.md5);
        Ok(BlobDownload {
            properties,
            range,
            body: Body::from_stream(Some(end - start), checked(pieces, expected)),
        })
    }
}

fn get(
    container: &ContainerName,
    blob: &BlobName,
    range: Option<ByteRange>,
    range_hash: Option<RangeHash>,
    conditions: BlobConditions,
) -> Operation {
    let operation = BlobOperation::Get {
        range,
        range_hash,
        conditions,
    };
    Operation::OnBlob(container.clone(), blob.clone(), Box::new(operation))
}

/// One version of one blob.
#[derive(Clone)]
struct Source {
    client: AzureBlob,
    container: ContainerName,
    blob: BlobName,
    etag: String,
}

impl Source {
    fn range(&self, position: u64, end: u64) -> Range {
        Range {
            source: self.clone(),
            position,
            end,
            current: None,
            is_cut: false,
            failures: Failures::default(),
        }
    }

    /// Several ranges at once, in order; `first` is the answer that is there, from `start`.
    fn ranges(self, start: u64, end: u64, first: ByteStream) -> ByteStream {
        let options = self.client.connector.transfer;
        // The first answer tells no CRC64 of its pieces, so its body is left where each of them is to have one.
        let (size, mut first) = if options.crc64 {
            (options.block_size.min(LONGEST_CHECKED), None)
        } else {
            (options.block_size, Some(first))
        };
        let mut next = start;
        let ranges = std::iter::from_fn(move || {
            let position = next;
            next = position.saturating_add(size).min(end);
            let mut range = (position < end).then(|| self.range(position, next))?;
            if let Some(first) = first.take() {
                range = range.begun(first);
                range.is_cut = true;
            }
            Some(range.gathered())
        });
        let gathered = stream::iter(ranges)
            .buffered(options.parallel)
            .map_ok(|pieces| stream::iter(pieces.into_iter().map(Ok)));
        Box::pin(gathered.try_flatten())
    }

    /// One attempt to get the bytes from `position` to `end`.
    async fn open(&self, position: u64, end: u64) -> Result<ByteStream, Failed> {
        let range = ByteRange {
            first: position,
            last: Some(end - 1),
        };
        let is_checked = self.client.connector.transfer.crc64 && end - position <= LONGEST_CHECKED;
        let hash = is_checked.then_some(RangeHash::Crc64);
        let same = BlobConditions {
            if_match: Some(self.etag.clone()),
            ..BlobConditions::default()
        };
        let operation = get(&self.container, &self.blob, Some(range), hash, same);
        let (parts, body) = self.client.stream_once(&operation).await?.into_parts();
        let (properties, answered) = answer::read_download(parts.status, &parts.headers)?;
        if answered != (position, end) || properties.etag != self.etag {
            return Err(Failed::from(Error::protocol(
                Service::Blob,
                format!(
                    "Bytes {position} to {end} of version {} were asked for, and {} to {} of version {} came.",
                    self.etag, answered.0, answered.1, properties.etag
                ),
            )));
        }
        let body = exactly(end - position, body.into_stream());
        let told = answer::read_content_crc64(&parts.headers)?.filter(|_| is_checked);
        let Some(told) = told else {
            return Ok(body.into_stream());
        };
        let bytes = body.collect(LONGEST_CHECKED).await?;
        if Crc64::of(&bytes).value() == told {
            return Ok(Body::from(bytes).into_stream());
        }
        Err(Failed::from(Error::transport(
            Service::Blob,
            format!("Bytes {position} to {end} came damaged: their CRC64 is not the one the service tells."),
            io::Error::from(io::ErrorKind::InvalidData),
        )))
    }
}

/// The failures since the transfer last got on well.
#[derive(Default)]
struct Failures {
    made: u32,
    since: Option<Timestamp>,
    gained: u64,
}

/// A range of a blob, read from `position` on; what breaks off is asked for again.
struct Range {
    source: Source,
    position: u64,
    end: u64,
    current: Option<ByteStream>,
    /// Whether the current answer holds more than this range, and is left where the range ends.
    is_cut: bool,
    failures: Failures,
}

impl Range {
    fn begun(mut self, answer: ByteStream) -> Self {
        self.current = Some(answer);
        self
    }

    /// Its pieces as they come; nothing after an error.
    fn pieces(self) -> ByteStream {
        Box::pin(stream::try_unfold(self, async |mut range| {
            Ok(range.next().await?.map(|piece| (piece, range)))
        }))
    }

    /// All of its pieces.
    async fn gathered(self) -> Result<Vec<Bytes>> {
        self.pieces().try_collect().await
    }

    async fn next(&mut self) -> Result<Option<Bytes>> {
        loop {
            let is_done = self.position >= self.end;
            if is_done && (self.is_cut || self.current.is_none()) {
                self.current = None;
                return Ok(None);
            }
            let failed = match &mut self.current {
                None => match self.source.open(self.position, self.end).await {
                    Ok(answer) => {
                        self.current = Some(answer);
                        self.is_cut = false;
                        continue;
                    }
                    Err(failed) => failed,
                },
                Some(answer) => match answer.next().await {
                    Some(Ok(piece)) => return Ok(Some(self.taken(piece))),
                    Some(Err(error)) => Failed::from(error),
                    None => {
                        self.current = None;
                        continue;
                    }
                },
            };
            self.current = None;
            self.wait(failed, is_done).await?;
        }
    }

    /// The bytes of a piece that belong to the range.
    fn taken(&mut self, mut piece: Bytes) -> Bytes {
        let left = usize::try_from(self.end - self.position).unwrap_or(usize::MAX);
        piece.truncate(left);
        self.position += piece.len() as u64;
        self.failures.gained += piece.len() as u64;
        // Not after every byte: a service that gives one an attempt would never be left.
        if self.failures.gained >= self.source.client.connector.transfer.block_size {
            self.failures = Failures::default();
        }
        piece
    }

    /// Waits for the next attempt; the failure, when there is none.
    async fn wait(&mut self, failed: Failed, is_done: bool) -> Result<()> {
        let connector = &self.source.client.connector;
        let now = connector.clock.now();
        let since = *self.failures.since.get_or_insert(now);
        self.failures.made += 1;
        let wait = (!is_done && retry::is_worth_another_attempt(&failed.error, true))
            .then(|| {
                connector
                    .retry
                    .next(self.failures.made, since, now, failed.asked, &*connector.jitter)
            })
            .flatten();
        match wait {
            Some(wait) => {
                connector.clock.sleep(wait).await;
                Ok(())
            }
            None => Err(failed.error),
        }
    }
}

/// The pieces; at their end an error, when their MD5 is not the expected one (Base64). Nothing after an error.
fn checked(pieces: ByteStream, expected: Option<String>) -> ByteStream {
    let state = (pieces, expected.map(|expected| (expected, Md5::new())));
    Box::pin(stream::try_unfold(state, async |(mut pieces, mut md5)| {
        if let Some(piece) = pieces.try_next().await? {
            if let Some((_, hash)) = &mut md5 {
                hash.update(&piece);
            }
            return Ok(Some((piece, (pieces, md5))));
        }
        match md5.map(|(expected, hash)| (expected, STANDARD.encode(hash.finalize()))) {
            Some((expected, computed)) if computed != expected => Err(Error::protocol(
                Service::Blob,
                format!(
                    "The blob was received with MD5 {computed}, and its Content-MD5 says {expected}: it was damaged, \
                     or written with a wrong one."
                ),
            )),
            _ => Ok(None),
        }
    }))
}
