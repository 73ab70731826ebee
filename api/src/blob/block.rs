//! Blocks: the pieces a block blob is made of.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::error::{Error, ErrorCode, Result};

/// The id of a block: Base64 of at most 64 bytes; all ids of a blob have the same length.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlockId(String);

impl BlockId {
    /// Reads an id. Refused: `InvalidBlockId` unless it is Base64 of 1 to 64 bytes.
    pub fn parse(text: &str) -> Result<Self> {
        match STANDARD.decode(text) {
            Ok(bytes) if (1..=64).contains(&bytes.len()) => Ok(Self(text.to_owned())),
            _ => Err(Error::blob(ErrorCode::InvalidBlockId)),
        }
    }

    /// The id of the n-th block of an upload: equal lengths, in order.
    pub fn numbered(number: u32) -> Self {
        Self(STANDARD.encode(format!("block-{number:010}")))
    }

    /// The Base64 text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for BlockId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?}", self.0)
    }
}

/// What *Put Block* may carry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PutBlockOptions {
    /// `Content-MD5` of the body in transit, Base64; the service compares.
    pub transactional_md5: Option<String>,
    /// `x-ms-content-crc64` of the body in transit, Base64; the service compares. Not beside an MD5.
    pub transactional_crc64: Option<String>,
    /// `x-ms-lease-id`
    pub lease_id: Option<String>,
}

/// A block a list names, and where it is looked for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum BlockReference {
    /// Among the blocks of the blob as it stands.
    Committed(BlockId),
    /// Among the blocks that were put since.
    Uncommitted(BlockId),
    /// Among the uncommitted ones first, then among the committed ones.
    Latest(BlockId),
}

/// Which blocks *Get Block List* lists.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum BlockListFilter {
    /// Those of the blob as it stands.
    #[default]
    Committed,
    /// Those put since.
    Uncommitted,
    /// Both.
    All,
}

/// One block of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Its id.
    pub id: BlockId,
    /// Its bytes.
    pub size: u64,
}

/// What *Get Block List* answers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BlockList {
    /// The blocks of the blob, in their order.
    pub committed: Vec<Block>,
    /// The blocks put since, in order of their ids.
    pub uncommitted: Vec<Block>,
}
