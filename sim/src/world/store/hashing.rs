//! The MD5 of long contents: found while nobody holds the world, and known when it is entered.
//!
//! An operation that reads its bytes from a URL may have to hash them. That takes seconds for gigabytes, in which no other
//! request would be answered: whoever carries it out asks first what there will be to hash, hashes it outside, and tells.

use batchite_api::blob::{BlobName, ContainerName, SourceOptions};
use batchite_api::time::Timestamp;

use super::super::access::{Caller, Operation};
use super::BlobStore;
use super::blob::{Blob, check_length};
use super::content::Content;

/// Contents up to this length, in bytes, are hashed where they are needed: it takes about a millisecond.
const HASHED_AT_ONCE: u64 = 512 * 1024;

/// The MD5 of some content.
pub type Hashed = (Content, [u8; 16]);

/// An operation that reads its bytes from a URL.
#[derive(Debug, Clone, Copy)]
pub struct FromUrl<'a> {
    /// What it is.
    pub operation: Operation,
    /// Where it writes.
    pub container: &'a ContainerName,
    /// What it writes.
    pub blob: &'a BlobName,
    /// What it reads.
    pub url: &'a str,
    /// How it reads that.
    pub source: &'a SourceOptions,
    /// Whether the blob gets an MD5 of its own, which its source may have; `Some(true)` when it is held against one
    /// that the request tells.
    pub kept: Option<bool>,
}

impl BlobStore {
    /// The content an operation will have to hash, if that takes long. What is wrong with the operation shows later.
    pub fn content_to_hash(
        &mut self,
        now: Timestamp,
        caller: &Caller,
        asked: FromUrl<'_>,
    ) -> Option<Content> {
        self.check_access(now, caller, asked.operation, asked.container, asked.blob)
            .ok()?;
        let source = self.open_source(now, caller, asked.url, asked.source).ok()?;
        let is_kept = asked
            .kept
            .is_some_and(|is_told| is_told || own_md5(&source, asked.source).is_none());
        let length = source.content.length();
        let takes_long = length > HASHED_AT_ONCE && check_length(length, self.config.blob_bytes_max).is_ok();
        ((is_kept || asked.source.md5.is_some()) && takes_long).then_some(source.content)
    }

    /// Does something while the MD5 of some content is known.
    pub fn knowing<T>(&mut self, hashed: Option<Hashed>, act: impl FnOnce(&mut Self) -> T) -> T {
        self.hashed = hashed;
        let done = act(self);
        self.hashed = None;
        done
    }

    /// The MD5 of a content.
    pub(super) fn md5_of(&self, content: &Content) -> [u8; 16] {
        match &self.hashed {
            Some((known, md5)) if known.is(content) => *md5,
            _ => content.md5(),
        }
    }
}

/// The MD5 that a source has as a whole, where all of it is read.
pub(super) fn own_md5(source: &Blob, options: &SourceOptions) -> Option<[u8; 16]> {
    source.description.md5().filter(|_| options.range.is_none())
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use batchite_api::auth::Access;
    use batchite_api::backend::{BlobConditions, ByteRange};
    use batchite_api::blob::{CopyBlobOptions, CreateContainerOptions, PutBlobOptions, blob_url};
    use batchite_api::error::ErrorCode;
    use bytes::Bytes;

    use super::super::{StorageAccount, StoreConfig, Upload};
    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    /// No content here has it: who tells it has hashed nothing.
    const KNOWN: [u8; 16] = [7; 16];

    struct Fixture {
        store: BlobStore,
        caller: Caller,
        container: ContainerName,
        url: String,
    }

    impl Fixture {
        /// A store with a blob of so many bytes.
        fn with(length: usize) -> Self {
            let mut store = BlobStore::new(StoreConfig::default());
            let account = StorageAccount::default();
            store.add_account(account.clone());
            let access = Access::SharedKey {
                account: account.name.clone(),
                key: account.key,
            };
            let caller = Caller::new(account.name, access);
            let container = ContainerName::parse("con").unwrap();
            store
                .create_container(NOW, &caller, &container, &CreateContainerOptions::default())
                .unwrap();
            let name = BlobName::parse("source").unwrap();
            let content = Content::from(Bytes::from(vec![1; length]));
            let upload = Upload {
                md5: Some(content.md5()),
                ..content.into()
            };
            store
                .put_blob(
                    NOW,
                    &caller,
                    &container,
                    &name,
                    upload,
                    &PutBlobOptions::default(),
                )
                .unwrap();
            let url = blob_url(&account.endpoint, &container, &name, None);
            Self {
                store,
                caller,
                container,
                url,
            }
        }

        fn content_to_hash(&mut self, source: &SourceOptions, kept: Option<bool>) -> Option<Content> {
            let asked = FromUrl {
                operation: Operation::PutBlob,
                container: &self.container,
                blob: &BlobName::parse("copy").unwrap(),
                url: &self.url,
                source,
                kept,
            };
            self.store.content_to_hash(NOW, &self.caller, asked)
        }

        /// Puts the blob from its source, and tells its MD5.
        fn put(&mut self, source: &SourceOptions, hashed: Option<Hashed>) -> String {
            let name = BlobName::parse("copy").unwrap();
            let Self {
                store,
                caller,
                container,
                url,
            } = self;
            store
                .knowing(hashed, |store| {
                    let options = PutBlobOptions::default();
                    store.put_blob_from_url(NOW, caller, container, &name, url, source, false, &options)
                })
                .unwrap();
            let properties = store
                .get_blob_properties(NOW, caller, container, &name, &BlobConditions::default())
                .unwrap();
            properties.headers.content_md5.unwrap()
        }
    }

    fn range(first: u64, last: u64) -> SourceOptions {
        SourceOptions {
            range: Some(ByteRange {
                first,
                last: Some(last),
            }),
            ..SourceOptions::default()
        }
    }

    #[test]
    fn what_is_told_is_not_hashed_again() {
        let mut fixture = Fixture::with(2_000_000);
        let source = range(1, 1_500_000);
        let content = fixture.content_to_hash(&source, Some(false)).unwrap();
        assert_eq!(content.length(), 1_500_000);
        let true_one = STANDARD.encode(content.md5());
        assert_eq!(
            fixture.put(&source, Some((content.clone(), KNOWN))),
            STANDARD.encode(KNOWN)
        );
        // Of another content it says nothing, and later it is forgotten.
        let other = range(2, 1_500_001);
        assert_eq!(fixture.put(&other, Some((content, KNOWN))), true_one);
        assert_eq!(fixture.put(&source, None), true_one);
    }

    #[test]
    fn a_source_that_is_held_against_its_md5_is_hashed_outside_too() {
        let mut fixture = Fixture::with(1_000_000);
        let source = SourceOptions {
            md5: Some(STANDARD.encode(KNOWN)),
            ..SourceOptions::default()
        };
        let content = fixture.content_to_hash(&source, None).unwrap();
        let name = BlobName::parse("copy").unwrap();
        let options = CopyBlobOptions {
            source,
            ..CopyBlobOptions::default()
        };
        let mut copy = |hashed| {
            let Fixture {
                store,
                caller,
                container,
                url,
            } = &mut fixture;
            store.knowing(hashed, |store| {
                store.copy_blob(NOW, caller, container, &name, url, &options, true)
            })
        };
        copy(Some((content, KNOWN))).unwrap();
        assert!(copy(None).unwrap_err().is(&ErrorCode::Md5Mismatch));
    }

    #[test]
    fn only_what_takes_long_and_is_wanted_is_hashed_outside() {
        let mut long = Fixture::with(1_000_000);
        let whole = SourceOptions::default();
        // The MD5 of the source is known, unless the request tells one to hold against it.
        assert!(long.content_to_hash(&whole, Some(false)).is_none());
        assert!(long.content_to_hash(&whole, Some(true)).is_some());
        assert!(long.content_to_hash(&whole, None).is_none());
        assert!(long.content_to_hash(&range(0, 1000), Some(false)).is_none());
        assert!(
            long.content_to_hash(&range(2_000_000, 3_000_000), Some(false))
                .is_none()
        );
        assert!(Fixture::with(1000).content_to_hash(&whole, Some(true)).is_none());
        // Who may not write has nothing hashed.
        long.caller = Caller::new(StorageAccount::default().name, Access::Anonymous);
        assert!(long.content_to_hash(&whole, Some(true)).is_none());
    }
}
