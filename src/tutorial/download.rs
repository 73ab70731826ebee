//! Step 7: every blob of the output container becomes a file that stays where it belongs.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use batchite_api::backend::{BlobBackend, BlobConditions};
use batchite_api::blob::{BlobName, ContainerName, ListBlobsOptions};
use batchite_api::error::Error;
use futures_util::StreamExt;

use super::Flow;
use super::error::TutorialError;
use super::report::OutputReport;
use super::settings::{Input, TutorialSettings};
use super::text::{harmless, path_text};

impl Flow<'_> {
    /// Downloads what the tasks made. A blob that cannot be written does not keep the others out.
    pub(super) async fn download_outputs(&mut self, storage: &dyn BlobBackend) -> Result<(), TutorialError> {
        let container = &self.settings.containers.output;
        self.console
            .line(&format!("Downloading all files from container [{container}]..."));
        let interrupt = self.interrupt.clone();
        let mut failures = Vec::new();
        let mut options = ListBlobsOptions::default();
        loop {
            let page = interrupt
                .guard(storage.list_blobs(container, &options))
                .await?
                .map_err(TutorialError::request(format!("Listing container [{container}]")))?;
            for blob in page.blobs() {
                interrupt.check()?;
                let written = interrupt
                    .guard(download(storage, container, &blob.name, self.settings))
                    .await?;
                match written {
                    Ok((path, bytes)) => self.note_output(&blob.name, path, bytes),
                    Err(reason) => failures.push((blob.name.to_string(), reason)),
                }
            }
            options.continuation = page.continuation;
            if options.continuation.is_none() {
                break;
            }
        }
        if !failures.is_empty() {
            return Err(TutorialError::Download(failures));
        }
        self.console.line("  Download complete!");
        Ok(())
    }

    fn note_output(&mut self, blob: &BlobName, path: PathBuf, bytes: u64) {
        self.console.line(&format!(
            "  Downloaded blob [{}] from container [{}] to {}",
            harmless(blob.as_str()),
            self.settings.containers.output,
            path_text(&path)
        ));
        self.report.outputs.push(OutputReport {
            blob: blob.to_string(),
            path,
            bytes,
        });
    }
}

/// Writes one blob to its file; gives the file and its length, or why there is none.
async fn download(
    storage: &dyn BlobBackend,
    container: &ContainerName,
    blob: &BlobName,
    settings: &TutorialSettings,
) -> Result<(PathBuf, u64), String> {
    let parts = parts_below_root(blob.as_str())?;
    let request = |error: Error| harmless(&error.to_string());
    let disk = |error: std::io::Error| error.to_string();
    let download = storage
        .get_blob(container, blob, None, &BlobConditions::default())
        .await
        .map_err(request)?;
    let length = download.properties.content_length;
    let path = make_parents(&settings.output_directory, &parts)?;
    if settings.inputs.iter().any(|input| is_file(input, &path)) {
        return Err(format!("`{}` is one of the inputs and stays", path_text(&path)));
    }
    let mut file = PartialFile::create_beside(&path).map_err(disk)?;
    let mut pieces = download.body.into_stream();
    let mut written = 0;
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(request)?;
        file.file.write_all(&piece).map_err(disk)?;
        written += piece.len() as u64;
    }
    if written != length {
        return Err(format!(
            "{written} of {length} bytes arrived, nothing is kept of it"
        ));
    }
    file.become_the_file(&path).map_err(disk)?;
    Ok((path, written))
}

/// Whether an input lies in the file of a path.
fn is_file(input: &Input, path: &Path) -> bool {
    match (input, path.canonicalize()) {
        (Input::File(input), Ok(path)) => input.canonicalize().is_ok_and(|input| input == path),
        _ => false,
    }
}

/// The parts of a blob's name as those of a path that cannot leave its root, or why it is none.
fn parts_below_root(name: &str) -> Result<Vec<&str>, String> {
    let refuse = |what: &str| {
        Err(format!(
            "its name {what}, so it will not be written below the output directory"
        ))
    };
    if name.contains('\0') {
        return refuse("has a NUL in it");
    }
    if name.contains('\\') {
        return refuse("has a backslash in it");
    }
    let bytes = name.as_bytes();
    if bytes.len() > 1 && bytes[0].is_ascii_alphabetic() && bytes[1] == b':'
        || cfg!(windows) && name.contains(':')
    {
        return refuse("begins like a drive");
    }
    if name.starts_with('/') {
        return refuse("is an absolute path");
    }
    let parts: Vec<&str> = name.split('/').collect();
    if parts.contains(&"") {
        return refuse("has an empty part");
    }
    if parts.contains(&"..") || parts.contains(&".") {
        return refuse("has a part of dots");
    }
    Ok(parts)
}

/// The path of the parts below the root. Directories are made; a link among them is refused, since it leads elsewhere.
fn make_parents(root: &Path, parts: &[&str]) -> Result<PathBuf, String> {
    let mut path = root.to_owned();
    let (name, directories) = parts.split_last().ok_or("its name is empty")?;
    for directory in directories {
        path.push(directory);
        match path.symlink_metadata() {
            Ok(metadata) if metadata.is_dir() => {}
            Ok(_) => {
                return Err(format!(
                    "`{}` is in its way: it is no directory",
                    path_text(&path)
                ));
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                fs::create_dir(&path).map_err(|error| {
                    format!("the directory `{}` cannot be made: {error}", path_text(&path))
                })?;
            }
            Err(error) => return Err(format!("`{}` is in its way: {error}", path_text(&path))),
        }
    }
    path.push(name);
    Ok(path)
}

/// A file that is not whole yet. It goes away unless it becomes the file it is meant to be.
struct PartialFile {
    file: File,
    path: PathBuf,
    is_whole: bool,
}

impl PartialFile {
    fn create_beside(target: &Path) -> std::io::Result<Self> {
        // Short, so that it fits where the name itself just fits; one download at a time uses it.
        let path = target.with_file_name(format!(".batchite-{}.part", std::process::id()));
        let create = || File::options().write(true).create_new(true).open(&path);
        let file = match create() {
            // Left by an earlier process of the same number.
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                fs::remove_file(&path)?;
                create()?
            }
            file => file?,
        };
        Ok(Self {
            file,
            path,
            is_whole: false,
        })
    }

    fn become_the_file(mut self, target: &Path) -> std::io::Result<()> {
        self.file.flush()?;
        fs::rename(&self.path, target)?;
        self.is_whole = true;
        Ok(())
    }
}

impl Drop for PartialFile {
    fn drop(&mut self) {
        if !self.is_whole {
            // Nothing can be done about a file that will not go.
            let _ = fs::remove_file(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_would_leave_the_directory_are_refused() {
        for name in [
            "../x",
            "a/../../x",
            "/etc/passwd",
            "C:\\x",
            "c:x",
            "a\\..\\b",
            "a//b",
            "a/",
            "./a",
            "..",
            ".",
            "a\0b",
        ] {
            assert!(parts_below_root(name).is_err(), "{name:?}");
        }
        for name in ["a", "a/b/c.txt", "...", "a..b", "..a/b.."] {
            assert!(parts_below_root(name).is_ok(), "{name:?}");
        }
    }

    #[test]
    fn virtual_directories_become_directories() {
        let root = tempfile::tempdir().unwrap();
        let path = make_parents(root.path(), &["a", "b", "c.txt"]).unwrap();
        assert_eq!(path, root.path().join("a/b/c.txt"));
        assert!(root.path().join("a/b").is_dir());
        fs::write(&path, "").unwrap();
        assert!(make_parents(root.path(), &["a", "b", "c.txt", "d"]).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_not_followed_out_of_the_directory() {
        let (root, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        std::os::unix::fs::symlink(elsewhere.path(), root.path().join("a")).unwrap();
        assert!(make_parents(root.path(), &["a", "b"]).is_err());
    }

    #[test]
    fn a_file_that_did_not_become_whole_goes_away() {
        let root = tempfile::tempdir().unwrap();
        let target = root.path().join("a.txt");
        let mut file = PartialFile::create_beside(&target).unwrap();
        file.file.write_all(b"half").unwrap();
        drop(file);
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 0);
        let mut file = PartialFile::create_beside(&target).unwrap();
        file.file.write_all(b"whole").unwrap();
        file.become_the_file(&target).unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"whole");
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 1);
    }
}
