//! What the flow is told: ids, files, sizes, times. Every choice of the tutorial is a plain setting here.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};

use batchite_api::auth::AccountKey;
use batchite_api::auth::sas::{Permission, Permissions};
use batchite_api::blob::ContainerName;
use batchite_api::ids::{JobId, PoolId};
use batchite_api::time::TimeSpan;
use bytes::Bytes;

use super::error::TutorialError;
use super::text::path_text;

/// Puts the worker, and whatever else the start task was given, where every task of the node finds it.
const COPY_WORKER: &str = "cp -p -r \"$AZ_BATCH_TASK_WORKING_DIR\"/* \"$AZ_BATCH_NODE_SHARED_DIR\"";

/// The storage account the flow works with, and the key it signs with. The key never leaves the client: nodes get
/// shared access signatures.
#[derive(Debug, Clone)]
pub struct StorageAccount {
    /// The name of the account.
    pub name: String,
    /// Its key.
    pub key: AccountKey,
    /// Its URL without a trailing slash; nodes must reach it too.
    pub endpoint: String,
}

impl StorageAccount {
    /// Whether the account answers where its name says, in the public cloud.
    pub fn is_at_its_default_endpoint(&self) -> bool {
        self.endpoint == format!("https://{}.blob.core.windows.net", self.name)
    }
}

/// Which image the nodes are made of: the latest verified one that fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageChoice {
    /// Who publishes it, without regard to case.
    pub publisher: String,
    /// Its offer, without regard to case.
    pub offer: String,
    /// How its SKU begins.
    pub sku_prefix: String,
}

impl Default for ImageChoice {
    fn default() -> Self {
        Self {
            publisher: "canonical".to_owned(),
            offer: "ubuntu-24_04-lts".to_owned(),
            sku_prefix: "server".to_owned(),
        }
    }
}

/// The three containers of the tutorial.
#[derive(Debug, Clone)]
pub struct Containers {
    /// Holds the worker.
    pub application: ContainerName,
    /// Holds the texts.
    pub input: ContainerName,
    /// Receives what the tasks make.
    pub output: ContainerName,
}

impl Default for Containers {
    fn default() -> Self {
        let name = |text| ContainerName::parse(text).expect("a constant that follows the rules");
        Self {
            application: name("application"),
            input: name("input"),
            output: name("output"),
        }
    }
}

/// How long the signatures are valid that the flow hands to the nodes, from the moment they are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SasLifetimes {
    /// Of the read-only signature on the worker.
    pub application: TimeSpan,
    /// Of the read-only signatures on the texts.
    pub input: TimeSpan,
    /// Of the write-only signature on the output container.
    pub output: TimeSpan,
}

impl Default for SasLifetimes {
    fn default() -> Self {
        Self {
            application: TimeSpan::from_hours(2),
            input: TimeSpan::from_hours(2),
            output: TimeSpan::from_hours(2),
        }
    }
}

/// One text to count.
#[derive(Debug, Clone)]
pub enum Input {
    /// A file of this machine.
    File(PathBuf),
    /// A text that is at hand, under the name it shall have.
    Text {
        /// Its base name.
        name: String,
        /// Its bytes.
        bytes: Bytes,
    },
}

/// Everything the flow is told.
#[derive(Debug, Clone)]
pub struct TutorialSettings {
    /// The id of the pool.
    pub pool_id: PoolId,
    /// The id of the job.
    pub job_id: JobId,
    /// The number of dedicated nodes.
    pub nodes: u32,
    /// The size of a node.
    pub vm_size: String,
    /// Which image the nodes are made of.
    pub image: ImageChoice,
    /// The executable that counts words when its first argument is `topn`.
    pub worker: PathBuf,
    /// The texts to count, one task each.
    pub inputs: Vec<Input>,
    /// How many words each task reports.
    pub words: u32,
    /// Where the outputs go; made when it is not there.
    pub output_directory: PathBuf,
    /// How long the tasks may take until all are completed.
    pub timeout: TimeSpan,
    /// The time between two looks at the tasks.
    pub poll_interval: TimeSpan,
    /// Leaves containers, job and pool in place.
    pub keep: bool,
    /// The storage account.
    pub storage: StorageAccount,
    /// The names of the containers.
    pub containers: Containers,
    /// How long the signatures are valid.
    pub sas_lifetimes: SasLifetimes,
    /// What the tasks may do in the output container.
    pub output_permissions: Permissions,
    /// What the start task does on each node; it stops at the first command that fails.
    pub start_task_commands: Vec<String>,
}

impl TutorialSettings {
    /// The tutorial as it stands in the documents, with this worker on these texts.
    pub fn new(storage: StorageAccount, worker: PathBuf, inputs: Vec<Input>) -> Self {
        Self {
            pool_id: PoolId::parse("RustTutorialPool").expect("a constant that follows the rules"),
            job_id: JobId::parse("RustTutorialJob").expect("a constant that follows the rules"),
            nodes: 2,
            vm_size: "STANDARD_A1".to_owned(),
            image: ImageChoice::default(),
            worker,
            inputs,
            words: 3,
            output_directory: PathBuf::from("tutorial-output"),
            timeout: TimeSpan::from_minutes(20),
            poll_interval: TimeSpan::from_seconds(1),
            keep: false,
            storage,
            containers: Containers::default(),
            sas_lifetimes: SasLifetimes::default(),
            output_permissions: Permissions::of(&[Permission::Write]),
            start_task_commands: vec![COPY_WORKER.to_owned()],
        }
    }

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
    use super::*;

    fn settings(inputs: Vec<Input>) -> (tempfile::TempDir, TutorialSettings) {
        let directory = tempfile::tempdir().unwrap();
        let worker = directory.path().join("worker");
        std::fs::write(&worker, "work").unwrap();
        let storage = StorageAccount {
            name: "account".to_owned(),
            key: AccountKey::from_bytes("key"),
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
