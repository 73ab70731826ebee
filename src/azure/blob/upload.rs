//! Uploads: one request where that is possible, blocks and a list of them otherwise.
//!
//! The service wants to know the length of a body before it comes. A body that is long, or of unknown length, is cut
//! into blocks, of which several are on their way while the next one is gathered.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use batchite_api::backend::body::ByteStream;
use batchite_api::backend::{BlobBackend, Body, Written};
use batchite_api::blob::{
    BlobName, BlockId, BlockReference, ContainerName, Crc64, PutBlobOptions, PutBlockOptions,
};
use batchite_api::error::{Error, ErrorCode, Result, Service};
use batchite_api::wire::blob::{BlobOperation, Operation, answer};
use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt, TryStreamExt, stream};
use md5::{Digest, Md5};

use super::AzureBlob;
use super::payload::{Payload, exactly};

/// The most bytes a block of unknown length is gathered to.
const GATHERED_BLOCK: u64 = 128 * 1024 * 1024;

/// The most blocks a blob has.
const BLOCKS: u64 = 50_000;

impl AzureBlob {
    pub(super) async fn upload(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        body: Body,
        options: &PutBlobOptions,
    ) -> Result<Written> {
        let transfer = &self.connector.transfer;
        let (size, pieces) = match body.length() {
            Some(length) if length <= transfer.whole_upload => {
                let payload = Payload::of(body, length).await?;
                return self.put_whole(container, blob, payload, options).await;
            }
            Some(length) => (
                length.div_ceil(BLOCKS).max(transfer.block_size),
                exactly(length, body.into_stream()).into_stream(),
            ),
            None => (transfer.block_size, body.into_stream()),
        };
        let mut blocks = Blocks::new(pieces, usize::try_from(size).unwrap_or(usize::MAX));
        let first = blocks.next().await?;
        if blocks.is_empty().await? {
            let payload = Payload::Whole(first);
            return self.put_whole(container, blob, payload, options).await;
        }
        let cut = Cut {
            first: Some(first),
            blocks,
            number: 0,
            md5: options.transactional_md5.clone().map(|given| (given, Md5::new())),
            crc64: options
                .transactional_crc64
                .clone()
                .map(|given| (given, Crc64::default())),
        };
        self.put_in_blocks(container, blob, cut, options).await
    }

    async fn put_whole(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        payload: Payload,
        options: &PutBlobOptions,
    ) -> Result<Written> {
        let operation = BlobOperation::Put(options.clone());
        let operation = Operation::OnBlob(container.clone(), blob.clone(), Box::new(operation));
        answer::read_put(&self.head(&operation, payload).await?)
    }

    async fn put_in_blocks(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        cut: Cut,
        options: &PutBlobOptions,
    ) -> Result<Written> {
        let transfer = self.connector.transfer;
        let ids = BlockIds::drawn(self);
        let target = (self.clone(), container.clone(), blob.clone());
        let blocks = cut
            .numbered()
            .map_ok(move |(number, block)| {
                let (client, container, blob) = target.clone();
                let lease_id = options.conditions.lease_id.clone();
                async move {
                    let options = PutBlockOptions {
                        transactional_md5: (transfer.md5 && !transfer.crc64)
                            .then(|| STANDARD.encode(Md5::digest(&block))),
                        transactional_crc64: transfer.crc64.then(|| Crc64::of(&block).to_text()),
                        lease_id,
                    };
                    let block = Payload::Whole(block);
                    client
                        .send_block(&container, &blob, &ids.id(number)?, block, options)
                        .await
                }
            })
            .try_buffer_unordered(transfer.parallel)
            .try_fold(0, async |count, ()| Ok(count + 1))
            .await?;
        let options = PutBlobOptions {
            transactional_md5: None,
            transactional_crc64: None,
            ..options.clone()
        };
        let listed: Vec<_> = (0..blocks)
            .map(|number| ids.id(number).map(BlockReference::Uncommitted))
            .collect::<Result<_>>()?;
        self.put_block_list(container, blob, &listed, &options).await
    }

    /// *Put Block*; the service holds the block against its hash, when one is given.
    pub(super) async fn send_block(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        block: &BlockId,
        payload: Payload,
        options: PutBlockOptions,
    ) -> Result<()> {
        let operation = BlobOperation::PutBlock {
            block: block.clone(),
            options,
        };
        let operation = Operation::OnBlob(container.clone(), blob.clone(), Box::new(operation));
        self.head(&operation, payload).await.map(drop)
    }
}

/// The ids of the blocks of one upload: a part of its own, so that two uploads of one blob do not mix, and a number.
#[derive(Clone, Copy)]
struct BlockIds {
    own: u64,
}

impl BlockIds {
    fn drawn(client: &AzureBlob) -> Self {
        Self {
            own: client.connector.jitter.up_to(u64::MAX),
        }
    }

    fn id(self, number: u64) -> Result<BlockId> {
        let bytes = [self.own.to_be_bytes(), number.to_be_bytes()].concat();
        BlockId::parse(&STANDARD.encode(bytes))
    }
}

/// The blocks of one upload as they are cut.
struct Cut {
    first: Option<Bytes>,
    blocks: Blocks,
    /// The number of the next one.
    number: u64,
    /// What the caller says of the whole body (Base64), and what has been seen of it.
    md5: Option<(String, Md5)>,
    crc64: Option<(String, Crc64)>,
}

impl Cut {
    /// The blocks and their numbers; at their end an error, when the body is not what the caller said.
    ///
    /// The service could only compare the list; nothing is committed that is not what it should be.
    fn numbered(self) -> impl Stream<Item = Result<(u64, Bytes)>> + Send {
        stream::try_unfold(self, async |mut cut| {
            let number = cut.number;
            let block = match cut.first.take() {
                Some(first) => first,
                None => cut.blocks.next().await?,
            };
            if block.is_empty() {
                return cut.check().map(|()| None);
            }
            if number >= BLOCKS {
                return Err(Error::protocol(
                    Service::Blob,
                    format!(
                        "The body has more than {BLOCKS} blocks of {} bytes, the most a blob has; ask for larger \
                         blocks.",
                        cut.blocks.size
                    ),
                ));
            }
            if let Some((_, hash)) = &mut cut.md5 {
                hash.update(&block);
            }
            if let Some((_, crc64)) = &mut cut.crc64 {
                crc64.update(&block);
            }
            cut.number += 1;
            Ok(Some(((number, block), cut)))
        })
    }

    fn check(self) -> Result<()> {
        if let Some((given, hash)) = self.md5 {
            let computed = STANDARD.encode(hash.finalize());
            if computed != given {
                return Err(Error::blob(ErrorCode::Md5Mismatch)
                    .with_detail("UserSpecifiedMd5", given)
                    .with_detail("ServerCalculatedMd5", computed));
            }
        }
        if let Some((given, crc64)) = self.crc64 {
            let computed = crc64.to_text();
            if computed != given {
                return Err(Error::blob(ErrorCode::Crc64Mismatch)
                    .with_detail("UserSpecifiedCrc", given)
                    .with_detail("ServerCalculatedCrc", computed));
            }
        }
        Ok(())
    }
}

/// The body of *Put Block*, whose length must be known: a block is small enough to be gathered.
pub(super) async fn block_of(body: Body) -> Result<Payload> {
    match body.length() {
        Some(length) => Payload::of(body, length).await,
        None => Ok(Payload::Whole(body.collect(GATHERED_BLOCK).await?)),
    }
}

/// A stream cut into blocks.
struct Blocks {
    pieces: ByteStream,
    size: usize,
    /// What is left of the last piece.
    rest: Bytes,
}

impl Blocks {
    fn new(pieces: ByteStream, size: usize) -> Self {
        Self {
            pieces,
            size,
            rest: Bytes::new(),
        }
    }

    /// The next block, full unless it is the last one; empty after that.
    ///
    /// A block that lies within one piece is not copied.
    async fn next(&mut self) -> Result<Bytes> {
        if self.is_empty().await? || self.rest.len() >= self.size {
            return Ok(self.rest.split_to(self.rest.len().min(self.size)));
        }
        let mut block = BytesMut::with_capacity(self.size);
        while block.len() < self.size && !self.is_empty().await? {
            let wanted = self.rest.len().min(self.size - block.len());
            block.extend_from_slice(&self.rest.split_to(wanted));
        }
        Ok(block.freeze())
    }

    /// Whether there are no more; waits for the next piece to know.
    async fn is_empty(&mut self) -> Result<bool> {
        while self.rest.is_empty() {
            match self.pieces.next().await.transpose()? {
                Some(piece) => self.rest = piece,
                None => return Ok(true),
            }
        }
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_stream_is_cut_into_blocks_of_one_size() {
        let cut = async |pieces: &[&'static str]| {
            let pieces: Vec<_> = pieces
                .iter()
                .map(|piece| Ok(Bytes::from_static(piece.as_bytes())))
                .collect();
            let mut blocks = Blocks::new(Box::pin(stream::iter(pieces)), 3);
            let mut cut = Vec::new();
            loop {
                let block = blocks.next().await.unwrap();
                if block.is_empty() {
                    return cut;
                }
                cut.push((block, blocks.is_empty().await.unwrap()));
            }
        };
        assert_eq!(cut(&[]).await, []);
        assert_eq!(cut(&["abc"]).await, [("abc".into(), true)]);
        assert_eq!(
            cut(&["ab", "cdefg", "", "h"]).await,
            [("abc".into(), false), ("def".into(), false), ("gh".into(), true)]
        );
    }
}
