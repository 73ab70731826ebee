//! What runs a command line: one trait, so that a world never knows whether programs or processes do its work.
//!
//! For every executor:
//! - [`command_line`]: a command line's program and arguments, without a shell
//! - [`environment`]: the variables of a command
//! - [`stage`]: resource files
//! - [`upload`]: output files
//! - [`package`]: application packages
//! - [`failure`]: what `failureInfo` says
//! - `node_files`: the files of nodes, as the file operations and output files read them
//!
//! For the simulated one:
//! - [`simulated`]: the executor itself
//! - [`program`], [`process`]: Rust functions as programs, and what they get
//! - [`script`]: canned programs
//! - [`disk`]: the files of nodes
//! - `launch`, `shell`, `tools`: from a name to what runs, the shells, and the standard tools

pub mod command_line;
pub mod disk;
pub mod environment;
pub mod failure;
mod launch;
mod node_files;
pub mod package;
pub mod process;
pub mod program;
pub mod script;
mod shell;
pub mod simulated;
pub mod stage;
mod tools;
pub mod upload;

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::Arc;

use batchite_api::auth::Access;
use batchite_api::batch::{
    BatchTaskContainerSettings, BatchTaskFailureInfo, ElevationLevel, EnvironmentSetting, OutputFile,
    ResourceFile,
};
use batchite_api::ids::NodeId;
use batchite_api::secret::SensitiveString;
use batchite_api::time::Timestamp;

pub use node_files::{FileEntry, FileError, NodeFiles, OpenFile};
pub(crate) use node_files::{aside, body};
use package::{Deployment, PackagePlacement};

/// One run of one command on one node. A retry is another run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunId(pub u64);

/// What kind of machine a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Platform {
    /// A Linux pool: `/bin/sh -c`, `/` in paths.
    Linux,
    /// A Windows pool: `cmd /c`, `\` in paths.
    Windows,
}

/// Everything an executor needs to run a command line.
#[derive(Debug, Clone)]
pub struct Command {
    /// Which run this is.
    pub run: RunId,
    /// On which node.
    pub node: NodeId,
    /// What kind of machine the node is.
    pub platform: Platform,
    /// The directory of the task below the root of the node, with `/`: `startup` or
    /// `workitems/{job}/job-1/{task}`. The command runs in `wd` below it; `stdout.txt` and `stderr.txt` are in it.
    pub directory: String,
    /// Not run under a shell unless it names one.
    pub command_line: SensitiveString,
    /// Packages to put on the node before anything else.
    pub application_packages: Vec<PackagePlacement>,
    /// Where resource files that name a container of the account's own storage come from; only with such files.
    pub auto_storage: Option<AutoStorage>,
    /// Files to put below `wd` before the command starts.
    pub resource_files: Vec<ResourceFile>,
    /// Files to put into `directory` itself, before those of `wd`: what all parts of a multi-instance task share.
    pub common_resource_files: Vec<ResourceFile>,
    /// Files to upload once the program has ended.
    pub output_files: Vec<OutputFile>,
    /// Whether it goes on where a command before it in the same directory ended: output is added to what there is.
    pub continues: bool,
    /// Whether what it leaves running when its program has ended goes on until [`Executor::end`]: that of a coordination
    /// command serves the nodes of its task.
    pub leaves_services: bool,
    /// `AZ_BATCH_*` variables that do not depend on where the node keeps its files.
    pub system_environment: BTreeMap<String, String>,
    /// Settings of the job, then those of the task: later ones win, none overrides `AZ_BATCH_*`.
    pub environment_settings: Vec<EnvironmentSetting>,
    /// The user account of the pool it runs as; `None` is an automatic user.
    pub user_name: Option<String>,
    /// The uid and gid its account has on Linux, where they were given.
    pub user_ids: Option<(i32, i32)>,
    /// Whether the command asked to run elevated.
    pub elevation_level: ElevationLevel,
    /// The container the command wants to run in.
    pub container_settings: Option<BatchTaskContainerSettings>,
}

/// The storage account that belongs to the Batch account, and the service's own access to it.
#[derive(Debug, Clone)]
pub struct AutoStorage {
    /// The URL it is reached at, without a trailing slash.
    pub endpoint: String,
    /// How the service shows that it may.
    pub access: Access,
}

/// How a run ended on its own. Runs that were ended with [`Executor::end`] report nothing.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// The program ended with this exit code.
    Exited(i32),
    /// The program never ran, or cannot be said to have exited: a resource file failed, it was not found.
    Failed(BatchTaskFailureInfo),
    /// The program ended with this exit code, and an output file could not be uploaded.
    UploadFailed {
        /// The exit code of the program.
        exit_code: i32,
        /// Why the file could not be uploaded.
        failure: BatchTaskFailureInfo,
    },
}

/// A command that is about to be started; the costly description is made only when it is asked for.
pub struct Start<'a> {
    /// Which run this is.
    pub run: RunId,
    /// The command line.
    pub command_line: &'a str,
    /// Makes the whole description.
    pub describe: &'a dyn Fn() -> Command,
}

impl Debug for Start<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Start")
            .field("run", &self.run)
            .finish_non_exhaustive()
    }
}

/// Runs command lines and keeps the disks of nodes.
///
/// # Contract
/// Calls return at once. A run started at `now` reports its outcome through [`poll`](Self::poll), at `now` or
/// later, exactly once, unless it was ended. A driver calls `poll` until it gives nothing, after every `start` and
/// whenever [`poll_timeout`](Self::poll_timeout) says so. `end` kills the whole process tree, and what a command with
/// [`Command::leaves_services`] left running when its outcome was reported.
pub trait Executor: Debug + Send {
    /// Begins a run.
    fn start(&mut self, now: Timestamp, start: Start<'_>);

    /// Begins to put packages on a node that boots. It is a run as any other: it reports [`Outcome::Exited`] with 0 or
    /// [`Outcome::Failed`].
    fn deploy(&mut self, now: Timestamp, deployment: Deployment);

    /// Ends a run; unknown runs, and finished ones that left nothing running, are ignored. No outcome follows.
    fn end(&mut self, now: Timestamp, run: RunId);

    /// The next outcome there is at `now`.
    fn poll(&mut self, now: Timestamp) -> Option<(RunId, Outcome)>;

    /// When `poll` should be called next at the latest, if that is known.
    fn poll_timeout(&self) -> Option<Timestamp>;

    /// Whether runs are under way whose end only real time brings.
    fn waits_for_real_time(&self) -> bool;

    /// A node booted for the first time, or with an empty disk: makes its directories.
    fn prepare_node(&mut self, now: Timestamp, node: &NodeId, platform: Platform);

    /// A node and its disk are gone.
    fn remove_node(&mut self, node: &NodeId);

    /// Removes a directory below the root of a node (a deleted task's, or one past its retention time).
    fn remove_directory(&mut self, node: &NodeId, directory: &str);

    /// The files of the nodes.
    fn files(&self) -> Arc<dyn NodeFiles>;
}
