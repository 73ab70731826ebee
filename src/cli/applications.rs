//! The applications of an emulator, read from a folder.
//!
//! `DIR/{id}/{version}.zip` or the folder `DIR/{id}/{version}` is a package. The text files `DIR/{id}/default` and
//! `DIR/{id}/displayName` name the default version, and the application to people. What begins with a dot is left out at
//! both levels, and belongs to the package inside of one.

use std::fs::{DirEntry, File};
use std::io::{BufReader, Read as _};
use std::path::{Path, PathBuf};

use batchite_sim::application::{Application, ApplicationPackage, Applications, PACKAGE_BYTES_MAX};
use bytes::Bytes;

/// Mode of a file that has none: it can be run.
const MODE: u32 = 0o755;

/// Reads the applications below a folder. The error is a text for the person.
pub(super) fn read(folder: &Path) -> Result<Applications, String> {
    let mut applications = Applications::new();
    for entry in entries(folder)? {
        let id = name(&entry)?;
        if id.starts_with('.') {
            continue;
        }
        let path = entry.path();
        if !path.is_dir() {
            return Err(wrong(
                &path,
                "it is no folder of an application: those are called as the application",
            ));
        }
        let application = application(&id, &path)?;
        applications = applications
            .with(application)
            .map_err(|error| wrong(&path, error))?;
    }
    Ok(applications)
}

fn wrong(path: &Path, what: impl std::fmt::Display) -> String {
    format!(
        "the application packages at `{}` cannot be used: {what}",
        path.display()
    )
}

/// What is in a folder, by name, so that the first mistake is the same one each time.
fn entries(folder: &Path) -> Result<Vec<DirEntry>, String> {
    let entries = folder.read_dir().and_then(Iterator::collect);
    let mut entries: Vec<DirEntry> = entries.map_err(|error| wrong(folder, error))?;
    entries.sort_by_key(DirEntry::file_name);
    Ok(entries)
}

fn name(entry: &DirEntry) -> Result<String, String> {
    entry
        .file_name()
        .into_string()
        .map_err(|_| wrong(&entry.path(), "its name is not UTF-8"))
}

fn application(id: &str, folder: &Path) -> Result<Application, String> {
    let mut application = Application::new(id).map_err(|error| wrong(folder, error))?;
    let (mut default, mut display_name) = (None, None);
    for entry in entries(folder)? {
        let (name, path) = (name(&entry)?, entry.path());
        let (version, package) = if name.starts_with('.') {
            continue;
        } else if path.is_dir() {
            (name.as_str(), of_folder(&path)?)
        } else if let Some(version) = name.strip_suffix(".zip") {
            (version, of_zip(&path)?)
        } else {
            let text = match name.as_str() {
                "default" => &mut default,
                "displayName" => &mut display_name,
                _ => {
                    let what = "it is neither a folder or a .zip called as a version, nor `default` or `displayName`";
                    return Err(wrong(&path, what));
                }
            };
            *text = Some(read_text(&path)?);
            continue;
        };
        application = application
            .with_package(version, package)
            .map_err(|error| wrong(&path, error))?;
    }
    if let Some(version) = default {
        application = application
            .with_default_version(&version)
            .map_err(|error| wrong(&folder.join("default"), error))?;
    }
    match display_name {
        Some(name) => application
            .with_display_name(&name)
            .map_err(|error| wrong(&folder.join("displayName"), error)),
        None => Ok(application),
    }
}

fn read_text(path: &Path) -> Result<String, String> {
    let text = std::fs::read_to_string(path).map_err(|error| wrong(path, error))?;
    Ok(text.trim().to_owned())
}

/// The package a folder holds. Links are refused, since what they lead to may be anywhere.
fn of_folder(folder: &Path) -> Result<ApplicationPackage, String> {
    let mut package = ApplicationPackage::new();
    let mut pending: Vec<(PathBuf, String)> = vec![(folder.to_owned(), String::new())];
    while let Some((folder, prefix)) = pending.pop() {
        for entry in entries(&folder)? {
            let (path, place) = (entry.path(), format!("{prefix}{}", name(&entry)?));
            let metadata = entry.metadata().map_err(|error| wrong(&path, error))?;
            if metadata.is_dir() {
                package
                    .add_directory(&place)
                    .map_err(|error| wrong(&path, error))?;
                pending.push((path, format!("{place}/")));
            } else if metadata.is_file() {
                let content = File::open(&path).map_err(|error| wrong(&path, error))?;
                let content = read_content(content, &package).map_err(|error| wrong(&path, error))?;
                package
                    .add_file(&place, mode(&metadata), content)
                    .map_err(|error| wrong(&path, error))?;
            } else {
                return Err(wrong(
                    &path,
                    "only files and folders can be in a package, no links",
                ));
            }
        }
    }
    Ok(package)
}

/// The package an archive holds. Names that would lead out of it, links and encrypted files are refused.
fn of_zip(path: &Path) -> Result<ApplicationPackage, String> {
    let file = File::open(path).map_err(|error| wrong(path, error))?;
    let mut archive = zip::ZipArchive::new(BufReader::new(file)).map_err(|error| wrong(path, error))?;
    let mut package = ApplicationPackage::new();
    for at in 0..archive.len() {
        let entry = archive.by_index(at).map_err(|error| wrong(path, error))?;
        // Some tools of Windows separate the parts of a name as their system does.
        let place = entry.name().map_err(|error| wrong(path, error))?;
        let place = place.replace('\\', "/");
        let added = if entry.is_symlink() {
            return Err(wrong(path, format!("`{}` is a link", place.escape_debug())));
        } else if place.ends_with('/') {
            package.add_directory(place.trim_end_matches('/'))
        } else {
            let mode = entry.unix_mode().unwrap_or(MODE);
            let content = read_content(entry, &package)
                .map_err(|error| wrong(path, format!("`{}`: {error}", place.escape_debug())))?;
            package.add_file(&place, mode, content)
        };
        added.map_err(|error| wrong(path, error))?;
    }
    Ok(package)
}

/// Reads a file, a little more of it than fits the package at most.
fn read_content(file: impl std::io::Read, package: &ApplicationPackage) -> std::io::Result<Bytes> {
    let mut content = Vec::new();
    let room = PACKAGE_BYTES_MAX.saturating_sub(package.bytes());
    file.take(room + 1).read_to_end(&mut content)?;
    Ok(Bytes::from(content))
}

#[cfg(unix)]
fn mode(metadata: &std::fs::Metadata) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;

    metadata.permissions().mode()
}

#[cfg(not(unix))]
fn mode(_: &std::fs::Metadata) -> u32 {
    MODE
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write as _};

    use batchite_sim::application::PackageEntry;
    use tempfile::TempDir;
    use zip::write::SimpleFileOptions;

    use super::*;

    /// A folder with these files; a path that ends in `/` is a folder without any.
    fn folder(files: &[(&str, &[u8])]) -> TempDir {
        let folder = TempDir::new().unwrap();
        for (path, content) in files {
            let place = folder.path().join(path);
            if path.ends_with('/') {
                std::fs::create_dir_all(place).unwrap();
                continue;
            }
            std::fs::create_dir_all(place.parent().unwrap()).unwrap();
            std::fs::write(place, content).unwrap();
        }
        folder
    }

    fn archive(files: &[(&str, u32, &str)]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, mode, content) in files {
            let options = SimpleFileOptions::default()
                .compression_method(zip::CompressionMethod::Deflated)
                .unix_permissions(*mode);
            if name.ends_with('/') {
                writer.add_directory(*name, options).unwrap();
            } else {
                writer.start_file(*name, options).unwrap();
                writer.write_all(content.as_bytes()).unwrap();
            }
        }
        writer.finish().unwrap().into_inner()
    }

    fn told(applications: &Applications, id: &str, version: &str) -> Vec<String> {
        let application = applications.find(id).expect(id);
        let (_, package) = application.find(version).expect(version);
        let entries = package.entries().map(|(path, entry)| match entry {
            PackageEntry::Directory => format!("{path}/"),
            PackageEntry::File { mode, content } => {
                format!("{path} {:o} {}", mode & 0o111, String::from_utf8_lossy(content))
            }
        });
        entries.collect()
    }

    #[test]
    fn folders_and_archives_are_packages() {
        let zip = archive(&[
            ("logs/", 0o755, ""),
            ("bin/tool", 0o755, "run"),
            ("doc\\read.me", 0o644, "text"),
        ]);
        let folder = folder(&[
            ("tool/1.0.zip", zip.as_slice()),
            ("tool/2.0/a/b", b"b"),
            ("tool/2.0/empty/", b""),
            ("tool/2.0/.hidden", b"h"),
            ("tool/default", b"2.0\n"),
            ("tool/displayName", b"The Tool\n"),
            ("tool/.git/x", b"x"),
            (".DS_Store", b"x"),
            ("bare/", b""),
        ]);
        let read = read(folder.path()).unwrap();
        assert_eq!(
            told(&read, "tool", "1.0"),
            ["bin/tool 111 run", "doc/read.me 0 text", "logs/"]
        );
        assert_eq!(
            told(&read, "tool", "2.0"),
            [".hidden 0 h", "a/", "a/b 0 b", "empty/"]
        );
        let tool = read.find("tool").unwrap();
        assert_eq!(
            (tool.default_version(), tool.display_name()),
            (Some("2.0"), "The Tool")
        );
        assert_eq!(tool.versions().collect::<Vec<_>>(), ["1.0", "2.0"]);
        assert_eq!(read.find("bare").unwrap().versions().count(), 0);
    }

    #[test]
    fn what_cannot_be_used_is_refused_with_its_place() {
        let slip = archive(&[("../../evil", 0o644, "x")]);
        let hidden = archive(&[("a/..\\..\\evil", 0o644, "x")]);
        let absolute = archive(&[("/etc/cron.d/evil", 0o644, "x")]);
        let twice = archive(&[("a", 0o644, "x"), ("a/b", 0o644, "x")]);
        let cases: [(&str, &[u8], &str); 9] = [
            ("readme.txt", b"x", "readme.txt"),
            ("a b/1/x", b"x", "a b"),
            ("tool/1 0/x", b"x", "1 0"),
            ("tool/notes.txt", b"x", "notes.txt"),
            ("tool/default", b"7", "default"),
            ("tool/1.zip", b"no archive", "1.zip"),
            ("tool/2.zip", &slip, "evil"),
            ("tool/3.zip", &hidden, "evil"),
            ("tool/5.zip", &twice, "5.zip"),
        ];
        for (path, content, word) in cases {
            let folder = folder(&[(path, content)]);
            let error = read(folder.path()).expect_err(path);
            assert!(error.contains(word), "{path}: {error}");
        }
        let both = folder(&[("tool/1/x", b"x"), ("tool/1.zip", &archive(&[]))]);
        assert!(read(both.path()).is_err());
        let outside = folder(&[("tool/1.zip", &absolute)]);
        assert!(read(outside.path()).unwrap_err().contains("absolute"));
        assert!(read(&both.path().join("none")).is_err());
    }

    #[test]
    fn names_of_entries_tell_the_terminal_nothing() {
        const NAME: &str = "\x1b]0;x\x07";
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        writer.start_file(NAME, stored).unwrap();
        writer.write_all(b"content").unwrap();
        let mut damaged = writer.finish().unwrap().into_inner();
        let at = damaged.windows(7).position(|bytes| bytes == b"content").unwrap();
        damaged[at] = b'K';
        let inside = format!("{NAME}/a");
        let refused = [
            damaged,
            archive(&[(&format!("../{NAME}"), 0o644, "x")]),
            archive(&[(NAME, 0o644, "x"), (&inside, 0o644, "x")]),
            archive(&[(&inside, 0o644, "x"), (NAME, 0o644, "x")]),
            archive(&[(&format!("{NAME}/"), 0o755, ""), (NAME, 0o644, "x")]),
        ];
        for (number, zip) in refused.iter().enumerate() {
            let folder = folder(&[("tool/1.zip", zip.as_slice())]);
            let error = read(folder.path()).unwrap_err();
            assert!(error.contains(r"\u{1b}]0;x\u{7}"), "{number}: {error:?}");
            assert!(!error.contains(char::is_control), "{number}: {error:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_are_refused() {
        let folder = folder(&[("tool/1/x", b"x")]);
        std::os::unix::fs::symlink("/etc/passwd", folder.path().join("tool/1/link")).unwrap();
        assert!(read(folder.path()).unwrap_err().contains("link"));
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default();
        writer.add_symlink("passwd", "/etc/passwd", options).unwrap();
        let zip = writer.finish().unwrap().into_inner();
        let folder = self::folder(&[("tool/1.zip", zip.as_slice())]);
        assert!(read(folder.path()).unwrap_err().contains("link"));
    }
}
