//! Everything that can be wrong with the settings, seen before anything is created.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};

use bytes::Bytes;

use super::error::TutorialError;
use super::settings::{Input, TutorialSettings};
use super::text::path_text;

impl TutorialSettings {
    /// Looks at everything that can be wrong before anything is created, and opens the files.
    pub(super) fn prepare(&self) -> Result<Prepared, TutorialError> {
        if self.nodes == 0 {
            return Err(usage("a pool of no nodes runs no task: give at least one node"));
        }
        if self.inputs.is_empty() {
            return Err(usage("there is no text to count: give at least one input"));
        }
        let worker = Upload::of_file(&self.worker, "worker")?;
        let inputs = self
            .inputs
            .iter()
            .map(Upload::of_input)
            .collect::<Result<Vec<_>, _>>()?;
        let mut names = BTreeSet::new();
        for input in &inputs {
            if !names.insert(&input.name) {
                return Err(usage(format!(
                    "two inputs have the name {:?}, and blobs are named after them: rename one ({})",
                    input.name,
                    input.shown_path()
                )));
            }
        }
        std::fs::create_dir_all(&self.output_directory).map_err(|error| {
            usage(format!(
                "the output directory `{}` cannot be made: {error}",
                path_text(&self.output_directory)
            ))
        })?;
        Ok(Prepared { worker, inputs })
    }
}

/// What the flow uploads, checked and at hand.
pub(super) struct Prepared {
    /// The worker.
    pub(super) worker: Upload,
    /// The texts, in the order of their tasks.
    pub(super) inputs: Vec<Upload>,
}

/// One file to upload.
pub(super) struct Upload {
    /// The base name: that of the blob, and of the file on the node.
    pub(super) name: String,
    /// Its bytes.
    pub(super) length: u64,
    /// Where they are.
    pub(super) source: Source,
}

/// Where the bytes of an upload are.
pub(super) enum Source {
    /// In a file, found readable.
    File(PathBuf),
    /// In memory.
    Memory(Bytes),
}

impl Upload {
    fn of_input(input: &Input) -> Result<Self, TutorialError> {
        match input {
            Input::File(path) => Self::of_file(path, "input"),
            Input::Text { name, bytes } => {
                check_name(name, name.as_ref(), "input")?;
                Ok(Self {
                    name: name.clone(),
                    length: bytes.len() as u64,
                    source: Source::Memory(bytes.clone()),
                })
            }
        }
    }

    fn of_file(path: &Path, what: &str) -> Result<Self, TutorialError> {
        let metadata = path.metadata().map_err(|error| {
            usage(format!(
                "the {what} `{}` cannot be read: {error}",
                path_text(path)
            ))
        })?;
        if !metadata.is_file() {
            let kind = if metadata.is_dir() {
                "a directory"
            } else {
                "no regular file"
            };
            return Err(usage(format!(
                "the {what} `{}` is {kind}: give the path of a file",
                path_text(path)
            )));
        }
        File::open(path).map_err(|error| {
            usage(format!(
                "the {what} `{}` cannot be read: {error}",
                path_text(path)
            ))
        })?;
        let name = path.file_name().and_then(|name| name.to_str()).ok_or_else(|| {
            usage(format!(
                "the name of the {what} `{}` is not valid Unicode: rename the file",
                path_text(path)
            ))
        })?;
        check_name(name, path, what)?;
        Ok(Self {
            name: name.to_owned(),
            length: metadata.len(),
            source: Source::File(std::path::absolute(path).unwrap_or_else(|_| path.to_owned())),
        })
    }

    /// Its path for people.
    pub(super) fn shown_path(&self) -> String {
        match &self.source {
            Source::File(path) => path_text(path),
            Source::Memory(_) => format!("{} (built in)", self.name),
        }
    }
}

/// A name becomes a blob, a file on a node and a word of a command line: what cannot be all three is refused.
fn check_name(name: &str, path: &Path, what: &str) -> Result<(), TutorialError> {
    if name.is_empty() || name.chars().any(char::is_control) {
        return Err(usage(format!(
            "the name of the {what} `{}` is empty or has control characters in it: rename the file",
            path_text(path)
        )));
    }
    if name.contains(['/', '\\']) {
        return Err(usage(format!(
            "the name of the {what} `{}` has a slash in it: rename the file",
            path_text(path)
        )));
    }
    Ok(())
}

fn usage(text: impl Into<String>) -> TutorialError {
    TutorialError::Usage(text.into())
}

#[cfg(test)]
mod tests {
    use batchite_api::auth::AccountKey;

    use super::*;
    use crate::tutorial::settings::{StorageAccount, StorageCredential};

    fn settings(inputs: Vec<Input>) -> (tempfile::TempDir, TutorialSettings) {
        let directory = tempfile::tempdir().unwrap();
        let worker = directory.path().join("worker");
        std::fs::write(&worker, "work").unwrap();
        let storage = StorageAccount {
            name: "account".to_owned(),
            credential: StorageCredential::Key(AccountKey::from_bytes("key")),
            endpoint: "https://account.blob.core.windows.net".to_owned(),
        };
        let mut settings = TutorialSettings::new(storage, worker, inputs);
        settings.output_directory = directory.path().join("output");
        (directory, settings)
    }

    fn text(name: &str) -> Input {
        Input::Text {
            name: name.to_owned(),
            bytes: Bytes::new(),
        }
    }

    fn refusal(settings: &TutorialSettings) -> String {
        match settings.prepare() {
            Err(TutorialError::Usage(text)) => {
                assert!(
                    !settings.output_directory.exists(),
                    "refused after something was made"
                );
                text
            }
            Err(other) => panic!("{other}"),
            Ok(_) => panic!("it was not refused"),
        }
    }

    #[test]
    fn good_settings_are_prepared() {
        let (directory, mut settings) = settings(vec![text("a.txt")]);
        let file = directory.path().join("$ with 'quotes' & blanks.txt");
        std::fs::write(&file, "").unwrap();
        settings.inputs.push(Input::File(file));
        let prepared = settings.prepare().unwrap();
        assert_eq!(prepared.worker.name, "worker");
        assert_eq!(prepared.worker.length, 4);
        let names: Vec<&str> = prepared.inputs.iter().map(|input| input.name.as_str()).collect();
        assert_eq!(names, ["a.txt", "$ with 'quotes' & blanks.txt"]);
        assert!(settings.output_directory.is_dir());
    }

    #[test]
    fn inputs_of_one_name_are_refused() {
        let (_directory, settings) = settings(vec![text("a.txt"), text("b.txt"), text("a.txt")]);
        assert!(refusal(&settings).contains("\"a.txt\""));
    }

    #[test]
    fn files_that_cannot_be_read_are_refused_by_name() {
        let (directory, mut settings) = settings(Vec::new());
        assert!(refusal(&settings).contains("no text"));
        settings.inputs = vec![Input::File(directory.path().join("missing.txt"))];
        assert!(refusal(&settings).contains("missing.txt"));
        settings.inputs = vec![Input::File(directory.path().to_owned())];
        assert!(refusal(&settings).contains("a directory"));
        for name in ["", "a\nb", "a/b", "..\\b"] {
            settings.inputs = vec![text(name)];
            assert!(refusal(&settings).contains("rename"), "{name:?}");
        }
        settings.inputs = vec![text("a.txt")];
        settings.worker = directory.path().join("no-worker");
        assert!(refusal(&settings).contains("no-worker"));
    }

    #[test]
    fn an_output_directory_that_cannot_be_made_is_refused() {
        let (_directory, mut settings) = settings(vec![text("a.txt")]);
        settings.output_directory = settings.worker.join("below-a-file");
        assert!(refusal(&settings).contains("below-a-file"));
    }

    #[test]
    fn a_pool_without_nodes_is_refused() {
        let (_directory, mut settings) = settings(vec![text("a.txt")]);
        settings.nodes = 0;
        assert!(refusal(&settings).contains("node"));
    }
}
