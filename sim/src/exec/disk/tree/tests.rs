//! What a disk does, and what it refuses.

use batchite_api::time::Timestamp;
use bytes::Bytes;

use super::*;

const NOW: Timestamp = Timestamp::from_unix_seconds(5);
const LATER: Timestamp = Timestamp::from_unix_seconds(6);

fn at(disk: &Disk, text: &str) -> DiskPath {
    DiskPath::resolve(disk.platform(), &DiskPath::node_root(disk.platform()), text).unwrap()
}

fn disk(platform: Platform) -> Disk {
    let mut disk = Disk::new(platform, 1 << 20);
    let root = DiskPath::node_root(platform);
    disk.make_directory(&root, true, NOW).unwrap();
    disk
}

fn put(disk: &mut Disk, path: &str, text: &'static str) -> Result<(), DiskError> {
    let path = at(disk, path);
    disk.write(&path, Content::from(Bytes::from(text)), None, NOW)
}

fn text(disk: &Disk, path: &str) -> Result<Bytes, DiskError> {
    disk.read(&at(disk, path)).map(|content| content.to_bytes())
}

fn names(entries: &[DiskEntry]) -> Vec<&str> {
    entries.iter().map(|entry| entry.path.name()).collect()
}

#[test]
fn files_are_written_appended_and_read() {
    let mut disk = disk(Platform::Linux);
    put(&mut disk, "f", "one").unwrap();
    let path = at(&disk, "f");
    disk.append(&path, &Bytes::from(" two"), LATER).unwrap();
    assert_eq!(text(&disk, "f").unwrap(), "one two");
    let entry = disk.entry(&path).unwrap();
    assert_eq!(
        (entry.length, entry.created, entry.modified, entry.mode),
        (7, NOW, LATER, FILE_MODE)
    );
    assert_eq!(text(&disk, "F"), Err(DiskError::NotFound));
    assert_eq!(put(&mut disk, "none/f", ""), Err(DiskError::NotFound));
    assert_eq!(put(&mut disk, "f/g", ""), Err(DiskError::NotDirectory));
    assert_eq!(text(&disk, "f/g"), Err(DiskError::NotDirectory));
    assert_eq!(put(&mut disk, ".", ""), Err(DiskError::IsDirectory));
}

#[test]
fn windows_keeps_case_and_does_not_compare_it() {
    let mut disk = disk(Platform::Windows);
    disk.make_directory(&at(&disk, "Data"), false, NOW).unwrap();
    put(&mut disk, "dAtA\\File.TXT", "x").unwrap();
    put(&mut disk, "DATA\\file.txt", "y").unwrap();
    assert_eq!(text(&disk, "data\\FILE.txt").unwrap(), "y");
    let listed = disk.list(&at(&disk, "data")).unwrap();
    assert_eq!(
        listed[0].path.display(Platform::Windows),
        "D:\\batch\\tasks\\Data\\File.TXT"
    );
    assert_eq!(listed.len(), 1);
    disk.rename(&at(&disk, "data\\file.txt"), &at(&disk, "data\\FILE"), NOW)
        .unwrap();
    disk.rename(&at(&disk, "data\\file"), &at(&disk, "data\\file"), NOW)
        .unwrap();
    assert_eq!(names(&disk.list(&at(&disk, "data")).unwrap()), ["file"]);
}

#[test]
fn lists_show_one_level_or_everything() {
    let mut disk = disk(Platform::Linux);
    for path in ["a", "a/b", "a/b/c", "a-b"] {
        disk.make_directory(&at(&disk, path), false, NOW).unwrap();
    }
    for path in ["a/1", "a/b/2", "a.txt", "a0"] {
        put(&mut disk, path, "").unwrap();
    }
    assert_eq!(
        names(&disk.list(&at(&disk, ".")).unwrap()),
        ["a", "a-b", "a.txt", "a0"]
    );
    assert_eq!(names(&disk.list(&at(&disk, "a")).unwrap()), ["1", "b"]);
    assert_eq!(
        names(&disk.list_below(&at(&disk, "a")).unwrap()),
        ["1", "b", "2", "c"]
    );
    assert_eq!(names(&disk.list(&at(&disk, "/")).unwrap()), ["mnt"]);
    assert_eq!(disk.list(&at(&disk, "a0")), Err(DiskError::NotDirectory));
}

#[test]
fn trees_are_copied_moved_and_removed() {
    let mut disk = disk(Platform::Linux);
    disk.make_directory(&at(&disk, "a/b"), true, NOW).unwrap();
    put(&mut disk, "a/b/f", "x").unwrap();
    disk.set_mode(&at(&disk, "a/b/f"), 0o755).unwrap();
    disk.copy(&at(&disk, "a"), &at(&disk, "c"), true, LATER).unwrap();
    let copy = disk.entry(&at(&disk, "c/b/f")).unwrap();
    assert_eq!((copy.modified, copy.mode), (NOW, 0o755));
    disk.rename(&at(&disk, "c"), &at(&disk, "d"), LATER).unwrap();
    assert_eq!(text(&disk, "d/b/f").unwrap(), "x");
    assert_eq!(text(&disk, "c/b/f"), Err(DiskError::NotFound));
    assert_eq!(
        disk.copy(&at(&disk, "a"), &at(&disk, "a/b/z"), false, NOW),
        Err(DiskError::IntoItself)
    );
    assert_eq!(
        disk.rename(&at(&disk, "a"), &at(&disk, "a/b/z"), NOW),
        Err(DiskError::IntoItself)
    );
    assert_eq!(disk.remove(&at(&disk, "d"), false, NOW), Err(DiskError::NotEmpty));
    disk.remove(&at(&disk, "d"), true, NOW).unwrap();
    disk.remove(&at(&disk, "a"), true, NOW).unwrap();
    assert!(disk.list(&at(&disk, ".")).unwrap().is_empty());
    assert_eq!(disk.used(), 3 * ENTRY_COST, "mnt, batch and tasks are left");
}

#[test]
fn a_full_disk_refuses_and_keeps_what_it_has() {
    let mut disk = disk(Platform::Linux);
    let big = Bytes::from(vec![0; 900_000]);
    let path = at(&disk, "big");
    disk.append(&path, &big, NOW).unwrap();
    assert_eq!(disk.append(&path, &big, NOW), Err(DiskError::Full));
    assert_eq!(
        disk.copy(&path, &at(&disk, "copy"), false, NOW),
        Err(DiskError::Full)
    );
    assert_eq!(disk.entry(&path).unwrap().length, 900_000);
    put(&mut disk, "big", "small").unwrap();
    assert_eq!(disk.used(), 4 * ENTRY_COST + 5);
    let made = (0..1000).map(|number| disk.make_directory(&at(&disk, &format!("d{number}")), false, NOW));
    assert_eq!(made.flatten().count(), 251);
}
