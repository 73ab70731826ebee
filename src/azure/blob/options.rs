//! How long bodies are cut, and how many of their pieces travel at once.

const MEBIBYTE: u64 = 1024 * 1024;

/// The most *Put Block* takes, in bytes.
const LARGEST_BLOCK: u64 = 4_000 * MEBIBYTE;

/// The most *Put Blob* takes, in bytes.
const LARGEST_PUT: u64 = 5_000 * MEBIBYTE;

/// How long bodies travel: whole, or in pieces of which several are on their way.
///
/// An upload in pieces holds at most `parallel * block_size` bytes. A download in pieces holds at most that, and the
/// piece that is being handed out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TransferOptions {
    pub(super) block_size: u64,
    pub(super) parallel: usize,
    pub(super) whole_upload: u64,
    pub(super) whole_download: u64,
    pub(super) md5: bool,
    pub(super) crc64: bool,
}

impl Default for TransferOptions {
    /// Pieces of 8 MiB, four at once; up to 64 MiB a body travels whole; MD5 is checked.
    fn default() -> Self {
        Self {
            block_size: 8 * MEBIBYTE,
            parallel: 4,
            whole_upload: 64 * MEBIBYTE,
            whole_download: 64 * MEBIBYTE,
            md5: true,
            crc64: false,
        }
    }
}

impl TransferOptions {
    /// The bytes of a piece: from 1 to 4,000 MiB, the most *Put Block* takes. Whatever lies outside is moved inside.
    ///
    /// A body that would have more than the 50,000 blocks of a blob is cut into larger ones, if its length is known.
    #[must_use]
    pub fn with_block_size(mut self, bytes: u64) -> Self {
        self.block_size = bytes.clamp(1, LARGEST_BLOCK);
        self
    }

    /// Pieces on their way at once, one at least. With one, downloads come as one stream, however long.
    #[must_use]
    pub fn with_parallel(mut self, pieces: usize) -> Self {
        self.parallel = pieces.max(1);
        self
    }

    /// The longest body, in bytes, that is uploaded by one *Put Blob*: 5,000 MiB at most.
    ///
    /// A stream is sent once, and a *Put Blob* of it that breaks off is not repeated; its blocks would be.
    #[must_use]
    pub fn with_whole_upload(mut self, bytes: u64) -> Self {
        self.whole_upload = bytes.min(LARGEST_PUT);
        self
    }

    /// The longest body, in bytes, that is downloaded by one *Get Blob*.
    #[must_use]
    pub fn with_whole_download(mut self, bytes: u64) -> Self {
        self.whole_download = bytes;
        self
    }

    /// Whether blocks carry their `Content-MD5`, which the service checks, and whether a blob that comes as a whole
    /// is held against its own.
    #[must_use]
    pub fn with_md5(mut self, checked: bool) -> Self {
        self.md5 = checked;
        self
    }

    /// Whether blocks carry their CRC64, which is quicker to compute, in place of their MD5, and ranges are asked for with
    /// theirs; a range that was damaged on its way is asked for again.
    ///
    /// Ranges have 4 MiB at most then, which is the most the service tells the CRC64 of. A service that tells none, as
    /// an emulator may not, is taken at its word.
    #[must_use]
    pub fn with_crc64(mut self, checked: bool) -> Self {
        self.crc64 = checked;
        self
    }
}
