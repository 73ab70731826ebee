//! Blocks: put one by one, made a blob by a list.

use std::collections::BTreeMap;

use batchite_api::backend::{BlobConditions, Written};
use batchite_api::blob::{
    BlobName, BlobType, Block, BlockId, BlockList, BlockListFilter, BlockReference, ContainerName,
    PutBlobOptions, PutBlockOptions, SourceOptions, check_tags,
};
use batchite_api::error::{Error, ErrorCode, Result};
use batchite_api::time::Timestamp;
use bytes::Bytes;

use super::super::access::{Caller, Operation};
use super::BlobStore;
use super::blob::{Blob, Upload, check_length};
use super::content::Content;
use super::description::Description;
use super::extras::Extras;
use super::lease::Leased;
use super::rules;

/// The blocks that wait for a list.
#[derive(Debug, Default)]
pub(super) struct Staged {
    blocks: BTreeMap<BlockId, Content>,
}

/// Where the committed blocks of a blob lie in its content.
struct Committed<'a> {
    content: Option<&'a Content>,
    places: BTreeMap<&'a BlockId, (u64, u64)>,
}

impl<'a> Committed<'a> {
    fn of(blob: Option<&'a Blob>) -> Self {
        let mut places = BTreeMap::new();
        let mut start = 0;
        for block in blob.iter().flat_map(|blob| blob.blocks()) {
            places.insert(&block.id, (start, start + block.size));
            start += block.size;
        }
        Self {
            content: blob.map(|blob| &blob.content),
            places,
        }
    }

    fn find(&self, id: &BlockId) -> Option<Content> {
        let (first, end) = *self.places.get(id)?;
        Some(Content::from_pieces(self.content?.pieces(first, end)))
    }
}

impl BlobStore {
    /// *Put Block*: keeps a block until a list commits it; a block put twice is replaced.
    ///
    /// Refused: `InvalidHeaderValue` when it is empty, `RequestBodyTooLarge`, `InvalidBlobOrBlock` when its id is not
    /// as long as those of the blocks that wait already, `BlockCountExceedsLimit`, `InvalidBlobType`, `Md5Mismatch`,
    /// `Crc64Mismatch`, by a lease.
    #[expect(clippy::too_many_arguments, reason = "the request says so much")]
    pub fn put_block(
        &mut self,
        now: Timestamp,
        caller: &Caller,
        container: &ContainerName,
        name: &BlobName,
        id: &BlockId,
        upload: Upload,
        options: &PutBlockOptions,
    ) -> Result<()> {
        let opened = self.open(now, caller, Operation::PutBlock, container, Some(name))?;
        rules::check_filled(&upload.content)?;
        check_length(upload.content.length(), opened.config.block_bytes_max)?;
        rules::check_body(
            options.transactional_md5.as_deref(),
            options.transactional_crc64.as_deref(),
            &upload,
        )?;
        let existing = opened.container.blobs.get(name);
        let lease = existing.and_then(Blob::lease);
        Leased::Blob.check_write(lease, options.lease_id.as_deref(), now)?;
        if let Some(existing) = existing {
            existing.check_kind(BlobType::Block)?;
        }
        if let Some(staged) = opened.container.staged.get(name) {
            let first = staged.blocks.keys().next();
            if first.is_some_and(|first| first.as_str().len() != id.as_str().len()) {
                return Err(Error::blob(ErrorCode::InvalidBlobOrBlock));
            }
            let is_full = staged.blocks.len() >= opened.config.uncommitted_blocks_max;
            if is_full && !staged.blocks.contains_key(id) {
                return Err(Error::blob(ErrorCode::BlockCountExceedsLimit));
            }
        }
        let staged = opened.container.staged.entry(name.clone()).or_default();
        staged.blocks.insert(id.clone(), upload.content);
        Ok(())
    }

    /// *Put Block From URL*: refused as [`BlobStore::put_block`] is, and as a copy is for its source.
    #[expect(clippy::too_many_arguments, reason = "the request says so much")]
    pub fn put_block_from_url(
        &mut self,
        now: Timestamp,
        caller: &Caller,
        container: &ContainerName,
        name: &BlobName,
        id: &BlockId,
        source: &str,
        source_options: &SourceOptions,
        lease_id: Option<&str>,
    ) -> Result<()> {
        self.check_access(now, caller, Operation::PutBlock, container, name)?;
        let read = self.read_source(now, caller, source, source_options)?;
        let options = PutBlockOptions {
            transactional_md5: None,
            transactional_crc64: None,
            lease_id: lease_id.map(str::to_owned),
        };
        self.put_block(now, caller, container, name, id, read.content.into(), &options)
    }

    /// *Put Block List*: makes the blob of the listed blocks and drops the uncommitted ones that are not listed.
    ///
    /// Refused: `InvalidBlockList` when a block is not where the list looks for it, `BlockListTooLong`,
    /// `BlobAlreadyExists` and `ConditionNotMet` by conditions, and metadata that is malformed.
    pub fn put_block_list(
        &mut self,
        now: Timestamp,
        caller: &Caller,
        container: &ContainerName,
        name: &BlobName,
        blocks: &[BlockReference],
        options: &PutBlobOptions,
    ) -> Result<Written> {
        let opened = self.open(now, caller, Operation::PutBlockList, container, Some(name))?;
        if blocks.len() > opened.config.committed_blocks_max {
            return Err(Error::blob(ErrorCode::BlockListTooLong));
        }
        rules::check_metadata(&options.metadata)?;
        check_tags(&options.tags)?;
        opened.check_new_tags(&options.tags)?;
        // An MD5 is kept as it is given: no operation reads the whole blob to compare.
        let description = Description::new(&options.headers, &options.metadata, None)?;
        let target = opened.container;
        target.check_overwrite(name, &options.conditions, &opened.grant, now)?;
        if let Some(existing) = target.blobs.get(name) {
            existing.check_kind(BlobType::Block)?;
        }
        let committed = Committed::of(target.blobs.get(name));
        let staged = target.staged.get(name);
        let uncommitted = |id: &BlockId| staged.and_then(|staged| staged.blocks.get(id)).cloned();
        let mut list = Vec::with_capacity(blocks.len());
        let mut pieces = Vec::with_capacity(blocks.len());
        // A block that is listed often is there once: short ones are copied when they are taken out.
        let mut taken: BTreeMap<&BlockReference, Vec<Bytes>> = BTreeMap::new();
        for reference in blocks {
            let (id, found) = match reference {
                BlockReference::Committed(id) => (id, committed.find(id)),
                BlockReference::Uncommitted(id) => (id, uncommitted(id)),
                BlockReference::Latest(id) => (id, uncommitted(id).or_else(|| committed.find(id))),
            };
            let content = found.ok_or_else(|| {
                Error::blob(ErrorCode::InvalidBlockList).with_detail("BlockId", id.as_str())
            })?;
            list.push(Block {
                id: id.clone(),
                size: content.length(),
            });
            let of_block = taken
                .entry(reference)
                .or_insert_with(|| content.pieces(0, content.length()));
            pieces.extend(of_block.iter().cloned());
        }
        let mut extras = Extras::given(&options.tags, options.access_tier.as_ref()).unwrap_or_default();
        extras.blocks = list.into();
        Ok(target.write(now, opened.stamps, name, |modified| Blob {
            content: Content::from_pieces(pieces),
            modified,
            created: modified,
            description,
            extras: Some(extras),
        }))
    }

    /// *Get Block List*. Refused: `BlobNotFound` when there is neither a blob nor a block.
    pub fn get_block_list(
        &mut self,
        now: Timestamp,
        caller: &Caller,
        container: &ContainerName,
        name: &BlobName,
        filter: BlockListFilter,
        conditions: &BlobConditions,
    ) -> Result<BlockList> {
        let opened = self.open_version(
            now,
            caller,
            Operation::GetBlockList,
            container,
            Some(name),
            conditions.snapshot,
        )?;
        rules::refuse_http_conditions(conditions)?;
        let blob = match conditions.snapshot {
            None => opened.container.blobs.get(name),
            snapshot => Some(opened.container.version(name, snapshot)?),
        };
        if let Some(blob) = blob {
            blob.check_read(conditions, &opened.grant, now)?;
            blob.check_online()?;
            blob.check_kind(BlobType::Block)?;
        }
        let staged = opened
            .container
            .staged
            .get(name)
            .filter(|_| conditions.snapshot.is_none());
        if blob.is_none() && staged.is_none() {
            return Err(Error::blob(ErrorCode::BlobNotFound));
        }
        let mut list = BlockList::default();
        if filter != BlockListFilter::Uncommitted {
            list.committed = blob.map_or_else(Vec::new, |blob| blob.blocks().to_vec());
        }
        if filter != BlockListFilter::Committed {
            let blocks = staged.iter().flat_map(|staged| &staged.blocks);
            list.uncommitted = blocks
                .map(|(id, content)| Block {
                    id: id.clone(),
                    size: content.length(),
                })
                .collect();
        }
        Ok(list)
    }
}
