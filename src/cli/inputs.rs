//! The texts of the tutorial: those that were given, those that lie here, or those that are built in.

use std::fs;
use std::path::{Path, PathBuf};

use crate::tutorial::Input;
use bytes::Bytes;

const BUILT_IN: [(&str, &[u8]); 3] = [
    ("taskdata1.txt", include_bytes!("../../data/taskdata1.txt")),
    ("taskdata2.txt", include_bytes!("../../data/taskdata2.txt")),
    ("taskdata3.txt", include_bytes!("../../data/taskdata3.txt")),
];

/// The texts to count, `given` by the person or chosen for them, with `here` as the current directory.
pub(super) fn choose(given: &[PathBuf], here: &Path) -> Vec<Input> {
    if !given.is_empty() {
        return given.iter().cloned().map(Input::File).collect();
    }
    let found = texts_in(&here.join("data"));
    if !found.is_empty() {
        return found.into_iter().map(Input::File).collect();
    }
    let built_in = |(name, bytes): (&str, &'static [u8])| Input::Text {
        name: name.to_owned(),
        bytes: Bytes::from_static(bytes),
    };
    BUILT_IN.into_iter().map(built_in).collect()
}

/// `taskdata*.txt` of a directory in the order of their names; nothing when it cannot be read.
fn texts_in(directory: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(directory) else {
        return Vec::new();
    };
    let is_text = |path: &PathBuf| {
        let stem = path.file_stem().and_then(|stem| stem.to_str());
        stem.is_some_and(|stem| stem.starts_with("taskdata"))
            && path.extension().is_some_and(|extension| extension == "txt")
            && path.is_file()
    };
    let mut texts: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(is_text)
        .collect();
    texts.sort();
    texts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(inputs: &[Input]) -> Vec<String> {
        let name = |input: &Input| match input {
            Input::File(path) => path.file_name().unwrap().to_str().unwrap().to_owned(),
            Input::Text { name, .. } => format!("built in {name}"),
        };
        inputs.iter().map(name).collect()
    }

    #[test]
    fn given_texts_come_before_found_ones_before_built_in_ones() {
        let here = tempfile::tempdir().unwrap();
        assert_eq!(
            names(&choose(&[], here.path())),
            [
                "built in taskdata1.txt",
                "built in taskdata2.txt",
                "built in taskdata3.txt"
            ]
        );
        fs::create_dir(here.path().join("data")).unwrap();
        for name in ["taskdata2.txt", "taskdata1.txt", "README.md"] {
            fs::write(here.path().join("data").join(name), "").unwrap();
        }
        assert_eq!(
            names(&choose(&[], here.path())),
            ["taskdata1.txt", "taskdata2.txt"]
        );
        assert_eq!(
            names(&choose(&[PathBuf::from("x/mine.txt")], here.path())),
            ["mine.txt"]
        );
    }
}
