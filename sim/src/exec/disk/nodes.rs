//! The disks of all nodes behind one lock, and the handle a process has on its own.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use batchite_api::ids::NodeId;
use batchite_api::time::Timestamp;
use bytes::Bytes;
use futures_util::future::{self, BoxFuture};

use super::{Content, DISK_CAPACITY_DEFAULT, Disk, DiskError, DiskPath};
use crate::exec::{FileEntry, FileError, NodeFiles, OpenFile, Platform};

/// Directories every node has below its root.
const STANDARD_DIRECTORIES: [&str; 6] = [
    "applications",
    "fsmounts",
    "shared",
    "startup",
    "volatile",
    "workitems",
];

/// The disks of all nodes. The lock is held for single operations only, never while anybody waits.
#[derive(Debug)]
pub struct NodeDisks {
    disks: Mutex<BTreeMap<NodeId, Disk>>,
    capacity: u64,
}

impl Default for NodeDisks {
    fn default() -> Self {
        Self::new(DISK_CAPACITY_DEFAULT)
    }
}

impl NodeDisks {
    /// No nodes yet; each will have a disk of `capacity` bytes.
    pub fn new(capacity: u64) -> Self {
        Self {
            disks: Mutex::default(),
            capacity,
        }
    }

    /// Gives a node an empty disk with the standard directories, whatever it had before.
    pub fn prepare(&self, node: &NodeId, platform: Platform, now: Timestamp) -> Result<(), DiskError> {
        let mut disk = Disk::new(platform, self.capacity);
        let root = DiskPath::node_root(platform);
        let outside = match platform {
            Platform::Linux => &["tmp"][..],
            Platform::Windows => &["C:/Windows", "D:/temp"],
        };
        let outside = outside.iter().map(|path| DiskPath::trusted((*path).to_owned()));
        let standard = STANDARD_DIRECTORIES.iter().map(|name| root.join(name));
        let made = outside
            .chain(standard)
            .try_for_each(|path| disk.make_directory(&path, true, now));
        self.lock().insert(node.clone(), disk);
        made
    }

    /// Forgets a node and what is on its disk.
    pub fn remove_node(&self, node: &NodeId) {
        self.lock().remove(node);
    }

    /// Calls `act` with the disk of a node.
    pub fn with<T>(
        &self,
        node: &NodeId,
        act: impl FnOnce(&mut Disk) -> Result<T, DiskError>,
    ) -> Result<T, DiskError> {
        self.lock().get_mut(node).ok_or(DiskError::NoNode).and_then(act)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<NodeId, Disk>> {
        self.disks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Calls `act` with the disk of a node, its root and a checked path below it.
    fn with_path<T>(
        &self,
        node: &NodeId,
        path: &str,
        act: impl FnOnce(&mut Disk, &DiskPath, &DiskPath) -> Result<T, FileError>,
    ) -> Result<T, FileError> {
        let mut disks = self.lock();
        let disk = disks.get_mut(node).ok_or(FileError::NotFound)?;
        let root = DiskPath::node_root(disk.platform());
        let place = root.below(disk.platform(), path)?;
        act(disk, &root, &place)
    }
}

impl NodeFiles for NodeDisks {
    fn list(&self, node: &NodeId, directory: &str, recursive: bool) -> Result<Vec<FileEntry>, FileError> {
        self.with_path(node, directory, |disk, root, place| {
            let found = if recursive {
                disk.list_below(place)
            } else {
                disk.list(place)
            };
            let mut entries: Vec<_> = found?
                .iter()
                .map(|entry| entry.below(root, disk.platform()))
                .collect();
            entries.sort_by(|one, other| one.path.cmp(&other.path));
            Ok(entries)
        })
    }

    fn make_outputs(&self, node: &NodeId, directory: &str, begun: Timestamp) {
        // Nothing is done for a node that is gone, and nothing can be for a disk that is full.
        let _ = self.with_path(node, directory, |disk, _, place| {
            if disk.entry(place).is_ok() {
                return Ok(());
            }
            disk.make_directory(&place.join("wd"), true, begun)?;
            for name in ["stdout.txt", "stderr.txt"] {
                disk.write(&place.join(name), Content::new(), None, begun)?;
            }
            Ok(())
        });
    }

    fn properties(&self, node: &NodeId, path: &str) -> Result<FileEntry, FileError> {
        self.with_path(node, path, |disk, root, place| {
            Ok(disk.entry(place)?.below(root, disk.platform()))
        })
    }

    /// What is opened is the file as it is now: its pieces are shared, not copied.
    fn open(&self, node: &NodeId, path: &str) -> Result<Arc<dyn OpenFile>, FileError> {
        self.with_path(node, path, |disk, _, place| {
            let content: Arc<dyn OpenFile> = Arc::new(disk.read(place)?);
            Ok(content)
        })
    }

    fn delete(&self, node: &NodeId, path: &str, recursive: bool) -> Result<(), FileError> {
        self.with_path(node, path, |disk, root, place| {
            if place == root {
                return Err(FileError::OutsideRoot);
            }
            // A deletion from outside is not written by any process; the directory keeps its time.
            let modified = place.parent().and_then(|parent| disk.entry(&parent).ok());
            let now = modified.map(|entry| entry.modified).unwrap_or_default();
            Ok(disk.remove(place, recursive, now)?)
        })
    }

    /// Memory keeps nobody waiting.
    fn aside(&self, work: Box<dyn FnOnce() + Send>) -> BoxFuture<'static, ()> {
        work();
        Box::pin(future::ready(()))
    }
}

impl OpenFile for Content {
    fn read(&self, first: u64, end: u64) -> Result<Bytes, FileError> {
        Ok(Self::read(self, first, end))
    }
}

/// The disk of one node, as the processes on it reach it.
#[derive(Debug, Clone)]
pub struct NodeDisk {
    disks: Arc<NodeDisks>,
    node: NodeId,
}

impl NodeDisk {
    /// A handle on the disk of a node.
    pub fn new(disks: Arc<NodeDisks>, node: NodeId) -> Self {
        Self { disks, node }
    }

    /// Calls `act` with the disk. Refused with [`DiskError::NoNode`] once the node is gone.
    pub fn with<T>(&self, act: impl FnOnce(&mut Disk) -> Result<T, DiskError>) -> Result<T, DiskError> {
        self.disks.with(&self.node, act)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node() -> NodeId {
        NodeId::parse("tvmps_1_d").unwrap()
    }

    fn prepared(platform: Platform) -> NodeDisks {
        let disks = NodeDisks::default();
        disks
            .prepare(&node(), platform, Timestamp::from_unix_seconds(9))
            .unwrap();
        disks
    }

    #[test]
    fn a_prepared_node_shows_its_standard_directories() {
        for platform in [Platform::Linux, Platform::Windows] {
            let disks = prepared(platform);
            let listed = disks.list(&node(), "", false).unwrap();
            let names: Vec<_> = listed.iter().map(|entry| entry.path.as_str()).collect();
            assert_eq!(names, STANDARD_DIRECTORIES);
            assert!(listed.iter().all(|entry| entry.is_directory));
            assert_eq!(listed[0].mode.is_some(), platform == Platform::Linux);
        }
    }

    #[test]
    fn files_are_read_listed_and_deleted_below_the_root_only() {
        let disks = prepared(Platform::Linux);
        let place = DiskPath::node_root(Platform::Linux).join("shared").join("f");
        let written = disks.with(&node(), |disk| {
            disk.write(
                &place,
                Content::from(Bytes::from("0123456789")),
                None,
                Timestamp::default(),
            )
        });
        written.unwrap();
        let open = disks.open(&node(), "shared/f").unwrap();
        assert_eq!(open.read(2, 5).unwrap(), "234");
        assert_eq!(open.read(8, 99).unwrap(), "89");
        let directory = disks.open(&node(), "shared");
        assert_eq!(directory.err(), Some(FileError::IsDirectory));
        assert_eq!(
            disks.properties(&node(), "shared/f").unwrap().mode,
            Some(0o100_644)
        );
        let all = disks.list(&node(), "shared", true).unwrap();
        assert_eq!((all.len(), all[0].path.as_str()), (1, "shared/f"));
        assert_eq!(
            disks.properties(&node(), "../../etc"),
            Err(FileError::OutsideRoot)
        );
        assert_eq!(disks.delete(&node(), "shared", false), Err(FileError::NotEmpty));
        assert_eq!(disks.delete(&node(), "", true), Err(FileError::OutsideRoot));
        disks.delete(&node(), "shared", true).unwrap();
        assert_eq!(open.read(0, 2).unwrap(), "01", "who has it open reads on");
        assert_eq!(disks.properties(&node(), "shared/f"), Err(FileError::NotFound));
        let other = NodeId::parse("other").unwrap();
        assert_eq!(disks.list(&other, "", false), Err(FileError::NotFound));
    }
}
