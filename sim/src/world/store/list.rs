//! *List Blobs*: pages in order of names, virtual directories, at a cost of the page and not of the container.

use std::collections::btree_map::Range;
use std::iter::Peekable;
use std::ops::Bound;

use batchite_api::auth::sas::Permission;
use batchite_api::blob::{
    BlobItem, BlobName, BlobProperties, ContainerName, ListBlobsEntry, ListBlobsInclude, ListBlobsOptions,
    ListBlobsPage, Snapshot,
};
use batchite_api::error::{Error, ErrorCode, Result};
use batchite_api::time::Timestamp;

use super::super::access::{Caller, Operation};
use super::blob::{Blob, Shown};
use super::block::Staged;
use super::container::Container;
use super::{BlobStore, rules};

impl BlobStore {
    /// *List Blobs*, in order of their names (byte by byte), blobs and virtual directories together.
    ///
    /// Refused: `OutOfRangeQueryParameterValue` for a page of no entries, `InvalidQueryParameterValue` for a marker
    /// that no list gave. A page of more than 5000 entries is cut to that.
    pub fn list_blobs(
        &mut self,
        now: Timestamp,
        caller: &Caller,
        container: &ContainerName,
        options: &ListBlobsOptions,
    ) -> Result<ListBlobsPage> {
        let opened = self.open(now, caller, Operation::ListBlobs, container, None)?;
        if options.include.tags && !opened.grant.allows(Permission::Tags) {
            return Err(Error::blob(ErrorCode::AuthorizationPermissionMismatch));
        }
        let page_size = rules::page_size(options.max_results)?;
        let start = rules::read_marker(options.continuation.as_ref())?.unwrap_or_default();
        Ok(page(opened.container, options, page_size, &start, now))
    }
}

fn page(
    container: &Container,
    options: &ListBlobsOptions,
    page_size: usize,
    start: &str,
    now: Timestamp,
) -> ListBlobsPage {
    let prefix = options.prefix.as_deref().unwrap_or_default();
    let delimiter = options
        .delimiter
        .as_deref()
        .filter(|delimiter| !delimiter.is_empty());
    // A page may end within the snapshots of a blob; names have no zero characters in markers of other pages.
    let (start, mut after) = match start.split_once(WITHIN) {
        Some((name, snapshot)) => (
            name,
            Snapshot::parse(snapshot).ok().map(|snapshot| (name, snapshot)),
        ),
        None => (start, None),
    };
    let mut cursor = Cursor::new(container, options.include.uncommitted_blobs);
    cursor.seek(prefix.max(start));
    let mut page = ListBlobsPage::default();
    while let Some((name, blob)) = cursor.next() {
        if !name.as_str().starts_with(prefix) {
            break;
        }
        if page.entries.len() == page_size {
            page.continuation = Some(rules::marker(name.as_str()));
            break;
        }
        if let Some(directory) =
            delimiter.and_then(|delimiter| directory(name.as_str(), prefix.len(), delimiter))
        {
            page.entries.push(ListBlobsEntry::Prefix(directory.to_owned()));
            // Everything below the directory is one entry: go on behind it without looking at it.
            match behind(directory) {
                Some(next) => cursor.seek(&next),
                None => break,
            }
            continue;
        }
        if options.include.snapshots
            && let Some(extras) = blob.and_then(|blob| blob.extras.as_deref())
        {
            let from = after
                .take()
                .filter(|(from, _)| *from == name.as_str())
                .map_or(Bound::Unbounded, |(_, snapshot)| Bound::Included(snapshot));
            for (snapshot, version) in extras.snapshots.range((from, Bound::Unbounded)) {
                if page.entries.len() == page_size {
                    let marker = format!("{}{WITHIN}{snapshot}", name.as_str());
                    page.continuation = Some(rules::marker(&marker));
                    return page;
                }
                page.entries
                    .push(entry(name, Some(*snapshot), Some(version), options.include, now));
            }
            if page.entries.len() == page_size {
                let last = format!("{}{WITHIN}{}", name.as_str(), Snapshot(Timestamp::MAX));
                page.continuation = Some(rules::marker(&last));
                break;
            }
        }
        page.entries.push(entry(name, None, blob, options.include, now));
    }
    page
}

/// Stands in a marker between the name of a blob and the snapshot a page goes on at.
const WITHIN: char = '\0';

fn entry(
    name: &BlobName,
    snapshot: Option<Snapshot>,
    blob: Option<&Blob>,
    include: ListBlobsInclude,
    now: Timestamp,
) -> ListBlobsEntry {
    let shown = Shown {
        metadata: include.metadata,
        copy: include.copy,
        tag_count: true,
    };
    let tags = blob.and_then(Blob::tags).filter(|_| include.tags);
    ListBlobsEntry::Blob(Box::new(BlobItem {
        name: name.clone(),
        snapshot,
        properties: blob.map_or_else(BlobProperties::default, |blob| blob.properties(now, shown)),
        tags: tags.cloned().unwrap_or_default(),
    }))
}

/// The name up to and with the first delimiter behind the prefix.
fn directory<'a>(name: &'a str, prefix_length: usize, delimiter: &str) -> Option<&'a str> {
    let at = name[prefix_length..].find(delimiter)?;
    Some(&name[..prefix_length + at + delimiter.len()])
}

/// The least text behind every text that begins with `prefix`; none when there is no such text.
fn behind(prefix: &str) -> Option<String> {
    let mut text = prefix.to_owned();
    while let Some(last) = text.pop() {
        // The last character goes one up; where there is none above, the one before it does.
        let next = match last {
            '\u{D7FF}' => Some('\u{E000}'),
            last => char::from_u32(u32::from(last) + 1),
        };
        if let Some(next) = next {
            text.push(next);
            return Some(text);
        }
    }
    None
}

/// Goes through the names of a container in order: committed blobs, and those of which there are only blocks.
struct Cursor<'a> {
    container: &'a Container,
    with_uncommitted: bool,
    blobs: Peekable<Range<'a, BlobName, Blob>>,
    staged: Option<Peekable<Range<'a, BlobName, Staged>>>,
}

impl<'a> Cursor<'a> {
    fn new(container: &'a Container, with_uncommitted: bool) -> Self {
        Self {
            container,
            with_uncommitted,
            blobs: container.blobs.range::<str, _>(from("")).peekable(),
            staged: None,
        }
    }

    /// Goes to the first name that is not before `name`.
    fn seek(&mut self, name: &str) {
        self.blobs = self.container.blobs.range::<str, _>(from(name)).peekable();
        if self.with_uncommitted {
            self.staged = Some(self.container.staged.range::<str, _>(from(name)).peekable());
        }
    }

    /// The next name, with its blob unless only blocks have been put.
    fn next(&mut self) -> Option<(&'a BlobName, Option<&'a Blob>)> {
        let committed = self.blobs.peek().map(|(name, _)| *name);
        if let Some(staged) = &mut self.staged
            && let Some(name) = staged.peek().map(|(name, _)| *name)
            && committed.is_none_or(|committed| name <= committed)
        {
            staged.next();
            if committed != Some(name) {
                return Some((name, None));
            }
        }
        self.blobs.next().map(|(name, blob)| (name, Some(blob)))
    }
}

fn from(name: &str) -> (Bound<&str>, Bound<&str>) {
    (Bound::Included(name), Bound::Unbounded)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn behind_a_prefix_is_the_next_text_of_its_length() {
        assert_eq!(behind("a/").as_deref(), Some("a0"));
        assert_eq!(behind("a\u{D7FF}").as_deref(), Some("a\u{E000}"));
        assert_eq!(behind("a\u{10FFFF}").as_deref(), Some("b"));
        assert_eq!(behind("\u{10FFFF}"), None);
        assert_eq!(behind(""), None);
    }

    proptest! {
        #[test]
        fn nothing_with_the_prefix_is_behind_it_and_nothing_lies_between(prefix in "\\PC{1,4}", other in "\\PC{0,6}") {
            if let Some(next) = behind(&prefix) {
                let begins = other.starts_with(&prefix);
                prop_assert_eq!(begins, prefix.as_str() <= other.as_str() && other < next);
            }
        }
    }
}
