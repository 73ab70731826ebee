//! Kinds of blobs, the tiers they lie in, and what a copy left behind.

use crate::open_enum::open_enum;
use crate::time::Timestamp;

/// What a blob is made of, `x-ms-blob-type`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum BlobType {
    /// Blocks, committed by a list.
    #[default]
    Block,
    /// Blocks, each appended to the last one.
    Append,
    /// Pages, written in place.
    Page,
}

impl BlobType {
    /// The word of `x-ms-blob-type`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Block => "BlockBlob",
            Self::Append => "AppendBlob",
            Self::Page => "PageBlob",
        }
    }

    /// Reads the word of `x-ms-blob-type`.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Block, Self::Append, Self::Page]
            .into_iter()
            .find(|kind| kind.as_str().eq_ignore_ascii_case(word))
    }
}

open_enum! {
    /// What it costs to keep a blob and to read it.
    pub enum AccessTier {
        /// Read often.
        Hot = "Hot",
        /// Read seldom.
        Cool = "Cool",
        /// Read rarely.
        Cold = "Cold",
        /// Not readable until it lies in another tier.
        Archive = "Archive",
    }
}

/// The tier a blob lies in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TierProperties {
    /// `x-ms-access-tier`
    pub tier: AccessTier,
    /// `x-ms-access-tier-inferred`: nobody has set it; it is the account's.
    pub inferred: bool,
    /// `x-ms-access-tier-change-time`, cut to the second.
    pub changed: Option<Timestamp>,
}

/// What the last *Copy Blob* into a blob left behind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CopyState {
    /// `x-ms-copy-id`
    pub id: String,
    /// `x-ms-copy-source`, without its query.
    pub source: String,
    /// `x-ms-copy-status`, as `success`.
    pub status: String,
    /// `x-ms-copy-progress`: bytes copied and bytes in all, as `5/5`.
    pub progress: String,
    /// `x-ms-copy-completion-time`, cut to the second.
    pub completed: Timestamp,
}
