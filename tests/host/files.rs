//! The file operations over real directories.

use std::sync::Arc;

use batchite::host::{HostOptions, HostPace};
use batchite_api::time::{TimeSpan, Timestamp};
use batchite_sim::exec::{Executor, FileError, NodeFiles};

use crate::bench::{Bench, bytes, node};

async fn bench_with(script: &str) -> (Bench, Arc<dyn NodeFiles>) {
    let mut bench = Bench::new();
    bench.shell("t", script).await;
    assert_eq!(bench.read("t", "stderr.txt"), "");
    let files = bench.executor.files();
    (bench, files)
}

fn below(path: &str) -> String {
    format!("workitems/job/job-1/t/{path}")
}

#[tokio::test]
async fn lists_are_in_order_of_paths_and_complete() {
    let (_bench, files) =
        bench_with("mkdir -p a/z; echo 12345 > a/z/f; touch a.txt b; chmod 640 b; umask 22; mkdir c").await;
    let entries = files.list(&node(), &below("wd"), true).unwrap();
    let shown: Vec<(&str, bool, u64)> = entries
        .iter()
        .map(|entry| {
            let name = entry.path.strip_prefix("workitems/job/job-1/t/wd/").unwrap();
            (name, entry.is_directory, entry.length)
        })
        .collect();
    assert_eq!(
        shown,
        [
            ("a", true, 0),
            ("a.txt", false, 0),
            ("a/z", true, 0),
            ("a/z/f", false, 6),
            ("b", false, 0),
            ("c", true, 0)
        ]
    );
    assert_eq!(entries[4].mode, Some(0o100_640));
    assert_eq!(entries[5].mode, Some(0o040_755));

    let level = files.list(&node(), &below("wd/"), false).unwrap();
    assert_eq!(level.len(), 4);
    let one = files.properties(&node(), &below("wd/a/z/f")).unwrap();
    assert_eq!(one, entries[3]);
    assert!(files.properties(&node(), "").unwrap().is_directory);
    assert_eq!(
        files.list(&node(), &below("wd/b"), false),
        Err(FileError::NotFound)
    );
    assert_eq!(
        files.list(&node(), &below("nosuch"), true),
        Err(FileError::NotFound)
    );
}

#[tokio::test]
async fn ranges_end_where_the_file_does() {
    let (_bench, files) = bench_with("printf 0123456789 > f").await;
    let read = |first, end| bytes(&*files, &below("wd/f"), first, end);
    assert_eq!(read(0, u64::MAX).unwrap(), "0123456789");
    assert_eq!(read(3, 5).unwrap(), "34");
    assert_eq!(read(8, 100).unwrap(), "89");
    assert_eq!(read(10, 20).unwrap(), "");
    assert_eq!(read(u64::MAX, u64::MAX).unwrap(), "");
    assert_eq!(read(5, 3).unwrap(), "");
    let read = |path: &str| bytes(&*files, &below(path), 0, 1);
    assert_eq!(read("wd"), Err(FileError::IsDirectory));
    assert_eq!(read("wd/nosuch"), Err(FileError::NotFound));
    assert_eq!(read("wd/f/g"), Err(FileError::NotFound));
    assert_eq!(bytes(&*files, "", 0, 1), Err(FileError::IsDirectory));
}

#[tokio::test]
async fn deleting_takes_no_more_than_was_meant() {
    let (_bench, files) = bench_with("mkdir -p d/e empty; touch d/e/f; ln -s d link").await;
    let delete = |path: &str, recursive| files.delete(&node(), &below(path), recursive);
    assert_eq!(delete("wd/d", false), Err(FileError::NotEmpty));
    assert_eq!(delete("wd/nosuch", true), Err(FileError::NotFound));
    assert_eq!(delete("wd/empty", false), Ok(()));
    // A link is deleted itself, and not what it leads to.
    assert_eq!(delete("wd/link", true), Ok(()));
    assert!(files.properties(&node(), &below("wd/d/e/f")).is_ok());
    assert_eq!(delete("wd/d/e/f", false), Ok(()));
    assert_eq!(delete("wd/d", true), Ok(()));
    assert_eq!(files.list(&node(), &below("wd"), true), Ok(Vec::new()));
    assert_eq!(files.delete(&node(), "", true), Err(FileError::OutsideRoot));
}

#[tokio::test]
async fn paths_that_lead_outside_are_refused() {
    let (_bench, files) = bench_with("touch f").await;
    for path in ["..", "../node", "/etc/passwd", "wd/../../x", "./wd", "a\0b"] {
        let refused = Err(FileError::OutsideRoot);
        assert_eq!(bytes(&*files, path, 0, 1), refused, "{path:?}");
        assert_eq!(
            files.properties(&node(), path),
            Err(FileError::OutsideRoot),
            "{path:?}"
        );
        assert_eq!(
            files.list(&node(), path, false),
            Err(FileError::OutsideRoot),
            "{path:?}"
        );
        assert_eq!(
            files.delete(&node(), path, true),
            Err(FileError::OutsideRoot),
            "{path:?}"
        );
    }
}

#[tokio::test]
async fn links_are_followed_below_the_root_and_no_further() {
    let (bench, files) = bench_with(
        "echo inside > $AZ_BATCH_NODE_SHARED_DIR/f; \
         ln -s $AZ_BATCH_NODE_SHARED_DIR whole; ln -s ../../../../../shared/f relative; \
         ln -s /etc/passwd absolute; ln -s ../../../../../../.. up; ln -s /etc directory; \
         ln -s around about; ln -s about around; ln -s nowhere broken",
    )
    .await;
    let read = |path: &str| bytes(&*files, &below(path), 0, u64::MAX);
    assert_eq!(read("wd/whole/f").unwrap(), "inside\n");
    assert_eq!(read("wd/relative").unwrap(), "inside\n");
    assert_eq!(read("wd/broken"), Err(FileError::NotFound));
    for path in ["absolute", "up", "up/etc/passwd", "directory/passwd", "about"] {
        let path = format!("wd/{path}");
        assert_eq!(read(&path), Err(FileError::OutsideRoot), "{path}");
        let listed = files.list(&node(), &below(&path), false);
        assert_eq!(listed, Err(FileError::OutsideRoot), "{path}");
    }
    let deleted = files.delete(&node(), &below("wd/directory/passwd"), false);
    assert_eq!(deleted, Err(FileError::OutsideRoot));

    // All are listed, none is walked into, and what leads outside shows nothing of it.
    let entries = files.list(&node(), &below("wd"), true).unwrap();
    assert_eq!(entries.len(), 8);
    let entry = |name: &str| entries.iter().find(|entry| entry.path.ends_with(name)).unwrap();
    assert!(entry("whole").is_directory);
    assert_eq!(entry("relative").length, 7);
    assert!(!entry("directory").is_directory);
    assert_eq!(entry("absolute").length, "/etc/passwd".len() as u64);
    assert_eq!(files.list(&node(), &below("wd/whole"), false).unwrap().len(), 1);
    drop(bench);
}

#[tokio::test]
async fn what_is_no_file_is_not_read() {
    let (_bench, files) = bench_with("mkfifo pipe").await;
    let read = bytes(&*files, &below("wd/pipe"), 0, 1);
    assert!(matches!(read, Err(FileError::Disk(_))), "{read:?}");
}

#[tokio::test]
async fn very_deep_directories_are_no_trap() {
    let script = "i=0; while [ $i -lt 400 ]; do mkdir d; cd d; i=$((i+1)); done";
    let (mut bench, files) = bench_with(script).await;
    let entries = files.list(&node(), &below("wd"), true).unwrap();
    assert!(entries.len() > 100);
    let path = below(&format!("wd{}", "/d".repeat(390)));
    assert!(matches!(
        files.properties(&node(), &path),
        Err(FileError::Disk(_))
    ));
    bench.executor.remove_directory(&node(), "workitems/job/job-1/t");
    assert_eq!(files.list(&node(), "workitems/job/job-1", true), Ok(Vec::new()));
}

#[tokio::test]
async fn files_have_the_time_of_the_world() {
    let start: Timestamp = "2031-01-01T00:00:00Z".parse().unwrap();
    let pace = HostPace::new(start, 1.0).unwrap();
    let mut bench = Bench::with(HostOptions {
        pace: Some(pace.clone()),
        ..HostOptions::default()
    });
    pace.jump_to(start + TimeSpan::from_days(2));
    bench.shell("t", "touch f").await;
    let file = bench
        .executor
        .files()
        .properties(&node(), &below("wd/f"))
        .unwrap();
    let day = TimeSpan::from_days(1);
    assert!(
        file.modified > start + day && file.modified <= pace.present(),
        "{file:?}"
    );
    assert!(file.created <= file.modified && file.created > start + day);
}

#[tokio::test]
async fn no_file_is_too_large_to_be_read() {
    let (_bench, files) = bench_with("truncate -s 3T big; printf end >> big").await;
    let length = files.properties(&node(), &below("wd/big")).unwrap().length;
    assert_eq!(length, (3 << 40) + 3);
    let big = files.open(&node(), &below("wd/big")).unwrap();
    let piece = big.read(0, length).unwrap();
    assert!((1..=4 << 20).contains(&piece.len()), "{}", piece.len());
    assert_eq!(big.read(length - 3, u64::MAX).unwrap(), "end");
    // Who reads it goes on when its name is gone.
    files.delete(&node(), &below("wd/big"), false).unwrap();
    assert_eq!(big.read(length - 3, length - 1).unwrap(), "en");
    assert_eq!(bytes(&*files, &below("wd/big"), 0, 1), Err(FileError::NotFound));
}

#[tokio::test]
async fn what_is_done_aside_has_a_thread_of_its_own() {
    let (_bench, files) = bench_with("touch f").await;
    let (sender, found) = std::sync::mpsc::channel();
    let within = Arc::clone(&files);
    files
        .aside(Box::new(move || {
            let listed = within.list(&node(), &below("wd"), true);
            let _ = sender.send((std::thread::current().id(), listed));
        }))
        .await;
    let (thread, listed) = found.try_recv().unwrap();
    assert_ne!(thread, std::thread::current().id());
    assert_eq!(listed.unwrap().len(), 1);
}
