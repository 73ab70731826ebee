//! The tree of one node: entries by their whole path, so that nothing is as deep as a path may be.

use std::collections::BTreeMap;

use batchite_api::time::Timestamp;
use bytes::Bytes;

use super::{Content, DIRECTORY_MODE, DiskError, DiskPath, FILE_MODE};
use crate::exec::{FileEntry, Platform};

/// What an entry takes of the capacity beside its bytes, a block as on a real disk: empty files are not free.
const ENTRY_COST: u64 = 4096;

/// File type bits of a mode.
const TYPE_DIRECTORY: u32 = 0o040_000;
const TYPE_FILE: u32 = 0o100_000;

/// One file or directory as a process sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiskEntry {
    /// Where it is, with the case it was made with.
    pub path: DiskPath,
    /// Whether it is a directory.
    pub is_directory: bool,
    /// Its bytes; zero for directories.
    pub length: u64,
    /// Its permission bits.
    pub mode: u32,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last written.
    pub modified: Timestamp,
}

impl DiskEntry {
    /// Whether some executable bit is set.
    pub fn is_executable(&self) -> bool {
        !self.is_directory && self.mode & 0o111 != 0
    }

    /// The entry as the file operations show it, below `root`.
    pub(super) fn below(&self, root: &DiskPath, platform: Platform) -> FileEntry {
        let path = self.path.as_str().get(root.as_str().len()..).unwrap_or_default();
        let kind = if self.is_directory {
            TYPE_DIRECTORY
        } else {
            TYPE_FILE
        };
        FileEntry {
            path: path.trim_start_matches('/').to_owned(),
            is_directory: self.is_directory,
            length: self.length,
            modified: self.modified,
            created: self.created,
            mode: (platform == Platform::Linux).then_some(kind | self.mode),
        }
    }
}

#[derive(Debug, Clone)]
struct Entry {
    path: DiskPath,
    /// The bytes of a file; nothing for a directory.
    content: Option<Content>,
    mode: u32,
    created: Timestamp,
    modified: Timestamp,
}

impl Entry {
    fn length(&self) -> u64 {
        self.content.as_ref().map_or(0, Content::length)
    }

    fn shown(&self) -> DiskEntry {
        DiskEntry {
            path: self.path.clone(),
            is_directory: self.content.is_none(),
            length: self.length(),
            mode: self.mode,
            created: self.created,
            modified: self.modified,
        }
    }
}

/// The disk of one node. Names differ by case on Linux; on Windows case is kept but not compared.
#[derive(Debug)]
pub struct Disk {
    platform: Platform,
    entries: BTreeMap<String, Entry>,
    used: u64,
    capacity: u64,
}

impl Disk {
    /// An empty disk that holds `capacity` bytes.
    pub fn new(platform: Platform, capacity: u64) -> Self {
        Self {
            platform,
            entries: BTreeMap::new(),
            used: 0,
            capacity,
        }
    }

    /// What kind of machine the disk is in.
    pub fn platform(&self) -> Platform {
        self.platform
    }

    /// Bytes in use, the cost of entries included.
    pub fn used(&self) -> u64 {
        self.used
    }

    /// One entry.
    pub fn entry(&self, path: &DiskPath) -> Result<DiskEntry, DiskError> {
        if path.as_str().is_empty() {
            return Ok(DiskEntry {
                path: DiskPath::default(),
                is_directory: true,
                length: 0,
                mode: DIRECTORY_MODE,
                created: Timestamp::default(),
                modified: Timestamp::default(),
            });
        }
        self.find(path).map(Entry::shown)
    }

    /// The bytes of a file; cheap, since pieces are shared.
    pub fn read(&self, path: &DiskPath) -> Result<Content, DiskError> {
        self.file(path).cloned()
    }

    /// Makes a file or replaces its bytes; an existing file keeps its mode unless one is given.
    pub fn write(
        &mut self,
        path: &DiskPath,
        content: Content,
        mode: Option<u32>,
        now: Timestamp,
    ) -> Result<(), DiskError> {
        let key = path.key(self.platform);
        let Some(entry) = self.entries.get_mut(&key) else {
            return self.insert(path, Some(content), mode.unwrap_or(FILE_MODE), now);
        };
        let Some(old) = &mut entry.content else {
            return Err(DiskError::IsDirectory);
        };
        let used = self.used - old.length() + content.length();
        if used > self.capacity && content.length() > old.length() {
            return Err(DiskError::Full);
        }
        *old = content;
        self.used = used;
        entry.mode = mode.unwrap_or(entry.mode);
        entry.modified = now;
        Ok(())
    }

    /// Adds bytes to a file, which is made when it is not there. All of them are written, or none.
    pub fn append(&mut self, path: &DiskPath, bytes: &Bytes, now: Timestamp) -> Result<(), DiskError> {
        let key = path.key(self.platform);
        let Some(entry) = self.entries.get_mut(&key) else {
            return self.insert(path, Some(Content::from(bytes.clone())), FILE_MODE, now);
        };
        let Some(content) = &mut entry.content else {
            return Err(DiskError::IsDirectory);
        };
        if self.used + bytes.len() as u64 > self.capacity {
            return Err(DiskError::Full);
        }
        content.append(bytes.clone());
        self.used += bytes.len() as u64;
        entry.modified = now;
        Ok(())
    }

    /// Makes a directory; with `parents` those above it too, and one that is there already is no error.
    pub fn make_directory(
        &mut self,
        path: &DiskPath,
        parents: bool,
        now: Timestamp,
    ) -> Result<(), DiskError> {
        if let Ok(entry) = self.entry(path) {
            return match (parents, entry.is_directory) {
                (true, true) => Ok(()),
                _ => Err(DiskError::Exists),
            };
        }
        if !parents {
            return self.insert(path, None, DIRECTORY_MODE, now);
        }
        let mut missing = vec![path.clone()];
        while let Some(parent) = missing.last().and_then(DiskPath::parent) {
            match self.entry(&parent) {
                Ok(entry) if entry.is_directory => break,
                Ok(_) => return Err(DiskError::NotDirectory),
                Err(_) => missing.push(parent),
            }
        }
        missing
            .iter()
            .rev()
            .try_for_each(|path| self.insert(path, None, DIRECTORY_MODE, now))
    }

    /// The entries of a directory, in order of their names as they are compared.
    pub fn list(&self, path: &DiskPath) -> Result<Vec<DiskEntry>, DiskError> {
        self.directory(path)?;
        let prefix = subtree_prefix(&path.key(self.platform));
        let mut found = Vec::new();
        let mut from = prefix.clone();
        while let Some((key, entry)) = self.entries.range(from.clone()..).next() {
            let Some(name) = key.strip_prefix(prefix.as_str()) else {
                break;
            };
            match name.split_once('/') {
                None => {
                    found.push(entry.shown());
                    // The next text there is: nothing lies between it and this key.
                    from = format!("{key}\0");
                }
                // Past everything below that entry, which itself was seen before.
                Some((name, _)) => from = format!("{prefix}{name}0"),
            }
        }
        Ok(found)
    }

    /// Everything below a directory, in order of the paths.
    pub fn list_below(&self, path: &DiskPath) -> Result<Vec<DiskEntry>, DiskError> {
        self.directory(path)?;
        let prefix = subtree_prefix(&path.key(self.platform));
        Ok(self
            .entries
            .range(prefix.clone()..)
            .take_while(|(key, _)| key.starts_with(prefix.as_str()))
            .map(|(_, entry)| entry.shown())
            .collect())
    }

    /// Copies a file, or with everything below it a directory, to a place that may be an existing file.
    ///
    /// Modes are copied; times only with `preserve`.
    pub fn copy(
        &mut self,
        from: &DiskPath,
        to: &DiskPath,
        preserve: bool,
        now: Timestamp,
    ) -> Result<(), DiskError> {
        let source = self.entry(from)?;
        if !source.is_directory {
            return self.copy_file(from, to, preserve, now);
        }
        if self.is_within(to, from) {
            return Err(DiskError::IntoItself);
        }
        if self.entry(to).is_ok_and(|entry| !entry.is_directory) {
            return Err(DiskError::NotDirectory);
        }
        self.make_directory(to, true, now)?;
        for entry in self.list_below(from)? {
            let place = rebased(&entry.path, &source.path, to);
            if entry.is_directory {
                self.make_directory(&place, true, now)?;
            } else {
                self.copy_file(&entry.path, &place, preserve, now)?;
            }
        }
        Ok(())
    }

    /// Moves a file or directory; an existing file or an empty directory of the same kind is replaced.
    pub fn rename(&mut self, from: &DiskPath, to: &DiskPath, now: Timestamp) -> Result<(), DiskError> {
        let source = self.find(from)?.shown();
        if source.is_directory && self.is_within(to, from) && to.key(self.platform) != from.key(self.platform)
        {
            return Err(DiskError::IntoItself);
        }
        let same = to.key(self.platform) == from.key(self.platform);
        match self.entry(to) {
            Ok(target) if !same => {
                match (source.is_directory, target.is_directory) {
                    (false, true) => return Err(DiskError::IsDirectory),
                    (true, false) => return Err(DiskError::NotDirectory),
                    _ => {}
                }
                self.remove(to, false, now)?;
            }
            _ => {
                self.parent_directory(to)?;
            }
        }
        let mut moved = self.take_below(from);
        moved.extend(self.entries.remove(&from.key(self.platform)));
        let to = self.cased(to);
        for mut entry in moved {
            entry.path = rebased(&entry.path, &source.path, &to);
            self.entries.insert(entry.path.key(self.platform), entry);
        }
        self.touch_parent(from, now);
        self.touch_parent(&to, now);
        Ok(())
    }

    /// Removes a file or an empty directory; with `recursive` one with everything below it.
    pub fn remove(&mut self, path: &DiskPath, recursive: bool, now: Timestamp) -> Result<(), DiskError> {
        let entry = self.find(path)?.shown();
        if entry.is_directory && !recursive && !self.list(path)?.is_empty() {
            return Err(DiskError::NotEmpty);
        }
        let below = self.take_below(path);
        let own = self.entries.remove(&path.key(self.platform));
        for removed in below.iter().chain(&own) {
            self.used -= removed.length() + ENTRY_COST;
        }
        self.touch_parent(path, now);
        Ok(())
    }

    /// Sets the permission bits of an entry.
    pub fn set_mode(&mut self, path: &DiskPath, mode: u32) -> Result<(), DiskError> {
        self.find_mut(path)?.mode = mode & 0o7777;
        Ok(())
    }

    /// Sets when an entry was last written.
    pub fn set_modified(&mut self, path: &DiskPath, modified: Timestamp) -> Result<(), DiskError> {
        self.find_mut(path)?.modified = modified;
        Ok(())
    }

    fn copy_file(
        &mut self,
        from: &DiskPath,
        to: &DiskPath,
        preserve: bool,
        now: Timestamp,
    ) -> Result<(), DiskError> {
        let source = self.find(from)?;
        let content = source.content.clone().ok_or(DiskError::IsDirectory)?;
        let (mode, modified) = (source.mode, source.modified);
        self.write(to, content, Some(mode), if preserve { modified } else { now })
    }

    fn insert(
        &mut self,
        path: &DiskPath,
        content: Option<Content>,
        mode: u32,
        now: Timestamp,
    ) -> Result<(), DiskError> {
        self.parent_directory(path)?;
        let cost = content.as_ref().map_or(0, Content::length) + ENTRY_COST;
        if self.used + cost > self.capacity {
            return Err(DiskError::Full);
        }
        self.used += cost;
        let entry = Entry {
            path: self.cased(path),
            content,
            mode,
            created: now,
            modified: now,
        };
        self.entries.insert(path.key(self.platform), entry);
        self.touch_parent(path, now);
        Ok(())
    }

    fn find(&self, path: &DiskPath) -> Result<&Entry, DiskError> {
        self.entries
            .get(&path.key(self.platform))
            .ok_or_else(|| self.why_missing(path))
    }

    fn find_mut(&mut self, path: &DiskPath) -> Result<&mut Entry, DiskError> {
        self.find(path)?;
        self.entries
            .get_mut(&path.key(self.platform))
            .ok_or(DiskError::NotFound)
    }

    fn file(&self, path: &DiskPath) -> Result<&Content, DiskError> {
        if path.as_str().is_empty() {
            return Err(DiskError::IsDirectory);
        }
        self.find(path)?.content.as_ref().ok_or(DiskError::IsDirectory)
    }

    fn directory(&self, path: &DiskPath) -> Result<(), DiskError> {
        if self.entry(path)?.is_directory {
            Ok(())
        } else {
            Err(DiskError::NotDirectory)
        }
    }

    fn parent_directory(&self, path: &DiskPath) -> Result<(), DiskError> {
        match path.parent() {
            Some(parent) => self.directory(&parent),
            None => Err(DiskError::IsDirectory),
        }
    }

    /// A file above the path is another reason than nothing being there.
    fn why_missing(&self, path: &DiskPath) -> DiskError {
        let parent = path.parent().filter(|parent| !parent.as_str().is_empty());
        let above = parent.and_then(|parent| self.entries.get(&parent.key(self.platform)));
        if above.is_some_and(|entry| entry.content.is_some()) {
            DiskError::NotDirectory
        } else {
            DiskError::NotFound
        }
    }

    /// The path with the case its directories were made with.
    fn cased(&self, path: &DiskPath) -> DiskPath {
        let parent = path
            .parent()
            .and_then(|parent| self.entries.get(&parent.key(self.platform)));
        parent.map_or_else(|| path.clone(), |parent| parent.path.join(path.name()))
    }

    fn is_within(&self, path: &DiskPath, directory: &DiskPath) -> bool {
        let (path, directory) = (path.key(self.platform), directory.key(self.platform));
        path == directory || path.starts_with(&subtree_prefix(&directory))
    }

    /// Takes everything below a path out of the tree; the bytes in use are the caller's to count.
    fn take_below(&mut self, path: &DiskPath) -> Vec<Entry> {
        let prefix = subtree_prefix(&path.key(self.platform));
        let below = self.entries.range(prefix.clone()..);
        let keys: Vec<_> = below
            .map(|(key, _)| key)
            .take_while(|key| key.starts_with(&prefix))
            .cloned()
            .collect();
        keys.iter().filter_map(|key| self.entries.remove(key)).collect()
    }

    fn touch_parent(&mut self, path: &DiskPath, now: Timestamp) {
        let parent = path.parent().map(|parent| parent.key(self.platform));
        if let Some(entry) = parent.and_then(|key| self.entries.get_mut(&key)) {
            entry.modified = now;
        }
    }
}

/// What the keys of everything below a directory begin with.
fn subtree_prefix(key: &str) -> String {
    if key.is_empty() {
        String::new()
    } else {
        format!("{key}/")
    }
}

/// Where what is at `path` below `from` ends up below `to`.
fn rebased(path: &DiskPath, from: &DiskPath, to: &DiskPath) -> DiskPath {
    let rest = path.as_str().get(from.as_str().len()..).unwrap_or_default();
    DiskPath::trusted(format!("{}{rest}", to.as_str()))
}

#[cfg(test)]
mod tests;
