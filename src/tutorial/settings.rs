//! What the flow is told: ids, files, sizes, times. Every choice of the tutorial is a plain setting here.

use std::path::PathBuf;

use batchite_api::auth::sas::{Permission, Permissions};
use batchite_api::auth::{Access, AccountKey};
use batchite_api::blob::ContainerName;
use batchite_api::ids::{JobId, PoolId};
use batchite_api::time::TimeSpan;
use bytes::Bytes;

/// Puts the worker, and whatever else the start task was given, where every task of the node finds it.
const COPY_WORKER: &str = "cp -p -r \"$AZ_BATCH_TASK_WORKING_DIR\"/* \"$AZ_BATCH_NODE_SHARED_DIR\"";

/// What the flow shows the storage account, and signs the tokens of the nodes with.
#[derive(Debug, Clone)]
pub enum StorageCredential {
    /// The account's key.
    Key(AccountKey),
    /// Tokens of Microsoft Entra ID, and a user delegation key that is asked for with one.
    Entra,
}

/// The storage account the flow works with. Its credential never leaves the client: nodes get shared access signatures.
#[derive(Debug, Clone)]
pub struct StorageAccount {
    /// The name of the account.
    pub name: String,
    /// What opens it.
    pub credential: StorageCredential,
    /// Its URL without a trailing slash; nodes must reach it too.
    pub endpoint: String,
}

impl StorageAccount {
    /// What a handle on the account is made with.
    pub fn access(&self) -> Access {
        match &self.credential {
            StorageCredential::Key(key) => Access::SharedKey {
                account: self.name.clone(),
                key: key.clone(),
            },
            StorageCredential::Entra => Access::Entra,
        }
    }

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
    /// Lets the worker send its token over plain HTTP to another machine.
    pub allow_http: bool,
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
            allow_http: false,
            keep: false,
            storage,
            containers: Containers::default(),
            sas_lifetimes: SasLifetimes::default(),
            output_permissions: Permissions::of(&[Permission::Write]),
            start_task_commands: vec![COPY_WORKER.to_owned()],
        }
    }
}
