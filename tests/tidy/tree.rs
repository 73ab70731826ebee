//! The source tree as texts, and a rule held against all of them.

use std::fs;
use std::path::Path;

/// What a rule says about a file; nothing when the file keeps it.
pub(crate) type Findings = Vec<String>;

/// Folders with a leading dot that belong to the project.
const DOTTED_FOLDERS: &[&str] = &[".ci", ".config", ".github"];

/// What is made, not written.
const MADE: &[&str] = &["target", "node_modules", "Cargo.lock"];

/// Every text file of the project as (path with forward slashes, text), sorted by path.
pub(crate) fn files() -> Vec<(String, String)> {
    let mut found = Vec::new();
    collect(Path::new(env!("CARGO_MANIFEST_DIR")), "", &mut found);
    found.sort();
    assert!(
        found.iter().any(|(path, _)| path == "tests/tidy/tree.rs"),
        "the source tree is not complete"
    );
    found
}

fn collect(folder: &Path, prefix: &str, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).expect("a folder of the project can be listed") {
        let entry = entry.expect("an entry of a folder can be read");
        let name = entry.file_name().to_string_lossy().into_owned();
        let foreign = name.starts_with('.') && !DOTTED_FOLDERS.contains(&name.as_str());
        if foreign || MADE.contains(&name.as_str()) {
            continue;
        }
        let path = format!("{prefix}{name}");
        if entry.file_type().expect("an entry has a type").is_dir() {
            collect(&entry.path(), &format!("{path}/"), found);
        } else if let Ok(text) = fs::read_to_string(entry.path()) {
            found.push((path, text));
        }
    }
}

/// Holds every file against a rule and fails with all findings at once.
pub(crate) fn hold(rule: impl Fn(&str, &str) -> Findings) {
    let findings: Findings = files().iter().flat_map(|(path, text)| rule(path, text)).collect();
    assert!(findings.is_empty(), "\n  {}\n", findings.join("\n  "));
}

/// Whether the file is Rust.
pub(crate) fn is_rust(path: &str) -> bool {
    has_extension(path, "rs")
}

/// Whether the file's name ends in `.extension`.
pub(crate) fn has_extension(path: &str, extension: &str) -> bool {
    Path::new(path)
        .extension()
        .is_some_and(|found| found == extension)
}
