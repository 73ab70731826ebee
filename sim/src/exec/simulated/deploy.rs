//! Puts application packages on the disk of a simulated node.

use batchite_api::batch::BatchTaskFailureInfo;
use batchite_api::time::Timestamp;

use crate::application::PackageEntry;
use crate::exec::disk::{Content, Disk, DiskError, DiskPath, NodeDisk};
use crate::exec::package::PackagePlacement;

/// Puts packages on a disk, one after the other; those that are there stay as they are. The first that fails ends it and
/// leaves nothing of itself.
pub(super) fn deploy(
    disk: &NodeDisk,
    packages: &[PackagePlacement],
    now: Timestamp,
) -> Result<(), BatchTaskFailureInfo> {
    for placement in packages {
        disk.with(|disk| place(disk, placement, now))
            .map_err(|error| placement.failure(&error.to_string()))?;
    }
    Ok(())
}

fn place(disk: &mut Disk, placement: &PackagePlacement, now: Timestamp) -> Result<(), DiskError> {
    let root = DiskPath::node_root(disk.platform());
    let directory = below(disk, &root, &placement.directory())?;
    if disk.entry(&directory).is_ok() {
        return Ok(());
    }
    let written = write(disk, &directory, placement, now);
    if written.is_err() {
        // What is not whole must not be taken for the package. If it cannot be removed, the failure says enough.
        let _ = disk.remove(&directory, true, now);
    }
    written
}

fn write(
    disk: &mut Disk,
    directory: &DiskPath,
    placement: &PackagePlacement,
    now: Timestamp,
) -> Result<(), DiskError> {
    disk.make_directory(directory, true, now)?;
    for (path, entry) in placement.package.entries() {
        let place = below(disk, directory, path)?;
        match entry {
            PackageEntry::Directory => disk.make_directory(&place, true, now)?,
            PackageEntry::File { mode, content } => {
                if let Some(parent) = place.parent() {
                    disk.make_directory(&parent, true, now)?;
                }
                disk.write(&place, Content::from(content.clone()), Some(*mode), now)?;
            }
        }
    }
    Ok(())
}

/// The place of a path below a directory. A name that the platform does not take is refused.
fn below(disk: &Disk, directory: &DiskPath, path: &str) -> Result<DiskPath, DiskError> {
    let place = directory.below(disk.platform(), path);
    place.map_err(|_| DiskError::InvalidName)
}
