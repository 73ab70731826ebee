//! Uploads: one request where that is possible, blocks and a list of them otherwise.
//!
//! The service wants to know the length of a body before it comes, and takes 5,000 MiB at once. A body of unknown
//! length is gathered block by block, so that no more than one block is in memory.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use batchite_api::backend::body::ByteStream;
use batchite_api::backend::{BlobBackend, Body, Written};
use batchite_api::blob::{BlobName, BlockId, BlockReference, ContainerName, PutBlobOptions};
use batchite_api::error::{Error, ErrorCode, Result};
use batchite_api::wire::blob::{BlobOperation, Operation, answer};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use md5::{Digest, Md5};

use super::AzureBlob;
use super::payload::Payload;

/// The most *Put Blob* takes, in bytes.
const LARGEST_BLOB: u64 = 5_000 * 1024 * 1024;

/// The bytes of a block, where nothing asks for larger ones.
const BLOCK: u64 = 8 * 1024 * 1024;

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
        match body.length() {
            Some(length) if length <= LARGEST_BLOB => {
                let payload = Payload::of(body, length).await?;
                self.put_whole(container, blob, payload, options).await
            }
            length => {
                let size = length.map_or(BLOCK, |length| length.div_ceil(BLOCKS).max(BLOCK));
                self.put_in_blocks(container, blob, body.into_stream(), size, options)
                    .await
            }
        }
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
        answer::read_written(&self.head(&operation, payload).await?)
    }

    async fn put_in_blocks(
        &self,
        container: &ContainerName,
        blob: &BlobName,
        pieces: ByteStream,
        size: u64,
        options: &PutBlobOptions,
    ) -> Result<Written> {
        let mut blocks = Blocks {
            pieces,
            size: usize::try_from(size).unwrap_or(usize::MAX),
            rest: BytesMut::new(),
            ended: false,
        };
        let first = blocks.next().await?;
        if blocks.is_empty() {
            return self
                .put_whole(container, blob, Payload::Whole(first), options)
                .await;
        }
        let mut hash = options.transactional_md5.as_ref().map(|_| Md5::new());
        let mut listed = Vec::new();
        let mut block = first;
        while !block.is_empty() {
            if let Some(hash) = &mut hash {
                hash.update(&block);
            }
            let id = BlockId::numbered(u32::try_from(listed.len()).unwrap_or(u32::MAX));
            self.put_block(container, blob, &id, Body::from(block)).await?;
            listed.push(BlockReference::Latest(id));
            block = blocks.next().await?;
        }
        // The service could only compare the list; nothing is committed that is not what it should be.
        if let (Some(hash), Some(given)) = (hash, &options.transactional_md5) {
            let computed = STANDARD.encode(hash.finalize());
            if computed != *given {
                return Err(Error::blob(ErrorCode::Md5Mismatch)
                    .with_detail("UserSpecifiedMd5", given)
                    .with_detail("ServerCalculatedMd5", computed));
            }
        }
        let options = PutBlobOptions {
            transactional_md5: None,
            ..options.clone()
        };
        self.put_block_list(container, blob, &listed, &options).await
    }
}

/// The body of *Put Block*, whose length must be known: a block is small enough to be gathered.
pub(super) async fn block_of(body: Body) -> Result<Payload> {
    match body.length() {
        Some(length) => Payload::of(body, length).await,
        None => Ok(Payload::Whole(body.collect(BLOCK * 16).await?)),
    }
}

/// A stream cut into blocks.
struct Blocks {
    pieces: ByteStream,
    size: usize,
    rest: BytesMut,
    ended: bool,
}

impl Blocks {
    /// The next block, full unless it is the last one; empty after that. Fills up the one after it, too.
    async fn next(&mut self) -> Result<Bytes> {
        while self.rest.len() <= self.size && !self.ended {
            match self.pieces.next().await.transpose()? {
                Some(piece) => self.rest.extend_from_slice(&piece),
                None => self.ended = true,
            }
        }
        let end = self.rest.len().min(self.size);
        Ok(self.rest.split_to(end).freeze())
    }

    /// Whether there are no more.
    fn is_empty(&self) -> bool {
        self.ended && self.rest.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use futures_util::stream;

    use super::*;

    #[tokio::test]
    async fn a_stream_is_cut_into_blocks_of_one_size() {
        let cut = async |pieces: &[&'static str]| {
            let pieces: Vec<_> = pieces
                .iter()
                .map(|piece| Ok(Bytes::from_static(piece.as_bytes())))
                .collect();
            let mut blocks = Blocks {
                pieces: Box::pin(stream::iter(pieces)),
                size: 3,
                rest: BytesMut::new(),
                ended: false,
            };
            let mut cut = Vec::new();
            loop {
                let block = blocks.next().await.unwrap();
                if block.is_empty() {
                    return cut;
                }
                cut.push((block, blocks.is_empty()));
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
